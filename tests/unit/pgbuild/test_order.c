/* SPDX-License-Identifier: MIT */
/*
 * The order of what happens to one live entry, letter by letter: how an address is translated after
 * each write of a descriptor on its path, invalidations, pages given back.
 *
 *     0 1 2 3   by a leaf of this level         n   its nT bit is set
 *     x         not at all                      c   its Contiguous bit is set
 *     B         invalidation between break and make
 *     I         invalidation at the end of the call      F   a page is given back
 *
 * DDI0487 D8.17.1 R_WHZWS, R_DDMVT; D8.17.2 R_KFLJB, R_HHCXC, R_KHRBC; D8.17 R_GPPYH, I_WZCBG.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define MB UINT64_C(0x100000)

/* 4 KB granule, stage 1: blocks of 2 MB at level 2. The address that is watched: */
#define WATCHED (UINT64_C(0x40000000) + 8 * MB)

enum call { MAP, UNMAP, PROTECT_AP, PROTECT_TYPE, PROTECT_GLOBAL, SPLIT, JOIN };

struct order_case {
    const char *name;
    uint64_t mapped; /* bytes mapped around the watched address before the call */
    bool pages;      /* by pages, not blocks */
    bool contiguous;
    bool no_af; /* with AF = 0 */
    enum call call;
    uint64_t from, bytes; /* range of the call, relative to the watched address; or the level */
    const char *log[3];   /* at BBM level 0, 1, 2 */
};

static const struct order_case cases[] = {
    /* Nothing was there, nothing is cached. */
    {"I_WZCBG: mapping needs no invalidation",
     0,
     false,
     false,
     false,
     MAP,
     0,
     2 * MB,
     {"2", "2", "2"}},
    {"I_WZCBG: a new table is linked when it is complete",
     0,
     false,
     false,
     false,
     MAP,
     0,
     0x1000,
     {"3", "3", "3"}},
    /* Valid to invalid */
    {"R_GPPYH: unmapping a block is invalidated",
     2 * MB,
     false,
     false,
     false,
     UNMAP,
     0,
     2 * MB,
     {"xI", "xI", "xI"}},
    {"R_GPPYH: unmapping a page is invalidated",
     2 * MB,
     true,
     false,
     false,
     UNMAP,
     0,
     0x1000,
     {"xI", "xI", "xI"}},
    {"R_GPPYH: a table goes back after the invalidation",
     2 * MB,
     true,
     false,
     false,
     UNMAP,
     0,
     2 * MB,
     {"xIF", "xIF", "xIF"}},
    {"R_GPPYH: the last page takes its table with it",
     0x1000,
     true,
     false,
     false,
     UNMAP,
     0,
     0x1000,
     {"xxIF", "xxIF", "xxIF"}},
    /* Size changes */
    {"R_WHZWS: a block becomes a table; unmapped beside",
     2 * MB,
     false,
     false,
     false,
     UNMAP,
     0x1000,
     0x1000,
     {"xB3", "2nB3I", "3I"}},
    {"R_WHZWS: a block becomes a table; unmapped there",
     2 * MB,
     false,
     false,
     false,
     UNMAP,
     0,
     0x1000,
     {"xBx", "2nBxI", "xI"}},
    {"R_WHZWS: splitting", 2 * MB, false, false, false, SPLIT, 0, 3, {"xB3", "2nB3I", "3I"}},
    {"R_WHZWS: joining", 2 * MB, true, false, false, JOIN, 0, 2, {"xB2F", "2nB2IF", "2IF"}},
    {"I_WZCBG: a block without AF is replaced at once",
     2 * MB,
     false,
     false,
     true,
     SPLIT,
     0,
     3,
     {"3", "3", "3"}},
    /* Permissions */
    {"R_WHZWS: permissions change in place",
     2 * MB,
     true,
     false,
     false,
     PROTECT_AP,
     0,
     0x1000,
     {"3I", "3I", "3I"}},
    {"R_WHZWS: permissions of a whole group change in place",
     2 * MB,
     true,
     true,
     false,
     PROTECT_AP,
     0,
     0x10000,
     {"3cI", "3cI", "3cI"}},
    {"R_WHZWS: permissions of a part of a block",
     2 * MB,
     false,
     false,
     false,
     PROTECT_AP,
     0,
     0x1000,
     {"xB3", "2nB3I", "3I"}},
    /* Memory type: broken at every BBM level, R_PVTFW */
    {"R_WHZWS: memory type of a page",
     2 * MB,
     true,
     false,
     false,
     PROTECT_TYPE,
     0,
     0x1000,
     {"xB3", "xB3", "xB3"}},
    {"R_WHZWS: memory type of a block",
     2 * MB,
     false,
     false,
     false,
     PROTECT_TYPE,
     0,
     2 * MB,
     {"xB2", "xB2", "xB2"}},
    {"R_PVTFW: memory type of a part of a block",
     2 * MB,
     false,
     false,
     false,
     PROTECT_TYPE,
     0,
     0x1000,
     {"xB3", "xB3", "xB3"}},
    {"R_PVTFW: memory type of another part of the block",
     2 * MB,
     false,
     false,
     false,
     PROTECT_TYPE,
     0x1000,
     0x1000,
     {"xB3", "xB3", "xB3"}},
    {"I_WZCBG: memory type without AF changes in place",
     2 * MB,
     true,
     false,
     true,
     PROTECT_TYPE,
     0,
     0x1000,
     {"3", "3", "3"}},
    {"R_WHZWS: an entry becomes global",
     2 * MB,
     true,
     false,
     false,
     PROTECT_GLOBAL,
     0,
     0x1000,
     {"xB3", "xB3", "xB3"}},
    /* Contiguous groups */
    {"R_SKQHL: unmapping a part of a group clears the bit first",
     2 * MB,
     true,
     true,
     false,
     UNMAP,
     0x1000,
     0x1000,
     {"xB3I", "3I", "3I"}},
    {"R_SKQHL: unmapping there",
     2 * MB,
     true,
     true,
     false,
     UNMAP,
     0,
     0x1000,
     {"xB3xI", "3xI", "3xI"}},
    {"R_KHRBC: permissions of a part of a group",
     2 * MB,
     true,
     true,
     false,
     PROTECT_AP,
     0x1000,
     0x1000,
     {"xB3I", "3I", "3I"}},
    {"R_KHRBC: splitting a group at its own level",
     2 * MB,
     true,
     true,
     false,
     SPLIT,
     0,
     3,
     {"xB3", "3I", "3I"}},
    {"R_WHZWS: memory type of a whole group is broken as one",
     2 * MB,
     true,
     true,
     false,
     PROTECT_TYPE,
     0,
     0x10000,
     {"xB3c", "xB3c", "xB3c"}},
    {"R_GPHKF: a group without AF in this entry may be cached",
     2 * MB,
     true,
     true,
     true,
     PROTECT_TYPE,
     0,
     0x10000,
     {"xB3c", "xB3c", "xB3c"}},
    {"R_SKQHL: a block of a group becomes a table",
     32 * MB,
     false,
     true,
     false,
     SPLIT,
     0,
     3,
     {"xB2xB3", "22nB3I", "23I"}},
    {"joining forgets the Contiguous bit of the pages",
     2 * MB,
     true,
     true,
     false,
     JOIN,
     0,
     2,
     {"xB2F", "2nB2IF", "2IF"}},
};

