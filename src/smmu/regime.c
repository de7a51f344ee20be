/* SPDX-License-Identifier: MIT */
/*
 * From a stream's configuration to the regime that a PE would have (IHI0070 5.2, 5.4): STE and CD
 * are written as the system registers of a PE, and what has no such register is set afterwards.
 */
#include "regime.h"

#include "pgtable/features.h"
#include "ste.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/vmsa.h>

#define IDR(n, field)      armvirt_smmu_field(id, n, ARMVIRT_SMMU_IDR##n##_##field)
#define STE(ste, n, field) ARMVIRT_GET(ARMVIRT_SMMU_STE##n##_##field, (ste)->word[n])
#define CD(cd, n, field)   ARMVIRT_GET(ARMVIRT_SMMU_CD##n##_##field, (cd)->word[n])
#define PUT(reg, field, v) ARMVIRT_PUT(ARMVIRT_##reg##_##field, v)

/* ---- The identification registers ---------------------------------------------------------- */

/* The encoding of an address size. */
static unsigned size_code(unsigned bits)
{
    unsigned code = 7;

    while (code > 0 && armvirt_smmu_size_bits(code) > bits) {
        code--;
    }
    return code;
}

static uint64_t granules(const struct armvirt_smmu_id *id)
{
    unsigned wide = IDR(5, DS);
    unsigned tgran4 = IDR(5, GRAN4K) || (IDR(0, TTF) & 1) ? wide : 0xf;
    unsigned tgran16 = IDR(5, GRAN16K) ? 1 + wide : 0;

    return PUT(ID_AA64MMFR0_EL1, TGRAN4, tgran4) | PUT(ID_AA64MMFR0_EL1, TGRAN16, tgran16) |
           PUT(ID_AA64MMFR0_EL1, TGRAN64, IDR(5, GRAN64K) ? 0 : 0xf);
}

void armvirt_smmu_vmsa(const struct armvirt_smmu_id *id, struct armvirt_vmsa *vmsa)
{
    bool rme = IDR(0, RME_IMPL) || (id->root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL) != 0;
    bool mec = (id->r_idr[3] & ARMVIRT_SMMU_R_IDR3_MEC) != 0;

    *vmsa = (struct armvirt_vmsa){0};
    vmsa->id_aa64mmfr0_el1 = PUT(ID_AA64MMFR0_EL1, PARANGE, size_code(armvirt_smmu_ias(id))) |
                             PUT(ID_AA64MMFR0_EL1, ASIDBITS, 2) | granules(id);
    vmsa->id_aa64mmfr1_el1 =
        PUT(ID_AA64MMFR1_EL1, HAFDBS, IDR(0, HTTU)) | PUT(ID_AA64MMFR1_EL1, VMIDBITS, 2) |
        PUT(ID_AA64MMFR1_EL1, VH, 1) | PUT(ID_AA64MMFR1_EL1, HPDS, IDR(3, HAD)) |
        PUT(ID_AA64MMFR1_EL1, PAN, IDR(3, EPAN) ? 3 : 1) | PUT(ID_AA64MMFR1_EL1, XNX, IDR(3, XNX)) |
        PUT(ID_AA64MMFR1_EL1, HCX, 1);
    vmsa->id_aa64mmfr2_el1 =
        PUT(ID_AA64MMFR2_EL1, VARANGE, IDR(5, VAX)) | PUT(ID_AA64MMFR2_EL1, ST, IDR(3, STT)) |
        PUT(ID_AA64MMFR2_EL1, FWB, IDR(3, FWB)) | PUT(ID_AA64MMFR2_EL1, BBM, IDR(3, BBML)) |
        PUT(ID_AA64MMFR2_EL1, E0PD, IDR(3, E0PD));
    vmsa->id_aa64mmfr3_el1 =
        PUT(ID_AA64MMFR3_EL1, TCRX, 1) | PUT(ID_AA64MMFR3_EL1, SCTLRX, 1) |
        PUT(ID_AA64MMFR3_EL1, S1PIE, IDR(3, S1PI)) | PUT(ID_AA64MMFR3_EL1, S2PIE, IDR(3, S2PI)) |
        PUT(ID_AA64MMFR3_EL1, S2POE, IDR(3, S2PO)) | PUT(ID_AA64MMFR3_EL1, AIE, IDR(3, AIE)) |
        PUT(ID_AA64MMFR3_EL1, MEC, mec) | PUT(ID_AA64MMFR3_EL1, D128, IDR(5, D128));
    vmsa->id_aa64pfr0_el1 = PUT(ID_AA64PFR0_EL1, EL1, IDR(0, TTF) & 1 ? 2 : 1) |
                            PUT(ID_AA64PFR0_EL1, EL2, 1) | PUT(ID_AA64PFR0_EL1, EL3, 1) |
                            PUT(ID_AA64PFR0_EL1, SEL2, 1) | PUT(ID_AA64PFR0_EL1, RME, rme);
    vmsa->id_aa64pfr1_el1 = PUT(ID_AA64PFR1_EL1, THE, IDR(3, THE));
    vmsa->id_aa64pfr2_el1 = PUT(ID_AA64PFR2_EL1, MTEPERM, IDR(3, MTEPERM));
    vmsa->hcrx_el2 = ARMVIRT_HCRX_EL2_TCR2EN;
    vmsa->scr_el3 = ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HXEN | ARMVIRT_SCR_EL3_TCR2EN |
                    ARMVIRT_SCR_EL3_PIEN | ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_EEL2;
}

