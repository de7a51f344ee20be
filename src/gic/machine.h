/* SPDX-License-Identifier: MIT */
/*
 * The state of a GIC and how its parts are found. One block of storage holds struct armvirt_gic,
 * the areas that interrupts and affinities need, and the PEs, each with its indices after it
 * (layout.c). All is reached by offsets.
 */
#ifndef ARMVIRT_SRC_GIC_MACHINE_H
#define ARMVIRT_SRC_GIC_MACHINE_H

#include <armvirt/gic.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#include "index.h"
#include "word.h"

#define ARMVIRT_SGIS         16u
#define ARMVIRT_PRIVATE      32u   /* SGIs and PPIs */
#define ARMVIRT_SPECIAL      1020u /* INTIDs 1020 to 1023 */
#define ARMVIRT_INTID_EPPI   1056u
#define ARMVIRT_INTID_ESPI   4096u
#define ARMVIRT_INTID_LPI    8192u
#define ARMVIRT_INTID_SECURE 1020u /* a Secure Group 1 interrupt is pending */
#define ARMVIRT_INTID_NS     1021u /* a Non-secure Group 1 interrupt is pending */
#define ARMVIRT_INTID_NMI    1022u /* an interrupt with superpriority is pending */
#define ARMVIRT_SPURIOUS     1023u

#define ARMVIRT_IDLE_PRIORITY 0xffu
#define ARMVIRT_NS_PRIORITY   0x80u /* the upper half is all that Non-secure software has */
#define ARMVIRT_NOWHERE       UINT32_C(0xffff)

/* The bits of GICR_PROPBASER and GICR_PENDBASER that are kept. */
#define ARMVIRT_PROPBASER_BITS                                                                     \
    (ARMVIRT_GICR_PROPBASER_OUTERCACHE | ARMVIRT_GICR_PROPBASER_PHYSICAL_ADDRESS |                 \
     ARMVIRT_GICR_PROPBASER_SHAREABILITY | ARMVIRT_GICR_PROPBASER_INNERCACHE |                     \
     ARMVIRT_GICR_PROPBASER_IDBITS)
#define ARMVIRT_PENDBASER_BITS                                                                     \
    (ARMVIRT_GICR_PENDBASER_PTZ | ARMVIRT_GICR_PENDBASER_OUTERCACHE |                              \
     ARMVIRT_GICR_PENDBASER_PHYSICAL_ADDRESS | ARMVIRT_GICR_PENDBASER_SHAREABILITY |               \
     ARMVIRT_GICR_PENDBASER_INNERCACHE)

/* Both bits of GICR_WAKER: they go together. */
#define ARMVIRT_WAKER_BITS                                                                         \
    ((uint32_t)(ARMVIRT_GICR_WAKER_PROCESSORSLEEP | ARMVIRT_GICR_WAKER_CHILDRENASLEEP))

/* Interrupt groups (IHI0069 4.6). With one Security state Group 1 is ARMVIRT_G1NS. */
enum armvirt_group { ARMVIRT_G0, ARMVIRT_G1S, ARMVIRT_G1NS, ARMVIRT_GROUPS };

/* What the index tells apart: interrupts with superpriority, then the groups. */
enum armvirt_class {
    ARMVIRT_CLASS_NMI_S,
    ARMVIRT_CLASS_NMI_NS,
    ARMVIRT_CLASS_G0,
    ARMVIRT_CLASS_G1S,
    ARMVIRT_CLASS_G1NS,
    ARMVIRT_CLASSES,
};

/* Where interrupts come from. LPIs have no words; the others do. */
enum armvirt_source {
    ARMVIRT_FROM_PRIVATE,
    ARMVIRT_FROM_SHARED,
    ARMVIRT_WITH_WORDS,
    ARMVIRT_FROM_LPI = ARMVIRT_WITH_WORDS,
    ARMVIRT_SOURCES,
    ARMVIRT_FROM_VLPI = ARMVIRT_SOURCES, /* of the resident vPE; not for the physical interface */
    ARMVIRT_INDICES,
};

