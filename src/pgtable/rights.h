/* SPDX-License-Identifier: MIT */
/*
 * What a leaf descriptor permits, for EL0 and above it, before the access is looked at.
 */
#ifndef ARMVIRT_SRC_PGTABLE_RIGHTS_H
#define ARMVIRT_SRC_PGTABLE_RIGHTS_H

#include "walk.h"

#include <armvirt/regs/descriptors.h>

/* Rights of one privilege: the low or the high half of enum armvirt_perm. */
enum right {
    RIGHT_R = ARMVIRT_PERM_EL0_R,
    RIGHT_W = ARMVIRT_PERM_EL0_W,
    RIGHT_X = ARMVIRT_PERM_EL0_X,
    RIGHT_GCS = ARMVIRT_PERM_EL0_GCS,
    RIGHT_ALL = 0xf,
};

/* What a stage that is off permits, as a mask of enum armvirt_perm: all. DDI0487 R_VBBBJ. */
enum { RIGHTS_STAGE_OFF = 0xff };

/* Rights of both privileges, as masks of enum armvirt_perm. */
struct rights {
    uint8_t base;        /* what AP, XN or the permission index give */
    uint8_t allowed;     /* what the overlay leaves; all where none applies */
    uint8_t wxn;         /* the X bits that WXN takes away */
    uint8_t wxn_write;   /* the W bits that it takes away, unless PSTATE.PAN has done that */
    uint8_t fetch_space; /* enum armvirt_reason why the output space forbids fetches, or NONE */
    bool el0_pan;        /* EL0 has a right that makes PSTATE.PAN bite */
    bool clean;          /* permission index says writable, dirty state says clean */
    /* Stage 2 only */
    uint8_t mmu_write;         /* 1 if read-check-write and table updates may write */
    uint8_t overlay_mmu_write; /* the same of the overlay */
    bool mro, top_level0, top_level1;
};

static inline unsigned rights_of(uint8_t both, bool el0)
{
    return el0 ? both & RIGHT_ALL : both >> 4;
}

/* All rights that remain of @r, overlays and WXN included, PAN apart. */
static inline uint8_t rights_effective(const struct rights *r)
{
    return (uint8_t)(r->base & r->allowed & ~r->wxn);
}

/* What @r leaves to report, with fetches that would leave the Security state taken away. */
static inline uint8_t rights_reported(const struct rights *r)
{
    uint8_t fetches = ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_X;
    uint8_t rights = rights_effective(r);

    return r->fetch_space == ARMVIRT_REASON_NONE ? rights : rights & (uint8_t)~fetches;
}

/* VMSAv8-32: data rights and what they let execute, which needs read. DDI0487 G5.6.3. */
uint8_t armvirt_rights32(uint8_t data, bool xn, bool pxn);

/* Rights that a stage 1 leaf gives directly, restricted by WXN, UWXN and the output space. */
struct rights armvirt_direct_rights(const struct armvirt_regime *regime, uint8_t base,
                                    uint8_t output_space);

/* Index into tables of direct permissions: bits 54, 53, 7 and 6 of a leaf, at either stage. */
static inline unsigned rights_index(uint64_t desc)
{
    return (unsigned)(desc >> 51 & 0xc) | (unsigned)(desc >> 6 & 3);
}

/* DDI0487 D8.5.2.1 R_XZFQH: a leaf that hardware may make dirty counts as writable. */
static inline bool rights_dirty_managed(const struct armvirt_stage *stage, uint64_t desc)
{
    return stage->hd && (desc & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0;
}

/* Direct permissions of a stage 1 leaf under tables with @hierarchy. DDI0487 D8.4.1.2. */
static inline uint8_t rights_s1_direct(const struct armvirt_regime *regime,
                                       const struct armvirt_stage *stage, uint64_t desc,
                                       uint64_t hierarchy)
{
    unsigned index = rights_index(desc);
    uint8_t rights;

    if (rights_dirty_managed(stage, desc)) {
        index &= ~2u; /* AP[2] acts as 0 */
    }
    rights = regime->leaf_rights[index] & regime->table_rights[hierarchy >> 59 & 0xf];
    if ((rights & ARMVIRT_PERM_EL0_W) && !regime->el1_aarch32) {
        rights &= (uint8_t)~ARMVIRT_PERM_PRIV_X; /* writable at EL0: never executable above */
    }
    return rights;
}

/* Direct permissions of a stage 2 leaf. DDI0487 D8.4.2.1. */
static inline uint8_t rights_s2_direct(const struct armvirt_regime *regime,
                                       const struct armvirt_stage *stage, uint64_t desc)
{
    unsigned index = rights_index(desc);

    if (rights_dirty_managed(stage, desc)) {
        index |= 2; /* S2AP[1] acts as 1 */
    }
    return regime->s2_leaf_rights[index];
}

struct rights armvirt_s1_rights(const struct armvirt_regime *regime, const struct lookup *l,
                                uint8_t output_space);
struct rights armvirt_s2_rights(const struct armvirt_regime *regime, const struct lookup *l);

#endif
