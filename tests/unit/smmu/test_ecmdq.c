/* SPDX-License-Identifier: MIT */
/* Enhanced command queues (IHI0070 3.5.6, 6.2.5, 6.3.49 to 6.3.51, 6.3.107 to 6.3.109). */
#include "ats_world.h"

#include <armvirt/regs/smmu_secure.h>

#include "smmu/ecmdq.h"

#define FLAGS     (ON | EVENTS_ON)
#define PAGE(p)   ((256u + (p)) << 16)
#define QUEUE(q)  ((uint32_t)(q) << 14)
#define BASE_AT   0u
#define PROD_AT   8u
#define CONS_AT   12u
#define EN        (UINT64_C(1) << 31)
#define ERR       (UINT64_C(1) << 23)
#define CMDQP_ERR (UINT64_C(1) << 9)

/* Queues in memory: 256 bytes each. */
#define RING(n) (COMMANDS + 0x1000 + 0x100 * (uint64_t)(n))

static struct ats_world w;

static uint32_t frame(unsigned n)
{
    return PAGE(n / 4) + QUEUE(n % 4);
}

static void begin(void)
{
    ats_begin(&w, FLAGS);
}

static void enable(unsigned n, unsigned log2)
{
    write_reg(&w, frame(n) + BASE_AT, 8, RING(n) | log2);
    write_reg(&w, frame(n) + PROD_AT, 4, EN);
}

static void put(unsigned n, unsigned slot, uint64_t word0, uint64_t word1)
{
    poke(RING(n) + 16 * slot, word0);
    poke(RING(n) + 16 * slot + 8, word1);
}

static uint64_t cons(unsigned n)
{
    return read_reg(&w, frame(n) + CONS_AT, 4);
}

/* ---- Registers --------------------------------------------------------------------------------
 */

static void IHI0070_6_3_49_the_pages_are_described(void **state)
{
    const struct armvirt_smmu_access none = {.offset = 0x4040, .size = 4};
    uint64_t value;

    (void)state;
    begin();
    assert_int_equal(read_reg(&w, 0x4000, 8), PAGE(0) | 3);
    assert_int_equal(read_reg(&w, 0x4020, 8), PAGE(1) | 3);
    assert_int_equal(read_reg(&w, 0x4000, 4), PAGE(0) | 3);
    assert_int_equal(read_reg(&w, 0x4004, 4), 0);
    assert_int_equal(read_reg(&w, 0x4008, 4), 1);
    assert_int_equal(read_reg(&w, 0x400c, 4), 1);
    write_reg(&w, 0x4008, 4, 0);
    assert_int_equal(read_reg(&w, 0x4008, 4), 1);
    assert_int_equal(armvirt_smmu_read(w.smmu, &none, &value), ARMVIRT_FAULT);
}

static void IHI0070_6_2_5_queues_are_spread_evenly(void **state)
{
    static const struct armvirt_smmu_access wrong[] = {
        {.offset = PAGE(0) + 16, .size = 4},      {.offset = PAGE(2), .size = 8},
        {.offset = PAGE(0) + PROD_AT, .size = 8}, {.offset = PAGE(0) + 2, .size = 4},
        {.offset = PAGE(0), .size = 2},           {.offset = UINT64_C(1) << 50, .size = 4},
    };
    uint64_t value;

    (void)state;
    begin();
    for (unsigned n = 0; n < 8; n++) {
        write_reg(&w, frame(n), 8, RING(n) | 3);
    }
    for (unsigned n = 0; n < 8; n++) {
        assert_int_equal(read_reg(&w, frame(n), 8), RING(n) | 3);
    }
    for (size_t n = 0; n < COUNT_OF(wrong); n++) {
        assert_int_equal(armvirt_smmu_read(w.smmu, &wrong[n], &value), ARMVIRT_FAULT);
        assert_int_equal(armvirt_smmu_write(w.smmu, &wrong[n], 1), ARMVIRT_FAULT);
    }
}

