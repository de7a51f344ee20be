/* SPDX-License-Identifier: MIT */
/*
 * From the pending and active interrupts of a PE to list registers of hardware, and back (IHI0069
 * 6.3, 6.4, 12.4).
 */
#include <armvirt/gic_lr.h>

#include "base/compiler.h"
#include "base/mem_functions.h"
#include "cpu.h"
#include "vcpu.h"

/* Before all that are not: superpriority, then urgency, then INTID. */
#define ORDER_DISABLED ARMVIRT_BIT(41)
#define ORDER_NORMAL   ARMVIRT_BIT(40)
#define ORDER_NONE     UINT64_MAX

/* An interrupt that wants a list register. */
struct entry {
    uint64_t order; /* smaller is more urgent; ORDER_NONE: there is none */
    uint64_t lr;
    uint32_t leaf;
    uint8_t source;
    uint8_t class;
};

static uint64_t order_of(uint8_t key, bool nmi, uint32_t intid)
{
    return (nmi ? 0 : ORDER_NORMAL) | (uint64_t)key << 32 | intid;
}

/* ---- Pending ones --------------------------------------------------------------------------- */

static bool forwarded(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint8_t class)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    if (source == ARMVIRT_FROM_LPI &&
        (class != ARMVIRT_CLASS_G1NS || !(pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS))) {
        return false;
    }
    return !armvirt_asleep(pe) &&
           armvirt_group_forwarded(gic, class == ARMVIRT_CLASS_G0 ? ARMVIRT_G0 : ARMVIRT_G1NS);
}

/* The most urgent pending interrupt of a source and a class. */
static void first_of(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint8_t class,
                     struct entry *entry)
{
    uint8_t group = class == ARMVIRT_CLASS_G0 ? ARMVIRT_G0 : ARMVIRT_G1NS;
    bool nmi = class < ARMVIRT_CLASS_G0;
    uint8_t key;

    entry->order = ORDER_NONE;
    if (!forwarded(gic, n, source, class)) {
        return;
    }
    key = armvirt_pending_best(gic, armvirt_pe(gic, n), source, class);
    if (key == ARMVIRT_INDEX_NO_KEY) {
        return;
    }
    *entry = (struct entry){.source = source, .class = class};
    entry->leaf = armvirt_pending_first(gic, armvirt_pe(gic, n), source, class);
    entry->lr = armvirt_irq_intid(gic, source, entry->leaf);
    entry->order = order_of(key, nmi, (uint32_t)entry->lr) |
                   (armvirt_pe(gic, n)->cpu.igrpen[group] ? 0 : ORDER_DISABLED);
    entry->lr |= ARMVIRT_LR_PENDING | ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PRIORITY, key) |
                 (group == ARMVIRT_G0 ? 0 : ARMVIRT_ICH_LRN_EL2_GROUP) |
                 (nmi ? ARMVIRT_ICH_LRN_EL2_NMI : 0);
}

static void first_pending(const struct armvirt_gic *gic, uint32_t n, struct entry *first)
{
    struct entry entry;

    first->order = ORDER_NONE;
    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        for (uint8_t class = 0; class < ARMVIRT_CLASSES; class ++) {
            first_of(gic, n, source, class, &entry);
            if (entry.order < first->order) {
                *first = entry;
            }
        }
    }
}

/* The @most most urgent ones, in order: each is taken out of its index or tree until all are found.
 */
static ARMVIRT_NOINLINE unsigned find_pending(struct armvirt_gic *gic, uint32_t n, unsigned most,
                                              struct entry *entries)
{
    unsigned count = 0;

    for (; count < most; count++) {
        struct entry *e = &entries[count];

        first_pending(gic, n, e);
        if (e->order == ORDER_NONE) {
            break;
        }
        armvirt_pending_take_out(gic, armvirt_pe(gic, n), e->source, e->class, e->leaf);
    }
    for (unsigned i = 0; i < count; i++) {
        const struct entry *e = &entries[i];

        armvirt_pending_put_back(gic, armvirt_pe(gic, n), e->source, e->class, e->leaf);
    }
    return count;
}

/* ---- Active ones ---------------------------------------------------------------------------- */

static void active_entry(const struct armvirt_gic *gic, const struct armvirt_irq *irq,
                         struct entry *entry)
{
    bool group0 = armvirt_irq_group(gic, *irq->word) == ARMVIRT_G0;
    bool nmi = !group0 && (*irq->word & ARMVIRT_IRQ_NMI);
    uint8_t key = armvirt_irq_priority(gic, *irq->word);
    uint32_t intid = armvirt_irq_intid(gic, irq->source, irq->leaf);

