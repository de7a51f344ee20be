/* SPDX-License-Identifier: MIT */
/*
 * The descriptors of a builder: leaves and tables from addresses and attributes, contiguous
 * groups, and the flags that hardware manages.
 * DDI0487 D8.3 (formats), D8.7.1 (Contiguous bit), D8.5.2, D8.5.5 (dirty state, groups).
 */
#include "build.h"

/* An output address as descriptor bits. */
static uint64_t address_bits(const struct armvirt_stage *stage, uint64_t oa)
{
    return (oa & stage->table_mask) | (oa >> stage->high_shift & stage->high_mask);
}

struct desc armvirt_build_leaf(const struct build_op *op, int level, uint64_t oa, struct desc attrs)
{
    const struct armvirt_stage *stage = &op->build->stage;

    attrs.word[0] |= address_bits(stage, oa) | ARMVIRT_VMSA64_S1_LEAF_VALID;
    if (stage->d128) {
        attrs.word[1] |= ARMVIRT_PUT(ARMVIRT_VMSA128_S1_LEAF_SKL_HI, 3 - level);
    } else if (level == 3) {
        attrs.word[0] |= ARMVIRT_VMSA64_S1_LEAF_TYPE;
    }
    return attrs;
}

struct desc armvirt_build_table_desc(const struct build_op *op, int level, uint64_t pa)
{
    const struct armvirt_pgbuild *build = op->build;
    struct desc desc = {{build->table_attrs[0], build->table_attrs[1]}};

    desc.word[0] |= address_bits(&build->stage, pa) | ARMVIRT_VMSA64_S1_TABLE_VALID;
    if (build->stage.d128) {
        desc.word[1] |= ARMVIRT_PUT(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, build_skl(op, level));
    } else {
        desc.word[0] |= ARMVIRT_VMSA64_S1_TABLE_TYPE;
    }
    return desc;
}

bool armvirt_build_dis_contiguous(const struct armvirt_stage *stage, const uint64_t table[2])
{
    return stage->d128 && (table[1] & ARMVIRT_VMSA128_S1_TABLE_DISCH_HI) != 0;
}

uint64_t armvirt_build_group(const struct build_op *op, const struct build_table *table)
{
    const struct armvirt_pgbuild *build = op->build;
    unsigned run_log2 = lookup_run_log2(&build->stage, table->level);

    if (run_log2 == 0 || table->dis_contiguous ||
        (build->contiguous[0] | build->contiguous[1]) == 0) {
        return 0;
    }
    return build_size(op, table->level) << run_log2;
}

bool armvirt_build_contiguous(const struct build_op *op, const struct build_table *table,
                              struct desc leaf)
{
    const uint64_t *mask = op->build->contiguous;

    return armvirt_build_group(op, table) != 0 &&
           ((leaf.word[0] & mask[0]) | (leaf.word[1] & mask[1])) != 0;
}

bool armvirt_build_in_group(const struct build_op *op, const struct build_table *table,
                            const struct build_side *side)
{
    uint64_t group = side->contiguous ? armvirt_build_group(op, table) : 0;

    return group != 0 && armvirt_is_aligned(side->delta, group) &&
           build_covers(op, armvirt_align_down(op->ia, group), group);
}

struct desc armvirt_build_side(const struct build_op *op, const struct build_table *table,
                               const struct build_side *side, bool contiguous)
{
    const uint64_t *mask = op->build->contiguous;
    struct desc desc = {{0, 0}};

    if (side->mapped) {
        desc = armvirt_build_leaf(op, table->level, op->ia + side->delta, side->attrs);
    }
    if (contiguous) {
        desc = desc_or(desc, (struct desc){{mask[0], mask[1]}});
    }
    return desc;
}

/* ---- Flags --------------------------------------------------------------------------------- */

/* DBM makes a leaf a candidate for hardware dirty state with direct permissions: D8.5.2.1. */
static bool dirty_managed(const struct armvirt_pgbuild *build, struct desc leaf)
{
    const struct armvirt_stage *stage = &build->stage;

    return stage->hd &&
           (stage->pie || stage->d128 || (leaf.word[0] & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0);
}

/* The dirty state is bit 7 in every format: AP[2] and nDirty say clean, S2AP[1] and Dirty dirty. */
#define DIRTY_STATE ARMVIRT_VMSA64_S1_LEAF_NDIRTY

/* The leaf as clean or dirty. */
static struct desc with_state(const struct armvirt_pgbuild *build, struct desc leaf, bool dirty)
{
    bool set = build->stage_number == 1 ? !dirty : dirty;

    leaf.word[0] = set ? leaf.word[0] | DIRTY_STATE : leaf.word[0] & ~DIRTY_STATE;
    return leaf;
}

uint64_t armvirt_build_flags(const struct armvirt_pgbuild *build, struct desc leaf)
{
    uint64_t dirty = (build->stage_number == 1 ? ~leaf.word[0] : leaf.word[0]) & DIRTY_STATE;
    uint64_t flags = 0;

    if (build->stage.ha) {
        flags |= leaf.word[0] & ARMVIRT_VMSA64_S1_LEAF_AF;
    }
    if (dirty_managed(build, leaf)) {
        flags |= dirty;
    }
    return flags;
}

struct desc armvirt_build_flagged(const struct armvirt_pgbuild *build, struct desc leaf,
                                  uint64_t flags)
{
    leaf.word[0] |= flags & ARMVIRT_VMSA64_S1_LEAF_AF;
    if ((flags & DIRTY_STATE) != 0 && dirty_managed(build, leaf)) {
        leaf = with_state(build, leaf, true);
    }
    return leaf;
}

struct desc armvirt_build_unflagged(const struct armvirt_pgbuild *build, struct desc leaf)
{
    leaf = desc_without(leaf, build->fixed);
    if (build->stage.ha) {
        leaf.word[0] &= ~ARMVIRT_VMSA64_S1_LEAF_AF;
    }
    return dirty_managed(build, leaf) ? with_state(build, leaf, false) : leaf;
}
