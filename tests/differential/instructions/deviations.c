/* SPDX-License-Identifier: MIT */
/* The list of QEMU's known deviations. An entry that a long run does not meet is an error too. */
#include "deviations.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/sysreg.h>

#include <string.h>

uint32_t machine_choices(unsigned version)
{
    uint32_t options = ARMVIRT_OPT_CONTIG_OA_VERBATIM;

    return version < 800 ? options | ARMVIRT_OPT_AT_SETS_AF : options;
}

/* ---- What the entries look at -------------------------------------------------------------- */

#define PAR_FST       UINT64_C(0x7e)
#define ESR_FSC       UINT64_C(0x3f)
#define PAR_SH        UINT64_C(0x180)
#define PAR_ATTR      (UINT64_C(0xff) << 56)
#define NO_FSC        0x3f
#define FSC_ALIGNMENT 0x21
#define FST_OF(par)   ((unsigned)((par) >> 1 & 0x3f))

static uint64_t par_difference(const struct disagreement *d)
{
    return (d->answer->outcome.par ^ d->outcome->par) & d->answer->par_mask;
}

static bool is_at(const struct disagreement *d)
{
    return d->c->insn < INSN_FIRST_ACCESS;
}

/* Both gave PAR_EL1, of translations or of faults. */
static bool both_in_par(const struct disagreement *d, uint64_t fault)
{
    return is_at(d) && d->answer->outcome.target == 0 && d->outcome->target == 0 &&
           (d->answer->outcome.par & 1) == fault && (d->outcome->par & 1) == fault;
}

static bool same_descriptors(const struct disagreement *d)
{
    return d->answer->outcome.changes == d->outcome->changes;
}

/* FSC of what the machine said, whatever the register; NO_FSC if it was no fault. */
static unsigned machine_fsc(const struct disagreement *d)
{
    if (d->outcome->target != 0) {
        return (unsigned)(d->outcome->esr & 0x3f);
    }
    return is_at(d) && (d->outcome->par & 1) != 0 ? FST_OF(d->outcome->par) : NO_FSC;
}

static bool machine_permission_fault(const struct disagreement *d)
{
    return machine_fsc(d) >> 2 == 3;
}

static bool reason_is(const struct disagreement *d, enum armvirt_reason reason)
{
    return d->answer->fault.type != ARMVIRT_FAULT_NONE && d->answer->fault.reason == reason;
}

/* AT_S1E0W to AT_S12E1W. */
static bool at_writes(const struct disagreement *d)
{
    return is_at(d) && strchr(insn_names[d->c->insn], 'W') != NULL;
}

#define DBM (UINT64_C(1) << 51)

/* The kind of a fault code, without its level; those of level -1 are apart. */
static unsigned fsc_kind(unsigned fsc)
{
    return fsc == 0x29   ? 0 /* Address size */
           : fsc == 0x2b ? 1 /* Translation */
           : fsc == 0x13 ? 5 /* External */
                         : fsc >> 2;
}

static bool has_block(const struct disagreement *d)
{
    for (unsigned i = 0; i < d->steps; i++) {
        if (d->step[i].kind == ARMVIRT_STEP_LEAF && d->step[i].level < 3) {
            return true;
        }
    }
    return false;
}

/* ---- Twins: the case again with one thing as the machine has it ----------------------------- */

#define ESR_ISV_BITS UINT64_C(0x01ffc000) /* ISS[24:14] */

enum { EC_HVC64 = 0x16, EC_SYSREG = 0x18 };

/* Bits of registers that are cleared, and more; the machine must give exactly the answer to that.
 */
struct twin {
    uint64_t scr_el3, hcr_el2, mdcr_el3;
    bool loose;      /* as other entries say: EXTERNAL_FAR, EXTERNAL_ISV, ISV_STAGE1, S1PTW_LEVEL */
    uint32_t op1[2]; /* of a system register: from, to */
};

