/* SPDX-License-Identifier: MIT */
/* The list of QEMU's known deviations: here those of exceptions, in imitation.h those of
 * translation. An entry that a long run does not meet is an error too. */
#include "imitation.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/sysreg.h>

#include <string.h>

uint32_t machine_choices(unsigned version)
{
    uint32_t options = ARMVIRT_OPT_CONTIG_OA_VERBATIM;

    return version < 800 ? options | ARMVIRT_OPT_AT_SETS_AF : options;
}

/* ---- Twins: the case again with one thing as the machine has it ----------------------------- */

enum { EC_HVC64 = 0x16, EC_SYSREG = 0x18 };

/* Bits of registers that are cleared, and more; the machine must give exactly the answer to that.
 */
struct twin {
    uint64_t mdcr_el3;
    uint32_t op1[2]; /* of a system register: from, to */
};

static bool agrees_with_twin(const struct disagreement *d, const struct twin *twin)
{
    static struct group group;
    struct diff_case *c = &group.cases[d->c - d->group->cases];
    struct answer answer;

    group = *d->group;
    group.trap[TRAP_MDCR_EL3] &= ~twin->mdcr_el3;
    c->va ^= (uint64_t)(twin->op1[0] ^ twin->op1[1]) << 16;
    answer_case(&group, c, NULL, &answer);
    if (answer.outcome.target != 0 && answer.outcome.esr >> 26 == EC_SYSREG) {
        answer.outcome.esr ^= (uint64_t)(twin->op1[0] ^ twin->op1[1]) << 14;
    }
    return outcome_agrees(&answer, d->outcome);
}

/* The machine took no exception. */
static bool goes_on(const struct disagreement *d)
{
    return d->outcome->target == 0;
}

/* The machine took an exception of class @ec. */
static bool machine_class_is(const struct disagreement *d, unsigned ec)
{
    return d->outcome->target != 0 && d->outcome->esr >> 26 == ec;
}

/* ---- Exceptions ---------------------------------------------------------------------------- */

static bool is_word(const struct disagreement *d, uint32_t word)
{
    return d->c->insn == INSN_WORD && d->c->va == word;
}

/* MRS or MSR of a register whose encoding has the bits @mask at @reg. */
static bool accesses(const struct disagreement *d, uint32_t mask, uint32_t reg)
{
    return d->c->insn == INSN_WORD && ((d->c->va | SYS_READ) & ~UINT32_C(0xfffff)) == MRS &&
           (d->c->va >> 5 & mask & 0x7fff) == (reg & mask & 0x7fff);
}

#define REGISTER_MASK UINT32_C(0x7fff)
#define CRM_MASK      UINT32_C(0x7ff8) /* without op2 */
#define OP1_MASK      UINT32_C(0x3800)

static bool wfe_goes_on(const struct disagreement *d)
{
    return is_word(d, WFE) && d->outcome->target == 0;
}

static bool daif_iss(const struct disagreement *d)
{
    const struct outcome *ours = &d->answer->outcome;
    uint64_t op2 = ours->esr >> 17 & 7, op1 = ours->esr >> 14 & 7;
    uint64_t swapped = (ours->esr & ~(UINT64_C(0x3f) << 14)) | op1 << 17 | op2 << 14;

    return is_word(d, DAIFCLR) && ours->target == d->outcome->target && d->outcome->esr == swapped;
}

static bool hvc_secure(const struct disagreement *d)
{
    return is_word(d, HVC) && d->outcome->target == 2 && machine_class_is(d, EC_HVC64) &&
           (d->group->vmsa.scr_el3 & (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2)) == 0;
}

/* They are the registers of EL1; those of timers are trapped. */
static bool el12_without_e2h(const struct disagreement *d)
{
    bool is_timer = accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 5, 14, 2, 0)) ||
                    accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 5, 14, 3, 0));

    return accesses(d, OP1_MASK, ARMVIRT_SYSREG(3, 5, 0, 0, 0)) &&
           (d->group->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H) == 0 &&
           (is_timer ? d->outcome->target == 2 && machine_class_is(d, EC_SYSREG)
                     : agrees_with_twin(d, &(struct twin){.op1 = {5, 0}}));
}

