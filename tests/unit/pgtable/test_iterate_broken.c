/* SPDX-License-Identifier: MIT */
/*
 * What the mapping iterator says of tables that cannot be followed: which addresses they take with
 * them, and why. DDI0487 D8.2.3, D8.3, D8.15.
 */
#include "iterate_machine.h"

static struct machine m;

#define KB UINT64_C(1024)
#define MB (1024 * KB)
#define GB (1024 * MB)
#define TB (1024 * GB)

/* ---- Stage 1 tables ----------------------------------------------------------------------- */

/* 2 MB of pages below a table that @link leads to, between two blocks that are in order. */
static void around(uint64_t link)
{
    machine_init(&m);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    put_entry(&m, 3, 0, 2 * MB | BLOCK);
    put_entry(&m, 3, 1, link);
    put_entry(&m, 3, 2, 6 * MB | BLOCK);
    begin(&m, 1);
}

struct entry_row {
    const char *name;
    uint64_t entry;
    uint64_t size; /* of the broken part that begins at 2 MB */
    uint8_t type, reason;
    int8_t level;
};

static const struct entry_row entry_rows[] = {
    {"table that memory does not answer", 0x40000000 | LINK, 2 * MB, ARMVIRT_FAULT_EXTERNAL_ON_WALK,
     ARMVIRT_REASON_EXTERNAL, 3},
    {"R_CVSBH table beyond the output size", UINT64_C(0x800000000000) | LINK, 2 * MB,
     ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_TABLE_ADDRESS, 2},
    {"R_CVSBH block beyond the output size", UINT64_C(0x800000000000) | BLOCK, 2 * MB,
     ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_OUTPUT_ADDRESS, 2},
};

static void says_what_is_wrong_and_goes_on(void **state)
{
    const struct entry_row *row = *state;

    around(row->entry);
    m.vmsa.tcr_el1 = (TCR_48 & ~ARMVIRT_TCR_EL1_IPS) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 4);
    begin(&m, 1);
    expect_leaf(&m, 0, 2 * MB, 2 * MB);
    expect_broken(&m, 2 * MB, row->size, row->reason);
    assert_int_equal(m.m.walk.fault.type, row->type);
    assert_int_equal(m.m.walk.fault.level, row->level);
    assert_int_equal(m.m.walk.fault.stage, 1);
    expect_leaf(&m, 4 * MB, 2 * MB, 6 * MB);
    expect_end(&m);
}

/* An unreadable table costs one read: an abort counts for 4 KB. */
static void unreadable_table_is_read_once(void **state)
{
    (void)state;
    around(TABLE(4) | LINK);
    m.dead_page = TABLE(4);
    expect_leaf(&m, 0, 2 * MB, 2 * MB);
    expect_broken(&m, 2 * MB, 2 * MB, ARMVIRT_REASON_EXTERNAL);
    assert_int_equal(m.m.walk.fault.pa, TABLE(4));
    assert_int_equal(m.m.walk.fault.desc_pa, TABLE(4));
    expect_leaf(&m, 4 * MB, 2 * MB, 6 * MB);
    expect_end(&m);
    assert_int_equal(m.it.reads, 3 * 512 + 1 + 512);
}

/* Of a table of 64 KB the 4 KB that fail are one element. */
static void part_of_a_large_table_may_be_unreadable(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 34) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG0, 1) |
                     ARMVIRT_TCR_EL1_EPD1 | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 5);
    put(&m, TABLE(0), TABLE(2) | LINK);
    put(&m, TABLE(2) + 8, 0x10000 | PAGE);
    put(&m, TABLE(2) + 0x3000, 0x20000 | PAGE);
    m.dead_page = TABLE(2) + 0x2000;
    begin(&m, 1);
    expect_leaf(&m, 64 * KB, 64 * KB, 0x10000);
    expect_broken(&m, 64 * MB, 32 * MB, ARMVIRT_REASON_EXTERNAL);
    expect_leaf(&m, 96 * MB, 64 * KB, 0x20000);
    expect_end(&m);
}

