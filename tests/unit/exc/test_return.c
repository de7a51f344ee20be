/* SPDX-License-Identifier: MIT */
/*
 * Exception returns: legality over all modes, Exception levels and controls against the list of
 * DDI0487 D1.4.4.2, stated once more here; what is restored, field by field; software step.
 */
#include "exc_bench.h"

/* ---- Legality ----------------------------------------------------------------------------- */

/* Everything that the list of D1.4.4.2 depends on. */
struct attempt {
    unsigned mode, from;
    bool ns, eel2, sel2, scr_rw, hcr_rw, tge, e2h, nse, rme, exlocken, exlock;
};

static struct attempt attempt_of(unsigned n)
{
    return (struct attempt){
        .mode = n & 31,
        .from = 1 + (n >> 5) % 3,
        .ns = (n >> 5) / 3 & 1,
        .eel2 = (n >> 5) / 6 & 1,
        .sel2 = (n >> 5) / 12 & 1,
        .scr_rw = (n >> 5) / 24 & 1,
        .hcr_rw = (n >> 5) / 48 & 1,
        .tge = (n >> 5) / 96 & 1,
        .e2h = (n >> 5) / 192 & 1,
        .nse = (n >> 5) / 384 & 1,
        .rme = (n >> 5) / 768 & 1,
        .exlocken = (n >> 5) / 1536 & 1,
        .exlock = (n >> 5) / 3072 & 1,
    };
}

enum { ATTEMPTS = 32 * 6144 };

static bool el2_is_enabled(const struct attempt *a)
{
    bool ns = a->ns || (a->rme && !a->sel2);

    return ns || (a->sel2 && a->eel2);
}

/* Widths from the top: D1.1. */
static bool el1_is_a32(const struct attempt *a)
{
    bool ns = a->ns || (a->rme && !a->sel2);

    if (!a->scr_rw && (ns || !(a->sel2 && a->eel2))) {
        return true;
    }
    return el2_is_enabled(a) && !(a->e2h && a->tge) && !a->hcr_rw;
}

static bool el2_is_a32(const struct attempt *a)
{
    return !a->scr_rw && (a->ns || (a->rme && !a->sel2));
}

/* Is software at `from` in AArch64 state at all? */
static bool is_possible(const struct attempt *a)
{
    bool world = a->rme && a->nse && !a->ns && a->sel2;

    switch (a->from) {
    case 1:
        return !el1_is_a32(a) && !(a->tge && el2_is_enabled(a)) && !world;
    case 2:
        return !el2_is_a32(a) && el2_is_enabled(a) && !world;
    default:
        return true;
    }
}

/* The Exception level that M names, or 4. */
static unsigned level_of_mode(unsigned mode)
{
    static const uint8_t levels[32] = {
        0, 4, 4, 4, 1, 1, 4, 4, 2, 2, 4, 4, 3, 3, 4, 4, /* EL0t, EL1t, EL1h and so on */
        0, 1, 1, 1, 4, 4, 3, 1, 4, 4, 2, 1, 4, 4, 4, 1, /* User, FIQ, IRQ, Supervisor ... System */
    };

    return levels[mode];
}

/* The list, one bullet after the other. */
static bool list_says_illegal(const struct attempt *a)
{
    unsigned target = level_of_mode(a->mode);
    bool a32 = a->mode >> 4, ns = a->ns || (a->rme && !a->sel2);

    if (target == 4 || target > a->from) {
        return true;
    }
    if (a->rme && a->nse && !ns && target < 3) {
        return true;
    }
    if (target == 1 && el2_is_enabled(a) && a->tge) {
        return true;
    }
    if (target == 2 && !ns && (a32 || !(a->sel2 && a->eel2))) {
        return true;
    }
    if (target == 3 && a32) { /* EL3 is AArch64 */
        return true;
    }
    if (target == 2 && a32 != el2_is_a32(a)) {
        return true;
    }
    if (target == 1 && a32 != el1_is_a32(a)) {
        return true;
    }
    if (target == 0 && !a32 && el1_is_a32(a)) { /* R36 */
        return true;
    }
    return target == a->from && a->exlocken && !a->exlock;
}

