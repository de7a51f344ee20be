/* SPDX-License-Identifier: MIT */
/*
 * Cases of test_insn.c, one a row: instructions, the controls that are changed, and what follows.
 * DDI0487 D1.4.8, D1.4.9, D1.4.10, J1.1.2, J1.1.3, J1.2.2.
 */
#ifndef ARMVIRT_TESTS_INSN_CASES_H
#define ARMVIRT_TESTS_INSN_CASES_H

#include "exc_bench.h"

#define AT(member) offsetof(struct armvirt_pe, member)
#define HOST       ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE

#define CHANGES 4

/* Bits of a register to be set and cleared. */
struct change {
    size_t reg;
    uint64_t set, clear;
};

/* An instruction and what it comes to; target 0: it completes. */
struct insn_case {
    const char *name;
    uint32_t word;
    unsigned el, target, ec;
    uint64_t iss;
    unsigned cause;
    struct change change[CHANGES];
};

#define SCR         AT(vmsa.scr_el3)
#define HCR         AT(vmsa.hcr_el2)
#define HCRX        AT(vmsa.hcrx_el2)
#define SCT1        AT(vmsa.sctlr_el1)
#define SCT2        AT(vmsa.sctlr_el2)
#define PFR0        AT(vmsa.id_aa64pfr0_el1)
#define FGIT        AT(hfgitr_el2)
#define CAUSE(name) ARMVIRT_EXC_CAUSE_##name
#define NO_EL3                                                                                     \
    {                                                                                              \
        PFR0, 0, ARMVIRT_ID_AA64PFR0_EL1_EL3                                                       \
    }
#define NO_EL2                                                                                     \
    {                                                                                              \
        PFR0, 0, ARMVIRT_ID_AA64PFR0_EL1_EL2                                                       \
    }
#define SECURE                                                                                     \
    {                                                                                              \
        SCR, 0, ARMVIRT_SCR_EL3_NS                                                                 \
    }
#define HOSTED                                                                                     \
    {                                                                                              \
        HCR, HOST, 0                                                                               \
    }
#define COND UINT64_C(0x1e00000)

#define SVC      0xd4000021u
#define HVC      0xd4000022u
#define SMC      0xd4000023u
#define BRK      0xd4200020u
#define UDF      0u
#define WFI      0xd503207fu
#define WFE      0xd503205fu
#define WFIT     0xd5031025u
#define WFET     0xd5031005u
#define ERET     0xd69f03e0u
#define ERETAA   0xd69f0bffu
#define ERETAB   0xd69f0fffu
#define FADD     0x1e622820u
#define VADD     0x4ee28420u
#define SVE_ADD  0x04220020u
#define SETFFR   0x252c9000u
#define RDSVL    0x04bf5821u
#define ZERO_ZA  0xc00800ffu
#define ZERO_ZT0 0xc0480001u
#define FMOPA    0x80810000u
#define SMSTART  0xd503477fu
#define PACIASP  0xd503233fu
#define AUTIASP  0xd50323bfu
#define PACDB    0xdac10c20u
#define PACGA    0x9ac33041u
#define LD64B    0xf83fd0a0u
#define ST64BV   0xf821b0a2u
#define ST64BV0  0xf821a0a2u
#define CPYM     0x194604e5u
#define SETGE    0x1dc884e5u
#define GCSPUSHM 0xd50b7705u
#define GCSPOPM  0xd52b7725u
#define GCSSTTR  0xd91f1cc5u
#define GCSSS1   0xd50b7745u
#define GCSSS2   0xd52b7766u
#define GCSPUSHX 0xd508779fu
#define GCSPOPCX 0xd50877bfu
#define GCSPOPX  0xd50877dfu
#define GCSSTR   0xd91f0cc5u
#define DAIFSET  0xd5034fdfu
#define ALLINT1  0xd501411fu
#define ALLINT0  0xd501401fu
#define PSB      0xd503223fu
#define TSB      0xd503225fu
#define PSBCSYNC ARMVIRT_HFGITR_EL2_PSBCSYNC
#define SPE_V1P5                                                                                   \
    {                                                                                              \
        AT(id_aa64dfr0_el1), ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_PMSVER, 6), 0                     \
    }
#define FGT2                                                                                       \
    {                                                                                              \
        AT(vmsa.id_aa64mmfr0_el1), ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_FGT, 2), 0                 \
    }
#define TRBE_V1P1                                                                                  \
    {                                                                                              \
        AT(id_aa64dfr0_el1), ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_TRACEBUFFER, 2), 0                \
    }
#define PAN1 0xd500419fu
#define NOP  0xd503201fu

