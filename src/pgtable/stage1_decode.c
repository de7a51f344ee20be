/* SPDX-License-Identifier: MIT */
/*
 * Stage 1 of VMSAv8-64 and VMSAv9-128: TCR, TCR2, TTBR and SCTLR of each regime to
 * `struct armvirt_stage`. One row of field masks says where a regime keeps each control; the code
 * is the same for all. DDI0487 D24.2 TCR_ELx, TCR2_ELx, TTBRn_ELx, SCTLR_ELx.
 */
#include "decode.h"

/* Where one half of the address space of a regime finds its controls; 0 where it has none. */
struct tcr_row {
    uint64_t txsz, tg, sh, ps;                       /* TCR */
    uint64_t tbi, tbid, hpd, epd, e0pd, nfd, mtx;    /* TCR */
    uint64_t ha, hd, ds;                             /* TCR */
    uint64_t d128, aie, pie, poe, e0poe, pnch, haft; /* TCR2, or TCR_EL3 */
    uint64_t disch, amec, fng, fngna;                /* TCR2, or TCR_EL3 */
    enum tg_encoding tg_encoding;
};

/* TCR_EL1 and TCR_EL2 with E2H = 1 have one layout; so have TCR2_EL1 and TCR2_EL2. */
static const struct tcr_row rows[] = {
    /* TTBR0 half of EL1&0 and EL2&0 */
    {
        .txsz = ARMVIRT_TCR_EL1_T0SZ,
        .tg = ARMVIRT_TCR_EL1_TG0,
        .sh = ARMVIRT_TCR_EL1_SH0,
        .ps = ARMVIRT_TCR_EL1_IPS,
        .tbi = ARMVIRT_TCR_EL1_TBI0,
        .tbid = ARMVIRT_TCR_EL1_TBID0,
        .hpd = ARMVIRT_TCR_EL1_HPD0,
        .epd = ARMVIRT_TCR_EL1_EPD0,
        .e0pd = ARMVIRT_TCR_EL1_E0PD0,
        .nfd = ARMVIRT_TCR_EL1_NFD0,
        .mtx = ARMVIRT_TCR_EL1_MTX0,
        .ha = ARMVIRT_TCR_EL1_HA,
        .hd = ARMVIRT_TCR_EL1_HD,
        .ds = ARMVIRT_TCR_EL1_DS,
        .d128 = ARMVIRT_TCR2_EL1_D128,
        .aie = ARMVIRT_TCR2_EL1_AIE,
        .pie = ARMVIRT_TCR2_EL1_PIE,
        .poe = ARMVIRT_TCR2_EL1_POE,
        .e0poe = ARMVIRT_TCR2_EL1_E0POE,
        .pnch = ARMVIRT_TCR2_EL1_PNCH,
        .haft = ARMVIRT_TCR2_EL1_HAFT,
        .disch = ARMVIRT_TCR2_EL1_DISCH0,
        .amec = ARMVIRT_TCR2_EL2_E2H_AMEC0,
        .fng = ARMVIRT_TCR2_EL1_FNG0,
        .fngna = ARMVIRT_TCR2_EL1_FNGNA0,
        .tg_encoding = TG0_ENCODING,
    },
    /* TTBR1 half of EL1&0 and EL2&0 */
    {
        .txsz = ARMVIRT_TCR_EL1_T1SZ,
        .tg = ARMVIRT_TCR_EL1_TG1,
        .sh = ARMVIRT_TCR_EL1_SH1,
        .ps = ARMVIRT_TCR_EL1_IPS,
        .tbi = ARMVIRT_TCR_EL1_TBI1,
        .tbid = ARMVIRT_TCR_EL1_TBID1,
        .hpd = ARMVIRT_TCR_EL1_HPD1,
        .epd = ARMVIRT_TCR_EL1_EPD1,
        .e0pd = ARMVIRT_TCR_EL1_E0PD1,
        .nfd = ARMVIRT_TCR_EL1_NFD1,
        .mtx = ARMVIRT_TCR_EL1_MTX1,
        .ha = ARMVIRT_TCR_EL1_HA,
        .hd = ARMVIRT_TCR_EL1_HD,
        .ds = ARMVIRT_TCR_EL1_DS,
        .d128 = ARMVIRT_TCR2_EL1_D128,
        .aie = ARMVIRT_TCR2_EL1_AIE,
        .pie = ARMVIRT_TCR2_EL1_PIE,
        .poe = ARMVIRT_TCR2_EL1_POE,
        .e0poe = ARMVIRT_TCR2_EL1_E0POE,
        .pnch = ARMVIRT_TCR2_EL1_PNCH,
        .haft = ARMVIRT_TCR2_EL1_HAFT,
        .disch = ARMVIRT_TCR2_EL1_DISCH1,
        .amec = ARMVIRT_TCR2_EL2_E2H_AMEC1,
        .fng = ARMVIRT_TCR2_EL1_FNG1,
        .fngna = ARMVIRT_TCR2_EL1_FNGNA1,
        .tg_encoding = TG1_ENCODING,
    },
    /* EL2 with E2H = 0: one range, no EL0, no VMSAv9-128 */
    {
        .txsz = ARMVIRT_TCR_EL2_T0SZ,
        .tg = ARMVIRT_TCR_EL2_TG0,
        .sh = ARMVIRT_TCR_EL2_SH0,
        .ps = ARMVIRT_TCR_EL2_PS,
        .tbi = ARMVIRT_TCR_EL2_TBI,
        .tbid = ARMVIRT_TCR_EL2_TBID,
        .hpd = ARMVIRT_TCR_EL2_HPD,
        .mtx = ARMVIRT_TCR_EL2_MTX,
        .ha = ARMVIRT_TCR_EL2_HA,
        .hd = ARMVIRT_TCR_EL2_HD,
        .ds = ARMVIRT_TCR_EL2_DS,
        .aie = ARMVIRT_TCR2_EL2_AIE,
        .pie = ARMVIRT_TCR2_EL2_PIE,
        .poe = ARMVIRT_TCR2_EL2_POE,
        .pnch = ARMVIRT_TCR2_EL2_PNCH,
        .haft = ARMVIRT_TCR2_EL2_HAFT,
        .amec = ARMVIRT_TCR2_EL2_AMEC0,
        .tg_encoding = TG0_ENCODING,
    },
    /* EL3: what others keep in TCR2 stands in TCR_EL3 */
    {
        .txsz = ARMVIRT_TCR_EL3_T0SZ,
        .tg = ARMVIRT_TCR_EL3_TG0,
        .sh = ARMVIRT_TCR_EL3_SH0,
        .ps = ARMVIRT_TCR_EL3_PS,
        .tbi = ARMVIRT_TCR_EL3_TBI,
        .tbid = ARMVIRT_TCR_EL3_TBID,
        .hpd = ARMVIRT_TCR_EL3_HPD,
        .mtx = ARMVIRT_TCR_EL3_MTX,
        .ha = ARMVIRT_TCR_EL3_HA,
        .hd = ARMVIRT_TCR_EL3_HD,
        .ds = ARMVIRT_TCR_EL3_DS,
        .d128 = ARMVIRT_TCR_EL3_D128,
        .aie = ARMVIRT_TCR_EL3_AIE,
        .pie = ARMVIRT_TCR_EL3_PIE,
        .poe = ARMVIRT_TCR_EL3_POE,
        .pnch = ARMVIRT_TCR_EL3_PNCH,
        .haft = ARMVIRT_TCR_EL3_HAFT,
        .disch = ARMVIRT_TCR_EL3_DISCH0,
        .tg_encoding = TG0_ENCODING,
    },
};

