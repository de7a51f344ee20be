/* SPDX-License-Identifier: MIT */
/*
 * What a descriptor is and where it leads: DDI0487 D8.3, D8.4.6 (Security state), D8.7.1 to D8.7.3
 * (contiguous runs, nT).
 */
#include "tables.h"

static struct tables t;

/* A format: what decides which blocks are legal. */
struct format {
    uint8_t granule, ds, range; /* range: ID_AA64MMFR0_EL1.PARange */
};

static struct shape shape_of(const struct format *f)
{
    if (f->granule == 12) {
        return (struct shape){12, 3, f->ds ? 52 : 48, f->ds ? -1 : 0};
    }
    return (struct shape){f->granule, 3, f->granule == 14 && f->ds ? 52 : 47,
                          f->granule == 14 && f->ds ? 0 : 1};
}

static struct shape use_format(const struct format *f)
{
    static const uint8_t tg0[] = {[12] = 0, [14] = 2, [16] = 1};
    struct shape shape = shape_of(f);

    tables_reset(&t);
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, f->range);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 64u - shape.ia_bits);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG0, tg0[f->granule]);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_DS, f->ds);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 6);
    t.vmsa.ttbr0_el1[0] = S1_TABLE(shape.start);
    return shape;
}

static const struct format formats[] = {
    {12, 0, 5}, {12, 0, 7}, {12, 1, 7}, {14, 0, 5}, {14, 0, 7},
    {14, 1, 7}, {16, 0, 5}, {16, 0, 6}, {16, 0, 7},
};

/* Tables D8-16, D8-26, D8-35: whether a Block descriptor is legal at a level. */
static bool block_is_legal(const struct format *f, int level)
{
    switch (f->granule) {
    case 12:
        return level == 1 || level == 2 || (level == 0 && f->ds);
    case 14:
        return level == 2 || (level == 1 && f->ds);
    default:
        return level == 2 || (level == 1 && f->range >= 6);
    }
}

/* What the two low bits of a descriptor are: Table D8-48. */
static unsigned expected_reason(const struct format *f, int level, unsigned low)
{
    if (!(low & 1)) {
        return ARMVIRT_REASON_DESC_INVALID;
    }
    if (low == 3) {
        return level == 3 ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_EXTERNAL; /* no table there */
    }
    return block_is_legal(f, level) ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_DESC_RESERVED;
}

static void rule_14_Table_D8_48_R_KRMJZ_type_at_every_level(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(formats); i++) {
        struct shape shape = use_format(&formats[i]);

        for (int level = shape.start; level <= 3; level++) {
            for (unsigned low = 0; low < 4; low++) {
                unsigned reason = expected_reason(&formats[i], level, low);

                tables_forget(&t);
                tables_path(&t, &shape, 1, 0, level, LEAF_AF | low);
                expect_reason(&t, 0, ARMVIRT_READ, 1, 0, reason);
                if (reason == ARMVIRT_REASON_NONE) {
                    assert_int_equal(t.walk.s1.level, level);
                } else if (reason != ARMVIRT_REASON_EXTERNAL) {
                    assert_int_equal(t.walk.fault.level, level);
                }
            }
        }
    }
}

static void rule_16_Tables_D8_17_27_36_low_bits_of_a_block_are_ignored(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(formats); i++) {
        struct shape shape = use_format(&formats[i]);

        for (int level = 0; level < 3; level++) {
            unsigned log2 = shape.granule_log2 + (3u - (unsigned)level) * (shape.granule_log2 - 3u);
            uint64_t within = (UINT64_C(1) << log2) - 1;
            uint64_t in_block = within & ~UINT64_C(0x1ffff); /* bit 16 is nT */

            if (level < shape.start || !block_is_legal(&formats[i], level)) {
                continue;
            }
            tables_forget(&t);
            tables_path(&t, &shape, 1, within, level,
                        UINT64_C(1) << 46 | in_block | LEAF_BLOCK | LEAF_AF);
            expect_pa(&t, within - 4, ARMVIRT_READ, UINT64_C(1) << 46 | (within - 4));
            assert_int_equal(t.walk.s1.size_log2, log2);
            assert_int_equal(t.walk.s1.base, UINT64_C(1) << 46);
        }
    }
}

