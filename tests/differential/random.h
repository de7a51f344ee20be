/* SPDX-License-Identifier: MIT */
/* Random numbers that a seed determines. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_RANDOM_H
#define ARMVIRT_TESTS_DIFFERENTIAL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* A sequence of random numbers (splitmix64). */
struct random {
    uint64_t state;
};

uint64_t random_next(struct random *random);
unsigned random_below(struct random *random, unsigned bound);
bool random_chance(struct random *random, unsigned percent);
/* @mask with a probability in percent, else 0. */
uint64_t random_bits(struct random *random, unsigned percent, uint64_t mask);

#endif
