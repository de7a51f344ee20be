/* SPDX-License-Identifier: MIT */
/*
 * Output sizes and table bases: DDI0487 D8.1.7 (output size), D8.2.3, D8.2.5.2 (base and its
 * alignment), D8.15.1.2 (Address size faults).
 */
#include "tables.h"

static struct tables t;

static const uint8_t sizes[8] = {32, 36, 40, 42, 44, 48, 52, 56};

/* One configuration of sizes: granule, TCR.DS, TCR.IPS, ID_AA64MMFR0_EL1.PARange. */
struct sizes_case {
    unsigned granule, ds, ps, range;
};

/* 4 KB from level 1, 16 KB from level 2, 64 KB from level 2: 36 bits, two or three levels. */
static struct shape shape_of(const struct sizes_case *c)
{
    return (struct shape){(uint8_t)c->granule, 3, 36, c->granule == 12 ? 1 : 2};
}

static void set_case(const struct sizes_case *c)
{
    static const uint8_t tg0[] = {[12] = 0, [14] = 2, [16] = 1};

    tables_reset(&t);
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, c->range);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 28);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG0, tg0[c->granule]);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_DS, c->ds);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, c->ps);
    t.vmsa.ttbr0_el1[0] = S1_TABLE(shape_of(c).start);
}

/* D8.1.7: the smallest of PS, PAMax and what the descriptors hold. */
static unsigned output_bits(const struct sizes_case *c)
{
    unsigned holds = c->ds || (c->granule == 16 && c->range >= 6) ? 52 : 48;
    unsigned bits = sizes[c->ps] < sizes[c->range] ? sizes[c->ps] : sizes[c->range];

    return bits < holds ? bits : holds;
}

/* A descriptor with address bit @bit set, or 0 where the format has no place for it. */
static uint64_t with_address_bit(const struct sizes_case *c, unsigned bit)
{
    if (bit < 48) {
        return UINT64_C(1) << bit;
    }
    if (c->granule == 16) {
        return c->range >= 6 ? UINT64_C(1) << (bit - 48 + 12) : 0; /* 15:12 are 51:48 */
    }
    if (!c->ds) {
        return 0;
    }
    return UINT64_C(1) << (bit < 50 ? bit : bit - 50 + 8); /* 9:8 are 51:50 */
}

static void try_address_bit(const struct sizes_case *c, unsigned bit)
{
    struct shape shape = shape_of(c);
    uint64_t extra = with_address_bit(c, bit);
    bool fits = bit < output_bits(c);

    if (extra == 0) {
        return;
    }
    tables_forget(&t);
    tables_path(&t, &shape, 1, 0, 3, extra | LEAF_PAGE | LEAF_AF);
    if (fits) {
        expect_pa(&t, 0, ARMVIRT_READ, UINT64_C(1) << bit);
    } else {
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, 3,
                     ARMVIRT_REASON_OUTPUT_ADDRESS);
    }
    tables_put(&t, tables_index(&shape, 2, S1_TABLE(2), 0), S1_TABLE(3) | extra | LEAF_TABLE);
    tables_put(&t, S1_TABLE(3) | UINT64_C(1) << bit, PAGE | LEAF_PAGE | LEAF_AF);
    if (fits) {
        assert_int_equal(tables_run(&t, 0, ARMVIRT_READ, 1, 0), ARMVIRT_OK);
    } else {
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, 2,
                     ARMVIRT_REASON_TABLE_ADDRESS);
    }
}

/* With the table descriptors of DS: bits 9:8 and 49:48 of S1_TABLE(3) are 0. */
static void rules_08_12_13_15_R_CLPQT_R_CVSBH_every_size_of_output(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * 2 * 8 * 8; i++) {
        struct sizes_case c = {12 + 2 * (i % 3), i / 3 & 1, i / 6 & 7, i / 48};

        if (c.granule == 16 && c.ds) {
            continue; /* DS has no meaning there */
        }
        set_case(&c);
        for (unsigned bit = 32; bit < 52; bit++) {
            try_address_bit(&c, bit);
        }
    }
}

