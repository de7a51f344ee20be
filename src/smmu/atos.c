/* SPDX-License-Identifier: MIT */
/* Address translation operations: GATOS, VATOS, and their Secure twins (IHI0070 9). */
#include "command.h"
#include "pgtable/walk.h"
#include "regime.h"
#include "translate.h"

#include "base/mem_functions.h"

#define ADDR(field, request) ARMVIRT_GET(ARMVIRT_SMMU_GATOS_ADDR_##field, (request)->addr)
#define REASON(name)         ARMVIRT_SMMU_REASON_##name

enum type { TYPE_RESERVED, TYPE_S1, TYPE_S2, TYPE_S12 };

/* FAULTCODE that is no event. IHI0070 9.1.5. */
enum { INV_REQ = 0xff, INV_STAGE = 0xfe, INTERNAL_ERR = 0xfd };

/* PAR.REASON. IHI0070 9.1.4. */
enum { AT_S1, AT_S2_CD, AT_S2_TT, AT_S2_IN };

/* A request: which registers, and what they say. */
struct request {
    uint64_t addr, sid;
    uint8_t bank;
    uint8_t type;
    bool virtual; /* from a VATOS page */
    struct armvirt_smmu_txn txn;
    struct armvirt_smmu_input in;
};

/* What a request ends with. */
struct answer {
    struct armvirt_walk walk;
    struct armvirt_smmu_failure failure;
    uint8_t code; /* FAULTCODE; 0: success */
};

/* ---- The request --------------------------------------------------------------------------- */

static void read_request(const struct armvirt_smmu *smmu, uint8_t bank, bool virtual,
                         struct request *r)
{
    const uint64_t *reg = smmu->reg[bank];
    bool secure = bank == ARMVIRT_SPACE_SECURE;

    memset(r, 0, sizeof(*r));
    r->addr = reg[virtual ? SMMU_VATOS_ADDR : SMMU_GATOS_ADDR];
    r->sid = reg[virtual ? SMMU_VATOS_SID : SMMU_GATOS_SID];
    r->bank = bank;
    r->virtual = virtual;
    r->type = (uint8_t)ADDR(TYPE, r);
    r->txn.addr = r->addr & ARMVIRT_SMMU_GATOS_ADDR_ADDR;
    r->txn.sid = (uint32_t)ARMVIRT_GET(ARMVIRT_SMMU_GATOS_SID_STREAMID, r->sid);
    r->txn.ssid = (uint32_t)ARMVIRT_GET(ARMVIRT_SMMU_GATOS_SID_SUBSTREAMID, r->sid);
    r->txn.sec_sid = ARMVIRT_SPACE_NONSECURE;
    if (secure && (virtual || (r->sid & ARMVIRT_SMMU_S_GATOS_SID_SSEC))) {
        r->txn.sec_sid = ARMVIRT_SPACE_SECURE;
    }
    r->txn.flags = (uint16_t)((ADDR(RNW, r) ? 0 : ARMVIRT_SMMU_WRITE) |
                              (ADDR(HTTUI, r) ? ARMVIRT_SMMU_PROBE : 0) |
                              (r->sid & ARMVIRT_SMMU_GATOS_SID_SSID_VALID ? ARMVIRT_SMMU_SSV : 0));
    r->in.attr = (struct armvirt_memattr){.mair = 0xff};
    r->in.privileged = ADDR(PNU, r);
    r->in.instruction = ADDR(IND, r) && ADDR(RNW, r);
    r->in.space = r->txn.sec_sid;
    if (r->in.space == ARMVIRT_SPACE_SECURE && (r->addr & ARMVIRT_SMMU_S_GATOS_ADDR_NS)) {
        r->in.space = ARMVIRT_SPACE_NONSECURE;
    }
}

/* INV_REQ does not depend on the stream. IHI0070 9.1.3. */
static bool is_invalid(const struct armvirt_smmu_id *id, const struct request *r)
{
    bool s1 = armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S1P);
    bool s2 = armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S2P);

    return r->type == TYPE_RESERVED || ((r->type & TYPE_S1) && !s1) ||
           ((r->type & TYPE_S2) && !s2) || (r->virtual && r->type != TYPE_S1) ||
           (r->type == TYPE_S2 && (r->txn.flags & ARMVIRT_SMMU_SSV));
}

