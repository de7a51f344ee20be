/* SPDX-License-Identifier: MIT */
/*
 * Rules about a leaf descriptor that both stages share: contiguous runs, nT, access flag and dirty
 * state, and what is reported of it. DDI0487 D8.5, D8.7.1, D8.7.3.
 */
#ifndef ARMVIRT_SRC_PGTABLE_LEAF_H
#define ARMVIRT_SRC_PGTABLE_LEAF_H

#include "lookup.h"
#include "permission.h"

/* Whether this access may write descriptors at all. */
static inline bool walker_updates(const struct walker *w)
{
    return !walker_is(w, TRAIT_DEBUGGER) && !(w->access->flags & ARMVIRT_ACCESS_NO_UPDATE);
}

/*
 * Whether it may write this leaf. AT need not set the access flag of the leaf that resolves it
 * (DDI0487 R_XQSMX); its accesses to stage 1 tables are as those of any walk.
 */
static inline bool lookup_updates(const struct walker *w, const struct lookup *l)
{
    if (walker_is(w, TRAIT_AT) && !l->s1ptw && !(w->regime->options & ARMVIRT_OPT_AT_SETS_AF)) {
        return false;
    }
    return walker_updates(w);
}

static inline bool lookup_is_watched(const struct walker *w)
{
    return w->env->log != NULL || w->env->trace != NULL;
}

/* FEAT_BBM: nT on a block, or on a table that skips levels, may fault. DDI0487 D8.7.3 R_MRRPW. */
static inline bool lookup_nt_faults(const struct walker *w, const struct lookup *l)
{
    uint64_t nt = l->stage->d128 ? ARMVIRT_VMSA128_S1_LEAF_NT : ARMVIRT_VMSA64_S1_LEAF_NT;

    if (l->stage->format == ARMVIRT_FORMAT_LPAE) {
        return false;
    }

    return (w->regime->options & ARMVIRT_OPT_NT_FAULTS) &&
           armvirt_have(w->regime->features, FEAT_BBM) && (l->desc[0] & nt);
}

/* Translation faults of a valid leaf: rules that implementations may enforce. */
static inline unsigned lookup_leaf_reason(const struct walker *w, const struct lookup *l)
{
    if (l->contiguous && (w->regime->options & ARMVIRT_OPT_CONTIG_FAULT) &&
        lookup_span_log2(l) > l->stage->ia_bits) {
        return ARMVIRT_REASON_CONTIGUOUS;
    }
    return l->level < 3 && lookup_nt_faults(w, l) ? ARMVIRT_REASON_NT : ARMVIRT_REASON_NONE;
}

/* Whether this access faults where the access flag of a leaf is 0. */
static inline bool walker_needs_access_flag(const struct walker *w)
{
    return !walker_is(w, TRAIT_DEBUGGER) && !(walker_is(w, TRAIT_DC | TRAIT_IC) &&
                                              (w->regime->options & ARMVIRT_OPT_CMO_IGNORES_AF));
}

/* The same of this leaf: the tables that cache maintenance needs are read as by any walk. */
static inline bool lookup_needs_access_flag(const struct walker *w, const struct lookup *l)
{
    return walker_needs_access_flag(w) || (l->s1ptw && !walker_is(w, TRAIT_DEBUGGER));
}

static inline bool lookup_access_flag_faults(const struct walker *w, const struct lookup *l)
{
    return !(l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_AF) && !l->stage->ha && !l->stage->no_af_fault &&
           lookup_needs_access_flag(w, l);
}

/*
 * DDI0487 D8.15.4: what is wrong with the leaf itself, the access flag included. @reason is why its
 * stage refuses the descriptor, or ARMVIRT_REASON_NONE.
 */
static inline enum outcome lookup_check_leaf(struct walker *w, const struct lookup *l, uint64_t oa,
                                             unsigned reason)
{
    unsigned type = ARMVIRT_FAULT_TRANSLATION;

    if (reason == ARMVIRT_REASON_NONE && lookup_beyond_output(l->stage, oa)) {
        type = ARMVIRT_FAULT_ADDRESS_SIZE;
        reason = ARMVIRT_REASON_OUTPUT_ADDRESS;
    }
    if (reason == ARMVIRT_REASON_NONE && lookup_access_flag_faults(w, l)) {
        type = ARMVIRT_FAULT_ACCESS_FLAG;
        reason = ARMVIRT_REASON_ACCESS_FLAG;
    }
    return reason == ARMVIRT_REASON_NONE ? WALK_OK
                                         : armvirt_walk_fault(w, l, type, reason, l->level);
}

/*
 * DDI0487 D8.5.1.2 R_HDTRB, R_QSPMS: on no fault; by choice on Alignment and Permission faults.
 * I_KJBFT: not by an access that a clear flag would not stop.
 */
static inline bool lookup_sets_access_flag(const struct walker *w, const struct lookup *l,
                                           unsigned fault_type)
{
    return l->stage->ha && lookup_needs_access_flag(w, l) &&
           (fault_type == ARMVIRT_FAULT_NONE || (w->regime->options & ARMVIRT_OPT_AF_ON_FAULT));
}

/* DDI0487 D8.5.2.1 R_NSXRD: a write to a page that DBM or the permission index makes writable. */
static inline bool lookup_sets_dirty(const struct walker *w, const struct lookup *l,
                                     unsigned fault_type)
{
    if (!l->stage->hd || !(l->stage->pie || (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_DBM))) {
        return false;
    }
    return fault_type == ARMVIRT_FAULT_NONE || (fault_type == ARMVIRT_FAULT_ALIGNMENT &&
                                                (w->regime->options & ARMVIRT_OPT_DB_ON_ALIGNMENT));
}

/* Describe a leaf of @size log2 bytes to the caller. */
static inline void lookup_report_sized(struct armvirt_leaf *leaf, const struct lookup *l,
                                       const struct rights *r, uint64_t oa, unsigned size)
{
    leaf->valid = true;
    leaf->desc[0] = l->desc[0];
    leaf->desc[1] = l->desc[1];
    leaf->desc_pa = l->desc_pa;
    leaf->desc_space = l->desc_space;
    leaf->base = oa & ~armvirt_bits_below(size);
    leaf->level = l->level;
    leaf->size_log2 = (uint8_t)size;
    leaf->span_log2 = (uint8_t)size;
    leaf->perm = rights_reported(r);
    leaf->clean = r->clean;
    leaf->accessed = (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_AF) != 0;
}

static inline void lookup_report(struct armvirt_leaf *leaf, const struct lookup *l,
                                 const struct rights *r, uint64_t oa)
{
    lookup_report_sized(leaf, l, r, oa, lookup_size_log2(l->stage, l->level));
    leaf->span_log2 = (uint8_t)lookup_span_log2(l);
}

/*
 * log2 of the bytes around the input address that translate alike. What of a block or run lies
 * beyond the output size faults (DDI0487 D8.2.11 R_BFVYY), what lies beyond the input size is not
 * translated by it.
 */
static inline uint8_t lookup_alike_log2(const struct lookup *l, const struct armvirt_leaf *leaf)
{
    return leaf->span_log2 < l->stage->alike_log2 ? leaf->span_log2 : l->stage->alike_log2;
}

#endif
