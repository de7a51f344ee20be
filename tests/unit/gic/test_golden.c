/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of releases load for ever: tests/golden/gic-<version>.snapshot hold the GIC that
 * golden_state() makes. With the name of a file as argument the program writes that of today.
 */
#include "gic_bench.h"

#include <armvirt/mem.h>

#include <stdio.h>
#include <string.h>

enum { LPI = 8192, MEMORY = 0x8000 };

#define ICH_HCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)
#define ICH_LR0 ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0)

static const char *const golden_files[] = {GOLDEN_DIR "/gic-0.1.snapshot"};

static uint8_t memory[MEMORY];
static struct armvirt_mem_flat flat = {memory, 0, MEMORY, true};

/* Two PEs, few SPIs, 64 LPIs. */
static void make(struct bench *b)
{
    struct armvirt_gic_config config = bench_config(false);

    config.pes = 2;
    config.gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 13) |
                   ARMVIRT_PUT(ARMVIRT_GICD_TYPER_NUM_LPIS, 5));
    config.gicr_typer = ARMVIRT_GICR_TYPER_PLPIS | ARMVIRT_GICR_TYPER_DIRECTLPI;
    config.gicr_ctlr = (uint32_t)ARMVIRT_GICR_CTLR_CES;
    config.mem = armvirt_mem_from_flat(&flat);
    memset(memory, 0xa1, MEMORY);
    bench_make(b, &config);
}

static void gicr64(struct bench *b, uint32_t pe, uint32_t offset, uint64_t value)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 8, .secure = true};

    assert_int_equal(armvirt_gicr_write(b->gic, pe, &a, value), ARMVIRT_OK);
}

/* Something of everything: pending, active, both, a line, LPIs half loaded, list registers. */
static void golden_state(struct bench *b)
{
    gicd(b, 0, 3);
    gicd(b, 0x84, UINT32_MAX);
    gicd(b, 0x104, 0xff);
    gicd(b, 0xc08, 0xaaaaaaaa);
    gicd(b, 0x420, 0x40302010);
    for (uint32_t pe = 0; pe < 2; pe++) {
        gicr(b, pe, 0x14, 0);
        gicr(b, pe, 0x10080, UINT32_MAX);
        gicr(b, pe, 0x10100, UINT32_MAX);
        gicr(b, pe, 0x10400, 0x50607080);
        msr(b, pe, PMR, 0xf0);
        msr(b, pe, IGRPEN1, 1);
    }
    gicr64(b, 1, 0x70, 13);
    gicr64(b, 1, 0x78, 0x4000);
    gicr(b, 1, 0, 1);
    armvirt_gic_lpi_set(b->gic, 1, LPI + 5);
    assert_int_equal(armvirt_gic_spi(b->gic, 33, true), ARMVIRT_OK);
    assert_int_equal(mrs(b, 0, IAR1), 33);
    assert_int_equal(armvirt_gic_spi(b->gic, 32, true), ARMVIRT_OK);
    assert_int_equal(armvirt_gic_ppi(b->gic, 1, 27, true), ARMVIRT_OK);
    msr(b, 0, SGI1R, UINT64_C(3) << 24 | 3);
    msr(b, 1, ICH_HCR, ARMVIRT_ICH_HCR_EL2_EN | ARMVIRT_ICH_HCR_EL2_UIE);
    msr(b, 1, ICH_LR0, UINT64_C(0x50a0000000000000) | 40);
}

/* What the software of that machine sees. */
static void looks_golden(struct bench *b)
{
    assert_int_equal(gicd_get(b, 0), 0x53);
    assert_int_equal(gicd_get(b, 0x204), 1);
    assert_int_equal(gicd_get(b, 0x304), 2);
    assert_int_equal(gicd_get(b, 0x420), 0x40302010);
    assert_int_equal(gicr_get(b, 1, 0x10200), 1u << 27 | 1u << 3);
    assert_int_equal(mrs(b, 0, RPR), 0x20);
    assert_int_equal(mrs(b, 0, HPPIR1), 32);
    assert_int_equal(mrs(b, 1, HPPIR1), 27);
    assert_int_equal(mrs(b, 1, ICH_LR0), UINT64_C(0x50a0000000000000) | 40);
    assert_int_equal(armvirt_gic_signals(b->gic, 0), ARMVIRT_GIC_IRQ);
    assert_int_equal(armvirt_gic_signals(b->gic, 1), ARMVIRT_GIC_IRQ | ARMVIRT_GIC_MAINTENANCE);
    assert_int_equal(armvirt_gic_step(b->gic, 100), ARMVIRT_OK);
    armvirt_gic_lpi_clear(b->gic, 1, LPI + 5);
}

static uint8_t bytes[0x20000];

static size_t read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t len;

    assert_non_null(file);
    len = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    return len;
}

static void golden_files_load_for_ever(void **state)
{
    struct bench b;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(golden_files); i++) {
        make(&b);
        assert_int_equal(armvirt_gic_load(b.gic, bytes, read_file(golden_files[i])), ARMVIRT_OK);
        looks_golden(&b);
        bench_drop(&b);
    }
}

/* Deterministic: equal state gives equal bytes, those of the newest file. */
static void the_newest_golden_file_is_what_is_saved(void **state)
{
    static uint8_t now[sizeof(bytes)];
    size_t len = read_file(golden_files[COUNT_OF(golden_files) - 1]), saved;
    struct bench b;

    (void)state;
    make(&b);
    golden_state(&b);
    assert_int_equal(armvirt_gic_save(b.gic, now, sizeof(now), &saved), ARMVIRT_OK);
    assert_int_equal(saved, len);
    assert_memory_equal(now, bytes, len);
    looks_golden(&b);
    bench_drop(&b);
}

static int write_golden(const char *name)
{
    struct bench b;
    size_t len = 0;
    FILE *file = fopen(name, "wb");
    bool good;

    make(&b);
    golden_state(&b);
    good = file != NULL && armvirt_gic_save(b.gic, bytes, sizeof(bytes), &len) == ARMVIRT_OK &&
           fwrite(bytes, 1, len, file) == len && fclose(file) == 0;
    bench_drop(&b);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct suite suite;

    if (argc > 1) {
        return write_golden(argv[1]);
    }
    SUITE_ADD(&suite, golden_files_load_for_ever);
    SUITE_ADD(&suite, the_newest_golden_file_is_what_is_saved);
    return suite_run(&suite, "gic.golden");
}
