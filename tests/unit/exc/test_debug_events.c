/* SPDX-License-Identifier: MIT */
/*
 * What halts a PE, or keeps interrupts from it: software access, breakpoints, Exception Catch,
 * EDSCR.INTdis; and the registers that only a debugger reaches. DDI0487 H3, H9.2.
 */
#include "debug_bench.h"

/* ---- Registers ---------------------------------------------------------------------------- */

static unsigned kind_of(const struct armvirt_pe *pe, uint32_t reg, bool write)
{
    struct armvirt_sysreg_access access = {.reg = reg, .write = write};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_view view;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    return verdict.kind;
}

static void J1_3_1_software_access_halts(void **state)
{
    static const struct {
        uint32_t reg;
        bool trace;
    } rows[] = {
        {ARMVIRT_SYSREG(2, 0, 0, 0, 4), false}, {ARMVIRT_SYSREG(2, 0, 0, 0, 5), false},
        {ARMVIRT_SYSREG(2, 0, 0, 0, 6), false}, {ARMVIRT_SYSREG(2, 0, 0, 0, 7), false},
        {ARMVIRT_SYSREG(3, 0, 9, 11, 0), true}, /* TRBLIMITR_EL1 */
        {ARMVIRT_SYSREG(2, 1, 0, 4, 0), true},  /* TRCCONFIGR */
    };

    (void)state;
    for (unsigned n = 0; n < sizeof(rows) / sizeof(rows[0]) * 3; n++) {
        struct armvirt_pe pe = in_world(NONSECURE, n % 3 + 1, false);
        struct armvirt_exception exc;
        struct armvirt_sysreg_verdict verdict = {.kind = ARMVIRT_SYSREG_HALT};
        uint32_t reg = rows[n / 3].reg;
        bool trace = rows[n / 3].trace;

        pe.id_aa64dfr0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_TRACEBUFFER, 1) |
                              ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_TRACEVER, 1) |
                              ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_EXTTRCBUFF, 1);
        pe.mdcr_el3 = ARMVIRT_MDCR_EL3_NSTB;
        pe.mdcr_el2 = ARMVIRT_MDCR_EL2_E2TB;
        pe.debug_enables = ALL_STATES;
        assert_int_equal(kind_of(&pe, reg, true), ARMVIRT_SYSREG_DONE);
        pe.edscr = trace ? 0 : EDSCR(TDA);
        pe.edscr2 = trace ? (uint32_t)ARMVIRT_EDSCR2_TTA : 0;
        assert_int_equal(kind_of(&pe, reg, true), ARMVIRT_SYSREG_HALT);
        assert_int_equal(kind_of(&pe, reg, false), ARMVIRT_SYSREG_HALT);
        pe.os_lock = true;
        assert_int_equal(kind_of(&pe, reg, true), ARMVIRT_SYSREG_DONE);
        pe.os_lock = false;
        pe.debug_enables = 0;
        assert_int_equal(kind_of(&pe, reg, true), ARMVIRT_SYSREG_DONE);
        pe.debug_enables = ALL_STATES;
        set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_EXTTRCBUFF, 0);
        assert_int_equal(kind_of(&pe, reg, true),
                         trace ? ARMVIRT_SYSREG_DONE : ARMVIRT_SYSREG_HALT);
        armvirt_sysreg_exception(&pe, &verdict, &exc);
        armvirt_exc_enter(&pe, &exc);
        assert_true(pe.halted);
        assert_int_equal(pe.edscr & EDSCR(STATUS), STATUS(SOFTWARE_ACCESS));
    }
}

static void H2_4_5_the_debugger_reaches_DTR_DLR_DSPSR(void **state)
{
    static const uint32_t dtr[] = {ARMVIRT_SYSREG(2, 3, 0, 4, 0), ARMVIRT_SYSREG(2, 3, 0, 5, 0)};
    static const uint32_t saved[] = {ARMVIRT_SYSREG(3, 3, 4, 5, 0), ARMVIRT_SYSREG(3, 3, 4, 5, 1)};

    (void)state;
    for (unsigned el = 0; el < 4; el++) {
        for (unsigned i = 0; i < 2; i++) {
            struct armvirt_pe pe = in_world(NONSECURE, el, false);

            pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_TDCC;
            pe.mdcr_el3 = ARMVIRT_MDCR_EL3_TDA;
            assert_int_equal(kind_of(&pe, dtr[i], false),
                             el == 3 ? ARMVIRT_SYSREG_DONE : ARMVIRT_SYSREG_TRAP);
            assert_int_equal(kind_of(&pe, saved[i], true), ARMVIRT_SYSREG_UNDEFINED);
            pe.halted = true;
            assert_int_equal(kind_of(&pe, dtr[i], false), ARMVIRT_SYSREG_DONE);
            assert_int_equal(kind_of(&pe, saved[i], true), ARMVIRT_SYSREG_DONE);
        }
    }
}

