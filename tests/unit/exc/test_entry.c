/* SPDX-License-Identifier: MIT */
/*
 * Entry to AArch64 state, from every state to every Exception level: vectors against Table R_RYXCL,
 * every field of PSTATE against R_WTXBY and R_FWPCH, saved state and syndrome. DDI0487 D1.4.1.6,
 * D1.4.2.
 */
#include "exc_bench.h"

/* Where an exception goes: source, states, and what the tables say. */
struct entry {
    unsigned from, target, source;
    bool sp, a32; /* of the state that is left */
};

static struct armvirt_exception exception(const struct entry *e)
{
    return (struct armvirt_exception){.esr = UINT64_C(0x2000000),
                                      .elr = PC,
                                      .source = (uint8_t)e->source,
                                      .target_el = (uint8_t)e->target};
}

/* R_RYXCL: columns 0x000 sync, 0x080 IRQ, 0x100 FIQ, 0x180 SError. */
static uint64_t column(unsigned source)
{
    static const uint16_t columns[] = {0x000, 0x080, 0x100, 0x180, 0x080, 0x100, 0x180, 0x180};

    return columns[source];
}

/* R1: the level below the target decides, by the widths that SCR_EL3.RW and HCR_EL2.RW give. */
static void R_RYXCL_R1_R3_vectors(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4 * 4 * 8 * 2 * 8; n++) {
        struct entry e = {.from = n & 3, .target = n >> 2 & 3, .source = n >> 4 & 7};
        bool scr_rw = n >> 8 & 1, hcr_rw = n >> 9 & 1, el0_a32 = n >> 10 & 1;
        bool el1_a32 = !scr_rw || !hcr_rw, el2_a32 = !scr_rw;
        bool below_is_a32[] = {false, el0_a32 || el1_a32, el1_a32, el2_a32};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        e.sp = n >> 7 & 1;
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, scr_rw);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, hcr_rw);
        e.a32 = e.from == 0 ? below_is_a32[1] : e.from == 1 ? el1_a32 : e.from == 2 && el2_a32;
        if (e.target == 0 || e.target < e.from || (e.target == 1 && el1_a32) ||
            (e.target == 2 && el2_a32)) {
            continue; /* an AArch32 target: test_a32.c */
        }
        pe.pstate = e.a32 ? a32_at_el(e.from) : e.from << 2 | (e.sp && e.from);
        exc = exception(&e);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc - pe.vbar_el[e.target],
                         column(e.source) + (e.target == e.from       ? e.sp ? 0x200 : 0x000
                                             : below_is_a32[e.target] ? 0x600
                                                                      : 0x400));
    }
}

/* R2: EL0 of a host enters EL2 by its own width. */
static void R2_vectors_from_the_EL0_of_a_host(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        bool a32 = n & 1, tge = n >> 1;
        struct entry e = {.from = 0, .target = 2, .source = ARMVIRT_EXC_SYNC, .a32 = a32};
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc = exception(&e);

        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_E2H;
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, tge);
        pe.pstate = a32 ? a32_at_el(0) : 0;
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc - pe.vbar_el[2], tge && a32 ? 0x600 : 0x400);
    }
}

/* Without EL2 in the Security state, EL1 is the level below EL3. */
static void R1_below_EL3_is_EL1_where_EL2_is_disabled(void **state)
{
    struct entry e = {.from = 1, .target = 3, .source = ARMVIRT_EXC_SYNC};
    struct armvirt_exception exc = exception(&e);
    struct armvirt_pe pe = make_pe();

    (void)state;
    set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, 0);
    pe.pstate = a32_at_el(1);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pc - pe.vbar_el[3], 0x400); /* EL2 is AArch64 */
    pe = make_pe();
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_NS, 0);
    pe.pstate = a32_at_el(1);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pc - pe.vbar_el[3], 0x600);
}

static void R39_EASE_moves_the_abort_and_not_the_syndrome(void **state)
{
    struct armvirt_exception exc = {
        .esr = UINT64_C(0x96000010), .target_el = 1, .serror_vector = true};
    struct armvirt_pe pe = make_pe();

    (void)state;
    pe.pstate = at_el(1);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pc - pe.vbar_el[1], 0x380);
    assert_int_equal(pe.esr_el[1], UINT64_C(0x96000010));
}

