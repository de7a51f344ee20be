/* SPDX-License-Identifier: MIT */
/*
 * Profiling exceptions over all their controls, against the rules of DDI0487 D13.3 and of the
 * registers written down a second time; PSTATE.PPEND and PM on entry and return.
 */
#include "exc_bench.h"

#include <armvirt/debug.h>

#define SCR(name) ARMVIRT_SCR_EL3_##name
#define HCR(name) ARMVIRT_HCR_EL2_##name

enum { PMU, SPE, TRBE };

static struct armvirt_pe pe_at(unsigned el, bool pm)
{
    struct armvirt_pe pe = make_pe();

    pe.pstate = at_el(el) | (pm ? PS(PM) : 0);
    pe.id_aa64dfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64DFR2_EL1_SPE_EXC, 1) |
                         ARMVIRT_PUT(ARMVIRT_ID_AA64DFR2_EL1_TRBE_EXC, 1);
    set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSPB, 3);
    set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSTB, 3);
    set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_PMEE, 1);
    set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_PMSEE, 1);
    set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_TRBEE, 1);
    return pe;
}

/* The target of what is taken, 0 if nothing is. */
static unsigned taken(const struct armvirt_pe *pe, bool overflow, unsigned fsc, bool sync)
{
    struct armvirt_exception exc;

    if (armvirt_exc_profiling(pe, overflow, &exc) == ARMVIRT_OK) {
        return 0;
    }
    assert_int_equal(exc.source, ARMVIRT_EXC_SYNC);
    assert_int_equal(exc.esr, UINT64_C(0x3d) << 26 | UINT64_C(1) << 25 | fsc << 1 | sync);
    assert_int_equal(exc.elr, PC);
    return exc.target_el;
}

/* ---- PMU ---------------------------------------------------------------------------------- */

/* PMEE of each level: 0 off, 1 to the level below, 3 here; 2 is reserved and off. */
static unsigned pmu_target(const unsigned pmee[4], bool tge)
{
    if (pmee[3] != 1) {
        return pmee[3] == 3 ? 3 : 0;
    }
    if (pmee[2] != 1) {
        return pmee[2] == 3 ? 2 : 0;
    }
    return pmee[1] != 3 ? 0 : tge ? 2 : 1;
}

static unsigned pmu_taken(const unsigned pmee[4], bool tge, unsigned el, bool kpme, bool pm)
{
    unsigned target = pmu_target(pmee, tge);

    if (target < el || (el == 2 && target == 2 && pmee[2] != 3)) {
        return 0;
    }
    return target > el || (kpme && !pm) ? target : 0;
}

static void R_HLYTW_the_PMU_exception(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4096; n++) {
        const unsigned pmee[4] = {0, n & 3, n >> 2 & 3, n >> 4 & 3};
        unsigned el = n >> 6 & 3, want;
        bool tge = n >> 8 & 1, kpme = n >> 9 & 1, pm = n >> 10 & 1, ppend = n >> 11 & 1;
        struct armvirt_pe pe = pe_at(el, pm);

        if (el == 1 && tge) {
            continue;
        }
        pe.pstate |= ppend ? PS(PPEND) : 0;
        pe.vmsa.hcr_el2 |= tge ? HCR(TGE) : 0;
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_PMEE, pmee[3]);
        set_field(&pe.mdcr_el2, ARMVIRT_MDCR_EL2_PMEE, pmee[2]);
        pe.pmecr_el1 = pmee[1] | (kpme ? ARMVIRT_PMECR_EL1_KPME : 0);
        want = pmu_taken(pmee, tge, el, kpme, pm);
        assert_int_equal(taken(&pe, true, PMU, ppend), want);
        assert_int_equal(taken(&pe, false, PMU, ppend), ppend ? want : 0);
        set_field(&pe.id_aa64dfr1_el1, ARMVIRT_ID_AA64DFR1_EL1_EBEP, 0);
        assert_int_equal(taken(&pe, true, PMU, ppend), 0);
    }
}

/* ---- SPE and TRBE ------------------------------------------------------------------------- */

/* Fields of the two are alike. @c: PMSEE, EE of EL2, EE of EL1, three pending bits, KE. */
static struct armvirt_pe with_buffer(unsigned fsc, unsigned el, unsigned c, bool pm)
{
    struct armvirt_pe pe = pe_at(el, pm);
    uint64_t ke = c >> 9 & 1 ? ARMVIRT_PMSCR_EL1_KE : 0;

    for (unsigned i = 1; i <= 3; i++) {
        if (c >> (5 + i) & 1) {
            (fsc == SPE ? pe.pmbsr_el : pe.trbsr_el)[i] =
                fsc == SPE ? ARMVIRT_PMBSR_EL1_S : ARMVIRT_TRBSR_EL1_IRQ;
        }
    }
    set_field(&pe.mdcr_el3, fsc == SPE ? ARMVIRT_MDCR_EL3_PMSEE : ARMVIRT_MDCR_EL3_TRBEE, c & 3);
    (fsc == SPE ? pe.pmscr_el : pe.trfcr_el)[2] =
        ARMVIRT_PUT(ARMVIRT_PMSCR_EL2_EE, c >> 2 & 3) | ke;
    (fsc == SPE ? pe.pmscr_el : pe.trfcr_el)[1] =
        ARMVIRT_PUT(ARMVIRT_PMSCR_EL1_EE, c >> 4 & 3) | ke;
    return pe;
}

