/* SPDX-License-Identifier: MIT */
/* What ATS, PRI and translated transactions share (IHI0070 3.9). */
#ifndef ARMVIRT_SRC_SMMU_ATS_H
#define ARMVIRT_SRC_SMMU_ATS_H

#include "translate.h"

/*
 * Record an error of the configuration that a request met, if CR2.REC_CFG_ATS asks for it; of
 * StreamIDs out of range only with CR2.RECINVSID. @event, if not NULL, gets the record. Answers
 * whether it is in the queue. IHI0070 3.9.1.2.
 */
bool armvirt_smmu_record_ats(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_failure *failure, uint64_t event[4]);

/* The stream table has no entry for the StreamID. */
static inline bool armvirt_smmu_no_stream(uint8_t reason)
{
    return reason == ARMVIRT_SMMU_REASON_STREAMID || reason == ARMVIRT_SMMU_REASON_STREAMID_L1 ||
           reason == ARMVIRT_SMMU_REASON_STREAMID_SPAN;
}

/* ---- dpt.c --------------------------------------------------------------------------------- */

/* How a check against the device permission table ended. */
enum armvirt_smmu_dpt {
    ARMVIRT_SMMU_DPT_PERMITTED,
    ARMVIRT_SMMU_DPT_DENIED, /* also if the table could not be read, which is reported */
    ARMVIRT_SMMU_DPT_RETRY,
};

/* Check a transaction of the stream of @ste; @space gets the space of the output. */
enum armvirt_smmu_dpt armvirt_smmu_dpt_check(struct armvirt_smmu *smmu,
                                             const struct armvirt_ste *ste,
                                             const struct armvirt_smmu_txn *txn, uint8_t *space);

#endif
