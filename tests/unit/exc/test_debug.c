/* SPDX-License-Identifier: MIT */
/*
 * Debug state: entry, exit, DCPS and DRPS, exceptions and instructions there. Tables of DDI0487 H2
 * as they stand there.
 */
#include "debug_bench.h"

/* ---- Where halting is allowed ------------------------------------------------------------- */

static bool may_halt(enum world world, unsigned el, bool rme, unsigned enables)
{
    if (!(enables & ARMVIRT_DEBUG_NONSECURE)) {
        return false;
    }
    if (el == 3) {
        return (enables & (rme ? ARMVIRT_DEBUG_ROOT : ARMVIRT_DEBUG_SECURE)) != 0;
    }
    return world == NONSECURE ||
           (enables & (world == SECURE ? ARMVIRT_DEBUG_SECURE : ARMVIRT_DEBUG_REALM)) != 0;
}

static void J1_3_1_HaltingAllowed_by_Security_state(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2 * WORLDS * 4 * 16; n++) {
        enum world world = (enum world)(n % WORLDS);
        unsigned el = n / WORLDS % 4, enables = n / (WORLDS * 4) % 16;
        bool rme = n / (WORLDS * 64) != 0, want;
        struct armvirt_pe pe = in_world(world, el, rme);

        if (world == REALM && !rme) {
            continue;
        }
        want = may_halt(world, el, rme, enables);
        pe.debug_enables = (uint8_t)enables;
        assert_int_equal(armvirt_debug_allowed(&pe), want);
        pe.double_lock = true;
        assert_false(armvirt_debug_allowed(&pe));
        pe.double_lock = false;
        pe.halted = true;
        assert_false(armvirt_debug_allowed(&pe));
    }
}

/* ---- Entry and exit ----------------------------------------------------------------------- */

static void H2_3_entry_saves_PC_and_PSTATE(void **state)
{
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);
    uint64_t before = at_el(1) | PS(N) | PS(IL) | PS(UINJ) | PS(BTYPE) | PS(PACM) | PS(PAN) |
                      PS(UAO) | PS(D) | PS(SS) | PS(DIT);

    (void)state;
    pe.pstate = before;
    pe.edscr = EDSCR(MA) | EDSCR(ITO);
    armvirt_debug_halt(&pe, STATUS(HLT));
    assert_true(pe.halted);
    assert_int_equal(pe.dlr_el0, PC);
    assert_int_equal(pe.dspsr_el0, before);
    assert_int_equal(pe.pc, PC);
    assert_int_equal(pe.pstate, (before & ~(PS(IL) | PS(UINJ) | PS(BTYPE) | PS(PACM))) | PS(TCO));
    assert_int_equal(pe.edscr,
                     EDSCR(ITE) | EDSCR(NS) | EDSCR(SDD) | EDSCR(RW) | 1u << 8 | STATUS(HLT));
}

static void H2_3_entry_from_AArch32(void **state)
{
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);

    (void)state;
    pe.vmsa.hcr_el2 &= ~HCR(RW);
    pe.pstate = a32_at_el(1) | PSA(DIT) | PSA(T) | PS(SS);
    pe.pc = UINT64_C(0x140200002);
    armvirt_debug_halt(&pe, STATUS(WATCHPOINT));
    assert_int_equal(pe.dlr_el0, 0x40200002);
    assert_int_equal(pe.dspsr_el0, a32_at_el(1) | PSA(DIT) | PSA(T) | PS(SS));
    assert_int_equal(ARMVIRT_GET(ARMVIRT_EDSCR_RW, pe.edscr), 0xc);
    pe.dlr_el0 = 0x1001;
    {
        struct armvirt_exc_return ret;

        assert_int_equal(armvirt_debug_exit(&pe, &ret), ARMVIRT_OK);
    }
    assert_int_equal(pe.pc, 0x1000);
    assert_int_equal(pe.pstate & PSA(DIT), PSA(DIT));
}

