/* SPDX-License-Identifier: MIT */
/* The machine description: which keys there are, and what each means. */
#define _POSIX_C_SOURCE 200809L
#include "description.h"

#include "array.h"
#include "number.h"
#include "register_values.h"
#include "yaml_reader.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Every read_ function is called at its value and ends behind it. */

static bool read_text(struct yaml_reader *reader, const char *what, char **text)
{
    const char *scalar = yaml_reader_scalar(reader, what);

    if (scalar == NULL) {
        return false;
    }
    free(*text);
    *text = strdup(scalar);
    return *text != NULL ? yaml_reader_next(reader) : refuse(reader->error, "out of memory");
}

/* A file name, relative to the directory of the description. */
static bool read_path(struct yaml_reader *reader, char **path)
{
    const char *name = yaml_reader_scalar(reader, "a file name");
    const char *slash = strrchr(reader->path, '/');
    size_t prefix;

    if (name == NULL) {
        return false;
    }
    if (*name == '\0') {
        return yaml_reader_refuse(reader, "an empty file name");
    }
    prefix = *name == '/' || slash == NULL ? 0 : (size_t)(slash - reader->path) + 1;
    free(*path);
    *path = malloc(prefix + strlen(name) + 1);
    if (*path == NULL) {
        return refuse(reader->error, "out of memory");
    }
    memcpy(*path, reader->path, prefix);
    strcpy(*path + prefix, name);
    return yaml_reader_next(reader);
}

static bool read_number(struct yaml_reader *reader, uint64_t *value)
{
    const char *text = yaml_reader_scalar(reader, "a number");

    if (text == NULL) {
        return false;
    }
    if (!number_parse(text, value)) {
        return yaml_reader_refuse(reader, "'%s' is not a number", text);
    }
    return yaml_reader_next(reader);
}

/* ---- registers ---- */

static bool read_register(struct yaml_reader *reader, const char *key, void *target)
{
    const char *value = yaml_reader_scalar(reader, "the value of a register");
    const char *name;
    struct error why;
    int cpu;

    if (value == NULL) {
        return false;
    }
    if (!register_values_split(key, &name, &cpu)) {
        return yaml_reader_refuse(reader, "'%s': CPU number out of range", key);
    }
    if (!register_values_add(target, cpu, name, value, &why)) {
        return yaml_reader_refuse(reader, "%s", why.text);
    }
    return yaml_reader_next(reader);
}

static bool read_registers(struct yaml_reader *reader, void *target)
{
    struct description *description = target;

    return yaml_reader_entries(reader, "registers", read_register, &description->registers);
}

static bool read_register_path(struct yaml_reader *reader, void *target)
{
    struct register_file *file = target;

    return read_path(reader, &file->path);
}

static bool read_register_cpu(struct yaml_reader *reader, void *target)
{
    struct register_file *file = target;
    uint64_t cpu;

    if (!read_number(reader, &cpu)) {
        return false;
    }
    if (cpu >= DESCRIPTION_CPUS_MAX) {
        return yaml_reader_refuse(reader, "CPU number out of range");
    }
    file->cpu = (int)cpu;
    return true;
}

static bool read_register_file(struct yaml_reader *reader, void *target)
{
    static const struct yaml_key keys[] = {{"file", read_register_path},
                                           {"cpu", read_register_cpu}};
    struct description *description = target;
    struct register_file *moved =
        array_reserve(description->register_files, description->register_file_count,
                      &description->register_file_capacity, sizeof(*moved));
    struct register_file *file;

    if (moved == NULL) {
        return refuse(reader->error, "out of memory");
    }
    description->register_files = moved;
    file = &moved[description->register_file_count++];
    *file = (struct register_file){.cpu = DESCRIPTION_ALL_CPUS};
    if (yaml_reader_at(reader, YAML_SCALAR_EVENT)) {
        return read_path(reader, &file->path);
    }
    return yaml_reader_mapping(reader, "a file of registers", keys, COUNT_OF(keys), file) &&
           (file->path != NULL || yaml_reader_refuse(reader, "the 'file' of registers is missing"));
}

static bool read_register_files(struct yaml_reader *reader, void *target)
{
    return yaml_reader_sequence(reader, read_register_file, target);
}

/* ---- memory ---- */

static bool read_image_path(struct yaml_reader *reader, void *target)
{
    struct image_source *source = target;

    return read_path(reader, &source->path);
}

