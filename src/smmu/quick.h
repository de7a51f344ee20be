/* SPDX-License-Identifier: MIT */
/* Transactions of the common kind (IHI0070 3.3). */
#ifndef ARMVIRT_SRC_SMMU_QUICK_H
#define ARMVIRT_SRC_SMMU_QUICK_H

#include "recent.h"

/* Whether the streams of a configuration are of the common kind. */
bool armvirt_smmu_is_quick(const struct armvirt_smmu *smmu,
                           const struct armvirt_smmu_context *context);

/* Answer a transaction to an enabled SMMU, if that is easy; @result is clear. False: the complete
 * way, from its start. */
bool armvirt_smmu_quick(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                        const struct armvirt_smmu_question *question,
                        struct armvirt_smmu_result *result);

#endif
