/* SPDX-License-Identifier: MIT */
/* Tables in the form in which KVM saves them (ABI revision 0), and snapshots. */
#include "its_bench.h"

#include "base/bits.h"
#include "base/snapshot.h"

static void kvm(void)
{
    bench_config();
    b.config.gits_typer = ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 15) |
                          ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, 15) | 1;
    b.config.layout = &armvirt_its_layout_kvm;
    bench_make();
    bench_start();
}

static uint64_t word_at(uint64_t pa)
{
    uint64_t value;

    memcpy(&value, b.memory + pa, 8);
    return value;
}

static void set_word(uint64_t pa, uint64_t value)
{
    memcpy(b.memory + pa, &value, 8);
}

static enum armvirt_status save_all(uint32_t budget)
{
    struct armvirt_its_tables tables = {.phase = 0};
    enum armvirt_status status;

    do {
        status = armvirt_its_tables_save(b.its, &tables, budget);
    } while (status == ARMVIRT_E_AGAIN);
    return status;
}

static enum armvirt_status load_all(uint32_t budget)
{
    struct armvirt_its_tables tables = {.phase = 0};
    enum armvirt_status status;

    do {
        status = armvirt_its_tables_load(b.its, &tables, budget);
    } while (status == ARMVIRT_E_AGAIN);
    return status;
}

/* Devices 2, 7 and 0x5000; events 1, 3 and 15 of device 7; collections 9, 4 and 0. */
static void map_some(void)
{
    mapd(2, 4, ITT2);
    mapd(7, 4, ITT);
    mapd(0x1f00, 1, ITT2 + 0x1000);
    mapc(9, 3);
    mapc(4, 1);
    mapc(0, 2);
    mapti(7, 1, 8193, 9);
    mapti(7, 3, 8195, 4);
    mapti(7, 15, 8199, 0);
    expect_done();
}

static void expect_some(void)
{
    armvirt_its_msi(b.its, 7, 1);
    armvirt_its_msi(b.its, 7, 3);
    armvirt_its_msi(b.its, 7, 15);
    expect_log("set 3 8193\nset 1 8195\nset 2 8199\n");
}

static void saved_tables_are_those_of_kvm(void **state)
{
    (void)state;
    for (uint32_t budget = 1; budget < 100000; budget *= 10) {
        kvm();
        map_some();
        put(CTLR, 4, 0);
        assert_int_equal(save_all(budget), ARMVIRT_OK);
        assert_int_equal(word_at(DEVICES + 8 * 2), VALID | UINT64_C(5) << 49 | ITT2 >> 3 | 3);
        assert_int_equal(word_at(DEVICES + 8 * 7), VALID | UINT64_C(0x1ef9) << 49 | ITT >> 3 | 3);
        assert_int_equal(word_at(DEVICES + 8 * 0x1f00), VALID | (ITT2 + 0x1000) >> 3);
        assert_int_equal(word_at(ITT + 8), UINT64_C(2) << 48 | UINT64_C(8193) << 16 | 9);
        assert_int_equal(word_at(ITT + 24), UINT64_C(12) << 48 | UINT64_C(8195) << 16 | 4);
        assert_int_equal(word_at(ITT + 120), UINT64_C(8199) << 16);
        assert_int_equal(word_at(COLLECTIONS), VALID | UINT64_C(2) << 16);
        assert_int_equal(word_at(COLLECTIONS + 8), VALID | UINT64_C(1) << 16 | 4);
        assert_int_equal(word_at(COLLECTIONS + 16), VALID | UINT64_C(3) << 16 | 9);
        assert_int_equal(word_at(COLLECTIONS + 24), 0);
        assert_int_equal(load_all(budget), ARMVIRT_OK);
        put(CTLR, 4, 1);
        expect_some();
        bench_drop();
    }
}

/* The distance to the next device does not fit its field: it says as much as it can. */
static void a_distance_is_capped(void **state)
{
    (void)state;
    kvm();
    put(CTLR, 4, 0);
    put(BASER, 8, VALID | ARMVIRT_GITS_BASERN_INDIRECT | DEVICES | 0x200);
    set_word(DEVICES, VALID | 0x100000);
    set_word(DEVICES + 8 * 7, VALID | 0x110000);
    put(CTLR, 4, 1);
    mapd(5, 4, ITT);
    mapd(0xe123, 4, ITT2);
    expect_done();
    put(CTLR, 4, 0);
    assert_int_equal(save_all(1000), ARMVIRT_OK);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ITS_KVM_DTE_NEXT, word_at(0x100000 + 8 * 5)), 0x3fff);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ITS_KVM_DTE_NEXT, word_at(0x110000 + 8 * 0x123)), 0);
    bench_drop();
}

