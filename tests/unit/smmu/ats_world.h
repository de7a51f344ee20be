/* SPDX-License-Identifier: MIT */
/*
 * An SMMU with one PCIe endpoint for tests of ATS and PRI: a linear stream table, one context
 * descriptor, stage 1 tables of one page each, and a stage 2 that maps IPAs from 1 GB on to
 * physical addresses from 0 on. Tests change words in memory and registers.
 */
#ifndef ARMVIRT_TESTS_SMMU_ATS_WORLD_H
#define ARMVIRT_TESTS_SMMU_ATS_WORLD_H

#include "suite.h"

#include <armvirt/mem.h>
#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_realm.h>
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu_ats.h>

#include <stdbool.h>
#include <string.h>

/* Where things are, in bytes. IPAs are larger by IPA_BASE. */
enum {
    STREAMS = 0x10000,
    CDS = 0x20000,
    S1_L1 = 0x30000,
    S1_L2 = 0x31000,
    S1_L3 = 0x32000,
    S2_L1 = 0x40000,
    EVENTS = 0x60000,
    PAGES = 0x70000,
    COMMANDS = 0x80000,
    DPT_L0 = 0x90000,
    DPT_L1 = 0xa0000,
    DATA = 0xc0000,
    MEMORY = 0x100000,
};

#define IPA_BASE UINT64_C(0x40000000)
#define SID      UINT32_C(5)
#define SSID     UINT32_C(3)
#define VA(n)    ((uint64_t)(n) << 12)
#define VMID     UINT64_C(0x77)

/* Register offsets. */
enum {
    CR0 = 0x20,
    CR2 = 0x2c,
    IRQ_CTRL = 0x50,
    GERROR = 0x60,
    GERRORN = 0x64,
    STRTAB_BASE = 0x80,
    STRTAB_BASE_CFG = 0x88,
    CMDQ_BASE = 0x90,
    CMDQ_PROD = 0x98,
    EVENTQ_BASE = 0xa0,
    EVENTQ_PROD = 0xa8,
    EVENTQ_CONS = 0xac,
    PRIQ_BASE = 0xc0,
    PRIQ_PROD = 0xc8,
    PRIQ_CONS = 0xcc,
    PRIQ_IRQ_CFG2 = 0xdc,
    DPT_BASE = 0x200,
    DPT_BASE_CFG = 0x208,
    DPT_CFG_FAR = 0x210,
};

/* CR0: SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK, DPT_WALK_EN. */
enum { ON = 0x1, PRI_ON = 0x2, EVENTS_ON = 0x4, COMMANDS_ON = 0x8, CHECKED = 0x10, DPT_ON = 0x400 };

struct ats_world {
    struct armvirt_smmu_config config;
    struct armvirt_smmu *smmu;
    struct armvirt_mem_flat flat;
    struct armvirt_smmu_prg_response response; /* the last that went out */
    struct armvirt_smmu_atc_inv inv;
    unsigned responses, invs, interrupts[ARMVIRT_SMMU_IRQ_GPT_CFG_FAR + 1];
    uint32_t counted[8]; /* by enum armvirt_pmcg_event, of stream SID */
    bool times_out;
    unsigned retry_in; /* this many accesses from now on memory asks to retry, once; 0: never */
};

static _Alignas(ARMVIRT_SMMU_ALIGN) uint8_t ats_storage[512 * 1024];
static uint8_t ats_memory[MEMORY];

static inline void poke(uint64_t pa, uint64_t value)
{
    for (unsigned n = 0; n < 8; n++) {
        ats_memory[pa + n] = (uint8_t)(value >> 8 * n);
    }
}

static inline uint64_t peek(uint64_t pa)
{
    uint64_t value = 0;

    for (unsigned n = 8; n-- > 0;) {
        value = value << 8 | ats_memory[pa + n];
    }
    return value;
}

static inline void write_reg(struct ats_world *w, uint32_t offset, uint8_t size, uint64_t value)
{
    const struct armvirt_smmu_access access = {.offset = offset, .size = size};

    assert_int_equal(armvirt_smmu_write(w->smmu, &access, value), ARMVIRT_OK);
}

static inline uint64_t read_reg(struct ats_world *w, uint32_t offset, uint8_t size)
{
    const struct armvirt_smmu_access access = {.offset = offset, .size = size};
    uint64_t value;

    assert_int_equal(armvirt_smmu_read(w->smmu, &access, &value), ARMVIRT_OK);
    return value;
}

