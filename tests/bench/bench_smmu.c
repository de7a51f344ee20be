/* SPDX-License-Identifier: MIT */
/*
 * The SMMU: transactions that hit, that need a walk, that need everything; invalidations with many
 * translations live; commands. The floors do the reads of memory and nothing else.
 */
#include "../smmu_world.h"
#include "harness.h"

enum { LIVE_SIZES = 3, BATCH = 64, BIG_LOG2 = 7, MISS_PAGES = 4096, WINDOW = 0x200000 };

static const uint32_t live_sizes[LIVE_SIZES] = {256, 4096, 65536};

struct bench {
    struct world *w;
    uint32_t pages; /* pages that the addresses go round in, a power of two */
    uint64_t prod;  /* of the command queue */
    uint64_t command[BATCH][2];
    struct armvirt_regime regime;
};

/* Maps the page @n from VA on; the last levels lie behind the data. */
static void map(struct world *w, uint32_t n)
{
    uint64_t va = VA + 0x1000 * (uint64_t)n, l2 = S1_TABLES + 0x1000;
    uint64_t l3 = WINDOW + 0x1000 * (va >> 21 & 0xff);

    world_poke(w, S1_TABLES + (va >> 30 & 0x1ff) * 8, l2 | DESC_TABLE);
    world_poke(w, l2 + (va >> 21 & 0x1ff) * 8, l3 | DESC_TABLE);
    world_poke(w, l3 + (va >> 12 & 0x1ff) * 8,
               (PAGES + 0x1000 * (uint64_t)(n & 63)) | DESC_PAGE | AP_EL0);
}

static uint64_t address(const struct bench *b, uint64_t n)
{
    return VA + 0x1000 * ((n * 1021) & (b->pages - 1));
}

static uint64_t go(struct world *w, uint64_t va)
{
    const struct armvirt_smmu_txn txn = {.addr = va, .sid = SID};
    struct armvirt_smmu_result result;

    (void)armvirt_smmu_translate(w->smmu, &txn, &result);
    if (result.outcome != ARMVIRT_SMMU_PASS) {
        abort();
    }
    return result.pa;
}

static void make(struct bench *b, uint32_t entries, uint32_t pages)
{
    struct armvirt_smmu_id id;

    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_LINUX_MIN, &id);
    b->w = world_new_id(&id, entries, 0);
    b->pages = pages;
    world_stream(b->w, 5);
    world_enable(b->w);
    for (uint32_t n = 0; n < pages; n++) {
        map(b->w, n);
    }
}

/* ---- Transactions -------------------------------------------------------------------------- */

static uint64_t hit(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        sum += go(b->w, address(b, n));
    }
    return sum;
}

/* Every translation is new: between rounds of the pages, all are forgotten. */
static uint64_t miss(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        if ((n & (b->pages - 1)) == 0) {
            world_command(b->w, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
        }
        sum += go(b->w, address(b, n));
    }
    return sum;
}

/* The same walks through armvirt_translate(). */
static uint64_t walks(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    struct armvirt_walk_env env = {.mem = {&world_mem, b->w}};
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        struct armvirt_access access = {.va = address(b, n)};
        struct armvirt_walk walk;

        if (armvirt_translate(&b->regime, &env, &access, &walk) != ARMVIRT_OK) {
            abort();
        }
        sum += walk.pa;
    }
    return sum;
}

/* Configuration and translation are new each time. */
static uint64_t cold(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        sum += go(b->w, address(b, n));
    }
    return sum;
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* Batches of BATCH commands, the last a CMD_SYNC; per command. */
static uint64_t commands(void *ctx, uint64_t ops)
{
    struct bench *b = ctx;

    for (uint64_t n = 0; n < ops; n += BATCH) {
        b->prod = (b->prod + BATCH) & ((2u << BIG_LOG2) - 1);
        world_put(b->w, R_CMDQ_PROD, 4, b->prod);
        while (armvirt_smmu_run(b->w->smmu, BATCH) == ARMVIRT_E_AGAIN) {
        }
    }
    return world_get(b->w, R_CMDQ_CONS, 4);
}

