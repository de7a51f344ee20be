/* SPDX-License-Identifier: MIT */
/*
 * The architecture features that exceptions depend on, one row each: the ID register field and the
 * smallest value that announces it. DDI0487 A2.2, A2.3, D24.2 (ID_AA64*_EL1).
 */
#ifndef ARMVIRT_SRC_EXC_FEATURES_H
#define ARMVIRT_SRC_EXC_FEATURES_H

#include <armvirt/exc.h>
#include <armvirt/regs/debug.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/vmsa.h>

enum pe_feature {
    PE_EL0_A32, /* AArch32 state is possible at EL0, EL1, EL2, EL3 */
    PE_EL1_A32,
    PE_EL2_A32,
    PE_EL3_A32,
    PE_EL2,
    PE_EL3,
    PE_SEL2,
    PE_RME,
    PE_RAS,
    PE_DOUBLE_FAULT,
    PE_DOUBLE_FAULT2,
    PE_DIT,
    PE_SVE,
    PE_BTI,
    PE_SSBS,
    PE_SSBS_MSR, /* with MRS and MSR */
    PE_MTE,
    PE_SME,
    PE_SME2,
    PE_NMI,
    PE_GCS,
    PE_UINJ,
    PE_FGT,
    PE_FGT2,
    PE_EXS,
    PE_VHE,
    PE_PAN,
    PE_HCX,
    PE_TWED,
    PE_TIDCP1,
    PE_UAO,
    PE_IESB,
    PE_NV,
    PE_NV2,
    PE_SCTLR2,
    PE_E2H_RES1,
    PE_E3DSE,
    PE_APA,
    PE_API,
    PE_APA3,
    PE_FPAC_APA,
    PE_FPAC_API,
    PE_FPAC_APA3,
    PE_LR_APA,
    PE_LR_API,
    PE_LR_APA3,
    PE_PACM_FULL,
    PE_LS64,
    PE_LS64_V,
    PE_LS64_ACCDATA,
    PE_WFXT,
    PE_MOPS,
    PE_DEBUG_V8P2,
    PE_DEBUG_V8P4,
    PE_DEBUG_V8P8,
    PE_SEBEP,
    PE_EBEP,
    PE_SPE_V1P5,
    PE_TRBE_V1P1,
    PE_SPE_EXC,
    PE_TRBE_EXC,
    PE_FEATURES
};

#define ROW(reg, field, least)                                                                     \
    {                                                                                              \
        offsetof(struct armvirt_pe, reg), least, ARMVIRT_##field                                   \
    }
