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

#include <armvirt/abort.h>
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

/** What the registers of a PE amount to: made by armvirt_pe_decode(), private. */
struct armvirt_pe_decoded {
    uint64_t features[2];  /**< A bit for each feature; bit 63: made. */
    uint64_t saved[2];     /**< The fields of SPSR_ELx, from AArch64 and from AArch32 state. */
    uint64_t raw[3];       /**< SCR_EL3, HCR_EL2 and HCRX_EL2 as they were ... */
    uint64_t effective[3]; /**< ... and their Effective values. */
    uint8_t levels;        /**< Exception levels that are there, their widths and Security state. */
    bool top_aarch32;      /**< As it was. */
    uint8_t reserved[6];
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
    uint8_t insn_bytes;        /**< Length of the current instruction: 2, or 4 (0 is 4). */
    /** Mask of ARMVIRT_DEBUG_NONSECURE and so on: where a debugger may halt the PE. */
    uint8_t debug_enables;
    bool halted; /**< Debug state: <armvirt/debug.h>. */
    /** @} */

    /** @name External debug
     * @{ */
    uint64_t dlr_el0, dspsr_el0; /**< DLR_EL0, DSPSR_EL0; of AArch32 state too. */
    uint32_t edscr;              /**< EDSCR; ERR, SDD, TDA, HDE, INTdis and STATUS matter. */
    uint32_t edscr2;             /**< EDSCR2: TTA. */
    uint32_t edeccr;             /**< EDECCR: Exception Catch. */
    uint32_t edecr;              /**< EDECR: SS. */
    uint32_t edesr;              /**< EDESR: EC, SS, RC, OSUC. */
    uint32_t reserved;
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
    uint64_t nsacr;       /**< NSACR, if EL3 is AArch32. */
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
    uint64_t mpambw_el[4]; /**< MPAMBWn_ELx. */
    uint64_t pmscr_el[3];  /**< PMSCR_ELx. */
    uint64_t amcr_el0;     /**< AMCR_EL0. */
    uint64_t brbcr_el[3];  /**< BRBCR_ELx. */
    uint64_t trfcr_el[3];  /**< TRFCR_ELx. */
    uint64_t pmecr_el1;    /**< PMECR_EL1. */
    uint64_t pmbsr_el[4];  /**< PMBSR_ELx: S of each says what is pending. */
    uint64_t trbsr_el[4];  /**< TRBSR_ELx: IRQ of each. */
    /** @} */

    /** Zero: every call looks at all registers anew. */
    struct armvirt_pe_decoded decoded;
};

/** @name Security states that an external debugger may halt: the authentication interface
 * Without ARMVIRT_DEBUG_NONSECURE (DBGEN) there is no invasive debug at all.
 * @{ */
#define ARMVIRT_DEBUG_NONSECURE 0x1u /**< ExternalInvasiveDebugEnabled: DBGEN. */
#define ARMVIRT_DEBUG_SECURE    0x2u /**< SPIDEN; EL3 too, without FEAT_RME. */
#define ARMVIRT_DEBUG_REALM     0x4u /**< RLPIDEN. */
#define ARMVIRT_DEBUG_ROOT      0x8u /**< RTPIDEN. */
/** @} */

/**
 * Look at the ID registers and at SCR_EL3, HCR_EL2 and HCRX_EL2 once. Every call on the PE is
 * faster then, and answers the same. Call it again when an ID register changes; when one of the
 * others does, calls work out its Effective value anew until then. Constant work.
 *
 * @param pe  The PE; `decoded` changes.
 * @spec{DDI0487 A2.2, D24.2 (ID_AA64*_EL1, SCR_EL3, HCR_EL2, HCRX_EL2)}
 */
ARMVIRT_API void armvirt_pe_decode(struct armvirt_pe *pe);

/* ---- Exceptions ---------------------------------------------------------------------------- */

