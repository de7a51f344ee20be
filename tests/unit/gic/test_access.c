/* SPDX-License-Identifier: MIT */
/*
 * Accesses to system registers: what traps them, with which syndrome (DDI0487 D24.2.46), what the
 * direct calls do, and what is traced.
 */
#include "gic_bench.h"

#include <armvirt/regs/syndrome.h>

#define ICH_HCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_LR0 ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0)
#define ASGI1R  ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 6)
#define SRE_EL1 ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 5)

enum { SCR_NS = 1, SCR_IRQ = 2, SCR_FIQ = 4, HCR_FMO = 8, HCR_IMO = 16 };

/* The registers at EL1 by what they are about, as the manual has it at each register. */
struct el1_register {
    uint32_t encoding;
    bool write;
    char about; /* '0', '1' a group; 'c' both; 'd' deactivation; 's' an SGI; '-' nothing */
};

static const struct el1_register el1_registers[] = {
    {IAR0, false, '0'},    {EOIR0, true, '0'},   {HPPIR0, false, '0'}, {BPR0, false, '0'},
    {BPR0, true, '0'},     {AP0R0, false, '0'},  {AP0R0, true, '0'},   {IGRPEN0, false, '0'},
    {IGRPEN0, true, '0'},  {IAR1, false, '1'},   {EOIR1, true, '1'},   {HPPIR1, false, '1'},
    {BPR1, false, '1'},    {BPR1, true, '1'},    {AP1R0, false, '1'},  {AP1R0, true, '1'},
    {IGRPEN1, false, '1'}, {IGRPEN1, true, '1'}, {PMR, false, 'c'},    {PMR, true, 'c'},
    {CTLR1, false, 'c'},   {CTLR1, true, 'c'},   {RPR, false, 'c'},    {DIR, true, 'd'},
    {SGI0R, true, 's'},    {SGI1R, true, 's'},   {ASGI1R, true, 's'},  {SRE_EL1, false, '-'},
    {SRE_EL1, true, '-'},
};

/* What the manual says, as one condition after the other. */
struct expected {
    enum armvirt_gic_outcome outcome;
    uint32_t by;
};

static struct expected at_el3(char about, uint64_t scr)
{
    struct expected e = {ARMVIRT_GIC_DONE, 0};
    uint32_t fiq = scr & SCR_FIQ ? ARMVIRT_GIC_BY_SCR_FIQ : 0;
    uint32_t irq = scr & SCR_IRQ ? ARMVIRT_GIC_BY_SCR_IRQ : 0;

    if (about == '0') {
        e.by = fiq;
    } else if (about == '1') {
        e.by = irq;
    } else if (about != '-' && fiq && irq) {
        e.by = fiq | irq;
    }
    e.outcome = e.by != 0 ? ARMVIRT_GIC_TRAP_EL3 : ARMVIRT_GIC_DONE;
    return e;
}

static uint32_t by_ich(char about, uint32_t traps)
{
    switch (about) {
    case '0':
        return traps & ARMVIRT_GIC_BY_TALL0;
    case '1':
        return traps & ARMVIRT_GIC_BY_TALL1;
    case 'c':
    case 's':
        return traps & ARMVIRT_GIC_BY_TC;
    case 'd':
        return traps & (ARMVIRT_GIC_BY_TC | ARMVIRT_GIC_BY_TDIR);
    default:
        return 0;
    }
}

static struct expected at_el1(char about, uint32_t traps, uint64_t hcr, uint64_t scr)
{
    uint32_t routed =
        (hcr & HCR_FMO ? ARMVIRT_GIC_BY_HCR_FMO : 0) | (hcr & HCR_IMO ? ARMVIRT_GIC_BY_HCR_IMO : 0);
    uint32_t ich = by_ich(about, traps);
    bool is_virtual = (about == '0' && (hcr & HCR_FMO)) || (about == '1' && (hcr & HCR_IMO)) ||
                      (about != '0' && about != '1' && about != '-' && routed != 0);

