/* SPDX-License-Identifier: MIT */
/*
 * Values of the memory interface (struct armvirt_mem_ops) in arrays of bytes: what the reference
 * memories share. A value of 16 bytes is two words, the one at the lower address first.
 */
#ifndef ARMVIRT_SRC_BASE_MEM_VALUE_H
#define ARMVIRT_SRC_BASE_MEM_VALUE_H

#include <armvirt/base.h>

#include "bits.h"

#define ARMVIRT_VALUE_BYTES 16u /* the largest access */

/* `size` is 1, 2, 4, 8 or 16, here and below. */
static inline void armvirt_value_load(const uint8_t *bytes, unsigned size, uint64_t *val)
{
    if (size == 8) {
        *val = armvirt_load_le64(bytes);
    } else if (size == 16) {
        val[0] = armvirt_load_le64(bytes);
        val[1] = armvirt_load_le64(bytes + 8);
    } else if (size == 4) {
        *val = armvirt_load_le32(bytes);
    } else if (size == 2) {
        *val = armvirt_load_le16(bytes);
    } else {
        *val = *bytes;
    }
}

static inline void armvirt_value_store(uint8_t *bytes, unsigned size, const uint64_t *val)
{
    if (size == 8) {
        armvirt_store_le64(bytes, *val);
    } else if (size == 16) {
        armvirt_store_le64(bytes, val[0]);
        armvirt_store_le64(bytes + 8, val[1]);
    } else if (size == 4) {
        armvirt_store_le32(bytes, (uint32_t)*val);
    } else if (size == 2) {
        armvirt_store_le16(bytes, (uint16_t)*val);
    } else {
        *bytes = (uint8_t)*val;
    }
}

static inline bool armvirt_value_equal(const uint64_t *a, const uint64_t *b, unsigned size)
{
    return a[0] == b[0] && (size < 16 || a[1] == b[1]);
}

#endif
