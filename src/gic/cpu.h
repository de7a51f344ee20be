/* SPDX-License-Identifier: MIT */
/*
 * The physical CPU interface: what its registers do, and which accesses get there. The state is
 * struct armvirt_cpu.
 */
#ifndef ARMVIRT_SRC_GIC_CPU_H
#define ARMVIRT_SRC_GIC_CPU_H

#include "machine.h"

/* SCR_EL3 and HCR_EL2, as far as the GIC cares (DDI0487 D24.2). */
#define ARMVIRT_SCR_NS   ARMVIRT_BIT(0)
#define ARMVIRT_SCR_IRQ  ARMVIRT_BIT(1)
#define ARMVIRT_SCR_FIQ  ARMVIRT_BIT(2)
#define ARMVIRT_SCR_EEL2 ARMVIRT_BIT(18)
#define ARMVIRT_HCR_FMO  ARMVIRT_BIT(3)
#define ARMVIRT_HCR_IMO  ARMVIRT_BIT(4)

/* Security state of the PE below EL3: which copy of a banked register EL3 means, too. */
static inline bool armvirt_secure_bank(const struct armvirt_gic_pe *pe)
{
    return !(pe->context.scr_el3 & ARMVIRT_SCR_NS);
}

/* Security state of the PE now. */
static inline bool armvirt_secure_now(const struct armvirt_gic_pe *pe)
{
    return pe->context.el == 3 || armvirt_secure_bank(pe);
}

/* The Group 1 whose registers an access gets at. */
static inline enum armvirt_group armvirt_group1_bank(const struct armvirt_gic_pe *pe)
{
    return armvirt_secure_bank(pe) ? ARMVIRT_G1S : ARMVIRT_G1NS;
}

/* Non-secure software that does not own Group 0 sees priorities as if the lower half were all. */
static inline bool armvirt_ns_priorities(const struct armvirt_gic_pe *pe)
{
    return !armvirt_secure_now(pe) && (pe->context.scr_el3 & ARMVIRT_SCR_FIQ);
}

/* ---- priority.c --------------------------------------------------------------------------- */

void armvirt_cpu_reset(const struct armvirt_gic *gic, struct armvirt_cpu *cpu);

/* The lowest binary point of a group. */
uint8_t armvirt_cpu_min_bpr(const struct armvirt_gic *gic, enum armvirt_group group);

/* Number of active priorities registers for @prebits bits of preemption. */
unsigned armvirt_apr_count(unsigned prebits);

/* The lowest bit that is set in @apr, counted from apr[0] bit 0; 128 if there is none. */
unsigned armvirt_apr_first(const uint32_t apr[4]);

/* Registers changed: find what follows from active priorities and binary points. */
void armvirt_cpu_refresh(const struct armvirt_gic *gic, struct armvirt_cpu *cpu);

/* Whether the priority mask lets the highest priority pending interrupt through. */
bool armvirt_cpu_passes_mask(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe);

/* Whether the highest priority pending interrupt is signalled: group enabled, mask, preemption. */
bool armvirt_cpu_signals(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe);

/* Note that an interrupt became active, and that the running priority drops; there must be one. */
void armvirt_cpu_activate(const struct armvirt_gic *gic, struct armvirt_cpu *cpu,
                          const struct armvirt_hppi *hppi);
void armvirt_cpu_drop(const struct armvirt_gic *gic, struct armvirt_cpu *cpu);

/* ---- icc.c -------------------------------------------------------------------------------- */

/* System registers of the GIC: ICC_*, or ICV_* in their place, and ICH_*. */
enum armvirt_icc_reg {
    ARMVIRT_ICC_PMR,
    ARMVIRT_ICC_IAR0,
    ARMVIRT_ICC_IAR1,
    ARMVIRT_ICC_NMIAR1,
    ARMVIRT_ICC_EOIR0,
    ARMVIRT_ICC_EOIR1,
    ARMVIRT_ICC_HPPIR0,
    ARMVIRT_ICC_HPPIR1,
    ARMVIRT_ICC_BPR0,
    ARMVIRT_ICC_BPR1,
    ARMVIRT_ICC_AP0R,
    ARMVIRT_ICC_AP1R,
    ARMVIRT_ICC_DIR,
    ARMVIRT_ICC_RPR,
    ARMVIRT_ICC_CTLR,
    ARMVIRT_ICC_CTLR_EL3,
    ARMVIRT_ICC_IGRPEN0,
    ARMVIRT_ICC_IGRPEN1,
    ARMVIRT_ICC_IGRPEN1_EL3,
    ARMVIRT_ICC_SRE_EL1,
    ARMVIRT_ICC_SRE_EL2,
    ARMVIRT_ICC_SRE_EL3,
    ARMVIRT_ICC_SGI0R,
    ARMVIRT_ICC_SGI1R,
    ARMVIRT_ICC_ASGI1R,
    ARMVIRT_ICH_AP0R,
    ARMVIRT_ICH_AP1R,
    ARMVIRT_ICH_HCR,
    ARMVIRT_ICH_VTR,
    ARMVIRT_ICH_MISR,
    ARMVIRT_ICH_EISR,
    ARMVIRT_ICH_ELRSR,
    ARMVIRT_ICH_VMCR,
    ARMVIRT_ICH_LR,
};

/* Read or write a register that the PE may access; @n is the number of an active priorities
 * register. */
uint64_t armvirt_icc_read(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                          enum armvirt_icc_reg reg, unsigned n);
void armvirt_icc_write(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, enum armvirt_icc_reg reg,
                       unsigned n, uint64_t value);

/* ---- sysreg.c ----------------------------------------------------------------------------- */

/* The register that an encoding names, if it holds state: can be read and written, and is there. */
bool armvirt_sysreg_state(const struct armvirt_gic *gic, uint32_t encoding, uint8_t *reg,
                          uint8_t *n);

/* The context of a PE changed, or ICH_HCR_EL2: accesses are to be judged anew. */
void armvirt_sysreg_forget(struct armvirt_gic_pe *pe);

/* ---- complete.c --------------------------------------------------------------------------- */

/* Acknowledge: the INTID that is taken, or a special one. */
uint32_t armvirt_cpu_acknowledge(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                 enum armvirt_icc_reg reg);
/* The INTID of the highest priority pending interrupt, as ICC_HPPIR0 or ICC_HPPIR1 show it. */
uint32_t armvirt_cpu_pending(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                             bool group1);
void armvirt_cpu_end(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, bool group1,
                     uint32_t intid);
void armvirt_cpu_deactivate(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint32_t intid);
/* Deactivation without a look at groups: by the virtual CPU interface. */
void armvirt_deactivate(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/* ---- sgi.c -------------------------------------------------------------------------------- */

void armvirt_sgi_send(struct armvirt_gic *gic, struct armvirt_gic_pe *from,
                      enum armvirt_icc_reg reg, uint64_t value);

#endif