/* The highest priority pending interrupt of a PE. */
struct armvirt_hppi {
    uint8_t key;   /* its priority; ARMVIRT_INDEX_NO_KEY: there is none */
    uint8_t group; /* enum armvirt_group */
    uint8_t source;
    uint8_t class;
    bool nmi;
    bool ahead;    /* of all others; the index alone knows which it is if it is not (pending.c) */
    uint32_t leaf; /* its number, if it is ahead */
};

/* A CPU interface (IHI0069 12.2). */
struct armvirt_cpu {
    uint8_t pmr;
    uint8_t bpr[ARMVIRT_GROUPS];
    uint8_t igrpen[ARMVIRT_GROUPS];
    uint8_t eoimode[2]; /* ICC_CTLR_EL1.EOImode, by Security state: [secure] */
    uint8_t cbpr[2];    /* ICC_CTLR_EL1.CBPR, alike */
    uint8_t eoimode_el3;
    uint8_t pmhe; /* ICC_CTLR_EL3.PMHE, or with one Security state that of ICC_CTLR_EL1 */
    uint8_t nmi_active[ARMVIRT_GROUPS]; /* ICC_AP1R0_EL1.NMI */
    uint8_t running;                    /* the running priority, as the active priorities say */
    uint8_t running_group;              /* whose it is; ARMVIRT_GROUPS: nobody's */
    uint8_t mask[ARMVIRT_GROUPS];       /* bits that decide on preemption by a group, as BPR say */
    uint32_t apr[ARMVIRT_GROUPS][4];
};

/* A virtual CPU interface: the ICH_* registers (IHI0069 12.4). Group 1 has index 1. */
struct armvirt_vcpu {
    uint64_t hcr;  /* ICH_HCR_EL2 */
    uint64_t vmcr; /* ICH_VMCR_EL2 */
    uint64_t lr[16];
    uint32_t apr[2][4];
    bool nmi_active;   /* ICH_AP1R0_EL2.NMI */
    uint8_t direct[2]; /* by group: priority of the first interrupt that is injected directly, or
                          ARMVIRT_INDEX_NO_KEY; follows from the resident vPE (resident.c) */
};

/* Long work for the LPIs of a PE (lpi.c). */
enum armvirt_job { ARMVIRT_IDLE, ARMVIRT_LOAD, ARMVIRT_INV_ALL, ARMVIRT_SAVE };

/* The vPE of a PE (resident.c): whether there is one. While it leaves, what was pending goes back
 * to its pending table. */
enum armvirt_residence { ARMVIRT_VPE_NONE, ARMVIRT_VPE_HERE, ARMVIRT_VPE_LEAVES };

/* What a redistributor knows of its vPE, but for the keys and the index of its virtual LPIs. */
struct armvirt_resident {
    uint64_t vpropbaser, vpendbaser; /* GICR_VPROPBASER; GICR_VPENDBASER, where Dirty is 0 */
    uint64_t vpt_pa, config_pa;      /* its tables */
    uint32_t lpis;                   /* virtual LPIs that it has */
    uint32_t cursor;                 /* block that the job does next */
    uint8_t state;                   /* enum armvirt_residence */
    uint8_t job;                     /* enum armvirt_job */
    bool inv_all;                    /* after the job: read all configurations anew */
    uint8_t vsgi[ARMVIRT_SGIS];      /* ARMVIRT_VSGI_CONFIG_* */
    uint16_t vsgi_pending;
    uint16_t vsgipendr; /* GICR_VSGIPENDR */
};

/* Kinds of access to system registers (sysreg.c). */
#define ARMVIRT_ROUTES 10u

