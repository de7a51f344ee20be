/* SPDX-License-Identifier: MIT */
/* Commands (IHI0070 4). */
#ifndef ARMVIRT_SRC_SMMU_COMMAND_H
#define ARMVIRT_SRC_SMMU_COMMAND_H

#include "access.h"
#include "queue.h"

#define ARMVIRT_SMMU_COMMAND_LOG2 4u /* bytes of a command */

/* How a command ended; the errors are the codes of CMDQ_CONS.ERR. IHI0070 7.1. */
enum armvirt_smmu_cerror {
    ARMVIRT_SMMU_CERROR_NONE = 0,
    ARMVIRT_SMMU_CERROR_ILL = 1,
    ARMVIRT_SMMU_CERROR_ABT = 2,
    ARMVIRT_SMMU_CERROR_ATC_INV_SYNC = 3,
};

/* What makes commands legal on an interface, as far as the identification registers say. */
unsigned armvirt_smmu_command_features(const struct armvirt_smmu_id *id, uint8_t sec_sid);

/* Execute a command that came from a queue of the interface @sec_sid. */
enum armvirt_smmu_cerror armvirt_smmu_execute(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                              const uint64_t cmd[2]);

/* ---- invalidate.c ------------------------------------------------------------------------- */

/* CMD_TLBI_*: the opcode is legal. False if its range is not. */
bool armvirt_smmu_tlbi(struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2]);

/* ---- run.c -------------------------------------------------------------------------------- */

/* Read the next command of a queue of the interface @sec_sid. */
enum armvirt_smmu_bus armvirt_smmu_command_fetch(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                                 const struct armvirt_smmu_ring *ring,
                                                 uint64_t cmd[2]);

/* A command of the queue was consumed: if it was full, those who wait for room are woken. IHI0070
 * 4.1.2, 3.5.6.1. */
void armvirt_smmu_command_consumed(const struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_ring *ring);

/* Consume one command of the queue of an interface. False if none can be. */
bool armvirt_smmu_command_step(struct armvirt_smmu *smmu, uint8_t sec_sid,
                               enum armvirt_status *status);
bool armvirt_smmu_command_ready(const struct armvirt_smmu *smmu, uint8_t sec_sid);

/* ---- atos.c ------------------------------------------------------------------------------- */

/* Answer one address translation request. False if none waits. */
bool armvirt_smmu_atos_step(struct armvirt_smmu *smmu, enum armvirt_status *status);
bool armvirt_smmu_atos_ready(const struct armvirt_smmu *smmu);

#endif
