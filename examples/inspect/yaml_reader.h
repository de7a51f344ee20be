/* SPDX-License-Identifier: MIT */
/* A thin reader of YAML events: what is wrong is said with file and line. */
#ifndef INSPECT_YAML_READER_H
#define INSPECT_YAML_READER_H

#include "error.h"

#include <stddef.h>
#include <yaml.h>

struct yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one to look at */
    const char *path;
    struct error *error;
};

/* A key of a mapping, and what reads its value into `target`. */
struct yaml_key {
    const char *name;
    bool (*read)(struct yaml_reader *reader, void *target);
};

/* Begins, and steps to the top node of the document. */
bool yaml_reader_begin(struct yaml_reader *reader, const char *path, const void *text, size_t size,
                       struct error *error);
/* After the top node: nothing may follow. */
bool yaml_reader_finish(struct yaml_reader *reader);
void yaml_reader_free(struct yaml_reader *reader);

/* "path:line: ...", of the current event. Always false. */
bool yaml_reader_refuse(struct yaml_reader *reader, const char *format, ...) INSPECT_PRINTF(2, 3);

/* Steps to the next event. */
bool yaml_reader_next(struct yaml_reader *reader);

bool yaml_reader_at(const struct yaml_reader *reader, yaml_event_type_t type);

/* The text of the current scalar; NULL after an error if it is something else. Valid until the next
 * step. */
const char *yaml_reader_scalar(struct yaml_reader *reader, const char *what);

/* A mapping of exactly these keys; ends behind it. */
bool yaml_reader_mapping(struct yaml_reader *reader, const char *what, const struct yaml_key *keys,
                         size_t count, void *target);

/* A sequence, or one element alone; `read` gets each. */
bool yaml_reader_sequence(struct yaml_reader *reader,
                          bool (*read)(struct yaml_reader *reader, void *target), void *target);

/* A mapping of any keys: `read` gets the key and is called with its value as the current event. */
bool yaml_reader_entries(struct yaml_reader *reader, const char *what,
                         bool (*read)(struct yaml_reader *reader, const char *key, void *target),
                         void *target);

#endif
