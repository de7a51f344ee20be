/* SPDX-License-Identifier: MIT */
/*
 * The attributes of KVM's VGIC (Linux: Documentation/virt/kvm/devices/arm-vgic-v3.rst), each rule
 * by its name, and guests that move: random GICs, register by register into fresh ones.
 */
#include "../../gic_ops.h"
#include "gic_bench.h"

#include <armvirt/gic_kvm.h>
#include <armvirt/mem.h>

#include <string.h>

#define DIST   ARMVIRT_GIC_KVM_DIST_REGS
#define REDIST ARMVIRT_GIC_KVM_REDIST_REGS
#define CPU    ARMVIRT_GIC_KVM_CPU_SYSREGS
#define LEVEL  ARMVIRT_GIC_KVM_LEVEL_INFO

static uint64_t get(struct armvirt_gic *gic, uint32_t group, uint64_t attr)
{
    uint64_t value;

    assert_int_equal(armvirt_gic_kvm_get(gic, group, attr, &value), ARMVIRT_OK);
    return value;
}

static void set(struct armvirt_gic *gic, uint32_t group, uint64_t attr, uint64_t value)
{
    assert_int_equal(armvirt_gic_kvm_set(gic, group, attr, value), ARMVIRT_OK);
}

static void refused(struct armvirt_gic *gic, uint32_t group, uint64_t attr,
                    enum armvirt_status status)
{
    uint64_t value = 1;

    assert_int_equal(armvirt_gic_kvm_get(gic, group, attr, &value), status);
    assert_int_equal(value, 0);
    assert_int_equal(armvirt_gic_kvm_set(gic, group, attr, 0), status);
}

static void ispendr_is_the_latch_and_not_the_line(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0x104, 0xff);
    assert_int_equal(armvirt_gic_spi(b.gic, 35, true), ARMVIRT_OK);
    gicd(&b, 0x204, 1u << 4);
    assert_int_equal(gicd_get(&b, 0x204), 3u << 3);
    assert_int_equal(get(b.gic, DIST, 0x204), 1u << 4);
    assert_int_equal(get(b.gic, LEVEL, 32), 1u << 3);
    set(b.gic, DIST, 0x204, 1u << 6); /* zeros count: the latch of 36 is gone */
    assert_int_equal(gicd_get(&b, 0x204), 1u << 3 | 1u << 6);
    set(b.gic, LEVEL, 32, 0);
    assert_int_equal(gicd_get(&b, 0x204), 1u << 6);
    set(b.gic, DIST, 0x204, 0);
    assert_int_equal(b.signals[0], 0);
    bench_drop(&b);
}

static void redistributors_have_latches_and_lines_alike(void **state)
{
    const uint64_t pe5 = (uint64_t)bench_affinity[5] << 32;
    struct bench b;

    (void)state;
    bench_open(&b);
    assert_int_equal(armvirt_gic_ppi(b.gic, 5, 20, true), ARMVIRT_OK);
    gicr(&b, 5, 0x10204, 1u << 2); /* extended PPI 1058 */
    set(b.gic, REDIST, pe5 | 0x10200, 1u << 3 | 1u << 30);
    assert_int_equal(get(b.gic, REDIST, pe5 | 0x10200), 1u << 3 | 1u << 30);
    assert_int_equal(gicr_get(&b, 5, 0x10200), 1u << 3 | 1u << 30 | 1u << 20);
    assert_int_equal(get(b.gic, REDIST, pe5 | 0x10204), 1u << 2);
    assert_int_equal(get(b.gic, REDIST, 0x10200), 0);
    assert_int_equal(get(b.gic, LEVEL, pe5 | 0), 1u << 20);
    set(b.gic, LEVEL, pe5 | 0, UINT32_MAX); /* SGIs have no line */
    assert_int_equal(get(b.gic, LEVEL, pe5 | 0), 0xffff0000);
    bench_drop(&b);
}

static void icpendr_is_raz_wi(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0x204, 0xf0);
    gicr(&b, 0, 0x10200, 0xf0);
    set(b.gic, DIST, 0x284, 0xf0);
    set(b.gic, REDIST, 0x10280, 0xf0);
    assert_int_equal(get(b.gic, DIST, 0x284), 0);
    assert_int_equal(get(b.gic, REDIST, 0x10280), 0);
    assert_int_equal(gicd_get(&b, 0x204), 0xf0);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 0xf0);
    bench_drop(&b);
}

/* Extended SPIs have registers of their own; private ones are not the distributor's. */
static void latches_of_the_other_ranges(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    set(b.gic, DIST, 0x1600, 0x81);
    assert_int_equal(gicd_get(&b, 0x1600), 0x81);
    assert_int_equal(get(b.gic, DIST, 0x1600), 0x81);
    set(b.gic, DIST, 0x200, UINT32_MAX);
    assert_int_equal(get(b.gic, DIST, 0x200), 0);
    assert_int_equal(gicr_get(&b, 0, 0x10200), 0);
    bench_drop(&b);
}

