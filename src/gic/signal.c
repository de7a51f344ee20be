/* SPDX-License-Identifier: MIT */
/*
 * From pending interrupts to the signals of a PE: which interrupt is the highest priority pending
 * one (IHI0069 4.8), whether it is signalled, and on which pin (4.6.2).
 */
#include "base/compiler.h"
#include "cpu.h"
#include "vcpu.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define BYTE_TOPS UINT64_C(0x8080808080808080)

/* ---- Gates -------------------------------------------------------------------------------- */

static bool group_enabled(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu,
                          enum armvirt_group group)
{
    static const uint32_t enable[ARMVIRT_GROUPS] = {
        [ARMVIRT_G0] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP0,
        [ARMVIRT_G1S] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1S,
        [ARMVIRT_G1NS] = (uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1NS,
    };

    return (gic->ctlr & enable[group]) &&
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
    struct armvirt_pe *pe = armvirt_pe(gic, n);

    pe->closed = 0;
    for (unsigned class = 0; class < ARMVIRT_CLASSES; class ++) {
        if (!group_enabled(gic, &pe->cpu, group_of_class(class))) {
            pe->closed |= UINT64_C(0xff) << 8 * class;
        }
    }
    armvirt_mark(gic, n);
}

static bool asleep(const struct armvirt_pe *pe)
{
    return (pe->waker & ARMVIRT_GICR_WAKER_CHILDRENASLEEP) != 0;
}

bool armvirt_takes_one_of_n(const struct armvirt_gic *gic, uint32_t n, enum armvirt_group group)
{
    static const uint32_t dpg[ARMVIRT_GROUPS] = {
        [ARMVIRT_G0] = (uint32_t)ARMVIRT_GICR_CTLR_DPG0,
        [ARMVIRT_G1S] = (uint32_t)ARMVIRT_GICR_CTLR_DPG1S,
        [ARMVIRT_G1NS] = (uint32_t)ARMVIRT_GICR_CTLR_DPG1NS,
    };
    const struct armvirt_pe *pe = armvirt_pe(gic, n);

    return !asleep(pe) && pe->cpu.igrpen[group] && !(pe->ctlr & dpg[group]);
}

/* ---- The highest priority pending interrupt ------------------------------------------------ */

static struct armvirt_hppi candidate(uint8_t source, uint8_t class, uint8_t key)
{
    struct armvirt_hppi hppi = {
        .key = key, .source = source, .class = class, .nmi = class < ARMVIRT_CLASS_G0};

    hppi.group = (uint8_t)group_of_class(class);
    return hppi;
}

uint32_t armvirt_hppi_intid(const struct armvirt_gic *gic, uint32_t pe,
                            const struct armvirt_hppi *hppi)
{
    uint32_t leaf = armvirt_index_first(&gic->shape[hppi->source],
                                        armvirt_index(gic, pe, hppi->source, hppi->class),
                                        armvirt_keys(gic, pe, hppi->source));

    return armvirt_irq_intid(gic, hppi->source, leaf);
}

/* Of two with the same priority: superpriority first, then the lower INTID. */
static bool comes_first(const struct armvirt_gic *gic, uint32_t pe, const struct armvirt_hppi *a,
                        const struct armvirt_hppi *b)
{
    if (b->key == ARMVIRT_INDEX_NO_KEY || a->nmi != b->nmi) {
        return b->key == ARMVIRT_INDEX_NO_KEY || a->nmi;
    }
    return armvirt_hppi_intid(gic, pe, a) < armvirt_hppi_intid(gic, pe, b);
}

/* Bit 7 of each byte of @bytes that is @byte; exact below the first that differs in any way. */
static uint64_t bytes_equal(uint64_t bytes, uint8_t byte)
{
    uint64_t differs = bytes ^ byte * EACH_BYTE;

    return ~(((differs & ~BYTE_TOPS) + (BYTE_TOPS - EACH_BYTE)) | differs) & BYTE_TOPS;
}

static void select_hppi(const struct armvirt_gic *gic, uint32_t n, struct armvirt_hppi *best)
{
    const struct armvirt_pe *pe = armvirt_pe(gic, n);
    uint64_t open[ARMVIRT_SOURCES];
    uint8_t key = ARMVIRT_INDEX_NO_KEY;

    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        open[source] = pe->best[source] | pe->closed;
        if (source == ARMVIRT_FROM_LPI && !(pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS)) {
            open[source] = UINT64_MAX;
        }
        if (open[source] != UINT64_MAX) {
            uint8_t least = armvirt_index_min(open[source]);

            key = least < key ? least : key;
        }
    }
    *best = (struct armvirt_hppi){.key = ARMVIRT_INDEX_NO_KEY};
    for (uint8_t source = 0; key != ARMVIRT_INDEX_NO_KEY && source < ARMVIRT_SOURCES; source++) {
        for (uint64_t with = bytes_equal(open[source], key); with != 0; with &= with - 1) {
            struct armvirt_hppi one = candidate(source, (uint8_t)(ARMVIRT_CTZ64(with) / 8), key);

            if (comes_first(gic, n, &one, best)) {
                *best = one;
            }
        }
    }
}

