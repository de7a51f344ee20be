/* SPDX-License-Identifier: MIT */
/*
 * Instructions that only AArch32 state has: SETEND, IT, banked registers, SRS; and where A32 and
 * T32 keep immediates and conditions. DDI0487 F1.3, F5.1, J1.2.2 (CheckITEnabled,
 * CheckSETENDEnabled), J1.2.3 (BankedRegisterAccessValid, SPSRaccessValid), J1.1.2
 * (AArch64.MonitorModeTrap).
 */
#include "insn.h"

#include "pstate.h"

#define SCTLR(name) ARMVIRT_SCTLR_EL1_##name

/* ---- Fields ------------------------------------------------------------------------------- */

static uint64_t t32_imm16(const struct armvirt_insn *insn)
{
    uint32_t word = insn->word;

    return insn->bytes == 2 ? word & 0xff : (word >> 4 & 0xf000) | (word & 0xfff);
}

uint64_t armvirt_a32_imm16(const struct armvirt_insn *insn)
{
    if (insn->t32) {
        return t32_imm16(insn);
    }
    return insn->kind == ARMVIRT_INSN_SVC ? insn->word & 0xffff
                                          : (insn->word >> 4 & 0xfff0) | (insn->word & 0xf);
}

/* J1.2.3 AArch32.CurrentCond: always, but in an IT block. */
uint64_t armvirt_a32_condition(const struct check *c)
{
    uint64_t it = ARMVIRT_GET(PSA(IT_7_2), c->v->pe->pstate) << 2 |
                  ARMVIRT_GET(PSA(IT_1_0), c->v->pe->pstate);

    if (c->insn->t32) {
        return it & 0xf ? it >> 4 : 0xe;
    }
    return c->insn->word >> 28 != 0xf ? c->insn->word >> 28 : 0xe;
}

/* ---- What SCTLR disables ------------------------------------------------------------------ */

/* What an IT block of one instruction may not hold while ITD is 1: branches, system calls, accesses
 * relative to or changing the PC, and whatever has 32 bits. */
static bool it_may_not_hold(uint32_t next)
{
    static const struct {
        uint16_t mask, bits;
    } rows[] = {
        {0xc000, 0xc000}, {0xf000, 0xb000}, {0xf800, 0xa000},
        {0xf800, 0x4800}, {0xfc78, 0x4478}, {0xfc87, 0x4487},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((next & rows[i].mask) == rows[i].bits) {
            return true;
        }
    }
    return false;
}

static bool check_it(const struct check *c)
{
    uint32_t word = c->insn->word;

    if ((armvirt_sctlr_here(c->v) & SCTLR(ITD)) &&
        ((word & 0xf) != 8 || it_may_not_hold(word >> 16))) {
        return armvirt_undefined(c, CAUSE(SCTLR_ITD));
    }
    return false;
}

/* ---- Banked registers --------------------------------------------------------------------- */

/* Use of Monitor mode from Secure EL1 while EL3 is AArch64: to Secure EL2, or EL3. */
static bool monitor_trap(const struct check *c)
{
    const struct pe_view *v = c->v;

    return armvirt_trapped(c, v->el2_enabled ? 2 : 3, EC(UNKNOWN), 0, CAUSE(INSTRUCTION));
}

static bool uses_monitor(const struct pe_view *v)
{
    return v->el3 && !v->a32[3] && v->el == 1 && v->secure;
}

/* Sets of modes, a bit for each PSTATE.M[3:0]. */
#define IN(mode) (1u << ((mode)-MODE_USR))
#define PRIVILEGED                                                                                 \
    (IN(MODE_FIQ) | IN(MODE_IRQ) | IN(MODE_SVC) | IN(MODE_MON) | IN(MODE_ABT) | IN(MODE_HYP) |     \
     IN(MODE_UND) | IN(MODE_SYS))
#define BUT(mode) (PRIVILEGED & ~IN(mode))

