/* SPDX-License-Identifier: MIT */
/*
 * Rules of the virtual CPU interface where the space is small, for all that there is in it (IHI0069
 * 6, 12.3, 12.4).
 */
#include "gic_bench.h"

#define HCR   ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define MISR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 2)
#define VMCR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)
#define LR(n) (ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0) + (n))
#define VAP1R ARMVIRT_GIC_SYSREG(3, 4, 12, 9, 0)

#define PENDING ARMVIRT_BIT(62)
#define ACTIVE  ARMVIRT_BIT(63)
#define HW      ARMVIRT_BIT(61)
#define GROUP1  ARMVIRT_BIT(60)
#define EOI     ARMVIRT_BIT(41)

enum { SCR_NS = 1, FMO = 8, IMO = 16, LRS = 4, VFIQEN = 8 };

static uint64_t lr(uint64_t state, uint8_t priority, uint32_t vintid)
{
    return state | (uint64_t)priority << 48 | vintid;
}

/* The hypervisor at EL2, and its virtual machine. */
static void at_el2(struct bench *b)
{
    const struct armvirt_gic_context context = {2, false, SCR_NS, FMO | IMO};

    assert_int_equal(armvirt_gic_set_context(b->gic, 0, &context), ARMVIRT_OK);
}

static void at_el1(struct bench *b)
{
    const struct armvirt_gic_context context = {1, false, SCR_NS, FMO | IMO};

    assert_int_equal(armvirt_gic_set_context(b->gic, 0, &context), ARMVIRT_OK);
}

/* The interface is on, both groups are enabled, no mask, binary points at their least. */
static void make(struct bench *b)
{
    bench_open(b);
    at_el2(b);
    msr(b, 0, HCR, ARMVIRT_ICH_HCR_EL2_EN);
    msr(b, 0, VMCR, UINT64_C(0xf8) << 24 | 3);
}

/* All pairs of states, groups and priorities: superpriority apart, the lower value is taken. */
static void rule73_which_list_register_is_taken(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned i = 0; i < 4 * 4 * 32 * 32; i++) {
        uint64_t state0 = (uint64_t)(i & 3) << 62, state1 = (uint64_t)(i >> 2 & 3) << 62;
        unsigned p0 = i >> 4 & 31, p1 = i >> 9 & 31;
        bool can0 = state0 == PENDING, can1 = state1 == PENDING;
        uint32_t first = can0 && (!can1 || p0 <= p1) ? 40 : can1 ? 41 : 1023;
        unsigned p = first == 40 ? p0 : p1;

        at_el2(&b);
        msr(&b, 0, LR(0), lr(state0 | GROUP1, (uint8_t)(p0 << 3), 40));
        msr(&b, 0, LR(1), lr(state1 | GROUP1, (uint8_t)(p1 << 3), 41));
        assert_int_equal(b.signals[0] & ARMVIRT_GIC_VIRQ,
                         first != 1023 && p < 31 ? ARMVIRT_GIC_VIRQ : 0);
        at_el1(&b);
        assert_int_equal(mrs(&b, 0, HPPIR1), first);
    }
    bench_drop(&b);
}

/* What ICH_MISR_EL2 is, in the manual's words. */
static uint64_t misr(uint64_t hcr, uint64_t vmcr, const uint64_t lrs[LRS])
{
    unsigned valid = 0, pending = 0, ended = 0;

    for (unsigned n = 0; n < LRS; n++) {
        valid += lrs[n] >> 62 != 0;
        pending += lrs[n] >> 62 == 1;
        ended += lrs[n] >> 62 == 0 && (lrs[n] & EOI) && !(lrs[n] & HW);
    }
    return (ended != 0 ? 1u : 0u) | ((hcr & 2) && valid <= 1 ? 2u : 0u) |
           ((hcr & 4) && hcr >> 27 != 0 ? 4u : 0u) | ((hcr & 8) && pending == 0 ? 8u : 0u) |
           ((hcr & 0x10) && (vmcr & 1) ? 0x10u : 0u) | ((hcr & 0x20) && !(vmcr & 1) ? 0x20u : 0u) |
           ((hcr & 0x40) && (vmcr & 2) ? 0x40u : 0u) | ((hcr & 0x80) && !(vmcr & 2) ? 0x80u : 0u);
}

/* All enables of maintenance, all group enables, and list registers in all states. */
static void rule77_78_misr_is_live(void **state)
{
    static const uint64_t states[] = {0, PENDING, ACTIVE, PENDING | ACTIVE, EOI, EOI | HW};
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned i = 0; i < 6 * 6 * 4; i++) {
        uint64_t lrs[LRS] = {states[i % 6], states[i / 6 % 6], i & 1 ? PENDING : 0, 0};

        for (unsigned n = 0; n < LRS; n++) {
            msr(&b, 0, LR(n), lrs[n] | 0xffu << 24);
        }
        for (uint64_t hcr = 0; hcr < 0x200; hcr++) {
            uint64_t value = hcr >> 8 << 27 | (hcr & 0xff), expected;

            msr(&b, 0, VMCR, i / 36);
            msr(&b, 0, HCR, value);
            expected = misr(value, i / 36, lrs);
            assert_int_equal(mrs(&b, 0, MISR), expected);
            assert_int_equal((b.signals[0] & ARMVIRT_GIC_MAINTENANCE) != 0,
                             (value & 1) && expected != 0);
        }
    }
    bench_drop(&b);
}

/* Rules 13 and 17 for all masks, binary points, priorities that run and wait, of both groups. */
static void all_virtual_preemption_decisions(void **state)
{
    struct bench b;

    (void)state;
    make(&b);
    for (unsigned i = 0; i < 2 * 5 * 33 * 32; i++) {
        bool group1 = i & 1;
        unsigned bpr = i / 2 % 5 + 2, running = i / 10 % 33, waiting = i / 330;
        unsigned split = bpr + 1; /* BPR0 n and BPR1 n + 1 split alike */
        bool preempts = running == 32 || waiting << 3 >> split < running << 3 >> split;

        msr(&b, 0, VAP1R, running == 32 ? 0 : UINT64_C(1) << running);
        msr(&b, 0, LR(0), lr(PENDING | (group1 ? GROUP1 : 0), (uint8_t)(waiting << 3), 40));
        for (unsigned pmr = 0; pmr < 32; pmr += 5) {
            msr(&b, 0, VMCR,
                (uint64_t)pmr << 27 | (uint64_t)bpr << 21 |
                    (uint64_t)(bpr + 1 > 7 ? 7 : bpr + 1) << 18 | VFIQEN | 3);
            assert_int_equal(b.signals[0] != 0, waiting < pmr && preempts);
        }
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule73_which_list_register_is_taken);
    SUITE_ADD(&suite, rule77_78_misr_is_live);
    SUITE_ADD(&suite, all_virtual_preemption_decisions);
    return suite_run(&suite, "gic.all_virtual");
}
