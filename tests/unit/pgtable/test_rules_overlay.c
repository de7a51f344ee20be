/* SPDX-License-Identifier: MIT */
/*
 * Overlays together with WXN and PSTATE.PAN: DDI0487 D8.4.1.2 R_SYMMB, D8.4.1.4 R_RPXZR, D8.4.5
 * R_XTSQH; J1.1.4 S1DirectBasePermissions, S1ComputePermissions.
 */
#include "tables.h"

static struct tables t;

/* Writable and executable above EL0, executable at EL0; overlay 0 takes nothing away. */
static void reset(bool wxn, bool epan)
{
    tables_reset(&t);
    set_field(&t.vmsa.tcr2_el1, ARMVIRT_TCR2_EL1_PIE, 0);
    set_field(&t.vmsa.tcr2_el1, ARMVIRT_TCR2_EL1_POE, 1);
    set_field(&t.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_TCR2EN, 1);
    set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_TCR2EN, 1);
    set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_HXEN, 1);
    set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_PIEN, 1);
    set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_WXN, wxn);
    set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_EPAN, epan);
    t.vmsa.por_el1 = 7;
    tables_page(&t, 0, PAGE | S1_RW);
}

static void rule_R_SYMMB_WXN_takes_the_write_of_an_overlay(void **state)
{
    (void)state;
    reset(true, false);
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_OVERLAY);
    assert_true(t.walk.fault.overlay);
    expect_reason(&t, 0, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_NONE);
    reset(false, false);
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_NONE);
}

/* What PAN forbids is not writable, so WXN has nothing to take away. */
static void rule_R_XTSQH_PAN_comes_before_WXN(void **state)
{
    (void)state;
    reset(true, true);
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_PAN);
    assert_false(t.walk.fault.overlay);
    t.vmsa.por_el1 = 3;
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_OVERLAY);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_R_SYMMB_WXN_takes_the_write_of_an_overlay);
    SUITE_ADD(&suite, rule_R_XTSQH_PAN_comes_before_WXN);
    return suite_run(&suite, "overlays, WXN and PAN");
}
