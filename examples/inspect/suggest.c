/* SPDX-License-Identifier: MIT */
/* The known word that is nearest to a mistyped one: edit distance with swaps, ignoring case. */
#include "suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 32 /* longer words get no suggestion */

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return toupper((unsigned char)a) == toupper((unsigned char)b);
}

/* Edits (insert, delete, replace, swap neighbours) that turn a into b. Row i of the table holds the
 * distances of the first i letters of a from every start of b. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t table[WORD_MAX + 1][WORD_MAX + 1];

    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            size_t *cell = &table[i][j];

            if (i == 0 || j == 0) {
                *cell = i + j;
                continue;
            }
            *cell = table[i - 1][j - 1] + !same(a[i - 1], b[j - 1]);
            *cell = min(*cell, min(table[i - 1][j], table[i][j - 1]) + 1);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
                *cell = min(*cell, table[i - 2][j - 2] + 1);
            }
        }
    }
    return table[a_len][b_len];
}

void suggest_try(struct suggestion *suggestion, const char *known)
{
    size_t typed = strlen(suggestion->word), length = strlen(known);
    size_t distance;

    if (typed > WORD_MAX || length > WORD_MAX) {
        return;
    }
    distance = edit_distance(suggestion->word, typed, known, length);
    if (distance < suggestion->distance && distance <= 1 + typed / 4) {
        suggestion->distance = distance;
        suggestion->best = known;
    }
}

const char *suggest_text(const struct suggestion *suggestion, char *buf, size_t cap)
{
    if (suggestion->best == NULL) {
        return "";
    }
    (void)snprintf(buf, cap, " (did you mean %s?)", suggestion->best);
    return buf;
}