/* A PE: redistributor and CPU interfaces. Its indices come after it. */
struct armvirt_gic_pe {
    uint32_t number;
    struct armvirt_gic_context context;
    struct armvirt_cpu cpu;
    struct armvirt_vcpu vcpu;
    struct armvirt_resident vpe;
    struct armvirt_hppi hppi;
    struct armvirt_hppi behind;       /* while one is ahead: the first of the others, */
    bool behind_known;                /* if that is known */
    uint64_t best[ARMVIRT_SOURCES];   /* byte n: smallest key of class n */
    uint64_t closed[ARMVIRT_SOURCES]; /* byte n: 0xff unless class n is forwarded */
    uint64_t propbaser, pendbaser;
    uint32_t affinity;
    uint32_t ctlr, waker, statusr;
    uint32_t signals;
    uint32_t next_job; /* number of a PE + 1; 0: end of the list */
    uint32_t cursor;   /* block of 64 LPIs that a job does next */
    uint32_t loaded;   /* blocks that were read from the pending table */
    uint8_t job;       /* enum armvirt_job */
    bool inv_all;      /* after the job: read all configurations anew */
    uint32_t moved;    /* blocks that an unfinished armvirt_gic_lpi_move_all() from here has done */
    bool queued;
    uint32_t next_stale; /* number of a PE + 1; 0: end of the list */
    uint8_t stale;       /* ARMVIRT_STALE_*: in the list if any */
    bool wakes;          /* it sleeps, and an interrupt waits */
    bool maintenance;    /* level to which the PPI of the maintenance interrupt was driven */
    uint8_t verdict[ARMVIRT_ROUTES]; /* where accesses to system registers end (sysreg.c), if it
                                        was judged since context or ICH_HCR_EL2 changed */
};

/* Trees of LPIs (lpi_set.h): a tree for each key that they may have, and one for no key. */
#define ARMVIRT_LPI_TREES 129u

struct armvirt_lpi_node {
    uint32_t child[2];
};

/* One more place where an LPI is pending. */
struct armvirt_lpi_spare {
    uint32_t leaf;
    uint32_t next, before; /* others of the LPI */
    uint16_t pe;
    uint16_t home; /* of the first: where the LPI's own node is */
};

/* What is pending at a PE. */
struct armvirt_lpi_trees {
    uint64_t used[2]; /* a bit for each tree that is not empty, but for the last */
    uint32_t root[ARMVIRT_LPI_TREES];
};

/* Families of system registers, for how many of each there are. */
enum armvirt_family {
    ARMVIRT_HAS_ALL,     /* always there: 1 */
    ARMVIRT_HAS_NMI,     /* with superpriority: 0 or 1 */
    ARMVIRT_HAS_APRS,    /* active priorities registers of a group */
    ARMVIRT_HAS_VIRTUAL, /* of the virtual CPU interface: 0 or 1 */
    ARMVIRT_HAS_VAPRS,   /* virtual active priorities registers of a group */
    ARMVIRT_HAS_LRS,     /* list registers */
    ARMVIRT_FAMILIES,
};

/* A part of the storage: where PE 0 has its own, and how far on the next PE has its own; 0 if all
 * share it. */
struct armvirt_area {
    size_t at, stride;
};

struct armvirt_gic {
    struct armvirt_gic_config config; /* affinity is NULL */
    struct armvirt_index_shape shape[ARMVIRT_INDICES];
    uint32_t count[ARMVIRT_INDICES]; /* private interrupts of a PE; shared ones */
    uint32_t spis;                   /* shared interrupts that are not extended */
    uint32_t hash_mask;
    uint8_t have[ARMVIRT_FAMILIES]; /* how many registers of each family */
    size_t size;
    struct armvirt_area pes, words[ARMVIRT_WITH_WORDS], actives[ARMVIRT_WITH_WORDS];
    struct armvirt_area keys[ARMVIRT_INDICES], homes, hash, lpi_places, lpi_nodes, lpi_spares;
    size_t index_at[ARMVIRT_INDICES][ARMVIRT_CLASSES]; /* after the start of a PE */
    bool lpi_trees;      /* LPIs are in trees (lpi_set.h), not in indices */
    uint32_t lpi_bits;   /* of the number of an LPI */
    uint32_t free_spare; /* the first spare node that is free */
    uint32_t spares;     /* how many are */
    bool lpis_wait;      /* LPIs may wait in a pending table for a spare node */
    uint32_t ctlr;       /* GICD_CTLR, Secure view */
    uint32_t statusr;
    uint32_t jobs;    /* list of PEs that have a job: number + 1 */
    uint32_t stale;   /* list of PEs whose signals may have changed: number + 1 */
    uint32_t orphans; /* 1 of N interrupts that no PE takes */
};

