/* SPDX-License-Identifier: MIT */
/*
 * Exceptions that random comparison with running machines has found, as it prints them
 * (tests/differential, docs/testing.md): all registers, an instruction or the lines into the PE,
 * and the answer of the rule.
 */
#include "../../exc_step.h"

#include <armvirt/regs/vmsa.h>

#include "suite.h"

struct row {
    const char *name;
    struct armvirt_pe pe;
    uint32_t word, lines; /* A64; ARMVIRT_LINE_ */
    uint8_t target;       /* 0, or the Exception level of the exception */
    uint64_t esr, spsr;   /* ESR_ELx: 0 of interrupts */
};

/* ID registers of the processor that the rows come from, and RES1. */
#define PE_MAX_7_2                                                                                 \
    .vmsa.id_aa64mmfr0_el1 = UINT64_C(0x32310201126),                                              \
    .vmsa.id_aa64mmfr1_el1 = UINT64_C(0x11010211122),                                              \
    .vmsa.id_aa64mmfr2_el1 = UINT64_C(0x1021011010011011),                                         \
    .vmsa.id_aa64pfr0_el1 = UINT64_C(0x1201001121112222),                                          \
    .vmsa.id_aa64pfr1_el1 = UINT64_C(0x1000021),                                                   \
    .vmsa.id_aa64isar0_el1 = UINT64_C(0x1221111110212120),                                         \
    .vmsa.id_aa64isar1_el1 = UINT64_C(0x11111101211012), .vmsa.sctlr_el3 = UINT64_C(0x30c50830),   \
    .vmsa.sctlr_el2 = UINT64_C(0x30c50830), .vmsa.sctlr_el1 = UINT64_C(0x30c50830),                \
    .id_aa64dfr0_el1 = UINT64_C(0x10305609), .id_aa64smfr0_el1 = UINT64_C(0x80f100fd00000000),     \
    .id_aa64zfr0_el1 = UINT64_C(0x110110100110021), .ich_vtr_el2 = UINT64_C(0x90b80003),           \
    .pmcr_el0 = UINT64_C(0x41013000), .icc_sre_el[1] = UINT64_C(0x7),                              \
    .icc_sre_el[2] = UINT64_C(0xf), .icc_sre_el[3] = UINT64_C(0xf)

static const struct row rows[] = {
    {"D1.4.4.2 R_VWJHB: an illegal return restores PSTATE.PAN",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x530), .vmsa.hcr_el2 = UINT64_C(0x80000000),
      .spsr_el[1] = UINT64_C(0x400001), .elr_el[1] = UINT64_C(0x40411034), .pstate = 0x3c5,
      .pc = 0x40411000},
     UINT32_C(0xd69f03e0),
     0,
     1,
     UINT64_C(0x3a000000),
     0x500005},
    {"D1.4.6.3: HCR_EL2.IMO routes an IRQ of Secure EL1 to EL2",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x4000047535), .vmsa.hcr_el2 = UINT64_C(0x80000010),
      .pstate = 0x285, .pc = 0x40411000},
     UINT32_C(0xd503201f),
     ARMVIRT_LINE_IRQ,
     2,
     0,
     0x285},
    {"D1.4.6.4: an IRQ for EL1 is not taken at EL2",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x531), .vmsa.hcr_el2 = UINT64_C(0x80000008),
      .pstate = 0x109, .pc = 0x40411000},
     UINT32_C(0xd503201f),
     ARMVIRT_LINE_IRQ,
     0,
     0,
     0},
    {"D1.4.6.3: HCR_EL2.FMO keeps an FIQ of EL2 there",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x531), .vmsa.hcr_el2 = UINT64_C(0x80000008),
      .pstate = 0x389, .pc = 0x40411000},
     UINT32_C(0xd503201f),
     ARMVIRT_LINE_FIQ,
     2,
     0,
     0x389},
    {"D24.2.46: MSR DAIFClr as a trapped instruction",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x430), .vmsa.hcr_el2 = UINT64_C(0x80000000),
      .pstate = 0x3c0, .pc = 0x40411008},
     UINT32_C(0xd50342ff),
     0,
     1,
     UINT64_C(0x620ed3e4),
     0x3c0},
    {"D24.10: CNTV_CTL_EL02 is UNDEFINED while HCR_EL2.E2H is 0",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x531), .vmsa.hcr_el2 = UINT64_C(0x80000000),
      .pstate = 0x3c9, .pc = 0x40411000},
     UINT32_C(0xd53de340),
     0,
     2,
     UINT64_C(0x2000000),
     0x3c9},
    {"D24.3: MDCR_EL3.TDA traps a write of DBGCLAIMCLR_EL1",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x530), .vmsa.hcr_el2 = UINT64_C(0x80000000),
      .mdcr_el3 = UINT64_C(0x200), .pstate = 0x3c5, .pc = 0x40411000},
     UINT32_C(0xd51079c0),
     0,
     3,
     UINT64_C(0x622c1c12),
     0x3c5},
    {"D24.3: MDCR_EL3.TDA traps a write of MDCR_EL2",
     {PE_MAX_7_2, .vmsa.scr_el3 = UINT64_C(0x531), .vmsa.hcr_el2 = UINT64_C(0x80000000),
      .mdcr_el3 = UINT64_C(0x200), .pstate = 0x3c9, .pc = 0x40411000},
     UINT32_C(0xd51c1120),
     0,
     3,
     UINT64_C(0x62330402),
     0x3c9},
};

static void found(void **state)
{
    const struct row *row = *state;
    struct armvirt_pe pe = row->pe;
    struct armvirt_exception exc = {0};
    uint64_t unknown;

    if (!exc_step(&pe, row->word, row->lines, &exc, &unknown)) {
        assert_int_equal(row->target, 0);
        return;
    }
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(exc.target_el, row->target);
    assert_int_equal(pe.esr_el[row->target], row->esr);
    assert_int_equal(pe.spsr_el[row->target] & ~unknown, row->spsr & ~unknown);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, found, rows);
    return suite_run(&suite, "exceptions found by comparison");
}
