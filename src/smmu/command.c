/* SPDX-License-Identifier: MIT */
/*
 * Commands: which are legal on which queue, as rows, and what they do (IHI0070 4). Reserved fields
 * are not looked at (4.1.5).
 */
#include "command.h"

#include "access.h"
#include "stall.h"
#include "stream.h"

#define OP(name)        ARMVIRT_SMMU_CMD0_OP_##name
#define GET(field, cmd) ARMVIRT_GET(ARMVIRT_SMMU_CMD##field, cmd)

/* What a command needs to be legal. */
enum need {
    S1P = 1u << 0,
    S2P = 1u << 1,
    HYP = 1u << 2,    /* EL2 of the Security state of the queue */
    SECURE = 1u << 3, /* the Secure queue */
    SEL2 = 1u << 4,   /* Secure EL2 and stage 2 */
    EL3 = 1u << 5,    /* StreamWorld EL3 */
    ATS = 1u << 6,    /* the queue can reach endpoints with ATS */
    PRI = 1u << 7,
    STALL = 1u << 8,
    DPT = 1u << 9,
    VMS = 1u << 10,     /* of the Security state that SSec names */
    SSEC_OK = 1u << 11, /* SSec is 0, or the queue is Secure */
};

enum action { NOTHING, CFGI_STE, CFGI_RANGE, CFGI_CD, TLBI, ATC_INV, PRI_RESP, RESUME, TERM, SYNC };

struct row {
    uint8_t action;
    bool exists;
    uint16_t needs;
};

#define COMMAND(name, action, needs) [OP(name)] = {action, true, needs}

static const struct row rows[256] = {
    COMMAND(PREFETCH_CONFIG, NOTHING, SSEC_OK),
    COMMAND(PREFETCH_ADDR, NOTHING, SSEC_OK),
    COMMAND(CFGI_STE, CFGI_STE, SSEC_OK),
    COMMAND(CFGI_STE_RANGE, CFGI_RANGE, SSEC_OK),
    COMMAND(CFGI_CD, CFGI_CD, SSEC_OK | S1P),
    COMMAND(CFGI_CD_ALL, CFGI_CD, SSEC_OK | S1P),
    COMMAND(CFGI_VMS_PIDM, CFGI_RANGE, SSEC_OK | VMS),
    COMMAND(TLBI_NH_ALL, TLBI, S1P),
    COMMAND(TLBI_NH_ASID, TLBI, S1P),
    COMMAND(TLBI_NH_VA, TLBI, S1P),
    COMMAND(TLBI_NH_VAA, TLBI, S1P),
    COMMAND(TLBI_EL3_ALL, TLBI, SECURE | EL3),
    COMMAND(TLBI_EL3_VA, TLBI, SECURE | EL3),
    COMMAND(TLBI_EL2_ALL, TLBI, HYP),
    COMMAND(TLBI_EL2_ASID, TLBI, HYP),
    COMMAND(TLBI_EL2_VA, TLBI, HYP),
    COMMAND(TLBI_EL2_VAA, TLBI, HYP),
    COMMAND(TLBI_S12_VMALL, TLBI, S2P),
    COMMAND(TLBI_S2_IPA, TLBI, S2P),
    COMMAND(TLBI_NSNH_ALL, TLBI, 0),
    COMMAND(ATC_INV, ATC_INV, ATS),
    COMMAND(PRI_RESP, PRI_RESP, PRI),
    COMMAND(RESUME, RESUME, STALL | SSEC_OK),
    COMMAND(STALL_TERM, TERM, STALL | SSEC_OK),
    COMMAND(SYNC, SYNC, 0),
    COMMAND(TLBI_S_EL2_ALL, TLBI, SECURE | SEL2),
    COMMAND(TLBI_S_EL2_ASID, TLBI, SECURE | SEL2),
    COMMAND(TLBI_S_EL2_VA, TLBI, SECURE | SEL2),
    COMMAND(TLBI_S_EL2_VAA, TLBI, SECURE | SEL2),
    COMMAND(TLBI_S_S12_VMALL, TLBI, SECURE | SEL2),
    COMMAND(TLBI_S_S2_IPA, TLBI, SECURE | SEL2),
    COMMAND(TLBI_SNH_ALL, TLBI, SECURE | SEL2),
    COMMAND(DPTI_ALL, NOTHING, DPT),
    COMMAND(DPTI_PA, NOTHING, DPT),
};