/* Each row takes away what the one before failed by. */
static void rule_17_R_XCHFJ_order_of_leaf_faults(void **state)
{
    static const struct {
        unsigned type, reason;
    } order[] = {
        {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_CONTIGUOUS},
        {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_NT},
        {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_AMEC},
        {ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_OUTPUT_ADDRESS},
        {ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_REASON_ACCESS_FLAG},
    };
    static const struct shape shape = {12, 3, 22, 2};

    (void)state;
    for (unsigned i = 0; i <= COUNT_OF(order); i++) {
        uint64_t leaf = LEAF_BLOCK | (i > 0 ? 0 : LEAF_CONTIG) | (i > 1 ? 0 : LEAF_NT) |
                        (i > 2 ? 0 : UINT64_C(1) << 63) | (i > 3 ? 0 : UINT64_C(1) << 44) |
                        (i > 4 ? LEAF_AF : 0);

        tables_reset_security(&t, ARMVIRT_SPACE_REALM);
        tables_use_el(&t, 2, false);
        t.vmsa.sctlr2_el2 = ARMVIRT_SCTLR2_EL2_EMEC;
        t.vmsa.options = ARMVIRT_OPT_CONTIG_FAULT | ARMVIRT_OPT_NT_FAULTS;
        set_field(&t.vmsa.tcr_el2, ARMVIRT_TCR_EL2_T0SZ, 42);
        set_field(&t.vmsa.tcr_el2, ARMVIRT_TCR_EL2_PS, 2);
        t.vmsa.ttbr0_el2[0] = S1_TABLE(2);
        tables_path(&t, &shape, 1, 0, 2, leaf);
        if (i < COUNT_OF(order)) {
            expect_fault(&t, 0, ARMVIRT_READ, order[i].type, 2, order[i].reason);
        } else {
            expect_pa(&t, 0x1234, ARMVIRT_READ, 0x1234);
        }
    }
}

/* ---- Contiguous runs ---------------------------------------------------------------------- */

/* Table D8-104: log2 of the entries in a run by granule and level. */
static unsigned run_log2(const struct format *f, int level)
{
    static const uint8_t log2[3][4] = {{0, 4, 4, 4}, {0, 0, 5, 7}, {0, 0, 5, 5}};

    return level < 0 ? 0 : log2[(f->granule - 12) / 2][level];
}

static void try_run(const struct format *f, const struct shape *shape, int level, bool verbatim)
{
    unsigned log2 = shape->granule_log2 + (3u - (unsigned)level) * (shape->granule_log2 - 3u);
    unsigned span = log2 + run_log2(f, level);
    uint64_t ia = (UINT64_C(1) << span) - 0x100;           /* in the last entry of the run */
    uint64_t oa = UINT64_C(3) << 45 | UINT64_C(1) << log2; /* not aligned to the run */
    uint64_t low = (UINT64_C(1) << (verbatim ? log2 : span)) - 1;

    if (span >= 45) {
        oa = UINT64_C(3) << 45;
    }
    tables_forget(&t);
    tables_path(&t, shape, 1, ia, level,
                oa | LEAF_AF | LEAF_CONTIG | (level == 3 ? LEAF_PAGE : LEAF_BLOCK));
    t.vmsa.options = verbatim ? ARMVIRT_OPT_CONTIG_OA_VERBATIM : 0;
    expect_pa(&t, ia, ARMVIRT_READ, (oa & ~low) | (ia & low));
    assert_int_equal(t.walk.s1.span_log2, span);
    assert_int_equal(t.walk.s1.size_log2, log2);
}

static void rules_18_19_Table_D8_104_runs_take_address_bits_from_the_input(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(formats) * 2; i++) {
        const struct format *f = &formats[i / 2];
        struct shape shape = use_format(f);

        for (int level = shape.start < 0 ? 0 : shape.start; level <= 3; level++) {
            if (level == 3 || block_is_legal(f, level)) {
                try_run(f, &shape, level, i & 1);
            }
        }
    }
}

static void rule_17_R_WMNPV_run_larger_than_the_input_size_may_fault(void **state)
{
    static const struct shape shape = {12, 3, 16, 3};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        tables_reset(&t);
        t.vmsa.options = i & 1 ? ARMVIRT_OPT_CONTIG_FAULT : 0;
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, i & 2 ? 48 : 43);
        tables_put(&t, tables_index(&shape, 3, S1_TABLE(0), 0), S1_RW | LEAF_CONTIG);
        expect_pa(&t, 0, ARMVIRT_READ, 0); /* 64 KB fit 16 bits exactly */
    }
    tables_reset(&t);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 47);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG0, 1); /* 64 KB: runs of 2 MB, 17 bits */
    tables_put(&t, S1_TABLE(0), S1_RW | LEAF_CONTIG);
    expect_pa(&t, 0, ARMVIRT_READ, 0);
    t.vmsa.options = ARMVIRT_OPT_CONTIG_FAULT;
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 3, ARMVIRT_REASON_CONTIGUOUS);
}

