/* SPDX-License-Identifier: MIT */
/*
 * Translations against their floor: a loop that makes the same dependent reads through the same
 * memory callback, finds the next table in each, and does nothing else.
 */
#include "harness.h"

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>

#include <stdlib.h>
#include <string.h>

enum { ADDRESSES = 256 };

/* A machine: memory from physical 0, registers, and the addresses that are translated. */
struct machine {
    struct armvirt_mem_flat flat;
    struct armvirt_walk_env env;
    struct armvirt_regime regime;
    uint64_t s1_root, s2_root;
    unsigned stride, desc_log2;
    bool nested;
    uint64_t va[ADDRESSES];
    uint64_t next_free;
};

enum {
    TABLE = 3,
    S1_PAGE = 0x403 | 0x300, /* AF, inner shareable, page */
    S2_PAGE = 0x403 | 0x3fc, /* AF, inner shareable, read/write, Normal WB, page */
};

static const uint64_t MEMORY_BYTES = UINT64_C(64) << 20;

static void put(struct machine *m, uint64_t pa, uint64_t desc)
{
    for (unsigned i = 0; i < 8; i++) {
        m->flat.bytes[pa + i] = (uint8_t)(desc >> 8 * i);
    }
}

static uint64_t get(const struct machine *m, uint64_t pa)
{
    uint64_t desc = 0;

    for (unsigned i = 0; i < 8; i++) {
        desc |= (uint64_t)m->flat.bytes[pa + i] << 8 * i;
    }
    return desc;
}

static uint64_t new_table(struct machine *m)
{
    uint64_t pa = m->next_free;

    m->next_free += 4096;
    if (m->next_free > MEMORY_BYTES) {
        abort();
    }
    return pa;
}

/* Where level @level of a table with @stride index bits finds @ia. */
static uint64_t entry(const struct machine *m, uint64_t table, uint64_t ia, int level)
{
    unsigned lo = 12 + (unsigned)(3 - level) * m->stride;

    return table + ((ia >> lo & ((UINT64_C(1) << m->stride) - 1)) << m->desc_log2);
}

static void map(struct machine *m, uint64_t root, uint64_t ia, uint64_t oa, uint64_t page_bits,
                int start_level)
{
    uint64_t table = root;

    for (int level = start_level; level < 3; level++) {
        uint64_t at = entry(m, table, ia, level);

        if (get(m, at) == 0) {
            put(m, at, new_table(m) | TABLE);
        }
        table = get(m, at) & ~UINT64_C(0xfff);
    }
    put(m, entry(m, table, ia, 3), oa | page_bits);
}

static void start(struct machine *m)
{
    m->flat = (struct armvirt_mem_flat){
        .bytes = calloc(1, MEMORY_BYTES), .size_bytes = MEMORY_BYTES, .writable = true};
    m->env.mem = armvirt_mem_from_flat(&m->flat);
    m->next_free = 1 << 20;
    m->stride = 9;
    m->desc_log2 = 3;
}

/* A 48-bit space of 4 KB pages: four levels. */
static void set_registers(struct machine *m, struct armvirt_vmsa *vmsa)
{
    *vmsa = (struct armvirt_vmsa){
        .id_aa64mmfr0_el1 = 0x5,  /* 48-bit physical addresses */
        .id_aa64mmfr1_el1 = 0x22, /* HAFDBS, 16-bit VMIDs */
        .id_aa64pfr0_el1 = 0x111,
        .sctlr_el1 = 0x1005, /* M, C, I */
        .tcr_el1 = UINT64_C(5) << 32 | 16 | UINT64_C(16) << 16 | UINT64_C(2) << 30,
        .mair_el1 = 0xff,
        .hcr_el2 = UINT64_C(1) << 31, /* RW */
    };
    vmsa->ttbr0_el1[0] = m->s1_root;
}

static void pick_addresses(struct machine *m)
{
    uint64_t seed = 88172645463325252u;

    for (unsigned i = 0; i < ADDRESSES; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        m->va[i] = (seed & 0x7) << 39 | (seed >> 8 & 0x7) << 30 | (seed >> 16 & 0x7) << 21 |
                   (seed >> 24 & 0x1f) << 12 | (seed >> 32 & 0xff8);
    }
}

static void init_stage1(struct machine *m)
{
    struct armvirt_vmsa vmsa;

    start(m);
    m->s1_root = new_table(m);
    pick_addresses(m);
    for (unsigned i = 0; i < ADDRESSES; i++) {
        map(m, m->s1_root, m->va[i], (m->va[i] >> 5 & 0xfff000), S1_PAGE, 0);
    }
    set_registers(m, &vmsa);
    armvirt_regime_init(&m->regime, &vmsa, 1);
}

/* Stage 2 maps all memory one to one in 4 KB pages of a four-level tree. */
static void init_nested(struct machine *m)
{
    struct armvirt_vmsa vmsa;

    init_stage1(m);
    m->nested = true;
    m->s2_root = new_table(m);
    for (uint64_t ipa = 0; ipa < MEMORY_BYTES / 2; ipa += 4096) {
        map(m, m->s2_root, ipa, ipa, S2_PAGE, 0);
    }
    set_registers(m, &vmsa);
    vmsa.hcr_el2 |= 1;                     /* VM */
    vmsa.vtcr_el2 = 16 | 2 << 6 | 5 << 16; /* T0SZ, SL0: level 0, 48-bit output */
    vmsa.vttbr_el2[0] = m->s2_root;
    armvirt_regime_init(&m->regime, &vmsa, 1);
}

/*
 * Each address depends on the answer before, as in a machine that has to wait for a translation
 * before it can go on (the added bit is always 0). The floors do the same.
 */
