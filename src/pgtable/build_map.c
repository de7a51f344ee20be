/* SPDX-License-Identifier: MIT */
/*
 * Mapping: invalid entries become leaves or new tables, nothing else changes.
 * DDI0487 D8.3 (descriptors), D8.7.1 (contiguous groups), D8.17 I_WZCBG (nothing to invalidate).
 */
#include "build.h"

static bool fits_whole(struct build_op *op)
{
    return build_covers_entry(op) && armvirt_build_fits(op, &op->inside, build_table(op)->level);
}

static enum armvirt_status check(struct build_op *op)
{
    if (op->entry.type == DESC_TABLE) {
        return armvirt_build_enter(op);
    }
    if (op->entry.type == DESC_LEAF) {
        op->result->at_ia = armvirt_build_software_ia(op, build_lo(op));
        return ARMVIRT_E_BUSY;
    }
    if (!fits_whole(op)) {
        armvirt_build_count(op, build_table(op)->level, build_lo(op), build_hi(op));
    }
    build_step(op);
    return ARMVIRT_OK;
}

/* No entry of the group that the place is in is a table; above level 3 they could be. */
static enum armvirt_status group_of_leaves(struct build_op *op, const struct build_table *table,
                                           uint64_t group, bool *leaves)
{
    uint64_t first = armvirt_align_down(op->ia, group);

    *leaves = true;
    for (uint64_t ia = first; table->level < 3 && ia < first + group;
         ia += build_size(op, table->level)) {
        struct desc desc;
        enum armvirt_status status = armvirt_build_read(op, table, ia, &desc);

        if (status != ARMVIRT_OK) {
            return status;
        }
        *leaves = *leaves && build_type(op->build, table->level, desc) != DESC_TABLE;
    }
    return ARMVIRT_OK;
}

/* Whether the leaf gets the Contiguous bit; decided once for a group. */
static enum armvirt_status decide_group(struct build_op *op, const struct build_table *table)
{
    uint64_t group = armvirt_build_group(op, table);
    bool marked = armvirt_build_in_group(op, table, &op->inside);

    if (marked && op->ia < op->group_end) {
        return ARMVIRT_OK;
    }
    op->group = false;
    if (!marked) {
        return ARMVIRT_OK;
    }
    op->group_end = armvirt_align_down(op->ia, group) + group;
    return group_of_leaves(op, table, group, &op->group);
}

static enum armvirt_status write_leaf(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    enum armvirt_status status = decide_group(op, table);

    if (status != ARMVIRT_OK) {
        return status;
    }
    return armvirt_build_write(op, table, op->ia,
                               armvirt_build_side(op, table, &op->inside, op->group));
}

static enum armvirt_status map(struct build_op *op)
{
    enum armvirt_status status;

    if (op->entry.type == DESC_TABLE) {
        return armvirt_build_enter(op);
    }
    status = fits_whole(op) ? write_leaf(op) : armvirt_build_new_tables(op);
    if (status == ARMVIRT_OK) {
        op->result->bytes += build_hi(op) - build_lo(op);
        build_step(op);
    }
    return status;
}

/* The output range is within the output size, and the attributes are attributes. */
static bool valid(const struct armvirt_pgbuild *build,
                  const struct armvirt_pgbuild_mapping *mapping)
{
    uint64_t limit = UINT64_C(1) << build->stage.oa_bits;

    return armvirt_is_aligned(mapping->oa, UINT64_C(1) << build->stage.granule_log2) &&
           mapping->size_bytes <= limit && mapping->oa <= limit - mapping->size_bytes &&
           mapping->coarsest_level >= 0 && mapping->coarsest_level <= 3 &&
           armvirt_build_attrs_valid(build, mapping->attrs);
}

enum armvirt_status armvirt_pgbuild_map(const struct armvirt_pgbuild *build,
                                        const struct armvirt_pgbuild_mapping *mapping,
                                        struct armvirt_pgbuild_result *result)
{
    struct build_op op;
    enum armvirt_status status =
        armvirt_build_begin(&op, build, result, mapping->ia, mapping->size_bytes);

    if (status != ARMVIRT_OK || !valid(build, mapping)) {
        return ARMVIRT_E_INVAL;
    }
    op.inside = (struct build_side){
        .attrs = {{mapping->attrs[0], mapping->attrs[1]}},
        .delta = mapping->oa - op.lo,
        .mapped = true,
        .contiguous = mapping->contiguous,
        .coarsest = mapping->coarsest_level,
    };
    return armvirt_build_call(&op, check, map, NULL);
}
