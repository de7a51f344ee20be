/* SPDX-License-Identifier: MIT */
/*
 * Names of system registers, system instructions, and what their traps depend on. spec/generate.py
 * makes the tables from spec/access. A name is an offset into the strings.
 */
#ifndef ARMVIRT_SRC_TEXT_SYSREG_NAMES_H
#define ARMVIRT_SRC_TEXT_SYSREG_NAMES_H

#include <stdint.h>

struct armvirt_sysreg_name {
    uint32_t reg;
    uint32_t name;
};

extern const struct armvirt_sysreg_name armvirt_sysreg_names[]; /* by encoding */
extern const uint32_t armvirt_sysreg_name_count;
extern const uint32_t armvirt_sysreg_causes[]; /* by number of the condition */
extern const uint32_t armvirt_sysreg_cause_count;
extern const char armvirt_sysreg_strings[][4095];

#endif
