/* SPDX-License-Identifier: MIT */
/*
 * Instructions that generate exceptions: what comes before them, calls, hints, writes of PSTATE,
 * 64-byte accesses, memory copies. DDI0487 D1.4.5.6 (order), D1.4.8, D1.4.9, J1.1.2, J1.1.3.
 */
#include "insn.h"

#include "pstate.h"

#include <armvirt/regs/system.h>

#define SCTLR(name) ARMVIRT_SCTLR_EL1_##name
#define HCR(name)   ARMVIRT_HCR_EL2_##name
#define HCRX(name)  ARMVIRT_HCRX_EL2_##name
#define SCR(name)   ARMVIRT_SCR_EL3_##name

static bool below_el2(const struct pe_view *v)
{
    return v->el < 2 && v->el2_enabled;
}

/* The 16 bits of SVC, HVC, SMC and BRK. */
static uint64_t imm16(const struct armvirt_insn *insn)
{
    return insn->aarch32 ? armvirt_a32_imm16(insn) : insn->word >> 5 & 0xffff;
}

uint64_t armvirt_condition_syndrome(const struct check *c)
{
    uint64_t cond = c->insn->aarch32 ? armvirt_a32_condition(c) : 0xe;

    return ARMVIRT_ISS_WFX_CV | ARMVIRT_PUT(ARMVIRT_ISS_WFX_COND, cond);
}

/* ---- Calls -------------------------------------------------------------------------------- */

/* R22: not in a host; not from AArch32 EL1. */
static bool check_svc(const struct check *c)
{
    const struct pe_view *v = c->v;
    uint64_t traps = armvirt_fgt_enabled(v) ? v->pe->hfgitr_el2 : 0;

    if (v->el == 0 && !v->a32[1] && !v->in_host && (traps & ARMVIRT_HFGITR_EL2_SVC_EL0)) {
        return armvirt_trapped(c, 2, v->aarch32 ? EC(SVC32) : EC(SVC64), imm16(c->insn),
                               CAUSE(HFGITR_SVC_EL0));
    }
    if (v->el == 1 && !v->aarch32 && (traps & ARMVIRT_HFGITR_EL2_SVC_EL1)) {
        return armvirt_trapped(c, 2, EC(SVC64), imm16(c->insn), CAUSE(HFGITR_SVC_EL1));
    }
    return armvirt_raised(c, EC(SVC64), imm16(c->insn), CAUSE(INSTRUCTION));
}

