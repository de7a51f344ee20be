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

#define RECORD_WORDS 16

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

static inline void records_open(struct records *r, const char *directory, const char *name)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
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

/* What a file's cases came to. */
struct account {
    unsigned agree, disagree;
};

/* Print the account of a file and add it to a total. */
static inline void account_close(const struct account *file, const char *name,
                                 struct account *total)
{
    printf("%-24s %7u agree %7u disagree\n", name, file->agree, file->disagree);
    total->agree += file->agree;
    total->disagree += file->disagree;
}

#endif
