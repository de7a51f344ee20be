/* SPDX-License-Identifier: MIT */
/*
 * What can go wrong, at every place where it can: the n-th page is not there, the n-th read or
 * write of memory fails, for all n. No page is ever lost; while a call only looks, nothing changes;
 * and after any failure the tables are in order: everything can be unmapped and comes back.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define MB UINT64_C(0x100000)
#define GB UINT64_C(0x40000000)

enum call { MAP, UNMAP, PROTECT, SPLIT, JOIN, CLEAR };

struct scenario {
    const char *name;
    uint64_t mapped; /* bytes mapped from address 0 before the call */
    int8_t coarsest; /* lowest level of leaves */
    bool contiguous;
    enum call call;
    uint64_t from, bytes; /* range, or level */
    uint64_t clear, set;
    uint64_t lost; /* bytes that an access that fails may leave unmapped: its own leaf */
};

static const struct scenario scenarios[] = {
    {"mapping pages in new tables", 4 * MB, 3, false, MAP, 8 * MB, 5 * MB, 0, 0, 0},
    {"mapping across levels", 4 * MB, 0, false, MAP, 4 * MB + 0x1000, 3 * GB, 0, 0, 0},
    {"mapping beside pages", MB, 3, true, MAP, MB, GB, 0, 0, 0},
    {"mapping contiguous groups beside blocks", 4 * MB, 2, true, MAP, 32 * MB, 64 * MB, 0, 0, 0},
    {"unmapping tables", 6 * MB, 3, false, UNMAP, 0, 6 * MB, 0, 0, 0},
    {"unmapping the middle of a block", 2 * GB, 0, false, UNMAP, GB + 0x5000, 3 * MB, 0, 0, 0},
    {"unmapping across blocks", 3 * GB, 0, false, UNMAP, 0x1000, 2 * GB, 0, 0, 0},
    {"unmapping a part of a group", 2 * MB, 3, true, UNMAP, 0x3000, 0x30000, 0, 0, 0},
    {"unmapping a part of a group of blocks", 64 * MB, 2, true, UNMAP, 0x3000, 0x1000, 0, 0, 0},
    {"permissions of a part of a block", 2 * GB, 0, false, PROTECT, 0x1000, GB, 0, 0xc0, 0},
    {"permissions of pages", 4 * MB, 3, false, PROTECT, 0x1000, 3 * MB, 0, 0xc0, 0},
    {"permissions of a part of a group", 4 * MB, 3, true, PROTECT, 0x1000, 3 * MB, 0, 0xc0, 0x1000},
    {"memory type of blocks and pages", 8 * MB, 0, true, PROTECT, MB, 3 * MB, 0x1c, 0x4, 2 * MB},
    {"memory type of a group of blocks", 32 * MB, 2, true, PROTECT, 0, 32 * MB, 0x1c, 0x4, 2 * MB},
    {"splitting through two levels", GB, 0, false, SPLIT, 0x5000, 3, 0, 0, 0},
    {"splitting in a group", 32 * MB, 2, true, SPLIT, 0x5000, 3, 0, 0, 2 * MB},
    {"joining", 4 * MB, 3, false, JOIN, 2 * MB, 2, 0, 0, 0},
    {"clearing", 7 * GB / 2, 0, false, CLEAR, 0, 0, 0, 0, 0},
};

/* Not in use, and in use at all BBM levels; with and without hardware that updates flags. */
struct use {
    bool live;
    uint8_t bbm_level;
    bool hardware;
};

static const struct use uses[] = {
    {false, 0, false}, {true, 0, false}, {true, 1, false}, {true, 2, false}, {true, 1, true},
};

static struct world *begin(const struct scenario *s, const struct use *use)
{
    static const uint64_t watched[] = {0, 0x5000, 2 * MB, 3 * MB, GB + 0x5000, 3 * GB - 1};
    struct shape shape = shapes[0];
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.oa = 16 * GB,
                                        .size_bytes = s->mapped,
                                        .attrs = {0x400, 0},
                                        .coarsest_level = s->coarsest,
                                        .contiguous = s->contiguous};
    struct armvirt_pgbuild_mapping far = {
        .ia = 300 * GB, .size_bytes = 0x1000, .attrs = {0x400, 0}};
    struct world *w = malloc(sizeof(*w));

    assert_non_null(w);
    shape.ha = use->hardware;
    world_begin(w, &shape, use->live, use->bbm_level);
    assert_int_equal(world_map(w, &far, &result), ARMVIRT_OK); /* tables that nothing may touch */
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    world_watch(w, watched, COUNT_OF(watched));
    w->allocs = w->reads = w->writes = w->reads_before_write = 0;
    w->failed_pa = 0;
    return w;
}