/* ---- Which are legal ----------------------------------------------------------------------- */

static unsigned when(bool holds, unsigned fact)
{
    return holds ? fact : 0;
}

/* Secure software may work for Non-secure endpoints unless S_IDR3.SAMS says otherwise. 4.5, 4.6. */
static bool reaches(const struct armvirt_smmu_id *id, uint8_t sec_sid, bool ns, bool realm)
{
    bool sams = (id->s_idr[3] & ARMVIRT_SMMU_S_IDR3_SAMS) != 0;

    return sec_sid == ARMVIRT_SPACE_REALM ? realm
                                          : ns && (sec_sid != ARMVIRT_SPACE_SECURE || !sams);
}

unsigned armvirt_smmu_command_features(const struct armvirt_smmu_id *id, uint8_t sec_sid)
{
    bool realm = sec_sid == ARMVIRT_SPACE_REALM;
    bool ns_pri = armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_PRI);
    bool r_pri = (id->r_idr[0] & ARMVIRT_SMMU_R_IDR0_PRI) != 0;
    bool ats = reaches(id, sec_sid, armvirt_smmu_ats(id, ARMVIRT_SPACE_NONSECURE),
                       armvirt_smmu_ats(id, ARMVIRT_SPACE_REALM));
    bool dpt = reaches(id, sec_sid, armvirt_smmu_dpt(id, ARMVIRT_SPACE_NONSECURE),
                       armvirt_smmu_dpt(id, ARMVIRT_SPACE_REALM));

    return when(armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S1P), S1P) |
           when(armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S2P), S2P) |
           when(realm || armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_HYP), HYP) |
           when(sec_sid == ARMVIRT_SPACE_SECURE, SECURE) | when(armvirt_smmu_sel2(id), SEL2) |
           when(!armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_RME_IMPL), EL3) | when(ats, ATS) |
           when(reaches(id, sec_sid, ns_pri, r_pri), PRI) | when(dpt, DPT);
}

/* The streams that a command names: SSec chooses on the Secure queue. IHI0070 4.1.6. */
static uint8_t stream_space(uint8_t sec_sid, uint64_t cmd0)
{
    bool ns = sec_sid == ARMVIRT_SPACE_SECURE && !(cmd0 & ARMVIRT_SMMU_CMD0_SSEC);

    return ns ? (uint8_t)ARMVIRT_SPACE_NONSECURE : sec_sid;
}

static unsigned queue_facts(const struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2])
{
    struct armvirt_smmu_view view = armvirt_smmu_view_of(smmu, sec_sid);
    unsigned model = armvirt_smmu_stall_model(&smmu->config.id, sec_sid, view.nsstalld);
    bool ssec = (cmd[0] & ARMVIRT_SMMU_CMD0_SSEC) != 0;
    uint8_t space = stream_space(sec_sid, cmd[0]);

    return when(sec_sid != ARMVIRT_SPACE_REALM && model != 1, STALL) |
           when(!ssec || sec_sid == ARMVIRT_SPACE_SECURE, SSEC_OK) |
           when(armvirt_smmu_vms(&smmu->config.id, space), VMS);
}

/* ---- What they do -------------------------------------------------------------------------- */

