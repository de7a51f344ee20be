/* SPDX-License-Identifier: MIT */
/* Looking without changing, configurations, registers and their widths, tables full of garbage. */
#include "its_bench.h"

#include "its/registers.h"

/* ---- Looking ------------------------------------------------------------------------------- */

static void a_translation_shows_every_entry(void **state)
{
    struct armvirt_its_route route;
    uint32_t pe;

    (void)state;
    bench();
    map_one();
    put(CTLR, 4, 0); /* also of an ITS that is off */
    assert_int_equal(armvirt_its_translate(b.its, 1, 2, &route), ARMVIRT_OK);
    assert_int_equal(route.steps, 3);
    assert_int_equal(route.step[0].kind, ARMVIRT_ITS_STEP_DEVICE);
    assert_int_equal(route.step[0].pa, DEVICES + 8);
    assert_int_equal(route.step[1].kind, ARMVIRT_ITS_STEP_EVENT);
    assert_int_equal(route.step[1].pa, ITT + 32);
    assert_int_equal(route.step[1].bytes, 16);
    assert_int_equal(route.step[2].kind, ARMVIRT_ITS_STEP_COLLECTION);
    assert_int_equal(route.step[2].pa, COLLECTIONS + 24);
    assert_true(route.physical);
    assert_int_equal(route.itt_pa, ITT);
    assert_int_equal(route.event_bits, 4);
    assert_int_equal(route.intid, 8200);
    assert_int_equal(route.icid, 3);
    assert_int_equal(route.pe, 1);
    assert_int_equal(armvirt_its_collection(b.its, 3, &pe), ARMVIRT_OK);
    assert_int_equal(pe, 1);
    assert_int_equal(armvirt_its_collection(b.its, 0x10000, &pe), ARMVIRT_FAULT);
    b.accesses = 0;
    b.fail_at = 1;
    b.fail_as = ARMVIRT_BUS_RETRY;
    assert_int_equal(armvirt_its_collection(b.its, 3, &pe), ARMVIRT_E_AGAIN);
    b.accesses = 0;
    assert_int_equal(armvirt_its_translate(b.its, 1, 2, &route), ARMVIRT_E_AGAIN);
    expect_log("");
    bench_drop();
}

static void collections_in_the_its_need_no_table(void **state)
{
    struct armvirt_its_route route;

    (void)state;
    bench_config();
    b.config.gits_typer |= ARMVIRT_PUT(ARMVIRT_GITS_TYPER_HCC, 4);
    bench_make();
    bench_start();
    put(CTLR, 4, 0);
    put(BASER + 8, 8, 0);
    put(CTLR, 4, 1);
    map_one();
    armvirt_its_translate(b.its, 1, 2, &route);
    assert_int_equal(route.reason, ARMVIRT_ITS_NONE);
    assert_int_equal(route.step[2].bytes, 0);
    mapc(4, 1);
    expect_error(0x010903, ARMVIRT_ITS_COLLECTION_RANGE);
    run(ARMVIRT_ITS_MAPC, 0, 3, 0);
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_COLLECTION_UNMAPPED);
    put(CTLR, 4, 0);
    put(BASER + 8, 8, VALID | COLLECTIONS);
    put(CTLR, 4, 1);
    mapc(4, 2); /* the first of the table */
    expect_done();
    assert_int_equal(b.memory[COLLECTIONS], 2);
    bench_drop();
}

static unsigned count_events(uint32_t budget)
{
    struct armvirt_its_cursor cursor = {0, 0};
    struct armvirt_its_route route;
    enum armvirt_status status;
    unsigned count = 0;

    while ((status = armvirt_its_next(b.its, &cursor, budget, &route)) != ARMVIRT_END) {
        count += status == ARMVIRT_OK;
    }
    return count;
}

static void all_events_are_listed_once(void **state)
{
    (void)state;
    bench();
    map_one();
    mapti(1, 15, 8201, 4); /* leads nowhere, and is listed all the same */
    mapd(7, 1, ITT2);
    mapti(7, 1, 8202, 3);
    mapd(8191, 4, ITT2 + 0x100);
    mapti(8191, 0, 8203, 3);
    b.memory[ITT + 16 * 9 + 7] = 0xc0; /* valid, of no possible LPI */
    for (uint32_t budget = 1; budget < 100000; budget *= 100) {
        assert_int_equal(count_events(budget), 5);
    }
    b.accesses = 0;
    b.fail_at = 20;
    b.fail_as = ARMVIRT_BUS_RETRY;
    assert_int_equal(count_events(100), 5);
    put(CTLR, 4, 0);
    put(BASER, 8, 0);
    assert_int_equal(count_events(100), 0);
    bench_drop();
}

