/* SPDX-License-Identifier: MIT */
/* The command line: one row an option; getopt's tables and the help are made from the rows. */
#define _GNU_SOURCE /* getopt_long */
#include "options.h"

#include "machine.h"
#include "number.h"
#include "register_values.h"
#include "suggest.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define ANY_VIEW    (COMMAND_TRANSLATE | COMMAND_MAP | COMMAND_AT | COMMAND_REGS)
#define ANY_MACHINE (ANY_VIEW | COMMAND_GIC | COMMAND_STREAM | COMMAND_MSI | COMMAND_ITS)
#define ANY_COMMAND (ANY_MACHINE | COMMAND_DIFF | COMMAND_ESR | COMMAND_SYSREG)

typedef bool option_setter(struct options *options, const char *argument, struct error *error);

static bool set_machine(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->machine_path = argument;
    return true;
}

static bool set_cpu(struct options *options, const char *argument, struct error *error)
{
    uint64_t number;

    if (!number_parse(argument, &number) || number >= DESCRIPTION_CPUS_MAX) {
        return refuse(error, "--cpu: '%s' is not a CPU number", argument);
    }
    options->cpu = (unsigned)number;
    return true;
}

static bool set_el(struct options *options, const char *argument, struct error *error)
{
    uint64_t number;

    if (!number_parse(argument, &number) || number > 3) {
        return refuse(error, "--el: '%s' is not an Exception level (0 to 3)", argument);
    }
    options->el = (int)number;
    return true;
}

static bool set_rt(struct options *options, const char *argument, struct error *error)
{
    uint64_t number;

    if (!number_parse(argument, &number) || number > 31) {
        return refuse(error, "--rt: '%s' is not a register number (0 to 31)", argument);
    }
    options->rt = (unsigned)number;
    return true;
}

static bool set_stage(struct options *options, const char *argument, struct error *error)
{
    uint64_t number;

    if (!number_parse(argument, &number) || (number != 1 && number != 2 && number != 12)) {
        return refuse(error, "--stage: '%s' is not 1, 2 or 12", argument);
    }
    options->stage = (unsigned)number;
    return true;
}

static bool set_register(struct options *options, const char *argument, struct error *error)
{
    const char *equals = strchr(argument, '=');
    const char *name;
    char text[64];
    int cpu;

    if (equals == NULL || (size_t)(equals - argument) >= sizeof(text)) {
        return refuse(error, "--set: 'NAME=VALUE' expected, not '%s'", argument);
    }
    (void)snprintf(text, sizeof(text), "%.*s", (int)(equals - argument), argument);
    if (!register_values_split(text, &name, &cpu)) {
        return refuse(error, "--set: '%s': CPU number out of range", text);
    }
    return register_values_add(&options->overrides, cpu, name, equals + 1, error);
}

static bool set_svg(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->svg_path = argument;
    return true;
}

static bool set_when(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->when = argument;
    return true;
}

#define FLAG_SETTER(flag)                                                                          \
    static bool set_##flag(struct options *options, const char *argument, struct error *error)     \
    {                                                                                              \
        (void)argument;                                                                            \
        (void)error;                                                                               \
        options->flag = true;                                                                      \
        return true;                                                                               \
    }
FLAG_SETTER(write)
FLAG_SETTER(fetch)
FLAG_SETTER(debugger)
FLAG_SETTER(pan)
FLAG_SETTER(privileged)
FLAG_SETTER(exact)
FLAG_SETTER(no_pa)
FLAG_SETTER(summary)
FLAG_SETTER(wide)
FLAG_SETTER(halted)
FLAG_SETTER(aarch32)
FLAG_SETTER(json)
FLAG_SETTER(verbose)
FLAG_SETTER(help)

