/* SPDX-License-Identifier: MIT */
/*
 * The PMU exception, as entry and return see it. DDI0487 D13.3.
 */
#ifndef ARMVIRT_SRC_EXC_PROFILING_H
#define ARMVIRT_SRC_EXC_PROFILING_H

#include "pe.h"

/* The level of an enabled PMU exception, 0 if it is disabled: J1.1.1 PMUExceptionEnabled. */
unsigned armvirt_pmu_target(const struct pe_view *v);

/* Whether it is masked at level @from with this PSTATE.PM: J1.1.1 PMUExceptionMasked. */
bool armvirt_pmu_masked(const struct pe_view *v, unsigned target, unsigned from, bool pm);

#endif
