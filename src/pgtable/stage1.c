/* SPDX-License-Identifier: MIT */
/*
 * The stage 1 walk of VMSAv8-64, VMSAv9-128 and the VMSAv8-32 Long-descriptor format.
 * DDI0487 D8.2 (walks), D8.4 to D8.7 (leaf), D8.15.4, D8.15.5 (faults and their order).
 */
#include "stage1.h"

#include "attr.h"
#include "descend.h"

/* ---- Before the walk ---------------------------------------------------------------------- */

/* FEAT_MTE_CANONICAL_TAGS: tag bits 59:56 count as the sign. DDI0487 D8.9.1. */
static uint64_t without_tag(const struct armvirt_stage *half, uint64_t va, bool upper)
{
    uint64_t tag = ARMVIRT_BITS(59, 56);

    if (!half->mtx) {
        return va;
    }
    return upper ? va | tag : va & ~tag;
}

/* DDI0487 R_VZZSZ: from the top address bit down to the input size all bits are alike. */
static bool va_in_range(const struct walker *w, const struct armvirt_stage *half, uint64_t va,
                        bool upper)
{
    bool fetch = walker_is(w, TRAIT_FETCH);
    unsigned top = fetch ? half->addr_top_fetch : half->addr_top;
    uint64_t checked = armvirt_bits_below(top + 1u) & ~armvirt_bits_below(half->ia_bits);

    va = fetch ? va : without_tag(half, va, upper);
    return (va & checked) == (upper ? checked : 0);
}

/* DDI0487 R_VZZSZ: the level 0 Translation faults, in the order of J1.1.4 S1Translate, S1Walk. */
static unsigned refused_before_walk(const struct walker *w, const struct armvirt_stage *half,
                                    uint64_t va, bool upper)
{
    if (half->init_reason != ARMVIRT_REASON_NONE) {
        return half->init_reason;
    }
    if (!va_in_range(w, half, va, upper)) {
        return ARMVIRT_REASON_VA_RANGE;
    }
    if (w->el0 && half->e0pd) {
        return ARMVIRT_REASON_E0PD;
    }
    if (w->el0 && half->nfd && (w->access->flags & ARMVIRT_ACCESS_NFD)) {
        return ARMVIRT_REASON_NFD;
    }
    return half->epd ? ARMVIRT_REASON_EPD : ARMVIRT_REASON_NONE;
}

/* ---- Stage 1 off -------------------------------------------------------------------------- */

/* DDI0487 D8.2.12.1: flat, but the address must fit PAMax and alignment still counts. */
enum outcome armvirt_stage1_off(struct walker *w, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    uint64_t va = stage1_input(regime, w->access->va);
    unsigned half = stage1_half(regime, va);
    const struct armvirt_stage *stage = &regime->s1[half];
    bool fetch = walker_is(w, TRAIT_FETCH);
    unsigned top = fetch ? stage->addr_top_fetch : stage->addr_top;
    uint64_t checked = armvirt_bits_below(top + 1u) & ~armvirt_bits_below(regime->pa_bits);
    struct lookup l = {.stage = stage, .number = 1, .ia = va};
    unsigned reason;

    if (stage->mtx && stage->addr_top == 63 && !fetch) {
        va = without_tag(stage, va, regime->two_ranges && half == 1);
    }
    if (va & checked) {
        return armvirt_walk_fault(w, &l, ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_MMU_OFF_RANGE,
                                  0);
    }
    s1->ipa = l.ia & ARMVIRT_BITS(55, 0);
    s1->space = regime->security;
    s1->attr = armvirt_s1_off_attr(regime, stage->mtx, fetch);
    s1->assured = false;
    s1->mecid = regime->id != ARMVIRT_REGIME_EL3 && s1->space == ARMVIRT_SPACE_REALM
                    ? regime->s1[0].mecid[0]
                    : 0;
    reason = armvirt_alignment_reason(w, &s1->attr, 1);
    if (reason != ARMVIRT_REASON_NONE) {
        return armvirt_walk_fault(w, &l, ARMVIRT_FAULT_ALIGNMENT, reason, 0);
    }
    w->out->size_log2 =
        (uint8_t)(stage->addr_top < regime->pa_bits ? stage->addr_top + 1u : regime->pa_bits);
    w->out->perm = RIGHTS_STAGE_OFF;
    return WALK_OK;
}

/* ---- The leaf ----------------------------------------------------------------------------- */

