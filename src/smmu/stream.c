/* SPDX-License-Identifier: MIT */
/*
 * From StreamID and SubstreamID to a configuration: stream table, context descriptors, and the
 * checks on the way in the order of IHI0070 7.3.22 (3.3, 3.4.3, 5.1 to 5.4).
 */
#include "stream.h"

#include "base/mem_functions.h"
#include "pgtable/attr.h"
#include "pgtable/walk.h"
#include "regime.h"

#define REASON(name) ARMVIRT_SMMU_REASON_##name

/* ---- Failures ------------------------------------------------------------------------------ */

static enum armvirt_status fail(struct armvirt_smmu_failure *failure, uint8_t reason, uint8_t event)
{
    *failure = (struct armvirt_smmu_failure){.reason = reason, .event = event};
    return ARMVIRT_FAULT;
}

/* A read of a structure did not succeed. */
enum armvirt_status armvirt_smmu_fetch_failed(struct armvirt_smmu_failure *failure,
                                              enum armvirt_smmu_bus bus,
                                              const struct armvirt_smmu_words *at, uint8_t reason,
                                              uint8_t event)
{
    if (bus == ARMVIRT_SMMU_BUS_RETRY) {
        return ARMVIRT_E_AGAIN;
    }
    *failure = (struct armvirt_smmu_failure){
        .reason = reason,
        .event = event,
        .address = at->pa,
        .gpcf = bus == ARMVIRT_SMMU_BUS_GPC,
    };
    if (failure->gpcf) {
        failure->fault.type = ARMVIRT_FAULT_GPC_ON_OUTPUT;
        failure->fault.reason = at->refusal;
        failure->fault.pa = at->pa;
        failure->fault.pa_space = at->space;
    }
    return ARMVIRT_FAULT;
}

/* ---- Stream table -------------------------------------------------------------------------- */

/* C_BAD_STREAMID is recorded only if CR2.RECINVSID says so. IHI0070 7.3.3. */
static enum armvirt_status bad_streamid(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                                        uint8_t reason, struct armvirt_smmu_failure *failure)
{
    bool record = (smmu->reg[sec_sid][SMMU_CR2] & ARMVIRT_SMMU_CR2_RECINVSID) != 0;

    return fail(failure, reason, record ? ARMVIRT_SMMU_EVENT(C_BAD_STREAMID) : 0);
}

/* The base, aligned to 2^@log2 bytes. IHI0070 6.3.24. */
static uint64_t table_base(const struct armvirt_smmu *smmu, uint8_t sec_sid, unsigned log2)
{
    uint64_t base = smmu->reg[sec_sid][SMMU_STRTAB_BASE] & ARMVIRT_SMMU_STRTAB_BASE_ADDR;

    return log2 > 55 ? 0 : base & ~((UINT64_C(1) << log2) - 1);
}

/* Reserved values act as 6. IHI0070 6.3.25. */
static unsigned split_of(uint64_t cfg)
{
    unsigned split = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STRTAB_BASE_CFG_SPLIT, cfg);

    return split == 8 || split == 10 ? split : 6;
}

static struct armvirt_smmu_words stream_words(uint8_t sec_sid, uint64_t pa, unsigned count)
{
    return (struct armvirt_smmu_words){
        .pa = pa,
        .space = sec_sid,
        .what = ARMVIRT_MEM_SMMU_STREAM,
        .count = count,
    };
}

