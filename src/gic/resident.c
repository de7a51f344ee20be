/* SPDX-License-Identifier: MIT */
/*
 * The vPE that is resident at a PE (IHI0069 6.4.3, 6.4.4; 12.11, GICR_VPENDBASER). When it comes,
 * its pending table is read by steps into an index like that of LPIs, and what was read is cleared
 * in memory; when it leaves, what is pending goes back. So an interrupt is in one place at any
 * time, and none is lost that arrives meanwhile.
 */
#include "vpe.h"

#include "base/bits.h"
#include "base/compiler.h"
#include "base/mem_functions.h"
#include "work.h"

#define BLOCK ARMVIRT_BLOCK

static const struct armvirt_index_shape *shape(const struct armvirt_gic *gic)
{
    return &gic->shape[ARMVIRT_FROM_VLPI];
}

static uint8_t *index_of(const struct armvirt_gic *gic, uint32_t n)
{
    return armvirt_index(gic, armvirt_pe(gic, n), ARMVIRT_FROM_VLPI, ARMVIRT_CLASS_G1NS);
}

bool armvirt_resident_is(const struct armvirt_gic *gic, uint32_t n, uint64_t vpt_pa)
{
    const struct armvirt_resident *r;

    if (n >= gic->config.pes) {
        return false;
    }
    r = &armvirt_pe(gic, n)->vpe;
    return r->state != ARMVIRT_VPE_NONE && r->lpis != 0 && r->vpt_pa == vpt_pa;
}

/* ---- What is pending ----------------------------------------------------------------------- */

/* GICv4.1 has a gate for each group (GICR_VPENDBASER.VGrp0En, VGrp1En). */
static bool group_passes(const struct armvirt_gic *gic, const struct armvirt_resident *r,
                         bool group1)
{
    return !armvirt_v41(gic) || (r->vpendbaser & (group1 ? ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN
                                                         : ARMVIRT_GICR_VPENDBASER_V41_VGRP0EN));
}

/* The priority of the first virtual SGI of a group; @first is its INTID if there is one. */
static uint8_t first_vsgi(const struct armvirt_gic *gic, const struct armvirt_resident *r,
                          bool group1, uint32_t *first)
{
    unsigned best = ARMVIRT_INDEX_NO_KEY;

    for (uint64_t bits = r->vsgi_pending; bits != 0; bits &= bits - 1) {
        uint32_t intid = ARMVIRT_CTZ64(bits);
        uint8_t config = r->vsgi[intid];
        unsigned priority =
            (config & ARMVIRT_VSGI_CONFIG_PRIORITY) & armvirt_vcpu_priority_mask(gic);

        if (armvirt_vsgi_enabled(config) && group1 == ((config & ARMVIRT_VSGI_CONFIG_GROUP) != 0) &&
            priority < best) {
            best = priority;
            *first = intid;
        }
    }
    return (uint8_t)best;
}

/* The priority of the first interrupt of a group that passes; virtual LPIs are of Group 1. */
static uint8_t first_priority(const struct armvirt_gic *gic, uint32_t n, bool group1)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint8_t vlpi = group1 ? armvirt_index_best(shape(gic), index_of(gic, n)) : ARMVIRT_INDEX_NO_KEY;
    uint32_t intid;
    uint8_t vsgi = first_vsgi(gic, r, group1, &intid);

    if (!group_passes(gic, r, group1)) {
        return ARMVIRT_INDEX_NO_KEY;
    }
    return vsgi < vlpi ? vsgi : vlpi;
}

static bool anything_pends(const struct armvirt_gic *gic, uint32_t n)
{
    return first_priority(gic, n, false) != ARMVIRT_INDEX_NO_KEY ||
           first_priority(gic, n, true) != ARMVIRT_INDEX_NO_KEY;
}

/* While the vPE leaves, nothing is presented; that there is something is PendingLast. */
void armvirt_resident_note(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    bool here = pe->vpe.state == ARMVIRT_VPE_HERE;

    for (unsigned group1 = 0; group1 < 2; group1++) {
        pe->vcpu.direct[group1] = here ? first_priority(gic, n, group1) : ARMVIRT_INDEX_NO_KEY;
    }
    if (pe->vpe.state == ARMVIRT_VPE_LEAVES && anything_pends(gic, n)) {
        pe->vpe.vpendbaser |= ARMVIRT_GICR_VPENDBASER_PENDINGLAST;
    }
    armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
}

