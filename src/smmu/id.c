/* SPDX-License-Identifier: MIT */
/* What the identification registers of an SMMU say (IHI0070 6.3.1 to 6.3.8, 3.4, 5.2.2). */
#include "id.h"

#include <armvirt/regs/smmu_structures.h>

#define IDR(n, field) ARMVIRT_SMMU_IDR##n##_##field

static const uint8_t size_bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};

unsigned armvirt_smmu_size_bits(unsigned encoded)
{
    return size_bits[encoded & 7];
}

unsigned armvirt_smmu_oas(const struct armvirt_smmu_id *id)
{
    return size_bits[armvirt_smmu_field(id, 5, IDR(5, OAS))];
}

unsigned armvirt_smmu_ias(const struct armvirt_smmu_id *id)
{
    unsigned ttf = armvirt_smmu_field(id, 0, IDR(0, TTF));
    unsigned from_32 = ttf & 1 ? 40 : 0;
    unsigned from_64 = ttf & 2 ? armvirt_smmu_oas(id) : 0;

    return from_32 > from_64 ? from_32 : from_64;
}

unsigned armvirt_smmu_sidsize(const struct armvirt_smmu_id *id, unsigned sec_sid)
{
    if (sec_sid == ARMVIRT_SPACE_SECURE) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_S_IDR1_S_SIDSIZE, id->s_idr[1]);
    }
    return armvirt_smmu_field(id, 1, IDR(1, SIDSIZE));
}

bool armvirt_smmu_granule(const struct armvirt_smmu_id *id, unsigned log2)
{
    switch (log2) {
    case 12:
        return armvirt_smmu_has(id, 5, IDR(5, GRAN4K));
    case 14:
        return armvirt_smmu_has(id, 5, IDR(5, GRAN16K));
    case 16:
        return armvirt_smmu_has(id, 5, IDR(5, GRAN64K));
    default:
        return false;
    }
}

/* IHI0070 5.2.2 EffectiveSMMU_IDR0_STALL_MODEL, 6.3.122. */
unsigned armvirt_smmu_stall_model(const struct armvirt_smmu_id *id, unsigned sec_sid, bool nsstalld)
{
    unsigned secure = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_S_IDR0_STALL_MODEL, id->s_idr[0]);

    if (sec_sid == ARMVIRT_SPACE_REALM) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_R_IDR0_STALL_MODEL, id->r_idr[0]);
    }
    if (!armvirt_smmu_secure(id)) {
        return armvirt_smmu_field(id, 0, IDR(0, STALL_MODEL));
    }
    return sec_sid == ARMVIRT_SPACE_NONSECURE && secure == 0 && nsstalld ? 1 : secure;
}

bool armvirt_smmu_ats(const struct armvirt_smmu_id *id, unsigned sec_sid)
{
    if (sec_sid == ARMVIRT_SPACE_REALM) {
        return (id->r_idr[0] & ARMVIRT_SMMU_R_IDR0_ATS) != 0;
    }
    return sec_sid == ARMVIRT_SPACE_NONSECURE && armvirt_smmu_has(id, 0, IDR(0, ATS));
}

bool armvirt_smmu_dpt(const struct armvirt_smmu_id *id, unsigned sec_sid)
{
    if (sec_sid == ARMVIRT_SPACE_REALM) {
        return (id->r_idr[3] & ARMVIRT_SMMU_R_IDR3_DPT) != 0;
    }
    return sec_sid == ARMVIRT_SPACE_NONSECURE && armvirt_smmu_has(id, 3, IDR(3, DPT));
}

/* Where stage 1 is but is skipped (STE.S1DSS), what it would give to stage 2. */
unsigned armvirt_smmu_bypass_bits(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    return ste->s1 ? armvirt_smmu_ias(id) : armvirt_smmu_oas(id);
}

/* ---- MPAM ---------------------------------------------------------------------------------- */

