/* SPDX-License-Identifier: MIT */
/*
 * Bit and byte arithmetic that ISO C lacks: little-endian access to bytes, byte reversal, sign
 * extension, alignment. All of it is defined for every argument that the comment allows, on hosts
 * of either endianness, and folds to one or two instructions with gcc and clang.
 */
#ifndef ARMVIRT_SRC_BASE_BITS_H
#define ARMVIRT_SRC_BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t armvirt_load_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t armvirt_load_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t armvirt_load_le64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

static inline void armvirt_store_le16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static inline void armvirt_store_le32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    p[2] = (uint8_t)(value >> 16);
    p[3] = (uint8_t)(value >> 24);
}

static inline void armvirt_store_le64(uint8_t *p, uint64_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    p[2] = (uint8_t)(value >> 16);
    p[3] = (uint8_t)(value >> 24);
    p[4] = (uint8_t)(value >> 32);
    p[5] = (uint8_t)(value >> 40);
    p[6] = (uint8_t)(value >> 48);
    p[7] = (uint8_t)(value >> 56);
}

/* Byte reversal: what a big-endian table holds, from its little-endian reading, and back. */
static inline uint32_t armvirt_bswap32(uint32_t value)
{
    return value << 24 | (value & 0xff00u) << 8 | (value >> 8 & 0xff00u) | value >> 24;
}

static inline uint64_t armvirt_bswap64(uint64_t value)
{
    return (uint64_t)armvirt_bswap32((uint32_t)value) << 32 |
           armvirt_bswap32((uint32_t)(value >> 32));
}

static inline void armvirt_bswap128(uint64_t value[2])
{
    uint64_t low = armvirt_bswap64(value[1]);

    value[1] = armvirt_bswap64(value[0]);
    value[0] = low;
}

/* A mask of the bits below bit `n`, 0 <= n <= 64. */
static inline uint64_t armvirt_bits_below(unsigned n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* Bit `bits - 1` of `value` copied to all bits above it, 1 <= bits <= 64. */
static inline uint64_t armvirt_sign_extend(uint64_t value, unsigned bits)
{
    uint64_t sign = UINT64_C(1) << (bits - 1);

    return ((value & armvirt_bits_below(bits)) ^ sign) - sign;
}

/* Whether all bits of `mask` are set in `value`. */
static inline bool armvirt_all_ones(uint64_t value, uint64_t mask)
{
    return (value & mask) == mask;
}

static inline bool armvirt_is_power_of_2(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Alignment to `bytes`, a power of two. */
static inline bool armvirt_is_aligned(uint64_t value, uint64_t bytes)
{
    return (value & (bytes - 1)) == 0;
}

static inline uint64_t armvirt_align_down(uint64_t value, uint64_t bytes)
{
    return value & ~(bytes - 1);
}

#endif
