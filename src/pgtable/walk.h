/* SPDX-License-Identifier: MIT */
/*
 * A walk in progress: what the files that implement the stages share.
 *
 * translate.c   one access through stage 1, stage 2 and granule protection; races and retries
 * stage1.c      the stage 1 walk and the checks of its leaf
 * stage2.c      the stage 2 walk, for final addresses and for stage 1 table accesses
 * rights.c      what a leaf permits          permission.c  whether an access may, and why not
 * table.c       one table access: granule check, aborts, byte order, log, updates
 * lookup.h      one level of a walk, the same for both stages
 * quick.c       the common case of all of this in one go
 * short.c       VMSAv8-32 Short-descriptor tables
 */
#ifndef ARMVIRT_SRC_PGTABLE_WALK_H
#define ARMVIRT_SRC_PGTABLE_WALK_H

#include "features.h"

/* How a part of a walk ended. */
enum outcome {
    WALK_OK,
    WALK_FAULT, /* `out->fault` is filled */
    WALK_RETRY, /* memory asked for it */
    WALK_RACE,  /* a descriptor changed under an update: translate again */
};

/* What an access kind is, in the words of the rules. */
enum trait {
    TRAIT_READ = 1u << 0,
    TRAIT_WRITE = 1u << 1,
    TRAIT_FETCH = 1u << 2,
    TRAIT_AT = 1u << 3,
    TRAIT_DC = 1u << 4,
    TRAIT_IC = 1u << 5,
    TRAIT_GCS = 1u << 6,
    TRAIT_PAN = 1u << 7,       /* PSTATE.PAN can apply */
    TRAIT_UNCHECKED = 1u << 8, /* no permission check */
    TRAIT_DEBUGGER = 1u << 9,  /* no access flag check either */
    TRAIT_DC_ZERO = 1u << 10,
    TRAIT_DC_INVALIDATE = 1u << 11,
    TRAIT_DC_CLEAN_INVALIDATE = 1u << 12,
};

struct walker {
    const struct armvirt_regime *regime;
    const struct armvirt_walk_env *env;
    const struct armvirt_access *access;
    struct armvirt_walk *out;
    unsigned traits; /* of the access kind */
    unsigned needs;  /* mask of enum right; NEEDS_RULES if more than rights counts */
    bool el0;        /* EL0 permissions count */
    bool pan;        /* PSTATE.PAN is 1 and can bite */
};

static inline bool walker_is(const struct walker *w, unsigned traits)
{
    return (w->traits & traits) != 0;
}

/* WnR of faults that have no rule of their own: a read-modify-write counts as a read. */
static inline bool walker_reports_write(const struct walker *w)
{
    return (w->traits & (TRAIT_READ | TRAIT_WRITE)) == TRAIT_WRITE;
}

/* One lookup at one stage: where it is and what it has gathered on the way. */
struct lookup {
    const struct armvirt_stage *stage;
    uint64_t ia;        /* input address */
    uint64_t table;     /* address of the table, in the stage's output space */
    uint64_t desc[2];   /* descriptor read last; [1] is the high word */
    uint64_t desc_oa;   /* its address in the stage's output space */
    uint64_t desc_pa;   /* its physical address */
    uint64_t hierarchy; /* OR of the table descriptors' hierarchical permissions */
    uint8_t space;      /* enum armvirt_space of the table */
    uint8_t desc_space; /* enum armvirt_space of desc_pa */
    uint16_t mecid;     /* of desc_pa */
    int8_t level;
    uint8_t index_hi; /* highest input address bit that indexes the table */
    uint8_t index_lo; /* lowest */
    uint8_t number;   /* 1 or 2: the stage */
    uint8_t ia_space; /* enum armvirt_space of the input address of stage 2 */
    bool s1ptw;       /* stage 2 on behalf of a stage 1 table access */
    bool contiguous;
    bool dis_contiguous; /* DisCH of the table or descriptor above */
    bool assured;        /* THE: this level has the Assured Translation property */
    bool s2_mro;         /* THE: the descriptor's page is mostly read-only at stage 2 */
};

/* ---- table.c ------------------------------------------------------------------------------ */

/* Fill `out->fault` for the lookup; always returns WALK_FAULT. */
enum outcome armvirt_walk_fault(struct walker *w, const struct lookup *l, unsigned type,
                                unsigned reason, int level);

