/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes of the VMSAv8-32 Short-descriptor format.
 */
#ifndef ARMVIRT_SRC_PGTABLE_SHORT_H
#define ARMVIRT_SRC_PGTABLE_SHORT_H

#include <armvirt/pgtable.h>

/* PRRR and NMRR to `regime.attr`, for use with SCTLR.TRE. */
void armvirt_short_attr_init(struct armvirt_regime *regime, uint64_t prrr, uint64_t nmrr);

/* What {TEX, C, B} and S of a leaf select. */
struct armvirt_memattr armvirt_short_attr(const struct armvirt_regime *regime, unsigned texcb,
                                          bool s);

#endif
