/* SPDX-License-Identifier: MIT */
/*
 * The bare image: builds translation tables in the memory of a modelled machine and walks them, on
 * a real one that has nothing but this library, and says PASS.
 */
#include <armvirt/mem.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/version.h>

#include "image.h"

/* The modelled machine: 39 bits of input at both stages, so a walk starts at level 1. */
#define TABLES_PA UINT64_C(0x80000000)
#define RAM_PA    UINT64_C(0xc0000000)

enum table { S1_LEVEL1, S1_LEVEL2, S1_LEVEL3, S2_LEVEL1, S2_LEVEL2, TABLES };

struct machine {
    uint64_t table[TABLES][512];
    struct armvirt_mem_flat flat;
    struct armvirt_vmsa vmsa;
};

static uint64_t table_pa(enum table table)
{
    return TABLES_PA + (uint64_t)table * 4096;
}

static uint64_t table_desc(enum table table)
{
    return table_pa(table) | ARMVIRT_VMSA64_S1_TABLE_TYPE | ARMVIRT_VMSA64_S1_TABLE_VALID;
}

/* Stage 1 maps page 1 to 0x5000. Stage 2 maps the tables to themselves and the first 2 MB to RAM.
 */
static void build_tables(struct machine *machine)
{
    const uint64_t s1_page =
        ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_TYPE | ARMVIRT_VMSA64_S1_LEAF_VALID;
    const uint64_t s2_block = ARMVIRT_VMSA64_S2_LEAF_AF | ARMVIRT_VMSA64_S2_LEAF_S2AP |
                              ARMVIRT_VMSA64_S2_LEAF_MEMATTR | ARMVIRT_VMSA64_S2_LEAF_VALID;
    machine->table[S1_LEVEL1][0] = table_desc(S1_LEVEL2);
    machine->table[S1_LEVEL2][0] = table_desc(S1_LEVEL3);
    machine->table[S1_LEVEL3][1] = 0x5000 | s1_page;
    machine->table[S2_LEVEL1][0] = table_desc(S2_LEVEL2);
    machine->table[S2_LEVEL2][0] = RAM_PA | s2_block;
    machine->table[S2_LEVEL1][TABLES_PA >> 30] = TABLES_PA | s2_block;
}

static void set_registers(struct armvirt_vmsa *vmsa)
{
    vmsa->id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 5);
    vmsa->id_aa64pfr0_el1 = 0x111;
    vmsa->hcr_el2 = ARMVIRT_HCR_EL2_RW;
    vmsa->sctlr_el1 = ARMVIRT_SCTLR_EL1_M;
    vmsa->tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 25) |
                    ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, ARMVIRT_TCR_EL1_IPS_40);
    vmsa->ttbr0_el1[0] = table_pa(S1_LEVEL1);
    vmsa->vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 25) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, 1) |
                     ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, ARMVIRT_TCR_EL1_IPS_40);
    vmsa->vttbr_el2[0] = table_pa(S2_LEVEL1);
}

/* Prints what was asked and answered; true if the answer is right. */
static bool expect(const char *what, uint64_t answer, uint64_t expected)
{
    console_text(answer == expected ? "ok   " : "FAIL ");
    console_text(what);
    console_text(" ");
    console_hex(answer);
    console_text("\n");
    return answer == expected;
}

static enum armvirt_status walk(struct machine *machine, uint64_t va, struct armvirt_walk *walk)
{
    struct armvirt_regime regime;
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&machine->flat)};
    struct armvirt_access access = {.va = va, .kind = ARMVIRT_READ, .el = 1};
    enum armvirt_status status = armvirt_regime_init(&regime, &machine->vmsa, 1);
    return status == ARMVIRT_OK ? armvirt_translate(&regime, &env, &access, walk) : status;
}

static bool stage1_walks(struct machine *machine)
{
    struct armvirt_walk answer;
    bool ok = expect("mapped page", (uint64_t)walk(machine, 0x1234, &answer), ARMVIRT_OK);
    ok = expect("its address", answer.pa, 0x5234) && ok;
    ok = expect("table reads", answer.reads, 3) && ok;
    ok = expect("hole", (uint64_t)walk(machine, 0x200000, &answer), ARMVIRT_FAULT) && ok;
    ok = expect("its fault", answer.fault.type, ARMVIRT_FAULT_TRANSLATION) && ok;
    return expect("its level", (uint64_t)answer.fault.level, 2) && ok;
}

static bool nested_walk(struct machine *machine)
{
    struct armvirt_walk answer;
    machine->vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_VM;
    bool ok = expect("nested", (uint64_t)walk(machine, 0x1234, &answer), ARMVIRT_OK);
    ok = expect("its IPA", answer.ipa, 0x5234) && ok;
    return expect("its address", answer.pa, RAM_PA + 0x5234) && ok;
}

void image_main(void)
{
    struct machine machine = {.flat = {.base_pa = TABLES_PA}};
    bool ok = expect("version", armvirt_version(), ARMVIRT_VERSION);
    machine.flat.bytes = (uint8_t *)machine.table;
    machine.flat.size_bytes = sizeof(machine.table);
    build_tables(&machine);
    set_registers(&machine.vmsa);
    ok = stage1_walks(&machine) && ok;
    ok = nested_walk(&machine) && ok;
    console_text(ok ? "PASS\n" : "FAIL\n");
}

void image_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
    console_text("EXCEPTION ESR ");
    console_hex(esr);
    console_text(" ELR ");
    console_hex(elr);
    console_text(" FAR ");
    console_hex(far);
    console_text("\n");
}
