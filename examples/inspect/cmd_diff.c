/* SPDX-License-Identifier: MIT */
/* armvirt-inspect diff: where two address spaces differ. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"

#include "machine.h"
#include "number.h"
#include "range_report.h"
#include "register_values.h"
#include "span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- an address space as the command line names it ---- */

#define NO_EL 4

/* MACHINE[,cpu=N][,el=N][,stage=N][,REGISTER=VALUE]... */
struct space {
    char *text; /* the argument, cut into its parts */
    const char *path;
    unsigned cpu, stage, el;
    struct register_values overrides;
    struct machine machine;
    struct view view;
    struct range_scan scan;
    struct range range; /* the first one that has not been compared yet */
    bool has_range;
};

static bool parse_small(const char *key, const char *text, unsigned limit, unsigned *value,
                        struct error *error)
{
    uint64_t number;

    if (!number_parse(text, &number) || number > limit) {
        return refuse(error, "%s=%s: a number up to %u expected", key, text, limit);
    }
    *value = (unsigned)number;
    return true;
}

static bool set_part(struct space *space, const char *key, const char *value, struct error *error)
{
    const char *name;
    int cpu;

    if (strcmp(key, "cpu") == 0) {
        return parse_small(key, value, DESCRIPTION_CPUS_MAX - 1, &space->cpu, error);
    }
    if (strcmp(key, "el") == 0) {
        return parse_small(key, value, 3, &space->el, error);
    }
    if (strcmp(key, "stage") == 0) {
        return parse_small(key, value, 12, &space->stage, error) &&
               (space->stage == 1 || space->stage == 2 || space->stage == 12 ||
                refuse(error, "stage=%s: 1, 2 or 12 expected", value));
    }
    if (!register_values_split(key, &name, &cpu)) {
        return refuse(error, "'%s': CPU number out of range", key);
    }
    return register_values_add(&space->overrides, cpu, name, value, error);
}

/* Cuts the argument at its commas. */
static bool parse_space(struct space *space, const char *text, struct error *error)
{
    char *part;

    space->text = strdup(text);
    if (space->text == NULL) {
        return refuse(error, "out of memory");
    }
    part = strchr(space->text, ',');
    space->path = space->text;
    while (part != NULL) {
        char *key = part + 1;
        char *value;

        *part = '\0';
        part = strchr(key, ',');
        if (part != NULL) {
            *part = '\0';
        }
        value = strchr(key, '=');
        if (value == NULL) {
            return refuse(error, "'%s': KEY=VALUE expected after the comma", key);
        }
        *value++ = '\0';
        if (!set_part(space, key, value, error)) {
            return false;
        }
    }
    return true;
}

static bool step(struct space *space)
{
    space->has_range = range_scan_next(&space->scan, &space->range);
    return space->has_range;
}

static bool open_space(struct space *space, const struct options *options, const char *text,
                       const struct span *span, struct error *error)
{
    const struct range_rules rules = {.ignore_pa = options->no_pa};

    space->el = NO_EL;
    space->stage = 12;
    if (!parse_space(space, text, error) ||
        !machine_open(&space->machine, space->path, &space->overrides,
                      options->verbose ? (int)space->cpu : MACHINE_QUIET, error) ||
        !view_open(&space->view, &space->machine, space->cpu,
                   space->el == NO_EL ? VIEW_DEFAULT_EL : (int)space->el, error) ||
        !range_scan_begin(&space->scan, &space->view, space->stage, span, rules, error)) {
        return false;
    }
    (void)step(space);
    return true;
}

static void close_space(struct space *space)
{
    machine_close(&space->machine);
    register_values_free(&space->overrides);
    free(space->text);
}

/* ---- comparing ---- */

/* What each space says of the same addresses; NULL if it does not map them. */
struct piece {
    const struct range *side[2];
    struct range storage[2];
};

/* The next stretch of addresses over which neither space changes: it begins where the first of both
 * begins, and ends where that ends or the other begins. */
