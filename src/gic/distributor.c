/* SPDX-License-Identifier: MIT */
/* The distributor's registers, GICD_* (IHI0069 12.8, 12.9). */
#include "cpu.h"
#include "irqregs.h"

enum {
    CTLR = ARMVIRT_REG_OTHER,
    TYPER,
    IIDR,
    TYPER2,
    STATUSR,
    SETSPI_NSR,
    CLRSPI_NSR,
    SETSPI_SR,
    CLRSPI_SR,
    IDREGS,
};

#define B0    ARMVIRT_BANK_0
#define SPI   ARMVIRT_BANK_SPI
#define ESPI  ARMVIRT_BANK_ESPI
#define R(x)  ARMVIRT_REG_##x
#define W32   ARMVIRT_W32
#define W8_32 (ARMVIRT_W8 | ARMVIRT_W32)
#define W64   (ARMVIRT_W64 | ARMVIRT_W32)

const struct armvirt_bank_row armvirt_gicd_rows[] = {
    {0x0000, 4, CTLR, 32, W32, B0},
    {0x0004, 4, TYPER, 32, W32, B0},
    {0x0008, 4, IIDR, 32, W32, B0},
    {0x000c, 4, TYPER2, 32, W32, B0},
    {0x0010, 4, STATUSR, 32, W32, B0},
    {0x0040, 4, SETSPI_NSR, 32, W32, B0},
    {0x0048, 4, CLRSPI_NSR, 32, W32, B0},
    {0x0050, 4, SETSPI_SR, 32, W32, B0},
    {0x0058, 4, CLRSPI_SR, 32, W32, B0},
    {0x0080, 128, R(GROUP), 1, W32, B0},
    {0x0100, 128, R(SET_ENABLE), 1, W32, B0},
    {0x0180, 128, R(CLR_ENABLE), 1, W32, B0},
    {0x0200, 128, R(SET_PEND), 1, W32, B0},
    {0x0280, 128, R(CLR_PEND), 1, W32, B0},
    {0x0300, 128, R(SET_ACTIVE), 1, W32, B0},
    {0x0380, 128, R(CLR_ACTIVE), 1, W32, B0},
    {0x0400, 1020, R(PRIORITY), 8, W8_32, B0},
    {0x0c00, 256, R(CONFIG), 2, W32, B0},
    {0x0d00, 128, R(GRPMOD), 1, W32, B0},
    {0x0e00, 256, R(NSACR), 2, W32, B0},
    {0x0f80, 128, R(NMI), 1, W32, B0},
    {0x1000, 128, R(GROUP), 1, W32, ESPI},
    {0x1200, 128, R(SET_ENABLE), 1, W32, ESPI},
    {0x1400, 128, R(CLR_ENABLE), 1, W32, ESPI},
    {0x1600, 128, R(SET_PEND), 1, W32, ESPI},
    {0x1800, 128, R(CLR_PEND), 1, W32, ESPI},
    {0x1a00, 128, R(SET_ACTIVE), 1, W32, ESPI},
    {0x1c00, 128, R(CLR_ACTIVE), 1, W32, ESPI},
    {0x2000, 1024, R(PRIORITY), 8, W8_32, ESPI},
    {0x3000, 256, R(CONFIG), 2, W32, ESPI},
    {0x3400, 128, R(GRPMOD), 1, W32, ESPI},
    {0x3600, 256, R(NSACR), 2, W32, ESPI},
    {0x3b00, 128, R(NMI), 1, W32, ESPI},
    {0x6100, 988 * 8, R(ROUTE), 64, W64, SPI},
    {0x8000, 8192, R(ROUTE), 64, W64, ESPI},
    {0xffd0, 48, IDREGS, 32, W32, B0},
};
const size_t armvirt_gicd_row_count = sizeof(armvirt_gicd_rows) / sizeof(armvirt_gicd_rows[0]);

/* ---- GICD_CTLR ----------------------------------------------------------------------------- */