/* ---- PSTATE ------------------------------------------------------------------------------- */

/* What each field becomes, from the field before and the control bits, as R_WTXBY says. */
static uint64_t new_pstate(const struct armvirt_pe *pe, const struct entry *e)
{
    const uint64_t sctlrs[] = {0, pe->vmsa.sctlr_el1, pe->vmsa.sctlr_el2, pe->vmsa.sctlr_el3};
    uint64_t sctlr = sctlrs[e->target], old = pe->pstate, now = 0;
    bool host =
        (pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H) && (pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE);
    bool span = sctlr & ARMVIRT_SCTLR_EL1_SPAN;

    now |= old & (PS(N) | PS(Z) | PS(C) | PS(V)); /* R5 */
    now |= old & PS(DIT);                         /* R_FWPCH */
    now |= old & PS(PAN);                         /* R4 */
    now |= !span && (e->target == 1 || (e->target == 2 && host)) ? PS(PAN) : 0;
    now |= PS(D) | PS(A) | PS(I) | PS(F) | at_el(e->target);
    now |= sctlr & ARMVIRT_SCTLR_EL1_DSSBS ? PS(SSBS) : 0;       /* R6 */
    now |= sctlr & ARMVIRT_SCTLR_EL1_SPINTMASK ? 0 : PS(ALLINT); /* R7 */
    now |= PS(TCO) | PS(PM);
    now |= e->target == e->from && (pe->gcscr_el[e->target] & ARMVIRT_GCSCR_EL1_EXLOCKEN)
               ? PS(EXLOCK) /* R8 */
               : 0;
    return now; /* UAO, BTYPE, SS, IL, UINJ, PPEND, PACM: 0 */
}

/* Every value of every control, with all fields of PSTATE clear, set, and two mixtures. */
static void R_WTXBY_R_FWPCH_R4_R5_R6_R7_R8_every_field(void **state)
{
    static const uint64_t fields[] = {0, UINT64_C(0x1fffff03fe0), UINT64_C(0xaaaaaaaaa0),
                                      UINT64_C(0x5555555540)};

    (void)state;
    for (unsigned n = 0; n < 4 * 4 * 4 * 64 * 2; n++) {
        struct entry e = {.from = n & 3, .target = n >> 2 & 3};
        bool span = n >> 6 & 1, dssbs = n >> 7 & 1, spint = n >> 8 & 1, exlocken = n >> 9 & 1;
        bool e2h = n >> 10 & 1, tge = n >> 11 & 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;
        uint64_t *sctlr = e.target == 3   ? &pe.vmsa.sctlr_el3
                          : e.target == 2 ? &pe.vmsa.sctlr_el2
                                          : &pe.vmsa.sctlr_el1;
        uint64_t expected;

        e.source = n >> 12 & 1 ? ARMVIRT_EXC_IRQ : ARMVIRT_EXC_SYNC;
        if (e.target == 0 || e.target < e.from || (tge && (e.from == 1 || e.target == 1))) {
            continue;
        }
        set_field(sctlr, ARMVIRT_SCTLR_EL1_SPAN, span);
        set_field(sctlr, ARMVIRT_SCTLR_EL1_DSSBS, dssbs);
        set_field(sctlr, ARMVIRT_SCTLR_EL1_SPINTMASK, spint);
        set_field(&pe.gcscr_el[e.target], ARMVIRT_GCSCR_EL1_EXLOCKEN, exlocken);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_E2H, e2h);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, tge);
        pe.pstate = (fields[n >> 4 & 3] & ~UINT64_C(0x1f)) | at_el(e.from);
        expected = new_pstate(&pe, &e);
        exc = exception(&e);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pstate, expected);
    }
}