/* R16: HCD counts without EL3, HCE with it. */
static bool check_hvc(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (!armvirt_pe_has(v->pe, PE_EL2)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (v->el == 0 || (v->aarch32 && v->el == 3)) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (v->el == 1 && !v->el2_enabled) {
        return armvirt_undefined(c, CAUSE(EL2_DISABLED));
    }
    if (v->el3 && !(v->pe->vmsa.scr_el3 & SCR(HCE))) {
        return armvirt_undefined(c, CAUSE(SCR_HCE));
    }
    if (!v->el3 && (v->pe->vmsa.hcr_el2 & HCR(HCD))) {
        return armvirt_undefined(c, CAUSE(HCR_HCD));
    }
    return armvirt_raised(c, EC(HVC64), imm16(c->insn), CAUSE(INSTRUCTION));
}

/* AArch32 reports the condition of a trapped SMC, AArch64 its number. */
static uint64_t smc_iss(const struct check *c, bool trapped)
{
    if (!c->v->aarch32) {
        return imm16(c->insn);
    }
    return trapped ? armvirt_condition_syndrome(c) | ARMVIRT_ISS_SMC32_CCKNOWNPASS : 0;
}

/* R15: the trap comes before SMD, and without EL3 there is nothing else than the trap. */
static bool check_smc(const struct check *c)
{
    const struct pe_view *v = c->v;
    unsigned ec = v->aarch32 ? EC(SMC32) : EC(SMC64);

    if (v->el == 0) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (!v->el3 && (v->aarch32 || !(armvirt_nvx(v) & 1))) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (v->el == 1 && v->el2_enabled && (v->hcr & HCR(TSC))) {
        return armvirt_trapped(c, 2, ec, smc_iss(c, true), CAUSE(HCR_TSC));
    }
    if (!v->el3) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (v->el3_shut) {
        return armvirt_undefined(c, CAUSE(EDSCR_SDD));
    }
    if (v->pe->vmsa.scr_el3 & SCR(SMD)) {
        return armvirt_undefined(c, CAUSE(SCR_SMD));
    }
    return armvirt_raised(c, ec, smc_iss(c, false), CAUSE(INSTRUCTION));
}

static bool eret_traps(const struct check *c)
{
    const struct pe_view *v = c->v;
    unsigned kind = c->insn->kind;
    uint64_t iss = (kind != ARMVIRT_INSN_ERET ? ARMVIRT_ISS_ERET_ERET : 0) |
                   (kind == ARMVIRT_INSN_ERETAB ? ARMVIRT_ISS_ERET_ERETA : 0);

    if (v->el == 1 && armvirt_fgt_enabled(v) && (v->pe->hfgitr_el2 & ARMVIRT_HFGITR_EL2_ERET)) {
        return armvirt_trapped(c, 2, EC(ERET), iss, CAUSE(HFGITR_ERET));
    }
    if (v->el == 1 && (armvirt_nvx(v) & 1)) {
        return armvirt_trapped(c, 2, EC(ERET), iss, CAUSE(HCR_NV));
    }
    return false;
}

/* In Debug state the one of AArch32 state is DRPS. */
static bool check_eret(const struct check *c)
{
    const struct pe_view *v = c->v;
    unsigned kind = c->insn->kind;

    if (v->el == 0) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (v->aarch32) {
        return false;
    }
    if (v->halted) {
        return armvirt_undefined(c, CAUSE(HALTED));
    }
    if (eret_traps(c)) {
        return true;
    }
    if (kind == ARMVIRT_INSN_ERET) {
        return false;
    }
    return armvirt_check_pauth(c, kind == ARMVIRT_INSN_ERETAA ? ARMVIRT_INSN_PAC_IA
                                                              : ARMVIRT_INSN_PAC_IB);
}

/* Undefined unless a debugger waits for it: C6.2 HLT. */
static bool check_hlt(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (!(v->pe->edscr & ARMVIRT_EDSCR_HDE) || !armvirt_halting_allowed(v)) {
        return armvirt_undefined(c, CAUSE(EDSCR_HDE));
    }
    armvirt_raise(v, EC(UNKNOWN), 0, c->exc);
    c->exc->halt = ARMVIRT_EDSCR_STATUS_HLT;
    c->exc->cause = CAUSE(EDSCR_HDE);
    return true;
}

static bool check_debug_only(const struct check *c)
{
    return c->v->halted ? false : armvirt_undefined(c, CAUSE(HALTED));
}

bool armvirt_check_call(const struct check *c)
{
    switch (c->insn->kind) {
    case ARMVIRT_INSN_SVC:
        return check_svc(c);
    case ARMVIRT_INSN_HVC:
        return check_hvc(c);
    case ARMVIRT_INSN_SMC:
        return check_smc(c);
    case ARMVIRT_INSN_BRK:
        return armvirt_raised(c, EC(BRK64), imm16(c->insn), CAUSE(INSTRUCTION));
    case ARMVIRT_INSN_HLT:
        return check_hlt(c);
    case ARMVIRT_INSN_DCPS:
    case ARMVIRT_INSN_DRPS:
        return check_debug_only(c);
    default:
        return check_eret(c);
    }
}

/* ---- WFI and WFE -------------------------------------------------------------------------- */

static uint64_t wfx_iss(const struct check *c)
{
    unsigned kind = c->insn->kind;
    bool timed = kind == ARMVIRT_INSN_WFIT || kind == ARMVIRT_INSN_WFET;
    uint64_t ti = kind == ARMVIRT_INSN_WFI    ? ARMVIRT_ISS_WFX_TI_WFI
                  : kind == ARMVIRT_INSN_WFE  ? ARMVIRT_ISS_WFX_TI_WFE
                  : kind == ARMVIRT_INSN_WFIT ? ARMVIRT_ISS_WFX_TI_WFIT
                                              : ARMVIRT_ISS_WFX_TI_WFET;

    return armvirt_condition_syndrome(c) | ARMVIRT_PUT(ARMVIRT_ISS_WFX_TI, ti) |
           (timed ? ARMVIRT_ISS_WFX_RV | ARMVIRT_PUT(ARMVIRT_ISS_WFX_RN, c->insn->word) : 0);
}

/* The bits that trap one of the two, from EL1 up. */
struct wfx {
    uint64_t sctlr, hcr, scr;
    uint8_t sctlr_cause, hcr_cause, scr_cause;
};

static const struct wfx *wfx_of(bool wfe)
{
    static const struct wfx rows[2] = {
        {SCTLR(NTWI), HCR(TWI), SCR(TWI), CAUSE(SCTLR_NTWI), CAUSE(HCR_TWI), CAUSE(SCR_TWI)},
        {SCTLR(NTWE), HCR(TWE), SCR(TWE), CAUSE(SCTLR_NTWE), CAUSE(HCR_TWE), CAUSE(SCR_TWE)},
    };

    return &rows[wfe];
}

static bool trap_wfx(const struct check *c, unsigned target, uint8_t cause)
{
    return armvirt_trapped(c, target, EC(WFX), wfx_iss(c), (enum armvirt_exc_cause)cause);
}

static bool is_wfe(unsigned kind)
{
    return kind == ARMVIRT_INSN_WFE || kind == ARMVIRT_INSN_WFET;
}

static bool is_ready(const struct check *c, bool wfe)
{
    return c->insn->ready || (wfe && c->v->pe->event) || c->v->halted;
}

/* Of an AArch32 EL3, Monitor mode alone is free of its traps: F5.1, WFI. */
static bool in_monitor_or_el3(const struct pe_view *v)
{
    return v->aarch32 ? (v->pe->pstate & PS_MODE) == MODE_MON : v->el == 3;
}

/* R17: only what would wait traps; EL1's control, then EL2's, then EL3's. */
bool armvirt_check_hint(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool wfe = is_wfe(c->insn->kind);
    const struct wfx *row = wfx_of(wfe);

    if (is_ready(c, wfe)) {
        return false;
    }
    if (v->el == 0 && !(armvirt_sctlr_here(v) & row->sctlr)) {
        return trap_wfx(c, 1, row->sctlr_cause);
    }
    if (below_el2(v) && !v->in_host && (v->hcr & row->hcr)) {
        return trap_wfx(c, 2, row->hcr_cause);
    }
    if (v->el3 && !in_monitor_or_el3(v) && (v->scr & row->scr)) {
        return trap_wfx(c, 3, row->scr_cause);
    }
    return false;
}

/* ---- Writes of PSTATE, 64-byte accesses, memory copies ------------------------------------- */

/* ISS of MSR, MRS and SYS, from the fields of the word. */
static uint64_t system_iss(uint32_t word)
{
    return ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP0, word >> 19 & 3) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP2, word >> 5) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP1, word >> 16) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRN, word >> 12) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_RT, word) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRM, word >> 8) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_DIRECTION, word >> 21);
}

