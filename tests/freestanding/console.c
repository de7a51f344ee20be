/* SPDX-License-Identifier: MIT */
/* Output to the PL011 UART of QEMU's virt machine, which takes a character a write. */
#include "image.h"

#define UART_DATA ((volatile uint32_t *)(uintptr_t)0x09000000)

void console_text(const char *text)
{
    for (; *text != '\0'; text++) {
        *UART_DATA = (uint8_t)*text;
    }
}

void console_hex(uint64_t value)
{
    console_text("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        *UART_DATA = (uint8_t) "0123456789abcdef"[value >> shift & 15];
    }
}