/* ---- The world ----------------------------------------------------------------------------- */

static uint64_t space_controls(const struct armvirt_ste *ste)
{
    switch (ste->sec_sid) {
    case ARMVIRT_SPACE_REALM:
        return ARMVIRT_SCR_EL3_NSE | ARMVIRT_SCR_EL3_NS;
    case ARMVIRT_SPACE_SECURE:
        return 0;
    default:
        return ARMVIRT_SCR_EL3_NS;
    }
}

static unsigned exception_level(const struct armvirt_ste *ste)
{
    static const uint8_t el[4] = {1, 2, 2, 3};

    return el[ste->world & 3];
}

/* One encryption context for all that a Realm stream does. IHI0070 5.2 MECID. */
static void set_mecid(struct armvirt_vmsa *vmsa, uint16_t mecid)
{
    vmsa->sctlr2_el2 = ARMVIRT_SCTLR2_EL2_EMEC;
    vmsa->mecid_p0_el2 = vmsa->mecid_a0_el2 = mecid;
    vmsa->mecid_p1_el2 = vmsa->mecid_a1_el2 = mecid;
    vmsa->vmecid_p_el2 = vmsa->vmecid_a_el2 = mecid;
}

/* ---- Stage 1 ------------------------------------------------------------------------------- */

/* Reserved encodings are not UNPREDICTABLE in an SMMU. IHI0070 5.4 MAIR0, MAIR1. */
static uint64_t sane_mair(uint64_t mair)
{
    uint64_t sane = 0;

    for (unsigned shift = 0; shift < 64; shift += 8) {
        uint64_t attr = mair >> shift & 0xff;

        if ((attr & 0xf0) == 0) {
            attr &= 0x0c;
        } else if ((attr & 0x0f) == 0) {
            attr |= 0x03;
        }
        sane |= attr << shift;
    }
    return sane;
}

/* Permission indices of 3 bits to those of 4 that PIR_ELx has. IHI0070 5.4 PIIU, PIIP. */
static uint64_t pir(uint64_t pii)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 16; i++) {
        value |= (pii >> 3 * i & 7) << 4 * i;
    }
    return value;
}

/* IPS or S2PS in effect; VMSAv8-64 ends at 52 bits. */
static unsigned output_code(const struct armvirt_smmu_id *id, unsigned encoded, bool d128)
{
    unsigned bits = armvirt_smmu_pa_range(id, encoded, false);

    return size_code(!d128 && bits > 52 ? 52 : bits);
}

/*
 * A table base as TTBR_ELx holds it: of 52-bit bases bits 51:48 stand at 5:2, of VMSAv9-128 ones
 * bits 55:48 in the high word.
 */
