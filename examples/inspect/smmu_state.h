/* SPDX-License-Identifier: MIT */
/* The SMMU of a machine, made from the values of its registers. */
#ifndef INSPECT_SMMU_STATE_H
#define INSPECT_SMMU_STATE_H

#include "machine.h"

#include <armvirt/smmu.h>

/* A word that the SMMU read of its stream table, context descriptors, or their first levels. */
struct smmu_read {
    uint64_t pa, value;
    uint8_t what; /* enum armvirt_mem_what */
    bool aborted;
};

#define SMMU_CR0_OFFSET 0x20u
#define SMMU_READS_MAX  64
#define SMMU_STEPS_MAX  256

struct smmu_state {
    struct armvirt_smmu_config config;
    void *storage;
    struct armvirt_smmu *smmu;
    struct armvirt_mem memory; /* of the machine */
    struct smmu_read reads[SMMU_READS_MAX];
    size_t read_count;
    struct armvirt_step steps[SMMU_STEPS_MAX]; /* of the last translation */
    struct armvirt_walk_log log;
};

/* Makes it from SMMU_*. Only its Non-secure interface is known, and nothing but translation is in
 * use: no queue is read or written. On failure, too, it must be closed. */
bool smmu_state_open(struct smmu_state *state, struct machine *machine, struct error *error);
void smmu_state_close(struct smmu_state *state);

#endif
