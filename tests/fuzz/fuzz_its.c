/* SPDX-License-Identifier: MIT */
/*
 * An ITS whose guest writes what it likes: registers, commands, tables under its feet. Nothing may
 * break it; what reaches the sink exists; a translation without side effects says what a message
 * does; a snapshot taken at any time loads; saved tables that are taken over say the same.
 */
#include <armvirt/its.h>
#include <armvirt/mem.h>
#include <armvirt/regs/its.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 0x20000, QUEUE = 0x1000, PES = 4, OP_BYTES = 12, LPI_BITS = 16 };

struct world {
    struct armvirt_its *its;
    struct armvirt_mem_flat flat;
    bool cached;
};

static uint8_t memory[MEMORY];

/* ---- The sink: it is asked for what exists -------------------------------------------------- */

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static void check_lpi(uint32_t pe, uint32_t intid)
{
    check(pe < PES && intid >= 8192 && intid >> LPI_BITS == 0);
}

static void check_vpe(const struct armvirt_vpe *vpe)
{
    check(vpe->pe < PES && vpe->intid_bits >= 1 && vpe->intid_bits <= LPI_BITS &&
          vpe->vpeid <= 0xffff && vpe->vpt_pa % 0x10000 == 0);
}

static void on_lpi(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    check_lpi(pe, intid);
}

static void on_inv_all(void *ctx, uint32_t pe)
{
    (void)ctx;
    check(pe < PES);
}

static void on_move(void *ctx, uint32_t from, uint32_t to, uint32_t intid)
{
    (void)ctx;
    check_lpi(from, intid);
    check_lpi(to, intid);
}

static enum armvirt_status on_move_all(void *ctx, uint32_t from, uint32_t to, uint32_t budget)
{
    (void)ctx;
    check(from < PES && to < PES && from != to && budget != 0);
    return ARMVIRT_OK;
}

static enum armvirt_status on_sync(void *ctx, uint32_t pe)
{
    (void)ctx;
    check(pe < PES);
    return ARMVIRT_OK;
}

static void on_vset(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid, uint32_t doorbell)
{
    (void)ctx;
    (void)doorbell;
    check_vpe(vpe);
    check_lpi(0, vintid);
}

static void on_vlpi(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    on_vset(ctx, vpe, vintid, 0);
}

static void on_vpe(void *ctx, const struct armvirt_vpe *vpe)
{
    (void)ctx;
    check_vpe(vpe);
}

static void on_vmove(void *ctx, const struct armvirt_vpe *from, const struct armvirt_vpe *to,
                     uint32_t vintid, uint32_t doorbell)
{
    on_vset(ctx, from, vintid, doorbell);
    on_vset(ctx, to, vintid, doorbell);
}

static enum armvirt_status on_vsync(void *ctx, const struct armvirt_vpe *vpe)
{
    on_vpe(ctx, vpe);
    return ARMVIRT_OK;
}

static void on_vpe_map(void *ctx, const struct armvirt_vpe *vpe, uint32_t flags)
{
    on_vpe(ctx, vpe);
    check(flags <= (ARMVIRT_VPE_ALLOC | ARMVIRT_VPE_PTZ));
}

static void on_vpe_move(void *ctx, const struct armvirt_vpe *vpe, uint32_t to, bool doorbell)
{
    (void)doorbell;
    on_vpe(ctx, vpe);
    check(to < PES);
}

static void on_vsgi(void *ctx, const struct armvirt_vpe *vpe, const struct armvirt_vsgi *config)
{
    on_vpe(ctx, vpe);
    check(config->intid < 16);
}

static void on_vsgi_set(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    on_vpe(ctx, vpe);
    check(vintid < 16);
}

static const struct armvirt_lpi_ops sink = {
    on_lpi,  on_lpi,      on_lpi,  on_inv_all,  on_move,  on_move_all, on_sync,
    on_vset, on_vlpi,     on_vlpi, on_vpe,      on_vmove, on_vsync,    on_vpe_map,
    on_vpe,  on_vpe_move, on_vsgi, on_vsgi_set, on_vpe,
};

/* ---- Operations ------------------------------------------------------------------------------ */

static uint64_t number(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < count; i++) {
        value |= (uint64_t)bytes[i] << 8 * i;
    }
    return value;
}

static void access_register(const struct world *w, const uint8_t *op)
{
    static const uint32_t offsets[] = {0x00, 0x04,  0x08,  0x14,  0x40,  0x48,   0x80,    0x88,
                                       0x90, 0x100, 0x108, 0x110, 0x118, 0xffe8, 0x10040, 0x20020};
    struct armvirt_its_access a = {.offset = offsets[op[1] & 15] + (op[1] >> 4 & 4),
                                   .size = (uint8_t)(1u << (op[2] & 3)),
                                   .device_id = op[3]};
    uint64_t value = number(op + 4, 8);

    if (op[2] & 4) {
        armvirt_its_read(w->its, &a, &value);
    } else {
        armvirt_its_write(w->its, &a, value);
    }
}

/* A command at a place of the queue: opcode, device, event and so on small, the rest as it comes.
 */
static void put_command(const uint8_t *op)
{
    uint8_t *to = memory + QUEUE + 32 * (op[1] & 31);

    memset(to, 0, 32);
    to[0] = op[2] & 0x3f;
    to[1] = op[3];
    to[4] = op[4] & 7;
    to[8] = op[5] & 15;
    to[12] = op[6];
    to[13] = op[6] ? 0x20 : 0;
    to[16] = op[7] & 15;
    to[17] = op[8];
    to[18] = op[9] & 7;
    to[20] = op[10];
    to[23] = op[9] & 0x80;
    to[24] = op[10] & 31;
    to[26] = op[11];
}

