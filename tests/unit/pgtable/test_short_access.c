/* SPDX-License-Identifier: MIT */
/* VMSAv8-32, Short-descriptor format: domains, permissions, access flag. DDI0487 G5.6. */
#include "short_tables.h"

/* ---- Domains ------------------------------------------------------------------------------ */

/* What DACR = 0b10 acts as, for each value of the choice. */
static unsigned effective_domain(unsigned field, unsigned choice)
{
    if (field != RESERVED) {
        return field;
    }
    return choice == CLIENT || choice == MANAGER ? choice : NO_ACCESS;
}

/* All kinds of leaf in all domains with all values of DACR; the leaf gives EL0 no access. */
static void G5_6_4_all_domains(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned i = 0; i < KINDS * 16 * 4 * 4; i++) {
        unsigned choice = i & 3, field = i >> 2 & 3, domain = i >> 4 & 15;
        struct leaf leaf = {.kind = (enum kind)(i >> 8), .ap = 1, .domain = domain};
        unsigned used = leaf.kind == A_SUPERSECTION ? 0 : domain;
        unsigned effective = effective_domain(field, choice);
        enum armvirt_status status;

        reset(&m);
        map(&m, &leaf);
        m.vmsa.reserved_dacr = (uint8_t)choice;
        m.vmsa.dacr32_el2 = (ALL_CLIENTS & ~(UINT32_C(3) << 2 * used)) | field << 2 * used;
        status = machine_try(&m, 0, ARMVIRT_READ, 0);
        if (effective == MANAGER) {
            assert_int_equal(status, ARMVIRT_OK);
            assert_int_equal(m.walk.s1.domain, used);
            continue;
        }
        assert_int_equal(status, ARMVIRT_FAULT);
        assert_int_equal(m.walk.fault.type,
                         effective == CLIENT ? ARMVIRT_FAULT_PERMISSION : ARMVIRT_FAULT_DOMAIN);
        assert_int_equal(m.walk.fault.reason,
                         effective == CLIENT ? ARMVIRT_REASON_AP_READ : ARMVIRT_REASON_DOMAIN);
        assert_int_equal(m.walk.fault.level, level_of(leaf.kind));
        assert_int_equal(m.walk.fault.domain, used);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1) == ARMVIRT_OK, effective == CLIENT);
    }
}

/* A manager may do all, even where XN, WXN, PAN, SIF and AP say no. */
static void G5_6_4_a_manager_has_all_rights(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};
    struct machine m;

    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .xn = true, .pxn = true, .ns = true};

        reset(&m);
        machine_secure(&m);
        map(&m, &leaf);
        m.vmsa.dacr32_el2 = MANAGER;
        m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
        m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN;
        m.vmsa.options = ARMVIRT_OPT_FETCH_DEVICE_FAULT;
        for (unsigned i = 0; i < 2 * COUNT_OF(kinds); i++) {
            const struct armvirt_access access = {
                .kind = kinds[i / 2], .el = i & 1, .flags = ARMVIRT_ACCESS_PAN};

            assert_int_equal(machine_access(&m, &access), ARMVIRT_OK);
            assert_int_equal(m.walk.perm, 0x77);
        }
    }
}

struct exempt_row {
    const char *name;
    unsigned kind;
    enum armvirt_fault_type no_access, client; /* of a leaf that permits nothing */
};

static const struct exempt_row exempt_rows[] = {
    {"domain: read", ARMVIRT_READ, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: fetch", ARMVIRT_FETCH, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: AT", ARMVIRT_AT_WRITE, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: AT S1E1A checks no permission", ARMVIRT_AT_ANY, ARMVIRT_FAULT_DOMAIN,
     ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC IVAC", ARMVIRT_DC_INVALIDATE, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC CIVAC", ARMVIRT_DC_CLEAN_INVALIDATE, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC CVAC", ARMVIRT_DC_CLEAN, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: IC IVAU", ARMVIRT_IC, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"domain: a debugger", ARMVIRT_DEBUGGER, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
};

static void exempt(void **state)
{
    const struct exempt_row *row = *state;
    struct machine m;

    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .xn = true};

        reset(&m);
        map(&m, &leaf);
        m.vmsa.dacr32_el2 = NO_ACCESS;
        machine_try(&m, 0, row->kind, 1);
        assert_int_equal(m.walk.fault.type, row->no_access);
        assert_int_equal(m.walk.perm, 0);
        m.vmsa.dacr32_el2 = CLIENT;
        machine_try(&m, 0, row->kind, 1);
        assert_int_equal(m.walk.fault.type, row->client);
        assert_int_equal(m.walk.perm, 0);
    }
}

/* ---- Permissions -------------------------------------------------------------------------- */

