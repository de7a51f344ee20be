/* SPDX-License-Identifier: MIT */
/*
 * Which regime, in which Security state, with which EL2 controls: the part of decoding that comes
 * before any translation table. DDI0487 D1.1.2 (Security states), D8.1.2 (regimes), D24.2.
 */
#include "decode.h"

#include "../base/mem_functions.h"

/* DDI0487 D24.2 SCR_EL3.{NSE, NS}: the Security state below EL3. */
static uint8_t security_below_el3(uint64_t features, uint64_t scr)
{
    bool ns = armvirt_is_set(scr, ARMVIRT_SCR_EL3_NS);

    if (!armvirt_have(features, FEAT_EL3)) {
        return ARMVIRT_SPACE_NONSECURE;
    }
    if (!armvirt_have(features, FEAT_RME)) {
        return ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE;
    }
    if (armvirt_is_set(scr, ARMVIRT_SCR_EL3_NSE)) {
        return ns ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_NONSECURE; /* {1, 0} is reserved */
    }
    return ns || !armvirt_have(features, FEAT_SEL2) ? ARMVIRT_SPACE_NONSECURE
                                                    : ARMVIRT_SPACE_SECURE;
}

static uint8_t security_at(uint64_t features, uint64_t scr, unsigned el)
{
    if (el < 3) {
        return security_below_el3(features, scr);
    }
    return armvirt_have(features, FEAT_RME) ? ARMVIRT_SPACE_ROOT : ARMVIRT_SPACE_SECURE;
}

/* EL2Enabled() of the pseudocode, for the Security state below EL3. */
static bool el2_enabled(uint64_t features, uint64_t scr)
{
    if (!armvirt_have(features, FEAT_EL2)) {
        return false;
    }
    return security_below_el3(features, scr) != ARMVIRT_SPACE_SECURE ||
           (armvirt_is_enabled(features, FEAT_SEL2, scr, ARMVIRT_SCR_EL3_EEL2));
}

static bool e2h(uint64_t features, uint64_t hcr)
{
    return armvirt_have(features, FEAT_VHE) &&
           (armvirt_is_set(hcr, ARMVIRT_HCR_EL2_E2H) || armvirt_have(features, FEAT_E2H_RES1));
}

/* HCR_EL2.RW, which acts as 1 with {E2H, TGE} = {1, 1}; SCR_EL3.RW where EL2 is not enabled. */
static bool el1_aarch32(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    if (!armvirt_have(regime->features, FEAT_EL1_A32)) {
        return false;
    }
    if (armvirt_have(regime->features, FEAT_EL3) &&
        !armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_RW)) {
        return true;
    }
    return regime->el2_enabled && !regime->host &&
           !armvirt_is_set(vmsa->hcr_el2, ARMVIRT_HCR_EL2_RW);
}

static uint8_t regime_of(const struct armvirt_regime *regime, bool vhe, unsigned el)
{
    if (el == 3) {
        return ARMVIRT_REGIME_EL3;
    }
    if (el == 2) {
        return vhe ? ARMVIRT_REGIME_EL20 : ARMVIRT_REGIME_EL2;
    }
    return el == 0 && regime->host ? ARMVIRT_REGIME_EL20 : ARMVIRT_REGIME_EL10;
}

bool armvirt_hcrx_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    return armvirt_have(regime->features, FEAT_HCX) && regime->el2_enabled &&
           (!armvirt_have(regime->features, FEAT_EL3) ||
            armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_HXEN));
}

bool armvirt_sctlr2_el2_enabled(const struct armvirt_regime *regime,
                                const struct armvirt_vmsa *vmsa)
{
    return armvirt_have(regime->features, FEAT_SCTLR2) && regime->el2_enabled &&
           (!armvirt_have(regime->features, FEAT_EL3) ||
            armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_SCTLR2EN));
}

void armvirt_regime_world(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa,
                          unsigned el)
{
    uint64_t hcr = vmsa->hcr_el2;
    bool vhe;

    regime->el = (uint8_t)el;
    regime->pa_bits = armvirt_pa_bits(vmsa);
    regime->options = vmsa->options;
    regime->security = security_at(regime->features, vmsa->scr_el3, el);
    regime->el2_enabled = el2_enabled(regime->features, vmsa->scr_el3);
    vhe = regime->el2_enabled && e2h(regime->features, hcr);
    regime->host = vhe && armvirt_is_set(hcr, ARMVIRT_HCR_EL2_TGE);
    regime->id = regime_of(regime, vhe, el);
    regime->two_ranges = regime->id <= ARMVIRT_REGIME_EL20;
    regime->el1_aarch32 = regime->id == ARMVIRT_REGIME_EL10 && el1_aarch32(regime, vmsa);
}

