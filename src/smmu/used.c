/* SPDX-License-Identifier: MIT */
/* Which bits of a stream table entry and of a context descriptor count, given what the others say
 * (IHI0070 5.2, 5.2.1, 5.4): for software that changes them in place, and for whoever compares. */
#include "base/mem_functions.h"
#include "id.h"
#include "ste.h"

#define STE(n, field) ARMVIRT_SMMU_STE##n##_##field
#define CD(n, field)  ARMVIRT_SMMU_CD##n##_##field
#define IDR(n, field) armvirt_smmu_field(id, n, ARMVIRT_SMMU_IDR##n##_##field)

/* When the bits of a row count. */
enum when {
    VALID = 1u << 0,
    ENABLED = 1u << 1,
    S1 = 1u << 2,
    S2 = 1u << 3,
    NESTED = 1u << 4,
    SUBSTREAMS = 1u << 5, /* stage 1 with more than one context descriptor */
    STRW = 1u << 6,
    ATS = 1u << 7,
    TYPES = 1u << 8,   /* IDR1.ATTR_TYPES_OVR */
    MEMATTR = 1u << 9, /* that, with MTCFG */
    PERMS = 1u << 10,  /* IDR1.ATTR_PERMS_OVR */
    SPACE = 1u << 11,  /* a Secure or Realm stream without stage 1 */
    VMID = 1u << 12,
    S2_64 = 1u << 13, /* stage 2 with VMSAv8-64 tables */
    S2_128 = 1u << 14,
    S2_SECURE = 1u << 15,
    S2_PIE = 1u << 16, /* stage 2 with IDR3.S2PI */
    S2_OVERLAY = 1u << 17,
    MPAM = 1u << 18,
    VMS = 1u << 19,
    MEC = 1u << 20,
    S1_PI = 1u << 21,
    DPT = 1u << 22,
    THE = 1u << 23,
    HALF0 = 1u << 24,
    HALF1 = 1u << 25,
    AA32 = 1u << 26,
    LONG = 1u << 27, /* not VMSAv8-32 */
    ASID = 1u << 28,
    PIE = 1u << 29,
    EL0 = 1u << 30,
};

struct row {
    uint32_t when; /* all of these */
    uint32_t word;
    uint64_t mask;
};

static const struct row ste_rows[] = {
    {0, 0, STE(0, V)},
    {VALID, 0, STE(0, CONFIG)},
    {ENABLED | TYPES, 1, STE(1, MTCFG) | STE(1, ALLOCCFG) | STE(1, SHCFG)},
    {ENABLED | MEMATTR, 1, STE(1, MEMATTR)},
    {ENABLED | PERMS, 1, STE(1, PRIVCFG) | STE(1, INSTCFG)},
    {ENABLED | SPACE, 1, STE(1, NSCFG)},
    {ENABLED, 1, STE(1, MEV) | STE(1, CONT) | STE(1, DRE) | STE(1, DCP)},
    {ENABLED | ATS, 1, STE(1, EATS) | STE(1, PPAR)},
    {ENABLED | DPT, 2, STE(2, DPT_VMATCH)},
    {ENABLED | STRW, 1, STE(1, STRW)},
    {ENABLED | VMID, 2, STE(2, S2VMID)},
    {ENABLED | MPAM, 4, STE(4, PARTID)},
    {ENABLED | MPAM, 5, STE(5, PMG) | STE(5, MPAM_NS)},
    {ENABLED | MEC, 4, STE(4, MECID)},
    {S1, 0, STE(0, S1CONTEXTPTR)},
    {S1, 1, STE(1, S1CIR) | STE(1, S1COR) | STE(1, S1CSH) | STE(1, S1STALLD)},
    {S1 | SUBSTREAMS, 0, STE(0, S1FMT)},
    {S1 | SUBSTREAMS, 1, STE(1, S1DSS)},
    {S1 | MPAM, 1, STE(1, S1MPAM)},
    {S1 | S1_PI, 1, STE(1, S1PIE)},
    {NESTED | VMS, 5, STE(5, VMSPTR)},
    {NESTED, 2, STE(2, S2PTW)},
    {S2, 1, STE(1, S2FWB)},
    {S2, 2,
     STE(2, S2T0SZ) | STE(2, S2SL0) | STE(2, S2IR0) | STE(2, S2OR0) | STE(2, S2SH0) |
         STE(2, S2AA64) | STE(2, S2ENDI) | STE(2, S2AFFD) | STE(2, S2HD) | STE(2, S2HA) |
         STE(2, S2S) | STE(2, S2R)},
    {S2, 3, STE(3, S2TTB)},
    {S2_64, 2, STE(2, S2TG) | STE(2, S2PS)},
    {S2_64, 3, STE(3, S2DS) | STE(3, S2SL0_2)},
    {S2_128, 2, STE(2, S2TG) | STE(2, S2PS)},
    {S2_128, 3, STE(3, S2SKL)},
    {S2 | THE, 5, STE(5, TL0) | STE(5, TL1) | STE(5, ASSUREDONLY)},
    {S2, 2, STE(2, S2HAFT)},
    {S2 | S2_PIE, 2, STE(2, S2PIE)},
    {S2 | S2_OVERLAY, 2, STE(2, S2POE)},
    {S2 | S2_OVERLAY, 1, STE(1, S2HWU)},
    {S2 | S2_OVERLAY, 7, UINT64_MAX},
    {S2 | S2_SECURE, 3, STE(3, S2NSW) | STE(3, S2NSA)},
    {S2 | S2_SECURE, 4, STE(4, S_S2T0SZ) | STE(4, S_S2SL0) | STE(4, S_S2TG)},
    {S2 | S2_SECURE, 6,
     STE(6, S2SW) | STE(6, S2SA) | STE(6, S_S2SL0_2) | STE(6, S_S2TTB) | STE(6, S_S2SKL)},
};

