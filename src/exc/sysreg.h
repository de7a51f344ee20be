/* SPDX-License-Identifier: MIT */
/*
 * Conditions of accesses to system registers.
 */
#ifndef ARMVIRT_SRC_EXC_SYSREG_H
#define ARMVIRT_SRC_EXC_SYSREG_H

#include "sysreg_table.h"

#include <armvirt/sysreg.h>

_Static_assert(SYSREG_TRUTH <= ARMVIRT_SYSREG_VIEW_WORDS, "a view has room for every condition");

static inline bool armvirt_sysreg_holds(const struct armvirt_sysreg_view *view, unsigned number)
{
    return view->truth[number / 64] >> (number % 64) & 1;
}

#endif
