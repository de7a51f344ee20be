/* SPDX-License-Identifier: MIT */
/*
 * LPIs (IHI0069 5.1). The set of those that are pending at a PE is its index; the key of an LPI is
 * its priority, or no key while it is disabled. Pending table and configuration table are in
 * memory.
 */
#include "base/bits.h"
#include "base/compiler.h"
#include "table.h"
#include "work.h"

static uint8_t *index_of(const struct armvirt_gic *gic, uint32_t pe)
{
    return armvirt_index(gic, armvirt_pe(gic, pe), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
}

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

/* Whether the PE has LPIs on and this one in its tables. */
static bool usable(const struct armvirt_gic *gic, uint32_t n, uint32_t intid)
{
    const struct armvirt_gic_pe *pe;

    if (n >= gic->config.pes || intid < ARMVIRT_INTID_LPI) {
        return false;
    }
    pe = armvirt_pe(gic, n);
    return (pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) &&
           intid - ARMVIRT_INTID_LPI < table_lpis(gic, pe);
}

/* ---- The index ----------------------------------------------------------------------------- */

/* Where an LPI is pending: the number of the PE if it is one, ARMVIRT_NOWHERE, or SEVERAL, which
 * may be fewer too. What follows from the indices, to find them at once. */
#define SEVERAL UINT32_C(0xfffe)

static uint16_t *where(const struct armvirt_gic *gic, uint32_t leaf)
{
    return (uint16_t *)armvirt_area(gic, &gic->where, 0) + leaf;
}

void armvirt_lpi_forget_where(struct armvirt_gic *gic, bool pending)
{
    for (uint32_t leaf = 0; leaf < gic->count[ARMVIRT_FROM_LPI]; leaf++) {
        *where(gic, leaf) = (uint16_t)(pending ? SEVERAL : ARMVIRT_NOWHERE);
    }
}

static void set_pending(struct armvirt_gic *gic, uint32_t n, uint32_t leaf, bool pending)
{
    uint8_t *index = index_of(gic, n);
    uint32_t only = pending ? ARMVIRT_NOWHERE : n; /* where it is if it is at no other PE */
    bool known = *where(gic, leaf) == only && only != SEVERAL;

    if (armvirt_index_has(index, leaf) == pending) {
        return;
    }
    *where(gic, leaf) = (uint16_t)(!known ? SEVERAL : pending ? n : ARMVIRT_NOWHERE);
    if (pending) {
        armvirt_pending_add(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    } else {
        armvirt_pending_remove(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    }
}

/* The key of an LPI that is pending at a PE changes: it is taken out of its index, and put in
 * again. Other PEs may still have it by the old key. */
static void set_key_at(struct armvirt_gic *gic, uint32_t n, uint32_t leaf, uint8_t key)
{
    uint8_t *keys = armvirt_keys(gic, 0, ARMVIRT_FROM_LPI);
    uint8_t old = keys[leaf];

    armvirt_pending_remove(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    keys[leaf] = key;
    armvirt_pending_add(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS, leaf);
    keys[leaf] = old;
}

/* Of one that may be pending at several. */
static void set_key_everywhere(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    uint32_t found = ARMVIRT_NOWHERE;

    for (uint32_t n = 0; n < gic->config.pes; n++) {
        if (armvirt_index_has(index_of(gic, n), leaf)) {
            set_key_at(gic, n, leaf, key);
            found = found == ARMVIRT_NOWHERE ? n : SEVERAL;
        }
    }
    *where(gic, leaf) = (uint16_t)found;
}

static void set_key(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    uint8_t *keys = armvirt_keys(gic, 0, ARMVIRT_FROM_LPI);
    uint32_t n = *where(gic, leaf);

    if (keys[leaf] == key) {
        return;
    }
    if (n == SEVERAL) {
        set_key_everywhere(gic, leaf, key);
    } else if (n != ARMVIRT_NOWHERE) {
        set_key_at(gic, n, leaf, key);
    }
    keys[leaf] = key;
}

void armvirt_lpi_acknowledge(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    set_pending(gic, n, leaf, false);
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
        set_pending(gic, pe, intid - ARMVIRT_INTID_LPI, true);
        armvirt_settle(gic);
    }
}

void armvirt_gic_lpi_clear(struct armvirt_gic *gic, uint32_t pe, uint32_t intid)
{
    if (usable(gic, pe, intid)) {
        set_pending(gic, pe, intid - ARMVIRT_INTID_LPI, false);
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
        armvirt_index_has(index_of(gic, from), leaf)) {
        set_pending(gic, from, leaf, false);
        set_pending(gic, to, leaf, true);
        armvirt_settle(gic);
    }
}

/* ---- Long work ----------------------------------------------------------------------------- */

static void start(struct armvirt_gic *gic, uint32_t n, enum armvirt_job job)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->job = (uint8_t)job;
    pe->cursor = 0;
    armvirt_work_begin(gic, n);
}

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

static uint64_t block_pa(const struct armvirt_gic_pe *pe)
{
    return (pe->pendbaser & ARMVIRT_GICR_PENDBASER_PHYSICAL_ADDRESS) + ARMVIRT_TABLE_SKIP +
           ARMVIRT_BLOCK / 8 * (uint64_t)pe->cursor;
}

/* Number of LPIs in the block at the cursor: the last may be short. */
static uint32_t block_lpis(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    uint32_t left = table_lpis(gic, pe) - ARMVIRT_BLOCK * pe->cursor;

    return left < ARMVIRT_BLOCK ? left : ARMVIRT_BLOCK;
}

/* The LPIs of a block that are pending, a bit each. */
static uint64_t block_pending(const struct armvirt_gic *gic, uint32_t n, uint32_t block)
{
    return armvirt_load_le64(index_of(gic, n) + ARMVIRT_BLOCK / 8 * (size_t)block);
}

/* The LPIs of one block that are pending, each as by armvirt_gic_lpi_move(). */
static void move_block(struct armvirt_gic *gic, uint32_t from, uint32_t to, uint32_t block)
{
    for (uint64_t bits = block_pending(gic, from, block); bits != 0; bits &= bits - 1) {
        armvirt_gic_lpi_move(gic, from, to,
                             ARMVIRT_INTID_LPI + ARMVIRT_BLOCK * block + ARMVIRT_CTZ64(bits));
    }
}

enum armvirt_status armvirt_gic_lpi_move_all(struct armvirt_gic *gic, uint32_t from, uint32_t to,
                                             uint32_t budget)
{
    uint32_t blocks = (gic->count[ARMVIRT_FROM_LPI] + ARMVIRT_BLOCK - 1) / ARMVIRT_BLOCK;
    uint32_t *moved;

    if (from == to || from >= gic->config.pes || to >= gic->config.pes) {
        return ARMVIRT_OK;
    }
    moved = &armvirt_pe(gic, from)->moved;
    for (; *moved < blocks && budget != 0; budget--) {
        move_block(gic, from, to, (*moved)++);
    }
    if (*moved < blocks) {
        return ARMVIRT_E_AGAIN;
    }
    *moved = 0;
    return ARMVIRT_OK;
}

/* A block that cannot be read has nothing pending. */
static enum armvirt_bus load_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t bits = 0;
    enum armvirt_bus bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(pe), &bits);

    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    for (uint32_t i = 0; i < block_lpis(gic, pe); i++) {
        if (bits >> i & 1) {
            read_config(gic, n, ARMVIRT_BLOCK * pe->cursor + i);
            set_pending(gic, n, ARMVIRT_BLOCK * pe->cursor + i, true);
        }
    }
    pe->loaded = pe->cursor + 1;
    return ARMVIRT_BUS_OK;
}

