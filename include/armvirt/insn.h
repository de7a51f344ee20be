/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Instructions that generate exceptions: calls, hints, and what control registers trap, by the
 * instruction word or by its kind. System register accesses are not here.
 *
 * @code{.c}
 * armvirt_insn_decode(word, &insn);
 * if (armvirt_exc_insn(&pe, &insn, &exc) == ARMVIRT_FAULT) {
 *     armvirt_exc_enter(&pe, &exc);
 * }
 * @endcode
 *
 * @spec{DDI0487 D1.4.8, D1.4.9, D1.4.10, J1.1.2, J1.1.3}
 */
#ifndef ARMVIRT_INSN_H
#define ARMVIRT_INSN_H

#include <armvirt/exc.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of instructions, by the rules that trap them. */
enum armvirt_insn_kind {
    ARMVIRT_INSN_ORDINARY = 0, /**< None of those below. */
    ARMVIRT_INSN_UNDEFINED,    /**< UDF. */
    ARMVIRT_INSN_SVC,
    ARMVIRT_INSN_HVC,
    ARMVIRT_INSN_SMC,
    ARMVIRT_INSN_BRK,  /**< BRK, BKPT. */
    ARMVIRT_INSN_HLT,  /**< HLT: halts where EDSCR.HDE is 1, or is UNDEFINED. */
    ARMVIRT_INSN_DCPS, /**< DCPS1 to DCPS3: armvirt_debug_dcps(). */
    ARMVIRT_INSN_DRPS, /**< DRPS: armvirt_debug_drps(). */
    ARMVIRT_INSN_ERET,
    ARMVIRT_INSN_ERETAA,
    ARMVIRT_INSN_ERETAB,
    ARMVIRT_INSN_WFI,
    ARMVIRT_INSN_WFE,
    ARMVIRT_INSN_WFIT,
    ARMVIRT_INSN_WFET,
    ARMVIRT_INSN_PRIVILEGED, /**< UNDEFINED at EL0: MSR SPSel (immediate). */
    ARMVIRT_INSN_PSTATE,     /**< MSR (immediate) of what a feature adds: PAN, UAO, DIT, TCO, PM. */
    ARMVIRT_INSN_DAIF,       /**< MSR DAIFSet, DAIFClr. */
    ARMVIRT_INSN_ALLINT,     /**< MSR ALLINT (immediate). */
    ARMVIRT_INSN_PSB,        /**< PSB CSYNC. */
    ARMVIRT_INSN_TSB,        /**< TSB CSYNC. */
    ARMVIRT_INSN_SETEND,     /**< SETEND of A32 and T32. */
    ARMVIRT_INSN_IT,         /**< IT of T32, with the halfword that follows. */
    ARMVIRT_INSN_BANKED,     /**< MRS and MSR (banked register) of A32 and T32. */
    ARMVIRT_INSN_SRS,        /**< SRS of A32 and T32. */
    ARMVIRT_INSN_FP,         /**< Floating-point. */
    ARMVIRT_INSN_SIMD,       /**< Advanced SIMD: not in Streaming SVE mode. */
    ARMVIRT_INSN_SVE,        /**< SVE, in both modes. */
    ARMVIRT_INSN_SVE_NORMAL, /**< SVE that is illegal in Streaming SVE mode. */
    ARMVIRT_INSN_SME_ACCESS, /**< SMSTART, SMSTOP, MSR SVCR. */
    ARMVIRT_INSN_SME,        /**< SME with no more needs: RDSVL. */
    ARMVIRT_INSN_SME_ZA,     /**< Needs ZA. */
    ARMVIRT_INSN_SME_SM_ZA,  /**< Needs ZA and Streaming SVE mode. */
    ARMVIRT_INSN_SME_ZT0,    /**< Needs ZT0. */
    ARMVIRT_INSN_PAC_IA,     /**< Pointer authentication with a key: PAC*, AUT*, RETAA, BRAA. */
    ARMVIRT_INSN_PAC_IB,
    ARMVIRT_INSN_PAC_DA,
    ARMVIRT_INSN_PAC_DB,
    ARMVIRT_INSN_PAC_GA,
    ARMVIRT_INSN_LD64B, /**< LD64B, ST64B. */
    ARMVIRT_INSN_ST64BV,
    ARMVIRT_INSN_ST64BV0,
    ARMVIRT_INSN_MOPS,
    ARMVIRT_INSN_GCS, /**< GCSPOPM, GCSSS1, GCSSS2: everywhere. */
    ARMVIRT_INSN_GCSPUSHM,
    ARMVIRT_INSN_GCSPUSHX,
    ARMVIRT_INSN_GCSPOPX,
    ARMVIRT_INSN_GCSPOPCX,
    ARMVIRT_INSN_GCSSTR, /**< GCSSTR, GCSSTTR. */
    ARMVIRT_INSN_KINDS
};

