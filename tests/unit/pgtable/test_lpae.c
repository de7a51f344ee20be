/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32, Long-descriptor format: ranges, descriptors, priority of faults, stage 2.
 * DDI0487 G5.5, G5.11.
 */
#include "lpae_tables.h"

/* ---- Ranges ------------------------------------------------------------------------------- */

struct range {
    bool used;
    uint64_t first, last;
};

/* Table G5-2: what TTBR0 and TTBR1 translate. */
static void ranges_of(unsigned m, unsigned n, struct range *lower, struct range *upper)
{
    const uint64_t top = UINT32_MAX;
    uint64_t below = (UINT64_C(1) << (32 - m)) - 1;                   /* 2^(32-M) - 1 */
    uint64_t above = (UINT64_C(1) << 32) - (UINT64_C(1) << (32 - n)); /* 2^32 - 2^(32-N) */

    *lower = (struct range){true, 0, m != 0 ? below : n != 0 ? above - 1 : top};
    *upper = (struct range){m != 0 || n != 0, n != 0 ? above : below + 1, top};
}

static bool contains(const struct range *range, uint64_t va)
{
    return range->used && va >= range->first && va <= range->last;
}

/* The address of the first descriptor: entries of 1 GB or 2 MB of the 2^(32-TxSZ) byte range. */
static void expect_first_read(struct machine *m, uint64_t va, uint64_t table, unsigned txsz)
{
    unsigned entry_log2 = txsz < 2 ? 30 : 21;
    uint64_t within = va & ((UINT64_C(1) << (32 - txsz)) - 1);

    assert_int_equal(machine_try(m, va, ARMVIRT_READ, 1), ARMVIRT_OK);
    assert_int_equal(m->reqs[0].pa, table + (within >> entry_log2) * 8);
    assert_int_equal(m->reqs[0].level, txsz < 2 ? 1 : 2);
    assert_int_equal(m->walk.s1.level, txsz < 2 ? 1 : 2);
    assert_int_equal(m->walk.s1.size_log2, entry_log2);
}

static void try_range(struct machine *m, unsigned t0sz, unsigned t1sz, uint64_t va)
{
    struct range lower, upper;

    ranges_of(t0sz, t1sz, &lower, &upper);
    if (contains(&lower, va)) {
        expect_first_read(m, va, TABLE0, t0sz);
    } else if (contains(&upper, va)) {
        expect_first_read(m, va, TABLE1, t1sz);
    } else {
        expect_fault(m, va, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_VA_RANGE);
        assert_int_equal(m->reads, 0);
    }
}

static void table_G5_2_ranges_and_holes(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = BLOCK;
    for (unsigned t0sz = 0; t0sz < 8; t0sz++) {
        for (unsigned t1sz = 0; t1sz < 8; t1sz++) {
            set_sizes(&m, t0sz, t1sz);
            for (unsigned bit = 20; bit < 32; bit++) { /* around all powers of two, both ways */
                uint64_t boundary = UINT64_C(1) << bit;
                uint64_t mirrored = (UINT64_C(1) << 32) - boundary;

                try_range(&m, t0sz, t1sz, boundary - 1);
                try_range(&m, t0sz, t1sz, boundary);
                try_range(&m, t0sz, t1sz, mirrored - 1);
                try_range(&m, t0sz, t1sz, mirrored);
            }
            try_range(&m, t0sz, t1sz, 0);
            try_range(&m, t0sz, t1sz, UINT32_MAX);
        }
    }
}

/* G5.5.7: BADDR begins at bit 5 - TxSZ or 14 - TxSZ; what stands below acts as zero. */
static void G5_5_7_low_base_bits_act_as_zero(void **state)
{
    static const uint8_t lowest[8] = {5, 4, 12, 11, 10, 9, 8, 7};
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = BLOCK;
    for (unsigned txsz = 0; txsz < 8; txsz++) {
        for (unsigned bit = 0; bit < 14; bit++) {
            uint64_t counts = bit >= lowest[txsz] ? UINT64_C(1) << bit : 0;

            set_sizes(&m, txsz, txsz);
            m.vmsa.ttbr0_el1[0] = TABLE0 | UINT64_C(1) << bit;
            m.vmsa.ttbr1_el1[0] = TABLE1 | UINT64_C(1) << bit;
            expect_first_read(&m, 0, TABLE0 | counts, txsz);
            if (txsz != 0) {
                expect_first_read(&m, UINT32_MAX, TABLE1 | counts, txsz);
            }
        }
    }
}

