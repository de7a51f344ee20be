/* SPDX-License-Identifier: MIT */
/*
 * Table building: what its files share.
 *
 * build_init.c     configuration, geometry of the first table
 * build_attrs.c    attributes by name, and which bits they are in each format
 * build_memory.c   descriptors in memory; pages taken in advance, pages to give back
 * build_tlb.c      which invalidation is owed, and when it happens
 * build_walk.c     the way through existing tables
 * build_fill.c     new tables, complete before anyone sees them
 * build_live.c     changes of live entries: break-before-make, contiguous groups
 * build_check.c    arguments; what a call will need, before it changes anything
 * build_map.c, build_unmap.c, build_protect.c, build_resize.c   the calls
 *
 * Input addresses are without the upper bits of the TTBR1 half in here.
 */
#ifndef ARMVIRT_SRC_PGTABLE_BUILD_H
#define ARMVIRT_SRC_PGTABLE_BUILD_H

#include <armvirt/pgbuild.h>

#include "lookup.h"

#define BUILD_LEVELS 6 /* -2 to 3 */
#define BUILD_SKLS   4 /* sizes of tables: SKL 0 to 3 */

/* A descriptor; word[1] is 0 in VMSAv8-64. */
struct desc {
    uint64_t word[2];
};

/* A table on the way down to the current entry. */
struct build_table {
    uint64_t pa;
    uint64_t end; /* the input address where it, or the range, ends */
    uint8_t index_bits;
    int8_t level;
    bool dis_contiguous; /* the Contiguous bit has no effect in it */
    bool emptied;        /* an entry was made invalid by this call */
    bool covered;        /* unmap: all of it goes, */
    bool cached;         /* and leaves of it may be cached */
};

/* The entry that a call is at. */
struct build_entry {
    struct desc desc;
    enum descriptor_type type;
    uint64_t ia; /* first input address that it translates */
};

/* What a range of addresses is to hold. */
struct build_side {
    struct desc attrs; /* a leaf without its fixed bits */
    uint64_t delta;    /* output address - input address, modulo 2^64 */
    bool mapped;
    bool contiguous; /* mark groups that are covered */
    int8_t coarsest; /* lowest level of leaves */
};

/* A change of attributes. */
struct build_change {
    struct desc clear, set;
};

/*
 * A call in progress: the request, the place where it is, and the pages in its hands. The place is
 * an input address and the tables from the first one down; as levels only go up there is one stack
 * for all, for tables that exist and for new ones below them.
 */
struct build_op {
    const struct armvirt_pgbuild *build;
    struct armvirt_pgbuild_result *result;
    uint64_t lo, hi;            /* the range of the request */
    struct build_side inside;   /* what it will hold, for new tables */
    struct build_side outside;  /* what new tables hold around it */
    struct build_change change; /* for entries that stay */
    uint64_t group_end;         /* map: a contiguous group up to here has been decided on */
    bool group;                 /* map: the decision */

    uint8_t depth;    /* index of the current table */
    uint8_t unlinked; /* index of the first of the new tables that no one refers to, or 0 */
    uint64_t ia, end; /* the place, and where the walk ends */
    struct build_table table[BUILD_LEVELS];
    struct build_entry entry;

    /* Pages, linked through their first entries: new ones by SKL, removed ones. 0: none. */
    uint64_t reserve[BUILD_SKLS];
    uint64_t dead;
    uint64_t held; /* how many there are in all */
};

/* ---- Descriptors and geometry -------------------------------------------------------------- */

static inline struct desc desc_and(struct desc a, const uint64_t mask[2])
{
    return (struct desc){{a.word[0] & mask[0], a.word[1] & mask[1]}};
}

static inline struct desc desc_without(struct desc a, const uint64_t mask[2])
{
    return (struct desc){{a.word[0] & ~mask[0], a.word[1] & ~mask[1]}};
}

static inline struct desc desc_or(struct desc a, struct desc b)
{
    return (struct desc){{a.word[0] | b.word[0], a.word[1] | b.word[1]}};
}

