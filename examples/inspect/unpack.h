/* SPDX-License-Identifier: MIT */
/* Compressed input (.xz), if the tool was built with liblzma. */
#ifndef INSPECT_UNPACK_H
#define INSPECT_UNPACK_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

bool unpack_is_packed(const uint8_t *bytes, size_t size);

/* Allocates *unpacked; `name` is for the error. */
bool unpack(const uint8_t *bytes, size_t size, uint8_t **unpacked, size_t *unpacked_size,
            const char *name, struct error *error);

#endif
