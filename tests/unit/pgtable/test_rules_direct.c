/* SPDX-License-Identifier: MIT */
/*
 * Direct permissions of stage 1, in all combinations: DDI0487 D8.4.1.2, D8.4.4 (instruction
 * fetches), D8.4.5 (PAN), D8.14.3 (NV1), D8.15.3 (cache maintenance).
 */
#include "tables.h"

static struct tables t;

enum { R = 1, W = 2, X = 4, GCS = 8 };

/* Rights of one page. */
struct page {
    unsigned priv, unpriv;
};

/* Bits of the tables above, of the leaf and of registers. */
struct direct {
    unsigned ap, uxn, pxn;        /* leaf */
    unsigned aptable, uxnt, pxnt; /* table */
    unsigned wxn, pan, epan;
};

/* Tables D8-63 and D8-64, then the execution rules of D8.4.1.2.3, for two privileges. */
static struct page rights_of(const struct direct *d)
{
    static const struct page by_ap[4] = {{R | W, 0}, {R | W, R | W}, {R, 0}, {R, R}};
    struct page p = by_ap[d->ap];

    if (d->aptable & 1)
        p.unpriv = 0;
    if (d->aptable & 2) {
        p.unpriv &= ~(unsigned)W;
        p.priv &= ~(unsigned)W;
    }
    p.unpriv |= d->uxn || d->uxnt ? 0 : X;
    p.priv |= d->pxn || d->pxnt || (p.unpriv & W) ? 0 : X; /* R_VWLLR */
    return p;
}

/* R_FYMXJ, R_SYMMB */
static unsigned after_wxn(const struct direct *d, unsigned rights)
{
    return d->wxn && (rights & W) ? rights & ~(unsigned)X : rights;
}

/* R_XTSQH, R_ZGCNT */
static unsigned after_pan(const struct direct *d, const struct page *p)
{
    unsigned seen = p->unpriv & (R | W | (d->epan ? X : 0u));

    return d->pan && seen ? after_wxn(d, p->priv) & X : after_wxn(d, p->priv);
}

static void set_direct(const struct direct *d, bool el2)
{
    tables_reset(&t);
    set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_WXN, d->wxn);
    set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_EPAN, d->epan);
    if (el2)
        tables_use_el(&t, 2, true);
    tables_page(&t, 0,
                PAGE | LEAF_PAGE | LEAF_AF | LEAF_AP(d->ap) | (d->uxn ? LEAF_UXN : 0) |
                    (d->pxn ? LEAF_PXN : 0));
    tables_find(&t, S1_TABLE(1))->value[0] |=
        (uint64_t)d->aptable << 61 | (uint64_t)d->uxnt << 60 | (uint64_t)d->pxnt << 59;
}

static void expect_right(unsigned kind, unsigned el, unsigned flags, unsigned rights,
                         unsigned needed)
{
    bool ok = (rights & needed) == needed;

    assert_int_equal(tables_run(&t, 0, kind, el, flags), ok ? ARMVIRT_OK : ARMVIRT_FAULT);
    if (!ok) {
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
        assert_int_equal(t.walk.fault.level, 3);
        assert_int_equal(t.walk.fault.write,
                         kind == ARMVIRT_WRITE || (kind == ARMVIRT_READ_WRITE && (rights & R)));
    }
}

static void try_direct(const struct direct *d, bool el2)
{
    struct page p = rights_of(d);
    unsigned flags = d->pan ? ARMVIRT_ACCESS_PAN : 0, above = el2 ? 2 : 1;
    unsigned el0 = after_wxn(d, p.unpriv), priv = after_pan(d, &p);

    set_direct(d, el2);
    expect_right(ARMVIRT_READ, 0, flags, el0, R);
    expect_right(ARMVIRT_WRITE, 0, flags, el0, W);
    expect_right(ARMVIRT_READ_WRITE, 0, flags, el0, R | W);
    expect_right(ARMVIRT_FETCH, 0, flags, el0, X);
    expect_right(ARMVIRT_READ, above, flags, priv, R);
    expect_right(ARMVIRT_WRITE, above, flags, priv, W);
    expect_right(ARMVIRT_READ_WRITE, above, flags, priv, R | W);
    expect_right(ARMVIRT_FETCH, above, flags, after_wxn(d, p.priv), X);
    assert_int_equal(tables_run(&t, 0, ARMVIRT_DEBUGGER, above, 0), ARMVIRT_OK);
    assert_int_equal(t.walk.perm, after_wxn(d, p.priv) << 4 | el0);
}

static void rules_35_36_38_39_46_Table_D8_65_every_page_of_two_privileges(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2048 * 2; i++) {
        struct direct d = {i & 3,      i >> 2 & 1, i >> 3 & 1, i >> 4 & 3, i >> 6 & 1,
                           i >> 7 & 1, i >> 8 & 1, i >> 9 & 1, i >> 10 & 1};

        try_direct(&d, i >> 11);
    }
}

