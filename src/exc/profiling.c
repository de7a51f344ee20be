/* SPDX-License-Identifier: MIT */
/*
 * Profiling exceptions of the PMU, of SPE and of the TRBE. DDI0487 D13.3, D16, D6.9, J1.1.1
 * (CheckForPMUException, CheckForSPEException), J1.3.4 (CheckForTRBEException).
 */
#include "profiling.h"

#include "sync.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/syndrome.h>

/* Values of PMEE, PMSEE, TRBEE and EE. */
enum { EE_DISABLED = 0, EE_DELEGATED = 1, EE_EXCEPTION = 3 };

static bool is_exception(unsigned ee)
{
    return (ee & 2) != 0; /* 0b1x */
}

/* ---- PMU ---------------------------------------------------------------------------------- */

/* J1.1.1 EffectivePMEE: reserved values disable. */
static unsigned effective_pmee(const struct pe_view *v, unsigned el)
{
    uint64_t pmee = el == 3   ? ARMVIRT_GET(ARMVIRT_MDCR_EL3_PMEE, v->pe->mdcr_el3)
                    : el == 2 ? ARMVIRT_GET(ARMVIRT_MDCR_EL2_PMEE, v->pe->mdcr_el2)
                              : ARMVIRT_GET(ARMVIRT_PMECR_EL1_PMEE, v->pe->pmecr_el1);

    return pmee == 2 || (el == 1 && pmee == 1) ? EE_DISABLED : (unsigned)pmee;
}

/* The highest level that does not delegate decides. */
unsigned armvirt_pmu_target(const struct pe_view *v)
{
    if (!armvirt_pe_has(v->pe, PE_EBEP)) {
        return 0;
    }
    if (v->el3 && effective_pmee(v, 3) != EE_DELEGATED) {
        return effective_pmee(v, 3) == EE_EXCEPTION ? 3 : 0;
    }
    if (v->el2_enabled && effective_pmee(v, 2) != EE_DELEGATED) {
        return effective_pmee(v, 2) == EE_EXCEPTION ? 2 : 0;
    }
    return effective_pmee(v, 1) != EE_EXCEPTION ? 0 : v->tge ? 2 : 1;
}

bool armvirt_pmu_masked(const struct pe_view *v, unsigned target, unsigned from, bool pm)
{
    if (v->halted || target < from) {
        return true;
    }
    if (from == 2 && target == 2 && effective_pmee(v, 2) != EE_EXCEPTION) {
        return true;
    }
    return target == from && (!(v->pe->pmecr_el1 & ARMVIRT_PMECR_EL1_KPME) || pm);
}

static bool is_pm_set(const struct pe_view *v)
{
    return (v->pe->pstate & ARMVIRT_SPSR_EL1_PM) != 0;
}

static bool is_ppend_set(const struct pe_view *v)
{
    return armvirt_pe_has(v->pe, PE_SEBEP) && (v->pe->pstate & PS(PPEND));
}

/* ---- SPE and TRBE ------------------------------------------------------------------------- */

/* One of the two buffers: its controls and what it reports, an element for each level. */
struct buffer {
    enum pe_feature feature;
    bool allowed;
    unsigned el3, el2, el1; /* PMSEE or TRBEE; EE */
    bool ke2, ke1, pending[4];
    unsigned owner; /* {NSPBE, NSPB}: the Security state */
    unsigned fsc;
};

/* EffectivePMSCR_EL2_EE, EffectiveTRFCR_EL2_EE. */
static unsigned effective_ee2(const struct pe_view *v, const struct buffer *b)
{
    if (v->el3 && b->el3 == EE_DISABLED) {
        return EE_DISABLED;
    }
    return v->el2_enabled ? b->el2 : EE_DELEGATED;
}

