/* SPDX-License-Identifier: MIT */
/*
 * Routing and masking of interrupts and SErrors, over all control bits, against the tables of
 * DDI0487 D1.4.6.3 and D1.4.6.4, which are written down here as they stand there.
 */
#include "exc_bench.h"

#define SCR(name)  ARMVIRT_SCR_EL3_##name
#define HCR(name)  ARMVIRT_HCR_EL2_##name
#define HCRX(name) ARMVIRT_HCRX_EL2_##name

/* Table D1-12: SCR_EL3.{NS, EEL2, IRQ or FIQ, RW}, HCR.{TGE, IMO or FMO}, HCR_EL2.{E2H, RW}; target
 * at EL0 to EL3. '1' also stands for AArch32 IRQ and FIQ mode, '2' for Hyp mode. */
static const struct row d1_12[] = {
    {"0000xxxx", "11-C"}, {"0001xxxx", "11-C"}, {"001xxxxx", "33-3"}, {"010x0000", "11CC"},
    {"010x0001", "11CC"}, {"010x001x", "11CC"}, {"010x01xx", "222C"}, {"010x1xxx", "2-2C"},
    {"011x0xxx", "3333"}, {"011x1xxx", "3-33"}, {"1x0000xx", "112C"}, {"1x0001xx", "222C"},
    {"1x001xxx", "2-2C"}, {"1x010000", "11CC"}, {"1x010001", "11CC"}, {"1x01001x", "11CC"},
    {"1x0101xx", "222C"}, {"1x011xxx", "2-2C"}, {"1x1x0xxx", "3333"}, {"1x1x1xxx", "3-33"},
};

/* Table D1-21: SCR_EL3.{NS, EEL2, IRQ or FIQ}, HCR.{RW, TGE, E2H, IMO or FMO}. 'A' taken whatever
 * PSTATE says, 'B' maskable, 'C' stays pending. The RW of Non-secure rows is SCR_EL3's. */
static const struct row d1_21[] = {
    {"000xxxx", "BB-C"}, {"001xxxx", "AA-B"}, {"010x0x0", "BBCC"}, {"010x0x1", "AABC"},
    {"010x10x", "A-BC"}, {"010x11x", "B-BC"}, {"011x0xx", "AAAB"}, {"011x1xx", "A-AB"},
    {"1x000x0", "BBBC"}, {"1x000x1", "AABC"}, {"1x001xx", "A-BC"}, {"1x010x0", "BBCC"},
    {"1x010x1", "AABC"}, {"1x0110x", "A-BC"}, {"1x0111x", "B-BC"}, {"1x1x0xx", "AAAB"},
    {"1x1x1xx", "A-AB"},
};

/* R_MGNFZ: SCR_EL3.{EA, TMEA, NMEA}, HCR_EL2.{TGE, E2H, AMO}, SCTLR2_EL2.NMEA, HCRX_EL2.TMEA,
 * SCTLR2_EL1.NMEA, PSTATE.A; target from EL0 to EL2. */
static const struct row serror_targets[] = {
    {"0000x000xx", "11C"}, {"0000x00101", "22C"}, {"0000x001x0", "11C"}, {"0000x00111", "12C"},
    {"0000x010xx", "112"}, {"0000x01101", "222"}, {"0000x011x0", "112"}, {"0000x01111", "122"},
    {"0000x1xxxx", "222"}, {"0001xxxxxx", "2-2"}, {"0010x000xx", "11C"}, {"0010x00101", "22C"},
    {"0010x001x0", "11C"}, {"0010x00111", "12C"}, {"0010x010xx", "112"}, {"0010x01101", "222"},
    {"0010x011x0", "112"}, {"0010x01111", "122"}, {"0010x1xxxx", "222"}, {"0011xxxxxx", "2-2"},
    {"0100x00xx0", "113"}, {"0100x0x001", "333"}, {"0100x0x011", "133"}, {"0100x0x101", "223"},
    {"0100x0x111", "123"}, {"0100x01xx0", "112"}, {"0100x1xxx0", "222"}, {"0100x1xxx1", "223"},
    {"01010xxxx1", "2-3"}, {"0101xxxxx0", "2-2"}, {"01011x0xx1", "3-3"}, {"01011x1xx1", "2-3"},
    {"0110x00xx0", "113"}, {"0110x0x001", "333"}, {"0110x0x011", "133"}, {"0110x0x101", "223"},
    {"0110x0x111", "123"}, {"0110x01xx0", "112"}, {"0110x1xxx0", "222"}, {"0110x1xxx1", "223"},
    {"01110xxxx1", "2-3"}, {"0111xxxxx0", "2-2"}, {"01111x0xx1", "3-3"}, {"01111x1xx1", "2-3"},
    {"1xx0xxxxxx", "333"}, {"1xx1xxxxxx", "3-3"},
};

