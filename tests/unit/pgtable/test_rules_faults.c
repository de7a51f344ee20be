/* SPDX-License-Identifier: MIT */
/*
 * How faults are reported: status codes, levels, HPFAR_EL2, PAR_EL1, AT instructions, granule
 * protection. DDI0487 D24.2.46 ESR_EL1 (DFSC), D24.2.142 PAR_EL1, D8.15.2, D8.15.4, D9.4.
 */
#include <armvirt/abort.h>

#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)

enum { AT_S1E1R = ARMVIRT_AT_S1E1R };

/* ---- Status codes ------------------------------------------------------------------------- */

/* D24.2.46: DFSC by type and level, from level -2 on; 0xff where there is none. */
struct code_row {
    const char *name;
    unsigned type;
    uint8_t codes[6];
};

static const struct code_row code_rows[] = {
    {"rule_63_D24_2_46_Translation", ARMVIRT_FAULT_TRANSLATION, {0x2a, 0x2b, 4, 5, 6, 7}},
    {"rule_63_D24_2_46_Address_size", ARMVIRT_FAULT_ADDRESS_SIZE, {0x2c, 0x29, 0, 1, 2, 3}},
    {"rule_63_D24_2_46_Access_flag", ARMVIRT_FAULT_ACCESS_FLAG, {0xff, 0xff, 8, 9, 10, 11}},
    {"rule_63_D24_2_46_Permission", ARMVIRT_FAULT_PERMISSION, {0xff, 0xff, 12, 13, 14, 15}},
    {"rule_63_D24_2_46_External_on_walk",
     ARMVIRT_FAULT_EXTERNAL_ON_WALK,
     {0x12, 0x13, 0x14, 0x15, 0x16, 0x17}},
    {"rule_63_D24_2_46_GPC_on_walk",
     ARMVIRT_FAULT_GPC_ON_WALK,
     {0x22, 0x23, 0x24, 0x25, 0x26, 0x27}},
    {"rule_63_D24_2_46_GPC_on_output",
     ARMVIRT_FAULT_GPC_ON_OUTPUT,
     {0x28, 0x28, 0x28, 0x28, 0x28, 0x28}},
    {"rule_63_D24_2_46_Alignment", ARMVIRT_FAULT_ALIGNMENT, {0x21, 0x21, 0x21, 0x21, 0x21, 0x21}},
    {"rule_63_D24_2_46_Unsupported_atomic",
     ARMVIRT_FAULT_UNSUPPORTED_ATOMIC,
     {0x35, 0x35, 0x35, 0x35, 0x35, 0x35}},
    {"rule_63_D24_2_46_External", ARMVIRT_FAULT_EXTERNAL, {0x10, 0x10, 0x10, 0x10, 0x10, 0x10}},
};

static void status_code(void **state)
{
    const struct code_row *row = *state;
    const struct armvirt_abort_context context = {.el = 1};

    tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
    tables_regime(&t);
    for (int level = -2; level <= 3; level++) {
        for (unsigned kind = 0; kind < 2; kind++) {
            const struct armvirt_access access = {.kind = kind ? ARMVIRT_FETCH : ARMVIRT_READ,
                                                  .el = 1};
            struct armvirt_fault fault = {.type = (uint8_t)row->type, .level = (int8_t)level};
            struct armvirt_abort abort;

            if (row->codes[level + 2] == 0xff)
                continue;
            armvirt_abort(&t.regime, &context, &access, &fault, &abort);
            assert_int_equal(abort.esr & 0x3f, row->codes[level + 2]);
            assert_int_equal(abort.esr >> 26, kind ? 0x21 : 0x25);
        }
    }
}

/* ---- Stage 2 faults of tables ------------------------------------------------------------- */

