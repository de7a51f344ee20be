/* SPDX-License-Identifier: MIT */
/*
 * TLB maintenance instructions of AArch32 (DDI0487 G8.2): what EL1 executes in AArch32 does what
 * an instruction of AArch64 does, with an operand of 32 bits and an ASID of 8. Those of Hyp mode
 * and of Monitor mode need an EL2 or EL3 that uses AArch32, which no regime here has.
 */
#include "../pgtable/decode.h"
#include "base/compiler.h"

#include <armvirt/tlb.h>

#define CRN_TLBI     8u
#define OPERAND_MVA  ARMVIRT_BITS(31, 12)
#define OPERAND_ASID ARMVIRT_BITS(7, 0)

/* CRm: TLBI*IS, ITLBI*, DTLBI*, TLBI*; as that of AArch64, and a mask of the opc2 that exist. */
static const struct {
    uint8_t crm, a64_crm, opc2;
} groups[] = {{3, 3, 0xaf}, {5, 7, 0x07}, {6, 7, 0x07}, {7, 7, 0xaf}};

/* The operand of AArch64: opc2 2 has an ASID alone, the others what they need of both. */
static uint64_t operand(const struct armvirt_tlbi32_insn *insn)
{
    uint64_t asid = insn->rt & OPERAND_ASID;

    return asid << 48 | (insn->rt & OPERAND_MVA) >> 12;
}

/* On its own, for a regime takes room on the stack. */
static ARMVIRT_NOINLINE bool el1_is_aarch32(const struct armvirt_vmsa *vmsa)
{
    struct armvirt_regime regime = {.features = armvirt_features(vmsa)};

    armvirt_regime_world(&regime, vmsa, 1);
    return regime.el1_aarch32;
}

enum armvirt_status armvirt_tlbi32_decode(const struct armvirt_vmsa *vmsa,
                                          const struct armvirt_tlbi32_insn *insn,
                                          struct armvirt_tlb_inval *inval, uint8_t *domain)
{
    struct armvirt_tlbi_insn same = {.crn = CRN_TLBI, .op2 = insn->opc2, .xt = {operand(insn)}};

    if (!el1_is_aarch32(vmsa) || insn->opc1 != 0 || insn->crn != CRN_TLBI || insn->opc2 > 7) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    for (size_t n = 0; n < sizeof(groups) / sizeof(groups[0]); n++) {
        if (groups[n].crm == insn->crm && (groups[n].opc2 >> insn->opc2 & 1)) {
            same.crm = groups[n].a64_crm;
            return armvirt_tlbi_decode(vmsa, 1, &same, inval, domain);
        }
    }
    return ARMVIRT_E_UNSUPPORTED;
}
