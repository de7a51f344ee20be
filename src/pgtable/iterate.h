/* SPDX-License-Identifier: MIT */
/*
 * The mapping iterator: what its files share.
 *
 * iterate.c         regions of the input address space, and how both stages make one element
 * iterate_cursor.c  through the tables of one stage, from leaf to leaf
 */
#ifndef ARMVIRT_SRC_PGTABLE_ITERATE_H
#define ARMVIRT_SRC_PGTABLE_ITERATE_H

#include "walk.h"

#include <armvirt/pgiter.h>

/* What a search found. */
enum found {
    FOUND_LEAF,
    FOUND_BROKEN,  /* tables that cannot be followed; `w.out->fault` says why */
    FOUND_NOTHING, /* up to the last address */
    FOUND_PAUSE,   /* the budget is spent, or memory asked to retry */
};

/* One call of armvirt_map_next(). */
struct search {
    struct armvirt_access access; /* a debugger's, which no permission stops */
    struct walker w;
    struct armvirt_map_iter *it;
    uint64_t stop;        /* value of `it->reads` from which on to pause */
    uint64_t first, size; /* of what was found: input addresses of the stage */
};

/* The tables that a cursor moves in. */
struct tree {
    const struct armvirt_stage *stage;
    uint8_t number;   /* 1 or 2 */
    uint8_t ia_space; /* stage 2: enum armvirt_space of the input addresses */
};

/* Put the cursor at the first table, at input address 0. */
void armvirt_cursor_begin(struct armvirt_map_cursor *c, const struct tree *tree);

/* Move to @ia, keeping the tables that lead there. */
void armvirt_cursor_seek(struct armvirt_map_cursor *c, uint64_t ia);

/* Move on to the first leaf or broken part that ends at or after the cursor, and not past @last. */
enum found armvirt_cursor_find(struct search *s, const struct tree *tree,
                               struct armvirt_map_cursor *c, uint64_t last);

/* The lookup that ended at the leaf where the cursor stands, for input address @ia within it. */
void armvirt_cursor_leaf(const struct armvirt_map_cursor *c, const struct tree *tree, uint64_t ia,
                         struct lookup *l);

#endif