/* C5.4: of an address that an AT instruction gives, bits 63:32 are RES0. */
static void va_bits_above_31_are_ignored(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    map_page(&m, UINT64_C(0x8765432000) | PAGE);
    expect_pa(&m, UINT64_C(0xffffffff00000123), UINT64_C(0x8765432123));
    m.vmsa.sctlr_el1 = 0;
    expect_pa(&m, UINT64_C(0xffffffff00000123), 0x123);
}

static void G5_3_4_disabled_walks_fault_at_level_1(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned txsz = 1; txsz < 8; txsz++) {
        reset(&m);
        set_sizes(&m, txsz, txsz);
        m.fill = true;
        m.fill_value = BLOCK;
        m.vmsa.tcr_el1 |= ARMVIRT_TTBCR_LPAE_EPD0;
        expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_EPD);
        expect_first_read(&m, UINT32_MAX, TABLE1, txsz);
        m.vmsa.tcr_el1 ^= ARMVIRT_TTBCR_LPAE_EPD0 | ARMVIRT_TTBCR_LPAE_EPD1;
        expect_fault(&m, UINT32_MAX, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_EPD);
        expect_first_read(&m, 0, TABLE0, txsz);
    }
}

/* ---- Descriptors -------------------------------------------------------------------------- */

static void G5_5_2_blocks_and_pages(void **state)
{
    const uint64_t va = 0x7fedcba8;
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0 + 8, UINT64_C(0xedc0000000) | 0x3ffff000 | BLOCK); /* 1 GB */
    expect_pa(&m, va, UINT64_C(0xedffedcba8));
    assert_int_equal(m.walk.s1.base, UINT64_C(0xedc0000000));
    assert_int_equal(m.walk.size_log2, 30);

    machine_clear_memory(&m);
    machine_put(&m, TABLE0 + 8, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 511 * 8, UINT64_C(0xabcde00000) | 0x1ff000 | BLOCK); /* 2 MB */
    expect_pa(&m, va, UINT64_C(0xabcdedcba8));
    assert_int_equal(m.walk.s1.level, 2);
    assert_int_equal(m.walk.size_log2, 21);

    machine_clear_memory(&m);
    machine_put(&m, TABLE0 + 8, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 511 * 8, LEVEL3 | TABLE);
    machine_put(&m, LEVEL3 + 0xdc * 8, UINT64_C(0xfedcba9000) | PAGE); /* 4 KB */
    expect_pa(&m, va, UINT64_C(0xfedcba9ba8));
    assert_int_equal(m.walk.s1.level, 3);
    assert_int_equal(m.walk.size_log2, 12);
    assert_int_equal(m.walk.reads, 3);
    assert_int_equal(m.log.len, 3);
    assert_int_equal(m.steps[2].format, ARMVIRT_FORMAT_LPAE);
    assert_int_equal(m.steps[0].index_hi, 31);
    assert_int_equal(m.steps[0].index_lo, 30);
}

static void G5_5_2_invalid_descriptors(void **state)
{
    struct machine m;

    (void)state;
    for (int level = 1; level <= 3; level++) {
        for (unsigned bits = 0; bits < 4; bits++) {
            bool reserved = level == 3 && bits == 1;
            uint64_t base = level == 1 ? TABLE0 : level == 2 ? LEVEL2 : LEVEL3;

            if ((bits & 1) && !reserved) {
                continue;
            }
            reset(&m);
            machine_put(&m, base, ARMVIRT_LPAE_S1_LEAF_AF | bits);
            machine_put(&m, TABLE0, LEVEL2 | TABLE);
            machine_put(&m, LEVEL2, LEVEL3 | TABLE);
            expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, level,
                         reserved ? ARMVIRT_REASON_DESC_RESERVED : ARMVIRT_REASON_DESC_INVALID);
            assert_int_equal(m.reads, level);
        }
    }
}

