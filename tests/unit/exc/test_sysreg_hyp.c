/* SPDX-License-Identifier: MIT */
/*
 * Accesses to coprocessor registers where EL2, or EL2 and EL3, use AArch32: Hyp mode's and Monitor
 * mode's registers against a list of their own, and controls that are there for AArch64 alone.
 * DDI0487 G8.
 */
#include "sysreg_bench.h"

#include <armvirt/regs/debug.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/timer.h>

/* ---- Worlds --------------------------------------------------------------------------------- */

enum world {
    A64_EL2, /* the hypervisor uses AArch64 */
    A32_EL2, /* EL2 uses AArch32, EL3 AArch64 */
    A32_EL3, /* all use AArch32 */
    NO_EL3,  /* EL2 uses AArch32 and is the highest */
    WORLDS
};

enum { USER = 0x10, SUPERVISOR = 0x13, MONITOR = 0x16, HYP = 0x1a };

static struct armvirt_pe in_world(enum world world, unsigned mode, bool secure)
{
    struct armvirt_pe pe = open_pe();
    uint64_t *pfr0 = &pe.vmsa.id_aa64pfr0_el1;

    set_field(pfr0, ARMVIRT_ID_AA64PFR0_EL1_EL3, world == NO_EL3 ? 0 : 2);
    set_field(pfr0, ARMVIRT_ID_AA64PFR0_EL1_SEL2, 0);
    set_field(pfr0, ARMVIRT_ID_AA64PFR0_EL1_RME, 0);
    pe.top_aarch32 = world >= A32_EL3;
    pe.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, world == A64_EL2);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, !secure);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, 0);
    pe.pstate = mode;
    return pe;
}

static struct armvirt_sysreg_verdict ask(const struct armvirt_pe *pe, uint32_t reg, bool write)
{
    const struct armvirt_sysreg_access access = {.reg = reg, .write = write};
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    return verdict;
}

static unsigned kind_in(enum world world, unsigned mode, bool secure, uint32_t reg, bool write)
{
    struct armvirt_pe pe = in_world(world, mode, secure);

    return ask(&pe, reg, write).kind;
}

/* ---- Registers of Hyp mode and of Monitor mode ----------------------------------------------- */

static const char *const hyp_registers[] = {
    "HACR",   "HACTLR", "HACTLR2", "HADFSR", "HAIFSR", "HAMAIR0", "HAMAIR1",
    "HCPTR",  "HCR",    "HCR2",    "HDCR",   "HDFAR",  "HIFAR",   "HMAIR0",
    "HMAIR1", "HPFAR",  "HSCTLR",  "HSR",    "HSTR",   "HTCR",    "HTPIDR",
    "HTRFCR", "HTTBR",  "HVBAR",   "VTCR",   "VTTBR",  "CNTHCTL", "CNTVOFF",
};

/* Hyp mode has them, and Monitor mode while SCR.NS is 1; other modes do not. */
static void G8_2_registers_of_Hyp_mode(void **state)
{
    (void)state;
    for (unsigned n = 0; n < COUNT_OF(hyp_registers) * 2; n++) {
        uint32_t reg = armvirt_sysreg_find(hyp_registers[n / 2]);
        bool write = n & 1;

        assert_int_not_equal(reg, ARMVIRT_SYSREG_NONE);
        for (enum world world = A32_EL2; world < WORLDS; world++) {
            assert_int_equal(kind_in(world, HYP, false, reg, write), ARMVIRT_SYSREG_DONE);
            assert_int_equal(kind_in(world, SUPERVISOR, false, reg, write),
                             ARMVIRT_SYSREG_UNDEFINED);
            assert_int_equal(kind_in(world, USER, false, reg, write), ARMVIRT_SYSREG_UNDEFINED);
        }
        assert_int_equal(kind_in(A32_EL3, MONITOR, false, reg, write), ARMVIRT_SYSREG_DONE);
        assert_int_equal(kind_in(A32_EL3, MONITOR, true, reg, write), ARMVIRT_SYSREG_UNDEFINED);
        assert_int_equal(kind_in(A32_EL3, SUPERVISOR, true, reg, write), ARMVIRT_SYSREG_UNDEFINED);
    }
}

/* Monitor mode and the other Secure modes have them; an AArch64 EL3 emulates them for Secure EL1.
 */
