/* SPDX-License-Identifier: MIT */
/*
 * Every rule of SteIllegal() and CdIllegal(): a change of a legal structure that breaks it, and the
 * answer which it was (IHI0070 5.2.2, 5.4.2). A second list holds what is legal since it is
 * ignored.
 */
#include <armvirt/regs/smmu_realm.h>

#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE, RE = ARMVIRT_SPACE_REALM };
enum { MIN = ARMVIRT_SMMU_LINUX_MIN, QEMU = ARMVIRT_SMMU_QEMU, FVP = ARMVIRT_SMMU_FVP };
enum { MAX = ARMVIRT_SMMU_MAX };

/* Fields to set: word, mask, value. */
struct set {
    uint8_t word;
    uint64_t mask, value;
};

/* A field of an identification register to set; mask 0: none. */
struct idr {
    uint8_t n;
    uint64_t mask, value;
};

struct change {
    uint8_t reason, preset, sec_sid, config;
    struct idr idr;
    struct set set[3];
};

#define R(name) ARMVIRT_SMMU_REASON_##name
#define STE(n, field, v)                                                                           \
    {                                                                                              \
        n, ARMVIRT_SMMU_STE##n##_##field, v                                                        \
    }
#define CD(n, field, v)                                                                            \
    {                                                                                              \
        n, ARMVIRT_SMMU_CD##n##_##field, v                                                         \
    }
#define IDR(n, field, v)                                                                           \
    {                                                                                              \
        n, ARMVIRT_SMMU_IDR##n##_##field, v                                                        \
    }
#define NONE                                                                                       \
    {                                                                                              \
        0, 0, 0                                                                                    \
    }

