/* SPDX-License-Identifier: MIT */
/* Registers: what a row stands for, who may write what, and what a write causes (IHI0070 6). */
#ifndef ARMVIRT_SRC_SMMU_REGS_H
#define ARMVIRT_SRC_SMMU_REGS_H

#include "access.h"
#include "base/bank.h"

/* Rows of the pages; for tests of the tables. */
extern const struct armvirt_bank_row armvirt_smmu_page_rows[];
extern const size_t armvirt_smmu_page_row_count;
extern const struct armvirt_bank_row armvirt_smmu_root_rows[];
extern const size_t armvirt_smmu_root_row_count;

/* The bits of a register of @bank that software may write at some time. */
uint64_t armvirt_smmu_storable(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg);

/* The bits of a register of @bank that software may write now; 0 while a guard holds it. */
uint64_t armvirt_smmu_writable(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg);

/* ---- control.c ---------------------------------------------------------------------------- */

/* Store a value that has been masked, and do what follows from it. */
void armvirt_smmu_put(struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg, uint64_t value);

/* The Root registers say something else of granule protection. */
void armvirt_smmu_root_changed(struct armvirt_smmu *smmu);

/* Invalidate everything that is cached. */
void armvirt_smmu_invalidate_all(struct armvirt_smmu *smmu);

#endif