/* DDI0487 D8.3.1: bit 0 says valid, the rest says nothing that exists at this level. */
static void reserved_descriptors_are_no_holes(void **state)
{
    (void)state;
    machine_init(&m);
    put_entry(&m, 0, 0, BLOCK); /* no block of 512 GB without 52-bit addresses */
    put_entry(&m, 0, 1, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    put_entry(&m, 3, 0, TABLE(4) | LINK);
    put_entry(&m, 4, 1, 0x5000 | BLOCK); /* level 3 knows pages only */
    begin(&m, 1);
    expect_broken(&m, 0, 512 * GB, ARMVIRT_REASON_DESC_RESERVED);
    expect_broken(&m, 512 * GB + 4 * KB, 4 * KB, ARMVIRT_REASON_DESC_RESERVED);
    assert_int_equal(m.m.walk.fault.desc, 0x5000 | BLOCK);
    assert_int_equal(m.m.walk.fault.desc_pa, TABLE(4) + 8);
    expect_end(&m);
}

/* DDI0487 D8.7.2: nT may make a block fault, and a table that skips levels. */
static void blocks_and_tables_with_nt(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.options = ARMVIRT_OPT_NT_FAULTS;
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_EPD1;
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 3, 1 * GB | BLOCK | ARMVIRT_VMSA64_S1_LEAF_NT);
    begin(&m, 1);
    expect_broken(&m, 3 * GB, GB, ARMVIRT_REASON_NT);
    expect_end(&m);

    m.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    put(&m, TABLE(0), TABLE(2) | 1 | ARMVIRT_VMSA128_S1_LEAF_NT);
    put(&m, TABLE(0) + 8, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, 1));
    put(&m, TABLE(0) + 16, BLOCK);
    put(&m, TABLE(0) + 24, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, 3) | 0);
    begin(&m, 1);
    expect_broken(&m, 0, ARMVIRT_BIT(44), ARMVIRT_REASON_NT);
}

/* DDI0487 D8.3.1.2: SKL past the last level. */
static void tables_that_skip_too_far(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 43) | ARMVIRT_TCR_EL1_EPD1 |
                     ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 6);
    m.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    put(&m, TABLE(0), TABLE(2) | 1);
    put(&m, TABLE(0) + 8, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, 2));
    begin(&m, 1);
    expect_broken(&m, 0, MB, ARMVIRT_REASON_DESC_SKL);
    expect_end(&m);
}

/* ---- Registers ---------------------------------------------------------------------------- */

static void half_with_a_bad_size_is_broken_whole(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 = (TCR_48 & ~ARMVIRT_TCR_EL1_T0SZ) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 63);
    put_entry(&m, 1, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, GB | BLOCK);
    begin(&m, 1);
    expect_broken(&m, 0, ARMVIRT_BIT(55), ARMVIRT_REASON_TXSZ);
    expect_leaf(&m, UINT64_MAX - ARMVIRT_BIT(48) + 1, GB, GB);
    expect_end(&m);
}

static void base_beyond_the_output_size(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 = (TCR_48 & ~ARMVIRT_TCR_EL1_IPS) | ARMVIRT_TCR_EL1_EPD1;
    m.vmsa.ttbr0_el1[0] = ARMVIRT_BIT(40);
    begin(&m, 1);
    expect_broken(&m, 0, ARMVIRT_BIT(48), ARMVIRT_REASON_TTBR_ADDRESS);
    assert_int_equal(m.m.walk.fault.type, ARMVIRT_FAULT_ADDRESS_SIZE);
    assert_int_equal(m.m.walk.fault.level, 0);
    expect_end(&m);
    assert_int_equal(m.it.reads, 0);
}

/* From the first entry that lies beyond it on all do: one element, however large the table. */
static void table_that_grows_beyond_the_output_size(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.id_aa64mmfr2_el1 += ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 1); /* FEAT_LVA3 */
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 12) | ARMVIRT_TCR_EL1_EPD1;
    m.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    m.vmsa.ttbr0_el1[0] = ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_SKL, 3); /* 2^32 entries of 16 bytes */
    m.query.first = ARMVIRT_BIT(48) - 1;
    m.query.budget = 100;
    begin(&m, 1);
    expect_broken(&m, ARMVIRT_BIT(48) - MB, MB, ARMVIRT_REASON_EXTERNAL);
    expect_broken(&m, ARMVIRT_BIT(48), ARMVIRT_BIT(52) - ARMVIRT_BIT(48),
                  ARMVIRT_REASON_TTBR_ADDRESS);
    expect_end(&m);
}