bool armvirt_trapped_system(const struct check *c, unsigned target, enum armvirt_exc_cause cause)
{
    return armvirt_trapped(c, target, EC(SYSREG), system_iss(c->insn->word), cause);
}

static bool check_daif(const struct check *c)
{
    if (c->v->el == 0 && !(armvirt_sctlr_here(c->v) & SCTLR(UMA))) {
        return armvirt_trapped_system(c, 1, CAUSE(SCTLR_UMA));
    }
    return false;
}

/* MSR (immediate) of a field that a feature brings: op1 and op2, and whether EL0 may write it. */
static bool check_pstate(const struct check *c)
{
    static const struct {
        uint8_t op, feature;
        bool el0;
    } rows[] = {
        {003, PE_UAO, false}, {004, PE_PAN, false},     {010, PE_EBEP, false},
        {032, PE_DIT, true},  {031, PE_SSBS_MSR, true}, {034, PE_MTE, true},
    };
    unsigned op = (c->insn->word >> 16 & 7) << 3 | (c->insn->word >> 5 & 7), i = 0;

    while (i < sizeof(rows) / sizeof(rows[0]) - 1 && rows[i].op != op) {
        i++;
    }
    if (!armvirt_pe_has(c->v->pe, (enum pe_feature)rows[i].feature)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    return c->v->el == 0 && !rows[i].el0 ? armvirt_undefined(c, CAUSE(EL)) : false;
}

static bool psb_traps(const struct pe_view *v)
{
    return armvirt_fgt_enabled(v) && armvirt_pe_has(v->pe, PE_SPE_V1P5) &&
           (v->pe->hfgitr_el2 & ARMVIRT_HFGITR_EL2_PSBCSYNC);
}

static bool tsb_traps(const struct pe_view *v)
{
    return armvirt_pe_has(v->pe, PE_FGT2) && (v->scr & SCR(FGTEN2)) &&
           armvirt_pe_has(v->pe, PE_TRBE_V1P1) &&
           (v->pe->hfgitr2_el2 & ARMVIRT_HFGITR2_EL2_TSBCSYNC);
}

/* PSB CSYNC and TSB CSYNC; hints without their features. */
static bool check_barrier(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool psb = c->insn->kind == ARMVIRT_INSN_PSB;

    if (!below_el2(v) || v->in_host) {
        return false;
    }
    if (psb && psb_traps(v)) {
        return armvirt_trapped(c, 2, EC(OTHER), ARMVIRT_ISS_OTHER_INSTRUCTION_ISS_PSB_CSYNC,
                               CAUSE(HFGITR_PSBCSYNC));
    }
    if (!psb && tsb_traps(v)) {
        return armvirt_trapped(c, 2, EC(OTHER), ARMVIRT_ISS_OTHER_INSTRUCTION_ISS_TSB_CSYNC,
                               CAUSE(HFGITR2_TSBCSYNC));
    }
    return false;
}

/* HCRX_EL2.TALLINT traps setting the bit; clearing it is free. */
static bool check_allint(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (!armvirt_pe_has(v->pe, PE_NMI)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (v->el == 0) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (v->el == 1 && (c->insn->word & 0x100) && (v->hcrx & HCRX(TALLINT))) {
        return armvirt_trapped_system(c, 2, CAUSE(HCRX_TALLINT));
    }
    return false;
}

/* One of the three groups of 64-byte accesses. */
struct ls64 {
    uint64_t sctlr, hcrx, iss;
    uint8_t feature, sctlr_cause, hcrx_cause;
};

static const struct ls64 *ls64_of(unsigned kind)
{
    static const struct ls64 rows[] = {
        {SCTLR(ENALS), HCRX(ENALS), ARMVIRT_ISS_OTHER_INSTRUCTION_ISS_LD64B_ST64B, PE_LS64,
         CAUSE(SCTLR_ENALS), CAUSE(HCRX_ENALS)},
        {SCTLR(ENASR), HCRX(ENASR), ARMVIRT_ISS_OTHER_INSTRUCTION_ISS_ST64BV, PE_LS64_V,
         CAUSE(SCTLR_ENASR), CAUSE(HCRX_ENASR)},
        {SCTLR(ENAS0), HCRX(ENAS0), ARMVIRT_ISS_OTHER_INSTRUCTION_ISS_ST64BV0, PE_LS64_ACCDATA,
         CAUSE(SCTLR_ENAS0), CAUSE(HCRX_ENAS0)},
    };

    return &rows[kind - ARMVIRT_INSN_LD64B];
}

static bool check_ls64(const struct check *c)
{
    const struct pe_view *v = c->v;
    const struct ls64 *row = ls64_of(c->insn->kind);

    if (!armvirt_pe_has(v->pe, (enum pe_feature)row->feature)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (v->el == 0 && !(armvirt_sctlr_here(v) & row->sctlr)) {
        return armvirt_trapped(c, v->in_host ? 2 : 1, EC(OTHER), row->iss,
                               (enum armvirt_exc_cause)row->sctlr_cause);
    }
    if (below_el2(v) && !v->in_host && !(v->hcrx & row->hcrx)) {
        return armvirt_trapped(c, 2, EC(OTHER), row->iss, (enum armvirt_exc_cause)row->hcrx_cause);
    }
    if (c->insn->kind == ARMVIRT_INSN_ST64BV0 && v->el != 3 && !(v->scr & SCR(ENAS0))) {
        return armvirt_trapped(c, 3, EC(OTHER), row->iss, CAUSE(SCR_ENAS0));
    }
    return false;
}

/* Syndrome of a main or epilogue instruction that found other parameters than it can go on with.
 * J1.1.3 (MemCpyParametersIllegal, MismatchedMemCpyException). */
static uint64_t mops_iss(const struct armvirt_insn *insn)
{
    uint32_t word = insn->word;
    bool set = (word >> 22 & 3) == 3;
    uint64_t op = set ? word >> 14 & 3 : word >> 22 & 3;
    uint64_t options = set ? word >> 12 & 3 : word >> 12 & 0xf;

    return ARMVIRT_PUT(ARMVIRT_ISS_MOPS_MEMINST, set) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_ISSETG, set && (word >> 26 & 1)) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_OPTIONS, options) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_FROMEPILOGUE, op == 2) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_FORMATOPTION, insn->format_option) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_DESTREG, word) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_SRCREG, word >> 16) |
           ARMVIRT_PUT(ARMVIRT_ISS_MOPS_SIZEREG, word >> 5);
}

