/* SPDX-License-Identifier: MIT */
/*
 * MSIs on their way to pending LPIs, and commands from the queue, through the public interface. The
 * LPIs that became pending are cleared after each round of events, which counts. The floor of an
 * MSI is the redistributor's own part: the LPI made pending with no ITS before it.
 */
#include "harness.h"

#include <armvirt/gic.h>
#include <armvirt/its.h>
#include <armvirt/mem.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALID ARMVIRT_BIT(63)

/* A round is 4096 events, each of another device as long as there are so many. */
enum {
    ROUND = 4096,
    FIRST_LPI = 8192,
    DEVICES = 0x100000, /* two levels: 128 pages of 4 KB */
    DEVICES_L2 = 0x110000,
    COLLECTIONS = 0x200000,
    QUEUE = 0x210000,
    CONFIG = 0x220000,
    ITT = 0x400000, /* 256 bytes or more for each device */
    MEMORY = 0x1400000,
    ENTRY = 16, /* bytes of an event */
    QUEUE_BYTES = 0x10000,
};

struct machine {
    struct armvirt_gic *gic;
    struct armvirt_its *its;
    uint8_t *memory;
    struct armvirt_mem_flat flat;
    uint32_t devices, next;
};

/* ---- Made ---------------------------------------------------------------------------------- */

static void put(struct machine *m, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_its_access a = {.offset = offset, .size = size};

    armvirt_its_write(m->its, &a, value);
}

static void store(struct machine *m, uint64_t pa, uint64_t value)
{
    memcpy(m->memory + pa, &value, sizeof(value));
}

/* A command at the start of the queue, run at once. */
static void run(struct machine *m, uint64_t w0, uint64_t w1, uint64_t w2)
{
    put(m, 0, 4, 0);
    put(m, 0x80, 8, VALID | QUEUE | 15);
    put(m, 0, 4, 1);
    store(m, QUEUE, w0);
    store(m, QUEUE + 8, w1);
    store(m, QUEUE + 16, w2);
    put(m, 0x88, 8, 32);
    if (armvirt_its_step(m->its, 1) != ARMVIRT_OK) {
        exit(1);
    }
}

static void *storage_of(size_t size)
{
    return aligned_alloc(16, (size + 15) / 16 * 16);
}

/* One PE with all LPIs enabled; nothing is signalled, since its mask is closed. */
static void make_gic(struct machine *m)
{
    static const uint32_t affinity[1] = {0};
    struct armvirt_gic_config config = {
        .gicd_typer =
            (uint32_t)(1 | ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15)),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS,
        .icc_ctlr = ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, 4),
        .pes = 1,
        .affinity = affinity,
        .mem = armvirt_mem_from_flat(&m->flat),
    };
    struct armvirt_gic_access a = {.offset = 0x70, .size = 8, .secure = true};
    size_t size = armvirt_gic_size(&config);

    if (armvirt_gic_init(storage_of(size), size, &config, &m->gic) != ARMVIRT_OK) {
        exit(1);
    }
    memset(m->memory + CONFIG, 0xa1, 0x10000);
    armvirt_gicr_write(m->gic, 0, &a, CONFIG | 15);
    a.offset = 0x78;
    armvirt_gicr_write(m->gic, 0, &a, ARMVIRT_GICR_PENDBASER_PTZ);
    a = (struct armvirt_gic_access){.offset = 0, .size = 4, .secure = true};
    armvirt_gicr_write(m->gic, 0, &a, ARMVIRT_GICR_CTLR_ENABLELPIS);
}

/* As many events in all as a round has, or one for each device. */
static uint32_t events_of(const struct machine *m)
{
    return m->devices < ROUND ? ROUND / m->devices : 1;
}

static void map_events(struct machine *m, uint64_t device)
{
    for (uint64_t event = 0; event < events_of(m); event++) {
        uint64_t lpi = FIRST_LPI + (device * events_of(m) + event) % ROUND;

        run(m, ARMVIRT_ITS_MAPTI | device << 32, lpi << 32 | event, 0);
    }
}

static void map_all(struct machine *m)
{
    uint64_t itt_bytes = (uint64_t)ENTRY * events_of(m) < 256 ? 256 : ENTRY * events_of(m);

    put(m, 0x100, 8, VALID | ARMVIRT_GITS_BASERN_INDIRECT | DEVICES | 15);
    put(m, 0x108, 8, VALID | COLLECTIONS);
    for (uint64_t page = 0; page < 128; page++) {
        store(m, DEVICES + 8 * page, VALID | (DEVICES_L2 + 0x1000 * page));
    }
    run(m, ARMVIRT_ITS_MAPC, 0, VALID);
    for (uint64_t device = 0; device < m->devices; device++) {
        run(m, ARMVIRT_ITS_MAPD | device << 32, 11,
            VALID | ((ITT + itt_bytes * device) & ~UINT64_C(255)));
        map_events(m, device);
    }
}