uint32_t armvirt_resident_intid(const struct armvirt_gic *gic, uint32_t n, bool group1)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t intid = 0;

    if (first_vsgi(gic, &pe->vpe, group1, &intid) == pe->vcpu.direct[group1]) {
        return intid;
    }
    return ARMVIRT_INTID_LPI + armvirt_index_first(shape(gic), index_of(gic, n),
                                                   armvirt_keys(gic, n, ARMVIRT_FROM_VLPI));
}

/* ---- Virtual LPIs -------------------------------------------------------------------------- */

static void put(struct armvirt_gic *gic, uint32_t n, uint32_t leaf, bool pending)
{
    const uint8_t *keys = armvirt_keys(gic, n, ARMVIRT_FROM_VLPI);

    if (armvirt_index_has(index_of(gic, n), leaf) == pending) {
        return;
    }
    if (pending) {
        armvirt_index_add(shape(gic), index_of(gic, n), keys, leaf);
    } else {
        armvirt_index_remove(shape(gic), index_of(gic, n), keys, leaf);
    }
}

static void read_config(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    uint8_t config = armvirt_table_config(gic, armvirt_pe(gic, n)->vpe.config_pa, leaf);
    uint8_t *keys = armvirt_keys(gic, n, ARMVIRT_FROM_VLPI);
    bool pending = armvirt_index_has(index_of(gic, n), leaf);

    put(gic, n, leaf, false);
    keys[leaf] = config & ARMVIRT_LPI_ENABLE
                     ? (uint8_t)(config & ARMVIRT_LPI_PRIORITY) & armvirt_vcpu_priority_mask(gic)
                     : (uint8_t)ARMVIRT_INDEX_NO_KEY;
    put(gic, n, leaf, pending);
}

/* Whether the job has yet to bring the block of the LPI here, or has brought it away. */
static bool in_memory(const struct armvirt_resident *r, uint32_t leaf)
{
    bool done = leaf / BLOCK + 1 < r->cursor;

    return (r->job == ARMVIRT_LOAD && !done) || (r->job == ARMVIRT_SAVE && done);
}

void armvirt_resident_set(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (leaf >= r->lpis) {
        return;
    }
    read_config(gic, n, leaf);
    put(gic, n, leaf, true);
    armvirt_resident_note(gic, n);
    if (r->job == ARMVIRT_SAVE && in_memory(r, leaf)) {
        put(gic, n, leaf, false);
        armvirt_vpt_put(gic, r->vpt_pa, ARMVIRT_INTID_LPI + leaf, true);
    }
}

bool armvirt_resident_clear(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    bool was = leaf < r->lpis && armvirt_index_has(index_of(gic, n), leaf);

    if (was) {
        put(gic, n, leaf, false);
        armvirt_resident_note(gic, n);
    }
    return (leaf < r->lpis && in_memory(r, leaf) &&
            armvirt_vpt_put(gic, r->vpt_pa, ARMVIRT_INTID_LPI + leaf, false)) ||
           was;
}

void armvirt_resident_inv(struct armvirt_gic *gic, uint32_t n, uint32_t leaf)
{
    if (leaf < armvirt_pe(gic, n)->vpe.lpis) {
        read_config(gic, n, leaf);
        armvirt_resident_note(gic, n);
    }
}

void armvirt_resident_acknowledge(struct armvirt_gic *gic, uint32_t n, uint32_t intid)
{
    if (intid < ARMVIRT_SGIS) {
        armvirt_resident_vsgi(gic, n, intid, false);
    } else {
        armvirt_resident_clear(gic, n, intid - ARMVIRT_INTID_LPI);
    }
}

/* ---- Virtual SGIs -------------------------------------------------------------------------- */

void armvirt_resident_vsgi(struct armvirt_gic *gic, uint32_t n, uint32_t intid, bool pending)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    unsigned bit = 1u << intid;

    r->vsgi_pending = (uint16_t)(pending ? r->vsgi_pending | bit : r->vsgi_pending & ~bit);
    armvirt_resident_note(gic, n);
}

