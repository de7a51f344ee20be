/* SPDX-License-Identifier: MIT */
/*
 * Permission and alignment checks of one access against one leaf, in the order of the rules.
 * DDI0487 D8.4 (permissions), D8.5.2 (dirty state), D8.15.5 R_XCHFJ, R_LTQNW (priority of faults).
 */
#include "permission.h"

#include "attr.h"
#include "lookup.h"

/* ---- Alignment ---------------------------------------------------------------------------- */

/* DDI0487 R_NJGLC, I_QZTRG: neither AT nor cache maintenance can be misaligned. */
enum { never_misaligned = TRAIT_FETCH | TRAIT_DEBUGGER | TRAIT_AT | TRAIT_DC | TRAIT_IC };

unsigned armvirt_alignment_reason(const struct walker *w, const struct armvirt_memattr *attr,
                                  unsigned stage)
{
    unsigned flags = w->access->flags;

    if (!armvirt_attr_is_device(attr) || walker_is(w, never_misaligned)) {
        return ARMVIRT_REASON_NONE;
    }
    if ((flags & ARMVIRT_ACCESS_TAG) && walker_is(w, TRAIT_DC_ZERO)) {
        return w->regime->options & ARMVIRT_OPT_TAG_STORE_DEVICE_OK
                   ? ARMVIRT_REASON_NONE
                   : ARMVIRT_REASON_DEVICE_TAG_STORE;
    }
    if (stage == 1 && (flags & ARMVIRT_ACCESS_MULTIPLE) && !w->regime->ntlsmd) {
        return attr->mair == ATTR_DEVICE_GRE ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_DEVICE_MULTIPLE;
    }
    if (walker_is(w, TRAIT_DC_ZERO)) {
        return ARMVIRT_REASON_DEVICE_ZERO;
    }
    return flags & ARMVIRT_ACCESS_UNALIGNED ? ARMVIRT_REASON_DEVICE_UNALIGNED : ARMVIRT_REASON_NONE;
}

/* ---- Shared by both stages ---------------------------------------------------------------- */

/* The rights that matter to this access, and what takes each away. */
struct demand {
    unsigned base, allowed;
    unsigned read, write; /* RIGHT_R or RIGHT_W if demanded */
};

static bool demands_overlay(const struct demand *d, unsigned right)
{
    return right != 0 && !(d->allowed & right);
}

/*
 * Which of read and write an access needs. Cache maintenance needs none above EL0, write for
 * invalidation, read at EL0, and with SCTLR.CMOW also write. DDI0487 D8.15.3.
 */
static void set_demand(const struct walker *w, bool cmow, struct demand *d)
{
    if (walker_is(w, TRAIT_DC_INVALIDATE)) {
        d->write = RIGHT_W;
    } else if (walker_is(w, TRAIT_DC)) {
        d->read = w->el0 ? RIGHT_R : 0;
        d->write = cmow && walker_is(w, TRAIT_DC_CLEAN_INVALIDATE) ? RIGHT_W : 0;
    } else if (walker_is(w, TRAIT_IC)) {
        d->read = w->el0 && !(w->regime->options & ARMVIRT_OPT_IC_IGNORES_READ) ? RIGHT_R : 0;
        d->write = cmow ? RIGHT_W : 0;
    } else {
        d->read = walker_is(w, TRAIT_READ) ? RIGHT_R : 0;
        d->write = walker_is(w, TRAIT_WRITE) ? RIGHT_W : 0;
    }
}

static struct verdict refuse(unsigned reason, bool write)
{
    return (struct verdict){.reason = (uint8_t)reason, .write = write};
}

static struct verdict refuse_overlay(bool write)
{
    struct verdict v = refuse(ARMVIRT_REASON_OVERLAY, write);

    v.overlay = true;
    return v;
}

static struct verdict allow(void)
{
    return (struct verdict){.reason = ARMVIRT_REASON_NONE};
}

/* DDI0487 D8.5.2 R_PPGMC: writable, clean, and no hardware to make it dirty. */
static bool clean_faults(const struct lookup *l, const struct rights *r)
{
    return l->stage->pie && r->clean && !l->stage->hd;
}

static struct verdict refuse_clean(void)
{
    struct verdict v = refuse(ARMVIRT_REASON_DIRTY, true);

    v.dirty_bit = true;
    return v;
}

