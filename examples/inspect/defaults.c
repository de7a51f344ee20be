/* SPDX-License-Identifier: MIT */
/* Values of registers that a description leaves out. The man page says the same in prose.
 * DDI0487 D24.2. */
#include "defaults.h"

#include <armvirt/regs/vmsa.h>

#define F(name, value) ARMVIRT_PUT(ARMVIRT_##name, value)

#define HCRX_ALLOWS (ARMVIRT_HCRX_EL2_TCR2EN | ARMVIRT_HCRX_EL2_SCTLR2EN | ARMVIRT_HCRX_EL2_D128EN)

#define SCR_ALLOWS                                                                                 \
    (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_HXEN | ARMVIRT_SCR_EL3_TCR2EN |                          \
     ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_PIEN | ARMVIRT_SCR_EL3_AIEN |                      \
     ARMVIRT_SCR_EL3_D128EN)

struct rule {
    const char *name;
    const char *needs; /* only if this register was given; NULL: always */
    uint64_t value;
    const char *why;
    const char *unless; /* not if this register was given */
};

/* In the order in which they are applied; a rule ORs its value into a register that was left out.
 * Without EL2 and EL3 nothing could say that EL1 uses AArch32, so TTBCR brings an EL2 that does. */
static const struct rule rules[] = {
    {"ID_AA64PFR0_EL1", NULL, F(ID_AA64PFR0_EL1_EL0, 1) | F(ID_AA64PFR0_EL1_EL1, 1),
     "EL0 and EL1 use AArch64", "TTBCR"},
    {"ID_AA64PFR0_EL1", "TTBCR",
     F(ID_AA64PFR0_EL1_EL0, 2) | F(ID_AA64PFR0_EL1_EL1, 2) | F(ID_AA64PFR0_EL1_EL2, 1),
     "EL2 lets EL1 use AArch32: TTBCR is given", NULL},
    {"ID_AA64PFR0_EL1", "HCR_EL2", F(ID_AA64PFR0_EL1_EL2, 1), "EL2 exists: HCR_EL2 is given", NULL},
    {"ID_AA64PFR0_EL1", "TCR_EL2", F(ID_AA64PFR0_EL1_EL2, 1), "EL2 exists: TCR_EL2 is given", NULL},
    {"ID_AA64PFR0_EL1", "VTCR_EL2", F(ID_AA64PFR0_EL1_EL2, 1), "EL2 exists: VTCR_EL2 is given",
     NULL},
    {"ID_AA64PFR0_EL1", "SCR_EL3", F(ID_AA64PFR0_EL1_EL3, 1) | F(ID_AA64PFR0_EL1_SEL2, 1),
     "EL3 exists: SCR_EL3 is given", NULL},
    {"ID_AA64PFR0_EL1", "GPCCR_EL3", F(ID_AA64PFR0_EL1_RME, 1), "FEAT_RME: GPCCR_EL3 is given",
     NULL},
    {"ID_AA64PFR1_EL1", NULL,
     F(ID_AA64PFR1_EL1_MTE, 3) | F(ID_AA64PFR1_EL1_GCS, 1) | F(ID_AA64PFR1_EL1_THE, 1),
     "all features", NULL},
    {"ID_AA64MMFR0_EL1", NULL,
     F(ID_AA64MMFR0_EL1_PARANGE, 6) | F(ID_AA64MMFR0_EL1_ASIDBITS, 2) |
         F(ID_AA64MMFR0_EL1_BIGEND, 1) | F(ID_AA64MMFR0_EL1_TGRAN4, 1) |
         F(ID_AA64MMFR0_EL1_TGRAN16, 2),
     "52-bit physical addresses, all granules", NULL},
    {"ID_AA64MMFR1_EL1", NULL,
     F(ID_AA64MMFR1_EL1_HAFDBS, 3) | F(ID_AA64MMFR1_EL1_VMIDBITS, 2) | F(ID_AA64MMFR1_EL1_VH, 1) |
         F(ID_AA64MMFR1_EL1_HPDS, 2) | F(ID_AA64MMFR1_EL1_PAN, 3) | F(ID_AA64MMFR1_EL1_XNX, 1) |
         F(ID_AA64MMFR1_EL1_HCX, 1),
     "all features", NULL},
    {"ID_AA64MMFR2_EL1", NULL,
     F(ID_AA64MMFR2_EL1_VARANGE, 1) | F(ID_AA64MMFR2_EL1_NV, 2) | F(ID_AA64MMFR2_EL1_ST, 1) |
         F(ID_AA64MMFR2_EL1_FWB, 1) | F(ID_AA64MMFR2_EL1_BBM, 2) | F(ID_AA64MMFR2_EL1_E0PD, 1),
     "all features", NULL},
    {"ID_AA64MMFR3_EL1", NULL,
     F(ID_AA64MMFR3_EL1_TCRX, 1) | F(ID_AA64MMFR3_EL1_SCTLRX, 1) | F(ID_AA64MMFR3_EL1_S1PIE, 1) |
         F(ID_AA64MMFR3_EL1_S2PIE, 1) | F(ID_AA64MMFR3_EL1_S1POE, 1) |
         F(ID_AA64MMFR3_EL1_S2POE, 1) | F(ID_AA64MMFR3_EL1_AIE, 1) | F(ID_AA64MMFR3_EL1_D128, 1),
     "all features", NULL},
    {"ID_AA64ISAR1_EL1", NULL, F(ID_AA64ISAR1_EL1_XS, 1) | F(ID_AA64ISAR1_EL1_API, 1),
     "all features", NULL},
    {"SCR_EL3", "ID_AA64PFR0_EL1", SCR_ALLOWS, "Non-secure state, EL1 and EL2 use what they have",
     NULL},
    {"SCR_EL3", "ID_AA64PFR0_EL1", ARMVIRT_SCR_EL3_RW, "AArch64 below EL3", "TTBCR"},
    {"HCR_EL2", "ID_AA64PFR0_EL1", ARMVIRT_HCR_EL2_RW, "EL1 uses AArch64, no stage 2", "TTBCR"},
    {"HCR_EL2", "TCR_EL2", ARMVIRT_HCR_EL2_RW, "EL1 uses AArch64, no stage 2", "TTBCR"},
    {"HCRX_EL2", "ID_AA64PFR0_EL1", HCRX_ALLOWS, "EL1 uses the registers that it has", NULL},
    {"HCRX_EL2", "TCR_EL2", HCRX_ALLOWS, "EL1 uses the registers that it has", NULL},
    {"HCRX_EL2", "HCR_EL2", HCRX_ALLOWS, "EL1 uses the registers that it has", NULL},
    {"SCTLR_EL1", "TCR_EL1", ARMVIRT_SCTLR_EL1_M | ARMVIRT_SCTLR_EL1_C | ARMVIRT_SCTLR_EL1_I,
     "MMU and caches on: TCR_EL1 is given", NULL},
    {"SCTLR", "TTBCR", ARMVIRT_SCTLR_EL1_M | ARMVIRT_SCTLR_EL1_C | ARMVIRT_SCTLR_EL1_I,
     "MMU and caches on: TTBCR is given", NULL},
    {"SCTLR_EL2", "TCR_EL2", ARMVIRT_SCTLR_EL2_M | ARMVIRT_SCTLR_EL2_C | ARMVIRT_SCTLR_EL2_I,
     "MMU and caches on: TCR_EL2 is given", NULL},
    {"SCTLR_EL3", "TCR_EL3", ARMVIRT_SCTLR_EL3_M | ARMVIRT_SCTLR_EL3_C | ARMVIRT_SCTLR_EL3_I,
     "MMU and caches on: TCR_EL3 is given", NULL},
    {"MAIR_EL1", "TCR_EL1", UINT64_MAX, "all memory Normal, Write-Back", NULL},
    {"MAIR_EL2", "TCR_EL2", UINT64_MAX, "all memory Normal, Write-Back", NULL},
    {"MAIR_EL3", "TCR_EL3", UINT64_MAX, "all memory Normal, Write-Back", NULL},
};

static bool applies(const struct cpu *given, const struct rule *rule)
{
    return !register_given(given, rule->name) &&
           (rule->needs == NULL || register_given(given, rule->needs)) &&
           (rule->unless == NULL || !register_given(given, rule->unless));
}

void defaults_fill(struct cpu *cpu, defaults_note *note, void *ctx)
{
    const struct cpu given = *cpu;

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct register_row *row = register_find(rules[i].name);
        uint64_t value[2] = {0};

        register_get(cpu, row, value);
        if (!applies(&given, &rules[i]) || (value[0] | rules[i].value) == value[0]) {
            continue;
        }
        value[0] |= rules[i].value;
        (void)register_set(cpu, row, value);
        note(ctx, row->name, value[0], rules[i].why);
    }
}
