/* SPDX-License-Identifier: MIT */
/*
 * The mapping iterator against armvirt_translate() on machines made at random: any registers,
 * tables that lead anywhere, memory that aborts or asks to retry.
 */
#include "../../map_check.h"
#include "suite.h"

enum { MACHINES = 2000, ROWS = 8, CALLS = 400, BEYOND = 26 };

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

/* Until the end or many calls: what a call reads, and what the iterator says that it read. */
static void count_reads(struct random_machine *machine, const struct armvirt_regime *regime,
                        const struct armvirt_map_query *query)
{
    struct armvirt_walk_env env = {.mem = random_memory(machine)};
    enum armvirt_status status = ARMVIRT_OK;
    struct armvirt_mapping mapping;
    struct armvirt_map_iter it;

    machine->reads = 0;
    if (armvirt_map_begin(&it, regime, &env, query) != ARMVIRT_OK) {
        return;
    }
    for (unsigned call = 0; call < CALLS && status != ARMVIRT_END; call++) {
        uint64_t before = machine->reads;

        status = armvirt_map_next(&it, &mapping);
        assert_in_range(machine->reads - before, 0, query->budget + BEYOND);
        assert_int_equal(it.reads, machine->reads);
    }
}

/* The bound that the header promises, whatever is left out. */
static void a_call_keeps_to_its_budget(void **state)
{
    static struct random_machine machine;

    (void)state;
    for (unsigned n = 0; n < MACHINES; n++) {
        struct armvirt_regime regime;
        struct random_input input;

        random_input_make(&input, n);
        input.retry = input.race = 0;
        random_machine_begin(&machine, (const uint8_t *)&input, sizeof(input));
        if (armvirt_regime_init(&regime, &machine.vmsa, input.el & 3) != ARMVIRT_OK) {
            continue;
        }
        for (unsigned shape = 0; shape < 18; shape++) {
            struct armvirt_map_query query = {.last = UINT64_MAX,
                                              .budget = 1 + shape / 6,
                                              .what = (uint8_t)(shape % 3),
                                              .leaves_only = shape / 3 % 2};

            count_reads(&machine, &regime, &query);
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, agrees_with_translate, chunks);
    SUITE_ADD(&suite, a_call_keeps_to_its_budget);
    return suite_run(&suite, "mapping iterator on random machines");
}
