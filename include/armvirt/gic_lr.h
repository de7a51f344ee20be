/* SPDX-License-Identifier: MIT */
/**
 * @file
 * List registers for a hypervisor on real hardware.
 *
 * The model is the guest's GIC: a PE of it is a virtual CPU, and the guest's accesses to GICD and
 * GICR are its armvirt_gicd_write() and so on. While the virtual CPU runs, its CPU interface is the
 * hardware's: before it is entered, armvirt_gic_lr_flush() gives the values of the ICH_* registers;
 * after it left, armvirt_gic_lr_sync() takes over what the guest did to them.
 *
 *     armvirt_gic_lr_flush(gic, vcpu, &hardware, &lrs);
 *     ... write lrs to ICH_*, run the guest, read ICH_* back into lrs ...
 *     armvirt_gic_lr_sync(gic, vcpu, &lrs);
 *     ... only now emulate what the guest trapped for ...
 *
 * Between the two calls the model does not know what the guest takes: whatever concerns an
 * interrupt of the virtual CPU (a change of its target, say) should wait until it left. Otherwise,
 * what the list register says is applied to what the model then has.
 *
 * A guest that changes the group or the priority of an interrupt while that is active leaves it to
 * the hardware whether it can end it. An interrupt that is linked to a physical one and becomes
 * pending while it is active is given again after it ended and the guest left.
 *
 * If more interrupts are pending or active than there are list registers, the most urgent pending
 * one is there, then active ones, most urgent first, then the other pending ones; ICH_HCR_EL2 asks
 * for the maintenance interrupt when the guest needs one that is not there. None is lost, and none
 * is taken out of its turn.
 *
 * The rules of threads of armvirt/gic.h hold. @spec{IHI0069 6, 12.4}
 */
#ifndef ARMVIRT_GIC_LR_H
#define ARMVIRT_GIC_LR_H

#include <armvirt/gic.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most list registers that hardware has. */
#define ARMVIRT_GIC_LRS 16u

/** The hardware's virtual CPU interface. */
struct armvirt_gic_lr_hardware {
    uint64_t ich_vtr; /**< ICH_VTR_EL2: ListRegs, PREbits. */
    /**
     * Which physical interrupt ends with one of the guest, for devices that are passed through. May
     * be NULL: none does.
     *
     * @param ctx    armvirt_gic_lr_hardware::ctx.
     * @param pe     Number of the virtual CPU.
     * @param intid  INTID of the guest's SPI or PPI.
     * @returns      INTID of the physical one, 0: it is the hypervisor's alone.
     */
    uint32_t (*physical)(void *ctx, uint32_t pe, uint32_t intid);
    void *ctx; /**< For `physical`. */
};

/** The ICH_* registers of a virtual CPU. */
struct armvirt_gic_lrs {
    uint64_t ich_lr[ARMVIRT_GIC_LRS]; /**< ICH_LR<n>_EL2; beyond what hardware has: 0. */
    uint64_t ich_ap0r[4];             /**< ICH_AP0R<n>_EL2; beyond what PREbits asks for: 0. */
    uint64_t ich_ap1r[4];             /**< ICH_AP1R<n>_EL2, alike. */
    uint64_t ich_vmcr;                /**< ICH_VMCR_EL2. */
    uint64_t ich_hcr;                 /**< ICH_HCR_EL2; after the guest ran only EOIcount counts. */
    /** @name Private
     * @{ */
    uint64_t given[ARMVIRT_GIC_LRS]; /* what flush wrote */
    /** @} */
};

/**
 * Fill the list registers for a virtual CPU that is about to run.
 *
 * An interrupt that is level-sensitive and not linked to a physical one asks for the maintenance
 * interrupt when it ends, for its line may still be asserted. ICH_HCR_EL2.TDIR is set while an
 * active interrupt has no list register: do the trapped write of ICC_DIR_EL1 on the model. Other
 * traps are the caller's to add.
 *
 * Work: that of selecting an interrupt for each list register, and of each active interrupt.
 *
 * @param gic        The guest's GIC; one Security state.
 * @param pe         Number of the virtual CPU.
 * @param hardware   What the registers are for.
 * @param[out] lrs   Their values.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_INVAL        No such PE.
 * @retval ARMVIRT_E_UNSUPPORTED  The guest's GIC has two Security states, or other preemption bits
 *                                than the hardware.
 * @spec{IHI0069 6.3, 12.4}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_lr_flush(struct armvirt_gic *gic, uint32_t pe,
                                                     const struct armvirt_gic_lr_hardware *hardware,
                                                     struct armvirt_gic_lrs *lrs);

/**
 * Take over what a guest did to the registers that the last armvirt_gic_lr_flush() wrote.
 *
 * The line of an interrupt that is linked to a physical one is lowered when it ended: the physical
 * one is taken again if the device still asserts it. What EOIcount counts is taken from the active
 * interrupts without a list register, most urgent first.
 *
 * @param gic  The guest's GIC.
 * @param pe   Number of the virtual CPU.
 * @param lrs  The registers as the guest left them.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such PE.
 * @spec{IHI0069 6.3, 6.4, 12.4}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_lr_sync(struct armvirt_gic *gic, uint32_t pe,
                                                    const struct armvirt_gic_lrs *lrs);

#ifdef __cplusplus
}
#endif
#endif
