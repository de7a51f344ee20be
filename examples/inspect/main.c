/* SPDX-License-Identifier: MIT */
/* armvirt-inspect: looks through a described machine, and never changes it. Dispatches to the
 * subcommands. */
#include "commands.h"
#include "suggest.h"

#include <armvirt/version.h>

#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_translate, &command_map, &command_at,  &command_regs, &command_diff,  &command_gic,
    &command_stream,    &command_msi, &command_its, &command_esr,  &command_sysreg};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static enum exit_status help(void)
{
    (void)printf(
        "Usage: armvirt-inspect COMMAND [OPTION]... [ARGUMENT]...\n"
        "Look through an Arm machine at rest, its translation tables and interrupts: registers\n"
        "from a description, memory from images and core dumps, answers by the manuals.\n\n");
    for (unsigned i = 0; i < COMMANDS; i++) {
        (void)printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    }
    (void)printf("\n'armvirt-inspect COMMAND --help' says more; armvirt-inspect(1) says all.\n");
    return STATUS_OK;
}

static enum exit_status bad_input(const struct error *error)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "armvirt-inspect: %s\n", error->text);
    return STATUS_BAD_INPUT;
}

static enum exit_status run(const struct command *command, int argc, char **argv)
{
    enum exit_status status = STATUS_BAD_INPUT;
    struct error error = {""};
    struct options options;

    if (!options_parse(&options, command, argc, argv, &error)) {
        status = STATUS_BAD_INPUT;
    } else if (options.help) {
        options_help(command);
    } else {
        status = command->run(&options, &error);
    }
    if (error.text[0] != '\0') {
        status = bad_input(&error);
    } else if (options.help) {
        status = STATUS_OK;
    }
    options_free(&options);
    return status;
}

static enum exit_status unknown_command(const char *name)
{
    struct suggestion suggestion = SUGGESTION(name);
    struct error error;
    char hint[64];

    for (unsigned i = 0; i < COMMANDS; i++) {
        suggest_try(&suggestion, commands[i]->name);
    }
    (void)refuse(&error, "unknown command '%s'%s; see armvirt-inspect --help", name,
                 suggest_text(&suggestion, hint, sizeof(hint)));
    return bad_input(&error);
}

static bool is_either(const char *text, const char *a, const char *b)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

/* Output that could not be written is no answer. */
static enum exit_status finish(enum exit_status status)
{
    struct error error;

    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return status;
    }
    (void)refuse_errno(&error, "standard output");
    return bad_input(&error);
}

static enum exit_status inspect(int argc, char **argv)
{
    if (argc < 2) {
        struct error error;

        (void)refuse(&error, "a command is missing; see armvirt-inspect --help");
        return bad_input(&error);
    }
    if (is_either(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
        return finish(help());
    }
    if (is_either(argv[1], "--version", "-V")) {
        (void)printf("armvirt-inspect %s\n", armvirt_version_string());
        return finish(STATUS_OK);
    }
    for (unsigned i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i]->name) == 0) {
            return finish(run(commands[i], argc - 1, argv + 1));
        }
    }
    return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    return (int)inspect(argc, argv);
}
