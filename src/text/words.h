/* SPDX-License-Identifier: MIT */
/* Words for numbers: how all printers look names up. */
#ifndef ARMVIRT_SRC_TEXT_WORDS_H
#define ARMVIRT_SRC_TEXT_WORDS_H

#include <stddef.h>

#define UNKNOWN         "unknown"
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The name of a number; UNKNOWN if it has none. */
#define NAME_IN(names, number) armvirt_name_in(names, COUNT_OF(names), number)

static inline const char *armvirt_name_in(const char *const *names, size_t count, size_t number)
{
    return number < count && names[number] != NULL ? names[number] : UNKNOWN;
}

/* A reason: its enumerator, a clause, and where the rule stands. */
struct reason_words {
    const char *name, *text, *rule;
};

/* A row of a list of reasons, ARMVIRT_REASONS and so on. */
#define REASON_WORDS(name, text, rule) {#name, text, rule},

#define REASON_IN(reasons, number) armvirt_reason_in(reasons, COUNT_OF(reasons), number)

static inline struct reason_words armvirt_reason_in(const struct reason_words *reasons,
                                                    size_t count, size_t number)
{
    const struct reason_words unknown = {UNKNOWN, UNKNOWN, UNKNOWN};

    return number < count ? reasons[number] : unknown;
}

#endif
