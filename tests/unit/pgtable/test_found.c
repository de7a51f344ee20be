/* SPDX-License-Identifier: MIT */
/*
 * Cases that random comparison with running machines has found, as it prints them
 * (tests/differential, docs/testing.md): all registers, all of memory, one instruction, and the
 * answer of the rule.
 */
#include <armvirt/at.h>

#include <string.h>

#include "found.h"

struct row {
    const char *name;
    struct armvirt_vmsa vmsa;
    struct word words[WORDS];
    uint8_t at; /* enum armvirt_at_op */
    uint64_t va;
    uint8_t el;
    bool pan;
    uint8_t target; /* 0, or the Exception level of the exception */
    uint64_t value; /* PAR_EL1, or ESR_ELx */
};

static const struct row rows[] = {
    {"D24.2.142: SH of Device memory is Outer Shareable, whatever the descriptor says",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000000), .sctlr_el2 = UINT64_C(0x30c50831),
      .tcr_el2 = UINT64_C(0x204016), .ttbr0_el2[0] = UINT64_C(0x47d00000),
      .sctlr_el1 = UINT64_C(0x30c50830), .options = 0x88},
     {{UINT64_C(0x47d00010), UINT64_C(0x47160003)}, {UINT64_C(0x471639a0), UINT64_C(0x783)}},
     ARMVIRT_AT_S1E2R,
     UINT64_C(0x47340000),
     3,
     0,
     0,
     UINT64_C(0xb00)},
    {"R_XQSMX: access flag of a write-protected page that AT is to write",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000000), .sctlr_el2 = UINT64_C(0x30c50831),
      .tcr_el2 = UINT64_C(0x204016), .ttbr0_el2[0] = UINT64_C(0x47d00000),
      .sctlr_el1 = UINT64_C(0x30c50830), .options = 0x88},
     {{UINT64_C(0x47d00010), UINT64_C(0x47160003)}, {UINT64_C(0x471639a0), UINT64_C(0x83)}},
     ARMVIRT_AT_S1E2W,
     UINT64_C(0x47340000),
     3,
     0,
     0,
     UINT64_C(0x81f)},
    {"D8.1.10: stage 2 input of 48 bits is legal while VTCR_EL2.PS says 44",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x531), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000001), .sctlr_el2 = UINT64_C(0x30c50830),
      .vtcr_el2 = UINT64_C(0x48090), .vttbr_el2[0] = UINT64_C(0x45a00000),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x240000),
      .ttbr1_el1[0] = UINT64_C(0x46d00000), .options = 0x88},
     {{UINT64_C(0x45a00000), UINT64_C(0x46940003)},
      {UINT64_C(0x46940118), UINT64_C(0x45950003)},
      {UINT64_C(0x45951a00), UINT64_C(0x46060443)},
      {UINT64_C(0x46060140), UINT64_C(0x47740003)},
      {UINT64_C(0x45952e80), UINT64_C(0x46de0443)},
      {UINT64_C(0x46de0708), UINT64_C(0x403)}},
     ARMVIRT_AT_S1E1R,
     UINT64_C(0xfffffffff50e1000),
     3,
     0,
     0,
     UINT64_C(0xb00)},
    {"R_VPBBF: TTBR bits 5:2 are no low address bits of a table below 64 bytes",
     {CPU_MAX_7_2, .scr_el3 = UINT64_C(0x530), .sctlr_el3 = UINT64_C(0x30c50830),
      .hcr_el2 = UINT64_C(0x80000000), .sctlr_el2 = UINT64_C(0x30c50830),
      .sctlr_el1 = UINT64_C(0x30c50831), .tcr_el1 = UINT64_C(0x800000000190000), .ttbr1_el1[0] = 8,
      .options = 0x88},
     {{0, 0}},
     ARMVIRT_AT_S1E1R,
     UINT64_C(0xffffff8200000000),
     3,
     0,
     0,
     UINT64_C(0x801)},
};

static void found(void **state)
{
    const struct row *row = *state;
    struct armvirt_mem_flat flat;
    struct armvirt_walk_env env = {.mem = found_memory(&flat, row->words)};
    struct armvirt_at at = {
        .va = row->va, .op = row->at, .el = row->el, .pan = row->pan, .serror_masked = true};
    struct armvirt_at_result result;

    assert_int_equal(armvirt_at(&row->vmsa, &env, &at, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, row->target == 0 ? ARMVIRT_AT_DONE : ARMVIRT_AT_ABORTED);
    if (row->target == 0) {
        assert_int_equal(result.par[0], row->value);
    } else {
        assert_int_equal(result.abort.target_el, row->target);
        assert_int_equal(result.abort.esr, row->value);
    }
    found_forget(row->words);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, found, rows);
    return suite_run(&suite, "found by comparison");
}
