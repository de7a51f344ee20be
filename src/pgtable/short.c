/* SPDX-License-Identifier: MIT */
/*
 * The stage 1 walk of the VMSAv8-32 Short-descriptor format: 4-byte descriptors, at most two
 * levels, domains. DDI0487 G5.4 (format, walk), G5.6 (access control), G5.11 (faults).
 */
#include "short.h"

#include "attr.h"
#include "leaf.h"
#include "stage1.h"

#include <armvirt/regs/aarch32.h>

/* ---- Descriptors -------------------------------------------------------------------------- */

enum short_type {
    SHORT_INVALID,
    SHORT_TABLE,
    SHORT_SECTION,
    SHORT_SUPERSECTION,
    SHORT_LARGE,
    SHORT_SMALL
};

/* Where a leaf keeps its fields; C and B are bits 3 and 2 of all. DDI0487 G5.4.1. */
struct short_layout {
    uint8_t size_log2;
    uint32_t xn, tex, ap_2, ap_1_0, s, ng;
};

#define LAYOUT(size_log2, d)                                                                       \
    {                                                                                              \
        size_log2, d##_XN, d##_TEX, d##_AP_2, d##_AP_1_0, d##_S, d##_NG                            \
    }

static const struct short_layout layouts[] = {
    [SHORT_SECTION] = LAYOUT(20, ARMVIRT_SHORT_L1_SECTION),
    [SHORT_SUPERSECTION] = LAYOUT(24, ARMVIRT_SHORT_L1_SUPERSECTION),
    [SHORT_LARGE] = LAYOUT(16, ARMVIRT_SHORT_L2_LARGE),
    [SHORT_SMALL] = LAYOUT(12, ARMVIRT_SHORT_L2_SMALL),
};

/* A walk, and what the level 1 descriptor says for all below it. */
struct short_walk {
    struct lookup l;
    enum short_type type;
    uint8_t domain;
    bool pxn, ns;
};

/* DDI0487 G5.4.1.1. Bit 0 of a section is PXN. */
static enum short_type level1_type(uint64_t desc)
{
    if (desc & ARMVIRT_SHORT_L1_SECTION_SECTION) {
        return desc & ARMVIRT_SHORT_L1_SECTION_SUPER ? SHORT_SUPERSECTION : SHORT_SECTION;
    }
    return desc & ARMVIRT_SHORT_L1_TABLE_TYPE ? SHORT_TABLE : SHORT_INVALID;
}

/* DDI0487 G5.4.1.2. Bit 0 of a small page is XN. */
static enum short_type level2_type(uint64_t desc)
{
    if (desc & ARMVIRT_SHORT_L2_SMALL_SMALL) {
        return SHORT_SMALL;
    }
    return desc & ARMVIRT_SHORT_L2_LARGE_TYPE ? SHORT_LARGE : SHORT_INVALID;
}

/* Take what a valid level 1 descriptor says for all below it. A supersection is in domain 0. */
static void take_level1(struct short_walk *s, uint64_t desc)
{
    s->type = level1_type(desc);
    if (s->type == SHORT_TABLE) {
        s->domain = (uint8_t)ARMVIRT_GET(ARMVIRT_SHORT_L1_TABLE_DOMAIN, desc);
        s->pxn = (desc & ARMVIRT_SHORT_L1_TABLE_PXN) != 0;
        s->ns = (desc & ARMVIRT_SHORT_L1_TABLE_NS) != 0;
        return;
    }
    if (s->type == SHORT_SECTION) {
        s->domain = (uint8_t)ARMVIRT_GET(ARMVIRT_SHORT_L1_SECTION_DOMAIN, desc);
    }
    s->pxn = (desc & ARMVIRT_SHORT_L1_SECTION_PXN) != 0;
    s->ns = (desc & ARMVIRT_SHORT_L1_SECTION_NS) != 0;
}

enum descriptor_type armvirt_short_type(int level, uint64_t desc)
{
    switch (level == 1 ? level1_type(desc) : level2_type(desc)) {
    case SHORT_INVALID:
        return DESC_INVALID;
    case SHORT_TABLE:
        return DESC_TABLE;
    default:
        return DESC_LEAF;
    }
}

static uint64_t leaf_address(const struct short_walk *s)
{
    uint64_t desc = s->l.desc[0];

    if (s->type != SHORT_SUPERSECTION) {
        return desc & ~armvirt_bits_below(layouts[s->type].size_log2);
    }
    return (desc & ARMVIRT_SHORT_L1_SUPERSECTION_BASE_31_24) |
           ARMVIRT_GET(ARMVIRT_SHORT_L1_SUPERSECTION_BASE_35_32, desc) << 32 |
           ARMVIRT_GET(ARMVIRT_SHORT_L1_SUPERSECTION_BASE_39_36, desc) << 36;
}