static void put_base(uint64_t ttbr[2], uint64_t base, unsigned skl, bool d128, bool wide)
{
    if (d128) {
        ttbr[0] |= (base & ARMVIRT_TTBR0_EL1_D128_BADDR_47_5) |
                   ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_SKL, skl);
        ttbr[1] = ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_BADDR_55_48_HI, base >> 48);
    } else if (wide) {
        ttbr[0] |= (base & ARMVIRT_BITS(47, 6)) | (base >> 48 & 0xf) << 2;
    } else {
        ttbr[0] |= base & ARMVIRT_BITS(47, 4);
    }
}

/* Bits that TCR_EL1 and TCR_EL2 of EL2&0 share. */
static uint64_t tcr_two_halves(const struct armvirt_smmu_id *id, const struct armvirt_cd *cd)
{
    return PUT(TCR_EL1, T0SZ, CD(cd, 0, T0SZ)) | PUT(TCR_EL1, T1SZ, CD(cd, 0, T1SZ)) |
           PUT(TCR_EL1, TG0, CD(cd, 0, TG0)) | PUT(TCR_EL1, TG1, CD(cd, 0, TG1)) |
           PUT(TCR_EL1, SH0, CD(cd, 0, SH0)) | PUT(TCR_EL1, SH1, CD(cd, 0, SH1)) |
           PUT(TCR_EL1, EPD0, cd->epd[0]) | PUT(TCR_EL1, EPD1, cd->epd[1]) |
           PUT(TCR_EL1, IPS, output_code(id, (unsigned)CD(cd, 0, IPS), cd->d128)) |
           PUT(TCR_EL1, TBI0, CD(cd, 0, TBI0)) | PUT(TCR_EL1, TBI1, CD(cd, 0, TBI1)) |
           PUT(TCR_EL1, HA, CD(cd, 0, HA)) | PUT(TCR_EL1, HD, CD(cd, 0, HD)) |
           PUT(TCR_EL1, HPD0, CD(cd, 1, HAD0)) | PUT(TCR_EL1, HPD1, CD(cd, 2, HAD1)) |
           PUT(TCR_EL1, E0PD0, CD(cd, 1, E0PD0)) | PUT(TCR_EL1, E0PD1, CD(cd, 2, E0PD1)) |
           PUT(TCR_EL1, DS, CD(cd, 2, DS)) | ARMVIRT_TCR_EL1_AS;
}

/* VMSAv8-32 tables of EL2 are VMSAv8-64 ones for 32-bit addresses and 40-bit outputs. */
static uint64_t tcr_hyp(const struct armvirt_cd *cd)
{
    return PUT(TCR_EL2, T0SZ, 32 + (CD(cd, 0, T0SZ) & 7)) | PUT(TCR_EL2, SH0, CD(cd, 0, SH0)) |
           PUT(TCR_EL2, PS, size_code(40)) | PUT(TCR_EL2, HPD, CD(cd, 1, HAD0));
}

static uint64_t tcr_el2(const struct armvirt_smmu_id *id, const struct armvirt_cd *cd)
{
    return PUT(TCR_EL2, T0SZ, CD(cd, 0, T0SZ)) | PUT(TCR_EL2, TG0, CD(cd, 0, TG0)) |
           PUT(TCR_EL2, SH0, CD(cd, 0, SH0)) |
           PUT(TCR_EL2, PS, output_code(id, (unsigned)CD(cd, 0, IPS), cd->d128)) |
           PUT(TCR_EL2, TBI, CD(cd, 0, TBI0)) | PUT(TCR_EL2, HA, CD(cd, 0, HA)) |
           PUT(TCR_EL2, HD, CD(cd, 0, HD)) | PUT(TCR_EL2, HPD, CD(cd, 1, HAD0)) |
           PUT(TCR_EL2, DS, CD(cd, 2, DS));
}

/* Whether permission indirection of stage 1 is in use. IHI0070 3.26.1. */
static bool s1_indirect(const struct armvirt_smmu_context *context)
{
    return context->cd.d128 ||
           (STE(&context->ste, 1, S1PIE) && CD(&context->cd, 2, PIE) && !context->cd.aa32);
}

