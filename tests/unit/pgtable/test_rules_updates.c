/* SPDX-License-Identifier: MIT */
/*
 * Hardware updates with indirect permissions, at stage 2, through stage 2, of tables, and against
 * software that writes at the same time: DDI0487 D8.5.1.3, D8.5.2, D8.5.3.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)

/* S1 leaf bits that make permission index @n: 54:53, 51, 6. */
static uint64_t index_bits(unsigned n)
{
    return (uint64_t)(n >> 2) << 53 | (uint64_t)(n >> 1 & 1) << 51 | (uint64_t)(n & 1) << 6;
}

/* ---- Dirty state with indirect permissions ------------------------------------------------ */

struct pie_case {
    unsigned ha, hd, clean, index;
};

static void rules_28_31_R_PPGMC_R_QXCRT_stage_1_dirty_state(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE,
                                    ARMVIRT_AT_WRITE, ARMVIRT_DC_INVALIDATE};

    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        struct pie_case c = {i & 1, i >> 1 & 1, i >> 2 & 1, i >> 3};
        bool hd = c.ha && c.hd;

        for (unsigned k = 0; k < COUNT_OF(kinds); k++) {
            uint64_t leaf = PAGE | S1_RW | index_bits(c.index) | (c.clean ? LEAF_BIT7 : 0);
            bool wants = kinds[k] != ARMVIRT_READ, stores = k == 1 || k == 2;
            uint64_t where;

            tables_reset(&t);
            t.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_PIE;
            t.vmsa.pir_el1 = UINT64_C(0x5555555555555555); /* read and write */
            set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HA, c.ha);
            set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HD, c.hd);
            where = tables_page(&t, 0, leaf);
            expect_reason(&t, 0, kinds[k], 1, 0,
                          wants && c.clean && !hd ? ARMVIRT_REASON_DIRTY : ARMVIRT_REASON_NONE);
            assert_int_equal(tables_find(&t, where)->value[0],
                             hd && stores ? leaf & ~LEAF_BIT7 : leaf);
            assert_int_equal(t.walk.fault.dirty_bit, wants && c.clean && !hd);
            if (!wants)
                assert_int_equal(t.walk.s1.clean, c.clean);
        }
    }
}

/* Stage 2: bit 7 is Dirty, and with direct permissions S2AP[1]. */
static void rules_30_31_R_XXBLY_R_XZFQH_stage_2_dirty_state(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned pie = i & 1, ha = i >> 1 & 1, hd = i >> 2 & 1, bit7 = i >> 3 & 1, dbm = i >> 4 & 1;
        unsigned kind = i >> 5 ? ARMVIRT_WRITE : ARMVIRT_READ;
        uint64_t leaf = IPA | LEAF_PAGE | LEAF_AF | S2_WB | UINT64_C(1) << 6 |
                        (bit7 ? LEAF_BIT7 : 0) | (dbm ? LEAF_DBM : 0);
        bool write = kind == ARMVIRT_WRITE, managed = ha && hd && (pie || dbm);
        unsigned reason = !write || bit7 || managed ? ARMVIRT_REASON_NONE
                          : pie                     ? ARMVIRT_REASON_DIRTY
                                                    : ARMVIRT_REASON_S2AP_WRITE;
        uint64_t where;

        tables_reset(&t);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_S2PIE, pie);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HA, ha);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HD, hd);
        t.vmsa.s2pir_el2 = UINT64_C(0xcccccccccccccccc); /* read and write */
        tables_page(&t, 0, IPA | S1_RW);
        where = tables_s2_page(&t, IPA, leaf);
        expect_reason(&t, 0, kind, 1, 0, reason);
        assert_int_equal(t.walk.fault.dirty_bit, reason == ARMVIRT_REASON_DIRTY);
        assert_int_equal(tables_find(&t, where)->value[0],
                         write && managed ? leaf | LEAF_BIT7 : leaf);
    }
}

static void rule_32_R_ZYGHJ_R_RKMHW_maintenance_and_AT_leave_dirty_state(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_AT_READ,  ARMVIRT_AT_WRITE,
                                    ARMVIRT_AT_ANY,   ARMVIRT_DC_INVALIDATE,
                                    ARMVIRT_DC_CLEAN, ARMVIRT_DC_CLEAN_INVALIDATE,
                                    ARMVIRT_IC};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(kinds) * 2; i++) {
        uint64_t leaf = PAGE | S1_RW | LEAF_DBM | LEAF_BIT7, where;

        tables_reset(&t);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
        t.vmsa.sctlr_el1 |= i & 1 ? ARMVIRT_SCTLR_EL1_CMOW : 0;
        where = tables_page(&t, 0, leaf);
        expect_reason(&t, 0, kinds[i / 2], 1, 0, ARMVIRT_REASON_NONE);
        assert_int_equal(tables_find(&t, where)->value[0], leaf);
    }
}

