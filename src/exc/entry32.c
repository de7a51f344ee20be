/* SPDX-License-Identifier: MIT */
/*
 * Exception entry to AArch32 state: modes, vectors and return addresses. DDI0487 G1.13, J1.2.2
 * (EnterMode, EnterHypMode, EnterMonitorMode, ReportHypEntry).
 */
#include "entry.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/syndrome.h>

/* How an exception is taken: mode, vector, and what R14 exceeds the return address by. */
struct a32_kind {
    uint8_t mode, vector, lr_offset;
};

enum { VECTOR_HYP_TRAP = 0x14 };

/* ---- Kinds -------------------------------------------------------------------------------- */

enum { SUPERVISOR, HYP_CALL, MONITOR_CALL, PREFETCH, DATA, IRQ, FIQ, UNDEFINED, KINDS };

/* Table G1-10 (preferred return addresses) and G1-6 (vectors). */
static const struct a32_kind kinds[KINDS] = {
    [SUPERVISOR] = {MODE_SVC, 0x08, 0},   [HYP_CALL] = {MODE_HYP, 0x08, 0},
    [MONITOR_CALL] = {MODE_MON, 0x08, 0}, [PREFETCH] = {MODE_ABT, 0x0c, 4},
    [DATA] = {MODE_ABT, 0x10, 8},         [IRQ] = {MODE_IRQ, 0x18, 4},
    [FIQ] = {MODE_FIQ, 0x1c, 4},          [UNDEFINED] = {MODE_UND, 0x04, 4},
};

static unsigned sync_kind(unsigned ec)
{
    switch (ec) {
    case ARMVIRT_ESR_ELX_EC_SVC32:
        return SUPERVISOR;
    case ARMVIRT_ESR_ELX_EC_HVC32:
        return HYP_CALL;
    case ARMVIRT_ESR_ELX_EC_SMC32:
        return MONITOR_CALL;
    case ARMVIRT_ESR_ELX_EC_INSTRUCTION_ABORT_LOWER:
    case ARMVIRT_ESR_ELX_EC_INSTRUCTION_ABORT_SAME:
    case ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT:
    case ARMVIRT_ESR_ELX_EC_BREAKPOINT_LOWER:
    case ARMVIRT_ESR_ELX_EC_BREAKPOINT_SAME:
    case ARMVIRT_ESR_ELX_EC_BKPT32:
    case ARMVIRT_ESR_ELX_EC_VECTOR_CATCH32:
        return PREFETCH;
    case ARMVIRT_ESR_ELX_EC_DATA_ABORT_LOWER:
    case ARMVIRT_ESR_ELX_EC_DATA_ABORT_SAME:
    case ARMVIRT_ESR_ELX_EC_WATCHPOINT_LOWER:
    case ARMVIRT_ESR_ELX_EC_WATCHPOINT_SAME:
        return DATA;
    default:
        return UNDEFINED;
    }
}

static unsigned kind_of(const struct armvirt_exception *exc)
{
    switch (exc->source) {
    case ARMVIRT_EXC_SYNC:
        return sync_kind((unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, exc->esr));
    case ARMVIRT_EXC_IRQ:
    case ARMVIRT_EXC_VIRQ:
        return IRQ;
    case ARMVIRT_EXC_FIQ:
    case ARMVIRT_EXC_VFIQ:
        return FIQ;
    default:
        return DATA;
    }
}

/* R48: from below Hyp mode has one vector, but for IRQ and FIQ. */
static unsigned hyp_vector(const struct pe_view *v, unsigned kind)
{
    return v->el == 2 || kind == IRQ || kind == FIQ ? kinds[kind].vector : VECTOR_HYP_TRAP;
}

/* ---- PSTATE ------------------------------------------------------------------------------- */

static uint64_t masks_of_mode(unsigned mode)
{
    switch (mode) {
    case MODE_FIQ:
    case MODE_MON:
        return PS(A) | PS(I) | PS(F);
    case MODE_ABT:
    case MODE_IRQ:
        return PS(A) | PS(I);
    default:
        return PS(I);
    }
}

/* R47: Hyp mode masks what does not go to EL3. */
static uint64_t masks_of_hyp(const struct pe_view *v)
{
    return (v->scr & ARMVIRT_SCR_EL3_EA ? 0 : PS(A)) | (v->scr & ARMVIRT_SCR_EL3_IRQ ? 0 : PS(I)) |
           (v->scr & ARMVIRT_SCR_EL3_FIQ ? 0 : PS(F));
}

/* SCTLR and HSCTLR have TE, EE and DSSBS in the same places. */
static uint64_t pstate_by_sctlr(const struct pe_view *v, uint64_t sctlr)
{
    return (sctlr & ARMVIRT_HSCTLR_TE ? PSA(T) : 0) | (sctlr & ARMVIRT_HSCTLR_EE ? PSA(E) : 0) |
           (armvirt_pe_has(v->pe, PE_SSBS) && (sctlr & ARMVIRT_HSCTLR_DSSBS) ? PSA(SSBS) : 0);
}

static bool is_secure(const struct pe_view *v)
{
    return v->el == 3 || v->secure;
}

/* Hyp mode leaves PAN; Monitor mode clears it coming from Non-secure state (R47). */
static uint64_t pan_on_entry(const struct pe_view *v, unsigned mode, uint64_t sctlr)
{
    bool span = (sctlr & ARMVIRT_SCTLR_SPAN) != 0;

    if (!armvirt_pe_has(v->pe, PE_PAN)) {
        return 0;
    }
    if (mode == MODE_MON && !is_secure(v)) {
        return 0;
    }
    return mode != MODE_HYP && !span ? PS(PAN) : v->pe->pstate & PS(PAN);
}

