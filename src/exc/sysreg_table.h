/* SPDX-License-Identifier: MIT */
/*
 * Who may access which system register, as tables that spec/generate.py makes from spec/access.
 *
 * An encoding is found in two steps (top, blocks); its row names a program for reads and one for
 * writes; a program is a list of words for each Exception level. A word is
 *
 *   0nim.... ........   a condition by its number; n: it must not hold, i: number plus the index of
 *                       the row (m is part of the number)
 *   10.kkkka aaaaaaaa   what happens if all conditions since the last such word held
 *   11...... ........   go on at another place
 */
#ifndef ARMVIRT_SRC_EXC_SYSREG_TABLE_H
#define ARMVIRT_SRC_EXC_SYSREG_TABLE_H

#include "sysreg_facts.h"

#include <armvirt/exc.h>

#include <stddef.h>

#define SYSREG_WORD_NOT      0x4000u
#define SYSREG_WORD_INDEXED  0x2000u
#define SYSREG_WORD_NUMBER   0x1fffu
#define SYSREG_WORD_OUTCOME  0x8000u
#define SYSREG_WORD_JUMP     0xc000u
#define SYSREG_WORD_PLACE    0x3fffu
#define SYSREG_WORD_ARGUMENT 0x01ffu

#define ARMVIRT_SYSREG_EFFECTIVE UINT16_MAX /* no member: computed */
#define ARMVIRT_SYSREG_BANKED    UINT32_MAX /* storage that no encoding names */
#define SYSREG_ALWAYS            UINT16_MAX /* a control that nothing switches off */
#define SYSREG_DEFAULT_EC        63u

/* In the order of OUTCOMES in spec/regspec/access.py. */
enum sysreg_outcome {
    OUTCOME_UNDEF,
    OUTCOME_SELF,
    OUTCOME_NOP,
    OUTCOME_ID_REGISTER,
    OUTCOME_VIRTUAL,
    OUTCOME_MEMORY,
    OUTCOME_OTHER,
    OUTCOME_SELECTED,
    OUTCOME_EXLOCK,
    OUTCOME_HALT,
    OUTCOME_EL1,
    OUTCOME_EL2,
    OUTCOME_EL3,
};

/* 32 encodings: which of them are there, and the row of the first. */
struct armvirt_sysreg_block {
    uint32_t present;
    uint16_t row;
};

struct armvirt_sysreg_row {
    uint16_t program[2]; /* read, write */
    uint8_t index;       /* number among several alike */
};

/* The 128-bit accesses of a register. */
struct armvirt_sysreg_wide {
    uint16_t key;
    uint16_t program[2];
};

/* A condition on a field of a control: (field & mask) is `want`, or a feature is at least that. */
struct armvirt_sysreg_field {
    uint8_t control, lsb, mask, want, at_least;
};

struct sysreg_control_row {
    uint16_t offset;   /* in struct armvirt_pe */
    uint16_t gate;     /* without this fact, zero */
    uint16_t encoding; /* of the register */
};

/* A register, and the member of struct armvirt_pe that it is; by encoding. */
struct sysreg_member {
    uint16_t encoding, offset;
};

extern const uint16_t armvirt_sysreg_top[SYSREG_TOP];
extern const struct armvirt_sysreg_block armvirt_sysreg_blocks[SYSREG_BLOCKS];
extern const struct armvirt_sysreg_row armvirt_sysreg_rows[SYSREG_ROWS];
extern const struct armvirt_sysreg_wide armvirt_sysreg_wides[SYSREG_WIDES];
extern const uint16_t armvirt_sysreg_programs[SYSREG_PROGRAMS][4];
extern const uint16_t armvirt_sysreg_words[SYSREG_WORDS];
extern const uint32_t armvirt_sysreg_targets[SYSREG_TARGETS];
extern const struct armvirt_sysreg_field armvirt_sysreg_fields[SYSREG_FIELDS];
extern const struct sysreg_control_row armvirt_sysreg_control_rows[SYSREG_CONTROLS];
extern const struct sysreg_member armvirt_sysreg_members[SYSREG_MEMBERS];

#endif
