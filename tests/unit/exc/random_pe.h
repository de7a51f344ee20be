/* SPDX-License-Identifier: MIT */
/*
 * PEs with random ID registers, controls and state, in AArch64 state. DDI0487 A2.2, D24.2.
 */
#ifndef ARMVIRT_TESTS_RANDOM_PE_H
#define ARMVIRT_TESTS_RANDOM_PE_H

#include "exc_bench.h"

static inline uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Few, half or most bits of a register. */
static inline uint64_t random_register(uint64_t *state)
{
    uint64_t a = next(state), b = next(state);

    switch (next(state) % 3) {
    case 0:
        return a & b;
    case 1:
        return a;
    default:
        return a | b;
    }
}

/* Any ID registers and controls, at an Exception level that is there, in AArch64 state. */
static inline struct armvirt_pe random_pe(uint64_t *state)
{
    struct armvirt_pe pe = {0};
    uint64_t *first = &pe.vmsa.id_aa64mmfr0_el1, *end = &pe.id_aa64fpfr0_el1 + 1;

    for (uint64_t *id = first; id < &pe.vmsa.scr_el3; id++) {
        *id = random_register(state);
    }
    for (uint64_t *id = &pe.id_aa64isar3_el1; id < end; id++) {
        *id = random_register(state);
    }
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 1);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 1);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL1, 1);
    pe.vmsa.scr_el3 = random_register(state) | ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW;
    pe.vmsa.hcr_el2 = random_register(state) | ARMVIRT_HCR_EL2_RW;
    pe.vmsa.hcrx_el2 = random_register(state);
    pe.vmsa.sctlr_el1 = random_register(state);
    pe.vmsa.sctlr_el2 = random_register(state);
    pe.vmsa.sctlr_el3 = random_register(state);
    pe.mdcr_el2 = random_register(state);
    pe.mdscr_el1 = random_register(state);
    pe.pc = next(state) & ARMVIRT_BITS(46, 2);
    pe.pstate = (random_register(state) & ~ARMVIRT_BITS(4, 0)) | (next(state) % 4) << 2;
    return pe;
}

#endif
