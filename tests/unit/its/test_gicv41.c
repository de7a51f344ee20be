/* SPDX-License-Identifier: MIT */
/*
 * From a device to a guest: the ITS of this library and its GIC, both of version 4.1. A hypervisor
 * maps vPEs, lets them come and go, and is called by doorbells (IHI0069 6.4).
 */
#include "with_gic.h"

#define ICH_HCR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_VMCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)

enum {
    VPT = 0x100000, /* of vPE n at + 0x10000 n */
    VCONFIG = 0x120000,
    RD_VPES = 0x140000, /* vPE table of the redistributors */
    DOORBELL = 9000,    /* of vPE n: + n */
};

static uint64_t vpendbaser(uint32_t pe)
{
    struct armvirt_gic_access a = {.offset = 0x20078, .size = 8, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicr_read(g.gic, pe, &a, &value), ARMVIRT_OK);
    return value;
}

/* At EL1 the guest, at EL2 its hypervisor. */
static void at(uint32_t pe, uint8_t el)
{
    struct armvirt_gic_context c = {.el = el, .scr_el3 = 1, .hcr_el2 = el == 1 ? 0x18 : 0};

    armvirt_gic_set_context(g.gic, pe, &c);
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

static void make_gicv41(void)
{
    make_gic(ARMVIRT_GICD_TYPER_DVIS,
             ARMVIRT_GICR_TYPER_VLPIS | ARMVIRT_GICR_TYPER_RVPEID | ARMVIRT_GICR_TYPER_VSGI |
                 ARMVIRT_GICR_TYPER_DIRTY,
             0x90ac0003);
    for (uint32_t pe = 0; pe < PES; pe++) {
        gicr(pe, 0x20070, 8, VALID | RD_VPES);
        msr(pe, ICH_HCR, 1);
        msr(pe, ICH_VMCR, 0xf8000003);
    }
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
    make_gicv41();
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
    drop_gic();
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

/* The redistributors' entry has the new default doorbell, and the vPE rings by it. */
static void vmovp_with_another_default_doorbell_tells_the_redistributors(void **state)
{
    uint64_t *entry = (uint64_t *)(void *)(b.memory + RD_VPES);

    (void)state;
    start();
    come(2, 0);
    leave(2);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_VPE_ENTRY_2_DOORBELL, entry[2]), DOORBELL);
    run(ARMVIRT_ITS_VMOVP, 0, VALID | RD(3), DOORBELL + 5);
    expect_done();
    assert_int_equal(ARMVIRT_GET(ARMVIRT_VPE_ENTRY_2_DOORBELL, entry[2]), DOORBELL + 5);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_VPE_ENTRY_2_PE, entry[2]), 3);
    b.memory[CONFIG + DOORBELL + 5 - LPI] = 0xa1;
    msi(1);
    assert_int_equal(taken(3, 2), DOORBELL + 5);
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
    SUITE_ADD(&suite, vmovp_with_another_default_doorbell_tells_the_redistributors);
    SUITE_ADD(&suite, changes_of_configurations_are_seen_after_their_commands);
    SUITE_ADD(&suite, virtual_sgis_are_configured_and_sent);
    return suite_run(&suite, "its.gicv41");
}
