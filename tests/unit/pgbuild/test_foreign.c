/* SPDX-License-Identifier: MIT */
/*
 * Tables that the builder did not make: loops, descriptors that are reserved, groups that are
 * misprogrammed, empty tables, and controls that take the meaning of bits away.
 * DDI0487 D8.3 (Tables D8-48, D8-49), D8.7.1, D8.2.6.2 (NSTable), D8.2.7.1 (PnCH).
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static const struct armvirt_attr_change writable = {{0x80, 0}, {0, 0}};

enum call { MAP, UNMAP, PROTECT, SPLIT, JOIN };

static enum armvirt_status make_call(struct world *w, enum call call)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.ia = 0x7000, .size_bytes = 0x1000, .attrs = {0x400, 0}};

    switch (call) {
    case MAP:
        return armvirt_pgbuild_map(&w->build, &m, &result);
    case UNMAP:
        return armvirt_pgbuild_clear(&w->build, &result);
    case PROTECT:
        return armvirt_pgbuild_protect(&w->build, 0, 4 * GB, &writable, &result);
    case SPLIT:
        return armvirt_pgbuild_split(&w->build, 0x5000, 3, &result);
    default:
        return armvirt_pgbuild_join(&w->build, 0x5000, 2, &result);
    }
}

/* The table of level @from refers to that of level @to, which is the same or above. */
static void test_tables_that_contain_themselves_are_refused(void **state)
{
    (void)state;
    for (int from = 1; from <= 2; from++) {
        for (int to = 1; to <= from; to++) {
            for (enum call call = MAP; call <= JOIN; call++) {
                struct world *w = begin(&shapes[0]);
                struct path path;
                struct leaf leaf;
                uint64_t desc[2], checksum;

                map(w, 0x5000, 0x5000, 0x1000, 3, false);
                world_path(w, 0x5000, &path, &leaf);
                desc[0] = path.tables[to - 1] | 3;
                desc[1] = 0;
                world_set_desc(w, path.descs[from - 1], desc);
                checksum = world_checksum(w);
                assert_int_equal(make_call(w, call), ARMVIRT_E_UNSUPPORTED);
                assert_int_equal(world_checksum(w), checksum);
                free(w);
            }
        }
    }
}

static void test_tables_full_of_themselves_end_at_once(void **state)
{
    struct world *w = begin(&shapes[0]);

    (void)state;
    for (uint64_t i = 0; i < 512; i++) {
        uint64_t desc[2] = {w->base_pa | 3, 0};

        world_set_desc(w, w->base_pa + i * 8, desc);
    }
    w->reads = 0;
    assert_int_equal(make_call(w, UNMAP), ARMVIRT_E_UNSUPPORTED);
    assert_true(w->reads <= 2);
    free(w);
}

static void test_NSTable_is_refused_in_Secure_state(void **state)
{
    static const struct nstable_case {
        const char *shape;
        uint8_t space;
        uint64_t desc[2];
        enum armvirt_status status;
    } cases[] = {
        {"stage 1, 4 KB, 39 bits",
         ARMVIRT_SPACE_SECURE,
         {UINT64_C(1) << 63, 0},
         ARMVIRT_E_UNSUPPORTED},
        {"stage 1, 4 KB, 39 bits", ARMVIRT_SPACE_SECURE, {0, 0}, ARMVIRT_OK},
        {"stage 1, 4 KB, 39 bits", ARMVIRT_SPACE_NONSECURE, {UINT64_C(1) << 63, 0}, ARMVIRT_OK},
        {"stage 2, 4 KB, 40 bits, two tables",
         ARMVIRT_SPACE_SECURE,
         {UINT64_C(1) << 63, 0},
         ARMVIRT_OK},
        {"stage 1, 4 KB, VMSAv9-128",
         ARMVIRT_SPACE_SECURE,
         {0, UINT64_C(1) << 63},
         ARMVIRT_E_UNSUPPORTED},
        {"stage 1, 4 KB, VMSAv9-128", ARMVIRT_SPACE_SECURE, {0, 0}, ARMVIRT_OK},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t s = 0; s < shape_count; s++) {
            struct world *w;
            struct path path;
            struct leaf leaf;
            uint64_t desc[2];

            if (strcmp(shapes[s].name, cases[i].shape) != 0) {
                continue;
            }
            w = begin(&shapes[s]);
            w->stage.space = cases[i].space;
            world_remake(w);
            map(w, 0x5000, 0x5000, 0x1000, 3, false);
            world_path(w, 0x5000, &path, &leaf);
            world_desc(w, path.descs[0], desc);
            desc[0] |= cases[i].desc[0];
            desc[1] |= cases[i].desc[1];
            world_set_desc(w, path.descs[0], desc);
            assert_int_equal(make_call(w, UNMAP), cases[i].status);
            free(w);
        }
    }
}

/* Table D8-48: descriptors that are reserved at their level map nothing, and are written over. */
static void test_reserved_descriptors_are_invalid(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0x5000, 0x5000, 0x1000, 3, false);
    poke(w, 0x7000, 0, 0x7401); /* a block at level 3 */
    map(w, 0x7000, 0x7000, 0x1000, 3, false);
    poke(w, 0x9000, 0, 0x9401);
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, 0, 0x8000, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x2000);
    assert_int_equal(world_used_pages(w), 0);
    free(w);
}

