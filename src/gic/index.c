/* SPDX-License-Identifier: MIT */
/* The index by priority; see index.h. */
#include "index.h"

#include "base/bits.h"
#include "base/compiler.h"
#include "base/mem_functions.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define BYTE_TOPS UINT64_C(0x8080808080808080)

/* The number of the first byte of @bytes that is @byte; there must be one. */
static unsigned first_byte(uint64_t bytes, uint8_t byte)
{
    uint64_t zero_there = bytes ^ byte * EACH_BYTE;
    uint64_t found = (zero_there - EACH_BYTE) & ~zero_there & BYTE_TOPS;

    return ARMVIRT_CTZ64(found) / 8;
}

/* The keys of the eight leaves of a group, ARMVIRT_INDEX_NO_KEY for those not in the set. */
static uint64_t group_keys(const uint8_t *index, const uint8_t *keys, uint32_t group)
{
    uint64_t bit_in_byte = (index[group] * EACH_BYTE) & UINT64_C(0x8040201008040201);
    uint64_t absent = ~((bit_in_byte + (BYTE_TOPS - EACH_BYTE)) | bit_in_byte) & BYTE_TOPS;

    return armvirt_load_le64(keys + 8 * (size_t)group) | (absent >> 7) * 0xff;
}

void armvirt_index_shape(struct armvirt_index_shape *shape, uint32_t leaves)
{
    uint32_t nodes = leaves;
    uint32_t at = armvirt_index_key_bytes((leaves + 7) / 8);

    *shape = (struct armvirt_index_shape){0};
    do {
        nodes = (nodes + 7) / 8;
        shape->at[shape->levels++] = at;
        at += armvirt_index_key_bytes(nodes);
    } while (nodes > 1);
    shape->bytes = at;
}

void armvirt_index_clear(const struct armvirt_index_shape *shape, uint8_t *index)
{
    memset(index, 0, shape->at[0]);
    memset(index + shape->at[0], (int)ARMVIRT_INDEX_NO_KEY, shape->bytes - shape->at[0]);
}

/* The smallest key of a group changed to @key: carry that up as far as it matters. */
static void carry(const struct armvirt_index_shape *shape, uint8_t *index, uint32_t node,
                  uint8_t key)
{
    for (uint32_t level = 0; level < shape->levels; level++) {
        uint8_t *eight = index + shape->at[level] + (node & ~UINT32_C(7));
        uint64_t keys = armvirt_load_le64(eight);
        unsigned shift = 8 * (node % 8);

        if ((uint8_t)(keys >> shift) == key) {
            return;
        }
        keys = (keys & ~(UINT64_C(0xff) << shift)) | (uint64_t)key << shift;
        armvirt_store_le64(eight, keys);
        node /= 8;
        key = armvirt_index_min(keys);
    }
}

uint8_t armvirt_index_add(const struct armvirt_index_shape *shape, uint8_t *index,
                          const uint8_t *keys, uint32_t leaf)
{
    uint8_t key = keys[leaf];
    uint32_t node = leaf / 8;

    index[node] = (uint8_t)(index[node] | 1u << leaf % 8);
    for (uint32_t level = 0; level < shape->levels; level++, node /= 8) {
        uint8_t *nodes = index + shape->at[level];

        if (nodes[node] <= key) {
            break;
        }
        nodes[node] = key;
    }
    return armvirt_index_best(shape, index);
}

uint8_t armvirt_index_remove(const struct armvirt_index_shape *shape, uint8_t *index,
                             const uint8_t *keys, uint32_t leaf)
{
    uint32_t group = leaf / 8;

    index[group] = (uint8_t)(index[group] & ~(1u << leaf % 8));
    if (keys[leaf] == index[shape->at[0] + group]) {
        carry(shape, index, group, armvirt_index_min(group_keys(index, keys, group)));
    }
    return armvirt_index_best(shape, index);
}

uint32_t armvirt_index_first(const struct armvirt_index_shape *shape, const uint8_t *index,
                             const uint8_t *keys)
{
    uint8_t best = armvirt_index_best(shape, index);
    uint32_t node = 0;

    for (uint32_t level = shape->levels - 1; level-- > 0;) {
        node = 8 * node +
               first_byte(armvirt_load_le64(index + shape->at[level] + 8 * (size_t)node), best);
    }
    return 8 * node + first_byte(group_keys(index, keys, node), best);
}