/* TCR2_EL1, TCR2_EL2 of EL2&0 and TCR2_EL2 have these at the same bits. */
static uint64_t tcr2(const struct armvirt_smmu_context *context)
{
    const struct armvirt_cd *cd = &context->cd;
    bool dis0 = cd->d128 && CD(cd, 1, DISCH0), dis1 = cd->d128 && CD(cd, 2, DISCH1);

    return PUT(TCR2_EL1, D128, cd->d128) | PUT(TCR2_EL1, PIE, s1_indirect(context)) |
           PUT(TCR2_EL1, AIE, CD(cd, 2, AIE)) | PUT(TCR2_EL1, PNCH, CD(cd, 1, PNCH)) |
           PUT(TCR2_EL1, HAFT, CD(cd, 1, HAFT)) | PUT(TCR2_EL1, DISCH0, dis0) |
           PUT(TCR2_EL1, DISCH1, dis1);
}

/* What others keep in TCR2 stands in TCR_EL3. */
static uint64_t tcr_el3(const struct armvirt_smmu_id *id,
                        const struct armvirt_smmu_context *context)
{
    const struct armvirt_cd *cd = &context->cd;

    return PUT(TCR_EL3, T0SZ, CD(cd, 0, T0SZ)) | PUT(TCR_EL3, TG0, CD(cd, 0, TG0)) |
           PUT(TCR_EL3, SH0, CD(cd, 0, SH0)) |
           PUT(TCR_EL3, PS, output_code(id, (unsigned)CD(cd, 0, IPS), cd->d128)) |
           PUT(TCR_EL3, TBI, CD(cd, 0, TBI0)) | PUT(TCR_EL3, HA, CD(cd, 0, HA)) |
           PUT(TCR_EL3, HD, CD(cd, 0, HD)) | PUT(TCR_EL3, HPD, CD(cd, 1, HAD0)) |
           PUT(TCR_EL3, DS, CD(cd, 2, DS)) | PUT(TCR_EL3, D128, cd->d128) |
           PUT(TCR_EL3, PIE, s1_indirect(context)) | PUT(TCR_EL3, AIE, CD(cd, 2, AIE)) |
           PUT(TCR_EL3, PNCH, CD(cd, 1, PNCH)) | PUT(TCR_EL3, HAFT, CD(cd, 1, HAFT)) |
           PUT(TCR_EL3, DISCH0, cd->d128 && CD(cd, 1, DISCH0));
}

/* TTBCR with EAE, and TTBCR2 above it. */
static uint64_t ttbcr(const struct armvirt_cd *cd)
{
    uint64_t ttbcr2 = PUT(TTBCR2, HPD0, CD(cd, 1, HAD0)) | PUT(TTBCR2, HPD1, CD(cd, 2, HAD1));

    return ARMVIRT_TTBCR_EAE | PUT(TTBCR_LPAE, T0SZ, CD(cd, 0, T0SZ)) |
           PUT(TTBCR_LPAE, T1SZ, CD(cd, 0, T1SZ)) | PUT(TTBCR_LPAE, EPD0, cd->epd[0]) |
           PUT(TTBCR_LPAE, EPD1, cd->epd[1]) | ARMVIRT_TTBCR_LPAE_T2E | ttbcr2 << 32;
}

static uint64_t sctlr(const struct armvirt_cd *cd)
{
    uint64_t value = ARMVIRT_SCTLR_EL1_M | ARMVIRT_SCTLR_EL1_C | ARMVIRT_SCTLR_EL1_I |
                     ARMVIRT_SCTLR_EL1_NTLSMD | PUT(SCTLR_EL1, WXN, CD(cd, 0, WXN)) |
                     PUT(SCTLR_EL1, EE, CD(cd, 0, ENDI)) | PUT(SCTLR_EL1, EPAN, CD(cd, 1, EPAN));

    if (cd->aa32) {
        value &= ~ARMVIRT_SCTLR_EL1_EPAN;
        value |= ARMVIRT_SCTLR_AFE | ARMVIRT_SCTLR_TRE | PUT(SCTLR, UWXN, CD(cd, 0, UWXN));
    }
    return value;
}

