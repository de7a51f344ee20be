/* SPDX-License-Identifier: MIT */
/*
 * Interrupts, physical ones of each group and virtual ones, pending while a NOP is executed, over
 * random routing and masks. DDI0487 D1.4.6, IHI0069 4.6.
 */
#include "exception.h"

#include <armvirt/regs/vmsa.h>

#define NOP UINT32_C(0xd503201f)

static void random_routing(struct random *r, struct armvirt_vmsa *v)
{
    v->scr_el3 |= random_bits(r, 30, ARMVIRT_SCR_EL3_IRQ) |
                  random_bits(r, 30, ARMVIRT_SCR_EL3_FIQ) | random_bits(r, 30, ARMVIRT_SCR_EL3_EA);
    v->hcr_el2 |= random_bits(r, 30, ARMVIRT_HCR_EL2_IMO) |
                  random_bits(r, 30, ARMVIRT_HCR_EL2_FMO) | random_bits(r, 30, ARMVIRT_HCR_EL2_AMO);
}

void generate_interrupts(const struct processor *processor, uint64_t seed, uint64_t number,
                         struct group *group, struct answer answers[GROUP_CASES])
{
    struct random random;

    begin_exceptions(&random, processor, seed, number, group);
    random_routing(&random, &group->vmsa);
    while (group->count < GROUP_CASES) {
        struct diff_case *c = &group->cases[group->count];

        *c = word_case(some_exception_level(&random, group), NOP);
        c->daif = (uint8_t)(random_next(&random) & 15);
        c->interrupt = (uint8_t)(1 + random_below(&random, INTERRUPTS - 1));
        answer_word(group, c, &answers[group->count++]);
    }
}
