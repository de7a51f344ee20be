/* SPDX-License-Identifier: MIT */
/* A range of addresses on the command line. */
#ifndef INSPECT_SPAN_H
#define INSPECT_SPAN_H

#include "error.h"

#include <stdint.h>

struct span {
    uint64_t first, last; /* inclusive */
};

/* "FIRST-END" with the end exclusive, "FIRST+SIZE" with a unit K, M, G or T, "ADDRESS", or "lower"
 * and "upper" for the halves. */
bool span_parse(const char *text, struct span *span, struct error *error);

#endif
