/* SPDX-License-Identifier: MIT */
/* Transactions whose address an endpoint got by ATS (IHI0070 3.9.1.3, 13.6.3, 3.24). */
#include "ats.h"

#include "base/mem_functions.h"
#include "regime.h"

#define REASON(name) ARMVIRT_SMMU_REASON_##name

/* F_TRANSL_FORBIDDEN. IHI0070 7.3.8. */
static enum armvirt_status forbid(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                  unsigned reason, struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_failure failure = {
        .reason = (uint8_t)reason,
        .event = ARMVIRT_SMMU_EVENT(F_TRANSL_FORBIDDEN),
    };
    const struct armvirt_smmu_input in = {.space = txn->sec_sid};

    return armvirt_smmu_fail(smmu, txn, &smmu->scratch, &in, &failure, result);
}

static enum armvirt_status abort_quietly(const struct armvirt_smmu_failure *failure,
                                         struct armvirt_smmu_result *result)
{
    result->outcome = ARMVIRT_SMMU_ABORT;
    result->reason = failure->reason;
    result->fault = failure->fault;
    return ARMVIRT_OK;
}

/* The configuration is wrong: recorded only with CR2.REC_CFG_ATS; RECINVSID does not count. */
static enum armvirt_status misconfigured(struct armvirt_smmu *smmu,
                                         const struct armvirt_smmu_txn *txn,
                                         struct armvirt_smmu_failure *failure,
                                         struct armvirt_smmu_result *result)
{
    if (armvirt_smmu_no_stream(failure->reason)) {
        failure->event = ARMVIRT_SMMU_EVENT(C_BAD_STREAMID);
    }
    armvirt_smmu_gpf_txn(smmu, txn, failure);
    result->recorded = armvirt_smmu_record_ats(smmu, txn, failure, result->event);
    return abort_quietly(failure, result);
}

/* ---- Passing -------------------------------------------------------------------------------- */

/* The address is a physical one in @in->space; granule protection is all that is left. */
static enum armvirt_status pass(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                const struct armvirt_smmu_input *in,
                                struct armvirt_smmu_result *result)
{
    unsigned oas = armvirt_smmu_oas(&smmu->config.id);
    struct armvirt_smmu_failure failure = {.reason = REASON(NONE)};
    enum armvirt_status status;

    if (txn->addr >> oas != 0) {
        failure.reason = REASON(BYPASS_SIZE);
        return abort_quietly(&failure, result);
    }
    status = armvirt_smmu_gpc(smmu, txn->addr, in->space, &failure.fault);
    if (status == ARMVIRT_FAULT) {
        failure.reason = REASON(GPC_OUTPUT);
        armvirt_smmu_gpf_txn(smmu, txn, &failure);
        return abort_quietly(&failure, result);
    }
    result->pa = txn->addr;
    result->pa_space = in->space;
    result->size_log2 = 12;
    result->perm = 0xff;
    armvirt_smmu_emit_attr(smmu, in, &in->attr, result);
    return status;
}

/* Realm instructions are not read from Non-secure memory. IHI0070 3.9.1.3. */
static bool is_realm_fetch_outside(const struct armvirt_smmu_txn *txn,
                                   const struct armvirt_smmu_input *in)
{
    return txn->sec_sid == ARMVIRT_SPACE_REALM && in->instruction &&
           in->space == ARMVIRT_SPACE_NONSECURE && !(txn->flags & ARMVIRT_SMMU_WRITE);
}

static enum armvirt_status pass_full(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                     const struct armvirt_smmu_input *in,
                                     struct armvirt_smmu_result *result)
{
    return is_realm_fetch_outside(txn, in) ? forbid(smmu, txn, REASON(TRANSLATED_FORBIDDEN), result)
                                           : pass(smmu, txn, in, result);
}

/* EATS 0b11. IHI0070 3.24.1. */
static enum armvirt_status pass_dpt(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                    struct armvirt_smmu_input *in,
                                    struct armvirt_smmu_result *result)
{
    const struct armvirt_ste *ste = &smmu->scratch.ste;

    switch (armvirt_smmu_dpt_check(smmu, ste, txn, &in->space)) {
    case ARMVIRT_SMMU_DPT_PERMITTED:
        return armvirt_smmu_xt_refuses(smmu, ste, txn, in->space)
                   ? forbid(smmu, txn, REASON(DPT_DENIED), result)
                   : pass_full(smmu, txn, in, result);
    case ARMVIRT_SMMU_DPT_RETRY:
        return ARMVIRT_E_AGAIN;
    default:
        return forbid(smmu, txn, REASON(DPT_DENIED), result);
    }
}

/* EATS 0b10: the address is an IPA. IHI0070 13.6.3. */
static enum armvirt_status pass_split(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                      const struct armvirt_smmu_input *in,
                                      struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_context *context = &smmu->scratch;
    struct armvirt_smmu_failure failure;
    struct armvirt_memattr attr;
    struct armvirt_walk walk;
    enum armvirt_status status;

    context->s1 = false;
    context->s2 = true;
    armvirt_smmu_regime(&smmu->config.id, &smmu->vmsa, smmu->reg[txn->sec_sid][SMMU_S2PII], context,
                        &context->regime);
    status = armvirt_smmu_walk(smmu, context, txn, in, &walk, &failure);
    if (status == ARMVIRT_FAULT) {
        return armvirt_smmu_fail(smmu, txn, context, in, &failure, result);
    }
    if (status != ARMVIRT_OK) {
        return ARMVIRT_E_AGAIN;
    }
    attr = armvirt_smmu_combine(context, in, &walk.attr, walk.s2.desc[0]);
    result->pa = walk.pa;
    result->pa_space = walk.pa_space;
    result->size_log2 = walk.size_log2;
    result->perm = walk.perm;
    result->mecid = walk.mecid;
    armvirt_smmu_emit_attr(smmu, in, &attr, result);
    return ARMVIRT_OK;
}

