/* SPDX-License-Identifier: MIT */
/*
 * Fresh random cases against a QEMU: generates groups of cases from a seed, lets the payload run
 * them, and compares. While QEMU runs a batch the next one is made. Status 0: all agree but for the
 * list of deviations, of which each was met, and no cell of the tables is empty.
 */
#define _POSIX_C_SOURCE 200809L
#include "deviations.h"
#include "generate.h"
#include "machine.h"
#include "report.h"
#include "shrink.h"

#include <armvirt/regs/vmsa.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH_GROUPS = 64,
    MOST_KINDS = 100,
    SUBJECTS = 3,
};

static const char *const subject_names[SUBJECTS] = {"at", "access", "exception"};

/* So many cases of a subject fill the tables and meet every deviation. */
static const uint64_t full_run[SUBJECTS] = {600000, 400000, 200000};

struct slot {
    struct group group[BATCH_GROUPS];
    struct answer answer[BATCH_GROUPS][GROUP_CASES];
    uint64_t number[BATCH_GROUPS];
    unsigned count;
};

struct run {
    struct machine machine;
    struct processor processor;
    struct report report[SUBJECTS];
    enum subject subject;
    int only;                     /* one subject, or -1 */
    uint64_t seed, first, groups; /* groups: how many; 0: until the time is over */
    double seconds;
    unsigned shard, shards;
    unsigned disagreements;
    uint64_t kind[MOST_KINDS]; /* of those that were shown */
    unsigned kinds, most_kinds;
    struct shrunk shrunk;
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- Batches ------------------------------------------------------------------------------- */

static void fill(const struct run *run, struct slot *slot, uint64_t *next, uint64_t end)
{
    for (slot->count = 0; slot->count < BATCH_GROUPS && *next < end; slot->count++) {
        uint64_t number = *next * run->shards + run->shard;

        slot->number[slot->count] = number;
        generate_group(&run->processor, run->subject, run->seed, number, &slot->group[slot->count],
                       slot->answer[slot->count]);
        (*next)++;
    }
}

static uint8_t *put(uint8_t *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

uint8_t *put_group(uint8_t *to, const struct group *group)
{
    struct diff_group head = {.words = group->memory.count, .cases = group->count};
    struct armvirt_vmsa vmsa = group->vmsa;

    for (unsigned i = 0; i < REGISTERS; i++) {
        head.reg[i] = *vmsa_register(&vmsa, i);
    }
    memcpy(&head.reg[REGISTERS], group->trap, sizeof(group->trap));
    to = put(to, &head, sizeof(head));
    to = put(to, group->memory.word, group->memory.count * sizeof(struct word));
    return put(to, group->cases, group->count * sizeof(struct diff_case));
}

/* Returns where its outcomes will be. */
static const struct outcome *submit(struct run *run, const struct slot *slot)
{
    uint64_t count = slot->count;
    uint64_t batch = machine_batch(&run->machine);
    uint8_t *to = machine_at(&run->machine, INPUT_PA + batch);

    to = put(to, &count, sizeof(count));
    for (unsigned i = 0; i < slot->count; i++) {
        to = put_group(to, &slot->group[i]);
    }
    machine_submit(&run->machine);
    return machine_at(&run->machine, OUTPUT_PA + batch);
}

/* ---- Comparison ---------------------------------------------------------------------------- */

/* Of each kind one is shown. */
static bool is_new_kind(struct run *run, uint64_t kind)
{
    for (unsigned i = 0; i < run->kinds; i++) {
        if (run->kind[i] == kind) {
            return false;
        }
    }
    if (run->kinds == run->most_kinds) {
        return false;
    }
    run->kind[run->kinds++] = kind;
    return true;
}

static void show(struct run *run, struct disagreement *d, uint64_t number)
{
    printf("disagreement in group %llu of subject %s:\n", (unsigned long long)number,
           subject_names[run->subject]);
    shrink(&run->machine, d, &run->shrunk);
    d->group = &run->shrunk.group;
    d->c = &run->shrunk.group.cases[0];
    d->answer = &run->shrunk.answer;
    d->outcome = &run->shrunk.outcome;
    report_disagreement(d);
}

static void judge(struct run *run, struct disagreement *d, uint64_t number)
{
    struct report *report = &run->report[run->subject];
    int deviation;

    report->cases++;
    if (outcome_agrees(d->answer, d->outcome)) {
        report_agreement(report, d);
        return;
    }
    deviation = find_deviation(run->machine.version, d);
    if (deviation >= 0) {
        report->deviation[deviation]++;
        return;
    }
    run->disagreements++;
    if (is_new_kind(run, disagreement_kind(d->answer, d->outcome))) {
        show(run, d, number);
    }
}

/* A copy, since shrinking runs batches of its own; up to the case that the machine died of, or all.
 */
static void judge_batch(struct run *run, struct slot *slot, const struct outcome *outcomes,
                        bool whole)
{
    static struct outcome copy[BATCH_GROUPS * GROUP_CASES];
    uint64_t left = whole ? UINT64_MAX : machine_control(&run->machine)->started;
    const struct outcome *outcome = copy;

    memcpy(copy, outcomes, sizeof(copy));
    for (unsigned i = 0; i < slot->count; i++) {
        for (unsigned j = 0; j < slot->group[i].count && left > 0; j++, left--, outcome++) {
            struct outcome died = {.target = OUTCOME_DIED};
            struct disagreement d = {.group = &slot->group[i],
                                     .c = &slot->group[i].cases[j],
                                     .answer = &slot->answer[i][j],
                                     .outcome = left == 1 ? &died : outcome};

            judge(run, &d, slot->number[i]);
        }
    }
}

static void compare(struct run *run, struct slot slots[2], double seconds)
{
    double end = now() + seconds;
    uint64_t next = run->first;
    uint64_t last = run->groups == 0 ? UINT64_MAX : run->first + run->groups;
    unsigned this = 0;

    fill(run, &slots[this], &next, last);
    while (slots[this].count > 0) {
        const struct outcome *outcomes = submit(run, &slots[this]);
        bool whole;

        slots[!this].count = 0;
        if (run->groups > 0 || now() < end) {
            fill(run, &slots[!this], &next, last);
        }
        whole = machine_wait(&run->machine);
        judge_batch(run, &slots[this], outcomes, whole);
        this = !this;
    }
}

/* ---- The command line ---------------------------------------------------------------------- */

static void usage(void)
{
    fprintf(stderr,
            "usage: differential --payload FILE [--qemu PROGRAM] [--cpu MODEL] [--seed N]\n"
            "           [--subject at|access|exception] [--seconds N | --groups N] [--first N]\n"
            "           [--shard i/n] [--show N]\n");
    exit(2);
}

static bool take_text(struct run *run, const char *name, const char *value)
{
    if (strcmp(name, "--payload") == 0) {
        run->machine.payload = value;
    } else if (strcmp(name, "--qemu") == 0) {
        run->machine.qemu = value;
    } else if (strcmp(name, "--cpu") == 0) {
        run->machine.cpu = value;
    } else if (strcmp(name, "--subject") == 0) {
        run->only = SUBJECTS - 1;
        while (run->only > 0 && strcmp(value, subject_names[run->only]) != 0) {
            run->only--;
        }
    } else {
        return false;
    }
    return true;
}

static void take_option(struct run *run, const char *name, const char *value)
{
    uint64_t number = strtoull(value, NULL, 0);

    if (take_text(run, name, value)) {
        return;
    }
    if (strcmp(name, "--seed") == 0) {
        run->seed = number;
    } else if (strcmp(name, "--seconds") == 0) {
        run->seconds = (double)number;
    } else if (strcmp(name, "--groups") == 0) {
        run->groups = number;
    } else if (strcmp(name, "--first") == 0) {
        run->first = number;
    } else if (strcmp(name, "--show") == 0) {
        run->most_kinds = number < MOST_KINDS ? (unsigned)number : MOST_KINDS;
    } else if (strcmp(name, "--shard") != 0 ||
               sscanf(value, "%u/%u", &run->shard, &run->shards) != 2 ||
               run->shard >= run->shards) {
        usage();
    }
}

static void learn_processor(struct run *run)
{
    const struct control *control = machine_control(&run->machine);

    for (unsigned i = 0; i < ID_REGISTERS; i++) {
        *vmsa_id_register(&run->processor.ids, i) = control->id[i];
    }
    for (unsigned i = 0; i < REGISTERS; i++) {
        run->processor.present[i] = control->present[i] != 0;
    }
    memcpy(run->processor.pe_id, control->pe_id, sizeof(control->pe_id));
    for (unsigned i = 0; i < TRAP_REGISTERS; i++) {
        run->processor.trap_present[i] = control->present[REGISTERS + i] != 0;
    }
    run->processor.ids.options = machine_choices(run->machine.version);
}

/* Returns what is wrong: empty cells, if the run was long enough to fill them. */
static unsigned run_subject(struct run *run, struct slot slots[2], double seconds)
{
    struct report *report = &run->report[run->subject];
    double start = now();
    unsigned empty;

    report->subject = run->subject;
    report->version = run->machine.version;
    report->lpa2 =
        ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, run->processor.ids.id_aa64mmfr0_el1) == 1;
    compare(run, slots, seconds);
    printf("%s: %llu cases in %.1f s, %.0f a second\n", subject_names[run->subject],
           (unsigned long long)report->cases, now() - start,
           (double)report->cases / (now() - start));
    empty = report_print(report);
    return report->cases >= full_run[run->subject] ? empty : 0;
}

/* Returns how many entries of the list were not met. */
static unsigned print_deviations(const struct run *run)
{
    bool full = true;
    unsigned unmet = 0;

    for (unsigned subject = 0; subject < SUBJECTS; subject++) {
        full = full && run->report[subject].cases >= full_run[subject];
    }
    printf("known deviations of this version, and cases explained by them\n");
    for (unsigned i = 0; i < deviation_count; i++) {
        const struct deviation *deviation = &deviations[i];
        uint64_t cases = 0;

        for (unsigned subject = 0; subject < SUBJECTS; subject++) {
            cases += run->report[subject].deviation[i];
        }
        if (run->machine.version >= deviation->first && run->machine.version <= deviation->last) {
            printf("  %-16s %9llu  %s (%s)%s\n", deviation->name, (unsigned long long)cases,
                   deviation->does, deviation->rule, full && cases == 0 ? " NOT MET" : "");
            unmet += full && cases == 0;
        }
    }
    return unmet;
}

static int run_all(struct run *run)
{
    struct slot *slots = calloc(2, sizeof(*slots));
    unsigned wrong = 0;

    if (slots == NULL) {
        return 2;
    }
    for (unsigned subject = 0; subject < SUBJECTS; subject++) {
        if (run->only < 0 || run->only == (int)subject) {
            run->subject = (enum subject)subject;
            wrong +=
                run_subject(run, slots, run->only < 0 ? run->seconds / SUBJECTS : run->seconds);
        }
    }
    free(slots);
    wrong += print_deviations(run);
    printf("%u unexplained disagreements, %u empty cells or deviations not met; QEMU started %u "
           "times\n",
           run->disagreements, wrong, run->machine.starts);
    return run->disagreements + wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct run run = {.machine = {.qemu = "qemu-system-aarch64", .cpu = "max"},
                             .only = -1,
                             .seconds = 20,
                             .shards = 1,
                             .most_kinds = 10};
    int status;

    run.seed = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) {
            usage();
        }
        take_option(&run, argv[i], argv[i + 1]);
    }
    if (run.machine.payload == NULL) {
        usage();
    }
    machine_open(&run.machine);
    learn_processor(&run);
    printf("%s, -cpu %s, seed %llu, shard %u/%u\n", run.machine.version_text, run.machine.cpu,
           (unsigned long long)run.seed, run.shard, run.shards);
    status = run_all(&run);
    machine_close(&run.machine);
    return status;
}
