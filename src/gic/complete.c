/* SPDX-License-Identifier: MIT */
/*
 * The life of an interrupt at the CPU interface: highest priority pending, acknowledge, priority
 * drop, deactivation (IHI0069 4.1, 4.7, 12.2).
 */
#include "base/emit.h"
#include "cpu.h"

/* What software other than that of the interrupt's own Security state may learn (IHI0069 2.2): the
 * special INTID that it is shown instead of that of the highest priority pending interrupt, or 0.
 */
static uint32_t instead_group0(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    bool secure_irq = !armvirt_one_state(gic) && pe->hppi.group != ARMVIRT_G1NS;

    if (pe->hppi.group != ARMVIRT_G0 && pe->context.el < 3) {
        return ARMVIRT_SPURIOUS;
    }
    if (secure_irq && !armvirt_secure_now(pe)) {
        return ARMVIRT_SPURIOUS;
    }
    if (pe->hppi.group != ARMVIRT_G0) {
        return secure_irq ? ARMVIRT_INTID_SECURE : ARMVIRT_INTID_NS;
    }
    return 0;
}

static uint32_t instead_group1(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    bool secure_irq = !armvirt_one_state(gic) && pe->hppi.group != ARMVIRT_G1NS;
    bool other = pe->context.el < 3 && secure_irq != armvirt_secure_now(pe);

    return pe->hppi.group == ARMVIRT_G0 || other ? ARMVIRT_SPURIOUS : 0;
}

static uint32_t instead(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe, bool group1)
{
    return group1 ? instead_group1(gic, pe) : instead_group0(gic, pe);
}

uint32_t armvirt_cpu_pending(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                             bool group1)
{
    bool there = pe->hppi.key != ARMVIRT_INDEX_NO_KEY && pe->cpu.igrpen[pe->hppi.group];
    uint32_t special = there ? instead(gic, pe, group1) : ARMVIRT_SPURIOUS;

    return special != 0 ? special : armvirt_hppi_intid(gic, pe, &pe->hppi);
}

/* Rule 28: where superpriority is in use, ICC_IAR1 shows that there is one and ICC_NMIAR1 takes it.
 * Nothing is taken that is not signalled. */
static uint32_t acknowledged_instead(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                                     enum armvirt_icc_reg reg)
{
    uint32_t special;

    if (!(pe->signals & (ARMVIRT_GIC_IRQ | ARMVIRT_GIC_FIQ))) {
        return ARMVIRT_SPURIOUS;
    }
    special = instead(gic, pe, reg != ARMVIRT_ICC_IAR0);
    if (special != 0) {
        return special;
    }
    if (reg == ARMVIRT_ICC_NMIAR1) {
        return pe->hppi.nmi ? 0 : ARMVIRT_SPURIOUS;
    }
    return pe->hppi.nmi && pe->context.nmi ? ARMVIRT_INTID_NMI : 0;
}

/* With GICD_CTLR.nASSGIreq SGIs have no active state (GICv4.1). */
static uint64_t acknowledged(const struct armvirt_gic *gic, const struct armvirt_irq *irq)
{
    bool sgi = irq->source == ARMVIRT_FROM_PRIVATE && irq->leaf < ARMVIRT_SGIS;

    if (sgi && (gic->ctlr & ARMVIRT_GICD_CTLR_DS_NASSGIREQ)) {
        return *irq->word & ~ARMVIRT_IRQ_LATCH;
    }
    return armvirt_irq_acknowledge(*irq->word);
}

/* Whatever becomes of the word, it is not to be forwarded now: it leaves its index. */
static void take_with_word(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint32_t leaf)
{
    struct armvirt_irq irq;
    uint64_t old, word;

    armvirt_irq_at(gic, pe->number, pe->hppi.source, leaf, &irq);
    old = *irq.word;
    word = acknowledged(gic, &irq);
    armvirt_irq_change(gic, &irq, word);
    if ((old ^ word) & ARMVIRT_IRQ_ACTIVE) {
        armvirt_irq_flip_active(gic, &irq);
    }
    armvirt_pending_remove(gic, pe, pe->hppi.source, pe->hppi.class, leaf);
}

uint32_t armvirt_cpu_acknowledge(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                 enum armvirt_icc_reg reg)
{
    uint32_t intid = acknowledged_instead(gic, pe, reg), leaf;

    if (intid != 0) {
        return intid;
    }
    leaf = armvirt_hppi_leaf(gic, pe, &pe->hppi);
    intid = armvirt_irq_intid(gic, pe->hppi.source, leaf);
    armvirt_cpu_activate(gic, &pe->cpu, &pe->hppi);
    armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_ACK, pe->number, intid, pe->cpu.running, false);
    if (pe->hppi.source == ARMVIRT_FROM_LPI) {
        armvirt_lpi_acknowledge(gic, pe->number, leaf);
    } else {
        take_with_word(gic, pe, leaf);
    }
    armvirt_mark(gic, pe, ARMVIRT_STALE_SIGNAL);
    return intid;
}

