/* SPDX-License-Identifier: MIT */
/*
 * Indirect permissions and overlays of stage 1, in all combinations; what else fetches and GCS
 * accesses must satisfy: DDI0487 D8.4.1.3, D8.4.1.4, D8.4.4.
 */
#include "tables.h"

static struct tables t;

enum { R = 1, W = 2, X = 4, G = 8 };

/* Table D8-68: what a value of PIR_ELx or PIRE0_ELx gives. */
static const uint8_t base_of[16] = {
    [1] = R, [2] = X,     [3] = R | X,  [5] = R | W,  [6] = R | W | X,  [7] = R | W | X,
    [8] = R, [9] = R | G, [10] = R | X, [12] = R | W, [14] = R | W | X,
};

/* Table D8-74: what a value of POR_ELx leaves. */
static const uint8_t overlay_of[16] = {
    [1] = R, [2] = X, [3] = R | X, [4] = W, [5] = R | W, [6] = W | X, [7] = R | W | X,
};

struct kind {
    uint8_t kind, needs;
};

static const struct kind kinds[] = {
    {ARMVIRT_READ, R},          {ARMVIRT_WRITE, W},    {ARMVIRT_READ_WRITE, R | W},
    {ARMVIRT_FETCH, X},         {ARMVIRT_AT_READ, R},  {ARMVIRT_AT_WRITE, W},
    {ARMVIRT_DC_INVALIDATE, W}, {ARMVIRT_GCS_READ, G}, {ARMVIRT_GCS_WRITE, G},
};

static uint64_t index_bits(unsigned n)
{
    return (uint64_t)(n >> 2) << 53 | (uint64_t)(n >> 1 & 1) << 51 | (uint64_t)(n & 1) << 6;
}

/* The value at @index; elsewhere one that gives the opposite. */
static uint64_t pir(unsigned index, unsigned value)
{
    uint64_t others = value == 14 ? 0 : UINT64_C(0xeeeeeeeeeeeeeeee);

    return (others & ~(UINT64_C(15) << 4 * index)) | (uint64_t)value << 4 * index;
}

struct pie_case {
    unsigned priv, unpriv; /* values of PIR and PIRE0 */
    bool overlay;
    unsigned por, por_el0;
};

static void set_pie(const struct pie_case *c, unsigned el)
{
    unsigned index = (c->priv * 7 + c->unpriv) & 15, po = (c->priv + c->por) & 7;

    tables_reset(&t);
    tables_use_el(&t, el == 0 ? 1 : el, el == 2);
    t.regime_el = el == 0 ? 1 : el;
    t.vmsa.tcr2_el1 =
        ARMVIRT_TCR2_EL1_PIE | (c->overlay ? ARMVIRT_TCR2_EL1_POE | ARMVIRT_TCR2_EL1_E0POE : 0);
    t.vmsa.tcr2_el2 = t.vmsa.tcr2_el1;
    t.vmsa.pir_el1 = t.vmsa.pir_el2 = pir(index, c->priv);
    t.vmsa.pire0_el1 = t.vmsa.pire0_el2 = pir(index, c->unpriv);
    t.vmsa.por_el1 = t.vmsa.por_el2 = (uint64_t)c->por << 4 * po;
    t.vmsa.por_el0 = (uint64_t)c->por_el0 << 4 * po;
    tables_page(&t, 0, PAGE | S1_RW | index_bits(index) | (uint64_t)po << 60);
}

/* R_LLZDZ, R_VFPJF, R_TBKKB, Table D8-69: rights of the privilege of @el. */
static unsigned base_rights(const struct pie_case *c, unsigned el, bool pan, bool fetch)
{
    unsigned priv = base_of[c->priv], unpriv = base_of[c->unpriv];

    if ((priv & (X | G)) && (unpriv & (W | G)))
        priv = unpriv = 0;
    if (pan && el != 0 && c->unpriv != 0 && !fetch)
        priv &= ~(unsigned)(R | W);
    return el == 0 ? unpriv : priv;
}

