/* SPDX-License-Identifier: MIT */
/*
 * Error synchronization: ESB over all its controls, against the rules of DDI0487 D20.5 written down
 * a second time; formats of DISR and VDISR; the implicit events.
 */
#include "exc_bench.h"

#define SCR(name)    ARMVIRT_SCR_EL3_##name
#define HCR(name)    ARMVIRT_HCR_EL2_##name
#define HCRX(name)   ARMVIRT_HCRX_EL2_##name
#define SOURCE(name) (1u << ARMVIRT_EXC_##name)

/* AET 1, EA, DFSC 0x11; what exception entry would add: PFV and IESB. */
#define ISS       UINT64_C(0x0611)
#define ISS_ENTRY (ISS | ARMVIRT_ISS_SERROR_PFV | ARMVIRT_ISS_SERROR_IESB)

enum { EA, AMO, TGE, VSE, TMEA2, ENDSE, DSE, MASK_A, LINE, CONTROLS };

static bool bit(unsigned controls, unsigned n)
{
    return (controls >> n & 1) != 0;
}

static struct armvirt_pe pe_with(unsigned el, unsigned controls)
{
    struct armvirt_pe pe = make_pe();

    pe.pstate = at_el(el) | (bit(controls, MASK_A) ? PS(A) : 0);
    pe.vmsa.scr_el3 |= (bit(controls, EA) ? SCR(EA) : 0) | (bit(controls, ENDSE) ? SCR(ENDSE) : 0) |
                       (bit(controls, DSE) ? SCR(DSE) : 0);
    pe.vmsa.hcr_el2 |= (bit(controls, AMO) ? HCR(AMO) : 0) | (bit(controls, TGE) ? HCR(TGE) : 0) |
                       (bit(controls, VSE) ? HCR(VSE) : 0);
    pe.vmsa.hcrx_el2 |= bit(controls, TMEA2) ? HCRX(TMEA) : 0;
    pe.vsesr_el2 = 0x1234;
    pe.vsesr_el3 = 0x1ffffff;
    return pe;
}

/* J1.1.3 AArch64.DelegatedSErrorTarget, while E2H is 0. */
static bool delegated_is_masked(unsigned el, unsigned c)
{
    if (el == 2) {
        return (!bit(c, TGE) && !bit(c, AMO)) || bit(c, MASK_A);
    }
    return !bit(c, TGE) && !bit(c, AMO) && !bit(c, TMEA2) && bit(c, MASK_A);
}

/* R_NPPGJ, R_LLLVR, R_KKPVY: what an ESB defers and takes; 0 in @taken: nothing. */
static void expect(const struct armvirt_pe *pe, unsigned el, unsigned c, unsigned *deferred,
                   unsigned *taken)
{
    struct armvirt_exc_pending p;
    bool virtual = el < 2 && !bit(c, TGE) && bit(c, VSE) && (bit(c, AMO) || bit(c, TMEA2));
    bool delegated = el != 3 && bit(c, ENDSE) && bit(c, DSE);

    *deferred = *taken = 0;
    armvirt_exc_pending(pe, bit(c, LINE) ? ARMVIRT_LINE_SERROR : 0, &p);
    if ((p.takeable & SOURCE(SERROR)) != 0) {
        *taken = ARMVIRT_EXC_SERROR;
        return;
    }
    *deferred = bit(c, LINE) ? SOURCE(SERROR) : 0;
    if (virtual && bit(c, MASK_A)) {
        *deferred |= SOURCE(VSERROR);
    } else if (delegated && delegated_is_masked(el, c)) {
        *deferred |= SOURCE(DSERROR);
    }
    if (virtual && !bit(c, MASK_A)) {
        *taken = ARMVIRT_EXC_VSERROR;
    } else if (delegated && bit(c, EA) && !delegated_is_masked(el, c)) {
        *taken = ARMVIRT_EXC_DSERROR;
    }
}

static void check_registers(const struct armvirt_pe *pe, unsigned deferred)
{
    bool v = (deferred & SOURCE(VSERROR)) != 0, d = (deferred & SOURCE(DSERROR)) != 0;

    assert_int_equal(pe->disr_el1, deferred & SOURCE(SERROR) ? ARMVIRT_DISR_EL1_A | ISS : 0);
    assert_int_equal(pe->vdisr_el2, v ? ARMVIRT_VDISR_EL2_A | 0x1234 : 0);
    assert_int_equal(pe->vdisr_el3, d ? ARMVIRT_VDISR_EL3_A | 0x1ffffff : 0);
    if (v) {
        assert_false(pe->vmsa.hcr_el2 & HCR(VSE));
    }
    if (d) {
        assert_false(pe->vmsa.scr_el3 & SCR(DSE));
    }
}