/* An interrupt, found. */
struct armvirt_irq {
    uint64_t *word;
    uint32_t leaf;
    uint32_t home; /* the PE whose index has it, or ARMVIRT_NOWHERE */
    uint8_t source;
};

/* What PE @pe has of an area. */
static inline void *armvirt_area(const struct armvirt_gic *gic, const struct armvirt_area *area,
                                 uint32_t pe)
{
    return (void *)((uintptr_t)gic + area->at + pe * area->stride);
}

static inline struct armvirt_gic_pe *armvirt_pe(const struct armvirt_gic *gic, uint32_t pe)
{
    return (struct armvirt_gic_pe *)armvirt_area(gic, &gic->pes, pe);
}

static inline uint64_t *armvirt_words(const struct armvirt_gic *gic, uint32_t pe, uint8_t source)
{
    return (uint64_t *)armvirt_area(gic, &gic->words[source], pe);
}

/* Words of a set of interrupts. */
static inline uint32_t armvirt_active_words(uint32_t count)
{
    return (count + 63) / 64;
}

/* A bit for each interrupt that is active. */
static inline uint64_t *armvirt_actives(const struct armvirt_gic *gic, uint32_t pe, uint8_t source)
{
    return (uint64_t *)armvirt_area(gic, &gic->actives[source], pe);
}

/* The PE to which each shared interrupt goes; of an active one, the PE that took it. */
static inline uint16_t *armvirt_homes(const struct armvirt_gic *gic)
{
    return (uint16_t *)armvirt_area(gic, &gic->homes, 0);
}

static inline uint8_t *armvirt_keys(const struct armvirt_gic *gic, uint32_t pe, uint8_t source)
{
    return (uint8_t *)armvirt_area(gic, &gic->keys[source], pe);
}

/* The index of what is pending at a PE. LPIs are all in class ARMVIRT_CLASS_G1NS. */
static inline uint8_t *armvirt_index(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                                     uint8_t source, uint8_t class)
{
    return (uint8_t *)((uintptr_t)pe + gic->index_at[source][class]);
}

/* Nothing is forwarded to a PE whose redistributor says that it sleeps. */
static inline bool armvirt_asleep(const struct armvirt_gic_pe *pe)
{
    return (pe->waker & ARMVIRT_GICR_WAKER_CHILDRENASLEEP) != 0;
}

/* ---- Interrupts by number -------------------------------------------------------------------- */

/* INTIDs that stand for no interrupt. */
static inline bool armvirt_is_special(uint32_t intid)
{
    return intid >= ARMVIRT_SPECIAL && intid <= ARMVIRT_SPURIOUS;
}

/* Find an interrupt with a word by its number in its source. */
static inline void armvirt_irq_at(const struct armvirt_gic *gic, uint32_t pe, uint8_t source,
                                  uint32_t leaf, struct armvirt_irq *irq)
{
    irq->word = &armvirt_words(gic, pe, source)[leaf];
    irq->leaf = leaf;
    irq->home = source == ARMVIRT_FROM_PRIVATE ? pe : armvirt_homes(gic)[leaf];
    irq->source = source;
}