/* MSCEn: of HCRX_EL2, and of SCTLR_ELx at EL0. */
static bool check_mops(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (!armvirt_pe_has(v->pe, PE_MOPS)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (below_el2(v) && !v->host_el0 && !(v->hcrx & HCRX(MSCEN))) {
        return armvirt_undefined(c, CAUSE(HCRX_MSCEN));
    }
    if (v->el == 0 && !(armvirt_sctlr_here(v) & SCTLR(MSCEN))) {
        return armvirt_undefined(c, CAUSE(SCTLR_MSCEN));
    }
    if (!c->insn->fails) {
        return false;
    }
    if (v->el == 1 && (v->hcrx & HCRX(MCE2))) {
        return armvirt_trapped(c, 2, EC(MOPS), mops_iss(c->insn), CAUSE(INSTRUCTION));
    }
    return armvirt_raised(c, EC(MOPS), mops_iss(c->insn), CAUSE(INSTRUCTION));
}

bool armvirt_check_system(const struct check *c)
{
    switch (c->insn->kind) {
    case ARMVIRT_INSN_PRIVILEGED:
        if (c->v->el == 0) {
            return armvirt_undefined(c, CAUSE(EL));
        }
        return false;
    case ARMVIRT_INSN_DAIF:
        return check_daif(c);
    case ARMVIRT_INSN_ALLINT:
        return check_allint(c);
    case ARMVIRT_INSN_PSTATE:
        return check_pstate(c);
    case ARMVIRT_INSN_PSB:
    case ARMVIRT_INSN_TSB:
        return check_barrier(c);
    case ARMVIRT_INSN_SETEND:
    case ARMVIRT_INSN_IT:
    case ARMVIRT_INSN_BANKED:
    case ARMVIRT_INSN_SRS:
        return armvirt_check_a32(c);
    case ARMVIRT_INSN_MOPS:
        return check_mops(c);
    default:
        return check_ls64(c);
    }
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* What an instruction never gets past: D1.4.5.6, priorities 7, 11 and 12. */
static bool check_state(const struct check *c)
{
    const struct armvirt_pe *pe = c->v->pe;

    if (c->v->halted) {
        return false;
    }
    if (!c->v->aarch32 && (pe->pc & 3)) {
        return armvirt_raised(c, EC(PC_ALIGNMENT), 0, CAUSE(PC_ALIGNMENT));
    }
    if (pe->pstate & PS(IL)) {
        return armvirt_raised(c, EC(ILLEGAL_STATE), 0, CAUSE(PSTATE_IL));
    }
    if (armvirt_pe_has(pe, PE_UINJ) && (pe->pstate & PS(UINJ))) {
        return armvirt_undefined(c, CAUSE(PSTATE_UINJ));
    }
    return false;
}

static bool check_kind(const struct check *c)
{
    unsigned kind = c->insn->kind;

    if (kind == ARMVIRT_INSN_ORDINARY || kind >= ARMVIRT_INSN_KINDS) {
        return false;
    }
    if (kind == ARMVIRT_INSN_UNDEFINED) {
        return armvirt_undefined(c, CAUSE(INSTRUCTION));
    }
    if (kind <= ARMVIRT_INSN_ERETAB) {
        return armvirt_check_call(c);
    }
    if (kind <= ARMVIRT_INSN_WFET) {
        return armvirt_check_hint(c);
    }
    if (kind >= ARMVIRT_INSN_FP && kind <= ARMVIRT_INSN_SME_ZT0) {
        return armvirt_check_vector(c);
    }
    if (kind >= ARMVIRT_INSN_PAC_IA && kind <= ARMVIRT_INSN_PAC_GA) {
        return armvirt_check_pauth(c, kind);
    }
    return kind >= ARMVIRT_INSN_GCS ? armvirt_check_gcs(c) : armvirt_check_system(c);
}

enum armvirt_status armvirt_exc_insn(const struct armvirt_pe *pe, const struct armvirt_insn *insn,
                                     struct armvirt_exception *exc)
{
    struct pe_view v;
    struct check c = {&v, insn, exc};

    armvirt_pe_view(&v, pe);
    return check_state(&c) || check_kind(&c) ? ARMVIRT_FAULT : ARMVIRT_OK;
}

enum armvirt_status armvirt_exc_bti(const struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    uint64_t btype = ARMVIRT_GET(PS(BTYPE), pe->pstate);

    if (btype == 0 || (pe->pstate & PS_AARCH32) || pe->halted || !armvirt_pe_has(pe, PE_BTI)) {
        return ARMVIRT_OK;
    }
    armvirt_exc_raise(pe, EC(BTI), btype, exc);
    exc->cause = CAUSE(PSTATE_BTYPE);
    return ARMVIRT_FAULT;
}

enum armvirt_status armvirt_exc_sp_check(const struct armvirt_pe *pe, uint64_t sp,
                                         struct armvirt_exception *exc)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    if ((sp & 15) == 0 || !(armvirt_sctlr_here(&v) & (v.el == 0 ? SCTLR(SA0) : SCTLR(SA)))) {
        return ARMVIRT_OK;
    }
    armvirt_raise(&v, EC(SP_ALIGNMENT), 0, exc);
    exc->cause = CAUSE(SCTLR_SA);
    return ARMVIRT_FAULT;
}

/* ---- Software step ------------------------------------------------------------------------ */

enum armvirt_status armvirt_exc_step(const struct armvirt_pe *pe, bool stepped, bool load_exclusive,
                                     struct armvirt_exception *exc)
{
    uint64_t iss = ARMVIRT_ISS_SOFTWARE_STEP_IFSC_DEBUG |
                   (stepped ? ARMVIRT_ISS_SOFTWARE_STEP_ISV : 0) |
                   (stepped && load_exclusive ? ARMVIRT_ISS_SOFTWARE_STEP_EX : 0);
    struct pe_view v;
    bool secure;

    armvirt_pe_view(&v, pe);
    secure = v.secure && v.el != 3;
    if (!(pe->mdscr_el1 & ARMVIRT_MDSCR_EL1_SS) || (pe->pstate & PS(SS)) ||
        v.a32[armvirt_debug_target(&v, secure)] ||
        !armvirt_debug_enabled(&v, v.el, secure, v.aarch32, (pe->pstate & PS(D)) != 0)) {
        return ARMVIRT_OK;
    }
    armvirt_raise(&v, EC(STEP_LOWER), iss, exc);
    return ARMVIRT_FAULT;
}

void armvirt_exc_completed(struct armvirt_pe *pe)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    if ((pe->mdscr_el1 & ARMVIRT_MDSCR_EL1_SS) &&
        !v.a32[armvirt_debug_target(&v, v.secure && v.el != 3)]) {
        pe->pstate &= ~PS(SS);
    }
    pe->pstate = v.aarch32 ? armvirt_it_advance(pe->pstate) : pe->pstate & ~PS(BTYPE);
    pe->pstate &= ~PS(PPEND); /* R_NZLVW: the PMU sets it for this instruction, or nobody */
    if (armvirt_halting_step(&v)) {
        pe->edesr |= (uint32_t)ARMVIRT_EDESR_SS;
    }
    pe->pc = armvirt_next_insn(pe);
    pe->insn_bytes = 0;
}
