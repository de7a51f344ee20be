/* SPDX-License-Identifier: MIT */
/*
 * Round trips of interrupts: made pending, acknowledged, ended, through the public interface. The
 * floor reads and writes as many words of state as a round trip changes, and nothing else.
 */
#include "harness.h"

#include <armvirt/gic.h>
#include <armvirt/lpi.h>
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

/* ---- A vPE of GICv4.1 that is resident, and its guest -------------------------------------- */

enum { VPT = 0x20000, VCONFIG = 0x30000, VPES = 0x40000, VMEMORY = 0x50000, VLPIS = 57344 };

struct guest {
    struct armvirt_gic *gic;
    struct armvirt_mem_flat flat;
    struct armvirt_vpe vpe;
    uint8_t memory[VMEMORY];
};

static void guest_gicr(struct guest *g, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};

    armvirt_gicr_write(g->gic, 0, &a, value);
}

static void guest_msr(struct guest *g, uint32_t reg, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    armvirt_gic_sysreg_write(g->gic, 0, reg, value, &outcome);
}

/* Virtual LPIs, the first of which comes before the others, and 16 virtual SGIs before them. */
static void enable_all(struct guest *g)
{
    memset(g->memory + VCONFIG, 0xa1, VLPIS);
    memset(g->memory + VCONFIG, 0x81, 4096);
    for (uint8_t intid = 0; intid < 16; intid++) {
        const struct armvirt_vsgi sgi = {
            .intid = intid, .priority = 0x40, .group1 = true, .enable = true};

        armvirt_gic_lpi_ops.vsgi(g->gic, &g->vpe, &sgi);
    }
}

static void enter_guest(struct guest *g)
{
    struct armvirt_gic_context el1 = {.el = 1, .scr_el3 = 1, .hcr_el2 = 0x18};

    guest_msr(g, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0), 1);
    guest_msr(g, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7), 0xf8000003);
    guest_gicr(g, 0x20078, 8, ARMVIRT_GICR_VPENDBASER_VALID | ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN);
    while (armvirt_gic_step(g->gic, 1000) == ARMVIRT_E_AGAIN) {
    }
    armvirt_gic_set_context(g->gic, 0, &el1);
}

static struct guest *make_guest(uint32_t pending)
{
    static const uint32_t affinity[1] = {0};
    struct guest *g = calloc(1, sizeof(*g));
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)(1 | ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_GICD_TYPER_DVIS |
                                 ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15)),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_VLPIS |
                      ARMVIRT_GICR_TYPER_RVPEID | ARMVIRT_GICR_TYPER_VSGI,
        .icc_ctlr = ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, 4),
        .ich_vtr = 0x90ac0003,
        .pes = 1,
        .affinity = affinity,
    };
    size_t size;

    g->flat = (struct armvirt_mem_flat){g->memory, 0, sizeof(g->memory), true};
    config.mem = armvirt_mem_from_flat(&g->flat);
    size = armvirt_gic_size(&config);
    if (armvirt_gic_init(aligned_alloc(16, (size + 15) / 16 * 16), size, &config, &g->gic) !=
        ARMVIRT_OK) {
        exit(1);
    }
    g->vpe = (struct armvirt_vpe){
        .vpt_pa = VPT, .intid_bits = 16, .config_pa = VCONFIG, .doorbell = ARMVIRT_LPI_NO_DOORBELL};
    guest_gicr(g, 0x14, 4, 0);
    guest_gicr(g, 0x20070, 8, ARMVIRT_GICR_VPROPBASER_V41_VALID | VPES);
    armvirt_gic_lpi_ops.vpe_map(g->gic, &g->vpe, ARMVIRT_VPE_ALLOC | ARMVIRT_VPE_PTZ);
    enable_all(g);
    enter_guest(g);
    for (uint32_t n = 0; n < pending; n++) {
        armvirt_gic_lpi_ops.vset(g->gic, &g->vpe, FIRST_LPI + VLPIS - 1 - n,
                                 ARMVIRT_LPI_NO_DOORBELL);
    }
    return g;
}

static uint64_t end_in_guest(struct guest *g)
{
    enum armvirt_gic_outcome outcome;
    uint64_t intid;

    armvirt_gic_sysreg_read(g->gic, 0, IAR1, &intid, &outcome);
    guest_msr(g, EOIR1, intid);
    if (intid == 1023) {
        exit(1);
    }
    return intid;
}

static uint64_t run_vlpi(void *ctx, uint64_t count)
{
    struct guest *g = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        armvirt_gic_lpi_ops.vset(g->gic, &g->vpe, FIRST_LPI + (uint32_t)(i * 61 % 4096),
                                 ARMVIRT_LPI_NO_DOORBELL);
        sum += end_in_guest(g);
    }
    return sum;
}

static uint64_t run_vsgi(void *ctx, uint64_t count)
{
    struct guest *g = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        armvirt_gic_lpi_ops.vsgi_set(g->gic, &g->vpe, (uint32_t)(i % 16));
        sum += end_in_guest(g);
    }
    return sum;
}

/* Of the same priority as those that wait, and before them. */
static uint64_t run_lpi_alike(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        armvirt_gic_lpi_set(m->gic, 0, FIRST_LPI + 4096 + (uint32_t)(i * 61 % 4096));
        sum += end(m, 0);
    }
    return sum;
}

/* The floor has nothing of the machine. */
static uint64_t run_guest_floor(void *ctx, uint64_t count)
{
    static volatile uint64_t words[FLOOR_WORDS];

    (void)ctx;
    for (uint64_t i = 0; i < count; i++) {
        for (unsigned word = 0; word < FLOOR_WORDS; word++) {
            words[word] += i;
        }
    }
    return words[0];
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
        {"LPI, 60000 alike, 1 PE", "interrupt", run_lpi_alike, run_floor, make(1, 59999), 0, 0, 0},
        {"vLPI, 1 pending", "interrupt", run_vlpi, run_guest_floor, make_guest(0), 0, 0, 0},
        {"vLPI, 50000 pending", "interrupt", run_vlpi, run_guest_floor, make_guest(50000), 0, 0, 0},
        {"vSGI, 50000 vLPIs", "interrupt", run_vsgi, run_guest_floor, make_guest(50000), 0, 0, 0},
    };

    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
