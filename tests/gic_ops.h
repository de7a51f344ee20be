/* SPDX-License-Identifier: MIT */
/*
 * Random operations on a GIC, each made of 12 bytes: register accesses of guests, lines, contexts.
 */
#ifndef ARMVIRT_TESTS_GIC_OPS_H
#define ARMVIRT_TESTS_GIC_OPS_H

#include <armvirt/gic.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#include <string.h>

#define GIC_OP_BYTES 12

/* Operations are of the first 8 PEs; some GICs have others, which sleep. */
enum { GIC_OP_PES = 48 };

static const uint32_t gic_op_affinity[GIC_OP_PES] = {
    0,     1,     2,     3,     0x100, 0x101, 0x1000000, 0x1000001, 0x200, 0x201, 0x202, 0x203,
    0x204, 0x205, 0x206, 0x207, 0x208, 0x209, 0x20a,     0x20b,     0x20c, 0x20d, 0x20e, 0x20f,
    0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x306,     0x307,     0x308, 0x309, 0x30a, 0x30b,
    0x30c, 0x30d, 0x30e, 0x30f, 0x400, 0x401, 0x402,     0x403,     0x404, 0x405, 0x406, 0x407};

/* Offsets where something happens; the low bits of an operation are added. */
static const uint16_t gicd_op_offsets[] = {
    0x0000, 0x0040, 0x0080, 0x0100, 0x0180, 0x0200, 0x0280, 0x0300, 0x0380, 0x0400, 0x0c00, 0x0d00,
    0x0e00, 0x0f80, 0x1000, 0x1200, 0x1600, 0x2000, 0x3000, 0x6100, 0x6180, 0x8000, 0xffd0};

/* A GIC with all features: @shape 0 to 31 gives the Security states, the bits of priority, whether
 * it is GICv3, 4.0 or 4.1, and whether it has so many PEs that LPIs are in trees. */
static inline struct armvirt_gic_config gic_op_config(unsigned shape)
{
    uint64_t typer = ARMVIRT_PUT(ARMVIRT_GICD_TYPER_ITLINESNUMBER, 2) | ARMVIRT_GICD_TYPER_MBIS |
                     ARMVIRT_GICD_TYPER_A3V | ARMVIRT_GICD_TYPER_ESPI | ARMVIRT_GICD_TYPER_NMI |
                     ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13) |
                     (shape & 1 ? ARMVIRT_GICD_TYPER_SECURITYEXTN : 0);
    struct armvirt_gic_config config = {
        .gicd_typer = (uint32_t)typer,
        .gicr_typer = ARMVIRT_PUT(ARMVIRT_GICR_TYPER_PPINUM, 2) | ARMVIRT_GICR_TYPER_DPGS |
                      ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI,
        .gicr_ctlr = (uint32_t)(ARMVIRT_GICR_CTLR_CES | ARMVIRT_GICR_CTLR_IR),
        .icc_ctlr = ARMVIRT_ICC_CTLR_EL3_A3V | ARMVIRT_ICC_CTLR_EL3_EXTRANGE |
                    ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, shape & 2 ? 7 : 4),
        .ich_vtr = UINT64_C(0x90ac0003),
        .maintenance = 25,
        .options = ARMVIRT_GIC_OPT_STATUSR,
        .pes = shape & 16 ? GIC_OP_PES : 8,
        .affinity = gic_op_affinity,
    };

    if (shape & 4) {
        config.gicr_typer |= ARMVIRT_GICR_TYPER_VLPIS | ARMVIRT_GICR_TYPER_DIRTY;
        config.gicd_typer2 = shape & 8 ? (uint32_t)ARMVIRT_GICD_TYPER2_NASSGICAP : 0;
        config.icc_ctlr |= shape & 8 ? ARMVIRT_ICC_CTLR_EL3_PMHE : 0;
        config.gicr_typer |= shape & 8 ? ARMVIRT_GICR_TYPER_RVPEID | ARMVIRT_GICR_TYPER_VSGI : 0;
    }
    return config;
}

/* Memory for tables: four pending tables, that of a vPE and of PEs alike; configurations. */
#define GIC_OP_MEMORY 0x40000u

static inline struct armvirt_vpe gic_op_vpe(uint32_t pe, uint32_t number)
{
    return (struct armvirt_vpe){.pe = pe,
                                .vpeid = number,
                                .vpt_pa = 0x10000 * (uint64_t)number,
                                .intid_bits = 14,
                                .config_pa = 0x2000,
                                .doorbell = 8192 + number};
}

