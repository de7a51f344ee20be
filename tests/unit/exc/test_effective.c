/* SPDX-License-Identifier: MIT */
/*
 * Effective values of controls: what an absent feature, a disabled EL2 or an enable above makes of
 * them. DDI0487 D1.4.6.3 (the terms of its tables), D2.4, D24.2, J1.3.2, J1.3.3.
 */
#include "exc_bench.h"

static unsigned serror_target(const struct armvirt_pe *pe)
{
    struct armvirt_exc_pending p;

    armvirt_exc_pending(pe, ARMVIRT_LINE_SERROR, &p);
    return p.target_el[ARMVIRT_EXC_SERROR];
}

/* R_ZZYHK: SCTLR2_EL1.NMEA needs the features, SCR_EL3.SCTLR2En and, under EL2, HCRX_EL2's. */
static void R_ZZYHK_SCTLR2_EL1_NMEA(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 128; n++) {
        bool sctlr2 = n & 1, df2 = n >> 1 & 1, scr = n >> 2 & 1, hxen = n >> 3 & 1;
        bool hcrx = n >> 4 & 1, ns = n >> 5 & 1, hcx = n >> 6;
        bool by_el2 = !ns || (hcx && hxen && hcrx);
        struct armvirt_pe pe = make_pe();

        set_field(&pe.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_SCTLRX, sctlr2);
        set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, df2);
        set_field(&pe.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HCX, hcx);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_SCTLR2EN, scr);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_HXEN, hxen);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, ns);
        set_field(&pe.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_SCTLR2EN, hcrx);
        pe.vmsa.sctlr2_el1 = ARMVIRT_SCTLR2_EL1_NMEA;
        pe.pstate = at_el(1) | PS(A);
        assert_int_equal(serror_target(&pe), sctlr2 && df2 && scr && by_el2);
    }
}

/* SCTLR2_EL2.NMEA, for EL2 and for the EL0 of a host. */
static void R_ZZYHK_SCTLR2_EL2_NMEA(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool scr = n & 1, host = n >> 1 & 1, secure = n >> 2 & 1, nmea = n >> 3;
        unsigned el = host ? 0 : 2;
        struct armvirt_pe pe = make_pe();

        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_SCTLR2EN, scr);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, !secure);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, secure);
        pe.vmsa.hcr_el2 |= host ? ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE : ARMVIRT_HCR_EL2_AMO;
        pe.vmsa.sctlr2_el2 = nmea ? ARMVIRT_SCTLR2_EL2_NMEA : 0;
        pe.pstate = at_el(el) | PS(A);
        assert_int_equal(serror_target(&pe), scr && nmea ? 2 : 0);
    }
}

/* R40: with FEAT_DoubleFault alone, NMEA is for EL3 and needs EA. */
static void R40_NMEA_without_DoubleFault2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool df = n & 1, ea = n >> 1 & 1, nmea = n >> 2 & 1, a = n >> 3;
        struct armvirt_pe pe = make_pe();

        set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, 0);
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, df ? 2 : 1);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EA, ea);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NMEA, nmea);
        pe.pstate = at_el(3) | (a ? PS(A) : 0);
        assert_int_equal(serror_target(&pe), ea && (!a || (df && nmea)) ? 3 : 0);
    }
}

/* TMEA of both levels, and virtual SErrors by TMEA, are FEAT_DoubleFault2's. */
static void R_CDCKC_TMEA_without_DoubleFault2(void **state)
{
    (void)state;
    for (unsigned df2 = 0; df2 < 2; df2++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_pending p;

        set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, df2);
        pe.vmsa.hcrx_el2 |= ARMVIRT_HCRX_EL2_TMEA;
        pe.pstate = at_el(1) | PS(A);
        assert_int_equal(serror_target(&pe), df2 ? 2 : 0);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_VSE;
        pe.pstate = at_el(1);
        armvirt_exc_pending(&pe, 0, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_VSERROR], df2);
        assert_int_equal(armvirt_exc_isr(&pe, 0), df2 ? ARMVIRT_ISR_EL1_A : 0);
        pe.vmsa.hcrx_el2 &= ~ARMVIRT_HCRX_EL2_TMEA;
        pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_TMEA;
        pe.pstate = at_el(2) | PS(A);
        assert_int_equal(serror_target(&pe), df2 ? 3 : 0);
    }
}

