/* SPDX-License-Identifier: MIT */
/*
 * Routing and reporting of synchronous exceptions. DDI0487 D1.4.5, D1.4.7 to D1.4.10, D2.3, G1.13,
 * J1.1.2, J1.2.2 (Abort, CallSupervisor, SoftwareBreakpoint, TakeUndefInstrException and so on).
 */
#include "sync.h"

#include "syndrome.h"

#include "pgtable/report.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/debug.h>
#include <armvirt/regs/syndrome.h>

#define EC(name) ARMVIRT_ESR_ELX_EC_##name

/* ---- Routing ------------------------------------------------------------------------------ */

/* What an exception that EL1 would have had is called there: level 1, or the level above it that
 * software already is at. If EL3 is AArch32, its modes but Monitor count as level 1. */
static unsigned own_level(const struct pe_view *v)
{
    if (v->el == 3) {
        return v->aarch32 ? 1 : 3;
    }
    return v->el == 2 ? 2 : 1;
}

/* R_DPLSC, R_SXYZB: from EL0 to EL2 under HCR_EL2.TGE. */
static unsigned general_target(const struct pe_view *v)
{
    return v->el == 0 && v->tge ? 2 : own_level(v);
}

/* D2.3: debug exceptions go to EL2 by MDCR_EL2.TDE as well. */
static unsigned debug_target(const struct pe_view *v)
{
    bool routed = v->tge || (v->pe->mdcr_el2 & ARMVIRT_MDCR_EL2_TDE);

    return v->el < 2 && v->el2_enabled && routed ? 2 : own_level(v);
}

static bool is_debug(unsigned ec)
{
    return (ec >= EC(BREAKPOINT_LOWER) && ec <= EC(WATCHPOINT_SAME)) || ec == EC(BKPT32) ||
           ec == EC(VECTOR_CATCH32) || ec == EC(BRK64);
}

static unsigned target_of(const struct pe_view *v, unsigned ec)
{
    switch (ec) {
    case EC(HVC32):
    case EC(HVC64):
        return v->el == 3 ? 3 : 2;
    case EC(SMC32):
    case EC(SMC64):
    case EC(GPC):
        return 3;
    default:
        return is_debug(ec) ? debug_target(v) : general_target(v);
    }
}

/* ---- Class -------------------------------------------------------------------------------- */

/* Pairs of classes: the number for AArch64 instructions, and for AArch32 ones. */
static unsigned by_state(unsigned ec, bool aarch32)
{
    static const uint8_t pairs[][2] = {
        {EC(SVC64), EC(SVC32)},
        {EC(HVC64), EC(HVC32)},
        {EC(SMC64), EC(SMC32)},
        {EC(BRK64), EC(BKPT32)},
        {EC(FP_EXCEPTION64), EC(FP_EXCEPTION32)},
    };

    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (ec == pairs[i][0] || ec == pairs[i][1]) {
            return pairs[i][aarch32];
        }
    }
    return ec;
}

/* J1.1.2 WatchpointException: memory that HCR_EL2.NV2 makes of a register is accessed as if at EL2.
 */
static bool is_nv2_watchpoint(unsigned ec, uint64_t iss)
{
    return (ec | 1) == EC(WATCHPOINT_SAME) && (iss & ARMVIRT_ISS_WATCHPOINT_VNCR);
}

/* Pairs of classes: from a lower Exception level, and one above it, from the same. */
static unsigned by_level(unsigned ec, bool same)
{
    switch (ec | 1) {
    case EC(INSTRUCTION_ABORT_SAME):
    case EC(DATA_ABORT_SAME):
    case EC(BREAKPOINT_SAME):
    case EC(STEP_SAME):
    case EC(WATCHPOINT_SAME):
        return (ec & ~1u) | same;
    default:
        return ec;
    }
}

/* By its lower number: the pair is chosen where the level is known. */
static unsigned abort_class(bool fetch)
{
    return fetch ? EC(INSTRUCTION_ABORT_LOWER) : EC(DATA_ABORT_LOWER);
}

/* HSR has no classes of debug exceptions, they are aborts: G8.2.74, J1.2.2 AbortSyndrome. */
static void as_abort_of_hyp(struct armvirt_syndrome *s, bool same)
{
    bool data = (s->ec | 1u) == EC(WATCHPOINT_SAME);
    uint64_t kept = data ? ARMVIRT_ISS_WATCHPOINT_CM | ARMVIRT_ISS_WATCHPOINT_WNR : 0;

    s->ec = (uint8_t)(abort_class(!data) | same);
    s->iss = (s->iss & kept) | ARMVIRT_ISS_WATCHPOINT_DFSC_DEBUG;
}

static bool is_call(unsigned ec)
{
    return (ec >= EC(SVC32) && ec <= EC(SMC32)) || (ec >= EC(SVC64) && ec <= EC(SMC64));
}

