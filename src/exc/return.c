/* SPDX-License-Identifier: MIT */
/*
 * Exception return: what is legal, what a legal and an illegal return restore. DDI0487 D1.4.4,
 * G1.14, J1.1.3 (AArch64.ExceptionReturn), J1.2.3 (AArch32.ExceptionReturn), J1.3.3
 * (IllegalExceptionReturn, ELFromSPSR, ELFromM32, SetPSTATEFromPSR), J1.3.1
 * (DebugExceptionReturnSS).
 */
#include "entry.h"
#include "profiling.h"

/* A return on its way: the PE it leaves, SPSR in the layout of SPSR_ELx, where it would go. */
struct attempt {
    const struct pe_view *v;
    uint64_t spsr;
    unsigned target;
    bool legal, restarting; /* from Debug state */
};

static bool to_aarch32(const struct attempt *a)
{
    return (a->spsr & PS_AARCH32) != 0;
}

/* ---- Where SPSR.M leads ------------------------------------------------------------------- */

/* R37: {NSE, NS} = {1, 0} is no Security state. */
static bool world_is_reserved(const struct pe_view *v)
{
    return armvirt_pe_has(v->pe, PE_RME) && (v->scr & ARMVIRT_SCR_EL3_NSE) && v->secure;
}

static bool is_a64_mode(const struct attempt *a)
{
    return !a->v->pe->top_aarch32 && !(a->spsr & ARMVIRT_BIT(1)) &&
           !(a->target == 0 && (a->spsr & PS_SP));
}

static bool el_is_implemented(const struct pe_view *v, unsigned el)
{
    return el < 2 || (el == 3 ? v->el3 : armvirt_pe_has(v->pe, PE_EL2));
}

static enum armvirt_exc_return_reason check_a64_mode(const struct attempt *a)
{
    if (!is_a64_mode(a)) {
        return ARMVIRT_EXC_RETURN_MODE;
    }
    if (!el_is_implemented(a->v, a->target)) {
        return ARMVIRT_EXC_RETURN_EL_ABSENT;
    }
    if (a->target != 3 && world_is_reserved(a->v)) {
        return ARMVIRT_EXC_RETURN_WORLD;
    }
    return a->target == 2 && !a->v->el2_enabled ? ARMVIRT_EXC_RETURN_EL2_DISABLED
                                                : ARMVIRT_EXC_RETURN_LEGAL;
}

static bool mode_is_implemented(const struct armvirt_pe *pe, unsigned mode)
{
    switch (mode) {
    case MODE_USR:
        return armvirt_pe_has(pe, PE_EL0_A32);
    case MODE_MON:
        return armvirt_pe_has(pe, PE_EL3_A32);
    case MODE_HYP:
        return armvirt_pe_has(pe, PE_EL2_A32);
    case MODE_FIQ:
    case MODE_IRQ:
    case MODE_SVC:
    case MODE_ABT:
    case MODE_UND:
    case MODE_SYS:
        return armvirt_pe_has(pe, PE_EL1_A32);
    default:
        return false;
    }
}

/* Hyp mode is Non-secure, FEAT_SEL2 or not. */
static enum armvirt_exc_return_reason check_a32_mode(const struct attempt *a)
{
    if (!mode_is_implemented(a->v->pe, a->spsr & PS_MODE)) {
        return ARMVIRT_EXC_RETURN_MODE;
    }
    if (world_is_reserved(a->v)) {
        return ARMVIRT_EXC_RETURN_WORLD;
    }
    return a->target == 2 && a->v->el3 && a->v->secure ? ARMVIRT_EXC_RETURN_EL2_DISABLED
                                                       : ARMVIRT_EXC_RETURN_LEGAL;
}

/* ---- What else makes it illegal ----------------------------------------------------------- */

/* R36: an AArch64 EL0 needs an AArch64 EL1; AArch32 EL0 can have either. */
static bool width_is_wrong(const struct attempt *a)
{
    bool a32 = a->target == 0 ? a->v->a32[1] : a->v->a32[a->target];

    return a->target == 0 ? a32 && !to_aarch32(a) : a32 != to_aarch32(a);
}

