/* SPDX-License-Identifier: MIT */
/*
 * ID registers to features: one row a feature. DDI0487 D24.2, ID_AA64*_EL1.
 */
#include "features.h"

#include <armvirt/regs/vmsa.h>

struct feature_row {
    uint16_t reg;  /* offset of the ID register in struct armvirt_vmsa */
    uint8_t least; /* smallest field value that announces the feature */
    uint64_t field;
};

#define ROW(reg, name, least)                                                                      \
    {                                                                                              \
        offsetof(struct armvirt_vmsa, id_aa64##reg##_el1), least, name                             \
    }

static const struct feature_row rows[FEATURE_COUNT] = {
    [FEAT_EL1_A32] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_EL1, 2),
    [FEAT_EL2] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_EL2, 1),
    [FEAT_EL3] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_EL3, 1),
    [FEAT_RAS] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RAS, 1),
    [FEAT_DOUBLE_FAULT] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RAS, 2),
    [FEAT_SVE] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_SVE, 1),
    [FEAT_SEL2] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1),
    [FEAT_RME] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RME, 1),
    [FEAT_RME_GPC2] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RME, 2),
    [FEAT_RME_GPC3] = ROW(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RME, 3),
    [FEAT_MTE] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_MTE, 1),
    [FEAT_MTE2] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_MTE, 2),
    [FEAT_GCS] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_GCS, 1),
    [FEAT_THE] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_THE, 1),
    [FEAT_MTX] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_MTEX, 1),
    [FEAT_DOUBLE_FAULT2] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_DF2, 1),
    [FEAT_PFAR] = ROW(pfr1, ARMVIRT_ID_AA64PFR1_EL1_PFAR, 1),
    [FEAT_MTE_PERM] = ROW(pfr2, ARMVIRT_ID_AA64PFR2_EL1_MTEPERM, 1),
    [FEAT_LPA] = ROW(mmfr0, ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 6),
    [FEAT_ASID16] = ROW(mmfr0, ARMVIRT_ID_AA64MMFR0_EL1_ASIDBITS, 2),
    [FEAT_AF_UPDATE] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 1),
    [FEAT_DIRTY] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 2),
    [FEAT_HAFT] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 3),
    [FEAT_VMID16] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_VMIDBITS, 2),
    [FEAT_VHE] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_VH, 1),
    [FEAT_HPDS] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_HPDS, 1),
    [FEAT_PAN] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, 1),
    [FEAT_PAN2] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, 2),
    [FEAT_PAN3] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_PAN, 3),
    [FEAT_XNX] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_XNX, 1),
    [FEAT_HCX] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_HCX, 1),
    [FEAT_CMOW] = ROW(mmfr1, ARMVIRT_ID_AA64MMFR1_EL1_CMOW, 1),
    [FEAT_LSMAOC] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_LSM, 1),
    [FEAT_LVA] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 1),
    [FEAT_LVA3] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 2),
    [FEAT_NV] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_NV, 1),
    [FEAT_TTST] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_ST, 1),
    [FEAT_FWB] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_FWB, 1),
    [FEAT_BBM] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_BBM, 1),
    [FEAT_E0PD] = ROW(mmfr2, ARMVIRT_ID_AA64MMFR2_EL1_E0PD, 1),
    [FEAT_TCR2] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_TCRX, 1),
    [FEAT_SCTLR2] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_SCTLRX, 1),
    [FEAT_S1PIE] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_S1PIE, 1),
    [FEAT_S2PIE] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_S2PIE, 1),
    [FEAT_S1POE] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_S1POE, 1),
    [FEAT_S2POE] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_S2POE, 1),
    [FEAT_AIE] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_AIE, 1),
    [FEAT_MEC] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_MEC, 1),
    [FEAT_D128] = ROW(mmfr3, ARMVIRT_ID_AA64MMFR3_EL1_D128, 1),
    [FEAT_E2H_RES1] = ROW(mmfr4, ARMVIRT_ID_AA64MMFR4_EL1_E2H0, 14),
    [FEAT_ASID2] = ROW(mmfr4, ARMVIRT_ID_AA64MMFR4_EL1_ASID2, 1),
    [FEAT_RME_GDI] = ROW(mmfr4, ARMVIRT_ID_AA64MMFR4_EL1_RMEGDI, 1),
    [FEAT_XS] = ROW(isar1, ARMVIRT_ID_AA64ISAR1_EL1_XS, 1),
    [FEAT_ATS1A] = ROW(isar2, ARMVIRT_ID_AA64ISAR2_EL1_ATS1A, 1),
    /* FEAT_PAuth and FEAT_LPA2 are announced by several fields; see armvirt_features(). */
};

