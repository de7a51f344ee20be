/* SPDX-License-Identifier: MIT */
/* Commands on vPEs and virtual LPIs, GICv4.0 and GICv4.1 (IHI0069 5.3.16 to 5.3.26). */
#include "its_bench.h"

#define VPE(vpe) ((uint64_t)(vpe) << 32)

static void without(uint64_t typer_bits)
{
    bench_config();
    b.config.gits_typer &= ~typer_bits;
    bench_make();
    bench_start();
}

static void v40(void)
{
    without(ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI);
}

static void vmapp(uint32_t vpe, uint32_t pe)
{
    run(ARMVIRT_ITS_VMAPP, VPE(vpe) | 1023, VALID | RD(pe), 0x100000 | 15);
}

/* Event 2 of device 1 is vLPI 8200 of vPE 5, which is on PE 1; its doorbell is LPI 9000. */
static void map_virtual(void)
{
    vmapp(5, 1);
    mapd(1, 4, ITT);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(9000) << 32 | 8200, 0);
    expect_done();
    b.log[0] = '\0';
}

static void rule71_an_event_becomes_a_virtual_lpi_with_its_doorbell(void **state)
{
    (void)state;
    v40();
    map_virtual();
    assert_int_equal(armvirt_its_msi(b.its, 1, 2), ARMVIRT_OK);
    expect_log("vset vpe5 pe1 vpt 0x100000 bits 16 conf 0x0 db 1023 8200 9000\n");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    on_event(ARMVIRT_ITS_CLEAR, 1, 2);
    on_event(ARMVIRT_ITS_INV, 1, 2);
    on_event(ARMVIRT_ITS_DISCARD, 1, 2);
    expect_done();
    expect_log("vset vpe5 pe1 vpt 0x100000 bits 16 conf 0x0 db 1023 8200 9000\n"
               "vclear 5 8200\nvinv 5 8200\nvclear 5 8200\n");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_error(0x010307, ARMVIRT_ITS_EVENT_UNMAPPED);
    bench_drop();
}

static void rule61_vmapti_and_vmapi_check_their_operands(void **state)
{
    (void)state;
    v40();
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(1023) << 32 | 8200, 0);
    expect_error(0x012a04, ARMVIRT_ITS_DEVICE_UNMAPPED);
    mapd(1, 14, ITT);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 0x4000, UINT64_C(1023) << 32 | 8200, 0);
    expect_error(0x012a05, ARMVIRT_ITS_EVENT_RANGE);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(1023) << 32 | 8191, 0);
    expect_error(0x012a13, ARMVIRT_ITS_VINTID_RANGE);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(1022) << 32 | 8192, 0);
    expect_error(0x012a06, ARMVIRT_ITS_INTID_RANGE);
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(0x1000) | 2, UINT64_C(1023) << 32 | 8192, 0);
    expect_error(0x012a11, ARMVIRT_ITS_VPE_RANGE);
    run(DEV(ARMVIRT_ITS_VMAPI, 1), VPE(5) | 8191, UINT64_C(1023) << 32, 0);
    expect_error(0x012b13, ARMVIRT_ITS_VINTID_RANGE);
    run(DEV(ARMVIRT_ITS_VMAPI, 1), VPE(5) | 8201, UINT64_C(8193) << 32, 0);
    expect_done();
    on_event(ARMVIRT_ITS_INT, 1, 8201); /* the vPE is not mapped yet */
    expect_error(0x010314, ARMVIRT_ITS_VPE_UNMAPPED);
    vmapp(5, 3);
    on_event(ARMVIRT_ITS_INT, 1, 8201);
    expect_log("vset vpe5 pe3 vpt 0x100000 bits 16 conf 0x0 db 1023 8201 8193\n");
    bench_drop();
}

