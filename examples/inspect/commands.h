/* SPDX-License-Identifier: MIT */
/* The subcommands. Each prints to stdout; on bad input it fills the error instead. */
#ifndef INSPECT_COMMANDS_H
#define INSPECT_COMMANDS_H

#include "options.h"

extern const struct command command_translate, command_map, command_at, command_regs, command_diff,
    command_gic, command_stream, command_msi, command_its, command_esr, command_sysreg;

#endif
