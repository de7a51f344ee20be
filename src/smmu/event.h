/* SPDX-License-Identifier: MIT */
/* Event records and the event queue (IHI0070 7.2 to 7.4). */
#ifndef ARMVIRT_SRC_SMMU_EVENT_H
#define ARMVIRT_SRC_SMMU_EVENT_H

#include "access.h"

#define ARMVIRT_SMMU_EVENT(name) ARMVIRT_SMMU_EVT0_TYPE_##name

/* Why a transaction cannot go on. */
struct armvirt_smmu_failure {
    uint64_t address; /* FetchAddr */
    struct armvirt_fault fault;
    uint8_t reason; /* enum armvirt_smmu_reason */
    uint8_t event;  /* type of the record; 0: none */
    uint8_t class;  /* CLASS, of the translation-related events and F_WALK_EABT */
    uint8_t stage;  /* 1 or 2: whose A, R and S count; 0: always recorded, always abort */
    bool gpcf;
    bool has_address;
};

/* The type of the event that tells of a fault of the walker; 0: none. IHI0070 7.3.12 to 7.3.16. */
uint8_t armvirt_smmu_event_of(const struct armvirt_fault *fault);

/* Report a failure to Root software, if granule protection caused it. IHI0070 3.25.4. */
void armvirt_smmu_gpf_txn(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                          const struct armvirt_smmu_failure *failure);

/* The record of a failure. @priv and @inst are the attributes after the overrides of the STE. */
void armvirt_smmu_event_make(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_failure *failure, bool priv, bool inst,
                             uint64_t event[4]);

/* What became of a record. */
enum armvirt_smmu_recorded {
    ARMVIRT_SMMU_RECORDED,
    ARMVIRT_SMMU_LOST, /* the queue is disabled, full or broken */
};

/* Whether the event queue takes a record now. */
bool armvirt_smmu_event_writable(const struct armvirt_smmu *smmu, uint8_t sec_sid);

/* Write a record. A full queue overflows, unless a stalled transaction waits for it. */
enum armvirt_smmu_recorded armvirt_smmu_event_put(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                                  const uint64_t event[4], bool may_merge);

/* F_TRANSLATION, F_ADDR_SIZE, F_ACCESS and F_PERMISSION have a Stall field. */
static inline bool armvirt_smmu_event_can_stall(unsigned type)
{
    return type >= ARMVIRT_SMMU_EVENT(F_TRANSLATION) && type <= ARMVIRT_SMMU_EVENT(F_PERMISSION);
}

#endif