static void vmapp_checks_and_tells_the_redistributors_of_gicv41(void **state)
{
    (void)state;
    bench();
    run(ARMVIRT_ITS_VMAPP | 0x300 | 0x180000, VPE(5) | 8192, VALID | RD(2), 0x110000 | 13);
    expect_done();
    expect_log("vpe_map vpe5 pe2 vpt 0x110000 bits 14 conf 0x180000 db 8192 flags 3\n");
    run(ARMVIRT_ITS_VMAPP | 0x180000, VPE(5) | 1023, VALID | RD(2), 0x110000 | 13);
    expect_log("vpe_map vpe5 pe2 vpt 0x110000 bits 14 conf 0x180000 db 1023 flags 0\n");
    run(ARMVIRT_ITS_VMAPP, VPE(5), 0, 0); /* another ITS still has it */
    expect_done();
    expect_log("");
    run(ARMVIRT_ITS_VMAPP | 0x100, VPE(5), 0, 0); /* not mapped any more: nobody is told */
    expect_log("");
    run(ARMVIRT_ITS_VMAPP | 0x300 | 0x180000, VPE(5) | 8192, VALID | RD(2), 0x110000 | 13);
    b.log[0] = '\0';
    run(ARMVIRT_ITS_VMAPP | 0x100, VPE(5), 0, 0);
    expect_log("vpe_unmap vpe5 pe2 vpt 0x110000 bits 14 conf 0x180000 db 8192\n");
    run(ARMVIRT_ITS_VMAPP, VPE(5) | 1023, VALID | RD(2), 0x110000 | 16);
    expect_error(0x012912, ARMVIRT_ITS_VPT_SIZE);
    run(ARMVIRT_ITS_VMAPP, VPE(5) | 1023, VALID | RD(4), 0x110000 | 15);
    expect_error(0x012902, ARMVIRT_ITS_PE_RANGE);
    run(ARMVIRT_ITS_VMAPP, VPE(5) | 77, VALID | RD(2), 0x110000 | 15);
    expect_error(0x012906, ARMVIRT_ITS_INTID_RANGE);
    run(ARMVIRT_ITS_VMAPP, VPE(0x1000) | 1023, VALID | RD(2), 0x110000 | 15);
    expect_error(0x012911, ARMVIRT_ITS_VPE_RANGE);
    bench_drop();
    v40();
    vmapp(5, 1);
    expect_done();
    expect_log("");
    bench_drop();
}

static void vmovi_moves_the_event_and_perhaps_its_doorbell(void **state)
{
    (void)state;
    v40();
    map_virtual();
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(6) | 2, UINT64_C(9001) << 32, 0);
    expect_error(0x012117, ARMVIRT_ITS_COMMAND_VPE_UNMAPPED);
    vmapp(6, 3);
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(6) | 2, UINT64_C(9001) << 32, 0);
    expect_done();
    expect_log("vmove 5 6 8200 9000\n");
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(5) | 2, UINT64_C(9001) << 32 | 1, 0);
    expect_log("vmove 6 5 8200 9001\n");
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(5) | 2, UINT64_C(9) << 32 | 1, 0);
    expect_error(0x012106, ARMVIRT_ITS_INTID_RANGE);
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(5) | 3, 0, 0);
    expect_error(0x012107, ARMVIRT_ITS_EVENT_UNMAPPED);
    run(ARMVIRT_ITS_VMAPP, VPE(5), 0, 0);
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(6) | 2, 0, 0);
    expect_error(0x012116, ARMVIRT_ITS_EVENT_VPE_UNMAPPED);
    run(DEV(ARMVIRT_ITS_MOVI, 1), 2, 3, 0);
    expect_error(0x010108, ARMVIRT_ITS_EVENT_VIRTUAL);
    mapc(3, 1);
    mapti(1, 3, 8300, 3);
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(6) | 3, 0, 0);
    expect_error(0x012115, ARMVIRT_ITS_EVENT_PHYSICAL);
    bench_drop();
}

