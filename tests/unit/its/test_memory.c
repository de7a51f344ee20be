/* SPDX-License-Identifier: MIT */
/*
 * Memory that fails: every access of every command and message aborts once and asks to retry once.
 * After a retry all ends as if nothing had happened; an abort is reported and goes no further.
 */
#include "its_bench.h"

#define VPE(vpe) ((uint64_t)(vpe) << 32)

static const uint64_t script[][4] = {
    {DEV(ARMVIRT_ITS_MAPD, 1), 3, VALID | ITT, 0},
    {ARMVIRT_ITS_MAPC, 0, VALID | RD(1) | 3, 0},
    {ARMVIRT_ITS_MAPC, 0, VALID | RD(2) | 4, 0},
    {DEV(ARMVIRT_ITS_MAPTI, 1), UINT64_C(8200) << 32 | 2, 3, 0},
    {DEV(ARMVIRT_ITS_INT, 1), 2, 0, 0},
    {DEV(ARMVIRT_ITS_MOVI, 1), 2, 4, 0},
    {DEV(ARMVIRT_ITS_INT, 1), 2, 0, 0},
    {DEV(ARMVIRT_ITS_INV, 1), 2, 0, 0},
    {ARMVIRT_ITS_INVALL, 0, 4, 0},
    {ARMVIRT_ITS_MOVALL, 0, RD(1), RD(2)},
    {ARMVIRT_ITS_SYNC, 0, RD(1), 0},
    {DEV(ARMVIRT_ITS_DISCARD, 1), 2, 0, 0},
    {ARMVIRT_ITS_VMAPP | 0x300, VPE(5) | 1023, VALID | RD(1), 0x100000 | 15},
    {ARMVIRT_ITS_VMAPP | 0x300, VPE(6) | 1023, VALID | RD(2), 0x110000 | 15},
    {DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(9000) << 32 | 8200, 0},
    {DEV(ARMVIRT_ITS_INT, 1), 2, 0, 0},
    {DEV(ARMVIRT_ITS_VMOVI, 1), VPE(6) | 2, UINT64_C(9001) << 32 | 1, 0},
    {ARMVIRT_ITS_VMOVP, VPE(6), VALID | RD(3), 9005},
    {ARMVIRT_ITS_VINVALL, VPE(6), 0, 0},
    {DEV(ARMVIRT_ITS_CLEAR, 1), 2, 0, 0},
    {ARMVIRT_ITS_VMAPP | 0x100, VPE(6), 0, 0},
    {DEV(ARMVIRT_ITS_MAPD, 1), 0, 0, 0},
};

static struct {
    char log[sizeof(b.log)];
    uint8_t memory[MEMORY];
    unsigned accesses;
} undisturbed;

static void start(bool two_levels)
{
    const uint64_t l1[3] = {VALID | 0x120000, VALID | 0x130000, VALID | 0x140000};

    bench();
    if (!two_levels) {
        return;
    }
    put(CTLR, 4, 0);
    for (unsigned n = 0; n < 3; n++) {
        memcpy(b.memory + DEVICES + 0x10000 * n, &l1[n], 8);
        put(BASER + 8 * n, 8, get(BASER + 8 * n, 8) | ARMVIRT_GITS_BASERN_INDIRECT);
    }
    put(CTLR, 4, 1);
    b.accesses = 0;
}

static void queue_all(void)
{
    for (size_t i = 0; i < COUNT_OF(script); i++) {
        queue(script[i][0], script[i][1], script[i][2], script[i][3]);
    }
}

/* Run until nothing is left, and count how often memory asked to retry. */
static unsigned run_all(void)
{
    unsigned retries = 0;

    while (armvirt_its_step(b.its, 1000) == ARMVIRT_E_AGAIN) {
        retries++;
        assert_true(retries < 10);
    }
    return retries;
}

static void run_undisturbed(bool two_levels)
{
    start(two_levels);
    queue_all();
    assert_int_equal(run_all(), 0);
    assert_int_equal(b.errors, 0);
    memcpy(undisturbed.log, b.log, sizeof(b.log));
    memcpy(undisturbed.memory, b.memory, MEMORY);
    undisturbed.accesses = b.accesses;
    bench_drop();
}

