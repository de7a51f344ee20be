/* SPDX-License-Identifier: MIT */
/*
 * Rings in memory: indices with a wrap flag above them (IHI0070 3.5.1, 3.5.2). An index is used as
 * far as the ring is large; a producer further ahead of the consumer than there are entries makes
 * the ring full.
 */
#ifndef ARMVIRT_SRC_SMMU_QUEUE_H
#define ARMVIRT_SRC_SMMU_QUEUE_H

#include "machine.h"

struct armvirt_smmu_ring {
    uint64_t base;
    uint32_t log2;       /* of the entries */
    uint32_t prod, cons; /* with the wrap flag, without what is above it */
};

/*
 * A ring as its registers say: @base holds ADDR and LOG2SIZE, of which not more than @most counts;
 * the base is aligned to the size of the ring. IHI0070 6.3.26, 6.3.29.
 */
static inline struct armvirt_smmu_ring
armvirt_smmu_ring(uint64_t base, uint64_t prod, uint64_t cons, unsigned most, unsigned entry_log2)
{
    uint32_t log2 = (uint32_t)ARMVIRT_GET(ARMVIRT_SMMU_CMDQ_BASE_LOG2SIZE, base);
    uint32_t mask;
    unsigned align;

    log2 = log2 > most ? most : log2;
    mask = (UINT32_C(2) << log2) - 1;
    align = log2 + entry_log2 < 5 ? 5 : log2 + entry_log2;
    return (struct armvirt_smmu_ring){
        .base = base & ARMVIRT_SMMU_CMDQ_BASE_ADDR & ~((UINT64_C(1) << align) - 1),
        .log2 = log2,
        .prod = (uint32_t)prod & mask,
        .cons = (uint32_t)cons & mask,
    };
}

/* Entries that wait to be consumed; more than the ring holds if the indices are not consistent. */
static inline uint32_t armvirt_smmu_ring_used(const struct armvirt_smmu_ring *ring)
{
    return (ring->prod - ring->cons) & ((UINT32_C(2) << ring->log2) - 1);
}

static inline bool armvirt_smmu_ring_full(const struct armvirt_smmu_ring *ring)
{
    return armvirt_smmu_ring_used(ring) >= UINT32_C(1) << ring->log2;
}

/* The index after @index. */
static inline uint32_t armvirt_smmu_ring_next(const struct armvirt_smmu_ring *ring, uint32_t index)
{
    return (index + 1) & ((UINT32_C(2) << ring->log2) - 1);
}

/* Where the entry at @index is. */
static inline uint64_t armvirt_smmu_ring_at(const struct armvirt_smmu_ring *ring, uint32_t index,
                                            unsigned entry_log2)
{
    return ring->base + ((uint64_t)(index & ((UINT32_C(1) << ring->log2) - 1)) << entry_log2);
}

#endif