/* Nothing of PSTATE is there that no ID register announces. */
static void fields_of_absent_features_stay_0(void **state)
{
    struct armvirt_pe pe = {0}, full = make_pe();
    struct armvirt_exception exc = {.target_el = 1, .esr = UINT64_C(0x2000000)};

    (void)state;
    pe.vmsa.id_aa64pfr0_el1 = 0x11;
    pe.pstate = UINT64_MAX & ~UINT64_C(0x1f);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pstate, UINT64_C(0xf00003c5));
    assert_int_equal(pe.spsr_el[1], UINT64_C(0xf03003c0));
    full.pstate = UINT64_MAX & ~UINT64_C(0x1f);
    armvirt_exc_enter(&full, &exc);
    assert_int_equal(full.spsr_el[1], UINT64_C(0xff3f03fc0) & ~UINT64_C(0xc000));
}

/* From AArch32 EL0: R49, Q, IT, GE, E and T are saved and gone. */
static void R49_from_AArch32_state(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc = {.target_el = 1, .esr = UINT64_C(0x2000000), .elr = PC};
    uint64_t old = UINT64_C(0xffffffff) & ~UINT64_C(0x1f);

    (void)state;
    pe.pstate = old | a32_at_el(0);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1], old | a32_at_el(0));
    assert_int_equal(pe.pstate & (PS(DIT) | PS(PAN) | PS(N)), PS(DIT) | PS(PAN) | PS(N));
    assert_int_equal(pe.pstate & (PS(SS) | PS(IL) | PS(BTYPE) | ARMVIRT_BITS(20, 14)), 0);
}

/* ---- Saved state -------------------------------------------------------------------------- */

/* R9: EL1 to EL1 only; {NV, NV1, NV2} 100, 101 and 111 say EL2. */
static void R9_a_guest_hypervisor_sees_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool nv = n & 1, nv1 = n >> 1 & 1, nv2 = n >> 2 & 1, enabled = n >> 3 & 1;
        unsigned from = n >> 4 & 1, target = 1 + (n >> 5);
        bool disguise = enabled && from == 1 && target == 1 && nv && (!nv1 || nv2);
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc = {.target_el = (uint8_t)target, .esr = UINT64_C(0x2000000)};

        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_NV, nv);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_NV1, nv1);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_NV2, nv2);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, enabled);
        if (!enabled && target == 2) {
            continue;
        }
        pe.pstate = at_el(from);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.spsr_el[target] >> 2 & 3, disguise ? 2 : from);
    }
    for (unsigned nv = 0; nv < 2; nv++) { /* without FEAT_NV2 the bit does not count */
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc = {.target_el = 1, .esr = UINT64_C(0x2000000)};

        set_field(&pe.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_NV, nv);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV1 | ARMVIRT_HCR_EL2_NV2;
        pe.pstate = at_el(1);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.spsr_el[1] >> 2 & 3, 1);
    }
}

static void I_HLPGV_calls_end_a_step_and_clear_PACM(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS;
    pe.pstate = at_el(0) | PS(PACM) | PS(SS);
    armvirt_exc_raise(&pe, EC(SVC64), 7, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1], 0);
    pe = make_pe();
    pe.pstate = at_el(0) | PS(PACM) | PS(SS); /* no step is going on */
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1], PS(SS));
    pe = make_pe();
    pe.pstate = at_el(0) | PS(PACM) | PS(SS);
    armvirt_exc_raise(&pe, EC(UNKNOWN), 0, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[1], PS(PACM) | PS(SS));
}

static void R_XKSNJ_UINJ_is_not_saved(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc = {.target_el = 2, .esr = UINT64_C(0x2000000)};

    (void)state;
    pe.pstate = at_el(2) | PS(UINJ);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.spsr_el[2], at_el(2));
    assert_int_equal(pe.pstate & PS(UINJ), 0);
}

/* R12: registers that are not valid stay. */
static void R12_only_what_is_valid_is_written(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc = {.target_el = 2, .far = 1, .hpfar = 2, .pfar = 3};

    (void)state;
    pe.pstate = at_el(1);
    pe.far_el[2] = pe.hpfar_el2 = pe.pfar_el[2] = 9;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.far_el[2], 9);
    assert_int_equal(pe.hpfar_el2, 9);
    assert_int_equal(pe.pfar_el[2], 9);
    exc.far_valid = exc.hpfar_valid = exc.pfar_valid = true;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.far_el[2], 1);
    assert_int_equal(pe.hpfar_el2, 2);
    assert_int_equal(pe.pfar_el[2], 3);
}

