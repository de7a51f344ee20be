/* SPDX-License-Identifier: MIT */
/* The operations before every script: they leave nothing of the script before it. */
#include "map.h"
#include "script.h"

struct base {
    struct diff_op *op;
    unsigned count;
};

static void write_register(struct base *b, unsigned kind, uint64_t pa, uint64_t value)
{
    b->op[b->count++] = (struct diff_op){.kind = (uint8_t)kind, .el = 3, .pa = pa, .value = value};
}

static void words(struct base *b, uint64_t pa, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count; i++) {
        write_register(b, OP_WRITE32, pa + 4u * i, value);
    }
}

/* Registers of 32 interrupts at the same offsets in the distributor and the redistributor. */
static void interrupts(struct base *b, uint64_t frame, unsigned word)
{
    write_register(b, OP_WRITE32, frame + GIC_ICENABLER + 4u * word, UINT32_MAX);
    write_register(b, OP_WRITE32, frame + GIC_ICPENDR + 4u * word, UINT32_MAX);
    write_register(b, OP_WRITE32, frame + GIC_ICACTIVER + 4u * word, UINT32_MAX);
    write_register(b, OP_WRITE32, frame + GIC_IGROUPR + 4u * word, 0);
    write_register(b, OP_WRITE32, frame + GIC_IGRPMODR + 4u * word, 0);
    words(b, frame + GIC_IPRIORITYR + 32u * word, 8, 0);
    words(b, frame + GIC_ICFGR + 8u * word, 2, 0);
    words(b, frame + GIC_NSACR + 8u * word, 2, 0);
    write_register(b, OP_WRITE32, frame + GIC_INMIR + 4u * word, 0);
}

static void its(struct base *b)
{
    write_register(b, OP_WRITE32, GITS_PA + GITS_CTLR, 0);
    write_register(b, OP_WRITE64, GITS_PA + GITS_CBASER, 0);
    write_register(b, OP_WRITE64, GITS_PA + GITS_CWRITER, 0);
    write_register(b, OP_WRITE64, GITS_PA + GITS_BASER, 0);
    write_register(b, OP_WRITE64, GITS_PA + GITS_BASER + 8, 0);
}

static void distributor(struct base *b, bool ds)
{
    write_register(b, OP_WRITE32, GICD_PA + GICD_CTLR, ds ? GICD_CTLR_DS : 0);
    write_register(b, OP_WRITE32, GICD_PA + GICD_CTLR, 0);
    for (unsigned i = 0; i < SPI_WORDS; i++) {
        interrupts(b, GICD_PA, spi_words[i]);
    }
    for (unsigned i = 0; i < SPIS; i++) {
        write_register(b, OP_WRITE64, GICD_PA + GICD_IROUTER + 8u * spis[i], 0);
    }
}

static void redistributor(struct base *b, unsigned pe)
{
    uint64_t frame = GICR_PA + GICR_BYTES * (uint64_t)pe;

    write_register(b, OP_WRITE32, frame + GICR_CTLR, 0);
    write_register(b, OP_WRITE64, frame + GICR_PROPBASER, 0);
    write_register(b, OP_WRITE64, frame + GICR_PENDBASER, 0);
    write_register(b, OP_WRITE32, frame + GICR_WAKER, 0);
    interrupts(b, frame + GICR_SGI, 0);
}

static void sysreg(struct base *b, unsigned pe, unsigned context, unsigned reg, uint64_t value)
{
    b->op[b->count++] = (struct diff_op){.kind = OP_MSR,
                                         .el = 3,
                                         .pe = (uint8_t)pe,
                                         .context = (uint8_t)context,
                                         .reg = (uint8_t)reg,
                                         .value = value};
}

