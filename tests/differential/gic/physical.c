/* SPDX-License-Identifier: MIT */
/* What software does with physical interrupts. */
#include "generate.h"
#include "map.h"

/* ---- Interrupts ---------------------------------------------------------------------------- */

unsigned any_intid(struct script_generator *g)
{
    return chance(g, 60) ? below(g, 32) : spis[below(g, SPIS)];
}

unsigned some_intid(struct script_generator *g)
{
    return chance(g, 85) ? g->intid[below(g, FAVOURITES)] : any_intid(g);
}

/* Where the registers of an interrupt lie: of its word, of its byte. */
uint64_t word_of(struct script_generator *g, unsigned intid, unsigned array)
{
    uint64_t frame = intid < 32 ? GICR_PA + GICR_BYTES * (uint64_t)some_pe(g) + GICR_SGI : GICD_PA;

    return frame + array + 4u * (intid / 32);
}

uint64_t byte_of(struct script_generator *g, unsigned intid)
{
    return word_of(g, intid & ~31u, GIC_IPRIORITYR) - 4u * (intid / 32) + intid;
}

/* With eight bits, one of those that choose a bit of ICC_APmRn_EL1 is left out: QEMU 7.2 does not
 * forget active priorities in bit 31, which it sign-extends. */
uint8_t priority_bits(const struct script_generator *g, bool ns)
{
    unsigned low = g->pair->model.low;
    unsigned absent = low == 0 ? 0x08 : low;

    return (uint8_t)(ns ? ~(absent << 1 | 1) : ~absent);
}

static uint64_t some_priority(struct script_generator *g, bool ns)
{
    return some_bits(g, priority_bits(g, ns));
}

static void write_priority(struct script_generator *g)
{
    bool ns = chance(g, 30);

    emit_mmio(g, OP_WRITE8, byte_of(g, some_intid(g)), some_priority(g, ns), ns);
}

static void write_bit(struct script_generator *g, unsigned array)
{
    unsigned intid = some_intid(g);

    emit_mmio(g, OP_WRITE32, word_of(g, intid, array), UINT64_C(1) << intid % 32, chance(g, 25));
}

static void write_groups(struct script_generator *g, unsigned intid)
{
    uint64_t bits = some_bits(g, UINT32_MAX);

    emit_mmio(g, OP_WRITE32, word_of(g, intid, GIC_IGROUPR), bits, false);
    if (!g->script->ds) {
        emit_mmio(g, OP_WRITE32, word_of(g, intid, GIC_IGRPMODR),
                  random_next(&g->random) & ~bits & UINT32_MAX, false);
    }
}

/* While it is disabled and not pending. */
static void write_trigger(struct script_generator *g, unsigned intid)
{
    unsigned first = intid & ~15u;
    uint64_t frame = word_of(g, intid, 0) - 4u * (intid / 32);

    emit_mmio(g, OP_WRITE32, frame + GIC_ICFGR + first / 4, some_bits(g, 0xaaaaaaaa), false);
}

static void write_route(struct script_generator *g)
{
    uint64_t value = below(g, chance(g, 90) ? g->pes : 8);
    unsigned intid = some_intid(g);

    intid = intid < 32 ? spis[below(g, SPIS)] : intid;
    emit_mmio(g, OP_WRITE64, GICD_PA + GICD_IROUTER + 8u * intid, value, chance(g, 25));
}

/* What Non-secure software may do to Secure interrupts. */
static void write_nsacr(struct script_generator *g)
{
    unsigned intid = some_intid(g);
    uint64_t frame = word_of(g, intid, GIC_NSACR) - 4u * (intid / 32);

    emit_mmio(g, OP_WRITE32, frame + intid / 16 * 4u, some_bits(g, UINT32_MAX), false);
}

static void generate_sgi(struct script_generator *g)
{
    static const uint8_t regs[] = {GIC_ICC_SGI0R_EL1, GIC_ICC_SGI1R_EL1, GIC_ICC_ASGI1R_EL1};
    struct context c = some_context(g);
    unsigned intid = some_intid(g);
    uint64_t value = (uint64_t)(intid < 16 ? intid : below(g, 16)) << 24;

    value |= chance(g, 15) ? UINT64_C(1) << 40 : 1u + below(g, (1u << g->pes) - 1);
    emit_msr(g, some_pe(g), c, regs[below(g, 3)], value);
}

/* ---- CPU interfaces ------------------------------------------------------------------------ */

