/* SPDX-License-Identifier: MIT */
/* The control registers of a PE by name: those that traps depend on. */
#include "pe_values.h"

#include "number.h"
#include "suggest.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/sysreg.h>
#include <armvirt/text.h>
#include <armvirt/text_sysreg.h>

#include <stdio.h>
#include <string.h>

/* The member of that name, or NULL. */
static uint64_t *member(struct armvirt_pe *pe, const char *name)
{
    return armvirt_pe_register(pe, armvirt_sysreg_find(name));
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
    uint64_t *value = member(pe, name);
    struct armvirt_field field;

    for (unsigned bit = 64; bit > 0; bit = field.lo) {
        const uint64_t now[2] = {*value, 0};

        armvirt_field_at(layout, now, 0, bit - 1, &field);
        if (field.name != NULL && enables(field.name)) {
            *value |= ARMVIRT_BITS(field.hi, field.lo);
        }
    }
}

/* The ID registers of AArch64 state. */
enum { FIRST_ID = ARMVIRT_SYSREG(3, 0, 0, 4, 0), LAST_ID = ARMVIRT_SYSREG(3, 0, 0, 7, 7) };

static void all_features(struct armvirt_pe *pe)
{
    for (uint32_t reg = FIRST_ID; reg <= LAST_ID; reg++) {
        uint64_t *id = armvirt_pe_register(pe, reg);

        if (id != NULL) { /* newer than any: 0b1111 would announce nothing */
            *id = UINT64_C(0x9999999999999999);
        }
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

void pe_values_begin(struct armvirt_pe *pe, unsigned el, bool aarch32, bool top_aarch32)
{
    static const uint8_t modes[4] = {0x10, 0x13, 0x1a, 0x16}; /* User, Supervisor, Hyp, Monitor */

    memset(pe, 0, sizeof(*pe));
    all_features(pe);
    all_enables(pe);
    more_enables(pe);
    pe->vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_RW;
    pe->top_aarch32 = aarch32 && (el == 3 || top_aarch32);
    pe->vmsa.scr_el3 |= aarch32 && (el >= 2 || top_aarch32) ? 0 : ARMVIRT_SCR_EL3_RW;
    pe->vmsa.hcr_el2 |= aarch32 ? 0 : ARMVIRT_HCR_EL2_RW;
    pe->pstate = aarch32 ? modes[el & 3] : el << 2 | (el != 0);
}

/* ---- What is no system register ------------------------------------------------------------- */

enum place { IN_EDSCR, IN_EDSCR2, IN_PSTATE, IN_OS_LOCK, IN_DOUBLE_LOCK, IN_DEBUG_ENABLES };

/* State that a verdict depends on and no access reaches as it is: external debug registers,
 * signals, locks. `mask`: the bits of it that matter. */
static const struct outside {
    const char *name, *layout;
    uint64_t mask;
    enum place place;
} outsiders[] = {
    {"EDSCR", "EDSCR", UINT32_MAX, IN_EDSCR},
    {"EDSCR2", "EDSCR2", UINT32_MAX, IN_EDSCR2},
    {"PSTATE", "SPSR_EL1", UINT64_MAX, IN_PSTATE},
    {"OSLSR_EL1", "OSLSR_EL1", ARMVIRT_OSLSR_EL1_OSLK, IN_OS_LOCK},
    {"OSDLR_EL1", "OSDLR_EL1", ARMVIRT_OSDLR_EL1_DLK, IN_DOUBLE_LOCK},
    {"DBGEN", NULL, ARMVIRT_DEBUG_NONSECURE, IN_DEBUG_ENABLES},
    {"SPIDEN", NULL, ARMVIRT_DEBUG_SECURE, IN_DEBUG_ENABLES},
    {"RLPIDEN", NULL, ARMVIRT_DEBUG_REALM, IN_DEBUG_ENABLES},
    {"RTPIDEN", NULL, ARMVIRT_DEBUG_ROOT, IN_DEBUG_ENABLES},
};

static const struct outside *find_outside(const char *name)
{
    for (size_t i = 0; i < sizeof(outsiders) / sizeof(outsiders[0]); i++) {
        if (strcmp(outsiders[i].name, name) == 0) {
            return &outsiders[i];
        }
    }
    return NULL;
}

static uint64_t outside_get(const struct armvirt_pe *pe, const struct outside *outside)
{
    switch (outside->place) {
    case IN_EDSCR:
        return pe->edscr;
    case IN_EDSCR2:
        return pe->edscr2;
    case IN_PSTATE:
        return pe->pstate;
    case IN_OS_LOCK:
        return ARMVIRT_PUT(outside->mask, pe->os_lock);
    case IN_DOUBLE_LOCK:
        return ARMVIRT_PUT(outside->mask, pe->double_lock);
    default:
        return pe->debug_enables;
    }
}

static void outside_set(struct armvirt_pe *pe, const struct outside *outside, uint64_t value)
{
    switch (outside->place) {
    case IN_EDSCR:
        pe->edscr = (uint32_t)value;
        break;
    case IN_EDSCR2:
        pe->edscr2 = (uint32_t)value;
        break;
    case IN_PSTATE:
        pe->pstate = value;
        break;
    case IN_OS_LOCK:
        pe->os_lock = (value & outside->mask) != 0;
        break;
    case IN_DOUBLE_LOCK:
        pe->double_lock = (value & outside->mask) != 0;
        break;
    default:
        pe->debug_enables = (uint8_t)value;
        break;
    }
}

/* ---- One value ------------------------------------------------------------------------------ */

static uint64_t *member_or_refuse(struct armvirt_pe *pe, const char *name, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(name);
    char hint[64];

    if (member(pe, name) != NULL) {
        return member(pe, name);
    }
    for (uint32_t reg = ARMVIRT_SYSREG(2, 0, 0, 0, 0); reg <= ARMVIRT_SYSREG(3, 7, 15, 15, 7);
         reg++) {
        if (armvirt_pe_register(pe, reg) != NULL) {
            suggest_try(&suggestion, armvirt_sysreg_name(reg));
        }
    }
    for (size_t i = 0; i < sizeof(outsiders) / sizeof(outsiders[0]); i++) {
        suggest_try(&suggestion, outsiders[i].name);
    }
    (void)refuse(error, "no trap depends on '%s'%s", name,
                 suggest_text(&suggestion, hint, sizeof(hint)));
    return NULL;
}

/* The bits of a field, with the layout that HCR_EL2.E2H selects. */
static bool find_field(const struct armvirt_pe *pe, const char *reg, uint64_t held,
                       const char *name, uint64_t *mask)
{
    const struct armvirt_layout *layout = armvirt_layout_find(reg);
    uint64_t when = pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H ? ARMVIRT_WHEN_E2H : 0;
    const uint64_t value[2] = {held, 0};
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

/* What a name stands for: a member, or something outside; and the bits that are meant. */
struct slot {
    uint64_t *member;
    const struct outside *outside;
    uint64_t held, mask;
    const char *layout; /* NULL: no fields */
};

static bool find_slot(struct armvirt_pe *pe, const char *name, struct slot *slot,
                      struct error *error)
{
    *slot = (struct slot){.outside = find_outside(name), .mask = UINT64_MAX};
    if (slot->outside != NULL) {
        slot->held = outside_get(pe, slot->outside);
        slot->mask = slot->outside->mask;
        slot->layout = slot->outside->layout;
        return true;
    }
    slot->member = member_or_refuse(pe, name, error);
    if (slot->member == NULL) {
        return false;
    }
    slot->held = *slot->member;
    slot->layout = armvirt_sysreg_name(armvirt_sysreg_find(name));
    return true;
}

bool pe_values_set(struct armvirt_pe *pe, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');
    struct slot slot;
    char name[48];
    uint64_t value;
    char *dot;

    if (equals == NULL || equals - text >= (int)sizeof(name)) {
        return refuse(error, "'%s' is not NAME=VALUE", text);
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
    dot = strchr(name, '.');
    if (dot != NULL) {
        *dot++ = '\0';
    }
    if (!find_slot(pe, name, &slot, error)) {
        return false;
    }
    if (dot != NULL &&
        (slot.layout == NULL || !find_field(pe, slot.layout, slot.held, dot, &slot.mask))) {
        return refuse(error, "%s has no field '%s'", name, dot);
    }
    if (!number_parse(equals + 1, &value)) {
        return refuse(error, "%s: '%s' is not a number", name, equals + 1);
    }
    if (value > slot.mask / ARMVIRT_LSB(slot.mask)) {
        return refuse(error, "%s: %s does not fit", name, equals + 1);
    }
    slot.held = (slot.held & ~slot.mask) | ARMVIRT_PUT(slot.mask, value);
    if (slot.outside != NULL) {
        outside_set(pe, slot.outside, slot.held);
    } else {
        *slot.member = slot.held;
    }
    return true;
}
