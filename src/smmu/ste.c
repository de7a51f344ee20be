/* SPDX-License-Identifier: MIT */
/* Stream table entries: which are legal, and what they say (IHI0070 5.2, SteIllegal()). */
#include "ste.h"

#include "base/mem_functions.h"
#include "id.h"
#include "pgtable/start_level.h"
#include "rules.h"

#define W(ste, n, field) ARMVIRT_GET(ARMVIRT_SMMU_STE##n##_##field, (ste)->word[n])
#define IDR(n, field)    armvirt_smmu_field(id, n, ARMVIRT_SMMU_IDR##n##_##field)

enum fact {
    V,
    ENABLED, /* Config[2] */
    S1,      /* Config is 0b1x1 */
    S2,      /* Config is 0b11x */
    NESTED,  /* Config is 0b111 */
    NS,
    SECURE,
    REALM,
    S1P,
    S2P,
    SEL2,
    AA32,
    AA64,
    TTF0,
    TTF1,
    ATS, /* implemented for the stream, and Config is not 0bx00 */
    EATS_FULL,
    EATS_SPLIT,
    EATS_DPT,
    NS1ATS,
    DPT,
    VMATCH,
    S2S,
    STRW_USED,
    STRW0,
    STRW1,
    RME_IMPL,
    S1STALLD,
    S1STALLD_BAD, /* the stall model is not configurable for the stream */
    NO_STALL,     /* STALL_MODEL of Non-secure state is 0b01 */
    FORCED,       /* it is 0b10 */
    NO_STALL_R,   /* SMMU_R_IDR0.STALL_MODEL is 0b01, and the stream is Realm */
    CDMAX_BAD,
    FMT_BAD,
    PTR_BAD,
    S2FWB,
    HA,
    HD,
    HAFT,
    HTTU,     /* not 0b00 */
    HTTU_AF,  /* 0b01 */
    HTTU_TAB, /* 0b11 */
    TG_BAD,
    TTB_BAD,
    T0SZ_BAD,
    SL0_BAD,
    S_TG_BAD,
    S_TTB_BAD,
    S_T0SZ_BAD,
    S_SL0_BAD,
    ENDI_BAD,
    S2PIE,
    S2POE,
    HWU,
    POI_BAD,
    VMID_BAD,
    VMS_BAD,
    D128,
    FACTS
};
_Static_assert(FACTS <= 64, "facts fit one word");

#define B(fact) ARMVIRT_BIT(fact)
#define WHEN(all, none, r)                                                                         \
    {                                                                                              \
        (all), (none), ARMVIRT_SMMU_REASON_STE_##r                                                 \
    }