static void attributes(bool no_af, uint64_t attrs[2])
{
    attrs[0] = no_af ? 0x800 : 0xc00; /* nG, AF; AttrIndx 0; SH 0; AP 0 */
    attrs[1] = 0;
}

static void map(struct world *w, const struct order_case *row, uint64_t bytes)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {
        .ia = WATCHED & ~(bytes - 1),
        .size_bytes = bytes,
        .coarsest_level = row->pages ? 3 : 0,
        .contiguous = row->contiguous,
    };

    m.oa = m.ia + UINT64_C(0x100000000);
    attributes(row->no_af, m.attrs);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
}

/* A world with a block far away, so that the tables above stay. */
static struct world *begin(bool live, uint8_t bbm_level)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {
        .ia = WATCHED + 256 * MB, .size_bytes = 2 * MB, .attrs = {0x400, 0}};
    struct world *w = malloc(sizeof(*w));

    assert_non_null(w);
    world_begin(w, &shapes[0], live, bbm_level);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    return w;
}

static void protect(struct world *w, const struct order_case *row, uint64_t clear, uint64_t set)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change change = {{clear, 0}, {set, 0}};

    assert_int_equal(world_protect(w, WATCHED + row->from, row->bytes, &change, &result),
                     ARMVIRT_OK);
}

static void make_call(struct world *w, const struct order_case *row)
{
    struct armvirt_pgbuild_result result;

    switch (row->call) {
    case MAP:
        map(w, row, row->bytes);
        break;
    case UNMAP:
        assert_int_equal(world_unmap(w, WATCHED + row->from, row->bytes, &result), ARMVIRT_OK);
        break;
    case PROTECT_AP:
        protect(w, row, 0, 0xc0);
        break;
    case PROTECT_TYPE:
        protect(w, row, 0x1c, 0x4);
        break;
    case PROTECT_GLOBAL:
        protect(w, row, 0x800, 0);
        break;
    case SPLIT:
        assert_int_equal(world_split(w, WATCHED, (int)row->bytes, &result), ARMVIRT_OK);
        break;
    default:
        assert_int_equal(world_join(w, WATCHED, (int)row->bytes, &result), ARMVIRT_OK);
    }
}

static void test_order(void **state)
{
    static const uint64_t watched[] = {WATCHED, WATCHED + 0x1000, WATCHED + 0xf000,
                                       WATCHED + 0x10000, WATCHED + 2 * MB};
    const struct order_case *row = *state;

    for (uint8_t bbm_level = 0; bbm_level <= 2; bbm_level++) {
        struct world *w = begin(true, bbm_level);

        if (row->mapped != 0) {
            map(w, row, row->mapped);
        }
        world_watch(w, watched, COUNT_OF(watched));
        make_call(w, row);
        assert_string_equal(w->log, row->log[bbm_level]);
        free(w);
    }
}

