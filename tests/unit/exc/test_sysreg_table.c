/* SPDX-License-Identifier: MIT */
/*
 * The whole table of accesses against what else is known of it: names both ways, the lowest
 * Exception level that op1 says (C5.1.2, D24.1), storage at VNCR_EL2 offsets, and the rules of
 * redirection, over every encoding and every single bit of the controls.
 */
#include "sysreg_bench.h"

#include <armvirt/text_sysreg.h>

#include <stdlib.h>

#define ENCODINGS 0x18300u

/* All features, everything enabled, and every trap off. */
static struct armvirt_pe free_pe(void)
{
    struct armvirt_pe pe = make_pe();
    uint64_t *id = &pe.vmsa.id_aa64mmfr0_el1;

    for (unsigned i = 0; i < 11; i++) {
        id[i] = UINT64_C(0x9999999999999999);
    }
    pe.id_aa64isar3_el1 = pe.id_aa64dfr0_el1 = UINT64_C(0x9999999999999999);
    pe.id_aa64dfr1_el1 = pe.id_aa64dfr2_el1 = UINT64_C(0x9999999999999999);
    set_field(&pe.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_E2H0, 0);
    set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_MTE_FRAC, 0);
    pe.mpamidr_el1 = UINT64_MAX;
    pe.ich_vtr_el2 = UINT64_MAX;
    pe.pmcr_el0 = 31u << 11;
    pe.vmsa.scr_el3 =
        UINT64_MAX & ~(ARMVIRT_SCR_EL3_IRQ | ARMVIRT_SCR_EL3_FIQ | ARMVIRT_SCR_EL3_TERR |
                       ARMVIRT_SCR_EL3_TRNDR | ARMVIRT_SCR_EL3_TLOR | ARMVIRT_SCR_EL3_NSE);
    pe.vmsa.hcr_el2 = ARMVIRT_HCR_EL2_RW | ARMVIRT_HCR_EL2_APK | ARMVIRT_HCR_EL2_API |
                      ARMVIRT_HCR_EL2_ENSCXT | ARMVIRT_HCR_EL2_ATA;
    pe.pmuserenr_el0 = 0xf;
    pe.icc_sre_el[1] = pe.icc_sre_el[2] = pe.icc_sre_el[3] = 15;
    return pe;
}

/* ---- Names ---------------------------------------------------------------------------------- */

static void D24_1_names_lead_back_to_their_encoding(void **state)
{
    unsigned known = 0, a64 = 0;

    (void)state;
    for (uint32_t reg = 0; reg < ENCODINGS; reg++) {
        const char *name = armvirt_sysreg_name(reg);

        assert_true((name != NULL) == armvirt_sysreg_known(reg));
        if (name != NULL) {
            uint32_t found = armvirt_sysreg_find(name);

            /* A name of both states is that of AArch64 state, or of MRC and MCR. */
            assert_true(found <= reg && strcmp(armvirt_sysreg_name(found), name) == 0);
            known++;
            a64 += reg >> 14 == 2 || reg >> 14 == 3;
            assert_true(reg >> 16 || found == reg);
        }
    }
    assert_int_equal(a64, 1135);
    assert_true(known > 1780);
}

static void C5_1_4_generic_names(void **state)
{
    (void)state;
    assert_int_equal(armvirt_sysreg_find("S3_0_C1_C0_0"), ARMVIRT_SYSREG(3, 0, 1, 0, 0));
    assert_int_equal(armvirt_sysreg_find("s1_7_c15_c15_7"), ARMVIRT_SYSREG(1, 7, 15, 15, 7));
    assert_int_equal(armvirt_sysreg_find("tlbi vae1"), ARMVIRT_SYSREG(1, 0, 8, 7, 1));
    assert_int_equal(armvirt_sysreg_find("S4_0_C1_C0_0"), ARMVIRT_SYSREG_NONE);
    assert_int_equal(armvirt_sysreg_find("S3_0_C16_C0_0"), ARMVIRT_SYSREG_NONE);
    assert_int_equal(armvirt_sysreg_find("S3_0_C1_C0_0x"), ARMVIRT_SYSREG_NONE);
    assert_int_equal(armvirt_sysreg_find("S3__C1_C0_0"), ARMVIRT_SYSREG_NONE);
    assert_int_equal(armvirt_sysreg_find("SCTLR"), ARMVIRT_CP(15, 0, 1, 0, 0));
    assert_int_equal(armvirt_sysreg_find(""), ARMVIRT_SYSREG_NONE);
}

