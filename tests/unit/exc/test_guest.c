/* SPDX-License-Identifier: MIT */
/*
 * Injection into guests, and exits of nested guests by the guest hypervisor's controls.
 * DDI0487 D1.4.2, D1.4.5.2, D1.4.6, D8.11.
 */
#include "exc_bench.h"

static struct armvirt_exception inject(struct armvirt_pe *pe, unsigned kind,
                                       enum armvirt_status expected)
{
    struct armvirt_injection injection = {.kind = (uint8_t)kind, .va = 0x1234, .iss = 0x11};
    struct armvirt_exception exc = {0};

    assert_int_equal(armvirt_exc_inject(pe, &injection, &exc), expected);
    return exc;
}

static void R_SXYZB_inject_undefined(void **state)
{
    struct armvirt_pe pe = make_pe();

    (void)state;
    pe.pstate = at_el(1);
    inject(&pe, ARMVIRT_INJECT_UNDEFINED, ARMVIRT_OK);
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x200);
    assert_int_equal(pe.esr_el[1], UINT64_C(0x2000000));
    assert_int_equal(pe.elr_el[1], PC);
}

/* D1.4.5.2: TEA of the guest's own EL2, and EASE of its EL1. */
static void D1_4_5_2_inject_an_External_abort(void **state)
{
    struct armvirt_pe pe = make_pe();

    (void)state;
    pe.pstate = at_el(0);
    inject(&pe, ARMVIRT_INJECT_DATA_ABORT, ARMVIRT_OK);
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x400);
    assert_int_equal(pe.esr_el[1], UINT64_C(0x92000010));
    assert_int_equal(pe.far_el[1], 0x1234);
    pe = make_pe();
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TEA;
    pe.pstate = at_el(1);
    inject(&pe, ARMVIRT_INJECT_FETCH_ABORT, ARMVIRT_OK);
    assert_int_equal(pe.pc, pe.vbar_el[2] + 0x400);
    assert_int_equal(pe.esr_el[2], UINT64_C(0x82000010));
    assert_int_equal(pe.far_el[2], PC);
    pe = make_pe();
    pe.vmsa.sctlr2_el1 = ARMVIRT_SCTLR2_EL1_EASE;
    pe.pstate = at_el(1);
    inject(&pe, ARMVIRT_INJECT_DATA_ABORT, ARMVIRT_OK);
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x380); /* R39 */
}

/* Table of R_NDBHM: SCR_EL3.{EA, TMEA}, HCR.{TGE, TEA}, HCRX_EL2.TMEA, PSTATE.A. */
static const struct row external_aborts[] = {
    {"00000x", "1123"}, {"000010", "1123"}, {"000011", "1223"}, {"0001xx", "2223"},
    {"001xxx", "2-23"}, {"010001", "1333"}, {"0100x0", "1123"}, {"010011", "1233"},
    {"0101x0", "2223"}, {"0101x1", "2233"}, {"011xx0", "2-23"}, {"011xx1", "2-33"},
    {"1x0xxx", "3333"}, {"1x1xxx", "3-33"},
};

static void R_NDBHM_targets_of_External_aborts(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        char controls[7];

        controls_text(n, 6, controls);
        for (unsigned el = 0; el < 4; el++) {
            char target = table_answer(external_aborts, COUNT_OF(external_aborts), controls, el);
            struct armvirt_pe pe = make_pe();
            struct armvirt_exception exc;

            set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EA, n >> 5 & 1);
            set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_TMEA, n >> 4 & 1);
            set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, n >> 3 & 1);
            set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TEA, n >> 2 & 1);
            set_field(&pe.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_TMEA, n >> 1 & 1);
            pe.pstate = at_el(el) | (n & 1 ? PS(A) : 0);
            if (target != '-') {
                exc = inject(&pe, ARMVIRT_INJECT_DATA_ABORT, ARMVIRT_OK);
                assert_int_equal(exc.target_el, target - '0');
            }
        }
    }
}