/* The registers of the Realm interface, and the Root registers. */
static inline void write_realm(struct ats_world *w, uint32_t offset, uint8_t size, uint64_t value)
{
    uint64_t page = 2 + ARMVIRT_GET(ARMVIRT_SMMU_ROOT_IDR0_BA_REALM, w->config.id.root_idr0);
    const struct armvirt_smmu_access access = {
        .offset = page << 16 | offset, .size = size, .space = ARMVIRT_SPACE_REALM};

    assert_int_equal(armvirt_smmu_write(w->smmu, &access, value), ARMVIRT_OK);
}

static inline void write_root(struct ats_world *w, uint32_t offset, uint8_t size, uint64_t value)
{
    const struct armvirt_smmu_access access = {
        .offset = (uint64_t)40 << 16 | offset, .size = size, .space = ARMVIRT_SPACE_ROOT};

    assert_int_equal(armvirt_smmu_write(w->smmu, &access, value), ARMVIRT_OK);
}

/* ---- What goes out -------------------------------------------------------------------------- */

static inline void on_irq(void *ctx, unsigned irq, uint8_t sec_sid)
{
    struct ats_world *w = ctx;

    (void)sec_sid;
    w->interrupts[irq]++;
}

static inline void on_count(void *ctx, const struct armvirt_pmcg_occurrence *what)
{
    struct ats_world *w = ctx;

    assert_true(what->event < 8 && what->count != 0);
    if (what->sid == SID && what->sec_sid == ARMVIRT_SPACE_NONSECURE) {
        w->counted[what->event] += what->count;
    }
}

static inline bool on_atc_inv(void *ctx, const struct armvirt_smmu_atc_inv *inv)
{
    struct ats_world *w = ctx;

    w->inv = *inv;
    w->invs++;
    return !w->times_out;
}

static inline void on_response(void *ctx, const struct armvirt_smmu_prg_response *response)
{
    struct ats_world *w = ctx;

    w->response = *response;
    w->responses++;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static inline enum armvirt_bus ats_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct ats_world *w = ctx;
    struct armvirt_mem mem = armvirt_mem_from_flat(&w->flat);

    if (w->retry_in != 0 && --w->retry_in == 0) {
        return ARMVIRT_BUS_RETRY;
    }
    return mem.ops->read(mem.ctx, req, val);
}

static inline enum armvirt_bus ats_write(void *ctx, const struct armvirt_mem_req *req,
                                         const uint64_t *val)
{
    struct ats_world *w = ctx;
    struct armvirt_mem mem = armvirt_mem_from_flat(&w->flat);

    if (w->retry_in != 0 && --w->retry_in == 0) {
        return ARMVIRT_BUS_RETRY;
    }
    return mem.ops->write(mem.ctx, req, val);
}

static inline enum armvirt_bus ats_cas(void *ctx, const struct armvirt_mem_req *req,
                                       const uint64_t *old, const uint64_t *val)
{
    struct ats_world *w = ctx;
    struct armvirt_mem mem = armvirt_mem_from_flat(&w->flat);

    return mem.ops->cas(mem.ctx, req, old, val);
}

/* ---- Structures ------------------------------------------------------------------------------ */

static inline uint64_t ste_at(unsigned word)
{
    return STREAMS + SID * 64 + word * 8;
}

static inline uint64_t cd_at(uint32_t ssid, unsigned word)
{
    return CDS + ssid * 64 + word * 8;
}

#define STE_CONFIG(n) ((uint64_t)(n) << 1)
#define STE_EATS(n)   ((uint64_t)(n) << 28)
#define STE_PPAR      (UINT64_C(1) << 18)
#define STE_S1DSS(n)  ((uint64_t)(n))

/* A stream with both stages, PASIDs of 4 bits, CD 0 for what has none, and full ATS. */
static inline void put_nested(void)
{
    poke(ste_at(0), UINT64_C(4) << 59 | (CDS + IPA_BASE) | STE_CONFIG(7) | 1);
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(1) | UINT64_C(1) << 44);
    poke(ste_at(2), VMID | UINT64_C(25) << 32 | UINT64_C(1) << 38 | UINT64_C(2) << 48 |
                        UINT64_C(1) << 51 | UINT64_C(1) << 58);
    poke(ste_at(3), S2_L1);
}

/* TTB0 alone: 39 bits, 4 KB, recorded and aborting faults. */
static inline void put_cd(uint32_t ssid, uint64_t asid)
{
    poke(cd_at(ssid, 0), 25 | UINT64_C(1) << 30 | UINT64_C(1) << 31 | UINT64_C(2) << 32 |
                             UINT64_C(1) << 41 | UINT64_C(3) << 45 | asid << 48);
    poke(cd_at(ssid, 1), S1_L1 + IPA_BASE);
    poke(cd_at(ssid, 3), 0xff);
}

