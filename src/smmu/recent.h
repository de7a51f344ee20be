/* SPDX-License-Identifier: MIT */
/*
 * Answers given recently (IHI0070 3.21: what may be cached, and until when), in front of
 * configuration cache and TLB: for a stream, a substream, a page and a kind of access, what both
 * said and what became of it.
 *
 * An answer is good for one generation. Whatever may change what a transaction gets begins a new
 * one: every invalidation of configurations (IHI0070 4.3) or translations (4.4), whatever it names,
 * and every write of a register (6.3). So nothing stands here that those caches would not say.
 */
#ifndef ARMVIRT_SRC_SMMU_RECENT_H
#define ARMVIRT_SRC_SMMU_RECENT_H

#include "machine.h"

/* What is asked, and where the answer stands if it is there. */
struct armvirt_smmu_question {
    uint64_t who, what, when;
    struct armvirt_smmu_recent *at; /* NULL: it is not kept */
};

/*
 * Answer a transaction as the last one like it; @result is clear. False: look further, with
 * @question for armvirt_smmu_remember().
 */
bool armvirt_smmu_recall(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                         struct armvirt_smmu_question *question,
                         struct armvirt_smmu_result *result);

/* Keep an answer that configuration cache and TLB gave. */
void armvirt_smmu_remember(const struct armvirt_smmu_question *question,
                           const struct armvirt_smmu_result *result);

/* How many answers a configuration keeps: a power of two, or none. */
uint32_t armvirt_smmu_recents(const struct armvirt_smmu_config *config);

#endif