/** Where an exception comes from. The number is also the bit in masks of sources. */
enum armvirt_exc_source {
    ARMVIRT_EXC_SYNC = 0,
    ARMVIRT_EXC_IRQ = 1,
    ARMVIRT_EXC_FIQ = 2,
    ARMVIRT_EXC_SERROR = 3,
    ARMVIRT_EXC_VIRQ = 4,
    ARMVIRT_EXC_VFIQ = 5,
    ARMVIRT_EXC_VSERROR = 6,
    ARMVIRT_EXC_DSERROR = 7, /**< Delegated SError (FEAT_E3DSE). */
    ARMVIRT_EXC_SOURCES
};

/** Why an exception is taken, or where: the control that decided, and its text. */
#define ARMVIRT_EXC_CAUSES(X)                                                                      \
    X(NONE, "")                                                                                    \
    X(INSTRUCTION, "the instruction itself")                                                       \
    X(ABSENT, "not implemented, by the ID registers")                                              \
    X(EL, "not at this Exception level")                                                           \
    X(EL2_DISABLED, "EL2 is not enabled in this Security state")                                   \
    X(HCR_TGE, "HCR_EL2.TGE")                                                                      \
    X(HCR_TSC, "HCR_EL2.TSC")                                                                      \
    X(HCR_HCD, "HCR_EL2.HCD")                                                                      \
    X(HCR_NV, "HCR_EL2.NV")                                                                        \
    X(HCR_TWI, "HCR_EL2.TWI")                                                                      \
    X(HCR_TWE, "HCR_EL2.TWE")                                                                      \
    X(HCR_API, "HCR_EL2.API")                                                                      \
    X(HCRX_ENALS, "HCRX_EL2.EnALS")                                                                \
    X(HCRX_ENASR, "HCRX_EL2.EnASR")                                                                \
    X(HCRX_ENAS0, "HCRX_EL2.EnAS0")                                                                \
    X(HCRX_MSCEN, "HCRX_EL2.MSCEn")                                                                \
    X(HCRX_TALLINT, "HCRX_EL2.TALLINT")                                                            \
    X(MDCR_TDE, "MDCR_EL2.TDE")                                                                    \
    X(MDCR_TDCC, "MDCR_EL2.TDCC")                                                                  \
    X(HFGITR_SVC_EL0, "HFGITR_EL2.SVC_EL0")                                                        \
    X(HFGITR_SVC_EL1, "HFGITR_EL2.SVC_EL1")                                                        \
    X(HFGITR_ERET, "HFGITR_EL2.ERET")                                                              \
    X(HFGITR_NGCSSTR, "HFGITR_EL2.nGCSSTR_EL1")                                                    \
    X(HFGITR_NGCSPUSHM, "HFGITR_EL2.nGCSPUSHM_EL1")                                                \
    X(HFGITR_NGCSEPP, "HFGITR_EL2.nGCSEPP")                                                        \
    X(SCR_SMD, "SCR_EL3.SMD")                                                                      \
    X(SCR_HCE, "SCR_EL3.HCE")                                                                      \
    X(SCR_TWI, "SCR_EL3.TWI")                                                                      \
    X(SCR_TWE, "SCR_EL3.TWE")                                                                      \
    X(SCR_API, "SCR_EL3.API")                                                                      \
    X(SCR_ENAS0, "SCR_EL3.EnAS0")                                                                  \
    X(SCR_GCSEN, "SCR_EL3.GCSEn")                                                                  \
    X(SCTLR_NTWI, "SCTLR_ELx.nTWI")                                                                \
    X(SCTLR_NTWE, "SCTLR_ELx.nTWE")                                                                \
    X(SCTLR_ENALS, "SCTLR_ELx.EnALS")                                                              \
    X(SCTLR_ENASR, "SCTLR_ELx.EnASR")                                                              \
    X(SCTLR_ENAS0, "SCTLR_ELx.EnAS0")                                                              \
    X(SCTLR_MSCEN, "SCTLR_ELx.MSCEn")                                                              \
    X(SCTLR_UMA, "SCTLR_ELx.UMA")                                                                  \
    X(SCTLR_SA, "SCTLR_ELx.SA")                                                                    \
    X(SCTLR_SED, "SCTLR_ELx.SED")                                                                  \
    X(SCTLR_ITD, "SCTLR_ELx.ITD")                                                                  \
    X(HFGITR_PSBCSYNC, "HFGITR_EL2.PSBCSYNC")                                                      \
    X(HFGITR2_TSBCSYNC, "HFGITR2_EL2.TSBCSYNC")                                                    \
    X(CPACR_ASEDIS, "CPACR.ASEDIS")                                                                \
    X(NSACR, "NSACR")                                                                              \
    X(HCR_TID0, "HCR_EL2.TID0")                                                                    \
    X(HCR_TID3, "HCR_EL2.TID3")                                                                    \
    X(CPACR_FPEN, "CPACR_EL1.FPEN")                                                                \
    X(CPACR_ZEN, "CPACR_EL1.ZEN")                                                                  \
    X(CPACR_SMEN, "CPACR_EL1.SMEN")                                                                \
    X(CPTR2_FPEN, "CPTR_EL2.FPEN")                                                                 \
    X(CPTR2_ZEN, "CPTR_EL2.ZEN")                                                                   \
    X(CPTR2_SMEN, "CPTR_EL2.SMEN")                                                                 \
    X(CPTR2_TFP, "CPTR_EL2.TFP")                                                                   \
    X(CPTR2_TZ, "CPTR_EL2.TZ")                                                                     \
    X(CPTR2_TSM, "CPTR_EL2.TSM")                                                                   \
    X(CPTR3_TFP, "CPTR_EL3.TFP")                                                                   \
    X(CPTR3_EZ, "CPTR_EL3.EZ")                                                                     \
    X(CPTR3_ESM, "CPTR_EL3.ESM")                                                                   \
    X(SMCR_EZT0, "SMCR_ELx.EZT0")                                                                  \
    X(SVCR_SM, "SVCR.SM")                                                                          \
    X(SVCR_ZA, "SVCR.ZA")                                                                          \
    X(GCSCR_STREN, "GCSCR_ELx.STREn")                                                              \
    X(GCSCR_PUSHMEN, "GCSCR_ELx.PUSHMEn")                                                          \
    X(PSTATE_UINJ, "PSTATE.UINJ")                                                                  \
    X(PSTATE_IL, "PSTATE.IL")                                                                      \
    X(PSTATE_BTYPE, "PSTATE.BTYPE")                                                                \
    X(PSTATE_EXLOCK, "PSTATE.EXLOCK")                                                              \
    X(PC_ALIGNMENT, "the program counter is not aligned")                                          \
    X(HALTED, "Debug state")                                                                       \
    X(EDSCR_HDE, "EDSCR.HDE")                                                                      \
    X(EDSCR_SDD, "EDSCR.SDD")

