/* SPDX-License-Identifier: MIT */
/* A JSON writer. Numbers of 64 bits are written as strings in hexadecimal: most readers of JSON
 * keep only 53 bits of a number. */
#ifndef INSPECT_JSON_H
#define INSPECT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 16

struct json {
    FILE *out;
    unsigned depth;
    unsigned row_depth;               /* of the object that is written on one line, or 0 */
    bool has_members[JSON_DEPTH_MAX]; /* of each value that is open */
};

/* Every call takes the key of the value in its object, or NULL in an array and at the top. */
void json_object_begin(struct json *json, const char *key);
void json_object_end(struct json *json);
/* An object on one line, for long lists. */
void json_row_begin(struct json *json, const char *key);
void json_row_end(struct json *json);
void json_array_begin(struct json *json, const char *key);
void json_array_end(struct json *json);
void json_string(struct json *json, const char *key, const char *text);
void json_int(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_hex(struct json *json, const char *key, uint64_t value);

#endif
