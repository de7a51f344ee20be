/* SPDX-License-Identifier: MIT */
/* The fields of a register or a descriptor as JSON. */
#ifndef INSPECT_FIELDS_JSON_H
#define INSPECT_FIELDS_JSON_H

#include "json.h"

#include <armvirt/text.h>

/* An array "fields" of those that say something, from the top bit down. */
void fields_json(const struct armvirt_layout *layout, const uint64_t value[2], uint64_t when,
                 struct json *json);

#endif