/* ---- The lowest Exception level -------------------------------------------------------------- */

/* C5.1.2: op1 says from where on a register can be accessed at all. */
static unsigned level_of(uint32_t reg)
{
    static const uint8_t levels[8] = {1, 1, 1, 0, 2, 2, 3, 1};

    return levels[reg >> 11 & 7];
}

static bool is_open(const struct armvirt_sysreg_view *view, uint32_t reg, bool write)
{
    struct armvirt_sysreg_access access = {.reg = reg, .write = write};
    struct armvirt_sysreg_verdict verdict;

    armvirt_sysreg_access(view, &access, &verdict);
    return verdict.kind != ARMVIRT_SYSREG_UNDEFINED && verdict.kind != ARMVIRT_SYSREG_TRAP;
}

/* Registers that op1 places elsewhere than where they can be accessed. */
static bool is_exception(uint32_t reg)
{
    const char *name = armvirt_sysreg_name(reg);
    static const char *const odd[] = {
        "MDCCSR_EL0", "DBGDTR", "DLR_EL0", "DSPSR_EL0", "DBGVCR32", "TEECR", "DAIF", "APAS",
        "GCSP",       "DC_",    "CNTPS_",  "CNTFRQ",    "AM",       "ICH_",  "NZCV", "DIT"};

    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        if (strncmp(name, odd[i], strlen(odd[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void C5_1_2_op1_says_the_lowest_level(void **state)
{
    struct armvirt_pe pe = free_pe();
    struct armvirt_sysreg_view view;

    (void)state;
    for (unsigned el = 0; el < 4; el++) {
        pe.pstate = el << 2;
        armvirt_sysreg_view_init(&view, &pe);
        for (uint32_t reg = ARMVIRT_SYSREG(2, 0, 0, 0, 0); reg < 1u << 16; reg++) {
            if (!armvirt_sysreg_known(reg)) {
                continue;
            }
            if (el < level_of(reg) && !is_exception(reg)) {
                assert_false(is_open(&view, reg, false) || is_open(&view, reg, true));
            }
        }
    }
}

/* What can be accessed at a level can be accessed at those above, if nothing traps. */
static void D24_1_no_access_is_lost_upwards(void **state)
{
    struct armvirt_pe pe = free_pe();
    struct armvirt_sysreg_view view[4];
    unsigned lost = 0;

    (void)state;
    for (unsigned el = 0; el < 4; el++) {
        pe.pstate = el << 2;
        armvirt_sysreg_view_init(&view[el], &pe);
    }
    for (uint32_t reg = 1u << 14; reg < 1u << 16; reg++) {
        for (unsigned el = 1; el < 3; el++) {
            lost += is_open(&view[el], reg, false) && !is_open(&view[el + 1], reg, false);
        }
    }
    assert_true(lost <= 40); /* registers of Secure EL2, and reserved ID registers */
}

/* ---- Single bits ---------------------------------------------------------------------------- */

static const size_t controls[] = {
    offsetof(struct armvirt_pe, vmsa.hcr_el2), offsetof(struct armvirt_pe, mdcr_el2),
    offsetof(struct armvirt_pe, cptr_el2),     offsetof(struct armvirt_pe, hfgrtr_el2),
    offsetof(struct armvirt_pe, hfgwtr_el2),   offsetof(struct armvirt_pe, hfgitr_el2),
    offsetof(struct armvirt_pe, hdfgrtr_el2),  offsetof(struct armvirt_pe, hdfgwtr_el2),
    offsetof(struct armvirt_pe, hafgrtr_el2),  offsetof(struct armvirt_pe, hfgrtr2_el2),
    offsetof(struct armvirt_pe, hdfgrtr2_el2), offsetof(struct armvirt_pe, vmsa.scr_el3),
    offsetof(struct armvirt_pe, mdcr_el3),     offsetof(struct armvirt_pe, cptr_el3),
    offsetof(struct armvirt_pe, ich_hcr_el2),  offsetof(struct armvirt_pe, cnthctl_el2),
};

/* The register and bits that @verdict blames hold what it says. */
static void check_cause(const struct armvirt_sysreg_verdict *verdict, const struct armvirt_pe *pe,
                        size_t member, unsigned bit, bool was_open)
{
    struct armvirt_sysreg_control control;

    (void)pe;
    armvirt_sysreg_cause(verdict->cause, &control);
    assert_true(*armvirt_sysreg_cause_name(verdict->cause) != '\0' || verdict->cause == 0);
    if (was_open && verdict->kind == ARMVIRT_SYSREG_TRAP && member == controls[3]) {
        assert_int_equal(control.reg, ARMVIRT_SYSREG(3, 4, 1, 1, 4)); /* HFGRTR_EL2 */
        assert_int_equal(control.lsb, bit);
    }
}

/* A bit that makes an access trap is the one that is blamed. */
static void every_control_bit_is_blamed_for_its_traps(void **state)
{
    struct armvirt_pe base = free_pe();
    struct armvirt_sysreg_view before, after;

    (void)state;
    base.pstate = 5;
    armvirt_sysreg_view_init(&before, &base);
    for (size_t c = 0; c < COUNT_OF(controls); c++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            struct armvirt_pe pe = base;
            uint64_t *reg = (uint64_t *)(void *)((char *)&pe + controls[c]);

            *reg ^= UINT64_C(1) << bit;
            armvirt_sysreg_view_init(&after, &pe);
            for (uint32_t e = 1u << 14; e < 1u << 16; e += c == 3 ? 1 : 7) {
                struct armvirt_sysreg_access access = {.reg = e};
                struct armvirt_sysreg_verdict verdict;

                armvirt_sysreg_access(&after, &access, &verdict);
                check_cause(&verdict, &pe, controls[c], bit, is_open(&before, e, false));
                assert_true(verdict.kind <= ARMVIRT_SYSREG_TRAP);
                assert_true(verdict.kind != ARMVIRT_SYSREG_TRAP ||
                            (verdict.target_el >= 1 && verdict.target_el <= 3));
            }
        }
    }
}

/* ---- VNCR_EL2 ------------------------------------------------------------------------------- */

/* D8.12.3 Table: some of the offsets, from another source than the table of rules. */
static const struct {
    const char *name;
    uint16_t offset;
} offsets[] = {
    {"VTTBR_EL2", 0x020},      {"VSTTBR_EL2", 0x030},      {"VTCR_EL2", 0x040},
    {"VSTCR_EL2", 0x048},      {"VMPIDR_EL2", 0x050},      {"CNTVOFF_EL2", 0x060},
    {"HCR_EL2", 0x078},        {"HSTR_EL2", 0x080},        {"VPIDR_EL2", 0x088},
    {"TPIDR_EL2", 0x090},      {"HCRX_EL2", 0x0a0},        {"VNCR_EL2", 0x0b0},
    {"CPACR_EL12", 0x100},     {"CONTEXTIDR_EL12", 0x108}, {"SCTLR_EL12", 0x110},
    {"ACTLR_EL1", 0x118},      {"TCR_EL12", 0x120},        {"AFSR0_EL12", 0x128},
    {"AFSR1_EL12", 0x130},     {"ESR_EL12", 0x138},        {"MAIR_EL12", 0x140},
    {"AMAIR_EL12", 0x148},     {"MDSCR_EL1", 0x158},       {"SPSR_EL12", 0x160},
    {"CNTV_CVAL_EL02", 0x168}, {"CNTV_CTL_EL02", 0x170},   {"CNTP_CVAL_EL02", 0x178},
    {"CNTP_CTL_EL02", 0x180},  {"SCXTNUM_EL12", 0x188},    {"TFSR_EL12", 0x190},
    {"CNTPOFF_EL2", 0x1a8},    {"HFGRTR_EL2", 0x1b8},      {"HFGWTR_EL2", 0x1c0},
    {"HFGITR_EL2", 0x1c8},     {"HDFGRTR_EL2", 0x1d0},     {"HDFGWTR_EL2", 0x1d8},
    {"ZCR_EL12", 0x1e0},       {"HAFGRTR_EL2", 0x1e8},     {"SMCR_EL12", 0x1f0},
    {"SMPRIMAP_EL2", 0x1f8},   {"TTBR0_EL12", 0x200},      {"TTBR1_EL12", 0x210},
    {"FAR_EL12", 0x220},       {"ELR_EL12", 0x230},        {"SP_EL1", 0x240},
    {"VBAR_EL12", 0x250},      {"TCR2_EL12", 0x270},       {"PIRE0_EL12", 0x290},
    {"PIR_EL12", 0x2a0},       {"POR_EL12", 0x2a8},        {"ICH_LR0_EL2", 0x400},
    {"ICH_LR15_EL2", 0x478},   {"ICH_AP0R0_EL2", 0x480},   {"ICH_AP1R3_EL2", 0x4b8},
    {"ICH_HCR_EL2", 0x4c0},    {"ICH_VMCR_EL2", 0x4c8},    {"VDISR_EL2", 0x500},
    {"VSESR_EL2", 0x508},      {"PMBLIMITR_EL1", 0x800},   {"PMBPTR_EL1", 0x810},
    {"PMBSR_EL1", 0x820},      {"PMSCR_EL12", 0x828},      {"PMSEVFR_EL1", 0x830},
    {"PMSICR_EL1", 0x838},     {"PMSIRR_EL1", 0x840},      {"PMSLATFR_EL1", 0x848},
    {"TRFCR_EL12", 0x880},     {"MPAM1_EL12", 0x900},      {"MPAMHCR_EL2", 0x930},
    {"MPAMVPMV_EL2", 0x938},   {"MPAMVPM7_EL2", 0x978},
};

static void D8_12_3_offsets_of_VNCR(void **state)
{
    struct armvirt_pe pe = free_pe();
    struct armvirt_sysreg_view view;

    (void)state;
    pe.pstate = 5;
    pe.mdcr_el2 = ARMVIRT_MDCR_EL2_E2PB; /* the buffer is EL1's */
    pe.mdcr_el3 = 3u << 12;
    pe.hfgrtr_el2 = UINT64_C(0xfff4000000000000);
    pe.hdfgrtr_el2 = UINT64_C(0x7800000000000000);
    pe.hfgrtr2_el2 = pe.hdfgrtr2_el2 = UINT64_MAX;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV2;
    pe.vmsa.hcrx_el2 = UINT64_MAX;
    pe.vmsa.id_aa64pfr0_el1 &= ~ARMVIRT_ID_AA64PFR0_EL1_RME;
    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        struct armvirt_sysreg_access access = {.reg = armvirt_sysreg_find(offsets[i].name)};
        struct armvirt_sysreg_verdict verdict;
        bool secure = strncmp(offsets[i].name, "VST", 3) == 0;

        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, !secure);
        armvirt_sysreg_view_init(&view, &pe);
        armvirt_sysreg_access(&view, &access, &verdict);
        if (verdict.kind != ARMVIRT_SYSREG_MEMORY || verdict.offset != offsets[i].offset) {
            char text[128];

            armvirt_text_sysreg(&verdict, text, sizeof(text));
            fail_msg("%s %s", offsets[i].name, text);
        }
    }
}

/* Each member is one register's, inside the structure, and what is written to it is seen there. */
static void members_of_a_pe_are_registers(void **state)
{
    static struct armvirt_pe pe;
    static bool taken[sizeof(pe) / sizeof(uint64_t)];
    unsigned members = 0;

    (void)state;
    for (uint32_t reg = 0; reg < ENCODINGS; reg++) {
        uint64_t *member = armvirt_pe_register(&pe, reg);

        if (member != NULL) {
            size_t at = (size_t)(member - (uint64_t *)(void *)&pe);

            assert_true(at < COUNT_OF(taken) && !taken[at]);
            assert_non_null(armvirt_sysreg_name(reg));
            taken[at] = true;
            members++;
        }
    }
    assert_true(members > 150);
    assert_null(armvirt_pe_register(&pe, UINT32_MAX));
    assert_null(armvirt_pe_register(&pe, ARMVIRT_SYSREG(3, 3, 14, 0, 2))); /* CNTVCT_EL0 */
    assert_ptr_equal(armvirt_pe_register(&pe, ARMVIRT_SYSREG(3, 4, 1, 1, 0)), &pe.vmsa.hcr_el2);
    assert_ptr_equal(armvirt_pe_register(&pe, ARMVIRT_SYSREG(3, 4, 2, 0, 0)), pe.vmsa.ttbr0_el2);
    assert_ptr_equal(armvirt_pe_register(&pe, ARMVIRT_SYSREG(3, 6, 6, 0, 5)), &pe.pfar_el[3]);
    assert_ptr_equal(armvirt_pe_register(&pe, ARMVIRT_SYSREG(3, 0, 2, 5, 2)), &pe.gcscr_el[0]);
}

/* D24.2.46: the syndrome of a trap names the access, and the handler finds it in ESR_EL2. Returns
 * whether there was a trap of this class. */
static bool syndrome_names(const struct armvirt_pe *pe, const struct armvirt_sysreg_view *view,
                           uint32_t reg, bool write)
{
    struct armvirt_sysreg_access access = {.reg = reg, .write = write, .rt = (uint8_t)(reg % 31)};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_pe after = *pe;
    struct armvirt_exception exc;
    uint64_t esr;

    armvirt_sysreg_access(view, &access, &verdict);
    if (verdict.kind != ARMVIRT_SYSREG_TRAP || verdict.ec != 0x18) {
        return false;
    }
    armvirt_sysreg_exception(pe, &verdict, &exc);
    armvirt_exc_enter(&after, &exc);
    esr = after.esr_el[verdict.target_el];
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr), 0x18);
    assert_int_equal(ARMVIRT_SYSREG(ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_OP0, esr),
                                    ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_OP1, esr),
                                    ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_CRN, esr),
                                    ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_CRM, esr),
                                    ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_OP2, esr)),
                     reg);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_RT, esr), access.rt);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ISS_MSR_MRS_DIRECTION, esr), !write);
    assert_int_equal(after.elr_el[verdict.target_el], pe->pc);
    return true;
}

