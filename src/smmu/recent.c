/* SPDX-License-Identifier: MIT */
/*
 * Answers given recently, in front of configuration cache and TLB: for a stream, a substream, a
 * page and a kind of access, what both said and what became of it.
 *
 * An answer is good for one generation. Whatever may change what a transaction gets begins a new
 * one: every invalidation of configurations (IHI0070 4.3) or translations (4.4), whatever it names,
 * and every write of a register (6.3). So nothing stands here that those caches would not say.
 */
#include "recent.h"

#include "base/mem_functions.h"

enum { MOST = 256, PAGE = 4096, STEP = 23 };

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

struct key {
    uint64_t who, what, when;
};

static struct key key_of(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn)
{
    uint32_t ssid = txn->flags & ARMVIRT_SMMU_SSV ? txn->ssid : 0;

    return (struct key){
        .who = (uint64_t)txn->sid << 32 | ssid,
        .what = (txn->addr & ~(uint64_t)(PAGE - 1)) | (txn->flags & KINDS),
        .when = smmu->generation << 2 | txn->sec_sid,
    };
}

/* Where an answer stands: neighbouring pages of a stream beside each other. */
static struct armvirt_smmu_recent *place(const struct armvirt_smmu *smmu, const struct key *key)
{
    uint64_t page = key->what / PAGE, stream = (key->who ^ key->who >> 31) * STEP;
    uint64_t n = page ^ page >> 9 ^ stream ^ key->what << 6;

    return armvirt_smmu_recent(smmu) + (n & (smmu->parts.recents - 1));
}

static bool may_be_kept(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn)
{
    return smmu->parts.recents != 0 && !(txn->flags & ~KINDS);
}

bool armvirt_smmu_recall(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                         struct armvirt_smmu_result *result)
{
    struct key key = key_of(smmu, txn);
    const struct armvirt_smmu_recent *recent;

    if (!may_be_kept(smmu, txn)) {
        return false;
    }
    recent = place(smmu, &key);
    if (recent->what != key.what || recent->who != key.who || recent->when != key.when) {
        return false;
    }
    result->pa = recent->pa | (txn->addr & (PAGE - 1));
    memcpy((uint8_t *)result + ANSWER_AT, recent->answer, sizeof(recent->answer));
    return true;
}

void armvirt_smmu_remember(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                           const struct armvirt_smmu_result *result)
{
    struct key key = key_of(smmu, txn);
    struct armvirt_smmu_recent *recent;

    if (!may_be_kept(smmu, txn)) {
        return;
    }
    recent = place(smmu, &key);
    recent->who = key.who;
    recent->what = key.what;
    recent->when = key.when;
    recent->pa = result->pa & ~(uint64_t)(PAGE - 1);
    memcpy(recent->answer, (const uint8_t *)result + ANSWER_AT, sizeof(recent->answer));
}

uint32_t armvirt_smmu_recents(const struct armvirt_smmu_config *config)
{
    return config->tlb_entries < MOST ? config->tlb_entries : MOST;
}