/* Both table bases, with the ASID in the first. */
static void put_bases(const struct armvirt_smmu_id *id, const struct armvirt_cd *cd,
                      uint64_t ttbr0[2], uint64_t ttbr1[2])
{
    static const uint8_t tg1_log2[4] = {0, 14, 12, 16};
    unsigned ps = output_code(id, (unsigned)CD(cd, 0, IPS), cd->d128);
    unsigned log2[2] = {armvirt_smmu_tg0_log2((unsigned)CD(cd, 0, TG0)), tg1_log2[CD(cd, 0, TG1)]};
    bool ds = IDR(5, DS) && CD(cd, 2, DS);
    bool wide[2];

    for (unsigned half = 0; half < 2; half++) {
        wide[half] = !cd->aa32 && (log2[half] == 16 ? ps == 6 : ds);
    }
    ttbr0[0] = ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_ASID, cd->asid);
    ttbr1[0] = 0;
    put_base(ttbr0, CD(cd, 1, TTB0) << 4, (unsigned)CD(cd, 1, SKL0), cd->d128, wide[0]);
    put_base(ttbr1, CD(cd, 2, TTB1) << 4, (unsigned)CD(cd, 2, SKL1), cd->d128, wide[1]);
}

static void put_stage1_el1(struct armvirt_vmsa *vmsa, const struct armvirt_smmu_id *id,
                           const struct armvirt_smmu_context *context)
{
    const struct armvirt_cd *cd = &context->cd;

    vmsa->sctlr_el1 = sctlr(cd);
    vmsa->tcr_el1 = cd->aa32 ? ttbcr(cd) : tcr_two_halves(id, cd);
    vmsa->tcr2_el1 = tcr2(context);
    vmsa->mair_el1 = sane_mair(CD(cd, 3, MAIR));
    vmsa->mair2_el1 = (vmsa->mair_el1 >> 56) * UINT64_C(0x0101010101010101);
    vmsa->pir_el1 = pir(cd->word[7]);
    vmsa->pire0_el1 = pir(cd->word[6]);
    put_bases(id, cd, vmsa->ttbr0_el1, vmsa->ttbr1_el1);
    if (!cd->aa32) {
        vmsa->hcr_el2 |= ARMVIRT_HCR_EL2_RW;
    }
}

static void put_stage1_el2(struct armvirt_vmsa *vmsa, const struct armvirt_smmu_id *id,
                           const struct armvirt_smmu_context *context)
{
    const struct armvirt_cd *cd = &context->cd;
    bool e2h = context->ste.world == ARMVIRT_SMMU_EL2_E2H;

    vmsa->sctlr_el2 = sctlr(cd);
    vmsa->tcr_el2 = e2h ? tcr_two_halves(id, cd) : cd->aa32 ? tcr_hyp(cd) : tcr_el2(id, cd);
    vmsa->tcr2_el2 = tcr2(context);
    vmsa->mair_el2 = sane_mair(CD(cd, 3, MAIR));
    vmsa->mair2_el2 = (vmsa->mair_el2 >> 56) * UINT64_C(0x0101010101010101);
    vmsa->pir_el2 = pir(cd->word[7]);
    vmsa->pire0_el2 = pir(cd->word[6]);
    put_bases(id, cd, vmsa->ttbr0_el2, vmsa->ttbr1_el2);
    if (e2h) {
        vmsa->hcr_el2 |= ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE;
    }
}

static void put_stage1_el3(struct armvirt_vmsa *vmsa, const struct armvirt_smmu_id *id,
                           const struct armvirt_smmu_context *context)
{
    const struct armvirt_cd *cd = &context->cd;
    uint64_t ttbr[2], unused[2];

    put_bases(id, cd, ttbr, unused);
    vmsa->sctlr_el3 = sctlr(cd);
    vmsa->tcr_el3 = tcr_el3(id, context);
    vmsa->mair_el3 = sane_mair(CD(cd, 3, MAIR));
    vmsa->mair2_el3 = (vmsa->mair_el3 >> 56) * UINT64_C(0x0101010101010101);
    vmsa->pir_el3 = pir(cd->word[7]);
    vmsa->ttbr0_el3 =
        (ttbr[0] & ARMVIRT_BITS(47, 0)) | (cd->d128 ? CD(cd, 1, TTB0) >> 44 << 48 : 0);
}

