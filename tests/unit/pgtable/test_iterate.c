/* SPDX-License-Identifier: MIT */
/*
 * What the mapping iterator reports: leaves of all formats, granules and levels in order, pieces of
 * both stages, regions of the input address space. DDI0487 D8.2, D8.3, G5.4, G5.5.
 */
#include "iterate_machine.h"

static struct machine m;

#define KB UINT64_C(1024)
#define MB (1024 * KB)
#define GB (1024 * MB)

/* ---- One leaf, in every granule and at every level ---------------------------------------- */

struct leaf_row {
    const char *name;
    uint8_t stage;
    uint8_t granule; /* TG0 encoding: 4 KB, 64 KB, 16 KB */
    uint8_t txsz;
    uint8_t sl0; /* stage 2 */
    bool ds, d128;
    uint8_t base_skip; /* VMSAv9-128: levels that the table base skips */
    uint8_t skip;      /* and the first table descriptor */
    int8_t level;      /* of the leaf */
    uint8_t size_log2;
};

static const struct leaf_row leaf_rows[] = {
    {"stage 1, 4 KB, level 3", 1, 0, 16, 0, false, false, 0, 0, 3, 12},
    {"stage 1, 4 KB, level 2", 1, 0, 16, 0, false, false, 0, 0, 2, 21},
    {"stage 1, 4 KB, level 1", 1, 0, 16, 0, false, false, 0, 0, 1, 30},
    {"stage 1, 4 KB, start at level 3", 1, 0, 48, 0, false, false, 0, 0, 3, 12},
    {"stage 1, 4 KB, start at level 2", 1, 0, 40, 0, false, false, 0, 0, 3, 12},
    {"stage 1, 4 KB, DS, level -1 to 3", 1, 0, 12, 0, true, false, 0, 0, 3, 12},
    {"stage 1, 4 KB, DS, level 0", 1, 0, 12, 0, true, false, 0, 0, 0, 39},
    {"stage 1, 16 KB, level 3", 1, 2, 16, 0, false, false, 0, 0, 3, 14},
    {"stage 1, 16 KB, level 2", 1, 2, 16, 0, false, false, 0, 0, 2, 25},
    {"stage 1, 16 KB, DS, level 1", 1, 2, 12, 0, true, false, 0, 0, 1, 36},
    {"stage 1, 64 KB, level 3", 1, 1, 16, 0, false, false, 0, 0, 3, 16},
    {"stage 1, 64 KB, level 2", 1, 1, 16, 0, false, false, 0, 0, 2, 29},
    {"stage 1, 64 KB, LPA, level 1", 1, 1, 12, 0, false, false, 0, 0, 1, 42},
    {"stage 1, 128 bit, 4 KB, level 3", 1, 0, 16, 0, false, true, 0, 0, 3, 12},
    {"stage 1, 128 bit, 4 KB, level 0", 1, 0, 16, 0, false, true, 0, 0, 0, 36},
    {"stage 1, 128 bit, 16 KB, level 3", 1, 2, 16, 0, false, true, 0, 0, 3, 14},
    {"stage 1, 128 bit, 64 KB, level 2", 1, 1, 16, 0, false, true, 0, 0, 2, 28},
    {"stage 1, 128 bit, 4 KB, a table of two levels", 1, 0, 25, 0, false, true, 0, 1, 3, 12},
    {"stage 1, 128 bit, 4 KB, a table of two levels, block", 1, 0, 20, 0, false, true, 0, 1, 2, 20},
    {"stage 1, 128 bit, 4 KB, the base skips a level", 1, 0, 43, 0, false, true, 1, 0, 3, 12},
    {"stage 2, 4 KB, level 3", 2, 0, 24, 1, false, false, 0, 0, 3, 12},
    {"stage 2, 4 KB, level 2", 2, 0, 24, 1, false, false, 0, 0, 2, 21},
    {"stage 2, 4 KB, level 1", 2, 0, 24, 1, false, false, 0, 0, 1, 30},
    {"stage 2, 4 KB, 16 concatenated tables", 2, 0, 21, 1, false, false, 0, 0, 3, 12},
    {"stage 2, 16 KB, level 2", 2, 2, 24, 1, false, false, 0, 0, 2, 25},
    {"stage 2, 64 KB, level 3", 2, 1, 24, 1, false, false, 0, 0, 3, 16},
    {"stage 2, 128 bit, 4 KB, level 3", 2, 0, 24, 0, false, true, 0, 0, 3, 12},
};

