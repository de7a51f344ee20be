/* SPDX-License-Identifier: MIT */
/* Memory files of armvirt-inspect: what the formats find, overlaps, what is missing. */
#include "image_formats.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* A memory of one piece of text. */
struct fixture {
    struct memory_image image;
    struct error error;
};

static bool add(struct fixture *f, enum image_format format, const uint8_t *bytes, size_t size)
{
    const struct image_source source = {.path = "memory", .format = format};
    uint8_t *copy = malloc(size); /* of exactly that size: sanitizers see what lies beyond */
    struct input_file file = {.bytes = copy, .size = size};
    bool done;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    done = memory_image_add(&f->image, &source, &file, &f->error);
    free(copy); /* segments are compared by address and size only */
    return done;
}

static void assert_segment(const struct fixture *f, size_t n, uint64_t pa, uint64_t size)
{
    assert_true(n < f->image.count);
    assert_int_equal(f->image.segments[n].pa, pa);
    assert_int_equal(f->image.segments[n].size_bytes, size);
}

static void store(uint8_t *at, unsigned size, uint64_t value, bool big_endian)
{
    for (unsigned i = 0; i < size; i++)
        at[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* ---- ELF ---- */

struct elf_case {
    const char *name;
    bool big_endian;
    bool count_in_section; /* more program headers than the ELF header can say */
};

static const struct elf_case elf_cases[] = {
    {"little-endian", false, false},
    {"big-endian", true, false},
    {"number of headers in section 0", false, true},
};

enum { ELF_SIZE = 64 + 64 + 3 * 56 + 16 };

/* Segments: 16 bytes at 0x1000, one without a physical address, one that is no PT_LOAD. */
static void make_elf(uint8_t *elf, const struct elf_case *c)
{
    static const struct {
        unsigned type;
        uint64_t pa;
    } segments[3] = {{1, 0x1000}, {1, UINT64_MAX}, {4, 0x2000}};
    bool be = c->big_endian;

    memset(elf, 0, ELF_SIZE);
    memcpy(elf, "\177ELF", 4);
    elf[4] = 2;
    elf[5] = be ? 2 : 1;
    store(elf + 16, 2, 4, be);
    store(elf + 32, 8, 128, be);
    store(elf + 40, 8, 64, be);
    store(elf + 54, 2, 56, be);
    store(elf + 56, 2, c->count_in_section ? 0xffff : 3, be);
    store(elf + 64 + 44, 4, 3, be);
    for (size_t i = 0; i < 3; i++) {
        uint8_t *segment = elf + 128 + 56 * i;

        store(segment, 4, segments[i].type, be);
        store(segment + 8, 8, ELF_SIZE - 16, be);
        store(segment + 24, 8, segments[i].pa, be);
        store(segment + 32, 8, 16, be);
    }
}

static void test_elf(void **state)
{
    uint8_t elf[ELF_SIZE];
    struct fixture f = {0};

    make_elf(elf, *state);
    assert_true(add(&f, IMAGE_GUESS, elf, sizeof(elf)));
    assert_int_equal(f.image.count, 1);
    assert_segment(&f, 0, 0x1000, 16);
    free(f.image.segments);
}

static void test_elf_that_is_cut_anywhere_is_refused(void **state)
{
    uint8_t elf[ELF_SIZE];

    make_elf(elf, *state);
    for (size_t size = 0; size < sizeof(elf); size++) {
        struct fixture f = {0};

        assert_false(size > 0 ? add(&f, IMAGE_ELF, elf, size) : false);
        assert_true(size == 0 || f.error.text[0] != '\0');
        free(f.image.segments);
    }
}

struct elf_fault {
    const char *name;
    size_t offset;
    uint8_t value;
    const char *error;
};

static const struct elf_fault elf_faults[] = {
    {"magic", 0, 0, "memory: not an ELF file"},
    {"32 bits", 4, 1, "memory: a 32-bit ELF file; only 64-bit cores are read"},
    {"executable", 16, 2, "memory: an ELF file, but not a core dump"},
    {"small program headers", 54, 55, "memory: truncated: the program headers are not all there"},
};

static void test_elf_fault(void **state)
{
    const struct elf_fault *c = *state;
    uint8_t elf[ELF_SIZE];
    struct fixture f = {0};

    make_elf(elf, &elf_cases[0]);
    elf[c->offset] = c->value;
    assert_false(add(&f, IMAGE_ELF, elf, sizeof(elf)));
    assert_string_equal(f.error.text, c->error);
    free(f.image.segments);
}

/* ---- joining ---- */

/* Records of the sparse format with the given addresses and texts. */
static size_t put_record(uint8_t *at, uint64_t pa, const char *text)
{
    store(at, 8, pa, false);
    store(at + 8, 8, strlen(text), false);
    memcpy(at + 16, text, strlen(text));
    return 16 + strlen(text);
}

struct join_case {
    const char *name;
    struct {
        uint64_t pa;
        const char *text;
    } records[3];
    bool good;
    size_t count; /* of segments after joining */
};

static const struct join_case join_cases[] = {
    {"apart, in any order", {{0x2000, "cd"}, {0x1000, "ab"}}, true, 2},
    {"touching", {{0x1000, "ab"}, {0x1002, "cd"}}, true, 2},
    {"the same twice", {{0x1000, "abcd"}, {0x1000, "abcd"}}, true, 1},
    {"the end repeats", {{0x1000, "abcd"}, {0x1002, "cdef"}}, true, 2},
    {"within another", {{0x1000, "abcdef"}, {0x1002, "cd"}}, true, 1},
    {"within two others", {{0x1000, "abcd"}, {0x1002, "cdef"}, {0x1003, "def"}}, true, 2},
    {"the start differs", {{0x1000, "abcd"}, {0x1000, "abxd"}}, false, 0},
    {"the end differs", {{0x1000, "abcd"}, {0x1003, "x"}}, false, 0},
    {"an empty record", {{0x1000, ""}, {0x1000, "ab"}}, true, 1},
};

static void test_join(void **state)
{
    const struct join_case *c = *state;
    const struct image_source source = {.path = "memory", .format = IMAGE_SPARSE};
    uint8_t bytes[128];
    struct input_file file = {.bytes = bytes};
    struct fixture f = {0};

    for (size_t i = 0; i < COUNT_OF(c->records) && c->records[i].text != NULL; i++)
        file.size += put_record(bytes + file.size, c->records[i].pa, c->records[i].text);
    assert_true(memory_image_add(&f.image, &source, &file, &f.error));
    assert_int_equal(memory_image_join(&f.image, &f.error), c->good);
    if (c->good) {
        struct armvirt_mem_sparse sparse;

        assert_int_equal(f.image.count, c->count);
        assert_int_equal(armvirt_mem_sparse_init(&sparse, f.image.segments, f.image.count),
                         ARMVIRT_OK);
    }
    free(f.image.segments);
}

static void test_reads_note_the_first_address_that_is_missing(void **state)
{
    uint8_t bytes[64];
    const struct image_source source = {.path = "memory", .format = IMAGE_SPARSE};
    struct input_file file = {.bytes = bytes,
                              .size = put_record(bytes, 0x1000, "\1\2\3\4\5\6\7\10")};
    struct armvirt_mem_req req = {.pa = 0x1000, .size = 8};
    struct fixture f = {0};
    struct armvirt_mem mem;
    uint64_t value;

    (void)state;
    assert_true(memory_image_add(&f.image, &source, &file, &f.error));
    assert_int_equal(armvirt_mem_sparse_init(&f.image.sparse, f.image.segments, f.image.count),
                     ARMVIRT_OK);
    mem = memory_image_ops(&f.image);
    assert_int_equal(mem.ops->read(mem.ctx, &req, &value), ARMVIRT_BUS_OK);
    assert_int_equal(value, 0x0807060504030201);
    assert_false(f.image.missing);
    req.pa = 0x2000;
    assert_int_equal(mem.ops->read(mem.ctx, &req, &value), ARMVIRT_BUS_ABORT);
    req.pa = 0x3000;
    assert_int_equal(mem.ops->read(mem.ctx, &req, &value), ARMVIRT_BUS_ABORT);
    assert_true(f.image.missing);
    assert_int_equal(f.image.missing_pa, 0x2000);
    assert_null(mem.ops->write);
    assert_int_equal(mem.ops->cas(mem.ctx, &req, &value, &value), ARMVIRT_BUS_ABORT);
    free(f.image.segments);
}

static void test_addresses_that_wrap_are_refused(void **state)
{
    uint8_t bytes[64];
    struct fixture f = {0};

    (void)state;
    assert_false(add(&f, IMAGE_SPARSE, bytes, put_record(bytes, UINT64_MAX - 2, "abcd")));
    assert_true(add(&f, IMAGE_SPARSE, bytes, put_record(bytes, UINT64_MAX - 3, "abcd")));
    assert_segment(&f, 0, UINT64_MAX - 3, 4);
    free(f.image.segments);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_elf, elf_cases);
    SUITE_ADD_ROWS(&suite, test_elf_that_is_cut_anywhere_is_refused, elf_cases);
    SUITE_ADD_ROWS(&suite, test_elf_fault, elf_faults);
    SUITE_ADD_ROWS(&suite, test_join, join_cases);
    SUITE_ADD(&suite, test_reads_note_the_first_address_that_is_missing);
    SUITE_ADD(&suite, test_addresses_that_wrap_are_refused);
    return suite_run(&suite, "inspect.memory_image");
}
