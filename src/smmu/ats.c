/* SPDX-License-Identifier: MIT */
/* ATS translation requests and their completions (IHI0070 3.9.1.2, 13.6.3 to 13.6.5, 13.7.1). */
#include "ats.h"

#include <armvirt/smmu_ats.h>

#include "base/mem_functions.h"

enum { PAGE_LOG2 = 12 };

#define REASON(name) ARMVIRT_SMMU_REASON_##name
#define EVENT(name)  ARMVIRT_SMMU_EVENT(name)

/* ---- Records -------------------------------------------------------------------------------- */

bool armvirt_smmu_record_ats(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_failure *failure, uint64_t event[4])
{
    uint64_t cr2 = smmu->reg[txn->sec_sid][SMMU_CR2], made[4];
    bool quiet = (txn->flags & (ARMVIRT_SMMU_PROBE | ARMVIRT_SMMU_SPECULATIVE)) != 0;
    bool wanted = (cr2 & ARMVIRT_SMMU_CR2_REC_CFG_ATS) != 0 && !quiet;

    if (failure->event == 0) {
        return false;
    }
    armvirt_smmu_event_make(smmu, txn, failure, false, false, made);
    if (event != NULL) {
        memcpy(event, made, sizeof(made));
    }
    return wanted &&
           armvirt_smmu_event_put(smmu, txn->sec_sid, made, false) == ARMVIRT_SMMU_RECORDED;
}

/* ---- A request ------------------------------------------------------------------------------ */

/* A request on its way. */
struct request {
    struct armvirt_smmu *smmu;
    const struct armvirt_smmu_ats_request *asked;
    struct armvirt_smmu_txn txn; /* as a read of data; without a PASID, unprivileged */
    const struct armvirt_smmu_context *context;
    struct armvirt_smmu_ats_completion *out;
    uint64_t pa, ipa; /* of the newest walk that succeeded */
    uint8_t pa_space, ipa_space;
    uint8_t size_log2; /* 0: none has */
};

static struct armvirt_smmu_txn txn_of(const struct armvirt_smmu_ats_request *asked)
{
    bool privileged = asked->ssv && asked->privileged;

    return (struct armvirt_smmu_txn){
        .addr = asked->addr,
        .sid = asked->sid,
        .ssid = asked->ssv ? asked->ssid : 0,
        .flags = (uint16_t)(ARMVIRT_SMMU_NO_STALL | (asked->ssv ? ARMVIRT_SMMU_SSV : 0) |
                            (privileged ? ARMVIRT_SMMU_PRIVILEGED : 0) |
                            (asked->ns ? ARMVIRT_SMMU_NS : 0) | (asked->xt ? ARMVIRT_SMMU_XT : 0)),
        .sec_sid = asked->sec_sid,
    };
}

static void end(struct request *r, unsigned status, unsigned reason)
{
    r->out->status = (uint8_t)status;
    r->out->reason = (uint8_t)reason;
}

/* ATS is off for the stream. IHI0070 7.3.6. */
static enum armvirt_status unsupported(struct request *r)
{
    const struct armvirt_smmu_failure failure = {
        .reason = REASON(ATS_DISABLED),
        .event = EVENT(F_BAD_ATS_TREQ),
    };
    struct armvirt_smmu_txn txn = r->txn;
    bool privileged = (txn.flags & ARMVIRT_SMMU_PRIVILEGED) != 0;
    bool execute = r->asked->ssv && r->asked->execute;

    txn.flags |= r->asked->no_write ? 0 : ARMVIRT_SMMU_WRITE;
    armvirt_smmu_event_make(r->smmu, &txn, &failure, privileged, execute, r->out->event);
    r->out->recorded =
        armvirt_smmu_event_put(r->smmu, txn.sec_sid, r->out->event, false) == ARMVIRT_SMMU_RECORDED;
    end(r, ARMVIRT_SMMU_ATS_UR, failure.reason);
    return ARMVIRT_OK;
}

/* What a failure is for an endpoint: no access, or an abort with a record. IHI0070 3.9.1.2. */
static enum armvirt_status refused(struct request *r, const struct armvirt_smmu_failure *failure)
{
    bool denied = armvirt_smmu_event_can_stall(failure->event);