/* Not in use: entries change in place, and all that could be cached is owed at the end. */
static void test_not_in_use_nothing_is_broken(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *w = begin(false, 0);
        uint64_t watched = WATCHED;

        if (cases[i].mapped != 0) {
            map(w, &cases[i], cases[i].mapped);
        }
        world_watch(w, &watched, 1);
        make_call(w, &cases[i]);
        assert_null(strchr(w->log, 'B'));
        assert_null(strchr(w->log, 'I'));
        free(w);
    }
}

struct hint_case {
    const char *name;
    uint64_t mapped;
    bool pages;
    enum call call;
    uint64_t from, bytes;
    struct armvirt_tlbi last; /* of the call; `ia` relative to the watched address */
};

static const struct hint_case hints[] = {
    {"pages: level 3 is said",
     2 * MB,
     true,
     UNMAP,
     0,
     0x3000,
     {0, 0x3000, 0x1234, 1, 12, 1 << 3, 1 << 2 | 3, false, ARMVIRT_TLBI_CHANGED}},
    {"a block: level 2 is said",
     2 * MB,
     false,
     UNMAP,
     0,
     2 * MB,
     {0, 2 * MB, 0x1234, 1, 12, 1 << 2, 1 << 2 | 2, false, ARMVIRT_TLBI_CHANGED}},
    {"a table: no level, and not the last level only",
     2 * MB,
     true,
     UNMAP,
     0,
     2 * MB,
     {0, 2 * MB, 0x1234, 1, 12, 1 << 3, 0, true, ARMVIRT_TLBI_CHANGED}},
    {"a break says the level of what was there",
     2 * MB,
     false,
     SPLIT,
     0,
     3,
     {0, 2 * MB, 0x1234, 1, 12, 1 << 2, 1 << 2 | 2, false, ARMVIRT_TLBI_BREAK}},
    {"a join takes leaves and the table",
     2 * MB,
     true,
     JOIN,
     0,
     2,
     {0, 2 * MB, 0x1234, 1, 12, 1 << 3, 0, true, ARMVIRT_TLBI_BREAK}},
};

static void test_hints(void **state)
{
    const struct hint_case *row = *state;
    struct order_case call = {
        .pages = row->pages, .call = row->call, .from = row->from, .bytes = row->bytes};
    struct armvirt_tlbi expected = row->last;
    struct world *w = begin(true, 0);

    map(w, &call, row->mapped);
    make_call(w, &call);
    expected.ia += WATCHED;
    assert_memory_equal(&w->last_tlbi, &expected, sizeof(expected));
    free(w);
}

/* Pages and a block in one range: R_SQXYZ would make any level wrong for the other. */
static void test_R_SQXYZ_levels_that_differ_are_not_said(void **state)
{
    struct armvirt_pgbuild_result result;
    struct order_case pages = {.pages = true}, blocks = {.pages = false};
    struct armvirt_pgbuild_mapping m = {
        .ia = WATCHED + 2 * MB, .oa = 2 * MB, .size_bytes = 2 * MB, .attrs = {0x400, 0}};
    struct world *w = begin(false, 0);

    (void)state;
    map(w, &blocks, 2 * MB);
    assert_int_equal(world_unmap(w, WATCHED, 0x1000, &result), ARMVIRT_OK);
    assert_int_equal(result.owed.levels, 1 << 2);
    map(w, &pages, 0x1000);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    assert_int_equal(world_unmap(w, WATCHED + MB, 3 * MB, &result), ARMVIRT_OK);
    assert_int_equal(result.owed.levels, 1 << 2 | 1 << 3);
    assert_int_equal(result.owed.ttl, 0);
    assert_int_equal(result.owed.ia, WATCHED + MB);
    assert_int_equal(result.owed.size_bytes, 3 * MB);
    free(w);
}

/* The upper half: addresses as software and TLBI use them. */
static void test_upper_half_is_told_with_its_upper_bits(void **state)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {
        .ia = UINT64_MAX - 0xfff, .oa = 0x5000, .size_bytes = 0x1000};
    struct world *w = malloc(sizeof(*w));

    (void)state;
    assert_non_null(w);
    world_begin(w, &shapes[1], true, 0);
    m.attrs[0] = 0x400;
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, m.ia, 0x1000, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x1000);
    assert_int_equal(w->last_tlbi.ia + (w->last_tlbi.size_bytes - 1), UINT64_MAX);
    assert_int_equal(result.tables_freed, 3);
    free(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_order, cases);
    SUITE_ADD(&suite, test_not_in_use_nothing_is_broken);
    SUITE_ADD_ROWS(&suite, test_hints, hints);
    SUITE_ADD(&suite, test_R_SQXYZ_levels_that_differ_are_not_said);
    SUITE_ADD(&suite, test_upper_half_is_told_with_its_upper_bits);
    return suite_run(&suite, "pgbuild.order");
}