static void rule_17_R_MRRPW_nT_on_a_block_may_fault(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        unsigned option = i & 1, bbm = i >> 1 & 1, page = i >> 2;

        tables_reset(&t);
        t.vmsa.options = option ? ARMVIRT_OPT_NT_FAULTS : 0;
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_BBM, bbm);
        tables_path(&t, &shape_4k_48, 1, 0, page ? 3 : 2,
                    LEAF_NT | LEAF_AF | (page ? LEAF_PAGE : LEAF_BLOCK));
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      option && bbm && !page ? ARMVIRT_REASON_NT : ARMVIRT_REASON_NONE);
        if (page) {
            assert_int_equal(t.walk.pa, LEAF_NT); /* an address bit of a page */
        }
    }
}

static void rule_20_R_NBVJL_bit_52_is_Protected_while_PnCH_is_1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        unsigned pnch = i & 1, the = i >> 1;

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_THE, the);
        t.vmsa.tcr2_el1 = pnch ? ARMVIRT_TCR2_EL1_PNCH : 0;
        tables_page(&t, 0x5000, UINT64_C(0x7000) | S1_RW | LEAF_CONTIG);
        expect_pa(&t, 0x5000, ARMVIRT_READ, pnch && the ? 0x7000 : 0x5000);
        assert_int_equal(t.walk.s1.span_log2, pnch && the ? 12 : 16);
    }
}

/* ---- Security state ----------------------------------------------------------------------- */

#define TABLE_NS (UINT64_C(1) << 63)

/* NSTable at two levels and NS of the leaf, in a Secure regime: D8.4.6.1. */
static void rule_21_D8_4_6_1_NSTable_counts_until_tables_are_Nonsecure(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned ns0 = i & 1, ns1 = i >> 1 & 1, ns = i >> 2 & 1, hpd = i >> 3;
        bool nonsecure = ns0 || ns1;

        tables_reset(&t);
        t.vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HPD0, hpd);
        tables_page(&t, 0, PAGE | S1_RW | (ns ? LEAF_NS : 0));
        tables_find(&t, S1_TABLE(0))->value[0] |= ns0 ? TABLE_NS : 0;
        tables_find(&t, S1_TABLE(1))->value[0] |= ns1 ? TABLE_NS : 0;
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.reqs[0].space, ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.reqs[1].space, ns0 ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.reqs[3].space,
                         nonsecure ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.walk.pa_space,
                         nonsecure || ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.walk.s1.not_global, nonsecure); /* rule 22 */
    }
}

struct state_row {
    const char *name;
    enum armvirt_space security;
    unsigned el;
    bool e2h;
    uint8_t ns0, ns1; /* output space with NS = 0 and 1 */
};

static const struct state_row state_rows[] = {
    {"rule_21_R_VZYQL_Nonsecure_EL1_ignores_NS", ARMVIRT_SPACE_NONSECURE, 1, false,
     ARMVIRT_SPACE_NONSECURE, ARMVIRT_SPACE_NONSECURE},
    {"rule_21_R_VZYQL_Nonsecure_EL2_ignores_NS", ARMVIRT_SPACE_NONSECURE, 2, false,
     ARMVIRT_SPACE_NONSECURE, ARMVIRT_SPACE_NONSECURE},
    {"rule_21_R_KZLVM_Secure_EL2_has_NS", ARMVIRT_SPACE_SECURE, 2, false, ARMVIRT_SPACE_SECURE,
     ARMVIRT_SPACE_NONSECURE},
    {"rule_21_R_KZLVM_Secure_EL2_0_has_NS", ARMVIRT_SPACE_SECURE, 2, true, ARMVIRT_SPACE_SECURE,
     ARMVIRT_SPACE_NONSECURE},
    {"rule_21_D8_3_Realm_EL1_has_no_NS", ARMVIRT_SPACE_REALM, 1, false, ARMVIRT_SPACE_REALM,
     ARMVIRT_SPACE_REALM},
    {"rule_21_R_LXLSC_Realm_EL2_has_NS", ARMVIRT_SPACE_REALM, 2, false, ARMVIRT_SPACE_REALM,
     ARMVIRT_SPACE_NONSECURE},
    {"rule_21_R_LXLSC_Realm_EL2_0_has_NS", ARMVIRT_SPACE_REALM, 2, true, ARMVIRT_SPACE_REALM,
     ARMVIRT_SPACE_NONSECURE},
};

