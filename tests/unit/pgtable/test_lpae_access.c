/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32, Long-descriptor format: permissions, Secure state, attributes.
 * DDI0487 G5.5.4, G5.6, G5.7.4.
 */
#include "lpae_tables.h"

/* ---- Permissions -------------------------------------------------------------------------- */

/* AP and APTable in words. DDI0487 Tables G5-7 and G5-8. */
static struct permissions permissions_of(unsigned ap, unsigned aptable)
{
    static const struct permissions leaf[4] = {
        {.priv_read = true, .priv_write = true},
        {.priv_read = true, .priv_write = true, .el0_read = true, .el0_write = true},
        {.priv_read = true},
        {.priv_read = true, .el0_read = true},
    };
    struct permissions p = leaf[ap];

    if (aptable & 1) {
        p.el0_read = p.el0_write = false;
    }
    if (aptable & 2) {
        p.priv_write = p.el0_write = false;
    }
    return p;
}

static void try_all_accesses(struct machine *m, const struct permissions *p)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};

    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        expect_permission(m, p, 0, kinds[k], 0, false);
        expect_permission(m, p, 0, kinds[k], 1, false);
        expect_permission(m, p, 0, kinds[k], 1, true);
    }
}

/* AP, XN, PXN of the leaf, APTable, XNTable, PXNTable above it, WXN, UWXN: all of them. */
static void G5_6_permissions(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned leaf = 0; leaf < 16; leaf++) {
        for (unsigned table = 0; table < 16; table++) {
            machine_clear_memory(&m);
            machine_put(&m, TABLE0, LEVEL2 | TABLE | ARMVIRT_PUT(ARMVIRT_BITS(62, 59), table));
            machine_put(&m, LEVEL2,
                        BLOCK | ARMVIRT_PUT(ARMVIRT_BITS(54, 53), leaf >> 2) |
                            ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, leaf & 3));
            for (unsigned control = 0; control < 4; control++) {
                struct permissions p = permissions_of(leaf & 3, table >> 2);

                p.xn = (leaf & 8) || (table & 2);
                p.pxn = (leaf & 4) || (table & 1);
                p.wxn = control & 1;
                p.uwxn = control & 2;
                m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN);
                m.vmsa.sctlr_el1 |= p.wxn ? ARMVIRT_SCTLR_WXN : 0;
                m.vmsa.sctlr_el1 |= p.uwxn ? ARMVIRT_SCTLR_UWXN : 0;
                try_all_accesses(&m, &p);
            }
        }
    }
}

struct fetch_row {
    const char *name;
    uint64_t leaf;
    uint64_t sctlr;
    unsigned el;
    enum armvirt_reason reason;
};

static const struct fetch_row fetch_rows[] = {
    {"fetch: XN", ARMVIRT_LPAE_S1_LEAF_XN, 0, 1, ARMVIRT_REASON_XN},
    {"fetch: XN of a page writable at EL0", ARMVIRT_LPAE_S1_LEAF_XN | USER, 0, 1,
     ARMVIRT_REASON_XN},
    {"fetch: PXN", ARMVIRT_LPAE_S1_LEAF_PXN, 0, 1, ARMVIRT_REASON_XN},
    {"fetch: no read permission at EL0", 0, 0, 0, ARMVIRT_REASON_XN},
    {"fetch: WXN", 0, ARMVIRT_SCTLR_WXN, 1, ARMVIRT_REASON_WXN},
    {"fetch: UWXN", USER, ARMVIRT_SCTLR_UWXN, 1, ARMVIRT_REASON_WXN},
    {"fetch: XN comes before UWXN", ARMVIRT_LPAE_S1_LEAF_XN | USER, ARMVIRT_SCTLR_UWXN, 1,
     ARMVIRT_REASON_XN},
    {"fetch: UWXN is not for EL0", USER, ARMVIRT_SCTLR_UWXN, 0, ARMVIRT_REASON_NONE},
    {"fetch: writable at EL0 is executable at EL1", USER, 0, 1, ARMVIRT_REASON_NONE},
};

static void fetch_reasons(void **state)
{
    const struct fetch_row *row = *state;
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 |= row->sctlr;
    machine_put(&m, TABLE0, row->leaf | BLOCK);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, row->el),
                     row->reason == ARMVIRT_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