static const struct change ste_changes[] = {
    {R(STE_V), MAX, NS, BYPASS, NONE, {STE(0, V, 0)}},
    {R(STE_V), MAX, NS, 0, NONE, {STE(0, V, 0)}},
    {R(STE_S1_ABSENT), QEMU, NS, S1, IDR(0, S1P, 0), {NONE}},
    {R(STE_S2_ABSENT), QEMU, NS, S2, IDR(0, S2P, 0), {NONE}},
    {R(STE_SECURE_S2), MAX, SE, S2, NONE, {STE(5, TL0, 0)}},
    {R(STE_EATS_SPLIT), MAX, NS, S1, NONE, {STE(1, EATS, 2)}},
    {R(STE_EATS_SPLIT), MAX, NS, NESTED, NONE, {STE(1, EATS, 2), STE(2, S2S, 1)}},
    {R(STE_EATS_SPLIT), MAX, NS, NESTED, IDR(0, NS1ATS, 1), {STE(1, EATS, 2)}},
    {R(STE_EATS_STALL), MAX, NS, S2, NONE, {STE(1, EATS, 1), STE(2, S2S, 1)}},
    {R(STE_EATS_DPT_STALL), MAX, NS, S2, NONE, {STE(1, EATS, 3), STE(2, S2S, 1)}},
    {R(STE_EATS_DPT_WORLD), MAX, NS, S1, NONE, {STE(1, EATS, 3), STE(1, STRW, 2)}},
    {R(STE_DPT_VMATCH), MAX, RE, S2, NONE, {STE(1, EATS, 3), STE(2, DPT_VMATCH, 1)}},
    {R(STE_STRW_RESERVED), MAX, NS, S1, NONE, {STE(1, STRW, 1)}},
    {R(STE_STRW_RESERVED), MAX, RE, S1, NONE, {STE(1, STRW, 3)}},
    {R(STE_STRW_RESERVED), MAX, SE, S1, NONE, {STE(1, STRW, 3)}},
    {R(STE_STRW_EL3), MAX, SE, S1, NONE, {STE(1, STRW, 1)}},
    {R(STE_STRW_SEL2), FVP, SE, S1, NONE, {STE(1, STRW, 2)}},
    {R(STE_S1STALLD), QEMU, NS, S1, NONE, {STE(1, S1STALLD, 1)}},
    {R(STE_S1STALLD), MAX, RE, S1, NONE, {STE(1, S1STALLD, 1)}},
    {R(STE_S1CDMAX), FVP, NS, S1, NONE, {STE(0, S1CDMAX, 21)}},
    {R(STE_S1FMT), FVP, NS, S1, IDR(0, CD2L, 0), {STE(0, S1CDMAX, 8), STE(0, S1FMT, 1)}},
    {R(STE_S1FMT), FVP, NS, S1, IDR(0, CD2L, 0), {STE(0, S1CDMAX, 8), STE(0, S1FMT, 2)}},
    {R(STE_S1CONTEXTPTR), QEMU, NS, S1, NONE, {STE(0, S1CONTEXTPTR, UINT64_C(1) << 38)}},
    {R(STE_S2FWB_AA32), FVP, NS, S2, IDR(3, FWB, 1), {STE(2, S2AA64, 0), STE(1, S2FWB, 1)}},
    {R(STE_AA32_SPACE), FVP, RE, S2, NONE, {STE(2, S2AA64, 0)}},
    {R(STE_S2S_NO_STALL), QEMU, NS, S2, NONE, {STE(2, S2S, 1)}},
    {R(STE_S2S_NO_STALL), MAX, RE, S2, NONE, {STE(2, S2S, 1)}},
    {R(STE_S2S_FORCED), QEMU, NS, S2, IDR(0, STALL_MODEL, 2), {STE(2, S2S, 0)}},
    {R(STE_S2_AA32_ABSENT), QEMU, NS, S2, NONE, {STE(2, S2AA64, 0)}},
    {R(STE_S2_AA64_ABSENT), QEMU, NS, S2, IDR(0, TTF, 1), {NONE}},
    {R(STE_S2HA), QEMU, NS, S2, NONE, {STE(2, S2HA, 1)}},
    {R(STE_S2HA), QEMU, NS, S2, NONE, {STE(2, S2HD, 1)}},
    {R(STE_S2HA), FVP, NS, S2, NONE, {STE(2, S2HA, 1), STE(2, S2AA64, 0)}},
    {R(STE_S2HD), FVP, NS, S2, IDR(0, HTTU, 1), {STE(2, S2HD, 1)}},
    {R(STE_S2HAFT), MAX, NS, S2, NONE, {STE(2, S2HAFT, 1)}},
    {R(STE_S2TG), MAX, NS, S2, NONE, {STE(2, S2TG, 3)}},
    {R(STE_S2TG), QEMU, NS, S2, IDR(5, GRAN16K, 0), {STE(2, S2TG, 2)}},
    {R(STE_S2TTB), QEMU, NS, S2, NONE, {STE(2, S2PS, 0), STE(3, S2TTB, UINT64_C(1) << 28)}},
    {R(STE_S2TTB), MAX, NS, S2, NONE, {STE(2, S2PS, 7), STE(3, S2TTB, UINT64_C(1) << 44)}},
    {R(STE_S2T0SZ), QEMU, NS, S2, NONE, {STE(2, S2T0SZ, 40)}},
    {R(STE_S2T0SZ), QEMU, NS, S2, NONE, {STE(2, S2T0SZ, 19)}},
    {R(STE_S2T0SZ), MAX, NS, S2, NONE, {STE(2, S2T0SZ, 15)}},
    {R(STE_S2SL0), QEMU, NS, S2, NONE, {STE(2, S2SL0, 3)}},
    {R(STE_S2SL0), QEMU, NS, S2, NONE, {STE(2, S2SL0, 2)}},
    {R(STE_S2SL0), QEMU, NS, S2, NONE, {STE(2, S2SL0, 0)}},
    {R(STE_S2SL0), FVP, NS, S2, NONE, {STE(2, S2AA64, 0), STE(2, S2SL0, 2)}},
    {R(STE_S2SL0), FVP, NS, S2, NONE, {STE(2, S2AA64, 0), STE(2, S2SL0, 1), STE(2, S2T0SZ, 7)}},
    {R(STE_S2SL0), MAX, NS, S2, NONE, {STE(2, S2AA64, 0), STE(3, S2SKL, 3), STE(2, S2T0SZ, 40)}},
    {R(STE_S_S2TG), MAX, SE, S2, NONE, {STE(4, S_S2TG, 3)}},
    {R(STE_S_S2TTB), MAX, SE, S2, NONE, {STE(2, S2PS, 0), STE(6, S_S2TTB, UINT64_C(1) << 28)}},
    {R(STE_S_S2T0SZ), MAX, SE, S2, NONE, {STE(4, S_S2T0SZ, 15)}},
    {R(STE_S_S2SL0), MAX, SE, S2, NONE, {STE(4, S_S2SL0, 0)}},
    {R(STE_S2ENDI), QEMU, NS, S2, NONE, {STE(2, S2ENDI, 1)}},
    {R(STE_S2ENDI), QEMU, NS, S2, IDR(0, TTENDIAN, 3), {NONE}},
    {R(STE_S2PIE_AA32), FVP, NS, S2, IDR(3, S2PI, 1), {STE(2, S2AA64, 0), STE(2, S2PIE, 1)}},
    {R(STE_S2POE_DIRECT), MAX, NS, S2, NONE, {STE(2, S2POE, 1)}},
    {R(STE_S2POE_PBHA),
     MAX,
     NS,
     S2,
     IDR(3, PBHA, 1),
     {STE(2, S2POE, 1), STE(2, S2PIE, 1), STE(1, S2HWU, 8)}},
    {R(STE_S2POI), MAX, NS, S2, NONE, {STE(2, S2POE, 1), STE(2, S2PIE, 1), STE(7, S2POI7, 5)}},
    {R(STE_S2POI), MAX, NS, S2, NONE, {STE(2, S2POE, 1), STE(2, S2PIE, 1), STE(7, S2POI15, 1)}},
    {R(STE_S2VMID), MIN, NS, S1, NONE, {STE(2, S2VMID, 0x100)}},
    {R(STE_VMSPTR),
     MAX,
     NS,
     NESTED,
     IDR(5, OAS, 5),
     {STE(1, S1MPAM, 1), STE(5, VMSPTR, UINT64_C(1) << 40)}},
};

