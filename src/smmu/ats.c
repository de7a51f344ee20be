/* SPDX-License-Identifier: MIT */
/* ATS translated transactions (IHI0070 3.9.1.3). */
#include "translate.h"

#define REASON(name) ARMVIRT_SMMU_REASON_##name

static enum armvirt_status forbid(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                  struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_failure failure = {
        .reason = REASON(TRANSLATED_FORBIDDEN),
        .event = ARMVIRT_SMMU_EVENT(F_TRANSL_FORBIDDEN),
    };
    const struct armvirt_smmu_input in = {.space = txn->sec_sid};

    return armvirt_smmu_fail(smmu, txn, &smmu->scratch, &in, &failure, result);
}

enum armvirt_status armvirt_smmu_translated(struct armvirt_smmu *smmu,
                                            const struct armvirt_smmu_txn *txn,
                                            struct armvirt_smmu_result *result)
{
    bool enabled = (smmu->reg[txn->sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN) != 0;

    if (!enabled || !armvirt_smmu_ats(&smmu->config.id, txn->sec_sid)) {
        return forbid(smmu, txn, result);
    }
    return ARMVIRT_E_UNSUPPORTED;
}
