/* SPDX-License-Identifier: MIT */
/* The few shapes of SVG that the pictures are made of. Positions are in pixels, from the top left.
 */
#ifndef ARMVIRT_SRC_TEXT_SVG_H
#define ARMVIRT_SRC_TEXT_SVG_H

#include "writer.h"

/* A rectangle. */
struct svg_box {
    int x, y, width, height;
};

/* Opens a picture whose classes are styled by `style` (CSS). */
void armvirt_svg_begin(struct writer *out, int width, int height, const char *title,
                       const char *style);
void armvirt_svg_end(struct writer *out);

void armvirt_svg_rect(struct writer *out, const char *classes, struct svg_box box);

/* Text with its baseline at y. What `format` makes is cut at 200 bytes and escaped. */
void armvirt_svg_text(struct writer *out, const char *classes, int x, int y, const char *format,
                      ...) WRITER_PRINTF(5, 6);

/* Text in lines of at most `columns` characters, broken at spaces, `leading` apart. Returns the
 * number of lines; with `out` NULL that is all it does. */
int armvirt_svg_lines(struct writer *out, const char *classes, int x, int y, int leading,
                      int columns, const char *text);

/* A line through points given as path data. */
void armvirt_svg_path(struct writer *out, const char *classes, const char *format, ...)
    WRITER_PRINTF(3, 4);

#endif