static void configure(const struct leaf_row *row)
{
    uint64_t tcr = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, row->txsz) | ARMVIRT_TCR_EL1_EPD1 |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG0, row->granule) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 6);

    machine_init(&m);
    if (row->stage == 1) {
        m.vmsa.tcr_el1 = tcr | (row->ds ? ARMVIRT_TCR_EL1_DS : 0);
        m.vmsa.tcr2_el1 = row->d128 ? ARMVIRT_TCR2_EL1_D128 : 0;
        m.vmsa.ttbr0_el1[0] |= ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_SKL, row->base_skip);
        return;
    }
    machine_add_stage2(&m);
    m.vmsa.vttbr_el2[0] = TABLE(0);
    m.vmsa.vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, row->txsz) |
                      ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, row->sl0) |
                      ARMVIRT_PUT(ARMVIRT_VTCR_EL2_TG0, row->granule) |
                      ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 6) | (row->d128 ? ARMVIRT_VTCR_EL2_D128 : 0);
    m.query.what = ARMVIRT_MAP_STAGE2;
}

/* A table that is skipped to has as many bytes as it has entries times their size: 1 MB here. */
static uint64_t table_of(const struct leaf_row *row, unsigned n)
{
    return row->skip != 0 && n == 1 ? MB : TABLE(n);
}

/* Write the tables that lead to the leaf for @ia, and return how many entries they all have. */
static uint64_t build(const struct leaf_row *row, uint64_t ia, uint64_t pa)
{
    const struct armvirt_stage *stage = row->stage == 1 ? &m.regime.s1[0] : &m.regime.s2[0];
    unsigned top = stage->ia_bits;
    uint64_t entries = 0;
    unsigned n = 0;

    for (int level = stage->start_level;; n++) {
        unsigned low = stage->granule_log2 + (unsigned)(3 - level) * stage->stride_log2;
        uint64_t index = ia >> low & ((UINT64_C(1) << (top - low)) - 1);
        uint64_t entry = table_of(row, n) + (index << stage->desc_log2);

        entries += UINT64_C(1) << (top - low);
        if (level == row->level) {
            put(&m, entry, pa | (level == 3 && !row->d128 ? PAGE : BLOCK));
            if (row->d128) {
                put(&m, entry + 8, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, 3 - level));
            }
            return entries;
        }
        put(&m, entry, table_of(row, n + 1) | (row->d128 ? 1 : LINK));
        level++;
        if (n == 0 && row->skip != 0) {
            put(&m, entry + 8, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, row->skip));
            level += row->skip;
        }
        top = low;
    }
}

static void finds_the_leaf_and_reads_each_descriptor_once(void **state)
{
    const struct leaf_row *row = *state;
    uint64_t size = UINT64_C(1) << row->size_log2;
    const struct armvirt_leaf *leaf = row->stage == 1 ? &m.m.walk.s1 : &m.m.walk.s2;
    uint64_t ia, pa = size, entries;

    configure(row);
    begin(&m, 1);
    ia =
        (UINT64_C(1) << (row->stage == 1 ? m.regime.s1[0].ia_bits : m.regime.s2[0].ia_bits)) - size;
    entries = build(row, ia, pa);
    expect_leaf(&m, ia, size, pa);
    assert_int_equal(leaf->level, row->level);
    assert_int_equal(leaf->size_log2, row->size_log2);
    assert_true(leaf->valid);
    expect_end(&m);
    assert_int_equal(m.it.reads, entries);
    expect_single_reads(&m);
}

/* ---- Order and extent --------------------------------------------------------------------- */

/* A table at each level, and in it leaves before and after the next table. */
static void nested_tables(void)
{
    machine_init(&m);
    put_entry(&m, 0, 1, TABLE(2) | LINK);
    put_entry(&m, 2, 0, 1 * GB | BLOCK);
    put_entry(&m, 2, 2, TABLE(3) | LINK);
    put_entry(&m, 2, 511, 2 * GB | BLOCK);
    put_entry(&m, 3, 0, TABLE(4) | LINK);
    put_entry(&m, 3, 1, 4 * MB | BLOCK);
    put_entry(&m, 4, 7, 0x5000 | PAGE);
    put_entry(&m, 4, 8, 0x9000 | PAGE);
    put_entry(&m, 1, 511, TABLE(5) | LINK);
    put_entry(&m, 5, 511, 3 * GB | BLOCK);
    begin(&m, 1);
}

