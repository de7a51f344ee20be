/* SPDX-License-Identifier: MIT */
/*
 * The members of struct armvirt_vmsa by the names that records use.
 */
#ifndef ARMVIRT_TESTS_REGISTERS_H
#define ARMVIRT_TESTS_REGISTERS_H

#include <armvirt/pgtable.h>

#include <string.h>

struct register_name {
    const char *name;
    size_t offset;
};

#define REGISTER(name, member)                                                                     \
    {                                                                                              \
        name, offsetof(struct armvirt_vmsa, member)                                                \
    }

static const struct register_name register_names[] = {
    REGISTER("ID_AA64MMFR0_EL1", id_aa64mmfr0_el1),
    REGISTER("ID_AA64MMFR1_EL1", id_aa64mmfr1_el1),
    REGISTER("ID_AA64MMFR2_EL1", id_aa64mmfr2_el1),
    REGISTER("ID_AA64MMFR3_EL1", id_aa64mmfr3_el1),
    REGISTER("ID_AA64MMFR4_EL1", id_aa64mmfr4_el1),
    REGISTER("ID_AA64PFR0_EL1", id_aa64pfr0_el1),
    REGISTER("ID_AA64PFR1_EL1", id_aa64pfr1_el1),
    REGISTER("ID_AA64PFR2_EL1", id_aa64pfr2_el1),
    REGISTER("ID_AA64ISAR0_EL1", id_aa64isar0_el1),
    REGISTER("ID_AA64ISAR1_EL1", id_aa64isar1_el1),
    REGISTER("ID_AA64ISAR2_EL1", id_aa64isar2_el1),
    REGISTER("SCR_EL3", scr_el3),
    REGISTER("SCTLR_EL3", sctlr_el3),
    REGISTER("TCR_EL3", tcr_el3),
    REGISTER("TTBR0_EL3", ttbr0_el3),
    REGISTER("MAIR_EL3", mair_el3),
    REGISTER("MAIR2_EL3", mair2_el3),
    REGISTER("PIR_EL3", pir_el3),
    REGISTER("GPCCR_EL3", gpccr_el3),
    REGISTER("GPTBR_EL3", gptbr_el3),
    REGISTER("HCR_EL2", hcr_el2),
    REGISTER("HCRX_EL2", hcrx_el2),
    REGISTER("SCTLR_EL2", sctlr_el2),
    REGISTER("SCTLR2_EL2", sctlr2_el2),
    REGISTER("TCR_EL2", tcr_el2),
    REGISTER("TCR2_EL2", tcr2_el2),
    REGISTER("TTBR0_EL2", ttbr0_el2),
    REGISTER("TTBR1_EL2", ttbr1_el2),
    REGISTER("MAIR_EL2", mair_el2),
    REGISTER("MAIR2_EL2", mair2_el2),
    REGISTER("PIR_EL2", pir_el2),
    REGISTER("PIRE0_EL2", pire0_el2),
    REGISTER("VTCR_EL2", vtcr_el2),
    REGISTER("VTTBR_EL2", vttbr_el2),
    REGISTER("VSTCR_EL2", vstcr_el2),
    REGISTER("VSTTBR_EL2", vsttbr_el2),
    REGISTER("S2PIR_EL2", s2pir_el2),
    REGISTER("SCTLR_EL1", sctlr_el1),
    REGISTER("SCTLR2_EL1", sctlr2_el1),
    REGISTER("TCR_EL1", tcr_el1),
    REGISTER("TCR2_EL1", tcr2_el1),
    REGISTER("TTBR0_EL1", ttbr0_el1),
    REGISTER("TTBR1_EL1", ttbr1_el1),
    REGISTER("MAIR_EL1", mair_el1),
    REGISTER("MAIR2_EL1", mair2_el1),
    REGISTER("PIR_EL1", pir_el1),
    REGISTER("PIRE0_EL1", pire0_el1),
};

/* The register of that name, or NULL. */
static inline uint64_t *find_register(struct armvirt_vmsa *vmsa, const char *name)
{
    for (size_t i = 0; i < sizeof(register_names) / sizeof(register_names[0]); i++) {
        if (strcmp(register_names[i].name, name) == 0) {
            return (uint64_t *)(void *)((char *)vmsa + register_names[i].offset);
        }
    }
    return NULL;
}

#endif