/* The priority by which it is ordered: that of superpriority, if it has that. */
uint8_t armvirt_irq_priority(const struct armvirt_gic *gic, uint64_t word);

/* The PE that it goes to, or would if it were to be forwarded; or ARMVIRT_NOWHERE. */
uint32_t armvirt_irq_target(const struct armvirt_gic *gic, const struct armvirt_irq *irq);

/* Find an SGI, PPI or SPI by INTID, for PE @pe; false if it is not implemented. */
static inline bool armvirt_irq_find(const struct armvirt_gic *gic, uint32_t pe, uint32_t intid,
                                    struct armvirt_irq *irq)
{
    uint32_t leaf = intid;
    uint8_t source = ARMVIRT_FROM_PRIVATE;

    if (intid >= ARMVIRT_INTID_ESPI) {
        source = ARMVIRT_FROM_SHARED;
        leaf = intid - ARMVIRT_INTID_ESPI + gic->spis;
    } else if (intid >= ARMVIRT_INTID_EPPI) {
        leaf = intid - ARMVIRT_INTID_EPPI + ARMVIRT_PRIVATE;
    } else if (intid >= ARMVIRT_PRIVATE) {
        source = ARMVIRT_FROM_SHARED;
        leaf = intid - ARMVIRT_PRIVATE;
        if (leaf >= gic->spis) {
            return false;
        }
    }
    if (leaf >= gic->count[source]) {
        return false;
    }
    armvirt_irq_at(gic, pe, source, leaf, irq);
    return true;
}

static inline uint32_t armvirt_irq_intid(const struct armvirt_gic *gic, uint8_t source,
                                         uint32_t leaf)
{
    if (source == ARMVIRT_FROM_LPI) {
        return leaf + ARMVIRT_INTID_LPI;
    }
    if (source == ARMVIRT_FROM_PRIVATE) {
        return leaf < ARMVIRT_PRIVATE ? leaf : leaf - ARMVIRT_PRIVATE + ARMVIRT_INTID_EPPI;
    }
    return leaf < gic->spis ? leaf + ARMVIRT_PRIVATE : leaf - gic->spis + ARMVIRT_INTID_ESPI;
}

/* ---- What a configuration has ------------------------------------------------------------- */

/* One Security state: configured so, or made so by GICD_CTLR.DS. */
static inline bool armvirt_one_state(const struct armvirt_gic *gic)
{
    return (gic->ctlr & ARMVIRT_GICD_CTLR_DS) != 0;
}

/* IGRPMODR and IGROUPR: (0,0) Group 0, (1,0) Secure Group 1, (x,1) Non-secure Group 1. */
static inline enum armvirt_group armvirt_irq_group(const struct armvirt_gic *gic, uint64_t word)
{
    if (word & ARMVIRT_IRQ_GROUP) {
        return ARMVIRT_G1NS;
    }
    return !armvirt_one_state(gic) && (word & ARMVIRT_IRQ_GRPMOD) ? ARMVIRT_G1S : ARMVIRT_G0;
}

static inline bool armvirt_has(const struct armvirt_gic *gic, uint64_t typer_bit)
{
    return (gic->config.gicd_typer & typer_bit) != 0;
}

static inline unsigned armvirt_pribits(const struct armvirt_gic *gic)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_ICC_CTLR_EL3_PRIBITS, gic->config.icc_ctlr) + 1;
}

/* The bits of a priority that are implemented. */
static inline uint8_t armvirt_priority_mask(const struct armvirt_gic *gic)
{
    return (uint8_t)(0xff00u >> armvirt_pribits(gic));
}

/* ---- layout.c ----------------------------------------------------------------------------- */

/* The PE of an affinity, or ARMVIRT_NOWHERE. */
uint32_t armvirt_pe_of_affinity(const struct armvirt_gic *gic, uint32_t affinity);

/* ---- irq.c -------------------------------------------------------------------------------- */

