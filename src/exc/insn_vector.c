/* SPDX-License-Identifier: MIT */
/*
 * Access to floating-point, Advanced SIMD, SVE and SME: enables of EL1, EL2 and EL3 in this order.
 * DDI0487 D1.4.8, J1.1.2 (CheckFPEnabled, CheckFPAdvSIMDTrap), J1.1.3 (CheckOriginalSVEEnabled,
 * CheckSMEEnabled, CheckSMEZT0Enabled), J1.2.2 (CheckAdvSIMDOrFPEnabled).
 */
#include "insn.h"

#include "pstate.h"

#include <armvirt/regs/aarch32.h>

#define CPACR(name) ARMVIRT_CPACR_EL1_##name
#define CPTR2(name) ARMVIRT_CPTR_EL2_##name
#define CPTR3(name) ARMVIRT_CPTR_EL3_##name

/* One unit: the fields that enable it, at each level, and what a trap of it says. `enable` has one
 * place in CPACR_EL1 and in CPTR_EL2 under E2H. `el3_traps`: the bit of CPTR_EL3 traps if set. */
struct unit {
    uint64_t enable, cptr2, cptr3;
    uint8_t ec, cpacr_cause, cptr2_cause, cptr2_e2h_cause, cptr3_cause;
    bool el3_traps;
};

static const struct unit fp = {
    CPACR(FPEN),      CPTR2(TFP),        CPTR3(TFP),       EC(FP), CAUSE(CPACR_FPEN),
    CAUSE(CPTR2_TFP), CAUSE(CPTR2_FPEN), CAUSE(CPTR3_TFP), true};
static const struct unit sve = {CPACR(ZEN),       CPTR2(TZ),        CPTR3(EZ),
                                EC(SVE),          CAUSE(CPACR_ZEN), CAUSE(CPTR2_TZ),
                                CAUSE(CPTR2_ZEN), CAUSE(CPTR3_EZ),  false};
static const struct unit sme = {CPACR(SMEN),       CPTR2(TSM),        CPTR3(ESM),
                                EC(SME),           CAUSE(CPACR_SMEN), CAUSE(CPTR2_TSM),
                                CAUSE(CPTR2_SMEN), CAUSE(CPTR3_ESM),  false};

static bool trap_unit(const struct check *c, const struct unit *u, unsigned target, uint8_t cause)
{
    return armvirt_trapped(c, target, u->ec, u == &fp ? armvirt_condition_syndrome(c) : 0,
                           (enum armvirt_exc_cause)cause);
}

/* The two bits of an enable: x0 nobody, 01 not EL0, 11 everybody. */
static bool is_disabled(uint64_t field, uint64_t reg, bool el0)
{
    uint64_t enable = ARMVIRT_GET(field, reg);

    return !(enable & 1) || (enable == 1 && el0);
}

static bool check_el1(const struct check *c, const struct unit *u)
{
    const struct pe_view *v = c->v;

    if (v->el < 2 && !v->in_host && is_disabled(u->enable, v->pe->cpacr_el1, v->el == 0)) {
        return trap_unit(c, u, 1, u->cpacr_cause);
    }
    return false;
}

/* R34: the layout of CPTR_EL2 depends on E2H, and 01 there is for the EL0 of a host. */
static bool check_el2(const struct check *c, const struct unit *u)
{
    const struct pe_view *v = c->v;

    if (v->el == 3 || !v->el2_enabled) {
        return false;
    }
    if (v->e2h) {
        if (is_disabled(u->enable, v->pe->cptr_el2, v->el == 0 && v->tge)) {
            return trap_unit(c, u, 2, u->cptr2_e2h_cause);
        }
        return false;
    }
    if (v->pe->cptr_el2 & u->cptr2) {
        return trap_unit(c, u, 2, u->cptr2_cause);
    }
    return false;
}

static bool check_el3(const struct check *c, const struct unit *u)
{
    const struct pe_view *v = c->v;

    if (v->el3 && !v->a32[3] && ((v->pe->cptr_el3 & u->cptr3) != 0) == u->el3_traps) {
        return trap_unit(c, u, 3, u->cptr3_cause);
    }
    return false;
}

static bool check_unit(const struct check *c, const struct unit *u)
{
    return check_el1(c, u) || check_el2(c, u) || check_el3(c, u);
}

/* SVE and SME need floating-point too, at each level. */
static bool check_pair(const struct check *c, const struct unit *u)
{
    return check_el1(c, u) || check_el1(c, &fp) || check_el2(c, u) || check_el2(c, &fp) ||
           check_el3(c, u) || check_el3(c, &fp);
}

/* ---- Streaming SVE mode -------------------------------------------------------------------- */