static void IHI0070_6_3_107_BASE_in_halves_and_its_mask(void **state)
{
    (void)state;
    begin();
    write_reg(&w, frame(1), 8, UINT64_MAX);
    assert_int_equal(read_reg(&w, frame(1), 8), UINT64_C(0x40ffffffffffffff));
    write_reg(&w, frame(1) + 4, 4, 0x12);
    write_reg(&w, frame(1), 4, 0x80000003);
    assert_int_equal(read_reg(&w, frame(1), 8), UINT64_C(0x1280000003));
}

static void IHI0070_3_5_6_2_ENACK_follows_EN(void **state)
{
    (void)state;
    begin();
    write_reg(&w, frame(2) + CONS_AT, 4, UINT32_MAX);
    assert_int_equal(cons(2), UINT64_C(0x078fffff));
    write_reg(&w, frame(2) + CONS_AT, 4, 0);
    enable(2, 2);
    assert_int_equal(cons(2), EN);
    write_reg(&w, frame(2) + BASE_AT, 8, 0); /* read-only now */
    write_reg(&w, frame(2) + CONS_AT, 4, 3);
    assert_int_equal(read_reg(&w, frame(2), 8), RING(2) | 2);
    assert_int_equal(cons(2), EN);
    write_reg(&w, frame(2) + PROD_AT, 4, 0);
    assert_int_equal(cons(2), 0);
}

static void IHI0070_6_3_49_without_the_feature_there_is_nothing(void **state)
{
    const struct armvirt_smmu_access ns = {.offset = 0x4000, .size = 8};
    uint64_t value;

    (void)state;
    begin();
    w.config.ecmdq_page = 16;
    w.config.id.idr[1] &= ~(uint32_t)ARMVIRT_SMMU_IDR1_ECMDQ;
    w.config.id.idr[6] = 0;
    ats_make(&w);
    assert_int_equal(armvirt_smmu_read(w.smmu, &ns, &value), ARMVIRT_FAULT);
}

/* ---- Commands ---------------------------------------------------------------------------------
 */

#define SYNC_IRQ (UINT64_C(0x46) | 1 << 12)

static void IHI0070_3_5_6_1_commands_are_consumed(void **state)
{
    (void)state;
    begin();
    enable(5, 1);
    put(5, 0, UINT64_C(5) << 32 | 0x40, VA(1));
    put(5, 1, SYNC_IRQ, 0);
    assert_false(armvirt_smmu_pending(w.smmu));
    write_reg(&w, frame(5) + PROD_AT, 4, EN | 2);
    assert_true(armvirt_smmu_pending(w.smmu));
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(5), EN | 2);
    assert_int_equal(w.invs, 1);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 1);
    put(5, 0, SYNC_IRQ, 0); /* the wrapped index */
    write_reg(&w, frame(5) + PROD_AT, 4, EN | 3);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 2);
}

static void queues_take_turns_within_a_budget(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < 8; n += 7) {
        enable(n, 2);
        for (unsigned slot = 0; slot < 4; slot++) {
            put(n, slot, SYNC_IRQ, 0);
        }
        write_reg(&w, frame(n) + PROD_AT, 4, EN | 4);
    }
    assert_int_equal(armvirt_smmu_run(w.smmu, 4), ARMVIRT_E_AGAIN);
    assert_int_equal(cons(0), EN | 2);
    assert_int_equal(cons(7), EN | 2);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 8);
}

static void IHI0070_3_5_6_3_an_error_stops_its_queue_alone(void **state)
{
    (void)state;
    begin();
    enable(0, 2);
    enable(1, 2);
    put(0, 0, 0xff, 0);
    put(0, 1, SYNC_IRQ, 0);
    put(1, 0, SYNC_IRQ, 0);
    write_reg(&w, frame(0) + PROD_AT, 4, EN | 2);
    write_reg(&w, frame(1) + PROD_AT, 4, EN | 1);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(0), EN | ERR | 1 << 24);
    assert_int_equal(read_reg(&w, GERROR, 4), CMDQP_ERR);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 1);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_GERROR], 1);
    put(0, 0, SYNC_IRQ, 0);
    write_reg(&w, frame(0) + PROD_AT, 4, EN | ERR | 2); /* acknowledged */
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(0) & 0xfffff, 2);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 3);
}

