/* SPDX-License-Identifier: MIT */
/*
 * Accesses to system registers: what the controls of a PE amount to. The Effective values of the
 * controls, and a bit for every condition that a rule asks for. DDI0487 D24.2, J1.3.1, J1.3.3.
 */
#include "pe.h"
#include "sysreg.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/gic.h>

/* Layouts that are not the ones of the field names: HCR_EL2.E2H moves these bits. */
#define CPTR_TTA_PLAIN    ARMVIRT_BIT(20)
#define CPTR_TTA_E2H      ARMVIRT_BIT(28)
#define CNTHCTL_EL1_PLAIN ARMVIRT_BITS(1, 0) /* EL1PCTEN, EL1PCEN */
#define CNTHCTL_EL1_LSB   10u                /* EL1PCTEN, EL1PTEN while E2H is 1 */
#define OSLSR_OSLK        ARMVIRT_BIT(1)
#define SDCR_TRAPS        (ARMVIRT_MDCR_EL3_TDCC | ARMVIRT_MDCR_EL3_TTRF)

#define ID(field, reg) ((unsigned)ARMVIRT_GET(ARMVIRT_##field, (reg)))

struct decoder {
    struct pe_view pe;
    uint64_t *truth;
};

static void say(const struct decoder *d, unsigned fact, bool holds)
{
    if (holds) {
        d->truth[fact / 64] |= (uint64_t)1 << (fact % 64);
    }
}

static bool holds(const struct decoder *d, unsigned fact)
{
    return d->truth[fact / 64] >> (fact % 64) & 1;
}

/* Facts number 0 and up from @fact: the low bits of @bits. */
static void say_each(const struct decoder *d, unsigned fact, uint64_t bits)
{
    uint64_t word = bits & UINT32_MAX;
    unsigned shift = fact % 64;

    d->truth[fact / 64] |= word << shift;
    if (shift > 32) {
        d->truth[fact / 64 + 1] |= word >> (64 - shift);
    }
}

/* ---- Features of more than one field ------------------------------------------------------- */

static void say_features(const struct decoder *d)
{
    const struct armvirt_pe *pe = d->pe.pe;
    uint64_t pfr0 = pe->vmsa.id_aa64pfr0_el1, pfr1 = pe->vmsa.id_aa64pfr1_el1;
    unsigned mpam = ID(ID_AA64PFR0_EL1_MPAM, pfr0), frac = ID(ID_AA64PFR1_EL1_MPAM_FRAC, pfr1);
    unsigned ras = ID(ID_AA64PFR0_EL1_RAS, pfr0);

    say(d, SYSREG_FEAT_CSV2_1P2,
        ID(ID_AA64PFR0_EL1_CSV2, pfr0) == 1 && ID(ID_AA64PFR1_EL1_CSV2_FRAC, pfr1) >= 2);
    say(d, SYSREG_FEAT_MPAM, mpam || frac);
    say(d, SYSREG_FEAT_MPAMV1P0, mpam != 0);
    say(d, SYSREG_FEAT_MPAMV0P1, !mpam && frac);
    say(d, SYSREG_FEAT_MPAM_PE_BW_CTRL, pe->mpamidr_el1 & ARMVIRT_BIT(56));
    say(d, SYSREG_FEAT_MTE_ASYNC,
        ID(ID_AA64PFR1_EL1_MTE, pfr1) >= 2 && ID(ID_AA64PFR1_EL1_MTE_FRAC, pfr1) == 0);
    say(d, SYSREG_FEAT_PAUTH, armvirt_pe_has_pauth(pe));
    say(d, SYSREG_FEAT_RASV1P1, ras >= 2 || (ras == 1 && ID(ID_AA64PFR1_EL1_RAS_FRAC, pfr1) >= 1));
}

/* ---- Exception levels and worlds ------------------------------------------------------------ */

/* J1.3.3 ValidSecurityStateAtEL */
static void say_worlds(const struct decoder *d)
{
    const struct pe_view *v = &d->pe;
    bool rme = armvirt_pe_has(v->pe, PE_RME), nse = rme && (v->scr & ARMVIRT_SCR_EL3_NSE);
    bool valid = !(nse && v->secure);
    bool below = v->el < 3;

    say(d, SYSREG_VALID_EL1, valid);
    say(d, SYSREG_VALID_EL2, valid && v->el2_enabled);
    say(d, SYSREG_VALID_EL3, v->el3);
    say(d, SYSREG_SECURE, below ? v->secure : !rme);
    say(d, SYSREG_REALM, below && !v->secure && nse);
    say(d, SYSREG_NONSECURE, below && !v->secure && !nse);
}

