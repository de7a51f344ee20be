/* SPDX-License-Identifier: MIT */
/* Attributes of transactions (IHI0070 13). */
#ifndef ARMVIRT_SRC_SMMU_OUTPUT_H
#define ARMVIRT_SRC_SMMU_OUTPUT_H

#include "machine.h"

/* A transaction on its way: its attributes after the overrides. */
struct armvirt_smmu_input {
    struct armvirt_memattr attr;
    bool privileged, instruction;
    uint8_t space; /* of its address while no stage has translated it: enum armvirt_space */
};

/* Whether an entry leaves the attributes of transactions as they came. */
bool armvirt_smmu_overrides_nothing(const struct armvirt_ste *ste);

/* What the overrides of STE.{MTCFG, ...}, or of GBPA, make of a transaction. */
void armvirt_smmu_overridden(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_ste *ste, struct armvirt_smmu_input *in);
struct armvirt_smmu_input armvirt_smmu_bypassing(const struct armvirt_smmu *smmu,
                                                 const struct armvirt_smmu_txn *txn);

/*
 * Attributes that go out: @in, and what translation gave. @s2_desc is the leaf of stage 2, as far
 * as it counts beside @walked.
 */
struct armvirt_memattr armvirt_smmu_combine(const struct armvirt_smmu_context *context,
                                            const struct armvirt_smmu_input *in,
                                            const struct armvirt_memattr *walked, uint64_t s2_desc);

/* Fill in the attributes of a transaction that passes. IHI0070 13.1.2. */
static inline void armvirt_smmu_emit_attr(const struct armvirt_smmu *smmu,
                                          const struct armvirt_smmu_input *in,
                                          const struct armvirt_memattr *attr,
                                          struct armvirt_smmu_result *result)
{
    bool fixed = armvirt_smmu_version(&smmu->config.id) >= 4;

    result->attr.mair = attr->mair;
    result->attr.sh = attr->sh;
    result->privileged = fixed || in->privileged;
    result->instruction = !fixed && in->instruction;
}

#endif
