/* SPDX-License-Identifier: MIT */
/*
 * The Effective values of the controls of a PE. DDI0487 D1.1, D24.2 (SCR_EL3, HCR_EL2, HCRX_EL2),
 * J1.3.3 (EL2Enabled, IsSecureEL2Enabled, ELStateUsingAArch32K, ELIsInHost, ELFromM32), J1.1.1 and
 * J1.3.1 (debug).
 */
#include "pe.h"
#include "pstate.h"

/* What an absent EL3 leaves to the levels below: Non-secure, everything enabled, nothing trapped.
 */
#define SCR_WITHOUT_EL3                                                                            \
    (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_HCE | ARMVIRT_SCR_EL3_FGTEN | ARMVIRT_SCR_EL3_FGTEN2 |   \
     ARMVIRT_SCR_EL3_HXEN | ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_API | ARMVIRT_SCR_EL3_APK | \
     ARMVIRT_SCR_EL3_ENAS0 | ARMVIRT_SCR_EL3_GCSEN | ARMVIRT_SCR_EL3_RW)

/* ---- SCR_EL3 ------------------------------------------------------------------------------ */

/* With FEAT_RME and no FEAT_SEL2 there is no Secure state: NS acts as 1 (R37). */
static uint64_t effective_scr(const struct armvirt_pe *pe)
{
    if (!armvirt_pe_has(pe, PE_EL3)) {
        return SCR_WITHOUT_EL3;
    }
    if (armvirt_pe_has(pe, PE_RME) && !armvirt_pe_has(pe, PE_SEL2)) {
        return pe->vmsa.scr_el3 | ARMVIRT_SCR_EL3_NS;
    }
    return pe->vmsa.scr_el3;
}

/* FEAT_SEL2 needs an AArch64 EL3 (R54). */
static bool secure_el2_enabled(const struct pe_view *v)
{
    return armvirt_pe_has(v->pe, PE_SEL2) && !v->pe->top_aarch32 && (v->scr & ARMVIRT_SCR_EL3_EEL2);
}

/* ---- HCR_EL2, HCRX_EL2 -------------------------------------------------------------------- */

static bool effective_e2h(const struct pe_view *v)
{
    if (!v->el2_enabled || v->a32[2] || !armvirt_pe_has(v->pe, PE_VHE)) {
        return false;
    }
    return armvirt_pe_has(v->pe, PE_E2H_RES1) || (v->pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H);
}

/* Under TGE there are no virtual interrupts, and physical ones go to EL2 (R18, R_BCXJB). */
static uint64_t effective_hcr(const struct pe_view *v)
{
    uint64_t routes = ARMVIRT_HCR_EL2_AMO | ARMVIRT_HCR_EL2_IMO | ARMVIRT_HCR_EL2_FMO;
    uint64_t hcr = v->el2_enabled ? v->pe->vmsa.hcr_el2 : 0;

    if (v->tge) {
        hcr = v->e2h ? hcr & ~routes : hcr | routes;
        hcr &= ~(ARMVIRT_HCR_EL2_VSE | ARMVIRT_HCR_EL2_VI | ARMVIRT_HCR_EL2_VF);
    }
    return hcr;
}

/* R24. */
static uint64_t effective_hcrx(const struct pe_view *v)
{
    bool enabled = armvirt_pe_has(v->pe, PE_HCX) && v->el2_enabled && !v->a32[2] &&
                   (v->scr & ARMVIRT_SCR_EL3_HXEN);

    return enabled ? v->pe->vmsa.hcrx_el2 : 0;
}

uint64_t armvirt_sctlr2(const struct pe_view *v, unsigned el)
{
    if (!armvirt_pe_has(v->pe, PE_SCTLR2)) {
        return 0;
    }
    if (el == 3) {
        return v->pe->vmsa.sctlr2_el3;
    }
    if (!(v->scr & ARMVIRT_SCR_EL3_SCTLR2EN)) {
        return 0;
    }
    if (el == 2) {
        return v->el2_enabled ? v->pe->vmsa.sctlr2_el2 : 0;
    }
    return !v->el2_enabled || (v->hcrx & ARMVIRT_HCRX_EL2_SCTLR2EN) ? v->pe->vmsa.sctlr2_el1 : 0;
}

/* NV1 alone and NV2 without NV have no effect: docs/conformance.md lists the choices. */
unsigned armvirt_nvx(const struct pe_view *v)
{
    uint64_t hcr = v->hcr;

    if (!armvirt_pe_has(v->pe, PE_NV) || !(hcr & ARMVIRT_HCR_EL2_NV)) {
        return 0;
    }
    return 1u | (hcr & ARMVIRT_HCR_EL2_NV1 ? 2u : 0) |
           (armvirt_pe_has(v->pe, PE_NV2) && (hcr & ARMVIRT_HCR_EL2_NV2) ? 4u : 0);
}

/* ---- Execution states --------------------------------------------------------------------- */

/* With AArch64 at the top, RW bits decide, from EL3 down (ELStateUsingAArch32K). */
static bool aarch32_by_scr(const struct pe_view *v)
{
    return v->el3 && !(v->scr & ARMVIRT_SCR_EL3_RW) && !(v->secure && secure_el2_enabled(v));
}