void armvirt_resident_vsgi_config(struct armvirt_gic *gic, uint32_t n, uint32_t intid,
                                  uint8_t config)
{
    armvirt_pe(gic, n)->vpe.vsgi[intid] = config;
    armvirt_resident_note(gic, n);
}

/* ---- Coming and leaving -------------------------------------------------------------------- */

static void start(struct armvirt_gic *gic, uint32_t n, enum armvirt_job job)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    r->job = (uint8_t)job;
    r->cursor = job == ARMVIRT_LOAD && armvirt_v41(gic) ? 0 : 1; /* block 0: virtual SGIs */
    armvirt_work_begin(gic, n);
}

void armvirt_resident_inv_all(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (r->job == ARMVIRT_LOAD) {
        r->inv_all = true;
    } else if (r->state == ARMVIRT_VPE_HERE) {
        start(gic, n, ARMVIRT_INV_ALL);
    }
}

/* The vPE that the registers name: by its pending table, or in GICv4.1 by its number. */
static bool named(const struct armvirt_gic *gic, uint32_t n, struct armvirt_vpe *vpe)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (armvirt_v41(gic)) {
        return armvirt_vpe_find(
            gic, n, (uint32_t)ARMVIRT_GET(ARMVIRT_GICR_VPENDBASER_V41_VPEID, r->vpendbaser), vpe);
    }
    vpe->vpt_pa = r->vpendbaser & ARMVIRT_GICR_VPENDBASER_PHYSICAL_ADDRESS;
    vpe->config_pa = r->vpropbaser & ARMVIRT_GICR_VPROPBASER_PHYSICAL_ADDRESS;
    vpe->intid_bits = (uint8_t)(ARMVIRT_GET(ARMVIRT_GICR_VPROPBASER_IDBITS, r->vpropbaser) + 1);
    return true;
}

/* PendingLast is 1 while a vPE is resident. One that the table does not have has no interrupts. */
static void come(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    struct armvirt_vpe vpe = {0};

    r->vpendbaser |= ARMVIRT_GICR_VPENDBASER_PENDINGLAST;
    r->state = ARMVIRT_VPE_HERE;
    r->vsgi_pending = 0;
    memset(r->vsgi, 0, sizeof(r->vsgi));
    r->inv_all = false;
    r->lpis =
        named(gic, n, &vpe) ? armvirt_table_lpis(vpe.intid_bits, gic->count[ARMVIRT_FROM_VLPI]) : 0;
    r->vpt_pa = vpe.vpt_pa;
    r->config_pa = vpe.config_pa;
    if (r->lpis != 0) {
        start(gic, n, ARMVIRT_LOAD);
    }
    armvirt_resident_note(gic, n);
}

/* PendingLast says whether anything that is enabled pends, and so no doorbell will ring; in GICv4.1
 * software that does not want to know says so by writing it as 1. What was not read yet counts. */
static void leave(struct armvirt_gic *gic, uint32_t n, bool told)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (!told && r->job != ARMVIRT_LOAD) {
        r->vpendbaser &= ~ARMVIRT_GICR_VPENDBASER_PENDINGLAST;
    }
    if (r->lpis == 0) {
        r->state = ARMVIRT_VPE_NONE;
        return;
    }
    r->state = ARMVIRT_VPE_LEAVES;
    start(gic, n, ARMVIRT_SAVE);
    armvirt_resident_note(gic, n);
}

/* Writes while the vPE leaves are ignored, and changes while one is resident but for leaving. */
void armvirt_resident_write(struct armvirt_gic *gic, uint32_t n, uint64_t vpendbaser)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint64_t value = vpendbaser & armvirt_vpendbaser_bits(gic);
    bool before = (r->vpendbaser & ARMVIRT_GICR_VPENDBASER_VALID) != 0;
    bool after = (value & ARMVIRT_GICR_VPENDBASER_VALID) != 0;

    if (r->state == ARMVIRT_VPE_LEAVES || (before && after)) {
        return;
    }
    if (before) {
        uint64_t last = ARMVIRT_GICR_VPENDBASER_PENDINGLAST;
        bool told = armvirt_v41(gic) && (value & last);

        r->vpendbaser = value | last;
        leave(gic, n, told);
        return;
    }
    r->vpendbaser = value;
    if (after) {
        come(gic, n);
    }
}