/* Legal, since the field is ignored, or the value acts as another one. */
static const struct change ste_legal[] = {
    {R(NONE), MAX, NS, 0, NONE, {STE(2, S2TG, 3), STE(1, STRW, 3), STE(1, EATS, 2)}},
    {R(NONE), MAX, NS, 3, NONE, {STE(0, S1CDMAX, 31), STE(2, S2SL0, 3)}},
    {R(NONE), QEMU, NS, S1, NONE, {STE(0, S1CDMAX, 5)}},                    /* SSIDSIZE is 0 */
    {R(NONE), QEMU, NS, S2, NONE, {STE(1, S1STALLD, 1), STE(0, S1FMT, 1)}}, /* stage 1 is off */
    {R(NONE), QEMU, NS, S1, NONE, {STE(2, S2TG, 3), STE(2, S2S, 1)}},       /* stage 2 is off */
    {R(NONE), FVP, NS, S1, NONE, {STE(0, S1CDMAX, 8), STE(0, S1FMT, 3)}},   /* reserved: linear */
    {R(NONE), QEMU, NS, NESTED, NONE, {STE(0, S1CONTEXTPTR, UINT64_C(1) << 38)}}, /* an IPA */
    {R(NONE), QEMU, NS, S2, NONE, {STE(2, S2PS, 7)}},                             /* capped */
    {R(NONE), MAX, NS, NESTED, NONE, {STE(1, STRW, 3)}}, /* stage 2 is on */
    {R(NONE), MAX, NS, BYPASS, NONE, {STE(1, EATS, 2), STE(2, S2VMID, 0x1ff)}},
    {R(NONE), QEMU, NS, S1, NONE, {STE(1, EATS, 2), STE(1, STRW, 3)}}, /* no ATS, no Hyp */
    {R(NONE), FVP, NS, S2, NONE, {STE(2, S2AA64, 0), STE(2, S2T0SZ, 0x38), STE(2, S2TG, 3)}},
    {R(NONE), MAX, NS, S2, NONE, {STE(2, S2T0SZ, 12), STE(2, S2SL0, 2), STE(3, S2DS, 1)}},
};