#define NESTED (512 * GB)

static void visits_both_halves_in_ascending_order(void **state)
{
    (void)state;
    nested_tables();
    expect_leaf(&m, NESTED, GB, 1 * GB);
    expect_leaf(&m, NESTED + 2 * GB + 0x7000, 4 * KB, 0x5000);
    expect_leaf(&m, NESTED + 2 * GB + 0x8000, 4 * KB, 0x9000);
    expect_leaf(&m, NESTED + 2 * GB + 2 * MB, 2 * MB, 4 * MB);
    expect_leaf(&m, NESTED + 511 * GB, GB, 2 * GB);
    expect_leaf(&m, UINT64_MAX - GB + 1, GB, 3 * GB);
    expect_end(&m);
    expect_single_reads(&m);
}

struct range_row {
    const char *name;
    uint64_t first, last;
    unsigned count;
    uint64_t ia; /* of the first element */
};

static const struct range_row range_rows[] = {
    {"all", 0, UINT64_MAX, 6, NESTED},
    {"one byte in the middle of a block is the whole block", NESTED + 5 * MB, NESTED + 5 * MB, 1,
     NESTED},
    {"up to the byte before a page", NESTED, NESTED + 2 * GB + 0x6fff, 1, NESTED},
    {"up to the first byte of a page", NESTED, NESTED + 2 * GB + 0x7000, 2, NESTED},
    {"from the last byte of a page", NESTED + 2 * GB + 0x7fff, UINT64_MAX, 5,
     NESTED + 2 * GB + 0x7000},
    {"from the byte after a page", NESTED + 2 * GB + 0x8000, UINT64_MAX, 4,
     NESTED + 2 * GB + 0x8000},
    {"from within the hole between the halves", ARMVIRT_BIT(55), UINT64_MAX, 1,
     UINT64_MAX - GB + 1},
    {"the last byte of all", UINT64_MAX, UINT64_MAX, 1, UINT64_MAX - GB + 1},
    {"the hole between the halves alone", ARMVIRT_BIT(48), UINT64_MAX - ARMVIRT_BIT(48), 0, 0},
    {"the lower half alone", 0, ARMVIRT_BIT(63), 5, NESTED},
};

static void visits_what_overlaps_the_range(void **state)
{
    const struct range_row *row = *state;
    unsigned count = 0;

    nested_tables();
    m.query.first = row->first;
    m.query.last = row->last;
    begin(&m, 1);
    while (armvirt_map_next(&m.it, &m.m) == ARMVIRT_OK) {
        if (count++ == 0) {
            assert_int_equal(m.m.ia, row->ia);
        }
    }
    assert_int_equal(count, row->count);
    expect_end(&m);
}

static void a_copy_of_the_iterator_is_a_saved_position(void **state)
{
    struct armvirt_map_iter saved;

    (void)state;
    nested_tables();
    expect_leaf(&m, NESTED, GB, 1 * GB);
    expect_leaf(&m, NESTED + 2 * GB + 0x7000, 4 * KB, 0x5000);
    saved = m.it;
    expect_leaf(&m, NESTED + 2 * GB + 0x8000, 4 * KB, 0x9000);
    expect_leaf(&m, NESTED + 2 * GB + 2 * MB, 2 * MB, 4 * MB);
    m.it = saved;
    assert_int_equal(m.it.position, NESTED + 2 * GB + 0x8000);
    expect_leaf(&m, NESTED + 2 * GB + 0x8000, 4 * KB, 0x9000);
}

static void single_range_regimes_have_no_upper_half(void **state)
{
    (void)state;
    nested_tables();
    m.vmsa.tcr_el2 = ARMVIRT_PUT(ARMVIRT_TCR_EL2_T0SZ, 16) | ARMVIRT_PUT(ARMVIRT_TCR_EL2_PS, 5);
    m.vmsa.ttbr0_el2[0] = TABLE(0);
    m.query.first = NESTED + 3 * GB;
    begin(&m, 2);
    expect_leaf(&m, NESTED + 511 * GB, GB, 2 * GB);
    expect_end(&m);
}