/* ---- Stage 1 ------------------------------------------------------------------------------ */

/* Why the base permissions give no @right. */
static unsigned s1_data_reason(const struct lookup *l, unsigned right, bool pan)
{
    if (pan) {
        return ARMVIRT_REASON_PAN;
    }
    if (l->stage->pie) {
        return right == RIGHT_R ? ARMVIRT_REASON_PIE_READ : ARMVIRT_REASON_PIE_WRITE;
    }
    return right == RIGHT_R ? ARMVIRT_REASON_AP_READ : ARMVIRT_REASON_AP_WRITE;
}

static unsigned s1_fetch_reason(const struct walker *w, const struct lookup *l,
                                const struct rights *r)
{
    unsigned base = rights_of(r->base, w->el0);

    if (rights_of(r->wxn, w->el0) & RIGHT_X) {
        return ARMVIRT_REASON_WXN;
    }
    if (!(base & RIGHT_X)) {
        if (l->stage->pie) {
            return ARMVIRT_REASON_PIE_EXEC;
        }
        return !w->el0 && w->regime->two_ranges && !w->regime->el1_aarch32 &&
                       (r->base & ARMVIRT_PERM_EL0_W)
                   ? ARMVIRT_REASON_PXN_EL0_WRITABLE
                   : ARMVIRT_REASON_XN;
    }
    return r->fetch_space;
}

static struct verdict s1_check_fetch(const struct walker *w, const struct lookup *l,
                                     const struct rights *r, const struct armvirt_memattr *attr)
{
    if (!(rights_of(r->allowed, w->el0) & RIGHT_X)) {
        return refuse_overlay(false);
    }
    if (armvirt_attr_is_device(attr) && (w->regime->options & ARMVIRT_OPT_FETCH_DEVICE_FAULT)) {
        return refuse(ARMVIRT_REASON_DEVICE_FETCH, false);
    }
    return refuse(s1_fetch_reason(w, l, r), false);
}

static struct verdict s1_check_gcs(const struct walker *w, const struct lookup *l,
                                   const struct rights *r)
{
    if (!(rights_of(r->base, w->el0) & RIGHT_GCS)) {
        return refuse(ARMVIRT_REASON_GCS, walker_is(w, TRAIT_WRITE));
    }
    return walker_is(w, TRAIT_WRITE) && clean_faults(l, r) ? refuse_clean() : allow();
}

/* DDI0487 D10.3 R_VBFYY: canonically tagged memory has no tags to store. */
static bool stores_canonical_tag(const struct walker *w, const struct armvirt_memattr *attr)
{
    return walker_is(w, TRAIT_WRITE) && (w->access->flags & ARMVIRT_ACCESS_TAG) &&
           attr->tag == ARMVIRT_CANONICALLY_TAGGED;
}

static struct verdict s1_check_data(const struct walker *w, const struct lookup *l,
                                    const struct rights *r, const struct armvirt_memattr *attr)
{
    bool pan = w->pan && r->el0_pan; /* DDI0487 D8.4.5 */
    struct demand d = {.allowed = rights_of(r->allowed, w->el0)};

    d.base = pan ? 0 : rights_of(r->base, w->el0);
    d.allowed |= pan ? rights_of(r->wxn_write, w->el0) : 0;
    set_demand(w, w->regime->cmow && w->el0, &d);
    if (demands_overlay(&d, d.read)) {
        return refuse_overlay(false);
    }
    if (demands_overlay(&d, d.write)) {
        return refuse_overlay(true);
    }
    if (d.read & ~d.base) {
        return refuse(s1_data_reason(l, RIGHT_R, pan), false);
    }
    if (d.write & ~d.base) {
        return refuse(s1_data_reason(l, RIGHT_W, pan), true);
    }
    if (stores_canonical_tag(w, attr)) {
        struct verdict v = refuse(ARMVIRT_REASON_TAG_CANONICAL, true);

        v.s1_tag_not_data = true;
        return v;
    }
    return d.write && clean_faults(l, r) ? refuse_clean() : allow();
}