static enum armvirt_status make_call(struct world *w, const struct scenario *s,
                                     struct armvirt_pgbuild_result *result)
{
    struct armvirt_pgbuild_mapping m = {.ia = s->from,
                                        .oa = 16 * GB + s->from,
                                        .size_bytes = s->bytes,
                                        .attrs = {0x400, 0},
                                        .coarsest_level = s->bytes >= GB ? 0 : s->coarsest,
                                        .contiguous = s->contiguous};
    struct armvirt_attr_change change = {{s->clear, 0}, {s->set, 0}};

    switch (s->call) {
    case MAP:
        return armvirt_pgbuild_map(&w->build, &m, result);
    case UNMAP:
        return armvirt_pgbuild_unmap(&w->build, s->from, s->bytes, result);
    case PROTECT:
        return armvirt_pgbuild_protect(&w->build, s->from, s->bytes, &change, result);
    case SPLIT:
        return armvirt_pgbuild_split(&w->build, s->from, (int)s->bytes, result);
    case JOIN:
        return armvirt_pgbuild_join(&w->build, s->from, (int)s->bytes, result);
    default:
        return armvirt_pgbuild_clear(&w->build, result);
    }
}

/* A page that was not part of the tree when it could not be read: what it led to is lost. */
static bool in_tree(const struct world *w, uint64_t pa)
{
    struct world_tree tree;

    (void)world_tree(w, NULL, 0, &tree);
    for (size_t i = 0; i < tree.count; i++) {
        if (tree.tables[i] == pa) {
            return true;
        }
    }
    return false;
}

/* After a failure: all that is there can be unmapped, and every page comes back. */
static void check_and_end(struct world *w, bool may_lose)
{
    struct armvirt_pgbuild_result result;
    struct leaf leaf;

    w->fail_alloc = w->fail_read = w->fail_write = 0;
    assert_int_equal(armvirt_pgbuild_clear(&w->build, &result), ARMVIRT_OK);
    assert_int_equal(world_leaves(w, &leaf, 1), 0);
    assert_true(may_lose || world_used_pages(w) == 0);
    free(w);
}

static void test_pages(void **state)
{
    const struct scenario *s = *state;

    for (size_t u = 0; u < COUNT_OF(uses); u++) {
        enum armvirt_status status = ARMVIRT_E_NOSPACE;

        for (unsigned n = 1; status != ARMVIRT_OK; n++) {
            struct world *w = begin(s, &uses[u]);
            struct armvirt_pgbuild_result result;
            uint64_t checksum = world_checksum(w);
            unsigned used = world_used_pages(w);

            w->fail_alloc = n;
            status = make_call(w, s, &result);
            if (status != ARMVIRT_OK) {
                assert_int_equal(status, ARMVIRT_E_NOSPACE);
                assert_true(result.tables_needed[0] >= n);
                assert_int_equal(world_checksum(w), checksum);
                assert_int_equal(world_used_pages(w), used);
                assert_int_equal(result.owed.size_bytes, 0);
            } else {
                assert_int_equal(result.tables_needed[0], n - 1); /* no more than needed */
                assert_int_equal(result.tables_made, n - 1);
            }
            check_and_end(w, false);
        }
    }
}

static uint64_t mapped_bytes(const struct world *w)
{
    size_t count = world_leaves(w, w->leaves, WORLD_LEAVES);
    uint64_t bytes = 0;

    for (size_t i = 0; i < count; i++) {
        bytes += w->leaves[i].bytes;
    }
    return bytes;
}

/* One read or write fails; whether it was the last one. */
static bool fail_one(const struct scenario *s, const struct use *use, bool write, unsigned n,
                     enum armvirt_bus with)
{
    struct world *w = begin(s, use);
    struct armvirt_pgbuild_result result;
    uint64_t checksum = world_checksum(w);
    uint64_t mapped = mapped_bytes(w);
    enum armvirt_status status;
    bool failed, may_lose;

    w->fail_with = with;
    *(write ? &w->fail_write : &w->fail_read) = n;
    status = make_call(w, s, &result);
    failed = w->failed_pa != 0;
    w->allow_empty = failed;
    if (failed) {
        assert_int_equal(status, with == ARMVIRT_BUS_ABORT ? ARMVIRT_FAULT : ARMVIRT_E_AGAIN);
        assert_int_equal(result.at_pa, w->failed_pa);
    } else {
        assert_int_equal(status, ARMVIRT_OK);
    }
    if (failed && !write && n <= w->reads_before_write) {
        assert_int_equal(world_checksum(w), checksum); /* it had only looked */
    }
    if (s->call == PROTECT || s->call == SPLIT || s->call == JOIN) { /* nothing stays broken */
        assert_true(mapped_bytes(w) + (failed ? s->lost : 0) >= mapped);
    }
    may_lose = failed && !write && !in_tree(w, w->failed_pa);
    check_and_end(w, may_lose);
    return !failed;
}

