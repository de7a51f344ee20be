/* SPDX-License-Identifier: MIT */
/* The first program: where does this address go, and if nowhere, why? The text of the answers comes
 * from libarmvirt-text. */
#include <inttypes.h>
#include <stdio.h>

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text_walk.h>

/* The modelled machine: 8 KB of memory with two translation tables. */
#define TABLE1_PA UINT64_C(0x40000000)
#define TABLE2_PA UINT64_C(0x40001000)

static uint64_t memory[2][512] = {
    /* level 1: the first 1 GB of addresses is divided further by the other table */
    {TABLE2_PA | ARMVIRT_VMSA64_S1_TABLE_TYPE | ARMVIRT_VMSA64_S1_TABLE_VALID},
    /* level 2: its first 2 MB are RAM at 2 GB; nothing else is mapped */
    {UINT64_C(0x80000000) | ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_VALID},
};

/* [translate] */
static void show(const struct armvirt_regime *regime, const struct armvirt_mem *mem, uint64_t va)
{
    struct armvirt_step step[8];
    struct armvirt_walk_log log = {.step = step, .cap = 8};
    const struct armvirt_walk_env env = {.mem = *mem, .log = &log};
    const struct armvirt_access access = {.va = va, .kind = ARMVIRT_READ, .el = 1};
    struct armvirt_walk walk;
    char text[200];

    enum armvirt_status status = armvirt_translate(regime, &env, &access, &walk);
    for (size_t i = 0; i < log.len; i++) {
        (void)armvirt_text_decision(regime, &step[i], text, sizeof(text));
        printf("%#10" PRIx64 "  level %d  %s\n", va, step[i].level, text);
    }
    if (status == ARMVIRT_OK) {
        printf("%#10" PRIx64 "  is at %#" PRIx64 "\n", va, walk.pa);
    } else {
        printf("%#10" PRIx64 "  %s\n", va, armvirt_reason_text(walk.fault.reason));
    }
}
/* [/translate] */

/* [main] */
int main(void)
{
    /* Registers as the PE holds them: 4 KB granule, 39 bits of address, physical ones of 40. */
    const struct armvirt_vmsa vmsa = {
        .id_aa64pfr0_el1 = 0x11,
        .id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 2),
        .sctlr_el1 = ARMVIRT_SCTLR_EL1_M,
        .tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 25) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, ARMVIRT_TCR_EL1_IPS_40),
        .ttbr0_el1 = {TABLE1_PA},
    };
    struct armvirt_mem_flat flat = {
        .bytes = (uint8_t *)memory, .base_pa = TABLE1_PA, .size_bytes = sizeof(memory)};
    const struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_regime regime;

    if (armvirt_regime_init(&regime, &vmsa, 1) != ARMVIRT_OK) {
        return 1;
    }
    show(&regime, &mem, 0x12345);
    show(&regime, &mem, 0x200000);
    return 0;
}
/* [/main] */
