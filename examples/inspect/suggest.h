/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known word that is nearest to a mistyped one. */
#ifndef INSPECT_SUGGEST_H
#define INSPECT_SUGGEST_H

#include <stddef.h>

struct suggestion {
    const char *word; /* the word that was typed */
    const char *best;
    size_t distance; /* edits from `word` to `best` */
};

#define SUGGESTION(word) ((struct suggestion){(word), NULL, SUGGEST_NONE})
#define SUGGEST_NONE     ((size_t)-1)

/* Considers one known word. */
void suggest_try(struct suggestion *suggestion, const char *known);

/* " (did you mean X?)", or "" if nothing is near. Written to `buf`, which is returned. */
const char *suggest_text(const struct suggestion *suggestion, char *buf, size_t cap);

#endif
