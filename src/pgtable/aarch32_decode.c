/* SPDX-License-Identifier: MIT */
/*
 * Stage 1 of VMSAv8-32 at EL1&0: TTBCR, TTBCR2, TTBR0, TTBR1, SCTLR, DACR, PRRR, NMRR, MAIR0, MAIR1
 * and CONTEXTIDR, from the AArch64 registers that hold them, to `struct armvirt_regime`.
 * DDI0487 G5.3.3, G5.4.4, G5.5.5 to G5.5.7, G8.2.
 */
#include "decode.h"
#include "short.h"

#include <armvirt/regs/aarch32.h>

/* DDI0487 G5.1.3: addresses that stage 1 gives have 40 bits, whatever PAMax is. */
enum { OUTPUT_BITS = 40, VA_BITS = 32 };

static void init_half(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                      uint64_t sctlr)
{
    stage->space = regime->security;
    stage->granule_log2 = 12;
    stage->oa_bits = OUTPUT_BITS;
    stage->addr_top = VA_BITS - 1;
    stage->addr_top_fetch = VA_BITS - 1;
    stage->fault_level = 1;
    stage->start_level = 1;
    stage->big_endian = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EE);
}

/* ---- Long-descriptor format --------------------------------------------------------------- */

/* Where one table base finds its controls. */
struct long_row {
    uint64_t tsz, epd; /* TTBCR */
    uint64_t hpd;      /* TTBCR2 */
};

static const struct long_row long_rows[2] = {
    {ARMVIRT_TTBCR_LPAE_T0SZ, ARMVIRT_TTBCR_LPAE_EPD0, ARMVIRT_TTBCR2_HPD0},
    {ARMVIRT_TTBCR_LPAE_T1SZ, ARMVIRT_TTBCR_LPAE_EPD1, ARMVIRT_TTBCR2_HPD1},
};

/* FEAT_AA32HPD, taken as implemented where FEAT_HPDS is: TTBCR2 counts if TTBCR.T2E is set. */
static uint64_t effective_ttbcr2(const struct armvirt_regime *regime, uint64_t tcr)
{
    return armvirt_is_enabled(regime->features, FEAT_HPDS, tcr, ARMVIRT_TTBCR_LPAE_T2E) ? tcr >> 32
                                                                                        : 0;
}

/* DDI0487 G5.5.5: where one half ends within a block, the other begins. */
static void share_alike(struct armvirt_regime *regime)
{
    struct armvirt_stage *lower = &regime->s1[0], *upper = &regime->s1[1];

    lower->alike_log2 =
        lower->alike_log2 < upper->alike_log2 ? lower->alike_log2 : upper->alike_log2;
    upper->alike_log2 = lower->alike_log2;
}

static void init_long(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    const uint64_t *ttbr[2] = {vmsa->ttbr0_el1, vmsa->ttbr1_el1};
    uint64_t ttbcr = vmsa->tcr_el1;
    uint64_t ttbcr2 = effective_ttbcr2(regime, vmsa->tcr_el1);
    bool a1 = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_LPAE_A1);

    for (unsigned half = 0; half < 2; half++) {
        const struct long_row *row = &long_rows[half];
        struct armvirt_stage *stage = &regime->s1[half];

        stage->format = ARMVIRT_FORMAT_LPAE;
        stage->ia_bits = (uint8_t)(VA_BITS - ARMVIRT_GET(row->tsz, ttbcr));
        stage->start_level = stage->ia_bits > 30 ? 1 : 2;
        stage->epd = armvirt_is_set(ttbcr, row->epd);
        stage->hpd = armvirt_is_set(ttbcr2, row->hpd);
        stage->asid = (uint16_t)ARMVIRT_GET(ARMVIRT_TTBR0_LPAE_ASID, ttbr[a1][0]);
        armvirt_stage_geometry(stage, regime);
        armvirt_stage_base(stage, regime, ttbr[half], 0);
    }
    share_alike(regime);
    armvirt_attr_init(regime, vmsa, vmsa->mair_el1, 0);
}

/* ---- Short-descriptor format -------------------------------------------------------------- */

/* DDI0487 G8.2.38: fields of the reserved value 0b10 act as the caller chose; else no access. */
static uint32_t without_reserved(uint32_t dacr, unsigned choice)
{
    uint32_t reserved = dacr >> 1 & ~dacr & UINT32_C(0x55555555);

    return (dacr & ~(reserved << 1)) | reserved * choice;
}

/* DDI0487 G5.4.4: N shortens the table at TTBR0; that at TTBR1 always covers 4 GB. */
static void init_short(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t ttbcr = vmsa->tcr_el1;
    unsigned n = (unsigned)ARMVIRT_GET(ARMVIRT_TTBCR_N, ttbcr);
    struct armvirt_stage *lower = &regime->s1[0], *upper = &regime->s1[1];

    lower->ia_bits = (uint8_t)(VA_BITS - n);
    lower->base_pa = vmsa->ttbr0_el1[0] & ARMVIRT_BITS(31, 14 - n);
    lower->epd = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_PD0);
    upper->ia_bits = VA_BITS;
    upper->base_pa = vmsa->ttbr1_el1[0] & ARMVIRT_BITS(31, 14);
    upper->epd = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_PD1);
    for (unsigned half = 0; half < 2; half++) {
        regime->s1[half].format = ARMVIRT_FORMAT_SHORT;
        regime->s1[half].desc_log2 = 2;
        regime->s1[half].asid =
            (uint16_t)ARMVIRT_GET(ARMVIRT_CONTEXTIDR_ASID, vmsa->contextidr_el1);
    }
    regime->dacr = without_reserved((uint32_t)vmsa->dacr32_el2, vmsa->reserved_dacr & 3);
    armvirt_short_attr_init(regime, vmsa->mair_el1 & UINT32_MAX, vmsa->mair_el1 >> 32);
}

/* ---- All of it ---------------------------------------------------------------------------- */

static void init_sctlr(struct armvirt_regime *regime, uint64_t sctlr)
{
    regime->s1_enabled = armvirt_is_set(sctlr, ARMVIRT_SCTLR_M);
    regime->data_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_C);
    regime->fetch_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_I);
    regime->wxn = armvirt_is_set(sctlr, ARMVIRT_SCTLR_WXN);
    regime->uwxn = armvirt_is_set(sctlr, ARMVIRT_SCTLR_UWXN);
    regime->afe = armvirt_is_set(sctlr, ARMVIRT_SCTLR_AFE);
    regime->tre = armvirt_is_set(sctlr, ARMVIRT_SCTLR_TRE);
    regime->ntlsmd =
        !armvirt_have(regime->features, FEAT_LSMAOC) || armvirt_is_set(sctlr, ARMVIRT_SCTLR_NTLSMD);
}

void armvirt_aarch32_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    init_sctlr(regime, vmsa->sctlr_el1);
    regime->sif = armvirt_sif(regime, vmsa);
    armvirt_el10_overrides(regime, vmsa);
    for (unsigned half = 0; half < 2; half++) {
        init_half(&regime->s1[half], regime, vmsa->sctlr_el1);
    }
    if (armvirt_is_set(vmsa->tcr_el1, ARMVIRT_TTBCR_EAE)) {
        init_long(regime, vmsa);
    } else {
        init_short(regime, vmsa);
    }
}