/* NSTable is ignored outside Secure state, and tables stay where they are. */
static void output_space_of_a_state(void **state)
{
    const struct state_row *row = *state;

    for (unsigned i = 0; i < 4; i++) {
        unsigned ns = i & 1, nstable = i >> 1;

        if (nstable && row->security == ARMVIRT_SPACE_SECURE) {
            continue;
        }
        tables_reset_security(&t, row->security);
        tables_use_el(&t, row->el, row->e2h);
        tables_page(&t, 0, PAGE | S1_RW | (ns ? LEAF_NS : 0));
        tables_find(&t, S1_TABLE(0))->value[0] |= nstable ? TABLE_NS : 0;
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.reqs[3].space, row->security);
        assert_int_equal(t.walk.pa_space, ns ? row->ns1 : row->ns0);
    }
}

static void rule_22_R_SHVGC_nG_counts_only_with_two_privileges(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        unsigned el = i >> 1 == 0 ? 1 : i >> 1 == 3 ? 3 : 2;
        bool e2h = i >> 1 == 1;

        tables_reset(&t);
        tables_use_el(&t, el, e2h);
        tables_page(&t, 0, PAGE | S1_RW | (i & 1 ? LEAF_NG : 0));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.s1.not_global, (i & 1) && (el == 1 || e2h));
    }
}

static void rule_22_R_KDVGW_FNG_forces_not_global(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        unsigned half = i & 1, have = i >> 1 & 1, fng1 = i >> 2;

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_ASID2, have);
        t.vmsa.tcr2_el1 = fng1 ? ARMVIRT_TCR2_EL1_FNG1 : ARMVIRT_TCR2_EL1_FNG0;
        tables_page(&t, half ? UINT64_MAX : 0, PAGE | S1_RW);
        expect_pa(&t, half ? ~UINT64_C(0xfff) : 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.s1.not_global, have && fng1 == half);
    }
}

/* Table D8-88, and Table D8-87 without FEAT_RME. */
static void rule_23_R_XTYPW_R_QSJJS_NSE_and_NS_at_EL3(void **state)
{
    static const uint8_t spaces[2][2] = {{ARMVIRT_SPACE_SECURE, ARMVIRT_SPACE_NONSECURE},
                                         {ARMVIRT_SPACE_ROOT, ARMVIRT_SPACE_REALM}};

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned ns = i & 1, nse = i >> 1 & 1, rme = i >> 2 & 1, sel2 = i >> 3;
        unsigned space = rme ? spaces[nse][ns] : spaces[0][ns];

        if (rme) {
            tables_reset_security(&t, ARMVIRT_SPACE_ROOT);
        } else {
            tables_reset(&t);
        }
        tables_use_el(&t, 3, false);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SEL2, sel2);
        if (rme && !sel2 && space == ARMVIRT_SPACE_SECURE) {
            space = ARMVIRT_SPACE_NONSECURE;
        }
        tables_page(&t, 0, PAGE | S1_RW | (ns ? LEAF_NS : 0) | (nse ? LEAF_NG : 0));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.pa_space, space);
        assert_int_equal(t.reqs[0].space, rme ? ARMVIRT_SPACE_ROOT : ARMVIRT_SPACE_SECURE);
        assert_false(t.walk.s1.not_global);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_14_Table_D8_48_R_KRMJZ_type_at_every_level);
    SUITE_ADD(&suite, rule_16_Tables_D8_17_27_36_low_bits_of_a_block_are_ignored);
    SUITE_ADD(&suite, rule_17_R_XCHFJ_order_of_leaf_faults);
    SUITE_ADD(&suite, rules_18_19_Table_D8_104_runs_take_address_bits_from_the_input);
    SUITE_ADD(&suite, rule_17_R_WMNPV_run_larger_than_the_input_size_may_fault);
    SUITE_ADD(&suite, rule_17_R_MRRPW_nT_on_a_block_may_fault);
    SUITE_ADD(&suite, rule_20_R_NBVJL_bit_52_is_Protected_while_PnCH_is_1);
    SUITE_ADD(&suite, rule_21_D8_4_6_1_NSTable_counts_until_tables_are_Nonsecure);
    SUITE_ADD_ROWS(&suite, output_space_of_a_state, state_rows);
    SUITE_ADD(&suite, rule_22_R_SHVGC_nG_counts_only_with_two_privileges);
    SUITE_ADD(&suite, rule_22_R_KDVGW_FNG_forces_not_global);
    SUITE_ADD(&suite, rule_23_R_XTYPW_R_QSJJS_NSE_and_NS_at_EL3);
    return suite_run(&suite, "rules: descriptors");
}
