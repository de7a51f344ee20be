/* SPDX-License-Identifier: MIT */
/*
 * Splitting blocks and joining tables: the same translations in other sizes.
 * DDI0487 D8.17.1 R_WHZWS, D8.17.2 (BBM levels), D8.5.5 I_NFFSV (flags of what is joined).
 */
#include "build.h"

/* Go down to the entry that translates the address, but no further than @level. */
static enum armvirt_status find(struct build_op *op, int level)
{
    armvirt_build_start(op, op->lo, UINT64_C(1) << op->build->stage.ia_bits);
    for (;;) {
        enum armvirt_status status = armvirt_build_entry(op);

        if (status != ARMVIRT_OK || op->entry.type != DESC_TABLE ||
            build_table(op)->level >= level) {
            return status;
        }
        status = armvirt_build_enter(op);
        if (status != ARMVIRT_OK) {
            return status;
        }
    }
}

/* Start a call on the leaf-sized range around an address. */
static enum armvirt_status begin_at(struct build_op *op, const struct armvirt_pgbuild *build,
                                    struct armvirt_pgbuild_result *result, uint64_t ia, int level)
{
    uint64_t granule = UINT64_C(1) << build->stage.granule_log2;
    enum armvirt_status status =
        armvirt_build_begin(op, build, result, armvirt_align_down(ia, granule), granule);

    return build_leaf_level(&build->stage, level) ? status : ARMVIRT_E_INVAL;
}

/* ---- Splitting ----------------------------------------------------------------------------- */

/* Whether new tables below @from pass through @to: SKL may leave it out. */
static bool reaches(const struct build_op *op, int from, int to)
{
    while (from < to) {
        from = build_next_level(op, from);
    }
    return from == to;
}

static enum armvirt_status split_leaf(struct build_op *op, int level)
{
    const struct build_table *table = build_table(op);
    bool carve = table->level < level;
    uint64_t bytes = armvirt_build_contiguous(op, table, op->entry.desc)
                         ? armvirt_build_group(op, table)
                     : carve ? build_bytes(op)
                             : 0;
    enum armvirt_status status;

    if (carve) {
        armvirt_build_count(op, table->level, op->lo, op->hi);
    }
    status = armvirt_build_reserve(op);
    if (status == ARMVIRT_OK) {
        status = armvirt_build_unfold(op);
    }
    if (status == ARMVIRT_OK && carve) {
        status = armvirt_build_carve(op);
    }
    op->result->bytes = status == ARMVIRT_OK ? bytes : 0;
    return status;
}

enum armvirt_status armvirt_pgbuild_split(const struct armvirt_pgbuild *build, uint64_t ia,
                                          int level, struct armvirt_pgbuild_result *result)
{
    struct build_op op;
    enum armvirt_status status = begin_at(&op, build, result, ia, level);

    if (status == ARMVIRT_OK) {
        status = find(&op, 3);
    }
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (op.entry.type != DESC_LEAF) {
        return ARMVIRT_E_INVAL;
    }
    if (build_table(&op)->level > level) {
        return ARMVIRT_OK;
    }
    if (!reaches(&op, build_table(&op)->level, level)) {
        return ARMVIRT_E_INVAL;
    }
    op.lo = armvirt_align_down(op.lo, build_size(&op, level));
    op.hi = op.lo + build_size(&op, level);
    op.inside = (struct build_side){.mapped = true, .coarsest = (int8_t)level};
    return armvirt_build_finish(&op, split_leaf(&op, level));
}

/* ---- Joining ------------------------------------------------------------------------------- */

/* A table in the course of being replaced by a block. The place is at the entry. */
struct joining {
    struct desc attrs; /* of all leaves in it, without flags that hardware manages */
    uint64_t oa;       /* output address of the block */
    uint64_t flags;    /* those flags, combined */
    bool replaced;     /* nothing refers to the table any more */
};

/* The table itself: it has been entered and left. */
static const struct build_table *child(const struct build_op *op)
{
    return &op->table[op->depth + 1];
}

/* Whether the leaf continues what the first one began. */
static bool is_alike(const struct build_op *op, struct joining *j, uint64_t ia, struct desc leaf)
{
    int level = child(op)->level;
    uint64_t oa = build_leaf_oa(op, level, leaf);
    struct desc attrs = armvirt_build_unflagged(op->build, leaf);

    if (ia == op->entry.ia) {
        j->attrs = attrs;
        j->oa = oa;
    }
    return build_type(op->build, level, leaf) == DESC_LEAF && desc_equal(attrs, j->attrs) &&
           oa - j->oa == ia - op->entry.ia && armvirt_is_aligned(j->oa, build_bytes(op));
}

/* Read all leaves of the table: are they one block, and which flags do they have? */
static enum armvirt_status gather(struct build_op *op, struct joining *j)
{
    uint64_t bytes = build_size(op, child(op)->level);

