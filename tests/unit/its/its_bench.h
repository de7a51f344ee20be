/* SPDX-License-Identifier: MIT */
/*
 * An ITS with 2 MB of memory, a sink that writes down what it is asked, and errors that are kept.
 * Memory can abort or ask to retry at the n-th access from now.
 */
#ifndef ARMVIRT_TESTS_ITS_BENCH_H
#define ARMVIRT_TESTS_ITS_BENCH_H

#include "suite.h"

#include <armvirt/its.h>
#include <armvirt/mem.h>
#include <armvirt/regs/its.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMORY = 0x200000,
    QUEUE = 0x0,
    DEVICES = 0x20000, /* 64 KB each */
    COLLECTIONS = 0x30000,
    VPES = 0x40000,
    ITT = 0x50000,
    ITT2 = 0x60000,
    PES = 4,
};

enum { CTLR = 0, TYPER = 8, CBASER = 0x80, CWRITER = 0x88, CREADR = 0x90, BASER = 0x100 };

struct its_bench {
    struct armvirt_its_config config;
    struct armvirt_its *its;
    void *storage;
    struct armvirt_mem_flat flat;
    uint8_t memory[MEMORY];
    unsigned accesses; /* of the tables and the queue, since made or since set to 0 */
    unsigned fail_at;  /* which of them fails, from 1; 0: none */
    enum armvirt_bus fail_as;
    char log[2048]; /* what the sink was asked, an operation a line */
    struct armvirt_its_error error;
    unsigned errors;
    uint64_t cwriter;
    enum armvirt_status sink_status; /* of its long operations */
};

static struct its_bench b;

/* ---- Memory and sink ----------------------------------------------------------------------- */

static inline bool fails(void)
{
    return ++b.accesses == b.fail_at;
}

static inline enum armvirt_bus bench_read(void *ctx, const struct armvirt_mem_req *req,
                                          uint64_t *val)
{
    (void)ctx;
    return fails() ? b.fail_as : armvirt_mem_flat_ops.read(&b.flat, req, val);
}

static inline enum armvirt_bus bench_write(void *ctx, const struct armvirt_mem_req *req,
                                           const uint64_t *val)
{
    (void)ctx;
    return fails() ? b.fail_as : armvirt_mem_flat_ops.write(&b.flat, req, val);
}

static const struct armvirt_mem_ops bench_memory = {bench_read, bench_write, NULL};

__attribute__((format(printf, 1, 2))) static inline void note(const char *format, ...)
{
    size_t len = strlen(b.log);
    va_list args;

    va_start(args, format);
    vsnprintf(b.log + len, sizeof(b.log) - len, format, args);
    va_end(args);
}

static inline void sink_set(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    note("set %u %u\n", pe, intid);
}

static inline void sink_clear(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    note("clear %u %u\n", pe, intid);
}

static inline void sink_inv(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    note("inv %u %u\n", pe, intid);
}

static inline void sink_inv_all(void *ctx, uint32_t pe)
{
    (void)ctx;
    note("inv_all %u\n", pe);
}

static inline void sink_move(void *ctx, uint32_t from, uint32_t to, uint32_t intid)
{
    (void)ctx;
    note("move %u %u %u\n", from, to, intid);
}

static inline enum armvirt_status sink_move_all(void *ctx, uint32_t from, uint32_t to,
                                                uint32_t budget)
{
    (void)ctx;
    assert_true(budget > 0);
    note("move_all %u %u\n", from, to);
    return b.sink_status;
}

static inline enum armvirt_status sink_sync(void *ctx, uint32_t pe)
{
    (void)ctx;
    note("sync %u\n", pe);
    return b.sink_status;
}

static inline void note_vpe(const char *what, const struct armvirt_vpe *v)
{
    note("%s vpe%u pe%u vpt 0x%" PRIx64 " bits %u conf 0x%" PRIx64 " db %u", what, v->vpeid, v->pe,
         v->vpt_pa, v->intid_bits, v->config_pa, v->doorbell);
}

static inline void sink_vset(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid,
                             uint32_t doorbell)
{
    (void)ctx;
    note_vpe("vset", vpe);
    note(" %u %u\n", vintid, doorbell);
}

