/* SPDX-License-Identifier: MIT */
/*
 * All states of an interrupt (trigger, line, latch, enable, active) and all that can happen to it,
 * against a table (IHI0069 4.1): through registers only.
 */
#include "gic_bench.h"

#include <armvirt/gic_kvm.h>

enum { SPI = 44, BIT = 1u << 12, LINES = 8 };

enum event {
    LINE_UP,
    LINE_DOWN,
    ACKNOWLEDGE,
    SET_PENDING,
    CLEAR_PENDING,
    SET_ENABLE,
    CLEAR_ENABLE,
    SET_ACTIVE,
    CLEAR_ACTIVE,
    TO_EDGE,
    TO_LEVEL,
    MESSAGE_SET,
    MESSAGE_CLEAR,
    EVENTS,
};

/* Line and latch after the event, as two digits, for what was before: edge, line, latch from 000 to
 * 111. */
static const char *const after[EVENTS][LINES] = {
    [LINE_UP] = {"10", "11", "10", "11", "11", "11", "10", "11"},
    [LINE_DOWN] = {"00", "01", "00", "01", "00", "01", "00", "01"},
    [ACKNOWLEDGE] = {"00", "00", "10", "10", "00", "00", "10", "10"},
    [SET_PENDING] = {"01", "01", "11", "11", "01", "01", "11", "11"},
    [CLEAR_PENDING] = {"00", "00", "10", "10", "00", "00", "10", "10"},
    [SET_ENABLE] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [CLEAR_ENABLE] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [SET_ACTIVE] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [CLEAR_ACTIVE] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [TO_EDGE] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [TO_LEVEL] = {"00", "01", "10", "11", "00", "01", "10", "11"},
    [MESSAGE_SET] = {"10", "11", "10", "11", "01", "01", "11", "11"},
    [MESSAGE_CLEAR] = {"00", "01", "00", "01", "00", "00", "10", "10"},
};

struct state {
    bool edge, line, latch, enable, active;
};

/* Rules 1 and 5: what is pending, and what is forwarded. */
static bool is_pending(const struct state *s)
{
    return s->latch || (s->line && !s->edge);
}

static bool is_signalled(const struct state *s)
{
    return is_pending(s) && s->enable && !s->active;
}

static void put(struct bench *b, const struct state *s)
{
    gicd(b, 0x184, BIT);
    gicd(b, 0x384, BIT);
    gicd(b, 0xc08, s->edge ? 2u << 24 : 0);
    assert_int_equal(armvirt_gic_kvm_set(b->gic, ARMVIRT_GIC_KVM_LEVEL_INFO, 32, s->line ? BIT : 0),
                     ARMVIRT_OK);
    assert_int_equal(
        armvirt_gic_kvm_set(b->gic, ARMVIRT_GIC_KVM_DIST_REGS, 0x204, s->latch ? BIT : 0),
        ARMVIRT_OK);
    gicd(b, s->active ? 0x304 : 0x384, BIT);
    gicd(b, s->enable ? 0x104 : 0x184, BIT);
}

static bool bit_of(struct bench *b, uint32_t group, uint64_t attr)
{
    uint64_t value;

    assert_int_equal(armvirt_gic_kvm_get(b->gic, group, attr, &value), ARMVIRT_OK);
    return value & BIT;
}

static void check(struct bench *b, const struct state *s)
{
    assert_int_equal(bit_of(b, ARMVIRT_GIC_KVM_LEVEL_INFO, 32), s->line);
    assert_int_equal(bit_of(b, ARMVIRT_GIC_KVM_DIST_REGS, 0x204), s->latch);
    assert_int_equal((gicd_get(b, 0x204) & BIT) != 0, is_pending(s));
    assert_int_equal((gicd_get(b, 0x284) & BIT) != 0, is_pending(s));
    assert_int_equal((gicd_get(b, 0x304) & BIT) != 0, s->active);
    assert_int_equal((gicd_get(b, 0x104) & BIT) != 0, s->enable);
    assert_int_equal(gicd_get(b, 0xc08) >> 24 & 3, s->edge ? 2 : 0);
    assert_int_equal(b->signals[0], is_signalled(s) ? ARMVIRT_GIC_IRQ : 0);
    assert_int_equal(mrs(b, 0, HPPIR1), is_signalled(s) ? SPI : 1023);
}

static void happen(struct bench *b, enum event event)
{
    static const uint32_t registers[EVENTS] = {
        [SET_PENDING] = 0x204,  [CLEAR_PENDING] = 0x284, [SET_ENABLE] = 0x104,
        [CLEAR_ENABLE] = 0x184, [SET_ACTIVE] = 0x304,    [CLEAR_ACTIVE] = 0x384,
    };

    switch (event) {
    case LINE_UP:
    case LINE_DOWN:
        assert_int_equal(armvirt_gic_spi(b->gic, SPI, event == LINE_UP), ARMVIRT_OK);
        break;
    case ACKNOWLEDGE:
        assert_int_equal(mrs(b, 0, IAR1), SPI);
        msr(b, 0, AP1R0, 0); /* only the interrupt is looked at */
        break;
    case TO_EDGE:
    case TO_LEVEL:
        gicd(b, 0xc08, event == TO_EDGE ? 2u << 24 : 0);
        break;
    case MESSAGE_SET:
    case MESSAGE_CLEAR:
        gicd(b, event == MESSAGE_SET ? 0x40 : 0x48, SPI);
        break;
    default:
        gicd(b, registers[event], BIT);
        break;
    }
}

static struct state expected(struct state s, enum event event)
{
    const char *digits = after[event][(s.edge ? 4 : 0) + (s.line ? 2 : 0) + (s.latch ? 1 : 0)];

    s.line = digits[0] == '1';
    s.latch = digits[1] == '1';
    s.edge = event == TO_EDGE || (s.edge && event != TO_LEVEL);
    s.enable = event == SET_ENABLE || (s.enable && event != CLEAR_ENABLE);
    s.active = event == SET_ACTIVE || event == ACKNOWLEDGE || (s.active && event != CLEAR_ACTIVE);
    return s;
}

static void rule01_to_07_all_states_and_all_events(void **state)
{
    struct bench b;
    unsigned checked = 0;

    (void)state;
    bench_open(&b);
    for (unsigned bits = 0; bits < 32; bits++) {
        for (unsigned event = 0; event < EVENTS; event++) {
            struct state before = {bits & 1, bits & 2, bits & 4, bits & 8, bits & 16};
            struct state then = expected(before, event);

            if (event == ACKNOWLEDGE && !is_signalled(&before)) {
                continue;
            }
            put(&b, &before);
            check(&b, &before);
            happen(&b, event);
            check(&b, &then);
            checked++;
        }
    }
    assert_int_equal(checked, 32 * (EVENTS - 1) + 5);
    bench_drop(&b);
}

/* What cannot be taken is not: rule 29's special INTID, and nothing changes. */
static void what_is_not_signalled_cannot_be_acknowledged(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    for (unsigned bits = 0; bits < 32; bits++) {
        struct state s = {bits & 1, bits & 2, bits & 4, bits & 8, bits & 16};

        put(&b, &s);
        if (!is_signalled(&s)) {
            assert_int_equal(mrs(&b, 0, IAR1), 1023);
            check(&b, &s);
        }
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule01_to_07_all_states_and_all_events);
    SUITE_ADD(&suite, what_is_not_signalled_cannot_be_acknowledged);
    return suite_run(&suite, "gic.states");
}
