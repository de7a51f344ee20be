/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and the indices that know the pending ones: IHI0069 4.1 (states), 4.6 (groups), 4.8
 * (priority), 3.3 (affinity routing).
 */
#include "machine.h"

#include "base/emit.h"
#include "base/mem_functions.h"

/* Group 0 has no superpriority. */
static uint8_t irq_class(const struct armvirt_gic *gic, uint64_t word)
{
    enum armvirt_group group = armvirt_irq_group(gic, word);

    if ((word & ARMVIRT_IRQ_NMI) && group != ARMVIRT_G0) {
        return group == ARMVIRT_G1S ? ARMVIRT_CLASS_NMI_S : ARMVIRT_CLASS_NMI_NS;
    }
    return (uint8_t)(ARMVIRT_CLASS_G0 + group);
}

/* An interrupt with superpriority counts as the most urgent that its Security state has. */
static uint8_t irq_key(const struct armvirt_gic *gic, uint64_t word, uint8_t class)
{
    if (class == ARMVIRT_CLASS_NMI_S) {
        return 0;
    }
    if (class == ARMVIRT_CLASS_NMI_NS) {
        return armvirt_one_state(gic) ? 0 : ARMVIRT_NS_PRIORITY;
    }
    return (uint8_t)ARMVIRT_GET(ARMVIRT_IRQ_PRIORITY, word);
}

uint8_t armvirt_irq_priority(const struct armvirt_gic *gic, uint64_t word)
{
    return irq_key(gic, word, irq_class(gic, word));
}

/* ---- Where an SPI goes -------------------------------------------------------------------- */

/* ICC_CTLR.PMHE makes the priority mask a hint of what the PE does not want. */
static bool unwanted(const struct armvirt_gic *gic, uint32_t n, uint64_t word)
{
    const struct armvirt_cpu *cpu = &armvirt_pe(gic, n)->cpu;

    return cpu->pmhe && ARMVIRT_GET(ARMVIRT_IRQ_PRIORITY, word) >= cpu->pmr;
}

/* The PE that had it last if that takes it, else the lowest that does; those that do not want it
 * last: the choice is free (IHI0069 3.3.2). */
static uint32_t choose_one_of_n(const struct armvirt_gic *gic, uint64_t word, uint32_t last)
{
    enum armvirt_group group = armvirt_irq_group(gic, word);
    uint32_t second = ARMVIRT_NOWHERE;

    if (last != ARMVIRT_NOWHERE && armvirt_takes_one_of_n(gic, last, group) &&
        !unwanted(gic, last, word)) {
        return last;
    }
    for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
        if (!armvirt_takes_one_of_n(gic, pe, group)) {
            continue;
        }
        if (!unwanted(gic, pe, word)) {
            return pe;
        }
        second = second == ARMVIRT_NOWHERE ? pe : second;
    }
    return second;
}

static uint32_t choose_home(const struct armvirt_gic *gic, uint64_t word, uint32_t last)
{
    if (word & ARMVIRT_IRQ_IRM) {
        return choose_one_of_n(gic, word, last);
    }
    return armvirt_pe_of_affinity(gic, (uint32_t)ARMVIRT_GET(ARMVIRT_IRQ_AFFINITY, word));
}

uint32_t armvirt_irq_target(const struct armvirt_gic *gic, const struct armvirt_irq *irq)
{
    bool settled = irq->source == ARMVIRT_FROM_PRIVATE || armvirt_irq_ready(*irq->word);

    return settled ? irq->home : choose_home(gic, *irq->word, irq->home);
}

/* ---- Indices ------------------------------------------------------------------------------ */

/* A pending interrupt leaves its index, or gets into one. */
void armvirt_irq_unlist(struct armvirt_gic *gic, const struct armvirt_irq *irq, uint64_t word)
{
    if (irq->home == ARMVIRT_NOWHERE) {
        gic->orphans -= (word & ARMVIRT_IRQ_IRM) != 0;
        return;
    }
    armvirt_pending_remove(gic, armvirt_pe(gic, irq->home), irq->source, irq_class(gic, word),
                           irq->leaf);
}