/* H2.4.4. */
static void H2_4_4_SDD_on_entry(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2 * WORLDS * 4 * 2; n++) {
        enum world world = (enum world)(n % WORLDS);
        unsigned el = n / WORLDS % 4;
        bool rme = n / (WORLDS * 4) % 2, enabled = n / (WORLDS * 8) != 0, want;
        struct armvirt_pe pe = in_world(world, el, rme);

        want = el != 3 && !enabled && (rme || world != SECURE);
        pe.debug_enables = ARMVIRT_DEBUG_NONSECURE;
        pe.debug_enables |= enabled ? rme ? ARMVIRT_DEBUG_ROOT : ARMVIRT_DEBUG_SECURE : 0;
        armvirt_debug_halt(&pe, STATUS(BREAKPOINT));
        assert_int_equal((pe.edscr & EDSCR(SDD)) != 0, want);
        if (!(world == REALM && !rme)) {
            uint64_t nse_ns = ARMVIRT_GET(ARMVIRT_EDSCR_NSE, pe.edscr) << 1 |
                              ARMVIRT_GET(ARMVIRT_EDSCR_NS, pe.edscr);

            assert_int_equal(nse_ns, el == 3           ? rme ? 2 : 0
                                     : world == SECURE ? 0
                                     : world == REALM  ? 3
                                                       : 1);
        }
    }
}

static void H2_5_exit_is_a_return_by_DLR_and_DSPSR(void **state)
{
    struct armvirt_pe pe = halted_at(2);
    struct armvirt_exc_return ret;

    (void)state;
    pe.gcscr_el[2] = ARMVIRT_GCSCR_EL1_EXLOCKEN; /* GetCurrentEXLOCKEN is FALSE */
    pe.dlr_el0 = 0x1234;
    pe.dspsr_el0 = at_el(2) | PS(Z) | PS(I);
    pe.edesr = 0xf;
    pe.exclusive = true;
    assert_int_equal(armvirt_debug_exit(&pe, &ret), ARMVIRT_OK);
    assert_int_equal(ret.effects, ARMVIRT_EXC_SYNC_CONTEXT);
    assert_false(pe.halted);
    assert_false(pe.event);
    assert_true(pe.exclusive);
    assert_int_equal(pe.pc, 0x1234);
    assert_int_equal(pe.pstate, at_el(2) | PS(Z) | PS(I));
    assert_int_equal(pe.edesr, 0);
    assert_int_equal(pe.edscr & (EDSCR(STATUS) | EDSCR(RW) | EDSCR(EL)),
                     STATUS(NON_DEBUG) | EDSCR(RW));
    assert_int_equal(armvirt_debug_exit(&pe, &ret), ARMVIRT_E_INVAL);
}

static void H2_5_an_illegal_exit_sets_IL(void **state)
{
    struct armvirt_pe pe = halted_at(1);
    struct armvirt_exc_return ret;

    (void)state;
    pe.dspsr_el0 = at_el(2) | PS(C);
    set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_DEBUGVER, 9);
    pe.edesr = 0xf;
    assert_int_equal(armvirt_debug_exit(&pe, &ret), ARMVIRT_FAULT);
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_HIGHER);
    assert_int_equal(pe.pstate & (PS(IL) | PS(C)), PS(IL) | PS(C));
    assert_int_equal(armvirt_pe_el(&pe), 1);
    assert_int_equal(pe.edesr, ARMVIRT_EDESR_EC);
}

/* DebugExceptionReturnSS: debug exceptions count as disabled at the source. */
static void R46_exit_begins_a_software_step(void **state)
{
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);
    struct armvirt_exc_return ret;

    (void)state;
    pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS | ARMVIRT_MDSCR_EL1_KDE;
    armvirt_debug_halt(&pe, STATUS(BREAKPOINT));
    pe.dspsr_el0 |= PS(SS);
    (void)armvirt_debug_exit(&pe, &ret);
    assert_int_equal(pe.pstate & PS(SS), PS(SS));
    pe.vbar_el[1] = 0;
    pe.spsr_el[1] = at_el(1) | PS(SS);
    (void)armvirt_exc_return(&pe, &ret);
    assert_int_equal(pe.pstate & PS(SS), 0);
}

