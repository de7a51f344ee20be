/* SPDX-License-Identifier: MIT */
/*
 * vPEs that are not resident: their pending tables, doorbells, and the vPE configuration table of
 * GICv4.1 (IHI0069 6.4; 12.11, GICR_VPROPBASER). What concerns a resident one goes to resident.c.
 */
#include "vpe.h"

#define ENTRY_BYTES 32u /* GICR_VPROPBASER.Entry_Size, in bytes */
#define L1_VALID    ARMVIRT_BIT(63)
#define L1_PA       ARMVIRT_BITS(51, 12)

/* ---- Words in memory ----------------------------------------------------------------------- */

/* What cannot be read is 0. */
static uint64_t word_at(const struct armvirt_gic *gic, uint64_t pa)
{
    uint64_t word = 0;

    return armvirt_table_read(gic, ARMVIRT_MEM_LPI_PENDING, pa, &word) == ARMVIRT_BUS_OK ? word : 0;
}

/* Give the bits of @mask the value of @bits; whether that changed anything. */
static bool change_word(const struct armvirt_gic *gic, uint64_t pa, uint64_t mask, uint64_t bits)
{
    uint64_t old = word_at(gic, pa);
    uint64_t new = (old & ~mask) | (bits & mask);

    return new != old &&armvirt_table_write(gic, ARMVIRT_MEM_LPI_PENDING, pa, new) ==
           ARMVIRT_BUS_OK;
}

bool armvirt_vpt_put(const struct armvirt_gic *gic, uint64_t vpt_pa, uint32_t vintid, bool pending)
{
    uint64_t bit = ARMVIRT_BIT(vintid % 64);

    return change_word(gic, vpt_pa + vintid / 64 * 8, bit, pending ? bit : 0);
}

static bool vpt_has(const struct armvirt_gic *gic, uint64_t vpt_pa, uint32_t vintid)
{
    return (word_at(gic, vpt_pa + vintid / 64 * 8) >> vintid % 64 & 1) != 0;
}

/* ---- The vPE configuration table ------------------------------------------------------------ */

static uint32_t page_bytes(uint64_t vpropbaser)
{
    switch (ARMVIRT_GET(ARMVIRT_GICR_VPROPBASER_V41_PAGE_SIZE, vpropbaser)) {
    case 0:
        return 0x1000;
    case 1:
        return 0x4000;
    default:
        return 0x10000;
    }
}

/* GICD_TYPER2.VIL and VID: how many vPEIDs there are. */
static uint32_t vpeids(const struct armvirt_gic *gic)
{
    uint32_t typer2 = gic->config.gicd_typer2;

    return typer2 & ARMVIRT_GICD_TYPER2_VIL
               ? UINT32_C(2) << ARMVIRT_GET(ARMVIRT_GICD_TYPER2_VID, typer2)
               : UINT32_C(0x10000);
}

/* Where the entry of a vPE is, in a table of one level or two; false if nowhere. */
static bool find_entry(const struct armvirt_gic *gic, uint32_t pe, uint32_t vpeid, uint64_t *pa)
{
    uint64_t vpropbaser = armvirt_pe(gic, pe)->vpe.vpropbaser;
    uint32_t page = page_bytes(vpropbaser);
    uint64_t size = (ARMVIRT_GET(ARMVIRT_GICR_VPROPBASER_V41_SIZE, vpropbaser) + 1) * page;
    uint64_t base = vpropbaser & ARMVIRT_GICR_VPROPBASER_V41_PHYSICAL_ADDRESS;
    uint32_t per_page = page / ENTRY_BYTES;
    uint64_t l1 = 0;

    if (!(vpropbaser & ARMVIRT_GICR_VPROPBASER_V41_VALID) || vpeid >= vpeids(gic)) {
        return false;
    }
    *pa = base + ENTRY_BYTES * (uint64_t)vpeid;
    if (!(vpropbaser & ARMVIRT_GICR_VPROPBASER_V41_INDIRECT)) {
        return ENTRY_BYTES * (uint64_t)vpeid < size;
    }
    if (8 * (uint64_t)(vpeid / per_page) >= size ||
        armvirt_table_read(gic, ARMVIRT_MEM_VPE_TABLE, base + 8 * (uint64_t)(vpeid / per_page),
                           &l1) != ARMVIRT_BUS_OK) {
        return false;
    }
    *pa = (l1 & L1_PA) + ENTRY_BYTES * (uint64_t)(vpeid % per_page);
    return (l1 & L1_VALID) != 0;
}

