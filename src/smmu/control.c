/* SPDX-License-Identifier: MIT */
/* What writes of registers cause: enables, acknowledgements, invalidation (IHI0070 6.3, 3.25). */
#include "regime.h"
#include "regs.h"
#include "stall.h"
#include "stream.h"

#include <armvirt/regs/vmsa.h>

void armvirt_smmu_invalidate_all(struct armvirt_smmu *smmu)
{
    const struct armvirt_tlb_inval all = {.scope = ARMVIRT_TLB_ALL};

    armvirt_smmu_forget_all(smmu);
    armvirt_smmu_forget_translations(smmu, &all);
}

/* ---- Granule protection -------------------------------------------------------------------- */

/* GPT_BASE_CFG has the fields of GPCCR_EL3, most at the same bits. IHI0070 6.3.115. */
static uint64_t gpccr(const struct armvirt_smmu *smmu)
{
    const uint64_t *reg = smmu->reg[ARMVIRT_SPACE_ROOT];
    uint64_t cfg = armvirt_smmu_gpt_cfg(smmu);
    bool on = (reg[SMMU_ROOT_CR0] & ARMVIRT_SMMU_ROOT_CR0_GPCEN) != 0;

#define FIELD(name)                                                                                \
    ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_##name, ARMVIRT_GET(ARMVIRT_SMMU_ROOT_GPT_BASE_CFG_##name, cfg))
    return FIELD(PPS) | FIELD(PGS) | FIELD(SH) | FIELD(ORGN) | FIELD(IRGN) | FIELD(L0GPTSZ) |
           FIELD(GPCP) | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_GPC, on);
#undef FIELD
}

void armvirt_smmu_root_changed(struct armvirt_smmu *smmu)
{
    uint64_t base = smmu->reg[ARMVIRT_SPACE_ROOT][SMMU_ROOT_GPT_BASE];

    armvirt_smmu_vmsa(&smmu->config.id, &smmu->vmsa);
    smmu->vmsa.gpccr_el3 = gpccr(smmu);
    smmu->vmsa.gptbr_el3 =
        ARMVIRT_PUT(ARMVIRT_GPTBR_EL3_BADDR, ARMVIRT_GET(ARMVIRT_SMMU_ROOT_GPT_BASE_ADDR, base));
    if (smmu->reg[ARMVIRT_SPACE_SECURE][SMMU_CR0] & ARMVIRT_SMMU_S_CR0_SIF) {
        smmu->vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
    }
    (void)armvirt_regime_init(&smmu->root, &smmu->vmsa, 3);
    smmu->access_off =
        smmu->config.root_page != 0 &&
        (smmu->config.id.root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL) != 0 &&
        !(smmu->reg[ARMVIRT_SPACE_ROOT][SMMU_ROOT_CR0] & ARMVIRT_SMMU_ROOT_CR0_ACCESSEN);
    armvirt_smmu_invalidate_all(smmu);
}

/* ---- CR0 ----------------------------------------------------------------------------------- */

/* Both directions clear ATOS_CTRL.RUN; an end of translation ends what is stalled. 6.3.9.6. */
static void smmuen_changed(struct armvirt_smmu *smmu, uint8_t bank, bool on)
{
    smmu->reg[bank][SMMU_GATOS_CTRL] = 0;
    smmu->reg[bank][SMMU_VATOS_CTRL] = 0;
    if (!on) {
        armvirt_smmu_stall_terminate(smmu, bank, true, 0);
    }
}

/* Updates are immediate: CR0ACK follows, without what is reserved. */
static void put_cr0(struct armvirt_smmu *smmu, uint8_t bank, uint64_t value)
{
    uint64_t changed = value ^ smmu->reg[bank][SMMU_CR0];
    uint64_t cached = ARMVIRT_SMMU_CR0_ATSCHK | ARMVIRT_SMMU_S_CR0_NSSTALLD;

    smmu->reg[bank][SMMU_CR0] = value;
    smmu->reg[bank][SMMU_CR0ACK] = value;
    if (changed & ARMVIRT_SMMU_CR0_SMMUEN) {
        smmuen_changed(smmu, bank, (value & ARMVIRT_SMMU_CR0_SMMUEN) != 0);
    }
    if (changed & cached) {
        armvirt_smmu_forget_all(smmu);
    }
    if (bank == ARMVIRT_SPACE_SECURE && (changed & ARMVIRT_SMMU_S_CR0_SIF)) {
        armvirt_smmu_root_changed(smmu);
    }
}

