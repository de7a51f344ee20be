/* SPDX-License-Identifier: MIT */
/*
 * List registers for a hypervisor on real hardware (IHI0069 6). A guest runs twice: on a GIC of its
 * own, and on the list registers of another one that stands for the hardware. It must not notice.
 */
#include "gic_bench.h"

#include <armvirt/gic_lr.h>
#include <armvirt/mem.h>

#include <string.h>

#define ICH_AP0R(n) ARMVIRT_GIC_SYSREG(3, 4, 12, 8, (n))
#define ICH_AP1R(n) ARMVIRT_GIC_SYSREG(3, 4, 12, 9, (n))
#define ICH_HCR     ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_VMCR    ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)
#define ICH_LR(n)   ARMVIRT_GIC_SYSREG(3, 4, 12, 12 + (n) / 8, (n) % 8)

#define HCR_IMO_FMO 0x18u
#define LR_PENDING  (UINT64_C(1) << 62)
#define LR_ACTIVE   (UINT64_C(2) << 62)

enum { LPI = 8192, LPIS = 16, SPI = 32, SPIS = 6, LINKED = 27, HELD = 64 };

/* The guest's GIC, the same again for the direct run, and the hardware: one PE each. */
static struct bench guest, direct, hardware;
static uint8_t memory[0x20000];
static struct armvirt_mem_flat flat = {memory, 0, sizeof(memory), true};
static struct armvirt_gic_lr_hardware interface;
static struct armvirt_gic_lrs lrs;
static unsigned list_registers;

/* What the guest has acknowledged and not ended, in its order; and not deactivated. */
static struct {
    uint32_t intid;
    bool group1;
} nested[HELD];
static unsigned depth, exits;
static uint32_t held[HELD];
static unsigned holds;
static bool split_eoi;

static void at_el(struct bench *b, uint8_t el, uint64_t hcr)
{
    const struct armvirt_gic_context context = {.el = el, .scr_el3 = 1, .hcr_el2 = hcr};

    assert_int_equal(armvirt_gic_set_context(b->gic, 0, &context), ARMVIRT_OK);
}

static uint32_t linked(void *ctx, uint32_t pe, uint32_t intid)
{
    assert_ptr_equal(ctx, &interface);
    assert_int_equal(pe, 0);
    return intid == LINKED ? 30 : 0;
}

static void make_guest(struct bench *b)
{
    struct armvirt_gic_config config = bench_config(false);

    config.pes = 1;
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI;
    config.mem = armvirt_mem_from_flat(&flat);
    bench_make(b, &config);
    gicd(b, 0, 3);
    gicr(b, 0, 0x14, 0);
    at_el(b, 1, 0);
    msr(b, 0, PMR, 0xf8);
    msr(b, 0, IGRPEN0, 1);
    msr(b, 0, IGRPEN1, 1);
    for (uint32_t offset = 0x70, value = 13; offset <= 0x78; offset += 8, value = 0x10000) {
        struct armvirt_gic_access a = {.offset = offset, .size = 8};

        assert_int_equal(armvirt_gicr_write(b->gic, 0, &a, value), ARMVIRT_OK);
    }
    gicr(b, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    while (armvirt_gic_step(b->gic, 1) == ARMVIRT_E_AGAIN) {
    }
}

static void make(unsigned count)
{
    struct armvirt_gic_config config = bench_config(false);

    memset(memory, 0, sizeof(memory));
    for (unsigned i = 0; i < LPIS; i++) {
        memory[i] = (uint8_t)(i * 0x14 | 1);
    }
    make_guest(&guest);
    make_guest(&direct);
    list_registers = count;
    config.pes = 1;
    config.ich_vtr = UINT64_C(0x90b80000) + count - 1;
    bench_make(&hardware, &config);
    interface = (struct armvirt_gic_lr_hardware){config.ich_vtr, linked, &interface};
    depth = holds = exits = 0;
    split_eoi = false;
}

static void drop(void)
{
    bench_drop(&guest);
    bench_drop(&direct);
    bench_drop(&hardware);
}

/* ---- The hypervisor -------------------------------------------------------------------------- */

static void enter(void)
{
    assert_int_equal(armvirt_gic_lr_flush(guest.gic, 0, &interface, &lrs), ARMVIRT_OK);
    at_el(&hardware, 2, HCR_IMO_FMO);
    for (unsigned n = 0; n < list_registers; n++) {
        msr(&hardware, 0, ICH_LR(n), lrs.ich_lr[n]);
    }
    for (unsigned n = list_registers; n < ARMVIRT_GIC_LRS; n++) {
        assert_int_equal(lrs.ich_lr[n], 0);
    }
    msr(&hardware, 0, ICH_AP0R(0), lrs.ich_ap0r[0]);
    msr(&hardware, 0, ICH_AP1R(0), lrs.ich_ap1r[0]);
    msr(&hardware, 0, ICH_VMCR, lrs.ich_vmcr);
    msr(&hardware, 0, ICH_HCR, lrs.ich_hcr);
    at_el(&hardware, 1, HCR_IMO_FMO);
}

static void leave(void)
{
    at_el(&hardware, 2, HCR_IMO_FMO);
    for (unsigned n = 0; n < list_registers; n++) {
        lrs.ich_lr[n] = mrs(&hardware, 0, ICH_LR(n));
    }
    lrs.ich_ap0r[0] = mrs(&hardware, 0, ICH_AP0R(0));
    lrs.ich_ap1r[0] = mrs(&hardware, 0, ICH_AP1R(0));
    lrs.ich_vmcr = mrs(&hardware, 0, ICH_VMCR);
    lrs.ich_hcr = mrs(&hardware, 0, ICH_HCR);
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 0, &lrs), ARMVIRT_OK);
}

