/* SPDX-License-Identifier: MIT */
/* armvirt-inspect msi: where an MSI goes, entry by entry. */
#include "commands.h"

#include "its_report.h"
#include "number.h"
#include "walk_report.h"

#include <armvirt/text_its.h>

#include <inttypes.h>
#include <stdio.h>

/* What was learned from an entry. */
static void explain(const struct armvirt_its_route *route, const struct armvirt_its_entry *entry)
{
    bool last = entry == &route->step[route->steps - 1];
    bool leads_on = !last || route->reason == ARMVIRT_ITS_NONE;

    switch ((enum armvirt_its_step_kind)entry->kind) {
    case ARMVIRT_ITS_STEP_DEVICE:
        if (route->event_bits != 0) {
            report_item("", "interrupt translation table at 0x%" PRIx64 ", %u bits of EventID",
                        route->itt_pa, route->event_bits);
        }
        break;
    case ARMVIRT_ITS_STEP_EVENT:
        if (leads_on && route->physical) {
            report_item("", "LPI %" PRIu32 ", collection %" PRIu32, route->intid, route->icid);
        } else if (leads_on) {
            report_item("", "virtual LPI %" PRIu32 ", vPE %" PRIu32, route->intid,
                        route->vpe.vpeid);
        }
        break;
    case ARMVIRT_ITS_STEP_COLLECTION:
        if (leads_on) {
            report_item("", "PE %" PRIu32, route->pe);
        }
        break;
    case ARMVIRT_ITS_STEP_VPE:
        if (leads_on) {
            report_item("", "PE %" PRIu32 ", virtual pending table at 0x%" PRIx64, route->vpe.pe,
                        route->vpe.vpt_pa);
        }
        break;
    default:
        break;
    }
}

static void print(struct machine *machine, const struct its_state *state,
                  const struct armvirt_its_route *route)
{
    struct lpi_config config = its_lpi_config(machine, route->pe, route->intid);
    char text[256];

    (void)printf("MSI of device 0x%" PRIx32 ", event %" PRIu32 "; tables as %s lays them out\n",
                 route->device, route->event, state->layout);
    for (unsigned i = 0; i < route->steps; i++) {
        (void)armvirt_text_its_entry(&route->step[i], text, sizeof(text));
        report_item("entry", "%s", text);
        explain(route, &route->step[i]);
    }
    if (route->reason != ARMVIRT_ITS_NONE) {
        report_item("dropped", "%s", armvirt_its_reason_text(route->reason));
        return;
    }
    if (route->physical && config.known) {
        report_item("LPI entry", "at 0x%" PRIx64 ": 0x%02x", config.pa, config.byte);
    }
    its_report_route(machine, route, "arrives");
}

static enum exit_status answer(const struct options *options, struct machine *machine,
                               struct its_state *state, uint32_t device, uint32_t event)
{
    struct json json = {.out = stdout};
    struct armvirt_its_route route;

    (void)armvirt_its_translate(state->its, device, event, &route);
    if (options->json) {
        its_report_route_json(machine, &route, true, &json);
    } else {
        print(machine, state, &route);
    }
    return route.reason == ARMVIRT_ITS_NONE ? STATUS_OK : STATUS_FAULT;
}

static bool parse(const char *text, const char *what, uint32_t *number, struct error *error)
{
    uint64_t value;

    if (!number_parse(text, &value) || value > UINT32_MAX) {
        return refuse(error, "'%s' is not %s", text, what);
    }
    *number = (uint32_t)value;
    return true;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    enum exit_status status = STATUS_BAD_INPUT;
    struct machine machine = {0};
    struct its_state state = {0};
    uint32_t device = 0, event = 0;

    if (parse(options->arguments[0], "a DeviceID", &device, error) &&
        parse(options->arguments[1], "an EventID", &event, error) &&
        machine_open(&machine, options->machine_path, &options->overrides, MACHINE_QUIET, error) &&
        its_state_open(&state, &machine, error)) {
        status = answer(options, &machine, &state, device, event);
    }
    its_state_close(&state);
    machine_close(&machine);
    return status;
}

const struct command command_msi = {
    .name = "msi",
    .bit = COMMAND_MSI,
    .usage = "DEVICE EVENT",
    .summary = "Show where an MSI goes, table entry by table entry",
    .details = "The machine's registers GITS_* and its tables in memory are loaded into an ITS.\n"
               "DEVICE is the DeviceID, EVENT what the device writes. Ends with 1 if the MSI is\n"
               "dropped.\n",
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run,
};