/* J1.3.1 UpdateEDSCRFields: A shows the virtual or the delegated SError that is pending. */
static void J1_3_1_EDSCR_A_shows_a_pending_SError(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4 * 64; n++) {
        unsigned el = n & 3;
        bool amo = n & 4, vse = n & 8, tge = n & 16, endse = n & 32, dse = n & 64, e3dse = n & 128;
        struct armvirt_pe pe = in_world(NONSECURE, el, false);
        bool virtual = el < 2 && amo && !tge;
        bool want = virtual ? vse : el != 3 && e3dse && endse && dse;

        if (el == 1 && tge) {
            continue;
        }
        set_field(&pe.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E3DSE, e3dse);
        pe.vmsa.hcr_el2 |= (amo ? HCR(AMO) : 0) | (vse ? HCR(VSE) : 0) | (tge ? HCR(TGE) : 0);
        pe.vmsa.scr_el3 |= (endse ? SCR(ENDSE) : 0) | (dse ? SCR(DSE) : 0);
        armvirt_debug_halt(&pe, STATUS(HLT));
        assert_int_equal((pe.edscr & EDSCR(A)) != 0, want);
    }
}

/* EDSCR.RW: levels that are not there are as wide as those below. */
static void J1_3_1_EDSCR_RW_shows_the_widths(void **state)
{
    static const struct {
        uint64_t pstate;
        bool el1_a32, no_el2, no_el3;
        unsigned rw;
    } rows[] = {
        {0x05, false, false, false, 0xf}, {0x13, true, false, false, 0xc},
        {0x10, true, false, false, 0xc},  {0x10, false, false, false, 0xe},
        {0x13, true, true, false, 0x8},   {0x13, true, true, true, 0x0},
        {0x05, false, true, true, 0xf},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct armvirt_pe pe = in_world(NONSECURE, 1, false);

        pe.pstate = rows[i].pstate;
        if (rows[i].no_el2) {
            set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0);
            pe.vmsa.scr_el3 &= rows[i].el1_a32 ? ~SCR(RW) : UINT64_MAX;
        }
        if (rows[i].no_el3) {
            set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
            pe.top_aarch32 = rows[i].el1_a32;
        }
        pe.vmsa.hcr_el2 &= rows[i].el1_a32 ? ~HCR(RW) : UINT64_MAX;
        armvirt_debug_halt(&pe, STATUS(HLT));
        assert_int_equal(ARMVIRT_GET(ARMVIRT_EDSCR_RW, pe.edscr), rows[i].rw);
    }
}

/* ---- DCPS and DRPS ------------------------------------------------------------------------ */

/* Table H2-2, for AArch64: target of DCPS1 to DCPS3 at EL0 to EL3; '-' UNDEFINED. */
static void H2_2_targets_of_DCPS(void **state)
{
    static const char *const table[4] = {"123", "123", "223", "333"};

    (void)state;
    for (unsigned n = 0; n < 4 * 3 * 4; n++) {
        unsigned el = n % 4, number = n / 4 % 3 + 1;
        bool tge = n / 12 & 1, shut = (n / 24 & 1) != 0;
        struct armvirt_pe pe = halted_at(el);
        struct armvirt_exception exc;
        char want = table[el][number - 1];

        if ((el == 1 && tge) || (el == 3 && shut)) {
            continue;
        }
        pe.vmsa.hcr_el2 |= tge ? HCR(TGE) : 0;
        pe.edscr |= shut ? EDSCR(SDD) : 0;
        if ((number == 1 && el == 0 && tge) || (number == 3 && shut)) {
            want = '-';
        }
        if (want == '-') {
            assert_int_equal(armvirt_debug_dcps(&pe, number, &exc), ARMVIRT_FAULT);
            assert_int_equal(exc.esr >> 26, EC(UNKNOWN));
            continue;
        }
        assert_int_equal(armvirt_debug_dcps(&pe, number, &exc), ARMVIRT_OK);
        assert_int_equal(pe.pstate & 0x1f, at_el((unsigned)(want - '0')));
        assert_int_equal(ARMVIRT_GET(ARMVIRT_EDSCR_EL, pe.edscr), (unsigned)(want - '0'));
        assert_int_equal(pe.pc, PC);
    }
}

