/* SPDX-License-Identifier: MIT */
/* Banks of memory-mapped registers: from offset and width to elements of a row. */
#include "bank.h"

#include "bits.h"

/* The row that holds the byte at `offset`, or NULL. */
static const struct armvirt_bank_row *find_row(const struct armvirt_bank_row *row, size_t count,
                                               uint32_t offset)
{
    if (count == 0) {
        return NULL;
    }
    while (count > 1) { /* the last row that starts at or below the offset is among `count` */
        size_t half = count / 2;

        row = row[half].offset <= offset ? row + half : row;
        count -= half;
    }
    return offset - row->offset < row->len ? row : NULL;
}

enum armvirt_bank_answer armvirt_bank_decode(const struct armvirt_bank_row *rows, size_t count,
                                             uint32_t offset, unsigned width,
                                             struct armvirt_bank_access *access)
{
    const struct armvirt_bank_row *row = find_row(rows, count, offset);
    unsigned access_bits = 8 * width;
    uint32_t bit;

    if (row == NULL) {
        return ARMVIRT_BANK_NO_REGISTER;
    }
    if (!armvirt_is_power_of_2(width) || (row->widths & width) == 0 ||
        !armvirt_is_aligned(offset, width)) {
        return ARMVIRT_BANK_BAD_ACCESS;
    }
    bit = 8 * (offset - row->offset);
    access->row = row;
    access->first = bit / row->bits;
    access->shift = (uint8_t)(bit % row->bits);
    access->bits = access_bits < row->bits ? (uint8_t)access_bits : row->bits;
    access->count = (uint8_t)(access_bits / access->bits);
    return ARMVIRT_BANK_OK;
}

static bool row_is_good(const struct armvirt_bank_row *row)
{
    unsigned widest = ARMVIRT_W64;

    if (row->len == 0 || (uint32_t)row->offset + row->len > ARMVIRT_BANK_FRAME_BYTES ||
        row->widths == 0 || row->widths >= 2 * ARMVIRT_W64 || row->bits > 64 ||
        !armvirt_is_power_of_2(row->bits) || 8u * row->len % row->bits != 0) {
        return false;
    }
    while ((row->widths & widest) == 0) {
        widest /= 2;
    }
    return armvirt_is_aligned(row->offset, widest) && armvirt_is_aligned(row->len, widest);
}

static bool rows_are_apart(const struct armvirt_bank_row *row, const struct armvirt_bank_row *next)
{
    return (uint32_t)row->offset + row->len <= next->offset;
}

size_t armvirt_bank_first_bad_row(const struct armvirt_bank_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!row_is_good(&rows[i]) || (i > 0 && !rows_are_apart(&rows[i - 1], &rows[i]))) {
            return i;
        }
    }
    return count;
}
