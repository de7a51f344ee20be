/* SPDX-License-Identifier: MIT */
/*
 * From pending interrupts to the signals of a PE: which interrupt is the highest priority pending
 * one (IHI0069 4.8), whether it is signalled, and on which pin (4.6.2).
 */
#include "base/compiler.h"
#include "base/emit.h"
#include "cpu.h"
#include "vcpu.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define BYTE_TOPS UINT64_C(0x8080808080808080)

#define VIRTUAL_SIGNALS                                                                            \
    (ARMVIRT_GIC_VIRQ | ARMVIRT_GIC_VFIQ | ARMVIRT_GIC_VIRQ_NMI | ARMVIRT_GIC_MAINTENANCE)

/* ---- Gates -------------------------------------------------------------------------------- */

bool armvirt_group_forwarded(const struct armvirt_gic *gic, enum armvirt_group group)
{
    static const uint32_t enable[ARMVIRT_GROUPS] = {
        [ARMVIRT_G0] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP0,
        [ARMVIRT_G1S] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1S,
        [ARMVIRT_G1NS] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1NS,
    };

    return (gic->ctlr & enable[group]) != 0;
}

static bool group_enabled(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu,
                          enum armvirt_group group)
{
    return armvirt_group_forwarded(gic, group) &&
           (cpu->igrpen[group] || (gic->config.options & ARMVIRT_GIC_OPT_HPPI_ANY_GROUP));
}

static enum armvirt_group group_of_class(unsigned class)
{
    static const uint8_t groups[ARMVIRT_CLASSES] = {
        [ARMVIRT_CLASS_NMI_S] = ARMVIRT_G1S, [ARMVIRT_CLASS_NMI_NS] = ARMVIRT_G1NS,
        [ARMVIRT_CLASS_G0] = ARMVIRT_G0,     [ARMVIRT_CLASS_G1S] = ARMVIRT_G1S,
        [ARMVIRT_CLASS_G1NS] = ARMVIRT_G1NS,
    };

    return (enum armvirt_group)groups[class];
}

void armvirt_gates_changed(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->closed = 0;
    for (unsigned class = 0; class < ARMVIRT_CLASSES; class ++) {
        if (!group_enabled(gic, &pe->cpu, group_of_class(class))) {
            pe->closed |= UINT64_C(0xff) << 8 * class;
        }
    }
    armvirt_mark(gic, n, ARMVIRT_STALE_HPPI);
}

bool armvirt_takes_one_of_n(const struct armvirt_gic *gic, uint32_t n, enum armvirt_group group)
{
    static const uint32_t dpg[ARMVIRT_GROUPS] = {
        [ARMVIRT_G0] = (uint32_t)ARMVIRT_GICR_CTLR_DPG0,
        [ARMVIRT_G1S] = (uint32_t)ARMVIRT_GICR_CTLR_DPG1S,
        [ARMVIRT_G1NS] = (uint32_t)ARMVIRT_GICR_CTLR_DPG1NS,
    };
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    return !armvirt_asleep(pe) && pe->cpu.igrpen[group] && !(pe->ctlr & dpg[group]);
}

/* ---- The highest priority pending interrupt ------------------------------------------------ */

uint32_t armvirt_hppi_intid(const struct armvirt_gic *gic, uint32_t pe,
                            const struct armvirt_hppi *hppi)
{
    uint32_t leaf = armvirt_index_first(&gic->shape[hppi->source],
                                        armvirt_index(gic, pe, hppi->source, hppi->class),
                                        armvirt_keys(gic, pe, hppi->source));

    return armvirt_irq_intid(gic, hppi->source, leaf);
}

/* Bit 7 of each byte of @bytes that is @byte; exact below the first that differs in any way. */
static uint64_t bytes_equal(uint64_t bytes, uint8_t byte)
{
    uint64_t differs = bytes ^ byte * EACH_BYTE;

    return ~(((differs & ~BYTE_TOPS) + (BYTE_TOPS - EACH_BYTE)) | differs) & BYTE_TOPS;
}

/* What takes part: the pending interrupts of a source and a class. */
static void set_hppi(struct armvirt_hppi *hppi, uint8_t source, unsigned class, uint8_t key)
{
    hppi->key = key;
    hppi->group = (uint8_t)group_of_class(class);
    hppi->source = source;
    hppi->class = (uint8_t) class;
    hppi->nmi = class < ARMVIRT_CLASS_G0;
}