static inline bool desc_equal(struct desc a, struct desc b)
{
    return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

static inline struct desc desc_changed(struct desc a, const struct build_change *change)
{
    return desc_or(desc_without(a, change->clear.word), change->set);
}

static inline struct desc desc_broken(struct desc a)
{
    return (struct desc){{a.word[0] & ~ARMVIRT_VMSA64_S1_LEAF_VALID, a.word[1]}};
}

/* Of two answers the first that is not good. */
static inline enum armvirt_status build_worse(enum armvirt_status first, enum armvirt_status second)
{
    return first != ARMVIRT_OK ? first : second;
}

static inline struct build_table *build_table(struct build_op *op)
{
    return &op->table[op->depth];
}

static inline unsigned build_size_log2(const struct build_op *op, int level)
{
    return lookup_size_log2(&op->build->stage, level);
}

static inline uint64_t build_size(const struct build_op *op, int level)
{
    return UINT64_C(1) << build_size_log2(op, level);
}

/* Bytes that the current entry translates. */
static inline uint64_t build_bytes(const struct build_op *op)
{
    return build_size(op, op->table[op->depth].level);
}

/* Whether a block or page may stand at this level. */
static inline bool build_leaf_level(const struct armvirt_stage *stage, int level)
{
    return level == 3 || (level >= 0 && level < 3 && (stage->block_levels >> level & 1));
}

static inline unsigned build_skl(const struct build_op *op, int level)
{
    return op->build->skl[level + 2];
}

/* The level below a table that is made at @level. */
static inline int build_next_level(const struct build_op *op, int level)
{
    return level + 1 + (int)build_skl(op, level);
}

static inline enum descriptor_type build_type(const struct armvirt_pgbuild *build, int level,
                                              struct desc desc)
{
    struct lookup l = {
        .stage = &build->stage, .level = (int8_t)level, .desc = {desc.word[0], desc.word[1]}};

    return lookup_type(&l);
}

static inline uint64_t build_leaf_oa(const struct build_op *op, int level, struct desc desc)
{
    return armvirt_align_down(lookup_address(&op->build->stage, desc.word[0]),
                              build_size(op, level));
}

/* ---- build_desc.c -------------------------------------------------------------------------- */

/* A leaf, and a table descriptor that stands at @level. */
struct desc armvirt_build_leaf(const struct build_op *op, int level, uint64_t oa,
                               struct desc attrs);
struct desc armvirt_build_table_desc(const struct build_op *op, int level, uint64_t pa);

/* Whether a table descriptor takes the Contiguous bit's effect away from the entries below. */
bool armvirt_build_dis_contiguous(const struct armvirt_stage *stage, const uint64_t table[2]);

/* Bytes of a contiguous group of a table; 0 where the Contiguous bit has no effect. */
uint64_t armvirt_build_group(const struct build_op *op, const struct build_table *table);

/* Whether a leaf is part of a contiguous group. */
bool armvirt_build_contiguous(const struct build_op *op, const struct build_table *table,
                              struct desc leaf);

/* Whether a new leaf at the place is in a contiguous group that the request covers and may mark. */
bool armvirt_build_in_group(const struct build_op *op, const struct build_table *table,
                            const struct build_side *side);

/* The entry at the place, as a side of the request has it. */
struct desc armvirt_build_side(const struct build_op *op, const struct build_table *table,
                               const struct build_side *side, bool contiguous);

/*
 * Flags that hardware manages, AF and the dirty state: those that a leaf has, as a set that can be
 * united; and a leaf that has those of the set too. DDI0487 D8.5.5 I_NFFSV.
 */
uint64_t armvirt_build_flags(const struct armvirt_pgbuild *build, struct desc leaf);
struct desc armvirt_build_flagged(const struct armvirt_pgbuild *build, struct desc leaf,
                                  uint64_t flags);

/* A leaf without fixed bits, not accessed and clean: what leaves that are alike share. */
struct desc armvirt_build_unflagged(const struct armvirt_pgbuild *build, struct desc leaf);

/* ---- build_attrs.c ------------------------------------------------------------------------- */

/* Fill the masks of a builder whose stage is set. */
void armvirt_build_masks(struct armvirt_pgbuild *build);

/* ---- build_memory.c ------------------------------------------------------------------------ */

enum armvirt_status armvirt_build_read(struct build_op *op, const struct build_table *table,
                                       uint64_t ia, struct desc *desc);
enum armvirt_status armvirt_build_write(struct build_op *op, const struct build_table *table,
                                        uint64_t ia, struct desc desc);

/*
 * Change a leaf from @old to @desc. If hardware has updated its flags meanwhile, nothing is written
 * and @done is false: read it again.
 */
enum armvirt_status armvirt_build_swap(struct build_op *op, const struct build_table *table,
                                       uint64_t ia, struct desc old, struct desc desc, bool *done);

/* Take all pages that the result says are needed, or as many as there are. */
enum armvirt_status armvirt_build_reserve(struct build_op *op);

/* A page for a table below the current one. */
enum armvirt_status armvirt_build_take(struct build_op *op, uint64_t *pa);

/* Put a new table back in reserve; a removed one among the dead. */
enum armvirt_status armvirt_build_untake(struct build_op *op, const struct build_table *table);
enum armvirt_status armvirt_build_bury(struct build_op *op, const struct build_table *table);

/* Give all pages of a list back. */
enum armvirt_status armvirt_build_free(struct build_op *op, uint64_t *list);

/* ---- build_tlb.c --------------------------------------------------------------------------- */

/* Whether others may be using the tables. */
static inline bool build_live(const struct build_op *op)
{
    return op->build->ops->invalidate != NULL;
}

#define BUILD_TABLES (-3) /* in place of a level: table descriptors */

/* Remember that translations of the range may be cached, by leaves of @level or as tables. */
void armvirt_build_owe(struct build_op *op, uint64_t ia, uint64_t bytes, int level);

/* Invalidate leaves of @level, and @tables, between break and make. */
void armvirt_build_break(struct build_op *op, uint64_t ia, uint64_t bytes, int level, bool tables);

/* An invalidation of nothing by this builder. */
struct armvirt_tlbi armvirt_build_nothing(const struct build_op *op);

/* Invalidate what is owed. */
void armvirt_build_flush(struct build_op *op);

/* End a call: invalidate what is owed, then give pages back. Returns @status, or a later error. */
enum armvirt_status armvirt_build_finish(struct build_op *op, enum armvirt_status status);

/* ---- build_walk.c -------------------------------------------------------------------------- */

/* Start at @ia in the first table, and end at @end. */
void armvirt_build_start(struct build_op *op, uint64_t ia, uint64_t end);

/* Read the entry at the current place. */
enum armvirt_status armvirt_build_entry(struct build_op *op);

/* Go down: into a table whose place is known, or into the one that an entry refers to. */
void armvirt_build_push(struct build_op *op, uint64_t pa, int level, unsigned skl);
enum armvirt_status armvirt_build_enter(struct build_op *op);

/* Move past the entry. */
static inline void build_step(struct build_op *op)
{
    op->ia = op->entry.ia + build_bytes(op);
}

/* The part of the request that lies within the entry. */
static inline uint64_t build_lo(const struct build_op *op)
{
    return op->lo > op->entry.ia ? op->lo : op->entry.ia;
}

static inline uint64_t build_hi(const struct build_op *op)
{
    uint64_t end = op->entry.ia + build_bytes(op);

    return op->hi < end ? op->hi : end;
}

static inline bool build_covers(const struct build_op *op, uint64_t ia, uint64_t bytes)
{
    return op->lo <= ia && ia + bytes <= op->hi;
}

/* Whether the request covers the entry. */
static inline bool build_covers_entry(const struct build_op *op)
{
    return build_covers(op, op->entry.ia, build_bytes(op));
}

/*
 * A visitor steps past the entry or enters it. Another is told when the walk has come to the end of
 * a table, the one it began with excepted.
 */
typedef enum armvirt_status build_visit(struct build_op *op);

/* Visit all entries from here to the end of the current table or of the walk. */
enum armvirt_status armvirt_build_walk(struct build_op *op, build_visit *visit, build_visit *leave);

/* ---- build_fill.c -------------------------------------------------------------------------- */

/* Whether the side can be written as one leaf or invalid entry at this level. */
bool armvirt_build_fits(const struct build_op *op, const struct build_side *side, int level);

/* Add to the tables needed those that hold [lo, hi), part of one entry at @level. */
void armvirt_build_count(struct build_op *op, int level, uint64_t lo, uint64_t hi);

/* Make tables below the entry, from pages in reserve, and link them in its place. */
enum armvirt_status armvirt_build_new_tables(struct build_op *op);

/* Put new tables that could not be linked back in reserve. */
enum armvirt_status armvirt_build_recycle(struct build_op *op);

/* ---- build_live.c -------------------------------------------------------------------------- */

/* How a live entry is replaced by one that translates the same addresses in other sizes. */
enum build_method { METHOD_DIRECT, METHOD_NT, METHOD_BREAK };
enum build_method armvirt_build_method(const struct build_op *op);

/* Whether a translation by the leaf may be in a TLB. */
bool armvirt_build_may_be_cached(const struct build_op *op, const struct build_table *table,
                                 struct desc leaf);

/*
 * Put new tables in place of the leaf: in its range what the request says, around it what the leaf
 * said.
 */
enum armvirt_status armvirt_build_carve(struct build_op *op);

#define BUILD_RUN 128u /* the largest contiguous group */

/*
 * Apply op->change to the leaf and to those after it that can be changed together, at most
 * BUILD_RUN; count the bytes and step past them.
 */
enum armvirt_status armvirt_build_change(struct build_op *op);

/*
 * If the leaf is in a contiguous group of which the request covers a part only, clear the
 * Contiguous bit in all of the group, and read the leaf again.
 */
enum armvirt_status armvirt_build_unfold(struct build_op *op);

/* ---- build_check.c ------------------------------------------------------------------------- */

/* An input address as software uses it. */
uint64_t armvirt_build_software_ia(const struct build_op *op, uint64_t ia);

/* Start a call on a range of software's addresses; ARMVIRT_E_INVAL if it is no range. */
enum armvirt_status armvirt_build_begin(struct build_op *op, const struct armvirt_pgbuild *build,
                                        struct armvirt_pgbuild_result *result, uint64_t ia,
                                        uint64_t size_bytes);

/* Start a call on the whole input range. */
void armvirt_build_begin_all(struct build_op *op, const struct armvirt_pgbuild *build,
                             struct armvirt_pgbuild_result *result);

/* Whether bits are attributes of the format. */
bool armvirt_build_attrs_valid(const struct armvirt_pgbuild *build, const uint64_t bits[2]);

/* Whether the request changes a leaf at all. */
bool armvirt_build_affects(const struct build_op *op, struct desc leaf);

/*
 * A call: @check sees all entries of the range and counts the pages that it needs; then, with the
 * pages in reserve, @visit does it.
 */
enum armvirt_status armvirt_build_call(struct build_op *op, build_visit *check, build_visit *visit,
                                       build_visit *leave);

/* The check of calls that change existing leaves: those that the range cuts need tables. */
enum armvirt_status armvirt_build_check_cut(struct build_op *op);

#endif
