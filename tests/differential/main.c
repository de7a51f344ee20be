/* SPDX-License-Identifier: MIT */
/*
 * Fresh random cases against a QEMU, subject by subject. Status 0: all agree but for the list of
 * deviations, of which each was met, and no cell of the tables is empty.
 */
#define _POSIX_C_SOURCE 200809L
#include "machine.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct subject subjects[] = {
    {"at", 2000000, SUBJECT_AT, run_instructions, instruction_deviation},
    {"access", 3000000, SUBJECT_ACCESS, run_instructions, instruction_deviation},
    {"exception", 200000, SUBJECT_EXCEPTION, run_instructions, instruction_deviation},
    {"interrupt", 200000, SUBJECT_INTERRUPT, run_instructions, instruction_deviation},
    {"return", 200000, SUBJECT_RETURN, run_instructions, instruction_deviation},
    {"gic", 1000000, SUBJECT_GIC, run_gic, gic_deviation},
    {"its", 1000000, SUBJECT_ITS, run_gic, gic_deviation},
    {"smmu", 1500000, 0, run_smmu, smmu_deviation},
};

enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

struct totals {
    struct tally tally[SUBJECTS];
    bool ran[SUBJECTS];
    bool full; /* all of them ran, and for so long that each deviation was to be met */
};

/* ---- What all subjects use ----------------------------------------------------------------- */

double session_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool session_shows(struct session *session, uint64_t kind)
{
    for (unsigned i = 0; i < session->kinds; i++) {
        if (session->kind[i] == kind) {
            return false;
        }
    }
    if (session->kinds == session->most_kinds) {
        return false;
    }
    session->kind[session->kinds++] = kind;
    return true;
}

bool deviation_applies(const struct deviation *deviation, unsigned version)
{
    return version >= deviation->first && version <= deviation->last;
}

/* ---- The command line ---------------------------------------------------------------------- */

struct arguments {
    struct session session;
    double seconds;
    int only; /* one subject, or -1 */
};

static void usage(void)
{
    fprintf(stderr, "usage: differential --payload FILE [--qemu PROGRAM] [--cpu MODEL] [--seed N]\n"
                    "           [--subject NAME] [--seconds N | --groups N] [--first N]\n"
                    "           [--shard i/n] [--show N]\nsubjects:");
    for (unsigned i = 0; i < SUBJECTS; i++) {
        fprintf(stderr, " %s", subjects[i].name);
    }
    fprintf(stderr, "\n");
    exit(2);
}

static int subject_of(const char *name)
{
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (strcmp(name, subjects[i].name) == 0) {
            return (int)i;
        }
    }
    usage();
    return 0;
}

static bool take_text(struct arguments *a, const char *name, const char *value)
{
    if (strcmp(name, "--payload") == 0) {
        a->session.payload = value;
    } else if (strcmp(name, "--qemu") == 0) {
        a->session.qemu = value;
    } else if (strcmp(name, "--cpu") == 0) {
        a->session.cpu = value;
    } else if (strcmp(name, "--subject") == 0) {
        a->only = subject_of(value);
    } else {
        return false;
    }
    return true;
}

static void take_option(struct arguments *a, const char *name, const char *value)
{
    struct session *session = &a->session;
    uint64_t number = strtoull(value, NULL, 0);

    if (take_text(a, name, value)) {
        return;
    }
    if (strcmp(name, "--seed") == 0) {
        session->seed = number;
    } else if (strcmp(name, "--seconds") == 0) {
        a->seconds = (double)number;
    } else if (strcmp(name, "--groups") == 0) {
        session->groups = number;
    } else if (strcmp(name, "--first") == 0) {
        session->first = number;
    } else if (strcmp(name, "--show") == 0) {
        session->most_kinds = number < MOST_KINDS ? (unsigned)number : MOST_KINDS;
    } else if (strcmp(name, "--shard") != 0 ||
               sscanf(value, "%u/%u", &session->shard, &session->shards) != 2 ||
               session->shard >= session->shards) {
        usage();
    }
}

