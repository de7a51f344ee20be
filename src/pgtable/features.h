/* SPDX-License-Identifier: MIT */
/*
 * The architecture features that address translation depends on, decoded from the ID registers.
 * DDI0487 A2.2, A2.3 (features), D24.2 (ID_AA64MMFRn_EL1, ID_AA64PFRn_EL1, ID_AA64ISARn_EL1).
 */
#ifndef ARMVIRT_SRC_PGTABLE_FEATURES_H
#define ARMVIRT_SRC_PGTABLE_FEATURES_H

#include <armvirt/pgtable.h>

/* Each is a bit of `struct armvirt_regime.features`. */
enum feature {
    FEAT_EL1_A32, /* AArch32 state is possible at EL1 */
    FEAT_EL2,
    FEAT_EL3,
    FEAT_SEL2,
    FEAT_RME,
    FEAT_RME_GPC2,
    FEAT_RME_GPC3,
    FEAT_RME_GDI,
    FEAT_VHE,
    FEAT_E2H_RES1,
    FEAT_AF_UPDATE, /* FEAT_HAFDBS, access flag */
    FEAT_DIRTY,     /* FEAT_HAFDBS, dirty state */
    FEAT_HAFT,
    FEAT_VMID16,
    FEAT_ASID16,
    FEAT_HPDS,
    FEAT_PAN,
    FEAT_PAN2,
    FEAT_PAN3,
    FEAT_XNX,
    FEAT_HCX,
    FEAT_CMOW,
    FEAT_LSMAOC,
    FEAT_LVA,
    FEAT_LVA3,
    FEAT_NV,
    FEAT_TTST,
    FEAT_FWB,
    FEAT_BBM,
    FEAT_E0PD,
    FEAT_TCR2,
    FEAT_SCTLR2,
    FEAT_S1PIE,
    FEAT_S2PIE,
    FEAT_S1POE,
    FEAT_S2POE,
    FEAT_AIE,
    FEAT_MEC,
    FEAT_D128,
    FEAT_ASID2,
    FEAT_LPA,
    FEAT_LPA2,
    FEAT_RAS,
    FEAT_SVE,
    FEAT_MTE,
    FEAT_MTE2,
    FEAT_MTX,
    FEAT_MTE_PERM,
    FEAT_GCS,
    FEAT_THE,
    FEAT_PAUTH,
    FEAT_XS,
    FEAT_ATS1A,
    FEAT_DOUBLE_FAULT,
    FEAT_DOUBLE_FAULT2,
    FEAT_PFAR,
    FEATURE_COUNT
};

_Static_assert(FEATURE_COUNT <= 64, "features fit one word");

static inline bool armvirt_have(uint64_t features, enum feature f)
{
    return (features >> f) & 1;
}

/* All features that the ID registers of @vmsa announce. */
uint64_t armvirt_features(const struct armvirt_vmsa *vmsa);

/* Implemented physical address size in bits (PAMax). */
uint8_t armvirt_pa_bits(const struct armvirt_vmsa *vmsa);

/* Support for the granule of @granule_log2 bits at @stage. */
enum granule_support { GRANULE_ABSENT, GRANULE_PRESENT, GRANULE_52BIT };
enum granule_support armvirt_granule_support(const struct armvirt_vmsa *vmsa, unsigned stage,
                                             unsigned granule_log2);

#endif
