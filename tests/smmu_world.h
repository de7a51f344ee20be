/* SPDX-License-Identifier: MIT */
/*
 * A small machine with an SMMU: 4 MB of memory with a stream table, context descriptors, queues and
 * translation tables at fixed places; accesses may be made to abort. For tests, fuzzing,
 * benchmarks.
 *
 * VA and IPA spaces have 39 bits, 4 KB pages, three levels. World 0 of each table maps the pages
 * from PAGES on; `world_map1()` and `world_map2()` add more.
 */
#ifndef ARMVIRT_TESTS_SMMU_WORLD_H
#define ARMVIRT_TESTS_SMMU_WORLD_H

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_realm.h>
#include <armvirt/regs/smmu_secure.h>
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_BYTES 0x400000u
#define STRTAB      0x100000u
#define CDTAB       0x110000u
#define CMDQ        0x120000u
#define EVENTQ      0x130000u
#define PRIQ        0x138000u
#define S1_TABLES   0x140000u /* level 1, 2, 3 */
#define S2_TABLES   0x150000u
#define MSI_PAGE    0x160000u
#define PAGES       0x200000u /* where mapped pages are */
#define CMDQ_LOG2   6u
#define EVENTQ_LOG2 4u
#define SID         5u
#define VA          UINT64_C(0x12345000) /* mapped to PAGES at stage 1 */
#define IPA         UINT64_C(0x23456000) /* mapped to PAGES at stage 2 */
#define DESC_TABLE  3u
#define DESC_PAGE   UINT64_C(0x703) /* valid, AF, Inner Shareable, AP RW at EL1 */
#define AP_EL0      UINT64_C(0x40)
#define AP_RO       UINT64_C(0x80)
#define DESC_S2     UINT64_C(0x7ff) /* valid, AF, S2AP RW, Inner Shareable, Normal WB */

struct world {
    struct armvirt_smmu *smmu;
    void *storage;
    struct armvirt_smmu_config config;
    uint8_t bytes[WORLD_BYTES];
    uint64_t abort_at, retry_at; /* 8-byte word whose access aborts, or asks to retry; ~0: none */
    unsigned reads;
    unsigned irqs[6], sevs; /* pulses */
    unsigned resumed;
    struct armvirt_smmu_result last; /* of a resumed transaction */
    uint64_t cookie;
    unsigned atc_invs, responses;
    struct armvirt_smmu_atc_inv atc_inv;
    struct armvirt_smmu_prg_response response;
    bool atc_fails;
    uint8_t space; /* of register accesses */
};

/* ---- Memory -------------------------------------------------------------------------------- */

static inline uint64_t world_peek(const struct world *w, uint64_t pa)
{
    uint64_t value = 0;

    for (unsigned i = 8; i-- > 0;) {
        value = value << 8 | w->bytes[pa + i];
    }
    return value;
}

static inline void world_poke(struct world *w, uint64_t pa, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        w->bytes[pa + i] = (uint8_t)(value >> 8 * i);
    }
}

static inline enum armvirt_bus world_access(struct world *w, const struct armvirt_mem_req *req)
{
    uint64_t word = req->pa & ~UINT64_C(7);

    if (word == w->retry_at) {
        return ARMVIRT_BUS_RETRY;
    }
    return word == w->abort_at || req->pa > WORLD_BYTES - 16 ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
}

static inline enum armvirt_bus world_read(void *ctx, const struct armvirt_mem_req *req,
                                          uint64_t *val)
{
    struct world *w = ctx;
    enum armvirt_bus bus = world_access(w, req);

    w->reads++;
    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    val[0] = world_peek(w, req->pa);
    if (req->size == 16) {
        val[1] = world_peek(w, req->pa + 8);
    } else if (req->size < 8) {
        val[0] &= (UINT64_C(1) << 8 * req->size) - 1;
    }
    return bus;
}

static inline enum armvirt_bus world_write(void *ctx, const struct armvirt_mem_req *req,
                                           const uint64_t *val)
{
    struct world *w = ctx;
    enum armvirt_bus bus = world_access(w, req);

    for (unsigned i = 0; i < req->size && bus == ARMVIRT_BUS_OK; i++) {
        w->bytes[req->pa + i] = (uint8_t)(val[i / 8] >> 8 * (i % 8));
    }
    return bus;
}

static inline enum armvirt_bus world_cas(void *ctx, const struct armvirt_mem_req *req,
                                         const uint64_t *old, const uint64_t *val)
{
    uint64_t now[2] = {0, 0};
    enum armvirt_bus bus = world_read(ctx, req, now);

    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    if (now[0] != old[0] || (req->size == 16 && now[1] != old[1])) {
        return ARMVIRT_BUS_RACE;
    }
    return world_write(ctx, req, val);
}

