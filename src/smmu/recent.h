/* SPDX-License-Identifier: MIT */
/* Answers given recently (IHI0070 3.21: what may be cached, and until when). */
#ifndef ARMVIRT_SRC_SMMU_RECENT_H
#define ARMVIRT_SRC_SMMU_RECENT_H

#include "machine.h"

/* Answer a transaction as the last one like it; @result is clear. False: look further. */
bool armvirt_smmu_recall(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                         struct armvirt_smmu_result *result);

/* Keep an answer that configuration cache and TLB gave. */
void armvirt_smmu_remember(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                           const struct armvirt_smmu_result *result);

/* How many answers a configuration keeps: a power of two, or none. */
uint32_t armvirt_smmu_recents(const struct armvirt_smmu_config *config);

#endif