static void IHI0070_3_5_6_3_a_command_that_cannot_be_read(void **state)
{
    (void)state;
    begin();
    write_reg(&w, frame(3), 8, MEMORY | 2);
    write_reg(&w, frame(3) + PROD_AT, 4, EN | 1);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(3), EN | ERR | 2 << 24);
}

static void a_memory_that_asks_to_retry(void **state)
{
    (void)state;
    begin();
    enable(3, 2);
    put(3, 0, SYNC_IRQ, 0);
    write_reg(&w, frame(3) + PROD_AT, 4, EN | 1);
    w.retry_in = 1;
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_E_AGAIN);
    assert_true(armvirt_smmu_pending(w.smmu));
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(3), EN | 1);
}

static void a_queue_disabled_in_the_meantime_is_left_alone(void **state)
{
    (void)state;
    begin();
    enable(3, 2);
    put(3, 0, SYNC_IRQ, 0);
    write_reg(&w, frame(3) + PROD_AT, 4, EN | 1);
    write_reg(&w, frame(3) + PROD_AT, 4, 1);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(3), 0);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 0);
}

static void on_sev(void *ctx)
{
    struct ats_world *world = ctx;

    world->invs++;
}

static void IHI0070_3_5_6_1_a_queue_that_was_full_wakes(void **state)
{
    static const struct armvirt_smmu_ops waking = {.sev = on_sev}, silent = {0};
    const struct armvirt_smmu_ops *const ops[] = {&waking, &silent, NULL};

    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        begin();
        w.config.ops = ops[n % 3];
        w.config.id.idr[0] &= n == 3 ? ~(uint32_t)ARMVIRT_SMMU_IDR0_SEV : UINT32_MAX;
        ats_make(&w);
        enable(0, 1);
        put(0, 0, 0x46, 0);
        put(0, 1, 0x46, 0);
        write_reg(&w, frame(0) + PROD_AT, 4, EN | 2);
        write_reg(&w, frame(0) + PROD_AT, 4, EN | 2); /* in the list already */
        assert_int_equal(armvirt_smmu_run(w.smmu, 4), ARMVIRT_OK);
        assert_int_equal(w.invs, n == 0 ? 1 : 0);
    }
}

/* Two pages of 256 queues, Secure ones behind them. */
static void IHI0070_6_1_the_pages_of_all_interfaces(void **state)
{
    struct armvirt_smmu_access access = {
        .offset = 0xc000, .size = 8, .space = ARMVIRT_SPACE_SECURE};
    uint64_t value;

    (void)state;
    begin();
    w.config.ecmdq_page = 0x80;
    w.config.id.idr[6] = 1 << 24 | 8 << 16;
    w.config.id.s_idr[1] |= ARMVIRT_SMMU_S_IDR1_SECURE_IMPL;
    w.config.id.s_idr[0] |= ARMVIRT_SMMU_S_IDR0_ECMDQ;
    w.config.id.s_idr[6] = 9 << 24 | 15 << 16; /* more than there can be */
    assert_int_equal(armvirt_smmu_size(&w.config) > 65536 * 24, true);
    w.config.id.s_idr[6] = 0;
    ats_make(&w);
    assert_int_equal(armvirt_smmu_read(w.smmu, &access, &value), ARMVIRT_OK);
    assert_int_equal(value, 0x820003);
    access.offset = 0x820000;
    assert_int_equal(armvirt_smmu_write(w.smmu, &access, RING(0) | 2), ARMVIRT_OK);
    put(0, 0, SYNC_IRQ, 0);
    access =
        (struct armvirt_smmu_access){.offset = 0x820008, .size = 4, .space = ARMVIRT_SPACE_SECURE};
    assert_int_equal(armvirt_smmu_write(w.smmu, &access, EN | 1), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_run(w.smmu, 4), ARMVIRT_OK);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 1);
    access.space = ARMVIRT_SPACE_NONSECURE;
    assert_int_equal(armvirt_smmu_read(w.smmu, &access, &value), ARMVIRT_FAULT);
    assert_int_equal(read_reg(&w, 0x81ff00, 8), 0); /* the last Non-secure queue */
}