static uint64_t id_register(const struct armvirt_vmsa *vmsa, uint16_t offset)
{
    return *(const uint64_t *)(const void *)((const char *)vmsa + offset);
}

static bool announces_pauth(const struct armvirt_vmsa *vmsa)
{
    return (vmsa->id_aa64isar1_el1 &
            (ARMVIRT_ID_AA64ISAR1_EL1_APA | ARMVIRT_ID_AA64ISAR1_EL1_API)) != 0 ||
           (vmsa->id_aa64isar2_el1 & ARMVIRT_ID_AA64ISAR2_EL1_APA3) != 0;
}

static bool announces_lpa2(const struct armvirt_vmsa *vmsa)
{
    return armvirt_granule_support(vmsa, 1, 12) == GRANULE_52BIT ||
           armvirt_granule_support(vmsa, 1, 14) == GRANULE_52BIT;
}

uint64_t armvirt_features(const struct armvirt_vmsa *vmsa)
{
    uint64_t features = 0;

    for (unsigned f = 0; f < FEATURE_COUNT; f++) {
        const struct feature_row *row = &rows[f];
        uint64_t field = row->field & id_register(vmsa, row->reg);

        if (row->field != 0 && field >= row->least * ARMVIRT_LSB(row->field)) {
            features |= UINT64_C(1) << f;
        }
    }
    features |= (uint64_t)announces_pauth(vmsa) << FEAT_PAUTH;
    features |= (uint64_t)announces_lpa2(vmsa) << FEAT_LPA2;
    return features;
}

uint8_t armvirt_pa_bits(const struct armvirt_vmsa *vmsa)
{
    static const uint8_t bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    uint64_t range = ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, vmsa->id_aa64mmfr0_el1);

    return bits[range & 7];
}

/* TGran16 and its kin count up from 0; TGran4 and TGran64 use 0xf for absent. */
static enum granule_support stage1_granule(uint64_t mmfr0, unsigned granule_log2)
{
    switch (granule_log2) {
    case 12: {
        uint64_t tgran4 = ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, mmfr0);
        return tgran4 == 0 ? GRANULE_PRESENT : tgran4 < 8 ? GRANULE_52BIT : GRANULE_ABSENT;
    }
    case 14: {
        uint64_t tgran16 = ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, mmfr0);
        return tgran16 == 0 ? GRANULE_ABSENT : tgran16 == 1 ? GRANULE_PRESENT : GRANULE_52BIT;
    }
    default:
        return ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN64, mmfr0) == 0 ? GRANULE_PRESENT
                                                                         : GRANULE_ABSENT;
    }
}

/* FEAT_GTG: 0 says "as stage 1", 1 absent, 2 present, 3 with 52 bits. */
enum granule_support armvirt_granule_support(const struct armvirt_vmsa *vmsa, unsigned stage,
                                             unsigned granule_log2)
{
    uint64_t mmfr0 = vmsa->id_aa64mmfr0_el1;
    uint64_t at_stage2 = granule_log2 == 12 ? ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4_2, mmfr0)
                         : granule_log2 == 14
                             ? ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16_2, mmfr0)
                             : ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN64_2, mmfr0);

    if (stage == 1 || at_stage2 == 0) {
        return stage1_granule(mmfr0, granule_log2);
    }
    return at_stage2 == 1 ? GRANULE_ABSENT : at_stage2 == 2 ? GRANULE_PRESENT : GRANULE_52BIT;
}