    if (ich != 0 || (about == 's' && is_virtual)) {
        struct expected e = {ARMVIRT_GIC_TRAP_EL2, ich | (about == 's' ? routed : 0)};

        return e;
    }
    if (is_virtual) {
        struct expected e = {ARMVIRT_GIC_DONE, 0};

        return e;
    }
    return at_el3(about, scr);
}

/* The ISS, spelt out. */
static uint64_t esr_of(const struct el1_register *r, uint8_t rt)
{
    uint64_t op0 = r->encoding >> 14, op1 = r->encoding >> 11 & 7, crn = r->encoding >> 7 & 15;
    uint64_t crm = r->encoding >> 3 & 15, op2 = r->encoding & 7;

    return UINT64_C(0x18) << 26 | UINT64_C(1) << 25 | op0 << 20 | op2 << 17 | op1 << 14 |
           crn << 10 | (uint64_t)rt << 5 | crm << 1 | (r->write ? 0 : 1);
}

/* ICH_HCR_EL2 with the traps of bits 0 to 3 of @traps, in the order of ARMVIRT_GIC_BY_*. */
static uint64_t ich_hcr(uint32_t traps)
{
    return (traps & 1 ? ARMVIRT_ICH_HCR_EL2_TALL0 : 0) |
           (traps & 2 ? ARMVIRT_ICH_HCR_EL2_TALL1 : 0) | (traps & 4 ? ARMVIRT_ICH_HCR_EL2_TC : 0) |
           (traps & 8 ? ARMVIRT_ICH_HCR_EL2_TDIR : 0);
}

static void check_register(struct bench *b, const struct el1_register *r, struct expected e)
{
    uint8_t rt = (uint8_t)(r->encoding % 31);
    struct armvirt_gic_trap trap;

    assert_int_equal(armvirt_gic_sysreg_trap(b->gic, 1, r->encoding, r->write, rt, &trap),
                     ARMVIRT_OK);
    assert_int_equal(trap.outcome, e.outcome);
    assert_int_equal(trap.by, e.by);
    assert_int_equal(trap.esr, e.outcome == ARMVIRT_GIC_DONE ? 0 : esr_of(r, rt));
}

/* All 4 traps of ICH_HCR_EL2, 2 of HCR_EL2, 2 of SCR_EL3 for every register, at EL1 and EL2. */
static void rule72_every_trap_of_every_register_with_its_syndrome(void **state)
{
    struct armvirt_gic_config config = bench_config(true);
    struct bench b;

    (void)state;
    config.ich_vtr |= ARMVIRT_ICH_VTR_EL2_TDS;
    bench_make(&b, &config);
    for (uint32_t traps = 0; traps < 16; traps++) {
        struct armvirt_gic_context context = {2, false, SCR_NS, 0};

        assert_int_equal(armvirt_gic_set_context(b.gic, 1, &context), ARMVIRT_OK);
        msr(&b, 1, ICH_HCR, ich_hcr(traps));
        for (unsigned routes = 0; routes < 16; routes++) {
            context.scr_el3 = SCR_NS | (routes & 1 ? SCR_IRQ : 0u) | (routes & 2 ? SCR_FIQ : 0u);
            context.hcr_el2 = (routes & 4 ? HCR_IMO : 0u) | (routes & 8 ? HCR_FMO : 0u);
            for (size_t i = 0; i < COUNT_OF(el1_registers); i++) {
                const struct el1_register *r = &el1_registers[i];

                context.el = 1;
                assert_int_equal(armvirt_gic_set_context(b.gic, 1, &context), ARMVIRT_OK);
                check_register(&b, r, at_el1(r->about, traps, context.hcr_el2, context.scr_el3));
                context.el = 2;
                assert_int_equal(armvirt_gic_set_context(b.gic, 1, &context), ARMVIRT_OK);
                check_register(&b, r, at_el3(r->about, context.scr_el3));
            }
        }
    }
    bench_drop(&b);
}