/* ---- The stream ---------------------------------------------------------------------------- */

static uint8_t code_of(const struct armvirt_smmu_failure *failure)
{
    switch (failure->reason) {
    case REASON(STREAMID):
    case REASON(STREAMID_L1):
    case REASON(STREAMID_SPAN):
        return ARMVIRT_SMMU_EVENT(C_BAD_STREAMID);
    case REASON(STREAM_ABORT):
        return INV_STAGE;
    default:
        return failure->event == 0 ? (uint8_t)INTERNAL_ERR : failure->event;
    }
}

/* VATOS sees only streams that its VMID tags. IHI0070 9.1.6. */
static bool vatos_sees(const struct armvirt_smmu *smmu, const struct request *r,
                       const struct armvirt_ste *ste)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    bool tagged = ste->enabled && (ste->s1 || ste->s2) && ste->world == ARMVIRT_SMMU_EL1 &&
                  armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S2P);

    return tagged && ste->vmid == smmu->reg[r->bank][SMMU_VATOS_SEL];
}

/* Whether the stages that are asked for translate. */
static bool has_stages(const struct request *r, const struct armvirt_ste *ste)
{
    return (!(r->type & TYPE_S1) || ste->s1) && (!(r->type & TYPE_S2) || ste->s2);
}

/* Requests are reported also where they update no flags. IHI0070 9.1.4. */
static void report_gpf(struct armvirt_smmu *smmu, const struct request *r,
                       const struct armvirt_smmu_failure *failure)
{
    struct armvirt_smmu_txn txn = r->txn;

    txn.flags &= (uint16_t)~ARMVIRT_SMMU_PROBE;
    armvirt_smmu_gpf_txn(smmu, &txn, failure);
}

/* From C_BAD_STREAMID to INV_STAGE, in the order of IHI0070 9.1.5. */
static uint8_t check_stream(struct armvirt_smmu *smmu, const struct request *r,
                            struct armvirt_ste *ste, enum armvirt_status *status)
{
    struct armvirt_smmu_failure failure;

    *status = armvirt_smmu_read_ste(smmu, &r->txn, ste, &failure);
    if (*status == ARMVIRT_FAULT && failure.reason != REASON(STREAM_ABORT)) {
        report_gpf(smmu, r, &failure);
        return code_of(&failure);
    }
    if (r->virtual && !vatos_sees(smmu, r, ste)) {
        return ARMVIRT_SMMU_EVENT(C_BAD_STE);
    }
    return has_stages(r, ste) ? 0 : (uint8_t)INV_STAGE;
}

/* ---- The translation ----------------------------------------------------------------------- */

/* Stage 1 of both: what it says of the address, before stage 2. IHI0070 9.1.3. */
static enum armvirt_status walk_stage1(const struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_context *context,
                                       const struct request *r, struct answer *a)
{
    const struct armvirt_walk_env env = {.mem = smmu->config.mem};
    struct armvirt_access access;
    enum armvirt_status status = armvirt_smmu_check_input(smmu, context, &r->txn, &a->failure);

    if (status != ARMVIRT_OK) {
        return status;
    }
    armvirt_smmu_access_of(context, &r->txn, &r->in, &access);
    status = armvirt_stage1_only(&context->regime, &env, &access, &a->walk);
    if (status == ARMVIRT_FAULT) {
        armvirt_smmu_describe(&a->walk.fault, &a->failure);
    }
    return status;
}

/* S1DSS bypasses stage 1: the address, if it is not too large. IHI0070 9.1.3. */
static enum armvirt_status bypass_stage1(const struct armvirt_smmu *smmu, const struct request *r,
                                         struct answer *a)
{
    memset(&a->walk, 0, sizeof(a->walk));
    if (r->txn.addr >> armvirt_smmu_ias(&smmu->config.id) != 0) {
        a->code = ARMVIRT_SMMU_EVENT(F_ADDR_SIZE);
    } else if (armvirt_smmu_sif_refuses(smmu, &r->txn, &r->in)) {
        a->code = ARMVIRT_SMMU_EVENT(F_PERMISSION);
    }
    a->walk.pa = r->txn.addr;
    a->walk.pa_space = r->in.space;
    a->walk.size_log2 = 12;
    a->walk.attr = r->in.attr;
    return ARMVIRT_OK;
}