/* The registers of one regime, whatever their names. */
struct s1_registers {
    uint64_t sctlr, tcr, tcr2, mair, mair2;
    const uint64_t *ttbr[2];
    uint64_t ttbr_el3[2];
};

static bool tcr2_el2_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    return armvirt_have(regime->features, FEAT_TCR2) &&
           (!armvirt_have(regime->features, FEAT_EL3) ||
            armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_TCR2EN));
}

/* DDI0487 D24.2 HCRX_EL2.TCR2En: TCR2_EL1 acts as 0 where EL2 or EL3 does not enable it. */
static bool tcr2_el1_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    return tcr2_el2_enabled(regime, vmsa) &&
           (!regime->el2_enabled || (armvirt_hcrx_enabled(regime, vmsa) &&
                                     armvirt_is_set(vmsa->hcrx_el2, ARMVIRT_HCRX_EL2_TCR2EN)));
}

static void load_permission_registers(struct armvirt_regime *regime,
                                      const struct armvirt_vmsa *vmsa)
{
    if (!armvirt_pie_registers_enabled(regime, vmsa)) {
        return;
    }
    regime->por_el0 = vmsa->por_el0;
    switch (regime->id) {
    case ARMVIRT_REGIME_EL10:
        regime->pir = vmsa->pir_el1;
        regime->pire0 = regime->nv1 ? 0 : vmsa->pire0_el1;
        regime->por = vmsa->por_el1;
        break;
    case ARMVIRT_REGIME_EL3:
        regime->pir = vmsa->pir_el3;
        regime->por = vmsa->por_el3;
        break;
    default:
        regime->pir = vmsa->pir_el2;
        regime->pire0 = vmsa->pire0_el2;
        regime->por = vmsa->por_el2;
        break;
    }
}

