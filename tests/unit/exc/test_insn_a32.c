/* SPDX-License-Identifier: MIT */
/*
 * Instructions of A32 and T32: what they are, and what they generate; banked registers over all of
 * their numbers and modes, against the lists of J1.2.3 as they stand there.
 */
#include "exc_bench.h"

#include <armvirt/sysreg.h>

#define K(name)     ARMVIRT_INSN_##name
#define CAUSE(name) ARMVIRT_EXC_CAUSE_##name
#define COND        UINT64_C(0x1e00000)

static struct armvirt_pe a32_pe(unsigned mode)
{
    struct armvirt_pe pe = make_pe();

    pe.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
    pe.pstate = mode;
    pe.fpexc32_el2 = ARMVIRT_FPEXC32_EL2_EN;
    return pe;
}

static enum armvirt_status run_t32(struct armvirt_pe *pe, uint16_t first, uint16_t second,
                                   struct armvirt_exception *exc)
{
    struct armvirt_insn insn;

    armvirt_insn_decode_t32(first, second, &insn);
    pe->insn_bytes = insn.bytes;
    pe->pstate |= PSA(T);
    return armvirt_exc_insn(pe, &insn, exc);
}

static enum armvirt_status run_a32(struct armvirt_pe *pe, uint32_t word,
                                   struct armvirt_exception *exc)
{
    struct armvirt_insn insn;

    armvirt_insn_decode_a32(word, &insn);
    return armvirt_exc_insn(pe, &insn, exc);
}

/* ---- Kinds -------------------------------------------------------------------------------- */

static void F3_1_kinds_of_T32(void **state)
{
    static const struct {
        uint16_t first, second;
        uint8_t kind, bytes;
    } rows[] = {
        {0xdf12, 0xffff, K(SVC), 2},
        {0xde00, 0, K(UNDEFINED), 2},
        {0xbe01, 0, K(BRK), 2},
        {0xba80, 0, K(HLT), 2},
        {0xb650, 0, K(SETEND), 2},
        {0xb658, 0, K(SETEND), 2},
        {0xb662, 0, K(ORDINARY), 2},
        {0xbf20, 0, K(WFE), 2},
        {0xbf30, 0, K(WFI), 2},
        {0xbf00, 0, K(ORDINARY), 2},
        {0xbf40, 0, K(ORDINARY), 2},
        {0xbf08, 0, K(IT), 2},
        {0xe7fe, 0, K(ORDINARY), 2},
        {0xf7f0, 0x8000, K(SMC), 4},
        {0xf7e1, 0x8234, K(HVC), 4},
        {0xf7f0, 0xa000, K(UNDEFINED), 4},
        {0xf78f, 0x8000, K(UNDEFINED), 4},
        {0xf78f, 0x8001, K(DCPS), 4},
        {0xf3de, 0x8f00, K(ERET), 4},
        {0xf3de, 0x8f04, K(ORDINARY), 4},
        {0xf3af, 0x8002, K(WFE), 4},
        {0xf3af, 0x8003, K(WFI), 4},
        {0xf3ff, 0x8300, K(PRIVILEGED), 4},
        {0xf3e0, 0x8330, K(BANKED), 4},
        {0xf380, 0x8820, K(BANKED), 4},
        {0xe80d, 0xc013, K(SRS), 4},
        {0xe9ad, 0xc013, K(SRS), 4},
        {0xf920, 0x0a0f, K(SIMD), 4},
        {0xef22, 0x0844, K(SIMD), 4},
        {0xee30, 0x0a81, K(FP), 4},
        {0xee30, 0x0901, K(FP), 4},
        {0xed90, 0x0a00, K(FP), 4},
        {0xed90, 0x0900, K(FP), 4},
        {0xfe00, 0x0a00, K(FP), 4},
        {0xfc20, 0x0800, K(SIMD), 4},
        {0xfc20, 0x0d00, K(SIMD), 4},
        {0xee10, 0x3f10, K(ORDINARY), 4},
        {0xfe10, 0x3f10, K(ORDINARY), 4},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct armvirt_insn insn;

        armvirt_insn_decode_t32(rows[i].first, rows[i].second, &insn);
        if (insn.kind != rows[i].kind || insn.bytes != rows[i].bytes) {
            fail_msg("%04x %04x: kind %u, %u bytes", (unsigned)rows[i].first,
                     (unsigned)rows[i].second, (unsigned)insn.kind, (unsigned)insn.bytes);
        }
        assert_true(insn.aarch32 && insn.t32);
    }
}

