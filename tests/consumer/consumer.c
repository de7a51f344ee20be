/* SPDX-License-Identifier: MIT */
/* A program of a user: translates an address that is mapped and one that is not, and says why. */
#include <inttypes.h>
#include <stdio.h>

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text_walk.h>
#include <armvirt/version.h>

#define TABLE_PA UINT64_C(0x40000000)
#define BLOCK_PA UINT64_C(0x80000000)

/* 39 bits of input address: the walk starts at level 1, whose entry 0 maps 1 GB. */
static uint64_t table[512] = {
    BLOCK_PA | ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_VALID,
};

static void print(uint64_t va, enum armvirt_status status, const struct armvirt_walk *walk)
{
    if (status == ARMVIRT_OK)
        (void)printf("%#" PRIx64 " -> %#" PRIx64 "\n", va, walk->pa);
    else
        (void)printf("%#" PRIx64 " -> %s\n", va, armvirt_reason_name(walk->fault.reason));
}

int main(void)
{
    const struct armvirt_vmsa vmsa = {
        .id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 5),
        .id_aa64pfr0_el1 = 0x11,
        .sctlr_el1 = ARMVIRT_SCTLR_EL1_M,
        .tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 25) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, ARMVIRT_TCR_EL1_IPS_40),
        .ttbr0_el1 = {TABLE_PA},
    };
    const uint64_t va[] = {0x12345678, 0x40000000};
    struct armvirt_mem_flat flat = {
        .bytes = (uint8_t *)table, .base_pa = TABLE_PA, .size_bytes = sizeof(table)};
    const struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&flat)};
    struct armvirt_regime regime;
    struct armvirt_walk walk[2];
    enum armvirt_status status[2];
    if (armvirt_version() != ARMVIRT_VERSION ||
        armvirt_regime_init(&regime, &vmsa, 1) != ARMVIRT_OK)
        return 1;
    for (int i = 0; i < 2; i++) {
        const struct armvirt_access access = {.va = va[i], .kind = ARMVIRT_READ, .el = 1};
        status[i] = armvirt_translate(&regime, &env, &access, &walk[i]);
        print(va[i], status[i], &walk[i]);
    }
    return status[0] == ARMVIRT_OK && walk[0].pa == 0x92345678 && status[1] == ARMVIRT_FAULT ? 0
                                                                                             : 1;
}