static void a_line_that_rises_latches_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0xc08, 0xaaaaaaaa);
    set(b.gic, LEVEL, 32, 0xff);
    assert_int_equal(gicd_get(&b, 0x204), 0);
    assert_int_equal(get(b.gic, LEVEL, 32), 0xff);
    assert_int_equal(armvirt_gic_spi(b.gic, 33, true), ARMVIRT_OK); /* it was up: no edge */
    assert_int_equal(gicd_get(&b, 0x204), 0);
    bench_drop(&b);
}

static void statusr_is_written_and_not_cleared(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    struct bench b;

    (void)state;
    bench_make(&b, &config);
    set(b.gic, DIST, 0x10, 5);
    assert_int_equal(get(b.gic, DIST, 0x10), 0); /* RAZ/WI without the option */
    bench_drop(&b);
    config.options = ARMVIRT_GIC_OPT_STATUSR;
    bench_make(&b, &config);
    set(b.gic, DIST, 0x10, 0x105);
    set(b.gic, REDIST, 0x10, 2);
    assert_int_equal(get(b.gic, DIST, 0x10), 5);
    assert_int_equal(get(b.gic, REDIST, 0x10), 2);
    set(b.gic, DIST, 0x10, 1);
    assert_int_equal(get(b.gic, DIST, 0x10), 1);
    refused(b.gic, DIST, 0x5000, ARMVIRT_FAULT);
    assert_int_equal(get(b.gic, DIST, 0x10), 1); /* userspace violates nothing */
    bench_drop(&b);
}

static void identification_must_be_that_of_the_machine(void **state)
{
    const uint32_t sre = ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 5);
    struct armvirt_gic_config config = bench_config(false);
    uint64_t ctlr;
    struct bench b;

    (void)state;
    config.gicd_iidr = ARMVIRT_GIC_KVM_IIDR(3);
    config.gicd_typer2 = 0x85;
    bench_make(&b, &config);
    assert_int_equal(get(b.gic, DIST, 8), 0x4b00343b);
    set(b.gic, DIST, 8, 0x4b00343b);
    assert_int_equal(armvirt_gic_kvm_set(b.gic, DIST, 8, 0x4b00243b), ARMVIRT_E_INVAL);
    set(b.gic, DIST, 0xc, 0x85);
    assert_int_equal(armvirt_gic_kvm_set(b.gic, DIST, 0xc, 0), ARMVIRT_E_INVAL);
    ctlr = get(b.gic, CPU, CTLR1);
    set(b.gic, CPU, CTLR1, ctlr | 2);
    assert_int_equal(get(b.gic, CPU, CTLR1), ctlr | 2);
    assert_int_equal(armvirt_gic_kvm_set(b.gic, CPU, CTLR1, ctlr ^ 0x100), ARMVIRT_E_INVAL);
    assert_int_equal(get(b.gic, CPU, sre), 7);
    set(b.gic, CPU, sre, 7);
    assert_int_equal(armvirt_gic_kvm_set(b.gic, CPU, sre, 6), ARMVIRT_E_INVAL);
    bench_drop(&b);
}

static void what_is_not_there_has_its_errors(void **state)
{
    struct armvirt_gic_config two = bench_config(true);
    struct bench b;

    (void)state;
    bench_open(&b);
    refused(b.gic, DIST, 2, ARMVIRT_E_INVAL);
    refused(b.gic, DIST, 0x5000, ARMVIRT_FAULT);
    refused(b.gic, DIST, 0x10000, ARMVIRT_FAULT);
    refused(b.gic, REDIST, 0x5000, ARMVIRT_FAULT);
    refused(b.gic, REDIST, 0x30000, ARMVIRT_FAULT);
    refused(b.gic, REDIST, UINT64_C(0x99) << 32, ARMVIRT_E_INVAL);
    refused(b.gic, CPU, UINT64_C(0x99) << 32 | PMR, ARMVIRT_E_INVAL);
    refused(b.gic, CPU, IAR1, ARMVIRT_FAULT);
    refused(b.gic, CPU, SGI1R, ARMVIRT_FAULT);
    refused(b.gic, CPU, AP0R0 + 1, ARMVIRT_FAULT);
    refused(b.gic, CPU, ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4), ARMVIRT_FAULT);
    refused(b.gic, CPU, 0, ARMVIRT_FAULT);
    refused(b.gic, LEVEL, 33, ARMVIRT_E_INVAL);
    refused(b.gic, LEVEL, 32 | 1 << 10, ARMVIRT_E_INVAL);
    refused(b.gic, 4, 0, ARMVIRT_FAULT);
    assert_int_equal(get(b.gic, LEVEL, 992), 0); /* beyond what there is: RAZ/WI */
    set(b.gic, LEVEL, 992, UINT32_MAX);
    bench_drop(&b);
    bench_make(&b, &two);
    refused(b.gic, DIST, 0, ARMVIRT_E_UNSUPPORTED);
    bench_drop(&b);
}

