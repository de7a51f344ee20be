/* SPDX-License-Identifier: MIT */
/*
 * Mapping: the leaves that are chosen, against the obvious rule written down once more, for all
 * ranges around the boundaries of blocks and groups; the bits of descriptors; everything that is
 * refused.
 * DDI0487 D8.3 (Tables D8-48 to D8-59), D8.7.1 (Tables D8-104, D8-105).
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define GB UINT64_C(0x40000000)

static struct world *begin(const struct shape *shape)
{
    struct world *w = malloc(sizeof(*w));

    assert_non_null(w);
    world_begin(w, shape, true, 0);
    return w;
}

/* ---- The largest leaves that fit ----------------------------------------------------------- */

/* Whether a table has entries of the level: SKL may leave it out. */
static bool has_level(const struct world *w, int level)
{
    int l = w->shape.start_level;

    while (l < level) {
        l += 1 + w->shape.skl[l + 2];
    }
    return l == level;
}

/* The rule: from the start on, always the largest block that is aligned and within the range. */
static struct leaf largest(const struct world *w, const struct armvirt_pgbuild_mapping *m,
                           uint64_t done)
{
    uint64_t ia = (m->ia & ~(UINT64_MAX << w->shape.ia_bits)) + done;
    struct leaf leaf = {.ia = ia, .oa = m->oa + done};
    int level = m->coarsest_level;

    for (;; level++) {
        uint64_t bytes = has_level(w, level) ? world_level_bytes(w, level) : 0;

        if (bytes != 0 && world_leaf_level(w, level) && (leaf.ia | leaf.oa) % bytes == 0 &&
            bytes <= m->size_bytes - done) {
            leaf.bytes = bytes;
            leaf.level = (int8_t)level;
            return leaf;
        }
    }
}

/* And the Contiguous bit where the whole group is in the range and aligned. */
static bool in_group(const struct world *w, const struct armvirt_pgbuild_mapping *m,
                     const struct leaf *leaf)
{
    uint64_t group = leaf->bytes << world_group_log2(w, leaf->level);
    uint64_t start = leaf->ia & ~(group - 1);
    uint64_t lo = m->ia & ~(UINT64_MAX << w->shape.ia_bits);

    return m->contiguous && group != leaf->bytes && (leaf->oa - leaf->ia) % group == 0 &&
           start >= lo && start + group <= lo + m->size_bytes;
}

static void check_largest(struct world *w, const struct armvirt_pgbuild_mapping *m)
{
    struct armvirt_pgbuild_result result;
    uint64_t done = 0;
    size_t count, i;

    assert_int_equal(world_map(w, m, &result), ARMVIRT_OK);
    count = world_leaves(w, w->leaves, WORLD_LEAVES);
    for (i = 0; i < count; i++) {
        struct leaf expected = largest(w, m, done);

        assert_int_equal(w->leaves[i].ia, expected.ia);
        assert_int_equal(w->leaves[i].level, expected.level);
        assert_int_equal(w->leaves[i].oa, expected.oa);
        assert_int_equal(w->leaves[i].contiguous, in_group(w, m, &expected));
        done += expected.bytes;
    }
    assert_int_equal(done, m->size_bytes);
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, m->ia, m->size_bytes, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, m->size_bytes);
    assert_int_equal(world_used_pages(w), 0);
    w->extent_count = 0;
}

/* Distances from a boundary at which something changes, in granules: ends and groups. */
static const int steps[] = {-16, -1, 0, 1, 128};