/* ---- Stage 2 ------------------------------------------------------------------------------- */

/* VTCR_EL2 and VSTCR_EL2 have T0SZ, SL0, SL2 and TG0 at the same bits. */
static uint64_t s2_shape(const struct armvirt_ste *ste, unsigned t0sz, unsigned sl0, unsigned sl2,
                         unsigned tg)
{
    if (ste->aa32_s2) {
        t0sz = 64 - armvirt_smmu_aa32_ia_bits(t0sz);
        tg = 0;
        sl2 = 0;
    }
    return PUT(VTCR_EL2, T0SZ, t0sz) | PUT(VTCR_EL2, SL0, sl0) | PUT(VTCR_EL2, SL2, sl2) |
           PUT(VTCR_EL2, TG0, tg);
}

static unsigned s2_output_code(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    return ste->aa32_s2 ? size_code(40)
                        : output_code(id, (unsigned)STE(ste, 2, S2PS), ste->d128_s2);
}

static uint64_t vtcr(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste)
{
    bool flags = !ste->aa32_s2;

    return s2_shape(ste, (unsigned)STE(ste, 2, S2T0SZ), (unsigned)STE(ste, 2, S2SL0),
                    (unsigned)STE(ste, 3, S2SL0_2), (unsigned)STE(ste, 2, S2TG)) |
           PUT(VTCR_EL2, PS, s2_output_code(id, ste)) | PUT(VTCR_EL2, SH0, STE(ste, 2, S2SH0)) |
           PUT(VTCR_EL2, HA, flags && STE(ste, 2, S2HA)) |
           PUT(VTCR_EL2, HD, flags && STE(ste, 2, S2HD)) |
           PUT(VTCR_EL2, HAFT, flags && STE(ste, 2, S2HAFT)) |
           PUT(VTCR_EL2, DS, flags && STE(ste, 3, S2DS)) | PUT(VTCR_EL2, D128, ste->d128_s2) |
           PUT(VTCR_EL2, S2PIE, flags && STE(ste, 2, S2PIE)) |
           PUT(VTCR_EL2, S2POE, flags && STE(ste, 2, S2POE)) |
           PUT(VTCR_EL2, TL0, STE(ste, 5, TL0)) | PUT(VTCR_EL2, TL1, STE(ste, 5, TL1)) |
           PUT(VTCR_EL2, ASSUREDONLY, STE(ste, 5, ASSUREDONLY)) |
           PUT(VTCR_EL2, NSW, STE(ste, 3, S2NSW)) | PUT(VTCR_EL2, NSA, STE(ste, 3, S2NSA)) |
           ARMVIRT_VTCR_EL2_VS;
}

static bool s2_wide(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste, unsigned tg)
{
    bool ds = IDR(5, DS) && STE(ste, 3, S2DS);

    if (ste->aa32_s2) {
        return false;
    }
    return armvirt_smmu_tg0_log2(tg) == 16 ? s2_output_code(id, ste) == 6 : ds;
}

static void put_stage2(struct armvirt_vmsa *vmsa, const struct armvirt_smmu_id *id,
                       const struct armvirt_ste *ste)
{
    uint64_t secure[2] = {0};

    vmsa->hcr_el2 |= ARMVIRT_HCR_EL2_VM | PUT(HCR_EL2, PTW, STE(ste, 2, S2PTW)) |
                     PUT(HCR_EL2, FWB, STE(ste, 1, S2FWB));
    vmsa->sctlr_el2 = PUT(SCTLR_EL2, EE, STE(ste, 2, S2ENDI));
    vmsa->vtcr_el2 = vtcr(id, ste);
    vmsa->vttbr_el2[0] = ARMVIRT_PUT(ARMVIRT_VTTBR_EL2_VMID, ste->vmid);
    put_base(vmsa->vttbr_el2, STE(ste, 3, S2TTB) << 4, (unsigned)STE(ste, 3, S2SKL), ste->d128_s2,
             s2_wide(id, ste, (unsigned)STE(ste, 2, S2TG)));
    vmsa->s2por_el1 = ste->word[7];
    if (ste->sec_sid != ARMVIRT_SPACE_SECURE) {
        return;
    }
    vmsa->vstcr_el2 = s2_shape(ste, (unsigned)STE(ste, 4, S_S2T0SZ), (unsigned)STE(ste, 4, S_S2SL0),
                               (unsigned)STE(ste, 6, S_S2SL0_2), (unsigned)STE(ste, 4, S_S2TG)) |
                      PUT(VSTCR_EL2, SW, STE(ste, 6, S2SW)) | PUT(VSTCR_EL2, SA, STE(ste, 6, S2SA));
    put_base(secure, STE(ste, 6, S_S2TTB) << 4, (unsigned)STE(ste, 6, S_S2SKL), ste->d128_s2,
             s2_wide(id, ste, (unsigned)STE(ste, 4, S_S2TG)));
    vmsa->vsttbr_el2 = secure[0] | (ste->d128_s2 ? STE(ste, 6, S_S2TTB) >> 44 << 48 : 0);
}

