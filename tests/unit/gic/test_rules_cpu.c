/* SPDX-License-Identifier: MIT */
/* Rules of the physical CPU interface and of two Security states (IHI0069 4.6 to 4.9, 12.2). */
#include "gic_bench.h"

enum { SPI40 = 40, SPI41 = 41, NONE = 1023 };

#define NMIAR1      ARMVIRT_GIC_SYSREG(3, 0, 12, 9, 5)
#define ASGI1R      ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 6)
#define CTLR_EL3    ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4)
#define IGRPEN1_EL3 ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 7)

/* SCR_EL3: Non-secure, and FIQs to EL3. */
enum { NS = 1, FIQ_TO_EL3 = 4 };

static struct bench b;

static void at(uint32_t pe, uint8_t el, uint64_t scr)
{
    struct armvirt_gic_context context = {.el = el, .scr_el3 = scr};

    assert_int_equal(armvirt_gic_set_context(b.gic, pe, &context), ARMVIRT_OK);
}

static void priority(uint32_t intid, uint8_t value)
{
    struct armvirt_gic_access byte = {.offset = 0x400 + intid, .size = 1, .secure = true};

    assert_int_equal(armvirt_gicd_write(b.gic, &byte, value), ARMVIRT_OK);
}

/* An edge-triggered SPI from 32 to 63 becomes enabled and pending. */
static void raise(uint32_t intid, uint8_t value)
{
    priority(intid, value);
    gicd(&b, 0xc00 + intid / 16 * 4, gicd_get(&b, 0xc00 + intid / 16 * 4) | 2u << intid % 16 * 2);
    gicd(&b, 0x104, 1u << intid % 32);
    gicd(&b, 0x204, 1u << intid % 32);
}

static uint64_t ns_read(uint32_t offset, uint8_t size)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};
    uint64_t value;

    assert_int_equal(armvirt_gicd_read(b.gic, &a, &value), ARMVIRT_OK);
    return value;
}

static void ns_write(uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = size};

    assert_int_equal(armvirt_gicd_write(b.gic, &a, value), ARMVIRT_OK);
}

/* Two Security states, all groups on, PE 0 awake at EL3. SPI 40 is Non-secure Group 1, 41 Secure
 * Group 1, 42 Group 0. */
static void open_two_states(void)
{
    struct armvirt_gic_config config = bench_config(true);

    bench_make(&b, &config);
    gicd(&b, 0, 7);
    gicd(&b, 0x84, 1u << 8);
    gicd(&b, 0xd04, 1u << 9);
    gicr(&b, 0, 0x14, 0);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN0, 1);
    msr(&b, 0, IGRPEN1_EL3, 3);
}

static void rule11_a_change_of_a_pending_interrupt_counts_at_once(void **state)
{
    (void)state;
    bench_open(&b);
    raise(SPI40, 0x80);
    raise(SPI41, 0x90);
    assert_int_equal(mrs(&b, 0, HPPIR1), SPI40);
    priority(SPI41, 0x70);
    assert_int_equal(mrs(&b, 0, HPPIR1), SPI41);
    gicd(&b, 0x184, 1u << 9);
    assert_int_equal(mrs(&b, 0, HPPIR1), SPI40);
    gicd(&b, 0x84, ~(1u << 8));
    assert_int_equal(b.signals[0], ARMVIRT_GIC_FIQ);
    gicd(&b, 0x6140, 0x100); /* to PE 4 */
    assert_int_equal(b.signals[0], 0);
    assert_int_equal(b.signals[4], ARMVIRT_GIC_FIQ);
    bench_drop(&b);
}

static void rule12_reset_disables_all_and_sleeps(void **state)
{
    struct armvirt_gic_config config = bench_config(true);

    (void)state;
    bench_make(&b, &config);
    assert_int_equal(gicd_get(&b, 0) & 7, 0);
    assert_int_equal(gicd_get(&b, 0x84) | gicd_get(&b, 0x104), 0);
    assert_int_equal(gicr_get(&b, 0, 0x14), 6);
    assert_int_equal(mrs(&b, 0, PMR), 0);
    assert_int_equal(mrs(&b, 0, BPR0), 2);
    assert_int_equal(mrs(&b, 0, AP0R0) | mrs(&b, 0, AP1R0) | mrs(&b, 0, IGRPEN0), 0);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    bench_drop(&b);
}