static void F4_1_kinds_of_A32_without_condition(void **state)
{
    static const struct {
        uint32_t word;
        uint8_t kind;
    } rows[] = {
        {0xfe000a00, K(FP)},       {0xfe800b00, K(FP)},     {0xfeb80a40, K(FP)},
        {0xfe000900, K(FP)},       {0xfc200800, K(SIMD)},   {0xfe200d10, K(SIMD)},
        {0xfe100f10, K(ORDINARY)}, {0xee300901, K(FP)},     {0xed900900, K(FP)},
        {0xe1010200, K(BANKED)},   {0xe121f300, K(BANKED)}, {0xe14f0000, K(PRIVILEGED)},
        {0xf84d0513, K(SRS)},      {0xe1000070, K(HLT)},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct armvirt_insn insn;

        armvirt_insn_decode_a32(rows[i].word, &insn);
        if (insn.kind != rows[i].kind) {
            fail_msg("%08x: kind %u", (unsigned)rows[i].word, (unsigned)insn.kind);
        }
        assert_int_equal(insn.bytes, 4);
    }
}

/* ---- Immediates, conditions, return addresses --------------------------------------------- */

static void R14_calls_of_T32(void **state)
{
    struct armvirt_exception exc;
    struct armvirt_pe pe;

    (void)state;
    pe = a32_pe(0x10);
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TGE | ARMVIRT_HCR_EL2_RW;
    assert_int_equal(run_t32(&pe, 0xdf42, 0, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0x11) << 26 | 0x42); /* IL is 0 */
    assert_int_equal(exc.elr, PC + 2);
    pe = a32_pe(0x13);
    assert_int_equal(run_t32(&pe, 0xf7e1, 0x8234, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0x12) << 26 | 1u << 25 | 0x1234);
    assert_int_equal(exc.elr, PC + 4);
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TSC;
    assert_int_equal(run_t32(&pe, 0xf7f1, 0x8000, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0x13) << 26 | 1u << 25 | COND | 1u << 19);
    assert_int_equal(exc.elr, PC);
    pe = a32_pe(0x10);
    pe.mdcr_el2 = ARMVIRT_MDCR_EL2_TDE;
    assert_int_equal(run_t32(&pe, 0xbe07, 0, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(0x38) << 26 | 7);
}

/* J1.2.3 CurrentCond: in an IT block the one of the block. */
static void the_condition_of_a_trapped_T32_instruction(void **state)
{
    struct armvirt_exception exc;
    struct armvirt_pe pe = a32_pe(0x13);

    (void)state;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TWI;
    assert_int_equal(run_t32(&pe, 0xbf30, 0, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(1) << 26 | COND);
    pe.pstate |= ARMVIRT_PUT(PSA(IT_7_2), 0x18 >> 2); /* NE */
    assert_int_equal(run_t32(&pe, 0xbf30, 0, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.esr, UINT64_C(1) << 26 | 1u << 24 | 1u << 20);
}

/* ---- SETEND, IT --------------------------------------------------------------------------- */

static void SED_and_ITD_of_the_level(void **state)
{
    struct armvirt_exception exc;

    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        struct armvirt_pe pe = a32_pe(n & 1 ? 0x10 : 0x13);
        uint64_t bits = n & 2 ? ARMVIRT_SCTLR_EL1_SED | ARMVIRT_SCTLR_EL1_ITD : 0;

        pe.vmsa.sctlr_el1 |= bits;
        assert_int_equal(run_t32(&pe, 0xb658, 0, &exc), bits ? ARMVIRT_FAULT : ARMVIRT_OK);
        assert_int_equal(run_t32(&pe, 0xbf0c, 0x4608, &exc), bits ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (bits) {
            assert_int_equal(exc.cause, CAUSE(SCTLR_ITD));
        }
    }
}

/* J1.2.2 CheckITEnabled: every halfword that may follow. */
static void ITD_forbids_by_what_follows(void **state)
{
    struct armvirt_exception exc;

    (void)state;
    for (unsigned next = 0; next < 0x10000; next++) {
        struct armvirt_pe pe = a32_pe(0x13);
        bool wide_or_branch = next >= 0xc000, misc = next >= 0xb000 && next < 0xc000;
        bool relative = (next >= 0xa000 && next < 0xa800) || (next >= 0x4800 && next < 0x5000);
        bool special = next >= 0x4400 && next < 0x4800;
        bool pc = special && (((next >> 3) & 15) == 15 || ((next >> 7 & 1) && (next & 7) == 7));

        pe.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_ITD;
        if ((run_t32(&pe, 0xbf08, (uint16_t)next, &exc) == ARMVIRT_FAULT) !=
            (wide_or_branch || misc || relative || pc)) {
            fail_msg("IT before %04x", next);
        }
    }
}

/* ---- Banked registers --------------------------------------------------------------------- */

/* J1.2.3 BankedRegisterAccessValid. */
static bool register_ok(unsigned m, unsigned mode, bool secure, bool monitor)
{
    if (m <= 4) {
        return mode == 0x11;
    }
    if (m == 5 || m == 6) {
        return mode != 0x1f && (m == 5 || mode != 0x1a);
    }
    if (m >= 8 && m <= 14) {
        return mode != 0x11;
    }
    if (m >= 16 && m <= 23) {
        static const uint8_t owners[] = {0x12, 0x13, 0x17, 0x1b};

        return mode != owners[(m - 16) / 2];
    }
    if (m == 28 || m == 29) {
        return secure && !monitor;
    }
    return (m == 30 && (monitor || mode == 0x1a)) || (m == 31 && monitor);
}

/* J1.2.3 SPSRaccessValid. */
static bool spsr_ok(unsigned m, unsigned mode, bool secure, bool monitor)
{
    switch (m) {
    case 14:
        return mode != 0x11;
    case 16:
        return mode != 0x12;
    case 18:
        return mode != 0x13;
    case 20:
        return mode != 0x17;
    case 22:
        return mode != 0x1b;
    case 28:
        return secure && !monitor;
    case 30:
        return monitor;
    default:
        return false;
    }
}

static struct armvirt_pe banked_pe(unsigned mode, bool secure, bool a32_el3)
{
    struct armvirt_pe pe = a32_pe(mode);

    pe.top_aarch32 = a32_el3;
    if (secure) {
        pe.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_NS;
    }
    pe.vmsa.scr_el3 &= ~ARMVIRT_SCR_EL3_RW;
    return pe;
}

static void J1_2_3_banked_registers(void **state)
{
    static const uint8_t modes[] = {0x10, 0x11, 0x12, 0x13, 0x16, 0x17, 0x1a, 0x1b, 0x1f};

    (void)state;
    for (unsigned n = 0; n < 9 * 32 * 2 * 4 * 2; n++) {
        unsigned mode = modes[n % 9], m = n / 9 % 32;
        bool spsr = n / 288 & 1, a32_el3 = n / 576 & 1, secure = n / 1152 & 1, t32 = n / 2304 & 1;
        bool monitor = mode == 0x16, ok, trap;
        struct armvirt_pe pe = banked_pe(mode, secure, a32_el3);
        struct armvirt_exception exc;
        enum armvirt_status status;

        if ((monitor && !a32_el3) || (mode == 0x1a && secure)) {
            continue;
        }
        ok = mode != 0x10 && (spsr ? spsr_ok(m, mode, secure || monitor, monitor)
                                   : register_ok(m, mode, secure || monitor, monitor));
        trap = ok && !a32_el3 && (m == 28 || m == 29);
        if (t32) {
            status = run_t32(&pe, (uint16_t)(0xf3e0 | (unsigned)spsr << 4 | (m & 15)),
                             (uint16_t)(0x8020 | m >> 4 << 4), &exc);
            assert_int_equal(run_t32(&pe, (uint16_t)(0xf380 | (unsigned)spsr << 4),
                                     (uint16_t)(0x8020 | m >> 4 << 4 | (m & 15) << 8), &exc),
                             status);
        } else {
            uint32_t fields = (uint32_t)spsr << 22 | (m & 15) << 16 | m >> 4 << 8;

            status = run_a32(&pe, 0xe1000200 | fields, &exc);
            assert_int_equal(run_a32(&pe, 0xe120f200 | fields, &exc), status);
        }
        if (status != (ok && !trap ? ARMVIRT_OK : ARMVIRT_FAULT)) {
            fail_msg("register %u, SPSR %d, mode %02x, secure %d, A32 EL3 %d", m, spsr, mode,
                     secure, a32_el3);
        }
        if (trap) {
            assert_int_equal(exc.target_el, 3);
            assert_int_equal(exc.esr >> 26, 0);
        }
    }
}

/* A caller that mistakes the Execution state gets an answer all the same. */
static void any_instruction_in_any_state_is_answered(void **state)
{
    static const uint8_t kinds[] = {K(BANKED), K(SRS), K(SETEND), K(IT)};
    struct armvirt_exception exc;

    (void)state;
    for (unsigned m = 0; m < 64; m++) {
        for (unsigned i = 0; i < sizeof(kinds); i++) {
            struct armvirt_insn insn = {.word = m << 16 | m << 8, .kind = kinds[i]};
            struct armvirt_pe pe = a32_pe(m & 31);
            enum armvirt_status status = armvirt_exc_insn(&pe, &insn, &exc);

            assert_true(status == ARMVIRT_OK || status == ARMVIRT_FAULT);
        }
    }
}

static void J1_1_2_MonitorModeTrap_of_SRS(void **state)
{
    struct armvirt_pe pe = banked_pe(0x13, true, false);
    struct armvirt_exception exc;

    (void)state;
    assert_int_equal(run_a32(&pe, 0xf84d0513, &exc), ARMVIRT_OK);
    assert_int_equal(run_a32(&pe, 0xf84d0516, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.target_el, 3);
    pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_EEL2;
    assert_int_equal(run_a32(&pe, 0xf84d0516, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.target_el, 2);
    pe = banked_pe(0x10, true, false);
    assert_int_equal(run_a32(&pe, 0xf84d0513, &exc), ARMVIRT_FAULT);
    assert_int_equal(exc.cause, CAUSE(EL));
    pe = banked_pe(0x1a, false, false);
    assert_int_equal(run_a32(&pe, 0xf84d0513, &exc), ARMVIRT_FAULT);
}

/* ---- Floating-point ----------------------------------------------------------------------- */

/* Where EL3 uses AArch32. */
static struct armvirt_pe a32_pe_under_a32_el3(unsigned mode, bool secure)
{
    struct armvirt_pe pe = a32_pe(mode);

    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, 2);
    pe.top_aarch32 = true;
    pe.vmsa.hcr_el2 = 0;
    pe.vmsa.scr_el3 = ARMVIRT_SCR_EL3_HCE | (secure ? 0 : ARMVIRT_SCR_EL3_NS);
    pe.mvbar = 0xa000;
    return pe;
}

/* SCR.TWI and TWE trap all modes but Monitor mode, Secure ones too. */
static void F5_1_301_waiting_is_trapped_to_Monitor_mode(void **state)
{
    static const struct {
        uint8_t mode;
        bool secure, trapped;
    } rows[] = {{0x13, false, true}, {0x1a, false, true},  {0x13, true, true},
                {0x10, true, true},  {0x16, false, false}, {0x16, true, false}};

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(rows) * 4; n++) {
        bool wfe = n & 1, on = n & 2;
        struct armvirt_pe pe = a32_pe_under_a32_el3(rows[n / 4].mode, rows[n / 4].secure);
        struct armvirt_exception exc;
        bool trapped = on && rows[n / 4].trapped;

        pe.vmsa.scr_el3 |= !on ? 0 : wfe ? ARMVIRT_SCR_EL3_TWE : ARMVIRT_SCR_EL3_TWI;
        assert_int_equal(run_a32(&pe, wfe ? 0xe320f002 : 0xe320f003, &exc),
                         trapped ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (trapped) {
            armvirt_exc_enter(&pe, &exc);
            assert_int_equal(pe.pstate & 0x1f, 0x16);
            assert_int_equal(pe.pc, 0xa004);
            assert_int_equal(pe.lr[ARMVIRT_A32_MON], PC + 4);
        }
    }
}

/* Secure state has no Hyp mode to call, Monitor mode neither. */
static void F5_1_55_HVC_where_EL3_uses_AArch32(void **state)
{
    static const struct {
        uint8_t mode;
        bool secure, calls;
    } rows[] = {{0x13, false, true}, {0x1a, false, true},  {0x10, false, false},
                {0x13, true, false}, {0x16, false, false}, {0x16, true, false}};

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(rows); n++) {
        struct armvirt_pe pe = a32_pe_under_a32_el3(rows[n].mode, rows[n].secure);
        struct armvirt_exception exc;

        assert_int_equal(run_a32(&pe, 0xe1400071, &exc), ARMVIRT_FAULT);
        assert_int_equal(exc.esr >> 26, rows[n].calls ? 0x12 : 0);
        assert_int_equal(exc.target_el, rows[n].calls ? 2 : 1);
    }
}

/* SCTLR.nTWI at EL0 under HCR.TGE: Hyp mode hears of something UNDEFINED, an AArch64 EL2 of WFI. */
static void J1_2_2_waiting_that_EL1_forbids_EL0(void **state)
{
    (void)state;
    for (unsigned a32 = 0; a32 < 2; a32++) {
        struct armvirt_pe pe = a32_pe(0x10);
        struct armvirt_exception exc;

        set_field(&pe.vmsa.scr_el3, ARMVIRT_SCR_EL3_RW, !a32);
        pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TGE;
        pe.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_NTWI;
        assert_int_equal(run_a32(&pe, 0xe320f003, &exc), ARMVIRT_FAULT);
        assert_int_equal(exc.target_el, 2);
        assert_int_equal(exc.esr, a32 ? 0x2000000 : 0x6000000 | COND);
    }
}

/* HSR reports debug exceptions as aborts with the code of a debug exception. */
static void G8_2_74_debug_exceptions_in_Hyp_mode(void **state)
{
    static const struct {
        uint8_t ec, lower;
        uint16_t iss, expect;
    } rows[] = {
        {0x38, 0x20, 0x1234, 0x22}, {0x30, 0x20, 0x22, 0x22},   {0x3a, 0x20, 0x22, 0x22},
        {0x34, 0x24, 0x62, 0x62},   {0x34, 0x24, 0x162, 0x162}, {0x34, 0x24, 0x422, 0x22},
    };

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(rows) * 3; n++) {
        static const uint8_t modes[] = {0x10, 0x13, 0x1a};
        unsigned k = n / 3, mode = modes[n % 3];
        struct armvirt_pe pe = a32_pe_under_a32_el3(mode, false);
        struct armvirt_exception exc;

        pe.mdcr_el2 = ARMVIRT_MDCR_EL2_TDE;
        armvirt_exc_raise(&pe, rows[k].ec, rows[k].iss, &exc);
        assert_int_equal(exc.target_el, 2);
        assert_int_equal(exc.esr, (uint64_t)(rows[k].lower | (mode == 0x1a)) << 26 | 1u << 25 |
                                      rows[k].expect);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(pe.pc & 0x1f, mode != 0x1a ? 0x14 : rows[k].lower == 0x24 ? 0x10 : 0x0c);
    }
}

static void J1_2_2_NSACR_and_ASEDIS(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        bool cp10 = n & 1, nsased = n & 2, ased = n & 4, simd = n & 8, hyp = n & 16, ns = n & 32;
        struct armvirt_pe pe = banked_pe(hyp ? 0x1a : 0x13, !ns, true);
        struct armvirt_exception exc;
        bool by_nsacr = ns && (!cp10 || (simd && nsased)), by_cpacr = simd && ased && !hyp;

        if (hyp && !ns) {
            continue;
        }
        pe.nsacr = (cp10 ? ARMVIRT_NSACR_CP10 : 0) | (nsased ? ARMVIRT_NSACR_NSASEDIS : 0);
        pe.cpacr_el1 |= ased ? ARMVIRT_CPACR_ASEDIS : 0;
        assert_int_equal(run_a32(&pe, simd ? 0xf2210802 : 0xee300a81, &exc),
                         by_nsacr || by_cpacr ? ARMVIRT_FAULT : ARMVIRT_OK);
        if (by_nsacr) {
            assert_int_equal(exc.cause, CAUSE(NSACR));
            assert_int_equal(exc.esr >> 26, hyp ? 7 : 0);
        } else if (by_cpacr) {
            assert_int_equal(exc.cause, CAUSE(CPACR_ASEDIS));
        }
    }
}

/* The register of AArch64 state that R14_svc is. */
static void R50_Rt_of_VMRS(void **state)
{
    struct armvirt_pe pe = a32_pe(0x13);
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_TID3;
    assert_int_equal(run_a32(&pe, 0xeef7ea10, &exc), ARMVIRT_FAULT);
    assert_int_equal(ARMVIRT_GET(ARMVIRT_ISS_MCR_MRC_RT, exc.esr), 18);
}

/* ---- LDC and STC -------------------------------------------------------------------------- */

/* G8.3.17, G8.3.19: with the class and syndrome of a memory access. */
static void D24_2_46_syndrome_of_LDC_and_STC(void **state)
{
    static const struct {
        uint32_t word;
        uint64_t iss;
    } rows[] = {
        {0xed9e5e01, UINT64_C(1) << 12 | 18 << 5 | 1 << 4 | 2 << 1 | 1}, /* LDC [R14_svc, #4] */
        {0xec255e03, UINT64_C(3) << 12 | 5 << 5 | 0 << 4 | 1 << 1},      /* STC [R5], #-12 */
        {0xed9f5e02, UINT64_C(2) << 12 | 0 << 5 | 1 << 4 | 6 << 1 | 1},  /* LDC [PC, #8] */
    };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct armvirt_pe pe = a32_pe(0x13);
        struct armvirt_sysreg_access access = {.reg = ARMVIRT_CP(14, 0, 0, 5, 0)};
        struct armvirt_sysreg_verdict verdict;
        struct armvirt_sysreg_view view;
        struct armvirt_exception exc;

        access.transfer = rows[i].word;
        access.write = rows[i].word >> 20 & 1;
        armvirt_sysreg_view_init(&view, &pe);
        armvirt_sysreg_access(&view, &access, &verdict);
        assert_int_equal(verdict.kind, ARMVIRT_SYSREG_DONE);
        pe.mdcr_el2 = ARMVIRT_MDCR_EL2_TDA;
        armvirt_sysreg_view_init(&view, &pe);
        armvirt_sysreg_access(&view, &access, &verdict);
        assert_int_equal(verdict.kind, ARMVIRT_SYSREG_TRAP);
        armvirt_sysreg_exception(&pe, &verdict, &exc);
        assert_int_equal(exc.esr, UINT64_C(6) << 26 | 1u << 25 | COND | rows[i].iss);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, F3_1_kinds_of_T32);
    SUITE_ADD(&suite, F4_1_kinds_of_A32_without_condition);
    SUITE_ADD(&suite, R14_calls_of_T32);
    SUITE_ADD(&suite, the_condition_of_a_trapped_T32_instruction);
    SUITE_ADD(&suite, SED_and_ITD_of_the_level);
    SUITE_ADD(&suite, ITD_forbids_by_what_follows);
    SUITE_ADD(&suite, J1_2_3_banked_registers);
    SUITE_ADD(&suite, any_instruction_in_any_state_is_answered);
    SUITE_ADD(&suite, J1_1_2_MonitorModeTrap_of_SRS);
    SUITE_ADD(&suite, F5_1_301_waiting_is_trapped_to_Monitor_mode);
    SUITE_ADD(&suite, F5_1_55_HVC_where_EL3_uses_AArch32);
    SUITE_ADD(&suite, J1_2_2_waiting_that_EL1_forbids_EL0);
    SUITE_ADD(&suite, G8_2_74_debug_exceptions_in_Hyp_mode);
    SUITE_ADD(&suite, J1_2_2_NSACR_and_ASEDIS);
    SUITE_ADD(&suite, R50_Rt_of_VMRS);
    SUITE_ADD(&suite, D24_2_46_syndrome_of_LDC_and_STC);
    return suite_run(&suite, "insn_a32");
}
