/* SPDX-License-Identifier: MIT */
/*
 * Permissions of stage 2, for final addresses and for stage 1 tables: DDI0487 D8.4.2 (direct,
 * indirect, overlay), D8.2.7.4 (TopLevel), D8.15.3, D8.15.4.1, D8.15.5.1.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)

enum { R = 1, W = 2, X = 4 };

static void set_stage2(uint64_t leaf)
{
    tables_reset(&t);
    tables_enable_stage2(&t);
    tables_page(&t, 0, IPA | S1_RW | LEAF_AP(1));
    tables_page(&t, 0x1000, IPA | S1_RW | LEAF_AP(3)); /* executable at EL1 */
    tables_s2_page(&t, IPA, IPA | LEAF_PAGE | LEAF_AF | S2_WB | leaf);
}

/* ---- Direct permissions ------------------------------------------------------------------- */

static void rules_37_44_Tables_D8_76_77_78_every_direct_permission(void **state)
{
    static const uint8_t execute[4][2] = {{1, 1}, {1, 0}, {0, 0}, {0, 1}}; /* EL0, EL1 */

    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned s2ap = i & 3, xn = i >> 2 & 3, xnx = i >> 4 & 1, el = i >> 5;
        unsigned effective = xnx ? xn : xn & 2;

        set_stage2(LEAF_AP(s2ap) | (uint64_t)xn << 53);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_XNX, xnx);
        expect_reason(&t, 0, ARMVIRT_READ, el, 0,
                      s2ap & 1 ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2AP_READ);
        expect_reason(&t, 0, ARMVIRT_WRITE, el, 0,
                      s2ap & 2 ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2AP_WRITE);
        expect_reason(&t, 0, ARMVIRT_READ_WRITE, el, 0,
                      !(s2ap & 1)   ? ARMVIRT_REASON_S2AP_READ
                      : !(s2ap & 2) ? ARMVIRT_REASON_S2AP_WRITE
                                    : ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.fault.write, s2ap == 1); /* rule 46: a failing read comes first */
        expect_reason(&t, 0x1000, ARMVIRT_FETCH, el, 0,
                      execute[effective][el] ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2_XN);
    }
}

/* ---- Indirect permissions ----------------------------------------------------------------- */

/* Table D8-82. `special`: WO and the MRO kinds. */
struct s2_right {
    uint8_t el0, el1;
    bool mmu_write, special;
    uint8_t top_level; /* bit 0 TopLevel0, bit 1 TopLevel1 */
};

static const struct s2_right s2_rights[16] = {
    [2] = {R, R, true, true, 0},
    [3] = {R, R, true, true, 2},
    [4] = {W, W, false, true, 0},
    [6] = {R, R, true, true, 1},
    [7] = {R, R, true, true, 3},
    [8] = {R, R, false, false, 0},
    [9] = {R | X, R, false, false, 0},
    [10] = {R, R | X, false, false, 0},
    [11] = {R | X, R | X, false, false, 0},
    [12] = {R | W, R | W, true, false, 0},
    [13] = {R | W | X, R | W, true, false, 0},
    [14] = {R | W, R | W | X, true, false, 0},
    [15] = {R | W | X, R | W | X, true, false, 0},
};

/* R_XLNQX: a bitwise AND of encodings; Tables D8-83, D8-84. */
static struct s2_right combine(unsigned base, unsigned overlay)
{
    const struct s2_right *b = &s2_rights[base], *o = &s2_rights[overlay];
    const struct s2_right *special = b->special ? b : o, *other = b->special ? o : b;
    struct s2_right none = {0}, mro;

    if (!b->special && !o->special)
        return b->el0 && o->el0 ? s2_rights[base & overlay] : none;
    if (special->el1 == W) /* WO */
        return other->el1 & W ? s2_rights[4] : none;
    if (!(other->el1 & R))
        return none;
    if (!other->special && !(other->el1 & W))
        return s2_rights[8];
    mro = s2_rights[2];
    mro.top_level = b->top_level | o->top_level;
    return mro;
}

static uint64_t index_bits(unsigned n)
{
    return (uint64_t)(n >> 2) << 53 | (uint64_t)(n >> 1 & 1) << 51 | (uint64_t)(n & 1) << 6;
}

