/* SPDX-License-Identifier: MIT */
/*
 * PSTATE and its saved forms: which fields are implemented, and the two layouts of AArch32 state.
 * DDI0487 C5.2.20 (SPSR_EL1), G8.2 (SPSR), J1.3.3 (GetPSRFromPSTATE).
 */
#ifndef ARMVIRT_SRC_EXC_PSTATE_H
#define ARMVIRT_SRC_EXC_PSTATE_H

#include "pe.h"

/* The fields that SPSR_ELx of an AArch64 or AArch32 state has. */
uint64_t armvirt_spsr_fields(const struct armvirt_pe *pe, bool aarch32);

/* R49: an AArch32 SPSR has DIT at bit 21, where SPSR_ELx has SS, and knows no SS. */
#define A32_SPSR_DIT ARMVIRT_BIT(21)

static inline uint32_t armvirt_a32_spsr(uint64_t pstate)
{
    uint64_t spsr = pstate & ~(PSA(DIT) | PSA(SS));

    return (uint32_t)(pstate & PSA(DIT) ? spsr | A32_SPSR_DIT : spsr);
}

static inline uint64_t armvirt_a32_pstate(uint32_t spsr)
{
    uint64_t pstate = spsr & ~(PSA(DIT) | A32_SPSR_DIT);

    return spsr & A32_SPSR_DIT ? pstate | PSA(DIT) : pstate;
}

/* IT bits after an instruction of an IT block: J1.2.3 ITAdvance. */
uint64_t armvirt_it_advance(uint64_t pstate);

/* SPSR of AArch32 modes but Hyp, by PSTATE.M. */
uint64_t *armvirt_a32_spsr_of(struct armvirt_pe *pe, unsigned mode);

/* The register of AArch64 state that holds R<n> of a mode: J1.3.3 LookUpRIndex. */
unsigned armvirt_a64_view(unsigned mode, unsigned n);

#endif
