/* SPDX-License-Identifier: MIT */
/*
 * vPEs (IHI0069 6.4): residency, virtual LPIs injected directly, doorbells; what GICv4.1 adds is in
 * test_vpe41.c.
 */
#include "vpe_bench.h"

static void rule71_a_vlpi_of_a_resident_vpe_is_presented_and_taken(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(0, 5);
    assert_int_equal(v.bench.signals[0], ARMVIRT_GIC_VIRQ);
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 5);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    assert_int_equal(v.bench.signals[0], 0);
    assert_int_equal(guest_mrs(0, RPR), 0xa0);
    vset(0, 5);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    guest_msr(0, EOIR1, LPI + 5);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    guest_msr(0, EOIR1, LPI + 5);
    assert_int_equal(mrs(&v.bench, 0, ICH_HCR), 1);
    assert_int_equal(rung(0), NONE);
    bench_drop(&v.bench);
}

static void rule71_a_vlpi_of_another_vpe_waits_in_memory_and_rings_its_doorbell(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(1, 5);
    assert_int_equal(v.bench.signals[0], ARMVIRT_GIC_IRQ);
    assert_true(in_vpt(1, LPI + 5));
    assert_int_equal(rung(0), LPI + 1);
    armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[1], LPI + 6, ARMVIRT_LPI_NO_DOORBELL);
    assert_int_equal(rung(0), NONE);
    leave(0, 0);
    come(1);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    bench_drop(&v.bench);
}

static void rule71_pendinglast_tells_whether_something_enabled_pends(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    v.memory[VCONFIG + 6] = 0xa0;
    come(0);
    assert_int_equal(gicr64_get(0, 0x20078), VALID | PENDINGLAST | VPT);
    vset(0, 6);
    leave(0, 0);
    assert_int_equal(gicr64_get(0, 0x20078), VPT);
    assert_true(in_vpt(0, LPI + 6));
    come(0);
    vset(0, 5);
    leave(0, 0);
    assert_int_equal(gicr64_get(0, 0x20078), PENDINGLAST | VPT);
    assert_int_equal(v.bench.signals[0], 0);
    bench_drop(&v.bench);
}

static void rule71_dirty_is_1_while_a_table_is_read_or_written(void **state)
{
    (void)state;
    make(false);
    come_begin(0);
    assert_int_equal(gicr64_get(0, 0x20078) & DIRTY, DIRTY);
    assert_int_equal(armvirt_gic_lpi_ops.vsync(v.bench.gic, &v.vpe[0]), ARMVIRT_E_AGAIN);
    finish();
    assert_int_equal(gicr64_get(0, 0x20078) & DIRTY, 0);
    leave_begin(0, 0);
    assert_int_equal(gicr64_get(0, 0x20078) & (DIRTY | VALID), DIRTY);
    gicr64(0, 0x20078, VALID | VPT); /* ignored */
    gicr64(0, 0x20070, 0);
    finish();
    assert_int_equal(gicr64_get(0, 0x20078) & (DIRTY | VALID), 0);
    assert_int_equal(gicr64_get(0, 0x20070), VCONFIG | 15);
    assert_int_equal(armvirt_gic_lpi_ops.vsync(v.bench.gic, &v.vpe[0]), ARMVIRT_OK);
    bench_drop(&v.bench);
}

static void writes_of_vpendbaser_while_a_vpe_is_resident_only_make_it_leave(void **state)
{
    (void)state;
    make(false);
    come(0);
    gicr64(0, 0x20078, VALID | (VPT + 0x10000));
    assert_int_equal(gicr64_get(0, 0x20078), VALID | PENDINGLAST | VPT);
    gicr(&v.bench, 0, 0x2007c, 0);
    finish();
    assert_int_equal(gicr64_get(0, 0x20078), VPT);
    gicr64(0, 0x20078, UINT64_MAX & ~VALID);
    assert_int_equal(gicr64_get(0, 0x20078), UINT64_C(0x670fffffffff0f80));
    bench_drop(&v.bench);
}

