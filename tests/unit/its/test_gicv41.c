/* SPDX-License-Identifier: MIT */
/*
 * From a device to a guest: the ITS of this library and its GIC, both of version 4.1. A hypervisor
 * maps vPEs, lets them come and go, and is called by doorbells (IHI0069 6.4).
 */
#include "its_bench.h"

#include <armvirt/gic.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#define IAR1     ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0)
#define EOIR1    ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 1)
#define PMR      ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)
#define IGRPEN1  ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7)
#define ICH_HCR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_VMCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)

enum {
    VPT = 0x100000, /* of vPE n at + 0x10000 n */
    VCONFIG = 0x120000,
    RD_VPES = 0x140000, /* vPE table of the redistributors */
    CONFIG = 0x180000,
    PENDING = 0x1a0000,
    LPI = 8192,
    DOORBELL = 9000, /* of vPE n: + n */
    NONE = 1023,
};

static struct {
    struct armvirt_gic *gic;
    void *storage;
} g;

static void gicr(uint32_t pe, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size, .secure = true};

    assert_int_equal(armvirt_gicr_write(g.gic, pe, &a, value), ARMVIRT_OK);
}

static uint64_t vpendbaser(uint32_t pe)
{
    struct armvirt_gic_access a = {.offset = 0x20078, .size = 8, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicr_read(g.gic, pe, &a, &value), ARMVIRT_OK);
    return value;
}

static void finish(void)
{
    while (armvirt_gic_step(g.gic, 100) == ARMVIRT_E_AGAIN) {
    }
}

/* At EL1 the guest, at EL2 its hypervisor. */
static void at(uint32_t pe, uint8_t el)
{
    struct armvirt_gic_context c = {.el = el, .scr_el3 = 1, .hcr_el2 = el == 1 ? 0x18 : 0};

    armvirt_gic_set_context(g.gic, pe, &c);
}

static void msr(uint32_t pe, uint32_t reg, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    assert_int_equal(armvirt_gic_sysreg_write(g.gic, pe, reg, value, &outcome), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
}

/* What is taken there, and ended; NONE if nothing is. */
static uint64_t taken(uint32_t pe, uint8_t el)
{
    enum armvirt_gic_outcome outcome;
    uint64_t intid = 0;

    at(pe, el);
    assert_int_equal(armvirt_gic_sysreg_read(g.gic, pe, IAR1, &intid, &outcome), ARMVIRT_OK);
    if (intid != NONE) {
        msr(pe, EOIR1, intid);
    }
    at(pe, 2);
    return intid;
}

static void make_gic(void)
{
    static const uint32_t affinity[PES] = {0, 1, 2, 3};
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_GICD_TYPER_DVIS | 1 |
                                 ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15)),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_VLPIS |
                      ARMVIRT_GICR_TYPER_RVPEID | ARMVIRT_GICR_TYPER_VSGI |
                      ARMVIRT_GICR_TYPER_DIRTY,
        .icc_ctlr = 0x400,
        .ich_vtr = 0x90ac0003,
        .pes = PES,
        .affinity = affinity,
        .mem = armvirt_mem_from_flat(&b.flat),
    };
    struct armvirt_gic_access ctlr = {.offset = 0, .size = 4, .secure = true};
    size_t size = armvirt_gic_size(&config);

    g.storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 15) / 16 * 16);
    assert_int_equal(armvirt_gic_init(g.storage, size, &config, &g.gic), ARMVIRT_OK);
    memset(b.memory + CONFIG, 0xa1, 0x10000 - LPI);
    armvirt_gicd_write(g.gic, &ctlr, 3);
    for (uint32_t pe = 0; pe < PES; pe++) {
        gicr(pe, 0x14, 4, 0);
        gicr(pe, 0x70, 8, CONFIG | 15);
        gicr(pe, 0x78, 8, PENDING + 0x10000 * (uint64_t)pe);
        gicr(pe, 0, 4, 1);
        gicr(pe, 0x20070, 8, VALID | RD_VPES);
        msr(pe, PMR, 0xff);
        msr(pe, IGRPEN1, 1);
        msr(pe, ICH_HCR, 1);
        msr(pe, ICH_VMCR, 0xf8000003);
    }
    finish();
}

static void vmapp(uint32_t vpe, uint32_t pe)
{
    run(ARMVIRT_ITS_VMAPP | 0x300 | VCONFIG, (uint64_t)vpe << 32 | (DOORBELL + vpe), VALID | RD(pe),
        (VPT + 0x10000 * (uint64_t)vpe) | 15);
    expect_done();
}

/* Device 1, event n: virtual LPI 8192 + n of vPE 0; vPEs 0 and 1 are at PE 2. */
static void start(void)
{
    bench_config();
    make_gic();
    b.config.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, g.gic};
    bench_make();
    bench_start();
    mapd(1, 4, ITT);
    vmapp(0, 2);
    vmapp(1, 2);
    for (uint32_t event = 0; event < 4; event++) {
        run(DEV(ARMVIRT_ITS_VMAPTI, 1), event, (uint64_t)NONE << 32 | (LPI + event), 0);
        expect_done();
    }
    memset(b.memory + VCONFIG, 0xa1, 2);
}

static void stop(void)
{
    bench_drop();
    free(g.storage);
}