/* A walk to a leaf at @leaf_level, with @high in the address of @level; 0 is the base. */
static void map_with(struct machine *m, int leaf_level, int level, uint64_t high)
{
    uint64_t desc[4] = {TABLE0, LEVEL2 | TABLE, LEVEL3 | TABLE, PAGE};

    desc[leaf_level] = leaf_level == 3 ? PAGE : BLOCK;
    desc[level] |= high;
    reset(m);
    m->vmsa.ttbr0_el1[0] = desc[0];
    machine_put(m, TABLE0, desc[1]);
    machine_put(m, LEVEL2, desc[2]);
    machine_put(m, LEVEL3, desc[3]);
}

/* G5.11.1.3: bits 47:40 of the base and of any descriptor must be zero; 51:48 do not count. */
static void G5_11_1_3_addresses_beyond_40_bits(void **state)
{
    struct machine m;

    (void)state;
    for (int leaf_level = 1; leaf_level <= 3; leaf_level++) {
        for (int level = 0; level <= leaf_level; level++) {
            enum armvirt_reason reason = level == 0            ? ARMVIRT_REASON_TTBR_ADDRESS
                                         : level == leaf_level ? ARMVIRT_REASON_OUTPUT_ADDRESS
                                                               : ARMVIRT_REASON_TABLE_ADDRESS;

            for (unsigned bit = 40; bit < 48; bit++) {
                map_with(&m, leaf_level, level, UINT64_C(1) << bit);
                expect_fault(&m, 0, ARMVIRT_FAULT_ADDRESS_SIZE, level, reason);
                assert_int_equal(m.reads, level);
            }
            map_with(&m, leaf_level, level, ARMVIRT_BITS(51, 48));
            expect_pa(&m, 0, 0);
        }
    }
}

/* PAMax does not narrow the 40 bits. */
static void G5_5_7_output_has_40_bits_whatever_PAMax_is(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.id_aa64mmfr0_el1 = 0; /* 32 bits */
    map_page(&m, UINT64_C(0xff00000000) | PAGE);
    expect_pa(&m, 0, UINT64_C(0xff00000000));
}

static void G5_7_4_2_contiguous_bit(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    map_page(&m, 0);
    machine_put(&m, LEVEL3 + 8 * 5, UINT64_C(0x12345000) | ARMVIRT_LPAE_S1_LEAF_CONTIG | PAGE);
    machine_put(&m, LEVEL3 + 8 * 6, UINT64_C(0x1234f000) | ARMVIRT_LPAE_S1_LEAF_CONTIG | PAGE);
    expect_pa(&m, 0x5678, 0x12345678);
    assert_int_equal(m.walk.size_log2, 16);
    assert_int_equal(m.walk.s1.size_log2, 12);
    expect_pa(&m, 0x6678, 0x12346678); /* misaligned: the group's base, the input's bits */
}

/* Where T0SZ or T1SZ cut a block, one answer speaks for one side only. */
static void G5_5_5_a_block_that_both_halves_share(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE1, BLOCK);
    set_sizes(&m, 7, 0); /* the upper half begins at 32 MB */
    expect_pa(&m, 0x3f654321, 0x3f654321);
    assert_int_equal(m.walk.s1.size_log2, 30);
    assert_int_equal(m.walk.size_log2, 25);
    machine_put(&m, TABLE0 + 8 * 3, UINT64_C(0x80000000) | BLOCK);
    set_sizes(&m, 0, 4); /* the lower half ends at 4 GB - 256 MB */
    expect_pa(&m, 0xc0654321, 0x80654321);
    assert_int_equal(m.walk.size_log2, 28);
    set_sizes(&m, 0, 0);
    expect_pa(&m, 0xc0654321, 0x80654321);
    assert_int_equal(m.walk.size_log2, 30);
}

/* G5.5.5.1: a contiguous range beyond the input size may fault. */
static void G5_5_5_1_contiguous_beyond_the_input_size(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0, ARMVIRT_LPAE_S1_LEAF_CONTIG | BLOCK);
    expect_pa(&m, 0, 0);
    m.vmsa.options = ARMVIRT_OPT_CONTIG_FAULT;
    expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_CONTIGUOUS);
}

