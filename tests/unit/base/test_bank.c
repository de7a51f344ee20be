/* SPDX-License-Identifier: MIT */
/* Register banks: what an access touches, what is refused, and the rules that tables obey. */
#include "base/bank.h"

#include "suite.h"

enum { CTLR, STATE, CONFIG, PRIORITY, ROUTE, ID };

/* Like a distributor: one register, arrays of bits, pairs, bytes and double words, the last word.
 */
static const struct armvirt_bank_row rows[] = {
    {0x0000, 4, CTLR, 32, ARMVIRT_W32, 0},
    {0x0080, 128, STATE, 1, ARMVIRT_W32, 1},
    {0x0100, 128, STATE, 1, ARMVIRT_W32, 2},
    {0x0400, 1024, PRIORITY, 8, ARMVIRT_W32 | ARMVIRT_W16 | ARMVIRT_W8, 3},
    {0x0c00, 256, CONFIG, 2, ARMVIRT_W32, 4},
    {0x6100, 7904, ROUTE, 64, ARMVIRT_W64 | ARMVIRT_W32, 5},
    {0xfffc, 4, ID, 32, ARMVIRT_W32, 6},
};

#define OK      ARMVIRT_BANK_OK
#define NOTHING ARMVIRT_BANK_NO_REGISTER
#define BAD     ARMVIRT_BANK_BAD_ACCESS

struct access_case {
    const char *name;
    uint32_t offset;
    unsigned width;
    enum armvirt_bank_answer answer;
    struct armvirt_bank_access access;
};

static const struct access_case access_cases[] = {
    {"a single register", 0x0000, 4, OK, {&rows[0], 0, 1, 32, 0}},
    {"32 elements of a bit, the first", 0x0080, 4, OK, {&rows[1], 0, 32, 1, 0}},
    {"32 elements of a bit, the last", 0x00fc, 4, OK, {&rows[1], 992, 32, 1, 0}},
    {"the row after the last byte of another", 0x0100, 4, OK, {&rows[2], 0, 32, 1, 0}},
    {"4 elements of a byte", 0x0404, 4, OK, {&rows[3], 4, 4, 8, 0}},
    {"2 elements of a byte", 0x0406, 2, OK, {&rows[3], 6, 2, 8, 0}},
    {"1 element of a byte", 0x07ff, 1, OK, {&rows[3], 1023, 1, 8, 0}},
    {"16 elements of 2 bits", 0x0c04, 4, OK, {&rows[4], 16, 16, 2, 0}},
    {"a double word", 0x6108, 8, OK, {&rows[5], 1, 1, 64, 0}},
    {"the low half of a double word", 0x6108, 4, OK, {&rows[5], 1, 1, 32, 0}},
    {"the high half of a double word", 0x610c, 4, OK, {&rows[5], 1, 1, 32, 32}},
    {"the last double word", 0x7fd8, 8, OK, {&rows[5], 987, 1, 64, 0}},
    {"the last word of the frame", 0xfffc, 4, OK, {&rows[6], 0, 1, 32, 0}},
    {"a gap behind a register", 0x0004, 4, NOTHING, {0}},
    {"a gap before a register", 0x60fc, 4, NOTHING, {0}},
    {"an offset behind the frame", 0x10000, 4, NOTHING, {0}},
    {"an offset that looks right in 16 bits", 0x10080, 4, NOTHING, {0}},
    {"the largest offset", UINT32_MAX, 1, NOTHING, {0}},
    {"a width the register does not allow", 0x0080, 1, BAD, {0}},
    {"a wider access than the register allows", 0x0080, 8, BAD, {0}},
    {"half a double word in 2 bytes", 0x6100, 2, BAD, {0}},
    {"an access that is not aligned", 0x0402, 4, BAD, {0}},
    {"an access that is not aligned, with an allowed byte", 0x0401, 2, BAD, {0}},
    {"width 0", 0x0400, 0, BAD, {0}},
    {"width 3", 0x0400, 3, BAD, {0}},
    {"width 5, of whose bits one is allowed", 0x0400, 5, BAD, {0}},
    {"width 16", 0x0400, 16, BAD, {0}},
    {"the largest width", 0x0400, UINT32_MAX, BAD, {0}},
};

static void test_access(void **state)
{
    const struct access_case *c = *state;
    struct armvirt_bank_access access = {0};

    assert_int_equal(armvirt_bank_decode(rows, COUNT_OF(rows), c->offset, c->width, &access),
                     c->answer);
    assert_ptr_equal(access.row, c->access.row);
    assert_int_equal(access.first, c->access.first);
    assert_int_equal(access.count, c->access.count);
    assert_int_equal(access.bits, c->access.bits);
    assert_int_equal(access.shift, c->access.shift);
}

