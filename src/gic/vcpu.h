/* SPDX-License-Identifier: MIT */
/*
 * The virtual CPU interface: list registers, what a virtual machine sees of them through ICV_*, and
 * what its hypervisor does through ICH_* (IHI0069 6, 12.3, 12.4). The state is struct armvirt_vcpu.
 */
#ifndef ARMVIRT_SRC_GIC_VCPU_H
#define ARMVIRT_SRC_GIC_VCPU_H

#include "cpu.h"

/* The state of a list register is two bits. */
#define ARMVIRT_LR_PENDING ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_STATE, ARMVIRT_ICH_LRN_EL2_STATE_PENDING)
#define ARMVIRT_LR_ACTIVE  ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_STATE, ARMVIRT_ICH_LRN_EL2_STATE_ACTIVE)

/* The INTID in a list register: 24 bits at most. */
static inline uint32_t armvirt_lr_intid(uint64_t lr)
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_VINTID, lr) & 0xffffff;
}

static inline unsigned armvirt_vcpu_prebits(const struct armvirt_gic *gic)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PREBITS, gic->config.ich_vtr) + 1;
}

static inline unsigned armvirt_vcpu_lrs(const struct armvirt_gic *gic)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_LISTREGS, gic->config.ich_vtr) + 1;
}

/* The bits of a virtual priority that are implemented. */
static inline uint8_t armvirt_vcpu_priority_mask(const struct armvirt_gic *gic)
{
    return (uint8_t)(0xff00u >>
                     (ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PRIBITS, gic->config.ich_vtr) + 1));
}

/* ---- vcpu.c ------------------------------------------------------------------------------- */

void armvirt_vcpu_reset(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu);

/* Virtual IRQ and FIQ, and the maintenance interrupt. */
uint32_t armvirt_vcpu_signals(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu);

/* The highest priority pending virtual interrupt: in a list register, or injected directly. */
struct armvirt_vhppi {
    int lr; /* number of the list register; ARMVIRT_DIRECT, or ARMVIRT_NO_LR: there is none */
    uint8_t priority;
    bool group1, nmi;
};

#define ARMVIRT_NO_LR  (-1)
#define ARMVIRT_DIRECT 16

struct armvirt_vhppi armvirt_vcpu_pending(const struct armvirt_gic *gic,
                                          const struct armvirt_vcpu *vcpu);
/* Whether that is signalled. */
bool armvirt_vcpu_presents(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu,
                           const struct armvirt_vhppi *hppi);
/* Its INTID; there must be one. */
uint32_t armvirt_vcpu_intid(const struct armvirt_gic *gic, uint32_t n,
                            const struct armvirt_vhppi *hppi);

uint8_t armvirt_vcpu_lr_priority(uint64_t lr);
uint8_t armvirt_vcpu_running_priority(const struct armvirt_gic *gic,
                                      const struct armvirt_vcpu *vcpu);
uint8_t armvirt_vcpu_preemption_mask(const struct armvirt_vcpu *vcpu, bool group1);

/* ICH_EISR_EL2, ICH_ELRSR_EL2, ICH_MISR_EL2. */
uint32_t armvirt_vcpu_ended(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu);
uint32_t armvirt_vcpu_empty(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu);
uint32_t armvirt_vcpu_reasons(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu);

/* ---- icv.c -------------------------------------------------------------------------------- */

/* The acknowledge, end and deactivate of the virtual machine on PE @n. */
uint32_t armvirt_vcpu_acknowledge(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg);
void armvirt_vcpu_end(struct armvirt_gic *gic, uint32_t n, bool group1, uint32_t intid);
void armvirt_vcpu_deactivate(struct armvirt_gic *gic, uint32_t n, uint32_t intid);

/* ---- vcpu_regs.c -------------------------------------------------------------------------- */

/* ICH_* registers, and ICV_* in place of the ICC_* that @reg names. */
uint64_t armvirt_vcpu_read(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg,
                           unsigned i);
void armvirt_vcpu_write(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg, unsigned i,
                        uint64_t value);

/* Whether the registers can hold what they do. */
bool armvirt_vcpu_can_hold(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu);

/* The lowest binary points: ICV_BPR0 and ICV_BPR1. */
uint8_t armvirt_vcpu_min_bpr(const struct armvirt_gic *gic, bool group1);

#endif