/* S2PIR gives @base and S2POR @overlay at some index; tables have indices 1 and 15. */
static void set_indirect(unsigned base, unsigned overlay, bool poe)
{
    unsigned n = 2 + (base * 5 + overlay) % 14, o = (overlay * 3 + base) % 15;

    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2PIE | (poe ? ARMVIRT_VTCR_EL2_S2POE : 0);
    t.vmsa.s2pir_el2 = (UINT64_C(0xffffffffffffffff) & ~(UINT64_C(15) << 4 * n)) | (uint64_t)base
                                                                                       << 4 * n;
    t.vmsa.s2por_el1 = UINT64_C(15) << 60 | (uint64_t)overlay << 4 * o;
    for (uint64_t gb = 0; gb < 7; gb++)
        tables_find(&t, S2_TABLE(1) + gb * 8)->value[0] |= UINT64_C(15) << 59;
    tables_find(&t, tables_s2_page(&t, IPA, 0))->value[0] =
        IPA | LEAF_PAGE | LEAF_AF | S2_WB | LEAF_BIT7 | index_bits(n) | (uint64_t)o << 59;
}

static void expect_s2(unsigned kind, unsigned el, unsigned flags, unsigned rights, unsigned overlay,
                      unsigned needs)
{
    bool ok = !(needs & ~rights), overlaid = needs & ~overlay;

    assert_int_equal(tables_run(&t, kind == ARMVIRT_FETCH ? 0x1000 : 0, kind, el, flags),
                     ok ? ARMVIRT_OK : ARMVIRT_FAULT);
    if (!ok) {
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
        assert_int_equal(t.walk.fault.stage, 2);
        assert_int_equal(t.walk.fault.overlay, overlaid);
    }
}

static unsigned with_mmu_write(unsigned rights, bool mmu_write)
{
    return (rights & ~(unsigned)W) | (mmu_write ? W : 0u);
}

static void try_indirect(unsigned base, unsigned overlay, bool poe)
{
    struct s2_right all = {R | W | X, R | W | X, true, false, 0};
    struct s2_right p = poe ? combine(base, overlay) : s2_rights[base];
    struct s2_right o = poe ? s2_rights[overlay] : all;

    for (unsigned el = 0; el < 2; el++) {
        unsigned rights = el ? p.el1 : p.el0, over = el ? o.el1 : o.el0;
        unsigned rcw = with_mmu_write(rights, p.mmu_write);
        unsigned over_rcw = with_mmu_write(over, o.mmu_write);

        expect_s2(ARMVIRT_READ, el, 0, rights, over, R);
        expect_s2(ARMVIRT_WRITE, el, 0, rights, over, W);
        expect_s2(ARMVIRT_READ_WRITE, el, 0, rights, over, R | W);
        expect_s2(ARMVIRT_FETCH, el, 0, rights, over, X);
        expect_s2(ARMVIRT_READ_WRITE, el, ARMVIRT_ACCESS_RCW, rcw, over_rcw, R | W);
    }
}

static void rule_45_Tables_D8_82_83_84_every_base_and_overlay(void **state)
{
    (void)state;
    for (unsigned base = 0; base < 16; base++) {
        set_stage2(0);
        set_indirect(base, 0, false);
        try_indirect(base, 0, false);
        for (unsigned overlay = 0; overlay < 16; overlay++) {
            set_stage2(0);
            set_indirect(base, overlay, true);
            try_indirect(base, overlay, true);
        }
    }
}

static void rule_45_R_QNYFF_overlay_needs_its_feature_and_S2PIE(void **state)
{
    (void)state;
    set_stage2(S2_RW);
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2POE;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE); /* direct permissions */
    set_indirect(12, 0, true);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_OVERLAY);
    set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_S2POE, 0);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
    set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_S2POE, 1);
    t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_PIEN; /* both registers act as 0 */
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_OVERLAY);
    t.vmsa.vtcr_el2 &= ~ARMVIRT_VTCR_EL2_S2POE;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_S2AP_READ);
}

/* ---- Tables ------------------------------------------------------------------------------- */

