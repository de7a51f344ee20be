/* SPDX-License-Identifier: MIT */
/*
 * The mapping iterator on VMSAv8-32 tables: sections, supersections and pages, and the ranges that
 * TTBCR makes. DDI0487 G5.4, G5.5.
 */
#include "iterate_machine.h"

static struct machine m;

#define MB ARMVIRT_BIT(20)
#define GB ARMVIRT_BIT(30)

/* DACR: domain 0 is a client, domain 3 has no access. */
static void machine_init32(uint64_t ttbcr)
{
    machine_init(&m);
    m.vmsa.hcr_el2 = 0;
    m.vmsa.sctlr_el1 = ARMVIRT_SCTLR_M | ARMVIRT_SCTLR_C | ARMVIRT_SCTLR_I | ARMVIRT_SCTLR_AFE;
    m.vmsa.tcr_el1 = ttbcr;
    m.vmsa.dacr32_el2 = 1;
    m.vmsa.mair_el1 = 0xff;
}

static void put32(uint64_t pa, uint32_t value)
{
    unsigned shift = pa & 4 ? 32 : 0;

    m.memory[pa / 8] |= (uint64_t)value << shift;
}

#define SECTION      UINT32_C(0x00000402) /* AP[0]: the access flag */
#define SUPERSECTION UINT32_C(0x00040402)
#define SMALL        UINT32_C(0x00000012)
#define LARGE        UINT32_C(0x00000011)

/* ---- Short descriptors -------------------------------------------------------------------- */

static void sections_and_pages(void **state)
{
    (void)state;
    machine_init32(0);
    put32(TABLE(0) + 4 * 5, 0x12300000 | SECTION);
    put32(TABLE(0) + 4 * 6, 0x45600000 | 3 << 5 | (SECTION & ~UINT32_C(0x400)));
    put32(TABLE(0) + 4 * 7, (uint32_t)TABLE(2) | 1);
    put32(TABLE(2) + 4 * 255, 0x00009000 | SMALL);
    begin(&m, 1);
    expect_leaf(&m, 5 * MB, MB, 0x12300000);
    assert_int_equal(m.m.walk.s1.level, 1);
    assert_true(m.m.walk.s1.accessed);
    expect_leaf(&m, 6 * MB, MB, 0x45600000);
    assert_false(m.m.walk.s1.accessed);
    assert_int_equal(m.m.walk.s1.domain, 3);
    assert_int_equal(m.m.walk.perm, 0);
    expect_leaf(&m, 8 * MB - 4096, 4096, 0x9000);
    assert_int_equal(m.m.walk.s1.level, 2);
    expect_end(&m);
    assert_int_equal(m.it.reads, 4096 + 256);
}

/* Sixteen descriptors make a supersection or a large page: each is an element. */
static void large_leaves_are_reported_by_descriptor(void **state)
{
    (void)state;
    machine_init32(0);
    for (unsigned i = 0; i < 16; i++) {
        put32(TABLE(0) + 4 * (16 + i), 0x23400000 | SUPERSECTION);
        put32(TABLE(2) + 4 * i, 0x00050000 | LARGE);
    }
    put32(TABLE(0) + 4 * 100, (uint32_t)TABLE(2) | 1);
    begin(&m, 1);
    for (unsigned i = 0; i < 16; i++) {
        expect_leaf(&m, (16 + i) * MB, MB, UINT64_C(0x423000000) + i * MB);
        assert_int_equal(m.m.walk.s1.size_log2, 24);
        assert_int_equal(m.m.walk.s1.base, UINT64_C(0x423000000));
    }
    for (unsigned i = 0; i < 16; i++) {
        expect_leaf(&m, 100 * MB + i * 4096, 4096, 0x50000 + i * 4096);
        assert_int_equal(m.m.walk.s1.size_log2, 16);
    }
    expect_end(&m);
}

/* DDI0487 G5.4.3: N gives TTBR0 the lowest 4 GB >> N, TTBR1 the rest. */
static void ttbcr_n_splits_the_address_space(void **state)
{
    (void)state;
    machine_init32(2);
    put32(TABLE(0) + 4 * 1023, 0x10000000 | SECTION);
    put32(TABLE(1) + 4 * 1023, 0x20000000 | SECTION); /* belongs to TTBR0's range */
    put32(TABLE(1) + 4 * 1024, 0x30000000 | SECTION);
    put32(TABLE(1) + 4 * 4095, 0x40000000 | SECTION);
    begin(&m, 1);
    expect_leaf(&m, 1023 * MB, MB, 0x10000000);
    expect_leaf(&m, 1024 * MB, MB, 0x30000000);
    expect_leaf(&m, 4095 * MB, MB, 0x40000000);
    expect_end(&m);
    assert_int_equal(m.it.reads, 1024 + 3072);
}