/* PMSCR_ELx.EE and KE, MDCR_EL3.PMSEE, as their descriptions have it. */
static unsigned buffer_taken(unsigned el, unsigned c, bool tge, bool pm, bool own)
{
    unsigned ee3 = c & 3, ee2 = ee3 == 0 ? 0 : c >> 2 & 3, ee1 = c >> 4 & 3;
    bool pending[4] = {false, c >> 6 & 1, c >> 7 & 1, c >> 8 & 1}, ke = c >> 9 & 1;

    if (ee3 >= 2 && pending[3] && el != 3) {
        return 3;
    }
    if (!own || el == 3) {
        return 0;
    }
    if (ee2 >= 2 && pending[2] && (el < 2 || (ee2 == 3 && ke && !pm))) {
        return 2;
    }
    if (ee2 != 0 && ee1 >= 2 && pending[1] && (el == 0 || (el == 1 && ke && !pm))) {
        return tge ? 2 : 1;
    }
    return 0;
}

static void D16_D6_the_exceptions_of_SPE_and_TRBE(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2u * 1024 * 4 * 2 * 2; n++) {
        unsigned fsc = n & 1 ? SPE : TRBE, c = n >> 1 & 1023, el = n >> 11 & 3;
        bool tge = n >> 13 & 1, pm = n >> 14 & 1;
        struct armvirt_pe pe;

        if (el == 1 && tge) {
            continue;
        }
        pe = with_buffer(fsc, el, c, pm);
        pe.vmsa.hcr_el2 |= tge ? HCR(TGE) : 0;
        assert_int_equal(taken(&pe, false, fsc, false), buffer_taken(el, c, tge, pm, true));
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSPB, 1); /* Secure */
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSTB, 1);
        assert_int_equal(taken(&pe, false, fsc, false), buffer_taken(el, c, tge, pm, false));
        pe.halted = true;
        assert_int_equal(taken(&pe, false, fsc, false), 0);
    }
}

/* The owner's Security state: Secure, Non-secure, Realm. */
static void the_buffer_belongs_to_a_Security_state(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2 * 3 * 4; n++) {
        unsigned fsc = n & 1 ? SPE : TRBE, world = n >> 1 & 3, owner = n >> 3;
        struct armvirt_pe pe = with_buffer(fsc, 0, 0x3d | 1 << 7, false);

        if (world == 2) {
            continue; /* {NSE, NS} is {1, 0} */
        }
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
        pe.vmsa.scr_el3 = (pe.vmsa.scr_el3 & ~SCR(NS)) | SCR(EEL2) | (world & 1 ? SCR(NS) : 0) |
                          (world & 2 ? SCR(NSE) : 0);
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSPB, owner == 0 ? 0 : 2);
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_NSTB, owner == 0 ? 0 : 2);
        pe.mdcr_el3 |= owner == 2 ? ARMVIRT_MDCR_EL3_NSPBE | ARMVIRT_MDCR_EL3_NSTBE : 0;
        assert_int_equal(taken(&pe, false, fsc, false), world == (owner == 2 ? 3 : owner) ? 2 : 0);
    }
}

/* Without FEAT_NV, EE values 0b01 and 0b10 of EL1 are reserved: off. */
static void reserved_values_of_EE(void **state)
{
    struct armvirt_pe pe = with_buffer(SPE, 0, 1 | 1 << 2 | 2 << 4 | 1 << 6, false);

    (void)state;
    assert_int_equal(taken(&pe, false, SPE, false), 1);
    set_field(&pe.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_NV, 0);
    assert_int_equal(taken(&pe, false, SPE, false), 0);
    set_field(&pe.pmscr_el[1], ARMVIRT_PMSCR_EL1_EE, 3);
    assert_int_equal(taken(&pe, false, SPE, false), 1);
    pe.id_aa64dfr2_el1 = 0;
    assert_int_equal(taken(&pe, false, SPE, false), 0);
    pe = with_buffer(SPE, 0, 1 | 3 << 4 | 1 << 6, false); /* no EL2: EL1 alone */
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0);
    assert_int_equal(taken(&pe, false, SPE, false), 1);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
    pe.mdcr_el3 = 0;
    assert_int_equal(taken(&pe, false, SPE, false), 1);
}

