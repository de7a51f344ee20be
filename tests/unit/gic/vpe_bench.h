/* SPDX-License-Identifier: MIT */
/* A GICv4 with two vPEs, on a desk. */
#ifndef ARMVIRT_TESTS_GIC_VPE_BENCH_H
#define ARMVIRT_TESTS_GIC_VPE_BENCH_H

#include "gic_bench.h"

#include <armvirt/mem.h>

#include <string.h>

/* Where the tables are: physical LPIs, then those of the vPEs. */
enum {
    CONFIG = 0x0,
    PENDING = 0x10000,
    VPT = 0x40000, /* of vPE n at + 0x10000 n */
    VCONFIG = 0x60000,
    VPE_TABLE = 0x70000,
    VPE_L2 = 0x78000,
    SIZE = 0x80000,
    LPI = 8192,
    NONE = 1023,
};

#define ICH_HCR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_VMCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)
#define ICH_LR0  ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0)

#define VALID       ARMVIRT_GICR_VPENDBASER_VALID
#define DIRTY       ARMVIRT_GICR_VPENDBASER_DIRTY
#define PENDINGLAST ARMVIRT_GICR_VPENDBASER_PENDINGLAST
#define DOORBELL    ARMVIRT_GICR_VPENDBASER_V41_DOORBELL
#define VGRP0EN     ARMVIRT_GICR_VPENDBASER_V41_VGRP0EN
#define VGRP1EN     ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN

struct vpe_bench {
    struct bench bench;
    struct armvirt_mem_flat flat;
    enum armvirt_bus bus; /* what memory answers from now on; ARMVIRT_BUS_OK: it works */
    uint32_t until;       /* accesses that still work */
    uint8_t memory[SIZE];
    bool v41;
    struct armvirt_vpe vpe[2];
};

static struct vpe_bench v;

static inline bool bus_fails(void)
{
    return v.bus != ARMVIRT_BUS_OK && (v.until == 0 || v.until-- == 0);
}

static inline enum armvirt_bus bench_read(void *ctx, const struct armvirt_mem_req *req,
                                          uint64_t *value)
{
    return bus_fails() ? v.bus : armvirt_mem_flat_ops.read(ctx, req, value);
}

static inline enum armvirt_bus bench_write(void *ctx, const struct armvirt_mem_req *req,
                                           const uint64_t *value)
{
    return bus_fails() ? v.bus : armvirt_mem_flat_ops.write(ctx, req, value);
}

static const struct armvirt_mem_ops bench_mem_ops = {bench_read, bench_write, NULL};

static inline void finish(void)
{
    while (armvirt_gic_step(v.bench.gic, 3) == ARMVIRT_E_AGAIN) {
    }
}

static inline void gicr64(uint32_t pe, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 8, .secure = true};

    assert_int_equal(armvirt_gicr_write(v.bench.gic, pe, &a, value), ARMVIRT_OK);
}

static inline uint64_t gicr64_get(uint32_t pe, uint32_t offset)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 8, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicr_read(v.bench.gic, pe, &a, &value), ARMVIRT_OK);
    return value;
}

static inline void at_el(uint32_t pe, uint8_t el)
{
    struct armvirt_gic_context context = {.el = el, .scr_el3 = 1, .hcr_el2 = el == 1 ? 0x18 : 0};

    assert_int_equal(armvirt_gic_set_context(v.bench.gic, pe, &context), ARMVIRT_OK);
}

/* What a virtual machine on the PE does, and its hypervisor. */
static inline uint64_t guest_mrs(uint32_t pe, uint32_t encoding)
{
    uint64_t value;

    at_el(pe, 1);
    value = mrs(&v.bench, pe, encoding);
    at_el(pe, 2);
    return value;
}

static inline void guest_msr(uint32_t pe, uint32_t encoding, uint64_t value)
{
    at_el(pe, 1);
    msr(&v.bench, pe, encoding, value);
    at_el(pe, 2);
}

