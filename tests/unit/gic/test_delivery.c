/* SPDX-License-Identifier: MIT */
/*
 * Random traffic on 8 PEs against a ledger: every interrupt that is sent is taken, by a PE that may
 * take it, and only once; what is taken while another runs is more urgent; the callback is right.
 */
#include "gic_bench.h"

#include <armvirt/mem.h>

#include <string.h>

enum {
    FIRST_SPI = 32,
    SPIS = 64,
    LPIS = 64,
    FIRST_LPI = 8192,
    NEST = 16,
    STEPS = 60000,
    CONFIG_TABLE = 0,
    MEMORY = 0x10000,
};

/* An interrupt that is taken and not ended. */
struct running {
    uint32_t intid;
    uint8_t priority;
};

struct ledger {
    struct bench bench;
    struct armvirt_mem_flat flat;
    uint8_t memory[MEMORY];
    bool sgi[BENCH_PES][16], spi[SPIS], lpi[BENCH_PES][LPIS]; /* sent and not taken */
    struct running stack[BENCH_PES][NEST];
    unsigned depth[BENCH_PES];
    unsigned sent, taken, nested;
};

static struct ledger l;
static uint64_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % bound);
}

static void note_sent(bool *flag)
{
    l.sent += !*flag;
    *flag = true;
}

static void make(void)
{
    struct armvirt_gic_config config = bench_config(false);
    struct bench *b = &l.bench;

    memset(&l, 0, sizeof(l));
    l.flat = (struct armvirt_mem_flat){l.memory, 0, MEMORY, true};
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
    config.mem = armvirt_mem_from_flat(&l.flat);
    for (uint32_t i = 0; i < LPIS; i++) {
        l.memory[CONFIG_TABLE + i] = (uint8_t)((i * 8 & 0xf0) | 1);
    }
    bench_make(b, &config);
    gicd(b, 0, 3);
    for (uint32_t n = 1; n <= 2; n++) {
        gicd(b, 0x80 + 4 * n, UINT32_MAX);
        gicd(b, 0x100 + 4 * n, UINT32_MAX);
        gicd(b, 0xc00 + 8 * n, 0xaaaaaaaa);
        gicd(b, 0xc04 + 8 * n, 0xaaaaaaaa);
    }
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        struct armvirt_gic_access a = {.offset = 0x70, .size = 8, .secure = true};

        gicr(b, pe, 0x14, 0);
        gicr(b, pe, 0x10080, UINT32_MAX);
        gicr(b, pe, 0x10100, UINT32_MAX);
        for (uint32_t n = 0; n < 4; n++) {
            gicr(b, pe, 0x10400 + 4 * n, UINT64_C(0x10305070) + n * 0x22222222);
        }
        assert_int_equal(armvirt_gicr_write(b->gic, pe, &a, 13), ARMVIRT_OK);
        a.offset = 0x78;
        assert_int_equal(armvirt_gicr_write(b->gic, pe, &a, ARMVIRT_GICR_PENDBASER_PTZ),
                         ARMVIRT_OK);
        gicr(b, pe, 0, 1);
        msr(b, pe, PMR, 0xff);
        msr(b, pe, BPR1, 4);
        msr(b, pe, IGRPEN1, 1);
    }
}

/* ---- What happens --------------------------------------------------------------------------- */

static void send_sgi(uint32_t pe)
{
    uint32_t intid = random_below(16), from = random_below(BENCH_PES);
    uint64_t affinity = bench_affinity[pe];

    msr(&l.bench, from, SGI1R,
        (affinity >> 24) << 48 | (affinity >> 8 & 0xff) << 16 | (uint64_t)intid << 24 |
            UINT64_C(1) << (affinity & 15));
    note_sent(&l.sgi[pe][intid]);
}

static void send_spi(void)
{
    uint32_t i = random_below(SPIS);

    assert_int_equal(armvirt_gic_spi(l.bench.gic, FIRST_SPI + i, true), ARMVIRT_OK);
    note_sent(&l.spi[i]);
    assert_int_equal(armvirt_gic_spi(l.bench.gic, FIRST_SPI + i, false), ARMVIRT_OK);
}

static void send_lpi(uint32_t pe)
{
    uint32_t i = random_below(LPIS);

    armvirt_gic_lpi_set(l.bench.gic, pe, FIRST_LPI + i);
    note_sent(&l.lpi[pe][i]);
}

