/* SPDX-License-Identifier: MIT */
/*
 * Accesses to system registers, rule by rule: traps and their order, redirection, reserved
 * encodings, syndromes. DDI0487 C5, D24; the rules are those of docs/conformance.md.
 */
#include "sysreg_bench.h"

/* What is expected: "self", "el2 HCR_EL2.TVM", "undef", "mem 110", "=SCTLR_EL2", "nop", "virtual".
 */
struct sysreg_case {
    const char *name;
    unsigned el;
    const char *access; /* "r NAME", "w NAME", or with capitals the 128-bit form */
    const char *expect;
    struct setting set[SETTINGS];
};

static const struct sysreg_case cases[] = {
    {"open_self", 1, "w SCTLR_EL1", "self", {{0}}},
    {"open_el0_undefined", 0, "r SCTLR_EL1", "undef", {{0}}},
    {"open_el2_at_el1_undefined", 1, "r HCR_EL2", "undef", {{0}}},
    {"open_el3_at_el2_undefined", 2, "r SCR_EL3", "undef", {{0}}},
    {"open_read_only_written", 1, "w MIDR_EL1", "undef", {{0}}},
    {"open_id_reads_the_virtual_one", 1, "r MIDR_EL1", "=VPIDR_EL2", {{0}}},
    {"tvm", 1, "w TTBR0_EL1", "el2 HCR_EL2.TVM", {HCR(TVM)}},
    {"tvm_leaves_reads", 1, "r TTBR0_EL1", "self", {HCR(TVM)}},
    {"trvm", 1, "r TTBR0_EL1", "el2 HCR_EL2.TRVM", {HCR(TRVM)}},
    {"tacr", 1, "r ACTLR_EL1", "el2 HCR_EL2.TACR", {HCR(TACR)}},
    {"tid2_el0", 0, "r CTR_EL0", "el2 HCR_EL2.TID2", {HCR(TID2)}},
    {"tid3", 1, "r ID_AA64PFR0_EL1", "el2 HCR_EL2.TID3", {HCR(TID3)}},
    {"tsw", 1, "w DC_CISW", "el2 HCR_EL2.TSW", {HCR(TSW)}},
    {"tpu", 1, "w IC_IVAU", "el2 HCR_EL2.TPU", {HCR(TPU)}},
    {"ttlb", 1, "w TLBI_VAE1", "el2 HCR_EL2.TTLB", {HCR(TTLB)}},
    {"ttlbis", 1, "w TLBI_VAE1IS", "el2 HCR_EL2.TTLBIS", {HCR(TTLBIS)}},
    {"ttlbos_not_is", 1, "w TLBI_VAE1IS", "self", {HCR(TTLBOS)}},
    {"tlor", 1, "r LORC_EL1", "el2 HCR_EL2.TLOR", {HCR(TLOR)}},
    {"terr", 1, "r ERRIDR_EL1", "el2 HCR_EL2.TERR", {HCR(TERR)}},
    {"apk_off",
     1,
     "r APIAKeyLo_EL1",
     "el2 HCR_EL2.APK=0",
     {SET(vmsa.hcr_el2, ARMVIRT_HCR_EL2_APK, 0)}},
    {"D24_2_175_alias_needs_srmask",
     1,
     "r SCTLRALIAS_EL1",
     "undef",
     {SET(vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_SRMASK, 0)}},
    {"D24_2_36_alias_needs_srmask_at_el3",
     3,
     "w CPACRALIAS_EL1",
     "undef",
     {SET(vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_SRMASK, 0)}},
    {"ICC_NMIAR1_needs_nmi",
     1,
     "r ICC_NMIAR1_EL1",
     "undef",
     {SET(vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_NMI, 0)}},
    {"D24_10_1_cntfrq_with_tge",
     0,
     "r CNTFRQ_EL0",
     "el2 CNTKCTL_EL1.EL0VCTEN=0",
     {TGE, SET(cntkctl_el1, ARMVIRT_BITS(1, 0), 0)}},
    {"D24_10_1_cntfrq_of_host",
     0,
     "r CNTFRQ_EL0",
     "el2 CNTHCTL_EL2.EL0VCTEN=0",
     {E2H, TGE, SET(cnthctl_el2, ARMVIRT_BITS(1, 0), 0)}},
    {"D24_10_1_cntfrq_at_el0",
     0,
     "r CNTFRQ_EL0",
     "el1 CNTKCTL_EL1.EL0VCTEN=0",
     {SET(cntkctl_el1, ARMVIRT_BITS(1, 0), 0)}},
    {"D24_5_11_snapshot_counter_not_implemented",
     2,
     "r PMEVCNTSVR6_EL1",
     "undef",
     {SET(pmcr_el0, ARMVIRT_PMCR_EL0_N, 6)}},
    {"D24_5_11_snapshot_counter_of_el2",
     1,
     "r PMEVCNTSVR5_EL1",
     "el2 counter 5 accessible (MDCR_EL2.HPMN)",
     {SET(mdcr_el2, ARMVIRT_MDCR_EL2_HPMN, 5)}},
    {"D24_5_10_counter_that_pmuacr_hides_reads_zero",
     0,
     "r PMEVCNTR0_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1)}},
    {"D24_5_12_type_that_pmuacr_hides_reads_zero",
     0,
     "r PMEVTYPER0_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1)}},
    {"D24_5_2_cycle_counter_that_pmuacr_hides_reads_zero",
     0,
     "r PMCCNTR_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1)}},
    {"D24_5_15_instruction_counter_that_pmuacr_hides_reads_zero",
     0,
     "r PMICNTR_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1), SET(mdcr_el3, ARMVIRT_MDCR_EL3_ENPM2, 1)}},
    {"D24_5_14_instruction_filter_ir_is_for_writes",
     0,
     "r PMICFILTR_EL0",
     "self",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1),
      SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_IR, 1), SET(pmuacr_el1, ARMVIRT_BIT(32), 1),
      SET(mdcr_el3, ARMVIRT_MDCR_EL3_ENPM2, 1)}},
    {"D24_5_27_selected_counter_that_pmuacr_hides_reads_zero",
     0,
     "r PMXEVCNTR_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1)}},
    {"D24_5_28_selected_cycle_filter_that_pmuacr_hides_reads_zero",
     0,
     "r PMXEVTYPER_EL0",
     "nop",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_UEN, 1),
      SET(pmselr_el0, ARMVIRT_PMSELR_EL0_SEL, 31)}},
    {"D24_7_12_filter_control_is_not_in_nv2_memory",
     1,
     "w PMSFCR_EL1",
     "self",
     {NV, NV2, SET(mdcr_el3, ARMVIRT_MDCR_EL3_NSPB, 3),
      SET(id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_PMSVER, 1)}},
    {"D24_9_1_disr_reads_zero_while_el3_takes_errors",
     2,
     "r DISR_EL1",
     "nop",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_EA, 1)}},
    {"D24_12_17_vpm_beyond_the_last",
     2,
     "r MPAMVPM2_EL2",
     "undef",
     {SET(mpamidr_el1, ARMVIRT_MPAMIDR_EL1_HAS_HCR, 1),
      SET(mpamidr_el1, ARMVIRT_MPAMIDR_EL1_VPMR_MAX, 1)}},
    {"D24_12_17_vpm_that_is_the_last",
     2,
     "r MPAMVPM2_EL2",
     "self",
     {SET(mpamidr_el1, ARMVIRT_MPAMIDR_EL1_HAS_HCR, 1),
      SET(mpamidr_el1, ARMVIRT_MPAMIDR_EL1_VPMR_MAX, 2)}},
    {"D24_2_221_virtual_id_without_el2",
     3,
     "r VPIDR_EL2",
     "=MIDR_EL1",
     {SET(vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0)}},
    {"D24_2_219_virtual_id_without_el2_ignores_writes",
     3,
     "w VMPIDR_EL2",
     "nop",
     {SET(vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0)}},
    {"D24_10_2_controls_of_timers_while_el2_is_disabled",
     1,
     "r CNTVCT_EL0",
     "self",
     {SET(cnthctl_el2, ARMVIRT_BIT(14), 1), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, 0),
      SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, 0), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_NSE, 0)}},
    {"R18_tge_takes_el0_to_el2",
     0,
     "r CTR_EL0",
     "el2 SCTLR_EL1.UCT=0",
     {TGE, SET(vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_UCT, 0)}},
    {"R20_fgten_off",
     1,
     "r TTBR0_EL1",
     "self",
     {SET(hfgrtr_el2, ARMVIRT_HFGRTR_EL2_TTBR0_EL1, 1),
      SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_FGTEN, 0)}},
    {"R20_fgten_on",
     1,
     "r TTBR0_EL1",
     "el2 HFGRTR_EL2.TTBR0_EL1",
     {SET(hfgrtr_el2, ARMVIRT_HFGRTR_EL2_TTBR0_EL1, 1)}},
    {"R20_fgten2_off_traps",
     1,
     "r SCTLRMASK_EL1",
     "el2 SCR_EL3.FGTEn2=0",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_FGTEN2, 0)}},
    {"R20_fgt2_bit",
     1,
     "r SCTLRMASK_EL1",
     "el2 HFGRTR2_EL2.nSCTLRMASK_EL1=0",
     {SET(hfgrtr2_el2, ARMVIRT_HFGRTR2_EL2_NSCTLRMASK_EL1, 0)}},
    {"R20_fgten2_off_el0",
     0,
     "r PMICNTR_EL0",
     "el2 SCR_EL3.FGTEn2=0",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_FGTEN2, 0), SET(pmuserenr_el0, 0x1f, 0x1f)}},
    {"R22_fgten2_off_in_host",
     0,
     "r PMICNTR_EL0",
     "self",
     {E2H, TGE, SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_FGTEN2, 0), SET(pmuserenr_el0, 0x1f, 0x1f),
      SET(mdcr_el3, ARMVIRT_MDCR_EL3_ENPM2, 1), SET(pmuacr_el1, ARMVIRT_BIT(32), 1)}},
    {"R21_missing_feature_is_undefined",
     1,
     "r POR_EL1",
     "undef",
     {SET(vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_S1POE, 0),
      SET(hfgrtr_el2, ARMVIRT_HFGRTR_EL2_NPOR_EL1, 0)}},
    {"R22_fgt_not_in_host",
     0,
     "r TPIDRRO_EL0",
     "self",
     {E2H, TGE, SET(hfgrtr_el2, ARMVIRT_HFGRTR_EL2_TPIDRRO_EL0, 1)}},
    {"R22_tpm_in_host",
     0,
     "r PMCR_EL0",
     "el2 MDCR_EL2.TPM",
     {E2H, TGE, SET(mdcr_el2, ARMVIRT_MDCR_EL2_TPM, 1)}},
    {"R23_el1_before_fgt",
     0,
     "r PMCR_EL0",
     "el1 PMUSERENR_EL0.EN=0",
     {SET(pmuserenr_el0, ARMVIRT_PMUSERENR_EL0_EN, 0), SET(mdcr_el2, ARMVIRT_MDCR_EL2_TPM, 1)}},
    {"R23_fgt_before_el3",
     1,
     "r APIAKeyLo_EL1",
     "el2 HFGRTR_EL2.APIAKey",
     {SET(hfgrtr_el2, ARMVIRT_HFGRTR_EL2_APIAKEY, 1), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_APK, 0)}},
    {"R23_el3_last",
     1,
     "r APIAKeyLo_EL1",
     "el3 SCR_EL3.APK=0",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_APK, 0)}},
    {"R24_hxen_off_disables",
     1,
     "r SCTLRMASK_EL1",
     "el2 HCRX_EL2 enabled (SCR_EL3.HXEn)",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_HXEN, 0)}},
    {"R24_hcrx_bit",
     1,
     "r SCTLRMASK_EL1",
     "el2 HCRX_EL2.SRMASKEn=0",
     {SET(vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_SRMASKEN, 0)}},
    {"R25_fgtnxs_off",
     1,
     "w TLBI_VAE1NXS",
     "el2 HFGITR_EL2.TLBIVAE1",
     {SET(hfgitr_el2, ARMVIRT_HFGITR_EL2_TLBIVAE1, 1)}},
    {"R25_fgtnxs_on",
     1,
     "w TLBI_VAE1NXS",
     "self",
     {SET(hfgitr_el2, ARMVIRT_HFGITR_EL2_TLBIVAE1, 1),
      SET(vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_FGTNXS, 1)}},
    {"R27_tidcp", 1, "r S3_0_C15_C2_0", "el2 HCR_EL2.TIDCP", {HCR(TIDCP)}},
    {"R27_tidcp1_el0",
     0,
     "r S3_3_C11_C2_0",
     "el1 SCTLR_EL1.TIDCP",
     {SET(vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_TIDCP, 1)}},
    {"R27_tidcp1_host",
     0,
     "r S3_3_C11_C2_0",
     "el2 SCTLR_EL2.TIDCP",
     {E2H, TGE, SET(vmsa.sctlr_el2, ARMVIRT_SCTLR_EL2_TIDCP, 1)}},
    {"R27_no_register", 1, "r S3_0_C15_C2_0", "undef", {{0}}},
    {"R28_idst_el0", 0, "r S3_3_C0_C5_5", "el1 -", {{0}}},
    {"R28_idst_el0_tge", 0, "r S3_3_C0_C5_5", "el2 -", {TGE}},
    {"R28_idst_write_is_undefined", 1, "w S3_3_C0_C5_5", "undef", {{0}}},
    {"R28_no_idst",
     1,
     "r S3_3_C0_C5_5",
     "undef",
     {SET(vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_IDS, 0)}},
    {"R28_tid3_reserved", 1, "r S3_0_C0_C7_7", "el2 HCR_EL2.TID3", {HCR(TID3)}},
    {"R29_el12_without_e2h", 2, "r SCTLR_EL12", "undef", {{0}}},
    {"R29_el12", 2, "r SCTLR_EL12", "=SCTLR_EL1", {E2H}},
    {"R29_el02", 2, "r CNTV_CTL_EL02", "=CNTV_CTL_EL0", {E2H}},
    {"R29_el1_in_host", 2, "w SCTLR_EL1", "=SCTLR_EL2", {E2H}},
    {"R29_el12_at_el3", 3, "r SCTLR_EL12", "=SCTLR_EL1", {E2H}},
    {"R29_el12_nv", 1, "r SCTLR_EL12", "el2 HCR_EL2.{NV2, NV1, NV}=xx1", {NV}},
    {"R29_el12_without_vhe",
     3,
     "r SCTLR_EL12",
     "undef",
     {E2H, SET(vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_VH, 0)}},
    {"wide_without_d128",
     2,
     "R PAR_EL1",
     "undef",
     {SET(vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_D128, 0)}},
    {"R30_el1_with_nv1", 1, "r SCTLR_EL1", "mem 110", {NV, NV1, NV2}},
    {"R30_el1_without_nv1", 1, "r SCTLR_EL1", "self", {NV, NV2}},
    {"R30_el12_without_nv1", 1, "r SCTLR_EL12", "mem 110", {NV, NV2}},
    {"R30_checks_first", 1, "r SCTLR_EL1", "el2 HCR_EL2.TRVM", {NV, NV1, NV2, HCR(TRVM)}},
    {"R30_el2_register", 1, "r HCR_EL2", "mem 078", {NV, NV2}},
    {"R31_elr", 1, "r ELR_EL2", "=ELR_EL1", {NV, NV2}},
    {"R31_esr", 1, "w ESR_EL2", "=ESR_EL1", {NV, NV2}},
    {"R32_nv_traps_op1_4", 1, "r HCR_EL2", "el2 HCR_EL2.{NV2, NV1, NV}=xx1", {NV}},
    {"R32_nv_not_mec", 1, "r MECID_P0_EL2", "undef", {NV}},
    {"R32_nv_tlbi", 1, "w TLBI_ALLE2", "el2 HCR_EL2.{NV2, NV1, NV}=xx1", {NV}},
    {"nv1_traps_vbar", 1, "r VBAR_EL1", "el2 HCR_EL2.{NV2, NV1, NV}=011", {NV, NV1}},
    {"R33_cnthctl", 1, "r CNTPCT_EL0", "el2 CNTHCTL_EL2.EL1PCTEN=0", {SET(cnthctl_el2, 1, 0)}},
    {"R33_cnthctl_e2h", 1, "r CNTPCT_EL0", "el2 CNTHCTL_EL2.EL1PCTEN=0", {E2H}},
    {"R33_cnthctl_e2h_open", 1, "r CNTPCT_EL0", "self", {E2H, SET(cnthctl_el2, 0xc00, 3)}},
    {"R34_cptr", 1, "r CPACR_EL1", "el2 CPTR_EL2.TCPAC", {SET(cptr_el2, ARMVIRT_BIT(31), 1)}},
    {"R34_zen", 1, "r ZCR_EL1", "el2:19 CPTR_EL2.ZEN=x0", {E2H}},
    {"R34_tz", 1, "r ZCR_EL1", "el2:19 CPTR_EL2.TZ", {SET(cptr_el2, ARMVIRT_BIT(8), 1)}},
    {"fpen_el0",
     0,
     "r FPCR",
     "el1:07 CPACR_EL1.FPEN=11",
     {SET(cpacr_el1, ARMVIRT_CPACR_EL1_FPEN, 1)}},
    {"smen",
     1,
     "r SMCR_EL1",
     "el1:1d CPACR_EL1.SMEN=x0",
     {SET(cpacr_el1, ARMVIRT_CPACR_EL1_SMEN, 0)}},
    {"wide_trap",
     1,
     "W TTBR0_EL1",
     "el2:14 HCR_EL2.TVM",
     {HCR(TVM), SET(vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_D128EN, 1)}},
    {"wide_disabled", 1, "R TTBR0_EL1", "el2:14 HCRX_EL2.D128En=0", {{0}}},
    {"wide_memory",
     1,
     "R TTBR0_EL1",
     "mem 200",
     {NV, NV1, NV2, SET(vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_D128EN, 1)}},
    {"wide_of_a_64_bit_register", 1, "R SCTLR_EL1", "undef", {{0}}},
    {"wide_beyond_the_last", 1, "R CNTPS_CVAL_EL1", "undef", {{0}}},
    {"fgwte3",
     3,
     "w SCTLR_EL3",
     "el3 FGWTE3_EL3.SCTLR_EL3",
     {SET(fgwte3_el3, ARMVIRT_FGWTE3_EL3_SCTLR_EL3, 1)}},
    {"tge_is_tde", 0, "r MDCCSR_EL0", "el2 HCR_EL2.TGE", {TGE}},
    {"tda", 1, "r MDSCR_EL1", "el2 MDCR_EL2.TDA", {SET(mdcr_el2, ARMVIRT_MDCR_EL2_TDA, 1)}},
    {"breakpoint_5", 1, "r DBGBCR5_EL1", "self", {{0}}},
    {"breakpoint_6", 1, "r DBGBCR6_EL1", "undef", {{0}}},
    {"counter_5", 1, "r PMEVCNTR5_EL0", "self", {{0}}},
    {"counter_6", 1, "r PMEVCNTR6_EL0", "undef", {{0}}},
    {"hpmn",
     1,
     "r PMEVCNTR5_EL0",
     "el2 counter 5 accessible (MDCR_EL2.HPMN)",
     {SET(mdcr_el2, ARMVIRT_MDCR_EL2_HPMN, 3)}},
    {"hpmn_not_at_el2", 2, "r PMEVCNTR5_EL0", "self", {SET(mdcr_el2, ARMVIRT_MDCR_EL2_HPMN, 3)}},
    {"counter_selected", 1, "r PMXEVCNTR_EL0", "selected", {SET(pmselr_el0, 0x1f, 2)}},
    {"gic_virtual", 1, "r ICC_IAR1_EL1", "virtual", {HCR(IMO)}},
    {"gic_tall1",
     1,
     "r ICC_IAR1_EL1",
     "el2 ICH_HCR_EL2.TALL1",
     {SET(ich_hcr_el2, ARMVIRT_ICH_HCR_EL2_TALL1, 1)}},
    {"gic_sgi", 1, "w ICC_SGI1R_EL1", "el2 HCR_EL2.IMO", {HCR(IMO)}},
    {"gic_el3",
     2,
     "r ICC_IAR1_EL1",
     "el3 SCR_EL3.IRQ",
     {SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_IRQ, 1)}},
    {"gic_sre", 1, "r ICC_PMR_EL1", "el1 ICC_SRE_EL1.SRE=0", {SET(icc_sre_el[1], 1, 0)}},
    {"gic_list_register", 2, "r ICH_LR3_EL2", "self", {{0}}},
    {"gic_no_list_register", 2, "r ICH_LR4_EL2", "undef", {{0}}},
    {"R8_exlock_elr",
     1,
     "w ELR_EL1",
     "el1:2d PSTATE.EXLOCK",
     {SET(gcscr_el[1], ARMVIRT_GCSCR_EL1_EXLOCKEN, 1), SET(pstate, ARMVIRT_BIT(34), 1)}},
    {"R8_exlock_not_set",
     1,
     "w ELR_EL1",
     "self",
     {SET(gcscr_el[1], ARMVIRT_GCSCR_EL1_EXLOCKEN, 1)}},
    {"R8_exlock_pushx",
     2,
     "w GCSPUSHX",
     "el2:2d PSTATE.EXLOCK=0",
     {SET(gcscr_el[2], ARMVIRT_GCSCR_EL1_EXLOCKEN, 1)}},
    {"cntfrq_tge", 0, "r CNTFRQ_EL0", "el2 CNTKCTL_EL1.EL0VCTEN=0", {TGE, SET(cntkctl_el1, 3, 0)}},
    {"dczva",
     0,
     "w DC_ZVA",
     "el1 SCTLR_EL1.DZE=0",
     {SET(vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_DZE, 0)}},
    {"R53_secure_el2_register", 1, "r VSTCR_EL2", "undef", {NV}},
    {"R54_secure_without_el2",
     1,
     "w TTBR0_EL1",
     "self",
     {HCR(TVM), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, 0)}},
    {"R54_secure_with_el2",
     1,
     "w TTBR0_EL1",
     "el2 HCR_EL2.TVM",
     {HCR(TVM), SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, 0),
      SET(vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, 1)}},
};