/* The page of the level 3 table has these stage 2 permissions; hardware updates its leaf. */
static void try_table(unsigned base, unsigned overlay, bool poe, bool update)
{
    struct s2_right p = poe ? combine(base, overlay) : s2_rights[base];
    bool ok = (p.el1 & R) && (!update || p.mmu_write);
    /* the descriptor is read before it is updated */
    bool overlaid = poe && (!(s2_rights[overlay].el1 & R) ||
                            (update && (p.el1 & R) && !s2_rights[overlay].mmu_write));

    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2PIE | (poe ? ARMVIRT_VTCR_EL2_S2POE : 0);
    t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
    t.vmsa.s2pir_el2 = UINT64_C(0xf0) | base;
    t.vmsa.s2por_el1 = UINT64_C(0xf0) | overlay;
    for (uint64_t gb = 0; gb < 8; gb++)
        tables_find(&t, S2_TABLE(1) + gb * 8)->value[0] =
            gb << 30 | LEAF_BLOCK | LEAF_AF | S2_WB | LEAF_BIT7 | index_bits(1) | UINT64_C(1) << 59;
    tables_page(&t, 0, IPA | LEAF_PAGE | (update ? 0 : LEAF_AF));
    for (int level = 0; level <= 3; level++)
        tables_s2_page(&t, S1_TABLE(level),
                       S1_TABLE(level) | LEAF_PAGE | LEAF_AF | S2_WB | LEAF_BIT7 |
                           index_bits(level < 3) | (level < 3 ? UINT64_C(1) << 59 : 0));
    assert_int_equal(tables_run(&t, 0, ARMVIRT_WRITE, 1, 0), ok ? ARMVIRT_OK : ARMVIRT_FAULT);
    if (!ok) {
        assert_true(t.walk.fault.s1ptw);
        assert_int_equal(t.walk.fault.overlay, overlaid);
        assert_true(t.walk.fault.write); /* as the access */
        assert_int_equal(t.walk.fault.level, 3);
    }
}

static void rule_45_Table_D8_82_tables_have_rights_of_their_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 512; i++) {
        try_table(i & 15, i >> 4 & 15, true, i >> 8);
        try_table(i & 15, 0, false, i >> 8);
    }
}

/* Tables D8-14 and D8-15. */
static bool top_level_faults(unsigned half, unsigned tl0, unsigned tl1, unsigned top0,
                             unsigned top1)
{
    unsigned tl = half ? tl1 : tl0, other = half ? tl0 : tl1;
    unsigned own = half ? top1 : top0, others = half ? top0 : top1;

    return tl ? !own : other && !own && others;
}

static void rule_45_Tables_D8_14_15_TopLevel_of_the_first_table(void **state)
{
    static const uint8_t mro[4] = {2, 6, 3, 7}; /* by TopLevel1:TopLevel0 */

    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        unsigned half = i & 1, tl0 = i >> 1 & 1, tl1 = i >> 2 & 1, top = i >> 3 & 3;
        unsigned direct = i >> 5 & 1, the = i >> 6;
        uint64_t va = half ? ~UINT64_C(0xfff) : 0;
        bool faults =
            the && top_level_faults(half, tl0, tl1, direct ? 0 : top & 1, direct ? 0 : top >> 1);

        tables_reset(&t);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_THE, the);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_TL0, tl0);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_TL1, tl1);
        t.vmsa.vtcr_el2 |= direct ? 0 : ARMVIRT_VTCR_EL2_S2PIE;
        t.vmsa.s2pir_el2 = UINT64_C(0xf000) | mro[top]; /* index 3 by S2AP 11, index 0 */
        t.vmsa.s2pir_el2 |= UINT64_C(0xf0);
        tables_page(&t, va, IPA | S1_RW);
        for (uint64_t gb = 0; gb < 8; gb++)
            tables_put(&t, S2_TABLE(1) + gb * 8, gb << 30 | (S2_PAGE & ~UINT64_C(2)));
        tables_s2_walk_pages(&t);
        tables_s2_page(&t, S1_TABLE(0),
                       S1_TABLE(0) | (S2_PAGE & ~(direct ? UINT64_C(0) : UINT64_C(1) << 6)));
        expect_reason(&t, va, ARMVIRT_READ, 1, 0,
                      faults ? ARMVIRT_REASON_S2_TOPLEVEL : ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.fault.top_level, faults);
        assert_int_equal(t.walk.fault.s1ptw, faults);
    }
}

/* ---- Device tables ------------------------------------------------------------------------ */

static void rule_47_D8_15_4_1_PTW_refuses_tables_in_Device_memory(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        bool ptw = i & 1, tge = i & 2, fwb = i & 4, device = i & 8, block = i & 16;
        uint64_t attr = device ? 0 : fwb ? LEAF_ATTR(6) : S2_WB;

        set_stage2(S2_RW);
        if (fwb)
            tables_s2_page(&t, IPA, IPA | LEAF_PAGE | LEAF_AF | S2_RW | LEAF_ATTR(6));
        t.vmsa.hcr_el2 |= (ptw ? ARMVIRT_HCR_EL2_PTW : 0) | (fwb ? ARMVIRT_HCR_EL2_FWB : 0) |
                          (tge ? ARMVIRT_HCR_EL2_TGE : 0);
        if (block) {
            tables_put(&t, S2_TABLE(1) + 8,
                       UINT64_C(0x40000000) | LEAF_BLOCK | LEAF_AF | S2_RW | attr);
        } else {
            tables_s2_walk_pages(&t);
            for (int level = 0; level <= 3; level++)
                tables_s2_page(&t, S1_TABLE(level),
                               S1_TABLE(level) | LEAF_PAGE | LEAF_AF | S2_RW | attr);
        }
        if (tge)
            continue; /* stage 1 is off, nothing is walked */
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      ptw && device ? ARMVIRT_REASON_S2_PTW_DEVICE : ARMVIRT_REASON_NONE);
        if (ptw && device) {
            assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
            assert_int_equal(t.walk.fault.level, block ? 1 : 3);
            assert_true(t.walk.fault.s1ptw);
        }
    }
}

