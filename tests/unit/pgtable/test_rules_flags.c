/* SPDX-License-Identifier: MIT */
/*
 * Priority of faults, access flag and dirty state: DDI0487 D8.5, D8.15.3 to D8.15.5, B2.10
 * (alignment of Device memory).
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000) /* in the last GB but one of stage 2 */

/* ---- Priority ----------------------------------------------------------------------------- */

/* A leaf that is wrong in all that comes after the first @right checks. */
static uint64_t leaf_right_in(unsigned right, uint64_t device, uint64_t normal, uint64_t read_only,
                              uint64_t writable)
{
    uint64_t leaf = right > 0 ? LEAF_PAGE : LEAF_PAGE & ~LEAF_VALID;

    leaf |= right > 1 ? 0 : UINT64_C(1) << 40;
    leaf |= right > 2 ? LEAF_AF : 0;
    leaf |= right > 3 ? normal : device;
    return leaf | (right > 4 ? writable : read_only);
}

static void rule_24_R_XCHFJ_order_of_both_stages(void **state)
{
    static const struct {
        unsigned type, reason;
    } order[] = {
        {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_REASON_DESC_INVALID},
        {ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_OUTPUT_ADDRESS},
        {ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_REASON_ACCESS_FLAG},
        {ARMVIRT_FAULT_ALIGNMENT, ARMVIRT_REASON_DEVICE_UNALIGNED},
        {ARMVIRT_FAULT_PERMISSION, 0},
    };

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        unsigned s1 = i < 5 ? i : 5, s2 = i < 5 ? 0 : i - 5;
        unsigned reason = i == 4   ? ARMVIRT_REASON_AP_WRITE
                          : i == 9 ? ARMVIRT_REASON_S2AP_WRITE
                                   : order[i % 5].reason;

        tables_reset(&t);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 2);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_PS, 2);
        tables_page(&t, 0, IPA | leaf_right_in(s1, LEAF_ATTR(MAIR_GRE), 0, LEAF_BIT7, 0));
        tables_s2_page(&t, IPA, IPA | leaf_right_in(s2, 0, S2_WB, LEAF_AP(1), S2_RW));
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, ARMVIRT_ACCESS_UNALIGNED, reason);
        assert_int_equal(t.walk.fault.type, order[i % 5].type);
        assert_int_equal(t.walk.fault.stage, i < 5 ? 1 : 2);
        assert_int_equal(t.walk.fault.level, 3);
        assert_false(t.walk.fault.s1ptw);
        assert_true(t.walk.fault.write);
    }
}

/* A stage 2 fault of a table comes when the table is read, after what is wrong above it. */
static void rule_24_R_XCHFJ_stage_2_faults_of_tables_come_at_the_read(void **state)
{
    (void)state;
    for (unsigned bad = 0; bad <= 3; bad++) {
        for (unsigned invalid = 0; invalid <= 3; invalid++) {
            uint64_t entry;

            tables_reset(&t);
            tables_enable_stage2(&t);
            tables_page(&t, 0, IPA | S1_RW);
            entry = tables_index(&shape_4k_48, (int)invalid, S1_TABLE((int)invalid), 0);
            tables_put(&t, entry, 0);
            tables_s2_walk_pages(&t);
            tables_s2_page(&t, S1_TABLE((int)bad), 0);
            assert_int_equal(tables_run(&t, 0, ARMVIRT_READ, 1, 0), ARMVIRT_FAULT);
            assert_int_equal(t.walk.fault.stage, bad <= invalid ? 2 : 1);
            assert_int_equal(t.walk.fault.s1ptw, bad <= invalid);
            assert_int_equal(t.walk.fault.level, bad <= invalid ? 3 : (int)invalid);
        }
    }
}