static void load_el10(struct s1_registers *regs, const struct armvirt_regime *regime,
                      const struct armvirt_vmsa *vmsa)
{
    regs->sctlr = vmsa->sctlr_el1;
    regs->tcr = vmsa->tcr_el1;
    regs->tcr2 = tcr2_el1_enabled(regime, vmsa) ? vmsa->tcr2_el1 : 0;
    regs->mair = vmsa->mair_el1;
    regs->mair2 = vmsa->mair2_el1;
    regs->ttbr[0] = vmsa->ttbr0_el1;
    regs->ttbr[1] = vmsa->ttbr1_el1;
}

static void load_el2(struct s1_registers *regs, const struct armvirt_regime *regime,
                     const struct armvirt_vmsa *vmsa)
{
    regs->sctlr = vmsa->sctlr_el2;
    regs->tcr = vmsa->tcr_el2;
    regs->tcr2 = tcr2_el2_enabled(regime, vmsa) ? vmsa->tcr2_el2 : 0;
    regs->mair = vmsa->mair_el2;
    regs->mair2 = vmsa->mair2_el2;
    regs->ttbr[0] = vmsa->ttbr0_el2;
    regs->ttbr[1] = vmsa->ttbr1_el2;
}

/* TTBR0_EL3 has 64 bits: bits 55:48 of the base stand in place, not at 87:80. */
static void load_el3(struct s1_registers *regs, const struct armvirt_vmsa *vmsa)
{
    regs->sctlr = vmsa->sctlr_el3;
    regs->tcr = vmsa->tcr_el3;
    regs->tcr2 = vmsa->tcr_el3;
    regs->mair = vmsa->mair_el3;
    regs->mair2 = vmsa->mair2_el3;
    regs->ttbr_el3[0] = vmsa->ttbr0_el3;
    regs->ttbr_el3[1] = (vmsa->ttbr0_el3 >> 48 & 0xff) << 16;
    regs->ttbr[0] = regs->ttbr_el3;
}

/* DDI0487 D8.1.9 R_GTJBY, R_VRKKV: the smallest TxSZ. */
static unsigned min_txsz(const struct armvirt_regime *regime, const struct armvirt_stage *stage)
{
    if (stage->d128 && armvirt_have(regime->features, FEAT_LVA3)) {
        return regime->two_ranges ? 9 : 8;
    }
    if (stage->ds ||
        ((stage->granule_log2 == 16 || stage->d128) && armvirt_have(regime->features, FEAT_LVA))) {
        return 12;
    }
    return 16;
}