void armvirt_irq_list(struct armvirt_gic *gic, struct armvirt_irq *irq, uint64_t word)
{
    uint8_t class = irq_class(gic, word);

    if (irq->source == ARMVIRT_FROM_SHARED) {
        irq->home = choose_home(gic, word, irq->home);
        armvirt_homes(gic)[irq->leaf] = (uint16_t)irq->home;
    }
    if (irq->home == ARMVIRT_NOWHERE) {
        gic->orphans += (word & ARMVIRT_IRQ_IRM) != 0;
        return;
    }
    armvirt_keys(gic, irq->home, irq->source)[irq->leaf] = irq_key(gic, word, class);
    armvirt_pending_add(gic, armvirt_pe(gic, irq->home), irq->source, class, irq->leaf);
}

void armvirt_irq_trace(const struct armvirt_gic *gic, const struct armvirt_irq *irq, uint64_t old,
                       uint64_t word)
{
    uint32_t intid = armvirt_irq_intid(gic, irq->source, irq->leaf);
    bool pending = armvirt_irq_pending(word);

    if (pending != armvirt_irq_pending(old)) {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_PENDING, irq->home, intid, pending, 0);
    }
    if (old & ~word & ARMVIRT_IRQ_ACTIVE) {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_DEACTIVATE, irq->home, intid, 0, 0);
    }
}

/* The PE that has a shared one that is active is the one that took it; if nobody did, for software
 * wrote GICD_ISACTIVER, the one that would have. */
void armvirt_irq_settle_active(struct armvirt_gic *gic, struct armvirt_irq *irq, uint64_t word)
{
    if (irq->source == ARMVIRT_FROM_SHARED) {
        irq->home = choose_home(gic, word, irq->home);
        armvirt_homes(gic)[irq->leaf] = (uint16_t)irq->home;
    }
}

static void clear_indices(struct armvirt_gic *gic, uint32_t pe)
{
    for (uint8_t source = 0; source < ARMVIRT_WITH_WORDS; source++) {
        for (uint8_t class = 0; class < ARMVIRT_CLASSES; class ++) {
            armvirt_pending_clear(gic, armvirt_pe(gic, pe), source, class);
        }
    }
}

static void list_all(struct armvirt_gic *gic, uint32_t pe, uint8_t source)
{
    uint64_t *actives = armvirt_actives(gic, pe, source);
    struct armvirt_irq irq;

    memset(actives, 0, armvirt_active_words(gic->count[source]) * sizeof(*actives));
    for (uint32_t leaf = 0; leaf < gic->count[source]; leaf++) {
        armvirt_irq_at(gic, pe, source, leaf, &irq);
        if (armvirt_irq_ready(*irq.word)) {
            armvirt_irq_list(gic, &irq, *irq.word);
        }
        if (*irq.word & ARMVIRT_IRQ_ACTIVE) {
            actives[leaf / 64] |= UINT64_C(1) << leaf % 64;
        }
    }
}

void armvirt_irq_rebuild(struct armvirt_gic *gic)
{
    gic->orphans = 0;
    for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
        clear_indices(gic, pe);
        list_all(gic, pe, ARMVIRT_FROM_PRIVATE);
    }
    list_all(gic, 0, ARMVIRT_FROM_SHARED);
}

/* ---- 1 of N -------------------------------------------------------------------------------- */

/* Interrupts that are at @pe, or nowhere, are chosen a PE for again. */
void armvirt_irq_rechoose(struct armvirt_gic *gic, uint32_t pe)
{
    struct armvirt_irq irq;

    if (armvirt_has(gic, ARMVIRT_GICD_TYPER_NO1N)) {
        return;
    }
    for (uint32_t leaf = 0; leaf < gic->count[ARMVIRT_FROM_SHARED]; leaf++) {
        armvirt_irq_at(gic, pe, ARMVIRT_FROM_SHARED, leaf, &irq);
        if ((*irq.word & ARMVIRT_IRQ_IRM) && armvirt_irq_ready(*irq.word) &&
            (irq.home == pe || irq.home == ARMVIRT_NOWHERE)) {
            armvirt_irq_unlist(gic, &irq, *irq.word);
            armvirt_irq_list(gic, &irq, *irq.word);
        }
    }
}
