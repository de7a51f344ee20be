/* SPDX-License-Identifier: MIT */
/*
 * The stage 1 walk of the VMSAv8-32 Short-descriptor format: 4-byte descriptors, at most two
 * levels, domains. DDI0487 G5.4 (format and walk), G5.6 (access control), G5.11 (faults).
 */
#include "short.h"

#include "attr.h"
#include "leaf.h"
#include "stage1.h"

#include <armvirt/regs/aarch32.h>

/* ---- Descriptors -------------------------------------------------------------------------- */

enum short_type { SHORT_TABLE, SHORT_SECTION, SHORT_SUPERSECTION, SHORT_LARGE, SHORT_SMALL };

/* Where a leaf keeps its fields. C and B are bits 3 and 2 of all. DDI0487 G5.4.1, G5.4.2. */
struct short_layout {
    uint8_t size_log2;
    uint32_t xn, tex, ap_2, ap_1_0, s, ng;
};

static const struct short_layout layouts[] = {
    [SHORT_SECTION] = {20, ARMVIRT_SHORT_L1_SECTION_XN, ARMVIRT_SHORT_L1_SECTION_TEX,
                       ARMVIRT_SHORT_L1_SECTION_AP_2, ARMVIRT_SHORT_L1_SECTION_AP_1_0,
                       ARMVIRT_SHORT_L1_SECTION_S, ARMVIRT_SHORT_L1_SECTION_NG},
    [SHORT_SUPERSECTION] = {24, ARMVIRT_SHORT_L1_SUPERSECTION_XN, ARMVIRT_SHORT_L1_SUPERSECTION_TEX,
                            ARMVIRT_SHORT_L1_SUPERSECTION_AP_2,
                            ARMVIRT_SHORT_L1_SUPERSECTION_AP_1_0, ARMVIRT_SHORT_L1_SUPERSECTION_S,
                            ARMVIRT_SHORT_L1_SUPERSECTION_NG},
    [SHORT_LARGE] = {16, ARMVIRT_SHORT_L2_LARGE_XN, ARMVIRT_SHORT_L2_LARGE_TEX,
                     ARMVIRT_SHORT_L2_LARGE_AP_2, ARMVIRT_SHORT_L2_LARGE_AP_1_0,
                     ARMVIRT_SHORT_L2_LARGE_S, ARMVIRT_SHORT_L2_LARGE_NG},
    [SHORT_SMALL] = {12, ARMVIRT_SHORT_L2_SMALL_XN, ARMVIRT_SHORT_L2_SMALL_TEX,
                     ARMVIRT_SHORT_L2_SMALL_AP_2, ARMVIRT_SHORT_L2_SMALL_AP_1_0,
                     ARMVIRT_SHORT_L2_SMALL_S, ARMVIRT_SHORT_L2_SMALL_NG},
};

/* A walk, and what the level 1 descriptor says for all below it. */
struct short_walk {
    struct lookup l;
    enum short_type type;
    uint8_t domain;
    bool pxn, ns;
};

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

    return (unsigned)(ARMVIRT_GET((uint64_t)layout->ap_2, desc) << 2 |
                      ARMVIRT_GET((uint64_t)layout->ap_1_0, desc));
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* Faults of this format name the domain, which from level 2 on is known. DDI0487 G5.12. */
static enum outcome refuse(struct walker *w, const struct short_walk *s, unsigned type,
                           unsigned reason)
{
    armvirt_walk_fault(w, &s->l, type, reason, s->l.level);
    w->out->fault.domain = s->domain;
    return WALK_FAULT;
}

/* Read the descriptor that selects the input address bits down to @index_lo. */
static enum outcome fetch(struct walker *w, struct short_walk *s, unsigned index_lo)
{
    struct lookup *l = &s->l;
    uint64_t index = (l->ia & armvirt_bits_below(l->index_hi + 1u)) >> index_lo;
    enum outcome outcome;

    l->index_lo = (uint8_t)index_lo;
    l->desc_oa = l->table | index << 2;
    outcome = stage1_locate(w, l, false);
    return outcome == WALK_OK ? lookup_read(w, l) : outcome;
}

static enum outcome found(struct walker *w, struct short_walk *s, enum short_type type)
{
    s->type = type;
    if (lookup_is_watched(w)) {
        armvirt_table_observe(w, &s->l,
                              type == SHORT_TABLE ? ARMVIRT_STEP_TABLE : ARMVIRT_STEP_LEAF,
                              ARMVIRT_REASON_NONE);
    }
    return WALK_OK;
}