/* The message of CMD_SYNC: a Realm one may be Non-secure. IHI0070 4.7.3. */
static void sync_interrupt(struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2])
{
    bool msi = (smmu->reg[sec_sid][SMMU_IDR0] & ARMVIRT_SMMU_IDR0_MSI) != 0;
    bool ns = (cmd[1] & ARMVIRT_SMMU_CMD1_SYNC_MSI_NS) != 0;
    struct armvirt_smmu_words at = {
        .pa = cmd[1] & ARMVIRT_SMMU_CMD1_SYNC_MSIADDRESS,
        .space = sec_sid == ARMVIRT_SPACE_REALM && ns ? (uint8_t)ARMVIRT_SPACE_NONSECURE : sec_sid,
    };
    enum armvirt_smmu_bus bus;
    uint32_t data = (uint32_t)GET(0_SYNC_MSIDATA, cmd[0]);

    armvirt_smmu_wire(smmu, sec_sid, ARMVIRT_SMMU_IRQ_CMD_SYNC);
    if (!msi || at.pa == 0) {
        return;
    }
    bus = armvirt_smmu_message(smmu, &at, data);
    if (bus == ARMVIRT_SMMU_BUS_GPC) {
        armvirt_smmu_gpf_own(smmu, &at, ARMVIRT_SMMU_GPF_MSI_CMDQ);
    }
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        armvirt_smmu_gerror(smmu, sec_sid, ARMVIRT_SMMU_GERROR_MSI_CMDQ_ABT_ERR);
    }
}

static enum armvirt_smmu_cerror sync(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                     const uint64_t cmd[2])
{
    uint64_t signal = GET(0_SYNC_CS, cmd[0]);

    if (signal > ARMVIRT_SMMU_CMD0_SYNC_CS_SEV) {
        return ARMVIRT_SMMU_CERROR_ILL;
    }
    if (smmu->atc_timeout[sec_sid]) { /* IHI0070 3.9.1.4 */
        smmu->atc_timeout[sec_sid] = false;
        return ARMVIRT_SMMU_CERROR_ATC_INV_SYNC;
    }
    if (signal == ARMVIRT_SMMU_CMD0_SYNC_CS_IRQ) {
        sync_interrupt(smmu, sec_sid, cmd);
    } else if (signal == ARMVIRT_SMMU_CMD0_SYNC_CS_SEV) {
        armvirt_smmu_sev(smmu);
    }
    return ARMVIRT_SMMU_CERROR_NONE;
}

static bool enabled(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    return (smmu->reg[sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN) != 0;
}

/* Endpoints with ATS are Non-secure or Realm. IHI0070 4.5. */
static uint8_t endpoint_space(uint8_t sec_sid)
{
    return sec_sid == ARMVIRT_SPACE_REALM ? (uint8_t)ARMVIRT_SPACE_REALM
                                          : (uint8_t)ARMVIRT_SPACE_NONSECURE;
}

/* A range of 2^Size pages, aligned to its size; more than 2^52 is all. IHI0070 4.5.1. */
static void atc_inv(struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2])
{
    unsigned log2 = 12 + (unsigned)GET(1_ATC_INV_SIZE, cmd[1]);
    uint64_t address = cmd[1] & ARMVIRT_SMMU_CMD1_ATC_INV_ADDRESS;
    struct armvirt_smmu_atc_inv inv = {
        .address = log2 >= 64 ? 0 : address & ~((UINT64_C(1) << log2) - 1),
        .sid = (uint32_t)GET(0_SID, cmd[0]),
        .ssid = (uint32_t)GET(0_SSID, cmd[0]),
        .size_log2 = (uint8_t)(log2 >= 64 ? 64 : log2),
        .sec_sid = endpoint_space(sec_sid),
        .ssv = (cmd[0] & ARMVIRT_SMMU_CMD0_SSV) != 0,
    };
    const struct armvirt_smmu_ops *ops = smmu->config.ops;

    inv.global = inv.ssv && (cmd[0] & ARMVIRT_SMMU_CMD0_GLOBAL) != 0;
    if (enabled(smmu, sec_sid) && ops != NULL && ops->atc_inv != NULL &&
        !ops->atc_inv(smmu->config.ctx, &inv)) {
        smmu->atc_timeout[sec_sid] = true;
    }
}

static enum armvirt_smmu_cerror pri_resp(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                                         const uint64_t cmd[2])
{
    static const uint8_t codes[3] = {0xf, 0x1, 0x0}; /* IHI0070 8.3 */
    uint64_t resp = GET(1_PRI_RESP_RESP, cmd[1]);
    struct armvirt_smmu_prg_response response = {
        .sid = (uint32_t)GET(0_SID, cmd[0]),
        .ssid = (uint32_t)GET(0_SSID, cmd[0]),
        .prg_index = (uint16_t)GET(1_PRI_RESP_PRGINDEX, cmd[1]),
        .sec_sid = endpoint_space(sec_sid),
        .ssv = (cmd[0] & ARMVIRT_SMMU_CMD0_SSV) != 0,
    };
    const struct armvirt_smmu_ops *ops = smmu->config.ops;