static bool aarch32_by_hcr(const struct pe_view *v)
{
    return v->el2_enabled && !(v->e2h && v->tge) && !(v->pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_RW);
}

static void widths(struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;
    bool by_scr = aarch32_by_scr(v);

    v->a32[3] = false;
    v->a32[2] = armvirt_pe_has(pe, PE_EL2_A32) && !v->secure && by_scr;
    v->e2h = effective_e2h(v);
    v->tge = v->el2_enabled && (pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE);
    v->a32[1] = armvirt_pe_has(pe, PE_EL1_A32) && (by_scr || aarch32_by_hcr(v));
}

static void all_aarch32(struct pe_view *v)
{
    v->a32[1] = v->a32[2] = v->a32[3] = true;
    v->e2h = false;
    v->tge = v->el2_enabled && (v->pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE);
}

unsigned armvirt_el_of_mode(const struct armvirt_pe *pe, unsigned mode)
{
    switch (mode) {
    case MODE_USR:
        return 0;
    case MODE_MON:
        return 3;
    case MODE_HYP:
        return 2;
    default: /* the other modes of Secure state are EL3's if that is AArch32 */
        return armvirt_pe_has(pe, PE_EL3) && pe->top_aarch32 &&
                       !(pe->vmsa.scr_el3 & ARMVIRT_SCR_EL3_NS)
                   ? 3
                   : 1;
    }
}

unsigned armvirt_pe_el(const struct armvirt_pe *pe)
{
    if (pe->pstate & PS_AARCH32) {
        return armvirt_el_of_mode(pe, pe->pstate & PS_MODE);
    }
    return (unsigned)ARMVIRT_GET(PS_EL, pe->pstate);
}

/* What does not depend on the current Exception level. */
static void make_controls(struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;

    v->el3 = armvirt_pe_has(pe, PE_EL3);
    v->scr = effective_scr(pe);
    v->secure = !(v->scr & ARMVIRT_SCR_EL3_NS);
    v->el2_enabled = armvirt_pe_has(pe, PE_EL2) && (!v->secure || secure_el2_enabled(v));
    if (pe->top_aarch32) {
        all_aarch32(v);
    } else {
        widths(v);
    }
    v->hcr = effective_hcr(v);
    v->hcrx = effective_hcrx(v);
}

/* Bits of armvirt_pe_decoded::levels. */
enum {
    LEVELS_EL3 = 0x01,
    LEVELS_SECURE = 0x02,
    LEVELS_EL2_ENABLED = 0x04,
    LEVELS_E2H = 0x08,
    LEVELS_TGE = 0x10,
    LEVELS_A32 = 0x10, /* times two to the power of an Exception level */
};

static unsigned levels_of(const struct pe_view *v)
{
    return (v->el3 ? LEVELS_EL3 : 0u) | (v->secure ? LEVELS_SECURE : 0u) |
           (v->el2_enabled ? LEVELS_EL2_ENABLED : 0u) | (v->e2h ? LEVELS_E2H : 0u) |
           (v->tge ? LEVELS_TGE : 0u) | (v->a32[1] ? LEVELS_A32 << 1 : 0u) |
           (v->a32[2] ? LEVELS_A32 << 2 : 0u) | (v->a32[3] ? LEVELS_A32 << 3 : 0u);
}

static bool controls_are_decoded(const struct armvirt_pe *pe)
{
    const struct armvirt_pe_decoded *d = &pe->decoded;

    return d->features[0] && d->raw[0] == pe->vmsa.scr_el3 && d->raw[1] == pe->vmsa.hcr_el2 &&
           d->raw[2] == pe->vmsa.hcrx_el2 && d->top_aarch32 == pe->top_aarch32;
}

static void take_controls(struct pe_view *v)
{
    const struct armvirt_pe_decoded *d = &v->pe->decoded;

    v->scr = d->effective[0];
    v->hcr = d->effective[1];
    v->hcrx = d->effective[2];
    v->el3 = d->levels & LEVELS_EL3;
    v->secure = d->levels & LEVELS_SECURE;
    v->el2_enabled = d->levels & LEVELS_EL2_ENABLED;
    v->e2h = d->levels & LEVELS_E2H;
    v->tge = d->levels & LEVELS_TGE;
    v->a32[1] = d->levels & LEVELS_A32 << 1;
    v->a32[2] = d->levels & LEVELS_A32 << 2;
    v->a32[3] = d->levels & LEVELS_A32 << 3;
}

void armvirt_pe_view(struct pe_view *v, const struct armvirt_pe *pe)
{
    v->pe = pe;
    if (controls_are_decoded(pe)) {
        take_controls(v);
    } else {
        make_controls(v);
    }
    v->el = (uint8_t)armvirt_pe_el(pe);
    v->aarch32 = (pe->pstate & PS_AARCH32) != 0;
    v->a32[0] = v->a32[1] || (v->el == 0 && v->aarch32);
    v->host_el0 = v->e2h && v->tge;
    v->in_host = v->el == 2 ? v->e2h : v->el == 0 && v->host_el0;
    v->halted = pe->halted;
    v->el3_shut = pe->halted && (pe->edscr & ARMVIRT_EDSCR_SDD);
}

