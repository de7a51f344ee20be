/* SPDX-License-Identifier: MIT */
/*
 * Interrupts, physical ones of each group and virtual ones, pending while a NOP is executed, over
 * random routing and masks. DDI0487 D1.4.6, IHI0069 4.6.
 */
#include "exception.h"

#include <armvirt/regs/vmsa.h>

#define NOP UINT32_C(0xd503201f)

void random_routing(struct random *r, struct armvirt_vmsa *v)
{
    v->scr_el3 |= random_bits(r, 30, ARMVIRT_SCR_EL3_IRQ) |
                  random_bits(r, 30, ARMVIRT_SCR_EL3_FIQ) | random_bits(r, 30, ARMVIRT_SCR_EL3_EA);
    v->hcr_el2 |= random_bits(r, 30, ARMVIRT_HCR_EL2_IMO) |
                  random_bits(r, 30, ARMVIRT_HCR_EL2_FMO) | random_bits(r, 30, ARMVIRT_HCR_EL2_AMO);
}

void interrupt_case(struct random *r, struct group *group, struct diff_case *c)
{
    *c = word_case(some_exception_level(r, group), NOP);
    c->daif = (uint8_t)(random_next(r) & 15);
    c->interrupt = (uint8_t)(1 + random_below(r, INTERRUPTS - 1));
}