/* The address of an entry in a two-level table. IHI0070 5.1, 7.3.3. */
static enum armvirt_status find_in_two_levels(const struct armvirt_smmu *smmu,
                                              const struct armvirt_smmu_txn *txn, uint64_t *pa,
                                              struct armvirt_smmu_failure *failure)
{
    uint64_t cfg = smmu->reg[txn->sec_sid][SMMU_STRTAB_BASE_CFG];
    unsigned log2size = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STRTAB_BASE_CFG_LOG2SIZE, cfg);
    unsigned split = split_of(cfg);
    unsigned align = log2size > split + 3 ? log2size - split + 3 : 6;
    uint64_t index = txn->sid & ((UINT32_C(1) << split) - 1);
    uint64_t at = table_base(smmu, txn->sec_sid, align) + 8 * (uint64_t)(txn->sid >> split);
    struct armvirt_smmu_words words = stream_words(txn->sec_sid, at, 1);
    enum armvirt_smmu_bus bus;
    uint64_t l1std;
    unsigned span;

    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_ACCESS, 1);
    bus = armvirt_smmu_fetch(smmu, &words, &l1std);
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        return armvirt_smmu_fetch_failed(failure, bus, &words, REASON(L1STD_FETCH),
                                         ARMVIRT_SMMU_EVENT(F_STE_FETCH));
    }
    span = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_L1STD_SPAN, l1std);
    if (span == 0 || span > 11 || span > split + 1) {
        return bad_streamid(smmu, txn->sec_sid, REASON(STREAMID_L1), failure);
    }
    if (index >> (span - 1) != 0) {
        return bad_streamid(smmu, txn->sec_sid, REASON(STREAMID_SPAN), failure);
    }
    *pa = (l1std & ARMVIRT_SMMU_L1STD_L2PTR & ~((UINT64_C(1) << (span + 5)) - 1)) + 64 * index;
    return ARMVIRT_OK;
}

static enum armvirt_status find_ste(const struct armvirt_smmu *smmu,
                                    const struct armvirt_smmu_txn *txn, uint64_t *pa,
                                    struct armvirt_smmu_failure *failure)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t cfg = smmu->reg[txn->sec_sid][SMMU_STRTAB_BASE_CFG];
    unsigned log2size = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STRTAB_BASE_CFG_LOG2SIZE, cfg);
    unsigned most = armvirt_smmu_sidsize(id, txn->sec_sid);
    bool two_level = ARMVIRT_GET(ARMVIRT_SMMU_STRTAB_BASE_CFG_FMT, cfg) == 1 &&
                     armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_ST_LEVEL);

    most = log2size < most ? log2size : most;
    if ((uint64_t)txn->sid >> most != 0) {
        return bad_streamid(smmu, txn->sec_sid, REASON(STREAMID), failure);
    }
    if (two_level) {
        return find_in_two_levels(smmu, txn, pa, failure);
    }
    *pa = table_base(smmu, txn->sec_sid, log2size + 6) + 64 * (uint64_t)txn->sid;
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_smmu_read_ste(const struct armvirt_smmu *smmu,
                                          const struct armvirt_smmu_txn *txn,
                                          struct armvirt_ste *ste,
                                          struct armvirt_smmu_failure *failure)
{
    struct armvirt_smmu_view view = armvirt_smmu_view_of(smmu, txn->sec_sid);
    struct armvirt_smmu_words words;
    enum armvirt_smmu_bus bus;
    enum armvirt_status status;
    uint64_t word[8], pa = 0;

    memset(ste, 0, sizeof(*ste));
    status = find_ste(smmu, txn, &pa, failure);
    if (status != ARMVIRT_OK) {
        return status;
    }
    words = stream_words(txn->sec_sid, pa, 8);
    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_ACCESS, 1);
    bus = armvirt_smmu_fetch(smmu, &words, word);
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        return armvirt_smmu_fetch_failed(failure, bus, &words, REASON(STE_FETCH),
                                         ARMVIRT_SMMU_EVENT(F_STE_FETCH));
    }
    if (armvirt_ste_decode(&smmu->config.id, &view, word, ste) != ARMVIRT_OK) {
        return fail(failure, ste->reason, ARMVIRT_SMMU_EVENT(C_BAD_STE));
    }
    return ste->enabled ? ARMVIRT_OK : fail(failure, REASON(STREAM_ABORT), 0);
}

