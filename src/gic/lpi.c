/* SPDX-License-Identifier: MIT */
/*
 * LPIs (IHI0069 5.1). The key of an LPI is its priority, or no key while it is disabled. One that
 * is pending at a PE is in the set of lpi_set.h or in the PE's pending table in memory, never in
 * both: in the table are those of blocks from armvirt_gic_pe::loaded on, which were not read yet or
 * have no room in the set.
 */
#include "base/compiler.h"
#include "lpi_set.h"
#include "table.h"
#include "work.h"

bool armvirt_lpi_exists(const struct armvirt_gic *gic, uint32_t intid)
{
    return intid >= ARMVIRT_INTID_LPI && intid - ARMVIRT_INTID_LPI < gic->count[ARMVIRT_FROM_LPI];
}

/* How many LPIs the tables of the PE have. */
static uint32_t table_lpis(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    return armvirt_table_lpis(ARMVIRT_GET(ARMVIRT_GICR_PROPBASER_IDBITS, pe->propbaser) + 1,
                              gic->count[ARMVIRT_FROM_LPI]);
}

/* Whether the PE has LPIs on and this one in its tables, which have IDbits + 1 bits of INTIDs. */
static bool usable(const struct armvirt_gic *gic, uint32_t n, uint32_t intid)
{
    const struct armvirt_gic_pe *pe;

    if (n >= gic->config.pes || !armvirt_lpi_exists(gic, intid)) {
        return false;
    }
    pe = armvirt_pe(gic, n);
    return (pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) &&
           (uint64_t)intid >> 1 >> ARMVIRT_GET(ARMVIRT_GICR_PROPBASER_IDBITS, pe->propbaser) == 0;
}

uint32_t armvirt_lpi_blocks(const struct armvirt_gic *gic, uint32_t n)
{
    return (table_lpis(gic, armvirt_pe(gic, n)) + ARMVIRT_BLOCK - 1) / ARMVIRT_BLOCK;
}

/* ---- Room ---------------------------------------------------------------------------------- */

static void start(struct armvirt_gic *gic, uint32_t n, enum armvirt_job job)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->job = (uint8_t)job;
    pe->cursor = 0;
    armvirt_work_begin(gic, n);
}

/* Read what waits in the pending table of a PE, with what it does now to be done again after. */
static void load_the_rest(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    if (!(pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) || pe->loaded >= armvirt_lpi_blocks(gic, n)) {
        return;
    }
    pe->inv_all = pe->inv_all || pe->job == ARMVIRT_INV_ALL;
    start(gic, n, ARMVIRT_LOAD);
    pe->cursor = pe->loaded;
}

/* There is room: whoever waits tries again. */
static void room(struct armvirt_gic *gic)
{
    if (!gic->lpis_wait) {
        return;
    }
    gic->lpis_wait = false;
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        load_the_rest(gic, n);
    }
}

/* ---- Pending or not ------------------------------------------------------------------------ */

static uint64_t table_pa(const struct armvirt_gic_pe *pe, uint32_t block)
{
    return (pe->pendbaser & ARMVIRT_GICR_PENDBASER_PHYSICAL_ADDRESS) + ARMVIRT_TABLE_SKIP +
           ARMVIRT_BLOCK / 8 * (uint64_t)block;
}

/* Whether an LPI may be pending in the table of a PE. */
static bool may_wait(const struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    return leaf / ARMVIRT_BLOCK >= armvirt_pe(gic, n)->loaded;
}

/* What waits in a block of the table; nothing if it cannot be read. */
static enum armvirt_bus waiting(const struct armvirt_gic *gic, uint32_t n, uint32_t block,
                                uint64_t *bits)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    *bits = 0;
    return block < pe->loaded
               ? ARMVIRT_BUS_OK
               : armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, table_pa(pe, block), bits);
}