static void R_NPPGJ_R_LLLVR_R_KKPVY_what_is_masked_is_deferred(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4u << CONTROLS; n++) {
        unsigned el = n & 3, controls = n >> 2, want_deferred, want_taken, deferred;
        struct armvirt_pe pe = pe_with(el, controls);
        struct armvirt_exception exc = {0};
        enum armvirt_status status;

        if (el == 1 && bit(controls, TGE)) {
            continue;
        }
        expect(&pe, el, controls, &want_deferred, &want_taken);
        status = armvirt_exc_esb(&pe, bit(controls, LINE) ? ARMVIRT_LINE_SERROR : 0, ISS_ENTRY,
                                 &deferred, &exc);
        if (deferred != want_deferred || status != (want_taken ? ARMVIRT_FAULT : ARMVIRT_OK) ||
            (want_taken && exc.source != want_taken)) {
            fail_msg("EL%u controls %03x: deferred %02x not %02x, source %u not %u", el, controls,
                     deferred, want_deferred, (unsigned)exc.source, want_taken);
        }
        check_registers(&pe, deferred);
    }
}

static void R_KNWBN_the_ESB_is_the_return_address(void **state)
{
    struct armvirt_pe pe = pe_with(1, 1u << EA);
    struct armvirt_exception exc;
    unsigned deferred;

    (void)state;
    assert_int_equal(armvirt_exc_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &deferred, &exc),
                     ARMVIRT_FAULT);
    assert_int_equal(exc.elr, PC);
    assert_int_equal(exc.target_el, 3);
    assert_int_equal(exc.esr & 0x1ffffff, ISS);
}

static void an_IMPLEMENTATION_DEFINED_syndrome_is_deferred_as_it_is(void **state)
{
    struct armvirt_pe pe = pe_with(1, 1u << MASK_A);
    struct armvirt_exception exc;
    unsigned deferred;

    (void)state;
    assert_int_equal(armvirt_exc_esb(&pe, ARMVIRT_LINE_SERROR, 0x1abcdef, &deferred, &exc),
                     ARMVIRT_OK);
    assert_int_equal(deferred, SOURCE(SERROR));
    assert_int_equal(pe.disr_el1, ARMVIRT_DISR_EL1_A | 0x1abcdef);
}

static void without_RAS_it_is_a_NOP(void **state)
{
    struct armvirt_pe pe = pe_with(1, 1u << MASK_A);
    struct armvirt_exception exc;
    unsigned deferred = 1;

    (void)state;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, 0);
    assert_int_equal(armvirt_exc_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &deferred, &exc), ARMVIRT_OK);
    assert_int_equal(deferred, 0);
    assert_int_equal(pe.disr_el1, 0);
}

/* FEAT_E3DSE comes with an AArch64 EL3. */
static void R_KKPVY_a_delegated_SError_needs_E3DSE_and_EL3(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        struct armvirt_pe pe = pe_with(1, 1u << MASK_A | 1u << ENDSE | 1u << DSE);
        struct armvirt_exception exc;
        unsigned deferred;

        set_field(&pe.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E3DSE, n & 1);
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, n & 2 ? 2 : 0);
        if (n & 4) {
            pe.top_aarch32 = true;
            pe.pstate = a32_at_el(1) | PS(A);
        }
        assert_int_equal(armvirt_exc_esb(&pe, 0, 0, &deferred, &exc), ARMVIRT_OK);
        assert_int_equal(deferred, n == 3 ? SOURCE(DSERROR) : 0);
    }
}