/* Make the page of the stage 1 table of @level fault at stage 2, at level @s2_level. */
static unsigned break_table(int level, int s2_level, unsigned kind)
{
    static const unsigned types[] = {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_FAULT_ADDRESS_SIZE,
                                     ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_FAULT_PERMISSION};
    uint64_t ipa = S1_TABLE(level), where = S2_TABLE(1) + 8, size = 30;
    uint64_t wrong = kind == 2 ? LEAF_AF : kind == 3 ? S2_RW : 0, leaf;

    tables_s2_walk_pages(&t);
    if (s2_level > 1) {
        where = S2_TABLE(2) + 0x1000 + (ipa >> 21 & 0x1ff) * 8;
        size = 21;
    }
    if (s2_level > 2) {
        where = S2_TABLE(3) + (ipa >> 21) * 0x1000;
        size = 12;
    }
    leaf = (ipa >> size << size) | (S2_PAGE & ~wrong) | (kind == 1 ? UINT64_C(1) << 44 : 0);
    if (s2_level < 3)
        leaf &= ~UINT64_C(2); /* a block */
    tables_put(&t, where, kind == 0 ? 0 : leaf);
    return types[kind];
}

static void rule_64_D8_15_4_2_level_is_that_of_stage_2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4 * 3 * 4; i++) {
        int level = (int)(i & 3), s2_level = 1 + (int)(i >> 2) % 3;
        unsigned kind = i / 12, type;

        tables_reset(&t);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_PS, 2);
        tables_page(&t, 0, IPA | S1_RW);
        type = break_table(level, s2_level, kind);
        tables_run(&t, 0, ARMVIRT_READ, 1, 0);
        assert_int_equal(t.walk.fault.type, type);
        assert_int_equal(t.walk.fault.stage, 2);
        assert_true(t.walk.fault.s1ptw);
        assert_int_equal(t.walk.fault.level, s2_level);
        /* a block breaks the first table that lies in it */
        assert_int_equal(t.walk.fault.ipa, S1_TABLE(s2_level == 1 ? 0 : level));
    }
}

/* ---- HPFAR_EL2 ---------------------------------------------------------------------------- */

static void rule_65_J1_3_3_when_HPFAR_is_valid(void **state)
{
    const struct armvirt_access access = {.va = 0x123456789, .el = 1};

    (void)state;
    for (unsigned i = 0; i < 4 * 2 * 2 * 2 * 2; i++) {
        static const uint8_t types[] = {ARMVIRT_FAULT_TRANSLATION, ARMVIRT_FAULT_ADDRESS_SIZE,
                                        ARMVIRT_FAULT_ACCESS_FLAG, ARMVIRT_FAULT_PERMISSION};
        bool s1ptw = i & 4, secure = i & 16, ns_ipa = i & 32;
        unsigned stage = i & 8 ? 2 : 1;
        struct armvirt_fault fault = {.type = types[i & 3],
                                      .stage = (uint8_t)stage,
                                      .s1ptw = s1ptw && stage == 2,
                                      .ipa = UINT64_C(0xabcdef123456),
                                      .ipa_space = secure && !ns_ipa};
        const struct armvirt_abort_context context = {.el = 1};
        bool valid = stage == 2 && ((i & 3) != 3 || s1ptw);
        struct armvirt_abort abort;

        tables_reset(&t);
        tables_enable_stage2(&t);
        if (secure)
            t.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
        tables_regime(&t);
        armvirt_abort(&t.regime, &context, &access, &fault, &abort);
        assert_int_equal(abort.hpfar_valid, valid);
        assert_int_equal(abort.hpfar,
                         valid ? UINT64_C(0xabcdef123) << 4 | (uint64_t)(secure && ns_ipa) << 63
                               : 0);
        assert_true(abort.far_valid);
        assert_int_equal(abort.far, access.va);
        assert_int_equal(abort.esr >> 7 & 1, s1ptw && stage == 2);
    }
}

/* ---- PAR_EL1 and AT ----------------------------------------------------------------------- */