static void what_is_undefined_and_what_is_not_there(void **state)
{
    const struct {
        uint32_t encoding;
        bool write;
        uint8_t el;
    } rows[] = {{IAR1, true, 1},
                {EOIR1, false, 1},
                {IAR1, false, 0},
                {ICH_HCR, false, 1},
                {ICH_LR0 + 5, false, 2},
                {AP0R0 + 1, false, 2},
                {ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4), false, 2}};
    struct armvirt_gic_trap trap;
    struct bench b;

    (void)state;
    bench_open(&b);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_gic_context context = {rows[i].el, false, SCR_NS, 0};

        assert_int_equal(armvirt_gic_set_context(b.gic, 0, &context), ARMVIRT_OK);
        assert_int_equal(
            armvirt_gic_sysreg_trap(b.gic, 0, rows[i].encoding, rows[i].write, 3, &trap),
            ARMVIRT_OK);
        assert_int_equal(trap.outcome, ARMVIRT_GIC_UNDEFINED);
        assert_int_equal(trap.esr, ARMVIRT_ESR_ELX_IL);
        assert_int_equal(trap.by, 0);
    }
    assert_int_equal(armvirt_gic_sysreg_trap(b.gic, 8, IAR1, false, 0, &trap), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_sysreg_trap(b.gic, 0, 0, false, 0, &trap), ARMVIRT_E_UNSUPPORTED);
    bench_drop(&b);
}

/* The same life of an interrupt through registers and through calls. */
static void direct_calls_are_as_the_registers(void **state)
{
    struct bench r, d;

    (void)state;
    bench_open(&r);
    bench_open(&d);
    for (uint32_t step = 0; step < 64; step++) {
        bool group1 = step % 3 != 0;
        uint32_t intid = step % 16;
        struct bench *both[2] = {&r, &d};
        uint64_t taken;

        for (unsigned i = 0; i < 2; i++) {
            gicr(both[i], 2, 0x10080, group1 ? UINT32_MAX : 0);
            gicr(both[i], 2, 0x10100, UINT32_MAX);
            gicr(both[i], 2, 0x10200, UINT32_C(1) << intid);
            msr(both[i], 2, CTLR1, step % 2 ? ARMVIRT_ICC_CTLR_EL1_EOIMODE : 0);
        }
        taken = mrs(&r, 2, group1 ? IAR1 : IAR0);
        assert_int_equal(taken, intid);
        assert_int_equal(armvirt_gic_acknowledge(d.gic, 2, group1), intid);
        assert_int_equal(armvirt_gic_acknowledge(d.gic, 2, group1), 1023);
        msr(&r, 2, group1 ? EOIR1 : EOIR0, taken);
        armvirt_gic_end(d.gic, 2, group1, intid);
        assert_int_equal(gicr_get(&r, 2, 0x10300), gicr_get(&d, 2, 0x10300));
        msr(&r, 2, DIR, taken);
        armvirt_gic_deactivate(d.gic, 2, intid);
        assert_int_equal(gicr_get(&d, 2, 0x10300), 0);
        assert_int_equal(mrs(&d, 2, RPR), 0xff);
        assert_int_equal(r.signals[2], d.signals[2]);
    }
    assert_int_equal(r.calls, d.calls);
    assert_int_equal(armvirt_gic_acknowledge(d.gic, BENCH_PES, true), 1023);
    armvirt_gic_end(d.gic, BENCH_PES, true, 1);
    armvirt_gic_deactivate(d.gic, BENCH_PES, 1);
    bench_drop(&r);
    bench_drop(&d);
}

/* ---- Trace ---------------------------------------------------------------------------------- */

struct log {
    struct armvirt_event events[16];
    unsigned count;
};

static void note_event(void *ctx, const struct armvirt_event *event)
{
    struct log *log = ctx;

    assert_true(log->count < COUNT_OF(log->events));
    log->events[log->count++] = *event;
}

static void expect_event(const struct log *log, unsigned i, uint16_t id, uint64_t a, uint64_t b,
                         uint64_t c)
{
    assert_true(i < log->count);
    assert_int_equal(log->events[i].id, id);
    assert_int_equal(log->events[i].arg[0], a);
    assert_int_equal(log->events[i].arg[1], b);
    assert_int_equal(log->events[i].arg[2], c);
}

