/* SPDX-License-Identifier: MIT */
/*
 * Mapping and unmapping 1 GB in 4 KB pages, against a bare loop that for each page reads and writes
 * its descriptor twice, once for either, through the same memory callback.
 */
#include "harness.h"

#include <armvirt/mem.h>
#include <armvirt/pgbuild.h>

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 4096, TABLES = 600 };

static const uint64_t GB = UINT64_C(1) << 30;
static const uint64_t ENTRIES = (UINT64_C(1) << 30) / PAGE;

struct world {
    struct armvirt_mem_flat flat;
    struct armvirt_mem mem;
    struct armvirt_regime regime;
    struct armvirt_pgbuild build;
    uint64_t free_page[TABLES];
    unsigned free_pages;
};

static bool table_alloc(void *ctx, unsigned size_log2, uint64_t *pa)
{
    struct world *w = ctx;

    if (size_log2 != 12 || w->free_pages == 0) {
        return false;
    }
    *pa = w->free_page[--w->free_pages];
    return true;
}

static void table_free(void *ctx, unsigned size_log2, uint64_t pa)
{
    struct world *w = ctx;

    (void)size_log2;
    w->free_page[w->free_pages++] = pa;
}

static void demand(enum armvirt_status status)
{
    if (status != ARMVIRT_OK) {
        fprintf(stderr, "status %d\n", status);
        exit(1);
    }
}

/* A 39-bit space of 4 KB pages; the first table at 0, pages for others behind it. */
static void init(struct world *w)
{
    static const struct armvirt_pgbuild_ops ops = {table_alloc, table_free, NULL};
    struct armvirt_vmsa vmsa = {
        .id_aa64mmfr0_el1 = 5, .id_aa64pfr0_el1 = 0x11, .sctlr_el1 = 0x1005, .mair_el1 = 0xff};
    struct armvirt_pgbuild_config config = {.ops = &ops, .ctx = w, .stage_number = 1};
    struct armvirt_pgbuild_result result;

    vmsa.tcr_el1 = UINT64_C(5) << 32 | UINT64_C(2) << 30 | 25 << 16 | 25;
    w->flat = (struct armvirt_mem_flat){.bytes = calloc(TABLES + 1, PAGE),
                                        .size_bytes = UINT64_C(1) * (TABLES + 1) * PAGE,
                                        .writable = true};
    w->mem = armvirt_mem_from_flat(&w->flat);
    for (unsigned i = 0; i < TABLES; i++) {
        w->free_page[w->free_pages++] = UINT64_C(1) * (i + 1) * PAGE;
    }
    demand(armvirt_regime_init(&w->regime, &vmsa, 1));
    config.stage = &w->regime.s1[0];
    config.mem = w->mem;
    demand(armvirt_pgbuild_init(&w->build, &config));
    demand(armvirt_pgbuild_format(&w->build, &result));
}

static void map(struct world *w)
{
    struct armvirt_pgbuild_mapping m = {
        .size_bytes = GB, .attrs = {1 << 10 | 3 << 8}, .coarsest_level = 3};
    struct armvirt_pgbuild_result result;

    demand(armvirt_pgbuild_map(&w->build, &m, &result));
}

/* One operation is 1 GB, mapped and unmapped again. */
static uint64_t map_unmap(void *ctx, uint64_t ops)
{
    struct world *w = ctx;
    struct armvirt_pgbuild_result result = {0};

    for (uint64_t i = 0; i < ops; i++) {
        map(w);
        demand(armvirt_pgbuild_unmap(&w->build, 0, GB, &result));
    }
    return result.bytes;
}

static uint64_t floor_writes(void *ctx, uint64_t ops)
{
    struct world *w = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < ops * ENTRIES; i++) {
        struct armvirt_mem_req req = {.pa = (PAGE + 8 * i) % (TABLES * UINT64_C(4096)), .size = 8};
        uint64_t desc = i << 12 | 3, held, none = 0;

        if (w->mem.ops->read(w->mem.ctx, &req, &held) != ARMVIRT_BUS_OK ||
            w->mem.ops->write(w->mem.ctx, &req, &desc) != ARMVIRT_BUS_OK ||
            w->mem.ops->read(w->mem.ctx, &req, &held) != ARMVIRT_BUS_OK ||
            w->mem.ops->write(w->mem.ctx, &req, &none) != ARMVIRT_BUS_OK) {
            abort();
        }
        sum += held;
    }
    return sum;
}

int main(int argc, char **argv)
{
    static struct world w;
    struct bench_case cases[] = {
        {"map and unmap 1 GB in 4 KB pages", "GB", map_unmap, floor_writes, &w, 0, 0, 0},
    };

    init(&w);
    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
