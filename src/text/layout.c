/* SPDX-License-Identifier: MIT */
/*
 * Layouts, conditions and encodings by name. DDI0487 C5.2, D24 (register names and the encodings of
 * MRS and MSR), D8.3 (descriptors).
 */
#include "decode_tables.h"
#include "writer.h"

#include <armvirt/text.h>

/* ---- names ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* A name that may have <n>, and the numbers that it may stand for. */
struct pattern {
    const char *name;
    unsigned first, last;
};

/* Reads the digits at *text as a number that the pattern allows, without leading zeros. */
static bool match_index(const struct pattern *pattern, const char **text, unsigned *index)
{
    const char *digit = *text;
    unsigned number = 0;

    while (*digit >= '0' && *digit <= '9' && number <= pattern->last) {
        number = number * 10 + (unsigned)(*digit++ - '0');
    }
    if (digit == *text || (**text == '0' && digit != *text + 1)) {
        return false;
    }
    if (number < pattern->first || number > pattern->last) {
        return false;
    }
    *text = digit;
    *index = number;
    return true;
}

/* Whether a text is the name, in any case; *index is the number that stands for <n>. */
static bool match(const struct pattern *pattern, const char *text, unsigned *index)
{
    const char *name = pattern->name;

    *index = 0;
    while (*name != '\0') {
        if (*name == '<') {
            if (!match_index(pattern, &text, index)) {
                return false;
            }
            name += 3; /* <n> */
        } else if (lower(*name++) != lower(*text++)) {
            return false;
        }
    }
    return *text == '\0';
}

static struct pattern layout_pattern(const struct armvirt_layout *layout)
{
    return (struct pattern){decode_text(layout->name), layout->index_first, layout->index_last};
}

/* The first encoding whose register has that name. */
static const struct decode_encoding *encoding_named(const char *text)
{
    unsigned i;

    for (i = 0; i < armvirt_decode_encoding_count; i++) {
        const struct decode_encoding *row = &armvirt_decode_encodings[i];
        struct pattern pattern = {decode_text(row->name), row->index, row->index};
        unsigned index;

        if (match(&pattern, text, &index)) {
            return row;
        }
    }
    return NULL;
}

/* ---- layouts ---- */

const struct armvirt_layout *armvirt_layout_find(const char *name)
{
    const struct decode_encoding *encoding;
    unsigned i;
    unsigned index;

    for (i = 0; i < armvirt_decode_layout_count; i++) {
        struct pattern pattern = layout_pattern(&armvirt_decode_layouts[i]);

        if (match(&pattern, name, &index)) {
            return &armvirt_decode_layouts[i];
        }
    }
    encoding = encoding_named(name);
    return encoding != NULL ? &armvirt_decode_layouts[encoding->layout] : NULL;
}

const struct armvirt_layout *armvirt_layout_at(size_t n)
{
    return n < armvirt_decode_layout_count ? &armvirt_decode_layouts[n] : NULL;
}

const char *armvirt_layout_name(const struct armvirt_layout *layout)
{
    return decode_text(layout->name);
}

const char *armvirt_layout_title(const struct armvirt_layout *layout)
{
    return decode_text(layout->title);
}

const char *armvirt_layout_section(const struct armvirt_layout *layout)
{
    return decode_text(layout->section);
}

enum armvirt_layout_kind armvirt_layout_kind(const struct armvirt_layout *layout)
{
    return (enum armvirt_layout_kind)layout->kind;
}

unsigned armvirt_layout_bits(const struct armvirt_layout *layout)
{
    return layout->width;
}

/* ---- conditions ---- */

const char *armvirt_when_at(unsigned n, const char **text)
{
    if (n >= armvirt_decode_condition_count) {
        return NULL;
    }
    if (text != NULL) {
        *text = decode_text(armvirt_decode_conditions[n].text);
    }
    return decode_text(armvirt_decode_conditions[n].name);
}

uint64_t armvirt_when_find(const char *name)
{
    unsigned i;
    unsigned index;

    for (i = 0; i < armvirt_decode_condition_count; i++) {
        struct pattern pattern = {decode_text(armvirt_decode_conditions[i].name), 0, 0};

        if (match(&pattern, name, &index)) {
            return ARMVIRT_BIT(i);
        }
    }
    return 0;
}

/* ---- encodings ---- */

static const struct decode_encoding *encoding_row(unsigned number)
{
    unsigned low = 0;
    unsigned high = armvirt_decode_encoding_count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (armvirt_decode_encodings[middle].encoding < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < armvirt_decode_encoding_count && armvirt_decode_encodings[low].encoding == number) {
        return &armvirt_decode_encodings[low];
    }
    return NULL;
}

bool armvirt_encoding_find(const char *name, struct armvirt_encoding *encoding)
{
    const struct decode_encoding *row = encoding_named(name);

    if (row == NULL) {
        return false;
    }
    encoding->op0 = (uint8_t)(row->encoding >> 14);
    encoding->op1 = (uint8_t)(row->encoding >> 11 & 7);
    encoding->crn = (uint8_t)(row->encoding >> 7 & 15);
    encoding->crm = (uint8_t)(row->encoding >> 3 & 15);
    encoding->op2 = row->encoding & 7;
    return true;
}

/* A name, with its number in place of <n>. */
static void put_name(struct writer *writer, const char *name, unsigned index)
{
    const char *c;

    for (c = name; *c != '\0'; c++) {
        if (*c == '<') {
            writer_put(writer, "%u", index);
            c += 2;
        } else {
            writer_put(writer, "%c", *c);
        }
    }
}

static bool is_encoding(const struct armvirt_encoding *encoding)
{
    return encoding->op0 < 4 && encoding->op1 < 8 && encoding->crn < 16 && encoding->crm < 16 &&
           encoding->op2 < 8;
}

size_t armvirt_text_encoding(const struct armvirt_encoding *encoding,
                             const struct armvirt_layout **layout, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};
    unsigned number = (unsigned)encoding->op0 << 14 | (unsigned)encoding->op1 << 11 |
                      (unsigned)encoding->crn << 7 | (unsigned)encoding->crm << 3 | encoding->op2;
    const struct decode_encoding *row = is_encoding(encoding) ? encoding_row(number) : NULL;

    if (layout != NULL) {
        *layout = row != NULL ? &armvirt_decode_layouts[row->layout] : NULL;
    }
    if (row != NULL) {
        put_name(&writer, decode_text(row->name), row->index);
    } else {
        writer_put(&writer, "S%u_%u_C%u_C%u_%u", encoding->op0, encoding->op1, encoding->crn,
                   encoding->crm, encoding->op2);
    }
    return writer.len;
}
