/* SPDX-License-Identifier: MIT */
/* Interrupt lines (IHI0069 4.1.2). */
#include "machine.h"

static void drive(struct armvirt_gic *gic, struct armvirt_irq *irq, bool level)
{
    armvirt_irq_put(gic, irq, armvirt_irq_line(*irq->word, level));
    armvirt_settle(gic);
}

enum armvirt_status armvirt_gic_spi(struct armvirt_gic *gic, uint32_t intid, bool level)
{
    struct armvirt_irq irq;

    if (!armvirt_irq_find(gic, 0, intid, &irq) || irq.source != ARMVIRT_FROM_SHARED) {
        return ARMVIRT_E_INVAL;
    }
    drive(gic, &irq, level);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_ppi(struct armvirt_gic *gic, uint32_t pe, uint32_t intid,
                                    bool level)
{
    struct armvirt_irq irq;

    if (pe >= gic->config.pes || intid < ARMVIRT_SGIS || !armvirt_irq_find(gic, pe, intid, &irq) ||
        irq.source != ARMVIRT_FROM_PRIVATE) {
        return ARMVIRT_E_INVAL;
    }
    drive(gic, &irq, level);
    return ARMVIRT_OK;
}
