/* SPDX-License-Identifier: MIT */
/*
 * Exception entry to AArch64 state. DDI0487 D1.4.1.6 (vectors), D1.4.2 (entry), J1.1.2
 * (AArch64.TakeException, AArch64.ReportException).
 */
#include "entry.h"

#include <armvirt/debug.h>
#include <armvirt/regs/syndrome.h>

/* The offsets of R_RYXCL. */
enum {
    VECTOR_IRQ = 0x80,
    VECTOR_FIQ = 0x100,
    VECTOR_SERROR = 0x180,
    VECTOR_SPX = 0x200,
    VECTOR_LOWER_A64 = 0x400,
    VECTOR_LOWER_A32 = 0x600,
};

/* ---- Vector ------------------------------------------------------------------------------- */

/* R1, R2: the width is that of the level below the target, not of the level that was left. */
static bool lower_is_aarch32(const struct pe_view *v, unsigned target)
{
    if (target == 3) {
        return v->el2_enabled ? v->a32[2] : v->a32[1];
    }
    if (target == 2 && v->el == 0 && v->in_host) {
        return v->a32[0];
    }
    return v->a32[target - 1];
}

/* R3: at one Exception level the stack pointer in use decides. */
static unsigned vector_row(const struct pe_view *v, unsigned target)
{
    if (target > v->el) {
        return lower_is_aarch32(v, target) ? VECTOR_LOWER_A32 : VECTOR_LOWER_A64;
    }
    return v->pe->pstate & PS_SP ? VECTOR_SPX : 0;
}

static unsigned vector_column(const struct armvirt_exception *exc)
{
    switch (exc->source) {
    case ARMVIRT_EXC_IRQ:
    case ARMVIRT_EXC_VIRQ:
        return VECTOR_IRQ;
    case ARMVIRT_EXC_FIQ:
    case ARMVIRT_EXC_VFIQ:
        return VECTOR_FIQ;
    case ARMVIRT_EXC_SYNC: /* R39 */
        return exc->serror_vector ? VECTOR_SERROR : 0;
    default:
        return VECTOR_SERROR;
    }
}

/* ---- Saved state -------------------------------------------------------------------------- */

/* SVC, HVC and SMC leave PACM clear (I_HLPGV), end a step and advance an IT block. */
uint64_t armvirt_state_left(const struct pe_view *v, bool executed)
{
    uint64_t pstate = v->pe->pstate & armvirt_spsr_fields(v->pe, v->aarch32) & ~PS(UINJ);

    if (!executed) {
        return pstate;
    }
    if ((v->pe->mdscr_el1 & ARMVIRT_MDSCR_EL1_SS) &&
        !v->a32[armvirt_debug_target(v, v->secure && v->el != 3)]) {
        pstate &= ~PS(SS);
    }
    return v->aarch32 ? armvirt_it_advance(pstate) : pstate & ~PS(PACM);
}

/* R9: a guest hypervisor at EL1 believes that it is at EL2. */
static uint64_t disguised(const struct pe_view *v, unsigned target, uint64_t spsr)
{
    unsigned nvx = armvirt_nvx(v);

    if (v->el == 1 && target == 1 && ((nvx & 3) == 1 || nvx == 7)) {
        return (spsr & ~PS_EL) | ARMVIRT_PUT(PS_EL, 2);
    }
    return spsr;
}

/* ---- PSTATE ------------------------------------------------------------------------------- */

/* R4: kept, and set if SPAN says so; at EL2 only as a host. */
static bool sets_pan(const struct pe_view *v, unsigned target)
{
    return armvirt_pe_has(v->pe, PE_PAN) && (target == 1 || (target == 2 && v->host_el0)) &&
           !(armvirt_sctlr(v->pe, target) & ARMVIRT_SCTLR_EL1_SPAN);
}

/* R8. */
static bool sets_exlock(const struct pe_view *v, unsigned target)
{
    return armvirt_pe_has(v->pe, PE_GCS) && target == v->el &&
           (v->pe->gcscr_el[target] & ARMVIRT_GCSCR_EL1_EXLOCKEN);
}

/* R6, R7: SSBS and ALLINT by the SCTLR_ELx of the target. */
static uint64_t pstate_by_sctlr(const struct pe_view *v, unsigned target)
{
    uint64_t sctlr = armvirt_sctlr(v->pe, target);
    bool ssbs = armvirt_pe_has(v->pe, PE_SSBS) && (sctlr & ARMVIRT_SCTLR_EL1_DSSBS);
    bool allint = armvirt_pe_has(v->pe, PE_NMI) && !(sctlr & ARMVIRT_SCTLR_EL1_SPINTMASK);

    return (ssbs ? PS(SSBS) : 0) | (allint ? PS(ALLINT) : 0);
}

/* R5: NZCV, PAN and DIT stay; the rest is as R_WTXBY lists it. */
uint64_t armvirt_pstate_on_entry(const struct pe_view *v, unsigned target)
{
    uint64_t kept = v->pe->pstate & armvirt_spsr_fields(v->pe, v->aarch32) &
                    (PS(N) | PS(Z) | PS(C) | PS(V) | PS(PAN) | PS(DIT));

    return kept | PS_DAIF | ARMVIRT_PUT(PS_EL, target) | PS_SP | pstate_by_sctlr(v, target) |
           (armvirt_pe_has(v->pe, PE_MTE) ? PS(TCO) : 0) | (armvirt_pe_has_pm(v->pe) ? PS(PM) : 0) |
           (sets_pan(v, target) ? PS(PAN) : 0) | (sets_exlock(v, target) ? PS(EXLOCK) : 0);
}