static void init_controls(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                          const struct tcr_row *row, const struct s1_registers *regs)
{
    uint64_t features = regime->features;
    uint64_t tcr = regs->tcr;
    bool tbi = armvirt_is_set(tcr, row->tbi);
    bool tbid = armvirt_is_enabled(features, FEAT_PAUTH, tcr, row->tbid);

    stage->addr_top = tbi ? 55 : 63;
    stage->addr_top_fetch = tbi && !tbid ? 55 : 63;
    stage->hpd = armvirt_is_enabled(features, FEAT_HPDS, tcr, row->hpd);
    stage->epd = armvirt_is_set(tcr, row->epd);
    stage->e0pd = armvirt_is_enabled(features, FEAT_E0PD, tcr, row->e0pd);
    stage->nfd = armvirt_is_enabled(features, FEAT_SVE, tcr, row->nfd);
    stage->mtx = armvirt_is_enabled(features, FEAT_MTX, tcr, row->mtx);
    stage->ha = armvirt_is_enabled(features, FEAT_AF_UPDATE, tcr, row->ha);
    stage->hd = stage->ha && armvirt_is_enabled(features, FEAT_DIRTY, tcr, row->hd);
    stage->sh = (uint8_t)ARMVIRT_GET(row->sh, tcr);
}

/* DDI0487 R_JHSVW, R_BVXDG, R_MJGNV: HPD acts as 1. */
static bool disables_hierarchy(const struct armvirt_regime *regime,
                               const struct armvirt_stage *stage)
{
    return stage->pie || stage->overlay_priv || stage->overlay_el0 ||
           (stage->aie && !(regime->options & ARMVIRT_OPT_AIE_HIERARCHY));
}

/* FEAT_ASID2 and FEAT_THE: pages that are not global whatever their descriptors say. */
static void init_not_global(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                            const struct tcr_row *row, uint64_t tcr2)
{
    stage->force_not_global = armvirt_is_enabled(regime->features, FEAT_ASID2, tcr2, row->fng);
    stage->unassured_not_global = regime->id == ARMVIRT_REGIME_EL10 &&
                                  (stage->d128 || stage->pnch) &&
                                  armvirt_is_enabled(regime->features, FEAT_THE, tcr2, row->fngna);
}

/* Overlays of each privilege; those of EL0 do not exist under NV1. */
static void init_overlays(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                          const struct tcr_row *row, uint64_t tcr2)
{
    bool poe = armvirt_have(regime->features, FEAT_S1POE);

    stage->overlay_priv = poe && armvirt_is_set(tcr2, row->poe);
    stage->overlay_el0 = poe && !regime->nv1 && armvirt_is_set(tcr2, row->e0poe);
}

static void init_controls2(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                           const struct tcr_row *row, uint64_t tcr2)
{
    uint64_t features = regime->features;

    stage->aie =
        armvirt_have(features, FEAT_AIE) && (stage->d128 || armvirt_is_set(tcr2, row->aie));
    stage->pie = stage->d128 || armvirt_is_enabled(features, FEAT_S1PIE, tcr2, row->pie);
    stage->pnch =
        armvirt_have(features, FEAT_THE) && !stage->d128 && armvirt_is_set(tcr2, row->pnch);
    stage->haft = stage->ha && armvirt_is_enabled(features, FEAT_HAFT, tcr2, row->haft);
    stage->dis_contiguous = stage->d128 && armvirt_is_set(tcr2, row->disch);
    init_overlays(stage, regime, row, tcr2);
    init_not_global(stage, regime, row, tcr2);
    stage->hpd = stage->hpd || disables_hierarchy(regime, stage);
    stage->amec = armvirt_have(features, FEAT_MEC) && regime->security == ARMVIRT_SPACE_REALM &&
                  armvirt_is_set(tcr2, row->amec);
}

/* DDI0487 D8.2.11.1 R_DBQZN, R_FYTMS: SKL skips first levels; past the last is a fault. */
static int start_level(const struct armvirt_stage *stage, const uint64_t ttbr[2])
{
    unsigned desc_log2 = stage->d128 ? 4 : 3;
    unsigned above_page = stage->ia_bits - 1u - stage->granule_log2;
    int level = 3 - (int)(above_page / (stage->granule_log2 - desc_log2));

    return stage->d128 ? level + (int)ARMVIRT_GET(ARMVIRT_TTBR0_EL1_D128_SKL, ttbr[0]) : level;
}

