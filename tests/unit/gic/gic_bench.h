/* SPDX-License-Identifier: MIT */
/* A GIC for tests, on a desk: made in one call, its registers by short names. */
#ifndef ARMVIRT_TESTS_GIC_BENCH_H
#define ARMVIRT_TESTS_GIC_BENCH_H

#include "suite.h"

#include <armvirt/gic.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#include <stdbool.h>
#include <stdlib.h>

#define BENCH_PES 8

#define PMR     ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)
#define IAR0    ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 0)
#define EOIR0   ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 1)
#define HPPIR0  ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 2)
#define BPR0    ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 3)
#define AP0R0   ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 4)
#define AP1R0   ARMVIRT_GIC_SYSREG(3, 0, 12, 9, 0)
#define DIR     ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 1)
#define RPR     ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 3)
#define SGI1R   ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 5)
#define SGI0R   ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 7)
#define IAR1    ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0)
#define EOIR1   ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 1)
#define HPPIR1  ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 2)
#define BPR1    ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 3)
#define CTLR1   ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 4)
#define IGRPEN0 ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 6)
#define IGRPEN1 ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7)

struct bench {
    struct armvirt_gic_config config;
    struct armvirt_gic *gic;
    void *storage;
    uint32_t signals[BENCH_PES]; /* as the callback says */
    unsigned calls;
};

static inline void bench_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    struct bench *b = ctx;

    assert_int_not_equal(changed, 0);
    assert_int_equal(b->signals[pe] ^ signals, changed);
    b->signals[pe] = signals;
    b->calls++;
}

static const struct armvirt_gic_ops bench_ops = {bench_signal};
static const uint32_t bench_affinity[BENCH_PES] = {0,     1,     2,          3,
                                                   0x100, 0x101, 0x01000000, 0x01000001};

/* 64 SPIs, message-based SPIs, 1 of N, 32 extended SPIs, 64 extended PPIs; 5 bits of priority. */
static inline struct armvirt_gic_config bench_config(bool two_states)
{
    uint64_t typer = ARMVIRT_PUT(ARMVIRT_GICD_TYPER_ITLINESNUMBER, 2) | ARMVIRT_GICD_TYPER_MBIS |
                     ARMVIRT_GICD_TYPER_A3V | ARMVIRT_GICD_TYPER_ESPI | ARMVIRT_GICD_TYPER_NMI |
                     (two_states ? ARMVIRT_GICD_TYPER_SECURITYEXTN : 0);
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)typer,
        .gicr_typer = ARMVIRT_PUT(ARMVIRT_GICR_TYPER_PPINUM, 2) | ARMVIRT_GICR_TYPER_DPGS,
        .icc_ctlr = ARMVIRT_ICC_CTLR_EL3_A3V | ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, 4),
        .ich_vtr = UINT64_C(0x90b80003),
        .pes = BENCH_PES,
        .affinity = bench_affinity,
        .ops = &bench_ops,
    };

    return config;
}

static inline void bench_make(struct bench *b, const struct armvirt_gic_config *config)
{
    size_t size;

    *b = (struct bench){.config = *config};
    b->config.ctx = b;
    size = armvirt_gic_size(&b->config);
    assert_int_not_equal(size, 0);
    b->storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 15) / 16 * 16);
    assert_int_equal(armvirt_gic_init(b->storage, size, &b->config, &b->gic), ARMVIRT_OK);
}

static inline void bench_drop(struct bench *b)
{
    free(b->storage);
}

/* ---- Registers ----------------------------------------------------------------------------- */

static inline void gicd(struct bench *b, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4, .secure = true};

    assert_int_equal(armvirt_gicd_write(b->gic, &a, value), ARMVIRT_OK);
}

static inline uint32_t gicd_get(struct bench *b, uint32_t offset)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicd_read(b->gic, &a, &value), ARMVIRT_OK);
    return (uint32_t)value;
}

static inline void gicr(struct bench *b, uint32_t pe, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4, .secure = true};

    assert_int_equal(armvirt_gicr_write(b->gic, pe, &a, value), ARMVIRT_OK);
}

static inline uint32_t gicr_get(struct bench *b, uint32_t pe, uint32_t offset)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicr_read(b->gic, pe, &a, &value), ARMVIRT_OK);
    return (uint32_t)value;
}

static inline uint64_t mrs(struct bench *b, uint32_t pe, uint32_t encoding)
{
    enum armvirt_gic_outcome outcome;
    uint64_t value;

    assert_int_equal(armvirt_gic_sysreg_read(b->gic, pe, encoding, &value, &outcome), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
    return value;
}

static inline void msr(struct bench *b, uint32_t pe, uint32_t encoding, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    assert_int_equal(armvirt_gic_sysreg_write(b->gic, pe, encoding, value, &outcome), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
}

/* One Security state, everything open, all interrupts in Group 1, awake, at EL2. */
static inline void bench_open(struct bench *b)
{
    struct armvirt_gic_config config = bench_config(false);

    bench_make(b, &config);
    gicd(b, 0, 3);
    for (uint32_t n = 1; n <= 2; n++) {
        gicd(b, 0x80 + 4 * n, UINT32_MAX);
    }
    gicd(b, 0x1000, UINT32_MAX);
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        gicr(b, pe, 0x14, 0);
        for (uint32_t n = 0; n <= 2; n++) {
            gicr(b, pe, 0x10080 + 4 * n, UINT32_MAX);
        }
        msr(b, pe, PMR, 0xff);
        msr(b, pe, IGRPEN0, 1);
        msr(b, pe, IGRPEN1, 1);
    }
}

#endif
