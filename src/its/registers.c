/* SPDX-License-Identifier: MIT */
/* The registers of an ITS, GITS_* (IHI0069 12.18, 12.19). */
#include "registers.h"

#include "base/mem_functions.h"
#include "cache.h"

enum {
    CTLR,
    IIDR,
    TYPER,
    MPAMIDR,
    PARTIDR,
    STATUSR,
    UMSIR,
    CBASER,
    CWRITER,
    CREADR,
    BASER,
    IDREGS,
    TRANSLATER,
    SGIR,
};

#define W32    ARMVIRT_W32
#define W64    (ARMVIRT_W64 | ARMVIRT_W32)
#define W16_32 (ARMVIRT_W16 | ARMVIRT_W32)

const struct armvirt_bank_row armvirt_its_control_rows[] = {
    {0x0000, 4, CTLR, 32, W32, 0},    {0x0004, 4, IIDR, 32, W32, 0},
    {0x0008, 8, TYPER, 64, W64, 0},   {0x0010, 4, MPAMIDR, 32, W32, 0},
    {0x0014, 4, PARTIDR, 32, W32, 0}, {0x0040, 4, STATUSR, 32, W32, 0},
    {0x0048, 8, UMSIR, 64, W64, 0},   {0x0080, 8, CBASER, 64, W64, 0},
    {0x0088, 8, CWRITER, 64, W64, 0}, {0x0090, 8, CREADR, 64, W64, 0},
    {0x0100, 64, BASER, 64, W64, 0},  {0xffd0, 48, IDREGS, 32, W32, 0},
};
const size_t armvirt_its_control_row_count =
    sizeof(armvirt_its_control_rows) / sizeof(armvirt_its_control_rows[0]);

const struct armvirt_bank_row armvirt_its_translation_rows[] = {
    {0x0040, 4, TRANSLATER, 32, W16_32, 0},
};
const size_t armvirt_its_translation_row_count = 1;

const struct armvirt_bank_row armvirt_its_sgi_rows[] = {
    {0x0020, 8, SGIR, 64, W64, 0},
};
const size_t armvirt_its_sgi_row_count = 1;

/* ---- Reads --------------------------------------------------------------------------------- */

/* All is done when a call returns, but for the commands that wait. */
static uint64_t read_ctlr(const struct armvirt_its *its)
{
    return its->ctlr | (armvirt_its_has_work(its) ? 0 : ARMVIRT_GITS_CTLR_QUIESCENT);
}

/* The identification registers of an Arm product: PIDR4 at element 0, PIDR0 at 4, CIDR0 at 8. */
static uint64_t read_id(const struct armvirt_its *its, uint32_t element)
{
    static const uint8_t ids[12] = {0x44, 0, 0, 0, 0x94, 0xb4, 0, 0, 0x0d, 0xf0, 0x05, 0xb1};

    return element == 6 ? its->config.pidr2 : ids[element];
}

static uint64_t read_register(const struct armvirt_its *its, uint8_t kind, uint32_t element)
{
    switch (kind) {
    case CTLR:
        return read_ctlr(its);
    case IIDR:
        return its->config.gits_iidr;
    case TYPER:
        return its->config.gits_typer;
    case MPAMIDR:
        return its->config.gits_mpamidr;
    case PARTIDR:
        return its->partidr;
    case STATUSR:
        return its->statusr;
    case UMSIR:
        return its->umsir;
    case CBASER:
        return its->cbaser;
    case CWRITER:
        return its->cwriter;
    case CREADR:
        return its->creadr;
    case BASER:
        return its->baser[element];
    case IDREGS:
        return read_id(its, element);
    default: /* GITS_TRANSLATER, GITS_SGIR: write-only */
        return 0;
    }
}

/* ---- Writes -------------------------------------------------------------------------------- */

#define CBASER_BITS                                                                                \
    (ARMVIRT_GITS_CBASER_VALID | ARMVIRT_GITS_CBASER_INNERCACHE | ARMVIRT_GITS_CBASER_OUTERCACHE | \
     ARMVIRT_GITS_CBASER_PHYSICAL_ADDRESS | ARMVIRT_GITS_CBASER_SHAREABILITY |                     \
     ARMVIRT_GITS_CBASER_SIZE)
#define BASER_BITS                                                                                 \
    (ARMVIRT_GITS_BASERN_VALID | ARMVIRT_GITS_BASERN_INDIRECT | ARMVIRT_GITS_BASERN_INNERCACHE |   \
     ARMVIRT_GITS_BASERN_OUTERCACHE | ARMVIRT_GITS_BASERN_PHYSICAL_ADDRESS |                       \
     ARMVIRT_GITS_BASERN_SHAREABILITY | ARMVIRT_GITS_BASERN_PAGE_SIZE | ARMVIRT_GITS_BASERN_SIZE)

