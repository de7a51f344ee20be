/* SPDX-License-Identifier: MIT */
/* LPIs (IHI0069 5.1), each rule with its name. */
#include "gic_bench.h"

#include <armvirt/mem.h>

#include <string.h>

enum { CONFIG = 0x0, PENDING = 0x10000, SIZE = 0x40000, LPI = 8192 };

struct lpi_bench {
    struct bench bench;
    struct armvirt_mem_flat flat;
    uint8_t memory[SIZE];
};

static struct lpi_bench l;

static void finish(void)
{
    while (armvirt_gic_step(l.bench.gic, 3) == ARMVIRT_E_AGAIN) {
    }
}

static void gicr64(uint32_t pe, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 8, .secure = true};

    armvirt_gicr_write(l.bench.gic, pe, &a, value);
}

/* 16 bits of INTID; PEs 0 and 1 share the configuration and have a pending table each. */
static void make(bool enable)
{
    struct armvirt_gic_config config = bench_config(false);

    memset(l.memory, 0, sizeof(l.memory));
    l.flat = (struct armvirt_mem_flat){l.memory, 0, SIZE, true};
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI;
    config.gicr_ctlr = (uint32_t)ARMVIRT_GICR_CTLR_CES;
    config.mem = armvirt_mem_from_flat(&l.flat);
    bench_make(&l.bench, &config);
    gicd(&l.bench, 0, 3);
    for (uint32_t pe = 0; pe < 2; pe++) {
        gicr(&l.bench, pe, 0x14, 0);
        msr(&l.bench, pe, PMR, 0xff);
        msr(&l.bench, pe, IGRPEN1, 1);
        gicr64(pe, 0x70, CONFIG | 15);
        gicr64(pe, 0x78, PENDING + pe * 0x10000);
        if (enable) {
            gicr(&l.bench, pe, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
        }
    }
    finish();
}

static void rule44_acknowledge_takes_the_lpi_and_leaves_only_a_priority(void **state)
{
    (void)state;
    make(true);
    l.memory[CONFIG + 5] = 0xa1;
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    assert_int_equal(l.bench.signals[0], ARMVIRT_GIC_IRQ);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, RPR), 0xa0);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), LPI + 5);
    msr(&l.bench, 0, EOIR1, LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, RPR), 0xff);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
    bench_drop(&l.bench);
}

static void rule46_a_disabled_lpi_is_latched_until_inv(void **state)
{
    (void)state;
    make(true);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    assert_int_equal(l.bench.signals[0], 0);
    l.memory[CONFIG + 5] = 0xa1;
    assert_int_equal(mrs(&l.bench, 0, IAR1), 1023);
    gicr64(0, 0xa0, LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
    bench_drop(&l.bench);
}

static void rule47_an_lpi_for_a_redistributor_without_lpis_is_lost(void **state)
{
    (void)state;
    make(false);
    l.memory[CONFIG + 5] = 0xa1;
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    finish();
    assert_int_equal(mrs(&l.bench, 0, IAR1), 1023);
    bench_drop(&l.bench);
}

static void rule48_49_the_pending_table_is_read_and_written(void **state)
{
    (void)state;
    make(false);
    memset(l.memory + CONFIG, 0xa1, 100);
    l.memory[PENDING] = 0xff; /* the first 1 KB is not looked at */
    l.memory[PENDING + 1024] = 0x20;
    gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    assert_int_equal(armvirt_gic_step(l.bench.gic, 1), ARMVIRT_E_AGAIN);
    finish();
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), LPI + 5);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 9);
    gicr(&l.bench, 0, 0, 0);
    assert_int_equal(l.bench.signals[0], 0);
    assert_true(gicr_get(&l.bench, 0, 0) & ARMVIRT_GICR_CTLR_RWP);
    finish();
    assert_false(gicr_get(&l.bench, 0, 0) & ARMVIRT_GICR_CTLR_RWP);
    assert_int_equal(l.memory[PENDING + 1024], 0x20);
    assert_int_equal(l.memory[PENDING + 1025], 0x02);
    assert_int_equal(l.memory[PENDING], 0xff);
    bench_drop(&l.bench);
}

static void rule48_ptz_skips_the_table_and_reads_as_zero(void **state)
{
    (void)state;
    make(false);
    l.memory[CONFIG + 5] = 0xa1;
    l.memory[PENDING + 1024] = 0x20;
    gicr64(0, 0x78, PENDING | ARMVIRT_GICR_PENDBASER_PTZ);
    assert_int_equal(gicr_get(&l.bench, 0, 0x7c), 0);
    gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    assert_int_equal(armvirt_gic_step(l.bench.gic, 1), ARMVIRT_OK);
    assert_int_equal(mrs(&l.bench, 0, IAR1), 1023);
    bench_drop(&l.bench);
}