static struct span next_stretch(const struct space spaces[2])
{
    struct span stretch = {UINT64_MAX, UINT64_MAX};

    for (unsigned i = 0; i < 2; i++) {
        if (spaces[i].has_range && spaces[i].range.first < stretch.first) {
            stretch.first = spaces[i].range.first;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        const struct range *range = &spaces[i].range;
        uint64_t end = range->first > stretch.first ? range->first - 1 : range->last;

        if (spaces[i].has_range && end < stretch.last) {
            stretch.last = end;
        }
    }
    return stretch;
}

/* Takes the stretch off a space. False if the space does not map it. */
static bool take(struct space *space, const struct span *stretch, struct range *taken)
{
    if (!space->has_range || space->range.first > stretch->first) {
        return false;
    }
    *taken = space->range;
    range_clip(taken, stretch->first, stretch->last);
    if (space->range.last > stretch->last) {
        range_clip(&space->range, stretch->last + 1, space->range.last);
    } else {
        (void)step(space);
    }
    return true;
}

static bool take_piece(struct space spaces[2], struct piece *piece)
{
    struct span stretch = next_stretch(spaces);

    if (!spaces[0].has_range && !spaces[1].has_range) {
        return false;
    }
    for (unsigned i = 0; i < 2; i++) {
        piece->side[i] = take(&spaces[i], &stretch, &piece->storage[i]) ? &piece->storage[i] : NULL;
    }
    return true;
}

static void show_piece(const struct space spaces[2], const struct piece *piece, struct json *json)
{
    static const char *const prefixes[2] = {"- ", "+ "};
    static const char *const keys[2] = {"a", "b"};

    if (json->out != NULL) {
        json_object_begin(json, NULL);
    }
    for (unsigned i = 0; i < 2; i++) {
        const struct range_scan *scan = &spaces[i].scan;

        if (piece->side[i] == NULL) {
            continue;
        }
        if (json->out != NULL) {
            report_range_json(scan->view, piece->side[i], scan->rules, json, keys[i]);
        } else {
            report_range(scan->view, piece->side[i], scan->rules, prefixes[i]);
        }
    }
    if (json->out != NULL) {
        json_object_end(json);
    }
}

/* Returns whether they differ. */
static bool compare(const struct options *options, struct space spaces[2])
{
    struct json json = {.out = options->json ? stdout : NULL};
    struct piece piece;
    bool differ = false;

    if (options->json) {
        json_array_begin(&json, NULL);
    }
    while (take_piece(spaces, &piece)) {
        if (piece.side[0] != NULL && piece.side[1] != NULL &&
            range_same(piece.side[0], piece.side[1], spaces[0].scan.rules)) {
            continue;
        }
        differ = true;
        show_piece(spaces, &piece, &json);
    }
    if (options->json) {
        json_array_end(&json);
    }
    return differ;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    enum exit_status status = STATUS_BAD_INPUT;
    struct span span = {0, UINT64_MAX};
    struct space spaces[2] = {{0}};

    if ((options->argument_count < 3 || span_parse(options->arguments[2], &span, error)) &&
        open_space(&spaces[0], options, options->arguments[0], &span, error) &&
        open_space(&spaces[1], options, options->arguments[1], &span, error)) {
        bool differ = compare(options, spaces);

        if (view_check_memory(&spaces[0].view, error) &&
            view_check_memory(&spaces[1].view, error)) {
            status = differ ? STATUS_FAULT : STATUS_OK;
        }
    }
    close_space(&spaces[0]);
    close_space(&spaces[1]);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .bit = COMMAND_DIFF,
    .usage = "SPACE SPACE [RANGE]",
    .summary = "Show where two address spaces differ",
    .details =
        "SPACE is MACHINE[,cpu=N][,el=N][,stage=1|2|12][,REGISTER=VALUE]..., where MACHINE is a\n"
        "machine description. Lines with '-' are what the first one maps, with '+' the second.\n"
        "RANGE is as for map.\n",
    .least_arguments = 2,
    .most_arguments = 3,
    .run = run,
};