/* Table D1-23: the same controls but PSTATE.A, from EL0 to EL3. */
static const struct row serror_masks[] = {
    {"0000x0000", "BBCC"}, {"0000x0001", "AACC"}, {"0000x001x", "AACC"}, {"0000x0100", "BBAC"},
    {"0000x0101", "AAAC"}, {"0000x011x", "AAAC"}, {"0000x10xx", "AABC"}, {"0000x11xx", "AAAC"},
    {"00010x0xx", "A-BC"}, {"0001xx1xx", "A-AC"}, {"00011x0xx", "B-BC"}, {"0010x0000", "BBCA"},
    {"0010x0001", "AACA"}, {"0010x001x", "AACA"}, {"0010x0100", "BBAA"}, {"0010x0101", "AAAA"},
    {"0010x011x", "AAAA"}, {"0010x10xx", "AABA"}, {"0010x11xx", "AAAA"}, {"00110x0xx", "A-BA"},
    {"0011xx1xx", "A-AA"}, {"00111x0xx", "B-BA"}, {"0100xxxxx", "AAAC"}, {"0101xxxxx", "A-AC"},
    {"0110xxxxx", "AAAA"}, {"0111xxxxx", "A-AA"}, {"1x00xxxxx", "AAAB"}, {"1x01xxxxx", "A-AB"},
    {"1x10xxxxx", "AAAA"}, {"1x11xxxxx", "A-AA"},
};

/* Tables D1-15 and D1-24, EL2 in AArch32 state: SCR_EL3.{EA, TMEA}, HCR.{TGE, AMO}, PSTATE.A. */
static const struct row serror_targets_a32[] = {
    {"0000x", "112"}, {"0001x", "222"}, {"001xx", "2-2"}, {"01000", "112"},
    {"01001", "333"}, {"01010", "222"}, {"01011", "223"}, {"011x0", "2-2"},
    {"011x1", "2-3"}, {"1x0xx", "333"}, {"1x1xx", "3-3"},
};
static const struct row serror_masks_a32[] = {
    {"0000", "BBB"}, {"0001", "AAB"}, {"001x", "A-B"}, {"010x", "AAA"},
    {"011x", "A-A"}, {"1x0x", "AAA"}, {"1x1x", "A-A"},
};

/* Table D1-16: HCR_EL2.{TGE, AMO}, HCRX_EL2.TMEA, PSTATE.A. Table D1-31: TGE, E2H, AMO, TMEA. */
static const struct row delegated_targets[] = {
    {"000x", "11C"}, {"0010", "11C"}, {"0011", "22C"}, {"01xx", "222"}, {"1xxx", "2-2"},
};
static const struct row delegated_masks[] = {
    {"0x00", "BBC"}, {"0x01", "AAC"}, {"0x1x", "AAB"}, {"10xx", "A-B"}, {"11xx", "B-B"},
};

