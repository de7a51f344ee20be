/* SPDX-License-Identifier: MIT */
/* Accesses to memory that the SMMU makes by itself, and what it tells software about itself. */
#ifndef ARMVIRT_SRC_SMMU_ACCESS_H
#define ARMVIRT_SRC_SMMU_ACCESS_H

#include "machine.h"

/* How such an access ended; the last is an abort that a granule protection check caused. */
enum armvirt_smmu_bus {
    ARMVIRT_SMMU_BUS_OK,
    ARMVIRT_SMMU_BUS_ABORT,
    ARMVIRT_SMMU_BUS_RETRY,
    ARMVIRT_SMMU_BUS_GPC,
};

/* What is accessed: words of 64 bits from @pa on. */
struct armvirt_smmu_words {
    uint64_t pa;
    uint8_t space; /* enum armvirt_space */
    uint8_t what;  /* enum armvirt_mem_what */
    uint16_t mecid;
    unsigned count;
    uint8_t refusal; /* comes back with BUS_GPC: enum armvirt_reason */
};

/* ---- access.c ----------------------------------------------------------------------------- */

enum armvirt_smmu_bus armvirt_smmu_fetch(const struct armvirt_smmu *smmu,
                                         struct armvirt_smmu_words *at, uint64_t *word);
enum armvirt_smmu_bus armvirt_smmu_store(const struct armvirt_smmu *smmu,
                                         struct armvirt_smmu_words *at, const uint64_t *word);

/* An interrupt message at @at, of which pa, cut to the output address size, and space count. */
enum armvirt_smmu_bus armvirt_smmu_message(const struct armvirt_smmu *smmu,
                                           struct armvirt_smmu_words *at, uint32_t data);

/* The granule protection check of an address; also what ROOT_CR0.ACCESSEN says. */
enum armvirt_status armvirt_smmu_gpc(const struct armvirt_smmu *smmu, uint64_t pa, uint8_t space,
                                     struct armvirt_fault *fault);

/* ---- root.c ------------------------------------------------------------------------------- */

/* FAR.REASON: whose access was refused. IHI0070 6.3.116. */
enum armvirt_smmu_gpf_origin {
    ARMVIRT_SMMU_GPF_TRANSLATION = 1, /* FAULTCODE is the type of the event */
    ARMVIRT_SMMU_GPF_GERROR = 2,
    ARMVIRT_SMMU_GPF_TRANSACTION = 3, /* FAULTCODE is 0 */
};

/* FAULTCODE of accesses that no transaction causes. */
enum armvirt_smmu_gpf_code {
    ARMVIRT_SMMU_GPF_CMDQ = 0x00,
    ARMVIRT_SMMU_GPF_EVENTQ = 0x02,
    ARMVIRT_SMMU_GPF_PRIQ = 0x03,
    ARMVIRT_SMMU_GPF_MSI_CMDQ = 0x04,
    ARMVIRT_SMMU_GPF_MSI_EVENTQ = 0x05,
    ARMVIRT_SMMU_GPF_MSI_PRIQ = 0x06,
    ARMVIRT_SMMU_GPF_MSI_GERROR = 0x07,
};

/* A refused access. */
struct armvirt_smmu_gpf {
    uint64_t pa;
    uint8_t space;  /* enum armvirt_space */
    uint8_t reason; /* enum armvirt_reason */
    uint8_t origin; /* enum armvirt_smmu_gpf_origin */
    uint8_t code;
};

/* Report it in GPF_FAR or GPT_CFG_FAR. */
void armvirt_smmu_gpf(struct armvirt_smmu *smmu, const struct armvirt_smmu_gpf *gpf);

/* The same of an access that ended with BUS_GPC and that no transaction caused. */
void armvirt_smmu_gpf_own(struct armvirt_smmu *smmu, const struct armvirt_smmu_words *at,
                          enum armvirt_smmu_gpf_code code);

/* ---- notify.c ----------------------------------------------------------------------------- */

/* The MPAM labels of what is counted. */
struct armvirt_smmu_label {
    uint16_t partid;
    uint8_t pmg;
    uint8_t space; /* enum armvirt_space of `partid` */
};

/* Call ops->count(), which is there; @label may be NULL. */
void armvirt_smmu_tell_count(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_label *label, enum armvirt_pmcg_event event,
                             uint32_t count);

/* Something that performance monitors count happened to a transaction without labels yet. */
static inline void armvirt_smmu_count(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn,
                                      enum armvirt_pmcg_event event, uint32_t count)
{
    if (smmu->config.ops != NULL && smmu->config.ops->count != NULL) {
        armvirt_smmu_tell_count(smmu, txn, NULL, event, count);
    }
}

/* The same to a transaction that is configured. */
static inline void armvirt_smmu_count_of(const struct armvirt_smmu *smmu,
                                         const struct armvirt_smmu_txn *txn,
                                         const struct armvirt_smmu_context *context,
                                         enum armvirt_pmcg_event event, uint32_t count)
{
    const struct armvirt_smmu_label label = {context->partid, context->pmg, context->mpam_space};

    if (smmu->config.ops != NULL && smmu->config.ops->count != NULL) {
        armvirt_smmu_tell_count(smmu, txn, &label, event, count);
    }
}

/* A wired interrupt pulses. */
void armvirt_smmu_wire(const struct armvirt_smmu *smmu, uint8_t bank, enum armvirt_smmu_irq irq);

/* A wake-up event for PEs that wait in WFE, if the SMMU sends any. IHI0070 6.3.1. */
void armvirt_smmu_sev(const struct armvirt_smmu *smmu);

/* An interrupt of an interface whose enable has been looked at: wired, and as a message. */
void armvirt_smmu_interrupt(struct armvirt_smmu *smmu, uint8_t sec_sid, enum armvirt_smmu_irq irq);

/* Make a global error active, ARMVIRT_SMMU_GERROR_*, with its interrupt. IHI0070 7.5. */
void armvirt_smmu_gerror(struct armvirt_smmu *smmu, uint8_t sec_sid, uint64_t error);

/* Whether a global error is active. */
static inline bool armvirt_smmu_error_active(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                                             uint64_t error)
{
    const uint64_t *reg = smmu->reg[sec_sid];

    return ((reg[SMMU_GERROR] ^ reg[SMMU_GERRORN]) & error) != 0;
}

#endif