    if (resp > ARMVIRT_SMMU_CMD1_PRI_RESP_RESP_SUCCESS) {
        return ARMVIRT_SMMU_CERROR_ILL;
    }
    response.code = codes[resp];
    if (enabled(smmu, sec_sid) && ops != NULL && ops->prg_response != NULL) {
        ops->prg_response(smmu->config.ctx, &response);
    }
    return ARMVIRT_SMMU_CERROR_NONE;
}

/* IHI0070 4.7.1: without RAZ/WI all that is terminated aborts. */
static void resume(struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2])
{
    bool abort = (cmd[0] & ARMVIRT_SMMU_CMD0_RESUME_AB) != 0 ||
                 armvirt_smmu_has(&smmu->config.id, 0, ARMVIRT_SMMU_IDR0_TERM_MODEL);
    enum armvirt_smmu_stall_state how = cmd[0] & ARMVIRT_SMMU_CMD0_RESUME_AC
                                            ? ARMVIRT_SMMU_SLOT_RETRY
                                        : abort ? ARMVIRT_SMMU_SLOT_ABORT
                                                : ARMVIRT_SMMU_SLOT_RAZ_WI;

    armvirt_smmu_stall_resume(smmu, stream_space(sec_sid, cmd[0]),
                              (uint32_t)GET(0_RESUME_SID, cmd[0]),
                              (uint32_t)GET(1_RESUME_STAG, cmd[1]), how);
}

static enum armvirt_smmu_cerror act(struct armvirt_smmu *smmu, uint8_t sec_sid, uint8_t action,
                                    const uint64_t cmd[2])
{
    uint8_t space = stream_space(sec_sid, cmd[0]);
    uint32_t sid = (uint32_t)GET(0_SID, cmd[0]);

    switch (action) {
    case CFGI_STE: /* context descriptors go with their stream. IHI0070 4.3.1 */
    case CFGI_CD:
        armvirt_smmu_forget_stream(smmu, space, sid);
        break;
    case CFGI_RANGE:
        armvirt_smmu_forget_all(smmu);
        break;
    case TLBI:
        return armvirt_smmu_tlbi(smmu, sec_sid, cmd) ? ARMVIRT_SMMU_CERROR_NONE
                                                     : ARMVIRT_SMMU_CERROR_ILL;
    case ATC_INV:
        atc_inv(smmu, sec_sid, cmd);
        break;
    case PRI_RESP:
        return pri_resp(smmu, sec_sid, cmd);
    case RESUME:
        resume(smmu, sec_sid, cmd);
        break;
    case TERM:
        armvirt_smmu_stall_terminate(smmu, space, false, sid);
        break;
    case SYNC:
        return sync(smmu, sec_sid, cmd);
    default: /* prefetches, and what has no cache */
        break;
    }
    return ARMVIRT_SMMU_CERROR_NONE;
}

static bool legal(const struct armvirt_smmu *smmu, uint8_t sec_sid, const struct row *row,
                  const uint64_t cmd[2])
{
    unsigned lacks = row->needs & ~(unsigned)smmu->command_features[sec_sid];

    if (lacks & (STALL | SSEC_OK | VMS)) {
        lacks &= ~queue_facts(smmu, sec_sid, cmd);
    }
    return row->exists && lacks == 0;
}

enum armvirt_smmu_cerror armvirt_smmu_execute(struct armvirt_smmu *smmu, uint8_t sec_sid,
                                              const uint64_t cmd[2])
{
    const struct row *row = &rows[GET(0_OP, cmd[0])];

    return legal(smmu, sec_sid, row, cmd) ? act(smmu, sec_sid, row->action, cmd)
                                          : ARMVIRT_SMMU_CERROR_ILL;
}
