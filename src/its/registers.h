/* SPDX-License-Identifier: MIT */
/* The rows of the frames of an ITS; tests hold them against the manual's list (IHI0069 12.18). */
#ifndef ARMVIRT_SRC_ITS_REGISTERS_H
#define ARMVIRT_SRC_ITS_REGISTERS_H

#include "base/bank.h"
#include "machine.h"

/* The control frame, the translation frame, that of virtual SGIs. */
extern const struct armvirt_bank_row armvirt_its_control_rows[], armvirt_its_translation_rows[],
    armvirt_its_sgi_rows[];
extern const size_t armvirt_its_control_row_count, armvirt_its_translation_row_count,
    armvirt_its_sgi_row_count;

/* The bits of registers that can be written, and what a write gives. */
uint64_t armvirt_its_ctlr_bits(const struct armvirt_its *its);
uint64_t armvirt_its_partidr_bits(const struct armvirt_its *its);
uint64_t armvirt_its_baser_value(const struct armvirt_its *its, uint32_t n, uint64_t value);

#endif