uint32_t armvirt_smmu_mpamidr(const struct armvirt_smmu_id *id, unsigned space)
{
    if (!armvirt_smmu_has(id, 3, IDR(3, MPAM))) {
        return 0;
    }
    return space == ARMVIRT_SPACE_SECURE  ? id->s_mpamidr
           : space == ARMVIRT_SPACE_REALM ? id->r_mpamidr
                                          : id->mpamidr;
}

/* IHI0070 17.7. */
uint8_t armvirt_smmu_partid_space(const struct armvirt_smmu_id *id, uint8_t sec_sid, bool mpam_ns)
{
    bool has = (armvirt_smmu_mpamidr(id, sec_sid) & ARMVIRT_SMMU_S_MPAMIDR_HAS_MPAM_NS) != 0;

    return sec_sid != ARMVIRT_SPACE_NONSECURE && mpam_ns && has ? (uint8_t)ARMVIRT_SPACE_NONSECURE
                                                                : sec_sid;
}

static bool has_partids(const struct armvirt_smmu_id *id, uint8_t sec_sid, bool mpam_ns)
{
    uint8_t space = armvirt_smmu_partid_space(id, sec_sid, mpam_ns);

    return (armvirt_smmu_mpamidr(id, space) & ARMVIRT_SMMU_MPAMIDR_PARTID_MAX) != 0;
}

/* IHI0070 5.6.1. */
bool armvirt_smmu_vms(const struct armvirt_smmu_id *id, uint8_t sec_sid)
{
    bool stages = armvirt_smmu_has(id, 0, IDR(0, S1P)) && armvirt_smmu_has(id, 0, IDR(0, S2P));

    return stages && (sec_sid != ARMVIRT_SPACE_SECURE || armvirt_smmu_sel2(id)) &&
           (has_partids(id, sec_sid, false) || has_partids(id, sec_sid, true));
}

/* IHI0070 5.2 VMSPtr. */
bool armvirt_smmu_vms_enabled(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    return armvirt_smmu_vms(id, ste->sec_sid) && ste->s1 && ste->s2 &&
           (ste->word[1] & ARMVIRT_SMMU_STE1_S1MPAM) != 0 &&
           has_partids(id, ste->sec_sid, (ste->word[5] & ARMVIRT_SMMU_STE5_MPAM_NS) != 0);
}

/* ---- Presets ------------------------------------------------------------------------------- */

#define F(n, field, value) ((uint32_t)ARMVIRT_PUT(IDR(n, field), value))

