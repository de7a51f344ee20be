/* SPDX-License-Identifier: MIT */
/* Virtual interrupts: acknowledge, priority drop, deactivation (IHI0069 6.3, 12.3). */
#include "vpe.h"

#include "base/emit.h"

/* The priority of an interrupt becomes active. */
static void activate(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu,
                     const struct armvirt_vhppi *hppi)
{
    unsigned priority = hppi->priority & armvirt_vcpu_preemption_mask(vcpu, hppi->group1);
    unsigned bit = priority >> (8 - armvirt_vcpu_prebits(gic));

    if (hppi->nmi) {
        vcpu->nmi_active = true;
    } else {
        vcpu->apr[hppi->group1][bit / 32] |= UINT32_C(1) << bit % 32;
    }
}

uint32_t armvirt_vcpu_intid(const struct armvirt_gic *gic, uint32_t n,
                            const struct armvirt_vhppi *hppi)
{
    return hppi->lr == ARMVIRT_DIRECT ? armvirt_resident_intid(gic, n, hppi->group1)
                                      : armvirt_lr_intid(armvirt_pe(gic, n)->vcpu.lr[hppi->lr]);
}

/* What goes with the acknowledged interrupt. A special INTID in a list register is returned as it
 * is and is gone (IHI0069 12.3); what is injected directly has no active state. */
static void take(struct armvirt_gic *gic, uint32_t n, const struct armvirt_vhppi *hppi,
                 uint32_t intid)
{
    struct armvirt_vcpu *vcpu = &armvirt_pe(gic, n)->vcpu;

    if (hppi->lr == ARMVIRT_DIRECT) {
        activate(gic, vcpu, hppi);
        armvirt_resident_acknowledge(gic, n, intid);
    } else if (armvirt_is_special(intid)) {
        vcpu->lr[hppi->lr] &= ~ARMVIRT_LR_PENDING;
    } else {
        activate(gic, vcpu, hppi);
        vcpu->lr[hppi->lr] ^= ARMVIRT_LR_PENDING | ARMVIRT_LR_ACTIVE;
    }
    armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_ACK, n, intid,
                 armvirt_vcpu_running_priority(gic, vcpu), true);
    armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
}

uint32_t armvirt_vcpu_acknowledge(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    struct armvirt_vhppi hppi = armvirt_vcpu_pending(gic, &pe->vcpu);
    bool group1 = reg != ARMVIRT_ICC_IAR0;
    uint32_t intid;

    if (!armvirt_vcpu_presents(gic, &pe->vcpu, &hppi) || group1 != hppi.group1 ||
        (reg == ARMVIRT_ICC_NMIAR1 && !hppi.nmi)) {
        return ARMVIRT_SPURIOUS;
    }
    if (reg == ARMVIRT_ICC_IAR1 && hppi.nmi && pe->context.nmi) {
        return ARMVIRT_INTID_NMI;
    }
    intid = armvirt_vcpu_intid(gic, n, &hppi);
    take(gic, n, &hppi, intid);
    return intid;
}

/* The list register in which @intid is active, or -1. */
static int find_active(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu,
                       uint32_t intid)
{
    for (unsigned n = 0; n < armvirt_vcpu_lrs(gic); n++) {
        if ((vcpu->lr[n] & ARMVIRT_LR_ACTIVE) && armvirt_lr_intid(vcpu->lr[n]) == intid) {
            return (int)n;
        }
    }
    return -1;
}

/* With HW, the physical interrupt behind it is deactivated too. */
static void deactivate(struct armvirt_gic *gic, uint32_t n, uint64_t *lr)
{
    uint32_t pintid = (uint32_t)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_PINTID, *lr);

    *lr &= ~ARMVIRT_LR_ACTIVE;
    if (*lr & ARMVIRT_ICH_LRN_EL2_HW) {
        armvirt_deactivate(gic, n, pintid);
    }
}

/* What ends in no list register is counted (rule 76), but LPIs, and SGIs with
 * ICH_HCR_EL2.vSGIEOICount, which may be injected directly. The count wraps. */
