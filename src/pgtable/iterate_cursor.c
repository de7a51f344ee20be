/* SPDX-License-Identifier: MIT */
/*
 * A cursor in the tables of one stage. It keeps the tables from the first to that in which it
 * stands, so that moving on reads each descriptor once. Any table may lie anywhere, itself
 * included: what ends every descent is that levels go up. DDI0487 D8.2.8 to D8.2.11, D8.3.
 */
#include "descend.h"
#include "iterate.h"
#include "short.h"

/* No stage 2 page, granule or memory page is smaller: what holds for a byte holds for these. */
enum { PAGE_LOG2 = 12 };

#define PAGE_OFFSET armvirt_bits_below(PAGE_LOG2)
#define NO_PAGE     UINT64_MAX

enum { HIERARCHY_SHIFT = 56 }; /* hierarchical permissions are in the highest byte */

static struct armvirt_map_table *innermost(struct armvirt_map_cursor *c)
{
    return &c->table[c->depth - 1];
}

/* ---- Into and out of tables --------------------------------------------------------------- */

static void push(struct armvirt_map_cursor *c, const struct lookup *l)
{
    c->table[c->depth++] = (struct armvirt_map_table){
        .table = l->table,
        .page_oa = NO_PAGE,
        .desc = l->desc[0],
        .desc_pa = l->desc_pa,
        .level = l->level,
        .index_hi = l->index_hi,
        .space = l->space,
        .hierarchy = (uint8_t)(l->hierarchy >> HIERARCHY_SHIFT),
        .dis_contiguous = l->dis_contiguous,
        .assured = l->assured,
    };
}

void armvirt_cursor_begin(struct armvirt_map_cursor *c, const struct tree *tree)
{
    struct lookup l;

    lookup_begin(&l, tree->stage, tree->number, 0);
    c->ia = 0;
    c->leaf_log2 = 0;
    c->depth = 0;
    push(c, &l);
}

void armvirt_cursor_seek(struct armvirt_map_cursor *c, uint64_t ia)
{
    uint64_t differs = c->ia ^ ia;

    if (differs >> c->leaf_log2 != 0) {
        c->leaf_log2 = 0;
    }
    while (c->depth > 1 && differs >> innermost(c)->index_hi >> 1 != 0) {
        c->depth--;
    }
    c->ia = ia;
}

/* The entry for the input address, in tables of any format. */
static void select_entry(struct lookup *l)
{
    unsigned lo = l->stage->format == ARMVIRT_FORMAT_SHORT ? short_entry_log2(l->level)
                                                           : lookup_size_log2(l->stage, l->level);
    uint64_t index = (l->ia & armvirt_bits_below(l->index_hi + 1u)) >> lo;

    l->index_lo = (uint8_t)lo;
    l->desc_oa = l->table | index << l->stage->desc_log2;
}

/* The lookup of the descriptor for @ia in the innermost table. */
static void resume(const struct armvirt_map_cursor *c, const struct tree *tree, uint64_t ia,
                   struct lookup *l)
{
    const struct armvirt_map_table *t = &c->table[c->depth - 1];

    *l = (struct lookup){
        .stage = tree->stage,
        .ia = ia,
        .table = t->table,
        .desc = {t->desc, 0},
        .desc_pa = t->desc_pa,
        .hierarchy = (uint64_t)t->hierarchy << HIERARCHY_SHIFT,
        .space = t->space,
        .level = t->level,
        .index_hi = t->index_hi,
        .number = tree->number,
        .ia_space = tree->ia_space,
        .dis_contiguous = t->dis_contiguous,
        .assured = t->assured,
    };
    select_entry(l);
}

/* Descriptors in the open page are where it is. */
static void locate_in_page(const struct armvirt_map_table *t, struct lookup *l)
{
    l->desc_pa = t->page_pa | (l->desc_oa & PAGE_OFFSET);
    l->desc_space = t->page_space;
    l->s2_mro = t->page_mro;
    l->mecid = t->page_mecid;
}

void armvirt_cursor_leaf(const struct armvirt_map_cursor *c, const struct tree *tree, uint64_t ia,
                         struct lookup *l)
{
    resume(c, tree, ia, l);
    locate_in_page(&c->table[c->depth - 1], l);
    l->desc[0] = c->desc[0];
    l->desc[1] = c->desc[1];
    l->contiguous = lookup_contiguous(l);
}

