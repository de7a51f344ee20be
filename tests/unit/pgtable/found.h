/* SPDX-License-Identifier: MIT */
/* What the rows of test_found.c and test_found_access.c have in common: processor and memory. */
#ifndef ARMVIRT_TESTS_UNIT_FOUND_H
#define ARMVIRT_TESTS_UNIT_FOUND_H

#include <armvirt/mem.h>
#include <armvirt/regs/vmsa.h>

#include "suite.h"

enum { WORDS = 48, ARENA_WORDS = 0x4000000 / 8 };

#define ARENA_PA UINT64_C(0x44000000)

struct word {
    uint64_t pa, value;
};

/* ID registers of the processor that the rows come from. */
#define CPU_MAX_7_2                                                                                \
    .id_aa64mmfr0_el1 = UINT64_C(0x32310201126), .id_aa64mmfr1_el1 = UINT64_C(0x11010211122),      \
    .id_aa64mmfr2_el1 = UINT64_C(0x1021011010011011),                                              \
    .id_aa64pfr0_el1 = UINT64_C(0x1201001121112222), .id_aa64pfr1_el1 = UINT64_C(0x1000021),       \
    .id_aa64isar0_el1 = UINT64_C(0x1221111110212120),                                              \
    .id_aa64isar1_el1 = UINT64_C(0x11111101211012)

static uint64_t arena[ARENA_WORDS];

static struct armvirt_mem found_memory(struct armvirt_mem_flat *flat,
                                       const struct word words[WORDS])
{
    *flat = (struct armvirt_mem_flat){(uint8_t *)arena, ARENA_PA, sizeof(arena), true};
    for (unsigned i = 0; i < WORDS && words[i].pa != 0; i++) {
        arena[(words[i].pa - ARENA_PA) / 8] = words[i].value;
    }
    return armvirt_mem_from_flat(flat);
}

static void found_forget(const struct word words[WORDS])
{
    for (unsigned i = 0; i < WORDS && words[i].pa != 0; i++) {
        arena[(words[i].pa - ARENA_PA) / 8] = 0;
    }
}

#endif