static void init_half(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                      const struct armvirt_vmsa *vmsa, const struct s1_registers *regs,
                      unsigned half)
{
    const struct tcr_row *row = &rows[regime->two_ranges ? half : regime->id];
    unsigned ps = (unsigned)ARMVIRT_GET(row->ps, regs->tcr);
    unsigned txsz = (unsigned)ARMVIRT_GET(row->txsz, regs->tcr);
    int level;

    stage->d128 = armvirt_is_enabled(regime->features, FEAT_D128, regs->tcr2, row->d128);
    stage->format = stage->d128 ? ARMVIRT_FORMAT_VMSA128 : ARMVIRT_FORMAT_VMSA64;
    stage->granule_log2 =
        armvirt_granule(vmsa, 1, row->tg_encoding, ARMVIRT_GET(row->tg, regs->tcr));
    stage->ds = !stage->d128 && armvirt_ds_implemented(vmsa, 1, stage->granule_log2) &&
                armvirt_is_set(regs->tcr, row->ds);
    stage->space = regime->security;
    init_controls(stage, regime, row, regs);
    init_controls2(stage, regime, row, regs->tcr2);
    stage->oa_bits = armvirt_output_bits(regime, stage, ps);
    if (!armvirt_set_txsz(stage, regime, txsz, min_txsz(regime, stage),
                          armvirt_max_txsz(regime, stage->granule_log2),
                          armvirt_have(regime->features, FEAT_LVA))) {
        stage->init_reason = ARMVIRT_REASON_TXSZ;
        return;
    }
    level = start_level(stage, regs->ttbr[half]);
    if (level > 3) {
        stage->init_reason = ARMVIRT_REASON_DESC_SKL;
        return;
    }
    stage->start_level = (int8_t)level;
    armvirt_stage_geometry(stage, regime);
    armvirt_stage_base(stage, regime, regs->ttbr[half], ps);
}

/* ASID of each half: the one that TCR.A1 selects, or with FEAT_ASID2 and TCR2.A2 its own. */
static void init_asids(struct armvirt_regime *regime, const struct s1_registers *regs)
{
    bool a1 = armvirt_is_set(regs->tcr, ARMVIRT_TCR_EL1_A1);
    bool a2 = armvirt_is_enabled(regime->features, FEAT_ASID2, regs->tcr2, ARMVIRT_TCR2_EL1_A2);
    bool wide = armvirt_is_enabled(regime->features, FEAT_ASID16, regs->tcr, ARMVIRT_TCR_EL1_AS);

    for (unsigned half = 0; half < 2; half++) {
        unsigned from = a2 ? half : a1;
        uint64_t asid = ARMVIRT_GET(ARMVIRT_TTBR0_EL1_ASID, regs->ttbr[from][0]);

        regime->s1[half].asid = (uint16_t)(wide ? asid : asid & 0xff);
    }
}

/* DDI0487 D8.12.1: which memory encryption context tables and outputs use. */
static void init_mecids(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    struct armvirt_stage *s1 = regime->s1;
    bool a1 = armvirt_is_set(vmsa->tcr_el2, ARMVIRT_TCR_EL1_A1);
    uint64_t p[2] = {vmsa->mecid_p0_el2, vmsa->mecid_p1_el2};
    uint64_t a[2] = {vmsa->mecid_a0_el2, vmsa->mecid_a1_el2};

    if (regime->id == ARMVIRT_REGIME_EL10) {
        p[0] = p[1] = a[0] = a[1] = vmsa->vmecid_p_el2;
    } else if (regime->id == ARMVIRT_REGIME_EL3) {
        p[0] = a[0] = vmsa->mecid_rl_a_el3;
    }
    for (unsigned half = 0; half < 2; half++) {
        s1[half].emec = true;
        s1[half].mecid[0] = (uint16_t)p[half];
        s1[half].mecid[1] = (uint16_t)a[half];
        if (regime->security == ARMVIRT_SPACE_REALM) {
            s1[half].mecid_walk =
                (uint16_t)(regime->id == ARMVIRT_REGIME_EL20 && !a1 ? p[1] : p[0]);
        }
    }
}