static void rule_32_R_XQSMX_AT_may_set_the_access_flag_of_a_leaf(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t where;

        tables_reset(&t);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        t.vmsa.options = i ? ARMVIRT_OPT_AT_SETS_AF : 0;
        where = tables_page(&t, 0, PAGE | LEAF_PAGE);
        expect_reason(&t, 0, ARMVIRT_AT_READ, 1, 0, ARMVIRT_REASON_NONE);
        assert_int_equal(tables_find(&t, where)->value[0], PAGE | LEAF_PAGE | (i ? LEAF_AF : 0));
    }
}

/* ---- Races -------------------------------------------------------------------------------- */

static uint64_t race_leaf; /* what software writes before the first update */

static enum armvirt_bus write_once(struct tables *machine, const struct armvirt_mem_req *req,
                                   bool cas)
{
    if (cas && machine->hook_count++ == 0)
        tables_find(machine, req->pa)->value[0] = race_leaf;
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus always_write(struct tables *machine, const struct armvirt_mem_req *req,
                                     bool cas)
{
    if (cas) {
        machine->hook_count++;
        tables_find(machine, req->pa)->value[0] ^= UINT64_C(1) << 55; /* for software */
    }
    return ARMVIRT_BUS_OK;
}

static void rule_32_I_YZSVV_new_descriptor_is_taken_whole(void **state)
{
    static const struct {
        uint64_t leaf;
        unsigned reason;
    } rows[] = {
        {UINT64_C(0x77770000) | LEAF_PAGE, ARMVIRT_REASON_NONE},
        {UINT64_C(0x77770000) | S1_RW, ARMVIRT_REASON_NONE}, /* no update is left to do */
        {UINT64_C(0x77770000), ARMVIRT_REASON_DESC_INVALID},
        {UINT64_C(0x77770000) | LEAF_PAGE | LEAF_AP(2), ARMVIRT_REASON_AP_WRITE},
        {UINT64_C(1) << 46 | LEAF_PAGE, ARMVIRT_REASON_OUTPUT_ADDRESS},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        uint64_t where;

        tables_reset(&t);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 4);
        t.hook = write_once;
        race_leaf = rows[i].leaf;
        where = tables_page(&t, 0, PAGE | LEAF_PAGE);
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, rows[i].reason);
        assert_int_equal(tables_find(&t, where)->value[0],
                         rows[i].reason ? race_leaf : race_leaf | LEAF_AF);
        if (rows[i].reason == ARMVIRT_REASON_NONE)
            assert_int_equal(t.walk.pa, UINT64_C(0x77770000));
    }
}

static void rule_32_I_YZSVV_sixteen_races_ask_the_caller_to_retry(void **state)
{
    (void)state;
    tables_reset(&t);
    t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
    t.hook = always_write;
    tables_page(&t, 0, PAGE | LEAF_PAGE);
    assert_int_equal(tables_run(&t, 0, ARMVIRT_READ, 1, 0), ARMVIRT_E_AGAIN);
    assert_int_equal(t.hook_count, 16);
    t.hook = NULL;
    expect_pa(&t, 0, ARMVIRT_READ, PAGE);
}

/* ---- Through stage 2 ---------------------------------------------------------------------- */

/* The page of the level 3 table gets @s2; the access needs the access flag of the leaf there. */
static uint64_t update_through(uint64_t s2)
{
    tables_page(&t, 0, IPA | LEAF_PAGE);
    tables_s2_walk_pages(&t);
    return tables_s2_page(&t, S1_TABLE(3), S1_TABLE(3) | s2);
}

static void rule_33_R_BDJJL_update_is_a_write_at_stage_2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned rw = i & 1, dbm = i >> 1 & 1, hd = i >> 2 & 1, level = i >> 3 ? 3 : 1;
        uint64_t s2 = LEAF_PAGE | LEAF_AF | S2_WB | LEAF_AP(rw ? 3 : 1) | (dbm ? LEAF_DBM : 0);
        bool allowed = rw || (dbm && hd) || level == 1;
        uint64_t where;

        tables_reset(&t);
        tables_enable_stage2(&t);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_HA | (hd ? ARMVIRT_VTCR_EL2_HD : 0);
        where = update_through(s2);
        if (level == 1) /* the block of 1 GB is writable */
            tables_put(&t, S2_TABLE(1) + 8, UINT64_C(0x40000000) | (S2_PAGE & ~UINT64_C(2)));
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      allowed ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2AP_WRITE);
        if (!allowed) {
            assert_true(t.walk.fault.s1ptw);
            assert_int_equal(t.walk.fault.stage, 2);
            assert_int_equal(t.walk.fault.level, 3);
            assert_int_equal(t.walk.fault.ipa, S1_TABLE(3));
            assert_false(t.walk.fault.write);
        } else if (level == 3) {
            assert_int_equal(!!(tables_find(&t, where)->value[0] & LEAF_BIT7), rw || dbm);
        }
        assert_int_equal(!!(tables_find(&t, S1_TABLE(3))->value[0] & LEAF_AF), allowed);
    }
}