bool armvirt_vpe_find(const struct armvirt_gic *gic, uint32_t pe, uint32_t vpeid,
                      struct armvirt_vpe *vpe)
{
    uint64_t word[3] = {0, 0, 0};
    uint64_t pa;

    if (!find_entry(gic, pe, vpeid, &pa)) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (armvirt_table_read(gic, ARMVIRT_MEM_VPE_TABLE, pa + 8 * i, &word[i]) !=
            ARMVIRT_BUS_OK) {
            return false;
        }
    }
    *vpe = (struct armvirt_vpe){
        .pe = (uint32_t)ARMVIRT_GET(ARMVIRT_VPE_ENTRY_2_PE, word[2]),
        .vpeid = vpeid,
        .vpt_pa = word[0] & ARMVIRT_VPE_ENTRY_0_VPT,
        .intid_bits = (uint8_t)(ARMVIRT_GET(ARMVIRT_VPE_ENTRY_0_VPT_SIZE, word[0]) + 1),
        .config_pa = word[1] & ARMVIRT_VPE_ENTRY_1_CONFIG,
        .doorbell = (uint32_t)ARMVIRT_GET(ARMVIRT_VPE_ENTRY_2_DOORBELL, word[2]),
    };
    return (word[0] & ARMVIRT_VPE_ENTRY_0_VALID) != 0;
}

/* The valid word is written last. */
static void write_entry(const struct armvirt_gic *gic, const struct armvirt_vpe *vpe, bool valid)
{
    uint64_t word[3] = {
        ARMVIRT_PUT(ARMVIRT_VPE_ENTRY_0_VALID, valid) | (vpe->vpt_pa & ARMVIRT_VPE_ENTRY_0_VPT) |
            ARMVIRT_PUT(ARMVIRT_VPE_ENTRY_0_VPT_SIZE, vpe->intid_bits - 1u),
        vpe->config_pa & ARMVIRT_VPE_ENTRY_1_CONFIG,
        ARMVIRT_PUT(ARMVIRT_VPE_ENTRY_2_PE, vpe->pe) |
            ARMVIRT_PUT(ARMVIRT_VPE_ENTRY_2_DOORBELL, vpe->doorbell),
    };
    uint64_t pa;

    if (find_entry(gic, vpe->pe, vpe->vpeid, &pa)) {
        for (unsigned i = 3; i-- > 0;) {
            armvirt_table_write(gic, ARMVIRT_MEM_VPE_TABLE, pa + 8 * i, word[i]);
        }
    }
}

/* ---- Doorbells ----------------------------------------------------------------------------- */

/* The default doorbell rings once for a vPE that was left with GICR_VPENDBASER.Doorbell, when an
 * interrupt pends that is enabled and whose group was. */
static void ring_default(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, bool group1)
{
    uint64_t pa = vpe->vpt_pa + ARMVIRT_VPT_HEAD_STATE;
    uint64_t state = word_at(gic, pa);
    uint64_t needs = ARMVIRT_VPT_STATE_DOORBELL |
                     (group1 ? ARMVIRT_VPT_STATE_VGRP1EN : ARMVIRT_VPT_STATE_VGRP0EN);

    if ((state & needs) == needs) {
        change_word(gic, pa, ARMVIRT_VPT_STATE_DOORBELL, 0);
        armvirt_gic_lpi_set(gic, vpe->pe, vpe->doorbell);
    }
}

