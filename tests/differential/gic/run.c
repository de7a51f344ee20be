/* SPDX-License-Identifier: MIT */
/*
 * Subjects whose cases are scripts: makes batches of them from a seed, lets the PEs of the machine
 * run them, and compares every operation. Half of the time there are two Security states, half one
 * (GICD_CTLR.DS, which stays 1); half of the time five bits of priority, half eight.
 */
#include "batches.h"
#include "generate.h"
#include "machine.h"
#include "map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_SCRIPTS = 64 };

struct batch {
    struct script script[BATCH_SCRIPTS];
    unsigned count;
};

struct run {
    struct session *session;
    const struct subject *subject;
    struct tally *tally;
    struct machine machine;
    struct gic_pair pair;
    struct script_cover *cover;
    struct diff_op base[BASE_OPS];
    unsigned base_ops;
};

/* ---- Batches ------------------------------------------------------------------------------- */

static uint8_t *put_script(uint8_t *to, const struct run *run, const struct script *script)
{
    struct diff_script head = {run->base_ops + script->ops, run->base_ops};

    to = put_bytes(to, &head, sizeof(head));
    to = put_bytes(to, run->base, run->base_ops * sizeof(struct diff_op));
    return put_bytes(to, script->op, script->ops * sizeof(struct diff_op));
}

/* Returns where its results will be. */
static const struct diff_op_result *submit(struct run *run, const struct script *scripts,
                                           uint64_t count)
{
    uint64_t batch = machine_batch(&run->machine);
    uint8_t *to = machine_at(&run->machine, INPUT_PA + batch);

    machine_control(&run->machine)->scripts = 1;
    to = put_bytes(to, &count, sizeof(count));
    for (unsigned i = 0; i < count; i++) {
        to = put_script(to, run, &scripts[i]);
    }
    machine_submit(&run->machine);
    return machine_at(&run->machine, OUTPUT_PA + batch);
}

static const void *submit_batch(void *run, void *to_batch)
{
    const struct batch *batch = to_batch;

    return submit(run, batch->script, batch->count);
}

static bool fill(void *to_run, void *to_batch, uint64_t *next, uint64_t end)
{
    struct run *run = to_run;
    struct batch *batch = to_batch;
    const struct session *session = run->session;

    for (batch->count = 0; batch->count < BATCH_SCRIPTS && *next < end; (*next)++) {
        generate_script(&run->pair, run->subject->number, session->seed,
                        *next * session->shards + session->shard, &batch->script[batch->count++]);
    }
    return batch->count > 0;
}

/* ---- Shrinking ----------------------------------------------------------------------------- */

/* What stays alike. */
static uint64_t kind_of(const struct script *script, unsigned at,
                        const struct diff_op_result *machine)
{
    const struct diff_op *op = &script->op[at];
    uint64_t place = op->kind < OP_MRS ? op->pa & 0x1ff80 : op->reg;

    return UINT64_C(1) << 63 | (uint64_t)op->kind << 48 | place << 24 |
           (uint64_t)script->answer[at].end << 16 | (uint64_t)machine->end << 8 |
           (uint64_t)machine->target << 4 | op->el;
}

/* Did the imitation predict what the machine did at operation @at, by a deviation? */
static bool is_explained(const struct script *script, unsigned at,
                         const struct diff_op_result *machine)
{
    return script->met[at] != 0 && same_result(&script->predicted[at], &machine[at]);
}

/* The first operation that differs and is not explained, or script->ops. */
static unsigned first_difference(const struct script *script, const struct diff_op_result *machine)
{
    unsigned at = 0;

    while (at < script->ops &&
           (same_result(&script->answer[at], &machine[at]) || is_explained(script, at, machine))) {
        at++;
    }
    return at;
}

static bool still_differs(struct run *run, struct script *trial, uint64_t kind,
                          struct diff_op_result *results)
{
    const struct diff_op_result *from;
    unsigned at;

    gic_pair_answer(&run->pair, trial);
    from = submit(run, trial, 1);
    if (!machine_wait(&run->machine)) {
        return false;
    }
    memcpy(results, from, trial->ops * sizeof(*results));
    at = first_difference(trial, results);
    return at + 1 == trial->ops && kind_of(trial, at, &results[at]) == kind;
}

static void drop(struct script *script, unsigned from, unsigned count)
{
    memmove(&script->op[from], &script->op[from + count],
            (script->ops - from - count) * sizeof(script->op[0]));
    script->ops -= count;
}

/* Operations are left out as long as the last one differs in the same way. */
static void shrink_script(struct run *run, struct script *script, uint64_t kind,
                          struct diff_op_result *results)
{
    static struct script trial;

    for (unsigned count = 32; count > 0; count /= 2) {
        for (unsigned from = 0; from + count < script->ops;) {
            trial = *script;
            drop(&trial, from, count);
            if (still_differs(run, &trial, kind, results)) {
                *script = trial;
            } else {
                from += count;
            }
        }
    }
    trial = *script;
    still_differs(run, &trial, kind, results);
}

/* ---- Comparison ---------------------------------------------------------------------------- */