static void rule71_vmovp_moves_a_vpe_in_the_table_of_each_its(void **state)
{
    (void)state;
    v40();
    map_virtual();
    run(ARMVIRT_ITS_VMOVP | UINT64_C(7) << 32, VPE(5) | 0x3, RD(3), 0);
    expect_done();
    expect_log("");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("vset vpe5 pe3 vpt 0x100000 bits 16 conf 0x0 db 1023 8200 9000\n");
    run(ARMVIRT_ITS_VMOVP, VPE(6), RD(3), 0);
    expect_error(0x012214, ARMVIRT_ITS_VPE_UNMAPPED);
    run(ARMVIRT_ITS_VMOVP, VPE(5), RD(4), 0);
    expect_error(0x012202, ARMVIRT_ITS_PE_RANGE);
    bench_drop();
    bench();
    map_virtual();
    run(ARMVIRT_ITS_VMOVP, VPE(5), VALID | RD(3), 9002);
    expect_done();
    expect_log("vpe_move 5 from 1 to 3 db 1\n"
               "vpe_map vpe5 pe3 vpt 0x100000 bits 16 conf 0x0 db 9002 flags 0\n");
    run(ARMVIRT_ITS_VMOVP, VPE(5), RD(2), 9003);
    expect_log("vpe_move 5 from 3 to 2 db 0\n");
    on_event(ARMVIRT_ITS_INT, 1, 2);
    expect_log("vset vpe5 pe2 vpt 0x100000 bits 16 conf 0x0 db 9002 8200 9000\n");
    run(ARMVIRT_ITS_VMOVP, VPE(5), VALID | RD(2), 9);
    expect_error(0x012206, ARMVIRT_ITS_INTID_RANGE);
    bench_drop();
}

static void commands_on_a_vpe(void **state)
{
    static const uint8_t opcodes[] = {ARMVIRT_ITS_VINVALL, ARMVIRT_ITS_VSYNC, ARMVIRT_ITS_INVDB,
                                      ARMVIRT_ITS_VSGI};

    (void)state;
    bench();
    for (size_t i = 0; i < COUNT_OF(opcodes); i++) {
        run(opcodes[i], VPE(5), 0, 0);
        expect_error(0x010014 | (uint32_t)opcodes[i] << 8, ARMVIRT_ITS_VPE_UNMAPPED);
    }
    map_virtual();
    run(ARMVIRT_ITS_VINVALL, VPE(5), 0, 0);
    run(ARMVIRT_ITS_VSYNC, VPE(5), 0, 0);
    run(ARMVIRT_ITS_INVDB, VPE(5), 0, 0);
    expect_log("vinv_all 5\nvsync 5\ninvdb 5\n");
    run(ARMVIRT_ITS_VSGI | UINT64_C(0xd00a00500), VPE(5), 0, 0);
    expect_log("vsgi 5 sgi 13 prio 0xa0 group 1 enable 1 clear 0\n");
    run(ARMVIRT_ITS_VSGI | 0x200, VPE(5), 0, 0);
    expect_log("vsgi 5 sgi 0 prio 0x0 group 0 enable 0 clear 1\n");
    b.sink_status = ARMVIRT_E_AGAIN;
    queue(ARMVIRT_ITS_VSYNC, VPE(5), 0, 0);
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_E_AGAIN);
    b.sink_status = ARMVIRT_OK;
    assert_int_equal(armvirt_its_step(b.its, 9), ARMVIRT_OK);
    expect_log("vsync 5\nvsync 5\n");
    bench_drop();
}

static void gits_sgir_makes_a_virtual_sgi_pending(void **state)
{
    struct armvirt_its_access a = {.offset = 0x20020, .size = 8};

    (void)state;
    bench();
    map_virtual();
    put(0x20020, 8, VPE(5) | 7);
    expect_log("vsgi_set 5 7\n");
    put(0x20020, 8, VPE(6) | 7);
    put(0x20024, 4, 5);
    put(CTLR, 4, 0);
    put(0x20020, 8, VPE(5) | 7);
    expect_log("");
    assert_int_equal(get(0x20020, 8), 0);
    put(CTLR, 4, 1);
    b.accesses = 0;
    b.fail_at = 1;
    b.fail_as = ARMVIRT_BUS_RETRY;
    assert_int_equal(armvirt_its_write(b.its, &a, VPE(5)), ARMVIRT_E_AGAIN);
    bench_drop();
    v40();
    assert_int_equal(armvirt_its_write(b.its, &a, VPE(5)), ARMVIRT_FAULT);
    bench_drop();
}