/* Delegated SErrors need FEAT_E3DSE, EL3 and a route of EL3's. */
static void R_TNWJT_delegated_SErrors_without_their_feature(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool e3dse = n & 1, el3 = n >> 1 & 1, df2 = n >> 2;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_pending p;

        set_field(&pe.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E3DSE, e3dse);
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, el3);
        set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, df2);
        pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_ENDSE | ARMVIRT_SCR_EL3_DSE | ARMVIRT_SCR_EL3_TMEA;
        pe.pstate = at_el(0);
        armvirt_exc_pending(&pe, 0, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_DSERROR], e3dse && el3 && df2);
    }
}

/* Without EL3 nothing is routed there, and nothing is disabled by it. */
static void D24_2_without_EL3(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_pending p;

    (void)state;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
    pe.vmsa.scr_el3 = ARMVIRT_SCR_EL3_EA | ARMVIRT_SCR_EL3_IRQ | ARMVIRT_SCR_EL3_FIQ;
    pe.pstate = at_el(0);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ | ARMVIRT_LINE_FIQ | ARMVIRT_LINE_SERROR, &p);
    assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], 1);
    assert_int_equal(p.target_el[ARMVIRT_EXC_FIQ], 1);
    assert_int_equal(p.target_el[ARMVIRT_EXC_SERROR], 1);
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_IMO;
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ, &p);
    assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], 2);
}

/* AArch32 at the top, without EL3. */
static void G1_16_AArch32_without_EL3(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_pending p;

    (void)state;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
    pe.top_aarch32 = true;
    pe.vmsa.scr_el3 = UINT64_MAX;
    pe.vmsa.hcr_el2 = 0;
    pe.pstate = 0x13;
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ | ARMVIRT_LINE_SERROR, &p);
    assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], 1);
    assert_int_equal(p.target_el[ARMVIRT_EXC_SERROR], 1);
    pe.vmsa.hcr_el2 = ARMVIRT_HCR_EL2_TGE;
    pe.pstate = 0x10;
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ, &p);
    assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], 2);
}

/* R53: without FEAT_E2H0, E2H is 1 whatever it reads. */
static void R53_E2H_is_1(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool res1 = n & 1, vhe = n >> 1 & 1, e2h = n >> 2;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_pending p;

        set_field(&pe.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E2H0, res1 ? 15 : 0);
        set_field(&pe.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_VH, vhe);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TGE | (e2h ? ARMVIRT_HCR_EL2_E2H : 0);
        pe.pstate = at_el(0) | PS(I);
        armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], vhe && (res1 || e2h) ? 0 : 2); /* R19 */
    }
}

/* R54: Secure EL2 needs FEAT_SEL2 and EEL2; HCR_EL2 says nothing otherwise. */
static void R54_Secure_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool sel2 = n & 1, eel2 = n >> 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_pending p;

        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SEL2, sel2);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, 0);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, eel2);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_IMO;
        pe.pstate = at_el(1);
        armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], sel2 && eel2 ? 2 : 1);
    }
}

/* An AArch32 EL1 has no SCTLR_EL1.NMI, and its PSTATE no ALLINT. */
static void superpriority_of_AArch32(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool a32_el1 = n & 1, masked = n >> 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_pending p;

        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, !a32_el1);
        pe.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_NMI;
        pe.pstate = 0x10 | (masked ? PS(I) : 0);
        armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ | ARMVIRT_LINE_IRQ_NMI, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_IRQ], !masked || !a32_el1);
    }
}

/* Debug exceptions of Secure state: MDCR_EL3.SDD, and SDER32_EL3.SUIDEN for EL0 under AArch32. */
static void J1_1_1_Secure_debug(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 32; n++) {
        bool sdd = n & 1, suiden = n >> 1 & 1, el1_a32 = n >> 2 & 1, lock = n >> 3 & 1;
        bool sel2 = n >> 4;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        bool enabled = !lock && (!sdd || (el1_a32 && suiden));

        /* Debug exceptions go to EL2 where that is enabled; else to EL1, which must be AArch64. */
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, 0);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, sel2);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, !el1_a32);
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_SDD, sdd);
        pe.mdcr_el2 = ARMVIRT_MDCR_EL2_TDE;
        pe.sder32_el3 = suiden ? ARMVIRT_SDER32_EL3_SUIDEN : 0;
        pe.double_lock = lock;
        pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS;
        pe.pstate = 0x10;
        if (!sel2 && el1_a32) {
            continue; /* EL1 is AArch64 then: HCR_EL2.RW does not count */
        }
        assert_int_equal(armvirt_exc_step(&pe, true, false, &exc),
                         enabled ? ARMVIRT_FAULT : ARMVIRT_OK);
    }
}

