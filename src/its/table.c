/* SPDX-License-Identifier: MIT */
/* Tables that GITS_BASER<n> give: where an entry lies, of one level or two (IHI0069 5.2.4). */
#include "base/bits.h"
#include "machine.h"

#define PA_BITS ARMVIRT_BITS(51, 0)

/* What is wrong when an entry cannot be, and when it cannot be found. */
static const uint8_t range_reasons[ARMVIRT_ITS_TABLES] = {
    [ARMVIRT_ITS_DEVICES] = ARMVIRT_ITS_DEVICE_RANGE,
    [ARMVIRT_ITS_COLLECTIONS] = ARMVIRT_ITS_COLLECTION_RANGE,
    [ARMVIRT_ITS_VPES] = ARMVIRT_ITS_VPE_RANGE,
};
static const uint8_t unmapped_reasons[ARMVIRT_ITS_TABLES] = {
    [ARMVIRT_ITS_DEVICES] = ARMVIRT_ITS_DEVICE_UNMAPPED,
    [ARMVIRT_ITS_COLLECTIONS] = ARMVIRT_ITS_COLLECTION_UNMAPPED,
    [ARMVIRT_ITS_VPES] = ARMVIRT_ITS_VPE_UNMAPPED,
};
static const uint8_t l1_kinds[ARMVIRT_ITS_TABLES] = {
    [ARMVIRT_ITS_DEVICES] = ARMVIRT_ITS_STEP_DEVICE_L1,
    [ARMVIRT_ITS_COLLECTIONS] = ARMVIRT_ITS_STEP_COLLECTION_L1,
    [ARMVIRT_ITS_VPES] = ARMVIRT_ITS_STEP_VPE_L1,
};

/* ---- Memory -------------------------------------------------------------------------------- */

static enum armvirt_its_reason reason_of(enum armvirt_bus bus)
{
    if (bus == ARMVIRT_BUS_OK) {
        return ARMVIRT_ITS_NONE;
    }
    return bus == ARMVIRT_BUS_RETRY ? ARMVIRT_ITS_RETRY : ARMVIRT_ITS_ABORT;
}

static struct armvirt_mem_req request(const struct armvirt_its *its, uint64_t pa, unsigned bytes)
{
    return (struct armvirt_mem_req){.pa = pa & PA_BITS,
                                    .size = (uint8_t)bytes,
                                    .space = its->config.space,
                                    .what = ARMVIRT_MEM_ITS_ENTRY};
}

/* The bytes of an entry from @at that one access can reach: entries of 12 bytes are aligned to 4.
 */
static unsigned piece(uint64_t pa, unsigned at, unsigned bytes)
{
    return at % 8 == 0 && bytes - at >= 8 && (pa + at) % 8 == 0 ? 8 : 4;
}

/* Whether one access can do it. */
static bool is_whole(uint64_t pa, unsigned bytes)
{
    return armvirt_is_power_of_2(bytes) && armvirt_is_aligned(pa, bytes);
}

static enum armvirt_bus read_pieces(const struct armvirt_its *its, uint64_t pa, unsigned bytes,
                                    uint64_t word[2])
{
    enum armvirt_bus bus = ARMVIRT_BUS_OK;

    for (unsigned at = 0, size; at < bytes && bus == ARMVIRT_BUS_OK; at += size) {
        struct armvirt_mem_req req;
        uint64_t value = 0;

        size = piece(pa, at, bytes);
        req = request(its, pa + at, size);
        bus = its->config.mem.ops->read(its->config.mem.ctx, &req, &value);
        word[at / 8] |= value << at % 8 * 8;
    }
    return bus;
}

enum armvirt_its_reason armvirt_its_read_entry(const struct armvirt_its *its, uint64_t pa,
                                               unsigned bytes, enum armvirt_its_step_kind kind,
                                               struct armvirt_its_route *route)
{
    struct armvirt_its_entry *entry = &route->step[route->steps];
    enum armvirt_bus bus;

