/* SPDX-License-Identifier: MIT */
/*
 * The state of an SMMU: plain data, in one block of storage that holds, in this order: struct
 * armvirt_smmu, the configuration cache with its generations, recent answers, the stalled
 * transactions, the enhanced command queues, the TLB.
 *
 * layout.c     from a configuration to storage, reset
 * regs.c       rows of registers, reads and writes       control.c  what writes do
 * stream.c     StreamID and SubstreamID to entry and descriptor
 * regime.c     entry and descriptor to struct armvirt_regime
 * translate.c  a transaction                             output.c   its attributes
 * quick.c      a transaction of the common kind          recent.c   answers given recently
 * cache.c      configurations; forgetting
 * event.c      event records, the event queue            stall.c    transactions that wait
 * command.c    commands and what makes them illegal      invalidate.c  what they invalidate
 * atos.c       address translation operations            queue.h    rings in memory
 * root.c       faults of granule protection
 * ats.c        translation requests of endpoints         translated.c, dpt.c  what they send then
 * pri.c        their page requests                       ecmdq.c    enhanced command queues
 */
#ifndef ARMVIRT_SRC_SMMU_MACHINE_H
#define ARMVIRT_SRC_SMMU_MACHINE_H

#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu.h>
#include <armvirt/tlb.h>

#include "id.h"

/* Interfaces, by enum armvirt_space; the Root registers are the fourth. */
enum { ARMVIRT_SMMU_INTERFACES = 3, ARMVIRT_SMMU_BANKS = 4 };

/* The registers of an interface, as a list: name, bits that software writes. */
#define ARMVIRT_SMMU_REGISTERS(X)                                                                  \
    X(IDR0)                                                                                        \
    X(IDR1)                                                                                        \
    X(IDR2)                                                                                        \
    X(IDR3)                                                                                        \
    X(IDR4)                                                                                        \
    X(IDR5)                                                                                        \
    X(IIDR)                                                                                        \
    X(AIDR)                                                                                        \
    X(IDR6)                                                                                        \
    X(MPAMIDR)                                                                                     \
    X(MECIDR)                                                                                      \
    X(CR0)                                                                                         \
    X(CR0ACK)                                                                                      \
    X(CR1)                                                                                         \
    X(CR2)                                                                                         \
    X(S2PII)                                                                                       \
    X(INIT)                                                                                        \
    X(STATUSR)                                                                                     \
    X(GBPA)                                                                                        \
    X(AGBPA)                                                                                       \
    X(IRQ_CTRL)                                                                                    \
    X(IRQ_CTRLACK)                                                                                 \
    X(GERROR)                                                                                      \
    X(GERRORN)                                                                                     \
    X(GERROR_IRQ_CFG0)                                                                             \
    X(GERROR_IRQ_CFG1)                                                                             \
    X(GERROR_IRQ_CFG2)                                                                             \
    X(STRTAB_BASE)                                                                                 \
    X(STRTAB_BASE_CFG)                                                                             \
    X(CMDQ_BASE)                                                                                   \
    X(CMDQ_PROD)                                                                                   \
    X(CMDQ_CONS)                                                                                   \
    X(EVENTQ_BASE)                                                                                 \
    X(EVENTQ_PROD)                                                                                 \
    X(EVENTQ_CONS)                                                                                 \
    X(EVENTQ_IRQ_CFG0)                                                                             \
    X(EVENTQ_IRQ_CFG1)                                                                             \
    X(EVENTQ_IRQ_CFG2)                                                                             \
    X(PRIQ_BASE)                                                                                   \
    X(PRIQ_PROD)                                                                                   \
    X(PRIQ_CONS)                                                                                   \
    X(PRIQ_IRQ_CFG0)                                                                               \
    X(PRIQ_IRQ_CFG1)                                                                               \
    X(PRIQ_IRQ_CFG2)                                                                               \
    X(GATOS_CTRL)                                                                                  \
    X(GATOS_SID)                                                                                   \
    X(GATOS_ADDR)                                                                                  \
    X(GATOS_PAR)                                                                                   \
    X(VATOS_SEL)                                                                                   \
    X(VATOS_CTRL)                                                                                  \
    X(VATOS_SID)                                                                                   \
    X(VATOS_ADDR)                                                                                  \
    X(VATOS_PAR)                                                                                   \
    X(GMPAM)                                                                                       \
    X(GBPMPAM)                                                                                     \
    X(GMECID)                                                                                      \
    X(DPT_BASE)                                                                                    \
    X(DPT_BASE_CFG)                                                                                \
    X(DPT_CFG_FAR)                                                                                 \
    X(ROOT_IDR0)                                                                                   \
    X(ROOT_IIDR)                                                                                   \
    X(ROOT_CR0)                                                                                    \
    X(ROOT_CR0ACK)                                                                                 \
    X(ROOT_GPT_BASE)                                                                               \
    X(ROOT_GPT_BASE_CFG)                                                                           \
    X(ROOT_GPF_FAR)                                                                                \
    X(ROOT_GPT_CFG_FAR)                                                                            \
    X(ROOT_TLBI)                                                                                   \
    X(ROOT_TLBI_CTRL)                                                                              \
    X(ROOT_GPT_BASE2)                                                                              \
    X(ROOT_GPT_BASE_UPDATE)