static void judge(const struct armvirt_pe *pe, const char *what, char text[64])
{
    static struct armvirt_sysreg_view view;
    struct armvirt_sysreg_access access = {.rt = 3};
    struct armvirt_sysreg_verdict verdict;

    access.write = what[0] == 'w' || what[0] == 'W';
    access.wide = what[0] == 'R' || what[0] == 'W';
    access.reg = armvirt_sysreg_find(what + 2);
    assert_int_not_equal(access.reg, ARMVIRT_SYSREG_NONE);
    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    describe(&access, &verdict, text);
}

static void sysreg_verdict(void **state)
{
    const struct sysreg_case *c = *state;
    struct armvirt_pe pe = open_pe();
    char text[64];

    apply(&pe, c->set);
    pe.pstate |= c->el << 2 | (c->el ? 1 : 0);
    judge(&pe, c->access, text);
    assert_string_equal(text, c->expect);
}

/* ---- Syndromes, exceptions, causes ----------------------------------------------------------- */

static struct armvirt_sysreg_verdict verdict_of(const struct armvirt_pe *pe,
                                                const struct armvirt_sysreg_access *access)
{
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, access, &verdict);
    return verdict;
}

static void D24_2_45_syndrome_of_msr(void **state)
{
    struct armvirt_pe pe = open_pe();
    struct armvirt_sysreg_access access = {
        .reg = ARMVIRT_SYSREG(3, 0, 2, 0, 1), .write = true, .rt = 31};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_exception exc;

    (void)state;
    pe.pstate = 5;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TVM;
    verdict = verdict_of(&pe, &access);
    assert_int_equal(verdict.iss, 3 << 20 | 1 << 17 | 2 << 10 | 31 << 5);
    armvirt_sysreg_exception(&pe, &verdict, &exc);
    assert_int_equal(exc.target_el, 2);
    assert_int_equal(exc.esr, UINT64_C(0x62000000) | verdict.iss);
    access.reg = ARMVIRT_SYSREG(3, 4, 15, 0, 1);
    verdict = verdict_of(&pe, &access);
    armvirt_sysreg_exception(&pe, &verdict, &exc);
    assert_int_equal(exc.target_el, 1);
    assert_int_equal(exc.esr, 0x2000000);
}