    armvirt_smmu_gpf_txn(r->smmu, &r->txn, failure);
    r->out->fault = failure->fault;
    if (!denied) {
        r->out->recorded = armvirt_smmu_record_ats(r->smmu, &r->txn, failure, r->out->event);
    }
    end(r, denied ? ARMVIRT_SMMU_ATS_SUCCESS : ARMVIRT_SMMU_ATS_CA, failure->reason);
    return ARMVIRT_OK;
}

/* ---- Rights --------------------------------------------------------------------------------- */

/* How an access of one kind would end. */
enum probe {
    PERMITTED,
    DENIED,  /* its permission is all that it lacks */
    REFUSED, /* no access of any kind can be permitted: the completion is made */
    RETRY,
};

static void take(struct request *r, const struct armvirt_walk *walk)
{
    r->pa = walk->pa;
    r->ipa = walk->ipa;
    r->pa_space = walk->pa_space;
    r->ipa_space = walk->ipa_space;
    r->size_log2 = walk->size_log2;
}

static enum probe try_access(struct request *r, uint16_t flag)
{
    struct armvirt_smmu_txn txn = r->txn;
    struct armvirt_smmu_failure failure;
    struct armvirt_smmu_input in;
    struct armvirt_walk walk;
    enum armvirt_status status;

    txn.flags |= flag;
    armvirt_smmu_overridden(r->smmu, &txn, &r->context->ste, &in);
    status = armvirt_smmu_walk(r->smmu, r->context, &txn, &in, &walk, &failure);
    if (status == ARMVIRT_OK) {
        take(r, &walk);
        return PERMITTED;
    }
    if (status != ARMVIRT_FAULT) {
        return RETRY;
    }
    if (failure.event == EVENT(F_PERMISSION) && failure.class == ARMVIRT_SMMU_EVT1_CLASS_IN) {
        r->out->fault = failure.fault;
        r->out->reason = failure.reason;
        return DENIED;
    }
    (void)refused(r, &failure);
    return REFUSED;
}

/*
 * Try what was asked for, one kind after the other. IHI0070 13.7.1: execution needs the right to
 * read, and what counts as execution follows STE.INSTCFG.
 */
static enum probe try_all(struct request *r)
{
    const struct {
        bool wanted;
        uint16_t flag;
        bool *right;
    } kinds[] = {
        {!r->asked->no_write, ARMVIRT_SMMU_WRITE, &r->out->write},
        {true, 0, &r->out->read},
        {r->asked->ssv && r->asked->execute, ARMVIRT_SMMU_INSTRUCTION, &r->out->execute},
    };

    for (size_t n = 0; n < sizeof(kinds) / sizeof(kinds[0]); n++) {
        bool execution = kinds[n].right == &r->out->execute;
        enum probe probe;

        if (!kinds[n].wanted || (execution && !r->out->read)) {
            continue;
        }
        probe = try_access(r, kinds[n].flag);
        if (probe > DENIED) {
            return probe;
        }
        *kinds[n].right = probe == PERMITTED;
    }
    return r->size_log2 != 0 ? PERMITTED : DENIED;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* IHI0070 13.6.3: with EATS 0b10 the endpoint gets an IPA. */
static void grant(struct request *r)
{
    unsigned oas = armvirt_smmu_oas(&r->smmu->config.id);
    bool split = r->context->ste.eats == ARMVIRT_SMMU_STE1_EATS_SPLIT;
    uint64_t address = split ? r->ipa : r->pa;

    r->out->size_log2 = (uint8_t)smaller(r->size_log2, oas);
    r->out->address = address & ARMVIRT_BITS(oas - 1, 0) & ~ARMVIRT_BITS(r->out->size_log2 - 1, 0);
    r->out->space = split ? r->ipa_space : r->pa_space;
    end(r, ARMVIRT_SMMU_ATS_SUCCESS, REASON(NONE));
}

static enum armvirt_status take_away(struct request *r)
{
    r->out->read = r->out->write = r->out->execute = false;
    return ARMVIRT_OK;
}

static enum armvirt_status translate(struct request *r)
{
    armvirt_smmu_count_of(r->smmu, &r->txn, r->context, ARMVIRT_PMCG_TLB_MISS, 1);
    switch (try_all(r)) {
    case PERMITTED:
        grant(r);
        return ARMVIRT_OK;
    case RETRY:
        return ARMVIRT_E_AGAIN;
    default:
        return take_away(r);
    }
}

/* No stage translates: STE.S1DSS skips the only one. IHI0070 13.6.4. */
static enum armvirt_status pass_through(struct request *r)
{
    struct armvirt_smmu_failure failure = {.reason = REASON(GPC_OUTPUT)};
    struct armvirt_smmu_input in;
    unsigned most = armvirt_smmu_bypass_bits(&r->smmu->config.id, &r->context->ste);
    uint64_t pa = r->asked->addr & r->smmu->output_mask & ~ARMVIRT_BITS(PAGE_LOG2 - 1, 0);
    enum armvirt_status status;