static void rule_25_R_SWTYY_access_flag_before_permission_for_all_kinds(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ARMVIRT_ACCESS_KINDS; kind++) {
        for (unsigned ignores = 0; ignores < 2; ignores++) {
            bool cmo = (kind >= ARMVIRT_DC_INVALIDATE && kind <= ARMVIRT_DC_CLEAN_INVALIDATE) ||
                       kind == ARMVIRT_IC;

            tables_reset(&t);
            t.vmsa.options = ignores ? ARMVIRT_OPT_CMO_IGNORES_AF : 0;
            tables_page(&t, 0, PAGE | LEAF_PAGE | LEAF_AP(2) | LEAF_PXN | LEAF_UXN);
            tables_run(&t, 0, kind, 0, 0);
            if (kind == ARMVIRT_DEBUGGER)
                assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_NONE);
            else
                assert_int_equal(t.walk.fault.type, cmo && ignores ? ARMVIRT_FAULT_PERMISSION
                                                                   : ARMVIRT_FAULT_ACCESS_FLAG);
        }
    }
}

/* ---- Alignment ---------------------------------------------------------------------------- */

struct align_row {
    const char *name;
    unsigned kind, flags, mair;
    uint64_t sctlr_clear; /* bits of SCTLR_EL1 */
    unsigned reason;
};

#define U ARMVIRT_ACCESS_UNALIGNED
#define M ARMVIRT_ACCESS_MULTIPLE

static const struct align_row align_rows[] = {
    {"rule_26_B2_10_unaligned_read", ARMVIRT_READ, U, MAIR_NGNRNE, 0,
     ARMVIRT_REASON_DEVICE_UNALIGNED},
    {"rule_26_B2_10_unaligned_GRE", ARMVIRT_READ, U, MAIR_GRE, 0, ARMVIRT_REASON_DEVICE_UNALIGNED},
    {"rule_26_B2_10_aligned_read", ARMVIRT_READ, 0, MAIR_NGNRNE, 0, ARMVIRT_REASON_AP_READ},
    {"rule_26_B2_10_unaligned_Normal", ARMVIRT_READ, U, MAIR_NC, 0, ARMVIRT_REASON_AP_READ},
    {"rule_26_B2_10_fetch", ARMVIRT_FETCH, U, MAIR_NGNRNE, 0, ARMVIRT_REASON_XN},
    {"rule_26_R_NJGLC_AT_is_never_misaligned", ARMVIRT_AT_WRITE, U, MAIR_NGNRNE, 0,
     ARMVIRT_REASON_AP_WRITE},
    {"rule_26_I_QZTRG_DC_is_never_misaligned", ARMVIRT_DC_INVALIDATE, U, MAIR_NGNRNE, 0,
     ARMVIRT_REASON_AP_WRITE},
    {"rule_26_I_QZTRG_IC_is_never_misaligned", ARMVIRT_IC, U, MAIR_NGNRNE, 0,
     ARMVIRT_REASON_AP_READ},
    {"rule_26_D7_5_10_DC_ZVA_always_faults", ARMVIRT_DC_ZERO, 0, MAIR_GRE, 0,
     ARMVIRT_REASON_DEVICE_ZERO},
    {"rule_26_D7_5_10_DC_ZVA_to_Normal", ARMVIRT_DC_ZERO, 0, MAIR_NC, 0, ARMVIRT_REASON_AP_WRITE},
    {"rule_26_R_JMXVK_DC_GVA_may_fault", ARMVIRT_DC_ZERO, ARMVIRT_ACCESS_TAG, MAIR_GRE, 0,
     ARMVIRT_REASON_DEVICE_TAG_STORE},
    {"rule_26_D10_3_1_a_tag_store_does_not", ARMVIRT_WRITE, ARMVIRT_ACCESS_TAG, MAIR_GRE, 0,
     ARMVIRT_REASON_AP_WRITE},
    {"rule_26_nTLSMD_multiple_to_nGnRnE", ARMVIRT_READ, M, MAIR_NGNRNE, ARMVIRT_SCTLR_EL1_NTLSMD,
     ARMVIRT_REASON_DEVICE_MULTIPLE},
    {"rule_26_nTLSMD_multiple_to_GRE", ARMVIRT_READ, M, MAIR_GRE, ARMVIRT_SCTLR_EL1_NTLSMD,
     ARMVIRT_REASON_AP_READ},
    {"rule_26_nTLSMD_1_multiple_to_nGnRnE", ARMVIRT_READ, M, MAIR_NGNRNE, 0,
     ARMVIRT_REASON_AP_READ},
};

