/* SPDX-License-Identifier: MIT */
/*
 * Traps of instructions: which control, which target, which syndrome, which return address.
 * DDI0487 D1.4.8, D1.4.9, D1.4.10, J1.1.2, J1.1.3.
 */
#include "insn_cases.h"

static void apply(struct armvirt_pe *pe, const struct change *changes)
{
    for (unsigned i = 0; i < CHANGES; i++) {
        uint64_t *reg = (uint64_t *)(void *)((char *)pe + changes[i].reg);

        *reg = (*reg & ~changes[i].clear) | changes[i].set;
    }
}

static bool is_call(unsigned ec)
{
    return ec == 0x15 || ec == 0x16 || ec == 0x17;
}

static void one(void **state)
{
    const struct insn_case *c = *state;
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;
    struct armvirt_insn insn;
    enum armvirt_status status;

    pe.pstate = at_el(c->el);
    apply(&pe, c->change);
    armvirt_insn_decode(c->word, &insn);
    status = armvirt_exc_insn(&pe, &insn, &exc);
    assert_int_equal(status, c->target ? ARMVIRT_FAULT : ARMVIRT_OK);
    if (c->target) {
        bool executed = is_call(c->ec) && c->cause == CAUSE(INSTRUCTION);

        assert_int_equal(exc.target_el, c->target);
        assert_int_equal(exc.esr, (uint64_t)c->ec << 26 | 1u << 25 | c->iss);
        assert_int_equal(exc.cause, c->cause);
        assert_int_equal(exc.elr, pe.pc + (executed ? 4 : 0)); /* R14 */
        assert_int_equal(exc.executed, executed);
        assert_int_equal(exc.far_valid, c->ec == 0x22);
    }
}

/* ---- What the data decide ------------------------------------------------------------------ */

static void FEAT_FPAC_failed_authentication(void **state)
{
    static const struct {
        uint32_t word;
        uint64_t enable, iss;
    } rows[] = {
        {AUTIASP, ARMVIRT_SCTLR_EL1_ENIA, 0},
        {0xdac11420, ARMVIRT_SCTLR_EL1_ENIB, 1},
        {0xdac11820, ARMVIRT_SCTLR_EL1_ENDA, 2},
        {0xdac11c20, ARMVIRT_SCTLR_EL1_ENDB, 3},
    };

    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool enabled = n >> 2 & 1, fpac = n >> 3;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(1);
        pe.vmsa.sctlr_el1 |= enabled ? rows[n & 3].enable : 0;
        set_field(&pe.vmsa.id_aa64isar1_el1, ARMVIRT_ID_AA64ISAR1_EL1_APA, fpac ? 4 : 3);
        armvirt_insn_decode(rows[n & 3].word, &insn);
        insn.fails = true;
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc),
                         enabled && fpac ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (enabled && fpac) {
            assert_int_equal(exc.esr, UINT64_C(0x72000000) | rows[n & 3].iss);
        }
    }
}

static void FEAT_FPAC_announced_by_any_field(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 3; n++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(1);
        pe.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_ENIA;
        pe.vmsa.id_aa64isar1_el1 = n == 0   ? ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_API, 5)
                                   : n == 1 ? ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_APA, 5)
                                            : 0;
        pe.vmsa.id_aa64isar2_el1 = n == 2 ? ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR2_EL1_APA3, 5) : 0;
        armvirt_insn_decode(AUTIASP, &insn);
        insn.fails = true;
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc), ARMVIRT_FAULT);
    }
}

static void J1_1_3_wrong_parameters_of_a_copy(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool set = n & 1, mce2 = n >> 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(1);
        pe.vmsa.hcrx_el2 |= mce2 ? ARMVIRT_HCRX_EL2_MCE2 : 0;
        armvirt_insn_decode(set ? SETGE : CPYM, &insn);
        insn.fails = true;
        insn.format_option = 3;
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc), ARMVIRT_FAULT);
        assert_int_equal(exc.target_el, mce2 ? 2 : 1);
        assert_int_equal(exc.esr, set ? UINT64_C(0x9f871507) : UINT64_C(0x9e0314c7));
    }
}

