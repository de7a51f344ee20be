/* SPDX-License-Identifier: MIT */
/*
 * What all calls of a table builder begin with: arguments, then one look at every table of the
 * range that finds what stands in the way and what is needed, while nothing has changed yet.
 */
#include "build.h"

uint64_t armvirt_build_software_ia(const struct build_op *op, uint64_t ia)
{
    const struct armvirt_pgbuild *build = op->build;

    return build->upper ? ia | ~armvirt_bits_below(build->stage.ia_bits) : ia;
}

void armvirt_build_begin_all(struct build_op *op, const struct armvirt_pgbuild *build,
                             struct armvirt_pgbuild_result *result)
{
    *op = (struct build_op){
        .build = build,
        .result = result,
        .hi = UINT64_C(1) << build->stage.ia_bits,
    };
    *result = (struct armvirt_pgbuild_result){.owed = armvirt_build_nothing(op)};
}

enum armvirt_status armvirt_build_begin(struct build_op *op, const struct armvirt_pgbuild *build,
                                        struct armvirt_pgbuild_result *result, uint64_t ia,
                                        uint64_t size_bytes)
{
    uint64_t granule = UINT64_C(1) << build->stage.granule_log2;

    armvirt_build_begin_all(op, build, result);
    op->lo = ia & armvirt_bits_below(build->stage.ia_bits);
    if (armvirt_build_software_ia(op, op->lo) != ia || size_bytes == 0 ||
        size_bytes > op->hi - op->lo || !armvirt_is_aligned(ia | size_bytes, granule)) {
        return ARMVIRT_E_INVAL;
    }
    op->hi = op->lo + size_bytes;
    return ARMVIRT_OK;
}

bool armvirt_build_attrs_valid(const struct armvirt_pgbuild *build, const uint64_t bits[2])
{
    return (bits[0] & ~build->attr_mask[0]) == 0 && (bits[1] & ~build->attr_mask[1]) == 0;
}

bool armvirt_build_affects(const struct build_op *op, struct desc leaf)
{
    return !op->inside.mapped || !desc_equal(desc_changed(leaf, &op->change), leaf);
}

enum armvirt_status armvirt_build_check_cut(struct build_op *op)
{
    const struct build_table *table = build_table(op);

    if (op->entry.type == DESC_TABLE) {
        return armvirt_build_enter(op);
    }
    if (table->level ==
        3) { /* no page is cut: that its table can be read is all there is to know */
        op->ia = table->end;
        return ARMVIRT_OK;
    }
    if (op->entry.type == DESC_LEAF && armvirt_build_affects(op, op->entry.desc)) {
        armvirt_build_count(op, table->level, build_lo(op), build_hi(op));
    }
    build_step(op);
    return ARMVIRT_OK;
}

/* Visit the range of the request. */
static enum armvirt_status walk_range(struct build_op *op, build_visit *visit, build_visit *leave)
{
    armvirt_build_start(op, op->lo, op->hi);
    return armvirt_build_walk(op, visit, leave);
}

enum armvirt_status armvirt_build_call(struct build_op *op, build_visit *check, build_visit *visit,
                                       build_visit *leave)
{
    enum armvirt_status status = walk_range(op, check, NULL);

    if (status == ARMVIRT_OK) {
        status = armvirt_build_reserve(op);
    }
    if (status == ARMVIRT_OK) {
        status = walk_range(op, visit, leave);
    }
    return armvirt_build_finish(op, status);
}