static void every_access_retries_once(void **state)
{
    (void)state;
    for (unsigned two = 0; two < 2; two++) {
        run_undisturbed(two);
        for (unsigned at = 1; at <= undisturbed.accesses; at++) {
            start(two);
            b.fail_at = at;
            b.fail_as = ARMVIRT_BUS_RETRY;
            queue_all();
            assert_int_equal(run_all(), 1);
            assert_int_equal(b.errors, 0);
            assert_string_equal(b.log, undisturbed.log);
            assert_memory_equal(b.memory, undisturbed.memory, MEMORY);
            bench_drop();
        }
    }
}

static void every_access_aborts_once_and_stalls(void **state)
{
    (void)state;
    for (unsigned two = 0; two < 2; two++) {
        run_undisturbed(two);
        for (unsigned at = 1; at <= undisturbed.accesses; at++) {
            start(two);
            b.fail_at = at;
            b.fail_as = ARMVIRT_BUS_ABORT;
            queue_all();
            assert_int_equal(run_all(), 0);
            expect_error(0, ARMVIRT_ITS_ABORT);
            assert_true(b.error.stalled);
            assert_true(get(CREADR, 8) & 1);
            put(CWRITER, 8, b.cwriter | 1);
            assert_int_equal(run_all(), 0); /* it was an accident: all goes on */
            assert_string_equal(b.log, undisturbed.log);
            assert_memory_equal(b.memory, undisturbed.memory, MEMORY);
            bench_drop();
        }
    }
}

/* An event that is mapped stays as it is, even where its entry cannot be read at once. */
static void try_kept(const uint64_t mapping[4], const uint64_t other[4], unsigned at,
                     enum armvirt_bus bus)
{
    uint8_t before[64];

    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_KEEP_MAPPED;
    bench_make();
    bench_start();
    map_one();
    run(mapping[0], mapping[1], mapping[2], mapping[3]);
    expect_done();
    memcpy(before, b.memory + ITT, sizeof(before));
    b.accesses = 0;
    b.fail_at = at;
    b.fail_as = bus;
    queue(other[0], other[1], other[2], other[3]);
    assert_int_equal(run_all(), bus == ARMVIRT_BUS_RETRY);
    assert_int_equal(b.errors, bus == ARMVIRT_BUS_ABORT);
    assert_memory_equal(b.memory + ITT, before, sizeof(before));
    bench_drop();
}

static void rule63_a_mapped_event_that_is_kept_is_kept_by_failing_memory(void **state)
{
    static const uint64_t physical[2][4] = {
        {DEV(ARMVIRT_ITS_MAPTI, 1), UINT64_C(8201) << 32 | 3, 3, 0},
        {DEV(ARMVIRT_ITS_MAPTI, 1), UINT64_C(8300) << 32 | 3, 4, 0},
    };
    static const uint64_t virtual[2][4] = {
        {DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 3, UINT64_C(9000) << 32 | 8200, 0},
        {DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(6) | 3, UINT64_C(9001) << 32 | 8300, 0},
    };

    (void)state;
    for (unsigned at = 1; at <= 4; at++) { /* two of the command, device, event */
        for (unsigned bus = ARMVIRT_BUS_ABORT; bus <= ARMVIRT_BUS_RETRY; bus++) {
            try_kept(physical[0], physical[1], at, (enum armvirt_bus)bus);
            try_kept(virtual[0], virtual[1], at, (enum armvirt_bus)bus);
        }
    }
}

/* Tables that the guest wrote itself, in a layout with room for any address: what is asked of
 * memory and of the sink is aligned and possible. */