/* The output space that NS and NSE select. DDI0487 D8.4.6 R_KZLVM, R_LXLSC, R_XTYPW. */
static uint8_t output_space(const struct armvirt_regime *regime, const struct lookup *l)
{
    static const uint8_t root[2][2] = {
        {ARMVIRT_SPACE_SECURE, ARMVIRT_SPACE_NONSECURE},
        {ARMVIRT_SPACE_ROOT, ARMVIRT_SPACE_REALM},
    };
    bool ns = l->stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S1_LEAF_NS_HI) != 0
                             : (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_NS) != 0;
    bool nse = (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_NSE) != 0;
    uint8_t space;

    switch (l->space) {
    case ARMVIRT_SPACE_SECURE:
        return ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE;
    case ARMVIRT_SPACE_ROOT:
        space = root[nse][ns];
        return space == ARMVIRT_SPACE_SECURE && !armvirt_have(regime->features, FEAT_SEL2)
                   ? ARMVIRT_SPACE_NONSECURE
                   : space;
    case ARMVIRT_SPACE_REALM:
        return ns && regime->id != ARMVIRT_REGIME_EL10 ? ARMVIRT_SPACE_NONSECURE
                                                       : ARMVIRT_SPACE_REALM;
    default:
        return ARMVIRT_SPACE_NONSECURE;
    }
}

static unsigned attr_index(const struct lookup *l)
{
    unsigned low = (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_ATTRINDX, l->desc[0]);
    bool high;

    if (!l->stage->aie) {
        return low;
    }
    high = l->stage->d128 ? (l->desc[0] & ARMVIRT_VMSA128_S1_LEAF_ATTRINDX_3) != 0
                          : (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_ATTRINDX_3) != 0;
    return low | (unsigned)high << 3;
}

static struct armvirt_memattr leaf_attr(const struct armvirt_regime *regime, const struct lookup *l)
{
    struct armvirt_memattr attr = regime->attr[attr_index(l)];
    unsigned sh =
        l->stage->ds ? l->stage->sh : (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_SH, l->desc[0]);

    attr.sh = armvirt_decode_sh(regime, sh);
    if (attr.tag == ARMVIRT_UNTAGGED && l->stage->mtx) {
        attr.tag = ARMVIRT_CANONICALLY_TAGGED;
    }
    return attr;
}

static bool is_global(const struct armvirt_regime *regime, const struct lookup *l)
{
    if (!regime->two_ranges) {
        return true;
    }
    if (regime->security == ARMVIRT_SPACE_SECURE && l->space == ARMVIRT_SPACE_NONSECURE) {
        return false; /* DDI0487 D8.4.6.1: nG of a Secure walk that left Secure tables */
    }
    if (l->stage->unassured_not_global && regime->s2_enabled && !descend_stays_assured(l)) {
        return false; /* DDI0487 D24.2 TCR2_EL1.FNGNA0, FNGNA1 */
    }
    return !(l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_NG) && !l->stage->force_not_global;
}

static bool amec(const struct lookup *l)
{
    return l->stage->d128 ? (l->desc[1] & DESC128_AMEC_HI) != 0
                          : (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_AMEC) != 0;
}

/* FEAT_MEC: AMEC of EL2 descriptors must be allowed by TCR2_EL2.AMECn. DDI0487 D8.12.1.2. */
static bool amec_faults(const struct armvirt_regime *regime, const struct lookup *l, uint8_t space)
{
    bool el2 = regime->id == ARMVIRT_REGIME_EL20 || regime->id == ARMVIRT_REGIME_EL2;

    return l->stage->emec && !l->stage->amec && el2 && space == ARMVIRT_SPACE_REALM && amec(l);
}

static unsigned leaf_reason(const struct walker *w, const struct lookup *l, uint8_t space)
{
    unsigned reason = lookup_leaf_reason(w, l);

    return reason == ARMVIRT_REASON_NONE && amec_faults(w->regime, l, space) ? ARMVIRT_REASON_AMEC
                                                                             : reason;
}

/* DDI0487 D8.5: the descriptor with the flags that this access sets. */
static uint64_t updated_leaf(const struct walker *w, const struct lookup *l, bool write,
                             unsigned fault_type)
{
    uint64_t desc = l->desc[0];

    if (lookup_sets_access_flag(w, l, fault_type)) {
        desc |= ARMVIRT_VMSA64_S1_LEAF_AF;
    }
    if (write && lookup_sets_dirty(w, l, fault_type)) {
        desc &= ~ARMVIRT_VMSA64_S1_LEAF_NDIRTY;
    }
    return desc;
}

static enum outcome update_leaf(struct walker *w, struct lookup *l, uint64_t low)
{
    uint64_t desc[2] = {low, l->desc[1]};
    enum outcome outcome;

