/* SPDX-License-Identifier: MIT */
/*
 * Entry to AArch32 modes, Hyp and Monitor mode among them, AArch32 returns, and interrupts under an
 * AArch32 EL3. DDI0487 G1.13 (vectors, link values, PSTATE), G1.14, G1.16.
 */
#include "exc_bench.h"

#include <armvirt/regs/aarch32.h>

enum {
    USR = 0x10,
    FIQ = 0x11,
    IRQ = 0x12,
    SVC = 0x13,
    MON = 0x16,
    ABT = 0x17,
    HYP = 0x1a,
    UND = 0x1b
};

/* EL2 and EL1 in AArch32 state, EL3 in AArch64; or all of them in AArch32. */
static struct armvirt_pe a32_pe(bool top)
{
    struct armvirt_pe pe = make_pe();

    set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, 0);
    pe.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_HCE;
    if (top) {
        pe.top_aarch32 = true;
        pe.vmsa.scr_el3 = ARMVIRT_SCR_EL3_NS;
    }
    pe.vmsa.hcr_el2 = 0;
    pe.vmsa.sctlr_el1 = pe.vmsa.sctlr_el2 = pe.vmsa.sctlr_el3 = ARMVIRT_SCTLR_SPAN;
    pe.pstate = USR;
    return pe;
}

/* Tables G1-6 and G1-10: mode, vector, link value from A32 and T32, and the masks set. */
struct a32_case {
    const char *name;
    unsigned source, ec, mode, vector, link_a32, link_t32;
    uint64_t masks;
};

static const struct a32_case cases[] = {
    {"G1_13_undefined", ARMVIRT_EXC_SYNC, 0x00, UND, 0x04, 4, 2, PS(I)},
    {"G1_13_trapped_vmrs", ARMVIRT_EXC_SYNC, 0x07, UND, 0x04, 4, 2, PS(I)},
    {"G1_13_svc", ARMVIRT_EXC_SYNC, 0x11, SVC, 0x08, 4, 4, PS(I)}, /* of the next instruction */
    {"G1_13_prefetch_abort", ARMVIRT_EXC_SYNC, 0x20, ABT, 0x0c, 4, 4, PS(A) | PS(I)},
    {"G1_13_bkpt", ARMVIRT_EXC_SYNC, 0x38, ABT, 0x0c, 4, 4, PS(A) | PS(I)},
    {"G1_13_pc_alignment", ARMVIRT_EXC_SYNC, 0x22, ABT, 0x0c, 4, 4, PS(A) | PS(I)},
    {"G1_13_data_abort", ARMVIRT_EXC_SYNC, 0x24, ABT, 0x10, 8, 8, PS(A) | PS(I)},
    {"G1_13_watchpoint", ARMVIRT_EXC_SYNC, 0x34, ABT, 0x10, 8, 8, PS(A) | PS(I)},
    {"G1_13_irq", ARMVIRT_EXC_IRQ, 0, IRQ, 0x18, 4, 4, PS(A) | PS(I)},
    {"G1_13_virtual_irq", ARMVIRT_EXC_VIRQ, 0, IRQ, 0x18, 4, 4, PS(A) | PS(I)},
    {"G1_13_fiq", ARMVIRT_EXC_FIQ, 0, FIQ, 0x1c, 4, 4, PS(A) | PS(I) | PS(F)},
    {"G1_13_serror", ARMVIRT_EXC_SERROR, 0, ABT, 0x10, 8, 8, PS(A) | PS(I)},
};

static uint32_t link_of(const struct armvirt_pe *pe, unsigned mode)
{
    return pe->lr[mode == SVC   ? ARMVIRT_A32_SVC
                  : mode == ABT ? ARMVIRT_A32_ABT
                  : mode == IRQ ? ARMVIRT_A32_IRQ
                  : mode == FIQ ? ARMVIRT_A32_FIQ
                  : mode == MON ? ARMVIRT_A32_MON
                                : ARMVIRT_A32_UND];
}

static uint64_t saved_in(const struct armvirt_pe *pe, unsigned mode)
{
    return mode == ABT   ? pe->spsr_abt
           : mode == UND ? pe->spsr_und
           : mode == IRQ ? pe->spsr_irq
           : mode == FIQ ? pe->spsr_fiq
           : mode == MON ? pe->spsr_el[3]
                         : pe->spsr_el[1];
}