static void show(struct run *run, const struct script *script, unsigned at,
                 const struct diff_op_result *machine)
{
    static struct script smallest;
    static struct diff_op_result results[SCRIPT_OPS];
    uint64_t kind = kind_of(script, at, &machine[at]);

    if (!session_shows(run->session, kind)) {
        return;
    }
    printf("disagreement in script %llu of subject %s:\n", (unsigned long long)script->number,
           run->subject->name);
    smallest = *script;
    smallest.ops = at + 1;
    memcpy(results, machine, smallest.ops * sizeof(results[0]));
    shrink_script(run, &smallest, kind, results);
    print_script(&run->pair.model, &smallest, results);
}

static void count(struct run *run, const struct script *script, unsigned at,
                  const struct diff_op_result *machine)
{
    run->tally->cases++;
    cover_count(run->cover, &script->op[at], &machine[at]);
    if (!same_result(&script->answer[at], &machine[at])) {
        for (unsigned d = 0; d < GIC_DEVIATION_COUNT; d++) {
            run->tally->deviation[d] += script->met[at] >> d & 1;
        }
    }
}

/* What follows a disagreement may come of it. */
static void judge(struct run *run, const struct script *script,
                  const struct diff_op_result *machine)
{
    unsigned at = first_difference(script, machine);

    for (unsigned i = 0; i < at; i++) {
        count(run, script, i, machine);
    }
    if (at == script->ops) {
        cover_count_its(run->cover, &script->counts);
    } else {
        run->tally->disagreements++;
        show(run, script, at, machine);
    }
}

static void judge_batch(void *to_run, void *to_batch, const void *results, bool whole)
{
    struct run *run = to_run;
    const struct batch *batch = to_batch;
    static struct diff_op_result copy[BATCH_SCRIPTS * SCRIPT_OPS];
    uint64_t begun = whole ? batch->count : machine_control(&run->machine)->started;
    const struct diff_op_result *at = copy;

    memcpy(copy, results, sizeof(copy));
    for (unsigned i = 0; i < batch->count && i < begun; at += batch->script[i++].ops) {
        if (!whole && i + 1 == begun) {
            printf("the machine ended or hangs in script %llu\n",
                   (unsigned long long)batch->script[i].number);
            run->tally->disagreements++;
            return;
        }
        judge(run, &batch->script[i], at);
    }
}

/* ---- The machine --------------------------------------------------------------------------- */

static uint64_t ask(struct script *script, unsigned kind, uint64_t pa, unsigned reg)
{
    script->op[script->ops++] = (struct diff_op){
        .kind = (uint8_t)kind, .el = 3, .context = OP_NS, .pa = pa, .reg = (uint8_t)reg};
    return script->ops - 1;
}

static void learn(struct run *run, struct gic_facts *facts)
{
    static const struct {
        uint8_t kind, reg;
        uint64_t pa;
    } questions[] = {
        {OP_READ32, 0, GICD_PA + GICD_TYPER}, {OP_READ32, 0, GICD_PA + GICD_IIDR},
        {OP_READ32, 0, GICR_PA + GICR_IIDR},  {OP_READ64, 0, GICR_PA + GICR_TYPER},
        {OP_READ32, 0, GICR_PA + GICR_CTLR},  {OP_READ32, 0, GICD_PA + GIC_PIDR2},
        {OP_MRS, GIC_ICC_CTLR_EL3, 0},        {OP_MRS, GIC_ICH_VTR_EL2, 0},
        {OP_READ64, 0, GITS_PA + GITS_TYPER}, {OP_READ32, 0, GITS_PA + GITS_IIDR},
    };
    uint64_t *fact = &facts->gicd_typer;
    const struct diff_op_result *results;
    static struct script script;

    script.ops = 0;
    for (unsigned i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        ask(&script, questions[i].kind, questions[i].pa, questions[i].reg);
    }
    results = submit(run, &script, 1);
    if (!machine_wait(&run->machine)) {
        fprintf(stderr, "the machine has no interrupt controllers\n");
        exit(2);
    }
    for (unsigned i = 0; i < script.ops; i++) {
        fact[i] = results[i].value;
    }
}

static void run_states(struct run *run, struct batch batches[2], double seconds, bool ds, bool wide)
{
    bool its = run->subject->number == SUBJECT_ITS;
    struct gic_facts facts = {.maintenance = MAINTENANCE};

    run->machine = machine_of(run->session, SCRIPT_PES);
    run->machine.wide = wide;
    machine_open(&run->machine);
    run->base_ops = script_base(false, false, run->base);
    learn(run, &facts);
    run->base_ops = script_base(its, ds, run->base);
    gic_pair_make(&run->pair, &facts, run->session->version, its, ds);
    run_batches(&(struct batches){.machine = &run->machine,
                                  .run = run,
                                  .batch = {&batches[0], &batches[1]},
                                  .fill = fill,
                                  .submit = submit_batch,
                                  .judge = judge_batch},
                run->session, seconds);
    gic_pair_drop(&run->pair);
    run->tally->starts += run->machine.starts;
    machine_close(&run->machine);
}

void run_gic(struct session *session, const struct subject *subject, double seconds,
             struct tally *tally)
{
    static struct run run;
    struct batch *batches = calloc(2, sizeof(*batches));

    run = (struct run){.session = session, .subject = subject, .tally = tally};
    run.cover = cover_new();
    if (batches == NULL || run.cover == NULL) {
        exit(2);
    }
    for (unsigned i = 0; i < 4; i++) {
        run_states(&run, batches, seconds / 4, i & 1, i & 2);
    }
    tally->empty = cover_print(run.cover, subject->number == SUBJECT_ITS);
    free(run.cover);
    free(batches);
}