enum armvirt_smmu_reg {
#define ARMVIRT_SMMU_REG_ENUM(name) SMMU_##name,
    ARMVIRT_SMMU_REGISTERS(ARMVIRT_SMMU_REG_ENUM)
#undef ARMVIRT_SMMU_REG_ENUM
        SMMU_REGS
};

/* What tells configurations apart. */
struct armvirt_smmu_whose {
    uint64_t ids;  /* StreamID in 63:32, SubstreamID in 31:0 or 0 without one */
    uint64_t kind; /* ARMVIRT_SMMU_SSV; enum armvirt_space in 1:0 */
};

_Static_assert(ARMVIRT_SMMU_SSV > 3, "beside the space");

static inline struct armvirt_smmu_whose armvirt_smmu_whose(const struct armvirt_smmu_txn *txn)
{
    unsigned ssv = txn->flags & ARMVIRT_SMMU_SSV;

    return (struct armvirt_smmu_whose){
        .ids = (uint64_t)txn->sid << 32 | (ssv ? txn->ssid : 0),
        .kind = ssv | txn->sec_sid,
    };
}

/* A configuration in the cache. */
struct armvirt_smmu_cached {
    struct armvirt_smmu_whose whose;
    uint32_t era, sid_era; /* generations at which it was read */
    uint32_t sid_slot;     /* where that of its StreamID stands */
    bool valid;
    bool quick;                      /* of the common kind: quick.c */
    struct armvirt_access access[2]; /* what a read is to the walker, by PRIV */
    struct armvirt_tlb_context tlb;  /* if a stage translates */
    struct armvirt_smmu_context context;
};

/* An answer that was given: of recent.c. */
enum { ARMVIRT_SMMU_ANSWER = 24 };

struct armvirt_smmu_recent {
    uint64_t who;  /* StreamID, SubstreamID */
    uint64_t what; /* page, kind of access */
    uint64_t when; /* generation, interface; never 0 if there is an answer */
    uint64_t pa;
    uint8_t answer[ARMVIRT_SMMU_ANSWER];
};

/* What a slot for a stalled transaction is. */
enum armvirt_smmu_stall_state {
    ARMVIRT_SMMU_SLOT_FREE,
    ARMVIRT_SMMU_SLOT_UNRECORDED, /* waits for room in the event queue, to be retried then */
    ARMVIRT_SMMU_SLOT_RECORDED,   /* waits for a command */
    ARMVIRT_SMMU_SLOT_RETRY,      /* a command let it go on */
    ARMVIRT_SMMU_SLOT_ABORT,      /* a command ended it */
    ARMVIRT_SMMU_SLOT_RAZ_WI,
};

struct armvirt_smmu_stall {
    struct armvirt_smmu_txn txn;
    uint32_t next;  /* in a list: slot + 1; 0 is the end */
    uint8_t state;  /* enum armvirt_smmu_stall_state */
    uint8_t reason; /* enum armvirt_smmu_reason */
};

/* A first-in, first-out list of slots. */
struct armvirt_smmu_list {
    uint32_t head, tail; /* slot + 1; 0: empty */
};

/* An enhanced command queue: its registers, and its place in the list of those with commands. */
struct armvirt_smmu_ecmdq {
    uint64_t base;
    uint32_t prod, cons;
    uint32_t next; /* queue + 1; 0 is the end */
    bool listed;
};

/* Where the parts of the storage are, in bytes from its start. */
struct armvirt_smmu_parts {
    size_t cache_at, era_at, recent_at, stall_at, ecmdq_at, tlb_at, size;
    uint32_t stalls;  /* slots for stalled transactions */
    uint32_t recents; /* places for recent answers, a power of two or 0 */
};