/* ---- The checks ----------------------------------------------------------------------------- */

/* IHI0070 3.9.1.3: without IDR3.PASIDTT a PASID, and what comes with it, is not looked at. */
static struct armvirt_smmu_txn heeded(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn)
{
    bool pasidtt = armvirt_smmu_has(&smmu->config.id, 3, ARMVIRT_SMMU_IDR3_PASIDTT);
    uint16_t of_pasid = ARMVIRT_SMMU_SSV | ARMVIRT_SMMU_PRIVILEGED | ARMVIRT_SMMU_INSTRUCTION;
    struct armvirt_smmu_txn heeded = *txn;

    if (!pasidtt || !(txn->flags & ARMVIRT_SMMU_SSV)) {
        heeded.flags = (uint16_t)(heeded.flags & ~of_pasid);
        heeded.ssid = 0;
    }
    heeded.flags |= ARMVIRT_SMMU_NO_STALL;
    return heeded;
}

/*
 * With IDR3.PASIDTT a PASID that comes along must lead to a context descriptor, and the stream must
 * have a place for what comes without one. IHI0070 3.9.1.3, 7.3.7.
 */
static enum armvirt_status check_pasid(struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_txn *txn,
                                       const struct armvirt_smmu_input *in,
                                       struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_failure failure = {.reason = REASON(NONE)};
    enum armvirt_status status = ARMVIRT_OK;

    if (txn->flags & ARMVIRT_SMMU_SSV) {
        status = armvirt_smmu_read_config(smmu, txn, &smmu->scratch, &failure);
    } else if (armvirt_smmu_has(&smmu->config.id, 3, ARMVIRT_SMMU_IDR3_PASIDTT)) {
        status = armvirt_smmu_choose_substream(txn, &smmu->scratch, &failure);
    }
    if (status != ARMVIRT_FAULT) {
        return status;
    }
    if (armvirt_smmu_event_can_stall(failure.event)) {
        (void)armvirt_smmu_fail(smmu, txn, &smmu->scratch, in, &failure, result);
    } else {
        (void)misconfigured(smmu, txn, &failure, result);
    }
    return ARMVIRT_FAULT;
}

/* ATSCHK is 1. IHI0070 3.9.1.3, in the order of its list. */
static enum armvirt_status check(struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                                 struct armvirt_smmu_result *result)
{
    struct armvirt_smmu_failure failure = {.reason = REASON(NONE)};
    struct armvirt_ste *ste = &smmu->scratch.ste;
    enum armvirt_status status = armvirt_smmu_read_ste(smmu, txn, ste, &failure);
    struct armvirt_smmu_input in;

    if (status != ARMVIRT_OK) {
        return status == ARMVIRT_FAULT ? misconfigured(smmu, txn, &failure, result) : status;
    }
    if (ste->config == ARMVIRT_SMMU_STE0_CONFIG_BYPASS || ste->eats == 0) {
        return forbid(smmu, txn, REASON(TRANSLATED_FORBIDDEN), result);
    }
    if (armvirt_smmu_heeds_xt(smmu, ste) && !(txn->flags & ARMVIRT_SMMU_XT)) {
        return forbid(smmu, txn, REASON(TRANSLATED_FORBIDDEN), result);
    }
    armvirt_smmu_overridden(smmu, txn, ste, &in);
    armvirt_smmu_mpam_of_stream(smmu, &smmu->scratch);
    status = check_pasid(smmu, txn, &in, result);
    if (status != ARMVIRT_OK) {
        return status == ARMVIRT_FAULT ? ARMVIRT_OK : status;
    }
    armvirt_smmu_mpam_emit(&smmu->scratch, result);
    switch (ste->eats) {
    case ARMVIRT_SMMU_STE1_EATS_SPLIT:
        return pass_split(smmu, txn, &in, result);
    case ARMVIRT_SMMU_STE1_EATS_DPT:
        return pass_dpt(smmu, txn, &in, result);
    default:
        return pass_full(smmu, txn, &in, result);
    }
}

enum armvirt_status armvirt_smmu_translated(struct armvirt_smmu *smmu,
                                            const struct armvirt_smmu_txn *txn,
                                            struct armvirt_smmu_result *result)
{
    uint64_t cr0 = smmu->reg[txn->sec_sid][SMMU_CR0];
    bool checks = (cr0 & ARMVIRT_SMMU_CR0_ATSCHK) != 0;
    struct armvirt_smmu_txn mine = heeded(smmu, txn);
    struct armvirt_smmu_input in;

    if (!(cr0 & ARMVIRT_SMMU_CR0_SMMUEN) || !armvirt_smmu_ats(&smmu->config.id, txn->sec_sid)) {
        return forbid(smmu, &mine, REASON(TRANSLATED_FORBIDDEN), result);
    }
    if (checks || txn->sec_sid == ARMVIRT_SPACE_REALM) {
        return check(smmu, &mine, result);
    }
    memset(&smmu->scratch.ste, 0, sizeof(smmu->scratch.ste));
    armvirt_smmu_overridden(smmu, &mine, &smmu->scratch.ste, &in);
    armvirt_smmu_mpam_bypass(smmu, txn->sec_sid, result);
    return pass(smmu, &mine, &in, result);
}
