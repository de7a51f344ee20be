/* SPDX-License-Identifier: MIT */
/* armvirt-inspect map: an address space as ranges, or its totals. */
#include "commands.h"

#include "number.h"
#include "range_report.h"
#include "run_view.h"
#include "span.h"

#include <armvirt/names.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- totals ---- */

#define KINDS_MAX 64 /* more kinds than that are not told apart */

/* All ranges with the same permissions and memory attributes. */
struct kind {
    struct range sample;
    uint64_t bytes, ranges;
};

struct totals {
    struct kind kinds[KINDS_MAX];
    size_t count;
    uint64_t bytes, ranges, broken;
};

static struct kind *find_kind(struct totals *totals, const struct range *range)
{
    const struct range_rules rules = {.ignore_pa = true};

    for (size_t i = 0; i < totals->count; i++) {
        if (range_same(&totals->kinds[i].sample, range, rules)) {
            return &totals->kinds[i];
        }
    }
    if (totals->count == KINDS_MAX) {
        return &totals->kinds[KINDS_MAX - 1];
    }
    totals->kinds[totals->count] = (struct kind){.sample = *range};
    return &totals->kinds[totals->count++];
}

static void add_range(struct totals *totals, const struct range *range)
{
    struct kind *kind;

    if (range->reason != ARMVIRT_REASON_NONE) {
        totals->broken++;
        return;
    }
    kind = find_kind(totals, range);
    kind->ranges++;
    kind->bytes += range->last - range->first + 1;
    totals->ranges++;
    totals->bytes += range->last - range->first + 1;
}

static bool writable_and_executable(unsigned perm)
{
    return ((perm & ARMVIRT_PERM_EL0_W) && (perm & ARMVIRT_PERM_EL0_X)) ||
           ((perm & ARMVIRT_PERM_PRIV_W) && (perm & ARMVIRT_PERM_PRIV_X));
}

static uint64_t writable_executable_bytes(const struct totals *totals)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < totals->count; i++) {
        if (writable_and_executable(totals->kinds[i].sample.perm)) {
            bytes += totals->kinds[i].bytes;
        }
    }
    return bytes;
}

static void print_leaves(const struct range_scan *scan)
{
    for (unsigned n = 0; n < 64; n++) {
        char size[24];

        (void)number_format_size(size, sizeof(size), UINT64_C(1) << n);
        if (scan->leaves[n] != 0) {
            (void)printf("%10" PRIu64 " of %s\n", scan->leaves[n], size);
        }
        if (scan->contiguous_leaves[n] != 0) {
            (void)printf("%10" PRIu64 " of %s in contiguous runs\n", scan->contiguous_leaves[n],
                         size);
        }
    }
}

static void print_totals(const struct view *view, const struct range_scan *scan,
                         const struct totals *totals)
{
    char size[24];

    (void)number_format_size(size, sizeof(size), totals->bytes);
    (void)printf("%s mapped in %" PRIu64 " ranges, by %" PRIu64 " blocks and pages:\n", size,
                 totals->ranges, scan->mappings);
    print_leaves(scan);
    for (size_t i = 0; i < totals->count; i++) {
        const struct kind *kind = &totals->kinds[i];
        char perm[64], memory[64];

        (void)number_format_size(size, sizeof(size), kind->bytes);
        (void)armvirt_text_perm(view->regime.id, kind->sample.perm, perm, sizeof(perm));
        (void)armvirt_text_memattr_short(&kind->sample.attr, memory, sizeof(memory));
        (void)printf("%10s  %s  %-20s %-3s%-3s %5" PRIu64 " range%s\n", size, perm, memory,
                     kind->sample.not_global ? "nG" : "", kind->sample.guarded ? "GP" : "",
                     kind->ranges, kind->ranges == 1 ? "" : "s");
    }
    (void)number_format_size(size, sizeof(size), writable_executable_bytes(totals));
    (void)printf("writable and executable: %s\n",
                 writable_executable_bytes(totals) == 0 ? "none" : size);
    if (totals->broken != 0) {
        (void)printf("broken: %" PRIu64 " ranges\n", totals->broken);
    }
}