/* ---- What no register of a PE says --------------------------------------------------------- */

/* VMSAv8-32 has no execute-only pages at stage 2. */
static void no_execute_only(struct armvirt_regime *regime)
{
    for (unsigned i = 0; i < 16; i++) {
        uint8_t *rights = &regime->s2_leaf_rights[i];

        if (!(*rights & ARMVIRT_PERM_EL0_R)) {
            *rights &= (uint8_t) ~(unsigned)ARMVIRT_PERM_EL0_X;
        }
        if (!(*rights & ARMVIRT_PERM_PRIV_R)) {
            *rights &= (uint8_t) ~(unsigned)ARMVIRT_PERM_PRIV_X;
        }
    }
}

static void start_in_nonsecure(struct armvirt_stage *stage)
{
    stage->quick[0] = stage->quick[1] = false;
    stage->space = ARMVIRT_SPACE_NONSECURE;
    stage->req.space = ARMVIRT_SPACE_NONSECURE;
}

static void finish(const struct armvirt_smmu_context *context, struct armvirt_regime *regime)
{
    const struct armvirt_ste *ste = &context->ste;
    const struct armvirt_cd *cd = &context->cd;

    if (context->s2) {
        bool affd = STE(ste, 2, S2AFFD);

        regime->s2[0].no_af_fault = regime->s2[1].no_af_fault = affd;
        if (ste->aa32_s2) {
            no_execute_only(regime);
        }
    }
    if (context->s1) {
        bool affd = CD(cd, 0, AFFD);

        regime->s1[0].no_af_fault = regime->s1[1].no_af_fault = affd;
        if (ste->sec_sid == ARMVIRT_SPACE_SECURE && CD(cd, 1, NSCFG0)) {
            start_in_nonsecure(&regime->s1[0]);
        }
        if (ste->sec_sid == ARMVIRT_SPACE_SECURE && CD(cd, 2, NSCFG1)) {
            start_in_nonsecure(&regime->s1[1]);
        }
    }
}

void armvirt_smmu_regime(const struct armvirt_smmu_id *id, const struct armvirt_vmsa *vmsa,
                         uint64_t s2pii, const struct armvirt_smmu_context *context,
                         struct armvirt_regime *regime)
{
    const struct armvirt_ste *ste = &context->ste;
    struct armvirt_vmsa of = *vmsa;

    of.scr_el3 |= space_controls(ste);
    of.s2pir_el2 = s2pii;
    if (context->s1) {
        if (ste->world == ARMVIRT_SMMU_EL1) {
            put_stage1_el1(&of, id, context);
        } else if (ste->world == ARMVIRT_SMMU_EL3) {
            put_stage1_el3(&of, id, context);
        } else {
            put_stage1_el2(&of, id, context);
        }
    } else {
        of.hcr_el2 = ARMVIRT_HCR_EL2_RW;
    }
    if (context->s2) {
        put_stage2(&of, id, ste);
    }
    if (ste->sec_sid == ARMVIRT_SPACE_REALM && (id->r_idr[3] & ARMVIRT_SMMU_R_IDR3_MEC)) {
        set_mecid(&of, ste->mecid);
    }
    (void)armvirt_regime_init(regime, &of, exception_level(ste));
    finish(context, regime);
}
