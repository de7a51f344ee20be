/* SPDX-License-Identifier: MIT */
/*
 * Exception syndromes, for the rest of the module. DDI0487 D24.2.45.
 */
#ifndef ARMVIRT_SRC_EXC_SYNDROME_H
#define ARMVIRT_SRC_EXC_SYNDROME_H

#include <armvirt/syndrome.h>

/* ESR_ELx.IL of an instruction that is 32 bits long, or 16. */
bool armvirt_esr_il(unsigned ec, uint64_t iss, bool long_insn);

#endif
