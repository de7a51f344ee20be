/* SPDX-License-Identifier: MIT */
/* The payload, interrupts: an SGI of each group for the only PE, and virtual ones (IHI0069 4.6). */
#include "payload.h"

#define GICD_CTLR      (GICD_PA + 0x0)
#define GICR_WAKER     (GICR_PA + 0x14)
#define GICR_SGI_PA    (GICR_PA + 0x10000)
#define GICR_IGROUPR0  (GICR_SGI_PA + 0x80)
#define GICR_ISENABLER (GICR_SGI_PA + 0x100)
#define GICR_ISPENDR0  (GICR_SGI_PA + 0x200)
#define GICR_ICPENDR0  (GICR_SGI_PA + 0x280)
#define GICR_IGRPMODR0 (GICR_SGI_PA + 0xd00)

#define ARE        0x30u /* ARE_S and ARE_NS */
#define ALL_GROUPS 0x7u

/* The INTID is the number of the group: 0, Secure 1, Non-secure 1. */
#define SGIS       0x7u
#define SECURE_SGI 0x2u
#define NS_SGI     0x4u

static void put(uint64_t pa, uint32_t value)
{
    *AT(volatile uint32_t, pa) = value;
}

/* Once; after reset no group is enabled. */
static void enable_groups(void)
{
    if ((*AT(volatile uint32_t, GICD_CTLR) & ALL_GROUPS) != 0) {
        return;
    }
    WRITE("icc_sre_el3", UINT64_C(0xf));
    __asm__ volatile("isb");
    put(GICD_CTLR, ARE);
    put(GICD_CTLR, ARE | ALL_GROUPS);
    put(GICR_WAKER, 0);
    put(GICR_IGROUPR0, NS_SGI);
    put(GICR_IGRPMODR0, SECURE_SGI);
    put(GICR_ISENABLER, SGIS);
    WRITE("icc_pmr_el1", UINT64_C(0xff));
    WRITE("icc_igrpen0_el1", UINT64_C(1));
    WRITE("S3_6_C12_C12_7", UINT64_C(3)); /* ICC_IGRPEN1_EL3 */
}

static int is_physical(unsigned interrupt)
{
    return interrupt >= INTERRUPT_GROUP0 && interrupt <= INTERRUPT_GROUP1NS;
}

void raise_interrupt(unsigned interrupt, uint64_t hcr)
{
    if (is_physical(interrupt)) {
        enable_groups();
        put(GICR_ISPENDR0, 1u << (interrupt - INTERRUPT_GROUP0));
    } else if (interrupt != INTERRUPT_NONE) {
        WRITE("hcr_el2", hcr | UINT64_C(1) << (HCR_VF_SHIFT + interrupt - INTERRUPT_VFIQ));
    }
    __asm__ volatile("dsb sy\n\tisb");
}

void withdraw_interrupt(unsigned interrupt, uint64_t hcr)
{
    if (is_physical(interrupt)) {
        put(GICR_ICPENDR0, SGIS);
    } else if (interrupt != INTERRUPT_NONE) {
        WRITE("hcr_el2", hcr);
    }
}
