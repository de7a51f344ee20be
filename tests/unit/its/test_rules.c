/* SPDX-License-Identifier: MIT */
/* Rules 54 to 70: the queue, the tables, MSIs, commands on physical LPIs (IHI0069 5.2, 5.3). */
#include "its_bench.h"

static void rule54_commands_and_messages_wait_for_enabled(void **state)
{
    (void)state;
    bench();
    map_one();
    put(CTLR, 4, 0);
    assert_int_equal(get(CTLR, 4), ARMVIRT_GITS_CTLR_QUIESCENT);
    queue(DEV(ARMVIRT_ITS_INT, 1), 2, 0, 0);
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_FAULT);
    expect_log("");
    put(CTLR, 4, 1);
    assert_int_equal(get(CTLR, 4), ARMVIRT_GITS_CTLR_ENABLED); /* work is left */
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    assert_int_equal(get(CTLR, 4), ARMVIRT_GITS_CTLR_ENABLED | ARMVIRT_GITS_CTLR_QUIESCENT);
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    expect_log("set 1 8200\nset 1 8200\n");
    bench_drop();
}

static void rule55_cbaser_clears_creadr_and_is_locked_while_enabled(void **state)
{
    (void)state;
    bench();
    map_one();
    put(CBASER, 8, 0);
    assert_int_equal(get(CBASER, 8), VALID | 15);
    put(BASER, 8, 0);
    assert_true(get(BASER, 8) & VALID);
    put(CTLR, 4, 0);
    assert_int_equal(get(CREADR, 8), 0x60);
    put(CBASER, 8, UINT64_MAX);
    assert_int_equal(get(CBASER, 8), ~ARMVIRT_GITS_CBASER_RES0);
    assert_int_equal(get(CREADR, 8), 0);
    assert_int_equal(get(CWRITER, 8), 0x60);
    bench_drop();
    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_CLEAR_CWRITER;
    bench_make();
    put(CWRITER, 8, 0x60);
    put(CBASER, 8, 0);
    assert_int_equal(get(CWRITER, 8), 0);
    bench_drop();
}