static void D24_2_45_syndrome_of_mrrs(void **state)
{
    struct armvirt_pe pe = open_pe();
    struct armvirt_sysreg_access access = {
        .reg = ARMVIRT_SYSREG(3, 0, 2, 0, 0), .wide = true, .rt = 6};

    (void)state;
    pe.pstate = 5;
    assert_int_equal(verdict_of(&pe, &access).iss, 3 << 20 | 2 << 10 | 3 << 6 | 1);
}

static void cause_names_the_field(void **state)
{
    struct armvirt_pe pe = open_pe();
    struct armvirt_sysreg_access access = {.reg = ARMVIRT_SYSREG(3, 0, 2, 0, 1), .write = true};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_control control;

    (void)state;
    pe.pstate = 5;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TVM;
    verdict = verdict_of(&pe, &access);
    armvirt_sysreg_cause(verdict.cause, &control);
    assert_true(verdict.cause_holds);
    assert_int_equal(control.reg, ARMVIRT_SYSREG(3, 4, 1, 1, 0));
    assert_int_equal(UINT64_C(1) << control.lsb, ARMVIRT_HCR_EL2_TVM);
    assert_int_equal(control.mask, 1);
    assert_int_equal(control.value, 1);
    armvirt_sysreg_cause(0, &control);
    assert_int_equal(control.reg, 0);
    armvirt_sysreg_cause(UINT16_MAX, &control);
    assert_int_equal(control.mask, 0);
}