/* In the order of SteIllegal(). */
static const struct armvirt_smmu_rule rules[] = {
    WHEN(B(S1), B(S1P), S1_ABSENT),
    WHEN(B(S2), B(S2P), S2_ABSENT),
    WHEN(B(S2) | B(SECURE), B(SEL2), SECURE_S2),
    WHEN(B(S2) | B(AA32), B(NS), AA32_SPACE),
    WHEN(B(ATS) | B(EATS_SPLIT), B(NESTED), EATS_SPLIT),
    WHEN(B(ATS) | B(EATS_SPLIT) | B(S2S), 0, EATS_SPLIT),
    WHEN(B(ATS) | B(EATS_SPLIT) | B(NS1ATS), 0, EATS_SPLIT),
    WHEN(B(ATS) | B(EATS_FULL) | B(S2S) | B(S2), 0, EATS_STALL),
    WHEN(B(ATS) | B(EATS_DPT) | B(DPT) | B(STRW_USED) | B(STRW0), 0, EATS_DPT_WORLD),
    WHEN(B(ATS) | B(EATS_DPT) | B(DPT) | B(STRW_USED) | B(STRW1), 0, EATS_DPT_WORLD),
    WHEN(B(ATS) | B(EATS_DPT) | B(DPT) | B(REALM) | B(VMATCH), 0, DPT_VMATCH),
    WHEN(B(ATS) | B(EATS_DPT) | B(DPT) | B(S2S) | B(S2), 0, EATS_DPT_STALL),
    WHEN(B(STRW_USED) | B(STRW0), B(SECURE), STRW_RESERVED),
    WHEN(B(STRW_USED) | B(STRW0) | B(STRW1) | B(SECURE), 0, STRW_RESERVED),
    WHEN(B(STRW_USED) | B(STRW0) | B(SECURE) | B(RME_IMPL), 0, STRW_EL3),
    WHEN(B(STRW_USED) | B(STRW1) | B(SECURE), B(SEL2), STRW_SEL2),
    WHEN(B(S1) | B(S1STALLD) | B(S1STALLD_BAD), 0, S1STALLD),
    WHEN(B(S1) | B(CDMAX_BAD), 0, S1CDMAX),
    WHEN(B(S1) | B(FMT_BAD), 0, S1FMT),
    WHEN(B(S1) | B(PTR_BAD), 0, S1CONTEXTPTR),
    WHEN(B(S2) | B(AA32) | B(S2FWB), 0, S2FWB_AA32),
    WHEN(B(S2) | B(S2S) | B(NO_STALL), 0, S2S_NO_STALL),
    WHEN(B(S2) | B(S2S) | B(NO_STALL_R), 0, S2S_NO_STALL),
    WHEN(B(S2) | B(FORCED), B(S2S), S2S_FORCED),
    WHEN(B(S2) | B(AA32), B(TTF0), S2_AA32_ABSENT),
    WHEN(B(S2) | B(AA64), B(TTF1), S2_AA64_ABSENT),
    WHEN(B(S2) | B(HA) | B(AA32), 0, S2HA),
    WHEN(B(S2) | B(HD) | B(AA32), 0, S2HA),
    WHEN(B(S2) | B(HA), B(HTTU), S2HA),
    WHEN(B(S2) | B(HD), B(HTTU), S2HA),
    WHEN(B(S2) | B(HD) | B(HTTU_AF), 0, S2HD),
    WHEN(B(S2) | B(HAFT) | B(HTTU_TAB), B(HA), S2HAFT),
    WHEN(B(S2) | B(TG_BAD), 0, S2TG),
    WHEN(B(S2) | B(TTB_BAD), 0, S2TTB),
    WHEN(B(S2) | B(T0SZ_BAD), 0, S2T0SZ),
    WHEN(B(S2) | B(SL0_BAD), 0, S2SL0),
    WHEN(B(S2) | B(SECURE) | B(S_TG_BAD), 0, S_S2TG),
    WHEN(B(S2) | B(SECURE) | B(S_TTB_BAD), 0, S_S2TTB),
    WHEN(B(S2) | B(SECURE) | B(S_T0SZ_BAD), 0, S_S2T0SZ),
    WHEN(B(S2) | B(SECURE) | B(S_SL0_BAD), 0, S_S2SL0),
    WHEN(B(S2) | B(ENDI_BAD), 0, S2ENDI),
    WHEN(B(S2) | B(S2PIE) | B(AA32), 0, S2PIE_AA32),
    WHEN(B(S2) | B(S2POE), B(S2PIE) | B(D128), S2POE_DIRECT),
    WHEN(B(S2) | B(S2POE) | B(HWU), 0, S2POE_PBHA),
    WHEN(B(S2) | B(S2POE) | B(POI_BAD), 0, S2POI),
    WHEN(B(VMID_BAD), 0, S2VMID),
    WHEN(B(VMS_BAD), 0, VMSPTR),
};

#define FACT(name, holds) armvirt_smmu_fact(name, holds)

/* ---- The tables of stage 2 ----------------------------------------------------------------- */

/* One set of stage 2 tables, as an entry describes it. */
struct s2_set {
    uint64_t base;
    unsigned t0sz, sl0, sl2, tg, skl;
};

static struct s2_set plain_set(const struct armvirt_ste *ste)
{
    return (struct s2_set){
        .base = W(ste, 3, S2TTB) << 4,
        .t0sz = (unsigned)W(ste, 2, S2T0SZ),
        .sl0 = (unsigned)W(ste, 2, S2SL0),
        .sl2 = (unsigned)W(ste, 3, S2SL0_2),
        .tg = (unsigned)W(ste, 2, S2TG),
        .skl = (unsigned)W(ste, 3, S2SKL),
    };
}

