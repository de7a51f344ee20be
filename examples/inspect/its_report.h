/* SPDX-License-Identifier: MIT */
/* The way of an MSI in words and as JSON. */
#ifndef INSPECT_ITS_REPORT_H
#define INSPECT_ITS_REPORT_H

#include "its_state.h"
#include "json.h"

/* A line: the LPI, its target, priority and enable, or why the MSI is dropped. */
void its_report_route(struct machine *machine, const struct armvirt_its_route *route,
                      const char *name);
/* On one line unless `steps`, which adds the entries that were read. */
void its_report_route_json(struct machine *machine, const struct armvirt_its_route *route,
                           bool steps, struct json *json);

#endif