static void rule_09_R_QGLQX_without_DS_no_output_beyond_48_bits(void **state)
{
    (void)state;
    for (unsigned granule = 12; granule <= 14; granule += 2) {
        struct sizes_case c = {granule, 0, 6, 6};
        struct shape shape = shape_of(&c);

        set_case(&c);
        tables_path(&t, &shape, 1, 0, 3,
                    PAGE | LEAF_PAGE | LEAF_AF | UINT64_C(3) << 48 | LEAF_SH(3));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.sh, ARMVIRT_SH_INNER);
    }
}

static void rule_13_R_WDZFC_without_LPA_64K_ignores_bits_15_to_12(void **state)
{
    struct sizes_case c = {16, 0, 5, 5};
    struct shape shape = shape_of(&c);

    (void)state;
    set_case(&c);
    tables_path(&t, &shape, 1, 0, 3, PAGE | LEAF_PAGE | LEAF_AF | 0xf000);
    expect_pa(&t, 0x123, ARMVIRT_READ, PAGE | 0x123);
}

static void rule_08_PS_of_each_regime_limits_it(void **state)
{
    static const struct {
        unsigned el;
        bool e2h;
    } regimes[] = {{1, false}, {2, true}, {2, false}, {3, false}};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(regimes) * 5; i++) {
        unsigned el = regimes[i / 5].el, ps = i % 5; /* below 48 bits */
        bool e2h = regimes[i / 5].e2h;

        tables_reset(&t);
        tables_use_el(&t, el, e2h);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, ps);
        set_field(&t.vmsa.tcr_el2, e2h ? ARMVIRT_TCR_EL2_E2H_IPS : ARMVIRT_TCR_EL2_PS, ps);
        set_field(&t.vmsa.tcr_el3, ARMVIRT_TCR_EL3_PS, ps);
        tables_page(&t, 0, UINT64_C(1) << (sizes[ps] - 1) | S1_RW);
        expect_pa(&t, 0, ARMVIRT_READ, UINT64_C(1) << (sizes[ps] - 1));
        tables_page(&t, 0, UINT64_C(1) << sizes[ps] | S1_RW);
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, 3,
                     ARMVIRT_REASON_OUTPUT_ADDRESS);
    }
}

/* ---- Bases -------------------------------------------------------------------------------- */

struct base_row {
    const char *name;
    unsigned granule, ds, ps, txsz;
    uint64_t ttbr, base;
};

#define T UINT64_C(0x40000000)

static const struct base_row base_rows[] = {
    {"rule_10_R_KBLCR_4K_full_table_ignores_bits_11_to_0", 12, 0, 5, 16, T | 0xfff, T},
    {"rule_10_R_KBLCR_4K_small_table_aligns_to_its_size", 12, 0, 5, 24, T | 0xff, T | 0xf0},
    {"rule_10_R_KBLCR_CnP_is_no_address_bit", 12, 0, 5, 24, T | 1, T},
    {"rule_10_R_KBLCR_4K_level_1_of_32_entries", 12, 0, 5, 29, T | 0xfff, T | 0xf00},
    {"rule_10_R_KBLCR_16K_two_entries", 14, 0, 5, 16, T | 0xfff, T | 0xff0},
    {"rule_10_R_KBLCR_64K_two_entries_48_bits", 16, 0, 5, 21, T | 0x3e, T | 0x30},
    {"rule_10_D24_TTBR0_64K_of_52_bits_is_aligned_to_64", 16, 0, 6, 21, T | 0x7f, T | 0x40},
    {"rule_10_D24_TTBR0_64K_of_52_bits_has_bits_51_48", 16, 0, 6, 21, T | 0x2a, T},
    {"rule_10_D24_TTBR0_DS_is_aligned_to_64", 12, 1, 6, 24, T | 0x81, T | 0x80},
};

/* The base is seen in the address of the first descriptor, which input address 0 selects. */
static void base_of_tables(void **state)
{
    const struct base_row *row = *state;
    struct sizes_case c = {row->granule, row->ds, row->ps, 7};
    bool wide = row->ds || (row->granule == 16 && row->ps == 6);
    uint64_t high = wide ? (row->ttbr >> 2 & 0xf) << 48 : 0;

    set_case(&c);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, row->txsz);
    t.vmsa.ttbr0_el1[0] = row->ttbr;
    tables_put(&t, row->base | high, 0);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_DESC_INVALID);
}

