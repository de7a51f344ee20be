/* SPDX-License-Identifier: MIT */
/* Transactions that stalled (IHI0070 3.12.2, 4.7.1, 4.7.2). */
#ifndef ARMVIRT_SRC_SMMU_STALL_H
#define ARMVIRT_SRC_SMMU_STALL_H

#include "machine.h"

/* All slots are free. */
void armvirt_smmu_stall_reset(struct armvirt_smmu *smmu);

/* Whether another transaction can stall. */
bool armvirt_smmu_stall_room(const struct armvirt_smmu *smmu);

/* Take a slot for a transaction that a failure holds; its number is the STAG. */
uint16_t armvirt_smmu_stall_take(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                 uint8_t reason, bool recorded);

/* CMD_RESUME and CMD_STALL_TERM; the end of translation. */
void armvirt_smmu_stall_resume(struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid,
                               uint32_t stag, enum armvirt_smmu_stall_state how);
void armvirt_smmu_stall_terminate(struct armvirt_smmu *smmu, uint8_t sec_sid, bool all,
                                  uint32_t sid);

/*
 * Go on with one transaction that may: ended by a command, or retried since the event queue has
 * room. False if there is none. *@status is ARMVIRT_E_AGAIN if memory asked to retry.
 */
bool armvirt_smmu_stall_step(struct armvirt_smmu *smmu, enum armvirt_status *status);
bool armvirt_smmu_stall_ready(const struct armvirt_smmu *smmu);

#endif