/* ---- Signals ------------------------------------------------------------------------------ */

/* Group 0 is FIQ; Group 1 is IRQ in its own Security state, FIQ elsewhere and at EL3. */
static uint32_t pin(const struct armvirt_pe *pe)
{
    bool fiq = pe->hppi.group == ARMVIRT_G0 ||
               (pe->hppi.group == ARMVIRT_G1NS ? armvirt_secure_now(pe)
                                               : !armvirt_secure_now(pe) || pe->context.el == 3);

    if (fiq) {
        return ARMVIRT_GIC_FIQ;
    }
    return pe->hppi.nmi ? ARMVIRT_GIC_IRQ | ARMVIRT_GIC_IRQ_NMI : ARMVIRT_GIC_IRQ;
}

static uint32_t physical_signals(const struct armvirt_gic *gic, struct armvirt_pe *pe, uint32_t n)
{
    select_hppi(gic, n, &pe->hppi);
    if (pe->hppi.key == ARMVIRT_INDEX_NO_KEY) {
        return 0;
    }
    if (asleep(pe)) {
        pe->hppi.key = ARMVIRT_INDEX_NO_KEY;
        return ARMVIRT_GIC_WAKE;
    }
    return armvirt_cpu_signals(gic, pe) ? pin(pe) : 0;
}

void armvirt_mark(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_pe *pe = armvirt_pe(gic, n);

    if (!pe->dirty) {
        pe->dirty = true;
        pe->next_dirty = gic->dirty;
        gic->dirty = n + 1;
    }
}

void armvirt_mark_all(struct armvirt_gic *gic)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        armvirt_gates_changed(gic, n);
    }
}

/* The maintenance interrupt is a PPI whose line is its level. */
static void drive_maintenance(struct armvirt_gic *gic, uint32_t n, bool level)
{
    bool before = (armvirt_pe(gic, n)->signals & ARMVIRT_GIC_MAINTENANCE) != 0;
    struct armvirt_irq irq;

    if (gic->config.maintenance != 0 && level != before) {
        armvirt_irq_at(gic, n, ARMVIRT_FROM_PRIVATE, gic->config.maintenance, &irq);
        armvirt_irq_put(gic, &irq, armvirt_irq_line(*irq.word, level));
    }
}

static void settle_pe(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_pe *pe = armvirt_pe(gic, n);
    uint32_t virtual_signals = armvirt_vcpu_signals(gic, &pe->vcpu);
    uint32_t signals, changed;

    drive_maintenance(gic, n, virtual_signals & ARMVIRT_GIC_MAINTENANCE);
    signals = physical_signals(gic, pe, n) | virtual_signals;
    changed = signals ^ pe->signals;

    pe->signals = signals;
    if (changed != 0 && gic->config.ops != NULL) {
        gic->config.ops->signal(gic->config.ctx, n, signals, changed);
    }
}

void armvirt_settle(struct armvirt_gic *gic)
{
    while (gic->dirty != 0) {
        uint32_t n = gic->dirty - 1;
        struct armvirt_pe *pe = armvirt_pe(gic, n);

        gic->dirty = pe->next_dirty;
        settle_pe(gic, n);
        pe->dirty = false;
    }
}

uint32_t armvirt_gic_signals(const struct armvirt_gic *gic, uint32_t pe)
{
    return pe < gic->config.pes ? armvirt_pe(gic, pe)->signals : 0;
}
