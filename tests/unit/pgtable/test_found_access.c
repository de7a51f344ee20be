/* SPDX-License-Identifier: MIT */
/*
 * The same as test_found.c for loads, stores and branches: all registers, all of memory, one
 * access, and the answer of the rule.
 */
#include <armvirt/abort.h>
#include <armvirt/pgtable.h>

#include "found.h"

/* From here on nothing answers. */
#define ABSENT_PA UINT64_C(0x48000000)

struct row {
    const char *name;
    struct armvirt_vmsa vmsa;
    struct word words[WORDS];
    struct armvirt_access access;
    uint8_t target; /* 0, or the Exception level of the exception */
    uint64_t value; /* the physical address, or ESR_ELx */
};

static const struct row rows[] = {
    {"D24.2.46 DFSC: a fault of stage 2 on a stage 1 table has the level of stage 2",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vtcr_el2 = UINT64_C(0x60090), .vttbr_el2[0] = UINT64_C(0x47a00000),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x640140019),
      .ttbr0_el1[0] = UINT64_C(0x47507000), .ttbr1_el1[0] = UINT64_C(0x44b00000), .options = 0x88},
     {
         {UINT64_C(0x47a00000), UINT64_C(0x45040003)},
         {UINT64_C(0x45040008), UINT64_C(0x46840003)},
         {UINT64_C(0x468401d0), UINT64_C(0x478e0003)},
         {UINT64_C(0x478e0838), UINT64_C(0x46540443)},
         {UINT64_C(0x465402b8), UINT64_C(0x47800003)},
         {UINT64_C(0x468401e0), UINT64_C(0x45760003)},
         {UINT64_C(0x45760000), UINT64_C(0x44c80443)},
         {UINT64_C(0x44c80010), UINT64_C(0x46ac0003)},
         {UINT64_C(0x468401a8), UINT64_C(0x465b0003)},
         {UINT64_C(0x465b0600), UINT64_C(0x472f0443)},
         {UINT64_C(0x472f0080), UINT64_C(0x2c8f00410403)},
         {UINT64_C(0x47a002c8), UINT64_C(0x463f0003)},
         {UINT64_C(0x463f01e0), UINT64_C(0x470e0003)},
         {UINT64_C(0x470e0010), UINT64_C(0x47740003)},
         {UINT64_C(0x47740080), UINT64_C(0x40410403)},
         {UINT64_C(0x46840128), UINT64_C(0x453c0003)},
         {UINT64_C(0x453c0800), UINT64_C(0x403)},
     },
     {.va = UINT64_C(0xfffff00000000000),
      .kind = ARMVIRT_WRITE,
      .el = 0,
      .flags = 0x0,
      .isv = 0x1c38000},
     2,
     UINT64_C(0x920000cf)},
    {"D24.2.46 IFSC: the same for a fetch",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vtcr_el2 = UINT64_C(0x60090), .vttbr_el2[0] = UINT64_C(0x47a00000),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x640140019),
      .ttbr0_el1[0] = UINT64_C(0x47507000), .ttbr1_el1[0] = UINT64_C(0x44b00000), .options = 0x88},
     {
         {UINT64_C(0x47a00000), UINT64_C(0x45040003)},
         {UINT64_C(0x45040008), UINT64_C(0x46840003)},
         {UINT64_C(0x468401d0), UINT64_C(0x478e0003)},
         {UINT64_C(0x478e0838), UINT64_C(0x46540443)},
         {UINT64_C(0x465402b8), UINT64_C(0x47800003)},
         {UINT64_C(0x468401e0), UINT64_C(0x45760003)},
         {UINT64_C(0x45760000), UINT64_C(0x44c80443)},
         {UINT64_C(0x44c80010), UINT64_C(0x46ac0003)},
         {UINT64_C(0x468401a8), UINT64_C(0x465b0003)},
         {UINT64_C(0x465b0600), UINT64_C(0x472f0443)},
         {UINT64_C(0x472f0080), UINT64_C(0x2c8f00410403)},
         {UINT64_C(0x47a002c8), UINT64_C(0x463f0003)},
         {UINT64_C(0x463f01e0), UINT64_C(0x470e0003)},
         {UINT64_C(0x470e0010), UINT64_C(0x47740003)},
         {UINT64_C(0x47740080), UINT64_C(0x40410403)},
         {UINT64_C(0x46840128), UINT64_C(0x453c0003)},
         {UINT64_C(0x453c0800), UINT64_C(0x403)},
     },
     {.va = UINT64_C(0xfffff00000000000), .kind = ARMVIRT_FETCH, .el = 0, .flags = 0x0, .isv = 0x0},
     2,
     UINT64_C(0x8200008f)},
    {"D24.2.46 ISV: 0 for a fault of stage 1, also if EL2 takes it",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000000), .sctlr_el2 = UINT64_C(0x32c50831), .tcr_el2 = UINT64_C(0x10),
      .ttbr0_el2[0] = UINT64_C(0x44600000), .sctlr_el1 = UINT64_C(0x30c50830), .options = 0x88},
     {
         {UINT64_C(0x44600000), UINT64_C(0x300f74500000000)},
         {UINT64_C(0x45f70008), UINT64_C(0x300854600000000)},
         {UINT64_C(0x46850010), UINT64_C(0x300d94600000000)},
         {UINT64_C(0x46d90080), UINT64_C(0x304414000000000)},
         {UINT64_C(0x44600008), UINT64_C(0x300fe4500000000)},
         {UINT64_C(0x45fe09d8), UINT64_C(0x300794700000000)},
         {UINT64_C(0x47790128), UINT64_C(0x300004400000000)},
     },
     {.va = UINT64_C(0xcec4a00000), .kind = ARMVIRT_READ, .el = 2, .flags = 0x0, .isv = 0x1c08000},
     2,
     UINT64_C(0x96000007)},
    {"D7.5.10: DC ZVA of Device memory is an Alignment fault",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x40530), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vstcr_el2 = UINT64_C(0x4090), .vsttbr_el2 = UINT64_C(0x44e00000),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x401d0000),
      .ttbr1_el1[0] = UINT64_C(0x45c00000), .options = 0x88},
     {
         {UINT64_C(0x44e00000), UINT64_C(0x44e50003)},
         {UINT64_C(0x44e50010), UINT64_C(0x453a0003)},
         {UINT64_C(0x453a2e00), UINT64_C(0x448a0443)},
         {UINT64_C(0x448a1b00), UINT64_C(0x476f0003)},
         {UINT64_C(0x453a3b78), UINT64_C(0x47e50443)},
         {UINT64_C(0x47e50820), UINT64_C(0x40410403)},
         {UINT64_C(0x453a0208), UINT64_C(0x40410403)},
         {UINT64_C(0x448a0110), UINT64_C(0x46da0003)},
         {UINT64_C(0x453a36d0), UINT64_C(0x446d0443)},
         {UINT64_C(0x446d29f0), UINT64_C(0x403)},
     },
     {.va = UINT64_C(0xfffffff8454f8000),
      .kind = ARMVIRT_DC_ZERO,
      .el = 0,
      .flags = 0x0,
      .isv = 0x0},
     1,
     UINT64_C(0x92000061)},
    {"B2.10.2: an unaligned load of Device memory is an Alignment fault",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x40530), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vstcr_el2 = UINT64_C(0x8090), .vsttbr_el2 = UINT64_C(0x45e00000),
      .sctlr_el1 = UINT64_C(0x30c50830), .options = 0x88},
     {
         {UINT64_C(0x45e00000), UINT64_C(0x44810003)},
         {UINT64_C(0x44810100), UINT64_C(0x45f60003)},
         {UINT64_C(0x45f60820), UINT64_C(0x40410403)},
     },
     {.va = UINT64_C(0x1), .kind = ARMVIRT_READ, .el = 0, .flags = 0x2, .isv = 0x1c08000},
     1,
     UINT64_C(0x92000021)},
    {"D24.2.46 ISV: 0 for an external abort of stage 1",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000000), .sctlr_el2 = UINT64_C(0x30c50830),
      .sctlr_el1 = UINT64_C(0x30c50830), .options = 0x88},
     {{0, 0}},
     {.va = UINT64_C(0x100000000), .kind = ARMVIRT_READ, .el = 2, .flags = 0x0, .isv = 0x1c08000},
     2,
     UINT64_C(0x96000010)},
    {"D8.15.1 R_CVSBH: stage 2 output beyond VTCR_EL2.PS",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x40530), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vtcr_el2 = UINT64_C(0xc058), .vttbr_el2[0] = UINT64_C(0x46700000),
      .vstcr_el2 = UINT64_C(0x4090), .vsttbr_el2 = UINT64_C(0x44e00000),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x401d0000),
      .ttbr1_el1[0] = UINT64_C(0x45c00000), .options = 0x88},
     {
         {UINT64_C(0x44e00000), UINT64_C(0x44e50003)},
         {UINT64_C(0x44e50010), UINT64_C(0x453a0003)},
         {UINT64_C(0x453a2e00), UINT64_C(0x448a0443)},
         {UINT64_C(0x448a1b00), UINT64_C(0x476f0003)},
         {UINT64_C(0x453a3b78), UINT64_C(0x47e50443)},
         {UINT64_C(0x47e50820), UINT64_C(0x40410403)},
         {UINT64_C(0x453a0208), UINT64_C(0x40410403)},
         {UINT64_C(0x448a0110), UINT64_C(0x46da0003)},
         {UINT64_C(0x453a36d0), UINT64_C(0x446d0443)},
         {UINT64_C(0x446d29f8), UINT64_C(0x47160423)},
         {UINT64_C(0x46700008), UINT64_C(0x44f70003)},
         {UINT64_C(0x44f701c0), UINT64_C(0x45c40003)},
         {UINT64_C(0x45c40b10), UINT64_C(0x40000000003)},
     },
     {.va = UINT64_C(0xfffffff8454fe000),
      .kind = ARMVIRT_READ,
      .el = 1,
      .flags = 0x0,
      .isv = 0x1c08000},
     2,
     UINT64_C(0x93c08003)},
};