static unsigned leaf_ap(const struct short_walk *s)
{
    const struct short_layout *layout = &layouts[s->type];
    uint64_t desc = s->l.desc[0];

    return (unsigned)(ARMVIRT_GET(layout->ap_2, desc) << 2 | ARMVIRT_GET(layout->ap_1_0, desc));
}

static unsigned leaf_texcb(const struct short_walk *s)
{
    uint64_t desc = s->l.desc[0];

    return (unsigned)(ARMVIRT_GET(layouts[s->type].tex, desc) << 2 | (desc >> 2 & 3));
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* Read the descriptor that the input address selects. */
static enum outcome fetch(struct walker *w, struct lookup *l)
{
    unsigned lo = short_entry_log2(l->level);
    uint64_t index = (l->ia & armvirt_bits_below(l->index_hi + 1u)) >> lo;
    enum outcome outcome;

    l->index_lo = (uint8_t)lo;
    l->desc_oa = l->table | index << l->stage->desc_log2;
    outcome = stage1_locate(w, l, false);
    return outcome == WALK_OK ? lookup_read(w, l) : outcome;
}

/* Tell who watches what has been read; a fault if that maps nothing. */
static enum outcome observe(struct walker *w, const struct short_walk *s)
{
    const struct lookup *l = &s->l;

    if (s->type == SHORT_INVALID) {
        armvirt_table_observe(w, l, ARMVIRT_STEP_INVALID, ARMVIRT_REASON_DESC_INVALID);
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_DESC_INVALID,
                                  l->level);
    }
    armvirt_table_observe(w, l, s->type == SHORT_TABLE ? ARMVIRT_STEP_TABLE : ARMVIRT_STEP_LEAF,
                          ARMVIRT_REASON_NONE);
    return WALK_OK;
}

static enum outcome walk_level1(struct walker *w, struct short_walk *s)
{
    enum outcome outcome = fetch(w, &s->l);

    if (outcome != WALK_OK) {
        return outcome;
    }
    take_level1(s, s->l.desc[0]);
    return observe(w, s);
}

void armvirt_short_descend(struct lookup *l)
{
    l->table = l->desc[0] & ARMVIRT_SHORT_L1_TABLE_BASE;
    l->level = 2;
    l->index_hi = 19;
}

static enum outcome walk_level2(struct walker *w, struct short_walk *s)
{
    enum outcome outcome;

    armvirt_short_descend(&s->l);
    outcome = fetch(w, &s->l);
    if (outcome != WALK_OK) {
        return outcome;
    }
    s->type = level2_type(s->l.desc[0]);
    return observe(w, s);
}

/* ---- The leaf ----------------------------------------------------------------------------- */

static unsigned domain_access(const struct armvirt_regime *regime, uint8_t domain)
{
    return regime->dacr >> 2 * domain & 3;
}

enum {
    EL0_R = ARMVIRT_PERM_EL0_R,
    EL0_RW = ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_W,
    PRIV_R = ARMVIRT_PERM_PRIV_R,
    PRIV_RW = ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W,
    EVERYTHING = PRIV_RW | ARMVIRT_PERM_PRIV_X | EL0_RW | ARMVIRT_PERM_EL0_X,
};

/* DDI0487 Tables G5-9 and, with SCTLR.AFE, G5-7. The reserved AP = 0b100 gives nothing. */
static uint8_t data_rights(bool afe, unsigned ap)
{
    static const uint8_t rights[2][8] = {
        {0, PRIV_RW, PRIV_RW | EL0_R, PRIV_RW | EL0_RW, 0, PRIV_R, PRIV_R | EL0_R, PRIV_R | EL0_R},
        {PRIV_RW, PRIV_RW, PRIV_RW | EL0_RW, PRIV_RW | EL0_RW, PRIV_R, PRIV_R, PRIV_R | EL0_R,
         PRIV_R | EL0_R},
    };

    return rights[afe][ap];
}

/* DDI0487 G5.6.4: what a leaf permits in its domain. Descriptors count for clients only. */
static struct rights leaf_rights(const struct armvirt_regime *regime, const struct short_walk *s,
                                 uint8_t output_space)
{
    bool xn = (s->l.desc[0] & layouts[s->type].xn) != 0;

    switch (domain_access(regime, s->domain)) {
    case ARMVIRT_DACR_D_CLIENT:
        return armvirt_direct_rights(
            regime, armvirt_rights32(data_rights(regime->afe, leaf_ap(s)), xn, s->pxn),
            output_space);
    case ARMVIRT_DACR_D_MANAGER:
        return (struct rights){.base = EVERYTHING, .allowed = EVERYTHING};
    default:
        return (struct rights){.allowed = EVERYTHING};
    }
}