/* An interrupt arrives, or goes, after each possible number of steps. */
static void nothing_is_lost_that_arrives_while_a_vpe_comes_or_leaves(void **state)
{
    static const uint32_t leaves[] = {0, 63, 64, 300, 57343};

    (void)state;
    for (unsigned steps = 0; steps < 8; steps++) {
        make(false);
        memset(v.memory + VCONFIG, 0xa1, 57344);
        vset(0, 64);
        vset(0, 1);
        come_begin(0);
        armvirt_gic_step(v.bench.gic, steps);
        for (unsigned i = 0; i < 5; i++) {
            vset(0, leaves[i]);
        }
        armvirt_gic_lpi_ops.vclear(v.bench.gic, &v.vpe[0], LPI + 1);
        finish();
        assert_int_equal(guest_mrs(0, HPPIR1), LPI);
        leave_begin(0, 0);
        armvirt_gic_step(v.bench.gic, steps);
        vset(0, 2);
        vset(0, 500);
        armvirt_gic_lpi_ops.vclear(v.bench.gic, &v.vpe[0], LPI + 63);
        assert_int_equal(guest_mrs(0, HPPIR1), NONE);
        finish();
        for (uint32_t leaf = 0; leaf < 57344; leaf++) {
            bool pends =
                leaf == 0 || leaf == 2 || leaf == 64 || leaf == 300 || leaf == 500 || leaf == 57343;

            assert_int_equal(in_vpt(0, LPI + leaf), pends);
        }
        assert_int_equal(gicr64_get(0, 0x20078), PENDINGLAST | VPT);
        bench_drop(&v.bench);
    }
}

static void a_vpe_may_leave_before_its_table_was_read(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    vset(0, 5);
    assert_int_equal(rung(0), LPI);
    come_begin(0);
    leave_begin(0, 0);
    finish();
    assert_true(in_vpt(0, LPI + 5));
    assert_int_equal(gicr64_get(0, 0x20078), PENDINGLAST | VPT);
    bench_drop(&v.bench);
}

/* The list register first, among equals; else the more urgent one. */
static void what_is_injected_directly_competes_with_the_list_registers(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(0, 5);
    msr(&v.bench, 0, ICH_LR0, UINT64_C(0x50a8000000000021));
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 5);
    msr(&v.bench, 0, ICH_LR0, UINT64_C(0x50a0000000000021));
    assert_int_equal(guest_mrs(0, HPPIR1), 0x21);
    assert_int_equal(guest_mrs(0, IAR1), 0x21);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    guest_msr(0, EOIR1, 0x21);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    bench_drop(&v.bench);
}

static void dvim_holds_back_what_is_injected_directly(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(0, 5);
    msr(&v.bench, 0, ICH_HCR, ARMVIRT_ICH_HCR_EL2_DVIM | 1);
    assert_int_equal(v.bench.signals[0], 0);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    msr(&v.bench, 0, ICH_HCR, 1);
    assert_int_equal(v.bench.signals[0], ARMVIRT_GIC_VIRQ);
    msr(&v.bench, 0, ICH_VMCR, UINT64_C(0xf8000001)); /* VENG1 0 */
    assert_int_equal(v.bench.signals[0], 0);
    bench_drop(&v.bench);
}

static void rule68_vinv_and_vinvall_read_the_configuration_anew(void **state)
{
    (void)state;
    make(false);
    come(0);
    vset(0, 5);
    vset(0, 700);
    v.memory[VCONFIG + 5] = 0xa1;
    v.memory[VCONFIG + 700] = 0x81;
    assert_int_equal(v.bench.signals[0], 0);
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[0], LPI + 5);
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 5);
    armvirt_gic_lpi_ops.vinv_all(v.bench.gic, &v.vpe[0]);
    assert_int_equal(armvirt_gic_lpi_ops.vsync(v.bench.gic, &v.vpe[0]), ARMVIRT_E_AGAIN);
    assert_int_equal(gicr_get(&v.bench, 0, 0xc0), 1);
    finish();
    assert_int_equal(gicr_get(&v.bench, 0, 0xc0), 0);
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 700);
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[1], LPI + 5); /* not resident: nothing */
    armvirt_gic_lpi_ops.vinv_all(v.bench.gic, &v.vpe[1]);
    leave(0, 0);
    come_begin(0);
    armvirt_gic_step(v.bench.gic, 8);
    v.memory[VCONFIG + 5] = 0;
    armvirt_gic_lpi_ops.vinv_all(v.bench.gic, &v.vpe[0]);
    finish();
    assert_int_equal(guest_mrs(0, IAR1), LPI + 700);
    assert_int_equal(guest_mrs(0, HPPIR1), NONE);
    bench_drop(&v.bench);
}

