/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Why an interrupt is taken, or is not: for debuggers.
 *
 * The rules of threads of armvirt/gic.h hold; all calls here are const. @spec{IHI0069 4.1, 4.6,
 * 4.8}
 */
#ifndef ARMVIRT_GIC_WHY_H
#define ARMVIRT_GIC_WHY_H

#include <armvirt/gic.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What stands between an interrupt and a PE, in the order in which it is looked at: name, what it
 * says, where the rule stands in IHI0069. */
#define ARMVIRT_GIC_REASONS(X)                                                                     \
    X(TAKEN_NEXT, "it is signalled to the PE, which takes it next", "4.8")                         \
    X(NOT_THERE, "the GIC has no such interrupt", "2.2")                                           \
    X(NOT_PENDING, "it is not pending", "4.1")                                                     \
    X(NO_TARGET, "no PE is its target (GICD_IROUTER, GICR_CTLR.DPG*)", "3.3")                      \
    X(ELSEWHERE, "it goes to another PE", "3.3")                                                   \
    X(DISABLED, "it is disabled (ISENABLER, or bit 0 of the LPI's configuration)", "4.1, 5.1")     \
    X(ACTIVE, "it is active: it has to be deactivated first", "4.1.2")                             \
    X(GROUP_DISABLED, "the distributor does not forward its group (GICD_CTLR.EnableGrp*)",         \
      "4.6.1")                                                                                     \
    X(ASLEEP, "the PE sleeps (GICR_WAKER.ProcessorSleep)", "11.1")                                 \
    X(GROUP_CLOSED, "the CPU interface does not take its group (ICC_IGRPENn)", "4.6.2")            \
    X(MASKED, "its priority is masked (ICC_PMR_EL1)", "4.8.5")                                     \
    X(BEHIND, "another interrupt is more urgent", "4.8")                                           \
    X(RUNNING, "what runs is as urgent: it does not preempt (ICC_RPR_EL1, ICC_BPRn_EL1)", "4.8.6")

/** Why an interrupt is taken, or is not. */
enum armvirt_gic_reason {
/** @cond private */
#define ARMVIRT_GIC_REASON_ENUM(name, text, rule) ARMVIRT_GIC_REASON_##name,
    /** @endcond */
    ARMVIRT_GIC_REASONS(ARMVIRT_GIC_REASON_ENUM)
#undef ARMVIRT_GIC_REASON_ENUM
        ARMVIRT_GIC_REASON_COUNT
};

/** No PE, and no INTID. */
#define ARMVIRT_GIC_NOBODY UINT32_MAX

/** The state of an interrupt, and what keeps it from a PE. */
struct armvirt_gic_why {
    uint8_t reason;   /**< enum armvirt_gic_reason. */
    uint8_t priority; /**< As the distributor orders: 0 is most urgent. */
    uint8_t group;    /**< 0: Group 0, 1: Group 1 (with two states: Secure), 2: Non-secure. */
    bool pending;     /**< For LPIs, at this PE. */
    bool active;
    bool enabled;
    bool edge; /**< Edge-triggered. */
    bool line; /**< Its line is asserted. */
    bool nmi;  /**< It has superpriority. */
    uint8_t reserved[3];
    uint32_t target; /**< The PE that it goes to, or ARMVIRT_GIC_NOBODY. */
    uint32_t other;  /**< Reason BEHIND: the INTID that comes first; else ARMVIRT_GIC_NOBODY. */
};

/**
 * Tell the state of an interrupt and why a PE does not take it. Reads one byte of memory for an LPI
 * that is not pending.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param intid  INTID.
 * @param[out] why  The answer.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such PE.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_why(const struct armvirt_gic *gic, uint32_t pe,
                                                uint32_t intid, struct armvirt_gic_why *why);

/**
 * Go through what is pending or active: private interrupts and LPIs of one PE, and all SPIs.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param from   Lowest INTID that counts.
 * @returns      The next one, or ARMVIRT_GIC_NOBODY. Work: the interrupts between.
 */
ARMVIRT_API uint32_t armvirt_gic_next(const struct armvirt_gic *gic, uint32_t pe, uint32_t from);

#ifdef __cplusplus
}
#endif
#endif