static bool mec_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    if (!armvirt_have(regime->features, FEAT_MEC)) {
        return false;
    }
    if (regime->id == ARMVIRT_REGIME_EL3) {
        return armvirt_is_enabled(regime->features, FEAT_SCTLR2, vmsa->sctlr2_el3,
                                  ARMVIRT_SCTLR2_EL3_EMEC);
    }
    return armvirt_sctlr2_el2_enabled(regime, vmsa) &&
           armvirt_is_set(vmsa->sctlr2_el2, ARMVIRT_SCTLR2_EL2_EMEC);
}

bool armvirt_sif(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    return armvirt_have(regime->features, FEAT_EL3) &&
           (!armvirt_have(regime->features, FEAT_RME) ||
            armvirt_have(regime->features, FEAT_SEL2)) &&
           armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_SIF);
}

/* Fields of SCTLR_EL1, SCTLR_EL2 and SCTLR_EL3 that stand at the same bits. */
static void init_sctlr(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa,
                       uint64_t sctlr)
{
    uint64_t features = regime->features;

    regime->s1_enabled = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EL1_M);
    regime->data_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EL1_C);
    regime->fetch_cacheable = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EL1_I);
    regime->wxn = armvirt_is_set(sctlr, ARMVIRT_SCTLR_EL1_WXN);
    regime->sif = armvirt_sif(regime, vmsa);
    regime->ntlsmd = true;
    if (!regime->two_ranges) {
        return;
    }
    regime->ntlsmd =
        !armvirt_have(features, FEAT_LSMAOC) || armvirt_is_set(sctlr, ARMVIRT_SCTLR_EL1_NTLSMD);
    regime->epan = armvirt_is_enabled(features, FEAT_PAN3, sctlr, ARMVIRT_SCTLR_EL1_EPAN);
    regime->cmow = armvirt_is_enabled(features, FEAT_CMOW, sctlr, ARMVIRT_SCTLR_EL1_CMOW);
}

void armvirt_el10_overrides(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t hcr = regime->el2_enabled ? vmsa->hcr_el2 : 0;

    regime->default_cacheable = armvirt_is_set(hcr, ARMVIRT_HCR_EL2_DC);
    regime->default_tagged =
        armvirt_is_enabled(regime->features, FEAT_MTE2, hcr, ARMVIRT_HCR_EL2_DCT);
    if (regime->default_cacheable || armvirt_is_set(hcr, ARMVIRT_HCR_EL2_TGE)) {
        regime->s1_enabled = false;
    }
}

/* DDI0487 D8.14.3, D8.14.4: the descriptors of a guest hypervisor. */
static bool nv1(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t hcr = regime->el2_enabled ? vmsa->hcr_el2 : 0;

    return armvirt_is_enabled(regime->features, FEAT_NV, hcr, ARMVIRT_HCR_EL2_NV1) &&
           (armvirt_is_set(hcr, ARMVIRT_HCR_EL2_NV) || (regime->options & ARMVIRT_OPT_NV1_ALONE));
}

void armvirt_stage1_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    struct s1_registers regs = {0};
    unsigned halves = regime->two_ranges ? 2 : 1;

    if (regime->id == ARMVIRT_REGIME_EL10) {
        load_el10(&regs, regime, vmsa);
    } else if (regime->id == ARMVIRT_REGIME_EL3) {
        load_el3(&regs, vmsa);
    } else {
        load_el2(&regs, regime, vmsa);
    }
    init_sctlr(regime, vmsa, regs.sctlr);
    if (regime->id == ARMVIRT_REGIME_EL10) {
        armvirt_el10_overrides(regime, vmsa);
        regime->nv1 = nv1(regime, vmsa);
    }
    load_permission_registers(regime, vmsa);
    armvirt_attr_init(regime, vmsa, regs.mair, regs.mair2);
    for (unsigned half = 0; half < halves; half++) {
        init_half(&regime->s1[half], regime, vmsa, &regs, half);
        regime->s1[half].big_endian = armvirt_is_set(regs.sctlr, ARMVIRT_SCTLR_EL1_EE);
    }
    if (regime->two_ranges) {
        init_asids(regime, &regs);
    }
    if (mec_enabled(regime, vmsa)) {
        init_mecids(regime, vmsa);
    }
}