/* Timers of Secure EL2, SDER32_EL2, ACTLR_EL12. */
static bool register_missing(const struct disagreement *d)
{
    return d->outcome->target != 0 && d->outcome->esr >> 26 == 0 &&
           (accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 4, 14, 4, 0)) ||
            accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 4, 14, 5, 0)) ||
            accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 4, 1, 3, 1)) ||
            accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 5, 1, 0, 1)));
}

/* What a debugger and software tell each other. DBGAUTHSTATUS_EL1, OSECCR_EL1, DBGPRCR_EL1. */
static bool debug_register_missing(const struct disagreement *d)
{
    static const uint32_t missing[] = {
        ARMVIRT_SYSREG(2, 3, 0, 4, 0),  /* DBGDTR_EL0 */
        ARMVIRT_SYSREG(2, 3, 0, 5, 0),  /* DBGDTRRX_EL0, DBGDTRTX_EL0 */
        ARMVIRT_SYSREG(2, 0, 0, 0, 2),  /* OSDTRRX_EL1 */
        ARMVIRT_SYSREG(2, 0, 0, 3, 2),  /* OSDTRTX_EL1 */
        ARMVIRT_SYSREG(2, 0, 0, 6, 2),  /* OSECCR_EL1 */
        ARMVIRT_SYSREG(2, 0, 1, 4, 4),  /* DBGPRCR_EL1 */
        ARMVIRT_SYSREG(2, 0, 7, 8, 6),  /* DBGCLAIMSET_EL1 */
        ARMVIRT_SYSREG(2, 0, 7, 9, 6),  /* DBGCLAIMCLR_EL1 */
        ARMVIRT_SYSREG(2, 0, 7, 14, 6), /* DBGAUTHSTATUS_EL1 */
    };

    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        if (accesses(d, REGISTER_MASK, missing[i])) {
            return machine_class_is(d, ARMVIRT_ESR_ELX_EC_UNKNOWN);
        }
    }
    return false;
}

static bool secure_timer(const struct disagreement *d)
{
    return accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 7, 14, 2, 0)) && d->c->el == 1 &&
           (d->group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_EEL2) != 0 &&
           ((d->group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_ST) != 0
                ? goes_on(d)
                : d->outcome->target == 3 && machine_class_is(d, EC_SYSREG));
}

static bool mdcr_at_el2(const struct disagreement *d)
{
    return accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 4, 1, 1, 1)) && d->c->el == 2 &&
           agrees_with_twin(d, &(struct twin){.mdcr_el3 = ARMVIRT_MDCR_EL3_TDA});
}

static bool counter_at_el0(const struct disagreement *d)
{
    return accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 3, 14, 0, 0)) && d->c->el == 0 &&
           d->answer->outcome.target != 1 && (goes_on(d) || machine_class_is(d, EC_SYSREG));
}

/* PMUSERENR_EL0.{ER, CR} end the checks; MDCR_EL2.TPMCR does not exist. */
static bool pmu_at_el0(const struct disagreement *d)
{
    return (accesses(d, CRM_MASK, ARMVIRT_SYSREG(3, 3, 9, 12, 0)) ||
            accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 9, 13, 0))) &&
           (goes_on(d) || machine_class_is(d, EC_SYSREG));
}

/* The same, but for these bits of SPSR_ELx, which are 0. */
static bool all_but_spsr(const struct disagreement *d, uint64_t bits)
{
    const struct outcome *ours = &d->answer->outcome;

    return ours->target == d->outcome->target && ours->vector == d->outcome->vector &&
           ours->esr == d->outcome->esr && ours->elr == d->outcome->elr &&
           (((ours->spsr & ~bits) ^ d->outcome->spsr) & d->answer->spsr_mask) == 0;
}

/* PSTATE.PAN of an illegal return: that of before, which is 0. */
static bool illegal_pan(const struct disagreement *d)
{
    return is_word(d, ERET_WORD) && (d->answer->outcome.spsr & ARMVIRT_SPSR_EL1_IL) != 0 &&
           all_but_spsr(d, ARMVIRT_SPSR_EL1_PAN);
}

