/* SPDX-License-Identifier: MIT */
/*
 * What the architecture leaves open and no other test of rules asks for: the default and the
 * alternative of each such option. DDI0487 B2.10.2, D10.3.1, D9.3, D24.2.142, K1.2.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)
#define GPT UINT64_C(0xe0000000)

/* ---- Fetches from Device memory ----------------------------------------------------------- */

/* B2.10.2: a fetch from Device memory is of Non-cacheable memory or a Permission fault. */
static void choice_B2_10_2_fetch_from_Device_of_stage_1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool option = i & 1, xn = i & 2, fetch = i & 4, dc = i & 8;
        unsigned attr = i >> 4 & 3; /* WB, NC, nGnRnE, Tagged */
        bool device = attr == MAIR_NGNRNE;
        unsigned reason = !fetch             ? ARMVIRT_REASON_NONE
                          : device && option ? ARMVIRT_REASON_DEVICE_FETCH
                          : xn               ? ARMVIRT_REASON_XN
                                             : ARMVIRT_REASON_NONE;

        tables_reset(&t);
        t.vmsa.options = option ? ARMVIRT_OPT_FETCH_DEVICE_FAULT : 0;
        if (dc)
            tables_enable_stage2(&t);
        tables_page(&t, 0, IPA | S1_RW | LEAF_ATTR(attr) | (xn ? LEAF_PXN : 0));
        expect_reason(&t, 0, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, 1, 0, reason);
        if (reason != ARMVIRT_REASON_NONE) {
            assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
            assert_int_equal(t.walk.fault.stage, 1);
            assert_int_equal(t.walk.fault.level, 3);
        } else if (device) {
            assert_int_equal(t.walk.attr.mair, fetch ? 0x44 : 0);
        }
    }
}

static void choice_B2_10_2_fetch_from_Device_of_stage_2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool option = i & 1, s1_device = i & 2, fetch = i & 4, xn = i & 8;
        unsigned memattr = i & 16 ? 0 : 15;
        bool el0 = i & 32, device = memattr == 0;
        unsigned stage = 0;

        if (fetch && option && s1_device)
            stage = 1;
        else if (fetch && (xn || (option && device)))
            stage = 2;

        tables_reset(&t);
        tables_enable_stage2(&t);
        t.vmsa.options = option ? ARMVIRT_OPT_FETCH_DEVICE_FAULT : 0;
        tables_page(&t, 0, IPA | S1_RW | LEAF_AP(el0) | LEAF_ATTR(s1_device ? MAIR_GRE : MAIR_WB));
        tables_s2_page(
            &t, IPA, IPA | LEAF_PAGE | LEAF_AF | S2_RW | LEAF_ATTR(memattr) | (xn ? LEAF_UXN : 0));
        expect_reason(&t, 0, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, el0 ? 0 : 1, 0,
                      stage == 0                         ? ARMVIRT_REASON_NONE
                      : option && (stage == 1 || device) ? ARMVIRT_REASON_DEVICE_FETCH
                                                         : ARMVIRT_REASON_S2_XN);
        if (stage != 0)
            assert_int_equal(t.walk.fault.stage, stage);
        else
            assert_int_equal(t.walk.attr.mair, fetch       ? (device || s1_device ? 0x44 : 0xff)
                                               : device    ? 0
                                               : s1_device ? 0xc
                                                           : 0xff);
    }
}

/* ---- DC GVA and DC GZVA ------------------------------------------------------------------- */

static void choice_R_JMXVK_tag_store_to_Device(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool option = i & 1, tag = i & 2, data = i & 4, s1 = i & 8, s2 = i & 16, stage2 = i & 32;
        unsigned reason = !(s1 || (stage2 && s2)) ? ARMVIRT_REASON_NONE
                          : data                  ? ARMVIRT_REASON_NONE /* STG and the like */
                          : tag && option         ? ARMVIRT_REASON_NONE
                          : tag                   ? ARMVIRT_REASON_DEVICE_TAG_STORE
                                                  : ARMVIRT_REASON_DEVICE_ZERO;

        tables_reset(&t);
        t.vmsa.options = option ? ARMVIRT_OPT_TAG_STORE_DEVICE_OK : 0;
        if (stage2) {
            tables_enable_stage2(&t);
            tables_s2_page(&t, IPA, IPA | (s2 ? S2_PAGE & ~S2_WB : S2_PAGE));
        }
        tables_page(&t, 0, IPA | S1_RW | LEAF_ATTR(s1 ? MAIR_GRE : MAIR_WB));
        expect_reason(&t, 0, data ? ARMVIRT_WRITE : ARMVIRT_DC_ZERO, 1,
                      tag ? ARMVIRT_ACCESS_TAG : 0, reason);
        if (reason != ARMVIRT_REASON_NONE) {
            assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_ALIGNMENT);
            assert_int_equal(t.walk.fault.stage, s1 ? 1 : 2);
        }
    }
}