/* Change the bit of an LPI in the table: whether it was the other. */
static bool table_put(struct armvirt_gic *gic, uint32_t n, uint32_t leaf, bool pending)
{
    uint64_t pa = table_pa(armvirt_pe(gic, n), leaf / ARMVIRT_BLOCK);
    uint64_t bit = ARMVIRT_BIT(leaf % ARMVIRT_BLOCK), bits = 0;
    enum armvirt_bus bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, pa, &bits);

    if (bus != ARMVIRT_BUS_OK || ((bits & bit) != 0) == pending) {
        return false;
    }
    return armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, pa, bits ^ bit) == ARMVIRT_BUS_OK;
}

static bool has_room(const struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    uint64_t bit = ARMVIRT_BIT(leaf % ARMVIRT_BLOCK);

    return !gic->lpi_trees || armvirt_lpi_set_room(gic, n, leaf / ARMVIRT_BLOCK, bit) != 0;
}

/* Without room it waits in the table until there is some. */
static void wait_for_room(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t block = leaf / ARMVIRT_BLOCK;

    table_put(gic, n, leaf, true);
    pe->loaded = pe->loaded < block ? pe->loaded : block;
    gic->lpis_wait = true;
}

static void pend(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    if (armvirt_lpi_set_has(gic, n, leaf)) {
        return;
    }
    if (!has_room(gic, n, leaf)) {
        wait_for_room(gic, n, leaf);
        return;
    }
    if (may_wait(gic, n, leaf)) {
        table_put(gic, n, leaf, false);
    }
    armvirt_pending_add(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
}

/* Make it not pending: whether it was. */
static bool unpend(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    if (!armvirt_lpi_set_has(gic, n, leaf)) {
        return may_wait(gic, n, leaf) && table_put(gic, n, leaf, false);
    }
    armvirt_pending_remove(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    room(gic);
    return true;
}

static void set_key(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    if (armvirt_keys(gic, 0, ARMVIRT_FROM_LPI)[leaf] != key) {
        armvirt_lpi_set_key(gic, leaf, key);
    }
}

/* It is the highest priority pending interrupt, so it is in the set. */
void armvirt_lpi_acknowledge(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    armvirt_pending_remove(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    room(gic);
}

/* ---- The configuration table --------------------------------------------------------------- */

/* Non-secure priorities are the upper half of all (rule 45). */
static uint8_t key_of(const struct armvirt_gic *gic, uint8_t config)
{
    uint64_t priority = config & ARMVIRT_LPI_PRIORITY;

    if (!(config & ARMVIRT_LPI_ENABLE)) {
        return ARMVIRT_INDEX_NO_KEY;
    }
    if (!armvirt_one_state(gic)) {
        priority = priority >> 1 | ARMVIRT_NS_PRIORITY;
    }
    return (uint8_t)priority & armvirt_priority_mask(gic);
}

uint8_t armvirt_lpi_key_in_table(const struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    uint64_t base = armvirt_pe(gic, n)->propbaser & ARMVIRT_GICR_PROPBASER_PHYSICAL_ADDRESS;

    return key_of(gic, armvirt_table_config(gic, base, leaf));
}

static void read_config(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    set_key(gic, leaf, armvirt_lpi_key_in_table(gic, n, leaf));
}

/* ---- What an ITS does ---------------------------------------------------------------------- */

void armvirt_gic_lpi_set(struct armvirt_gic *gic, uint32_t pe, uint32_t intid)
{
    if (usable(gic, pe, intid)) {
        read_config(gic, pe, intid - ARMVIRT_INTID_LPI);
        pend(gic, pe, intid - ARMVIRT_INTID_LPI);
        armvirt_settle(gic);
    }
}

void armvirt_gic_lpi_clear(struct armvirt_gic *gic, uint32_t pe, uint32_t intid)
{
    if (usable(gic, pe, intid)) {
        unpend(gic, pe, intid - ARMVIRT_INTID_LPI);
        armvirt_settle(gic);
    }
}

void armvirt_gic_lpi_inv(struct armvirt_gic *gic, uint32_t pe, uint32_t intid)
{
    if (usable(gic, pe, intid)) {
        read_config(gic, pe, intid - ARMVIRT_INTID_LPI);
        armvirt_settle(gic);
    }
}

void armvirt_gic_lpi_move(struct armvirt_gic *gic, uint32_t from, uint32_t to, uint32_t intid)
{
    uint32_t leaf = intid - ARMVIRT_INTID_LPI;

    if (from != to && usable(gic, from, intid) && usable(gic, to, intid) &&
        unpend(gic, from, leaf)) {
        pend(gic, to, leaf);
        armvirt_settle(gic);
    }
}

/* ---- Long work ----------------------------------------------------------------------------- */

/* Rules 48 and 49. EnableLPIs stays set unless GICR_CTLR.CES says that it can be cleared, and until
 * its pending table has been written it is not set again. */
void armvirt_lpi_enable(struct armvirt_gic *gic, uint32_t n, bool enable)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    bool before = (pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) != 0;
    bool fixed = before && !(gic->config.gicr_ctlr & ARMVIRT_GICR_CTLR_CES);

    if (enable == before || fixed || pe->job == ARMVIRT_SAVE || gic->count[ARMVIRT_FROM_LPI] == 0) {
        return;
    }
    pe->ctlr ^= (uint32_t)ARMVIRT_GICR_CTLR_ENABLELPIS;
    pe->inv_all = false;
    if (!enable) {
        start(gic, n, ARMVIRT_SAVE);
    } else if (pe->pendbaser & ARMVIRT_GICR_PENDBASER_PTZ) {
        pe->loaded = UINT32_MAX;
    } else {
        pe->loaded = 0;
        start(gic, n, ARMVIRT_LOAD);
    }
    armvirt_gates_changed(gic, pe);
}

void armvirt_gic_lpi_inv_all(struct armvirt_gic *gic, uint32_t n)
{
    if (n >= gic->config.pes || !(armvirt_pe(gic, n)->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS)) {
        return;
    }
    if (armvirt_pe(gic, n)->job == ARMVIRT_LOAD) {
        armvirt_pe(gic, n)->inv_all = true;
    } else {
        start(gic, n, ARMVIRT_INV_ALL);
    }
}

/* Number of LPIs in the block at the cursor: the last may be short. */
static uint32_t block_lpis(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    uint32_t left = table_lpis(gic, pe) - ARMVIRT_BLOCK * pe->cursor;

    return left < ARMVIRT_BLOCK ? left : ARMVIRT_BLOCK;
}

/* The LPIs of one block that are pending, each as by armvirt_gic_lpi_move(). */
static enum armvirt_bus move_block(struct armvirt_gic *gic, uint32_t from, uint32_t to,
                                   uint32_t block)
{
    uint64_t bits;
    enum armvirt_bus bus = waiting(gic, from, block, &bits);

    bits |= armvirt_lpi_set_block(gic, from, block);
    for (; bus != ARMVIRT_BUS_RETRY && bits != 0; bits &= bits - 1) {
        armvirt_gic_lpi_move(gic, from, to,
                             ARMVIRT_INTID_LPI + ARMVIRT_BLOCK * block + ARMVIRT_CTZ64(bits));
    }
    return bus;
}

/* Whether LPIs can be moved at all. */
static bool may_move(const struct armvirt_gic *gic, uint32_t from, uint32_t to)
{
    return from != to && usable(gic, from, ARMVIRT_INTID_LPI) && usable(gic, to, ARMVIRT_INTID_LPI);
}

enum armvirt_status armvirt_gic_lpi_move_all(struct armvirt_gic *gic, uint32_t from, uint32_t to,
                                             uint32_t budget)
{
    uint32_t blocks, *moved;

    if (from >= gic->config.pes) {
        return ARMVIRT_OK;
    }
    moved = &armvirt_pe(gic, from)->moved;
    blocks = may_move(gic, from, to) ? armvirt_lpi_blocks(gic, from) : 0;
    for (; *moved < blocks && budget != 0; budget--) {
        if (move_block(gic, from, to, *moved) == ARMVIRT_BUS_RETRY) {
            return ARMVIRT_E_AGAIN;
        }
        ++*moved;
    }
    if (*moved < blocks) {
        return ARMVIRT_E_AGAIN;
    }
    *moved = 0;
    return ARMVIRT_OK;
}

static void take_block(struct armvirt_gic *gic, uint32_t n, uint64_t bits)
{
    uint32_t first = ARMVIRT_BLOCK * armvirt_pe(gic, n)->cursor;

    for (; bits != 0; bits &= bits - 1) {
        uint32_t leaf = first + ARMVIRT_CTZ64(bits);

        read_config(gic, n, leaf);
        if (!armvirt_lpi_set_has(gic, n, leaf)) {
            armvirt_pending_add(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS,
                                leaf);
        }
    }
}

/* A block that cannot be read has nothing pending. What is taken is cleared there before. */
static enum armvirt_bus load_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t pa = table_pa(pe, pe->cursor), bits = 0, taken;
    enum armvirt_bus bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, pa, &bits);
    uint32_t lpis = block_lpis(gic, pe);

    if (bus != ARMVIRT_BUS_OK) {
        bits = 0;
    }
    taken = armvirt_lpi_set_room(gic, n, pe->cursor, bits & UINT64_MAX >> (ARMVIRT_BLOCK - lpis));
    if (taken != 0) {
        bus = armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, pa, bits & ~taken);
    }
    if (bus == ARMVIRT_BUS_RETRY) {
        return bus;
    }
    take_block(gic, n, taken);
    if ((bits & UINT64_MAX >> (ARMVIRT_BLOCK - lpis)) != taken) {
        gic->lpis_wait = true;
    } else if (pe->loaded == pe->cursor) {
        pe->loaded++;
    }
    return ARMVIRT_BUS_OK;
}

