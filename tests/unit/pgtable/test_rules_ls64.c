/* SPDX-License-Identifier: MIT */
/*
 * Accesses of 64 bytes to memory that is cacheable: DDI0487 C3.2.8. The check is made at each
 * stage that is enabled, of the type that this stage alone gives.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x12340000)

/* LEAF_ATTR() of a stage 2 leaf that is Normal Non-cacheable. */
enum { S2_NC = 5 };

/* Stage 2 maps IPA with MemAttr @memattr; stage 1, if on, with @attr_index. */
static void map(unsigned attr_index, unsigned memattr)
{
    tables_reset(&t);
    tables_page(&t, PAGE, IPA | S1_RW | LEAF_ATTR(attr_index));
    tables_enable_stage2(&t);
    tables_s2_page(&t, IPA, IPA | (S2_PAGE & ~S2_WB) | LEAF_ATTR(memattr));
}

static void expect_refused_at(unsigned stage)
{
    assert_int_equal(tables_run(&t, PAGE, ARMVIRT_READ, 1, ARMVIRT_ACCESS_LS64), ARMVIRT_FAULT);
    assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_UNSUPPORTED_ATOMIC);
    assert_int_equal(t.walk.fault.stage, stage);
}

static void expect_done(void)
{
    assert_int_equal(tables_run(&t, PAGE, ARMVIRT_READ, 1, ARMVIRT_ACCESS_LS64), ARMVIRT_OK);
}

static void rule_C3_2_8_stage_1_refuses_what_it_says_is_cacheable(void **state)
{
    (void)state;
    map(MAIR_WB, S2_NC);
    expect_refused_at(1);
}

static void rule_C3_2_8_stage_2_refuses_what_it_says_is_cacheable(void **state)
{
    (void)state;
    map(MAIR_NC, 0xf);
    expect_refused_at(2);
    map(MAIR_NGNRNE, 0xf);
    expect_refused_at(2);
}

static void rule_C3_2_8_both_stages_agree(void **state)
{
    (void)state;
    map(MAIR_NC, S2_NC);
    expect_done();
    map(MAIR_NGNRNE, 0);
    expect_done();
}

static void rule_C3_2_8_HCR_DC_is_no_reason_for_stage_1(void **state)
{
    (void)state;
    map(MAIR_WB, S2_NC);
    tables_s2_page(&t, PAGE, IPA | (S2_PAGE & ~S2_WB) | LEAF_ATTR(S2_NC));
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_DC;
    expect_done();
    map(MAIR_WB, 0xf);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_DC;
    expect_refused_at(2);
}

static void rule_C3_2_8_HCR_CD_makes_stage_2_Non_cacheable(void **state)
{
    (void)state;
    map(MAIR_NC, 0xf);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_CD;
    expect_done();
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_C3_2_8_stage_1_refuses_what_it_says_is_cacheable);
    SUITE_ADD(&suite, rule_C3_2_8_stage_2_refuses_what_it_says_is_cacheable);
    SUITE_ADD(&suite, rule_C3_2_8_both_stages_agree);
    SUITE_ADD(&suite, rule_C3_2_8_HCR_DC_is_no_reason_for_stage_1);
    SUITE_ADD(&suite, rule_C3_2_8_HCR_CD_makes_stage_2_Non_cacheable);
    return suite_run(&suite, "accesses of 64 bytes");
}