/* The maintenance interrupt takes the guest out until there is nothing to be done. */
static void maintain(void)
{
    for (unsigned i = 0; armvirt_gic_signals(hardware.gic, 0) & ARMVIRT_GIC_MAINTENANCE; i++) {
        assert_true(i < 3);
        leave();
        enter();
        exits++;
    }
}

static uint64_t guest_reads(uint32_t encoding)
{
    uint64_t value = mrs(&hardware, 0, encoding);

    maintain();
    assert_int_equal(value, mrs(&direct, 0, encoding));
    return value;
}

static void guest_writes(uint32_t encoding, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    armvirt_gic_sysreg_write(hardware.gic, 0, encoding, value, &outcome);
    if (outcome == ARMVIRT_GIC_TRAP_EL2) {
        assert_int_equal(encoding, DIR);
        leave();
        msr(&guest, 0, encoding, value);
        enter();
    }
    maintain();
    msr(&direct, 0, encoding, value);
}

/* ---- The guest ------------------------------------------------------------------------------- */

static void acknowledge(bool group1)
{
    uint32_t intid = (uint32_t)guest_reads(group1 ? IAR1 : IAR0);

    if (intid < 1020 || intid >= 1024) {
        assert_true(depth < HELD && holds < HELD);
        nested[depth].intid = intid;
        nested[depth++].group1 = group1;
    }
}

static void end(void)
{
    if (depth > 0) {
        depth--;
        guest_writes(nested[depth].group1 ? EOIR1 : EOIR0, nested[depth].intid);
        if (split_eoi && nested[depth].intid < LPI) {
            held[holds++] = nested[depth].intid;
        }
    }
}

static void deactivate(unsigned which)
{
    if (holds > 0) {
        which %= holds;
        guest_writes(DIR, held[which]);
        held[which] = held[--holds];
    }
}

/* EOImode changes only while the guest handles nothing. */
static void change_eoi_mode(void)
{
    if (depth == 0 && holds == 0) {
        split_eoi = !split_eoi;
        guest_writes(CTLR1, split_eoi ? ARMVIRT_ICC_CTLR_EL1_EOIMODE : 0);
    }
}

static uint64_t random_state;

static unsigned random_below(unsigned limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 40) % limit;
}

static void run_guest(unsigned what)
{
    switch (what) {
    case 0:
    case 1:
    case 2:
        acknowledge(random_below(4) != 0);
        break;
    case 3:
    case 4:
        end();
        break;
    case 5:
    case 6:
        deactivate(random_below(HELD));
        break;
    case 7:
        guest_writes(PMR, random_below(4) == 0 ? random_below(256) : 0xf8);
        break;
    case 8:
        guest_writes(random_below(2) ? IGRPEN0 : IGRPEN1, random_below(4) != 0);
        break;
    case 9:
        change_eoi_mode();
        break;
    default:
        guest_reads(random_below(2) ? RPR : random_below(2) ? HPPIR0 : HPPIR1);
        break;
    }
}