/* A list in any order, with old elements after its end, is taken over. */
static void a_saved_list_is_taken_over(void **state)
{
    static const uint16_t icids[] = {3, 0, 5, 1, 2, 9, 4};

    (void)state;
    for (uint32_t budget = 1; budget < 100000; budget *= 10) {
        kvm();
        put(CTLR, 4, 0);
        for (size_t i = 0; i < COUNT_OF(icids); i++) {
            set_word(COLLECTIONS + 8 * i, VALID | (uint64_t)(icids[i] % 4) << 16 | icids[i]);
        }
        set_word(COLLECTIONS + 8 * 8, VALID | 7); /* beyond the end */
        assert_int_equal(load_all(budget), ARMVIRT_OK);
        for (uint32_t icid = 0; icid < 20; icid++) {
            uint32_t pe = 99;
            bool mapped = icid < 6 || icid == 9;

            assert_int_equal(armvirt_its_collection(b.its, icid, &pe),
                             mapped ? ARMVIRT_OK : ARMVIRT_FAULT);
            assert_int_equal(pe, mapped ? icid % 4 : 0);
        }
        bench_drop();
    }
}

static void a_broken_list_is_refused(void **state)
{
    (void)state;
    kvm();
    put(CTLR, 4, 0);
    set_word(COLLECTIONS, VALID | 3);
    set_word(COLLECTIONS + 8, VALID | 3); /* twice */
    assert_int_equal(load_all(100), ARMVIRT_E_FORMAT);
    set_word(COLLECTIONS, VALID | 0x2000); /* beyond the table */
    set_word(COLLECTIONS + 8, 0);
    assert_int_equal(load_all(100), ARMVIRT_E_FORMAT);
    put(CTLR, 4, 1);
    assert_int_equal(load_all(100), ARMVIRT_E_BUSY);
    assert_int_equal(save_all(100), ARMVIRT_E_BUSY);
    bench_drop();
}

static void run_tables(bool load, enum armvirt_bus as)
{
    struct armvirt_its_tables tables = {.phase = 0};
    enum armvirt_status status;
    unsigned total;

    kvm();
    map_some();
    put(CTLR, 4, 0);
    assert_int_equal(load ? save_all(UINT32_MAX) : ARMVIRT_OK, ARMVIRT_OK);
    b.accesses = 0;
    assert_int_equal(load ? load_all(UINT32_MAX) : save_all(UINT32_MAX), ARMVIRT_OK);
    total = b.accesses;
    bench_drop();
    for (unsigned at = 1; at <= total; at += at < 200 ? 1 : 1 + total / 200) {
        kvm();
        map_some();
        put(CTLR, 4, 0);
        if (load) {
            assert_int_equal(save_all(UINT32_MAX), ARMVIRT_OK);
        }
        b.accesses = 0;
        b.fail_at = at;
        b.fail_as = as;
        tables = (struct armvirt_its_tables){.phase = 0};
        status = load ? armvirt_its_tables_load(b.its, &tables, UINT32_MAX)
                      : armvirt_its_tables_save(b.its, &tables, UINT32_MAX);
        if (b.accesses >= at) {
            assert_int_equal(status, as == ARMVIRT_BUS_RETRY ? ARMVIRT_E_AGAIN : ARMVIRT_FAULT);
            status = load ? armvirt_its_tables_load(b.its, &tables, UINT32_MAX)
                          : armvirt_its_tables_save(b.its, &tables, UINT32_MAX);
        }
        assert_int_equal(status, ARMVIRT_OK);
        if (!load) {
            assert_int_equal(load_all(UINT32_MAX), ARMVIRT_OK);
        }
        put(CTLR, 4, 1);
        expect_some();
        bench_drop();
    }
}

static void saving_and_taking_over_survive_failing_memory(void **state)
{
    (void)state;
    run_tables(false, ARMVIRT_BUS_RETRY);
    run_tables(false, ARMVIRT_BUS_ABORT);
    run_tables(true, ARMVIRT_BUS_RETRY);
    run_tables(true, ARMVIRT_BUS_ABORT);
}

/* A layout that chains devices alone, and one that chains events alone. */
static void chains_by_layout(void **state)
{
    (void)state;
    for (unsigned without = 0; without < 2; without++) {
        struct armvirt_its_layout layout = armvirt_its_layout_kvm;

        layout.field[without ? ARMVIRT_ITS_DTE_NEXT : ARMVIRT_ITS_ITE_NEXT].mask = 0;
        bench_config();
        b.config.gits_typer = ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 15) |
                              ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, 15) | 1;
        b.config.layout = &layout;
        bench_make();
        bench_start();
        map_some();
        put(CTLR, 4, 0);
        assert_int_equal(save_all(100), ARMVIRT_OK);
        assert_int_equal(ARMVIRT_GET(ARMVIRT_ITS_KVM_DTE_NEXT, word_at(DEVICES + 16)),
                         without ? 0 : 5);
        assert_int_equal(word_at(ITT + 8) >> 48, without ? 2 : 0);
        assert_int_equal(load_all(100), ARMVIRT_OK);
        put(CTLR, 4, 1);
        expect_some();
        bench_drop();
    }
}

