/* SPDX-License-Identifier: MIT */
/*
 * The mapping iterator: the regions of an input address space, the leaves of stage 1 in them, and
 * where stage 2 counts the pieces of these that its leaves map. What an element says comes from the
 * same functions that end a translation. DDI0487 D8.2.4 (address ranges), G5.4.4, G5.5.5 (AArch32).
 */
#include "iterate.h"

#include "short.h"
#include "stage1.h"

#include "../base/mem_functions.h"

enum { OUTER, INNER }; /* cursors: what is visited, and stage 2 within it */

static bool is_stage2(const struct armvirt_map_iter *it)
{
    return it->query.what == ARMVIRT_MAP_STAGE2;
}

/* ---- Regions ------------------------------------------------------------------------------ */

/* Input addresses that have tables, or a flat mapping, of their own: offsets from a base. */
struct region {
    uint64_t base;
    uint64_t first, last;
};

static struct region flat(unsigned bits)
{
    return (struct region){.last = armvirt_bits_below(bits)};
}

/* Stage 2. Where registers are wrong, all addresses that there can be are broken. */
static bool region_of_ipa(const struct armvirt_map_iter *it, struct region *r)
{
    const struct armvirt_stage *s2 = armvirt_stage2_tables(it->regime, it->query.ipa_space);

    *r = flat(s2->init_reason == ARMVIRT_REASON_NONE ? s2->ia_bits : 56);
    return it->region == 0;
}

/* DDI0487 G5.4.4, G5.5.5: an upper range with a size of its own takes precedence. */
static bool region_of_va32(const struct armvirt_map_iter *it, struct region *r)
{
    unsigned lower = it->regime->s1[0].ia_bits, upper = it->regime->s1[1].ia_bits;
    uint64_t above = upper < 32 ? (UINT64_C(1) << 32) - (UINT64_C(1) << upper) : UINT64_C(1) << 32;

    *r = flat(lower);
    if (it->region == 0) {
        r->last = r->last < above ? r->last : above - 1;
    } else if (upper < 32) {
        *r = flat(upper);
        r->base = above;
    } else {
        r->first = r->last + 1;
        r->last = UINT32_MAX;
    }
    return !it->regime->s1[it->region].epd && r->first <= r->last;
}

/* DDI0487 D8.2.4: bit 55 chooses the range, of which TxSZ leaves a part at the outer end. */
static bool region_of_va64(const struct armvirt_map_iter *it, struct region *r)
{
    const struct armvirt_stage *s1 = &it->regime->s1[it->region];
    unsigned most = it->regime->two_ranges ? 55 : 56;

    *r = flat(s1->init_reason == ARMVIRT_REASON_NONE ? s1->ia_bits : most);
    if (it->region == 1) {
        r->base = ~r->last;
    }
    return !s1->epd && (it->region == 0 || it->regime->two_ranges);
}

/* Stage 1 off: all of the physical address space, of which bit 55 still chooses a half. */
static bool region_of_flat(const struct armvirt_map_iter *it, struct region *r)
{
    const struct armvirt_regime *regime = it->regime;
    unsigned bits = regime->el1_aarch32 && regime->pa_bits > 32 ? 32 : regime->pa_bits;
    bool halves = regime->two_ranges && bits > 55;

    *r = flat(halves ? 55 : bits);
    r->base = it->region == 0 ? 0 : ARMVIRT_BIT(55);
    return it->region == 0 || halves;
}

static bool region_of(const struct armvirt_map_iter *it, struct region *r)
{
    const struct armvirt_regime *regime = it->regime;

    if (is_stage2(it)) {
        return region_of_ipa(it, r);
    }
    if (!regime->s1_enabled) {
        return region_of_flat(it, r);
    }
    return regime->el1_aarch32 ? region_of_va32(it, r) : region_of_va64(it, r);
}

/* Whether the outer cursor has tables to go through. */
static bool has_tables(const struct armvirt_map_iter *it)
{
    return !is_stage2(it) && it->regime->s1_enabled;
}

