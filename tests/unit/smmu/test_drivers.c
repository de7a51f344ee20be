/* SPDX-License-Identifier: MIT */
/*
 * How software that exists brings an SMMU up, step by step as data: it must find what it waits for,
 * no error may come, all commands must be consumed, and its stream must translate.
 *
 * The order of steps is that of Linux 6.12 (arm_smmu_device_reset), Xen (smmu-v3.c), bao
 * (smmuv3.c), FreeBSD (sys/arm64/iommu/smmu.c), EDK2 (SmmuDxe), Hafnium (arm_smmuv3.c) in both
 * worlds, and TF-A (smmu_v3.c).
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE };

enum kind {
    W4,      /* write 4 bytes */
    W8,      /* write 8 bytes */
    ACK,     /* write 4 bytes, and find them in the next register */
    PULSE,   /* write 4 bytes, and find the bit clear: it is done */
    CMD,     /* a command: offset is word 0, value word 1 */
    POKE,    /* 8 bytes of memory */
    RESET_Q, /* EVENTQ or PRIQ indices at @offset, then 4 bytes on, are 0 */
};

struct step {
    enum kind kind;
    uint64_t offset, value;
};

#define OP(n) ARMVIRT_SMMU_CMD0_OP_##n

enum {
    CR1 = 0x28,
    INIT = 0x3c,
    R_PRIQ_BASE = 0xc0,
    P1_EVENTQ_PROD = 0x100a8,
    P1_PRIQ_PROD = 0x100c8,
    WB_ISH = 0xd75, /* tables and queues: Write-Back, Inner Shareable */
    RA_LOG2 = 62,
};

#define HINT        (UINT64_C(1) << RA_LOG2)
#define PTM         UINT64_C(4)
#define RECINVSID   UINT64_C(2)
#define E2H         UINT64_C(1)
#define SYNC_NONE   OP(SYNC)
#define SYNC_IRQ    (OP(SYNC) | UINT64_C(1) << 12 | UINT64_C(3) << 22 | UINT64_C(15) << 24)
#define SYNC_SEV    (OP(SYNC) | UINT64_C(2) << 12 | UINT64_C(3) << 22 | UINT64_C(15) << 24)
#define EVERY_SID   UINT64_C(31)
#define UPDATE_GBPA UINT64_C(0x80000000)
#define ABORT_GBPA  UINT64_C(0x100000)

#define INCOMING_GBPA PUT(GBPA, SHCFG, ARMVIRT_SMMU_STE1_SHCFG_INCOMING)

/* A first level whose entries stand for 256 streams each. */
#define L1_TABLE   UINT64_C(0x11c000)
#define SPAN_256   UINT64_C(9)
#define TWO_LEVELS (UINT64_C(1) << 16 | UINT64_C(8) << 6)

static const struct step linux_steps[] = {
    {ACK, R_CR0, 0},
    {W4, CR1, WB_ISH},
    {W4, R_CR2, PTM | RECINVSID},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {ACK, R_CR0, 8},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_SEV, 0},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, SYNC_IRQ, MSI_PAGE},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_CR0, 0xc},
    {ACK, R_IRQ_CTRL, 0},
    {W8, R_GERROR_CFG0, 0},
    {W8, R_EVENTQ_CFG0, 0},
    {ACK, R_IRQ_CTRL, 5},
    {ACK, R_CR0, 0xd},
};

/* With EL2, ATS and PRI. */
static const struct step linux_el2_steps[] = {
    {ACK, R_CR0, 0},
    {W4, CR1, WB_ISH},
    {W4, R_CR2, PTM | RECINVSID | E2H},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {ACK, R_CR0, 8},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_IRQ, MSI_PAGE},
    {CMD, OP(TLBI_EL2_ALL), 0},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, SYNC_IRQ, MSI_PAGE},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_CR0, 0xc},
    {W8, R_PRIQ_BASE, PRIQ | 4 | HINT},
    {RESET_Q, P1_PRIQ_PROD, 0},
    {ACK, R_CR0, 0xe},
    {ACK, R_CR0, 0x1e},
    {ACK, R_IRQ_CTRL, 0},
    {ACK, R_IRQ_CTRL, 7},
    {ACK, R_CR0, 0x1f},
};

