/* SPDX-License-Identifier: MIT */
/* Numbers as users of debuggers write and read them. */
#ifndef INSPECT_NUMBER_H
#define INSPECT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal, 0x hexadecimal or 0b binary; '_' may stand between digits, as may '`' (WinDbg). The
 * whole text must be the number. */
bool number_parse(const char *text, uint64_t *value);

/* The same up to 128 bits, low word first. */
bool number_parse_wide(const char *text, uint64_t value[2]);

/* A size in its largest whole unit, as "4K", "2M", "1G": at most 22 bytes. 2^64 is given as 0. */
size_t number_format_size(char *buf, size_t cap, uint64_t bytes);

#endif