#define ARE_S  ((uint32_t)ARMVIRT_GICD_CTLR_ARE_S)
#define ARE_NS ((uint32_t)ARMVIRT_GICD_CTLR_ARE_NS)
#define DS     ((uint32_t)ARMVIRT_GICD_CTLR_DS)
#define GRP0   ((uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP0)
#define GRP1NS ((uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1NS)
#define GRP1S  ((uint32_t)ARMVIRT_GICD_CTLR_ENABLEGRP1S)
#define E1NWF  ((uint32_t)ARMVIRT_GICD_CTLR_E1NWF)
#define NASSGI ((uint32_t)ARMVIRT_GICD_CTLR_DS_NASSGIREQ)

/* Affinity routing is always on. The three views have the enables in different places (rule 33). */
static uint32_t read_ctlr(const struct armvirt_mmio *mmio)
{
    uint32_t ctlr = mmio->gic->ctlr;

    if (!mmio->ns) {
        return ctlr | ARE_S | (ctlr & DS ? 0 : ARE_NS);
    }
    return (uint32_t)ARMVIRT_GICD_CTLR_NS_ARE_NS |
           (ctlr & GRP1NS ? (uint32_t)ARMVIRT_GICD_CTLR_NS_ENABLEGRP1A : 0);
}

/* GICD_CTLR.nASSGIreq, that SGIs have no active state, can be changed while no group is enabled. */
static uint32_t new_nassgi(const struct armvirt_gic *gic, uint32_t value)
{
    bool fixed = (gic->ctlr & (GRP0 | GRP1NS | GRP1S)) != 0 || !armvirt_one_state(gic) ||
                 !(gic->config.gicd_typer2 & ARMVIRT_GICD_TYPER2_NASSGICAP);

    return (fixed ? gic->ctlr : value) & NASSGI;
}

/* GICD_CTLR.DS can be set and not cleared; Secure Group 1 is then gone. */
static void write_ctlr(const struct armvirt_mmio *mmio, uint32_t value)
{
    struct armvirt_gic *gic = mmio->gic;
    uint32_t old = gic->ctlr;
    uint32_t e1nwf = armvirt_has(gic, ARMVIRT_GICD_TYPER_NO1N) ? 0 : E1NWF;

    if (mmio->ns) {
        gic->ctlr &= ~GRP1NS;
        gic->ctlr |= value & ARMVIRT_GICD_CTLR_NS_ENABLEGRP1A ? GRP1NS : 0;
    } else {
        gic->ctlr =
            (value & (GRP0 | GRP1NS | GRP1S | DS | e1nwf)) | (old & DS) | new_nassgi(gic, value);
        if (gic->ctlr & DS) {
            gic->ctlr &= ~GRP1S;
        }
    }
    if ((gic->ctlr ^ old) & DS) {
        armvirt_irq_rebuild(gic);
        for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
            armvirt_cpu_refresh(gic, &armvirt_pe(gic, pe)->cpu);
            armvirt_gic_lpi_inv_all(gic, pe); /* their priorities are seen in another way */
        }
    }
    if (gic->ctlr != old) {
        armvirt_mark_all(gic);
    }
}

/* ---- Message-based SPIs -------------------------------------------------------------------- */

/* The SPI that a message names, if the access may touch it: the Secure registers are RAZ/WI to
 * Non-secure accesses, and these reach a Secure SPI as far as GICD_NSACR allows. */
static bool message_reaches(const struct armvirt_mmio *mmio, uint32_t intid, unsigned least_nsacr,
                            struct armvirt_irq *irq)
{
    bool secure_register = mmio->kind == SETSPI_SR || mmio->kind == CLRSPI_SR;

    if (!armvirt_has(mmio->gic, ARMVIRT_GICD_TYPER_MBIS) || (secure_register && mmio->ns)) {
        return false;
    }
    if (!armvirt_irq_find(mmio->gic, 0, intid, irq) || irq->source != ARMVIRT_FROM_SHARED) {
        return false;
    }
    return !mmio->ns || armvirt_irq_group(mmio->gic, *irq->word) == ARMVIRT_G1NS ||
           ARMVIRT_GET(ARMVIRT_IRQ_NSACR, *irq->word) >= least_nsacr;
}