    if (low == l->desc[0] || !lookup_updates(w, l)) {
        return WALK_OK;
    }
    outcome = stage1_locate(w, l, true);
    return outcome == WALK_OK ? armvirt_table_update(w, l, desc) : outcome;
}

/*
 * Alignment before permission; a fault may still set the flags where options say so, but none makes
 * dirty what may not be written. J1.1.4 SettingDirtyStatePermitted.
 */
static enum outcome check_access(struct walker *w, struct lookup *l, const struct rights *r,
                                 const struct armvirt_memattr *attr)
{
    unsigned reason = armvirt_alignment_reason(w, attr, 1);
    bool write = walker_is(w, TRAIT_WRITE) && !walker_is(w, TRAIT_AT);
    unsigned type = ARMVIRT_FAULT_NONE;
    struct verdict v = {.reason = (uint8_t)reason};
    uint64_t updated;
    enum outcome outcome;

    if (reason != ARMVIRT_REASON_NONE) {
        type = ARMVIRT_FAULT_ALIGNMENT;
        write = write && armvirt_s1_check(w, l, r, attr).reason == ARMVIRT_REASON_NONE;
    } else {
        if (!rights_suffice(w, l, r)) {
            v = armvirt_s1_check(w, l, r, attr);
        }
        type = v.reason == ARMVIRT_REASON_NONE ? ARMVIRT_FAULT_NONE : ARMVIRT_FAULT_PERMISSION;
    }
    updated = updated_leaf(w, l, write, type);
    if (updated != l->desc[0]) {
        outcome = update_leaf(w, l, updated);
        if (outcome != WALK_OK) {
            return outcome;
        }
    }
    return type == ARMVIRT_FAULT_NONE ? WALK_OK : armvirt_walk_refused(w, l, type, &v);
}

/* FEAT_BTI: guarded pages; VMSAv8-32 has none. DDI0487 D8.4.5.3. */
static bool is_guarded(const struct lookup *l)
{
    if (l->stage->d128) {
        return (l->desc[1] & ARMVIRT_VMSA128_S1_LEAF_GP_HI) != 0;
    }
    return l->stage->format == ARMVIRT_FORMAT_VMSA64 && (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_GP);
}

static void report_leaf(struct walker *w, const struct lookup *l, const struct rights *r,
                        uint64_t oa, uint8_t space)
{
    struct armvirt_leaf *leaf = &w->out->s1;

    lookup_report(leaf, l, r, oa);
    leaf->space = space;
    leaf->not_global = !is_global(w->regime, l);
    leaf->guarded = is_guarded(l);
    w->out->size_log2 = lookup_alike_log2(l, leaf);
    w->out->perm = leaf->perm;
    w->out->asid = l->stage->asid;
}

/* From the address of the access to a leaf. */
static inline enum outcome find_leaf(struct walker *w, struct lookup *l)
{
    uint64_t va = stage1_input(w->regime, w->access->va);
    unsigned half = stage1_half(w->regime, va);
    unsigned reason;

    lookup_begin(l, &w->regime->s1[half], 1, va);
    reason = refused_before_walk(w, l->stage, va, half == 1);
    if (reason != ARMVIRT_REASON_NONE) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_TRANSLATION, reason, l->stage->fault_level);
    }
    return descend_to_leaf(w, l, true);
}

enum outcome armvirt_stage1(struct walker *w, const struct lookup *leaf, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    enum outcome outcome = WALK_OK;
    struct armvirt_memattr attr;
    struct rights rights;
    struct lookup l;
    uint64_t oa;

    if (!regime->s1_enabled) {
        return armvirt_stage1_off(w, s1);
    }
    if (leaf != NULL) {
        l = *leaf;
    } else {
        outcome = find_leaf(w, &l);
    }
    if (outcome != WALK_OK) {
        return outcome;
    }
    oa = lookup_output(w, &l);
    s1->space = output_space(regime, &l);
    outcome = lookup_check_leaf(w, &l, oa, leaf_reason(w, &l, s1->space));
    if (outcome != WALK_OK) {
        return outcome;
    }
    attr = leaf_attr(regime, &l);
    rights = armvirt_s1_rights(regime, &l, s1->space);
    outcome = check_access(w, &l, &rights, &attr);
    if (outcome != WALK_OK) {
        return outcome;
    }
    s1->ipa = oa;
    s1->attr = armvirt_s1_output_attr(regime, attr, walker_is(w, TRAIT_FETCH));
    s1->assured = descend_stays_assured(&l);
    s1->mecid = s1->space == ARMVIRT_SPACE_REALM ? l.stage->mecid[amec(&l)] : 0;
    report_leaf(w, &l, &rights, oa, s1->space);
    return WALK_OK;
}
