/* SPDX-License-Identifier: MIT */
/*
 * The VMSAv8-32 Short-descriptor format: what its walk, its memory attributes and the mapping
 * iterator share.
 */
#ifndef ARMVIRT_SRC_PGTABLE_SHORT_H
#define ARMVIRT_SRC_PGTABLE_SHORT_H

#include "lookup.h"

/* PRRR and NMRR to `regime.attr`, for use with SCTLR.TRE. */
void armvirt_short_attr_init(struct armvirt_regime *regime, uint64_t prrr, uint64_t nmrr);

/* What {TEX, C, B} and S of a leaf select. */
struct armvirt_memattr armvirt_short_attr(const struct armvirt_regime *regime, unsigned texcb,
                                          bool s);

/* log2 of the bytes that one entry at @level, 1 or 2, maps. */
static inline unsigned short_entry_log2(int level)
{
    return level == 1 ? 20 : 12;
}

/* What a descriptor is at @level. */
enum descriptor_type armvirt_short_type(int level, uint64_t desc);

/* Move to the level 2 table that the descriptor points to. */
void armvirt_short_descend(struct lookup *l);

/* The end of a walk at @leaf; at level 2, below the table descriptor @level1. */
enum outcome armvirt_short_leaf(struct walker *w, const struct lookup *leaf, uint64_t level1,
                                struct s1_output *s1);

#endif
