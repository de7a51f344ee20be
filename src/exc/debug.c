/* SPDX-License-Identifier: MIT */
/*
 * Debug state and the events that lead there. DDI0487 H2.3 to H2.5, H3, J1.3.1 (Halt,
 * ExitDebugState, DCPSInstruction, DRPSInstruction, CheckExceptionCatch, UpdateEDSCRFields).
 */
#include <armvirt/debug.h>

#include "entry.h"
#include "sync.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/syndrome.h>

#define EDSCR(name) ((uint32_t)ARMVIRT_EDSCR_##name)
#define EDESR(name) ((uint32_t)ARMVIRT_EDESR_##name)

static void put(uint32_t *reg, uint32_t mask, uint32_t value)
{
    *reg = (*reg & ~mask) | (uint32_t)ARMVIRT_PUT(mask, value);
}

/* ---- EDSCR -------------------------------------------------------------------------------- */

/* One bit an Exception level, 1 for AArch64; levels that are not there follow those below. */
static uint32_t widths(const struct pe_view *v)
{
    uint32_t el1 = !v->a32[1], el0 = v->el == 0 ? !v->aarch32 : el1;
    uint32_t el2 = v->el2_enabled ? !v->a32[2] : el1;
    uint32_t el3 = v->el3 ? !v->a32[3] : el2;

    return el3 << 3 | el2 << 2 | el1 << 1 | el0;
}

/* {NSE, NS}: Secure 0b00, Non-secure 0b01, Root 0b10, Realm 0b11. */
static uint32_t security_state(const struct pe_view *v)
{
    bool rme = armvirt_pe_has(v->pe, PE_RME);

    if (v->el == 3) {
        return rme ? 2 : 0;
    }
    return (v->secure ? 0u : 1u) | (rme && (v->scr & ARMVIRT_SCR_EL3_NSE) ? 2u : 0);
}

static bool serror_is_shown(const struct pe_view *v)
{
    if (v->el < 2 && v->el2_enabled && !v->tge && (v->hcr & ARMVIRT_HCR_EL2_AMO)) {
        return (v->hcr & ARMVIRT_HCR_EL2_VSE) != 0;
    }
    return armvirt_pe_has(v->pe, PE_E3DSE) && v->el != 3 && (v->scr & ARMVIRT_SCR_EL3_ENDSE) &&
           (v->scr & ARMVIRT_SCR_EL3_DSE);
}

/* J1.3.1 UpdateEDSCRFields. Of a physical SError, A says nothing: the PE does not know its lines.
 */
static void update_edscr(struct armvirt_pe *pe)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    put(&pe->edscr, EDSCR(EL), v.halted ? v.el : 0);
    put(&pe->edscr, EDSCR(RW), v.halted ? widths(&v) : 15);
    put(&pe->edscr, EDSCR(A), v.halted && serror_is_shown(&v));
    if (v.halted) {
        put(&pe->edscr, EDSCR(NS), security_state(&v) & 1);
        put(&pe->edscr, EDSCR(NSE), security_state(&v) >> 1);
    } else {
        put(&pe->edscr, EDSCR(SDD), !armvirt_debugger_enabled(&v, 3));
    }
}

/* H2.4.4: EL3 is closed unless the debugger could have halted there, or came from it. */
static bool closes_el3(const struct pe_view *v)
{
    bool from = armvirt_pe_has(v->pe, PE_RME) ? v->el == 3 : v->el == 3 || v->secure;

    return !from && (!v->el3 || !armvirt_debugger_enabled(v, 3));
}

/* ---- Entry and exit ----------------------------------------------------------------------- */

bool armvirt_debug_allowed(const struct armvirt_pe *pe)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    return armvirt_halting_allowed(&v);
}

void armvirt_debug_halt(struct armvirt_pe *pe, unsigned status)
{
    struct pe_view v;
    uint64_t cleared = PS(IL) | PS(UINJ) | PS(PPEND);

    armvirt_pe_view(&v, pe);
    pe->dlr_el0 = v.aarch32 ? pe->pc & ARMVIRT_BITS(31, 0) : pe->pc;
    pe->dspsr_el0 = pe->pstate & armvirt_spsr_fields(pe, v.aarch32);
    if (!v.aarch32) {
        cleared |= PS(BTYPE) | PS(PACM);
    }
    pe->pstate = (pe->pstate & ~cleared) | (!v.aarch32 && armvirt_pe_has(pe, PE_MTE) ? PS(TCO) : 0);
    put(&pe->edscr, EDSCR(SDD), closes_el3(&v));
    pe->edscr = (pe->edscr | EDSCR(ITE)) & ~(EDSCR(ITO) | EDSCR(MA));
    put(&pe->edscr, EDSCR(STATUS), status);
    pe->halted = true;
    pe->insn_bytes = 0;
    update_edscr(pe);
}