static void make(const struct a32_case *c, const struct armvirt_pe *pe,
                 struct armvirt_exception *exc)
{
    if (c->source == ARMVIRT_EXC_SYNC) {
        armvirt_exc_raise(pe, c->ec, 0, exc);
    } else {
        armvirt_exc_interrupt(pe, (enum armvirt_exc_source)c->source, 1, 0, exc);
    }
}

/* R47: with SPAN, TE, EE, DSSBS, V and the instruction set as they may be. */
static void modes(void **state)
{
    const struct a32_case *c = *state;

    for (unsigned n = 0; n < 128; n++) {
        bool t32 = n & 1, span = n >> 1 & 1, te = n >> 2 & 1, ee = n >> 3 & 1, v = n >> 4 & 1;
        bool dssbs = n >> 5 & 1, all = n >> 6;
        uint64_t kept = all ? PS(N) | PS(Z) | PS(C) | PS(V) | PSA(Q) | PSA(GE) | PS(DIT) : 0;
        uint64_t lost = all ? PSA(IT_7_2) | PSA(SS) | PS(IL) : 0;
        struct armvirt_pe pe = a32_pe(false);
        struct armvirt_exception exc;
        uint64_t base = v ? UINT64_C(0xffff0000) : pe.vbar_el[1];

        pe.vmsa.sctlr_el1 = (span ? ARMVIRT_SCTLR_SPAN : 0) | (te ? ARMVIRT_SCTLR_TE : 0) |
                            (ee ? ARMVIRT_SCTLR_EE : 0) | (v ? ARMVIRT_SCTLR_V : 0) |
                            (dssbs ? ARMVIRT_SCTLR_DSSBS : 0);
        pe.pstate = USR | kept | lost | (t32 ? PSA(T) : 0);
        pe.insn_bytes = 4;
        make(c, &pe, &exc);
        assert_int_equal(exc.target_el, 1);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc, base + c->vector);
        assert_int_equal(link_of(&pe, c->mode), PC + (t32 ? c->link_t32 : c->link_a32));
        assert_int_equal(pe.pstate, kept | c->mode | c->masks | (te ? PSA(T) : 0) |
                                        (ee ? PSA(E) : 0) | (dssbs ? PSA(SSBS) : 0) |
                                        (span ? 0 : PS(PAN)));
        if (c->ec != 0x11) { /* R49: DIT is bit 21 */
            assert_int_equal(saved_in(&pe, c->mode), USR | (kept & ~PS(DIT)) |
                                                         (all ? 1u << 21 : 0) | (lost & ~PSA(SS)) |
                                                         (t32 ? PSA(T) : 0));
        }
    }
}

/* R48: own vectors from Hyp mode, 0x14 from below, but for interrupts. */
static void R48_R47_Hyp_mode(void **state)
{
    static const struct {
        unsigned source, ec, own, below;
    } rows[] = {
        {ARMVIRT_EXC_SYNC, 0x00, 0x04, 0x14}, {ARMVIRT_EXC_SYNC, 0x11, 0x08, 0x14},
        {ARMVIRT_EXC_SYNC, 0x12, 0x08, 0x14}, {ARMVIRT_EXC_SYNC, 0x20, 0x0c, 0x14},
        {ARMVIRT_EXC_SYNC, 0x24, 0x10, 0x14}, {ARMVIRT_EXC_IRQ, 0, 0x18, 0x18},
        {ARMVIRT_EXC_FIQ, 0, 0x1c, 0x1c},     {ARMVIRT_EXC_SERROR, 0, 0x10, 0x14},
    };

    (void)state;
    for (unsigned n = 0; n < 2 * 8 * COUNT_OF(rows); n++) {
        unsigned k = n / 16, routes = n >> 1 & 7;
        bool below = n & 1;
        struct armvirt_pe pe = a32_pe(false);
        struct armvirt_exception exc = {.esr = (uint64_t)rows[k].ec << 26 | 0x2000000,
                                        .elr = PC,
                                        .source = (uint8_t)rows[k].source,
                                        .target_el = 2};

        pe.vmsa.scr_el3 |= routes << 1; /* IRQ, FIQ, EA */
        pe.vmsa.sctlr_el2 = ARMVIRT_HSCTLR_TE;
        pe.pstate = (below ? USR : HYP) | PS(PAN) | PS(DIT);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc - pe.vbar_el[2], below ? rows[k].below : rows[k].own);
        assert_int_equal(pe.pstate, HYP | PSA(T) | PS(PAN) | PS(DIT) | (routes & 1 ? 0 : PS(I)) |
                                        (routes & 2 ? 0 : PS(F)) | (routes & 4 ? 0 : PS(A)));
        assert_int_equal(pe.elr_el[2], PC);
        assert_int_equal(pe.spsr_el[2], (below ? USR : HYP) | PS(PAN) | 1u << 21);
    }
}