static void come(uint32_t pe, uint32_t vpe)
{
    gicr(pe, 0x20078, 8, ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN | VALID | vpe);
    finish();
}

static void leave(uint32_t pe)
{
    gicr(pe, 0x20078, 8,
         ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN | ARMVIRT_GICR_VPENDBASER_V41_DOORBELL);
    finish();
}

static void msi(uint32_t event)
{
    struct armvirt_its_access a = {.offset = 0x10040, .size = 4, .device_id = 1};

    assert_int_equal(armvirt_its_write(b.its, &a, event), ARMVIRT_OK);
}

static void a_device_calls_its_hypervisor_and_then_its_guest(void **state)
{
    (void)state;
    start();
    come(2, 0);
    msi(0);
    assert_int_equal(taken(2, 1), LPI);
    leave(2);
    assert_int_equal(vpendbaser(2) & ARMVIRT_GICR_VPENDBASER_V41_PENDINGLAST, 0);
    msi(1);
    msi(2); /* not enabled */
    msi(0);
    assert_int_equal(taken(2, 2), DOORBELL);
    assert_int_equal(taken(2, 2), NONE);
    come(2, 1);
    assert_int_equal(taken(2, 1), NONE); /* not that guest's */
    leave(2);
    come(2, 0);
    assert_int_equal(taken(2, 1), LPI);
    assert_int_equal(taken(2, 1), LPI + 1);
    assert_int_equal(taken(2, 1), NONE);
    stop();
}

static void vmovp_takes_a_vpe_to_another_pe(void **state)
{
    (void)state;
    start();
    come(2, 0);
    leave(2);
    msi(1);
    run(ARMVIRT_ITS_VMOVP, 0, VALID | RD(3), DOORBELL);
    expect_done();
    assert_int_equal(taken(2, 2), NONE);
    assert_int_equal(taken(3, 2), DOORBELL);
    come(3, 0);
    msi(0);
    assert_int_equal(taken(3, 1), LPI);
    assert_int_equal(taken(3, 1), LPI + 1);
    run(ARMVIRT_ITS_VMAPP | 0x100, 0, 0, 0); /* V 0 */
    expect_done();
    msi(0);
    assert_int_equal(taken(3, 1), NONE);
    stop();
}

static void changes_of_configurations_are_seen_after_their_commands(void **state)
{
    (void)state;
    start();
    come(2, 0);
    msi(2);
    msi(3);
    memset(b.memory + VCONFIG + 2, 0x91, 2);
    assert_int_equal(taken(2, 1), NONE);
    on_event(ARMVIRT_ITS_INV, 1, 3);
    assert_int_equal(taken(2, 1), LPI + 3);
    run(ARMVIRT_ITS_VINVALL, 0, 0, 0);
    queue(ARMVIRT_ITS_VSYNC, 0, 0, 0);
    assert_int_equal(armvirt_its_step(b.its, 1), ARMVIRT_E_AGAIN);
    finish();
    assert_int_equal(armvirt_its_step(b.its, 1), ARMVIRT_OK);
    assert_int_equal(taken(2, 1), LPI + 2);
    leave(2);
    b.memory[CONFIG + DOORBELL - LPI] = 0xa0;
    msi(0);
    b.memory[CONFIG + DOORBELL - LPI] = 0xa1;
    assert_int_equal(taken(2, 2), NONE);
    run(ARMVIRT_ITS_INVDB, 0, 0, 0);
    assert_int_equal(taken(2, 2), DOORBELL);
    stop();
}

static void virtual_sgis_are_configured_and_sent(void **state)
{
    struct armvirt_its_access sgir = {.offset = 0x20020, .size = 8};

    (void)state;
    start();
    /* SGI 7: priority 0x50, Group 1, enabled */
    run(ARMVIRT_ITS_VSGI | ARMVIRT_PUT(ARMVIRT_ITS_CMD0_VSGI_VINTID, 7) |
            ARMVIRT_PUT(ARMVIRT_ITS_CMD0_VSGI_PRIORITY, 5) | ARMVIRT_ITS_CMD0_VSGI_GROUP |
            ARMVIRT_ITS_CMD0_VSGI_ENABLE,
        0, 0, 0);
    expect_done();
    come(2, 0);
    leave(2);
    assert_int_equal(armvirt_its_write(b.its, &sgir, 7), ARMVIRT_OK);
    assert_int_equal(taken(2, 2), DOORBELL);
    come(2, 0);
    assert_int_equal(taken(2, 1), 7);
    assert_int_equal(armvirt_its_write(b.its, &sgir, 7), ARMVIRT_OK);
    run(ARMVIRT_ITS_VSGI | ARMVIRT_PUT(ARMVIRT_ITS_CMD0_VSGI_VINTID, 7) |
            ARMVIRT_ITS_CMD0_VSGI_CLEAR,
        0, 0, 0);
    assert_int_equal(taken(2, 1), NONE);
    stop();
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, a_device_calls_its_hypervisor_and_then_its_guest);
    SUITE_ADD(&suite, vmovp_takes_a_vpe_to_another_pe);
    SUITE_ADD(&suite, changes_of_configurations_are_seen_after_their_commands);
    SUITE_ADD(&suite, virtual_sgis_are_configured_and_sent);
    return suite_run(&suite, "its.gicv41");
}