/* What follows from a change of an interrupt: it leaves its index, or gets into one; it is active
 * at some PE; an event. */
void armvirt_irq_unlist(struct armvirt_gic *gic, const struct armvirt_irq *irq, uint64_t word);
void armvirt_irq_list(struct armvirt_gic *gic, struct armvirt_irq *irq, uint64_t word);
void armvirt_irq_settle_active(struct armvirt_gic *gic, struct armvirt_irq *irq, uint64_t word);
void armvirt_irq_trace(const struct armvirt_gic *gic, const struct armvirt_irq *irq, uint64_t old,
                       uint64_t word);

/* Change the word of an interrupt, and nothing that follows from it. */
static inline void armvirt_irq_change(const struct armvirt_gic *gic, const struct armvirt_irq *irq,
                                      uint64_t word)
{
    if (gic->config.trace != NULL) {
        armvirt_irq_trace(gic, irq, *irq->word, word);
    }
    *irq->word = word;
}

/* Who is active is known by a bit each. */
static inline void armvirt_irq_flip_active(const struct armvirt_gic *gic,
                                           const struct armvirt_irq *irq)
{
    uint64_t *bits = armvirt_actives(gic, irq->home, irq->source);

    bits[irq->leaf / 64] ^= UINT64_C(1) << irq->leaf % 64;
}

/* Change the state of an interrupt, and whatever follows from it. */
static inline void armvirt_irq_put(struct armvirt_gic *gic, struct armvirt_irq *irq, uint64_t word)
{
    uint64_t old = *irq->word;

    armvirt_irq_change(gic, irq, word);
    if ((old ^ word) & ARMVIRT_IRQ_ACTIVE) {
        armvirt_irq_flip_active(gic, irq);
        if ((word & ARMVIRT_IRQ_ACTIVE) && !armvirt_irq_ready(old)) {
            armvirt_irq_settle_active(gic, irq, word);
        }
    }
    if (armvirt_irq_ready(old)) {
        if (armvirt_irq_ready(word) && !((old ^ word) & ARMVIRT_IRQ_PLACE)) {
            return;
        }
        armvirt_irq_unlist(gic, irq, old);
    }
    if (armvirt_irq_ready(word)) {
        armvirt_irq_list(gic, irq, word);
    }
}

/* The same, for what happens most: one that is active is not any more. */
static inline void armvirt_irq_deactivate(struct armvirt_gic *gic, struct armvirt_irq *irq)
{
    uint64_t word = *irq->word & ~ARMVIRT_IRQ_ACTIVE;

    if (word == *irq->word) {
        return;
    }
    armvirt_irq_change(gic, irq, word);
    armvirt_irq_flip_active(gic, irq);
    if (armvirt_irq_ready(word)) {
        armvirt_irq_list(gic, irq, word);
    }
}

/* Build all indices anew: after a change of what groups mean. */
void armvirt_irq_rebuild(struct armvirt_gic *gic);

/* A PE began or stopped to take interrupts of some kind: choose anew for 1 of N interrupts. */
void armvirt_irq_rechoose(struct armvirt_gic *gic, uint32_t pe);

/* ---- lpi.c -------------------------------------------------------------------------------- */