    *entry = (struct entry){.leaf = irq->leaf, .source = irq->source};
    entry->order = order_of(key, nmi, intid);
    entry->lr = ARMVIRT_LR_ACTIVE | intid | ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PRIORITY, key) |
                (group0 ? 0 : ARMVIRT_ICH_LRN_EL2_GROUP) | (nmi ? ARMVIRT_ICH_LRN_EL2_NMI : 0);
}

/* Of the interrupts of 64 bits, the most urgent one of the PE whose order is @from or more. */
static void next_of(const struct armvirt_gic *gic, uint32_t n, uint64_t bits, uint8_t source,
                    uint32_t leaf, uint64_t from, struct entry *first)
{
    for (; bits != 0; bits &= bits - 1) {
        struct armvirt_irq irq;
        struct entry entry;

        armvirt_irq_at(gic, n, source, leaf + (uint32_t)ARMVIRT_CTZ64(bits), &irq);
        if (irq.home != n) {
            continue;
        }
        active_entry(gic, &irq, &entry);
        if (entry.order >= from && entry.order < first->order) {
            *first = entry;
        }
    }
}

/* The most urgent active interrupt of the PE whose order is @from or more. */
static void next_active(const struct armvirt_gic *gic, uint32_t n, uint64_t from,
                        struct entry *first)
{
    first->order = ORDER_NONE;
    for (uint8_t source = 0; source < ARMVIRT_WITH_WORDS; source++) {
        const uint64_t *bits = armvirt_actives(gic, n, source);

        for (uint32_t i = 0; i < armvirt_active_words(gic->count[source]); i++) {
            next_of(gic, n, bits[i], source, 64 * i, from, first);
        }
    }
}

/* ---- Flush ---------------------------------------------------------------------------------- */

/* What may have to be taken again once it ended is looked at then: the line of a level-sensitive
 * interrupt, and what became pending while it is active. That one could be active and pending in
 * its list register, too; but when it ends it would come before others that have none. */
static bool looked_at_again(uint64_t word)
{
    return !(word & ARMVIRT_IRQ_EDGE) || (word & (ARMVIRT_IRQ_ACTIVE | ARMVIRT_IRQ_LATCH)) ==
                                             (ARMVIRT_IRQ_ACTIVE | ARMVIRT_IRQ_LATCH);
}

static uint64_t complete_lr(const struct armvirt_gic *gic, uint32_t n,
                            const struct armvirt_gic_lr_hardware *hardware,
                            const struct entry *entry)
{
    uint32_t intid = armvirt_irq_intid(gic, entry->source, entry->leaf);
    uint32_t physical = 0;
    struct armvirt_irq irq;

    if (entry->source == ARMVIRT_FROM_LPI) {
        return entry->lr;
    }
    armvirt_irq_at(gic, n, entry->source, entry->leaf, &irq);
    if (hardware->physical != NULL) {
        physical = hardware->physical(hardware->ctx, n, intid);
    }
    if (physical != 0) {
        return entry->lr | ARMVIRT_ICH_LRN_EL2_HW |
               ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PINTID, physical);
    }
    return entry->lr | (looked_at_again(*irq.word) ? ARMVIRT_ICH_LR_SOFTWARE_EOI : 0);
}

/* What ICH_HCR_EL2 asks for, given the first interrupt of each kind that has no list register. If a
 * group is enabled or disabled, other interrupts may be the ones to be there. */
static uint64_t maintenance(const struct armvirt_cpu *cpu, const struct entry *pending,
                            const struct entry *active)
{
    uint64_t hcr = ARMVIRT_ICH_HCR_EL2_EN;

    if (active->order != ORDER_NONE) {
        hcr |= ARMVIRT_ICH_HCR_EL2_LRENPIE | ARMVIRT_ICH_HCR_EL2_TDIR;
    }
    if (pending->order == ORDER_NONE) {
        return hcr;
    }
    hcr |= pending->order & ORDER_DISABLED ? 0 : ARMVIRT_ICH_HCR_EL2_NPIE;
    hcr |= cpu->igrpen[ARMVIRT_G0] ? ARMVIRT_ICH_HCR_EL2_VGRP0DIE : ARMVIRT_ICH_HCR_EL2_VGRP0EIE;
    hcr |= cpu->igrpen[ARMVIRT_G1NS] ? ARMVIRT_ICH_HCR_EL2_VGRP1DIE : ARMVIRT_ICH_HCR_EL2_VGRP1EIE;
    return hcr;
}

/* The interrupts that get a list register, most urgent first: among equals many implementations
 * take the lowest list register, the model the lowest INTID. */
struct chosen {
    struct entry entries[ARMVIRT_GIC_LRS];
    unsigned count;
};

