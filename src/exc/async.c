/* SPDX-License-Identifier: MIT */
/*
 * Routing and masking of interrupts and SErrors. DDI0487 D1.4.6.3 (targets), D1.4.6.4 (masking),
 * D1.4.6.5 (order), G1.16, J1.3.2 (PhysicalSErrorTarget, DelegatedSErrorTarget).
 */
#include "async.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/syndrome.h>

#define SOURCE(name) (1u << ARMVIRT_EXC_##name)
#define LINE(name)   ARMVIRT_LINE_##name
#define SCR(name)    ARMVIRT_SCR_EL3_##name
#define HCR(name)    ARMVIRT_HCR_EL2_##name

/* SCR of AArch32: an exception routed to Monitor mode may still be masked (G8.2, SCR). */
#define A32_SCR_FW ARMVIRT_BIT(4)
#define A32_SCR_AW ARMVIRT_BIT(5)

/* One of the two kinds of interrupt: the bits that route and mask it. */
struct interrupt {
    uint64_t scr, hcr, mask;
    uint32_t line, nmi;
};

static const struct interrupt irq = {SCR(IRQ), HCR(IMO), PS(I), LINE(IRQ), LINE(IRQ_NMI)};
static const struct interrupt fiq = {SCR(FIQ), HCR(FMO), PS(F), LINE(FIQ), LINE(FIQ_NMI)};

static bool has(uint64_t value, uint64_t bits)
{
    return (value & bits) != 0;
}

/* ---- Superpriority ------------------------------------------------------------------------ */

/* The SCTLR_ELx that counts for an interrupt to @target: of the target (R_XZPDT, R_MHWBP). */
static bool nmi_enabled(const struct pe_view *v, unsigned target)
{
    return armvirt_pe_has(v->pe, PE_NMI) && !v->a32[target] &&
           has(armvirt_sctlr(v->pe, target), ARMVIRT_SCTLR_EL1_NMI);
}

static bool all_interrupts_masked(const struct pe_view *v, unsigned el)
{
    return has(v->pe->pstate, PS(ALLINT)) ||
           (has(v->pe->pstate, PS_SP) &&
            has(armvirt_sctlr(v->pe, el), ARMVIRT_SCTLR_EL1_SPINTMASK));
}

/* Masked by PSTATE, of an interrupt that PSTATE can mask. @mask is PSTATE.I or F. */
static bool interrupt_masked(const struct pe_view *v, unsigned target, uint64_t mask,
                             bool superpriority)
{
    if (!nmi_enabled(v, target)) {
        return has(v->pe->pstate, mask);
    }
    if (!v->aarch32 && target == v->el && all_interrupts_masked(v, target)) {
        return true;
    }
    return !superpriority && has(v->pe->pstate, mask);
}

/* ---- IRQ and FIQ -------------------------------------------------------------------------- */

/* What goes to Monitor mode cannot be masked in Non-secure state, if it is FIQ without SCR.FW, or
 * EL2 would have had it. */
static bool a32_mask_is_ignored(const struct pe_view *v, const struct interrupt *i)
{
    return v->el != 3 && !v->secure &&
           (has(v->hcr, i->hcr) || (i == &fiq && !has(v->pe->vmsa.scr_el3, A32_SCR_FW)));
}

/* EL3 is AArch32 (Tables G1-19, G1-20): 0, or the target: 1 stands for IRQ and FIQ mode. */
static unsigned target_under_a32_el3(const struct pe_view *v, const struct interrupt *i)
{
    bool to_monitor = v->el3 && has(v->pe->vmsa.scr_el3, i->scr);
    bool to_hyp = v->el < 2 && has(v->hcr, i->hcr);
    bool masked = has(v->pe->pstate, i->mask) && !to_hyp;

    if (to_monitor) {
        return masked && !a32_mask_is_ignored(v, i) ? 0 : 3;
    }
    return masked ? 0 : to_hyp || v->el == 2 ? 2 : 1;
}

/* The row of Table D1-12: without a route to EL3. 0: it stays pending. */
static unsigned target_below_el3(const struct pe_view *v, const struct interrupt *i)
{
    if (v->el == 3) {
        return 0;
    }
    if (v->el == 2) {
        return v->a32[2] || v->tge || has(v->hcr, i->hcr) ? 2 : 0;
    }
    return has(v->hcr, i->hcr) || v->in_host ? 2 : 1;
}