/* Reserved encodings: what the caller chose, with Outer and Non-cacheable by default. */
static void init_choices(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    static const uint8_t reserved_sh[4] = {ARMVIRT_SH_OUTER, ARMVIRT_SH_NONE, ARMVIRT_SH_OUTER,
                                           ARMVIRT_SH_INNER};

    regime->sh[0] = ARMVIRT_SH_NONE;
    regime->sh[1] = reserved_sh[vmsa->reserved_sh & 3];
    regime->sh[2] = ARMVIRT_SH_OUTER;
    regime->sh[3] = ARMVIRT_SH_INNER;
    regime->reserved_s2attr = vmsa->reserved_s2attr > 1 ? vmsa->reserved_s2attr & 3 : 1;
}

static bool sctlr2_el1_enabled(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    bool from_el3 = !armvirt_have(regime->features, FEAT_EL3) ||
                    armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_SCTLR2EN);
    bool from_el2 =
        !regime->el2_enabled || (armvirt_hcrx_enabled(regime, vmsa) &&
                                 armvirt_is_set(vmsa->hcrx_el2, ARMVIRT_HCRX_EL2_SCTLR2EN));

    return armvirt_have(regime->features, FEAT_SCTLR2) && from_el3 && from_el2;
}

/* FEAT_DoubleFault, FEAT_DoubleFault2: where external aborts use the vector of SError. */
static uint8_t ease(const struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    bool df2 = armvirt_have(regime->features, FEAT_DOUBLE_FAULT2);
    bool el1 = df2 && sctlr2_el1_enabled(regime, vmsa) &&
               armvirt_is_set(vmsa->sctlr2_el1, ARMVIRT_SCTLR2_EL1_EASE);
    bool el2 = df2 && armvirt_sctlr2_el2_enabled(regime, vmsa) &&
               armvirt_is_set(vmsa->sctlr2_el2, ARMVIRT_SCTLR2_EL2_EASE);
    bool el3 = armvirt_is_enabled(regime->features, FEAT_DOUBLE_FAULT, vmsa->scr_el3,
                                  ARMVIRT_SCR_EL3_EASE);

    return (uint8_t)((el1 ? 2 : 0) | (el2 ? 4 : 0) | (el3 ? 8 : 0));
}

/* Controls that decide where an abort is taken. DDI0487 D24.2 HCR_EL2, SCR_EL3. */
static void init_routing(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa)
{
    uint64_t hcr = regime->el2_enabled ? vmsa->hcr_el2 : 0;
    bool rme = armvirt_have(regime->features, FEAT_RME);
    bool df2 = armvirt_have(regime->features, FEAT_DOUBLE_FAULT2);

    regime->route_tge = armvirt_is_set(hcr, ARMVIRT_HCR_EL2_TGE);
    regime->route_tea = armvirt_is_enabled(regime->features, FEAT_RAS, hcr, ARMVIRT_HCR_EL2_TEA);
    regime->route_ea =
        armvirt_is_enabled(regime->features, FEAT_EL3, vmsa->scr_el3, ARMVIRT_SCR_EL3_EA);
    regime->route_gpf2 = rme && armvirt_is_set(hcr, ARMVIRT_HCR_EL2_GPF);
    regime->route_gpf3 = rme && armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_GPF);
    regime->route_tmea2 = df2 && armvirt_hcrx_enabled(regime, vmsa) &&
                          armvirt_is_set(vmsa->hcrx_el2, ARMVIRT_HCRX_EL2_TMEA);
    regime->route_tmea3 =
        df2 && armvirt_is_enabled(regime->features, FEAT_EL3, vmsa->scr_el3, ARMVIRT_SCR_EL3_TMEA);
    regime->route_ease = ease(regime, vmsa);
}

enum armvirt_status armvirt_regime_init(struct armvirt_regime *regime,
                                        const struct armvirt_vmsa *vmsa, unsigned el)
{
    uint64_t features = armvirt_features(vmsa);

    memset(regime, 0, sizeof(*regime));
    regime->features = features;
    if (el > 3 || (el == 3 && !armvirt_have(features, FEAT_EL3)) ||
        (el == 2 && !el2_enabled(features, vmsa->scr_el3))) {
        return ARMVIRT_E_INVAL;
    }
    armvirt_regime_world(regime, vmsa, el);
    init_choices(regime, vmsa);
    init_routing(regime, vmsa);
    armvirt_gpc_init(regime, vmsa);
    if (regime->el1_aarch32) {
        armvirt_aarch32_init(regime, vmsa);
    } else {
        armvirt_stage1_init(regime, vmsa);
    }
    armvirt_rights_init(regime);
    if (regime->id == ARMVIRT_REGIME_EL10 && regime->el2_enabled) {
        armvirt_stage2_init(regime, vmsa);
    }
    armvirt_quick_init(regime);
    return ARMVIRT_OK;
}