/* A guest may enable a group while it runs. */
static uint64_t order_if_enabled(const struct entry *entry)
{
    return entry->order & ~ORDER_DISABLED;
}

static void choose(struct chosen *chosen, const struct entry *entry)
{
    unsigned i = chosen->count++;

    for (; i > 0 && order_if_enabled(&chosen->entries[i - 1]) > order_if_enabled(entry); i--) {
        chosen->entries[i] = chosen->entries[i - 1];
    }
    chosen->entries[i] = *entry;
}

static ARMVIRT_NOINLINE void give(const struct armvirt_gic *gic, uint32_t n,
                                  const struct armvirt_gic_lr_hardware *hardware,
                                  const struct chosen *chosen, struct armvirt_gic_lrs *lrs)
{
    for (unsigned i = 0; i < chosen->count; i++) {
        lrs->ich_lr[i] = complete_lr(gic, n, hardware, &chosen->entries[i]);
    }
}

static void fill(struct armvirt_gic *gic, uint32_t n,
                 const struct armvirt_gic_lr_hardware *hardware, struct armvirt_gic_lrs *lrs)
{
    unsigned most = (unsigned)ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_LISTREGS, hardware->ich_vtr) % 16 + 1;
    struct entry pending[ARMVIRT_GIC_LRS + 2], active;
    unsigned count, next = 0;
    struct chosen chosen = {.count = 0};

    armvirt_pending_call_back(gic, armvirt_pe(gic, n));
    count = find_pending(gic, n, most + 1, pending);
    pending[count].order = ORDER_NONE;
    if (!(pending[0].order & ORDER_DISABLED)) {
        choose(&chosen, &pending[next++]);
    }
    next_active(gic, n, 0, &active);
    while (active.order != ORDER_NONE && chosen.count < most) {
        choose(&chosen, &active);
        next_active(gic, n, active.order + 1, &active);
    }
    while (next < count && chosen.count < most) {
        choose(&chosen, &pending[next++]);
    }
    give(gic, n, hardware, &chosen, lrs);
    lrs->ich_hcr = maintenance(&armvirt_pe(gic, n)->cpu, &pending[next], &active);
}

static void give_cpu(const struct armvirt_gic_pe *pe, struct armvirt_gic_lrs *lrs)
{
    const struct armvirt_cpu *cpu = &pe->cpu;
    bool bank = armvirt_secure_bank(pe);

    lrs->ich_vmcr = ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VPMR, cpu->pmr) |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VBPR0, cpu->bpr[ARMVIRT_G0]) |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VBPR1, cpu->bpr[ARMVIRT_G1NS]) |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VEOIM, cpu->eoimode[bank]) |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VCBPR, cpu->cbpr[bank]) |
                    ARMVIRT_ICH_VMCR_EL2_VFIQEN |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VENG1, cpu->igrpen[ARMVIRT_G1NS]) |
                    ARMVIRT_PUT(ARMVIRT_ICH_VMCR_EL2_VENG0, cpu->igrpen[ARMVIRT_G0]);
    for (unsigned i = 0; i < 4; i++) {
        lrs->ich_ap0r[i] = cpu->apr[ARMVIRT_G0][i];
        lrs->ich_ap1r[i] = cpu->apr[ARMVIRT_G1NS][i];
    }
    lrs->ich_ap1r[0] |= cpu->nmi_active[ARMVIRT_G1NS] ? ARMVIRT_ICH_AP1RN_EL2_NMI : 0;
}

enum armvirt_status armvirt_gic_lr_flush(struct armvirt_gic *gic, uint32_t pe,
                                         const struct armvirt_gic_lr_hardware *hardware,
                                         struct armvirt_gic_lrs *lrs)
{
    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (!armvirt_one_state(gic) ||
        ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PREBITS, hardware->ich_vtr) + 1 != gic->config.prebits) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    *lrs = (struct armvirt_gic_lrs){.ich_hcr = 0};
    give_cpu(armvirt_pe(gic, pe), lrs);
    fill(gic, pe, hardware, lrs);
    memcpy(lrs->given, lrs->ich_lr, sizeof(lrs->given));
    return ARMVIRT_OK;
}

/* ---- Sync ----------------------------------------------------------------------------------- */

/* What became of an interrupt while its list register went from @given to @now. */
static uint64_t folded(uint64_t word, uint64_t given, uint64_t now)
{
    if (given & ~now & ARMVIRT_LR_PENDING) {
        word &= ~ARMVIRT_IRQ_LATCH;
    }
    if ((given ^ now) & ARMVIRT_LR_ACTIVE) {
        word = now & ARMVIRT_LR_ACTIVE ? word | ARMVIRT_IRQ_ACTIVE : word & ~ARMVIRT_IRQ_ACTIVE;
    }
    if ((given & ARMVIRT_ICH_LRN_EL2_HW) && !(now & (ARMVIRT_LR_PENDING | ARMVIRT_LR_ACTIVE))) {
        word &= ~ARMVIRT_IRQ_LEVEL;
    }
    return word;
}

