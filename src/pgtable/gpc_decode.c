/* SPDX-License-Identifier: MIT */
/*
 * GPCCR_EL3, GPTBR_EL3 and GPCBW_EL3 to `struct armvirt_gpc`.
 * DDI0487 D9.2 (bypass windows), D9.4 (validity), D9.6.5 (GPI), D9.7 (geometry), D24.2.55-57.
 *
 * Choices: GPCP is treated as RES0, which its definition permits, so every table access is checked.
 * RES0 bits of the registers are ignored: R_JWCSM makes reserved values of fields invalid only.
 */
#include "decode.h"

#include "../base/bits.h"

#include <armvirt/regs/descriptors.h>

#define GPI_BIT(name) (1u << ARMVIRT_GPT_BLOCK_GPI_##name)

/* GPCCR_EL3.{PPS3, PPS}; 0 is reserved. PPS3 and 56 bits came with FEAT_RME_GPC3. */
static unsigned pps_bits(const struct armvirt_regime *regime, uint64_t gpccr)
{
    static const uint8_t bits[16] = {32, 36, 40, 42, 44, 48, 52, 56, 46, 47};
    uint64_t pps = ARMVIRT_GET(ARMVIRT_GPCCR_EL3_PPS, gpccr);

    if (armvirt_have(regime->features, FEAT_RME_GPC3)) {
        return bits[ARMVIRT_GET(ARMVIRT_GPCCR_EL3_PPS3 | ARMVIRT_GPCCR_EL3_PPS, gpccr)];
    }
    return pps == ARMVIRT_GPCCR_EL3_PPS_56 ? 0 : bits[pps];
}

/* GPCCR_EL3.PGS; 0 is reserved, as is a granule that neither stage implements. */
static unsigned granule_log2(const struct armvirt_vmsa *vmsa)
{
    static const uint8_t log2[4] = {12, 16, 14};
    unsigned granule = log2[ARMVIRT_GET(ARMVIRT_GPCCR_EL3_PGS, vmsa->gpccr_el3)];

    if (granule != 0 && armvirt_granule_support(vmsa, 1, granule) == GRANULE_ABSENT &&
        armvirt_granule_support(vmsa, 2, granule) == GRANULE_ABSENT) {
        return 0;
    }
    return granule;
}

/* GPCCR_EL3.L0GPTSZ; 0 is reserved. */
static unsigned l0_log2(uint64_t gpccr)
{
    static const uint8_t log2[16] = {[0] = 30, [4] = 34, [6] = 36, [9] = 39};

    return log2[ARMVIRT_GET(ARMVIRT_GPCCR_EL3_L0GPTSZ, gpccr)];
}

/* GPCCR_EL3.{SH, ORGN, IRGN}: SH = 0b01 is reserved; Non-cacheable has to be Outer Shareable. */
static bool attributes_valid(uint64_t gpccr)
{
    uint64_t sh = ARMVIRT_GET(ARMVIRT_GPCCR_EL3_SH, gpccr);
    bool cacheable = armvirt_is_set(gpccr, ARMVIRT_GPCCR_EL3_ORGN | ARMVIRT_GPCCR_EL3_IRGN);

    return cacheable ? sh != 1 : sh == ARMVIRT_GPCCR_EL3_SH_OUTER;
}

/*
 * D9.2: where the bypass windows are. They repeat at the stride, so bits from the size up to the
 * stride select them. Returns false if GPCBW_EL3 is invalid.
 */
static bool init_window(struct armvirt_gpc *gpc, uint64_t gpcbw)
{
    static const uint32_t sizes = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 4 | 1u << 6;
    static const uint32_t strides =
        1u << 0 | 1u << 2 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 9 | 1u << 10 | 1u << 16;
    unsigned size = (unsigned)ARMVIRT_GET(ARMVIRT_GPCBW_EL3_BWSIZE, gpcbw);
    unsigned stride = (unsigned)ARMVIRT_GET(ARMVIRT_GPCBW_EL3_BWSTRIDE, gpcbw);
    uint64_t below_stride = armvirt_bits_below(stride + 10);

    gpc->window_base = (uint32_t)ARMVIRT_GET(ARMVIRT_GPCBW_EL3_BWADDR, gpcbw);
    gpc->window_mask = (uint32_t)(below_stride & ~armvirt_bits_below(size));
    return (sizes >> size & 1) && (strides >> stride & 1) &&
           (gpc->window_base & ~gpc->window_mask) == 0;
}

/* D9.6.5: the GPI encodings that a control or a feature makes defined. */
static uint16_t gpi_valid(const struct armvirt_regime *regime, uint64_t gpccr)
{
    static const struct {
        uint16_t gpi;
        uint8_t feature;
        uint64_t control; /* 0: the feature alone decides */
    } optional[] = {
        {GPI_BIT(SECURE), FEAT_SEL2, 0},
        {GPI_BIT(NSO), FEAT_RME_GPC2, ARMVIRT_GPCCR_EL3_NSO},
        {GPI_BIT(SA), FEAT_RME_GDI, ARMVIRT_GPCCR_EL3_SA},
        {GPI_BIT(NSP), FEAT_RME_GDI, ARMVIRT_GPCCR_EL3_NSP},
        {GPI_BIT(NA6), FEAT_RME_GDI, ARMVIRT_GPCCR_EL3_NA6},
        {GPI_BIT(NA7), FEAT_RME_GDI, ARMVIRT_GPCCR_EL3_NA7},
    };
    unsigned valid =
        GPI_BIT(NO_ACCESS) | GPI_BIT(NONSECURE) | GPI_BIT(ROOT) | GPI_BIT(REALM) | GPI_BIT(ANY);

    for (unsigned i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
        if (armvirt_have(regime->features, (enum feature)optional[i].feature) &&
            armvirt_all_ones(gpccr, optional[i].control)) {
            valid |= optional[i].gpi;
        }
    }
    return (uint16_t)valid;
}