/** Why an exception is taken. */
enum armvirt_exc_cause {
#define ARMVIRT_EXC_CAUSE_ENUM(name, text) ARMVIRT_EXC_CAUSE_##name,
    ARMVIRT_EXC_CAUSES(ARMVIRT_EXC_CAUSE_ENUM)
#undef ARMVIRT_EXC_CAUSE_ENUM
        ARMVIRT_EXC_CAUSE_COUNT
};

/**
 * An exception that is about to be taken: made by the functions below, from rules of routing and
 * reporting; taken by armvirt_exc_enter(). Registers that are not valid become UNKNOWN by the
 * architecture and are left as they are.
 */
struct armvirt_exception {
    uint64_t esr;       /**< ESR_ELx or HSR; of AArch32 modes below, only EC says something. */
    uint64_t far;       /**< FAR_ELx, or DFAR or IFAR. */
    uint64_t hpfar;     /**< HPFAR_EL2. */
    uint64_t pfar;      /**< PFAR_ELx or MFAR_EL3. */
    uint64_t elr;       /**< Preferred return address. */
    uint32_t fsr;       /**< DFSR or IFSR, of aborts to Abort or Monitor mode. */
    uint8_t source;     /**< enum armvirt_exc_source. */
    uint8_t target_el;  /**< 1 to 3. */
    uint8_t cause;      /**< enum armvirt_exc_cause. */
    bool serror_vector; /**< A synchronous External abort at the SError vector. */
    bool executed;      /**< SVC, HVC or SMC that completed: it is not to be returned to. */
    bool far_valid, hpfar_valid, pfar_valid;
    /** Debug state is entered instead, with this EDSCR.STATUS; the rest says nothing but `elr`. */
    uint8_t halt;
    uint8_t reserved[3];
};

