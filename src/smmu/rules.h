/* SPDX-License-Identifier: MIT */
/*
 * Rules as data: what is checked is first turned into facts, a bit each; a rule is broken if all
 * facts of one mask hold and none of another. The first broken rule of a table is the answer.
 */
#ifndef ARMVIRT_SRC_SMMU_RULES_H
#define ARMVIRT_SRC_SMMU_RULES_H

#include <armvirt/base.h>

struct armvirt_smmu_rule {
    uint64_t all;   /* these facts hold ... */
    uint64_t none;  /* ... and none of these: */
    uint8_t reason; /* then this is the reason */
};

/* The reason of the first rule that is broken, or 0. */
static inline uint8_t armvirt_smmu_first_broken(const struct armvirt_smmu_rule *rule, size_t count,
                                                uint64_t facts)
{
    for (; count > 0; rule++, count--) {
        if ((facts & rule->all) == rule->all && (facts & rule->none) == 0) {
            return rule->reason;
        }
    }
    return 0;
}

/* @fact if @holds. */
static inline uint64_t armvirt_smmu_fact(unsigned fact, bool holds)
{
    return (uint64_t)holds << fact;
}

#endif
