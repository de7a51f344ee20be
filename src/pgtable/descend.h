/* SPDX-License-Identifier: MIT */
/*
 * From the first table of a stage to a leaf. Each stage instantiates this once, with @s1 constant:
 * at stage 1 descriptors have addresses that may need stage 2, and tables hand down permissions.
 * DDI0487 D8.2.1, D8.2.8 to D8.2.11; at most six lookups, since each goes at least one level down.
 */
#ifndef ARMVIRT_SRC_PGTABLE_DESCEND_H
#define ARMVIRT_SRC_PGTABLE_DESCEND_H

#include "leaf.h"
#include "stage1.h"

/* The physical address of the descriptor at desc_oa. */
static inline enum outcome descend_locate(struct walker *w, struct lookup *l, bool write, bool s1)
{
    if (s1) {
        return stage1_locate(w, l, write);
    }
    l->desc_pa = l->desc_oa;
    l->desc_space = l->space;
    l->mecid = l->stage->mecid_walk;
    return WALK_OK;
}

/*
 * DDI0487 D8.2.7.3: after an Assured level, a protected descriptor in a mostly read-only page keeps
 * the walk Assured.
 */
static inline bool descend_stays_assured(const struct lookup *l)
{
    bool is_protected =
        l->stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S1_LEAF_PROTECTED_HI) != 0
                       : l->stage->pnch && (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_PROTECTED) != 0;

    return l->assured && l->s2_mro && is_protected;
}

/* Stage 1: NSTable, hierarchical permissions, DisCH. DDI0487 D8.2.6.2, D8.4.1.2, D8.7.1. */
static inline void descend_inherit(struct lookup *l)
{
    const struct armvirt_stage *stage = l->stage;

    l->hierarchy |= l->desc[0] & stage->hierarchy_mask;
    if (l->space == ARMVIRT_SPACE_SECURE) {
        bool ns = stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S1_TABLE_NSTABLE_HI) != 0
                              : (l->desc[0] & ARMVIRT_VMSA64_S1_TABLE_NSTABLE) != 0;
        l->space = ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE;
    }
    l->assured = descend_stays_assured(l);
    if (stage->d128) {
        l->dis_contiguous = (l->desc[1] & ARMVIRT_VMSA128_S1_TABLE_DISCH_HI) != 0;
    }
}

/* FEAT_HAFT: the access flag of a table descriptor. DDI0487 D8.5.1.3 R_CGKWB. */
static inline enum outcome descend_set_access_flag(struct walker *w, struct lookup *l, bool s1)
{
    uint64_t desc[2] = {l->desc[0] | ARMVIRT_VMSA64_S1_TABLE_AF, l->desc[1]};
    enum outcome outcome;

    if (desc[0] == l->desc[0] || !walker_updates(w)) {
        return WALK_OK;
    }
    outcome = descend_locate(w, l, true, s1);
    return outcome == WALK_OK ? armvirt_table_update(w, l, desc) : outcome;
}

/* The address of the descriptor that a table descriptor leads to. */
static inline uint64_t descend_next(const struct lookup *l)
{
    struct lookup next = *l;

    lookup_descend(&next);
    lookup_index(&next);
    return next.desc_oa;
}

/* J1.1.4 S1Walk, S2Walk: the address comes before nT. */
static inline unsigned descend_refuses(const struct walker *w, const struct lookup *l,
                                       unsigned *type)
{
    if (lookup_beyond_output(l->stage, descend_next(l))) {
        *type = ARMVIRT_FAULT_ADDRESS_SIZE;
        return ARMVIRT_REASON_TABLE_ADDRESS;
    }
    *type = ARMVIRT_FAULT_TRANSLATION;
    return l->stage->d128 && lookup_skl(l) != 0 && lookup_nt_faults(w, l) ? ARMVIRT_REASON_NT
                                                                          : ARMVIRT_REASON_NONE;
}

/* A table descriptor: take what it hands down, and go to the descriptor it leads to. */
static inline enum outcome descend_table(struct walker *w, struct lookup *l, bool s1)
{
    unsigned type;
    unsigned reason = descend_refuses(w, l, &type);

    if (reason != ARMVIRT_REASON_NONE) {
        return armvirt_walk_fault(w, l, type, reason, l->level);
    }
    if (l->stage->haft) {
        enum outcome outcome = descend_set_access_flag(w, l, s1); /* R_WLLHL: faults come first */
        if (outcome != WALK_OK) {
            return outcome;
        }
    }
    if (s1) {
        descend_inherit(l);
    }
    lookup_descend(l);
    lookup_index(l);
    return WALK_OK;
}

static inline enum outcome descend_invalid(struct walker *w, struct lookup *l)
{
    unsigned reason = lookup_invalid_reason(l);

    armvirt_table_observe(w, l, ARMVIRT_STEP_INVALID, reason);
    return armvirt_walk_fault(w, l, ARMVIRT_FAULT_TRANSLATION, reason, l->level);
}

static inline enum outcome descend_read(struct walker *w, struct lookup *l, bool s1)
{
    enum outcome outcome = descend_locate(w, l, false, s1);

    return outcome == WALK_OK ? lookup_read(w, l) : outcome;
}

/* Read the first descriptor. */
static inline enum outcome descend_first(struct walker *w, struct lookup *l, bool s1)
{
    lookup_index(l);
    if (lookup_beyond_output(l->stage, l->desc_oa)) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_ADDRESS_SIZE, ARMVIRT_REASON_TTBR_ADDRESS, 0);
    }
    return descend_read(w, l, s1);
}

static inline enum outcome descend_to_leaf(struct walker *w, struct lookup *l, bool s1)
{
    enum outcome outcome = descend_first(w, l, s1);

    while (outcome == WALK_OK) {
        enum descriptor_type type = lookup_type(l);

        if (type == DESC_INVALID) {
            return descend_invalid(w, l);
        }
        if (lookup_is_watched(w)) {
            armvirt_table_observe(w, l, type == DESC_LEAF ? ARMVIRT_STEP_LEAF : ARMVIRT_STEP_TABLE,
                                  ARMVIRT_REASON_NONE);
        }
        if (type == DESC_LEAF) {
            l->contiguous = lookup_contiguous(l);
            return WALK_OK;
        }
        outcome = descend_table(w, l, s1);
        if (outcome == WALK_OK) {
            outcome = descend_read(w, l, s1);
        }
    }
    return outcome;
}

#endif
