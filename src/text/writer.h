/* SPDX-License-Identifier: MIT */
/* Text into a caller's buffer, piece by piece, cut and counted as snprintf() does. */
#ifndef ARMVIRT_SRC_TEXT_WRITER_H
#define ARMVIRT_SRC_TEXT_WRITER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __GNUC__
#define WRITER_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define WRITER_PRINTF(string, first)
#endif

struct writer {
    char *text; /* may be NULL if cap is 0 */
    size_t cap;
    size_t len; /* counts past cap */
};

static inline void writer_put(struct writer *writer, const char *format, ...) WRITER_PRINTF(2, 3);

static inline void writer_put(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = writer->len < writer->cap ? vsnprintf(writer->text + writer->len,
                                                   writer->cap - writer->len, format, arguments)
                                       : vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    writer->len += (size_t)length;
}

/* Where a function that fills a buffer itself goes on, and how much room there is. */
static inline char *writer_rest(const struct writer *writer)
{
    return writer->len < writer->cap ? writer->text + writer->len : NULL;
}

static inline size_t writer_left(const struct writer *writer)
{
    return writer->len < writer->cap ? writer->cap - writer->len : 0;
}

#endif
