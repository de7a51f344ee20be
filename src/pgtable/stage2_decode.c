/* SPDX-License-Identifier: MIT */
/*
 * Stage 2: VTCR_EL2, VTTBR_EL2, VSTCR_EL2 and VSTTBR_EL2 to `struct armvirt_stage`.
 * DDI0487 D8.1.10 (sizes), D8.2.8 to D8.2.11 (start level), D24.2 VTCR_EL2, VSTCR_EL2.
 */
#include "decode.h"
#include "start_level.h"

/* T0SZ, SL0, SL2 and TG0 come from VTCR_EL2, or for Secure IPAs from VSTCR_EL2 at the same bits. */
struct s2_source {
    uint64_t tcr;     /* VTCR_EL2 or VSTCR_EL2 */
    uint64_t ttbr[2]; /* VTTBR_EL2 or VSTTBR_EL2 */
    uint8_t space;    /* where its tables are */
};

/* DDI0487 D8.1.10 R_DTLMN: T0SZ must not ask for more than PAMax (48 bits without DS). */
static unsigned min_t0sz(const struct armvirt_regime *regime, const struct armvirt_stage *stage)
{
    unsigned limit = regime->pa_bits;
    unsigned min;

    if (!stage->d128) {
        bool wide = stage->granule_log2 == 16 || stage->ds;
        unsigned most = armvirt_have(regime->features, FEAT_LPA) && !wide ? 48 : 52;

        limit = limit < most ? limit : most;
    }
    min = 64 - limit;
    return regime->el1_aarch32 && min > 24 ? 24 : min;
}

static uint8_t find_start_level(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                                const struct s2_source *source)
{
    unsigned sl0 = (unsigned)ARMVIRT_GET(ARMVIRT_VTCR_EL2_SL0, source->tcr);
    unsigned sl2 =
        stage->ds && stage->granule_log2 == 12 && armvirt_is_set(source->tcr, ARMVIRT_VTCR_EL2_SL2);
    struct armvirt_s2_shape shape = {
        .granule_log2 = stage->granule_log2,
        .ia_bits = stage->ia_bits,
        .pa_bits = regime->pa_bits,
        .ds = stage->ds,
        .ttst = armvirt_have(regime->features, FEAT_TTST),
    };

    if (stage->d128) {
        unsigned skl = (unsigned)ARMVIRT_GET(ARMVIRT_VTTBR_EL2_D128_SKL, source->ttbr[0]);

        return armvirt_s2_start_level128(&shape, skl, &stage->start_level);
    }
    return armvirt_s2_start_level(&shape, sl2, sl0, &stage->start_level);
}

/* Controls that both stage 2 table sets take from VTCR_EL2 and HCR_EL2. */
static void init_controls(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                          const struct armvirt_vmsa *vmsa)
{
    uint64_t features = regime->features;
    uint64_t vtcr = vmsa->vtcr_el2;
    bool the = armvirt_have(features, FEAT_THE);

    stage->ha = armvirt_is_enabled(features, FEAT_AF_UPDATE, vtcr, ARMVIRT_VTCR_EL2_HA);
    stage->hd = stage->ha && armvirt_is_enabled(features, FEAT_DIRTY, vtcr, ARMVIRT_VTCR_EL2_HD);
    stage->haft = stage->ha && armvirt_is_enabled(features, FEAT_HAFT, vtcr, ARMVIRT_VTCR_EL2_HAFT);
    stage->pie =
        stage->d128 || armvirt_is_enabled(features, FEAT_S2PIE, vtcr, ARMVIRT_VTCR_EL2_S2PIE);
    stage->overlay_priv =
        stage->pie && armvirt_is_enabled(features, FEAT_S2POE, vtcr, ARMVIRT_VTCR_EL2_S2POE);
    stage->assured_only =
        the && (stage->d128 || armvirt_is_set(vtcr, ARMVIRT_VTCR_EL2_ASSUREDONLY));
    stage->tl0 = the && armvirt_is_set(vtcr, ARMVIRT_VTCR_EL2_TL0);
    stage->tl1 = the && armvirt_is_set(vtcr, ARMVIRT_VTCR_EL2_TL1);
    stage->gcsh = armvirt_is_enabled(features, FEAT_GCS, vtcr, ARMVIRT_VTCR_EL2_GCSH);
    stage->sh = (uint8_t)ARMVIRT_GET(ARMVIRT_VTCR_EL2_SH0, vtcr);
    stage->big_endian = armvirt_is_set(vmsa->sctlr_el2, ARMVIRT_SCTLR_EL2_EE);
    stage->fwb = armvirt_is_enabled(features, FEAT_FWB, vmsa->hcr_el2, ARMVIRT_HCR_EL2_FWB);
    stage->ptw = !armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_TGE) &&
                 armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_PTW);
}

