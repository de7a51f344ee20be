/* SPDX-License-Identifier: MIT */
/* From StreamID and SubstreamID to a configuration (IHI0070 3.3, 5.1 to 5.4). */
#ifndef ARMVIRT_SRC_SMMU_STREAM_H
#define ARMVIRT_SRC_SMMU_STREAM_H

#include "event.h"

/*
 * Read the configuration of a transaction from memory. ARMVIRT_OK, ARMVIRT_FAULT with @failure,
 * or ARMVIRT_E_AGAIN. @context->ste is valid as far as @failure->reason allows.
 */
enum armvirt_status armvirt_smmu_read_config(const struct armvirt_smmu *smmu,
                                             const struct armvirt_smmu_txn *txn,
                                             struct armvirt_smmu_context *context,
                                             struct armvirt_smmu_failure *failure);

/* The stream table entry alone. */
enum armvirt_status armvirt_smmu_read_ste(const struct armvirt_smmu *smmu,
                                          const struct armvirt_smmu_txn *txn,
                                          struct armvirt_ste *ste,
                                          struct armvirt_smmu_failure *failure);

/* ---- cache.c ------------------------------------------------------------------------------ */

/* The same through the configuration cache. @found points into it. */
enum armvirt_status armvirt_smmu_config_of(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn,
                                           const struct armvirt_smmu_cached **found,
                                           struct armvirt_smmu_failure *failure);

/* Forget the configurations of a stream; of all streams. Constant time. */
void armvirt_smmu_forget_stream(struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid);
void armvirt_smmu_forget_all(struct armvirt_smmu *smmu);

/* Forget translations. The only way to the TLB: what is recent goes as well. */
void armvirt_smmu_forget_translations(struct armvirt_smmu *smmu,
                                      const struct armvirt_tlb_inval *inval);

#endif
