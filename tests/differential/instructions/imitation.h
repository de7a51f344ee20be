/* SPDX-License-Identifier: MIT */
/*
 * What QEMU 7.2 does with the tables of a case where it departs from DDI0487: an imitation that
 * gives its exact answers. A disagreement is explained only if the imitation has the machine's
 * answer, and if the deviations that it met may change what differs.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_IMITATION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_IMITATION_H

#include "deviations.h"

/* What a deviation may change. */
#define MAY_SH     1u /* PAR_EL1.SH */
#define MAY_ATTR   2u /* PAR_EL1.{ATTR, SH} */
#define MAY_LEVEL  4u /* the level of a fault */
#define MAY_ISV    8u /* ESR_EL2.ISS 24:14 */
#define MAY_FAR    16u
#define MAY_HPFAR  32u
#define MAY_MEMORY 64u /* descriptors that hardware changed */
#define MAY_ALL    128u

#define IMITATED_VERSION 702 /* QEMU 7.2 */

/* Name, what QEMU does, the rule, what it may change. */
#define WALK_DEVIATIONS(D)                                                                         \
    D(DIES, "ends with an assertion (arm_fi_to_lfsc) on faults of walks from level -1",            \
      "D24.2.46 DFSC", MAY_ALL)                                                                    \
    D(DEVICE_SH, "SH of Device and Non-cacheable memory of stage 1 is that of the descriptor",     \
      "D24.2.142 SH", MAY_SH)                                                                      \
    D(RESERVED_SH,                                                                                 \
      "a reserved SH is shown in PAR_EL1.SH, or with stage 2 counts as Non-shareable",             \
      "D8.6.2 R_ZWYSH", MAY_SH)                                                                    \
    D(S1PTW_LEVEL, "a stage 2 fault on a stage 1 table has the level of stage 1",                  \
      "D24.2.46 DFSC (S1PTW)", MAY_LEVEL)                                                          \
    D(S1PTW_NS, "HPFAR_EL2.NS is 0 for stage 1 tables at Non-secure addresses",                    \
      "D24.2.66 HPFAR_EL2.NS", MAY_HPFAR)                                                          \
    D(SIZE_IGNORED, "address bits 51:48 are ignored below a PS of 52 bits", "D8.15.1 R_CVSBH",     \
      MAY_ALL)                                                                                     \
    D(BLOCK_BITS,                                                                                  \
      "PS is held against a block descriptor, not against the address that comes of it",           \
      "D8.2.11 R_BFVYY", MAY_ALL)                                                                  \
    D(BLOCKS, "a block descriptor is legal at levels 0 to 2 of any granule", "D8.15.1.1 R_KRMJZ",  \
      MAY_ALL)                                                                                     \
    D(SMALL_TABLE, "TTBR bits 5:3 are also low address bits of a table below 64 bytes",            \
      "D8.2.3 R_VPBBF", MAY_ALL)                                                                   \
    D(S2_INPUT, "stage 2 input beyond VTCR_EL2.PS, or a start level that needs more, is a fault",  \
      "D8.1.10 R_DTLMN", MAY_ALL)                                                                  \
    D(NSTABLE_S2, "Secure state without EL2: AT S1E* at NSTable walks Non-secure stage 2",         \
      "D8.2.7 R_DCNZJ", MAY_ALL)                                                                   \
    D(TGE, "HCR_EL2.{E2H, TGE} = {0, 1} leaves stage 1 of EL1&0 on, and stage 2",                  \
      "D24.2.62 HCR_EL2.TGE", MAY_ALL)                                                             \
    D(EA, "SCR_EL3.EA and HCR_EL2.TEA do not route external aborts",                               \
      "D24.2.169 SCR_EL3.EA; D24.2.62 HCR_EL2.TEA", MAY_ALL)                                       \
    D(PTW_NO_S2, "HCR_EL2.PTW faults AT S1E* on stage 1 tables although stage 2 is off",           \
      "D24.2.62 HCR_EL2.PTW", MAY_ALL)                                                             \
    D(PTW_AF, "a fault for HCR_EL2.PTW has the level of stage 1, and sets the access flag",        \
      "D24.2.46 DFSC (S1PTW)", MAY_LEVEL | MAY_MEMORY)                                             \
    D(AT_DIRTY, "an AT instruction for a write sets the dirty state", "D8.5.2.1", MAY_MEMORY)      \
    D(AT_DIRTY_S2, "so it needs a stage 2 that may be written", "D8.5.2.1", MAY_ALL)               \
    D(ISV_STAGE1, "ISV = 1 for faults of stage 1 that EL2 takes", "D24.2.46 ISV", MAY_ISV)         \
    D(ZVA_DEVICE, "DC ZVA stores to Device memory", "D7.5.10", MAY_ALL)                            \
    D(UNALIGNED_DEVICE, "an unaligned access to Device memory is no fault", "B2.10.2", MAY_ALL)    \
    D(RMW, "an atomic is checked as a load, then again as a store", "D24.2.46 WnR", MAY_ALL)       \
    D(EXTERNAL_FAR, "FAR_ELx of an external abort is the start of the block, or of eight bytes",   \
      "D24.2.48", MAY_FAR)                                                                         \
    D(EXTERNAL_ISV, "ISV = 1 for an external abort of a stage 2 walk", "D24.2.46 ISV", MAY_ISV)    \
    D(DBM_FETCH, "a writable-clean page counts as read-only for WXN and PXN", "D8.5.2.1 R_XZFQH",  \
      MAY_ALL)                                                                                     \
    D(ATTR, "PAR_EL1.ATTR: SCTLR_ELx.C is not looked at, HCR_EL2.CD does not count for stage 1",   \
      "D8.6.5; D24.2.142", MAY_ATTR)                                                               \
    D(TRANSIENT, "Transient is lost where stage 2 makes Write-Through of Write-Back", "D8.6.5",    \
      MAY_ATTR)                                                                                    \
    D(DEVICE_KIND, "the kind of Device memory: Normal memory counts, with FWB stage 1 does not",   \
      "D8.6.5, D8.6.6", MAY_ATTR)                                                                  \
    D(RESERVED_ATTR, "a reserved MemAttr of stage 2 counts otherwise", "D8.6.5, D8.6.6", MAY_ATTR)

enum walk_deviation {
#define D(name, does, rule, may) DEVIATION_##name,
    WALK_DEVIATIONS(D)
#undef D
        WALK_DEVIATION_COUNT
};

/* The machine's answer to a case that is no instruction word, by armvirt's @answer to it. */
struct prediction {
    struct answer answer; /* what of the outcome is known */
    uint64_t met;         /* deviations, by number */
    bool unknown;         /* it leaves what the imitation knows */
};

void imitate(struct group *group, const struct diff_case *c, const struct answer *answer,
             struct prediction *prediction);

/* False if the machine leaves what the payload gives to cases, or takes exceptions without end: not
 * for it. Adds the words that it reaches to those of the group. */
bool machine_stays(struct group *group, const struct diff_case *c, const struct answer *answer);

extern const struct deviation walk_deviations[WALK_DEVIATION_COUNT];
/* Number of the deviation that explains it, or -1. */
int explain_walk(const struct disagreement *d);

#endif