static void count_end(struct armvirt_vcpu *vcpu, uint32_t intid)
{
    uint64_t count = ARMVIRT_GET(ARMVIRT_ICH_HCR_EL2_EOICOUNT, vcpu->hcr) + 1;
    bool vsgi = intid < ARMVIRT_SGIS && (vcpu->hcr & ARMVIRT_ICH_HCR_EL2_VSGIEOICOUNT);

    if (intid < ARMVIRT_INTID_LPI && !vsgi) {
        vcpu->hcr = (vcpu->hcr & ~ARMVIRT_ICH_HCR_EL2_EOICOUNT) |
                    ARMVIRT_PUT(ARMVIRT_ICH_HCR_EL2_EOICOUNT, count);
    }
}

/* What the running priority dropped from. */
struct dropped {
    unsigned priority; /* ARMVIRT_IDLE_PRIORITY: nothing ran */
    bool nmi;
};

static struct dropped drop(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu)
{
    struct dropped dropped = {armvirt_vcpu_running_priority(gic, vcpu), vcpu->nmi_active};
    unsigned first0 = armvirt_apr_first(vcpu->apr[0]);
    unsigned first1 = armvirt_apr_first(vcpu->apr[1]);
    bool group1 = first1 < first0;
    unsigned first = group1 ? first1 : first0;

    if (vcpu->nmi_active) {
        vcpu->nmi_active = false;
    } else if (first != 128) {
        vcpu->apr[group1][first / 32] &= ~(UINT32_C(1) << first % 32);
    }
    return dropped;
}

static bool drop_only(const struct armvirt_vcpu *vcpu)
{
    return (vcpu->vmcr & ARMVIRT_ICH_VMCR_EL2_VEOIM) != 0;
}

/* Rule 75: the list register must be of that group, and of the priority that dropped. */
static bool ends_lr(const struct armvirt_vcpu *vcpu, uint64_t lr, bool group1,
                    const struct dropped *dropped)
{
    uint8_t mask = armvirt_vcpu_preemption_mask(vcpu, group1);

    if (group1 != ((lr & ARMVIRT_ICH_LRN_EL2_GROUP) != 0)) {
        return false;
    }
    return (dropped->nmi && (lr & ARMVIRT_ICH_LRN_EL2_NMI)) ||
           (armvirt_vcpu_lr_priority(lr) & mask) == dropped->priority;
}

/* No separate deactivation is expected for an LPI, whatever the EOI mode. */
void armvirt_vcpu_end(struct armvirt_gic *gic, uint32_t n, bool group1, uint32_t intid)
{
    struct armvirt_vcpu *vcpu = &armvirt_pe(gic, n)->vcpu;
    struct dropped dropped;
    int active;

    if (armvirt_is_special(intid)) {
        return;
    }
    dropped = drop(gic, vcpu);
    armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_DROP, n, intid,
                 armvirt_vcpu_running_priority(gic, vcpu), true);
    armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
    if (dropped.priority == ARMVIRT_IDLE_PRIORITY ||
        (drop_only(vcpu) && intid < ARMVIRT_INTID_LPI)) {
        return;
    }
    active = find_active(gic, vcpu, intid);
    if (active < 0) {
        count_end(vcpu, intid);
    } else if (ends_lr(vcpu, vcpu->lr[active], group1, &dropped)) {
        deactivate(gic, n, &vcpu->lr[active]);
    }
}

void armvirt_vcpu_deactivate(struct armvirt_gic *gic, uint32_t n, uint32_t intid)
{
    struct armvirt_vcpu *vcpu = &armvirt_pe(gic, n)->vcpu;
    int active;

    if (armvirt_is_special(intid) || !drop_only(vcpu)) {
        return;
    }
    active = find_active(gic, vcpu, intid);
    if (active < 0) {
        count_end(vcpu, intid);
    } else {
        deactivate(gic, n, &vcpu->lr[active]);
    }
    armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
}