/* All ranges from near one boundary of @level to near the next but one. */
static void check_boundaries(struct world *w, int level, unsigned shift, bool contiguous)
{
    uint64_t granule = UINT64_C(1) << w->shape.granule_log2;
    uint64_t bytes = world_level_bytes(w, level);
    uint64_t group = bytes << world_group_log2(w, level);
    uint64_t middle = (UINT64_C(1) << (w->shape.ia_bits - 1)) & ~(group - 1);

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        for (size_t k = 0; k < COUNT_OF(steps); k++) {
            uint64_t lo = middle + (uint64_t)steps[i] * granule;
            uint64_t hi = middle + (level == 3 ? group : bytes) + (uint64_t)steps[k] * granule;
            struct armvirt_pgbuild_mapping m = {.ia = world_ia(w, lo),
                                                .oa = (lo % (group * 2)) + group * 2 +
                                                      shift * granule,
                                                .size_bytes = hi - lo,
                                                .contiguous = contiguous};

            if (hi > lo && lo < UINT64_C(1) << w->shape.ia_bits) {
                world_attrs(w, 1, m.attrs);
                check_largest(w, &m);
            }
        }
    }
}

static void test_the_largest_leaves_that_fit(void **state)
{
    const struct shape *shape = *state;
    struct world *w = begin(shape);

    for (int level = 0; level <= 3; level++) {
        if (level < shape->start_level || !world_leaf_level(w, level) ||
            world_level_bytes(w, level) > UINT64_C(1) << (shape->ia_bits - 2)) {
            continue;
        }
        check_boundaries(w, level, 0, true);
        if (level >= 2) { /* output addresses that are not aligned to blocks, then to groups */
            check_boundaries(w, level, 1, true);
            check_boundaries(w, level, 16, false);
        }
    }
    free(w);
}

static void test_all_of_the_input_range(void **state)
{
    const struct shape *shape = *state;
    struct world *w = begin(shape);
    struct armvirt_pgbuild_mapping m = {.ia = world_ia(w, 0),
                                        .size_bytes = UINT64_C(1) << shape->ia_bits};
    struct armvirt_pgbuild_result result;
    int level = shape->start_level;

    while (!world_leaf_level(w, level)) {
        level++;
    }
    world_attrs(w, 0, m.attrs);
    if (m.size_bytes / world_level_bytes(w, level) > 100000 || shape->oa_bits < shape->ia_bits) {
        m.size_bytes = UINT64_C(1) << (shape->oa_bits < shape->ia_bits ? shape->oa_bits - 4
                                                                       : shape->ia_bits - 6);
    }
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    assert_int_equal(armvirt_pgbuild_clear(&w->build, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, m.size_bytes);
    assert_int_equal(world_used_pages(w), 0);
    assert_int_equal(world_leaves(w, w->leaves, 1), 0);
    free(w);
}

/* ---- Bits ---------------------------------------------------------------------------------- */

struct bits_case {
    const char *name;
    const char *shape;
    uint64_t ia, oa, bytes;
    uint64_t attrs[2];
    uint64_t desc[2];
};

static const struct bits_case bits_cases[] = {
    {"Table D8-48: a page has bit 1",
     "stage 1, 4 KB, 39 bits",
     0x5000,
     0x1234567000,
     0x1000,
     {0x40000000000744, 0},
     {0x40001234567747, 0}},
    {"Table D8-48: a block has not",
     "stage 1, 4 KB, 39 bits",
     0x200000,
     0x1234600000,
     0x200000,
     {0x744, 0},
     {0x1234600745, 0}},
    {"Table D8-52: OA[51:48] in bits 15:12 with LPA",
     "stage 1, 64 KB, 52 bits (LPA)",
     0x10000,
     0xf9abcdef10000,
     0x10000,
     {0x400, 0},
     {0x9abcdef1f403, 0}},
    {"Table D8-52: OA[51:50] in bits 9:8 with DS",
     "stage 1, 4 KB, 52 bits (DS)",
     0x1000,
     0xe123456789000,
     0x1000,
     {0x444, 0},
     {0x2123456789747, 0}},
    {"Table D8-52: OA[47:39] of a level 0 block with DS",
     "stage 1, 4 KB, 52 bits (DS)",
     UINT64_C(1) << 39,
     UINT64_C(3) << 50 | UINT64_C(5) << 39,
     UINT64_C(1) << 39,
     {0x404, 0},
     {0x28000000705, 0}},
    {"Table D8-52: 16 KB with DS, a level 1 block",
     "stage 1, 16 KB, 52 bits (DS)",
     UINT64_C(1) << 36,
     UINT64_C(0x809a) << 36,
     UINT64_C(1) << 36,
     {0x404, 0},
     {0x9a000000605, 0}},
    {"Table D8-58: a page of 128 bits has SKL 0",
     "stage 1, 4 KB, VMSAv9-128",
     0x1000,
     0xfe123456789000,
     0x1000,
     {0x704, 0x8000000000000},
     {0xfe123456789705, 0x8000000000000}},
    {"Table D8-49: a level 2 block of 128 bits has SKL 1",
     "stage 1, 4 KB, VMSAv9-128",
     0x100000,
     0xfe123456700000,
     0x100000,
     {0x704, 0},
     {0xfe123456700705, 0x200000000000}},
    {"Table D8-49: a level 0 block of 128 bits has SKL 3",
     "stage 1, 4 KB, VMSAv9-128",
     UINT64_C(1) << 36,
     UINT64_C(0xfe123) << 36,
     UINT64_C(1) << 36,
     {0x704, 0},
     {0xfe123000000705, 0x600000000000}},
    {"Table D8-53: a page of stage 2",
     "stage 2, 4 KB, 40 bits, two tables",
     0x8000001000,
     0x8000,
     0x1000,
     {0x7fc, 0},
     {0x87ff, 0}},
};

static const struct shape *shape_named(const char *name)
{
    for (size_t i = 0; i < shape_count; i++) {
        if (strcmp(shapes[i].name, name) == 0) {
            return &shapes[i];
        }
    }
    fail_msg("no shape %s", name);
    return NULL;
}

static void test_bits(void **state)
{
    const struct bits_case *row = *state;
    struct world *w = begin(shape_named(row->shape));
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.ia = world_ia(w, row->ia),
                                        .oa = row->oa,
                                        .size_bytes = row->bytes,
                                        .attrs = {row->attrs[0], row->attrs[1]}};
    struct leaf leaf;

    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    assert_true(world_walk(w, row->ia, &leaf));
    assert_int_equal(leaf.desc[0], row->desc[0]);
    assert_int_equal(leaf.desc[1], row->desc[1]);
    free(w);
}