static const struct armvirt_mem_ops world_mem = {
    .read = world_read, .write = world_write, .cas = world_cas};

/* ---- What the SMMU calls ------------------------------------------------------------------- */

static inline void world_irq(void *ctx, unsigned irq, uint8_t sec_sid)
{
    (void)sec_sid;
    ((struct world *)ctx)->irqs[irq]++;
}

static inline void world_sev(void *ctx)
{
    ((struct world *)ctx)->sevs++;
}

static inline void world_resumed(void *ctx, const struct armvirt_smmu_txn *txn,
                                 const struct armvirt_smmu_result *result)
{
    struct world *w = ctx;

    w->resumed++;
    w->cookie = txn->cookie;
    w->last = *result;
}

static inline bool world_atc_inv(void *ctx, const struct armvirt_smmu_atc_inv *inv)
{
    struct world *w = ctx;

    w->atc_invs++;
    w->atc_inv = *inv;
    return !w->atc_fails;
}

static inline void world_response(void *ctx, const struct armvirt_smmu_prg_response *response)
{
    struct world *w = ctx;

    w->responses++;
    w->response = *response;
}

static const struct armvirt_smmu_ops world_ops = {
    .irq = world_irq,
    .sev = world_sev,
    .resumed = world_resumed,
    .atc_inv = world_atc_inv,
    .prg_response = world_response,
};

/* ---- Registers ----------------------------------------------------------------------------- */

/* Offset of a register; the Secure and the Realm interface follow `space`. */
static inline uint64_t world_offset(const struct world *w, uint64_t offset)
{
    return w->space == ARMVIRT_SPACE_SECURE  ? offset + 0x8000
           : w->space == ARMVIRT_SPACE_REALM ? offset + (2 + 16) * UINT64_C(0x10000)
                                             : offset;
}

static inline void world_put(struct world *w, uint64_t offset, unsigned size, uint64_t value)
{
    struct armvirt_smmu_access access = {
        .offset = world_offset(w, offset), .size = (uint8_t)size, .space = w->space};

    (void)armvirt_smmu_write(w->smmu, &access, value);
}

static inline uint64_t world_get(struct world *w, uint64_t offset, unsigned size)
{
    struct armvirt_smmu_access access = {
        .offset = world_offset(w, offset), .size = (uint8_t)size, .space = w->space};
    uint64_t value;

    (void)armvirt_smmu_read(w->smmu, &access, &value);
    return value;
}

enum {
    R_CR0 = 0x20,
    R_CR2 = 0x2c,
    R_GBPA = 0x44,
    R_IRQ_CTRL = 0x50,
    R_GERROR = 0x60,
    R_GERRORN = 0x64,
    R_GERROR_CFG0 = 0x68,
    R_STRTAB_BASE = 0x80,
    R_STRTAB_CFG = 0x88,
    R_CMDQ_BASE = 0x90,
    R_CMDQ_PROD = 0x98,
    R_CMDQ_CONS = 0x9c,
    R_EVENTQ_BASE = 0xa0,
    R_EVENTQ_PROD = 0xa8,
    R_EVENTQ_CONS = 0xac,
    R_EVENTQ_CFG0 = 0xb0,
    R_EVENTQ_CFG1 = 0xb8,
    R_ROOT_CR0 = 0x20,
    R_ROOT_GPT_BASE = 0x28,
    R_ROOT_GPT_CFG = 0x30,
    R_ROOT_GPF_FAR = 0x38,
    R_ROOT_GPT_CFG_FAR = 0x40,
    CR0_SMMUEN = 1,
    CR0_EVENTQEN = 4,
    CR0_CMDQEN = 8,
};

enum { ROOT_PAGE = 40 };

/* Write a Root register. */
static inline void world_root(struct world *w, uint64_t offset, uint8_t size, uint64_t value)
{
    const struct armvirt_smmu_access access = {
        .offset = (uint64_t)ROOT_PAGE << 16 | offset, .size = size, .space = ARMVIRT_SPACE_ROOT};

    (void)armvirt_smmu_write(w->smmu, &access, value);
}

static inline uint64_t world_root_get(struct world *w, uint64_t offset, uint8_t size)
{
    const struct armvirt_smmu_access access = {
        .offset = (uint64_t)ROOT_PAGE << 16 | offset, .size = size, .space = ARMVIRT_SPACE_ROOT};
    uint64_t value;

    (void)armvirt_smmu_read(w->smmu, &access, &value);
    return value;
}