/* EffectivePMSCR_EL1_EE, EffectiveTRFCR_EL1_EE: FEAT_NV gives the reserved values a meaning. */
static unsigned effective_ee1(const struct pe_view *v, const struct buffer *b)
{
    if (effective_ee2(v, b) == EE_DISABLED) {
        return EE_DISABLED;
    }
    if (b->el1 == 1 || b->el1 == 2) {
        return armvirt_pe_has(v->pe, PE_NV) && b->el1 == 2 ? EE_EXCEPTION : EE_DISABLED;
    }
    return b->el1;
}

/* ProfilingBufferOwner, TraceBufferOwner, and IsCurrentSecurityState, below EL3. @owner: 0b00x
 * Secure, 0b01x Non-secure, 0b11x Realm. */
static bool in_owning_state(const struct pe_view *v, unsigned owner)
{
    bool realm = armvirt_pe_has(v->pe, PE_RME) && (v->scr & ARMVIRT_SCR_EL3_NSE);
    unsigned here = v->secure ? 0 : realm ? 3 : 1;

    return owner >> 1 == here;
}

/* At its own level the exception wants KE, and PSTATE.PM clear. */
static bool taken_at_own_level(const struct pe_view *v, bool ke)
{
    return ke && !is_pm_set(v);
}

static bool taken_to_el2(const struct pe_view *v, const struct buffer *b)
{
    if (!is_exception(effective_ee2(v, b)) || !b->pending[2]) {
        return false;
    }
    return v->el < 2 || (b->el2 == EE_EXCEPTION && taken_at_own_level(v, b->ke2));
}

static bool taken_to_el1(const struct pe_view *v, const struct buffer *b)
{
    if (effective_ee1(v, b) != EE_EXCEPTION || !b->pending[1]) {
        return false;
    }
    return v->el == 0 || (v->el == 1 && taken_at_own_level(v, b->ke1));
}

/* The target, or 0. EL1's own goes to EL2 under HCR_EL2.TGE. */
static unsigned buffer_target(const struct pe_view *v, const struct buffer *b)
{
    if (!armvirt_pe_has(v->pe, b->feature) || !b->allowed || v->halted || v->el == 3) {
        return 0;
    }
    if (v->el3 && is_exception(b->el3) && b->pending[3]) {
        return 3;
    }
    if (!in_owning_state(v, b->owner)) {
        return 0;
    }
    if (taken_to_el2(v, b)) {
        return 2;
    }
    return !taken_to_el1(v, b) ? 0 : v->tge ? 2 : 1;
}

static struct buffer spe_of(const struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;
    struct buffer b = {
        .feature = PE_SPE_EXC,
        .allowed = true,
        .el3 = (unsigned)ARMVIRT_GET(ARMVIRT_MDCR_EL3_PMSEE, pe->mdcr_el3),
        .el2 = (unsigned)ARMVIRT_GET(ARMVIRT_PMSCR_EL2_EE, pe->pmscr_el[2]),
        .el1 = (unsigned)ARMVIRT_GET(ARMVIRT_PMSCR_EL1_EE, pe->pmscr_el[1]),
        .ke2 = (pe->pmscr_el[2] & ARMVIRT_PMSCR_EL2_KE) != 0,
        .ke1 = (pe->pmscr_el[1] & ARMVIRT_PMSCR_EL1_KE) != 0,
        .owner = v->el3 ? (unsigned)ARMVIRT_GET(ARMVIRT_MDCR_EL3_NSPB, pe->mdcr_el3) |
                              (pe->mdcr_el3 & ARMVIRT_MDCR_EL3_NSPBE ? 4u : 0)
                        : 3,
        .fsc = (unsigned)ARMVIRT_ISS_PROFILING_FSC_SPE,
    };

    for (unsigned el = 1; el <= 3; el++) {
        b.pending[el] = (pe->pmbsr_el[el] & ARMVIRT_PMBSR_EL1_S) != 0;
    }
    return b;
}

