/* SPDX-License-Identifier: MIT */
/*
 * One access from virtual to physical: stage 1, stage 2, granule protection, and another try when
 * a descriptor changed under a hardware update. DDI0487 D8.2, D8.15.5; J1.1.4 TranslateAddress,
 * FullTranslate.
 */
#include "attr.h"
#include "permission.h"

#include "../base/emit.h"
#include "../base/mem_functions.h"

/* Passes over tables that keep changing before the caller is asked to try later. */
enum { MAX_RACES = 16 };

/* What each kind of access is and needs. */
static const struct {
    uint16_t traits;
    uint16_t needs;
} kinds[ARMVIRT_ACCESS_KINDS] = {
    [ARMVIRT_READ] = {TRAIT_READ | TRAIT_PAN, RIGHT_R},
    [ARMVIRT_WRITE] = {TRAIT_WRITE | TRAIT_PAN, RIGHT_W},
    [ARMVIRT_READ_WRITE] = {TRAIT_READ | TRAIT_WRITE | TRAIT_PAN, RIGHT_R | RIGHT_W},
    [ARMVIRT_FETCH] = {TRAIT_FETCH, RIGHT_X},
    [ARMVIRT_AT_READ] = {TRAIT_AT | TRAIT_READ | TRAIT_PAN, NEEDS_RULES},
    [ARMVIRT_AT_WRITE] = {TRAIT_AT | TRAIT_WRITE | TRAIT_PAN, NEEDS_RULES},
    [ARMVIRT_AT_ANY] = {TRAIT_AT | TRAIT_READ | TRAIT_UNCHECKED, NEEDS_RULES},
    [ARMVIRT_DC_INVALIDATE] = {TRAIT_DC | TRAIT_DC_INVALIDATE, NEEDS_RULES},
    [ARMVIRT_DC_CLEAN] = {TRAIT_DC, NEEDS_RULES},
    [ARMVIRT_DC_CLEAN_INVALIDATE] = {TRAIT_DC | TRAIT_DC_CLEAN_INVALIDATE, NEEDS_RULES},
    [ARMVIRT_DC_ZERO] = {TRAIT_WRITE | TRAIT_PAN | TRAIT_DC_ZERO, NEEDS_RULES},
    [ARMVIRT_IC] = {TRAIT_IC, NEEDS_RULES},
    [ARMVIRT_GCS_READ] = {TRAIT_GCS | TRAIT_READ, NEEDS_RULES},
    [ARMVIRT_GCS_WRITE] = {TRAIT_GCS | TRAIT_WRITE, NEEDS_RULES},
    [ARMVIRT_NV2_READ] = {TRAIT_READ, RIGHT_R},
    [ARMVIRT_NV2_WRITE] = {TRAIT_WRITE, RIGHT_W},
    [ARMVIRT_DEBUGGER] = {TRAIT_READ | TRAIT_UNCHECKED | TRAIT_DEBUGGER, NEEDS_RULES},
};

/*
 * LD64B and ST64B need memory that is not cacheable. DDI0487 C3.2.8 leaves open where that is
 * checked; here at each stage that is enabled, of the type that this stage gives.
 */
enum outcome armvirt_walk_check_ls64(struct walker *w, const struct armvirt_memattr *attr,
                                     unsigned stage, int level)
{
    if (!(w->access->flags & ARMVIRT_ACCESS_LS64) || armvirt_attr_is_device(attr) ||
        attr->mair == ATTR_NC) {
        return WALK_OK;
    }
    w->out->fault = (struct armvirt_fault){
        .type = ARMVIRT_FAULT_UNSUPPORTED_ATOMIC,
        .reason = ARMVIRT_REASON_ATOMIC_CACHEABLE,
        .stage = (uint8_t)stage,
        .level = (int8_t)level,
        .write = walker_is(w, TRAIT_WRITE),
        .ipa = stage == 2 ? w->out->ipa : 0,
        .ipa_space = stage == 2 ? w->out->ipa_space : 0,
    };
    return WALK_FAULT;
}

static enum outcome run_stage1(struct walker *w, struct s1_output *s1)
{
    enum outcome outcome = w->regime->s1[0].format == ARMVIRT_FORMAT_SHORT
                               ? armvirt_stage1_short(w, s1)
                               : armvirt_stage1(w, NULL, s1);

    if (outcome != WALK_OK) {
        return outcome;
    }
    armvirt_walk_take_stage1(w, s1);
    return w->regime->s1_enabled
               ? armvirt_walk_check_ls64(w, &s1->attr, 1, w->out->s1.level)
               : WALK_OK; /* HCR_EL2.DC never makes stage 1 the one that refuses */
}

static enum outcome run_stage2(struct walker *w, const struct s1_output *s1)
{
    w->out->vmid = w->regime->vmid;
    return armvirt_stage2_final(w, NULL, s1);
}

/* AT does not use the output address (DDI0487 I_MXTJT); DC need not have it checked (R_XSWYP). */
static enum outcome check_output(struct walker *w)
{
    struct armvirt_fault gpc;
    enum outcome outcome;

    if (!w->regime->gpc.enabled || walker_is(w, TRAIT_AT | TRAIT_DEBUGGER) ||
        (walker_is(w, TRAIT_DC) && (w->regime->options & ARMVIRT_OPT_GPC_SKIPS_DC))) {
        return WALK_OK;
    }
    outcome =
        armvirt_gpc_walk(w->regime, w->env, w->out->pa, w->out->pa_space, &gpc, &w->out->reads);
    if (outcome == WALK_FAULT) {
        gpc.type = ARMVIRT_FAULT_GPC_ON_OUTPUT;
        gpc.stage = 0;
        gpc.write = walker_reports_write(w);
        w->out->fault = gpc;
    }
    return outcome;
}