static bool vlpi_enabled(const struct armvirt_gic *gic, const struct armvirt_vpe *vpe,
                         uint32_t vintid)
{
    return (armvirt_table_config(gic, vpe->config_pa, vintid - ARMVIRT_INTID_LPI) &
            ARMVIRT_LPI_ENABLE) != 0;
}

/* ---- Virtual LPIs -------------------------------------------------------------------------- */

/* Whether there are vPEs, and the vINTID is of a virtual LPI of this one. */
static bool names_lpi(const struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    return vpe->pe < gic->config.pes && vpe->intid_bits <= 24 && vintid >= ARMVIRT_INTID_LPI &&
           vintid - ARMVIRT_INTID_LPI <
               armvirt_table_lpis(vpe->intid_bits, gic->count[ARMVIRT_FROM_VLPI]);
}

void armvirt_vpe_set(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid,
                     uint32_t doorbell)
{
    if (!names_lpi(gic, vpe, vintid)) {
        return;
    }
    if (armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)) {
        armvirt_resident_set(gic, vpe->pe, vintid - ARMVIRT_INTID_LPI);
        return;
    }
    armvirt_vpt_put(gic, vpe->vpt_pa, vintid, true);
    if (!armvirt_v41(gic)) {
        armvirt_gic_lpi_set(gic, vpe->pe, doorbell);
    } else if (vlpi_enabled(gic, vpe, vintid)) {
        ring_default(gic, vpe, true);
    }
}

/* Make it not pending: whether it was. */
static bool take(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    if (!names_lpi(gic, vpe, vintid)) {
        return false;
    }
    return armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)
               ? armvirt_resident_clear(gic, vpe->pe, vintid - ARMVIRT_INTID_LPI)
               : armvirt_vpt_put(gic, vpe->vpt_pa, vintid, false);
}

void armvirt_vpe_clear(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    take(gic, vpe, vintid);
}

/* A move to the same vPE is none, and rings nothing. */
void armvirt_vpe_move_lpi(struct armvirt_gic *gic, const struct armvirt_vpe *from,
                          const struct armvirt_vpe *to, uint32_t vintid, uint32_t doorbell)
{
    if (from->vpt_pa != to->vpt_pa && names_lpi(gic, to, vintid) && take(gic, from, vintid)) {
        armvirt_vpe_set(gic, to, vintid, doorbell);
    }
}

/* Nothing is cached of a vPE that is not resident, but what pends may be enabled now. */
void armvirt_vpe_inv(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    if (!names_lpi(gic, vpe, vintid)) {
        return;
    }
    if (armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)) {
        armvirt_resident_inv(gic, vpe->pe, vintid - ARMVIRT_INTID_LPI);
    } else if (armvirt_v41(gic) && vpt_has(gic, vpe->vpt_pa, vintid) &&
               vlpi_enabled(gic, vpe, vintid)) {
        ring_default(gic, vpe, true);
    }
}

void armvirt_vpe_inv_all(struct armvirt_gic *gic, const struct armvirt_vpe *vpe)
{
    if (armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)) {
        armvirt_resident_inv_all(gic, vpe->pe);
    }
}

/* ---- Virtual SGIs -------------------------------------------------------------------------- */

static void put_vsgi(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid,
                     bool pending)
{
    if (armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)) {
        armvirt_resident_vsgi(gic, vpe->pe, vintid, pending);
    } else {
        armvirt_vpt_put(gic, vpe->vpt_pa, vintid, pending);
    }
}

static bool names_vsgi(const struct armvirt_gic *gic, const struct armvirt_vpe *vpe,
                       uint32_t vintid)
{
    return armvirt_v41(gic) && vintid < ARMVIRT_SGIS && vpe->pe < gic->config.pes;
}

/* The configuration of a virtual SGI of a vPE that is not resident. */
static uint8_t vsgi_config(const struct armvirt_gic *gic, const struct armvirt_vpe *vpe,
                           uint32_t vintid)
{
    uint64_t word = word_at(gic, vpe->vpt_pa + ARMVIRT_VPT_HEAD_VSGIS + (vintid & 8));

    return (uint8_t)(word >> 8 * (vintid % 8));
}