struct verdict armvirt_s1_check(const struct walker *w, const struct lookup *l,
                                const struct rights *r, const struct armvirt_memattr *attr)
{
    if (walker_is(w, TRAIT_UNCHECKED) ||
        (w->regime->el1_aarch32 && walker_is(w, TRAIT_DC | TRAIT_IC))) { /* DDI0487 G5.11.1.1 */
        return allow();
    }
    if (walker_is(w, TRAIT_FETCH)) {
        return s1_check_fetch(w, l, r, attr);
    }
    if (walker_is(w, TRAIT_GCS)) {
        return s1_check_gcs(w, l, r);
    }
    return s1_check_data(w, l, r, attr);
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

/* FEAT_THE: the first table of each half must lie in a page marked for it. DDI0487 D8.2.7.4. */
static bool top_level_faults(const struct lookup *l, const struct rights *r,
                             const struct s2_table_access *t)
{
    const struct armvirt_stage *s2 = l->stage;

    if (!t->top_level) {
        return false;
    }
    if (t->upper) {
        return (s2->tl1 && !r->top_level1) || (s2->tl0 && !r->top_level1 && r->top_level0);
    }
    return (s2->tl0 && !r->top_level0) || (s2->tl1 && r->top_level1 && !r->top_level0);
}

/* FEAT_THE: the AssuredOnly attribute of an IPA. DDI0487 D8.2.7.3 R_YXKRB. */
static bool is_assured_only(const struct lookup *l)
{
    return l->stage->assured_only &&
           (l->stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S2_LEAF_ASSUREDONLY_HI) != 0
                           : (l->desc[0] & ARMVIRT_VMSA64_S2_LEAF_ASSUREDONLY) != 0);
}

static struct verdict refuse_assured_only(const struct walker *w)
{
    struct verdict v = refuse(ARMVIRT_REASON_S2_ASSURED_ONLY, walker_reports_write(w));

    v.assured_only = true;
    return v;
}

/* Realm tables and fetches stay in Realm memory. DDI0487 R_QMLYQ, R_YMCSL. */
static bool leaves_realm(const struct walker *w, const struct s2_context *c)
{
    return w->regime->security == ARMVIRT_SPACE_REALM && c->output_space != ARMVIRT_SPACE_REALM;
}

/* An update of a stage 1 descriptor. */
static struct verdict s2_check_table_write(const struct walker *w, const struct lookup *l,
                                           const struct rights *r)
{
    struct verdict v = allow();

    if (!r->mmu_write) {
        return refuse(ARMVIRT_REASON_S2AP_WRITE, walker_reports_write(w));
    }
    if (clean_faults(l, r)) {
        v = refuse_clean();
        v.write = walker_reports_write(w);
    }
    return v;
}

static struct verdict s2_check_table_data(const struct walker *w, const struct lookup *l,
                                          const struct rights *r, const struct s2_context *c)
{
    unsigned read = w->el0 ? ARMVIRT_PERM_EL0_R : ARMVIRT_PERM_PRIV_R;
    bool report = walker_reports_write(w);

    if (!(r->allowed & read) || (c->table->write && !r->overlay_mmu_write)) {
        return refuse_overlay(report);
    }
    if (l->stage->ptw && c->device) {
        return refuse(ARMVIRT_REASON_S2_PTW_DEVICE, report);
    }
    if (leaves_realm(w, c)) {
        return refuse(ARMVIRT_REASON_S2_REALM_TABLE, report);
    }
    if (!(r->base & read)) {
        return refuse(ARMVIRT_REASON_S2AP_READ, report);
    }
    return c->table->write ? s2_check_table_write(w, l, r) : allow();
}

/* A stage 1 table access. Its direction is reported as that of the access behind it. */
static struct verdict s2_check_table(const struct walker *w, const struct lookup *l,
                                     const struct rights *r, const struct s2_context *c)
{
    if (top_level_faults(l, r, c->table)) {
        struct verdict v = refuse(ARMVIRT_REASON_S2_TOPLEVEL, walker_reports_write(w));

        v.top_level = true;
        return v;
    }
    if (is_assured_only(l) && !c->s1_assured) {
        return refuse_assured_only(w);
    }
    return s2_check_table_data(w, l, r, c);
}

/* FEAT_THE: AssuredOnly pages, and GCS above EL0 elsewhere (VTCR_EL2.GCSH). DDI0487 D8.2.7.3. */
static bool assured_only_faults(const struct walker *w, const struct lookup *l,
                                const struct s2_context *c)
{
    if (is_assured_only(l)) {
        return !c->s1_assured;
    }
    return l->stage->gcsh && walker_is(w, TRAIT_GCS) && !w->el0;
}

