/* SPDX-License-Identifier: MIT */
/* A whole file, read-only, in memory: mapped, so that a dump of many gigabytes costs nothing, or
 * unpacked if it is compressed (.xz). */
#ifndef INSPECT_INPUT_FILE_H
#define INSPECT_INPUT_FILE_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

struct input_file {
    uint8_t *bytes; /* not to be written */
    size_t size;
    bool mapped;
};

bool input_file_open(struct input_file *file, const char *path, struct error *error);
void input_file_close(struct input_file *file);

#endif
