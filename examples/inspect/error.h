/* SPDX-License-Identifier: MIT */
/* What is wrong with the input: one line for the user. Functions that can fail so return false. */
#ifndef INSPECT_ERROR_H
#define INSPECT_ERROR_H

#include <stdbool.h>

#ifdef __GNUC__
#define INSPECT_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define INSPECT_PRINTF(string, first)
#endif

struct error {
    char text[1024];
};

/* Writes the line; always false, to be returned. */
bool refuse(struct error *error, const char *format, ...) INSPECT_PRINTF(2, 3);

/* The same for a file that the system refuses: "path: reason" of errno. */
bool refuse_errno(struct error *error, const char *path);

#endif
