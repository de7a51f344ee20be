/* SPDX-License-Identifier: MIT */
/*
 * What the stage 1 walks of all formats share: the choice of a table base, the way of a descriptor
 * address through stage 2, and stage 1 while it is off.
 */
#ifndef ARMVIRT_SRC_PGTABLE_STAGE1_H
#define ARMVIRT_SRC_PGTABLE_STAGE1_H

#include "walk.h"

#include "../base/bits.h"

/* The virtual address that is translated; AArch32 state has 32 bits of it. */
static inline uint64_t stage1_input(const struct armvirt_regime *regime, uint64_t va)
{
    return regime->el1_aarch32 ? va & UINT32_MAX : va;
}

/*
 * DDI0487 G5.5.5 (T0SZ, T1SZ), G5.4.4 (N): if the upper range has a size of its own, it is the
 * addresses that begin with that many ones; else it is all that the lower range leaves.
 */
static inline unsigned stage1_half32(const struct armvirt_regime *regime, uint64_t va)
{
    unsigned lower = regime->s1[0].ia_bits, upper = regime->s1[1].ia_bits;

    bool above = upper < 32 ? va >> upper == UINT32_MAX >> upper : va >> lower != 0;

    return above;
}

/* DDI0487 D8.2.4: half of the address space by bit 55. */
static inline unsigned stage1_half(const struct armvirt_regime *regime, uint64_t va)
{
    if (!regime->two_ranges) {
        return 0;
    }
    return regime->el1_aarch32 ? stage1_half32(regime, va) : (unsigned)(va >> 55) & 1;
}

/* Give the descriptor its physical address: through stage 2 where the regime has one. */
static inline enum outcome stage1_locate(struct walker *w, struct lookup *l, bool write)
{
    struct s2_table_access t = {
        .ipa = l->desc_oa,
        .space = l->space,
        .write = write,
        .top_level = !write && l->level == l->stage->start_level,
        .upper = l->stage == &w->regime->s1[1],
        .assured = l->assured,
    };
    struct s2_table_result result;
    enum outcome outcome;

    if (!w->regime->s2_enabled) {
        l->desc_pa = l->desc_oa;
        l->desc_space = l->space;
        l->mecid = l->stage->mecid_walk;
        return WALK_OK;
    }
    outcome = armvirt_stage2_table(w, &t, &result);
    if (outcome == WALK_OK) {
        l->desc_pa = result.pa;
        l->desc_space = result.space;
        l->s2_mro = result.mro;
        l->mecid = result.mecid;
    }
    return outcome;
}

/* Stage 1 while it is disabled. */
enum outcome armvirt_stage1_off(struct walker *w, struct s1_output *s1);

#endif
