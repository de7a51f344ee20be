/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A GIC in the vocabulary of KVM's VGIC: the device attributes by which a virtual machine monitor
 * saves and restores the interrupt controller that the Linux kernel models. With the same groups,
 * attributes and values for this model, a running guest moves from the one to the other:
 *
 *     struct armvirt_gic_kvm_attr attr = {0};
 *
 *     while (armvirt_gic_kvm_next(gic, &attr)) {
 *         KVM_GET_DEVICE_ATTR of attr.group and attr.attr, then
 *         armvirt_gic_kvm_set(gic, attr.group, attr.attr, value);
 *     }
 *
 * and the other way round with armvirt_gic_kvm_get() and KVM_SET_DEVICE_ATTR. The order of
 * armvirt_gic_kvm_next() is right for both; the target is as after a reset. Before, let all jobs
 * end with armvirt_gic_step(), and put the pending LPIs into memory (KVM:
 * KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES; here: armvirt_gic_kvm_save_pending()); after, call
 * armvirt_gic_step() to have them read.
 *
 * KVM's VGIC has one Security state, and so must the GIC. What KVM has no words for is lost: to
 * which PE a 1 of N interrupt went, ICC_BPR1_EL1 while ICC_CTLR_EL1.CBPR hides it, the lines of
 * extended interrupts, vPEs.
 */
#ifndef ARMVIRT_GIC_KVM_H
#define ARMVIRT_GIC_KVM_H

#include <armvirt/gic.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Groups of attributes, with the numbers of KVM_DEV_ARM_VGIC_GRP_*. */
enum armvirt_gic_kvm_group {
    /** Registers of the distributor. Attribute: offset in bits 31:0, a multiple of 4; values of 32
     * bits, the halves of 64-bit registers apart. */
    ARMVIRT_GIC_KVM_DIST_REGS = 1,
    /** Registers of a redistributor. Attribute: affinity in bits 63:32, offset in bits 31:0 with
     * SGI_base at 0x10000; values of 32 bits. */
    ARMVIRT_GIC_KVM_REDIST_REGS = 5,
    /** Registers of a CPU interface. Attribute: affinity in bits 63:32, ARMVIRT_GIC_SYSREG() in
     * bits 15:0; values of 64 bits. */
    ARMVIRT_GIC_KVM_CPU_SYSREGS = 6,
    /** Lines. Attribute: affinity in bits 63:32, 0 in bits 31:10, an INTID in bits 9:0, a multiple
     * of 32; the value has a bit for the line of each of 32 interrupts. */
    ARMVIRT_GIC_KVM_LEVEL_INFO = 7,
};

/** GICD_IIDR and GICR_IIDR of KVM's VGIC of a revision, 1 to 3, for the configuration of a GIC that
 * guests move to. */
#define ARMVIRT_GIC_KVM_IIDR(revision) (UINT32_C(0x4b00043b) | (uint32_t)(revision) << 12)

/**
 * Read an attribute. No read has an effect.
 *
 * It is what a guest reads, but: GICD_ISPENDR and GICR_ISPENDR show the pending latch alone,
 * whatever the lines are; GICD_ICPENDR and GICR_ICPENDR read as 0.
 *
 * @param gic    The GIC.
 * @param group  enum armvirt_gic_kvm_group.
 * @param attr   The attribute.
 * @param[out] value  The value; 0 unless the answer is ARMVIRT_OK.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_FAULT          No such attribute (ENXIO).
 * @retval ARMVIRT_E_INVAL        No such PE, or an offset that is not a multiple of 4 (EINVAL).
 * @retval ARMVIRT_E_UNSUPPORTED  The GIC has two Security states.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_kvm_get(struct armvirt_gic *gic, uint32_t group,
                                                    uint64_t attr, uint64_t *value);

/**
 * Write an attribute.
 *
 * It does what a write of a guest does, but: GICD_ISPENDR and GICR_ISPENDR set the pending latches
 * to the value, zeros too; GICD_ICPENDR and GICR_ICPENDR ignore it; GICD_STATUSR and GICR_STATUSR
 * become the value; a line that rises makes nothing pending that is edge-triggered. GICD_IIDR,
 * GICD_TYPER2, the fixed fields of ICC_CTLR_EL1, and ICC_SRE_EL1, must be what the GIC has.
 *
 * @param gic    The GIC.
 * @param group  enum armvirt_gic_kvm_group.
 * @param attr   The attribute.
 * @param value  The value.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_FAULT          No such attribute (ENXIO).
 * @retval ARMVIRT_E_INVAL        No such PE, or a value of another machine (EINVAL).
 * @retval ARMVIRT_E_UNSUPPORTED  The GIC has two Security states.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_kvm_set(struct armvirt_gic *gic, uint32_t group,
                                                    uint64_t attr, uint64_t value);

/** An attribute of a GIC, and how far armvirt_gic_kvm_next() is. */
struct armvirt_gic_kvm_attr {
    uint32_t group; /**< enum armvirt_gic_kvm_group. */
    uint32_t step;  /**< 0 to begin; then of armvirt_gic_kvm_next(). */
    uint32_t place; /**< Alike. */
    uint32_t count; /**< Alike. */
    uint64_t attr;  /**< The attribute. */
};

/**
 * The next attribute that holds state of the GIC, in the order for saving and for restoring.
 *
 * @param gic   The GIC.
 * @param[in,out] attr  All 0 to begin with; the next one after the call.
 * @returns     false when there is none left.
 */
ARMVIRT_API bool armvirt_gic_kvm_next(const struct armvirt_gic *gic,
                                      struct armvirt_gic_kvm_attr *attr);

/**
 * Write the pending LPIs of all PEs into their pending tables, as
 * KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES does; they stay pending. Work: one memory access for each
 * block of 64 LPIs of each PE with GICR_CTLR.EnableLPIs.
 *
 * @param gic  The GIC.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_FAULT    A table could not be written.
 * @retval ARMVIRT_E_AGAIN  armvirt_gic_step() has work left, or memory asked to retry: call again.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_kvm_save_pending(const struct armvirt_gic *gic);

#ifdef __cplusplus
}
#endif
#endif