/* ---- AArch32 fault status ----------------------------------------------------------------- */

/* Secure software below an AArch32 EL3 has its own TTBCR, which is TCR_EL3's place. */
bool armvirt_uses_eae(const struct pe_view *v)
{
    bool own = v->a32[3] && v->el3 && v->secure;

    return ((own ? v->pe->vmsa.tcr_el3 : v->pe->vmsa.tcr_el1) & ARMVIRT_TTBCR_EAE) != 0;
}

static uint32_t short_status(unsigned code)
{
    return (uint32_t)(ARMVIRT_PUT(ARMVIRT_DFSR_FS_4, code >> 4) |
                      ARMVIRT_PUT(ARMVIRT_DFSR_FS_3_0, code));
}

uint32_t armvirt_a32_fsr(const struct pe_view *v, enum armvirt_fsc_kind kind)
{
    struct armvirt_fsc fsc = {.kind = (uint8_t)kind};
    int code;

    if (armvirt_uses_eae(v)) { /* the long format calls two kinds otherwise */
        code = kind == ARMVIRT_FSC_DEBUG            ? 0x22
               : kind == ARMVIRT_FSC_ASYNC_EXTERNAL ? 0x11
                                                    : armvirt_fsc_encode(&fsc);
        return (uint32_t)(ARMVIRT_DFSR_LPAE | (unsigned)code);
    }
    return short_status((unsigned)armvirt_fsc_encode_short(&fsc));
}

static uint32_t fsr_of(const struct pe_view *v, unsigned ec)
{
    if (is_debug(ec)) {
        return armvirt_a32_fsr(v, ARMVIRT_FSC_DEBUG);
    }
    return ec == EC(PC_ALIGNMENT) ? armvirt_a32_fsr(v, ARMVIRT_FSC_ALIGNMENT) : 0;
}

/* ---- Making exceptions -------------------------------------------------------------------- */

void armvirt_make_sync(const struct pe_view *v, unsigned target, unsigned ec, uint64_t iss,
                       struct armvirt_exception *exc)
{
    const struct armvirt_pe *pe = v->pe;
    struct armvirt_syndrome s = {.iss = iss, .il = pe->insn_bytes != 2};

    s.ec =
        (uint8_t)by_level(by_state(ec, v->aarch32), target == v->el || is_nv2_watchpoint(ec, iss));
    if (target == 2 && v->a32[2] && is_debug(s.ec)) {
        as_abort_of_hyp(&s, v->el == 2);
    }
    *exc = (struct armvirt_exception){
        .esr = armvirt_esr_encode(&s),
        .elr = pe->pc,
        .source = ARMVIRT_EXC_SYNC,
        .target_el = (uint8_t)target,
        .cause = ARMVIRT_EXC_CAUSE_INSTRUCTION,
    };
    if (ec == EC(PC_ALIGNMENT)) {
        exc->far = pe->pc;
        exc->far_valid = true;
    }
    if (v->a32[target] && target != 2) {
        exc->fsr = fsr_of(v, s.ec);
    }
}

/* Breakpoints and watchpoints halt where a debugger wants them: J1.3.1
 * HaltOnBreakpointOrWatchpoint. EDSCR.STATUS; 0: no halt. */
static uint8_t halt_instead(const struct pe_view *v, unsigned ec)
{
    bool watchpoint = (ec | 1) == EC(WATCHPOINT_SAME);

    if (!(v->pe->edscr & ARMVIRT_EDSCR_HDE) || (!watchpoint && (ec | 1) != EC(BREAKPOINT_SAME)) ||
        v->pe->os_lock || !armvirt_halting_allowed(v)) {
        return 0;
    }
    return watchpoint ? (uint8_t)ARMVIRT_EDSCR_STATUS_WATCHPOINT
                      : (uint8_t)ARMVIRT_EDSCR_STATUS_BREAKPOINT;
}

void armvirt_raise(const struct pe_view *v, unsigned ec, uint64_t iss,
                   struct armvirt_exception *exc)
{
    armvirt_make_sync(v, target_of(v, ec & 63), ec & 63, iss, exc);
    exc->halt = halt_instead(v, ec & 63);
    if (is_call(ec & 63)) { /* R14 */
        exc->elr = armvirt_next_insn(v->pe);
        exc->executed = true;
    }
}

/* R_JNBTN: what EL1 would have reported, but for floating-point, of which EL2 says nothing, and in
 * Hyp mode, for which it is UNDEFINED at EL0 (J1.2.2 CheckForWFxTrap). */
void armvirt_trap(const struct pe_view *v, unsigned target, unsigned ec, uint64_t iss,
                  struct armvirt_exception *exc)
{
    if (target <= 1 && v->el == 0 && v->tge) {
        target = 2;
        if (ec == EC(FP) || v->a32[2]) {
            ec = EC(UNKNOWN);
            iss = 0;
        }
    }
    if (target == 3 && v->el3_shut) { /* J1.3.3 EL3SDDUndef */
        armvirt_raise(v, EC(UNKNOWN), 0, exc);
        return;
    }
    armvirt_make_sync(v, target < 1 ? 1 : target > 3 ? 3 : target, ec & 63, iss, exc);
}

