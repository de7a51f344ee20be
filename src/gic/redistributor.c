/* SPDX-License-Identifier: MIT */
/* The registers of a redistributor, GICR_*: frames RD_base, SGI_base, and VLPI_base (IHI0069 12.10,
 * 12.11). */
#include "irqregs.h"
#include "vpe.h"

enum {
    CTLR = ARMVIRT_REG_OTHER,
    IIDR,
    TYPER,
    STATUSR,
    WAKER,
    PROPBASER,
    PENDBASER,
    SETLPIR,
    CLRLPIR,
    INVLPIR,
    INVALLR,
    SYNCR,
    VPROPBASER,
    VPENDBASER,
    VSGIR,
    VSGIPENDR,
    IDREGS,
};

#define R(x)  ARMVIRT_REG_##x
#define W32   ARMVIRT_W32
#define W8_32 (ARMVIRT_W8 | ARMVIRT_W32)
#define W64   (ARMVIRT_W64 | ARMVIRT_W32)

const struct armvirt_bank_row armvirt_rd_rows[] = {
    {0x0000, 4, CTLR, 32, W32, 0},      {0x0004, 4, IIDR, 32, W32, 0},
    {0x0008, 8, TYPER, 64, W64, 0},     {0x0010, 4, STATUSR, 32, W32, 0},
    {0x0014, 4, WAKER, 32, W32, 0},     {0x0040, 8, SETLPIR, 64, W64, 0},
    {0x0048, 8, CLRLPIR, 64, W64, 0},   {0x0070, 8, PROPBASER, 64, W64, 0},
    {0x0078, 8, PENDBASER, 64, W64, 0}, {0x00a0, 8, INVLPIR, 64, W64, 0},
    {0x00b0, 8, INVALLR, 64, W64, 0},   {0x00c0, 4, SYNCR, 32, W32, 0},
    {0xffd0, 48, IDREGS, 32, W32, 0},
};
const size_t armvirt_rd_row_count = sizeof(armvirt_rd_rows) / sizeof(armvirt_rd_rows[0]);

/* SGIs and PPIs, then extended PPIs. */
const struct armvirt_bank_row armvirt_sgi_rows[] = {
    {0x0080, 12, R(GROUP), 1, W32, 0},      {0x0100, 12, R(SET_ENABLE), 1, W32, 0},
    {0x0180, 12, R(CLR_ENABLE), 1, W32, 0}, {0x0200, 12, R(SET_PEND), 1, W32, 0},
    {0x0280, 12, R(CLR_PEND), 1, W32, 0},   {0x0300, 12, R(SET_ACTIVE), 1, W32, 0},
    {0x0380, 12, R(CLR_ACTIVE), 1, W32, 0}, {0x0400, 96, R(PRIORITY), 8, W8_32, 0},
    {0x0c00, 24, R(CONFIG), 2, W32, 0},     {0x0d00, 12, R(GRPMOD), 1, W32, 0},
    {0x0e00, 8, R(NSACR), 2, W32, 0},       {0x0f80, 12, R(NMI), 1, W32, 0},
};
const size_t armvirt_sgi_row_count = sizeof(armvirt_sgi_rows) / sizeof(armvirt_sgi_rows[0]);

/* There are virtual LPIs; the last two rows are of GICv4.1. */
const struct armvirt_bank_row armvirt_vlpi_rows[] = {
    {0x0070, 8, VPROPBASER, 64, W64, 0},
    {0x0078, 8, VPENDBASER, 64, W64, 0},
    {0x0080, 4, VSGIR, 32, W32, 0},
    {0x0088, 4, VSGIPENDR, 32, W32, 0},
};
const size_t armvirt_vlpi_row_count = sizeof(armvirt_vlpi_rows) / sizeof(armvirt_vlpi_rows[0]);

/* ---- Registers ----------------------------------------------------------------------------- */

static bool last_of_region(const struct armvirt_gic *gic, uint32_t pe)
{
    uint32_t region = gic->config.region_pes;

    return pe + 1 == gic->config.pes || (region != 0 && (pe + 1) % region == 0);
}