/* Leaf bits: AP[2:1] in 7:6, AF, inner shareable, AttrIndx 0. */
#define LEAF(ap)     (UINT64_C(0x703) | (uint64_t)(ap) << 6)
#define LEAF_USER_RW LEAF(1)
#define LEAF_UXN     (UINT64_C(1) << 54)
#define LEAF_DBM     (UINT64_C(1) << 51)
#define LEAF_AF      (UINT64_C(1) << 10)

/* Map VA(n) to the IPA of DATA + n pages. */
static inline void map_page(unsigned n, uint64_t leaf)
{
    poke(S1_L3 + 8 * n, (DATA + IPA_BASE + 0x1000 * n) | leaf);
}

static inline void put_tables(void)
{
    poke(S1_L1, (S1_L2 + IPA_BASE) | 3);
    poke(S1_L2, (S1_L3 + IPA_BASE) | 3);
    poke(S2_L1 + 8, UINT64_C(0x7fd)); /* a block of 1 GB: write-back, read and write */
    map_page(1, LEAF_USER_RW);
}

/* ---- The machine ----------------------------------------------------------------------------- */

/* The SMMU of the configuration, which reaches memory. */
static inline void ats_make(struct ats_world *w)
{
    assert_int_equal(armvirt_smmu_init(ats_storage, sizeof(ats_storage), &w->config, &w->smmu),
                     ARMVIRT_OK);
    write_root(w, 0x20, 4, 1); /* ACCESSEN */
}

static inline void ats_begin(struct ats_world *w, unsigned cr0)
{
    static const struct armvirt_mem_ops memory = {ats_read, ats_write, ats_cas};
    static struct armvirt_smmu_ops ops;

    memset(w, 0, sizeof(*w));
    memset(ats_memory, 0, sizeof(ats_memory));
    ops = (struct armvirt_smmu_ops){
        .irq = on_irq, .atc_inv = on_atc_inv, .prg_response = on_response, .count = on_count};
    w->flat = (struct armvirt_mem_flat){ats_memory, 0, MEMORY, true};
    assert_int_equal(armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &w->config.id), ARMVIRT_OK);
    w->config.root_page = 40;
    w->config.id.idr[3] |= (uint32_t)ARMVIRT_SMMU_IDR3_PASIDTT;
    w->config.id.idr[6] = 1 << 24 | 2 << 16; /* two control pages of four queues */
    w->config.tlb_entries = 64;
    w->config.cache_log2 = 2;
    w->config.mem = (struct armvirt_mem){&memory, w};
    w->config.ops = &ops;
    w->config.ctx = w;
    put_nested();
    put_cd(0, 1);
    put_cd(SSID, 2);
    put_tables();
    ats_make(w);
    write_reg(w, STRTAB_BASE, 8, STREAMS);
    write_reg(w, STRTAB_BASE_CFG, 4, 4);
    write_reg(w, CMDQ_BASE, 8, COMMANDS | 3);
    write_reg(w, EVENTQ_BASE, 8, EVENTS | 3);
    write_reg(w, PRIQ_BASE, 8, PAGES | 2);
    write_reg(w, IRQ_CTRL, 4, 7);
    write_reg(w, CR2, 4, 2); /* RECINVSID */
    write_reg(w, CR0, 4, cr0);
}

/* Run one command. */
static inline void command(struct ats_world *w, uint64_t word0, uint64_t word1)
{
    uint64_t prod = read_reg(w, CMDQ_PROD, 4);

    poke(COMMANDS + (prod & 7) * 16, word0);
    poke(COMMANDS + (prod & 7) * 16 + 8, word1);
    write_reg(w, CMDQ_PROD, 4, (prod + 1) & 15);
    assert_int_equal(armvirt_smmu_run(w->smmu, 10), ARMVIRT_OK);
}

/* The type of the only event since the last call; 0 for none. */
static inline unsigned take_event(struct ats_world *w, uint64_t event[4])
{
    uint64_t prod = read_reg(w, EVENTQ_PROD, 4), cons = read_reg(w, EVENTQ_CONS, 4);

    if (prod == cons) {
        return 0;
    }
    for (unsigned n = 0; n < 4; n++) {
        event[n] = peek(EVENTS + (cons & 7) * 32 + 8 * n);
    }
    assert_int_equal(prod, (cons + 1) & 15);
    write_reg(w, EVENTQ_CONS, 4, prod);
    return (unsigned)(event[0] & 0xff);
}

#endif
