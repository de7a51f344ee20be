/* SPDX-License-Identifier: MIT */
/*
 * The interrupts that are pending at a PE: which one has the highest priority (IHI0069 4.8), among
 * those that the gates between redistributor and CPU interface let through (4.6, 5.1). Here alone
 * the indices of physical interrupts change, and what is kept of them: the best key of each class,
 * and the highest priority pending interrupt.
 */
#include "base/compiler.h"
#include "lpi_set.h"

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

/* Whether the redistributor forwards a class of a source; LPIs are all in one. */
static bool forwarded(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                      uint8_t source, unsigned class)
{
    if (source == ARMVIRT_FROM_LPI &&
        (class != ARMVIRT_CLASS_G1NS || !(pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS))) {
        return false;
    }
    return group_enabled(gic, &pe->cpu, group_of_class(class));
}

void armvirt_gates_changed(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        pe->closed[source] = UINT64_MAX;
        for (unsigned class = 0; class < ARMVIRT_CLASSES; class ++) {
            if (forwarded(gic, pe, source, class)) {
                pe->closed[source] &= ~(UINT64_C(0xff) << 8 * class);
            }
        }
    }
    armvirt_mark(gic, pe, ARMVIRT_STALE_HPPI);
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

/* ---- What keeps them ----------------------------------------------------------------------- */

/* LPIs may be in trees (lpi_set.h), all others are in indices. */
static bool in_trees(const struct armvirt_gic *gic, uint8_t source)
{
    return source == ARMVIRT_FROM_LPI && gic->lpi_trees;
}

uint8_t armvirt_pending_best(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                             uint8_t source, uint8_t class)
{
    if (in_trees(gic, source)) {
        return armvirt_lpi_set_best(gic, pe->number);
    }
    return armvirt_index_best(&gic->shape[source], armvirt_index(gic, pe, source, class));
}

uint32_t armvirt_pending_first(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                               uint8_t source, uint8_t class)
{
    if (in_trees(gic, source)) {
        return armvirt_lpi_set_first(gic, pe->number);
    }
    return armvirt_index_first(&gic->shape[source], armvirt_index(gic, pe, source, class),
                               armvirt_keys(gic, pe->number, source));
}

/* Note that one is pending or not, but not yet which comes first. */
static ARMVIRT_ALWAYS_INLINE void put(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                      uint8_t source, uint8_t class, uint32_t leaf, bool pending,
                                      bool trees)
{
    if (trees) {
        armvirt_lpi_set_put(gic, pe->number, leaf, pending);
    } else {
        armvirt_index_put(armvirt_index(gic, pe, source, class), leaf, pending);
    }
}

/* Give one that is noted its rank. */
static inline void rank(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                        uint8_t class, uint32_t leaf)
{
    if (in_trees(gic, source)) {
        armvirt_lpi_set_rank(gic, pe->number, leaf);
    } else {
        armvirt_index_rank(&gic->shape[source], armvirt_index(gic, pe, source, class), leaf,
                           armvirt_keys(gic, pe->number, source)[leaf]);
    }
}

void armvirt_pending_take_out(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                              uint8_t class, uint32_t leaf)
{
    if (in_trees(gic, source)) {
        armvirt_lpi_set_remove(gic, pe->number, leaf);
    } else {
        armvirt_index_remove(&gic->shape[source], armvirt_index(gic, pe, source, class),
                             armvirt_keys(gic, pe->number, source), leaf);
    }
}

void armvirt_pending_put_back(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                              uint8_t class, uint32_t leaf)
{
    put(gic, pe, source, class, leaf, true, in_trees(gic, source));
    rank(gic, pe, source, class, leaf);
}

/* ---- The highest priority pending interrupt ------------------------------------------------ */

/* What takes part: the pending interrupts of a source and a class. */
static void set_hppi(struct armvirt_hppi *hppi, uint8_t source, unsigned class, uint8_t key)
{
    hppi->key = key;
    hppi->group = (uint8_t)group_of_class(class);
    hppi->source = source;
    hppi->class = (uint8_t) class;
    hppi->nmi = class < ARMVIRT_CLASS_G0;
    hppi->ahead = false;
}

