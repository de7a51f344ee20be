/* SPDX-License-Identifier: MIT */
/* Event records and the event queue (IHI0070 7.2 to 7.4). */
#include "event.h"

#include "base/mem_functions.h"
#include "queue.h"

enum { EVENT_LOG2 = 5 };

#define EVT(n, field) ARMVIRT_SMMU_EVT##n##_##field

/* ---- Records ------------------------------------------------------------------------------- */

/* Parts that a type of record has. */
enum part {
    SSID = 1u << 0,
    ATTRIBUTES = 1u << 1, /* RnW, InD, PnU */
    INPUT = 1u << 2,      /* InputAddr */
    STAGE = 1u << 3,      /* S2, CLASS, NSIPA */
    IPA = 1u << 4,
    FETCH = 1u << 5,      /* FetchAddr */
    DIRECTION = 1u << 6,  /* RnW alone */
    SSID_VALUE = 1u << 7, /* SubstreamID without SSV */
    REQUESTED = 1u << 8,  /* R, W, X, PRIV, Span */
};

static unsigned parts_of(unsigned type)
{
    switch (type) {
    case ARMVIRT_SMMU_EVENT(F_UUT):
        return SSID | ATTRIBUTES | INPUT;
    case ARMVIRT_SMMU_EVENT(F_STE_FETCH):
    case ARMVIRT_SMMU_EVENT(F_CD_FETCH):
    case ARMVIRT_SMMU_EVENT(F_VMS_FETCH):
        return SSID | FETCH;
    case ARMVIRT_SMMU_EVENT(F_BAD_ATS_TREQ):
        return SSID | REQUESTED | INPUT;
    case ARMVIRT_SMMU_EVENT(F_STREAM_DISABLED):
        return 0;
    case ARMVIRT_SMMU_EVENT(F_TRANSL_FORBIDDEN):
        return DIRECTION | INPUT;
    case ARMVIRT_SMMU_EVENT(C_BAD_SUBSTREAMID):
        return SSID_VALUE;
    case ARMVIRT_SMMU_EVENT(F_WALK_EABT):
        return SSID | ATTRIBUTES | INPUT | STAGE | FETCH;
    case ARMVIRT_SMMU_EVENT(F_TRANSLATION):
    case ARMVIRT_SMMU_EVENT(F_ADDR_SIZE):
    case ARMVIRT_SMMU_EVENT(F_ACCESS):
    case ARMVIRT_SMMU_EVENT(F_PERMISSION):
        return SSID | ATTRIBUTES | INPUT | STAGE | IPA;
    default:
        return SSID;
    }
}

static uint64_t word0(const struct armvirt_smmu_txn *txn, unsigned type, unsigned parts)
{
    bool ssv = (txn->flags & ARMVIRT_SMMU_SSV) != 0;
    uint64_t word = ARMVIRT_PUT(EVT(0, TYPE), type) | ARMVIRT_PUT(EVT(0, SID), txn->sid);

    if (ssv && (parts & (SSID | SSID_VALUE))) {
        word |= ARMVIRT_PUT(EVT(0, SSID), txn->ssid);
    }
    return ssv && (parts & SSID) ? word | EVT(0, SSV) : word;
}

/*
 * What an access was, in the words of a record. IHI0070 13.1.1: atomics are writes, except where
 * only the right to read is missing.
 */
static bool reported_as_read(const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_failure *failure)
{
    if (txn->flags & ARMVIRT_SMMU_READ_WRITE) {
        return failure->fault.type == ARMVIRT_FAULT_PERMISSION && !failure->fault.s1ptw &&
               !failure->fault.write;
    }
    return !(txn->flags & ARMVIRT_SMMU_WRITE);
}

static uint64_t attributes(const struct armvirt_smmu_txn *txn,
                           const struct armvirt_smmu_failure *failure, bool priv, bool inst)
{
    bool read = reported_as_read(txn, failure);

    return ARMVIRT_PUT(EVT(1, RNW), read) | ARMVIRT_PUT(EVT(1, PNU), priv) |
           ARMVIRT_PUT(EVT(1, IND), inst && read);
}

static uint64_t stage(const struct armvirt_smmu_txn *txn,
                      const struct armvirt_smmu_failure *failure)
{
    const struct armvirt_fault *fault = &failure->fault;
    bool s2 = fault->stage == 2;
    bool nsipa =
        s2 && txn->sec_sid == ARMVIRT_SPACE_SECURE && fault->ipa_space == ARMVIRT_SPACE_NONSECURE;

    return ARMVIRT_PUT(EVT(1, S2), s2) | ARMVIRT_PUT(EVT(1, CLASS), failure->class) |
           ARMVIRT_PUT(EVT(1, NSIPA), nsipa);
}