/* DDI0487 D8.2.4 I_ZFSYQ: a half whose walks are disabled maps nothing. */
static void disabled_halves_are_holes(void **state)
{
    (void)state;
    nested_tables();
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_EPD0;
    begin(&m, 1);
    expect_leaf(&m, UINT64_MAX - GB + 1, GB, 3 * GB);
    expect_end(&m);
}

/* ---- What a leaf says --------------------------------------------------------------------- */

/* DDI0487 D8.5.1: an access flag of 0 stops accesses, not this. */
static void leaves_without_access_flag_are_reported(void **state)
{
    (void)state;
    machine_init(&m);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, 1 * GB | 1);
    put_entry(&m, 2, 1, 2 * GB | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 0, GB, 1 * GB);
    assert_false(m.m.walk.s1.accessed);
    expect_leaf(&m, GB, GB, 2 * GB);
    assert_true(m.m.walk.s1.accessed);
    expect_end(&m);
}

/* DDI0487 D8.7.1: each entry of a run is an element, and says how large the run is. */
static void contiguous_runs_are_not_merged(void **state)
{
    (void)state;
    machine_init(&m);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    for (unsigned i = 0; i < 16; i++) {
        put_entry(&m, 3, i, 2 * GB | 2 * MB * i | BLOCK | ARMVIRT_VMSA64_S1_LEAF_CONTIG);
    }
    begin(&m, 1);
    for (unsigned i = 0; i < 16; i++) {
        expect_leaf(&m, 2 * MB * i, 2 * MB, 2 * GB + 2 * MB * i);
        assert_int_equal(m.m.walk.s1.size_log2, 21);
        assert_int_equal(m.m.walk.s1.span_log2, 25);
        assert_int_equal(m.m.walk.size_log2, 25);
    }
    expect_end(&m);
}

/* DDI0487 D8.3.1.1: table descriptors restrict what is below them, and nothing beside them. */
static void hierarchical_permissions_are_carried_down(void **state)
{
    (void)state;
    machine_init(&m);
    put_entry(&m, 0, 0, TABLE(2) | LINK | ARMVIRT_PUT(ARMVIRT_VMSA64_S1_TABLE_APTABLE, 2));
    put_entry(&m, 2, 0, TABLE(3) | LINK | ARMVIRT_VMSA64_S1_TABLE_PXNTABLE);
    put_entry(&m, 3, 0, 2 * MB | BLOCK);
    put_entry(&m, 2, 1, 1 * GB | BLOCK);
    put_entry(&m, 0, 1, TABLE(4) | LINK);
    put_entry(&m, 4, 0, 2 * GB | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 0, 2 * MB, 2 * MB);
    assert_int_equal(m.m.walk.perm, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_EL0_X);
    expect_leaf(&m, GB, GB, GB);
    assert_int_equal(m.m.walk.perm, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_X | ARMVIRT_PERM_EL0_X);
    expect_leaf(&m, 512 * GB, GB, 2 * GB);
    assert_int_equal(m.m.walk.perm, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W |
                                        ARMVIRT_PERM_PRIV_X | ARMVIRT_PERM_EL0_X);
}

/* DDI0487 D8.2.10 (SCTLR.EE): descriptors in the other byte order. */
static void big_endian_tables(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_EE;
    put_entry(&m, 0, 0, UINT64_C(0x0300020000000000)); /* 0x20003 */
    put_entry(&m, 2, 3, UINT64_C(0x0104004000000000)); /* 0x40000401 */
    begin(&m, 1);
    expect_leaf(&m, 3 * GB, GB, GB);
    assert_int_equal(m.m.walk.s1.desc[0], GB | BLOCK);
    expect_end(&m);
}