static struct armvirt_pe attempt_pe(const struct attempt *a)
{
    struct armvirt_pe pe = make_pe();

    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SEL2, a->sel2);
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, a->rme);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, a->ns);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NSE, a->nse);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, a->eel2);
    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, a->scr_rw);
    set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_RW, a->hcr_rw);
    set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, a->tge);
    set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_E2H, a->e2h);
    set_field(&pe.gcscr_el[a->from], ARMVIRT_GCSCR_EL1_EXLOCKEN, a->exlocken);
    pe.pstate = at_el(a->from) | (a->exlock ? PS(EXLOCK) : 0);
    pe.spsr_el[a->from] = a->mode;
    pe.elr_el[a->from] = PC;
    return pe;
}

static void D1_4_4_2_R8_R36_R37_every_mode_from_every_level(void **state)
{
    unsigned legal = 0, illegal = 0;

    (void)state;
    for (unsigned n = 0; n < ATTEMPTS; n++) {
        struct attempt a = attempt_of(n);
        struct armvirt_pe pe = attempt_pe(&a);
        struct armvirt_exc_return ret;
        enum armvirt_status status;

        if (!is_possible(&a)) {
            continue;
        }
        status = armvirt_exc_return(&pe, &ret);
        assert_int_equal(status, list_says_illegal(&a) ? ARMVIRT_FAULT : ARMVIRT_OK);
        assert_int_equal(ret.reason != ARMVIRT_EXC_RETURN_LEGAL, status == ARMVIRT_FAULT);
        if (status == ARMVIRT_OK) {
            legal++;
            assert_int_equal(armvirt_pe_el(&pe), level_of_mode(a.mode));
            assert_int_equal(pe.pstate, a.mode);
        } else {
            illegal++;
            assert_int_equal(pe.pstate & ~PS(EXLOCK), at_el(a.from) | PS(IL));
        }
        assert_true(pe.event);
    }
    assert_true(legal > 5000 && illegal > 50000);
}

/* Modes of levels that are not implemented. */
static void R_TYTWB_levels_that_are_absent(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_return ret;

    (void)state;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, 0);
    pe.pstate = at_el(3);
    pe.spsr_el[3] = at_el(2);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_EL_ABSENT);
    pe = make_pe();
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 0);
    pe.pstate = at_el(2);
    pe.spsr_el[2] = at_el(3);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_EL_ABSENT);
    for (unsigned m = 0; m < 4; m++) { /* AArch64 only: no AArch32 mode is one */
        pe = make_pe();
        pe.vmsa.id_aa64pfr0_el1 = (pe.vmsa.id_aa64pfr0_el1 & ~UINT64_C(0xffff)) | 0x1111;
        pe.pstate = at_el(3);
        pe.spsr_el[3] = a32_at_el(m);
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
        assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_MODE);
    }
}

static void a_return_needs_a_level_to_return_from(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_return ret;

    (void)state;
    pe.pstate = at_el(0);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_E_INVAL);
    pe.pstate = a32_at_el(1);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_E_INVAL);
    pe.pstate = a32_at_el(0);
    assert_int_equal(armvirt_exc_return_a32(&pe, 0, 0x10, &ret), ARMVIRT_E_INVAL);
    assert_false(pe.event);
}

/* ---- What is restored --------------------------------------------------------------------- */

static void R_BWCFK_a_legal_return_restores_all(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_return ret;
    uint64_t spsr = UINT64_C(0xdff3f03fe0) & ~(PS(SS) | PS(PPEND) | ARMVIRT_BITS(19, 14) |
                                               ARMVIRT_BIT(5) | ARMVIRT_BITS(39, 37));

    (void)state;
    pe.vmsa.sctlr2_el1 = ARMVIRT_SCTLR2_EL1_ENPACM | ARMVIRT_SCTLR2_EL1_ENPACM0;
    pe.pstate = at_el(2);
    pe.spsr_el[2] = spsr | at_el(1);
    pe.elr_el[2] = PC;
    pe.exclusive = true;
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
    assert_int_equal(pe.pstate, spsr | at_el(1));
    assert_int_equal(pe.pc, PC);
    assert_false(pe.exclusive); /* R45 */
    assert_true(pe.event);
}

