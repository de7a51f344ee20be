/* SPDX-License-Identifier: MIT */
/*
 * The world of a table builder: memory, pages, failures on demand, and the decoder of tables.
 * DDI0487 D8.3 (formats), Tables D8-104, D8-105 (contiguous groups).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* ---- Geometry, written down once more ------------------------------------------------------ */

#define BITS(hi, lo) ((UINT64_MAX >> (63 - (hi))) & (UINT64_MAX << (lo)))

struct armvirt_stage shape_stage(const struct shape *shape, uint64_t base_pa)
{
    struct armvirt_stage s = {
        .base_pa = base_pa,
        .format = shape->d128 ? ARMVIRT_FORMAT_VMSA128 : ARMVIRT_FORMAT_VMSA64,
        .granule_log2 = shape->granule_log2,
        .desc_log2 = shape->d128 ? 4 : 3,
        .ia_bits = shape->ia_bits,
        .oa_bits = shape->oa_bits,
        .start_level = shape->start_level,
        .ds = shape->ds,
        .d128 = shape->d128,
        .big_endian = shape->big_endian,
        .pie = shape->pie,
        .ha = shape->ha,
        .hd = shape->hd,
        .asid = 0x1234,
    };

    s.stride_log2 = (uint8_t)(s.granule_log2 - s.desc_log2);
    s.table_mask = BITS(shape->d128 ? 55 : shape->ds ? 49 : 47, shape->granule_log2);
    if (shape->lpa) {
        s.high_mask = BITS(15, 12);
        s.high_shift = 36;
    } else if (shape->ds) {
        s.high_mask = BITS(9, 8);
        s.high_shift = 42;
    }
    for (int level = 0; level < 3; level++) {
        static const uint8_t always[3] = {0x6, 0x4, 0x4};
        static const uint8_t large[3] = {0x7, 0x6, 0x6};
        unsigned i = (shape->granule_log2 - 12u) / 2;

        s.block_levels = shape->d128 || shape->ds || shape->lpa ? large[i] : always[i];
    }
    return s;
}

static unsigned level_log2(const struct world *w, int level)
{
    unsigned granule = w->shape.granule_log2;

    return granule + (unsigned)(3 - level) * (granule - (w->shape.d128 ? 4u : 3u));
}

uint64_t world_level_bytes(const struct world *w, int level)
{
    return UINT64_C(1) << level_log2(w, level);
}

bool world_leaf_level(const struct world *w, int level)
{
    return level == 3 || (level >= 0 && level < 3 && (w->stage.block_levels >> level & 1) != 0);
}

/* DDI0487 Tables D8-104 and D8-105: number of entries of a group. */
unsigned world_group_log2(const struct world *w, int level)
{
    static const struct {
        unsigned granule_log2, entries_log2;
        int level;
        bool d128;
    } groups[] = {
        {12, 4, 1, false}, {12, 4, 2, false}, {12, 4, 3, false}, {14, 5, 2, false},
        {14, 7, 3, false}, {16, 5, 2, false}, {16, 5, 3, false}, {12, 2, 1, true},
        {12, 4, 2, true},  {12, 4, 3, true},  {14, 2, 1, true},  {14, 4, 2, true},
        {14, 6, 3, true},  {16, 6, 2, true},  {16, 4, 3, true},
    };

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (groups[i].granule_log2 == w->shape.granule_log2 && groups[i].level == level &&
            groups[i].d128 == w->shape.d128) {
            return groups[i].entries_log2;
        }
    }
    return 0;
}

uint64_t world_ia(const struct world *w, uint64_t offset)
{
    return w->shape.upper ? offset | UINT64_MAX << w->shape.ia_bits : offset;
}

/* ---- Memory -------------------------------------------------------------------------------- */