/* DDI0487 D8.2.3: what of a block lies beyond the output size faults, the rest maps. */
static void blocks_larger_than_the_output_size_are_cut(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 24) | ARMVIRT_TCR_EL1_DS |
                     ARMVIRT_TCR_EL1_EPD1 | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 1);
    m.query.last = 200 * GB;
    put_entry(&m, 0, 0, BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 0, 64 * GB, 0);
    expect_broken(&m, 64 * GB, 64 * GB, ARMVIRT_REASON_OUTPUT_ADDRESS);
    expect_broken(&m, 128 * GB, 64 * GB, ARMVIRT_REASON_OUTPUT_ADDRESS);
    expect_broken(&m, 192 * GB, 64 * GB, ARMVIRT_REASON_OUTPUT_ADDRESS);
    expect_end(&m);
}

/* ---- Both stages -------------------------------------------------------------------------- */

/* Stage 2 maps IPAs below 1 GB as they are, in 2 MB blocks; and of the next GB some pages. */
static void add_flat_stage2(void)
{
    machine_add_stage2(&m);
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    for (unsigned i = 0; i < 512; i++) {
        put_entry(&m, 9, i, 2 * MB * i | BLOCK | S2_NORMAL);
    }
    put_entry(&m, 8, 1, TABLE(10) | LINK);
    put_entry(&m, 10, 0, TABLE(11) | LINK);
    put_entry(&m, 11, 3, 0x70000000 | PAGE | S2_NORMAL);
    put_entry(&m, 11, 4,
              0x60004000 | PAGE | ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_MEMATTR, 15) |
                  ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_S2AP, 1));
}

static void large_stage1_leaf_is_cut_into_stage2_pages(void **state)
{
    (void)state;
    machine_init(&m);
    add_flat_stage2();
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 5, 1 * GB | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 5 * GB + 0x3000, 4 * KB, 0x70000000);
    assert_int_equal(m.m.walk.ipa, GB + 0x3000);
    assert_int_equal(m.m.walk.s1.level, 1);
    assert_int_equal(m.m.walk.s2.level, 3);
    assert_true(m.m.walk.perm & ARMVIRT_PERM_PRIV_W);
    expect_leaf(&m, 5 * GB + 0x4000, 4 * KB, 0x60004000);
    assert_false(m.m.walk.perm & ARMVIRT_PERM_PRIV_W);
    expect_end(&m);
}

static void small_stage1_leaves_share_a_stage2_block(void **state)
{
    uint64_t reads;

    (void)state;
    machine_init(&m);
    add_flat_stage2();
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    put_entry(&m, 3, 0, TABLE(4) | LINK);
    put_entry(&m, 4, 1, 0x801000 | PAGE);
    put_entry(&m, 4, 2, 0x800000 | PAGE);
    put_entry(&m, 4, 3, 0xa00000 | PAGE);
    begin(&m, 1);
    expect_leaf(&m, 0x1000, 4 * KB, 0x801000);
    reads = m.it.reads;
    expect_leaf(&m, 0x2000, 4 * KB, 0x800000);
    assert_int_equal(m.it.reads, reads + 1); /* the stage 1 descriptor alone */
    expect_leaf(&m, 0x3000, 4 * KB, 0xa00000);
    assert_int_equal(m.it.reads, reads + 3); /* and one of the stage 2 table */
    expect_end(&m);
}

static void stage1_alone_gives_intermediate_addresses(void **state)
{
    (void)state;
    machine_init(&m);
    add_flat_stage2();
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 5, 1 * GB | BLOCK);
    m.query.what = ARMVIRT_MAP_STAGE1;
    begin(&m, 1);
    expect_leaf(&m, 5 * GB, GB, GB);
    assert_false(m.m.walk.s2.valid);
    expect_end(&m);
}

/* DDI0487 D8.2.12.1: with stage 1 off addresses pass as they are. */
static void stage1_off_is_one_leaf(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.sctlr_el1 = 0;
    begin(&m, 1);
    expect_leaf(&m, 0, ARMVIRT_BIT(52), 0);
    assert_false(m.m.walk.s1.valid);
    expect_end(&m);
    assert_int_equal(m.it.reads, 0);
}

static void stage1_off_shows_stage2(void **state)
{
    (void)state;
    machine_init(&m);
    add_flat_stage2();
    m.vmsa.sctlr_el1 = 0;
    m.query.first = 1022 * MB;
    m.query.last = ARMVIRT_BIT(40) - 1;
    begin(&m, 1);
    expect_leaf(&m, 1022 * MB, 2 * MB, 1022 * MB);
    expect_leaf(&m, GB + 0x3000, 4 * KB, 0x70000000);
    expect_leaf(&m, GB + 0x4000, 4 * KB, 0x60004000);
    expect_end(&m);
}