/* Of two with the same priority superpriority comes first, then the lower INTID. */
static bool comes_first(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                        const struct armvirt_hppi *a, const struct armvirt_hppi *b)
{
    if (a->nmi != b->nmi) {
        return a->nmi;
    }
    return armvirt_hppi_intid(gic, pe, a) < armvirt_hppi_intid(gic, pe, b);
}

/* Of all that are open the one with the smallest key: whether others have the same. */
static bool select_smallest(struct armvirt_gic_pe *pe)
{
    bool tie = false;

    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        uint64_t open = pe->best[source] | pe->closed[source];

        for (uint64_t some = ~open; some != 0;) {
            unsigned class = ARMVIRT_CTZ64(some) / 8;
            uint8_t key = (uint8_t)(open >> 8 * class);

            if (key <= pe->hppi.key) {
                tie = key == pe->hppi.key;
                set_hppi(&pe->hppi, source, class, key);
            }
            some &= ~(UINT64_C(0xff) << 8 * class);
        }
    }
    return tie;
}

/* Of those that have the smallest key the one that comes first. */
static ARMVIRT_RARE void select_first(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    struct armvirt_hppi other;

    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        uint64_t open = pe->best[source] | pe->closed[source];

        for (unsigned class = 0; class < ARMVIRT_CLASSES; class ++) {
            set_hppi(&other, source, class, (uint8_t)(open >> 8 * class));
            if (other.key == pe->hppi.key && comes_first(gic, pe, &other, &pe->hppi)) {
                pe->hppi = other;
            }
        }
    }
}

/* ---- The one ahead of all ------------------------------------------------------------------- */

/*
 * One that becomes pending and comes before all others goes ahead: its bit in the index is set, but
 * the nodes above do not know of it. What was the first until then is kept: it is behind. Most are
 * acknowledged there, with no index searched or changed, and what is behind is the first again.
 * Whatever else happens calls it back first.
 */
static void go_ahead(struct armvirt_gic_pe *pe, uint8_t source, uint8_t class, uint8_t key,
                     uint32_t leaf)
{
    pe->behind = pe->hppi;
    pe->behind_known = true;
    set_hppi(&pe->hppi, source, class, key);
    pe->hppi.ahead = true;
    pe->hppi.leaf = leaf;
}

/* The one ahead leaves. */
static void step_aside(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    pe->hppi = pe->behind;
    armvirt_mark(gic, pe, pe->behind_known ? ARMVIRT_STALE_SIGNAL : ARMVIRT_STALE_HPPI);
}

static bool is_ahead(const struct armvirt_gic_pe *pe, uint8_t source, uint8_t class, uint32_t leaf)
{
    return pe->hppi.ahead && pe->hppi.leaf == leaf && pe->hppi.source == source &&
           pe->hppi.class == class;
}

static void set_best(struct armvirt_gic_pe *pe, uint8_t source, uint8_t class, uint8_t key)
{
    uint64_t *best = &pe->best[source];

    *best = (*best & ~(UINT64_C(0xff) << 8 * class)) | (uint64_t)key << 8 * class;
}

static void note_best(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                      uint8_t class)
{
    set_best(pe, source, class, armvirt_pending_best(gic, pe, source, class));
}

static ARMVIRT_RARE void take_its_place(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    struct armvirt_hppi *hppi = &pe->hppi;

    hppi->ahead = false;
    rank(gic, pe, hppi->source, hppi->class, hppi->leaf);
    note_best(gic, pe, hppi->source, hppi->class);
}

void armvirt_pending_call_back(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    if (pe->hppi.ahead) {
        take_its_place(gic, pe);
    }
}

/* Nearly always there is one source, with one class, that has something. A PE that sleeps is given
 * nothing; what waits for it is a reason to wake it (rule 42). */
