/* SPDX-License-Identifier: MIT */
/*
 * Registers to `struct armvirt_regime`: what the files that decode them share.
 */
#ifndef ARMVIRT_SRC_PGTABLE_DECODE_H
#define ARMVIRT_SRC_PGTABLE_DECODE_H

#include "features.h"

#include <armvirt/regs/vmsa.h>

/* True if any bit of @field is set in @reg. */
static inline bool armvirt_is_set(uint64_t reg, uint64_t field)
{
    return (reg & field) != 0;
}

/* True if @field of @reg is set and the feature that gives it a meaning is implemented. */
static inline bool armvirt_is_enabled(uint64_t features, enum feature feature, uint64_t reg,
                                      uint64_t field)
{
    return armvirt_have(features, feature) && armvirt_is_set(reg, field);
}

/*
 * Geometry. `format`, `granule_log2`, `ia_bits` and `start_level` are set; fill what follows from
 * them. The table base is taken from @ttbr, {low, high} words.
 */
void armvirt_stage_geometry(struct armvirt_stage *stage, const struct armvirt_regime *regime);
void armvirt_stage_base(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                        const uint64_t ttbr[2], unsigned ps);

/* Output address size in effect for the encoded size @ps. */
uint8_t armvirt_output_bits(const struct armvirt_regime *regime, const struct armvirt_stage *stage,
                            unsigned ps);

/* Largest legal TxSZ for a granule. */
unsigned armvirt_max_txsz(const struct armvirt_regime *regime, unsigned granule_log2);

/*
 * Check TxSZ against its limits, clamp it where the options ask for that, and set `ia_bits`.
 * Returns false where the value must fault.
 */
bool armvirt_set_txsz(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                      unsigned txsz, unsigned min, unsigned max, bool low_must_fault);

/* The granule that @encoded selects at @stage, whether or not it is implemented. */
enum tg_encoding { TG0_ENCODING, TG1_ENCODING };
uint8_t armvirt_granule(const struct armvirt_vmsa *vmsa, unsigned stage, enum tg_encoding encoding,
                        uint64_t encoded);

/* FEAT_LPA2 for one granule and stage: whether the DS bit is implemented. */
bool armvirt_ds_implemented(const struct armvirt_vmsa *vmsa, unsigned stage, unsigned granule_log2);

/* Effective values that several regimes need. */
bool armvirt_sctlr2_el2_enabled(const struct armvirt_regime *regime,
                                const struct armvirt_vmsa *vmsa);
bool armvirt_hcrx_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

/* PIR, POR and their kin act as 0 while SCR_EL3.PIEn is 0: a choice that DDI0487 J1.1.4 allows. */
static inline bool armvirt_pie_registers_enabled(const struct armvirt_regime *regime,
                                                 const struct armvirt_vmsa *vmsa)
{
    return !armvirt_have(regime->features, FEAT_EL3) || regime->id == ARMVIRT_REGIME_EL3 ||
           armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_PIEN);
}

/* The members that say which regime it is, in which Security state; `features` are set. */
void armvirt_regime_world(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa,
                          unsigned el);

/* The current VMID, where EL2 is enabled. DDI0487 D8.16.3.3. */
uint16_t armvirt_vmid(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

void armvirt_stage1_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);
void armvirt_stage2_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);
void armvirt_gpc_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

/* SCR_EL3.SIF, where there is Secure state. */
bool armvirt_sif(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

/* EL2 over EL1&0: HCR_EL2.{DC, DCT, TGE}, in AArch64 and AArch32 state. DDI0487 D24.2. */
void armvirt_el10_overrides(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

/* VMSAv8-32 at EL1&0. */
void armvirt_aarch32_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa);

/* Tables of the direct permissions of both stages. */
void armvirt_rights_init(struct armvirt_regime *regime);

/* Rights of a stage 2 leaf with these fields; without FEAT_XNX bit 0 of XN is ignored. */
uint8_t armvirt_s2_leaf_rights(const struct armvirt_regime *regime, unsigned s2ap, unsigned xn);

/* Once all else is decoded: what quick.c may take, and its attributes. */
void armvirt_quick_init(struct armvirt_regime *regime);

/* MAIR bytes to attributes, for all of MAIR and MAIR2. */
void armvirt_attr_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa,
                       uint64_t mair, uint64_t mair2);

#endif