static uint64_t next_va(const struct machine *m, uint64_t i, uint64_t last)
{
    return m->va[i % ADDRESSES] + (last >> 63);
}

static uint64_t translate(void *ctx, uint64_t ops)
{
    struct machine *m = ctx;
    struct armvirt_access access = {.kind = ARMVIRT_READ, .el = 1};
    struct armvirt_walk walk = {.pa = 0};

    for (uint64_t i = 0; i < ops; i++) {
        access.va = next_va(m, i, walk.pa);
        if (armvirt_translate(&m->regime, &m->env, &access, &walk) != ARMVIRT_OK) {
            abort();
        }
    }
    return walk.pa;
}

/* Addresses known in advance: walks overlap as far as the host can. */
static uint64_t translate_many(void *ctx, uint64_t ops)
{
    struct machine *m = ctx;
    struct armvirt_access access = {.kind = ARMVIRT_READ, .el = 1};
    struct armvirt_walk walk;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < ops; i++) {
        access.va = m->va[i % ADDRESSES];
        if (armvirt_translate(&m->regime, &m->env, &access, &walk) != ARMVIRT_OK) {
            abort();
        }
        sum += walk.pa;
    }
    return sum;
}

static uint64_t read_desc(const struct machine *m, uint64_t pa)
{
    struct armvirt_mem_req req = {.pa = pa, .size = 8};
    uint64_t desc;

    if (m->env.mem.ops->read(m->env.mem.ctx, &req, &desc) != ARMVIRT_BUS_OK) {
        abort();
    }
    return desc;
}

/* The bare four dependent reads of one stage. */
static uint64_t floor_stage(const struct machine *m, uint64_t root, uint64_t ia)
{
    uint64_t table = root;

    for (unsigned lo = 39; lo >= 12; lo -= 9) {
        table = read_desc(m, table + ((ia >> lo & 0x1ff) << 3)) & UINT64_C(0xfffffffff000);
    }
    return table | (ia & 0xfff);
}

static uint64_t floor_nested_once(const struct machine *m, uint64_t va)
{
    uint64_t table = m->s1_root;

    for (unsigned lo = 39; lo >= 12; lo -= 9) {
        uint64_t pa = floor_stage(m, m->s2_root, table + ((va >> lo & 0x1ff) << 3));
        table = read_desc(m, pa) & UINT64_C(0xfffffffff000);
    }
    return floor_stage(m, m->s2_root, table | (va & 0xfff));
}

static uint64_t floor_once(const struct machine *m, uint64_t va)
{
    return m->nested ? floor_nested_once(m, va) : floor_stage(m, m->s1_root, va);
}

static uint64_t floor_reads(void *ctx, uint64_t ops)
{
    struct machine *m = ctx;
    uint64_t last = 0;

    for (uint64_t i = 0; i < ops; i++) {
        last = floor_once(m, next_va(m, i, last));
    }
    return last;
}

static uint64_t floor_reads_many(void *ctx, uint64_t ops)
{
    struct machine *m = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < ops; i++) {
        sum += floor_once(m, m->va[i % ADDRESSES]);
    }
    return sum;
}

/* ---- VMSAv9-128: 8 index bits a level, 48-bit space: five levels -------------------------- */

static void init_d128(struct machine *m)
{
    struct armvirt_vmsa vmsa;

    start(m);
    m->stride = 8;
    m->desc_log2 = 4;
    m->s1_root = new_table(m);
    pick_addresses(m);
    for (unsigned i = 0; i < ADDRESSES; i++) {
        map(m, m->s1_root, m->va[i], (m->va[i] >> 5 & 0xfff000), 0x701, -1);
    }
    set_registers(m, &vmsa);
    vmsa.id_aa64mmfr3_el1 = UINT64_C(1) << 32 | 0x101; /* D128, S1PIE, TCRX */
    vmsa.tcr2_el1 = 1 << 5;                            /* D128 */
    vmsa.hcr_el2 = 0;
    vmsa.id_aa64pfr0_el1 = 0x11; /* no EL2: TCR2_EL1 needs no enable */
    vmsa.pir_el1 = 5;            /* index 0: read and write */
    armvirt_regime_init(&m->regime, &vmsa, 1);
}

static uint64_t floor_d128(void *ctx, uint64_t ops)
{
    struct machine *m = ctx;
    uint64_t last = 0;

    for (uint64_t i = 0; i < ops; i++) {
        uint64_t va = next_va(m, i, last);
        uint64_t table = m->s1_root;

        for (unsigned lo = 44; lo >= 12; lo -= 8) {
            struct armvirt_mem_req req = {.pa = table + ((va >> lo & 0xff) << 4), .size = 16};
            uint64_t desc[2];

            if (m->env.mem.ops->read(m->env.mem.ctx, &req, desc) != ARMVIRT_BUS_OK) {
                abort();
            }
            table = desc[0] & UINT64_C(0xfffffffffff000);
        }
        last = table | (va & 0xfff);
    }
    return last;
}

int main(int argc, char **argv)
{
    static struct machine stage1, nested, d128;
    struct bench_case cases[] = {
        {"stage 1, 4 levels", "walk", translate, floor_reads, &stage1, 1.5, 0, 0},
        {"nested, 24 reads", "walk", translate, floor_reads, &nested, 1.5, 0, 0},
        {"VMSAv9-128, 5 levels", "walk", translate, floor_d128, &d128, 0, 0, 0},
        {"stage 1, overlapping", "walk", translate_many, floor_reads_many, &stage1, 0, 0, 0},
        {"nested, overlapping", "walk", translate_many, floor_reads_many, &nested, 0, 0, 0},
    };

    init_stage1(&stage1);
    init_nested(&nested);
    init_d128(&d128);
    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
