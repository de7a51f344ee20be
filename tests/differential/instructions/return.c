/* SPDX-License-Identifier: MIT */
/*
 * ERET with random SPSR_ELx and ELR_ELx, to an instruction that is UNDEFINED in each instruction
 * set: its exception shows what was restored. DDI0487 D1.4.4.
 */
#include "exception.h"

#include <armvirt/regs/system.h>

#define AARCH32 ARMVIRT_BIT(4)
#define THUMB   ARMVIRT_BIT(5)
#define IT      (ARMVIRT_BITS(26, 25) | ARMVIRT_BITS(15, 10))

/* Mostly modes that there are. IT says that no instruction is skipped. */
static uint64_t some_spsr(struct random *r)
{
    static const uint8_t modes[] = {0, 4, 5, 8, 9, 0x10};
    uint64_t spsr = random_next(r) & UINT64_C(0xffffffff);

    if (random_chance(r, 80)) {
        spsr = (spsr & ~UINT64_C(31)) | modes[random_below(r, sizeof(modes))];
        spsr &= ~random_bits(r, 70, ARMVIRT_SPSR_EL1_IL);
    }
    return (spsr & AARCH32) != 0 ? spsr & ~IT : spsr;
}

/* About the word behind the ERET; in T32 never its second half. */
static uint64_t some_elr(struct random *r, uint64_t pc, uint64_t spsr)
{
    uint64_t low = random_chance(r, 15) ? random_below(r, 4) : 0;

    return pc + 4 + ((spsr & (AARCH32 | THUMB)) == (AARCH32 | THUMB) ? low & 1 : low);
}

void return_case(struct random *r, struct group *group, struct diff_case *c)
{
    *c = word_case(some_exception_level(r, group), ERET_WORD);
    c->spsr = some_spsr(r);
    c->elr = some_elr(r, CODE_PA + CODE_WORDS + group->count * WORD_SIZE, c->spsr);
}