/* G8.6.1, G8.6.20: the format of DFSR by TTBCR.EAE, that of HSR in Hyp mode. */
static void DISR_and_VDISR_of_AArch32_state(void **state)
{
    struct armvirt_exception exc;
    struct armvirt_pe pe;
    unsigned deferred;

    (void)state;
    for (unsigned eae = 0; eae < 2; eae++) {
        pe = pe_with(1, 1u << MASK_A);
        pe.vmsa.hcr_el2 &= ~HCR(RW);
        pe.pstate = a32_at_el(1) | PS(A);
        pe.vmsa.tcr_el1 = eae ? ARMVIRT_TTBCR_EAE : 0;
        (void)armvirt_exc_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &deferred, &exc);
        assert_int_equal(deferred, SOURCE(SERROR));
        assert_int_equal(pe.disr_el1, ARMVIRT_DISR_EL1_A | 0x4000 | 0x1000 | (eae ? 0x211 : 0x406));
        pe.vmsa.hcr_el2 |= HCR(AMO) | HCR(VSE);
        pe.vsesr_el2 = 0xd000;
        (void)armvirt_exc_esb(&pe, 0, 0, &deferred, &exc);
        assert_int_equal(deferred, SOURCE(VSERROR));
        assert_int_equal(pe.vdisr_el2, ARMVIRT_VDISR_EL2_A | 0xd000 | (eae ? 0x211 : 0x406));
    }
    pe = pe_with(2, 1u << MASK_A);
    pe.vmsa.scr_el3 &= ~SCR(RW);
    pe.pstate = a32_at_el(2) | PS(A);
    (void)armvirt_exc_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &deferred, &exc);
    assert_int_equal(pe.disr_el1, ARMVIRT_DISR_EL1_A | 0x400 | 0x200 | 0x11);
}

static void R_KJWNS_R_HLVWK_NMEA_makes_entry_synchronize(void **state)
{
    struct armvirt_exception exc = {.target_el = 1, .source = ARMVIRT_EXC_IRQ};
    struct armvirt_pe pe;

    (void)state;
    for (unsigned el = 1; el <= 3; el++) {
        uint64_t nmea = ARMVIRT_SCTLR2_EL1_NMEA;

        for (unsigned n = 0; n < 4; n++) {
            unsigned effects;

            pe = make_pe();
            pe.pstate = at_el(0);
            exc.target_el = (uint8_t)el;
            if (n & 1) {
                pe.vmsa.sctlr2_el1 = el == 1 ? nmea : 0;
                pe.vmsa.sctlr2_el2 = el == 2 ? nmea : 0;
                pe.vmsa.scr_el3 |= el == 3 ? SCR(NMEA) | SCR(EA) : 0;
            }
            if (n & 2) {
                set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, 0);
            }
            effects = armvirt_exc_enter(&pe, &exc);
            assert_int_equal((effects & ARMVIRT_EXC_SYNC_ERRORS) != 0,
                             (n & 1) && (el == 3 || !(n & 2)));
        }
    }
}

static void I_WDSBL_the_implicit_event_takes_and_defers_nothing(void **state)
{
    struct armvirt_pe pe = pe_with(1, 1u << EA);
    struct armvirt_exception exc;

    (void)state;
    assert_int_equal(armvirt_exc_implicit_esb(&pe, 0, ISS, &exc), ARMVIRT_OK);
    assert_int_equal(armvirt_exc_implicit_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr & 0x1ffffff, ISS | ARMVIRT_ISS_SERROR_IESB);
    assert_int_equal(armvirt_exc_implicit_esb(&pe, ARMVIRT_LINE_SERROR, 0x1000123, &exc),
                     ARMVIRT_FAULT);
    assert_int_equal(exc.esr & 0x1ffffff, 0x1000123);
    pe = pe_with(1, 1u << MASK_A);
    assert_int_equal(armvirt_exc_implicit_esb(&pe, ARMVIRT_LINE_SERROR, ISS, &exc), ARMVIRT_OK);
    assert_int_equal(pe.disr_el1, 0);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_NPPGJ_R_LLLVR_R_KKPVY_what_is_masked_is_deferred);
    SUITE_ADD(&suite, R_KNWBN_the_ESB_is_the_return_address);
    SUITE_ADD(&suite, an_IMPLEMENTATION_DEFINED_syndrome_is_deferred_as_it_is);
    SUITE_ADD(&suite, without_RAS_it_is_a_NOP);
    SUITE_ADD(&suite, R_KKPVY_a_delegated_SError_needs_E3DSE_and_EL3);
    SUITE_ADD(&suite, DISR_and_VDISR_of_AArch32_state);
    SUITE_ADD(&suite, R_KJWNS_R_HLVWK_NMEA_makes_entry_synchronize);
    SUITE_ADD(&suite, I_WDSBL_the_implicit_event_takes_and_defers_nothing);
    return suite_run(&suite, "esb");
}
