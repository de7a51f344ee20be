/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32 Short-descriptor tables: memory attributes.
 */
#ifndef ARMVIRT_SRC_PGTABLE_SHORT_H
#define ARMVIRT_SRC_PGTABLE_SHORT_H

#include <armvirt/pgtable.h>

/* PRRR and NMRR to the attributes of {S, TEX[0], C, B}, used with SCTLR.TRE. */
void armvirt_short_attr_init(struct armvirt_regime *regime, uint64_t prrr, uint64_t nmrr);

/* The attributes that a leaf's S and TEX:C:B bits select. */
struct armvirt_memattr armvirt_short_attr(const struct armvirt_regime *regime, unsigned texcb,
                                          bool s);

#endif
