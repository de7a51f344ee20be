/* SPDX-License-Identifier: MIT */
/*
 * An instruction being checked: verdicts, one after the other, the first exception counts.
 * DDI0487 D1.4.8.
 */
#ifndef ARMVIRT_SRC_EXC_INSN_H
#define ARMVIRT_SRC_EXC_INSN_H

#include "sync.h"

#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>

#define EC(name)    ARMVIRT_ESR_ELX_EC_##name
#define CAUSE(name) ARMVIRT_EXC_CAUSE_##name

/* The instruction, the PE, and where the answer goes. */
struct check {
    const struct pe_view *v;
    const struct armvirt_insn *insn;
    struct armvirt_exception *exc;
};

/* Each of these makes an exception and returns true, for `return` from a check. */
static inline bool armvirt_undefined(const struct check *c, enum armvirt_exc_cause cause)
{
    armvirt_raise(c->v, EC(UNKNOWN), 0, c->exc);
    c->exc->cause = (uint8_t)cause;
    return true;
}

static inline bool armvirt_raised(const struct check *c, unsigned ec, uint64_t iss,
                                  enum armvirt_exc_cause cause)
{
    armvirt_raise(c->v, ec, iss, c->exc);
    c->exc->cause = (uint8_t)cause;
    return true;
}

static inline bool armvirt_trapped(const struct check *c, unsigned target, unsigned ec,
                                   uint64_t iss, enum armvirt_exc_cause cause)
{
    armvirt_trap(c->v, target, ec, iss, c->exc);
    c->exc->cause = (uint8_t)cause;
    return true;
}

/* CV and COND of the syndrome of an instruction: J1.3.2 ConditionSyndrome. */
uint64_t armvirt_condition_syndrome(const struct check *c);

/* The SCTLR_ELx that controls the current Exception level: SCTLR_ELx[] of the manual. */
static inline uint64_t armvirt_sctlr_here(const struct pe_view *v)
{
    unsigned el = v->el != 0 ? v->el : v->in_host ? 2 : 1;

    return armvirt_sctlr(v->pe, el);
}

/* A trapped MSR (immediate) or SYS instruction. */
bool armvirt_trapped_system(const struct check *c, unsigned target, enum armvirt_exc_cause cause);

/* Checks by family; true: there is an exception. */
bool armvirt_check_call(const struct check *c);
bool armvirt_check_hint(const struct check *c);
bool armvirt_check_vector(const struct check *c);
bool armvirt_check_pauth(const struct check *c, unsigned key);
bool armvirt_check_gcs(const struct check *c);
bool armvirt_check_system(const struct check *c);
bool armvirt_check_a32(const struct check *c);

/* The immediate of SVC, HVC and BKPT, and the condition, of an A32 or T32 instruction. */
uint64_t armvirt_a32_imm16(const struct armvirt_insn *insn);
uint64_t armvirt_a32_condition(const struct check *c);

#endif