static void rule65_vmovi_moves_the_pending_state_and_rings(void **state)
{
    (void)state;
    make(false);
    v.vpe[1].pe = 1;
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(0, 5);
    armvirt_gic_lpi_ops.vmove(v.bench.gic, &v.vpe[0], &v.vpe[1], LPI + 5, LPI + 1);
    assert_int_equal(v.bench.signals[0], 0);
    assert_true(in_vpt(1, LPI + 5));
    assert_int_equal(rung(1), LPI + 1);
    armvirt_gic_lpi_ops.vmove(v.bench.gic, &v.vpe[0], &v.vpe[1], LPI + 5, LPI + 1);
    armvirt_gic_lpi_ops.vmove(v.bench.gic, &v.vpe[1], &v.vpe[1], LPI + 5, LPI + 1);
    assert_int_equal(rung(1), NONE);
    armvirt_gic_lpi_ops.vmove(v.bench.gic, &v.vpe[1], &v.vpe[0], LPI + 5, LPI);
    assert_false(in_vpt(1, LPI + 5));
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 5);
    bench_drop(&v.bench);
}

static void what_does_not_exist_is_ignored(void **state)
{
    static const uint32_t bad[] = {0, 1023, 8191, 0x10000, UINT32_MAX};
    struct armvirt_vpe nowhere;

    (void)state;
    make(false);
    come(0);
    memset(v.memory + VPT + 0x10000, 0, 0x10000);
    for (unsigned i = 0; i < 5; i++) {
        armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[0], bad[i], LPI);
        armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[1], bad[i], LPI);
        armvirt_gic_lpi_ops.vclear(v.bench.gic, &v.vpe[1], bad[i]);
        armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[1], bad[i]);
    }
    nowhere = v.vpe[1];
    nowhere.intid_bits = 14;
    armvirt_gic_lpi_ops.vset(v.bench.gic, &nowhere, 0x4000, LPI);
    nowhere.intid_bits = 255;
    armvirt_gic_lpi_ops.vset(v.bench.gic, &nowhere, LPI, LPI);
    nowhere = v.vpe[1];
    nowhere.pe = 77;
    armvirt_gic_lpi_ops.vset(v.bench.gic, &nowhere, LPI, LPI);
    armvirt_gic_lpi_ops.vinv_all(v.bench.gic, &nowhere);
    armvirt_gic_lpi_ops.vpe_map(v.bench.gic, &nowhere, ARMVIRT_VPE_ALLOC);
    armvirt_gic_lpi_ops.vpe_move(v.bench.gic, &nowhere, 0, true);
    assert_int_equal(armvirt_gic_lpi_ops.vsync(v.bench.gic, &nowhere), ARMVIRT_OK);
    assert_int_equal(rung(0), NONE);
    for (unsigned i = 0; i < 0x10000; i++) {
        assert_int_equal(v.memory[VPT + 0x10000 + i], 0);
    }
    bench_drop(&v.bench);
}

/* The table of the resident vPE has INTIDs of 14 bits: what is beyond does not get in. */
static void rule51_vpropbaser_idbits_limit_the_vlpis(void **state)
{
    (void)state;
    make(false);
    memset(v.memory + VCONFIG, 0xa1, 57344);
    gicr64(0, 0x20070, VCONFIG | 13);
    vset(0, 0x1fff);
    vset(0, 0x2000);
    come(0);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 0x1fff);
    vset(0, 0x2001);
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[0], LPI + 0x2001);
    armvirt_gic_lpi_ops.vclear(v.bench.gic, &v.vpe[0], LPI + 0x2001);
    guest_msr(0, EOIR1, LPI + 0x1fff);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    leave(0, 0);
    gicr64(0, 0x20070, VCONFIG | 12);
    come(0);
    leave(0, 0);
    assert_int_equal(gicr64_get(0, 0x20078), VPT);
    bench_drop(&v.bench);
}

/* Memory asks to retry at any access: the work goes on afterwards as if it had not. */
static void a_step_that_memory_holds_up_goes_on_later(void **state)
{
    (void)state;
    for (uint32_t until = 0; until < 40; until++) {
        make(true);
        memset(v.memory + VCONFIG, 0xa1, 57344);
        v.memory[VPT + 0x400] = 0x11;
        v.memory[VPT + 0x420] = 0x22;
        come_begin(0);
        v.until = until;
        v.bus = ARMVIRT_BUS_RETRY;
        assert_int_equal(armvirt_gic_step(v.bench.gic, 10), ARMVIRT_E_AGAIN);
        v.bus = ARMVIRT_BUS_OK;
        finish();
        leave_begin(0, 0);
        v.until = until;
        v.bus = ARMVIRT_BUS_RETRY;
        assert_int_equal(armvirt_gic_step(v.bench.gic, 10), ARMVIRT_E_AGAIN);
        v.bus = ARMVIRT_BUS_OK;
        finish();
        assert_int_equal(v.memory[VPT + 0x400], 0x11);
        assert_int_equal(v.memory[VPT + 0x420], 0x22);
        bench_drop(&v.bench);
    }
}

