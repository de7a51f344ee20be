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

void armvirt_enter_aarch32(struct armvirt_pe *pe, const struct pe_view *v,
                           const struct armvirt_exception *exc);

#endif
