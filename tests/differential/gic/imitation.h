/* SPDX-License-Identifier: MIT */
/*
 * What QEMU's interrupt controllers are known to do where they depart from IHI0069: armvirt, with
 * its state and its answers changed where QEMU departs, so that it gives QEMU's exact answers. A
 * disagreement is explained only if the imitation predicted it, by a named deviation.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GIC_IMITATION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GIC_IMITATION_H

#include "script.h"

#define EVER 99999

/* Name, what it does, the rule, the first version and the last. */
#define GIC_DEVIATIONS(D)                                                                          \
    D(ITLINES, "GICD_TYPER.ITLinesNumber is one too small", "IHI0069 12.9 GICD_TYPER", 702, 702)   \
    D(AP1R_NS, "Non-secure writes of ICC_AP1R0_EL1 are ignored", "IHI0069 12.2 ICC_AP1R<n>_EL1",   \
      702, 702)                                                                                    \
    D(PRIO8, "GICD_IPRIORITYR and GICR_IPRIORITYR keep all eight bits", "IHI0069 4.8", 702, EVER)  \
    D(IROUTER, "GICD_IROUTER keeps reserved bits, and Interrupt_Routing_Mode without 1 of N",      \
      "IHI0069 12.9 GICD_IROUTER<n>", 702, EVER)                                                   \
    D(RES0, "reserved bits of GICR_PROPBASER and GICR_PENDBASER are kept", "IHI0069 12.11", 702,   \
      EVER)                                                                                        \
    D(PTZ, "GICR_PENDBASER.PTZ reads back", "IHI0069 12.11 GICR_PENDBASER", 702, EVER)             \
    D(INMIR, "a Non-secure write of GICD_INMIR and GICR_INMIR0 clears the bits of others",         \
      "IHI0069 12.9 GICD_INMIR<n>", 1000, EVER)                                                    \
    D(WAKER, "interrupts are forwarded while GICR_WAKER.ProcessorSleep is 1",                      \
      "IHI0069 12.11 GICR_WAKER", 702, EVER)                                                       \
    D(WAKER_NS, "GICR_WAKER is not for Secure software alone", "IHI0069 12.11 GICR_WAKER", 702,    \
      EVER)                                                                                        \
    D(CTLR_EL3, "CBPR_EL1S and EOImode_EL1S of ICC_CTLR_EL3 read as those of the other state",     \
      "IHI0069 12.2 ICC_CTLR_EL3", 702, EVER)                                                      \
    D(VGRP0D, "ICH_MISR_EL2.VGrp0D follows ICH_VMCR_EL2.VENG1", "IHI0069 12.4 ICH_MISR_EL2", 702,  \
      EVER)                                                                                        \
    D(EOICOUNT, "a virtual EOIR counts in ICH_HCR_EL2.EOIcount although VEOIM is 1",               \
      "IHI0069 12.4 ICH_HCR_EL2", 702, EVER)                                                       \
    D(VPMR, "ICH_VMCR_EL2.VPMR keeps bits that are not implemented", "IHI0069 12.4 ICH_VMCR_EL2",  \
      702, EVER)                                                                                   \
    D(LR, "reserved bits of ICH_LR<n>_EL2 are kept", "IHI0069 12.4 ICH_LR<n>_EL2", 702, EVER)      \
    D(ITS_RES0, "reserved bits of GITS_CBASER and GITS_CWRITER are kept", "IHI0069 12.19", 702,    \
      EVER)                                                                                        \
    D(DISCARD, "DISCARD leaves an event whose collection is not mapped", "IHI0069 5.3", 702, EVER) \
    D(MAPD, "MAPD does not unmap if its size is not possible", "IHI0069 5.3", 702, EVER)           \
    D(STALL, "a stalled queue goes on when the ITS is enabled, and GITS_CREADR.Stalled stays",     \
      "IHI0069 12.19 GITS_CREADR", 702, EVER)                                                      \
    D(CREADR, "with GICD_CTLR.DS, GITS_CREADR can be written", "IHI0069 12.19 GITS_CREADR", 702,   \
      EVER)

enum gic_deviation {
#define D(name, does, rule, first, last) GIC_DEVIATION_##name,
    GIC_DEVIATIONS(D)
#undef D
        GIC_DEVIATION_COUNT,
    FIRST_ITS_DEVIATION = GIC_DEVIATION_ITS_RES0, /* from here on of the ITS */
    ITS_DEVIATIONS = GIC_DEVIATION_COUNT - FIRST_ITS_DEVIATION
};

/* Bits of a byte that QEMU keeps and armvirt does not. */
struct kept {
    uint64_t place;
    uint8_t bits;
};

enum { KEPT_BYTES = 8 * SCRIPT_OPS };

struct gic_imitation {
    struct gic_model model;
    unsigned version;
    unsigned keeps;
    struct kept kept[KEPT_BYTES];
    bool asleep[SCRIPT_PES];
    bool creadr_written; /* and reads as this */
    uint64_t creadr;
    bool stalled;         /* once */
    uint32_t met, before; /* deviations: those of an operation; those that changed the state */
};

/* armvirt, and the imitation. */
struct gic_pair {
    struct gic_model model;
    struct gic_imitation imitation;
};

void gic_pair_make(struct gic_pair *pair, const struct gic_facts *facts, unsigned version, bool its,
                   bool ds);
void gic_pair_drop(struct gic_pair *pair);
void gic_pair_begin(struct gic_pair *pair);
/* Both do operation @at of a script. */
void gic_pair_do(struct gic_pair *pair, struct script *script, unsigned at);
/* All of a script. */
void gic_pair_answer(struct gic_pair *pair, struct script *script);

#endif