static const struct change cd_changes[] = {
    {R(CD_V), MAX, NS, S1, NONE, {CD(0, V, 0)}},
    {R(CD_TERM_MODEL), QEMU, NS, S1, NONE, {CD(0, A, 0)}},
    {R(CD_S_NO_STALL), QEMU, NS, S1, NONE, {CD(0, S, 1)}},
    {R(CD_S_NO_STALL), MAX, RE, S1, NONE, {CD(0, S, 1)}},
    {R(CD_S_FORCED), QEMU, NS, S1, IDR(0, STALL_MODEL, 2), {NONE}},
    {R(CD_ENDI), QEMU, NS, S1, NONE, {CD(0, ENDI, 1)}},
    {R(CD_ENDI), QEMU, NS, S1, IDR(0, TTENDIAN, 3), {NONE}},
    {R(CD_AA32_ABSENT), QEMU, NS, S1, NONE, {CD(0, AA64, 0)}},
    {R(CD_AA64_ABSENT), QEMU, NS, S1, IDR(0, TTF, 1), {NONE}},
    {R(CD_HA), QEMU, NS, S1, NONE, {CD(0, HA, 1)}},
    {R(CD_HA), QEMU, NS, S1, NONE, {CD(0, HD, 1)}},
    {R(CD_HD), FVP, NS, S1, IDR(0, HTTU, 1), {CD(0, HD, 1)}},
    {R(CD_HAFT), MAX, NS, S1, NONE, {CD(1, HAFT, 1)}},
    {R(CD_ASID), MIN, NS, S1, NONE, {CD(0, ASID, 0x100)}},
    {R(CD_TXSZ), QEMU, NS, S1, NONE, {CD(0, T0SZ, 15)}},
    {R(CD_TXSZ), QEMU, NS, S1, NONE, {CD(0, T0SZ, 40)}},
    {R(CD_TXSZ), QEMU, NS, S1, NONE, {CD(0, EPD1, 0), CD(0, T1SZ, 0)}},
    {R(CD_TXSZ), MAX, NS, S1, NONE, {CD(0, T0SZ, 15)}},
    {R(CD_TXSZ), MAX, NS, S1, NONE, {CD(0, T0SZ, 11), CD(2, DS, 1)}},
    {R(CD_TG), QEMU, NS, S1, NONE, {CD(0, TG0, 3)}},
    {R(CD_TG), QEMU, NS, S1, NONE, {CD(0, EPD1, 0), CD(0, TG1, 0)}},
    {R(CD_TTB), QEMU, NS, S1, NONE, {CD(0, IPS, 0), CD(1, TTB0, UINT64_C(1) << 28)}},
    {R(CD_TTB), MAX, NS, S1, NONE, {CD(0, IPS, 7), CD(1, TTB0, UINT64_C(1) << 44)}},
    {R(CD_TTB), QEMU, NS, S1, NONE, {CD(0, EPD1, 0), CD(2, TTB1, UINT64_C(1) << 47)}},
    {R(CD_D128_PIE), MAX, NS, S1, NONE, {CD(0, AA64, 0)}},
};