static const struct row cd_rows[] = {
    {0, 0, CD(0, V)},
    {VALID, 0,
     CD(0, A) | CD(0, R) | CD(0, S) | CD(0, AA64) | CD(0, ENDI) | CD(0, AFFD) | CD(0, WXN) |
         CD(0, ASET)},
    {VALID | EL0, 0, CD(0, EPD0) | CD(0, EPD1) | CD(0, PAN)},
    {VALID | ASID, 0, CD(0, ASID)},
    {VALID | AA32, 0, CD(0, UWXN)},
    {VALID | LONG, 0, CD(0, IPS) | CD(0, HA) | CD(0, HD)},
    {VALID | LONG, 1, CD(1, HAFT) | CD(1, PNCH) | CD(1, EPAN)},
    {VALID | LONG, 2, CD(2, DS) | CD(2, PIE) | CD(2, AIE)},
    {VALID, 3, UINT64_MAX},
    {VALID, 4, UINT64_MAX},
    {VALID | MPAM, 5, CD(5, PARTID) | CD(5, PMG)},
    {VALID | PIE, 7, ~CD(7, RES0)},
    {VALID | PIE | EL0, 6, ~CD(6, RES0)},
    {VALID | HALF0, 0, CD(0, T0SZ) | CD(0, IR0) | CD(0, OR0) | CD(0, SH0)},
    {VALID | HALF0 | LONG, 0, CD(0, TG0) | CD(0, TBI0)},
    {VALID | HALF0, 1, CD(1, TTB0) | CD(1, HAD0) | CD(1, NSCFG0) | CD(1, E0PD0) | CD(1, HWU0)},
    {VALID | HALF1, 0, CD(0, T1SZ) | CD(0, IR1) | CD(0, OR1) | CD(0, SH1)},
    {VALID | HALF1 | LONG, 0, CD(0, TG1) | CD(0, TBI1)},
    {VALID | HALF1, 2, CD(2, TTB1) | CD(2, HAD1) | CD(2, NSCFG1) | CD(2, E0PD1) | CD(2, HWU1)},
};

static void gather(const struct row *row, size_t count, uint32_t facts, uint64_t used[8])
{
    memset(used, 0, 8 * sizeof(used[0]));
    for (; count > 0; row++, count--) {
        if ((facts & row->when) == row->when) {
            used[row->word] |= row->mask;
        }
    }
}

static uint32_t when(bool holds, uint32_t fact)
{
    return holds ? fact : 0;
}