enum armvirt_bus armvirt_lpi_save_block(const struct armvirt_gic *gic, uint32_t n, uint32_t block)
{
    uint64_t bits;
    enum armvirt_bus bus = waiting(gic, n, block, &bits);

    if (bus == ARMVIRT_BUS_OK) {
        bus = armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, table_pa(armvirt_pe(gic, n), block),
                                  bits | armvirt_lpi_set_block(gic, n, block));
    }
    return bus;
}

static enum armvirt_bus save_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t pending = armvirt_lpi_set_block(gic, n, pe->cursor);
    enum armvirt_bus bus = armvirt_lpi_save_block(gic, n, pe->cursor);

    for (; bus != ARMVIRT_BUS_RETRY && pending != 0; pending &= pending - 1) {
        unpend(gic, n, ARMVIRT_BLOCK * pe->cursor + ARMVIRT_CTZ64(pending));
    }
    return bus;
}

static enum armvirt_bus inv_block(struct armvirt_gic *gic, uint32_t n)
{
    uint32_t block = armvirt_pe(gic, n)->cursor;

    for (uint64_t bits = armvirt_lpi_set_block(gic, n, block); bits != 0; bits &= bits - 1) {
        read_config(gic, n, ARMVIRT_BLOCK * block + ARMVIRT_CTZ64(bits));
    }
    return ARMVIRT_BUS_OK;
}

static void job_done(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->job = pe->inv_all ? ARMVIRT_INV_ALL : ARMVIRT_IDLE;
    pe->inv_all = false;
    pe->cursor = 0;
}

static enum armvirt_bus do_block(struct armvirt_gic *gic, uint32_t n)
{
    switch (armvirt_pe(gic, n)->job) {
    case ARMVIRT_LOAD:
        return load_block(gic, n);
    case ARMVIRT_SAVE:
        return save_block(gic, n);
    default:
        return inv_block(gic, n);
    }
}

bool armvirt_lpi_work(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t blocks = armvirt_lpi_blocks(gic, n);

    if (pe->cursor < blocks && do_block(gic, n) == ARMVIRT_BUS_RETRY) {
        return false;
    }
    if (++pe->cursor >= blocks) {
        job_done(gic, n);
    }
    return true;
}