static struct s2_set secure_set(const struct armvirt_ste *ste)
{
    return (struct s2_set){
        .base = W(ste, 6, S_S2TTB) << 4,
        .t0sz = (unsigned)W(ste, 4, S_S2T0SZ),
        .sl0 = (unsigned)W(ste, 4, S_S2SL0),
        .sl2 = (unsigned)W(ste, 6, S_S2SL0_2),
        .tg = (unsigned)W(ste, 4, S_S2TG),
        .skl = (unsigned)W(ste, 6, S_S2SKL),
    };
}

static bool s2ds(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                 const struct s2_set *set)
{
    return IDR(5, DS) && W(ste, 3, S2DS) && !ste->aa32_s2 && !ste->d128_s2 &&
           armvirt_smmu_tg0_log2(set->tg) != 16;
}

/* IHI0070 5.2.2 STES2T0SZInvalid. */
static bool t0sz_bad(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                     const struct s2_set *set)
{
    unsigned log2 = armvirt_smmu_tg0_log2(set->tg);
    unsigned most = !IDR(3, STT) ? 39 : log2 == 16 ? 47 : 48;
    unsigned least = 64 - armvirt_smmu_ias(id);
    unsigned floor = ste->d128_s2 ? 8 : log2 == 16 || s2ds(id, ste, set) ? 12 : 16;

    if (armvirt_smmu_version(id) >= 1 && least < floor) {
        least = floor;
    }
    return set->t0sz < least || set->t0sz > most;
}

/* IHI0070 5.2.2 STEWalkConfigInconsistent*. */
static bool sl0_bad(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                    const struct s2_set *set)
{
    struct armvirt_s2_shape shape = {
        .granule_log2 = (uint8_t)armvirt_smmu_tg0_log2(set->tg),
        .ia_bits = (uint8_t)(64 - set->t0sz),
        .pa_bits = (uint8_t)armvirt_smmu_oas(id),
        .ds = s2ds(id, ste, set),
        .ttst = IDR(3, STT) != 0,
    };
    int8_t level;

    if (ste->d128_s2) {
        return armvirt_s2_start_level128(&shape, set->skl, &level) != ARMVIRT_REASON_NONE;
    }
    if (ste->aa32_s2) { /* two start levels, T0SZ is signed */
        shape.granule_log2 = 12;
        shape.ia_bits = (uint8_t)armvirt_smmu_aa32_ia_bits(set->t0sz);
        return set->sl0 > 1 ||
               armvirt_s2_start_level(&shape, 0, set->sl0, &level) != ARMVIRT_REASON_NONE;
    }
    return armvirt_s2_start_level(&shape, shape.ds && set->sl2, set->sl0, &level) !=
           ARMVIRT_REASON_NONE;
}

static bool ttb_bad(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                    const struct s2_set *set)
{
    unsigned bits = armvirt_smmu_pa_range(id, (unsigned)W(ste, 2, S2PS), ste->aa32_s2);
    bool wide =
        ste->aa32_s2 || ste->d128_s2 || armvirt_smmu_tg0_log2(set->tg) == 16 || s2ds(id, ste, set);

    bits = !wide && bits > 48 ? 48 : bits;
    return set->base >> bits != 0;
}

enum { SET_FACTS = 4 };
_Static_assert(S_TG_BAD - TG_BAD == SET_FACTS, "facts of both sets stand in one order");

static uint64_t set_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                          const struct s2_set *set)
{
    bool aa32 = ste->aa32_s2;
    bool tg_good = aa32 || armvirt_smmu_granule(id, armvirt_smmu_tg0_log2(set->tg));

    if (!tg_good) {
        return FACT(TG_BAD, true);
    }
    return FACT(TTB_BAD, ttb_bad(id, ste, set)) | FACT(T0SZ_BAD, !aa32 && t0sz_bad(id, ste, set)) |
           FACT(SL0_BAD, sl0_bad(id, ste, set));
}

/* ---- Facts --------------------------------------------------------------------------------- */

static bool strw_used(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    if (!IDR(0, S1P) || (ste->sec_sid == ARMVIRT_SPACE_NONSECURE && !IDR(0, HYP))) {
        return false;
    }
    return ste->config == ARMVIRT_SMMU_STE0_CONFIG_S1;
}

/* IHI0070 5.2.2 IgnoreSTES2VMID, S2VMID. */
static bool vmid_used(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    if (ste->config == ARMVIRT_SMMU_STE0_CONFIG_BYPASS ||
        (strw_used(id, ste) && W(ste, 1, STRW) != 0)) {
        return false;
    }
    if (ste->sec_sid == ARMVIRT_SPACE_SECURE) {
        return armvirt_smmu_sel2(id) && ste->s2;
    }
    return ste->sec_sid != ARMVIRT_SPACE_NONSECURE || IDR(0, S2P);
}