/* Whether @intid is of an LPI that the GIC has. */
bool armvirt_lpi_exists(const struct armvirt_gic *gic, uint32_t intid);
/* The key of an LPI as the configuration table has it. */
uint8_t armvirt_lpi_key_in_table(const struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
/* Blocks of 64 LPIs in the tables of the PE. */
uint32_t armvirt_lpi_blocks(const struct armvirt_gic *gic, uint32_t pe);
/* Write a block of the pending table of the PE. */
enum armvirt_bus armvirt_lpi_save_block(const struct armvirt_gic *gic, uint32_t pe, uint32_t block);
/* GICR_CTLR.EnableLPIs changes. */
void armvirt_lpi_enable(struct armvirt_gic *gic, uint32_t pe, bool enable);
/* Without a look at EnableLPIs and the end of the call: for the CPU interface. */
void armvirt_lpi_acknowledge(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);

/* ---- pending.c ---------------------------------------------------------------------------- */

/* An interrupt is pending at a PE now, with the key that it has in the keys of its source, or it is
 * not any more. */
void armvirt_pending_add(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                         uint8_t class, uint32_t leaf);
void armvirt_pending_remove(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                            uint8_t class, uint32_t leaf);

/* An index was made anew as a whole, or is to be empty. */
void armvirt_pending_note(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                          uint8_t class);
void armvirt_pending_clear(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                           uint8_t class);

/* The gates between redistributor and CPU interface may have changed: group enables, EnableLPIs,
 * sleep. */
void armvirt_gates_changed(struct armvirt_gic *gic, struct armvirt_gic_pe *pe);

/* Find the highest priority pending interrupt of a PE anew. */
void armvirt_find_hppi(struct armvirt_gic *gic, struct armvirt_gic_pe *pe);

/* None is ahead of the others any more: the indices know all that are pending. */
void armvirt_pending_call_back(struct armvirt_gic *gic, struct armvirt_gic_pe *pe);

/* The smallest key of a source and a class, and the first that has it; there must be one. */
uint8_t armvirt_pending_best(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                             uint8_t source, uint8_t class);
uint32_t armvirt_pending_first(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                               uint8_t source, uint8_t class);

/* Take one out and put it back before the call ends: nothing else is to know of it. */
void armvirt_pending_take_out(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                              uint8_t class, uint32_t leaf);
void armvirt_pending_put_back(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint8_t source,
                              uint8_t class, uint32_t leaf);

/* The number of the highest priority pending interrupt in its source; there must be one. */
static inline uint32_t armvirt_hppi_leaf(const struct armvirt_gic *gic,
                                         const struct armvirt_gic_pe *pe,
                                         const struct armvirt_hppi *hppi)
{
    if (hppi->ahead) {
        return hppi->leaf;
    }
    return armvirt_pending_first(gic, pe, hppi->source, hppi->class);
}

/* Its INTID. */
static inline uint32_t armvirt_hppi_intid(const struct armvirt_gic *gic,
                                          const struct armvirt_gic_pe *pe,
                                          const struct armvirt_hppi *hppi)
{
    return armvirt_irq_intid(gic, hppi->source, armvirt_hppi_leaf(gic, pe, hppi));
}

/* Whether the distributor forwards interrupts of a group. */
bool armvirt_group_forwarded(const struct armvirt_gic *gic, enum armvirt_group group);

/* Whether the PE can be given 1 of N interrupts of a group now. */
bool armvirt_takes_one_of_n(const struct armvirt_gic *gic, uint32_t pe, enum armvirt_group group);

/* ---- signal.c ----------------------------------------------------------------------------- */

/* What has to be looked at before the call ends. The physical signals always are. */
enum armvirt_stale {
    ARMVIRT_STALE_SIGNAL = 1,  /* whether the interrupt that is pending is signalled */
    ARMVIRT_STALE_HPPI = 2,    /* which one that is */
    ARMVIRT_STALE_VIRTUAL = 4, /* the virtual CPU interface */
};

/* Note it for a PE. */
static inline void armvirt_mark(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                enum armvirt_stale what)
{
    if (pe->stale == 0) {
        pe->next_stale = gic->stale;
        gic->stale = pe->number + 1;
    }
    pe->stale |= (uint8_t)what;
}

void armvirt_mark_all(struct armvirt_gic *gic);

/* End of a call: bring the signals of all marked PEs up to date. */
void armvirt_settle_marked(struct armvirt_gic *gic);

static inline void armvirt_settle(struct armvirt_gic *gic)
{
    if (gic->stale != 0) {
        armvirt_settle_marked(gic);
    }
}

#endif
