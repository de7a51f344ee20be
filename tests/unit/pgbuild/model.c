/* SPDX-License-Identifier: MIT */
/*
 * The model of what is mapped, a list of ranges, and the calls of the builder checked against it.
 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* ---- The model ----------------------------------------------------------------------------- */

static uint64_t extent_end(const struct extent *e)
{
    return e->ia + e->bytes;
}

static void insert(struct world *w, unsigned at, struct extent e)
{
    CHECK(w->extent_count < WORLD_EXTENTS, "the model is full");
    memmove(&w->model[at + 1], &w->model[at], (w->extent_count - at) * sizeof(e));
    w->model[at] = e;
    w->extent_count++;
}

/* Cut the ranges at an address; the index of the first range from there on. */
static unsigned cut(struct world *w, uint64_t ia)
{
    unsigned i = 0;

    while (i < w->extent_count && extent_end(&w->model[i]) <= ia) {
        i++;
    }
    if (i < w->extent_count && w->model[i].ia < ia) {
        struct extent tail = w->model[i];
        uint64_t head = ia - tail.ia;

        tail.ia = ia;
        tail.oa += head;
        tail.bytes -= head;
        w->model[i].bytes = head;
        insert(w, ++i, tail);
    }
    return i;
}

/* The lowest mapped address in a range, or `hi`. */
static uint64_t first_mapped(const struct world *w, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < w->extent_count; i++) {
        const struct extent *e = &w->model[i];

        if (extent_end(e) > lo && e->ia < hi) {
            return e->ia > lo ? e->ia : lo;
        }
    }
    return hi;
}

static uint64_t model_unmap(struct world *w, uint64_t lo, uint64_t hi)
{
    unsigned first = cut(w, lo);
    unsigned last = cut(w, hi);
    uint64_t bytes = 0;

    for (unsigned i = first; i < last; i++) {
        bytes += w->model[i].bytes;
    }
    memmove(&w->model[first], &w->model[last], (w->extent_count - last) * sizeof(w->model[0]));
    w->extent_count -= last - first;
    return bytes;
}

static uint64_t model_protect(struct world *w, uint64_t lo, uint64_t hi,
                              const struct armvirt_attr_change *change)
{
    unsigned first = cut(w, lo);
    unsigned last = cut(w, hi);
    uint64_t bytes = 0;

    for (unsigned i = first; i < last; i++) {
        struct extent *e = &w->model[i];
        uint64_t low = (e->attrs[0] & ~change->clear[0]) | change->set[0];
        uint64_t high = (e->attrs[1] & ~change->clear[1]) | change->set[1];

        bytes += low != e->attrs[0] || high != e->attrs[1] ? e->bytes : 0;
        e->attrs[0] = low;
        e->attrs[1] = high;
    }
    return bytes;
}

/* ---- Tables against the model -------------------------------------------------------------- */

static bool alike(const struct world *w, const uint64_t a[2], const uint64_t b[2])
{
    uint64_t flags = w->shape.ha ? 0x480 : 0;

    return ((a[0] ^ b[0]) & ~flags) == 0 && a[1] == b[1];
}

/* Leaves must tile the ranges of the model exactly. */
static void check_leaves(const struct world *w, const struct leaf *leaves, size_t count)
{
    unsigned at = 0;
    uint64_t reached = w->extent_count != 0 ? w->model[0].ia : 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t ia = leaves[i].ia;

        while (ia < leaves[i].ia + leaves[i].bytes) {
            const struct extent *e = &w->model[at];
            uint64_t end = leaves[i].ia + leaves[i].bytes;

            CHECK(at < w->extent_count && ia == reached, "a leaf maps what should not be mapped");
            CHECK(leaves[i].oa + (ia - leaves[i].ia) == e->oa + (ia - e->ia),
                  "a leaf has a wrong output address");
            CHECK(alike(w, leaves[i].attrs, e->attrs), "a leaf has wrong attributes");
            CHECK(!leaves[i].nt, "nT is left set");
            reached = ia = end < extent_end(e) ? end : extent_end(e);
            if (ia == extent_end(e)) {
                at++;
                reached = at < w->extent_count ? w->model[at].ia : 0;
            }
        }
    }
    CHECK(at == w->extent_count, "something should be mapped and is not");
}

/* DDI0487 R_SKQHL: all of a group is contiguous and alike. */
static void check_groups(const struct world *w, const struct leaf *leaves, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct leaf *first = &leaves[i];
        uint64_t entries = UINT64_C(1) << world_group_log2(w, first->level);

        if (!first->contiguous) {
            continue;
        }
        CHECK(first->ia % (entries * first->bytes) == 0, "R_SKQHL: a group has lost its start");
        CHECK(first->oa % (entries * first->bytes) == 0, "R_SKQHL: a group is not aligned");
        CHECK(i + entries <= count, "R_SKQHL: a group has lost its end");
        for (uint64_t k = 0; k < entries; k++) {
            const struct leaf *leaf = &leaves[i + k];

            CHECK(leaf->contiguous && leaf->level == first->level, "R_SKQHL: a group has a hole");
            CHECK(leaf->ia == first->ia + k * first->bytes, "R_SKQHL: a group has a gap");
            CHECK(leaf->oa == first->oa + k * first->bytes, "R_SKQHL: output is not contiguous");
            CHECK(alike(w, leaf->attrs, first->attrs), "R_SKQHL: attributes differ in a group");
        }
        i += entries - 1;
    }
}

