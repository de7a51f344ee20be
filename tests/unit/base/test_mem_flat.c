/* SPDX-License-Identifier: MIT */
/* The flat reference memory: byte order, bounds, read-only memory, compare-and-swap. */
#include <armvirt/mem.h>

#include <string.h>

#include "suite.h"

#define BASE UINT64_C(0x40000000)
#define SIZE 32u

/* Byte n of every memory here is 0x10 + n: the expectations below hold on any host. */
static void fill(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(0x10 + i);
    }
}

struct read_case {
    const char *name;
    uint64_t pa;
    uint8_t size;
    uint8_t space;
    enum armvirt_bus bus;
    uint64_t val[2];
};

static const struct read_case read_cases[] = {
    {"read of 1 byte", BASE + 5, 1, 0, ARMVIRT_BUS_OK, {0x15}},
    {"read of 2 bytes is little-endian", BASE + 2, 2, 0, ARMVIRT_BUS_OK, {0x1312}},
    {"read of 4 bytes is little-endian", BASE + 4, 4, 0, ARMVIRT_BUS_OK, {0x17161514}},
    {"read of 8 bytes is little-endian", BASE + 8, 8, 0, ARMVIRT_BUS_OK, {0x1f1e1d1c1b1a1918}},
    {"read of 16 bytes: low address in val[0]",
     BASE + 16,
     16,
     0,
     ARMVIRT_BUS_OK,
     {0x2726252423222120, 0x2f2e2d2c2b2a2928}},
    {"read of the first word", BASE, 8, 0, ARMVIRT_BUS_OK, {0x1716151413121110}},
    {"read of the last word", BASE + SIZE - 8, 8, 0, ARMVIRT_BUS_OK, {0x2f2e2d2c2b2a2928}},
    {"read of the last byte", BASE + SIZE - 1, 1, 0, ARMVIRT_BUS_OK, {0x2f}},
    {"Secure sees the same memory", BASE, 1, ARMVIRT_SPACE_SECURE, ARMVIRT_BUS_OK, {0x10}},
    {"Realm sees the same memory", BASE, 1, ARMVIRT_SPACE_REALM, ARMVIRT_BUS_OK, {0x10}},
    {"Root sees the same memory", BASE, 1, ARMVIRT_SPACE_ROOT, ARMVIRT_BUS_OK, {0x10}},
    {"read right below aborts", BASE - 8, 8, 0, ARMVIRT_BUS_ABORT, {0}},
    {"read right above aborts", BASE + SIZE, 8, 0, ARMVIRT_BUS_ABORT, {0}},
    {"read that ends outside aborts", BASE + SIZE - 4, 8, 0, ARMVIRT_BUS_ABORT, {0}},
    {"read that starts outside aborts", BASE - 4, 8, 0, ARMVIRT_BUS_ABORT, {0}},
    {"read at 0 aborts", 0, 8, 0, ARMVIRT_BUS_ABORT, {0}},
    {"read at the top of the address space aborts", UINT64_MAX - 7, 8, 0, ARMVIRT_BUS_ABORT, {0}},
};

static void test_read(void **state)
{
    const struct read_case *c = *state;
    uint8_t bytes[SIZE];
    struct armvirt_mem_flat flat = {bytes, BASE, SIZE, false};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = c->pa, .size = c->size, .space = c->space};
    uint64_t val[2] = {0, 0};

    fill(bytes, SIZE);
    assert_int_equal(mem.ops->read(mem.ctx, &req, val), c->bus);
    assert_int_equal(val[0], c->val[0]);
    assert_int_equal(val[1], c->val[1]);
}

/* Writes a known pattern of `size` bytes at `pa`. */
struct write_case {
    const char *name;
    uint64_t pa;
    uint8_t size;
    bool writable;
    enum armvirt_bus bus;
};

static const struct write_case write_cases[] = {
    {"write of 1 byte", BASE + 5, 1, true, ARMVIRT_BUS_OK},
    {"write of 2 bytes is little-endian", BASE + 2, 2, true, ARMVIRT_BUS_OK},
    {"write of 4 bytes is little-endian", BASE + 4, 4, true, ARMVIRT_BUS_OK},
    {"write of 8 bytes is little-endian", BASE + 8, 8, true, ARMVIRT_BUS_OK},
    {"write of 16 bytes: val[0] to the low address", BASE + 16, 16, true, ARMVIRT_BUS_OK},
    {"write to read-only memory aborts", BASE + 8, 8, false, ARMVIRT_BUS_ABORT},
    {"write right below aborts", BASE - 8, 8, true, ARMVIRT_BUS_ABORT},
    {"write that ends outside aborts", BASE + SIZE - 8, 16, true, ARMVIRT_BUS_ABORT},
};