    for (uint64_t ia = op->entry.ia; ia < op->entry.ia + build_bytes(op); ia += bytes) {
        struct desc leaf;
        enum armvirt_status status = armvirt_build_read(op, child(op), ia, &leaf);

        if (status != ARMVIRT_OK) {
            return status;
        }
        if (!is_alike(op, j, ia, leaf)) {
            op->result->at_ia = armvirt_build_software_ia(op, ia);
            return ARMVIRT_E_BUSY;
        }
        j->flags |= armvirt_build_flags(op->build, leaf);
    }
    return ARMVIRT_OK;
}

static struct desc block(struct build_op *op, const struct joining *j)
{
    struct desc leaf = armvirt_build_leaf(op, build_table(op)->level, j->oa, j->attrs);

    return armvirt_build_flagged(op->build, leaf, j->flags);
}

static enum armvirt_status put(struct build_op *op, struct desc desc)
{
    return armvirt_build_write(op, build_table(op), op->entry.ia, desc);
}

/* Put @desc in place and invalidate leaves and tables below. */
static enum armvirt_status retire(struct build_op *op, struct desc desc)
{
    enum armvirt_status status = put(op, desc);

    if (status == ARMVIRT_OK) {
        armvirt_build_break(op, op->entry.ia, build_bytes(op), child(op)->level, true);
    }
    return status;
}

/*
 * Until the invalidation hardware may set flags in the leaves: where it does, the table is broken
 * at every BBM level, and the flags are those that it leaves behind.
 */
static enum armvirt_status replace_broken(struct build_op *op, struct joining *j)
{
    enum armvirt_status status = retire(op, desc_broken(op->entry.desc));

    if (status != ARMVIRT_OK) {
        return status;
    }
    if (op->build->stage.ha) {
        status = gather(op, j);
    }
    if (status == ARMVIRT_OK) {
        status = put(op, block(op, j));
    }
    j->replaced = status == ARMVIRT_OK || put(op, op->entry.desc) != ARMVIRT_OK; /* as it was */
    return status;
}

static enum armvirt_status replace_with_nt(struct build_op *op, struct joining *j)
{
    struct desc next = block(op, j);
    enum armvirt_status status;

    next.word[0] |= op->build->nt;
    status = retire(op, next);
    j->replaced = status == ARMVIRT_OK;
    if (status == ARMVIRT_OK) {
        armvirt_build_owe(op, op->entry.ia, build_bytes(op), build_table(op)->level);
        status = put(op, block(op, j));
    }
    return status;
}

static enum armvirt_status replace_directly(struct build_op *op, struct joining *j)
{
    enum armvirt_status status = put(op, block(op, j));

    j->replaced = status == ARMVIRT_OK;
    if (status == ARMVIRT_OK) {
        armvirt_build_owe(op, op->entry.ia, build_bytes(op), child(op)->level);
        armvirt_build_owe(op, op->entry.ia, build_bytes(op), BUILD_TABLES);
    }
    return status;
}

static enum armvirt_status replace(struct build_op *op, struct joining *j)
{
    switch (armvirt_build_method(op)) {
    case METHOD_BREAK:
        return replace_broken(op, j);
    case METHOD_NT:
        return replace_with_nt(op, j);
    default:
        return replace_directly(op, j);
    }
}

static enum armvirt_status join_table(struct build_op *op, struct joining *j)
{
    enum armvirt_status status = armvirt_build_enter(op);

    if (status != ARMVIRT_OK) {
        return status;
    }
    op->depth--;
    status = gather(op, j);
    if (status == ARMVIRT_OK) {
        status = replace(op, j);
    }
    if (j->replaced) {
        op->result->bytes = build_bytes(op);
        op->result->tables_freed++;
        status = build_worse(status, armvirt_build_bury(op, child(op)));
    }
    return status;
}

enum armvirt_status armvirt_pgbuild_join(const struct armvirt_pgbuild *build, uint64_t ia,
                                         int level, struct armvirt_pgbuild_result *result)
{
    struct build_op op;
    struct joining j = {.flags = 0};
    enum armvirt_status status = begin_at(&op, build, result, ia, level);

    if (status != ARMVIRT_OK || level == 3 || level < build->stage.start_level) {
        return ARMVIRT_E_INVAL;
    }
    status = find(&op, level);
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (build_table(&op)->level > level) {
        return ARMVIRT_E_INVAL;
    }
    if (op.entry.type == DESC_INVALID) {
        op.result->at_ia = armvirt_build_software_ia(&op, op.lo);
        return ARMVIRT_E_BUSY;
    }
    return op.entry.type == DESC_LEAF ? ARMVIRT_OK : armvirt_build_finish(&op, join_table(&op, &j));
}