static void check_pages(const struct world *w, const struct world_tree *tree)
{
    unsigned reachable = 0;

    for (unsigned i = 0; i < w->page_count; i++) {
        unsigned found = 0;

        for (size_t k = 1; k < tree->count; k++) {
            found += tree->tables[k] == w->pages[i].pa;
        }
        CHECK(found <= 1, "a table can be reached in two ways");
        CHECK(found == 0 || w->pages[i].used, "a table is used that was given back");
        CHECK(found == 1 || !w->pages[i].used, "a page is lost");
        reachable += found;
    }
    CHECK(reachable + 1 == tree->count, "a table is used that never was given");
}

void world_check(struct world *w)
{
    struct world_tree tree;
    size_t count = world_tree(w, w->leaves, WORLD_LEAVES, &tree);

    CHECK(count <= WORLD_LEAVES, "too many leaves for a check");
    check_leaves(w, w->leaves, count);
    check_groups(w, w->leaves, count);
    check_pages(w, &tree);
}

/* ---- Calls --------------------------------------------------------------------------------- */

/* What an error must not change. */
struct before {
    uint64_t checksum;
    unsigned used;
};

static struct before before(struct world *w)
{
    w->allocs = w->reads = w->writes = w->tlbis = w->breaks = 0;
    w->alloc_failed = false;
    return (struct before){world_checksum(w), world_used_pages(w)};
}

static void after(struct world *w, const struct before *b, enum armvirt_status status,
                  const struct armvirt_pgbuild_result *result)
{
    uint64_t used = world_used_pages(w);

    CHECK((status == ARMVIRT_E_NOSPACE) == w->alloc_failed, "out of pages, or not");
    CHECK(used == b->used + result->tables_made - result->tables_freed, "page counts");
    CHECK(result->invalidations == w->tlbis && result->breaks == w->breaks, "TLBI counts");
    if (status != ARMVIRT_OK) {
        CHECK(world_checksum(w) == b->checksum, "an error has changed the tables");
        CHECK(w->tlbis == 0 && result->owed.size_bytes == 0, "an error has invalidated");
    }
    world_check_tlbs(w, &result->owed);
    world_check(w);
}

static bool aligned(const struct world *w, uint64_t value)
{
    return value % (UINT64_C(1) << w->shape.granule_log2) == 0;
}

static bool in_range(const struct world *w, uint64_t lo, uint64_t bytes)
{
    uint64_t limit = UINT64_C(1) << w->shape.ia_bits;

    return aligned(w, lo) && aligned(w, bytes) && bytes != 0 && lo < limit && bytes <= limit - lo;
}

static bool mapping_valid(const struct world *w, const struct armvirt_pgbuild_mapping *m,
                          uint64_t lo)
{
    uint64_t limit = UINT64_C(1) << w->shape.oa_bits;

    return in_range(w, lo, m->size_bytes) && world_ia(w, lo) == m->ia && aligned(w, m->oa) &&
           m->size_bytes <= limit && m->oa <= limit - m->size_bytes;
}

enum armvirt_status world_map(struct world *w, const struct armvirt_pgbuild_mapping *mapping,
                              struct armvirt_pgbuild_result *result)
{
    uint64_t lo = mapping->ia & ~(UINT64_MAX << w->shape.ia_bits);
    uint64_t hi = lo + mapping->size_bytes;
    struct before b = before(w);
    enum armvirt_status status = armvirt_pgbuild_map(&w->build, mapping, result);

    if (!mapping_valid(w, mapping, lo)) {
        CHECK(status == ARMVIRT_E_INVAL, "map: invalid and not refused");
    } else if (first_mapped(w, lo, hi) != hi) {
        CHECK(status == ARMVIRT_E_BUSY, "map: overlap and not refused");
        CHECK(result->at_ia == world_ia(w, first_mapped(w, lo, hi)), "map: where it overlaps");
    } else {
        CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_NOSPACE, "map: refused");
    }
    if (status == ARMVIRT_OK) {
        struct extent e = {
            lo, mapping->size_bytes, mapping->oa, {mapping->attrs[0], mapping->attrs[1]}};

        insert(w, cut(w, lo), e);
        CHECK(result->bytes == mapping->size_bytes, "map: bytes");
        CHECK(result->tables_made == result->tables_needed[0] + result->tables_needed[1] +
                                         result->tables_needed[2] + result->tables_needed[3],
              "map: tables needed and tables made");
        CHECK(result->owed.size_bytes == 0 && w->tlbis == 0, "I_WZCBG: mapping owes nothing");
    }
    after(w, &b, status, result);
    return status;
}

enum armvirt_status world_unmap(struct world *w, uint64_t offset, uint64_t bytes,
                                struct armvirt_pgbuild_result *result)
{
    struct before b = before(w);
    enum armvirt_status status =
        armvirt_pgbuild_unmap(&w->build, world_ia(w, offset), bytes, result);

