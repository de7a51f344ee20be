/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Address translation instructions, and PAR_EL1.
 *
 * @spec{DDI0487 D8.2.13 (AT instructions), D8.15.2 (their faults), C5.4, D24.2 PAR_EL1, G8.2 PAR}
 */
#ifndef ARMVIRT_AT_H
#define ARMVIRT_AT_H

#include <armvirt/abort.h>
#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which form of PAR_EL1 an instruction writes. */
enum armvirt_par_form {
    ARMVIRT_PAR_STAGE1 = 0,  /**< AT S1E*: what stage 1 alone gives. */
    ARMVIRT_PAR_STAGE12 = 1, /**< AT S12E*: both stages. */
    ARMVIRT_PAR_AARCH32 = 2, /**< AArch32 ATS1C*: PAR, in the format that TTBCR.EAE selects. */
};

/**
 * PAR_EL1 for the result of a translation.
 *
 * @param regime  The regime that was used.
 * @param form    The form of instruction.
 * @param walk    The result: a fault if `walk->fault.type` is not ARMVIRT_FAULT_NONE. For the forms
 *                of stage 1 alone, `pa` and `attr` are those of stage 1.
 * @param[out] par  Bits 63:0 and 127:64; the high word is 0 unless the 128-bit format is used.
 * @spec{DDI0487 D24.2 PAR_EL1, J1.1.3 (EncodePAR), D8.2.13.1 R_YLPDG, R_XVCRF}
 */
ARMVIRT_API void armvirt_par(const struct armvirt_regime *regime, enum armvirt_par_form form,
                             const struct armvirt_walk *walk, uint64_t par[2]);

/** The instructions: `AT <op>` of AArch64, and those of AArch32 that EL1 may execute. */
enum armvirt_at_op {
    ARMVIRT_AT_S1E0R = 0,
    ARMVIRT_AT_S1E0W = 1,
    ARMVIRT_AT_S1E1R = 2,
    ARMVIRT_AT_S1E1W = 3,
    ARMVIRT_AT_S1E1RP = 4,
    ARMVIRT_AT_S1E1WP = 5,
    ARMVIRT_AT_S1E1A = 6,
    ARMVIRT_AT_S1E2R = 7,
    ARMVIRT_AT_S1E2W = 8,
    ARMVIRT_AT_S1E2A = 9,
    ARMVIRT_AT_S1E3R = 10,
    ARMVIRT_AT_S1E3W = 11,
    ARMVIRT_AT_S1E3A = 12,
    ARMVIRT_AT_S12E0R = 13,
    ARMVIRT_AT_S12E0W = 14,
    ARMVIRT_AT_S12E1R = 15,
    ARMVIRT_AT_S12E1W = 16,
    ARMVIRT_ATS1CPR = 17,
    ARMVIRT_ATS1CPW = 18,
    ARMVIRT_ATS1CPRP = 19,
    ARMVIRT_ATS1CPWP = 20,
    ARMVIRT_ATS1CUR = 21,
    ARMVIRT_ATS1CUW = 22,
    ARMVIRT_AT_OPS
};

/** One execution of an address translation instruction. */
struct armvirt_at {
    uint64_t va;
    uint8_t op;         /**< enum armvirt_at_op. */
    uint8_t el;         /**< Current Exception level. */
    bool pan;           /**< PSTATE.PAN. */
    bool serror_masked; /**< PSTATE.A; matters for FEAT_DoubleFault2 only. */
};

/** What became of the instruction. */
enum armvirt_at_outcome {
    ARMVIRT_AT_DONE = 0,      /**< PAR_EL1 was written; its F bit says success or fault. */
    ARMVIRT_AT_ABORTED = 1,   /**< An exception was taken; PAR_EL1 is UNKNOWN. */
    ARMVIRT_AT_UNDEFINED = 2, /**< The instruction is UNDEFINED here. */
};

/** The answer. */
struct armvirt_at_result {
    uint64_t par[2];              /**< ARMVIRT_AT_DONE: bits 63:0 and 127:64. */
    struct armvirt_abort abort;   /**< ARMVIRT_AT_ABORTED. */
    struct armvirt_walk walk;     /**< The translation itself; not for ARMVIRT_AT_UNDEFINED. */
    struct armvirt_regime regime; /**< The regime that it used; not for ARMVIRT_AT_UNDEFINED. */
    uint8_t outcome;              /**< enum armvirt_at_outcome. */
    uint8_t reserved[7];
};

/**
 * Execute an address translation instruction.
 *
 * Traps are not looked at (HCR_EL2.{AT, NV}, HFGITR_EL2, HSTR_EL2.T7): an instruction that is
 * trapped never gets here. Descriptors change only with ARMVIRT_OPT_AT_SETS_AF.
 *
 * @param vmsa  Register values.
 * @param env   Memory and observers.
 * @param at    The instruction.
 * @param[out] result  Written on ARMVIRT_OK.
 * @retval ARMVIRT_OK       `result->outcome` says what happened.
 * @retval ARMVIRT_E_INVAL  `op` or `el` is out of range, or `el` does not exist.
 * @retval ARMVIRT_E_AGAIN  As armvirt_translate().
 * @spec{DDI0487 D8.2.13, D8.15.2, J1.1.3 (AArch64.AT)}
 */
ARMVIRT_API enum armvirt_status armvirt_at(const struct armvirt_vmsa *vmsa,
                                           const struct armvirt_walk_env *env,
                                           const struct armvirt_at *at,
                                           struct armvirt_at_result *result);

#ifdef __cplusplus
}
#endif
#endif