static inline void sink_vclear(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    (void)ctx;
    note("vclear %u %u\n", vpe->vpeid, vintid);
}

static inline void sink_vinv(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    (void)ctx;
    note("vinv %u %u\n", vpe->vpeid, vintid);
}

static inline void sink_vinv_all(void *ctx, const struct armvirt_vpe *vpe)
{
    (void)ctx;
    note("vinv_all %u\n", vpe->vpeid);
}

static inline void sink_vmove(void *ctx, const struct armvirt_vpe *from,
                              const struct armvirt_vpe *to, uint32_t vintid, uint32_t doorbell)
{
    (void)ctx;
    note("vmove %u %u %u %u\n", from->vpeid, to->vpeid, vintid, doorbell);
}

static inline enum armvirt_status sink_vsync(void *ctx, const struct armvirt_vpe *vpe)
{
    (void)ctx;
    note("vsync %u\n", vpe->vpeid);
    return b.sink_status;
}

static inline void sink_vpe_map(void *ctx, const struct armvirt_vpe *vpe, uint32_t flags)
{
    (void)ctx;
    note_vpe("vpe_map", vpe);
    note(" flags %u\n", flags);
}

static inline void sink_vpe_unmap(void *ctx, const struct armvirt_vpe *vpe)
{
    (void)ctx;
    note_vpe("vpe_unmap", vpe);
    note("\n");
}

static inline void sink_vpe_move(void *ctx, const struct armvirt_vpe *vpe, uint32_t to,
                                 bool doorbell)
{
    (void)ctx;
    note("vpe_move %u from %u to %u db %d\n", vpe->vpeid, vpe->pe, to, doorbell);
}

static inline void sink_vsgi(void *ctx, const struct armvirt_vpe *vpe, const struct armvirt_vsgi *c)
{
    (void)ctx;
    note("vsgi %u sgi %u prio 0x%x group %d enable %d clear %d\n", vpe->vpeid, c->intid,
         c->priority, c->group1, c->enable, c->clear);
}

static inline void sink_vsgi_set(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    (void)ctx;
    note("vsgi_set %u %u\n", vpe->vpeid, vintid);
}

static inline void sink_invdb(void *ctx, const struct armvirt_vpe *vpe)
{
    (void)ctx;
    note("invdb %u\n", vpe->vpeid);
}

static const struct armvirt_lpi_ops bench_sink = {
    sink_set,      sink_clear, sink_inv,      sink_inv_all, sink_move,
    sink_move_all, sink_sync,  sink_vset,     sink_vclear,  sink_vinv,
    sink_vinv_all, sink_vmove, sink_vsync,    sink_vpe_map, sink_vpe_unmap,
    sink_vpe_move, sink_vsgi,  sink_vsgi_set, sink_invdb,
};

static inline void bench_error(void *ctx, const struct armvirt_its_error *error)
{
    (void)ctx;
    b.error = *error;
    b.errors++;
}

static const struct armvirt_its_ops bench_ops = {bench_error};

/* The sink was asked exactly that since the last time. */
static inline void expect_log(const char *want)
{
    assert_string_equal(b.log, want);
    b.log[0] = '\0';
}

/* ---- Registers ----------------------------------------------------------------------------- */

static inline void put(uint32_t offset, unsigned size, uint64_t value)
{
    struct armvirt_its_access a = {.offset = offset, .size = (uint8_t)size};

    assert_int_equal(armvirt_its_write(b.its, &a, value), ARMVIRT_OK);
}

static inline uint64_t get(uint32_t offset, unsigned size)
{
    struct armvirt_its_access a = {.offset = offset, .size = (uint8_t)size};
    uint64_t value = 0;

    assert_int_equal(armvirt_its_read(b.its, &a, &value), ARMVIRT_OK);
    return value;
}

/* ---- Made and dropped ---------------------------------------------------------------------- */