/* FEAT_AA32HPD: TTBCR2.HPDn counts only with TTBCR.T2E, and each for its own tables. */
static void G5_5_3_1_hierarchical_permissions_disabled(void **state)
{
    const uint64_t denies = ARMVIRT_PUT(ARMVIRT_LPAE_S1_TABLE_APTABLE, 1);
    struct machine m;

    (void)state;
    reset(&m);
    set_sizes(&m, 1, 1);
    machine_put(&m, TABLE0, LEVEL2 | TABLE | denies);
    machine_put(&m, TABLE1 + 8, LEVEL2 | TABLE | denies);
    machine_put(&m, LEVEL2, BLOCK | USER);
    machine_put(&m, LEVEL2 + 511 * 8, BLOCK | USER);
    for (unsigned bits = 0; bits < 8; bits++) {
        bool hpd0 = bits & 1, hpd1 = bits & 2, t2e = bits & 4;

        m.vmsa.tcr_el1 &= UINT32_MAX & ~ARMVIRT_TTBCR_LPAE_T2E;
        m.vmsa.tcr_el1 |= (t2e ? ARMVIRT_TTBCR_LPAE_T2E : 0) |
                          (hpd0 ? ARMVIRT_TTBCR2_HPD0 << 32 : 0) |
                          (hpd1 ? ARMVIRT_TTBCR2_HPD1 << 32 : 0);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 0),
                         t2e && hpd0 ? ARMVIRT_OK : ARMVIRT_FAULT);
        assert_int_equal(machine_try(&m, UINT32_MAX, ARMVIRT_READ, 0),
                         t2e && hpd1 ? ARMVIRT_OK : ARMVIRT_FAULT);
    }
    m.vmsa.id_aa64mmfr1_el1 &= ~ARMVIRT_ID_AA64MMFR1_EL1_HPDS;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 0), ARMVIRT_FAULT);
}

/* G5.11.1.1: no Permission fault at stage 1. */
static void cache_maintenance_is_not_checked(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_DC_INVALIDATE, ARMVIRT_DC_CLEAN,
                                    ARMVIRT_DC_CLEAN_INVALIDATE, ARMVIRT_IC};
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0,
                BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_PRIV_RO));
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        assert_int_equal(machine_try(&m, 0, kinds[k], 0), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, kinds[k], 1), ARMVIRT_OK);
    }
}

/* ---- Secure state ------------------------------------------------------------------------- */

static void G5_5_4_NS_of_a_leaf(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        reset(&m);
        machine_put(&m, TABLE0, BLOCK | (ns ? ARMVIRT_LPAE_S1_LEAF_NS : 0));
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, NS); /* ignored in Non-secure state */
        machine_secure(&m);
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, ns ? NS : S);
        assert_int_equal(m.walk.s1.space, ns ? NS : S);
        assert_int_equal(m.reqs[0].space, S);
    }
}

/* A table in Non-secure memory: all below it is Non-secure and non-global. */
static void G5_5_4_1_NSTable(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_secure(&m);
    machine_put(&m, TABLE0, LEVEL2 | TABLE | ARMVIRT_LPAE_S1_TABLE_NSTABLE)->spaces = 1 << S;
    machine_put(&m, LEVEL2, LEVEL3 | TABLE)->spaces = 1 << NS;
    machine_put(&m, LEVEL3, PAGE)->spaces = 1 << NS;
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.pa_space, NS);
    assert_true(m.walk.s1.not_global);
    m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_SIF);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.perm, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W);
}

/* ---- Attributes --------------------------------------------------------------------------- */

/* What one MAIR byte means in AArch32 state; reserved ones act as Non-cacheable. G8.2.111. */
static struct armvirt_memattr attr_of(uint8_t byte, uint8_t sh)
{
    bool is_device = (byte & 0xf0) == 0;
    bool is_reserved = is_device ? (byte & 3) != 0 : (byte & 0x0f) == 0;
    struct armvirt_memattr attr = {.mair = is_reserved ? 0x44 : byte, .sh = sh};
    unsigned outer = attr.mair >> 4, inner = attr.mair & 0xf;
    bool outer_wb = (outer & 4) && outer != 4, inner_wb = (inner & 4) && inner != 4;

    attr.xs = !(outer_wb && inner_wb);
    if (attr.mair == 0x44 || (attr.mair & 0xf0) == 0) {
        attr.sh = ARMVIRT_SH_OUTER;
    }
    return attr;
}