static void a_list_of_two_levels(void **state)
{
    uint32_t pe;

    (void)state;
    kvm();
    put(CTLR, 4, 0);
    put(BASER + 8, 8, VALID | ARMVIRT_GITS_BASERN_INDIRECT | COLLECTIONS | 0x200);
    set_word(COLLECTIONS + 8, VALID | 0x100000); /* the second page alone */
    put(CTLR, 4, 1);
    mapc(0x2003, 2);
    expect_done();
    put(CTLR, 4, 0);
    assert_int_equal(save_all(1000), ARMVIRT_E_FORMAT); /* no room where the list begins */
    set_word(COLLECTIONS, VALID | 0x110000);
    assert_int_equal(save_all(1000), ARMVIRT_OK);
    assert_int_equal(word_at(0x110000), VALID | UINT64_C(2) << 16 | 0x2003);
    assert_int_equal(word_at(0x100000 + 24), 0);
    assert_int_equal(load_all(1000), ARMVIRT_OK);
    assert_int_equal(armvirt_its_collection(b.its, 0x2003, &pe), ARMVIRT_OK);
    bench_drop();
}

static void other_layouts_have_nothing_to_complete(void **state)
{
    uint8_t *before = malloc(MEMORY);

    (void)state;
    bench();
    map_one();
    put(CTLR, 4, 0);
    memcpy(before, b.memory, MEMORY);
    assert_int_equal(save_all(1000), ARMVIRT_OK);
    assert_int_equal(load_all(1000), ARMVIRT_OK);
    assert_memory_equal(b.memory, before, MEMORY);
    free(before);
    bench_drop();
}

/* ---- Snapshots ----------------------------------------------------------------------------- */

static void full(void)
{
    bench_config();
    b.config.gits_typer |=
        ARMVIRT_PUT(ARMVIRT_GITS_TYPER_HCC, 8) | ARMVIRT_GITS_TYPER_MPAM | ARMVIRT_GITS_TYPER_UMSI;
    b.config.gits_typer &= ~ARMVIRT_GITS_TYPER_VMOVP;
    b.config.cache_log2 = 6;
    b.config.options = ARMVIRT_ITS_OPT_STALL | ARMVIRT_ITS_OPT_IMDE;
    bench_make();
    bench_start();
}

static void a_snapshot_is_the_whole_state(void **state)
{
    uint8_t bytes[512], again[512];
    size_t len, size;

    (void)state;
    full();
    put(0x14, 4, 0x50007);
    map_one();
    armvirt_its_msi(b.its, 9, 9);
    on_event(ARMVIRT_ITS_INT, 1, 3);
    assert_int_equal(armvirt_its_save(b.its, NULL, 0, &size), ARMVIRT_E_NOSPACE);
    assert_int_equal(armvirt_its_save(b.its, bytes, sizeof(bytes), &len), ARMVIRT_OK);
    assert_int_equal(len, size);
    armvirt_its_reset(b.its);
    assert_int_equal(get(CREADR, 8), 0);
    assert_int_equal(armvirt_its_load(b.its, bytes, len), ARMVIRT_OK);
    assert_int_equal(armvirt_its_save(b.its, again, sizeof(again), &size), ARMVIRT_OK);
    assert_memory_equal(bytes, again, len);
    assert_int_equal(get(CREADR, 8), 0x61);
    assert_int_equal(get(0x14, 4), 0x50007);
    assert_int_equal(get(0x48, 8), UINT64_C(9) << 32 | 9);
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    expect_log("set 1 8200\n");
    bench_drop();
}

/* No byte can change unnoticed, and none can do harm whose checksum was made anew. */
static void a_damaged_snapshot_changes_nothing(void **state)
{
    uint8_t bytes[512], damaged[512], now[512];
    size_t len, size;

    (void)state;
    full();
    map_one();
    armvirt_its_save(b.its, bytes, sizeof(bytes), &len);
    for (size_t i = 0; i < len; i++) {
        memcpy(damaged, bytes, len);
        damaged[i] ^= 0x80;
        assert_int_equal(armvirt_its_load(b.its, damaged, len), ARMVIRT_E_FORMAT);
        assert_int_equal(armvirt_its_load(b.its, bytes, i), ARMVIRT_E_FORMAT);
    }
    armvirt_its_save(b.its, now, sizeof(now), &size);
    assert_memory_equal(bytes, now, len);
    bench_drop();
}

