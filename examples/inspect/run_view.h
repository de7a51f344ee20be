/* SPDX-License-Identifier: MIT */
/* What the subcommands that look through one address space have in common. */
#ifndef INSPECT_RUN_VIEW_H
#define INSPECT_RUN_VIEW_H

#include "machine.h"
#include "options.h"

typedef enum exit_status view_command(const struct options *options, const struct view *view,
                                      struct error *error);

/* Opens the machine and the view that the options name, and runs the command on it. */
enum exit_status run_view(const struct options *options, view_command *command,
                          struct error *error);

#endif
