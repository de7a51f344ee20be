/* SPDX-License-Identifier: MIT */
/*
 * What software does with an ITS: commands, messages, LPIs, tables on and off; mostly what is
 * right, some of it wrong. Configurations of LPIs change only before an INVALL.
 */
#include "generate.h"
#include "map.h"
#include "registers.h"

#include <armvirt/regs/its.h>

/* ---- Operands ------------------------------------------------------------------------------ */

struct event {
    uint32_t device, event, intid;
};

static struct event some_event(struct script_generator *g)
{
    uint32_t lpi = chance(g, 75) ? g->event[below(g, FAVOURITES)] : below(g, LPIS);
    uint32_t device = lpi / EVENTS;
    uint32_t intid = FIRST_LPI + lpi;
    struct event e = {device, device == DEVICES - 1 ? intid : lpi % EVENTS, intid};

    if (chance(g, 2)) {
        e.device = chance(g, 50) ? 511 : 0x10000 + below(g, 4);
    } else if (chance(g, 2)) {
        e.event += chance(g, 50) ? 0x10000 : EVENTS;
    }
    return e;
}

static uint32_t some_collection(struct script_generator *g)
{
    static const uint32_t wrong[] = {0x1ff, 0x200, 0xffff};

    return chance(g, 96) ? below(g, chance(g, 70) ? 3 : COLLECTIONS) : wrong[below(g, 3)];
}

static uint64_t some_target(struct script_generator *g)
{
    return (uint64_t)(chance(g, 96) ? below(g, SCRIPT_PES) : SCRIPT_PES + below(g, 3)) << 16;
}

/* ---- Commands ------------------------------------------------------------------------------ */

static void put_word(struct script_generator *g, unsigned word, uint64_t value)
{
    emit_mmio(g, OP_WRITE64, SCRIPT_PA + MEM_QUEUE + g->written + 8u * word, value, false);
}

static void put_command(struct script_generator *g, uint64_t word0, uint64_t word1, uint64_t word2)
{
    put_word(g, 0, word0);
    put_word(g, 1, word1);
    put_word(g, 2, word2);
    g->written = (g->written + 32) % QUEUE_BYTES;
}

static void put_mapd(struct script_generator *g, uint32_t device)
{
    bool last = device == DEVICES - 1;
    uint64_t itt =
        SCRIPT_PA + (last ? MEM_LONG_ITT : MEM_ITTS + (uint64_t)ITT_BYTES * (device % DEVICES));
    uint64_t bits = last ? LPI_BITS : chance(g, 80) ? EVENT_BITS : 1 + below(g, EVENT_BITS);

    if (chance(g, 2)) {
        bits = 17 + below(g, 8); /* more than there are */
    }
    put_command(g, ARMVIRT_ITS_MAPD | (uint64_t)device << 32, bits - 1,
                itt | (chance(g, 90) ? BASER_VALID : 0));
}

static void put_mapc(struct script_generator *g, uint32_t collection)
{
    put_command(g, ARMVIRT_ITS_MAPC, 0,
                collection | some_target(g) | (chance(g, 90) ? BASER_VALID : 0));
}

static void put_mapti(struct script_generator *g, struct event e)
{
    static const uint32_t wrong[] = {0, 1023, FIRST_LPI - 1, 0x10000, UINT32_MAX};
    uint32_t intid = chance(g, 96) ? e.intid : wrong[below(g, 5)];
    bool direct = e.event == e.intid ? chance(g, 60) : chance(g, 5);

    put_command(g, (direct ? ARMVIRT_ITS_MAPI : ARMVIRT_ITS_MAPTI) | (uint64_t)e.device << 32,
                e.event | (uint64_t)intid << 32, some_collection(g));
}

/* Of a device and an event, with a collection for the first. */
static void put_of_event(struct script_generator *g)
{
    static const uint8_t opcodes[] = {ARMVIRT_ITS_MOVI,    ARMVIRT_ITS_INT, ARMVIRT_ITS_INT,
                                      ARMVIRT_ITS_INT,     ARMVIRT_ITS_INT, ARMVIRT_ITS_CLEAR,
                                      ARMVIRT_ITS_DISCARD, ARMVIRT_ITS_INV};
    struct event e = some_event(g);
    uint32_t opcode = opcodes[below(g, sizeof(opcodes))];

    put_command(g, opcode | (uint64_t)e.device << 32, e.event,
                opcode == ARMVIRT_ITS_MOVI ? some_collection(g) : 0);
}

static void put_movall(struct script_generator *g)
{
    uint64_t from = some_target(g);

    put_word(g, 3, some_target(g));
    put_command(g, ARMVIRT_ITS_MOVALL, 0, from);
}

