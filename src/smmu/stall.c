/* SPDX-License-Identifier: MIT */
/*
 * Transactions that stalled (IHI0070 3.12.2, 4.7.1, 4.7.2, 7.2.1). A slot holds each from its fault
 * until it passes or ends; the number of the slot is the STAG, which comes into use again when a
 * command has ended the stall. Slots are in at most one list: free; waiting for room in the event
 * queue; ready to go on.
 */
#include "stall.h"

#include "event.h"
#include "translate.h"

static void push(struct armvirt_smmu *smmu, struct armvirt_smmu_list *list, uint32_t slot)
{
    armvirt_smmu_slot(smmu, slot)->next = 0;
    if (list->tail == 0) {
        list->head = slot + 1;
    } else {
        armvirt_smmu_slot(smmu, list->tail - 1)->next = slot + 1;
    }
    list->tail = slot + 1;
}

/* The list has an element. */
static uint32_t pop(struct armvirt_smmu *smmu, struct armvirt_smmu_list *list)
{
    uint32_t slot = list->head - 1;

    list->head = armvirt_smmu_slot(smmu, slot)->next;
    if (list->head == 0) {
        list->tail = 0;
    }
    return slot;
}

static void release(struct armvirt_smmu *smmu, uint32_t slot)
{
    armvirt_smmu_slot(smmu, slot)->state = ARMVIRT_SMMU_SLOT_FREE;
    push(smmu, &smmu->free, slot);
}

void armvirt_smmu_stall_reset(struct armvirt_smmu *smmu)
{
    smmu->free = smmu->waiting = smmu->ready = (struct armvirt_smmu_list){0, 0};
    for (uint32_t slot = 0; slot < smmu->parts.stalls; slot++) {
        *armvirt_smmu_slot(smmu, slot) = (struct armvirt_smmu_stall){.next = 0};
        release(smmu, slot);
    }
}

bool armvirt_smmu_stall_room(const struct armvirt_smmu *smmu)
{
    return smmu->free.head != 0;
}

uint16_t armvirt_smmu_stall_take(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                 uint8_t reason, bool recorded)
{
    uint32_t slot = pop(smmu, &smmu->free);
    struct armvirt_smmu_stall *stall = armvirt_smmu_slot(smmu, slot);

    stall->txn = *txn;
    stall->reason = reason;
    stall->state = recorded ? ARMVIRT_SMMU_SLOT_RECORDED : ARMVIRT_SMMU_SLOT_UNRECORDED;
    if (!recorded) {
        push(smmu, &smmu->waiting, slot);
    }
    return (uint16_t)slot;
}

/* A STAG that is not of a recorded stall of the stream does nothing. IHI0070 4.7.1. */
void armvirt_smmu_stall_resume(struct armvirt_smmu *smmu, uint8_t sec_sid, uint32_t sid,
                               uint32_t stag, enum armvirt_smmu_stall_state how)
{
    struct armvirt_smmu_stall *stall;

    if (stag >= smmu->parts.stalls) {
        return;
    }
    stall = armvirt_smmu_slot(smmu, stag);
    if (stall->state != ARMVIRT_SMMU_SLOT_RECORDED || stall->txn.sid != sid ||
        stall->txn.sec_sid != sec_sid) {
        return;
    }
    stall->state = (uint8_t)how;
    push(smmu, &smmu->ready, stag);
}

/* Stalls without a record are in the list of those that wait for room; they change on their way. */
void armvirt_smmu_stall_terminate(struct armvirt_smmu *smmu, uint8_t sec_sid, bool all,
                                  uint32_t sid)
{
    for (uint32_t slot = 0; slot < smmu->parts.stalls; slot++) {
        struct armvirt_smmu_stall *stall = armvirt_smmu_slot(smmu, slot);
        bool matches = stall->txn.sec_sid == sec_sid && (all || stall->txn.sid == sid);

        if (matches && stall->state == ARMVIRT_SMMU_SLOT_RECORDED) {
            stall->state = ARMVIRT_SMMU_SLOT_ABORT;
            push(smmu, &smmu->ready, slot);
        } else if (matches && stall->state != ARMVIRT_SMMU_SLOT_FREE) {
            stall->state = ARMVIRT_SMMU_SLOT_ABORT; /* it is in a list already */
        }
    }
}

/* Whether the first of the waiting can go on: it was ended, or its record has room now. */
static bool waiting_can_go(const struct armvirt_smmu *smmu)
{
    const struct armvirt_smmu_stall *stall;

    if (smmu->waiting.head == 0) {
        return false;
    }
    stall = armvirt_smmu_slot(smmu, smmu->waiting.head - 1);
    return stall->state != ARMVIRT_SMMU_SLOT_UNRECORDED ||
           armvirt_smmu_event_writable(smmu, stall->txn.sec_sid);
}

bool armvirt_smmu_stall_ready(const struct armvirt_smmu *smmu)
{
    return smmu->ready.head != 0 || waiting_can_go(smmu);
}

static void tell(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                 const struct armvirt_smmu_result *result)
{
    if (smmu->config.ops != NULL && smmu->config.ops->resumed != NULL) {
        smmu->config.ops->resumed(smmu->config.ctx, txn, result);
    }
}

/* A stall that a command ended. */
static void finish(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                   enum armvirt_smmu_stall_state how)
{
    struct armvirt_smmu_result result = {
        .outcome = how == ARMVIRT_SMMU_SLOT_RAZ_WI ? ARMVIRT_SMMU_RAZ_WI : ARMVIRT_SMMU_ABORT,
        .reason = ARMVIRT_SMMU_REASON_STALL_TERMINATED,
    };

    tell(smmu, txn, &result);
}

/* As though it had just arrived; it may stall again, in another slot. */
static enum armvirt_status retry(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn)
{
    struct armvirt_smmu_result result;
    enum armvirt_status status = armvirt_smmu_translate(smmu, txn, &result);

    if (status == ARMVIRT_OK && result.outcome != ARMVIRT_SMMU_STALLED) {
        tell(smmu, txn, &result);
    }
    return status;
}

bool armvirt_smmu_stall_step(struct armvirt_smmu *smmu, enum armvirt_status *status)
{
    struct armvirt_smmu_list *list = smmu->ready.head != 0 ? &smmu->ready : &smmu->waiting;
    struct armvirt_smmu_txn txn;
    uint8_t state;
    uint32_t slot;

    *status = ARMVIRT_OK;
    if (!armvirt_smmu_stall_ready(smmu)) {
        return false;
    }
    slot = pop(smmu, list);
    txn = armvirt_smmu_slot(smmu, slot)->txn;
    state = armvirt_smmu_slot(smmu, slot)->state;
    release(smmu, slot);
    if (state == ARMVIRT_SMMU_SLOT_ABORT || state == ARMVIRT_SMMU_SLOT_RAZ_WI) {
        finish(smmu, &txn, (enum armvirt_smmu_stall_state)state);
        return true;
    }
    *status = retry(smmu, &txn);
    if (*status != ARMVIRT_OK) { /* another time */
        slot = pop(smmu, &smmu->free);
        armvirt_smmu_slot(smmu, slot)->txn = txn;
        armvirt_smmu_slot(smmu, slot)->state = state;
        push(smmu, list, slot);
    }
    return true;
}