static void fold(struct armvirt_gic *gic, uint32_t n, uint64_t given, uint64_t now)
{
    uint32_t intid = armvirt_lr_intid(given);
    struct armvirt_irq irq;

    if (armvirt_lpi_exists(gic, intid)) {
        if (given & ~now & ARMVIRT_LR_PENDING) {
            armvirt_lpi_acknowledge(gic, n, intid - ARMVIRT_INTID_LPI);
        }
    } else if (armvirt_irq_find(gic, n, intid, &irq)) {
        armvirt_irq_put(gic, &irq, folded(*irq.word, given, now));
    }
}

/* Deactivate the most urgent interrupt that had no list register. */
static void end_unlisted(struct armvirt_gic *gic, uint32_t n, const struct armvirt_gic_lrs *lrs)
{
    struct entry entry = {.order = 0};
    bool listed;

    do {
        next_active(gic, n, entry.order, &entry);
        if (entry.order == ORDER_NONE) {
            return;
        }
        entry.order++;
        listed = false;
        for (unsigned i = 0; i < ARMVIRT_GIC_LRS; i++) {
            listed |=
                lrs->given[i] != 0 && armvirt_lr_intid(lrs->given[i]) == armvirt_lr_intid(entry.lr);
        }
    } while (listed);
    armvirt_deactivate(gic, n, armvirt_lr_intid(entry.lr));
}

static uint8_t limited(uint64_t bpr, uint8_t least)
{
    return bpr < least ? least : (uint8_t)bpr;
}

static void take_cpu(struct armvirt_gic *gic, uint32_t n, const struct armvirt_gic_lrs *lrs)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    struct armvirt_cpu *cpu = &pe->cpu;
    bool bank = armvirt_secure_bank(pe);
    uint64_t vmcr = lrs->ich_vmcr;

    cpu->pmr = (uint8_t)(ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VPMR, vmcr) & armvirt_priority_mask(gic));
    cpu->bpr[ARMVIRT_G0] = limited(ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VBPR0, vmcr),
                                   armvirt_cpu_min_bpr(gic, ARMVIRT_G0));
    cpu->bpr[ARMVIRT_G1NS] = limited(ARMVIRT_GET(ARMVIRT_ICH_VMCR_EL2_VBPR1, vmcr),
                                     armvirt_cpu_min_bpr(gic, ARMVIRT_G1NS));
    cpu->eoimode[bank] = (vmcr & ARMVIRT_ICH_VMCR_EL2_VEOIM) != 0;
    cpu->cbpr[bank] = (vmcr & ARMVIRT_ICH_VMCR_EL2_VCBPR) != 0;
    for (unsigned i = 0; i < armvirt_apr_count(gic->config.prebits); i++) {
        cpu->apr[ARMVIRT_G0][i] = (uint32_t)lrs->ich_ap0r[i];
        cpu->apr[ARMVIRT_G1NS][i] = (uint32_t)lrs->ich_ap1r[i];
    }
    cpu->nmi_active[ARMVIRT_G1NS] =
        armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI) && (lrs->ich_ap1r[0] & ARMVIRT_ICH_AP1RN_EL2_NMI);
    armvirt_cpu_refresh(gic, cpu);
    armvirt_icc_write(gic, pe, ARMVIRT_ICC_IGRPEN0, 0, (vmcr & ARMVIRT_ICH_VMCR_EL2_VENG0) != 0);
    armvirt_icc_write(gic, pe, ARMVIRT_ICC_IGRPEN1, 0, (vmcr & ARMVIRT_ICH_VMCR_EL2_VENG1) != 0);
}

enum armvirt_status armvirt_gic_lr_sync(struct armvirt_gic *gic, uint32_t pe,
                                        const struct armvirt_gic_lrs *lrs)
{
    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    for (uint64_t ends = ARMVIRT_GET(ARMVIRT_ICH_HCR_EL2_EOICOUNT, lrs->ich_hcr); ends > 0;
         ends--) {
        end_unlisted(gic, pe, lrs);
    }
    for (unsigned i = 0; i < ARMVIRT_GIC_LRS; i++) {
        if (lrs->given[i] != 0) {
            fold(gic, pe, lrs->given[i], lrs->ich_lr[i]);
        }
    }
    take_cpu(gic, pe, lrs);
    armvirt_mark(gic, armvirt_pe(gic, pe), ARMVIRT_STALE_SIGNAL);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}