static void rule_66_D24_2_142_PTW_and_S_of_a_fault(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* a fault of stage 1, of stage 2, of stage 2 on a table */
        struct armvirt_at_result result;

        tables_reset(&t);
        tables_enable_stage2(&t);
        tables_page(&t, 0, i == 0 ? 0 : IPA | S1_RW);
        if (i == 1)
            tables_s2_page(&t, IPA, 0);
        if (i == 2)
            tables_put(&t, S2_TABLE(1) + 8, 0);
        tables_at(&t, ARMVIRT_AT_S12E1R, 0, 2, false, &result);
        assert_int_equal(result.outcome, ARMVIRT_AT_DONE);
        assert_int_equal(result.par[0], 0x801 | (i == 2 ? 5 : 7) << 1 | (i == 2 ? 1 << 8 : 0) |
                                            (i > 0 ? 1 << 9 : 0));
    }
}

static void rule_66_D24_2_142_SH_of_Device_and_Noncacheable(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        unsigned attr = i / 4, sh = i & 3;
        struct armvirt_at_result result;

        if (sh == 1)
            continue;
        tables_reset(&t);
        tables_page(&t, 0, PAGE | LEAF_PAGE | LEAF_AF | LEAF_ATTR(attr) | LEAF_SH(sh));
        tables_at(&t, AT_S1E1R, 0, 1, false, &result);
        assert_int_equal(result.par[0] & 1, 0);
        assert_int_equal(result.par[0] >> 7 & 3, attr == MAIR_WB ? sh : ARMVIRT_SH_OUTER);
        assert_int_equal(result.par[0] & UINT64_C(0xfffffffff000), PAGE);
        assert_int_equal(result.par[0] >> 56, t.vmsa.mair_el1 >> 8 * attr & 0xff);
    }
}

static void rule_67_R_RKBPZ_S12_without_stage_2_is_S1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct armvirt_at_result result;

        tables_reset(&t);
        if (i)
            tables_enable_stage2(&t);
        tables_page(&t, 0, IPA | S1_RW);
        tables_at(&t, ARMVIRT_AT_S12E1R, 0, 3, false, &result);
        assert_int_equal(result.par[0] & 1, 0);
        assert_int_equal(result.walk.s2.valid, i);
    }
}

static void rule_67_R_VMRFQ_faults_of_tables_at_EL1_are_taken(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        unsigned el = i & 1 ? 2 : 1;
        struct armvirt_at_result result;

        tables_reset(&t);
        tables_enable_stage2(&t);
        tables_page(&t, 0, IPA | S1_RW);
        if (i & 2)
            tables_find(&t, S1_TABLE(2))->bus = ARMVIRT_BUS_ABORT; /* R_QBSVM */
        else
            tables_put(&t, S2_TABLE(1) + 8, 0);
        tables_at(&t, AT_S1E1R, 0, el, false, &result);
        assert_int_equal(result.outcome, (i & 2) || el == 1 ? ARMVIRT_AT_ABORTED : ARMVIRT_AT_DONE);
        if (result.outcome == ARMVIRT_AT_ABORTED)
            assert_int_equal(result.abort.target_el, i & 2 ? el : 2);
    }
}

static void rule_67_D8_13_host_AT_uses_EL2_0(void **state)
{
    struct armvirt_at_result result;

    (void)state;
    tables_reset(&t);
    tables_use_el(&t, 2, true);
    t.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TGE;
    t.vmsa.ttbr0_el1[0] = UINT64_C(0x99990000); /* EL1&0 would abort there */
    tables_page(&t, 0, PAGE | S1_RW);
    tables_at(&t, AT_S1E1R, 0, 2, false, &result);
    assert_int_equal(result.outcome, ARMVIRT_AT_DONE);
    assert_int_equal(result.par[0] & 1, 0);
}

