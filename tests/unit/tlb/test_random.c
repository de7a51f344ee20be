/* SPDX-License-Identifier: MIT */
/* Random streams of accesses and invalidations: no hit is ever stale (tests/tlb_model.h). */
#include "suite.h"

#include "../../random_machine.h"
#include "../../tlb_model.h"
#include "tlb/machine.h"

enum { STREAMS = 48, OPS = 20000 };

static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[ARMVIRT_TLB_SIZE(MODEL_ENTRIES)];
static struct model model;

static void run(uint64_t seed, unsigned ops)
{
    for (unsigned n = 0; n < ops; n++) {
        uint64_t words[2] = {random_next(&seed), random_next(&seed)};
        uint8_t op[MODEL_OP_BYTES];

        memcpy(op, words, sizeof(op));
        model_op(&model, op);
    }
}

static void D8_17_R_RTVTYQ_no_hit_is_stale(void **state)
{
    unsigned hits = 0, misses = 0;

    (void)state;
    for (unsigned stream = 0; stream < STREAMS; stream++) {
        model_begin(&model, storage, 0);
        run(stream, OPS);
        hits += model.hits;
        misses += model.misses;
    }
    assert_true(hits > misses / 16); /* else the streams prove little */
}

/* The counter of invalidations is full just before and during the stream. */
static void no_hit_is_stale_when_time_begins_again(void **state)
{
    (void)state;
    for (unsigned stream = 0; stream < 4; stream++) {
        model_begin(&model, storage, 0);
        model.tlb->now = UINT32_MAX - 100 * stream;
        run(stream + 1000, OPS);
        assert_true(model.tlb->now < UINT32_MAX / 2);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D8_17_R_RTVTYQ_no_hit_is_stale);
    SUITE_ADD(&suite, no_hit_is_stale_when_time_begins_again);
    return suite_run(&suite, "random streams");
}
