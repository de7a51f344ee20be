/* SPDX-License-Identifier: MIT */
/* What the parts of the bare image offer each other. */
#ifndef ARMVIRT_TESTS_FREESTANDING_IMAGE_H
#define ARMVIRT_TESTS_FREESTANDING_IMAGE_H

#include <stdint.h>

/* Called by start.S. */
void image_main(void);
void image_exception(uint64_t esr, uint64_t elr, uint64_t far);

/* The first serial port. */
void console_text(const char *text);
void console_hex(uint64_t value);

#endif
