/* SPDX-License-Identifier: MIT */
/* Why an interrupt is taken, or is not: each reason, in the order in which they are looked at. */
#include "gic_bench.h"

#include <armvirt/gic_why.h>
#include <armvirt/mem.h>

#include <string.h>

enum { INTID = 40, OTHER = 41 };

static struct bench b;

static struct armvirt_gic_why ask(uint32_t pe, uint32_t intid)
{
    struct armvirt_gic_why why;

    assert_int_equal(armvirt_gic_why(b.gic, pe, intid, &why), ARMVIRT_OK);
    return why;
}

static void expect(enum armvirt_gic_reason reason)
{
    assert_int_equal(ask(0, INTID).reason, reason);
}

static void set_priority(uint32_t intid, uint8_t priority)
{
    struct armvirt_gic_access a = {.offset = 0x400 + intid, .size = 1};

    assert_int_equal(armvirt_gicd_write(b.gic, &a, priority), ARMVIRT_OK);
}

/* Obstacle after obstacle is taken away, from the first that is looked at. */
static void every_reason_in_order(void **state)
{
    struct armvirt_gic_access router = {.offset = 0x6000 + 8 * INTID, .size = 8};

    (void)state;
    bench_open(&b);
    gicd(&b, 0xc08, 0xaaaaaaaa);
    gicd(&b, 0, 0);
    gicr(&b, 0, 0x14, 2);
    msr(&b, 0, IGRPEN1, 0);
    msr(&b, 0, PMR, 0x80);
    set_priority(INTID, 0x80);
    set_priority(OTHER, 0x40);
    armvirt_gicd_write(b.gic, &router, 0x7777);
    expect(ARMVIRT_GIC_REASON_NOT_PENDING);
    gicd(&b, 0x204, 1u << (INTID - 32));
    expect(ARMVIRT_GIC_REASON_NO_TARGET);
    assert_int_equal(ask(0, INTID).target, ARMVIRT_GIC_NOBODY);
    armvirt_gicd_write(b.gic, &router, 0x100);
    expect(ARMVIRT_GIC_REASON_ELSEWHERE);
    assert_int_equal(ask(0, INTID).target, 4);
    armvirt_gicd_write(b.gic, &router, 0);
    expect(ARMVIRT_GIC_REASON_DISABLED);
    gicd(&b, 0x104, UINT32_MAX);
    gicd(&b, 0x304, 1u << (INTID - 32));
    expect(ARMVIRT_GIC_REASON_ACTIVE);
    gicd(&b, 0x384, UINT32_MAX);
    expect(ARMVIRT_GIC_REASON_GROUP_DISABLED);
    gicd(&b, 0, 3);
    expect(ARMVIRT_GIC_REASON_ASLEEP);
    gicr(&b, 0, 0x14, 0);
    expect(ARMVIRT_GIC_REASON_GROUP_CLOSED);
    msr(&b, 0, IGRPEN1, 1);
    gicd(&b, 0x204, 1u << (OTHER - 32));
    expect(ARMVIRT_GIC_REASON_MASKED); /* whatever comes before it */
    msr(&b, 0, PMR, 0xff);
    expect(ARMVIRT_GIC_REASON_BEHIND);
    assert_int_equal(ask(0, INTID).other, OTHER);
    assert_int_equal(mrs(&b, 0, IAR1), OTHER);
    expect(ARMVIRT_GIC_REASON_RUNNING);
    msr(&b, 0, EOIR1, OTHER);
    expect(ARMVIRT_GIC_REASON_TAKEN_NEXT);
    assert_int_equal(mrs(&b, 0, IAR1), INTID);
    set_priority(INTID, 0xff);
    bench_drop(&b);
}

static void what_is_not_there(void **state)
{
    static const uint32_t none[] = {96, 1019, 1023, 1120, 4128, 8191, 8192, UINT32_MAX};
    struct armvirt_gic_why why;

    (void)state;
    bench_open(&b);
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        assert_int_equal(ask(0, none[i]).reason, ARMVIRT_GIC_REASON_NOT_THERE);
    }
    assert_int_equal(armvirt_gic_why(b.gic, BENCH_PES, 0, &why), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_next(b.gic, BENCH_PES, 0), ARMVIRT_GIC_NOBODY);
    bench_drop(&b);
}