/* R_BKHXL: SCR_EL3.{EEL2, NS, EA or IRQ or FIQ}, HCR.{E2H, TGE, AMO or IMO or FMO}. */
static const struct row virtual_masks[] = {
    {"00xxxx", "CC-C"}, {"10xx00", "CCCC"}, {"10xx01", "BBCC"}, {"10xx1x", "C-CC"},
    {"x1xx00", "CCCC"}, {"x1xx01", "BBCC"}, {"x1xx1x", "C-CC"},
};

/* Taken, by the letter of a masking table. */
static bool is_taken(char letter, bool masked)
{
    return letter == 'A' || (letter == 'B' && !masked);
}

static unsigned pending_target(const struct armvirt_pe *pe, uint32_t lines,
                               enum armvirt_exc_source source)
{
    struct armvirt_exc_pending p;

    armvirt_exc_pending(pe, lines, &p);
    assert_int_equal(p.target_el[source] != 0, p.takeable >> source & 1);
    assert_int_equal(p.takeable & ~p.pending, 0);
    if (lines == ARMVIRT_LINE_IRQ || lines == ARMVIRT_LINE_FIQ || lines == ARMVIRT_LINE_SERROR) {
        assert_int_equal(p.first, p.takeable ? source : ARMVIRT_EXC_SYNC);
        assert_true(p.wake);
    }
    return p.target_el[source];
}

/* ---- IRQ and FIQ -------------------------------------------------------------------------- */

struct interrupt_case {
    bool ns, eel2, route, scr_rw, tge, mo, e2h, hcr_rw, masked, fiq;
};

/* Which width EL1 has; the tables let HCR_EL2.RW count where EL2 is enabled and is no host. */
static bool el1_is_a32(const struct interrupt_case *c)
{
    bool el2 = c->ns || c->eel2;

    if (!c->scr_rw && !(!c->ns && c->eel2)) {
        return true;
    }
    return el2 && !c->hcr_rw && !(c->e2h && c->tge);
}

static struct armvirt_pe interrupt_pe(const struct interrupt_case *c, unsigned el)
{
    struct armvirt_pe pe = make_pe();
    bool a32 = el == 2 ? !c->scr_rw && c->ns : el < 2 && el1_is_a32(c);

    set_field(&pe.vmsa.scr_el3, SCR(NS), c->ns);
    set_field(&pe.vmsa.scr_el3, SCR(EEL2), c->eel2);
    set_field(&pe.vmsa.scr_el3, c->fiq ? SCR(FIQ) : SCR(IRQ), c->route);
    set_field(&pe.vmsa.scr_el3, SCR(RW), c->scr_rw);
    set_field(&pe.vmsa.hcr_el2, HCR(TGE), c->tge);
    set_field(&pe.vmsa.hcr_el2, c->fiq ? HCR(FMO) : HCR(IMO), c->mo);
    set_field(&pe.vmsa.hcr_el2, HCR(E2H), c->e2h);
    set_field(&pe.vmsa.hcr_el2, HCR(RW), c->hcr_rw);
    pe.pstate = (a32 ? a32_at_el(el) : at_el(el)) | (c->masked ? c->fiq ? PS(F) : PS(I) : 0);
    return pe;
}

/* 2^10 settings at four levels: both tables must give what armvirt gives. */
static void D1_12_D1_21_R19_targets_and_masks_of_interrupts(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 1024; n++) {
        struct interrupt_case c = {n >> 9 & 1, n >> 8 & 1, n >> 7 & 1, n >> 6 & 1, n >> 5 & 1,
                                   n >> 4 & 1, n >> 3 & 1, n >> 2 & 1, n >> 1 & 1, n & 1};
        char controls[9], masks[8];

        controls_text(n >> 2, 8, controls);
        memcpy(masks,
               (char[]){controls[0], controls[1], controls[2], controls[3], controls[4],
                        controls[6], controls[5], '\0'},
               8);
        for (unsigned el = 0; el < 4; el++) {
            char target = table_answer(d1_12, COUNT_OF(d1_12), controls, el);
            char mask = table_answer(d1_21, COUNT_OF(d1_21), masks, el);
            struct armvirt_pe pe = interrupt_pe(&c, el);
            unsigned expected = is_taken(mask, c.masked) ? (unsigned)(target - '0') : 0;
            uint32_t line = c.fiq ? ARMVIRT_LINE_FIQ : ARMVIRT_LINE_IRQ;

            if (target != '-') {
                assert_int_equal(
                    pending_target(&pe, line, c.fiq ? ARMVIRT_EXC_FIQ : ARMVIRT_EXC_IRQ), expected);
            }
        }
    }
}

