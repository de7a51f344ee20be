/* SPDX-License-Identifier: MIT */
/*
 * The index by priority: a set of leaves (interrupts, by number) with a key each (its priority, a
 * byte), that knows its smallest key, and which leaf is the first that has it.
 *
 * A bit a leaf says whether it is in the set. A byte for each eight leaves holds their smallest
 * key, a byte for each eight of those bytes the smallest of them, and so on up to one byte. Every
 * operation looks at eight bytes a level, one machine word, however many leaves are in the set: 3
 * levels for 512 leaves, 6 for 2^16, 8 for 2^24. Memory: 2/7 of a byte a leaf.
 *
 * The keys lie outside, so that several sets share them.
 */
#ifndef ARMVIRT_SRC_GIC_INDEX_H
#define ARMVIRT_SRC_GIC_INDEX_H

#include <armvirt/base.h>

#include "base/bits.h"

#define ARMVIRT_INDEX_LEVELS  8
#define ARMVIRT_INDEX_NO_KEY  0xffu /* the key that no member has */
#define ARMVIRT_INDEX_NO_WORD UINT64_MAX

/* The layout of an index: where each level starts. The bits of the leaves are at 0. */
struct armvirt_index_shape {
    uint32_t at[ARMVIRT_INDEX_LEVELS];
    uint32_t bytes;
    uint32_t levels;
};

/* Of each pair of bytes in 16-bit lanes, the smaller. */
static inline uint64_t armvirt_index_lane_min(uint64_t a, uint64_t b)
{
    const uint64_t above = UINT64_C(0x0100010001000100);
    uint64_t a_not_less = (((a | above) - b) & above) >> 8;

    return a ^ ((a ^ b) & a_not_less * 0xff);
}

/* The smallest of eight bytes. */
static inline uint8_t armvirt_index_min(uint64_t bytes)
{
    const uint64_t lanes = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t four, two, one;

    if (bytes == ARMVIRT_INDEX_NO_WORD) {
        return ARMVIRT_INDEX_NO_KEY;
    }
    four = armvirt_index_lane_min(bytes & lanes, bytes >> 8 & lanes);
    two = armvirt_index_lane_min(four, four >> 32);
    one = armvirt_index_lane_min(two, two >> 16 & lanes);
    return (uint8_t)one;
}

/* Keys are read eight at a time: how many bytes the keys of @leaves take. */
static inline uint32_t armvirt_index_key_bytes(uint32_t leaves)
{
    return (leaves + 7) & ~UINT32_C(7);
}

/* The layout for 1 to 2^24 leaves. */
void armvirt_index_shape(struct armvirt_index_shape *shape, uint32_t leaves);

/* Make the index empty. */
void armvirt_index_clear(const struct armvirt_index_shape *shape, uint8_t *index);

static inline bool armvirt_index_has(const uint8_t *index, uint32_t leaf)
{
    return index[leaf / 8] >> leaf % 8 & 1;
}

/* The smallest key, or ARMVIRT_INDEX_NO_KEY: the byte at the top. */
static inline uint8_t armvirt_index_best(const struct armvirt_index_shape *shape,
                                         const uint8_t *index)
{
    return index[shape->at[shape->levels - 1]];
}

/* The lowest leaf that has the smallest key; there must be one. */
uint32_t armvirt_index_first(const struct armvirt_index_shape *shape, const uint8_t *index,
                             const uint8_t *keys);

/* The keys of the eight leaves of a group, ARMVIRT_INDEX_NO_KEY for those not in the set. */
static inline uint64_t armvirt_index_group(const uint8_t *index, const uint8_t *keys,
                                           uint32_t group)
{
    const uint64_t each = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t bit_in_byte = (index[group] * each) & UINT64_C(0x8040201008040201);
    uint64_t absent = ~((bit_in_byte + (tops - each)) | bit_in_byte) & tops;

    return armvirt_load_le64(keys + 8 * (size_t)group) | (absent >> 7) * 0xff;
}

/* The smallest key of a group changed to @key: carry that up as far as it matters. */
static inline void armvirt_index_carry(const struct armvirt_index_shape *shape, uint8_t *index,
                                       uint32_t node, uint8_t key)
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

/* Note that a group has a member with @key: the nodes above it that are larger become that. */
static inline void armvirt_index_rank(const struct armvirt_index_shape *shape, uint8_t *index,
                                      uint32_t leaf, uint8_t key)
{
    uint32_t node = leaf / 8;

    for (uint32_t level = 0; level < shape->levels; level++, node /= 8) {
        uint8_t *nodes = index + shape->at[level];

        if (nodes[node] <= key) {
            return;
        }
        nodes[node] = key;
    }
}

/* Put @leaf in the set or take it out, and leave the nodes above as they are. */
static inline void armvirt_index_put(uint8_t *index, uint32_t leaf, bool member)
{
    uint8_t bit = (uint8_t)(1u << leaf % 8);

    index[leaf / 8] = (uint8_t)(member ? index[leaf / 8] | bit : index[leaf / 8] & ~bit);
}

/* Put @leaf in or take it out; the key it has in @keys counts. A member whose key changes is taken
 * out before and put in after. A leaf whose key is ARMVIRT_INDEX_NO_KEY is as good as absent. */
static inline void armvirt_index_add(const struct armvirt_index_shape *shape, uint8_t *index,
                                     const uint8_t *keys, uint32_t leaf)
{
    armvirt_index_put(index, leaf, true);
    armvirt_index_rank(shape, index, leaf, keys[leaf]);
}

static inline void armvirt_index_remove(const struct armvirt_index_shape *shape, uint8_t *index,
                                        const uint8_t *keys, uint32_t leaf)
{
    uint32_t group = leaf / 8;

    armvirt_index_put(index, leaf, false);
    if (keys[leaf] == index[shape->at[0] + group]) {
        armvirt_index_carry(shape, index, group,
                            armvirt_index_min(armvirt_index_group(index, keys, group)));
    }
}

#endif
