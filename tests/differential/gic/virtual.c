/* SPDX-License-Identifier: MIT */
/* What a hypervisor and its guest do with list registers. */
#include "generate.h"
#include "map.h"

/* ---- Virtual interrupts -------------------------------------------------------------------- */

#define LR_STATE(n)    ((uint64_t)(n) << 62)
#define LR_HW          (UINT64_C(1) << 61)
#define LR_GROUP       (UINT64_C(1) << 60)
#define LR_PRIORITY(p) ((uint64_t)(p) << 48)
#define LR_EOI         (UINT64_C(1) << 41)

/* A list register with an interrupt that is a physical one, which is active. */
static uint64_t hardware_lr(struct script_generator *g, unsigned pe, unsigned number)
{
    uint64_t intid = chance(g, 50) ? 20 + number : spis[number];
    uint64_t frame = intid < 32 ? GICR_PA + GICR_BYTES * (uint64_t)pe + GICR_SGI : GICD_PA;

    emit_mmio(g, OP_WRITE32, frame + GIC_ISACTIVER + intid / 32 * 4, UINT64_C(1) << intid % 32,
              false);
    return LR_HW | intid << 32 | LR_STATE(1 + below(g, 2));
}

/* Each list register has an interrupt of its own: SGI, PPI, SPI or LPI. */
static void write_lr(struct script_generator *g, unsigned pe)
{
    static const uint16_t intids[] = {0, 16, 40, 40, FIRST_LPI};
    unsigned number = below(g, SCRIPT_LRS);
    uint64_t value = chance(g, 15) ? hardware_lr(g, pe, number)
                                   : LR_STATE(below(g, 4)) | random_bits(&g->random, 30, LR_EOI);

    value |= LR_PRIORITY(some_bits(g, 0xf8)) | random_bits(&g->random, 50, LR_GROUP);
    value |= intids[below(g, 5)] + number + SCRIPT_LRS * below(g, 2);
    emit_msr(g, pe, AT_EL2, GIC_ICH_LR0_EL2 + number, value);
}

static void write_ich(struct script_generator *g, unsigned pe)
{
    uint64_t r = random_next(&g->random);
    uint64_t vmcr = (r & UINT64_C(0xf8000000)) | (r & 0xfc0000 & random_next(&g->random)) | 3;

    vmcr |= r & (chance(g, 30) ? 0x21b : 0x3);
    if (chance(g, 50)) {
        emit_msr(g, pe, AT_EL2, GIC_ICH_VMCR_EL2, chance(g, 50) ? vmcr | 0xf8000000 : vmcr);
    } else {
        r &= 0xdb & random_next(&g->random);
        emit_msr(g, pe, AT_EL2, GIC_ICH_HCR_EL2, r | 1);
    }
}

static void take_virtual(struct script_generator *g, unsigned pe)
{
    bool group1 = chance(g, 50);
    uint64_t intid;

    emit_mrs(g, pe, AS_GUEST, GIC_ISR_EL1);
    if (chance(g, 40)) {
        emit_mrs(g, pe, AS_GUEST, group1 ? GIC_ICC_HPPIR1_EL1 : GIC_ICC_HPPIR0_EL1);
    }
    intid = emit_mrs(g, pe, AS_GUEST, group1 ? GIC_ICC_IAR1_EL1 : GIC_ICC_IAR0_EL1);
    if (is_interrupt(intid) && chance(g, 80)) {
        emit_msr(g, pe, AS_GUEST, group1 ? GIC_ICC_EOIR1_EL1 : GIC_ICC_EOIR0_EL1, intid);
    }
}

static void look_at_virtual(struct script_generator *g, unsigned pe)
{
    static const uint8_t guest[] = {GIC_ICC_RPR_EL1,     GIC_ICC_PMR_EL1,     GIC_ICC_BPR0_EL1,
                                    GIC_ICC_BPR1_EL1,    GIC_ICC_CTLR_EL1,    GIC_ICC_AP0R0_EL1,
                                    GIC_ICC_IGRPEN0_EL1, GIC_ICC_IGRPEN1_EL1, GIC_ICC_AP1R0_EL1};

    if (chance(g, 60)) {
        emit_mrs(g, pe, AT_EL2, GIC_ICH_AP0R0_EL2 + below(g, GIC_ISR_EL1 - GIC_ICH_AP0R0_EL2));
    } else {
        emit_mrs(g, pe, AS_GUEST, guest[below(g, sizeof(guest))]);
    }
}

static void write_virtual(struct script_generator *g, unsigned pe)
{
    static const uint8_t regs[] = {GIC_ICC_PMR_EL1, GIC_ICC_BPR0_EL1, GIC_ICC_BPR1_EL1,
                                   GIC_ICC_IGRPEN0_EL1, GIC_ICC_IGRPEN1_EL1};
    unsigned reg = regs[below(g, sizeof(regs))];

    emit_msr(g, pe, AS_GUEST, reg, some_value(g, reg));
}

void step_virtual(struct script_generator *g)
{
    unsigned pe = some_pe(g);
    unsigned dice = below(g, 100);

    if (dice < 30) {
        write_lr(g, pe);
    } else if (dice < 40) {
        write_ich(g, pe);
    } else if (dice < 70) {
        take_virtual(g, pe);
    } else if (dice < 90) {
        look_at_virtual(g, pe);
    } else if (dice < 97) {
        write_virtual(g, pe);
    } else {
        emit_mmio(g, OP_READ32, word_of(g, MAINTENANCE, GIC_ISPENDR), 0, false);
    }
}

void setup_virtual(struct script_generator *g)
{
    for (unsigned pe = 0; pe < g->pes; pe++) {
        emit_msr(g, pe, AT_EL2, GIC_ICH_HCR_EL2, 1);
        emit_msr(g, pe, AT_EL2, GIC_ICH_VMCR_EL2, 0xf84c0003);
    }
}