/* What the row of a byte is, found the slow way. */
static const struct armvirt_bank_row *slow_find(size_t count, uint32_t offset)
{
    for (size_t i = 0; i < count; i++) {
        if (offset >= rows[i].offset && offset < (uint32_t)rows[i].offset + rows[i].len) {
            return &rows[i];
        }
    }
    return NULL;
}

static void expect_own_bits(const struct armvirt_bank_row *row, uint32_t offset, unsigned width,
                            const struct armvirt_bank_access *access)
{
    assert_ptr_equal(access->row, row);
    assert_int_equal(access->first * row->bits + access->shift, 8 * (offset - row->offset));
    assert_int_equal(access->count * access->bits, 8 * width);
    assert_true(access->shift + access->bits <= row->bits);
    assert_true((access->first + access->count) * row->bits <= 8u * row->len);
}

/* Every offset and width, in tables of every length. */
static void an_access_touches_exactly_its_own_bits(void **state)
{
    (void)state;
    for (size_t count = 0; count <= COUNT_OF(rows); count++) {
        for (uint32_t offset = 0; offset < ARMVIRT_BANK_FRAME_BYTES; offset++) {
            const struct armvirt_bank_row *row = slow_find(count, offset);

            for (unsigned width = 1; width <= 8; width *= 2) {
                struct armvirt_bank_access access;
                enum armvirt_bank_answer answer;

                answer = armvirt_bank_decode(rows, count, offset, width, &access);
                if (row == NULL) {
                    assert_int_equal(answer, NOTHING);
                } else if ((row->widths & width) == 0 || offset % width != 0) {
                    assert_int_equal(answer, BAD);
                } else {
                    assert_int_equal(answer, OK);
                    expect_own_bits(row, offset, width, &access);
                }
            }
        }
    }
}

struct table_case {
    const char *name;
    size_t first_bad; /* of two rows; 2 if both are good */
    struct armvirt_bank_row rows[2];
};

#define GOOD                                                                                       \
    {                                                                                              \
        0x1000, 4, 0, 32, ARMVIRT_W32, 0                                                           \
    }

static const struct table_case table_cases[] = {
    {"rows that touch", 2, {GOOD, {0x1004, 4, 0, 32, ARMVIRT_W32, 0}}},
    {"a row up to the end of the frame", 2, {GOOD, {0xfff8, 8, 0, 64, ARMVIRT_W64, 0}}},
    {"narrow accesses to wide elements", 2, {GOOD, {0x1008, 8, 0, 64, ARMVIRT_W8, 0}}},
    {"wide accesses to narrow elements", 2, {GOOD, {0x1008, 8, 0, 1, ARMVIRT_W64, 0}}},
    {"rows that overlap", 1, {GOOD, {0x1003, 1, 0, 8, ARMVIRT_W8, 0}}},
    {"rows out of order", 1, {GOOD, {0x0ffc, 4, 0, 32, ARMVIRT_W32, 0}}},
    {"a row twice", 1, {GOOD, GOOD}},
    {"an empty row", 1, {GOOD, {0x1008, 0, 0, 32, ARMVIRT_W32, 0}}},
    {"a row past the end of the frame", 1, {GOOD, {0xfffc, 8, 0, 32, ARMVIRT_W32, 0}}},
    {"no width", 1, {GOOD, {0x1008, 4, 0, 32, 0, 0}}},
    {"a width that does not exist", 1, {GOOD, {0x1010, 16, 0, 32, 16, 0}}},
    {"elements of 0 bits", 1, {GOOD, {0x1008, 4, 0, 0, ARMVIRT_W32, 0}}},
    {"elements of 3 bits", 1, {GOOD, {0x1008, 12, 0, 3, ARMVIRT_W32, 0}}},
    {"elements of 128 bits", 1, {GOOD, {0x1010, 16, 0, 128, ARMVIRT_W32, 0}}},
    {"half an element", 1, {GOOD, {0x1008, 4, 0, 64, ARMVIRT_W32, 0}}},
    {"a start not aligned to the widest access", 1, {GOOD, {0x1006, 4, 0, 8, ARMVIRT_W32, 0}}},
    {"a size not aligned to the widest access", 1, {GOOD, {0x1008, 6, 0, 8, 0x7, 0}}},
    {"a fault in the first row", 0, {{0x1000, 0, 0, 32, ARMVIRT_W32, 0}, GOOD}},
};

static void test_table(void **state)
{
    const struct table_case *c = *state;

    assert_int_equal(armvirt_bank_first_bad_row(c->rows, 2), c->first_bad);
}

static void the_table_of_these_tests_is_good(void **state)
{
    (void)state;
    assert_int_equal(armvirt_bank_first_bad_row(rows, COUNT_OF(rows)), COUNT_OF(rows));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_access, access_cases);
    SUITE_ADD(&suite, an_access_touches_exactly_its_own_bits);
    SUITE_ADD_ROWS(&suite, test_table, table_cases);
    SUITE_ADD(&suite, the_table_of_these_tests_is_good);
    return suite_run(&suite, "register banks");
}