static void rule56_the_queue_wraps_and_an_offset_beyond_it_waits(void **state)
{
    (void)state;
    bench();
    for (unsigned i = 0; i < 0x10000 / 32 + 3; i++) {
        run(ARMVIRT_ITS_SYNC, 0, RD(1), 0);
        b.log[0] = '\0';
    }
    assert_int_equal(get(CREADR, 8), 0x60);
    put(CTLR, 4, 0);
    put(CBASER, 8, VALID); /* 4 KB */
    put(CTLR, 4, 1);
    put(CWRITER, 8, 0x1000);
    assert_int_equal(armvirt_its_step(b.its, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(get(CREADR, 8), 0);
    put(CWRITER, 8, 0x40);
    assert_int_equal(armvirt_its_step(b.its, 1), ARMVIRT_E_AGAIN);
    assert_int_equal(get(CREADR, 8), 0x20);
    assert_int_equal(armvirt_its_step(b.its, 1), ARMVIRT_OK);
    assert_int_equal(get(CREADR, 8), 0x40);
    bench_drop();
}

static void rule57_a_stall_points_at_the_command_and_only_retry_ends_it(void **state)
{
    (void)state;
    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_STALL;
    b.config.gits_typer |= ARMVIRT_GITS_TYPER_SEIS;
    bench_make();
    bench_start();
    map_one();
    run(DEV(ARMVIRT_ITS_INT, 1), 3, 0, 0); /* event 3 is not mapped */
    expect_error(0x010307, ARMVIRT_ITS_EVENT_UNMAPPED);
    assert_true(b.error.stalled && b.error.sei);
    assert_int_equal(b.error.offset, 0x60);
    assert_int_equal(b.error.word[1], 3);
    assert_int_equal(get(CREADR, 8), 0x61);
    put(CTLR, 4, 0);
    put(CTLR, 4, 1);
    put(CWRITER, 8, b.cwriter);
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    assert_int_equal(get(CREADR, 8), 0x61);
    b.memory[QUEUE + 0x68] = 2; /* software corrects the command */
    put(CWRITER, 8, b.cwriter | ARMVIRT_GITS_CWRITER_RETRY);
    assert_int_equal(get(CWRITER, 8), b.cwriter);
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    assert_int_equal(get(CREADR, 8), 0x80);
    expect_log("set 1 8200\n");
    bench_drop();
}

static void rule57_without_stalling_a_wrong_command_is_skipped(void **state)
{
    (void)state;
    bench();
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_error(0x010304, ARMVIRT_ITS_DEVICE_UNMAPPED);
    assert_false(b.error.stalled || b.error.sei);
    assert_int_equal(get(CREADR, 8), 0x20);
    run(0xee, 1, 2, 3);
    expect_error(0, ARMVIRT_ITS_OPCODE);
    assert_int_equal(get(CREADR, 8), 0x40);
    bench_drop();
}

static void rule57_an_abort_stalls_or_is_skipped(void **state)
{
    (void)state;
    for (unsigned skip = 0; skip < 2; skip++) {
        bench_config();
        b.config.options = skip ? ARMVIRT_ITS_OPT_SKIP_ABORT : 0;
        bench_make();
        bench_start();
        put(CTLR, 4, 0);
        put(CBASER, 8, VALID | MEMORY);
        put(CTLR, 4, 1);
        put(CWRITER, 8, 0x20);
        assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
        expect_error(0, ARMVIRT_ITS_ABORT);
        assert_int_equal(get(CREADR, 8), skip ? 0x20 : 1);
        bench_drop();
    }
}

static void rule58_baser_keeps_its_type_and_entry_size(void **state)
{
    (void)state;
    bench();
    put(CTLR, 4, 0);
    for (unsigned n = 0; n < 8; n++) {
        put(BASER + 8 * n, 8, UINT64_MAX);
    }
    assert_int_equal(get(BASER, 8), UINT64_C(0xf9e7ffffffffffff));
    assert_int_equal(get(BASER + 8, 8), UINT64_C(0xfce7ffffffffffff));
    assert_int_equal(get(BASER + 16, 8), UINT64_C(0xfaefffffffffffff));
    assert_int_equal(get(BASER + 24, 8), 0);
    put(CTLR, 4, 1);
    bench_drop();
}

static void rule58_page_sizes_that_are_not_there_read_back_as_others(void **state)
{
    static const uint8_t got[8][4] = {{0, 1, 2, 3}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 1, 1, 1},
                                      {2, 2, 2, 3}, {0, 2, 2, 3}, {2, 1, 2, 3}, {0, 1, 2, 3}};

    (void)state;
    for (unsigned sizes = 0; sizes < 8; sizes++) {
        bench_config();
        b.config.page_sizes = (uint8_t)sizes;
        b.config.gits_baser[3] = ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, 1);
        bench_make();
        for (unsigned wanted = 0; wanted < 4; wanted++) {
            put(BASER + 24, 8,
                ARMVIRT_GITS_BASERN_INDIRECT | ARMVIRT_PUT(ARMVIRT_GITS_BASERN_PAGE_SIZE, wanted));
            assert_int_equal(ARMVIRT_GET(ARMVIRT_GITS_BASERN_PAGE_SIZE, get(BASER + 24, 8)),
                             got[sizes][wanted]);
            assert_false(get(BASER + 24, 8) & ARMVIRT_GITS_BASERN_INDIRECT);
        }
        bench_drop();
    }
}

