/* SPDX-License-Identifier: MIT */
/*
 * What entry to AArch64 and to AArch32 state share. DDI0487 D1.4.2, G1.13.
 */
#ifndef ARMVIRT_SRC_EXC_ENTRY_H
#define ARMVIRT_SRC_EXC_ENTRY_H

#include "pstate.h"

/* PSTATE to be saved; @executed: by an instruction that completed. */
uint64_t armvirt_state_left(const struct pe_view *v, bool executed);

/* Write ESR_ELx, FAR_ELx, HPFAR_EL2 and PFAR_ELx. */
void armvirt_report(struct armvirt_pe *pe, const struct armvirt_exception *exc);

/* IRQ and FIQ have none. */
bool armvirt_has_syndrome(const struct armvirt_exception *exc);

/* Entry to @el, or return from it, is an Error synchronization event. */
bool armvirt_syncs_errors(const struct pe_view *v, unsigned el);

/* PSTATE of an exception that goes to AArch64 state. */
uint64_t armvirt_pstate_on_entry(const struct pe_view *v, unsigned target);

/* Debug state: an exception moves to another Exception level and sets EDSCR.ERR. J1.1.1
 * AArch64.TakeExceptionInDebugState, J1.2.1 AArch32.EnterModeInDebugState. */
void armvirt_enter_in_debug_state(struct armvirt_pe *pe, const struct pe_view *v,
                                  const struct armvirt_exception *exc);

/* What a return of any kind restores. @restarting: from Debug state. */
enum armvirt_status armvirt_restore(struct armvirt_pe *pe, const struct pe_view *v, uint64_t pc,
                                    uint64_t spsr, bool restarting,
                                    struct armvirt_exc_return *result);

void armvirt_enter_aarch32(struct armvirt_pe *pe, const struct pe_view *v,
                           const struct armvirt_exception *exc);

#endif