static void J1_1_3_wrong_entries_of_the_Guarded_Control_Stack(void **state)
{
    static const struct {
        uint32_t word;
        uint64_t iss;
    } rows[] = {{GCSPOPM, 5 << 5 | 1},
                {GCSSS1, 5 << 5 | 4},
                {GCSSS2, 6 << 5 | 5},
                {GCSPOPCX, 31 << 5 | 8},
                {GCSPOPX, 31 << 5 | 9}};

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(rows) * 8; n++) {
        unsigned k = n / 8;
        bool scr = n & 1, hcrx = n >> 1 & 1, on = n >> 2 & 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(1);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_GCSEN, scr);
        set_field(&pe.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_GCSEN, hcrx);
        pe.gcscr_el[1] = on ? ARMVIRT_GCSCR_EL1_PCRSEL : 0;
        armvirt_insn_decode(rows[k].word, &insn);
        insn.fails = true;
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc),
                         scr && hcrx && on ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (scr && hcrx && on) {
            assert_int_equal(exc.esr, UINT64_C(0xb6000000) | rows[k].iss);
        }
    }
}

/* J1.1.3 IsUnprivAccessPriv: EL1 with HCR_EL2.{NV, NV1} = {1, 1}, a host's EL2 not, EL3; UAO. */
static void C6_2_GCSSTTR_is_checked_only_if_it_stores_as_the_current_level(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4 * 32; n++) {
        unsigned el = n / 32;
        bool uao = n & 1, nested = n >> 1 & 1, host = n >> 2 & 1, enabled = n >> 3 & 1;
        bool t = n >> 4 & 1;
        bool privileged = uao ? el != 0 : el == 3 || (el == 1 ? nested : el == 2 && !host);
        bool checked = !t || el == 0 || privileged;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(el) | (uao ? ARMVIRT_SPSR_EL1_UAO : 0);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV1, nested ? 3 : 0);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_E2H, host);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, host && el != 1);
        pe.gcscr_el[el] = enabled ? ARMVIRT_GCSCR_EL1_STREN : 0;
        armvirt_insn_decode(t ? GCSSTTR : GCSSTR, &insn);
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc),
                         checked && !enabled ? ARMVIRT_FAULT : ARMVIRT_OK);
    }
}

static void R17_what_is_ready_does_not_trap(void **state)
{
    static const uint32_t words[] = {WFI, WFE, WFIT, WFET};

    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool ready = n >> 2 & 1, event = n >> 3, wfe = n & 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        pe.pstate = at_el(1);
        pe.event = event;
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TWI | ARMVIRT_HCR_EL2_TWE;
        armvirt_insn_decode(words[n & 3], &insn);
        insn.ready = ready;
        assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc),
                         ready || (wfe && event) ? ARMVIRT_OK : ARMVIRT_FAULT);
    }
}

/* ---- Checks with functions of their own ----------------------------------------------------- */

static void D8_4_7_branch_target(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    pe.pstate = at_el(0);
    assert_int_equal(armvirt_exc_bti(&pe, &exc), ARMVIRT_OK);
    pe.pstate |= ARMVIRT_PUT(PS(BTYPE), 3);
    assert_int_equal(armvirt_exc_bti(&pe, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0x36000003));
    assert_int_equal(exc.target_el, 1);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1], ARMVIRT_PUT(PS(BTYPE), 3)); /* R51 */
    pe.pstate = 0x10 | ARMVIRT_PUT(PS(BTYPE), 3);
    assert_int_equal(armvirt_exc_bti(&pe, &exc), ARMVIRT_OK);
    pe.pstate = at_el(1) | PS(BTYPE);
    set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_BT, 0);
    assert_int_equal(armvirt_exc_bti(&pe, &exc), ARMVIRT_OK);
}

static void R_RRDXM_sp_alignment(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        unsigned el = n & 3;
        bool sa = n >> 2 & 1, sa0 = n >> 3 & 1, host = n >> 4 & 1, aligned = n >> 5;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        uint64_t bits = (sa ? ARMVIRT_SCTLR_EL1_SA : 0) | (sa0 ? ARMVIRT_SCTLR_EL1_SA0 : 0);
        bool faults = !aligned && (el == 0 ? sa0 : sa);

        *(el == 3                        ? &pe.vmsa.sctlr_el3
          : el == 2 || (el == 0 && host) ? &pe.vmsa.sctlr_el2
                                         : &pe.vmsa.sctlr_el1) |= bits;
        pe.vmsa.hcr_el2 |= host ? HOST : 0;
        pe.pstate = at_el(el);
        assert_int_equal(armvirt_exc_sp_check(&pe, aligned ? 0x1000 : 0x1008, &exc),
                         faults ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (faults) {
            assert_int_equal(exc.esr, UINT64_C(0x9a000000));
            assert_false(exc.far_valid); /* R12 */
        }
    }
}