/* What a translation says is what a message does; without a cache the tables alone count. */
static void message(const struct world *w, uint32_t device, uint32_t event)
{
    struct armvirt_its_access a = {.offset = 0, .size = 4};
    struct armvirt_its_route route;
    uint64_t ctlr;
    enum armvirt_status said = armvirt_its_translate(w->its, device, event, &route), done;

    check((said == ARMVIRT_OK) == (route.reason == ARMVIRT_ITS_NONE));
    check(route.steps <= ARMVIRT_ITS_STEPS);
    armvirt_its_read(w->its, &a, &ctlr);
    done = armvirt_its_msi(w->its, device, event);
    check(w->cached || done == (ctlr & 1 ? said : ARMVIRT_FAULT));
}

static void list(const struct world *w, uint32_t budget)
{
    struct armvirt_its_cursor cursor = {0, 0};
    struct armvirt_its_route route;
    enum armvirt_status status;

    for (unsigned i = 0; i < 20; i++) {
        status = armvirt_its_next(w->its, &cursor, budget, &route);
        if (status == ARMVIRT_END) {
            return;
        }
        check(status == ARMVIRT_OK || status == ARMVIRT_E_AGAIN);
    }
}

static void snapshot(const struct world *w)
{
    uint8_t bytes[1024], again[1024];
    size_t len, size;

    check(armvirt_its_save(w->its, bytes, sizeof(bytes), &len) == ARMVIRT_OK);
    check(armvirt_its_load(w->its, bytes, len) == ARMVIRT_OK);
    check(armvirt_its_save(w->its, again, sizeof(again), &size) == ARMVIRT_OK);
    check(len == size && memcmp(bytes, again, len) == 0);
}

static void save_or_load_tables(const struct world *w, bool load)
{
    struct armvirt_its_tables tables = {.phase = 0};

    if (load) {
        armvirt_its_tables_load(w->its, &tables, 5000);
    } else {
        armvirt_its_tables_save(w->its, &tables, 5000);
    }
}

static void do_op(const struct world *w, const uint8_t *op)
{
    size_t at;

    switch (op[0] & 7) {
    case 0:
        access_register(w, op);
        break;
    case 1:
        put_command(op);
        break;
    case 2:
        armvirt_its_step(w->its, op[1]);
        break;
    case 3:
        at = (size_t)number(op + 1, 3) % (MEMORY - 8);
        memcpy(memory + at, op + 4, 8);
        break;
    case 4:
        list(w, op[1]);
        break;
    case 5:
        snapshot(w);
        break;
    case 6:
        save_or_load_tables(w, op[1] & 1);
        break;
    default:
        message(w, (uint32_t)number(op + 1, 1 + (op[1] & 1)),
                (uint32_t)number(op + 4, 1 + (op[2] & 3)));
        break;
    }
}

/* ---- Start ----------------------------------------------------------------------------------- */

static struct armvirt_its_config config_of(const uint8_t *shape)
{
    static const struct armvirt_its_layout *const layouts[4] = {
        &armvirt_its_layout_own, &armvirt_its_layout_kvm, &armvirt_its_layout_qemu, NULL};
    bool virtual = (shape[0] & 3) != 1 && (shape[0] & 4);
    uint64_t v41 = shape[0] & 8 ? ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI : 0;

    return (struct armvirt_its_config){
        .gits_typer = (virtual ? ARMVIRT_GITS_TYPER_VIRTUAL | v41 : 0) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, shape[1] & 31) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, shape[1] >> 5 | 8) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_HCC, shape[2] & 7) |
                      (shape[2] & 8 ? ARMVIRT_GITS_TYPER_PTA : 0) |
                      (shape[2] & 16 ? ARMVIRT_GITS_TYPER_UMSI : 0),
        .options = shape[3],
        .page_sizes = shape[2] >> 5,
        .lpi_bits = LPI_BITS,
        .pes = PES,
        .rd_bytes = 0x20000,
        .cache_log2 = shape[0] & 16 ? 4 : 0,
        .layout = layouts[shape[0] & 3],
        .sink = {&sink, NULL},
    };
}

/* Tables and queue where the operations of this target find them. */
static void open_its(const struct world *w)
{
    static const uint64_t tables[3] = {0x4000, 0x8000, 0xc000};
    struct armvirt_its_access a = {.size = 8};

    for (unsigned n = 0; n < 3; n++) {
        a.offset = 0x100 + 8 * n;
        armvirt_its_write(w->its, &a, ARMVIRT_GITS_BASERN_VALID | tables[n]);
    }
    a.offset = 0x80;
    armvirt_its_write(w->its, &a, ARMVIRT_GITS_CBASER_VALID | QUEUE);
    a.offset = 0;
    a.size = 4;
    armvirt_its_write(w->its, &a, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(ARMVIRT_ITS_ALIGN) uint8_t storage[ARMVIRT_ITS_SIZE(4)];
    struct armvirt_its_config config;
    struct world w = {0};

    if (size < 4) {
        return 0;
    }
    memset(memory, 0, sizeof(memory));
    w.flat = (struct armvirt_mem_flat){memory, 0, MEMORY, true};
    config = config_of(data);
    config.mem = armvirt_mem_from_flat(&w.flat);
    w.cached = config.cache_log2 != 0;
    check(armvirt_its_init(storage, sizeof(storage), &config, &w.its) == ARMVIRT_OK);
    if (data[0] & 32) {
        open_its(&w);
    }
    for (size_t at = 4; at + OP_BYTES <= size; at += OP_BYTES) {
        do_op(&w, data + at);
    }
    return 0;
}