/* EL0 has no permission at all, so what is not misaligned fails by that. */
static void alignment(void **state)
{
    const struct align_row *row = *state;

    tables_reset(&t);
    t.vmsa.sctlr_el1 &= ~row->sctlr_clear;
    tables_page(&t, 0, PAGE | LEAF_PAGE | LEAF_AF | LEAF_ATTR(row->mair) | LEAF_AP(2) | LEAF_UXN);
    expect_reason(&t, 0, row->kind, 0, row->flags, row->reason);
}

static void rule_26_stage_2_Device_is_checked_too(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        unsigned kind = i < 3 ? ARMVIRT_READ : ARMVIRT_DC_ZERO;
        unsigned flags = i == 0 ? U : i == 1 ? M : i == 5 ? ARMVIRT_ACCESS_TAG : 0;
        unsigned reason = i == 0   ? ARMVIRT_REASON_DEVICE_UNALIGNED
                          : i == 5 ? ARMVIRT_REASON_DEVICE_TAG_STORE
                          : i > 2  ? ARMVIRT_REASON_DEVICE_ZERO
                                   : ARMVIRT_REASON_S2AP_READ;

        tables_reset(&t);
        tables_enable_stage2(&t);
        t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_NTLSMD;
        tables_page(&t, 0, IPA | S1_RW);
        tables_s2_page(&t, IPA, IPA | LEAF_PAGE | LEAF_AF);
        expect_reason(&t, 0, kind, 1, flags, reason);
        assert_int_equal(t.walk.fault.stage, 2);
    }
}

/* ---- Updates of stage 1 leaves ------------------------------------------------------------ */

struct update_case {
    unsigned features, ha, hd, dbm, ap2, af;
};

static const uint8_t update_kinds[] = {ARMVIRT_READ,          ARMVIRT_WRITE,   ARMVIRT_READ_WRITE,
                                       ARMVIRT_FETCH,         ARMVIRT_AT_READ, ARMVIRT_AT_WRITE,
                                       ARMVIRT_DC_INVALIDATE, ARMVIRT_DC_ZERO, ARMVIRT_DEBUGGER};

static bool is_at(unsigned kind)
{
    return kind == ARMVIRT_AT_READ || kind == ARMVIRT_AT_WRITE;
}

static bool stores(unsigned kind)
{
    return kind == ARMVIRT_WRITE || kind == ARMVIRT_READ_WRITE || kind == ARMVIRT_DC_ZERO;
}

static bool needs_write(unsigned kind)
{
    return stores(kind) || kind == ARMVIRT_AT_WRITE || kind == ARMVIRT_DC_INVALIDATE;
}

static void try_update(const struct update_case *c, unsigned kind)
{
    bool ha = c->ha && c->features >= 1, hd = ha && c->hd && c->features >= 2;
    uint64_t leaf = PAGE | LEAF_PAGE | (c->af ? LEAF_AF : 0) | (c->dbm ? LEAF_DBM : 0) |
                    (c->ap2 ? LEAF_BIT7 : 0);
    uint64_t becomes = leaf, where = tables_page(&t, 0, leaf);
    unsigned reason = ARMVIRT_REASON_NONE;

    if (!c->af && !ha && kind != ARMVIRT_DEBUGGER)
        reason = ARMVIRT_REASON_ACCESS_FLAG;
    else if (needs_write(kind) && c->ap2 && !(c->dbm && hd))
        reason = ARMVIRT_REASON_AP_WRITE;
    if (reason == ARMVIRT_REASON_NONE && kind != ARMVIRT_DEBUGGER && !is_at(kind)) {
        becomes |= ha ? LEAF_AF : 0;
        if (hd && c->dbm && stores(kind))
            becomes &= ~LEAF_BIT7;
    }
    expect_reason(&t, 0, kind, 1, 0, reason);
    assert_int_equal(tables_find(&t, where)->value[0], becomes);
    assert_int_equal(t.writes, becomes != leaf);
    tables_put(&t, where, leaf);
    expect_reason(&t, 0, kind, 1, ARMVIRT_ACCESS_NO_UPDATE, reason);
    assert_int_equal(t.writes, 0);
}