/* ---- Granule protection of cache maintenance ----------------------------------------------- */

static void choice_R_XSWYP_granule_check_of_DC(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ARMVIRT_ACCESS_KINDS; kind++) {
        for (unsigned option = 0; option < 2; option++) {
            bool dc = kind == ARMVIRT_DC_INVALIDATE || kind == ARMVIRT_DC_CLEAN ||
                      kind == ARMVIRT_DC_CLEAN_INVALIDATE;
            bool at = kind == ARMVIRT_AT_READ || kind == ARMVIRT_AT_WRITE || kind == ARMVIRT_AT_ANY;
            bool gcs = kind == ARMVIRT_GCS_READ || kind == ARMVIRT_GCS_WRITE;
            bool checked = !at && kind != ARMVIRT_DEBUGGER && !(dc && option);

            if (gcs)
                continue; /* needs a page of its own kind */
            tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
            t.vmsa.options = option ? ARMVIRT_OPT_GPC_SKIPS_DC : 0;
            t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2);
            t.vmsa.gptbr_el3 = GPT >> 12;
            tables_put(&t, GPT, 0x01);     /* GB 0, of the page: no access */
            tables_put(&t, GPT + 8, 0xf1); /* GB 1, of the tables: all */
            tables_page(&t, 0, PAGE | S1_RW);
            expect_reason(&t, 0, kind, 1, 0,
                          checked ? ARMVIRT_REASON_GPI_MISMATCH : ARMVIRT_REASON_NONE);
            if (checked)
                assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_GPC_ON_OUTPUT);
        }
    }
}

/* ---- PAR_EL1.NS ---------------------------------------------------------------------------- */

static void choice_D24_2_142_PAR_NS_where_it_is_UNKNOWN(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool option = i & 1, secure = i & 2;
        struct armvirt_at_result result;

        tables_reset_security(&t, secure ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE);
        t.vmsa.options = option ? ARMVIRT_OPT_PAR_NS_ZERO : 0;
        tables_page(&t, 0, PAGE | S1_RW);
        tables_at(&t, ARMVIRT_AT_S1E1R, 0, 1, false, &result);
        assert_int_equal(result.par[0] & 1, 0);
        assert_int_equal(result.par[0] >> 9 & 1, !secure && !option);
    }
}

/* ---- Options do nothing elsewhere ---------------------------------------------------------- */

static void choices_leave_a_plain_page_alone(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        for (unsigned stage2 = 0; stage2 < 2; stage2++) {
            tables_reset(&t);
            if (stage2)
                tables_enable_stage2(&t);
            t.vmsa.options = UINT32_C(1) << bit;
            tables_page(&t, 0, IPA | S1_RW);
            for (unsigned kind = ARMVIRT_READ; kind <= ARMVIRT_FETCH; kind++) {
                expect_pa(&t, 0x123, kind, IPA + 0x123);
                assert_int_equal(t.walk.attr.mair, 0xff);
                assert_int_equal(t.walk.attr.sh, ARMVIRT_SH_INNER);
            }
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, choice_B2_10_2_fetch_from_Device_of_stage_1);
    SUITE_ADD(&suite, choice_B2_10_2_fetch_from_Device_of_stage_2);
    SUITE_ADD(&suite, choice_R_JMXVK_tag_store_to_Device);
    SUITE_ADD(&suite, choice_R_XSWYP_granule_check_of_DC);
    SUITE_ADD(&suite, choice_D24_2_142_PAR_NS_where_it_is_UNKNOWN);
    SUITE_ADD(&suite, choices_leave_a_plain_page_alone);
    return suite_run(&suite, "rules: choices");
}