/* R35: NZCV, PAN, DAIF, ALLINT and PM from SPSR; EL, SP, EXLOCK kept; UINJ 0. */
static void R35_R45_an_illegal_return_restores_some(void **state)
{
    static const uint64_t from_spsr = PS(N) | PS(Z) | PS(C) | PS(V) | PS(PAN) | PS(D) | PS(A) |
                                      PS(I) | PS(F) | PS(ALLINT) | PS(PM);
    static const uint64_t unknown = PS(SSBS) | PS(BTYPE) | PS(UAO) | PS(DIT) | PS(TCO) | PS(PACM);

    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        uint64_t old = n & 1 ? UINT64_C(0x1fffff03fe0) : 0, spsr = n & 2 ? UINT64_MAX : 0;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;

        pe.pstate = (old & ~PS(SS) & ~UINT64_C(0x1f)) | at_el(1);
        pe.spsr_el[1] = (spsr & ~UINT64_C(0x1f)) | 0x0e; /* M[1] is 1 */
        pe.exclusive = true;
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
        assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_MODE);
        assert_int_equal(ret.unknown_pstate, unknown);
        assert_int_equal(pe.pstate & from_spsr, spsr & from_spsr);
        assert_int_equal(pe.pstate & (PS(EXLOCK) | UINT64_C(0x1f)), (old & PS(EXLOCK)) | at_el(1));
        assert_int_equal(pe.pstate & PS(UINJ), 0);
        assert_true(pe.pstate & PS(IL));
        assert_true(pe.event);
        assert_false(pe.exclusive);
    }
}

static void R_BWCFK_PACM_is_dropped_where_it_is_disabled(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool full = n & 1, hcrx = n >> 1 & 1, enable = n >> 2 & 1, enable0 = n >> 3 & 1;
        unsigned target = n >> 4 & 3;
        bool expect = full && (target == 0 ? enable0 : enable) && (target > 1 || hcrx);
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;
        uint64_t bits =
            (enable ? ARMVIRT_SCTLR2_EL1_ENPACM : 0) | (enable0 ? ARMVIRT_SCTLR2_EL1_ENPACM0 : 0);

        set_field(&pe.id_aa64isar3_el1, ARMVIRT_ID_AA64ISAR3_EL1_PACM, full ? 2 : 1);
        set_field(&pe.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_PACMEN, hcrx);
        pe.vmsa.sctlr2_el1 = pe.vmsa.sctlr2_el2 = pe.vmsa.sctlr2_el3 = bits;
        pe.pstate = at_el(3);
        pe.spsr_el[3] = at_el(target) | PS(PACM);
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        assert_int_equal((pe.pstate & PS(PACM)) != 0, expect);
    }
}

/* The host's EL0 has its enable in SCTLR2_EL2, and none in HCRX_EL2. */
static void PACM_of_the_EL0_of_a_host(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_return ret;

    (void)state;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE;
    pe.vmsa.hcrx_el2 = 0;
    pe.vmsa.sctlr2_el2 = ARMVIRT_SCTLR2_EL2_ENPACM0;
    pe.pstate = at_el(2);
    pe.spsr_el[2] = PS(PACM);
    assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
    assert_true(pe.pstate & PS(PACM));
}

/* ---- PC ----------------------------------------------------------------------------------- */