static bool sme_trap(const struct check *c, uint64_t smtc, enum armvirt_exc_cause cause)
{
    const struct pe_view *v = c->v;

    return armvirt_trapped(c, v->el == 0 ? 1 : v->el, EC(SME), smtc, cause);
}

/* FEAT_SME_FA64: all of A64 is legal in Streaming SVE mode if every level says so. */
static bool full_a64(const struct pe_view *v)
{
    const struct armvirt_pe *pe = v->pe;
    uint64_t fa64 = ARMVIRT_SMCR_EL1_FA64;

    return (pe->id_aa64smfr0_el1 & ARMVIRT_ID_AA64SMFR0_EL1_FA64) &&
           (v->el > 1 || v->in_host || (pe->smcr_el[1] & fa64)) &&
           (v->el > 2 || !v->el2_enabled || (pe->smcr_el[2] & fa64)) &&
           (!v->el3 || (pe->smcr_el[3] & fa64));
}

static bool streaming(const struct pe_view *v)
{
    return armvirt_pe_has(v->pe, PE_SME) && (v->pe->svcr & ARMVIRT_SVCR_SM);
}

static bool check_not_streaming(const struct check *c)
{
    if (streaming(c->v) && !full_a64(c->v)) {
        return sme_trap(c, ARMVIRT_ISS_SME_SMTC_STREAMING, CAUSE(SVCR_SM));
    }
    return false;
}

static bool check_streaming(const struct check *c)
{
    if (!streaming(c->v)) {
        return sme_trap(c, ARMVIRT_ISS_SME_SMTC_NOT_STREAMING, CAUSE(SVCR_SM));
    }
    return false;
}

static bool check_za(const struct check *c)
{
    if (!(c->v->pe->svcr & ARMVIRT_SVCR_ZA)) {
        return sme_trap(c, ARMVIRT_ISS_SME_SMTC_ZA_OFF, CAUSE(SVCR_ZA));
    }
    return false;
}

/* ---- SVE ---------------------------------------------------------------------------------- */