static struct tree stage1_tree(const struct armvirt_map_iter *it)
{
    return (struct tree){.stage = &it->regime->s1[it->region], .number = 1};
}

/* Go to the beginning of the region, or of what of it is in the range; false if nothing is. */
static bool enter(struct armvirt_map_iter *it)
{
    struct armvirt_map_cursor *c = &it->cursor[OUTER];
    uint64_t first = it->query.first, last = it->query.last;
    struct region r;

    if (!region_of(it, &r) || last < r.base + r.first || first > r.base + r.last) {
        return false;
    }
    it->base = r.base;
    it->region_first = r.first;
    it->region_last = r.last;
    it->last = last - r.base < r.last ? last - r.base : r.last;
    if (has_tables(it)) {
        struct tree tree = stage1_tree(it);

        armvirt_cursor_begin(c, &tree);
    }
    armvirt_cursor_seek(c, first > r.base + r.first ? first - r.base : r.first);
    return true;
}

enum { REGIONS = 2 };

static bool enter_next(struct armvirt_map_iter *it)
{
    while (++it->region < REGIONS) {
        if (enter(it)) {
            return true;
        }
    }
    return false;
}

/* ---- Stage 1 ------------------------------------------------------------------------------ */

/* Registers that allow no walk: the whole region is broken. */
static enum found refuse_region(struct search *s, const struct tree *tree)
{
    struct lookup l = {.stage = tree->stage, .number = tree->number};

    armvirt_walk_fault(&s->w, &l, ARMVIRT_FAULT_TRANSLATION, tree->stage->init_reason,
                       tree->stage->fault_level);
    s->first = s->it->region_first;
    s->size = s->it->region_last - s->first + 1;
    return FOUND_BROKEN;
}

/* Of what was found keep that from @first to @last. */
static void cut(struct search *s, uint64_t first, uint64_t last)
{
    uint64_t found_last = s->first + s->size - 1;

    s->first = s->first > first ? s->first : first;
    s->size = (found_last < last ? found_last : last) - s->first + 1;
}

/*
 * The next leaf of stage 1; where there is no stage 1, all of the region. In AArch32 state a leaf
 * may reach into the other region, which has tables of its own.
 */
static enum found find_outer(struct search *s)
{
    struct armvirt_map_iter *it = s->it;
    struct armvirt_map_cursor *c = &it->cursor[OUTER];
    struct tree tree;
    enum found found;

    if (c->ia > it->last) {
        return FOUND_NOTHING;
    }
    if (!has_tables(it)) {
        s->first = it->region_first;
        s->size = it->region_last - s->first + 1;
        return FOUND_LEAF;
    }
    tree = stage1_tree(it);
    if (tree.stage->init_reason != ARMVIRT_REASON_NONE) {
        return refuse_region(s, &tree);
    }
    found = armvirt_cursor_find(s, &tree, c, it->last);
    if (found == FOUND_LEAF || found == FOUND_BROKEN) {
        cut(s, it->region_first, it->region_last);
    }
    return found;
}

/* The answer of stage 1 for the leaf in hand. */
static enum outcome leaf_output(struct search *s, struct s1_output *s1)
{
    const struct armvirt_map_cursor *c = &s->it->cursor[OUTER];
    struct tree tree = stage1_tree(s->it);
    struct lookup l;

    armvirt_cursor_leaf(c, &tree, s->access.va, &l);
    return tree.stage->format == ARMVIRT_FORMAT_SHORT
               ? armvirt_short_leaf(&s->w, &l, c->table[c->depth - 1].desc, s1)
               : armvirt_stage1(&s->w, &l, s1);
}

/* The answer of stage 1, into a clear `w.out`, for an address in what was found. */
static enum outcome stage1_output(struct search *s, uint64_t offset, struct s1_output *s1)
{
    struct armvirt_map_iter *it = s->it;
    enum outcome outcome;

