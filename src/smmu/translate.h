/* SPDX-License-Identifier: MIT */
/* A transaction (IHI0070 3.3, 7.3.22, 15). */
#ifndef ARMVIRT_SRC_SMMU_TRANSLATE_H
#define ARMVIRT_SRC_SMMU_TRANSLATE_H

#include "output.h"
#include "stream.h"

/* A transaction as the walker sees it. */
void armvirt_smmu_access_of(const struct armvirt_smmu_context *context,
                            const struct armvirt_smmu_txn *txn, const struct armvirt_smmu_input *in,
                            struct armvirt_access *access);

/*
 * Translate with a configuration, all checks of addresses included. ARMVIRT_OK with @walk,
 * ARMVIRT_FAULT with @failure, or ARMVIRT_E_AGAIN. Uses no cache and records nothing.
 */
enum armvirt_status
armvirt_smmu_walk(const struct armvirt_smmu *smmu, const struct armvirt_smmu_context *context,
                  const struct armvirt_smmu_txn *txn, const struct armvirt_smmu_input *in,
                  struct armvirt_walk *walk, struct armvirt_smmu_failure *failure);

/* A fault of the walker in the words of an event. */
void armvirt_smmu_describe(const struct armvirt_fault *fault, struct armvirt_smmu_failure *failure);

/* An ATS translated transaction. */
enum armvirt_status armvirt_smmu_translated(struct armvirt_smmu *smmu,
                                            const struct armvirt_smmu_txn *txn,
                                            struct armvirt_smmu_result *result);

/* A transaction that cannot go on: event, stall, abort. */
enum armvirt_status armvirt_smmu_fail(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                      const struct armvirt_smmu_context *context,
                                      const struct armvirt_smmu_input *in,
                                      const struct armvirt_smmu_failure *failure,
                                      struct armvirt_smmu_result *result);

/* Whether the stream lets XT count, NSCFG being 0b01. IHI0070 3.9.4.3. */
bool armvirt_smmu_heeds_xt(const struct armvirt_smmu *smmu, const struct armvirt_ste *ste);

/* Whether a transaction says, by XT, that it must not go to @space. */
bool armvirt_smmu_xt_refuses(const struct armvirt_smmu *smmu, const struct armvirt_ste *ste,
                             const struct armvirt_smmu_txn *txn, uint8_t space);

/* Addresses that are refused before any table is looked at. IHI0070 3.4. */
enum armvirt_status armvirt_smmu_check_input(const struct armvirt_smmu *smmu,
                                             const struct armvirt_smmu_context *context,
                                             const struct armvirt_smmu_txn *txn,
                                             struct armvirt_smmu_failure *failure);

#endif
