/* SPDX-License-Identifier: MIT */
/*
 * Single rules of unmapping, changing, splitting and joining.
 * DDI0487 D8.7.1, D8.17, D8.17.2, D8.5.5.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* ---- Unmapping ----------------------------------------------------------------------------- */

static void test_holes_are_unmapped_without_a_trace(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0x3000, 0x3000, 0x1000, 3, false);
    map(w, 0x9000, 0x9000, 0x2000, 3, false);
    assert_int_equal(world_unmap(w, 0x4000, 0x5000, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0);
    assert_int_equal(result.invalidations, 0);
    assert_int_equal(world_unmap(w, GB, GB, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0);
    assert_int_equal(world_unmap(w, 0, 100 * GB, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x3000);
    assert_int_equal(result.tables_freed, 2);
    free(w);
}

/* Whether the first entry, the last or one between is left must not matter. */
static void test_a_table_goes_with_its_last_entry(void **state)
{
    static const uint64_t pages[] = {0, 1, 255, 510, 511};

    (void)state;
    for (size_t last = 0; last < COUNT_OF(pages); last++) {
        struct armvirt_pgbuild_result result;
        struct world *w = begin(&shapes[0]);

        for (size_t i = 0; i < COUNT_OF(pages); i++) {
            map(w, pages[i] * 4 * KB, 0, 4 * KB, 3, false);
        }
        for (size_t i = 0; i < COUNT_OF(pages); i++) {
            if (i != last) {
                assert_int_equal(world_unmap(w, pages[i] * 4 * KB, 4 * KB, &result), ARMVIRT_OK);
                assert_int_equal(result.tables_freed, 0);
            }
        }
        assert_int_equal(world_unmap(w, pages[last] * 4 * KB, 4 * KB, &result), ARMVIRT_OK);
        assert_int_equal(result.tables_freed, 2);
        assert_int_equal(world_used_pages(w), 0);
        free(w);
    }
}

/* Page by page upwards and downwards: each looks at a neighbour, not at all of the table. */
static void test_work_of_an_unmapping_does_not_grow_with_the_table(void **state)
{
    (void)state;
    for (unsigned down = 0; down < 2; down++) {
        struct armvirt_pgbuild_result result;
        struct world *w = begin(&shapes[0]);

        map(w, 0, 0, 2 * MB, 3, false);
        for (uint64_t i = 0; i < 511; i++) {
            uint64_t page = down ? 511 - i : i;

            w->reads = 0;
            assert_int_equal(armvirt_pgbuild_unmap(&w->build, page * 4 * KB, 4 * KB, &result),
                             ARMVIRT_OK);
            assert_true(w->reads <= 12);
        }
        free(w);
    }
}

/* The check before reads one entry of each table of pages, the call itself all of them once. */
static void test_work_of_an_unmapping_is_that_of_its_descriptors(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0, 0, 16 * MB, 3, false);
    w->reads = w->writes = 0;
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, 0, 16 * MB, &result), ARMVIRT_OK);
    assert_int_equal(result.tables_freed, 9);
    assert_true(w->reads <= 8 * 512 + 8 * 8 + 1024);
    assert_true(w->writes <= 4 * 9);
    free(w);
}

/* ---- Attributes ---------------------------------------------------------------------------- */

static const struct armvirt_attr_change writable = {{0x80, 0}, {0, 0}};

static void test_what_is_as_asked_is_not_split(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0, 0, 2 * GB, 0, false);
    assert_int_equal(world_protect(w, 0, GB, &writable, &result), ARMVIRT_OK);
    assert_int_equal(world_protect(w, 0x5000, 0x1000, &writable, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0);
    assert_int_equal(result.tables_needed[0], 0);
    assert_int_equal(result.tables_made, 0);
    assert_int_equal(result.invalidations, 0);
    assert_int_equal(world_protect(w, 0x5000, GB, &writable, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x5000);
    assert_int_equal(leaf_at(w, 0).level, 1);
    assert_int_equal(leaf_at(w, GB).level, 3);
    free(w);
}

static void test_whole_groups_stay_contiguous(void **state)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change type = {{0x1c, 0}, {0x8, 0}};
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0, 0, 2 * MB, 3, true);
    map(w, 64 * MB, 64 * MB, 64 * MB, 2, true);
    assert_int_equal(world_protect(w, 64 * KB, 64 * KB, &type, &result), ARMVIRT_OK);
    assert_int_equal(world_protect(w, 96 * MB, 32 * MB, &type, &result), ARMVIRT_OK);
    for (uint64_t page = 0; page < 512; page++) {
        assert_true(leaf_at(w, page * 4 * KB).contiguous);
    }
    for (uint64_t block = 0; block < 32; block++) {
        assert_true(leaf_at(w, (64 + 2 * block) * MB).contiguous);
    }
    assert_int_equal(world_protect(w, 64 * MB + 0x1000, 32 * MB, &writable, &result), ARMVIRT_OK);
    assert_false(leaf_at(w, 68 * MB).contiguous);
    free(w);
}