/* EL2 steps itself with KDE; EL3 is never stepped. */
static void D2_11_steps_of_EL2_and_EL3(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool kde = n & 1, d = n >> 1 & 1, tge = n >> 2;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS | (kde ? ARMVIRT_MDSCR_EL1_KDE : 0);
        pe.mdcr_el2 = tge ? 0 : ARMVIRT_MDCR_EL2_TDE;
        pe.vmsa.hcr_el2 |= tge ? ARMVIRT_HCR_EL2_TGE : 0;
        pe.pstate = at_el(2) | (d ? PS(D) : 0);
        assert_int_equal(armvirt_exc_step(&pe, true, false, &exc),
                         kde && !d ? ARMVIRT_FAULT : ARMVIRT_OK);
        pe.pstate = at_el(3);
        assert_int_equal(armvirt_exc_step(&pe, true, false, &exc), ARMVIRT_OK);
        armvirt_exc_completed(&pe);
        pe.pstate = at_el(2) | PS(SS) | PS(BTYPE);
        armvirt_exc_completed(&pe);
        assert_int_equal(pe.pstate, at_el(2));
    }
}

/* R37: {NSE, NS} = {1, 0} means nothing without FEAT_RME; without Secure state NS acts as 1. */
static void R37_the_worlds(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool rme = n & 1, sel2 = n >> 1 & 1, nse = n >> 2 & 1, ns = n >> 3;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;
        bool reserved = rme && sel2 && nse && !ns;

        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, rme);
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SEL2, sel2);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NSE, nse);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, ns);
        pe.pstate = at_el(3);
        pe.spsr_el[3] = at_el(1);
        assert_int_equal(armvirt_exc_return(&pe, &ret), reserved ? ARMVIRT_FAULT : ARMVIRT_OK);
        assert_int_equal(ret.reason, reserved ? ARMVIRT_EXC_RETURN_WORLD : 0);
        pe.pstate = at_el(3);
        pe.spsr_el[3] = at_el(3); /* Root is not below */
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        pe.pstate = at_el(3);
        pe.spsr_el[3] = 0x10;
        assert_int_equal(armvirt_exc_return(&pe, &ret), reserved ? ARMVIRT_FAULT : ARMVIRT_OK);
    }
}

/* The SPSR of each mode of AArch32: System mode has Supervisor's here, Hyp and Monitor their own.
 */
static void G1_10_2_banked_SPSRs(void **state)
{
    static const unsigned modes[] = {0x11, 0x12, 0x13, 0x17, 0x1b};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, 0);
        pe.pstate = modes[i];
        assert_int_equal(armvirt_pe_el(&pe), 1);
        armvirt_exc_raise(&pe, EC(UNKNOWN), 0, &exc);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.spsr_und, modes[i]);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_ZZYHK_SCTLR2_EL1_NMEA);
    SUITE_ADD(&suite, R_ZZYHK_SCTLR2_EL2_NMEA);
    SUITE_ADD(&suite, R40_NMEA_without_DoubleFault2);
    SUITE_ADD(&suite, R_CDCKC_TMEA_without_DoubleFault2);
    SUITE_ADD(&suite, R_TNWJT_delegated_SErrors_without_their_feature);
    SUITE_ADD(&suite, D24_2_without_EL3);
    SUITE_ADD(&suite, G1_16_AArch32_without_EL3);
    SUITE_ADD(&suite, R53_E2H_is_1);
    SUITE_ADD(&suite, R54_Secure_EL2);
    SUITE_ADD(&suite, superpriority_of_AArch32);
    SUITE_ADD(&suite, J1_1_1_Secure_debug);
    SUITE_ADD(&suite, D2_11_steps_of_EL2_and_EL3);
    SUITE_ADD(&suite, R37_the_worlds);
    SUITE_ADD(&suite, G1_10_2_banked_SPSRs);
    return suite_run(&suite, "effective");
}