static void rule58_a_table_that_is_not_valid_or_too_short_is_out_of_range(void **state)
{
    (void)state;
    bench();
    put(CTLR, 4, 0);
    put(BASER, 8, VALID | DEVICES); /* 4 KB: 512 devices */
    put(CTLR, 4, 1);
    mapd(511, 4, ITT);
    expect_done();
    mapd(512, 4, ITT);
    expect_error(0x010801, ARMVIRT_ITS_DEVICE_RANGE);
    put(CTLR, 4, 0);
    put(BASER, 8, DEVICES);
    put(CTLR, 4, 1);
    mapd(0, 4, ITT);
    expect_error(0x010801, ARMVIRT_ITS_DEVICE_RANGE);
    assert_int_equal(armvirt_its_msi(b.its, 0, 0), ARMVIRT_FAULT);
    bench_drop();
}

static void rule59_two_levels_of_every_page_size(void **state)
{
    (void)state;
    for (unsigned size = 0; size < 4; size++) {
        uint32_t page = 0x1000u << 2 * (size == 3 ? 2 : size), per_page = page / 8;
        uint64_t l1 = 0x100000, l2 = 0x110000, entry = VALID | l2;

        bench_config();
        bench_make();
        bench_start();
        put(CTLR, 4, 0);
        put(BASER, 8,
            VALID | ARMVIRT_GITS_BASERN_INDIRECT | l1 |
                ARMVIRT_PUT(ARMVIRT_GITS_BASERN_PAGE_SIZE, size));
        put(CTLR, 4, 1);
        memcpy(b.memory + l1 + 8, &entry, 8); /* the second page alone is there */
        mapd(per_page - 1, 4, ITT);
        expect_error(0x010801, ARMVIRT_ITS_DEVICE_RANGE);
        on_event(ARMVIRT_ITS_INT, per_page - 1, 0);
        expect_error(0x010304, ARMVIRT_ITS_DEVICE_UNMAPPED);
        mapd(per_page + 5, 4, ITT);
        expect_done();
        assert_int_equal(b.memory[l2 + 5 * 8], 3);
        mapc(3, 1);
        mapti(per_page + 5, 2, 8200, 3);
        expect_done();
        assert_int_equal(armvirt_its_msi(b.its, per_page + 5, 2), ARMVIRT_OK);
        expect_log("set 1 8200\n");
        bench_drop();
    }
}

static void rule60_mapd_checks_the_size_and_maps_anew(void **state)
{
    (void)state;
    bench();
    run(DEV(ARMVIRT_ITS_MAPD, 1), 16, VALID | ITT, 0);
    expect_error(0x010802, ARMVIRT_ITS_ITT_SIZE);
    map_one();
    mapd(1, 4, ITT2);
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_EVENT_UNMAPPED);
    mapd(1, 4, ITT);
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_NONE);
    run(DEV(ARMVIRT_ITS_MAPD, 1), 31, 0, 0); /* V 0: no size to check */
    expect_done();
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_DEVICE_UNMAPPED);
    bench_drop();
}

static void rule61_mapti_checks_event_and_intid(void **state)
{
    (void)state;
    bench();
    mapti(1, 2, 8200, 3);
    expect_error(0x010a04, ARMVIRT_ITS_DEVICE_UNMAPPED);
    mapd(1, 4, ITT);
    mapti(1, 16, 8200, 3);
    expect_error(0x010a05, ARMVIRT_ITS_EVENT_RANGE);
    mapti(1, 2, 8191, 3);
    expect_error(0x010a06, ARMVIRT_ITS_INTID_RANGE);
    mapti(1, 2, 0x10000, 3);
    expect_error(0x010a06, ARMVIRT_ITS_INTID_RANGE);
    mapti(1, 2, 1023, 3);
    expect_error(0x010a06, ARMVIRT_ITS_INTID_RANGE);
    mapti(1, 2, 0xffff, 3);
    expect_done();
    run(DEV(ARMVIRT_ITS_MAPI, 1), 2, 3, 0);
    expect_error(0x010b06, ARMVIRT_ITS_INTID_RANGE);
    mapd(1, 16, ITT2);
    mapc(3, 2);
    run(DEV(ARMVIRT_ITS_MAPI, 1), 8195, 3, 0);
    expect_done();
    on_event(ARMVIRT_ITS_INT, 1, 8195);
    expect_log("set 2 8195\n");
    bench_drop();
}

