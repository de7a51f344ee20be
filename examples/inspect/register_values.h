/* SPDX-License-Identifier: MIT */
/* Register values as text: "TCR_EL1", "CPU2.TCR_EL1" and their values; files of such lines. */
#ifndef INSPECT_REGISTER_VALUES_H
#define INSPECT_REGISTER_VALUES_H

#include "description.h"

/* Splits "CPUn." off a name: the CPU, or DESCRIPTION_ALL_CPUS. False if n is out of range. */
bool register_values_split(const char *text, const char **name, int *cpu);

/* Whether it is the name of a register of the architecture, though perhaps of none that translation
 * depends on. */
bool register_values_known(const char *name);

/* Adds `name` = `value`. A name that is neither known nor that of a device is an error. */
bool register_values_add(struct register_values *values, int cpu, const char *name,
                         const char *value, struct error *error);

/* Adds the lines of a file. Names may be unknown, then values need not be numbers: such files list
 * much else. */
bool register_values_add_file(struct register_values *values, const struct register_file *file,
                              struct error *error);

void register_values_free(struct register_values *values);

/* The same of text in memory. */
bool register_values_add_lines(struct register_values *values, int cpu, const char *path,
                               const char *text, size_t size, struct error *error);

#endif