static void DCPS2_in_Secure_state_needs_Secure_EL2(void **state)
{
    struct armvirt_pe pe = in_world(SECURE, 1, false);
    struct armvirt_exception exc;

    (void)state;
    assert_int_equal(armvirt_debug_dcps(&pe, 1, &exc), ARMVIRT_FAULT); /* not halted */
    pe.debug_enables = ALL_STATES;
    armvirt_debug_halt(&pe, STATUS(HLT));
    pe.vmsa.scr_el3 &= ~SCR(EEL2);
    assert_int_equal(armvirt_debug_dcps(&pe, 2, &exc), ARMVIRT_FAULT);
    pe.vmsa.scr_el3 |= SCR(EEL2);
    assert_int_equal(armvirt_debug_dcps(&pe, 2, &exc), ARMVIRT_OK);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0);
    pe.pstate = at_el(1);
    assert_int_equal(armvirt_debug_dcps(&pe, 2, &exc), ARMVIRT_FAULT);
}

static void DCPS_changes_PAN_UAO_TCO_EXLOCK_UINJ(void **state)
{
    struct armvirt_pe pe = halted_at(0);
    struct armvirt_exception exc;

    (void)state;
    pe.pstate = PS(UAO) | PS(EXLOCK) | PS(UINJ) | PS(DIT) | PS(N);
    pe.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_SPAN;
    (void)armvirt_debug_dcps(&pe, 1, &exc);
    assert_int_equal(pe.pstate, at_el(1) | PS(PAN) | PS(TCO) | PS(DIT) | PS(N));
}

static void DCPS_in_AArch32_state(void **state)
{
    struct armvirt_exception exc;
    struct armvirt_pe pe;

    (void)state;
    pe = in_world(NONSECURE, 0, false);
    pe.debug_enables = ALL_STATES;
    pe.top_aarch32 = true;
    pe.pstate = a32_at_el(0) | PS(PAN);
    pe.vmsa.sctlr_el3 = ARMVIRT_SCTLR_EE;
    armvirt_debug_halt(&pe, STATUS(HLT));
    assert_int_equal(armvirt_debug_dcps(&pe, 3, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, a32_at_el(3) | PSA(E)); /* PAN: from Non-secure state */
    pe.vmsa.sctlr_el3 = 0;
    assert_int_equal(armvirt_debug_dcps(&pe, 3, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, a32_at_el(3) | PS(PAN));
    assert_int_equal(pe.vmsa.scr_el3 & SCR(NS), 0);
    pe.vmsa.scr_el3 |= SCR(NS);
    pe.pstate = a32_at_el(1);
    assert_int_equal(armvirt_debug_dcps(&pe, 2, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, a32_at_el(2));
    pe = halted_at(0);
    pe.pstate = a32_at_el(0); /* to an AArch64 EL1 */
    assert_int_equal(armvirt_debug_dcps(&pe, 1, &exc), ARMVIRT_OK);
    assert_int_equal(armvirt_pe_el(&pe), 1);
    assert_int_equal(pe.pstate & 0x1f, at_el(1));
}

/* J1.3.1 DCPSInstruction: PAN of AArch32 modes, by SCTLR of the Security state. */
static void DCPS_sets_PAN_of_AArch32_modes_by_SPAN(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 32; n++) {
        bool secure = n & 1, span = n & 2, has_pan = n & 4, pan = n & 8, to_mon = n & 16, want;
        struct armvirt_pe pe = in_world(secure ? SECURE : NONSECURE, 0, false);
        struct armvirt_exception exc;

        pe.top_aarch32 = true;
        pe.debug_enables = ALL_STATES;
        set_field(&pe.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, has_pan);
        pe.vmsa.sctlr_el1 = secure || span ? ARMVIRT_SCTLR_SPAN : 0;
        pe.vmsa.sctlr_el3 = !secure || span ? ARMVIRT_SCTLR_SPAN : 0;
        pe.pstate = a32_at_el(0) | (pan ? PS(PAN) : 0);
        armvirt_debug_halt(&pe, STATUS(HLT));
        assert_int_equal(armvirt_debug_dcps(&pe, to_mon ? 3 : 1, &exc), ARMVIRT_OK);
        want = to_mon && !secure ? false : (has_pan && !span) || pan;
        assert_int_equal((pe.pstate & PS(PAN)) != 0, want);
        assert_int_equal(pe.pstate & 0x1f, to_mon ? 0x16 : 0x13);
    }
}

static void DRPS_restores_PSTATE_alone(void **state)
{
    struct armvirt_pe pe = halted_at(2);
    struct armvirt_exception exc;

    (void)state;
    pe.spsr_el[2] = at_el(1) | PS(PAN) | PS(SS);
    pe.elr_el[2] = 0x9999;
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, at_el(1) | PS(PAN));
    assert_int_equal(pe.pc, PC);
    assert_true(pe.halted);
    pe.spsr_el[1] = at_el(3);
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate & PS(IL), PS(IL));
    pe.pstate = at_el(0);
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_FAULT);
    pe.pstate = at_el(1);
    pe.halted = false;
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_FAULT);
}

