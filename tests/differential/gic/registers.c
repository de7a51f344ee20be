/* SPDX-License-Identifier: MIT */
/* All registers, with what may be written to them at any time. */
#include "registers.h"
#include "generate.h"
#include "map.h"

#include <armvirt/regs/gic_mmio.h>

static const struct frame_register distributor[] = {
    {"GICD_CTLR", 0x00000, 1, 4, OP_READ32, 0x37},
    {"GICD_TYPER", 0x00004, 1, 4, OP_READ32, UINT64_MAX},
    {"GICD_IIDR", 0x00008, 1, 4, OP_READ32, UINT64_MAX},
    {"GICD_TYPER2", 0x0000c, 1, 4, OP_READ32, UINT64_MAX},
    {"GICD_STATUSR", 0x00010, 1, 4, OP_READ32, 0},
    {"GICD_SETSPI_NSR", 0x00040, 1, 4, OP_READ32, 0xff},
    {"GICD_CLRSPI_NSR", 0x00048, 1, 4, OP_READ32, 0xff},
    {"GICD_SETSPI_SR", 0x00050, 1, 4, OP_READ32, 0xff},
    {"GICD_CLRSPI_SR", 0x00058, 1, 4, OP_READ32, 0xff},
    {"GICD_IGROUPR", 0x00080, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ISENABLER", 0x00100, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ICENABLER", 0x00180, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ISPENDR", 0x00200, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ICPENDR", 0x00280, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ISACTIVER", 0x00300, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_ICACTIVER", 0x00380, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_IPRIORITYR", 0x00400, 64, 4, OP_READ32, UINT32_MAX},
    {"GICD_IPRIORITYR, a byte", 0x00400, 256, 1, OP_READ8, 0xff},
    {"GICD_ITARGETSR", 0x00800, 64, 4, OP_READ32, UINT64_MAX},
    {"GICD_ICFGR", 0x00c00, 16, 4, OP_READ32, 0xaaaaaaaa},
    {"GICD_IGRPMODR", 0x00d00, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_NSACR", 0x00e00, 16, 4, OP_READ32, UINT64_MAX},
    {"GICD_SGIR", 0x00f00, 1, 4, OP_READ32, UINT64_MAX},
    {"GICD_CPENDSGIR", 0x00f10, 4, 4, OP_READ32, UINT64_MAX},
    {"GICD_SPENDSGIR", 0x00f20, 4, 4, OP_READ32, UINT64_MAX},
    {"GICD_INMIR", 0x00f80, 8, 4, OP_READ32, UINT64_MAX},
    {"GICD_IROUTER", 0x06100, 224, 8, OP_READ64, 7},
    {"GICD_IROUTER, a half", 0x06100, 448, 4, OP_READ32, 7},
    {"GICD_PIDR2", 0x0ffe8, 1, 4, OP_READ32, UINT64_MAX},
};

static const struct frame_register redistributor[] = {
    {"GICR_CTLR", 0x00000, 1, 4, OP_READ32, 0},
    {"GICR_IIDR", 0x00004, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_TYPER", 0x00008, 1, 8, OP_READ64, UINT64_MAX},
    {"GICR_TYPER, a half", 0x00008, 2, 4, OP_READ32, UINT64_MAX},
    {"GICR_STATUSR", 0x00010, 1, 4, OP_READ32, 0},
    {"GICR_SETLPIR", 0x00040, 1, 8, OP_READ64, 0xff},
    {"GICR_CLRLPIR", 0x00048, 1, 8, OP_READ64, 0xff},
    {"GICR_PROPBASER", 0x00070, 1, 8, OP_READ64, ARMVIRT_GICR_PROPBASER_PHYSICAL_ADDRESS},
    {"GICR_PENDBASER", 0x00078, 1, 8, OP_READ64, ARMVIRT_GICR_PENDBASER_PHYSICAL_ADDRESS},
    {"GICR_INVLPIR", 0x000a0, 1, 8, OP_READ64, 0xff},
    {"GICR_INVALLR", 0x000b0, 1, 8, OP_READ64, 0xff},
    {"GICR_SYNCR", 0x000c0, 1, 4, OP_READ32, 0xff},
    {"GICR_PIDR2", 0x0ffe8, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_IGROUPR0", 0x10080, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ISENABLER0", 0x10100, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ICENABLER0", 0x10180, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ISPENDR0", 0x10200, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ICPENDR0", 0x10280, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ISACTIVER0", 0x10300, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_ICACTIVER0", 0x10380, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_IPRIORITYR0-7", 0x10400, 8, 4, OP_READ32, UINT32_MAX},
    {"GICR_IPRIORITYR0-7, a byte", 0x10400, 32, 1, OP_READ8, 0xff},
    {"GICR_ICFGR0-1", 0x10c00, 2, 4, OP_READ32, 0xaaaaaaaa},
    {"GICR_IGRPMODR0", 0x10d00, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_NSACR", 0x10e00, 1, 4, OP_READ32, UINT64_MAX},
    {"GICR_INMIR0", 0x10f80, 1, 4, OP_READ32, UINT64_MAX},
};

/* While the ITS is on, writes of tables and queue are ignored. */
static const struct frame_register its[] = {
    {"GITS_CTLR", 0x00000, 1, 4, OP_READ32, 0x80000001},
    {"GITS_IIDR", 0x00004, 1, 4, OP_READ32, UINT64_MAX},
    {"GITS_TYPER", 0x00008, 1, 8, OP_READ64, UINT64_MAX},
    {"GITS_TYPER, a half", 0x00008, 2, 4, OP_READ32, UINT64_MAX},
    {"GITS_CBASER", 0x00080, 1, 8, OP_READ64, UINT64_MAX},
    {"GITS_CBASER, a half", 0x00080, 2, 4, OP_READ32, UINT64_MAX},
    {"GITS_CWRITER", 0x00088, 1, 8, OP_READ64, 0},
    {"GITS_CREADR", 0x00090, 1, 8, OP_READ64, UINT64_MAX},
    {"GITS_BASER", 0x00100, 8, 8, OP_READ64, UINT64_MAX},
    {"GITS_BASER, a half", 0x00100, 16, 4, OP_READ32, UINT64_MAX},
    {"GITS_PIDR2", 0x0ffe8, 1, 4, OP_READ32, UINT64_MAX},
    {"GITS_TRANSLATER", 0x10040, 1, 4, OP_READ32, 0xffff},
};

const struct frame_registers frame_registers[FRAMES] = {
    [FRAME_GITS] = {its, sizeof(its) / sizeof(its[0])},
    [FRAME_GICD] = {distributor, sizeof(distributor) / sizeof(distributor[0])},
    [FRAME_GICR] = {redistributor, sizeof(redistributor) / sizeof(redistributor[0])},
};

/* The INTID that bit 0 of a register at @offset is for, where there are such. */
static uint64_t intid_of(const struct frame_register *r, uint64_t offset)
{
    static const struct {
        uint16_t first, bits; /* from this offset on, for each interrupt */
    } arrays[] = {{0x6100, 64}, {0xf80, 1}, {0xe00, 2}, {0xd00, 1}, {0xc00, 2}, {0x400, 8}, {0, 1}};
    unsigned i = 0;

    while (r->offset < arrays[i].first) {
        i++;
    }
    return arrays[i].bits == 64 ? (offset - GICD_IROUTER) / 8
                                : (offset - r->offset) * 8 / arrays[i].bits;
}

/* Is it of an interrupt that scripts use, whose state is cleared before each? */
static bool may_write(const struct frame_register *r, uint64_t offset)
{
    uint64_t intid = intid_of(r, offset);

    if (r->count == 1 || r->offset == 0x0800 || (r->offset & 0xfc0) == 0xf00) {
        return true;
    }
    for (unsigned i = 0; i < SPIS && r->offset >= GICD_IROUTER; i++) {
        if (spis[i] == intid) {
            return true;
        }
    }
    return r->offset < GICD_IROUTER && (intid / 32 == spi_words[0] || intid / 32 == spi_words[1]);
}

/* Priorities only with bits that are there. */
static uint64_t some_value_of(struct script_generator *g, const struct frame_register *r)
{
    bool priority = (r->offset & 0xffff) == GIC_IPRIORITYR && r->kind <= OP_READ32;
    uint64_t bits = priority_bits(g, true) * UINT64_C(0x01010101);

    return some_bits(g, priority ? r->mask & bits : r->mask);
}

static void access_frame(struct script_generator *g, unsigned frame, uint64_t pa)
{
    const struct frame_registers *registers = &frame_registers[frame];
    const struct frame_register *r = &registers->row[below(g, registers->rows)];
    uint64_t offset = r->offset + (uint64_t)r->step * below(g, r->count);
    unsigned kind = r->kind;
    bool writable = frame != FRAME_GICD || may_write(r, offset);

    if (frame == FRAME_GITS && offset == GITS_CREADR) {
        writable = !g->script->ds; /* where QEMU obeys */
    }
    if (chance(g, frame == FRAME_GITS ? 12 : 4)) { /* another width: reads 0, ignored */
        kind = OP_READ8 + below(g, 4);
        offset &= ~((UINT64_C(1) << (kind - OP_READ8)) - 1);
        writable = false;
    }
    if (writable && chance(g, 50)) {
        emit_mmio(g, kind + 4, pa + offset, some_value_of(g, r), chance(g, 40));
    }
    emit_mmio(g, kind, pa + offset, 0, chance(g, 40));
}

/* What may be written to a system register at any time. */
uint64_t some_value(struct script_generator *g, unsigned reg)
{
    static const uint64_t masks[GIC_REGISTERS] = {
        [GIC_ICC_PMR_EL1] = 0xff,
        [GIC_ICC_BPR0_EL1] = 7,
        [GIC_ICC_BPR1_EL1] = 7,
        [GIC_ICC_CTLR_EL1] = 0x43,
        [GIC_ICC_SRE_EL1] = 7,
        [GIC_ICC_SRE_EL2] = 15,
        [GIC_ICC_SRE_EL3] = 15,
        [GIC_ICC_CTLR_EL3] = 0x5f,
        [GIC_ICC_IGRPEN0_EL1] = 1,
        [GIC_ICC_IGRPEN1_EL1] = 1,
        [GIC_ICC_IGRPEN1_EL3] = 3,
        [GIC_ICC_SGI0R_EL1] = 0x0f000000,
        [GIC_ICC_SGI1R_EL1] = 0x0f000000,
        [GIC_ICC_ASGI1R_EL1] = 0x0f000000,
        [GIC_ICH_HCR_EL2] = 1,
        [GIC_ICH_VMCR_EL2] = 3,
        [GIC_ICH_LR0_EL2] = UINT64_C(0x10f8000000000000),
        [GIC_ICH_LR1_EL2] = UINT64_C(0x10f8000000000000),
        [GIC_ICH_LR2_EL2] = UINT64_C(0x10f8000000000000),
        [GIC_ICH_LR3_EL2] = UINT64_C(0x10f8000000000000),
    };

    return some_bits(g, masks[reg]);
}

/* EOIR and DIR of no interrupt, active priorities as they are: anything else is for those who
 * acknowledged. */
static void write_sysreg(struct script_generator *g, unsigned pe, struct context c, unsigned reg)
{
    bool physical = reg >= GIC_ICC_AP0R0_EL1 && reg <= GIC_ICC_AP1R3_EL1;
    uint64_t value = some_value(g, reg);

    if (reg == GIC_ICC_EOIR0_EL1 || reg == GIC_ICC_EOIR1_EL1 || reg == GIC_ICC_DIR_EL1) {
        value = 1023;
    } else if (physical || (reg >= GIC_ICH_AP0R0_EL2 && reg <= GIC_ICH_AP1R3_EL2)) {
        value = emit_mrs(g, pe, c, reg) & UINT32_MAX;
    }
    emit_msr(g, pe, c, reg, value);
}

void access_sysreg(struct script_generator *g, struct context c)
{
    unsigned reg = below(g, GIC_REGISTERS);
    unsigned pe = some_pe(g);

    if (chance(g, 40)) {
        write_sysreg(g, pe, c, reg);
    } else {
        emit_mrs(g, pe, c, reg);
    }
}

void step_registers(struct script_generator *g)
{
    unsigned dice = below(g, 100);

    if (dice < 40) {
        access_frame(g, FRAME_GICD, GICD_PA);
    } else if (dice < 70) {
        access_frame(g, FRAME_GICR, GICR_PA + GICR_BYTES * (uint64_t)some_pe(g));
    } else {
        access_sysreg(g, chance(g, 85) ? some_context(g) : AS_GUEST);
    }
}

void step_its_registers(struct script_generator *g)
{
    access_frame(g, FRAME_GITS, GITS_PA);
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, chance(g, 50));
}