static void G5_7_4_all_attributes(void **state)
{
    static const uint8_t sh_of[4] = {ARMVIRT_SH_NONE, ARMVIRT_SH_OUTER /* reserved */,
                                     ARMVIRT_SH_OUTER, ARMVIRT_SH_INNER};
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.id_aa64pfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_MTE, 2);
    m.vmsa.id_aa64isar1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_XS, 1);
    for (unsigned index = 0; index < 8; index++) {
        for (unsigned sh = 0; sh < 4; sh++) {
            machine_clear_memory(&m);
            machine_put(&m, TABLE0,
                        BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, index) |
                            ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_SH, sh));
            for (unsigned byte = 0; byte < 256; byte++) {
                struct armvirt_memattr expected = attr_of((uint8_t)byte, sh_of[sh]);

                m.vmsa.mair_el1 = (uint64_t)byte << 8 * index;
                expect_pa(&m, 0, 0);
                assert_int_equal(m.walk.attr.mair, expected.mair);
                assert_int_equal(m.walk.attr.sh, expected.sh);
                assert_int_equal(m.walk.attr.xs, expected.xs);
                assert_int_equal(m.walk.attr.tag, ARMVIRT_UNTAGGED);
            }
        }
    }
}

struct cache_row {
    const char *name;
    uint64_t off; /* SCTLR bits to clear */
    unsigned index;
    unsigned kind;
    uint8_t mair;
};

static const struct cache_row cache_rows[] = {
    {"caches on: data", 0, 0, ARMVIRT_READ, 0xff},
    {"caches on: fetch", 0, 0, ARMVIRT_FETCH, 0xff},
    {"SCTLR.C = 0: data is Non-cacheable", ARMVIRT_SCTLR_C, 0, ARMVIRT_READ, 0x44},
    {"SCTLR.C = 0: fetches are not concerned", ARMVIRT_SCTLR_C, 0, ARMVIRT_FETCH, 0xff},
    {"SCTLR.I = 0: fetches are Non-cacheable", ARMVIRT_SCTLR_I, 0, ARMVIRT_FETCH, 0x44},
    {"SCTLR.I = 0: data is not concerned", ARMVIRT_SCTLR_I, 0, ARMVIRT_READ, 0xff},
    {"Device data", ARMVIRT_SCTLR_C, 4, ARMVIRT_READ, 0x04},
    {"Device fetches as Non-cacheable", 0, 4, ARMVIRT_FETCH, 0x44},
};

static void cacheability(void **state)
{
    const struct cache_row *row = *state;
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 &= ~row->off;
    machine_put(&m, TABLE0, BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, row->index));
    assert_int_equal(machine_try(&m, 0, row->kind, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, row->mair);
}

static void G5_5_5_ASID_of_the_base_that_A1_selects(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.ttbr0_el1[0] |= ARMVIRT_PUT(ARMVIRT_TTBR0_LPAE_ASID, 0x12) | ARMVIRT_BITS(63, 56);
    m.vmsa.ttbr1_el1[0] |= ARMVIRT_PUT(ARMVIRT_TTBR1_LPAE_ASID, 0x34) | ARMVIRT_BITS(63, 56);
    machine_put(&m, TABLE0, BLOCK | ARMVIRT_LPAE_S1_LEAF_NG);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.asid, 0x12);
    assert_true(m.walk.s1.not_global);
    m.vmsa.tcr_el1 |= ARMVIRT_TTBCR_LPAE_A1;
    machine_clear_memory(&m);
    machine_put(&m, TABLE0, BLOCK);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.asid, 0x34);
    assert_false(m.walk.s1.not_global);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, G5_6_permissions);
    SUITE_ADD_ROWS(&suite, fetch_reasons, fetch_rows);
    SUITE_ADD(&suite, G5_5_3_1_hierarchical_permissions_disabled);
    SUITE_ADD(&suite, cache_maintenance_is_not_checked);
    SUITE_ADD(&suite, G5_5_4_NS_of_a_leaf);
    SUITE_ADD(&suite, G5_5_4_1_NSTable);
    SUITE_ADD(&suite, G5_7_4_all_attributes);
    SUITE_ADD_ROWS(&suite, cacheability, cache_rows);
    SUITE_ADD(&suite, G5_5_5_ASID_of_the_base_that_A1_selects);
    return suite_run(&suite, "lpae_access");
}