static void ring_for_vsgi(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    uint8_t config = vsgi_config(gic, vpe, vintid);

    if (!armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa) && armvirt_vsgi_enabled(config) &&
        vpt_has(gic, vpe->vpt_pa, vintid)) {
        ring_default(gic, vpe, (config & ARMVIRT_VSGI_CONFIG_GROUP) != 0);
    }
}

void armvirt_vpe_vsgi_set(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    if (names_vsgi(gic, vpe, vintid)) {
        put_vsgi(gic, vpe, vintid, true);
        ring_for_vsgi(gic, vpe, vintid);
    }
}

void armvirt_vpe_vsgi(struct armvirt_gic *gic, const struct armvirt_vpe *vpe,
                      const struct armvirt_vsgi *vsgi)
{
    uint64_t config = (vsgi->priority & ARMVIRT_VSGI_CONFIG_PRIORITY) |
                      ARMVIRT_PUT(ARMVIRT_VSGI_CONFIG_GROUP, vsgi->group1) |
                      ARMVIRT_PUT(ARMVIRT_VSGI_CONFIG_ENABLE, vsgi->enable);
    unsigned shift = 8 * (vsgi->intid % 8u);

    if (!names_vsgi(gic, vpe, vsgi->intid)) {
        return;
    }
    if (vsgi->clear) {
        put_vsgi(gic, vpe, vsgi->intid, false);
    } else if (armvirt_resident_is(gic, vpe->pe, vpe->vpt_pa)) {
        armvirt_resident_vsgi_config(gic, vpe->pe, vsgi->intid, (uint8_t)config);
    } else {
        change_word(gic, vpe->vpt_pa + ARMVIRT_VPT_HEAD_VSGIS + (vsgi->intid & 8u),
                    UINT64_C(0xff) << shift, config << shift);
        ring_for_vsgi(gic, vpe, vsgi->intid);
    }
}

uint16_t armvirt_vpe_pending_vsgis(const struct armvirt_gic *gic, uint32_t pe, uint32_t vpeid)
{
    struct armvirt_vpe vpe;

    if (!armvirt_vpe_find(gic, pe, vpeid, &vpe)) {
        return 0;
    }
    return armvirt_resident_is(gic, pe, vpe.vpt_pa) ? armvirt_pe(gic, pe)->vpe.vsgi_pending
                                                    : (uint16_t)word_at(gic, vpe.vpt_pa);
}

/* ---- Mapping ------------------------------------------------------------------------------- */

/* The first mapping: no virtual SGI is configured, no doorbell is asked for. */
void armvirt_vpe_map(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t flags)
{
    if (!armvirt_v41(gic) || vpe->pe >= gic->config.pes) {
        return;
    }
    if (flags & ARMVIRT_VPE_ALLOC) {
        change_word(gic, vpe->vpt_pa + ARMVIRT_VPT_HEAD_STATE, UINT64_MAX, 0);
        change_word(gic, vpe->vpt_pa + ARMVIRT_VPT_HEAD_VSGIS, UINT64_MAX, 0);
        change_word(gic, vpe->vpt_pa + ARMVIRT_VPT_HEAD_VSGIS + 8, UINT64_MAX, 0);
    }
    write_entry(gic, vpe, true);
}

void armvirt_vpe_unmap(struct armvirt_gic *gic, const struct armvirt_vpe *vpe)
{
    if (armvirt_v41(gic) && vpe->pe < gic->config.pes) {
        write_entry(gic, vpe, false);
    }
}

/* PEs may have tables of their own, so the new one is told too. */
void armvirt_vpe_move(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t to,
                      bool doorbell)
{
    struct armvirt_vpe moved = *vpe;

    if (!armvirt_v41(gic) || vpe->pe >= gic->config.pes || to >= gic->config.pes) {
        return;
    }
    moved.pe = to;
    write_entry(gic, &moved, true);
    if (doorbell) {
        armvirt_gic_lpi_move(gic, vpe->pe, to, vpe->doorbell);
    }
}