/* Changes of the context descriptor under a changed entry. */
static const struct change cd_under[][2] = {
    {{R(CD_S1STALLD), MAX, NS, S1, NONE, {STE(1, S1STALLD, 1)}},
     {R(CD_S1STALLD), MAX, NS, S1, NONE, {CD(0, S, 1)}}},
    {{R(CD_AA64_ABSENT), FVP, NS, NESTED, NONE, {STE(2, S2AA64, 0)}},
     {R(CD_AA64_ABSENT), FVP, NS, NESTED, NONE, {NONE}}},
    {{R(CD_D128_EL2), MAX, NS, S1, NONE, {STE(1, S1PIE, 1), STE(1, STRW, 2)}},
     {R(CD_D128_EL2), MAX, NS, S1, NONE, {CD(0, AA64, 0)}}},
    {{R(CD_SKL), MAX, NS, S1, NONE, {STE(1, S1PIE, 1)}},
     {R(CD_SKL), MAX, NS, S1, NONE, {CD(0, AA64, 0), CD(1, SKL0, 3), CD(0, T0SZ, 40)}}},
    {{R(CD_PIIP), MAX, NS, S1, NONE, {STE(1, S1PIE, 1)}},
     {R(CD_PIIP), MAX, NS, S1, NONE, {CD(2, PIE, 1), CD(7, PIIP9, 4)}}},
    {{R(CD_PIIU), MAX, NS, S1, NONE, {STE(1, S1PIE, 1)}},
     {R(CD_PIIU), MAX, NS, S1, NONE, {CD(2, PIE, 1), CD(6, PIIU15, 6)}}},
    {{R(CD_PII_PAIR), MAX, NS, S1, NONE, {STE(1, S1PIE, 1)}},
     {R(CD_PII_PAIR), MAX, NS, S1, NONE, {CD(2, PIE, 1), CD(7, PIIP2, 3), CD(6, PIIU2, 5)}}},
    {{R(CD_AA32_ABSENT), FVP, NS, S1, NONE, {STE(1, STRW, 2)}},
     {R(CD_AA32_ABSENT), FVP, NS, S1, NONE, {CD(0, AA64, 0)}}},
    /* legal: PIE without S1PIE, ASID and half 1 without EL0, disabled halves */
    {{R(NONE), MAX, NS, S1, NONE, {NONE}},
     {R(NONE), MAX, NS, S1, NONE, {CD(2, PIE, 1), CD(7, PIIP9, 4)}}},
    {{R(NONE), FVP, NS, S1, IDR(0, ASID16, 0), {STE(1, STRW, 2)}},
     {R(NONE), FVP, NS, S1, NONE, {CD(0, ASID, 0x100), CD(0, EPD0, 1), CD(0, T1SZ, 0)}}},
    {{R(NONE), QEMU, NS, S1, NONE, {NONE}},
     {R(NONE), QEMU, NS, S1, NONE, {CD(0, EPD0, 1), CD(0, T0SZ, 63), CD(0, ENDI, 1)}}},
    {{R(NONE), QEMU, NS, S1, NONE, {NONE}}, {R(NONE), QEMU, NS, S1, NONE, {CD(0, IPS, 7)}}},
};

static void apply(uint64_t word[8], const struct set set[3])
{
    for (unsigned i = 0; i < 3; i++) {
        word[set[i].word] &= ~set[i].mask;
        word[set[i].word] |= set[i].mask == 0 ? 0 : ARMVIRT_PUT(set[i].mask, set[i].value);
    }
}

static void make_id(const struct change *c, struct armvirt_smmu_id *id)
{
    armvirt_smmu_preset_id(c->preset, id);
    if (c->sec_sid == SE && c->preset == FVP) {
        id->s_idr[1] = ARMVIRT_SMMU_S_IDR1_SECURE_IMPL | 16;
    }
    if (c->reason == R(STE_SECURE_S2)) {
        id->s_idr[1] &= ~(uint32_t)ARMVIRT_SMMU_S_IDR1_SEL2;
    }
    id->idr[c->idr.n] &= (uint32_t)~c->idr.mask;
    id->idr[c->idr.n] |= c->idr.mask == 0 ? 0 : (uint32_t)ARMVIRT_PUT(c->idr.mask, c->idr.value);
}