static void D1_4_6_inject_what_may_be_masked(void **state)
{
    static const struct {
        unsigned kind;
        uint64_t mask, offset;
    } rows[] = {{ARMVIRT_INJECT_SERROR, PS(A), 0x380},
                {ARMVIRT_INJECT_IRQ, PS(I), 0x280},
                {ARMVIRT_INJECT_FIQ, PS(F), 0x300}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_pe pe = make_pe(), before;

        pe.pstate = at_el(1) | rows[i].mask;
        before = pe;
        inject(&pe, rows[i].kind, ARMVIRT_FAULT);
        assert_memory_equal(&pe, &before, sizeof(pe));
        pe.pstate = at_el(1);
        inject(&pe, rows[i].kind, ARMVIRT_OK);
        assert_int_equal(pe.pc, pe.vbar_el[1] + rows[i].offset);
        if (rows[i].kind == ARMVIRT_INJECT_SERROR) {
            assert_int_equal(pe.esr_el[1], UINT64_C(0xbe000011));
        }
    }
}

static void D2_11_inject_a_step(void **state)
{
    struct armvirt_pe pe = make_pe();

    (void)state;
    pe.pstate = at_el(0);
    pe.mdcr_el2 = ARMVIRT_MDCR_EL2_TDE;
    inject(&pe, ARMVIRT_INJECT_STEP, ARMVIRT_OK);
    assert_int_equal(pe.esr_el[2], UINT64_C(0xcb000022));
    inject(&pe, 99, ARMVIRT_E_INVAL);
}

/* ---- Nested guests ------------------------------------------------------------------------- */

/* An exit, the control of the guest hypervisor that wants it, and where it goes without that. */
struct nested_case {
    const char *name;
    uint64_t esr, hcr_set;
    unsigned forwarded, else_target;
};

static const struct nested_case nested[] = {
    {"D8_11_wfi", UINT64_C(0x7e00000), ARMVIRT_HCR_EL2_TWI, 2, 0},
    {"D8_11_wfe", UINT64_C(0x7e00001), ARMVIRT_HCR_EL2_TWE, 2, 0},
    {"D8_11_wfet", UINT64_C(0x7e000a7), ARMVIRT_HCR_EL2_TWE, 2, 0},
    {"D8_11_smc", UINT64_C(0x5e000007), ARMVIRT_HCR_EL2_TSC, 2, 3},
    {"D8_11_hvc", UINT64_C(0x5a000007), 0, 2, 2},
    {"D8_11_svc", UINT64_C(0x56000007), 0, 1, 1},
    {"D8_11_brk", UINT64_C(0xf2000007), 0, 1, 1},
    {"D8_11_eret", UINT64_C(0x6a000000), ARMVIRT_HCR_EL2_NV, 2, 0},
    {"D8_11_eretaa", UINT64_C(0x6a000002), ARMVIRT_HCR_EL2_NV, 2, 0},
    {"D8_11_eretab", UINT64_C(0x6a000003), ARMVIRT_HCR_EL2_NV, 2, 0},
    {"D8_11_fp", UINT64_C(0x1fe00000), ARMVIRT_HCR_EL2_E2H, 2, 0}, /* CPTR_EL2.FPEN is 0 */
    {"D8_11_sve", UINT64_C(0x66000000), ARMVIRT_HCR_EL2_E2H, 2, 0},
    {"D8_11_sme", UINT64_C(0x76000000), ARMVIRT_HCR_EL2_E2H, 2, 0},
    {"D8_11_ld64b", UINT64_C(0x2a000002), 0, 0, 0},
    {"D8_11_st64bv0", UINT64_C(0x2a000001), 0, 0, 0},
};

static void one(void **state)
{
    const struct nested_case *c = *state;

    for (unsigned set = 0; set < 2; set++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        unsigned target = set ? c->forwarded : c->else_target;

        pe.pstate = at_el(1);
        pe.vmsa.hcr_el2 |= set ? c->hcr_set : 0;
        assert_int_equal(armvirt_exc_nested(&pe, c->esr, &exc),
                         target ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (target) {
            assert_int_equal(exc.target_el, target);
        }
        if (set && c->hcr_set && !(c->hcr_set & ARMVIRT_HCR_EL2_E2H)) {
            assert_int_equal(exc.esr, c->esr); /* the guest hypervisor sees what the host saw */
        }
    }
}

static void D24_2_syndromes_of_no_instruction(void **state)
{
    static const uint8_t classes[] = {0x00, 0x18, 0x20, 0x24, 0x2f, 0x0e, 0x30};
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;
    struct armvirt_insn insn;

    (void)state;
    pe.pstate = at_el(1);
    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        assert_int_equal(armvirt_exc_nested(&pe, (uint64_t)classes[i] << 26, &exc),
                         ARMVIRT_E_UNSUPPORTED);
    }
    assert_false(armvirt_insn_from_esr(UINT64_C(0x2a000003), &insn)); /* TSB CSYNC */
    assert_false(armvirt_insn_from_esr(UINT64_C(0x76000005), &insn));
    assert_true(armvirt_insn_from_esr(UINT64_C(0x76000004), &insn));
    assert_int_equal(insn.kind, ARMVIRT_INSN_SME_ZT0);
    assert_true(armvirt_insn_from_esr(UINT64_C(0x26000000), &insn));
    assert_int_equal(insn.kind, ARMVIRT_INSN_PAC_IA);
}