static uint64_t what_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    return FACT(V, W(ste, 0, V)) | FACT(ENABLED, ste->enabled) | FACT(S1, ste->s1) |
           FACT(S2, ste->s2) | FACT(NESTED, ste->s1 && ste->s2) |
           FACT(NS, ste->sec_sid == ARMVIRT_SPACE_NONSECURE) |
           FACT(SECURE, ste->sec_sid == ARMVIRT_SPACE_SECURE) |
           FACT(REALM, ste->sec_sid == ARMVIRT_SPACE_REALM) | FACT(S1P, IDR(0, S1P)) |
           FACT(S2P, IDR(0, S2P)) | FACT(SEL2, armvirt_smmu_sel2(id)) | FACT(AA32, ste->aa32_s2) |
           FACT(AA64, W(ste, 2, S2AA64)) | FACT(D128, ste->d128_s2) | FACT(TTF0, IDR(0, TTF) & 1) |
           FACT(TTF1, IDR(0, TTF) & 2) | FACT(RME_IMPL, IDR(0, RME_IMPL));
}

static uint64_t ats_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    unsigned eats = (unsigned)W(ste, 1, EATS);

    return FACT(ATS, armvirt_smmu_ats(id, ste->sec_sid) && (ste->config & 3) != 0) |
           FACT(EATS_FULL, eats == ARMVIRT_SMMU_STE1_EATS_FULL) |
           FACT(EATS_SPLIT, eats == ARMVIRT_SMMU_STE1_EATS_SPLIT) |
           FACT(EATS_DPT, eats == ARMVIRT_SMMU_STE1_EATS_DPT) | FACT(NS1ATS, IDR(0, NS1ATS)) |
           FACT(DPT, armvirt_smmu_dpt(id, ste->sec_sid)) | FACT(VMATCH, W(ste, 2, DPT_VMATCH)) |
           FACT(STRW_USED, strw_used(id, ste)) | FACT(STRW0, W(ste, 1, STRW) & 1) |
           FACT(STRW1, W(ste, 1, STRW) & 2);
}

static uint64_t stall_facts(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                            const struct armvirt_ste *ste)
{
    unsigned model = armvirt_smmu_stall_model(id, view->sec_sid, view->nsstalld);
    unsigned ns = armvirt_smmu_stall_model(id, ARMVIRT_SPACE_NONSECURE, view->nsstalld);
    bool realm = view->sec_sid == ARMVIRT_SPACE_REALM;

    return FACT(S2S, W(ste, 2, S2S)) | FACT(S1STALLD, W(ste, 1, S1STALLD)) |
           FACT(S1STALLD_BAD, realm ? model == 1 : model != 0) | FACT(NO_STALL, ns == 1) |
           FACT(FORCED, ns == 2) | FACT(NO_STALL_R, realm && model == 1);
}

static uint64_t s1_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    unsigned ssidsize = IDR(1, SSIDSIZE);
    unsigned cdmax = (unsigned)W(ste, 0, S1CDMAX);
    unsigned fmt = (unsigned)W(ste, 0, S1FMT);
    bool two_level = fmt == ARMVIRT_SMMU_STE0_S1FMT_4K_L2 || fmt == ARMVIRT_SMMU_STE0_S1FMT_64K_L2;
    uint64_t ptr = ste->word[0] & ARMVIRT_SMMU_STE0_S1CONTEXTPTR;

    return FACT(CDMAX_BAD, ssidsize != 0 && cdmax > ssidsize) |
           FACT(FMT_BAD, ssidsize != 0 && cdmax != 0 && !IDR(0, CD2L) && two_level) |
           FACT(PTR_BAD, !ste->s2 && ptr >> armvirt_smmu_oas(id) != 0);
}

static bool poi_bad(uint64_t poi)
{
    for (unsigned i = 0; i < 64; i += 4) {
        if ((poi >> i & 0xb) == 1) { /* 0b0001 and 0b0101 */
            return true;
        }
    }
    return false;
}

