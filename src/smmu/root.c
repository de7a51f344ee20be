/* SPDX-License-Identifier: MIT */
/* Faults of granule protection as Root software sees them (IHI0070 3.25.4, 6.3.116, 6.3.117). */
#include "event.h"

#define FAR(field) ARMVIRT_SMMU_ROOT_GPT_CFG_FAR_##field

/* CFG_ERR of what is not a fault of the access but an error of the lookup. 6.3.117. */
enum cfg_err { BAD_REGISTERS, BAD_BASE, FETCH_ABORTED, BAD_ENTRY, BAD_NEXT_LEVEL, NO_ERROR };

static enum cfg_err cfg_err(unsigned reason)
{
    switch (reason) {
    case ARMVIRT_REASON_GPC_SPACE_OFF:
    case ARMVIRT_REASON_GPC_PA_RANGE:
    case ARMVIRT_REASON_GPI_MISMATCH:
        return NO_ERROR;
    case ARMVIRT_REASON_GPC_REGISTERS:
    case ARMVIRT_REASON_GPC_WINDOW:
        return BAD_REGISTERS;
    case ARMVIRT_REASON_GPC_BASE_RANGE:
        return BAD_BASE;
    case ARMVIRT_REASON_GPT_EXTERNAL:
        return FETCH_ABORTED;
    case ARMVIRT_REASON_GPT_TABLE_ADDRESS:
        return BAD_NEXT_LEVEL;
    default:
        return BAD_ENTRY;
    }
}

/* The first is kept until it is acknowledged. IHI0070 3.25.5. */
void armvirt_smmu_gpf(struct armvirt_smmu *smmu, const struct armvirt_smmu_gpf *gpf)
{
    static const uint8_t fpas[4] = {1, 0, 3, 2}; /* by enum armvirt_space */
    enum cfg_err error = cfg_err(gpf->reason);
    bool lookup = error != NO_ERROR;
    uint64_t *far =
        &smmu->reg[ARMVIRT_SPACE_ROOT][lookup ? SMMU_ROOT_GPT_CFG_FAR : SMMU_ROOT_GPF_FAR];

    if (*far & FAR(FAULT)) {
        return;
    }
    *far = ARMVIRT_PUT(FAR(FPAS), fpas[gpf->space & 3]) | (gpf->pa & FAR(FADDR)) |
           ARMVIRT_PUT(FAR(FAULTCODE), gpf->code) | ARMVIRT_PUT(FAR(REASON), gpf->origin) |
           FAR(FAULT);
    if (lookup) {
        *far |= ARMVIRT_PUT(FAR(CFG_ERR), error);
    }
    armvirt_smmu_wire(smmu, ARMVIRT_SPACE_ROOT,
                      lookup ? ARMVIRT_SMMU_IRQ_GPT_CFG_FAR : ARMVIRT_SMMU_IRQ_GPF_FAR);
}

void armvirt_smmu_gpf_own(struct armvirt_smmu *smmu, const struct armvirt_smmu_words *at,
                          enum armvirt_smmu_gpf_code code)
{
    const struct armvirt_smmu_gpf gpf = {
        .pa = at->pa,
        .space = at->space,
        .reason = at->refusal,
        .origin = ARMVIRT_SMMU_GPF_GERROR,
        .code = (uint8_t)code,
    };

    armvirt_smmu_gpf(smmu, &gpf);
}

/* What is speculative is not reported. IHI0070 3.25.1.2. */
void armvirt_smmu_gpf_txn(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                          const struct armvirt_smmu_failure *failure)
{
    bool quiet = (txn->flags & (ARMVIRT_SMMU_PROBE | ARMVIRT_SMMU_SPECULATIVE)) != 0;
    bool output = failure->reason == ARMVIRT_SMMU_REASON_GPC_OUTPUT;
    const struct armvirt_smmu_gpf gpf = {
        .pa = failure->fault.pa,
        .space = failure->fault.pa_space,
        .reason = failure->fault.reason,
        .origin = output ? ARMVIRT_SMMU_GPF_TRANSACTION : ARMVIRT_SMMU_GPF_TRANSLATION,
        .code = output ? 0 : failure->event,
    };

    if (!quiet && (output || failure->gpcf)) {
        armvirt_smmu_gpf(smmu, &gpf);
    }
}