static void rule50_the_bases_are_locked_while_lpis_are_on(void **state)
{
    (void)state;
    make(true);
    gicr64(0, 0x70, 0x30000 | 14);
    assert_int_equal(gicr_get(&l.bench, 0, 0x70), CONFIG | 15);
    bench_drop(&l.bench);
}

static void rule52_53_direct_registers_take_lpis_only(void **state)
{
    (void)state;
    make(true);
    memset(l.memory + CONFIG, 0xa1, 0x1000);
    gicr64(0, 0x40, 1024);
    gicr64(0, 0x40, 8191);
    gicr64(0, 0x40, 0x10000);
    assert_int_equal(mrs(&l.bench, 0, IAR1), 1023);
    gicr64(0, 0x40, LPI);
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), LPI);
    gicr64(0, 0x48, LPI);
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), 1023);
    bench_drop(&l.bench);
}

static void invall_and_moves(void **state)
{
    (void)state;
    make(true);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 70);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 7);
    l.memory[CONFIG + 70] = 0x41;
    l.memory[CONFIG + 7] = 0x51;
    gicr64(0, 0xb0, 0);
    assert_int_equal(gicr_get(&l.bench, 0, 0xc0), 1);
    finish();
    assert_int_equal(gicr_get(&l.bench, 0, 0xc0), 0);
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), LPI + 70);
    armvirt_gic_lpi_move(l.bench.gic, 0, 1, LPI + 70);
    assert_int_equal(mrs(&l.bench, 0, HPPIR1), LPI + 7);
    assert_int_equal(mrs(&l.bench, 1, HPPIR1), LPI + 70);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 1, 0, 1), ARMVIRT_E_AGAIN);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 1, 0, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(mrs(&l.bench, 1, HPPIR1), 1023);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 70);
    bench_drop(&l.bench);
}

/* With two Security states an LPI is Non-secure Group 1, its priority in the upper half. */
static void rule45_an_lpi_is_group_1_and_its_priority_non_secure(void **state)
{
    struct armvirt_gic_context el3 = {.el = 3};

    (void)state;
    for (unsigned two = 0; two < 2; two++) {
        struct armvirt_gic_config config;

        make(true);
        config = l.bench.config;
        config.gicd_typer |= two ? (uint32_t)ARMVIRT_GICD_TYPER_SECURITYEXTN : 0;
        bench_drop(&l.bench);
        bench_make(&l.bench, &config);
        gicd(&l.bench, 0, 7);
        gicr(&l.bench, 0, 0x14, 0);
        gicr64(0, 0x70, CONFIG | 15);
        gicr64(0, 0x78, PENDING);
        gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
        finish();
        el3.scr_el3 = 1;
        armvirt_gic_set_context(l.bench.gic, 0, &el3);
        msr(&l.bench, 0, PMR, 0xff);
        msr(&l.bench, 0, IGRPEN1, 1);
        l.memory[CONFIG + 5] = 0x43;
        armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
        assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
        assert_int_equal(mrs(&l.bench, 0, RPR), two ? 0xa0 : 0x40);
        bench_drop(&l.bench);
    }
}

/* Memory that asks to retry holds a step up, and memory that is not there has nothing pending. */
static enum armvirt_bus held_up;

static enum armvirt_bus held_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *value)
{
    return held_up != ARMVIRT_BUS_OK ? held_up : armvirt_mem_flat_ops.read(ctx, req, value);
}

static void a_step_that_memory_holds_up_goes_on_later(void **state)
{
    static const struct armvirt_mem_ops ops = {held_read, NULL, NULL};
    struct armvirt_gic_config config;

    (void)state;
    make(false);
    config = l.bench.config;
    config.mem.ops = &ops;
    bench_drop(&l.bench);
    bench_make(&l.bench, &config);
    memset(l.memory + CONFIG, 0xa1, 100);
    l.memory[PENDING + 1024] = 0x20;
    gicr64(0, 0x70, CONFIG | 15);
    gicr64(0, 0x78, PENDING);
    held_up = ARMVIRT_BUS_RETRY;
    gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    assert_int_equal(armvirt_gic_step(l.bench.gic, 10), ARMVIRT_E_AGAIN);
    assert_int_equal(armvirt_gic_lpi_sync(l.bench.gic, 0), ARMVIRT_E_AGAIN);
    held_up = ARMVIRT_BUS_OK;
    gicr64(0, 0xb0, 0); /* INVALLR while the table is read */
    finish();
    assert_int_equal(armvirt_gic_lpi_sync(l.bench.gic, 0), ARMVIRT_OK);
    gicr(&l.bench, 0, 0, 0); /* a table that cannot be written */
    finish();
    assert_int_equal(l.memory[PENDING + 1024], 0x20);
    held_up = ARMVIRT_BUS_ABORT;
    gicr(&l.bench, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    finish();
    held_up = ARMVIRT_BUS_OK;
    bench_drop(&l.bench);
}

/* Each has a pending table and an index of its own, and all see a change of the configuration. */
static void an_lpi_may_be_pending_at_several_pes(void **state)
{
    (void)state;
    make(true);
    l.memory[CONFIG + 5] = 0xa1;
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    armvirt_gic_lpi_set(l.bench.gic, 1, LPI + 5);
    l.memory[CONFIG + 5] = 0xa0;
    armvirt_gic_lpi_inv(l.bench.gic, 0, LPI + 5);
    assert_int_equal(l.bench.signals[0] | l.bench.signals[1], 0);
    l.memory[CONFIG + 5] = 0x91;
    armvirt_gic_lpi_inv(l.bench.gic, 1, LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, RPR), 0x90);
    l.memory[CONFIG + 5] = 0x81; /* pending at PE 1 alone */
    armvirt_gic_lpi_inv(l.bench.gic, 0, LPI + 5);
    assert_int_equal(mrs(&l.bench, 1, IAR1), LPI + 5);
    assert_int_equal(mrs(&l.bench, 1, RPR), 0x80);
    l.memory[CONFIG + 5] = 0x71; /* pending nowhere */
    armvirt_gic_lpi_inv(l.bench.gic, 0, LPI + 5);
    armvirt_gic_lpi_move(l.bench.gic, 0, 1, LPI + 5);
    msr(&l.bench, 0, EOIR1, LPI + 5);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 5);
    l.memory[CONFIG + 5] = 0x61;
    armvirt_gic_lpi_inv(l.bench.gic, 0, LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, IAR1), LPI + 5);
    assert_int_equal(mrs(&l.bench, 0, RPR), 0x60);
    bench_drop(&l.bench);
}

