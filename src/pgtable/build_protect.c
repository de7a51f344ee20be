/* SPDX-License-Identifier: MIT */
/*
 * Changing attributes of what is mapped, in place where the architecture allows.
 * DDI0487 D8.17.1 R_WHZWS (what needs break-before-make), D8.7.1 R_JQQTC (contiguous groups).
 */
#include "build.h"

static enum armvirt_status protect_leaf(struct build_op *op)
{
    enum armvirt_status status = armvirt_build_unfold(op);

    if (status != ARMVIRT_OK) {
        return status;
    }
    if (build_covers_entry(op)) {
        return armvirt_build_change(op);
    }
    status = armvirt_build_carve(op);
    if (status == ARMVIRT_OK) {
        op->result->bytes += build_hi(op) - build_lo(op);
        build_step(op);
    }
    return status;
}

static enum armvirt_status protect(struct build_op *op)
{
    if (op->entry.type == DESC_TABLE) {
        return armvirt_build_enter(op);
    }
    if (op->entry.type == DESC_LEAF && armvirt_build_affects(op, op->entry.desc)) {
        return protect_leaf(op);
    }
    build_step(op);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_pgbuild_protect(const struct armvirt_pgbuild *build, uint64_t ia,
                                            uint64_t size_bytes,
                                            const struct armvirt_attr_change *change,
                                            struct armvirt_pgbuild_result *result)
{
    struct build_op op;
    enum armvirt_status status = armvirt_build_begin(&op, build, result, ia, size_bytes);

    if (status != ARMVIRT_OK || !armvirt_build_attrs_valid(build, change->clear) ||
        !armvirt_build_attrs_valid(build, change->set)) {
        return ARMVIRT_E_INVAL;
    }
    op.inside.mapped = true;
    op.change = (struct build_change){
        .clear = {{change->clear[0], change->clear[1]}},
        .set = {{change->set[0], change->set[1]}},
    };
    return armvirt_build_call(&op, armvirt_build_check_cut, protect, NULL);
}