static void rule62_a_collection_may_be_mapped_later(void **state)
{
    (void)state;
    bench();
    mapd(1, 4, ITT);
    mapti(1, 2, 8200, 3);
    expect_done();
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_FAULT);
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_COLLECTION_UNMAPPED);
    mapc(3, 1);
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    expect_log("set 1 8200\n");
    bench_drop();
}

static void rule63_mapti_on_a_mapped_event_by_choice(void **state)
{
    (void)state;
    for (unsigned keep = 0; keep < 2; keep++) {
        bench_config();
        b.config.options = keep ? ARMVIRT_ITS_OPT_KEEP_MAPPED : 0;
        bench_make();
        bench_start();
        map_one();
        mapti(1, 2, 8300, 3);
        expect_done();
        on_event(ARMVIRT_ITS_INT, 1, 2);
        expect_log(keep ? "set 1 8200\n" : "set 1 8300\n");
        bench_drop();
    }
}

static void rule64_mapc_moves_nothing_and_unmaps(void **state)
{
    (void)state;
    bench();
    map_one();
    mapc(3, 2);
    expect_done();
    expect_log("");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("set 2 8200\n");
    run(ARMVIRT_ITS_MAPC, 0, RD(99) | 3, 0); /* V 0: no PE to check */
    expect_done();
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_FAULT);
    expect_log("");
    mapc(3, PES);
    expect_error(0x010902, ARMVIRT_ITS_PE_RANGE);
    bench_drop();
}

static void rule65_movi_moves_mapping_and_pending_state(void **state)
{
    (void)state;
    bench();
    map_one();
    run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 4, 0);
    expect_error(0x010109, ARMVIRT_ITS_COLLECTION_UNMAPPED);
    mapc(4, 2);
    mapc(5, 2);
    run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 4, 0);
    expect_done();
    expect_log("move 1 2 8200\n");
    run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 5, 0); /* to the same PE: only the mapping */
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("set 2 8200\n");
    run(DEV(ARMVIRT_ITS_MOVI, 1), 3, 5, 0);
    expect_error(0x010107, ARMVIRT_ITS_EVENT_UNMAPPED);
    run(ARMVIRT_ITS_MAPC, 0, 5, 0);
    run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 4, 0);
    expect_error(0x010109, ARMVIRT_ITS_COLLECTION_UNMAPPED);
    bench_drop();
}

static void rule66_movall_moves_pending_state_alone(void **state)
{
    (void)state;
    bench();
    map_one();
    run(ARMVIRT_ITS_MOVALL, 0, RD(1), RD(3));
    expect_done();
    expect_log("move_all 1 3\n");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("set 1 8200\n");
    run(ARMVIRT_ITS_MOVALL, 0, RD(1), RD(1));
    expect_done();
    expect_log("");
    run(ARMVIRT_ITS_MOVALL, 0, RD(PES), RD(1));
    expect_error(0x010e01, ARMVIRT_ITS_PE_RANGE);
    run(ARMVIRT_ITS_MOVALL, 0, RD(1), RD(PES));
    expect_error(0x010e01, ARMVIRT_ITS_PE_RANGE);
    bench_drop();
}

static void rule66_68_long_work_of_the_sink_keeps_the_command(void **state)
{
    (void)state;
    bench();
    b.sink_status = ARMVIRT_E_AGAIN;
    queue(ARMVIRT_ITS_MOVALL, 0, RD(1), RD(3));
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_E_AGAIN);
    assert_int_equal(get(CREADR, 8), 0);
    b.sink_status = ARMVIRT_OK;
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    expect_log("move_all 1 3\nmove_all 1 3\n");
    b.sink_status = ARMVIRT_E_AGAIN;
    queue(ARMVIRT_ITS_SYNC, 0, RD(2), 0);
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_E_AGAIN);
    b.sink_status = ARMVIRT_OK;
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    expect_log("sync 2\nsync 2\n");
    run(ARMVIRT_ITS_SYNC, 0, RD(PES), 0); /* nobody to wait for */
    expect_done();
    expect_log("");
    bench_drop();
}

