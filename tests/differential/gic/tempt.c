/* SPDX-License-Identifier: MIT */
/*
 * How scripts walk into each of QEMU's deviations. Where one would change the order of interrupts
 * in a way that the imitation does not know, what was written is put right at once.
 */
#include "generate.h"
#include "map.h"

#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

static uint64_t some_frame(struct script_generator *g)
{
    return GICR_PA + GICR_BYTES * (uint64_t)some_pe(g);
}

/* Writes @odd to a register of Secure software, reads it, and writes @right. */
static void write_odd(struct script_generator *g, unsigned kind, uint64_t pa, uint64_t odd,
                      uint64_t right)
{
    emit_mmio(g, kind, pa, odd, false);
    emit_mmio(g, kind - OP_WRITE8 + OP_READ8, pa, 0, false);
    emit_mmio(g, kind, pa, right, false);
}

/* An interrupt that GICD_TYPER hides. */
static void tempt_itlines(struct script_generator *g)
{
    if (chance(g, 50)) {
        emit_mmio(g, OP_READ32, GICD_PA + GICD_TYPER, 0, chance(g, 50));
    } else {
        write_odd(g, OP_WRITE32, GICD_PA + GIC_IPRIORITYR + 256 + 4u * below(g, 8),
                  some_bits(g, priority_bits(g, false) * UINT64_C(0x01010101)), 0);
    }
}

static void tempt_ap1r(struct script_generator *g)
{
    static const struct context contexts[] = {{3, OP_NS}, {2, OP_NS}, {1, OP_NS}};
    struct context c = contexts[below(g, 3)];
    unsigned pe = some_pe(g);
    uint64_t value = emit_mrs(g, pe, c, GIC_ICC_AP1R0_EL1);

    emit_msr(g, pe, c, GIC_ICC_AP1R0_EL1, chance(g, 70) ? 0 : value & UINT32_MAX);
    emit_mrs(g, pe, c, chance(g, 50) ? GIC_ICC_AP1R0_EL1 : GIC_ICC_RPR_EL1);
}

static void tempt_prio8(struct script_generator *g)
{
    uint64_t odd = some_bits(g, UINT32_MAX);
    uint64_t right = odd & priority_bits(g, false) * UINT64_C(0x01010101);
    uint64_t pa = byte_of(g, some_intid(g));

    if (chance(g, 50)) {
        write_odd(g, OP_WRITE8, pa, odd & 0xff, right & 0xff);
    } else {
        write_odd(g, OP_WRITE32, pa & ~UINT64_C(3), odd, right);
    }
}

static void tempt_irouter(struct script_generator *g)
{
    uint64_t right = below(g, g->pes);

    write_odd(g, OP_WRITE64, GICD_PA + GICD_IROUTER + 8u * spis[below(g, SPIS)],
              right | some_bits(g, UINT64_C(0xffffff00ff000000)), right);
}

/* Superpriority of interrupts of both states; not for long, for Group 0 has it in QEMU too. */
static void tempt_inmir(struct script_generator *g)
{
    uint64_t pa = chance(g, 50) ? some_frame(g) + GICR_SGI + GIC_INMIR
                                : GICD_PA + GIC_INMIR + 4u * spi_words[below(g, SPI_WORDS)];

    emit_mmio(g, OP_WRITE32, pa, some_bits(g, UINT32_MAX), false);
    emit_mmio(g, OP_WRITE32, pa, some_bits(g, UINT32_MAX), true);
    emit_mmio(g, OP_READ32, pa, 0, chance(g, 30));
    emit_mmio(g, OP_WRITE32, pa, 0, false);
}

static void tempt_res0(struct script_generator *g)
{
    uint64_t pa = some_frame(g) + (chance(g, 50) ? GICR_PROPBASER : GICR_PENDBASER);
    bool ns = chance(g, 50);

    emit_mmio(g, OP_WRITE64, pa, some_bits(g, ~ARMVIRT_GICR_PENDBASER_PTZ), ns);
    emit_mmio(g, OP_READ64, pa, 0, ns);
    emit_mmio(g, OP_READ32, pa + 4, 0, ns);
}

static void tempt_ptz(struct script_generator *g)
{
    uint64_t pa = some_frame(g) + GICR_PENDBASER;

    emit_mmio(g, OP_WRITE64, pa, ARMVIRT_GICR_PENDBASER_PTZ, chance(g, 50));
    emit_mmio(g, OP_READ64, pa, 0, chance(g, 50));
}

static void access_waker(struct script_generator *g, bool ns)
{
    uint64_t pa = some_frame(g) + GICR_WAKER;

    if (chance(g, 60)) {
        emit_mmio(g, OP_WRITE32, pa, below(g, 2) * ARMVIRT_GICR_WAKER_PROCESSORSLEEP, ns);
    }
    emit_mmio(g, OP_READ32, pa, 0, ns);
}

static void tempt_waker(struct script_generator *g)
{
    access_waker(g, false);
}

static void tempt_waker_ns(struct script_generator *g)
{
    access_waker(g, true);
}

static void tempt_ctlr_el3(struct script_generator *g)
{
    unsigned pe = some_pe(g);

    if (chance(g, 50)) {
        emit_msr(g, pe, AT_EL3, GIC_ICC_CTLR_EL3, below(g, 32));
    } else {
        emit_msr(g, pe, some_context(g), GIC_ICC_CTLR_EL1, below(g, 4));
    }
    emit_mrs(g, pe, AT_EL3, GIC_ICC_CTLR_EL3);
}

#define VMCR_OPEN UINT64_C(0xf84c0003) /* both groups enabled, VPMR lets everything through */
#define VMCR_EOIM UINT64_C(0x200)

