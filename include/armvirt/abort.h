/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a PE does with a fault of translation: the Exception level that it is taken to and the
 * syndrome registers that software finds there.
 *
 * @code{.c}
 * if (armvirt_translate(&regime, &env, &access, &walk) == ARMVIRT_FAULT) {
 *     armvirt_abort(&regime, &context, &access, &walk.fault, &abort);
 * }
 * @endcode
 *
 * @spec{DDI0487 D1.4.5 (synchronous exceptions), D24.2 ESR_ELx, FAR_ELx, HPFAR_EL2, PFAR_ELx,
 * MFAR_EL3, G8.2 DFSR, IFSR}
 */
#ifndef ARMVIRT_ABORT_H
#define ARMVIRT_ABORT_H

#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The exceptions that a fault becomes. */
enum armvirt_abort_kind {
    ARMVIRT_ABORT_DATA = 0,        /**< Data Abort; also of cache maintenance and AT. */
    ARMVIRT_ABORT_INSTRUCTION = 1, /**< Instruction Abort, Prefetch Abort. */
    ARMVIRT_ABORT_GPC = 2,         /**< Granule Protection Check exception, always to EL3. */
};

/** The PE at the moment of the abort, and what only the memory system knows of an error. */
struct armvirt_abort_context {
    uint8_t el;         /**< Current Exception level, 0 to 3. */
    bool t16;           /**< The instruction is a 16-bit T32 instruction (ESR_ELx.IL is 0). */
    bool serror_masked; /**< PSTATE.A is 1; matters for FEAT_DoubleFault2 only. */
    bool ea;            /**< External aborts: the EA (AArch32: ExT) classification bit. */
    bool far_not_valid; /**< ARMVIRT_FAULT_EXTERNAL: the address is unknown (FnV). */
    uint8_t set;        /**< ARMVIRT_FAULT_EXTERNAL: Synchronous Error Type, two bits. */
    bool halted;        /**< Debug state: SCR_EL3.EA has no effect. */
    bool el3_shut;      /**< Debug state with EDSCR.SDD: there are no GPC exceptions. */
};

/**
 * An abort, as software sees it.
 *
 * Registers that are not valid become UNKNOWN by the architecture; they are 0 here.
 */
struct armvirt_abort {
    uint64_t esr;       /**< ESR_ELx of the target; with `aarch32`, DFSR or IFSR. */
    uint64_t far;       /**< FAR_ELx of the target; with `aarch32`, DFAR or IFAR. */
    uint64_t hpfar;     /**< HPFAR_EL2. */
    uint64_t pfar;      /**< PFAR_EL1, PFAR_EL2 or MFAR_EL3, by target. */
    uint8_t kind;       /**< enum armvirt_abort_kind. */
    uint8_t target_el;  /**< 1 to 3. */
    bool aarch32;       /**< Taken to AArch32 Abort mode (EL1). */
    bool serror_vector; /**< Taken to the SError vector: SCR_EL3.EASE, SCTLR2_ELx.EASE. */
    bool far_valid, hpfar_valid, pfar_valid;
    uint8_t reserved;
};

/**
 * Where a fault is taken, and with what syndrome.
 *
 * @param regime   The regime that the fault came from.
 * @param context  The PE. Its `el` may differ from the access's: an unprivileged load at EL1, an AT
 *                 instruction, a register access turned into memory by HCR_EL2.NV2.
 * @param access   The access that failed.
 * @param fault    Its fault; `type` is not ARMVIRT_FAULT_NONE.
 * @param[out] abort  Always written.
 * @spec{DDI0487 J1.1.2 (DataAbort, InstructionAbort, TakeGPCException), J1.1.3 (FaultSyndrome),
 * J1.3.2 (SyncExternalAbortTarget), J1.2.2 (ReportDataAbort, ReportPrefetchAbort)}
 */
ARMVIRT_API void armvirt_abort(const struct armvirt_regime *regime,
                               const struct armvirt_abort_context *context,
                               const struct armvirt_access *access,
                               const struct armvirt_fault *fault, struct armvirt_abort *abort);

#ifdef __cplusplus
}
#endif
#endif