static void move_lpi(uint32_t pe)
{
    uint32_t i = random_below(LPIS), to = random_below(BENCH_PES);

    armvirt_gic_lpi_move(l.bench.gic, pe, to, FIRST_LPI + i);
    if (l.lpi[pe][i] && to != pe) {
        l.sent -= l.lpi[to][i]; /* two become one */
        l.lpi[pe][i] = false;
        l.lpi[to][i] = true;
    }
}

/* A route to a PE, or 1 of N; one that is active stays with who took it. */
static void route(void)
{
    uint32_t i = random_below(SPIS), to = random_below(BENCH_PES + 2);
    struct armvirt_gic_access a = {.offset = 0x6100 + 8 * i, .size = 8, .secure = true};
    uint64_t value = UINT64_C(1) << 31;

    if (to < BENCH_PES) {
        value = (uint64_t)(bench_affinity[to] >> 24) << 32 | (bench_affinity[to] & 0xffffff);
    }
    assert_int_equal(armvirt_gicd_write(l.bench.gic, &a, value), ARMVIRT_OK);
}

static void change_priority(void)
{
    struct armvirt_gic_access a = {.offset = 0x400 + FIRST_SPI + random_below(SPIS), .size = 1};

    a.secure = true;
    assert_int_equal(armvirt_gicd_write(l.bench.gic, &a, random_below(31) * 8), ARMVIRT_OK);
}

static void toggle_gate(uint32_t pe)
{
    msr(&l.bench, pe, IGRPEN1, random_below(4) != 0);
    gicr(&l.bench, pe, 0x14, random_below(4) == 0 ? 2 : 0);
}

/* ---- Who takes ------------------------------------------------------------------------------ */

static bool *flag_of(uint32_t pe, uint32_t intid)
{
    if (intid < 16) {
        return &l.sgi[pe][intid];
    }
    return intid >= FIRST_LPI ? &l.lpi[pe][intid - FIRST_LPI] : &l.spi[intid - FIRST_SPI];
}

static void take(uint32_t pe)
{
    uint64_t before = mrs(&l.bench, pe, RPR);
    bool signalled = (l.bench.signals[pe] & ARMVIRT_GIC_IRQ) != 0;
    uint32_t intid;

    if (l.depth[pe] == NEST) {
        return;
    }
    intid = (uint32_t)mrs(&l.bench, pe, IAR1);
    assert_int_equal(signalled, intid != 1023);
    if (intid == 1023) {
        return;
    }
    assert_true(*flag_of(pe, intid)); /* it was sent, and not taken since */
    *flag_of(pe, intid) = false;
    assert_true(mrs(&l.bench, pe, RPR) < before);
    l.nested += l.depth[pe] > 0;
    l.stack[pe][l.depth[pe]++] = (struct running){intid, (uint8_t)mrs(&l.bench, pe, RPR)};
    l.taken++;
}

static void end(uint32_t pe)
{
    if (l.depth[pe] != 0) {
        const struct running *r = &l.stack[pe][--l.depth[pe]];

        assert_int_equal(mrs(&l.bench, pe, RPR), r->priority);
        msr(&l.bench, pe, EOIR1, r->intid);
    }
}

static void step(void)
{
    uint32_t pe = random_below(BENCH_PES);

    switch (random_below(12)) {
    case 0:
        send_sgi(pe);
        break;
    case 1:
        send_spi();
        break;
    case 2:
        send_lpi(pe);
        break;
    case 3:
        move_lpi(pe);
        break;
    case 4:
        route();
        break;
    case 5:
        change_priority();
        break;
    case 6:
        toggle_gate(pe);
        break;
    case 7:
    case 8:
    case 9:
        take(pe);
        break;
    default:
        end(pe);
        break;
    }
}

/* Gates open, all take until there is nothing left. */
static void drain(void)
{
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        msr(&l.bench, pe, IGRPEN1, 1);
        gicr(&l.bench, pe, 0x14, 0);
    }
    for (unsigned round = 0; round < 1000; round++) {
        for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
            end(pe);
            if (l.depth[pe] == 0) {
                take(pe);
            }
        }
    }
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        assert_int_equal(l.depth[pe], 0);
        assert_int_equal(l.bench.signals[pe], 0);
        assert_int_equal(mrs(&l.bench, pe, RPR), 0xff);
    }
}

static void none_is_lost_and_none_is_taken_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        random_state = seed;
        make();
        for (unsigned i = 0; i < STEPS; i++) {
            step();
        }
        drain();
        assert_int_equal(l.taken, l.sent);
        assert_true(l.taken > STEPS / 24);
        assert_true(l.nested > 100);
        bench_drop(&l.bench);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, none_is_lost_and_none_is_taken_twice);
    return suite_run(&suite, "gic.delivery");
}