/* ---- Snapshots --------------------------------------------------------------------------------
 */

static void a_snapshot_keeps_the_queues(void **state)
{
    static uint8_t saved[64 * 1024], again[64 * 1024];
    size_t len, len2;

    (void)state;
    begin();
    enable(6, 2);
    put(6, 0, SYNC_IRQ, 0);
    write_reg(&w, frame(6) + PROD_AT, 4, EN | 1);
    assert_int_equal(armvirt_smmu_save(w.smmu, saved, sizeof(saved), &len), ARMVIRT_OK);
    armvirt_smmu_reset(w.smmu);
    assert_false(armvirt_smmu_pending(w.smmu));
    assert_int_equal(armvirt_smmu_load(w.smmu, saved, len), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_save(w.smmu, again, sizeof(again), &len2), ARMVIRT_OK);
    assert_int_equal(len, len2);
    assert_memory_equal(saved, again, len);
    assert_int_equal(armvirt_smmu_run(w.smmu, 8), ARMVIRT_OK);
    assert_int_equal(cons(6), EN | 1);
}

static void set32(uint8_t *p, uint32_t value)
{
    for (unsigned n = 0; n < 4; n++) {
        p[n] = (uint8_t)(value >> 8 * n);
    }
}

static void a_snapshot_with_impossible_values_is_refused(void **state)
{
    static const struct {
        unsigned at;
        uint32_t value;
        bool good;
    } tries[] = {
        {0, 0xffffffff, true},   {4, 0x80000000, false},  {8, 0x00000003, true},
        {8, 0x00100000, false},  {8, 0x80000000, false},  {12, 0x078fffff, true},
        {12, 0x80000000, false}, {12, 0x08000000, false},
    };
    uint8_t bytes[8 * 16];

    (void)state;
    begin();
    for (size_t n = 0; n < COUNT_OF(tries); n++) {
        struct armvirt_snapshot_section in = {.bytes = bytes, .left = sizeof(bytes), .version = 1};

        memset(bytes, 0, sizeof(bytes));
        set32(bytes + 7 * 16 + tries[n].at, tries[n].value);
        assert_int_equal(armvirt_smmu_ecmdq_is_good(w.smmu, in), tries[n].good);
        in.left -= 1;
        assert_false(armvirt_smmu_ecmdq_is_good(w.smmu, in));
        in.bytes = NULL;
        assert_false(armvirt_smmu_ecmdq_is_good(w.smmu, in));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_6_3_49_the_pages_are_described);
    SUITE_ADD(&suite, IHI0070_6_2_5_queues_are_spread_evenly);
    SUITE_ADD(&suite, IHI0070_6_3_107_BASE_in_halves_and_its_mask);
    SUITE_ADD(&suite, IHI0070_3_5_6_2_ENACK_follows_EN);
    SUITE_ADD(&suite, IHI0070_6_3_49_without_the_feature_there_is_nothing);
    SUITE_ADD(&suite, IHI0070_3_5_6_1_commands_are_consumed);
    SUITE_ADD(&suite, queues_take_turns_within_a_budget);
    SUITE_ADD(&suite, IHI0070_3_5_6_3_an_error_stops_its_queue_alone);
    SUITE_ADD(&suite, IHI0070_3_5_6_3_a_command_that_cannot_be_read);
    SUITE_ADD(&suite, a_memory_that_asks_to_retry);
    SUITE_ADD(&suite, a_queue_disabled_in_the_meantime_is_left_alone);
    SUITE_ADD(&suite, IHI0070_3_5_6_1_a_queue_that_was_full_wakes);
    SUITE_ADD(&suite, IHI0070_6_1_the_pages_of_all_interfaces);
    SUITE_ADD(&suite, a_snapshot_keeps_the_queues);
    SUITE_ADD(&suite, a_snapshot_with_impossible_values_is_refused);
    return suite_run(&suite, "enhanced command queues");
}