/* The slow ends of a descriptor read: it failed, or someone watches. */
enum outcome armvirt_table_abort(struct walker *w, const struct lookup *l, enum armvirt_bus bus);
void armvirt_table_observe(struct walker *w, const struct lookup *l, unsigned kind,
                           unsigned reason);

/* Granule protection check of the table access at `desc_pa`. */
enum outcome armvirt_table_gpc(struct walker *w, const struct lookup *l);

/* Write @desc over the descriptor of @l if it has not changed; @l then holds the new value. */
enum outcome armvirt_table_update(struct walker *w, struct lookup *l, const uint64_t desc[2]);

/* ---- gpc.c -------------------------------------------------------------------------------- */

/* Check one physical address; @fault gets gpcf, gpc_level and reason, @reads counts. */
enum outcome armvirt_gpc_walk(const struct armvirt_regime *regime,
                              const struct armvirt_walk_env *env, uint64_t pa, uint8_t space,
                              struct armvirt_fault *fault, uint16_t *reads);

/* ---- stage 1 ------------------------------------------------------------------------------ */

/* What stage 1 hands on to stage 2. */
struct s1_output {
    uint64_t ipa;
    uint8_t space;
    bool assured;
    uint16_t mecid;
    struct armvirt_memattr attr;
};

/* Stage 1 of the access of @w. Where @leaf is not NULL it has been found already. */
enum outcome armvirt_stage1(struct walker *w, const struct lookup *leaf, struct s1_output *s1);
enum outcome armvirt_stage1_short(struct walker *w, struct s1_output *s1);

/* Stage 1 has ended with @s1: until stage 2 says otherwise this is the answer. */
void armvirt_walk_take_stage1(struct walker *w, const struct s1_output *s1);

/* Without stage 1: the address of the access is an IPA in @space, and all rights are open. */
void armvirt_walk_take_ipa(struct walker *w, uint8_t space, struct s1_output *s1);

/* ---- stage 2 ------------------------------------------------------------------------------ */

/* A stage 1 table access that has to go through stage 2. */
struct s2_table_access {
    uint64_t ipa;
    uint8_t space;
    bool write;     /* a descriptor update, not a read */
    bool top_level; /* the first table of the walk */
    bool assured;   /* FEAT_THE: its level has the Assured Translation property */
    bool upper;     /* of the TTBR1 half */
};

struct s2_table_result {
    uint64_t pa;
    uint8_t space;
    bool mro; /* FEAT_THE: mostly read-only */
    uint16_t mecid;
};

/* The tables for an IPA: Secure state has a set for each IPA space. DDI0487 D8.2.5.1. */
static inline const struct armvirt_stage *armvirt_stage2_tables(const struct armvirt_regime *regime,
                                                                uint8_t space)
{
    bool secure = regime->security == ARMVIRT_SPACE_SECURE && space == ARMVIRT_SPACE_SECURE;

    return &regime->s2[secure];
}

/* DDI0487 R_DRRZZ, R_KTKWK: T0SZ, start level and IPA range, all Translation faults at level 0. */
unsigned armvirt_stage2_refuses(const struct armvirt_stage *stage, uint64_t ipa);

/* Stage 2 of the output of stage 1. Where @leaf is not NULL it has been found already. */
enum outcome armvirt_stage2_final(struct walker *w, const struct lookup *leaf,
                                  const struct s1_output *s1);
enum outcome armvirt_stage2_table(struct walker *w, const struct s2_table_access *t,
                                  struct s2_table_result *result);

/* ---- translate.c -------------------------------------------------------------------------- */

/* Fill in what follows from the regime, the environment and the access, whose kind is in range. */
void armvirt_walker_init(struct walker *w);

/* Whether the memory type that @stage gives suits an access of 64 bytes. */
enum outcome armvirt_walk_check_ls64(struct walker *w, const struct armvirt_memattr *attr,
                                     unsigned stage, int level);

/* armvirt_translate() where quick.c cannot answer. */
enum armvirt_status armvirt_translate_complete(const struct armvirt_regime *regime,
                                               const struct armvirt_walk_env *env,
                                               const struct armvirt_access *access,
                                               struct armvirt_walk *walk);

/* armvirt_translate() without the stage 2 of the final address; tables still go through it. */
enum armvirt_status armvirt_stage1_only(const struct armvirt_regime *regime,
                                        const struct armvirt_walk_env *env,
                                        const struct armvirt_access *access,
                                        struct armvirt_walk *walk);

#endif