/* Registers of vPEs. */
static inline void gic_op_residency(struct armvirt_gic *gic, uint32_t pe, uint32_t op,
                                    uint64_t value)
{
    static const uint32_t offsets[] = {0x20078, 0x20078, 0x20070, 0x20080, 0xa0, 0xb0};
    const struct armvirt_vpe vpe = gic_op_vpe(pe, op >> 4 & 3);
    struct armvirt_gic_access a = {.offset = offsets[op % 6], .size = 8, .secure = true};
    uint64_t flags = value & UINT64_C(0xec00000000000000);

    if (a.offset == 0x20070) { /* GICv4.0: the configuration table; 4.1: the vPE table */
        value = (value & ARMVIRT_BIT(63)) | (value & 1 ? 0x300d : 0x200d);
    } else if (a.offset == 0x20078) {
        value = flags | vpe.vpt_pa | vpe.vpeid;
    } else if (a.offset == 0x20080) {
        a.size = 4;
    } else {
        value = (value & ARMVIRT_BIT(63)) | (uint64_t)vpe.vpeid << 32 | (8192 + (value & 1023));
    }
    armvirt_gicr_write(gic, pe, &a, value);
}

/* What an ITS does to vPEs. */
static inline void gic_op_virtual(struct armvirt_gic *gic, uint32_t pe, uint32_t op, uint64_t value)
{
    const struct armvirt_vpe vpe = gic_op_vpe(pe, op >> 4 & 3);
    const struct armvirt_vpe other = gic_op_vpe((uint32_t)value & 7, (uint32_t)value >> 3 & 3);
    uint32_t vintid = 8192 + (op >> 6 & 1023);
    const struct armvirt_vsgi vsgi = {.intid = (uint8_t)(value & 15),
                                      .priority = (uint8_t)(value >> 8),
                                      .group1 = value >> 16 & 1,
                                      .enable = value >> 17 & 1,
                                      .clear = value >> 18 & 1};

    switch (op & 15) {
    case 0:
    case 1:
    case 2:
        armvirt_gic_lpi_ops.vset(gic, &vpe, vintid, vpe.doorbell);
        break;
    case 3:
        armvirt_gic_lpi_ops.vclear(gic, &vpe, vintid);
        break;
    case 4:
        armvirt_gic_lpi_ops.vinv(gic, &vpe, vintid);
        break;
    case 5:
        armvirt_gic_lpi_ops.vinv_all(gic, &vpe);
        break;
    case 6:
        armvirt_gic_lpi_ops.vmove(gic, &vpe, &other, vintid, other.doorbell);
        break;
    case 7:
        armvirt_gic_lpi_ops.vpe_map(gic, &vpe, (uint32_t)value & 3);
        break;
    case 8:
        armvirt_gic_lpi_ops.vpe_move(gic, &vpe, other.pe, value >> 8 & 1);
        break;
    case 9:
        armvirt_gic_lpi_ops.vsgi(gic, &vpe, &vsgi);
        break;
    case 10:
        armvirt_gic_lpi_ops.vsgi_set(gic, &vpe, vsgi.intid);
        break;
    case 11:
        armvirt_gic_lpi_ops.invdb(gic, &vpe);
        break;
    case 12:
        armvirt_gic_lpi_move_all(gic, pe, other.pe, 3);
        break;
    default:
        gic_op_residency(gic, pe, op >> 4, value);
        break;
    }
}

static inline void gic_op_sysreg(struct armvirt_gic *gic, uint32_t pe, uint32_t op, uint64_t value)
{
    static const uint32_t bases[] = {
        ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 0),  ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 0),
        ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0), ARMVIRT_GIC_SYSREG(3, 4, 12, 8, 0),
        ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0), ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0),
        ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 0), ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)};
    uint32_t encoding = bases[op & 7] + (op >> 4 & 15);
    enum armvirt_gic_outcome outcome;
    uint64_t got;

    if (op & 8) {
        armvirt_gic_sysreg_write(gic, pe, encoding, value, &outcome);
    } else {
        armvirt_gic_sysreg_read(gic, pe, encoding, &got, &outcome);
    }
}