static bool agrees_with_twin(const struct disagreement *d, const struct twin *twin)
{
    static struct group group;
    struct diff_case *c = &group.cases[d->c - d->group->cases];
    struct answer answer;

    group = *d->group;
    group.vmsa.scr_el3 &= ~twin->scr_el3;
    group.vmsa.hcr_el2 &= ~twin->hcr_el2;
    group.trap[TRAP_MDCR_EL3] &= ~twin->mdcr_el3;
    c->va ^= (uint64_t)(twin->op1[0] ^ twin->op1[1]) << 16;
    answer_case(&group, c, NULL, &answer);
    answer.far_valid = answer.far_valid && !twin->loose;
    answer.esr_mask &= twin->loose ? ~ESR_ISV_BITS : UINT64_MAX;
    answer.esr_mask &= twin->loose && answer.fault.s1ptw ? ~UINT64_C(3) : UINT64_MAX;
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

/* ---- The entries --------------------------------------------------------------------------- */

/* Walks from level -1 (more than 48 bits of 4 KB tables), which its syndromes cannot say. */
static bool died(const struct disagreement *d)
{
    bool upper = d->answer->regime.two_ranges && (d->c->va >> 55 & 1) != 0;

    return d->outcome->target >= OUTCOME_HUNG && d->c->insn != INSN_WORD &&
           d->answer->regime.s1_enabled && d->answer->regime.s1[upper].ia_mask >> 48 != 0;
}

static bool device_sh(const struct disagreement *d)
{
    uint64_t attr = d->answer->outcome.par >> 56;

    return both_in_par(d, 0) && (attr < 0x10 || attr == 0x44) && same_descriptors(d) &&
           (par_difference(d) & ~PAR_SH) == 0;
}

static bool reserved_sh(const struct disagreement *d)
{
    return both_in_par(d, 0) && same_descriptors(d) && (par_difference(d) & ~PAR_SH) == 0 &&
           (d->outcome->par & PAR_SH) == ARMVIRT_LSB(PAR_SH);
}

static bool s1ptw_level(const struct disagreement *d)
{
    const struct outcome *ours = &d->answer->outcome;

    if (!d->answer->fault.s1ptw || !same_descriptors(d) || ours->target != d->outcome->target) {
        return false;
    }
    if (ours->target == 0) {
        return both_in_par(d, 1) && (par_difference(d) & ~PAR_FST) == 0 &&
               fsc_kind(FST_OF(ours->par)) == fsc_kind(machine_fsc(d));
    }
    return ((ours->esr ^ d->outcome->esr) & d->answer->esr_mask & ~ESR_FSC) == 0 &&
           fsc_kind(ours->esr & ESR_FSC) == fsc_kind(machine_fsc(d));
}

/* Address bits that the effective size hides, and those of a block below its size. */
static bool size_checks(const struct disagreement *d)
{
    bool ours = reason_is(d, ARMVIRT_REASON_OUTPUT_ADDRESS) ||
                reason_is(d, ARMVIRT_REASON_TABLE_ADDRESS) ||
                reason_is(d, ARMVIRT_REASON_TTBR_ADDRESS);

    return ours || (machine_fsc(d) != NO_FSC && fsc_kind(machine_fsc(d)) == 0 && has_block(d));
}

/* With DS, bits 5:2 of TTBR are address bits 51:48, however small the table is. */
static bool base_of_small_table(const struct disagreement *d)
{
    const struct armvirt_vmsa *v = &d->group->vmsa;
    bool upper = d->answer->regime.two_ranges && (d->c->va >> 55 & 1) != 0;
    uint64_t base;

    if (d->answer->regime.id == ARMVIRT_REGIME_EL10) {
        base = upper ? v->ttbr1_el1[0] : v->ttbr0_el1[0];
    } else if (d->answer->regime.id == ARMVIRT_REGIME_EL3) {
        base = v->ttbr0_el3;
    } else {
        base = upper ? v->ttbr1_el2[0] : v->ttbr0_el2[0];
    }
    return d->answer->regime.s1_enabled && d->answer->regime.s1[upper].high_mask != 0 &&
           (base & 0x38) != 0;
}

static bool block_anywhere(const struct disagreement *d)
{
    return reason_is(d, ARMVIRT_REASON_DESC_RESERVED) && d->answer->fault.level < 3;
}

static bool at_write_clean(const struct disagreement *d)
{
    const struct armvirt_walk *walk = &d->answer->walk;

    return at_writes(d) && machine_permission_fault(d) &&
           ((walk->s1.desc[0] | walk->s2.desc[0]) & DBM) != 0;
}

/* The machine reports a fault of stage 2 on a stage 1 table. */
static bool machine_s1ptw(const struct disagreement *d)
{
    return d->outcome->target == 0 ? (d->outcome->par & 0x101) == 0x101
                                   : (d->outcome->esr >> 7 & 1) != 0;
}

/* Is T0SZ, or the start level that needs many bits, beyond VTCR_EL2.PS? 16 KB tables never start at
 * level 0, 4 KB ones at level -1. */
static bool stage2_beyond_ps(uint64_t vtcr, uint64_t vtcr_of_ps)
{
    static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 52, 52};
    unsigned ps = bits[ARMVIRT_GET(ARMVIRT_VTCR_EL2_PS, vtcr_of_ps)];
    unsigned sl0 = (unsigned)ARMVIRT_GET(ARMVIRT_VTCR_EL2_SL0, vtcr);
    bool is_16k = ARMVIRT_GET(ARMVIRT_VTCR_EL2_TG0, vtcr) == ARMVIRT_TCR_EL1_TG0_16K;

    return 64 - ARMVIRT_GET(ARMVIRT_VTCR_EL2_T0SZ, vtcr) > ps ||
           (sl0 == 2 && ps <= (is_16k ? 40 : 42)) || (sl0 == 3 && is_16k) ||
           (vtcr & ARMVIRT_VTCR_EL2_SL2) != 0;
}

