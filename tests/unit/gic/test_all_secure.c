/* SPDX-License-Identifier: MIT */
/* Rules of two Security states for all values there are (IHI0069 4.4, 4.6, 12.2, 12.9). */
#include "gic_bench.h"

enum { SPI40 = 40, BIT40 = 1u << 8, SCR_NS = 1, SCR_FIQ = 4 };

#define ASGI1R    ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 6)
#define CTLR3     ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4)
#define IGRPEN1_3 ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 7)

static void at(struct bench *b, uint32_t pe, uint8_t el, uint64_t scr)
{
    const struct armvirt_gic_context context = {el, false, scr, 0};

    assert_int_equal(armvirt_gic_set_context(b->gic, pe, &context), ARMVIRT_OK);
}

/* All groups are enabled everywhere; PE 0 is at EL3. */
static void make(struct bench *b)
{
    struct armvirt_gic_config config = bench_config(true);

    bench_make(b, &config);
    gicd(b, 0, 7);
    gicd(b, 0xc08, 2u << 16);
    gicd(b, 0x104, BIT40);
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        gicr(b, pe, 0x14, 0);
        gicr(b, pe, 0x10100, UINT32_MAX);
        msr(b, pe, PMR, 0xf8);
        msr(b, pe, IGRPEN0, 1);
        msr(b, pe, IGRPEN1_3, 3);
    }
}

/* Group 0, Secure Group 1 or Non-secure Group 1. */
static void group(struct bench *b, unsigned g)
{
    gicd(b, 0x84, g == 2 ? BIT40 : 0);
    gicd(b, 0xd04, g == 1 ? BIT40 : 0);
}

static void gicd_ns(struct bench *b, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};

    assert_int_equal(armvirt_gicd_write(b->gic, &a, value), ARMVIRT_OK);
}

static uint64_t gicd_ns_get(struct bench *b, uint32_t offset, uint8_t size)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};
    uint64_t value;

    assert_int_equal(armvirt_gicd_read(b->gic, &a, &value), ARMVIRT_OK);
    return value;
}

static uint32_t byte_of(struct bench *b, uint32_t offset)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 1, .secure = true};
    uint64_t value;

    assert_int_equal(armvirt_gicd_read(b->gic, &a, &value), ARMVIRT_OK);
    return (uint32_t)value;
}

/* All bytes: (v >> 1) | 0x80 in, p << 1 out, to 5 bits; nothing of Secure interrupts. */
static void rule24_non_secure_priorities_are_the_upper_half(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned value = 0; value < 256; value++) {
        uint32_t kept = (value >> 1 | 0x80) & 0xf8;

        group(&b, 2);
        gicd_ns(&b, 0x428, 1, value);
        assert_int_equal(byte_of(&b, 0x428), kept);
        assert_int_equal(gicd_ns_get(&b, 0x428, 1), kept << 1 & 0xff);
        group(&b, value & 1);
        gicd_ns(&b, 0x428, 1, value ^ 0xff);
        assert_int_equal(byte_of(&b, 0x428), kept);
        assert_int_equal(gicd_ns_get(&b, 0x428, 1), 0);
    }
    bench_drop(&b);
}

/* All masks in Secure state, and what Non-secure software reads and writes. */
static void rule25_non_secure_pmr_and_rpr(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned pmr = 0; pmr < 256; pmr += 8) {
        at(&b, 0, 3, 0);
        msr(&b, 0, PMR, pmr);
        at(&b, 0, 2, SCR_NS);
        assert_int_equal(mrs(&b, 0, PMR), pmr); /* Group 0 is Non-secure's: as it is */
        at(&b, 0, 2, SCR_NS | SCR_FIQ);
        assert_int_equal(mrs(&b, 0, PMR), pmr < 0x80 ? 0 : pmr << 1 & 0xff);
        msr(&b, 0, PMR, 0x40);
        at(&b, 0, 3, 0);
        assert_int_equal(mrs(&b, 0, PMR), pmr < 0x80 ? pmr : 0xa0);
        msr(&b, 0, AP0R0, UINT64_C(1) << pmr / 8);
        assert_int_equal(mrs(&b, 0, RPR), pmr);
        at(&b, 0, 2, SCR_NS | SCR_FIQ);
        assert_int_equal(mrs(&b, 0, RPR), pmr < 0x80 ? 0 : pmr << 1 & 0xff);
    }
    at(&b, 0, 3, 0);
    msr(&b, 0, AP0R0, 0);
    at(&b, 0, 2, SCR_NS | SCR_FIQ);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    bench_drop(&b);
}