static enum armvirt_status walk(struct armvirt_smmu *smmu,
                                const struct armvirt_smmu_context *context, const struct request *r,
                                struct answer *a)
{
    enum armvirt_status status;

    if (r->type == TYPE_S1 && !context->s1) {
        return bypass_stage1(smmu, r, a);
    }
    status = r->type == TYPE_S1 && context->s2
                 ? walk_stage1(smmu, context, r, a)
                 : armvirt_smmu_walk(smmu, context, &r->txn, &r->in, &a->walk, &a->failure);
    if (status == ARMVIRT_FAULT && a->failure.reason == REASON(GPC_OUTPUT)) {
        return ARMVIRT_OK; /* IHI0070 9.1.4: the output is not checked */
    }
    if (status == ARMVIRT_FAULT) {
        report_gpf(smmu, r, &a->failure);
    }
    a->code = status == ARMVIRT_FAULT ? code_of(&a->failure) : 0;
    return status == ARMVIRT_FAULT ? ARMVIRT_OK : status;
}

/* The configuration, in the scratch slot of the SMMU: it is too large for the stack. */
static enum armvirt_status configure(struct armvirt_smmu *smmu, const struct request *r,
                                     const struct armvirt_ste *ste, struct answer *a)
{
    struct armvirt_smmu_context *context = &smmu->scratch;
    enum armvirt_status status;

    if (r->type == TYPE_S2) {
        memset(context, 0, sizeof(*context));
        context->ste = *ste;
        context->s2 = true;
        armvirt_smmu_regime(&smmu->config.id, &smmu->vmsa, smmu->reg[r->txn.sec_sid][SMMU_S2PII],
                            context, &context->regime);
        return ARMVIRT_OK;
    }
    status = armvirt_smmu_read_config(smmu, &r->txn, context, &a->failure);
    if (status == ARMVIRT_FAULT) {
        report_gpf(smmu, r, &a->failure);
    }
    a->code = status == ARMVIRT_FAULT ? code_of(&a->failure) : 0;
    return status == ARMVIRT_FAULT ? ARMVIRT_OK : status;
}

/* ---- The answer ---------------------------------------------------------------------------- */

/* The page, and its size by the lowest bit that is set. IHI0070 6.3.40. */
static uint64_t success(const struct answer *a, bool secure)
{
    const struct armvirt_walk *walk = &a->walk;
    unsigned log2 = walk->size_log2 < 12 ? 12 : walk->size_log2 > 52 ? 52 : walk->size_log2;
    uint64_t page = walk->pa & ~((UINT64_C(1) << log2) - 1);
    uint64_t par = (page & ARMVIRT_SMMU_GATOS_PAR_ADDR) |
                   ARMVIRT_PUT(ARMVIRT_SMMU_GATOS_PAR_ATTR, walk->attr.mair) |
                   ARMVIRT_PUT(ARMVIRT_SMMU_GATOS_PAR_SH, walk->attr.sh);

    if (log2 > 12) {
        par |= ARMVIRT_SMMU_GATOS_PAR_SIZE | ARMVIRT_BIT(log2 - 1);
    }
    if (secure && walk->pa_space == ARMVIRT_SPACE_NONSECURE) {
        par |= ARMVIRT_SMMU_S_GATOS_PAR_NS;
    }
    return par;
}

/* Where the fault was, as the stages of the request see it. */
static unsigned place(const struct request *r, const struct answer *a)
{
    static const uint8_t places[4] = {AT_S2_CD, AT_S2_TT, AT_S2_IN, AT_S1};

    if (a->code >= INTERNAL_ERR || a->failure.fault.stage != 2) {
        return AT_S1;
    }
    return r->type == TYPE_S2 ? AT_S2_IN : places[a->failure.class & 3];
}

/* What a stage 1 request says of stage 2: that a fetch failed. IHI0070 9.1.4. */
static uint8_t synthetic(unsigned where, uint8_t code)
{
    return where == AT_S2_CD   ? (uint8_t)ARMVIRT_SMMU_EVENT(F_CD_FETCH)
           : where == AT_S2_TT ? (uint8_t)ARMVIRT_SMMU_EVENT(F_WALK_EABT)
                               : code;
}

