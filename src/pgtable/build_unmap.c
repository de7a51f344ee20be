/* SPDX-License-Identifier: MIT */
/*
 * Unmapping: leaves become invalid, tables that the range covers or that become empty are removed.
 * A table goes after all below it, so that nothing is lost wherever a call may end: the entry that
 * refers to it is cleared, at the end of the call that is invalidated, then the page given back.
 * DDI0487 D8.17 R_GPPYH, D8.7.1 R_SKQHL (a cut contiguous group would stay reachable as a whole).
 */
#include "build.h"

static const struct desc invalid = {{0, 0}};

static enum armvirt_status unmap_leaf(struct build_op *op)
{
    struct build_table *table = build_table(op);
    enum armvirt_status status;

    if (table->covered) { /* it goes with its table */
        table->cached = table->cached || armvirt_build_may_be_cached(op, table, op->entry.desc);
        return ARMVIRT_OK;
    }
    status = armvirt_build_unfold(op);
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (!build_covers_entry(op)) {
        return armvirt_build_carve(op);
    }
    if (armvirt_build_may_be_cached(op, table, op->entry.desc)) {
        armvirt_build_owe(op, op->entry.ia, build_bytes(op), table->level);
    }
    table->emptied = true;
    return armvirt_build_write(op, table, op->entry.ia, invalid);
}

static enum armvirt_status enter(struct build_op *op)
{
    bool covered = build_covers_entry(op);
    enum armvirt_status status = armvirt_build_enter(op);

    if (status == ARMVIRT_OK) {
        build_table(op)->covered = covered;
    }
    return status;
}

static enum armvirt_status unmap(struct build_op *op)
{
    if (op->entry.type == DESC_TABLE) {
        return enter(op);
    }
    if (op->entry.type == DESC_LEAF) {
        enum armvirt_status status = unmap_leaf(op);

        if (status != ARMVIRT_OK) {
            return status;
        }
        op->result->bytes += build_hi(op) - build_lo(op);
    }
    build_step(op);
    return ARMVIRT_OK;
}

/*
 * Whether no entry of the current table is a leaf or a table. The likeliest to be one are next to
 * the range, before and after it. Addresses beyond the table wrap to its start.
 */
static enum armvirt_status is_empty(struct build_op *op, bool *empty)
{
    const struct build_table *table = build_table(op);
    uint64_t bytes = build_size(op, table->level);
    uint64_t entries = UINT64_C(1) << table->index_bits;
    enum armvirt_status status = ARMVIRT_OK;
    uint64_t ia = op->lo - bytes;

    *empty = true;
    for (uint64_t i = 0; status == ARMVIRT_OK && *empty && i <= entries; i++) {
        struct desc desc;

        status = armvirt_build_read(op, table, ia, &desc);
        *empty = build_type(op->build, table->level, desc) == DESC_INVALID;
        ia = op->ia + i * bytes;
    }
    return status;
}

static enum armvirt_status remove_table(struct build_op *op)
{
    struct build_table *table = build_table(op);
    struct build_table *parent = table - 1;
    uint64_t bytes = build_size(op, table->level) << table->index_bits;
    uint64_t last = op->ia - 1;
    enum armvirt_status status = armvirt_build_write(op, parent, last, invalid);

    if (status != ARMVIRT_OK) {
        return status;
    }
    parent->emptied = true;
    armvirt_build_owe(op, armvirt_align_down(last, bytes), bytes, BUILD_TABLES);
    if (table->cached) {
        armvirt_build_owe(op, armvirt_align_down(last, bytes), bytes, table->level);
    }
    op->result->tables_freed++;
    return armvirt_build_bury(op, table);
}

static enum armvirt_status leave(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    enum armvirt_status status = ARMVIRT_OK;
    bool empty = table->covered;

    if (!empty && table->emptied) {
        status = is_empty(op, &empty);
    }
    return status == ARMVIRT_OK && empty ? remove_table(op) : status;
}

enum armvirt_status armvirt_pgbuild_unmap(const struct armvirt_pgbuild *build, uint64_t ia,
                                          uint64_t size_bytes,
                                          struct armvirt_pgbuild_result *result)
{
    struct build_op op;
    enum armvirt_status status = armvirt_build_begin(&op, build, result, ia, size_bytes);

    return status == ARMVIRT_OK ? armvirt_build_call(&op, armvirt_build_check_cut, unmap, leave)
                                : status;
}

enum armvirt_status armvirt_pgbuild_clear(const struct armvirt_pgbuild *build,
                                          struct armvirt_pgbuild_result *result)
{
    struct build_op op;

    armvirt_build_begin_all(&op, build, result);
    return armvirt_build_call(&op, armvirt_build_check_cut, unmap, leave);
}
