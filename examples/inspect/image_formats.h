/* SPDX-License-Identifier: MIT */
/* The formats of memory files. Each reader hands its segments to memory_image_segment(). */
#ifndef INSPECT_IMAGE_FORMATS_H
#define INSPECT_IMAGE_FORMATS_H

#include "memory_image.h"

typedef bool image_reader(struct memory_image *image, const struct image_source *source,
                          const struct input_file *file, struct error *error);

image_reader image_read_raw, image_read_sparse, image_read_elf, image_read_lime;

bool image_is_elf(const struct input_file *file);
bool image_is_lime(const struct input_file *file);

/* Adds `size` bytes at `pa`. */
bool memory_image_segment(struct memory_image *image, const struct image_source *source,
                          uint64_t pa, uint8_t *bytes, uint64_t size, struct error *error);

/* An unsigned number of `size` bytes in a file; the caller has checked that it lies inside. */
static inline uint64_t image_number(const uint8_t *bytes, unsigned size, bool big_endian)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | bytes[big_endian ? i : size - 1 - i];
    }
    return value;
}

#endif
