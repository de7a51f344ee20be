/* SPDX-License-Identifier: MIT */
/* Random values of the registers that control translation (DDI0487 D24.2). */
#include "generate.h"

#include <armvirt/regs/vmsa.h>

#include <string.h>

#define ID(reg, member, field) ((unsigned)ARMVIRT_GET(ARMVIRT_##reg##_##field, ids->member))
#define MMFR0(field)           ID(ID_AA64MMFR0_EL1, id_aa64mmfr0_el1, field)
#define MMFR1(field)           ID(ID_AA64MMFR1_EL1, id_aa64mmfr1_el1, field)
#define MMFR2(field)           ID(ID_AA64MMFR2_EL1, id_aa64mmfr2_el1, field)
#define MMFR3(field)           ID(ID_AA64MMFR3_EL1, id_aa64mmfr3_el1, field)
#define PFR0(field)            ID(ID_AA64PFR0_EL1, id_aa64pfr0_el1, field)

/* ---- Stage 1 ------------------------------------------------------------------------------- */

static const unsigned granules[] = {12, 14, 16};

/* TCR_ELx.TG0 and TG1 of each granule, and reserved values. */
static uint64_t tg(struct random *r, unsigned granule, bool upper)
{
    static const uint8_t tg0[] = {0, 2, 1};
    static const uint8_t tg1[] = {2, 1, 3};

    if (random_chance(r, 2)) {
        return random_below(r, 4);
    }
    return upper ? tg1[granule] : tg0[granule];
}

static unsigned txsz(struct random *r, const struct armvirt_vmsa *ids)
{
    unsigned below = MMFR2(VARANGE) > 0 ? 4 : 0;
    unsigned above = MMFR2(ST) > 0 ? 9 : 0;

    switch (random_below(r, 20)) {
    case 0:
        return random_below(r, 64);
    case 1:
        return 16 - below;
    case 2:
    case 3:
        return 39 + random_below(r, above + 1);
    case 4:
        return 12 + random_below(r, 5);
    case 5:
    case 6:
        return 25;
    default:
        return 16 - random_below(r, below + 1) + random_below(r, 24);
    }
}

/* (I)PS: mostly the most that there is; 7 is reserved. */
static uint64_t output_size(struct random *r, const struct armvirt_vmsa *ids)
{
    return random_chance(r, 60) ? MMFR0(PARANGE) : random_below(r, 7);
}

static bool lpa2(const struct armvirt_vmsa *ids)
{
    return MMFR0(TGRAN4) == 1 || MMFR0(TGRAN16) == 2;
}

/* TCR_EL1, and TCR_EL2 with HCR_EL2.E2H. */
static uint64_t tcr_two_ranges(struct random *r, const struct armvirt_vmsa *ids)
{
    uint64_t tcr = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, txsz(r, ids)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_T1SZ, txsz(r, ids)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG0, tg(r, random_below(r, 3), false)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG1, tg(r, random_below(r, 3), true)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, output_size(r, ids));
    uint64_t any = ARMVIRT_TCR_EL1_A1 | ARMVIRT_TCR_EL1_AS | ARMVIRT_TCR_EL1_ORGN0 |
                   ARMVIRT_TCR_EL1_IRGN0 | ARMVIRT_TCR_EL1_ORGN1 | ARMVIRT_TCR_EL1_IRGN1 |
                   ARMVIRT_TCR_EL1_TBI0 | ARMVIRT_TCR_EL1_TBI1;

    tcr |= random_next(r) & any;
    tcr |= random_bits(r, 50, ARMVIRT_PUT(ARMVIRT_TCR_EL1_SH0, 2u + random_below(r, 2)));
    tcr |= random_bits(r, 50, ARMVIRT_PUT(ARMVIRT_TCR_EL1_SH1, 2u + random_below(r, 2)));
    tcr |= random_bits(r, 4, ARMVIRT_TCR_EL1_EPD0) | random_bits(r, 4, ARMVIRT_TCR_EL1_EPD1);
    tcr |= random_bits(r, lpa2(ids) ? 35 : 0, ARMVIRT_TCR_EL1_DS);
    if (MMFR1(HAFDBS) > 0) {
        tcr |= random_bits(r, 45, ARMVIRT_TCR_EL1_HA | random_bits(r, 70, ARMVIRT_TCR_EL1_HD));
    }
    if (MMFR1(HPDS) > 0) {
        tcr |= random_bits(r, 20, ARMVIRT_TCR_EL1_HPD0) | random_bits(r, 20, ARMVIRT_TCR_EL1_HPD1);
    }
    if (MMFR2(E0PD) > 0) {
        tcr |= random_bits(r, 8, ARMVIRT_TCR_EL1_E0PD0) | random_bits(r, 8, ARMVIRT_TCR_EL1_E0PD1);
    }
    return tcr | random_bits(r, 20, ARMVIRT_TCR_EL1_TBID0) |
           random_bits(r, 20, ARMVIRT_TCR_EL1_TBID1);
}

