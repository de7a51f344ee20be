/* SPDX-License-Identifier: MIT */
/*
 * The SMMU: transactions that hit, that need a walk, that need everything; commands, and every kind
 * of invalidation with many translations live. The floors do the reads of memory and nothing else,
 * or the same with few translations live.
 */
#include "../smmu_world.h"
#include "harness.h"

enum {
    LIVE_SIZES = 3,
    BATCH = 64,
    BIG_LOG2 = 7,
    MISS_PAGES = 4096,
    STREAMS = 16, /* of those with more than one */
    WINDOW = 0x200000,
};

static const uint32_t live_sizes[LIVE_SIZES] = {256, 4096, 65536};

struct bench {
    struct world *w;
    uint32_t pages; /* pages that the addresses go round in, a power of two */
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

static uint64_t go_as(struct world *w, uint64_t sid, uint64_t va)
{
    const struct armvirt_smmu_txn txn = {.addr = va, .sid = (uint32_t)sid};
    struct armvirt_smmu_result result;

    (void)armvirt_smmu_translate(w->smmu, &txn, &result);
    if (result.outcome != ARMVIRT_SMMU_PASS) {
        abort();
    }
    return result.pa;
}

static uint64_t go(struct world *w, uint64_t va)
{
    return go_as(w, SID, va);
}

static void make(struct bench *b, unsigned preset, uint32_t entries, uint32_t pages)
{
    struct armvirt_smmu_id id;

    (void)armvirt_smmu_preset_id(preset, &id);
    b->w = world_new_id(&id, entries, 0);
    b->pages = pages;
    world_stream(b->w, 5);
    world_enable(b->w);
    for (uint32_t n = 0; n < pages; n++) {
        map(b->w, n);
    }
}

/* The streams behind SID, with the same tables and each its own context descriptor. */
static void add_streams(struct world *w)
{
    uint64_t word[8];

    for (unsigned n = 1; n < STREAMS; n++) {
        world_ste_words(word, 5);
        word[0] += 64 * n;
        world_put_words(w, STRTAB + 64 * (SID + n), word);
        world_cd_words(word);
        word[0] += PUT(CD0, ASID, n);
        world_put_words(w, CDTAB + 64 * n, word);
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

/* Any page of any stream: 16 pages each, in no order. Each stream has an ASID of its own. */
static uint64_t hit_streams(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    uint64_t sum = 0, random = 1;

    for (uint64_t n = 0; n < ops; n++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        sum += go_as(b->w, SID + (random >> 60), VA + 0x1000 * (random >> 40 & (b->pages - 1)));
    }
    return sum;
}

/* The same, and what is recent is forgotten after each round of them: a register is written. */
static uint64_t hit_tlb(void *ctx, uint64_t ops)
{
    const struct bench *b = ctx;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        if (n % (STREAMS * b->pages) == 0) {
            world_put(b->w, R_IRQ_CTRL, 4, 7);
        }
        sum += go_as(b->w, SID + n % STREAMS, VA + 0x1000 * (n / STREAMS * 5 & (b->pages - 1)));
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

/* A queue that is full of one command, with a CMD_SYNC at the end of each batch. */
struct command {
    const char *name;
    uint64_t cmd0, cmd1;
    uint8_t space; /* whose queue */
};

/* An SMMU with so many translations live, and what its queue is full of. */
struct live {
    struct bench b;
    const struct command *command;
    uint64_t prod;
};

#define OP(name)   ARMVIRT_SMMU_CMD0_OP_##name
#define VMID_99    PUT(CMD0_TLBI, VMID, 99)
#define ASID_99    PUT(CMD0_TLBI, ASID, 99)
#define FAR_AWAY   UINT64_C(0x99999000)
#define STREAM_77  (UINT64_C(77) << 32)
#define EIGHT_4K   (PUT(CMD0_TLBI, NUM, 7))
#define TG_4K_LEAF (PUT(CMD1_TLBI, TG, 1) | PUT(CMD1_TLBI, TTL, 3) | 1)

/* What is invalidated is not what is live: the numbers stay as they are, up to the last rows. */
static const struct command kinds[] = {
    {"TLBI_NH_ALL", OP(TLBI_NH_ALL) | VMID_99, 0, 0},
    {"TLBI_NH_ASID", OP(TLBI_NH_ASID) | VMID_99 | ASID_99, 0, 0},
    {"TLBI_NH_VA", OP(TLBI_NH_VA) | VMID_99 | ASID_99, FAR_AWAY, 0},
    {"TLBI_NH_VA, 8 pages", OP(TLBI_NH_VA) | VMID_99 | ASID_99 | EIGHT_4K, FAR_AWAY | TG_4K_LEAF,
     0},
    {"TLBI_NH_VAA", OP(TLBI_NH_VAA) | VMID_99, FAR_AWAY, 0},
    {"TLBI_EL2_ALL", OP(TLBI_EL2_ALL), 0, 0},
    {"TLBI_EL2_ASID", OP(TLBI_EL2_ASID) | ASID_99, 0, 0},
    {"TLBI_EL2_VA", OP(TLBI_EL2_VA) | ASID_99, FAR_AWAY, 0},
    {"TLBI_EL2_VAA", OP(TLBI_EL2_VAA), FAR_AWAY, 0},
    {"TLBI_S12_VMALL", OP(TLBI_S12_VMALL) | VMID_99, 0, 0},
    {"TLBI_S2_IPA", OP(TLBI_S2_IPA) | VMID_99, FAR_AWAY, 0},
    {"TLBI_S2_IPA, 8 pages", OP(TLBI_S2_IPA) | VMID_99 | EIGHT_4K, FAR_AWAY | TG_4K_LEAF, 0},
    {"TLBI_S_EL2_ALL", OP(TLBI_S_EL2_ALL), 0, ARMVIRT_SPACE_SECURE},
    {"TLBI_S_EL2_ASID", OP(TLBI_S_EL2_ASID) | ASID_99, 0, ARMVIRT_SPACE_SECURE},
    {"TLBI_S_EL2_VA", OP(TLBI_S_EL2_VA) | ASID_99, FAR_AWAY, ARMVIRT_SPACE_SECURE},
    {"TLBI_S_EL2_VAA", OP(TLBI_S_EL2_VAA), FAR_AWAY, ARMVIRT_SPACE_SECURE},
    {"TLBI_S_S12_VMALL", OP(TLBI_S_S12_VMALL) | VMID_99, 0, ARMVIRT_SPACE_SECURE},
    {"TLBI_S_S2_IPA", OP(TLBI_S_S2_IPA) | VMID_99, FAR_AWAY, ARMVIRT_SPACE_SECURE},
    {"TLBI_SNH_ALL", OP(TLBI_SNH_ALL), 0, ARMVIRT_SPACE_SECURE},
    {"CFGI_STE", OP(CFGI_STE) | STREAM_77, 1, 0},
    {"CFGI_STE_RANGE", OP(CFGI_STE_RANGE) | STREAM_77, 3, 0},
    {"CFGI_ALL", OP(CFGI_STE_RANGE), 31, 0},
    {"CFGI_CD", OP(CFGI_CD) | STREAM_77, 1, 0},
    {"CFGI_CD_ALL", OP(CFGI_CD_ALL) | STREAM_77, 0, 0},
    {"CFGI_VMS_PIDM", OP(CFGI_VMS_PIDM) | VMID_99, 0, 0},
    {"TLBI_NSNH_ALL", OP(TLBI_NSNH_ALL), 0, 0},
};

/* Fill the queue, and begin at its start. */
static void set_command(struct live *live, const struct command *command)
{
    struct world *w = live->b.w;

    live->command = command;
    live->prod = 0;
    w->space = command->space;
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_CMDQ_BASE, 8, CMDQ | BIG_LOG2);
    world_put(w, R_CMDQ_PROD, 4, 0);
    world_put(w, R_CMDQ_CONS, 4, 0);
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
    for (unsigned n = 0; n < 1u << BIG_LOG2; n++) {
        bool sync = n % BATCH == BATCH - 1;

        world_poke(w, CMDQ + 16 * n, sync ? ARMVIRT_SMMU_CMD0_OP_SYNC : command->cmd0);
        world_poke(w, CMDQ + 16 * n + 8, sync ? 0 : command->cmd1);
    }
}

/* Batches of BATCH commands, the last a CMD_SYNC; per command. */
static uint64_t run_commands(struct live *live, const struct command *command, uint64_t ops)
{
    struct world *w = live->b.w;

    if (live->command != command) {
        set_command(live, command);
    }
    for (uint64_t n = 0; n < ops; n += BATCH) {
        live->prod = (live->prod + BATCH) & ((2u << BIG_LOG2) - 1);
        world_put(w, R_CMDQ_PROD, 4, live->prod);
        while (armvirt_smmu_run(w->smmu, BATCH) == ARMVIRT_E_AGAIN) {
        }
    }
    if (world_get(w, R_GERROR, 4) != 0) {
        abort();
    }
    return world_get(w, R_CMDQ_CONS, 4);
}

/* The same command with many and, as the floor, with few translations live. */
struct comparison {
    struct live *many, *few;
    const struct command *command;
};

static uint64_t with_many(void *ctx, uint64_t ops)
{
    const struct comparison *c = ctx;

    return run_commands(c->many, c->command, ops);
}

static uint64_t with_few(void *ctx, uint64_t ops)
{
    const struct comparison *c = ctx;

    return run_commands(c->few, c->command, ops);
}

/* The reads of the commands. */
static uint64_t command_reads(void *ctx, uint64_t ops)
{
    const struct comparison *c = ctx;
    struct world *w = c->few->b.w;
    uint64_t sum = 0;

    for (uint64_t n = 0; n < ops; n++) {
        struct armvirt_mem_req req = {.pa = CMDQ + 16 * (n & 127), .size = 8};
        uint64_t value[2] = {0, 0};

        (void)world_read(w, &req, value);
        sum += value[0];
        req.pa += 8;
        (void)world_read(w, &req, value);
        sum += value[0];
    }
    return sum;
}

/* ---- All of them --------------------------------------------------------------------------- */

enum {
    KINDS = sizeof(kinds) / sizeof(kinds[0]),
    TRANSACTIONS = 6, /* and one row of commands against their reads */
    CASES = TRANSACTIONS + 1 + KINDS * (LIVE_SIZES - 1)
};

static struct bench benches[TRANSACTIONS];
static struct live lives[LIVE_SIZES];
static struct comparison comparisons[KINDS][LIVE_SIZES];
static struct bench_case cases[CASES];
static char names[CASES][48];

static void make_live(struct live *live, uint32_t entries)
{
    uint32_t pages = entries < 32768 ? entries : 32768;

    make(&live->b, ARMVIRT_SMMU_MAX, entries, pages);
    for (uint32_t n = 0; n < pages; n++) {
        (void)go(live->b.w, VA + 0x1000 * (uint64_t)n);
    }
}

static struct bench *add(unsigned n, const char *name, bench_fn *run, bench_fn *floor)
{
    cases[n] = (struct bench_case){
        .name = name, .unit = "transaction", .run = run, .floor = floor, .ctx = &benches[n]};
    return &benches[n];
}

static void add_transactions(void)
{
    struct armvirt_smmu_txn txn = {.sid = SID};
    struct armvirt_smmu_context context;
    uint8_t reason;
    struct bench *b;

    make(add(0, "hit", hit, NULL), ARMVIRT_SMMU_LINUX_MIN, 4096, 256);
    make(add(1, "hit, not recent", hit, NULL), ARMVIRT_SMMU_LINUX_MIN, 8192, MISS_PAGES);
    b = add(2, "configuration hit, walk", miss, walks);
    make(b, ARMVIRT_SMMU_LINUX_MIN, 8192, MISS_PAGES);
    if (armvirt_smmu_stream(b->w->smmu, &txn, &context, &reason) != ARMVIRT_OK) {
        abort();
    }
    b->regime = context.regime;
    make(add(3, "no caches", cold, NULL), ARMVIRT_SMMU_LINUX_MIN, 0, 256);
    b = add(4, "hit, 256 pages of 16 streams", hit_streams, NULL);
    make(b, ARMVIRT_SMMU_LINUX_MIN, 4096, 256 / STREAMS);
    add_streams(b->w);
    b = add(5, "hit, 256 pages, none recent", hit_tlb, NULL);
    make(b, ARMVIRT_SMMU_LINUX_MIN, 4096, 256 / STREAMS);
    add_streams(b->w);
}

static void add_commands(unsigned n)
{
    for (unsigned size = 0; size < LIVE_SIZES; size++) {
        make_live(&lives[size], live_sizes[size]);
    }
    for (unsigned kind = 0; kind < KINDS; kind++) {
        for (unsigned size = 1; size < LIVE_SIZES; size++, n++) {
            struct comparison *c = &comparisons[kind][size];

            *c = (struct comparison){&lives[size], &lives[0], &kinds[kind]};
            (void)snprintf(names[n], sizeof(names[n]), "%s, %u live", kinds[kind].name,
                           (unsigned)live_sizes[size]);
            cases[n] = (struct bench_case){.name = names[n],
                                           .unit = "command",
                                           .run = with_many,
                                           .floor = with_few,
                                           .ctx = c,
                                           .goal = 1.1};
        }
    }
}

int main(int argc, char **argv)
{
    add_transactions();
    add_commands(TRANSACTIONS + 1);
    cases[TRANSACTIONS] = (struct bench_case){.name = "TLBI_NH_VA and its reads",
                                              .unit = "command",
                                              .run = with_few,
                                              .floor = command_reads,
                                              .ctx = &comparisons[2][1]};
    return bench_main(argc, argv, cases, CASES);
}
