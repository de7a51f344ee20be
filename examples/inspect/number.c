/* SPDX-License-Identifier: MIT */
/* Numbers as users of debuggers write and read them. */
#include "number.h"

#include <ctype.h>
#include <stdio.h>

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    if (isalpha((unsigned char)c)) {
        return (unsigned)(tolower((unsigned char)c) - 'a') + 10;
    }
    return UINT8_MAX;
}

/* value = value * base + digit in 128 bits. False if it does not fit. */
static bool append_digit(uint64_t value[2], unsigned base, unsigned digit)
{
    uint64_t carry = digit;

    for (unsigned word = 0; word < 2; word++) {
        uint64_t low = (value[word] & UINT32_MAX) * base + carry;
        uint64_t high = (value[word] >> 32) * base + (low >> 32);

        value[word] = high << 32 | (low & UINT32_MAX);
        carry = high >> 32;
    }
    return carry == 0;
}

static unsigned number_base(const char **text)
{
    char prefix = (*text)[0] == '0' ? (char)tolower((unsigned char)(*text)[1]) : '\0';

    if (prefix != 'x' && prefix != 'b') {
        return 10;
    }
    *text += 2;
    return prefix == 'x' ? 16 : 2;
}

bool number_parse_wide(const char *text, uint64_t value[2])
{
    unsigned base = number_base(&text);
    bool after_digit = false;

    value[0] = value[1] = 0;
    for (; *text != '\0'; text++) {
        if ((*text == '_' || *text == '`') && after_digit) {
            after_digit = false;
            continue;
        }
        if (digit_value(*text) >= base || !append_digit(value, base, digit_value(*text))) {
            return false;
        }
        after_digit = true;
    }
    return after_digit;
}

bool number_parse(const char *text, uint64_t *value)
{
    uint64_t wide[2];

    if (!number_parse_wide(text, wide) || wide[1] != 0) {
        return false;
    }
    *value = wide[0];
    return true;
}

size_t number_format_size(char *buf, size_t cap, uint64_t bytes)
{
    static const char units[] = "\0KMGTPE";
    unsigned unit = 0;

    if (bytes == 0) {
        return (size_t)snprintf(buf, cap, "16E");
    }
    while (bytes % 1024 == 0 && unit < sizeof(units) - 2) {
        bytes /= 1024;
        unit++;
    }
    return (size_t)snprintf(buf, cap, "%llu%.1s", (unsigned long long)bytes, &units[unit]);
}
