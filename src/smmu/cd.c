/* SPDX-License-Identifier: MIT */
/* Context descriptors: which are legal, and what they say (IHI0070 5.4, CdIllegal()). */
#include "base/mem_functions.h"
#include "id.h"
#include "rules.h"
#include "ste.h"

#define W(cd, n, field) ARMVIRT_GET(ARMVIRT_SMMU_CD##n##_##field, (cd)->word[n])
#define IDR(n, field)   armvirt_smmu_field(id, n, ARMVIRT_SMMU_IDR##n##_##field)

enum fact {
    V,
    S1STALLD,
    S,
    A,
    TERM, /* IDR0.TERM_MODEL */
    NO_STALL,
    FORCED,
    ENDI_BAD,
    AA32,
    AA64,
    D128,
    TTF0,
    TTF1,
    E2H_OR_EL3,
    EL2,
    SECURE_EL2,
    S2_AA32,
    HA,
    HD,
    HAFT,
    HTTU,
    HTTU_AF,
    HTTU_TAB,
    ASID_BAD,
    TXSZ_BAD,
    TG_BAD,
    TTB_BAD,
    S1PIE,
    SKL_BAD,
    PIE, /* permission indirection is in use */
    PIIP_BAD,
    PIIU_BAD,
    PII_PAIR,
    FACTS
};
_Static_assert(FACTS <= 64, "facts fit one word");

#define B(fact) ARMVIRT_BIT(fact)
#define WHEN(all, none, r)                                                                         \
    {                                                                                              \
        (all), (none), ARMVIRT_SMMU_REASON_CD_##r                                                  \
    }

/* In the order of CdIllegal(). */
static const struct armvirt_smmu_rule rules[] = {
    WHEN(0, B(V), V),
    WHEN(B(S1STALLD) | B(S), 0, S1STALLD),
    WHEN(B(TERM), B(A), TERM_MODEL),
    WHEN(B(NO_STALL) | B(S), 0, S_NO_STALL),
    WHEN(B(FORCED), B(S), S_FORCED),
    WHEN(B(ENDI_BAD), 0, ENDI),
    WHEN(B(AA32), B(TTF0), AA32_ABSENT),
    WHEN(B(AA32) | B(E2H_OR_EL3), 0, AA32_ABSENT),
    WHEN(B(AA32) | B(SECURE_EL2), 0, AA32_ABSENT),
    WHEN(B(AA64), B(TTF1), AA64_ABSENT),
    WHEN(B(AA64) | B(S2_AA32), 0, AA64_ABSENT),
    WHEN(B(HA), B(HTTU) | B(AA32), HA),
    WHEN(B(HD), B(HTTU) | B(AA32), HA),
    WHEN(B(HD) | B(HTTU_AF), B(AA32), HD),
    WHEN(B(HAFT) | B(HTTU_TAB), B(HA) | B(AA32), HAFT),
    WHEN(B(ASID_BAD), 0, ASID),
    WHEN(B(TXSZ_BAD), B(AA32), TXSZ),
    WHEN(B(TG_BAD), B(AA32), TG),
    WHEN(B(TTB_BAD), 0, TTB),
    WHEN(B(D128), B(S1PIE), D128_PIE),
    WHEN(B(D128) | B(EL2), 0, D128_EL2),
    WHEN(B(D128) | B(SKL_BAD), 0, SKL),
    WHEN(B(PIE) | B(PIIP_BAD), 0, PIIP),
    WHEN(B(PIE) | B(PIIU_BAD), 0, PIIU),
    WHEN(B(PIE) | B(PII_PAIR), 0, PII_PAIR),
};

#define FACT(name, holds) armvirt_smmu_fact(name, holds)

/* ---- One half ------------------------------------------------------------------------------ */

/* What a descriptor says of the TTB0 or TTB1 half. */
struct half {
    uint64_t base;
    unsigned txsz, log2, skl;
};

static struct half half_of(const struct armvirt_cd *cd, unsigned n)
{
    static const uint8_t tg1_log2[4] = {0, 14, 12, 16};

