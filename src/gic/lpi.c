/* SPDX-License-Identifier: MIT */
/*
 * LPIs (IHI0069 5.1). The set of those that are pending at a PE is its index; the key of an LPI is
 * its priority, or no key while it is disabled. Pending table and configuration table are in
 * memory.
 */
#include "machine.h"

#include "base/bits.h"
#include "base/compiler.h"

#define BLOCK      64u   /* LPIs in one access to a pending table */
#define TABLE_SKIP 1024u /* bytes of a pending table for INTIDs that are not LPIs */

#define CONFIG_PRIORITY ARMVIRT_BITS(7, 2)
#define CONFIG_ENABLE   ARMVIRT_BIT(0)

static const struct armvirt_index_shape *shape(const struct armvirt_gic *gic)
{
    return &gic->shape[ARMVIRT_FROM_LPI];
}

static uint8_t *index_of(const struct armvirt_gic *gic, uint32_t pe)
{
    return armvirt_index(gic, pe, ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
}

bool armvirt_lpi_exists(const struct armvirt_gic *gic, uint32_t intid)
{
    return intid >= ARMVIRT_INTID_LPI && intid - ARMVIRT_INTID_LPI < gic->count[ARMVIRT_FROM_LPI];
}

/* How many LPIs the tables of the PE have: GICR_PROPBASER.IDbits below 13 means none (rule 51). */
static uint32_t table_lpis(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    uint64_t intids = UINT64_C(2) << ARMVIRT_GET(ARMVIRT_GICR_PROPBASER_IDBITS, pe->propbaser);
    uint64_t lpis = intids > ARMVIRT_INTID_LPI ? intids - ARMVIRT_INTID_LPI : 0;

    return lpis < gic->count[ARMVIRT_FROM_LPI] ? (uint32_t)lpis : gic->count[ARMVIRT_FROM_LPI];
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

/* With EnableLPIs 0 none is forwarded. */
static void note_best(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t key = pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS
                       ? armvirt_index_best(shape(gic), index_of(gic, n))
                       : ARMVIRT_INDEX_NO_KEY;

    pe->best[ARMVIRT_FROM_LPI] =
        ~(UINT64_C(0xff) << 8 * ARMVIRT_CLASS_G1NS) | key << 8 * ARMVIRT_CLASS_G1NS;
    armvirt_mark(gic, n, ARMVIRT_STALE_HPPI);
}

static void set_pending(struct armvirt_gic *gic, uint32_t n, uint32_t leaf, bool pending)
{
    uint8_t *index = index_of(gic, n);
    const uint8_t *keys = armvirt_keys(gic, n, ARMVIRT_FROM_LPI);

    if (armvirt_index_has(index, leaf) == pending) {
        return;
    }
    if (pending) {
        armvirt_index_add(shape(gic), index, keys, leaf);
    } else {
        armvirt_index_remove(shape(gic), index, keys, leaf);
    }
    note_best(gic, n);
}

/* The key of an LPI changes: it is taken out of all indices that have it, and put in again. */
static void set_key(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    uint8_t *keys = armvirt_keys(gic, 0, ARMVIRT_FROM_LPI);
    uint8_t old = keys[leaf];

    if (old == key) {
        return;
    }
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        uint8_t *index = index_of(gic, n);

        if (armvirt_index_has(index, leaf)) {
            keys[leaf] = old;
            armvirt_index_remove(shape(gic), index, keys, leaf);
            keys[leaf] = key;
            armvirt_index_add(shape(gic), index, keys, leaf);
            note_best(gic, n);
        }
    }
    keys[leaf] = key;
}

void armvirt_lpi_acknowledge(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    set_pending(gic, n, leaf, false);
}

/* ---- The configuration table --------------------------------------------------------------- */

static enum armvirt_bus access_table(const struct armvirt_gic *gic, uint64_t pa, uint8_t size,
                                     uint64_t *value, bool write)
{
    const struct armvirt_mem_req req = {
        .pa = pa,
        .size = size,
        .space = ARMVIRT_SPACE_NONSECURE,
        .what = size == 1 ? ARMVIRT_MEM_LPI_CONFIG : ARMVIRT_MEM_LPI_PENDING,
    };
    const struct armvirt_mem *mem = &gic->config.mem;

    if (write) {
        return mem->ops->write != NULL ? mem->ops->write(mem->ctx, &req, value) : ARMVIRT_BUS_ABORT;
    }
    return mem->ops->read(mem->ctx, &req, value);
}

/* Non-secure priorities are the upper half of all (rule 45). */
static uint8_t key_of(const struct armvirt_gic *gic, uint64_t config)
{
    uint64_t priority = config & CONFIG_PRIORITY;

    if (!(config & CONFIG_ENABLE)) {
        return ARMVIRT_INDEX_NO_KEY;
    }
    if (!armvirt_one_state(gic)) {
        priority = priority >> 1 | ARMVIRT_NS_PRIORITY;
    }
    return (uint8_t)priority & armvirt_priority_mask(gic);
}

static void read_config(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    uint64_t base = armvirt_pe(gic, n)->propbaser & ARMVIRT_GICR_PROPBASER_PHYSICAL_ADDRESS;
    uint64_t config = 0;

    if (access_table(gic, base + leaf, 1, &config, false) != ARMVIRT_BUS_OK) {
        config = 0;
    }
    set_key(gic, leaf, key_of(gic, config));
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
    if (!pe->queued) {
        pe->queued = true;
        pe->next_job = gic->jobs;
        gic->jobs = n + 1;
    }
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
    note_best(gic, n);
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
    return (pe->pendbaser & ARMVIRT_GICR_PENDBASER_PHYSICAL_ADDRESS) + TABLE_SKIP +
           BLOCK / 8 * (uint64_t)pe->cursor;
}

/* Number of LPIs in the block at the cursor: the last may be short. */
static uint32_t block_lpis(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    uint32_t left = table_lpis(gic, pe) - BLOCK * pe->cursor;

    return left < BLOCK ? left : BLOCK;
}

/* The LPIs of a block that are pending, a bit each. */
static uint64_t block_pending(const struct armvirt_gic *gic, uint32_t n, uint32_t block)
{
    return armvirt_load_le64(index_of(gic, n) + BLOCK / 8 * (size_t)block);
}

/* The LPIs of one block that are pending, each as by armvirt_gic_lpi_move(). */
static void move_block(struct armvirt_gic *gic, uint32_t from, uint32_t to, uint32_t block)
{
    for (uint64_t bits = block_pending(gic, from, block); bits != 0; bits &= bits - 1) {
        armvirt_gic_lpi_move(gic, from, to,
                             ARMVIRT_INTID_LPI + BLOCK * block + ARMVIRT_CTZ64(bits));
    }
}

enum armvirt_status armvirt_gic_lpi_move_all(struct armvirt_gic *gic, uint32_t from, uint32_t to,
                                             uint32_t budget)
{
    uint32_t blocks = (gic->count[ARMVIRT_FROM_LPI] + BLOCK - 1) / BLOCK;
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

enum armvirt_status armvirt_gic_lpi_sync(const struct armvirt_gic *gic, uint32_t pe)
{
    return pe < gic->config.pes && armvirt_pe(gic, pe)->job != ARMVIRT_IDLE ? ARMVIRT_E_AGAIN
                                                                            : ARMVIRT_OK;
}

/* A block that cannot be read has nothing pending. */
static enum armvirt_bus load_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint64_t bits = 0;
    enum armvirt_bus bus = access_table(gic, block_pa(pe), 8, &bits, false);

    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    for (uint32_t i = 0; i < block_lpis(gic, pe); i++) {
        if (bits >> i & 1) {
            read_config(gic, n, BLOCK * pe->cursor + i);
            set_pending(gic, n, BLOCK * pe->cursor + i, true);
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
        bus = access_table(gic, block_pa(pe), 8, &old, false);
        bits |= old;
    }
    if (bus == ARMVIRT_BUS_OK) {
        bus = access_table(gic, block_pa(pe), 8, &bits, true);
    }
    for (uint32_t i = 0; bus != ARMVIRT_BUS_RETRY && i < block_lpis(gic, pe); i++) {
        set_pending(gic, n, BLOCK * pe->cursor + i, false);
    }
    return bus;
}

static enum armvirt_bus inv_block(struct armvirt_gic *gic, uint32_t n)
{
    uint32_t block = armvirt_pe(gic, n)->cursor;

    for (uint64_t bits = block_pending(gic, n, block); bits != 0; bits &= bits - 1) {
        read_config(gic, n, BLOCK * block + ARMVIRT_CTZ64(bits));
    }
    return ARMVIRT_BUS_OK;
}

/* Do one block; false if memory asked to retry. */
static bool do_block(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    enum armvirt_bus bus;

    if (pe->job == ARMVIRT_LOAD) {
        bus = load_block(gic, n);
    } else if (pe->job == ARMVIRT_SAVE) {
        bus = save_block(gic, n);
    } else {
        bus = inv_block(gic, n);
    }
    if (bus == ARMVIRT_BUS_RETRY) {
        return false;
    }
    pe->cursor++;
    return true;
}

static void job_done(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    pe->job = ARMVIRT_IDLE;
    if (pe->inv_all) {
        pe->inv_all = false;
        start(gic, n, ARMVIRT_INV_ALL);
    } else {
        pe->queued = false;
        gic->jobs = pe->next_job;
    }
}

enum armvirt_status armvirt_gic_step(struct armvirt_gic *gic, uint32_t budget)
{
    bool go_on = true;

    while (gic->jobs != 0 && go_on) {
        uint32_t n = gic->jobs - 1;
        const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

        if (BLOCK * (uint64_t)pe->cursor >= table_lpis(gic, pe)) {
            job_done(gic, n);
        } else {
            go_on = budget != 0 && do_block(gic, n);
            budget -= budget != 0;
        }
    }
    armvirt_settle(gic);
    return gic->jobs == 0 ? ARMVIRT_OK : ARMVIRT_E_AGAIN;
}
