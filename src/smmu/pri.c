/* SPDX-License-Identifier: MIT */
/* Page requests: the PRI queue, its overflow, and responses that the SMMU makes itself (IHI0070 8).
 */
#include <armvirt/smmu_ats.h>

#include "ats.h"
#include "base/mem_functions.h"
#include "queue.h"

enum { PRI_LOG2 = 4 };

/* IHI0070 8.3. */
enum code { SUCCESS = 0x0, FAILURE = 0xf };

#define PRI0(field) ARMVIRT_SMMU_PRI0_##field
#define PRI1(field) ARMVIRT_SMMU_PRI1_##field

/* LWR is 0b100, with a PASID. IHI0070 8. */
static bool is_stop_marker(const struct armvirt_smmu_page_request *r)
{
    return r->ssv && r->last && !r->write && !r->read;
}

/* ---- The queue ----------------------------------------------------------------------------- */

static struct armvirt_smmu_ring ring_of(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    const uint64_t *reg = smmu->reg[sec_sid];
    unsigned most = armvirt_smmu_field(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_PRIQS);

    return armvirt_smmu_ring(reg[SMMU_PRIQ_BASE], reg[SMMU_PRIQ_PROD], reg[SMMU_PRIQ_CONS], most,
                             PRI_LOG2);
}

/* PRIQEN in effect, and no error. IHI0070 8.2, 6.3.9.5. */
static bool is_open(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    uint64_t both = ARMVIRT_SMMU_CR0_SMMUEN | ARMVIRT_SMMU_CR0_PRIQEN;

    return sec_sid != ARMVIRT_SPACE_SECURE && (smmu->reg[sec_sid][SMMU_CR0] & both) == both &&
           !armvirt_smmu_error_active(smmu, sec_sid, ARMVIRT_SMMU_GERROR_PRIQ_ABT_ERR);
}

static bool has_overflowed(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    const uint64_t *reg = smmu->reg[sec_sid];

    return ((reg[SMMU_PRIQ_PROD] ^ reg[SMMU_PRIQ_CONS]) & ARMVIRT_SMMU_PRIQ_PROD_OVFLG) != 0;
}

/* Without SubstreamIDs there are no PASIDs, and without these neither X nor Priv. */
static struct armvirt_smmu_page_request heeded(const struct armvirt_smmu *smmu,
                                               const struct armvirt_smmu_page_request *request)
{
    struct armvirt_smmu_page_request r = *request;

    r.ssv = r.ssv && armvirt_smmu_field(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_SSIDSIZE) != 0;
    r.execute = r.execute && r.ssv;
    r.privileged = r.privileged && r.ssv;
    return r;
}

static void make_record(const struct armvirt_smmu_page_request *r, uint64_t record[2])
{
    record[0] = ARMVIRT_PUT(PRI0(SSV), r->ssv) | ARMVIRT_PUT(PRI0(LAST), r->last) |
                ARMVIRT_PUT(PRI0(W), r->write) | ARMVIRT_PUT(PRI0(R), r->read) |
                ARMVIRT_PUT(PRI0(X), r->execute) | ARMVIRT_PUT(PRI0(PRIV), r->privileged) |
                ARMVIRT_PUT(PRI0(SSID), r->ssv ? r->ssid : 0) | ARMVIRT_PUT(PRI0(SID), r->sid);
    record[1] = (r->addr & PRI1(ADDRESS)) | ARMVIRT_PUT(PRI1(PRGINDEX), r->prg_index);
}

/* PRIQ_IRQ_CFG2.LO: at Last requests only, else when the queue was empty. IHI0070 6.3.36. */
static void interrupt(struct armvirt_smmu *smmu, uint8_t sec_sid, bool last, bool was_empty)
{
    const uint64_t *reg = smmu->reg[sec_sid];
    bool last_only = (reg[SMMU_PRIQ_IRQ_CFG2] & ARMVIRT_SMMU_PRIQ_IRQ_CFG2_LO) != 0;

    if ((last_only ? last : was_empty) && (reg[SMMU_IRQ_CTRL] & ARMVIRT_SMMU_IRQ_CTRL_PRIQ_IRQEN)) {
        armvirt_smmu_interrupt(smmu, sec_sid, ARMVIRT_SMMU_IRQ_PRIQ);
    }
}

/* ---- Responses ------------------------------------------------------------------------------ */