/* Of two with the same priority superpriority comes first, then the lower INTID. */
static bool comes_first(const struct armvirt_gic *gic, uint32_t pe, const struct armvirt_hppi *a,
                        const struct armvirt_hppi *b)
{
    if (a->nmi != b->nmi) {
        return a->nmi;
    }
    return armvirt_hppi_intid(gic, pe, a) < armvirt_hppi_intid(gic, pe, b);
}

/* Find the best of a source's classes, @open their best keys, if that is better than @best. */
static void select_from(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint64_t open,
                        struct armvirt_hppi *best)
{
    uint8_t key = armvirt_index_min(open);
    uint64_t with;

    if (key > best->key) {
        return;
    }
    with = bytes_equal(open, key);
    if (key < best->key) {
        set_hppi(best, source, ARMVIRT_CTZ64(with) / 8, key);
        with &= with - 1;
    }
    for (; with != 0; with &= with - 1) {
        struct armvirt_hppi other;

        set_hppi(&other, source, ARMVIRT_CTZ64(with) / 8, key);
        if (comes_first(gic, n, &other, best)) {
            *best = other;
        }
    }
}

/* Nearly always there is one source, with one class, that has something. */
static void select_hppi(const struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->hppi.key = ARMVIRT_INDEX_NO_KEY;
    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        uint64_t open = pe->best[source] | pe->closed;

        if (open != UINT64_MAX) {
            select_from(gic, n, source, open, &pe->hppi);
        }
    }
}

/* ---- Signals ------------------------------------------------------------------------------ */

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

/* A PE that sleeps is given nothing; what waits for it is a reason to wake it (rule 42). */
static void find_hppi(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    select_hppi(gic, n);
    pe->wakes = armvirt_asleep(pe) && pe->hppi.key != ARMVIRT_INDEX_NO_KEY;
    if (pe->wakes) {
        pe->hppi.key = ARMVIRT_INDEX_NO_KEY;
    }
}

static uint32_t physical_signals(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    if (armvirt_cpu_signals(gic, pe)) {
        return pin(pe);
    }
    return pe->wakes ? ARMVIRT_GIC_WAKE : 0;
}

void armvirt_mark_all(struct armvirt_gic *gic)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        armvirt_gates_changed(gic, n);
        armvirt_mark(gic, n, ARMVIRT_STALE_VIRTUAL);
    }
}

/* The maintenance interrupt is a PPI whose line is its level. */
static void drive_maintenance(struct armvirt_gic *gic, uint32_t n, bool level)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    struct armvirt_irq irq;

    if (gic->config.maintenance != 0 && level != pe->maintenance) {
        pe->maintenance = level;
        armvirt_irq_at(gic, n, ARMVIRT_FROM_PRIVATE, gic->config.maintenance, &irq);
        armvirt_irq_put(gic, &irq, armvirt_irq_line(*irq.word, level));
    }
}

/* The maintenance interrupt may be what the PE takes next, so the virtual signals come first. */
static void settle_pe(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t signals = pe->signals & VIRTUAL_SIGNALS;
    uint32_t changed;

    if (pe->stale & ARMVIRT_STALE_VIRTUAL) {
        signals = armvirt_vcpu_signals(gic, &pe->vcpu);
        drive_maintenance(gic, n, signals & ARMVIRT_GIC_MAINTENANCE);
    }
    if (pe->stale & ARMVIRT_STALE_HPPI) {
        find_hppi(gic, n);
    }
    pe->stale = 0;
    signals |= physical_signals(gic, pe);
    changed = signals ^ pe->signals;
    pe->signals = signals;
    if (changed != 0) {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_SIGNAL, n, signals, changed, 0);
    }
    if (changed != 0 && gic->config.ops != NULL) {
        gic->config.ops->signal(gic->config.ctx, n, signals, changed);
    }
}

void armvirt_settle_marked(struct armvirt_gic *gic)
{
    while (gic->stale != 0) {
        uint32_t n = gic->stale - 1;

        gic->stale = armvirt_pe(gic, n)->next_stale;
        settle_pe(gic, n);
    }
}

uint32_t armvirt_gic_signals(const struct armvirt_gic *gic, uint32_t pe)
{
    return pe < gic->config.pes ? armvirt_pe(gic, pe)->signals : 0;
}
