/* SPDX-License-Identifier: MIT */
/*
 * Stage 2: start levels and sizes, address spaces, when it is on. DDI0487 D8.1.10, D8.2.2,
 * D8.2.5.1, D8.2.6.2, D8.2.8 to D8.2.12.
 */
#include "tables.h"

static struct tables t;

/* ---- Start level -------------------------------------------------------------------------- */

/* Tables D8-20 to D8-24, D8-30 to D8-33, D8-39 to D8-41. */
struct start_row {
    uint8_t granule_log2, sl; /* SL2:SL0 */
    int8_t level;
    uint8_t first, last; /* T0SZ */
    char needs;          /* 'd' DS, 't' FEAT_TTST, 'p' FEAT_LPA, or nothing */
};

static const struct start_row start_rows[] = {
    {12, 4, -1, 12, 15, 'd'}, {12, 2, 0, 16, 24, 0},   {12, 2, 0, 12, 15, 'd'},
    {12, 1, 1, 21, 33, 0},    {12, 0, 2, 30, 39, 0},   {12, 0, 2, 40, 42, 't'},
    {12, 3, 3, 39, 48, 't'},  {14, 3, 0, 12, 16, 'd'}, {14, 2, 1, 16, 27, 0},
    {14, 2, 1, 13, 15, 'd'},  {14, 1, 2, 24, 38, 0},   {14, 0, 3, 35, 39, 0},
    {14, 0, 3, 40, 48, 't'},  {16, 2, 1, 16, 21, 0},   {16, 2, 1, 12, 15, 'p'},
    {16, 1, 2, 18, 34, 0},    {16, 0, 3, 31, 39, 0},   {16, 0, 3, 40, 47, 't'},
};

static const uint8_t pa_bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};

struct s2_case {
    unsigned granule, ds, ttst, range; /* range: PARange */
};

static const struct start_row *start_row_of(const struct s2_case *c, unsigned sl, unsigned t0sz)
{
    for (unsigned i = 0; i < COUNT_OF(start_rows); i++) {
        const struct start_row *r = &start_rows[i];

        if (r->granule_log2 == c->granule && r->sl == sl && t0sz >= r->first && t0sz <= r->last &&
            (r->needs != 'd' || c->ds) && (r->needs != 'p' || c->range >= 6) &&
            (r->needs != 't' || c->ttst))
            return r;
    }
    return NULL;
}

/* R_DTLMN: T0SZ from 64 - PAMax, 48 bits unless descriptors hold more; J1.1.4 S2InvalidSL. */
static bool fits_pa_range(const struct s2_case *c, unsigned sl, unsigned t0sz)
{
    unsigned bits = pa_bits[c->range];
    unsigned holds = c->ds || (c->granule == 16 && c->range >= 6) ? 52 : 48;

    if (sl == 2 && bits < (c->granule == 14 ? 42u : 44u))
        return false;
    if ((sl == 3 && c->granule == 14 && bits < 52) || (sl == 4 && bits < 52))
        return false;
    return t0sz >= 64 - (bits < holds ? bits : holds);
}

static void set_s2(const struct s2_case *c)
{
    static const uint8_t tg0[] = {[12] = 0, [14] = 2, [16] = 1};

    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, c->range);
    set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_ST, c->ttst);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_TG0, tg0[c->granule]);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_DS, c->ds);
    t.vmsa.vttbr_el2[0] = S2_TABLE(2);
}

static void try_start(const struct s2_case *c, unsigned sl, unsigned t0sz)
{
    /* SL2 counts only with DS and 4 KB */
    unsigned means = c->ds && c->granule == 12 ? sl : sl & 3;
    const struct start_row *row = start_row_of(c, means, t0sz);
    unsigned ia_bits = 64 - t0sz < pa_bits[c->range] ? 64 - t0sz : pa_bits[c->range];
    uint64_t ipa = (UINT64_C(1) << ia_bits) - 1;

    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, t0sz);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, sl & 3);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL2, sl >> 2);
    tables_forget(&t);
    if (row == NULL || !fits_pa_range(c, means, t0sz)) {
        assert_int_equal(tables_run(&t, ipa, ARMVIRT_READ, 1, 0), ARMVIRT_FAULT);
        assert_int_equal(t.walk.fault.level, 0);
        assert_in_range(t.walk.fault.reason, ARMVIRT_REASON_S2_TXSZ,
                        ARMVIRT_REASON_S2_START_INCONSISTENT);
        assert_int_equal(t.reads, 0);
    } else {
        struct shape shape = {(uint8_t)c->granule, 3, (uint8_t)(64 - t0sz), row->level};

        tables_put(&t, tables_index(&shape, row->level, S2_TABLE(2), ipa), 0);
        expect_fault(&t, ipa, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, row->level,
                     ARMVIRT_REASON_DESC_INVALID);
    }
    assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_TRANSLATION);
    assert_int_equal(t.walk.fault.stage, 2);
    assert_int_equal(t.walk.fault.ipa, ipa);
}

