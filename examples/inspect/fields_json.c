/* SPDX-License-Identifier: MIT */
/* The fields of a register or a descriptor as JSON. */
#include "fields_json.h"

static void field_json(const struct armvirt_field *field, struct json *json)
{
    json_row_begin(json, NULL);
    json_string(json, "name", field->name);
    json_int(json, "hi", field->hi);
    json_int(json, "lo", field->lo);
    json_hex(json, "value", field->value);
    if (field->value_name != NULL) {
        json_string(json, "means", field->value_name);
    }
    json_row_end(json);
}

void fields_json(const struct armvirt_layout *layout, const uint64_t value[2], uint64_t when,
                 struct json *json)
{
    struct armvirt_field field;

    json_array_begin(json, "fields");
    for (unsigned bit = armvirt_layout_bits(layout); bit > 0; bit = field.lo) {
        armvirt_field_at(layout, value, when, bit - 1, &field);
        if (armvirt_field_notable(&field)) {
            field_json(&field, json);
        }
    }
    json_array_end(json);
}