static void say_levels(const struct decoder *d)
{
    const struct pe_view *v = &d->pe;

    say(d, SYSREG_HAVE_EL2, armvirt_pe_has(v->pe, PE_EL2));
    say(d, SYSREG_HAVE_EL3, v->el3);
    say(d, SYSREG_EL2_ENABLED, v->el2_enabled);
    say(d, SYSREG_EL1_AARCH32, v->a32[1]);
    say(d, SYSREG_EL2_AARCH32, v->a32[2]);
    say(d, SYSREG_EL3_AARCH32, v->a32[3]);
    say(d, SYSREG_MONITOR_MODE, v->aarch32 && (v->pe->pstate & PS_MODE) == MODE_MON);
    say(d, SYSREG_HOST_EL0, v->host_el0);
    say(d, SYSREG_HOST_EL2, v->e2h);
}

/* ---- Switches of whole groups of traps ------------------------------------------------------ */

/* SCR_EL3.FGTEn: R20. HSTR_EL2 has no effect in a host: R26. */
static void say_switches(const struct decoder *d)
{
    const struct pe_view *v = &d->pe;
    bool fgt2 = v->el2_enabled && armvirt_pe_has(v->pe, PE_FGT) &&
                ID(ID_AA64MMFR0_EL1_FGT, v->pe->vmsa.id_aa64mmfr0_el1) >= 2;

    say(d, SYSREG_FGT, armvirt_fgt_enabled(v));
    say(d, SYSREG_FGT2, fgt2);
    say(d, SYSREG_HCRX_ENABLED,
        armvirt_pe_has(v->pe, PE_HCX) && v->el2_enabled && !v->a32[2] &&
            (v->scr & ARMVIRT_SCR_EL3_HXEN));
    say(d, SYSREG_HSTR_ENABLED, v->el2_enabled && !v->host_el0);
    say(d, SYSREG_EXLOCKEN, !v->halted && (v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_EXLOCKEN));
}

/* Debug state, and accesses that enter it: EDSCR.TDA, EDSCR2.TTA (FEAT_TRBE_EXT). */
static void say_external_debug(const struct decoder *d)
{
    const struct pe_view *v = &d->pe;
    bool halts = armvirt_halting_allowed(v) && !v->pe->os_lock;
    bool trace = ID(ID_AA64DFR0_EL1_EXTTRCBUFF, v->pe->id_aa64dfr0_el1) != 0;

    say(d, SYSREG_HALTED, v->halted);
    say(d, SYSREG_EDSCR_TDA, halts && (v->pe->edscr & ARMVIRT_EDSCR_TDA));
    say(d, SYSREG_EDSCR2_TTA, halts && trace && (v->pe->edscr2 & ARMVIRT_EDSCR2_TTA));
}

/* The owner of a buffer: J1.1.1 CheckMDCR_EL3_NSPBTrap, J1.3.4 CheckMDCR_EL3_NSTBTrap. */
static bool buffer_trapped(const struct decoder *d, unsigned owner, bool realm)
{
    const struct pe_view *v = &d->pe;
    bool ns = (v->scr & ARMVIRT_SCR_EL3_NS) != 0, nse = (v->scr & ARMVIRT_SCR_EL3_NSE) != 0;

    if (!v->el3) {
        return false;
    }
    return !(owner & 1) || (owner >> 1 != 0) != ns ||
           (armvirt_pe_has(v->pe, PE_RME) && realm != nse);
}

/* J1.1.1 EffectivePMSCR_EL2_EE, J1.3.4 EffectiveTRFCR_EL2_EE: whether they are not 0b00. */
static bool profiling_exceptions(const struct decoder *d, enum pe_feature feature, uint64_t el3,
                                 uint64_t el2)
{
    const struct pe_view *v = &d->pe;

    if (!armvirt_pe_has(v->pe, feature) || (v->el3 && !el3)) {
        return false;
    }
    return !v->el2_enabled || el2 != 0;
}

