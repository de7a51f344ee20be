/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: endpoints with ATS and PRI on an SMMU whose registers and memory are anything.
 * Requests, translated transactions, commands of all queues; what comes back must be possible.
 */
#include <armvirt/smmu_ats.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_WORDS = 2048, OP_BYTES = 16 };

static uint64_t memory[MEMORY_WORDS]; /* repeats through the whole address space */
static unsigned responses;

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static uint64_t word_of(const uint8_t *p)
{
    uint64_t word = 0;

    for (unsigned n = 8; n-- > 0;) {
        word = word << 8 | p[n];
    }
    return word;
}

/* ---- The machine ----------------------------------------------------------------------------- */

static enum armvirt_bus on_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    check(req->pa % req->size == 0 && req->pa >> 56 == 0);
    val[0] = memory[req->pa / 8 % MEMORY_WORDS];
    if (req->size == 16) {
        val[1] = memory[(req->pa / 8 + 1) % MEMORY_WORDS];
    }
    return req->pa >> 40 == 0xab ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
}

static enum armvirt_bus on_write(void *ctx, const struct armvirt_mem_req *req, const uint64_t *val)
{
    (void)ctx;
    check(req->pa % req->size == 0 && req->pa >> 56 == 0);
    memory[req->pa / 8 % MEMORY_WORDS] = val[0];
    return req->pa >> 40 == 0xab ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
}

static enum armvirt_bus on_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                               const uint64_t *val)
{
    uint64_t *at = &memory[req->pa / 8 % MEMORY_WORDS];

    (void)ctx;
    if (*at != old[0]) {
        return ARMVIRT_BUS_RACE;
    }
    *at = val[0];
    return ARMVIRT_BUS_OK;
}

static void on_response(void *ctx, const struct armvirt_smmu_prg_response *response)
{
    (void)ctx;
    check(response->code <= 1 || response->code == 0xf);
    responses++;
}

static bool on_inv(void *ctx, const struct armvirt_smmu_atc_inv *inv)
{
    (void)ctx;
    check(inv->size_log2 >= 12 && inv->size_log2 <= 64);
    return (inv->sid & 1) == 0;
}

/* ---- Operations ------------------------------------------------------------------------------ */

static void ask(struct armvirt_smmu *smmu, const uint8_t *op)
{
    struct armvirt_smmu_ats_request request = {.addr = word_of(op + 8),
                                               .sid = op[1] & 7,
                                               .ssid = op[2] & 7,
                                               .sec_sid = op[3] & 3,
                                               .ssv = op[4] & 1,
                                               .no_write = op[4] >> 1 & 1,
                                               .execute = op[4] >> 2 & 1,
                                               .privileged = op[4] >> 3 & 1,
                                               .ns = op[4] >> 4 & 1};
    struct armvirt_smmu_ats_completion done;

    if (armvirt_smmu_ats_translate(smmu, &request, &done) != ARMVIRT_OK) {
        return;
    }
    check(done.status == ARMVIRT_SMMU_ATS_SUCCESS || (!done.read && !done.write && !done.execute));
    check(done.size_log2 >= 12 && done.size_log2 <= 56 && done.address >> 56 == 0);
    check((done.address & ((UINT64_C(1) << done.size_log2) - 1)) == 0);
    check(!done.execute || (done.read && request.execute && request.ssv));
    check(!done.write || !request.no_write);
    check(!done.recorded || done.event[0] != 0);
}

static void request_page(struct armvirt_smmu *smmu, const uint8_t *op)
{
    struct armvirt_smmu_page_request request = {.addr = word_of(op + 8),
                                                .sid = op[1] & 7,
                                                .ssid = op[2] & 7,
                                                .sec_sid = op[3] & 3,
                                                .prg_index = op[5],
                                                .ssv = op[4] & 1,
                                                .read = op[4] >> 1 & 1,
                                                .write = op[4] >> 2 & 1,
                                                .last = op[4] >> 3 & 1};
    bool stop = request.ssv && request.last && !request.read && !request.write;
    struct armvirt_smmu_prg_response response;
    unsigned before = responses;
    uint8_t outcome;

    if (armvirt_smmu_pri_request(smmu, &request, &outcome, &response) == ARMVIRT_OK) {
        check(responses - before == (outcome == ARMVIRT_SMMU_PRI_ANSWERED));
        check(!stop || outcome != ARMVIRT_SMMU_PRI_ANSWERED);
    }
}

static void send(struct armvirt_smmu *smmu, const uint8_t *op)
{
    struct armvirt_smmu_txn txn = {.addr = word_of(op + 8),
                                   .sid = op[1] & 7,
                                   .ssid = op[2] & 7,
                                   .sec_sid = op[3] & 3,
                                   .flags = (uint16_t)((op[4] | op[5] << 8) & 0x7ff)};
    struct armvirt_smmu_result result;

    if (armvirt_smmu_translate(smmu, &txn, &result) == ARMVIRT_OK) {
        check(result.outcome <= ARMVIRT_SMMU_STALLED);
        check(result.outcome != ARMVIRT_SMMU_PASS || result.pa >> 56 == 0);
    }
}

static void write_register(struct armvirt_smmu *smmu, const uint8_t *op)
{
    static const uint32_t pages[8] = {0, 0, 0, 1, 40, 2, 256, 257};
    struct armvirt_smmu_access access = {
        .offset = (uint64_t)pages[op[1] & 7] << 16 | op[2] | (uint32_t)op[3] << 8,
        .size = op[4] & 1 ? 8 : 4,
        .space = op[4] >> 1 & 3,
    };
    uint64_t value;

    armvirt_smmu_write(smmu, &access, word_of(op + 8));
    armvirt_smmu_read(smmu, &access, &value);
}

static void run_op(struct armvirt_smmu *smmu, const uint8_t *op)
{
    switch (op[0] & 7) {
    case 0:
    case 1:
        write_register(smmu, op);
        break;
    case 2:
    case 3:
        memory[(op[1] | op[2] << 8) % MEMORY_WORDS] = word_of(op + 8);
        break;
    case 4:
        ask(smmu, op);
        break;
    case 5:
        request_page(smmu, op);
        break;
    case 6:
        send(smmu, op);
        break;
    default:
        armvirt_smmu_run(smmu, op[1] & 15);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct armvirt_mem_ops mem = {on_read, on_write, on_cas};
    static const struct armvirt_smmu_ops ops = {.prg_response = on_response, .atc_inv = on_inv};
    static _Alignas(ARMVIRT_SMMU_ALIGN) uint8_t storage[1024 * 1024];
    struct armvirt_smmu_config config = {
        .root_page = 40, .cache_log2 = 2, .tlb_entries = 16, .mem = {&mem, NULL}, .ops = &ops};
    const struct armvirt_smmu_access root_cr0 = {
        .offset = (uint64_t)40 << 16 | 0x20, .size = 4, .space = ARMVIRT_SPACE_ROOT};
    struct armvirt_smmu *smmu;

    memset(memory, 0, sizeof(memory));
    armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &config.id);
    config.id.idr[6] = 1 << 24 | 2 << 16;
    if (armvirt_smmu_init(storage, sizeof(storage), &config, &smmu) != ARMVIRT_OK) {
        abort();
    }
    (void)armvirt_smmu_write(smmu, &root_cr0, 1); /* ACCESSEN */
    for (size_t at = 0; at + OP_BYTES <= size; at += OP_BYTES) {
        run_op(smmu, data + at);
    }
    return 0;
}