static bool read_image_format(struct yaml_reader *reader, void *target)
{
    struct image_source *source = target;
    const char *text = yaml_reader_scalar(reader, "a format");

    if (text == NULL) {
        return false;
    }
    for (source->format = IMAGE_RAW; source->format < IMAGE_FORMATS; source->format++) {
        if (strcmp(text, image_format_name(source->format)) == 0) {
            return yaml_reader_next(reader);
        }
    }
    return yaml_reader_refuse(reader, "unknown format '%s': raw, sparse, elf or lime", text);
}

static bool read_image_address(struct yaml_reader *reader, void *target)
{
    struct image_source *source = target;

    source->has_address = true;
    return read_number(reader, &source->address);
}

static bool read_image_offset(struct yaml_reader *reader, void *target)
{
    struct image_source *source = target;

    return read_number(reader, &source->offset);
}

static bool read_image_size(struct yaml_reader *reader, void *target)
{
    struct image_source *source = target;

    source->has_size = true;
    return read_number(reader, &source->size);
}

static bool read_space(struct yaml_reader *reader, void *target)
{
    static const char *const names[] = {
        [ARMVIRT_SPACE_NONSECURE] = "nonsecure",
        [ARMVIRT_SPACE_SECURE] = "secure",
        [ARMVIRT_SPACE_REALM] = "realm",
        [ARMVIRT_SPACE_ROOT] = "root",
    };
    struct image_source *source = target;
    const char *text = yaml_reader_scalar(reader, "an address space");

    if (text == NULL) {
        return false;
    }
    for (unsigned i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            source->spaces = (uint8_t)(source->spaces | 1u << i);
            return yaml_reader_next(reader);
        }
    }
    return yaml_reader_refuse(reader,
                              "unknown address space '%s': nonsecure, secure, realm or root", text);
}

static bool read_image_spaces(struct yaml_reader *reader, void *target)
{
    return yaml_reader_sequence(reader, read_space, target);
}

static bool read_image(struct yaml_reader *reader, void *target)
{
    static const struct yaml_key keys[] = {
        {"file", read_image_path},       {"format", read_image_format},
        {"address", read_image_address}, {"offset", read_image_offset},
        {"size", read_image_size},       {"spaces", read_image_spaces},
    };
    struct description *description = target;
    struct image_source *moved = array_reserve(description->memory, description->memory_count,
                                               &description->memory_capacity, sizeof(*moved));
    struct image_source *source;

    if (moved == NULL) {
        return refuse(reader->error, "out of memory");
    }
    description->memory = moved;
    source = &moved[description->memory_count++];
    *source = (struct image_source){.format = IMAGE_GUESS};
    if (yaml_reader_at(reader, YAML_SCALAR_EVENT)) {
        return read_path(reader, &source->path);
    }
    return yaml_reader_mapping(reader, "a memory file", keys, COUNT_OF(keys), source) &&
           (source->path != NULL || yaml_reader_refuse(reader, "the 'file' of memory is missing"));
}

static bool read_memory(struct yaml_reader *reader, void *target)
{
    return yaml_reader_sequence(reader, read_image, target);
}

/* ---- the whole ---- */

static bool read_name(struct yaml_reader *reader, void *target)
{
    struct description *description = target;

    return read_text(reader, "a name", &description->name);
}

bool description_parse(struct description *description, const char *path, const void *text,
                       size_t size, struct error *error)
{
    static const struct yaml_key keys[] = {{"name", read_name},
                                           {"register-files", read_register_files},
                                           {"registers", read_registers},
                                           {"memory", read_memory}};
    struct yaml_reader reader;
    bool done;

    memset(description, 0, sizeof(*description));
    done =
        yaml_reader_begin(&reader, path, text, size, error) &&
        yaml_reader_mapping(&reader, "a machine description", keys, COUNT_OF(keys), description) &&
        yaml_reader_finish(&reader);
    yaml_reader_free(&reader);
    return done;
}

void description_free(struct description *description)
{
    free(description->name);
    register_values_free(&description->registers);
    for (size_t i = 0; i < description->register_file_count; i++) {
        free(description->register_files[i].path);
    }
    free(description->register_files);
    for (size_t i = 0; i < description->memory_count; i++) {
        free(description->memory[i].path);
    }
    free(description->memory);
    memset(description, 0, sizeof(*description));
}
