/* SPDX-License-Identifier: MIT */
/* Registers by architectural name: where each is in the state of a CPU. */
#ifndef INSPECT_REGISTERS_H
#define INSPECT_REGISTERS_H

#include "suggest.h"

#include <armvirt/pgtable.h>

#define REGISTER_COUNT_MAX 128

/* What a description says of one CPU. */
struct cpu {
    struct armvirt_vmsa vmsa;
    uint64_t pstate;     /* PSTATE as SPSR_ELx holds it */
    uint64_t current_el; /* CurrentEL */
    bool given[REGISTER_COUNT_MAX];
};

/* A register, or a name that AArch32 has for a part of one. */
struct register_row {
    const char *name;
    uint16_t offset; /* in struct cpu */
    uint8_t lsb;
    uint8_t bits; /* 32, 64 or 128 */
};

/* The register of that name, in any case, or NULL. */
const struct register_row *register_find(const char *name);

/* Row n, or NULL at the end. */
const struct register_row *register_at(size_t n);

/* Considers all names. */
void register_suggest(struct suggestion *suggestion);

/* False if the value has more bits than the register. */
bool register_set(struct cpu *cpu, const struct register_row *row, const uint64_t value[2]);

/* Reads it; `value[1]` is left alone unless the register has 128 bits. */
void register_get(const struct cpu *cpu, const struct register_row *row, uint64_t value[2]);

/* Whether a value was given for the register of that name. */
bool register_given(const struct cpu *cpu, const char *name);

#endif