static void rule67_discard_clear_and_int(void **state)
{
    (void)state;
    bench();
    map_one();
    on_event(ARMVIRT_ITS_CLEAR, 1, 2);
    expect_log("clear 1 8200\n");
    on_event(ARMVIRT_ITS_DISCARD, 1, 2);
    expect_log("clear 1 8200\n");
    on_event(ARMVIRT_ITS_CLEAR, 1, 2);
    expect_error(0x010507, ARMVIRT_ITS_EVENT_UNMAPPED);
    on_event(ARMVIRT_ITS_DISCARD, 1, 2);
    expect_error(0x010f07, ARMVIRT_ITS_EVENT_UNMAPPED);
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_error(0x010307, ARMVIRT_ITS_EVENT_UNMAPPED);
    expect_log("");
    bench_drop();
}

static void rule67_discard_works_without_a_collection(void **state)
{
    (void)state;
    bench();
    mapd(1, 4, ITT);
    mapti(1, 2, 8200, 3);
    on_event(ARMVIRT_ITS_DISCARD, 1, 2);
    expect_done();
    expect_log("");
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_EVENT_UNMAPPED);
    bench_drop();
}

static void rule68_inv_is_of_one_invall_of_a_collection(void **state)
{
    (void)state;
    bench();
    map_one();
    on_event(ARMVIRT_ITS_INV, 1, 2);
    expect_log("inv 1 8200\n");
    run(ARMVIRT_ITS_INVALL, 0, 3, 0);
    expect_log("inv_all 1\n");
    run(ARMVIRT_ITS_INVALL, 0, 4, 0);
    expect_error(0x010d09, ARMVIRT_ITS_COLLECTION_UNMAPPED);
    on_event(ARMVIRT_ITS_INV, 1, 3);
    expect_error(0x010c07, ARMVIRT_ITS_EVENT_UNMAPPED);
    bench_drop();
    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_INVALL_ALL;
    bench_make();
    bench_start();
    run(ARMVIRT_ITS_INVALL, 0, 4, 0);
    expect_log("inv_all 0\ninv_all 1\ninv_all 2\ninv_all 3\n");
    bench_drop();
}

static void rule69_what_leads_nowhere_is_dropped(void **state)
{
    struct armvirt_its_access a = {.offset = 0x10040, .size = 4, .device_id = 1};

    (void)state;
    bench();
    map_one();
    assert_int_equal(armvirt_its_write(b.its, &a, 16), ARMVIRT_OK);
    assert_int_equal(reason_of(1, 16), ARMVIRT_ITS_EVENT_RANGE);
    a.device_id = 0x10000;
    assert_int_equal(armvirt_its_write(b.its, &a, 2), ARMVIRT_OK);
    assert_int_equal(reason_of(0x10000, 2), ARMVIRT_ITS_DEVICE_RANGE);
    expect_log("");
    assert_int_equal(get(0x40, 4), 0);
    a.device_id = 1;
    a.size = 2;
    assert_int_equal(armvirt_its_write(b.its, &a, 0x70002), ARMVIRT_OK); /* 16 bits count */
    expect_log("set 1 8200\n");
    bench_drop();
}