/* DDI0487 D8.12.1.3: only Realm stage 2 selects an encryption context. */
static void init_mec(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                     const struct armvirt_vmsa *vmsa)
{
    stage->emec = regime->security == ARMVIRT_SPACE_REALM &&
                  armvirt_have(regime->features, FEAT_MEC) &&
                  armvirt_sctlr2_el2_enabled(regime, vmsa) &&
                  armvirt_is_set(vmsa->sctlr2_el2, ARMVIRT_SCTLR2_EL2_EMEC);
    if (stage->emec) {
        stage->mecid[0] = (uint16_t)vmsa->vmecid_p_el2;
        stage->mecid[1] = (uint16_t)vmsa->vmecid_a_el2;
        stage->mecid_walk = stage->mecid[0];
    }
}

static void init_set(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                     const struct armvirt_vmsa *vmsa, const struct s2_source *source)
{
    unsigned ps = (unsigned)ARMVIRT_GET(ARMVIRT_VTCR_EL2_PS, vmsa->vtcr_el2);
    unsigned t0sz = (unsigned)ARMVIRT_GET(ARMVIRT_VTCR_EL2_T0SZ, source->tcr);

    stage->d128 =
        armvirt_is_enabled(regime->features, FEAT_D128, vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_D128);
    stage->format = stage->d128 ? ARMVIRT_FORMAT_VMSA128 : ARMVIRT_FORMAT_VMSA64;
    stage->granule_log2 =
        armvirt_granule(vmsa, 2, TG0_ENCODING, ARMVIRT_GET(ARMVIRT_VTCR_EL2_TG0, source->tcr));
    stage->ds = !stage->d128 && armvirt_ds_implemented(vmsa, 2, stage->granule_log2) &&
                armvirt_is_set(vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_DS);
    stage->space = source->space;
    init_controls(stage, regime, vmsa);
    init_mec(stage, regime, vmsa);
    stage->oa_bits = armvirt_output_bits(regime, stage, ps);
    if (!armvirt_set_txsz(stage, regime, t0sz, min_t0sz(regime, stage),
                          armvirt_max_txsz(regime, stage->granule_log2),
                          armvirt_have(regime->features, FEAT_LPA))) {
        stage->init_reason = ARMVIRT_REASON_S2_TXSZ;
        return;
    }
    stage->init_reason = find_start_level(stage, regime, source);
    if (stage->init_reason == ARMVIRT_REASON_NONE) {
        armvirt_stage_geometry(stage, regime);
        armvirt_stage_base(stage, regime, source->ttbr, ps);
    }
}

/* DDI0487 D24.2 VTCR_EL2.{NSW, NSA}, VSTCR_EL2.{SW, SA}: spaces of tables and of outputs. */
static void init_secure(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    bool sw = armvirt_is_set(vmsa->vstcr_el2, ARMVIRT_VSTCR_EL2_SW);
    bool sa = armvirt_is_set(vmsa->vstcr_el2, ARMVIRT_VSTCR_EL2_SA);
    bool nsw = armvirt_is_set(vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_NSW);
    bool nsa = armvirt_is_set(vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_NSA);
    struct s2_source secure_ipa = {
        .tcr = vmsa->vstcr_el2,
        .ttbr = {vmsa->vsttbr_el2, (vmsa->vsttbr_el2 >> 48 & 0xff) << 16},
        .space = sw ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE,
    };

    regime->s2_secure_ipa_out_ns = sw || sa;
    regime->s2_nonsecure_ipa_out_ns = sw || sa || nsw || nsa;
    init_set(&regime->s2[1], regime, vmsa, &secure_ipa);
}

uint16_t armvirt_vmid(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t vmid = ARMVIRT_GET(ARMVIRT_VTTBR_EL2_VMID, vmsa->vttbr_el2[0]);
    bool wide =
        armvirt_is_enabled(regime->features, FEAT_VMID16, vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_VS);

    return (uint16_t)(wide ? vmid : vmid & 0xff);
}

void armvirt_stage2_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    struct s2_source plain = {
        .tcr = vmsa->vtcr_el2,
        .ttbr = {vmsa->vttbr_el2[0], vmsa->vttbr_el2[1]},
        .space = regime->security,
    };

    regime->s2_enabled = armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_VM | ARMVIRT_HCR_EL2_DC);
    regime->vmid = armvirt_vmid(regime, vmsa);
    if (armvirt_pie_registers_enabled(regime, vmsa)) {
        regime->s2pir = armvirt_have(regime->features, FEAT_S2PIE) ? vmsa->s2pir_el2 : 0;
        regime->s2por = vmsa->s2por_el1;
    }
    regime->s2_data_nc = armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_CD);
    regime->s2_fetch_nc = armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_ID);
    regime->s2_cmow = armvirt_have(regime->features, FEAT_CMOW) &&
                      armvirt_hcrx_enabled(regime, vmsa) &&
                      armvirt_is_set(vmsa->hcrx_el2, ARMVIRT_HCRX_EL2_CMOW);
    if (regime->security == ARMVIRT_SPACE_SECURE) {
        plain.space = armvirt_is_set(vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_NSW) ? ARMVIRT_SPACE_NONSECURE
                                                                           : ARMVIRT_SPACE_SECURE;
        init_secure(regime, vmsa);
    }
    init_set(&regime->s2[0], regime, vmsa, &plain);
    regime->s1[0].assured = regime->s2_enabled && regime->s2[0].tl0;
    regime->s1[1].assured = regime->s2_enabled && regime->s2[0].tl1;
}
