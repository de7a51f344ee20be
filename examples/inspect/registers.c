/* SPDX-License-Identifier: MIT */
/* Registers by architectural name: one row a name. DDI0487 D24.2, G8.2. */
#define _POSIX_C_SOURCE 200809L
#include "registers.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ROW(name, member)                                                                          \
    {                                                                                              \
#name, offsetof(struct cpu, vmsa.member), 0, 64                                            \
    }
#define WIDE(name, member)                                                                         \
    {                                                                                              \
#name, offsetof(struct cpu, vmsa.member), 0, 128                                           \
    }
/* AArch32 names of bits of an AArch64 register. */
#define A32(name, member, lsb, bits)                                                               \
    {                                                                                              \
#name, offsetof(struct cpu, vmsa.member), lsb, bits                                        \
    }

static const struct register_row rows[] = {
    ROW(ID_AA64MMFR0_EL1, id_aa64mmfr0_el1),
    ROW(ID_AA64MMFR1_EL1, id_aa64mmfr1_el1),
    ROW(ID_AA64MMFR2_EL1, id_aa64mmfr2_el1),
    ROW(ID_AA64MMFR3_EL1, id_aa64mmfr3_el1),
    ROW(ID_AA64MMFR4_EL1, id_aa64mmfr4_el1),
    ROW(ID_AA64PFR0_EL1, id_aa64pfr0_el1),
    ROW(ID_AA64PFR1_EL1, id_aa64pfr1_el1),
    ROW(ID_AA64PFR2_EL1, id_aa64pfr2_el1),
    ROW(ID_AA64ISAR0_EL1, id_aa64isar0_el1),
    ROW(ID_AA64ISAR1_EL1, id_aa64isar1_el1),
    ROW(ID_AA64ISAR2_EL1, id_aa64isar2_el1),
    ROW(SCR_EL3, scr_el3),
    ROW(SCTLR_EL3, sctlr_el3),
    ROW(SCTLR2_EL3, sctlr2_el3),
    ROW(TCR_EL3, tcr_el3),
    ROW(TTBR0_EL3, ttbr0_el3),
    ROW(MAIR_EL3, mair_el3),
    ROW(MAIR2_EL3, mair2_el3),
    ROW(PIR_EL3, pir_el3),
    ROW(POR_EL3, por_el3),
    ROW(GPCCR_EL3, gpccr_el3),
    ROW(GPTBR_EL3, gptbr_el3),
    ROW(GPCBW_EL3, gpcbw_el3),
    ROW(MECID_RL_A_EL3, mecid_rl_a_el3),
    ROW(HCR_EL2, hcr_el2),
    ROW(HCRX_EL2, hcrx_el2),
    ROW(SCTLR_EL2, sctlr_el2),
    ROW(SCTLR2_EL2, sctlr2_el2),
    ROW(TCR_EL2, tcr_el2),
    ROW(TCR2_EL2, tcr2_el2),
    WIDE(TTBR0_EL2, ttbr0_el2),
    WIDE(TTBR1_EL2, ttbr1_el2),
    ROW(MAIR_EL2, mair_el2),
    ROW(MAIR2_EL2, mair2_el2),
    ROW(PIR_EL2, pir_el2),
    ROW(PIRE0_EL2, pire0_el2),
    ROW(POR_EL2, por_el2),
    ROW(VTCR_EL2, vtcr_el2),
    WIDE(VTTBR_EL2, vttbr_el2),
    ROW(VSTCR_EL2, vstcr_el2),
    ROW(VSTTBR_EL2, vsttbr_el2),
    ROW(S2PIR_EL2, s2pir_el2),
    ROW(MECID_P0_EL2, mecid_p0_el2),
    ROW(MECID_A0_EL2, mecid_a0_el2),
    ROW(MECID_P1_EL2, mecid_p1_el2),
    ROW(MECID_A1_EL2, mecid_a1_el2),
    ROW(VMECID_P_EL2, vmecid_p_el2),
    ROW(VMECID_A_EL2, vmecid_a_el2),
    ROW(SCTLR_EL1, sctlr_el1),
    ROW(SCTLR2_EL1, sctlr2_el1),
    ROW(TCR_EL1, tcr_el1),
    ROW(TCR2_EL1, tcr2_el1),
    WIDE(TTBR0_EL1, ttbr0_el1),
    WIDE(TTBR1_EL1, ttbr1_el1),
    ROW(MAIR_EL1, mair_el1),
    ROW(MAIR2_EL1, mair2_el1),
    ROW(PIR_EL1, pir_el1),
    ROW(PIRE0_EL1, pire0_el1),
    ROW(POR_EL1, por_el1),
    ROW(POR_EL0, por_el0),
    ROW(S2POR_EL1, s2por_el1),
    ROW(DACR32_EL2, dacr32_el2),
    ROW(CONTEXTIDR_EL1, contextidr_el1),
    {"PSTATE", offsetof(struct cpu, pstate), 0, 64},
    {"CPSR", offsetof(struct cpu, pstate), 0, 32},
    {"CurrentEL", offsetof(struct cpu, current_el), 0, 64},
    A32(SCTLR, sctlr_el1, 0, 32),
    A32(TTBR0, ttbr0_el1, 0, 64),
    A32(TTBR1, ttbr1_el1, 0, 64),
    A32(TTBCR, tcr_el1, 0, 32),
    A32(TTBCR2, tcr_el1, 32, 32),
    A32(PRRR, mair_el1, 0, 32),
    A32(NMRR, mair_el1, 32, 32),
    A32(MAIR0, mair_el1, 0, 32),
    A32(MAIR1, mair_el1, 32, 32),
    A32(DACR, dacr32_el2, 0, 32),
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert(ROWS <= REGISTER_COUNT_MAX, "every row has a mark in struct cpu");

const struct register_row *register_at(size_t n)
{
    return n < ROWS ? &rows[n] : NULL;
}

const struct register_row *register_find(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcasecmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

void register_suggest(struct suggestion *suggestion)
{
    for (size_t i = 0; i < ROWS; i++) {
        suggest_try(suggestion, rows[i].name);
    }
}

bool register_set(struct cpu *cpu, const struct register_row *row, const uint64_t value[2])
{
    uint64_t mask = row->bits >= 64 ? UINT64_MAX : ((uint64_t)1 << row->bits) - 1;
    uint64_t word;

    if ((value[0] & ~mask) != 0 || (row->bits <= 64 && value[1] != 0)) {
        return false;
    }
    memcpy(&word, (char *)cpu + row->offset, sizeof(word));
    word = (word & ~(mask << row->lsb)) | value[0] << row->lsb;
    memcpy((char *)cpu + row->offset, &word, sizeof(word));
    if (row->bits == 128) {
        memcpy((char *)cpu + row->offset + sizeof(word), &value[1], sizeof(value[1]));
    }
    cpu->given[row - rows] = true;
    return true;
}

void register_get(const struct cpu *cpu, const struct register_row *row, uint64_t value[2])
{
    memcpy(value, (const char *)cpu + row->offset, row->bits == 128 ? 16 : 8);
    if (row->bits < 64) {
        value[0] = value[0] >> row->lsb & (((uint64_t)1 << row->bits) - 1);
    }
}

bool register_given(const struct cpu *cpu, const char *name)
{
    const struct register_row *row = register_find(name);

    return row != NULL && cpu->given[row - rows];
}