static void DRPS_of_AArch32_state_stays_in_T32(void **state)
{
    struct armvirt_pe pe = halted_at(1);
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.hcr_el2 &= ~HCR(RW);
    pe.pstate = a32_at_el(1);
    pe.spsr_el[1] = a32_at_el(0) | PSA(IT_7_2) | PSA(T);
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, a32_at_el(0) | PSA(T));
    pe = halted_at(2);
    pe.vmsa.scr_el3 &= ~SCR(RW);
    pe.pstate = a32_at_el(2);
    pe.spsr_el[2] = a32_at_el(1);
    assert_int_equal(armvirt_debug_drps(&pe, &exc), ARMVIRT_OK);
    assert_int_equal(pe.pstate, a32_at_el(1) | PSA(T));
}

/* ---- What happens in Debug state ---------------------------------------------------------- */

static void J1_1_1_an_exception_moves_and_sets_ERR(void **state)
{
    struct armvirt_pe pe = halted_at(1);
    struct armvirt_exception exc;

    (void)state;
    pe.pstate |= PS(I) | PS(SSBS) | PS(UAO);
    pe.elr_el[2] = pe.spsr_el[2] = 0x77;
    pe.gcscr_el[2] = ARMVIRT_GCSCR_EL1_EXLOCKEN;
    armvirt_exc_trap(&pe, 2, EC(SYSREG), 0x123, &exc);
    assert_int_equal(armvirt_exc_enter(&pe, &exc), ARMVIRT_EXC_SYNC_CONTEXT);
    assert_int_equal(pe.pstate, at_el(2) | PS(I) | PS(SSBS) | PS(TCO));
    assert_int_equal(pe.pc, PC);
    assert_int_equal(pe.elr_el[2], 0x77);
    assert_int_equal(pe.spsr_el[2], 0x77);
    assert_int_equal(pe.esr_el[2] & 0x1ffffff, 0x2000123 & 0x1ffffff);
    assert_int_equal(pe.edscr & EDSCR(ERR), EDSCR(ERR));
    assert_int_equal(ARMVIRT_GET(ARMVIRT_EDSCR_EL, pe.edscr), 2);
}

static void J1_2_1_an_exception_of_AArch32_state(void **state)
{
    struct armvirt_pe pe = halted_at(1);
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.hcr_el2 &= ~HCR(RW);
    pe.pstate = a32_at_el(0);
    armvirt_exc_raise(&pe, EC(UNKNOWN), 0, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pstate & 0x3f, 0x1b | PSA(T));
    assert_int_equal(pe.pc, PC);
    assert_int_equal(pe.edscr & EDSCR(ERR), EDSCR(ERR));
    pe.pstate = a32_at_el(0) | PSA(T);
    armvirt_exc_trap(&pe, 2, 3, 0, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pstate & 0x1f, at_el(2));
}