/* BPR1 3 and BPR0 2 split alike: all five bits decide; 4 and 3: four of them. */
static void rule17_the_non_secure_bpr1_splits_like_bpr0_minus_one(void **state)
{
    (void)state;
    for (unsigned group1 = 0; group1 < 2; group1++) {
        bench_open(&b);
        gicd(&b, 0x84, group1 ? UINT32_MAX : 0);
        msr(&b, 0, group1 ? BPR1 : BPR0, group1 ? 4 : 3);
        raise(SPI40, 0x88);
        assert_int_equal(mrs(&b, 0, group1 ? IAR1 : IAR0), SPI40);
        assert_int_equal(mrs(&b, 0, RPR), 0x80);
        raise(SPI41, 0x80);
        assert_int_equal(b.signals[0], 0);
        raise(42, 0x78);
        assert_int_equal(mrs(&b, 0, group1 ? IAR1 : IAR0), 42);
        bench_drop(&b);
    }
}

static void rule19_acknowledge_sets_the_bit_of_the_group_priority(void **state)
{
    (void)state;
    bench_open(&b);
    msr(&b, 0, BPR1, 5); /* three bits */
    raise(SPI40, 0xb8);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    assert_int_equal(mrs(&b, 0, AP1R0), UINT32_C(1) << (0xa0 >> 3));
    assert_int_equal(mrs(&b, 0, AP0R0), 0);
    bench_drop(&b);
}

static void rule21_eoir_of_a_special_intid_does_nothing(void **state)
{
    (void)state;
    bench_open(&b);
    raise(SPI40, 0x80);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    for (uint32_t intid = 1020; intid < 1024; intid++) {
        msr(&b, 0, EOIR1, intid);
        assert_int_equal(mrs(&b, 0, RPR), 0x80);
    }
    bench_drop(&b);
}

static void rule22_eoimode_separates_the_drop_from_deactivation(void **state)
{
    (void)state;
    bench_open(&b);
    raise(SPI40, 0x80);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    msr(&b, 0, DIR, SPI40); /* EOImode 0: ignored */
    assert_int_equal(gicd_get(&b, 0x304), 1u << 8);
    msr(&b, 0, CTLR1, ARMVIRT_ICC_CTLR_EL1_EOIMODE);
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    assert_int_equal(gicd_get(&b, 0x304), 1u << 8);
    msr(&b, 0, DIR, SPI40);
    assert_int_equal(gicd_get(&b, 0x304), 0);
    bench_drop(&b);
}

