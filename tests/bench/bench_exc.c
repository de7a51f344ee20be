/* SPDX-License-Identifier: MIT */
/*
 * Round trips of exceptions through the public interface: entry and return, and the verdicts before
 * them. The floor reads and writes the registers that a round trip changes, and nothing else.
 */
#include "harness.h"

#include "../exc_guest.h"

#include <armvirt/exc.h>
#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>

/* An operating system in a virtual machine: EL0 and EL1 under a hypervisor with its traps. */
static struct armvirt_pe guest(void)
{
    struct armvirt_pe pe = exc_guest(UINT64_C(0x120030080086038));

    pe.vbar_el[1] = 0x10000;
    pe.vbar_el[2] = 0x20000;
    armvirt_pe_decode(&pe);
    return pe;
}

static uint64_t run_svc(void *ctx, uint64_t ops)
{
    struct armvirt_pe *pe = ctx;
    struct armvirt_exc_return ret;
    struct armvirt_exception exc;

    for (uint64_t i = 0; i < ops; i++) {
        armvirt_exc_raise(pe, ARMVIRT_ESR_ELX_EC_SVC64, i, &exc);
        armvirt_exc_enter(pe, &exc);
        armvirt_exc_return(pe, &ret);
    }
    return pe->pc + ret.reason;
}

static uint64_t run_interrupt(void *ctx, uint64_t ops)
{
    struct armvirt_pe *pe = ctx;
    struct armvirt_exc_return ret;

    for (uint64_t i = 0; i < ops; i++) {
        struct armvirt_exc_pending pending;
        struct armvirt_exception exc;

        armvirt_exc_pending(pe, ARMVIRT_LINE_VIRQ, &pending);
        armvirt_exc_interrupt(pe, (enum armvirt_exc_source)pending.first,
                              pending.target_el[pending.first], 0, &exc);
        armvirt_exc_enter(pe, &exc);
        armvirt_exc_return(pe, &ret);
    }
    return pe->pc;
}

static uint64_t run_insn(void *ctx, uint64_t ops)
{
    struct armvirt_pe *pe = ctx;
    struct armvirt_exception exc;
    struct armvirt_insn insn;
    uint64_t taken = 0;

    armvirt_insn_decode(0x1e622820, &insn); /* FADD */
    for (uint64_t i = 0; i < ops; i++) {
        taken += armvirt_exc_insn(pe, &insn, &exc) == ARMVIRT_FAULT;
    }
    return taken;
}

static uint64_t run_decode(void *ctx, uint64_t ops)
{
    uint64_t sum = 0;

    (void)ctx;
    for (uint64_t i = 0; i < ops; i++) {
        struct armvirt_insn insn;

        armvirt_insn_decode((uint32_t)(i * UINT64_C(0x9e3779b97f4a7c15) >> 32), &insn);
        sum += insn.kind;
    }
    return sum;
}

/* SPSR, ELR, ESR, PSTATE and PC, written and read back. */
static uint64_t run_floor(void *ctx, uint64_t ops)
{
    volatile struct armvirt_pe *pe = ctx;

    for (uint64_t i = 0; i < ops; i++) {
        pe->spsr_el[1] = pe->pstate;
        pe->elr_el[1] = pe->pc;
        pe->esr_el[1] = i;
        pe->pstate = pe->spsr_el[1];
        pe->pc = pe->elr_el[1];
    }
    return pe->pc;
}

int main(int argc, char **argv)
{
    static struct armvirt_pe pes[4];
    struct bench_case cases[] = {
        {"SVC and return", "round trip", run_svc, run_floor, &pes[0], 0, 0, 0},
        {"virtual IRQ and return", "round trip", run_interrupt, run_floor, &pes[1], 0, 0, 0},
        {"may this instruction execute?", "instruction", run_insn, NULL, &pes[2], 0, 0, 0},
        {"what kind of instruction is it?", "instruction", run_decode, NULL, &pes[3], 0, 0, 0},
    };

    for (unsigned i = 0; i < 4; i++) {
        pes[i] = guest();
    }
    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