/* R_XZPDT, R_MHWBP, R_GFXKY: what masks an interrupt to the current level, by superpriority. */
static void R_MHWBP_R_GFXKY_R7_superpriority(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 512; n++) {
        bool nmi = n & 1, spint = n >> 1 & 1, sp = n >> 2 & 1, allint = n >> 3 & 1;
        bool masked = n >> 4 & 1, super = n >> 5 & 1, fiq = n >> 6 & 1;
        unsigned el = n >> 7; /* of the PE and, above EL0, of the target */
        bool allintmask = nmi && (allint || (sp && spint));
        bool expect_masked = allintmask && el != 0 ? true : nmi && super ? false : masked;
        struct armvirt_pe pe = make_pe();
        uint64_t *sctlr = el == 3   ? &pe.vmsa.sctlr_el3
                          : el == 2 ? &pe.vmsa.sctlr_el2
                                    : &pe.vmsa.sctlr_el1;
        uint32_t line = fiq ? ARMVIRT_LINE_FIQ : ARMVIRT_LINE_IRQ;

        if (super) {
            line |= fiq ? ARMVIRT_LINE_FIQ_NMI : ARMVIRT_LINE_IRQ_NMI;
        }
        set_field(sctlr, ARMVIRT_SCTLR_EL1_NMI, nmi);
        set_field(sctlr, ARMVIRT_SCTLR_EL1_SPINTMASK, spint);
        if (el == 2) {
            pe.vmsa.hcr_el2 |= HCR(IMO) | HCR(FMO);
        }
        if (el == 3) {
            pe.vmsa.scr_el3 |= SCR(IRQ) | SCR(FIQ);
        }
        pe.pstate = (el << 2) | (sp && el ? 1 : 0) | (allint && el ? PS(ALLINT) : 0) |
                    (masked ? fiq ? PS(F) : PS(I) : 0);
        if (el != 0 || (!allint && !sp)) {
            assert_int_equal(pending_target(&pe, line, fiq ? ARMVIRT_EXC_FIQ : ARMVIRT_EXC_IRQ),
                             expect_masked ? 0
                             : el          ? el
                                           : 1);
        }
    }
}

/* ---- SError ------------------------------------------------------------------------------- */

static struct armvirt_pe serror_pe(unsigned n, unsigned el)
{
    struct armvirt_pe pe = make_pe();

    set_field(&pe.vmsa.scr_el3, SCR(EA), n >> 9 & 1);
    set_field(&pe.vmsa.scr_el3, SCR(TMEA), n >> 8 & 1);
    set_field(&pe.vmsa.scr_el3, SCR(NMEA), n >> 7 & 1);
    set_field(&pe.vmsa.hcr_el2, HCR(TGE), n >> 6 & 1);
    set_field(&pe.vmsa.hcr_el2, HCR(E2H), n >> 5 & 1);
    set_field(&pe.vmsa.hcr_el2, HCR(AMO), n >> 4 & 1);
    set_field(&pe.vmsa.sctlr2_el2, ARMVIRT_SCTLR2_EL2_NMEA, n >> 3 & 1);
    set_field(&pe.vmsa.hcrx_el2, HCRX(TMEA), n >> 2 & 1);
    set_field(&pe.vmsa.sctlr2_el1, ARMVIRT_SCTLR2_EL1_NMEA, n >> 1 & 1);
    pe.pstate = at_el(el) | (n & 1 ? PS(A) : 0);
    return pe;
}

