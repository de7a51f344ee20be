/* SPDX-License-Identifier: MIT */
/* Where QEMU is known to break a rule, and which of the architecture's choices it makes. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_DEVIATIONS_H
#define ARMVIRT_TESTS_DIFFERENTIAL_DEVIATIONS_H

#include "generate.h"
#include "session.h"

/* outcome.target: the machine said nothing any more, or ended */
#define OUTCOME_HUNG 98
#define OUTCOME_DIED 99

struct disagreement {
    struct group *group;
    const struct diff_case *c;
    const struct answer *answer;
    const struct outcome *outcome;
};

/* The options of struct armvirt_vmsa that make armvirt choose as this QEMU. */
uint32_t machine_choices(unsigned version);

/* Number of the deviation that explains it, or -1. */
int find_deviation(unsigned version, struct disagreement *d);

#endif
