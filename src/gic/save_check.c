/* SPDX-License-Identifier: MIT */
/* What a snapshot of a GIC may hold; see save.h. */
#include "save.h"

#include "vpe.h"

bool armvirt_dist_is_good(const struct armvirt_gic *gic, uint32_t ctlr, uint32_t statusr)
{
    uint64_t bits = ARMVIRT_GICD_CTLR_ENABLEGRP0 | ARMVIRT_GICD_CTLR_ENABLEGRP1NS |
                    ARMVIRT_GICD_CTLR_ENABLEGRP1S | ARMVIRT_GICD_CTLR_DS;
    bool recorded = (gic->config.options & ARMVIRT_GIC_OPT_STATUSR) != 0;
    bool one_state = (ctlr & ARMVIRT_GICD_CTLR_DS) != 0;

    if (!armvirt_has(gic, ARMVIRT_GICD_TYPER_NO1N)) {
        bits |= ARMVIRT_GICD_CTLR_E1NWF;
    }
    if (one_state) {
        bits &= ~ARMVIRT_GICD_CTLR_ENABLEGRP1S;
        bits |= gic->config.gicd_typer2 & ARMVIRT_GICD_TYPER2_NASSGICAP
                    ? ARMVIRT_GICD_CTLR_DS_NASSGIREQ
                    : 0;
    }
    return !(ctlr & ~bits) && (one_state || armvirt_has(gic, ARMVIRT_GICD_TYPER_SECURITYEXTN)) &&
           !(statusr & ~(recorded ? ARMVIRT_STATUSR_BITS : 0));
}

/* ---- CPU interface ------------------------------------------------------------------------- */

static bool aprs_are_good(const uint32_t apr[4], unsigned prebits)
{
    unsigned bits = 1u << prebits;

    if (bits < 32) {
        return apr[0] >> bits == 0 && !(apr[1] | apr[2] | apr[3]);
    }
    for (unsigned n = armvirt_apr_count(prebits); n < 4; n++) {
        if (apr[n] != 0) {
            return false;
        }
    }
    return true;
}

static bool cpu_is_good(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu)
{
    bool nmi = armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI);

    for (unsigned group = 0; group < ARMVIRT_GROUPS; group++) {
        if (cpu->bpr[group] < armvirt_cpu_min_bpr(gic, (enum armvirt_group)group) ||
            (cpu->nmi_active[group] && (!nmi || group == ARMVIRT_G0)) ||
            !aprs_are_good(cpu->apr[group], gic->config.prebits)) {
            return false;
        }
    }
    return !(cpu->pmr & ~armvirt_priority_mask(gic));
}

static bool vcpu_is_good(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    unsigned prebits = armvirt_vcpu_prebits(gic);

    if (!armvirt_vcpu_can_hold(gic, vcpu) || !aprs_are_good(vcpu->apr[0], prebits) ||
        !aprs_are_good(vcpu->apr[1], prebits)) {
        return false;
    }
    for (unsigned n = gic->have[ARMVIRT_HAS_LRS]; n < 16; n++) {
        if (vcpu->lr[n] != 0) {
            return false;
        }
    }
    return !vcpu->nmi_active || armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI);
}

/* ---- Redistributor ------------------------------------------------------------------------- */

/* A job belongs to the state of EnableLPIs, and has its place in the list. */
static bool job_is_good(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    bool enabled = (pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) != 0;
    uint32_t blocks = (gic->count[ARMVIRT_FROM_LPI] + ARMVIRT_BLOCK - 1) / ARMVIRT_BLOCK;

    bool busy = pe->job != ARMVIRT_IDLE || pe->vpe.job != ARMVIRT_IDLE;

    if (pe->queued != busy || pe->cursor > blocks || pe->moved > blocks ||
        (pe->inv_all && pe->job != ARMVIRT_LOAD) || (!pe->queued && pe->next_job != 0)) {
        return false;
    }
    return pe->job == ARMVIRT_IDLE || enabled == (pe->job != ARMVIRT_SAVE);
}

static bool redistributor_is_good(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    bool lpis = gic->count[ARMVIRT_FROM_LPI] != 0;
    uint64_t dpg = ARMVIRT_GICR_CTLR_DPG0 | ARMVIRT_GICR_CTLR_DPG1S | ARMVIRT_GICR_CTLR_DPG1NS;
    uint64_t ctlr = (lpis ? ARMVIRT_GICR_CTLR_ENABLELPIS : 0) |
                    (gic->config.gicr_typer & ARMVIRT_GICR_TYPER_DPGS ? dpg : 0);

    if ((pe->ctlr & ~ctlr) || (!lpis && (pe->propbaser != 0 || pe->pendbaser != 0))) {
        return false;
    }
    if (pe->statusr != 0 && !(gic->config.options & ARMVIRT_GIC_OPT_STATUSR)) {
        return false;
    }
    return (pe->waker == 0 || pe->waker == ARMVIRT_WAKER_BITS) && job_is_good(gic, pe);
}

bool armvirt_pe_is_good(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    return cpu_is_good(gic, &pe->cpu) && vcpu_is_good(gic, &pe->vcpu) &&
           redistributor_is_good(gic, pe) && armvirt_resident_is_good(gic, &pe->vpe);
}

/* ---- Interrupts ---------------------------------------------------------------------------- */

bool armvirt_word_is_good(const struct armvirt_gic *gic, uint8_t source, uint32_t leaf,
                          uint64_t word)
{
    uint64_t bits = ARMVIRT_IRQ_ENABLE | ARMVIRT_IRQ_LATCH | ARMVIRT_IRQ_LEVEL |
                    ARMVIRT_IRQ_ACTIVE | ARMVIRT_IRQ_EDGE | ARMVIRT_IRQ_GROUP | ARMVIRT_IRQ_GRPMOD |
                    ARMVIRT_IRQ_NSACR;
    bool sgi = source == ARMVIRT_FROM_PRIVATE && leaf < ARMVIRT_SGIS;

    bits |= ARMVIRT_PUT(ARMVIRT_IRQ_PRIORITY, armvirt_priority_mask(gic));
    if (armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI)) {
        bits |= ARMVIRT_IRQ_NMI;
    }
    if (source == ARMVIRT_FROM_SHARED) {
        bool a3v = armvirt_has(gic, ARMVIRT_GICD_TYPER_A3V);

        bits |= ARMVIRT_PUT(ARMVIRT_IRQ_AFFINITY, a3v ? UINT32_MAX : 0xffffff);
        bits |= armvirt_has(gic, ARMVIRT_GICD_TYPER_NO1N) ? 0 : ARMVIRT_IRQ_IRM;
    }
    if (sgi) {
        bits &= ~ARMVIRT_IRQ_LEVEL;
    }
    return !(word & ~bits) && (!sgi || (word & ARMVIRT_IRQ_EDGE));
}