static void J1_2_2_HSR_and_its_addresses(void **state)
{
    struct armvirt_pe pe = a32_pe(false);
    struct armvirt_exception exc = {.esr = UINT64_C(0x92000007),
                                    .target_el = 2,
                                    .far = 0x1234,
                                    .hpfar = UINT64_C(0xf00001230),
                                    .far_valid = true,
                                    .hpfar_valid = true};

    (void)state;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.esr_el[2], UINT64_C(0x92000007));
    assert_int_equal(pe.far_el[2], 0x1234); /* HDFAR */
    assert_int_equal(pe.hpfar_el2, 0x1230);
    pe.pstate = USR;
    exc.esr = UINT64_C(0x82000007);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.far_el[2], UINT64_C(0x123400001234)); /* HIFAR too */
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_SERROR, 2, 3u << 10 | 1u << 9, &exc);
    assert_int_equal(exc.esr, UINT64_C(0x96000000) | 3u << 10 | 1u << 9 | 0x11); /* from Hyp */
    pe.pstate = USR;
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_SERROR, 2, 0, &exc);
    assert_int_equal(exc.esr, UINT64_C(0x92000011));
}

/* R47: PAN is cleared from Non-secure state; SCR.NS is cleared when taken in Monitor mode. */
static void R47_Monitor_mode(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16; n++) {
        bool ns = n & 1, span = n >> 1 & 1, pan = n >> 2 & 1, in_monitor = n >> 3;
        struct armvirt_pe pe = a32_pe(true);
        struct armvirt_exception exc;
        bool secure = in_monitor || !ns;

        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, ns);
        set_field(&pe.vmsa.sctlr_el3, ARMVIRT_SCTLR_SPAN, span);
        pe.pstate = (in_monitor ? MON : SVC) | (pan ? PS(PAN) : 0);
        armvirt_exc_raise(&pe, 0x13, 0, &exc);
        assert_int_equal(exc.target_el, 3);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc, pe.mvbar + 0x08);
        assert_int_equal(pe.pstate,
                         MON | PS(A) | PS(I) | PS(F) | (secure && (!span || pan) ? PS(PAN) : 0));
        assert_int_equal(pe.lr[ARMVIRT_A32_MON], PC + 4);
        assert_int_equal(pe.vmsa.scr_el3 & ARMVIRT_SCR_EL3_NS, !in_monitor && ns);
    }
}

/* Secure modes of an AArch32 EL3 have banked registers of their own. */
static void G1_11_Secure_modes_use_the_Secure_copies(void **state)
{
    struct armvirt_pe pe = a32_pe(true);
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.scr_el3 = 0;
    pe.vmsa.tcr_el3 = ARMVIRT_TTBCR_EAE;
    pe.pstate = SVC;
    assert_int_equal(armvirt_pe_el(&pe), 3);
    armvirt_exc_raise(&pe, EC(BKPT32), 0, &exc);
    assert_int_equal(exc.target_el, 1);
    assert_int_equal(exc.fsr, ARMVIRT_DFSR_LPAE | 0x22);
    exc.far = 0x55;
    exc.far_valid = true;
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.pc, pe.vbar_el[3] + 0x0c);
    assert_int_equal(pe.ifsr_s, ARMVIRT_DFSR_LPAE | 0x22);
    assert_int_equal(pe.far_el[3], UINT64_C(0x5500000000));
    assert_int_equal(pe.pstate & 0x1f, ABT);
}

