/* SPDX-License-Identifier: MIT */
/* Names of what armvirt/gic_why.h enumerates. */
#include <armvirt/text_gic.h>

#include "words.h"

static const struct reason_words reasons[] = {ARMVIRT_GIC_REASONS(REASON_WORDS)};

const char *armvirt_gic_reason_name(unsigned reason)
{
    return REASON_IN(reasons, reason).name;
}

const char *armvirt_gic_reason_text(unsigned reason)
{
    return REASON_IN(reasons, reason).text;
}

const char *armvirt_gic_reason_rule(unsigned reason)
{
    return REASON_IN(reasons, reason).rule;
}