static bool check_sve(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool has_sme = armvirt_pe_has(v->pe, PE_SME);

    if (!has_sme && !armvirt_pe_has(v->pe, PE_SVE)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (streaming(v)) {
        return check_pair(c, &sme);
    }
    if (!armvirt_pe_has(v->pe, PE_SVE)) {
        return check_pair(c, &sme) || check_streaming(c);
    }
    return check_pair(c, &sve);
}

/* ---- SME ---------------------------------------------------------------------------------- */

/* SMCR_ELx.EZT0 of a level; the trap goes there. */
static bool check_ezt0(const struct check *c, unsigned el)
{
    if (!(c->v->pe->smcr_el[el] & ARMVIRT_SMCR_EL1_EZT0)) {
        return armvirt_trapped(c, el, EC(SME), ARMVIRT_ISS_SME_SMTC_ZT0, CAUSE(SMCR_EZT0));
    }
    return false;
}

static bool check_zt0(const struct check *c)
{
    const struct pe_view *v = c->v;

    return (v->el < 2 && !v->in_host && check_ezt0(c, 1)) ||
           (v->el < 3 && v->el2_enabled && check_ezt0(c, 2)) || (v->el3 && check_ezt0(c, 3));
}

static bool check_sme(const struct check *c)
{
    unsigned kind = c->insn->kind;

    if (!armvirt_pe_has(c->v->pe, PE_SME) ||
        (kind == ARMVIRT_INSN_SME_ZT0 && !armvirt_pe_has(c->v->pe, PE_SME2))) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    if (kind == ARMVIRT_INSN_SME_ACCESS) {
        return check_unit(c, &sme);
    }
    if (kind == ARMVIRT_INSN_SME) {
        return check_pair(c, &sme);
    }
    return check_pair(c, &sme) || (kind == ARMVIRT_INSN_SME_SM_ZA && check_streaming(c)) ||
           check_za(c) || (kind == ARMVIRT_INSN_SME_ZT0 && check_zt0(c));
}

/* ---- AArch32 ------------------------------------------------------------------------------ */

/* VMRS and VMSR of another register than FPSCR: not for EL0, and FPEXC.EN does not matter. */
static bool is_privileged_vmrs(uint32_t word)
{
    return (word & 0x0fe00ff0) == 0x0ee00a10 && (word >> 16 & 0xf) != 1;
}

/* What an AArch32 EL3 leaves to Non-secure state. */
static bool nsacr_disables(const struct pe_view *v, bool simd)
{
    uint64_t nsacr = v->pe->nsacr;

    return v->el3 && v->a32[3] && v->el != 3 && !v->secure &&
           (!(nsacr & ARMVIRT_NSACR_CP10) || (simd && (nsacr & ARMVIRT_NSACR_NSASEDIS)));
}

/* EL1, or EL2, in AArch32 state has CPACR and FPEXC; its EL0 obeys them. */
static bool check_a32_enables(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (nsacr_disables(v, c->insn->kind == ARMVIRT_INSN_SIMD) && v->el != 2) {
        return armvirt_undefined(c, CAUSE(NSACR));
    }
    if (v->el != 2 && c->insn->kind == ARMVIRT_INSN_SIMD &&
        (v->pe->cpacr_el1 & ARMVIRT_CPACR_ASEDIS)) {
        return armvirt_undefined(c, CAUSE(CPACR_ASEDIS));
    }
    if (v->el != 2 && is_disabled(CPACR(FPEN), v->pe->cpacr_el1, v->el == 0)) {
        return armvirt_undefined(c, CAUSE(CPACR_FPEN));
    }
    if (!is_privileged_vmrs(c->insn->word) && !(v->pe->fpexc32_el2 & ARMVIRT_FPEXC32_EL2_EN) &&
        !(v->el == 0 && v->tge)) {
        return armvirt_undefined(c, CAUSE(INSTRUCTION));
    }
    return false;
}

/* HSR says of which kind: TA, and coprocessor 10. */
static bool check_hcptr(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool simd = c->insn->kind == ARMVIRT_INSN_SIMD;
    uint64_t iss = armvirt_condition_syndrome(c) | (simd ? ARMVIRT_BIT(5) : 0xa);

    uint64_t bits = ARMVIRT_HCPTR_TCP10 | (simd ? ARMVIRT_HCPTR_TASE : 0);

    if (v->el == 3 || !v->el2_enabled) {
        return false;
    }
    if (nsacr_disables(v, simd)) {
        return armvirt_trapped(c, 2, EC(FP), iss, CAUSE(NSACR));
    }
    return v->pe->cptr_el2 & bits ? armvirt_trapped(c, 2, EC(FP), iss, CAUSE(CPTR2_TFP)) : false;
}

/* VMRS of FPSID, and of MVFR0, MVFR1, MVFR2, from EL1: a class of its own. */
static bool check_fpid(const struct check *c)
{
    const struct pe_view *v = c->v;
    uint32_t word = c->insn->word, reg = word >> 16 & 0xf;
    unsigned rt = word >> 12 & 0xf, mode = v->pe->pstate & PS_MODE;
    uint64_t iss =
        armvirt_condition_syndrome(c) | ARMVIRT_PUT(ARMVIRT_ISS_MCR_MRC_OPC1, 7) |
        ARMVIRT_PUT(ARMVIRT_ISS_MCR_MRC_CRN, reg) |
        ARMVIRT_PUT(ARMVIRT_ISS_MCR_MRC_RT, v->a32[2] ? rt : armvirt_a64_view(mode, rt)) | /* R50 */
        ARMVIRT_ISS_MCR_MRC_DIRECTION;

    if ((word & 0x0ff00ff0) != 0x0ef00a10 || v->el != 1 || !v->el2_enabled) {
        return false;
    }
    if (reg == 0 && (v->hcr & ARMVIRT_HCR_EL2_TID0)) {
        return armvirt_trapped(c, 2, EC(VMRS), iss, CAUSE(HCR_TID0));
    }
    if (reg >= 5 && reg <= 7 && (v->hcr & ARMVIRT_HCR_EL2_TID3)) {
        return armvirt_trapped(c, 2, EC(VMRS), iss, CAUSE(HCR_TID3));
    }
    return false;
}

static bool check_a32(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (v->el == 0 && is_privileged_vmrs(c->insn->word)) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (v->el == 0 && !v->a32[1]) {
        return check_unit(c, &fp);
    }
    if (check_a32_enables(c)) {
        return true;
    }
    return (v->a32[2] ? check_hcptr(c) : check_el2(c, &fp)) || check_el3(c, &fp) || check_fpid(c);
}

bool armvirt_check_vector(const struct check *c)
{
    if (c->v->aarch32) {
        return check_a32(c);
    }
    switch (c->insn->kind) {
    case ARMVIRT_INSN_FP:
        return check_unit(c, &fp);
    case ARMVIRT_INSN_SIMD:
        return check_unit(c, &fp) || check_not_streaming(c);
    case ARMVIRT_INSN_SVE:
        return check_sve(c);
    case ARMVIRT_INSN_SVE_NORMAL:
        return check_sve(c) || check_not_streaming(c);
    default:
        return check_sme(c);
    }
}
