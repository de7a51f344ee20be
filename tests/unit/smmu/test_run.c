/* SPDX-License-Identifier: MIT */
/* What waits is told and done: command queues of all interfaces, queues that were full
 * (IHI0070 4.1). */
#include "suite.h"

#include "../../smmu_world.h"

enum { S1 = 5, FULL = 1 << CMDQ_LOG2 };

static void fill(struct world *w, unsigned count)
{
    for (unsigned n = 0; n < count; n++) {
        world_poke(w, CMDQ + 16 * n, ARMVIRT_SMMU_CMD0_OP_SYNC);
        world_poke(w, CMDQ + 16 * n + 8, 0);
    }
    world_put(w, R_CMDQ_PROD, 4, count);
}

static void IHI0070_4_1_commands_of_each_interface_are_pending(void **state)
{
    (void)state;
    for (uint8_t space = 0; space < 3; space++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

        w->space = space;
        world_enable(w);
        assert_false(armvirt_smmu_pending(w->smmu));
        fill(w, 2);
        assert_int_equal(armvirt_smmu_run(w->smmu, 1), ARMVIRT_E_AGAIN);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 1);
        assert_int_equal(armvirt_smmu_run(w->smmu, 1), ARMVIRT_OK);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 2);
        world_drop(w);
    }
}

static void IHI0070_4_1_2_a_queue_that_was_full_wakes_whom_it_can(void **state)
{
    static const struct armvirt_smmu_ops deaf = {.irq = world_irq};
    static const struct {
        const struct armvirt_smmu_ops *ops;
        uint8_t preset, count, sevs;
    } rows[] = {
        {&world_ops, ARMVIRT_SMMU_MAX, FULL, 1},
        {&world_ops, ARMVIRT_SMMU_MAX, FULL - 1, 0},
        {&world_ops, ARMVIRT_SMMU_LINUX_MIN, FULL, 0}, /* without IDR0.SEV */
        {&deaf, ARMVIRT_SMMU_MAX, FULL, 0},
        {NULL, ARMVIRT_SMMU_MAX, FULL, 0},
    };

    (void)state;
    for (size_t n = 0; n < COUNT_OF(rows); n++) {
        struct world *w = world_new(rows[n].preset, S1);

        w->config.ops = rows[n].ops;
        assert_int_equal(
            armvirt_smmu_init(w->storage, armvirt_smmu_size(&w->config), &w->config, &w->smmu),
            ARMVIRT_OK);
        world_root(w, R_ROOT_CR0, 4, 1);
        world_enable(w);
        fill(w, rows[n].count);
        world_run(w);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4), rows[n].count);
        assert_int_equal(w->sevs, rows[n].sevs);
        world_drop(w);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_4_1_commands_of_each_interface_are_pending);
    SUITE_ADD(&suite, IHI0070_4_1_2_a_queue_that_was_full_wakes_whom_it_can);
    return suite_run(&suite, "what waits in an SMMU");
}
