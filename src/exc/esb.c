/* SPDX-License-Identifier: MIT */
/*
 * Error synchronization: the ESB instruction, which defers masked SErrors, and the implicit event
 * of exception entry and return. DDI0487 D20.5, J1.1.3 (AArch64.ESBOperation, vESBOperation,
 * dESBOperation), J1.2.3 (AArch32.ESBOperation, AArch32.vESBOperation).
 */
#include "async.h"
#include "pstate.h"

#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/system.h>

#define SOURCE(name) (1u << ARMVIRT_EXC_##name)
#define SERRORS      (SOURCE(SERROR) | SOURCE(VSERROR) | SOURCE(DSERROR))

/* What a deferred error leaves of its ISS: an ESB is no exception entry, so IESB and PFV are 0. */
#define NOT_DEFERRED (ARMVIRT_ISS_SERROR_IESB | ARMVIRT_ISS_SERROR_PFV)

/* ---- Deferral ----------------------------------------------------------------------------- */

/* J1.1.3 and J1.2.3 ESBOperation. DISR has three formats: HSR's, DFSR's long and short ones. */
static uint64_t physical_syndrome(const struct pe_view *v, uint64_t iss)
{
    uint64_t fields = ARMVIRT_DISR_EL1_A;

    if (!v->aarch32) {
        fields |= armvirt_serror_iss(v, ARMVIRT_EXC_SERROR, iss);
        return iss & ARMVIRT_DISR_EL1_IDS ? fields : fields & ~NOT_DEFERRED;
    }
    return fields | (v->el == 2 ? armvirt_serror_hyp_iss(iss)
                                : armvirt_serror_fsr(v, ARMVIRT_EXC_SERROR, iss));
}

static uint64_t virtual_syndrome(const struct pe_view *v)
{
    uint64_t syndrome = v->a32[1] ? armvirt_serror_fsr(v, ARMVIRT_EXC_VSERROR, 0)
                                  : armvirt_serror_iss(v, ARMVIRT_EXC_VSERROR, 0);

    return ARMVIRT_VDISR_EL2_A | syndrome;
}

static bool defer_physical(struct armvirt_pe *pe, const struct pe_view *v, uint32_t lines,
                           uint64_t iss)
{
    if (!(lines & ARMVIRT_LINE_SERROR) || armvirt_serror_target(v) != 0) {
        return false;
    }
    pe->disr_el1 = physical_syndrome(v, iss);
    return true;
}

/* R_LLLVR. */
static bool defer_virtual(struct armvirt_pe *pe, const struct pe_view *v)
{
    bool masked = (pe->pstate & PS(A)) || v->halted || armvirt_interrupts_disabled(v, 1);

    if (!(v->hcr & ARMVIRT_HCR_EL2_VSE) || !armvirt_vserror_enabled(v) || !masked) {
        return false;
    }
    pe->vdisr_el2 = virtual_syndrome(v);
    pe->vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_VSE;
    return true;
}

/* R_KKPVY. SCR_EL3.{EA, TMEA} say whether it is enabled (D1.4.6.2.2), not whether it is pending. */
static bool defer_delegated(struct armvirt_pe *pe, const struct pe_view *v)
{
    uint64_t both = ARMVIRT_SCR_EL3_ENDSE | ARMVIRT_SCR_EL3_DSE;

    if (!armvirt_pe_has(pe, PE_E3DSE) || !v->el3 || v->a32[3] || v->el == 3 ||
        (v->scr & both) != both || armvirt_delegated_target(v) != 0) {
        return false;
    }
    pe->vdisr_el3 = ARMVIRT_VDISR_EL3_A | armvirt_serror_iss(v, ARMVIRT_EXC_DSERROR, 0);
    pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_DSE;
    return true;
}

/* A virtual SError has priority over a delegated one (D20.5.2). */
static unsigned defer(struct armvirt_pe *pe, const struct pe_view *v, uint32_t lines, uint64_t iss)
{
    unsigned deferred = defer_physical(pe, v, lines, iss) ? SOURCE(SERROR) : 0;

    if (defer_virtual(pe, v)) {
        return deferred | SOURCE(VSERROR);
    }
    return deferred | (defer_delegated(pe, v) ? SOURCE(DSERROR) : 0);
}

/* ---- What is taken ------------------------------------------------------------------------ */

static enum armvirt_exc_source first_serror(unsigned takeable)
{
    static const uint8_t order[] = {ARMVIRT_EXC_SERROR, ARMVIRT_EXC_VSERROR, ARMVIRT_EXC_DSERROR};
    unsigned i = 0;

    while (!((takeable >> order[i]) & 1)) {
        i++;
    }
    return (enum armvirt_exc_source)order[i];
}

/* The unmasked SError of @among to be taken now, if there is one. */
static enum armvirt_status take(const struct armvirt_pe *pe, uint32_t lines, unsigned among,
                                uint64_t iss, struct armvirt_exception *exc)
{
    struct armvirt_exc_pending p;
    enum armvirt_exc_source source;

    armvirt_exc_pending(pe, lines & ARMVIRT_LINE_SERROR, &p);
    among &= p.takeable;
    if (!among) {
        return ARMVIRT_OK;
    }
    source = first_serror(among);
    armvirt_exc_interrupt(pe, source, p.target_el[source], iss, exc);
    return ARMVIRT_FAULT;
}

enum armvirt_status armvirt_exc_esb(struct armvirt_pe *pe, uint32_t lines, uint64_t iss,
                                    unsigned *deferred, struct armvirt_exception *exc)
{
    struct pe_view v;

    *deferred = 0;
    if (!armvirt_pe_has(pe, PE_RAS)) {
        return ARMVIRT_OK;
    }
    if (take(pe, lines, SOURCE(SERROR), iss, exc) == ARMVIRT_FAULT) {
        return ARMVIRT_FAULT; /* the others stay pending: I_VKQGL */
    }
    armvirt_pe_view(&v, pe);
    *deferred = defer(pe, &v, lines, iss);
    return take(pe, 0, SERRORS, iss, exc);
}

enum armvirt_status armvirt_exc_implicit_esb(const struct armvirt_pe *pe, uint32_t lines,
                                             uint64_t iss, struct armvirt_exception *exc)
{
    uint64_t ids = iss & ARMVIRT_VSESR_EL2_IDS;

    return take(pe, lines, SOURCE(SERROR), ids ? iss : iss | ARMVIRT_ISS_SERROR_IESB, exc);
}
