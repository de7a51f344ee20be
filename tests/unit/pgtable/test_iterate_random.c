/* SPDX-License-Identifier: MIT */
/*
 * The mapping iterator against armvirt_translate() on machines made at random: any registers,
 * tables that lead anywhere, memory that aborts or asks to retry.
 */
#include "../../map_check.h"
#include "suite.h"

enum { MACHINES = 2000, ROWS = 8 };

struct chunk_row {
    const char *name;
    unsigned from;
};

static const struct chunk_row chunks[ROWS] = {
    {"machines, part 1", 0}, {"machines, part 2", 1}, {"machines, part 3", 2},
    {"machines, part 4", 3}, {"machines, part 5", 4}, {"machines, part 6", 5},
    {"machines, part 7", 6}, {"machines, part 8", 7},
};

static void agrees_with_translate(void **state)
{
    static struct random_machine machine;
    const struct chunk_row *row = *state;
    uint64_t leaves = 0, broken = 0;

    for (unsigned n = row->from; n < MACHINES; n += ROWS) {
        struct random_input input;
        struct map_check check;

        random_input_make(&input, n);
        random_machine_begin(&machine, (const uint8_t *)&input, sizeof(input));
        if (map_check_run(&check, &machine)) {
            leaves += check.leaves;
            broken += check.broken;
            if (check.failure != NULL) {
                fail_msg("machine %u: %s, before %#llx", n, check.failure,
                         (unsigned long long)check.next);
            }
        }
    }
    assert_true(leaves > 200 && broken > 200);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, agrees_with_translate, chunks);
    return suite_run(&suite, "mapping iterator on random machines");
}