/* DDI0487 Table G5-30: below a level 1 descriptor faults name its domain. */
static void unreadable_level_2_table_names_its_domain(void **state)
{
    (void)state;
    machine_init32(0);
    put32(TABLE(0) + 4, 0x40000000 | 9 << 5 | 1);
    begin(&m, 1);
    expect_broken(&m, MB, MB, ARMVIRT_REASON_EXTERNAL);
    assert_int_equal(m.m.walk.fault.domain, 9);
    assert_int_equal(m.m.walk.fault.level, 2);
    expect_end(&m);
}

/* ---- Long descriptors --------------------------------------------------------------------- */

#define EAE ARMVIRT_TTBCR_EAE

static void the_upper_range_begins_with_ones(void **state)
{
    (void)state;
    machine_init32(EAE | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T0SZ, 1) |
                   ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T1SZ, 2));
    put_entry(&m, 0, 1, 5 * GB | BLOCK);
    put_entry(&m, 1, 1, 0x200000 | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, GB, GB, 5 * GB);
    expect_leaf(&m, 3 * GB + 2 * MB, 2 * MB, 0x200000);
    expect_end(&m);
    assert_int_equal(m.it.reads, 2 + 512); /* TTBR1 starts at level 2 with 1 GB */
}

/* With T1SZ = 0 the upper range has what the lower leaves, also of a block that both share. */
static void blocks_are_cut_where_the_lower_range_ends(void **state)
{
    (void)state;
    machine_init32(EAE | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T0SZ, 4)); /* 256 MB */
    put_entry(&m, 0, 127, 0x200000 | BLOCK);
    put_entry(&m, 1, 0, GB | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 254 * MB, 2 * MB, 0x200000);
    expect_leaf(&m, 256 * MB, 768 * MB, GB + 256 * MB);
    expect_end(&m);
}

/* With T0SZ = 0 the lower range is cut where the upper begins. */
static void lower_range_ends_where_the_upper_begins(void **state)
{
    (void)state;
    machine_init32(EAE | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T1SZ, 3)); /* 512 MB */
    put_entry(&m, 0, 3, 2 * GB | BLOCK);
    put_entry(&m, 1, 255, 0x600000 | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 3 * GB, 512 * MB, 2 * GB);
    expect_leaf(&m, 4 * GB - 2 * MB, 2 * MB, 0x600000);
    expect_end(&m);
}

/* DDI0487 G5.4.3, G5.5.5: PDn and EPDn disable the walks of a range. */
static void disabled_ranges_are_holes(void **state)
{
    (void)state;
    machine_init32(2 | ARMVIRT_TTBCR_PD0);
    put32(TABLE(0) + 4, 0x10000000 | SECTION);
    put32(TABLE(1) + 4 * 1024, 0x30000000 | SECTION);
    begin(&m, 1);
    expect_leaf(&m, 1024 * MB, MB, 0x30000000);
    expect_end(&m);

    machine_init32(EAE | ARMVIRT_TTBCR_LPAE_EPD1 | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T1SZ, 1));
    put_entry(&m, 0, 0, GB | BLOCK);
    put_entry(&m, 1, 1, GB | BLOCK);
    begin(&m, 1);
    expect_leaf(&m, 0, GB, GB);
    expect_end(&m);
}

static void stage1_off_has_32_bits(void **state)
{
    (void)state;
    machine_init32(0);
    m.vmsa.sctlr_el1 = 0;
    begin(&m, 1);
    expect_leaf(&m, 0, 4 * GB, 0);
    expect_end(&m);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, sections_and_pages);
    SUITE_ADD(&suite, large_leaves_are_reported_by_descriptor);
    SUITE_ADD(&suite, ttbcr_n_splits_the_address_space);
    SUITE_ADD(&suite, unreadable_level_2_table_names_its_domain);
    SUITE_ADD(&suite, the_upper_range_begins_with_ones);
    SUITE_ADD(&suite, blocks_are_cut_where_the_lower_range_ends);
    SUITE_ADD(&suite, lower_range_ends_where_the_upper_begins);
    SUITE_ADD(&suite, disabled_ranges_are_holes);
    SUITE_ADD(&suite, stage1_off_has_32_bits);
    return suite_run(&suite, "mapping iterator, VMSAv8-32");
}