/* With a checksum made anew, a value is either one that the ITS can have or refused. */
static void values_that_cannot_be_are_refused(void **state)
{
    uint8_t bytes[512], changed[512], now[512];
    unsigned refused = 0, taken = 0;
    size_t len, size;

    (void)state;
    full();
    map_one();
    armvirt_its_save(b.its, bytes, sizeof(bytes), &len);
    for (size_t bit = 0; bit < 8 * (len - 16); bit++) {
        memcpy(changed, bytes, len);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        armvirt_store_le32(changed + len - 4, armvirt_crc32(changed, len - 4));
        if (armvirt_its_load(b.its, changed, len) == ARMVIRT_OK) {
            taken++;
            armvirt_its_save(b.its, now, sizeof(now), &size);
            assert_int_equal(armvirt_its_load(b.its, now, size), ARMVIRT_OK);
            armvirt_its_step(b.its, 3);
            armvirt_its_msi(b.its, 1, 2);
            b.log[0] = '\0';
            assert_int_equal(armvirt_its_load(b.its, bytes, len), ARMVIRT_OK);
        } else {
            refused++;
        }
        armvirt_its_save(b.its, now, sizeof(now), &size);
        assert_memory_equal(bytes, now, len);
    }
    assert_true(refused > taken && taken > 100);
    bench_drop();
}

static void a_snapshot_of_another_configuration_is_refused(void **state)
{
    uint8_t bytes[512];
    size_t len;

    (void)state;
    full();
    armvirt_its_save(b.its, bytes, sizeof(bytes), &len);
    bench_drop();
    bench();
    assert_int_equal(armvirt_its_load(b.its, bytes, len), ARMVIRT_E_FORMAT);
    bench_drop();
    bench_config();
    b.config.pes = 3;
    bench_make();
    assert_int_equal(armvirt_its_load(b.its, bytes, len), ARMVIRT_E_FORMAT);
    bench_drop();
}

/* ---- Golden files -------------------------------------------------------------------------- */

static const char golden_file[] = GOLDEN_DIR "/its-0.1.snapshot";

/* A stalled queue, MSIs that were not mapped, a collection in the ITS. */
static void golden_state(void)
{
    full();
    put(0x14, 4, 0x50007);
    map_one();
    armvirt_its_msi(b.its, 9, 9);
    armvirt_its_msi(b.its, 9, 10);
    on_event(ARMVIRT_ITS_INT, 1, 3);
}

/* Snapshots of releases load for ever, and equal state gives equal bytes. */
static void the_golden_file_loads_for_ever(void **state)
{
    uint8_t golden[512], now[512];
    FILE *file = fopen(golden_file, "rb");
    size_t len, saved;

    (void)state;
    assert_non_null(file);
    len = fread(golden, 1, sizeof(golden), file);
    fclose(file);
    golden_state();
    assert_int_equal(armvirt_its_save(b.its, now, sizeof(now), &saved), ARMVIRT_OK);
    assert_int_equal(len, saved);
    assert_memory_equal(now, golden, len);
    bench_drop();
    full();
    assert_int_equal(armvirt_its_load(b.its, golden, len), ARMVIRT_OK);
    assert_int_equal(get(CREADR, 8), 0x61);
    assert_int_equal(get(0x48, 8), UINT64_C(9) << 32 | 9);
    bench_drop();
}

static int write_golden(const char *name)
{
    uint8_t bytes[512];
    FILE *file = fopen(name, "wb");
    size_t len = 0;

    golden_state();
    return file != NULL && armvirt_its_save(b.its, bytes, sizeof(bytes), &len) == ARMVIRT_OK &&
                   fwrite(bytes, 1, len, file) == len && fclose(file) == 0
               ? 0
               : 1;
}

/* With the name of a file as argument: write the snapshot of today. */
int main(int argc, char **argv)
{
    if (argc > 1) {
        return write_golden(argv[1]);
    }

    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_tables_are_those_of_kvm),
        cmocka_unit_test(a_distance_is_capped),
        cmocka_unit_test(a_saved_list_is_taken_over),
        cmocka_unit_test(a_broken_list_is_refused),
        cmocka_unit_test(saving_and_taking_over_survive_failing_memory),
        cmocka_unit_test(chains_by_layout),
        cmocka_unit_test(a_list_of_two_levels),
        cmocka_unit_test(other_layouts_have_nothing_to_complete),
        cmocka_unit_test(a_snapshot_is_the_whole_state),
        cmocka_unit_test(a_damaged_snapshot_changes_nothing),
        cmocka_unit_test(the_golden_file_loads_for_ever),
        cmocka_unit_test(values_that_cannot_be_are_refused),
        cmocka_unit_test(a_snapshot_of_another_configuration_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