/* An empty table of someone else is used where it stands. */
static void test_empty_tables_are_filled(void **state)
{
    struct armvirt_pgbuild_result result;
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0x5000, 0x5000, 0x1000, 3, false);
    poke(w, 0x5000, UINT64_MAX, 0);
    w->extent_count = 0;
    map(w, 0, 0, 64 * MB, 0, true);
    assert_int_equal(leaf_at(w, 0).level, 3);
    assert_true(leaf_at(w, 0).contiguous);
    assert_int_equal(leaf_at(w, 2 * MB).level, 2);
    assert_false(leaf_at(w, 2 * MB).contiguous); /* one of its group is a table */
    assert_true(leaf_at(w, 32 * MB).contiguous);
    assert_int_equal(world_unmap(w, 0, 64 * MB, &result), ARMVIRT_OK);
    assert_int_equal(world_used_pages(w), 0);
    free(w);
}

/* R_RQTRPM: groups with holes, and groups where a table stands. */
static void test_R_RQTRPM_misprogrammed_groups(void **state)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change type = {{0x1c, 0}, {0x8, 0}};
    struct world *w = begin(&shapes[0]);

    (void)state;
    map(w, 0, 0, 128 * KB, 3, true);
    poke(w, 0x3000, 1, 0); /* a hole; I_PGVGZ says that this is none */
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, 0, 0x8000, &result), ARMVIRT_OK);
    assert_int_equal(result.bytes, 0x7000);
    assert_int_equal(w->last_tlbi.size_bytes, 0x8000);
    assert_int_equal(result.breaks, 1);
    assert_false(leaf_at(w, 0x9000).contiguous);
    assert_true(leaf_at(w, 64 * KB).contiguous);
    assert_int_equal(armvirt_pgbuild_clear(&w->build, &result), ARMVIRT_OK);
    w->extent_count = 0;

    w->bbm_level = 2; /* in place: holes at the ends may be cached as parts of the group */
    world_remake(w);
    map(w, 0, 0, 64 * KB, 3, true);
    poke(w, 0, 1, 0);
    poke(w, 0xf000, 1, 0);
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, 0x5000, 0x1000, &result), ARMVIRT_OK);
    assert_int_equal(w->last_tlbi.ia, 0);
    assert_int_equal(w->last_tlbi.size_bytes, 64 * KB);
    assert_int_equal(armvirt_pgbuild_clear(&w->build, &result), ARMVIRT_OK);
    w->extent_count = 0;

    map(w, 64 * MB, 0, 2 * MB, 3, false); /* a table in what is to be a group of blocks */
    map(w, 66 * MB, 2 * MB, 30 * MB, 2, false);
    for (uint64_t block = 1; block < 16; block++) {
        poke(w, (64 + block * 2) * MB, 0, CONTIGUOUS);
    }
    assert_int_equal(armvirt_pgbuild_protect(&w->build, 64 * MB, 32 * MB, &type, &result),
                     ARMVIRT_OK);
    assert_int_equal(result.bytes, 32 * MB);
    for (uint64_t ia = 64 * MB; ia < 96 * MB; ia += MB / 2) {
        assert_int_equal(leaf_at(w, ia).attrs[0] & 0x1c, 0x8);
    }
    free(w);
}

/* Where the Contiguous bit has no effect it is neither set nor looked at. */
static void test_no_groups_where_the_bit_has_no_effect(void **state)
{
    struct world *w = begin(&shapes[0]);
    struct armvirt_pgbuild_result result;
    struct leaf leaf;

    (void)state;
    w->stage.pnch = true; /* the bit is Protected */
    world_remake(w);
    map(w, 0, 0, 128 * KB, 3, true);
    assert_false(leaf_at(w, 0).contiguous);
    free(w);

    w = begin(&shapes[15]); /* R_WSVXT: DisCH of the first table; R_BBRTL: of others */
    assert_true(w->shape.d128);
    w->stage.dis_contiguous = true;
    world_remake(w);
    map(w, 64 * GB, 64 * GB, 128 * GB, 0, true);
    assert_false(leaf_at(w, 64 * GB).contiguous);
    map(w, 0, 0, 128 * KB, 3, true);
    assert_true(leaf_at(w, 0).contiguous);
    w->build.table_attrs[1] = UINT64_C(1) << 48;
    w->build.dis_contiguous = true;
    map(w, 4 * GB, 4 * GB, 128 * KB, 3, true);
    assert_false(leaf_at(w, 4 * GB).contiguous);
    for (uint64_t ia = 4 * GB; ia < 4 * GB + 64 * KB; ia += 4 * KB) {
        leaf = leaf_at(w, ia);
        leaf.desc[1] |= UINT64_C(1) << 47;
        world_set_desc(w, leaf.desc_pa, leaf.desc);
    }
    world_remake(w); /* a builder that would make other tables */
    assert_int_equal(armvirt_pgbuild_unmap(&w->build, 4 * GB, 4 * KB, &result), ARMVIRT_OK);
    assert_int_equal(result.breaks, 0); /* there is no group to be cleared */
    free(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_tables_that_contain_themselves_are_refused);
    SUITE_ADD(&suite, test_tables_full_of_themselves_end_at_once);
    SUITE_ADD(&suite, test_NSTable_is_refused_in_Secure_state);
    SUITE_ADD(&suite, test_reserved_descriptors_are_invalid);
    SUITE_ADD(&suite, test_empty_tables_are_filled);
    SUITE_ADD(&suite, test_R_RQTRPM_misprogrammed_groups);
    SUITE_ADD(&suite, test_no_groups_where_the_bit_has_no_effect);
    return suite_run(&suite, "pgbuild.foreign");
}