/* Table D8-66: AP[1], PXN, APTable[0] and bit 59 of tables mean nothing. */
static void rule_36_Table_D8_66_every_page_of_one_privilege(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1024; i++) {
        struct direct d = {i & 3,      i >> 2 & 1, i >> 3 & 1, i >> 4 & 3, i >> 6 & 1,
                           i >> 7 & 1, i >> 8 & 1, 1,          1};
        unsigned el = 2 + (i >> 9);
        unsigned rights = R | ((d.ap & 2) || (d.aptable & 2) ? 0u : W);

        rights |= d.uxn || d.uxnt ? 0u : X;
        set_direct(&d, false);
        tables_use_el(&t, el, false);
        expect_right(ARMVIRT_READ, el, ARMVIRT_ACCESS_PAN, rights, R);
        expect_right(ARMVIRT_WRITE, el, ARMVIRT_ACCESS_PAN, rights, W);
        expect_right(ARMVIRT_FETCH, el, ARMVIRT_ACCESS_PAN, after_wxn(&d, rights), X);
        assert_int_equal(tables_run(&t, 0, ARMVIRT_DEBUGGER, el, 0), ARMVIRT_OK);
        assert_int_equal(t.walk.perm, after_wxn(&d, rights) << 4);
    }
}

/* D8.14.3: bit 54 is PXN, there is no UXN, AP[1] and APTable[0] act as 0, PAN as 0. */
static void rule_42_D8_14_3_NV1_pages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1024; i++) {
        struct direct d = {i & 3,      i >> 2 & 1, i >> 3 & 1, i >> 4 & 3, i >> 6 & 1,
                           i >> 7 & 1, 0,          i >> 8 & 1, 1};
        struct direct means = {d.ap & 2, 0, d.uxn, d.aptable & 2, 0, d.uxnt, 0, 0, 0};
        struct page p = rights_of(&means);
        unsigned flags = d.pan ? ARMVIRT_ACCESS_PAN : 0;

        set_direct(&d, false);
        t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV1;
        if (i >> 9)
            t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV;
        else
            t.vmsa.options = ARMVIRT_OPT_NV1_ALONE;
        expect_right(ARMVIRT_READ, 1, flags, p.priv, R);
        expect_right(ARMVIRT_WRITE, 1, flags, p.priv, W);
        expect_right(ARMVIRT_FETCH, 1, flags, p.priv, X);
        expect_right(ARMVIRT_READ, 0, flags, p.unpriv, R);
        expect_right(ARMVIRT_FETCH, 0, flags, X, X);
    }
}

static void rule_42_D8_14_4_NV1_without_NV_has_no_effect(void **state)
{
    struct direct d = {.ap = 1, .uxn = 1};

    (void)state;
    set_direct(&d, false);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV1;
    expect_right(ARMVIRT_READ, 0, 0, R | W, R);
    expect_right(ARMVIRT_FETCH, 0, 0, R | W, X);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV; /* but not without FEAT_NV */
    set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_NV, 0);
    expect_right(ARMVIRT_READ, 0, 0, R | W, R);
}

static void rule_41_I_PKGJC_HPD_leaves_tables_without_effect(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct direct d = {.ap = 1, .aptable = 3, .uxnt = 1, .pxnt = 1};
        bool hpd = i & 1, have = i >> 1 & 1;
        unsigned half = i >> 2;
        uint64_t va = half ? ~UINT64_C(0xfff) : 0;

        set_direct(&d, false);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HPDS, have);
        t.vmsa.tcr_el1 |= hpd ? (half ? ARMVIRT_TCR_EL1_HPD1 : ARMVIRT_TCR_EL1_HPD0)
                              : (half ? ARMVIRT_TCR_EL1_HPD0 : ARMVIRT_TCR_EL1_HPD1);
        tables_path(&t, &shape_4k_48, 1, va, 3, PAGE | S1_RW | LEAF_AP(1));
        tables_find(&t, tables_index(&shape_4k_48, 1, S1_TABLE(1), va))->value[0] |= UINT64_C(15)
                                                                                     << 59;
        expect_reason(&t, va, ARMVIRT_WRITE, 0, 0,
                      hpd && have ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_AP_WRITE);
        expect_reason(&t, va, ARMVIRT_FETCH, 0, 0,
                      hpd && have ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_XN);
    }
}

/* ---- PAN ---------------------------------------------------------------------------------- */