static void rule_47_R_LTQNW_overlay_comes_before_PTW(void **state)
{
    (void)state;
    set_stage2(S2_RW);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_PTW;
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2PIE | ARMVIRT_VTCR_EL2_S2POE;
    t.vmsa.s2pir_el2 = UINT64_MAX;
    tables_put(&t, S2_TABLE(1) + 8, UINT64_C(0x40000000) | LEAF_BLOCK | LEAF_AF);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_OVERLAY);
    t.vmsa.s2por_el1 = UINT64_MAX;
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_S2_PTW_DEVICE);
}

/* ---- Realm -------------------------------------------------------------------------------- */

static void rule_43_R_QMLYQ_R_YMCSL_Realm_tables_and_fetches_stay_in_Realm(void **state)
{
    const uint64_t ns = UINT64_C(1) << 55;

    (void)state;
    tables_reset_security(&t, ARMVIRT_SPACE_REALM);
    tables_enable_stage2(&t);
    tables_page(&t, 0, IPA | S1_RW);
    tables_s2_page(&t, IPA, IPA | S2_PAGE | ns);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
    assert_int_equal(t.walk.pa_space, ARMVIRT_SPACE_NONSECURE);
    assert_int_equal(t.walk.perm & (ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_X), 0);
    assert_int_equal(t.walk.s2.perm & (ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_X), 0);
    expect_fault(&t, 0, ARMVIRT_FETCH, ARMVIRT_FAULT_PERMISSION, 3, ARMVIRT_REASON_REALM_FETCH);
    assert_int_equal(t.walk.fault.stage, 2);
    tables_s2_walk_pages(&t);
    tables_s2_page(&t, S1_TABLE(1), S1_TABLE(1) | S2_PAGE | ns);
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_PERMISSION, 3, ARMVIRT_REASON_S2_REALM_TABLE);
    assert_true(t.walk.fault.s1ptw);
}

/* ---- AssuredOnly -------------------------------------------------------------------------- */

/* Stage 1 tables in mostly read-only pages; stage 1 protected all the way, or not; a page that
 * wants it, or not: which rule refuses the access, and what is left of the rights. */
static void try_assured(bool protected, bool assured_only, unsigned reason)
{
    const uint64_t bit = protected ? ARMVIRT_VMSA64_S1_LEAF_PROTECTED : 0;

    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.tcr2_el1 |= ARMVIRT_TCR2_EL1_PNCH;
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_ASSUREDONLY | ARMVIRT_VTCR_EL2_TL0 | ARMVIRT_VTCR_EL2_S2PIE;
    t.vmsa.s2pir_el2 = 0xf6; /* index 0: MRO and TopLevel0; 1: everything */
    tables_page(&t, 0, IPA | S1_RW | bit);
    for (int level = 0; level <= 3; level++) {
        tables_find(&t, S1_TABLE(level))->value[0] |= bit;
        tables_s2_page(&t, S1_TABLE(level), S1_TABLE(level) | (S2_PAGE & ~(UINT64_C(1) << 6)));
    }
    tables_s2_page(&t, IPA,
                   IPA | S2_PAGE | (assured_only ? ARMVIRT_VMSA64_S2_LEAF_ASSUREDONLY : 0));
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, reason);
    assert_int_equal(tables_run(&t, 0, ARMVIRT_DEBUGGER, 1, 0), ARMVIRT_OK);
    assert_int_equal((t.walk.perm & ARMVIRT_PERM_PRIV_R) != 0, reason == ARMVIRT_REASON_NONE);
    assert_int_equal(t.walk.s2.perm != 0, reason == ARMVIRT_REASON_NONE);
}

static void D8_2_7_3_R_WWYDL_AssuredOnly_needs_a_protected_walk(void **state)
{
    (void)state;
    try_assured(false, false, ARMVIRT_REASON_NONE);
    try_assured(true, false, ARMVIRT_REASON_NONE);
    try_assured(false, true, ARMVIRT_REASON_S2_ASSURED_ONLY);
    try_assured(true, true, ARMVIRT_REASON_NONE);
}

