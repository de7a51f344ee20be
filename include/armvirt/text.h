/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers and descriptors by name: which fields a value has and what they say. Part of
 * libarmvirt-text. The same fields are macros in armvirt/regs/ and a table in docs/registers.md.
 *
 *     const struct armvirt_layout *tcr = armvirt_layout_find("TCR_EL1");
 *     const uint64_t value[2] = {0x80003519};
 *     struct armvirt_field field;
 *     unsigned bit;
 *
 *     for (bit = armvirt_layout_bits(tcr); bit > 0; bit = field.lo) {
 *         armvirt_field_at(tcr, value, 0, bit - 1, &field);
 *         printf("%s = %llu\n", field.name, (unsigned long long)field.value);
 *     }
 *
 * Layouts are constants. All functions may be called from any thread at any time.
 */
#ifndef ARMVIRT_TEXT_H
#define ARMVIRT_TEXT_H

#include <armvirt/base.h>
#include <armvirt/regs/conditions.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name Layouts
 * @{ */
/** A register, a descriptor in memory, or one of several readings of a register. */
struct armvirt_layout;

/** What a layout is. */
enum armvirt_layout_kind {
    ARMVIRT_LAYOUT_REGISTER = 0,   /**< A System register. */
    ARMVIRT_LAYOUT_DESCRIPTOR = 1, /**< A descriptor in memory, or what several registers share. */
    ARMVIRT_LAYOUT_PART = 2,       /**< A reading of bits of a register in one case. */
};

/**
 * Find a layout.
 *
 * @param name  Its architectural name in any case, "TCR_EL1" or "DBGBCR3_EL1"; also a second name
 *              by which MRS reaches a register, "TCR_EL12"; or a name of spec/, "VMSA64_S1_LEAF".
 * @returns     The layout, or NULL if there is none of that name.
 */
ARMVIRT_API const struct armvirt_layout *armvirt_layout_find(const char *name);

/**
 * Visit all layouts, in the order of their names.
 *
 * @param n  0, 1, 2 and so on.
 * @returns  The layout, or NULL after the last.
 */
ARMVIRT_API const struct armvirt_layout *armvirt_layout_at(size_t n);

/**
 * Its name.
 *
 * @param layout  A layout.
 * @returns       The name; a layout of several registers has `<n>` for their number:
 * "DBGBCR<n>_EL1".
 */
ARMVIRT_API const char *armvirt_layout_name(const struct armvirt_layout *layout);

/**
 * What it holds.
 *
 * @param layout  A layout.
 * @returns       A few words.
 */
ARMVIRT_API const char *armvirt_layout_title(const struct armvirt_layout *layout);

/**
 * The section of DDI0487 that describes it.
 *
 * @param layout  A layout.
 * @returns       The section: "D24.2.194".
 */
ARMVIRT_API const char *armvirt_layout_section(const struct armvirt_layout *layout);

/**
 * What it is.
 *
 * @param layout  A layout.
 * @returns       Register, descriptor or part.
 */
ARMVIRT_API enum armvirt_layout_kind armvirt_layout_kind(const struct armvirt_layout *layout);

/**
 * Its width.
 *
 * @param layout  A layout.
 * @returns       Bits: 32, 64 or 128; of a part, one more than its highest bit.
 */
ARMVIRT_API unsigned armvirt_layout_bits(const struct armvirt_layout *layout);
/** @} */

/** @name Fields
 * @{ */
/** A field of a value. */
struct armvirt_field {
    const char *name;                    /**< "T0SZ"; "OA[51:48]" for a piece of a field; "RES0". */
    const char *value_name;              /**< Name of the value, or NULL if it has none. */
    uint64_t value;                      /**< The bits, moved down to bit 0. */
    const struct armvirt_layout *layout; /**< Which layout names it: the one asked, or a part. */
    uint8_t hi, lo;                      /**< First and last bit. */
    bool reserved;                       /**< Carries no information: RES0, IGNORED and the like. */
    uint8_t spare[5];                    /**< Zero. */
};

/**
 * The field that a bit belongs to. Every bit belongs to exactly one, so that going on with the bit
 * below `lo` visits all fields from the top down. Fields do not cross bit 64.
 *
 * @param layout  A layout. Where a part of it applies to the value, the fields are those of the
 *                part: of ESR_EL2 with the syndrome of a Data Abort, those of ISS_DATA_ABORT.
 * @param value   One word, or two for layouts wider than 64 bits; the lower word first.
 * @param when    ARMVIRT_WHEN_ bits of the conditions that hold.
 * @param bit     Less than armvirt_layout_bits().
 * @param[out] field  Always written. In a part, bits that it says nothing of are one field "-".
 */
ARMVIRT_API void armvirt_field_at(const struct armvirt_layout *layout, const uint64_t *value,
                                  uint64_t when, unsigned bit, struct armvirt_field *field);

/**
 * Whether a field is worth a line: it has a meaning, or it is reserved but does not hold what
 * software should put there.
 *
 * @param field  A field.
 * @returns      False for those that say nothing.
 */
ARMVIRT_API bool armvirt_field_notable(const struct armvirt_field *field);

/**
 * One field as text.
 *
 * @param field  A field.
 * @param text   Receives `NAME[hi:lo]=0x0`, followed by ` (NAME)` if the value has a name. A piece
 *               of a field that lies elsewhere than its number says is `NAME[3:2]@[54:53]=0x0`. Cut
 *               and ended with a zero as snprintf() does. May be NULL if @p cap is 0.
 * @param cap    Bytes of @p text.
 * @returns      The length without the zero, also if it did not fit.
 */
ARMVIRT_API size_t armvirt_text_field(const struct armvirt_field *field, char *text, size_t cap);

/**
 * All notable fields of a value, from the top bit down.
 *
 * @param layout     As for armvirt_field_at().
 * @param value      As for armvirt_field_at().
 * @param when       As for armvirt_field_at().
 * @param separator  Between two fields: " ", or "\n".
 * @param text       Receives the fields as armvirt_text_field() prints them.
 * @param cap        Bytes of @p text.
 * @returns          As armvirt_text_field().
 */
ARMVIRT_API size_t armvirt_text_fields(const struct armvirt_layout *layout, const uint64_t *value,
                                       uint64_t when, const char *separator, char *text,
                                       size_t cap);
/** @} */

/** @name Conditions
 * @{ */
/**
 * Visit the conditions under which bits have another reading.
 *
 * @param n          0, 1, 2 and so on: the number of the bit in a mask of ARMVIRT_WHEN_ bits.
 * @param[out] text  What it means, in a few words. May be NULL.
 * @returns          Its name without prefix, "E2H", or NULL after the last.
 */
ARMVIRT_API const char *armvirt_when_at(unsigned n, const char **text);

/**
 * Find a condition by name.
 *
 * @param name  "E2H", in any case.
 * @returns     Its bit, or 0 if there is none of that name.
 */
ARMVIRT_API uint64_t armvirt_when_find(const char *name);
/** @} */

/** @name Encodings
 * @{ */
/** Where MRS and MSR find a System register. */
struct armvirt_encoding {
    uint8_t op0, op1, crn, crm, op2;
};

/**
 * The encoding of a System register.
 *
 * @param name           As for armvirt_layout_find().
 * @param[out] encoding  Written if there is one.
 * @returns              Whether there is one.
 */
ARMVIRT_API bool armvirt_encoding_find(const char *name, struct armvirt_encoding *encoding);

/**
 * The register at an encoding.
 *
 * @param encoding     Any values.
 * @param[out] layout  The register, or NULL if there is none. May be NULL.
 * @param text         Receives its name, or, as the architecture writes it, "S3_0_C2_C0_2".
 * @param cap          Bytes of @p text.
 * @returns            As armvirt_text_field().
 */
ARMVIRT_API size_t armvirt_text_encoding(const struct armvirt_encoding *encoding,
                                         const struct armvirt_layout **layout, char *text,
                                         size_t cap);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