static void say_profiling(const struct decoder *d)
{
    const struct armvirt_pe *pe = d->pe.pe;
    uint64_t mdcr = pe->mdcr_el3;

    say(d, SYSREG_NSPB_TRAP,
        buffer_trapped(d, ID(MDCR_EL3_NSPB, mdcr), mdcr & ARMVIRT_MDCR_EL3_NSPBE));
    say(d, SYSREG_NSTB_TRAP,
        buffer_trapped(d, ID(MDCR_EL3_NSTB, mdcr), mdcr & ARMVIRT_MDCR_EL3_NSTBE));
    say(d, SYSREG_PMSCR_EL2_EE,
        profiling_exceptions(d, PE_SPE_EXC, mdcr & ARMVIRT_MDCR_EL3_PMSEE,
                             pe->pmscr_el[2] & ARMVIRT_PMSCR_EL2_EE));
    say(d, SYSREG_TRFCR_EL2_EE,
        profiling_exceptions(d, PE_TRBE_EXC, mdcr & ARMVIRT_MDCR_EL3_TRBEE,
                             pe->trfcr_el[2] & ARMVIRT_TRFCR_EL2_EE));
}

/* ---- Counters, breakpoints ------------------------------------------------------------------ */

static uint64_t ones(unsigned count)
{
    return ((uint64_t)1 << count) - 1;
}

/* J1.3.1 GetNumEventCountersAccessible: EL2 can keep the upper ones. */
static void say_counters(const struct decoder *d)
{
    const struct pe_view *v = &d->pe;
    unsigned implemented = ID(PMCR_EL0_N, v->pe->pmcr_el0);
    unsigned hpmn = ID(MDCR_EL2_HPMN, v->pe->mdcr_el2);
    bool limited = v->el < 2 && v->el2_enabled && hpmn < implemented;
    uint64_t all = ones(implemented), accessible = limited ? ones(hpmn) : all;
    unsigned selected = ID(PMSELR_EL0_SEL, v->pe->pmselr_el0);

    say_each(d, SYSREG_COUNTER_N_IMPLEMENTED, all);
    say_each(d, SYSREG_COUNTER_N_ACCESSIBLE, accessible);
    say_each(d, SYSREG_PMUACR_N, v->pe->pmuacr_el1);
    say(d, SYSREG_COUNTER_SEL_IMPLEMENTED, all >> selected & 1);
    say(d, SYSREG_COUNTER_SEL_ACCESSIBLE, accessible >> selected & 1);
    say(d, SYSREG_PMUACR_SEL, v->pe->pmuacr_el1 >> selected & 1);
}

static void say_debug(const struct decoder *d)
{
    uint64_t dfr0 = d->pe.pe->id_aa64dfr0_el1;

    say_each(d, SYSREG_BREAKPOINT_N, ones(ID(ID_AA64DFR0_EL1_BRPS, dfr0) + 1));
    say_each(d, SYSREG_WATCHPOINT_N, ones(ID(ID_AA64DFR0_EL1_WRPS, dfr0) + 1));
}

/* IHI0069 12.4: ICH_VTR_EL2 tells how many registers of active priorities and lists there are. */
static void say_gic(const struct decoder *d)
{
    uint64_t vtr = d->pe.pe->ich_vtr_el2;
    unsigned bits = ID(ICH_VTR_EL2_PREBITS, vtr) + 1;

    say_each(d, SYSREG_ACTIVE_PRIORITIES_N, ones(bits <= 5 ? 1 : bits == 6 ? 2 : 4));
    say_each(d, SYSREG_LIST_REGISTER_N, ones(ID(ICH_VTR_EL2_LISTREGS, vtr) + 1));
}

/* ---- Controls ------------------------------------------------------------------------------- */

static uint64_t effective_mdcr_el2(const struct pe_view *v)
{
    return v->el2_enabled ? v->pe->mdcr_el2 | (v->tge ? ARMVIRT_MDCR_EL2_TDE : 0) : 0;
}

/* R34 */
static uint64_t effective_cptr_el2(const struct pe_view *v)
{
    uint64_t cptr = v->pe->cptr_el2;

    if (!v->el2_enabled) {
        return 0;
    }
    return v->e2h ? cptr : (cptr & ~CPTR_TTA_E2H) | (cptr & CPTR_TTA_PLAIN ? CPTR_TTA_E2H : 0);
}