/* Misled by the other group, the maintenance interrupt comes or stays away. */
static void tempt_vgrp0d(struct script_generator *g)
{
    unsigned pe = some_pe(g);

    emit_msr(g, pe, AT_EL2, GIC_ICH_VMCR_EL2, (VMCR_OPEN & ~UINT64_C(3)) | below(g, 4));
    emit_msr(g, pe, AT_EL2, GIC_ICH_HCR_EL2, 0x21);
    emit_mrs(g, pe, AT_EL2, GIC_ICH_MISR_EL2);
    emit_mmio(g, OP_READ32, GICR_PA + GICR_BYTES * (uint64_t)pe + GICR_SGI + GIC_ISPENDR, 0, false);
}

/* The list register goes between acknowledge and end. */
static void tempt_eoicount(struct script_generator *g)
{
    unsigned pe = some_pe(g);
    bool group1 = chance(g, 50);
    uint64_t intid;

    emit_msr(g, pe, AT_EL2, GIC_ICH_HCR_EL2, chance(g, 50) ? 1 : 5);
    emit_msr(g, pe, AT_EL2, GIC_ICH_VMCR_EL2, VMCR_OPEN | (chance(g, 75) ? VMCR_EOIM : 0));
    emit_msr(g, pe, AT_EL2, GIC_ICH_LR0_EL2,
             UINT64_C(0x4000000000000000) | (uint64_t)group1 << 60 | 40 |
                 some_bits(g, UINT64_C(0x78000000000000)));
    intid = emit_mrs(g, pe, AS_GUEST, group1 ? GIC_ICC_IAR1_EL1 : GIC_ICC_IAR0_EL1);
    emit_msr(g, pe, AT_EL2, GIC_ICH_LR0_EL2, 0);
    if (intid < 1020) {
        emit_msr(g, pe, AS_GUEST, group1 ? GIC_ICC_EOIR1_EL1 : GIC_ICC_EOIR0_EL1, intid);
        emit_mrs(g, pe, AT_EL2, GIC_ICH_HCR_EL2);
        emit_msr(g, pe, AS_GUEST, GIC_ICC_DIR_EL1, intid);
        emit_mrs(g, pe, AT_EL2, GIC_ICH_HCR_EL2);
    }
}

/* A register of the virtual interface. */
static void write_odd_ich(struct script_generator *g, unsigned reg, uint64_t odd, uint64_t right)
{
    unsigned pe = some_pe(g);

    emit_msr(g, pe, AT_EL2, reg, odd);
    emit_mrs(g, pe, chance(g, 50) ? AT_EL2 : AT_EL3, reg);
    emit_msr(g, pe, AT_EL2, reg, right);
}

static void tempt_vpmr(struct script_generator *g)
{
    write_odd_ich(g, GIC_ICH_VMCR_EL2, VMCR_OPEN | some_bits(g, 0x07000000), VMCR_OPEN);
}

static void tempt_lr(struct script_generator *g)
{
    unsigned number = below(g, SCRIPT_LRS);
    uint64_t right = (40 + number) | UINT64_C(0x80000000000000) | (uint64_t)below(g, 2) << 62;

    write_odd_ich(g, GIC_ICH_LR0_EL2 + number, right | some_bits(g, UINT64_C(0x0700fc0000000000)),
                  right);
}

static void tempt_its_res0(struct script_generator *g)
{
    uint64_t queue = BASER_VALID | (SCRIPT_PA + MEM_QUEUE);

    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 0, false);
    write_odd(g, OP_WRITE64, GITS_PA + GITS_CBASER, queue | some_bits(g, ARMVIRT_GITS_CBASER_RES0),
              queue);
    write_odd(g, OP_WRITE64, GITS_PA + GITS_CWRITER, some_bits(g, ARMVIRT_GITS_CWRITER_RES0), 0);
    g->written = 0;
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, false);
}

static void tempt_creadr(struct script_generator *g)
{
    uint64_t right = emit_mmio(g, OP_READ64, GITS_PA + GITS_CREADR, 0, chance(g, 50));

    write_odd(g, OP_WRITE64, GITS_PA + GITS_CREADR, random_next(&g->random), right);
}

void step_tempt(struct script_generator *g, enum gic_deviation number)
{
    static void (*const tempts[GIC_DEVIATION_COUNT])(struct script_generator *) = {
        [GIC_DEVIATION_ITLINES] = tempt_itlines,   [GIC_DEVIATION_AP1R_NS] = tempt_ap1r,
        [GIC_DEVIATION_PRIO8] = tempt_prio8,       [GIC_DEVIATION_IROUTER] = tempt_irouter,
        [GIC_DEVIATION_RES0] = tempt_res0,         [GIC_DEVIATION_PTZ] = tempt_ptz,
        [GIC_DEVIATION_INMIR] = tempt_inmir,       [GIC_DEVIATION_WAKER] = tempt_waker,
        [GIC_DEVIATION_WAKER_NS] = tempt_waker_ns, [GIC_DEVIATION_CTLR_EL3] = tempt_ctlr_el3,
        [GIC_DEVIATION_VGRP0D] = tempt_vgrp0d,     [GIC_DEVIATION_EOICOUNT] = tempt_eoicount,
        [GIC_DEVIATION_VPMR] = tempt_vpmr,         [GIC_DEVIATION_LR] = tempt_lr,
        [GIC_DEVIATION_ITS_RES0] = tempt_its_res0, [GIC_DEVIATION_CREADR] = tempt_creadr,
        [GIC_DEVIATION_DISCARD] = tempt_discard,   [GIC_DEVIATION_STALL] = tempt_stall,
        [GIC_DEVIATION_MAPD] = tempt_mapd,
    };

    tempts[number](g);
}
