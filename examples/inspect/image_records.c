/* SPDX-License-Identifier: MIT */
/* Memory files without structure, or that are a chain of records: raw, sparse, LiME. */
#include "image_formats.h"

#include <inttypes.h>
#include <string.h>

bool image_read_raw(struct memory_image *image, const struct image_source *source,
                    const struct input_file *file, struct error *error)
{
    uint64_t size;

    if (!source->has_address) {
        return refuse(error, "%s: a raw image needs an 'address'", source->path);
    }
    if (source->offset >= file->size) {
        return refuse(error, "%s: 'offset' lies beyond the end of the file", source->path);
    }
    size = file->size - source->offset;
    if (source->has_size && source->size > size) {
        return refuse(error, "%s: truncated: 0x%" PRIx64 " bytes expected, 0x%" PRIx64 " are there",
                      source->path, source->size, size);
    }
    return memory_image_segment(image, source, source->address, file->bytes + source->offset,
                                source->has_size ? source->size : size, error);
}

static bool truncated(struct error *error, const struct image_source *source, uint64_t offset)
{
    return refuse(error,
                  "%s: truncated, or not a memory image: the record at offset 0x%" PRIx64
                  " runs past the end of the file",
                  source->path, offset);
}

bool image_read_sparse(struct memory_image *image, const struct image_source *source,
                       const struct input_file *file, struct error *error)
{
    enum { HEADER = 16 };
    uint64_t offset = 0;

    while (offset < file->size) {
        const uint8_t *header = file->bytes + offset;
        uint64_t size, left = file->size - offset;

        if (left < HEADER) {
            return truncated(error, source, offset);
        }
        size = image_number(header + 8, 8, false);
        if (size > left - HEADER) {
            return truncated(error, source, offset);
        }
        if (!memory_image_segment(image, source, image_number(header, 8, false),
                                  file->bytes + offset + HEADER, size, error)) {
            return false;
        }
        offset += HEADER + size;
    }
    return true;
}

/* The magic number of LiME, version 1, as its bytes stand in a file. */
static const uint8_t lime_magic[8] = {'E', 'M', 'i', 'L', 1, 0, 0, 0};

bool image_is_lime(const struct input_file *file)
{
    return file->size >= sizeof(lime_magic) &&
           memcmp(file->bytes, lime_magic, sizeof(lime_magic)) == 0;
}

bool image_read_lime(struct memory_image *image, const struct image_source *source,
                     const struct input_file *file, struct error *error)
{
    enum { HEADER = 32 };
    uint64_t offset = 0;

    while (offset < file->size) {
        const uint8_t *header = file->bytes + offset;
        uint64_t first, last, left = file->size - offset;

        if (left < HEADER) {
            return truncated(error, source, offset);
        }
        if (memcmp(header, lime_magic, sizeof(lime_magic)) != 0) {
            return refuse(error, "%s: no LiME record at offset 0x%" PRIx64, source->path, offset);
        }
        first = image_number(header + 8, 8, false);
        last = image_number(header + 16, 8, false);
        if (last < first || last - first >= left - HEADER) {
            return truncated(error, source, offset);
        }
        if (!memory_image_segment(image, source, first, file->bytes + offset + HEADER,
                                  last - first + 1, error)) {
            return false;
        }
        offset += HEADER + (last - first + 1);
    }
    return true;
}
