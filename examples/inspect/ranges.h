/* SPDX-License-Identifier: MIT */
/* An address space as ranges: neighbours that are mapped alike are one. */
#ifndef INSPECT_RANGES_H
#define INSPECT_RANGES_H

#include "machine.h"
#include "span.h"

#include <armvirt/pgiter.h>

/* What counts as alike. */
struct range_rules {
    bool exact;     /* the same level and the same descriptor bits, too */
    bool ignore_pa; /* output addresses need not go on where the neighbour's end */
};

struct range {
    uint64_t first, last; /* input addresses, inclusive */
    uint64_t pa;
    uint64_t count;      /* blocks and pages */
    uint64_t sizes;      /* bit n: some of 2^n bytes */
    uint64_t contiguous; /* bit n: some of 2^n bytes that belong to a contiguous run */
    uint64_t desc_bits;  /* exact: descriptor without its address */
    struct armvirt_memattr attr;
    int8_t level;   /* exact: of the stage that is mapped by the smaller piece */
    uint8_t space;  /* enum armvirt_space */
    uint8_t perm;   /* mask of enum armvirt_perm */
    uint8_t reason; /* enum armvirt_reason why tables can not be followed; NONE: mapped */
    bool not_global, guarded;
};

/* Going through a view. */
struct range_scan {
    const struct view *view;
    struct range_rules rules;
    struct armvirt_map_iter iter;
    struct range next; /* read ahead */
    bool has_next;
    uint64_t mappings;
    uint64_t leaves[64];            /* blocks and pages so far, by log2 of their size */
    uint64_t contiguous_leaves[64]; /* those that belong to contiguous runs */
    uint64_t started_ms, shown_ms;  /* of the progress line */
};

/* Begins with what maps the span, by stages 1, 2 or 12. */
bool range_scan_begin(struct range_scan *scan, const struct view *view, unsigned stage,
                      const struct span *span, struct range_rules rules, struct error *error);

/* The next range, or false at the end. Says on stderr how far it is when that takes long. */
bool range_scan_next(struct range_scan *scan, struct range *range);

/* Cuts off what lies outside. */
void range_clip(struct range *range, uint64_t first, uint64_t last);

/* Whether two pieces of the same addresses are mapped alike. */
bool range_same(const struct range *a, const struct range *b, struct range_rules rules);

#endif
