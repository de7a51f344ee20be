/* SPDX-License-Identifier: MIT */
/*
 * The quick path against the complete walk, over all attributes of both stages. tables_run() makes
 * each access both ways and asks for equal answers. DDI0487 D8.6.
 */
#include "tables.h"

static struct tables t;

static const unsigned kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_FETCH};

static void set_machine(bool fwb)
{
    tables_reset(&t);
    tables_enable_stage2(&t);
    set_field(&t.vmsa.hcr_el2, ARMVIRT_HCR_EL2_FWB, fwb);
}

/* Every stage 1 type and SH against every stage 2 MemAttr and SH. */
static void try_all_attributes(void)
{
    uint64_t s1 = tables_page(&t, 0, 0), s2 = tables_s2_page(&t, PAGE, 0);

    for (unsigned i = 0; i < 5 * 4 * 16 * 4 * COUNT_OF(kinds); i++) {
        unsigned n = i;
        unsigned type = n % 5, sh1 = (n /= 5) % 4, memattr = (n /= 4) % 16, sh2 = (n /= 16) % 4;

        tables_put(&t, s1, PAGE | LEAF_PAGE | LEAF_AF | LEAF_ATTR(type) | LEAF_SH(sh1));
        tables_put(&t, s2, PAGE | LEAF_PAGE | LEAF_AF | S2_RW | memattr << 2 | LEAF_SH(sh2));
        assert_int_equal(tables_run(&t, 0, kinds[n / 4], 1, 0), ARMVIRT_OK);
        assert_int_equal(t.walk.pa, PAGE);
    }
}

static void attributes_of_both_stages(void **state)
{
    (void)state;
    set_machine(false);
    try_all_attributes();
}

static void D8_6_6_R_NSCNC_forced_write_back_takes_the_shareability_of_stage_1(void **state)
{
    (void)state;
    set_machine(true);
    try_all_attributes();
    tables_put(&t, tables_page(&t, 0, 0), PAGE | S1_RW | LEAF_ATTR(MAIR_NC));
    tables_s2_page(&t, PAGE, PAGE | LEAF_PAGE | LEAF_AF | S2_RW | 6 << 2 | LEAF_SH(0));
    assert_int_equal(tables_run(&t, 0, ARMVIRT_READ, 1, 0), ARMVIRT_OK);
    assert_int_equal(t.walk.attr.mair, 0xff);
    assert_int_equal(t.walk.attr.sh, ARMVIRT_SH_INNER);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, attributes_of_both_stages);
    SUITE_ADD(&suite, D8_6_6_R_NSCNC_forced_write_back_takes_the_shareability_of_stage_1);
    return suite_run(&suite, "the quick path");
}
