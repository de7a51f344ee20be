/* SPDX-License-Identifier: MIT */
/*
 * The granule protection check of one physical address.
 * DDI0487 D9.4 (faults and their priority), D9.6 (entries), D9.7 (lookup); Sail:
 * GranuleProtectionCheck, GPTWalk.
 *
 * Choices: a contiguous entry is judged by its own GPI, also where others of its range differ
 * (R_SMQTZ permits either). Nothing is cached, so every check reads the tables.
 */
#include "walk.h"

#include "../base/bits.h"
#include "../base/emit.h"

#include <armvirt/regs/descriptors.h>

enum { GB_LOG2 = 30 };

/* One check in progress. */
struct check {
    const struct armvirt_gpc *gpc;
    const struct armvirt_walk_env *env;
    struct armvirt_fault *fault;
    uint16_t *reads;
    uint64_t pa;
    uint8_t space;
};

/* One entry, and the input address bits that index its table; `index_hi` below `index_lo`: none. */
struct entry {
    uint64_t pa;
    uint64_t value;
    uint8_t level;
    uint8_t index_hi;
    uint8_t index_lo;
};

/* Table D9-2: the fault that each broken rule gives. What is missing here is a GPT walk fault. */
static uint8_t gpcf_of(unsigned reason)
{
    switch (reason) {
    case ARMVIRT_REASON_GPC_SPACE_OFF:
    case ARMVIRT_REASON_GPC_PA_RANGE:
    case ARMVIRT_REASON_GPI_MISMATCH:
        return ARMVIRT_GPCF_FAIL;
    case ARMVIRT_REASON_GPC_BASE_RANGE:
    case ARMVIRT_REASON_GPT_TABLE_ADDRESS:
        return ARMVIRT_GPCF_ADDRESS_SIZE;
    case ARMVIRT_REASON_GPT_EXTERNAL:
        return ARMVIRT_GPCF_EXTERNAL;
    default:
        return ARMVIRT_GPCF_WALK;
    }
}

/* Fill the fault; @entry is NULL if none was read. */
static enum outcome refuse(const struct check *c, const struct entry *entry, unsigned reason)
{
    *c->fault = (struct armvirt_fault){
        .type = ARMVIRT_FAULT_GPC_ON_OUTPUT,
        .reason = (uint8_t)reason,
        .gpcf = gpcf_of(reason),
        .gpc_level = entry != NULL ? entry->level : 0,
        .pa = c->pa,
        .pa_space = c->space,
        .desc_pa = entry != NULL ? entry->pa : 0,
        .desc = entry != NULL ? entry->value : 0,
    };
    return WALK_FAULT;
}

static void log_step(const struct check *c, const struct entry *entry, unsigned kind,
                     unsigned reason)
{
    struct armvirt_walk_log *log = c->env->log;

    if (log->len < log->cap) {
        log->step[log->len] = (struct armvirt_step){
            .pa = entry->pa,
            .ia = c->pa,
            .desc = {entry->value},
            .level = (int8_t)entry->level,
            .kind = (uint8_t)kind,
            .space = ARMVIRT_SPACE_ROOT,
            .index_hi = entry->index_hi,
            .index_lo = entry->index_lo,
            .reason = (uint8_t)reason,
        };
    }
    log->len++;
}

/* Tell observers of an entry, and refuse the access if there is a @reason to. */
static enum outcome conclude(const struct check *c, const struct entry *entry, unsigned reason)
{
    if (c->env->log != NULL) {
        log_step(c, entry, ARMVIRT_STEP_GPT, reason);
    }
    armvirt_emit(c->env->trace, ARMVIRT_EV_GPT_ENTRY, entry->level, entry->pa, entry->value, c->pa);
    return reason == ARMVIRT_REASON_NONE ? WALK_OK : refuse(c, entry, reason);
}

/* R_THJVJ: entries are in the Root space and not subject to checks themselves. */
static enum outcome fetch(const struct check *c, struct entry *entry)
{
    const struct armvirt_mem_req req = {
        .pa = entry->pa,
        .size = 8,
        .space = ARMVIRT_SPACE_ROOT,
        .what = ARMVIRT_MEM_GPT_ENTRY,
        .level = (int8_t)entry->level,
    };
    enum armvirt_bus bus = c->env->mem.ops->read(c->env->mem.ctx, &req, &entry->value);

    ++*c->reads;
    if (bus == ARMVIRT_BUS_OK) {
        return WALK_OK;
    }
    if (bus == ARMVIRT_BUS_RETRY) {
        return WALK_RETRY;
    }
    entry->value = 0;
    if (c->env->log != NULL) {
        log_step(c, entry, ARMVIRT_STEP_ABORT, ARMVIRT_REASON_GPT_EXTERNAL);
    }
    return refuse(c, entry, ARMVIRT_REASON_GPT_EXTERNAL);
}

