/* SPDX-License-Identifier: MIT */
/*
 * Rules of the CPU interface with one Security state where the space is small, for all that there
 * is in it (IHI0069 4.8, 12.2).
 */
#include "gic_bench.h"

enum { SPI40 = 40 };

static void priority(struct bench *b, uint32_t intid, uint8_t value)
{
    struct armvirt_gic_access byte = {.offset = 0x400 + intid, .size = 1, .secure = true};

    assert_int_equal(armvirt_gicd_write(b->gic, &byte, value), ARMVIRT_OK);
}

/* SPIs 40 and 41 are edge-triggered and enabled; group 1 unless told. */
static void make(struct bench *b)
{
    bench_open(b);
    gicd(b, 0xc08, 0xa << 16);
    gicd(b, 0x104, 3u << 8);
}

static void pend(struct bench *b, uint32_t intid, uint8_t value)
{
    priority(b, intid, value);
    gicd(b, 0x204, 1u << (intid - 32));
}

/* For all priorities that run and wait: Group 1 with BPR1 n is as Group 0 with BPR0 n - 1. */
static void rule17_bpr1_splits_like_bpr0_of_one_less(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned bpr = 3; bpr <= 7; bpr++) {
        msr(&b, 0, BPR1, bpr);
        msr(&b, 0, BPR0, bpr - 1);
        for (unsigned running = 0; running < 32; running++) {
            msr(&b, 0, AP0R0, UINT64_C(1) << running);
            for (unsigned waiting = 0; waiting < 31; waiting++) {
                bool as_group1;

                gicd(&b, 0x84, UINT32_MAX);
                pend(&b, SPI40, (uint8_t)(waiting << 3));
                as_group1 = b.signals[0] != 0;
                gicd(&b, 0x84, 0);
                assert_int_equal(b.signals[0] != 0, as_group1);
            }
        }
    }
    bench_drop(&b);
}

static void rule19_the_bit_of_the_group_priority_becomes_active(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned bpr = 3; bpr <= 7; bpr++) {
        msr(&b, 0, BPR1, bpr);
        for (unsigned value = 0; value < 31; value++) {
            unsigned bit = (value << 3 >> bpr << bpr) >> 3;

            pend(&b, SPI40, (uint8_t)(value << 3));
            assert_int_equal(mrs(&b, 0, IAR1), SPI40);
            assert_int_equal(mrs(&b, 0, AP1R0), UINT64_C(1) << bit);
            assert_int_equal(mrs(&b, 0, AP0R0), 0);
            assert_int_equal(mrs(&b, 0, RPR), bit << 3);
            msr(&b, 0, EOIR1, SPI40);
            assert_int_equal(mrs(&b, 0, AP1R0), 0);
        }
    }
    bench_drop(&b);
}

static void rule23_the_running_priority_is_the_highest_of_all_groups(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned group0 = 0; group0 <= 32; group0++) {
        for (unsigned group1 = 0; group1 <= 32; group1++) {
            unsigned least = group0 < group1 ? group0 : group1;

            msr(&b, 0, AP0R0, group0 == 32 ? 0 : UINT64_C(1) << group0);
            msr(&b, 0, AP1R0, group1 == 32 ? 0 : UINT64_C(1) << group1);
            assert_int_equal(mrs(&b, 0, RPR), least == 32 ? 0xff : least << 3);
        }
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule17_bpr1_splits_like_bpr0_of_one_less);
    SUITE_ADD(&suite, rule19_the_bit_of_the_group_priority_becomes_active);
    SUITE_ADD(&suite, rule23_the_running_priority_is_the_highest_of_all_groups);
    return suite_run(&suite, "gic.all_physical");
}
