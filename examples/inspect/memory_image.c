/* SPDX-License-Identifier: MIT */
/* The memory of the described machine: collects the segments that the formats find and serves
 * reads. */
#include "memory_image.h"

#include "image_formats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    image_reader *read;
} formats[IMAGE_FORMATS] = {
    [IMAGE_GUESS] = {NULL, NULL},
    [IMAGE_RAW] = {"raw", image_read_raw},
    [IMAGE_SPARSE] = {"sparse", image_read_sparse},
    [IMAGE_ELF] = {"elf", image_read_elf},
    [IMAGE_LIME] = {"lime", image_read_lime},
};

const char *image_format_name(enum image_format format)
{
    return formats[format].name;
}

bool memory_image_segment(struct memory_image *image, const struct image_source *source,
                          uint64_t pa, uint8_t *bytes, uint64_t size, struct error *error)
{
    if (size == 0) {
        return true;
    }
    if (pa > UINT64_MAX - (size - 1)) {
        return refuse(error, "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64 " run past the last address",
                      source->path, size, pa);
    }
    if (image->count == image->capacity) {
        size_t capacity = image->capacity == 0 ? 64 : image->capacity * 2;
        void *moved = realloc(image->segments, capacity * sizeof(image->segments[0]));

        if (moved == NULL) {
            return refuse_errno(error, source->path);
        }
        image->segments = moved;
        image->capacity = capacity;
    }
    image->segments[image->count++] = (struct armvirt_mem_segment){
        .pa = pa, .size_bytes = size, .bytes = bytes, .spaces = source->spaces};
    return true;
}

static int by_address(const void *a, const void *b)
{
    const struct armvirt_mem_segment *left = a, *right = b;

    if (left->pa != right->pa) {
        return left->pa < right->pa ? -1 : 1;
    }
    return 0;
}

/* Cuts off the start of @segment as far as it repeats @before, which starts no later. */
static bool cut_repeated(const struct armvirt_mem_segment *before,
                         struct armvirt_mem_segment *segment, struct error *error)
{
    uint64_t apart = segment->pa - before->pa;
    uint64_t shared;

    if (apart >= before->size_bytes) {
        return true;
    }
    shared = before->size_bytes - apart;
    if (shared > segment->size_bytes) {
        shared = segment->size_bytes;
    }
    if (before->spaces != segment->spaces ||
        memcmp(before->bytes + apart, segment->bytes, (size_t)shared) != 0) {
        return refuse(error, "two different contents are given for the memory at 0x%" PRIx64,
                      segment->pa);
    }
    segment->pa += shared;
    segment->bytes += shared;
    segment->size_bytes -= shared;
    return true;
}

/* Core dumps list memory twice where it is mapped twice. All copies must say the same; one is kept.
 */
static bool cut_overlap(const struct armvirt_mem_segment *kept, size_t count,
                        struct armvirt_mem_segment *segment, struct error *error)
{
    size_t i = count;

    while (i > 0 && kept[i - 1].pa + (kept[i - 1].size_bytes - 1) >= segment->pa) {
        i--;
    }
    for (; i < count && segment->size_bytes > 0; i++) {
        if (!cut_repeated(&kept[i], segment, error)) {
            return false;
        }
    }
    return true;
}

bool memory_image_join(struct memory_image *image, struct error *error)
{
    size_t kept = 0;

    if (image->count > 0) {
        qsort(image->segments, image->count, sizeof(image->segments[0]), by_address);
    }
    for (size_t i = 0; i < image->count; i++) {
        struct armvirt_mem_segment segment = image->segments[i];

        if (!cut_overlap(image->segments, kept, &segment, error)) {
            return false;
        }
        if (segment.size_bytes > 0) {
            image->segments[kept++] = segment;
        }
    }
    image->count = kept;
    return true;
}

static enum image_format guess_format(const struct image_source *source,
                                      const struct input_file *file)
{
    if (source->format != IMAGE_GUESS) {
        return source->format;
    }
    if (source->has_address) {
        return IMAGE_RAW;
    }
    if (image_is_elf(file)) {
        return IMAGE_ELF;
    }
    return image_is_lime(file) ? IMAGE_LIME : IMAGE_SPARSE;
}

bool memory_image_add(struct memory_image *image, const struct image_source *source,
                      const struct input_file *file, struct error *error)
{
    return formats[guess_format(source, file)].read(image, source, file, error);
}

bool memory_image_open(struct memory_image *image, const struct image_source *sources, size_t count,
                       struct error *error)
{
    *image = (struct memory_image){.files = calloc(count + 1, sizeof(image->files[0]))};
    if (image->files == NULL) {
        return refuse(error, "out of memory");
    }
    for (; image->file_count < count; image->file_count++) {
        const struct image_source *source = &sources[image->file_count];
        struct input_file *file = &image->files[image->file_count];

        if (!input_file_open(file, source->path, error)) {
            return false;
        }
        if (!memory_image_add(image, source, file, error)) {
            image->file_count++;
            return false;
        }
    }
    if (!memory_image_join(image, error)) {
        return false;
    }
    (void)armvirt_mem_sparse_init(&image->sparse, image->segments, image->count);
    return true;
}

void memory_image_close(struct memory_image *image)
{
    for (size_t i = 0; i < image->file_count; i++) {
        input_file_close(&image->files[i]);
    }
    free(image->files);
    free(image->segments);
    *image = (struct memory_image){0};
}

static enum armvirt_bus read_image(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct memory_image *image = ctx;
    enum armvirt_bus answer = armvirt_mem_sparse_ops.read(&image->sparse, req, val);

    if (answer != ARMVIRT_BUS_OK && !image->missing) {
        image->missing = true;
        image->missing_pa = req->pa;
    }
    return answer;
}

/* Nothing asks for this: accesses are made with ARMVIRT_ACCESS_NO_UPDATE, and AT instructions
 * change nothing. But without it, registers that enable updates would be refused. */
static enum armvirt_bus refuse_update(void *ctx, const struct armvirt_mem_req *req,
                                      const uint64_t *old, const uint64_t *val)
{
    (void)ctx;
    (void)req;
    (void)old;
    (void)val;
    return ARMVIRT_BUS_ABORT;
}

struct armvirt_mem memory_image_ops(struct memory_image *image)
{
    static const struct armvirt_mem_ops ops = {.read = read_image, .cas = refuse_update};

    return (struct armvirt_mem){.ops = &ops, .ctx = image};
}
