/* SPDX-License-Identifier: MIT */
/* Fuzz target: what armvirt-inspect reads. The first byte says what the rest is: a machine
 * description, a file of registers, a memory file of one of its formats, a compressed file. */
#include "description.h"
#include "image_formats.h"
#include "register_values.h"
#include "unpack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* Whatever is refused is refused in words. */
static void check_error(bool done, const struct error *error)
{
    check(done || error->text[0] != '\0');
    check(memchr(error->text, '\0', sizeof(error->text)) != NULL);
}

static void read_description(const uint8_t *data, size_t size)
{
    struct description description;
    struct error error = {""};

    check_error(description_parse(&description, "dir/machine.yaml", data, size, &error), &error);
    for (size_t i = 0; i < description.registers.count; i++) {
        check(description.registers.item[i].row != NULL);
    }
    description_free(&description);
}

static void read_registers(const uint8_t *data, size_t size)
{
    struct register_values values = {0};
    struct error error = {""};

    check_error(register_values_add_lines(&values, DESCRIPTION_ALL_CPUS, "regs.txt",
                                          (const char *)data, size, &error),
                &error);
    register_values_free(&values);
}

/* Reads every byte of every segment: all must lie in the file. */
static void read_segments(const struct memory_image *image)
{
    volatile uint8_t sum = 0;

    for (size_t i = 0; i < image->count; i++) {
        const struct armvirt_mem_segment *segment = &image->segments[i];

        check(segment->size_bytes != 0 && segment->pa + (segment->size_bytes - 1) >= segment->pa);
        sum = (uint8_t)(sum + segment->bytes[0] + segment->bytes[segment->size_bytes - 1]);
    }
}

static void read_image(enum image_format format, const uint8_t *data, size_t size)
{
    struct image_source source = {.path = "memory", .format = format};
    struct memory_image image = {0};
    struct error error = {""};
    uint8_t *copy = malloc(size + 1);
    struct input_file file = {.bytes = copy, .size = size};

    if (copy == NULL || size == 0) {
        free(copy);
        return;
    }
    memcpy(copy, data, size);
    if (format == IMAGE_RAW && size >= 8) {
        source.has_address = true;
        memcpy(&source.address, data, 8);
    }
    check_error(memory_image_add(&image, &source, &file, &error), &error);
    if (memory_image_join(&image, &error)) {
        read_segments(&image);
    }
    free(image.segments);
    free(copy);
}

static void read_packed(const uint8_t *data, size_t size)
{
    struct error error = {""};
    uint8_t *unpacked;
    size_t unpacked_size;

    check_error(unpack(data, size, &unpacked, &unpacked_size, "packed", &error), &error);
    free(unpacked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { DESCRIPTION, REGISTERS, PACKED, RAW, SPARSE, ELF, LIME, KINDS };

    if (size == 0) {
        return 0;
    }
    switch (data[0] % KINDS) {
    case DESCRIPTION:
        read_description(data + 1, size - 1);
        break;
    case REGISTERS:
        read_registers(data + 1, size - 1);
        break;
    case PACKED:
        read_packed(data + 1, size - 1);
        break;
    default:
        read_image((enum image_format)(IMAGE_RAW + (data[0] % KINDS - RAW)), data + 1, size - 1);
    }
    return 0;
}
