/* SPDX-License-Identifier: MIT */
/* Names of what armvirt/gic_why.h enumerates. */
#include <armvirt/text_gic.h>

struct reason_words {
    const char *name, *text, *rule;
};

static struct reason_words words_of(unsigned reason)
{
    static const struct reason_words words[] = {
#define WORDS(name, text, rule) {#name, text, rule},
        ARMVIRT_GIC_REASONS(WORDS)
#undef WORDS
    };
    const struct reason_words unknown = {"unknown", "unknown", "unknown"};

    return reason < ARMVIRT_GIC_REASON_COUNT ? words[reason] : unknown;
}

const char *armvirt_gic_reason_name(unsigned reason)
{
    return words_of(reason).name;
}

const char *armvirt_gic_reason_text(unsigned reason)
{
    return words_of(reason).text;
}

const char *armvirt_gic_reason_rule(unsigned reason)
{
    return words_of(reason).rule;
}
