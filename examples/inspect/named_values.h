/* SPDX-License-Identifier: MIT */
/* Values of registers that translation does not depend on, by name: those of devices (GICD_CTLR,
 * GICR0_TYPER, GITS_BASER0, SMMU_CR0) and of the interrupt controller in a CPU (ICC_PMR_EL1). */
#ifndef INSPECT_NAMED_VALUES_H
#define INSPECT_NAMED_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct named_value {
    char *name;
    int cpu; /* or -1: of no CPU, or of all */
    uint64_t value;
};

struct named_values {
    struct named_value *item;
    size_t count, capacity;
};

/* Adds a copy of the name. False: out of memory. */
bool named_values_add(struct named_values *values, int cpu, const char *name, uint64_t value);
void named_values_free(struct named_values *values);

/* The value given last for that register, of the CPU or of all. */
bool named_values_find(const struct named_values *values, int cpu, const char *name,
                       uint64_t *value);

/* Whether a device has registers with such names. */
bool named_values_of_device(const char *name);

#endif
