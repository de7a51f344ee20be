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

uint32_t armvirt_index_first(const struct armvirt_index_shape *shape, const uint8_t *index,
                             const uint8_t *keys)
{
    uint8_t best = armvirt_index_best(shape, index);
    uint32_t node = 0;

    for (uint32_t level = shape->levels - 1; level-- > 0;) {
        node = 8 * node +
               first_byte(armvirt_load_le64(index + shape->at[level] + 8 * (size_t)node), best);
    }
    return 8 * node + first_byte(armvirt_index_group(index, keys, node), best);
}
