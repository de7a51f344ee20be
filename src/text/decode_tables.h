/* SPDX-License-Identifier: MIT */
/*
 * The rows of decode_tables.c, which spec/generate.py makes from spec/. Rows hold offsets and row
 * numbers, never pointers, so that the tables are plain constants that need no relocation.
 */
#ifndef ARMVIRT_SRC_TEXT_DECODE_TABLES_H
#define ARMVIRT_SRC_TEXT_DECODE_TABLES_H

#include <stdint.h>

/* Offset of a string in armvirt_decode_strings. */
typedef uint32_t decode_string;

/* A value of a field and its name; a value that a test accepts has no name. */
struct decode_value {
    uint32_t value;
    decode_string name;
};

/* A reading of bits hi:lo. `when` is a row of armvirt_decode_whens; row 0 is "always". */
struct decode_field {
    decode_string name;
    uint16_t value_first;
    uint8_t value_count;
    uint8_t hi, lo;
    uint8_t when;
    uint8_t reserved; /* RES0 and its like: carries no information */
};

/* A register, an in-memory layout, or a part; sorted by name without regard to case. Its fields are
 * first those that hold without condition, from the top bit down, then alternatives, of which
 * later ones win. */
struct armvirt_layout {
    decode_string name, title, section;
    uint16_t field_first, field_count;
    uint16_t part_first, part_count;
    uint8_t width;
    uint8_t kind;                    /* enum armvirt_layout_kind */
    uint8_t index_first, index_last; /* of a name with <n> */
};

/* Bits hi:lo of the value are one of these values. */
struct decode_test {
    uint16_t value_first;
    uint8_t value_count;
    uint8_t hi, lo;
};

/* Another layout that takes over the bits it has fields for, if its condition and all tests hold.
 */
struct decode_part {
    uint16_t layout;
    uint16_t test_first;
    uint8_t test_count;
    uint8_t when;
};

/* An encoding of MRS and MSR; sorted. op0 14, op1 11, CRn 7, CRm 3, op2 0. */
struct decode_encoding {
    uint16_t encoding;
    uint16_t layout;
    uint8_t index;
    decode_string name; /* differs from the layout's for a second name, TCR_EL12 */
};

struct decode_condition {
    decode_string name, text;
};

extern const char armvirt_decode_strings[][4095];
extern const struct decode_value armvirt_decode_values[];
extern const uint64_t armvirt_decode_whens[];
extern const struct decode_field armvirt_decode_fields[];
extern const struct armvirt_layout armvirt_decode_layouts[];
extern const struct decode_test armvirt_decode_tests[];
extern const struct decode_part armvirt_decode_parts[];
extern const struct decode_encoding armvirt_decode_encodings[];
extern const struct decode_condition armvirt_decode_conditions[];
extern const uint16_t armvirt_decode_layout_count;
extern const uint16_t armvirt_decode_encoding_count;
extern const uint16_t armvirt_decode_condition_count;

static inline const char *decode_text(decode_string offset)
{
    return (const char *)armvirt_decode_strings + offset;
}

#endif
