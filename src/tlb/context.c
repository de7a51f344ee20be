/* SPDX-License-Identifier: MIT */
/*
 * From a translation regime to what lookups need of it (DDI0487 D8.16.3, D8.17 R_NWYRD), and what
 * of it may not stand in a TLB.
 */
#include "machine.h"

#define ADDRESS_BITS 56u

/* DDI0487 D8.4.3: overlay registers take effect without invalidation. */
static bool has_overlays(const struct armvirt_stage *stage)
{
    return stage->overlay_priv || stage->overlay_el0;
}

static bool is_cacheable(const struct armvirt_regime *regime, unsigned half)
{
    bool s2_overlays = has_overlays(&regime->s2[0]) || has_overlays(&regime->s2[1]);

    if (regime->s2_enabled && s2_overlays) {
        return false;
    }
    return regime->s1_enabled ? !has_overlays(&regime->s1[half]) : regime->s2_enabled;
}

/* Stage 1 is off: the address is an IPA, and no tag bits may stand above it. */
static void take_ipas(struct armvirt_tlb_context *context)
{
    for (unsigned fetch = 0; fetch < 2; fetch++) {
        context->va_mask[0][fetch] = ~armvirt_bits_below(ADDRESS_BITS);
    }
    context->ia_mask[0] = armvirt_bits_below(ADDRESS_BITS);
    context->upper_bit = 0;
}

/* Virtual addresses of AArch32 have 32 bits, which may belong to either half. */
static void take_32_bits(struct armvirt_tlb_context *context)
{
    memset(context->va_mask, 0, sizeof(context->va_mask));
    context->ia_mask[0] = UINT32_MAX;
    context->upper_bit = 0;
}

static void take_addresses(struct armvirt_tlb_context *context, const struct armvirt_regime *regime)
{
    context->upper_bit = regime->upper_bit;
    for (unsigned half = 0; half < 2; half++) {
        const struct armvirt_stage *stage = &regime->s1[half];

        context->ia_mask[half] = stage->ia_mask;
        context->va_mask[half][0] = stage->va_mask[0];
        context->va_mask[half][1] = stage->va_mask[1];
        context->no_el0 |= (uint8_t)(stage->e0pd << half);
        context->cacheable |= (uint8_t)(is_cacheable(regime, half) << half);
    }
    if (regime->el1_aarch32) {
        take_32_bits(context);
    } else if (!regime->s1_enabled) {
        take_ipas(context);
    }
}

/* SCTLR_ELx.{C,I}, HCR_EL2.{CD,ID}, and the attributes without stage 1. */
static bool kinds_differ(const struct armvirt_regime *regime)
{
    return !regime->s1_enabled || regime->data_cacheable != regime->fetch_cacheable ||
           regime->s2_data_nc != regime->s2_fetch_nc;
}

void armvirt_tlb_context_init(struct armvirt_tlb_context *context,
                              const struct armvirt_regime *regime)
{
    bool guest = regime->id == ARMVIRT_REGIME_EL10 && regime->el2_enabled;
    bool asids = regime->s1_enabled && regime->two_ranges;
    struct armvirt_tlb_tag tag = {
        .asid = {asids ? regime->s1[0].asid : 0, asids ? regime->s1[1].asid : 0},
        .vmid = guest ? regime->vmid : 0,
        .regime = regime->s1_enabled ? regime->id : (uint8_t)ARMVIRT_TLB_IPA,
        .security = regime->security,
    };

    *context = (struct armvirt_tlb_context){
        .dacr = regime->dacr,
        .format = regime->s1_enabled ? regime->s1[0].format : (uint8_t)ARMVIRT_FORMAT_VMSA64,
        .gpc_log2 = regime->gpc.enabled ? regime->gpc.granule_log2 : 0,
        .kinds_differ = kinds_differ(regime),
        .spans_are_flat = !(regime->options & ARMVIRT_OPT_CONTIG_OA_VERBATIM),
    };
    take_addresses(context, regime);
    context->is_steady = context->no_el0 == 0 && context->format != ARMVIRT_FORMAT_SHORT;
    armvirt_tlb_context_set_tag(context, &tag);
}

void armvirt_tlb_context_set_tag(struct armvirt_tlb_context *context,
                                 const struct armvirt_tlb_tag *tag)
{
    context->world = tlb_world_of(tag->regime, tag->security, tag->alone);
    context->hash_vmid = tlb_hash_vmid(context->world, tag->vmid);
    context->hash_global = tlb_hash_global(context->world, tag->vmid);
    for (unsigned half = 0; half < 2; half++) {
        context->owner[half] = tlb_owner(tag->vmid, tag->asid[half]);
        context->hash_asid[half] = tlb_hash_asid(context->world, tag->vmid, tag->asid[half]);
    }
    if (tag->regime == ARMVIRT_TLB_IPA) {
        take_ipas(context);
    }
}
