/* SPDX-License-Identifier: MIT */
/* The state of the imitation of an SMMU, and what its parts offer each other. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SMMU_IMITATION_STATE_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SMMU_IMITATION_STATE_H

#include "imitation.h"

enum { SLOTS = 64, QUEUE_LOG2 = 19, OAS = 44, ADDRESS_BITS = 48, REGISTER_BYTES = 0x100 };

enum {
    CR0 = 0x20,
    CR0ACK = 0x24,
    CR2 = 0x2c,
    IRQ_CTRL = 0x50,
    IRQ_ACK = 0x54,
    GERROR = 0x60,
    GERRORN = 0x64,
    STRTAB = 0x80,
    STRTAB_CFG = 0x88,
    CMDQ = 0x90,
    CMDQ_PROD = 0x98,
    CMDQ_CONS = 0x9c,
    EVENTQ = 0xa0,
    EVENTQ_PROD = 0xa8,
    EVENTQ_CONS = 0xac
};

struct half {
    bool disabled, had;
    unsigned tsz, granule_log2;
    uint64_t ttb;
};

/* A decoded stream: what the configuration cache keeps. */
struct config {
    bool valid, aborted, bypassed, record;
    unsigned oas;
    uint16_t asid;
    struct half half[2];
    uint64_t deviations; /* that this configuration came by */
};

struct entry {
    bool valid, writable;
    uint16_t asid;
    uint64_t iova, mask, pa;
    unsigned granule_log2;
    int level;
    uint64_t deviations;
};

struct smmu_imitation {
    struct smmu_model *memory;
    struct smmu_script *script;
    uint32_t reg[REGISTER_BYTES / 4];
    bool two_level;
    unsigned split;
    struct config config[SMMU_DEVICES];
    struct entry tlb[SLOTS];
    unsigned next;
    struct armvirt_smmu_id id;
    uint64_t pulses; /* as smmu_result::value of an SMMU_IRQ */
    uint64_t met;    /* in this operation */
    uint64_t before; /* in all before it */
};

/* How a translation ends. */
struct verdict {
    uint8_t type; /* of the event; 0: none */
    bool pass;
    bool described; /* the record holds address and direction */
    uint64_t pa, fetch;
};

static inline void met(struct smmu_imitation *m, enum smmu_deviation deviation)
{
    m->met |= UINT64_C(1) << deviation;
}

static inline uint32_t *reg(struct smmu_imitation *m, unsigned offset)
{
    return &m->reg[offset / 4];
}

static inline uint64_t reg64(struct smmu_imitation *m, unsigned offset)
{
    return *reg(m, offset) | (uint64_t)*reg(m, offset + 4) << 32;
}

static inline uint64_t field(uint64_t value, unsigned lo, unsigned bits)
{
    return value >> lo & ((UINT64_C(1) << bits) - 1);
}

static inline bool readable(struct smmu_imitation *m, uint64_t pa)
{
    m->script->strays = m->script->strays || !smmu_may_reach(pa);
    return pa >= QTEST_RAM_PA && pa + 8 <= SMMU_RAM_END;
}

static inline uint64_t word(struct smmu_imitation *m, uint64_t pa)
{
    return smmu_model_peek(m->memory, pa);
}

static inline unsigned queue_log2(struct smmu_imitation *m, unsigned queue)
{
    unsigned log2 = *reg(m, queue) & 31;

    return log2 > QUEUE_LOG2 ? QUEUE_LOG2 : log2;
}

static inline void gerror(struct smmu_imitation *m, uint32_t mask)
{
    uint32_t fresh = ~(*reg(m, GERROR) ^ *reg(m, GERRORN)) & mask;

    *reg(m, GERROR) ^= fresh;
    m->pulses += fresh != 0 && (*reg(m, IRQ_CTRL) & 1) != 0 ? 1 << 16 : 0;
}

/* Registers; commands run when they are queued. */
void smmu_imitation_write(struct smmu_imitation *m, unsigned offset, uint32_t value);
uint32_t smmu_imitation_read(struct smmu_imitation *m, unsigned offset);

#endif
