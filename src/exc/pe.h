/* SPDX-License-Identifier: MIT */
/*
 * What the control registers of a PE amount to now: which Exception levels there are, how wide, in
 * which Security state, and the Effective values of HCR_EL2, HCRX_EL2 and SCR_EL3. DDI0487 D1.1,
 * D24.2 (SCR_EL3, HCR_EL2, HCRX_EL2), J1.3.2, J1.3.3 (EL2Enabled, ELStateUsingAArch32K, IsInHost).
 */
#ifndef ARMVIRT_SRC_EXC_PE_H
#define ARMVIRT_SRC_EXC_PE_H

#include "features.h"

#include <armvirt/exc.h>

#include "base/mem_functions.h"

/* Fields of PSTATE in AArch64 state and, beyond those, in AArch32 state. */
#define PS(field)  ARMVIRT_SPSR_EL1_##field
#define PSA(field) ARMVIRT_SPSR_EL1_A32_##field
#define PS_AARCH32 ARMVIRT_SPSR_EL1_M_4
#define PS_EL      ARMVIRT_BITS(3, 2)
#define PS_SP      ARMVIRT_BIT(0)
#define PS_MODE    ARMVIRT_BITS(4, 0)
#define PS_DAIF    (PS(D) | PS(A) | PS(I) | PS(F))

/* AArch32 modes, as PSTATE.M. */
enum a32_mode {
    MODE_USR = 0x10,
    MODE_FIQ = 0x11,
    MODE_IRQ = 0x12,
    MODE_SVC = 0x13,
    MODE_MON = 0x16,
    MODE_ABT = 0x17,
    MODE_HYP = 0x1a,
    MODE_UND = 0x1b,
    MODE_SYS = 0x1f,
};

/* A PE, and the Effective values of its controls. */
struct pe_view {
    const struct armvirt_pe *pe;
    uint64_t scr;  /* SCR_EL3; without EL3 nothing is routed, trapped or disabled by it */
    uint64_t hcr;  /* HCR_EL2; 0 while EL2 is disabled */
    uint64_t hcrx; /* HCRX_EL2; 0 while it is disabled */
    uint8_t el;
    bool el3, el2_enabled;
    bool secure;   /* below EL3 */
    bool aarch32;  /* the current instruction */
    bool a32[4];   /* the Exception level; [0] is the current one's at EL0, else EL1's */
    bool tge, e2h; /* HCR_EL2.TGE and E2H */
    bool host_el0; /* EL0 is in a host: HCR_EL2.{E2H, TGE} = {1, 1} */
    bool in_host;  /* the current Exception level is */
    bool halted;   /* Debug state ... */
    bool el3_shut; /* ... in which EDSCR.SDD keeps EL3 closed: J1.3.3 EL3SDDUndef */
};

/* Fill in @view. Constant work. */
void armvirt_pe_view(struct pe_view *view, const struct armvirt_pe *pe);

static inline uint64_t armvirt_sctlr(const struct armvirt_pe *pe, unsigned el)
{
    return el == 3 ? pe->vmsa.sctlr_el3 : el == 2 ? pe->vmsa.sctlr_el2 : pe->vmsa.sctlr_el1;
}

/* SCTLR2_ELx in effect: 0 while its enables say so (IsSCTLR2EL1Enabled, IsSCTLR2EL2Enabled). */
uint64_t armvirt_sctlr2(const struct pe_view *v, unsigned el);

/* HCR_EL2.{NV2, NV1, NV} in effect: J1.3.3 EffectiveHCR_EL2_NVx. */
unsigned armvirt_nvx(const struct pe_view *v);

/* FEAT_FGT traps are on: SCR_EL3.FGTEn. */
static inline bool armvirt_fgt_enabled(const struct pe_view *v)
{
    return v->el2_enabled && armvirt_pe_has(v->pe, PE_FGT) && (v->scr & ARMVIRT_SCR_EL3_FGTEN);
}

static inline uint64_t armvirt_next_insn(const struct armvirt_pe *pe)
{
    return pe->pc + (pe->insn_bytes == 2 ? 2u : 4u);
}

/* A debugger may halt the PE in the Security state of an Exception level: ARMVIRT_DEBUG_ of it. */
bool armvirt_debugger_enabled(const struct pe_view *v, unsigned el);

/* J1.3.1 HaltingAllowed; and that a debugger has breakpoints and watchpoints halt
 * (HaltOnBreakpointOrWatchpoint) or traps software's accesses with the lock of EDSCR. */
bool armvirt_halting_allowed(const struct pe_view *v);

/* The debugger steps: the instruction, if it is the first, makes EDESR.SS 1 (H3.2). */
bool armvirt_halting_step(const struct pe_view *v);

/* EDSCR.INTdis masks what would be taken to @target: J1.3.1 ExternalDebugInterruptsDisabled. */
bool armvirt_interrupts_disabled(const struct pe_view *v, unsigned target);

/* The Exception level of an AArch32 mode that is one: R_ELFromM32. */
unsigned armvirt_el_of_mode(const struct armvirt_pe *pe, unsigned mode);

/* The Exception level that debug exceptions of a Security state go to, and whether software at @el
 * can have any, if that level is AArch64 (software step needs it): J1.3.1 DebugTargetFrom, J1.1.1
 * GenerateDebugExceptionsFrom. @masked is PSTATE.D. */
unsigned armvirt_debug_target(const struct pe_view *v, bool secure);
bool armvirt_debug_enabled(const struct pe_view *v, unsigned el, bool secure, bool aarch32,
                           bool masked);

#endif