/* ---- Cache maintenance -------------------------------------------------------------------- */

struct cmo_row {
    const char *name;
    unsigned kind, el0, el1, cmow; /* rights that it needs; what HCRX_EL2.CMOW adds */
};

static const struct cmo_row cmo_rows[] = {
    {"rule_D8_15_3_R_JYWZL_invalidate_at_stage_2", ARMVIRT_DC_INVALIDATE, W, W, W},
    {"rule_D8_15_3_R_MXZPX_clean_at_stage_2", ARMVIRT_DC_CLEAN, R, 0, 0},
    {"rule_D8_15_3_R_BBLTJ_clean_invalidate_and_CMOW", ARMVIRT_DC_CLEAN_INVALIDATE, R, 0, W},
    {"rule_D8_15_3_R_BBLTJ_IC_and_CMOW", ARMVIRT_IC, R, 0, W},
};

static void cache_maintenance(void **state)
{
    const struct cmo_row *row = *state;

    for (unsigned i = 0; i < 16; i++) {
        unsigned s2ap = i & 3, cmow = i >> 2 & 1, el = i >> 3;
        unsigned needs = (el ? row->el1 : row->el0) | (cmow ? row->cmow : 0);

        set_stage2(LEAF_AP(s2ap));
        t.vmsa.hcrx_el2 |= cmow ? ARMVIRT_HCRX_EL2_CMOW : 0;
        assert_int_equal(tables_run(&t, 0, row->kind, el, 0) == ARMVIRT_OK, !(needs & ~s2ap));
    }
}

/* R_PPGMC: maintenance that needs write permission needs a dirty page, too, if software cares. */
static void rule_31_R_PPGMC_cache_maintenance_of_clean_pages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned stage = 1 + (i & 1), hd = i >> 1 & 1;
        unsigned kind = i & 4 ? ARMVIRT_DC_CLEAN_INVALIDATE : ARMVIRT_DC_INVALIDATE;
        bool cmow = i & 8, needs = kind == ARMVIRT_DC_INVALIDATE || cmow;

        set_stage2(S2_RW);
        if (stage == 1) {
            t.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_PIE;
            t.vmsa.pir_el1 = t.vmsa.pire0_el1 = UINT64_C(0x5555555555555555);
            t.vmsa.sctlr_el1 |= cmow ? ARMVIRT_SCTLR_EL1_CMOW : 0;
            t.vmsa.tcr_el1 |= hd ? ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD : 0;
            tables_page(&t, 0, IPA | S1_RW | LEAF_BIT7);
        } else {
            t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2PIE;
            t.vmsa.s2pir_el2 = UINT64_MAX;
            t.vmsa.hcrx_el2 |= cmow ? ARMVIRT_HCRX_EL2_CMOW : 0;
            t.vmsa.vtcr_el2 |= hd ? ARMVIRT_VTCR_EL2_HA | ARMVIRT_VTCR_EL2_HD : 0;
            tables_s2_page(&t, IPA, IPA | LEAF_PAGE | LEAF_AF | S2_WB);
        }
        expect_reason(&t, 0, kind, 0, 0, needs && !hd ? ARMVIRT_REASON_DIRTY : ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.fault.stage, needs && !hd ? stage : 0);
        assert_int_equal(t.writes, 0);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_37_44_Tables_D8_76_77_78_every_direct_permission);
    SUITE_ADD(&suite, rule_45_Tables_D8_82_83_84_every_base_and_overlay);
    SUITE_ADD(&suite, rule_45_R_QNYFF_overlay_needs_its_feature_and_S2PIE);
    SUITE_ADD(&suite, rule_45_Table_D8_82_tables_have_rights_of_their_own);
    SUITE_ADD(&suite, rule_45_Tables_D8_14_15_TopLevel_of_the_first_table);
    SUITE_ADD(&suite, rule_47_D8_15_4_1_PTW_refuses_tables_in_Device_memory);
    SUITE_ADD(&suite, rule_47_R_LTQNW_overlay_comes_before_PTW);
    SUITE_ADD(&suite, rule_43_R_QMLYQ_R_YMCSL_Realm_tables_and_fetches_stay_in_Realm);
    SUITE_ADD(&suite, D8_2_7_3_R_WWYDL_AssuredOnly_needs_a_protected_walk);
    SUITE_ADD_ROWS(&suite, cache_maintenance, cmo_rows);
    SUITE_ADD(&suite, rule_31_R_PPGMC_cache_maintenance_of_clean_pages);
    return suite_run(&suite, "rules: stage 2 permissions");
}