void world_desc(const struct world *w, uint64_t pa, uint64_t desc[2])
{
    unsigned size = w->shape.d128 ? 16 : 8;
    const uint8_t *p = w->bytes + (pa - w->base_pa);

    CHECK(pa >= w->base_pa && pa - w->base_pa + size <= w->size, "a table outside memory");
    desc[0] = desc[1] = 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned at = w->shape.big_endian ? size - 1 - i : i;

        desc[i / 8] |= (uint64_t)p[at] << (i % 8 * 8);
    }
}

/* Bit 0: in the first byte or the last. */
static bool valid_bit(const struct world *w, uint64_t pa)
{
    unsigned last = w->shape.d128 ? 15 : 7;

    CHECK(pa >= w->base_pa && pa - w->base_pa + last < w->size, "a table outside memory");
    return w->bytes[pa - w->base_pa + (w->shape.big_endian ? last : 0)] & 1;
}

void world_set_desc(struct world *w, uint64_t pa, const uint64_t desc[2])
{
    unsigned size = w->shape.d128 ? 16 : 8;
    uint8_t *p = w->bytes + (pa - w->base_pa);

    for (unsigned i = 0; i < size; i++) {
        unsigned at = w->shape.big_endian ? size - 1 - i : i;

        p[at] = (uint8_t)(desc[i / 8] >> (i % 8 * 8));
    }
}

static void check_request(const struct world *w, const struct armvirt_mem_req *req)
{
    CHECK(req->size == (w->shape.d128 ? 16 : 8), "access of a wrong size");
    CHECK(req->what == w->shape.stage_number - 1, "access of a wrong stage");
    CHECK(req->space == w->stage.space, "access in a wrong address space");
}

static enum armvirt_bus world_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct world *w = ctx;

    check_request(w, req);
    w->reads_before_write += w->writes == 0;
    if (++w->reads == w->fail_read) {
        w->failed_pa = req->pa;
        return w->fail_with;
    }
    return armvirt_mem_flat_ops.read(&w->flat, req, val);
}

static bool write_fails(struct world *w)
{
    w->writes++;
    return w->writes == w->fail_write ||
           (w->fail_on && w->fail_write != 0 && w->writes > w->fail_write);
}

static enum armvirt_bus world_write(void *ctx, const struct armvirt_mem_req *req,
                                    const uint64_t *val)
{
    struct world *w = ctx;
    enum armvirt_bus bus;

    check_request(w, req);
    if (write_fails(w)) {
        w->failed_pa = req->pa;
        return w->fail_with;
    }
    if (w->drop_writes) {
        return ARMVIRT_BUS_OK;
    }
    bus = armvirt_mem_flat_ops.write(&w->flat, req, val);
    world_wrote(w, req->pa);
    return bus;
}

static enum armvirt_bus world_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                                  const uint64_t *val)
{
    struct world *w = ctx;
    enum armvirt_bus bus;

    check_request(w, req);
    w->swaps++;
    if (w->hardware != NULL) {
        w->hardware(w, req->pa);
    }
    if (write_fails(w)) {
        w->failed_pa = req->pa;
        return w->fail_with;
    }
    bus = armvirt_mem_flat_ops.cas(&w->flat, req, old, val);
    if (bus == ARMVIRT_BUS_OK) {
        world_wrote(w, req->pa);
    }
    return bus;
}

static const struct armvirt_mem_ops memory = {world_read, world_write, world_cas};

/* ---- Pages --------------------------------------------------------------------------------- */

/* What a page holds when it is given: descriptors of another table, if there is one. */
static void fill_with_tables(struct world *w, const struct page *page)
{
    uint64_t desc[2] = {(w->pages[0].used ? w->pages[0].pa : w->base_pa) | 3, 0};
    uint64_t size = w->shape.d128 ? 16 : 8;

    for (uint64_t at = 0; at < UINT64_C(1) << page->size_log2; at += size) {
        world_set_desc(w, page->pa + at, desc);
    }
}

