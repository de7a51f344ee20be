/* SPDX-License-Identifier: MIT */
/*
 * Random sequences of calls over all shapes of tables, each call checked against the model, a
 * decoder of its own, page counts, and TLBs that remember everything (world.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define CALLS 40

/* In use at each BBM level, and not in use. */
static const struct use {
    const char *name;
    bool live;
    uint8_t bbm_level;
} uses[] = {
    {"not in use", false, 0},
    {"in use, BBM level 0", true, 0},
    {"in use, BBM level 1", true, 1},
    {"in use, BBM level 2", true, 2},
};

struct combination {
    char name[96];
    const struct shape *shape;
    const struct use *use;
};

static unsigned calls(void)
{
    const char *wanted = getenv("ARMVIRT_RANDOM_CALLS");

    return wanted != NULL ? (unsigned)strtoul(wanted, NULL, 10) : CALLS;
}

static void test_random_calls(void **state)
{
    const struct combination *row = *state;
    struct world *w = malloc(sizeof(*w));
    struct chooser c = {.state = UINT64_C(0x9e3779b97f4a7c15)};
    const char *seed = getenv("ARMVIRT_RANDOM_SEED");

    if (seed != NULL) {
        c.state ^= strtoull(seed, NULL, 10) * UINT64_C(0x2545f4914f6cdd1d);
    }
    assert_non_null(w);
    world_begin(w, row->shape, row->use->live, row->use->bbm_level);
    for (unsigned i = 0; i < calls(); i++) {
        world_random_call(w, &c);
    }
    free(w);
}

int main(void)
{
    static struct suite suite;
    static struct combination rows[SUITE_MAX];
    size_t count = 0;

    for (size_t s = 0; s < shape_count; s++) {
        for (size_t u = 0; u < COUNT_OF(uses); u++) {
            struct combination *row = &rows[count++];

            row->shape = &shapes[s];
            row->use = &uses[u];
            (void)snprintf(row->name, sizeof(row->name), "%s; %s", shapes[s].name, uses[u].name);
            suite_add(&suite, row->name, test_random_calls, row);
        }
    }
    return suite_run(&suite, "pgbuild.random");
}
