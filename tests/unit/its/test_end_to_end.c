/* SPDX-License-Identifier: MIT */
/*
 * From a device to a PE: the ITS of this library on its GIC. Several ITSes share the GIC; nothing
 * is lost when events move between PEs; a cache changes nothing but the cost.
 */
#include "with_gic.h"

static void start(uint32_t cache_log2)
{
    bench_config();
    make_gic(0, 0, 0);
    b.config.cache_log2 = cache_log2;
    b.config.gits_typer &=
        ~(ARMVIRT_GITS_TYPER_VIRTUAL | ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI);
    b.config.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, g.gic};
    bench_make();
    bench_start();
}

static void stop(void)
{
    bench_drop();
    drop_gic();
}

static void write_translater(uint32_t device, uint32_t event)
{
    struct armvirt_its_access a = {.offset = 0x10040, .size = 4, .device_id = device};

    assert_int_equal(armvirt_its_write(b.its, &a, event), ARMVIRT_OK);
}

/* The PE is signalled, takes the LPI and ends it. */
static void take(uint32_t pe, uint32_t intid)
{
    assert_int_equal(g.signals[pe], ARMVIRT_GIC_IRQ);
    assert_int_equal(mrs(pe, IAR1), intid);
    msr(pe, EOIR1, intid);
}

static void expect_quiet(void)
{
    for (uint32_t pe = 0; pe < PES; pe++) {
        assert_int_equal(g.signals[pe], 0);
        assert_int_equal(mrs(pe, IAR1), NONE);
    }
}

static void a_device_interrupts_a_pe_and_moves_to_another(void **state)
{
    (void)state;
    for (uint32_t cache = 0; cache < 8; cache += 4) {
        start(cache);
        map_one();
        mapc(4, 2);
        write_translater(1, 2);
        take(1, 8200);
        expect_quiet();
        write_translater(1, 2); /* pending when it moves */
        run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 4, 0);
        expect_done();
        assert_int_equal(g.signals[1], 0);
        take(2, 8200);
        write_translater(1, 2); /* and the next goes to the new PE */
        take(2, 8200);
        expect_quiet();
        stop();
    }
}

static void discard_and_clear_take_the_pending_state_away(void **state)
{
    (void)state;
    start(4);
    map_one();
    write_translater(1, 2);
    on_event(ARMVIRT_ITS_CLEAR, 1, 2);
    expect_quiet();
    write_translater(1, 2);
    on_event(ARMVIRT_ITS_DISCARD, 1, 2);
    expect_quiet();
    write_translater(1, 2);
    expect_quiet();
    stop();
}

static void movall_takes_all_along_and_inv_reads_the_configuration(void **state)
{
    (void)state;
    start(4);
    map_one();
    mapti(1, 3, 8201, 3);
    write_translater(1, 2);
    write_translater(1, 3);
    run(ARMVIRT_ITS_MOVALL, 0, RD(1), RD(3));
    take(3, 8200);
    take(3, 8201);
    b.memory[CONFIG + 8] = 0xa0; /* LPI 8200 disabled */
    on_event(ARMVIRT_ITS_INV, 1, 2);
    write_translater(1, 2);
    expect_quiet();
    b.memory[CONFIG + 8] = 0xa1;
    run(ARMVIRT_ITS_INVALL, 0, 3, 0);
    queue(ARMVIRT_ITS_SYNC, 0, RD(1), 0);
    while (armvirt_its_step(b.its, 1) == ARMVIRT_E_AGAIN) { /* SYNC waits for the GIC */
        armvirt_gic_step(g.gic, 1);
    }
    take(1, 8200);
    expect_quiet();
    stop();
}

/* Random messages and moves: a message is taken once, or merges with one that is still pending. */
static void nothing_is_lost_and_nothing_comes_twice(void **state)
{
    uint32_t at[16] = {0}, seed = 1;
    bool pending[16] = {false};

    (void)state;
    start(4);
    mapd(1, 4, ITT);
    for (uint32_t pe = 0; pe < PES; pe++) {
        mapc(pe, pe);
    }
    for (uint32_t event = 0; event < 16; event++) {
        mapti(1, event, 8192 + event, 0);
    }
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t event, to;

        seed = seed * 1103515245 + 12345;
        event = seed >> 16 & 15;
        to = seed >> 20 & 3;
        switch (seed >> 22 & 3) {
        case 0:
            run(DEV(ARMVIRT_ITS_MOVI, 1), event, to, 0);
            at[event] = to;
            break;
        case 1:
            if (g.signals[to] & ARMVIRT_GIC_IRQ) {
                uint32_t taken = (uint32_t)mrs(to, IAR1) - 8192;

                assert_true(taken < 16 && pending[taken]);
                assert_int_equal(at[taken], to);
                pending[taken] = false;
                msr(to, EOIR1, 8192 + taken);
            }
            break;
        default:
            write_translater(1, event);
            pending[event] = true;
            break;
        }
    }
    for (uint32_t event = 0; event < 16; event++) {
        if (pending[event]) {
            on_event(ARMVIRT_ITS_CLEAR, 1, event);
        }
    }
    expect_quiet();
    stop();
}

