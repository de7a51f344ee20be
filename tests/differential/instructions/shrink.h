/* SPDX-License-Identifier: MIT */
/* The smallest case that still disagrees in the same way. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SHRINK_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SHRINK_H

#include "deviations.h"
#include "machine.h"

/* Writes @group where the next batch goes, from @to on; returns its end. */
uint8_t *put_group(uint8_t *to, const struct group *group);

/* What stays alike: the rule, and how the machine ended. */
uint64_t disagreement_kind(const struct answer *answer, const struct outcome *outcome);

struct shrunk {
    struct group group; /* of one case */
    struct answer answer;
    struct outcome outcome;
};

void shrink(struct machine *machine, const struct disagreement *d, struct shrunk *shrunk);

#endif
