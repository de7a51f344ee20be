/* SPDX-License-Identifier: MIT */
/*
 * The ITS of its_bench.h in front of the library's own GIC, whose PEs have all LPIs enabled at one
 * priority and take what is in group 1.
 */
#ifndef ARMVIRT_TESTS_ITS_WITH_GIC_H
#define ARMVIRT_TESTS_ITS_WITH_GIC_H

#include "its_bench.h"

#include <armvirt/gic.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#define IAR1    ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0)
#define EOIR1   ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 1)
#define PMR     ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)
#define IGRPEN1 ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7)

enum { CONFIG = 0x180000, PENDING = 0x1a0000, LPI = 8192, NONE = 1023 };

static struct {
    struct armvirt_gic *gic;
    void *storage;
    uint32_t signals[PES];
} g;

static inline void on_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    (void)ctx;
    (void)changed;
    g.signals[pe] = signals;
}

static inline void gicr(uint32_t pe, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size, .secure = true};

    assert_int_equal(armvirt_gicr_write(g.gic, pe, &a, value), ARMVIRT_OK);
}

static inline uint64_t mrs(uint32_t pe, uint32_t reg)
{
    enum armvirt_gic_outcome outcome;
    uint64_t value = 0;

    assert_int_equal(armvirt_gic_sysreg_read(g.gic, pe, reg, &value, &outcome), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
    return value;
}

static inline void msr(uint32_t pe, uint32_t reg, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    assert_int_equal(armvirt_gic_sysreg_write(g.gic, pe, reg, value, &outcome), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
}

static inline void finish(void)
{
    while (armvirt_gic_step(g.gic, 100) == ARMVIRT_E_AGAIN) {
    }
}

/* A GIC with LPIs and what @typer adds to GICD_TYPER; @gicr_typer and @ich_vtr as they are. */
static inline void make_gic(uint64_t typer, uint64_t gicr_typer, uint64_t ich_vtr)
{
    static const struct armvirt_gic_ops ops = {.signal = on_signal};
    static const uint32_t affinity[PES] = {0, 1, 2, 3};
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | 1 |
                                 ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15) | typer),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS | gicr_typer,
        .icc_ctlr = 0x400,
        .ich_vtr = ich_vtr,
        .pes = PES,
        .affinity = affinity,
        .mem = armvirt_mem_from_flat(&b.flat),
        .ops = &ops,
    };
    struct armvirt_gic_access ctlr = {.offset = 0, .size = 4, .secure = true};
    size_t size = armvirt_gic_size(&config);

    memset(&g, 0, sizeof(g));
    g.storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 15) / 16 * 16);
    assert_int_equal(armvirt_gic_init(g.storage, size, &config, &g.gic), ARMVIRT_OK);
    memset(b.memory + CONFIG, 0xa1, 0x10000 - LPI);
    armvirt_gicd_write(g.gic, &ctlr, 3);
    for (uint32_t pe = 0; pe < PES; pe++) {
        gicr(pe, 0x14, 4, 0);
        gicr(pe, 0x70, 8, CONFIG | 15);
        gicr(pe, 0x78, 8, PENDING + 0x10000 * (uint64_t)pe);
        gicr(pe, 0, 4, 1);
        msr(pe, PMR, 0xff);
        msr(pe, IGRPEN1, 1);
    }
    finish();
}

static inline void drop_gic(void)
{
    free(g.storage);
}

#endif
