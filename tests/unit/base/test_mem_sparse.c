/* SPDX-License-Identifier: MIT */
/* The sparse reference memory: its check of segments, lookup, address spaces, straddling accesses.
 */
#include <armvirt/mem.h>

#include <string.h>

#include "suite.h"

#define NS_ONLY       (1u << ARMVIRT_SPACE_NONSECURE)
#define REALM_OR_ROOT (1u << ARMVIRT_SPACE_REALM | 1u << ARMVIRT_SPACE_ROOT)

/* Segments of one byte array `image`, in which byte n is n. */
static uint8_t image[64];

static struct armvirt_mem_segment segments[] = {
    {0x1000, 16, image, 0, true},           /* bytes 0x00..0x0f */
    {0x2000, 4, image + 16, 0, true},       /* 0x10..0x13, touches the next */
    {0x2004, 4, image + 20, 0, true},       /* 0x14..0x17, touches the next */
    {0x2008, 4, image + 24, 0, false},      /* 0x18..0x1b, read-only, touches the next */
    {0x200c, 4, image + 28, NS_ONLY, true}, /* 0x1c..0x1f, Non-secure only */
    {0x3000, 16, image + 32, REALM_OR_ROOT, true},
    {UINT64_MAX - 15, 16, image + 48, 0, true},
};

static struct armvirt_mem_sparse sparse;
static struct armvirt_mem mem;

static void set_up(void)
{
    for (size_t i = 0; i < sizeof(image); i++) {
        image[i] = (uint8_t)i;
    }
    mem = armvirt_mem_from_sparse(&sparse);
    assert_int_equal(armvirt_mem_sparse_init(&sparse, segments, COUNT_OF(segments)), ARMVIRT_OK);
}

struct read_case {
    const char *name;
    uint64_t pa;
    uint8_t size;
    uint8_t space;
    enum armvirt_bus bus;
    uint64_t val[2];
};

#define NS    ARMVIRT_SPACE_NONSECURE
#define S     ARMVIRT_SPACE_SECURE
#define REALM ARMVIRT_SPACE_REALM
#define ROOT  ARMVIRT_SPACE_ROOT
#define OK    ARMVIRT_BUS_OK
#define ABORT ARMVIRT_BUS_ABORT
#define RACE  ARMVIRT_BUS_RACE

static const struct read_case read_cases[] = {
    {"read of 1 byte", 0x1003, 1, NS, OK, {0x03}},
    {"read of 2 bytes is little-endian", 0x1002, 2, NS, OK, {0x0302}},
    {"read of 4 bytes is little-endian", 0x1004, 4, NS, OK, {0x07060504}},
    {"read of 8 bytes is little-endian", 0x1008, 8, NS, OK, {0x0f0e0d0c0b0a0908}},
    {"read of 16 bytes", 0x1000, 16, NS, OK, {0x0706050403020100, 0x0f0e0d0c0b0a0908}},
    {"read across two segments", 0x2000, 8, NS, OK, {0x1716151413121110}},
    {"read across four segments", 0x2000, 16, NS, OK, {0x1716151413121110, 0x1f1e1d1c1b1a1918}},
    {"read across into a segment of another space aborts", 0x2008, 8, S, ABORT, {0}},
    {"read across from a segment of another space aborts", 0x200c, 4, S, ABORT, {0}},
    {"read off the end of a segment into a gap aborts", 0x100c, 8, NS, ABORT, {0}},
    {"read out of a gap into a segment aborts", 0x1ffc, 8, NS, ABORT, {0}},
    {"read below the first segment aborts", 0x0ff8, 8, NS, ABORT, {0}},
    {"read in a gap aborts", 0x1800, 8, NS, ABORT, {0}},
    {"read right above a segment aborts", 0x1010, 8, NS, ABORT, {0}},
    {"read at 0 aborts", 0, 8, NS, ABORT, {0}},
    {"Non-secure sees a segment of no named space", 0x1000, 1, NS, OK, {0}},
    {"Secure sees a segment of no named space", 0x1001, 1, S, OK, {1}},
    {"Realm sees a segment of no named space", 0x1002, 1, REALM, OK, {2}},
    {"Root sees a segment of no named space", 0x1003, 1, ROOT, OK, {3}},
    {"Non-secure does not see a Realm or Root segment", 0x3000, 1, NS, ABORT, {0}},
    {"Secure does not see a Realm or Root segment", 0x3000, 1, S, ABORT, {0}},
    {"Realm sees a Realm or Root segment", 0x3001, 1, REALM, OK, {0x21}},
    {"Root sees a Realm or Root segment", 0x3002, 1, ROOT, OK, {0x22}},
    {"read of the last word of the address space", UINT64_MAX - 7, 8, NS, OK, {0x3f3e3d3c3b3a3938}},
    {"read-only segments can be read", 0x2008, 4, NS, OK, {0x1b1a1918}},
};