static void rules_48_49_50_R_KTKWK_R_DTLMN_every_start_level_and_size(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * 2 * 2 * 8; i++) {
        struct s2_case c = {12 + 2 * (i % 3), i / 3 & 1, i / 6 & 1, i / 12};

        if (c.granule == 16 && c.ds)
            continue;
        set_s2(&c);
        for (unsigned t0sz = 8; t0sz < 50; t0sz++) {
            for (unsigned sl = 0; sl < 8; sl++)
                try_start(&c, sl, t0sz);
        }
    }
}

static void rule_50_R_DTLMN_EL1_in_AArch32_may_have_40_bits(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct s2_case c = {12, 0, 1, i & 1 ? 1 : 0}; /* PAMax 36 or 32 */
        bool aarch32 = i & 2;
        unsigned t0sz = i & 4 ? 24 : 23;

        set_s2(&c);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL1, 2);
        if (aarch32)
            t.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, t0sz);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 1);
        tables_put(&t, S2_TABLE(2), 0);
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      aarch32 && t0sz == 24 ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_S2_TXSZ);
    }
}

static void rule_50_R_YXNYW_T0SZ_may_be_clamped(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct s2_case c = {12, 0, 1, i & 1 ? 5 : 6}; /* FEAT_LPA with 52 bits only */
        bool clamp = i & 2;

        set_s2(&c);
        t.vmsa.options = clamp ? ARMVIRT_OPT_TXSZ_LOW_CLAMP | ARMVIRT_OPT_TXSZ_HIGH_CLAMP : 0;
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 2);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, 10); /* acts as 16 */
        tables_put(&t, S2_TABLE(2), 0);
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      clamp && c.range < 6 ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_S2_TXSZ);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 3);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, 60); /* acts as 48 */
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      clamp ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_S2_TXSZ);
    }
}

static void rule_50_R_DRRZZ_IPA_beyond_the_input_size(void **state)
{
    struct s2_case c = {12, 0, 1, 5};

    (void)state;
    set_s2(&c);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 1);
    tables_put(&t, S2_TABLE(2) + 1023 * 8, 0);
    expect_fault(&t, UINT64_C(1) << 40, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                 ARMVIRT_REASON_IPA_RANGE);
    expect_fault(&t, (UINT64_C(1) << 40) - 1, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 1,
                 ARMVIRT_REASON_DESC_INVALID);
}

/* R_JKZFY, R_VCLZN: concatenated tables are indexed as one and aligned to their sum. */
static void rule_49_R_JKZFY_concatenated_tables_are_one(void **state)
{
    (void)state;
    for (unsigned extra = 0; extra <= 4; extra++) {
        struct s2_case c = {12, 0, 1, 5};
        unsigned t0sz = 25 - extra; /* level 1: one table, then 2, 4, 8, 16 */
        uint64_t ipa = (UINT64_C(1) << (64 - t0sz)) - 0x40000000;
        uint64_t bytes = UINT64_C(0x1000) << extra;

        set_s2(&c);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, t0sz);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 1);
        t.vmsa.vttbr_el2[0] = S2_TABLE(2) | (bytes - 8); /* low bits act as 0 */
        tables_put(&t, S2_TABLE(2) + bytes - 8, UINT64_C(0x40000000) | (S2_PAGE & ~UINT64_C(2)));
        expect_pa(&t, ipa | 0x1234, ARMVIRT_READ, UINT64_C(0x40001234));
        assert_int_equal(t.walk.reads, 1);
    }
}

/* ---- Secure state ------------------------------------------------------------------------- */

#define VSTTBR UINT64_C(0x90000000)

/* Secure EL1 over Secure EL2; the page has the IPA space that @ns selects. */
static void set_secure(bool ns)
{
    tables_reset(&t);
    t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    tables_enable_stage2(&t);
    t.vmsa.vsttbr_el2 = VSTTBR;
    for (uint64_t gb = 0; gb < 4; gb++)
        tables_put(&t, VSTTBR + gb * 8, gb << 30 | (S2_PAGE & ~UINT64_C(2)));
    tables_page(&t, 0, PAGE | S1_RW | (ns ? LEAF_NS : 0));
}

