/* SPDX-License-Identifier: MIT */
/* Arrays that grow. */
#ifndef INSPECT_ARRAY_H
#define INSPECT_ARRAY_H

#include <stdint.h>
#include <stdlib.h>

/* Room for one more element of `size` bytes after `count`: the array, perhaps moved, or NULL, and
 * then the old one still stands. */
static inline void *array_reserve(void *array, size_t count, size_t *capacity, size_t size)
{
    size_t larger = *capacity == 0 ? 16 : *capacity * 2;

    if (count < *capacity) {
        return array;
    }
    if (larger > SIZE_MAX / size) {
        return NULL;
    }
    array = realloc(array, larger * size);
    if (array != NULL) {
        *capacity = larger;
    }
    return array;
}

#endif