static const struct step freebsd_steps[] = {
    {ACK, R_CR0, 0},
    {W8, R_GERROR_CFG0, 0},
    {W8, R_EVENTQ_CFG0, 0},
    {W4, R_EVENTQ_CFG1, 0},
    {ACK, R_IRQ_CTRL, 0},
    {ACK, R_IRQ_CTRL, 7},
    {W4, CR1, WB_ISH},
    {W4, R_CR2, PTM | RECINVSID | E2H},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {ACK, R_CR0, 8},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_NONE, 0},
    {CMD, OP(TLBI_EL2_ALL), 0},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, SYNC_NONE, 0},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_CR0, 0xc},
    {W8, R_PRIQ_BASE, PRIQ | 4 | HINT},
    {RESET_Q, P1_PRIQ_PROD, 0},
    {ACK, R_CR0, 0xe},
    {ACK, R_CR0, 0x1e},
    {ACK, R_CR0, 0x1f},
};

/* The configuration of tables is written before their base, queues are enabled together. */
static const struct step edk2_steps[] = {
    {PULSE, R_GBPA, UPDATE_GBPA | ABORT_GBPA},
    {ACK, R_CR0, 0},
    {ACK, R_IRQ_CTRL, 0},
    {W4, R_STRTAB_CFG, 8},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_IRQ_CTRL, 5},
    {W4, CR1, WB_ISH},
    {W4, R_CR2, RECINVSID | E2H},
    {ACK, R_CR0, 0xc},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, OP(TLBI_EL2_ALL), 0},
    {CMD, SYNC_NONE, 0},
    {ACK, R_CR0, 0xd},
};

static const struct step hafnium_steps[] = {
    {ACK, R_CR0, 0},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {ACK, R_CR0, 8},
    {ACK, R_CR0, 0xc},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_NONE, 0},
    {CMD, OP(TLBI_EL2_ALL), 0},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_NONE, 0},
    {ACK, R_CR0, 0xd},
    {CMD, OP(CFGI_STE) | (uint64_t)SID << 32, 1},
    {CMD, SYNC_NONE, 0},
};

/* The Secure interface: S_INIT, and commands for Secure streams. */
static const struct step hafnium_secure_steps[] = {
    {ACK, R_CR0, 0},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {ACK, R_CR0, 8},
    {ACK, R_CR0, 0xc},
    {PULSE, INIT, 1},
    {CMD, OP(CFGI_STE_RANGE) | ARMVIRT_SMMU_CMD0_SSEC, EVERY_SID},
    {CMD, SYNC_NONE, 0},
    {ACK, R_CR0, 0xd},
    {CMD, OP(CFGI_STE) | ARMVIRT_SMMU_CMD0_SSEC | (uint64_t)SID << 32, 1},
    {CMD, SYNC_NONE, 0},
};

/* A stream table of two levels, streams by stage 2 alone; all with the features of EL2 and PCIe. */
static const struct step xen_steps[] = {
    {PULSE, R_GBPA, UPDATE_GBPA | ABORT_GBPA},
    {POKE, L1_TABLE, STRTAB | SPAN_256},
    {ACK, R_CR0, 0},
    {W4, CR1, WB_ISH},
    {W4, R_CR2, PTM | RECINVSID | E2H},
    {W8, R_STRTAB_BASE, L1_TABLE | HINT},
    {W4, R_STRTAB_CFG, TWO_LEVELS | 16},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {ACK, R_CR0, 8},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, SYNC_SEV, 0},
    {CMD, OP(TLBI_EL2_ALL), 0},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, SYNC_SEV, 0},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_CR0, 0xc},
    {W8, R_PRIQ_BASE, PRIQ | 4 | HINT},
    {RESET_Q, P1_PRIQ_PROD, 0},
    {ACK, R_CR0, 0xe},
    {ACK, R_CR0, 0x1e},
    {ACK, R_IRQ_CTRL, 0},
    {W8, R_GERROR_CFG0, 0},
    {W8, R_EVENTQ_CFG0, 0},
    {ACK, R_IRQ_CTRL, 7},
    {ACK, R_CR0, 0x1f},
    {CMD, OP(CFGI_STE) | (uint64_t)SID << 32, 1},
    {CMD, SYNC_SEV, 0},
    {CMD, OP(TLBI_S12_VMALL) | PUT(CMD0_TLBI, VMID, 3), 0},
    {CMD, SYNC_SEV, 0},
};

/* Firmware left bypass; queues are enabled before the interrupt, CR2 is left alone. The entry of
 * the stream is invalid while it is written. */
