/* SPDX-License-Identifier: MIT */
/*
 * The fields of a value: which reading each bit has, and the field as text. The readings are those
 * of the register descriptions (DDI0487 C5.2, D24, G8) and of the descriptor formats (D8.3, D9.6,
 * G5.4, G5.5), see decode_tables.h.
 */
#include "decode_tables.h"
#include "writer.h"

#include <armvirt/text.h>

#include <inttypes.h>
#include <string.h>

static bool holds(unsigned when_row, uint64_t when)
{
    uint64_t needed = armvirt_decode_whens[when_row];

    return (when & needed) == needed;
}

/* Bits hi:lo of a value; they lie in one word. */
static uint64_t bits_of(const uint64_t *value, unsigned hi, unsigned lo)
{
    return ARMVIRT_GET(ARMVIRT_BITS(hi % 64, lo % 64), value[hi / 64]);
}

static const char *value_name(const struct decode_field *row, uint64_t number)
{
    const struct decode_value *value = &armvirt_decode_values[row->value_first];
    unsigned i;

    for (i = 0; i < row->value_count; i++) {
        if (value[i].value == number) {
            return decode_text(value[i].name);
        }
    }
    return NULL;
}

/* ---- which reading a bit has ---- */

/* A reading of a bit: the row, and the layout that the row is of. */
struct reading {
    const struct armvirt_layout *layout;
    const struct decode_field *row; /* NULL: a part says nothing of the bit */
};

/* The last row of a layout that has the bit and whose condition holds. */
static const struct decode_field *row_of(const struct armvirt_layout *layout, uint64_t when,
                                         unsigned bit)
{
    const struct decode_field *row = &armvirt_decode_fields[layout->field_first];
    unsigned i;

    for (i = layout->field_count; i-- > 0;) {
        if (row[i].lo <= bit && bit <= row[i].hi && holds(row[i].when, when)) {
            return &row[i];
        }
    }
    return NULL;
}

static bool test_passes(const struct decode_test *test, const uint64_t *value)
{
    const struct decode_value *accepted = &armvirt_decode_values[test->value_first];
    uint64_t number = bits_of(value, test->hi, test->lo);
    unsigned i;

    for (i = 0; i < test->value_count; i++) {
        if (accepted[i].value == number) {
            return true;
        }
    }
    return false;
}

static bool part_applies(const struct decode_part *part, const uint64_t *value, uint64_t when)
{
    unsigned i;

    for (i = 0; i < part->test_count; i++) {
        if (!test_passes(&armvirt_decode_tests[part->test_first + i], value)) {
            return false;
        }
    }
    return holds(part->when, when);
}

static struct reading reading_of(const struct armvirt_layout *layout, const uint64_t *value,
                                 uint64_t when, unsigned bit)
{
    struct reading reading = {layout, row_of(layout, when, bit)};
    unsigned i;

    for (i = 0; i < layout->part_count; i++) {
        const struct decode_part *part = &armvirt_decode_parts[layout->part_first + i];
        const struct armvirt_layout *other = &armvirt_decode_layouts[part->layout];
        const struct decode_field *row = row_of(other, when, bit);

        if (row != NULL && part_applies(part, value, when)) {
            reading = (struct reading){other, row};
        }
    }
    return reading;
}

/* How far the reading of a bit reaches: to where another one takes over, or to bit 64. */
static void set_extent(const struct armvirt_layout *layout, const uint64_t *value, uint64_t when,
                       unsigned bit, struct armvirt_field *field)
{
    const struct decode_field *row = reading_of(layout, value, when, bit).row;
    unsigned top = bit < 64 && layout->width > 64 ? 64 : layout->width;
    unsigned bottom = bit < 64 ? 0 : 64;
    unsigned hi = bit;
    unsigned lo = bit;

    while (hi + 1 < top && reading_of(layout, value, when, hi + 1).row == row) {
        hi++;
    }
    while (lo > bottom && reading_of(layout, value, when, lo - 1).row == row) {
        lo--;
    }
    field->hi = (uint8_t)hi;
    field->lo = (uint8_t)lo;
}

void armvirt_field_at(const struct armvirt_layout *layout, const uint64_t *value, uint64_t when,
                      unsigned bit, struct armvirt_field *field)
{
    struct reading reading = reading_of(layout, value, when, bit);
    const struct decode_field *row = reading.row;

    memset(field, 0, sizeof(*field));
    set_extent(layout, value, when, bit, field);
    field->value = bits_of(value, field->hi, field->lo);
    field->layout = reading.layout;
    field->name = row != NULL ? decode_text(row->name) : "-";
    field->reserved = row == NULL || row->reserved != 0;
    if (row != NULL && field->hi == row->hi && field->lo == row->lo) {
        field->value_name = value_name(row, field->value);
    }
}

/* ---- text ---- */

bool armvirt_field_notable(const struct armvirt_field *field)
{
    uint64_t ones = ARMVIRT_GET(ARMVIRT_BITS(field->hi % 64, field->lo % 64), UINT64_MAX);

    if (!field->reserved) {
        return true;
    }
    if (strcmp(field->name, "RES1") == 0 || strcmp(field->name, "RAO") == 0) {
        return field->value != ones;
    }
    return field->value != 0;
}

/* Whether the name of a piece, "PA[51:48]", says already which bits of the register it is. */
static bool names_bits(const struct armvirt_field *field)
{
    const char *piece = strchr(field->name, '[');
    char bits[16];

    if (field->hi == field->lo) {
        snprintf(bits, sizeof(bits), "[%u]", field->hi);
    } else {
        snprintf(bits, sizeof(bits), "[%u:%u]", field->hi, field->lo);
    }
    return piece != NULL && strcmp(piece, bits) == 0;
}

static void put_field(struct writer *writer, const struct armvirt_field *field)
{
    writer_put(writer, "%s", field->name);
    if (!names_bits(field)) {
        writer_put(writer, "%s[%u", strchr(field->name, '[') != NULL ? "@" : "", field->hi);
        if (field->hi != field->lo) {
            writer_put(writer, ":%u", field->lo);
        }
        writer_put(writer, "]");
    }
    writer_put(writer, "=0x%" PRIx64, field->value);
    if (field->value_name != NULL) {
        writer_put(writer, " (%s)", field->value_name);
    }
}

size_t armvirt_text_field(const struct armvirt_field *field, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};

    put_field(&writer, field);
    return writer.len;
}

size_t armvirt_text_fields(const struct armvirt_layout *layout, const uint64_t *value,
                           uint64_t when, const char *separator, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};
    struct armvirt_field field;
    unsigned bit;

    writer_put(&writer, "%s", "");
    for (bit = armvirt_layout_bits(layout); bit > 0; bit = field.lo) {
        armvirt_field_at(layout, value, when, bit - 1, &field);
        if (!armvirt_field_notable(&field)) {
            continue;
        }
        if (writer.len > 0) {
            writer_put(&writer, "%s", separator);
        }
        put_field(&writer, &field);
    }
    return writer.len;
}