/* R8. */
static bool exlock_forbids(const struct attempt *a)
{
    const struct pe_view *v = a->v;

    if (a->restarting || v->halted) { /* J1.1.3 GetCurrentEXLOCKEN */
        return false;
    }
    return armvirt_pe_has(v->pe, PE_GCS) && !v->aarch32 && !(v->pe->pstate & PS(EXLOCK)) &&
           a->target == v->el && (v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_EXLOCKEN);
}

static enum armvirt_exc_return_reason reason_of(const struct attempt *a)
{
    const struct pe_view *v = a->v;
    enum armvirt_exc_return_reason reason = to_aarch32(a) ? check_a32_mode(a) : check_a64_mode(a);

    if (reason != ARMVIRT_EXC_RETURN_LEGAL) {
        return reason;
    }
    if (a->target > v->el) {
        return ARMVIRT_EXC_RETURN_HIGHER;
    }
    if (v->aarch32 && !to_aarch32(a)) {
        return ARMVIRT_EXC_RETURN_FROM_AARCH32;
    }
    if (width_is_wrong(a)) {
        return ARMVIRT_EXC_RETURN_WIDTH;
    }
    if (a->target == 1 && v->tge) {
        return ARMVIRT_EXC_RETURN_TGE;
    }
    return exlock_forbids(a) ? ARMVIRT_EXC_RETURN_EXLOCK : ARMVIRT_EXC_RETURN_LEGAL;
}

/* ---- PSTATE ------------------------------------------------------------------------------- */

/* R46: a step begins if debug exceptions become enabled by this return. */
static bool restores_ss(const struct attempt *a)
{
    const struct pe_view *v = a->v;
    unsigned dest = a->legal ? a->target : v->el;
    bool secure = v->secure && dest != 3;
    bool a32 = a->legal ? to_aarch32(a) : v->aarch32;

    if (!(v->pe->mdscr_el1 & ARMVIRT_MDSCR_EL1_SS) || v->a32[armvirt_debug_target(v, secure)]) {
        return false;
    }
    if (!a->restarting && armvirt_debug_enabled(v, v->el, v->secure && v->el != 3, v->aarch32,
                                                (v->pe->pstate & PS(D)) != 0)) {
        return false;
    }
    return armvirt_debug_enabled(v, dest, secure, a32, (a->spsr & PS(D)) != 0);
}

/* J1.1.3 IsPACMEnabled, at the level that is returned to. */
static bool pacm_enabled(const struct attempt *a)
{
    const struct pe_view *v = a->v;
    bool host = a->target == 0 && v->host_el0;
    unsigned owner = host ? 2 : a->target == 0 ? 1 : a->target;

    if (!armvirt_pe_has(v->pe, PE_PACM_FULL) ||
        (a->target < 2 && v->el2_enabled && !host && !(v->hcrx & ARMVIRT_HCRX_EL2_PACMEN))) {
        return false;
    }
    return (armvirt_sctlr2(v, owner) &
            (a->target == 0 ? ARMVIRT_SCTLR2_EL1_ENPACM0 : ARMVIRT_SCTLR2_EL1_ENPACM)) != 0;
}

/* Restored whether the return is legal or not (R35). */
static uint64_t always_restored(bool aarch32)
{
    uint64_t common = PS(N) | PS(Z) | PS(C) | PS(V) | PS(PAN) | PS(A) | PS(I) | PS(F);

    return common |
           (aarch32 ? PSA(Q) | PSA(IT_1_0) | PSA(IT_7_2) | PSA(GE) | PSA(E) | PSA(T) | PSA(DIT)
                    : PS(D) | PS(ALLINT) | PS(PM));
}

/* IT bits are dropped where they say nothing, in A32 code, and for all but the last instruction of
 * a block if SCTLR.ITD is 1: J1.3.3 RestoredITBits. */
static bool it_is_dropped(const struct attempt *a)
{
    const struct armvirt_pe *pe = a->v->pe;
    uint64_t it = ARMVIRT_GET(PSA(IT_7_2), a->spsr) << 2 | ARMVIRT_GET(PSA(IT_1_0), a->spsr);
    unsigned owner = a->target == 0 && a->v->host_el0 ? 2 : a->target;
    bool itd = (armvirt_sctlr(pe, owner) & ARMVIRT_SCTLR_EL1_ITD) != 0;

    if (a->spsr & PS(IL)) {
        return false;
    }
    return ((it & 0xf0) != 0 && (it & 0xf) == 0) || (!(a->spsr & PSA(T)) && it != 0) ||
           (itd && (it & 7) != 0);
}