static void test_read(void **state)
{
    const struct read_case *c = *state;
    struct armvirt_mem_req req = {.pa = c->pa, .size = c->size, .space = c->space};
    uint64_t val[2] = {0, 0};

    set_up();
    assert_int_equal(mem.ops->read(mem.ctx, &req, val), c->bus);
    assert_int_equal(val[0], c->val[0]);
    assert_int_equal(val[1], c->val[1]);
}

struct change_case {
    const char *name;
    uint64_t pa;
    uint8_t size;
    uint8_t space;
    bool swap; /* compare-and-swap with `old`, else a write */
    uint64_t old[2];
    enum armvirt_bus bus;
    unsigned first; /* index in `image` of the first byte that changes */
};

static const struct change_case change_cases[] = {
    {"write of 1 byte", 0x1003, 1, NS, false, {0}, OK, 3},
    {"write of 2 bytes", 0x1002, 2, NS, false, {0}, OK, 2},
    {"write of 4 bytes", 0x1004, 4, NS, false, {0}, OK, 4},
    {"write of 8 bytes", 0x1008, 8, NS, false, {0}, OK, 8},
    {"write of 16 bytes", 0x1000, 16, NS, false, {0}, OK, 0},
    {"write across two segments", 0x2000, 8, NS, false, {0}, OK, 16},
    {"write across into a read-only segment changes nothing", 0x2000, 16, NS, false, {0}, ABORT, 0},
    {"write to a read-only segment aborts", 0x2008, 4, NS, false, {0}, ABORT, 0},
    {"write across into a gap changes nothing", 0x100c, 8, NS, false, {0}, ABORT, 0},
    {"write through a space that does not see it aborts", 0x3000, 8, S, false, {0}, ABORT, 0},
    {"write through a space that sees it", 0x3000, 8, REALM, false, {0}, OK, 32},
    {"cas of 4 bytes", 0x1000, 4, NS, true, {0x03020100}, OK, 0},
    {"cas of 16 bytes", 0x1000, 16, NS, true, {0x0706050403020100, 0x0f0e0d0c0b0a0908}, OK, 0},
    {"cas across two segments", 0x2000, 8, NS, true, {0x1716151413121110}, OK, 16},
    {"cas with another old value", 0x2000, 8, NS, true, {0x1716151413121111}, RACE, 0},
    {"cas compares the high word", 0x1000, 16, NS, true, {0x0706050403020100, 0}, RACE, 0},
    {"cas on a read-only segment aborts", 0x2008, 4, NS, true, {0x1b1a1918}, ABORT, 0},
    {"cas in a gap aborts", 0x1800, 8, NS, true, {0}, ABORT, 0},
};

static const uint64_t pattern[2] = {0xa7a6a5a4a3a2a1a0, 0xafaeadacabaaa9a8};

static void test_change(void **state)
{
    const struct change_case *c = *state;
    struct armvirt_mem_req req = {.pa = c->pa, .size = c->size, .space = c->space};
    uint8_t expected[sizeof(image)];
    enum armvirt_bus bus;

    set_up();
    memcpy(expected, image, sizeof(image));
    for (unsigned i = 0; c->bus == ARMVIRT_BUS_OK && i < c->size; i++) {
        expected[c->first + i] = (uint8_t)(0xa0 + i);
    }
    bus = c->swap ? mem.ops->cas(mem.ctx, &req, c->old, pattern)
                  : mem.ops->write(mem.ctx, &req, pattern);
    assert_int_equal(bus, c->bus);
    assert_memory_equal(image, expected, sizeof(image));
}

struct init_case {
    const char *name;
    enum armvirt_status status;
    size_t count;
    struct armvirt_mem_segment segment[3];
};

