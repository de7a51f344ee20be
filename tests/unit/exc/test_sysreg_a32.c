/* SPDX-License-Identifier: MIT */
/*
 * Accesses to coprocessor registers in AArch32 state: traps, syndromes with the registers as
 * AArch64 state sees them, reserved encodings. DDI0487 G8, D24.2.45.
 */
#include "sysreg_bench.h"

struct a32_access {
    const char *name;
    uint32_t reg;
    bool write;
    unsigned mode, rt, rt2;
    const char *expect;
    uint32_t iss;
    struct setting set[SETTINGS];
};

#define HSTR_T(n) SET(hstr_el2, UINT64_C(1) << (n), 1)

static const struct a32_access a32_accesses[] = {
    {"G8_5_12_enable_of_activity_monitors_can_be_read_at_EL0",
     ARMVIRT_CP(15, 0, 13, 2, 3),
     false,
     0x10,
     2,
     0,
     "self",
     0,
     {SET(vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_AMU, 1)}},
    {"G8_5_12_hstr_at_EL0",
     ARMVIRT_CP(15, 0, 13, 2, 3),
     false,
     0x10,
     2,
     0,
     "el2:03 HSTR_EL2.T13",
     0x1e63445,
     {SET(vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_AMU, 1), HSTR_T(13)}},
    {"R26_hstr",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     false,
     0x13,
     2,
     0,
     "el2:03 HSTR_EL2.T1",
     0x1e00441,
     {HSTR_T(1)}},
    {"R26_hstr_pair_by_crm",
     ARMVIRT_CP64(15, 0, 2),
     true,
     0x13,
     2,
     3,
     "el2:04 HSTR_EL2.T2",
     0x1e00c44,
     {HSTR_T(2)}},
    {"R26_hstr_no_register",
     ARMVIRT_CP(15, 7, 9, 15, 7),
     false,
     0x13,
     0,
     0,
     "el2:03 HSTR_EL2.T9",
     0x1efe41f,
     {HSTR_T(9)}},
    {"R26_no_hstr_in_host",
     ARMVIRT_CP(15, 0, 13, 0, 3),
     false,
     0x10,
     0,
     0,
     "self",
     0,
     {E2H, TGE, HSTR_T(13)}},
    {"R27_tidcp_range",
     ARMVIRT_CP(15, 0, 9, 1, 0),
     false,
     0x13,
     0,
     0,
     "el2:03 HCR_EL2.TIDCP",
     0x1e02403,
     {HCR(TIDCP)}},
    {"R27_tidcp_not_pairs", ARMVIRT_CP64(15, 1, 9), false, 0x13, 0, 0, "undef", 0, {HCR(TIDCP)}},
    {"R50_fiq_bank",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     true,
     0x11,
     8,
     0,
     "el2:03 HCR_EL2.TVM",
     0x1e00700,
     {HCR(TVM)}},
    {"R50_svc_sp",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     true,
     0x13,
     13,
     0,
     "el2:03 HCR_EL2.TVM",
     0x1e00660,
     {HCR(TVM)}},
    {"R50_und_lr",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     true,
     0x1b,
     14,
     0,
     "el2:03 HCR_EL2.TVM",
     0x1e006c0,
     {HCR(TVM)}},
    {"R50_irq_lr",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     true,
     0x12,
     14,
     0,
     "el2:03 HCR_EL2.TVM",
     0x1e00600,
     {HCR(TVM)}},
    {"R50_abt_pc",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     true,
     0x17,
     15,
     0,
     "el2:03 HCR_EL2.TVM",
     0x1e005e0,
     {HCR(TVM)}},
    {"cp14_pair_trap",
     ARMVIRT_CP64(14, 0, 1),
     false,
     0x13,
     1,
     2,
     "el2:0c MDCR_EL2.TDRA",
     0x1e00823,
     {SET(mdcr_el2, ARMVIRT_MDCR_EL2_TDRA, 1)}},
    {"oslk", ARMVIRT_CP(14, 0, 0, 6, 2), true, 0x13, 1, 0, "nop", 0, {{0}}},
    {"R50_hyp_sp_at_el3",
     ARMVIRT_CP(15, 0, 9, 12, 0),
     false,
     0x1a,
     13,
     0,
     "el3:03 MDCR_EL3.TPM",
     0x1e025f9,
     {SET(mdcr_el3, ARMVIRT_MDCR_EL3_TPM, 1), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, 0)}},
    {"R50_no_bank_in_hsr",
     ARMVIRT_CP64(15, 0, 2),
     true,
     0x11,
     8,
     9,
     "el2:04 HSTR_EL2.T2",
     0x1e02504,
     {HSTR_T(2), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, 0)}},
    {"condition",
     ARMVIRT_CP(15, 0, 1, 0, 0),
     false,
     0x13,
     15,
     15,
     "el2:03 HSTR_EL2.T1",
     0x1e005e1,
     {HSTR_T(1)}},
    {"cp14_trap",
     ARMVIRT_CP(14, 0, 0, 2, 2),
     false,
     0x13,
     1,
     0,
     "el2:05 MDCR_EL2.TDA",
     0x1e40025,
     {SET(mdcr_el2, ARMVIRT_MDCR_EL2_TDA, 1)}},
    {"open_self", ARMVIRT_CP(15, 0, 1, 0, 0), true, 0x13, 0, 0, "self", 0, {{0}}},
    {"a64_encoding_in_a32", ARMVIRT_SYSREG(3, 0, 1, 0, 0), true, 0x13, 0, 0, "undef", 0, {{0}}},
};

static void sysreg_verdict_a32(void **state)
{
    const struct a32_access *c = *state;
    struct armvirt_pe pe = open_pe();
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_access access = {
        .reg = c->reg, .write = c->write, .rt = (uint8_t)c->rt, .rt2 = (uint8_t)c->rt2};
    char text[64];

    pe.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
    apply(&pe, c->set);
    pe.pstate = c->mode;
    armvirt_sysreg_view_init(&view, &pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    describe(&access, &verdict, text);
    assert_string_equal(text, c->expect);
    assert_int_equal(verdict.iss, c->iss);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, sysreg_verdict_a32, a32_accesses);
    return suite_run(&suite, "sysreg_a32");
}
