/* SPDX-License-Identifier: MIT */
/*
 * What a PE does next, by the public API: takes an interrupt, or executes an instruction word of
 * A64, system registers included. What an ERET returns to is UNDEFINED. DDI0487 D1.3, D1.4.
 */
#ifndef ARMVIRT_TESTS_EXC_STEP_H
#define ARMVIRT_TESTS_EXC_STEP_H

#include <armvirt/exc.h>
#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/system.h>
#include <armvirt/sysreg.h>

static inline bool exc_step_interrupt(const struct armvirt_pe *pe, uint32_t lines,
                                      struct armvirt_exception *exc)
{
    struct armvirt_exc_pending pending;

    armvirt_exc_pending(pe, lines, &pending);
    if (pending.first == ARMVIRT_EXC_SYNC) {
        return false;
    }
    armvirt_exc_interrupt(pe, (enum armvirt_exc_source)pending.first,
                          pending.target_el[pending.first], 0, exc);
    return true;
}

/* MRS, MSR (register), SYS and SYSL: op0 is in bits 20:19 as it is in an encoding. */
static inline bool exc_step_is_access(uint32_t word)
{
    return (word & UINT32_C(0xffc00000)) == UINT32_C(0xd5000000) && (word >> 19 & 3) != 0;
}

static inline bool exc_step_access(const struct armvirt_pe *pe, uint32_t word,
                                   struct armvirt_exception *exc)
{
    struct armvirt_sysreg_access access = {
        .reg = word >> 5 & 0xffff, .write = (word >> 21 & 1) == 0, .rt = word & 31};
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    if (verdict.kind != ARMVIRT_SYSREG_TRAP && verdict.kind != ARMVIRT_SYSREG_UNDEFINED) {
        return false;
    }
    armvirt_sysreg_exception(pe, &verdict, exc);
    return true;
}

/* The instruction at the PC is UNDEFINED, if it comes to be executed. */
static inline void exc_step_undefined(const struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    bool a64 = (pe->pstate & ARMVIRT_SPSR_EL1_M_4) == 0;
    unsigned ec = a64 && (pe->pc & 3) != 0                  ? ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT
                  : (pe->pstate & ARMVIRT_SPSR_EL1_IL) != 0 ? ARMVIRT_ESR_ELX_EC_ILLEGAL_STATE
                                                            : ARMVIRT_ESR_ELX_EC_UNKNOWN;

    armvirt_exc_raise(pe, ec, 0, exc);
}

/*
 * True if it takes @exc, by armvirt_exc_enter(). @unknown: bits of the SPSR_ELx then that the
 * architecture leaves UNKNOWN; what it so leaves of the PC stays as it is.
 */
static inline bool exc_step(struct armvirt_pe *pe, uint32_t word, uint32_t lines,
                            struct armvirt_exception *exc, uint64_t *unknown)
{
    struct armvirt_exc_return ret;
    struct armvirt_insn insn;

    *unknown = 0;
    if (exc_step_interrupt(pe, lines, exc)) {
        return true;
    }
    if (exc_step_is_access(word)) {
        return exc_step_access(pe, word, exc);
    }
    armvirt_insn_decode(word, &insn);
    if (armvirt_exc_insn(pe, &insn, exc) == ARMVIRT_FAULT) {
        return true;
    }
    if (insn.kind != ARMVIRT_INSN_ERET) {
        return false;
    }
    armvirt_exc_return(pe, &ret);
    *unknown = ret.unknown_pstate;
    exc_step_undefined(pe, exc);
    return true;
}

#endif