/* ---- Subjects ------------------------------------------------------------------------------ */

static void run_subject(struct session *session, struct totals *totals, unsigned number,
                        double seconds)
{
    const struct subject *subject = &subjects[number];
    struct tally *tally = &totals->tally[number];
    double start = session_now();

    printf("==== %s\n", subject->name);
    subject->run(session, subject, seconds, tally);
    totals->ran[number] = true;
    printf("%s: %llu cases in %.1f s, %.0f a second\n", subject->name,
           (unsigned long long)tally->cases, session_now() - start,
           (double)tally->cases / (session_now() - start));
}

/* Cases of all subjects that share the list of subject @number; 0 unless it is their first. */
static bool is_first_of_list(unsigned number)
{
    for (unsigned i = 0; i < number; i++) {
        if (subjects[i].deviation == subjects[number].deviation) {
            return false;
        }
    }
    return true;
}

static uint64_t cases_of_deviation(const struct totals *totals, unsigned list, unsigned entry)
{
    uint64_t cases = 0;

    for (unsigned i = 0; i < SUBJECTS; i++) {
        cases += subjects[i].deviation == subjects[list].deviation
                     ? totals->tally[i].deviation[entry]
                     : 0;
    }
    return cases;
}

/* Returns how many entries of the list of subject @list were not met. */
static unsigned print_list(const struct session *session, const struct totals *totals,
                           unsigned list)
{
    const struct deviation *deviation;
    unsigned unmet = 0;

    for (unsigned i = 0; (deviation = subjects[list].deviation(i)) != NULL; i++) {
        uint64_t cases = cases_of_deviation(totals, list, i);

        if (deviation_applies(deviation, session->version)) {
            printf("  %-16s %9llu  %s (%s)%s\n", deviation->name, (unsigned long long)cases,
                   deviation->does, deviation->rule, totals->full && cases == 0 ? " NOT MET" : "");
            unmet += totals->full && cases == 0;
        }
    }
    return unmet;
}

static unsigned print_deviations(const struct session *session, struct totals *totals)
{
    unsigned unmet = 0;

    totals->full = true;
    for (unsigned i = 0; i < SUBJECTS; i++) {
        totals->full = totals->full && totals->tally[i].cases >= subjects[i].full_run;
    }
    printf("known deviations of this version, and cases explained by them\n");
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (is_first_of_list(i)) {
            unmet += print_list(session, totals, i);
        }
    }
    return unmet;
}

static int run_all(struct arguments *a)
{
    static struct totals totals;
    unsigned disagreements = 0, wrong = 0, starts = 0;

    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (a->only < 0 || a->only == (int)i) {
            run_subject(&a->session, &totals, i, a->only < 0 ? a->seconds / SUBJECTS : a->seconds);
            disagreements += totals.tally[i].disagreements;
            wrong += totals.tally[i].cases >= subjects[i].full_run ? totals.tally[i].empty : 0;
            starts += totals.tally[i].starts;
        }
    }
    wrong += print_deviations(&a->session, &totals);
    printf("%u unexplained disagreements, %u empty cells or deviations not met; QEMU was started "
           "%u times\n",
           disagreements, wrong, starts);
    return disagreements + wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct arguments a = {
        .session = {.qemu = "qemu-system-aarch64", .cpu = "max", .shards = 1, .most_kinds = 10},
        .seconds = 20,
        .only = -1};
    char version_text[80];

    a.session.seed = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) {
            usage();
        }
        take_option(&a, argv[i], argv[i + 1]);
    }
    if (a.session.payload == NULL) {
        usage();
    }
    a.session.version = machine_version(a.session.qemu, version_text, sizeof(version_text));
    printf("%s, -cpu %s, seed %llu, shard %u/%u\n", version_text, a.session.cpu,
           (unsigned long long)a.session.seed, a.session.shard, a.session.shards);
    return run_all(&a);
}