void emit_enable(struct script_generator *g)
{
    emit_mmio(g, OP_WRITE32, GICD_PA + GICD_CTLR, g->script->ds ? 0x3 : 0x7, false);
    for (unsigned pe = 0; pe < g->pes; pe++) {
        unsigned eoimode = below(g, 8);

        emit_msr(g, pe, AT_EL3, GIC_ICC_PMR_EL1, chance(g, 70) ? 0xff : 0xc0);
        emit_msr(g, pe, AT_EL3, GIC_ICC_IGRPEN0_EL1, 1);
        emit_msr(g, pe, AT_EL3, GIC_ICC_IGRPEN1_EL3, 3);
        if (chance(g, 40)) {
            emit_msr(g, pe, AT_EL3, GIC_ICC_CTLR_EL3, eoimode << 2 | below(g, 4));
        }
        if (chance(g, 20)) {
            emit_msr(g, pe, AT_EL3, GIC_ICC_BPR0_EL1, below(g, 8));
        }
        if (chance(g, 20)) {
            emit_msr(g, pe, some_context(g), GIC_ICC_BPR1_EL1, below(g, 8));
        }
    }
}

bool is_interrupt(uint64_t intid)
{
    return intid < 1020 || (intid >= FIRST_LPI && intid < 65536);
}

/* Some end it where it is not theirs to end. */
static struct context ending_context(struct script_generator *g, struct context c)
{
    return chance(g, 80) ? c : some_context(g);
}

void emit_take(struct script_generator *g, unsigned pe)
{
    struct context c = chance(g, 85) ? some_context(g) : routed_context(g);
    bool group1 = chance(g, 60);
    uint64_t intid;

    if (chance(g, 50)) {
        emit_mrs(g, pe, c, GIC_ISR_EL1);
    }
    if (chance(g, 30)) {
        emit_mrs(g, pe, c, group1 ? GIC_ICC_HPPIR1_EL1 : GIC_ICC_HPPIR0_EL1);
    }
    intid = emit_mrs(g, pe, c, group1 ? GIC_ICC_IAR1_EL1 : GIC_ICC_IAR0_EL1);
    if (chance(g, 40)) {
        emit_mrs(g, pe, c, GIC_ICC_RPR_EL1);
    }
    if (is_interrupt(intid) && chance(g, 75)) {
        emit_msr(g, pe, ending_context(g, c), group1 ? GIC_ICC_EOIR1_EL1 : GIC_ICC_EOIR0_EL1,
                 intid);
        if (intid < FIRST_LPI && chance(g, 50)) {
            emit_msr(g, pe, ending_context(g, c), GIC_ICC_DIR_EL1, intid);
        }
    }
}

/* A control of the CPU interface. */
static void write_interface(struct script_generator *g)
{
    static const uint8_t regs[] = {GIC_ICC_PMR_EL1,  GIC_ICC_PMR_EL1,  GIC_ICC_PMR_EL1,
                                   GIC_ICC_BPR0_EL1, GIC_ICC_BPR1_EL1, GIC_ICC_CTLR_EL1,
                                   GIC_ICC_CTLR_EL3};
    struct context c = some_context(g);
    unsigned reg = regs[below(g, sizeof(regs))];
    uint64_t value = random_next(&g->random);

    if (reg == GIC_ICC_PMR_EL1) {
        value = chance(g, 50) ? 0xff : value & 0xff;
    } else {
        value &= reg == GIC_ICC_CTLR_EL1 ? 3 : reg == GIC_ICC_CTLR_EL3 ? 0x1f : 7;
    }
    emit_msr(g, some_pe(g), c, reg, value);
}

static void write_enables(struct script_generator *g)
{
    static const uint8_t regs[] = {GIC_ICC_IGRPEN0_EL1, GIC_ICC_IGRPEN1_EL1, GIC_ICC_IGRPEN1_EL3};
    struct context c = some_context(g);

    emit_msr(g, some_pe(g), c, regs[below(g, 3)], below(g, 4));
}

/* ---- Physical interrupts ------------------------------------------------------------------- */

void setup_physical(struct script_generator *g)
{
    unsigned interrupts = 2 + below(g, 6);

    if (chance(g, 30)) {
        write_nsacr(g);
    }
    for (unsigned i = 0; i < interrupts; i++) {
        unsigned intid = some_intid(g);
        bool ns = false;

        if (chance(g, 60)) {
            write_groups(g, intid);
        }
        if (chance(g, 30)) {
            write_trigger(g, intid);
        }
        emit_mmio(g, OP_WRITE8, byte_of(g, intid), some_priority(g, ns), ns);
        if (intid >= 32 && chance(g, 60)) {
            write_route(g);
        }
        emit_mmio(g, OP_WRITE32, word_of(g, intid, GIC_ISENABLER),
                  chance(g, 50) ? UINT32_MAX : UINT64_C(1) << intid % 32, false);
    }
}

static void look(struct script_generator *g)
{
    static const uint8_t regs[] = {GIC_ICC_HPPIR0_EL1, GIC_ICC_HPPIR1_EL1, GIC_ICC_RPR_EL1,
                                   GIC_ICC_AP0R0_EL1,  GIC_ICC_AP1R0_EL1,  GIC_ISR_EL1,
                                   GIC_ICC_PMR_EL1};
    struct context c = some_context(g);

    emit_mrs(g, some_pe(g), c, regs[below(g, sizeof(regs))]);
}

