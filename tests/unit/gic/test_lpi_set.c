/* SPDX-License-Identifier: MIT */
/*
 * LPIs that are pending at many PEs at once (IHI0069 5.1): each redistributor has a pending state
 * of its own for each. Random traffic against a table of who has what.
 */
#include "gic/lpi_set.h"
#include "gic_bench.h"

#include <armvirt/mem.h>

#include <string.h>

enum { LPI = 8192, LPIS = 64, PENDING = 0x10000, SIZE = (BENCH_PES + 1) * 0x10000 };

static struct bench b;
static struct armvirt_mem_flat flat;
static uint8_t memory[SIZE];
static bool has[BENCH_PES][LPIS];
static uint8_t keys[LPIS];
static uint32_t seed;

static uint32_t below(uint32_t end)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % end;
}

static void gicr64(uint32_t pe, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 8, .secure = true};

    assert_int_equal(armvirt_gicr_write(b.gic, pe, &a, value), ARMVIRT_OK);
}

static void finish(void)
{
    while (armvirt_gic_step(b.gic, 1) == ARMVIRT_E_AGAIN) {
    }
}

/* GICD_TYPER.num_LPIs: 64 of them, so there are four spare nodes. The PEs that no test speaks of
 * make them so many that LPIs are in trees. */
static void make(void)
{
    static uint32_t affinity[ARMVIRT_LPI_INDEX_PES + 1];
    struct armvirt_gic_config config = bench_config(false);

    memset(memory, 0, sizeof(memory));
    memset(has, 0, sizeof(has));
    flat = (struct armvirt_mem_flat){memory, 0, SIZE, true};
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15) |
                   ARMVIRT_PUT(ARMVIRT_GICD_TYPER_NUM_LPIS, 5));
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI;
    config.gicr_ctlr = (uint32_t)ARMVIRT_GICR_CTLR_CES;
    config.mem = armvirt_mem_from_flat(&flat);
    config.pes = COUNT_OF(affinity);
    config.affinity = affinity;
    for (uint32_t pe = 0; pe < config.pes; pe++) {
        affinity[pe] = pe / 16 << 8 | pe % 16;
    }
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    for (uint32_t leaf = 0; leaf < LPIS; leaf++) {
        keys[leaf] = (uint8_t)(below(4) << 4 | 0x80);
        memory[leaf] = keys[leaf] | 1;
    }
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        gicr(&b, pe, 0x14, 0);
        msr(&b, pe, PMR, 0xff);
        msr(&b, pe, IGRPEN1, 1);
        gicr64(pe, 0x70, 15);
        gicr64(pe, 0x78, PENDING + pe * 0x10000);
        gicr(&b, pe, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    }
    finish();
}

/* How many spare nodes the table asks for. */
static uint32_t places_but_one(void)
{
    uint32_t sum = 0;

    for (uint32_t leaf = 0; leaf < LPIS; leaf++) {
        uint32_t places = 0;

        for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
            places += has[pe][leaf];
        }
        sum += places > 1 ? places - 1 : 0;
    }
    return sum;
}

static uint32_t first(uint32_t pe)
{
    uint32_t best = 1023;

    for (uint32_t leaf = 0; leaf < LPIS; leaf++) {
        if (has[pe][leaf] && (best == 1023 || keys[leaf] < keys[best - LPI])) {
            best = LPI + leaf;
        }
    }
    return best;
}

/* What is taken is taken away from the table, so nothing is taken twice. */
static void take(uint32_t pe)
{
    uint32_t intid = (uint32_t)mrs(&b, pe, IAR1);

    if (intid != 1023) {
        assert_true(has[pe][intid - LPI]);
        has[pe][intid - LPI] = false;
        msr(&b, pe, EOIR1, intid);
    }
}

static void move_all(uint32_t from, uint32_t to)
{
    while (armvirt_gic_lpi_move_all(b.gic, from, to, 1) == ARMVIRT_E_AGAIN) {
    }
    for (uint32_t leaf = 0; leaf < LPIS && from != to; leaf++) {
        has[to][leaf] |= has[from][leaf];
        has[from][leaf] = false;
    }
}

