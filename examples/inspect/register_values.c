/* SPDX-License-Identifier: MIT */
/* Register values as text, one by one and as files of lines. */
#define _POSIX_C_SOURCE 200809L
#include "register_values.h"

#include "array.h"
#include "input_file.h"
#include "number.h"

#include <armvirt/text.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES 256 /* longer lines can hold nothing that is of use here */

bool register_values_split(const char *text, const char **name, int *cpu)
{
    unsigned number = 0;
    const char *digit = text + 3;

    *name = text;
    *cpu = DESCRIPTION_ALL_CPUS;
    if (strncasecmp(text, "CPU", 3) != 0 || !isdigit((unsigned char)*digit)) {
        return true;
    }
    for (; isdigit((unsigned char)*digit) && number < DESCRIPTION_CPUS_MAX; digit++) {
        number = number * 10 + (unsigned)(*digit - '0');
    }
    *name = digit + 1;
    *cpu = (int)number;
    return *digit == '.' && number < DESCRIPTION_CPUS_MAX;
}

bool register_values_known(const char *name)
{
    const struct armvirt_layout *layout = armvirt_layout_find(name);

    return register_find(name) != NULL ||
           (layout != NULL && armvirt_layout_kind(layout) == ARMVIRT_LAYOUT_REGISTER);
}

static bool append(struct register_values *values, struct register_value value, struct error *error)
{
    struct register_value *moved =
        array_reserve(values->item, values->count, &values->capacity, sizeof(value));

    if (moved == NULL) {
        return refuse(error, "out of memory");
    }
    values->item = moved;
    values->item[values->count++] = value;
    return true;
}

static bool add_row(struct register_values *values, int cpu, const struct register_row *row,
                    const char *text, struct error *error)
{
    struct register_value value = {.row = row, .cpu = cpu};
    struct cpu scratch = {0};

    if (!number_parse_wide(text, value.value)) {
        return refuse(error, "%s: '%s' is not a number", row->name, text);
    }
    if (!register_set(&scratch, row, value.value)) {
        return refuse(error, "%s: %s does not fit in %u bits", row->name, text, row->bits);
    }
    return append(values, value, error);
}

static bool add_named(struct register_values *values, int cpu, const char *name, uint64_t value,
                      struct error *error)
{
    return named_values_add(&values->named, cpu, name, value) || refuse(error, "out of memory");
}

static bool unknown_name(const char *name, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(name);
    char hint[64];

    register_suggest(&suggestion);
    return refuse(error, "unknown register '%s'%s", name,
                  suggest_text(&suggestion, hint, sizeof(hint)));
}

bool register_values_add(struct register_values *values, int cpu, const char *name,
                         const char *value, struct error *error)
{
    const struct register_row *row = register_find(name);
    uint64_t number[2];

    if (row != NULL) {
        return add_row(values, cpu, row, value, error);
    }
    if (!register_values_known(name) && !named_values_of_device(name)) {
        return unknown_name(name, error);
    }
    if (!number_parse_wide(value, number)) {
        return refuse(error, "%s: '%s' is not a number", name, value);
    }
    return add_named(values, cpu, name, number[0], error);
}

/* Cuts the word at *at off and ends it with '\0'; *at moves behind it and any space. */
static char *take_word(char **at, const char *stop)
{
    char *word = *at;
    size_t length = strcspn(word, stop);

    *at = word + length;
    if (**at != '\0') {
        char ended_by = **at;

        **at = '\0';
        (*at)++;
        *at += strspn(*at, " \t");
        if (isspace((unsigned char)ended_by) && (**at == '=' || **at == ':')) {
            (*at)++;
            *at += strspn(*at, " \t");
        }
    }
    return word;
}

/* "NAME = VALUE", "NAME: VALUE", or "NAME VALUE ..." as gdb's `info registers` prints. */
static bool add_line(struct register_values *values, int cpu, char *line, struct error *error)
{
    const struct register_row *row;
    uint64_t number[2];
    const char *name;
    int of_cpu;
    char *value;

    line[strcspn(line, "#\r\n")] = '\0';
    line += strspn(line, " \t");
    if (*line == '\0') {
        return true;
    }
    name = take_word(&line, "=: \t");
    value = take_word(&line, " \t");
    if (*value == '\0') {
        return refuse(error, "'NAME = VALUE' expected");
    }
    if (!register_values_split(name, &name, &of_cpu)) {
        return refuse(error, "CPU number out of range");
    }
    of_cpu = cpu == DESCRIPTION_ALL_CPUS ? of_cpu : cpu;
    row = register_find(name);
    if (row != NULL) {
        return add_row(values, of_cpu, row, value, error);
    }
    return !number_parse_wide(value, number) || add_named(values, of_cpu, name, number[0], error);
}

bool register_values_add_lines(struct register_values *values, int cpu, const char *path,
                               const char *text, size_t size, struct error *error)
{
    unsigned number = 1;

    for (size_t at = 0; at < size; number++) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - (text + at));
        char line[LINE_MAX_BYTES];
        struct error why;

        (void)snprintf(line, sizeof(line), "%.*s",
                       length < sizeof(line) ? (int)length : (int)sizeof(line), text + at);
        if (!add_line(values, cpu, line, &why)) {
            return refuse(error, "%s:%u: %.900s", path, number, why.text);
        }
        at += length + 1;
    }
    return true;
}

bool register_values_add_file(struct register_values *values, const struct register_file *file,
                              struct error *error)
{
    struct input_file input;
    bool done;

    if (!input_file_open(&input, file->path, error)) {
        return false;
    }
    done = register_values_add_lines(values, file->cpu, file->path, (const char *)input.bytes,
                                     input.size, error);
    input_file_close(&input);
    return done;
}

void register_values_free(struct register_values *values)
{
    free(values->item);
    named_values_free(&values->named);
    *values = (struct register_values){0};
}