static void state_of_an_interrupt(void **state)
{
    struct armvirt_gic_why why;

    (void)state;
    bench_open(&b);
    assert_int_equal(armvirt_gic_spi(b.gic, INTID, true), ARMVIRT_OK);
    why = ask(0, INTID);
    assert_true(why.line && why.pending && !why.edge && !why.active && !why.enabled);
    assert_int_equal(why.group, 2);
    gicd(&b, 0xf84, 1u << (INTID - 32)); /* superpriority */
    gicd(&b, 0x104, 1u << (INTID - 32));
    set_priority(INTID, 0x90);
    assert_true(ask(0, INTID).nmi);
    assert_int_equal(ask(0, INTID).priority, 0);
    assert_int_equal(mrs(&b, 0, IAR1), INTID);
    assert_true(ask(0, INTID).active);
    bench_drop(&b);
}

/* Priority 0xff: no mask lets it through. */
static void idle_priority_is_masked(void **state)
{
    struct armvirt_gic_config config = bench_config(false);

    (void)state;
    config.icc_ctlr = ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, 7);
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    gicd(&b, 0x84, UINT32_MAX);
    gicr(&b, 0, 0x14, 0);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN1, 1);
    set_priority(INTID, 0xff);
    gicd(&b, 0x104, 1u << (INTID - 32));
    assert_int_equal(armvirt_gic_spi(b.gic, INTID, true), ARMVIRT_OK);
    expect(ARMVIRT_GIC_REASON_MASKED);
    bench_drop(&b);
}

static uint8_t memory[0x20000];

static void lpis(void **state)
{
    struct armvirt_mem_flat flat = {memory, 0, sizeof(memory), true};
    struct armvirt_gic_config config = bench_config(false);
    struct armvirt_gic_access a = {.offset = 0x70, .size = 8};

    (void)state;
    memset(memory, 0, sizeof(memory));
    memory[5] = 0x41;
    memory[6] = 0x40; /* disabled */
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
    config.mem = armvirt_mem_from_flat(&flat);
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    gicr(&b, 0, 0x14, 0);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN1, 1);
    armvirt_gicr_write(b.gic, 0, &a, 13);
    a.offset = 0x78;
    armvirt_gicr_write(b.gic, 0, &a, 0x10000);
    gicr(&b, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    while (armvirt_gic_step(b.gic, 100) == ARMVIRT_E_AGAIN) {
    }
    assert_int_equal(ask(0, 8197).reason, ARMVIRT_GIC_REASON_NOT_PENDING);
    assert_int_equal(ask(0, 8197).priority, 0x40);
    assert_true(ask(0, 8197).enabled);
    assert_int_equal(armvirt_gic_next(b.gic, 0, 0), ARMVIRT_GIC_NOBODY);
    armvirt_gic_lpi_set(b.gic, 0, 8197);
    armvirt_gic_lpi_set(b.gic, 0, 8198);
    assert_int_equal(ask(0, 8197).reason, ARMVIRT_GIC_REASON_TAKEN_NEXT);
    assert_int_equal(ask(0, 8198).reason, ARMVIRT_GIC_REASON_DISABLED);
    assert_int_equal(ask(1, 8197).reason, ARMVIRT_GIC_REASON_NOT_PENDING);
    assert_int_equal(armvirt_gic_next(b.gic, 0, 0), 8197);
    assert_int_equal(armvirt_gic_next(b.gic, 0, 8198), 8198);
    assert_int_equal(armvirt_gic_next(b.gic, 0, 8199), ARMVIRT_GIC_NOBODY);
    bench_drop(&b);
}

/* SGI 3, PPI 20, SPI 90, extended PPI 1060, extended SPI 4100. */
static void what_is_pending_or_active_in_order(void **state)
{
    static const uint32_t set[] = {3, 20, 90, 1060, 4100};
    uint32_t from = 0;

    (void)state;
    bench_open(&b);
    gicr(&b, 0, 0x10200, 1u << 3);
    gicr(&b, 0, 0x10300, 1u << 20);
    gicd(&b, 0x208, 1u << (90 - 64));
    gicr(&b, 0, 0x10204, 1u << (1060 - 1056));
    gicd(&b, 0x1a00, 1u << 4);
    for (size_t i = 0; i < COUNT_OF(set); i++) {
        from = armvirt_gic_next(b.gic, 0, from);
        assert_int_equal(from++, set[i]);
    }
    assert_int_equal(armvirt_gic_next(b.gic, 0, from), ARMVIRT_GIC_NOBODY);
    assert_int_equal(armvirt_gic_next(b.gic, 1, 0), 90);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, every_reason_in_order);
    SUITE_ADD(&suite, what_is_not_there);
    SUITE_ADD(&suite, state_of_an_interrupt);
    SUITE_ADD(&suite, idle_priority_is_masked);
    SUITE_ADD(&suite, lpis);
    SUITE_ADD(&suite, what_is_pending_or_active_in_order);
    return suite_run(&suite, "gic.why");
}