static const struct init_case init_cases[] = {
    {"no segments", ARMVIRT_OK, 0, {{0}}},
    {"one segment", ARMVIRT_OK, 1, {{0, 1, image, 0, false}}},
    {"segments that touch", ARMVIRT_OK, 2, {{0, 4, image, 0, false}, {4, 4, image, 0, false}}},
    {"a segment up to the last byte", ARMVIRT_OK, 1, {{UINT64_MAX, 1, image, 0, false}}},
    {"a segment past the last byte", ARMVIRT_E_INVAL, 1, {{UINT64_MAX, 2, image, 0, false}}},
    {"an empty segment", ARMVIRT_E_INVAL, 1, {{0x1000, 0, image, 0, false}}},
    {"a segment without bytes", ARMVIRT_E_INVAL, 1, {{0x1000, 4, NULL, 0, false}}},
    {"all spaces named", ARMVIRT_OK, 1, {{0x1000, 4, image, 0xf, false}}},
    {"an unknown space named", ARMVIRT_E_INVAL, 1, {{0x1000, 4, image, 0x10, false}}},
    {"segments that overlap",
     ARMVIRT_E_INVAL,
     2,
     {{0x1000, 5, image, 0, false}, {0x1004, 4, image, 0, false}}},
    {"segments that overlap in different spaces",
     ARMVIRT_E_INVAL,
     2,
     {{0x1000, 5, image, 1, false}, {0x1004, 4, image, 2, false}}},
    {"segments at one address",
     ARMVIRT_E_INVAL,
     2,
     {{0x1000, 4, image, 0, false}, {0x1000, 4, image, 0, false}}},
    {"segments out of order",
     ARMVIRT_E_INVAL,
     2,
     {{0x2000, 4, image, 0, false}, {0x1000, 4, image, 0, false}}},
    {"a fault in the last of three segments",
     ARMVIRT_E_INVAL,
     3,
     {{0, 4, image, 0, false}, {8, 4, image, 0, false}, {11, 4, image, 0, false}}},
};

static void test_init(void **state)
{
    const struct init_case *c = *state;
    struct armvirt_mem_sparse made = {NULL, 99};

    assert_int_equal(armvirt_mem_sparse_init(&made, c->segment, c->count), c->status);
    if (c->status == ARMVIRT_OK) {
        assert_ptr_equal(made.segments, c->segment);
        assert_int_equal(made.count, c->count);
    } else {
        assert_null(made.segments);
        assert_int_equal(made.count, 99);
    }
}

static void empty_memory_aborts_everywhere(void **state)
{
    struct armvirt_mem_sparse empty;
    struct armvirt_mem none = armvirt_mem_from_sparse(&empty);
    struct armvirt_mem_req req = {.pa = 0x1000, .size = 8};
    uint64_t val = 0;

    (void)state;
    assert_int_equal(armvirt_mem_sparse_init(&empty, NULL, 0), ARMVIRT_OK);
    assert_int_equal(none.ops->read(none.ctx, &req, &val), ARMVIRT_BUS_ABORT);
    assert_int_equal(none.ops->write(none.ctx, &req, &val), ARMVIRT_BUS_ABORT);
    assert_int_equal(none.ops->cas(none.ctx, &req, &val, &val), ARMVIRT_BUS_ABORT);
}

/* With n segments of 2 bytes, 4 apart, each byte is found and each hole is not, for n up to 33. */
static void lookup_finds_every_byte_and_no_hole_for_any_number_of_segments(void **state)
{
    struct armvirt_mem_segment many[33];
    struct armvirt_mem_req req = {.size = 1};
    struct armvirt_mem_sparse made;
    uint8_t bytes[66];
    uint64_t val;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(many); i++) {
        many[i] = (struct armvirt_mem_segment){4 * i, 2, &bytes[2 * i], 0, false};
    }
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i + 1);
    }
    for (unsigned count = 1; count <= COUNT_OF(many); count++) {
        assert_int_equal(armvirt_mem_sparse_init(&made, many, count), ARMVIRT_OK);
        for (req.pa = 0; req.pa < 4 * COUNT_OF(many); req.pa++) {
            bool inside = req.pa / 4 < count && req.pa % 4 < 2;

            val = 0;
            assert_int_equal(armvirt_mem_sparse_ops.read(&made, &req, &val),
                             inside ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT);
            assert_int_equal(val, inside ? req.pa / 4 * 2 + req.pa % 4 + 1 : 0);
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_read, read_cases);
    SUITE_ADD_ROWS(&suite, test_change, change_cases);
    SUITE_ADD_ROWS(&suite, test_init, init_cases);
    SUITE_ADD(&suite, empty_memory_aborts_everywhere);
    SUITE_ADD(&suite, lookup_finds_every_byte_and_no_hole_for_any_number_of_segments);
    return suite_run(&suite, "sparse memory");
}
