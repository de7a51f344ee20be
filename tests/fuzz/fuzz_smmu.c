/* SPDX-License-Identifier: MIT */
/*
 * Registers, words of memory, transactions and snapshots, as a guest and its devices may make them:
 * nothing may break the SMMU, work stays within its budget, and a stalled transaction ends once.
 */
#include "../smmu_world.h"

#include <armvirt/smmu_ats.h>
#include <armvirt/tlb.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OP_BYTES = 12, BUDGET = 32, SNAPSHOT = 65536 };

/* What an operation is, and its operands. */
struct op {
    unsigned what, a, b;
    uint64_t value;
};

static struct op read_op(const uint8_t *data)
{
    struct op op = {.what = data[0], .a = data[1], .b = data[2] | (unsigned)data[3] << 8};

    for (unsigned i = 0; i < 8; i++) {
        op.value |= (uint64_t)data[4 + i] << 8 * i;
    }
    return op;
}

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* ---- Operations ---------------------------------------------------------------------------- */

static void write_register(struct world *w, const struct op *op)
{
    static const uint16_t pages[] = {0, 0, 0, 0x8000, 0x8000};
    struct armvirt_smmu_access access = {.size = op->a & 4 ? 8 : 4,
                                         .space = (uint8_t)(op->a >> 3 & 3)};
    uint64_t value;

    access.offset = pages[op->a % 5] + (op->b & 0x1ffc);
    access.offset += op->a & 0x80 ? 0x10000u : 0;
    access.offset += op->a & 0x40 ? (uint64_t)(op->b >> 13) * 0x20000 : 0;
    (void)armvirt_smmu_write(w->smmu, &access, op->value);
    (void)armvirt_smmu_read(w->smmu, &access, &value);
}

/* A word of the structures, or one bit of it. */
static void write_memory(struct world *w, const struct op *op)
{
    static const uint32_t bases[] = {STRTAB + 64 * SID,  CDTAB,  CMDQ, S1_TABLES, S2_TABLES,
                                     S1_TABLES + 0x2000, EVENTQ, PRIQ};
    uint64_t at = bases[op->a & 7] + 8 * (uint64_t)(op->b & 0x1ff);

    world_poke(w, at, op->a & 8 ? op->value : world_peek(w, at) ^ UINT64_C(1) << (op->value & 63));
}

static struct armvirt_smmu_txn txn_of(const struct op *op)
{
    static const uint64_t addresses[] = {VA, IPA, PAGES, 0};
    struct armvirt_smmu_txn txn = {
        .addr = op->a & 0x10 ? op->value : addresses[op->a & 3] + (op->value & 0x3fffff),
        .cookie = 1,
        .sid = op->a & 0x20 ? (uint32_t)(op->value >> 32) : SID + (op->a >> 2 & 3),
        .ssid = op->b >> 12 & 3,
        .flags = (uint16_t)(op->b & 0xfff),
        .sec_sid = (uint8_t)(op->a >> 6),
        .attr = {.mair = (uint8_t)(op->value >> 48), .sh = (uint8_t)(op->value >> 56 & 3)},
    };

    return txn;
}

/* What ends has a reason; what passes, a page. */
static void transact(struct world *w, const struct op *op)
{
    struct armvirt_smmu_txn txn = txn_of(op);
    struct armvirt_smmu_result result;
    enum armvirt_status status = armvirt_smmu_translate(w->smmu, &txn, &result);

    if (status != ARMVIRT_OK) {
        return;
    }
    check(result.outcome <= ARMVIRT_SMMU_STALLED);
    check(result.outcome != ARMVIRT_SMMU_PASS || result.size_log2 <= 64);
    check(result.outcome == ARMVIRT_SMMU_PASS || result.reason != ARMVIRT_SMMU_REASON_NONE);
}

static void command(struct world *w, const struct op *op)
{
    uint64_t slot = world_get(w, R_CMDQ_PROD, 4) & ((1u << CMDQ_LOG2) - 1);

    world_poke(w, CMDQ + 16 * slot, (op->value & ~UINT64_C(0xff)) | op->a);
    world_poke(w, CMDQ + 16 * slot + 8, (op->value << 16) | op->b);
    world_put(w, R_CMDQ_PROD, 4, (world_get(w, R_CMDQ_PROD, 4) + 1) & ((2u << CMDQ_LOG2) - 1));
    if (op->b & 1) { /* software sees to an error, and goes on behind it */
        world_put(w, R_GERRORN, 4, world_get(w, R_GERROR, 4));
    }
}

