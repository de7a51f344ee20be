/* SPDX-License-Identifier: MIT */
/*
 * A transaction, from its arrival to its address or its end. The order of checks is that of IHI0070
 * 7.3.22; 3.4 says which addresses are too large, 5.5 what A, R and S do.
 */
#include "translate.h"

#include "base/compiler.h"
#include "base/mem_functions.h"
#include "quick.h"
#include "stall.h"

#define REASON(name) ARMVIRT_SMMU_REASON_##name
#define CLASS(name)  ARMVIRT_SMMU_EVT1_CLASS_##name

/* ---- Faults of translation ----------------------------------------------------------------- */

static enum armvirt_status refuse(struct armvirt_smmu_failure *failure, uint8_t reason,
                                  uint8_t event)
{
    *failure = (struct armvirt_smmu_failure){
        .reason = reason,
        .event = event,
        .class = CLASS(IN),
        .fault = {.type = ARMVIRT_FAULT_ADDRESS_SIZE, .stage = 1},
    };
    return ARMVIRT_FAULT;
}

/* A fault of the walker, in the words of IHI0070 7.3.12 to 7.3.16. */
void armvirt_smmu_describe(const struct armvirt_fault *fault, struct armvirt_smmu_failure *failure)
{
    bool output = fault->type == ARMVIRT_FAULT_GPC_ON_OUTPUT;
    uint8_t event = armvirt_smmu_event_of(fault);
    bool table = fault->s1ptw || (event == ARMVIRT_SMMU_EVENT(F_WALK_EABT) && fault->stage == 1);

    *failure = (struct armvirt_smmu_failure){
        .reason = output ? REASON(GPC_OUTPUT) : REASON(TRANSLATION),
        .event = event,
        .class = table ? CLASS(TT) : CLASS(IN),
        .stage = armvirt_smmu_event_can_stall(event) ? fault->stage : 0,
        .address = fault->pa,
        .gpcf = fault->type == ARMVIRT_FAULT_GPC_ON_WALK,
        .fault = *fault,
    };
}

/* VMSAv8-32: the upper half of the address is zero. IHI0070 3.4.1. */
static enum armvirt_status above_4g(const struct armvirt_smmu_txn *txn,
                                    struct armvirt_smmu_failure *failure)
{
    const struct armvirt_fault fault = {
        .type = ARMVIRT_FAULT_TRANSLATION,
        .reason = ARMVIRT_REASON_VA_RANGE,
        .stage = 1,
        .level = 1,
        .write = (txn->flags & ARMVIRT_SMMU_WRITE) != 0,
    };

    armvirt_smmu_describe(&fault, failure);
    return ARMVIRT_FAULT;
}

/* ---- The walk ------------------------------------------------------------------------------ */

/* Whose rights count, by PRIV and StreamWorld: EL1 of guests, EL2, EL2-E2H, EL3. */
static const uint8_t levels[2][4] = {{0, 2, 0, 3}, {1, 2, 2, 3}};

void armvirt_smmu_access_of(const struct armvirt_smmu_context *context,
                            const struct armvirt_smmu_txn *txn, const struct armvirt_smmu_input *in,
                            struct armvirt_access *access)
{
    unsigned world = context->s1 ? context->ste.world & 3u : 0;
    bool pan = context->s1 && (context->cd.word[0] & ARMVIRT_SMMU_CD0_PAN) != 0;
    bool still = (txn->flags & ARMVIRT_SMMU_PROBE) != 0;

    access->va = txn->addr;
    access->kind = armvirt_smmu_kind_of(txn, in->instruction);
    access->el = levels[in->privileged][world];
    access->flags =
        (uint16_t)((pan ? ARMVIRT_ACCESS_PAN : 0) | (still ? ARMVIRT_ACCESS_NO_UPDATE : 0));
    access->isv = 0;
}

