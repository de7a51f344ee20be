/* SPDX-License-Identifier: MIT */
/* The way of an MSI in words and as JSON. */
#include "its_report.h"

#include "walk_report.h"

#include <armvirt/text_its.h>

#include <stdio.h>

/* An entry of the configuration table: priority in bits 7:2, enable in bit 0. */
#define LPI_PRIORITY 0xfcu
#define LPI_ENABLE   0x01u

void its_report_route(struct machine *machine, const struct armvirt_its_route *route,
                      const char *name)
{
    struct lpi_config config = its_lpi_config(machine, route->pe, route->intid);
    char text[256], rest[64] = "";

    (void)armvirt_text_its_route(route, text, sizeof(text));
    if (route->reason == ARMVIRT_ITS_NONE && route->physical && config.known) {
        (void)snprintf(rest, sizeof(rest), ", priority 0x%02x, %s", config.byte & LPI_PRIORITY,
                       config.byte & LPI_ENABLE ? "enabled" : "disabled");
    }
    report_item(name, "%s%s", text, rest);
}

static void target_json(struct machine *machine, const struct armvirt_its_route *route,
                        struct json *json)
{
    struct lpi_config config;

    json_bool(json, "physical", route->physical);
    json_int(json, "intid", route->intid);
    if (!route->physical) {
        json_int(json, "vpe", route->vpe.vpeid);
        json_int(json, "pe", route->vpe.pe);
        json_int(json, "doorbell", route->doorbell);
        return;
    }
    json_int(json, "collection", route->icid);
    json_int(json, "pe", route->pe);
    config = its_lpi_config(machine, route->pe, route->intid);
    if (config.known) {
        json_hex(json, "priority", config.byte & LPI_PRIORITY);
        json_bool(json, "enabled", (config.byte & LPI_ENABLE) != 0);
    }
}

static void steps_json(const struct armvirt_its_route *route, struct json *json)
{
    json_array_begin(json, "entries");
    for (unsigned i = 0; i < route->steps; i++) {
        const struct armvirt_its_entry *entry = &route->step[i];

        json_row_begin(json, NULL);
        json_string(json, "kind", armvirt_its_step_kind_name(entry->kind));
        json_hex(json, "address", entry->pa);
        json_int(json, "bytes", entry->bytes);
        json_hex(json, "low", entry->word[0]);
        json_hex(json, "high", entry->word[1]);
        json_row_end(json);
    }
    json_array_end(json);
}

void its_report_route_json(struct machine *machine, const struct armvirt_its_route *route,
                           bool steps, struct json *json)
{
    void (*const begin)(struct json *, const char *) = steps ? json_object_begin : json_row_begin;
    void (*const end)(struct json *) = steps ? json_object_end : json_row_end;

    begin(json, NULL);
    json_hex(json, "device", route->device);
    json_int(json, "event", route->event);
    json_bool(json, "arrives", route->reason == ARMVIRT_ITS_NONE);
    if (route->reason == ARMVIRT_ITS_NONE) {
        target_json(machine, route, json);
    } else {
        json_string(json, "reason", armvirt_its_reason_name(route->reason));
    }
    if (steps) {
        steps_json(route, json);
    }
    end(json);
}