static const struct option_row {
    const char *name;
    char letter;
    const char *argument; /* its name in the help, or NULL */
    unsigned commands;
    option_setter *set;
    const char *help;
} rows[] = {
    {"machine", 'm', "FILE", ANY_MACHINE, set_machine,
     "machine description (default: machine.yaml)"},
    {"cpu", 'c', "N", ANY_VIEW, set_cpu, "look through the registers of CPU N (default: 0)"},
    {"el", 'e', "N", ANY_VIEW, set_el,
     "access from ELN (default: the privileged level that the CPU runs)"},
    {"el", 'e', "N", COMMAND_SYSREG, set_el, "Exception level of the access (default: 1)"},
    {"el", 'e', "N", COMMAND_ESR, set_el, "the syndrome is ESR_ELN (default: as the class has it)"},
    {"stage", 's', "1|2|12", COMMAND_TRANSLATE | COMMAND_MAP, set_stage,
     "stage 1 alone, stage 2 alone, or both (default)"},
    {"write", 'w', NULL, COMMAND_TRANSLATE | COMMAND_STREAM | COMMAND_SYSREG, set_write,
     "a write, not a read"},
    {"fetch", 'x', NULL, COMMAND_TRANSLATE | COMMAND_STREAM, set_fetch,
     "an instruction fetch, not a read"},
    {"wide", 'b', NULL, COMMAND_SYSREG, set_wide, "a 128-bit access: MRRS, MSRR, SYSP"},
    {"rt", 't', "N", COMMAND_SYSREG, set_rt, "the general register, for the syndrome (default: 0)"},
    {"halted", 'H', NULL, COMMAND_SYSREG, set_halted, "the PE is in Debug state"},
    {"aarch32", 'a', NULL, COMMAND_SYSREG, set_aarch32,
     "with a register of AArch32 state: every Exception level uses AArch32"},
    {"debugger", 'd', NULL, COMMAND_TRANSLATE, set_debugger,
     "check no permission and no access flag: just where it is"},
    {"pan", 'p', NULL, COMMAND_TRANSLATE | COMMAND_AT, set_pan, "PSTATE.PAN is 1"},
    {"privileged", 'P', NULL, COMMAND_STREAM, set_privileged, "a privileged transaction"},
    {"exact", 'E', NULL, COMMAND_MAP, set_exact,
     "merge only mappings with the same level and descriptor bits, and show those"},
    {"no-pa", 'n', NULL, COMMAND_MAP | COMMAND_DIFF, set_no_pa,
     "ignore output addresses: merge and compare permissions and attributes"},
    {"summary", 'S', NULL, COMMAND_MAP, set_summary, "only totals"},
    {"set", 'r', "NAME=VALUE", ANY_MACHINE, set_register,
     "use this register value instead; may be repeated"},
    {"svg", 'o', "FILE", COMMAND_TRANSLATE, set_svg, "draw the walk as a picture"},
    {"when", 'W', "NAMES", COMMAND_REGS, set_when,
     "conditions that hold, separated by commas: E2H, PIE, G4K, ..."},
    {"json", 'j', NULL, ANY_COMMAND, set_json, "print JSON"},
    {"verbose", 'v', NULL, ANY_VIEW | COMMAND_DIFF, set_verbose,
     "list registers that were not given and their defaults, on stderr"},
    {"help", 'h', NULL, ANY_COMMAND, set_help, "print this help"},
};

/* getopt's view of the rows that a subcommand has. */
struct getopt_tables {
    struct option longs[COUNT_OF(rows) + 1];
    char shorts[2 + 2 * COUNT_OF(rows) + 1];
};

static void make_tables(struct getopt_tables *tables, const struct command *command)
{
    size_t count = 0, length = 0;

    memset(tables, 0, sizeof(*tables));
    tables->shorts[length++] = ':'; /* tells a missing argument from an unknown option */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if ((rows[i].commands & (unsigned)command->bit) == 0) {
            continue;
        }
        tables->longs[count++] = (struct option){
            rows[i].name, rows[i].argument != NULL ? required_argument : no_argument, NULL,
            rows[i].letter};
        tables->shorts[length++] = rows[i].letter;
        if (rows[i].argument != NULL) {
            tables->shorts[length++] = ':';
        }
    }
}

static const struct option_row *find_row(const struct command *command, int letter)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].letter == letter && (rows[i].commands & (unsigned)command->bit) != 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool unknown_option(const struct command *command, const char *text, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(strncmp(text, "--", 2) == 0 ? text + 2 : text);

    if (optopt != 0) {
        return refuse(error, "%s: unknown option '-%c'", command->name, optopt);
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if ((rows[i].commands & (unsigned)command->bit) != 0) {
            suggest_try(&suggestion, rows[i].name);
        }
    }
    if (suggestion.best == NULL) {
        return refuse(error, "%s: unknown option '%s'", command->name, text);
    }
    return refuse(error, "%s: unknown option '%s' (did you mean --%s?)", command->name, text,
                  suggestion.best);
}

static bool check_arguments(const struct options *options, const struct command *command,
                            struct error *error)
{
    if (options->help || (options->argument_count >= command->least_arguments &&
                          options->argument_count <= command->most_arguments)) {
        return true;
    }
    return refuse(error, "usage: armvirt-inspect %s [OPTION]... %s", command->name, command->usage);
}

bool options_parse(struct options *options, const struct command *command, int argc, char **argv,
                   struct error *error)
{
    struct getopt_tables tables;
    int letter;

    *options = (struct options){.machine_path = "machine.yaml", .el = VIEW_DEFAULT_EL, .stage = 12};
    make_tables(&tables, command);
    opterr = 0;
    optind = 1;
    while ((letter = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        const struct option_row *row = find_row(command, letter);

        if (letter == ':') {
            return refuse(error, "%s: option '%s' needs an argument", command->name,
                          argv[optind - 1]);
        }
        if (row == NULL) {
            return unknown_option(command, argv[optind - 1], error);
        }
        if (!row->set(options, optarg, error)) {
            return false;
        }
    }
    options->arguments = argv + optind;
    options->argument_count = (size_t)(argc - optind);
    return check_arguments(options, command, error);
}

void options_free(struct options *options)
{
    register_values_free(&options->overrides);
}

void options_help(const struct command *command)
{
    (void)printf("Usage: armvirt-inspect %s [OPTION]... %s\n%s.\n\n%s\nOptions:\n", command->name,
                 command->usage, command->summary, command->details);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char name[32];

        if ((rows[i].commands & (unsigned)command->bit) == 0) {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%s%s%s", rows[i].name,
                       rows[i].argument != NULL ? " " : "",
                       rows[i].argument != NULL ? rows[i].argument : "");
        (void)printf("  -%c, --%-18s %s\n", rows[i].letter, name, rows[i].help);
    }
    (void)printf("\nExit status: 0 done; 1 the answer is a fault, or there are differences; 2 bad "
                 "input.\n");
}