/* Dirty: a vPE leaves, or with GICR_TYPER.Dirty is being read. */
uint64_t armvirt_resident_read(const struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    bool comes = r->job == ARMVIRT_LOAD && (gic->config.gicr_typer & ARMVIRT_GICR_TYPER_DIRTY);

    return r->vpendbaser |
           (r->state == ARMVIRT_VPE_LEAVES || comes ? ARMVIRT_GICR_VPENDBASER_DIRTY : 0);
}

/* A job of a vPE that is there, or of one that leaves. */
static bool job_is_good(const struct armvirt_gic *gic, const struct armvirt_resident *r)
{
    uint32_t blocks = (r->lpis + BLOCK - 1) / BLOCK;
    uint32_t first = r->job == ARMVIRT_LOAD && armvirt_v41(gic) ? 0 : 1;

    if ((r->job == ARMVIRT_SAVE) != (r->state == ARMVIRT_VPE_LEAVES)) {
        return false;
    }
    if (r->job == ARMVIRT_IDLE) {
        return !r->inv_all;
    }
    return r->cursor >= first && r->cursor <= blocks + 1 &&
           (!r->inv_all || r->job != ARMVIRT_INV_ALL);
}

bool armvirt_resident_is_good(const struct armvirt_gic *gic, const struct armvirt_resident *r)
{
    uint64_t valid = r->state == ARMVIRT_VPE_HERE ? ARMVIRT_GICR_VPENDBASER_VALID : 0;

    if (!armvirt_v4(gic)) {
        return !(r->vpropbaser | r->vpendbaser | r->state | r->job | r->lpis);
    }
    if ((r->vpropbaser & ~armvirt_vpropbaser_bits(gic)) ||
        (r->vpendbaser & ~armvirt_vpendbaser_bits(gic)) ||
        (r->vpendbaser & ARMVIRT_GICR_VPENDBASER_VALID) != valid) {
        return false;
    }
    if (r->lpis == 0 || r->state == ARMVIRT_VPE_NONE) {
        return r->lpis == 0 && r->state <= ARMVIRT_VPE_HERE && r->job == ARMVIRT_IDLE;
    }
    return r->state <= ARMVIRT_VPE_LEAVES && r->lpis <= gic->count[ARMVIRT_FROM_VLPI] &&
           job_is_good(gic, r);
}

/* ---- The job ------------------------------------------------------------------------------- */

/* Block 0: virtual SGIs. The doorbell was for a vPE that is not resident. */
static enum armvirt_bus load_vsgis(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint64_t word[4] = {0, 0, 0, 0};

    for (unsigned i = 0; i < 4; i++) {
        enum armvirt_bus bus =
            armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, r->vpt_pa + 8 * i, &word[i]);

        if (bus != ARMVIRT_BUS_OK) {
            return bus;
        }
    }
    if (armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, r->vpt_pa + ARMVIRT_VPT_HEAD_STATE, 0) ==
        ARMVIRT_BUS_RETRY) {
        return ARMVIRT_BUS_RETRY;
    }
    r->vsgi_pending = (uint16_t)(r->vsgi_pending | word[0]);
    for (unsigned i = 0; i < ARMVIRT_SGIS; i++) {
        r->vsgi[i] = (uint8_t)(word[2 + i / 8] >> 8 * (i % 8));
    }
    return ARMVIRT_BUS_OK;
}

/* The last block of a vPE that leaves: its virtual SGIs, and whether a doorbell is wanted. */
static enum armvirt_bus save_vsgis(const struct armvirt_gic *gic, const struct armvirt_resident *r)
{
    uint64_t pendbaser = r->vpendbaser;
    bool doorbell = (pendbaser & ARMVIRT_GICR_VPENDBASER_V41_DOORBELL) &&
                    !(pendbaser & ARMVIRT_GICR_VPENDBASER_V41_PENDINGLAST);
    uint64_t word[4] = {
        r->vsgi_pending,
        ARMVIRT_PUT(ARMVIRT_VPT_STATE_DOORBELL, doorbell) |
            ARMVIRT_PUT(ARMVIRT_VPT_STATE_VGRP0EN, group_passes(gic, r, false)) |
            ARMVIRT_PUT(ARMVIRT_VPT_STATE_VGRP1EN, group_passes(gic, r, true)),
        armvirt_load_le64(r->vsgi),
        armvirt_load_le64(r->vsgi + 8),
    };