enum armvirt_status armvirt_debug_exit(struct armvirt_pe *pe, struct armvirt_exc_return *result)
{
    struct pe_view v;
    enum armvirt_status status;

    *result = (struct armvirt_exc_return){.effects = ARMVIRT_EXC_SYNC_CONTEXT};
    if (!pe->halted) {
        return ARMVIRT_E_INVAL;
    }
    pe->halted = false;
    pe->edesr &= ~(EDESR(SS) | EDESR(RC) | EDESR(OSUC) |
                   (armvirt_pe_has(pe, PE_DEBUG_V8P8) ? EDESR(EC) : 0));
    armvirt_pe_view(&v, pe);
    status = armvirt_restore(pe, &v, pe->dlr_el0, pe->dspsr_el0, true, result);
    put(&pe->edscr, EDSCR(STATUS), ARMVIRT_EDSCR_STATUS_NON_DEBUG);
    update_edscr(pe);
    return status;
}

/* ---- Exceptions --------------------------------------------------------------------------- */

/* PSTATE.{SS, D, A, I, F, SSBS, PM} are UNKNOWN and ALLINT is not named: all stay. */
static void enter_aarch64(struct armvirt_pe *pe, const struct pe_view *v,
                          const struct armvirt_exception *exc)
{
    uint64_t stay = PS_DAIF | PS(SS) | PS(SSBS) | PS(PM) | PS(ALLINT);
    uint64_t before = v->aarch32 ? 0 : pe->pstate & armvirt_spsr_fields(pe, false);
    uint64_t pstate = armvirt_pstate_on_entry(v, exc->target_el) & ~PS(EXLOCK);

    if (armvirt_has_syndrome(exc)) {
        armvirt_report(pe, exc);
    }
    pe->pstate = v->aarch32 ? pstate : (pstate & ~stay) | (before & stay);
}

/* T32 is all that AArch32 state executes there. R14 and SPSR are UNKNOWN: as if it were none. */
static void enter_aarch32(struct armvirt_pe *pe, const struct pe_view *v,
                          const struct armvirt_exception *exc)
{
    uint64_t pc = pe->pc;

    armvirt_enter_aarch32(pe, v, exc);
    pe->pstate |= PSA(T);
    pe->pc = pc;
}

void armvirt_enter_in_debug_state(struct armvirt_pe *pe, const struct pe_view *v,
                                  const struct armvirt_exception *exc)
{
    if (v->a32[exc->target_el]) {
        enter_aarch32(pe, v, exc);
    } else {
        enter_aarch64(pe, v, exc);
    }
    pe->edscr |= EDSCR(ERR);
    update_edscr(pe);
}

/* ---- DCPS and DRPS ------------------------------------------------------------------------ */

static enum armvirt_status undefined(const struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    armvirt_exc_raise(pe, ARMVIRT_ESR_ELX_EC_UNKNOWN, 0, exc);
    return ARMVIRT_FAULT;
}

/* Table H2-2: the level that DCPS goes to; 0: UNDEFINED. */
static unsigned dcps_target(const struct pe_view *v, unsigned number)
{
    bool a64_el3 = v->el == 3 && !v->aarch32;

    switch (number) {
    case 1:
        if (v->el == 2 || a64_el3) {
            return v->el;
        }
        return v->tge ? 0 : 1;
    case 2:
        if (!armvirt_pe_has(v->pe, PE_EL2)) {
            return 0;
        }
        return a64_el3 ? 3 : v->el2_enabled ? 2 : 0;
    default:
        return v->el3 && !v->el3_shut ? 3 : 0;
    }
}

static void dcps_to_aarch64(struct armvirt_pe *pe, const struct pe_view *v, unsigned target)
{
    uint64_t cleared = PS_EL | PS(UAO) | PS(EXLOCK) | PS(UINJ);
    uint64_t entered = armvirt_pstate_on_entry(v, target);

    if (v->aarch32) {
        pe->pstate = entered & ~PS(EXLOCK);
        return;
    }
    pe->pstate = (pe->pstate & ~cleared) | ARMVIRT_PUT(PS_EL, target) | PS_SP |
                 (entered & (PS(PAN) | PS(TCO)));
}

/* Monitor mode entered from Non-secure state has no PAN; Hyp mode leaves it; else SCTLR.SPAN. */
static uint64_t dcps_pan(const struct pe_view *v, unsigned target, uint64_t sctlr)
{
    if (target == 3 && v->el != 3 && !v->secure) {
        return 0;
    }
    if (target != 2 && armvirt_pe_has(v->pe, PE_PAN) && !(sctlr & ARMVIRT_SCTLR_SPAN)) {
        return PS(PAN);
    }
    return v->pe->pstate & PS(PAN);
}