/* ITS_Number is of an ITS that needs VMOVP for each (GITS_TYPER.VMOVP 0). */
uint64_t armvirt_its_ctlr_bits(const struct armvirt_its *its)
{
    uint64_t bits = ARMVIRT_GITS_CTLR_ENABLED;

    if (its->config.options & ARMVIRT_ITS_OPT_IMDE) {
        bits |= ARMVIRT_GITS_CTLR_IMDE;
    }
    if (armvirt_its_has(its, ARMVIRT_GITS_TYPER_UMSIIRQ)) {
        bits |= ARMVIRT_GITS_CTLR_UMSIIRQ;
    }
    if (armvirt_its_has(its, ARMVIRT_GITS_TYPER_VIRTUAL) &&
        !armvirt_its_has(its, ARMVIRT_GITS_TYPER_VMOVP)) {
        bits |= ARMVIRT_GITS_CTLR_ITS_NUMBER;
    }
    return bits;
}

/* Rule 54. What the cache holds is of the tables that were there before. */
static void write_ctlr(struct armvirt_its *its, uint64_t value)
{
    if ((its->ctlr ^ value) & ARMVIRT_GITS_CTLR_ENABLED) {
        armvirt_its_cache_drop_all(its);
    }
    its->ctlr = (uint32_t)(value & armvirt_its_ctlr_bits(its));
}

/* Rule 55: what is in use is not moved. */
static void write_cbaser(struct armvirt_its *its, uint64_t value)
{
    if (armvirt_its_enabled(its)) {
        return;
    }
    its->cbaser = value & CBASER_BITS;
    its->creadr = 0;
    if (its->config.options & ARMVIRT_ITS_OPT_CLEAR_CWRITER) {
        its->cwriter = 0;
    }
}

/* Rule 57: only Retry makes a stalled queue go on. It reads as 0. */
static void write_cwriter(struct armvirt_its *its, uint64_t value)
{
    its->cwriter = value & ARMVIRT_GITS_CWRITER_OFFSET;
    if (value & ARMVIRT_GITS_CWRITER_RETRY) {
        its->creadr &= ~ARMVIRT_GITS_CREADR_STALLED;
    }
}

/* The page size that a table gets: the one wanted, else the largest that there is. The reserved
 * value stays and means 64 KB. */
static uint64_t page_size_of(const struct armvirt_its *its, uint64_t value)
{
    uint64_t wanted = ARMVIRT_GET(ARMVIRT_GITS_BASERN_PAGE_SIZE, value), largest = 2;

    while (!(its->config.page_sizes >> largest & 1)) {
        largest--;
    }
    return its->config.page_sizes >> (wanted == 3 ? 2 : wanted) & 1 ? wanted : largest;
}

/* Rule 58: Type and Entry_Size are fixed, and so is Indirect where two levels are not there. */
uint64_t armvirt_its_baser_value(const struct armvirt_its *its, uint32_t n, uint64_t value)
{
    uint64_t was = its->config.gits_baser[n];
    uint64_t fixed = was & (ARMVIRT_GITS_BASERN_TYPE | ARMVIRT_GITS_BASERN_ENTRY_SIZE);
    uint64_t page_size = page_size_of(its, value);

    if (!(was & ARMVIRT_GITS_BASERN_TYPE)) {
        return 0;
    }
    if (!(was & ARMVIRT_GITS_BASERN_INDIRECT)) {
        value &= ~ARMVIRT_GITS_BASERN_INDIRECT;
    }
    value &= BASER_BITS & ~ARMVIRT_GITS_BASERN_PAGE_SIZE;
    return value | fixed | ARMVIRT_PUT(ARMVIRT_GITS_BASERN_PAGE_SIZE, page_size);
}

static void write_baser(struct armvirt_its *its, uint32_t n, uint64_t value)
{
    if (!armvirt_its_enabled(its)) {
        its->baser[n] = armvirt_its_baser_value(its, n, value);
        armvirt_its_measure_tables(its);
    }
}

uint64_t armvirt_its_partidr_bits(const struct armvirt_its *its)
{
    return armvirt_its_has(its, ARMVIRT_GITS_TYPER_MPAM)
               ? ARMVIRT_GITS_PARTIDR_PARTID | ARMVIRT_GITS_PARTIDR_PMG
               : 0;
}