    for (unsigned i = 0; i < 4; i++) {
        if (armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, r->vpt_pa + 8 * i, word[i]) ==
            ARMVIRT_BUS_RETRY) {
            return ARMVIRT_BUS_RETRY;
        }
    }
    return ARMVIRT_BUS_OK;
}

static uint64_t block_pa(const struct armvirt_resident *r)
{
    return r->vpt_pa + ARMVIRT_TABLE_SKIP + BLOCK / 8 * (uint64_t)(r->cursor - 1);
}

static uint64_t block_pending(const struct armvirt_gic *gic, uint32_t n)
{
    uint32_t block = armvirt_pe(gic, n)->vpe.cursor - 1;

    return armvirt_load_le64(index_of(gic, n) + BLOCK / 8 * (size_t)block);
}

static enum armvirt_bus load_block(struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint32_t first = BLOCK * (r->cursor - 1);
    uint64_t bits = 0;
    enum armvirt_bus bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(r), &bits);

    if (bus == ARMVIRT_BUS_OK && bits != 0) {
        bus = armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(r), 0);
    }
    if (bus == ARMVIRT_BUS_RETRY) {
        return bus;
    }
    for (; bits != 0 && first + ARMVIRT_CTZ64(bits) < r->lpis; bits &= bits - 1) {
        read_config(gic, n, first + ARMVIRT_CTZ64(bits));
        put(gic, n, first + ARMVIRT_CTZ64(bits), true);
    }
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus save_block(struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint64_t bits = block_pending(gic, n), old = 0;
    enum armvirt_bus bus = ARMVIRT_BUS_OK;

    if (bits == 0) {
        return ARMVIRT_BUS_OK;
    }
    bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(r), &old);
    if (bus == ARMVIRT_BUS_OK) {
        bus = armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, block_pa(r), bits | old);
    }
    for (; bus != ARMVIRT_BUS_RETRY && bits != 0; bits &= bits - 1) {
        put(gic, n, BLOCK * (r->cursor - 1) + ARMVIRT_CTZ64(bits), false);
    }
    return bus;
}

static enum armvirt_bus inv_block(struct armvirt_gic *gic, uint32_t n)
{
    uint32_t first = BLOCK * (armvirt_pe(gic, n)->vpe.cursor - 1);

    for (uint64_t bits = block_pending(gic, n); bits != 0; bits &= bits - 1) {
        read_config(gic, n, first + ARMVIRT_CTZ64(bits));
    }
    return ARMVIRT_BUS_OK;
}

static void job_done(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (r->job == ARMVIRT_SAVE) {
        r->state = ARMVIRT_VPE_NONE;
        r->lpis = 0;
        r->vsgi_pending = 0;
    }
    r->job = ARMVIRT_IDLE;
    if (r->inv_all) {
        r->inv_all = false;
        armvirt_resident_inv_all(gic, n);
    }
}

static enum armvirt_bus do_block(struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;

    if (r->cursor == 0) {
        return load_vsgis(gic, n);
    }
    if (BLOCK * (r->cursor - 1) >= r->lpis) {
        return armvirt_v41(gic) ? save_vsgis(gic, r) : ARMVIRT_BUS_OK;
    }
    switch (r->job) {
    case ARMVIRT_LOAD:
        return load_block(gic, n);
    case ARMVIRT_SAVE:
        return save_block(gic, n);
    default:
        return inv_block(gic, n);
    }
}

/* The head of the table is the first block when the vPE comes, and the last when it leaves. */
bool armvirt_resident_work(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    uint32_t blocks = (r->lpis + BLOCK - 1) / BLOCK + (r->job == ARMVIRT_SAVE);

    if (do_block(gic, n) == ARMVIRT_BUS_RETRY) {
        return false;
    }
    if (++r->cursor > blocks) {
        job_done(gic, n);
    }
    armvirt_resident_note(gic, n);
    return true;
}