static void expect_rights(const struct kind *k, unsigned el, unsigned flags, unsigned base,
                          unsigned overlay)
{
    bool overlaid = k->needs & ~overlay & (R | W | X);
    bool ok = !overlaid && !(k->needs & ~base);

    assert_int_equal(tables_run(&t, 0, k->kind, el, flags), ok ? ARMVIRT_OK : ARMVIRT_FAULT);
    if (!ok) {
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
        assert_int_equal(t.walk.fault.overlay, overlaid);
        assert_int_equal(t.walk.fault.reason == ARMVIRT_REASON_OVERLAY, overlaid);
    }
}

static void rules_38_39_40_Table_D8_68_every_pair_of_indices(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1024; i++) {
        struct pie_case c = {.priv = i & 15, .unpriv = i >> 4 & 15};
        bool el2 = i >> 8 & 1, pan = i >> 9;

        for (unsigned e = 0; e < 2; e++) {
            unsigned el = e == 0 ? 0 : el2 ? 2 : 1;
            unsigned value = el == 0 ? c.unpriv : c.priv;

            set_pie(&c, el2 ? 2 : 1);
            for (unsigned k = 0; k < COUNT_OF(kinds); k++) {
                bool data = kinds[k].kind <= ARMVIRT_AT_WRITE;
                unsigned base = base_rights(&c, el, pan && data, kinds[k].kind == ARMVIRT_FETCH);

                if (value == 6) /* R_QXXPC without an overlay */
                    base &= ~(unsigned)X;
                expect_rights(&kinds[k], el, pan ? ARMVIRT_ACCESS_PAN : 0, base, R | W | X);
            }
        }
    }
}

/* R_DPZHF, R_GDVJK, R_PGLZR, R_QXXPC, R_NPBXC. */
static void rule_39_Tables_D8_73_74_every_overlay_of_every_index(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 512; i++) {
        unsigned el = i >> 8, value = i & 15, over = i >> 4 & 15;
        struct pie_case c = {.overlay = true};
        unsigned base, overlay = value < 8 ? overlay_of[over] : R | W | X;

        if (el == 0) {
            c.unpriv = value;
            c.por_el0 = over;
        } else {
            c.priv = value;
            c.por = over;
        }
        base = base_of[value];
        if (value == 6 && (overlay & X))
            overlay &= ~(unsigned)W;
        set_pie(&c, 1);
        for (unsigned k = 0; k < COUNT_OF(kinds); k++)
            expect_rights(&kinds[k], el, 0, base, overlay);
    }
}

static void rule_39_R_GDVJK_overlays_restrict_direct_permissions(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        unsigned over = i & 15, el = i >> 4 & 1, enabled = i >> 5 & 1, wxn = i >> 6 & 1;
        unsigned ap = i >> 7 ? 3 : 1;
        unsigned base = ap == 3 ? R | X : R | W | (el == 0 ? X : 0u);
        unsigned overlay = enabled ? overlay_of[over] : R | W | X;

        tables_reset(&t);
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_WXN, wxn);
        t.vmsa.tcr2_el1 = enabled ? ARMVIRT_TCR2_EL1_POE | ARMVIRT_TCR2_EL1_E0POE : 0;
        t.vmsa.por_el1 = t.vmsa.por_el0 = (uint64_t)over << 12;
        tables_page(&t, 0, PAGE | S1_RW | LEAF_AP(ap) | UINT64_C(3) << 60);
        if (wxn && (base & (W | X)) == (W | X)) {
            if (enabled && (overlay & X))
                overlay &= ~(unsigned)W;
            else
                base &= ~(unsigned)X;
        }
        for (unsigned k = 0; k < 4; k++)
            expect_rights(&kinds[k], el, 0, base, overlay);
    }
}

struct poe_row {
    const char *name;
    uint64_t tcr2;
    bool nv1, have, priv, unpriv; /* which overlays apply */
};

static const struct poe_row poe_rows[] = {
    {"rule_39_R_DPZHF_POE_is_for_the_privileged", ARMVIRT_TCR2_EL1_POE, false, true, true, false},
    {"rule_39_R_GDVJK_E0POE_is_for_EL0", ARMVIRT_TCR2_EL1_E0POE, false, true, false, true},
    {"rule_39_R_TMNYQ_NV1_turns_E0POE_off", ARMVIRT_TCR2_EL1_E0POE | ARMVIRT_TCR2_EL1_POE, true,
     true, true, false},
    {"rule_39_without_FEAT_S1POE_none", ARMVIRT_TCR2_EL1_E0POE | ARMVIRT_TCR2_EL1_POE, false, false,
     false, false},
};

