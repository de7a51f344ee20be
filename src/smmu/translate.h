/* SPDX-License-Identifier: MIT */
/* A transaction (IHI0070 3.3, 7.3.22, 15). */
#ifndef ARMVIRT_SRC_SMMU_TRANSLATE_H
#define ARMVIRT_SRC_SMMU_TRANSLATE_H

#include "output.h"
#include "stream.h"

/* The kind of access: enum armvirt_access_kind. INST counts for reads alone. */
static inline uint8_t armvirt_smmu_kind_of(const struct armvirt_smmu_txn *txn, bool instruction)
{
    static const uint8_t kinds[4] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE,
                                     ARMVIRT_READ_WRITE};
    unsigned kind = txn->flags & (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE);

    return kind == 0 && instruction ? (uint8_t)ARMVIRT_FETCH : kinds[kind];
}

_Static_assert(ARMVIRT_SMMU_WRITE == 1 && ARMVIRT_SMMU_READ_WRITE == 2, "kinds");

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

/* Whether S_CR0.SIF refuses what no stage 1 translates. */
bool armvirt_smmu_sif_refuses(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                              const struct armvirt_smmu_input *in);

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

/* Where an access goes; what stage 2 did not limit is cut to the output address size. 3.4. */
static inline void armvirt_smmu_put_walk(const struct armvirt_smmu *smmu,
                                         const struct armvirt_walk *walk,
                                         struct armvirt_smmu_result *result)
{
    result->pa = walk->pa & smmu->output_mask;
    result->pa_space = walk->pa_space;
    result->size_log2 = walk->size_log2;
    result->perm = walk->perm;
    result->mecid = walk->mecid;
}

static inline void armvirt_smmu_put_entry(const struct armvirt_smmu *smmu,
                                          const struct armvirt_tlb_entry *entry, uint64_t va,
                                          struct armvirt_smmu_result *result)
{
    result->pa = armvirt_tlb_pa(entry, va) & smmu->output_mask;
    result->pa_space = entry->pa_space;
    result->size_log2 = entry->size_log2;
    result->perm = entry->perm;
    result->mecid = entry->mecid;
}

#endif