static void rule_38_R_PMTWB_PAN_applies_to_loads_stores_and_DC_ZVA(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ARMVIRT_ACCESS_KINDS; kind++) {
        struct direct d = {.ap = 1};
        bool stopped = kind <= ARMVIRT_READ_WRITE || kind == ARMVIRT_DC_ZERO ||
                       kind == ARMVIRT_AT_READ || kind == ARMVIRT_AT_WRITE;
        unsigned other = kind == ARMVIRT_FETCH ? ARMVIRT_REASON_PXN_EL0_WRITABLE
                         : kind == ARMVIRT_GCS_READ || kind == ARMVIRT_GCS_WRITE
                             ? ARMVIRT_REASON_GCS
                             : ARMVIRT_REASON_NONE;

        set_direct(&d, false);
        expect_reason(&t, 0, kind, 1, ARMVIRT_ACCESS_PAN,
                      stopped ? (unsigned)ARMVIRT_REASON_PAN : other);
        expect_reason(&t, 0, kind, 1, 0, other);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, 0);
        expect_reason(&t, 0, kind, 1, ARMVIRT_ACCESS_PAN, other);
    }
}

static void rule_38_R_ZGCNT_EPAN_needs_FEAT_PAN3(void **state)
{
    (void)state;
    for (unsigned pan = 1; pan <= 3; pan++) {
        struct direct d = {.ap = 0, .epan = 1};

        set_direct(&d, false);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, pan);
        expect_reason(&t, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_PAN,
                      pan == 3 ? ARMVIRT_REASON_PAN : ARMVIRT_REASON_NONE);
    }
}

/* ---- Cache maintenance -------------------------------------------------------------------- */

struct cmo_row {
    const char *name;
    unsigned kind;
    unsigned el0, el1;           /* rights that it needs */
    unsigned el0_cmow, el1_cmow; /* and with SCTLR_EL1.CMOW */
};

static const struct cmo_row cmo_rows[] = {
    {"rule_D8_15_3_R_JYWZL_invalidate_needs_write", ARMVIRT_DC_INVALIDATE, W, W, W, W},
    {"rule_D8_15_3_R_MXZPX_clean_needs_read_at_EL0", ARMVIRT_DC_CLEAN, R, 0, R, 0},
    {"rule_D8_15_3_R_FTXTG_clean_invalidate_and_CMOW", ARMVIRT_DC_CLEAN_INVALIDATE, R, 0, R | W, 0},
    {"rule_D8_15_3_R_FTXTG_IC_and_CMOW", ARMVIRT_IC, R, 0, R | W, 0},
};

static void cache_maintenance(void **state)
{
    const struct cmo_row *row = *state;

    for (unsigned i = 0; i < 8; i++) {
        struct direct d = {.ap = i & 3};
        unsigned cmow = i >> 2, el0 = i == 1 || i == 5 ? R | W : (d.ap & 1) ? R : 0;
        unsigned el1 = d.ap & 2 ? R : R | W;

        set_direct(&d, false);
        t.vmsa.sctlr_el1 |= cmow ? ARMVIRT_SCTLR_EL1_CMOW : 0;
        assert_int_equal(tables_run(&t, 0, row->kind, 0, 0) == ARMVIRT_OK,
                         !((cmow ? row->el0_cmow : row->el0) & ~el0));
        assert_int_equal(tables_run(&t, 0, row->kind, 1, 0) == ARMVIRT_OK,
                         !((cmow ? row->el1_cmow : row->el1) & ~el1));
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_CMOW, 0);
        assert_int_equal(tables_run(&t, 0, row->kind, 0, 0) == ARMVIRT_OK, !(row->el0 & ~el0));
    }
}

static void rule_D8_15_3_R_XJRNW_IC_may_need_no_read(void **state)
{
    struct direct d = {.ap = 0};

    (void)state;
    set_direct(&d, false);
    expect_reason(&t, 0, ARMVIRT_IC, 0, 0, ARMVIRT_REASON_AP_READ);
    t.vmsa.options = ARMVIRT_OPT_IC_IGNORES_READ;
    expect_reason(&t, 0, ARMVIRT_IC, 0, 0, ARMVIRT_REASON_NONE);
    expect_reason(&t, 0, ARMVIRT_DC_CLEAN, 0, 0, ARMVIRT_REASON_AP_READ);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_35_36_38_39_46_Table_D8_65_every_page_of_two_privileges);
    SUITE_ADD(&suite, rule_36_Table_D8_66_every_page_of_one_privilege);
    SUITE_ADD(&suite, rule_42_D8_14_3_NV1_pages);
    SUITE_ADD(&suite, rule_42_D8_14_4_NV1_without_NV_has_no_effect);
    SUITE_ADD(&suite, rule_41_I_PKGJC_HPD_leaves_tables_without_effect);
    SUITE_ADD(&suite, rule_38_R_PMTWB_PAN_applies_to_loads_stores_and_DC_ZVA);
    SUITE_ADD(&suite, rule_38_R_ZGCNT_EPAN_needs_FEAT_PAN3);
    SUITE_ADD_ROWS(&suite, cache_maintenance, cmo_rows);
    SUITE_ADD(&suite, rule_D8_15_3_R_XJRNW_IC_may_need_no_read);
    return suite_run(&suite, "rules: direct permissions");
}