/* G5.7.4.2.2: bits that mean something in VMSAv8-64 only: nT, DBM, GP, 58:55, 63:59. */
static void G5_7_4_2_2_ignored_bits(void **state)
{
    const uint64_t ignored = ARMVIRT_BITS(63, 55) | ARMVIRT_BITS(51, 50) | ARMVIRT_BIT(16) |
                             ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_RO);
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.options = ARMVIRT_OPT_NT_FAULTS;
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
    machine_put(&m, TABLE0, ignored | BLOCK);
    expect_pa(&m, 0, 0);
    assert_false(m.walk.s1.guarded);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_WRITE, 1), ARMVIRT_FAULT); /* DBM or no */
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_AP_WRITE);
}

static void G5_6_5_access_flag_is_not_managed_by_hardware(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
    machine_put(&m, TABLE0, VALID);
    expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, 1, ARMVIRT_REASON_ACCESS_FLAG);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_DEBUGGER, 1), ARMVIRT_OK);
    m.vmsa.options = ARMVIRT_OPT_CMO_IGNORES_AF;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_OK);
    machine_clear_memory(&m);
    map_page(&m, VALID | ARMVIRT_LPAE_S1_LEAF_TYPE);
    expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, 3, ARMVIRT_REASON_ACCESS_FLAG);
}

static void G5_3_1_big_endian_tables(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EE;
    machine_put(&m, TABLE0, UINT64_C(0x0104004000000000)); /* 0x40000401, other end first */
    expect_pa(&m, 0x1234, 0x40001234);
    assert_int_equal(m.walk.s1.desc[0], 0x40000401);
}

static void external_aborts_name_the_level(void **state)
{
    static const uint64_t pa[4] = {0, TABLE0, LEVEL2, LEVEL3};
    struct machine m;

    (void)state;
    for (int level = 1; level <= 3; level++) {
        reset(&m);
        machine_put(&m, pa[level], 0)->bus = ARMVIRT_BUS_ABORT;
        map_page(&m, PAGE);
        expect_fault(&m, 0, ARMVIRT_FAULT_EXTERNAL_ON_WALK, level, ARMVIRT_REASON_EXTERNAL);
        assert_int_equal(m.walk.fault.pa, pa[level]);
        assert_int_equal(m.walk.fault.domain, 0);
    }
}

/* ---- Priority of faults ------------------------------------------------------------------- */

enum wrong {
    BASE = 1u << 0,   /* TTBR0 beyond 40 bits */
    EPD = 1u << 1,    /* walks disabled */
    OUTPUT = 1u << 2, /* leaf beyond 40 bits */
    AF = 1u << 3,     /* access flag 0 */
    DEVICE = 1u << 4, /* unaligned access to Device memory */
    RIGHTS = 1u << 5, /* no permission */
};

struct priority_row {
    const char *name;
    unsigned wrong;
    enum armvirt_fault_type type;
    int level;
};

static const struct priority_row priority_rows[] = {
    {"G5.11.6: nothing wrong", 0, ARMVIRT_FAULT_NONE, 0},
    {"G5.11.6: permission", RIGHTS, ARMVIRT_FAULT_PERMISSION, 1},
    {"G5.11.6: alignment before permission", DEVICE | RIGHTS, ARMVIRT_FAULT_ALIGNMENT, 1},
    {"G5.11.6: access flag before alignment", AF | DEVICE | RIGHTS, ARMVIRT_FAULT_ACCESS_FLAG, 1},
    {"G5.11.6: address size before access flag", OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_ADDRESS_SIZE, 1},
    {"G5.11.6: base before descriptors", BASE | OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_ADDRESS_SIZE, 0},
    {"G5.11.6: disabled base before its address", EPD | BASE | OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_TRANSLATION, 1},
};