void armvirt_find_hppi(struct armvirt_gic *gic, struct armvirt_gic_pe *pe)
{
    armvirt_pending_call_back(gic, pe);
    pe->hppi.key = ARMVIRT_INDEX_NO_KEY;
    if (select_smallest(pe)) {
        select_first(gic, pe);
    }
    pe->wakes = armvirt_asleep(pe) && pe->hppi.key != ARMVIRT_INDEX_NO_KEY;
    if (pe->wakes) {
        pe->hppi.key = ARMVIRT_INDEX_NO_KEY;
    }
}

/* ---- What comes and goes ------------------------------------------------------------------- */

void armvirt_pending_note(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                          uint8_t class)
{
    note_best(gic, pe, source, class);
    armvirt_mark(gic, pe, ARMVIRT_STALE_HPPI);
}

void armvirt_pending_clear(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                           uint8_t class)
{
    armvirt_pending_call_back(gic, pe);
    armvirt_index_clear(&gic->shape[source], armvirt_index(gic, pe, source, class));
    armvirt_pending_note(gic, pe, source, class);
}

/* Whether one more with @key may come before the first. One of the same index as the first and with
 * the same key does not matter, for the index knows which of its own is first. */
static bool may_come_first(const struct armvirt_hppi *first, uint8_t source, uint8_t class,
                           uint8_t key)
{
    bool alike = !first->ahead && first->source == source && first->class == class;

    return alike ? key < first->key : key <= first->key;
}

/* One that comes after the first, and is not held back, changes nothing else. */
static ARMVIRT_NOINLINE void queue(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                   uint8_t source, uint8_t class, uint32_t leaf)
{
    uint8_t key = armvirt_keys(gic, pe->number, source)[leaf];
    bool open = !(pe->closed[source] >> 8 * class & 1);

    rank(gic, pe, source, class, leaf);
    if (key < (uint8_t)(pe->best[source] >> 8 * class)) {
        set_best(pe, source, class, key);
    }
    pe->behind_known = false;
    if (open && may_come_first(&pe->hppi, source, class, key) && !pe->wakes) {
        armvirt_mark(gic, pe, ARMVIRT_STALE_HPPI);
    }
}

/* An LPI in trees that is pending elsewhere, too, does not go ahead: only its rank says where it
 * is. */
static ARMVIRT_ALWAYS_INLINE void add(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                      uint8_t source, uint8_t class, uint32_t leaf, bool trees)
{
    uint8_t key = armvirt_keys(gic, pe->number, source)[leaf];
    bool open = !(pe->closed[source] >> 8 * class & 1);
    bool first = open && key < pe->hppi.key && !armvirt_asleep(pe) &&
                 (!trees || armvirt_lpi_set_nowhere(gic, leaf));

    put(gic, pe, source, class, leaf, true, trees);
    if (first) {
        armvirt_pending_call_back(gic, pe);
        go_ahead(pe, source, class, key, leaf);
        armvirt_mark(gic, pe, ARMVIRT_STALE_SIGNAL);
    } else {
        queue(gic, pe, source, class, leaf);
    }
}

static ARMVIRT_NOINLINE void add_to_trees(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                          uint32_t leaf)
{
    add(gic, pe, ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf, true);
}

void armvirt_pending_add(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                         uint8_t class, uint32_t leaf)
{
    if (in_trees(gic, source)) {
        add_to_trees(gic, pe, leaf);
    } else {
        add(gic, pe, source, class, leaf, false);
    }
}

/* One that comes after the first goes without notice. */
static ARMVIRT_NOINLINE void unqueue(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                     uint8_t source, uint8_t class, uint32_t leaf)
{
    armvirt_pending_call_back(gic, pe);
    armvirt_pending_take_out(gic, pe, source, class, leaf);
    note_best(gic, pe, source, class);
    if (armvirt_keys(gic, pe->number, source)[leaf] <= pe->hppi.key) {
        armvirt_mark(gic, pe, ARMVIRT_STALE_HPPI);
    }
}

void armvirt_pending_remove(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                            uint8_t class, uint32_t leaf)
{
    if (is_ahead(pe, source, class, leaf)) {
        step_aside(gic, pe);
        put(gic, pe, source, class, leaf, false, in_trees(gic, source));
    } else {
        unqueue(gic, pe, source, class, leaf);
    }
}
