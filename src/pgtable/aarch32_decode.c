/* SPDX-License-Identifier: MIT */
/*
 * Stage 1 of VMSAv8-32 at EL1&0: TTBCR, TTBCR2, TTBR0, TTBR1, SCTLR, DACR, PRRR and NMRR, in the
 * AArch64 registers that hold them, to `struct armvirt_regime`.
 * DDI0487 G5.3, G5.4.3, G5.5.5, G8.2; D1.2.x for the mapping of the registers.
 */
#include "decode.h"
#include "short.h"

#include <armvirt/regs/aarch32.h>

/* What differs between the two table bases of a format. */
struct ttbcr_row {
    uint64_t tsz, epd, hpd; /* hpd: in TTBCR2 */
};

static const struct ttbcr_row long_rows[2] = {
    {ARMVIRT_TTBCR_LPAE_T0SZ, ARMVIRT_TTBCR_LPAE_EPD0, ARMVIRT_TTBCR2_HPD0},
    {ARMVIRT_TTBCR_LPAE_T1SZ, ARMVIRT_TTBCR_LPAE_EPD1, ARMVIRT_TTBCR2_HPD1},
};

enum { OUTPUT_BITS = 40 };

static void init_half(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                      uint64_t sctlr)
{
    stage->space = regime->security;
    stage->fault_level = 1;
    stage->start_level = 1;
    stage->granule_log2 = 12;
    stage->oa_bits = OUTPUT_BITS;
    stage->addr_top = 31;
    stage->addr_top_fetch = 31;
    stage->big_endian = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EE);
}

/* DDI0487 G5.5.5: T0SZ and T1SZ decide where a walk begins; TTBCR2 counts only with T2E. */
static void init_long(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    const uint64_t *ttbr[2] = {vmsa->ttbr0_el1, vmsa->ttbr1_el1};
    uint64_t ttbcr = vmsa->tcr_el1 & UINT32_MAX;
    uint64_t ttbcr2 = vmsa->tcr_el1 >> 32;
    bool hpd =
        armvirt_have(regime->features, FEAT_HPDS) && armvirt_is_set(ttbcr, ARMVIRT_TTBCR_LPAE_T2E);
    bool a1 = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_LPAE_A1);

    armvirt_attr_init(regime, vmsa, vmsa->mair_el1, 0);
    for (unsigned half = 0; half < 2; half++) {
        const struct ttbcr_row *row = &long_rows[half];
        struct armvirt_stage *stage = &regime->s1[half];

        stage->format = ARMVIRT_FORMAT_LPAE;
        stage->ia_bits = (uint8_t)(32 - ARMVIRT_GET(row->tsz, ttbcr));
        stage->start_level = stage->ia_bits > 30 ? 1 : 2;
        stage->epd = armvirt_is_set(ttbcr, row->epd);
        stage->hpd = hpd && armvirt_is_set(ttbcr2, row->hpd);
        stage->asid = (uint16_t)ARMVIRT_GET(ARMVIRT_TTBR0_LPAE_ASID, ttbr[a1][0]);
        armvirt_stage_geometry(stage, regime);
        armvirt_stage_base(stage, regime, ttbr[half], 0);
    }
}

/* DDI0487 G5.4.3: N shortens the table at TTBR0; that at TTBR1 always has 16 KB. */
static void init_short(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t ttbcr = vmsa->tcr_el1;
    unsigned n = (unsigned)ARMVIRT_GET(ARMVIRT_TTBCR_N, ttbcr);
    uint64_t base[2] = {vmsa->ttbr0_el1[0] & ARMVIRT_BITS(31, 14 - n),
                        vmsa->ttbr1_el1[0] & ARMVIRT_BITS(31, 14)};

    for (unsigned half = 0; half < 2; half++) {
        struct armvirt_stage *stage = &regime->s1[half];

        stage->format = ARMVIRT_FORMAT_SHORT;
        stage->ia_bits = (uint8_t)(half == 0 ? 32 - n : 32);
        stage->desc_log2 = 2;
        stage->stride_log2 = 8;
        stage->base_pa = base[half];
    }
    regime->s1[0].epd = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_PD0);
    regime->s1[1].epd = armvirt_is_set(ttbcr, ARMVIRT_TTBCR_PD1);
    regime->dacr = (uint32_t)vmsa->dacr32_el2;
    armvirt_short_attr_init(regime, vmsa->mair_el1 & UINT32_MAX, vmsa->mair_el1 >> 32);
}

static void init_sctlr(struct armvirt_regime *regime, uint64_t sctlr)
{
    regime->sctlr = (uint32_t)sctlr;
    regime->s1_enabled = armvirt_is_set(sctlr, ARMVIRT_SCTLR_M);
    regime->data_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_C);
    regime->fetch_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_I);
    regime->wxn = armvirt_is_set(sctlr, ARMVIRT_SCTLR_WXN);
    regime->uwxn = armvirt_is_set(sctlr, ARMVIRT_SCTLR_UWXN);
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