static void overlay_enables(void **state)
{
    const struct poe_row *row = *state;

    tables_reset(&t);
    set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_S1POE, row->have);
    t.vmsa.hcr_el2 |= row->nv1 ? ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV1 : 0;
    t.vmsa.tcr2_el1 = row->tcr2;
    tables_page(&t, 0, PAGE | S1_RW);
    expect_reason(&t, 0, ARMVIRT_FETCH, 1, 0,
                  row->priv ? ARMVIRT_REASON_OVERLAY : ARMVIRT_REASON_NONE);
    expect_reason(&t, 0, ARMVIRT_FETCH, 0, 0,
                  row->unpriv ? ARMVIRT_REASON_OVERLAY : ARMVIRT_REASON_NONE);
}

/* ---- Hierarchy ---------------------------------------------------------------------------- */

struct hierarchy_row {
    const char *name;
    uint64_t tcr2;
    uint32_t options;
    bool off;
};

static const struct hierarchy_row hierarchy_rows[] = {
    {"rule_41_tables_restrict_direct_permissions", 0, 0, false},
    {"rule_41_R_JHSVW_PIE_turns_it_off", ARMVIRT_TCR2_EL1_PIE, 0, true},
    {"rule_41_R_BVXDG_POE_turns_it_off", ARMVIRT_TCR2_EL1_POE, 0, true},
    {"rule_41_R_BVXDG_E0POE_turns_it_off", ARMVIRT_TCR2_EL1_E0POE, 0, true},
    {"rule_41_R_MJGNV_AIE_turns_it_off", ARMVIRT_TCR2_EL1_AIE, 0, true},
    {"rule_41_R_MJGNV_AIE_may_keep_it", ARMVIRT_TCR2_EL1_AIE, ARMVIRT_OPT_AIE_HIERARCHY, false},
};

static void hierarchy(void **state)
{
    const struct hierarchy_row *row = *state;

    tables_reset(&t);
    t.vmsa.options = row->options;
    t.vmsa.tcr2_el1 = row->tcr2;
    t.vmsa.pir_el1 = 0x7;
    t.vmsa.por_el1 = 0x7;
    tables_page(&t, 0, PAGE | S1_RW);
    tables_find(&t, S1_TABLE(2))->value[0] |= UINT64_C(0x1f) << 59 & ~(UINT64_C(1) << 63);
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0,
                  row->off ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_AP_WRITE);
    expect_reason(&t, 0, ARMVIRT_FETCH, 1, 0, row->off ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_XN);
}

static void rule_42_R_DJZHM_NV1_gives_EL0_nothing_by_PIRE0(void **state)
{
    struct pie_case c = {.priv = 5, .unpriv = 5};

    (void)state;
    set_pie(&c, 1);
    expect_reason(&t, 0, ARMVIRT_READ, 0, 0, ARMVIRT_REASON_NONE);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV1;
    expect_reason(&t, 0, ARMVIRT_READ, 0, 0, ARMVIRT_REASON_PIE_READ);
    expect_reason(&t, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_NONE);
}

static void rule_D24_PIEn_0_makes_the_registers_act_as_0(void **state)
{
    struct pie_case c = {.priv = 5, .unpriv = 5, .overlay = true, .por = 7, .por_el0 = 7};

    (void)state;
    set_pie(&c, 1);
    t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_PIEN;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_OVERLAY);
    t.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_PIE;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_PIE_READ);
    set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0); /* there is no PIEn */
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
}

/* ---- Outside the Security state ----------------------------------------------------------- */

struct space_row {
    const char *name;
    enum armvirt_space security;
    unsigned el;
    bool sif, ns;        /* SCR_EL3.SIF; the leaf has NS = 1 */
    unsigned fetch, gcs; /* reasons */
};

#define NO    ARMVIRT_REASON_NONE
#define NOGCS ARMVIRT_REASON_GCS