/* At EL3 the target table has no column: it is EL3. */
static void D1_14_D1_23_R40_R41_targets_and_masks_of_SError(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 1024; n++) {
        char controls[11], masks[11];

        controls_text(n, 10, controls);
        memcpy(masks, controls, 9);
        masks[9] = '\0';
        for (unsigned el = 0; el < 4; el++) {
            char mask = table_answer(serror_masks, COUNT_OF(serror_masks), masks, el);
            char target =
                el == 3 ? '3'
                        : table_answer(serror_targets, COUNT_OF(serror_targets), controls, el);
            struct armvirt_pe pe = serror_pe(n, el);

            if (mask != '-') {
                assert_int_equal(pending_target(&pe, ARMVIRT_LINE_SERROR, ARMVIRT_EXC_SERROR),
                                 is_taken(mask, n & 1) ? (unsigned)(target - '0') : 0);
            }
        }
    }
}

static void D1_15_D1_24_SError_with_AArch32_EL2(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 32; n++) {
        char controls[6], masks[6];

        controls_text(n, 5, controls);
        memcpy(masks, controls, 4);
        masks[4] = '\0';
        for (unsigned el = 0; el < 3; el++) {
            char target =
                table_answer(serror_targets_a32, COUNT_OF(serror_targets_a32), controls, el);
            char mask = table_answer(serror_masks_a32, COUNT_OF(serror_masks_a32), masks, el);
            struct armvirt_pe pe = make_pe();

            set_field(&pe.vmsa.scr_el3, SCR(RW), 0);
            set_field(&pe.vmsa.scr_el3, SCR(EA), n >> 4 & 1);
            set_field(&pe.vmsa.scr_el3, SCR(TMEA), n >> 3 & 1);
            set_field(&pe.vmsa.hcr_el2, HCR(TGE), n >> 2 & 1);
            set_field(&pe.vmsa.hcr_el2, HCR(AMO), n >> 1 & 1);
            pe.pstate = a32_at_el(el) | (n & 1 ? PS(A) : 0);
            if (target != '-') {
                assert_int_equal(pending_target(&pe, ARMVIRT_LINE_SERROR, ARMVIRT_EXC_SERROR),
                                 is_taken(mask, n & 1) ? (unsigned)(target - '0') : 0);
            }
        }
    }
}

/* Enabled by EnDSE where EL3 would have the physical one (R_TNWJT). */
static void D1_16_D1_31_delegated_SError(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 256; n++) {
        bool tge = n >> 4 & 1, e2h = n >> 3 & 1, amo = n >> 2 & 1, tmea = n >> 1 & 1, a = n & 1;
        bool endse = n >> 5 & 1, ea = n >> 6 & 1, tmea3 = n >> 7 & 1;
        const char targets[] = {(char)('0' + tge), (char)('0' + amo), (char)('0' + tmea),
                                (char)('0' + a), '\0'};
        const char masks[] = {(char)('0' + tge), (char)('0' + e2h), (char)('0' + amo),
                              (char)('0' + tmea), '\0'};

        for (unsigned el = 0; el < 4; el++) {
            struct armvirt_pe pe = make_pe();
            unsigned expected = 0;

            set_field(&pe.vmsa.hcr_el2, HCR(TGE), tge);
            set_field(&pe.vmsa.hcr_el2, HCR(E2H), e2h);
            set_field(&pe.vmsa.hcr_el2, HCR(AMO), amo);
            set_field(&pe.vmsa.hcrx_el2, HCRX(TMEA), tmea);
            set_field(&pe.vmsa.scr_el3, SCR(ENDSE), endse);
            set_field(&pe.vmsa.scr_el3, SCR(EA), ea);
            set_field(&pe.vmsa.scr_el3, SCR(TMEA), tmea3);
            pe.vmsa.scr_el3 |= SCR(DSE);
            pe.pstate = at_el(el) | (a ? PS(A) : 0);
            if (el == 1 && tge) {
                continue;
            }
            if (el < 3 && endse && (ea || tmea3) &&
                is_taken(table_answer(delegated_masks, COUNT_OF(delegated_masks), masks, el), a)) {
                expected = (unsigned)(table_answer(delegated_targets, COUNT_OF(delegated_targets),
                                                   targets, el) -
                                      '0');
            }
            assert_int_equal(pending_target(&pe, 0, ARMVIRT_EXC_DSERROR), expected);
        }
    }
}

