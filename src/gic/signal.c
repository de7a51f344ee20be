/* SPDX-License-Identifier: MIT */
/*
 * From the highest priority pending interrupt to the signals of a PE: whether it is signalled, and
 * on which pin (IHI0069 4.6.2).
 */
#include "base/compiler.h"
#include "base/emit.h"
#include "cpu.h"
#include "vcpu.h"

#define VIRTUAL_SIGNALS                                                                            \
    (ARMVIRT_GIC_VIRQ | ARMVIRT_GIC_VFIQ | ARMVIRT_GIC_VIRQ_NMI | ARMVIRT_GIC_MAINTENANCE)

/* Group 0 is FIQ; Group 1 is IRQ in its own Security state, FIQ elsewhere and at EL3. */
static uint32_t pin(const struct armvirt_gic_pe *pe)
{
    bool fiq = pe->hppi.group == ARMVIRT_G0 ||
               (pe->hppi.group == ARMVIRT_G1NS ? armvirt_secure_now(pe)
                                               : !armvirt_secure_now(pe) || pe->context.el == 3);

    if (fiq) {
        return ARMVIRT_GIC_FIQ;
    }
    return pe->hppi.nmi ? ARMVIRT_GIC_IRQ | ARMVIRT_GIC_IRQ_NMI : ARMVIRT_GIC_IRQ;
}

static uint32_t physical_signals(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    if (pe->hppi.key == ARMVIRT_INDEX_NO_KEY) {
        return pe->wakes ? ARMVIRT_GIC_WAKE : 0;
    }
    return armvirt_cpu_signals(gic, pe) ? pin(pe) : 0;
}

void armvirt_mark_all(struct armvirt_gic *gic)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        armvirt_gates_changed(gic, armvirt_pe(gic, n));
        armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
    }
}

/* The maintenance interrupt is a PPI whose line is its level. */
static ARMVIRT_NOINLINE void drive_maintenance(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                               bool level)
{
    struct armvirt_irq irq;

    if (gic->config.maintenance != 0 && level != pe->maintenance) {
        pe->maintenance = level;
        armvirt_irq_at(gic, pe->number, ARMVIRT_FROM_PRIVATE, gic->config.maintenance, &irq);
        armvirt_irq_put(gic, &irq, armvirt_irq_line(*irq.word, level));
    }
}

static void tell(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe, uint32_t changed)
{
    armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_SIGNAL, pe->number, pe->signals, changed, 0);
    if (gic->config.ops != NULL) {
        gic->config.ops->signal(gic->config.ctx, pe->number, pe->signals, changed);
    }
}

/* The maintenance interrupt may be what the PE takes next, so the virtual signals come first. */
static void settle_pe(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    uint32_t signals = pe->signals & VIRTUAL_SIGNALS;
    uint32_t before = pe->signals;

    if (pe->stale & ARMVIRT_STALE_VIRTUAL) {
        signals = armvirt_vcpu_signals(gic, &pe->vcpu);
        drive_maintenance(gic, pe, signals & ARMVIRT_GIC_MAINTENANCE);
    }
    if (pe->stale & ARMVIRT_STALE_HPPI) {
        armvirt_find_hppi(gic, pe);
    }
    pe->stale = 0;
    pe->signals = signals | physical_signals(gic, pe);
    if (pe->signals != before) {
        tell(gic, pe, pe->signals ^ before);
    }
}

void armvirt_settle_marked(struct armvirt_gic *gic)
{
    while (gic->stale != 0) {
        struct armvirt_gic_pe *pe = armvirt_pe(gic, gic->stale - 1);

        gic->stale = pe->next_stale;
        settle_pe(gic, pe);
    }
}

uint32_t armvirt_gic_signals(const struct armvirt_gic *gic, uint32_t pe)
{
    return pe < gic->config.pes ? armvirt_pe(gic, pe)->signals : 0;
}