static void test_memory(void **state)
{
    static const enum armvirt_bus answers[] = {ARMVIRT_BUS_ABORT, ARMVIRT_BUS_RETRY};
    const struct scenario *s = *state;

    for (size_t u = 0; u < COUNT_OF(uses); u++) {
        for (unsigned kind = 0; kind < 4; kind++) {
            unsigned n = 1;

            while (!fail_one(s, &uses[u], kind & 1, n, answers[kind >> 1])) {
                n += n < 48 ? 1 : n / 16; /* then a sample */
            }
        }
    }
}

/* Each write of a whole subtree, the links between its tables among them. */
static void test_every_write_of_a_split(void **state)
{
    const struct scenario *s = scenarios;
    unsigned n = 1;

    (void)state;
    while (strcmp(s->name, "splitting through two levels") != 0) {
        s++;
    }
    while (!fail_one(s, &uses[1], true, n, ARMVIRT_BUS_ABORT)) {
        n++;
    }
    assert_true(n > 2 * 512);
}

/* Memory that takes no write any more, from any write on: pages come back all the same. */
static void test_memory_that_turns_read_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(scenarios); i++) {
        for (size_t u = 0; u < COUNT_OF(uses); u++) {
            for (unsigned n = 1; n < 12; n++) {
                struct world *w = begin(&scenarios[i], &uses[u]);
                struct armvirt_pgbuild_result result;
                struct world_tree tree;

                w->fail_write = n;
                w->fail_on = true;
                w->fail_with = ARMVIRT_BUS_ABORT;
                (void)make_call(w, &scenarios[i], &result);
                w->allow_empty = true;
                (void)world_tree(w, NULL, 0, &tree);
                assert_int_equal(tree.count - 1, world_used_pages(w));
                free(w);
            }
        }
    }
}

/* Memory that answers but forgets what it is told, and pages that are linked to themselves. */
static bool alloc_linked(void *ctx, unsigned size_log2, uint64_t *pa)
{
    struct world *w = ctx;
    uint64_t link[2] = {w->next_pa | 8, 0};

    (void)size_log2;
    w->allocs++;
    *pa = w->next_pa;
    world_set_desc(w, w->next_pa, link);
    return true;
}

static void count_free(void *ctx, unsigned size_log2, uint64_t pa)
{
    struct world *w = ctx;

    (void)size_log2;
    (void)pa;
    w->frees++;
}

static void test_writes_without_effect_end(void **state)
{
    static const struct armvirt_pgbuild_ops ops = {alloc_linked, count_free, NULL};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(scenarios); i++) {
        struct armvirt_pgbuild_result result;
        struct world *w = begin(&scenarios[i], &uses[1]);

        w->drop_writes = true;
        w->build.ops = &ops;
        (void)make_call(w, &scenarios[i], &result);
        assert_true(w->frees <= w->allocs + result.tables_freed);
        free(w);
    }
}

/* An allocator that gives pages where no table can be. */
static bool alloc_badly(void *ctx, unsigned size_log2, uint64_t *pa)
{
    struct world *w = ctx;

    (void)size_log2;
    *pa = w->next_pa;
    return true;
}

static void free_badly(void *ctx, unsigned size_log2, uint64_t pa)
{
    struct world *w = ctx;

    assert_int_equal(size_log2, 12);
    assert_int_equal(pa, w->next_pa);
    w->allocs++;
}

static void test_pages_where_no_table_can_be_are_refused(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&scenarios[0], &uses[1]);
    uint64_t checksum = world_checksum(w);
    struct armvirt_pgbuild_ops ops = {alloc_badly, free_badly, NULL};
    static const uint64_t pages[] = {0x40000800, UINT64_C(1) << 40, UINT64_MAX};

    (void)state;
    w->build.ops = &ops;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        w->next_pa = pages[i];
        w->allocs = 0;
        assert_int_equal(make_call(w, &scenarios[0], &result), ARMVIRT_E_INVAL);
        assert_int_equal(w->allocs, 1); /* given back */
        assert_int_equal(world_checksum(w), checksum);
    }
    free(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_pages, scenarios);
    SUITE_ADD_ROWS(&suite, test_memory, scenarios);
    SUITE_ADD(&suite, test_every_write_of_a_split);
    SUITE_ADD(&suite, test_memory_that_turns_read_only);
    SUITE_ADD(&suite, test_writes_without_effect_end);
    SUITE_ADD(&suite, test_pages_where_no_table_can_be_are_refused);
    return suite_run(&suite, "pgbuild.failing");
}