/* R_BVBYS, Table D13-2: restored where the return unmasks the PMU exception. */
static bool restores_ppend(const struct attempt *a)
{
    const struct pe_view *v = a->v;
    unsigned target, dest = a->legal ? a->target : v->el;
    bool pm = (v->pe->pstate & PS(PM)) != 0;

    if (!(a->spsr & PS(PPEND)) || !armvirt_pe_has(v->pe, PE_SEBEP)) {
        return false;
    }
    target = armvirt_pmu_target(v);
    return target && (a->restarting || armvirt_pmu_masked(v, target, v->el, pm)) &&
           !armvirt_pmu_masked(v, target, dest, (a->spsr & PS(PM)) != 0);
}

static uint64_t legal_pstate(const struct attempt *a)
{
    uint64_t fields = armvirt_spsr_fields(a->v->pe, to_aarch32(a));
    uint64_t pstate = a->spsr & fields & ~(PS(SS) | PS(PPEND));

    if (to_aarch32(a)) {
        return it_is_dropped(a) ? pstate & ~(PSA(IT_7_2) | PSA(IT_1_0)) : pstate;
    }
    return pacm_enabled(a) ? pstate : pstate & ~PS(PACM);
}

static uint64_t illegal_pstate(const struct attempt *a)
{
    const struct pe_view *v = a->v;
    uint64_t taken = always_restored(v->aarch32) & armvirt_spsr_fields(v->pe, v->aarch32);

    return (v->pe->pstate & ~(taken | PS(SS) | PS(UINJ) | PS(PPEND))) | (a->spsr & taken) | PS(IL);
}

static uint64_t unknown_pstate(const struct attempt *a)
{
    const struct pe_view *v = a->v;

    if (a->legal) { /* IL in AArch32 state: T and IT may be 0 */
        return to_aarch32(a) && (a->spsr & PS(IL)) ? PSA(T) | PSA(IT_1_0) | PSA(IT_7_2) : 0;
    }
    return armvirt_spsr_fields(v->pe, v->aarch32) &
           (v->aarch32 ? PSA(SSBS) | PSA(T)
                       : PS(SSBS) | PS(BTYPE) | PS(UAO) | PS(DIT) | PS(TCO) | PS(PACM));
}

/* ---- PC ----------------------------------------------------------------------------------- */

struct tbi {
    uint64_t tbi, tbid;
};

/* TCR_ELx.TBI and TBID for the half of an address: J1.3.3 EffectiveTBI. */
static bool tag_is_ignored(const struct attempt *a, uint64_t va)
{
    const struct armvirt_vmsa *vmsa = &a->v->pe->vmsa;
    bool upper = (va & ARMVIRT_BIT(55)) != 0;
    static const struct tbi one = {ARMVIRT_TCR_EL2_TBI, ARMVIRT_TCR_EL2_TBID};
    static const struct tbi two[2] = {{ARMVIRT_TCR_EL1_TBI0, ARMVIRT_TCR_EL1_TBID0},
                                      {ARMVIRT_TCR_EL1_TBI1, ARMVIRT_TCR_EL1_TBID1}};
    bool el2 = a->target == 2 || (a->target == 0 && a->v->host_el0);
    uint64_t tcr = a->target == 3 ? vmsa->tcr_el3 : el2 ? vmsa->tcr_el2 : vmsa->tcr_el1;
    const struct tbi *bits = a->target == 3 || (el2 && !a->v->e2h) ? &one : &two[upper];

    return (tcr & bits->tbi) && !(armvirt_pe_has_pauth(a->v->pe) && (tcr & bits->tbid));
}

/* J1.3.3 AArch64.BranchAddr. */
static uint64_t branch_address(const struct attempt *a, uint64_t va)
{
    bool two_halves = a->target < 2 || (a->target == 2 && a->v->e2h);

    if (!tag_is_ignored(a, va)) {
        return va;
    }
    return two_halves && (va & ARMVIRT_BIT(55)) ? va | ARMVIRT_BITS(63, 56)
                                                : va & ARMVIRT_BITS(55, 0);
}

