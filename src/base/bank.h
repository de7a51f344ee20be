/* SPDX-License-Identifier: MIT */
/*
 * Banks of memory-mapped registers as rows of data: where a register or an array of them lies, how
 * wide its elements are, how it may be accessed. A module keeps a sorted table of rows for each
 * 64 KiB frame, asks here what an access means, and has one `switch (row->kind)` for reads, one for
 * writes. Rows hold no pointers, so that a table needs no relocation in a bare image.
 */
#ifndef ARMVIRT_SRC_BASE_BANK_H
#define ARMVIRT_SRC_BASE_BANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARMVIRT_BANK_FRAME_BYTES 0x10000u

/* The widths of access that a register allows, a bit each: the width in bytes. */
enum armvirt_bank_width {
    ARMVIRT_W8 = 1,
    ARMVIRT_W16 = 2,
    ARMVIRT_W32 = 4,
    ARMVIRT_W64 = 8,
};

struct armvirt_bank_row {
    uint16_t offset; /* of the first byte, in the frame */
    uint16_t len;    /* in bytes */
    uint8_t kind;    /* what accesses do: an enum of the module */
    uint8_t bits;    /* of one element: 1, 2, 4, 8, 16, 32 or 64 */
    uint8_t widths;  /* mask of enum armvirt_bank_width */
    uint8_t bank;    /* what the elements are: an enum of the module */
};

enum armvirt_bank_answer {
    ARMVIRT_BANK_OK = 0,
    ARMVIRT_BANK_NO_REGISTER = 1, /* nothing lies there */
    ARMVIRT_BANK_BAD_ACCESS = 2,  /* the width or the alignment is not allowed */
};

/*
 * What an access touches: elements `first` to `first + count - 1` of the row, and of each of them
 * the `bits` bits from bit `shift` up. If elements are wider than the access, `count` is 1 and
 * `bits` and `shift` select a part; else `bits` is all of an element and element `first + i` is the
 * value's bits from `i * bits` up.
 */
struct armvirt_bank_access {
    const struct armvirt_bank_row *row;
    uint32_t first;
    uint8_t count;
    uint8_t bits;
    uint8_t shift;
};

/*
 * Decode an access of `width` bytes at `offset` in the frame that `rows` describe. `access` is
 * written on ARMVIRT_BANK_OK only. Any offset and width is safe. O(log count).
 */
enum armvirt_bank_answer armvirt_bank_decode(const struct armvirt_bank_row *rows, size_t count,
                                             uint32_t offset, unsigned width,
                                             struct armvirt_bank_access *access);

/*
 * The first row that breaks a rule, or `count`: rows are sorted, disjoint, inside the frame, made
 * of whole elements, and aligned to the widest access that they allow. For tests of tables.
 */
size_t armvirt_bank_first_bad_row(const struct armvirt_bank_row *rows, size_t count);

#endif
