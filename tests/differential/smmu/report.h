/* SPDX-License-Identifier: MIT */
/* What a run of scripts covered, and how a script is shown. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SMMU_REPORT_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SMMU_REPORT_H

#include "imitation.h"

enum {
    SMMU_OUTCOMES = 12,  /* passes, a silent abort, ten kinds of event */
    SMMU_SITUATIONS = 4, /* reads and writes, by linear and two-level stream tables */
    SMMU_GRANULES = 3,
    SMMU_LEVELS = 4,
    SMMU_REGISTERS = 0x100 / 4,
};

struct smmu_report {
    struct armvirt_smmu_id id;
    uint64_t scripts, dropped;
    uint64_t answers, dma; /* that were compared */
    uint64_t situation[SMMU_OUTCOMES][SMMU_SITUATIONS];
    uint64_t table[SMMU_OUTCOMES][SMMU_GRANULES][SMMU_LEVELS];
    uint64_t command[256][SMMU_COMMAND_ENDS];
    uint64_t read[SMMU_REGISTERS];
};

/* Counts the answers of armvirt. */
void smmu_report_script(struct smmu_report *report, const struct smmu_script *script);

/* Prints the tables; returns how many cells are empty that this SMMU can fill. */
unsigned smmu_report_print(const struct smmu_report *report);

/* Prints a script in the words of tests/vectors/smmu, with armvirt's answers, and what differed. */
void smmu_report_vectors(const struct armvirt_smmu_id *id, const struct smmu_script *script);

#endif
