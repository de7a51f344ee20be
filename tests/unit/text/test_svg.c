/* SPDX-License-Identifier: MIT */
/* The shapes that pictures are made of: escapes, and lines broken at spaces. */
#include "text/svg.h"

#include "suite.h"

#include <string.h>

static void test_markup_is_escaped(void **state)
{
    char text[256];
    struct writer out = {text, sizeof(text), 0};

    (void)state;
    armvirt_svg_text(&out, "m", 1, 2, "%s", "a<b> & c");
    assert_string_equal(text, "<text class=\"m\" x=\"1\" y=\"2\">a&lt;b&gt; &amp; c</text>\n");
}

struct lines_case {
    const char *name; /* of the test and the text */
    int columns, count;
    const char *last; /* what the last line holds */
};

static const struct lines_case lines_cases[] = {
    {"", 8, 0, NULL},
    {"fits", 4, 1, ">fits<"},
    {"two words", 8, 2, ">words<"},
    {"a space at the end", 7, 3, ">end<"},
    {"as_much_as_fits", 8, 2, ">as_fits<"},
};

static void test_lines(void **state)
{
    const struct lines_case *c = *state;
    char text[512] = "";
    struct writer out = {text, sizeof(text), 0};

    assert_int_equal(armvirt_svg_lines(NULL, "m", 0, 0, 10, c->columns, c->name), c->count);
    assert_int_equal(armvirt_svg_lines(&out, "m", 0, 0, 10, c->columns, c->name), c->count);
    if (c->last != NULL) {
        assert_non_null(strstr(text, c->last));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_markup_is_escaped);
    SUITE_ADD_ROWS(&suite, test_lines, lines_cases);
    return suite_run(&suite, "text.svg");
}