/* J1.3.3 IPAValid: a permission fault of stage 2 says where only of a walk of stage 1. */
static void R13_HPFAR_of_a_permission_fault(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool permission = n & 1, walk = n & 2;
        struct armvirt_fault fault = {.type = permission ? ARMVIRT_FAULT_PERMISSION
                                                         : ARMVIRT_FAULT_TRANSLATION,
                                      .stage = 2,
                                      .level = 3,
                                      .ipa = 0x45678000,
                                      .s1ptw = walk};
        struct armvirt_access access = {.va = 0x1234, .kind = ARMVIRT_READ};
        struct armvirt_pe pe = make_pe();
        struct armvirt_regime regime;
        struct armvirt_exception exc;

        pe.pstate = at_el(1);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_VM;
        (void)armvirt_regime_init(&regime, &pe.vmsa, 1);
        armvirt_exc_abort(&pe, &regime, NULL, &access, &fault, &exc);
        assert_int_equal(exc.target_el, 2);
        assert_int_equal(exc.hpfar_valid, !permission || walk);
    }
}

/* ---- A guest that is a hypervisor ---------------------------------------------------------- */

/* R9, D8.11: on the host's hardware virtual EL2 is EL1 with HCR_EL2.NV; its handler has to find
 * that it came from EL2. EL0 below it is what it is. */
static void R9_inject_into_virtual_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool nv = n & 1, nv1 = n & 2, nv2 = n & 4, from_el0 = n & 8;
        struct armvirt_injection injection = {.kind = ARMVIRT_INJECT_UNDEFINED};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        bool disguised = nv && !from_el0 && (!nv1 || nv2);

        set_field(&pe.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_NV, 2);
        pe.pstate = at_el(from_el0 ? 0 : 1);
        pe.vmsa.hcr_el2 |= (nv ? ARMVIRT_HCR_EL2_NV : 0) | (nv1 ? ARMVIRT_HCR_EL2_NV1 : 0) |
                           (nv2 ? ARMVIRT_HCR_EL2_NV2 : 0);
        assert_int_equal(armvirt_exc_inject(&pe, &injection, &exc), ARMVIRT_OK);
        assert_int_equal(exc.target_el, 1);
        assert_int_equal(pe.spsr_el[1] & 0xf, disguised ? at_el(2) : at_el(from_el0 ? 0 : 1));
        assert_int_equal(pe.esr_el[1], UINT64_C(1) << 25);
        assert_int_equal(pe.pstate & 0xf, at_el(1));
    }
}