static void test_table_descriptors_have_the_bits_asked_for(void **state)
{
    struct world *w = begin(&shapes[0]);
    struct armvirt_pgbuild_mapping m = {.ia = 0x1000, .size_bytes = 0x1000, .attrs = {0x400, 0}};
    struct armvirt_pgbuild_result result;
    struct path path;
    struct leaf leaf;
    uint64_t desc[2];

    (void)state;
    w->build.table_attrs[0] = UINT64_C(1) << 59 | 0x400; /* PXNTable; AF, for HAFT */
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    world_path(w, 0x1000, &path, &leaf);
    assert_int_equal(path.count, 3);
    for (unsigned i = 0; i < 2; i++) {
        world_desc(w, path.descs[i], desc);
        assert_int_equal(desc[0], path.tables[i + 1] | UINT64_C(1) << 59 | 0x403);
    }
    free(w);
}

/* Leaves before, in and after a group, all in a table that is there already. */
static void test_a_group_in_a_table_that_exists(void **state)
{
    struct world *w = begin(&shapes[0]);
    struct armvirt_pgbuild_mapping m = {
        .ia = 0x1f0000, .size_bytes = 0x1000, .attrs = {0x400, 0}, .contiguous = true};
    struct armvirt_pgbuild_result result;

    (void)state;
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    m.ia = m.oa = 0xe000;
    m.size_bytes = 0x15000;
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    for (uint64_t ia = 0xe000; ia < 0x23000; ia += 0x1000) {
        struct leaf leaf;

        assert_true(world_walk(w, ia, &leaf));
        assert_int_equal(leaf.contiguous, ia >= 0x10000 && ia < 0x20000);
    }
    free(w);
}