/* ---- The world around ------------------------------------------------------------------------ */

static uint32_t some_interrupt(void)
{
    static const uint32_t private[] = {1, 2, 20, LINKED};

    return random_below(2) ? private[random_below(4)] : SPI + random_below(SPIS);
}

static bool is_active(uint32_t intid)
{
    uint32_t bits = intid < 32 ? gicr_get(&direct, 0, 0x10300) : gicd_get(&direct, 0x304);

    return bits >> intid % 32 & 1;
}

/* A change of one bit or priority of an interrupt, in both GICs. The guest leaves alone the group
 * and the priority of one that it handles, and all of a linked one. */
static void configure(uint32_t intid)
{
    static const uint16_t registers[] = {0x080, 0x100, 0x100, 0x180, 0x200, 0x280};
    struct armvirt_gic_access a = {.size = 4};
    unsigned which = random_below(8);
    uint64_t value = UINT64_C(1) << intid % 32;

    if (which >= COUNT_OF(registers)) {
        a = (struct armvirt_gic_access){.offset = 0x400 + intid, .size = 1};
        value = random_below(32) << 3;
    } else {
        a.offset = registers[which] + intid / 32 * 4;
    }
    if (is_active(intid) && (which == 0 || which >= COUNT_OF(registers) || intid == LINKED)) {
        return;
    }
    if (which == 0) { /* the others keep their group */
        value ^= intid < 32 ? gicr_get(&direct, 0, 0x10080) : gicd_get(&direct, 0x84);
    }
    for (struct bench *b = &guest; b != NULL; b = b == &guest ? &direct : NULL) {
        if (intid < 32) {
            a.offset |= 0x10000;
            armvirt_gicr_write(b->gic, 0, &a, value);
        } else {
            armvirt_gicd_write(b->gic, &a, value);
        }
    }
}

static void drive(uint32_t intid, bool level)
{
    for (struct bench *b = &guest; b != NULL; b = b == &guest ? &direct : NULL) {
        if (intid >= SPI) {
            armvirt_gic_spi(b->gic, intid, level);
        } else if (intid >= 16 && intid != LINKED) {
            armvirt_gic_ppi(b->gic, 0, intid, level);
        }
    }
}