static void a_missing_second_level_is_skipped(void **state)
{
    const uint64_t l1 = VALID | 0x100000;

    (void)state;
    bench();
    put(CTLR, 4, 0);
    put(BASER, 8, VALID | ARMVIRT_GITS_BASERN_INDIRECT | DEVICES | 0x200);
    memcpy(b.memory + DEVICES + 8, &l1, 8);
    put(CTLR, 4, 1);
    mapd(0x2001, 4, ITT);
    mapti(0x2001, 3, 8200, 3);
    expect_done();
    b.accesses = 0;
    assert_int_equal(count_events(100000), 1);
    assert_true(b.accesses < 3 * 0x2000);
    bench_drop();
}

static void rule59_no_mapping_is_made_where_the_second_level_is_missing(void **state)
{
    (void)state;
    bench();
    put(CTLR, 4, 0);
    for (uint32_t n = 0; n < 3; n++) {
        put(BASER + 8 * n, 8, get(BASER + 8 * n, 8) | ARMVIRT_GITS_BASERN_INDIRECT);
    }
    put(CTLR, 4, 1);
    mapd(1, 4, ITT);
    expect_error(0x010801, ARMVIRT_ITS_DEVICE_RANGE);
    mapc(3, 1);
    expect_error(0x010903, ARMVIRT_ITS_COLLECTION_RANGE);
    run(ARMVIRT_ITS_VMAPP, UINT64_C(5) << 32 | 1023, VALID | RD(1), 0x100000 | 15);
    expect_error(0x012911, ARMVIRT_ITS_VPE_RANGE);
    run(ARMVIRT_ITS_VINVALL, UINT64_C(5) << 32, 0, 0);
    expect_error(0x012d14, ARMVIRT_ITS_VPE_UNMAPPED);
    bench_drop();
}

/* ---- Garbage ------------------------------------------------------------------------------- */

static void garbage_in_tables_leads_nowhere(void **state)
{
    (void)state;
    bench();
    map_one();
    b.memory[ITT + 32] = 1; /* INTID below 8192 */
    b.memory[ITT + 33] = 0;
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_ENTRY_INVALID);
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_error(0x010310, ARMVIRT_ITS_ENTRY_INVALID);
    mapti(1, 2, 8200, 3);
    b.memory[COLLECTIONS + 24] = 0xff; /* PE 255 */
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_PE_RANGE);
    mapc(3, 1);
    b.memory[DEVICES + 8] = 0xff; /* 32 bits of EventID: no more than GITS_TYPER has */
    assert_int_equal(reason_of(1, 0xffff), ARMVIRT_ITS_EVENT_UNMAPPED);
    assert_int_equal(reason_of(1, 0x10000), ARMVIRT_ITS_EVENT_RANGE);
    memset(b.memory + DEVICES + 8, 0xff, 8); /* a table at the end of the address space */
    assert_int_equal(reason_of(1, 0), ARMVIRT_ITS_ABORT);
    assert_int_equal(reason_of(1, 0xffff), ARMVIRT_ITS_EVENT_UNMAPPED); /* and beyond: it wraps */
    bench_drop();
    bench_config();
    b.config.gits_typer &=
        ~(ARMVIRT_GITS_TYPER_VIRTUAL | ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI);
    bench_make();
    bench_start();
    map_one();
    b.memory[ITT + 39] = 0x80; /* a virtual interrupt where there are none */
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_ENTRY_INVALID);
    bench_drop();
}

/* ---- Registers ----------------------------------------------------------------------------- */

static void rows_are_the_register_map(void **state)
{
    static const struct {
        uint16_t offset;
        uint8_t bytes;
    } map[] = {{0x00, 4}, {0x04, 4}, {0x08, 8}, {0x10, 4}, {0x14, 4},   {0x40, 4},
               {0x48, 8}, {0x80, 8}, {0x88, 8}, {0x90, 8}, {0x100, 64}, {0xffd0, 48}};

    (void)state;
    assert_int_equal(armvirt_its_control_row_count, COUNT_OF(map));
    for (size_t i = 0; i < COUNT_OF(map); i++) {
        assert_int_equal(armvirt_its_control_rows[i].offset, map[i].offset);
        assert_int_equal(armvirt_its_control_rows[i].len, map[i].bytes);
    }
    assert_int_equal(
        armvirt_bank_first_bad_row(armvirt_its_control_rows, armvirt_its_control_row_count),
        armvirt_its_control_row_count);
    assert_int_equal(
        armvirt_bank_first_bad_row(armvirt_its_translation_rows, armvirt_its_translation_row_count),
        armvirt_its_translation_row_count);
    assert_int_equal(armvirt_bank_first_bad_row(armvirt_its_sgi_rows, armvirt_its_sgi_row_count),
                     armvirt_its_sgi_row_count);
}