static void dcps_to_aarch32(struct armvirt_pe *pe, const struct pe_view *v, unsigned target)
{
    static const uint8_t modes[4] = {0, MODE_SVC, MODE_HYP, MODE_MON};
    bool secure_bank = target == 3 || (target == 1 && v->a32[3] && v->secure && v->el3);
    uint64_t sctlr = armvirt_sctlr(pe, secure_bank ? 3 : target);
    uint64_t pan = dcps_pan(v, target, sctlr);

    if ((pe->pstate & PS_MODE) == MODE_MON) {
        pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    }
    pe->pstate = (pe->pstate & ~(PS_MODE | PS(PAN) | PSA(E))) | modes[target] | pan |
                 (sctlr & ARMVIRT_SCTLR_EE ? PSA(E) : 0);
}

enum armvirt_status armvirt_debug_dcps(struct armvirt_pe *pe, unsigned target_el,
                                       struct armvirt_exception *exc)
{
    struct pe_view v;
    unsigned target;

    armvirt_pe_view(&v, pe);
    target = v.halted ? dcps_target(&v, target_el) : 0;
    if (!target) {
        return undefined(pe, exc);
    }
    if (v.a32[target] && v.aarch32) {
        dcps_to_aarch32(pe, &v, target);
    } else {
        dcps_to_aarch64(pe, &v, target);
    }
    update_edscr(pe);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_debug_drps(struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    struct armvirt_exc_return result = {0};
    struct pe_view v;
    uint64_t pc = pe->pc, spsr;

    armvirt_pe_view(&v, pe);
    if (!v.halted || v.el == 0) {
        return undefined(pe, exc);
    }
    spsr = !v.aarch32 ? pe->spsr_el[v.el]
           : v.el == 2
               ? armvirt_a32_pstate((uint32_t)pe->spsr_el[2])
               : armvirt_a32_pstate((uint32_t)*armvirt_a32_spsr_of(pe, pe->pstate & PS_MODE));
    (void)armvirt_restore(pe, &v, pc, spsr, false, &result);
    if (pe->pstate & PS_AARCH32) {
        pe->pstate = (pe->pstate & ~(PSA(IT_7_2) | PSA(IT_1_0))) | PSA(T);
    }
    pe->pc = pc;
    update_edscr(pe);
    return ARMVIRT_OK;
}

/* ---- Halting debug events ----------------------------------------------------------------- */

/* The two bits of EDECCR for an Exception level: bit 0 (entry and, alone, return), bit 1. */
static unsigned catch_control(const struct pe_view *v, uint32_t edeccr)
{
    bool realm = v->el != 3 && (security_state(v) == 3);
    unsigned base = realm ? 16 : v->el != 3 && !v->secure ? 4 : 0;
    unsigned low = base + v->el, high = low + (realm ? 4 : 8);

    return (edeccr >> low & 1) | (edeccr >> high & 1) << 1;
}

/* 0b01 both, 0b10 returns, 0b11 entries; before FEAT_Debugv8p2 the low bit alone. */
static bool is_caught(const struct pe_view *v, bool entry)
{
    unsigned control = catch_control(v, v->pe->edeccr);

    if (!armvirt_pe_has(v->pe, PE_DEBUG_V8P2)) {
        return control & 1;
    }
    return control == 1 || (control == 2 && !entry) || (control == 3 && entry);
}

bool armvirt_debug_exception_catch(struct armvirt_pe *pe, bool entry)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    if (!armvirt_halting_allowed(&v) || !is_caught(&v, entry)) {
        return false;
    }
    if (entry && armvirt_pe_has(pe, PE_DEBUG_V8P8)) {
        pe->edesr |= EDESR(EC);
        return false;
    }
    return true;
}

/* In the order of D1.4.5.6; OS Unlock Catch is asynchronous and comes where we like. */
unsigned armvirt_debug_event(const struct armvirt_pe *pe, bool stepped, bool load_exclusive)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    if (!armvirt_halting_allowed(&v)) {
        return 0;
    }
    if (pe->edesr & EDESR(RC)) {
        return ARMVIRT_EDSCR_STATUS_RESET_CATCH;
    }
    if (armvirt_pe_has(pe, PE_DEBUG_V8P8) && (pe->edesr & EDESR(EC))) {
        return ARMVIRT_EDSCR_STATUS_EXCEPTION_CATCH;
    }
    if (pe->edesr & EDESR(OSUC)) {
        return ARMVIRT_EDSCR_STATUS_OS_UNLOCK_CATCH;
    }
    if ((pe->edecr & ARMVIRT_EDECR_SS) && (pe->edesr & EDESR(SS))) {
        return !stepped         ? ARMVIRT_EDSCR_STATUS_STEP_NO_SYNDROME
               : load_exclusive ? ARMVIRT_EDSCR_STATUS_STEP_EXCLUSIVE
                                : ARMVIRT_EDSCR_STATUS_STEP_NORMAL;
    }
    return 0;
}