/* The same of a table that a descriptor leads to, reported at the level of that descriptor. */
static void lower_table_that_grows_beyond_the_output_size(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.id_aa64mmfr2_el1 += ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 1); /* FEAT_LVA3 */
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 9) | ARMVIRT_TCR_EL1_EPD1;
    m.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    m.vmsa.ttbr0_el1[0] = TABLE(2);
    put(&m, TABLE(2), 1); /* a table at 0 with 2^32 entries of 16 bytes */
    put(&m, TABLE(2) + 8, ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, 3));
    m.query.first = ARMVIRT_BIT(48) - 1;
    begin(&m, 1);
    expect_broken(&m, ARMVIRT_BIT(48) - MB, MB, ARMVIRT_REASON_EXTERNAL);
    expect_broken(&m, ARMVIRT_BIT(48), ARMVIRT_BIT(52) - ARMVIRT_BIT(48),
                  ARMVIRT_REASON_TABLE_ADDRESS);
    assert_int_equal(m.m.walk.fault.level, -2);
    assert_int_equal(m.m.walk.fault.desc_pa, TABLE(2));
    expect_end(&m);
}

static void stage2_that_does_not_fit_its_start_level(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.vmsa.vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 24) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 5);
    m.query.what = ARMVIRT_MAP_STAGE2;
    begin(&m, 1);
    expect_broken(&m, 0, ARMVIRT_BIT(56), ARMVIRT_REASON_S2_START_INCONSISTENT);
    expect_end(&m);
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

/* A stage 1 table that stage 2 does not map takes its addresses with it, as a fault of stage 2. */
static void stage1_table_without_stage2(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    put_entry(&m, 9, 0, BLOCK | S2_NORMAL);
    put_entry(&m, 0, 0, 0x40000000 | LINK);
    put_entry(&m, 0, 1, TABLE(2) | LINK);
    put_entry(&m, 2, 0, BLOCK);
    begin(&m, 1);
    expect_broken(&m, 0, 512 * GB, ARMVIRT_REASON_DESC_INVALID);
    assert_int_equal(m.m.walk.fault.stage, 2);
    assert_true(m.m.walk.fault.s1ptw);
    assert_int_equal(m.m.walk.fault.ipa, 0x40000000);
    expect_leaf(&m, 512 * GB, 2 * MB, 0);
    expect_end(&m);
}

/* DDI0487 D8.1.10 R_DRRZZ: a leaf that leads beyond the input size of stage 2. */
static void leaf_beyond_the_stage2_input_size(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    put_entry(&m, 9, 0, BLOCK | S2_NORMAL);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, ARMVIRT_BIT(40) | BLOCK);
    put_entry(&m, 2, 1, BLOCK);
    begin(&m, 1);
    expect_broken(&m, 0, GB, ARMVIRT_REASON_IPA_RANGE);
    assert_int_equal(m.m.walk.fault.ipa, ARMVIRT_BIT(40));
    assert_true(m.m.walk.s1.valid);
    expect_leaf(&m, GB, 2 * MB, 0);
}

/* What is broken at stage 2 is cut to the leaves of stage 1 that lead there. */
static void broken_stage2_table_below_leaves(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    put_entry(&m, 9, 0, BLOCK | S2_NORMAL);
    put_entry(&m, 8, 1, 0x40000000 | LINK);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    put_entry(&m, 3, 0, GB | BLOCK);
    put_entry(&m, 3, 1, (GB + 4 * MB) | BLOCK);
    put_entry(&m, 3, 2, BLOCK);
    begin(&m, 1);
    expect_broken(&m, 0, 2 * MB, ARMVIRT_REASON_EXTERNAL);
    assert_int_equal(m.m.walk.fault.stage, 2);
    assert_int_equal(m.m.walk.fault.ipa, GB);
    expect_broken(&m, 2 * MB, 2 * MB, ARMVIRT_REASON_EXTERNAL);
    assert_int_equal(m.m.walk.fault.ipa, GB + 4 * MB);
    expect_leaf(&m, 4 * MB, 2 * MB, 0);
    expect_end(&m);
}

