/* SPDX-License-Identifier: MIT */
/*
 * Shrinking: bit by bit, registers, words of memory and the address are cleared as long as armvirt
 * and the machine give the same two answers in kind.
 */
#include "shrink.h"
#include "imitation.h"

#include <armvirt/regs/vmsa.h>

#include <string.h>

struct shrinking {
    struct machine *machine;
    struct shrunk *best;
    struct shrunk trial;
    uint64_t kind;
};

uint64_t disagreement_kind(const struct answer *answer, const struct outcome *outcome)
{
    bool fault = outcome->target != 0 || (outcome->par & 1) != 0;
    uint64_t code = outcome->target != 0 ? outcome->esr >> 26 << 6 | (outcome->esr & 0x3f)
                                         : (outcome->par >> 1 & 0x3f);

    return (uint64_t)answer->fault.reason << 48 | (uint64_t)answer->outcome.target << 40 |
           (uint64_t)outcome->target << 32 | (uint64_t)fault << 31 | (fault ? code : 0);
}

/* Runs the one case of the trial. */
static bool run(struct shrinking *s)
{
    uint64_t batch = machine_batch(s->machine);
    uint64_t *head = machine_at(s->machine, INPUT_PA + batch);

    *head = 1;
    put_group((uint8_t *)(head + 1), &s->trial.group);
    machine_submit(s->machine);
    if (machine_wait(s->machine)) {
        memcpy(&s->trial.outcome, machine_at(s->machine, OUTPUT_PA + batch),
               sizeof(s->trial.outcome));
        return true;
    }
    s->trial.outcome = (struct outcome){.target = s->machine->hung ? OUTCOME_HUNG : OUTCOME_DIED};
    return true;
}

static bool still_disagrees(struct shrinking *s)
{
    struct shrunk *t = &s->trial;
    struct disagreement d = {
        .group = &t->group, .c = &t->group.cases[0], .answer = &t->answer, .outcome = &t->outcome};

    answer_case(&t->group, &t->group.cases[0], NULL, &t->answer);
    if (t->answer.unsuitable || !machine_stays(&t->group, &t->group.cases[0], &t->answer) ||
        (t->group.cases[0].insn != INSN_WORD && !case_runs(&t->group, &t->group.cases[0])) ||
        !run(s)) {
        return false;
    }
    return !outcome_agrees(&t->answer, &t->outcome) &&
           find_deviation(s->machine->version, &d) < 0 &&
           (s->kind == 0 || s->kind == disagreement_kind(&t->answer, &t->outcome));
}

/* Changes one value of the trial; keeps it if they still disagree. */
static void try_value(struct shrinking *s, uint64_t *value, uint64_t smaller)
{
    uint64_t before = *value;

    if (smaller == before) {
        return;
    }
    *value = smaller;
    if (still_disagrees(s)) {
        *s->best = s->trial;
    } else {
        *value = before;
    }
}

/* All of it, then bit by bit; @keep stays. */
static void shrink_value(struct shrinking *s, uint64_t *value, uint64_t keep)
{
    try_value(s, value, *value & keep);
    for (unsigned bit = 64; bit-- > 0 && (*value & ~keep) != 0;) {
        if ((*value & ~keep) >> bit & 1) {
            try_value(s, value, *value & ~(UINT64_C(1) << bit));
        }
    }
}

/* What no register may lose: AArch64 state, and what else the payload needs. */
static uint64_t needed_bits(unsigned number)
{
    switch (number) {
    case REG_SCR_EL3:
        return ARMVIRT_SCR_EL3_RES1 | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HCE;
    case REG_HCR_EL2:
        return ARMVIRT_HCR_EL2_RW;
    case REG_SCTLR_EL1:
    case REG_SCTLR_EL2:
    case REG_SCTLR_EL3:
        return UINT64_C(0x30c50830);
    default:
        return 0;
    }
}

/* PSTATE.DAIF of a case that is an instruction word. */
static void mask(struct shrinking *s)
{
    uint8_t *daif = &s->trial.group.cases[0].daif;

    for (unsigned bit = 0; bit < 4; bit++) {
        uint8_t before = *daif;

        *daif |= (uint8_t)(1u << bit); /* as all cases that are not about it */
        if (before != *daif && !still_disagrees(s)) {
            *daif = before;
        }
    }
}

void shrink(struct machine *machine, const struct disagreement *d, struct shrunk *shrunk)
{
    static struct shrinking s;
    struct group *group = &s.trial.group;

    s.machine = machine;
    s.best = shrunk;
    s.kind = 0;
    *group = *d->group;
    group->cases[0] = *d->c;
    group->count = 1;
    shrunk->group = *group;
    shrunk->answer = *d->answer;
    shrunk->outcome = *d->outcome;
    if (d->outcome->target >= OUTCOME_HUNG || !still_disagrees(&s)) {
        return; /* it depends on the cases before it */
    }
    s.kind = disagreement_kind(&s.trial.answer, &s.trial.outcome);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < group->memory.count; i++) {
            shrink_value(&s, &group->memory.word[i].value, 0);
        }
        for (unsigned i = 0; i < REGISTERS; i++) {
            shrink_value(&s, vmsa_register(&group->vmsa, i), needed_bits(i));
        }
        for (unsigned i = 0; i < TRAP_REGISTERS; i++) {
            shrink_value(&s, &group->trap[i], 0);
        }
        if (d->c->insn != INSN_WORD) {
            shrink_value(&s, &group->cases[0].va, 0);
        }
        shrink_value(&s, &group->cases[0].spsr, 0);
        mask(&s);
        group->cases[0].pan = 0;
        if (!still_disagrees(&s)) {
            group->cases[0].pan = 1;
        }
    }
    still_disagrees(&s);
    *shrunk = s.trial;
}