/* GITS_SGIR: what names no vPE does nothing. */
static enum armvirt_status write_sgir(struct armvirt_its *its, uint64_t value)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    struct armvirt_its_route route;
    enum armvirt_its_reason reason;

    if (!armvirt_its_enabled(its)) {
        return ARMVIRT_OK;
    }
    memset(&route, 0, sizeof(route));
    reason =
        armvirt_its_find_vpe(its, (uint32_t)ARMVIRT_GET(ARMVIRT_GITS_SGIR_VPEID, value), &route);
    if (reason == ARMVIRT_ITS_NONE) {
        sink->ops->vsgi_set(sink->ctx, &route.vpe,
                            (uint32_t)ARMVIRT_GET(ARMVIRT_GITS_SGIR_VINTID, value));
    }
    return reason == ARMVIRT_ITS_RETRY ? ARMVIRT_E_AGAIN : ARMVIRT_OK;
}

static void write_register(struct armvirt_its *its, uint8_t kind, uint32_t element, uint64_t value)
{
    switch (kind) {
    case CTLR:
        write_ctlr(its, value);
        break;
    case PARTIDR:
        its->partidr = (uint32_t)(value & armvirt_its_partidr_bits(its));
        break;
    case STATUSR: /* bits are cleared by ones */
        its->statusr &= ~(uint32_t)value;
        break;
    case CBASER:
        write_cbaser(its, value);
        break;
    case CWRITER:
        write_cwriter(its, value);
        break;
    case BASER:
        write_baser(its, element, value);
        break;
    default:
        break;
    }
}

/* ---- Frames -------------------------------------------------------------------------------- */

static bool decode(const struct armvirt_its *its, const struct armvirt_its_access *access,
                   struct armvirt_bank_access *at)
{
    uint32_t frame = access->offset / ARMVIRT_BANK_FRAME_BYTES;
    uint32_t offset = access->offset % ARMVIRT_BANK_FRAME_BYTES;
    const struct armvirt_bank_row *rows = armvirt_its_control_rows;
    size_t count = armvirt_its_control_row_count;

    if (frame == 1) {
        rows = armvirt_its_translation_rows;
        count = armvirt_its_translation_row_count;
    } else if (frame == 2 && armvirt_its_has(its, ARMVIRT_GITS_TYPER_VSGI)) {
        rows = armvirt_its_sgi_rows;
        count = armvirt_its_sgi_row_count;
    } else if (frame != 0) {
        return false;
    }
    return armvirt_bank_decode(rows, count, offset, access->size, at) == ARMVIRT_BANK_OK;
}

static enum armvirt_status no_register(struct armvirt_its *its, uint64_t bit)
{
    if (its->config.options & ARMVIRT_ITS_OPT_STATUSR) {
        its->statusr |= (uint32_t)bit;
    }
    return ARMVIRT_FAULT;
}

enum armvirt_status armvirt_its_read(struct armvirt_its *its,
                                     const struct armvirt_its_access *access, uint64_t *value)
{
    struct armvirt_bank_access at;

    *value = 0;
    if (!decode(its, access, &at)) {
        return no_register(its, ARMVIRT_GITS_STATUSR_RRD);
    }
    *value = read_register(its, at.row->kind, at.first) >> at.shift & ARMVIRT_BITS(at.bits - 1, 0);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_its_write(struct armvirt_its *its,
                                      const struct armvirt_its_access *access, uint64_t value)
{
    struct armvirt_bank_access at;
    uint64_t mask, old;
    enum armvirt_status status;

    if (!decode(its, access, &at)) {
        return no_register(its, ARMVIRT_GITS_STATUSR_WRD);
    }
    mask = ARMVIRT_BITS(at.bits - 1, 0);
    value &= mask;
    if (at.row->kind == TRANSLATER && at.shift != 0) { /* 16 bits are the lower half */
        return no_register(its, ARMVIRT_GITS_STATUSR_WRD);
    }
    if (at.row->kind == TRANSLATER) {
        status = armvirt_its_msi(its, access->device_id, (uint32_t)value);
        return status == ARMVIRT_FAULT ? ARMVIRT_OK : status;
    }
    if (at.row->kind == SGIR) {
        return at.shift == 0 ? write_sgir(its, value) : ARMVIRT_OK;
    }
    old = read_register(its, at.row->kind, at.first);
    old = at.row->kind == STATUSR ? 0 : old;
    write_register(its, at.row->kind, at.first, (old & ~(mask << at.shift)) | value << at.shift);
    return ARMVIRT_OK;
}
