/* SPDX-License-Identifier: MIT */
/* Bit fields (armvirt/base.h) and bit and byte arithmetic (src/base/bits.h), against plain loops.
 */
#include "base/bits.h"

#include <armvirt/base.h>

#include <string.h>

#include "suite.h"

/* The field macros are constant expressions of type uint64_t. */
_Static_assert(ARMVIRT_BITS(63, 0) == UINT64_MAX, "a mask of all bits");
_Static_assert(ARMVIRT_BITS(0, 0) == 1, "a mask of bit 0");
_Static_assert(ARMVIRT_PUT(ARMVIRT_BITS(15, 14), 2) == 0x8000, "a value put in a field");
_Static_assert(ARMVIRT_GET(ARMVIRT_BITS(15, 14), 0xbfffu) == 2, "a value taken from a field");
_Static_assert(sizeof(ARMVIRT_GET(ARMVIRT_BITS(3, 0), 0u)) == 8, "fields are 64 bits wide");

static uint64_t slow_mask(unsigned hi, unsigned lo)
{
    uint64_t mask = 0;

    for (unsigned bit = lo; bit <= hi; bit++) {
        mask += (uint64_t)1 << bit;
    }
    return mask;
}

/* For all 2080 fields of a 64-bit register. */
static void a_field_is_its_bits_and_nothing_else(void **state)
{
    const uint64_t noise = 0x5a17c3e94bd8f06d;

    (void)state;
    for (unsigned lo = 0; lo < 64; lo++) {
        for (unsigned hi = lo; hi < 64; hi++) {
            uint64_t mask = ARMVIRT_BITS(hi, lo);
            uint64_t top = mask >> lo;

            assert_true(mask == slow_mask(hi, lo));
            assert_true(ARMVIRT_LSB(mask) == ARMVIRT_BIT(lo));
            assert_true(ARMVIRT_GET(mask, noise) == ((noise >> lo) & top));
            assert_true(ARMVIRT_GET(mask, ~mask) == 0);
            assert_true(ARMVIRT_GET(mask, UINT64_MAX) == top);
            assert_true(ARMVIRT_PUT(mask, top) == mask);
            assert_true(ARMVIRT_PUT(mask, noise) == ((noise & top) << lo));
            assert_true(ARMVIRT_GET(mask, ARMVIRT_PUT(mask, noise)) == (noise & top));
        }
    }
}

static void a_value_too_wide_for_its_field_is_cut(void **state)
{
    (void)state;
    assert_true(ARMVIRT_PUT(ARMVIRT_BITS(7, 4), 0x123) == 0x30);
    assert_true(ARMVIRT_PUT(ARMVIRT_BIT(63), 3) == ARMVIRT_BIT(63));
}

static void bits_below_is_defined_from_0_to_64(void **state)
{
    (void)state;
    assert_true(armvirt_bits_below(0) == 0);
    for (unsigned n = 1; n <= 64; n++) {
        assert_true(armvirt_bits_below(n) == slow_mask(n - 1, 0));
    }
}

struct extend_case {
    const char *name;
    uint64_t value;
    unsigned bits;
    uint64_t extended;
};

static const struct extend_case extend_cases[] = {
    {"sign extension of 1 bit, 0", 0xfe, 1, 0},
    {"sign extension of 1 bit, 1", 0x01, 1, UINT64_MAX},
    {"sign extension of 48 bits, 0: bits above are dropped", 0x12347fffffffffff, 48,
     0x7fffffffffff},
    {"sign extension of 48 bits, 1", 0x0000800000000000, 48, 0xffff800000000000},
    {"sign extension of 56 bits, 1", 0x0080000000000001, 56, 0xff80000000000001},
    {"sign extension of 64 bits is the value, negative", 0x8000000000000001, 64,
     0x8000000000000001},
    {"sign extension of 64 bits is the value, positive", 0x7fffffffffffffff, 64,
     0x7fffffffffffffff},
};

static void test_sign_extend(void **state)
{
    const struct extend_case *c = *state;

    assert_true(armvirt_sign_extend(c->value, c->bits) == c->extended);
}

static void all_ones_looks_at_the_mask_alone(void **state)
{
    (void)state;
    assert_true(armvirt_all_ones(0xf0, 0xf0));
    assert_true(armvirt_all_ones(0xff, 0xf0));
    assert_false(armvirt_all_ones(0x70, 0xf0));
    assert_true(armvirt_all_ones(0, 0));
}