/* What the SMMU brings; the same for all entries. */
static uint32_t smmu_facts(const struct armvirt_smmu_id *id, unsigned sec_sid)
{
    bool mec = sec_sid == ARMVIRT_SPACE_REALM && (id->r_idr[3] & ARMVIRT_SMMU_R_IDR3_MEC) != 0;

    return when(IDR(1, ATTR_TYPES_OVR), TYPES) | when(IDR(1, ATTR_PERMS_OVR), PERMS) |
           when(IDR(3, MPAM), MPAM) | when(mec, MEC) | when(IDR(3, S1PI), S1_PI) |
           when(IDR(3, S2PI), S2_PIE) | when(IDR(3, S2PO), S2_OVERLAY) | when(IDR(3, THE), THE);
}

static bool tagged(const struct armvirt_smmu_id *id, unsigned sec_sid, unsigned config)
{
    if (sec_sid == ARMVIRT_SPACE_SECURE) {
        return (config & 6) == 6 && armvirt_smmu_sel2(id);
    }
    return config != 4 && IDR(0, S2P);
}

static uint32_t stage_facts(const struct armvirt_smmu_id *id, unsigned sec_sid,
                            const uint64_t word[8])
{
    unsigned config = (unsigned)ARMVIRT_GET(STE(0, CONFIG), word[0]);
    bool s1 = (config & 5) == 5, s2 = (config & 6) == 6;
    bool aa64 = (word[2] & STE(2, S2AA64)) != 0;
    bool el2 = sec_sid != ARMVIRT_SPACE_NONSECURE || IDR(0, HYP);

    return VALID | ENABLED | when(s1, S1) | when(s2, S2) | when(s1 && s2, NESTED) |
           when(config == 5 && el2, STRW) | when(!s1 && sec_sid != ARMVIRT_SPACE_NONSECURE, SPACE) |
           when(tagged(id, sec_sid, config), VMID) | when(s2 && aa64, S2_64) |
           when(s2 && !aa64 && IDR(5, D128), S2_128) |
           when(sec_sid == ARMVIRT_SPACE_SECURE, S2_SECURE) |
           when(config != 4 && armvirt_smmu_ats(id, sec_sid), ATS);
}

void armvirt_ste_used(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                      const uint64_t word[8], uint64_t used[8])
{
    bool valid = (word[0] & STE(0, V)) != 0;
    bool enabled = valid && ARMVIRT_GET(STE(0, CONFIG), word[0]) >= 4;
    uint32_t facts = when(valid, VALID);

    if (enabled) {
        bool dpt = ARMVIRT_GET(STE(1, EATS), word[1]) == STE(1, EATS_DPT) &&
                   armvirt_smmu_dpt(id, view->sec_sid);

        facts |= smmu_facts(id, view->sec_sid) | stage_facts(id, view->sec_sid, word);
        facts |= when(IDR(1, SSIDSIZE) && (word[0] & STE(0, S1CDMAX)) != 0, SUBSTREAMS) |
                 when((facts & TYPES) && (word[1] & STE(1, MTCFG)) != 0, MEMATTR) |
                 when((facts & MPAM) && (word[1] & STE(1, S1MPAM)) != 0, VMS) |
                 when((facts & ATS) && dpt, DPT);
    }
    gather(ste_rows, sizeof(ste_rows) / sizeof(ste_rows[0]), facts, used);
    if ((facts & S1) && IDR(1, SSIDSIZE)) {
        used[0] |= STE(0, S1CDMAX);
    }
}

void armvirt_cd_used(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                     const uint64_t word[8], uint64_t used[8])
{
    bool valid = (word[0] & CD(0, V)) != 0;
    bool aa32 = !(word[0] & CD(0, AA64)) && !IDR(5, D128);
    bool el0 = ste->world == ARMVIRT_SMMU_EL1 || ste->world == ARMVIRT_SMMU_EL2_E2H;
    bool mpam = IDR(3, MPAM) && (ste->word[1] & STE(1, S1MPAM)) != 0;
    bool pie = IDR(3, S1PI) && (ste->word[1] & STE(1, S1PIE)) != 0 && !aa32 &&
               ((word[2] & CD(2, PIE)) != 0 || !(word[0] & CD(0, AA64)));
    uint32_t facts = when(valid, VALID) | when(aa32, AA32) | when(!aa32, LONG) |
                     when(el0, EL0 | ASID) | when(mpam, MPAM) | when(pie, PIE) |
                     when(!el0 || !(word[0] & CD(0, EPD0)), HALF0) |
                     when(el0 && !(word[0] & CD(0, EPD1)), HALF1);

    gather(cd_rows, sizeof(cd_rows) / sizeof(cd_rows[0]), facts, used);
}