/* SPIs 40 Non-secure Group 1, 41 Secure Group 1, 42 Group 0: which of them DIR deactivates. */
static void rule22_dir_deactivates_what_is_the_software_s_own(void **state)
{
    static const struct {
        uint8_t el;
        uint64_t scr, hcr;
        uint32_t done; /* bits of GICD_ISACTIVER1 */
    } rows[] = {
        {3, 0, 0, 0x700},          {3, NS, 0, 0x700}, {1, 0, 0, 0x700},
        {1, 2, 0, 0x400}, /* SCR_EL3.IRQ: Group 1 is EL3's */
        {1, FIQ_TO_EL3, 0, 0x300}, {1, NS, 0, 0x100}, {1, NS | FIQ_TO_EL3, 0, 0x100},
        {2, NS, 0x18, 0x100},      {2, NS | 2, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_gic_context context = {
            .el = rows[i].el, .scr_el3 = rows[i].scr, .hcr_el2 = rows[i].hcr};

        open_two_states();
        msr(&b, 0, CTLR_EL3,
            ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL3 | ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S |
                ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS);
        gicd(&b, 0x304, 0x700);
        armvirt_gic_set_context(b.gic, 0, &context);
        for (uint32_t intid = SPI40; intid <= 42; intid++) {
            msr(&b, 0, DIR, intid);
        }
        msr(&b, 0, DIR, 1022);
        assert_int_equal(gicd_get(&b, 0x304), 0x700 & ~rows[i].done);
        bench_drop(&b);
    }
}

/* An end counts through the register of the group that runs, from its own Security state. */
static void rule20_an_end_from_elsewhere_is_ignored(void **state)
{
    static const struct {
        uint32_t intid, reg, wrong;
        uint8_t el;
        uint64_t scr;
        bool ends;
    } rows[] = {
        {SPI40, IAR1, EOIR0, 3, NS, false}, {SPI40, IAR1, EOIR1, 1, 0, false},
        {SPI40, IAR1, EOIR1, 1, NS, true},  {SPI40, IAR1, EOIR1, 3, 0, true},
        {SPI41, IAR1, EOIR1, 1, NS, false}, {SPI41, IAR1, EOIR1, 1, 0, true},
        {42, IAR0, EOIR1, 3, 0, false},     {42, IAR0, EOIR0, 1, NS, false},
        {42, IAR0, EOIR0, 1, 0, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        open_two_states();
        raise(rows[i].intid, 0xa0);
        assert_int_equal(mrs(&b, 0, rows[i].reg), rows[i].intid);
        at(0, rows[i].el, rows[i].scr);
        msr(&b, 0, rows[i].wrong, rows[i].intid);
        at(0, 3, 0);
        assert_int_equal(mrs(&b, 0, RPR), rows[i].ends ? 0xff : 0xa0);
        bench_drop(&b);
    }
}

static void rule23_rpr_is_the_highest_active_priority_of_all_groups(void **state)
{
    (void)state;
    open_two_states();
    raise(SPI40, 0xa0);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    raise(SPI41, 0x60);
    assert_int_equal(mrs(&b, 0, IAR1), SPI41);
    raise(42, 0x20);
    assert_int_equal(mrs(&b, 0, IAR0), 42);
    assert_int_equal(mrs(&b, 0, RPR), 0x20);
    msr(&b, 0, EOIR0, 42);
    assert_int_equal(mrs(&b, 0, RPR), 0x60);
    msr(&b, 0, EOIR1, SPI41);
    assert_int_equal(mrs(&b, 0, RPR), 0xa0);
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    bench_drop(&b);
}

static void rule24_non_secure_software_sees_shifted_priorities_of_its_own_interrupts(void **state)
{
    (void)state;
    open_two_states();
    priority(SPI40, 0xa0);
    priority(SPI41, 0xa0);
    assert_int_equal(ns_read(0x400 + SPI40, 1), 0x40);
    assert_int_equal(ns_read(0x400 + SPI41, 1), 0);
    ns_write(0x400 + SPI40, 1, 0x60);
    ns_write(0x400 + SPI41, 1, 0x60);
    assert_int_equal(gicd_get(&b, 0x428) & 0xffff, 0xa0b0);
    bench_drop(&b);
}

static void rule25_non_secure_software_sees_a_shifted_mask(void **state)
{
    (void)state;
    open_two_states();
    msr(&b, 0, PMR, 0x70);
    at(0, 1, NS | FIQ_TO_EL3);
    assert_int_equal(mrs(&b, 0, PMR), 0);
    msr(&b, 0, PMR, 0xff); /* ignored */
    at(0, 3, 0);
    assert_int_equal(mrs(&b, 0, PMR), 0x70);
    msr(&b, 0, PMR, 0xc0);
    raise(SPI40, 0xa0);
    at(0, 1, NS | FIQ_TO_EL3);
    assert_int_equal(mrs(&b, 0, PMR), 0x80);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    assert_int_equal(mrs(&b, 0, RPR), 0x40);
    msr(&b, 0, PMR, 0x40);
    at(0, 1, NS); /* not shifted without SCR_EL3.FIQ */
    assert_int_equal(mrs(&b, 0, PMR), 0xa0);
    bench_drop(&b);
}

/* Group 0 with BPR0 4 runs at 0x60; Group 1 with BPR1 3 looks at all five bits of both. */
static void rule26_the_group_that_waits_decides_on_preemption(void **state)
{
    (void)state;
    bench_open(&b);
    gicd(&b, 0x84, ~(1u << 8));
    msr(&b, 0, BPR0, 4);
    raise(SPI40, 0x68); /* Group 0: its group priority is 0x60 */
    assert_int_equal(mrs(&b, 0, IAR0), SPI40);
    raise(SPI41, 0x60);
    assert_int_equal(b.signals[0], 0);
    raise(SPI41, 0x58);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ);
    bench_drop(&b);
}

static void rule27_an_acknowledge_through_the_other_group_gives_a_special_intid(void **state)
{
    (void)state;
    open_two_states();
    raise(SPI40, 0xa0);
    assert_int_equal(mrs(&b, 0, IAR0), 1021);
    assert_int_equal(mrs(&b, 0, HPPIR0), 1021);
    raise(SPI41, 0x80);
    assert_int_equal(mrs(&b, 0, IAR0), 1020);
    at(0, 1, NS);
    assert_int_equal(mrs(&b, 0, IAR1), NONE);
    at(0, 3, 0);
    raise(42, 0x40);
    assert_int_equal(mrs(&b, 0, IAR1), NONE);
    assert_int_equal(mrs(&b, 0, RPR), 0xff); /* nothing was taken */
    assert_int_equal(mrs(&b, 0, IAR0), 42);
    bench_drop(&b);
}

static void rule28_an_nmi_is_shown_by_iar1_and_taken_by_nmiar1(void **state)
{
    struct armvirt_gic_context nmi = {.el = 1, .nmi = true, .scr_el3 = NS};

    (void)state;
    bench_open(&b);
    gicd(&b, 0xf84, 1u << 8);
    raise(SPI40, 0x80);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ | ARMVIRT_GIC_IRQ_NMI);
    armvirt_gic_set_context(b.gic, 0, &nmi);
    assert_int_equal(mrs(&b, 0, IAR1), 1022);
    assert_int_equal(mrs(&b, 0, NMIAR1), SPI40);
    assert_int_equal(mrs(&b, 0, RPR), ARMVIRT_ICC_RPR_EL1_NMI);
    raise(SPI41, 0);
    assert_int_equal(mrs(&b, 0, NMIAR1), NONE);
    msr(&b, 0, EOIR1, SPI40);
    gicd(&b, 0x204, 1u << 8);
    nmi.nmi = false;
    armvirt_gic_set_context(b.gic, 0, &nmi);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    bench_drop(&b);
}