/* AP in words. DDI0487 Table G5-9, and Table G5-7 with SCTLR.AFE; 0b100 is reserved: nothing. */
static struct permissions permissions_of(unsigned ap, bool afe)
{
    static const struct permissions full[8] = {
        [1] = {.priv_read = true, .priv_write = true},
        [2] = {.priv_read = true, .priv_write = true, .el0_read = true},
        [3] = {.priv_read = true, .priv_write = true, .el0_read = true, .el0_write = true},
        [5] = {.priv_read = true},
        [6] = {.priv_read = true, .el0_read = true},
        [7] = {.priv_read = true, .el0_read = true},
    };
    bool read_only = ap & 4, el0 = ap & 2;

    if (!afe) {
        return full[ap];
    }
    return (struct permissions){.priv_read = true,
                                .priv_write = !read_only,
                                .el0_read = el0,
                                .el0_write = el0 && !read_only};
}

/* All of AP, AFE, XN, PXN, WXN, UWXN on each kind of leaf, for all accesses. */
static void G5_6_permissions(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned i = 0; i < KINDS * 256; i++) {
        struct leaf leaf = {.kind = (enum kind)(i >> 8), .ap = i & 7};
        bool afe = i & 8;
        struct permissions p = permissions_of(leaf.ap, afe);

        if (afe && !(leaf.ap & 1)) {
            continue; /* an Access flag fault */
        }
        leaf.xn = p.xn = i & 16;
        leaf.pxn = p.pxn = i & 32;
        p.wxn = i & 64;
        p.uwxn = i & 128;
        m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_AFE | ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN);
        m.vmsa.sctlr_el1 |= (afe ? ARMVIRT_SCTLR_AFE : 0) | (p.wxn ? ARMVIRT_SCTLR_WXN : 0) |
                            (p.uwxn ? ARMVIRT_SCTLR_UWXN : 0);
        map(&m, &leaf);
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            expect_permission(&m, &p, 0, kinds[k], 0, false);
            expect_permission(&m, &p, 0, kinds[k], 1, false);
            expect_permission(&m, &p, 0, kinds[k], 1, true);
        }
    }
}

struct reason_row {
    const char *name;
    struct leaf leaf;
    uint64_t sctlr;
    unsigned kind, el;
    unsigned flags;
    enum armvirt_reason reason;
};

static const struct reason_row reason_rows[] = {
    {"why: no read", {.ap = 0}, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_AP_READ},
    {"why: no write", {.ap = 5}, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_AP_WRITE},
    {"why: reserved AP", {.ap = 4}, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_AP_READ},
    {"why: PAN", {.ap = 2}, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_PAN},
    {"why: XN", {.ap = 3, .xn = true}, 0, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_XN},
    {"why: XN comes before UWXN",
     {.ap = 3, .xn = true},
     ARMVIRT_SCTLR_UWXN,
     ARMVIRT_FETCH,
     1,
     0,
     ARMVIRT_REASON_XN},
    {"why: PXN", {.ap = 3, .pxn = true}, 0, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_XN},
    {"why: fetch without read permission", {.ap = 1}, 0, ARMVIRT_FETCH, 0, 0, ARMVIRT_REASON_XN},
    {"why: WXN", {.ap = 1}, ARMVIRT_SCTLR_WXN, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_WXN},
    {"why: UWXN", {.ap = 3}, ARMVIRT_SCTLR_UWXN, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_WXN},
};

static void reasons(void **state)
{
    const struct reason_row *row = *state;
    const struct armvirt_access access = {
        .kind = (uint8_t)row->kind, .el = (uint8_t)row->el, .flags = (uint16_t)row->flags};
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 |= row->sctlr;
    map(&m, &row->leaf);
    assert_int_equal(machine_access(&m, &access), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

/* ---- Access flag -------------------------------------------------------------------------- */

static void G5_6_5_access_flag(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .ap = 2, .domain = 5};

        reset(&m);
        map(&m, &leaf);
        expect_pa(&m, 0, 0);
        m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_AFE;
        expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, level_of(leaf.kind),
                     ARMVIRT_REASON_ACCESS_FLAG);
        assert_int_equal(m.walk.fault.domain, leaf.kind == A_SUPERSECTION ? 0 : 5);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DEBUGGER, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_FAULT);
        m.vmsa.options = ARMVIRT_OPT_CMO_IGNORES_AF;
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_IC, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    }
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, G5_6_4_all_domains);
    SUITE_ADD(&suite, G5_6_4_a_manager_has_all_rights);
    SUITE_ADD_ROWS(&suite, exempt, exempt_rows);
    SUITE_ADD(&suite, G5_6_permissions);
    SUITE_ADD_ROWS(&suite, reasons, reason_rows);
    SUITE_ADD(&suite, G5_6_5_access_flag);
    return suite_run(&suite, "short_access");
}