static void snapshot(struct world *w, const struct op *op)
{
    static uint8_t one[SNAPSHOT], two[SNAPSHOT];
    size_t len, len2;

    check(armvirt_smmu_save(w->smmu, one, sizeof(one), &len) == ARMVIRT_OK);
    memcpy(two, one, len);
    if (op->a & 1) { /* damaged: refused or not, never broken */
        two[op->value % len] ^= (uint8_t)(op->b | 1);
        (void)armvirt_smmu_load(w->smmu, two, len);
        return;
    }
    check(armvirt_smmu_load(w->smmu, one, len) == ARMVIRT_OK);
    check(armvirt_smmu_save(w->smmu, two, sizeof(two), &len2) == ARMVIRT_OK);
    check(len == len2 && memcmp(one, two, len) == 0);
}

static void decode(struct world *w, const struct op *op)
{
    const struct armvirt_smmu_txn txn = txn_of(op);
    struct armvirt_smmu_context context;
    uint8_t reason;

    (void)armvirt_smmu_stream(w->smmu, &txn, &context, &reason);
}

static void fail_memory(struct world *w, const struct op *op)
{
    w->abort_at = op->a & 1 ? STRTAB + 8 * (op->value % 0x20000) : UINT64_MAX;
    w->retry_at = op->a & 2 ? STRTAB + 8 * ((op->value >> 32) % 0x20000) : UINT64_MAX;
}

static void run(struct world *w, const struct op *op)
{
    unsigned budget = 1 + op->a % BUDGET;
    unsigned told = w->irqs[ARMVIRT_SMMU_IRQ_CMD_SYNC];

    (void)armvirt_smmu_run(w->smmu, budget);
    check(w->irqs[ARMVIRT_SMMU_IRQ_CMD_SYNC] - told <= budget);
}

/* Root registers, and a granule protection table at the end of memory. */
static void protect(struct world *w, const struct op *op)
{
    enum { GPT = 0x3f0000 };

    if (op->a & 1) {
        world_poke(w, GPT + 8 * (op->b & 0x3f), op->value);
    } else {
        world_root(w, op->b & 0x7c, op->a & 2 ? 8 : 4, op->a & 4 ? GPT : op->value);
    }
}

static void broadcast(struct world *w, const struct op *op)
{
    const struct armvirt_tlb_inval inval = {
        .first = op->value,
        .last = op->a & 1 ? UINT64_MAX : op->value | 0xfff,
        .vmid = (uint16_t)op->b,
        .asid = (uint16_t)(op->b >> 4),
        .scope = (uint8_t)(op->a >> 1 & 15),
        .regime = (uint8_t)(op->a >> 5),
        .security = (uint8_t)(op->b >> 14 & 3),
    };

    armvirt_smmu_broadcast(w->smmu, &inval);
}

static void hint(struct world *w, const struct op *op)
{
    const struct armvirt_smmu_page_hint page = {
        .addr = op->value,
        .sid = (uint32_t)(op->value >> 32),
        .ssid = op->b,
        .sec_sid = (uint8_t)(op->a >> 6),
        .ssv = op->a & 1,
        .pages = (uint8_t)(op->b >> 8),
        .perm = (uint8_t)op->b,
    };
    bool recorded;

    (void)armvirt_smmu_page_hint(w->smmu, &page, &recorded);
}

static void do_op(struct world *w, const struct op *op)
{
    static void (*const others[])(struct world *, const struct op *) = {protect, broadcast, hint,
                                                                        protect};
    static void (*const actions[])(struct world *, const struct op *) = {
        write_register, write_memory, transact, command, command,     run, decode,   transact,
        write_register, write_memory, transact, command, fail_memory, run, snapshot, transact,
    };

    if ((op->what & 0xf0) == 0xf0) {
        others[op->what & 3](w, op);
    } else {
        actions[op->what & 15](w, op);
    }
}

/* ---- The target ---------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t configs[] = {5, 6, 7, 4};
    struct armvirt_smmu_id id;
    struct world *w;

    if (size == 0) {
        return 0;
    }
    (void)armvirt_smmu_preset_id((unsigned)data[0] % ARMVIRT_SMMU_PRESETS, &id);
    w = world_new_id(&id, data[0] & 0x10 ? 0 : 16, data[0] >> 5 & 3);
    world_stream(w, configs[data[0] >> 2 & 3]);
    world_enable(w);
    for (size_t at = 1; at + OP_BYTES <= size; at += OP_BYTES) {
        struct op op = read_op(data + at);

        do_op(w, &op);
    }
    world_drop(w);
    return 0;
}