/* TCR_EL2 without E2H, TCR_EL3. */
static uint64_t tcr_one_range(struct random *r, const struct armvirt_vmsa *ids)
{
    uint64_t tcr = ARMVIRT_TCR_EL2_RES1 | ARMVIRT_PUT(ARMVIRT_TCR_EL2_T0SZ, txsz(r, ids)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL2_TG0, tg(r, random_below(r, 3), false)) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL2_PS, output_size(r, ids));

    tcr |= random_next(r) & (ARMVIRT_TCR_EL2_ORGN0 | ARMVIRT_TCR_EL2_IRGN0 | ARMVIRT_TCR_EL2_TBI);
    tcr |= random_bits(r, 50, ARMVIRT_PUT(ARMVIRT_TCR_EL2_SH0, 2u + random_below(r, 2)));
    tcr |= random_bits(r, lpa2(ids) ? 35 : 0, ARMVIRT_TCR_EL2_DS);
    if (MMFR1(HAFDBS) > 0) {
        tcr |= random_bits(r, 45, ARMVIRT_TCR_EL2_HA | random_bits(r, 70, ARMVIRT_TCR_EL2_HD));
    }
    tcr |= random_bits(r, MMFR1(HPDS) > 0 ? 20 : 0, ARMVIRT_TCR_EL2_HPD);
    return tcr | random_bits(r, 20, ARMVIRT_TCR_EL2_TBID);
}

/* A table in the arena; with few low bits, which small tables have. */
static uint64_t ttbr(struct random *r)
{
    uint64_t base = ARENA_PA + ((uint64_t)random_below(r, ARENA_SIZE >> 20) << 20);

    base |= random_bits(r, 20, random_next(r) & ARMVIRT_BITS(15, 6));
    base |= random_bits(r, 3, random_next(r) & ARMVIRT_BITS(5, 2));
    base |= random_bits(r, 3, UINT64_C(1) << (31 + random_below(r, 17)));
    return base | (random_next(r) & (ARMVIRT_BITS(63, 48) | 1));
}

/* Bytes of MAIR_ELx that are not reserved. */
static uint64_t mair(struct random *r, const struct armvirt_vmsa *ids)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        unsigned outer = 1 + random_below(r, 15);
        unsigned inner = 1 + random_below(r, 15);
        unsigned byte = outer << 4 | inner;

        if (random_chance(r, 25)) {
            byte = random_below(r, 4) << 2;
        } else if (random_chance(r, 40)) {
            byte = random_chance(r, 50) ? 0xff : 0x44;
        }
        value = value << 8 | byte;
    }
    (void)ids;
    return value;
}

/* SCTLR_ELx at bits that matter to translation; the RES1 bits of Armv8.0 are 1. */
static uint64_t sctlr(struct random *r, const struct armvirt_vmsa *ids, unsigned off_percent)
{
    uint64_t value = 0x30c50830 | ARMVIRT_SCTLR_EL1_DZE | ARMVIRT_SCTLR_EL1_NTWI;

    value |= random_bits(r, 100 - off_percent, ARMVIRT_SCTLR_EL1_M);
    value |= random_bits(r, 90, ARMVIRT_SCTLR_EL1_C) | random_bits(r, 85, ARMVIRT_SCTLR_EL1_I);
    value |= random_bits(r, 15, ARMVIRT_SCTLR_EL1_WXN) | random_bits(r, 8, ARMVIRT_SCTLR_EL1_EE);
    value |= random_bits(r, 8, ARMVIRT_SCTLR_EL1_E0E);
    return value | random_bits(r, MMFR1(PAN) >= 3 ? 30 : 0, ARMVIRT_SCTLR_EL1_EPAN);
}

/* ---- Stage 2 ------------------------------------------------------------------------------- */

/* T0SZ, SL0, SL2 and TG0 that mostly fit each other: {VTCR, VSTCR}_EL2 have them at the same bits.
 */