struct armvirt_smmu {
    struct armvirt_smmu_config config;
    uint64_t reg[ARMVIRT_SMMU_BANKS][SMMU_REGS];
    uint64_t output_mask;     /* IDR5.OAS: the bits of output addresses */
    struct armvirt_vmsa vmsa; /* what the identification registers say of translation tables */
    uint16_t command_features[ARMVIRT_SMMU_INTERFACES]; /* of command.c */
    struct armvirt_regime root;                         /* granule protection */
    bool access_off;                                    /* ROOT_CR0.ACCESSEN is there, and 0 */
    struct armvirt_smmu_context scratch; /* for one call: a configuration that is not cached */
    uint64_t generation;                 /* of recent answers; never 0 */
    uint32_t era;                        /* generation of all configurations */
    struct armvirt_smmu_list free, waiting, ready; /* slots: free, UNRECORDED, commands came */
    struct armvirt_smmu_list ecmdq;                /* enhanced queues with commands */
    uint64_t merged[ARMVIRT_SMMU_INTERFACES][4];   /* the newest event, if it may be merged */
    bool atc_timeout[ARMVIRT_SMMU_INTERFACES];     /* an ATC invalidation will not complete */
    struct armvirt_smmu_parts parts;
};

static inline struct armvirt_smmu_cached *armvirt_smmu_cache(const struct armvirt_smmu *smmu)
{
    return (struct armvirt_smmu_cached *)(void *)((uintptr_t)smmu + smmu->parts.cache_at);
}

static inline uint32_t *armvirt_smmu_eras(const struct armvirt_smmu *smmu)
{
    return (uint32_t *)(void *)((uintptr_t)smmu + smmu->parts.era_at);
}

static inline struct armvirt_smmu_recent *armvirt_smmu_recent(const struct armvirt_smmu *smmu)
{
    return (struct armvirt_smmu_recent *)(void *)((uintptr_t)smmu + smmu->parts.recent_at);
}

static inline struct armvirt_smmu_stall *armvirt_smmu_slot(const struct armvirt_smmu *smmu,
                                                           uint32_t n)
{
    return (struct armvirt_smmu_stall *)(void *)((uintptr_t)smmu + smmu->parts.stall_at) + n;
}

/* NULL without one. */
static inline struct armvirt_tlb *armvirt_smmu_tlb(const struct armvirt_smmu *smmu)
{
    return smmu->config.tlb_entries == 0
               ? NULL
               : (struct armvirt_tlb *)(void *)((uintptr_t)smmu + smmu->parts.tlb_at);
}

/* Whether the interface of a Security state exists. */
static inline bool armvirt_smmu_interface(const struct armvirt_smmu *smmu, unsigned sec_sid)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;

    return sec_sid == ARMVIRT_SPACE_NONSECURE ||
           (sec_sid == ARMVIRT_SPACE_SECURE && armvirt_smmu_secure(id)) ||
           (sec_sid == ARMVIRT_SPACE_REALM && armvirt_smmu_realm(id));
}

/* ROOT_GPT_BASE_CFG, of which software writes all but L0GPTSZ. IHI0070 6.3.115. */
static inline uint64_t armvirt_smmu_gpt_cfg(const struct armvirt_smmu *smmu)
{
    return smmu->reg[ARMVIRT_SPACE_ROOT][SMMU_ROOT_GPT_BASE_CFG] |
           ARMVIRT_PUT(ARMVIRT_SMMU_ROOT_GPT_BASE_CFG_L0GPTSZ, smmu->config.l0gptsz);
}

/* What the registers of an interface say of how structures are read. */
static inline struct armvirt_smmu_view armvirt_smmu_view_of(const struct armvirt_smmu *smmu,
                                                            uint8_t sec_sid)
{
    uint64_t s_cr0 = smmu->reg[ARMVIRT_SPACE_SECURE][SMMU_CR0];

    return (struct armvirt_smmu_view){
        .sec_sid = sec_sid,
        .e2h = (smmu->reg[sec_sid][SMMU_CR2] & ARMVIRT_SMMU_CR2_E2H) != 0,
        .nsstalld = (s_cr0 & ARMVIRT_SMMU_S_CR0_NSSTALLD) != 0,
        .atschk = (smmu->reg[sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_ATSCHK) != 0,
    };
}

#endif
