/* SPDX-License-Identifier: MIT */
/*
 * Subjects whose cases are instructions, in groups that share registers and memory: generates
 * groups from a seed, lets the payload run them, and compares. While QEMU runs a batch the next one
 * is made.
 */
#include "batches.h"
#include "deviations.h"
#include "generate.h"
#include "machine.h"
#include "report.h"
#include "session.h"
#include "shrink.h"

#include <armvirt/regs/vmsa.h>

#include <stdlib.h>
#include <string.h>

enum { BATCH_GROUPS = 64 };

struct slot {
    struct group group[BATCH_GROUPS];
    struct answer answer[BATCH_GROUPS][GROUP_CASES];
    uint64_t number[BATCH_GROUPS];
    unsigned count;
};

struct run {
    struct session *session;
    const struct subject *subject;
    struct tally *tally;
    struct machine machine;
    struct processor processor;
    struct report report;
    struct shrunk shrunk;
};

/* ---- Batches ------------------------------------------------------------------------------- */

static bool fill(void *to_run, void *to_slot, uint64_t *next, uint64_t end)
{
    const struct run *run = to_run;
    struct slot *slot = to_slot;

    for (slot->count = 0; slot->count < BATCH_GROUPS && *next < end; slot->count++) {
        uint64_t number = *next * run->session->shards + run->session->shard;

        slot->number[slot->count] = number;
        generate_group(&run->processor, run->subject->number, run->session->seed, number,
                       &slot->group[slot->count], slot->answer[slot->count]);
        (*next)++;
    }
    return slot->count > 0;
}

uint8_t *put_group(uint8_t *to, const struct group *group)
{
    struct diff_group head = {.words = group->memory.count, .cases = group->count};
    struct armvirt_vmsa vmsa = group->vmsa;

    for (unsigned i = 0; i < REGISTERS; i++) {
        head.reg[i] = *vmsa_register(&vmsa, i);
    }
    memcpy(&head.reg[REGISTERS], group->trap, sizeof(group->trap));
    to = put_bytes(to, &head, sizeof(head));
    to = put_bytes(to, group->memory.word, group->memory.count * sizeof(struct word));
    return put_bytes(to, group->cases, group->count * sizeof(struct diff_case));
}

static const void *submit(void *to_run, void *to_slot)
{
    struct run *run = to_run;
    const struct slot *slot = to_slot;
    uint64_t count = slot->count;
    uint64_t batch = machine_batch(&run->machine);
    uint8_t *to = machine_at(&run->machine, INPUT_PA + batch);

    to = put_bytes(to, &count, sizeof(count));
    for (unsigned i = 0; i < slot->count; i++) {
        to = put_group(to, &slot->group[i]);
    }
    machine_submit(&run->machine);
    return machine_at(&run->machine, OUTPUT_PA + batch);
}

/* ---- Comparison ---------------------------------------------------------------------------- */

static void show(struct run *run, struct disagreement *d, uint64_t number)
{
    printf("disagreement in group %llu of subject %s:\n", (unsigned long long)number,
           run->subject->name);
    shrink(&run->machine, d, &run->shrunk);
    d->group = &run->shrunk.group;
    d->c = &run->shrunk.group.cases[0];
    d->answer = &run->shrunk.answer;
    d->outcome = &run->shrunk.outcome;
    report_disagreement(d);
}

static void judge(struct run *run, struct disagreement *d, uint64_t number)
{
    int deviation;

    run->tally->cases++;
    if (outcome_agrees(d->answer, d->outcome)) {
        report_agreement(&run->report, d);
        return;
    }
    deviation = find_deviation(run->machine.version, d);
    if (deviation >= 0) {
        run->tally->deviation[deviation]++;
        return;
    }
    run->tally->disagreements++;
    if (session_shows(run->session, disagreement_kind(d->answer, d->outcome))) {
        show(run, d, number);
    }
}

/* A copy, since shrinking runs batches of its own; up to the case that the machine died of, or all.
 */
static void judge_batch(void *to_run, void *to_slot, const void *outcomes, bool whole)
{
    struct run *run = to_run;
    struct slot *slot = to_slot;
    static struct outcome copy[BATCH_GROUPS * GROUP_CASES];
    uint64_t left = whole ? UINT64_MAX : machine_control(&run->machine)->started;
    const struct outcome *outcome = copy;

    memcpy(copy, outcomes, sizeof(copy));
    for (unsigned i = 0; i < slot->count; i++) {
        for (unsigned j = 0; j < slot->group[i].count && left > 0; j++, left--, outcome++) {
            struct outcome died = {.target = run->machine.hung ? OUTCOME_HUNG : OUTCOME_DIED};
            struct disagreement d = {.group = &slot->group[i],
                                     .c = &slot->group[i].cases[j],
                                     .answer = &slot->answer[i][j],
                                     .outcome = left == 1 ? &died : outcome};

            judge(run, &d, slot->number[i]);
        }
    }
}

/* ---- A subject ----------------------------------------------------------------------------- */

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

void run_instructions(struct session *session, const struct subject *subject, double seconds,
                      struct tally *tally)
{
    static struct run run;
    struct slot *slots = calloc(2, sizeof(*slots));

    if (slots == NULL) {
        exit(2);
    }
    memset(&run, 0, sizeof(run));
    run.session = session;
    run.subject = subject;
    run.tally = tally;
    run.machine = machine_of(session, 1);
    machine_open(&run.machine);
    learn_processor(&run);
    run.report.subject = subject->number;
    run.report.version = session->version;
    run.report.ids = run.processor.ids;
    run_batches(&(struct batches){.machine = &run.machine,
                                  .run = &run,
                                  .batch = {&slots[0], &slots[1]},
                                  .fill = fill,
                                  .submit = submit,
                                  .judge = judge_batch},
                session, seconds);
    tally->empty = report_print(&run.report);
    tally->starts = run.machine.starts;
    machine_close(&run.machine);
    free(slots);
}