static const struct pe_feature_row {
    uint16_t reg;
    uint8_t least;
    uint64_t field;
} pe_feature_rows[PE_FEATURES] = {
    [PE_EL0_A32] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL0, 2),
    [PE_EL1_A32] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL1, 2),
    [PE_EL2_A32] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL2, 2),
    [PE_EL3_A32] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL3, 2),
    [PE_EL2] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL2, 1),
    [PE_EL3] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_EL3, 1),
    [PE_SEL2] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_SEL2, 1),
    [PE_RME] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_RME, 1),
    [PE_RAS] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_RAS, 1),
    [PE_DOUBLE_FAULT] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_RAS, 2),
    [PE_DOUBLE_FAULT2] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_DF2, 1),
    [PE_DIT] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_DIT, 1),
    [PE_SVE] = ROW(vmsa.id_aa64pfr0_el1, ID_AA64PFR0_EL1_SVE, 1),
    [PE_BTI] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_BT, 1),
    [PE_SSBS] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_SSBS, 1),
    [PE_SSBS_MSR] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_SSBS, 2),
    [PE_MTE] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_MTE, 1),
    [PE_SME] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_SME, 1),
    [PE_SME2] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_SME, 2),
    [PE_NMI] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_NMI, 1),
    [PE_GCS] = ROW(vmsa.id_aa64pfr1_el1, ID_AA64PFR1_EL1_GCS, 1),
    [PE_UINJ] = ROW(vmsa.id_aa64pfr2_el1, ID_AA64PFR2_EL1_UINJ, 1),
    [PE_FGT] = ROW(vmsa.id_aa64mmfr0_el1, ID_AA64MMFR0_EL1_FGT, 1),
    [PE_FGT2] = ROW(vmsa.id_aa64mmfr0_el1, ID_AA64MMFR0_EL1_FGT, 2),
    [PE_EXS] = ROW(vmsa.id_aa64mmfr0_el1, ID_AA64MMFR0_EL1_EXS, 1),
    [PE_VHE] = ROW(vmsa.id_aa64mmfr1_el1, ID_AA64MMFR1_EL1_VH, 1),
    [PE_PAN] = ROW(vmsa.id_aa64mmfr1_el1, ID_AA64MMFR1_EL1_PAN, 1),
    [PE_HCX] = ROW(vmsa.id_aa64mmfr1_el1, ID_AA64MMFR1_EL1_HCX, 1),
    [PE_TWED] = ROW(vmsa.id_aa64mmfr1_el1, ID_AA64MMFR1_EL1_TWED, 1),
    [PE_TIDCP1] = ROW(vmsa.id_aa64mmfr1_el1, ID_AA64MMFR1_EL1_TIDCP1, 1),
    [PE_UAO] = ROW(vmsa.id_aa64mmfr2_el1, ID_AA64MMFR2_EL1_UAO, 1),
    [PE_IESB] = ROW(vmsa.id_aa64mmfr2_el1, ID_AA64MMFR2_EL1_IESB, 1),
    [PE_NV] = ROW(vmsa.id_aa64mmfr2_el1, ID_AA64MMFR2_EL1_NV, 1),
    [PE_NV2] = ROW(vmsa.id_aa64mmfr2_el1, ID_AA64MMFR2_EL1_NV, 2),
    [PE_SCTLR2] = ROW(vmsa.id_aa64mmfr3_el1, ID_AA64MMFR3_EL1_SCTLRX, 1),
    [PE_E2H_RES1] = ROW(vmsa.id_aa64mmfr4_el1, ID_AA64MMFR4_EL1_E2H0, 14),
    [PE_E3DSE] = ROW(vmsa.id_aa64mmfr4_el1, ID_AA64MMFR4_EL1_E3DSE, 1),
    [PE_APA] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_APA, 1),
    [PE_API] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_API, 1),
    [PE_APA3] = ROW(vmsa.id_aa64isar2_el1, ID_AA64ISAR2_EL1_APA3, 1),
    [PE_FPAC_APA] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_APA, 4),
    [PE_FPAC_API] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_API, 4),
    [PE_FPAC_APA3] = ROW(vmsa.id_aa64isar2_el1, ID_AA64ISAR2_EL1_APA3, 4),
    [PE_LR_APA] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_APA, 6),
    [PE_LR_API] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_API, 6),
    [PE_LR_APA3] = ROW(vmsa.id_aa64isar2_el1, ID_AA64ISAR2_EL1_APA3, 6),
    [PE_PACM_FULL] = ROW(id_aa64isar3_el1, ID_AA64ISAR3_EL1_PACM, 2),
    [PE_LS64] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_LS64, 1),
    [PE_LS64_V] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_LS64, 2),
    [PE_LS64_ACCDATA] = ROW(vmsa.id_aa64isar1_el1, ID_AA64ISAR1_EL1_LS64, 3),
    [PE_WFXT] = ROW(vmsa.id_aa64isar2_el1, ID_AA64ISAR2_EL1_WFXT, 2),
    [PE_MOPS] = ROW(vmsa.id_aa64isar2_el1, ID_AA64ISAR2_EL1_MOPS, 1),
    [PE_DEBUG_V8P2] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_DEBUGVER, 8),
    [PE_DEBUG_V8P4] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_DEBUGVER, 9),
    [PE_DEBUG_V8P8] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_DEBUGVER, 10),
    [PE_SEBEP] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_SEBEP, 1),
    [PE_EBEP] = ROW(id_aa64dfr1_el1, ID_AA64DFR1_EL1_EBEP, 1),
    [PE_SPE_V1P5] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_PMSVER, 6),
    [PE_TRBE_V1P1] = ROW(id_aa64dfr0_el1, ID_AA64DFR0_EL1_TRACEBUFFER, 2),
    [PE_SPE_EXC] = ROW(id_aa64dfr2_el1, ID_AA64DFR2_EL1_SPE_EXC, 1),
    [PE_TRBE_EXC] = ROW(id_aa64dfr2_el1, ID_AA64DFR2_EL1_TRBE_EXC, 1),
};
#undef ROW

/* Whether the ID registers announce a feature. */
static inline bool armvirt_pe_announces(const struct armvirt_pe *pe, enum pe_feature feature)
{
    const struct pe_feature_row *row = &pe_feature_rows[feature];
    uint64_t id = *(const uint64_t *)(const void *)((const char *)pe + row->reg);

    return (id & row->field) >= row->least * ARMVIRT_LSB(row->field);
}

/* Features in a word of struct armvirt_pe_decoded; the bit above them says that it was made. */
#define PE_DECODED_FEATURES 63u
#define PE_DECODED          ARMVIRT_BIT(63)

_Static_assert(PE_FEATURES <= 2 * PE_DECODED_FEATURES, "a bit for every feature");

/* The same, from armvirt_pe_decode() if that was called. */
static inline bool armvirt_pe_has(const struct armvirt_pe *pe, enum pe_feature feature)
{
    uint64_t decoded = pe->decoded.features[(unsigned)feature / PE_DECODED_FEATURES];

    return decoded ? decoded >> ((unsigned)feature % PE_DECODED_FEATURES) & 1
                   : armvirt_pe_announces(pe, feature);
}

/* FEAT_PAuth and its extensions are announced by any of three fields. */
static inline bool armvirt_pe_has_pauth(const struct armvirt_pe *pe)
{
    return armvirt_pe_has(pe, PE_APA) || armvirt_pe_has(pe, PE_API) || armvirt_pe_has(pe, PE_APA3);
}

static inline bool armvirt_pe_has_fpac(const struct armvirt_pe *pe)
{
    return armvirt_pe_has(pe, PE_FPAC_APA) || armvirt_pe_has(pe, PE_FPAC_API) ||
           armvirt_pe_has(pe, PE_FPAC_APA3);
}

static inline bool armvirt_pe_has_pauth_lr(const struct armvirt_pe *pe)
{
    return armvirt_pe_has(pe, PE_LR_APA) || armvirt_pe_has(pe, PE_LR_API) ||
           armvirt_pe_has(pe, PE_LR_APA3);
}

/* PSTATE.PM is there. */
static inline bool armvirt_pe_has_pm(const struct armvirt_pe *pe)
{
    return armvirt_pe_has(pe, PE_EBEP) || armvirt_pe_has(pe, PE_SPE_EXC) ||
           armvirt_pe_has(pe, PE_TRBE_EXC);
}

#endif