static void respond(const struct armvirt_smmu *smmu, const struct armvirt_smmu_page_request *r,
                    unsigned code, bool pasid, struct armvirt_smmu_prg_response *response)
{
    const struct armvirt_smmu_ops *ops = smmu->config.ops;

    *response = (struct armvirt_smmu_prg_response){
        .sid = r->sid,
        .ssid = pasid ? r->ssid : 0,
        .prg_index = r->prg_index,
        .code = (uint8_t)code,
        .sec_sid = r->sec_sid,
        .ssv = pasid,
    };
    if (ops != NULL && ops->prg_response != NULL) {
        ops->prg_response(smmu->config.ctx, response);
    }
}

/* The queue takes nothing: any request fails, and a Stop Marker is never answered. IHI0070 8.2. */
static uint8_t refuse(const struct armvirt_smmu *smmu, const struct armvirt_smmu_page_request *r,
                      struct armvirt_smmu_prg_response *response)
{
    if (is_stop_marker(r)) {
        return ARMVIRT_SMMU_PRI_DISCARDED;
    }
    respond(smmu, r, FAILURE, false, response);
    return ARMVIRT_SMMU_PRI_ANSWERED;
}

/* STE.PPAR: whether the response to a request with a PASID has it too. IHI0070 8.1. */
static enum armvirt_status answer_by_ppar(struct armvirt_smmu *smmu,
                                          const struct armvirt_smmu_page_request *r,
                                          struct armvirt_smmu_prg_response *response)
{
    const struct armvirt_smmu_txn txn = {
        .sid = r->sid, .ssid = r->ssid, .sec_sid = r->sec_sid, .flags = ARMVIRT_SMMU_SSV};
    struct armvirt_ste *ste = &smmu->scratch.ste;
    struct armvirt_smmu_failure failure = {.reason = ARMVIRT_SMMU_REASON_NONE};
    enum armvirt_status status = armvirt_smmu_read_ste(smmu, &txn, ste, &failure);

    if (status == ARMVIRT_E_AGAIN) {
        return status;
    }
    if (status == ARMVIRT_OK || failure.reason == ARMVIRT_SMMU_REASON_STREAM_ABORT) {
        respond(smmu, r, SUCCESS, (ste->word[1] & ARMVIRT_SMMU_STE1_PPAR) != 0, response);
        return ARMVIRT_OK;
    }
    armvirt_smmu_record_ats(smmu, &txn, &failure, NULL);
    respond(smmu, r, FAILURE, false, response);
    return ARMVIRT_OK;
}

/* IHI0070 8.1: the Last of a group is answered, others are forgotten. */
static enum armvirt_status overflow(struct armvirt_smmu *smmu,
                                    const struct armvirt_smmu_page_request *r, uint8_t *outcome,
                                    struct armvirt_smmu_prg_response *response)
{
    bool pps = armvirt_smmu_has(&smmu->config.id, 3, ARMVIRT_SMMU_IDR3_PPS);
    bool quiet = !r->last || is_stop_marker(r);

    *outcome = quiet ? ARMVIRT_SMMU_PRI_DISCARDED : ARMVIRT_SMMU_PRI_ANSWERED;
    if (!quiet && r->ssv && !pps) {
        enum armvirt_status status = answer_by_ppar(smmu, r, response);

        if (status != ARMVIRT_OK) {
            return status;
        }
    } else if (!quiet) {
        respond(smmu, r, SUCCESS, r->ssv, response);
    }
    if (!has_overflowed(smmu, r->sec_sid)) {
        smmu->reg[r->sec_sid][SMMU_PRIQ_PROD] ^= ARMVIRT_SMMU_PRIQ_PROD_OVFLG;
    }
    interrupt(smmu, r->sec_sid, r->last, false);
    return ARMVIRT_OK;
}

/* ---- A request ------------------------------------------------------------------------------ */

static enum armvirt_status enqueue(struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_page_request *r,
                                   const struct armvirt_smmu_ring *ring, uint8_t *outcome,
                                   struct armvirt_smmu_prg_response *response)
{
    struct armvirt_smmu_words at = {
        .pa = armvirt_smmu_ring_at(ring, ring->prod, PRI_LOG2),
        .space = r->sec_sid,
        .what = ARMVIRT_MEM_SMMU_PRI,
        .count = 2,
    };
    uint64_t *prod = &smmu->reg[r->sec_sid][SMMU_PRIQ_PROD];
    enum armvirt_smmu_bus bus;
    uint64_t record[2];