struct change_case {
    const char *name;
    struct armvirt_attr_change change;
};

static const struct change_case bad_changes[] = {
    {"the Valid bit is not cleared", {{1, 0}, {0, 0}}},
    {"the Contiguous bit is not set", {{0, 0}, {CONTIGUOUS, 0}}},
    {"an address bit is not set", {{0, 0}, {0x100000, 0}}},
    {"nT is not set", {{0, 0}, {0x10000, 0}}},
    {"a high word does not exist", {{0, 1}, {0, 0}}},
};

static void test_bad_change(void **state)
{
    const struct change_case *row = *state;
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);
    uint64_t checksum;

    map(w, 0, 0, 2 * MB, 0, false);
    checksum = world_checksum(w);
    assert_int_equal(armvirt_pgbuild_protect(&w->build, 0, 2 * MB, &row->change, &result),
                     ARMVIRT_E_INVAL);
    assert_int_equal(world_checksum(w), checksum);
    free(w);
}

/* ---- Splitting and joining ------------------------------------------------------------------ */

static void test_splitting_goes_through_levels_at_once(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, GB, GB, GB, 0, false);
    assert_int_equal(world_split(w, GB + 0x5678, 3, &result), ARMVIRT_OK);
    assert_int_equal(result.tables_made, 2);
    assert_int_equal(result.breaks, 1);
    assert_int_equal(result.bytes, GB);
    assert_int_equal(leaf_at(w, GB).level, 3);
    assert_int_equal(leaf_at(w, GB + 2 * MB).level, 2);
    assert_int_equal(world_split(w, GB, 2, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0);
    assert_int_equal(world_split(w, GB + 2 * MB, 2, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0);
    assert_int_equal(world_split(w, 3 * GB, 3, &result), ARMVIRT_E_INVAL);
    assert_int_equal(world_split(w, GB, 0, &result), ARMVIRT_E_INVAL);
    assert_int_equal(world_split(w, GB, 4, &result), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_pgbuild_split(&w->build, UINT64_C(1) << 39, 3, &result),
                     ARMVIRT_E_INVAL);
    free(w);
}

struct join_case {
    const char *name;
    uint64_t at;         /* the entry that is changed before */
    uint64_t clear, set; /* its bits */
    enum armvirt_status status;
};

/* A table of pages at 2 MB. */
static const struct join_case join_cases[] = {
    {"all pages are alike", 2 * MB, 0, 0, ARMVIRT_OK},
    {"the Contiguous bit does not count", 2 * MB + 0x3000, 0, CONTIGUOUS, ARMVIRT_OK},
    {"the first page is a hole", 2 * MB, 1, 0, ARMVIRT_E_BUSY},
    {"the last page is a hole", 4 * MB - 0x1000, 1, 0, ARMVIRT_E_BUSY},
    {"a page is elsewhere", 3 * MB, 0x4000, 0x8000, ARMVIRT_E_BUSY},
    {"a page has other permissions", 3 * MB, 0x80, 0, ARMVIRT_E_BUSY},
    {"a page has another type", 3 * MB, 0x1c, 0x10, ARMVIRT_E_BUSY},
    {"a page has other bits for software", 3 * MB, 0, UINT64_C(1) << 55, ARMVIRT_E_BUSY},
    {"software manages AF, and one is 0", 3 * MB, 0x400, 0, ARMVIRT_E_BUSY},
};

static void test_join(void **state)
{
    const struct join_case *row = *state;
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);
    uint64_t checksum;

    map(w, 2 * MB, 2 * MB, 2 * MB, 3, false);
    poke(w, row->at, row->clear, row->set);
    checksum = world_checksum(w);
    assert_int_equal(armvirt_pgbuild_join(&w->build, 3 * MB, 2, &result), row->status);
    if (row->status == ARMVIRT_OK) {
        assert_int_equal(leaf_at(w, 2 * MB).level, 2);
        assert_int_equal(world_used_pages(w), 1);
    } else {
        assert_int_equal(result.at_ia, row->at);
        assert_int_equal(world_checksum(w), checksum);
    }
    free(w);
}

/* SKL: a table at level 1 whose entries are followed by level 3. */
static void test_levels_that_are_skipped_have_no_leaves(void **state)
{
    struct armvirt_pgbuild_result result;
    struct shape shape = shapes[19];
    struct world *w;

    (void)state;
    assert_true(shape.d128 && shape.skl[3] == 1);
    w = begin(&shape);
    map(w, 0, 0, 0x10000, 3, false);
    assert_int_equal(world_join(w, 0, 2, &result), ARMVIRT_E_INVAL);
    assert_int_equal(world_split(w, 0, 2, &result), ARMVIRT_OK); /* finer already */
    map(w, 256 * MB, 256 * MB, 256 * MB, 1, false);
    assert_int_equal(world_split(w, 256 * MB, 2, &result), ARMVIRT_E_INVAL);
    assert_int_equal(world_split(w, 256 * MB, 3, &result), ARMVIRT_OK);
    assert_int_equal(result.tables_needed[1], 1);
    assert_int_equal(world_join(w, 256 * MB, 1, &result), ARMVIRT_OK);
    free(w);
}