static void H2_4_7_nothing_interrupts(void **state)
{
    uint32_t all = ARMVIRT_LINE_IRQ | ARMVIRT_LINE_FIQ | ARMVIRT_LINE_SERROR;
    struct armvirt_exc_pending p;
    struct armvirt_exception exc;
    unsigned deferred;

    (void)state;
    for (unsigned el = 0; el < 4; el++) {
        struct armvirt_pe pe = halted_at(el);

        pe.vmsa.scr_el3 |= SCR(EA) | SCR(IRQ) | SCR(FIQ) | SCR(ENDSE) | SCR(DSE);
        pe.vmsa.hcr_el2 |= HCR(AMO) | HCR(IMO) | HCR(FMO) | HCR(VI) | HCR(VF) | HCR(VSE);
        armvirt_exc_pending(&pe, all, &p);
        assert_int_equal(p.takeable, 0);
        assert_true(p.wake);
        assert_int_equal(p.pending & 0xe, 0xe);
        assert_int_equal(armvirt_exc_esb(&pe, all, 0x11, &deferred, &exc), ARMVIRT_OK);
        assert_int_equal(deferred, el < 2   ? 1u << ARMVIRT_EXC_SERROR | 1u << ARMVIRT_EXC_VSERROR
                                   : el < 3 ? 1u << ARMVIRT_EXC_SERROR | 1u << ARMVIRT_EXC_DSERROR
                                            : 1u << ARMVIRT_EXC_SERROR);
    }
}

static enum armvirt_status run(struct armvirt_pe *pe, uint32_t word, struct armvirt_exception *exc)
{
    struct armvirt_insn insn;

    armvirt_insn_decode(word, &insn);
    return armvirt_exc_insn(pe, &insn, exc);
}

#define HLT   0xd4400000u
#define DCPS1 0xd4a00001u
#define DRPS  0xd6bf03e0u
#define SMC   0xd4000003u

static void C6_2_HLT_halts_where_HDE_is_set(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        struct armvirt_pe pe = in_world(NONSECURE, 1, false);
        struct armvirt_exception exc;
        bool halts = n == 3;

        pe.edscr = n & 1 ? EDSCR(HDE) : 0;
        pe.debug_enables = n & 2 ? ARMVIRT_DEBUG_NONSECURE : 0;
        pe.double_lock = n >> 2;
        assert_int_equal(run(&pe, HLT, &exc), ARMVIRT_FAULT);
        assert_int_equal(exc.halt, halts ? STATUS(HLT) : 0);
        assert_int_equal(exc.cause, ARMVIRT_EXC_CAUSE_EDSCR_HDE);
        assert_int_equal(armvirt_exc_enter(&pe, &exc) & ARMVIRT_EXC_SYNC_CONTEXT, 1);
        assert_int_equal(pe.halted, halts);
        if (halts) {
            assert_int_equal(pe.dlr_el0, PC);
            assert_int_equal(pe.edscr & EDSCR(STATUS), STATUS(HLT));
        }
    }
}