static void rule30_which_pin(void **state)
{
    const struct {
        uint8_t el, scr;
        uint32_t pins[3]; /* Group 0, Secure Group 1, Non-secure Group 1 */
    } rows[] = {
        {0, 0, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ, ARMVIRT_GIC_FIQ}},
        {1, 0, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ, ARMVIRT_GIC_FIQ}},
        {2, SCR_NS, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ}},
        {1, SCR_NS, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ}},
        {0, SCR_NS, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ}},
        {3, 0, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ}},
        {3, SCR_NS, {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ}},
    };
    struct bench b;

    (void)state;
    make(&b);
    gicd(&b, 0x204, BIT40);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        at(&b, 0, rows[i].el, rows[i].scr);
        for (unsigned g = 0; g < 3; g++) {
            group(&b, g);
            assert_int_equal(b.signals[0], rows[i].pins[g]);
        }
    }
    bench_drop(&b);
}

/* All 32 values of the five bits of EL3, seen from both banks, and back. */
static void rule31_32_icc_ctlr_is_banked_and_cbpr_is_el3s(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (uint64_t bits = 0; bits < 32; bits++) {
        uint64_t s = (bits >> 3 & 1) << 1 | (bits & 1), ns = (bits >> 4 & 1) << 1 | (bits >> 1 & 1);

        at(&b, 0, 3, 0);
        msr(&b, 0, CTLR3, bits);
        assert_int_equal(mrs(&b, 0, CTLR3) & 31, bits);
        at(&b, 0, 1, 0);
        assert_int_equal(mrs(&b, 0, CTLR1) & 3, s);
        at(&b, 0, 1, SCR_NS);
        assert_int_equal(mrs(&b, 0, CTLR1) & 3, ns);
        msr(&b, 0, CTLR1, ~ns & 3); /* EOImode only */
        assert_int_equal(mrs(&b, 0, CTLR1) & 3, (~ns & 2) | (ns & 1));
        at(&b, 0, 3, 0);
        assert_int_equal(mrs(&b, 0, CTLR3) & 31, bits ^ 0x10);
    }
    bench_drop(&b);
}

/* Who may acknowledge says in which group an interrupt is. */
static void rule34_igrpmodr_and_igroupr(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    gicd(&b, 0x204, BIT40);
    at(&b, 0, 1, 0);
    for (unsigned bits = 0; bits < 4; bits++) {
        uint32_t pins[4] = {ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ, ARMVIRT_GIC_FIQ};

        gicd(&b, 0x84, bits & 1 ? BIT40 : 0);
        gicd(&b, 0xd04, bits & 2 ? BIT40 : 0);
        assert_int_equal(b.signals[0], pins[bits]);
        assert_int_equal(mrs(&b, 0, HPPIR0), bits == 0 ? SPI40 : 1023);
        assert_int_equal(mrs(&b, 0, HPPIR1), bits == 2 ? SPI40 : 1023);
        at(&b, 0, 1, SCR_NS);
        assert_int_equal(mrs(&b, 0, HPPIR1), bits & 1 ? SPI40 : 1023);
        at(&b, 0, 1, 0);
    }
    bench_drop(&b);
}

/* Which SGI arrives: register, sender's state, group at the target, GICR_NSACR. The table is that
 * of the manual's "Forwarding an SGI to a target PE" (IHI0069 4.4): least NSACR, 9 for never. */
static void rule38_the_group_at_the_target_decides(void **state)
{
    enum { NEVER = 9 };
    static const uint32_t registers[3] = {SGI0R, SGI1R, ASGI1R};
    static const uint8_t least[2][3][3] = {
        /* Non-secure: SGI0R, SGI1R, ASGI1R; to Group 0, Secure Group 1, Non-secure Group 1 */
        {{1, NEVER, NEVER}, {1, 2, 0}, {1, 2, NEVER}},
        /* Secure */
        {{0, NEVER, NEVER}, {0, 0, NEVER}, {NEVER, NEVER, 0}},
    };
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned i = 0; i < 2 * 3 * 3 * 4; i++) {
        unsigned secure = i & 1, reg = i / 2 % 3, g = i / 6 % 3, nsacr = i / 18;

        gicr(&b, 1, 0x10080, g == 2 ? 1u << 3 : 0);
        gicr(&b, 1, 0x10d00, g == 1 ? 1u << 3 : 0);
        gicr(&b, 1, 0x10e00, nsacr << 6);
        gicr(&b, 1, 0x10280, UINT32_MAX);
        at(&b, 0, 1, secure ? 0 : SCR_NS);
        msr(&b, 0, registers[reg], UINT64_C(3) << 24 | 2);
        assert_int_equal(gicr_get(&b, 1, 0x10200) != 0,
                         least[secure][reg][g] != NEVER &&
                             (secure || nsacr >= least[secure][reg][g]));
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule24_non_secure_priorities_are_the_upper_half);
    SUITE_ADD(&suite, rule25_non_secure_pmr_and_rpr);
    SUITE_ADD(&suite, rule30_which_pin);
    SUITE_ADD(&suite, rule31_32_icc_ctlr_is_banked_and_cbpr_is_el3s);
    SUITE_ADD(&suite, rule34_igrpmodr_and_igroupr);
    SUITE_ADD(&suite, rule38_the_group_at_the_target_decides);
    return suite_run(&suite, "gic.all_secure");
}