    if (n == 0) {
        return (struct half){
            .base = W(cd, 1, TTB0) << 4,
            .txsz = (unsigned)W(cd, 0, T0SZ),
            .log2 = armvirt_smmu_tg0_log2((unsigned)W(cd, 0, TG0)),
            .skl = (unsigned)W(cd, 1, SKL0),
        };
    }
    return (struct half){
        .base = W(cd, 2, TTB1) << 4,
        .txsz = (unsigned)W(cd, 0, T1SZ),
        .log2 = tg1_log2[W(cd, 0, TG1)],
        .skl = (unsigned)W(cd, 2, SKL1),
    };
}

static bool cd_ds(const struct armvirt_smmu_id *id, const struct armvirt_cd *cd)
{
    return IDR(5, DS) && W(cd, 2, DS);
}

/* IHI0070 5.4.2 CDTxSZInvalid. */
static bool txsz_bad(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                     const struct armvirt_cd *cd, const struct half *half)
{
    unsigned most = !IDR(3, STT) ? 39 : half->log2 == 16 || half->log2 == 0 ? 47 : 48;
    unsigned vax = IDR(5, VAX);
    bool wide = half->log2 == 16 || cd_ds(id, cd);
    unsigned least = 16;

    if (vax == 2 && cd->d128) {
        least = ste->world == ARMVIRT_SMMU_EL3 ? 8 : 9;
    } else if (vax != 0 && (wide || cd->d128)) {
        least = 12;
    }
    return half->txsz < least || half->txsz > most;
}

static bool ttb_bad(const struct armvirt_smmu_id *id, const struct armvirt_cd *cd,
                    const struct half *half)
{
    unsigned bits = armvirt_smmu_pa_range(id, (unsigned)W(cd, 0, IPS), cd->aa32);
    bool wide = cd->aa32 || cd->d128 || half->log2 == 16 || cd_ds(id, cd);

    bits = !wide && bits > 48 ? 48 : bits;
    return half->base >> bits != 0;
}

/* IHI0070 5.4.2 CDSLInvalidD128. */
static bool skl_bad(const struct half *half)
{
    int ia_bits = 64 - (int)half->txsz;
    int log2 = (int)half->log2;

    return 3 - (ia_bits - 1 - log2) / (log2 - 4) + (int)half->skl > 3;
}

static uint64_t half_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                           const struct armvirt_cd *cd, unsigned n)
{
    struct half half = half_of(cd, n);
    bool tg_good = cd->aa32 || armvirt_smmu_granule(id, half.log2);

    if (cd->epd[n]) {
        return 0;
    }
    return FACT(TXSZ_BAD, txsz_bad(id, ste, cd, &half)) | FACT(TG_BAD, !tg_good) |
           FACT(TTB_BAD, tg_good && ttb_bad(id, cd, &half)) |
           FACT(SKL_BAD, tg_good && cd->d128 && skl_bad(&half));
}

/* ---- Facts --------------------------------------------------------------------------------- */

/* Fields of three bits: indices to which a mask of values applies. */
static bool any_index(uint64_t pii, unsigned values)
{
    for (unsigned i = 0; i < 48; i += 3) {
        if (values >> (pii >> i & 7) & 1) {
            return true;
        }
    }
    return false;
}

/* PIIP 0bx1x with PIIU 0b1xx: executable above EL0 while writable at EL0. */
static bool pair_bad(uint64_t piip, uint64_t piiu)
{
    for (unsigned i = 0; i < 48; i += 3) {
        if ((piip >> i & 2) != 0 && (piiu >> i & 4) != 0) {
            return true;
        }
    }
    return false;
}

static bool has_el0(const struct armvirt_ste *ste)
{
    return ste->world == ARMVIRT_SMMU_EL1 || ste->world == ARMVIRT_SMMU_EL2_E2H;
}

static uint64_t pie_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                          const struct armvirt_cd *cd)
{
    enum { RESERVED = 1u << 4 | 1u << 6 };
    bool s1pie = IDR(3, S1PI) && ARMVIRT_GET(ARMVIRT_SMMU_STE1_S1PIE, ste->word[1]);
    bool pie = !cd->aa32 && !cd->d128 && s1pie && W(cd, 2, PIE);
    bool el0 = has_el0(ste);

    return FACT(S1PIE, s1pie) | FACT(PIE, pie || cd->d128) |
           FACT(PIIP_BAD, any_index(cd->word[7], RESERVED)) |
           FACT(PIIU_BAD, el0 && any_index(cd->word[6], RESERVED)) |
           FACT(PII_PAIR, el0 && pair_bad(cd->word[7], cd->word[6]));
}

