/* SPDX-License-Identifier: MIT */
/*
 * The configuration cache: what streams and substreams mean, by hash. Failures are not kept.
 * Invalidation is a new generation: of all (an era), or of the StreamIDs that share a slot, which
 * may forget more than was asked (IHI0070 4.3).
 */
#include "base/mem_functions.h"
#include "stream.h"

/* Mixes StreamID, SubstreamID and Security state. */
static uint32_t hash(uint32_t a, uint32_t b)
{
    uint32_t h = a * UINT32_C(0x9e3779b1) ^ (b + UINT32_C(0x7f4a7c15)) * UINT32_C(0x85ebca6b);

    return h ^ h >> 15;
}

static uint32_t mask(const struct armvirt_smmu *smmu)
{
    return (UINT32_C(1) << smmu->config.cache_log2) - 1;
}

/* Where the generation of a StreamID stands. */
static uint32_t sid_slot(const struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid)
{
    return hash(sid, sec_sid) & mask(smmu);
}

static bool has_ssid(const struct armvirt_smmu_txn *txn)
{
    return (txn->flags & ARMVIRT_SMMU_SSV) != 0;
}

/* The SubstreamID; 0 without one. */
static uint32_t ssid_of(const struct armvirt_smmu_txn *txn)
{
    return has_ssid(txn) ? txn->ssid : 0;
}

static struct armvirt_smmu_cached *slot_of(const struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn)
{
    uint32_t n = hash(txn->sid, ssid_of(txn) << 3 | (has_ssid(txn) ? 4u : 0) | txn->sec_sid);

    return &armvirt_smmu_cache(smmu)[n & mask(smmu)];
}

static bool matches(const struct armvirt_smmu *smmu, const struct armvirt_smmu_cached *cached,
                    const struct armvirt_smmu_txn *txn)
{
    return cached->valid && cached->sid == txn->sid && cached->ssid == ssid_of(txn) &&
           cached->ssv == has_ssid(txn) && cached->sec_sid == txn->sec_sid &&
           cached->era == smmu->era && cached->sid_era == armvirt_smmu_eras(smmu)[cached->sid_slot];
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

enum armvirt_status armvirt_smmu_config_of(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn,
                                           const struct armvirt_smmu_cached **found,
                                           struct armvirt_smmu_failure *failure)
{
    struct armvirt_smmu_cached *cached = slot_of(smmu, txn);
    enum armvirt_status status;

    *found = cached;
    if (matches(smmu, cached, txn)) {
        return ARMVIRT_OK;
    }
    cached->valid = false;
    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_MISS, 1);
    status = armvirt_smmu_read_config(smmu, txn, &cached->context, failure);
    if (status != ARMVIRT_OK) {
        return status;
    }
    cached->sid = txn->sid;
    cached->ssid = ssid_of(txn);
    cached->ssv = has_ssid(txn);
    cached->sec_sid = txn->sec_sid;
    cached->era = smmu->era;
    cached->sid_slot = sid_slot(smmu, txn->sec_sid, txn->sid);
    cached->sid_era = armvirt_smmu_eras(smmu)[cached->sid_slot];
    cached->valid = true;
    tag(cached);
    return ARMVIRT_OK;
}

/* ---- Forgetting ---------------------------------------------------------------------------- */

static void clear(struct armvirt_smmu *smmu)
{
    for (uint32_t n = 0; n <= mask(smmu); n++) {
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