    if (!in_range(w, offset, bytes)) {
        CHECK(status == ARMVIRT_E_INVAL, "unmap: invalid and not refused");
    } else {
        CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_NOSPACE, "unmap: refused");
    }
    if (status == ARMVIRT_OK) {
        CHECK(result->bytes == model_unmap(w, offset, offset + bytes), "unmap: bytes");
    }
    after(w, &b, status, result);
    return status;
}

enum armvirt_status world_protect(struct world *w, uint64_t offset, uint64_t bytes,
                                  const struct armvirt_attr_change *change,
                                  struct armvirt_pgbuild_result *result)
{
    struct before b = before(w);
    enum armvirt_status status =
        armvirt_pgbuild_protect(&w->build, world_ia(w, offset), bytes, change, result);

    if (!in_range(w, offset, bytes)) {
        CHECK(status == ARMVIRT_E_INVAL, "protect: invalid and not refused");
    } else {
        CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_NOSPACE, "protect: refused");
    }
    if (status == ARMVIRT_OK) {
        uint64_t changed = model_protect(w, offset, offset + bytes, change);

        CHECK(w->shape.ha || result->bytes == changed, "protect: bytes");
    }
    after(w, &b, status, result);
    return status;
}

/* Whether tables that the builder makes below @from have entries of @to. */
static bool reaches(const struct world *w, int from, int to)
{
    while (from < to) {
        from += 1 + w->shape.skl[from + 2];
    }
    return from == to;
}

enum armvirt_status world_split(struct world *w, uint64_t offset, int level,
                                struct armvirt_pgbuild_result *result)
{
    struct before b = before(w);
    struct leaf old, now;
    bool mapped = world_walk(w, offset, &old);
    enum armvirt_status status =
        armvirt_pgbuild_split(&w->build, world_ia(w, offset), level, result);

    if (!world_leaf_level(w, level) || !mapped || !reaches(w, old.level, level)) {
        bool finer = mapped && world_leaf_level(w, level) && old.level > level;

        CHECK(status == (finer ? ARMVIRT_OK : ARMVIRT_E_INVAL), "split: invalid and not refused");
    } else {
        CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_NOSPACE, "split: refused");
    }
    if (status == ARMVIRT_OK) {
        CHECK(world_walk(w, offset, &now), "split: not mapped any more");
        CHECK(now.level >= level && (now.level > level || !now.contiguous), "split: not split");
        CHECK(result->bytes != 0 || memcmp(now.desc, old.desc, sizeof(now.desc)) == 0,
              "split: bytes");
    }
    after(w, &b, status, result);
    return status;
}

/* Whether a block could stand there: one range of the model, and one table of leaves. */
static bool could_be_block(const struct world *w, uint64_t lo, int level)
{
    uint64_t bytes = world_level_bytes(w, level);
    bool one_range = false;

    for (unsigned i = 0; i < w->extent_count; i++) {
        const struct extent *e = &w->model[i];

        one_range = one_range || (e->ia <= lo && extent_end(e) >= lo + bytes &&
                                  (e->oa + (lo - e->ia)) % bytes == 0);
    }
    for (uint64_t ia = lo; one_range && ia < lo + bytes; ia += world_level_bytes(w, level + 1)) {
        struct leaf leaf;

        one_range = world_walk(w, ia, &leaf) && leaf.level == level + 1;
    }
    return one_range;
}

/* Whether a block may stand at this level of these tables. */
static bool block_level(const struct world *w, int level)
{
    return world_leaf_level(w, level) && level < 3 && level >= w->shape.start_level;
}

static void check_join(const struct world *w, int level, const struct leaf *old, bool could,
                       enum armvirt_status status)
{
    if (!block_level(w, level)) {
        CHECK(status == ARMVIRT_E_INVAL, "join: invalid and not refused");
    } else if (old->bytes != 0 && old->level <= level) {
        CHECK(status == ARMVIRT_OK, "join: a block already");
    } else if (!w->shape.d128) { /* there SKL may leave the level out */
        CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_BUSY, "join: refused");
        CHECK(status == ARMVIRT_OK || !could || w->shape.ha, "join: not done");
    }
}

enum armvirt_status world_join(struct world *w, uint64_t offset, int level,
                               struct armvirt_pgbuild_result *result)
{
    struct before b = before(w);
    struct leaf old, now;
    bool mapped = world_walk(w, offset, &old);
    bool could = block_level(w, level) &&
                 could_be_block(w, offset & ~(world_level_bytes(w, level) - 1), level);
    enum armvirt_status status =
        armvirt_pgbuild_join(&w->build, world_ia(w, offset), level, result);

    check_join(w, level, &old, could, status);
    if (status == ARMVIRT_OK) {
        CHECK(world_walk(w, offset, &now) && now.level <= level, "join: not joined");
        CHECK(result->tables_freed == (old.level > level), "join: the table is not freed");
        CHECK((result->bytes != 0) == (old.level > level) && mapped, "join: bytes");
    }
    after(w, &b, status, result);
    return status;
}