/* J1.3.4 SelfHostedTraceEnabled: EDSCR.TFO leaves tracing to a debugger that may look. */
static bool self_hosted_trace(const struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;
    bool rme = armvirt_pe_has(pe, PE_RME);
    bool ste =
        v->el3 && (!rme || armvirt_pe_has(pe, PE_SEL2)) && (pe->mdcr_el3 & ARMVIRT_MDCR_EL3_STE);
    unsigned secure = ARMVIRT_DEBUG_NONSECURE | ARMVIRT_DEBUG_SECURE;
    unsigned realm = ARMVIRT_DEBUG_NONSECURE | ARMVIRT_DEBUG_REALM;

    if (!(pe->edscr & ARMVIRT_EDSCR_TFO)) {
        return true;
    }
    return (ste && (pe->debug_enables & secure) != secure) ||
           (rme && (pe->mdcr_el3 & ARMVIRT_MDCR_EL3_RLTE) && (pe->debug_enables & realm) != realm);
}

static struct buffer trbe_of(const struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;
    struct buffer b = {
        .feature = PE_TRBE_EXC,
        .allowed = self_hosted_trace(v),
        .el3 = (unsigned)ARMVIRT_GET(ARMVIRT_MDCR_EL3_TRBEE, pe->mdcr_el3),
        .el2 = (unsigned)ARMVIRT_GET(ARMVIRT_TRFCR_EL2_EE, pe->trfcr_el[2]),
        .el1 = (unsigned)ARMVIRT_GET(ARMVIRT_TRFCR_EL1_EE, pe->trfcr_el[1]),
        .ke2 = (pe->trfcr_el[2] & ARMVIRT_TRFCR_EL2_KE) != 0,
        .ke1 = (pe->trfcr_el[1] & ARMVIRT_TRFCR_EL1_KE) != 0,
        .owner = v->el3 ? (unsigned)ARMVIRT_GET(ARMVIRT_MDCR_EL3_NSTB, pe->mdcr_el3) |
                              (pe->mdcr_el3 & ARMVIRT_MDCR_EL3_NSTBE ? 4u : 0)
                        : 3,
        .fsc = (unsigned)ARMVIRT_ISS_PROFILING_FSC_TRBE,
    };

    for (unsigned el = 1; el <= 3; el++) {
        b.pending[el] = (pe->trbsr_el[el] & ARMVIRT_TRBSR_EL1_IRQ) != 0;
    }
    return b;
}

/* ---- Taking one --------------------------------------------------------------------------- */

static enum armvirt_status take(const struct pe_view *v, unsigned target, unsigned fsc, bool sync,
                                struct armvirt_exception *exc)
{
    uint64_t iss =
        ARMVIRT_PUT(ARMVIRT_ISS_PROFILING_FSC, fsc) | (sync ? ARMVIRT_ISS_PROFILING_SYNC : 0);

    armvirt_make_sync(v, target, ARMVIRT_ESR_ELX_EC_PROFILING, iss, exc);
    return ARMVIRT_FAULT;
}

/* The order of what is asynchronous is IMPLEMENTATION DEFINED. */
enum armvirt_status armvirt_exc_profiling(const struct armvirt_pe *pe, bool overflow,
                                          struct armvirt_exception *exc)
{
    struct pe_view v;
    struct buffer b;
    unsigned target;

    armvirt_pe_view(&v, pe);
    target = armvirt_pmu_target(&v);
    if (target && !armvirt_pmu_masked(&v, target, v.el, is_pm_set(&v)) &&
        (is_ppend_set(&v) || overflow)) {
        return take(&v, target, (unsigned)ARMVIRT_ISS_PROFILING_FSC_PMU, is_ppend_set(&v), exc);
    }
    b = spe_of(&v);
    target = buffer_target(&v, &b);
    if (!target) {
        b = trbe_of(&v);
        target = buffer_target(&v, &b);
    }
    return target ? take(&v, target, b.fsc, false, exc) : ARMVIRT_OK;
}