/* 0, or the level that it is taken to now: Tables D1-12 and D1-21. */
static unsigned interrupt_target(const struct pe_view *v, const struct interrupt *i, uint32_t lines)
{
    unsigned target;
    bool maskable;

    if (v->a32[3]) {
        return target_under_a32_el3(v, i);
    }
    target = has(v->scr, i->scr) ? 3 : target_below_el3(v, i);
    /* A higher level cannot be masked, but for EL2 as a host of EL0 (R19), and EL1. */
    maskable = target == v->el || target == 1 || (target == 2 && v->in_host);
    return maskable && interrupt_masked(v, target, i->mask, has(lines, i->nmi)) ? 0 : target;
}

/* ---- SError ------------------------------------------------------------------------------- */

/* J1.3.2 EffectiveNMEA. */
bool armvirt_nmea(const struct pe_view *v)
{
    bool nmea3 = v->el == 3 && !v->aarch32 && has(v->scr, SCR(NMEA));

    if (!armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2)) { /* R40 */
        return nmea3 && armvirt_pe_has(v->pe, PE_DOUBLE_FAULT) && has(v->scr, SCR(EA));
    }
    if (v->el == 3) {
        return nmea3;
    }
    if ((v->el == 2 || v->in_host) && !v->a32[2]) {
        return has(armvirt_sctlr2(v, 2), ARMVIRT_SCTLR2_EL2_NMEA);
    }
    return !v->a32[1] && has(armvirt_sctlr2(v, 1), ARMVIRT_SCTLR2_EL1_NMEA);
}

/* SCR.AW lets Non-secure software mask what goes to Monitor mode. */
static bool serror_maskable_by_aw(const struct pe_view *v)
{
    return v->a32[3] && v->el != 3 && !v->secure && !has(v->hcr, HCR(AMO)) &&
           has(v->pe->vmsa.scr_el3, A32_SCR_AW);
}

/* Masked, as far as PSTATE.A and the routes of the current level go (R41). @ea: to EL3. */
static bool serror_masked(const struct pe_view *v, bool ea)
{
    bool a = has(v->pe->pstate, PS(A));

    switch (v->el) {
    case 3:
        return (!v->aarch32 && !ea) || a;
    case 2:
        return !ea && ((!v->aarch32 && !v->tge && !has(v->hcr, HCR(AMO))) || a);
    default:
        return !ea && !has(v->hcr, HCR(AMO)) && a;
    }
}

/* FEAT_DoubleFault2: masked errors go up (D1.4.6.3). */
static bool tmea_takes(const struct pe_view *v, bool masked)
{
    return armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2) && has(v->hcrx, ARMVIRT_HCRX_EL2_TMEA) &&
           ((v->el == 1 && has(v->pe->pstate, PS(A))) || (v->el == 0 && masked && !v->in_host));
}

static bool tmea3_takes(const struct pe_view *v, bool masked, bool intdis)
{
    bool from = (v->el == 1 || v->el == 2) && has(v->pe->pstate, PS(A));

    return armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2) && v->el3 && !v->a32[3] &&
           has(v->scr, SCR(TMEA)) && (intdis || from || ((v->el == 2 || v->el == 0) && masked));
}

/* What physical and delegated SErrors share: 0, or the target below EL3. */
static unsigned serror_target_below_el3(const struct pe_view *v, bool masked, bool intdis,
                                        bool to_el3)
{
    if (v->el < 2 && has(v->hcr, HCR(AMO)) && !intdis) {
        return 2;
    }
    if (tmea_takes(v, masked) && !intdis) {
        return 2;
    }
    if (to_el3 && tmea3_takes(v, masked, intdis)) {
        return 3;
    }
    return masked ? 0 : v->el == 2 || v->in_host ? 2 : 1;
}

/* The routes of a physical SError, but for EDSCR.INTdis; @intdis sends it to EL3 by TMEA. */
static unsigned serror_route(const struct pe_view *v, bool intdis)
{
    bool ea = v->el3 && has(v->a32[3] ? v->pe->vmsa.scr_el3 : v->scr, SCR(EA));
    bool masked = serror_masked(v, ea && !serror_maskable_by_aw(v)) && !armvirt_nmea(v);

    if (ea || (v->el == 3 && !v->a32[3])) {
        return masked ? 0 : 3;
    }
    return serror_target_below_el3(v, masked, intdis, true);
}

/* What a debugger disables stays pending. */
static unsigned unless_disabled(const struct pe_view *v, unsigned target)
{
    return target && armvirt_interrupts_disabled(v, target) ? 0 : target;
}

unsigned armvirt_serror_target(const struct pe_view *v)
{
    bool intdis = v->el != 3 && armvirt_interrupts_disabled(v, 1);

    return v->halted ? 0 : unless_disabled(v, serror_route(v, intdis));
}

