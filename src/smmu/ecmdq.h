/* SPDX-License-Identifier: MIT */
/* Enhanced command queues (IHI0070 3.5.6, 6.2.5, 6.3.49 to 6.3.51, 6.3.107 to 6.3.109). */
#ifndef ARMVIRT_SRC_SMMU_ECMDQ_H
#define ARMVIRT_SRC_SMMU_ECMDQ_H

#include "machine.h"

#include "base/snapshot.h"

/* Queues of an interface, 0 without the feature; and of all of them. */
uint32_t armvirt_smmu_ecmdqs_of(const struct armvirt_smmu_id *id, uint8_t sec_sid);
uint32_t armvirt_smmu_ecmdqs(const struct armvirt_smmu_id *id);

/* All queues are disabled. */
void armvirt_smmu_ecmdq_reset(struct armvirt_smmu *smmu);

/*
 * An access to a control page, or to the registers that describe one; false if it is none.
 */
bool armvirt_smmu_ecmdq_read(const struct armvirt_smmu *smmu,
                             const struct armvirt_smmu_access *access, uint64_t *value);
bool armvirt_smmu_ecmdq_write(struct armvirt_smmu *smmu, const struct armvirt_smmu_access *access,
                              uint64_t value);

/* Consume one command of a queue that has some, in turn. False if none has. */
bool armvirt_smmu_ecmdq_step(struct armvirt_smmu *smmu, enum armvirt_status *status);
bool armvirt_smmu_ecmdq_ready(const struct armvirt_smmu *smmu);

/* Snapshots. An SMMU without such queues has no section. */
void armvirt_smmu_ecmdq_save(struct armvirt_snapshot_writer *out, uint32_t tag,
                             const struct armvirt_smmu *smmu);
bool armvirt_smmu_ecmdq_is_good(const struct armvirt_smmu *smmu,
                                struct armvirt_snapshot_section in);
void armvirt_smmu_ecmdq_load(struct armvirt_smmu *smmu, struct armvirt_snapshot_section *in);

#endif
