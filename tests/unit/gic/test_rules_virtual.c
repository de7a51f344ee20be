/* SPDX-License-Identifier: MIT */
/* Rules of the virtual CPU interface (IHI0069 6, 12.3, 12.4). */
#include "gic_bench.h"

enum { NONE = 1023, MAINTENANCE = 25 };

#define ICH_HCR   ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_MISR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 2)
#define ICH_EISR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 3)
#define ICH_ELRSR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 5)
#define ICH_VMCR  ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)
#define ICH_AP1R0 ARMVIRT_GIC_SYSREG(3, 4, 12, 9, 0)
#define ICH_LR(n) ARMVIRT_GIC_SYSREG(3, 4, 12, 12, n)

/* A list register: state, HW, group 1, priority, INTID. */
#define PENDING        ARMVIRT_BIT(62)
#define ACTIVE         ARMVIRT_BIT(63)
#define HW             ARMVIRT_ICH_LRN_EL2_HW
#define GROUP1         ARMVIRT_ICH_LRN_EL2_GROUP
#define MAINTAIN       ARMVIRT_BIT(41)
#define PRIORITY(p)    ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PRIORITY, p)
#define PINTID(intid)  ((uint64_t)(intid) << 32)
#define EOICOUNT(hcr)  ARMVIRT_GET(ARMVIRT_ICH_HCR_EL2_EOICOUNT, hcr)
#define LR_STATE(lr)   ((lr) >> 62)
#define VMCR_ALL       UINT64_C(0xf8000003) /* VPMR 0xf8, both groups */
#define VMCR_DROP_ONLY (VMCR_ALL | ARMVIRT_ICH_VMCR_EL2_VEOIM)

static struct bench b;

static void at(uint8_t el)
{
    struct armvirt_gic_context context = {.el = el, .scr_el3 = 1, .hcr_el2 = el == 1 ? 0x18 : 0};

    assert_int_equal(armvirt_gic_set_context(b.gic, 0, &context), ARMVIRT_OK);
}

static uint64_t guest_mrs(uint32_t encoding)
{
    uint64_t value;

    at(1);
    value = mrs(&b, 0, encoding);
    at(2);
    return value;
}

static void guest_msr(uint32_t encoding, uint64_t value)
{
    at(1);
    msr(&b, 0, encoding, value);
    at(2);
}

static void make(void)
{
    struct armvirt_gic_config config = bench_config(false);

    config.maintenance = MAINTENANCE;
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    gicd(&b, 0x84, UINT32_MAX);
    gicr(&b, 0, 0x14, 0);
    at(2);
    msr(&b, 0, ICH_HCR, 1);
    msr(&b, 0, ICH_VMCR, VMCR_ALL);
}

static void lr(unsigned n, uint64_t value)
{
    msr(&b, 0, ICH_LR(n), value);
}

static uint64_t lr_state(unsigned n)
{
    return LR_STATE(mrs(&b, 0, ICH_LR(n)));
}

static void rule73_the_candidate_is_pending_and_of_an_enabled_group(void **state)
{
    (void)state;
    make();
    lr(0, ACTIVE | PENDING | GROUP1 | PRIORITY(0x20) | 40);
    lr(1, PENDING | GROUP1 | PRIORITY(0x50) | 41);
    lr(2, PENDING | GROUP1 | PRIORITY(0x40) | 42);
    lr(3, PENDING | GROUP1 | PRIORITY(0x40) | 43);
    assert_int_equal(guest_mrs(HPPIR1), 42); /* of two the lower list register */
    msr(&b, 0, ICH_VMCR, UINT64_C(0x40000003));
    assert_int_equal(b.signals[0] & ARMVIRT_GIC_VIRQ, 0); /* 0x40 does not pass */
    msr(&b, 0, ICH_VMCR, UINT64_C(0x48000003));
    assert_int_equal(b.signals[0] & ARMVIRT_GIC_VIRQ, ARMVIRT_GIC_VIRQ);
    msr(&b, 0, ICH_VMCR, UINT64_C(0xf8000001)); /* Group 0 alone */
    assert_int_equal(b.signals[0] & ARMVIRT_GIC_VIRQ, 0);
    assert_int_equal(guest_mrs(HPPIR1), NONE);
    bench_drop(&b);
}