static uint64_t stage2_geometry(struct random *r, bool ds)
{
    static const uint8_t tg0[] = {0, 2, 1};
    /* SL0 by start level 0 to 3 */
    static const uint8_t sl0[][4] = {{2, 1, 0, 3}, {3, 2, 1, 0}, {3, 2, 1, 0}};
    unsigned granule = random_below(r, 3);
    unsigned page = granules[granule];
    unsigned most = ds || granule == 2 ? 52 : 48;
    unsigned bits =
        random_chance(r, 70) ? 31 + random_below(r, most - 30) : 22 + random_below(r, most - 21);
    unsigned levels = (bits - page + page - 4) / (page - 3);
    int start;

    if (levels > 1 && bits - page - (page - 3) * (levels - 1) <= 4 && random_chance(r, 60)) {
        levels--; /* up to 16 tables side by side instead of another level */
    }
    start = 4 - (int)levels;
    if (random_chance(r, 4)) {
        start = (int)random_below(r, 4);
    }
    return ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 64 - bits + random_bits(r, 4, 1)) |
           ARMVIRT_PUT(ARMVIRT_VTCR_EL2_TG0, random_chance(r, 2) ? 3 : tg0[granule]) |
           (start < 0 ? ARMVIRT_VTCR_EL2_SL2
                      : ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, sl0[granule][start])) |
           random_bits(r, ds ? 3 : 0, ARMVIRT_VTCR_EL2_SL2);
}

static void stage2_registers(struct random *r, const struct armvirt_vmsa *ids,
                             struct armvirt_vmsa *v)
{
    bool ds = lpa2(ids) && random_chance(r, 35);
    uint64_t any = ARMVIRT_VTCR_EL2_ORGN0 | ARMVIRT_VTCR_EL2_IRGN0 | ARMVIRT_VTCR_EL2_VS;

    v->vtcr_el2 = ARMVIRT_VTCR_EL2_RES1 | (ds ? ARMVIRT_VTCR_EL2_DS : 0) | stage2_geometry(r, ds) |
                  ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, output_size(r, ids)) | (random_next(r) & any);
    v->vtcr_el2 |= random_bits(r, 50, ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SH0, 2u + random_below(r, 2)));
    if (MMFR1(HAFDBS) > 0) {
        v->vtcr_el2 |=
            random_bits(r, 45, ARMVIRT_VTCR_EL2_HA | random_bits(r, 70, ARMVIRT_VTCR_EL2_HD));
    }
    v->vttbr_el2[0] = ttbr(r) & ~random_bits(r, 90, ARMVIRT_BITS(15, 2));
    if (PFR0(SEL2) > 0) {
        v->vtcr_el2 |= random_next(r) & (ARMVIRT_VTCR_EL2_NSA | ARMVIRT_VTCR_EL2_NSW);
        v->vstcr_el2 = ARMVIRT_VSTCR_EL2_RES1 | stage2_geometry(r, ds) |
                       (random_next(r) & (ARMVIRT_VSTCR_EL2_SA | ARMVIRT_VSTCR_EL2_SW));
        v->vsttbr_el2 = ttbr(r) & ~random_bits(r, 90, ARMVIRT_BITS(15, 2));
    }
}

/* ---- All of them --------------------------------------------------------------------------- */

static uint64_t hcr(struct random *r, const struct armvirt_vmsa *ids, enum armvirt_regime_id regime)
{
    uint64_t value = ARMVIRT_HCR_EL2_RW | random_bits(r, 60, ARMVIRT_HCR_EL2_VM);

    if (MMFR1(VH) > 0 && (regime == ARMVIRT_REGIME_EL20 || random_chance(r, 15))) {
        value |= regime == ARMVIRT_REGIME_EL2 ? 0 : ARMVIRT_HCR_EL2_E2H;
    }
    if (regime == ARMVIRT_REGIME_EL20) {
        value |= ARMVIRT_HCR_EL2_TGE;
    } else {
        value |= random_bits(r, 2, ARMVIRT_HCR_EL2_TGE) &
                 ((value & ARMVIRT_HCR_EL2_E2H) == 0 ? UINT64_MAX : 0);
    }
    value |= random_bits(r, 4, ARMVIRT_HCR_EL2_DC) | random_bits(r, 12, ARMVIRT_HCR_EL2_PTW);
    value |= random_bits(r, 4, ARMVIRT_HCR_EL2_CD) | random_bits(r, 4, ARMVIRT_HCR_EL2_ID);
    value |= random_bits(r, 10, ARMVIRT_HCR_EL2_TEA);
    return value | random_bits(r, MMFR2(FWB) > 0 ? 30 : 0, ARMVIRT_HCR_EL2_FWB);
}