/* ---- Validity of entries: R_XNKFZ --------------------------------------------------------- */

/* Judge a set of GPI values, bit n for GPI n. */
static unsigned gpi_defect(const struct armvirt_gpc *gpc, unsigned gpis)
{
    return gpis & ~(unsigned)gpc->gpi_valid ? ARMVIRT_REASON_GPT_GPI : ARMVIRT_REASON_NONE;
}

/* The set of the 16 GPI values of a Granules descriptor, which are most often the same. */
static unsigned gpis_of(uint64_t granules)
{
    unsigned gpis = 0;

    if (granules == (granules & 0xf) * 0x1111111111111111) {
        return 1u << (granules & 0xf);
    }
    for (unsigned shift = 0; shift < 64; shift += 4) {
        gpis |= 1u << (granules >> shift & 0xf);
    }
    return gpis;
}

static unsigned block_defect(const struct armvirt_gpc *gpc, uint64_t entry)
{
    if (entry & ARMVIRT_GPT_BLOCK_RES0) {
        return ARMVIRT_REASON_GPT_RES0;
    }
    return gpi_defect(gpc, 1u << ARMVIRT_GET(ARMVIRT_GPT_BLOCK_GPI, entry));
}

static unsigned table_defect(const struct armvirt_gpc *gpc, uint64_t entry)
{
    if (entry & ~(gpc->table_mask | ARMVIRT_GPT_TABLE_TYPE)) {
        return ARMVIRT_REASON_GPT_RES0;
    }
    return (entry & gpc->table_mask) >> gpc->pps_bits != 0 ? ARMVIRT_REASON_GPT_TABLE_ADDRESS
                                                           : ARMVIRT_REASON_NONE;
}

static unsigned level0_defect(const struct armvirt_gpc *gpc, uint64_t entry)
{
    switch (entry & ARMVIRT_GPT_TABLE_TYPE) {
    case ARMVIRT_GPT_TABLE_TYPE_TABLE:
        return table_defect(gpc, entry);
    case ARMVIRT_GPT_BLOCK_TYPE_BLOCK:
        return block_defect(gpc, entry);
    default:
        return ARMVIRT_REASON_GPT_TYPE;
    }
}

static unsigned contiguous_defect(const struct armvirt_gpc *gpc, uint64_t entry)
{
    if (entry & ARMVIRT_GPT_CONTIG_RES0) {
        return ARMVIRT_REASON_GPT_RES0;
    }
    if ((entry & ARMVIRT_GPT_CONTIG_CONTIG) == 0) {
        return ARMVIRT_REASON_GPT_CONTIG;
    }
    return gpi_defect(gpc, 1u << ARMVIRT_GET(ARMVIRT_GPT_CONTIG_GPI, entry));
}

static bool is_contiguous(uint64_t entry)
{
    return (entry & ARMVIRT_GPT_CONTIG_TYPE) == ARMVIRT_GPT_CONTIG_TYPE_CONTIG;
}

/* All 16 GPIs of a Granules descriptor have to be valid, whichever is used. */
static unsigned level1_defect(const struct armvirt_gpc *gpc, uint64_t entry)
{
    return is_contiguous(entry) ? contiguous_defect(gpc, entry) : gpi_defect(gpc, gpis_of(entry));
}

/* ---- Lookup: D9.7 ------------------------------------------------------------------------- */

/* R_DQPWS */
static unsigned gpi_mismatch(const struct check *c, uint64_t gpi)
{
    return c->gpc->gpi_permits[c->space] >> gpi & 1 ? ARMVIRT_REASON_NONE
                                                    : ARMVIRT_REASON_GPI_MISMATCH;
}

/* The GPI of a level 1 entry for the address. */
static uint64_t gpi_at(const struct check *c, uint64_t entry)
{
    unsigned index = (unsigned)(c->pa >> c->gpc->granule_log2) & 0xf;

    return is_contiguous(entry) ? ARMVIRT_GET(ARMVIRT_GPT_CONTIG_GPI, entry)
                                : entry >> 4 * index & 0xf;
}

/* The entry for the address in the table at @table. */
static struct entry entry_at(const struct check *c, uint64_t table, unsigned level, unsigned top,
                             unsigned index_lo)
{
    return (struct entry){
        .pa = table | (c->pa & armvirt_bits_below(top)) >> index_lo << 3,
        .level = (uint8_t)level,
        .index_hi = (uint8_t)(top - 1),
        .index_lo = (uint8_t)index_lo,
    };
}

/*
 * R_PGHWX: the other entry of a 16-byte pair. Its defect counts only once the entry that is
 * looked up was read as well, since an external abort has priority (Table D9-2).
 */