/* D24.9.1: what SCR_EL3.EA routes to EL3 leaves nothing in DISR_EL1, but for a debugger. */
static void D24_9_1_DISR_is_zero_below_EL3(void **state)
{
    uint32_t disr = ARMVIRT_SYSREG(3, 0, 12, 1, 1);

    (void)state;
    for (unsigned n = 0; n < 12; n++) {
        unsigned el = n % 3 + 1;
        struct armvirt_pe pe = in_world(NONSECURE, el, false);
        bool ea = n / 3 & 1, halted = n / 6 != 0;

        pe.vmsa.scr_el3 |= ea ? SCR(EA) : 0;
        pe.halted = halted;
        for (unsigned write = 0; write < 2; write++) {
            assert_int_equal(kind_of(&pe, disr, write),
                             el != 3 && ea && !halted ? ARMVIRT_SYSREG_NOP : ARMVIRT_SYSREG_DONE);
        }
    }
}

/* ---- Breakpoints, watchpoints, aborts ----------------------------------------------------- */

static void J1_3_1_breakpoints_halt_where_HDE_is_set(void **state)
{
    static const struct {
        unsigned ec, status;
    } rows[] = {
        {0x30, ARMVIRT_EDSCR_STATUS_BREAKPOINT},
        {0x31, ARMVIRT_EDSCR_STATUS_BREAKPOINT},
        {0x34, ARMVIRT_EDSCR_STATUS_WATCHPOINT},
        {0x35, ARMVIRT_EDSCR_STATUS_WATCHPOINT},
        {0x3c, 0},
        {0x32, 0},
    };

    (void)state;
    for (unsigned n = 0; n < sizeof(rows) / sizeof(rows[0]) * 8; n++) {
        struct armvirt_pe pe = in_world(NONSECURE, 1, false);
        struct armvirt_exception exc;
        bool hde = n & 1, enabled = n & 2, locked = n & 4;

        pe.edscr = hde ? EDSCR(HDE) : 0;
        pe.debug_enables = enabled ? ARMVIRT_DEBUG_NONSECURE : 0;
        pe.os_lock = locked;
        armvirt_exc_raise(&pe, rows[n / 8].ec, 0x22, &exc);
        assert_int_equal(exc.halt, hde && enabled && !locked ? rows[n / 8].status : 0);
    }
}

/* From EL1, too, memory of VNCR_EL2 is as if accessed at EL2: EC 0x35. */
static void J1_1_2_watchpoint_on_memory_of_VNCR_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool tde = n & 1, vncr = n & 2;
        unsigned el = n & 4 ? 1 : 0;
        struct armvirt_pe pe = in_world(NONSECURE, el, false);
        struct armvirt_exception exc;

        set_field(&pe.mdcr_el2, ARMVIRT_MDCR_EL2_TDE, tde);
        armvirt_exc_raise(&pe, 0x34, 0x22 | (vncr ? ARMVIRT_ISS_WATCHPOINT_VNCR : 0), &exc);
        assert_int_equal(exc.target_el, tde ? 2 : 1);
        assert_int_equal(exc.esr >> 26, vncr || exc.target_el == el ? 0x35 : 0x34);
    }
}

/* J1.3.3 EffectiveEA, ReportAsGPCException. */
static void R52_R38_aborts_of_Debug_state(void **state)
{
    struct armvirt_access access = {.va = 0x1000, .kind = ARMVIRT_READ};
    struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL};
    struct armvirt_regime regime;
    struct armvirt_exception exc;

    (void)state;
    for (unsigned halted = 0; halted < 2; halted++) {
        struct armvirt_pe pe = halted_at(1);

        pe.halted = halted;
        pe.vmsa.scr_el3 |= SCR(EA);
        assert_int_equal(armvirt_regime_init(&regime, &pe.vmsa, 1), ARMVIRT_OK);
        fault.type = ARMVIRT_FAULT_EXTERNAL;
        fault.gpcf = 0;
        armvirt_exc_abort(&pe, &regime, NULL, &access, &fault, &exc);
        assert_int_equal(exc.target_el, halted ? 1 : 3);
        fault.type = ARMVIRT_FAULT_GPC_ON_OUTPUT;
        fault.gpcf = ARMVIRT_GPCF_WALK;
        pe.edscr |= EDSCR(SDD);
        armvirt_exc_abort(&pe, &regime, NULL, &access, &fault, &exc);
        assert_int_equal(exc.target_el, halted ? 1 : 3);
        assert_int_equal(exc.esr >> 26, halted ? 0x25 : 0x1e);
    }
}

