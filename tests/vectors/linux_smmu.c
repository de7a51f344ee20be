/* SPDX-License-Identifier: MIT */
/*
 * Replay of the SMMUs of real Linux systems (examples/inspect/data): the stream table, context
 * descriptors and I/O tables that Linux' driver built, where each DMA goes, the commands it gave.
 *
 *     vectors.linux_smmu DIRECTORY [SYSTEM:LINE]    as vectors.at
 */
#include "linux_system.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu.h>
#include <armvirt/text_smmu.h>

#define STORAGE_BYTES (1u << 20)
#define STEPS         64

/* The registers that translation depends on, in the order in which they are written. */
static const struct {
    const char *name;
    uint16_t offset;
    uint8_t bytes;
} rows[] = {
    {"SMMU_CR1", 0x28, 4},         {"SMMU_CR2", 0x2c, 4},
    {"SMMU_STRTAB_BASE", 0x80, 8}, {"SMMU_STRTAB_BASE_CFG", 0x88, 4},
    {"SMMU_CR0", 0x20, 4},
};

static _Alignas(ARMVIRT_SMMU_ALIGN) uint8_t storage[STORAGE_BYTES];
static struct armvirt_step steps[STEPS];
static struct armvirt_walk_log steps_log = {.step = steps, .cap = STEPS};
static struct armvirt_smmu *smmu;

/* The last address of each kind of structure that was read. */
static uint64_t read_last[ARMVIRT_MEM_SMMU_CONTEXT + 1];

static enum armvirt_bus read_memory_of(void *ctx, const struct armvirt_mem_req *req,
                                       uint64_t *value)
{
    if (req->what <= ARMVIRT_MEM_SMMU_CONTEXT) {
        read_last[req->what] = req->pa;
    }
    return armvirt_mem_sparse_ops.read(ctx, req, value);
}

static enum armvirt_bus no_write(void *ctx, const struct armvirt_mem_req *req,
                                 const uint64_t *value)
{
    (void)ctx;
    (void)req;
    (void)value;
    return ARMVIRT_BUS_ABORT;
}

static const struct armvirt_mem_ops ops = {.read = read_memory_of, .write = no_write};

static bool register_of(const char *directory, const char *name, uint64_t *value)
{
    struct records r;
    bool found = false;

    records_open(&r, directory, "regs.txt");
    while (!found && records_next(&r)) {
        if (r.words == 3 && strcmp(r.word[0], name) == 0) {
            *value = records_number(&r, 2, 0);
            found = true;
        }
    }
    fclose(r.file);
    return found;
}

static void make_smmu(struct machine *m, const char *directory)
{
    struct armvirt_smmu_config config = {.mem = {&ops, NULL}, .log = &steps_log};
    uint64_t value = 0;

    config.mem.ctx = &m->sparse;
    for (unsigned n = 0; n < 7; n++) {
        char name[16];

        snprintf(name, sizeof(name), "SMMU_IDR%u", n);
        config.id.idr[n] = register_of(directory, name, &value) ? (uint32_t)value : 0;
    }
    config.id.aidr = register_of(directory, "SMMU_AIDR", &value) ? (uint32_t)value : 0;
    if (armvirt_smmu_init(storage, sizeof(storage), &config, &smmu) != ARMVIRT_OK) {
        fprintf(stderr, "%s: the SMMU is refused\n", directory);
        exit(2);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct armvirt_smmu_access access = {.offset = rows[i].offset, .size = rows[i].bytes};

        if (register_of(directory, rows[i].name, &value)) {
            armvirt_smmu_write(smmu, &access, value);
        }
    }
}

/* ---- Structures --------------------------------------------------------------------------- */

/* An entry is read word by word: its address is 56 bytes before the last one. */
static bool at_is(const struct records *r, uint8_t what)
{
    return value_is(r, "at", read_last[what] - 56);
}

/* ste SID -> at PA v V config C s1ctx PA s1cdmax N s1fmt N vmid N s2ttb PA */
static bool run_ste(const struct records *r)
{
    struct armvirt_smmu_txn txn = {.sid = (uint32_t)records_number(r, 1, 0)};
    struct armvirt_smmu_context c;
    uint8_t reason;

    (void)armvirt_smmu_stream(smmu, &txn, &c, &reason);
    return at_is(r, ARMVIRT_MEM_SMMU_STREAM) &&
           value_is(r, "v", ARMVIRT_GET(ARMVIRT_SMMU_STE0_V, c.ste.word[0])) &&
           value_is(r, "config", ARMVIRT_GET(ARMVIRT_SMMU_STE0_CONFIG, c.ste.word[0])) &&
           value_is(r, "s1ctx", c.ste.s1_table) && value_is(r, "s1cdmax", c.ste.s1_cdmax) &&
           value_is(r, "s1fmt", c.ste.s1_fmt) && value_is(r, "vmid", c.ste.vmid);
}