enum armvirt_status armvirt_smmu_check_input(const struct armvirt_smmu *smmu,
                                             const struct armvirt_smmu_context *context,
                                             const struct armvirt_smmu_txn *txn,
                                             struct armvirt_smmu_failure *failure)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;

    if (context->s1) {
        return context->cd.aa32 && txn->addr >> 32 != 0 ? above_4g(txn, failure) : ARMVIRT_OK;
    }
    if (!context->s2 && txn->addr >> armvirt_smmu_oas(id) != 0) {
        return refuse(failure, REASON(BYPASS_SIZE), ARMVIRT_SMMU_EVENT(F_ADDR_SIZE));
    }
    if (context->s2 && txn->addr >> armvirt_smmu_ias(id) != 0) {
        return refuse(failure, REASON(S1_BYPASS_SIZE), ARMVIRT_SMMU_EVENT(F_ADDR_SIZE));
    }
    return ARMVIRT_OK;
}

/* S_CR0.SIF where stage 1 does not translate; else the walker knows. IHI0070 6.3.57. */
bool armvirt_smmu_sif_refuses(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                              const struct armvirt_smmu_input *in)
{
    uint64_t s_cr0 = smmu->reg[ARMVIRT_SPACE_SECURE][SMMU_CR0];

    return txn->sec_sid == ARMVIRT_SPACE_SECURE && (s_cr0 & ARMVIRT_SMMU_S_CR0_SIF) != 0 &&
           in->instruction && in->space == ARMVIRT_SPACE_NONSECURE;
}

bool armvirt_smmu_heeds_xt(const struct armvirt_smmu *smmu, const struct armvirt_ste *ste)
{
    return ste->sec_sid == ARMVIRT_SPACE_REALM &&
           (smmu->config.id.r_idr[3] & ARMVIRT_SMMU_R_IDR3_XT) != 0 &&
           ARMVIRT_GET(ARMVIRT_SMMU_STE1_NSCFG, ste->word[1]) == ARMVIRT_SMMU_STE1_NSCFG_XT;
}

bool armvirt_smmu_xt_refuses(const struct armvirt_smmu *smmu, const struct armvirt_ste *ste,
                             const struct armvirt_smmu_txn *txn, uint8_t space)
{
    uint8_t named = txn->flags & ARMVIRT_SMMU_NS ? (uint8_t)ARMVIRT_SPACE_NONSECURE : txn->sec_sid;

    return (txn->flags & ARMVIRT_SMMU_XT) && space != named && armvirt_smmu_heeds_xt(smmu, ste);
}

/* A translation that is through, but for granule protection: to another space than XT allows is a
 * fault of its last stage. IHI0070 3.9.4.3. */
static enum armvirt_status check_space(const struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_context *context,
                                       const struct armvirt_smmu_txn *txn,
                                       const struct armvirt_walk *walk,
                                       struct armvirt_smmu_failure *failure)
{
    bool passed = walk->fault.type == ARMVIRT_FAULT_NONE;
    const struct armvirt_fault fault = {
        .type = ARMVIRT_FAULT_PERMISSION,
        .stage = context->s2 ? 2 : 1,
        .ipa = walk->ipa,
        .ipa_space = walk->ipa_space,
    };

    if ((passed || walk->fault.type == ARMVIRT_FAULT_GPC_ON_OUTPUT) &&
        armvirt_smmu_xt_refuses(smmu, &context->ste, txn, walk->pa_space)) {
        armvirt_smmu_describe(&fault, failure);
        failure->reason = REASON(XT_SPACE);
        return ARMVIRT_FAULT;
    }
    return passed ? ARMVIRT_OK : ARMVIRT_FAULT;
}

enum armvirt_status
armvirt_smmu_walk(const struct armvirt_smmu *smmu, const struct armvirt_smmu_context *context,
                  const struct armvirt_smmu_txn *txn, const struct armvirt_smmu_input *in,
                  struct armvirt_walk *walk, struct armvirt_smmu_failure *failure)
{
    const struct armvirt_walk_env env = {.mem = smmu->config.mem, .log = smmu->config.log};
    struct armvirt_access access;
    enum armvirt_status status = armvirt_smmu_check_input(smmu, context, txn, failure);