/* ---- Substreams ---------------------------------------------------------------------------- */

/* Why a SubstreamID is not accepted, as a reason; NONE if it is. IHI0070 7.3.9. */
static uint8_t bad_substream(const struct armvirt_ste *ste, uint32_t ssid)
{
    if (!ste->s1) {
        return REASON(SUBSTREAM_BYPASS);
    }
    if (ste->s1_cdmax == 0) {
        return REASON(SUBSTREAM_DISABLED);
    }
    return ssid >> ste->s1_cdmax != 0 ? REASON(SUBSTREAM_RANGE) : REASON(NONE);
}

/* What S1DSS says of context descriptor 0. IHI0070 5.2. */
static uint8_t disabled_substream(const struct armvirt_ste *ste, bool ssv, uint32_t ssid)
{
    if (!ssv && ste->s1_dss == ARMVIRT_SMMU_STE1_S1DSS_TERMINATE) {
        return REASON(S1DSS_TERMINATE);
    }
    return ssv && ssid == 0 && ste->s1_dss == ARMVIRT_SMMU_STE1_S1DSS_SSID0 ? REASON(S1DSS_SSID0)
                                                                            : REASON(NONE);
}

enum armvirt_status armvirt_smmu_choose_substream(const struct armvirt_smmu_txn *txn,
                                                  struct armvirt_smmu_context *context,
                                                  struct armvirt_smmu_failure *failure)
{
    const struct armvirt_ste *ste = &context->ste;
    bool ssv = (txn->flags & ARMVIRT_SMMU_SSV) != 0;
    uint8_t reason = ssv ? bad_substream(ste, txn->ssid) : (uint8_t)REASON(NONE);

    if (reason != REASON(NONE)) {
        return fail(failure, reason, ARMVIRT_SMMU_EVENT(C_BAD_SUBSTREAMID));
    }
    context->s1 = ste->s1;
    context->s2 = ste->s2;
    if (!ste->s1 || ste->s1_cdmax == 0) {
        return ARMVIRT_OK;
    }
    reason = disabled_substream(ste, ssv, txn->ssid);
    if (reason != REASON(NONE)) {
        return fail(failure, reason, ARMVIRT_SMMU_EVENT(F_STREAM_DISABLED));
    }
    context->s1 = ssv || ste->s1_dss != ARMVIRT_SMMU_STE1_S1DSS_BYPASS;
    return ARMVIRT_OK;
}

/* ---- Context descriptors ------------------------------------------------------------------- */

/* Stage 2 refused the read of a descriptor. IHI0070 7.3.12 to 7.3.16, CLASS is CD. */
static enum armvirt_status stage2_refused(const struct armvirt_fault *fault, uint8_t reason,
                                          struct armvirt_smmu_failure *failure)
{
    uint8_t event = armvirt_smmu_event_of(fault);

    *failure = (struct armvirt_smmu_failure){
        .reason = reason,
        .event = event == 0 ? ARMVIRT_SMMU_EVENT(F_CD_FETCH) : event,
        .class = ARMVIRT_SMMU_EVT1_CLASS_CD,
        .stage = 2,
        .address = fault->pa,
        .gpcf = fault->type == ARMVIRT_FAULT_GPC_ON_WALK || event == 0,
        .fault = *fault,
    };
    return ARMVIRT_FAULT;
}

/* What stage 2 of a PE does not know: S2PTW, and that Realm descriptors are in Realm memory. */
static enum armvirt_status check_cd_page(const struct armvirt_smmu_context *context,
                                         const struct armvirt_walk *walk,
                                         struct armvirt_smmu_failure *failure)
{
    const struct armvirt_regime *regime = &context->regime;
    const struct armvirt_stage *stage = armvirt_stage2_tables(regime, walk->ipa_space);
    const struct armvirt_memattr normal = {.mair = ATTR_WB_RWA};
    struct armvirt_fault fault = {
        .type = ARMVIRT_FAULT_PERMISSION,
        .stage = 2,
        .level = walk->s2.level,
        .ipa = walk->ipa,
        .ipa_space = walk->ipa_space,
        .desc = walk->s2.desc[0],
        .desc_pa = walk->s2.desc_pa,
    };

