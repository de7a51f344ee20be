/* SPDX-License-Identifier: MIT */
/*
 * Address translation instructions: which translation one asks for, and whether it ends in PAR_EL1,
 * in an exception or as UNDEFINED. DDI0487 D8.2.13, D8.15.2, C5.4, J1.1.3 AArch64.AT.
 */
#include "decode.h"
#include "report.h"
#include "walk.h"

#include <armvirt/at.h>

#include "../base/mem_functions.h"

/* An instruction. `feature` is one that it needs, or FEATURE_COUNT. */
struct form {
    uint8_t el;   /* whose translation and permissions */
    uint8_t kind; /* enum armvirt_access_kind */
    uint8_t par;  /* enum armvirt_par_form */
    uint8_t feature;
    bool pan; /* heeds PSTATE.PAN */
};

#define R       ARMVIRT_AT_READ
#define W       ARMVIRT_AT_WRITE
#define A       ARMVIRT_AT_ANY
#define STAGE1  ARMVIRT_PAR_STAGE1
#define STAGE12 ARMVIRT_PAR_STAGE12
#define AARCH32 ARMVIRT_PAR_AARCH32
#define ALWAYS  FEATURE_COUNT

static const struct form forms[ARMVIRT_AT_OPS] = {
    [ARMVIRT_AT_S1E0R] = {0, R, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E0W] = {0, W, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E1R] = {1, R, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E1W] = {1, W, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E1RP] = {1, R, STAGE1, FEAT_PAN2, true},
    [ARMVIRT_AT_S1E1WP] = {1, W, STAGE1, FEAT_PAN2, true},
    [ARMVIRT_AT_S1E1A] = {1, A, STAGE1, FEAT_ATS1A, false},
    [ARMVIRT_AT_S1E2R] = {2, R, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E2W] = {2, W, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E2A] = {2, A, STAGE1, FEAT_ATS1A, false},
    [ARMVIRT_AT_S1E3R] = {3, R, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E3W] = {3, W, STAGE1, ALWAYS, false},
    [ARMVIRT_AT_S1E3A] = {3, A, STAGE1, FEAT_ATS1A, false},
    [ARMVIRT_AT_S12E0R] = {0, R, STAGE12, ALWAYS, false},
    [ARMVIRT_AT_S12E0W] = {0, W, STAGE12, ALWAYS, false},
    [ARMVIRT_AT_S12E1R] = {1, R, STAGE12, ALWAYS, false},
    [ARMVIRT_AT_S12E1W] = {1, W, STAGE12, ALWAYS, false},
    [ARMVIRT_ATS1CPR] = {1, R, AARCH32, ALWAYS, false},
    [ARMVIRT_ATS1CPW] = {1, W, AARCH32, ALWAYS, false},
    [ARMVIRT_ATS1CPRP] = {1, R, AARCH32, FEAT_PAN2, true},
    [ARMVIRT_ATS1CPWP] = {1, W, AARCH32, FEAT_PAN2, true},
    [ARMVIRT_ATS1CUR] = {0, R, AARCH32, ALWAYS, false},
    [ARMVIRT_ATS1CUW] = {0, W, AARCH32, ALWAYS, false},
};

#undef R
#undef W
#undef A

/* One execution. */
struct execution {
    const struct armvirt_at *at;
    const struct form *form;
    struct armvirt_regime *regime; /* in the result: too large for the stack */
    struct armvirt_access access;
    enum armvirt_par_form par;
};

/* ---- Is it UNDEFINED? --------------------------------------------------------------------- */

/* D8.2.13.2: SCR_EL3.{NSE, NS} = {1, 0} names no Security state below EL3. */
static bool names_no_security_state(const struct armvirt_vmsa *vmsa, uint64_t features)
{
    return armvirt_have(features, FEAT_RME) && armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_NSE) &&
           !armvirt_is_set(vmsa->scr_el3, ARMVIRT_SCR_EL3_NS);
}

/* I_XLYWF: not for a regime of a higher Exception level; stage 2 belongs to EL2. */
static unsigned lowest_el(const struct form *form)
{
    if (form->par == ARMVIRT_PAR_STAGE12) {
        return 2;
    }
    return form->el == 0 ? 1 : form->el;
}

