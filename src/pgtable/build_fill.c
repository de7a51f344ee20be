/* SPDX-License-Identifier: MIT */
/*
 * New tables: a part of one entry's range gets what the request says, the rest what was there
 * before. They are written from the bottom up into pages that no one refers to; the caller links
 * the topmost one. DDI0487 D8.3, D8.7.1 (contiguous groups).
 */
#include "build.h"

bool armvirt_build_fits(const struct build_op *op, const struct build_side *side, int level)
{
    if (!side->mapped) {
        return true;
    }
    return level >= side->coarsest && build_leaf_level(&op->build->stage, level) &&
           armvirt_is_aligned(side->delta, build_size(op, level));
}

/* Entries of 2^size_log2 bytes that [lo, hi) touches. */
static uint64_t touched(uint64_t lo, uint64_t hi, unsigned size_log2)
{
    return ((hi - 1) >> size_log2) - (lo >> size_log2) + 1;
}

/* Those of them that it does not cover. */
static uint64_t cut(uint64_t lo, uint64_t hi, unsigned size_log2)
{
    uint64_t low = (lo & armvirt_bits_below(size_log2)) != 0;
    uint64_t high = (hi & armvirt_bits_below(size_log2)) != 0;
    uint64_t most = touched(lo, hi, size_log2);

    return low + high < most ? low + high : most;
}

/*
 * Below an entry, a table is needed for each entry that can not be a leaf: all that are touched as
 * long as leaves do not fit, then only those at the ends.
 */
void armvirt_build_count(struct build_op *op, int level, uint64_t lo, uint64_t hi)
{
    while (level <= 3) {
        unsigned size_log2 = build_size_log2(op, level);
        uint64_t tables = armvirt_build_fits(op, &op->inside, level) ? cut(lo, hi, size_log2)
                                                                     : touched(lo, hi, size_log2);

        if (tables == 0) {
            return;
        }
        op->result->tables_needed[build_skl(op, level)] += tables;
        level = build_next_level(op, level);
    }
}

/* Start a new table below the current one; the entry at the current place will refer to it. */
static enum armvirt_status push_new(struct build_op *op)
{
    uint64_t pa;
    enum armvirt_status status = armvirt_build_take(op, &pa);

    if (status == ARMVIRT_OK) {
        int level = build_table(op)->level;

        armvirt_build_push(op, pa, build_next_level(op, level), build_skl(op, level));
        op->result->tables_made++;
    }
    return status;
}

/* Where the side that the place is on ends, within the table. */
static uint64_t side_end(const struct build_op *op, const struct build_table *table)
{
    uint64_t end = op->ia < op->lo ? op->lo : op->ia < op->hi ? op->hi : table->end;

    return end < table->end ? end : table->end;
}

/* Write entries as long as they are on one side, or start a table for an entry that is on both. */
static enum armvirt_status fill_side(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    uint64_t bytes = build_size(op, table->level);
    uint64_t end = side_end(op, table);
    bool inside = op->ia >= op->lo && op->ia < op->hi;
    const struct build_side *side = inside ? &op->inside : &op->outside;
    enum armvirt_status status = ARMVIRT_OK;

    if (op->ia + bytes > end || !armvirt_build_fits(op, side, table->level)) {
        return push_new(op);
    }
    while (status == ARMVIRT_OK && op->ia + bytes <= end) {
        bool contiguous = armvirt_build_in_group(op, table, side);

        status =
            armvirt_build_write(op, table, op->ia, armvirt_build_side(op, table, side, contiguous));
        op->ia += status == ARMVIRT_OK ? bytes : 0;
    }
    return status;
}

/* Link a complete table to the one above it. */
static enum armvirt_status link_new(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    const struct build_table *parent = table - 1;
    enum armvirt_status status = armvirt_build_write(
        op, parent, op->ia - 1, armvirt_build_table_desc(op, parent->level, table->pa));

    if (status == ARMVIRT_OK) {
        op->depth--;
    }
    return status;
}

/* Make a table below the current one and all below it; it is then the current one. */
static enum armvirt_status fill(struct build_op *op)
{
    unsigned top = op->depth + 1u;
    enum armvirt_status status = push_new(op);

    while (status == ARMVIRT_OK) {
        if (op->ia < build_table(op)->end) {
            status = fill_side(op);
        } else if (op->depth > top) {
            status = link_new(op);
        } else {
            break;
        }
    }
    return status;
}

enum armvirt_status armvirt_build_new_tables(struct build_op *op)
{
    enum armvirt_status status;

    op->unlinked = (uint8_t)(op->depth + 1);
    op->ia = op->entry.ia;
    op->end = op->entry.ia + build_bytes(op);
    status = fill(op);
    if (status == ARMVIRT_OK) {
        status = link_new(op);
    }
    if (status == ARMVIRT_OK) {
        op->unlinked = 0;
        op->end = op->hi;
    }
    return status;
}

/* ---- Taking new tables apart again --------------------------------------------------------- */

static enum armvirt_status recycle_visit(struct build_op *op)
{
    if (op->entry.type == DESC_TABLE) {
        return armvirt_build_enter(op);
    }
    build_step(op);
    return ARMVIRT_OK;
}

static enum armvirt_status recycle_leave(struct build_op *op)
{
    op->result->tables_made--;
    return armvirt_build_untake(op, build_table(op));
}

/*
 * The deepest first, each with all that is linked below it: the entries up to the current place
 * have been written.
 */
enum armvirt_status armvirt_build_recycle(struct build_op *op)
{
    enum armvirt_status status = ARMVIRT_OK;
    uint64_t written = op->ia;

    for (unsigned depth = op->depth; op->unlinked != 0 && depth >= op->unlinked; depth--) {
        struct build_table *table = &op->table[depth];
        uint64_t bytes = build_size(op, table->level);
        uint64_t start = table->end - (bytes << table->index_bits);
        op->depth = (uint8_t)depth;
        op->ia = start;
        op->end = table->end = armvirt_align_down(written, bytes);
        status = build_worse(status, armvirt_build_walk(op, recycle_visit, recycle_leave));
        op->depth = (uint8_t)depth;
        status = build_worse(status, recycle_leave(op));
        written = start; /* the entry that would have referred to it has not been written */
    }
    return status;
}