/* ---- INTdis ------------------------------------------------------------------------------- */

/* H9.2.45: what EDSCR.INTdis masks, by version, target and its Security state. */
static void H9_2_45_INTdis_masks_interrupts(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4 * 2 * 2 * 3 * 4; n++) {
        unsigned intdis = n & 3, target = n / 16 % 3 + 1, enables = n / 48;
        bool v8p4 = n >> 2 & 1, secure = n >> 3 & 1, want;
        bool enabled = (enables & 1) && (secure || target == 3 ? (enables & 2) != 0 : true);
        struct armvirt_pe pe = in_world(secure ? SECURE : NONSECURE, target, false);
        struct armvirt_exc_pending p;

        if (!v8p4) {
            set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_DEBUGVER, 6);
        }
        pe.debug_enables = (uint8_t)enables;
        pe.edscr = intdis << 22;
        pe.vmsa.hcr_el2 |= target == 2 ? HCR(IMO) | HCR(AMO) : 0;
        pe.vmsa.scr_el3 |= target == 3 ? SCR(IRQ) | SCR(EA) : 0;
        want = enabled && (v8p4 ? intdis & 1 : intdis >= (target == 1 && secure ? 2u : target));
        armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ | ARMVIRT_LINE_SERROR, &p);
        assert_int_equal(p.takeable, want ? 0 : 1u << ARMVIRT_EXC_IRQ | 1u << ARMVIRT_EXC_SERROR);
        assert_true(p.wake);
    }
}

/* PhysicalSErrorTarget: SCR_EL3.TMEA takes to EL3 what INTdis keeps from EL1 and EL2. */
static void INTdis_gives_way_to_TMEA(void **state)
{
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);
    struct armvirt_exc_pending p;

    (void)state;
    pe.edscr = 1u << 22;
    pe.debug_enables = ARMVIRT_DEBUG_NONSECURE;
    pe.vmsa.hcr_el2 |= HCR(AMO) | HCR(VSE);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_SERROR, &p);
    assert_int_equal(p.takeable, 0);
    pe.vmsa.scr_el3 |= SCR(TMEA);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_SERROR, &p);
    assert_int_equal(p.target_el[ARMVIRT_EXC_SERROR], 3);
}

/* ---- Halting debug events ----------------------------------------------------------------- */

/* EDECCR: the two bits of each level of each Security state (H9.2.27). */
static void H3_3_exception_catch(void **state)
{
    (void)state;
    for (unsigned n = 0; n < WORLDS * 4 * 4 * 2 * 3; n++) {
        enum world world = (enum world)(n % WORLDS);
        unsigned el = n / WORLDS % 4, control = n / (WORLDS * 4) % 4;
        bool entry = n / (WORLDS * 16) % 2 != 0, want;
        unsigned version = n / (WORLDS * 32);
        struct armvirt_pe pe = in_world(world, el, true);
        unsigned base = world == REALM && el != 3 ? 16 : world == NONSECURE && el != 3 ? 4 : 0;
        unsigned gap = world == REALM && el != 3 ? 4 : 8;

        pe.debug_enables = ALL_STATES;
        set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_DEBUGVER,
                  version == 0   ? 6
                  : version == 1 ? 9
                                 : 10);
        pe.edeccr = (control & 1) << (base + el) | (control >> 1) << (base + el + gap);
        want = version == 0 ? (control & 1) != 0 : control == 1 || control == (entry ? 3u : 2u);
        assert_int_equal(armvirt_debug_exception_catch(&pe, entry),
                         want && !(version == 2 && entry));
        assert_int_equal(pe.edesr, want && version == 2 && entry ? ARMVIRT_EDESR_EC : 0);
        assert_int_equal(armvirt_debug_event(&pe, false, false),
                         want && version == 2 && entry ? STATUS(EXCEPTION_CATCH) : 0);
        pe.debug_enables = 0;
        assert_false(armvirt_debug_exception_catch(&pe, entry));
    }
}