static void rule69_unmapped_msis_are_kept_with_umsi(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_typer |= ARMVIRT_GITS_TYPER_UMSI | ARMVIRT_GITS_TYPER_UMSIIRQ;
    bench_make();
    bench_start();
    b.fail_at = 1;
    b.fail_as = ARMVIRT_BUS_ABORT;
    armvirt_its_msi(b.its, 6, 9); /* memory's fault, not software's */
    armvirt_its_msi(b.its, 7, 9);
    armvirt_its_msi(b.its, 8, 10);
    assert_int_equal(get(0x48, 8), UINT64_C(7) << 32 | 9);
    assert_int_equal(get(0x40, 4), ARMVIRT_GITS_STATUSR_UMSI | ARMVIRT_GITS_STATUSR_SYNDROME |
                                       ARMVIRT_GITS_STATUSR_OVERFLOW);
    put(0x40, 4, UINT32_MAX);
    assert_int_equal(get(0x40, 4), 0);
    armvirt_its_msi(b.its, 8, 10);
    assert_int_equal(get(0x48, 8), UINT64_C(8) << 32 | 10);
    put(CTLR, 4, 0x103);
    assert_int_equal(get(CTLR, 4) & 0x1ff, 0x101);
    bench_drop();
}

static void rule70_rdbase_is_a_number_or_an_address(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_typer |= ARMVIRT_GITS_TYPER_PTA;
    b.config.rdbase_pa = 0x80a0000;
    b.config.rd_bytes = 0x20000;
    bench_make();
    bench_start();
    mapd(1, 4, ITT);
    mapti(1, 2, 8200, 3);
    run(ARMVIRT_ITS_MAPC, 0, VALID | 0x80a0000 | 3, 0);
    on_event(ARMVIRT_ITS_INT, 1, 2);
    run(ARMVIRT_ITS_MAPC, 0, VALID | 0x8100000 | 3, 0);
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("set 0 8200\nset 3 8200\n");
    run(ARMVIRT_ITS_MAPC, 0, VALID | 0x8120000 | 3, 0);
    expect_error(0x010902, ARMVIRT_ITS_PE_RANGE);
    run(ARMVIRT_ITS_MAPC, 0, VALID | 0x80b0000 | 3, 0);
    expect_error(0x010902, ARMVIRT_ITS_PE_RANGE);
    run(ARMVIRT_ITS_MAPC, 0, VALID | 0x8080000 | 3, 0);
    expect_error(0x010902, ARMVIRT_ITS_PE_RANGE);
    bench_drop();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule54_commands_and_messages_wait_for_enabled),
        cmocka_unit_test(rule55_cbaser_clears_creadr_and_is_locked_while_enabled),
        cmocka_unit_test(rule56_the_queue_wraps_and_an_offset_beyond_it_waits),
        cmocka_unit_test(rule57_a_stall_points_at_the_command_and_only_retry_ends_it),
        cmocka_unit_test(rule57_without_stalling_a_wrong_command_is_skipped),
        cmocka_unit_test(rule57_an_abort_stalls_or_is_skipped),
        cmocka_unit_test(rule58_baser_keeps_its_type_and_entry_size),
        cmocka_unit_test(rule58_page_sizes_that_are_not_there_read_back_as_others),
        cmocka_unit_test(rule58_a_table_that_is_not_valid_or_too_short_is_out_of_range),
        cmocka_unit_test(rule59_two_levels_of_every_page_size),
        cmocka_unit_test(rule60_mapd_checks_the_size_and_maps_anew),
        cmocka_unit_test(rule61_mapti_checks_event_and_intid),
        cmocka_unit_test(rule62_a_collection_may_be_mapped_later),
        cmocka_unit_test(rule63_mapti_on_a_mapped_event_by_choice),
        cmocka_unit_test(rule64_mapc_moves_nothing_and_unmaps),
        cmocka_unit_test(rule65_movi_moves_mapping_and_pending_state),
        cmocka_unit_test(rule66_movall_moves_pending_state_alone),
        cmocka_unit_test(rule66_68_long_work_of_the_sink_keeps_the_command),
        cmocka_unit_test(rule67_discard_clear_and_int),
        cmocka_unit_test(rule67_discard_works_without_a_collection),
        cmocka_unit_test(rule68_inv_is_of_one_invall_of_a_collection),
        cmocka_unit_test(rule69_what_leads_nowhere_is_dropped),
        cmocka_unit_test(rule69_unmapped_msis_are_kept_with_umsi),
        cmocka_unit_test(rule70_rdbase_is_a_number_or_an_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