unsigned armvirt_delegated_target(const struct pe_view *v)
{
    bool intdis = armvirt_interrupts_disabled(v, 1);

    if (v->halted || v->el == 3) {
        return 0;
    }
    return unless_disabled(v, serror_target_below_el3(v, serror_masked(v, false), intdis, false));
}

/* ---- Virtual ones ------------------------------------------------------------------------- */

/* R_BCXJB, R_CDCKC; TGE is off, for it clears the Effective AMO, IMO and FMO of EL0 and EL1. */
static bool virtual_possible(const struct pe_view *v)
{
    return v->el < 2 && v->el2_enabled && !v->tge;
}

bool armvirt_vserror_enabled(const struct pe_view *v)
{
    return virtual_possible(v) &&
           (has(v->hcr, HCR(AMO)) ||
            (armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2) && has(v->hcrx, ARMVIRT_HCRX_EL2_TMEA)));
}

bool armvirt_delegated_enabled(const struct pe_view *v)
{
    bool routed =
        has(v->scr, SCR(EA)) || (armvirt_pe_has(v->pe, PE_DOUBLE_FAULT2) && has(v->scr, SCR(TMEA)));

    return armvirt_pe_has(v->pe, PE_E3DSE) && v->el3 && !v->a32[3] && v->el != 3 && routed &&
           has(v->scr, SCR(ENDSE));
}

/* A line, or a bit of HCR_EL2, of a virtual interrupt that HCR_EL2 enables. */
static bool virtual_pending(const struct pe_view *v, uint32_t lines, uint32_t line, uint64_t bit,
                            uint64_t enable)
{
    return virtual_possible(v) && has(v->hcr, enable) && (has(lines, line) || has(v->hcr, bit));
}

/* What is there, of those that are enabled; whether it can be taken is another question. */
static unsigned pending_sources(const struct pe_view *v, uint32_t lines)
{
    const bool there[ARMVIRT_EXC_SOURCES] = {
        [ARMVIRT_EXC_IRQ] = has(lines, LINE(IRQ)),
        [ARMVIRT_EXC_FIQ] = has(lines, LINE(FIQ)),
        [ARMVIRT_EXC_SERROR] = has(lines, LINE(SERROR)),
        [ARMVIRT_EXC_VIRQ] = virtual_pending(v, lines, LINE(VIRQ), HCR(VI), HCR(IMO)),
        [ARMVIRT_EXC_VFIQ] = virtual_pending(v, lines, LINE(VFIQ), HCR(VF), HCR(FMO)),
        [ARMVIRT_EXC_VSERROR] = has(v->hcr, HCR(VSE)) && armvirt_vserror_enabled(v),
        [ARMVIRT_EXC_DSERROR] = has(v->scr, SCR(DSE)) && armvirt_delegated_enabled(v),
    };
    unsigned sources = 0;

    for (unsigned s = ARMVIRT_EXC_IRQ; s < ARMVIRT_EXC_SOURCES; s++) {
        sources |= there[s] ? 1u << s : 0;
    }
    return sources;
}

/* HCRX_EL2.{VINMI, VFNMI} go with HCR_EL2.{VI, VF}. */
static bool virtual_nmi(const struct pe_view *v, enum armvirt_exc_source source, uint32_t lines)
{
    bool f = source == ARMVIRT_EXC_VFIQ;

    return has(lines, f ? LINE(VFIQ_NMI) : LINE(VIRQ_NMI)) ||
           (has(v->hcr, f ? HCR(VF) : HCR(VI)) &&
            has(v->hcrx, f ? ARMVIRT_HCRX_EL2_VFNMI : ARMVIRT_HCRX_EL2_VINMI));
}

static unsigned route_of(const struct pe_view *v, enum armvirt_exc_source source, uint32_t lines)
{
    switch (source) {
    case ARMVIRT_EXC_IRQ:
        return interrupt_target(v, &irq, lines);
    case ARMVIRT_EXC_FIQ:
        return interrupt_target(v, &fiq, lines);
    case ARMVIRT_EXC_SERROR:
        return armvirt_serror_target(v);
    case ARMVIRT_EXC_VIRQ:
        return !interrupt_masked(v, 1, PS(I), virtual_nmi(v, source, lines));
    case ARMVIRT_EXC_VFIQ:
        return !interrupt_masked(v, 1, PS(F), virtual_nmi(v, source, lines));
    case ARMVIRT_EXC_VSERROR:
        return !has(v->pe->pstate, PS(A));
    default:
        return armvirt_delegated_target(v);
    }
}

