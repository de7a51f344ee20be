/* SPDX-License-Identifier: MIT */
/*
 * A virtual SMMU on a physical one: a guest's stream table entries, context descriptors, commands
 * and events in terms of the other side (IHI0070 3.3.2, 5.2, 4, 7.3).
 */
#include <armvirt/vsmmu.h>

#include "base/mem_functions.h"
#include "id.h"

#define STE0(field) ARMVIRT_SMMU_STE0_##field
#define STE1(field) ARMVIRT_SMMU_STE1_##field
#define STE2(field) ARMVIRT_SMMU_STE2_##field
#define CMD0(field) ARMVIRT_SMMU_CMD0_##field
#define EVT0(field) ARMVIRT_SMMU_EVT0_##field
#define EVT1(field) ARMVIRT_SMMU_EVT1_##field

#define CONFIG_BYPASS ARMVIRT_SMMU_STE0_CONFIG_BYPASS
#define CONFIG_S1     ARMVIRT_SMMU_STE0_CONFIG_S1
#define CONFIG_S2     ARMVIRT_SMMU_STE0_CONFIG_S2
#define CONFIG_NESTED ARMVIRT_SMMU_STE0_CONFIG_NESTED

enum { STE_WORDS = 8 };

/* Streams of guests are Non-secure, in StreamWorld NS-EL1. */
static const struct armvirt_smmu_view view = {.sec_sid = ARMVIRT_SPACE_NONSECURE};

/* ---- Stream table entries ----------------------------------------------------------------- */

static bool parent_is_good(const struct armvirt_vsmmu *vsmmu)
{
    struct armvirt_ste ste;

    return armvirt_ste_decode(&vsmmu->host, &view, vsmmu->parent, &ste) == ARMVIRT_OK &&
           ste.config == CONFIG_S2;
}

static void set_abort(struct armvirt_vsmmu_ste *out)
{
    memset(out->word, 0, sizeof(out->word));
    out->word[0] = STE0(V);
}

static void set_parent(const struct armvirt_vsmmu *vsmmu, struct armvirt_vsmmu_ste *out)
{
    memcpy(out->word, vsmmu->parent, sizeof(out->word));
}

static bool guest_has_stalls(const struct armvirt_vsmmu *vsmmu)
{
    return armvirt_smmu_field(&vsmmu->guest, 0, ARMVIRT_SMMU_IDR0_STALL_MODEL) != 1;
}

/* The guest's stage 1 over the parent. @guest holds only bits that the guest's SMMU heeds. */
static void set_nested(const struct armvirt_vsmmu *vsmmu, const uint64_t guest[STE_WORDS],
                       struct armvirt_vsmmu_ste *out)
{
    uint64_t s1 = ARMVIRT_VSMMU_STE1_ALLOWED & ~STE1(EATS);
    bool ats = vsmmu->ats && ARMVIRT_GET(STE1(EATS), guest[1]) == ARMVIRT_SMMU_STE1_EATS_FULL;

    set_parent(vsmmu, out);
    out->word[0] = (guest[0] & ARMVIRT_VSMMU_STE0_ALLOWED & ~STE0(CONFIG)) |
                   ARMVIRT_PUT(STE0(CONFIG), CONFIG_NESTED);
    out->word[1] &= ~ARMVIRT_VSMMU_STE1_ALLOWED;
    out->word[1] |= (guest[1] & s1) | STE1(MEV);
    out->word[1] |= ats ? ARMVIRT_PUT(STE1(EATS), ARMVIRT_SMMU_STE1_EATS_FULL) : 0;
    out->word[1] |= guest_has_stalls(vsmmu) ? 0 : STE1(S1STALLD);
}

/* What the guest's SMMU heeds and the physical entry says otherwise. */
static void note_lost(const uint64_t guest[STE_WORDS], const uint64_t used[STE_WORDS],
                      struct armvirt_vsmmu_ste *out)
{
    static const uint64_t hypervisors[STE_WORDS] = {
        STE0(CONFIG), STE1(MEV) | STE1(S1STALLD) | STE1(CONT), STE2(S2VMID), 0, 0, 0, 0, 0,
    };