/* 16 bits of everything, GICv4.1, 4 PEs, no cache; tests change what they need. */
static inline void bench_config(void)
{
    memset(&b, 0, sizeof(b));
    b.flat = (struct armvirt_mem_flat){b.memory, 0, MEMORY, true};
    b.config = (struct armvirt_its_config){
        .gits_typer = ARMVIRT_GITS_TYPER_PHYSICAL | ARMVIRT_GITS_TYPER_VIRTUAL |
                      ARMVIRT_GITS_TYPER_VMOVP | ARMVIRT_GITS_TYPER_VMAPP |
                      ARMVIRT_GITS_TYPER_VSGI | ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 15) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, 15),
        .gits_iidr = 0x43b,
        .pidr2 = 0x4b,
        .lpi_bits = 16,
        .pes = PES,
        .mem = {&bench_memory, NULL},
        .sink = {&bench_sink, NULL},
        .ops = &bench_ops,
    };
}

static inline void bench_make(void)
{
    size_t size = armvirt_its_size(&b.config);

    assert_true(size > 0 && size <= ARMVIRT_ITS_SIZE(b.config.cache_log2));
    b.storage = malloc(size);
    assert_int_equal(armvirt_its_init(b.storage, size, &b.config, &b.its), ARMVIRT_OK);
}

/* Tables of one page of 64 KB each, a queue of 64 KB, enabled. */
static inline void bench_start(void)
{
    put(BASER, 8, ARMVIRT_GITS_BASERN_VALID | DEVICES | 0x200);
    put(BASER + 8, 8, ARMVIRT_GITS_BASERN_VALID | COLLECTIONS | 0x200);
    put(BASER + 16, 8, ARMVIRT_GITS_BASERN_VALID | VPES | 0x200);
    put(CBASER, 8, ARMVIRT_GITS_CBASER_VALID | QUEUE | 15);
    put(CTLR, 4, 1);
    b.accesses = 0;
}

static inline void bench(void)
{
    bench_config();
    bench_make();
    bench_start();
}

static inline void bench_drop(void)
{
    free(b.storage);
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* Append a command and tell the ITS; it does not run yet. */
static inline void queue(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
    const uint64_t word[4] = {w0, w1, w2, w3};

    for (unsigned i = 0; i < 32; i++) {
        b.memory[QUEUE + b.cwriter + i] = (uint8_t)(word[i / 8] >> i % 8 * 8);
    }
    b.cwriter = (b.cwriter + 32) % 0x10000;
    put(CWRITER, 8, b.cwriter);
}

/* Run a command; the error number and reason that it ended with are in `b.error`. */
static inline void run(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
    b.errors = 0;
    memset(&b.error, 0, sizeof(b.error));
    queue(w0, w1, w2, w3);
    assert_int_equal(armvirt_its_step(b.its, 1), ARMVIRT_OK);
}

#define DEV(op, device) ((uint64_t)(op) | (uint64_t)(device) << 32)
#define VALID           ARMVIRT_BIT(63)
#define RD(pe)          ((uint64_t)(pe) << 16)

static inline void mapd(uint32_t device, unsigned bits, uint64_t itt)
{
    run(DEV(ARMVIRT_ITS_MAPD, device), bits - 1, VALID | itt, 0);
}

static inline void mapc(uint32_t icid, uint32_t pe)
{
    run(ARMVIRT_ITS_MAPC, 0, VALID | RD(pe) | icid, 0);
}

static inline void mapti(uint32_t device, uint32_t event, uint32_t intid, uint32_t icid)
{
    run(DEV(ARMVIRT_ITS_MAPTI, device), (uint64_t)intid << 32 | event, icid, 0);
}

static inline void on_event(unsigned opcode, uint32_t device, uint32_t event)
{
    run(DEV(opcode, device), event, 0, 0);
}

static inline void expect_error(uint32_t code, enum armvirt_its_reason reason)
{
    assert_int_equal(b.errors, 1);
    assert_int_equal(b.error.code, code);
    assert_int_equal(b.error.reason, reason);
}

static inline void expect_done(void)
{
    assert_int_equal(b.errors, 0);
}

/* Device 1 with 4 bits of EventID: event 2 is LPI 8200 of collection 3, on PE 1. */
static inline void map_one(void)
{
    mapd(1, 4, ITT);
    mapc(3, 1);
    mapti(1, 2, 8200, 3);
    expect_done();
}

static inline uint8_t reason_of(uint32_t device, uint32_t event)
{
    struct armvirt_its_route route;

    armvirt_its_translate(b.its, device, event, &route);
    return route.reason;
}

#endif
