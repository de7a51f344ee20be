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

/* Whether the entry of @context has a place for the substream of a transaction, or for one without;
 * then the stages that translate. IHI0070 7.3.7, 7.3.9. */
enum armvirt_status armvirt_smmu_choose_substream(const struct armvirt_smmu_txn *txn,
                                                  struct armvirt_smmu_context *context,
                                                  struct armvirt_smmu_failure *failure);

/* The stream table entry alone. */
enum armvirt_status armvirt_smmu_read_ste(const struct armvirt_smmu *smmu,
                                          const struct armvirt_smmu_txn *txn,
                                          struct armvirt_ste *ste,
                                          struct armvirt_smmu_failure *failure);

/* A read of a structure that did not succeed, as a failure; or ARMVIRT_E_AGAIN. */
enum armvirt_status armvirt_smmu_fetch_failed(struct armvirt_smmu_failure *failure,
                                              enum armvirt_smmu_bus bus,
                                              const struct armvirt_smmu_words *at, uint8_t reason,
                                              uint8_t event);

/* ---- mpam.c ------------------------------------------------------------------------------- */

/* PARTID and PMG of a configuration whose other parts are there; reads the VMS. */
enum armvirt_status armvirt_smmu_mpam(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn,
                                      struct armvirt_smmu_context *context,
                                      struct armvirt_smmu_failure *failure);

/* Those of its stream table entry alone. */
void armvirt_smmu_mpam_of_stream(const struct armvirt_smmu *smmu,
                                 struct armvirt_smmu_context *context);

/* Those of transactions without a configuration. */
void armvirt_smmu_mpam_bypass(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                              struct armvirt_smmu_result *result);

static inline void armvirt_smmu_mpam_emit(const struct armvirt_smmu_context *context,
                                          struct armvirt_smmu_result *result)
{
    result->partid = context->partid;
    result->pmg = context->pmg;
    result->mpam_space = context->mpam_space;
}

/* ---- cache.c ------------------------------------------------------------------------------ */

/* The same through the configuration cache. @found points into it. */
enum armvirt_status armvirt_smmu_config_of(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn,
                                           const struct armvirt_smmu_cached **found,
                                           struct armvirt_smmu_failure *failure);

/* What it holds for a transaction; NULL if it would have to read. */
const struct armvirt_smmu_cached *armvirt_smmu_config_known(const struct armvirt_smmu *smmu,
                                                            const struct armvirt_smmu_txn *txn);

/* Forget the configurations of a stream; of all streams. Constant time. */
void armvirt_smmu_forget_stream(struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid);
void armvirt_smmu_forget_all(struct armvirt_smmu *smmu);

/* Forget translations. The only way to the TLB: what is recent goes as well. */
void armvirt_smmu_forget_translations(struct armvirt_smmu *smmu,
                                      const struct armvirt_tlb_inval *inval);

#endif
