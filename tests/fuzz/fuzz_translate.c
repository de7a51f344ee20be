/* SPDX-License-Identifier: MIT */
/* Fuzz target: translations of any access with any registers and any tables, AT instructions, and
 * what becomes of faults. The answers themselves are for other tests; here they must be possible,
 * and the same however they are asked for. */
#include "../map_check.h"

#include <armvirt/abort.h>
#include <armvirt/at.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 512, PASSES = 16 };

/* Table reads of one pass: six levels, each behind a stage 2 of six, once more for each update of a
 * descriptor, and a final stage 2; three granule table reads each. */
enum { READS = (6 * (1 + 2 * 6 + 1) + 6 + 1) * 4 };

static struct random_machine machine;
static struct armvirt_step steps[STEPS];

static void check_at(bool good, const char *what, int line)
{
    if (!good) {
        (void)fprintf(stderr, "line %d: %s\n", line, what);
        abort();
    }
}

#define CHECK(good) check_at(good, #good, __LINE__)

/* One question, as it can be asked again. */
struct question {
    struct armvirt_regime regime;
    struct armvirt_access access;
    bool ipa; /* through stage 2 alone */
    uint8_t ipa_space;
};

static enum armvirt_status ask(const struct question *q, struct armvirt_walk_log *log,
                               struct armvirt_walk *walk)
{
    struct armvirt_walk_env env = {.mem = random_memory(&machine), .log = log};

    return q->ipa ? armvirt_translate_ipa(&q->regime, &env, &q->access, q->ipa_space, walk)
                  : armvirt_translate(&q->regime, &env, &q->access, walk);
}

/* ---- What an answer can be ---------------------------------------------------------------- */

static void check_fault(const struct question *q, const struct armvirt_fault *fault)
{
    CHECK(fault->type != ARMVIRT_FAULT_NONE && fault->type < ARMVIRT_FAULT_EXTERNAL);
    CHECK(fault->reason != ARMVIRT_REASON_NONE && fault->reason < ARMVIRT_REASON_COUNT);
    CHECK(fault->stage <= 2 && fault->level >= -2 && fault->level <= 3);
    CHECK(!fault->s1ptw || fault->stage == 2);
    CHECK(fault->stage == 2 || fault->ipa == 0);
    CHECK(q->regime.s2_enabled || fault->stage != 2);
    CHECK((fault->gpcf != ARMVIRT_GPCF_NONE) ==
          (fault->type == ARMVIRT_FAULT_GPC_ON_WALK || fault->type == ARMVIRT_FAULT_GPC_ON_OUTPUT));
}

static void check_success(const struct question *q, const struct armvirt_walk *walk)
{
    CHECK(walk->fault.type == ARMVIRT_FAULT_NONE);
    CHECK(walk->pa >> 56 == 0 && walk->ipa >> 56 == 0);
    CHECK(walk->pa_space <= ARMVIRT_SPACE_ROOT && walk->ipa_space <= ARMVIRT_SPACE_ROOT);
    CHECK(walk->size_log2 >= 12 && walk->size_log2 <= 64);
    CHECK(walk->s2.valid == q->regime.s2_enabled);
    CHECK(walk->s2.valid || walk->pa == walk->ipa);
    CHECK(!walk->s1.valid || (q->regime.s1_enabled && !q->ipa));
    CHECK((walk->attr.mair & 0xf0) != 0 || walk->attr.sh == ARMVIRT_SH_OUTER);
}

/* The first answer of a machine whose memory may ask to retry; updates are made on the way. */
static enum armvirt_status check_status(const struct question *q, struct armvirt_walk *walk)
{
    bool no_update =
        (q->access.flags & ARMVIRT_ACCESS_NO_UPDATE) != 0 || q->access.kind == ARMVIRT_DEBUGGER;
    enum armvirt_status status;

    machine.reads = 0;
    machine.updates = 0;
    status = ask(q, NULL, walk);
    CHECK(machine.reads <= (uint64_t)READS * PASSES);
    CHECK(!no_update || machine.updates == 0);
    CHECK(machine.wrong == 0);
    switch (status) {
    case ARMVIRT_OK:
        check_success(q, walk);
        break;
    case ARMVIRT_FAULT:
        check_fault(q, &walk->fault);
        break;
    case ARMVIRT_E_AGAIN:
        CHECK(!machine.calm || machine.updates != 0);
        break;
    default:
        CHECK(status == ARMVIRT_E_INVAL && q->ipa && !q->regime.s2_enabled);
        break;
    }
    return status;
}

/* ---- The same answer ---------------------------------------------------------------------- */

static bool same(const struct armvirt_walk *a, const struct armvirt_walk *b)
{
    return same_answer(a, b) && same_fault(&a->fault, &b->fault) && a->reads == b->reads;
}