static void put_some(struct script_generator *g)
{
    unsigned dice = below(g, 100);
    struct event e = some_event(g);

    if (dice < 6) {
        put_mapd(g, e.device);
    } else if (dice < 16) {
        put_mapc(g, some_collection(g));
    } else if (dice < 50) {
        put_mapti(g, e);
    } else if (dice < 85) {
        put_of_event(g);
    } else if (dice < 90) {
        put_movall(g);
    } else if (dice < 94) {
        put_command(g, ARMVIRT_ITS_SYNC, 0, some_target(g));
    } else if (dice < 98) {
        put_command(g, ARMVIRT_ITS_INVALL, 0, some_collection(g));
    } else {
        put_command(g, below(g, 256), e.event, 0);
    }
}

static void submit(struct script_generator *g)
{
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_CWRITER, g->written, chance(g, 50));
}

static void run_commands(struct script_generator *g)
{
    unsigned commands = 1 + below(g, 3);

    for (unsigned i = 0; i < commands; i++) {
        put_some(g);
    }
    submit(g);
    if (chance(g, 30)) {
        emit_mrs(g, some_pe(g), AT_EL2, GIC_ICC_HPPIR1_EL1);
    }
    if (chance(g, 10)) {
        emit_mmio(g, OP_READ64, GITS_PA + GITS_CREADR, 0, chance(g, 50));
    }
}

/* ---- LPIs ---------------------------------------------------------------------------------- */

/* Priorities and enables of the first events of a device. QEMU looks at bits that are not there. */
static void write_configuration(struct script_generator *g, unsigned device)
{
    uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t value = some_bits(g, (priority_bits(g, !g->script->ds) & 0xfc) * each) | each;

    value &= ~(random_next(&g->random) & some_bits(g, each));
    emit_mmio(g, OP_WRITE64, SCRIPT_PA + MEM_CONFIG + (uint64_t)EVENTS * device, value, false);
}

static void reconfigure(struct script_generator *g)
{
    write_configuration(g, below(g, DEVICES));
    put_command(g, ARMVIRT_ITS_INVALL, 0, below(g, COLLECTIONS));
    submit(g);
}

static void send_message(struct script_generator *g)
{
    struct event e = some_event(g);

    emit_mmio(g, e.event < 0x10000 && chance(g, 20) ? OP_WRITE16 : OP_WRITE32,
              GITS_PA + GITS_TRANSLATER, e.event, chance(g, 50));
}

/* What is pending is in the table while LPIs are off. */
static void turn_lpis_off(struct script_generator *g)
{
    unsigned pe = some_pe(g);
    uint64_t frame = GICR_PA + GICR_BYTES * (uint64_t)pe;
    uint64_t table = SCRIPT_PA + MEM_PENDING + (uint64_t)PENDING_BYTES * pe + FIRST_LPI / 8;

    emit_mmio(g, OP_WRITE32, frame + GICR_CTLR, 0, chance(g, 50));
    emit_mmio(g, OP_READ64, table, 0, false);
    emit_mmio(g, OP_READ64, table + 8, 0, false);
    if (chance(g, 30)) {
        emit_mmio(g, OP_WRITE64, table, random_next(&g->random) & some_bits(g, 0xff000000ff),
                  false);
    }
    emit_mmio(g, OP_WRITE32, frame + GICR_CTLR, 1, chance(g, 50));
}

/* ---- Registers ----------------------------------------------------------------------------- */

/* Off, something that waits or is lost, on. */
static void turn_its_off(struct script_generator *g)
{
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 0, chance(g, 50));
    emit_mmio(g, OP_READ32, GITS_PA + GITS_CTLR, 0, chance(g, 50));
    send_message(g);
    run_commands(g);
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, chance(g, 50));
}

static void begin_queue(struct script_generator *g)
{
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 0, false);
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_CBASER, BASER_VALID | (SCRIPT_PA + MEM_QUEUE),
              chance(g, 50));
    g->written = 0;
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_CWRITER, 0, chance(g, 50));
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, chance(g, 50));
}

/* Other tables, or the same by another way; a queue that begins anew. */
static void change_tables(struct script_generator *g)
{
    uint64_t shape = (uint64_t)below(g, 4) << 8 | below(g, 2);
    bool two_level = chance(g, 40);

    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 0, false);
    if (two_level) {
        emit_mmio(g, OP_WRITE64, SCRIPT_PA + MEM_DEVICES_L1,
                  (SCRIPT_PA + MEM_DEVICES) | (chance(g, 90) ? BASER_VALID : 0), false);
    }
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_BASER,
              two_level ? BASER_VALID | BASER_INDIRECT | (SCRIPT_PA + MEM_DEVICES_L1)
                        : (chance(g, 95) ? BASER_VALID : 0) | (SCRIPT_PA + MEM_DEVICES) | shape,
              chance(g, 50));
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_BASER + 8,
              (chance(g, 95) ? BASER_VALID : 0) | (SCRIPT_PA + MEM_COLLECTIONS) |
                  (uint64_t)below(g, 4) << 8,
              chance(g, 50));
    if (chance(g, 50)) {
        begin_queue(g);
    }
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, chance(g, 50));
}

/* ---- Deviations ---------------------------------------------------------------------------- */