/* ---- Virtual ones ------------------------------------------------------------------------- */

static void R_BKHXL_R18_virtual_interrupts(void **state)
{
    static const struct {
        enum armvirt_exc_source source;
        uint64_t pend, enable, scr, mask;
    } kinds[] = {
        {ARMVIRT_EXC_VIRQ, HCR(VI), HCR(IMO), SCR(IRQ), PS(I)},
        {ARMVIRT_EXC_VFIQ, HCR(VF), HCR(FMO), SCR(FIQ), PS(F)},
        {ARMVIRT_EXC_VSERROR, HCR(VSE), HCR(AMO), SCR(EA), PS(A)},
    };

    (void)state;
    for (unsigned n = 0; n < 128 * 3; n++) {
        unsigned k = n % 3, bits = n / 3;
        char controls[7];

        controls_text(bits >> 1, 6, controls);
        for (unsigned el = 0; el < 4; el++) {
            char mask = table_answer(virtual_masks, COUNT_OF(virtual_masks), controls, el);
            struct armvirt_pe pe = make_pe();

            set_field(&pe.vmsa.scr_el3, SCR(EEL2), bits >> 6 & 1);
            set_field(&pe.vmsa.scr_el3, SCR(NS), bits >> 5 & 1);
            set_field(&pe.vmsa.scr_el3, kinds[k].scr, bits >> 4 & 1);
            set_field(&pe.vmsa.hcr_el2, HCR(E2H), bits >> 3 & 1);
            set_field(&pe.vmsa.hcr_el2, HCR(TGE), bits >> 2 & 1);
            set_field(&pe.vmsa.hcr_el2, kinds[k].enable, bits >> 1 & 1);
            pe.vmsa.hcr_el2 |= kinds[k].pend;
            pe.pstate = at_el(el) | (bits & 1 ? kinds[k].mask : 0);
            if (mask != '-') {
                assert_int_equal(pending_target(&pe, 0, kinds[k].source), is_taken(mask, bits & 1));
            }
        }
    }
}

/* R_SNLJH, R_XSPSG: NMI of the guest, by HCRX_EL2.VINMI and VFNMI, or by a line. */
static void R_SNLJH_R_XSPSG_virtual_superpriority(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 256; n++) {
        bool nmi = n & 1, allint = n >> 1 & 1, masked = n >> 2 & 1, super = n >> 3 & 1;
        bool line = n >> 4 & 1, f = n >> 5 & 1, el1 = n >> 6 & 1, hcrx = n >> 7 & 1;
        bool is_super = super && (line || hcrx);
        bool expect = nmi && el1 && allint ? false : !masked || (nmi && is_super);
        struct armvirt_pe pe = make_pe();
        uint32_t lines = f ? ARMVIRT_LINE_VFIQ : ARMVIRT_LINE_VIRQ;

        pe.vmsa.hcr_el2 |= HCR(IMO) | HCR(FMO);
        set_field(&pe.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_NMI, nmi);
        if (line) {
            lines |= super ? f ? ARMVIRT_LINE_VFIQ_NMI : ARMVIRT_LINE_VIRQ_NMI : 0;
        } else {
            lines = 0;
            pe.vmsa.hcr_el2 |= f ? HCR(VF) : HCR(VI);
            set_field(&pe.vmsa.hcrx_el2, f ? HCRX(VFNMI) : HCRX(VINMI), super && hcrx);
        }
        pe.pstate =
            at_el(el1) | (allint && el1 ? PS(ALLINT) : 0) | (masked ? f ? PS(F) : PS(I) : 0);
        assert_int_equal(pending_target(&pe, lines, f ? ARMVIRT_EXC_VFIQ : ARMVIRT_EXC_VIRQ),
                         expect);
    }
}