static bool world_alloc(void *ctx, unsigned size_log2, uint64_t *pa)
{
    struct world *w = ctx;
    uint64_t size = UINT64_C(1) << size_log2;
    struct page *page = NULL;

    w->alloc_failed = ++w->allocs == w->fail_alloc;
    if (w->alloc_failed) {
        return false;
    }
    for (unsigned i = 0; i < w->page_count && page == NULL; i++) {
        if (!w->pages[i].used && w->pages[i].size_log2 == size_log2) {
            page = &w->pages[i];
        }
    }
    if (page == NULL) {
        uint64_t at = (w->next_pa + size - 1) & ~(size - 1);

        w->alloc_failed = w->page_count == WORLD_PAGES || at + size > w->base_pa + w->size;
        if (w->alloc_failed) {
            return false;
        }
        page = &w->pages[w->page_count++];
        *page = (struct page){.pa = at, .size_log2 = size_log2};
        w->next_pa = at + size;
    }
    page->used = true;
    fill_with_tables(w, page);
    *pa = page->pa;
    return true;
}

static void world_free(void *ctx, unsigned size_log2, uint64_t pa)
{
    struct world *w = ctx;

    for (unsigned i = 0; i < w->page_count; i++) {
        struct page *page = &w->pages[i];

        if (page->pa == pa) {
            CHECK(page->used, "a page is given back twice");
            CHECK(page->size_log2 == size_log2, "a page comes back with another size");
            page->used = false;
            world_freed(w, pa);
            memset(w->bytes + (pa - w->base_pa), 0x5b, UINT64_C(1) << size_log2);
            return;
        }
    }
    CHECK(false, "a page is given back that never was given");
}

unsigned world_used_pages(const struct world *w)
{
    unsigned used = 0;

    for (unsigned i = 0; i < w->page_count; i++) {
        used += w->pages[i].used;
    }
    return used;
}

static uint64_t first_table_bytes(const struct world *w)
{
    unsigned index_bits = w->shape.ia_bits - level_log2(w, w->shape.start_level);

    return UINT64_C(1) << (index_bits + (w->shape.d128 ? 4 : 3));
}