static const uint64_t pattern[2] = {0xa7a6a5a4a3a2a1a0, 0xafaeadacabaaa9a8};

/* What a write of the pattern leaves: byte n of the access is 0xa0 + n, all others are untouched.
 */
static void expect_bytes(const uint8_t *bytes, uint64_t offset, size_t size)
{
    uint8_t expected[SIZE];

    fill(expected, SIZE);
    for (size_t i = 0; i < size; i++) {
        expected[offset + i] = (uint8_t)(0xa0 + i);
    }
    assert_memory_equal(bytes, expected, SIZE);
}

static void test_write(void **state)
{
    const struct write_case *c = *state;
    uint8_t bytes[SIZE];
    struct armvirt_mem_flat flat = {bytes, BASE, SIZE, c->writable};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = c->pa, .size = c->size};

    fill(bytes, SIZE);
    assert_int_equal(mem.ops->write(mem.ctx, &req, pattern), c->bus);
    expect_bytes(bytes, c->pa - BASE, c->bus == ARMVIRT_BUS_OK ? c->size : 0);
}

struct cas_case {
    const char *name;
    uint64_t pa;
    uint8_t size;
    bool writable;
    uint64_t old[2];
    enum armvirt_bus bus;
};

static const struct cas_case cas_cases[] = {
    {"cas of 1 byte", BASE, 1, true, {0x10}, ARMVIRT_BUS_OK},
    {"cas of 2 bytes", BASE, 2, true, {0x1110}, ARMVIRT_BUS_OK},
    {"cas of 4 bytes", BASE, 4, true, {0x13121110}, ARMVIRT_BUS_OK},
    {"cas of 8 bytes", BASE, 8, true, {0x1716151413121110}, ARMVIRT_BUS_OK},
    {"cas of 16 bytes", BASE, 16, true, {0x1716151413121110, 0x1f1e1d1c1b1a1918}, ARMVIRT_BUS_OK},
    {"cas of 8 bytes ignores a second word",
     BASE,
     8,
     true,
     {0x1716151413121110, 1},
     ARMVIRT_BUS_OK},
    {"cas with another old value changes nothing", BASE, 8, true, {1}, ARMVIRT_BUS_RACE},
    {"cas compares the low word", BASE, 16, true, {0, 0x1f1e1d1c1b1a1918}, ARMVIRT_BUS_RACE},
    {"cas compares the high word", BASE, 16, true, {0x1716151413121110, 0}, ARMVIRT_BUS_RACE},
    {"cas on read-only memory aborts", BASE, 8, false, {0x1716151413121110}, ARMVIRT_BUS_ABORT},
    {"cas outside aborts", BASE + SIZE, 8, true, {0}, ARMVIRT_BUS_ABORT},
};

static void test_cas(void **state)
{
    const struct cas_case *c = *state;
    uint8_t bytes[SIZE];
    struct armvirt_mem_flat flat = {bytes, BASE, SIZE, c->writable};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = c->pa, .size = c->size};

    fill(bytes, SIZE);
    assert_int_equal(mem.ops->cas(mem.ctx, &req, c->old, pattern), c->bus);
    expect_bytes(bytes, c->pa - BASE, c->bus == ARMVIRT_BUS_OK ? c->size : 0);
}

static void memory_at_the_top_of_the_address_space_serves_its_last_word(void **state)
{
    uint8_t bytes[SIZE];
    struct armvirt_mem_flat flat = {bytes, UINT64_MAX - SIZE + 1, SIZE, false};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = UINT64_MAX - 7, .size = 8};
    uint64_t val;

    (void)state;
    fill(bytes, SIZE);
    assert_int_equal(mem.ops->read(mem.ctx, &req, &val), ARMVIRT_BUS_OK);
    assert_int_equal(val, 0x2f2e2d2c2b2a2928);
    req.pa = 0;
    assert_int_equal(mem.ops->read(mem.ctx, &req, &val), ARMVIRT_BUS_ABORT);
}

static void empty_memory_aborts_everywhere(void **state)
{
    struct armvirt_mem_flat flat = {NULL, 0, 0, true};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = 0, .size = 1};
    uint64_t val = 0;

    (void)state;
    assert_int_equal(mem.ops->read(mem.ctx, &req, &val), ARMVIRT_BUS_ABORT);
    assert_int_equal(mem.ops->write(mem.ctx, &req, &val), ARMVIRT_BUS_ABORT);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_read, read_cases);
    SUITE_ADD_ROWS(&suite, test_write, write_cases);
    SUITE_ADD_ROWS(&suite, test_cas, cas_cases);
    SUITE_ADD(&suite, memory_at_the_top_of_the_address_space_serves_its_last_word);
    SUITE_ADD(&suite, empty_memory_aborts_everywhere);
    return suite_run(&suite, "flat memory");
}