/* Pages from address 0 on: 0 is an address like any other. */
static bool alloc_low(void *ctx, unsigned size_log2, uint64_t *pa)
{
    unsigned *used = ctx;

    assert_int_equal(size_log2, 12);
    *pa = (*used)++ * UINT64_C(0x1000);
    return true;
}

static void free_low(void *ctx, unsigned size_log2, uint64_t pa)
{
    unsigned *used = ctx;

    assert_int_equal(size_log2, 12);
    assert_in_range(pa, 0, 0x2fff);
    --*used;
}

static void test_page_0_is_a_page(void **state)
{
    static uint8_t bytes[0x4000];
    static const struct armvirt_pgbuild_ops ops = {alloc_low, free_low, NULL};
    struct armvirt_mem_flat flat = {bytes, 0, sizeof(bytes), true};
    struct armvirt_stage stage = shape_stage(&shapes[0], 0x3000);
    unsigned used = 0;
    struct armvirt_pgbuild_config config = {.stage = &stage,
                                            .mem = armvirt_mem_from_flat(&flat),
                                            .ops = &ops,
                                            .ctx = &used,
                                            .stage_number = 1};
    struct armvirt_pgbuild_mapping m = {.ia = 0x5000, .size_bytes = 0x1000};
    struct armvirt_pgbuild build;
    struct armvirt_pgbuild_result result;

    (void)state;
    assert_int_equal(armvirt_pgbuild_init(&build, &config), ARMVIRT_OK);
    assert_int_equal(armvirt_pgbuild_map(&build, &m, &result), ARMVIRT_OK);
    assert_int_equal(used, 2);
    assert_int_equal(armvirt_pgbuild_unmap(&build, 0x5000, 0x1000, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x1000);
    assert_int_equal(used, 0);
}

/* ---- What is refused ----------------------------------------------------------------------- */

struct refusal {
    const char *name;
    uint64_t ia, oa, bytes;
    uint64_t attrs[2];
    int8_t coarsest;
    enum armvirt_status status;
};

/* 4 KB, 39-bit input, 40-bit output; one page is mapped at 0x5000 and a block at 1 GB. */
static const struct refusal refusals[] = {
    {"input address not aligned", 0x800, 0, 0x1000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"output address not aligned", 0, 0x800, 0x1000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"length not aligned", 0, 0, 0x1800, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"no length", 0, 0, 0, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"input beyond the input size", UINT64_C(1) << 39, 0, 0x1000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"input with upper bits", UINT64_MAX - 0xfff, 0, 0x1000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"input that ends beyond the input size",
     (UINT64_C(1) << 39) - 0x1000,
     0,
     0x2000,
     {0, 0},
     0,
     ARMVIRT_E_INVAL},
    {"input that wraps", 0x1000, 0, UINT64_MAX - 0xfff, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"output beyond the output size", 0, UINT64_C(1) << 40, 0x1000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"output that ends beyond the output size",
     0,
     (UINT64_C(1) << 40) - 0x1000,
     0x2000,
     {0, 0},
     0,
     ARMVIRT_E_INVAL},
    {"output that wraps", 0, UINT64_MAX - 0xfff, 0x2000, {0, 0}, 0, ARMVIRT_E_INVAL},
    {"the Valid bit as an attribute", 0, 0, 0x1000, {1, 0}, 0, ARMVIRT_E_INVAL},
    {"the type as an attribute", 0, 0, 0x1000, {2, 0}, 0, ARMVIRT_E_INVAL},
    {"an address bit as an attribute", 0, 0, 0x1000, {0x1000, 0}, 0, ARMVIRT_E_INVAL},
    {"a reserved bit as an attribute", 0, 0, 0x1000, {UINT64_C(1) << 48, 0}, 0, ARMVIRT_E_INVAL},
    {"the Contiguous bit as an attribute",
     0,
     0,
     0x1000,
     {UINT64_C(1) << 52, 0},
     0,
     ARMVIRT_E_INVAL},
    {"a high word in 64-bit descriptors", 0, 0, 0x1000, {0, 1}, 0, ARMVIRT_E_INVAL},
    {"leaves below level 3", 0, 0, 0x1000, {0, 0}, 4, ARMVIRT_E_INVAL},
    {"leaves above level 0", 0, 0, 0x1000, {0, 0}, -1, ARMVIRT_E_INVAL},
    {"the same again", 0x5000, 0x5000, 0x1000, {0x400, 0}, 0, ARMVIRT_E_BUSY},
    {"another over it", 0x5000, 0x6000, 0x1000, {0x404, 0}, 0, ARMVIRT_E_BUSY},
    {"a page at the end of the range", 0, 0, 0x6000, {0, 0}, 0, ARMVIRT_E_BUSY},
    {"a page at its start", 0x5000, 0, 0x6000, {0, 0}, 0, ARMVIRT_E_BUSY},
    {"a page within a block to be", 0, 0, GB, {0, 0}, 0, ARMVIRT_E_BUSY},
    {"a block around", GB + 0x7000, 0, 0x1000, {0, 0}, 0, ARMVIRT_E_BUSY},
    {"a block at the end of the range", GB - 0x1000, 0, 0x2000, {0, 0}, 0, ARMVIRT_E_BUSY},
    {"a gap is fine", 0x4000, 0x4000, 0x1000, {0, 0}, 0, ARMVIRT_OK},
    {"the gap between is fine", 0x6000, 0x6000, GB - 0x6000, {0, 0}, 0, ARMVIRT_OK},
    {"the last page is fine",
     (UINT64_C(1) << 39) - 0x1000,
     (UINT64_C(1) << 40) - 0x1000,
     0x1000,
     {0, 0},
     3,
     ARMVIRT_OK},
};

static void test_refusal(void **state)
{
    const struct refusal *row = *state;
    struct world *w = begin(&shapes[0]);
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping page = {0x5000, 0x5000, 0x1000, {0x400, 0}, 0, false, {0}};
    struct armvirt_pgbuild_mapping block = {GB, 5 * GB, GB, {0x400, 0}, 0, false, {0}};
    struct armvirt_pgbuild_mapping m = {
        row->ia, row->oa, row->bytes, {row->attrs[0], row->attrs[1]}, row->coarsest, false, {0}};
    struct before_call {
        uint64_t checksum;
        unsigned used;
    } before;

    assert_int_equal(world_map(w, &page, &result), ARMVIRT_OK);
    assert_int_equal(world_map(w, &block, &result), ARMVIRT_OK);
    before = (struct before_call){world_checksum(w), world_used_pages(w)};
    assert_int_equal(armvirt_pgbuild_map(&w->build, &m, &result), row->status);
    if (row->status != ARMVIRT_OK) {
        assert_int_equal(world_checksum(w), before.checksum);
        assert_int_equal(world_used_pages(w), before.used);
        assert_int_equal(result.bytes, 0);
    }
    free(w);
}

int main(void)
{
    static struct suite suite;

    for (size_t i = 0; i < shape_count; i++) {
        suite_add(&suite, shapes[i].name, test_the_largest_leaves_that_fit, &shapes[i]);
    }
    for (size_t i = 0; i < shape_count; i++) {
        suite_add(&suite, shapes[i].name, test_all_of_the_input_range, &shapes[i]);
    }
    SUITE_ADD_ROWS(&suite, test_bits, bits_cases);
    SUITE_ADD(&suite, test_table_descriptors_have_the_bits_asked_for);
    SUITE_ADD(&suite, test_a_group_in_a_table_that_exists);
    SUITE_ADD(&suite, test_page_0_is_a_page);
    SUITE_ADD_ROWS(&suite, test_refusal, refusals);
    return suite_run(&suite, "pgbuild.map");
}