static void totals_json(const struct view *view, const struct range_scan *scan,
                        const struct totals *totals, struct json *json)
{
    json_object_begin(json, NULL);
    json_hex(json, "bytes", totals->bytes);
    json_int(json, "ranges", (int64_t)totals->ranges);
    json_int(json, "mappings", (int64_t)scan->mappings);
    json_int(json, "broken", (int64_t)totals->broken);
    json_hex(json, "writable_executable_bytes", writable_executable_bytes(totals));
    json_array_begin(json, "kinds");
    for (size_t i = 0; i < totals->count; i++) {
        const struct kind *kind = &totals->kinds[i];
        char text[128];

        json_row_begin(json, NULL);
        json_hex(json, "bytes", kind->bytes);
        json_int(json, "ranges", (int64_t)kind->ranges);
        (void)armvirt_text_perm(view->regime.id, kind->sample.perm, text, sizeof(text));
        json_string(json, "permissions", text);
        (void)armvirt_text_memattr(&kind->sample.attr, text, sizeof(text));
        json_string(json, "memory", text);
        json_row_end(json);
    }
    json_array_end(json);
    json_object_end(json);
}

static void show_totals(const struct options *options, struct range_scan *scan,
                        const struct span *span)
{
    struct json json = {.out = stdout};
    struct totals totals = {0};
    struct range range;

    while (range_scan_next(scan, &range)) {
        range_clip(&range, span->first, span->last);
        add_range(&totals, &range);
    }
    if (options->json) {
        totals_json(scan->view, scan, &totals, &json);
    } else {
        print_totals(scan->view, scan, &totals);
    }
}

/* ---- ranges ---- */

/* Returns whether there was one. */
static bool show_ranges(const struct options *options, struct range_scan *scan)
{
    struct json json = {.out = stdout};
    struct range range;
    bool found = false;

    if (options->json) {
        json_array_begin(&json, NULL);
    } else {
        report_range_head(scan->view, scan->rules);
    }
    while (range_scan_next(scan, &range)) {
        found = true;
        if (options->json) {
            report_range_json(scan->view, &range, scan->rules, &json, NULL);
        } else {
            report_range(scan->view, &range, scan->rules, "");
        }
    }
    if (options->json) {
        json_array_end(&json);
    }
    return found;
}

static enum exit_status show(const struct options *options, const struct view *view,
                             struct error *error)
{
    const struct range_rules rules = {.exact = options->exact, .ignore_pa = options->no_pa};
    struct span span = {0, UINT64_MAX};
    struct range_scan scan;
    bool found = true;

    if (options->argument_count > 0 && !span_parse(options->arguments[0], &span, error)) {
        return STATUS_BAD_INPUT;
    }
    if (!range_scan_begin(&scan, view, options->stage, &span, rules, error)) {
        return STATUS_BAD_INPUT;
    }
    if (options->summary) {
        show_totals(options, &scan, &span);
    } else {
        found = show_ranges(options, &scan);
    }
    if (!view_check_memory(view, error)) {
        return STATUS_BAD_INPUT;
    }
    return found ? STATUS_OK : STATUS_FAULT;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    return run_view(options, show, error);
}

const struct command command_map = {
    .name = "map",
    .bit = COMMAND_MAP,
    .usage = "[RANGE]",
    .summary = "Show an address space as ranges",
    .details =
        "RANGE is FIRST-END (the end is exclusive), FIRST+SIZE with a unit K, M, G or T, an\n"
        "ADDRESS (what maps it), or 'lower' or 'upper' for the half that TTBR0 or TTBR1 maps;\n"
        "without it, all is shown. Neighbours that are mapped alike are one range. In the column\n"
        "of pages, 'c' marks sizes that belong to contiguous runs.\n",
    .least_arguments = 0,
    .most_arguments = 1,
    .run = run,
};