/* ---- Pages of tables ---------------------------------------------------------------------- */

/* DDI0487 D8.15.1.2 R_BFHQH: reported at the level whose descriptor, or register, holds the
 * address. */
static enum outcome refuse_address(struct walker *w, const struct armvirt_map_cursor *c,
                                   const struct lookup *l)
{
    bool first = c->depth == 1;

    return armvirt_walk_fault(w, l, ARMVIRT_FAULT_ADDRESS_SIZE,
                              first ? ARMVIRT_REASON_TTBR_ADDRESS : ARMVIRT_REASON_TABLE_ADDRESS,
                              first ? 0 : c->table[c->depth - 2].level);
}

/* Make the 4 KB around the descriptor accessible, once for all descriptors in it. */
static enum outcome open_page(struct walker *w, struct armvirt_map_cursor *c, struct lookup *l)
{
    struct armvirt_map_table *t = innermost(c);
    enum outcome outcome;

    if (t->page_oa == (l->desc_oa & ~PAGE_OFFSET)) {
        locate_in_page(t, l);
        return WALK_OK;
    }
    if (lookup_beyond_output(l->stage, l->desc_oa)) {
        return refuse_address(w, c, l);
    }
    outcome = descend_locate(w, l, false, l->number == 1);
    if (outcome == WALK_OK && w->regime->gpc.enabled) {
        outcome = armvirt_table_gpc(w, l);
    }
    if (outcome == WALK_OK) {
        t->page_oa = l->desc_oa & ~PAGE_OFFSET;
        t->page_pa = l->desc_pa & ~PAGE_OFFSET;
        t->page_space = l->desc_space;
        t->page_mro = l->s2_mro;
        t->page_mecid = l->mecid;
    }
    return outcome;
}

/* Input address of the entry after that of @l; ends the loop below. */
static uint64_t next_entry(const struct lookup *l)
{
    return (l->ia | armvirt_bits_below(l->index_lo)) + 1;
}

/* First input address after the part of the table that lies in one page. */
static uint64_t page_end(const struct lookup *l)
{
    unsigned desc_log2 = l->stage->desc_log2;
    unsigned in_page_log2 = l->index_lo + PAGE_LOG2 - desc_log2;
    unsigned in_table_log2 = l->index_hi + 1u;

    return (l->ia |
            armvirt_bits_below(in_page_log2 < in_table_log2 ? in_page_log2 : in_table_log2)) +
           1;
}

/* First input address after what the fault in hand takes along: with one address, all above it. */
static uint64_t fault_end(const struct walker *w, const struct lookup *l)
{
    bool address = w->out->fault.type == ARMVIRT_FAULT_ADDRESS_SIZE && !w->out->fault.s1ptw;

    return address ? (l->ia | armvirt_bits_below(l->index_hi + 1u)) + 1 : page_end(l);
}

/*
 * Read on within the page to the first descriptor that is not invalid, or as far as the budget or
 * @last allows: then the descriptor in hand is 0.
 */
static enum outcome scan(struct search *s, struct lookup *l, uint64_t last)
{
    unsigned present = l->stage->format == ARMVIRT_FORMAT_SHORT ? 3 : 1;
    uint64_t parent = l->desc[0];
    uint64_t end = page_end(l);

    end = end - 1 < last ? end : last + 1;
    while (l->ia < end && s->it->reads + s->w.out->reads < s->stop) {
        enum outcome outcome;

        l->desc[0] = parent;
        outcome = lookup_fetch(&s->w, l);
        if (outcome != WALK_OK || (l->desc[0] & present) != 0) {
            return outcome;
        }
        l->ia = next_entry(l);
        l->desc_pa += UINT64_C(1) << l->stage->desc_log2;
    }
    l->desc[0] = 0;
    return WALK_OK;
}

/* ---- What descriptors say ----------------------------------------------------------------- */

static enum found report(struct search *s, const struct lookup *l, uint64_t end, enum found found)
{
    s->first = l->ia & ~armvirt_bits_below(l->index_lo);
    s->size = end - s->first;
    return found;
}

