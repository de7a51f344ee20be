/* SPDX-License-Identifier: MIT */
/* One translation, with its log. */
#ifndef INSPECT_TRANSLATION_H
#define INSPECT_TRANSLATION_H

#include "machine.h"

#define TRANSLATION_STEPS 256 /* more than a nested walk under granule protection takes */

struct translation {
    const struct view *view;
    struct armvirt_access access;
    struct armvirt_walk walk;
    struct armvirt_step steps[TRANSLATION_STEPS];
    struct armvirt_walk_log log;
    unsigned stage; /* 1, 2 or 12: what the answer is of */
    bool fault;
    bool has_allowed;
    uint8_t allowed; /* after a Permission fault: mask of enum armvirt_perm of the mapping */
};

/* Translates `access` by the stages that `stage` says. False if that can not be asked here. */
bool translation_run(struct translation *translation, const struct view *view,
                     const struct armvirt_access *access, unsigned stage, struct error *error);

/* Writes the walk as a picture (SVG). */
bool translation_draw(const struct translation *translation, const char *path, struct error *error);

#endif