/* What was never loaded stays pending in the table. */
static enum armvirt_bus save_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t bits = block_pending(gic, n, pe->cursor), old = 0;
    enum armvirt_bus bus = ARMVIRT_BUS_OK;

    if (pe->cursor >= pe->loaded) {
        bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(pe), &old);
        bits |= old;
    }
    if (bus == ARMVIRT_BUS_OK) {
        bus = armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(pe), bits);
    }
    for (uint32_t i = 0; bus != ARMVIRT_BUS_RETRY && i < block_lpis(gic, pe); i++) {
        set_pending(gic, n, ARMVIRT_BLOCK * pe->cursor + i, false);
    }
    return bus;
}

static enum armvirt_bus inv_block(struct armvirt_gic *gic, uint32_t n)
{
    uint32_t block = armvirt_pe(gic, n)->cursor;

    for (uint64_t bits = block_pending(gic, n, block); bits != 0; bits &= bits - 1) {
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
    uint32_t blocks = (table_lpis(gic, pe) + ARMVIRT_BLOCK - 1) / ARMVIRT_BLOCK;

    if (pe->cursor < blocks && do_block(gic, n) == ARMVIRT_BUS_RETRY) {
        return false;
    }
    if (++pe->cursor >= blocks) {
        job_done(gic, n);
    }
    return true;
}
