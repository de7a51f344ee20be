/* SPDX-License-Identifier: MIT */
/* The control registers of a PE by name. */
#ifndef INSPECT_PE_VALUES_H
#define INSPECT_PE_VALUES_H

#include "error.h"

#include <armvirt/exc.h>

/* A PE with every feature, at that Exception level, on which nothing is trapped. @top_aarch32: if
 * it is in AArch32 state, every Exception level uses AArch32. */
void pe_values_begin(struct armvirt_pe *pe, unsigned el, bool aarch32, bool top_aarch32);

/* "NAME=VALUE" or "NAME.FIELD=VALUE", NAME being a register or what else a verdict depends on:
 * PSTATE, EDSCR, EDSCR2, OSLSR_EL1, OSDLR_EL1, DBGEN, SPIDEN, RLPIDEN, RTPIDEN. */
bool pe_values_set(struct armvirt_pe *pe, const char *text, struct error *error);

#endif