    if (stage->ptw && armvirt_s2_is_device(stage, walk->s2.desc[0], &normal)) {
        fault.reason = ARMVIRT_REASON_S2_PTW_DEVICE;
        return stage2_refused(&fault, REASON(CD_S2PTW), failure);
    }
    if (context->ste.sec_sid == ARMVIRT_SPACE_REALM && walk->pa_space != ARMVIRT_SPACE_REALM) {
        fault.reason = ARMVIRT_REASON_S2_REALM_TABLE;
        return stage2_refused(&fault, REASON(CD_REALM), failure);
    }
    return ARMVIRT_OK;
}

/* The physical address of a descriptor. */
static enum armvirt_status locate(const struct armvirt_smmu *smmu,
                                  const struct armvirt_smmu_txn *txn,
                                  const struct armvirt_smmu_context *context,
                                  struct armvirt_smmu_words *at,
                                  struct armvirt_smmu_failure *failure)
{
    const struct armvirt_walk_env env = {.mem = smmu->config.mem};
    bool probe = (txn->flags & (ARMVIRT_SMMU_PROBE | ARMVIRT_SMMU_SPECULATIVE)) != 0;
    const struct armvirt_access access = {
        .va = at->pa,
        .kind = ARMVIRT_READ,
        .el = 1,
        .flags = probe ? ARMVIRT_ACCESS_NO_UPDATE : 0,
    };
    struct armvirt_walk walk;
    enum armvirt_status status;

    if (!context->s2) {
        return ARMVIRT_OK;
    }
    status = armvirt_translate_ipa(&context->regime, &env, &access, context->ste.sec_sid, &walk);
    if (status == ARMVIRT_OK || status == ARMVIRT_FAULT) {
        armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_WALK_ACCESS, walk.reads);
    }
    if (status == ARMVIRT_FAULT) {
        return stage2_refused(&walk.fault, REASON(CD_STAGE2), failure);
    }
    at->pa = walk.pa;
    at->space = walk.pa_space;
    return status == ARMVIRT_OK ? check_cd_page(context, &walk, failure) : status;
}

/* Read words of a descriptor at @at, an IPA if stage 2 is on. */
static enum armvirt_status read_words(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn,
                                      const struct armvirt_smmu_context *context,
                                      struct armvirt_smmu_words *at, uint64_t *word,
                                      struct armvirt_smmu_failure *failure)
{
    enum armvirt_status status = locate(smmu, txn, context, at, failure);
    enum armvirt_smmu_bus bus;

    if (status != ARMVIRT_OK) {
        return status;
    }
    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_ACCESS, 1);
    bus = armvirt_smmu_fetch(smmu, at, word);
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        return armvirt_smmu_fetch_failed(failure, bus, at,
                                         at->count == 1 ? REASON(L1CD_FETCH) : REASON(CD_FETCH),
                                         ARMVIRT_SMMU_EVENT(F_CD_FETCH));
    }
    return ARMVIRT_OK;
}

/* The address of the context descriptor: physical, or an IPA if stage 2 is on. IHI0070 5.2 S1Fmt.
 */
static enum armvirt_status find_cd(const struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_txn *txn,
                                   const struct armvirt_smmu_context *context,
                                   struct armvirt_smmu_words *at,
                                   struct armvirt_smmu_failure *failure)
{
    const struct armvirt_ste *ste = &context->ste;
    uint32_t index = txn->flags & ARMVIRT_SMMU_SSV ? txn->ssid : 0;
    unsigned leaf = ste->s1_fmt == ARMVIRT_SMMU_STE0_S1FMT_4K_L2 ? 6 : 10;
    enum armvirt_status status;
    uint64_t l1cd, l2;