static struct verdict s2_check_fetch(const struct walker *w, const struct rights *r,
                                     const struct s2_context *c)
{
    if (!(rights_of(r->allowed, w->el0) & RIGHT_X)) {
        return refuse_overlay(false);
    }
    if (c->device && (w->regime->options & ARMVIRT_OPT_FETCH_DEVICE_FAULT)) {
        return refuse(ARMVIRT_REASON_DEVICE_FETCH, false);
    }
    if (leaves_realm(w, c)) {
        return refuse(ARMVIRT_REASON_REALM_FETCH, false);
    }
    return rights_of(r->base, w->el0) & RIGHT_X ? allow() : refuse(ARMVIRT_REASON_S2_XN, false);
}

/* The write rights of read-check-write instructions are those of table updates. */
static void apply_rcw(const struct walker *w, const struct rights *r, struct demand *d)
{
    if (w->access->flags & ARMVIRT_ACCESS_RCW) {
        d->base = (d->base & ~(unsigned)RIGHT_W) | (r->mmu_write ? RIGHT_W : 0);
        d->allowed = (d->allowed & ~(unsigned)RIGHT_W) | (r->overlay_mmu_write ? RIGHT_W : 0);
    }
}

static struct verdict s2_check_tags(const struct walker *w, const struct lookup *l,
                                    const struct s2_context *c)
{
    unsigned tag_flags = ARMVIRT_ACCESS_TAG | ARMVIRT_ACCESS_TAG_CHECKED;
    bool tag_write = (w->access->flags & ARMVIRT_ACCESS_TAG) && walker_is(w, TRAIT_WRITE);

    if ((w->access->flags & tag_flags) && c->tagged && !w->regime->s2_data_nc &&
        armvirt_s2_no_tag_access(w->regime, l->stage, l->desc[0])) {
        struct verdict v = refuse(ARMVIRT_REASON_S2_TAG_ACCESS, tag_write);

        v.tag_access = true;
        return v;
    }
    return allow();
}

static struct verdict s2_check_data(const struct walker *w, const struct lookup *l,
                                    const struct rights *r, const struct s2_context *c)
{
    struct demand d = {
        .base = rights_of(r->base, w->el0),
        .allowed = rights_of(r->allowed, w->el0),
    };
    struct verdict tags;

    apply_rcw(w, r, &d);
    set_demand(w, w->regime->s2_cmow, &d);
    if (w->regime->el1_aarch32 && walker_is(w, TRAIT_DC | TRAIT_IC)) {
        d.read = 0;
        d.write = walker_is(w, TRAIT_DC_INVALIDATE) ? 0 : d.write;
    }
    if (demands_overlay(&d, d.read)) {
        return refuse_overlay(false);
    }
    if (demands_overlay(&d, d.write)) {
        return refuse_overlay(true);
    }
    if (d.read & ~d.base) {
        return refuse(ARMVIRT_REASON_S2AP_READ, false);
    }
    if (d.write & ~d.base) {
        return refuse(ARMVIRT_REASON_S2AP_WRITE, true);
    }
    tags = s2_check_tags(w, l, c);
    if (tags.reason != ARMVIRT_REASON_NONE) {
        return tags;
    }
    return d.write && clean_faults(l, r) ? refuse_clean() : allow();
}

uint8_t armvirt_s2_withheld(const struct walker *w, const struct lookup *l,
                            const struct s2_context *context)
{
    uint8_t withheld = leaves_realm(w, context) ? ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_X : 0;

    if (is_assured_only(l)) {
        return context->s1_assured ? withheld : UINT8_MAX;
    }
    return l->stage->gcsh ? withheld | ARMVIRT_PERM_PRIV_GCS : withheld;
}

struct verdict armvirt_s2_check(const struct walker *w, const struct lookup *l,
                                const struct rights *r, const struct s2_context *context)
{
    if (context->table != NULL) {
        return s2_check_table(w, l, r, context);
    }
    if (walker_is(w, TRAIT_UNCHECKED)) {
        return allow();
    }
    if (assured_only_faults(w, l, context)) {
        return refuse_assured_only(w);
    }
    if (walker_is(w, TRAIT_FETCH)) {
        return s2_check_fetch(w, r, context);
    }
    return s2_check_data(w, l, r, context);
}
