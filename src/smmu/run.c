/* SPDX-License-Identifier: MIT */
/* What waits, within a budget: command queues, address translation requests, stalls (IHI0070 4.1).
 */
#include "access.h"
#include "command.h"
#include "ecmdq.h"
#include "queue.h"
#include "stall.h"

static struct armvirt_smmu_ring ring_of(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    const uint64_t *reg = smmu->reg[sec_sid];
    unsigned most = armvirt_smmu_field(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_CMDQS);

    return armvirt_smmu_ring(reg[SMMU_CMDQ_BASE], reg[SMMU_CMDQ_PROD], reg[SMMU_CMDQ_CONS], most,
                             ARMVIRT_SMMU_COMMAND_LOG2);
}

static bool is_ready(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                     const struct armvirt_smmu_ring *ring)
{
    return (smmu->reg[sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_CMDQEN) != 0 &&
           !armvirt_smmu_error_active(smmu, sec_sid, ARMVIRT_SMMU_GERROR_CMDQ_ERR) &&
           ring->prod != ring->cons;
}

bool armvirt_smmu_command_ready(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    struct armvirt_smmu_ring ring = ring_of(smmu, sec_sid);

    return is_ready(smmu, sec_sid, &ring);
}

enum armvirt_smmu_bus armvirt_smmu_command_fetch(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                                 const struct armvirt_smmu_ring *ring,
                                                 uint64_t cmd[2])
{
    struct armvirt_smmu_words at = {
        .pa = armvirt_smmu_ring_at(ring, ring->cons, ARMVIRT_SMMU_COMMAND_LOG2) & smmu->output_mask,
        .space = sec_sid,
        .what = ARMVIRT_MEM_SMMU_COMMAND,
        .count = 2,
    };
    enum armvirt_smmu_bus bus;

    bus = armvirt_smmu_fetch(smmu, &at, cmd);
    if (bus == ARMVIRT_SMMU_BUS_GPC) {
        armvirt_smmu_gpf_own(smmu, &at, ARMVIRT_SMMU_GPF_CMDQ);
    }
    return bus;
}

void armvirt_smmu_command_consumed(const struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_ring *ring)
{
    if (armvirt_smmu_ring_full(ring)) {
        armvirt_smmu_sev(smmu);
    }
}

/* CONS stays at the command, and the code is there before the error is. IHI0070 7.1. */
static void stop(struct armvirt_smmu *smmu, uint8_t sec_sid, enum armvirt_smmu_cerror error)
{
    uint64_t *cons = &smmu->reg[sec_sid][SMMU_CMDQ_CONS];

    *cons = (*cons & ~ARMVIRT_SMMU_CMDQ_CONS_ERR) | ARMVIRT_PUT(ARMVIRT_SMMU_CMDQ_CONS_ERR, error);
    armvirt_smmu_gerror(smmu, sec_sid, ARMVIRT_SMMU_GERROR_CMDQ_ERR);
}

static void consume(struct armvirt_smmu *smmu, uint8_t sec_sid,
                    const struct armvirt_smmu_ring *ring)
{
    uint64_t *cons = &smmu->reg[sec_sid][SMMU_CMDQ_CONS];

    *cons = (*cons & ARMVIRT_SMMU_CMDQ_CONS_ERR) | armvirt_smmu_ring_next(ring, ring->cons);
    armvirt_smmu_command_consumed(smmu, ring);
}

bool armvirt_smmu_command_step(struct armvirt_smmu *smmu, uint8_t sec_sid,
                               enum armvirt_status *status)
{
    struct armvirt_smmu_ring ring = ring_of(smmu, sec_sid);
    enum armvirt_smmu_cerror error;
    enum armvirt_smmu_bus bus;
    uint64_t cmd[2];

    *status = ARMVIRT_OK;
    if (!is_ready(smmu, sec_sid, &ring)) {
        return false;
    }
    bus = armvirt_smmu_command_fetch(smmu, sec_sid, &ring, cmd);
    if (bus == ARMVIRT_SMMU_BUS_RETRY) {
        *status = ARMVIRT_E_AGAIN;
        return true;
    }
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        stop(smmu, sec_sid, ARMVIRT_SMMU_CERROR_ABT);
        return true;
    }
    /* Consumed before its completion is told: IHI0070 4.7.3. */
    consume(smmu, sec_sid, &ring);
    error = armvirt_smmu_execute(smmu, sec_sid, cmd);
    if (error != ARMVIRT_SMMU_CERROR_NONE) {
        uint64_t *cons = &smmu->reg[sec_sid][SMMU_CMDQ_CONS];

        *cons = (*cons & ARMVIRT_SMMU_CMDQ_CONS_ERR) | ring.cons;
        stop(smmu, sec_sid, error);
    }
    return true;
}

/* One thing that waits, whatever it is; false if nothing does. */
static bool step(struct armvirt_smmu *smmu, enum armvirt_status *status)
{
    if (armvirt_smmu_stall_step(smmu, status) || armvirt_smmu_atos_step(smmu, status)) {
        return true;
    }
    for (uint8_t sec_sid = 0; sec_sid < ARMVIRT_SMMU_INTERFACES; sec_sid++) {
        if (armvirt_smmu_command_step(smmu, sec_sid, status)) {
            return true;
        }
    }
    return armvirt_smmu_ecmdq_step(smmu, status);
}

enum armvirt_status armvirt_smmu_run(struct armvirt_smmu *smmu, uint32_t budget)
{
    enum armvirt_status status;

    for (; budget > 0; budget--) {
        if (!step(smmu, &status)) {
            return ARMVIRT_OK;
        }
        if (status != ARMVIRT_OK) {
            return status;
        }
    }
    return armvirt_smmu_pending(smmu) ? ARMVIRT_E_AGAIN : ARMVIRT_OK;
}

bool armvirt_smmu_pending(const struct armvirt_smmu *smmu)
{
    return armvirt_smmu_stall_ready(smmu) || armvirt_smmu_atos_ready(smmu) ||
           armvirt_smmu_command_ready(smmu, ARMVIRT_SPACE_NONSECURE) ||
           armvirt_smmu_command_ready(smmu, ARMVIRT_SPACE_SECURE) ||
           armvirt_smmu_command_ready(smmu, ARMVIRT_SPACE_REALM) || armvirt_smmu_ecmdq_ready(smmu);
}