    if (ste->s1_fmt == ARMVIRT_SMMU_STE0_S1FMT_LINEAR) {
        at->pa = ste->s1_table + 64 * (uint64_t)index;
        return ARMVIRT_OK;
    }
    at->pa = ste->s1_table + 8 * (uint64_t)(index >> leaf);
    at->count = 1;
    status = read_words(smmu, txn, context, at, &l1cd, failure);
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (!(l1cd & ARMVIRT_SMMU_L1CD_V)) {
        return fail(failure, REASON(SUBSTREAM_L1CD), ARMVIRT_SMMU_EVENT(C_BAD_SUBSTREAMID));
    }
    l2 = l1cd & ARMVIRT_SMMU_L1CD_L2PTR & ~((UINT64_C(64) << leaf) - 1);
    if (!context->s2 && l2 >> armvirt_smmu_oas(&smmu->config.id) != 0) {
        return fail(failure, REASON(SUBSTREAM_L2PTR), ARMVIRT_SMMU_EVENT(C_BAD_SUBSTREAMID));
    }
    at->pa = l2 + 64 * (uint64_t)(index & ((UINT32_C(1) << leaf) - 1));
    at->space = ste->sec_sid;
    return ARMVIRT_OK;
}

static enum armvirt_status read_cd(const struct armvirt_smmu *smmu,
                                   const struct armvirt_smmu_txn *txn,
                                   struct armvirt_smmu_context *context,
                                   struct armvirt_smmu_failure *failure)
{
    struct armvirt_smmu_view view = armvirt_smmu_view_of(smmu, txn->sec_sid);
    struct armvirt_smmu_words at = {
        .space = txn->sec_sid,
        .what = ARMVIRT_MEM_SMMU_CONTEXT,
        .mecid = context->ste.mecid,
    };
    enum armvirt_status status = find_cd(smmu, txn, context, &at, failure);
    uint64_t word[8];

    at.count = 8;
    if (status == ARMVIRT_OK) {
        status = read_words(smmu, txn, context, &at, word, failure);
    }
    if (status == ARMVIRT_OK &&
        armvirt_cd_decode(&smmu->config.id, &view, &context->ste, word, &context->cd)) {
        return fail(failure, context->cd.reason, ARMVIRT_SMMU_EVENT(C_BAD_CD));
    }
    return status;
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void make_regime(const struct armvirt_smmu *smmu, struct armvirt_smmu_context *context)
{
    uint64_t s2pii = smmu->reg[context->ste.sec_sid][SMMU_S2PII];

    armvirt_smmu_regime(&smmu->config.id, &smmu->vmsa, s2pii, context, &context->regime);
}

enum armvirt_status armvirt_smmu_read_config(const struct armvirt_smmu *smmu,
                                             const struct armvirt_smmu_txn *txn,
                                             struct armvirt_smmu_context *context,
                                             struct armvirt_smmu_failure *failure)
{
    enum armvirt_status status = armvirt_smmu_read_ste(smmu, txn, &context->ste, failure);
    bool s1;

    context->s1 = context->s2 = false;
    memset(&context->cd, 0, sizeof(context->cd));
    if (status == ARMVIRT_OK) {
        status = armvirt_smmu_choose_substream(txn, context, failure);
    }
    if (status != ARMVIRT_OK) {
        return status;
    }
    s1 = context->s1;
    if (context->s2) { /* context descriptors are read through it */
        context->s1 = false;
        make_regime(smmu, context);
    }
    if (s1) {
        status = read_cd(smmu, txn, context, failure);
        if (status != ARMVIRT_OK) {
            return status;
        }
        context->s1 = true;
        make_regime(smmu, context);
    }
    return armvirt_smmu_mpam(smmu, txn, context, failure);
}