    make_record(r, record);
    at.pa &= smmu->output_mask;
    bus = armvirt_smmu_store(smmu, &at, record);
    if (bus == ARMVIRT_SMMU_BUS_RETRY) {
        return ARMVIRT_E_AGAIN;
    }
    if (bus == ARMVIRT_SMMU_BUS_GPC) {
        armvirt_smmu_gpf_own(smmu, &at, ARMVIRT_SMMU_GPF_PRIQ);
    }
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        *outcome = refuse(smmu, r, response);
        armvirt_smmu_gerror(smmu, r->sec_sid, ARMVIRT_SMMU_GERROR_PRIQ_ABT_ERR);
        return ARMVIRT_OK;
    }
    *prod = (*prod & ARMVIRT_SMMU_PRIQ_PROD_OVFLG) | armvirt_smmu_ring_next(ring, ring->prod);
    interrupt(smmu, r->sec_sid, r->last, armvirt_smmu_ring_used(ring) == 0);
    *outcome = ARMVIRT_SMMU_PRI_QUEUED;
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_smmu_pri_request(struct armvirt_smmu *smmu,
                                             const struct armvirt_smmu_page_request *request,
                                             uint8_t *outcome,
                                             struct armvirt_smmu_prg_response *response)
{
    struct armvirt_smmu_page_request r;
    struct armvirt_smmu_ring ring;

    memset(response, 0, sizeof(*response));
    *outcome = ARMVIRT_SMMU_PRI_DISCARDED;
    if (request->sec_sid >= ARMVIRT_SMMU_INTERFACES ||
        !armvirt_smmu_interface(smmu, request->sec_sid)) {
        return ARMVIRT_E_INVAL;
    }
    r = heeded(smmu, request);
    if (!is_open(smmu, r.sec_sid)) {
        *outcome = refuse(smmu, &r, response);
        return ARMVIRT_OK;
    }
    ring = ring_of(smmu, r.sec_sid);
    if (has_overflowed(smmu, r.sec_sid) || armvirt_smmu_ring_full(&ring)) {
        return overflow(smmu, &r, outcome, response);
    }
    return enqueue(smmu, &r, &ring, outcome, response);
}

/* ---- Hints --------------------------------------------------------------------------------- */

/* The rights of a hint, in the order of the bits of a record. IHI0070 7.3.19. */
static uint64_t hinted_rights(unsigned perm)
{
    static const struct {
        uint8_t right;
        uint64_t bit;
    } rights[] = {
        {ARMVIRT_PERM_PRIV_R, ARMVIRT_SMMU_EVT1_HINT_PR},
        {ARMVIRT_PERM_PRIV_W, ARMVIRT_SMMU_EVT1_HINT_PW},
        {ARMVIRT_PERM_PRIV_X, ARMVIRT_SMMU_EVT1_HINT_PX},
        {ARMVIRT_PERM_EL0_R, ARMVIRT_SMMU_EVT1_HINT_UR},
        {ARMVIRT_PERM_EL0_W, ARMVIRT_SMMU_EVT1_HINT_UW},
        {ARMVIRT_PERM_EL0_X, ARMVIRT_SMMU_EVT1_HINT_UX},
    };
    uint64_t bits = 0;

    for (size_t n = 0; n < sizeof(rights) / sizeof(rights[0]); n++) {
        bits |= perm & rights[n].right ? rights[n].bit : 0;
    }
    return bits;
}

enum armvirt_status armvirt_smmu_page_hint(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_page_hint *hint,
                                           bool *recorded)
{
    uint64_t ssid =
        hint->ssv ? ARMVIRT_SMMU_EVT0_SSV | ARMVIRT_PUT(ARMVIRT_SMMU_EVT0_SSID, hint->ssid) : 0;
    const uint64_t event[4] = {
        ARMVIRT_SMMU_EVENT(E_PAGE_REQUEST) | ssid | ARMVIRT_PUT(ARMVIRT_SMMU_EVT0_SID, hint->sid),
        hinted_rights(hint->perm) | ARMVIRT_PUT(ARMVIRT_SMMU_EVT1_HINT_SPAN, hint->pages),
        hint->addr & ~UINT64_C(0xfff),
    };

    *recorded = false;
    if (hint->sec_sid >= ARMVIRT_SMMU_INTERFACES || !armvirt_smmu_interface(smmu, hint->sec_sid)) {
        return ARMVIRT_E_INVAL;
    }
    if (smmu->reg[hint->sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN) {
        *recorded =
            armvirt_smmu_event_put(smmu, hint->sec_sid, event, false) == ARMVIRT_SMMU_RECORDED;
    }
    return ARMVIRT_OK;
}
