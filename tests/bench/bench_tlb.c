/* SPDX-License-Identifier: MIT */
/*
 * Hits, and invalidations with few and with many live entries. The floor of a hit reads as much as
 * it must: a tag and an entry, at a place that depends on the answer before.
 */
#include "harness.h"

#include <armvirt/tlb.h>

#include <stdio.h>
#include <string.h>

enum { SIZES = 3, LARGEST = 65536, ASIDS = 16 };

static const uint32_t live[SIZES] = {256, 4096, LARGEST};

struct cache {
    struct armvirt_tlb *tlb;
    struct armvirt_tlb_context context;
    struct armvirt_tlb_inval inval;
    uint32_t pages;
    volatile uint64_t floor[8];
};

/* Twice as many places as entries, so that nearly all that is filled stays. */
static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[SIZES][ARMVIRT_TLB_SIZE(2 * LARGEST)];
static struct cache caches[SIZES];

static void set_asid(struct cache *c, uint16_t asid)
{
    struct armvirt_tlb_tag tag = {.asid = {asid, asid}, .vmid = 1};

    armvirt_tlb_context_set_tag(&c->context, &tag);
}

static void fill_page(struct cache *c, uint32_t page)
{
    struct armvirt_access access = {.va = (uint64_t)page << 12, .el = 1};
    struct armvirt_walk walk = {.pa = (uint64_t)(page + 1) << 12, .size_log2 = 12, .perm = 0xff};

    walk.attr.mair = 0xff;
    walk.s1 =
        (struct armvirt_leaf){.valid = true, .accessed = true, .not_global = true, .size_log2 = 12};
    armvirt_tlb_fill(c->tlb, &c->context, &access, &walk);
}

static void make(struct cache *c, void *at, uint32_t pages)
{
    struct armvirt_tlb_config config = {.entries = 2 * pages};

    if (armvirt_tlb_init(at, ARMVIRT_TLB_SIZE(2 * pages), &config, &c->tlb) != ARMVIRT_OK) {
        fprintf(stderr, "no TLB\n");
        return;
    }
    c->pages = pages;
    c->context = (struct armvirt_tlb_context){.cacheable = 3, .upper_bit = UINT64_C(1) << 55};
    c->context.ia_mask[0] = (UINT64_C(1) << 48) - 1;
    for (uint32_t page = 0; page < pages; page++) {
        set_asid(c, (uint16_t)(page % ASIDS));
        fill_page(c, page);
    }
    set_asid(c, 0);
}

/* The next page of ASID 0, at a distance that depends on the answer before. */
static uint64_t next_va(const struct cache *c, uint64_t va, uint64_t pa)
{
    uint64_t page = (va >> 12) + ASIDS * (1 + (pa >> 12 & 7));

    return (page & (c->pages - 1)) << 12;
}

static uint64_t hit(void *ctx, uint64_t ops)
{
    struct cache *c = ctx;
    struct armvirt_access access = {.el = 1};
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        const struct armvirt_tlb_entry *entry = armvirt_tlb_lookup(c->tlb, &c->context, &access);
        uint64_t pa = entry != NULL ? armvirt_tlb_pa(entry, access.va) : 0;

        sum += pa;
        access.va = next_va(c, access.va, pa);
    }
    return sum;
}

static uint64_t hit_floor(void *ctx, uint64_t ops)
{
    struct cache *c = ctx;
    const uint64_t *words = (const uint64_t *)(const void *)c->tlb;
    uint64_t va = 0, sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        uint64_t at = 256 + (va >> 12) * 8, pa = words[at] ^ words[at + 8];

        sum += pa;
        va = next_va(c, va, pa);
    }
    return sum;
}

static uint64_t miss(void *ctx, uint64_t ops)
{
    struct cache *c = ctx;
    struct armvirt_access access = {.va = UINT64_C(1) << 40, .el = 1};
    uint64_t hits = 0;

    for (uint64_t n = 0; n < ops; n++, access.va += 0x1000) {
        hits += armvirt_tlb_lookup(c->tlb, &c->context, &access) != NULL;
    }
    return hits;
}

/* One store to a table of generations, and one to the time. */
static uint64_t inval_floor(void *ctx, uint64_t ops)
{
    struct cache *c = ctx;

    for (uint64_t n = 0; n < ops; n++) {
        c->floor[n & 3] = n;
        c->floor[4] += 1;
    }
    return c->floor[4];
}

/* What is invalidated is not what is live: the numbers stay as they are. */
static uint64_t invalidate(void *ctx, uint64_t ops)
{
    struct cache *c = ctx;

    for (uint64_t n = 0; n < ops; n++) {
        armvirt_tlb_invalidate(c->tlb, &c->inval);
    }
    return ops;
}

static const struct {
    const char *name;
    struct armvirt_tlb_inval inval;
} kinds[] = {
    {"by VA", {UINT64_C(1) << 40, (UINT64_C(1) << 40) + 0xfff, 1, 99, ARMVIRT_TLB_VA, 0, 0, 0}},
    {"by VA, 64 pages",
     {UINT64_C(1) << 40, (UINT64_C(1) << 40) + 0x3ffff, 1, 99, ARMVIRT_TLB_VA, 0, 0, 0}},
    {"by VA, 2 GB", {UINT64_C(1) << 40, (UINT64_C(3) << 40) - 1, 1, 99, ARMVIRT_TLB_VA, 0, 0, 0}},
    {"by IPA", {0, 0xfff, 99, 0, ARMVIRT_TLB_STAGE2, 0, 0, 0}},
    {"ASID", {0, 0, 1, 99, ARMVIRT_TLB_ASID, 0, 0, 0}},
    {"VMID", {0, 0, 99, 0, ARMVIRT_TLB_VMID, 0, 0, 0}},
    {"VMID, both stages", {0, 0, 99, 0, ARMVIRT_TLB_VMID_S12, 0, 0, 0}},
    {"regime", {0, 0, 0, 0, ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL2, 0, 0}},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), CASES = (2 + KINDS) * SIZES };

static struct cache inval_caches[KINDS][SIZES];
static struct bench_case cases[CASES];
static char names[CASES][48];

static struct bench_case *add(unsigned n, const char *what, unsigned size, bench_fn *run,
                              bench_fn *floor, struct cache *c)
{
    (void)snprintf(names[n], sizeof(names[n]), "%s, %u live", what, (unsigned)live[size]);
    cases[n] =
        (struct bench_case){.name = names[n], .unit = "op", .run = run, .floor = floor, .ctx = c};
    return &cases[n];
}

int main(int argc, char **argv)
{
    unsigned n = 0;

    for (unsigned size = 0; size < SIZES; size++) {
        make(&caches[size], storage[size], live[size]);
        add(n++, "hit", size, hit, hit_floor, &caches[size]);
        add(n++, "miss", size, miss, NULL, &caches[size]);
    }
    for (unsigned kind = 0; kind < KINDS; kind++) {
        for (unsigned size = 0; size < SIZES; size++) {
            struct cache *c = &inval_caches[kind][size];

            *c = caches[size];
            c->inval = kinds[kind].inval;
            add(n++, kinds[kind].name, size, invalidate, inval_floor, c);
        }
    }
    return bench_main(argc, argv, cases, n);
}