/* J1.3.3 BranchAddr: TBI, TBID and the half of the address space. */
static void BranchAddr_strips_the_tag(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 256; n++) {
        unsigned target = n & 3;
        bool tbi = n >> 2 & 1, tbid = n >> 3 & 1, upper = n >> 4 & 1, e2h = n >> 5 & 1;
        bool pauth = n >> 6 & 1, other = n >> 7 & 1; /* the other half's TBI */
        bool ranges = target < 2 || (target == 2 && e2h);
        uint64_t va = UINT64_C(0xa5000040200000) << 4 << 4 >> 8 | UINT64_C(0x5a) << 56;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;
        uint64_t one = (tbi ? ARMVIRT_TCR_EL2_TBI : 0) | (tbid ? ARMVIRT_TCR_EL2_TBID : 0);
        uint64_t two = 0, expected;

        va = (va & ~ARMVIRT_BIT(55)) | (upper ? ARMVIRT_BIT(55) : 0);
        two |= (upper ? tbi : other) ? ARMVIRT_TCR_EL1_TBI1 : 0;
        two |= (upper ? other : tbi) ? ARMVIRT_TCR_EL1_TBI0 : 0;
        two |= (upper ? tbid : other) ? ARMVIRT_TCR_EL1_TBID1 : 0;
        two |= (upper ? other : tbid) ? ARMVIRT_TCR_EL1_TBID0 : 0;
        pe.vmsa.tcr_el1 = two;
        pe.vmsa.tcr_el2 = e2h ? two : one;
        pe.vmsa.tcr_el3 = one;
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_E2H, e2h);
        if (!pauth) {
            pe.vmsa.id_aa64isar1_el1 = 0;
        }
        expected = !tbi || (tbid && pauth) ? va
                   : ranges && upper       ? va | ARMVIRT_BITS(63, 56)
                                           : va & ARMVIRT_BITS(55, 0);
        pe.pstate = at_el(3);
        pe.spsr_el[3] = at_el(target);
        pe.elr_el[3] = va;
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        assert_int_equal(pe.pc, expected);
    }
}

static void R_VWJHB_the_PC_of_a_return_to_AArch32(void **state)
{
    (void)state;
    for (unsigned t = 0; t < 2; t++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;

        pe.pstate = at_el(1);
        pe.spsr_el[1] = 0x10 | (t ? PSA(T) : 0);
        pe.elr_el[1] = UINT64_C(0x1234567800000007);
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        assert_int_equal(pe.pc, t ? 6 : 4);
        assert_int_equal(ret.unknown_pc, 0);
        pe = make_pe();
        pe.pstate = at_el(1);
        pe.spsr_el[1] = 0x13; /* EL1 is AArch64 */
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_FAULT);
        assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_WIDTH);
        assert_int_equal(ret.unknown_pc, ARMVIRT_BITS(63, 32) | 3);
    }
}

/* J1.3.3 RestoredITBits. */
static void IT_bits_that_say_nothing_are_dropped(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 256 * 8; n++) {
        uint64_t it = n & 255, bits = (it >> 2) << 10 | (it & 3) << 25;
        bool t = n >> 8 & 1, itd = n >> 9 & 1, il = n >> 10 & 1;
        bool dropped = !il && (((it >> 4) && !(it & 15)) || (!t && it) || (itd && (it & 7)));
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;

        set_field(&pe.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_ITD, itd);
        pe.pstate = at_el(1);
        pe.spsr_el[1] = 0x10 | bits | (t ? PSA(T) : 0) | (il ? PS(IL) : 0);
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        assert_int_equal(pe.pstate & (PSA(IT_7_2) | PSA(IT_1_0)), dropped ? 0 : bits);
        assert_int_equal(ret.unknown_pstate, il ? PSA(T) | PSA(IT_7_2) | PSA(IT_1_0) : 0);
    }
}

/* ---- Software step ------------------------------------------------------------------------ */

