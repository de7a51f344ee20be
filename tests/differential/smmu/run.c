/* SPDX-License-Identifier: MIT */
/* The subject smmu: scripts until the time is over; comparison, explanation, shrinking. */
#include "report.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
    struct session *session;
    struct tally *tally;
    struct qtest q;
    struct smmu_model *model;
    struct smmu_imitation *imitation; /* NULL if none is known of this version */
    struct smmu_script script, trial;
    struct smmu_report report;
};

/* ---- Judgement ----------------------------------------------------------------------------- */

#define CLASS_ONLY (UINT64_C(1) << SMMU_DEVIATION_CLASS)

/* Did the imitation predict what QEMU did, by a deviation that makes this difference? */
static bool is_explained(const struct smmu_script *script, unsigned op)
{
    struct smmu_result want = script->want[0][op];
    uint64_t met = script->met[op];

    if (!smmu_same_result(&script->op[op], &script->predicted[op], &script->got[op])) {
        return false;
    }
    want.event[3] &= ~UINT32_C(0x300);
    if (want.events > 0 && smmu_same_result(&script->op[op], &want, &script->got[op])) {
        met &= CLASS_ONLY;
    } else if (script->op[op].kind >= SMMU_DMA_READ) {
        met &= ~CLASS_ONLY;
    }
    return met != 0;
}

/* The first operation that nothing explains, or all. */
static unsigned judge(const struct state *s, const struct smmu_script *script)
{
    unsigned op = 0;

    while (op < script->ops &&
           (smmu_agrees(script, op) || (s->imitation != NULL && is_explained(script, op)))) {
        op++;
    }
    return op;
}

static void count_deviations(struct state *s, const struct smmu_script *script)
{
    for (unsigned i = 0; i < script->ops; i++) {
        for (unsigned d = 0; d < SMMU_DEVIATION_COUNT && !smmu_agrees(script, i); d++) {
            s->tally->deviation[d] += script->met[i] >> d & 1;
        }
    }
}

/* ---- Shrinking ----------------------------------------------------------------------------- */

/* Runs a script whose memory is complete; true if it still disagrees. */
static bool still_disagrees(struct state *s, struct smmu_script *script)
{
    for (unsigned i = 0; i < SMMU_VARIANTS; i++) {
        smmu_model_run(s->model, script, i);
    }
    if (s->imitation != NULL) {
        smmu_imitation_run(s->imitation, s->model, script);
    }
    if (script->strays) {
        return false;
    }
    smmu_device_run(&s->q, script);
    return script->died || judge(s, script) < script->ops;
}

static bool without_op(struct smmu_script *script, unsigned op)
{
    memmove(&script->op[op], &script->op[op + 1], (script->ops - op - 1) * sizeof(script->op[0]));
    script->ops--;
    return true;
}

static bool without_word(struct smmu_script *script, unsigned word)
{
    bool zero = script->image[word].value == 0;

    script->image[word].value = 0;
    return !zero;
}

/* Tries each change from the last to the first; keeps those after which they still disagree. */
static void shrink_by(struct state *s, bool (*change)(struct smmu_script *script, unsigned number),
                      unsigned count)
{
    while (count-- > 0) {
        s->trial = s->script;
        if (change(&s->trial, count) && still_disagrees(s, &s->trial)) {
            s->script = s->trial;
        }
    }
}

static void shrink(struct state *s)
{
    if (still_disagrees(s, &s->script)) {
        shrink_by(s, without_op, s->script.ops);
        shrink_by(s, without_word, s->script.words);
    }
    s->script.explain = true;
    (void)still_disagrees(s, &s->script);
}

/* Of each kind of operation in each family one is shown. */
static void show(struct state *s, uint64_t number, unsigned op)
{
    const struct smmu_script *script = &s->script;
    uint64_t kind = (uint64_t)script->died << 32 | (uint64_t)script->op[op].kind << 24 |
                    (uint64_t)(script->want[0][op].event[0] & 0xff) << 16 |
                    (uint64_t)(script->got[op].event[0] & 0xff) << 8 | script->want[0][op].pass;

    s->tally->disagreements++;
    if (!session_shows(s->session, UINT64_C(1) << 63 | kind)) {
        return;
    }
    printf("disagreement in group %llu of subject smmu%s:\n", (unsigned long long)number,
           script->died ? ", QEMU ended or hangs" : "");
    shrink(s);
    smmu_report_vectors(&s->report.id, &s->script);
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static void compare(struct state *s, uint64_t number)
{
    struct smmu_script *script = &s->script;
    unsigned op;

    smmu_generate(s->model, s->session->version, s->session->seed, number, script);
    if (s->imitation != NULL) {
        smmu_imitation_run(s->imitation, s->model, script);
    }
    if (script->strays) {
        s->report.dropped++;
        return;
    }
    smmu_device_run(&s->q, script);
    s->report.scripts++;
    op = script->died ? 0 : judge(s, script);
    if (op < script->ops) {
        show(s, number, op);
        return;
    }
    smmu_report_script(&s->report, script);
    count_deviations(s, script);
}

static void compare_all(struct state *s, double seconds)
{
    const struct session *session = s->session;
    double end = session_now() + seconds;
    uint64_t last = session->groups == 0 ? UINT64_MAX : session->first + session->groups;

    for (uint64_t i = session->first; i < last && (session->groups > 0 || session_now() < end);
         i++) {
        compare(s, i * session->shards + session->shard);
    }
    printf("  %llu scripts, %llu more that reach devices were not run\n",
           (unsigned long long)s->report.scripts, (unsigned long long)s->report.dropped);
    s->tally->cases = s->report.answers;
    s->tally->empty = smmu_report_print(&s->report);
    s->tally->starts = s->q.starts;
}

/* Without an SMMU, or without memory, that is one disagreement. */
void run_smmu(struct session *session, const struct subject *subject, double seconds,
              struct tally *tally)
{
    struct state *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        tally->disagreements = 1;
        return;
    }
    s->session = session;
    s->tally = tally;
    s->q.qemu = session->qemu;
    s->q.options = smmu_options;
    if (!qtest_open(&s->q) || !smmu_device_id(&s->q, &s->report.id) ||
        (s->model = smmu_model_new(&s->report.id)) == NULL) {
        fprintf(stderr, "%s: no subject %s\n", session->qemu, subject->name);
        tally->disagreements = 1;
    } else {
        s->imitation =
            session->version == SMMU_IMITATED_VERSION ? smmu_imitation_new(&s->report.id) : NULL;
        compare_all(s, seconds);
        smmu_imitation_drop(s->imitation);
        smmu_model_drop(s->model);
    }
    qtest_close(&s->q);
    free(s);
}