static void toggle(uint32_t pe)
{
    gicr(&b, pe, 0, 0);
    finish();
    for (uint32_t leaf = 0; leaf < LPIS; leaf++) {
        uint8_t byte = memory[PENDING + pe * 0x10000 + 1024 + leaf / 8];

        assert_int_equal(byte >> leaf % 8 & 1, has[pe][leaf]);
    }
    gicr(&b, pe, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
}

static void save_and_load(void)
{
    static uint8_t buf[0x40000];
    size_t len;

    assert_int_equal(armvirt_gic_save(b.gic, buf, sizeof(buf), &len), ARMVIRT_OK);
    assert_int_equal(armvirt_gic_load(b.gic, buf, len), ARMVIRT_OK);
}

static void reconfigure(uint32_t pe, uint32_t leaf)
{
    keys[leaf] = (uint8_t)(below(4) << 4 | 0x80);
    memory[leaf] = keys[leaf] | 1;
    armvirt_gic_lpi_inv(b.gic, pe, LPI + leaf);
}

static void one_event(uint32_t pe, uint32_t other, uint32_t leaf)
{
    switch (below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        armvirt_gic_lpi_set(b.gic, pe, LPI + leaf);
        has[pe][leaf] = true;
        break;
    case 4:
        armvirt_gic_lpi_clear(b.gic, pe, LPI + leaf);
        has[pe][leaf] = false;
        break;
    case 5:
        armvirt_gic_lpi_move(b.gic, pe, other, LPI + leaf);
        has[other][leaf] |= has[pe][leaf];
        has[pe][leaf] = has[pe][leaf] && pe == other;
        break;
    case 6:
        below(8) == 0 ? move_all(pe, other) : take(pe);
        break;
    case 7:
        below(4) == 0 ? toggle(pe) : take(pe);
        break;
    case 8:
        save_and_load();
        break;
    case 9:
        reconfigure(pe, leaf);
        break;
    default:
        take(pe);
        break;
    }
}

/* With spare nodes enough the first is the first; without, others may come before it. */
static void check(void)
{
    if (places_but_one() > armvirt_lpi_set_spares(LPIS)) {
        return;
    }
    finish();
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        assert_int_equal(mrs(&b, pe, HPPIR1), first(pe));
    }
}

/* All that is left is taken in the end, each once. */
static void drain(void)
{
    for (uint32_t round = 0; round < BENCH_PES * LPIS; round++) {
        for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
            finish();
            take(pe);
        }
    }
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        assert_int_equal(first(pe), 1023);
        assert_int_equal(b.signals[pe], 0);
    }
    assert_int_equal(b.gic->spares, armvirt_lpi_set_spares(LPIS));
}

static void an_lpi_pends_at_each_pe_for_itself_with_spare_nodes_and_without(void **state)
{
    bool without = false;

    (void)state;
    for (seed = 1; seed < 40 * 1000; seed += 1000) {
        uint32_t begin = seed;

        make();
        for (unsigned i = 0; i < 400; i++) {
            one_event(below(BENCH_PES), below(BENCH_PES), below(begin % 3000 == 1 ? 3 : LPIS));
            without |= b.gic->spares == 0 && b.gic->lpis_wait;
            check();
        }
        drain();
        bench_drop(&b);
        seed = begin;
    }
    assert_true(without);
}

/* Rule 67: what waits in the table is cleared and moved there. */
static void rule67_clear_and_move_reach_an_lpi_that_is_not_loaded_yet(void **state)
{
    (void)state;
    make();
    gicr(&b, 0, 0, 0);
    finish();
    memory[PENDING + 1024] = 0x07;
    gicr(&b, 0, 0, ARMVIRT_GICR_CTLR_ENABLELPIS);
    armvirt_gic_lpi_clear(b.gic, 0, LPI);
    armvirt_gic_lpi_move(b.gic, 0, 1, LPI + 1);
    armvirt_gic_lpi_set(b.gic, 0, LPI + 2);
    assert_int_equal(mrs(&b, 0, IAR1), LPI + 2);
    msr(&b, 0, EOIR1, LPI + 2);
    finish();
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    assert_int_equal(mrs(&b, 1, IAR1), LPI + 1);
    bench_drop(&b);
}

/* 16 bytes an LPI, with any number of PEs. */
static void an_lpi_takes_16_bytes_at_most(void **state)
{
    static uint32_t affinity[512];
    struct armvirt_gic_config config = bench_config(false);

    (void)state;
    flat = (struct armvirt_mem_flat){memory, 0, SIZE, true};
    config.mem = armvirt_mem_from_flat(&flat);
    config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_LPIS;
    config.gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
    config.affinity = affinity;
    for (config.pes = 1; config.pes <= 512; config.pes *= 8) {
        for (uint32_t bits = 13; bits < 20; bits++) {
            uint64_t half = ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, bits);
            uint64_t whole = ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, bits + 1);
            size_t size;

            config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_IDBITS;
            config.gicd_typer ^= (uint32_t)(ARMVIRT_GICD_TYPER_IDBITS ^ half);
            size = armvirt_gic_size(&config);
            config.gicd_typer ^= (uint32_t)(half ^ whole);
            assert_true(armvirt_gic_size(&config) - size <= 16 * (UINT64_C(2) << bits));
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, an_lpi_pends_at_each_pe_for_itself_with_spare_nodes_and_without);
    SUITE_ADD(&suite, rule67_clear_and_move_reach_an_lpi_that_is_not_loaded_yet);
    SUITE_ADD(&suite, an_lpi_takes_16_bytes_at_most);
    return suite_run(&suite, "gic.lpi_set");
}