static void rule29_three_gates_withdraw_and_keep_pending(void **state)
{
    (void)state;
    bench_open(&b);
    raise(SPI40, 0x80);
    for (unsigned gate = 0; gate < 3; gate++) {
        assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ);
        if (gate == 0) {
            gicd(&b, 0, 1);
        } else if (gate == 1) {
            msr(&b, 0, IGRPEN1, 0);
        } else {
            gicd(&b, 0x184, 1u << 8);
        }
        assert_int_equal(b.signals[0], 0);
        assert_int_equal(mrs(&b, 0, IAR1), NONE);
        assert_int_equal(gicd_get(&b, 0x204), 1u << 8);
        gicd(&b, 0, 3);
        msr(&b, 0, IGRPEN1, 1);
        gicd(&b, 0x104, 1u << 8);
    }
    bench_drop(&b);
}

static void rule30_the_pin_follows_group_and_security_state(void **state)
{
    static const struct {
        uint32_t intid, el3, secure_el1, ns_el1;
    } rows[] = {
        {SPI40, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ},
        {SPI41, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_IRQ, ARMVIRT_GIC_FIQ},
        {42, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ, ARMVIRT_GIC_FIQ},
    };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        open_two_states();
        raise(rows[i].intid, 0x80);
        assert_int_equal(b.signals[0], rows[i].el3);
        at(0, 1, 0);
        assert_int_equal(b.signals[0], rows[i].secure_el1);
        at(0, 1, NS);
        assert_int_equal(b.signals[0], rows[i].ns_el1);
        bench_drop(&b);
    }
}