/* NZCV, Q, GE, DIT and the masks stay; IT, IL and SS become 0. */
static uint64_t pstate_on_entry(const struct pe_view *v, unsigned mode, uint64_t sctlr)
{
    uint64_t kept =
        v->pe->pstate & armvirt_spsr_fields(v->pe, true) &
        (PS(N) | PS(Z) | PS(C) | PS(V) | PSA(Q) | PSA(GE) | PS(DIT) | PS(A) | PS(I) | PS(F));

    return kept | mode | pan_on_entry(v, mode, sctlr) | pstate_by_sctlr(v, sctlr) |
           (mode == MODE_HYP ? masks_of_hyp(v) : masks_of_mode(mode));
}

/* ---- Syndrome ----------------------------------------------------------------------------- */

/* DFAR and HDFAR are the low word of FAR_ELx, IFAR and HIFAR the high one. */
static void write_address(uint64_t *far, bool fetch, uint64_t va)
{
    uint64_t mask = fetch ? ARMVIRT_BITS(63, 32) : ARMVIRT_BITS(31, 0);

    *far = (*far & ~mask) | ARMVIRT_PUT(mask, va);
}

/* DFSR and DFAR, or IFSR and IFAR; @bank 3 holds the Secure copies. */
static void report_abort(struct armvirt_pe *pe, const struct armvirt_exception *exc, bool fetch,
                         unsigned bank)
{
    uint64_t *ifsr = bank == 3 ? &pe->ifsr_s : &pe->ifsr32_el2;

    *(fetch ? ifsr : &pe->esr_el[bank]) = exc->fsr;
    if (exc->far_valid) {
        write_address(&pe->far_el[bank], fetch, exc->far);
    }
}

static void report_hyp(struct armvirt_pe *pe, const struct armvirt_exception *exc, bool fetch)
{
    pe->esr_el[2] = exc->esr & ARMVIRT_BITS(31, 0);
    if (exc->far_valid) {
        write_address(&pe->far_el[2], fetch, exc->far);
    }
    if (exc->hpfar_valid) {
        pe->hpfar_el2 = exc->hpfar & ARMVIRT_BITS(31, 0);
    }
}

/* ---- Entry -------------------------------------------------------------------------------- */

static void enter_hyp(struct armvirt_pe *pe, const struct pe_view *v,
                      const struct armvirt_exception *exc, unsigned kind)
{
    uint64_t left = armvirt_state_left(v, exc->executed);

    if (armvirt_has_syndrome(exc)) {
        report_hyp(pe, exc, kind == PREFETCH);
    }
    pe->spsr_el[2] = armvirt_a32_spsr(left);
    pe->elr_el[2] = exc->elr & ARMVIRT_BITS(31, 0);
    pe->pstate = pstate_on_entry(v, MODE_HYP, pe->vmsa.sctlr_el2);
    pe->pc = (pe->vbar_el[2] & ARMVIRT_BITS(31, 5)) + hyp_vector(v, kind);
}

static uint64_t vector_base(const struct armvirt_pe *pe, unsigned mode, unsigned bank)
{
    if (mode == MODE_MON) {
        return pe->mvbar & ARMVIRT_BITS(31, 5);
    }
    return armvirt_sctlr(pe, bank) & ARMVIRT_SCTLR_V ? UINT64_C(0xffff0000)
                                                     : pe->vbar_el[bank] & ARMVIRT_BITS(31, 5);
}

static enum armvirt_a32_bank bank_of_mode(unsigned mode)
{
    switch (mode) {
    case MODE_SVC:
        return ARMVIRT_A32_SVC;
    case MODE_ABT:
        return ARMVIRT_A32_ABT;
    case MODE_IRQ:
        return ARMVIRT_A32_IRQ;
    case MODE_FIQ:
        return ARMVIRT_A32_FIQ;
    case MODE_MON:
        return ARMVIRT_A32_MON;
    default:
        return ARMVIRT_A32_UND;
    }
}

/* An UNDEFINED T32 instruction is two bytes before R14, however long it is. */
static uint32_t lr_offset(const struct pe_view *v, unsigned kind)
{
    return kind == UNDEFINED && (v->pe->pstate & PSA(T)) ? 2 : kinds[kind].lr_offset;
}

/* Into Monitor mode, or one of the other modes of the Security state. */
static void enter_mode(struct armvirt_pe *pe, const struct pe_view *v,
                       const struct armvirt_exception *exc, unsigned kind)
{
    unsigned mode = exc->target_el == 3 ? MODE_MON : kinds[kind].mode;
    bool from_monitor = v->aarch32 && (pe->pstate & PS_MODE) == MODE_MON;
    unsigned bank = v->a32[3] && v->el3 && (mode == MODE_MON || is_secure(v)) ? 3 : 1;

    if (kind == PREFETCH || kind == DATA) {
        report_abort(pe, exc, kind == PREFETCH, bank);
    }
    if (from_monitor) {
        pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    }
    *armvirt_a32_spsr_of(pe, mode) = armvirt_a32_spsr(armvirt_state_left(v, exc->executed));
    pe->lr[bank_of_mode(mode)] = (uint32_t)exc->elr + lr_offset(v, kind);
    pe->pstate = pstate_on_entry(v, mode, armvirt_sctlr(pe, bank));
    pe->pc = vector_base(pe, mode, bank) + kinds[kind].vector;
}

void armvirt_enter_aarch32(struct armvirt_pe *pe, const struct pe_view *v,
                           const struct armvirt_exception *exc)
{
    unsigned kind = kind_of(exc);

    if (exc->target_el == 2) {
        enter_hyp(pe, v, exc, kind);
    } else {
        enter_mode(pe, v, exc, kind);
    }
}
