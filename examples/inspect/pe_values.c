/* SPDX-License-Identifier: MIT */
/* The control registers of a PE by name: those that traps depend on. */
#include "pe_values.h"

#include "number.h"
#include "suggest.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct row {
    const char *name;
    size_t offset;
};

#define ROW(name, member)                                                                          \
    {                                                                                              \
        name, offsetof(struct armvirt_pe, member)                                                  \
    }

static const struct row rows[] = {
    ROW("ID_AA64MMFR0_EL1", vmsa.id_aa64mmfr0_el1),
    ROW("ID_AA64MMFR1_EL1", vmsa.id_aa64mmfr1_el1),
    ROW("ID_AA64MMFR2_EL1", vmsa.id_aa64mmfr2_el1),
    ROW("ID_AA64MMFR3_EL1", vmsa.id_aa64mmfr3_el1),
    ROW("ID_AA64MMFR4_EL1", vmsa.id_aa64mmfr4_el1),
    ROW("ID_AA64PFR0_EL1", vmsa.id_aa64pfr0_el1),
    ROW("ID_AA64PFR1_EL1", vmsa.id_aa64pfr1_el1),
    ROW("ID_AA64PFR2_EL1", vmsa.id_aa64pfr2_el1),
    ROW("ID_AA64ISAR0_EL1", vmsa.id_aa64isar0_el1),
    ROW("ID_AA64ISAR1_EL1", vmsa.id_aa64isar1_el1),
    ROW("ID_AA64ISAR2_EL1", vmsa.id_aa64isar2_el1),
    ROW("ID_AA64ISAR3_EL1", id_aa64isar3_el1),
    ROW("ID_AA64DFR0_EL1", id_aa64dfr0_el1),
    ROW("ID_AA64DFR1_EL1", id_aa64dfr1_el1),
    ROW("ID_AA64DFR2_EL1", id_aa64dfr2_el1),
    ROW("ID_AA64SMFR0_EL1", id_aa64smfr0_el1),
    ROW("SCR_EL3", vmsa.scr_el3),
    ROW("HCR_EL2", vmsa.hcr_el2),
    ROW("HCRX_EL2", vmsa.hcrx_el2),
    ROW("SCTLR_EL1", vmsa.sctlr_el1),
    ROW("SCTLR_EL2", vmsa.sctlr_el2),
    ROW("MDCR_EL2", mdcr_el2),
    ROW("MDCR_EL3", mdcr_el3),
    ROW("MDSCR_EL1", mdscr_el1),
    ROW("CPTR_EL2", cptr_el2),
    ROW("CPTR_EL3", cptr_el3),
    ROW("CPACR_EL1", cpacr_el1),
    ROW("HFGRTR_EL2", hfgrtr_el2),
    ROW("HFGWTR_EL2", hfgwtr_el2),
    ROW("HFGITR_EL2", hfgitr_el2),
    ROW("HDFGRTR_EL2", hdfgrtr_el2),
    ROW("HDFGWTR_EL2", hdfgwtr_el2),
    ROW("HAFGRTR_EL2", hafgrtr_el2),
    ROW("HFGRTR2_EL2", hfgrtr2_el2),
    ROW("HFGWTR2_EL2", hfgwtr2_el2),
    ROW("HFGITR2_EL2", hfgitr2_el2),
    ROW("HDFGRTR2_EL2", hdfgrtr2_el2),
    ROW("HDFGWTR2_EL2", hdfgwtr2_el2),
    ROW("FGWTE3_EL3", fgwte3_el3),
    ROW("HSTR_EL2", hstr_el2),
    ROW("CNTHCTL_EL2", cnthctl_el2),
    ROW("CNTKCTL_EL1", cntkctl_el1),
    ROW("ICH_HCR_EL2", ich_hcr_el2),
    ROW("ICH_VTR_EL2", ich_vtr_el2),
    ROW("ICC_SRE_EL1", icc_sre_el[1]),
    ROW("ICC_SRE_EL2", icc_sre_el[2]),
    ROW("ICC_SRE_EL3", icc_sre_el[3]),
    ROW("PMCR_EL0", pmcr_el0),
    ROW("PMUSERENR_EL0", pmuserenr_el0),
    ROW("PMUACR_EL1", pmuacr_el1),
    ROW("PMSELR_EL0", pmselr_el0),
    ROW("AMUSERENR_EL0", amuserenr_el0),
    ROW("GCSCRE0_EL1", gcscr_el[0]),
    ROW("GCSCR_EL1", gcscr_el[1]),
    ROW("GCSCR_EL2", gcscr_el[2]),
    ROW("MPAM2_EL2", mpam_el[2]),
    ROW("MPAM3_EL3", mpam_el[3]),
    ROW("MPAMHCR_EL2", mpamhcr_el2),
    ROW("MPAMIDR_EL1", mpamidr_el1),
    ROW("TRFCR_EL1", trfcr_el[1]),
    ROW("TRFCR_EL2", trfcr_el[2]),
    ROW("SPMACCESSR_EL1", spmaccessr_el[1]),
    ROW("SPMACCESSR_EL2", spmaccessr_el[2]),
    ROW("SPMACCESSR_EL3", spmaccessr_el[3]),
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static uint64_t *member(struct armvirt_pe *pe, const struct row *row)
{
    return (uint64_t *)(void *)((char *)pe + row->offset);
}

static const struct row *find(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/* ---- Defaults ------------------------------------------------------------------------------- */

/* Fields whose name begins with "n" or says "enable" trap while they are 0. */
static bool enables(const char *name)
{
    size_t length = strlen(name);

    return name[0] == 'n' || strncmp(name, "En", 2) == 0 || strstr(name, "En") != NULL ||
           (length > 2 && strcmp(name + length - 2, "EN") == 0);
}

/* Set every enable of the register: nothing of it is trapped. */
static void enable_all(struct armvirt_pe *pe, const char *name)
{
    const struct armvirt_layout *layout = armvirt_layout_find(name);
    uint64_t *value = member(pe, find(name));
    struct armvirt_field field;

    for (unsigned bit = 64; bit > 0; bit = field.lo) {
        const uint64_t now[2] = {*value, 0};

        armvirt_field_at(layout, now, 0, bit - 1, &field);
        if (field.name != NULL && enables(field.name)) {
            *value |= ARMVIRT_BITS(field.hi, field.lo);
        }
    }
}

/* The ID registers come first in the table. */
#define ID_ROWS 16

static void all_features(struct armvirt_pe *pe)
{
    for (size_t i = 0; i < ID_ROWS; i++) { /* newer than any: 0b1111 would announce nothing */
        *member(pe, &rows[i]) = UINT64_C(0x9999999999999999);
    }
    pe->vmsa.id_aa64pfr0_el1 = UINT64_C(0x1999991199991222); /* EL2 and EL1 with AArch32 */
    pe->vmsa.id_aa64pfr0_el1 &= ~ARMVIRT_ID_AA64PFR0_EL1_RME;
    pe->vmsa.id_aa64pfr1_el1 &= ~ARMVIRT_ID_AA64PFR1_EL1_MTE_FRAC;
    pe->vmsa.id_aa64mmfr4_el1 &= ~ARMVIRT_ID_AA64MMFR4_EL1_E2H0;
    pe->mpamidr_el1 = UINT64_MAX;
    pe->ich_vtr_el2 = UINT64_MAX;
    pe->pmcr_el0 = ARMVIRT_PMCR_EL0_N;
}

static void all_enables(struct armvirt_pe *pe)
{
    static const char *const names[] = {
        "SCR_EL3",      "HCRX_EL2",     "MDCR_EL2",    "MDCR_EL3",    "HFGRTR_EL2",  "HFGWTR_EL2",
        "HFGITR_EL2",   "HDFGRTR_EL2",  "HDFGWTR_EL2", "HFGRTR2_EL2", "HFGWTR2_EL2", "HFGITR2_EL2",
        "HDFGRTR2_EL2", "HDFGWTR2_EL2", "CNTKCTL_EL1", "SCTLR_EL1",   "SCTLR_EL2",   "MDSCR_EL1",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        enable_all(pe, names[i]);
    }
}

/* Enables that go by another kind of name. */
static void more_enables(struct armvirt_pe *pe)
{
    pe->vmsa.scr_el3 |= ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_HCE | ARMVIRT_SCR_EL3_APK |
                        ARMVIRT_SCR_EL3_API | ARMVIRT_SCR_EL3_ATA | ARMVIRT_SCR_EL3_ST;
    pe->vmsa.hcr_el2 = ARMVIRT_HCR_EL2_APK | ARMVIRT_HCR_EL2_API | ARMVIRT_HCR_EL2_ATA |
                       ARMVIRT_HCR_EL2_ENSCXT | ARMVIRT_HCR_EL2_FIEN;
    pe->vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_UCT | ARMVIRT_SCTLR_EL1_UCI | ARMVIRT_SCTLR_EL1_DZE |
                          ARMVIRT_SCTLR_EL1_UMA;
    pe->vmsa.sctlr_el2 |= ARMVIRT_SCTLR_EL1_UCT | ARMVIRT_SCTLR_EL1_UCI | ARMVIRT_SCTLR_EL1_DZE;
    pe->cpacr_el1 = ARMVIRT_CPACR_EL1_FPEN | ARMVIRT_CPACR_EL1_ZEN | ARMVIRT_CPACR_EL1_SMEN;
    pe->cptr_el3 = ARMVIRT_CPTR_EL3_EZ | ARMVIRT_CPTR_EL3_ESM;
    pe->cnthctl_el2 = ARMVIRT_BITS(11, 10) | ARMVIRT_BITS(1, 0); /* in either layout */
    pe->pmuserenr_el0 = 0xf;
    pe->amuserenr_el0 = 1;
    pe->mdcr_el2 |= ARMVIRT_MDCR_EL2_HPMN | ARMVIRT_MDCR_EL2_E2PB | ARMVIRT_MDCR_EL2_E2TB;
    pe->mdcr_el3 |= ARMVIRT_MDCR_EL3_NSPB | ARMVIRT_MDCR_EL3_NSTB | ARMVIRT_MDCR_EL3_SBRBE;
    for (unsigned i = 0; i < 4; i++) {
        pe->icc_sre_el[i] = 15;
        pe->spmaccessr_el[i] = UINT64_MAX;
        pe->gcscr_el[i] = ~ARMVIRT_GCSCR_EL1_EXLOCKEN;
    }
}

void pe_values_begin(struct armvirt_pe *pe, unsigned el, bool aarch32)
{
    static const uint8_t modes[4] = {0x10, 0x13, 0x1a, 0x16}; /* User, Supervisor, Hyp, Monitor */

    memset(pe, 0, sizeof(*pe));
    all_features(pe);
    all_enables(pe);
    more_enables(pe);
    pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_RW;
    pe->vmsa.scr_el3 |= aarch32 && el >= 2 ? 0 : ARMVIRT_SCR_EL3_RW;
    pe->vmsa.hcr_el2 |= aarch32 ? 0 : ARMVIRT_HCR_EL2_RW;
    pe->top_aarch32 = aarch32 && el == 3;
    pe->pstate = aarch32 ? modes[el & 3] : el << 2 | (el != 0);
}

/* ---- One value ------------------------------------------------------------------------------ */

static const struct row *find_or_refuse(const char *name, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(name);
    char hint[64];

    if (find(name) != NULL) {
        return find(name);
    }
    for (size_t i = 0; i < ROWS; i++) {
        suggest_try(&suggestion, rows[i].name);
    }
    (void)refuse(error, "no trap depends on '%s'%s", name,
                 suggest_text(&suggestion, hint, sizeof(hint)));
    return NULL;
}

/* The bits of a field, with the layout that HCR_EL2.E2H selects. */
static bool find_field(struct armvirt_pe *pe, const struct row *row, const char *name,
                       uint64_t *mask)
{
    const struct armvirt_layout *layout = armvirt_layout_find(row->name);
    uint64_t when = pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H ? ARMVIRT_WHEN_E2H : 0;
    const uint64_t value[2] = {*member(pe, row), 0};
    struct armvirt_field field;

    for (unsigned bit = 64; bit > 0; bit = field.lo) {
        armvirt_field_at(layout, value, when, bit - 1, &field);
        if (field.name != NULL && strcmp(field.name, name) == 0) {
            *mask = ARMVIRT_BITS(field.hi, field.lo);
            return true;
        }
    }
    return false;
}

bool pe_values_set(struct armvirt_pe *pe, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');
    char name[48];
    const struct row *row;
    uint64_t value, mask = UINT64_MAX;
    char *dot;

    if (equals == NULL || equals - text >= (int)sizeof(name)) {
        return refuse(error, "'%s' is not NAME=VALUE", text);
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
    dot = strchr(name, '.');
    if (dot != NULL) {
        *dot++ = '\0';
    }
    row = find_or_refuse(name, error);
    if (row == NULL) {
        return false;
    }
    if (dot != NULL && !find_field(pe, row, dot, &mask)) {
        return refuse(error, "%s has no field '%s'", name, dot);
    }
    if (!number_parse(equals + 1, &value)) {
        return refuse(error, "%s: '%s' is not a number", name, equals + 1);
    }
    if (value > mask / ARMVIRT_LSB(mask)) {
        return refuse(error, "%s: %s does not fit", name, equals + 1);
    }
    *member(pe, row) = (*member(pe, row) & ~mask) | ARMVIRT_PUT(mask, value);
    return true;
}
