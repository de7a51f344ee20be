/* SPDX-License-Identifier: MIT */
/* What a run is asked for, the subjects that it compares, and what comes of each. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SESSION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_KINDS = 100, MOST_DEVIATIONS = 64 };

/* The command line. */
struct session {
    const char *qemu, *cpu, *payload;
    uint64_t seed, first, groups; /* groups: how many; 0: until the time is over */
    unsigned shard, shards;
    unsigned version;          /* of QEMU, 702 for 7.2 */
    uint64_t kind[MOST_KINDS]; /* of disagreements that were shown */
    unsigned kinds, most_kinds;
};

/* Where QEMU is known to break a rule. */
struct deviation {
    const char *name;
    const char *does;     /* what QEMU does */
    const char *rule;     /* what it breaks: DDI0487, unless it says otherwise */
    unsigned first, last; /* versions, 702 for 7.2 */
};

/* What came of a subject. */
struct tally {
    uint64_t cases;
    uint64_t deviation[MOST_DEVIATIONS]; /* cases that each of its entries explains */
    unsigned disagreements;
    unsigned empty;  /* cells of its tables that this QEMU can fill */
    unsigned starts; /* of QEMU */
};

/* One row of the table in main.c. */
struct subject {
    const char *name;
    uint64_t full_run; /* so many cases fill its tables and meet each of its deviations */
    unsigned number;   /* for @run */
    /* Runs for about @seconds and prints its tables. */
    void (*run)(struct session *session, const struct subject *subject, double seconds,
                struct tally *tally);
    /* Entry @number of its list of deviations; NULL after the last. */
    const struct deviation *(*deviation)(unsigned number);
};

/* Seconds, from some moment on. */
double session_now(void);

/* Of each kind one disagreement is shown. */
bool session_shows(struct session *session, uint64_t kind);

/* Is the entry one of this QEMU? */
bool deviation_applies(const struct deviation *deviation, unsigned version);

/* Numbers of the subjects that are batches of instructions (instructions.c). */
enum {
    SUBJECT_AT,
    SUBJECT_ACCESS,
    SUBJECT_EXCEPTION,
    SUBJECT_INTERRUPT,
    SUBJECT_RETURN,
    INSTRUCTION_SUBJECTS
};

void run_instructions(struct session *session, const struct subject *subject, double seconds,
                      struct tally *tally);
const struct deviation *instruction_deviation(unsigned number);

/* Numbers of the subjects that are scripts of interrupt controllers (gic/run.c). */
enum { SUBJECT_GIC, SUBJECT_ITS };

/* Scripts of up to four PEs; a case is an answer that is compared. */
void run_gic(struct session *session, const struct subject *subject, double seconds,
             struct tally *tally);
const struct deviation *gic_deviation(unsigned number);

/* Scripts of an SMMU, on a QEMU without a guest; a case is an answer that is compared. */
void run_smmu(struct session *session, const struct subject *subject, double seconds,
              struct tally *tally);
const struct deviation *smmu_deviation(unsigned number);

#endif