static void test_what_can_not_be_joined(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0, 0x1000, 2 * MB, 3, false); /* not aligned to a block */
    assert_int_equal(world_join(w, 0, 2, &result), ARMVIRT_E_BUSY);
    assert_int_equal(result.at_ia, 0);
    assert_int_equal(world_join(w, 0, 1, &result), ARMVIRT_E_BUSY); /* a table below a table */
    assert_int_equal(world_join(w, 5 * GB, 1, &result), ARMVIRT_E_BUSY);
    assert_int_equal(result.at_ia, 5 * GB);
    assert_int_equal(world_join(w, 0, 0, &result), ARMVIRT_E_INVAL);
    assert_int_equal(world_join(w, 0, 3, &result), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_pgbuild_join(&w->build, UINT64_C(1) << 39, 2, &result),
                     ARMVIRT_E_INVAL);
    map(w, 4 * MB, 4 * MB, 4 * MB, 3, false);
    assert_int_equal(world_join(w, 6 * MB, 2, &result), ARMVIRT_OK);
    assert_int_equal(world_join(w, 6 * MB, 2, &result), ARMVIRT_OK); /* it is one */
    assert_int_equal(result.bytes, 0);
    free(w);
}

struct flags_case {
    const char *name;
    uint8_t stage_number;
    bool hd, dbm;
    uint64_t first[2]; /* bits to clear and to set in one page, */
    uint64_t other[2]; /* and in another */
    enum armvirt_status status;
    uint64_t joined; /* AF, and bit 7: AP[2] or S2AP[1] */
};

/* Pages that are clean, with AF = 0: AP[2] = 1 at stage 1, S2AP[1] = 0 at stage 2. */
static const struct flags_case flags_cases[] = {
    {"I_NFFSV: stage 1, clean stays clean", 1, true, true, {0, 0}, {0, 0}, ARMVIRT_OK, 0x80},
    {"I_NFFSV: stage 1, one is accessed", 1, true, true, {0, 0x400}, {0, 0}, ARMVIRT_OK, 0x480},
    {"I_NFFSV: stage 1, one is written",
     1,
     true,
     true,
     {0, 0x400},
     {0x80, 0x400},
     ARMVIRT_OK,
     0x400},
    {"I_NFFSV: stage 2, clean stays clean", 2, true, true, {0, 0}, {0, 0}, ARMVIRT_OK, 0},
    {"I_NFFSV: stage 2, one is written", 2, true, true, {0, 0x400}, {0, 0x480}, ARMVIRT_OK, 0x480},
    {"R_PZFQC: without DBM bit 7 is a permission",
     1,
     true,
     false,
     {0x80, 0},
     {0, 0},
     ARMVIRT_E_BUSY,
     0},
    {"without HD bit 7 is a permission", 1, false, true, {0x80, 0}, {0, 0}, ARMVIRT_E_BUSY, 0},
    {"without HD AF is still combined", 1, false, false, {0, 0x400}, {0, 0}, ARMVIRT_OK, 0x480},
};

static void test_flags(void **state)
{
    const struct flags_case *row = *state;
    struct shape managed = shapes[row->stage_number == 1 ? 0 : 10];
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.size_bytes = 2 * MB, .coarsest_level = 3};
    struct world *w;

    managed.ha = true;
    managed.hd = row->hd;
    w = begin(&managed);
    m.attrs[0] = (row->dbm ? UINT64_C(1) << 51 : 0) | (row->stage_number == 1 ? 0x80 : 0x40);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    poke(w, 0x5000, row->first[0], row->first[1]);
    poke(w, 0x7000, row->other[0], row->other[1]);
    assert_int_equal(armvirt_pgbuild_join(&w->build, 0, 2, &result), row->status);
    if (row->status == ARMVIRT_OK) {
        assert_int_equal(leaf_at(w, 0).level, 2);
        assert_int_equal(leaf_at(w, 0).desc[0] & 0x480, row->joined);
    }
    free(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_holes_are_unmapped_without_a_trace);
    SUITE_ADD(&suite, test_a_table_goes_with_its_last_entry);
    SUITE_ADD(&suite, test_work_of_an_unmapping_does_not_grow_with_the_table);
    SUITE_ADD(&suite, test_work_of_an_unmapping_is_that_of_its_descriptors);
    SUITE_ADD(&suite, test_what_is_as_asked_is_not_split);
    SUITE_ADD(&suite, test_whole_groups_stay_contiguous);
    SUITE_ADD_ROWS(&suite, test_bad_change, bad_changes);
    SUITE_ADD(&suite, test_splitting_goes_through_levels_at_once);
    SUITE_ADD_ROWS(&suite, test_join, join_cases);
    SUITE_ADD(&suite, test_levels_that_are_skipped_have_no_leaves);
    SUITE_ADD(&suite, test_what_can_not_be_joined);
    SUITE_ADD_ROWS(&suite, test_flags, flags_cases);
    return suite_run(&suite, "pgbuild.rules");
}