/** @name What else an entry or a return does: bits of the answer
 * @{ */
#define ARMVIRT_EXC_SYNC_CONTEXT 0x1u /**< It is a Context synchronization event. */
#define ARMVIRT_EXC_SYNC_ERRORS  0x2u /**< It is an Error synchronization event (IESB). */
/** @} */

/**
 * Take an exception: the state that the handler finds, the saved state it can return to, and the
 * syndrome. AArch32 targets use Undefined, Supervisor, Abort, IRQ, FIQ, Hyp and Monitor mode. In
 * Debug state the PC stays and EDSCR.ERR is set.
 *
 * @param pe   The PE; changed. The caller gives it to one call at a time.
 * @param exc  Its target must not be below the current Exception level.
 * @returns    Mask of ARMVIRT_EXC_SYNC_CONTEXT and ARMVIRT_EXC_SYNC_ERRORS.
 * @spec{DDI0487 D1.4.2 R_DQXFW, R_WTXBY, R_FWPCH, D1.4.1.6 R_RYXCL, G1.13, J1.1.2
 * (AArch64.TakeException), J1.2.2 (EnterMode, EnterHypMode, EnterMonitorMode)}
 */
ARMVIRT_API unsigned armvirt_exc_enter(struct armvirt_pe *pe, const struct armvirt_exception *exc);

/**
 * A synchronous exception of the current instruction, routed as its class demands: to the current
 * Exception level, to EL1, or from EL0 to EL2 by HCR_EL2.TGE; debug exceptions to EL2 also by
 * MDCR_EL2.TDE; HVC and SMC where they call.
 *
 * SVC, HVC and SMC are those that execute: the return address is that of the next instruction.
 *
 * @param pe   The PE.
 * @param ec   Exception class as ESR_EL1 has it. Classes that come in pairs (lower or same
 * Exception level, AArch32 or AArch64 instruction) may be given by either number.
 * @param iss  ISS in bits 24:0, ISS2 in 55:32.
 * @param[out] exc  Always written. `far` is valid for PC alignment; for watchpoints and the like
 *                  the caller fills it in.
 * @spec{DDI0487 D1.4.5.1 R_DPLSC, R_JNBTN, D1.4.7 R_SXYZB, D1.4.9, D2.3, J1.1.2}
 */
ARMVIRT_API void armvirt_exc_raise(const struct armvirt_pe *pe, unsigned ec, uint64_t iss,
                                   struct armvirt_exception *exc);

/**
 * A trap of the current instruction, which does not execute.
 *
 * @param pe         The PE.
 * @param target_el  1 to 3. A trap to EL1 goes to EL2 from EL0 while HCR_EL2.TGE is in effect.
 * @param ec         Exception class.
 * @param iss        ISS in bits 24:0, ISS2 in 55:32.
 * @param[out] exc   Always written.
 * @spec{DDI0487 D1.4.8, R_JNBTN}
 */
ARMVIRT_API void armvirt_exc_trap(const struct armvirt_pe *pe, unsigned target_el, unsigned ec,
                                  uint64_t iss, struct armvirt_exception *exc);

