/* SPDX-License-Identifier: MIT */
/*
 * The attributes of KVM's VGIC that hold state, in an order that is right for saving and restoring
 * (armvirt/gic_kvm.h): what an interrupt is before that it pends, tables before EnableLPIs, binary
 * points before ICC_CTLR_EL1.CBPR hides one, group enables last.
 */
#include <armvirt/gic_kvm.h>

#include "cpu.h"

/* How many there are of what a row lists. */
enum what { ONE, SPIS, ESPIS, PRIVATES, LPI_TABLE, NMI_SPIS, NMI_ESPIS, NMI_PRIVATES, FAMILY };

struct row {
    uint16_t group; /* enum armvirt_gic_kvm_group */
    uint8_t what;   /* enum what */
    uint8_t bits;   /* of an interrupt; for FAMILY, enum armvirt_family */
    uint32_t first; /* offset, INTID or encoding; steps of 4, of 32, of 1 */
};

#define DIST   ARMVIRT_GIC_KVM_DIST_REGS
#define REDIST ARMVIRT_GIC_KVM_REDIST_REGS
#define CPU    ARMVIRT_GIC_KVM_CPU_SYSREGS
#define LEVEL  ARMVIRT_GIC_KVM_LEVEL_INFO

static const struct row dist_rows[] = {
    {DIST, ONE, 0, 0x0008},      /* GICD_IIDR */
    {DIST, ONE, 0, 0x0010},      /* GICD_STATUSR */
    {DIST, SPIS, 1, 0x0084},     /* GICD_IGROUPR */
    {DIST, SPIS, 2, 0x0c08},     /* GICD_ICFGR */
    {DIST, SPIS, 8, 0x0420},     /* GICD_IPRIORITYR */
    {DIST, SPIS, 64, 0x6100},    /* GICD_IROUTER */
    {DIST, NMI_SPIS, 1, 0x0f84}, /* GICD_INMIR */
    {DIST, SPIS, 1, 0x0104},     /* GICD_ISENABLER */
    {DIST, SPIS, 1, 0x0204},     /* GICD_ISPENDR */
    {DIST, SPIS, 1, 0x0304},     /* GICD_ISACTIVER */
    {DIST, ESPIS, 1, 0x1000},    /* the same of extended SPIs */
    {DIST, ESPIS, 2, 0x3000},     {DIST, ESPIS, 8, 0x2000}, {DIST, ESPIS, 64, 0x8000},
    {DIST, NMI_ESPIS, 1, 0x3b00}, {DIST, ESPIS, 1, 0x1200}, {DIST, ESPIS, 1, 0x1600},
    {DIST, ESPIS, 1, 0x1a00},     {LEVEL, SPIS, 1, 32},     {DIST, ONE, 0, 0x0000}, /* GICD_CTLR */
};