static void look_at_state(struct script_generator *g)
{
    static const uint16_t arrays[] = {GIC_IGROUPR,   GIC_ISENABLER, GIC_ICENABLER, GIC_ISPENDR,
                                      GIC_ISPENDR,   GIC_ICPENDR,   GIC_ISACTIVER, GIC_ISACTIVER,
                                      GIC_ICACTIVER, GIC_IGRPMODR};

    emit_mmio(g, OP_READ32, word_of(g, some_intid(g), arrays[below(g, 10)]), 0, chance(g, 40));
}

/* EL3 takes what there is, of either group. */
static uint64_t take_any(struct script_generator *g, unsigned pe, bool *group1)
{
    uint64_t intid = emit_mrs(g, pe, AT_EL3, GIC_ICC_IAR0_EL1);

    *group1 = !is_interrupt(intid);
    return *group1 ? emit_mrs(g, pe, AT_EL3, GIC_ICC_IAR1_EL1) : intid;
}

/* Pending at @pe, with another priority. */
static void pend_at(struct script_generator *g, unsigned pe, unsigned intid)
{
    uint64_t frame = intid < 32 ? GICR_PA + GICR_BYTES * (uint64_t)pe + GICR_SGI : GICD_PA;

    emit_mmio(g, OP_WRITE8, frame + GIC_IPRIORITYR + intid, some_priority(g, false), false);
    emit_mmio(g, OP_WRITE32, frame + GIC_ISPENDR + intid / 32 * 4, UINT64_C(1) << intid % 32,
              false);
}

/* One after the other, by other binary points. */
static void nest(struct script_generator *g, unsigned pe)
{
    bool group1;

    emit_msr(g, pe, AT_EL3, GIC_ICC_CTLR_EL3, below(g, 32));
    emit_msr(g, pe, AT_EL3, GIC_ICC_BPR0_EL1, below(g, 8));
    emit_msr(g, pe, (struct context){3, chance(g, 50) ? OP_NS : 0}, GIC_ICC_BPR1_EL1, below(g, 8));
    for (unsigned i = 0; i < 2; i++) {
        pend_at(g, pe, some_intid(g));
        take_any(g, pe, &group1);
        emit_mrs(g, pe, AT_EL3, GIC_ICC_RPR_EL1);
    }
}

/* EL3 takes one, somebody deactivates it. */
static void deactivate(struct script_generator *g, unsigned pe)
{
    unsigned number = below(g, FAVOURITES);
    bool group1;
    uint64_t intid;

    emit_msr(g, pe, AT_EL3, GIC_ICC_CTLR_EL3, 0x1c | below(g, 4)); /* EOImode of all */
    pend_at(g, pe, g->intid[number]);
    intid = take_any(g, pe, &group1);
    if (is_interrupt(intid) && intid < FIRST_LPI) {
        emit_msr(g, pe, AT_EL3, group1 ? GIC_ICC_EOIR1_EL1 : GIC_ICC_EOIR0_EL1, intid);
        emit_msr(g, pe, routed_context(g), GIC_ICC_DIR_EL1, intid);
        emit_mmio(g, OP_READ32, word_of(g, (unsigned)intid, GIC_ISACTIVER), 0, false);
    }
}

/* A line rises or falls, mostly one that the script is about; its PPI is looked at. */
static void drive_wire(struct script_generator *g, unsigned pe)
{
    unsigned intid = wires[below(g, WIRES)];

    for (unsigned i = 0; i < FAVOURITES; i++) {
        if (g->intid[i] > MAINTENANCE && g->intid[i] < 31 && g->intid[i] != 28) {
            intid = g->intid[i];
        }
    }
    emit_wire(g, pe, intid, chance(g, 60));
    if (chance(g, 40)) {
        emit_mmio(g, OP_READ32, GICR_PA + GICR_BYTES * (uint64_t)pe + GICR_SGI + GIC_ISPENDR, 0,
                  false);
    }
}

void step_physical(struct script_generator *g)
{
    static const uint16_t arrays[] = {GIC_ISPENDR,   GIC_ISPENDR,   GIC_ISPENDR,
                                      GIC_ISPENDR,   GIC_ICPENDR,   GIC_ISENABLER,
                                      GIC_ICENABLER, GIC_ISACTIVER, GIC_ICACTIVER};
    unsigned dice = below(g, 100);

    if (dice < 16) {
        write_bit(g, arrays[below(g, 9)]);
    } else if (dice < 22) {
        drive_wire(g, some_pe(g));
    } else if (dice < 34) {
        generate_sgi(g);
    } else if (dice < 60) {
        emit_take(g, some_pe(g));
    } else if (dice < 63) {
        nest(g, some_pe(g));
    } else if (dice < 67) {
        deactivate(g, some_pe(g));
    } else if (dice < 75) {
        look(g);
    } else if (dice < 85) {
        look_at_state(g);
    } else if (dice < 92) {
        write_interface(g);
    } else if (dice < 95) {
        write_priority(g);
    } else if (dice < 97) {
        write_route(g);
    } else {
        write_enables(g);
    }
}