/* D9.6.5: which GPI values permit an access to each space by this Security state. */
static void init_permits(struct armvirt_gpc *gpc, unsigned security)
{
    bool nso = security == ARMVIRT_SPACE_NONSECURE || security == ARMVIRT_SPACE_ROOT;

    gpc->gpi_permits[ARMVIRT_SPACE_NONSECURE] =
        (uint16_t)(GPI_BIT(ANY) | GPI_BIT(NONSECURE) | (nso ? GPI_BIT(NSO) : 0));
    gpc->gpi_permits[ARMVIRT_SPACE_SECURE] = GPI_BIT(ANY) | GPI_BIT(SECURE);
    gpc->gpi_permits[ARMVIRT_SPACE_REALM] = GPI_BIT(ANY) | GPI_BIT(REALM);
    gpc->gpi_permits[ARMVIRT_SPACE_ROOT] = GPI_BIT(ANY) | GPI_BIT(ROOT);
}

/* FEAT_RME_GPC2: spaces that are off, and spaces that may be used beyond PPS. */
static void init_spaces(struct armvirt_gpc *gpc, const struct armvirt_regime *regime,
                        uint64_t gpccr)
{
    gpc->spaces_above = 1u << ARMVIRT_SPACE_NONSECURE;
    if (!armvirt_have(regime->features, FEAT_RME_GPC2)) {
        return;
    }
    gpc->spaces_off =
        (uint8_t)(ARMVIRT_GET(ARMVIRT_GPCCR_EL3_SPAD, gpccr) << ARMVIRT_SPACE_SECURE |
                  ARMVIRT_GET(ARMVIRT_GPCCR_EL3_NSPAD, gpccr) << ARMVIRT_SPACE_NONSECURE |
                  ARMVIRT_GET(ARMVIRT_GPCCR_EL3_RLPAD, gpccr) << ARMVIRT_SPACE_REALM);
    if (armvirt_is_set(gpccr, ARMVIRT_GPCCR_EL3_APPSAA)) {
        gpc->spaces_above = 0xf;
    }
}

/*
 * Tables are aligned to their size: 8 bytes for each entry, of which level 0 has one for each
 * region below PPS and level 1 one for 16 granules. D24.2.57, D9.6.1 R_DBTFW.
 */
static void init_tables(struct armvirt_gpc *gpc, const struct armvirt_regime *regime,
                        uint64_t gptbr)
{
    unsigned l0_table_log2 =
        gpc->pps_bits > gpc->l0_log2 + 9u ? gpc->pps_bits - gpc->l0_log2 + 3u : 12;
    unsigned l1_table_log2 = gpc->l0_log2 - gpc->granule_log2 - 1u;
    uint64_t baddr = ARMVIRT_GPTBR_EL3_BADDR;

    if (armvirt_have(regime->features, FEAT_RME_GPC3)) {
        baddr |= ARMVIRT_GPTBR_EL3_BADDR_43_40;
    }
    gpc->base_pa = (gptbr & baddr) << 12 & ~armvirt_bits_below(l0_table_log2);
    gpc->table_mask =
        (gpc->pps_bits == 56 ? ARMVIRT_GPT_TABLE_NLTA_55_12 : ARMVIRT_GPT_TABLE_NLTA) &
        ~armvirt_bits_below(l1_table_log2);
}

/* R_JWCSM: a reserved or inconsistent value faults every check, by priority 1 of Table D9-2. */
static unsigned init_geometry(struct armvirt_gpc *gpc, const struct armvirt_regime *regime,
                              const struct armvirt_vmsa *vmsa)
{
    uint64_t gpccr = vmsa->gpccr_el3;

    gpc->pps_bits = (uint8_t)pps_bits(regime, gpccr);
    gpc->l0_log2 = (uint8_t)l0_log2(gpccr);
    gpc->granule_log2 = (uint8_t)granule_log2(vmsa);
    if (gpc->pps_bits == 0 || gpc->pps_bits > regime->pa_bits || gpc->l0_log2 == 0 ||
        gpc->granule_log2 == 0 || !attributes_valid(gpccr)) {
        return ARMVIRT_REASON_GPC_REGISTERS;
    }
    gpc->window_base = UINT32_MAX;
    if (armvirt_have(regime->features, FEAT_RME_GPC3) &&
        armvirt_is_set(gpccr, ARMVIRT_GPCCR_EL3_GPCBW) && !init_window(gpc, vmsa->gpcbw_el3)) {
        return ARMVIRT_REASON_GPC_WINDOW;
    }
    return ARMVIRT_REASON_NONE;
}

void armvirt_gpc_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    struct armvirt_gpc *gpc = &regime->gpc;
    uint64_t gpccr = vmsa->gpccr_el3;

    *gpc = (struct armvirt_gpc){0};
    if (!armvirt_have(regime->features, FEAT_RME) ||
        !armvirt_is_set(gpccr, ARMVIRT_GPCCR_EL3_GPC)) {
        return;
    }
    gpc->enabled = true;
    gpc->init_reason = (uint8_t)init_geometry(gpc, regime, vmsa);
    if (gpc->init_reason != ARMVIRT_REASON_NONE) {
        return;
    }
    init_tables(gpc, regime, vmsa->gptbr_el3);
    init_spaces(gpc, regime, gpccr);
    init_permits(gpc, regime->security);
    gpc->gpi_valid = gpi_valid(regime, gpccr);
    gpc->pairs = armvirt_have(regime->features, FEAT_RME_GDI);
}
