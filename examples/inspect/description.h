/* SPDX-License-Identifier: MIT */
/* A machine description (YAML): registers by name, and which file holds which memory.
 *
 *     name: any text
 *     register-files:                # lines NAME = VALUE, of all CPUs or with CPUn. before the
 * name
 *       - regs.txt
 *       - {file: cpu1.txt, cpu: 1}   # all of CPU 1
 *     registers:                     # go before those of the files
 *       TCR_EL1: 0x15001f5b5503510
 *       CPU1.TTBR0_EL1: 0x4554a001
 *     memory:
 *       - file: mem.bin.xz           # ELF core, LiME or sparse
 *       - {file: ram.img, address: 0x40000000, offset: 0, size: 0x1000000, spaces: [nonsecure]}
 */
#ifndef INSPECT_DESCRIPTION_H
#define INSPECT_DESCRIPTION_H

#include "error.h"
#include "memory_image.h"
#include "named_values.h"
#include "registers.h"

#define DESCRIPTION_ALL_CPUS (-1)
#define DESCRIPTION_CPUS_MAX 1024

struct register_value {
    const struct register_row *row;
    int cpu; /* or DESCRIPTION_ALL_CPUS */
    uint64_t value[2];
};

/* Those that translation depends on, in `item`; all others by name. */
struct register_values {
    struct register_value *item;
    size_t count, capacity;
    struct named_values named;
};

struct register_file {
    char *path;
    int cpu; /* or DESCRIPTION_ALL_CPUS: the names say */
};

struct description {
    char *name; /* NULL if there is none */
    struct register_values registers;
    struct register_file *register_files;
    size_t register_file_count, register_file_capacity;
    struct image_source *memory;
    size_t memory_count, memory_capacity;
};

/* Reads a description of `size` bytes. `path` is for errors, and names in it are relative to its
 * directory. On failure, too, the description must be freed. */
bool description_parse(struct description *description, const char *path, const void *text,
                       size_t size, struct error *error);
void description_free(struct description *description);

#endif
