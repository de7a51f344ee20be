/* SPDX-License-Identifier: MIT */
/*
 * One level of a table walk, the same for both stages: index, read, decode. Inline, since this is
 * the path that every translation takes up to 29 times.
 * DDI0487 D8.2.8 to D8.2.11 (walks), D8.3 (descriptor formats).
 */
#ifndef ARMVIRT_SRC_PGTABLE_LOOKUP_H
#define ARMVIRT_SRC_PGTABLE_LOOKUP_H

#include "walk.h"

#include "../base/bits.h"

#include <armvirt/regs/descriptors.h>

enum descriptor_type { DESC_TABLE, DESC_LEAF, DESC_INVALID };

/* AMEC of a VMSAv9-128 leaf, in its high word. */
#define DESC128_AMEC_HI ARMVIRT_BIT(108 - 64)

/* log2 of the bytes that one entry at @level maps. */
static inline unsigned lookup_size_log2(const struct armvirt_stage *stage, int level)
{
    return stage->granule_log2 + (unsigned)(3 - level) * stage->stride_log2;
}

/* The output address bits that a descriptor holds, those above bit 47 included. */
static inline uint64_t lookup_address(const struct armvirt_stage *stage, uint64_t desc)
{
    return (desc & stage->table_mask) | (desc & stage->high_mask) << stage->high_shift;
}

static inline bool lookup_beyond_output(const struct armvirt_stage *stage, uint64_t oa)
{
    return oa >> stage->oa_bits != 0;
}

static inline void lookup_begin(struct lookup *l, const struct armvirt_stage *stage,
                                unsigned number, uint64_t ia)
{
    l->stage = stage;
    l->number = (uint8_t)number;
    l->ia = ia;
    l->table = stage->base_pa;
    l->space = stage->space;
    l->level = stage->start_level;
    l->index_hi = (uint8_t)(stage->ia_bits - 1);
    l->desc[0] = 0;
    l->desc[1] = 0;
    l->desc_oa = 0;
    l->desc_pa = 0;
    l->hierarchy = 0;
    l->s1ptw = false;
    l->contiguous = false;
    l->dis_contiguous = stage->dis_contiguous;
    l->assured = stage->assured;
    l->s2_mro = false;
}

/* The address of the descriptor that the input address selects in the current table. */
static inline void lookup_index(struct lookup *l)
{
    unsigned lo = lookup_size_log2(l->stage, l->level);
    uint64_t index = (l->ia & armvirt_bits_below(l->index_hi + 1u)) >> lo;

    l->index_lo = (uint8_t)lo;
    l->desc_oa = l->table | index << l->stage->desc_log2;
}

/* The read or update of the descriptor at desc_pa. */
static inline struct armvirt_mem_req lookup_request(const struct lookup *l)
{
    struct armvirt_mem_req req = l->stage->req;

    req.pa = l->desc_pa;
    req.space = l->desc_space;
    req.mecid = l->mecid;
    req.level = l->level;
    return req;
}

/* Read the descriptor at desc_pa, to which the access is allowed. */
static inline enum outcome lookup_fetch(struct walker *w, struct lookup *l)
{
    const struct armvirt_stage *stage = l->stage;
    struct armvirt_mem_req req = lookup_request(l);
    enum armvirt_bus bus;

    w->out->reads++;
    bus = w->env->mem.ops->read(w->env->mem.ctx, &req, l->desc);
    if (bus != ARMVIRT_BUS_OK) {
        return armvirt_table_abort(w, l, bus);
    }
    if (stage->big_endian) {
        if (stage->d128) {
            armvirt_bswap128(l->desc);
        } else {
            l->desc[0] = armvirt_bswap64(l->desc[0]) >> (64 - (8u << stage->desc_log2));
        }
    }
    return WALK_OK;
}

/* Check the granule of desc_pa, and read the descriptor there. */
static inline enum outcome lookup_read(struct walker *w, struct lookup *l)
{
    if (w->regime->gpc.enabled) {
        enum outcome checked = armvirt_table_gpc(w, l);
        if (checked != WALK_OK) {
            return checked;
        }
    }
    return lookup_fetch(w, l);
}

static inline unsigned lookup_skl(const struct lookup *l)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, l->desc[1]);
}