static bool stage2_input_by_ps(const struct disagreement *d)
{
    const struct armvirt_vmsa *v = &d->group->vmsa;

    return d->answer->regime.s2_enabled && machine_fsc(d) != NO_FSC &&
           (stage2_beyond_ps(v->vtcr_el2, v->vtcr_el2) ||
            (d->answer->regime.security == ARMVIRT_SPACE_SECURE &&
             stage2_beyond_ps(v->vstcr_el2, v->vtcr_el2)));
}

/* A walk of Secure state without EL2 that reaches Non-secure tables. */
static bool nstable_stage2(const struct disagreement *d)
{
    const struct armvirt_vmsa *v = &d->group->vmsa;

    if ((v->scr_el3 & (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2)) != 0 || !machine_s1ptw(d)) {
        return false;
    }
    for (unsigned i = 0; i < d->steps; i++) {
        if (d->step[i].kind == ARMVIRT_STEP_TABLE && (d->step[i].desc[0] >> 63) != 0) {
            return true;
        }
    }
    return false;
}

static bool ptw_without_stage2(const struct disagreement *d)
{
    return (d->group->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_PTW) != 0 && !d->answer->regime.s2_enabled &&
           machine_s1ptw(d);
}

static bool has_leaf_with_dbm(const struct disagreement *d)
{
    for (unsigned i = 0; i < d->steps; i++) {
        if (d->step[i].kind == ARMVIRT_STEP_LEAF &&
            (d->step[i].desc[0] & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0) {
            return true;
        }
    }
    return false;
}

static bool at_dirty(const struct disagreement *d)
{
    return at_writes(d) && d->outcome->changes > 0 && has_leaf_with_dbm(d);
}

static bool ptw_sets_af(const struct disagreement *d)
{
    return reason_is(d, ARMVIRT_REASON_S2_PTW_DEVICE) && machine_s1ptw(d) &&
           machine_permission_fault(d);
}

static bool tge_stage1(const struct disagreement *d)
{
    uint64_t both = ARMVIRT_HCR_EL2_TGE | ARMVIRT_HCR_EL2_E2H;

    return (d->group->vmsa.hcr_el2 & both) == ARMVIRT_HCR_EL2_TGE &&
           d->answer->regime.id == ARMVIRT_REGIME_EL10 &&
           (d->group->vmsa.sctlr_el1 & ARMVIRT_SCTLR_EL1_M) != 0;
}

static bool external_route(const struct disagreement *d)
{
    uint8_t type = d->answer->fault.type;

    return (type == ARMVIRT_FAULT_EXTERNAL || type == ARMVIRT_FAULT_EXTERNAL_ON_WALK) &&
           d->answer->outcome.target != d->outcome->target &&
           agrees_with_twin(d, &(struct twin){.scr_el3 = ARMVIRT_SCR_EL3_EA,
                                              .hcr_el2 = ARMVIRT_HCR_EL2_TEA,
                                              .loose = true});
}

static bool isv_of_stage1(const struct disagreement *d)
{
    const struct outcome *ours = &d->answer->outcome;

    return !is_at(d) && ours->target == 2 && d->outcome->target == 2 &&
           d->answer->fault.stage != 2 && same_descriptors(d) && ours->far == d->outcome->far &&
           ((ours->esr ^ d->outcome->esr) & d->answer->esr_mask & ~ESR_ISV_BITS) == 0;
}

static bool zero_device(const struct disagreement *d)
{
    return reason_is(d, ARMVIRT_REASON_DEVICE_ZERO) && machine_fsc(d) != FSC_ALIGNMENT;
}

static bool unaligned_device(const struct disagreement *d)
{
    return reason_is(d, ARMVIRT_REASON_DEVICE_UNALIGNED) && machine_fsc(d) != FSC_ALIGNMENT;
}

static bool read_then_write(const struct disagreement *d)
{
    return d->c->insn == INSN_SWP && d->answer->outcome.target != 0 && d->outcome->target != 0;
}

/* FAR_ELx of an external abort of the access itself: rounded down. */
static bool external_far(const struct disagreement *d)
{
    const struct outcome *ours = &d->answer->outcome;
    uint64_t most = d->c->insn == INSN_DCZVA ? 64 : 8;

    return d->answer->fault.type == ARMVIRT_FAULT_EXTERNAL && ours->target == d->outcome->target &&
           ours->far - d->outcome->far < most && d->outcome->far % 2 == 0 && same_descriptors(d);
}

static bool external_high(const struct disagreement *d)
{
    return d->answer->fault.type == ARMVIRT_FAULT_EXTERNAL_ON_WALK &&
           (d->answer->fault.pa | d->answer->fault.desc_pa) >> 48 != 0 &&
           machine_fsc(d) != NO_FSC && fsc_kind(machine_fsc(d)) == 1;
}

static bool external_isv(const struct disagreement *d)
{
    const struct outcome *ours = &d->answer->outcome;

    return d->answer->fault.type == ARMVIRT_FAULT_EXTERNAL_ON_WALK && d->answer->fault.stage == 2 &&
           ours->target == 2 && d->outcome->target == 2 && same_descriptors(d) &&
           ((ours->esr ^ d->outcome->esr) & d->answer->esr_mask & ~ESR_ISV_BITS) == 0;
}

static bool dbm_fetch(const struct disagreement *d)
{
    return d->c->insn == INSN_FETCH && has_leaf_with_dbm(d) &&
           (reason_is(d, ARMVIRT_REASON_WXN) || reason_is(d, ARMVIRT_REASON_PXN_EL0_WRITABLE));
}

/* ---- Exceptions ---------------------------------------------------------------------------- */

static bool is_word(const struct disagreement *d, uint32_t word)
{
    return d->c->insn == INSN_WORD && d->c->va == word;
}

/* MRS of a register whose encoding has the bits @mask at @reg. */
static bool reads(const struct disagreement *d, uint32_t mask, uint32_t reg)
{
    return d->c->insn == INSN_WORD && (d->c->va & UINT32_C(0xfff00000)) == MRS &&
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
    bool is_timer = reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 5, 14, 2, 0)) ||
                    reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 5, 14, 3, 0));

    return reads(d, OP1_MASK, ARMVIRT_SYSREG(3, 5, 0, 0, 0)) &&
           (d->group->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H) == 0 &&
           (is_timer ? d->outcome->target == 2 && machine_class_is(d, EC_SYSREG)
                     : agrees_with_twin(d, &(struct twin){.op1 = {5, 0}}));
}

