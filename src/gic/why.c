/* SPDX-License-Identifier: MIT */
/* Why an interrupt is taken, or is not (IHI0069 4.1, 4.6, 4.8). */
#include <armvirt/gic_why.h>

#include "cpu.h"
#include "lpi_set.h"

static uint32_t or_nobody(uint32_t pe)
{
    return pe == ARMVIRT_NOWHERE ? ARMVIRT_GIC_NOBODY : pe;
}

static void describe_word(const struct armvirt_gic *gic, const struct armvirt_irq *irq,
                          struct armvirt_gic_why *why)
{
    uint64_t word = *irq->word;

    why->group = (uint8_t)armvirt_irq_group(gic, word);
    why->nmi = why->group != ARMVIRT_G0 && (word & ARMVIRT_IRQ_NMI);
    why->priority = armvirt_irq_priority(gic, word);
    why->pending = armvirt_irq_pending(word);
    why->active = (word & ARMVIRT_IRQ_ACTIVE) != 0;
    why->enabled = (word & ARMVIRT_IRQ_ENABLE) != 0;
    why->edge = (word & ARMVIRT_IRQ_EDGE) != 0;
    why->line = (word & ARMVIRT_IRQ_LEVEL) != 0;
    why->target = or_nobody(armvirt_irq_target(gic, irq));
}

/* Of an LPI that is pending the configuration counts that was read for it. */
static void describe_lpi(const struct armvirt_gic *gic, uint32_t n, uint32_t leaf,
                         struct armvirt_gic_why *why)
{
    why->group = ARMVIRT_G1NS;
    why->pending = armvirt_lpi_set_has(gic, n, leaf);
    why->priority = why->pending ? armvirt_keys(gic, n, ARMVIRT_FROM_LPI)[leaf]
                                 : armvirt_lpi_key_in_table(gic, n, leaf);
    why->enabled = why->priority != ARMVIRT_INDEX_NO_KEY;
    why->edge = true;
    why->target = n;
}

/* What the interrupt itself and its distributor say. */
static enum armvirt_gic_reason at_distributor(const struct armvirt_gic *gic, uint32_t n,
                                              const struct armvirt_gic_why *why)
{
    if (!why->pending) {
        return ARMVIRT_GIC_REASON_NOT_PENDING;
    }
    if (why->target != n) {
        return why->target == ARMVIRT_GIC_NOBODY ? ARMVIRT_GIC_REASON_NO_TARGET
                                                 : ARMVIRT_GIC_REASON_ELSEWHERE;
    }
    if (!why->enabled) {
        return ARMVIRT_GIC_REASON_DISABLED;
    }
    if (why->active) {
        return ARMVIRT_GIC_REASON_ACTIVE;
    }
    return armvirt_group_forwarded(gic, why->group) ? ARMVIRT_GIC_REASON_TAKEN_NEXT
                                                    : ARMVIRT_GIC_REASON_GROUP_DISABLED;
}

/* What the PE says of an interrupt that waits for it. */
static enum armvirt_gic_reason at_pe(const struct armvirt_gic *gic, uint32_t n, uint32_t intid,
                                     struct armvirt_gic_why *why)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t first;

    if (armvirt_asleep(pe)) {
        return ARMVIRT_GIC_REASON_ASLEEP;
    }
    if (!pe->cpu.igrpen[why->group]) {
        return ARMVIRT_GIC_REASON_GROUP_CLOSED;
    }
    if (why->priority == ARMVIRT_INDEX_NO_KEY || pe->hppi.key == ARMVIRT_INDEX_NO_KEY) {
        return ARMVIRT_GIC_REASON_MASKED;
    }
    first = armvirt_hppi_intid(gic, pe, &pe->hppi);
    if (why->nmi ? first == intid && !armvirt_cpu_passes_mask(gic, pe)
                 : why->priority >= pe->cpu.pmr) {
        return ARMVIRT_GIC_REASON_MASKED;
    }
    if (first != intid) {
        why->other = first;
        return ARMVIRT_GIC_REASON_BEHIND;
    }
    return armvirt_cpu_signals(gic, pe) ? ARMVIRT_GIC_REASON_TAKEN_NEXT
                                        : ARMVIRT_GIC_REASON_RUNNING;
}

enum armvirt_status armvirt_gic_why(const struct armvirt_gic *gic, uint32_t pe, uint32_t intid,
                                    struct armvirt_gic_why *why)
{
    struct armvirt_irq irq;

    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    *why = (struct armvirt_gic_why){.target = ARMVIRT_GIC_NOBODY, .other = ARMVIRT_GIC_NOBODY};
    if (armvirt_lpi_exists(gic, intid)) {
        describe_lpi(gic, pe, intid - ARMVIRT_INTID_LPI, why);
    } else if (armvirt_irq_find(gic, pe, intid, &irq)) {
        describe_word(gic, &irq, why);
    } else {
        why->reason = ARMVIRT_GIC_REASON_NOT_THERE;
        return ARMVIRT_OK;
    }
    why->reason = (uint8_t)at_distributor(gic, pe, why);
    if (why->reason == ARMVIRT_GIC_REASON_TAKEN_NEXT) {
        why->reason = (uint8_t)at_pe(gic, pe, intid, why);
    }
    return ARMVIRT_OK;
}

/* ---- Enumeration ---------------------------------------------------------------------------- */

/* The interrupts of a source whose number is @leaf or more, in the order of their numbers. */
static uint32_t next_of(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint32_t leaf)
{
    const uint64_t *words = source == ARMVIRT_FROM_LPI ? NULL : armvirt_words(gic, n, source);

    for (; leaf < gic->count[source]; leaf++) {
        if (words != NULL ? armvirt_irq_pending(words[leaf]) || (words[leaf] & ARMVIRT_IRQ_ACTIVE)
                          : armvirt_lpi_set_has(gic, n, leaf)) {
            return armvirt_irq_intid(gic, source, leaf);
        }
    }
    return ARMVIRT_GIC_NOBODY;
}

/* The ranges of INTIDs, in order: each is one of a source, from the number @leaf on. */
struct range {
    uint32_t first, leaf, count;
    uint8_t source;
};

uint32_t armvirt_gic_next(const struct armvirt_gic *gic, uint32_t pe, uint32_t from)
{
    const uint32_t *count = gic->count;
    const struct range ranges[] = {
        {0, 0, ARMVIRT_PRIVATE, ARMVIRT_FROM_PRIVATE},
        {ARMVIRT_PRIVATE, 0, gic->spis, ARMVIRT_FROM_SHARED},
        {ARMVIRT_INTID_EPPI, ARMVIRT_PRIVATE, count[ARMVIRT_FROM_PRIVATE] - ARMVIRT_PRIVATE,
         ARMVIRT_FROM_PRIVATE},
        {ARMVIRT_INTID_ESPI, gic->spis, count[ARMVIRT_FROM_SHARED] - gic->spis,
         ARMVIRT_FROM_SHARED},
        {ARMVIRT_INTID_LPI, 0, count[ARMVIRT_FROM_LPI], ARMVIRT_FROM_LPI},
    };

    for (size_t i = 0; pe < gic->config.pes && i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        const struct range *r = &ranges[i];
        uint32_t skip = from > r->first ? from - r->first : 0;
        uint32_t intid = ARMVIRT_GIC_NOBODY;

        if (skip < r->count) {
            intid = next_of(gic, pe, r->source, r->leaf + skip);
        }
        if (intid - r->first < r->count) {
            return intid;
        }
    }
    return ARMVIRT_GIC_NOBODY;
}