/* Stream table, queues, all enabled. */
static inline void world_enable(struct world *w)
{
    world_put(w, R_STRTAB_BASE, 8, STRTAB);
    world_put(w, R_STRTAB_CFG, 4, 8);
    world_put(w, R_CMDQ_BASE, 8, CMDQ | CMDQ_LOG2);
    world_put(w, R_EVENTQ_BASE, 8, EVENTQ | EVENTQ_LOG2);
    world_put(w, R_CR2, 4, ARMVIRT_SMMU_CR2_RECINVSID);
    world_put(w, R_IRQ_CTRL, 4, 7);
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
}

/* ---- Tables -------------------------------------------------------------------------------- */

/* Map a page in three levels from @root on; the tables lie behind it, by the address. */
static inline void world_map(struct world *w, uint64_t root, uint64_t va, uint64_t leaf)
{
    uint64_t l2 = root + 0x1000, l3 = root + 0x2000 + (va >> 21 & 7) * 0x1000;

    world_poke(w, root + (va >> 30 & 0x1ff) * 8, l2 | DESC_TABLE);
    world_poke(w, l2 + (va >> 21 & 0x1ff) * 8, l3 | DESC_TABLE);
    world_poke(w, l3 + (va >> 12 & 0x1ff) * 8, leaf);
}

static inline uint64_t world_leaf_at(uint64_t root, uint64_t va)
{
    return root + 0x2000 + (va >> 21 & 7) * 0x1000 + (va >> 12 & 0x1ff) * 8;
}

/* ---- Structures ---------------------------------------------------------------------------- */

#define PUT(layout, field, v) ARMVIRT_PUT(ARMVIRT_SMMU_##layout##_##field, v)

static inline void world_cd_words(uint64_t cd[8])
{
    memset(cd, 0, 64);
    cd[0] = PUT(CD0, V, 1) | PUT(CD0, AA64, 1) | PUT(CD0, T0SZ, 25) | PUT(CD0, T1SZ, 25) |
            PUT(CD0, EPD1, 1) | PUT(CD0, IPS, 5) | PUT(CD0, A, 1) | PUT(CD0, R, 1) |
            PUT(CD0, ASID, 7) | PUT(CD0, TG1, 2) | PUT(CD0, IR0, 1) | PUT(CD0, OR0, 1) |
            PUT(CD0, SH0, 3);
    cd[1] = S1_TABLES;
    cd[3] = 0xff; /* attribute 0 is Normal Write-Back */
}

static inline void world_ste_words(uint64_t ste[8], unsigned config)
{
    memset(ste, 0, 64);
    ste[0] = PUT(STE0, V, 1) | PUT(STE0, CONFIG, config) | CDTAB;
    ste[1] = PUT(STE1, SHCFG, ARMVIRT_SMMU_STE1_SHCFG_INCOMING);
    ste[2] = PUT(STE2, S2VMID, 3) | PUT(STE2, S2T0SZ, 25) | PUT(STE2, S2SL0, 1) |
             PUT(STE2, S2PS, 5) | PUT(STE2, S2AA64, 1) | PUT(STE2, S2R, 1);
    ste[3] = S2_TABLES;
    ste[4] = PUT(STE4, S_S2T0SZ, 25) | PUT(STE4, S_S2SL0, 1);
    ste[6] = S2_TABLES;
}

static inline void world_put_words(struct world *w, uint64_t pa, const uint64_t word[8])
{
    for (unsigned i = 0; i < 8; i++) {
        world_poke(w, pa + 8 * i, word[i]);
    }
}

/* The stream SID with its context descriptor and its tables. */
static inline void world_stream(struct world *w, unsigned config)
{
    uint64_t word[8];

    world_ste_words(word, config);
    world_put_words(w, STRTAB + 64 * SID, word);
    world_cd_words(word);
    world_put_words(w, CDTAB, word);
}

/* Identity map of what the SMMU itself reads through stage 2, and the data. */
static inline void world_tables(struct world *w)
{
    world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0);
    world_map(w, S2_TABLES, IPA, PAGES | DESC_S2);
    for (uint64_t pa = STRTAB; pa < STRTAB + 0x100000; pa += 0x1000) {
        world_map(w, S2_TABLES, pa, pa | DESC_S2);
    }
    world_map(w, S2_TABLES, PAGES, (PAGES + 0x5000) | DESC_S2);
}