static const struct armvirt_smmu_id
    presets[ARMVIRT_SMMU_PRESETS] =
        {
            [ARMVIRT_SMMU_LINUX_MIN] =
                {
                    .idr =
                        {
                            F(0, S1P, 1) | F(0, S2P, 1) | F(0, TTF, 2) | F(0, COHACC, 1) |
                                F(0, STALL_MODEL, 1) | F(0, TERM_MODEL, 1) | F(0, TTENDIAN, 2),
                            F(1, CMDQS, 8) | F(1, EVENTQS, 7) | F(1, SIDSIZE, 8),
                            [5] = F(5, GRAN4K, 1) | F(5, OAS, 5),
                        },
                    .aidr = 0,
                },
            [ARMVIRT_SMMU_QEMU] =
                {
                    .idr = {0x0d44101b, 0x02730010, [3] = 0x1414, [5] = 0x74},
                    .aidr = 1,
                },
            [ARMVIRT_SMMU_FVP] =
                {
                    .idr = {0x080fe6bf, 0x0e739d10, [3] = 0x14, [5] = 0x1005d},
                    .aidr = 1,
                },
            [ARMVIRT_SMMU_MAX] =
                {
                    .idr =
                        {
                            F(0, S1P, 1) | F(0, S2P, 1) | F(0, TTF, 2) | F(0, COHACC, 1) |
                                F(0, BTM, 1) | F(0, HTTU, 3) | F(0, HYP, 1) | F(0, ATS, 1) |
                                F(0, ASID16, 1) | F(0, MSI, 1) | F(0, SEV, 1) |
                                F(0, ATOS, 1) | F(0, PRI, 1) | F(0, VMW, 1) | F(0, VMID16, 1) |
                                F(0, CD2L, 1) | F(0, VATOS, 1) | F(0, ATSRECERR, 1) |
                                F(0, ST_LEVEL, 1) | F(0, RME_IMPL, 1),
                            F(1, SIDSIZE, 32) | F(1, SSIDSIZE, 20) | F(1, PRIQS, 19) |
                                F(1, EVENTQS, 19) | F(1, CMDQS, 19) | F(1, ATTR_PERMS_OVR, 1) |
                                F(1, ATTR_TYPES_OVR, 1) | F(1, ECMDQ, 1),
                            F(2, BA_VATOS, 0),
                            F(3, HAD, 1) | F(3, PBHA, 0) | F(3, XNX, 1) | F(3, PPS, 0) |
                                F(3, MPAM, 1) | F(3, FWB, 1) | F(3, STT, 1) | F(3, RIL, 1) |
                                F(3, BBML, 2) | F(3, E0PD, 1) | F(3, DPT, 1) |
                                F(3, EPAN, 1) | F(3, S1PI, 1) | F(3, S2PI, 1) | F(3, S2PO, 1) | F(3, THE, 1) |
                                F(3, AIE, 1) | F(3, MTEPERM, 1),
                            0,
                            F(5, OAS, 7) | F(5, GRAN4K, 1) | F(5, GRAN16K, 1) | F(5, GRAN64K, 1) |
                                F(5, DS, 1) | F(5, D128, 1) | F(5, VAX, 2) | F(5, STALL_MAX, 64),
                            F(6, CMDQ_CONTROL_PAGE_LOG2NUMQ, 4),
                        },
                    .aidr = 4,
                    .s_idr = {ARMVIRT_SMMU_S_IDR0_MSI,
                              ARMVIRT_SMMU_S_IDR1_SECURE_IMPL | ARMVIRT_SMMU_S_IDR1_SEL2 | 32,
                              ARMVIRT_PUT(ARMVIRT_SMMU_S_IDR2_BA_S_VATOS, 1)},
                    .r_idr = {ARMVIRT_SMMU_R_IDR0_MSI | ARMVIRT_SMMU_R_IDR0_ATS |
                                  ARMVIRT_SMMU_R_IDR0_PRI |
                                  ARMVIRT_PUT(ARMVIRT_SMMU_R_IDR0_STALL_MODEL, 1),
                              ARMVIRT_SMMU_R_IDR1_RME_DA_IMPL, 0,
                              ARMVIRT_SMMU_R_IDR3_DPT | ARMVIRT_SMMU_R_IDR3_MEC |
                                  ARMVIRT_SMMU_R_IDR3_XT},
                    .root_idr0 = ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL | ARMVIRT_SMMU_ROOT_IDR0_BGPTM |
                                 ARMVIRT_SMMU_ROOT_IDR0_RGPTM | ARMVIRT_SMMU_ROOT_IDR0_REALM_IMPL |
                                 ARMVIRT_PUT(ARMVIRT_SMMU_ROOT_IDR0_BA_REALM, 16),
                    .mpamidr = 0x0ff | 7 << 16,
                    .s_mpamidr = 0x0ff | 7 << 16,
                    .r_mpamidr = 0x0ff | 7 << 16,
                    .r_mecidr = 0xf,
                },
};

enum armvirt_status armvirt_smmu_preset_id(unsigned preset, struct armvirt_smmu_id *id)
{
    if (preset >= ARMVIRT_SMMU_PRESETS) {
        return ARMVIRT_E_INVAL;
    }
    *id = presets[preset];
    return ARMVIRT_OK;
}