/* DDI0487 D8.2.5.1: Secure state has a set of stage 2 tables for each IPA space. */
static void secure_state_has_two_stage2(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_EEL2;
    m.vmsa.vsttbr_el2 = TABLE(12);
    m.vmsa.vstcr_el2 = m.vmsa.vtcr_el2;
    put_entry(&m, 8, 0, 1 * GB | BLOCK);
    put_entry(&m, 12, 0, 2 * GB | BLOCK);
    m.query.what = ARMVIRT_MAP_STAGE2;
    m.query.ipa_space = ARMVIRT_SPACE_SECURE;
    begin(&m, 1);
    expect_leaf(&m, 0, GB, 2 * GB);
    expect_end(&m);
    m.query.ipa_space = ARMVIRT_SPACE_NONSECURE;
    begin(&m, 1);
    expect_leaf(&m, 0, GB, 1 * GB);
    expect_end(&m);
}

/* A walk from Secure stage 1 changes between the sets as its leaves say. */
static void leaves_choose_their_stage2(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_EEL2;
    m.vmsa.vsttbr_el2 = TABLE(12);
    m.vmsa.vstcr_el2 = m.vmsa.vtcr_el2;
    put_entry(&m, 8, 0, 1 * GB | BLOCK | S2_NORMAL);
    put_entry(&m, 12, 0, BLOCK | S2_NORMAL);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, BLOCK);
    put_entry(&m, 2, 1, BLOCK | ARMVIRT_VMSA64_S1_LEAF_NS);
    put_entry(&m, 2, 2, BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 0, GB, 0);
    expect_leaf(&m, GB, GB, GB);
    assert_int_equal(m.m.walk.ipa_space, ARMVIRT_SPACE_NONSECURE);
    expect_leaf(&m, 2 * GB, GB, 0);
    expect_end(&m);
}

/* ---- Queries ------------------------------------------------------------------------------ */

static void refuses_queries_that_make_no_sense(void **state)
{
    static const struct armvirt_map_query queries[] = {
        {.first = 1, .last = 0},
        {.last = 1, .what = ARMVIRT_MAP_STAGE2 + 1},
        {.last = 1, .ipa_space = ARMVIRT_SPACE_ROOT + 1},
        {.last = 1, .what = ARMVIRT_MAP_STAGE2},
    };

    (void)state;
    machine_init(&m);
    begin(&m, 1);
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        assert_int_equal(armvirt_map_begin(&m.it, &m.regime, &m.env, &queries[i]), ARMVIRT_E_INVAL);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, finds_the_leaf_and_reads_each_descriptor_once, leaf_rows);
    SUITE_ADD(&suite, visits_both_halves_in_ascending_order);
    SUITE_ADD_ROWS(&suite, visits_what_overlaps_the_range, range_rows);
    SUITE_ADD(&suite, a_copy_of_the_iterator_is_a_saved_position);
    SUITE_ADD(&suite, single_range_regimes_have_no_upper_half);
    SUITE_ADD(&suite, disabled_halves_are_holes);
    SUITE_ADD(&suite, leaves_without_access_flag_are_reported);
    SUITE_ADD(&suite, contiguous_runs_are_not_merged);
    SUITE_ADD(&suite, hierarchical_permissions_are_carried_down);
    SUITE_ADD(&suite, big_endian_tables);
    SUITE_ADD(&suite, blocks_larger_than_the_output_size_are_cut);
    SUITE_ADD(&suite, large_stage1_leaf_is_cut_into_stage2_pages);
    SUITE_ADD(&suite, small_stage1_leaves_share_a_stage2_block);
    SUITE_ADD(&suite, stage1_alone_gives_intermediate_addresses);
    SUITE_ADD(&suite, stage1_off_is_one_leaf);
    SUITE_ADD(&suite, stage1_off_shows_stage2);
    SUITE_ADD(&suite, secure_state_has_two_stage2);
    SUITE_ADD(&suite, leaves_choose_their_stage2);
    SUITE_ADD(&suite, refuses_queries_that_make_no_sense);
    return suite_run(&suite, "mapping iterator");
}
