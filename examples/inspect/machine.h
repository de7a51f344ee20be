/* SPDX-License-Identifier: MIT */
/* The described machine, opened: registers of each CPU, memory, and the regime to look through. */
#ifndef INSPECT_MACHINE_H
#define INSPECT_MACHINE_H

#include "description.h"
#include "memory_image.h"

struct machine {
    struct description description;
    struct cpu *cpus;
    size_t cpu_count;
    struct memory_image memory;
    struct register_values from_files;
    const struct register_values *overrides;
};

#define MACHINE_QUIET (-1)

/* Opens what a description names. `overrides` go before all registers in it, and
 * must outlive the machine. What is filled in for
 * CPU `verbose_cpu` is listed on stderr. On failure, too, the machine must be closed. */
bool machine_open(struct machine *machine, const char *path,
                  const struct register_values *overrides, int verbose_cpu, struct error *error);
void machine_close(struct machine *machine);

/* A register that translation does not depend on: of a device, of CPU `cpu`, or of all of them.
 * False if no value was given. */
bool machine_register(const struct machine *machine, int cpu, const char *name, uint64_t *value);

#define VIEW_DEFAULT_EL (-1)

/* An address space of a machine: what software on one CPU at one Exception level sees. */
struct view {
    struct machine *machine;
    const struct cpu *cpu;
    unsigned cpu_number;
    unsigned el;
    struct armvirt_regime regime;
};

/* `el` is an Exception level, or VIEW_DEFAULT_EL for the privileged level of what the CPU runs. */
bool view_open(struct view *view, struct machine *machine, unsigned cpu, int el,
               struct error *error);

/* After reads: false, with the reason, if some memory was not in the files. */
bool view_check_memory(const struct view *view, struct error *error);

#endif