    s->access.va = it->base + offset;
    if (is_stage2(it)) {
        armvirt_walk_take_ipa(&s->w, it->query.ipa_space, s1);
        return WALK_OK;
    }
    outcome = has_tables(it) ? leaf_output(s, s1) : armvirt_stage1_off(&s->w, s1);
    if (outcome == WALK_OK) {
        armvirt_walk_take_stage1(&s->w, s1);
    }
    return outcome;
}

/* ---- Stage 2 within a leaf of stage 1 ----------------------------------------------------- */

static struct tree stage2_tree(const struct armvirt_map_iter *it, uint8_t space)
{
    return (struct tree){
        .stage = armvirt_stage2_tables(it->regime, space), .number = 2, .ia_space = space};
}

/* No table can map these: registers are wrong, or the addresses beyond the input size. */
static enum found refuse_ipa(struct search *s, const struct tree *tree, uint64_t ipa, uint64_t last,
                             unsigned reason)
{
    struct lookup l = {.stage = tree->stage, .ia = ipa, .number = 2, .ia_space = tree->ia_space};

    armvirt_walk_fault(&s->w, &l, ARMVIRT_FAULT_TRANSLATION, reason, 0);
    s->first = ipa;
    s->size = last - ipa + 1;
    return FOUND_BROKEN;
}

/* What stage 2 has from @ipa to @last. Where that is nothing, `first` says how far this is sure. */
static enum found find_inner(struct search *s, const struct tree *tree, uint64_t ipa, uint64_t last)
{
    struct armvirt_map_iter *it = s->it;
    struct armvirt_map_cursor *c = &it->cursor[INNER];
    uint64_t highest = armvirt_bits_below(tree->stage->ia_bits);
    uint8_t set = tree->stage == &it->regime->s2[1];
    unsigned reason = armvirt_stage2_refuses(tree->stage, ipa);
    enum found found;

    if (reason != ARMVIRT_REASON_NONE) {
        return refuse_ipa(s, tree, ipa, last, reason);
    }
    last = last < highest ? last : highest;
    if (c->depth == 0 || it->s2_set != set) {
        armvirt_cursor_begin(c, tree);
        it->s2_set = set;
    }
    armvirt_cursor_seek(c, ipa);
    found = armvirt_cursor_find(s, tree, c, last);
    if (found == FOUND_NOTHING || found == FOUND_PAUSE) {
        s->first = c->ia <= last ? c->ia : last + 1;
    }
    return found;
}

/* The answer of both stages for the first address of what was found. */
static enum found whole_output(struct search *s, const struct tree *tree, enum found found)
{
    struct armvirt_fault fault = s->w.out->fault;
    struct s1_output s1;
    struct lookup l;

    memset(s->w.out, 0, sizeof(*s->w.out));
    stage1_output(s, s->first, &s1);
    s->w.out->vmid = s->it->regime->vmid;
    if (found == FOUND_BROKEN) {
        s->w.out->fault = fault;
        s->w.out->fault.ipa = s1.ipa;
        return FOUND_BROKEN;
    }
    armvirt_cursor_leaf(&s->it->cursor[INNER], tree, s1.ipa, &l);
    return armvirt_stage2_final(&s->w, &l, &s1) == WALK_OK ? FOUND_LEAF : FOUND_BROKEN;
}

/* The next piece of the leaf of stage 1 that was found. */
static enum found find_piece(struct search *s, const struct s1_output *s1)
{
    struct armvirt_map_iter *it = s->it;
    struct armvirt_map_cursor *c = &it->cursor[OUTER];
    struct tree tree = stage2_tree(it, s1->space);
    uint64_t first = s->first, last = s->first + s->size - 1;
    uint64_t to_ipa = s1->ipa - c->ia; /* modulo 2^64 */
    uint64_t wanted = last < it->last ? last : it->last;
    enum found found = find_inner(s, &tree, s1->ipa, wanted + to_ipa);

    if (found == FOUND_NOTHING || found == FOUND_PAUSE) {
        armvirt_cursor_seek(c, s->first - to_ipa);
        return found;
    }
    cut(s, first + to_ipa, last + to_ipa);
    s->first -= to_ipa;
    return whole_output(s, &tree, found);
}