    for (unsigned n = 0; n < STE_WORDS; n++) {
        out->lost[n] = (guest[n] ^ out->word[n]) & used[n] & ~hypervisors[n];
    }
}

/* The physical entry must be legal, whatever the guest has been promised. */
static enum armvirt_status check_host(const struct armvirt_vsmmu *vsmmu,
                                      struct armvirt_vsmmu_ste *out)
{
    struct armvirt_ste ste;

    if (armvirt_ste_decode(&vsmmu->host, &view, out->word, &ste) == ARMVIRT_OK) {
        return ARMVIRT_OK;
    }
    out->host_reason = ste.reason;
    set_abort(out);
    return ARMVIRT_E_UNSUPPORTED;
}

enum armvirt_status armvirt_vsmmu_ste(const struct armvirt_vsmmu *vsmmu, const uint64_t guest[8],
                                      struct armvirt_vsmmu_ste *out)
{
    uint64_t used[STE_WORDS], heeded[STE_WORDS];
    struct armvirt_ste ste;

    memset(out, 0, sizeof(*out));
    out->refused[0] = guest[0] & ~ARMVIRT_VSMMU_STE0_ALLOWED;
    out->refused[1] = guest[1] & ~ARMVIRT_VSMMU_STE1_ALLOWED;
    set_abort(out);
    if (!parent_is_good(vsmmu)) {
        return ARMVIRT_E_INVAL;
    }
    if (armvirt_ste_decode(&vsmmu->guest, &view, guest, &ste) != ARMVIRT_OK) {
        out->guest_reason = ste.reason;
        return ARMVIRT_FAULT;
    }
    if (!ste.enabled) {
        return ARMVIRT_OK;
    }
    armvirt_ste_used(&vsmmu->guest, &view, guest, used);
    for (unsigned n = 0; n < STE_WORDS; n++) {
        heeded[n] = guest[n] & used[n];
    }
    if (ste.config == CONFIG_BYPASS) {
        set_parent(vsmmu, out);
    } else if (ste.config == CONFIG_S1) {
        set_nested(vsmmu, heeded, out);
    } else {
        return ARMVIRT_E_UNSUPPORTED;
    }
    note_lost(heeded, used, out);
    return check_host(vsmmu, out);
}

enum armvirt_status armvirt_vsmmu_cd(const struct armvirt_vsmmu *vsmmu,
                                     const struct armvirt_vsmmu_ste *ste, const uint64_t guest[8],
                                     const uint64_t cd[8], uint8_t *guest_reason,
                                     uint8_t *host_reason)
{
    struct armvirt_ste mine, theirs;
    struct armvirt_cd read;
    bool guest_takes, host_takes;

    if (armvirt_ste_decode(&vsmmu->guest, &view, guest, &theirs) != ARMVIRT_OK || !theirs.s1 ||
        armvirt_ste_decode(&vsmmu->host, &view, ste->word, &mine) != ARMVIRT_OK || !mine.s1) {
        return ARMVIRT_E_INVAL;
    }
    guest_takes = armvirt_cd_decode(&vsmmu->guest, &view, &theirs, cd, &read) == ARMVIRT_OK;
    *guest_reason = read.reason;
    host_takes = armvirt_cd_decode(&vsmmu->host, &view, &mine, cd, &read) == ARMVIRT_OK;
    *host_reason = read.reason;
    return guest_takes == host_takes ? ARMVIRT_OK : ARMVIRT_E_UNSUPPORTED;
}

/* ---- Commands ----------------------------------------------------------------------------- */

/* How a command is turned into a physical one. */
enum how {
    BY_HYPERVISOR,
    WITH_VMID,
    AS_NH_ALL,
    WITH_SID,
};

struct command_row {
    uint8_t first, last; /* opcodes */
    uint8_t how;
    uint32_t idr0; /* what the guest's SMMU needs for it */
};