/* J1.3.4 SelfHostedTraceEnabled. */
static void EDSCR_TFO_leaves_the_TRBE_to_the_debugger(void **state)
{
    struct armvirt_pe pe = with_buffer(TRBE, 0, 1 | 3 << 2 | 1 << 7, false);

    (void)state;
    assert_int_equal(taken(&pe, false, TRBE, false), 2);
    pe.edscr = (uint32_t)ARMVIRT_EDSCR_TFO;
    assert_int_equal(taken(&pe, false, TRBE, false), 0);
    pe.mdcr_el3 |= ARMVIRT_MDCR_EL3_STE;
    assert_int_equal(taken(&pe, false, TRBE, false), 2);
    pe.debug_enables = ARMVIRT_DEBUG_NONSECURE | ARMVIRT_DEBUG_SECURE;
    assert_int_equal(taken(&pe, false, TRBE, false), 0);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
    assert_int_equal(taken(&pe, false, TRBE, false), 0);
    pe.mdcr_el3 |= ARMVIRT_MDCR_EL3_RLTE;
    assert_int_equal(taken(&pe, false, TRBE, false), 2);
    pe.debug_enables |= ARMVIRT_DEBUG_REALM;
    assert_int_equal(taken(&pe, false, TRBE, false), 0);
}

/* ---- PSTATE.PPEND ------------------------------------------------------------------------- */

static void R_BVBYS_entry_saves_PPEND_and_masks(void **state)
{
    struct armvirt_exception exc = {.source = ARMVIRT_EXC_SYNC, .target_el = 1, .elr = PC};
    struct armvirt_pe pe = pe_at(0, false);

    (void)state;
    pe.pstate |= PS(PPEND);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1] & PS(PPEND), PS(PPEND));
    assert_int_equal(pe.pstate & (PS(PPEND) | PS(PM)), PS(PM));
    armvirt_debug_halt(&pe, 0x13);
    pe.pstate |= PS(PPEND);
    pe.halted = false;
    armvirt_debug_halt(&pe, 0x13);
    assert_int_equal(pe.dspsr_el0 & PS(PPEND), PS(PPEND));
    assert_int_equal(pe.pstate & PS(PPEND), 0);
}

/* Table D13-2. From EL1, where PM may mask, to EL0 or EL1. */
static void R_BVBYS_D13_2_return_restores_PPEND_where_it_unmasks(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool enabled = n & 1, pm_here = n & 2, pm_there = n & 4, to_el0 = n & 8, ppend = n & 16;
        bool exits = n & 32, masked_here, masked_there;
        struct armvirt_pe pe = pe_at(1, pm_here);
        struct armvirt_exc_return ret;

        set_field(&pe.mdcr_el2, ARMVIRT_MDCR_EL2_PMEE, 1);
        pe.pmecr_el1 = (enabled ? 3 : 0) | ARMVIRT_PMECR_EL1_KPME;
        pe.spsr_el[1] = at_el(to_el0 ? 0 : 1) | (pm_there ? PS(PM) : 0) | (ppend ? PS(PPEND) : 0);
        masked_here = pm_here || exits;
        masked_there = !to_el0 && pm_there;
        if (exits) {
            armvirt_debug_halt(&pe, 0x13);
            pe.dspsr_el0 = pe.spsr_el[1];
            assert_int_equal(armvirt_debug_exit(&pe, &ret), ARMVIRT_OK);
        } else {
            assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        }
        assert_int_equal((pe.pstate & PS(PPEND)) != 0,
                         ppend && enabled && masked_here && !masked_there);
    }
}

static void R_BVBYS_an_illegal_return_too(void **state)
{
    struct armvirt_pe pe = pe_at(1, true);
    struct armvirt_exc_return ret;

    (void)state;
    set_field(&pe.mdcr_el2, ARMVIRT_MDCR_EL2_PMEE, 1);
    pe.pmecr_el1 = 3 | ARMVIRT_PMECR_EL1_KPME;
    pe.spsr_el[1] = at_el(2) | PS(PPEND);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
    assert_int_equal(pe.pstate & (PS(PPEND) | PS(IL) | PS(PM)), PS(PPEND) | PS(IL));
    pe.spsr_el[1] = at_el(2);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
    assert_int_equal(pe.pstate & PS(PPEND), 0);
}

static void R_NZLVW_an_instruction_ends_PPEND(void **state)
{
    struct armvirt_pe pe = pe_at(1, true);

    (void)state;
    pe.pstate |= PS(PPEND);
    armvirt_exc_completed(&pe);
    assert_int_equal(pe.pstate & PS(PPEND), 0);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_HLYTW_the_PMU_exception);
    SUITE_ADD(&suite, D16_D6_the_exceptions_of_SPE_and_TRBE);
    SUITE_ADD(&suite, the_buffer_belongs_to_a_Security_state);
    SUITE_ADD(&suite, reserved_values_of_EE);
    SUITE_ADD(&suite, EDSCR_TFO_leaves_the_TRBE_to_the_debugger);
    SUITE_ADD(&suite, R_BVBYS_entry_saves_PPEND_and_masks);
    SUITE_ADD(&suite, R_BVBYS_D13_2_return_restores_PPEND_where_it_unmasks);
    SUITE_ADD(&suite, R_BVBYS_an_illegal_return_too);
    SUITE_ADD(&suite, R_NZLVW_an_instruction_ends_PPEND);
    return suite_run(&suite, "profiling");
}
