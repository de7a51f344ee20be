/* SPDX-License-Identifier: MIT */
/* One translation: run it, draw it. Output in words and as JSON is in walk_report.c. */
#include "translation.h"

#include <armvirt/text_walk.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether stage 1 gave an address, whatever stage 2 made of it. */
static bool stage1_done(const struct armvirt_walk *walk)
{
    return walk->fault.type == ARMVIRT_FAULT_NONE || (walk->fault.stage != 1 && !walk->fault.s1ptw);
}

/* Leaves of the answer what stage 1 gave: the intermediate physical address is the result, and the
 * steps that translated it are dropped. */
static void keep_stage1(struct translation *t)
{
    struct armvirt_walk *walk = &t->walk;

    if (!t->view->regime.s2_enabled || !stage1_done(walk))
        return;
    memset(&walk->fault, 0, sizeof(walk->fault));
    memset(&walk->s2, 0, sizeof(walk->s2));
    walk->pa = walk->ipa;
    walk->pa_space = walk->ipa_space;
    if (walk->s1.valid) {
        walk->perm = walk->s1.perm;
        walk->size_log2 = walk->s1.span_log2;
    }
    while (t->log.len > 0 && t->steps[t->log.len - 1].stage != 1)
        t->log.len--;
}

bool translation_run(struct translation *translation, const struct view *view,
                     const struct armvirt_access *access, unsigned stage, struct error *error)
{
    const struct armvirt_regime *regime = &view->regime;
    struct armvirt_walk_env env = {.mem = memory_image_ops(&view->machine->memory),
                                   .log = &translation->log};
    enum armvirt_status status;

    *translation = (struct translation){.view = view, .access = *access, .stage = stage};
    translation->log.step = translation->steps;
    translation->log.cap = TRANSLATION_STEPS;
    status = stage == 2
                 ? armvirt_translate_ipa(regime, &env, access, regime->security, &translation->walk)
                 : armvirt_translate(regime, &env, access, &translation->walk);
    if (status == ARMVIRT_E_INVAL)
        return refuse(error, "EL%u on CPU %u uses no stage 2 (HCR_EL2.VM, HCR_EL2.TGE)", view->el,
                      view->cpu_number);
    if (translation->log.len > TRANSLATION_STEPS)
        translation->log.len = TRANSLATION_STEPS;
    if (stage == 1)
        keep_stage1(translation);
    translation->fault = translation->walk.fault.type != ARMVIRT_FAULT_NONE;
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