/* R46: SS is restored if debug exceptions are off where the return is and on where it goes. */
static void R46_a_step_begins_with_the_return(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2048; n++) {
        bool ss = n & 1, kde = n >> 1 & 1, d_from = n >> 2 & 1, d_to = n >> 3 & 1, tde = n >> 4 & 1;
        bool lock = n >> 5 & 1, secure = n >> 6 & 1, sdd = n >> 7 & 1;
        unsigned from = 1 + (n >> 8 & 1), to = n >> 9 & 3;
        unsigned target = tde && !secure ? 2 : 1;
        bool at_source, at_dest;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;

        if (to > from || (secure && (from == 2 || to == 2))) {
            continue;
        }
        at_source = from == target ? kde && !d_from : target > from;
        at_dest = to == target ? kde && !d_to : target > to;
        if (lock || (secure && sdd)) {
            at_source = at_dest = false;
        }
        pe.os_lock = lock;
        pe.mdscr_el1 = (ss ? ARMVIRT_MDSCR_EL1_SS : 0) | (kde ? ARMVIRT_MDSCR_EL1_KDE : 0);
        set_field(&pe.mdcr_el2, ARMVIRT_MDCR_EL2_TDE, tde);
        set_field(&pe.mdcr_el3, ARMVIRT_MDCR_EL3_SDD, sdd);
        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, !secure);
        pe.pstate = at_el(from) | (d_from ? PS(D) : 0);
        pe.spsr_el[from] = at_el(to) | (d_to ? PS(D) : 0) | PS(SS);
        assert_int_equal(armvirt_exc_return(&pe, &ret), ARMVIRT_OK);
        assert_int_equal((pe.pstate & PS(SS)) != 0, ss && !at_source && at_dest);
    }
}

/* The whole life of a step: enabled by the return, active, pending, taken. */
static void D2_11_the_states_of_a_software_step(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_return ret;
    struct armvirt_exception exc;

    (void)state;
    pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS;
    pe.pstate = at_el(1);
    pe.spsr_el[1] = at_el(0) | PS(SS);
    pe.elr_el[1] = PC;
    armvirt_exc_return(&pe, &ret);
    assert_int_equal(armvirt_exc_step(&pe, false, false, &exc), ARMVIRT_OK); /* active */
    armvirt_exc_completed(&pe);
    assert_int_equal(pe.pc, PC + 4);
    assert_int_equal(armvirt_exc_step(&pe, true, true, &exc), ARMVIRT_FAULT); /* pending */
    assert_int_equal(exc.esr, UINT64_C(0xca000000) | 1u << 24 | 1u << 6 | 0x22);
    assert_int_equal(exc.elr, PC + 4);
    assert_int_equal(armvirt_exc_step(&pe, false, true, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0xca000022));
    pe.mdscr_el1 = 0;
    assert_int_equal(armvirt_exc_step(&pe, true, false, &exc), ARMVIRT_OK);
}

static void R_SRXVW_what_a_return_synchronizes(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool iesb = n & 1, eos = n >> 1 & 1, exs = n >> 2 & 1;
        struct armvirt_pe pe = make_pe();
        struct armvirt_exc_return ret;

        set_field(&pe.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_EXS, exs);
        set_field(&pe.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_IESB, iesb);
        set_field(&pe.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_EOS, eos);
        pe.pstate = at_el(1);
        armvirt_exc_return(&pe, &ret);
        assert_int_equal(ret.effects, (!exs || eos ? ARMVIRT_EXC_SYNC_CONTEXT : 0u) |
                                          (iesb ? ARMVIRT_EXC_SYNC_ERRORS : 0u));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D1_4_4_2_R8_R36_R37_every_mode_from_every_level);
    SUITE_ADD(&suite, R_TYTWB_levels_that_are_absent);
    SUITE_ADD(&suite, a_return_needs_a_level_to_return_from);
    SUITE_ADD(&suite, R_BWCFK_a_legal_return_restores_all);
    SUITE_ADD(&suite, R35_R45_an_illegal_return_restores_some);
    SUITE_ADD(&suite, R_BWCFK_PACM_is_dropped_where_it_is_disabled);
    SUITE_ADD(&suite, PACM_of_the_EL0_of_a_host);
    SUITE_ADD(&suite, BranchAddr_strips_the_tag);
    SUITE_ADD(&suite, R_VWJHB_the_PC_of_a_return_to_AArch32);
    SUITE_ADD(&suite, IT_bits_that_say_nothing_are_dropped);
    SUITE_ADD(&suite, R46_a_step_begins_with_the_return);
    SUITE_ADD(&suite, D2_11_the_states_of_a_software_step);
    SUITE_ADD(&suite, R_SRXVW_what_a_return_synchronizes);
    return suite_run(&suite, "return");
}