static struct machine *make(uint32_t devices, uint32_t cache_log2,
                            const struct armvirt_its_layout *layout)
{
    struct machine *m = calloc(1, sizeof(*m));
    struct armvirt_its_config config = {
        .gits_typer = ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 15) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, 15) | 1,
        .lpi_bits = 16,
        .pes = 1,
        .cache_log2 = cache_log2,
        .layout = layout,
    };
    size_t size;

    m->memory = calloc(1, MEMORY);
    m->flat = (struct armvirt_mem_flat){m->memory, 0, MEMORY, true};
    m->devices = devices;
    make_gic(m);
    config.mem = armvirt_mem_from_flat(&m->flat);
    config.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, m->gic};
    size = armvirt_its_size(&config);
    if (armvirt_its_init(storage_of(size), size, &config, &m->its) != ARMVIRT_OK) {
        exit(1);
    }
    (void)fprintf(stderr, "%u devices, cache of %u: %zu bytes\n", devices,
                  cache_log2 == 0 ? 0 : 1u << cache_log2, size);
    map_all(m);
    return m;
}

/* ---- Messages ------------------------------------------------------------------------------ */

static void clear_round(struct machine *m)
{
    for (uint32_t lpi = 0; lpi < ROUND; lpi++) {
        armvirt_gic_lpi_clear(m->gic, 0, FIRST_LPI + lpi);
    }
}

static uint64_t run_msi(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    uint32_t events = events_of(m);
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        uint32_t n = m->next++;

        sum += armvirt_its_msi(m->its, n % m->devices, n / m->devices % events) == ARMVIRT_OK;
        if (n % ROUND == ROUND - 1) {
            clear_round(m);
        }
    }
    return sum;
}

static uint64_t run_lpi(void *ctx, uint64_t count)
{
    struct machine *m = ctx;

    for (uint64_t i = 0; i < count; i++) {
        uint32_t n = m->next++;

        armvirt_gic_lpi_set(m->gic, 0, FIRST_LPI + n % ROUND);
        if (n % ROUND == ROUND - 1) {
            clear_round(m);
        }
    }
    return m->next;
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* The whole queue holds one command, again and again. */
static struct machine *make_queue(uint64_t w0, uint64_t w1, uint64_t w2)
{
    struct machine *m = make(16, 12, NULL);

    for (uint64_t at = 0; at < QUEUE_BYTES; at += 32) {
        store(m, QUEUE + at, w0);
        store(m, QUEUE + at + 8, w1);
        store(m, QUEUE + at + 16, w2);
    }
    m->next = 1; /* GITS_CREADR is 32 */
    return m;
}

static uint64_t run_commands(void *ctx, uint64_t count)
{
    struct machine *m = ctx;
    const uint32_t commands = QUEUE_BYTES / 32;

    while (count > 0) {
        uint32_t batch = count < commands - 1 ? (uint32_t)count : commands - 1;

        m->next = (m->next + batch) % commands;
        put(m, 0x88, 8, 32 * (uint64_t)m->next);
        if (armvirt_its_step(m->its, UINT32_MAX) != ARMVIRT_OK) {
            exit(1);
        }
        count -= batch;
    }
    return m->next;
}

int main(int argc, char **argv)
{
    const uint64_t event = UINT64_C(1) << 32;
    struct bench_case cases[] = {
        {"MSI, cached, 1 device", "MSI", run_msi, run_lpi, make(1, 17, NULL), 0, 0, 0},
        {"MSI, cached, 1024 devices", "MSI", run_msi, run_lpi, make(1024, 17, NULL), 0, 0, 0},
        {"MSI, cached, 65536 devices", "MSI", run_msi, run_lpi, make(65536, 17, NULL), 0, 0, 0},
        {"MSI, no cache, 1 device", "MSI", run_msi, run_lpi, make(1, 0, NULL), 0, 0, 0},
        {"MSI, no cache, 65536 devices", "MSI", run_msi, run_lpi, make(65536, 0, NULL), 0, 0, 0},
        {"MSI, no cache, KVM's tables", "MSI", run_msi, run_lpi,
         make(65536, 0, &armvirt_its_layout_kvm), 0, 0, 0},
        {"SYNC", "command", run_commands, NULL, make_queue(ARMVIRT_ITS_SYNC, 0, 0), 0, 0, 0},
        {"INT", "command", run_commands, NULL, make_queue(ARMVIRT_ITS_INT | event, 7, 0), 0, 0, 0},
        {"CLEAR", "command", run_commands, NULL, make_queue(ARMVIRT_ITS_CLEAR | event, 7, 0), 0, 0,
         0},
        {"MAPTI", "command", run_commands, NULL,
         make_queue(ARMVIRT_ITS_MAPTI | event, UINT64_C(8200) << 32 | 8, 0), 0, 0, 0},
        {"MOVI", "command", run_commands, NULL, make_queue(ARMVIRT_ITS_MOVI | event, 7, 0), 0, 0,
         0},
        {"MAPC", "command", run_commands, NULL, make_queue(ARMVIRT_ITS_MAPC, 0, VALID), 0, 0, 0},
    };

    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
