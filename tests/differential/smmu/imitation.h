/* SPDX-License-Identifier: MIT */
/*
 * What QEMU's SMMU is known to do where it departs from IHI0070: an imitation that gives its exact
 * answers. A disagreement is explained only if the imitation predicted it, by a named deviation.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SMMU_IMITATION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SMMU_IMITATION_H

#include "session.h"
#include "smmu.h"

#define SMMU_IMITATED_VERSION 702 /* QEMU 7.2 */

/* Name, what it does, the rule. */
#define SMMU_DEVIATIONS(D)                                                                         \
    D(FAR, "an address beyond 48 bits ends before the SMMU, without a trace", "IHI0070 3.4.1")     \
    D(GBPA, "no SMMU_GBPA: it reads as zero, a disabled SMMU lets all pass", "IHI0070 6.3.14")     \
    D(OAS, "without translation an address beyond the OAS passes", "IHI0070 3.4")                  \
    D(RECINVSID, "C_BAD_STREAMID is recorded whatever SMMU_CR2.RECINVSID says", "IHI0070 7.3.3")   \
    D(SPAN, "a table has 2^Span entries, beyond them is C_BAD_STE", "IHI0070 5.1, 7.3.3")          \
    D(SPLIT, "a reserved SPLIT is used as it is", "IHI0070 6.3.25")                                \
    D(STRTAB_ALIGN, "tables are aligned to half of their size, or not at all",                     \
      "IHI0070 6.3.24, 5.1")                                                                       \
    D(STE_FIELDS, "S1CDMax must be 0; STRW, EATS and others are not looked at", "IHI0070 5.2.2")   \
    D(CD_FIELDS, "a CD is checked in both halves, and less of it", "IHI0070 5.4.2")                \
    D(CDFETCH, "F_CD_FETCH has its address in the place of the input address", "IHI0070 7.3.10")   \
    D(ADDRESS, "addresses in structures are not cut at the OAS", "IHI0070 3.4.3, 7.3.4")           \
    D(TTB_RANGE, "the region of TTB1 begins at zero", "IHI0070 3.4.1")                             \
    D(TTB_ALIGN, "low bits of TTB are address bits", "IHI0070 5.4 TTB0")                           \
    D(BLOCK, "blocks at levels that have none", "DDI0487 R_KRMJZ")                                 \
    D(AF, "the access flag is not looked at", "IHI0070 7.3.15")                                    \
    D(AP, "unprivileged accesses pass where AP[1] is 0", "IHI0070 7.3.16, 3.3.4")                  \
    D(APTABLE, "APTable[1] faults at once, APTable[0] is not looked at", "IHI0070 3.3.4")          \
    D(OUTPUT_SIZE, "output and table addresses beyond IPS are used, or cut at bit 47",             \
      "IHI0070 7.3.14")                                                                            \
    D(CLASS, "CLASS is 0 in F_TRANSLATION and F_PERMISSION", "IHI0070 7.3.13, 7.3.16")             \
    D(RES0, "registers keep bits that are RES0", "IHI0070 6.3")                                    \
    D(GUARD, "registers may be written while what uses them is enabled", "IHI0070 6.3")            \
    D(IRQ_CFG, "SMMU_EVENTQ_IRQ_CFG* reads as zero, SMMU_GERROR_IRQ_CFG* is there without MSI",    \
      "IHI0070 6.3.19, 6.3.29")                                                                    \
    D(COMMANDS, "commands of absent features are consumed", "IHI0070 4.1.3")                       \
    D(COMMAND_FIELDS, "reserved fields of commands are not looked at", "IHI0070 4.1.3")            \
    D(EVENTQ_FULL, "a full event queue is GERROR.EVENTQ_ABT_ERR, without an overflow flag",        \
      "IHI0070 7.4")                                                                               \
    D(EVENTQ_IRQ, "an interrupt for each record", "IHI0070 3.18.2")                                \
    D(CONTIGUOUS, "a choice: the Contiguous bit has no effect on the output address",              \
      "DDI0487 D8.7.1.3")                                                                          \
    D(CACHED, "a choice: an answer that was cached before a change", "IHI0070 3.17, 3.21.1")

enum smmu_deviation {
#define D(name, does, rule) SMMU_DEVIATION_##name,
    SMMU_DEVIATIONS(D)
#undef D
        SMMU_DEVIATION_COUNT
};

struct smmu_imitation;

struct smmu_imitation *smmu_imitation_new(const struct armvirt_smmu_id *id);
void smmu_imitation_drop(struct smmu_imitation *imitation);

/* Runs @script: writes what it predicts, and by which deviations (masks) it got there. */
void smmu_imitation_run(struct smmu_imitation *imitation, struct smmu_model *memory,
                        struct smmu_script *script);

#endif
