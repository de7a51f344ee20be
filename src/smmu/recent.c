/* SPDX-License-Identifier: MIT */
/* Answers given recently: finding and keeping them (IHI0070 3.21). */
#include "recent.h"

#include "base/mem_functions.h"

enum { MOST = 1024, PAGE = 4096, STEP = 23 };

/* Members of the result between the event and the fault: `outcome` to `pmg`. */
enum {
    ANSWER_AT = offsetof(struct armvirt_smmu_result, outcome),
    ANSWER_END = offsetof(struct armvirt_smmu_result, fault),
};

_Static_assert(ANSWER_END - ANSWER_AT == ARMVIRT_SMMU_ANSWER, "struct armvirt_smmu_recent");

/* These stand beside the page in one word. Attributes do not: those of the others are all alike. */
#define KINDS                                                                                      \
    (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE | ARMVIRT_SMMU_PRIVILEGED |                      \
     ARMVIRT_SMMU_INSTRUCTION | ARMVIRT_SMMU_SSV | ARMVIRT_SMMU_NS | ARMVIRT_SMMU_SPECULATIVE |    \
     ARMVIRT_SMMU_NO_STALL)

_Static_assert(KINDS < PAGE, "below the page");

/* Where an answer stands: neighbouring pages of a stream beside each other. */
static struct armvirt_smmu_recent *place(const struct armvirt_smmu *smmu, uint64_t who,
                                         uint64_t what)
{
    uint64_t page = what / PAGE, stream = (who ^ who >> 31) * STEP;
    uint64_t n = page ^ page >> 9 ^ stream ^ what << 6;

    return armvirt_smmu_recent(smmu) + (n & (smmu->parts.recents - 1));
}

bool armvirt_smmu_recall(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                         struct armvirt_smmu_question *question, struct armvirt_smmu_result *result)
{
    uint64_t who = armvirt_smmu_whose(txn).ids;
    uint64_t what = (txn->addr & ~(uint64_t)(PAGE - 1)) | txn->flags;
    uint64_t when = smmu->generation << 2 | txn->sec_sid;
    struct armvirt_smmu_recent *recent;

    if ((txn->flags & ~KINDS) || smmu->parts.recents == 0) {
        question->at = NULL;
        return false;
    }
    recent = place(smmu, who, what);
    if (recent->what == what && recent->who == who && recent->when == when) {
        result->pa = recent->pa | (txn->addr & (PAGE - 1));
        memcpy((uint8_t *)result + ANSWER_AT, recent->answer, sizeof(recent->answer));
        return true;
    }
    *question = (struct armvirt_smmu_question){who, what, when, recent};
    return false;
}

void armvirt_smmu_remember(const struct armvirt_smmu_question *question,
                           const struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_recent *recent = question->at;

    if (recent == NULL) {
        return;
    }
    recent->who = question->who;
    recent->what = question->what;
    recent->when = question->when;
    recent->pa = result->pa & ~(uint64_t)(PAGE - 1);
    memcpy(recent->answer, (const uint8_t *)result + ANSWER_AT, sizeof(recent->answer));
}

uint32_t armvirt_smmu_recents(const struct armvirt_smmu_config *config)
{
    return config->tlb_entries < MOST ? config->tlb_entries : MOST;
}
