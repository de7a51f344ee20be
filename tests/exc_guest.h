/* SPDX-License-Identifier: MIT */
/*
 * A PE with the features of a recent server, in Non-secure state under an EL3 that traps nothing:
 * where benchmarks and fuzzing of exceptions begin. DDI0487 A2.2, D24.2.
 */
#ifndef ARMVIRT_TESTS_EXC_GUEST_H
#define ARMVIRT_TESTS_EXC_GUEST_H

#include <armvirt/exc.h>

static inline struct armvirt_pe exc_guest(uint64_t hcr_el2)
{
    struct armvirt_pe pe = {0};

    pe.vmsa.id_aa64pfr0_el1 = UINT64_C(0x1201001121112222);
    pe.vmsa.id_aa64pfr1_el1 = UINT64_C(0x10111012000321);
    pe.vmsa.id_aa64mmfr0_el1 = UINT64_C(0x2100032310201126);
    pe.vmsa.id_aa64mmfr1_el1 = UINT64_C(0x110112010312122);
    pe.vmsa.id_aa64mmfr2_el1 = UINT64_C(0x1221011112011011);
    pe.vmsa.id_aa64mmfr3_el1 = UINT64_C(0x1000000011001111);
    pe.vmsa.id_aa64isar1_el1 = UINT64_C(0x111211110211502);
    pe.vmsa.scr_el3 = UINT64_C(0x67ac01e030d31);
    pe.vmsa.hcr_el2 = hcr_el2;
    return pe;
}

#endif
