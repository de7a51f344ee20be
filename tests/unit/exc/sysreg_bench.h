/* SPDX-License-Identifier: MIT */
/*
 * What the tests of accesses to system registers share: a PE with every feature on which nothing is
 * trapped, changes of its controls as data, and verdicts as words.
 */
#ifndef ARMVIRT_TESTS_SYSREG_BENCH_H
#define ARMVIRT_TESTS_SYSREG_BENCH_H

#include "exc_bench.h"

#include <armvirt/regs/gic.h>
#include <armvirt/text_sysreg.h>

#include <stddef.h>
#include <stdio.h>

/* ---- A PE with everything, on which nothing is trapped -------------------------------------- */

static inline struct armvirt_pe open_pe(void)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_vmsa *v = &pe.vmsa;

    v->id_aa64mmfr0_el1 |= ARMVIRT_ID_AA64MMFR0_EL1_FGT; /* 0b0010 and up: FEAT_FGT2 */
    set_field(&v->id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_FGT, 2);
    set_field(&v->id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_NV, 2);
    v->id_aa64mmfr3_el1 = UINT64_C(0x1111111111111111);
    v->id_aa64mmfr4_el1 = UINT64_C(0x0000001000100111); /* FGWTE3, E3DSE */
    set_field(&v->id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E2H0, 0);
    set_field(&v->id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_FGWTE3, 1);
    set_field(&v->id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_SRMASK, 1);
    v->id_aa64isar0_el1 = UINT64_C(0x1221111110212120);
    v->id_aa64isar1_el1 = UINT64_C(0x3111211110211562);
    pe.id_aa64dfr0_el1 = UINT64_C(0x1f31019f1031591b);
    set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_PMUVER, 9);
    set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_BRPS, 5);
    set_field(&pe.id_aa64dfr0_el1, ARMVIRT_ID_AA64DFR0_EL1_WRPS, 3);
    set_field(&pe.id_aa64dfr1_el1, ARMVIRT_ID_AA64DFR1_EL1_PMICNTR, 1);
    pe.ich_vtr_el2 =
        ARMVIRT_PUT(ARMVIRT_ICH_VTR_EL2_PREBITS, 4) | ARMVIRT_PUT(ARMVIRT_ICH_VTR_EL2_LISTREGS, 3);
    pe.pmcr_el0 = ARMVIRT_PUT(ARMVIRT_PMCR_EL0_N, 6);
    pe.mdcr_el2 = 6;
    v->scr_el3 = UINT64_C(0x0067ac01e030d31) | ARMVIRT_SCR_EL3_FGTEN | ARMVIRT_SCR_EL3_FGTEN2 |
                 ARMVIRT_SCR_EL3_HXEN | ARMVIRT_SCR_EL3_D128EN | ARMVIRT_SCR_EL3_SRMASKEN |
                 ARMVIRT_SCR_EL3_APK;
    v->hcrx_el2 |= ARMVIRT_HCRX_EL2_SRMASKEN;
    pe.hfgrtr_el2 = pe.hfgwtr_el2 = UINT64_C(0xfff4000000000000);
    pe.hfgrtr2_el2 = pe.hfgwtr2_el2 = UINT64_MAX;
    pe.hdfgrtr2_el2 = pe.hdfgwtr2_el2 = UINT64_MAX;
    pe.cnthctl_el2 = 3;
    pe.cntkctl_el1 = 0x303;
    pe.pmuserenr_el0 = 0xf;
    pe.icc_sre_el[1] = 7;
    pe.icc_sre_el[2] = pe.icc_sre_el[3] = 15;
    pe.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_UCT | ARMVIRT_SCTLR_EL1_UCI | ARMVIRT_SCTLR_EL1_DZE;
    return pe;
}

/* ---- Settings of a case ---------------------------------------------------------------------- */

struct setting {
    size_t member;
    uint64_t mask, value;
};

#define SET(member, mask, value)                                                                   \
    {                                                                                              \
        offsetof(struct armvirt_pe, member), mask, value                                           \
    }
#define HCR(field) SET(vmsa.hcr_el2, ARMVIRT_HCR_EL2_##field, 1)
#define SETTINGS   6

#define NV  HCR(NV)
#define NV1 HCR(NV1)
#define NV2 HCR(NV2)
#define E2H HCR(E2H)
#define TGE HCR(TGE)

static inline void apply(struct armvirt_pe *pe, const struct setting *set)
{
    for (unsigned i = 0; i < SETTINGS && set[i].mask; i++) {
        uint64_t *reg = (uint64_t *)(void *)((char *)pe + set[i].member);

        set_field(reg, set[i].mask, set[i].value);
    }
}

/* ---- Verdicts ------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [ARMVIRT_SYSREG_DONE] = "self",       [ARMVIRT_SYSREG_SELECTED] = "selected",
    [ARMVIRT_SYSREG_VIRTUAL] = "virtual", [ARMVIRT_SYSREG_MEMORY] = "mem",
    [ARMVIRT_SYSREG_NOP] = "nop",         [ARMVIRT_SYSREG_UNDEFINED] = "undef",
    [ARMVIRT_SYSREG_TRAP] = "el",         [ARMVIRT_SYSREG_HALT] = "halt",
};

/* The verdict in the words of the table. */
static inline void describe(const struct armvirt_sysreg_access *access,
                            const struct armvirt_sysreg_verdict *verdict, char text[64])
{
    const char *cause = armvirt_sysreg_cause_name(verdict->cause);

    if (verdict->kind == ARMVIRT_SYSREG_TRAP && verdict->ec == 0x18) {
        snprintf(text, 64, "el%u %s", (unsigned)verdict->target_el, *cause ? cause : "-");
    } else if (verdict->kind == ARMVIRT_SYSREG_TRAP) {
        snprintf(text, 64, "el%u:%02x %s", (unsigned)verdict->target_el, (unsigned)verdict->ec,
                 cause);
    } else if (verdict->kind == ARMVIRT_SYSREG_MEMORY) {
        snprintf(text, 64, "mem %03x", (unsigned)verdict->offset);
    } else if (verdict->kind == ARMVIRT_SYSREG_DONE && verdict->reg != access->reg) {
        snprintf(text, 64, "=%s", armvirt_sysreg_name(verdict->reg));
    } else {
        snprintf(text, 64, "%s", kinds[verdict->kind]);
    }
}

#endif