static uint64_t read_typer(const struct armvirt_gic *gic, uint32_t pe)
{
    uint64_t own = ARMVIRT_GICR_TYPER_AFFINITY_VALUE | ARMVIRT_GICR_TYPER_PROCESSOR_NUMBER |
                   ARMVIRT_GICR_TYPER_LAST;

    return (gic->config.gicr_typer & ~own) |
           ARMVIRT_PUT(ARMVIRT_GICR_TYPER_AFFINITY_VALUE, armvirt_pe(gic, pe)->affinity) |
           ARMVIRT_PUT(ARMVIRT_GICR_TYPER_PROCESSOR_NUMBER, pe) |
           ARMVIRT_PUT(ARMVIRT_GICR_TYPER_LAST, last_of_region(gic, pe));
}

/* GICR_WAKER is Secure. Sleep and wake-up are immediate: ChildrenAsleep follows ProcessorSleep. */
static uint64_t read_waker(const struct armvirt_mmio *mmio)
{
    return mmio->ns ? 0 : armvirt_pe(mmio->gic, mmio->pe)->waker;
}

static void write_waker(const struct armvirt_mmio *mmio, uint64_t value)
{
    struct armvirt_gic_pe *pe = armvirt_pe(mmio->gic, mmio->pe);

    if (mmio->ns) {
        return;
    }
    pe->waker = value & ARMVIRT_GICR_WAKER_PROCESSORSLEEP ? ARMVIRT_WAKER_BITS : 0;
    armvirt_gates_changed(mmio->gic, pe);
    armvirt_irq_rechoose(mmio->gic, mmio->pe);
}

#define DPG                                                                                        \
    ((uint32_t)(ARMVIRT_GICR_CTLR_DPG0 | ARMVIRT_GICR_CTLR_DPG1S | ARMVIRT_GICR_CTLR_DPG1NS))

static uint64_t read_ctlr(const struct armvirt_mmio *mmio)
{
    uint64_t fixed = mmio->gic->config.gicr_ctlr & (ARMVIRT_GICR_CTLR_CES | ARMVIRT_GICR_CTLR_IR);

    const struct armvirt_gic_pe *pe = armvirt_pe(mmio->gic, mmio->pe);

    return pe->ctlr | fixed | (pe->job == ARMVIRT_SAVE ? ARMVIRT_GICR_CTLR_RWP : 0);
}

/* Non-secure software has only DPG1NS of the three (IHI0069 12.11.2). */
static void write_ctlr(const struct armvirt_mmio *mmio, uint32_t value)
{
    struct armvirt_gic_pe *pe = armvirt_pe(mmio->gic, mmio->pe);
    uint32_t dpg = mmio->ns ? (uint32_t)ARMVIRT_GICR_CTLR_DPG1NS : DPG;

    if (!(mmio->gic->config.gicr_typer & ARMVIRT_GICR_TYPER_DPGS)) {
        dpg = 0;
    }
    pe->ctlr = (pe->ctlr & ~dpg) | (value & dpg);
    armvirt_lpi_enable(mmio->gic, mmio->pe, (value & ARMVIRT_GICR_CTLR_ENABLELPIS) != 0);
    armvirt_irq_rechoose(mmio->gic, mmio->pe);
}

/* Rule 50: what is in use is not moved: writes while EnableLPIs is set are ignored. */
static void write_base(const struct armvirt_mmio *mmio, uint64_t value)
{
    struct armvirt_gic_pe *pe = armvirt_pe(mmio->gic, mmio->pe);

    if ((pe->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) || pe->job == ARMVIRT_SAVE ||
        mmio->gic->count[ARMVIRT_FROM_LPI] == 0) {
        return;
    }
    if (mmio->kind == PROPBASER) {
        pe->propbaser = armvirt_mmio_merge(mmio, pe->propbaser, value) & ARMVIRT_PROPBASER_BITS;
    } else {
        pe->pendbaser = armvirt_mmio_merge(mmio, pe->pendbaser, value) & ARMVIRT_PENDBASER_BITS;
    }
}

/* GICR_INVLPIR and GICR_INVALLR with V: an LPI, or all, of a vPE (GICv4.1). */
static void invalidate_virtual(const struct armvirt_mmio *mmio, uint64_t value)
{
    uint32_t vpeid = (uint32_t)ARMVIRT_GET(ARMVIRT_GICR_INVLPIR_VPEID, value);
    struct armvirt_vpe vpe;

    if (!armvirt_vpe_find(mmio->gic, mmio->pe, vpeid, &vpe)) {
        return;
    }
    vpe.pe = mmio->pe;
    if (mmio->kind == INVLPIR) {
        armvirt_vpe_inv(mmio->gic, &vpe, (uint32_t)value);
    } else {
        armvirt_vpe_inv_all(mmio->gic, &vpe);
    }
}

