/* SPDX-License-Identifier: MIT */
/* Values of registers that a description leaves out. */
#ifndef INSPECT_DEFAULTS_H
#define INSPECT_DEFAULTS_H

#include "registers.h"

/* Told of each register that was filled in, and why it has that value. */
typedef void defaults_note(void *ctx, const char *name, uint64_t value, const char *why);

/* Gives ID registers and controls that were left out a value that fits what was given: a CPU that
 * has every feature which the given controls could turn on; EL2 and EL3 if registers of theirs were
 * given; the MMU on where translation registers were given. */
void defaults_fill(struct cpu *cpu, defaults_note *note, void *ctx);

#endif