static void rule74_acknowledge_makes_pending_active(void **state)
{
    (void)state;
    make();
    lr(0, PENDING | GROUP1 | PRIORITY(0x50) | 40);
    assert_int_equal(guest_mrs(IAR1), 40);
    assert_int_equal(lr_state(0), 2);
    assert_int_equal(mrs(&b, 0, ICH_AP1R0), UINT32_C(1) << (0x50 >> 3));
    lr(0, ACTIVE | PENDING | GROUP1 | PRIORITY(0x40) | 40);
    assert_int_equal(guest_mrs(IAR1), NONE);
    bench_drop(&b);
}

static void rule75_an_end_finds_its_list_register(void **state)
{
    (void)state;
    make();
    gicd(&b, 0x304, 1u << 12); /* SPI 44 is active, on behalf of the guest */
    lr(0, PENDING | HW | GROUP1 | PRIORITY(0x50) | PINTID(44) | 40);
    assert_int_equal(guest_mrs(IAR1), 40);
    guest_msr(EOIR1, 40);
    assert_int_equal(lr_state(0), 0);
    assert_int_equal(gicd_get(&b, 0x304), 0);
    lr(0, PENDING | GROUP1 | PRIORITY(0x50) | MAINTAIN | 41);
    assert_int_equal(guest_mrs(IAR1), 41);
    assert_int_equal(mrs(&b, 0, ICH_EISR), 0);
    guest_msr(EOIR0, 41); /* the other group: the priority drops, and that is all */
    assert_int_equal(lr_state(0), 2);
    msr(&b, 0, ICH_AP1R0, UINT32_C(1) << (0x50 >> 3));
    guest_msr(EOIR1, 41);
    assert_int_equal(lr_state(0), 0);
    assert_int_equal(mrs(&b, 0, ICH_EISR), 1);
    assert_int_equal(mrs(&b, 0, ICH_ELRSR), 0xe);
    assert_int_equal(mrs(&b, 0, ICH_MISR), ARMVIRT_ICH_MISR_EL2_EOI);
    bench_drop(&b);
}

static void end_with(uint32_t reg, uint32_t intid, unsigned counted)
{
    uint64_t before = EOICOUNT(mrs(&b, 0, ICH_HCR));

    msr(&b, 0, ICH_AP1R0, UINT32_C(1) << (0x50 >> 3));
    guest_msr(reg, intid);
    assert_int_equal(EOICOUNT(mrs(&b, 0, ICH_HCR)), (before + counted) & 31);
}

static void rule76_ends_without_a_list_register_are_counted(void **state)
{
    (void)state;
    make();
    end_with(EOIR1, 3, 1);
    end_with(EOIR1, 20, 1);
    end_with(EOIR1, 40, 1);
    end_with(EOIR1, 8192, 0);
    end_with(EOIR1, 1023, 0);
    end_with(DIR, 40, 0);
    msr(&b, 0, ICH_VMCR, VMCR_DROP_ONLY);
    end_with(EOIR1, 40, 0);
    end_with(DIR, 40, 1);
    for (unsigned i = 0; i < 33; i++) {
        end_with(DIR, 40, 1); /* five bits wrap */
    }
    msr(&b, 0, ICH_HCR, 1 | ARMVIRT_ICH_HCR_EL2_LRENPIE | UINT64_C(1) << 27);
    assert_int_equal(mrs(&b, 0, ICH_MISR), ARMVIRT_ICH_MISR_EL2_LRENP);
    msr(&b, 0, ICH_HCR, 1 | ARMVIRT_ICH_HCR_EL2_LRENPIE);
    assert_int_equal(mrs(&b, 0, ICH_MISR), 0);
    bench_drop(&b);
}

