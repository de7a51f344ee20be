/* SPDX-License-Identifier: MIT */
/* What the subjects exception, interrupt and return share. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_EXCEPTION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_EXCEPTION_H

#include "generate.h"

#include <armvirt/exc.h>

/* Begins group @number: registers that trap and route at random, no memory, no cases. */
void begin_exceptions(struct random *random, const struct processor *processor, uint64_t seed,
                      uint64_t number, struct group *group);

/* An Exception level below EL3 that the registers of @group let run. */
uint8_t some_exception_level(struct random *random, const struct group *group);

/* A case at @el, where nothing is pending, and that goes nowhere special. */
struct diff_case word_case(unsigned el, uint32_t word);

/* The PE that the case begins with, and the lines into it: ARMVIRT_LINE_. */
void exception_pe(const struct group *group, const struct diff_case *c, struct armvirt_pe *pe);
uint32_t exception_lines(const struct group *group, const struct diff_case *c);

#endif