    armvirt_smmu_access_of(context, txn, in, &access);
    if (env.log != NULL) {
        env.log->len = 0;
    }
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (!context->s1 && armvirt_smmu_sif_refuses(smmu, txn, in)) {
        status = refuse(failure, REASON(SIF), ARMVIRT_SMMU_EVENT(F_PERMISSION));
        failure->fault.type = ARMVIRT_FAULT_PERMISSION;
        return status;
    }
    if (context->s1) {
        status = armvirt_translate(&context->regime, &env, &access, walk);
    } else {
        status = armvirt_translate_ipa(&context->regime, &env, &access, in->space, walk);
    }
    if (status == ARMVIRT_OK || status == ARMVIRT_FAULT) {
        armvirt_smmu_count_of(smmu, txn, context, ARMVIRT_PMCG_WALK_ACCESS, walk->reads);
    }
    if (status == ARMVIRT_FAULT) {
        armvirt_smmu_describe(&walk->fault, failure);
    }
    return status == ARMVIRT_OK || status == ARMVIRT_FAULT
               ? check_space(smmu, context, txn, walk, failure)
               : status;
}

/* ---- How it ends --------------------------------------------------------------------------- */

/* A, R and S. IHI0070 5.5: stage 2 aborts; a stall is always recorded. */
struct fault_model {
    bool abort, record, stall;
};

static struct fault_model model_of(const struct armvirt_smmu_context *context,
                                   const struct armvirt_smmu_failure *failure)
{
    if (failure->stage == 1) {
        return (struct fault_model){context->cd.a, context->cd.r, context->cd.s};
    }
    if (failure->stage == 2 && armvirt_smmu_event_can_stall(failure->event)) {
        return (struct fault_model){true, context->ste.s2r, context->ste.s2s};
    }
    return (struct fault_model){true, true, false};
}

/* Hold the transaction. Its record may have to wait for room in the queue. */
static void stall(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                  struct armvirt_smmu_result *result)
{
    bool writable = armvirt_smmu_event_writable(smmu, txn->sec_sid);

    result->outcome = ARMVIRT_SMMU_STALLED;
    result->stag = armvirt_smmu_stall_take(smmu, txn, result->reason, writable);
    result->recorded = true;
    result->event[1] |= ARMVIRT_SMMU_EVT1_STALL | ARMVIRT_PUT(ARMVIRT_SMMU_EVT1_STAG, result->stag);
    if (writable) {
        (void)armvirt_smmu_event_put(smmu, txn->sec_sid, result->event, false);
    }
}

enum armvirt_status armvirt_smmu_fail(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                      const struct armvirt_smmu_context *context,
                                      const struct armvirt_smmu_input *in,
                                      const struct armvirt_smmu_failure *failure,
                                      struct armvirt_smmu_result *result)
{
    bool quiet = (txn->flags & (ARMVIRT_SMMU_PROBE | ARMVIRT_SMMU_SPECULATIVE)) != 0;
    struct fault_model model = model_of(context, failure);
    bool may_stall = model.stall && !quiet && !(txn->flags & ARMVIRT_SMMU_NO_STALL);

    armvirt_smmu_gpf_txn(smmu, txn, failure);
    result->reason = failure->reason;
    result->fault = failure->fault;
    result->outcome = model.abort || quiet ? ARMVIRT_SMMU_ABORT : ARMVIRT_SMMU_RAZ_WI;
    if (failure->event == 0) {
        result->outcome = ARMVIRT_SMMU_ABORT;
        return ARMVIRT_OK;
    }
    armvirt_smmu_event_make(smmu, txn, failure, in->privileged, in->instruction, result->event);
    if (may_stall) {
        if (!armvirt_smmu_stall_room(smmu)) { /* back-pressure: nothing has happened */
            return ARMVIRT_E_AGAIN;
        }
        stall(smmu, txn, result);
    } else if (!quiet && (model.record || model.stall)) {
        bool merge = context->ste.mev || failure->event <= ARMVIRT_SMMU_EVENT(C_BAD_STE);

        result->recorded = armvirt_smmu_event_put(smmu, txn->sec_sid, result->event, merge) ==
                           ARMVIRT_SMMU_RECORDED;
    }
    return ARMVIRT_OK;
}

