/* SPDX-License-Identifier: MIT */
/*
 * The transaction that nearly every one is: plain, of a Non-secure stream whose configuration is in
 * the cache, has stage 1 and overrides nothing (IHI0070 3.3, 13.1). It hits the TLB, or its walk
 * succeeds. This file can only say yes, by the same functions as the complete way; whatever is
 * unusual, and every fault, it leaves to that (translate.c).
 */
#include "quick.h"

#include "translate.h"

/* What a plain transaction may be besides a read. */
#define PLAIN                                                                                      \
    (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE | ARMVIRT_SMMU_PRIVILEGED | ARMVIRT_SMMU_SSV |   \
     ARMVIRT_SMMU_SPECULATIVE | ARMVIRT_SMMU_NO_STALL)

/* Nobody looks on: neither performance monitors nor a log of walks. */
static bool is_unobserved(const struct armvirt_smmu *smmu)
{
    const struct armvirt_smmu_ops *ops = smmu->config.ops;

    return smmu->config.log == NULL && (ops == NULL || ops->count == NULL);
}

bool armvirt_smmu_is_quick(const struct armvirt_smmu *smmu,
                           const struct armvirt_smmu_context *context)
{
    return context->s1 && !context->cd.aa32 && smmu->config.tlb_entries != 0 &&
           context->ste.sec_sid == ARMVIRT_SPACE_NONSECURE &&
           armvirt_smmu_overrides_nothing(&context->ste) && is_unobserved(smmu);
}

/* The walk of what is not in the TLB. */
static bool walk_and_fill(struct armvirt_smmu *smmu, const struct armvirt_smmu_cached *cached,
                          const struct armvirt_access *access, const struct armvirt_smmu_input *in,
                          struct armvirt_smmu_result *result)
{
    const struct armvirt_walk_env env = {.mem = smmu->config.mem};
    struct armvirt_walk walk;

    if (armvirt_translate(&cached->context.regime, &env, access, &walk) != ARMVIRT_OK) {
        return false;
    }
    (void)armvirt_tlb_fill(armvirt_smmu_tlb(smmu), &cached->tlb, access, &walk);
    armvirt_smmu_put_walk(smmu, &walk, result);
    armvirt_smmu_emit_attr(smmu, in, &walk.attr, result);
    return true;
}

bool armvirt_smmu_quick(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                        const struct armvirt_smmu_question *question,
                        struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_input in = {
        .privileged = (txn->flags & ARMVIRT_SMMU_PRIVILEGED) != 0,
    };
    const struct armvirt_smmu_cached *cached;
    const struct armvirt_tlb_entry *entry;
    struct armvirt_access access;

    if (txn->flags & ~PLAIN) {
        return false;
    }
    cached = armvirt_smmu_config_known(smmu, txn);
    if (cached == NULL || !cached->quick) {
        return false;
    }
    access = cached->access[in.privileged];
    access.va = txn->addr;
    access.kind = armvirt_smmu_kind_of(txn, in.instruction);
    entry = armvirt_tlb_lookup(armvirt_smmu_tlb(smmu), &cached->tlb, &access);
    armvirt_smmu_mpam_emit(&cached->context, result);
    if (entry == NULL) {
        return walk_and_fill(smmu, cached, &access, &in, result);
    }
    armvirt_smmu_put_entry(smmu, entry, txn->addr, result);
    armvirt_smmu_emit_attr(smmu, &in, &entry->attr, result);
    armvirt_smmu_remember(question, result);
    return true;
}
