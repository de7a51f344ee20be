/* SPDX-License-Identifier: MIT */
/* The few shapes of SVG 1.1 that the pictures are made of. */
#include "svg.h"

#include <string.h>

#define TEXT_MAX 200

static void put_escaped(struct writer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length && text[i] != '\0'; i++) {
        switch (text[i]) {
        case '&':
            writer_put(out, "&amp;");
            break;
        case '<':
            writer_put(out, "&lt;");
            break;
        case '>':
            writer_put(out, "&gt;");
            break;
        default:
            writer_put(out, "%c", text[i]);
        }
    }
}

void armvirt_svg_begin(struct writer *out, int width, int height, const char *title,
                       const char *style)
{
    writer_put(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
               "viewBox=\"0 0 %d %d\">\n<title>",
               width, height, width, height);
    put_escaped(out, title, TEXT_MAX);
    writer_put(out, "</title>\n<style>\n%s</style>\n", style);
}

void armvirt_svg_end(struct writer *out)
{
    writer_put(out, "</svg>\n");
}

void armvirt_svg_rect(struct writer *out, const char *classes, struct svg_box box)
{
    writer_put(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", classes,
               box.x, box.y, box.width, box.height);
}

static void put_text(struct writer *out, const char *classes, int x, int y, const char *text,
                     size_t length)
{
    writer_put(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", classes, x, y);
    put_escaped(out, text, length);
    writer_put(out, "</text>\n");
}

void armvirt_svg_text(struct writer *out, const char *classes, int x, int y, const char *format,
                      ...)
{
    char text[TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    put_text(out, classes, x, y, text, sizeof(text));
}

/* How much of `text` goes on one line: up to the last space that fits, or as much as fits. */
static size_t line_length(const char *text, size_t columns)
{
    size_t length = strlen(text);

    if (length <= columns) {
        return length;
    }
    for (size_t i = columns; i > 0; i--) {
        if (text[i] == ' ') {
            return i;
        }
    }
    return columns;
}

int armvirt_svg_lines(struct writer *out, const char *classes, int x, int y, int leading,
                      int columns, const char *text)
{
    int lines = 0;

    while (*text != '\0') {
        size_t length = line_length(text, (size_t)columns);

        if (out != NULL) {
            put_text(out, classes, x, y + lines * leading, text, length);
        }
        text += length;
        text += strspn(text, " ");
        lines++;
    }
    return lines;
}

void armvirt_svg_path(struct writer *out, const char *classes, const char *format, ...)
{
    char data[TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(data, sizeof(data), format, arguments);
    va_end(arguments);
    writer_put(out, "<path class=\"%s\" d=\"%s\"/>\n", classes, data);
}
