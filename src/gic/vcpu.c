/* SPDX-License-Identifier: MIT */
/*
 * Pure functions of a virtual CPU interface's registers: which list register is taken next, what is
 * signalled, why the hypervisor is wanted (IHI0069 6.2 to 6.5, 12.4).
 */
#include "vcpu.h"

#include "base/compiler.h"

void armvirt_vcpu_reset(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu)
{
    vcpu->vmcr = ARMVIRT_ICH_VMCR_EL2_VFIQEN |
                 ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VBPR0, armvirt_vcpu_min_bpr(gic, false)) |
                 ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VBPR1, armvirt_vcpu_min_bpr(gic, true));
    vcpu->direct[0] = vcpu->direct[1] = ARMVIRT_INDEX_NO_KEY;
}

/* An interrupt with superpriority has no other priority. */
uint8_t armvirt_vcpu_lr_priority(uint64_t lr)
{
    if (lr & ARMVIRT_ICH_LRN_EL2_NMI) {
        return 0;
    }
    return (uint8_t)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_PRIORITY, lr);
}

static bool group_enabled(const struct armvirt_vcpu *vcpu, bool group1)
{
    return vcpu->vmcr & (group1 ? ARMVIRT_ICH_VMCR_EL2_VENG1 : ARMVIRT_ICH_VMCR_EL2_VENG0);
}

static bool lr_enabled(const struct armvirt_vcpu *vcpu, uint64_t lr)
{
    return group_enabled(vcpu, (lr & ARMVIRT_ICH_LRN_EL2_GROUP) != 0);
}

static bool lr_pending(uint64_t lr)
{
    return (lr & ARMVIRT_ICH_LRN_EL2_STATE) == ARMVIRT_LR_PENDING;
}

/* Superpriority comes first, then priority; among equals the lowest list register. */
static unsigned lr_order(uint64_t lr)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_PRIORITY, lr) +
           (lr & ARMVIRT_ICH_LRN_EL2_NMI ? 0 : ARMVIRT_IDLE_PRIORITY + 1);
}

static struct armvirt_vhppi pending_lr(const struct armvirt_gic *gic,
                                       const struct armvirt_vcpu *vcpu)
{
    struct armvirt_vhppi found = {ARMVIRT_NO_LR, ARMVIRT_IDLE_PRIORITY, false, false};
    unsigned best = 2 * ARMVIRT_IDLE_PRIORITY + 1;

    for (unsigned n = 0; n < armvirt_vcpu_lrs(gic); n++) {
        uint64_t lr = vcpu->lr[n];

        if (lr_pending(lr) && lr_enabled(vcpu, lr) && lr_order(lr) < best) {
            best = lr_order(lr);
            found.lr = (int)n;
        }
    }
    if (found.lr >= 0) {
        uint64_t lr = vcpu->lr[found.lr];

        found.priority = armvirt_vcpu_lr_priority(lr);
        found.group1 = (lr & ARMVIRT_ICH_LRN_EL2_GROUP) != 0;
        found.nmi = (lr & ARMVIRT_ICH_LRN_EL2_NMI) != 0;
    }
    return found;
}

/* What is injected directly comes after a list register of the same priority, Group 1 after Group
 * 0; ICH_HCR_EL2.DVIM holds it back. */
struct armvirt_vhppi armvirt_vcpu_pending(const struct armvirt_gic *gic,
                                          const struct armvirt_vcpu *vcpu)
{
    struct armvirt_vhppi found = pending_lr(gic, vcpu);

    for (unsigned group1 = 0; group1 < 2; group1++) {
        uint8_t priority = vcpu->direct[group1];

        if (priority < found.priority && !found.nmi && group_enabled(vcpu, group1) &&
            !(vcpu->hcr & ARMVIRT_ICH_HCR_EL2_DVIM)) {
            found = (struct armvirt_vhppi){ARMVIRT_DIRECT, priority, group1, false};
        }
    }
    return found;
}

uint8_t armvirt_vcpu_running_priority(const struct armvirt_gic *gic,
                                      const struct armvirt_vcpu *vcpu)
{
    unsigned first0 = armvirt_apr_first(vcpu->apr[0]);
    unsigned first1 = armvirt_apr_first(vcpu->apr[1]);
    unsigned first = first0 < first1 ? first0 : first1;

    if (vcpu->nmi_active) {
        return 0;
    }
    if (first == 128) {
        return ARMVIRT_IDLE_PRIORITY;
    }
    return (uint8_t)(first << (8 - armvirt_vcpu_prebits(gic)));
}

uint8_t armvirt_vcpu_preemption_mask(const struct armvirt_vcpu *vcpu, bool group1)
{
    uint64_t bpr0 = ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VBPR0, vcpu->vmcr);
    uint64_t bpr1 = ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VBPR1, vcpu->vmcr);

    if (group1 && !(vcpu->vmcr & ARMVIRT_ICH_VMCR_EL2_VCBPR)) {
        return (uint8_t)(0xffu << bpr1);
    }
    return (uint8_t)(0xffu << (bpr0 + 1));
}

