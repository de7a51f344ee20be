/* SPDX-License-Identifier: MIT */
/* The command line: subcommands, their options, and their help, all from one table. */
#ifndef INSPECT_OPTIONS_H
#define INSPECT_OPTIONS_H

#include "description.h"
#include "error.h"

enum exit_status {
    STATUS_OK = 0,
    STATUS_FAULT = 1, /* the answer is a fault, or differences were found */
    STATUS_BAD_INPUT = 2,
};

/* A bit each: which subcommands take an option. */
enum command_bit {
    COMMAND_TRANSLATE = 1u << 0,
    COMMAND_MAP = 1u << 1,
    COMMAND_AT = 1u << 2,
    COMMAND_REGS = 1u << 3,
    COMMAND_DIFF = 1u << 4,
    COMMAND_GIC = 1u << 5,
    COMMAND_STREAM = 1u << 6,
    COMMAND_MSI = 1u << 8,
    COMMAND_ITS = 1u << 9,
    COMMAND_ESR = 1u << 10,
    COMMAND_SYSREG = 1u << 11,
};

struct options {
    const char *machine_path;
    unsigned cpu;
    int el;         /* or VIEW_DEFAULT_EL */
    unsigned stage; /* 1, 2 or 12 */
    bool write, fetch, debugger, pan, privileged;
    bool json, verbose, help;
    bool exact, no_pa, summary;
    bool wide, halted, aarch32; /* of an access to a system register */
    unsigned rt;
    const char *svg_path;
    const char *when; /* names of conditions, or NULL */
    struct register_values overrides;
    char **arguments; /* after the options */
    size_t argument_count;
};

struct command {
    const char *name;
    enum command_bit bit;
    const char *usage;   /* its arguments */
    const char *summary; /* one line */
    const char *details; /* text of its help */
    size_t least_arguments, most_arguments;
    enum exit_status (*run)(const struct options *options, struct error *error);
};

/* Reads argv[1...], argv[0] being the name of the subcommand. On failure, too, the options must be
 * freed. */
bool options_parse(struct options *options, const struct command *command, int argc, char **argv,
                   struct error *error);
void options_free(struct options *options);

void options_help(const struct command *command);

#endif
