/* SPDX-License-Identifier: MIT */
/*
 * The four functions that the core calls without having them. A compiler may emit calls of them
 * wherever it likes, so every surrounding provides them; <string.h>, which declares them, belongs
 * to hosted implementations only (ISO C11 4p6).
 */
#ifndef ARMVIRT_SRC_BASE_MEM_FUNCTIONS_H
#define ARMVIRT_SRC_BASE_MEM_FUNCTIONS_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
