/* SPDX-License-Identifier: MIT */
/*
 * What ISO C cannot say. The only place for compiler extensions besides ARMVIRT_API.
 */
#ifndef ARMVIRT_SRC_BASE_COMPILER_H
#define ARMVIRT_SRC_BASE_COMPILER_H

/* Inline, whatever the compiler thinks of the size: for code that is instantiated per constant. */
#if defined(__GNUC__)
#define ARMVIRT_ALWAYS_INLINE __attribute__((always_inline)) inline
#else
#define ARMVIRT_ALWAYS_INLINE inline
#endif

/* A function of its own, so that its caller keeps its registers. */
#if defined(__GNUC__)
#define ARMVIRT_NOINLINE __attribute__((noinline))
#else
#define ARMVIRT_NOINLINE
#endif

/* Alike, and what leads to a call of it is laid out aside. */
#if defined(__GNUC__)
#define ARMVIRT_RARE __attribute__((noinline, cold))
#else
#define ARMVIRT_RARE
#endif

/* The number of the lowest set bit; not for 0. */
#if defined(__GNUC__)
#define ARMVIRT_CTZ64(value) ((unsigned)__builtin_ctzll(value))
#else
static inline unsigned ARMVIRT_CTZ64(unsigned long long value)
{
    unsigned n = 0;

    for (; (value & 1) == 0; value >>= 1)
        n++;
    return n;
}
#endif

#endif