static const struct step bao_steps[] = {
    {PULSE, R_GBPA, UPDATE_GBPA | INCOMING_GBPA},
    {ACK, R_CR0, 0},
    {W4, CR1, WB_ISH},
    {W8, R_STRTAB_BASE, STRTAB | HINT},
    {W4, R_STRTAB_CFG, 8},
    {W8, R_CMDQ_BASE, CMDQ | CMDQ_LOG2 | HINT},
    {W4, R_CMDQ_PROD, 0},
    {W4, R_CMDQ_CONS, 0},
    {W8, R_EVENTQ_BASE, EVENTQ | EVENTQ_LOG2 | HINT},
    {RESET_Q, P1_EVENTQ_PROD, 0},
    {ACK, R_CR0, 8},
    {ACK, R_CR0, 0xc},
    {ACK, R_IRQ_CTRL, 5},
    {CMD, OP(CFGI_STE_RANGE), EVERY_SID},
    {CMD, OP(TLBI_NSNH_ALL), 0},
    {CMD, SYNC_NONE, 0},
    {ACK, R_CR0, 0xd},
    {POKE, STRTAB + 64 * SID, 0},
    {CMD, OP(CFGI_STE) | (uint64_t)SID << 32, 1},
    {CMD, SYNC_NONE, 0},
    {POKE, STRTAB + 64 * SID, PUT(STE0, V, 1) | PUT(STE0, CONFIG, 6)},
    {CMD, OP(CFGI_STE) | (uint64_t)SID << 32, 1},
    {CMD, OP(TLBI_S12_VMALL) | PUT(CMD0_TLBI, VMID, 3), 0},
    {CMD, SYNC_NONE, 0},
};

#define STEPS(list) list, sizeof(list) / sizeof((list)[0])

struct driver {
    const char *name;
    const struct step *step;
    size_t count;
    uint8_t preset, space, config;
    uint64_t ste0, ste1, ste2, ste3; /* more fields of its entries */
    uint64_t cd0;
    uint64_t addr;
};

#define S1_FIELDS                                                                                  \
    (PUT(STE1, S1DSS, ARMVIRT_SMMU_STE1_S1DSS_SSID0) | PUT(STE1, S1CIR, 1) | PUT(STE1, S1COR, 1) | \
     PUT(STE1, S1CSH, 3))
#define S2_FIELDS (PUT(STE2, S2IR0, 1) | PUT(STE2, S2OR0, 1) | PUT(STE2, S2SH0, 3))

static const struct driver drivers[] = {
    {"Linux, as a guest of QEMU", STEPS(linux_steps), ARMVIRT_SMMU_QEMU, NS, 5, 0, S1_FIELDS, 0, 0,
     PUT(CD0, ASET, 1), VA},
    {"Linux, the least", STEPS(linux_steps), ARMVIRT_SMMU_LINUX_MIN, NS, 5, 0, S1_FIELDS, 0, 0,
     PUT(CD0, ASET, 1), VA},
    {"Linux, nested parent", STEPS(linux_steps), ARMVIRT_SMMU_LINUX_MIN, NS, 6, 0, 0,
     S2_FIELDS | PUT(STE2, S2PTW, 1), 0, 0, IPA},
    {"Linux at EL2", STEPS(linux_el2_steps), ARMVIRT_SMMU_MAX, NS, 5, 0,
     S1_FIELDS | PUT(STE1, STRW, ARMVIRT_SMMU_STE1_STRW_EL2) | PUT(STE1, S1STALLD, 1), 0, 0,
     PUT(CD0, ASET, 1), VA},
    {"Xen", STEPS(xen_steps), ARMVIRT_SMMU_MAX, NS, 6, 0, 0, S2_FIELDS | PUT(STE2, S2PTW, 1), 0, 0,
     IPA},
    {"bao", STEPS(bao_steps), ARMVIRT_SMMU_LINUX_MIN, NS, 6, 0, 0, S2_FIELDS | PUT(STE2, S2AFFD, 1),
     0, 0, IPA},
    {"FreeBSD", STEPS(freebsd_steps), ARMVIRT_SMMU_MAX, NS, 5, 0,
     S1_FIELDS | PUT(STE1, STRW, ARMVIRT_SMMU_STE1_STRW_EL2), 0, 0, 0, VA},
    {"EDK2", STEPS(edk2_steps), ARMVIRT_SMMU_MAX, NS, 6, 0, 0, S2_FIELDS, 0, 0, IPA},
    {"Hafnium, Non-secure", STEPS(hafnium_steps), ARMVIRT_SMMU_MAX, NS, 6, 0,
     PUT(STE1, STRW, ARMVIRT_SMMU_STE1_STRW_EL2),
     S2_FIELDS | PUT(STE2, S2AFFD, 1) | PUT(STE2, S2PTW, 1), 0, 0, IPA},
    {"Hafnium, Secure", STEPS(hafnium_secure_steps), ARMVIRT_SMMU_MAX, SE, 6, 0, 0,
     S2_FIELDS | PUT(STE2, S2AFFD, 1) | PUT(STE2, S2PTW, 1), PUT(STE3, S2NSA, 1), 0, IPA},
};

