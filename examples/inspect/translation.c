/* SPDX-License-Identifier: MIT */
/* One translation: run it, draw it. Output in words and as JSON is in walk_report.c. */
#include "translation.h"

#include <armvirt/pgiter.h>
#include <armvirt/text_walk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether stage 1 gave an address, whatever stage 2 made of it. */
static bool stage1_done(const struct armvirt_walk *walk)
{
    return walk->fault.type == ARMVIRT_FAULT_NONE || (walk->fault.stage != 1 && !walk->fault.s1ptw);
}

/* What stage 1 alone says of an address that it translates. */
static bool look_up_stage1(const struct translation *t, struct armvirt_mapping *mapping)
{
    struct armvirt_walk_env env = {.mem = memory_image_ops(&t->view->machine->memory)};
    struct armvirt_map_query query = {
        .first = t->access.va, .last = t->access.va, .what = ARMVIRT_MAP_STAGE1};
    struct armvirt_map_iter iter;

    return armvirt_map_begin(&iter, &t->view->regime, &env, &query) == ARMVIRT_OK &&
           armvirt_map_next(&iter, mapping) == ARMVIRT_OK;
}

/* Leaves of the answer what stage 1 gave: the intermediate physical address is the result, and the
 * steps that translated it are dropped. */
static void keep_stage1(struct translation *t)
{
    struct armvirt_walk *walk = &t->walk;
    struct armvirt_mapping mapping;

    if (!t->view->regime.s2_enabled || !stage1_done(walk)) {
        return;
    }
    while (t->log.len > 0 && t->steps[t->log.len - 1].stage != 1) {
        t->log.len--;
    }
    memset(&walk->fault, 0, sizeof(walk->fault));
    memset(&walk->s2, 0, sizeof(walk->s2));
    walk->pa = walk->ipa;
    walk->pa_space = walk->ipa_space;
    if (look_up_stage1(t, &mapping)) {
        walk->perm = mapping.walk.perm;
        walk->attr = mapping.walk.attr;
        walk->size_log2 = mapping.walk.size_log2;
    }
}

static enum armvirt_status translate(const struct translation *t,
                                     const struct armvirt_access *access,
                                     struct armvirt_walk_log *log, struct armvirt_walk *walk)
{
    const struct armvirt_regime *regime = &t->view->regime;
    struct armvirt_walk_env env = {.mem = memory_image_ops(&t->view->machine->memory), .log = log};

    return t->stage == 2 ? armvirt_translate_ipa(regime, &env, access, regime->security, walk)
                         : armvirt_translate(regime, &env, access, walk);
}

/* After a Permission fault, what would have been allowed. */
static void find_allowed(struct translation *t)
{
    struct armvirt_access look = t->access;
    struct armvirt_walk walk;

    if (t->walk.fault.type != ARMVIRT_FAULT_PERMISSION) {
        return;
    }
    look.kind = ARMVIRT_DEBUGGER;
    t->has_allowed = translate(t, &look, NULL, &walk) == ARMVIRT_OK;
    t->allowed = walk.perm;
}

bool translation_run(struct translation *translation, const struct view *view,
                     const struct armvirt_access *access, unsigned stage, struct error *error)
{
    *translation = (struct translation){.view = view, .access = *access, .stage = stage};
    translation->log.step = translation->steps;
    translation->log.cap = TRANSLATION_STEPS;
    if (translate(translation, access, &translation->log, &translation->walk) == ARMVIRT_E_INVAL) {
        return refuse(error, "EL%u on CPU %u uses no stage 2 (HCR_EL2.VM, HCR_EL2.TGE)", view->el,
                      view->cpu_number);
    }
    if (translation->log.len > TRANSLATION_STEPS) {
        translation->log.len = TRANSLATION_STEPS;
    }
    if (stage == 1) {
        keep_stage1(translation);
    }
    translation->fault = translation->walk.fault.type != ARMVIRT_FAULT_NONE;
    find_allowed(translation);
    return true;
}

bool translation_draw(const struct translation *translation, const char *path, struct error *error)
{
    const struct armvirt_regime *regime = &translation->view->regime;
    size_t size = armvirt_svg_walk(regime, &translation->access, &translation->log,
                                   &translation->walk, NULL, 0);
    char *text = malloc(size + 1);
    FILE *file = text != NULL ? fopen(path, "w") : NULL;
    bool done = file != NULL;

    if (done) {
        (void)armvirt_svg_walk(regime, &translation->access, &translation->log, &translation->walk,
                               text, size + 1);
        done = fwrite(text, 1, size, file) == size;
        done = fclose(file) == 0 && done;
    }
    free(text);
    return done || refuse_errno(error, path);
}