/* GICD_SETSPI_* and GICD_CLRSPI_*: the message makes an edge-triggered SPI pending or not pending;
 * for a level-sensitive one it is the line. */
static void message_spi(const struct armvirt_mmio *mmio, uint32_t value)
{
    bool set = mmio->kind == SETSPI_NSR || mmio->kind == SETSPI_SR;
    uint32_t intid = (uint32_t)ARMVIRT_GET(ARMVIRT_GICD_SETSPI_INTID, value);
    struct armvirt_irq irq;

    if (!message_reaches(mmio, intid, set ? 1 : 2, &irq)) {
        return;
    }
    if (*irq.word & ARMVIRT_IRQ_EDGE) {
        armvirt_irq_put(mmio->gic, &irq, armvirt_irq_with(*irq.word, ARMVIRT_IRQ_LATCH, set));
    } else {
        armvirt_irq_put(mmio->gic, &irq, armvirt_irq_line(*irq.word, set));
    }
}

/* ---- Reads and writes ---------------------------------------------------------------------- */

static uint64_t read_register(const struct armvirt_mmio *mmio)
{
    const struct armvirt_gic *gic = mmio->gic;

    switch (mmio->kind) {
    case CTLR:
        return read_ctlr(mmio);
    case TYPER: /* SecurityExtn reads as 0 once GICD_CTLR.DS is set */
        return gic->config.gicd_typer & ~ARMVIRT_GICD_TYPER_CPUNUMBER &
               ~(armvirt_one_state(gic) ? ARMVIRT_GICD_TYPER_SECURITYEXTN : 0);
    case TYPER2:
        return gic->config.gicd_typer2;
    case IIDR:
        return gic->config.gicd_iidr;
    case STATUSR:
        return gic->statusr;
    case IDREGS:
        return armvirt_mmio_id(gic, mmio->at.first, ARMVIRT_GICD_PART);
    default: /* the message registers are write-only */
        return mmio->kind < ARMVIRT_REG_OTHER ? armvirt_irqreg_read(mmio) : 0;
    }
}

static void write_register(const struct armvirt_mmio *mmio, uint64_t value)
{
    switch (mmio->kind) {
    case CTLR:
        write_ctlr(mmio, (uint32_t)value);
        break;
    case STATUSR: /* write 1 to clear */
        mmio->gic->statusr &= ~(uint32_t)value;
        break;
    case SETSPI_NSR:
    case CLRSPI_NSR:
    case SETSPI_SR:
    case CLRSPI_SR:
        message_spi(mmio, (uint32_t)value);
        break;
    default: /* the rest is read-only */
        if (mmio->kind < ARMVIRT_REG_OTHER) {
            armvirt_irqreg_write(mmio, value);
        }
        break;
    }
}

enum armvirt_status armvirt_gicd_read(struct armvirt_gic *gic,
                                      const struct armvirt_gic_access *access, uint64_t *value)
{
    struct armvirt_mmio mmio = {.gic = gic};

    *value = 0;
    if (!armvirt_mmio_decode(&mmio, armvirt_gicd_rows, armvirt_gicd_row_count, access)) {
        armvirt_mmio_violation(gic, &gic->statusr, false);
        return ARMVIRT_FAULT;
    }
    *value = read_register(&mmio);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gicd_write(struct armvirt_gic *gic,
                                       const struct armvirt_gic_access *access, uint64_t value)
{
    struct armvirt_mmio mmio = {.gic = gic};

    if (!armvirt_mmio_decode(&mmio, armvirt_gicd_rows, armvirt_gicd_row_count, access)) {
        armvirt_mmio_violation(gic, &gic->statusr, true);
        return ARMVIRT_FAULT;
    }
    write_register(&mmio, value);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}