/* With the registers that a guest hypervisor believes in, its own HCR_EL2 routes. */
static void D8_11_inject_by_the_guest_hypervisor_s_controls(void **state)
{
    static const struct {
        uint64_t hcr;
        uint8_t kind, el, target; /* 0: it stays pending */
    } rows[] = {
        {0, ARMVIRT_INJECT_UNDEFINED, 2, 2},
        {ARMVIRT_HCR_EL2_TGE, ARMVIRT_INJECT_UNDEFINED, 0, 2},
        {0, ARMVIRT_INJECT_UNDEFINED, 0, 1},
        {0, ARMVIRT_INJECT_DATA_ABORT, 1, 1},
        {ARMVIRT_HCR_EL2_TEA, ARMVIRT_INJECT_DATA_ABORT, 1, 2},
        {ARMVIRT_HCR_EL2_TEA, ARMVIRT_INJECT_FETCH_ABORT, 2, 2},
        {ARMVIRT_HCR_EL2_AMO, ARMVIRT_INJECT_SERROR, 1, 2},
        {0, ARMVIRT_INJECT_SERROR, 2, 0},
        {ARMVIRT_HCR_EL2_IMO, ARMVIRT_INJECT_IRQ, 2, 2},
        {0, ARMVIRT_INJECT_IRQ, 2, 0},
        {ARMVIRT_HCR_EL2_FMO, ARMVIRT_INJECT_FIQ, 0, 2},
        {ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE, ARMVIRT_INJECT_IRQ, 0, 2},
        {ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE, ARMVIRT_INJECT_IRQ, 2, 2},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct armvirt_injection injection = {.kind = rows[i].kind, .iss = 0x11};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        pe.pstate = at_el(rows[i].el);
        pe.vmsa.hcr_el2 |= rows[i].hcr;
        assert_int_equal(armvirt_exc_inject(&pe, &injection, &exc),
                         rows[i].target ? ARMVIRT_OK : ARMVIRT_FAULT);
        if (rows[i].target) {
            assert_int_equal(exc.target_el, rows[i].target);
            assert_int_equal(armvirt_pe_el(&pe), rows[i].target);
            assert_int_equal(pe.spsr_el[rows[i].target] & 0xf, at_el(rows[i].el));
            assert_int_equal(pe.elr_el[rows[i].target], PC);
        }
    }
}

/* An AArch32 guest has modes and fault status registers instead. */
static void G1_13_inject_into_an_AArch32_guest(void **state)
{
    static const struct {
        uint8_t kind, mode, vector, lr, fsr;
    } rows[] = {
        {ARMVIRT_INJECT_UNDEFINED, 0x1b, 0x04, 4, 0},
        {ARMVIRT_INJECT_DATA_ABORT, 0x17, 0x10, 8, 0x08},
        {ARMVIRT_INJECT_FETCH_ABORT, 0x17, 0x0c, 4, 0x08},
        {ARMVIRT_INJECT_IRQ, 0x12, 0x18, 4, 0},
        {ARMVIRT_INJECT_FIQ, 0x11, 0x1c, 4, 0},
    };
    static const uint8_t banks[] = {[0x1b - 0x10] = ARMVIRT_A32_UND,
                                    [0x17 - 0x10] = ARMVIRT_A32_ABT,
                                    [0x12 - 0x10] = ARMVIRT_A32_IRQ,
                                    [0x11 - 0x10] = ARMVIRT_A32_FIQ};

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct armvirt_injection injection = {.kind = rows[i].kind, .va = 0x4000};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        pe.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
        pe.vbar_el[1] = 0x8000;
        pe.pstate = 0x10;
        assert_int_equal(armvirt_exc_inject(&pe, &injection, &exc), ARMVIRT_OK);
        assert_int_equal(pe.pstate & 0x1f, rows[i].mode);
        assert_int_equal(pe.pc, 0x8000u + rows[i].vector);
        assert_int_equal(pe.lr[banks[rows[i].mode - 0x10]], PC + rows[i].lr);
        if (rows[i].fsr && rows[i].vector == 0x10) {
            assert_int_equal(pe.esr_el[1] & 0xf, rows[i].fsr);
            assert_int_equal(pe.far_el[1] & UINT32_MAX, 0x4000);
        } else if (rows[i].fsr) {
            assert_int_equal(pe.ifsr32_el2 & 0xf, rows[i].fsr);
        }
    }
}

/* SCR.EA sends them to Monitor mode; else the modes of EL3 have Abort mode with the Secure copies
 * of the registers. SCR.NS, mode and TTBCR.EAE of Secure and of Non-secure state. */