/* ---- Synchronization ---------------------------------------------------------------------- */

static void R_SRXVW_R_BBSRF_what_an_entry_synchronizes(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool iesb = n & 1, eis = n >> 1 & 1, exs = n >> 2 & 1, both = n >> 3 & 1;
        unsigned target = n >> 5 ? 3 : 1, has_iesb = n >> 4 & 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc = {.target_el = (uint8_t)target};
        uint64_t *sctlr = target == 3 ? &pe.vmsa.sctlr_el3 : &pe.vmsa.sctlr_el1;
        unsigned expected =
            (!exs || eis ? ARMVIRT_EXC_SYNC_CONTEXT : 0) |
            ((iesb && has_iesb) || (both && target == 3) ? ARMVIRT_EXC_SYNC_ERRORS : 0);

        set_field(sctlr, ARMVIRT_SCTLR_EL1_IESB, iesb);
        set_field(sctlr, ARMVIRT_SCTLR_EL1_EIS, eis);
        set_field(&pe.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_EXS, exs);
        set_field(&pe.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_IESB, has_iesb);
        if (both) {
            pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_EA | ARMVIRT_SCR_EL3_NMEA;
        }
        assert_int_equal(armvirt_exc_enter(&pe, &exc), expected);
    }
}

/* A target that is none does no harm. */
static void a_target_out_of_range_is_brought_into_it(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc = {.target_el = 0};

    (void)state;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(armvirt_pe_el(&pe), 1);
    exc.target_el = 200;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(armvirt_pe_el(&pe), 3);
}

/* What happens before an instruction executes is reported with the branch that led to it. */
static void R51_BTYPE_is_saved(void **state)
{
    static const uint8_t classes[] = {0x0d, 0x0e, 0x21, 0x22, 0x30, 0x32, 0x3c};

    (void)state;
    for (unsigned btype = 0; btype < 4; btype++) {
        for (unsigned i = 0; i < sizeof(classes); i++) {
            struct armvirt_pe pe = make_pe();
            struct armvirt_exception exc;

            pe.pstate = at_el(1) | ARMVIRT_PUT(PS(BTYPE), btype);
            armvirt_exc_raise(&pe, classes[i], 0, &exc);
            armvirt_exc_enter(&pe, &exc);
            assert_int_equal(ARMVIRT_GET(PS(BTYPE), pe.spsr_el[1]), btype);
            assert_int_equal(ARMVIRT_GET(PS(BTYPE), pe.pstate), 0);
        }
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_RYXCL_R1_R3_vectors);
    SUITE_ADD(&suite, R2_vectors_from_the_EL0_of_a_host);
    SUITE_ADD(&suite, R1_below_EL3_is_EL1_where_EL2_is_disabled);
    SUITE_ADD(&suite, R39_EASE_moves_the_abort_and_not_the_syndrome);
    SUITE_ADD(&suite, R_WTXBY_R_FWPCH_R4_R5_R6_R7_R8_every_field);
    SUITE_ADD(&suite, fields_of_absent_features_stay_0);
    SUITE_ADD(&suite, R49_from_AArch32_state);
    SUITE_ADD(&suite, R9_a_guest_hypervisor_sees_EL2);
    SUITE_ADD(&suite, I_HLPGV_calls_end_a_step_and_clear_PACM);
    SUITE_ADD(&suite, R_XKSNJ_UINJ_is_not_saved);
    SUITE_ADD(&suite, R12_only_what_is_valid_is_written);
    SUITE_ADD(&suite, R_SRXVW_R_BBSRF_what_an_entry_synchronizes);
    SUITE_ADD(&suite, a_target_out_of_range_is_brought_into_it);
    SUITE_ADD(&suite, R51_BTYPE_is_saved);
    return suite_run(&suite, "entry");
}
