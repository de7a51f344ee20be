/* SPDX-License-Identifier: MIT */
/* What the decoders of stream table entries and context descriptors share (IHI0070 5.2, 5.4). */
#ifndef ARMVIRT_SRC_SMMU_STE_H
#define ARMVIRT_SRC_SMMU_STE_H

#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu_config.h>

/* The granule that TG0, or S2TG, encodes; 0 if that is reserved. */
unsigned armvirt_smmu_tg0_log2(unsigned tg);

/* The input size of VMSAv8-32 stage 2: S2T0SZ[3:0] is signed. */
unsigned armvirt_smmu_aa32_ia_bits(unsigned t0sz);

/* IHI0070 5.2.2 CalcPARange: the output size that IPS or S2PS gives. */
unsigned armvirt_smmu_pa_range(const struct armvirt_smmu_id *id, unsigned encoded, bool aa32);

/* Why the entry is ILLEGAL, enum armvirt_smmu_reason; its derived members are not looked at. */
uint8_t armvirt_ste_illegal(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                            const struct armvirt_ste *ste);

#endif