    entry->pa = pa & PA_BITS;
    entry->word[0] = entry->word[1] = 0;
    entry->kind = (uint8_t)kind;
    entry->bytes = (uint8_t)bytes;
    if (is_whole(pa, bytes)) {
        struct armvirt_mem_req req = request(its, pa, bytes);

        bus = its->config.mem.ops->read(its->config.mem.ctx, &req, entry->word);
    } else {
        bus = read_pieces(its, pa, bytes, entry->word);
    }
    if (bus == ARMVIRT_BUS_OK) {
        route->steps++;
    }
    return reason_of(bus);
}

static enum armvirt_bus write_pieces(const struct armvirt_its *its, uint64_t pa, unsigned bytes,
                                     const uint64_t word[2], const uint64_t *was)
{
    enum armvirt_bus bus = ARMVIRT_BUS_OK;

    for (unsigned end = bytes; end > 0 && bus == ARMVIRT_BUS_OK;) {
        unsigned size = end % 8 == 0 && (pa + end) % 8 == 0 ? 8 : 4;
        struct armvirt_mem_req req = request(its, pa + end - size, size);
        uint64_t mask = ARMVIRT_BITS(8 * size - 1, 0);
        unsigned at = (end - size) / 8, shift = (end - size) % 8 * 8;
        uint64_t value = word[at] >> shift & mask;

        if (was == NULL || value != (was[at] >> shift & mask)) {
            bus = its->config.mem.ops->write(its->config.mem.ctx, &req, &value);
        }
        end -= size;
    }
    return bus;
}

enum armvirt_its_reason armvirt_its_write_entry(const struct armvirt_its *its, uint64_t pa,
                                                unsigned bytes, const uint64_t word[2],
                                                const uint64_t *was)
{
    struct armvirt_mem_req req = request(its, pa, bytes);

    if (is_whole(pa, bytes)) {
        return reason_of(its->config.mem.ops->write(its->config.mem.ctx, &req, word));
    }
    return reason_of(write_pieces(its, pa, bytes, word, was));
}

/* ---- Places -------------------------------------------------------------------------------- */

unsigned armvirt_its_entry_bytes(const struct armvirt_its *its, enum armvirt_its_table table)
{
    if (table == ARMVIRT_ITS_DEVICES) {
        return its->layout.dte_bytes;
    }
    return table == ARMVIRT_ITS_COLLECTIONS ? its->layout.cte_bytes : its->layout.vte_bytes;
}

/* The reserved value means 64 KB. */
static uint32_t page_bytes(uint64_t baser)
{
    uint64_t size = ARMVIRT_GET(ARMVIRT_GITS_BASERN_PAGE_SIZE, baser);

    return UINT32_C(4096) << 2 * (size < 3 ? size : 2);
}

/* Pages of 64 KB have 52 bits of address: bits 15:12 are bits 51:48. */
static uint64_t base_pa(uint64_t baser)
{
    uint64_t pa = baser & ARMVIRT_GITS_BASERN_PHYSICAL_ADDRESS & ~(uint64_t)(page_bytes(baser) - 1);

    return page_bytes(baser) == 0x10000 ? pa | ARMVIRT_GET(ARMVIRT_BITS(15, 12), baser) << 48 : pa;
}

/* Bits of an identifier: GITS_TYPER.Devbits, CIDbits or GICD_TYPER2.VID. */
static unsigned id_bits(const struct armvirt_its *its, enum armvirt_its_table table)
{
    uint64_t typer = its->config.gits_typer;

    if (table == ARMVIRT_ITS_DEVICES) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_GITS_TYPER_DEVBITS, typer) + 1;
    }
    if (table == ARMVIRT_ITS_VPES) {
        return its->config.vpe_bits;
    }
    return typer & ARMVIRT_GITS_TYPER_CIL
               ? (unsigned)ARMVIRT_GET(ARMVIRT_GITS_TYPER_CIDBITS, typer) + 1
               : 16;
}

