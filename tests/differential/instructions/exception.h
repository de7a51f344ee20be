/* SPDX-License-Identifier: MIT */
/* What the subjects exception, interrupt and return share. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_EXCEPTION_H
#define ARMVIRT_TESTS_DIFFERENTIAL_EXCEPTION_H

#include "generate.h"

#include <armvirt/exc.h>

/* An Exception level below EL3 that the registers of @group let run. */
uint8_t some_exception_level(struct random *random, const struct group *group);

/* A case at @el, where nothing is pending, and that goes nowhere special. */
struct diff_case word_case(unsigned el, uint32_t word);

/* Routes interrupts at random. */
void random_routing(struct random *r, struct armvirt_vmsa *v);

/* The next case of @group for SUBJECT_INTERRUPT and SUBJECT_RETURN. */
void interrupt_case(struct random *r, struct group *group, struct diff_case *c);
void return_case(struct random *r, struct group *group, struct diff_case *c);

/* The PE that the case begins with, and the lines into it: ARMVIRT_LINE_. */
void exception_pe(const struct group *group, const struct diff_case *c, struct armvirt_pe *pe);
uint32_t exception_lines(const struct group *group, const struct diff_case *c);

#endif
