/* SPDX-License-Identifier: MIT */
/*
 * The configuration cache: what streams and substreams mean, by hash. Failures are not kept.
 * Invalidation is a new generation: of all (an era), or of the StreamIDs that share a slot, which
 * may forget more than was asked (IHI0070 4.3).
 */
#include "quick.h"
#include "translate.h"

/* A slot of 2^cache_log2: neighbouring StreamIDs have each their own. */
static uint32_t slot(const struct armvirt_smmu *smmu, uint64_t ids, uint64_t kind)
{
    uint64_t hash = (ids + (kind << 52)) * UINT64_C(0x9e3779b97f4a7c15) >> 32;

    return (uint32_t)hash & ((UINT32_C(1) << smmu->config.cache_log2) - 1);
}

/* Where the generation of a StreamID stands. */
static uint32_t sid_slot(const struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid)
{
    return slot(smmu, (uint64_t)sid << 32, sec_sid);
}

static struct armvirt_smmu_cached *place(const struct armvirt_smmu *smmu,
                                         const struct armvirt_smmu_whose *whose)
{
    return &armvirt_smmu_cache(smmu)[slot(smmu, whose->ids, whose->kind)];
}

static bool holds(const struct armvirt_smmu *smmu, const struct armvirt_smmu_cached *cached,
                  const struct armvirt_smmu_whose *whose)
{
    return cached->valid && cached->whose.ids == whose->ids && cached->whose.kind == whose->kind &&
           cached->era == smmu->era && cached->sid_era == armvirt_smmu_eras(smmu)[cached->sid_slot];
}

const struct armvirt_smmu_cached *armvirt_smmu_config_known(const struct armvirt_smmu *smmu,
                                                            const struct armvirt_smmu_txn *txn)
{
    struct armvirt_smmu_whose whose = armvirt_smmu_whose(txn);
    const struct armvirt_smmu_cached *cached = place(smmu, &whose);

    return holds(smmu, cached, &whose) ? cached : NULL;
}

/* The tag of what a stream puts into the TLB. IHI0070 3.17, 5.2 S2VMID. */
static void tag(struct armvirt_smmu_cached *cached)
{
    static const uint8_t regimes[4] = {ARMVIRT_TLB_EL10, ARMVIRT_TLB_EL2, ARMVIRT_TLB_EL20,
                                       ARMVIRT_TLB_EL3};
    const struct armvirt_smmu_context *context = &cached->context;
    struct armvirt_tlb_tag of = {
        .asid = {context->cd.asid, context->cd.asid},
        .vmid = context->ste.vmid,
        .regime = context->s1 ? regimes[context->ste.world & 3] : (uint8_t)ARMVIRT_TLB_IPA,
        .security = context->ste.sec_sid,
        .alone = context->s1 && context->cd.aset,
    };

    if (context->s1 || context->s2) {
        armvirt_tlb_context_init(&cached->tlb, &context->regime);
        armvirt_tlb_context_set_tag(&cached->tlb, &of);
    }
}

/* What follows from a configuration, so that no transaction has to see to it again. */
static void derive(const struct armvirt_smmu *smmu, struct armvirt_smmu_cached *cached)
{
    static const struct armvirt_smmu_txn read;

    cached->quick = armvirt_smmu_is_quick(smmu, &cached->context);
    for (unsigned priv = 0; priv < 2; priv++) {
        const struct armvirt_smmu_input in = {.privileged = priv != 0};

        armvirt_smmu_access_of(&cached->context, &read, &in, &cached->access[priv]);
    }
    tag(cached);
}

enum armvirt_status armvirt_smmu_config_of(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn,
                                           const struct armvirt_smmu_cached **found,
                                           struct armvirt_smmu_failure *failure)
{
    struct armvirt_smmu_whose whose = armvirt_smmu_whose(txn);
    struct armvirt_smmu_cached *cached = place(smmu, &whose);
    enum armvirt_status status;

    *found = cached;
    if (holds(smmu, cached, &whose)) {
        return ARMVIRT_OK;
    }
    cached->valid = false;
    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_MISS, 1);
    status = armvirt_smmu_read_config(smmu, txn, &cached->context, failure);
    if (status != ARMVIRT_OK) {
        return status;
    }
    cached->whose = whose;
    cached->era = smmu->era;
    cached->sid_slot = sid_slot(smmu, txn->sec_sid, txn->sid);
    cached->sid_era = armvirt_smmu_eras(smmu)[cached->sid_slot];
    cached->valid = true;
    derive(smmu, cached);
    return ARMVIRT_OK;
}

/* ---- Forgetting ---------------------------------------------------------------------------- */

static void clear(struct armvirt_smmu *smmu)
{
    for (uint32_t n = 0; n < UINT32_C(1) << smmu->config.cache_log2; n++) {
        armvirt_smmu_cache(smmu)[n].valid = false;
    }
}

void armvirt_smmu_forget_stream(struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid)
{
    smmu->generation++;
    if (++armvirt_smmu_eras(smmu)[sid_slot(smmu, sec_sid, sid)] == 0) { /* once in 2^32 */
        clear(smmu);
    }
}

void armvirt_smmu_forget_all(struct armvirt_smmu *smmu)
{
    smmu->generation++;
    if (++smmu->era == 0) {
        clear(smmu);
    }
}

void armvirt_smmu_forget_translations(struct armvirt_smmu *smmu,
                                      const struct armvirt_tlb_inval *inval)
{
    struct armvirt_tlb *tlb = armvirt_smmu_tlb(smmu);

    smmu->generation++;
    if (tlb != NULL) {
        armvirt_tlb_invalidate(tlb, inval);
    }
}
