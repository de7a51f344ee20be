/* SPDX-License-Identifier: MIT */
/* The one line that says what is wrong with the input. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool refuse(struct error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return false;
}

bool refuse_errno(struct error *error, const char *path)
{
    return refuse(error, "%s: %s", path, strerror(errno));
}