static void identification_and_read_only_registers(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_mpamidr = 0x30005;
    bench_make();
    assert_int_equal(get(TYPER, 8), b.config.gits_typer | 0xf0);
    assert_int_equal(get(TYPER + 4, 4), b.config.gits_typer >> 32);
    assert_int_equal(get(4, 4), 0x43b);
    assert_int_equal(get(0x10, 4), 0x30005);
    assert_int_equal(get(0xffe8, 4), 0x4b);
    assert_int_equal(get(0xfff0, 4), 0x0d);
    for (uint32_t offset = 0; offset < 0x100; offset += 4) {
        struct armvirt_its_access a = {.offset = offset, .size = 4};
        bool writable = offset == 0x00 || (offset >= 0x80 && offset < 0x90);
        uint64_t before, after;

        if (armvirt_its_read(b.its, &a, &before) == ARMVIRT_OK && !writable) {
            armvirt_its_write(b.its, &a, ~before);
            armvirt_its_read(b.its, &a, &after);
            assert_int_equal(before, after);
        }
    }
    assert_int_equal(get(0x10040, 4), 0);
    bench_drop();
}

static void registers_in_halves(void **state)
{
    (void)state;
    bench_config();
    bench_make();
    put(CBASER, 4, 0x12340000 | 7);
    put(CBASER + 4, 4, 0x80000005);
    assert_int_equal(get(CBASER, 8), UINT64_C(0x8000000512340007));
    put(CWRITER, 4, 0x40);
    put(CWRITER + 4, 4, UINT32_MAX);
    assert_int_equal(get(CWRITER, 8), 0x40);
    put(BASER + 4, 4, 0x80000000);
    assert_int_equal(get(BASER + 4, 4), 0x81070000);
    bench_drop();
}

static void wrong_widths_and_places_are_recorded(void **state)
{
    struct armvirt_its_access a = {.offset = 0x20, .size = 4};
    uint64_t value = 1;

    (void)state;
    for (unsigned records = 0; records < 2; records++) {
        bench_config();
        b.config.options = records ? ARMVIRT_ITS_OPT_STATUSR : 0;
        bench_make();
        for (a.size = 0; a.size < 20; a.size++) {
            a.offset = 0x20;
            assert_int_equal(armvirt_its_read(b.its, &a, &value), ARMVIRT_FAULT);
            assert_int_equal(value, 0);
            a.offset = 0x30000;
            assert_int_equal(armvirt_its_write(b.its, &a, 0), ARMVIRT_FAULT);
        }
        a = (struct armvirt_its_access){.offset = CTLR, .size = 8};
        assert_int_equal(armvirt_its_read(b.its, &a, &value), ARMVIRT_FAULT);
        a = (struct armvirt_its_access){.offset = 0x10042, .size = 2};
        assert_int_equal(armvirt_its_write(b.its, &a, 0), ARMVIRT_FAULT);
        a = (struct armvirt_its_access){.offset = 0x10040, .size = 1};
        assert_int_equal(armvirt_its_write(b.its, &a, 0), ARMVIRT_FAULT);
        assert_int_equal(get(0x40, 4),
                         records ? ARMVIRT_GITS_STATUSR_RRD | ARMVIRT_GITS_STATUSR_WRD : 0);
        bench_drop();
    }
}

static void imde_and_partidr_by_configuration(void **state)
{
    (void)state;
    bench();
    put(CTLR, 4, 3);
    assert_int_equal(get(CTLR, 4) & 3, 1);
    put(0x14, 4, UINT32_MAX);
    assert_int_equal(get(0x14, 4), 0);
    bench_drop();
    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_IMDE;
    b.config.gits_typer |= ARMVIRT_GITS_TYPER_MPAM;
    bench_make();
    put(CTLR, 4, 3);
    assert_int_equal(get(CTLR, 4) & 3, 3);
    put(0x14, 4, UINT32_MAX);
    assert_int_equal(get(0x14, 4), 0xffffff);
    bench_drop();
}

