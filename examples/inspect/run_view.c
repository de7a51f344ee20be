/* SPDX-License-Identifier: MIT */
/* What the subcommands that look through one address space have in common. */
#include "run_view.h"

enum exit_status run_view(const struct options *options, view_command *command, struct error *error)
{
    enum exit_status status = STATUS_BAD_INPUT;
    struct machine machine;
    struct view view;

    if (machine_open(&machine, options->machine_path, &options->overrides,
                     options->verbose ? (int)options->cpu : MACHINE_QUIET, error) &&
        view_open(&view, &machine, options->cpu, options->el, error)) {
        status = command(options, &view, error);
    }
    machine_close(&machine);
    return status;
}