/**
 * A fault of translation, as an exception: armvirt_abort() with the state of a PE.
 *
 * @param pe       The PE.
 * @param regime   The regime that the fault came from.
 * @param context  What only the memory system knows: `ea`, `far_not_valid` and `set` are read; the
 *                 rest comes from the PE. May be NULL.
 * @param access   The access that failed.
 * @param fault    Its fault.
 * @param[out] exc  Always written.
 * @spec{DDI0487 D1.4.5.2, D1.4.5.3, J1.1.2 (Abort)}
 */
ARMVIRT_API void armvirt_exc_abort(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                                   const struct armvirt_abort_context *context,
                                   const struct armvirt_access *access,
                                   const struct armvirt_fault *fault,
                                   struct armvirt_exception *exc);

/**
 * The Exception level that the PE is at.
 *
 * @param pe  The PE.
 * @returns   0 to 3.
 * @spec{DDI0487 D1.1, G1.9}
 */
ARMVIRT_API unsigned armvirt_pe_el(const struct armvirt_pe *pe);

/* ---- Return -------------------------------------------------------------------------------- */

/** Why a return is illegal: name, what it says, rule in DDI0487. */
#define ARMVIRT_EXC_RETURNS(X)                                                                     \
    X(LEGAL, "legal", "D1.4.4.1")                                                                  \
    X(MODE, "SPSR.M is no mode, or one that is not implemented", "D1.4.4.2 R_VWJHB")               \
    X(EL_ABSENT, "the Exception level is not implemented", "D1.4.4.2 R_TYTWB")                     \
    X(EL2_DISABLED, "EL2 is not enabled in this Security state", "D1.4.4.2 R_TYTWB")               \
    X(WORLD, "SCR_EL3.{NSE, NS} is {1, 0}", "D1.4.4.2 R_TYTWB")                                    \
    X(HIGHER, "the Exception level is higher than the current one", "D1.4.4.2 R_TYTWB")            \
    X(WIDTH, "the Exception level uses the other Execution state", "D1.4.4.2 R_VWJHB")             \
    X(FROM_AARCH32, "AArch32 state cannot return to AArch64 state", "D1.4.4.2")                    \
    X(TGE, "to EL1 while HCR_EL2.TGE is 1", "D1.4.4.2 R_TYTWB")                                    \
    X(EXLOCK, "to the same level, GCSCR_ELx.EXLOCKEN is 1 and PSTATE.EXLOCK 0", "D1.4.4.2 R_VWJHB")

/** Why a return is illegal. */
enum armvirt_exc_return_reason {
#define ARMVIRT_EXC_RETURN_ENUM(name, text, rule) ARMVIRT_EXC_RETURN_##name,
    ARMVIRT_EXC_RETURNS(ARMVIRT_EXC_RETURN_ENUM)
#undef ARMVIRT_EXC_RETURN_ENUM
        ARMVIRT_EXC_RETURN_COUNT
};

/** What a return did. */
struct armvirt_exc_return {
    uint64_t unknown_pstate; /**< Bits of PSTATE that the architecture leaves UNKNOWN; kept. */
    uint64_t unknown_pc;     /**< Bits of the PC that it leaves UNKNOWN; as ELR_ELx has them. */
    uint8_t reason;          /**< enum armvirt_exc_return_reason. */
    uint8_t effects;         /**< Mask of ARMVIRT_EXC_SYNC_CONTEXT and ARMVIRT_EXC_SYNC_ERRORS. */
    uint8_t reserved[6];
};