/* Timers of Secure EL2, SDER32_EL2, ACTLR_EL12. */
static bool register_missing(const struct disagreement *d)
{
    return d->outcome->target != 0 && d->outcome->esr >> 26 == 0 &&
           (reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 4, 14, 4, 0)) ||
            reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 4, 14, 5, 0)) ||
            reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 4, 1, 3, 1)) ||
            reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 5, 1, 0, 1)));
}

static bool secure_timer(const struct disagreement *d)
{
    return reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 7, 14, 2, 0)) && d->c->el == 1 &&
           (d->group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_EEL2) != 0 &&
           ((d->group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_ST) != 0
                ? goes_on(d)
                : d->outcome->target == 3 && machine_class_is(d, EC_SYSREG));
}

static bool mdcr_at_el2(const struct disagreement *d)
{
    return reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 4, 1, 1, 1)) && d->c->el == 2 &&
           agrees_with_twin(d, &(struct twin){.mdcr_el3 = ARMVIRT_MDCR_EL3_TDA});
}

static bool counter_at_el0(const struct disagreement *d)
{
    return reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 3, 14, 0, 0)) && d->c->el == 0 &&
           d->answer->outcome.target != 1 && (goes_on(d) || machine_class_is(d, EC_SYSREG));
}

/* PMUSERENR_EL0.{ER, CR} end the checks; MDCR_EL2.TPMCR does not exist. */
static bool pmu_at_el0(const struct disagreement *d)
{
    return (reads(d, CRM_MASK, ARMVIRT_SYSREG(3, 3, 9, 12, 0)) ||
            reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 9, 13, 0))) &&
           (goes_on(d) || machine_class_is(d, EC_SYSREG));
}