/* ---- The machine --------------------------------------------------------------------------- */

static inline struct world *world_new_id(const struct armvirt_smmu_id *id, uint32_t tlb_entries,
                                         uint32_t options)
{
    struct world *w = calloc(1, sizeof(*w));
    size_t size;

    if (w == NULL) {
        abort();
    }
    w->abort_at = w->retry_at = UINT64_MAX;
    w->config = (struct armvirt_smmu_config){
        .id = *id,
        .options = options,
        .root_page = ROOT_PAGE,
        .cache_log2 = 4,
        .tlb_entries = tlb_entries,
        .mem = {&world_mem, w},
        .ops = &world_ops,
        .ctx = w,
    };
    size = armvirt_smmu_size(&w->config);
    w->storage = aligned_alloc(ARMVIRT_SMMU_ALIGN, (size + 64) & ~(size_t)63);
    if (w->storage == NULL ||
        armvirt_smmu_init(w->storage, size, &w->config, &w->smmu) != ARMVIRT_OK) {
        fprintf(stderr, "the SMMU is refused: %u\n", armvirt_smmu_id_check(id));
        abort();
    }
    if (id->root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL) {
        world_root(w, R_ROOT_CR0, 4, 1); /* ACCESSEN */
    }
    world_tables(w);
    return w;
}

/* A preset, with tables and a stream in a configuration, enabled. */
static inline struct world *world_new(unsigned preset, unsigned config)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(preset, &id);
    w = world_new_id(&id, 256, 0);
    world_stream(w, config);
    world_enable(w);
    return w;
}

static inline void world_drop(struct world *w)
{
    free(w->storage);
    free(w);
}

/* ---- Doing --------------------------------------------------------------------------------- */

static inline void world_run(struct world *w)
{
    while (armvirt_smmu_run(w->smmu, 16) == ARMVIRT_E_AGAIN && w->retry_at == UINT64_MAX) {
    }
}

/* Submit a command. */
static inline void world_submit(struct world *w, uint64_t cmd0, uint64_t cmd1)
{
    uint64_t prod = world_get(w, R_CMDQ_PROD, 4);
    uint64_t slot = prod & ((1u << CMDQ_LOG2) - 1);

    world_poke(w, CMDQ + 16 * slot, cmd0);
    world_poke(w, CMDQ + 16 * slot + 8, cmd1);
    world_put(w, R_CMDQ_PROD, 4, (prod + 1) & ((2u << CMDQ_LOG2) - 1));
}

/* Submit a command and run. */
static inline void world_command(struct world *w, uint64_t cmd0, uint64_t cmd1)
{
    world_submit(w, cmd0, cmd1);
    world_run(w);
}

/* All structures and translations are invalidated. */
static inline void world_forget(struct world *w)
{
    world_command(w, ARMVIRT_SMMU_CMD0_OP_CFGI_STE_RANGE, 31);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
    if (w->config.id.idr[0] & ARMVIRT_SMMU_IDR0_HYP) {
        world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_EL2_ALL, 0);
    }
}

/* A transaction of the stream SID on the interface of the world. */
static inline struct armvirt_smmu_result world_txn(struct world *w, uint64_t addr, unsigned flags,
                                                   uint32_t ssid)
{
    struct armvirt_smmu_txn txn = {
        .addr = addr,
        .sid = SID,
        .ssid = ssid,
        .flags = (uint16_t)flags,
        .sec_sid = w->space,
        .cookie = addr,
    };
    struct armvirt_smmu_result result;

    if (armvirt_smmu_translate(w->smmu, &txn, &result) != ARMVIRT_OK) {
        result.outcome = 0xff;
    }
    return result;
}

/* Take the next record of the event queue; false if there is none. */
static inline bool world_event(struct world *w, uint64_t event[4])
{
    uint64_t prod = world_get(w, R_EVENTQ_PROD, 4);
    uint64_t cons = world_get(w, R_EVENTQ_CONS, 4);
    uint64_t mask = (2u << EVENTQ_LOG2) - 1;

    if (((prod ^ cons) & mask) == 0) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        event[i] = world_peek(w, EVENTQ + 32 * (cons & (mask >> 1)) + 8 * i);
    }
    world_put(w, R_EVENTQ_CONS, 4, (cons & ~mask) | ((cons + 1) & mask));
    return true;
}

/* Type of the only record of the queue; 0 if there is none. */
static inline unsigned world_event_type(struct world *w)
{
    uint64_t event[4];

    return world_event(w, event) ? (unsigned)(event[0] & 0xff) : 0;
}

#endif