/* ---- Syndrome ----------------------------------------------------------------------------- */

/* R12: what is not valid becomes UNKNOWN, which here is: stays. */
void armvirt_report(struct armvirt_pe *pe, const struct armvirt_exception *exc)
{
    unsigned el = exc->target_el;

    pe->esr_el[el] = exc->esr;
    if (exc->far_valid) {
        pe->far_el[el] = exc->far;
    }
    if (exc->hpfar_valid) {
        pe->hpfar_el2 = exc->hpfar;
    }
    if (exc->pfar_valid) {
        pe->pfar_el[el] = exc->pfar;
    }
}

bool armvirt_has_syndrome(const struct armvirt_exception *exc)
{
    return exc->source == ARMVIRT_EXC_SYNC || vector_column(exc) == VECTOR_SERROR;
}

static unsigned effects_of(const struct pe_view *v, unsigned target)
{
    uint64_t sctlr = armvirt_sctlr(v->pe, target);
    bool context = !armvirt_pe_has(v->pe, PE_EXS) || (sctlr & ARMVIRT_SCTLR_EL1_EIS);

    return (context ? ARMVIRT_EXC_SYNC_CONTEXT : 0) |
           (armvirt_syncs_errors(v, target) ? ARMVIRT_EXC_SYNC_ERRORS : 0);
}

/* R_KJWNS, R_HLVWK: where NMEA unmasks SErrors, IESB counts as 1. */
static bool nmea_syncs_errors(const struct pe_view *v, unsigned el)
{
    uint64_t both = ARMVIRT_SCR_EL3_EA | ARMVIRT_SCR_EL3_NMEA;
    uint64_t sctlr2 = el == 2 ? v->pe->vmsa.sctlr2_el2 : v->pe->vmsa.sctlr2_el1;

    if (el == 3) {
        return (v->scr & both) == both && armvirt_pe_has(v->pe, PE_DOUBLE_FAULT);
    }
    return (sctlr2 & ARMVIRT_SCTLR2_EL1_NMEA) && armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2) &&
           (armvirt_sctlr2(v, el) & ARMVIRT_SCTLR2_EL1_NMEA);
}

/* R_SRXVW. In Debug state IESB counts as 0 (R_RSFMF leaves that open). */
bool armvirt_syncs_errors(const struct pe_view *v, unsigned el)
{
    bool iesb =
        armvirt_pe_has(v->pe, PE_IESB) && (armvirt_sctlr(v->pe, el) & ARMVIRT_SCTLR_EL1_IESB);

    return !v->halted && (iesb || nmea_syncs_errors(v, el));
}

/* ---- Entry -------------------------------------------------------------------------------- */

static void enter_aarch64(struct armvirt_pe *pe, const struct pe_view *v,
                          const struct armvirt_exception *exc)
{
    unsigned target = exc->target_el;
    uint64_t vector = vector_row(v, target) + vector_column(exc);

    pe->spsr_el[target] = disguised(v, target, armvirt_state_left(v, exc->executed));
    pe->elr_el[target] = exc->elr;
    if (armvirt_has_syndrome(exc)) {
        armvirt_report(pe, exc);
    }
    pe->pstate = armvirt_pstate_on_entry(v, target);
    pe->pc = (pe->vbar_el[target] & ARMVIRT_BITS(63, 11)) + vector;
}

/* R42, I_YPRNB, I_QKSJR: a virtual or delegated SError is pending no more. */
static void clear_pending(struct armvirt_pe *pe, const struct armvirt_exception *exc)
{
    if (exc->source == ARMVIRT_EXC_VSERROR) {
        pe->vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_VSE;
    } else if (exc->source == ARMVIRT_EXC_DSERROR) {
        pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_DSE;
    }
}

/* H3.2: an exception ends the debugger's step if it is an SMC, or goes where halting is allowed. */
static void end_halting_step(struct armvirt_pe *pe, const struct armvirt_exception *exc)
{
    bool smc = exc->executed && exc->target_el == 3;
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    if (smc || armvirt_halting_allowed(&v)) {
        pe->edesr |= (uint32_t)ARMVIRT_EDESR_SS;
    }
}

unsigned armvirt_exc_enter(struct armvirt_pe *pe, const struct armvirt_exception *exc)
{
    struct armvirt_exception e = *exc;
    struct pe_view v;
    unsigned effects;
    bool steps;

    if (exc->halt) {
        pe->pc = exc->elr;
        armvirt_debug_halt(pe, exc->halt);
        return ARMVIRT_EXC_SYNC_CONTEXT;
    }
    e.target_el = exc->target_el < 1 ? 1 : exc->target_el > 3 ? 3 : exc->target_el;
    armvirt_pe_view(&v, pe);
    steps = armvirt_halting_step(&v);
    effects = v.a32[e.target_el] ? ARMVIRT_EXC_SYNC_CONTEXT : effects_of(&v, e.target_el);
    if (v.halted) {
        armvirt_enter_in_debug_state(pe, &v, &e);
    } else if (v.a32[e.target_el]) {
        armvirt_enter_aarch32(pe, &v, &e);
    } else {
        enter_aarch64(pe, &v, &e);
    }
    clear_pending(pe, &e);
    if (steps) {
        end_halting_step(pe, &e);
    }
    pe->insn_bytes = 0;
    return effects;
}