static void cpu_interface(struct base *b, unsigned pe)
{
    static const uint8_t both[] = {GIC_ICC_CTLR_EL1, GIC_ICC_BPR1_EL1, GIC_ICC_IGRPEN1_EL1};
    static const uint8_t one[] = {GIC_ICC_CTLR_EL3,    GIC_ICC_PMR_EL1,   GIC_ICC_BPR0_EL1,
                                  GIC_ICC_IGRPEN0_EL1, GIC_ICH_HCR_EL2,   GIC_ICH_VMCR_EL2,
                                  GIC_ICH_AP0R0_EL2,   GIC_ICH_AP1R0_EL2, GIC_ICH_LR0_EL2,
                                  GIC_ICH_LR1_EL2,     GIC_ICH_LR2_EL2,   GIC_ICH_LR3_EL2};

    for (unsigned i = 0; i < WIRES; i++) {
        b->op[b->count++] =
            (struct diff_op){.kind = OP_WIRE, .el = 3, .pe = (uint8_t)pe, .reg = wires[i]};
    }
    b->op[b->count++] = (struct diff_op){.kind = OP_DROP, .el = 3, .pe = (uint8_t)pe};
    for (unsigned i = 0; i < sizeof(one); i++) {
        sysreg(b, pe, OP_NS, one[i], 0);
    }
    sysreg(b, pe, 0, GIC_ICC_PMR_EL1, 0);
    for (unsigned i = 0; i < sizeof(both); i++) {
        sysreg(b, pe, 0, both[i], 0);
        sysreg(b, pe, OP_NS, both[i], 0);
    }
}

static void clear(struct base *b, uint64_t offset, uint64_t bytes)
{
    b->op[b->count++] =
        (struct diff_op){.kind = OP_FILL, .el = 3, .pa = SCRIPT_PA + offset, .value = bytes};
}

static void memory(struct base *b)
{
    clear(b, MEM_CONFIG, LPIS);
    clear(b, MEM_QUEUE, QUEUE_BYTES);
    clear(b, MEM_DEVICES_L1, TABLE_BYTES);
    clear(b, MEM_DEVICES, TABLE_BYTES);
    clear(b, MEM_COLLECTIONS, TABLE_BYTES + 8);
    clear(b, MEM_ITTS, (uint64_t)ITT_BYTES * DEVICES);
    clear(b, MEM_LONG_ITT + FIRST_LPI * ITE_BYTES, (LPIS + EVENTS) * ITE_BYTES);
    for (unsigned pe = 0; pe < SCRIPT_PES; pe++) {
        clear(b, MEM_PENDING + (uint64_t)PENDING_BYTES * pe + FIRST_LPI / 8, LPIS / 8);
    }
}

/* For scripts of the ITS: it is on, and all PEs take LPIs. */
static void enable(struct base *b, bool ds)
{
    for (unsigned pe = 0; pe < SCRIPT_PES; pe++) {
        uint64_t frame = GICR_PA + GICR_BYTES * (uint64_t)pe;

        write_register(b, OP_WRITE64, frame + GICR_PROPBASER,
                       SCRIPT_PA + MEM_CONFIG + LPI_BITS - 1);
        write_register(b, OP_WRITE64, frame + GICR_PENDBASER,
                       SCRIPT_PA + MEM_PENDING + (uint64_t)PENDING_BYTES * pe);
        write_register(b, OP_WRITE32, frame + GICR_CTLR, 1);
        sysreg(b, pe, 0, GIC_ICC_PMR_EL1, 0xff);
        sysreg(b, pe, 0, GIC_ICC_IGRPEN1_EL3, 3);
    }
    write_register(b, OP_WRITE32, GICD_PA + GICD_CTLR, ds ? 0x3 : 0x7);
    write_register(b, OP_WRITE64, GITS_PA + GITS_BASER, BASER_VALID | (SCRIPT_PA + MEM_DEVICES));
    write_register(b, OP_WRITE64, GITS_PA + GITS_BASER + 8,
                   BASER_VALID | (SCRIPT_PA + MEM_COLLECTIONS));
    write_register(b, OP_WRITE64, GITS_PA + GITS_CBASER, BASER_VALID | (SCRIPT_PA + MEM_QUEUE));
    write_register(b, OP_WRITE32, GITS_PA + GITS_CTLR, 1);
}

unsigned script_base(bool its_on, bool ds, struct diff_op op[BASE_OPS])
{
    struct base b = {op, 0};

    its(&b);
    for (unsigned pe = 0; pe < SCRIPT_PES; pe++) {
        redistributor(&b, pe);
    }
    distributor(&b, ds);
    memory(&b);
    for (unsigned pe = 0; pe < SCRIPT_PES; pe++) {
        cpu_interface(&b, pe);
    }
    if (its_on) {
        enable(&b, ds);
    }
    return b.count;
}