/* ---- Taking them -------------------------------------------------------------------------- */

static void R42_a_virtual_SError_has_the_syndrome_of_VSESR_and_is_pending_no_more(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.hcr_el2 |= HCR(AMO) | HCR(VSE);
    pe.vsesr_el2 = UINT64_C(0x1234567);
    pe.pstate = at_el(1);
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_VSERROR, 1, 0, &exc);
    assert_int_equal(exc.esr, UINT64_C(0xbe000000) | 0x1234567);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.vmsa.hcr_el2 & HCR(VSE), 0);
    assert_int_equal(pe.esr_el[1], UINT64_C(0xbe000000) | 0x1234567);
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x380);
}

static void I_QKSJR_a_delegated_SError_takes_VSESR_EL3(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    pe.vmsa.scr_el3 |= SCR(ENDSE) | SCR(DSE) | SCR(EA);
    pe.vsesr_el3 = 0x123;
    pe.pstate = at_el(0);
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_DSERROR, 1, 0, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.vmsa.scr_el3 & SCR(DSE), 0);
    assert_int_equal(pe.esr_el[1], UINT64_C(0xbe000123));
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x580);
}

static void R_RKDNV_interrupts_leave_the_syndrome_alone(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    pe.pstate = at_el(1);
    pe.esr_el[1] = 77;
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_FIQ, 1, 0, &exc);
    armvirt_exc_enter(&pe, &exc);
    assert_int_equal(pe.esr_el[1], 77);
    assert_int_equal(pe.pc, pe.vbar_el[1] + 0x300);
    assert_int_equal(pe.elr_el[1], PC);
}

static void without_RAS_a_virtual_SError_says_nothing(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exception exc;

    (void)state;
    set_field(&pe.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, 0);
    pe.vsesr_el2 = 0x1ff;
    armvirt_exc_interrupt(&pe, ARMVIRT_EXC_VSERROR, 1, 0, &exc);
    assert_int_equal(exc.esr, UINT64_C(0xbe000000));
}

/* The order is a choice: docs/conformance.md. */
static void D1_4_6_5_the_order_of_choice(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_pending p;
    uint32_t lines = ARMVIRT_LINE_IRQ | ARMVIRT_LINE_FIQ | ARMVIRT_LINE_SERROR;

    (void)state;
    pe.pstate = at_el(0);
    armvirt_exc_pending(&pe, lines, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_SERROR);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ | ARMVIRT_LINE_FIQ, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_FIQ);
    pe.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EL1_NMI;
    armvirt_exc_pending(&pe, lines | ARMVIRT_LINE_IRQ_NMI, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_IRQ);
    pe.vmsa.hcr_el2 |= HCR(IMO) | HCR(FMO) | HCR(AMO) | HCR(VSE);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_VIRQ | ARMVIRT_LINE_VFIQ, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_VIRQ);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_VIRQ | ARMVIRT_LINE_VFIQ | ARMVIRT_LINE_VFIQ_NMI, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_VFIQ);
    armvirt_exc_pending(&pe, 0, &p);
    assert_int_equal(p.first, ARMVIRT_EXC_VSERROR);
}

static void R44_what_is_masked_wakes(void **state)
{
    struct armvirt_pe pe = make_pe();
    struct armvirt_exc_pending p;

    (void)state;
    pe.pstate = at_el(1) | PS(I) | PS(F) | PS(A);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_IRQ, &p);
    assert_int_equal(p.takeable, 0);
    assert_true(p.wake);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_VIRQ, &p);
    assert_false(p.wake);
    pe.vmsa.hcr_el2 |= HCR(IMO);
    armvirt_exc_pending(&pe, ARMVIRT_LINE_VIRQ, &p);
    assert_true(p.wake);
}

