/* SPDX-License-Identifier: MIT */
/*
 * What the tests of exceptions share: a PE with all features, in any state, and fields by name.
 */
#ifndef ARMVIRT_TESTS_EXC_BENCH_H
#define ARMVIRT_TESTS_EXC_BENCH_H

#include "../suite.h"

#include <armvirt/exc.h>
#include <armvirt/exc_guest.h>
#include <armvirt/insn.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/debug.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/syndrome.h>

#include <stdbool.h>
#include <string.h>

#define PS(field)  ARMVIRT_SPSR_EL1_##field
#define PSA(field) ARMVIRT_SPSR_EL1_A32_##field
#define EC(name)   ((unsigned)ARMVIRT_ESR_ELX_EC_##name)
#define PC         UINT64_C(0x40200000)

static inline void set_field(uint64_t *reg, uint64_t mask, uint64_t value)
{
    *reg = (*reg & ~mask) | ARMVIRT_PUT(mask, value);
}

/* Every feature that exceptions know, AArch64 and AArch32 at EL0 to EL2, nothing trapped. */
static inline struct armvirt_pe make_pe(void)
{
    struct armvirt_pe pe = {0};
    struct armvirt_vmsa *v = &pe.vmsa;

    v->id_aa64pfr0_el1 = UINT64_C(0x1211000121121222); /* RAS 2, SEL2, DIT, RME 0, EL3 A64 */
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 2);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 2);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, 2);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SVE, 1);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_DIT, 1);
    set_field(&v->id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, 0);
    v->id_aa64pfr1_el1 = UINT64_C(0x0111111112112321);
    set_field(&v->id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, 1);
    set_field(&v->id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_GCS, 1);
    v->id_aa64pfr2_el1 =
        ARMVIRT_ID_AA64PFR2_EL1_UINJ_IMP * ARMVIRT_LSB(ARMVIRT_ID_AA64PFR2_EL1_UINJ);
    v->id_aa64mmfr0_el1 = UINT64_C(0x2100022210101126);
    v->id_aa64mmfr1_el1 = UINT64_C(0x1111111110212122);
    v->id_aa64mmfr2_el1 = UINT64_C(0x1221011112111111);
    v->id_aa64mmfr3_el1 = UINT64_C(0x1111);
    v->id_aa64mmfr4_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR4_EL1_E3DSE, 1);
    v->id_aa64isar1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_APA, 6) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_LS64, 3);
    v->id_aa64isar2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR2_EL1_WFXT, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR2_EL1_MOPS, 1);
    pe.id_aa64isar3_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR3_EL1_PACM, 2);
    pe.id_aa64dfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64DFR0_EL1_SEBEP, 1);
    pe.id_aa64dfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64DFR1_EL1_EBEP, 1);
    pe.id_aa64smfr0_el1 = ARMVIRT_ID_AA64SMFR0_EL1_FA64;
    v->scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HCE |
                 ARMVIRT_SCR_EL3_HXEN | ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_API |
                 ARMVIRT_SCR_EL3_APK | ARMVIRT_SCR_EL3_FGTEN | ARMVIRT_SCR_EL3_ENAS0 |
                 ARMVIRT_SCR_EL3_GCSEN;
    v->hcr_el2 = ARMVIRT_HCR_EL2_RW | ARMVIRT_HCR_EL2_API | ARMVIRT_HCR_EL2_APK;
    v->hcrx_el2 = ARMVIRT_HCRX_EL2_SCTLR2EN | ARMVIRT_HCRX_EL2_ENALS | ARMVIRT_HCRX_EL2_ENASR |
                  ARMVIRT_HCRX_EL2_ENAS0 | ARMVIRT_HCRX_EL2_MSCEN | ARMVIRT_HCRX_EL2_GCSEN |
                  ARMVIRT_HCRX_EL2_PACMEN;
    v->sctlr_el1 = v->sctlr_el2 = v->sctlr_el3 = ARMVIRT_SCTLR_EL1_SPAN | ARMVIRT_SCTLR_EL1_NTWI |
                                                 ARMVIRT_SCTLR_EL1_NTWE | ARMVIRT_SCTLR_EL1_ENALS |
                                                 ARMVIRT_SCTLR_EL1_ENASR | ARMVIRT_SCTLR_EL1_ENAS0 |
                                                 ARMVIRT_SCTLR_EL1_MSCEN | ARMVIRT_SCTLR_EL1_UMA;
    pe.hfgitr_el2 = ARMVIRT_HFGITR_EL2_NGCSEPP | ARMVIRT_HFGITR_EL2_NGCSSTR_EL1 |
                    ARMVIRT_HFGITR_EL2_NGCSPUSHM_EL1;
    pe.cpacr_el1 = ARMVIRT_CPACR_EL1_FPEN | ARMVIRT_CPACR_EL1_ZEN | ARMVIRT_CPACR_EL1_SMEN;
    pe.cptr_el3 = ARMVIRT_CPTR_EL3_EZ | ARMVIRT_CPTR_EL3_ESM;
    for (unsigned el = 1; el <= 3; el++) {
        pe.vbar_el[el] = UINT64_C(0x1000000) * el;
        pe.smcr_el[el] = ARMVIRT_SMCR_EL1_EZT0;
    }
    pe.smcr_el[3] |= ARMVIRT_SMCR_EL1_FA64;
    pe.mvbar = 0x5000000;
    pe.pc = PC;
    return pe;
}

/* PSTATE of AArch64 state with SP_ELx. */
static inline uint64_t at_el(unsigned el)
{
    return el << 2 | (el != 0);
}

/* A mode of AArch32 state that is of the Exception level. */
static inline uint64_t a32_at_el(unsigned el)
{
    static const uint64_t modes[] = {0x10, 0x13, 0x1a, 0x16};

    return modes[el];
}

/* ---- Tables of the manual ----------------------------------------------------------------- */

/* A row: values of control bits ('x': any), and an answer for each Exception level. */
struct row {
    const char *controls, *answers;
};

/* The answer of the row, or rows, that fit. All of them must say the same. */
static inline char table_answer(const struct row *rows, size_t count, const char *controls,
                                unsigned el)
{
    char answer = '\0';

    for (size_t i = 0; i < count; i++) {
        bool fits = true;

        for (size_t k = 0; controls[k] != '\0'; k++) {
            fits = fits && (rows[i].controls[k] == 'x' || rows[i].controls[k] == controls[k]);
        }
        if (fits) {
            char here = rows[i].answers[el];

            if (answer != '\0' && answer != here) {
                fail_msg("rows contradict at %s", controls);
            }
            answer = here;
        }
    }
    if (answer == '\0') {
        fail_msg("no row for %s", controls);
    }
    return answer;
}

/* Bits of @n as text, the first control in the highest of @count bits. */
static inline void controls_text(unsigned n, unsigned count, char *text)
{
    for (unsigned i = 0; i < count; i++) {
        text[i] = (char)('0' + (n >> (count - 1 - i) & 1));
    }
    text[count] = '\0';
}

#endif