    armvirt_smmu_overridden(r->smmu, &r->txn, &r->context->ste, &in);
    if (r->asked->addr >> most != 0) {
        end(r, ARMVIRT_SMMU_ATS_SUCCESS, REASON(BYPASS_SIZE));
        return ARMVIRT_OK;
    }
    status = armvirt_smmu_gpc(r->smmu, pa, in.space, &failure.fault);
    if (status == ARMVIRT_FAULT) {
        return refused(r, &failure);
    }
    r->out->read = r->out->write = true;
    r->out->address = pa;
    r->out->space = in.space;
    return status;
}

/* ---- The configuration ---------------------------------------------------------------------- */

/* Failures before an entry was found, or about the entry itself. */
static bool has_no_entry(const struct armvirt_smmu_failure *failure)
{
    return armvirt_smmu_no_stream(failure->reason) || failure->event == EVENT(F_STE_FETCH) ||
           failure->event == EVENT(C_BAD_STE);
}

static bool is_off(const struct armvirt_ste *ste)
{
    return ste->eats == 0 || ste->config == ARMVIRT_SMMU_STE0_CONFIG_BYPASS;
}

static enum armvirt_status configure(struct request *r)
{
    struct armvirt_smmu_failure failure = {.reason = REASON(NONE)};
    const struct armvirt_smmu_cached *cached;
    enum armvirt_status status = armvirt_smmu_config_of(r->smmu, &r->txn, &cached, &failure);

    r->context = &cached->context;
    if (status == ARMVIRT_E_AGAIN) {
        return status;
    }
    if (status == ARMVIRT_FAULT && failure.reason == REASON(STREAM_ABORT)) {
        end(r, ARMVIRT_SMMU_ATS_UR, failure.reason);
        return ARMVIRT_OK;
    }
    if (status == ARMVIRT_FAULT && has_no_entry(&failure)) {
        return refused(r, &failure);
    }
    if (is_off(&r->context->ste)) {
        return unsupported(r);
    }
    if (status == ARMVIRT_FAULT) {
        return refused(r, &failure);
    }
    return r->context->s1 || r->context->s2 ? translate(r) : pass_through(r);
}

/* A request that succeeds has its labels from the configuration. */
static void count(const struct request *r)
{
    static const uint8_t events[] = {ARMVIRT_PMCG_TRANSACTION, ARMVIRT_PMCG_ATS_REQUEST};

    for (size_t n = 0; n < sizeof(events); n++) {
        if (r->out->status == ARMVIRT_SMMU_ATS_SUCCESS) {
            armvirt_smmu_count_of(r->smmu, &r->txn, r->context, events[n], 1);
        } else {
            armvirt_smmu_count(r->smmu, &r->txn, events[n], 1);
        }
    }
}

enum armvirt_status armvirt_smmu_ats_translate(struct armvirt_smmu *smmu,
                                               const struct armvirt_smmu_ats_request *request,
                                               struct armvirt_smmu_ats_completion *completion)
{
    struct request r = {.smmu = smmu, .asked = request, .txn = txn_of(request), .out = completion};
    enum armvirt_status status;

    memset(completion, 0, sizeof(*completion));
    completion->size_log2 = PAGE_LOG2;
    completion->privileged = request->ssv && request->privileged;
    if (request->sec_sid >= ARMVIRT_SMMU_INTERFACES ||
        !armvirt_smmu_interface(smmu, request->sec_sid)) {
        return ARMVIRT_E_INVAL;
    }
    if (request->sec_sid == ARMVIRT_SPACE_SECURE ||
        !(smmu->reg[request->sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN)) {
        status = unsupported(&r);
    } else {
        status = configure(&r);
    }
    if (status == ARMVIRT_OK) {
        count(&r);
    }
    return status;
}
