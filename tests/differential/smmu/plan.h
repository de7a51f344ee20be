/* SPDX-License-Identifier: MIT */
/* What the structures of a random script have in common. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SMMU_PLAN_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SMMU_PLAN_H

#include "smmu.h"

#define SLOT       UINT64_C(0x10000)
#define SLOTS      ((unsigned)((SMMU_RAM_END - SMMU_ARENA_PA) / SLOT) - 64)
#define QUEUES_PA  (SMMU_RAM_END - 16 * SLOT) /* the command queue, then the event queue */
#define EVENTS_PA  (SMMU_RAM_END - 8 * SLOT)
#define STREAMS_PA UINT64_C(0x42000000) /* aligned to any table */
#define LOW30      UINT64_C(0x3fffffff)

enum { TABLES = 24, ASIDS = 2 };

/* What the structures of a script have in common, and how far it has got. */
struct plan {
    struct smmu_inventor inventor;
    struct smmu_model *model;
    struct smmu_script *script;
    struct random random;
    unsigned granule_log2[2], tsz[2]; /* by translation table base */
    unsigned s2_granule_log2;
    uint16_t asid[ASIDS];
    bool two_level;
    unsigned split, log2size;
    uint64_t strtab;
    unsigned cmdq_log2, eventq_log2;
    uint32_t cmdq_prod;
    uint64_t table[TABLES];
    unsigned tables;
    uint64_t iova; /* of the DMA under way */
    unsigned writes;
    unsigned upper; /* percent of addresses in the upper half: QEMU 7.2 has none */
    bool queue;     /* DMA leaves the event queue alone */
};

static inline unsigned below(struct plan *p, unsigned bound)
{
    return random_below(&p->random, bound);
}

static inline bool chance(struct plan *p, unsigned percent)
{
    return random_chance(&p->random, percent);
}

static inline uint64_t bits(struct plan *p, unsigned percent, uint64_t mask)
{
    return random_bits(&p->random, percent, mask);
}

static inline uint64_t any(struct plan *p)
{
    return random_next(&p->random);
}

static inline const struct armvirt_smmu_id *id_of(const struct plan *p)
{
    return smmu_model_id(p->model);
}

/* Random structures and descriptors. */
uint64_t smmu_some_address(struct plan *p);
uint64_t smmu_some_descriptor(struct plan *p, const struct armvirt_mem_req *req, uint64_t ia);
void smmu_some_ste(struct plan *p, uint64_t word[8]);
void smmu_some_cd(struct plan *p, uint64_t word[8]);
/* What is read for the first time: smmu_inventor::word. */
void smmu_invent(struct smmu_inventor *inventor, const struct armvirt_mem_req *req);

#endif
