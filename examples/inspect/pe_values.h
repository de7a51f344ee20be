/* SPDX-License-Identifier: MIT */
/* The control registers of a PE by name. */
#ifndef INSPECT_PE_VALUES_H
#define INSPECT_PE_VALUES_H

#include "error.h"

#include <armvirt/exc.h>

/* A PE with every feature, at that Exception level, on which nothing is trapped. */
void pe_values_begin(struct armvirt_pe *pe, unsigned el, bool aarch32);

/* "NAME=VALUE" or "NAME.FIELD=VALUE". */
bool pe_values_set(struct armvirt_pe *pe, const char *text, struct error *error);

#endif
