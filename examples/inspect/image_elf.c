/* SPDX-License-Identifier: MIT */
/* ELF core files with physical addresses, as QEMU's dump-guest-memory, kexec's /proc/vmcore and
 * hypervisors write them: 64-bit ELF, each PT_LOAD at its p_paddr. */
#include "image_formats.h"

#include <inttypes.h>
#include <string.h>

/* Offsets in the 64-bit ELF header, the program header and the section header, and their values
 * (System V gABI). */
enum {
    EI_CLASS = 4,
    EI_DATA = 5,
    E_TYPE = 16,
    E_PHOFF = 32,
    E_SHOFF = 40,
    E_PHENTSIZE = 54,
    E_PHNUM = 56,
    EHDR_SIZE = 64,
    CLASS_64 = 2,
    DATA_MSB = 2,
    TYPE_CORE = 4,

    P_TYPE = 0,
    P_OFFSET = 8,
    P_PADDR = 24,
    P_FILESZ = 32,
    PHDR_SIZE = 56,
    PHNUM_IN_SECTION = 0xffff,
    LOAD = 1,

    SH_INFO = 44,
    SHDR_SIZE = 64,
};

struct elf {
    const struct image_source *source;
    const struct input_file *file;
    bool big_endian;
    uint64_t phdr_offset, phdr_size, phdr_count;
};

static bool inside(const struct input_file *file, uint64_t offset, uint64_t size)
{
    return offset <= file->size && size <= file->size - offset;
}

static uint64_t number(const struct elf *elf, uint64_t offset, unsigned size)
{
    return image_number(elf->file->bytes + offset, size, elf->big_endian);
}

bool image_is_elf(const struct input_file *file)
{
    return file->size >= EHDR_SIZE && memcmp(file->bytes, "\177ELF", 4) == 0;
}

/* More than 65534 program headers: the number is in section header 0. */
static bool read_large_count(struct elf *elf, struct error *error)
{
    uint64_t section = number(elf, E_SHOFF, 8);

    if (!inside(elf->file, section, SHDR_SIZE)) {
        return refuse(error, "%s: truncated: no section header 0", elf->source->path);
    }
    elf->phdr_count = number(elf, section + SH_INFO, 4);
    return true;
}

static bool read_header(struct elf *elf, struct error *error)
{
    const char *path = elf->source->path;

    if (!image_is_elf(elf->file)) {
        return refuse(error, "%s: not an ELF file", path);
    }
    if (elf->file->bytes[EI_CLASS] != CLASS_64) {
        return refuse(error, "%s: a 32-bit ELF file; only 64-bit cores are read", path);
    }
    elf->big_endian = elf->file->bytes[EI_DATA] == DATA_MSB;
    if (number(elf, E_TYPE, 2) != TYPE_CORE) {
        return refuse(error, "%s: an ELF file, but not a core dump", path);
    }
    elf->phdr_offset = number(elf, E_PHOFF, 8);
    elf->phdr_size = number(elf, E_PHENTSIZE, 2);
    elf->phdr_count = number(elf, E_PHNUM, 2);
    if (elf->phdr_count == PHNUM_IN_SECTION && !read_large_count(elf, error)) {
        return false;
    }
    if (elf->phdr_size < PHDR_SIZE ||
        !inside(elf->file, elf->phdr_offset, elf->phdr_count * elf->phdr_size)) {
        return refuse(error, "%s: truncated: the program headers are not all there", path);
    }
    return true;
}

static bool read_segment(const struct elf *elf, uint64_t phdr, struct memory_image *image,
                         struct error *error)
{
    uint64_t offset = number(elf, phdr + P_OFFSET, 8);
    uint64_t pa = number(elf, phdr + P_PADDR, 8);
    uint64_t size = number(elf, phdr + P_FILESZ, 8);

    /* /proc/kcore gives -1 to what has no fixed physical address. */
    if (number(elf, phdr + P_TYPE, 4) != LOAD || pa == UINT64_MAX) {
        return true;
    }
    if (!inside(elf->file, offset, size)) {
        return refuse(error,
                      "%s: truncated: the segment at physical address 0x%" PRIx64
                      " runs past the end of the file",
                      elf->source->path, pa);
    }
    return memory_image_segment(image, elf->source, pa, elf->file->bytes + offset, size, error);
}

bool image_read_elf(struct memory_image *image, const struct image_source *source,
                    const struct input_file *file, struct error *error)
{
    struct elf elf = {.source = source, .file = file};

    if (!read_header(&elf, error)) {
        return false;
    }
    for (uint64_t i = 0; i < elf.phdr_count; i++) {
        if (!read_segment(&elf, elf.phdr_offset + i * elf.phdr_size, image, error)) {
            return false;
        }
    }
    return true;
}