static uint64_t s2_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    unsigned httu = IDR(0, HTTU);
    unsigned endian = IDR(0, TTENDIAN);
    bool big = W(ste, 2, S2ENDI);
    struct s2_set set = plain_set(ste);
    uint64_t facts = set_facts(id, ste, &set);

    if (ste->sec_sid == ARMVIRT_SPACE_SECURE) {
        set = secure_set(ste);
        facts |= set_facts(id, ste, &set) << SET_FACTS;
    }
    return facts | FACT(S2FWB, IDR(3, FWB) && W(ste, 1, S2FWB)) | FACT(HA, W(ste, 2, S2HA)) |
           FACT(HD, W(ste, 2, S2HD)) | FACT(HAFT, W(ste, 2, S2HAFT)) | FACT(HTTU, httu != 0) |
           FACT(HTTU_AF, httu == 1) | FACT(HTTU_TAB, httu == 3) |
           FACT(ENDI_BAD, (endian == 2 && big) || (endian == 3 && !big)) |
           FACT(S2PIE, IDR(3, S2PI) && W(ste, 2, S2PIE)) |
           FACT(S2POE, IDR(3, S2PO) && W(ste, 2, S2POE)) |
           FACT(HWU, IDR(3, PBHA) && W(ste, 1, S2HWU)) | FACT(POI_BAD, poi_bad(ste->word[7]));
}

static uint64_t tag_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    uint64_t vms = ste->word[5] & ARMVIRT_SMMU_STE5_VMSPTR;

    return FACT(VMID_BAD, vmid_used(id, ste) && !IDR(0, VMID16) && W(ste, 2, S2VMID) > 0xff) |
           FACT(VMS_BAD, armvirt_smmu_vms_enabled(id, ste) && vms >> armvirt_smmu_oas(id) != 0);
}

/* ---- The entry ----------------------------------------------------------------------------- */

unsigned armvirt_smmu_tg0_log2(unsigned tg)
{
    static const uint8_t log2[4] = {12, 16, 14, 0};

    return log2[tg & 3];
}

unsigned armvirt_smmu_aa32_ia_bits(unsigned t0sz)
{
    unsigned low = t0sz & 7;

    return t0sz & 8 ? 40 - low : 32 - low; /* -8 to 7 */
}

unsigned armvirt_smmu_pa_range(const struct armvirt_smmu_id *id, unsigned encoded, bool aa32)
{
    unsigned version = armvirt_smmu_version(id);
    unsigned most = version == 0 ? 48 : version < 4 ? 52 : 56;
    unsigned oas = armvirt_smmu_oas(id);
    unsigned bits = armvirt_smmu_size_bits(encoded);

    if (aa32) {
        return 40;
    }
    bits = bits > most ? most : bits;
    return bits > oas ? oas : bits;
}

/* IHI0070 5.2 STRW. */
static uint8_t world(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                     const struct armvirt_ste *ste)
{
    static const uint8_t worlds[4] = {ARMVIRT_SMMU_EL1, ARMVIRT_SMMU_EL3, ARMVIRT_SMMU_EL2,
                                      ARMVIRT_SMMU_EL1};
    uint8_t plain = strw_used(id, ste) ? worlds[W(ste, 1, STRW)] : ARMVIRT_SMMU_EL1;

    return plain == ARMVIRT_SMMU_EL2 && view->e2h ? ARMVIRT_SMMU_EL2_E2H : plain;
}

/* Without stage 2 behind ATSCHK, split-stage ATS and ATS with DPT are off. IHI0070 5.2 EATS. */
static uint8_t effective_eats(const struct armvirt_smmu_id *id,
                              const struct armvirt_smmu_view *view, const struct armvirt_ste *ste)
{
    unsigned eats = (unsigned)W(ste, 1, EATS);

    if (!armvirt_smmu_ats(id, ste->sec_sid) || (ste->config & 3) == 0) {
        return 0;
    }
    if (eats == ARMVIRT_SMMU_STE1_EATS_DPT && !armvirt_smmu_dpt(id, ste->sec_sid)) {
        return 0;
    }
    return eats >= ARMVIRT_SMMU_STE1_EATS_SPLIT && !view->atschk ? 0 : (uint8_t)eats;
}

