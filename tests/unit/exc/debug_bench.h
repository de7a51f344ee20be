/* SPDX-License-Identifier: MIT */
/*
 * What the tests of Debug state share: a PE in each Security state, halted or about to be.
 */
#ifndef ARMVIRT_TESTS_DEBUG_BENCH_H
#define ARMVIRT_TESTS_DEBUG_BENCH_H

#include "exc_bench.h"

#include <armvirt/debug.h>
#include <armvirt/sysreg.h>

#define SCR(name)    ARMVIRT_SCR_EL3_##name
#define HCR(name)    ARMVIRT_HCR_EL2_##name
#define EDSCR(name)  ((uint32_t)ARMVIRT_EDSCR_##name)
#define STATUS(name) ((unsigned)ARMVIRT_EDSCR_STATUS_##name)
#define ALL_STATES                                                                                 \
    (ARMVIRT_DEBUG_NONSECURE | ARMVIRT_DEBUG_SECURE | ARMVIRT_DEBUG_REALM | ARMVIRT_DEBUG_ROOT)

enum world { NONSECURE, SECURE, REALM, WORLDS };

static inline struct armvirt_pe in_world(enum world world, unsigned el, bool rme)
{
    struct armvirt_pe pe = make_pe();

    pe.pstate = at_el(el);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, rme);
    pe.vmsa.scr_el3 |= world == REALM ? SCR(NSE) : 0;
    if (world == SECURE) {
        pe.vmsa.scr_el3 = (pe.vmsa.scr_el3 & ~SCR(NS)) | SCR(EEL2);
    }
    set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_DEBUGVER,
              ARMVIRT_ID_AA64DFR0_EL1_DEBUGVER_V8P9);
    return pe;
}

static inline struct armvirt_pe halted_at(unsigned el)
{
    struct armvirt_pe pe = in_world(NONSECURE, el, false);

    pe.debug_enables = ALL_STATES;
    armvirt_debug_halt(&pe, STATUS(EXTERNAL_REQUEST));
    return pe;
}

#endif
