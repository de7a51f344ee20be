/* SPDX-License-Identifier: MIT */
/* A range of addresses on the command line. */
#include "span.h"

#include "number.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_MAX 64

/* Copies what lies before `end`. False if that is too long to be a number. */
static bool copy_until(char text[NUMBER_MAX], const char *from, const char *end)
{
    if (end - from >= NUMBER_MAX) {
        return false;
    }
    (void)snprintf(text, NUMBER_MAX, "%.*s", (int)(end - from), from);
    return true;
}

/* A number with an optional unit. */
static bool parse_size(const char *text, uint64_t *value)
{
    static const char units[] = "KMGT";
    const char *unit = strpbrk(text, units);
    unsigned shift = unit != NULL ? 10 * (unsigned)(strchr(units, *unit) - units + 1) : 0;
    char digits[NUMBER_MAX];

    if (unit != NULL && unit[1] != '\0') {
        return false;
    }
    if (!copy_until(digits, text, unit != NULL ? unit : text + strlen(text)) ||
        !number_parse(digits, value) || *value > UINT64_MAX >> shift) {
        return false;
    }
    *value <<= shift;
    return true;
}

/* The end of all addresses may be written as 2^64. */
static bool parse_end(const char *text, uint64_t *last)
{
    uint64_t end[2];

    if (!number_parse_wide(text, end) || end[1] > 1 || (end[1] == 1 && end[0] != 0)) {
        return false;
    }
    *last = end[0] - 1;
    return end[0] != 0 || end[1] != 0;
}

/* FIRST-END or FIRST+SIZE, with `at` on the sign. */
static bool parse_bounds(const char *text, const char *at, struct span *span)
{
    char first[NUMBER_MAX];
    uint64_t size;

    if (!copy_until(first, text, at) || !number_parse(first, &span->first)) {
        return false;
    }
    if (*at == '-') {
        return parse_end(at + 1, &span->last) && span->last >= span->first;
    }
    if (!parse_size(at + 1, &size) || size == 0) {
        return false;
    }
    span->last = span->first + (size - 1);
    return span->last >= span->first;
}

bool span_parse(const char *text, struct span *span, struct error *error)
{
    static const uint64_t half = UINT64_MAX / 2;
    const char *at = strpbrk(text, "-+");

    if (strcmp(text, "lower") == 0) {
        *span = (struct span){0, half};
        return true;
    }
    if (strcmp(text, "upper") == 0) {
        *span = (struct span){half + 1, UINT64_MAX};
        return true;
    }
    if (at == NULL && number_parse(text, &span->first)) {
        span->last = span->first;
        return true;
    }
    return (at != NULL && parse_bounds(text, at, span)) ||
           refuse(error, "'%s' is not a range: FIRST-END, FIRST+SIZE, ADDRESS, lower or upper",
                  text);
}
