/* SPDX-License-Identifier: MIT */
/*
 * May this access use this leaf, and if not, which rule says so.
 */
#ifndef ARMVIRT_SRC_PGTABLE_PERMISSION_H
#define ARMVIRT_SRC_PGTABLE_PERMISSION_H

#include "rights.h"

#include <armvirt/pgtable.h>

/* A verdict: the rule that fails, and how ESR_ELx reports it. */
struct verdict {
    uint8_t reason; /* enum armvirt_reason; NONE: the access may go on */
    bool write;     /* reported as a write; else as the access says */
    bool overlay, dirty_bit, top_level, assured_only, tag_access, s1_tag_not_data;
};

/* Bit of `walker.needs`: the kind of access or its flags have rules of their own. */
enum { NEEDS_RULES = 1u << 8 };

/* True where a look at the rights settles that the access may go on; else the rules decide. */
static inline bool rights_suffice(const struct walker *w, const struct lookup *l,
                                  const struct rights *r)
{
    unsigned has = rights_of(rights_effective(r), w->el0);

    if (r->fetch_space != ARMVIRT_REASON_NONE) {
        has &= ~(unsigned)RIGHT_X;
    }
    if (r->clean && !l->stage->hd) {
        has &= ~(unsigned)RIGHT_W;
    }
    if (w->pan && r->el0_pan) {
        has &= RIGHT_X;
    }
    return (w->needs & ~has) == 0;
}

/* Alignment faults of Device memory. DDI0487 B2.10.2, D7.5.10, D10.3.1, E2.6.5. */
unsigned armvirt_alignment_reason(const struct walker *w, const struct armvirt_memattr *attr,
                                  unsigned stage);

struct verdict armvirt_s1_check(const struct walker *w, const struct lookup *l,
                                const struct rights *r, const struct armvirt_memattr *attr);

/* What a stage 2 check needs besides the leaf. */
struct s2_context {
    const struct s2_table_access *table; /* NULL for a final address */
    bool device;                         /* the leaf is Device memory */
    bool s1_assured;                     /* THE: stage 1 was protected all the way */
    bool tagged;                         /* stage 1 says Allocation Tagged */
    uint8_t output_space;
};

/* Fill `out->fault` from a verdict; always returns WALK_FAULT. */
enum outcome armvirt_walk_refused(struct walker *w, const struct lookup *l, unsigned type,
                                  const struct verdict *v);

struct verdict armvirt_s2_check(const struct walker *w, const struct lookup *l,
                                const struct rights *r, const struct s2_context *context);

/* What a leaf of stage 2 denies to all accesses for what it is and for how stage 1 came here,
 * whatever rights it gives: mask of enum armvirt_perm. DDI0487 R_YMCSL, D8.2.7.3. */
uint8_t armvirt_s2_withheld(const struct walker *w, const struct lookup *l,
                            const struct s2_context *context);

#endif