static void change_world(void)
{
    uint32_t intid = some_interrupt();

    if (random_below(3) == 0) {
        configure(intid);
    } else if (random_below(4) == 0) {
        uint32_t lpi = LPI + random_below(LPIS);

        armvirt_gic_lpi_set(guest.gic, 0, lpi);
        armvirt_gic_lpi_set(direct.gic, 0, lpi);
    } else {
        drive(intid, random_below(2));
    }
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void same_state(void)
{
    static const uint16_t registers[] = {0x200, 0x300};

    for (unsigned i = 0; i < COUNT_OF(registers); i++) {
        assert_int_equal(gicr_get(&guest, 0, 0x10000u + registers[i]),
                         gicr_get(&direct, 0, 0x10000u + registers[i]));
        assert_int_equal(gicd_get(&guest, registers[i] + 4u), gicd_get(&direct, registers[i] + 4u));
    }
    assert_int_equal(guest.signals[0], direct.signals[0]);
}

static void the_guest_does_not_notice(void **state)
{
    (void)state;
    for (unsigned count = 1; count <= 16; count += count < 4 ? 1 : 6) {
        make(count);
        for (uint32_t offset = 0x80; offset <= 0x84; offset += 4) { /* some of Group 0 */
            gicr(&guest, 0, 0x10080, 0x0f0ffffd);
            gicr(&direct, 0, 0x10080, 0x0f0ffffd);
        }
        gicd(&guest, 0xc08, 0xaa); /* some edge-triggered */
        gicd(&direct, 0xc08, 0xaa);
        random_state = count;
        for (unsigned step = 0; step < 30000; step++) {
            for (unsigned n = random_below(3); n > 0; n--) {
                change_world();
            }
            enter();
            for (unsigned n = random_below(8); n > 0; n--) {
                run_guest(random_below(11));
            }
            leave();
            same_state();
        }
        assert_true(exits > 100);
        drop();
    }
}

static void enable_all(struct bench *b)
{
    gicr(b, 0, 0x10080, UINT32_MAX);
    gicr(b, 0, 0x10100, UINT32_MAX);
    gicd(b, 0x84, UINT32_MAX);
    gicd(b, 0x104, UINT32_MAX);
}

static void set_priority(struct bench *b, uint32_t intid, uint8_t priority)
{
    struct armvirt_gic_access a = {.offset = 0x400 + intid, .size = 1};

    assert_int_equal(armvirt_gicd_write(b->gic, &a, priority), ARMVIRT_OK);
}

static void flush(void)
{
    assert_int_equal(armvirt_gic_lr_flush(guest.gic, 0, &interface, &lrs), ARMVIRT_OK);
}

/* Two list registers and four interrupts: pending, active, active, pending. */
static void more_than_list_registers_most_urgent_pending_then_active(void **state)
{
    (void)state;
    make(2);
    enable_all(&guest);
    for (uint32_t i = 0; i < 4; i++) {
        set_priority(&guest, SPI + i, (uint8_t)(0x80 - 0x10 * i));
        gicd(&guest, 0xc08, 0xaa);
        gicd(&guest, 0x204, UINT32_C(1) << i);
        if (i < 2) {
            assert_int_equal(mrs(&guest, 0, IAR1), SPI + i);
        }
    }
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI + 3);
    assert_int_equal(lrs.ich_lr[0] >> 62, 1);
    assert_int_equal((uint32_t)lrs.ich_lr[1], SPI + 1); /* more urgent than SPI 0 */
    assert_int_equal(lrs.ich_lr[1] >> 62, 2);
    assert_int_equal(lrs.ich_hcr, ARMVIRT_ICH_HCR_EL2_EN | ARMVIRT_ICH_HCR_EL2_NPIE |
                                      ARMVIRT_ICH_HCR_EL2_VGRP0DIE | ARMVIRT_ICH_HCR_EL2_VGRP1DIE |
                                      ARMVIRT_ICH_HCR_EL2_LRENPIE | ARMVIRT_ICH_HCR_EL2_TDIR);
    lrs.ich_lr[0] &= ~LR_PENDING; /* taken and ended, then the active ones */
    lrs.ich_lr[1] = 0;
    lrs.ich_hcr |= ARMVIRT_PUT(ARMVIRT_ICH_HCR_EL2_EOICOUNT, 1);
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 0, &lrs), ARMVIRT_OK);
    assert_int_equal(gicd_get(&guest, 0x304), 0);
    assert_int_equal(gicd_get(&guest, 0x204), 1u << 2);
    drop();
}

static void pending_of_a_disabled_group_waits_for_its_enable(void **state)
{
    (void)state;
    make(1);
    enable_all(&guest);
    gicd(&guest, 0x84, 2); /* SPI 0 is of Group 0 */
    gicd(&guest, 0xc08, 0xaa);
    msr(&guest, 0, IGRPEN0, 0);
    gicd(&guest, 0x204, 3);
    set_priority(&guest, SPI + 1, 0x80);
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI + 1);
    assert_int_equal(lrs.ich_hcr, ARMVIRT_ICH_HCR_EL2_EN | ARMVIRT_ICH_HCR_EL2_VGRP0EIE |
                                      ARMVIRT_ICH_HCR_EL2_VGRP1DIE);
    gicd(&guest, 0x284, 2);
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI);
    assert_int_equal(lrs.ich_hcr, ARMVIRT_ICH_HCR_EL2_EN);
    drop();
}

/* IHI0069 6.3: HW, pINTID; never active and pending; the line follows the physical interrupt. */
static void linked_to_a_physical_interrupt(void **state)
{
    (void)state;
    make(4);
    enable_all(&guest);
    assert_int_equal(armvirt_gic_ppi(guest.gic, 0, LINKED, true), ARMVIRT_OK);
    flush();
    assert_int_equal(lrs.ich_lr[0], LR_PENDING | ARMVIRT_ICH_LRN_EL2_HW |
                                        ARMVIRT_ICH_LRN_EL2_GROUP | UINT64_C(30) << 32 | LINKED);
    lrs.ich_lr[0] ^= LR_PENDING | LR_ACTIVE;
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 0, &lrs), ARMVIRT_OK);
    assert_int_equal(gicr_get(&guest, 0, 0x10200), 1u << LINKED); /* line still asserted */
    flush();
    assert_int_equal(lrs.ich_lr[0] >> 62, 2);
    lrs.ich_lr[0] &= ~LR_ACTIVE;
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 0, &lrs), ARMVIRT_OK);
    assert_int_equal(gicr_get(&guest, 0, 0x10200), 0);
    assert_int_equal(gicr_get(&guest, 0, 0x10300), 0);
    drop();
}