/* Address bits below the size of the table are zero. IHI0070 5.2 S1Fmt. */
static uint64_t s1_table(const struct armvirt_ste *ste)
{
    unsigned log2 = ste->s1_cdmax + 6u;
    uint64_t ptr = ste->word[0] & ARMVIRT_SMMU_STE0_S1CONTEXTPTR;

    if (ste->s1_fmt != ARMVIRT_SMMU_STE0_S1FMT_LINEAR) {
        unsigned leaf = ste->s1_fmt == ARMVIRT_SMMU_STE0_S1FMT_4K_L2 ? 6 : 10;

        log2 = ste->s1_cdmax > leaf + 3 ? ste->s1_cdmax - leaf + 3u : 6;
    }
    return ptr & ~((UINT64_C(1) << log2) - 1);
}

static void decode_s1(const struct armvirt_smmu_id *id, struct armvirt_ste *ste)
{
    uint8_t dss = (uint8_t)W(ste, 1, S1DSS);
    uint8_t fmt = (uint8_t)W(ste, 0, S1FMT);

    ste->s1_cdmax = IDR(1, SSIDSIZE) ? (uint8_t)W(ste, 0, S1CDMAX) : 0;
    ste->s1_dss = ste->s1_cdmax == 0 || dss == 3 ? 0 : dss;
    ste->s1_fmt = ste->s1_cdmax == 0 || fmt == 3 ? 0 : fmt;
    ste->s1_table = s1_table(ste);
}

static void decode_base(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                        const uint64_t word[8], struct armvirt_ste *ste)
{
    memset(ste, 0, sizeof(*ste));
    memcpy(ste->word, word, sizeof(ste->word));
    ste->sec_sid = view->sec_sid;
    ste->config = (uint8_t)W(ste, 0, CONFIG);
    ste->enabled = (ste->config & 4) != 0;
    ste->s1 = (ste->config & 5) == 5;
    ste->s2 = (ste->config & 6) == 6;
    ste->aa32_s2 = ste->s2 && !W(ste, 2, S2AA64) && !IDR(5, D128);
    ste->d128_s2 = ste->s2 && !W(ste, 2, S2AA64) && IDR(5, D128);
}

uint8_t armvirt_ste_illegal(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                            const struct armvirt_ste *ste)
{
    uint64_t facts;

    if (!W(ste, 0, V)) {
        return ARMVIRT_SMMU_REASON_STE_V;
    }
    if (!ste->enabled) {
        return ARMVIRT_SMMU_REASON_NONE;
    }
    facts = what_facts(id, ste) | ats_facts(id, ste) | stall_facts(id, view, ste) |
            s1_facts(id, ste) | s2_facts(id, ste) | tag_facts(id, ste);
    return armvirt_smmu_first_broken(rules, sizeof(rules) / sizeof(rules[0]), facts);
}

/* Bits above MECIDSIZE are taken as 0. IHI0070 5.2 MECID. */
static uint16_t mecid_of(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    bool mec = (id->r_idr[3] & ARMVIRT_SMMU_R_IDR3_MEC) != 0;
    unsigned top = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_R_MECIDR_MECIDSIZE, id->r_mecidr);

    if (ste->sec_sid != ARMVIRT_SPACE_REALM || !mec) {
        return 0;
    }
    return (uint16_t)(W(ste, 4, MECID) & ARMVIRT_BITS(top, 0));
}

enum armvirt_status armvirt_ste_decode(const struct armvirt_smmu_id *id,
                                       const struct armvirt_smmu_view *view, const uint64_t word[8],
                                       struct armvirt_ste *ste)
{
    decode_base(id, view, word, ste);
    ste->reason = armvirt_ste_illegal(id, view, ste);
    if (ste->reason != ARMVIRT_SMMU_REASON_NONE) {
        return ARMVIRT_FAULT;
    }
    if (!ste->enabled) {
        return ARMVIRT_OK;
    }
    ste->world = world(id, view, ste);
    ste->eats = effective_eats(id, view, ste);
    ste->vmid = vmid_used(id, ste) ? (uint16_t)W(ste, 2, S2VMID) : 0;
    ste->mecid = mecid_of(id, ste);
    ste->s2s = ste->s2 && W(ste, 2, S2S);
    ste->s2r = ste->s2 && W(ste, 2, S2R);
    ste->mev = W(ste, 1, MEV);
    if (ste->s1) {
        decode_s1(id, ste);
    }
    return ARMVIRT_OK;
}