/* Tables are VSTTBR_EL2's for a Secure IPA and VTTBR_EL2's for a Non-secure one. */
static void rule_52_I_VRNWF_I_KXGHL_spaces_of_tables_and_outputs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        bool sw = i & 1, sa = i & 2, nsw = i & 4, nsa = i & 8, ns = i & 16;
        bool out_ns = ns ? sw || sa || nsw || nsa : sw || sa;
        bool table_ns = ns ? nsw : sw;
        const struct armvirt_mem_req *last;

        set_secure(ns);
        t.vmsa.vstcr_el2 |= (sw ? ARMVIRT_VSTCR_EL2_SW : 0) | (sa ? ARMVIRT_VSTCR_EL2_SA : 0);
        t.vmsa.vtcr_el2 |= (nsw ? ARMVIRT_VTCR_EL2_NSW : 0) | (nsa ? ARMVIRT_VTCR_EL2_NSA : 0);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        last = &t.reqs[t.reads - 1];
        assert_int_equal(last->what, ARMVIRT_MEM_STAGE2_DESC);
        assert_int_equal(last->pa, ns ? S2_TABLE(1) : VSTTBR);
        assert_int_equal(last->space, table_ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.walk.pa_space, out_ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.walk.ipa_space, ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        /* the stage 1 tables are at Secure IPAs */
        assert_int_equal(t.reqs[1].space,
                         sw || sa ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
    }
}

struct vstcr_row {
    const char *name;
    uint64_t vstcr, vtcr; /* field to change, to the value below */
    unsigned value, reason;
};

static const struct vstcr_row vstcr_rows[] = {
    {"rule_51_D8_2_5_1_T0SZ_is_VSTCRs", ARMVIRT_VSTCR_EL2_T0SZ, 0, 63, ARMVIRT_REASON_S2_TXSZ},
    {"rule_51_D8_2_5_1_T0SZ_is_not_VTCRs", 0, ARMVIRT_VTCR_EL2_T0SZ, 63, ARMVIRT_REASON_NONE},
    {"rule_51_D8_2_8_2_SL0_is_VSTCRs", ARMVIRT_VSTCR_EL2_SL0, 0, 3,
     ARMVIRT_REASON_S2_START_INCONSISTENT},
    {"rule_51_D8_2_8_2_SL0_is_not_VTCRs", 0, ARMVIRT_VTCR_EL2_SL0, 3, ARMVIRT_REASON_NONE},
    {"rule_51_D8_2_5_1_TG0_is_VSTCRs", ARMVIRT_VSTCR_EL2_TG0, 0, 1, ARMVIRT_REASON_EXTERNAL},
    {"rule_51_D8_2_5_1_TG0_is_not_VTCRs", 0, ARMVIRT_VTCR_EL2_TG0, 1, ARMVIRT_REASON_NONE},
    {"rule_51_D24_PS_is_VTCRs", 0, ARMVIRT_VTCR_EL2_PS, 0, ARMVIRT_REASON_NONE},
    {"rule_51_SL2_counts_only_with_DS", ARMVIRT_VSTCR_EL2_SL2, 0, 1, ARMVIRT_REASON_NONE},
    {"rule_51_D24_S2PIE_is_VTCRs", 0, ARMVIRT_VTCR_EL2_S2PIE, 1, ARMVIRT_REASON_S2AP_READ},
};

static void secure_ipa_controls(void **state)
{
    const struct vstcr_row *row = *state;

    set_secure(false);
    if (row->vstcr)
        set_field(&t.vmsa.vstcr_el2, row->vstcr, row->value);
    if (row->vtcr)
        set_field(&t.vmsa.vtcr_el2, row->vtcr, row->value);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, row->reason);
}

static void rule_51_HA_and_DS_of_a_Secure_IPA_are_VTCRs(void **state)
{
    (void)state;
    set_secure(false);
    tables_put(&t, VSTTBR, (S2_PAGE & ~UINT64_C(2)) & ~LEAF_AF);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_ACCESS_FLAG);
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_HA;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
    set_secure(false);
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_DS;
    set_field(&t.vmsa.vstcr_el2, ARMVIRT_VSTCR_EL2_T0SZ, 12);
    set_field(&t.vmsa.vstcr_el2, ARMVIRT_VSTCR_EL2_SL0, 0);
    t.vmsa.vstcr_el2 |= ARMVIRT_VSTCR_EL2_SL2; /* level -1 */
    tables_put(&t, VSTTBR, 0);
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, -1, ARMVIRT_REASON_DESC_INVALID);
}