static void rule31_32_el3_has_both_banks_and_alone_sets_cbpr(void **state)
{
    uint64_t ns = ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS | ARMVIRT_ICC_CTLR_EL3_CBPR_EL1NS;
    uint64_t s = ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S | ARMVIRT_ICC_CTLR_EL3_CBPR_EL1S;
    uint64_t both = ARMVIRT_ICC_CTLR_EL1_EOIMODE | ARMVIRT_ICC_CTLR_EL1_CBPR;

    (void)state;
    open_two_states();
    msr(&b, 0, CTLR_EL3, s);
    assert_int_equal(mrs(&b, 0, CTLR_EL3) & (s | ns), s);
    at(0, 1, 0);
    assert_int_equal(mrs(&b, 0, CTLR1) & both, both);
    at(0, 1, NS);
    assert_int_equal(mrs(&b, 0, CTLR1) & both, 0);
    msr(&b, 0, CTLR1, both);
    assert_int_equal(mrs(&b, 0, CTLR1) & both, ARMVIRT_ICC_CTLR_EL1_EOIMODE);
    at(0, 3, 0);
    assert_int_equal(mrs(&b, 0, CTLR_EL3) & (s | ns), s | ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS);
    msr(&b, 0, CTLR_EL3, ns);
    at(0, 1, NS);
    assert_int_equal(mrs(&b, 0, CTLR1) & both, both);
    bench_drop(&b);
}

static void rule33_gicd_ctlr_differs_by_view(void **state)
{
    (void)state;
    open_two_states();
    assert_int_equal(gicd_get(&b, 0), 0x37);
    assert_int_equal(ns_read(0, 4), 0x12);
    ns_write(0, 4, 0);
    assert_int_equal(gicd_get(&b, 0), 0x35);
    ns_write(0, 4, 0xff);
    assert_int_equal(gicd_get(&b, 0), 0x37);
    gicd(&b, 0, 0x43); /* DS: Secure Group 1 is gone, and DS stays */
    assert_int_equal(gicd_get(&b, 0), 0x53);
    gicd(&b, 0, 0);
    assert_int_equal(gicd_get(&b, 0), 0x50);
    bench_drop(&b);
}

/* (IGRPMODR, IGROUPR): 00 Group 0, 01 and 11 Non-secure Group 1, 10 Secure Group 1. */
static void rule34_two_bits_give_the_group(void **state)
{
    static const uint32_t taken_by[4] = {IAR0, IAR1, IAR1, IAR1};
    static const uint64_t scr[4] = {0, NS, 0, NS};

    (void)state;
    for (unsigned bits = 0; bits < 4; bits++) {
        open_two_states();
        gicd(&b, 0x84, bits & 1 ? 1u << 8 : 0);
        gicd(&b, 0xd04, bits & 2 ? 1u << 8 : 0);
        raise(SPI40, 0x80);
        at(0, 1, scr[bits] ^ NS);
        assert_int_equal(mrs(&b, 0, taken_by[bits]), NONE);
        at(0, 1, scr[bits]);
        assert_int_equal(mrs(&b, 0, taken_by[bits]), SPI40);
        bench_drop(&b);
    }
    bench_open(&b); /* one Security state: IGRPMODR is RES0 */
    gicd(&b, 0xd04, UINT32_MAX);
    assert_int_equal(gicd_get(&b, 0xd04), 0);
    bench_drop(&b);
}

/* NSACR 1: may be made pending; 2: and not pending, and active is seen; 3: and routed. */
static void rule35_nsacr_opens_a_secure_interrupt_step_by_step(void **state)
{
    (void)state;
    for (uint32_t nsacr = 0; nsacr < 4; nsacr++) {
        open_two_states();
        gicd(&b, 0xe08, nsacr << 18); /* SPI 41 */
        ns_write(0x204, 4, 1u << 9);
        assert_int_equal(gicd_get(&b, 0x204), nsacr >= 1 ? 1u << 9 : 0);
        gicd(&b, 0x204, 1u << 9);
        ns_write(0x284, 4, 1u << 9);
        assert_int_equal(gicd_get(&b, 0x204), nsacr >= 2 ? 0 : 1u << 9);
        gicd(&b, 0x304, 1u << 9);
        assert_int_equal(ns_read(0x304, 4), nsacr >= 2 ? 1u << 9 : 0);
        ns_write(0x6148, 4, 2);
        assert_int_equal(gicd_get(&b, 0x6148), nsacr >= 3 ? 2 : 0);
        bench_drop(&b);
    }
}