/* Whatever the PE is doing, userspace sees the registers as they are and is not trapped. */
static void the_context_of_the_pe_does_not_matter(void **state)
{
    const struct armvirt_gic_context guest = {1, false, 5, 0x18};
    struct bench b;

    (void)state;
    bench_open(&b);
    assert_int_equal(armvirt_gic_set_context(b.gic, 0, &guest), ARMVIRT_OK);
    set(b.gic, CPU, PMR, 0x48);
    assert_int_equal(get(b.gic, CPU, PMR), 0x48);
    set(b.gic, CPU, IGRPEN1, 0);
    assert_int_equal(get(b.gic, CPU, IGRPEN1), 0);
    bench_drop(&b);
}

/* ICH_HCR_EL2.TC that userspace sets is in force at once, for a guest that has made accesses too.
 */
static void a_trap_that_userspace_sets_is_in_force(void **state)
{
    const struct armvirt_gic_context guest = {1, false, 5, 0};
    const uint32_t pmr = ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0);
    enum armvirt_gic_outcome outcome;
    struct bench b;
    uint64_t value;

    (void)state;
    bench_open(&b);
    assert_int_equal(armvirt_gic_set_context(b.gic, 0, &guest), ARMVIRT_OK);
    armvirt_gic_sysreg_read(b.gic, 0, pmr, &value, &outcome);
    assert_int_equal(outcome, ARMVIRT_GIC_DONE);
    set(b.gic, CPU, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0), ARMVIRT_ICH_HCR_EL2_TC);
    armvirt_gic_sysreg_read(b.gic, 0, pmr, &value, &outcome);
    assert_int_equal(outcome, ARMVIRT_GIC_TRAP_EL2);
    bench_drop(&b);
}

/* ---- Guests that move ------------------------------------------------------------------------ */

static void move(struct armvirt_gic *from, struct armvirt_gic *to)
{
    struct armvirt_gic_kvm_attr attr = {0};

    while (armvirt_gic_kvm_next(from, &attr)) {
        set(to, attr.group, attr.attr, get(from, attr.group, attr.attr));
    }
}

static unsigned same_attributes(struct armvirt_gic *a, struct armvirt_gic *b)
{
    struct armvirt_gic_kvm_attr attr = {0};
    unsigned count = 0;

    for (; armvirt_gic_kvm_next(a, &attr); count++) {
        assert_int_equal(get(a, attr.group, attr.attr), get(b, attr.group, attr.attr));
    }
    return count;
}

static uint64_t random_state;

static uint8_t random_byte(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(random_state >> 56);
}

static void random_op(struct armvirt_gic *a, struct armvirt_gic *b)
{
    uint8_t op[GIC_OP_BYTES];

    for (unsigned i = 0; i < GIC_OP_BYTES; i++) {
        op[i] = random_byte();
    }
    if ((op[0] & 15) == 0) {
        op[1] |= 1 << 3; /* a context: Non-secure, as there is no other state */
    }
    gic_op(a, op);
    if (b != NULL) {
        gic_op(b, op);
    }
}

/* What KVM has no words for is made plain first. */
static void settle_what_is_lost(struct bench *b)
{
    const struct armvirt_gic_context el2 = {2, false, 1, 0};

    for (uint32_t pe = 0; pe < 8; pe++) {
        assert_int_equal(armvirt_gic_set_context(b->gic, pe, &el2), ARMVIRT_OK);
        msr(b, pe, CTLR1, mrs(b, pe, CTLR1) & ~UINT64_C(1));
        for (uint32_t i = 0; i < 64; i++) {
            (void)armvirt_gic_ppi(b->gic, pe, 1056 + i, false);
        }
    }
    for (uint32_t i = 0; i < 32; i++) {
        (void)armvirt_gic_spi(b->gic, 4096 + i, false);
    }
}

static void same_signals(const struct bench *a, const struct bench *b)
{
    for (uint32_t pe = 0; pe < 8; pe++) {
        assert_int_equal(armvirt_gic_signals(a->gic, pe), armvirt_gic_signals(b->gic, pe));
    }
}

static void open_all(struct bench *b)
{
    gic_op_open(b->gic);
    for (uint32_t n = 0; n < 3; n++) {
        gicd(b, 0x104 + 4 * n, UINT32_MAX);
        for (uint32_t pe = 0; pe < 8; pe++) {
            gicr(b, pe, 0x10100 + 4 * n, UINT32_MAX);
        }
    }
}