static uint8_t judge_ste(const struct change *c, struct armvirt_ste *ste)
{
    struct armvirt_smmu_view view = {.sec_sid = c->sec_sid, .atschk = true};
    struct armvirt_smmu_id id;
    uint64_t word[8];
    enum armvirt_status status;

    make_id(c, &id);
    world_ste_words(word, c->config);
    apply(word, c->set);
    status = armvirt_ste_decode(&id, &view, word, ste);
    assert_int_equal(status, ste->reason == R(NONE) ? ARMVIRT_OK : ARMVIRT_FAULT);
    return ste->reason;
}

static uint8_t judge_cd(const struct change *under, const struct change *c)
{
    struct armvirt_smmu_view view = {
        .sec_sid = c->sec_sid,
        .e2h = c->reason == R(CD_AA32_ABSENT), /* EL2&0 has no VMSAv8-32, EL2 has */
    };
    struct armvirt_smmu_id id;
    struct armvirt_ste ste;
    struct armvirt_cd cd;
    uint64_t word[8];

    make_id(c, &id);
    world_ste_words(word, c->config);
    if (under != NULL) {
        make_id(under, &id);
        apply(word, under->set);
    }
    if (ARMVIRT_GET(ARMVIRT_SMMU_IDR0_STALL_MODEL, id.idr[0]) == 2) {
        word[2] |= ARMVIRT_SMMU_STE2_S2S;
    }
    assert_int_equal(armvirt_ste_decode(&id, &view, word, &ste), ARMVIRT_OK);
    world_cd_words(word);
    apply(word, c->set);
    (void)armvirt_cd_decode(&id, &view, &ste, word, &cd);
    return cd.reason;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void rule_5_2_2_each_illegal_entry_is_told_by_its_rule(void **state)
{
    bool seen[ARMVIRT_SMMU_REASON_COUNT] = {false};
    struct armvirt_ste ste;

    (void)state;
    for (size_t i = 0; i < COUNT(ste_changes); i++) {
        uint8_t reason = judge_ste(&ste_changes[i], &ste);

        if (reason != ste_changes[i].reason) {
            fail_msg("change %zu: reason %u, not %u", i, reason, ste_changes[i].reason);
        }
        seen[reason] = true;
    }
    for (unsigned reason = R(STE_V); reason <= R(STE_VMSPTR); reason++) {
        assert_true(seen[reason]);
    }
}

static void rule_5_2_fields_that_are_ignored_break_nothing(void **state)
{
    struct armvirt_ste ste;

    (void)state;
    for (size_t i = 0; i < COUNT(ste_legal); i++) {
        uint8_t reason = judge_ste(&ste_legal[i], &ste);

        if (reason != R(NONE)) {
            fail_msg("change %zu: reason %u", i, reason);
        }
    }
}

static void rule_5_4_2_each_illegal_descriptor_is_told_by_its_rule(void **state)
{
    bool seen[ARMVIRT_SMMU_REASON_COUNT] = {false};

    (void)state;
    for (size_t i = 0; i < COUNT(cd_changes); i++) {
        uint8_t reason = judge_cd(NULL, &cd_changes[i]);

        if (reason != cd_changes[i].reason) {
            fail_msg("change %zu: reason %u, not %u", i, reason, cd_changes[i].reason);
        }
        seen[reason] = true;
    }
    for (size_t i = 0; i < COUNT(cd_under); i++) {
        uint8_t reason = judge_cd(&cd_under[i][0], &cd_under[i][1]);

        if (reason != cd_under[i][0].reason) {
            fail_msg("change under an entry %zu: reason %u", i, reason);
        }
        seen[reason] = true;
    }
    for (unsigned reason = R(CD_V); reason <= R(CD_PII_PAIR); reason++) {
        assert_true(seen[reason]);
    }
}

/* NSSTALLD takes stalls from Non-secure software. */
static void rule_5_2_2_nsstalld_makes_non_secure_stalls_illegal(void **state)
{
    struct armvirt_smmu_view view = {.sec_sid = NS, .nsstalld = true};
    struct armvirt_smmu_id id;
    struct armvirt_ste ste;
    uint64_t word[8];

    (void)state;
    armvirt_smmu_preset_id(MAX, &id);
    world_ste_words(word, S2);
    word[2] |= ARMVIRT_SMMU_STE2_S2S;
    assert_int_equal(armvirt_ste_decode(&id, &view, word, &ste), ARMVIRT_FAULT);
    assert_int_equal(ste.reason, R(STE_S2S_NO_STALL));
    view.nsstalld = false;
    assert_int_equal(armvirt_ste_decode(&id, &view, word, &ste), ARMVIRT_OK);
}

/* IHI0070 5.2 STRW: what stream the world is. */
static void rule_5_2_strw_and_e2h_select_the_streamworld(void **state)
{
    static const struct {
        uint8_t sec_sid, strw, e2h, world;
    } worlds[] = {
        {NS, 0, 0, ARMVIRT_SMMU_EL1},     {NS, 0, 1, ARMVIRT_SMMU_EL1},
        {NS, 2, 0, ARMVIRT_SMMU_EL2},     {NS, 2, 1, ARMVIRT_SMMU_EL2_E2H},
        {SE, 2, 1, ARMVIRT_SMMU_EL2_E2H}, {RE, 2, 0, ARMVIRT_SMMU_EL2},
    };
    struct armvirt_smmu_id id;
    struct armvirt_ste ste;
    uint64_t word[8];

    (void)state;
    armvirt_smmu_preset_id(MAX, &id);
    for (size_t i = 0; i < COUNT(worlds); i++) {
        struct armvirt_smmu_view view = {.sec_sid = worlds[i].sec_sid, .e2h = worlds[i].e2h};

        world_ste_words(word, S1);
        word[1] |= PUT(STE1, STRW, worlds[i].strw);
        assert_int_equal(armvirt_ste_decode(&id, &view, word, &ste), ARMVIRT_OK);
        assert_int_equal(ste.world, worlds[i].world);
    }
    id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_RME_IMPL;
    world_ste_words(word, S1);
    word[1] |= PUT(STE1, STRW, 1);
    assert_int_equal(
        armvirt_ste_decode(&id, &(struct armvirt_smmu_view){.sec_sid = SE}, word, &ste),
        ARMVIRT_OK);
    assert_int_equal(ste.world, ARMVIRT_SMMU_EL3);
}

/* ---- Used bits ----------------------------------------------------------------------------- */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return *seed >> 8;
}