/* ---- Transactions that pass ---------------------------------------------------------------- */

static void pass(const struct armvirt_smmu *smmu, const struct armvirt_smmu_context *context,
                 const struct armvirt_smmu_input *in, const struct armvirt_walk *walk,
                 struct armvirt_smmu_result *result)
{
    struct armvirt_memattr attr = armvirt_smmu_combine(context, in, &walk->attr, walk->s2.desc[0]);

    armvirt_smmu_put_walk(smmu, walk, result);
    armvirt_smmu_emit_attr(smmu, in, &attr, result);
}

static void pass_entry(const struct armvirt_smmu *smmu, const struct armvirt_smmu_context *context,
                       const struct armvirt_smmu_input *in, const struct armvirt_tlb_entry *entry,
                       uint64_t va, struct armvirt_smmu_result *result)
{
    struct armvirt_memattr attr = armvirt_smmu_combine(context, in, &entry->attr, 0);

    armvirt_smmu_put_entry(smmu, entry, va, result);
    armvirt_smmu_emit_attr(smmu, in, &attr, result);
}

/* No stage translates: the granule is all that is checked. */
static enum armvirt_status pass_through(struct armvirt_smmu *smmu,
                                        const struct armvirt_smmu_txn *txn,
                                        const struct armvirt_smmu_input *in,
                                        struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_failure failure = {.reason = REASON(GPC_OUTPUT)};
    uint64_t pa = txn->addr & smmu->output_mask;
    enum armvirt_status status = armvirt_smmu_gpc(smmu, pa, in->space, &failure.fault);

    if (status == ARMVIRT_FAULT) {
        armvirt_smmu_gpf_txn(smmu, txn, &failure);
        result->outcome = ARMVIRT_SMMU_ABORT;
        result->reason = failure.reason;
        result->fault = failure.fault;
        return ARMVIRT_OK;
    }
    result->pa = pa;
    result->pa_space = in->space;
    result->size_log2 = (uint8_t)armvirt_smmu_oas(&smmu->config.id);
    result->perm = 0xff;
    armvirt_smmu_emit_attr(smmu, in, &in->attr, result);
    return status;
}

/* ---- SMMUEN is 0 --------------------------------------------------------------------------- */

/* IHI0070 6.3.14, 3.4, 6.3.57. */
static enum armvirt_status disabled(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                    struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_input in = armvirt_smmu_bypassing(smmu, txn);
    bool abort = (smmu->reg[txn->sec_sid][SMMU_GBPA] & ARMVIRT_SMMU_GBPA_ABORT) != 0;
    bool large = txn->addr >> armvirt_smmu_oas(&smmu->config.id) != 0;

    if (abort || large || armvirt_smmu_sif_refuses(smmu, txn, &in)) {
        result->outcome = ARMVIRT_SMMU_ABORT;
        result->reason = abort   ? REASON(DISABLED_ABORT)
                         : large ? REASON(DISABLED_OAS)
                                 : REASON(SIF);
        return ARMVIRT_OK;
    }
    armvirt_smmu_mpam_bypass(smmu, txn->sec_sid, result);
    return pass_through(smmu, txn, &in, result);
}

/* ---- SMMUEN is 1 --------------------------------------------------------------------------- */

/* The TLB, where what it holds suffices: stage 2 alone only without FWB, in one space of IPAs. */
static struct armvirt_tlb *tlb_for(const struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_context *context,
                                   const struct armvirt_smmu_txn *txn,
                                   const struct armvirt_smmu_input *in)
{
    bool plain = context->s1 || (in->space == txn->sec_sid && !context->regime.s2[0].fwb);

    if (!plain || (txn->flags & (ARMVIRT_SMMU_PROBE | ARMVIRT_SMMU_XT)) ||
        (context->s1 && context->cd.aa32)) {
        return NULL;
    }
    return armvirt_smmu_tlb(smmu);
}