static uint64_t fault_facts(const struct armvirt_smmu_id *id, const struct armvirt_smmu_view *view,
                            const struct armvirt_ste *ste, const struct armvirt_cd *cd)
{
    unsigned model = armvirt_smmu_stall_model(id, view->sec_sid, view->nsstalld);

    return FACT(V, W(cd, 0, V)) | FACT(S, W(cd, 0, S)) | FACT(A, W(cd, 0, A)) |
           FACT(S1STALLD, ste->word[1] & ARMVIRT_SMMU_STE1_S1STALLD) |
           FACT(TERM, IDR(0, TERM_MODEL)) | FACT(NO_STALL, model == 1) | FACT(FORCED, model == 2);
}

static uint64_t format_facts(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                             const struct armvirt_cd *cd)
{
    unsigned endian = IDR(0, TTENDIAN);
    unsigned httu = IDR(0, HTTU);
    bool big = W(cd, 0, ENDI);
    bool walks = !cd->epd[0] || !cd->epd[1];
    bool el2 = ste->world == ARMVIRT_SMMU_EL2;
    bool secure = ste->sec_sid == ARMVIRT_SPACE_SECURE;

    return FACT(ENDI_BAD, walks && ((endian == 2 && big) || (endian == 3 && !big))) |
           FACT(AA32, cd->aa32) | FACT(AA64, W(cd, 0, AA64)) | FACT(D128, cd->d128) |
           FACT(TTF0, IDR(0, TTF) & 1) | FACT(TTF1, IDR(0, TTF) & 2) |
           FACT(E2H_OR_EL3, ste->world == ARMVIRT_SMMU_EL2_E2H || ste->world == ARMVIRT_SMMU_EL3) |
           FACT(EL2, el2) | FACT(SECURE_EL2, el2 && secure) | FACT(S2_AA32, ste->aa32_s2) |
           FACT(HA, W(cd, 0, HA)) | FACT(HD, W(cd, 0, HD)) | FACT(HAFT, W(cd, 1, HAFT)) |
           FACT(HTTU, httu != 0) | FACT(HTTU_AF, httu == 1) | FACT(HTTU_TAB, httu == 3) |
           FACT(ASID_BAD, has_el0(ste) && !IDR(0, ASID16) && W(cd, 0, ASID) > 0xff);
}

/* ---- The descriptor ------------------------------------------------------------------------ */

static void decode_base(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                        const uint64_t word[8], struct armvirt_cd *cd)
{
    bool one_half = !has_el0(ste); /* IHI0070 5.4.1: TTB1, EPD0 and EPD1 do not exist */

    memset(cd, 0, sizeof(*cd));
    memcpy(cd->word, word, sizeof(cd->word));
    cd->aa32 = !W(cd, 0, AA64) && !IDR(5, D128);
    cd->d128 = !W(cd, 0, AA64) && IDR(5, D128);
    cd->epd[0] = !one_half && W(cd, 0, EPD0);
    cd->epd[1] = one_half || W(cd, 0, EPD1);
}

enum armvirt_status armvirt_cd_decode(const struct armvirt_smmu_id *id,
                                      const struct armvirt_smmu_view *view,
                                      const struct armvirt_ste *ste, const uint64_t word[8],
                                      struct armvirt_cd *cd)
{
    uint64_t facts;

    decode_base(id, ste, word, cd);
    facts = fault_facts(id, view, ste, cd) | format_facts(id, ste, cd) | pie_facts(id, ste, cd) |
            half_facts(id, ste, cd, 0) | half_facts(id, ste, cd, 1);
    cd->reason = armvirt_smmu_first_broken(rules, sizeof(rules) / sizeof(rules[0]), facts);
    cd->asid = has_el0(ste) ? (uint16_t)W(cd, 0, ASID) : 0;
    cd->aset = W(cd, 0, ASET);
    cd->a = W(cd, 0, A);
    cd->r = W(cd, 0, R);
    cd->s = W(cd, 0, S);
    return cd->reason == ARMVIRT_SMMU_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT;
}