/* What software made active counts, too: as after the state of a guest was restored. */
static void active_by_register_gets_a_list_register(void **state)
{
    (void)state;
    make(4);
    enable_all(&guest);
    gicd(&guest, 0x304, 1u << 5);
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI + 5);
    assert_int_equal(lrs.ich_lr[0] >> 62, 2);
    assert_int_not_equal(lrs.ich_lr[0] & UINT64_C(1) << 41, 0); /* level-sensitive */
    assert_int_equal(lrs.ich_lr[1], 0);
    drop();
}

static void nothing_is_given_while_asleep(void **state)
{
    (void)state;
    make(4);
    enable_all(&guest);
    assert_int_equal(armvirt_gic_spi(guest.gic, SPI, true), ARMVIRT_OK);
    gicr(&guest, 0, 0x14, 2);
    flush();
    assert_int_equal(lrs.ich_lr[0], 0);
    gicr(&guest, 0, 0x14, 0);
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI);
    drop();
}

/* Superpriority: ICH_LR.NMI, ICH_AP1R0.NMI, before all others. */
static void superpriority_goes_with_it(void **state)
{
    (void)state;
    make(4);
    enable_all(&guest);
    gicd(&guest, 0xc08, 0xaa);
    gicd(&guest, 0xf84, 2);
    gicd(&guest, 0x204, 3);
    flush();
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI + 1);
    assert_int_not_equal(lrs.ich_lr[0] & ARMVIRT_ICH_LRN_EL2_NMI, 0);
    lrs.ich_lr[0] ^= LR_PENDING | LR_ACTIVE;
    lrs.ich_ap1r[0] |= ARMVIRT_ICH_AP1RN_EL2_NMI;
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 0, &lrs), ARMVIRT_OK);
    assert_int_equal(guest.signals[0], 0);
    flush();
    assert_int_equal(lrs.ich_ap1r[0], ARMVIRT_ICH_AP1RN_EL2_NMI);
    assert_int_equal((uint32_t)lrs.ich_lr[0], SPI + 1);
    assert_int_equal(lrs.ich_lr[0] >> 62, 2);
    assert_int_equal((uint32_t)lrs.ich_lr[1], SPI);
    assert_int_equal(lrs.ich_lr[1] >> 62, 1);
    drop();
}

static void what_does_not_fit_is_refused(void **state)
{
    struct armvirt_gic_config config = bench_config(true);
    struct bench two;

    (void)state;
    make(4);
    assert_int_equal(armvirt_gic_lr_flush(guest.gic, 1, &interface, &lrs), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_lr_sync(guest.gic, 1, &lrs), ARMVIRT_E_INVAL);
    interface.ich_vtr = UINT64_C(0x98b80003); /* 7 preemption bits */
    assert_int_equal(armvirt_gic_lr_flush(guest.gic, 0, &interface, &lrs), ARMVIRT_E_UNSUPPORTED);
    interface.ich_vtr = UINT64_C(0x90b80003);
    bench_make(&two, &config);
    assert_int_equal(armvirt_gic_lr_flush(two.gic, 0, &interface, &lrs), ARMVIRT_E_UNSUPPORTED);
    bench_drop(&two);
    drop();
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, more_than_list_registers_most_urgent_pending_then_active);
    SUITE_ADD(&suite, pending_of_a_disabled_group_waits_for_its_enable);
    SUITE_ADD(&suite, linked_to_a_physical_interrupt);
    SUITE_ADD(&suite, active_by_register_gets_a_list_register);
    SUITE_ADD(&suite, nothing_is_given_while_asleep);
    SUITE_ADD(&suite, superpriority_goes_with_it);
    SUITE_ADD(&suite, what_does_not_fit_is_refused);
    SUITE_ADD(&suite, the_guest_does_not_notice);
    return suite_run(&suite, "gic.lr");
}