static void rule_68_R_PMTWB_only_the_P_forms_heed_PAN(void **state)
{
    static const uint8_t ops[] = {ARMVIRT_AT_S1E1R, ARMVIRT_AT_S1E1W, ARMVIRT_AT_S1E1RP,
                                  ARMVIRT_AT_S1E1WP, ARMVIRT_AT_S1E1A};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(ops) * 2; i++) {
        bool pan = i & 1, p_form = i / 2 == 2 || i / 2 == 3;
        struct armvirt_at_result result;

        tables_reset(&t);
        tables_page(&t, 0, PAGE | S1_RW | LEAF_AP(1));
        tables_at(&t, ops[i / 2], 0, 1, pan, &result);
        assert_int_equal(result.par[0] & 1, pan && p_form);
        if (pan && p_form)
            assert_int_equal(result.par[0] >> 1 & 0x3f, 0x0f);
    }
}

static void rule_68_R_ZYGHJ_I_MXTJT_AT_neither_dirties_nor_checks_the_output(void **state)
{
    const uint64_t leaf = PAGE | LEAF_PAGE | LEAF_SH(3) | LEAF_DBM | LEAF_BIT7;
    struct armvirt_at_result result;
    struct armvirt_fault fault;

    (void)state;
    tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
    t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2);
    t.vmsa.gptbr_el3 = UINT64_C(0xe0000000) >> 12;
    t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
    tables_put(&t, UINT64_C(0xe0000000), 0x1);  /* GB 0, of the page: no access */
    tables_put(&t, UINT64_C(0xe0000008), 0xf1); /* GB 1, of the tables: all */
    tables_page(&t, 0, leaf);
    assert_int_equal(tables_gpc(&t, PAGE, ARMVIRT_SPACE_NONSECURE, &fault), ARMVIRT_FAULT);
    tables_at(&t, ARMVIRT_AT_S1E1W, 0, 1, false, &result);
    assert_int_equal(result.par[0] & 1, 0);
    assert_int_equal(tables_find(&t, S1_TABLE(3))->value[0], leaf);
    assert_int_equal(t.writes, 0);
    expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_GPI_MISMATCH);
}

/* ---- Granule protection ------------------------------------------------------------------- */

#define GPT UINT64_C(0xe0000000)
#define L1  UINT64_C(0xe0100000)

/* Checks on for 36 bits in regions of 1 GB; each row takes away what the one before failed by. */
static void rule_69_Table_D9_2_order_of_granule_faults(void **state)
{
    static const struct {
        unsigned reason, gpcf, level;
    } order[] = {
        {ARMVIRT_REASON_GPC_REGISTERS, ARMVIRT_GPCF_WALK, 0},
        {ARMVIRT_REASON_GPC_PA_RANGE, ARMVIRT_GPCF_FAIL, 0},
        {ARMVIRT_REASON_GPC_BASE_RANGE, ARMVIRT_GPCF_ADDRESS_SIZE, 0},
        {ARMVIRT_REASON_GPT_EXTERNAL, ARMVIRT_GPCF_EXTERNAL, 0},
        {ARMVIRT_REASON_GPT_TYPE, ARMVIRT_GPCF_WALK, 0},
        {ARMVIRT_REASON_GPT_TABLE_ADDRESS, ARMVIRT_GPCF_ADDRESS_SIZE, 0},
        {ARMVIRT_REASON_GPT_EXTERNAL, ARMVIRT_GPCF_EXTERNAL, 1},
        {ARMVIRT_REASON_GPT_GPI, ARMVIRT_GPCF_WALK, 1},
        {ARMVIRT_REASON_GPI_MISMATCH, ARMVIRT_GPCF_FAIL, 1},
    };

    (void)state;
    for (unsigned i = 0; i <= COUNT_OF(order); i++) {
        struct armvirt_fault fault;

        tables_reset_security(&t, ARMVIRT_SPACE_SECURE);
        t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2) |
                           ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PGS, i > 0 ? 0 : 3) |
                           ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PPS, 1);
        t.vmsa.gptbr_el3 = (i > 2 ? GPT : UINT64_C(1) << 40) >> 12;
        if (i > 3)
            tables_put(&t, GPT, i == 4 ? 0 : i == 5 ? UINT64_C(1) << 40 | 3 : L1 | 3);
        if (i > 6)
            tables_put(&t, L1,
                       i == 7 ? UINT64_C(0x8888888888888882) : UINT64_C(0x8888888888888888));
        assert_int_equal(tables_gpc(&t, i > 1 ? 0 : UINT64_C(1) << 36,
                                    i == 8 ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_SECURE, &fault),
                         i < COUNT_OF(order) ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (i < COUNT_OF(order)) {
            assert_int_equal(fault.reason, order[i].reason);
            assert_int_equal(fault.gpcf, order[i].gpcf);
            assert_int_equal(fault.gpc_level, order[i].level);
        }
    }
}