/* GICR_SETLPIR and GICR_CLRLPIR are there with GICR_TYPER.DirectLPI; the invalidating registers
 * also with GICR_CTLR.IR (rule 53). */
static bool lpi_register_exists(const struct armvirt_mmio *mmio)
{
    bool direct = (mmio->gic->config.gicr_typer & ARMVIRT_GICR_TYPER_DIRECTLPI) != 0;
    bool invalidates = mmio->kind == INVLPIR || mmio->kind == INVALLR;

    return direct || (invalidates && (mmio->gic->config.gicr_ctlr & ARMVIRT_GICR_CTLR_IR));
}

static void direct_lpi(const struct armvirt_mmio *mmio, uint64_t value)
{
    uint32_t intid = (uint32_t)value;

    switch (mmio->kind) {
    case SETLPIR:
        armvirt_gic_lpi_set(mmio->gic, mmio->pe, intid);
        break;
    case CLRLPIR:
        armvirt_gic_lpi_clear(mmio->gic, mmio->pe, intid);
        break;
    case INVLPIR:
        armvirt_gic_lpi_inv(mmio->gic, mmio->pe, intid);
        break;
    default:
        armvirt_gic_lpi_inv_all(mmio->gic, mmio->pe);
        break;
    }
}

/* The upper half alone names nothing. */
static void write_lpi_register(const struct armvirt_mmio *mmio, uint64_t value)
{
    bool invalidates = mmio->kind == INVLPIR || mmio->kind == INVALLR;

    if (mmio->at.shift != 0 || !lpi_register_exists(mmio)) {
        return;
    }
    if (invalidates && armvirt_v41(mmio->gic) && (value & ARMVIRT_GICR_INVLPIR_V)) {
        invalidate_virtual(mmio, value);
    } else {
        direct_lpi(mmio, value);
    }
}

static uint64_t read_vpropbaser(const struct armvirt_mmio *mmio)
{
    uint64_t entry_size = ARMVIRT_PUT(ARMVIRT_GICR_VPROPBASER_V41_ENTRY_SIZE, 3); /* of 4 words */

    return armvirt_pe(mmio->gic, mmio->pe)->vpe.vpropbaser |
           (armvirt_v41(mmio->gic) ? entry_size : 0);
}

/* The table of a vPE that is resident is not changed. */
static void write_vpropbaser(const struct armvirt_mmio *mmio, uint64_t value)
{
    struct armvirt_resident *r = &armvirt_pe(mmio->gic, mmio->pe)->vpe;

    if (r->state == ARMVIRT_VPE_NONE && armvirt_v4(mmio->gic)) {
        r->vpropbaser =
            armvirt_mmio_merge(mmio, r->vpropbaser, value) & armvirt_vpropbaser_bits(mmio->gic);
    }
}

static void write_vpendbaser(const struct armvirt_mmio *mmio, uint64_t value)
{
    if (armvirt_v4(mmio->gic)) {
        armvirt_resident_write(
            mmio->gic, mmio->pe,
            armvirt_mmio_merge(mmio, armvirt_pe(mmio->gic, mmio->pe)->vpe.vpendbaser, value));
    }
}

/* The answer is there at once: GICR_VSGIPENDR.Busy is 0. */
static void write_vsgir(const struct armvirt_mmio *mmio, uint64_t value)
{
    uint32_t vpeid = (uint32_t)(value & 0xffff);

    if (armvirt_v41(mmio->gic) && armvirt_v4(mmio->gic)) {
        armvirt_pe(mmio->gic, mmio->pe)->vpe.vsgipendr =
            armvirt_vpe_pending_vsgis(mmio->gic, mmio->pe, vpeid);
    }
}