static enum armvirt_status
translate_address(struct armvirt_smmu *smmu, const struct armvirt_smmu_cached *cached,
                  const struct armvirt_smmu_txn *txn, const struct armvirt_smmu_question *question,
                  const struct armvirt_smmu_input *in, struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_context *context = &cached->context;
    struct armvirt_tlb *tlb = tlb_for(smmu, context, txn, in);
    struct armvirt_access access;
    const struct armvirt_tlb_entry *entry;
    struct armvirt_smmu_failure failure;
    struct armvirt_walk walk;
    enum armvirt_status status;

    armvirt_smmu_access_of(context, txn, in, &access);
    if (tlb != NULL) {
        entry = armvirt_tlb_lookup(tlb, &cached->tlb, &access);
        if (entry != NULL) {
            pass_entry(smmu, context, in, entry, txn->addr, result);
            armvirt_smmu_remember(question, result);
            return ARMVIRT_OK;
        }
    }
    armvirt_smmu_count_of(smmu, txn, context, ARMVIRT_PMCG_TLB_MISS, 1);
    status = armvirt_smmu_walk(smmu, context, txn, in, &walk, &failure);
    if (status == ARMVIRT_FAULT) {
        return armvirt_smmu_fail(smmu, txn, context, in, &failure, result);
    }
    if (status != ARMVIRT_OK) {
        return ARMVIRT_E_AGAIN;
    }
    if (tlb != NULL) {
        (void)armvirt_tlb_fill(tlb, &cached->tlb, &access, &walk);
    }
    pass(smmu, context, in, &walk, result);
    return ARMVIRT_OK;
}

/* The complete way: a function of its own, since its frame is large. */
static ARMVIRT_NOINLINE enum armvirt_status enabled(struct armvirt_smmu *smmu,
                                                    const struct armvirt_smmu_txn *txn,
                                                    const struct armvirt_smmu_question *question,
                                                    struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_cached *cached;
    struct armvirt_smmu_failure failure;
    struct armvirt_smmu_input in;
    enum armvirt_status status = armvirt_smmu_config_of(smmu, txn, &cached, &failure);
    const struct armvirt_smmu_context *context = &cached->context;

    armvirt_smmu_overridden(smmu, txn, &context->ste, &in);
    if (status == ARMVIRT_FAULT) {
        return armvirt_smmu_fail(smmu, txn, context, &in, &failure, result);
    }
    if (status != ARMVIRT_OK) {
        return status;
    }
    armvirt_smmu_mpam_emit(context, result);
    if (context->s1 || context->s2) {
        return translate_address(smmu, cached, txn, question, &in, result);
    }
    if (txn->addr >> armvirt_smmu_bypass_bits(&smmu->config.id, &context->ste) != 0) {
        refuse(&failure, REASON(BYPASS_SIZE), ARMVIRT_SMMU_EVENT(F_ADDR_SIZE));
        return armvirt_smmu_fail(smmu, txn, context, &in, &failure, result);
    }
    if (armvirt_smmu_sif_refuses(smmu, txn, &in)) {
        refuse(&failure, REASON(SIF), ARMVIRT_SMMU_EVENT(F_PERMISSION));
        failure.fault.type = ARMVIRT_FAULT_PERMISSION;
        return armvirt_smmu_fail(smmu, txn, context, &in, &failure, result);
    }
    return pass_through(smmu, txn, &in, result);
}

/* Also while SMMUEN is 0; the attributes are those that came in. IHI0070 7.3.2, 16.7.1. */
static enum armvirt_status unsupported(struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_txn *txn,
                                       struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_input in = {
        .space = txn->sec_sid,
        .privileged = (txn->flags & ARMVIRT_SMMU_PRIVILEGED) != 0,
        .instruction = (txn->flags & ARMVIRT_SMMU_INSTRUCTION) != 0,
    };
    struct armvirt_smmu_failure failure;

    (void)refuse(&failure, REASON(UNSUPPORTED), ARMVIRT_SMMU_EVENT(F_UUT));
    if (txn->flags & ARMVIRT_SMMU_TRANSLATED) { /* without an event: IHI0070 3.9.1.3 */
        failure.event = 0;
    }
    return armvirt_smmu_fail(smmu, txn, &smmu->scratch, &in, &failure, result);
}