static void rule59_addresses_of_any_layout_are_aligned(void **state)
{
    struct armvirt_its_layout layout = armvirt_its_layout_own;
    struct armvirt_its_route route;
    const uint64_t crooked = UINT64_C(0xfff) << 52 | (ITT + 0x3f);

    (void)state;
    layout.dte_bytes = layout.vte_bytes = 16;
    layout.field[ARMVIRT_ITS_DTE_ITT] = (struct armvirt_its_field){UINT64_MAX, 1, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_VPT] = (struct armvirt_its_field){UINT64_MAX, 1, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_VCONF] = (struct armvirt_its_field){UINT64_MAX, 1, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_VPT_SIZE] =
        (struct armvirt_its_field){ARMVIRT_BITS(63, 40), 0, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_PE] = (struct armvirt_its_field){ARMVIRT_BITS(7, 1), 0, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_VALID] = (struct armvirt_its_field){1, 0, 0, 0, 0};
    layout.field[ARMVIRT_ITS_VTE_DOORBELL] = (struct armvirt_its_field){0};
    bench_config();
    b.config.layout = &layout;
    bench_make();
    bench_start();
    map_one();
    run(ARMVIRT_ITS_VMAPP | 0x300, VPE(5) | 1023, VALID | RD(1), 0x100000 | 15);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 3, UINT64_C(9000) << 32 | 8200, 0);
    memcpy(b.memory + DEVICES + 16 + 8, &crooked, 8);
    memcpy(b.memory + VPES + 5 * 16 + 8, &crooked, 8);
    armvirt_its_translate(b.its, 1, 3, &route);
    assert_int_equal(route.reason, ARMVIRT_ITS_NONE);
    assert_int_equal(route.itt_pa, ITT);
    assert_int_equal(route.vpe.vpt_pa, ITT & ~0xffff);
    assert_int_equal(route.vpe.config_pa, ITT & ~0xffff);
    memset(b.memory + VPES + 5 * 16 + 5, 0xff, 3); /* 2^24 bits of vINTID */
    armvirt_its_translate(b.its, 1, 3, &route);
    assert_int_equal(route.reason, ARMVIRT_ITS_VPT_SIZE);
    bench_drop();
}

static void a_message_meets_failing_memory(void **state)
{
    (void)state;
    start(true);
    map_one();
    b.accesses = 0;
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    assert_int_equal(b.accesses, 5); /* two for each table of two levels, one for the event */
    b.log[0] = '\0';
    for (unsigned at = 1; at <= 5; at++) {
        b.accesses = 0;
        b.fail_at = at;
        b.fail_as = ARMVIRT_BUS_ABORT;
        assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_FAULT);
        b.accesses = 0;
        b.fail_as = ARMVIRT_BUS_RETRY;
        assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_E_AGAIN);
    }
    expect_log("");
    b.fail_at = 0;
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    bench_drop();
}

/* The bound that the header promises: entries of 12 bytes, two levels of both tables. */
static void a_message_costs_at_most_eight_accesses(void **state)
{
    (void)state;
    bench_config();
    b.config.layout = &armvirt_its_layout_qemu;
    b.config.gits_typer &= ~(ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI);
    bench_make();
    bench_start();
    put(CTLR, 4, 0);
    for (unsigned n = 0; n < 2; n++) {
        const uint64_t l1 = VALID | (0x120000 + 0x10000 * n);

        memcpy(b.memory + DEVICES + 0x10000 * n, &l1, 8);
        put(BASER + 8 * n, 8, get(BASER + 8 * n, 8) | ARMVIRT_GITS_BASERN_INDIRECT);
    }
    put(CTLR, 4, 1);
    mapd(1, 4, ITT);
    mapc(3, 1);
    for (uint32_t event = 0; event < 16; event++) {
        mapti(1, event, 8200 + event, 3);
        b.accesses = 0;
        assert_int_equal(armvirt_its_msi(b.its, 1, event), ARMVIRT_OK);
        assert_true(b.accesses <= 7); /* and one of the LPI's configuration */
    }
    bench_drop();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_access_retries_once),
        cmocka_unit_test(every_access_aborts_once_and_stalls),
        cmocka_unit_test(rule63_a_mapped_event_that_is_kept_is_kept_by_failing_memory),
        cmocka_unit_test(rule59_addresses_of_any_layout_are_aligned),
        cmocka_unit_test(a_message_meets_failing_memory),
        cmocka_unit_test(a_message_costs_at_most_eight_accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