void armvirt_walk_take_stage1(struct walker *w, const struct s1_output *s1)
{
    w->out->ipa = s1->ipa;
    w->out->ipa_space = s1->space;
    w->out->pa = s1->ipa;
    w->out->pa_space = s1->space;
    w->out->attr = s1->attr;
    w->out->mecid = s1->mecid;
}

void armvirt_walk_take_ipa(struct walker *w, uint8_t space, struct s1_output *s1)
{
    *s1 = (struct s1_output){
        .ipa = w->access->va,
        .space = space,
        .attr = {.mair = ATTR_WB_RWA, .sh = ARMVIRT_SH_NONE},
    };
    w->out->ipa = s1->ipa;
    w->out->ipa_space = space;
    w->out->size_log2 = 64;
    w->out->perm = RIGHTS_STAGE_OFF;
}

enum part { STAGE1_ONLY, WHOLE, STAGE2_ONLY };

static enum outcome walk_once(struct walker *w, enum part part, uint8_t ipa_space)
{
    struct s1_output s1;
    enum outcome outcome = WALK_OK;

    memset(w->out, 0, sizeof(*w->out));
    if (part == STAGE2_ONLY) {
        armvirt_walk_take_ipa(w, ipa_space, &s1);
    } else {
        outcome = run_stage1(w, &s1);
    }
    if (outcome == WALK_OK && part != STAGE1_ONLY && w->regime->s2_enabled) {
        outcome = run_stage2(w, &s1);
    }
    return outcome == WALK_OK && part != STAGE1_ONLY ? check_output(w) : outcome;
}

/* Hardware updates that the ID registers promise need a way to write. */
static bool lacks_cas(const struct walker *w)
{
    return armvirt_have(w->regime->features, FEAT_AF_UPDATE) && !walker_is(w, TRAIT_DEBUGGER) &&
           !(w->access->flags & ARMVIRT_ACCESS_NO_UPDATE);
}

/* PSTATE.PAN, and flags that bring rules of their own. */
static void apply_flags(struct walker *w)
{
    const struct armvirt_regime *regime = w->regime;
    unsigned flags = w->access->flags;

    w->pan = (flags & ARMVIRT_ACCESS_PAN) && walker_is(w, TRAIT_PAN) && !w->el0 &&
             regime->two_ranges && !regime->nv1 && armvirt_have(regime->features, FEAT_PAN);
    if (flags & ~(unsigned)(ARMVIRT_ACCESS_PAN | ARMVIRT_ACCESS_NO_UPDATE)) {
        w->needs |= NEEDS_RULES;
    }
}

void armvirt_walker_init(struct walker *w)
{
    w->traits = kinds[w->access->kind].traits;
    w->needs = kinds[w->access->kind].needs;
    w->el0 = w->access->el == 0 && w->regime->two_ranges;
    w->pan = false;
    if (w->access->flags != 0) {
        apply_flags(w);
    }
    if (walker_is(w, TRAIT_FETCH) && (w->regime->options & ARMVIRT_OPT_FETCH_DEVICE_FAULT)) {
        w->needs |= NEEDS_RULES;
    }
}

/* Passes over the tables until none raced. */
static enum armvirt_status run(struct walker *w, enum part part, uint8_t ipa_space)
{
    enum outcome outcome = WALK_RACE;

    for (unsigned race = 0; race < MAX_RACES && outcome == WALK_RACE; race++) {
        outcome = walk_once(w, part, ipa_space);
    }
    if (outcome == WALK_RETRY || outcome == WALK_RACE) {
        return ARMVIRT_E_AGAIN;
    }
    armvirt_emit(w->env->trace, ARMVIRT_EV_PT_RESULT, w->access->va, w->out->pa,
                 (uint64_t)(int64_t)w->out->fault.level, w->out->fault.reason);
    return outcome == WALK_OK ? ARMVIRT_OK : ARMVIRT_FAULT;
}

static enum armvirt_status translate(const struct armvirt_regime *regime,
                                     const struct armvirt_walk_env *env,
                                     const struct armvirt_access *access, enum part part,
                                     uint8_t ipa_space, struct armvirt_walk *walk)
{
    struct walker w = {.regime = regime, .env = env, .access = access, .out = walk};

    if (access->kind < ARMVIRT_ACCESS_KINDS && access->el <= 3) {
        armvirt_walker_init(&w);
        if (env->mem.ops->cas != NULL || !lacks_cas(&w)) {
            return run(&w, part, ipa_space);
        }
    }
    memset(walk, 0, sizeof(*walk));
    return ARMVIRT_E_INVAL;
}

enum armvirt_status armvirt_translate_complete(const struct armvirt_regime *regime,
                                               const struct armvirt_walk_env *env,
                                               const struct armvirt_access *access,
                                               struct armvirt_walk *walk)
{
    return translate(regime, env, access, WHOLE, 0, walk);
}

enum armvirt_status armvirt_stage1_only(const struct armvirt_regime *regime,
                                        const struct armvirt_walk_env *env,
                                        const struct armvirt_access *access,
                                        struct armvirt_walk *walk)
{
    return translate(regime, env, access, STAGE1_ONLY, 0, walk);
}

enum armvirt_status armvirt_translate_ipa(const struct armvirt_regime *regime,
                                          const struct armvirt_walk_env *env,
                                          const struct armvirt_access *access, uint8_t ipa_space,
                                          struct armvirt_walk *walk)
{
    if (!regime->s2_enabled || ipa_space > ARMVIRT_SPACE_ROOT) {
        memset(walk, 0, sizeof(*walk));
        return ARMVIRT_E_INVAL;
    }
    return translate(regime, env, access, STAGE2_ONLY, ipa_space, walk);
}