static const struct row pe_rows[] = {
    {REDIST, LPI_TABLE, 0, 0x0070},     /* GICR_PROPBASER, GICR_PENDBASER */
    {REDIST, ONE, 0, 0x0010},           /* GICR_STATUSR */
    {REDIST, PRIVATES, 1, 0x10080},     /* GICR_IGROUPR */
    {REDIST, PRIVATES, 2, 0x10c00},     /* GICR_ICFGR */
    {REDIST, PRIVATES, 8, 0x10400},     /* GICR_IPRIORITYR */
    {REDIST, NMI_PRIVATES, 1, 0x10f80}, /* GICR_INMIR */
    {REDIST, PRIVATES, 1, 0x10100},     /* GICR_ISENABLER */
    {REDIST, PRIVATES, 1, 0x10200},     /* GICR_ISPENDR */
    {REDIST, PRIVATES, 1, 0x10300},     /* GICR_ISACTIVER */
    {LEVEL, ONE, 0, 0},
    {REDIST, ONE, 0, 0x0014},                                                /* GICR_WAKER */
    {REDIST, ONE, 0, 0x0000},                                                /* GICR_CTLR */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 5)},                      /* ICC_SRE_EL1 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)},                        /* ICC_PMR_EL1 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 3)},                       /* ICC_BPR0_EL1 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 3)},                      /* ICC_BPR1_EL1 */
    {CPU, FAMILY, ARMVIRT_HAS_APRS, ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 4)},     /* ICC_AP0R_EL1 */
    {CPU, FAMILY, ARMVIRT_HAS_APRS, ARMVIRT_GIC_SYSREG(3, 0, 12, 9, 0)},     /* ICC_AP1R_EL1 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 4)},                      /* ICC_CTLR_EL1 */
    {CPU, FAMILY, ARMVIRT_HAS_VAPRS, ARMVIRT_GIC_SYSREG(3, 4, 12, 8, 0)},    /* ICH_AP0R_EL2 */
    {CPU, FAMILY, ARMVIRT_HAS_VAPRS, ARMVIRT_GIC_SYSREG(3, 4, 12, 9, 0)},    /* ICH_AP1R_EL2 */
    {CPU, FAMILY, ARMVIRT_HAS_LRS, ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0)},     /* ICH_LR_EL2 */
    {CPU, FAMILY, ARMVIRT_HAS_VIRTUAL, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7)}, /* ICH_VMCR_EL2 */
    {CPU, FAMILY, ARMVIRT_HAS_VIRTUAL, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)}, /* ICH_HCR_EL2 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 6)},                      /* ICC_IGRPEN0_EL1 */
    {CPU, ONE, 0, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7)},                      /* ICC_IGRPEN1_EL1 */
};

/* Registers of 32 bits that hold @bits of each of @count interrupts. */
static uint32_t words(uint32_t count, uint32_t bits)
{
    return (count * bits + 31) / 32;
}

static uint32_t row_count(const struct armvirt_gic *gic, const struct row *row)
{
    uint32_t espis = gic->count[ARMVIRT_FROM_SHARED] - gic->spis;
    uint32_t nmi = gic->have[ARMVIRT_HAS_NMI];

    switch (row->what) {
    case SPIS:
        return words(gic->spis, row->bits);
    case ESPIS:
        return words(espis, row->bits);
    case PRIVATES:
        return words(gic->count[ARMVIRT_FROM_PRIVATE], row->bits);
    case NMI_SPIS:
        return nmi * words(gic->spis, row->bits);
    case NMI_ESPIS:
        return nmi * words(espis, row->bits);
    case NMI_PRIVATES:
        return nmi * words(gic->count[ARMVIRT_FROM_PRIVATE], row->bits);
    case LPI_TABLE: /* two registers of 64 bits */
        return gic->count[ARMVIRT_FROM_LPI] != 0 ? 4 : 0;
    case FAMILY:
        return gic->have[row->bits];
    default:
        return 1;
    }
}

static uint32_t stride(uint32_t group)
{
    return group == CPU ? 1 : group == LEVEL ? 32 : 4;
}

/* Step 0 is the distributor, step n + 1 PE n; place the row, count the register in the row. */
bool armvirt_gic_kvm_next(const struct armvirt_gic *gic, struct armvirt_gic_kvm_attr *attr)
{
    while (attr->step <= gic->config.pes) {
        const struct row *rows = attr->step == 0 ? dist_rows : pe_rows;
        size_t rows_end = attr->step == 0 ? sizeof(dist_rows) : sizeof(pe_rows);
        const struct row *row = &rows[attr->place];

        if (attr->place >= rows_end / sizeof(*rows)) {
            attr->step++;
            attr->place = 0;
        } else if (attr->count >= row_count(gic, row)) {
            attr->place++;
            attr->count = 0;
        } else {
            uint64_t pe = attr->step == 0 ? 0 : armvirt_pe(gic, attr->step - 1)->affinity;

            attr->group = row->group;
            attr->attr = pe << 32 | (row->first + attr->count * stride(row->group));
            attr->count++;
            return true;
        }
    }
    return false;
}