static void rule77_the_reasons_for_maintenance_are_live(void **state)
{
    static const struct {
        uint64_t hcr, vmcr, lr0, lr1, misr;
    } rows[] = {
        {ARMVIRT_ICH_HCR_EL2_UIE, VMCR_ALL, PENDING, 0, ARMVIRT_ICH_MISR_EL2_U},
        {ARMVIRT_ICH_HCR_EL2_UIE, VMCR_ALL, PENDING, ACTIVE, 0},
        {ARMVIRT_ICH_HCR_EL2_NPIE, VMCR_ALL, ACTIVE, 0, ARMVIRT_ICH_MISR_EL2_NP},
        {ARMVIRT_ICH_HCR_EL2_NPIE, VMCR_ALL, ACTIVE | PENDING, 0, ARMVIRT_ICH_MISR_EL2_NP},
        {ARMVIRT_ICH_HCR_EL2_NPIE, VMCR_ALL, ACTIVE, PENDING, 0},
        {ARMVIRT_ICH_HCR_EL2_VGRP0EIE, 1, 0, 0, ARMVIRT_ICH_MISR_EL2_VGRP0E},
        {ARMVIRT_ICH_HCR_EL2_VGRP0EIE, 2, 0, 0, 0},
        {ARMVIRT_ICH_HCR_EL2_VGRP0DIE, 2, 0, 0, ARMVIRT_ICH_MISR_EL2_VGRP0D},
        {ARMVIRT_ICH_HCR_EL2_VGRP0DIE, 1, 0, 0, 0},
        {ARMVIRT_ICH_HCR_EL2_VGRP1EIE, 2, 0, 0, ARMVIRT_ICH_MISR_EL2_VGRP1E},
        {ARMVIRT_ICH_HCR_EL2_VGRP1DIE, 1, 0, 0, ARMVIRT_ICH_MISR_EL2_VGRP1D},
        {0, VMCR_ALL, MAINTAIN, 0, ARMVIRT_ICH_MISR_EL2_EOI},
        {0, VMCR_ALL, MAINTAIN | HW, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        make();
        lr(0, rows[i].lr0);
        lr(1, rows[i].lr1);
        msr(&b, 0, ICH_VMCR, rows[i].vmcr);
        msr(&b, 0, ICH_HCR, rows[i].hcr | 1);
        assert_int_equal(mrs(&b, 0, ICH_MISR), rows[i].misr);
        assert_int_equal(gicr_get(&b, 0, 0x10200) >> MAINTENANCE & 1, rows[i].misr != 0);
        msr(&b, 0, ICH_HCR, rows[i].hcr); /* En 0: no maintenance interrupt */
        assert_int_equal(gicr_get(&b, 0, 0x10200) >> MAINTENANCE & 1, 0);
        bench_drop(&b);
    }
}

static void rule78_what_the_hypervisor_writes_counts_at_once(void **state)
{
    (void)state;
    make();
    lr(0, PENDING | GROUP1 | PRIORITY(0x50) | 40);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_VIRQ);
    lr(0, PENDING | PRIORITY(0x50) | 40);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_VFIQ);
    msr(&b, 0, ICH_AP1R0, 1);
    assert_int_equal(b.signals[0], 0);
    msr(&b, 0, ICH_AP1R0, 0);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_VFIQ);
    msr(&b, 0, ICH_HCR, 0);
    assert_int_equal(b.signals[0], 0);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule73_the_candidate_is_pending_and_of_an_enabled_group);
    SUITE_ADD(&suite, rule74_acknowledge_makes_pending_active);
    SUITE_ADD(&suite, rule75_an_end_finds_its_list_register);
    SUITE_ADD(&suite, rule76_ends_without_a_list_register_are_counted);
    SUITE_ADD(&suite, rule77_the_reasons_for_maintenance_are_live);
    SUITE_ADD(&suite, rule78_what_the_hypervisor_writes_counts_at_once);
    return suite_run(&suite, "gic.rules_virtual");
}
