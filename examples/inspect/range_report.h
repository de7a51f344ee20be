/* SPDX-License-Identifier: MIT */
/* Ranges of an address space in lines and as JSON. */
#ifndef INSPECT_RANGE_REPORT_H
#define INSPECT_RANGE_REPORT_H

#include "json.h"
#include "ranges.h"

/* The names of the columns. */
void report_range_head(const struct view *view, struct range_rules rules);

/* One line, like those of a kernel's page table dump: the end is exclusive. `prefix` stands first.
 */
void report_range(const struct view *view, const struct range *range, struct range_rules rules,
                  const char *prefix);
void report_range_json(const struct view *view, const struct range *range, struct range_rules rules,
                       struct json *json, const char *key);

/* "0x...-0x...", the end exclusive. */
void report_span(uint64_t first, uint64_t last);

#endif