/**
 * Execute an exception return: ERET with ELR_ELx and SPSR_ELx of the current Exception level. Traps
 * of the instruction are armvirt_exc_insn()'s business. The event register is set and the exclusive
 * monitor cleared, also by an illegal return.
 *
 * @param pe  The PE, in AArch64 state above EL0; changed.
 * @param[out] result  Always written.
 * @retval ARMVIRT_OK       A legal return.
 * @retval ARMVIRT_FAULT    An illegal one: done, with PSTATE.IL set.
 * @retval ARMVIRT_E_INVAL  The PE is at EL0, in AArch32 state or in Debug state; nothing changed.
 * @spec{DDI0487 D1.4.4 R_BWCFK, R_TYTWB, R_VWJHB, J1.1.3 (ExceptionReturn), J1.3.3
 * (IllegalExceptionReturn, SetPSTATEFromPSR)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_return(struct armvirt_pe *pe,
                                                   struct armvirt_exc_return *result);

/**
 * Execute an exception return in AArch32 state.
 *
 * @param pe    The PE, in AArch32 state above EL0; changed.
 * @param pc    Where to: R14 less what the instruction subtracts, ELR_hyp, or memory (RFE).
 * @param spsr  SPSR of the mode, in its AArch32 layout, where DIT is bit 21; or memory (RFE).
 * @param[out] result  Always written.
 * @return As armvirt_exc_return().
 * @spec{DDI0487 G1.14, J1.2.3 (AArch32.ExceptionReturn)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_return_a32(struct armvirt_pe *pe, uint32_t pc,
                                                       uint32_t spsr,
                                                       struct armvirt_exc_return *result);

/* ---- Interrupts ---------------------------------------------------------------------------- */

/** @name Lines into a PE; those that a GIC drives have the bits of ARMVIRT_GIC_IRQ and so on
 * HCR_EL2.{VI, VF, VSE}, HCRX_EL2.{VINMI, VFNMI} and SCR_EL3.DSE count beside the lines.
 * @{ */
#define ARMVIRT_LINE_IRQ      0x001u
#define ARMVIRT_LINE_FIQ      0x002u
#define ARMVIRT_LINE_IRQ_NMI  0x004u /**< With IRQ: it has superpriority. */
#define ARMVIRT_LINE_VIRQ     0x008u
#define ARMVIRT_LINE_VFIQ     0x010u
#define ARMVIRT_LINE_VIRQ_NMI 0x020u /**< With VIRQ: it has superpriority. */
#define ARMVIRT_LINE_SERROR   0x100u /**< A physical SError is pending. */
#define ARMVIRT_LINE_FIQ_NMI  0x200u /**< With FIQ: it has superpriority. */
#define ARMVIRT_LINE_VFIQ_NMI 0x400u /**< With VFIQ: it has superpriority. */
/** @} */

/** The asynchronous exceptions of a PE. Masks have a bit for each enum armvirt_exc_source. */
struct armvirt_exc_pending {
    uint8_t pending;  /**< What is there, whether it may be taken or not. */
    uint8_t takeable; /**< What is to be taken now. The order is IMPLEMENTATION DEFINED ... */
    uint8_t first;    /**< ... and this is the choice; ARMVIRT_EXC_SYNC if there is none. */
    bool wake;        /**< WFI does not wait, and ends, whatever PSTATE masks. */
    uint8_t target_el[ARMVIRT_EXC_SOURCES]; /**< Of those that can be taken; 0 of the others. */
};

/**
 * Which interrupts and SErrors are taken next, and to where.
 *
 * Order of choice: physical before virtual; superpriority before others; SError, FIQ, IRQ; then
 * vIRQ and vFIQ with superpriority, vIRQ, vFIQ, vSError, delegated SError.
 *
 * @param pe     The PE.
 * @param lines  Mask of ARMVIRT_LINE_ bits.
 * @param[out] pending  Always written.
 * @spec{DDI0487 D1.4.6.3 Tables D1-12 to D1-16, D1.4.6.4 Tables D1-21 to D1-31, G1.16, J1.3.2
 * (PhysicalSErrorTarget)}
 */
ARMVIRT_API void armvirt_exc_pending(const struct armvirt_pe *pe, uint32_t lines,
                                     struct armvirt_exc_pending *pending);

/**
 * The exception of a takeable source. armvirt_exc_enter() clears HCR_EL2.VSE or SCR_EL3.DSE.
 *
 * @param pe         The PE.
 * @param source     One of IRQ to DSERROR.
 * @param target_el  armvirt_exc_pending::target_el of it.
 * @param iss        Syndrome of a physical SError, as ESR_ELx.ISS; others have theirs in VSESR_ELx.
 * @param[out] exc   Always written.
 * @spec{DDI0487 D1.4.2.2, D1.4.6, J1.1.2 (TakeVirtualSErrorException)}
 */
