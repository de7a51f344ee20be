/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Accesses to system registers, and system instructions: where each gets to, or what stops it.
 *
 * 1. `armvirt_sysreg_view_init()` looks at a PE once, and again when one of its controls, its
 *    Exception level or its Execution state changes.
 * 2. `armvirt_sysreg_access()` answers for any MRS, MSR, MRRS, MSRR, SYS, SYSL, SYSP, MRC, MCR,
 *    MRRC, MCRR, LDC or STC: a few dozen instructions, no memory but constant tables.
 *
 * @spec{DDI0487 C5, D24, G8 (the Accessing sections), IHI0069 12.2}
 */
#ifndef ARMVIRT_SYSREG_H
#define ARMVIRT_SYSREG_H

#include <armvirt/exc.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name Which register or system instruction
 * @{ */
/** In AArch64 state: MRS, MSR, SYS and SYSL, and their 128-bit forms. */
#define ARMVIRT_SYSREG(op0, op1, crn, crm, op2)                                                    \
    ((uint32_t)(op0) << 14 | (uint32_t)(op1) << 11 | (uint32_t)(crn) << 7 | (uint32_t)(crm) << 3 | \
     (uint32_t)(op2))
/** In AArch32 state: MRC and MCR; @p coproc is 14 or 15. */
#define ARMVIRT_CP(coproc, opc1, crn, crm, opc2)                                                   \
    (1u << 16 | ((uint32_t)(coproc)&1u) << 14 | (uint32_t)(opc1) << 11 | (uint32_t)(crn) << 7 |    \
     (uint32_t)(crm) << 3 | (uint32_t)(opc2))
/** In AArch32 state: MRRC and MCRR. */
#define ARMVIRT_CP64(coproc, opc1, crm)                                                            \
    (3u << 15 | ((uint32_t)(coproc)&1u) << 8 | (uint32_t)(opc1) << 4 | (uint32_t)(crm))
/** Storage that has no encoding of its own, such as one of the banks of an AArch32 register. */
#define ARMVIRT_SYSREG_NONE UINT32_MAX
/** @} */

/** One access. Zero what is not needed. */
struct armvirt_sysreg_access {
    uint32_t reg; /**< ARMVIRT_SYSREG(), or in AArch32 state ARMVIRT_CP() or ARMVIRT_CP64(). */
    bool write;   /**< MSR, SYS, MCR and alike; false: MRS, SYSL, MRC. */
    bool wide;    /**< A 128-bit one: MRRS, MSRR, SYSP. */
    uint8_t rt;   /**< Rt, as the instruction has it; for the syndrome. */
    uint8_t rt2;  /**< Rt2 of MRRC and MCRR. */
    uint8_t cond; /**< Condition of an AArch32 instruction that is not AL, plus 1; 0: AL. */
    uint8_t reserved[3];
    /** The instruction, if it is LDC (a write of DBGDTRTXint) or STC (a read of DBGDTRRXint). */
    uint32_t transfer;
};

/** What becomes of an access. */
enum armvirt_sysreg_kind {
    ARMVIRT_SYSREG_DONE = 0,      /**< It reaches the register that `reg` names. */
    ARMVIRT_SYSREG_SELECTED = 1,  /**< The one of `reg` that PMSELR_EL0.SEL selects. */
    ARMVIRT_SYSREG_VIRTUAL = 2,   /**< The virtual one of the GIC: ICV_ for ICC_. */
    ARMVIRT_SYSREG_MEMORY = 3,    /**< Memory at VNCR_EL2.BADDR plus `offset` (FEAT_NV2). */
    ARMVIRT_SYSREG_NOP = 4,       /**< Nothing happens; a read is 0. */
    ARMVIRT_SYSREG_UNDEFINED = 5, /**< The instruction is UNDEFINED. */
    ARMVIRT_SYSREG_TRAP = 6,      /**< An exception to `target_el` with `ec` and `iss`. */
    ARMVIRT_SYSREG_HALT = 7,      /**< Debug state: EDSCR.TDA or EDSCR2.TTA (Software Access). */
};

/** The answer. */
struct armvirt_sysreg_verdict {
    uint32_t reg;      /**< What it reaches: after redirection by HCR_EL2.E2H, NV2 and names like
                            _EL12. ARMVIRT_SYSREG_NONE: a bank without encoding. */
    uint32_t iss;      /**< Of a trap. */
    uint16_t offset;   /**< Of ARMVIRT_SYSREG_MEMORY, in bytes. */
    uint16_t cause;    /**< The condition that decided; 0 if there was none. */
    uint8_t kind;      /**< enum armvirt_sysreg_kind. */
    uint8_t target_el; /**< Of a trap. */
    uint8_t ec;        /**< Of a trap. */
    bool cause_holds;  /**< The condition holds; false: it decided because it does not. */
};

/** The field of a control that a condition looks at. Fields of CPTR_EL2 and CNTHCTL_EL2 are where
 * they are while HCR_EL2.E2H is 1. */
struct armvirt_sysreg_control {
    uint32_t reg;  /**< Encoding of the control register; 0 if it is no field of a register. */
    uint8_t lsb;   /**< Its lowest bit ... */
    uint8_t mask;  /**< ... and the bits from there on that matter. */
    uint8_t value; /**< The value that the condition asks for. */
    bool at_least; /**< A field of an ID register: this value or more. */
};

/** Number of words of a view. */
#define ARMVIRT_SYSREG_VIEW_WORDS 18

/** What a PE's controls amount to. Plain data: it may be copied. */
struct armvirt_sysreg_view {
    uint64_t truth[ARMVIRT_SYSREG_VIEW_WORDS]; /**< A bit for each condition (private). */
    uint8_t el;                                /**< Exception level, 0 to 3. */
    bool aarch32;                              /**< The instruction is an AArch32 one. */
    bool below_is_el2;  /**< EL0 only: exceptions to EL1 go to EL2 (HCR_EL2.TGE). */
    bool target_a32[4]; /**< Exception levels that use AArch32. */
    bool el3_shut;      /**< Debug state with EDSCR.SDD: traps to EL3 are UNDEFINED. */
    uint8_t mode;       /**< PSTATE.M[4:0]. */
};

/**
 * Decode the controls of a PE: Effective values, features, Security state. Constant work.
 *
 * @param[out] view  Always written.
 * @param pe         The PE. Registers are read as they are, ID registers too.
 * @spec{DDI0487 D24.2 (HCR_EL2, SCR_EL3, MDCR_EL3), J1.3.3}
 */
ARMVIRT_API void armvirt_sysreg_view_init(struct armvirt_sysreg_view *view,
                                          const struct armvirt_pe *pe);

/**
 * What becomes of an access: checks in the order of the architecture, first EL1's own controls,
 * then fine-grained traps, the other traps to EL2, those to EL3, then redirection. Constant work.
 *
 * In Debug state a trap to EL3 is UNDEFINED if EDSCR.SDD is 1.
 *
 * @param view          Of the PE.
 * @param access        The access; any value.
 * @param[out] verdict  Always written.
 * @spec{DDI0487 D24 (the Accessing sections), C5.1.2.1, D1.4.8}
 */
ARMVIRT_API void armvirt_sysreg_access(const struct armvirt_sysreg_view *view,
                                       const struct armvirt_sysreg_access *access,
                                       struct armvirt_sysreg_verdict *verdict);

/**
 * The exception of a verdict that is a trap, UNDEFINED, or a halt.
 *
 * @param pe        The PE.
 * @param verdict   Its kind is ARMVIRT_SYSREG_TRAP, ARMVIRT_SYSREG_UNDEFINED or
 *                  ARMVIRT_SYSREG_HALT.
 * @param[out] exc  Always written: routed, ready for armvirt_exc_enter().
 * @spec{DDI0487 D1.4.5.1, D1.4.8}
 */
ARMVIRT_API void armvirt_sysreg_exception(const struct armvirt_pe *pe,
                                          const struct armvirt_sysreg_verdict *verdict,
                                          struct armvirt_exception *exc);

/**
 * Whether an encoding names a register or a system instruction of the architecture.
 *
 * @param reg  ARMVIRT_SYSREG(), ARMVIRT_CP() or ARMVIRT_CP64(); any value.
 * @spec{DDI0487 C5.1, D24.1, G8.1}
 */
ARMVIRT_API bool armvirt_sysreg_known(uint32_t reg);

/**
 * The member of a PE's state that is a system register; of a 128-bit one, bits 63:0. What an
 * instruction writes to a register has to get there, if it has a place there: routing, traps and
 * translation depend on it.
 *
 * @param pe   The PE.
 * @param reg  ARMVIRT_SYSREG(), or `reg` of a verdict; any value.
 * @return Points into @p pe; NULL if struct armvirt_pe does not hold the register. Work: a search
 *         in 8 steps.
 */
ARMVIRT_API uint64_t *armvirt_pe_register(struct armvirt_pe *pe, uint32_t reg);

/**
 * What a condition looks at.
 *
 * @param cause         `cause` of a verdict.
 * @param[out] control  Always written; zero if the condition is not a field of a register.
 * @spec{DDI0487 D24.2}
 */
ARMVIRT_API void armvirt_sysreg_cause(uint16_t cause, struct armvirt_sysreg_control *control);

#ifdef __cplusplus
}
#endif
#endif