/* Whatever the stream, it is terminated without an event. IHI0070 3.14. */
static bool is_speculative_write(const struct armvirt_smmu_txn *txn)
{
    return (txn->flags & ARMVIRT_SMMU_SPECULATIVE) &&
           (txn->flags & (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE));
}

static enum armvirt_status answer(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                  struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_question question;

    if (armvirt_smmu_recall(smmu, txn, &question, result)) {
        return ARMVIRT_OK;
    }
    if (is_speculative_write(txn)) {
        result->outcome = ARMVIRT_SMMU_ABORT;
        result->reason = REASON(SPECULATIVE_WRITE);
        return ARMVIRT_OK;
    }
    if (txn->flags & ARMVIRT_SMMU_UNSUPPORTED) {
        return unsupported(smmu, txn, result);
    }
    if (txn->flags & ARMVIRT_SMMU_TRANSLATED) {
        return armvirt_smmu_translated(smmu, txn, result);
    }
    if (!(smmu->reg[txn->sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN)) {
        return disabled(smmu, txn, result);
    }
    if (armvirt_smmu_quick(smmu, txn, &question, result)) {
        return ARMVIRT_OK;
    }
    return enabled(smmu, txn, &question, result);
}

/* Counted at its end, when its labels are known. */
static void count(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                  const struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_label label = {result->partid, result->pmg, result->mpam_space};

    armvirt_smmu_tell_count(smmu, txn, &label, ARMVIRT_PMCG_TRANSACTION, 1);
    if (txn->flags & ARMVIRT_SMMU_TRANSLATED) {
        armvirt_smmu_tell_count(smmu, txn, &label, ARMVIRT_PMCG_ATS_TRANSLATED, 1);
    }
}

enum armvirt_status armvirt_smmu_translate(struct armvirt_smmu *smmu,
                                           const struct armvirt_smmu_txn *txn,
                                           struct armvirt_smmu_result *result)
{
    enum armvirt_status status;

    /* two small pieces: compilers make stores of them, no loop */
    memset(result, 0, offsetof(struct armvirt_smmu_result, fault));
    memset(&result->fault, 0, sizeof(*result) - offsetof(struct armvirt_smmu_result, fault));
    if (txn->sec_sid >= ARMVIRT_SMMU_INTERFACES || !armvirt_smmu_interface(smmu, txn->sec_sid)) {
        return ARMVIRT_E_INVAL;
    }
    status = answer(smmu, txn, result);
    if (status == ARMVIRT_OK && smmu->config.ops != NULL && smmu->config.ops->count != NULL) {
        count(smmu, txn, result);
    }
    return status;
}

/* ---- What a stream is ---------------------------------------------------------------------- */

enum armvirt_status armvirt_smmu_stream(const struct armvirt_smmu *smmu,
                                        const struct armvirt_smmu_txn *txn,
                                        struct armvirt_smmu_context *context, uint8_t *reason)
{
    struct armvirt_smmu_txn probe = *txn;
    struct armvirt_smmu_failure failure = {.reason = REASON(NONE)};
    enum armvirt_status status;

    memset(context, 0, sizeof(*context));
    *reason = REASON(NONE);
    if (txn->sec_sid >= ARMVIRT_SMMU_INTERFACES || !armvirt_smmu_interface(smmu, txn->sec_sid)) {
        return ARMVIRT_E_INVAL;
    }
    probe.flags |= ARMVIRT_SMMU_PROBE;
    status = armvirt_smmu_read_config(smmu, &probe, context, &failure);
    *reason = status == ARMVIRT_FAULT ? failure.reason : (uint8_t)REASON(NONE);
    return status;
}