/* R33; CNTHCTL of AArch32 state has no more bits than these (G8.7.2). */
static uint64_t effective_cnthctl_el2(const struct pe_view *v)
{
    uint64_t cnthctl = v->el2_enabled ? v->pe->cnthctl_el2 : 0;
    uint64_t moved = CNTHCTL_EL1_PLAIN << CNTHCTL_EL1_LSB;

    if (v->a32[2]) {
        cnthctl &= CNTHCTL_EL1_PLAIN;
    }
    return v->e2h ? cnthctl
                  : (cnthctl & ~(moved | CNTHCTL_EL1_PLAIN)) | (cnthctl & CNTHCTL_EL1_PLAIN)
                                                                   << CNTHCTL_EL1_LSB;
}

/* SDCR shares some fields with MDCR_EL3, and traps no more than these (G8.3.35). */
static uint64_t effective_mdcr_el3(const struct pe_view *v)
{
    uint64_t mdcr = v->el3 ? v->pe->mdcr_el3 : 0;

    return v->a32[3] ? mdcr & SDCR_TRAPS : mdcr;
}

static uint64_t computed_control(const struct pe_view *v, unsigned control)
{
    switch (control) {
    case SYSREG_C_HCR_EL2:
        return v->hcr;
    case SYSREG_C_NVX:
        return armvirt_nvx(v);
    case SYSREG_C_HCRX_EL2:
        return v->hcrx;
    case SYSREG_C_SCR_EL3:
        return v->el3 ? v->scr : 0;
    case SYSREG_C_MDCR_EL2:
        return effective_mdcr_el2(v);
    case SYSREG_C_CPTR_EL2:
        return effective_cptr_el2(v);
    case SYSREG_C_MDCR_EL3:
        return effective_mdcr_el3(v);
    case SYSREG_C_CPTR_EL3:
        return v->el3 && !v->a32[3] ? v->pe->cptr_el3 : 0;
    case SYSREG_C_CNTHCTL_EL2:
        return effective_cnthctl_el2(v);
    default:
        return v->pe->os_lock ? OSLSR_OSLK : 0;
    }
}

static uint64_t control_value(const struct decoder *d, unsigned control)
{
    const struct sysreg_control_row *row = &armvirt_sysreg_control_rows[control];
    uint64_t value;

    if (row->offset == ARMVIRT_SYSREG_EFFECTIVE) {
        return computed_control(&d->pe, control);
    }
    if (row->gate != SYSREG_ALWAYS && !holds(d, row->gate)) {
        return 0;
    }
    memcpy(&value, (const char *)d->pe.pe + row->offset, sizeof value);
    return value;
}

/* Fields of four bits that are 0b1111 in an ID register announce nothing. */
static bool field_holds(const struct armvirt_sysreg_field *field, uint64_t value)
{
    unsigned bits = (unsigned)(value >> field->lsb) & field->mask;

    return field->at_least ? bits >= field->want && bits != 15 : bits == field->want;
}

static void say_fields(const struct decoder *d)
{
    unsigned known = SYSREG_CONTROLS;
    uint64_t value = 0;

    for (unsigned i = 0; i < SYSREG_FIELDS; i++) {
        const struct armvirt_sysreg_field *field = &armvirt_sysreg_fields[i];

        if (field->control != known) {
            known = field->control;
            value = control_value(d, known);
        }
        say(d, SYSREG_FACTS + i, field_holds(field, value));
    }
}

void armvirt_sysreg_view_init(struct armvirt_sysreg_view *view, const struct armvirt_pe *pe)
{
    struct decoder d;

    *view = (struct armvirt_sysreg_view){.mode = (uint8_t)(pe->pstate & PS_MODE)};
    armvirt_pe_view(&d.pe, pe);
    d.truth = view->truth;
    view->el = d.pe.el;
    view->aarch32 = d.pe.aarch32;
    view->below_is_el2 = d.pe.el == 0 && d.pe.tge;
    view->el3_shut = d.pe.el3_shut;
    for (unsigned el = 1; el < 4; el++) {
        view->target_a32[el] = d.pe.a32[el];
    }
    say_levels(&d);
    say_worlds(&d);
    say_features(&d);
    say_switches(&d);
    say_external_debug(&d);
    say_profiling(&d);
    say_counters(&d);
    say_debug(&d);
    say_gic(&d);
    say_fields(&d);
}