/* DFSR and IFSR, in the format that TTBCR.EAE says. */
static void G8_2_fault_status(void **state)
{
    (void)state;
    for (unsigned eae = 0; eae < 2; eae++) {
        struct armvirt_pe pe = a32_pe(false);
        struct armvirt_exception exc;

        pe.vmsa.tcr_el1 = eae ? ARMVIRT_TTBCR_EAE : 0;
        armvirt_exc_raise(&pe, EC(BKPT32), 3, &exc);
        assert_int_equal(exc.fsr, eae ? 0x222 : 0x002);
        armvirt_exc_raise(&pe, EC(PC_ALIGNMENT), 0, &exc);
        assert_int_equal(exc.fsr, eae ? 0x221 : 0x001);
        assert_int_equal(exc.far, PC);
        armvirt_exc_raise(&pe, EC(UNKNOWN), 0, &exc);
        assert_int_equal(exc.fsr, 0);
        armvirt_exc_interrupt(&pe, ARMVIRT_EXC_SERROR, 1, 1u << 10 | 1u << 9, &exc);
        assert_int_equal(exc.fsr, (eae ? 0x211u : 0x406u) | 1u << 14 | 1u << 12);
        pe.vsesr_el2 = 3u << 14 | 1u << 12 | 0xff;
        armvirt_exc_interrupt(&pe, ARMVIRT_EXC_VSERROR, 1, 0, &exc);
        assert_int_equal(exc.fsr, (eae ? 0x211u : 0x406u) | 3u << 14 | 1u << 12);
        pe.far_el[1] = UINT64_C(0x1111111122222222);
        exc.far = 0x77;
        exc.far_valid = true;
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.far_el[1], UINT64_C(0x1111111100000077)); /* DFAR alone */
        assert_int_equal(pe.esr_el[1], exc.fsr);
    }
}

/* SVC in an IT block: the SPSR is that of the next instruction. */
static void ITAdvance_of_a_call(void **state)
{
    static const struct {
        uint64_t it, next;
    } rows[] = {{0x00, 0x00}, {0x08, 0x00}, {0x04, 0x08}, {0xe6, 0xec}, {0xa1, 0xa2}, {0x18, 0x00}};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_pe pe = a32_pe(false);
        struct armvirt_exception exc;

        pe.pstate = USR | PSA(T) | (rows[i].it >> 2) << 10 | (rows[i].it & 3) << 25;
        pe.insn_bytes = 2;
        armvirt_exc_raise(&pe, EC(SVC32), 0, &exc);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.spsr_el[1],
                         USR | PSA(T) | (rows[i].next >> 2) << 10 | (rows[i].next & 3) << 25);
        assert_int_equal(pe.lr[ARMVIRT_A32_SVC], PC + 2);
    }
}

/* ---- Returns ------------------------------------------------------------------------------ */

static void G1_14_returns_from_AArch32(void **state)
{
    struct armvirt_pe pe = a32_pe(false);
    struct armvirt_exc_return ret;

    (void)state;
    pe.pstate = HYP;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1003, USR | 1u << 21 | PSA(T), &ret),
                     ARMVIRT_OK);
    assert_int_equal(pe.pstate, USR | PS(DIT) | PSA(T));
    assert_int_equal(pe.pc, 0x1002);
    pe.pstate = SVC;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1003, 0x05, &ret), ARMVIRT_FAULT); /* EL1h */
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_FROM_AARCH32);
    assert_int_equal(pe.pstate, SVC | PS(IL));
    assert_int_equal(ret.unknown_pstate, PSA(SSBS) | PSA(T));
    pe.pstate = SVC;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1003, HYP, &ret), ARMVIRT_FAULT);
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_HIGHER);
    assert_int_equal(ret.unknown_pc, 3);
    pe.pstate = MON;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0, MON, &ret), ARMVIRT_FAULT); /* EL3 is AArch64 */
}

static void G1_14_with_AArch32_at_the_top(void **state)
{
    struct armvirt_pe pe = a32_pe(true);
    struct armvirt_exc_return ret;

    (void)state;
    pe.pstate = MON;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1000, HYP, &ret), ARMVIRT_OK);
    assert_int_equal(armvirt_pe_el(&pe), 2);
    pe.pstate = MON;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1000, 0x05, &ret),
                     ARMVIRT_FAULT); /* no AArch64 */
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_MODE);
    pe.pstate = MON;
    pe.vmsa.scr_el3 = 0;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1000, HYP, &ret), ARMVIRT_FAULT);
    assert_int_equal(ret.reason, ARMVIRT_EXC_RETURN_EL2_DISABLED);
    pe.pstate = MON;
    assert_int_equal(armvirt_exc_return_a32(&pe, 0x1000, SVC, &ret), ARMVIRT_OK);
    assert_int_equal(armvirt_pe_el(&pe), 3);
}

/* SPD32 decides for Secure AArch32, SUIDEN for EL0; Hyp mode has no self-hosted debug of its own.
 */