static const struct command_row command_rows[] = {
    {CMD0(OP_PREFETCH_CONFIG), CMD0(OP_CFGI_STE_RANGE), BY_HYPERVISOR, 0},
    {CMD0(OP_CFGI_CD), CMD0(OP_CFGI_CD_ALL), WITH_SID, ARMVIRT_SMMU_IDR0_S1P},
    {CMD0(OP_TLBI_NH_ALL), CMD0(OP_TLBI_NH_ALL), AS_NH_ALL, ARMVIRT_SMMU_IDR0_S1P},
    {CMD0(OP_TLBI_NH_ASID), CMD0(OP_TLBI_NH_VAA), WITH_VMID, ARMVIRT_SMMU_IDR0_S1P},
    {CMD0(OP_TLBI_EL2_ALL), CMD0(OP_TLBI_EL2_VAA), BY_HYPERVISOR, ARMVIRT_SMMU_IDR0_HYP},
    {CMD0(OP_TLBI_S12_VMALL), CMD0(OP_TLBI_S12_VMALL), BY_HYPERVISOR, ARMVIRT_SMMU_IDR0_S2P},
    {CMD0(OP_TLBI_S2_IPA), CMD0(OP_TLBI_S2_IPA), BY_HYPERVISOR, ARMVIRT_SMMU_IDR0_S2P},
    {CMD0(OP_TLBI_NSNH_ALL), CMD0(OP_TLBI_NSNH_ALL), AS_NH_ALL, 0},
    {CMD0(OP_ATC_INV), CMD0(OP_ATC_INV), WITH_SID, ARMVIRT_SMMU_IDR0_ATS},
    {CMD0(OP_PRI_RESP), CMD0(OP_PRI_RESP), BY_HYPERVISOR, ARMVIRT_SMMU_IDR0_PRI},
    {CMD0(OP_SYNC), CMD0(OP_SYNC), BY_HYPERVISOR, 0},
};

static const struct command_row stall_row = {CMD0(OP_RESUME), CMD0(OP_STALL_TERM), BY_HYPERVISOR,
                                             0};

static const struct command_row *find_row(const struct armvirt_vsmmu *vsmmu, uint64_t opcode)
{
    if (opcode >= stall_row.first && opcode <= stall_row.last) {
        return guest_has_stalls(vsmmu) ? &stall_row : NULL;
    }
    for (size_t n = 0; n < sizeof(command_rows) / sizeof(command_rows[0]); n++) {
        const struct command_row *row = &command_rows[n];

        if (opcode >= row->first && opcode <= row->last) {
            return (vsmmu->guest.idr[0] & row->idr0) == row->idr0 ? row : NULL;
        }
    }
    return NULL;
}

static enum armvirt_vsmmu_action with_vmid(const struct armvirt_vsmmu *vsmmu, uint64_t out[2])
{
    uint64_t vmid = ARMVIRT_GET(STE2(S2VMID), vsmmu->parent[2]);

    out[0] &= ~ARMVIRT_SMMU_CMD0_TLBI_VMID;
    out[0] |= ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_TLBI_VMID, vmid);
    return ARMVIRT_VSMMU_FORWARD;
}

static enum armvirt_vsmmu_action with_sid(const struct armvirt_vsmmu *vsmmu, uint64_t out[2])
{
    uint32_t sid = 0;

    if (!vsmmu->stream(vsmmu->ctx, false, (uint32_t)ARMVIRT_GET(CMD0(SID), out[0]), &sid)) {
        return ARMVIRT_VSMMU_DROP;
    }
    out[0] = (out[0] & ~CMD0(SID)) | ARMVIRT_PUT(CMD0(SID), sid);
    return ARMVIRT_VSMMU_FORWARD;
}

static enum armvirt_vsmmu_action convert(const struct armvirt_vsmmu *vsmmu, unsigned how,
                                         uint64_t out[2])
{
    switch (how) {
    case WITH_VMID:
        return with_vmid(vsmmu, out);
    case AS_NH_ALL:
        out[0] = CMD0(OP_TLBI_NH_ALL);
        out[1] = 0;
        return with_vmid(vsmmu, out);
    case WITH_SID:
        return with_sid(vsmmu, out);
    default:
        return ARMVIRT_VSMMU_EMULATE;
    }
}