static uint64_t read_register(const struct armvirt_mmio *mmio)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(mmio->gic, mmio->pe);

    switch (mmio->kind) {
    case CTLR:
        return read_ctlr(mmio);
    case IIDR:
        return mmio->gic->config.gicr_iidr;
    case TYPER:
        return armvirt_mmio_part(mmio, read_typer(mmio->gic, mmio->pe));
    case STATUSR:
        return pe->statusr;
    case WAKER:
        return read_waker(mmio);
    case PROPBASER:
        return armvirt_mmio_part(mmio, pe->propbaser);
    case PENDBASER:
        return armvirt_mmio_part(mmio, pe->pendbaser & ~ARMVIRT_GICR_PENDBASER_PTZ);
    case SYNCR: /* Busy */
        return pe->inv_all || pe->job == ARMVIRT_INV_ALL || pe->vpe.inv_all ||
               pe->vpe.job == ARMVIRT_INV_ALL;
    case VPROPBASER:
        return armvirt_mmio_part(mmio, read_vpropbaser(mmio));
    case VPENDBASER:
        return armvirt_mmio_part(mmio, armvirt_resident_read(mmio->gic, mmio->pe));
    case VSGIPENDR:
        return pe->vpe.vsgipendr;
    case SETLPIR:
    case CLRLPIR:
    case INVLPIR:
    case INVALLR:
    case VSGIR: /* write-only */
        return 0;
    case IDREGS:
        return armvirt_mmio_id(mmio->gic, mmio->at.first, ARMVIRT_GICR_PART);
    default:
        return armvirt_irqreg_read(mmio);
    }
}

static void write_register(const struct armvirt_mmio *mmio, uint64_t value)
{
    switch (mmio->kind) {
    case CTLR:
        write_ctlr(mmio, (uint32_t)value);
        break;
    case STATUSR:
        armvirt_pe(mmio->gic, mmio->pe)->statusr &= ~(uint32_t)value;
        break;
    case WAKER:
        write_waker(mmio, value);
        break;
    case PROPBASER:
    case PENDBASER:
        write_base(mmio, value);
        break;
    case VPROPBASER:
        write_vpropbaser(mmio, value);
        break;
    case VPENDBASER:
        write_vpendbaser(mmio, value);
        break;
    case VSGIR:
        write_vsgir(mmio, value);
        break;
    case SETLPIR:
    case CLRLPIR:
    case INVLPIR:
    case INVALLR:
        write_lpi_register(mmio, value);
        break;
    default:
        if (mmio->kind < ARMVIRT_REG_OTHER) {
            armvirt_irqreg_write(mmio, value);
        }
        break;
    }
}

/* ---- Frames -------------------------------------------------------------------------------- */

static bool decode(struct armvirt_mmio *mmio, const struct armvirt_gic_access *access)
{
    struct armvirt_gic_access in_frame = *access;

    in_frame.offset = access->offset % ARMVIRT_BANK_FRAME_BYTES;
    switch (access->offset / ARMVIRT_BANK_FRAME_BYTES) {
    case 0:
        return armvirt_mmio_decode(mmio, armvirt_rd_rows, armvirt_rd_row_count, &in_frame);
    case 1:
        return armvirt_mmio_decode(mmio, armvirt_sgi_rows, armvirt_sgi_row_count, &in_frame);
    case 2:
        return (mmio->gic->config.gicr_typer & ARMVIRT_GICR_TYPER_VLPIS) &&
               armvirt_mmio_decode(mmio, armvirt_vlpi_rows, armvirt_vlpi_row_count, &in_frame);
    default:
        return false;
    }
}

enum armvirt_status armvirt_gicr_read(struct armvirt_gic *gic, uint32_t pe,
                                      const struct armvirt_gic_access *access, uint64_t *value)
{
    struct armvirt_mmio mmio = {.gic = gic, .pe = pe, .redist = true};

    *value = 0;
    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (!decode(&mmio, access)) {
        armvirt_mmio_violation(gic, &armvirt_pe(gic, pe)->statusr, false);
        return ARMVIRT_FAULT;
    }
    *value = read_register(&mmio);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gicr_write(struct armvirt_gic *gic, uint32_t pe,
                                       const struct armvirt_gic_access *access, uint64_t value)
{
    struct armvirt_mmio mmio = {.gic = gic, .pe = pe, .redist = true};

    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (!decode(&mmio, access)) {
        armvirt_mmio_violation(gic, &armvirt_pe(gic, pe)->statusr, true);
        return ARMVIRT_FAULT;
    }
    write_register(&mmio, value);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}