/* ---- Steps --------------------------------------------------------------------------------- */

static void do_step(struct world *w, const struct step *s)
{
    switch (s->kind) {
    case W4:
    case W8:
        world_put(w, s->offset, s->kind == W8 ? 8 : 4, s->value);
        break;
    case ACK:
        world_put(w, s->offset, 4, s->value);
        assert_int_equal(world_get(w, s->offset + 4, 4), s->value);
        break;
    case PULSE:
        world_put(w, s->offset, 4, s->value);
        world_run(w);
        assert_int_equal(world_get(w, s->offset, 4) & s->value & (UPDATE_GBPA | 1), 0);
        break;
    case CMD:
        world_command(w, s->offset, s->value);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4), world_get(w, R_CMDQ_PROD, 4));
        break;
    case POKE:
        world_poke(w, s->offset, s->value);
        break;
    default:
        world_put(w, s->offset, 4, 0);
        world_put(w, s->offset + 4, 4, 0);
        break;
    }
}

static void write_stream(struct world *w, const struct driver *d)
{
    uint64_t word[8];

    world_ste_words(word, d->config);
    word[0] |= d->ste0;
    word[1] |= d->ste1;
    word[2] |= d->ste2;
    word[3] |= d->ste3;
    world_put_words(w, STRTAB + 64 * SID, word);
    world_cd_words(word);
    word[0] |= d->cd0;
    world_put_words(w, CDTAB, word);
}

static struct world *bring_up(const struct driver *d)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(d->preset, &id);
    w = world_new_id(&id, 64, 0);
    w->space = d->space;
    write_stream(w, d);
    for (size_t n = 0; n < d->count; n++) {
        do_step(w, &d->step[n]);
        assert_int_equal(world_get(w, R_GERROR, 4), 0);
    }
    return w;
}

static void drivers_bring_the_smmu_up(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(drivers) / sizeof(drivers[0]); n++) {
        const struct driver *d = &drivers[n];
        struct world *w = bring_up(d);
        struct armvirt_smmu_result r = world_txn(w, d->addr, 0, 0);

        print_message("%s\n", d->name);
        assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(r.pa, PAGES);
        assert_int_equal(world_txn(w, d->addr + 0x40000000, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(world_event_type(w), ARMVIRT_SMMU_EVT0_TYPE_F_TRANSLATION);
        assert_int_equal(world_get(w, R_GERROR, 4), 0);
        world_drop(w);
    }
}

static void linux_syncs_by_message(void **state)
{
    struct world *w = bring_up(&drivers[0]);
    uint64_t slot = CMDQ + 16 * (world_get(w, R_CMDQ_PROD, 4) & ((1u << CMDQ_LOG2) - 1));

    (void)state;
    if (w->config.id.idr[0] & ARMVIRT_SMMU_IDR0_MSI) {
        world_command(w, SYNC_IRQ, slot); /* the message clears the opcode that software polls */
        assert_int_equal((uint32_t)world_peek(w, slot), 0);
    }
    world_drop(w);
}

/* TF-A: all transactions abort until software comes. */
static void firmware_aborts_by_default(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    w = world_new_id(&id, 64, 0);
    world_put(w, R_GBPA, 4, world_get(w, R_GBPA, 4) | ABORT_GBPA | UPDATE_GBPA);
    assert_int_equal(world_get(w, R_GBPA, 4) & (ABORT_GBPA | UPDATE_GBPA), ABORT_GBPA);
    w->space = SE;
    assert_true(world_get(w, 4, 4) & ARMVIRT_SMMU_S_IDR1_SECURE_IMPL);
    world_put(w, INIT, 4, 1);
    assert_int_equal(world_get(w, INIT, 4) & 1, 0);
    world_put(w, R_GBPA, 4, world_get(w, R_GBPA, 4) | ABORT_GBPA | UPDATE_GBPA);
    for (unsigned space = NS; space <= SE; space++) {
        w->space = (uint8_t)space;
        assert_int_equal(world_txn(w, PAGES, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(world_txn(w, PAGES, 0, 0).reason, ARMVIRT_SMMU_REASON_DISABLED_ABORT);
    }
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drivers_bring_the_smmu_up),
        cmocka_unit_test(linux_syncs_by_message),
        cmocka_unit_test(firmware_aborts_by_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
