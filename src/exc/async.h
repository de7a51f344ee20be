/* SPDX-License-Identifier: MIT */
/*
 * SErrors, as interrupts and error synchronization see them. DDI0487 D1.4.6, D20.5.
 */
#ifndef ARMVIRT_SRC_EXC_ASYNC_H
#define ARMVIRT_SRC_EXC_ASYNC_H

#include "sync.h"

/* The level that a physical or a delegated SError is taken to now; 0: it is masked. J1.3.2
 * PhysicalSErrorTarget, J1.1.3 AArch64.DelegatedSErrorTarget. */
unsigned armvirt_serror_target(const struct pe_view *v);
unsigned armvirt_delegated_target(const struct pe_view *v);

/* Effective SCTLR2_ELx.NMEA or SCR_EL3.NMEA of the current Exception level: J1.3.2 EffectiveNMEA.
 */
bool armvirt_nmea(const struct pe_view *v);

/* Whether HCR_EL2.VSE counts; SCR_EL3.DSE. */
bool armvirt_vserror_enabled(const struct pe_view *v);
bool armvirt_delegated_enabled(const struct pe_view *v);

/* ISS of an SError in AArch64 state, DFSR in AArch32 state, from what `iss` tells of a physical
 * one; HSR.ISS of either. */
uint64_t armvirt_serror_iss(const struct pe_view *v, enum armvirt_exc_source source, uint64_t iss);
uint32_t armvirt_serror_fsr(const struct pe_view *v, enum armvirt_exc_source source, uint64_t iss);
uint64_t armvirt_serror_hyp_iss(uint64_t iss);

#endif