/* An illegal return to AArch32 leaves PC[63:32] and PC[1:0] UNKNOWN; they stay as they are. */
static uint64_t pc_of(const struct attempt *a, uint64_t pc)
{
    if (a->legal && to_aarch32(a)) {
        return pc & (a->spsr & PSA(T) ? ARMVIRT_BITS(31, 1) : ARMVIRT_BITS(31, 2));
    }
    return to_aarch32(a) || a->v->aarch32 ? pc : branch_address(a, pc);
}

static uint64_t unknown_pc(const struct attempt *a)
{
    if (a->legal || !to_aarch32(a)) {
        return 0;
    }
    return (a->v->aarch32 ? 0 : ARMVIRT_BITS(63, 32)) | ARMVIRT_BITS(1, 0);
}

/* ---- The return --------------------------------------------------------------------------- */

static unsigned target_of(const struct armvirt_pe *pe, uint64_t spsr)
{
    if (spsr & PS_AARCH32) {
        return armvirt_el_of_mode(pe, spsr & PS_MODE);
    }
    return (unsigned)ARMVIRT_GET(PS_EL, spsr);
}

enum armvirt_status armvirt_restore(struct armvirt_pe *pe, const struct pe_view *v, uint64_t pc,
                                    uint64_t spsr, bool restarting,
                                    struct armvirt_exc_return *result)
{
    struct attempt a = {v, spsr, target_of(pe, spsr), false, restarting};
    uint64_t pstate;

    result->reason = (uint8_t)reason_of(&a);
    a.legal = result->reason == ARMVIRT_EXC_RETURN_LEGAL;
    result->unknown_pstate = unknown_pstate(&a);
    result->unknown_pc = unknown_pc(&a);
    pstate = a.legal ? legal_pstate(&a) : illegal_pstate(&a);
    if (restores_ss(&a)) {
        pstate |= spsr & PS(SS);
    }
    if (restores_ppend(&a)) {
        pstate |= PS(PPEND);
    }
    if (!a.legal) {
        a.target = v->el;
    }
    pe->pc = pc_of(&a, pc);
    pe->pstate = pstate;
    pe->insn_bytes = 0;
    return a.legal ? ARMVIRT_OK : ARMVIRT_FAULT;
}

/* R45: the event register and the exclusive monitor, legal or not. */
static enum armvirt_status do_return(struct armvirt_pe *pe, const struct pe_view *v, uint64_t pc,
                                     uint64_t spsr, struct armvirt_exc_return *result)
{
    pe->event = true;
    pe->exclusive = false;
    if (armvirt_halting_step(v)) {
        pe->edesr |= (uint32_t)ARMVIRT_EDESR_SS;
    }
    return armvirt_restore(pe, v, pc, spsr, false, result);
}

enum armvirt_status armvirt_exc_return(struct armvirt_pe *pe, struct armvirt_exc_return *result)
{
    struct pe_view v;
    bool context;

    *result = (struct armvirt_exc_return){0};
    armvirt_pe_view(&v, pe);
    if (v.aarch32 || v.el == 0 || v.halted) {
        return ARMVIRT_E_INVAL;
    }
    context = !armvirt_pe_has(pe, PE_EXS) || (armvirt_sctlr(pe, v.el) & ARMVIRT_SCTLR_EL1_EOS);
    result->effects = (uint8_t)((context ? ARMVIRT_EXC_SYNC_CONTEXT : 0) |
                                (armvirt_syncs_errors(&v, v.el) ? ARMVIRT_EXC_SYNC_ERRORS : 0));
    return do_return(pe, &v, pe->elr_el[v.el], pe->spsr_el[v.el], result);
}

enum armvirt_status armvirt_exc_return_a32(struct armvirt_pe *pe, uint32_t pc, uint32_t spsr,
                                           struct armvirt_exc_return *result)
{
    struct pe_view v;

    *result = (struct armvirt_exc_return){0};
    armvirt_pe_view(&v, pe);
    if (!v.aarch32 || v.el == 0 || v.halted) {
        return ARMVIRT_E_INVAL;
    }
    result->effects = ARMVIRT_EXC_SYNC_CONTEXT;
    return do_return(pe, &v, pc, armvirt_a32_pstate(spsr), result);
}
