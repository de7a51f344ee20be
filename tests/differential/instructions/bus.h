/* SPDX-License-Identifier: MIT */
/* The memory of one case: what it changes is undone at its end. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_BUS_H
#define ARMVIRT_TESTS_DIFFERENTIAL_BUS_H

#include "cases.h"

struct bus {
    struct memory *memory;
    struct inventor *inventor;
    struct changes before;
    bool unsuitable; /* it leaves what the payload gives to cases */
};

/* The word at @pa, a multiple of 8; NULL if nothing answers there. */
struct word *bus_word(struct bus *bus, uint64_t pa, const struct armvirt_mem_req *req);
void bus_change(struct bus *bus, struct word *word, uint64_t value);
/* Moves what changed to the outcome, and the memory back to what it was. */
void bus_end(struct bus *bus, struct outcome *outcome);

/* Accesses, by enum diff_insn. */
struct insn {
    uint8_t kind; /* enum armvirt_access_kind */
    uint8_t bytes;
    uint32_t isv; /* ESR_ELx.ISS 24:14, or 0 */
};
extern const struct insn insns[INSNS];

/* Bits of PAR_EL1 that are compared; of ESR_ELx of an external abort. */
uint64_t compared_par(uint64_t par, bool secure);
#define ESR_EXTERNAL UINT64_C(0x0000000000001a00) /* SET, EA: the memory system's */

/* Unprivileged loads and stores act as EL0 where the regime of the case has an EL0. */
bool acts_as_el0(const struct armvirt_regime *regime, const struct diff_case *c);
/* A branch drops the tag bits of its target where instruction addresses have some. */
uint64_t branch_target(const struct armvirt_regime *regime, uint64_t va);

/* What a load or store at @pa does to memory and registers, once it is translated; a branch. */
void make_access(struct bus *bus, const struct group *group, const struct diff_case *c, uint64_t pa,
                 struct answer *answer);
void make_fetch(struct bus *bus, const struct diff_case *c, uint64_t pa);

#endif