/* IHI0070 7.3.16. */
static uint64_t permission(const struct armvirt_smmu *smmu,
                           const struct armvirt_smmu_failure *failure)
{
    const struct armvirt_fault *fault = &failure->fault;
    const struct armvirt_smmu_id *id = &smmu->config.id;
    bool s2 = fault->stage == 2;
    bool table = failure->class == EVT(1, CLASS_TT);
    bool s2po = armvirt_smmu_has(id, 3, ARMVIRT_SMMU_IDR3_S2PO);
    bool s2pi = armvirt_smmu_has(id, 3, ARMVIRT_SMMU_IDR3_S2PI);
    bool s1pi = armvirt_smmu_has(id, 3, ARMVIRT_SMMU_IDR3_S1PI);

    return ARMVIRT_PUT(EVT(1, TTRNW), table && !fault->table_write) |
           ARMVIRT_PUT(EVT(1, OVERLAY), s2po && s2 && fault->overlay) |
           ARMVIRT_PUT(EVT(1, ASSUREDONLY), s2pi && s2 && fault->assured_only) |
           ARMVIRT_PUT(EVT(1, DIRTYBIT), (s1pi || s2pi) && fault->dirty_bit);
}

uint8_t armvirt_smmu_event_of(const struct armvirt_fault *fault)
{
    static const uint8_t events[] = {
        [ARMVIRT_FAULT_TRANSLATION] = ARMVIRT_SMMU_EVENT(F_TRANSLATION),
        [ARMVIRT_FAULT_ADDRESS_SIZE] = ARMVIRT_SMMU_EVENT(F_ADDR_SIZE),
        [ARMVIRT_FAULT_ACCESS_FLAG] = ARMVIRT_SMMU_EVENT(F_ACCESS),
        [ARMVIRT_FAULT_PERMISSION] = ARMVIRT_SMMU_EVENT(F_PERMISSION),
        [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = ARMVIRT_SMMU_EVENT(F_WALK_EABT),
        [ARMVIRT_FAULT_GPC_ON_WALK] = ARMVIRT_SMMU_EVENT(F_WALK_EABT),
    };

    return fault->type < sizeof(events) ? events[fault->type] : 0;
}

/* What an endpoint asked for, which is always one translation, and to read. IHI0070 7.3.6. */
static uint64_t requested(const struct armvirt_smmu_txn *txn, bool priv, bool inst)
{
    return EVT(1_ATS, R) | ARMVIRT_PUT(EVT(1_ATS, W), (txn->flags & ARMVIRT_SMMU_WRITE) != 0) |
           ARMVIRT_PUT(EVT(1_ATS, X), inst) | ARMVIRT_PUT(EVT(1_ATS, PRIV), priv) |
           ARMVIRT_PUT(EVT(1_ATS, SPAN), 1);
}

void armvirt_smmu_event_make(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_failure *failure, bool priv, bool inst,
                             uint64_t event[4])
{
    unsigned parts = parts_of(failure->event);
    bool gpcf = failure->gpcf && armvirt_smmu_has(&smmu->config.id, 0, ARMVIRT_SMMU_IDR0_RME_IMPL);

    event[0] = word0(txn, failure->event, parts);
    event[1] = ARMVIRT_PUT(EVT(1, GPCF), gpcf);
    event[2] = parts & INPUT ? txn->addr : 0;
    event[3] = 0;
    if (parts & ATTRIBUTES) {
        event[1] |= attributes(txn, failure, priv, inst);
    }
    if (parts & DIRECTION) {
        event[1] |= ARMVIRT_PUT(EVT(1, RNW), !(txn->flags & ARMVIRT_SMMU_WRITE));
    }
    if (parts & REQUESTED) {
        event[1] |= requested(txn, priv, inst);
    }
    if (parts & STAGE) {
        event[1] |= stage(txn, failure);
    }
    if (failure->event == ARMVIRT_SMMU_EVENT(F_PERMISSION)) {
        event[1] |= permission(smmu, failure);
    }
    if ((parts & IPA) && failure->fault.stage == 2) {
        event[3] = failure->fault.ipa & EVT(3, IPA) & smmu->output_mask;
    } else if (parts & FETCH) {
        event[3] = failure->address & EVT(3_FETCH, FETCHADDR) & smmu->output_mask;
    }
}

/* ---- The queue ----------------------------------------------------------------------------- */

static struct armvirt_smmu_ring ring_of(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    const uint64_t *reg = smmu->reg[sec_sid];
    unsigned most = armvirt_smmu_field(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_EVENTQS);

    return armvirt_smmu_ring(reg[SMMU_EVENTQ_BASE], reg[SMMU_EVENTQ_PROD], reg[SMMU_EVENTQ_CONS],
                             most, EVENT_LOG2);
}

static bool enabled(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    return (smmu->reg[sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_EVENTQEN) != 0 &&
           !armvirt_smmu_error_active(smmu, sec_sid, ARMVIRT_SMMU_GERROR_EVENTQ_ABT_ERR);
}

bool armvirt_smmu_event_writable(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    struct armvirt_smmu_ring ring = ring_of(smmu, sec_sid);

    return enabled(smmu, sec_sid) && !armvirt_smmu_ring_full(&ring);
}

/* IHI0070 7.4: OVFLG differs from OVACKFLG until the overflow is acknowledged. */
static void overflow(struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    uint64_t *reg = smmu->reg[sec_sid];
    uint64_t flag = ARMVIRT_SMMU_EVENTQ_PROD_OVFLG;

    if (((reg[SMMU_EVENTQ_PROD] ^ reg[SMMU_EVENTQ_CONS]) & flag) == 0) {
        reg[SMMU_EVENTQ_PROD] ^= flag;
    }
}

/* The newest record is still in the queue, and @event may be taken for it. IHI0070 7.3.1. */
static bool merges(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                   const struct armvirt_smmu_ring *ring, const uint64_t event[4])
{
    const uint64_t *last = smmu->merged[sec_sid];
    unsigned parts = parts_of((unsigned)ARMVIRT_GET(EVT(0, TYPE), event[0]));
    uint64_t page = parts & (STAGE | DIRECTION) ? ~UINT64_C(0xfff) : UINT64_MAX;

    return (smmu->config.options & ARMVIRT_SMMU_OPT_MERGE) && armvirt_smmu_ring_used(ring) != 0 &&
           last[0] == event[0] && last[1] == event[1] && ((last[2] ^ event[2]) & page) == 0 &&
           last[3] == event[3];
}

/* PROD moves on, under OVFLG; the first record in an empty queue interrupts. IHI0070 3.18.2. */
static void produce(struct armvirt_smmu *smmu, uint8_t sec_sid,
                    const struct armvirt_smmu_ring *ring)
{
    uint64_t *reg = smmu->reg[sec_sid];
    bool was_empty = armvirt_smmu_ring_used(ring) == 0;

    reg[SMMU_EVENTQ_PROD] = (reg[SMMU_EVENTQ_PROD] & ARMVIRT_SMMU_EVENTQ_PROD_OVFLG) |
                            armvirt_smmu_ring_next(ring, ring->prod);
    if (was_empty && (reg[SMMU_IRQ_CTRL] & ARMVIRT_SMMU_IRQ_CTRL_EVENTQ_IRQEN)) {
        armvirt_smmu_interrupt(smmu, sec_sid, ARMVIRT_SMMU_IRQ_EVENTQ);
    }
}

enum armvirt_smmu_recorded armvirt_smmu_event_put(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                                  const uint64_t event[4], bool may_merge)
{
    struct armvirt_smmu_ring ring = ring_of(smmu, sec_sid);
    struct armvirt_smmu_words at = {
        .pa = armvirt_smmu_ring_at(&ring, ring.prod, EVENT_LOG2),
        .space = sec_sid,
        .what = ARMVIRT_MEM_SMMU_EVENT,
        .count = 4,
    };
    bool stall = (event[1] & EVT(1, STALL)) != 0;
    enum armvirt_smmu_bus bus;

    if (!enabled(smmu, sec_sid)) {
        return ARMVIRT_SMMU_LOST;
    }
    if (may_merge && !stall && merges(smmu, sec_sid, &ring, event)) {
        return ARMVIRT_SMMU_RECORDED;
    }
    if (armvirt_smmu_ring_full(&ring)) {
        if (!stall) {
            overflow(smmu, sec_sid);
        }
        return ARMVIRT_SMMU_LOST;
    }
    at.pa &= smmu->output_mask;
    bus = armvirt_smmu_store(smmu, &at, event);
    if (bus == ARMVIRT_SMMU_BUS_GPC) {
        armvirt_smmu_gpf_own(smmu, &at, ARMVIRT_SMMU_GPF_EVENTQ);
    }
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        armvirt_smmu_gerror(smmu, sec_sid, ARMVIRT_SMMU_GERROR_EVENTQ_ABT_ERR);
        return ARMVIRT_SMMU_LOST;
    }
    memset(smmu->merged[sec_sid], 0, sizeof(smmu->merged[sec_sid]));
    if (may_merge && !stall) {
        memcpy(smmu->merged[sec_sid], event, sizeof(smmu->merged[sec_sid]));
    }
    produce(smmu, sec_sid, &ring);
    return ARMVIRT_SMMU_RECORDED;
}