/* ---- Decoding ------------------------------------------------------------------------------ */

static void decode_features(struct armvirt_pe *pe)
{
    struct armvirt_pe_decoded decoded = {.features = {PE_DECODED, PE_DECODED}};

    pe->decoded = (struct armvirt_pe_decoded){.features = {0, 0}};
    for (unsigned i = 0; i < PE_FEATURES; i++) {
        uint64_t has = armvirt_pe_announces(pe, (enum pe_feature)i);

        decoded.features[i / PE_DECODED_FEATURES] |= has << (i % PE_DECODED_FEATURES);
    }
    decoded.saved[0] = armvirt_spsr_fields(pe, false);
    decoded.saved[1] = armvirt_spsr_fields(pe, true);
    pe->decoded = decoded;
}

void armvirt_pe_decode(struct armvirt_pe *pe)
{
    struct pe_view v = {.pe = pe};

    decode_features(pe);
    make_controls(&v);
    pe->decoded.raw[0] = pe->vmsa.scr_el3;
    pe->decoded.raw[1] = pe->vmsa.hcr_el2;
    pe->decoded.raw[2] = pe->vmsa.hcrx_el2;
    pe->decoded.effective[0] = v.scr;
    pe->decoded.effective[1] = v.hcr;
    pe->decoded.effective[2] = v.hcrx;
    pe->decoded.levels = (uint8_t)levels_of(&v);
    pe->decoded.top_aarch32 = pe->top_aarch32;
}

/* ---- Debug exceptions --------------------------------------------------------------------- */

static bool debug_routed_to_el2(const struct pe_view *v, bool secure)
{
    return armvirt_pe_has(v->pe, PE_EL2) && (!secure || secure_el2_enabled(v)) &&
           ((v->pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE) ||
            (v->pe->mdcr_el2 & ARMVIRT_MDCR_EL2_TDE));
}

unsigned armvirt_debug_target(const struct pe_view *v, bool secure)
{
    if (debug_routed_to_el2(v, secure)) {
        return 2;
    }
    return v->el3 && v->pe->top_aarch32 && secure ? 3 : 1;
}

static bool secure_debug_enabled(const struct pe_view *v, unsigned el)
{
    return !(v->pe->mdcr_el3 & ARMVIRT_MDCR_EL3_SDD) ||
           (el == 0 && v->a32[1] && (v->pe->sder32_el3 & ARMVIRT_SDER32_EL3_SUIDEN));
}

bool armvirt_debug_enabled(const struct pe_view *v, unsigned el, bool secure, bool aarch32,
                           bool masked)
{
    unsigned target = armvirt_debug_target(v, secure);

    if (v->pe->os_lock || v->pe->double_lock || v->halted) {
        return false;
    }
    if (v->el3 && secure && !secure_debug_enabled(v, el)) {
        return false;
    }
    if (el == target) {
        return (v->pe->mdscr_el1 & ARMVIRT_MDSCR_EL1_KDE) && (aarch32 || !masked);
    }
    return target > el;
}

/* ---- External debug ----------------------------------------------------------------------- */

static unsigned debug_enable_of(const struct pe_view *v, unsigned el)
{
    bool rme = armvirt_pe_has(v->pe, PE_RME);

    if (el == 3) {
        return rme ? ARMVIRT_DEBUG_ROOT : ARMVIRT_DEBUG_SECURE;
    }
    if (v->secure) {
        return ARMVIRT_DEBUG_SECURE;
    }
    return rme && (v->scr & ARMVIRT_SCR_EL3_NSE) ? ARMVIRT_DEBUG_REALM : ARMVIRT_DEBUG_NONSECURE;
}

bool armvirt_debugger_enabled(const struct pe_view *v, unsigned el)
{
    unsigned both = debug_enable_of(v, el) | ARMVIRT_DEBUG_NONSECURE;

    return (v->pe->debug_enables & both) == both;
}

bool armvirt_halting_allowed(const struct pe_view *v)
{
    return !v->halted && !v->pe->double_lock && armvirt_debugger_enabled(v, v->el);
}

bool armvirt_halting_step(const struct pe_view *v)
{
    return (v->pe->edecr & ARMVIRT_EDECR_SS) && armvirt_halting_allowed(v);
}

/* Before FEAT_Debugv8p4: 0b01 EL1, 0b10 EL2 too, 0b11 EL3 too; of Secure EL1 from 0b10 on. */
bool armvirt_interrupts_disabled(const struct pe_view *v, unsigned target)
{
    unsigned intdis = (unsigned)ARMVIRT_GET(ARMVIRT_EDSCR_INTDIS, v->pe->edscr);
    unsigned least = target == 1 && v->secure ? 2 : target;

    if (!armvirt_debugger_enabled(v, target)) {
        return false;
    }
    return armvirt_pe_has(v->pe, PE_DEBUG_V8P4) ? (intdis & 1) != 0 : intdis >= least;
}