/* Which EOImode counts: that of EL3, or of the Security state. */
static bool drop_only(const struct armvirt_gic_pe *pe)
{
    return pe->context.el == 3 ? pe->cpu.eoimode_el3 : pe->cpu.eoimode[armvirt_secure_bank(pe)];
}

void armvirt_deactivate(struct armvirt_gic *gic, uint32_t n, uint32_t intid)
{
    struct armvirt_irq irq;

    if (armvirt_irq_find(gic, n, intid, &irq)) {
        armvirt_irq_deactivate(gic, &irq);
    }
}

/* An end of interrupt must come through the register of the group that runs, from software that may
 * handle that group; others are ignored. */
static bool may_end(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe, bool group1)
{
    switch (pe->cpu.running_group) {
    case ARMVIRT_G0:
        return !group1 && (armvirt_one_state(gic) || armvirt_secure_now(pe));
    case ARMVIRT_G1S:
        return group1 && armvirt_secure_now(pe);
    case ARMVIRT_G1NS:
        return group1 && (pe->context.el == 3 || !armvirt_secure_now(pe));
    default:
        return false;
    }
}

/* The priority that drops is the running one, whatever INTID is written. */
void armvirt_cpu_end(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, bool group1,
                     uint32_t intid)
{
    struct armvirt_irq irq;
    bool has_word = armvirt_irq_find(gic, pe->number, intid, &irq);

    if (!may_end(gic, pe, group1) || (!has_word && !armvirt_lpi_exists(gic, intid))) {
        return;
    }
    armvirt_cpu_drop(gic, &pe->cpu);
    armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_DROP, pe->number, intid, pe->cpu.running, false);
    if (has_word && !drop_only(pe)) {
        armvirt_irq_deactivate(gic, &irq);
    }
    armvirt_mark(gic, pe, ARMVIRT_STALE_SIGNAL);
}

/* Software deactivates what would be its own to handle: not what goes to a higher Exception level
 * or is of another Security state (IHI0069 12.2, ICC_DIR_EL1). */
static bool may_deactivate(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                           enum armvirt_group group)
{
    bool one = armvirt_one_state(gic);
    bool secure = armvirt_secure_bank(pe);
    bool el2 = pe->context.el == 1 && !secure;
    uint64_t to_el3 = group == ARMVIRT_G0 ? ARMVIRT_SCR_FIQ : ARMVIRT_SCR_IRQ;
    uint64_t to_el2 = group == ARMVIRT_G0 ? ARMVIRT_HCR_FMO : ARMVIRT_HCR_IMO;

    if (pe->context.el == 3) {
        return true;
    }
    if ((pe->context.scr_el3 & to_el3) || (el2 && (pe->context.hcr_el2 & to_el2))) {
        return false;
    }
    if (group == ARMVIRT_G0) {
        return one || secure;
    }
    return group == ARMVIRT_G1NS || secure;
}

void armvirt_cpu_deactivate(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint32_t intid)
{
    struct armvirt_irq irq;

    if (drop_only(pe) && armvirt_irq_find(gic, pe->number, intid, &irq) &&
        may_deactivate(gic, pe, armvirt_irq_group(gic, *irq.word))) {
        armvirt_deactivate(gic, pe->number, intid);
    }
}

/* ---- Without an instruction ---------------------------------------------------------------- */

uint32_t armvirt_gic_acknowledge(struct armvirt_gic *gic, uint32_t pe, bool group1)
{
    uint32_t intid;

    if (pe >= gic->config.pes) {
        return ARMVIRT_SPURIOUS;
    }
    intid = armvirt_cpu_acknowledge(gic, armvirt_pe(gic, pe),
                                    group1 ? ARMVIRT_ICC_IAR1 : ARMVIRT_ICC_IAR0);
    armvirt_settle(gic);
    return intid;
}

void armvirt_gic_end(struct armvirt_gic *gic, uint32_t pe, bool group1, uint32_t intid)
{
    if (pe < gic->config.pes) {
        armvirt_cpu_end(gic, armvirt_pe(gic, pe), group1, intid);
        armvirt_settle(gic);
    }
}

void armvirt_gic_deactivate(struct armvirt_gic *gic, uint32_t pe, uint32_t intid)
{
    if (pe < gic->config.pes) {
        armvirt_cpu_deactivate(gic, armvirt_pe(gic, pe), intid);
        armvirt_settle(gic);
    }
}