static inline void gic_op_mmio(struct armvirt_gic *gic, uint32_t pe, uint32_t op, uint64_t value,
                               bool redistributor)
{
    static const uint16_t rd_offsets[] = {0x00, 0x14, 0x40, 0x70, 0x78, 0xa0, 0xb0, 0xc0};
    struct armvirt_gic_access a = {.size = (uint8_t)(1u << (op >> 1 & 3)), .secure = op & 8};
    uint64_t got;

    if (redistributor && (op & 16)) {
        a.offset = rd_offsets[op >> 5 & 7] + (op >> 8 & 4);
    } else {
        a.offset = gicd_op_offsets[(op >> 5 & 31) % 23] + (op >> 8 & 0x3c);
        a.offset += redistributor ? 0x10000 : 0;
    }
    if (redistributor && (op & 1)) {
        armvirt_gicr_write(gic, pe, &a, value);
    } else if (redistributor) {
        armvirt_gicr_read(gic, pe, &a, &got);
    } else if (op & 1) {
        armvirt_gicd_write(gic, &a, value);
    } else {
        armvirt_gicd_read(gic, &a, &got);
    }
}

/* Begin where software has enabled all: groups, LPIs, virtual interfaces; PE n shares the tables of
 * PE n - 4, and what pends in them. */
static inline void gic_op_open(struct armvirt_gic *gic)
{
    static const struct {
        uint32_t encoding;
        uint64_t value;
    } sysregs[] = {
        {ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0), 0xf8},         {ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 6), 1},
        {ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7), 1},          {ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0), 1},
        {ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7), 0xf0000003},
    };
    struct armvirt_gic_context context = {.el = 2, .scr_el3 = 1};
    struct armvirt_gic_access d = {.offset = 0, .size = 4, .secure = true};
    enum armvirt_gic_outcome outcome;

    armvirt_gicd_write(gic, &d, 7);
    for (uint32_t pe = 0; pe < 8; pe++) {
        struct armvirt_gic_access r = {.offset = 0x70, .size = 8, .secure = true};

        armvirt_gic_set_context(gic, pe, &context);
        for (size_t i = 0; i < sizeof(sysregs) / sizeof(sysregs[0]); i++) {
            armvirt_gic_sysreg_write(gic, pe, sysregs[i].encoding, sysregs[i].value, &outcome);
        }
        armvirt_gicr_write(gic, pe, &r, 0x200d);
        r.offset = 0x78;
        armvirt_gicr_write(gic, pe, &r, 0x10000 * (pe & 3));
        r.offset = 0x20070;
        armvirt_gicr_write(gic, pe, &r, ARMVIRT_BIT(63) | 0x200d);
        r = (struct armvirt_gic_access){.offset = 0x14, .size = 4, .secure = true};
        armvirt_gicr_write(gic, pe, &r, 0);
        r.offset = 0;
        armvirt_gicr_write(gic, pe, &r, ARMVIRT_GICR_CTLR_ENABLELPIS);
    }
}

static inline void gic_op(struct armvirt_gic *gic, const uint8_t bytes[GIC_OP_BYTES])
{
    uint32_t pe = bytes[0] >> 4 & 7, op = (uint32_t)bytes[1] | (uint32_t)bytes[2] << 8;
    struct armvirt_gic_context context;
    uint64_t value;

    memcpy(&value, bytes + 4, 8);
    switch (bytes[0] & 15) {
    case 0:
        context = (struct armvirt_gic_context){(uint8_t)(op & 3), op >> 2 & 1, op >> 3 & 7,
                                               op >> 3 & 0x18};
        armvirt_gic_set_context(gic, pe, &context);
        break;
    case 1:
        armvirt_gic_spi(gic, op & 1 ? 32 + (op >> 2 & 63) : 4096 + (op >> 2 & 31), op >> 1 & 1);
        break;
    case 2:
        armvirt_gic_ppi(gic, pe, op & 1 ? 16 + (op >> 2 & 15) : 1056 + (op >> 2 & 63), op >> 1 & 1);
        break;
    case 3:
        armvirt_gic_lpi_set(gic, pe, 8192 + (op & 1023));
        break;
    case 4:
        armvirt_gic_lpi_move(gic, pe, op >> 10 & 7, 8192 + (op & 1023));
        break;
    case 5:
        armvirt_gic_step(gic, op & 63);
        break;
    case 6:
    case 7:
        gic_op_mmio(gic, pe, op, value, true);
        break;
    case 8:
    case 9:
    case 10:
        gic_op_mmio(gic, pe, op, value, false);
        break;
    case 11:
    case 12:
        gic_op_virtual(gic, pe, op, value);
        break;
    default:
        gic_op_sysreg(gic, pe, op, value);
        break;
    }
}

#endif
