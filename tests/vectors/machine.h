/* SPDX-License-Identifier: MIT */
/*
 * The machine that cases are replayed on: registers, and a memory of words that remembers what a
 * case changed.
 */
#ifndef ARMVIRT_TESTS_MACHINE_H
#define ARMVIRT_TESTS_MACHINE_H

#include <armvirt/pgtable.h>

#define MEMORY_WORDS  256
#define CHANGED_WORDS 64

struct word {
    uint64_t pa, value;
};

struct words {
    struct word *word;
    size_t count, cap;
};

/* Registers and memory of one group of cases; `changed` is what the case at hand has written. */
struct machine {
    struct armvirt_vmsa ids; /* ID registers alone */
    struct armvirt_vmsa vmsa;
    uint64_t ram_lo, ram_hi;
    struct words memory, changed;
    struct word memory_words[MEMORY_WORDS], changed_words[CHANGED_WORDS];
};

static inline struct word *words_find(const struct words *words, uint64_t pa)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->word[i].pa == pa) {
            return &words->word[i];
        }
    }
    return NULL;
}

static inline bool words_set(struct words *words, uint64_t pa, uint64_t value)
{
    struct word *word = words_find(words, pa);

    if (word == NULL) {
        if (words->count == words->cap) {
            return false;
        }
        word = &words->word[words->count++];
    }
    *word = (struct word){pa, value};
    return true;
}

/* A word that no record names reads as 0. */
static inline uint64_t machine_word(const struct machine *m, uint64_t pa)
{
    const struct word *word = words_find(&m->changed, pa);

    if (word == NULL) {
        word = words_find(&m->memory, pa);
    }
    return word == NULL ? 0 : word->value;
}

static inline bool in_ram(const struct machine *m, const struct armvirt_mem_req *req)
{
    return req->size == 8 && req->pa >= m->ram_lo && req->pa < m->ram_hi;
}

static enum armvirt_bus machine_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    const struct machine *m = ctx;

    if (!in_ram(m, req)) {
        return ARMVIRT_BUS_ABORT;
    }
    *val = machine_word(m, req->pa);
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus machine_cas(void *ctx, const struct armvirt_mem_req *req,
                                    const uint64_t *old, const uint64_t *val)
{
    struct machine *m = ctx;

    if (!in_ram(m, req)) {
        return ARMVIRT_BUS_ABORT;
    }
    if (machine_word(m, req->pa) != *old) {
        return ARMVIRT_BUS_RACE;
    }
    return words_set(&m->changed, req->pa, *val) ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT;
}

static const struct armvirt_mem_ops machine_ops = {.read = machine_read, .cas = machine_cas};

#endif