ARMVIRT_API void armvirt_exc_interrupt(const struct armvirt_pe *pe, enum armvirt_exc_source source,
                                       unsigned target_el, uint64_t iss,
                                       struct armvirt_exception *exc);

/**
 * ISR_EL1, as software at the current Exception level reads it.
 *
 * @param pe     The PE.
 * @param lines  Mask of ARMVIRT_LINE_ bits.
 * @returns      FS, IS, A, I and F.
 * @spec{DDI0487 D24.2.119, D1.4.6 R_DXHJZ}
 */
ARMVIRT_API uint64_t armvirt_exc_isr(const struct armvirt_pe *pe, uint32_t lines);

/**
 * The Profiling exception that is taken before the next instruction: of the PMU, of SPE, of the
 * TRBE, in this order.
 *
 * @param pe        The PE.
 * @param overflow  A counter of the PMU has overflowed that is to report it, and is not in
 *                  synchronous mode: J1.3.1 CheckPMUOverflowCondition. PSTATE.PPEND counts beside.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     None is pending, enabled and unmasked.
 * @retval ARMVIRT_FAULT  It generates @p exc.
 * @spec{DDI0487 D13.3 R_HLYTW, J1.1.1 (CheckForPMUException, CheckForSPEException), J1.3.4
 * (CheckForTRBEException)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_profiling(const struct armvirt_pe *pe, bool overflow,
                                                      struct armvirt_exception *exc);

/* ---- Error synchronization ------------------------------------------------------------------ */

/**
 * Execute an ESB: what is unmasked is taken, what is masked is deferred. A physical SError goes to
 * DISR_EL1, a virtual one to VDISR_EL2, a delegated one to VDISR_EL3.
 *
 * @param pe     The PE; changed by what is deferred, HCR_EL2.VSE and SCR_EL3.DSE with it.
 * @param lines  ARMVIRT_LINE_SERROR: a physical SError is pending that can be synchronized.
 * @param iss    Its syndrome, as ESR_ELx.ISS.
 * @param[out] deferred  Mask of enum armvirt_exc_source: what was. The caller lowers his line if
 *                       ARMVIRT_EXC_SERROR is among it.
 * @param[out] exc       Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     The instruction completes.
 * @retval ARMVIRT_FAULT  An SError is to be taken, with the ESB as return address (R_KNWBN).
 * @spec{DDI0487 D20.5 R_LLLVR, R_KKPVY, R_KNWBN, C6.2 (ESB), J1.1.3 (ESBOperation)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_esb(struct armvirt_pe *pe, uint32_t lines, uint64_t iss,
                                                unsigned *deferred, struct armvirt_exception *exc);

/**
 * The implicit error synchronization that ARMVIRT_EXC_SYNC_ERRORS asks for: call it after
 * armvirt_exc_enter(), or before armvirt_exc_return() where the SCTLR_ELx of the current Exception
 * level has IESB. Nothing is deferred (I_WDSBL).
 *
 * @param pe     The PE.
 * @param lines  ARMVIRT_LINE_SERROR: a physical SError is pending that can be synchronized.
 * @param iss    Its syndrome; IESB is added unless IDS says that it is IMPLEMENTATION DEFINED.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     None is pending, or it is masked.
 * @retval ARMVIRT_FAULT  An SError is to be taken.
 * @spec{DDI0487 D20.5.3 I_WDSBL, R_KJWNS, J1.3.3 (TakeUnmaskedPhysicalSErrorInterrupts)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_implicit_esb(const struct armvirt_pe *pe,
                                                         uint32_t lines, uint64_t iss,
                                                         struct armvirt_exception *exc);

#ifdef __cplusplus
}
#endif
#endif