static void a_power_of_2_has_one_bit(void **state)
{
    (void)state;
    assert_false(armvirt_is_power_of_2(0));
    for (unsigned bit = 0; bit < 64; bit++) {
        assert_true(armvirt_is_power_of_2(ARMVIRT_BIT(bit)));
    }
    assert_false(armvirt_is_power_of_2(3));
    assert_false(armvirt_is_power_of_2(ARMVIRT_BIT(63) | 1));
}

static void alignment_is_to_a_power_of_2(void **state)
{
    (void)state;
    assert_true(armvirt_is_aligned(0, 4096));
    assert_true(armvirt_is_aligned(0x3000, 4096));
    assert_false(armvirt_is_aligned(0x3008, 4096));
    assert_true(armvirt_is_aligned(0x3008, 8));
    assert_true(armvirt_is_aligned(UINT64_MAX, 1));
    assert_true(armvirt_is_aligned(ARMVIRT_BIT(63), ARMVIRT_BIT(63)));
    assert_true(armvirt_align_down(0x3fff, 4096) == 0x3000);
    assert_true(armvirt_align_down(0x3000, 4096) == 0x3000);
    assert_true(armvirt_align_down(UINT64_MAX, ARMVIRT_BIT(63)) == ARMVIRT_BIT(63));
}

/* The bytes are given one by one, so these hold on hosts of either endianness, at any address. */
static void little_endian_access_is_bytewise_and_needs_no_alignment(void **state)
{
    static const uint8_t bytes[9] = {0xee, 0xf1, 0xe2, 0xd3, 0xc4, 0xb5, 0xa6, 0x97, 0x88};
    uint8_t copy[9] = {0xee};

    (void)state;
    assert_int_equal(armvirt_load_le16(bytes + 1), 0xe2f1);
    assert_true(armvirt_load_le32(bytes + 1) == 0xc4d3e2f1);
    assert_true(armvirt_load_le64(bytes + 1) == 0x8897a6b5c4d3e2f1);

    armvirt_store_le64(copy + 1, 0x8897a6b5c4d3e2f1);
    assert_memory_equal(copy, bytes, 9);
    memset(copy + 1, 0, 8);
    armvirt_store_le32(copy + 1, 0xc4d3e2f1);
    assert_memory_equal(copy, bytes, 5);
    assert_int_equal(copy[5], 0);
    memset(copy + 1, 0, 8);
    armvirt_store_le16(copy + 1, 0xe2f1);
    assert_memory_equal(copy, bytes, 3);
    assert_int_equal(copy[3], 0);
}

/* A table in big-endian memory: the little-endian reading, reversed, is the descriptor. */
static void byte_reversal_turns_a_little_endian_reading_into_the_big_endian_one(void **state)
{
    static const uint8_t big[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                    0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe};
    uint64_t wide[2] = {armvirt_load_le64(big), armvirt_load_le64(big + 8)};

    (void)state;
    assert_true(armvirt_bswap32(armvirt_load_le32(big)) == 0x01234567);
    assert_true(armvirt_bswap64(armvirt_load_le64(big)) == 0x0123456789abcdef);
    armvirt_bswap128(wide);
    assert_true(wide[1] == 0x0123456789abcdef); /* bits 127:64 stand first in memory */
    assert_true(wide[0] == 0x1032547698badcfe);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, a_field_is_its_bits_and_nothing_else);
    SUITE_ADD(&suite, a_value_too_wide_for_its_field_is_cut);
    SUITE_ADD(&suite, bits_below_is_defined_from_0_to_64);
    SUITE_ADD_ROWS(&suite, test_sign_extend, extend_cases);
    SUITE_ADD(&suite, all_ones_looks_at_the_mask_alone);
    SUITE_ADD(&suite, a_power_of_2_has_one_bit);
    SUITE_ADD(&suite, alignment_is_to_a_power_of_2);
    SUITE_ADD(&suite, little_endian_access_is_bytewise_and_needs_no_alignment);
    SUITE_ADD(&suite, byte_reversal_turns_a_little_endian_reading_into_the_big_endian_one);
    return suite_run(&suite, "fields and bits");
}