/* ---- Elements ----------------------------------------------------------------------------- */

/* One leaf of stage 1, or a piece of it. FOUND_NOTHING: stage 2 maps nothing of it. */
static enum found examine(struct search *s)
{
    const struct armvirt_map_iter *it = s->it;
    bool stage2 = it->query.what != ARMVIRT_MAP_STAGE1 && it->regime->s2_enabled;
    struct s1_output s1;

    if (stage1_output(s, stage2 ? it->cursor[OUTER].ia : s->first, &s1) != WALK_OK) {
        return FOUND_BROKEN;
    }
    return stage2 ? find_piece(s, &s1) : FOUND_LEAF;
}

/* The next element; its extent is left in the search. */
static enum found next(struct search *s)
{
    enum found found = FOUND_NOTHING;

    while (found == FOUND_NOTHING) {
        memset(s->w.out, 0, sizeof(*s->w.out));
        found = find_outer(s);
        if (found == FOUND_NOTHING && !enter_next(s->it)) {
            return FOUND_NOTHING;
        }
        if (found == FOUND_LEAF) {
            found = examine(s);
        }
    }
    if (found != FOUND_PAUSE) {
        armvirt_cursor_seek(&s->it->cursor[OUTER], s->first + s->size);
    }
    return found;
}

/* The next element that is asked for; each one left out counts as a read. */
static enum found next_wanted(struct search *s)
{
    enum found found = next(s);

    while (found == FOUND_BROKEN && s->it->query.leaves_only) {
        s->stop -= s->it->query.budget != 0;
        found = s->it->reads < s->stop ? next(s) : FOUND_PAUSE;
    }
    return found;
}

static void note_position(struct armvirt_map_iter *it)
{
    uint64_t offset = it->cursor[OUTER].ia;

    if (it->region == REGIONS) {
        it->position = it->query.last;
    } else {
        it->position = it->base + (offset <= it->last ? offset : it->last);
    }
}

enum armvirt_status armvirt_map_begin(struct armvirt_map_iter *it,
                                      const struct armvirt_regime *regime,
                                      const struct armvirt_walk_env *env,
                                      const struct armvirt_map_query *query)
{
    memset(it, 0, sizeof(*it));
    if (query->first > query->last || query->what > ARMVIRT_MAP_STAGE2 ||
        query->ipa_space > ARMVIRT_SPACE_ROOT) {
        return ARMVIRT_E_INVAL;
    }
    if (query->what == ARMVIRT_MAP_STAGE2 && !regime->s2_enabled) {
        return ARMVIRT_E_INVAL;
    }
    it->regime = regime;
    it->mem = env->mem;
    it->query = *query;
    it->position = query->first;
    if (!enter(it)) {
        enter_next(it);
    }
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_map_next(struct armvirt_map_iter *it, struct armvirt_mapping *mapping)
{
    struct armvirt_walk_env env = {.mem = it->mem};
    struct search s = {.access = {.kind = ARMVIRT_DEBUGGER, .el = 1}, .it = it, .stop = UINT64_MAX};
    enum found found;

    if (it->query.budget != 0) {
        s.stop = it->reads + it->query.budget;
    }
    s.w = (struct walker){
        .regime = it->regime, .env = &env, .access = &s.access, .out = &mapping->walk};
    armvirt_walker_init(&s.w);
    found = it->region < REGIONS ? next_wanted(&s) : FOUND_NOTHING;
    note_position(it);
    if (found == FOUND_NOTHING || found == FOUND_PAUSE) {
        return found == FOUND_PAUSE ? ARMVIRT_E_AGAIN : ARMVIRT_END;
    }
    mapping->ia = it->base + s.first;
    mapping->size_bytes = s.size;
    mapping->kind = found == FOUND_LEAF ? ARMVIRT_MAPPING_LEAF : ARMVIRT_MAPPING_BROKEN;
    return ARMVIRT_OK;
}
