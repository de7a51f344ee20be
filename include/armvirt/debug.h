/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Debug state: how a PE enters and leaves it, what a debugger does there, and the events that halt.
 *
 * A PE in Debug state runs what the debugger feeds it: armvirt_exc_insn(), armvirt_sysreg_access()
 * and armvirt_exc_enter() answer for that state, in which nothing interrupts and EL3 may be closed
 * (EDSCR.SDD). Which Security states may be halted, `debug_enables` of the PE says.
 *
 * @code{.c}
 * status = armvirt_debug_event(&pe, false, false); // before each instruction
 * if (status) {
 *     armvirt_debug_halt(&pe, status);
 * }
 * @endcode
 *
 * @spec{DDI0487 H1, H2, H3, J1.3.1}
 */
#ifndef ARMVIRT_DEBUG_H
#define ARMVIRT_DEBUG_H

#include <armvirt/exc.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether a debugger may halt the PE now.
 *
 * @param pe  The PE.
 * @returns   False in Debug state, under the OS Double Lock, and where `debug_enables` forbids it.
 * @spec{DDI0487 H2.2.2, J1.3.1 (HaltingAllowed)}
 */
ARMVIRT_API bool armvirt_debug_allowed(const struct armvirt_pe *pe);

/**
 * Enter Debug state: the PC goes to DLR_EL0, PSTATE to DSPSR_EL0 (in the layout of SPSR_ELx, of
 * AArch32 state too), EDSCR says why and whether EL3 is closed.
 *
 * @param pe      The PE; changed. Not in Debug state.
 * @param status  EDSCR.STATUS: ARMVIRT_EDSCR_STATUS_HLT and so on.
 * @spec{DDI0487 H2.3, J1.3.1 (Halt)}
 */
ARMVIRT_API void armvirt_debug_halt(struct armvirt_pe *pe, unsigned status);

/**
 * Leave Debug state: as a return to DLR_EL0 with DSPSR_EL0, legal or not, by the rules of
 * armvirt_exc_return(); but neither the event register nor the exclusive monitor changes. Halting
 * debug events that are pending are forgotten.
 *
 * @param pe  The PE; changed.
 * @param[out] result  Always written.
 * @retval ARMVIRT_OK       A legal return.
 * @retval ARMVIRT_FAULT    An illegal one: done, with PSTATE.IL set.
 * @retval ARMVIRT_E_INVAL  The PE is not in Debug state; nothing changed.
 * @spec{DDI0487 H2.5, J1.3.1 (ExitDebugState)}
 */
ARMVIRT_API enum armvirt_status armvirt_debug_exit(struct armvirt_pe *pe,
                                                   struct armvirt_exc_return *result);

/**
 * Execute DCPS1, DCPS2 or DCPS3: to a higher Exception level.
 *
 * @param pe         The PE; changed.
 * @param target_el  1 to 3, the number of the instruction.
 * @param[out] exc   Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  It is UNDEFINED: not in Debug state, or not there.
 * @spec{DDI0487 H2.4.6.1, J1.3.1 (DCPSInstruction)}
 */
ARMVIRT_API enum armvirt_status armvirt_debug_dcps(struct armvirt_pe *pe, unsigned target_el,
                                                   struct armvirt_exception *exc);

/**
 * Execute DRPS: PSTATE from SPSR_ELx, or in AArch32 state (ERET) from the SPSR of the mode.
 *
 * @param pe  The PE; changed.
 * @param[out] exc  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done; if the return is illegal, PSTATE.IL is set.
 * @retval ARMVIRT_FAULT  It is UNDEFINED: not in Debug state, or at EL0.
 * @spec{DDI0487 H2.4.6.2, J1.3.1 (DRPSInstruction, DebugRestorePSR)}
 */
ARMVIRT_API enum armvirt_status armvirt_debug_drps(struct armvirt_pe *pe,
                                                   struct armvirt_exception *exc);

/**
 * An Exception Catch debug event, after armvirt_exc_enter() or a return.
 *
 * @param pe     The PE: it is where the exception or the return went to. EDESR.EC may be set.
 * @param entry  An exception was taken; false: a return.
 * @returns      Whether to halt now, with ARMVIRT_EDSCR_STATUS_EXCEPTION_CATCH. With FEAT_Debugv8p8
 *               a catch on entry becomes pending instead, and armvirt_debug_event() reports it.
 * @spec{DDI0487 H3.3, J1.3.1 (CheckExceptionCatch)}
 */
ARMVIRT_API bool armvirt_debug_exception_catch(struct armvirt_pe *pe, bool entry);

/**
 * The debug event that halts the PE before its next instruction: Reset Catch, Exception Catch, OS
 * Unlock Catch, Halting Step.
 *
 * @param pe              The PE.
 * @param stepped         The instruction before ran in the active-not-pending state.
 * @param load_exclusive  It was a load-exclusive.
 * @returns               EDSCR.STATUS for armvirt_debug_halt(), or 0.
 * @spec{DDI0487 D1.4.5.6, H3.2, H3.5, J1.3.1 (CheckHaltingStep and so on)}
 */
ARMVIRT_API unsigned armvirt_debug_event(const struct armvirt_pe *pe, bool stepped,
                                         bool load_exclusive);

#ifdef __cplusplus
}
#endif
#endif
