/* SPDX-License-Identifier: MIT */
/* The described machine, opened. */
#include "machine.h"

#include "defaults.h"
#include "input_file.h"
#include "register_values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static size_t cpus_of(const struct register_values *values, size_t least)
{
    for (size_t i = 0; i < values->count; i++) {
        if (values->item[i].cpu >= 0 && (size_t)values->item[i].cpu >= least) {
            least = (size_t)values->item[i].cpu + 1;
        }
    }
    return least;
}

static void apply(struct machine *machine, const struct register_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        const struct register_value *value = &values->item[i];

        for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
            if (value->cpu == DESCRIPTION_ALL_CPUS || (size_t)value->cpu == cpu) {
                (void)register_set(&machine->cpus[cpu], value->row, value->value);
            }
        }
    }
}

static void print_default(void *ctx, const char *name, uint64_t value, const char *why)
{
    (void)fprintf(stderr, "CPU%zu.%s = 0x%" PRIx64 " by default: %s\n", *(const size_t *)ctx, name,
                  value, why);
}

static void ignore_default(void *ctx, const char *name, uint64_t value, const char *why)
{
    (void)ctx;
    (void)name;
    (void)value;
    (void)why;
}

static bool open_cpus(struct machine *machine, const struct register_values *overrides,
                      int verbose_cpu, struct error *error)
{
    const struct description *description = &machine->description;
    bool done = true;

    for (size_t i = 0; i < description->register_file_count && done; i++) {
        done =
            register_values_add_file(&machine->from_files, &description->register_files[i], error);
    }
    machine->cpu_count =
        cpus_of(overrides, cpus_of(&description->registers, cpus_of(&machine->from_files, 1)));
    machine->cpus = done ? calloc(machine->cpu_count, sizeof(machine->cpus[0])) : NULL;
    if (done && machine->cpus == NULL) {
        done = refuse(error, "out of memory");
    }
    if (done) {
        apply(machine, &machine->from_files);
        apply(machine, &description->registers);
        apply(machine, overrides);
        for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
            defaults_fill(&machine->cpus[cpu],
                          (int)cpu == verbose_cpu ? print_default : ignore_default, &cpu);
        }
    }
    return done;
}

bool machine_open(struct machine *machine, const char *path,
                  const struct register_values *overrides, int verbose_cpu, struct error *error)
{
    struct input_file file;
    bool done;

    *machine = (struct machine){.overrides = overrides};
    if (!input_file_open(&file, path, error)) {
        return false;
    }
    done = description_parse(&machine->description, path, file.bytes, file.size, error);
    input_file_close(&file);
    return done && open_cpus(machine, overrides, verbose_cpu, error) &&
           memory_image_open(&machine->memory, machine->description.memory,
                             machine->description.memory_count, error);
}

void machine_close(struct machine *machine)
{
    memory_image_close(&machine->memory);
    free(machine->cpus);
    register_values_free(&machine->from_files);
    description_free(&machine->description);
    *machine = (struct machine){0};
}

bool machine_register(const struct machine *machine, int cpu, const char *name, uint64_t *value)
{
    return named_values_find(&machine->overrides->named, cpu, name, value) ||
           named_values_find(&machine->description.registers.named, cpu, name, value) ||
           named_values_find(&machine->from_files.named, cpu, name, value);
}

/* What the CPU runs: its current Exception level if that was given, else the lowest one that has
 * translation registers; EL0 counts as the level that manages its tables. */
static unsigned default_el(const struct cpu *cpu)
{
    unsigned el = 0;

    if (register_given(cpu, "CurrentEL")) {
        el = (unsigned)(cpu->current_el >> 2 & 3);
    } else if (register_given(cpu, "PSTATE")) {
        el = (unsigned)(cpu->pstate >> 2 & 3);
    } else if (!register_given(cpu, "TCR_EL1") && !register_given(cpu, "TTBCR")) {
        el = register_given(cpu, "TCR_EL2") ? 2 : register_given(cpu, "TCR_EL3") ? 3 : 1;
    }
    if (el == 0) {
        struct armvirt_regime regime;

        (void)armvirt_regime_init(&regime, &cpu->vmsa, 0);
        el = regime.id == ARMVIRT_REGIME_EL20 ? 2 : 1;
    }
    return el;
}

bool view_open(struct view *view, struct machine *machine, unsigned cpu, int el,
               struct error *error)
{
    if (cpu >= machine->cpu_count) {
        return refuse(error, "no CPU %u: the machine has %zu", cpu, machine->cpu_count);
    }
    *view = (struct view){.machine = machine, .cpu = &machine->cpus[cpu], .cpu_number = cpu};
    view->el = el == VIEW_DEFAULT_EL ? default_el(view->cpu) : (unsigned)el;
    if (armvirt_regime_init(&view->regime, &view->cpu->vmsa, view->el) != ARMVIRT_OK) {
        return refuse(error, "the machine has no EL%u (ID_AA64PFR0_EL1, SCR_EL3)", view->el);
    }
    return true;
}

bool view_check_memory(const struct view *view, struct error *error)
{
    const struct memory_image *memory = &view->machine->memory;

    return !memory->missing ||
           refuse(error, "address 0x%" PRIx64 " is not in the memory image", memory->missing_pa);
}
