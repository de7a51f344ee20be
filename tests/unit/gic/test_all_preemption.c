/* SPDX-License-Identifier: MIT */
/*
 * Every decision whether a waiting interrupt preempts what runs: all priorities, running
 * priorities, binary points and masks, of both groups, with 5 and with 8 bits of priority (IHI0069
 * 4.8.3 to 4.8.6).
 */
#include "gic_bench.h"

enum { SPI40 = 40, BIT40 = 1u << 8, IDLE = 0x100 };

/* How many bits of priority a PE has, and the most that a priority can be told apart by. */
struct interface {
    unsigned priority_bits, preemption_bits;
};

static const struct interface interfaces[] = {{5, 5}, {8, 7}};

static void make(struct bench *b, const struct interface *i)
{
    struct armvirt_gic_config config = bench_config(false);

    config.icc_ctlr &= ~(uint64_t)ARMVIRT_ICC_CTLR_EL3_PRIBITS;
    config.icc_ctlr |= ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, i->priority_bits - 1);
    bench_make(b, &config);
    gicd(b, 0, 3);
    gicd(b, 0xc08, 2u << 16);
    gicd(b, 0x104, BIT40);
    gicr(b, 0, 0x14, 0);
    msr(b, 0, IGRPEN0, 1);
    msr(b, 0, IGRPEN1, 1);
    gicd(b, 0x204, BIT40);
}

static void wait_at(struct bench *b, unsigned priority)
{
    struct armvirt_gic_access byte = {.offset = 0x400 + SPI40, .size = 1, .secure = true};

    assert_int_equal(armvirt_gicd_write(b->gic, &byte, priority), ARMVIRT_OK);
}

/* Make @running the one active priority of a group; IDLE: none. */
static void run_at(struct bench *b, const struct interface *i, bool group1, unsigned running)
{
    unsigned level = running >> (8 - i->preemption_bits);

    for (unsigned n = 0; n < 1u << (i->preemption_bits - 5); n++) {
        msr(b, 0, (group1 ? AP1R0 : AP0R0) + n,
            running != IDLE && level / 32 == n ? UINT64_C(1) << level % 32 : 0);
    }
}

/* The manual's tables of binary points: the group priority is bits 7 to n + 1 for Group 0, bits 7
 * to n for Group 1, never more than the bits of preemption. */
static unsigned group_priority(const struct interface *i, bool group1, unsigned bpr, unsigned value)
{
    unsigned subpriority = bpr + (group1 ? 0 : 1);
    unsigned least = 8 - i->preemption_bits;

    subpriority = subpriority < least ? least : subpriority;
    return value >> subpriority << subpriority;
}

static void check(struct bench *b, unsigned mask, unsigned priority, bool preempts)
{
    msr(b, 0, PMR, mask);
    assert_int_equal(b->signals[0] != 0, priority < mask && preempts);
}

/* All priorities that wait, by all that run; the masks are the ones between which a decision can
 * change. */
static void check_all(struct bench *b, const struct interface *i, bool group1, unsigned bpr)
{
    unsigned step = 1u << (8 - i->priority_bits), level = 1u << (8 - i->preemption_bits);

    for (unsigned running = 0; running <= IDLE; running += level) {
        run_at(b, i, group1, running);
        for (unsigned priority = 0; priority < 256; priority += step) {
            bool preempts =
                group_priority(i, group1, bpr, priority) < group_priority(i, group1, bpr, running);

            wait_at(b, priority);
            check(b, 0, priority, preempts);
            check(b, priority, priority, preempts);
            check(b, priority + step < 256 ? priority + step : priority, priority, preempts);
            check(b, 256 - step, priority, preempts);
        }
    }
}

static void rule13_17_18_every_preemption(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT_OF(interfaces); n++) {
        for (unsigned bpr = 0; bpr < 16; bpr++) {
            bool group1 = bpr >= 8;
            struct bench b;

            make(&b, &interfaces[n]);
            gicd(&b, 0x84, group1 ? BIT40 : 0);
            msr(&b, 0, group1 ? BPR1 : BPR0, bpr % 8);
            check_all(&b, &interfaces[n], group1, bpr % 8);
            bench_drop(&b);
        }
    }
}

/* All masks by all priorities, with nothing running and with every other priority running. */
static void rule13_every_mask(void **state)
{
    const struct interface *i = &interfaces[1];
    struct bench b;

    (void)state;
    make(&b, i);
    gicd(&b, 0x84, BIT40);
    for (unsigned running = 0x80; running <= IDLE; running += 0x80) {
        run_at(&b, i, true, running);
        for (unsigned priority = 0; priority < 256; priority++) {
            wait_at(&b, priority);
            for (unsigned mask = 0; mask < 256; mask++) {
                check(&b, mask, priority, group_priority(i, true, 0, priority) < running);
            }
        }
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule13_17_18_every_preemption);
    SUITE_ADD(&suite, rule13_every_mask);
    return suite_run(&suite, "gic.all_preemption");
}