/* Rule 58: without GITS_BASER<n>.Valid there is no table. */
static void measure(struct armvirt_its *its, enum armvirt_its_table table)
{
    struct armvirt_its_geometry *g = &its->geometry[table];
    uint8_t n = its->baser_of[table];
    uint64_t baser = n == ARMVIRT_ITS_NO_BASER ? 0 : its->baser[n];
    uint64_t pages = ARMVIRT_GET(ARMVIRT_GITS_BASERN_SIZE, baser) + 1;

    *g = (struct armvirt_its_geometry){
        .entry_bytes = (uint8_t)armvirt_its_entry_bytes(its, table),
        .id_bits = (uint8_t)id_bits(its, table),
    };
    if (!(baser & ARMVIRT_GITS_BASERN_VALID)) {
        return;
    }
    g->base_pa = base_pa(baser);
    g->page_bytes = page_bytes(baser);
    if (baser & ARMVIRT_GITS_BASERN_INDIRECT) {
        g->per_page = g->page_bytes / g->entry_bytes;
        g->entries = pages * g->page_bytes / ARMVIRT_ITS_L1_BYTES * g->per_page;
    } else {
        g->entries = pages * g->page_bytes / g->entry_bytes;
    }
}

void armvirt_its_measure_tables(struct armvirt_its *its)
{
    measure(its, ARMVIRT_ITS_DEVICES);
    measure(its, ARMVIRT_ITS_COLLECTIONS);
    measure(its, ARMVIRT_ITS_VPES);
}

/* Collections that the ITS holds itself come before those of the table. */
static uint32_t first_of(const struct armvirt_its *its, enum armvirt_its_table table)
{
    return table == ARMVIRT_ITS_COLLECTIONS ? its->hcc : 0;
}

enum armvirt_its_reason armvirt_its_in_range(const struct armvirt_its *its,
                                             enum armvirt_its_table table, uint32_t id)
{
    const struct armvirt_its_geometry *g = &its->geometry[table];
    uint32_t first = first_of(its, table);

    if ((uint64_t)id >> g->id_bits == 0 && (id < first || id - first < g->entries)) {
        return ARMVIRT_ITS_NONE;
    }
    return (enum armvirt_its_reason)range_reasons[table];
}

/* Of two levels: the address by the entry of the first. */
static enum armvirt_its_reason place_in_page(const struct armvirt_its *its,
                                             enum armvirt_its_table table, uint32_t index,
                                             struct armvirt_its_route *route, uint64_t *pa)
{
    const struct armvirt_its_geometry *g = &its->geometry[table];
    uint32_t page = index / g->per_page;
    enum armvirt_its_reason reason = armvirt_its_read_entry(
        its, g->base_pa + (uint64_t)page * ARMVIRT_ITS_L1_BYTES, ARMVIRT_ITS_L1_BYTES,
        (enum armvirt_its_step_kind)l1_kinds[table], route);
    uint64_t l1;

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    l1 = route->step[route->steps - 1].word[0];
    if (!(l1 & ARMVIRT_ITS_L1_VALID)) { /* rule 59 */
        return (enum armvirt_its_reason)unmapped_reasons[table];
    }
    *pa = (l1 & ARMVIRT_ITS_L1_PHYSICAL_ADDRESS & ~(uint64_t)(g->page_bytes - 1)) +
          (uint64_t)(index - page * g->per_page) * g->entry_bytes;
    return ARMVIRT_ITS_NONE;
}

enum armvirt_its_reason armvirt_its_place(const struct armvirt_its *its,
                                          enum armvirt_its_table table, uint32_t id,
                                          struct armvirt_its_route *route, uint64_t *pa)
{
    const struct armvirt_its_geometry *g = &its->geometry[table];
    enum armvirt_its_reason reason = armvirt_its_in_range(its, table, id);
    uint32_t index = id - first_of(its, table);

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (g->per_page != 0) {
        return place_in_page(its, table, index, route, pa);
    }
    *pa = g->base_pa + (uint64_t)index * g->entry_bytes;
    return ARMVIRT_ITS_NONE;
}