static void any_number_is_answered(void **state)
{
    static const uint32_t odd[] = {0x18200, 0x18210, 0x1ffff, 0x20000, UINT32_MAX, 0};
    struct armvirt_pe pe = open_pe();

    (void)state;
    pe.pstate = 5;
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        for (unsigned bits = 0; bits < 4; bits++) {
            struct armvirt_sysreg_access access = {
                .reg = odd[i], .write = bits & 1, .wide = bits & 2, .rt = 255, .cond = 255};

            assert_int_equal(verdict_of(&pe, &access).kind, ARMVIRT_SYSREG_UNDEFINED);
            assert_false(armvirt_sysreg_known(odd[i]));
        }
    }
}

/* Without EL3, or without FEAT_RAS 1.1 and GIC with more priorities: what the ID registers say. */
static void features_of_more_than_one_field(void **state)
{
    struct armvirt_pe pe = open_pe();
    char text[64];

    (void)state;
    pe.pstate = 5;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, 1);
    set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_RAS_FRAC, 0);
    judge(&pe, "r ERXPFGF_EL1", text);
    assert_string_equal(text, "undef");
    set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_RAS_FRAC, 1);
    pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_FIEN;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_FIEN;
    judge(&pe, "r ERXPFGF_EL1", text);
    assert_string_equal(text, "self");
    pe.pstate = 9;
    for (unsigned bits = 5; bits <= 7; bits++) {
        set_field(&pe.ich_vtr_el2, ARMVIRT_ICH_VTR_EL2_PREBITS, bits - 1);
        judge(&pe, "r ICH_AP0R1_EL2", text);
        assert_string_equal(text, bits > 5 ? "self" : "undef");
        judge(&pe, "r ICH_AP0R3_EL2", text);
        assert_string_equal(text, bits > 6 ? "self" : "undef");
    }
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
    judge(&pe, "r ICC_SRE_EL2", text);
    assert_string_equal(text, "self");
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, sysreg_verdict, cases);
    SUITE_ADD(&suite, D24_2_45_syndrome_of_msr);
    SUITE_ADD(&suite, D24_2_45_syndrome_of_mrrs);
    SUITE_ADD(&suite, cause_names_the_field);
    SUITE_ADD(&suite, any_number_is_answered);
    SUITE_ADD(&suite, features_of_more_than_one_field);
    return suite_run(&suite, "sysreg");
}