static void tables_that_are_not_memory_do_no_harm(void **state)
{
    (void)state;
    for (unsigned v41 = 0; v41 < 2; v41++) {
        make(v41 != 0);
        v.bus = ARMVIRT_BUS_ABORT;
        come(0);
        vset(0, 5);
        vset(1, 5);
        leave(0, DOORBELL);
        assert_int_equal(v.bench.signals[0], 0);
        bench_drop(&v.bench);
    }
}

static void without_vlpis_there_is_no_frame(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    struct armvirt_gic_access a = {.offset = 0x20078, .size = 8, .secure = true};
    struct bench bench;
    uint64_t value;

    (void)state;
    bench_make(&bench, &config);
    assert_int_equal(armvirt_gicr_read(bench.gic, 0, &a, &value), ARMVIRT_FAULT);
    bench_drop(&bench);
    config.gicr_typer |= ARMVIRT_GICR_TYPER_VLPIS; /* and no LPIs: nothing can be resident */
    bench_make(&bench, &config);
    assert_int_equal(armvirt_gicr_write(bench.gic, 0, &a, VALID), ARMVIRT_OK);
    assert_int_equal(armvirt_gicr_read(bench.gic, 0, &a, &value), ARMVIRT_OK);
    assert_int_equal(value, 0);
    a.offset = 0x20070;
    assert_int_equal(armvirt_gicr_write(bench.gic, 0, &a, UINT64_MAX), ARMVIRT_OK);
    assert_int_equal(armvirt_gicr_read(bench.gic, 0, &a, &value), ARMVIRT_OK);
    assert_int_equal(value, 0);
    bench_drop(&bench);
}

static void reset_ends_residency(void **state)
{
    (void)state;
    make(false);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vset(0, 5);
    armvirt_gic_reset(v.bench.gic);
    assert_int_equal(v.bench.signals[0], 0);
    assert_int_equal(gicr64_get(0, 0x20078), 0);
    bench_drop(&v.bench);
}

static void the_upper_bound_of_the_storage_holds(void **state)
{
    (void)state;
    make(true);
    assert_true(armvirt_gic_size(&v.bench.config) <= ARMVIRT_GIC_SIZE(BENCH_PES, 96, 96) +
                                                         ARMVIRT_GIC_LPI_BYTES(BENCH_PES, 57344) +
                                                         ARMVIRT_GIC_VLPI_BYTES(BENCH_PES, 57344));
    bench_drop(&v.bench);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule71_a_vlpi_of_a_resident_vpe_is_presented_and_taken);
    SUITE_ADD(&suite, rule71_a_vlpi_of_another_vpe_waits_in_memory_and_rings_its_doorbell);
    SUITE_ADD(&suite, rule71_pendinglast_tells_whether_something_enabled_pends);
    SUITE_ADD(&suite, rule71_dirty_is_1_while_a_table_is_read_or_written);
    SUITE_ADD(&suite, writes_of_vpendbaser_while_a_vpe_is_resident_only_make_it_leave);
    SUITE_ADD(&suite, nothing_is_lost_that_arrives_while_a_vpe_comes_or_leaves);
    SUITE_ADD(&suite, a_vpe_may_leave_before_its_table_was_read);
    SUITE_ADD(&suite, what_is_injected_directly_competes_with_the_list_registers);
    SUITE_ADD(&suite, dvim_holds_back_what_is_injected_directly);
    SUITE_ADD(&suite, rule68_vinv_and_vinvall_read_the_configuration_anew);
    SUITE_ADD(&suite, rule65_vmovi_moves_the_pending_state_and_rings);
    SUITE_ADD(&suite, what_does_not_exist_is_ignored);
    SUITE_ADD(&suite, rule51_vpropbaser_idbits_limit_the_vlpis);
    SUITE_ADD(&suite, a_step_that_memory_holds_up_goes_on_later);
    SUITE_ADD(&suite, tables_that_are_not_memory_do_no_harm);
    SUITE_ADD(&suite, without_vlpis_there_is_no_frame);
    SUITE_ADD(&suite, reset_ends_residency);
    SUITE_ADD(&suite, the_upper_bound_of_the_storage_holds);
    return suite_run(&suite, "gic.vpe");
}