static enum outcome invalid(struct walker *w, struct short_walk *s)
{
    if (lookup_is_watched(w)) {
        armvirt_table_observe(w, &s->l, ARMVIRT_STEP_INVALID, ARMVIRT_REASON_DESC_INVALID);
    }
    return refuse(w, s, ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_DESC_INVALID);
}

/* DDI0487 G5.4.1. */
static enum outcome level1(struct walker *w, struct short_walk *s)
{
    enum outcome outcome = fetch(w, s, 20);
    uint64_t desc = s->l.desc[0];

    if (outcome != WALK_OK) {
        return outcome;
    }
    if (desc & ARMVIRT_SHORT_L1_SECTION_SECTION) {
        bool super = (desc & ARMVIRT_SHORT_L1_SECTION_SUPER) != 0;

        s->domain = super ? 0 : (uint8_t)ARMVIRT_GET(ARMVIRT_SHORT_L1_SECTION_DOMAIN, desc);
        s->pxn = (desc & ARMVIRT_SHORT_L1_SECTION_PXN) != 0;
        s->ns = (desc & ARMVIRT_SHORT_L1_SECTION_NS) != 0;
        return found(w, s, super ? SHORT_SUPERSECTION : SHORT_SECTION);
    }
    if (!(desc & ARMVIRT_SHORT_L1_TABLE_TYPE)) {
        return invalid(w, s);
    }
    s->domain = (uint8_t)ARMVIRT_GET(ARMVIRT_SHORT_L1_TABLE_DOMAIN, desc);
    s->pxn = (desc & ARMVIRT_SHORT_L1_TABLE_PXN) != 0;
    s->ns = (desc & ARMVIRT_SHORT_L1_TABLE_NS) != 0;
    return found(w, s, SHORT_TABLE);
}

/* DDI0487 G5.4.2. */
static enum outcome level2(struct walker *w, struct short_walk *s)
{
    enum outcome outcome;
    uint64_t desc;

    s->l.table = s->l.desc[0] & ARMVIRT_SHORT_L1_TABLE_BASE;
    s->l.level = 2;
    s->l.index_hi = 19;
    outcome = fetch(w, s, 12);
    desc = s->l.desc[0];
    if (outcome != WALK_OK) {
        return outcome;
    }
    if (desc & ARMVIRT_SHORT_L2_SMALL_SMALL) {
        return found(w, s, SHORT_SMALL);
    }
    return desc & ARMVIRT_SHORT_L2_LARGE_TYPE ? found(w, s, SHORT_LARGE) : invalid(w, s);
}

/* ---- The leaf ----------------------------------------------------------------------------- */

enum domain_access { DOMAIN_NONE, DOMAIN_CLIENT, DOMAIN_RESERVED, DOMAIN_MANAGER };

static unsigned domain_access(const struct armvirt_regime *regime, uint8_t domain)
{
    unsigned access = regime->dacr >> 2 * domain & 3;

    return access == DOMAIN_RESERVED ? regime->reserved_dacr : access;
}

enum {
    EL0_R = ARMVIRT_PERM_EL0_R,
    EL0_RW = ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_W,
    PRIV_R = ARMVIRT_PERM_PRIV_R,
    PRIV_RW = ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W,
    ALL_RWX = 0x77,
};

/* What a leaf permits in its domain. */
static struct rights leaf_rights(const struct armvirt_regime *regime, const struct short_walk *s,
                                 unsigned access, uint8_t space)
{
    static const uint8_t full[8] = {
        0, PRIV_RW, PRIV_RW | EL0_R, PRIV_RW | EL0_RW, 0, PRIV_R, PRIV_R | EL0_R, PRIV_R | EL0_R,
    };
    static const uint8_t simplified[4] = {PRIV_RW, PRIV_RW | EL0_RW, PRIV_R, PRIV_R | EL0_R};
    bool afe = (regime->sctlr & ARMVIRT_SCTLR_AFE) != 0;
    unsigned ap = leaf_ap(s);
    uint8_t data = afe ? simplified[ap >> 1] : full[ap];
    bool xn = (s->l.desc[0] & layouts[s->type].xn) != 0;

    if (access != DOMAIN_CLIENT) {
        return (struct rights){.base = access == DOMAIN_MANAGER ? ALL_RWX : 0, .allowed = 0xff};
    }
    return armvirt_direct_rights(regime, armvirt_rights32(data, xn, s->pxn), space);
}