/* BankedRegisterAccessValid, SPSRaccessValid: the modes that may access SYSm; to others the
 * register is their own, or not there. */
static bool valid_in_mode(unsigned sysm, bool spsr, unsigned mode)
{
    static const uint16_t modes[2][32] = {
        {IN(MODE_FIQ),
         IN(MODE_FIQ),
         IN(MODE_FIQ),
         IN(MODE_FIQ),
         IN(MODE_FIQ),
         BUT(MODE_SYS),
         BUT(MODE_SYS) & ~IN(MODE_HYP),
         0,
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         BUT(MODE_FIQ),
         0,
         BUT(MODE_IRQ),
         BUT(MODE_IRQ),
         BUT(MODE_SVC),
         BUT(MODE_SVC),
         BUT(MODE_ABT),
         BUT(MODE_ABT),
         BUT(MODE_UND),
         BUT(MODE_UND),
         0,
         0,
         0,
         0,
         BUT(MODE_MON),
         BUT(MODE_MON),
         IN(MODE_MON) | IN(MODE_HYP),
         IN(MODE_MON)},
        {[14] = BUT(MODE_FIQ),
         [16] = BUT(MODE_IRQ),
         [18] = BUT(MODE_SVC),
         [20] = BUT(MODE_ABT),
         [22] = BUT(MODE_UND),
         [28] = BUT(MODE_MON),
         [30] = IN(MODE_MON)},
    };

    return mode >= MODE_USR && (modes[spsr][sysm] >> (mode - MODE_USR) & 1);
}

enum { FIRST_MON = 28, FIRST_HYP = 30 };

/* Monitor mode's are Secure; what is not valid is UNDEFINED here. */
static bool register_is_valid(const struct pe_view *v, unsigned sysm, bool spsr)
{
    if (!valid_in_mode(sysm, spsr, v->pe->pstate & PS_MODE)) {
        return false;
    }
    if (sysm < FIRST_MON) {
        return true;
    }
    return sysm < FIRST_HYP ? v->el3 && (v->secure || v->el == 3) : armvirt_pe_has(v->pe, PE_EL2);
}

/* SYSm is M:M1; the direction is bit 21, and T32 keeps M1 of MSR where A32 keeps Rd. */
static bool check_banked(const struct check *c)
{
    uint32_t word = c->insn->word;
    bool spsr = c->insn->t32 ? word >> 20 & 1 : word >> 22 & 1;
    bool msr = c->insn->t32 ? !(word >> 21 & 1 && word >> 22 & 1) : word >> 21 & 1;
    uint32_t m1 = c->insn->t32 && msr ? word >> 8 & 0xf : word >> 16 & 0xf;
    uint32_t m = c->insn->t32 ? word >> 4 & 1 : word >> 8 & 1;
    unsigned sysm = (unsigned)(m << 4 | m1);

    if (c->v->el == 0) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    if (!register_is_valid(c->v, sysm, spsr)) {
        return armvirt_undefined(c, CAUSE(INSTRUCTION));
    }
    return sysm >= FIRST_MON && uses_monitor(c->v) ? monitor_trap(c) : false;
}

/* Onto the stack of a mode. */
static bool check_srs(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool monitor = (c->insn->word & PS_MODE) == MODE_MON;

    if (v->el == 0 || v->el == 2) {
        return armvirt_undefined(c, CAUSE(EL));
    }
    return monitor && uses_monitor(v) ? monitor_trap(c) : false;
}

bool armvirt_check_a32(const struct check *c)
{
    switch (c->insn->kind) {
    case ARMVIRT_INSN_SETEND:
        if (armvirt_sctlr_here(c->v) & SCTLR(SED)) {
            return armvirt_undefined(c, CAUSE(SCTLR_SED));
        }
        return false;
    case ARMVIRT_INSN_IT:
        return check_it(c);
    case ARMVIRT_INSN_BANKED:
        return check_banked(c);
    default:
        return check_srs(c);
    }
}
