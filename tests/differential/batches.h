/* SPDX-License-Identifier: MIT */
/* Batches in turn: while the machine runs one, the next is made. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_BATCHES_H
#define ARMVIRT_TESTS_DIFFERENTIAL_BATCHES_H

#include "machine.h"
#include "session.h"

/* A subject's two batches, and what it does with each. */
struct batches {
    struct machine *machine;
    void *run; /* the subject's own */
    void *batch[2];
    /* Groups from number *next on, which is counted up, below @end; false if there is none. */
    bool (*fill)(void *run, void *batch, uint64_t *next, uint64_t end);
    /* Hands it over; returns where its results will be. */
    const void *(*submit)(void *run, void *batch);
    /* @whole: as machine_wait() says. */
    void (*judge)(void *run, void *batch, const void *results, bool whole);
};

/* Those that @session asks for, or until @seconds are over. */
void run_batches(const struct batches *batches, const struct session *session, double seconds);

/* Copies into a batch; returns what comes after. */
uint8_t *put_bytes(uint8_t *to, const void *from, size_t size);

#endif