/* The reads of the commands. */
static uint64_t command_reads(void *ctx, uint64_t ops)
{
    struct bench *b = ctx;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        struct armvirt_mem_req req = {.pa = CMDQ + 16 * (n & 127), .size = 8};
        uint64_t value[2] = {0, 0};

        (void)world_read(b->w, &req, value);
        sum += value[0];
        req.pa += 8;
        (void)world_read(b->w, &req, value);
        sum += value[0];
    }
    return sum;
}

/* A queue full of one command, with a CMD_SYNC at the end of each batch. */
static void make_commands(struct bench *b, uint32_t entries, uint64_t cmd0, uint64_t cmd1)
{
    uint32_t pages = entries < 32768 ? entries : 32768;

    make(b, entries, pages);
    for (uint32_t n = 0; n < pages; n++) {
        (void)go(b->w, VA + 0x1000 * (uint64_t)n);
    }
    world_put(b->w, R_CR0, 4, 0);
    world_put(b->w, R_CMDQ_BASE, 8, CMDQ | BIG_LOG2);
    world_put(b->w, R_CMDQ_PROD, 4, 0);
    world_put(b->w, R_CMDQ_CONS, 4, 0);
    world_put(b->w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
    for (unsigned n = 0; n < 1u << BIG_LOG2; n++) {
        bool sync = n % BATCH == BATCH - 1;

        world_poke(b->w, CMDQ + 16 * n, sync ? ARMVIRT_SMMU_CMD0_OP_SYNC : cmd0);
        world_poke(b->w, CMDQ + 16 * n + 8, sync ? 0 : cmd1);
    }
}

static const struct {
    const char *name;
    uint64_t cmd0, cmd1;
} kinds[] = {
    /* what is invalidated is not what is live: the numbers stay as they are */
    {"TLBI_NH_VA", ARMVIRT_SMMU_CMD0_OP_TLBI_NH_VA | PUT(CMD0_TLBI, ASID, 99), 0x99999000},
    {"TLBI_NH_ASID", ARMVIRT_SMMU_CMD0_OP_TLBI_NH_ASID | PUT(CMD0_TLBI, ASID, 99), 0},
    {"CFGI_STE", ARMVIRT_SMMU_CMD0_OP_CFGI_STE | UINT64_C(77) << 32, 1},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), CASES = 4 + KINDS * LIVE_SIZES };

static struct bench benches[CASES];
static struct bench_case cases[CASES];
static char names[CASES][48];

static struct bench *add(unsigned n, const char *unit, bench_fn *run, bench_fn *floor)
{
    cases[n] = (struct bench_case){
        .name = names[n], .unit = unit, .run = run, .floor = floor, .ctx = &benches[n]};
    return &benches[n];
}

static void add_transactions(void)
{
    struct armvirt_smmu_txn txn = {.sid = SID};
    struct armvirt_smmu_context context;
    uint8_t reason;
    struct bench *b;

    (void)snprintf(names[0], sizeof(names[0]), "hit");
    make(add(0, "transaction", hit, NULL), 4096, 256);
    (void)snprintf(names[1], sizeof(names[1]), "configuration hit, walk");
    b = add(1, "transaction", miss, walks);
    make(b, 8192, MISS_PAGES);
    if (armvirt_smmu_stream(b->w->smmu, &txn, &context, &reason) != ARMVIRT_OK) {
        abort();
    }
    b->regime = context.regime;
    (void)snprintf(names[2], sizeof(names[2]), "no caches");
    make(add(2, "transaction", cold, NULL), 0, 256);
    (void)snprintf(names[3], sizeof(names[3]), "commands, nothing live");
    make_commands(add(3, "command", commands, command_reads), 16, kinds[0].cmd0, kinds[0].cmd1);
}

int main(int argc, char **argv)
{
    unsigned n = 4;

    add_transactions();
    for (unsigned kind = 0; kind < KINDS; kind++) {
        for (unsigned size = 0; size < LIVE_SIZES; size++, n++) {
            (void)snprintf(names[n], sizeof(names[n]), "%s, %u entries", kinds[kind].name,
                           (unsigned)live_sizes[size]);
            make_commands(add(n, "command", commands, command_reads), live_sizes[size],
                          kinds[kind].cmd0, kinds[kind].cmd1);
        }
    }
    return bench_main(argc, argv, cases, n);
}
