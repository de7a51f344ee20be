/* SPDX-License-Identifier: MIT */
/* What a run covered, and how a disagreement is shown. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_REPORT_H
#define ARMVIRT_TESTS_DIFFERENTIAL_REPORT_H

#include "deviations.h"

enum {
    REPORT_REGIMES = 4,   /* enum armvirt_regime_id */
    REPORT_STAGES = 3,    /* stage 1, stage 2, stage 2 of a stage 1 table */
    REPORT_TYPES = 12,    /* enum armvirt_fault_type */
    REPORT_LEVELS = 5,    /* -1 to 3 */
    REPORT_SIZE_ROWS = 5, /* stage 1 of each regime, stage 2 */
    REPORT_GRANULES = 3,
    REPORT_SIZES = 5,
    REPORT_ACCESSES = 4, /* MRS, MSR, SYS, SYSL */
    REPORT_MODES = 10,
    REPORT_ENDS = 3, /* UNDEFINED, Illegal Execution state, PC alignment */
};

struct report {
    unsigned subject;        /* SUBJECT_AT and so on */
    unsigned version;        /* of QEMU, 702 for 7.2 */
    struct armvirt_vmsa ids; /* what the machine says of itself */
    /* of cases on which both agree */
    uint64_t cell[REPORT_REGIMES][REPORT_STAGES][REPORT_TYPES][REPORT_LEVELS];
    uint64_t size[REPORT_SIZE_ROWS][REPORT_GRANULES][REPORT_SIZES];
    uint64_t success[REPORT_REGIMES], updates[REPORT_REGIMES];
    uint64_t insn[INSNS + 1][4];       /* by Exception level that an exception goes to; 0: none */
    uint64_t word[EXCEPTION_WORDS][4]; /* instruction words */
    uint64_t access[REPORT_ACCESSES][8][4];     /* to system registers by op1 */
    uint64_t interrupt[INTERRUPTS][3][4];       /* by the Exception level they come at */
    uint64_t ret[REPORT_MODES][2][REPORT_ENDS]; /* by mode in SPSR_ELx, from EL1 and EL2 */
};

void report_agreement(struct report *report, const struct disagreement *d);

/* A row of the table in tests/unit/pgtable/test_found.c or test_found_access.c, with what the
 * machine did. */
void report_disagreement(const struct disagreement *d);

/* Granules and input sizes (sizes.c); how many cells are empty that this QEMU can fill. */
void count_sizes(struct report *report, const struct disagreement *d);
unsigned print_sizes(const struct report *report);

/* The same for cases that are instruction words: exception_report.c. */
void report_exception(struct report *report, const struct disagreement *d);
void print_exception_row(const struct disagreement *d);
unsigned report_print_exceptions(const struct report *report);

/* A table of what goes to which Exception level: its head; a row, 1 if that is empty. */
void print_target_head(const char *name);
unsigned print_targets(const char *name, const uint64_t n[4]);

/* Prints the tables; returns how many cells are empty that this QEMU can fill. */
unsigned report_print(const struct report *report);

#endif
