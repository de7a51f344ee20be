/* SPDX-License-Identifier: MIT */
/*
 * The access flag and cache maintenance where it raises no Access flag fault
 * (ARMVIRT_OPT_CMO_IGNORES_AF): DDI0487 D8.5.1.2 I_KJBFT, D8.15.3 R_TRTWX. The dirty state after
 * Alignment faults (ARMVIRT_OPT_DB_ON_ALIGNMENT): J1.1.4 SettingDirtyStatePermitted.
 */
#include "tables.h"

static struct tables t;

static const unsigned maintenance[] = {
    ARMVIRT_DC_INVALIDATE,
    ARMVIRT_DC_CLEAN,
    ARMVIRT_DC_CLEAN_INVALIDATE,
    ARMVIRT_IC,
};

/* A page whose access flag is 0, with hardware management or without. */
static uint64_t reset(bool managed, bool ignores)
{
    tables_reset(&t);
    t.vmsa.options = ignores ? ARMVIRT_OPT_CMO_IGNORES_AF : 0;
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HA, managed);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HD, 0);
    return tables_page(&t, 0, PAGE | (S1_RW & ~LEAF_AF));
}

static void rule_I_KJBFT_no_fault_means_no_update(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(maintenance); i++) {
        for (unsigned ignores = 0; ignores < 2; ignores++) {
            uint64_t leaf = reset(true, ignores);

            assert_int_equal(tables_run(&t, 0, maintenance[i], 1, 0), ARMVIRT_OK);
            assert_int_equal(!(tables_find(&t, leaf)->value[0] & LEAF_AF), ignores);
        }
    }
}

static void rule_I_KJBFT_other_accesses_still_update(void **state)
{
    uint64_t leaf = reset(true, true);

    (void)state;
    assert_int_equal(tables_run(&t, 0, ARMVIRT_READ, 1, 0), ARMVIRT_OK);
    assert_true(tables_find(&t, leaf)->value[0] & LEAF_AF);
}

/* The accesses to stage 1 tables are those of any walk. */
static void rule_R_TRTWX_tables_at_stage_2_need_their_flag(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(maintenance); i++) {
        reset(false, true);
        tables_enable_stage2(&t);
        tables_s2_walk_pages(&t);
        tables_s2_page(&t, S1_TABLE(3), S1_TABLE(3) | (S2_PAGE & ~LEAF_AF));
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HA, 0);
        assert_int_equal(tables_run(&t, 0, maintenance[i], 1, 0), ARMVIRT_FAULT);
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_ACCESS_FLAG);
        assert_true(t.walk.fault.s1ptw);
    }
}

/* Stage 1 maps Device memory that is clean; at EL0 it may be written or not. */
static uint64_t reset_clean(bool el0_writes)
{
    uint64_t leaf;

    tables_reset(&t);
    t.vmsa.options = ARMVIRT_OPT_DB_ON_ALIGNMENT;
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HA, 1);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_HD, 1);
    set_field(&t.vmsa.tcr2_el1, ARMVIRT_TCR2_EL1_PIE, 0);
    leaf = PAGE | S1_RW | LEAF_ATTR(MAIR_NGNRNE) | LEAF_BIT7 | LEAF_DBM;
    return tables_page(&t, 0, leaf | (el0_writes ? LEAF_AP(1) : 0));
}

static void rule_J1_1_4_no_dirty_state_where_permission_fails_too(void **state)
{
    (void)state;
    for (unsigned writes = 0; writes < 2; writes++) {
        uint64_t leaf = reset_clean(writes);

        tables_run(&t, 0, ARMVIRT_WRITE, 0, ARMVIRT_ACCESS_UNALIGNED);
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_ALIGNMENT);
        assert_int_equal(!(tables_find(&t, leaf)->value[0] & LEAF_BIT7), writes);
    }
}

/* The same at stage 2, where DBM alone would let a write set the dirty bit. */
static void rule_J1_1_4_no_dirty_state_at_stage_2_either(void **state)
{
    (void)state;
    for (unsigned readable = 0; readable < 2; readable++) {
        uint64_t leaf = PAGE | (S2_PAGE & ~(S2_WB | S2_RW)) | S2_DEVICE | LEAF_DBM;

        tables_reset(&t);
        t.vmsa.options = ARMVIRT_OPT_DB_ON_ALIGNMENT;
        tables_page(&t, 0, PAGE | S1_RW);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HA, 1);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_HD, 1);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_S2PIE, 0);
        leaf = tables_s2_page(&t, PAGE, leaf | LEAF_AP(readable));
        tables_run(&t, 0, ARMVIRT_READ_WRITE, 1, ARMVIRT_ACCESS_UNALIGNED);
        assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_ALIGNMENT);
        assert_int_equal((tables_find(&t, leaf)->value[0] & LEAF_BIT7) != 0, readable);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_I_KJBFT_no_fault_means_no_update);
    SUITE_ADD(&suite, rule_I_KJBFT_other_accesses_still_update);
    SUITE_ADD(&suite, rule_R_TRTWX_tables_at_stage_2_need_their_flag);
    SUITE_ADD(&suite, rule_J1_1_4_no_dirty_state_where_permission_fails_too);
    SUITE_ADD(&suite, rule_J1_1_4_no_dirty_state_at_stage_2_either);
    return suite_run(&suite, "access flag and dirty state");
}