/* ---- ISR_EL1 ------------------------------------------------------------------------------ */

static void R43_ISR_shows_EL1_what_is_virtual_where_it_is_enabled(void **state)
{
    struct armvirt_pe pe = make_pe();
    uint32_t physical = ARMVIRT_LINE_IRQ | ARMVIRT_LINE_FIQ | ARMVIRT_LINE_SERROR |
                        ARMVIRT_LINE_IRQ_NMI | ARMVIRT_LINE_FIQ_NMI;
    uint64_t all = ARMVIRT_ISR_EL1_A | ARMVIRT_ISR_EL1_I | ARMVIRT_ISR_EL1_F | ARMVIRT_ISR_EL1_IS |
                   ARMVIRT_ISR_EL1_FS;

    (void)state;
    pe.pstate = at_el(1);
    assert_int_equal(armvirt_exc_isr(&pe, physical), all);
    assert_int_equal(armvirt_exc_isr(&pe, 0), 0);
    pe.vmsa.hcr_el2 |= HCR(IMO) | HCR(FMO) | HCR(AMO);
    assert_int_equal(armvirt_exc_isr(&pe, physical), 0);
    pe.vmsa.hcr_el2 |= HCR(VI) | HCR(VSE);
    assert_int_equal(armvirt_exc_isr(&pe, 0), ARMVIRT_ISR_EL1_I | ARMVIRT_ISR_EL1_A);
    pe.vmsa.hcrx_el2 |= HCRX(VINMI);
    assert_int_equal(armvirt_exc_isr(&pe, ARMVIRT_LINE_VFIQ),
                     ARMVIRT_ISR_EL1_I | ARMVIRT_ISR_EL1_IS | ARMVIRT_ISR_EL1_F |
                         ARMVIRT_ISR_EL1_A);
    pe.pstate = at_el(2);
    assert_int_equal(armvirt_exc_isr(&pe, ARMVIRT_LINE_FIQ), ARMVIRT_ISR_EL1_F);
    pe.vmsa.scr_el3 |= SCR(ENDSE) | SCR(DSE) | SCR(EA);
    assert_int_equal(armvirt_exc_isr(&pe, 0), ARMVIRT_ISR_EL1_A);
    set_field(&pe.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_NMI, 0);
    pe.pstate = at_el(3);
    assert_int_equal(armvirt_exc_isr(&pe, physical),
                     ARMVIRT_ISR_EL1_A | ARMVIRT_ISR_EL1_I | ARMVIRT_ISR_EL1_F);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D1_12_D1_21_R19_targets_and_masks_of_interrupts);
    SUITE_ADD(&suite, R_MHWBP_R_GFXKY_R7_superpriority);
    SUITE_ADD(&suite, D1_14_D1_23_R40_R41_targets_and_masks_of_SError);
    SUITE_ADD(&suite, D1_15_D1_24_SError_with_AArch32_EL2);
    SUITE_ADD(&suite, D1_16_D1_31_delegated_SError);
    SUITE_ADD(&suite, R_BKHXL_R18_virtual_interrupts);
    SUITE_ADD(&suite, R_SNLJH_R_XSPSG_virtual_superpriority);
    SUITE_ADD(&suite, R42_a_virtual_SError_has_the_syndrome_of_VSESR_and_is_pending_no_more);
    SUITE_ADD(&suite, I_QKSJR_a_delegated_SError_takes_VSESR_EL3);
    SUITE_ADD(&suite, R_RKDNV_interrupts_leave_the_syndrome_alone);
    SUITE_ADD(&suite, without_RAS_a_virtual_SError_says_nothing);
    SUITE_ADD(&suite, D1_4_6_5_the_order_of_choice);
    SUITE_ADD(&suite, R44_what_is_masked_wakes);
    SUITE_ADD(&suite, R43_ISR_shows_EL1_what_is_virtual_where_it_is_enabled);
    return suite_run(&suite, "async");
}
