/* SPDX-License-Identifier: MIT */
/* The memory of the described machine: pieces of files at physical addresses. */
#ifndef INSPECT_MEMORY_IMAGE_H
#define INSPECT_MEMORY_IMAGE_H

#include "error.h"
#include "input_file.h"

#include <armvirt/mem.h>

enum image_format {
    IMAGE_GUESS, /* ELF and LiME by their magic number, raw if an address is given, else sparse */
    IMAGE_RAW,
    IMAGE_SPARSE, /* records {u64 address, u64 length, bytes} */
    IMAGE_ELF,    /* ELF core: PT_LOAD segments at p_paddr */
    IMAGE_LIME,   /* LiME: records {magic, version, first, last, reserved, bytes} */
    IMAGE_FORMATS
};

/* What a description says of a file. */
struct image_source {
    char *path;
    enum image_format format;
    uint64_t address; /* raw: where the bytes are in physical memory */
    uint64_t offset;  /* raw: bytes of the file to skip */
    uint64_t size;    /* raw: how many bytes, if `has_size` */
    bool has_address, has_size;
    uint8_t spaces; /* as in struct armvirt_mem_segment */
};

struct memory_image {
    struct input_file *files;
    size_t file_count;
    struct armvirt_mem_segment *segments;
    size_t count, capacity;
    struct armvirt_mem_sparse sparse;
    uint64_t missing_pa; /* the first address that was asked for and is not in any file */
    bool missing;
};

/* The name of a format in a description, or NULL. */
const char *image_format_name(enum image_format format);

/* Adds the segments of a file. `bytes` stays the caller's. */
bool memory_image_add(struct memory_image *image, const struct image_source *source,
                      const struct input_file *file, struct error *error);

/* Sorts what was added, and leaves each address in one segment at most. */
bool memory_image_join(struct memory_image *image, struct error *error);

/* Opens all sources and makes one memory of them. */
bool memory_image_open(struct memory_image *image, const struct image_source *sources, size_t count,
                       struct error *error);
void memory_image_close(struct memory_image *image);

/* Reads of it; notes what is missing. There is no write: an inspected memory is never changed. */
struct armvirt_mem memory_image_ops(struct memory_image *image);

#endif