static uint64_t failed(const struct request *r, const struct answer *a)
{
    unsigned where = place(r, a);
    uint8_t code = a->code;
    bool faddr = r->type == TYPE_S12 && where != AT_S1 && armvirt_smmu_event_can_stall(code);
    bool nsipa = faddr && r->bank == ARMVIRT_SPACE_SECURE &&
                 a->failure.fault.ipa_space == ARMVIRT_SPACE_NONSECURE;
    uint64_t ipa = faddr ? a->failure.fault.ipa : 0;

    if (r->type == TYPE_S1) {
        code = synthetic(where, code);
        where = AT_S1;
    }
    return ARMVIRT_SMMU_GATOS_PAR_FAULT_FAULT | (ipa & ARMVIRT_SMMU_GATOS_PAR_FAULT_FADDR) |
           ARMVIRT_PUT(ARMVIRT_SMMU_GATOS_PAR_FAULT_FAULTCODE, code) |
           ARMVIRT_PUT(ARMVIRT_SMMU_GATOS_PAR_FAULT_REASON, where) |
           ARMVIRT_PUT(ARMVIRT_SMMU_S_GATOS_PAR_FAULT_NSIPA, nsipa);
}

/* All checks and the translation; a.code is 0 if it succeeded. */
static enum armvirt_status answer(struct armvirt_smmu *smmu, const struct request *r,
                                  struct answer *a)
{
    bool enabled = (smmu->reg[r->txn.sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN) != 0;
    enum armvirt_status status;
    struct armvirt_ste ste;

    a->failure = (struct armvirt_smmu_failure){0};
    a->code = is_invalid(&smmu->config.id, r) ? INV_REQ : enabled ? 0 : INTERNAL_ERR;
    if (a->code != 0) {
        return ARMVIRT_OK;
    }
    a->code = check_stream(smmu, r, &ste, &status);
    if (a->code != 0 || status == ARMVIRT_E_AGAIN) {
        return status == ARMVIRT_E_AGAIN ? status : ARMVIRT_OK;
    }
    status = configure(smmu, r, &ste, a);
    return status == ARMVIRT_OK && a->code == 0 ? walk(smmu, &smmu->scratch, r, a) : status;
}

static const uint8_t ctrl_of[2] = {SMMU_GATOS_CTRL, SMMU_VATOS_CTRL};

static bool waits(const struct armvirt_smmu *smmu, uint8_t bank, bool virtual)
{
    return (smmu->reg[bank][ctrl_of[virtual]] & ARMVIRT_SMMU_GATOS_CTRL_RUN) != 0;
}

bool armvirt_smmu_atos_ready(const struct armvirt_smmu *smmu)
{
    return waits(smmu, ARMVIRT_SPACE_NONSECURE, false) ||
           waits(smmu, ARMVIRT_SPACE_NONSECURE, true) || waits(smmu, ARMVIRT_SPACE_SECURE, false) ||
           waits(smmu, ARMVIRT_SPACE_SECURE, true);
}

static enum armvirt_status serve(struct armvirt_smmu *smmu, uint8_t bank, bool virtual)
{
    struct request r;
    struct answer a;
    enum armvirt_status status;

    read_request(smmu, bank, virtual, &r);
    status = answer(smmu, &r, &a);
    if (status != ARMVIRT_OK) {
        return ARMVIRT_E_AGAIN;
    }
    smmu->reg[bank][virtual ? SMMU_VATOS_PAR : SMMU_GATOS_PAR] =
        a.code == 0 ? success(&a, bank == ARMVIRT_SPACE_SECURE) : failed(&r, &a);
    smmu->reg[bank][ctrl_of[virtual]] = 0;
    return ARMVIRT_OK;
}

bool armvirt_smmu_atos_step(struct armvirt_smmu *smmu, enum armvirt_status *status)
{
    *status = ARMVIRT_OK;
    for (uint8_t n = 0; n < 4; n++) {
        uint8_t bank = n / 2 == 0 ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE;

        if (waits(smmu, bank, n % 2 != 0)) {
            *status = serve(smmu, bank, n % 2 != 0);
            return true;
        }
    }
    return false;
}