static void G8_2_registers_of_Secure_state(void **state)
{
    static const char *const names[] = {"SCR", "SDCR", "SDER", "MVBAR"};

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(names) * 2; n++) {
        uint32_t reg = armvirt_sysreg_find(names[n / 2]);
        bool write = n & 1;
        struct armvirt_pe pe = in_world(A32_EL2, SUPERVISOR, true);
        struct armvirt_sysreg_verdict verdict = ask(&pe, reg, write);

        if (reg == armvirt_sysreg_find("SDER")) {
            assert_int_equal(verdict.kind, ARMVIRT_SYSREG_DONE);
        } else {
            assert_int_equal(verdict.kind, ARMVIRT_SYSREG_TRAP);
            assert_int_equal(verdict.target_el, 3);
            assert_int_equal(verdict.ec, 3);
        }
        for (unsigned secure = 0; secure < 2; secure++) {
            assert_int_equal(kind_in(A32_EL3, MONITOR, secure, reg, write), ARMVIRT_SYSREG_DONE);
        }
        assert_int_equal(kind_in(A32_EL3, SUPERVISOR, true, reg, write), ARMVIRT_SYSREG_DONE);
        assert_int_equal(kind_in(A32_EL3, SUPERVISOR, false, reg, write), ARMVIRT_SYSREG_UNDEFINED);
        assert_int_equal(kind_in(A32_EL3, HYP, false, reg, write), ARMVIRT_SYSREG_UNDEFINED);
        assert_int_equal(kind_in(A32_EL3, USER, true, reg, write), ARMVIRT_SYSREG_UNDEFINED);
    }
}

/* The reset vector is a register of the highest level where that is EL1 or EL2. */
static void G8_2_125_reset_vector_where_EL3_is_absent(void **state)
{
    const uint32_t rvbar = armvirt_sysreg_find("RVBAR");
    struct armvirt_pe pe = in_world(NO_EL3, HYP, false);

    (void)state;
    assert_int_equal(rvbar, armvirt_sysreg_find("MVBAR"));
    assert_int_equal(ask(&pe, rvbar, false).kind, ARMVIRT_SYSREG_DONE);
    assert_int_equal(ask(&pe, rvbar, true).kind, ARMVIRT_SYSREG_UNDEFINED);
    pe.pstate = SUPERVISOR;
    assert_int_equal(ask(&pe, rvbar, false).kind, ARMVIRT_SYSREG_UNDEFINED);
    pe.hstr_el2 = UINT64_C(1) << 12;
    assert_int_equal(ask(&pe, rvbar, false).kind, ARMVIRT_SYSREG_TRAP);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0);
    assert_int_equal(ask(&pe, rvbar, false).kind, ARMVIRT_SYSREG_DONE);
}

static void G8_2_124_reset_register_of_EL3(void **state)
{
    const uint32_t rmr = armvirt_sysreg_find("RMR");

    (void)state;
    for (unsigned write = 0; write < 2; write++) {
        assert_int_equal(kind_in(A32_EL3, MONITOR, false, rmr, write), ARMVIRT_SYSREG_DONE);
        assert_int_equal(kind_in(A32_EL3, HYP, false, rmr, write), ARMVIRT_SYSREG_UNDEFINED);
        assert_int_equal(kind_in(NO_EL3, HYP, false, rmr, write), ARMVIRT_SYSREG_UNDEFINED);
    }
}

/* ---- Traps ----------------------------------------------------------------------------------- */

/* Controls of EL1 for EL0, each closed: what is UNDEFINED there goes to Hyp mode by HCR.TGE, which
 * hears of nothing but that (class 0); an AArch64 EL2 hears of the access. */