static void large_pages_have_52_bits_of_address(void **state)
{
    struct armvirt_its_route route;

    (void)state;
    bench();
    put(CTLR, 4, 0);
    put(BASER, 8, VALID | 0x5000 | 0x200 | DEVICES);
    b.accesses = 0;
    armvirt_its_translate(b.its, 0, 0, &route);
    assert_int_equal(route.reason, ARMVIRT_ITS_ABORT);
    assert_int_equal(route.step[0].pa, UINT64_C(0x5000000000000) | DEVICES);
    bench_drop();
}

static void widths_of_identifiers_by_typer(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_typer &= ~ARMVIRT_GITS_TYPER_DEVBITS;
    b.config.gits_typer |= ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 3) | ARMVIRT_GITS_TYPER_CIL |
                           ARMVIRT_PUT(ARMVIRT_GITS_TYPER_CIDBITS, 2);
    b.config.vpe_bits = 3;
    bench_make();
    bench_start();
    mapd(16, 4, ITT);
    expect_error(0x010801, ARMVIRT_ITS_DEVICE_RANGE);
    mapd(15, 4, ITT);
    mapc(8, 1);
    expect_error(0x010903, ARMVIRT_ITS_COLLECTION_RANGE);
    mapti(15, 2, 8200, 8);
    expect_error(0x010a03, ARMVIRT_ITS_COLLECTION_RANGE);
    run(ARMVIRT_ITS_INVALL, 0, 8, 0);
    expect_error(0x010d03, ARMVIRT_ITS_COLLECTION_RANGE);
    run(ARMVIRT_ITS_VINVALL, UINT64_C(8) << 32, 0, 0);
    expect_error(0x012d11, ARMVIRT_ITS_VPE_RANGE);
    bench_drop();
}

/* ---- Configurations ------------------------------------------------------------------------ */

static void expect_refused(void)
{
    struct armvirt_its *its = NULL;
    static _Alignas(ARMVIRT_ITS_ALIGN) uint8_t storage[ARMVIRT_ITS_SIZE(0)];

    assert_int_equal(armvirt_its_size(&b.config), 0);
    assert_int_equal(armvirt_its_init(storage, sizeof(storage), &b.config, &its), ARMVIRT_E_INVAL);
    assert_null(its);
}

#define REFUSED(change)                                                                            \
    do {                                                                                           \
        bench_config();                                                                            \
        change;                                                                                    \
        expect_refused();                                                                          \
    } while (0)

static void configurations_that_contradict_themselves(void **state)
{
    static struct armvirt_lpi_ops no_virtual;
    static struct armvirt_its_layout layout;

    (void)state;
    no_virtual = bench_sink;
    no_virtual.vset = NULL;
    REFUSED(b.config.pes = 0);
    REFUSED(b.config.pes = 65536);
    REFUSED(b.config.lpi_bits = 13);
    REFUSED(b.config.lpi_bits = 25);
    REFUSED(b.config.vpe_bits = 17);
    REFUSED(b.config.space = 4);
    REFUSED(b.config.cache_log2 = 25);
    REFUSED(b.config.page_sizes = 8);
    REFUSED(b.config.mem.ops = NULL);
    REFUSED(b.config.sink.ops = NULL);
    REFUSED(b.config.sink.ops = &no_virtual);
    REFUSED(b.config.gits_typer &= ~ARMVIRT_GITS_TYPER_VIRTUAL);
    REFUSED(b.config.gits_typer |= ARMVIRT_GITS_TYPER_PTA);
    REFUSED(b.config.gits_typer |= ARMVIRT_GITS_TYPER_PTA; b.config.rd_bytes = 0x1000);
    REFUSED(b.config.gits_typer |= ARMVIRT_GITS_TYPER_PTA; b.config.rd_bytes = 0x10000;
            b.config.rdbase_pa = 0x1000);
    REFUSED(b.config.layout = &armvirt_its_layout_kvm); /* no vPEs */
    layout = armvirt_its_layout_own;
    layout.dte_bytes = 6;
    REFUSED(b.config.layout = &layout);
    layout.dte_bytes = 20;
    REFUSED(b.config.layout = &layout);
    layout.dte_bytes = 4;
    REFUSED(b.config.layout = &layout); /* fields beyond */
    layout = armvirt_its_layout_own;
    layout.field[ARMVIRT_ITS_ITE_INTID].mask = 5;
    REFUSED(b.config.layout = &layout);
    layout = armvirt_its_layout_own;
    layout.field[ARMVIRT_ITS_ITE_INTID].word = 2;
    REFUSED(b.config.layout = &layout);
    layout = armvirt_its_layout_own;
    layout.field[ARMVIRT_ITS_DTE_VALID].mask = 0;
    REFUSED(b.config.layout = &layout);
    layout = armvirt_its_layout_own;
    layout.vte_bytes = 3;
    REFUSED(b.config.layout = &layout);
    layout = armvirt_its_layout_own;
    layout.flags = ARMVIRT_ITS_LAYOUT_LIST; /* an element does not name its collection */
    REFUSED(b.config.layout = &layout);
}