static void rule_52_without_Secure_EL2_there_is_no_stage_2(void **state)
{
    (void)state;
    set_secure(false);
    t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_EEL2;
    expect_pa(&t, 0, ARMVIRT_READ, PAGE);
    assert_false(t.walk.s2.valid);
    assert_int_equal(t.walk.vmid, 0);
}

/* ---- Realm, and what else stage 2 descriptors hold ---------------------------------------- */

static void rule_53_Table_D8_53_NS_only_in_Realm_state(void **state)
{
    static const uint8_t states[] = {ARMVIRT_SPACE_NONSECURE, ARMVIRT_SPACE_REALM,
                                     ARMVIRT_SPACE_SECURE};

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        unsigned security = states[i / 2], ns = i & 1;

        tables_reset_security(&t, security);
        tables_enable_stage2(&t);
        t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
        tables_s2_page(&t, 0x5000, PAGE | S2_PAGE | (ns ? UINT64_C(1) << 55 : 0));
        expect_pa(&t, 0x5123, ARMVIRT_READ, PAGE | 0x123);
        assert_int_equal(t.walk.pa_space, ns && security == ARMVIRT_SPACE_REALM
                                              ? ARMVIRT_SPACE_NONSECURE
                                              : security);
        assert_int_equal(t.reqs[0].space, security);
    }
}

static void rule_53_I_LZSBS_table_attributes_mean_nothing(void **state)
{
    (void)state;
    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    tables_s2_page(&t, 0x5000, PAGE | S2_PAGE);
    tables_find(&t, S2_TABLE(1))->value[0] |= UINT64_C(0x1f) << 59;
    expect_pa(&t, 0x5000, ARMVIRT_WRITE, PAGE);
    expect_pa(&t, 0x5000, ARMVIRT_FETCH, PAGE);
    assert_int_equal(t.walk.pa_space, ARMVIRT_SPACE_NONSECURE);
}

/* ---- When stages are on ------------------------------------------------------------------- */

static void rule_54_R_LBPTY_DC_turns_stage_1_off_and_stage_2_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool m = i & 1, vm = i & 2, dc = i & 4, tge = i & 8;

        tables_reset(&t);
        tables_enable_stage2(&t);
        tables_page(&t, 0x5000, PAGE | S1_RW);
        if (!m)
            t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
        if (!vm)
            t.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_VM;
        t.vmsa.hcr_el2 |= (dc ? ARMVIRT_HCR_EL2_DC : 0) | (tge ? ARMVIRT_HCR_EL2_TGE : 0);
        expect_pa(&t, 0x5000, ARMVIRT_READ, m && !dc && !tge ? PAGE : 0x5000);
        assert_int_equal(t.walk.s1.valid, m && !dc && !tge);
        assert_int_equal(t.walk.s2.valid, vm || dc);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_48_49_50_R_KTKWK_R_DTLMN_every_start_level_and_size);
    SUITE_ADD(&suite, rule_50_R_DTLMN_EL1_in_AArch32_may_have_40_bits);
    SUITE_ADD(&suite, rule_50_R_YXNYW_T0SZ_may_be_clamped);
    SUITE_ADD(&suite, rule_50_R_DRRZZ_IPA_beyond_the_input_size);
    SUITE_ADD(&suite, rule_49_R_JKZFY_concatenated_tables_are_one);
    SUITE_ADD(&suite, rule_52_I_VRNWF_I_KXGHL_spaces_of_tables_and_outputs);
    SUITE_ADD_ROWS(&suite, secure_ipa_controls, vstcr_rows);
    SUITE_ADD(&suite, rule_51_HA_and_DS_of_a_Secure_IPA_are_VTCRs);
    SUITE_ADD(&suite, rule_52_without_Secure_EL2_there_is_no_stage_2);
    SUITE_ADD(&suite, rule_53_Table_D8_53_NS_only_in_Realm_state);
    SUITE_ADD(&suite, rule_53_I_LZSBS_table_attributes_mean_nothing);
    SUITE_ADD(&suite, rule_54_R_LBPTY_DC_turns_stage_1_off_and_stage_2_on);
    return suite_run(&suite, "rules: stage 2");
}