/* Debug state takes none of them: H2.4.7. */
static unsigned target_of(const struct pe_view *v, enum armvirt_exc_source source, uint32_t lines)
{
    return v->halted ? 0 : unless_disabled(v, route_of(v, source, lines));
}

/* ---- The order ---------------------------------------------------------------------------- */

/* Superpriority counts where the target has FEAT_NMI switched on. */
static unsigned superpriority_sources(const struct pe_view *v, uint32_t lines,
                                      const struct armvirt_exc_pending *p)
{
    unsigned nmi = (has(lines, LINE(IRQ_NMI)) ? SOURCE(IRQ) : 0) |
                   (has(lines, LINE(FIQ_NMI)) ? SOURCE(FIQ) : 0) |
                   (virtual_nmi(v, ARMVIRT_EXC_VIRQ, lines) ? SOURCE(VIRQ) : 0) |
                   (virtual_nmi(v, ARMVIRT_EXC_VFIQ, lines) ? SOURCE(VFIQ) : 0);

    nmi &= p->takeable;
    for (unsigned s = ARMVIRT_EXC_IRQ; s < ARMVIRT_EXC_SOURCES; s++) {
        if (((nmi >> s) & 1) && !nmi_enabled(v, p->target_el[s])) {
            nmi &= ~(1u << s);
        }
    }
    return nmi;
}

static unsigned first_of(unsigned sources, unsigned nmi)
{
    static const struct {
        uint8_t source;
        bool nmi;
    } order[] = {
        {ARMVIRT_EXC_FIQ, true},      {ARMVIRT_EXC_IRQ, true},      {ARMVIRT_EXC_SERROR, false},
        {ARMVIRT_EXC_FIQ, false},     {ARMVIRT_EXC_IRQ, false},     {ARMVIRT_EXC_VIRQ, true},
        {ARMVIRT_EXC_VFIQ, true},     {ARMVIRT_EXC_VIRQ, false},    {ARMVIRT_EXC_VFIQ, false},
        {ARMVIRT_EXC_VSERROR, false}, {ARMVIRT_EXC_DSERROR, false},
    };

    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (((order[i].nmi ? nmi : sources) >> order[i].source) & 1) {
            return order[i].source;
        }
    }
    return ARMVIRT_EXC_SYNC;
}

void armvirt_exc_pending(const struct armvirt_pe *pe, uint32_t lines,
                         struct armvirt_exc_pending *pending)
{
    struct pe_view v;
    unsigned sources;

    *pending = (struct armvirt_exc_pending){0};
    armvirt_pe_view(&v, pe);
    sources = pending_sources(&v, lines);
    pending->pending = (uint8_t)sources;
    pending->wake = sources != 0 || v.halted; /* R44 */
    for (unsigned s = ARMVIRT_EXC_IRQ; s < ARMVIRT_EXC_SOURCES; s++) {
        if ((sources >> s) & 1) {
            pending->target_el[s] = (uint8_t)target_of(&v, (enum armvirt_exc_source)s, lines);
            pending->takeable |= (uint8_t)(pending->target_el[s] != 0 ? 1u << s : 0);
        }
    }
    pending->first =
        (uint8_t)first_of(pending->takeable, superpriority_sources(&v, lines, pending));
}

/* ---- Taking one --------------------------------------------------------------------------- */

/* R42: the syndrome is what EL2 or EL3 put into VSESR_ELx. */
uint64_t armvirt_serror_iss(const struct pe_view *v, enum armvirt_exc_source source, uint64_t iss)
{
    uint64_t fields = ARMVIRT_VSESR_EL2_IDS | ARMVIRT_VSESR_EL2_ISS;

    if (source == ARMVIRT_EXC_DSERROR) {
        return v->pe->vsesr_el3 & fields;
    }
    if (source != ARMVIRT_EXC_VSERROR) {
        return iss & fields;
    }
    return armvirt_pe_has(v->pe, PE_RAS) ? v->pe->vsesr_el2 & fields : 0;
}