/* ---- Granule protection ------------------------------------------------------------------- */

/* GPT of one level 0 table of 1 GB entries: table memory is Non-secure, the next GB Realm. */
static void protect(void)
{
    m.vmsa.id_aa64pfr0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
    m.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PPS, 3) |
                       ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2);
    m.vmsa.gptbr_el3 = MB >> 12;
    put(&m, MB, 0x91);     /* block, Non-secure */
    put(&m, MB + 8, 0xb1); /* block, Realm */
}

static void protected_tables_are_broken_parts(void **state)
{
    (void)state;
    machine_init(&m);
    protect();
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 0, 1, GB | LINK);
    put_entry(&m, 2, 0, GB | BLOCK); /* the output is not checked */
    begin(&m, 1);
    expect_leaf(&m, 0, GB, GB);
    expect_broken(&m, 512 * GB, 512 * GB, ARMVIRT_REASON_GPI_MISMATCH);
    assert_int_equal(m.m.walk.fault.type, ARMVIRT_FAULT_GPC_ON_WALK);
    assert_int_equal(m.m.walk.fault.gpcf, ARMVIRT_GPCF_FAIL);
    assert_int_equal(m.m.walk.fault.pa, GB);
    expect_end(&m);
    assert_int_equal(m.it.reads, 512 + 1 + 512 + 1 + 1 + 512 + 1); /* a GPT read per 4 KB */
}

/* ---- Leaves alone ------------------------------------------------------------------------- */

static void broken_parts_may_be_left_out(void **state)
{
    (void)state;
    around(0x40000000 | LINK);
    m.query.leaves_only = true;
    begin(&m, 1);
    expect_leaf(&m, 0, 2 * MB, 2 * MB);
    expect_leaf(&m, 4 * MB, 2 * MB, 6 * MB);
    expect_end(&m);
}

/* Stage 2 refuses each 4 KB of a large table without a read: the budget still holds. */
static void broken_parts_that_are_left_out_cost_budget(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.vmsa.vtcr_el2 = 0; /* no such start level */
    m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 16) | ARMVIRT_TCR_EL1_EPD1 |
                     ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 6);
    m.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    m.vmsa.ttbr0_el1[0] = ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_SKL, 3); /* 2^28 entries of 16 bytes */
    m.query.leaves_only = true;
    m.query.budget = 10;
    begin(&m, 1);
    assert_int_equal(armvirt_map_next(&m.it, &m.m), ARMVIRT_E_AGAIN);
    assert_int_equal(m.it.reads, 0);
    assert_int_equal(m.it.position, 10 * 256 * MB);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, says_what_is_wrong_and_goes_on, entry_rows);
    SUITE_ADD(&suite, unreadable_table_is_read_once);
    SUITE_ADD(&suite, part_of_a_large_table_may_be_unreadable);
    SUITE_ADD(&suite, reserved_descriptors_are_no_holes);
    SUITE_ADD(&suite, blocks_and_tables_with_nt);
    SUITE_ADD(&suite, tables_that_skip_too_far);
    SUITE_ADD(&suite, half_with_a_bad_size_is_broken_whole);
    SUITE_ADD(&suite, base_beyond_the_output_size);
    SUITE_ADD(&suite, table_that_grows_beyond_the_output_size);
    SUITE_ADD(&suite, lower_table_that_grows_beyond_the_output_size);
    SUITE_ADD(&suite, stage2_that_does_not_fit_its_start_level);
    SUITE_ADD(&suite, stage1_table_without_stage2);
    SUITE_ADD(&suite, leaf_beyond_the_stage2_input_size);
    SUITE_ADD(&suite, broken_stage2_table_below_leaves);
    SUITE_ADD(&suite, protected_tables_are_broken_parts);
    SUITE_ADD(&suite, broken_parts_may_be_left_out);
    SUITE_ADD(&suite, broken_parts_that_are_left_out_cost_budget);
    return suite_run(&suite, "broken tables under the mapping iterator");
}