/* Steps of one walk without updates: as many as reads, and the last says why it ended. */
static void check_log(const struct armvirt_walk_log *log, const struct armvirt_walk *walk)
{
    unsigned reads = 0;

    CHECK(log->len <= STEPS);
    for (size_t i = 0; i < log->len; i++) {
        const struct armvirt_step *step = &log->step[i];

        reads += step->kind != ARMVIRT_STEP_UPDATE;
        CHECK(step->kind <= ARMVIRT_STEP_GPT && step->stage <= 2);
        CHECK(step->kind == ARMVIRT_STEP_ABORT ||
              (step->stage == 0) == (step->kind == ARMVIRT_STEP_GPT));
        CHECK(step->stage == 0 || (step->level >= -2 && step->level <= 3));
        CHECK(step->stage == 0 || (step->index_hi >= step->index_lo && step->index_hi < 64));
        CHECK(step->reason == ARMVIRT_REASON_NONE || i + 1 == log->len);
    }
    CHECK(reads == walk->reads);
    if (log->len > 0 && log->step[log->len - 1].reason != ARMVIRT_REASON_NONE) {
        CHECK(log->step[log->len - 1].reason == walk->fault.reason);
    }
}

/* Without updates the answer does not depend on who watches; a log that is too short only counts.
 */
static void check_watched(struct question q)
{
    struct armvirt_walk_log log = {.step = steps, .cap = STEPS};
    struct armvirt_walk_log short_log = {.step = steps, .cap = 1};
    struct armvirt_walk plain, watched;
    enum armvirt_status status;

    q.access.flags |= ARMVIRT_ACCESS_NO_UPDATE;
    machine.calm = true;
    status = check_status(&q, &plain);
    if (status != ARMVIRT_OK && status != ARMVIRT_FAULT) {
        return;
    }
    CHECK(ask(&q, &log, &watched) == status && same(&plain, &watched));
    check_log(&log, &watched);
    CHECK(ask(&q, &short_log, &watched) == status && same(&plain, &watched));
    CHECK(short_log.len == log.len);
}

/* What an access has updated it need not update again. */
static void check_updated(const struct question *q, const struct armvirt_walk *first)
{
    struct armvirt_walk again;
    uint64_t updates;

    machine.calm = true;
    updates = machine.updates;
    if (ask(q, NULL, &again) != ARMVIRT_OK) {
        return; /* its tables were among what it updated */
    }
    if (again.pa == first->pa && machine.updates != updates) {
        CHECK(ask(q, NULL, &again) == ARMVIRT_OK);
    }
}

/* ---- What becomes of it ------------------------------------------------------------------- */

static void check_abort(const struct question *q, const struct armvirt_fault *fault)
{
    struct armvirt_abort_context context = {.el = (uint8_t)(q->access.el & 3),
                                            .t16 = machine.input.swap >> 7 & 1,
                                            .serror_masked = machine.input.swap >> 6 & 1};
    struct armvirt_abort taken;

    armvirt_abort(&q->regime, &context, &q->access, fault, &taken);
    CHECK(taken.kind <= ARMVIRT_ABORT_GPC && taken.target_el >= 1 && taken.target_el <= 3);
    CHECK(taken.aarch32 || taken.esr >> 26 != 0);
    CHECK(taken.hpfar_valid || taken.hpfar == 0);
}

static void check_instruction(void)
{
    struct armvirt_walk_env env = {.mem = random_memory(&machine)};
    struct armvirt_at at = {.va = machine.input.va,
                            .op = machine.input.kind % ARMVIRT_AT_OPS,
                            .el = machine.input.el & 3,
                            .pan = machine.input.flags & 1};
    struct armvirt_at_result result;
    enum armvirt_status status;

    machine.updates = 0;
    status = armvirt_at(&machine.vmsa, &env, &at, &result);
    CHECK(status == ARMVIRT_OK || status == ARMVIRT_E_AGAIN || status == ARMVIRT_E_INVAL);
    if (status == ARMVIRT_OK) {
        CHECK(result.outcome <= ARMVIRT_AT_UNDEFINED);
        CHECK(result.outcome != ARMVIRT_AT_DONE ||
              (result.par[0] & 1) == (result.walk.fault.type != ARMVIRT_FAULT_NONE));
    }
    CHECK(machine.wrong == 0);
}

static void check_granule(const struct question *q)
{
    struct armvirt_walk_env env = {.mem = random_memory(&machine)};
    struct armvirt_fault fault;
    enum armvirt_status status =
        armvirt_gpc_check(&q->regime, &env, machine.input.last & ARMVIRT_BITS(55, 0),
                          machine.input.ipa_space & 3, &fault);

    CHECK(status == ARMVIRT_OK || status == ARMVIRT_FAULT || status == ARMVIRT_E_AGAIN);
    CHECK(status != ARMVIRT_FAULT || fault.gpcf != ARMVIRT_GPCF_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct question q;
    struct armvirt_walk walk;
    enum armvirt_status status;

    random_machine_begin(&machine, data, size);
    check_instruction();
    if (armvirt_regime_init(&q.regime, &machine.vmsa, machine.input.el & 3) != ARMVIRT_OK) {
        return 0;
    }
    q.access = (struct armvirt_access){.va = machine.input.va,
                                       .kind = machine.input.kind % ARMVIRT_ACCESS_KINDS,
                                       .el = machine.input.access_el & 3,
                                       .flags = machine.input.flags & 0x1ff,
                                       .isv = (uint32_t)machine.input.last};
    q.ipa = machine.input.what % 4 == 3;
    q.ipa_space = machine.input.ipa_space & 3;
    machine.calm = false;
    check_granule(&q);
    check_watched(q);
    machine.calm = false;
    status = check_status(&q, &walk);
    if (status == ARMVIRT_FAULT) {
        check_abort(&q, &walk.fault);
    } else if (status == ARMVIRT_OK) {
        check_updated(&q, &walk);
    }
    return 0;
}