static enum outcome fetch_other(const struct check *c, const struct entry *entry, bool *defect)
{
    struct entry other = *entry;
    enum outcome outcome;

    other.pa ^= 8;
    outcome = fetch(c, &other);
    if (outcome != WALK_OK) {
        return outcome;
    }
    *defect = level1_defect(c->gpc, other.value) != ARMVIRT_REASON_NONE;
    return conclude(c, &other, ARMVIRT_REASON_NONE);
}

static enum outcome check_level1(const struct check *c, uint64_t table)
{
    const struct armvirt_gpc *gpc = c->gpc;
    struct entry entry = entry_at(c, table, 1, gpc->l0_log2, gpc->granule_log2 + 4u);
    bool other_defect = false;
    enum outcome outcome = WALK_OK;
    unsigned reason;

    if (gpc->pairs) {
        outcome = fetch_other(c, &entry, &other_defect);
    }
    if (outcome == WALK_OK) {
        outcome = fetch(c, &entry);
    }
    if (outcome != WALK_OK) {
        return outcome;
    }
    reason = level1_defect(gpc, entry.value);
    if (reason == ARMVIRT_REASON_NONE) {
        reason = other_defect ? ARMVIRT_REASON_GPT_PAIR : gpi_mismatch(c, gpi_at(c, entry.value));
    }
    return conclude(c, &entry, reason);
}

static enum outcome check_level0(const struct check *c)
{
    const struct armvirt_gpc *gpc = c->gpc;
    unsigned top = gpc->pps_bits > gpc->l0_log2 ? gpc->pps_bits : gpc->l0_log2;
    struct entry entry = entry_at(c, gpc->base_pa, 0, top, gpc->l0_log2);
    enum outcome outcome = fetch(c, &entry);
    bool table;
    unsigned reason;

    if (outcome != WALK_OK) {
        return outcome;
    }
    table = (entry.value & ARMVIRT_GPT_TABLE_TYPE) == ARMVIRT_GPT_TABLE_TYPE_TABLE;
    reason = level0_defect(gpc, entry.value);
    if (reason == ARMVIRT_REASON_NONE && !table) {
        reason = gpi_mismatch(c, ARMVIRT_GET(ARMVIRT_GPT_BLOCK_GPI, entry.value));
    }
    outcome = conclude(c, &entry, reason);
    return outcome == WALK_OK && table ? check_level1(c, entry.value & gpc->table_mask) : outcome;
}

/* ---- The check: Table D9-2 ---------------------------------------------------------------- */

/* R_SRQWF */
static bool in_window(const struct armvirt_gpc *gpc, uint64_t pa)
{
    return ((uint32_t)(pa >> GB_LOG2) & gpc->window_mask) == gpc->window_base;
}

enum outcome armvirt_gpc_walk(const struct armvirt_regime *regime,
                              const struct armvirt_walk_env *env, uint64_t pa, uint8_t space,
                              struct armvirt_fault *fault, uint16_t *reads)
{
    const struct armvirt_gpc *gpc = &regime->gpc;
    const struct check c = {gpc, env, fault, reads, pa, space};

    if (!gpc->enabled) {
        return WALK_OK;
    }
    if (gpc->init_reason != ARMVIRT_REASON_NONE) {
        return refuse(&c, NULL, gpc->init_reason);
    }
    if (gpc->spaces_off >> space & 1) {
        return refuse(&c, NULL, ARMVIRT_REASON_GPC_SPACE_OFF);
    }
    if (pa >> gpc->pps_bits != 0) {
        return gpc->spaces_above >> space & 1 ? WALK_OK
                                              : refuse(&c, NULL, ARMVIRT_REASON_GPC_PA_RANGE);
    }
    if (in_window(gpc, pa)) {
        return WALK_OK;
    }
    if (gpc->base_pa >> gpc->pps_bits != 0) {
        return refuse(&c, NULL, ARMVIRT_REASON_GPC_BASE_RANGE);
    }
    return check_level0(&c);
}

enum armvirt_status armvirt_gpc_check(const struct armvirt_regime *regime,
                                      const struct armvirt_walk_env *env, uint64_t pa,
                                      uint8_t space, struct armvirt_fault *fault)
{
    uint16_t reads = 0;

    if (space > ARMVIRT_SPACE_ROOT) {
        return ARMVIRT_E_INVAL;
    }
    switch (armvirt_gpc_walk(regime, env, pa, space, fault, &reads)) {
    case WALK_OK:
        return ARMVIRT_OK;
    case WALK_FAULT:
        return ARMVIRT_FAULT;
    default:
        return ARMVIRT_E_AGAIN;
    }
}