/** An instruction. */
struct armvirt_insn {
    /** The instruction word; T32 as two halfwords, the first one high. Of a 16-bit one, the
     * halfword behind it is the high one. */
    uint32_t word;
    uint8_t kind; /**< enum armvirt_insn_kind. */
    /** WFI, WFIT: armvirt_exc_pending::wake, or the time is over. WFE looks at the event register
     * of the PE; `ready` adds the time of WFET. */
    bool ready;
    /** What only the data say: authentication fails (FEAT_FPAC), parameters of a memory copy are
     * wrong, the Guarded Control Stack holds something else. */
    bool fails;
    bool aarch32;          /**< An A32 or T32 word. */
    uint8_t format_option; /**< With `fails`: ESR_ELx.ISS.FormatOption of a memory copy or set. */
    bool t32;              /**< With `aarch32`: a T32 instruction. */
    uint8_t bytes;         /**< Its length, 2 or 4, for armvirt_pe::insn_bytes; 0: not decoded. */
};

/**
 * Tell the kind of an A64 instruction.
 *
 * @param word       The instruction.
 * @param[out] insn  Always written; `ready` and `fails` are false.
 * @spec{DDI0487 C4.1}
 */
ARMVIRT_API void armvirt_insn_decode(uint32_t word, struct armvirt_insn *insn);

/**
 * Tell the kind of an A32 instruction. Coprocessor accesses other than floating-point and
 * Advanced SIMD are ordinary here.
 *
 * @param word       The instruction.
 * @param[out] insn  Always written; `ready` and `fails` are false.
 * @spec{DDI0487 F4.1}
 */
ARMVIRT_API void armvirt_insn_decode_a32(uint32_t word, struct armvirt_insn *insn);

/**
 * Tell the kind of a T32 instruction, and its length. The condition of one in an IT block comes
 * from the PE.
 *
 * @param first      The halfword at the PC.
 * @param second     The halfword behind it, whatever it is.
 * @param[out] insn  Always written; `ready` and `fails` are false.
 * @spec{DDI0487 F3.1}
 */
ARMVIRT_API void armvirt_insn_decode_t32(uint16_t first, uint16_t second,
                                         struct armvirt_insn *insn);

/**
 * Execute, as far as exceptions go: whether the instruction at the PC completes, or what it
 * generates. Illegal state (PSTATE.IL), FEAT_UINJ and the PC's alignment are looked at first.
 * Faults of memory accesses and of alignment are armvirt_exc_abort()'s business.
 *
 * @param pe    The PE.
 * @param insn  The instruction. Conditional A32 instructions are those that pass.
 * @param[out] exc  Written on ARMVIRT_FAULT; `cause` says which control decided.
 * @retval ARMVIRT_OK     It completes; WFE and WFI may wait.
 * @retval ARMVIRT_FAULT  It generates @p exc.
 * @spec{DDI0487 D1.4.5.6, D1.4.8, D1.4.9, J1.1.2 (CheckForSVCTrap and so on)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_insn(const struct armvirt_pe *pe,
                                                 const struct armvirt_insn *insn,
                                                 struct armvirt_exception *exc);

/**
 * A Branch Target exception: the caller knows that the page is guarded and that the instruction
 * is no target for PSTATE.BTYPE.
 *
 * @param pe        The PE.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     PSTATE.BTYPE is 0: no exception.
 * @retval ARMVIRT_FAULT  It generates @p exc.
 * @spec{DDI0487 D8.4.7, J1.1.2 (BranchTargetException)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_bti(const struct armvirt_pe *pe,
                                                struct armvirt_exception *exc);

/**
 * The check of a stack pointer that a load or store has as its base.
 *
 * @param pe        The PE, in AArch64 state.
 * @param sp        Value of the stack pointer.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Aligned to 16 bytes, or SCTLR_ELx.SA and SA0 do not ask for it.
 * @retval ARMVIRT_FAULT  It generates @p exc.
 * @spec{DDI0487 D1.4.10.2 R_RRDXM}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_sp_check(const struct armvirt_pe *pe, uint64_t sp,
                                                     struct armvirt_exception *exc);

/**
 * The software step before an instruction: in the active-pending state it is not executed.
 *
 * @param pe             The PE.
 * @param stepped        The instruction before was stepped (ISV).
 * @param load_exclusive It was a load-exclusive (EX).
 * @param[out] exc       Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     No step is pending.
 * @retval ARMVIRT_FAULT  A Software Step exception.
 * @spec{DDI0487 D2.11, J1.3.1 (CheckSoftwareStep)}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_step(const struct armvirt_pe *pe, bool stepped,
                                                 bool load_exclusive,
                                                 struct armvirt_exception *exc);

/**
 * An instruction completed without exception: the software step state machine goes on, BTYPE is 0,
 * an IT block advances, the PC goes to the next instruction. PSTATE.PPEND is 0: a caller with a
 * PMU in synchronous mode sets it afterwards. A debugger's step ends: EDESR.SS.
 *
 * @param pe  The PE; changed.
 * @spec{DDI0487 D2.11, J1.3.1 (SSAdvance), J1.2.3 (ITAdvance), D13.3 R_NZLVW}
 */
ARMVIRT_API void armvirt_exc_completed(struct armvirt_pe *pe);

#ifdef __cplusplus
}
#endif
#endif