static void rule_69_R_CPDSB_Nonsecure_beyond_PPS_is_no_fault(void **state)
{
    struct armvirt_fault fault;

    (void)state;
    tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
    t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2);
    assert_int_equal(tables_gpc(&t, UINT64_C(1) << 40, ARMVIRT_SPACE_NONSECURE, &fault),
                     ARMVIRT_OK);
    assert_int_equal(t.reads, 0);
}

static void rule_70_R_KYZMZ_all_16_granules_must_be_valid(void **state)
{
    (void)state;
    for (unsigned nibble = 0; nibble < 16; nibble++) {
        for (unsigned gpi = 0; gpi < 16; gpi++) {
            bool valid = gpi == 0 || (gpi >= 8 && gpi <= 11) || gpi == 15;
            uint64_t entry = UINT64_C(0x9999999999999999);
            struct armvirt_fault fault;

            tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
            t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2);
            t.vmsa.gptbr_el3 = GPT >> 12;
            set_field(&entry, ARMVIRT_BITS(3, 0) << 4 * nibble, gpi);
            if (nibble == 0 && (gpi == 1 || gpi == 0 || gpi == 3))
                continue; /* other kinds of entry, or this granule itself */
            tables_put(&t, GPT, L1 | 3);
            tables_put(&t, L1, entry);
            assert_int_equal(
                tables_gpc(&t, nibble == 15 ? 0 : 0xf000, ARMVIRT_SPACE_NONSECURE, &fault),
                valid ? ARMVIRT_OK : ARMVIRT_FAULT);
            if (!valid)
                assert_int_equal(fault.gpcf, ARMVIRT_GPCF_WALK);
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, status_code, code_rows);
    SUITE_ADD(&suite, rule_64_D8_15_4_2_level_is_that_of_stage_2);
    SUITE_ADD(&suite, rule_65_J1_3_3_when_HPFAR_is_valid);
    SUITE_ADD(&suite, rule_66_D24_2_142_PTW_and_S_of_a_fault);
    SUITE_ADD(&suite, rule_66_D24_2_142_SH_of_Device_and_Noncacheable);
    SUITE_ADD(&suite, rule_67_R_RKBPZ_S12_without_stage_2_is_S1);
    SUITE_ADD(&suite, rule_67_R_VMRFQ_faults_of_tables_at_EL1_are_taken);
    SUITE_ADD(&suite, rule_67_D8_13_host_AT_uses_EL2_0);
    SUITE_ADD(&suite, rule_68_R_PMTWB_only_the_P_forms_heed_PAN);
    SUITE_ADD(&suite, rule_68_R_ZYGHJ_I_MXTJT_AT_neither_dirties_nor_checks_the_output);
    SUITE_ADD(&suite, rule_69_Table_D9_2_order_of_granule_faults);
    SUITE_ADD(&suite, rule_69_R_CPDSB_Nonsecure_beyond_PPS_is_no_fault);
    SUITE_ADD(&suite, rule_70_R_KYZMZ_all_16_granules_must_be_valid);
    return suite_run(&suite, "rules: faults");
}