static void found(void **state)
{
    const struct row *row = *state;
    struct armvirt_mem_flat flat;
    struct armvirt_walk_env env = {.mem = found_memory(&flat, row->words)};
    struct armvirt_abort_context context = {.el = row->access.el, .serror_masked = true};
    struct armvirt_regime regime;
    struct armvirt_walk walk;
    struct armvirt_abort abort;

    assert_int_equal(armvirt_regime_init(&regime, &row->vmsa, row->access.el), ARMVIRT_OK);
    if (armvirt_translate(&regime, &env, &row->access, &walk) == ARMVIRT_OK &&
        walk.pa >= ABSENT_PA) {
        walk.fault.type = ARMVIRT_FAULT_EXTERNAL;
        walk.fault.write = row->access.kind == ARMVIRT_WRITE || row->access.kind == ARMVIRT_DC_ZERO;
    }
    if (row->target == 0) {
        assert_int_equal(walk.fault.type, ARMVIRT_FAULT_NONE);
        assert_int_equal(walk.pa, row->value);
    } else {
        assert_int_not_equal(walk.fault.type, ARMVIRT_FAULT_NONE);
        armvirt_abort(&regime, &context, &row->access, &walk.fault, &abort);
        assert_int_equal(abort.target_el, row->target);
        assert_int_equal(abort.esr, row->value);
    }
    found_forget(row->words);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, found, rows);
    return suite_run(&suite, "accesses found by comparison");
}