static const struct space_row space_rows[] = {
    {"rule_43_R_FNVTF_SIF_stops_Secure_fetches", ARMVIRT_SPACE_SECURE, 1, true, true,
     ARMVIRT_REASON_SIF, NOGCS},
    {"rule_43_R_CYSKB_GCS_even_without_SIF", ARMVIRT_SPACE_SECURE, 1, false, true, NO, NOGCS},
    {"rule_43_Secure_memory", ARMVIRT_SPACE_SECURE, 1, true, false, NO, NO},
    {"rule_43_R_PKTDS_Realm_EL2", ARMVIRT_SPACE_REALM, 2, false, true, ARMVIRT_REASON_REALM_FETCH,
     NOGCS},
    {"rule_43_Realm_EL2_in_Realm", ARMVIRT_SPACE_REALM, 2, false, false, NO, NO},
    {"rule_43_Realm_EL1_has_no_NS", ARMVIRT_SPACE_REALM, 1, false, true, NO, NO},
    {"rule_43_R_ZWRVD_Root", ARMVIRT_SPACE_ROOT, 3, false, true, ARMVIRT_REASON_ROOT_FETCH, NOGCS},
    {"rule_43_Nonsecure_with_SIF", ARMVIRT_SPACE_NONSECURE, 1, true, true, NO, NO},
};

static void outside_the_state(void **state)
{
    const struct space_row *row = *state;
    uint64_t space = row->security == ARMVIRT_SPACE_ROOT ? LEAF_NG : 0; /* NSE */

    for (unsigned pie = 0; pie < 2; pie++) {
        tables_reset_security(&t, row->security);
        tables_use_el(&t, row->el, false);
        t.vmsa.scr_el3 |= row->sif ? ARMVIRT_SCR_EL3_SIF : 0;
        t.vmsa.tcr2_el1 = t.vmsa.tcr2_el2 = pie ? ARMVIRT_TCR2_EL1_PIE : 0;
        t.vmsa.tcr_el3 |= pie ? ARMVIRT_TCR_EL3_PIE : 0;
        t.vmsa.pir_el1 = t.vmsa.pir_el2 = t.vmsa.pir_el3 = 0xa9;
        tables_page(&t, 0, PAGE | S1_RW | index_bits(pie) | space | (row->ns ? LEAF_NS : 0));
        expect_reason(&t, 0, ARMVIRT_FETCH, row->el, 0, row->fetch);
        expect_reason(&t, 0, ARMVIRT_READ, row->el, 0, NO);
        tables_page(&t, 0, PAGE | S1_RW | space | (row->ns ? LEAF_NS : 0));
        expect_reason(&t, 0, ARMVIRT_GCS_READ, row->el, 0, pie ? row->gcs : (unsigned)NOGCS);
        expect_reason(&t, 0, ARMVIRT_GCS_WRITE, row->el, 0, pie ? row->gcs : (unsigned)NOGCS);
        assert_true(!pie || row->gcs || !!(t.walk.perm & ARMVIRT_PERM_PRIV_GCS));
    }
}

static void rule_43_R_WWBFB_SIF_at_EL3_only_without_FEAT_RME(void **state)
{
    (void)state;
    tables_reset(&t);
    tables_use_el(&t, 3, false);
    t.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
    tables_page(&t, 0, PAGE | S1_RW | LEAF_NS);
    expect_reason(&t, 0, ARMVIRT_FETCH, 3, 0, ARMVIRT_REASON_SIF);
    t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_SIF;
    expect_reason(&t, 0, ARMVIRT_FETCH, 3, 0, NO);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_38_39_40_Table_D8_68_every_pair_of_indices);
    SUITE_ADD(&suite, rule_39_Tables_D8_73_74_every_overlay_of_every_index);
    SUITE_ADD(&suite, rule_39_R_GDVJK_overlays_restrict_direct_permissions);
    SUITE_ADD_ROWS(&suite, overlay_enables, poe_rows);
    SUITE_ADD_ROWS(&suite, hierarchy, hierarchy_rows);
    SUITE_ADD(&suite, rule_42_R_DJZHM_NV1_gives_EL0_nothing_by_PIRE0);
    SUITE_ADD(&suite, rule_D24_PIEn_0_makes_the_registers_act_as_0);
    SUITE_ADD_ROWS(&suite, outside_the_state, space_rows);
    SUITE_ADD(&suite, rule_43_R_WWBFB_SIF_at_EL3_only_without_FEAT_RME);
    return suite_run(&suite, "rules: indirect permissions");
}