/* Whether the table cannot be entered, for the first address that it maps. */
static bool table_faults(struct walker *w, struct lookup *l)
{
    unsigned type, reason;

    if (l->stage->format == ARMVIRT_FORMAT_SHORT) {
        return false;
    }
    l->ia &= ~armvirt_bits_below(l->index_lo);
    reason = descend_refuses(w, l, &type);
    if (reason != ARMVIRT_REASON_NONE) {
        armvirt_walk_fault(w, l, type, reason, l->level);
    }
    return reason != ARMVIRT_REASON_NONE;
}

static enum descriptor_type type_of(const struct lookup *l)
{
    return l->stage->format == ARMVIRT_FORMAT_SHORT ? armvirt_short_type(l->level, l->desc[0])
                                                    : lookup_type(l);
}

static void enter_table(struct armvirt_map_cursor *c, struct lookup *l)
{
    if (l->stage->format == ARMVIRT_FORMAT_SHORT) {
        armvirt_short_descend(l);
    } else {
        if (l->number == 1) {
            descend_inherit(l);
        }
        lookup_descend(l);
    }
    push(c, l);
}

/* Enter a table, take a leaf, or tell what is wrong. FOUND_NOTHING: go on. */
static enum found take(struct search *s, struct armvirt_map_cursor *c, struct lookup *l)
{
    switch (type_of(l)) {
    case DESC_LEAF:
        c->desc[0] = l->desc[0];
        c->desc[1] = l->desc[1];
        c->leaf_log2 = l->index_lo;
        return FOUND_NOTHING;
    case DESC_TABLE:
        if (table_faults(&s->w, l)) {
            return report(s, l, next_entry(l), FOUND_BROKEN);
        }
        enter_table(c, l);
        return FOUND_NOTHING;
    default:
        armvirt_walk_fault(&s->w, l, ARMVIRT_FAULT_TRANSLATION, lookup_invalid_reason(l), l->level);
        return report(s, l, next_entry(l), FOUND_BROKEN);
    }
}

/* DDI0487 Table G5-30: faults below a Short-descriptor of level 1 name its domain. */
static void name_domain(struct walker *w, const struct armvirt_map_table *t, const struct lookup *l)
{
    if (l->stage->format == ARMVIRT_FORMAT_SHORT && l->level == 2 && w->out->fault.stage == 1) {
        w->out->fault.domain = (uint8_t)ARMVIRT_GET(ARMVIRT_SHORT_L1_TABLE_DOMAIN, t->desc);
    }
}

/* Read in the innermost table until something turns up. FOUND_NOTHING: go on. */
static enum found visit(struct search *s, const struct tree *tree, struct armvirt_map_cursor *c,
                        uint64_t last)
{
    struct lookup l;
    enum outcome outcome;

    resume(c, tree, c->ia, &l);
    outcome = open_page(&s->w, c, &l);
    if (outcome == WALK_OK) {
        outcome = scan(s, &l, last);
    }
    s->it->reads += s->w.out->reads;
    s->w.out->reads = 0;
    armvirt_cursor_seek(c, l.ia);
    switch (outcome) {
    case WALK_OK:
        return l.desc[0] == 0 ? FOUND_NOTHING : take(s, c, &l);
    case WALK_FAULT:
        name_domain(&s->w, innermost(c), &l);
        return report(s, &l, fault_end(&s->w, &l), FOUND_BROKEN);
    default:
        return FOUND_PAUSE;
    }
}

/*
 * A leaf may be larger than the output address size: the part that it covers is found, and after it
 * such parts as fault.
 */
static enum found report_leaf(struct search *s, const struct tree *tree,
                              const struct armvirt_map_cursor *c)
{
    unsigned oa_bits = tree->stage->oa_bits;

    s->size = UINT64_C(1) << (c->leaf_log2 < oa_bits ? c->leaf_log2 : oa_bits);
    s->first = c->ia & ~(s->size - 1);
    return FOUND_LEAF;
}

enum found armvirt_cursor_find(struct search *s, const struct tree *tree,
                               struct armvirt_map_cursor *c, uint64_t last)
{
    enum found found = FOUND_NOTHING;

    while (found == FOUND_NOTHING && c->ia <= last) {
        if (c->leaf_log2 != 0) {
            return report_leaf(s, tree, c);
        }
        found = s->it->reads < s->stop ? visit(s, tree, c, last) : FOUND_PAUSE;
    }
    return found;
}