/* ---- Table descriptors -------------------------------------------------------------------- */

struct haft_case {
    unsigned have, ha, haft, stage;
};

static void set_haft(const struct haft_case *c)
{
    tables_reset(&t);
    tables_enable_stage2(&t);
    set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, c->have ? 3 : 2);
    if (c->stage == 1) {
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HA, c->ha);
        set_field(&t.vmsa.tcr2_el1, ARMVIRT_TCR2_EL1_HAFT, c->haft);
    } else {
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HA, c->ha);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HAFT, c->haft);
    }
    tables_page(&t, 0, IPA | S1_RW);
    tables_s2_page(&t, IPA, IPA | S2_PAGE);
}

static bool table_flag(uint64_t pa)
{
    return (tables_find(&t, pa)->value[0] & LEAF_AF) != 0;
}

static void rule_34_R_CGKWB_R_FBZPR_HAFT_sets_the_flag_of_tables(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 48; i++) {
        struct haft_case c = {i & 1, i >> 1 & 1, i >> 2 & 1, 1 + (i >> 3 & 1)};
        static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_AT_READ, ARMVIRT_DEBUGGER};
        unsigned kind = kinds[i / 16];
        bool sets = c.have && c.ha && c.haft && kind != ARMVIRT_DEBUGGER;

        set_haft(&c);
        expect_reason(&t, 0, kind, 1, 0, ARMVIRT_REASON_NONE);
        for (int level = 0; level < 3; level++)
            assert_int_equal(table_flag(S1_TABLE(level)), sets && c.stage == 1);
        assert_int_equal(table_flag(S2_TABLE(1) + 7 * 8), sets && c.stage == 2);
        assert_int_equal(t.writes, sets ? (c.stage == 1 ? 3 : 2) : 0);
    }
}

static void rule_34_R_WLLHL_faults_of_the_table_come_first(void **state)
{
    struct haft_case c = {1, 1, 1, 1};

    (void)state;
    set_haft(&c);
    tables_put(&t, S1_TABLE(2), UINT64_C(1) << 40 | LEAF_TABLE);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 2);
    tables_s2_walk_pages(&t); /* the update would be refused */
    tables_s2_page(&t, S1_TABLE(2), S1_TABLE(2) | (S2_PAGE & ~LEAF_BIT7));
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, 2, ARMVIRT_REASON_TABLE_ADDRESS);
    assert_int_equal(t.walk.fault.stage, 1);
    assert_false(table_flag(S1_TABLE(2)));
}

static void rule_34_I_VPNMG_update_of_a_table_needs_stage_2_write(void **state)
{
    struct haft_case c = {1, 1, 1, 1};

    (void)state;
    set_haft(&c);
    tables_s2_walk_pages(&t);
    tables_s2_page(&t, S1_TABLE(0), S1_TABLE(0) | (S2_PAGE & ~LEAF_BIT7));
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_PERMISSION, 3, ARMVIRT_REASON_S2AP_WRITE);
    assert_true(t.walk.fault.s1ptw);
    expect_reason(&t, 0, ARMVIRT_DEBUGGER, 1, 0, ARMVIRT_REASON_NONE);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_28_31_R_PPGMC_R_QXCRT_stage_1_dirty_state);
    SUITE_ADD(&suite, rules_30_31_R_XXBLY_R_XZFQH_stage_2_dirty_state);
    SUITE_ADD(&suite, rule_32_R_ZYGHJ_R_RKMHW_maintenance_and_AT_leave_dirty_state);
    SUITE_ADD(&suite, rule_32_R_XQSMX_AT_may_set_the_access_flag_of_a_leaf);
    SUITE_ADD(&suite, rule_32_I_YZSVV_new_descriptor_is_taken_whole);
    SUITE_ADD(&suite, rule_32_I_YZSVV_sixteen_races_ask_the_caller_to_retry);
    SUITE_ADD(&suite, rule_33_R_BDJJL_update_is_a_write_at_stage_2);
    SUITE_ADD(&suite, rule_34_R_CGKWB_R_FBZPR_HAFT_sets_the_flag_of_tables);
    SUITE_ADD(&suite, rule_34_R_WLLHL_faults_of_the_table_come_first);
    SUITE_ADD(&suite, rule_34_I_VPNMG_update_of_a_table_needs_stage_2_write);
    return suite_run(&suite, "rules: updates");
}