/* What a decoder gives, without the raw words. */
static void flip_unused(uint64_t word[8], const uint64_t used[8], uint32_t *seed)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t noise = (uint64_t)next(seed) << 44 ^ (uint64_t)next(seed) << 22 ^ next(seed);

        word[i] ^= noise & ~used[i];
    }
}

/* A preset, with fewer features in some rounds. */
static void some_id(struct armvirt_smmu_id *id, unsigned round, uint32_t *seed)
{
    static const uint8_t presets[] = {MAX, FVP, ARMVIRT_SMMU_QEMU, ARMVIRT_SMMU_LINUX_MIN};
    unsigned less = next(seed) % 64;

    armvirt_smmu_preset_id(presets[round % 4], id);
    id->idr[1] &= less & 1 ? ~(uint32_t)ARMVIRT_SMMU_IDR1_ATTR_TYPES_OVR : UINT32_MAX;
    id->idr[1] &= less & 2 ? ~(uint32_t)ARMVIRT_SMMU_IDR1_ATTR_PERMS_OVR : UINT32_MAX;
    id->idr[3] &= less & 4 ? ~(uint32_t)ARMVIRT_SMMU_IDR3_THE : UINT32_MAX;
    id->r_idr[3] &= less & 8 ? ~(uint32_t)ARMVIRT_SMMU_R_IDR3_MEC : UINT32_MAX;
    if (less & 16) {
        id->idr[3] &= ~(uint32_t)ARMVIRT_SMMU_IDR3_MPAM;
        id->mpamidr = id->s_mpamidr = id->r_mpamidr = 0;
    }
    if (less & 32) {
        id->idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_CD2L;
        id->idr[1] &= ~(uint32_t)ARMVIRT_SMMU_IDR1_SSIDSIZE;
    }
    assert_int_equal(armvirt_smmu_id_check(id), ARMVIRT_SMMU_ID_OK);
}