/* Classes that come in pairs, from AArch64 and AArch32, from below and from the same level. */
static void J1_1_2_ExceptionClass(void **state)
{
    static const struct {
        uint8_t given, lower, same, a32;
    } rows[] = {
        {0x20, 0x20, 0x21, 0x20}, {0x21, 0x20, 0x21, 0x20}, {0x25, 0x24, 0x25, 0x24},
        {0x30, 0x30, 0x31, 0x30}, {0x33, 0x32, 0x33, 0x32}, {0x34, 0x34, 0x35, 0x34},
        {0x11, 0x15, 0x15, 0x11}, {0x15, 0x15, 0x15, 0x11}, {0x2c, 0x2c, 0x2c, 0x28},
        {0x38, 0x3c, 0x3c, 0x38}, {0x22, 0x22, 0x22, 0x22},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        pe.pstate = at_el(0);
        armvirt_exc_raise(&pe, rows[i].given, 0, &exc);
        assert_int_equal(exc.esr >> 26, rows[i].lower);
        pe.pstate = at_el(1);
        armvirt_exc_raise(&pe, rows[i].given, 0, &exc);
        assert_int_equal(exc.esr >> 26, rows[i].same);
        pe.pstate = 0x10;
        armvirt_exc_raise(&pe, rows[i].given, 0, &exc);
        assert_int_equal(exc.esr >> 26, rows[i].a32);
    }
}

static void traps_with_odd_targets_stay_in_range(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    armvirt_exc_trap(&pe, 0, 0x18, 0, &exc);
    assert_int_equal(exc.target_el, 1);
    armvirt_exc_trap(&pe, 9, 0x18, 0, &exc);
    assert_int_equal(exc.target_el, 3);
    armvirt_exc_raise(&pe, EC(GPC), 0, &exc);
    assert_int_equal(exc.target_el, 3);
}

/* R11: a VNCR access that aborts to EL3 is no longer one of the same level. */
static void R11_NV2_aborts(void **state)
{
    (void)state;
    for (unsigned ea = 0; ea < 2; ea++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_access access = {.kind = ARMVIRT_NV2_WRITE, .el = 2, .va = 0x1008};
        struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL, .write = true};
        struct armvirt_regime regime;
        struct armvirt_exception exc;

        pe.vmsa.scr_el3 |= ea ? ARMVIRT_SCR_EL3_EA : 0;
        pe.pstate = at_el(1);
        assert_int_equal(armvirt_regime_init(&regime, &pe.vmsa, 2), ARMVIRT_OK);
        armvirt_exc_abort(&pe, &regime, NULL, &access, &fault, &exc);
        assert_int_equal(exc.target_el, ea ? 3 : 2);
        assert_int_equal(exc.esr >> 26, ea ? 0x24 : 0x25);
        assert_true(exc.esr & ARMVIRT_ISS_DATA_ABORT_VNCR);
    }
}

/* ---- AArch32 instructions ------------------------------------------------------------------- */

static void one_a32(void **state)
{
    const struct a32_insn_case *c = *state;
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;
    struct armvirt_insn insn;

    pe.pstate = c->mode;
    apply(&pe, c->change);
    armvirt_insn_decode_a32(c->word, &insn);
    assert_int_equal(armvirt_exc_insn(&pe, &insn, &exc), c->target ? ARMVIRT_FAULT : ARMVIRT_OK);
    if (c->target) {
        assert_int_equal(exc.target_el, c->target);
        assert_int_equal(exc.esr, c->esr);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, one, cases);
    SUITE_ADD(&suite, FEAT_FPAC_failed_authentication);
    SUITE_ADD(&suite, FEAT_FPAC_announced_by_any_field);
    SUITE_ADD(&suite, J1_1_3_wrong_parameters_of_a_copy);
    SUITE_ADD(&suite, J1_1_3_wrong_entries_of_the_Guarded_Control_Stack);
    SUITE_ADD(&suite, C6_2_GCSSTTR_is_checked_only_if_it_stores_as_the_current_level);
    SUITE_ADD(&suite, R17_what_is_ready_does_not_trap);
    SUITE_ADD(&suite, D8_4_7_branch_target);
    SUITE_ADD(&suite, R_RRDXM_sp_alignment);
    SUITE_ADD(&suite, J1_1_2_ExceptionClass);
    SUITE_ADD(&suite, traps_with_odd_targets_stay_in_range);
    SUITE_ADD(&suite, R11_NV2_aborts);
    SUITE_ADD_ROWS(&suite, one_a32, a32_cases);
    return suite_run(&suite, "insn");
}
