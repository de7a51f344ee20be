/* SPDX-License-Identifier: MIT */
/* A thin reader of YAML events over libyaml. */
#include "yaml_reader.h"

#include "suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_MAX 64

bool yaml_reader_refuse(struct yaml_reader *reader, const char *format, ...)
{
    char text[768];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return refuse(reader->error, "%s:%zu: %s", reader->path, reader->event.start_mark.line + 1,
                  text);
}

static bool syntax_error(struct yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "not readable as YAML";

    if (parser->error == YAML_READER_ERROR) {
        return refuse(reader->error, "%s: %s at byte %zu", reader->path, problem,
                      parser->problem_offset);
    }
    return refuse(reader->error, "%s:%zu: %s", reader->path, parser->problem_mark.line + 1,
                  problem);
}

bool yaml_reader_next(struct yaml_reader *reader)
{
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->parser, &reader->event) == 0) {
        return syntax_error(reader);
    }
    if (reader->event.type == YAML_ALIAS_EVENT) {
        return yaml_reader_refuse(reader, "aliases are not supported here");
    }
    return true;
}

bool yaml_reader_begin(struct yaml_reader *reader, const char *path, const void *text, size_t size,
                       struct error *error)
{
    memset(reader, 0, sizeof(*reader));
    reader->path = path;
    reader->error = error;
    if (yaml_parser_initialize(&reader->parser) == 0) {
        return refuse(error, "out of memory");
    }
    yaml_parser_set_input_string(&reader->parser, text, size);
    if (!yaml_reader_next(reader) || !yaml_reader_next(reader)) {
        return false;
    }
    if (reader->event.type == YAML_STREAM_END_EVENT) {
        return refuse(error, "%s: no description in it", path);
    }
    return yaml_reader_next(reader);
}

bool yaml_reader_finish(struct yaml_reader *reader)
{
    if (!yaml_reader_next(reader)) {
        return false;
    }
    return reader->event.type == YAML_STREAM_END_EVENT ||
           yaml_reader_refuse(reader, "a second document; one is expected");
}

void yaml_reader_free(struct yaml_reader *reader)
{
    yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
}

bool yaml_reader_at(const struct yaml_reader *reader, yaml_event_type_t type)
{
    return reader->event.type == type;
}

const char *yaml_reader_scalar(struct yaml_reader *reader, const char *what)
{
    const char *text = (const char *)reader->event.data.scalar.value;

    if (!yaml_reader_at(reader, YAML_SCALAR_EVENT)) {
        (void)yaml_reader_refuse(reader, "%s expected", what);
        return NULL;
    }
    if (strlen(text) != reader->event.data.scalar.length) {
        (void)yaml_reader_refuse(reader, "a zero byte in %s", what);
        return NULL;
    }
    return text;
}

bool yaml_reader_entries(struct yaml_reader *reader, const char *what,
                         bool (*read)(struct yaml_reader *reader, const char *key, void *target),
                         void *target)
{
    if (!yaml_reader_at(reader, YAML_MAPPING_START_EVENT)) {
        return yaml_reader_refuse(reader, "%s expected, as 'key: value' pairs", what);
    }
    if (!yaml_reader_next(reader)) {
        return false;
    }
    while (!yaml_reader_at(reader, YAML_MAPPING_END_EVENT)) {
        char key[KEY_MAX];
        const char *text = yaml_reader_scalar(reader, "a key");

        if (text == NULL) {
            return false;
        }
        if (strlen(text) >= sizeof(key)) {
            return yaml_reader_refuse(reader, "unknown key '%.32s...'", text);
        }
        strcpy(key, text);
        if (!yaml_reader_next(reader) || !read(reader, key, target)) {
            return false;
        }
    }
    return yaml_reader_next(reader);
}

/* The keys of yaml_reader_mapping(), and where their values go. */
struct known_keys {
    const struct yaml_key *keys;
    size_t count;
    void *target;
};

static bool read_known(struct yaml_reader *reader, const char *key, void *target)
{
    const struct known_keys *known = target;
    struct suggestion suggestion = SUGGESTION(key);
    char hint[64];

    for (size_t i = 0; i < known->count; i++) {
        if (strcmp(known->keys[i].name, key) == 0) {
            return known->keys[i].read(reader, known->target);
        }
        suggest_try(&suggestion, known->keys[i].name);
    }
    return yaml_reader_refuse(reader, "unknown key '%s'%s", key,
                              suggest_text(&suggestion, hint, sizeof(hint)));
}

bool yaml_reader_mapping(struct yaml_reader *reader, const char *what, const struct yaml_key *keys,
                         size_t count, void *target)
{
    struct known_keys known = {keys, count, target};

    return yaml_reader_entries(reader, what, read_known, &known);
}

bool yaml_reader_sequence(struct yaml_reader *reader,
                          bool (*read)(struct yaml_reader *reader, void *target), void *target)
{
    if (!yaml_reader_at(reader, YAML_SEQUENCE_START_EVENT)) {
        return read(reader, target);
    }
    if (!yaml_reader_next(reader)) {
        return false;
    }
    while (!yaml_reader_at(reader, YAML_SEQUENCE_END_EVENT)) {
        if (!read(reader, target)) {
            return false;
        }
    }
    return yaml_reader_next(reader);
}