static void rule38_an_sgi_reaches_the_group_that_its_register_names(void **state)
{
    uint64_t to_self = UINT64_C(2) << 24 | 1;

    (void)state;
    open_two_states();
    gicr(&b, 0, 0x10080, 1u << 2); /* SGI 2: Non-secure Group 1 */
    msr(&b, 0, SGI0R, to_self);
    msr(&b, 0, SGI1R, to_self);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 0);
    msr(&b, 0, ASGI1R, to_self);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 1u << 2);
    gicr(&b, 0, 0x10280, 1u << 2);
    gicr(&b, 0, 0x10080, 0); /* Group 0: as far as NSACR allows */
    at(0, 1, NS);
    msr(&b, 0, SGI1R, to_self);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 0);
    gicr(&b, 0, 0x10e00, 1u << 4);
    msr(&b, 0, SGI1R, to_self);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 1u << 2);
    bench_drop(&b);
}

static void rule43_gicr_waker_is_secure(void **state)
{
    struct armvirt_gic_access a = {.offset = 0x14, .size = 4};
    uint64_t value;

    (void)state;
    open_two_states();
    armvirt_gicr_write(b.gic, 1, &a, 0);
    assert_int_equal(gicr_get(&b, 1, 0x14), 6);
    armvirt_gicr_read(b.gic, 1, &a, &value);
    assert_int_equal(value, 0);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule11_a_change_of_a_pending_interrupt_counts_at_once);
    SUITE_ADD(&suite, rule12_reset_disables_all_and_sleeps);
    SUITE_ADD(&suite, rule17_the_non_secure_bpr1_splits_like_bpr0_minus_one);
    SUITE_ADD(&suite, rule19_acknowledge_sets_the_bit_of_the_group_priority);
    SUITE_ADD(&suite, rule21_eoir_of_a_special_intid_does_nothing);
    SUITE_ADD(&suite, rule22_eoimode_separates_the_drop_from_deactivation);
    SUITE_ADD(&suite, rule22_dir_deactivates_what_is_the_software_s_own);
    SUITE_ADD(&suite, rule20_an_end_from_elsewhere_is_ignored);
    SUITE_ADD(&suite, rule23_rpr_is_the_highest_active_priority_of_all_groups);
    SUITE_ADD(&suite, rule24_non_secure_software_sees_shifted_priorities_of_its_own_interrupts);
    SUITE_ADD(&suite, rule25_non_secure_software_sees_a_shifted_mask);
    SUITE_ADD(&suite, rule26_the_group_that_waits_decides_on_preemption);
    SUITE_ADD(&suite, rule27_an_acknowledge_through_the_other_group_gives_a_special_intid);
    SUITE_ADD(&suite, rule28_an_nmi_is_shown_by_iar1_and_taken_by_nmiar1);
    SUITE_ADD(&suite, rule29_three_gates_withdraw_and_keep_pending);
    SUITE_ADD(&suite, rule30_the_pin_follows_group_and_security_state);
    SUITE_ADD(&suite, rule31_32_el3_has_both_banks_and_alone_sets_cbpr);
    SUITE_ADD(&suite, rule33_gicd_ctlr_differs_by_view);
    SUITE_ADD(&suite, rule34_two_bits_give_the_group);
    SUITE_ADD(&suite, rule35_nsacr_opens_a_secure_interrupt_step_by_step);
    SUITE_ADD(&suite, rule38_an_sgi_reaches_the_group_that_its_register_names);
    SUITE_ADD(&suite, rule43_gicr_waker_is_secure);
    return suite_run(&suite, "gic.rules_cpu");
}