static void D1_4_5_6_the_order_of_halting_events(void **state)
{
    static const struct {
        uint32_t pending;
        unsigned status;
    } rows[] = {
        {ARMVIRT_EDESR_RC, ARMVIRT_EDSCR_STATUS_RESET_CATCH},
        {ARMVIRT_EDESR_EC, ARMVIRT_EDSCR_STATUS_EXCEPTION_CATCH},
        {ARMVIRT_EDESR_OSUC, ARMVIRT_EDSCR_STATUS_OS_UNLOCK_CATCH},
        {ARMVIRT_EDESR_SS, ARMVIRT_EDSCR_STATUS_STEP_NORMAL},
    };
    struct armvirt_pe pe = in_world(NONSECURE, 1, false);

    (void)state;
    pe.debug_enables = ALL_STATES;
    pe.edesr = 0xf;
    pe.edecr = ARMVIRT_EDECR_SS;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(armvirt_debug_event(&pe, true, false), rows[i].status);
        pe.edesr &= ~rows[i].pending;
    }
    assert_int_equal(armvirt_debug_event(&pe, true, false), 0);
    pe.edesr = ARMVIRT_EDESR_SS;
    assert_int_equal(armvirt_debug_event(&pe, false, false), STATUS(STEP_NO_SYNDROME));
    assert_int_equal(armvirt_debug_event(&pe, true, true), STATUS(STEP_EXCLUSIVE));
    pe.edecr = 0;
    assert_int_equal(armvirt_debug_event(&pe, true, true), 0);
    pe.edesr = 0xf;
    pe.halted = true;
    assert_int_equal(armvirt_debug_event(&pe, true, true), 0);
}

/* H3.2: what an instruction, an exception or a return makes of EDESR.SS. EL3 may halt or not. */
static void H3_2_the_halting_step_state_machine(void **state)
{
    enum { COMPLETES, RETURNS, SVC, SMC, ABORT_TO_EL3, KINDS };

    (void)state;
    for (unsigned n = 0; n < KINDS * 8; n++) {
        unsigned kind = n % KINDS;
        bool stepping = n / KINDS & 1, allowed = n / KINDS & 2, el3_allowed = n / KINDS & 4;
        struct armvirt_pe pe = in_world(NONSECURE, 1, false);
        struct armvirt_exc_return ret;
        struct armvirt_exception exc;
        bool want = stepping && allowed && (kind != ABORT_TO_EL3 || el3_allowed);

        pe.edecr = stepping ? (uint32_t)ARMVIRT_EDECR_SS : 0;
        pe.debug_enables = (uint8_t)((allowed ? ARMVIRT_DEBUG_NONSECURE : 0) |
                                     (el3_allowed ? ARMVIRT_DEBUG_SECURE : 0));
        if (kind == COMPLETES) {
            armvirt_exc_completed(&pe);
        } else if (kind == RETURNS) {
            (void)armvirt_exc_return(&pe, &ret);
        } else {
            if (kind == ABORT_TO_EL3) {
                armvirt_exc_trap(&pe, 3, EC(SYSREG), 0, &exc);
            } else {
                armvirt_exc_raise(&pe, kind == SVC ? EC(SVC64) : EC(SMC64), 0, &exc);
            }
            armvirt_exc_enter(&pe, &exc);
        }
        assert_int_equal(pe.edesr, want ? ARMVIRT_EDESR_SS : 0);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, J1_3_1_software_access_halts);
    SUITE_ADD(&suite, H2_4_5_the_debugger_reaches_DTR_DLR_DSPSR);
    SUITE_ADD(&suite, D24_9_1_DISR_is_zero_below_EL3);
    SUITE_ADD(&suite, J1_3_1_breakpoints_halt_where_HDE_is_set);
    SUITE_ADD(&suite, J1_1_2_watchpoint_on_memory_of_VNCR_EL2);
    SUITE_ADD(&suite, R52_R38_aborts_of_Debug_state);
    SUITE_ADD(&suite, H9_2_45_INTdis_masks_interrupts);
    SUITE_ADD(&suite, INTdis_gives_way_to_TMEA);
    SUITE_ADD(&suite, H3_3_exception_catch);
    SUITE_ADD(&suite, D1_4_5_6_the_order_of_halting_events);
    SUITE_ADD(&suite, H3_2_the_halting_step_state_machine);
    return suite_run(&suite, "debug_events");
}