static uint64_t scr(struct random *r, const struct armvirt_vmsa *ids)
{
    uint64_t value = ARMVIRT_SCR_EL3_RES1 | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HCE;

    value |= random_bits(r, 70, ARMVIRT_SCR_EL3_NS);
    value |= random_bits(r, PFR0(SEL2) > 0 ? 70 : 0, ARMVIRT_SCR_EL3_EEL2);
    value |= random_bits(r, 15, ARMVIRT_SCR_EL3_SIF) | random_bits(r, 10, ARMVIRT_SCR_EL3_EA);
    value |= MMFR1(HCX) > 0 ? ARMVIRT_SCR_EL3_HXEN : 0;
    value |= MMFR3(TCRX) > 0 ? ARMVIRT_SCR_EL3_TCR2EN : 0;
    value |= MMFR3(SCTLRX) > 0 ? ARMVIRT_SCR_EL3_SCTLR2EN : 0;
    value |= MMFR3(S1PIE) > 0 ? ARMVIRT_SCR_EL3_PIEN : 0;
    return value | (MMFR3(AIE) > 0 ? ARMVIRT_SCR_EL3_AIEN : 0);
}

/* FEAT_TCR2, FEAT_S1PIE, FEAT_S2PIE, FEAT_AIE. */
static void indirect_registers(struct random *r, const struct armvirt_vmsa *ids,
                               struct armvirt_vmsa *v)
{
    uint64_t pie = MMFR3(S1PIE) > 0 ? ARMVIRT_TCR2_EL1_PIE : 0;
    uint64_t aie = MMFR3(AIE) > 0 ? ARMVIRT_TCR2_EL1_AIE : 0;

    v->hcrx_el2 = MMFR3(TCRX) > 0 ? ARMVIRT_HCRX_EL2_TCR2EN : 0;
    v->tcr2_el1 = random_bits(r, 40, pie) | random_bits(r, 20, aie);
    v->tcr2_el2 = random_bits(r, 40, pie) | random_bits(r, 20, aie);
    v->vtcr_el2 |= random_bits(r, MMFR3(S2PIE) > 0 ? 40 : 0, ARMVIRT_VTCR_EL2_S2PIE);
    v->pir_el1 = random_next(r);
    v->pir_el2 = random_next(r);
    v->pir_el3 = random_next(r);
    v->pire0_el1 = random_next(r);
    v->pire0_el2 = random_next(r);
    v->s2pir_el2 = random_next(r);
    v->mair2_el1 = mair(r, ids);
    v->mair2_el2 = mair(r, ids);
    v->mair2_el3 = mair(r, ids);
}

void random_registers(struct random *random, const struct processor *processor,
                      enum armvirt_regime_id regime, struct armvirt_vmsa *vmsa)
{
    const struct armvirt_vmsa *ids = &processor->ids;
    struct random *r = random;

    *vmsa = *ids;
    vmsa->scr_el3 = scr(r, ids);
    vmsa->hcr_el2 = hcr(r, ids, regime);
    vmsa->sctlr_el1 = sctlr(r, ids, 7);
    vmsa->sctlr_el2 = sctlr(r, ids, regime == ARMVIRT_REGIME_EL10 ? 100 : 7);
    vmsa->sctlr_el3 = sctlr(r, ids, regime == ARMVIRT_REGIME_EL3 ? 7 : 100);
    vmsa->tcr_el1 = tcr_two_ranges(r, ids);
    vmsa->tcr_el2 =
        vmsa->hcr_el2 & ARMVIRT_HCR_EL2_E2H ? tcr_two_ranges(r, ids) : tcr_one_range(r, ids);
    vmsa->tcr_el3 = tcr_one_range(r, ids);
    vmsa->ttbr0_el1[0] = ttbr(r);
    vmsa->ttbr1_el1[0] = ttbr(r);
    vmsa->ttbr0_el2[0] = ttbr(r);
    vmsa->ttbr1_el2[0] = ttbr(r);
    vmsa->ttbr0_el3 = ttbr(r);
    vmsa->mair_el1 = mair(r, ids);
    vmsa->mair_el2 = mair(r, ids);
    vmsa->mair_el3 = mair(r, ids);
    stage2_registers(r, ids, vmsa);
    indirect_registers(r, ids, vmsa);
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (!processor->present[i]) {
            *vmsa_register(vmsa, i) = 0;
        }
    }
}
