/* SPDX-License-Identifier: MIT */
/*
 * Round trips of interrupts: made pending, acknowledged, ended, through the public interface. The
 * floor reads and writes as many words of state as a round trip changes, and nothing else.
 */
#include "harness.h"

#include <armvirt/gic.h>
#include <armvirt/mem.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LPIS = 0x1e000, CONFIG_BYTES = LPIS, FLOOR_WORDS = 16, FIRST_LPI = 8192 };

#define IAR1  ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0)
#define EOIR1 ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 1)
#define SGI1R ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 5)

struct machine {
    struct armvirt_gic *gic;
    struct armvirt_mem_flat flat;
    uint32_t pes, pending, calls;
    volatile uint64_t floor[FLOOR_WORDS];
};

static uint8_t memory[CONFIG_BYTES];

static void count_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    struct machine *m = ctx;

    m->calls += (pe + signals) ^ changed;
}

static const struct armvirt_gic_ops ops = {count_signal};

static void msr(struct machine *m, uint32_t pe, uint32_t reg, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    armvirt_gic_sysreg_write(m->gic, pe, reg, value, &outcome);
}

static uint64_t mrs(struct machine *m, uint32_t pe, uint32_t reg)
{
    enum armvirt_gic_outcome outcome;
    uint64_t value;

    armvirt_gic_sysreg_read(m->gic, pe, reg, &value, &outcome);
    return value;
}

static void gicr(struct machine *m, uint32_t pe, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};

    armvirt_gicr_write(m->gic, pe, &a, value);
}

static void gicd(struct machine *m, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4};

    armvirt_gicd_write(m->gic, &a, value);
}

static void open_pe(struct machine *m, uint32_t pe)
{
    gicr(m, pe, 0x14, 4, 0);
    gicr(m, pe, 0x10080, 4, UINT32_MAX);
    gicr(m, pe, 0x10100, 4, UINT32_MAX);
    gicr(m, pe, 0x70, 8, 16);
    gicr(m, pe, 0x78, 8, ARMVIRT_GICR_PENDBASER_PTZ);
    gicr(m, pe, 0, 4, ARMVIRT_GICR_CTLR_ENABLELPIS);
    msr(m, pe, ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0), 0xff);
    msr(m, pe, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7), 1);
}

/* All SPIs and LPIs there are; @pending LPIs wait at PE 0 behind those that are measured. */
static struct machine *make(uint32_t pes, uint32_t pending)
{
    struct machine *m = calloc(1, sizeof(*m));
    uint32_t *affinity = calloc(pes, sizeof(*affinity));
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)(31 | ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_GICD_TYPER_NO1N |
                                 ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 16)),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS,
        .icc_ctlr = ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, 4),
        .ich_vtr = 0x90b80003,
        .pes = pes,
        .affinity = affinity,
        .ops = &ops,
        .ctx = m,
    };
    size_t size;

    for (uint32_t pe = 0; pe < pes; pe++) {
        affinity[pe] = pe / 16 << 8 | pe % 16;
    }
    m->flat = (struct armvirt_mem_flat){memory, 0, sizeof(memory), false};
    config.mem = armvirt_mem_from_flat(&m->flat);
    size = armvirt_gic_size(&config);
    if (armvirt_gic_init(aligned_alloc(16, (size + 15) / 16 * 16), size, &config, &m->gic) !=
        ARMVIRT_OK) {
        exit(1);
    }
    (void)fprintf(stderr, "%u PEs, 988 SPIs, %u LPIs: %zu bytes\n", pes, (unsigned)LPIS, size);
    m->pes = pes;
    m->pending = pending;
    gicd(m, 0, 3);
    for (uint32_t n = 1; n < 32; n++) {
        gicd(m, 0x80 + 4 * n, UINT32_MAX);
        gicd(m, 0x100 + 4 * n, UINT32_MAX);
        gicd(m, 0xc00 + 8 * n, 0xaaaaaaaa);
        gicd(m, 0xc04 + 8 * n, 0xaaaaaaaa);
    }
    for (uint32_t pe = 0; pe < pes; pe++) {
        open_pe(m, pe);
    }
    for (uint32_t n = 0; n < pending; n++) {
        armvirt_gic_lpi_set(m->gic, 0, FIRST_LPI + LPIS - 1 - n);
    }
    free(affinity);
    return m;
}

static uint64_t end(struct machine *m, uint32_t pe)
{
    uint64_t intid = mrs(m, pe, IAR1);

    msr(m, pe, EOIR1, intid);
    return intid;
}

static uint64_t run_sgi(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        msr(m, 0, SGI1R, UINT64_C(1) | (i & 15) << 24);
        sum += end(m, 0);
    }
    return sum;
}

static uint64_t run_sgi_direct(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        uint32_t intid;

        msr(m, 0, SGI1R, UINT64_C(1) | (i & 15) << 24);
        intid = armvirt_gic_acknowledge(m->gic, 0, true);
        armvirt_gic_end(m->gic, 0, true, intid);
        sum += intid;
    }
    return sum;
}

static uint64_t run_spi(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        uint32_t intid = 32 + (uint32_t)(i * 7 % 988);

        armvirt_gic_spi(m->gic, intid, true);
        armvirt_gic_spi(m->gic, intid, false);
        sum += end(m, 0);
    }
    return sum;
}

/* The LPIs that are measured have a better priority than those that wait. */
static uint64_t run_lpi(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        armvirt_gic_lpi_set(m->gic, 0, FIRST_LPI + (uint32_t)(i * 61 % 4096));
        sum += end(m, 0);
    }
    return sum;
}

static uint64_t run_floor(void *ctx, uint64_t count)
{
    struct machine *m = ctx;

    for (uint64_t i = 0; i < count; i++) {
        for (unsigned word = 0; word < FLOOR_WORDS; word++) {
            m->floor[word] += i;
        }
    }
    return m->floor[0];
}

int main(int argc, char **argv)
{
    for (uint32_t n = 0; n < LPIS; n++) {
        memory[n] = n < 4096 ? 0x41 : 0xa1;
    }

    struct bench_case cases[] = {
        {"SGI, 1 PE", "interrupt", run_sgi, run_floor, make(1, 0), 0, 0, 0},
        {"SGI, 64 PEs", "interrupt", run_sgi, run_floor, make(64, 0), 0, 0, 0},
        {"SGI, 512 PEs", "interrupt", run_sgi, run_floor, make(512, 0), 0, 0, 0},
        {"SGI, direct calls, 1 PE", "interrupt", run_sgi_direct, run_floor, make(1, 0), 0, 0, 0},
        {"SPI edge, 1 PE", "interrupt", run_spi, run_floor, make(1, 0), 0, 0, 0},
        {"SPI edge, 512 PEs", "interrupt", run_spi, run_floor, make(512, 0), 0, 0, 0},
        {"LPI, 1 pending, 1 PE", "interrupt", run_lpi, run_floor, make(1, 0), 0, 0, 0},
        {"LPI, 1000 pending, 1 PE", "interrupt", run_lpi, run_floor, make(1, 999), 0, 0, 0},
        {"LPI, 60000 pending, 1 PE", "interrupt", run_lpi, run_floor, make(1, 59999), 0, 0, 0},
        {"LPI, 60000 pending, 64 PEs", "interrupt", run_lpi, run_floor, make(64, 59999), 0, 0, 0},
        {"LPI, 60000 pending, 512 PEs", "interrupt", run_lpi, run_floor, make(512, 59999), 0, 0, 0},
    };

    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