static bool tco_lost(const struct disagreement *d)
{
    return is_word(d, ERET_WORD) &&
           ARMVIRT_GET(ARMVIRT_ID_AA64PFR1_EL1_MTE, d->group->vmsa.id_aa64pfr1_el1) == 1 &&
           all_but_spsr(d, ARMVIRT_SPSR_EL1_TCO);
}

static bool daif_of_host(const struct disagreement *d)
{
    return accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 4, 2, 1)) && d->c->el == 0 &&
           (d->group->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0 && goes_on(d);
}

static bool scxtnum_of_host(const struct disagreement *d)
{
    return accesses(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 13, 0, 7)) && d->outcome->target == 2 &&
           machine_class_is(d, EC_SYSREG);
}

static const struct entry {
    struct deviation deviation;
    bool (*explains)(const struct disagreement *d);
} entries[] = {
    {{"WFE", "WFE does not wait, so is never trapped", "D1.6.1; D24.2.62 HCR_EL2.TWE", 702, 1000},
     wfe_goes_on},
    {{"DAIF_ISS", "op1 and op2 of a trapped MSR DAIFClr change places in the syndrome", "D24.2.46",
      702, 1000},
     daif_iss},
    {{"HVC_SECURE", "HVC of Secure EL1 is taken to EL2, which is off", "C6.2.138 HVC", 702, 1000},
     hvc_secure},
    {{"EL12", "names like SCTLR_EL12 work (timers: trap) while HCR_EL2.E2H is 0", "D24 (accessing)",
      702, 702},
     el12_without_e2h},
    {{"MISSING", "the timers of Secure EL2, SDER32_EL2 and ACTLR_EL12 are not there", "D24.10.12",
      702, 1000},
     register_missing},
    {{"DEBUG", "the Debug Communications Channel, claim tags and others are not there", "D24.3",
      702, 1000},
     debug_register_missing},
    {{"CNTPS", "Secure EL1 reaches CNTPS_* although SCR_EL3.EEL2 is 1", "D24.10.20", 702, 702},
     secure_timer},
    {{"MDCR_TDA", "MDCR_EL3.TDA does not trap MDCR_EL2", "D24.3 MDCR_EL3.TDA", 702, 1000},
     mdcr_at_el2},
    {{"CNTPCT", "counters at EL0: CNTHCTL_EL2.{EL1PCTEN, EL0PCTEN} by other rules", "D24.10.19",
      702, 702},
     counter_at_el0},
    {{"PMU", "PMUSERENR_EL0.{ER, CR} switch traps by MDCR_ELx off; no MDCR_EL2.TPMCR",
      "D24.5 (accessing)", 702, 1000},
     pmu_at_el0},
    {{"ILLEGAL_PAN", "an illegal return does not restore PSTATE.PAN", "D1.4.4.2 R_VWJHB", 702,
      1000},
     illegal_pan},
    {{"TCO", "PSTATE.TCO is there with FEAT_MTE2 alone", "C5.2 SPSR_EL1.TCO", 1000, 1000},
     tco_lost},
    {{"DAIF_HOST", "SCTLR_EL2.UMA lets EL0 of a host read DAIF", "C5.2.2 (accessing)", 702, 1000},
     daif_of_host},
    {{"SCXTNUM", "HCR_EL2.EnSCXT traps EL0 of a host", "D24.2.62 HCR_EL2.EnSCXT", 702, 1000},
     scxtnum_of_host},
};

enum { ENTRIES = sizeof(entries) / sizeof(entries[0]) };

/* Those of translations come first: imitation.h. */
const struct deviation *instruction_deviation(unsigned number)
{
    if (number < WALK_DEVIATION_COUNT) {
        return &walk_deviations[number];
    }
    number -= WALK_DEVIATION_COUNT;
    return number < ENTRIES ? &entries[number].deviation : NULL;
}

int find_deviation(unsigned version, struct disagreement *d)
{
    if (d->c->insn != INSN_WORD) {
        return version == IMITATED_VERSION ? explain_walk(d) : -1;
    }
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (deviation_applies(&entries[i].deviation, version) && entries[i].explains(d)) {
            return (int)(WALK_DEVIATION_COUNT + i);
        }
    }
    return -1;
}