/* ---- Others -------------------------------------------------------------------------------- */

/* IHI0070 6.3.14.1: without Update the write is ignored; with it, it takes effect at once. */
static void put_updated(struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg, uint64_t value)
{
    if (value & ARMVIRT_SMMU_GBPA_UPDATE) {
        smmu->reg[bank][reg] = value & ~ARMVIRT_SMMU_GBPA_UPDATE;
    }
}

/* RUN needs SMMUEN. IHI0070 6.3.37. */
static void put_atos_ctrl(struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg, uint64_t value)
{
    if (smmu->reg[bank][SMMU_CR0] & ARMVIRT_SMMU_CR0_SMMUEN) {
        smmu->reg[bank][reg] = value;
    }
}

/* Faults are acknowledged by writing 0. IHI0070 6.3.116. */
static void put_far(struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg, uint64_t value)
{
    if (!(value & ARMVIRT_SMMU_ROOT_GPF_FAR_FAULT)) {
        smmu->reg[bank][reg] = 0;
    }
}

/* Whether others hold a copy of what the register says. */
static bool is_cached(uint8_t reg)
{
    return reg == SMMU_CR2 || reg == SMMU_S2PII || reg == SMMU_STRTAB_BASE ||
           reg == SMMU_STRTAB_BASE_CFG;
}

/* Whether granule protection checks may differ afterwards. */
static bool changes_checks(uint8_t reg)
{
    return reg == SMMU_ROOT_CR0 || reg == SMMU_ROOT_GPT_BASE || reg == SMMU_ROOT_GPT_BASE_CFG ||
           reg == SMMU_ROOT_GPT_BASE_UPDATE;
}

void armvirt_smmu_put(struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg, uint64_t value)
{
    switch (reg) {
    case SMMU_CR0:
        put_cr0(smmu, bank, value);
        break;
    case SMMU_GBPA:
    case SMMU_GMPAM:
    case SMMU_GBPMPAM:
        put_updated(smmu, bank, reg, value);
        break;
    case SMMU_IRQ_CTRL:
        smmu->reg[bank][SMMU_IRQ_CTRL] = value;
        smmu->reg[bank][SMMU_IRQ_CTRLACK] = value;
        break;
    case SMMU_GATOS_CTRL:
    case SMMU_VATOS_CTRL:
        put_atos_ctrl(smmu, bank, reg, value);
        break;
    case SMMU_INIT: /* done at once: INV_ALL reads as 0 */
    case SMMU_ROOT_TLBI_CTRL:
        if (value & 1) {
            armvirt_smmu_invalidate_all(smmu);
        }
        break;
    case SMMU_ROOT_GPT_BASE_UPDATE: /* the way to change the base while checks are on */
        if (value & ARMVIRT_SMMU_ROOT_GPT_BASE_UPDATE_UPDATE) {
            smmu->reg[bank][SMMU_ROOT_GPT_BASE] = smmu->reg[bank][SMMU_ROOT_GPT_BASE2];
        }
        break;
    case SMMU_DPT_CFG_FAR:
    case SMMU_ROOT_GPF_FAR:
    case SMMU_ROOT_GPT_CFG_FAR:
        put_far(smmu, bank, reg, value);
        break;
    default:
        smmu->reg[bank][reg] = value;
        break;
    }
    if (reg == SMMU_ROOT_CR0) {
        smmu->reg[bank][SMMU_ROOT_CR0ACK] = value;
    }
    if (changes_checks(reg)) {
        armvirt_smmu_root_changed(smmu);
    }
    if (is_cached(reg)) {
        armvirt_smmu_forget_all(smmu);
    }
}