/* DDI0487 G5.11.1.5: cache maintenance raises no Domain fault. */
static bool domain_faults(const struct walker *w, unsigned access)
{
    return access != ARMVIRT_DACR_D_CLIENT && access != ARMVIRT_DACR_D_MANAGER &&
           !walker_is(w, TRAIT_DC | TRAIT_IC | TRAIT_DEBUGGER);
}

/* DDI0487 G5.11.6: access flag, alignment, domain, permission. */
static enum outcome check_access(struct walker *w, const struct short_walk *s,
                                 const struct rights *r, const struct armvirt_memattr *attr)
{
    const struct lookup *l = &s->l;
    unsigned access = domain_access(w->regime, s->domain);
    unsigned reason;
    struct verdict v;

    if (w->regime->afe && !(leaf_ap(s) & 1) && walker_needs_access_flag(w)) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_REASON_ACCESS_FLAG,
                                  l->level);
    }
    reason = armvirt_alignment_reason(w, attr, 1);
    if (reason != ARMVIRT_REASON_NONE) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_ALIGNMENT, reason, l->level);
    }
    if (domain_faults(w, access)) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_DOMAIN, ARMVIRT_REASON_DOMAIN, l->level);
    }
    if (access != ARMVIRT_DACR_D_CLIENT) {
        return WALK_OK;
    }
    v = armvirt_s1_check(w, l, r, attr);
    return v.reason == ARMVIRT_REASON_NONE
               ? WALK_OK
               : armvirt_walk_refused(w, l, ARMVIRT_FAULT_PERMISSION, &v);
}

static void report(struct walker *w, const struct short_walk *s, const struct rights *r,
                   const struct s1_output *s1)
{
    const struct short_layout *layout = &layouts[s->type];
    struct armvirt_leaf *leaf = &w->out->s1;

    lookup_report_sized(leaf, &s->l, r, s1->ipa, layout->size_log2);
    leaf->space = s1->space;
    leaf->not_global = (s->l.desc[0] & layout->ng) != 0;
    leaf->domain = s->domain;
    leaf->accessed = !w->regime->afe || (leaf_ap(s) & 1);
    w->out->size_log2 = leaf->size_log2;
    w->out->perm = leaf->perm;
    w->out->asid = s->l.stage->asid;
}

/* What the leaf maps, and whether the access may use it. */
static enum outcome finish(struct walker *w, const struct short_walk *s, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    const struct short_layout *layout = &layouts[s->type];
    uint64_t desc = s->l.desc[0];
    struct armvirt_memattr attr =
        armvirt_short_attr(regime, leaf_texcb(s), (desc & layout->s) != 0);
    bool leaves_secure = s->ns && regime->security == ARMVIRT_SPACE_SECURE;
    struct rights rights;
    enum outcome outcome;

    s1->space = leaves_secure ? ARMVIRT_SPACE_NONSECURE : regime->security;
    rights = leaf_rights(regime, s, s1->space);
    outcome = check_access(w, s, &rights, &attr);
    if (outcome != WALK_OK) {
        return outcome;
    }
    s1->ipa = leaf_address(s) | (s->l.ia & armvirt_bits_below(layout->size_log2));
    s1->attr = armvirt_s1_output_attr(regime, attr, walker_is(w, TRAIT_FETCH));
    s1->assured = false;
    s1->mecid = 0;
    report(w, s, &rights, s1);
    return WALK_OK;
}

enum outcome armvirt_short_leaf(struct walker *w, const struct lookup *leaf, uint64_t level1,
                                struct s1_output *s1)
{
    struct short_walk s = {.l = *leaf};

    take_level1(&s, leaf->level == 1 ? leaf->desc[0] : level1);
    if (leaf->level == 2) {
        s.type = level2_type(leaf->desc[0]);
    }
    return finish(w, &s, s1);
}

static enum outcome walk(struct walker *w, struct short_walk *s, struct s1_output *s1)
{
    enum outcome outcome;

    if (s->l.stage->epd) {
        return armvirt_walk_fault(w, &s->l, ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_EPD, 1);
    }
    outcome = walk_level1(w, s);
    if (outcome == WALK_OK && s->type == SHORT_TABLE) {
        outcome = walk_level2(w, s);
    }
    return outcome == WALK_OK ? finish(w, s, s1) : outcome;
}

/* Faults name the domain, 0 until the level 1 descriptor is known. DDI0487 Table G5-30. */
enum outcome armvirt_stage1_short(struct walker *w, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    uint64_t va = stage1_input(regime, w->access->va);
    struct short_walk s = {.domain = 0};
    enum outcome outcome;

    if (!regime->s1_enabled) {
        return armvirt_stage1_off(w, s1);
    }
    lookup_begin(&s.l, &regime->s1[stage1_half(regime, va)], 1, va);
    outcome = walk(w, &s, s1);
    if (outcome == WALK_FAULT && w->out->fault.stage == 1) {
        w->out->fault.domain = s.domain;
    }
    return outcome;
}
