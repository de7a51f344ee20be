/* SPDX-License-Identifier: MIT */
/* Answers in words and as JSON. */
#ifndef INSPECT_WALK_REPORT_H
#define INSPECT_WALK_REPORT_H

#include "json.h"
#include "translation.h"

#include <armvirt/abort.h>

void report_steps(const struct translation *translation);
void report_steps_json(const struct translation *translation, struct json *json);

void report_step_list_json(const struct armvirt_regime *regime, const struct armvirt_step *steps,
                           size_t count, struct json *json);

/* The result of a walk through the view, without its steps. */
void report_walk(const struct view *view, const struct armvirt_walk *walk);
void report_walk_json(const struct view *view, const struct armvirt_walk *walk, struct json *json);

/* PAR_EL1, or PAR, of 64 or 128 bits. */
void report_par(const char *name, const uint64_t par[2]);

/* The exception that a fault becomes. */
void report_abort(const struct armvirt_abort *abort);
void report_abort_json(const struct armvirt_abort *abort, struct json *json);

/* One line "name         value" of an answer. */
void report_item(const char *name, const char *format, ...) INSPECT_PRINTF(2, 3);

/* The same with a text that may be long: in lines, broken at spaces. */
void report_lines(const char *name, const char *text);

#endif
