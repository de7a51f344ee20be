/* SPDX-License-Identifier: MIT */
/*
 * Reading recorded cases: lines of words, files one after the other, and the account of what
 * agreed.
 */
#ifndef ARMVIRT_TESTS_RECORDS_H
#define ARMVIRT_TESTS_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_WORDS 64

/* The records of a file, one line at a time. */
struct records {
    FILE *file;
    const char *name; /* of the file, for messages */
    unsigned line;    /* number of the line in `word` */
    bool again;       /* the next call gives the same line once more */
    size_t words;
    char *word[RECORD_WORDS];
    char text[1024];
};

#define PATH_BYTES 4096

static inline void path_join(char path[PATH_BYTES], const char *directory, const char *name)
{
    if (snprintf(path, PATH_BYTES, "%s/%s", directory, name) >= PATH_BYTES) {
        fprintf(stderr, "%s: the path is too long\n", directory);
        exit(2);
    }
}

static inline void records_open(struct records *r, const char *directory, const char *name)
{
    char path[PATH_BYTES];

    path_join(path, directory, name);
    *r = (struct records){.file = fopen(path, "r"), .name = name};
    if (r->file == NULL) {
        fprintf(stderr, "%s: cannot open\n", path);
        exit(2);
    }
}

/* Go on to the next line that is neither empty nor a comment; false at the end of the file. */
static inline bool records_next(struct records *r)
{
    if (r->again) {
        r->again = false;
        return true;
    }
    do {
        if (fgets(r->text, sizeof(r->text), r->file) == NULL) {
            return false;
        }
        r->line++;
        r->words = 0;
        for (char *w = strtok(r->text, " \n"); w != NULL; w = strtok(NULL, " \n")) {
            if (r->words < RECORD_WORDS) {
                r->word[r->words++] = w;
            }
        }
    } while (r->words == 0 || r->word[0][0] == '#');
    return true;
}

static inline bool records_is(const struct records *r, const char *kind)
{
    return strcmp(r->word[0], kind) == 0;
}

static inline void records_broken(const struct records *r, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", r->name, r->line, what);
    exit(2);
}

static inline uint64_t records_number(const struct records *r, size_t word, int base)
{
    char *end = NULL;
    uint64_t value = 0;

    if (word < r->words) {
        value = strtoull(r->word[word], &end, base);
    }
    if (end == NULL || *end != '\0') {
        records_broken(r, "a number is missing");
    }
    return value;
}

static inline uint64_t records_hex(const struct records *r, size_t word)
{
    return records_number(r, word, 16);
}

/* What a case came to. LISTED: docs/conformance.md names the rule that the recorded machine breaks.
 */
enum judgement { AGREES, LISTED, DISAGREES, JUDGEMENTS };

static const char *const judgement_names[JUDGEMENTS] = {"agrees", "LISTED", "DISAGREES"};

struct account {
    unsigned cases[JUDGEMENTS];
};

/* Print the account of a file and add it to a total. */
static inline void account_close(const struct account *file, const char *name,
                                 struct account *total)
{
    printf("%-24s", name);
    for (size_t i = 0; i < JUDGEMENTS; i++) {
        printf(" %7u %s", file->cases[i], judgement_names[i]);
        total->cases[i] += file->cases[i];
    }
    printf("\n");
}

/* The exit status of a replay. */
static inline int account_verdict(const struct account *total)
{
    return total->cases[DISAGREES] == 0 && total->cases[AGREES] != 0 ? 0 : 1;
}

#endif