static void J1_2_2_External_aborts_where_EL3_uses_AArch32(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool fetch = n & 1, ea = n & 2, monitor_mode = n & 4, secure = n & 8;
        bool secure_eae = n & 16, eae = n & 32;
        bool el3 = monitor_mode || secure;
        bool lpae = el3 ? secure_eae : ea ? secure_eae || eae : eae;
        uint32_t fsr = lpae ? 1u << 9 | 0x10 : 0x08;
        struct armvirt_injection injection = {.va = 0x4000, .write = true};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        unsigned bank = ea || el3 ? 3 : 1;

        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 2);
        pe.top_aarch32 = true;
        pe.vmsa.scr_el3 = (secure ? 0 : ARMVIRT_SCR_EL3_NS) | (ea ? ARMVIRT_SCR_EL3_EA : 0);
        pe.vmsa.hcr_el2 = 0;
        pe.vmsa.tcr_el3 = secure_eae ? UINT64_C(1) << 31 : 0;
        pe.vmsa.tcr_el1 = eae ? UINT64_C(1) << 31 : 0;
        pe.vbar_el[1] = 0x8000;
        pe.vbar_el[3] = 0x9000;
        pe.mvbar = 0xa000;
        pe.pstate = monitor_mode ? 0x16 : 0x13;
        injection.kind = fetch ? ARMVIRT_INJECT_FETCH_ABORT : ARMVIRT_INJECT_DATA_ABORT;
        assert_int_equal(armvirt_exc_inject(&pe, &injection, &exc), ARMVIRT_OK);
        assert_int_equal(pe.pstate & 0x1f, ea ? 0x16 : 0x17);
        assert_int_equal(pe.pc, (ea ? 0xa000u : el3 ? 0x9000u : 0x8000u) + (fetch ? 0x0c : 0x10));
        if (fetch) {
            assert_int_equal(bank == 3 ? pe.ifsr_s : pe.ifsr32_el2, fsr);
        } else {
            assert_int_equal(pe.esr_el[bank], fsr | 1u << 11);
            assert_int_equal(pe.far_el[bank], 0x4000);
        }
    }
}

/* ExT says what the memory system knows; an alignment fault is no External abort. In Debug state
 * SCR.EA does not count. */
static void J1_2_2_status_of_aborts_where_EL3_uses_AArch32(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool ext = n & 1, external = n & 2, halted = n & 4, long_format = n & 8;
        const struct armvirt_abort_context context = {.ea = ext};
        const struct armvirt_access access = {.va = 0x4001, .el = 3};
        struct armvirt_fault fault = {.type = ARMVIRT_FAULT_ALIGNMENT};
        struct armvirt_pe pe = make_pe();
        struct armvirt_regime regime;
        struct armvirt_exception exc;
        uint32_t fsr = external ? (long_format ? 0x210 : 8) : long_format ? 0x221 : 1;

        set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 2);
        pe.top_aarch32 = true;
        pe.halted = halted;
        pe.vmsa.scr_el3 = ARMVIRT_SCR_EL3_EA;
        pe.vmsa.tcr_el3 = long_format ? UINT64_C(1) << 31 : 0;
        pe.pstate = 0x13;
        fault.type = external ? ARMVIRT_FAULT_EXTERNAL : ARMVIRT_FAULT_ALIGNMENT;
        (void)armvirt_regime_init(&regime, &pe.vmsa, 3);
        armvirt_exc_abort(&pe, &regime, &context, &access, &fault, &exc);
        assert_int_equal(exc.target_el, external && !halted ? 3 : 1);
        assert_int_equal(exc.fsr, fsr | (external && ext ? 1u << 12 : 0));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_SXYZB_inject_undefined);
    SUITE_ADD(&suite, D1_4_5_2_inject_an_External_abort);
    SUITE_ADD(&suite, R_NDBHM_targets_of_External_aborts);
    SUITE_ADD(&suite, D1_4_6_inject_what_may_be_masked);
    SUITE_ADD(&suite, D2_11_inject_a_step);
    SUITE_ADD_ROWS(&suite, one, nested);
    SUITE_ADD(&suite, D24_2_syndromes_of_no_instruction);
    SUITE_ADD(&suite, R13_HPFAR_of_a_permission_fault);
    SUITE_ADD(&suite, R9_inject_into_virtual_EL2);
    SUITE_ADD(&suite, D8_11_inject_by_the_guest_hypervisor_s_controls);
    SUITE_ADD(&suite, G1_13_inject_into_an_AArch32_guest);
    SUITE_ADD(&suite, J1_2_2_External_aborts_where_EL3_uses_AArch32);
    SUITE_ADD(&suite, J1_2_2_status_of_aborts_where_EL3_uses_AArch32);
    return suite_run(&suite, "guest");
}
