/* SPDX-License-Identifier: MIT */
/* What a snapshot of a GIC may hold: the checks before a load changes anything (docs/snapshot.md).
 */
#ifndef ARMVIRT_SRC_GIC_SAVE_H
#define ARMVIRT_SRC_GIC_SAVE_H

#include "vcpu.h"

#define ARMVIRT_STATUSR_BITS UINT64_C(0xf)

/* GICD_CTLR and GICD_STATUSR. */
bool armvirt_dist_is_good(const struct armvirt_gic *gic, uint32_t ctlr, uint32_t statusr);

/* Whether the GIC, can have such a PE. What is not saved is not looked at.
 */
bool armvirt_pe_is_good(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe);

/* Whether an interrupt can have this state. */
bool armvirt_word_is_good(const struct armvirt_gic *gic, uint8_t source, uint32_t leaf,
                          uint64_t word);

#endif