/* clang-format off */
static const struct insn_case cases[] = {
    /* SVC: R14, R22 */
    {"R14_svc_from_EL0", SVC, 0, 1, 0x15, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R14_svc_from_EL0_of_a_host", SVC, 0, 2, 0x15, 1, CAUSE(INSTRUCTION), {HOSTED}},
    {"R14_svc_from_EL2", SVC, 2, 2, 0x15, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R14_svc_from_EL3", SVC, 3, 3, 0x15, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R22_svc_trapped_from_EL0", SVC, 0, 2, 0x15, 1, CAUSE(HFGITR_SVC_EL0), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL0, 0}}},
    {"R22_svc_trapped_from_EL1", SVC, 1, 2, 0x15, 1, CAUSE(HFGITR_SVC_EL1), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL1, 0}}},
    {"R22_svc_of_a_host_is_not_trapped", SVC, 0, 2, 0x15, 1, CAUSE(INSTRUCTION), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL0, 0}, HOSTED}},
    {"R20_svc_with_FGTEn_0", SVC, 1, 1, 0x15, 1, CAUSE(INSTRUCTION), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL1, 0}, {SCR, 0, ARMVIRT_SCR_EL3_FGTEN}}},
    {"R20_svc_without_FEAT_FGT", SVC, 1, 1, 0x15, 1, CAUSE(INSTRUCTION), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL1, 0}, {AT(vmsa.id_aa64mmfr0_el1), 0, ARMVIRT_ID_AA64MMFR0_EL1_FGT}}},
    {"R20_svc_in_Secure_state", SVC, 1, 1, 0x15, 1, CAUSE(INSTRUCTION), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL1, 0}, SECURE}},
    /* HVC: R16 */
    {"R_RWKMY_hvc_from_EL1", HVC, 1, 2, 0x16, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R_RWKMY_hvc_from_EL2", HVC, 2, 2, 0x16, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R_RWKMY_hvc_from_EL3", HVC, 3, 3, 0x16, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R_TNSNV_hvc_from_EL0", HVC, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"R_TNSNV_hvc_in_Secure_state", HVC, 1, 1, 0, 0, CAUSE(EL2_DISABLED), {SECURE}},
    {"R_TNSNV_hvc_without_HCE", HVC, 1, 1, 0, 0, CAUSE(SCR_HCE), {{SCR, 0, ARMVIRT_SCR_EL3_HCE}}},
    {"R_TNSNV_hvc_without_EL2", HVC, 1, 1, 0, 0, CAUSE(ABSENT), {NO_EL2}},
    {"R16_HCD_is_ignored_with_EL3", HVC, 1, 2, 0x16, 1, CAUSE(INSTRUCTION), {{HCR,
     ARMVIRT_HCR_EL2_HCD, 0}}},
    {"R16_HCD_counts_without_EL3", HVC, 1, 1, 0, 0, CAUSE(HCR_HCD), {{HCR, ARMVIRT_HCR_EL2_HCD,
     0}, NO_EL3}},
    /* SMC: R15 */
    {"R_ZVTPR_smc", SMC, 1, 3, 0x17, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R_HMXQS_smc_from_EL0", SMC, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"R_HMXQS_smc_with_SMD", SMC, 2, 2, 0, 0, CAUSE(SCR_SMD), {{SCR, ARMVIRT_SCR_EL3_SMD, 0}}},
    {"R15_TSC_comes_before_SMD", SMC, 1, 2, 0x17, 1, CAUSE(HCR_TSC), {{SCR, ARMVIRT_SCR_EL3_SMD,
     0}, {HCR, ARMVIRT_HCR_EL2_TSC, 0}}},
    {"R15_TSC_does_not_trap_EL2", SMC, 2, 3, 0x17, 1, CAUSE(INSTRUCTION), {{HCR,
     ARMVIRT_HCR_EL2_TSC, 0}}},
    {"R15_smc_without_EL3", SMC, 1, 1, 0, 0, CAUSE(ABSENT), {NO_EL3}},
    {"R15_smc_without_EL3_TSC_alone", SMC, 1, 1, 0, 0, CAUSE(ABSENT), {NO_EL3, {HCR,
     ARMVIRT_HCR_EL2_TSC, 0}}},
    {"R15_smc_without_EL3_NV_alone", SMC, 1, 1, 0, 0, CAUSE(ABSENT), {NO_EL3, {HCR,
     ARMVIRT_HCR_EL2_NV, 0}}},
    {"R15_smc_without_EL3_NV_and_TSC", SMC, 1, 2, 0x17, 1, CAUSE(HCR_TSC), {NO_EL3, {HCR,
     ARMVIRT_HCR_EL2_TSC | ARMVIRT_HCR_EL2_NV, 0}}},
    /* BRK, UDF */
    {"D2_7_brk_from_EL0", BRK, 0, 1, 0x3c, 1, CAUSE(INSTRUCTION), {{0}}},
    {"D2_7_brk_with_TDE", BRK, 1, 2, 0x3c, 1, CAUSE(INSTRUCTION), {{AT(mdcr_el2),
     ARMVIRT_MDCR_EL2_TDE, 0}}},
    {"D2_7_brk_with_TDE_in_Secure_state", BRK, 1, 1, 0x3c, 1, CAUSE(INSTRUCTION), {{AT(mdcr_el2),
     ARMVIRT_MDCR_EL2_TDE, 0}, SECURE}},
    {"D2_7_brk_from_EL3", BRK, 3, 3, 0x3c, 1, CAUSE(INSTRUCTION), {{0}}},
    {"R_SXYZB_udf_from_EL0", UDF, 0, 1, 0, 0, CAUSE(INSTRUCTION), {{0}}},
    {"R_SXYZB_udf_from_EL0_of_a_host", UDF, 0, 2, 0, 0, CAUSE(INSTRUCTION), {HOSTED}},
    {"D1_4_8_nop", NOP, 0, 0, 0, 0, 0, {{0}}},
    /* ERET */
    {"R_PKJFB_eret_from_EL0", ERET, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"J1_eret_from_EL1", ERET, 1, 0, 0, 0, 0, {{0}}},
    {"J1_eret_trapped_by_NV", ERET, 1, 2, 0x1a, 0, CAUSE(HCR_NV), {{HCR, ARMVIRT_HCR_EL2_NV, 0}}},
    {"J1_eretaa_trapped_by_FGT", ERETAA, 1, 2, 0x1a, 2, CAUSE(HFGITR_ERET), {{FGIT,
     ARMVIRT_HFGITR_EL2_ERET, 0}}},
    {"J1_eretab_trapped_by_FGT", ERETAB, 1, 2, 0x1a, 3, CAUSE(HFGITR_ERET), {{FGIT,
     ARMVIRT_HFGITR_EL2_ERET, 0}}},
    {"J1_eretab_trapped_by_API", ERETAB, 1, 2, 0x09, 0, CAUSE(HCR_API), {{HCR, 0,
     ARMVIRT_HCR_EL2_API}, {SCT1, ARMVIRT_SCTLR_EL1_ENIB, 0}}},
    /* WFI, WFE: R17 */
    {"R17_wfi_waits", WFI, 0, 0, 0, 0, 0, {{0}}},
    {"R17_wfi_nTWI", WFI, 0, 1, 0x01, COND, CAUSE(SCTLR_NTWI), {{SCT1, 0, ARMVIRT_SCTLR_EL1_NTWI}}},
    {"R17_wfe_nTWE_of_a_host", WFE, 0, 2, 0x01, COND | 1, CAUSE(SCTLR_NTWE), {{SCT2, 0,
     ARMVIRT_SCTLR_EL2_NTWE}, HOSTED}},
    {"R17_wfi_TWI", WFI, 1, 2, 0x01, COND, CAUSE(HCR_TWI), {{HCR, ARMVIRT_HCR_EL2_TWI, 0}}},
    {"R17_wfi_TWI_not_in_a_host", WFI, 0, 0, 0, 0, 0, {{HCR, ARMVIRT_HCR_EL2_TWI, 0}, HOSTED}},
    {"R17_wfet_TWE", WFET, 1, 2, 0x01, COND | 5 << 5 | 4 | 3, CAUSE(HCR_TWE), {{HCR,
     ARMVIRT_HCR_EL2_TWE, 0}}},
    {"R17_wfit_SCR_TWI", WFIT, 2, 3, 0x01, COND | 5 << 5 | 4 | 2, CAUSE(SCR_TWI), {{SCR,
     ARMVIRT_SCR_EL3_TWI, 0}}},
    {"R17_wfe_SCR_TWE_not_at_EL3", WFE, 3, 0, 0, 0, 0, {{SCR, ARMVIRT_SCR_EL3_TWE, 0}}},
    {"R17_EL1_before_EL2_before_EL3", WFI, 0, 1, 0x01, COND, CAUSE(SCTLR_NTWI), {{SCT1, 0,
     ARMVIRT_SCTLR_EL1_NTWI}, {HCR, ARMVIRT_HCR_EL2_TWI, 0}, {SCR, ARMVIRT_SCR_EL3_TWI, 0}}},
    /* Floating-point: R34 */
    {"R34_fp_at_EL0", FADD, 0, 0, 0, 0, 0, {{0}}},
    {"R34_CPACR_01_is_for_EL0", FADD, 0, 1, 0x07, COND, CAUSE(CPACR_FPEN), {{AT(cpacr_el1), 0,
     ARMVIRT_BIT(21)}}},
    {"R34_CPACR_01_not_for_EL1", FADD, 1, 0, 0, 0, 0, {{AT(cpacr_el1), 0, ARMVIRT_BIT(21)}}},
    {"R34_CPACR_10_is_for_all", FADD, 1, 1, 0x07, COND, CAUSE(CPACR_FPEN), {{AT(cpacr_el1), 0,
     ARMVIRT_BIT(20)}}},
    {"R_JNBTN_fp_under_TGE_is_unknown", FADD, 0, 2, 0, 0, CAUSE(CPACR_FPEN), {{AT(cpacr_el1), 0,
     ARMVIRT_BIT(21)}, {HCR, ARMVIRT_HCR_EL2_TGE, 0}}},
    {"R34_CPTR_TFP", FADD, 2, 2, 0x07, COND, CAUSE(CPTR2_TFP), {{AT(cptr_el2),
     ARMVIRT_CPTR_EL2_TFP, 0}}},
    {"R34_CPTR_TFP_in_Secure_state", FADD, 1, 0, 0, 0, 0, {{AT(cptr_el2), ARMVIRT_CPTR_EL2_TFP,
     0}, SECURE}},
    {"R34_CPTR_FPEN_00", FADD, 1, 2, 0x07, COND, CAUSE(CPTR2_FPEN), {{HCR, ARMVIRT_HCR_EL2_E2H,
     0}}},
    {"R34_CPTR_FPEN_01_at_EL1", FADD, 1, 0, 0, 0, 0, {{HCR, ARMVIRT_HCR_EL2_E2H, 0},
     {AT(cptr_el2), ARMVIRT_BIT(20), 0}}},
    {"R34_CPTR_FPEN_01_at_EL0_of_a_host", FADD, 0, 2, 0x07, COND, CAUSE(CPTR2_FPEN), {HOSTED,
     {AT(cptr_el2), ARMVIRT_BIT(20), 0}}},
    {"J1_CPTR3_TFP", FADD, 3, 3, 0x07, COND, CAUSE(CPTR3_TFP), {{AT(cptr_el3),
     ARMVIRT_CPTR_EL3_TFP, 0}}},
    {"J1_simd_in_Streaming_mode", VADD, 1, 1, 0x1d, 1, CAUSE(SVCR_SM), {{AT(svcr), 1, 0}}},
    {"J1_simd_in_Streaming_mode_at_EL0", VADD, 0, 1, 0x1d, 1, CAUSE(SVCR_SM), {{AT(svcr), 1, 0}}},
    {"J1_simd_with_FA64", VADD, 1, 0, 0, 0, 0, {{AT(svcr), 1, 0}, {AT(smcr_el[1]),
     ARMVIRT_SMCR_EL1_FA64, 0}, {AT(smcr_el[2]), ARMVIRT_SMCR_EL1_FA64, 0}}},
    /* SVE */
    {"J1_sve", SVE_ADD, 0, 0, 0, 0, 0, {{0}}},
    {"J1_sve_ZEN", SVE_ADD, 0, 1, 0x19, 0, CAUSE(CPACR_ZEN), {{AT(cpacr_el1), 0,
     ARMVIRT_CPACR_EL1_ZEN}}},
    {"J1_sve_ZEN_under_TGE", SVE_ADD, 0, 2, 0x19, 0, CAUSE(CPACR_ZEN), {{AT(cpacr_el1), 0,
     ARMVIRT_CPACR_EL1_ZEN}, {HCR, ARMVIRT_HCR_EL2_TGE, 0}}},
    {"J1_sve_needs_FPEN", SVE_ADD, 1, 1, 0x07, COND, CAUSE(CPACR_FPEN), {{AT(cpacr_el1), 0,
     ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_sve_TZ", SVE_ADD, 2, 2, 0x19, 0, CAUSE(CPTR2_TZ), {{AT(cptr_el2), ARMVIRT_CPTR_EL2_TZ,
     0}}},
    {"J1_sve_EZ", SVE_ADD, 3, 3, 0x19, 0, CAUSE(CPTR3_EZ), {{AT(cptr_el3), 0,
     ARMVIRT_CPTR_EL3_EZ}}},
    {"J1_sve_in_Streaming_mode_needs_SMEN", SVE_ADD, 1, 1, 0x1d, 0, CAUSE(CPACR_SMEN),
     {{AT(svcr), 1, 0}, {AT(cpacr_el1), 0, ARMVIRT_CPACR_EL1_SMEN}}},
    {"J1_ffr_in_Streaming_mode", SETFFR, 2, 2, 0x1d, 1, CAUSE(SVCR_SM), {{AT(svcr), 1, 0}}},
    {"J1_sme_alone_streams", SVE_ADD, 1, 1, 0x1d, 2, CAUSE(SVCR_SM), {{PFR0, 0,
     ARMVIRT_ID_AA64PFR0_EL1_SVE}}},
    {"J1_neither_SVE_nor_SME", SVE_ADD, 1, 1, 0, 0, CAUSE(ABSENT), {{PFR0, 0,
     ARMVIRT_ID_AA64PFR0_EL1_SVE}, {AT(vmsa.id_aa64pfr1_el1), 0, ARMVIRT_ID_AA64PFR1_EL1_SME}}},
    /* SME */
    {"J1_smstart_needs_SMEN_alone", SMSTART, 1, 0, 0, 0, 0, {{AT(cpacr_el1), 0,
     ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_smstart_TSM", SMSTART, 1, 2, 0x1d, 0, CAUSE(CPTR2_TSM), {{AT(cptr_el2),
     ARMVIRT_CPTR_EL2_TSM, 0}}},
    {"J1_rdsvl_needs_fp", RDSVL, 1, 1, 0x07, COND, CAUSE(CPACR_FPEN), {{AT(cpacr_el1), 0,
     ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_rdsvl_ESM", RDSVL, 2, 3, 0x1d, 0, CAUSE(CPTR3_ESM), {{AT(cptr_el3), 0,
     ARMVIRT_CPTR_EL3_ESM}}},
    {"J1_rdsvl_without_FEAT_SME", RDSVL, 2, 2, 0, 0, CAUSE(ABSENT), {{AT(vmsa.id_aa64pfr1_el1),
     0, ARMVIRT_ID_AA64PFR1_EL1_SME}}},
    {"J1_za_off", ZERO_ZA, 1, 1, 0x1d, 3, CAUSE(SVCR_ZA), {{0}}},
    {"J1_za_on", ZERO_ZA, 1, 0, 0, 0, 0, {{AT(svcr), 2, 0}}},
    {"J1_fmopa_not_streaming", FMOPA, 1, 1, 0x1d, 2, CAUSE(SVCR_SM), {{AT(svcr), 2, 0}}},
    {"J1_fmopa_streaming", FMOPA, 1, 0, 0, 0, 0, {{AT(svcr), 3, 0}}},
    {"J1_zt0_on", ZERO_ZT0, 0, 0, 0, 0, 0, {{AT(svcr), 2, 0}}},
    {"J1_zt0_EZT0_of_EL1", ZERO_ZT0, 0, 1, 0x1d, 4, CAUSE(SMCR_EZT0), {{AT(svcr), 2, 0},
     {AT(smcr_el[1]), 0, ARMVIRT_SMCR_EL1_EZT0}}},
    {"J1_zt0_EZT0_of_EL2", ZERO_ZT0, 1, 2, 0x1d, 4, CAUSE(SMCR_EZT0), {{AT(svcr), 2, 0},
     {AT(smcr_el[2]), 0, ARMVIRT_SMCR_EL1_EZT0}}},
    {"J1_zt0_EZT0_of_EL3", ZERO_ZT0, 2, 3, 0x1d, 4, CAUSE(SMCR_EZT0), {{AT(svcr), 2, 0},
     {AT(smcr_el[3]), 0, ARMVIRT_SMCR_EL1_EZT0}}},
    {"J1_zt0_without_SME2", ZERO_ZT0, 1, 1, 0, 0, CAUSE(ABSENT), {{AT(vmsa.id_aa64pfr1_el1),
     ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_SME, 1), ARMVIRT_ID_AA64PFR1_EL1_SME}}},
    /* Pointer authentication */
    {"J1_pac_disabled_does_nothing", PACIASP, 1, 0, 0, 0, 0, {{HCR, 0, ARMVIRT_HCR_EL2_API}}},
    {"J1_pac_trapped_to_EL2", PACIASP, 1, 2, 0x09, 0, CAUSE(HCR_API), {{HCR, 0,
     ARMVIRT_HCR_EL2_API}, {SCT1, ARMVIRT_SCTLR_EL1_ENIA, 0}}},
    {"J1_pac_of_a_host_is_not_trapped", PACIASP, 0, 0, 0, 0, 0, {{HCR, HOST,
     ARMVIRT_HCR_EL2_API}, {SCT2, ARMVIRT_SCTLR_EL2_ENIA, 0}}},
    {"J1_pac_trapped_to_EL3", PACDB, 2, 3, 0x09, 0, CAUSE(SCR_API), {{SCR, 0,
     ARMVIRT_SCR_EL3_API}, {SCT2, ARMVIRT_SCTLR_EL2_ENDB, 0}}},
    {"J1_pacga_needs_no_enable", PACGA, 2, 3, 0x09, 0, CAUSE(SCR_API), {{SCR, 0,
     ARMVIRT_SCR_EL3_API}}},
    {"J1_pac_without_the_feature", PACGA, 2, 0, 0, 0, 0, {{SCR, 0, ARMVIRT_SCR_EL3_API},
     {AT(vmsa.id_aa64isar1_el1), 0, ARMVIRT_ID_AA64ISAR1_EL1_APA}}},
    /* 64-byte accesses */
    {"J1_ld64b", LD64B, 0, 0, 0, 0, 0, {{0}}},
    {"J1_ld64b_EnALS", LD64B, 0, 1, 0x0a, 2, CAUSE(SCTLR_ENALS), {{SCT1, 0,
     ARMVIRT_SCTLR_EL1_ENALS}}},
    {"J1_ld64b_EnALS_of_EL2", LD64B, 1, 2, 0x0a, 2, CAUSE(HCRX_ENALS), {{HCRX, 0,
     ARMVIRT_HCRX_EL2_ENALS}}},
    {"R24_ld64b_with_HXEn_0", LD64B, 1, 2, 0x0a, 2, CAUSE(HCRX_ENALS), {{SCR, 0,
     ARMVIRT_SCR_EL3_HXEN}}},
    {"J1_st64bv_EnASR_of_a_host", ST64BV, 0, 2, 0x0a, 0, CAUSE(SCTLR_ENASR), {{SCT2, 0,
     ARMVIRT_SCTLR_EL2_ENASR}, HOSTED}},
    {"J1_st64bv0_EnAS0_of_EL3", ST64BV0, 2, 3, 0x0a, 1, CAUSE(SCR_ENAS0), {{SCR, 0,
     ARMVIRT_SCR_EL3_ENAS0}}},
    {"J1_ld64b_without_the_feature", LD64B, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64isar1_el1), 0, ARMVIRT_ID_AA64ISAR1_EL1_LS64}}},
    /* Memory copies */
    {"J1_mops", CPYM, 0, 0, 0, 0, 0, {{0}}},
    {"J1_mops_HCRX_MSCEn", CPYM, 1, 1, 0, 0, CAUSE(HCRX_MSCEN), {{HCRX, 0,
     ARMVIRT_HCRX_EL2_MSCEN}}},
    {"J1_mops_SCTLR_MSCEn", CPYM, 0, 1, 0, 0, CAUSE(SCTLR_MSCEN), {{SCT1, 0,
     ARMVIRT_SCTLR_EL1_MSCEN}}},
    {"J1_mops_of_a_host", CPYM, 0, 2, 0, 0, CAUSE(SCTLR_MSCEN), {{HCRX, 0,
     ARMVIRT_HCRX_EL2_MSCEN}, HOSTED, {SCT2, 0, ARMVIRT_SCTLR_EL1_MSCEN}}},
    {"J1_mops_without_the_feature", CPYM, 2, 2, 0, 0, CAUSE(ABSENT), {{AT(vmsa.id_aa64isar2_el1),
     0, ARMVIRT_ID_AA64ISAR2_EL1_MOPS}}},
    /* PSTATE */
    {"J1_daifset_without_UMA", DAIFSET, 0, 1, 0x18, 0xcd3fe, CAUSE(SCTLR_UMA), {{SCT1, 0,
     ARMVIRT_SCTLR_EL1_UMA}}},
    {"J1_daifset_with_UMA", DAIFSET, 0, 0, 0, 0, 0, {{0}}},
    {"J1_allint_at_EL0", ALLINT1, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"J1_allint_set_with_TALLINT", ALLINT1, 1, 2, 0x18, 0x53e2, CAUSE(HCRX_TALLINT), {{HCRX,
     ARMVIRT_HCRX_EL2_TALLINT, 0}}},
    {"J1_allint_clear_with_TALLINT", ALLINT0, 1, 0, 0, 0, 0, {{HCRX, ARMVIRT_HCRX_EL2_TALLINT, 0}}},
    {"C6_2_msr_uao_at_EL0", 0xd500407f, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"C6_2_msr_uao", 0xd500407f, 1, 0, 0, 0, 0, {{0}}},
    {"C6_2_msr_uao_without_UAO", 0xd500407f, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64mmfr2_el1), 0, ARMVIRT_ID_AA64MMFR2_EL1_UAO}}},
    {"C6_2_msr_pan_without_PAN", 0xd500419f, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64mmfr1_el1), 0, ARMVIRT_ID_AA64MMFR1_EL1_PAN}}},
    {"C6_2_msr_pm_at_EL0", 0xd501431f, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"C6_2_msr_pm", 0xd501431f, 1, 0, 0, 0, 0, {{0}}},
    {"C6_2_msr_pm_without_EBEP", 0xd501421f, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(id_aa64dfr1_el1), 0, ARMVIRT_ID_AA64DFR1_EL1_EBEP}}},
    {"C6_2_msr_dit_at_EL0", 0xd503415f, 0, 0, 0, 0, 0, {{0}}},
    {"C6_2_msr_dit_without_DIT", 0xd503405f, 0, 1, 0, 0, CAUSE(ABSENT),
     {{PFR0, 0, ARMVIRT_ID_AA64PFR0_EL1_DIT}}},
    {"C6_2_msr_tco_at_EL0", 0xd503419f, 0, 0, 0, 0, 0, {{0}}},
    {"C6_2_msr_tco_without_MTE", 0xd503409f, 2, 2, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64pfr1_el1), 0, ARMVIRT_ID_AA64PFR1_EL1_MTE}}},
    {"C6_2_msr_ssbs_at_EL0", 0xd503413f, 0, 0, 0, 0, 0, {{0}}},
    {"C6_2_msr_ssbs_without_SSBS", 0xd503403f, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64pfr1_el1), 0, ARMVIRT_ID_AA64PFR1_EL1_SSBS}}},
    {"C6_2_psb_csync", PSB, 1, 2, 0x0a, 4, CAUSE(HFGITR_PSBCSYNC), {{FGIT, PSBCSYNC, 0},
     SPE_V1P5}},
    {"C6_2_psb_csync_at_EL0", PSB, 0, 2, 0x0a, 4, CAUSE(HFGITR_PSBCSYNC), {{FGIT, PSBCSYNC, 0},
     SPE_V1P5}},
    {"C6_2_psb_csync_in_a_host", PSB, 0, 0, 0, 0, 0, {{FGIT, PSBCSYNC, 0}, SPE_V1P5, HOSTED}},
    {"C6_2_psb_csync_before_SPEv1p5", PSB, 1, 0, 0, 0, 0, {{FGIT, PSBCSYNC, 0}}},
    {"C6_2_psb_csync_FGTEn_off", PSB, 1, 0, 0, 0, 0, {{FGIT, PSBCSYNC, 0}, SPE_V1P5,
     {SCR, 0, ARMVIRT_SCR_EL3_FGTEN}}},
    {"C6_2_tsb_csync", TSB, 1, 2, 0x0a, 3, CAUSE(HFGITR2_TSBCSYNC), {{AT(hfgitr2_el2),
     ARMVIRT_HFGITR2_EL2_TSBCSYNC, 0}, TRBE_V1P1, FGT2, {SCR, ARMVIRT_SCR_EL3_FGTEN2, 0}}},
    {"C6_2_tsb_csync_FGTEn2_off", TSB, 1, 0, 0, 0, 0, {{AT(hfgitr2_el2),
     ARMVIRT_HFGITR2_EL2_TSBCSYNC, 0}, TRBE_V1P1, FGT2}},
    {"C6_2_tsb_csync_at_EL2", TSB, 2, 0, 0, 0, 0, {{AT(hfgitr2_el2),
     ARMVIRT_HFGITR2_EL2_TSBCSYNC, 0}, TRBE_V1P1, FGT2, {SCR, ARMVIRT_SCR_EL3_FGTEN2, 0}}},
    {"J1_allint_without_the_feature", ALLINT0, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64pfr1_el1), 0, ARMVIRT_ID_AA64PFR1_EL1_NMI}}},
    {"J1_pan_at_EL0", PAN1, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"J1_pan_at_EL1", PAN1, 1, 0, 0, 0, 0, {{0}}},
    /* Guarded Control Stack */
    {"C5_9_4_gcspushm_PUSHMEn_of_EL0", GCSPUSHM, 0, 1, 0x18, 0x10dcae, CAUSE(GCSCR_PUSHMEN), {{0}}},
    {"C5_9_4_gcspushm_PUSHMEn_under_TGE", GCSPUSHM, 0, 2, 0x18, 0x10dcae, CAUSE(GCSCR_PUSHMEN),
     {{HCR, ARMVIRT_HCR_EL2_TGE, 0}}},
    {"C5_9_4_gcspushm_FGT", GCSPUSHM, 1, 2, 0x18, 0x10dcae, CAUSE(HFGITR_NGCSPUSHM),
     {{AT(gcscr_el[1]), ARMVIRT_GCSCR_EL1_PUSHMEN, 0}, {FGIT, 0, ARMVIRT_HFGITR_EL2_NGCSPUSHM_EL1}}},
    {"C5_9_4_gcspushm", GCSPUSHM, 1, 0, 0, 0, 0, {{AT(gcscr_el[1]), ARMVIRT_GCSCR_EL1_PUSHMEN, 0}}},
    {"J1_gcsstr_STREn", GCSSTR, 0, 1, 0x2d, 0x2018a0, CAUSE(GCSCR_STREN), {{0}}},
    {"J1_gcsstr_STREn_of_EL3", GCSSTR, 3, 3, 0x2d, 0x2018a0, CAUSE(GCSCR_STREN), {{0}}},
    {"J1_gcsstr_FGT", GCSSTR, 1, 2, 0x2d, 0x2018a0, CAUSE(HFGITR_NGCSSTR), {{AT(gcscr_el[1]),
     ARMVIRT_GCSCR_EL1_STREN, 0}, {FGIT, 0, ARMVIRT_HFGITR_EL2_NGCSSTR_EL1}}},
    {"J1_gcsstr", GCSSTR, 1, 0, 0, 0, 0, {{AT(gcscr_el[1]), ARMVIRT_GCSCR_EL1_STREN, 0}}},
    {"C5_9_5_gcspushx_at_EL0", GCSPUSHX, 0, 1, 0, 0, CAUSE(EL), {{0}}},
    {"C5_9_5_gcspushx_unlocked", GCSPUSHX, 1, 1, 0x2d, 1u << 20, CAUSE(PSTATE_EXLOCK),
     {{AT(gcscr_el[1]), ARMVIRT_GCSCR_EL1_EXLOCKEN, 0}}},
    {"C5_9_2_gcspopcx_locked", GCSPOPCX, 2, 2, 0x2d, 1u << 20, CAUSE(PSTATE_EXLOCK),
     {{AT(gcscr_el[2]), ARMVIRT_GCSCR_EL1_EXLOCKEN, 0}, {AT(pstate), PS(EXLOCK), 0}}},
    {"C5_9_5_gcspushx_FGT", GCSPUSHX, 1, 2, 0x18, 0x181fee, CAUSE(HFGITR_NGCSEPP), {{FGIT, 0,
     ARMVIRT_HFGITR_EL2_NGCSEPP}}},
    {"C5_9_3_gcspopx_has_no_lock", GCSPOPX, 1, 0, 0, 0, 0, {{FGIT, 0,
     ARMVIRT_HFGITR_EL2_NGCSEPP}, {AT(gcscr_el[1]), ARMVIRT_GCSCR_EL1_EXLOCKEN, 0}}},
    {"C5_9_gcs_without_the_feature", GCSPOPM, 1, 1, 0, 0, CAUSE(ABSENT),
     {{AT(vmsa.id_aa64pfr1_el1), 0, ARMVIRT_ID_AA64PFR1_EL1_GCS}}},
    /* What comes before every instruction */
    {"R_SJLDM_pc_alignment", NOP, 1, 1, 0x22, 0, CAUSE(PC_ALIGNMENT), {{AT(pc), 2, 0}}},
    {"R_DPLSC_pc_alignment_under_TGE", NOP, 0, 2, 0x22, 0, CAUSE(PC_ALIGNMENT), {{AT(pc), 1, 0},
     {HCR, ARMVIRT_HCR_EL2_TGE, 0}}},
    {"D1_4_5_6_illegal_state_before_udf", UDF, 1, 1, 0x0e, 0, CAUSE(PSTATE_IL), {{AT(pstate),
     PS(IL) | PS(UINJ), 0}}},
    {"R_NKNRG_UINJ", NOP, 2, 2, 0, 0, CAUSE(PSTATE_UINJ), {{AT(pstate), PS(UINJ), 0}}},
    {"R_NKNRG_UINJ_without_the_feature", NOP, 2, 0, 0, 0, 0, {{AT(pstate), PS(UINJ), 0},
     {AT(vmsa.id_aa64pfr2_el1), 0, ARMVIRT_ID_AA64PFR2_EL1_UINJ}}},
};
/* clang-format on */

