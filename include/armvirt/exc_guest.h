/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Exceptions for hypervisors: what a guest is to take, by the guest's own registers, and which
 * exits of a nested guest belong to the guest hypervisor.
 *
 * A guest is a `struct armvirt_pe` with the registers that it believes to have; for nested
 * virtualization those of its virtual EL2 too.
 */
#ifndef ARMVIRT_EXC_GUEST_H
#define ARMVIRT_EXC_GUEST_H

#include <armvirt/exc.h>
#include <armvirt/insn.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to inject. */
enum armvirt_inject_kind {
    ARMVIRT_INJECT_UNDEFINED = 0,   /**< The instruction at the PC is UNDEFINED. */
    ARMVIRT_INJECT_DATA_ABORT = 1,  /**< Synchronous External abort of an access to `va`. */
    ARMVIRT_INJECT_FETCH_ABORT = 2, /**< Synchronous External abort of the fetch at the PC. */
    ARMVIRT_INJECT_SERROR = 3,      /**< SError with syndrome `iss`. */
    ARMVIRT_INJECT_IRQ = 4,
    ARMVIRT_INJECT_FIQ = 5,
    ARMVIRT_INJECT_STEP = 6, /**< Software step, the instruction before was stepped. */
};

/** An exception to inject. */
struct armvirt_injection {
    uint64_t va;  /**< Of a Data Abort. */
    uint64_t iss; /**< Of an SError, as ESR_ELx.ISS. */
    uint8_t kind; /**< enum armvirt_inject_kind. */
    bool write;   /**< Of a Data Abort. */
    uint8_t reserved[6];
};

/**
 * Make a guest take an exception, as if its hardware had generated it: routed by its own HCR_EL2,
 * SCR_EL3 and SCTLR2_ELx, with vector, saved state, PSTATE and syndrome.
 *
 * @param pe         The guest; changed if the exception is taken.
 * @param injection  What.
 * @param[out] exc   What was taken; written on ARMVIRT_OK.
 * @retval ARMVIRT_OK       Taken: the guest is at its handler.
 * @retval ARMVIRT_FAULT    Masked: an interrupt or SError that has to stay pending; nothing
 * changed.
 * @retval ARMVIRT_E_INVAL  No such kind.
 * @spec{DDI0487 D1.4.2, D1.4.5.2, D1.4.6}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_inject(struct armvirt_pe *pe,
                                                   const struct armvirt_injection *injection,
                                                   struct armvirt_exception *exc);

/**
 * The instruction that a syndrome is of, as far as it tells: calls, WFx, ERET, BRK, 64-byte
 * accesses, use of floating-point, SVE, SME or pointer authentication.
 *
 * @param esr        ESR_EL2 of the exit.
 * @param[out] insn  Written if there is one.
 * @returns          Whether there is one.
 * @spec{DDI0487 D24.2.46}
 */
ARMVIRT_API bool armvirt_insn_from_esr(uint64_t esr, struct armvirt_insn *insn);

/**
 * An exit of a nested guest, seen with the registers of the guest hypervisor: forward or emulate?
 *
 * @param pe   The guest as it believes to be, at EL0 or EL1 with its virtual EL2's controls.
 * @param esr  ESR_EL2 of the exit.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_FAULT  The guest's own controls make @p exc of it: with `target_el` 2 it is the
 *                        guest hypervisor's, to be entered with armvirt_exc_enter().
 * @retval ARMVIRT_OK     They let it pass: the host emulates it for the nested guest.
 * @retval ARMVIRT_E_UNSUPPORTED  The syndrome does not tell: accesses of System registers and
 *                        aborts have functions of their own.
 * @spec{DDI0487 D8.11, D1.4.8.2}
 */
ARMVIRT_API enum armvirt_status armvirt_exc_nested(const struct armvirt_pe *pe, uint64_t esr,
                                                   struct armvirt_exception *exc);

#ifdef __cplusplus
}
#endif
#endif