bool armvirt_vcpu_presents(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu,
                           const struct armvirt_vhppi *hppi)
{
    uint8_t mask, running;

    if (hppi->lr == ARMVIRT_NO_LR || !(vcpu->hcr & ARMVIRT_ICH_HCR_EL2_EN)) {
        return false;
    }
    if (!hppi->nmi && hppi->priority >= ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VPMR, vcpu->vmcr)) {
        return false;
    }
    mask = armvirt_vcpu_preemption_mask(vcpu, hppi->group1);
    running = armvirt_vcpu_running_priority(gic, vcpu);
    if (running == ARMVIRT_IDLE_PRIORITY || (hppi->priority & mask) < (running & mask)) {
        return true;
    }
    return hppi->nmi && (hppi->priority & mask) == (running & mask) && !vcpu->nmi_active;
}

/* ---- Maintenance --------------------------------------------------------------------------- */

static bool lr_ended(uint64_t lr)
{
    return (lr & (ARMVIRT_ICH_LRN_EL2_STATE | ARMVIRT_ICH_LRN_EL2_HW |
                  ARMVIRT_ICH_LR_SOFTWARE_EOI)) == ARMVIRT_ICH_LR_SOFTWARE_EOI;
}

uint32_t armvirt_vcpu_ended(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    uint32_t ended = 0;

    for (unsigned n = 0; n < armvirt_vcpu_lrs(gic); n++) {
        ended |= (uint32_t)lr_ended(vcpu->lr[n]) << n;
    }
    return ended;
}

uint32_t armvirt_vcpu_empty(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    uint32_t empty = 0;

    for (unsigned n = 0; n < armvirt_vcpu_lrs(gic); n++) {
        empty |= (uint32_t)(!(vcpu->lr[n] & ARMVIRT_ICH_LRN_EL2_STATE) && !lr_ended(vcpu->lr[n]))
                 << n;
    }
    return empty;
}

struct counts {
    unsigned valid, pending;
};

static struct counts count_lrs(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    struct counts counts = {0, 0};

    for (unsigned n = 0; n < armvirt_vcpu_lrs(gic); n++) {
        counts.valid += (vcpu->lr[n] & ARMVIRT_ICH_LRN_EL2_STATE) != 0;
        counts.pending += lr_pending(vcpu->lr[n]);
    }
    return counts;
}

/* Rule 77: all live. What is active and pending does not count as pending. */
uint32_t armvirt_vcpu_reasons(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    struct counts counts = count_lrs(gic, vcpu);
    bool group0 = (vcpu->vmcr & ARMVIRT_ICH_VMCR_EL2_VENG0) != 0;
    bool group1 = (vcpu->vmcr & ARMVIRT_ICH_VMCR_EL2_VENG1) != 0;
    const struct {
        uint64_t enable;
        bool holds;
        uint64_t reason;
    } rows[] = {
        {ARMVIRT_ICH_HCR_EL2_UIE, counts.valid <= 1, ARMVIRT_ICH_MISR_EL2_U},
        {ARMVIRT_ICH_HCR_EL2_LRENPIE, (vcpu->hcr & ARMVIRT_ICH_HCR_EL2_EOICOUNT) != 0,
         ARMVIRT_ICH_MISR_EL2_LRENP},
        {ARMVIRT_ICH_HCR_EL2_NPIE, counts.pending == 0, ARMVIRT_ICH_MISR_EL2_NP},
        {ARMVIRT_ICH_HCR_EL2_VGRP0EIE, group0, ARMVIRT_ICH_MISR_EL2_VGRP0E},
        {ARMVIRT_ICH_HCR_EL2_VGRP0DIE, !group0, ARMVIRT_ICH_MISR_EL2_VGRP0D},
        {ARMVIRT_ICH_HCR_EL2_VGRP1EIE, group1, ARMVIRT_ICH_MISR_EL2_VGRP1E},
        {ARMVIRT_ICH_HCR_EL2_VGRP1DIE, !group1, ARMVIRT_ICH_MISR_EL2_VGRP1D},
    };
    uint64_t misr = armvirt_vcpu_ended(gic, vcpu) != 0 ? ARMVIRT_ICH_MISR_EL2_EOI : 0;

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((vcpu->hcr & rows[i].enable) && rows[i].holds) {
            misr |= rows[i].reason;
        }
    }
    return (uint32_t)misr;
}

uint32_t armvirt_vcpu_signals(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    uint32_t signals = 0;
    struct armvirt_vhppi hppi;

    if (!(vcpu->hcr & ARMVIRT_ICH_HCR_EL2_EN)) {
        return 0;
    }
    if (armvirt_vcpu_reasons(gic, vcpu) != 0) {
        signals |= ARMVIRT_GIC_MAINTENANCE;
    }
    hppi = armvirt_vcpu_pending(gic, vcpu);
    if (!armvirt_vcpu_presents(gic, vcpu, &hppi)) {
        return signals;
    }
    if (!hppi.group1) {
        return signals | ARMVIRT_GIC_VFIQ;
    }
    if (hppi.nmi) {
        signals |= ARMVIRT_GIC_VIRQ_NMI;
    }
    return signals | ARMVIRT_GIC_VIRQ;
}