static void property_bits_that_are_not_used_change_nothing(void **state)
{
    struct armvirt_smmu_id id;
    uint32_t seed = 7;

    (void)state;
    for (unsigned round = 0; round < 40000; round++) {
        struct armvirt_smmu_view view = {.sec_sid = (uint8_t)(round % 3)};
        struct armvirt_ste a, b;
        uint64_t word[8], used[8], again[8];

        some_id(&id, round, &seed);
        if (view.sec_sid != NS && round % 4 != 0) { /* only MAX has these */
            continue;
        }
        world_ste_words(word, next(&seed) % 8);
        for (unsigned flips = next(&seed) % 4; flips > 0; flips--) {
            word[next(&seed) % 8] ^= UINT64_C(1) << next(&seed) % 64;
        }
        armvirt_ste_used(&id, &view, word, used);
        (void)armvirt_ste_decode(&id, &view, word, &a);
        flip_unused(word, used, &seed);
        (void)armvirt_ste_decode(&id, &view, word, &b);
        if (a.reason != R(NONE)) { /* what an illegal entry is used for stays open */
            continue;
        }
        armvirt_ste_used(&id, &view, word, again);
        assert_memory_equal(used, again, sizeof(used));
        memcpy(b.word, a.word, sizeof(b.word));
        assert_memory_equal(&a, &b, sizeof(a));
    }
}

static void property_bits_of_descriptors_that_are_not_used_change_nothing(void **state)
{
    struct armvirt_smmu_id id;
    uint32_t seed = 9;

    (void)state;
    for (unsigned round = 0; round < 40000; round++) {
        struct armvirt_smmu_view view = {.sec_sid = NS};
        struct armvirt_ste ste;
        struct armvirt_cd a, b;
        uint64_t word[8], used[8];

        some_id(&id, round, &seed);
        world_ste_words(word, S1);
        word[1] |= PUT(STE1, STRW, round % 4 < 2 && round % 8 < 4 ? 2 : 0) |
                   PUT(STE1, S1PIE, round % 4 == 0 && round % 16 < 8);
        assert_int_equal(armvirt_ste_decode(&id, &view, word, &ste), ARMVIRT_OK);
        world_cd_words(word);
        for (unsigned flips = next(&seed) % 4; flips > 0; flips--) {
            word[next(&seed) % 8] ^= UINT64_C(1) << next(&seed) % 64;
        }
        armvirt_cd_used(&id, &ste, word, used);
        (void)armvirt_cd_decode(&id, &view, &ste, word, &a);
        flip_unused(word, used, &seed);
        (void)armvirt_cd_decode(&id, &view, &ste, word, &b);
        assert_int_equal(a.reason, b.reason);
        assert_true(a.reason != R(NONE) || a.asid == b.asid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_5_2_2_each_illegal_entry_is_told_by_its_rule),
        cmocka_unit_test(rule_5_2_fields_that_are_ignored_break_nothing),
        cmocka_unit_test(rule_5_4_2_each_illegal_descriptor_is_told_by_its_rule),
        cmocka_unit_test(rule_5_2_2_nsstalld_makes_non_secure_stalls_illegal),
        cmocka_unit_test(rule_5_2_strw_and_e2h_select_the_streamworld),
        cmocka_unit_test(property_bits_that_are_not_used_change_nothing),
        cmocka_unit_test(property_bits_of_descriptors_that_are_not_used_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