/* An instruction of AArch32 state. */
struct a32_insn_case {
    const char *name;
    uint32_t word;
    unsigned mode, target;
    uint64_t esr;
    struct change change[CHANGES];
};

#define EL1_A32                                                                                    \
    {                                                                                              \
        HCR, 0, ARMVIRT_HCR_EL2_RW                                                                 \
    }
#define FPEXC                                                                                      \
    {                                                                                              \
        AT(fpexc32_el2), ARMVIRT_FPEXC32_EL2_EN, 0                                                 \
    }

/* clang-format off */
static const struct a32_insn_case a32_cases[] = {
    {"J1_2_2_svc", 0xef001234, 0x10, 1, UINT64_C(0x46001234), {{0}}},
    {"J1_2_2_svc_trapped_from_EL0", 0xef001234, 0x10, 2, UINT64_C(0x46001234), {{FGIT,
     ARMVIRT_HFGITR_EL2_SVC_EL0, 0}}},
    {"J1_2_2_svc_of_AArch32_EL1_is_not_trapped", 0xef000000, 0x13, 1, UINT64_C(0x46000000),
     {EL1_A32, {FGIT, ARMVIRT_HFGITR_EL2_SVC_EL1 | ARMVIRT_HFGITR_EL2_SVC_EL0, 0}}},
    {"J1_2_2_hvc", 0xe1401273, 0x13, 2, UINT64_C(0x4a000123), {EL1_A32}},
    {"J1_2_2_smc", 0xe1600070, 0x13, 3, UINT64_C(0x4e000000), {EL1_A32}},
    {"J1_2_2_smc_trapped", 0x11600070, 0x13, 2, UINT64_C(0x4f180000), {{HCR, ARMVIRT_HCR_EL2_TSC,
     ARMVIRT_HCR_EL2_RW}}},
    {"J1_2_2_smc_without_EL3", 0xe1600070, 0x13, 1, UINT64_C(0x2000000), {EL1_A32, NO_EL3}},
    {"J1_2_2_bkpt", 0xe1200172, 0x10, 1, UINT64_C(0xe2000012), {{0}}},
    {"J1_2_2_udf", 0xe7f000f0, 0x10, 1, UINT64_C(0x2000000), {{0}}},
    {"J1_2_2_wfi_with_condition", 0x1320f003, 0x10, 2, UINT64_C(0x7100000 | 0x2000000), {{HCR,
     ARMVIRT_HCR_EL2_TWI, 0}}},
    {"J1_2_2_eret_at_EL0", 0xe160006e, 0x10, 1, UINT64_C(0x2000000), {{0}}},
    {"J1_2_2_eret_at_EL1", 0xe160006e, 0x13, 0, 0, {EL1_A32}},
    {"J1_2_2_setend", 0xf1010000, 0x10, 0, 0, {{0}}},
    {"J1_2_2_setend_SED", 0xf1010200, 0x10, 1, UINT64_C(0x2000000), {{SCT1,
     ARMVIRT_SCTLR_EL1_SED, 0}}},
    {"J1_2_2_srs_at_EL0", 0xf96d0513, 0x10, 1, UINT64_C(0x2000000), {{0}}},
    {"J1_2_2_fp_under_AArch64_EL1", 0xee300a81, 0x10, 1, UINT64_C(0x1fe00000), {{AT(cpacr_el1),
     0, ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_2_2_fp_CPACR", 0xee300a81, 0x13, 1, UINT64_C(0x2000000), {EL1_A32, FPEXC,
     {AT(cpacr_el1), 0, ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_2_2_fp_FPEXC_off", 0xee300a81, 0x13, 1, UINT64_C(0x2000000), {EL1_A32}},
    {"J1_2_2_fp_FPEXC_on", 0xee300a81, 0x13, 0, 0, {EL1_A32, FPEXC}},
    {"J1_2_2_vmrs_fpexc_with_FPEXC_off", 0xeef83a10, 0x13, 0, 0, {EL1_A32}},
    {"J1_2_2_vmrs_fpexc_at_EL0", 0xeef83a10, 0x10, 1, UINT64_C(0x2000000), {{0}}},
    {"J1_2_2_fp_TFP", 0xee300a81, 0x13, 2, UINT64_C(0x1fe00000), {EL1_A32, FPEXC, {AT(cptr_el2),
     ARMVIRT_CPTR_EL2_TFP, 0}}},
    {"J1_2_2_vmrs_mvfr2_TID3", 0xeef53a10, 0x13, 2, UINT64_C(0x23e1d461), {{HCR,
     ARMVIRT_HCR_EL2_TID3, ARMVIRT_HCR_EL2_RW}}},
    {"J1_2_2_vmrs_fpsid_TID0", 0xeef03a10, 0x13, 2, UINT64_C(0x23e1c061), {{HCR,
     ARMVIRT_HCR_EL2_TID0, ARMVIRT_HCR_EL2_RW}}},
    {"J1_2_2_hcptr_TCP10", 0xee300a81, 0x13, 2, UINT64_C(0x1fe0000a), {{SCR, 0,
     ARMVIRT_SCR_EL3_RW}, FPEXC, {AT(cptr_el2), ARMVIRT_HCPTR_TCP10, 0}}},
    {"J1_2_2_hcptr_TASE", 0xf2210802, 0x13, 2, UINT64_C(0x1fe00020), {{SCR, 0,
     ARMVIRT_SCR_EL3_RW}, FPEXC, {AT(cptr_el2), ARMVIRT_HCPTR_TASE, 0}}},
    {"J1_2_2_fp_in_Hyp_mode", 0xee300a81, 0x1a, 0, 0, {{SCR, 0, ARMVIRT_SCR_EL3_RW}, FPEXC,
     {AT(cpacr_el1), 0, ARMVIRT_CPACR_EL1_FPEN}}},
    {"J1_2_2_nop", 0xe320f000, 0x10, 0, 0, {{0}}},
};
/* clang-format on */

#endif