static void two_itses_share_a_gic(void **state)
{
    struct armvirt_its *first;
    void *storage;

    (void)state;
    start(0);
    map_one();
    first = b.its;
    storage = b.storage;
    bench_make(); /* another one, with tables and queue of its own */
    put(BASER, 8, VALID | 0x100000 | 0x200);
    put(BASER + 8, 8, VALID | 0x110000 | 0x200);
    put(CBASER, 8, VALID | QUEUE | 15);
    put(CTLR, 4, 1);
    b.cwriter = 0;
    mapd(1, 4, ITT2);
    mapc(3, 2);
    mapti(1, 2, 8300, 3);
    expect_done();
    write_translater(1, 2);
    armvirt_its_msi(first, 1, 2);
    take(2, 8300);
    take(1, 8200);
    expect_quiet();
    free(storage);
    stop();
}

/* ---- The cache ----------------------------------------------------------------------------- */

static uint64_t random_word(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* One of the commands that change where events go, on few identifiers. */
static void random_command(uint64_t *seed)
{
    uint64_t device = random_word(seed) % 3, event = random_word(seed) % 4;
    uint64_t icid = random_word(seed) % 3, pe = random_word(seed) % PES;
    uint64_t valid = random_word(seed) % 4 != 0 ? VALID : 0;

    switch (random_word(seed) % 6) {
    case 0:
        run(DEV(ARMVIRT_ITS_MAPD, device), 1 + random_word(seed) % 2,
            valid | (ITT + 0x100 * device), 0);
        break;
    case 1:
        run(ARMVIRT_ITS_MAPC, 0, valid | RD(pe) | icid, 0);
        break;
    case 2:
        run(DEV(ARMVIRT_ITS_MOVI, device), event, icid, 0);
        break;
    case 3:
        run(DEV(ARMVIRT_ITS_DISCARD, device), event, 0, 0);
        break;
    default:
        run(DEV(ARMVIRT_ITS_MAPTI, device), (8192 + 16 * device + event + icid) << 32 | event, icid,
            0);
        break;
    }
}

/* All events, several times so that the cache is asked. */
static void try_all_messages(void)
{
    for (unsigned again = 0; again < 2; again++) {
        for (uint32_t device = 0; device < 3; device++) {
            for (uint32_t event = 0; event < 4; event++) {
                armvirt_its_msi(b.its, device, event);
            }
        }
    }
}

static void the_cache_changes_nothing(void **state)
{
    static const uint32_t sizes[] = {1, 2, 4, 10};

    (void)state;
    for (size_t size = 0; size < COUNT_OF(sizes); size++) {
        for (uint64_t first = 1; first < 40; first++) {
            char want[60][sizeof(b.log)];

            for (unsigned cached = 0; cached < 2; cached++) {
                uint64_t seed = first;

                bench_config();
                b.config.cache_log2 = cached ? sizes[size] : 0;
                bench_make();
                bench_start();
                for (unsigned i = 0; i < 60; i++) {
                    random_command(&seed);
                    b.log[0] = '\0';
                    try_all_messages();
                    if (cached) {
                        assert_string_equal(b.log, want[i]);
                    }
                    memcpy(want[i], b.log, sizeof(b.log));
                }
                bench_drop();
            }
        }
    }
}

static void a_hit_reads_no_memory(void **state)
{
    (void)state;
    bench_config();
    b.config.cache_log2 = 4;
    bench_make();
    bench_start();
    map_one();
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    b.accesses = 0;
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    assert_int_equal(b.accesses, 0);
    on_event(ARMVIRT_ITS_INT, 1, 2);
    assert_int_equal(b.accesses, 2); /* the command alone */
    put(CTLR, 4, 0);
    put(CTLR, 4, 1);
    b.accesses = 0;
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    assert_int_equal(b.accesses, 3);
    bench_drop();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_interrupts_a_pe_and_moves_to_another),
        cmocka_unit_test(discard_and_clear_take_the_pending_state_away),
        cmocka_unit_test(movall_takes_all_along_and_inv_reads_the_configuration),
        cmocka_unit_test(nothing_is_lost_and_nothing_comes_twice),
        cmocka_unit_test(two_itses_share_a_gic),
        cmocka_unit_test(the_cache_changes_nothing),
        cmocka_unit_test(a_hit_reads_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
