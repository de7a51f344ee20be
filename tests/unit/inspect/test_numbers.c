/* SPDX-License-Identifier: MIT */
/* Numbers, ranges and suggestions on the command line of armvirt-inspect. */
#include "number.h"
#include "span.h"
#include "suggest.h"

#include <string.h>

#include "suite.h"

struct number_case {
    const char *name; /* of the test and the text */
    bool good;
    uint64_t low, high;
};

static const struct number_case number_cases[] = {
    {"0", true, 0, 0},
    {"42", true, 42, 0},
    {"0x2a", true, 42, 0},
    {"0X2A", true, 42, 0},
    {"0b101010", true, 42, 0},
    {"0xffff_8000_0000_0000", true, 0xffff800000000000, 0},
    {"0xffff8000`00000000", true, 0xffff800000000000, 0},
    {"18446744073709551615", true, UINT64_MAX, 0},
    {"18446744073709551616", true, 0, 1},
    {"0xffffffffffffffffffffffffffffffff", true, UINT64_MAX, UINT64_MAX},
    {"0x100000000000000000000000000000000", false, 0, 0},
    {"", false, 0, 0},
    {"0x", false, 0, 0},
    {"0xg", false, 0, 0},
    {"12a", false, 0, 0},
    {"0b2", false, 0, 0},
    {"_1", false, 0, 0},
    {"1_", false, 0, 0},
    {"1__2", false, 0, 0},
    {"-1", false, 0, 0},
    {" 1", false, 0, 0},
    {"1 ", false, 0, 0},
};

static void test_number(void **state)
{
    const struct number_case *c = *state;
    uint64_t wide[2], narrow;

    assert_int_equal(number_parse_wide(c->name, wide), c->good);
    assert_int_equal(number_parse(c->name, &narrow), c->good && c->high == 0);
    if (!c->good)
        return;
    assert_int_equal(wide[0], c->low);
    assert_int_equal(wide[1], c->high);
}

static void test_size_in_its_largest_whole_unit(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {
        {1, "1"},
        {1023, "1023"},
        {1024, "1K"},
        {0x1400, "5K"},
        {0x200000, "2M"},
        {0x201000, "2052K"},
        {1u << 30, "1G"},
        {UINT64_C(1) << 40, "1T"},
        {UINT64_C(1) << 63, "8E"},
        {0, "16E"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[24];

        assert_int_equal(number_format_size(text, sizeof(text), rows[i].bytes),
                         strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

struct span_case {
    const char *name;
    bool good;
    uint64_t first, last;
};

static const struct span_case span_cases[] = {
    {"0x1000-0x3000", true, 0x1000, 0x2fff},
    {"0x1000+0x2000", true, 0x1000, 0x2fff},
    {"0x1000+4K", true, 0x1000, 0x1fff},
    {"0x1000+2M", true, 0x1000, 0x200fff},
    {"0+1G", true, 0, 0x3fffffff},
    {"0+16777216T", false, 0, 0},
    {"0x1234", true, 0x1234, 0x1234},
    {"lower", true, 0, 0x7fffffffffffffff},
    {"upper", true, 0x8000000000000000, UINT64_MAX},
    {"0-0x10000000000000000", true, 0, UINT64_MAX},
    {"0xffff000000000000-0x10000000000000000", true, 0xffff000000000000, UINT64_MAX},
    {"0xfffffffffffff000+4K", true, 0xfffffffffffff000, UINT64_MAX},
    {"0xfffffffffffff000+8K", false, 0, 0},
    {"0x1000-0x1000", false, 0, 0},
    {"0x1000-0", false, 0, 0},
    {"0x1000+0", false, 0, 0},
    {"0-0x10000000000000001", false, 0, 0},
    {"0x1000-", false, 0, 0},
    {"-0x1000", false, 0, 0},
    {"0x1000+4KK", false, 0, 0},
    {"0x1000+K", false, 0, 0},
    {"middle", false, 0, 0},
    {"", false, 0, 0},
};

static void test_span(void **state)
{
    const struct span_case *c = *state;
    struct error error = {""};
    struct span span;

    assert_int_equal(span_parse(c->name, &span, &error), c->good);
    assert_int_equal(error.text[0] == '\0', c->good);
    if (!c->good)
        return;
    assert_int_equal(span.first, c->first);
    assert_int_equal(span.last, c->last);
}

static void test_suggestion(void **state)
{
    static const char *const known[] = {"TCR_EL1", "TCR_EL2", "TTBR0_EL1", "TTBR1_EL1"};
    static const struct {
        const char *word, *text;
    } rows[] = {
        {"TRC_EL1", " (did you mean TCR_EL1?)"},
        {"tcr_el2", " (did you mean TCR_EL2?)"},
        {"TTBR_EL1", " (did you mean TTBR0_EL1?)"},
        {"TTBR1EL1", " (did you mean TTBR1_EL1?)"},
        {"HCR", ""},
        {"", ""},
        {"a word that is far longer than any that is known", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct suggestion suggestion = SUGGESTION(rows[i].word);
        char text[64];

        for (size_t k = 0; k < COUNT_OF(known); k++)
            suggest_try(&suggestion, known[k]);
        assert_string_equal(suggest_text(&suggestion, text, sizeof(text)), rows[i].text);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_number, number_cases);
    SUITE_ADD(&suite, test_size_in_its_largest_whole_unit);
    SUITE_ADD_ROWS(&suite, test_span, span_cases);
    SUITE_ADD(&suite, test_suggestion);
    return suite_run(&suite, "inspect.numbers");
}
