/* SPDX-License-Identifier: MIT */
/*
 * All mappings of a real kernel's address space, one after the other, against a bare loop that
 * reads the same descriptors through the same memory callback and follows the tables. The memory is
 * that of the recorded system A of examples/inspect/data.
 */
#include "harness.h"

#include <armvirt/mem.h>
#include <armvirt/pgiter.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEGMENTS = 4096 };

struct system {
    struct armvirt_mem_segment segment[MAX_SEGMENTS];
    struct armvirt_mem_sparse sparse;
    struct armvirt_walk_env env;
    struct armvirt_regime regime;
    uint64_t root;
};

static void *load_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    char *bytes;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    *size = (size_t)ftell(f);
    bytes = malloc(*size + 1);
    rewind(f);
    if (bytes == NULL || fread(bytes, 1, *size, f) < *size) {
        perror(path);
        exit(2);
    }
    bytes[*size] = 0;
    fclose(f);
    return bytes;
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word = 0;

    for (unsigned i = 0; i < 8; i++) {
        word |= (uint64_t)bytes[i] << 8 * i;
    }
    return word;
}

/* Records of {address, length, bytes}. */
static void load_memory(struct system *s)
{
    size_t size, count = 0;
    uint8_t *bytes = load_file(BENCH_DATA "/mem.bin", &size);

    for (size_t at = 0; at + 16 <= size && count < MAX_SEGMENTS; count++) {
        uint64_t length = word_at(bytes + at + 8);

        s->segment[count] = (struct armvirt_mem_segment){
            .pa = word_at(bytes + at), .size_bytes = length, .bytes = bytes + at + 16};
        at += 16 + length;
    }
    if (armvirt_mem_sparse_init(&s->sparse, s->segment, count) != ARMVIRT_OK) {
        fprintf(stderr, "mem.bin: not a memory\n");
        exit(2);
    }
    s->env.mem = armvirt_mem_from_sparse(&s->sparse);
}

static uint64_t reg(const char *registers, const char *name)
{
    char line[64];
    const char *found;

    snprintf(line, sizeof(line), "\nCPU0.%s = ", name);
    found = strstr(registers, line);
    return found == NULL ? 0 : strtoull(found + strlen(line), NULL, 0);
}

static void load_registers(struct system *s)
{
    size_t size;
    const char *r = load_file(BENCH_REGS, &size);
    struct armvirt_vmsa vmsa = {
        .id_aa64pfr0_el1 = 0x0111, /* EL2, no EL3 */
        .id_aa64mmfr0_el1 = reg(r, "ID_AA64MMFR0_EL1"),
        .id_aa64mmfr1_el1 = reg(r, "ID_AA64MMFR1_EL1"),
        .id_aa64mmfr2_el1 = reg(r, "ID_AA64MMFR2_EL1"),
        .hcr_el2 = reg(r, "HCR_EL2"),
        .sctlr_el2 = reg(r, "SCTLR_EL2"),
        .tcr_el2 = reg(r, "TCR_EL2"),
        .ttbr0_el2 = {reg(r, "TTBR0_EL2")},
        .ttbr1_el2 = {reg(r, "TTBR1_EL2")},
        .mair_el2 = reg(r, "MAIR_EL2"),
    };

    if (armvirt_regime_init(&s->regime, &vmsa, 2) != ARMVIRT_OK) {
        fprintf(stderr, "regs.txt: no EL2\n");
        exit(2);
    }
    s->root = s->regime.s1[1].base_pa;
}

static uint64_t iterate(void *ctx, uint64_t ops)
{
    const struct system *s = ctx;
    struct armvirt_map_query query = {.first = UINT64_C(1) << 63, .last = UINT64_MAX};
    struct armvirt_map_iter it;
    struct armvirt_mapping m;
    uint64_t sum = 0;

    armvirt_map_begin(&it, &s->regime, &s->env, &query);
    while (ops > 0) {
        if (armvirt_map_next(&it, &m) == ARMVIRT_OK) {
            sum += m.walk.pa;
            ops--;
        } else {
            armvirt_map_begin(&it, &s->regime, &s->env, &query);
        }
    }
    return sum;
}

/* The bare loop: a table a level, and how far each has been read. */
struct bare {
    uint64_t table[4];
    unsigned next[4];
    int level;
};

/* To the next valid leaf; false at the end. */
static bool bare_next(const struct system *s, struct bare *b, uint64_t *desc)
{
    for (;;) {
        struct armvirt_mem_req req = {.size = 8, .level = (int8_t)b->level};

        if (b->next[b->level] == 512) {
            if (b->level-- == 0) {
                return false;
            }
            continue;
        }
        req.pa = b->table[b->level] + 8 * b->next[b->level]++;
        if (s->env.mem.ops->read(s->env.mem.ctx, &req, desc) != ARMVIRT_BUS_OK ||
            (*desc & 1) == 0) {
            continue;
        }
        if (b->level == 3 || (*desc & 2) == 0) {
            return true;
        }
        b->level++;
        b->table[b->level] = *desc & UINT64_C(0xfffffffff000);
        b->next[b->level] = 0;
    }
}

static uint64_t floor_iterate(void *ctx, uint64_t ops)
{
    const struct system *s = ctx;
    struct bare b = {.table = {s->root}};
    uint64_t sum = 0, desc;

    while (ops > 0) {
        if (bare_next(s, &b, &desc)) {
            sum += desc;
            ops--;
        } else {
            b = (struct bare){.table = {s->root}};
        }
    }
    return sum;
}

/* 256 TB with nothing in them. */
static uint64_t iterate_empty(void *ctx, uint64_t ops)
{
    static uint8_t table[4096];
    const struct system *s = ctx;
    struct armvirt_mem_flat flat = {
        .bytes = table, .base_pa = s->root, .size_bytes = sizeof(table)};
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&flat)};
    struct armvirt_map_query query = {.first = UINT64_C(1) << 63, .last = UINT64_MAX};
    struct armvirt_map_iter it;
    struct armvirt_mapping m;
    uint64_t ends = 0;

    for (uint64_t i = 0; i < ops; i++) {
        armvirt_map_begin(&it, &s->regime, &env, &query);
        ends += armvirt_map_next(&it, &m) == ARMVIRT_END;
    }
    return ends;
}

int main(int argc, char **argv)
{
    static struct system a;
    struct bench_case cases[] = {
        {"all mappings of a real kernel", "mapping", iterate, floor_iterate, &a, 0, 0, 0},
        {"an empty 256 TB", "space", iterate_empty, NULL, &a, 0, 0, 0},
    };

    load_memory(&a);
    load_registers(&a);
    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