/* Without 1 of N and LPIs all is exact: what follows is the same. */
static void random_gics_move_and_go_on(void **state)
{
    unsigned busy = 0;

    (void)state;
    for (unsigned round = 0; round < 150; round++) {
        struct armvirt_gic_config config = gic_op_config(round % 2 * 2);
        struct bench a, b;

        config.gicd_typer &= ~(uint32_t)ARMVIRT_GICD_TYPER_LPIS;
        config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_NO1N;
        config.ops = &bench_ops;
        random_state = 1000 + round;
        bench_make(&a, &config);
        bench_make(&b, &config);
        open_all(&a);
        for (unsigned step = 0; step < 100 * (round % 7 + 1); step++) {
            random_op(a.gic, NULL);
        }
        settle_what_is_lost(&a);
        settle_what_is_lost(&b);
        move(a.gic, b.gic);
        assert_true(same_attributes(a.gic, b.gic) > 500);
        same_signals(&a, &b);
        for (unsigned step = 0; step < 1500; step++) {
            random_op(a.gic, b.gic);
            same_signals(&a, &b);
        }
        busy += b.calls > 10;
        bench_drop(&a);
        bench_drop(&b);
    }
    assert_true(busy > 30);
}

/* ---- LPIs ----------------------------------------------------------------------------------- */

enum { CONFIG = 0, PENDING = 0x10000, MEMORY = 0x20000, LPI = 8192 };

static uint8_t memory[MEMORY];

static void make_lpis(struct bench *b, struct armvirt_mem_flat *flat)
{
    struct armvirt_gic_config config = bench_config(false);

    *flat = (struct armvirt_mem_flat){memory, 0, MEMORY, true};
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
    config.mem = armvirt_mem_from_flat(flat);
    bench_make(b, &config);
}

static void pending_lpis_move_through_memory(void **state)
{
    struct armvirt_mem_flat flat;
    struct bench a, b;

    (void)state;
    memset(memory, 0x41, PENDING);
    memset(memory + PENDING, 0, MEMORY - PENDING);
    make_lpis(&a, &flat);
    make_lpis(&b, &flat);
    gicd(&a, 0, 3);
    gicr(&a, 0, 0x14, 0);
    set(a.gic, REDIST, 0x70, 13);
    set(a.gic, REDIST, 0x78, PENDING);
    gicr(&a, 0, 0, 1);
    assert_int_equal(armvirt_gic_kvm_save_pending(a.gic), ARMVIRT_E_AGAIN);
    assert_int_equal(armvirt_gic_step(a.gic, 1000), ARMVIRT_OK);
    msr(&a, 0, PMR, 0xff);
    msr(&a, 0, IGRPEN1, 1);
    armvirt_gic_lpi_set(a.gic, 0, LPI + 77);
    armvirt_gic_lpi_set(a.gic, 0, LPI + 8191);
    assert_int_equal(armvirt_gic_kvm_save_pending(a.gic), ARMVIRT_OK);
    assert_int_equal(memory[PENDING + 1024 + 77 / 8], 1 << 77 % 8);
    assert_int_equal(memory[PENDING + 2047], 0x80);
    assert_int_equal(memory[PENDING + 1023], 0);
    move(a.gic, b.gic);
    assert_int_equal(armvirt_gic_step(b.gic, 1000), ARMVIRT_OK);
    assert_int_equal(mrs(&b, 0, IAR1), LPI + 77);
    assert_int_equal(mrs(&a, 0, IAR1), LPI + 77);
    assert_int_equal(mrs(&b, 0, HPPIR1), LPI + 8191);
    flat.writable = false;
    assert_int_equal(armvirt_gic_kvm_save_pending(a.gic), ARMVIRT_FAULT);
    bench_drop(&a);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, ispendr_is_the_latch_and_not_the_line);
    SUITE_ADD(&suite, redistributors_have_latches_and_lines_alike);
    SUITE_ADD(&suite, icpendr_is_raz_wi);
    SUITE_ADD(&suite, latches_of_the_other_ranges);
    SUITE_ADD(&suite, a_line_that_rises_latches_nothing);
    SUITE_ADD(&suite, statusr_is_written_and_not_cleared);
    SUITE_ADD(&suite, identification_must_be_that_of_the_machine);
    SUITE_ADD(&suite, what_is_not_there_has_its_errors);
    SUITE_ADD(&suite, the_context_of_the_pe_does_not_matter);
    SUITE_ADD(&suite, a_trap_that_userspace_sets_is_in_force);
    SUITE_ADD(&suite, random_gics_move_and_go_on);
    SUITE_ADD(&suite, pending_lpis_move_through_memory);
    return suite_run(&suite, "gic.kvm");
}