enum armvirt_vsmmu_action armvirt_vsmmu_command(const struct armvirt_vsmmu *vsmmu,
                                                const uint64_t guest[2], uint64_t out[2])
{
    uint64_t opcode = ARMVIRT_GET(CMD0(OP), guest[0]);
    const struct command_row *row = find_row(vsmmu, opcode);
    enum armvirt_vsmmu_action action = ARMVIRT_VSMMU_ILLEGAL;
    bool tlbi = row != NULL && (row->how == WITH_VMID || row->how == AS_NH_ALL);

    out[0] = guest[0];
    out[1] = guest[1];
    if (row != NULL && (tlbi || !(guest[0] & CMD0(SSEC)))) {
        action = convert(vsmmu, row->how, out);
    }
    if (action != ARMVIRT_VSMMU_FORWARD) {
        out[0] = out[1] = 0;
    }
    return action;
}

/* ---- Events ------------------------------------------------------------------------------- */

/* Which events are the guest's, and which are if stage 1 is to blame. */
enum whose { HYPERVISORS, GUESTS, BY_STAGE };

static uint8_t whose(uint64_t type)
{
    static const struct {
        uint8_t type, whose;
    } rows[] = {
        {EVT0(TYPE_F_BAD_ATS_TREQ), GUESTS},     {EVT0(TYPE_F_STREAM_DISABLED), GUESTS},
        {EVT0(TYPE_F_TRANSL_FORBIDDEN), GUESTS}, {EVT0(TYPE_C_BAD_SUBSTREAMID), GUESTS},
        {EVT0(TYPE_C_BAD_CD), GUESTS},           {EVT0(TYPE_F_TRANSLATION), BY_STAGE},
        {EVT0(TYPE_F_ADDR_SIZE), BY_STAGE},      {EVT0(TYPE_F_ACCESS), BY_STAGE},
        {EVT0(TYPE_F_PERMISSION), BY_STAGE},     {EVT0(TYPE_E_PAGE_REQUEST), GUESTS},
    };

    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        if (rows[n].type == type) {
            return rows[n].whose;
        }
    }
    return HYPERVISORS;
}

/* Stage 2 refused what the guest's SMMU would read: as if no memory were there. */
static void as_missing_memory(const uint64_t event[4], uint64_t out[4])
{
    uint64_t class = ARMVIRT_GET(EVT1(CLASS), event[1]);
    uint64_t access = EVT1(CLASS) | EVT1(RNW) | EVT1(IND) | EVT1(PNU);
    uint64_t who = EVT0(SID) | EVT0(SSID) | EVT0(SSV);

    if (class == ARMVIRT_SMMU_EVT1_CLASS_TT) {
        out[0] = (out[0] & who) | EVT0(TYPE_F_WALK_EABT);
        out[1] = event[1] & access;
        out[2] = event[2];
        out[3] = event[3] & ARMVIRT_SMMU_EVT3_IPA;
    } else if (class == ARMVIRT_SMMU_EVT1_CLASS_CD) {
        out[0] = (out[0] & who) | EVT0(TYPE_F_CD_FETCH);
        out[1] = out[2] = 0;
        out[3] = event[3] & ARMVIRT_SMMU_EVT3_IPA;
    } else {
        memset(out, 0, 4 * sizeof(out[0]));
    }
}

enum armvirt_vsmmu_action armvirt_vsmmu_event(const struct armvirt_vsmmu *vsmmu,
                                              const uint64_t event[4], uint64_t out[4])
{
    uint8_t owner = whose(ARMVIRT_GET(EVT0(TYPE), event[0]));
    uint32_t sid = 0;

    memset(out, 0, 4 * sizeof(out[0]));
    if (!vsmmu->stream(vsmmu->ctx, true, (uint32_t)ARMVIRT_GET(EVT0(SID), event[0]), &sid)) {
        return ARMVIRT_VSMMU_DROP;
    }
    if (owner == HYPERVISORS) {
        return ARMVIRT_VSMMU_EMULATE;
    }
    memcpy(out, event, 4 * sizeof(out[0]));
    out[0] = (out[0] & ~EVT0(SID)) | ARMVIRT_PUT(EVT0(SID), sid);
    if (owner == BY_STAGE && (event[1] & EVT1(S2))) {
        as_missing_memory(event, out);
        return ARMVIRT_VSMMU_EMULATE;
    }
    return ARMVIRT_VSMMU_FORWARD;
}
