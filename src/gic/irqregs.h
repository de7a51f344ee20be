/* SPDX-License-Identifier: MIT */
/*
 * The registers that hold a field for each of many interrupts, of distributor and redistributors
 * alike: what a read shows and a write does, in the Secure and the Non-secure view.
 */
#ifndef ARMVIRT_SRC_GIC_IRQREGS_H
#define ARMVIRT_SRC_GIC_IRQREGS_H

#include "base/bank.h"
#include "machine.h"

/* The kind of register, armvirt_bank_row::kind. Kinds from ARMVIRT_REG_OTHER on belong to a frame.
 */
enum armvirt_irqreg {
    ARMVIRT_REG_GROUP,      /* IGROUPR */
    ARMVIRT_REG_GRPMOD,     /* IGRPMODR */
    ARMVIRT_REG_NSACR,      /* NSACR */
    ARMVIRT_REG_SET_ENABLE, /* ISENABLER */
    ARMVIRT_REG_CLR_ENABLE, /* ICENABLER */
    ARMVIRT_REG_SET_PEND,   /* ISPENDR */
    ARMVIRT_REG_CLR_PEND,   /* ICPENDR */
    ARMVIRT_REG_SET_ACTIVE, /* ISACTIVER */
    ARMVIRT_REG_CLR_ACTIVE, /* ICACTIVER */
    ARMVIRT_REG_PRIORITY,   /* IPRIORITYR */
    ARMVIRT_REG_CONFIG,     /* ICFGR */
    ARMVIRT_REG_NMI,        /* INMIR */
    ARMVIRT_REG_ROUTE,      /* IROUTER */
    ARMVIRT_REG_OTHER,
};

/* What the elements of such a row are, armvirt_bank_row::bank: the INTID of element 0. */
enum armvirt_irqbank {
    ARMVIRT_BANK_0,    /* INTID 0; of a redistributor, element 32 is extended PPI 1056 */
    ARMVIRT_BANK_SPI,  /* INTID 32 */
    ARMVIRT_BANK_ESPI, /* INTID 4096 */
};

/* A decoded access to a frame. */
struct armvirt_mmio {
    struct armvirt_gic *gic;
    uint32_t pe; /* of a redistributor; any, for the distributor */
    bool redist; /* a redistributor */
    bool ns;     /* a Non-secure access where there are two Security states */
    uint32_t kind;
    struct armvirt_bank_access at;
};

/* The registers of each frame; tests hold them against the manual's list. */
extern const struct armvirt_bank_row armvirt_gicd_rows[], armvirt_rd_rows[], armvirt_sgi_rows[],
    armvirt_vlpi_rows[];
extern const size_t armvirt_gicd_row_count, armvirt_rd_row_count, armvirt_sgi_row_count;

uint64_t armvirt_irqreg_read(const struct armvirt_mmio *mmio);
void armvirt_irqreg_write(const struct armvirt_mmio *mmio, uint64_t value);

/* Decode; false if there is no such register. */
bool armvirt_mmio_decode(struct armvirt_mmio *mmio, const struct armvirt_bank_row *rows,
                         size_t count, const struct armvirt_gic_access *access);

/* Read and write the part of a register of up to 64 bits that the access names. */
static inline uint64_t armvirt_mmio_part(const struct armvirt_mmio *mmio, uint64_t value)
{
    uint64_t mask = ARMVIRT_BITS(mmio->at.bits - 1, 0);

    return value >> mmio->at.shift & mask;
}

static inline uint64_t armvirt_mmio_merge(const struct armvirt_mmio *mmio, uint64_t old,
                                          uint64_t value)
{
    uint64_t mask = ARMVIRT_BITS(mmio->at.bits - 1, 0);

    return (old & ~(mask << mmio->at.shift)) | (value & mask) << mmio->at.shift;
}

/* GICD_STATUSR and GICR_STATUSR: note an access that found nothing. */
void armvirt_mmio_violation(struct armvirt_gic *gic, uint32_t *statusr, bool write);

/* Identification registers, offsets 0xffd0 to 0xfffc: those of an Arm product, PIDR4 at element 0,
 * PIDR0 at 4, CIDR0 at 8. */
#define ARMVIRT_GICD_PART 0x92u
#define ARMVIRT_GICR_PART 0x93u
uint32_t armvirt_mmio_id(const struct armvirt_gic *gic, uint32_t element, uint8_t part);

#endif