static void typer_says_which_commands_there_are(void **state)
{
    static const struct {
        uint64_t without;
        uint8_t opcode;
    } rows[] = {
        {ARMVIRT_GITS_TYPER_VSGI, ARMVIRT_ITS_VSGI},
        {ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI, ARMVIRT_ITS_INVDB},
#define ALL (ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI | ARMVIRT_GITS_TYPER_VIRTUAL)
        {ALL, ARMVIRT_ITS_VMAPP},
        {ALL, ARMVIRT_ITS_VMAPTI},
        {ALL, ARMVIRT_ITS_VMAPI},
        {ALL, ARMVIRT_ITS_VMOVI},
        {ALL, ARMVIRT_ITS_VMOVP},
        {ALL, ARMVIRT_ITS_VINVALL},
        {ALL, ARMVIRT_ITS_VSYNC},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        without(rows[i].without);
        run(rows[i].opcode, 0, 0, 0);
        expect_error(0, ARMVIRT_ITS_OPCODE);
        bench_drop();
    }
    bench();
    run(0x2f, 0, 0, 0);
    expect_error(0, ARMVIRT_ITS_OPCODE);
    bench_drop();
}

static void without_individual_doorbells_there_are_none(void **state)
{
    (void)state;
    bench_config();
    b.config.gits_typer |= ARMVIRT_GITS_TYPER_NID;
    bench_make();
    bench_start();
    map_virtual();
    run(DEV(ARMVIRT_ITS_VMOVI, 1), VPE(5) | 2, UINT64_C(9001) << 32 | 1, 0);
    expect_log("vmove 5 5 8200 1023\n");
    bench_drop();
}

static void rule63_vmapti_on_a_mapped_event_by_choice(void **state)
{
    (void)state;
    bench_config();
    b.config.options = ARMVIRT_ITS_OPT_KEEP_MAPPED;
    bench_make();
    bench_start();
    map_virtual();
    run(DEV(ARMVIRT_ITS_VMAPTI, 1), VPE(5) | 2, UINT64_C(9000) << 32 | 8300, 0);
    on_event(ARMVIRT_ITS_CLEAR, 1, 2);
    expect_log("vclear 5 8200\n");
    bench_drop();
}

/* With GITS_TYPER.VMOVP 0 each of two ITSes has its own table and gets the command. */
static void its_number_is_there_without_vmovp(void **state)
{
    (void)state;
    without(ARMVIRT_GITS_TYPER_VMOVP);
    put(CTLR, 4, 0x51);
    assert_int_equal(get(CTLR, 4) & 0xff, 0x51);
    bench_drop();
    bench();
    put(CTLR, 4, 0x51);
    assert_int_equal(get(CTLR, 4) & 0xff, 0x01);
    bench_drop();
}

/* What a guest writes into the table by itself. */
static void garbage_in_the_vpe_table_leads_nowhere(void **state)
{
    (void)state;
    bench();
    map_virtual();
    b.memory[VPES + 16 * 5 + 5] = 0xff; /* PE */
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_PE_RANGE);
    vmapp(5, 1);
    b.memory[VPES + 16 * 5] = 0x1f; /* size */
    assert_int_equal(reason_of(1, 2), ARMVIRT_ITS_VPT_SIZE);
    bench_drop();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule71_an_event_becomes_a_virtual_lpi_with_its_doorbell),
        cmocka_unit_test(rule61_vmapti_and_vmapi_check_their_operands),
        cmocka_unit_test(vmapp_checks_and_tells_the_redistributors_of_gicv41),
        cmocka_unit_test(vmovi_moves_the_event_and_perhaps_its_doorbell),
        cmocka_unit_test(rule71_vmovp_moves_a_vpe_in_the_table_of_each_its),
        cmocka_unit_test(commands_on_a_vpe),
        cmocka_unit_test(gits_sgir_makes_a_virtual_sgi_pending),
        cmocka_unit_test(typer_says_which_commands_there_are),
        cmocka_unit_test(without_individual_doorbells_there_are_none),
        cmocka_unit_test(rule63_vmapti_on_a_mapped_event_by_choice),
        cmocka_unit_test(its_number_is_there_without_vmovp),
        cmocka_unit_test(garbage_in_the_vpe_table_leads_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