static inline void make_pe(uint32_t pe)
{
    gicr(&v.bench, pe, 0x14, 0);
    msr(&v.bench, pe, PMR, 0xff);
    msr(&v.bench, pe, IGRPEN1, 1);
    gicr64(pe, 0x70, CONFIG | 15);
    gicr64(pe, 0x78, PENDING + pe * 0x10000);
    gicr(&v.bench, pe, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    gicr64(pe, 0x20070, v.v41 ? VALID | VPE_TABLE : VCONFIG | 15);
    msr(&v.bench, pe, ICH_HCR, 1);
    msr(&v.bench, pe, ICH_VMCR, UINT64_C(0xf8000003));
}

/* 16 bits of INTID; physical LPI 8192 is the doorbell of vPE 0, 8193 that of vPE 1, both enabled;
 * both vPEs are at PE 0. */
static inline void make(bool v41)
{
    struct armvirt_gic_config config = bench_config(false);

    memset(&v, 0, sizeof(v));
    v.v41 = v41;
    v.flat = (struct armvirt_mem_flat){v.memory, 0, SIZE, true};
    config.gicd_typer |= (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_GICD_TYPER_DVIS |
                                    ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI |
                         ARMVIRT_GICR_TYPER_VLPIS | ARMVIRT_GICR_TYPER_DIRTY |
                         (v41 ? ARMVIRT_GICR_TYPER_RVPEID | ARMVIRT_GICR_TYPER_VSGI : 0);
    config.ich_vtr = UINT64_C(0x90ac0003);
    config.mem = (struct armvirt_mem){&bench_mem_ops, &v.flat};
    bench_make(&v.bench, &config);
    gicd(&v.bench, 0, 3);
    make_pe(0);
    make_pe(1);
    finish();
    v.memory[CONFIG] = v.memory[CONFIG + 1] = 0xa1;
    for (uint32_t n = 0; n < 2; n++) {
        v.vpe[n] = (struct armvirt_vpe){.vpeid = n,
                                        .vpt_pa = VPT + n * 0x10000,
                                        .intid_bits = 16,
                                        .config_pa = VCONFIG,
                                        .doorbell = LPI + n};
        armvirt_gic_lpi_ops.vpe_map(v.bench.gic, &v.vpe[n], ARMVIRT_VPE_ALLOC | ARMVIRT_VPE_PTZ);
    }
}

static inline void vset(uint32_t vpe, uint32_t leaf)
{
    armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[vpe], LPI + leaf, LPI + vpe);
}

/* Begin to make a vPE resident at its PE, or to take it away. */
static inline void come_begin(uint32_t vpe)
{
    gicr64(v.vpe[vpe].pe, 0x20078,
           v.v41 ? VALID | VGRP0EN | VGRP1EN | vpe : VALID | v.vpe[vpe].vpt_pa);
}

static inline void come(uint32_t vpe)
{
    come_begin(vpe);
    finish();
}

static inline void leave_begin(uint32_t vpe, uint64_t bits)
{
    uint64_t keep = v.v41 ? VGRP0EN | VGRP1EN | vpe : v.vpe[vpe].vpt_pa;

    gicr64(v.vpe[vpe].pe, 0x20078, keep | bits);
}

static inline void leave(uint32_t vpe, uint64_t bits)
{
    leave_begin(vpe, bits);
    finish();
}

static inline bool in_vpt(uint32_t vpe, uint32_t vintid)
{
    return v.memory[VPT + vpe * 0x10000 + vintid / 8] >> vintid % 8 & 1;
}

/* The doorbell that rings at the PE, or NONE; it is taken. */
static inline uint64_t rung(uint32_t pe)
{
    uint64_t intid;

    at_el(pe, 2);
    intid = mrs(&v.bench, pe, IAR1);
    if (intid != NONE) {
        msr(&v.bench, pe, EOIR1, intid);
    }
    return intid;
}

#endif