/* DDI0487 D8.3 R_BPTPZ: the level and SKL decide; a table must not exceed the largest size. */
static inline enum descriptor_type lookup_type128(const struct lookup *l)
{
    int below = l->level + (int)lookup_skl(l);

    if (below < 3) {
        return lookup_skl(l) == 3 && l->stage->granule_log2 != 12 ? DESC_INVALID : DESC_TABLE;
    }
    if (below > 3) {
        return DESC_INVALID;
    }
    return l->level == 3 || (l->stage->block_levels >> l->level & 1) ? DESC_LEAF : DESC_INVALID;
}

/* DDI0487 D8.3 R_RWMFF: what kind of descriptor this is at this level. */
static inline enum descriptor_type lookup_type(const struct lookup *l)
{
    uint64_t desc = l->desc[0];

    if ((desc & ARMVIRT_VMSA64_S1_LEAF_VALID) == 0) {
        return DESC_INVALID;
    }
    if (l->stage->d128) {
        return lookup_type128(l);
    }
    if (desc & ARMVIRT_VMSA64_S1_LEAF_TYPE) {
        return l->level == 3 ? DESC_LEAF : DESC_TABLE;
    }
    return l->level >= 0 && l->level < 3 && (l->stage->block_levels >> l->level & 1) ? DESC_LEAF
                                                                                     : DESC_INVALID;
}

/* Why a descriptor of type DESC_INVALID is that. */
static inline unsigned lookup_invalid_reason(const struct lookup *l)
{
    if ((l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_VALID) == 0) {
        return ARMVIRT_REASON_DESC_INVALID;
    }
    return l->stage->d128 ? ARMVIRT_REASON_DESC_SKL : ARMVIRT_REASON_DESC_RESERVED;
}

/* Move to the table that the descriptor points to. */
static inline void lookup_descend(struct lookup *l)
{
    l->table = lookup_address(l->stage, l->desc[0]);
    l->index_hi = (uint8_t)(lookup_size_log2(l->stage, l->level) - 1);
    l->level++;
    if (l->stage->d128) {
        unsigned skip = lookup_skl(l);

        l->level = (int8_t)(l->level + (int)skip);
        l->table &= ~armvirt_bits_below(l->stage->stride_log2 * (skip + 1) + l->stage->desc_log2);
    }
}

/* log2 of the bytes of a contiguous run, 0 where this level has none. DDI0487 D8.7.1. */
static inline unsigned lookup_run_log2(const struct armvirt_stage *stage, int level)
{
    static const uint8_t entries_log2[2][3][4] = {
        {{0, 4, 4, 4}, {0, 0, 5, 7}, {0, 0, 5, 5}},
        {{0, 2, 4, 4}, {0, 2, 4, 6}, {0, 0, 6, 4}},
    };
    unsigned granule = (stage->granule_log2 - 12u) / 2;

    return level < 0 ? 0 : entries_log2[stage->d128][granule][level];
}

/* The Contiguous bit, where the format and the controls give it a meaning. DDI0487 D8.7.1. */
static inline bool lookup_contiguous(const struct lookup *l)
{
    const struct armvirt_stage *stage = l->stage;

    if (stage->pnch || l->dis_contiguous || lookup_run_log2(stage, l->level) == 0) {
        return false;
    }
    return stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S1_LEAF_CONTIG_HI) != 0
                       : (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_CONTIG) != 0;
}

/*
 * log2 of the bytes around the input address that the leaf maps as one piece, from which the
 * address bits come: the block or page, or the contiguous run. DDI0487 D8.7.1.
 */
static inline unsigned lookup_span_log2(const struct lookup *l)
{
    unsigned size = lookup_size_log2(l->stage, l->level);

    return l->contiguous ? size + lookup_run_log2(l->stage, l->level) : size;
}

/* The output address of a leaf for the input address. */
static inline uint64_t lookup_output(const struct walker *w, const struct lookup *l)
{
    unsigned span = w->regime->options & ARMVIRT_OPT_CONTIG_OA_VERBATIM
                        ? lookup_size_log2(l->stage, l->level)
                        : lookup_span_log2(l);
    uint64_t within = armvirt_bits_below(span);

    return (lookup_address(l->stage, l->desc[0]) & ~within) | (l->ia & within);
}

#endif