static void D24_2_46_every_trap_names_its_access(void **state)
{
    struct armvirt_pe pe = open_pe();
    struct armvirt_sysreg_view view;
    unsigned traps = 0;

    (void)state;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV1 | ARMVIRT_HCR_EL2_TVM |
                       ARMVIRT_HCR_EL2_TRVM | ARMVIRT_HCR_EL2_TID3 | ARMVIRT_HCR_EL2_TTLB |
                       ARMVIRT_HCR_EL2_TIDCP;
    pe.hdfgrtr_el2 = pe.hdfgwtr_el2 = 0x1ffffff;
    pe.pstate = at_el(1);
    armvirt_sysreg_view_init(&view, &pe);
    for (uint32_t n = 0; n < 2u << 16; n++) {
        traps += syndrome_names(&pe, &view, n >> 1, n & 1);
    }
    assert_true(traps > 500);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D24_1_names_lead_back_to_their_encoding);
    SUITE_ADD(&suite, C5_1_4_generic_names);
    SUITE_ADD(&suite, C5_1_2_op1_says_the_lowest_level);
    SUITE_ADD(&suite, D24_1_no_access_is_lost_upwards);
    SUITE_ADD(&suite, every_control_bit_is_blamed_for_its_traps);
    SUITE_ADD(&suite, D8_12_3_offsets_of_VNCR);
    SUITE_ADD(&suite, members_of_a_pe_are_registers);
    SUITE_ADD(&suite, D24_2_46_every_trap_names_its_access);
    return suite_run(&suite, "sysreg_table");
}