static uint64_t checksum(uint64_t sum, const uint8_t *bytes, uint64_t size)
{
    for (uint64_t i = 0; i < size; i += 8) {
        uint64_t word;

        memcpy(&word, bytes + i, 8);
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return sum;
}

uint64_t world_checksum(const struct world *w)
{
    uint64_t sum = checksum(1, w->bytes, first_table_bytes(w));

    for (unsigned i = 0; i < w->page_count; i++) {
        const struct page *page = &w->pages[i];

        if (page->used) {
            sum = checksum(sum + page->pa, w->bytes + (page->pa - w->base_pa),
                           UINT64_C(1) << page->size_log2);
        }
    }
    return sum;
}

/* ---- Storage, the same for one world after another ----------------------------------------- */

#define ARENA_BYTES (UINT64_C(64) << 20)

static uint8_t *arena;
static struct leaf *leaf_storage;

static void take_storage(struct world *w)
{
    if (arena == NULL) {
        arena = malloc(ARENA_BYTES);
        leaf_storage = malloc(WORLD_LEAVES * sizeof(*leaf_storage));
    }
    CHECK(arena != NULL && leaf_storage != NULL, "out of memory");
    w->bytes = arena;
    w->leaves = leaf_storage;
}

/* ---- Beginning and end --------------------------------------------------------------------- */

void world_remake(struct world *w)
{
    struct armvirt_pgbuild_config config = {
        .stage = &w->stage,
        .mem = {&memory, w},
        .ops = &w->ops,
        .ctx = w,
        .stage_number = w->shape.stage_number,
        .bbm_level = w->bbm_level,
        .upper = w->shape.upper,
    };

    w->ops = (struct armvirt_pgbuild_ops){world_alloc, world_free, w->live ? world_tlbi : NULL};
    memcpy(config.skl, w->shape.skl, sizeof(config.skl));
    CHECK(armvirt_pgbuild_init(&w->build, &config) == ARMVIRT_OK, "the configuration is refused");
}

void world_begin(struct world *w, const struct shape *shape, bool live, uint8_t bbm_level)
{
    struct armvirt_pgbuild_result result;

    memset(w, 0, sizeof(*w));
    w->shape = *shape;
    w->live = live;
    w->bbm_level = bbm_level;
    w->size = ARENA_BYTES;
    if (shape->skl[3] != 0) {
        w->size = UINT64_C(6) << 20; /* tables of 1 MB: a few are enough */
    }
    w->base_pa = UINT64_C(0x40000000);
    take_storage(w);
    w->flat = (struct armvirt_mem_flat){w->bytes, w->base_pa, w->size, true};
    w->stage = shape_stage(shape, w->base_pa);
    w->next_pa = w->base_pa + first_table_bytes(w);
    world_remake(w);
    CHECK(UINT64_C(1) << armvirt_pgbuild_first_table_log2(&w->build) == first_table_bytes(w),
          "size of the first table");
    memset(w->bytes, 0xa7, first_table_bytes(w));
    CHECK(armvirt_pgbuild_format(&w->build, &result) == ARMVIRT_OK, "format");
    w->reads = w->writes = w->log_length = 0;
}

/* ---- The decoder --------------------------------------------------------------------------- */

enum kind { INVALID, TABLE, LEAF };

/* DDI0487 Tables D8-48 and D8-49. */
static enum kind kind_of(const struct world *w, int level, const uint64_t desc[2])
{
    if ((desc[0] & 1) == 0) {
        return INVALID;
    }
    if (w->shape.d128) {
        int skl = (int)(desc[1] >> 45 & 3);

        if (level + skl > 3 || (skl == 3 && w->shape.granule_log2 != 12)) {
            return INVALID;
        }
        if (level + skl < 3) {
            return TABLE;
        }
        return world_leaf_level(w, level) ? LEAF : INVALID;
    }
    if (level == 3) {
        return (desc[0] & 2) != 0 ? LEAF : INVALID;
    }
    if ((desc[0] & 2) != 0) {
        return TABLE;
    }
    return world_leaf_level(w, level) ? LEAF : INVALID;
}

static uint64_t address_of(const struct world *w, uint64_t low, unsigned size_log2)
{
    uint64_t oa = low & BITS(w->shape.d128 ? 55 : 47, size_log2);

    if (w->shape.lpa) {
        oa |= (low >> 12 & 0xf) << 48;
    }
    if (w->shape.ds) {
        oa |= (low & BITS(49, 48)) | (low >> 8 & 3) << 50;
    }
    return oa;
}

static void decode_leaf(const struct world *w, int level, struct leaf *leaf)
{
    unsigned size_log2 = level_log2(w, level);
    uint64_t low = leaf->desc[0];
    uint64_t high = leaf->desc[1];

    leaf->bytes = UINT64_C(1) << size_log2;
    leaf->oa = address_of(w, low, size_log2);
    leaf->level = (int8_t)level;
    if (w->shape.d128) {
        leaf->nt = level < 3 && (low >> 6 & 1);
        leaf->contiguous = high >> 47 & 1;
        leaf->attrs[0] = low & BITS(11, 2) & ~(UINT64_C(1) << 6);
        leaf->attrs[1] = high & ~(UINT64_C(7) << 45);
    } else {
        leaf->nt = level < 3 && (low >> 16 & 1);
        leaf->contiguous = low >> 52 & 1;
        leaf->attrs[0] = low & (BITS(63, 53) | BITS(51, 50) | BITS(11, 2));
        if (w->shape.ds) {
            leaf->attrs[0] &= ~BITS(9, 8);
        }
        leaf->attrs[1] = 0;
    }
    leaf->contiguous = leaf->contiguous && world_group_log2(w, level) != 0;
}

/* One table: its place, the level of its entries, how many index it. */
struct table {
    uint64_t pa;
    int level;
    unsigned index_bits;
};

static struct table first_table(const struct world *w)
{
    return (struct table){w->base_pa, w->shape.start_level,
                          w->shape.ia_bits - level_log2(w, w->shape.start_level)};
}

static struct table next_table(const struct world *w, const struct table *t, const uint64_t desc[2])
{
    unsigned stride = w->shape.granule_log2 - (w->shape.d128 ? 4u : 3u);
    unsigned skl = w->shape.d128 ? (unsigned)(desc[1] >> 45 & 3) : 0;

    return (struct table){address_of(w, desc[0], w->shape.granule_log2), t->level + 1 + (int)skl,
                          (skl + 1) * stride};
}

/* The entry of a table that translates an address. */
static uint64_t entry_pa(const struct world *w, const struct table *t, uint64_t offset)
{
    uint64_t index = offset >> level_log2(w, t->level) & (BITS(63, 0) >> (64 - t->index_bits));

    return t->pa + index * (w->shape.d128 ? 16 : 8);
}

void world_path(const struct world *w, uint64_t offset, struct path *path, struct leaf *leaf)
{
    struct table t = first_table(w);

    memset(leaf, 0, sizeof(*leaf));
    for (path->count = 0;; path->count++) {
        leaf->desc_pa = entry_pa(w, &t, offset);
        path->tables[path->count] = t.pa;
        path->descs[path->count] = leaf->desc_pa;
        world_desc(w, leaf->desc_pa, leaf->desc);
        switch (kind_of(w, t.level, leaf->desc)) {
        case INVALID:
            path->count++;
            return;
        case LEAF:
            decode_leaf(w, t.level, leaf);
            leaf->ia = offset & ~(leaf->bytes - 1);
            path->count++;
            return;
        default:
            t = next_table(w, &t, leaf->desc);
        }
    }
}

bool world_walk(const struct world *w, uint64_t offset, struct leaf *leaf)
{
    struct path path;

    world_path(w, offset, &path, leaf);
    return leaf->bytes != 0;
}

/* A collection of what a table holds, and all below it. */
struct collection {
    struct leaf *leaves;
    size_t cap, count;
    struct world_tree *tree;
};

static size_t collect(const struct world *w, const struct table *t, uint64_t ia,
                      struct collection *all)
{
    uint64_t entries = UINT64_C(1) << t->index_bits;
    size_t valid = 0;

    if (all->tree != NULL) {
        CHECK(all->tree->count < WORLD_PAGES + 1, "more tables than pages");
        all->tree->tables[all->tree->count++] = t->pa;
    }
    for (uint64_t i = 0; i < entries; i++, ia += world_level_bytes(w, t->level)) {
        uint64_t pa = entry_pa(w, t, ia);
        struct leaf leaf;
        enum kind kind;

        if (!valid_bit(w, pa)) {
            continue;
        }
        leaf = (struct leaf){.ia = ia, .desc_pa = pa};
        world_desc(w, pa, leaf.desc);
        kind = kind_of(w, t->level, leaf.desc);
        valid += kind != INVALID;
        if (kind == LEAF) {
            decode_leaf(w, t->level, &leaf);
            if (all->count < all->cap) {
                all->leaves[all->count] = leaf;
            }
            all->count++;
        } else if (kind == TABLE) {
            struct table next = next_table(w, t, leaf.desc);

            CHECK(collect(w, &next, ia, all) != 0 || w->allow_empty, "an empty table is left");
        }
    }
    return valid;
}

size_t world_leaves(const struct world *w, struct leaf *leaves, size_t cap)
{
    struct collection all = {.leaves = leaves, .cap = cap};
    struct table t = first_table(w);

    (void)collect(w, &t, 0, &all);
    return all.count;
}

size_t world_tree(const struct world *w, struct leaf *leaves, size_t cap, struct world_tree *tree)
{
    struct collection all = {.leaves = leaves, .cap = cap, .tree = tree};
    struct table t = first_table(w);

    tree->count = 0;
    (void)collect(w, &t, 0, &all);
    return all.count;
}
