/* SPDX-License-Identifier: MIT */
/*
 * vPEs (IHI0069 6.4): virtual PEs whose virtual LPIs, and in GICv4.1 virtual SGIs, are injected
 * without their hypervisor. One is resident at a PE: its interrupts are in an index of the
 * redistributor (resident.c) and meet the list registers in the virtual CPU interface. Those of all
 * others are in their pending tables in memory (vpe.c).
 *
 * A pending table has a bit for each vINTID. Its first 1 KB, which no virtual LPI needs, holds what
 * GICv4.1 leaves to the implementation: the pending virtual SGIs in bits 0 to 15, what is to be
 * known about a vPE that is not resident in the word at 8 (ARMVIRT_VPT_STATE_*), and the
 * configuration of the virtual SGIs in the bytes from 16 (ARMVIRT_VSGI_CONFIG_*).
 */
#ifndef ARMVIRT_SRC_GIC_VPE_H
#define ARMVIRT_SRC_GIC_VPE_H

#include "table.h"
#include "vcpu.h"

#define ARMVIRT_VPT_HEAD_STATE 8u  /* ARMVIRT_VPT_STATE_* */
#define ARMVIRT_VPT_HEAD_VSGIS 16u /* ARMVIRT_VSGI_CONFIG_*, two words */

/* GICv4.1: vPEs have numbers, a table, a default doorbell. */
static inline bool armvirt_v41(const struct armvirt_gic *gic)
{
    return (gic->config.gicr_typer & ARMVIRT_GICR_TYPER_RVPEID) != 0;
}

/* Whether there are vPEs at all. */
static inline bool armvirt_v4(const struct armvirt_gic *gic)
{
    return gic->count[ARMVIRT_FROM_VLPI] != 0;
}

static inline bool armvirt_vsgi_enabled(uint8_t config)
{
    return (config & ARMVIRT_VSGI_CONFIG_ENABLE) != 0;
}

/* The bits of GICR_VPROPBASER and GICR_VPENDBASER that are kept. */
static inline uint64_t armvirt_vpropbaser_bits(const struct armvirt_gic *gic)
{
    const uint64_t v41 =
        ARMVIRT_GICR_VPROPBASER_V41_VALID | ARMVIRT_GICR_VPROPBASER_V41_OUTERCACHE |
        ARMVIRT_GICR_VPROPBASER_V41_INDIRECT | ARMVIRT_GICR_VPROPBASER_V41_PAGE_SIZE |
        ARMVIRT_GICR_VPROPBASER_V41_Z | ARMVIRT_GICR_VPROPBASER_V41_PHYSICAL_ADDRESS |
        ARMVIRT_GICR_VPROPBASER_V41_SHAREABILITY | ARMVIRT_GICR_VPROPBASER_V41_INNERCACHE |
        ARMVIRT_GICR_VPROPBASER_V41_SIZE;

    return armvirt_v41(gic) ? v41 : ARMVIRT_PROPBASER_BITS;
}

static inline uint64_t armvirt_vpendbaser_bits(const struct armvirt_gic *gic)
{
    const uint64_t v40 = ARMVIRT_GICR_VPENDBASER_VALID | ARMVIRT_GICR_VPENDBASER_IDAI |
                         ARMVIRT_GICR_VPENDBASER_PENDINGLAST | ARMVIRT_GICR_VPENDBASER_OUTERCACHE |
                         ARMVIRT_GICR_VPENDBASER_PHYSICAL_ADDRESS |
                         ARMVIRT_GICR_VPENDBASER_SHAREABILITY | ARMVIRT_GICR_VPENDBASER_INNERCACHE;

    return armvirt_v41(gic)
               ? ~(ARMVIRT_GICR_VPENDBASER_V41_RES0 | ARMVIRT_GICR_VPENDBASER_V41_DIRTY)
               : v40;
}

/* ---- resident.c --------------------------------------------------------------------------- */

/* Whether the vPE with that pending table is resident at the PE, or leaves it. */
bool armvirt_resident_is(const struct armvirt_gic *gic, uint32_t pe, uint64_t vpt_pa);

/* What is pending, or the state, of the vPE changed in a way that the rest does not know. */
void armvirt_resident_note(struct armvirt_gic *gic, uint32_t pe);

/* Whether a redistributor can be in such a state. */
bool armvirt_resident_is_good(const struct armvirt_gic *gic, const struct armvirt_resident *r);

/* What happens to a virtual LPI, by its number from 8192 up, of the vPE that is there. */
void armvirt_resident_set(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
void armvirt_resident_inv(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
/* Make it not pending: whether it was. */
bool armvirt_resident_clear(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
/* Read all configurations anew: a job. */
void armvirt_resident_inv_all(struct armvirt_gic *gic, uint32_t pe);

/* What happens to a virtual SGI of it. */
void armvirt_resident_vsgi(struct armvirt_gic *gic, uint32_t pe, uint32_t intid, bool pending);
void armvirt_resident_vsgi_config(struct armvirt_gic *gic, uint32_t pe, uint32_t intid,
                                  uint8_t config);

/* The first interrupt of a group that is injected directly, by armvirt_vcpu::direct there is one;
 * and that it is acknowledged. */
uint32_t armvirt_resident_intid(const struct armvirt_gic *gic, uint32_t pe, bool group1);
void armvirt_resident_acknowledge(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/* Writes of GICR_VPENDBASER, and what a read gives. */
void armvirt_resident_write(struct armvirt_gic *gic, uint32_t pe, uint64_t vpendbaser);
uint64_t armvirt_resident_read(const struct armvirt_gic *gic, uint32_t pe);

/* ---- vpe.c -------------------------------------------------------------------------------- */

/* The vPE that the table of the PE has under a vPEID; false if it has none. The rest of @vpe is
 * written on success only. GICv4.1. */
bool armvirt_vpe_find(const struct armvirt_gic *gic, uint32_t pe, uint32_t vpeid,
                      struct armvirt_vpe *vpe);

/* The bit of a vINTID in a pending table: make it @pending; whether it changed. */
bool armvirt_vpt_put(const struct armvirt_gic *gic, uint64_t vpt_pa, uint32_t vintid, bool pending);

/* GICR_VSGIR was written: the pending virtual SGIs of a vPE, as GICR_VSGIPENDR shows them. */
uint16_t armvirt_vpe_pending_vsgis(const struct armvirt_gic *gic, uint32_t pe, uint32_t vpeid);

/* What an ITS asks for (armvirt/lpi.h), and GICR_INVLPIR with V 1. */
void armvirt_vpe_set(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid,
                     uint32_t doorbell);
void armvirt_vpe_clear(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid);
void armvirt_vpe_inv(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid);
void armvirt_vpe_inv_all(struct armvirt_gic *gic, const struct armvirt_vpe *vpe);
void armvirt_vpe_move_lpi(struct armvirt_gic *gic, const struct armvirt_vpe *from,
                          const struct armvirt_vpe *to, uint32_t vintid, uint32_t doorbell);
void armvirt_vpe_map(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t flags);
void armvirt_vpe_unmap(struct armvirt_gic *gic, const struct armvirt_vpe *vpe);
void armvirt_vpe_move(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t to,
                      bool doorbell);
void armvirt_vpe_vsgi(struct armvirt_gic *gic, const struct armvirt_vpe *vpe,
                      const struct armvirt_vsgi *config);
void armvirt_vpe_vsgi_set(struct armvirt_gic *gic, const struct armvirt_vpe *vpe, uint32_t vintid);

#endif