/* DFSR has AET in bits 15:14 and ExT in bit 12, as VSESR_EL2 has them for AArch32. */
uint32_t armvirt_serror_fsr(const struct pe_view *v, enum armvirt_exc_source source, uint64_t iss)
{
    uint64_t fields =
        ARMVIRT_PUT(ARMVIRT_VSESR_EL2_A32_AET, ARMVIRT_GET(ARMVIRT_ISS_SERROR_AET, iss)) |
        ARMVIRT_PUT(ARMVIRT_VSESR_EL2_A32_EXT, ARMVIRT_GET(ARMVIRT_ISS_SERROR_EA, iss));

    if (source == ARMVIRT_EXC_VSERROR) {
        fields = armvirt_pe_has(v->pe, PE_RAS)
                     ? v->pe->vsesr_el2 & (ARMVIRT_VSESR_EL2_A32_AET | ARMVIRT_VSESR_EL2_A32_EXT)
                     : 0;
    }
    return armvirt_a32_fsr(v, ARMVIRT_FSC_ASYNC_EXTERNAL) | (uint32_t)fields;
}

/* HSR reports an SError as a Data Abort. */
uint64_t armvirt_serror_hyp_iss(uint64_t iss)
{
    return ARMVIRT_PUT(ARMVIRT_BITS(11, 10), ARMVIRT_GET(ARMVIRT_ISS_SERROR_AET, iss)) |
           (iss & ARMVIRT_ISS_SERROR_EA) | ARMVIRT_ISS_SERROR_DFSC_ASYNCHRONOUS;
}

/* ESR_ELx or HSR of an SError. */
static uint64_t serror_esr(const struct pe_view *v, enum armvirt_exc_source source, unsigned target,
                           uint64_t iss)
{
    struct armvirt_syndrome s = {.ec = ARMVIRT_ESR_ELX_EC_SERROR, .il = true};

    s.iss = armvirt_serror_iss(v, source, iss);
    if (v->a32[target]) {
        s.ec = (uint8_t)(ARMVIRT_ESR_ELX_EC_DATA_ABORT_LOWER | (v->el == target));
        s.iss = armvirt_serror_hyp_iss(iss);
    }
    return armvirt_esr_encode(&s);
}

static bool is_serror(enum armvirt_exc_source source)
{
    return source == ARMVIRT_EXC_SERROR || source == ARMVIRT_EXC_VSERROR ||
           source == ARMVIRT_EXC_DSERROR;
}

void armvirt_exc_interrupt(const struct armvirt_pe *pe, enum armvirt_exc_source source,
                           unsigned target_el, uint64_t iss, struct armvirt_exception *exc)
{
    unsigned target = target_el < 1 ? 1 : target_el > 3 ? 3 : target_el;
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    *exc = (struct armvirt_exception){
        .elr = pe->pc,
        .source = (uint8_t)source,
        .target_el = (uint8_t)target,
    };
    if (is_serror(source)) {
        exc->esr = serror_esr(&v, source, target, iss);
        exc->fsr = v.a32[target] ? armvirt_serror_fsr(&v, source, iss) : 0;
    }
}

/* ---- ISR_EL1 ------------------------------------------------------------------------------ */

/* I, or F, and its superpriority: EL1 sees the virtual one where it is enabled (R43). */
static uint64_t isr_interrupt(const struct pe_view *v, const struct interrupt *i, uint32_t lines)
{
    bool f = i == &fiq;
    bool virtual = v->el == 1 && virtual_possible(v) && has(v->hcr, i->hcr);
    bool pending = has(lines, i->line);
    bool nmi = has(lines, i->nmi);

    if (virtual) {
        pending = has(pending_sources(v, lines), f ? SOURCE(VFIQ) : SOURCE(VIRQ));
        nmi = virtual_nmi(v, f ? ARMVIRT_EXC_VFIQ : ARMVIRT_EXC_VIRQ, lines);
    }
    if (!pending) {
        return 0;
    }
    return (f ? ARMVIRT_ISR_EL1_F : ARMVIRT_ISR_EL1_I) |
           (nmi && armvirt_pe_has(v->pe, PE_NMI) ? f ? ARMVIRT_ISR_EL1_FS : ARMVIRT_ISR_EL1_IS : 0);
}

static bool isr_serror(const struct pe_view *v, uint32_t lines)
{
    if (v->el == 1 && armvirt_vserror_enabled(v)) {
        return has(v->hcr, HCR(VSE));
    }
    if (v->el != 0 && armvirt_delegated_enabled(v)) {
        return has(v->scr, SCR(DSE));
    }
    return has(lines, LINE(SERROR));
}

uint64_t armvirt_exc_isr(const struct armvirt_pe *pe, uint32_t lines)
{
    struct pe_view v;

    armvirt_pe_view(&v, pe);
    return isr_interrupt(&v, &irq, lines) | isr_interrupt(&v, &fiq, lines) |
           (isr_serror(&v, lines) ? ARMVIRT_ISR_EL1_A : 0);
}