/* What pends elsewhere stays there; a move to the same PE is none. */
static void rule66_movall_moves_from_one_to_the_other(void **state)
{
    (void)state;
    make(true);
    memset(l.memory + CONFIG, 0xa1, 100);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 1);
    armvirt_gic_lpi_set(l.bench.gic, 0, LPI + 70);
    armvirt_gic_lpi_set(l.bench.gic, 1, LPI + 3);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 0, 0, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(l.bench.signals[0], ARMVIRT_GIC_IRQ);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 0, 1, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(l.bench.signals[0], 0);
    assert_int_equal(mrs(&l.bench, 1, IAR1), LPI + 1);
    msr(&l.bench, 1, EOIR1, LPI + 1);
    assert_int_equal(mrs(&l.bench, 1, IAR1), LPI + 3);
    msr(&l.bench, 1, EOIR1, LPI + 3);
    assert_int_equal(mrs(&l.bench, 1, IAR1), LPI + 70);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 0, 77, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(armvirt_gic_lpi_move_all(l.bench.gic, 77, 0, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(armvirt_gic_lpi_sync(l.bench.gic, 77), ARMVIRT_OK);
    bench_drop(&l.bench);
}

static void the_static_size_is_never_too_small(void **state)
{
    struct armvirt_gic_config config = bench_config(true);

    (void)state;
    l.flat = (struct armvirt_mem_flat){l.memory, 0, SIZE, true};
    config.mem = armvirt_mem_from_flat(&l.flat);
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
    config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_LPIS;
    for (uint32_t bits = 13; bits <= 23; bits++) {
        uint32_t lpis = (UINT32_C(2) << bits) - 8192;

        config.gicd_typer &= ~(uint32_t)ARMVIRT_GICD_TYPER_IDBITS;
        config.gicd_typer |= (uint32_t)ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, bits);
        for (config.pes = 1; config.pes <= BENCH_PES; config.pes++) {
            assert_true(armvirt_gic_size(&config) != 0);
            assert_true(armvirt_gic_size(&config) <= ARMVIRT_GIC_SIZE(config.pes, 96, 64 + 32) +
                                                         ARMVIRT_GIC_LPI_BYTES(config.pes, lpis));
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule44_acknowledge_takes_the_lpi_and_leaves_only_a_priority);
    SUITE_ADD(&suite, rule46_a_disabled_lpi_is_latched_until_inv);
    SUITE_ADD(&suite, rule47_an_lpi_for_a_redistributor_without_lpis_is_lost);
    SUITE_ADD(&suite, rule48_49_the_pending_table_is_read_and_written);
    SUITE_ADD(&suite, rule48_ptz_skips_the_table_and_reads_as_zero);
    SUITE_ADD(&suite, rule50_the_bases_are_locked_while_lpis_are_on);
    SUITE_ADD(&suite, rule52_53_direct_registers_take_lpis_only);
    SUITE_ADD(&suite, invall_and_moves);
    SUITE_ADD(&suite, rule45_an_lpi_is_group_1_and_its_priority_non_secure);
    SUITE_ADD(&suite, a_step_that_memory_holds_up_goes_on_later);
    SUITE_ADD(&suite, an_lpi_may_be_pending_at_several_pes);
    SUITE_ADD(&suite, rule66_movall_moves_from_one_to_the_other);
    SUITE_ADD(&suite, the_static_size_is_never_too_small);
    return suite_run(&suite, "gic.lpi");
}