/* DISCARD of an event that loses its collection first, and gets it back. */
void tempt_discard(struct script_generator *g)
{
    struct event e = some_event(g);
    uint64_t collection = below(g, COLLECTIONS);

    put_command(g, ARMVIRT_ITS_MAPTI | (uint64_t)e.device << 32, e.event | (uint64_t)e.intid << 32,
                collection);
    put_command(g, ARMVIRT_ITS_MAPC, 0, collection);
    put_command(g, ARMVIRT_ITS_DISCARD | (uint64_t)e.device << 32, e.event, 0);
    put_command(g, ARMVIRT_ITS_MAPC, 0, collection | (uint64_t)some_pe(g) << 16 | BASER_VALID);
    put_command(g, ARMVIRT_ITS_INT | (uint64_t)e.device << 32, e.event, 0);
    submit(g);
    emit_take(g, some_pe(g));
}

/* MAPD that unmaps, with a size that means nothing then; an event of the device after it. */
void tempt_mapd(struct script_generator *g)
{
    uint32_t device = below(g, DEVICES - 1);
    uint32_t event = below(g, 2);
    uint32_t collection = below(g, COLLECTIONS);

    put_command(g, ARMVIRT_ITS_MAPC, 0, collection | (uint64_t)some_pe(g) << 16 | BASER_VALID);
    put_command(g, ARMVIRT_ITS_MAPTI | (uint64_t)device << 32,
                event | (uint64_t)(FIRST_LPI + EVENTS * device + event) << 32, collection);
    put_command(g, ARMVIRT_ITS_MAPD | (uint64_t)device << 32, 16 + below(g, 16), 0);
    put_command(g, ARMVIRT_ITS_INT | (uint64_t)device << 32, event, 0);
    submit(g);
    emit_take(g, some_pe(g));
}

static void write_device_table(struct script_generator *g, uint64_t pa)
{
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 0, false);
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_BASER, BASER_VALID | pa, false);
    emit_mmio(g, OP_WRITE32, GITS_PA + GITS_CTLR, 1, false);
}

/* A device table that is not there, then the right one. */
void tempt_stall(struct script_generator *g)
{
    write_device_table(g, ABSENT_PA);
    put_command(g, ARMVIRT_ITS_MAPD, EVENT_BITS - 1, BASER_VALID | (SCRIPT_PA + MEM_ITTS));
    submit(g);
    emit_mmio(g, OP_READ64, GITS_PA + GITS_CREADR, 0, false);
    write_device_table(g, SCRIPT_PA + MEM_DEVICES);
    emit_mmio(g, OP_READ64, GITS_PA + GITS_CREADR, 0, false);
    emit_mmio(g, OP_WRITE64, GITS_PA + GITS_CWRITER, g->written | ARMVIRT_GITS_CWRITER_RETRY,
              false);
    emit_mmio(g, OP_READ64, GITS_PA + GITS_CREADR, 0, false);
    if (chance(g, 80)) {
        begin_queue(g);
    }
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static void begin(struct script_generator *g)
{
    if (chance(g, 20)) { /* so that the queue wraps */
        g->written = QUEUE_BYTES - 32 * (1 + below(g, 20));
        submit(g);
    }
    if (chance(g, 30)) {
        change_tables(g);
    }
    for (unsigned device = 0; device < DEVICES; device++) {
        write_configuration(g, device);
        if (chance(g, 90)) {
            put_mapd(g, device);
        }
    }
    for (unsigned i = 0; i < COLLECTIONS; i++) {
        if (chance(g, 70)) {
            put_mapc(g, i);
        }
    }
    for (unsigned i = 2 + below(g, 8); i > 0; i--) {
        put_mapti(g, some_event(g));
    }
    submit(g);
}

static void step(struct script_generator *g)
{
    static const uint8_t regs[] = {GIC_ICC_HPPIR0_EL1, GIC_ICC_HPPIR1_EL1, GIC_ICC_RPR_EL1,
                                   GIC_ICC_AP1R0_EL1, GIC_ISR_EL1};
    unsigned dice = below(g, 100);

    if (dice < 45) {
        run_commands(g);
    } else if (dice < 55) {
        send_message(g);
    } else if (dice < 80) {
        emit_take(g, some_pe(g));
    } else if (dice < 86) {
        emit_mrs(g, some_pe(g), some_context(g), regs[below(g, sizeof(regs))]);
    } else if (dice < 90) {
        reconfigure(g);
    } else if (dice < 93) {
        turn_lpis_off(g);
    } else if (dice < 95) {
        turn_its_off(g);
    } else if (dice < 96) {
        change_tables(g);
    } else if (dice < 97 && g->script->tempt >= FIRST_ITS_DEVIATION) {
        step_tempt(g, g->script->tempt);
    } else {
        step_its_registers(g);
    }
}

void generate_its(struct script_generator *g)
{
    unsigned most = 120 + below(g, 100);

    begin(g);
    while (g->script->ops < most) {
        step(g);
    }
}