static void the_life_of_an_interrupt_is_traced(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    struct log log = {.count = 0};
    struct armvirt_trace trace = {note_event, &log, 0, 7};
    const struct armvirt_gic_context el0 = {0, false, SCR_NS, 0};
    enum armvirt_gic_outcome outcome;
    struct bench b;

    (void)state;
    config.trace = &trace;
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    gicr(&b, 0, 0x14, 0);
    gicr(&b, 0, 0x10080, UINT32_MAX);
    gicr(&b, 0, 0x10100, UINT32_MAX);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN1, 1);
    assert_int_equal(log.count, 0);
    trace.mask = UINT64_MAX;
    msr(&b, 0, SGI1R, UINT64_C(5) << 24 | 1);
    expect_event(&log, 0, ARMVIRT_EV_GIC_PENDING, 0, 5, 1);
    expect_event(&log, 1, ARMVIRT_EV_GIC_SIGNAL, 0, ARMVIRT_GIC_IRQ, ARMVIRT_GIC_IRQ);
    assert_int_equal(mrs(&b, 0, IAR1), 5);
    expect_event(&log, 2, ARMVIRT_EV_GIC_ACK, 0, 5, 0);
    expect_event(&log, 3, ARMVIRT_EV_GIC_PENDING, 0, 5, 0);
    expect_event(&log, 4, ARMVIRT_EV_GIC_SIGNAL, 0, 0, ARMVIRT_GIC_IRQ);
    msr(&b, 0, EOIR1, 5);
    expect_event(&log, 5, ARMVIRT_EV_GIC_DROP, 0, 5, 0xff);
    expect_event(&log, 6, ARMVIRT_EV_GIC_DEACTIVATE, 0, 5, 0);
    armvirt_gic_set_context(b.gic, 0, &el0);
    armvirt_gic_sysreg_write(b.gic, 0, PMR, 0, &outcome);
    expect_event(&log, 7, ARMVIRT_EV_GIC_TRAP, 0, PMR, ARMVIRT_GIC_UNDEFINED);
    armvirt_gic_sysreg_read(b.gic, 0, IAR1, &(uint64_t){0}, &outcome);
    expect_event(&log, 8, ARMVIRT_EV_GIC_TRAP, 0, IAR1, ARMVIRT_GIC_UNDEFINED);
    assert_int_equal(log.count, 9);
    assert_int_equal(log.events[8].source, 7);
    bench_drop(&b);
}

static void virtual_acknowledge_and_drop_are_traced(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    struct log log = {.count = 0};
    struct armvirt_trace trace = {
        note_event, &log, ARMVIRT_BIT(ARMVIRT_EV_GIC_ACK) | ARMVIRT_BIT(ARMVIRT_EV_GIC_DROP), 0};
    struct armvirt_gic_context context = {1, false, SCR_NS, HCR_IMO};
    struct bench b;

    (void)state;
    config.trace = &trace;
    bench_make(&b, &config);
    msr(&b, 0, ICH_HCR, ARMVIRT_ICH_HCR_EL2_EN);
    msr(&b, 0, ICH_LR0,
        ARMVIRT_BIT(62) | ARMVIRT_ICH_LRN_EL2_GROUP |
            ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PRIORITY, 0x40) | 27);
    armvirt_gic_set_context(b.gic, 0, &context);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN1, 1);
    assert_int_equal(mrs(&b, 0, IAR1), 27);
    msr(&b, 0, EOIR1, 27);
    expect_event(&log, 0, ARMVIRT_EV_GIC_ACK, 0, 27, 0x40);
    expect_event(&log, 1, ARMVIRT_EV_GIC_DROP, 0, 27, 0xff);
    assert_int_equal(log.events[0].arg[3], 1);
    assert_int_equal(log.events[1].arg[3], 1);
    assert_int_equal(log.count, 2);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule72_every_trap_of_every_register_with_its_syndrome);
    SUITE_ADD(&suite, what_is_undefined_and_what_is_not_there);
    SUITE_ADD(&suite, direct_calls_are_as_the_registers);
    SUITE_ADD(&suite, the_life_of_an_interrupt_is_traced);
    SUITE_ADD(&suite, virtual_acknowledge_and_drop_are_traced);
    return suite_run(&suite, "gic.access");
}
