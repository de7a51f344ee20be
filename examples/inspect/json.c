/* SPDX-License-Identifier: MIT */
/* A JSON writer (RFC 8259): indented, one member a line. */
#include "json.h"

#include <inttypes.h>

static void new_line(struct json *json)
{
    if (json->row_depth != 0) {
        (void)fputc(' ', json->out);
        return;
    }
    (void)fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
}

static void quote(struct json *json, const char *text)
{
    (void)fputc('"', json->out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\') {
            (void)fprintf(json->out, "\\%c", c);
        } else if (c < 0x20) {
            (void)fprintf(json->out, "\\u%04x", c);
        } else {
            (void)fputc(c, json->out);
        }
    }
    (void)fputc('"', json->out);
}

/* What stands before a value: comma, line break, key. */
static void begin_value(struct json *json, const char *key)
{
    if (json->depth > 0) {
        if (json->has_members[json->depth - 1]) {
            (void)fputc(',', json->out);
        }
        json->has_members[json->depth - 1] = true;
        new_line(json);
    }
    if (key != NULL) {
        quote(json, key);
        (void)fputs(": ", json->out);
    }
}

static void open(struct json *json, const char *key, char bracket)
{
    begin_value(json, key);
    (void)fputc(bracket, json->out);
    json->has_members[json->depth++] = false;
}

static void close(struct json *json, char bracket)
{
    if (json->has_members[--json->depth]) {
        new_line(json);
    }
    (void)fputc(bracket, json->out);
    if (json->depth == 0) {
        (void)fputc('\n', json->out);
    }
}

void json_object_begin(struct json *json, const char *key)
{
    open(json, key, '{');
}

void json_object_end(struct json *json)
{
    close(json, '}');
}

void json_row_begin(struct json *json, const char *key)
{
    open(json, key, '{');
    json->row_depth = json->depth;
}

void json_row_end(struct json *json)
{
    close(json, '}');
    json->row_depth = 0;
}

void json_array_begin(struct json *json, const char *key)
{
    open(json, key, '[');
}

void json_array_end(struct json *json)
{
    close(json, ']');
}

void json_string(struct json *json, const char *key, const char *text)
{
    begin_value(json, key);
    quote(json, text);
}

void json_int(struct json *json, const char *key, int64_t value)
{
    begin_value(json, key);
    (void)fprintf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    (void)fputs(value ? "true" : "false", json->out);
}

void json_hex(struct json *json, const char *key, uint64_t value)
{
    begin_value(json, key);
    (void)fprintf(json->out, "\"0x%" PRIx64 "\"", value);
}