static void J1_1_1_debug_under_AArch32(void **state)
{
    struct armvirt_pe pe = a32_pe(true);
    struct armvirt_exception exc;

    (void)state;
    pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS;
    pe.pstate = USR;
    assert_int_equal(armvirt_exc_step(&pe, false, false, &exc), ARMVIRT_OK); /* the target is A32 */
    pe = a32_pe(false);
    pe.mdscr_el1 = ARMVIRT_MDSCR_EL1_SS;
    assert_int_equal(armvirt_exc_step(&pe, false, false, &exc), ARMVIRT_OK);
    armvirt_exc_completed(&pe);
    assert_int_equal(pe.pc, PC + 4);
}

/* ---- Interrupts under an AArch32 EL3 ------------------------------------------------------- */

/* G1.16: J1 AArch32.PendingUnmaskedPhysicalInterrupts, with the routes of TakePhysicalIRQ. */
static unsigned expected_a32(unsigned n, bool fiq, unsigned mode)
{
    bool ns = n & 1, route = n >> 1 & 1, fw = n >> 2 & 1, mo = n >> 3 & 1, tge = n >> 4 & 1;
    bool secure = mode == MON || !ns, masked = n >> 5 & 1;
    bool below = mode == USR || (mode == SVC && ns), hyp = ns && below && (tge || mo);

    if (hyp) {
        masked = false;
    }
    if (!secure && route && ((fiq && !fw) || tge || mo)) {
        masked = false;
    }
    if (masked) {
        return 0;
    }
    return route ? 3 : hyp || mode == HYP ? 2 : 1;
}

static void G1_19_G1_20_interrupts(void **state)
{
    static const unsigned all[] = {USR, SVC, HYP, MON};

    (void)state;
    for (unsigned n = 0; n < 64 * 4 * 2; n++) {
        unsigned mode = all[n >> 6 & 3];
        bool fiq = n >> 8, tge = n >> 4 & 1, ns = n & 1;
        struct armvirt_pe pe = a32_pe(true);
        struct armvirt_exc_pending p;

        if ((mode == HYP && !ns) || (tge && mode == SVC)) {
            continue;
        }
        pe.vmsa.scr_el3 = (n & 1) | (n >> 1 & 1 ? fiq ? 4 : 2 : 0) | (n >> 2 & 1 ? 0x10 : 0);
        pe.vmsa.hcr_el2 = (n >> 3 & 1 ? fiq ? ARMVIRT_HCR_EL2_FMO : ARMVIRT_HCR_EL2_IMO : 0) |
                          (tge ? ARMVIRT_HCR_EL2_TGE : 0);
        pe.pstate = mode | (n >> 5 & 1 ? fiq ? PS(F) : PS(I) : 0);
        armvirt_exc_pending(&pe, fiq ? ARMVIRT_LINE_FIQ : ARMVIRT_LINE_IRQ, &p);
        assert_int_equal(p.target_el[fiq ? ARMVIRT_EXC_FIQ : ARMVIRT_EXC_IRQ],
                         expected_a32(n & 63, fiq, mode));
    }
}

/* SCR.AW: Non-secure software may mask SErrors that go to Monitor mode. */
static void G1_16_SCR_AW(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        bool aw = n & 1, amo = n >> 1 & 1, a = n >> 2;
        struct armvirt_pe pe = a32_pe(true);
        struct armvirt_exc_pending p;

        pe.vmsa.scr_el3 = 1 | 1u << 3 | (aw ? 1u << 5 : 0);
        pe.vmsa.hcr_el2 = amo ? ARMVIRT_HCR_EL2_AMO : 0;
        pe.pstate = SVC | (a ? PS(A) : 0);
        armvirt_exc_pending(&pe, ARMVIRT_LINE_SERROR, &p);
        assert_int_equal(p.target_el[ARMVIRT_EXC_SERROR], a && aw && !amo ? 0 : 3);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, modes, cases);
    SUITE_ADD(&suite, R48_R47_Hyp_mode);
    SUITE_ADD(&suite, J1_2_2_HSR_and_its_addresses);
    SUITE_ADD(&suite, R47_Monitor_mode);
    SUITE_ADD(&suite, G1_11_Secure_modes_use_the_Secure_copies);
    SUITE_ADD(&suite, G8_2_fault_status);
    SUITE_ADD(&suite, ITAdvance_of_a_call);
    SUITE_ADD(&suite, G1_14_returns_from_AArch32);
    SUITE_ADD(&suite, G1_14_with_AArch32_at_the_top);
    SUITE_ADD(&suite, J1_1_1_debug_under_AArch32);
    SUITE_ADD(&suite, G1_19_G1_20_interrupts);
    SUITE_ADD(&suite, G1_16_SCR_AW);
    return suite_run(&suite, "a32");
}