/* cd SID ssid N -> at PA v V aa64 N t0sz N granule BYTES ips N asid N ttb0 PA epd1 N ... mair X */
static bool run_cd(const struct records *r)
{
    struct armvirt_smmu_txn txn = {.sid = (uint32_t)records_number(r, 1, 0)};
    struct armvirt_smmu_context c;
    uint8_t reason;

    return armvirt_smmu_stream(smmu, &txn, &c, &reason) == ARMVIRT_OK &&
           at_is(r, ARMVIRT_MEM_SMMU_CONTEXT) && value_is(r, "aa64", !c.cd.aa32) &&
           value_is(r, "t0sz", ARMVIRT_GET(ARMVIRT_SMMU_CD0_T0SZ, c.cd.word[0])) &&
           value_is(r, "granule", UINT64_C(1) << c.regime.s1[0].granule_log2) &&
           value_is(r, "ips", ARMVIRT_GET(ARMVIRT_SMMU_CD0_IPS, c.cd.word[0])) &&
           value_is(r, "asid", c.cd.asid) && value_is(r, "ttb0", c.regime.s1[0].base_pa) &&
           value_is(r, "epd1", c.cd.epd[1]) && value_is(r, "ha", c.regime.s1[0].ha) &&
           value_is(r, "hd", c.regime.s1[0].hd) && value_is(r, "mair", c.cd.word[3]);
}

/* ---- Transactions ------------------------------------------------------------------------- */

/* stream SID iova IOVA r|w -> pa ..., fault EVENT level N, or abort */
static bool run_stream(const struct records *r)
{
    struct armvirt_smmu_txn txn = {.sid = (uint32_t)records_number(r, 1, 0),
                                   .addr = records_number(r, 3, 0),
                                   .flags = ARMVIRT_SMMU_PROBE};
    const char *fault = value_of(r, "fault");
    struct armvirt_smmu_result result;
    const struct armvirt_step *leaf;

    txn.flags |= strcmp(r->word[4], "w") == 0 ? ARMVIRT_SMMU_WRITE : 0;
    steps_log.len = 0;
    if (armvirt_smmu_translate(smmu, &txn, &result) != ARMVIRT_OK) {
        return false;
    }
    if (fault != NULL) {
        int level = atoi(value_of(r, "level"));

        return strcmp(armvirt_smmu_event_name((unsigned)result.event[0] & 0xff), fault) == 0 &&
               (level == -2 || result.fault.level == level);
    }
    if (value_of(r, "pa") == NULL) {
        return result.outcome == ARMVIRT_SMMU_ABORT && result.event[0] == 0;
    }
    leaf = &steps[steps_log.len - 1];
    return result.outcome == ARMVIRT_SMMU_PASS && value_is(r, "pa", result.pa) &&
           value_is(r, "level", (uint64_t)leaf->level) && value_is(r, "desc", leaf->desc[0]) &&
           value_is(r, "page", UINT64_C(1) << result.size_log2);
}

/* ---- Commands ----------------------------------------------------------------------------- */

/* smmucmd INDEX DW0 DW1 -> NAME fields: the name of the opcode, without CMD_. */
static bool run_command(const struct records *r)
{
    const char *name = armvirt_smmu_command_name((unsigned)records_number(r, 2, 0) & 0xff);
    const char *recorded = r->word[5];
    size_t length = strlen(recorded);

    if (strcmp(recorded, "CFGI_STE_RANGE") == 0) { /* CMD_CFGI_ALL has the same opcode */
        return strcmp(name, "CMD_CFGI_STE_RANGE") == 0 || strcmp(name, "CMD_CFGI_ALL") == 0;
    }
    return strncmp(name, "CMD_", 4) == 0 && strncmp(name + 4, recorded, length + 1) == 0;
}

/* ---- Systems ------------------------------------------------------------------------------ */

static const struct {
    const char *kind;
    bool (*run)(const struct records *r);
} kinds[] = {{"ste", run_ste}, {"cd", run_cd}, {"stream", run_stream}, {"smmucmd", run_command}};

/* Replays the record, if it is of an SMMU. */
static bool run_record(struct machine *m, const struct records *r, bool *good)
{
    (void)m;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (records_is(r, kinds[i].kind)) {
            *good = kinds[i].run(r);
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static const struct replay replay = {.open = make_smmu, .run = run_record};

    return replay_systems(argc, argv, &replay);
}