static void storage_is_checked(void **state)
{
    static _Alignas(ARMVIRT_ITS_ALIGN) uint8_t storage[ARMVIRT_ITS_SIZE(8)];
    struct armvirt_its *its;
    size_t size;

    (void)state;
    for (uint32_t log2 = 0; log2 <= 8; log2++) {
        bench_config();
        b.config.cache_log2 = log2;
        size = armvirt_its_size(&b.config);
        assert_true(size <= ARMVIRT_ITS_SIZE(log2));
        assert_int_equal(armvirt_its_init(storage, size - 1, &b.config, &its), ARMVIRT_E_NOSPACE);
        assert_int_equal(armvirt_its_init(storage + 8, size, &b.config, &its), ARMVIRT_E_INVAL);
        assert_int_equal(armvirt_its_init(storage, size, &b.config, &its), ARMVIRT_OK);
    }
}

static void tables_by_configuration(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_baser[1] = ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, 4);
    b.config.gits_baser[3] =
        ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, 1) | ARMVIRT_GITS_BASERN_INDIRECT;
    b.config.gits_baser[4] =
        ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, 1); /* a second one is not there */
    b.config.gits_baser[5] = ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, 3);
    bench_make();
    for (uint32_t n = 0; n < 8; n++) {
        put(BASER + 8 * n, 8, UINT64_MAX);
    }
    assert_int_equal(get(BASER, 8), 0);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_GITS_BASERN_TYPE, get(BASER + 8, 8)), 4);
    assert_false(get(BASER + 8, 8) & ARMVIRT_GITS_BASERN_INDIRECT);
    assert_true(get(BASER + 24, 8) & ARMVIRT_GITS_BASERN_INDIRECT);
    assert_int_equal(get(BASER + 32, 8), 0);
    assert_int_equal(get(BASER + 40, 8), 0);
    bench_drop();
}

/* ---- Trace ---------------------------------------------------------------------- */

static unsigned traced[ARMVIRT_EV_COUNT];

static void on_event_traced(void *ctx, const struct armvirt_event *event)
{
    (void)ctx;
    traced[event->id]++;
}

static void commands_errors_and_messages_are_traced(void **state)
{
    static const struct armvirt_trace trace = {.event = on_event_traced, .mask = UINT64_MAX};

    (void)state;
    memset(traced, 0, sizeof(traced));
    bench_config();
    b.config.trace = &trace;
    b.config.cache_log2 = 4;
    bench_make();
    bench_start();
    map_one();
    on_event(ARMVIRT_ITS_INT, 1, 3);
    armvirt_its_msi(b.its, 1, 2);
    armvirt_its_msi(b.its, 1, 2);
    put(CTLR, 4, 0);
    armvirt_its_msi(b.its, 1, 2);
    assert_int_equal(traced[ARMVIRT_EV_ITS_COMMAND], 4);
    assert_int_equal(traced[ARMVIRT_EV_ITS_ERROR], 1);
    assert_int_equal(traced[ARMVIRT_EV_ITS_MSI], 3);
    bench_drop();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_translation_shows_every_entry),
        cmocka_unit_test(collections_in_the_its_need_no_table),
        cmocka_unit_test(all_events_are_listed_once),
        cmocka_unit_test(a_missing_second_level_is_skipped),
        cmocka_unit_test(rule59_no_mapping_is_made_where_the_second_level_is_missing),
        cmocka_unit_test(garbage_in_tables_leads_nowhere),
        cmocka_unit_test(rows_are_the_register_map),
        cmocka_unit_test(identification_and_read_only_registers),
        cmocka_unit_test(registers_in_halves),
        cmocka_unit_test(wrong_widths_and_places_are_recorded),
        cmocka_unit_test(imde_and_partidr_by_configuration),
        cmocka_unit_test(large_pages_have_52_bits_of_address),
        cmocka_unit_test(widths_of_identifiers_by_typer),
        cmocka_unit_test(configurations_that_contradict_themselves),
        cmocka_unit_test(storage_is_checked),
        cmocka_unit_test(tables_by_configuration),
        cmocka_unit_test(commands_errors_and_messages_are_traced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
