/* SPDX-License-Identifier: MIT */
/*
 * An interrupt is one word: all architectural state of an SGI, PPI or SPI (IHI0069 4.1), and what
 * events make of it as pure functions of the word.
 */
#ifndef ARMVIRT_SRC_GIC_WORD_H
#define ARMVIRT_SRC_GIC_WORD_H

#include <armvirt/base.h>

/* Bits. Pending is LATCH, or LEVEL unless EDGE. The upper half is where an SPI goes: Aff3 to Aff0.
 */
#define ARMVIRT_IRQ_ENABLE   ARMVIRT_BIT(0)
#define ARMVIRT_IRQ_LATCH    ARMVIRT_BIT(1)
#define ARMVIRT_IRQ_LEVEL    ARMVIRT_BIT(2)
#define ARMVIRT_IRQ_ACTIVE   ARMVIRT_BIT(3)
#define ARMVIRT_IRQ_EDGE     ARMVIRT_BIT(4)
#define ARMVIRT_IRQ_GROUP    ARMVIRT_BIT(5) /* IGROUPR */
#define ARMVIRT_IRQ_GRPMOD   ARMVIRT_BIT(6) /* IGRPMODR */
#define ARMVIRT_IRQ_NMI      ARMVIRT_BIT(7) /* INMIR */
#define ARMVIRT_IRQ_NSACR    ARMVIRT_BITS(9, 8)
#define ARMVIRT_IRQ_IRM      ARMVIRT_BIT(10) /* 1 of N */
#define ARMVIRT_IRQ_PRIORITY ARMVIRT_BITS(23, 16)
#define ARMVIRT_IRQ_AFFINITY ARMVIRT_BITS(63, 32)

/* What says in which index it is, and where. */
#define ARMVIRT_IRQ_PLACE                                                                          \
    (ARMVIRT_IRQ_GROUP | ARMVIRT_IRQ_GRPMOD | ARMVIRT_IRQ_NMI | ARMVIRT_IRQ_IRM |                  \
     ARMVIRT_IRQ_PRIORITY | ARMVIRT_IRQ_AFFINITY)

static inline bool armvirt_irq_pending(uint64_t word)
{
    uint64_t line = (word & (ARMVIRT_IRQ_EDGE | ARMVIRT_IRQ_LEVEL)) == ARMVIRT_IRQ_LEVEL;

    return line || (word & ARMVIRT_IRQ_LATCH);
}

/* Whether the interrupt is to be forwarded, as far as its own state goes (IHI0069 4.8): one that is
 * active and pending has to wait for its deactivation. */
static inline bool armvirt_irq_ready(uint64_t word)
{
    return (word & (ARMVIRT_IRQ_ENABLE | ARMVIRT_IRQ_ACTIVE)) == ARMVIRT_IRQ_ENABLE &&
           armvirt_irq_pending(word);
}

/* The line moves to @level: a rising edge is latched if the interrupt is edge-triggered. */
static inline uint64_t armvirt_irq_line(uint64_t word, bool level)
{
    if (!level) {
        return word & ~ARMVIRT_IRQ_LEVEL;
    }
    if ((word & (ARMVIRT_IRQ_EDGE | ARMVIRT_IRQ_LEVEL)) == ARMVIRT_IRQ_EDGE) {
        word |= ARMVIRT_IRQ_LATCH;
    }
    return word | ARMVIRT_IRQ_LEVEL;
}

/* Acknowledged: active, and pending only if a level-sensitive line is still asserted. */
static inline uint64_t armvirt_irq_acknowledge(uint64_t word)
{
    return (word & ~ARMVIRT_IRQ_LATCH) | ARMVIRT_IRQ_ACTIVE;
}

/* @value as the field @mask of the word. */
static inline uint64_t armvirt_irq_with(uint64_t word, uint64_t mask, uint64_t value)
{
    return (word & ~mask) | ARMVIRT_PUT(mask, value);
}

#endif
