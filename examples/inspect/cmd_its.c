/* SPDX-License-Identifier: MIT */
/* armvirt-inspect its: the tables of an ITS, all collections and all mappings. */
#include "commands.h"

#include "its_report.h"
#include "walk_report.h"

#include <armvirt/regs/its.h>

#include <inttypes.h>
#include <stdio.h>

#define BASERS      8
#define COLLECTIONS 65536u
#define LOOKS       1000000u

struct report {
    struct machine *machine;
    struct its_state *state;
    struct json *json; /* NULL: words */
};

static uint64_t read_its(struct armvirt_its *its, uint32_t offset, uint8_t size)
{
    struct armvirt_its_access access = {.offset = offset, .size = size};
    uint64_t value = 0;

    (void)armvirt_its_read(its, &access, &value);
    return value;
}

static const char *table_name(uint64_t baser)
{
    static const char *const names[8] = {"none",        "devices", "vPEs",   "type 3",
                                         "collections", "type 5",  "type 6", "type 7"};

    return names[ARMVIRT_GET(ARMVIRT_GITS_BASERN_TYPE, baser)];
}

static void show_tables(const struct report *report)
{
    if (report->json != NULL) {
        json_array_begin(report->json, "tables");
    }
    for (unsigned n = 0; n < BASERS; n++) {
        uint64_t baser = read_its(report->state->its, 0x100 + 8 * n, 8);
        bool two = (baser & ARMVIRT_GITS_BASERN_INDIRECT) != 0;
        unsigned size = (unsigned)ARMVIRT_GET(ARMVIRT_GITS_BASERN_PAGE_SIZE, baser);
        unsigned page = size == 0 ? 4 : size == 1 ? 16 : 64;
        unsigned pages = (unsigned)ARMVIRT_GET(ARMVIRT_GITS_BASERN_SIZE, baser) + 1;
        uint64_t pa = baser & ARMVIRT_GITS_BASERN_PHYSICAL_ADDRESS;

        if (!(baser & ARMVIRT_GITS_BASERN_VALID)) {
            continue;
        }
        if (report->json == NULL) {
            report_item("table", "%s at 0x%" PRIx64 ", %u page%s of %u KB, %s", table_name(baser),
                        pa, pages, pages == 1 ? "" : "s", page, two ? "two levels" : "flat");
            continue;
        }
        json_row_begin(report->json, NULL);
        json_string(report->json, "of", table_name(baser));
        json_hex(report->json, "address", pa);
        json_int(report->json, "pages", pages);
        json_int(report->json, "page_kb", page);
        json_bool(report->json, "two_levels", two);
        json_row_end(report->json);
    }
    if (report->json != NULL) {
        json_array_end(report->json);
    }
}

static void show_collections(const struct report *report)
{
    uint32_t pe;

    if (report->json != NULL) {
        json_array_begin(report->json, "collections");
    }
    for (uint32_t icid = 0; icid < COLLECTIONS; icid++) {
        if (armvirt_its_collection(report->state->its, icid, &pe) != ARMVIRT_OK) {
            continue;
        }
        if (report->json == NULL) {
            report_item("collection", "%" PRIu32 ": PE %" PRIu32, icid, pe);
            continue;
        }
        json_row_begin(report->json, NULL);
        json_int(report->json, "collection", icid);
        json_int(report->json, "pe", pe);
        json_row_end(report->json);
    }
    if (report->json != NULL) {
        json_array_end(report->json);
    }
}

static void show_mappings(const struct report *report)
{
    struct armvirt_its_cursor cursor = {0, 0};
    struct armvirt_its_route route;
    enum armvirt_status status;
    unsigned count = 0;

    if (report->json != NULL) {
        json_array_begin(report->json, "events");
    }
    while ((status = armvirt_its_next(report->state->its, &cursor, LOOKS, &route)) != ARMVIRT_END) {
        if (status != ARMVIRT_OK) {
            continue;
        }
        count++;
        if (report->json != NULL) {
            its_report_route_json(report->machine, &route, false, report->json);
        } else {
            its_report_route(report->machine, &route, "event");
        }
    }
    if (report->json != NULL) {
        json_array_end(report->json);
    } else {
        report_item("total", "%u event%s", count, count == 1 ? "" : "s");
    }
}

static void show(const struct report *report)
{
    bool enabled = (read_its(report->state->its, 0, 4) & ARMVIRT_GITS_CTLR_ENABLED) != 0;

    if (report->json == NULL) {
        (void)printf("ITS, %s; tables as %s lays them out\n", enabled ? "enabled" : "disabled",
                     report->state->layout);
    } else {
        json_object_begin(report->json, NULL);
        json_bool(report->json, "enabled", enabled);
        json_string(report->json, "layout", report->state->layout);
    }
    show_tables(report);
    show_collections(report);
    show_mappings(report);
    if (report->json != NULL) {
        json_object_end(report->json);
    }
}

static enum exit_status run(const struct options *options, struct error *error)
{
    struct json json = {.out = stdout};
    struct machine machine = {0};
    struct its_state state = {0};
    struct report report = {&machine, &state, options->json ? &json : NULL};
    enum exit_status status = STATUS_BAD_INPUT;

    if (machine_open(&machine, options->machine_path, &options->overrides, MACHINE_QUIET, error) &&
        its_state_open(&state, &machine, error)) {
        show(&report);
        status = STATUS_OK;
    }
    its_state_close(&state);
    machine_close(&machine);
    return status;
}

const struct command command_its = {
    .name = "its",
    .bit = COMMAND_ITS,
    .usage = "",
    .summary = "Show the tables of the ITS and all that they map",
    .details = "The machine's registers GITS_* and its tables in memory are loaded into an ITS.\n"
               "Lists its tables, the collections and where each event goes.\n",
    .least_arguments = 0,
    .most_arguments = 0,
    .run = run,
};