static void priority(void **state)
{
    const struct priority_row *row = *state;
    const struct armvirt_access access = {
        .kind = ARMVIRT_WRITE, .el = 1, .flags = ARMVIRT_ACCESS_UNALIGNED};
    uint64_t leaf = VALID;
    struct machine m;

    reset(&m);
    m.vmsa.ttbr0_el1[0] |= row->wrong & BASE ? ARMVIRT_BIT(40) : 0;
    m.vmsa.tcr_el1 |= row->wrong & EPD ? ARMVIRT_TTBCR_LPAE_EPD0 : 0;
    leaf |= row->wrong & OUTPUT ? ARMVIRT_BIT(40) : 0;
    leaf |= row->wrong & AF ? 0 : ARMVIRT_LPAE_S1_LEAF_AF;
    leaf |= ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, row->wrong & DEVICE ? 4 : 0);
    leaf |= ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP,
                        row->wrong & RIGHTS ? ARMVIRT_LPAE_S1_LEAF_AP_PRIV_RO : 0);
    machine_put(&m, TABLE0, leaf);
    assert_int_equal(machine_access(&m, &access),
                     row->type == ARMVIRT_FAULT_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, row->type);
    assert_int_equal(m.walk.fault.level, row->level);
    assert_int_equal(m.walk.fault.write, row->type != ARMVIRT_FAULT_NONE);
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

static void tables_lie_behind_stage_2(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, LEVEL2 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL2, LEVEL3 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL3, UINT64_C(0x87654000) | PAGE);
    expect_pa(&m, 0x321, S2_OFFSET + 0x87654321);
    assert_int_equal(m.walk.ipa, 0x87654321);
    assert_int_equal(m.walk.vmid, 9);
    assert_int_equal(m.reqs[2].pa, S2_OFFSET + LEVEL3);
    assert_int_equal(m.walk.reads, 7);
    assert_int_equal(m.walk.attr.mair, 0xff);
}

static void a_stage_2_fault_of_a_table_has_the_stage_2_level(void **state)
{
    struct machine m;
    struct entry *stage2;

    (void)state;
    reset(&m);
    stage2 = machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, UINT64_C(0x40000000) | TABLE);
    stage2[1].value = 0; /* the level 2 table of stage 1 */
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, ARMVIRT_FAULT_TRANSLATION);
    assert_int_equal(m.walk.fault.stage, 2);
    assert_int_equal(m.walk.fault.level, 1);
    assert_true(m.walk.fault.s1ptw);
    assert_int_equal(m.walk.fault.ipa, 0x40000000);
    assert_int_equal(m.walk.fault.domain, 0);
}

static void an_output_beyond_the_stage_2_input_size(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, UINT64_C(0x1c0000000) | BLOCK);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_IPA_RANGE);
    assert_int_equal(m.walk.fault.stage, 2);
    assert_false(m.walk.fault.s1ptw);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, table_G5_2_ranges_and_holes);
    SUITE_ADD(&suite, G5_5_7_low_base_bits_act_as_zero);
    SUITE_ADD(&suite, va_bits_above_31_are_ignored);
    SUITE_ADD(&suite, G5_3_4_disabled_walks_fault_at_level_1);
    SUITE_ADD(&suite, G5_5_2_blocks_and_pages);
    SUITE_ADD(&suite, G5_5_2_invalid_descriptors);
    SUITE_ADD(&suite, G5_11_1_3_addresses_beyond_40_bits);
    SUITE_ADD(&suite, G5_5_7_output_has_40_bits_whatever_PAMax_is);
    SUITE_ADD(&suite, G5_7_4_2_contiguous_bit);
    SUITE_ADD(&suite, G5_5_5_a_block_that_both_halves_share);
    SUITE_ADD(&suite, G5_5_5_1_contiguous_beyond_the_input_size);
    SUITE_ADD(&suite, G5_7_4_2_2_ignored_bits);
    SUITE_ADD(&suite, G5_6_5_access_flag_is_not_managed_by_hardware);
    SUITE_ADD(&suite, G5_3_1_big_endian_tables);
    SUITE_ADD(&suite, external_aborts_name_the_level);
    SUITE_ADD_ROWS(&suite, priority, priority_rows);
    SUITE_ADD(&suite, tables_lie_behind_stage_2);
    SUITE_ADD(&suite, a_stage_2_fault_of_a_table_has_the_stage_2_level);
    SUITE_ADD(&suite, an_output_beyond_the_stage_2_input_size);
    return suite_run(&suite, "lpae");
}