static bool daif_of_host(const struct disagreement *d)
{
    return reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 4, 2, 1)) && d->c->el == 0 &&
           (d->group->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0 && goes_on(d);
}

static bool scxtnum_of_host(const struct disagreement *d)
{
    return reads(d, REGISTER_MASK, ARMVIRT_SYSREG(3, 3, 13, 0, 7)) && d->outcome->target == 2 &&
           machine_class_is(d, EC_SYSREG);
}

/* Attributes that more than the stage 1 descriptor decides. */
static bool attributes(const struct disagreement *d)
{
    return both_in_par(d, 0) && same_descriptors(d) &&
           (par_difference(d) & ~(PAR_SH | PAR_ATTR)) == 0 &&
           (d->answer->regime.s2_enabled || !d->answer->regime.data_cacheable);
}

static const struct entry {
    struct deviation deviation;
    bool (*explains)(const struct disagreement *d);
} entries[] = {
    {{"DIES", "ends with an assertion (arm_fi_to_lfsc) on faults of walks from level -1",
      "D24.2.46 DFSC", 702, 702},
     died},
    {{"DEVICE_SH", "PAR_EL1.SH of Device and Non-cacheable memory is that of the descriptor",
      "D24.2.142 SH", 702, 702},
     device_sh},
    {{"RESERVED_SH", "PAR_EL1.SH shows the reserved value of a descriptor", "D8.6.2 R_ZWYSH", 702,
      9999},
     reserved_sh},
    {{"S1PTW_LEVEL", "a stage 2 fault on a stage 1 table has the level of stage 1",
      "D24.2.46 DFSC (S1PTW)", 702, 702},
     s1ptw_level},
    {{"SIZE_CHECKS", "address bits above PS are ignored, those of a block below its size checked",
      "D8.15.1 R_CVSBH; D8.2.11 R_BFVYY", 702, 9999},
     size_checks},
    {{"BLOCKS", "a block descriptor is legal at levels 0 to 2 of any granule", "D8.15.1.1 R_KRMJZ",
      702, 702},
     block_anywhere},
    {{"AT_DBM", "AT for a write refuses a writable-clean page", "D8.5.2.1 R_XZFQH, R_TYCNM", 702,
      9999},
     at_write_clean},
    {{"SMALL_TABLE", "DS: TTBR bits 5:2 also count as low address bits of a table below 64 bytes",
      "D8.2.3 R_VPBBF", 702, 9999},
     base_of_small_table},
    {{"S2_INPUT", "stage 2 input beyond VTCR_EL2.PS is a Translation fault", "D8.1.10 R_DTLMN", 702,
      702},
     stage2_input_by_ps},
    {{"NSTABLE_S2", "Secure state without EL2: NSTable leads to stage 2, which is off",
      "D8.2.7 R_DCNZJ", 702, 702},
     nstable_stage2},
    {{"TGE", "HCR_EL2.{E2H, TGE} = {0, 1} leaves stage 1 of EL1&0 on", "D24.2.62 HCR_EL2.TGE", 702,
      9999},
     tge_stage1},
    {{"EA", "SCR_EL3.EA and HCR_EL2.TEA do not route external aborts",
      "D24.2.169 SCR_EL3.EA; D24.2.62 HCR_EL2.TEA", 702, 9999},
     external_route},
    {{"PTW_NO_S2", "HCR_EL2.PTW gives faults on stage 1 tables although stage 2 is off",
      "D24.2.62 HCR_EL2.PTW", 702, 702},
     ptw_without_stage2},
    {{"PTW_AF", "a fault for HCR_EL2.PTW has the level of stage 1, and sets the access flag",
      "D24.2.46 DFSC (S1PTW)", 702, 9999},
     ptw_sets_af},
    {{"AT_DIRTY", "an AT instruction for a write sets the dirty state", "D8.5.2.1", 702, 702},
     at_dirty},
    {{"ISV_STAGE1", "ISV = 1 for faults of stage 1 that EL2 takes", "D24.2.46 ISV", 702, 702},
     isv_of_stage1},
    {{"ZVA_DEVICE", "DC ZVA stores to Device memory", "D7.5.10", 702, 9999}, zero_device},
    {{"UNALIGNED_DEVICE", "an unaligned access to Device memory is no fault", "B2.10.2", 702, 702},
     unaligned_device},
    {{"RMW", "an atomic is checked as a load, then again as a store", "D24.2.46 WnR", 702, 9999},
     read_then_write},
    {{"EXTERNAL_FAR", "FAR_ELx of an external abort is the start of the block, or of eight bytes",
      "D24.2.48", 702, 9999},
     external_far},
    {{"EXTERNAL_HIGH", "a table beyond 48 bits gives no external abort", "D8.15.1.3 R_YLGBV", 702,
      702},
     external_high},
    {{"EXTERNAL_ISV", "ISV = 1 for an external abort of a stage 2 walk", "D24.2.46 ISV", 702, 9999},
     external_isv},
    {{"DBM_FETCH", "a writable-clean page counts as read-only for WXN and PXN", "D8.5.2.1 R_XZFQH",
      702, 9999},
     dbm_fetch},
    {{"WFE", "WFE does not wait, so is never trapped", "D1.6.1; D24.2.62 HCR_EL2.TWE", 702, 702},
     wfe_goes_on},
    {{"DAIF_ISS", "op1 and op2 of a trapped MSR DAIFClr change places in the syndrome", "D24.2.46",
      702, 702},
     daif_iss},
    {{"HVC_SECURE", "HVC of Secure EL1 is taken to EL2, which is off", "C6.2.138 HVC", 702, 702},
     hvc_secure},
    {{"EL12", "names like SCTLR_EL12 work (timers: trap) while HCR_EL2.E2H is 0", "D24 (accessing)",
      702, 702},
     el12_without_e2h},
    {{"MISSING", "the timers of Secure EL2, SDER32_EL2 and ACTLR_EL12 are not there", "D24.10.12",
      702, 702},
     register_missing},
    {{"CNTPS", "Secure EL1 reaches CNTPS_* although SCR_EL3.EEL2 is 1", "D24.10.20", 702, 702},
     secure_timer},
    {{"MDCR_TDA", "MDCR_EL3.TDA does not trap MDCR_EL2", "D24.3 MDCR_EL3.TDA", 702, 702},
     mdcr_at_el2},
    {{"CNTPCT", "counters at EL0: CNTHCTL_EL2.{EL1PCTEN, EL0PCTEN} by other rules", "D24.10.19",
      702, 702},
     counter_at_el0},
    {{"PMU", "PMUSERENR_EL0.{ER, CR} switch traps by MDCR_ELx off; no MDCR_EL2.TPMCR",
      "D24.5 (accessing)", 702, 702},
     pmu_at_el0},
    {{"DAIF_HOST", "SCTLR_EL2.UMA lets EL0 of a host read DAIF", "C5.2.2 (accessing)", 702, 702},
     daif_of_host},
    {{"SCXTNUM", "HCR_EL2.EnSCXT traps EL0 of a host", "D24.2.62 HCR_EL2.EnSCXT", 702, 702},
     scxtnum_of_host},
    {{"ATTR", "PAR_EL1.ATTR: stage 2, HCR_EL2.CD and SCTLR_ELx.C are not combined by the rules",
      "D8.6.5, D8.6.6; D24.2.142", 702, 9999},
     attributes},
};

enum { ENTRIES = sizeof(entries) / sizeof(entries[0]) };

const struct deviation *instruction_deviation(unsigned number)
{
    return number < ENTRIES ? &entries[number].deviation : NULL;
}

int find_deviation(unsigned version, struct disagreement *d)
{
    d->steps =
        d->c->insn == INSN_WORD ? 0 : answer_steps(d->group, d->c, d->step, DISAGREEMENT_STEPS);
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (deviation_applies(&entries[i].deviation, version) && entries[i].explains(d)) {
            return (int)i;
        }
    }
    return -1;
}