static bool access_flag_faults(const struct walker *w, const struct short_walk *s)
{
    return (w->regime->sctlr & ARMVIRT_SCTLR_AFE) && !(leaf_ap(s) & 1) &&
           !walker_is(w, TRAIT_DEBUGGER);
}

/* Alignment, then domain, then permission. DDI0487 G5.11.2. */
static enum outcome check_access(struct walker *w, const struct short_walk *s, unsigned access,
                                 const struct rights *r, const struct armvirt_memattr *attr)
{
    unsigned reason = armvirt_alignment_reason(w, attr, 1);
    struct verdict v;

    if (reason != ARMVIRT_REASON_NONE) {
        return refuse(w, s, ARMVIRT_FAULT_ALIGNMENT, reason);
    }
    if (access == DOMAIN_MANAGER || walker_is(w, TRAIT_UNCHECKED | TRAIT_IC | TRAIT_DC)) {
        return WALK_OK;
    }
    if (access == DOMAIN_NONE) {
        return refuse(w, s, ARMVIRT_FAULT_DOMAIN, ARMVIRT_REASON_DOMAIN);
    }
    v = armvirt_s1_check(w, &s->l, r, attr);
    if (v.reason == ARMVIRT_REASON_NONE) {
        return WALK_OK;
    }
    armvirt_walk_refused(w, &s->l, ARMVIRT_FAULT_PERMISSION, &v);
    w->out->fault.domain = s->domain;
    return WALK_FAULT;
}

static void report(struct walker *w, const struct short_walk *s, const struct rights *r,
                   const struct s1_output *s1)
{
    const struct short_layout *layout = &layouts[s->type];
    struct armvirt_leaf *leaf = &w->out->s1;

    leaf->valid = true;
    leaf->desc[0] = s->l.desc[0];
    leaf->desc_pa = s->l.desc_pa;
    leaf->desc_space = s->l.desc_space;
    leaf->base = s1->ipa & ~armvirt_bits_below(layout->size_log2);
    leaf->level = s->l.level;
    leaf->size_log2 = layout->size_log2;
    leaf->span_log2 = layout->size_log2;
    leaf->space = s1->space;
    leaf->perm = rights_effective(r);
    if (r->fetch_space != ARMVIRT_REASON_NONE) {
        leaf->perm &= (uint8_t) ~(ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_X);
    }
    leaf->not_global = (s->l.desc[0] & layout->ng) != 0;
    leaf->domain = s->domain;
    w->out->size_log2 = layout->size_log2;
    w->out->perm = leaf->perm;
    w->out->asid = s->l.stage->asid;
}

/* The leaf is found: what it maps, and whether the access may. */
static enum outcome finish(struct walker *w, struct short_walk *s, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    const struct short_layout *layout = &layouts[s->type];
    uint64_t desc = s->l.desc[0];
    unsigned texcb = (unsigned)(ARMVIRT_GET((uint64_t)layout->tex, desc) << 2 | (desc >> 2 & 3));
    unsigned access = domain_access(regime, s->domain);
    struct armvirt_memattr attr = armvirt_short_attr(regime, texcb, (desc & layout->s) != 0);
    struct rights rights;
    enum outcome outcome;

    if (access_flag_faults(w, s)) {
        return refuse(w, s, ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_REASON_ACCESS_FLAG);
    }
    s1->space = s->ns ? ARMVIRT_SPACE_NONSECURE : regime->security;
    rights = leaf_rights(regime, s, access, s1->space);
    outcome = check_access(w, s, access, &rights, &attr);
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

enum outcome armvirt_stage1_short(struct walker *w, struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    uint64_t va = stage1_input(regime, w->access->va);
    struct short_walk s = {0};
    enum outcome outcome;

    if (!regime->s1_enabled) {
        return armvirt_stage1_off(w, s1);
    }
    lookup_begin(&s.l, &regime->s1[stage1_half(regime, va)], 1, va);
    if (s.l.stage->epd) {
        return refuse(w, &s, ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_EPD);
    }
    outcome = level1(w, &s);
    if (outcome == WALK_OK && s.type == SHORT_TABLE) {
        outcome = level2(w, &s);
    }
    return outcome == WALK_OK ? finish(w, &s, s1) : outcome;
}
