/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The exception model: the part of a PE's state that exceptions read and change.
 *
 * All registers are plain members, as they read: an emulator keeps them here, a hypervisor fills
 * in those of its guest. ID registers are the only feature switches; a member that no announced
 * feature needs is never looked at. Zero is the reset value of everything but the ID registers.
 *
 * @spec{DDI0487 D1, D24, G1}
 */
#ifndef ARMVIRT_EXC_H
#define ARMVIRT_EXC_H

#include <armvirt/base.h>
#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The banks of R14 in AArch32 state. SPSR_svc, _hyp and _mon are spsr_el[1], [2] and [3]. */
enum armvirt_a32_bank {
    ARMVIRT_A32_USR = 0, /**< R14_usr, which Hyp mode shares. */
    ARMVIRT_A32_SVC = 1,
    ARMVIRT_A32_ABT = 2,
    ARMVIRT_A32_UND = 3,
    ARMVIRT_A32_IRQ = 4,
    ARMVIRT_A32_FIQ = 5,
    ARMVIRT_A32_MON = 6,
    ARMVIRT_A32_BANKS
};

/**
 * A PE, as far as exceptions go. Arrays are indexed by Exception level; `[0]` is unused.
 *
 * AArch32 registers live where the architecture maps them: HCR, HSCTLR, HSR, HVBAR, ELR_hyp in
 * the registers of EL2; DFSR in `esr_el[1]`, IFSR in `ifsr32_el2`, DFAR and IFAR in the low and
 * high word of `far_el[1]`, HDFAR and HIFAR in those of `far_el[2]`. If EL3 is AArch32, SCR is
 * `vmsa.scr_el3`, and the Secure copies of banked registers are those of index 3.
 */
struct armvirt_pe {
    /** Registers that translation depends on too: SCR_EL3, HCR_EL2, HCRX_EL2, SCTLR_ELx,
     * SCTLR2_ELx, TCR_ELx and most ID registers. Its `options` are for translation. */
    struct armvirt_vmsa vmsa;

    /** @name More ID registers
     * @{ */
    uint64_t id_aa64isar3_el1, id_aa64dfr0_el1, id_aa64dfr1_el1, id_aa64dfr2_el1;
    uint64_t id_aa64smfr0_el1, id_aa64zfr0_el1, id_aa64fpfr0_el1;
    uint64_t ich_vtr_el2; /**< ICH_VTR_EL2. */
    uint64_t pmcr_el0;    /**< PMCR_EL0: N, the number of event counters. */
    /** @} */

    /** @name Execution
     * @{ */
    uint64_t pc; /**< Address of the current instruction. */
    /** PSTATE in the layout of SPSR_ELx, in both execution states: M[4] says AArch32, M[3:2] the
     * Exception level in AArch64 state. In AArch32 state DIT is bit 24 and SS bit 21. */
    uint64_t pstate;
    uint64_t svcr;             /**< SVCR: PSTATE.SM and PSTATE.ZA. */
    uint64_t elr_el[4];        /**< ELR_ELx. */
    uint64_t spsr_el[4];       /**< SPSR_ELx. */
    uint64_t vbar_el[4];       /**< VBAR_ELx. */
    uint64_t esr_el[4];        /**< ESR_ELx. */
    uint64_t far_el[4];        /**< FAR_ELx. */
    uint64_t pfar_el[4];       /**< PFAR_EL1, PFAR_EL2; [3] is MFAR_EL3. */
    uint64_t hpfar_el2;        /**< HPFAR_EL2. */
    uint64_t disr_el1;         /**< DISR_EL1. */
    uint64_t vdisr_el2;        /**< VDISR_EL2. */
    uint64_t vsesr_el2;        /**< VSESR_EL2. */
    uint64_t vdisr_el3;        /**< VDISR_EL3 (FEAT_E3DSE). */
    uint64_t vsesr_el3;        /**< VSESR_EL3 (FEAT_E3DSE). */
    bool event;                /**< The event register, which WFE consumes. */
    bool exclusive;            /**< The local exclusive monitor is in the Exclusive Access state. */
    bool top_aarch32;          /**< The highest implemented Exception level is AArch32. */
    bool os_lock, double_lock; /**< OSLSR_EL1.OSLK; OS Double Lock. */
    uint8_t reserved[3];
    /** @} */

    /** @name AArch32
     * @{ */
    uint32_t lr[ARMVIRT_A32_BANKS]; /**< R14, by enum armvirt_a32_bank. */
    uint32_t mvbar;                 /**< MVBAR. */
    uint64_t spsr_abt, spsr_und, spsr_irq, spsr_fiq;
    uint64_t ifsr32_el2;  /**< IFSR. */
    uint64_t ifsr_s;      /**< The Secure copy of IFSR, if EL3 is AArch32. */
    uint64_t fpexc32_el2; /**< FPEXC. */
    uint64_t sder32_el3;  /**< SDER32_EL3. */
    /** @} */

    /** @name Controls of traps
     * @{ */
    uint64_t mdcr_el2, mdcr_el3, mdscr_el1;
    uint64_t cptr_el2, cptr_el3, cpacr_el1;
    uint64_t hfgrtr_el2, hfgwtr_el2, hfgitr_el2, hdfgrtr_el2, hdfgwtr_el2, hafgrtr_el2;
    uint64_t hfgrtr2_el2, hfgwtr2_el2, hfgitr2_el2, hdfgrtr2_el2, hdfgwtr2_el2;
    uint64_t fgwte3_el3;
    uint64_t hstr_el2, hacr_el2, vncr_el2;
    uint64_t cnthctl_el2, cntkctl_el1;
    uint64_t ich_hcr_el2;
    uint64_t icc_sre_el[4]; /**< ICC_SRE_ELx. */
    uint64_t pmuserenr_el0, amuserenr_el0, pmuacr_el1, pmselr_el0, spmaccessr_el[4], spmselr_el0;
    uint64_t smcr_el[4];  /**< SMCR_ELx. */
    uint64_t gcscr_el[4]; /**< GCSCR_ELx; [0] is GCSCRE0_EL1. */
    uint64_t mpam_el[4];  /**< MPAMn_ELx. */
    uint64_t mpamhcr_el2, mpamidr_el1, mpam_sm_el1;
    uint64_t brbcr_el[3]; /**< BRBCR_ELx. */
    uint64_t trfcr_el[3]; /**< TRFCR_ELx. */
    /** @} */
};

#ifdef __cplusplus
}
#endif
#endif
