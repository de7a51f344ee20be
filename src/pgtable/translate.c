/* SPDX-License-Identifier: MIT */
/*
 * One access from virtual to physical: stage 1, stage 2, granule protection, and another try when
 * a descriptor changed under a hardware update. DDI0487 D8.1, D8.16.3; Sail: TranslateAddress,
 * FullTranslate.
 */
#include "attr.h"
#include "permission.h"

#include "../base/emit.h"
#include "../base/mem_functions.h"

/* Passes over tables that keep changing before the caller is asked to try later. */
enum { MAX_RACES = 16 };

static const uint16_t traits_of[ARMVIRT_ACCESS_KINDS] = {
    [ARMVIRT_READ] = TRAIT_READ | TRAIT_PAN,
    [ARMVIRT_WRITE] = TRAIT_WRITE | TRAIT_PAN,
    [ARMVIRT_READ_WRITE] = TRAIT_READ | TRAIT_WRITE | TRAIT_PAN,
    [ARMVIRT_FETCH] = TRAIT_FETCH,
    [ARMVIRT_AT_READ] = TRAIT_AT | TRAIT_READ | TRAIT_PAN,
    [ARMVIRT_AT_WRITE] = TRAIT_AT | TRAIT_WRITE | TRAIT_PAN,
    [ARMVIRT_AT_ANY] = TRAIT_AT | TRAIT_READ | TRAIT_UNCHECKED,
    [ARMVIRT_DC_INVALIDATE] = TRAIT_DC | TRAIT_DC_INVALIDATE,
    [ARMVIRT_DC_CLEAN] = TRAIT_DC,
    [ARMVIRT_DC_CLEAN_INVALIDATE] = TRAIT_DC | TRAIT_DC_CLEAN_INVALIDATE,
    [ARMVIRT_DC_ZERO] = TRAIT_WRITE | TRAIT_PAN | TRAIT_DC_ZERO,
    [ARMVIRT_IC] = TRAIT_IC,
    [ARMVIRT_GCS_READ] = TRAIT_GCS | TRAIT_READ,
    [ARMVIRT_GCS_WRITE] = TRAIT_GCS | TRAIT_WRITE,
    [ARMVIRT_NV2_READ] = TRAIT_READ,
    [ARMVIRT_NV2_WRITE] = TRAIT_WRITE,
    [ARMVIRT_DEBUGGER] = TRAIT_READ | TRAIT_UNCHECKED | TRAIT_DEBUGGER,
};

/* LD64B and ST64B need memory that is not cacheable. DDI0487 C3.2.6. */
static enum outcome check_ls64(struct walker *w, const struct armvirt_memattr *attr, unsigned stage,
                               int level)
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
    return check_ls64(w, &s1->attr, 1, w->out->s1.level);
}

static enum outcome run_stage2(struct walker *w, const struct s1_output *s1)
{
    enum outcome outcome;

    w->out->vmid = w->regime->vmid;
    outcome = armvirt_stage2_final(w, NULL, s1);
    return outcome == WALK_OK ? check_ls64(w, &w->out->attr, 2, w->out->s2.level) : outcome;
}

/* AT does not use the output address; DC need not have it checked. DDI0487 D9.1. */
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
        gpc.write = walker_is(w, TRAIT_WRITE) && !walker_is(w, TRAIT_READ);
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
    w->out->perm = 0xff;
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

/* Hardware updates that the registers enable need a way to write. */
static bool lacks_cas(const struct walker *w)
{
    const struct armvirt_regime *r = w->regime;

    if (w->env->mem.ops->cas != NULL || (w->access->flags & ARMVIRT_ACCESS_NO_UPDATE) ||
        walker_is(w, TRAIT_DEBUGGER)) {
        return false;
    }
    return armvirt_have(r->features, FEAT_AF_UPDATE);
}

void armvirt_walker_init(struct walker *w)
{
    w->traits = traits_of[w->access->kind];
    w->el0 = w->access->el == 0 && w->regime->two_ranges;
    w->plain = w->env->log == NULL && w->env->trace == NULL && !w->regime->gpc.enabled;
    armvirt_set_needs(w);
}

static enum armvirt_status translate(const struct armvirt_regime *regime,
                                     const struct armvirt_walk_env *env,
                                     const struct armvirt_access *access, enum part part,
                                     uint8_t ipa_space, struct armvirt_walk *walk)
{
    struct walker w = {.regime = regime, .env = env, .access = access, .out = walk};
    enum outcome outcome = WALK_RACE;

    if (access->kind >= ARMVIRT_ACCESS_KINDS || access->el > 3) {
        memset(walk, 0, sizeof(*walk));
        return ARMVIRT_E_INVAL;
    }
    armvirt_walker_init(&w);
    if (lacks_cas(&w)) {
        memset(walk, 0, sizeof(*walk));
        return ARMVIRT_E_INVAL;
    }
    for (unsigned race = 0; race < MAX_RACES && outcome == WALK_RACE; race++) {
        outcome = walk_once(&w, part, ipa_space);
    }
    if (outcome == WALK_RETRY || outcome == WALK_RACE) {
        return ARMVIRT_E_AGAIN;
    }
    armvirt_emit(env->trace, ARMVIRT_EV_PT_RESULT, access->va, walk->pa,
                 (uint64_t)(int64_t)walk->fault.level, walk->fault.reason);
    return outcome == WALK_OK ? ARMVIRT_OK : ARMVIRT_FAULT;
}

enum armvirt_status armvirt_translate(const struct armvirt_regime *regime,
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