static void J1_2_2_what_EL1_forbids_EL0_has_class_0_in_Hyp_mode(void **state)
{
    static const struct {
        const char *name;
        uint8_t ec;
    } rows[] = {
        {"PMCR", 3},     {"PMCCNTR", 3},   {"PMSELR", 3}, {"PMEVCNTR3", 3}, {"AMCFGR", 3},
        {"CNTP_CTL", 3}, {"CNTV_TVAL", 3}, {"CNTFRQ", 3}, {"DBGDIDR", 5},   {"DBGDTRRXint", 5},
    };

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(rows) * 2; n++) {
        bool a32 = n & 1;
        struct armvirt_pe pe = in_world(a32 ? A32_EL2 : A64_EL2, USER, false);
        struct armvirt_sysreg_verdict verdict;
        struct armvirt_exception exc;

        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, 1);
        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_AMU, 1);
        pe.pmuserenr_el0 = pe.amuserenr_el0 = pe.cntkctl_el1 = 0;
        pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_TDCC;
        verdict = ask(&pe, armvirt_sysreg_find(rows[n / 2].name), false);
        armvirt_sysreg_exception(&pe, &verdict, &exc);
        assert_int_equal(verdict.kind, a32 ? ARMVIRT_SYSREG_UNDEFINED : ARMVIRT_SYSREG_TRAP);
        assert_int_equal(exc.target_el, 2);
        assert_int_equal(ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, exc.esr), a32 ? 0 : rows[n / 2].ec);
        assert_int_equal(exc.esr & ARMVIRT_ESR_ELX_ISS, a32 ? 0 : verdict.iss);
    }
}

/* CPTR_EL3, and all of MDCR_EL3 that SDCR does not have, are not there. */
static void G8_3_35_controls_of_an_AArch64_EL3(void **state)
{
    static const char *const names[] = {"CPACR", "HCPTR", "DBGDIDR", "PMCR", "DBGDTRRXint"};

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(names) * 2; n++) {
        bool a32 = n & 1;
        struct armvirt_pe pe = in_world(a32 ? A32_EL3 : A32_EL2, HYP, false);
        bool dcc = n / 2 == 4; /* SDCR.TDCC */

        pe.cptr_el3 = ARMVIRT_CPTR_EL3_TCPAC;
        pe.mdcr_el3 = ARMVIRT_MDCR_EL3_TDA | ARMVIRT_MDCR_EL3_TPM | ARMVIRT_MDCR_EL3_TDCC;
        assert_int_equal(ask(&pe, armvirt_sysreg_find(names[n / 2]), false).kind,
                         a32 && !dcc ? ARMVIRT_SYSREG_DONE : ARMVIRT_SYSREG_TRAP);
    }
}

/* CNTHCTL ends where CNTHCTL_EL2 goes on. */
static void G8_7_2_controls_of_an_AArch64_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool a32 = n & 1, physical = n >> 1;
        struct armvirt_pe pe = in_world(a32 ? A32_EL2 : A64_EL2, SUPERVISOR, false);

        pe.cnthctl_el2 = physical ? 0 : 3 | ARMVIRT_CNTHCTL_EL2_EL1TVT;
        set_field(&pe.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_ECV, 1);
        assert_int_equal(
            ask(&pe, armvirt_sysreg_find(physical ? "CNTP_CTL" : "CNTV_CTL"), false).kind,
            physical || !a32 ? ARMVIRT_SYSREG_TRAP : ARMVIRT_SYSREG_DONE);
    }
}

/* PMUSERENR_EL0.UEN and PMUACR_EL1 hide counters, but not under an AArch32 EL2. */
static void G8_4_11_types_of_events_that_pmuacr_hides(void **state)
{
    (void)state;
    for (unsigned a32 = 0; a32 < 2; a32++) {
        struct armvirt_pe pe = in_world(a32 ? A32_EL2 : A64_EL2, USER, false);

        pe.pmuserenr_el0 |= ARMVIRT_PMUSERENR_EL0_UEN;
        pe.pmuacr_el1 = 0;
        assert_int_equal(ask(&pe, armvirt_sysreg_find("PMEVTYPER0"), false).kind,
                         a32 ? ARMVIRT_SYSREG_DONE : ARMVIRT_SYSREG_NOP);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, G8_2_registers_of_Hyp_mode);
    SUITE_ADD(&suite, G8_2_registers_of_Secure_state);
    SUITE_ADD(&suite, G8_2_125_reset_vector_where_EL3_is_absent);
    SUITE_ADD(&suite, G8_2_124_reset_register_of_EL3);
    SUITE_ADD(&suite, J1_2_2_what_EL1_forbids_EL0_has_class_0_in_Hyp_mode);
    SUITE_ADD(&suite, G8_3_35_controls_of_an_AArch64_EL3);
    SUITE_ADD(&suite, G8_7_2_controls_of_an_AArch64_EL2);
    SUITE_ADD(&suite, G8_4_11_types_of_events_that_pmuacr_hides);
    return suite_run(&suite, "sysreg_hyp");
}