static void rules_27_28_R_HDTRB_R_NSXRD_every_update_of_a_leaf(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        struct update_case c = {i & 3, i >> 2 & 1, i >> 3 & 1, i >> 4 & 1, i >> 5 & 1, i >> 6};

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, c.features);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HA, c.ha);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HD, c.hd);
        for (unsigned k = 0; k < COUNT_OF(update_kinds); k++)
            try_update(&c, update_kinds[k]);
    }
}

static void enable_updates(void)
{
    tables_reset(&t);
    t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
}

static void rule_27_R_QSPMS_updates_beside_a_fault_are_a_choice(void **state)
{
    static const struct {
        unsigned flags, kind;
        uint64_t leaf;
        unsigned reason;
        bool af_by_choice, db_by_choice;
    } rows[] = {
        {0, ARMVIRT_WRITE, LEAF_BIT7, ARMVIRT_REASON_AP_WRITE, true, false},
        {U, ARMVIRT_WRITE, LEAF_ATTR(MAIR_GRE) | LEAF_DBM | LEAF_BIT7,
         ARMVIRT_REASON_DEVICE_UNALIGNED, true, true},
        {U, ARMVIRT_READ, LEAF_ATTR(MAIR_GRE) | LEAF_DBM | LEAF_BIT7,
         ARMVIRT_REASON_DEVICE_UNALIGNED, true, false},
        {0, ARMVIRT_READ, UINT64_C(1) << 47, ARMVIRT_REASON_OUTPUT_ADDRESS, false, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows) * 4; i++) {
        const uint64_t leaf = PAGE | LEAF_PAGE | rows[i / 4].leaf;
        uint64_t where, becomes = leaf;

        enable_updates();
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 4);
        t.vmsa.options =
            (i & 1 ? ARMVIRT_OPT_AF_ON_FAULT : 0u) | (i & 2 ? ARMVIRT_OPT_DB_ON_ALIGNMENT : 0u);
        becomes |= (i & 1) && rows[i / 4].af_by_choice ? LEAF_AF : 0;
        if ((i & 2) && rows[i / 4].db_by_choice)
            becomes &= ~LEAF_BIT7;
        where = tables_page(&t, 0, leaf);
        expect_reason(&t, 0, rows[i / 4].kind, 1, rows[i / 4].flags, rows[i / 4].reason);
        assert_int_equal(tables_find(&t, where)->value[0], becomes);
    }
}

static void rule_29_R_XZFQH_DBM_counts_before_the_tables_above(void **state)
{
    (void)state;
    for (unsigned aptable = 0; aptable < 4; aptable++) {
        uint64_t leaf = PAGE | S1_RW | LEAF_DBM | LEAF_BIT7;
        uint64_t where;

        enable_updates();
        where = tables_page(&t, 0, leaf);
        tables_find(&t, S1_TABLE(1))->value[0] |= (uint64_t)aptable << 61;
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0,
                      aptable & 2 ? ARMVIRT_REASON_AP_WRITE : ARMVIRT_REASON_NONE);
        assert_int_equal(tables_find(&t, where)->value[0], aptable & 2 ? leaf : leaf & ~LEAF_BIT7);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_24_R_XCHFJ_order_of_both_stages);
    SUITE_ADD(&suite, rule_24_R_XCHFJ_stage_2_faults_of_tables_come_at_the_read);
    SUITE_ADD(&suite, rule_25_R_SWTYY_access_flag_before_permission_for_all_kinds);
    SUITE_ADD_ROWS(&suite, alignment, align_rows);
    SUITE_ADD(&suite, rule_26_stage_2_Device_is_checked_too);
    SUITE_ADD(&suite, rules_27_28_R_HDTRB_R_NSXRD_every_update_of_a_leaf);
    SUITE_ADD(&suite, rule_27_R_QSPMS_updates_beside_a_fault_are_a_choice);
    SUITE_ADD(&suite, rule_29_R_XZFQH_DBM_counts_before_the_tables_above);
    return suite_run(&suite, "rules: flags");
}
