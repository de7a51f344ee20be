/* SPDX-License-Identifier: MIT */
/* From a stream's configuration to the regime that a PE would have (IHI0070 5.2, 5.4). */
#ifndef ARMVIRT_SRC_SMMU_REGIME_H
#define ARMVIRT_SRC_SMMU_REGIME_H

#include "machine.h"

/* What the identification registers say of translation tables, in the words of a PE's. */
void armvirt_smmu_vmsa(const struct armvirt_smmu_id *id, struct armvirt_vmsa *vmsa);

/*
 * The regime of a stream. @vmsa is what armvirt_smmu_vmsa() said, with the registers of granule
 * protection; @s2pii is SMMU_(*_)S2PII. At least one stage translates.
 */
void armvirt_smmu_regime(const struct armvirt_smmu_id *id, const struct armvirt_vmsa *vmsa,
                         uint64_t s2pii, const struct armvirt_smmu_context *context,
                         struct armvirt_regime *regime);

#endif