static bool is_undefined(const struct armvirt_vmsa *vmsa, const struct execution *x)
{
    const struct form *form = x->form;
    uint64_t features = x->regime->features;
    unsigned el = x->at->el;
    bool in_aarch32 = el == 1 && x->regime->el1_aarch32;

    return el < lowest_el(form) ||
           (form->feature != ALWAYS && !armvirt_have(features, form->feature)) ||
           (form->par == ARMVIRT_PAR_AARCH32) != in_aarch32 ||
           (el == 3 && form->el != 3 && names_no_security_state(vmsa, features));
}

/* ---- Which translation? ------------------------------------------------------------------- */

/* AT S1E1* and S12E1* of a host act on the EL2&0 regime, as EL2. C5.4.3. */
static void redirect_to_host(struct execution *x, const struct armvirt_vmsa *vmsa)
{
    if (x->form->el == 1 && x->regime->host) {
        armvirt_regime_init(x->regime, vmsa, 2);
        x->access.el = 2;
    }
}

/* R_RKBPZ: AT S12E* without a stage 2 to translate through is AT S1E*. */
static enum armvirt_par_form effective_form(const struct execution *x)
{
    if (x->form->par == ARMVIRT_PAR_STAGE12 && !x->regime->s2_enabled) {
        return ARMVIRT_PAR_STAGE1;
    }
    return (enum armvirt_par_form)x->form->par;
}

static void prepare(struct execution *x, const struct armvirt_vmsa *vmsa)
{
    bool pan = x->form->pan && x->at->pan;

    x->access = (struct armvirt_access){.va = x->at->va,
                                        .kind = x->form->kind,
                                        .el = x->form->el,
                                        .flags = pan ? ARMVIRT_ACCESS_PAN : 0};
    redirect_to_host(x, vmsa);
    x->par = effective_form(x);
    if (x->regime->el1_aarch32) {
        x->access.va &= UINT32_MAX; /* I_GSXHM */
    }
}

static enum armvirt_status translate(const struct execution *x, const struct armvirt_walk_env *env,
                                     struct armvirt_walk *walk)
{
    if (x->par == ARMVIRT_PAR_STAGE12) {
        return armvirt_translate(x->regime, env, &x->access, walk);
    }
    return armvirt_stage1_only(x->regime, env, &x->access, walk);
}

/* ---- PAR_EL1 or an exception? ------------------------------------------------------------- */

/* D8.15.2 (R_QBSVM, R_ZWKYB, R_VMRFQ, R_ZTRDD), J1.1.3 AArch64.AT. */
static bool is_exception(const struct execution *x, const struct armvirt_fault *fault)
{
    bool from_el1 = x->at->el == 1;

    if (fault->type == ARMVIRT_FAULT_NONE) {
        return false;
    }
    return armvirt_is_external(fault) || (from_el1 && fault->s1ptw) ||
           armvirt_is_gpc_exception(x->regime, x->at->el, fault) ||
           (from_el1 && x->regime->route_gpf2 && fault->gpcf != ARMVIRT_GPCF_NONE);
}

static void report(const struct execution *x, struct armvirt_at_result *result)
{
    struct armvirt_abort_context context = {.el = x->at->el, .serror_masked = x->at->serror_masked};

    if (is_exception(x, &result->walk.fault)) {
        result->outcome = ARMVIRT_AT_ABORTED;
        armvirt_abort(x->regime, &context, &x->access, &result->walk.fault, &result->abort);
    } else {
        result->outcome = ARMVIRT_AT_DONE;
        armvirt_par(x->regime, x->par, &result->walk, result->par);
    }
}

enum armvirt_status armvirt_at(const struct armvirt_vmsa *vmsa, const struct armvirt_walk_env *env,
                               const struct armvirt_at *at, struct armvirt_at_result *result)
{
    struct execution x = {.at = at, .regime = &result->regime};
    enum armvirt_status status;

    if (at->op >= ARMVIRT_AT_OPS || at->el > 3) {
        return ARMVIRT_E_INVAL;
    }
    x.form = &forms[at->op];
    memset(result, 0, sizeof(*result));
    if (armvirt_regime_init(x.regime, vmsa, x.form->el) != ARMVIRT_OK || is_undefined(vmsa, &x)) {
        result->outcome = ARMVIRT_AT_UNDEFINED;
        return ARMVIRT_OK;
    }
    prepare(&x, vmsa);
    status = translate(&x, env, &result->walk);
    if (status < 0) {
        return status;
    }
    report(&x, result);
    return ARMVIRT_OK;
}