void armvirt_exc_raise(const struct armvirt_pe *pe, unsigned ec, uint64_t iss,
                       struct armvirt_exception *exc)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    armvirt_raise(&v, ec, iss, exc);
}

void armvirt_exc_trap(const struct armvirt_pe *pe, unsigned target_el, unsigned ec, uint64_t iss,
                      struct armvirt_exception *exc)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    armvirt_trap(&v, target_el, ec, iss, exc);
}

/* ---- Faults of translation ---------------------------------------------------------------- */

/* The format of DFSR and IFSR: J1.2.2 ReportDataAbort, ReportPrefetchAbort. */
static bool uses_long_status(const struct pe_view *v, bool monitor)
{
    bool own = (v->pe->vmsa.tcr_el1 & ARMVIRT_TTBCR_EAE) != 0;
    bool secure = (v->pe->vmsa.tcr_el3 & ARMVIRT_TTBCR_EAE) != 0;

    if (v->el == 3 || v->secure) {
        return secure;
    }
    return monitor ? secure || own || v->el == 2 : own;
}

/* DFSR, or IFSR; the domain of a fault is not known here. */
static uint32_t a32_status(const struct pe_view *v, const struct armvirt_abort_context *c,
                           const struct armvirt_fault *fault, bool fetch, bool monitor)
{
    uint32_t status = uses_long_status(v, monitor)
                          ? (uint32_t)ARMVIRT_DFSR_LPAE | armvirt_long_fsc(fault)
                          : short_status(armvirt_short_fsc(fault));

    return status | (armvirt_is_external(fault) && c->ea ? (uint32_t)ARMVIRT_DFSR_EXT : 0) |
           (!fetch && fault->write ? (uint32_t)ARMVIRT_DFSR_WNR : 0);
}

/* Where EL3 uses AArch32: SCR.EA sends External aborts to Monitor mode, and other modes of EL3 have
 * Abort mode like those below: J1.2.2 TakeDataAbortException, TakePrefetchAbortException. */
static void abort_to_a32_el3(const struct pe_view *v, const struct armvirt_abort_context *c,
                             const struct armvirt_fault *fault, bool fetch,
                             struct armvirt_exception *exc)
{
    bool monitor =
        armvirt_is_external(fault) && !c->halted && (v->pe->vmsa.scr_el3 & ARMVIRT_SCR_EL3_EA) != 0;

    exc->target_el = monitor ? 3 : 1;
    exc->fsr = a32_status(v, c, fault, fetch, monitor);
    exc->esr = ARMVIRT_PUT(ARMVIRT_ESR_ELX_EC, abort_class(fetch));
    exc->serror_vector = exc->hpfar_valid = exc->pfar_valid = false;
}

void armvirt_exc_abort(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                       const struct armvirt_abort_context *context,
                       const struct armvirt_access *access, const struct armvirt_fault *fault,
                       struct armvirt_exception *exc)
{
    struct armvirt_abort_context c = {0};
    struct armvirt_abort abort;
    struct pe_view v;
    bool fetch = access->kind == ARMVIRT_FETCH;

    if (context != NULL) {
        c = *context;
    }
    c.el = (uint8_t)armvirt_pe_el(pe);
    c.t16 = pe->insn_bytes == 2;
    c.serror_masked = (pe->pstate & PS(A)) != 0 && !pe->halted;
    c.halted = pe->halted;
    c.el3_shut = pe->halted && (pe->edscr & ARMVIRT_EDSCR_SDD);
    armvirt_abort(regime, &c, access, fault, &abort);
    *exc = (struct armvirt_exception){
        .esr = abort.esr,
        .far = abort.far,
        .hpfar = abort.hpfar,
        .pfar = abort.pfar,
        .elr = pe->pc,
        .source = ARMVIRT_EXC_SYNC,
        .target_el = abort.target_el,
        .cause = ARMVIRT_EXC_CAUSE_INSTRUCTION,
        .serror_vector = abort.serror_vector,
        .far_valid = abort.far_valid,
        .hpfar_valid = abort.hpfar_valid,
        .pfar_valid = abort.pfar_valid,
    };
    if (abort.aarch32) { /* only the kind of abort matters to a mode */
        exc->fsr = (uint32_t)abort.esr;
        exc->esr = ARMVIRT_PUT(ARMVIRT_ESR_ELX_EC, abort_class(fetch));
    }
    armvirt_pe_view(&v, pe);
    if (v.el3 && v.a32[3] && exc->target_el == 3) {
        abort_to_a32_el3(&v, &c, fault, fetch, exc);
    }
}