static void H2_4_2_instructions_of_Debug_state(void **state)
{
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);
    struct armvirt_exception exc;

    (void)state;
    assert_int_equal(run(&pe, DCPS1, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.cause, ARMVIRT_EXC_CAUSE_HALTED);
    assert_int_equal(run(&pe, DRPS, &exc), ARMVIRT_FAULT);
    assert_int_equal(run(&pe, 0xd4a00000, &exc), ARMVIRT_FAULT); /* DCPS0 is no instruction */
    pe.vmsa.scr_el3 |= SCR(SMD);
    pe = halted_at(1);
    pe.pc = 2; /* nothing is fetched */
    pe.pstate |= PS(BTYPE);
    assert_int_equal(run(&pe, DCPS1, &exc), ARMVIRT_OK);
    assert_int_equal(run(&pe, DRPS, &exc), ARMVIRT_OK);
    assert_int_equal(armvirt_exc_bti(&pe, &exc), ARMVIRT_OK);
    assert_int_equal(run(&pe, 0xd69f03e0, &exc), ARMVIRT_FAULT); /* ERET */
    assert_int_equal(exc.cause, ARMVIRT_EXC_CAUSE_HALTED);
    pe.vmsa.hcr_el2 |= HCR(TWI);
    assert_int_equal(run(&pe, 0xd503207f, &exc), ARMVIRT_OK); /* WFI does not wait */
    assert_int_equal(run(&pe, SMC, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.target_el, 3);
    pe.edscr |= EDSCR(SDD);
    assert_int_equal(run(&pe, SMC, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.target_el, 1);
    assert_int_equal(exc.cause, ARMVIRT_EXC_CAUSE_EDSCR_SDD);
}

/* J1.3.3 EL3SDDUndef: traps to EL3 of any kind. */
static void SDD_makes_traps_to_EL3_undefined(void **state)
{
    struct armvirt_sysreg_access access = {.reg = ARMVIRT_SYSREG(3, 0, 1, 0, 2)}; /* CPACR_EL1 */
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_view view;
    struct armvirt_exception exc;

    (void)state;
    for (unsigned shut = 0; shut < 2; shut++) {
        struct armvirt_pe pe = halted_at(1);

        pe.edscr |= shut ? EDSCR(SDD) : 0;
        pe.cptr_el3 |= ARMVIRT_CPTR_EL3_TCPAC | ARMVIRT_CPTR_EL3_TFP;
        armvirt_sysreg_view_init(&view, &pe);
        armvirt_sysreg_access(&view, &access, &verdict);
        assert_int_equal(verdict.kind, shut ? ARMVIRT_SYSREG_UNDEFINED : ARMVIRT_SYSREG_TRAP);
        armvirt_exc_trap(&pe, 3, EC(SYSREG), 0, &exc);
        assert_int_equal(exc.target_el, shut ? 1 : 3);
        assert_int_equal(run(&pe, 0x1e604000, &exc), ARMVIRT_FAULT); /* FMOV */
        assert_int_equal(exc.target_el, shut ? 1 : 3);
        assert_int_equal(exc.esr >> 26, shut ? EC(UNKNOWN) : EC(FP));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, J1_3_1_HaltingAllowed_by_Security_state);
    SUITE_ADD(&suite, H2_3_entry_saves_PC_and_PSTATE);
    SUITE_ADD(&suite, H2_3_entry_from_AArch32);
    SUITE_ADD(&suite, H2_4_4_SDD_on_entry);
    SUITE_ADD(&suite, H2_5_exit_is_a_return_by_DLR_and_DSPSR);
    SUITE_ADD(&suite, H2_5_an_illegal_exit_sets_IL);
    SUITE_ADD(&suite, R46_exit_begins_a_software_step);
    SUITE_ADD(&suite, J1_3_1_EDSCR_A_shows_a_pending_SError);
    SUITE_ADD(&suite, J1_3_1_EDSCR_RW_shows_the_widths);
    SUITE_ADD(&suite, H2_2_targets_of_DCPS);
    SUITE_ADD(&suite, DCPS2_in_Secure_state_needs_Secure_EL2);
    SUITE_ADD(&suite, DCPS_changes_PAN_UAO_TCO_EXLOCK_UINJ);
    SUITE_ADD(&suite, DCPS_in_AArch32_state);
    SUITE_ADD(&suite, DCPS_sets_PAN_of_AArch32_modes_by_SPAN);
    SUITE_ADD(&suite, DRPS_restores_PSTATE_alone);
    SUITE_ADD(&suite, DRPS_of_AArch32_state_stays_in_T32);
    SUITE_ADD(&suite, J1_1_1_an_exception_moves_and_sets_ERR);
    SUITE_ADD(&suite, J1_2_1_an_exception_of_AArch32_state);
    SUITE_ADD(&suite, H2_4_7_nothing_interrupts);
    SUITE_ADD(&suite, C6_2_HLT_halts_where_HDE_is_set);
    SUITE_ADD(&suite, H2_4_2_instructions_of_Debug_state);
    SUITE_ADD(&suite, SDD_makes_traps_to_EL3_undefined);
    return suite_run(&suite, "debug");
}
