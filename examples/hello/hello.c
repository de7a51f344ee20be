/* SPDX-License-Identifier: MIT */
/* Where does an address go, and if nowhere, why? */
#include <inttypes.h>
#include <stdio.h>

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text_walk.h>

/* Memory of the modelled machine: one table at 0x40000000, where each entry stands for 1 GB. */
static uint64_t table[512] = {
    [2] = 0x80000000 | ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_VALID,
};

int main(void)
{
    /* What the registers of the processor hold: 39 bits of address in pages of 4 KB. */
    const struct armvirt_vmsa registers = {
        .id_aa64pfr0_el1 = 0x11,
        .id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 2),
        .sctlr_el1 = ARMVIRT_SCTLR_EL1_M,
        .tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 25) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, ARMVIRT_TCR_EL1_IPS_40),
        .ttbr0_el1 = {0x40000000},
    };
    const struct armvirt_access accesses[] = {
        {.va = 0x80001234, .kind = ARMVIRT_WRITE, .el = 1},
        {.va = 0x80001234, .kind = ARMVIRT_WRITE, .el = 0},
        {.va = 0xc0000000, .kind = ARMVIRT_READ, .el = 1},
    };
    struct armvirt_mem_flat flat = {(uint8_t *)table, 0x40000000, sizeof(table), false};
    const struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&flat)};
    struct armvirt_regime regime;
    struct armvirt_walk walk;

    if (armvirt_regime_init(&regime, &registers, 1) != ARMVIRT_OK) {
        return 1;
    }
    for (unsigned i = 0; i < 3; i++) {
        printf("%#" PRIx64 " at EL%d: ", accesses[i].va, accesses[i].el);
        if (armvirt_translate(&regime, &env, &accesses[i], &walk) == ARMVIRT_OK) {
            printf("physical %#" PRIx64 "\n", walk.pa);
        } else {
            printf("%s\n    (DDI0487 %s), level %d\n", armvirt_reason_text(walk.fault.reason),
                   armvirt_reason_rule(walk.fault.reason), walk.fault.level);
        }
    }
    return 0;
}