static void rule_11_R_VPBBF_R_BFHQH_base_out_of_range_is_level_0(void **state)
{
    static const uint8_t txsz[] = {16, 25, 34, 43}; /* start levels 0 to 3 */

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(txsz) * 5; i++) {
        struct sizes_case c = {12, 0, i / 4, 7};

        set_case(&c);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, txsz[i % 4]);
        t.vmsa.ttbr0_el1[0] = UINT64_C(1) << sizes[c.ps];
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, 0,
                     ARMVIRT_REASON_TTBR_ADDRESS);
        assert_int_equal(t.reads, 0);
        t.vmsa.ttbr0_el1[0] = UINT64_C(1) << (sizes[c.ps] - 1);
        tables_put(&t, t.vmsa.ttbr0_el1[0], 0);
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_DESC_INVALID);
    }
}

static void rule_12_R_VPBBF_DS_base_bits_51_48_take_part_whatever_PS_is(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct sizes_case c = {i & 1 ? 14 : 12, 1, i & 2 ? 6 : 5, 7};
        struct shape shape = shape_of(&c);

        set_case(&c);
        t.vmsa.ttbr0_el1[0] |= i & 4 ? 1 << 2 : 8 << 2;
        tables_put(&t,
                   tables_index(&shape, shape.start, S1_TABLE(shape.start), 0) |
                       (i & 4 ? UINT64_C(1) << 48 : UINT64_C(1) << 51),
                   0);
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      c.ps == 6 ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_TTBR_ADDRESS);
    }
}

/* A block larger than the output size: what lies beyond it faults, so no answer may speak for it.
 */
static void D8_2_11_R_BFVYY_a_block_beyond_the_output_size(void **state)
{
    static const struct {
        uint8_t granule, ds, ps, level, block, output;
    } rows[] = {
        {12, 1, 0, 0, 39, 32}, {12, 1, 1, 0, 39, 36}, {12, 1, 2, 0, 39, 39},
        {14, 1, 0, 1, 36, 32}, {14, 1, 1, 1, 36, 36}, {16, 0, 2, 1, 42, 40},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sizes_case c = {rows[i].granule, rows[i].ds, rows[i].ps, 6};
        uint64_t beyond = UINT64_C(1) << rows[i].output;

        set_case(&c);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 16);
        t.vmsa.ttbr0_el1[0] = S1_TABLE(0);
        tables_put(&t, S1_TABLE(0), c.granule == 12 ? LEAF_BLOCK | LEAF_AF : S1_TABLE(1) | 3);
        tables_put(&t, S1_TABLE(1), LEAF_BLOCK | LEAF_AF);
        if (c.granule == 16) { /* the walk begins at level 1 */
            t.vmsa.ttbr0_el1[0] = S1_TABLE(1);
        }
        expect_pa(&t, 0x1234, ARMVIRT_READ, 0x1234);
        assert_int_equal(t.walk.s1.size_log2, rows[i].block);
        assert_int_equal(t.walk.size_log2, rows[i].output);
        if (rows[i].output < rows[i].block) {
            expect_fault(&t, beyond, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, rows[i].level,
                         ARMVIRT_REASON_OUTPUT_ADDRESS);
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_08_12_13_15_R_CLPQT_R_CVSBH_every_size_of_output);
    SUITE_ADD(&suite, rule_08_PS_of_each_regime_limits_it);
    SUITE_ADD(&suite, rule_09_R_QGLQX_without_DS_no_output_beyond_48_bits);
    SUITE_ADD(&suite, rule_13_R_WDZFC_without_LPA_64K_ignores_bits_15_to_12);
    SUITE_ADD_ROWS(&suite, base_of_tables, base_rows);
    SUITE_ADD(&suite, rule_11_R_VPBBF_R_BFHQH_base_out_of_range_is_level_0);
    SUITE_ADD(&suite, rule_12_R_VPBBF_DS_base_bits_51_48_take_part_whatever_PS_is);
    SUITE_ADD(&suite, D8_2_11_R_BFVYY_a_block_beyond_the_output_size);
    return suite_run(&suite, "rules: sizes");
}
