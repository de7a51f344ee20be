/* SPDX-License-Identifier: MIT */
/*
 * Features that no other implementation has been compared with: FEAT_THE (D8.2.7), FEAT_MEC
 * (D8.12), FEAT_AIE (D8.6.1), GCS at stage 2, LD64B and ST64B (C3.2.8); and what identifies a
 * translation: ASID, VMID (D8.16.3), byte order (D8.2.5.3), the enables of TCR2_ELx.
 */
#include <armvirt/abort.h>

#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)

#define S2_ASSURED_ONLY (UINT64_C(1) << 58)
#define PROTECTED       (UINT64_C(1) << 52)

/* ---- FEAT_THE: assured translations ------------------------------------------------------- */

/* Permission index n of a stage 2 leaf. */
static uint64_t index_bits(unsigned n)
{
    return (uint64_t)(n >> 2) << 53 | (uint64_t)(n >> 1 & 1) << 51 | (uint64_t)(n & 1) << 6;
}

enum { RW_INDEX = 0, MRO_INDEX = 1, TL01_INDEX = 2 };

/* Tables in mostly read-only pages, all descriptors protected, the output AssuredOnly. */
static void set_assured(void)
{
    const uint64_t page = LEAF_PAGE | LEAF_AF | S2_WB | LEAF_BIT7;

    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2PIE | ARMVIRT_VTCR_EL2_ASSUREDONLY | ARMVIRT_VTCR_EL2_TL0;
    t.vmsa.s2pir_el2 = 0x72f; /* RW with X, MRO, MRO-TL01 */
    t.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_PNCH;
    tables_page(&t, 0, IPA | S1_RW | PROTECTED);
    for (int level = 0; level < 3; level++)
        tables_find(&t, S1_TABLE(level))->value[0] |= PROTECTED;
    for (int level = 0; level <= 3; level++)
        tables_s2_page(&t, S1_TABLE(level),
                       S1_TABLE(level) | page | index_bits(level ? MRO_INDEX : TL01_INDEX));
    tables_s2_page(&t, IPA, IPA | page | index_bits(RW_INDEX) | S2_ASSURED_ONLY);
}

static void expect_assured(bool assured)
{
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                  assured ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2_ASSURED_ONLY);
    assert_int_equal(t.walk.fault.assured_only, !assured);
}

static void the_D8_2_7_3_every_descriptor_must_be_protected(void **state)
{
    (void)state;
    for (int level = -1; level <= 3; level++) {
        set_assured();
        if (level >= 0)
            tables_find(&t, S1_TABLE(level))->value[0] &= ~PROTECTED;
        expect_assured(level < 0);
    }
}

static void the_D8_2_7_3_every_table_must_be_mostly_read_only(void **state)
{
    (void)state;
    for (int level = 1; level <= 3; level++) {
        set_assured();
        tables_find(&t, S2_TABLE(3) + (S1_TABLE(level) >> 21) * 0x1000)->value[0] ^=
            index_bits(MRO_INDEX) ^ index_bits(RW_INDEX);
        expect_assured(false);
    }
}

static void the_D8_2_7_3_TLn_of_the_half_begins_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool tl0 = i & 1, tl1 = i & 2, pnch = i & 4;

        set_assured();
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_TL0, tl0);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_TL1, tl1);
        t.vmsa.tcr2_el1 = pnch ? ARMVIRT_TCR2_EL1_PNCH : 0;
        expect_assured(tl0 && pnch);
    }
}

static void the_R_YXKRB_AssuredOnly_needs_its_enable(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        set_assured();
        t.vmsa.tcr2_el1 = 0;
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_ASSUREDONLY, i & 1);
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_THE, i >> 1);
        expect_assured(i != 3);
    }
    set_assured();
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M; /* stage 1 off is not assured */
    expect_reason(&t, IPA, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_S2_ASSURED_ONLY);
}

/* J1.1.4 S2CheckPermissions: also for tables, whose levels have the property or have it not. */
static void the_J1_1_4_tables_in_AssuredOnly_pages(void **state)
{
    (void)state;
    for (int bad = -1; bad < 3; bad++) {
        for (int level = 0; level <= 3; level++) {
            set_assured();
            tables_find(&t, S2_TABLE(3) + (S1_TABLE(level) >> 21) * 0x1000)->value[0] |=
                S2_ASSURED_ONLY;
            tables_s2_page(&t, IPA, IPA | S2_PAGE);
            tables_find(&t, S2_TABLE(3) + (IPA >> 21) * 0x1000)->value[0] =
                IPA | LEAF_PAGE | LEAF_AF | S2_WB | LEAF_BIT7;
            if (bad >= 0)
                tables_find(&t, S1_TABLE(bad))->value[0] &= ~PROTECTED;
            expect_assured(bad < 0 || level <= bad);
            assert_int_equal(t.walk.fault.s1ptw, !(bad < 0 || level <= bad));
        }
    }
}

static void the_R_QNQZJ_GCSH_stops_GCS_outside_AssuredOnly_pages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool gcsh = i & 1, marked = i & 2, el0 = i & 4, write = i & 8;

        set_assured();
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_GCSH, gcsh);
        t.vmsa.tcr2_el1 |= ARMVIRT_TCR2_EL1_PIE;
        t.vmsa.pir_el1 = el0 ? 0 : 9;
        t.vmsa.pire0_el1 = el0 ? 9 : 0;
        if (!marked)
            tables_find(&t, S2_TABLE(3) + (IPA >> 21) * 0x1000)->value[0] &= ~S2_ASSURED_ONLY;
        expect_reason(&t, 0, write ? ARMVIRT_GCS_WRITE : ARMVIRT_GCS_READ, el0 ? 0 : 1, 0,
                      gcsh && !marked && !el0 ? ARMVIRT_REASON_S2_ASSURED_ONLY
                                              : ARMVIRT_REASON_NONE);
    }
}

static void the_D24_FNGNA_makes_unassured_translations_not_global(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        bool fngna = i & 1, is_protected = i & 2, pnch = i & 4, stage2 = i & 8, have = i & 16;

        set_assured();
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_THE, have);
        t.vmsa.tcr2_el1 = (pnch ? ARMVIRT_TCR2_EL1_PNCH : 0) |
                          (fngna ? ARMVIRT_TCR2_EL1_FNGNA0 : ARMVIRT_TCR2_EL1_FNGNA1);
        t.vmsa.vtcr_el2 &= ~ARMVIRT_VTCR_EL2_ASSUREDONLY;
        if (!is_protected)
            tables_find(&t, S1_TABLE(3))->value[0] &= ~PROTECTED;
        if (!stage2)
            t.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_VM;
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.s1.not_global, have && fngna && pnch && stage2 && !is_protected);
    }
}

/* ---- FEAT_MEC ----------------------------------------------------------------------------- */

enum { P0 = 0x10, P1, A0, A1, VP, VA, RLA };

#define AMEC (UINT64_C(1) << 63)

static void set_mec(enum armvirt_space security, unsigned el, bool e2h)
{
    struct armvirt_vmsa *v = &t.vmsa;

    tables_reset_security(&t, security);
    tables_use_el(&t, el, e2h);
    v->sctlr2_el2 = ARMVIRT_SCTLR2_EL2_EMEC;
    v->sctlr2_el3 = ARMVIRT_SCTLR2_EL3_EMEC;
    v->mecid_p0_el2 = P0;
    v->mecid_p1_el2 = P1;
    v->mecid_a0_el2 = A0;
    v->mecid_a1_el2 = A1;
    v->vmecid_p_el2 = VP;
    v->vmecid_a_el2 = VA;
    v->mecid_rl_a_el3 = RLA;
}

static void mec_R_LZGSD_R_THGCP_Realm_EL2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool e2h = i & 1, half = (i & 2) && e2h, enabled = i & 4, amec = i & 8, ns = i & 16;
        bool emec = i & 32;
        uint64_t va = half ? ~UINT64_C(0xfff) : 0;
        unsigned out = amec ? (half ? A1 : A0) : half ? P1 : P0;

        set_mec(ARMVIRT_SPACE_REALM, 2, e2h);
        set_field(&t.vmsa.sctlr2_el2, ARMVIRT_SCTLR2_EL2_EMEC, emec);
        t.vmsa.tcr2_el2 =
            enabled ? (half ? ARMVIRT_TCR2_EL2_E2H_AMEC1 : ARMVIRT_TCR2_EL2_AMEC0) : 0;
        tables_page(&t, va, PAGE | S1_RW | (amec ? AMEC : 0) | (ns ? LEAF_NS : 0));
        if (emec && amec && !enabled && !ns) {
            expect_fault(&t, va, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 3, ARMVIRT_REASON_AMEC);
            continue;
        }
        expect_pa(&t, va, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.mecid, ns || !emec ? 0 : out);
    }
}

static void mec_R_XBDTH_A1_selects_the_MECID_of_tables(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool e2h = i & 1, a1 = i & 2;

        set_mec(ARMVIRT_SPACE_REALM, 2, e2h);
        t.vmsa.tcr_el2 |= a1 ? ARMVIRT_TCR_EL2_E2H_A1 & (e2h ? UINT64_MAX : 0) : 0;
        tables_page(&t, 0, PAGE | S1_RW);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        for (unsigned r = 0; r < 4; r++)
            assert_int_equal(t.reqs[r].mecid, e2h && !a1 ? P1 : P0);
    }
}

static void mec_R_CCSND_EL3_to_Realm(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool ns = i & 1, nse = i & 2, emec = i & 4;

        set_mec(ARMVIRT_SPACE_ROOT, 3, false);
        set_field(&t.vmsa.sctlr2_el3, ARMVIRT_SCTLR2_EL3_EMEC, emec);
        tables_page(&t, 0, PAGE | S1_RW | (ns ? LEAF_NS : 0) | (nse ? LEAF_NG : 0));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.mecid, ns && nse && emec ? RLA : 0);
        assert_int_equal(t.reqs[0].mecid, 0);
    }
}

static void mec_R_FCSBF_R_YSNHS_stages_off(void **state)
{
    (void)state;
    for (unsigned el = 1; el <= 2; el++) {
        set_mec(ARMVIRT_SPACE_REALM, el, false);
        t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
        t.vmsa.sctlr_el2 &= ~ARMVIRT_SCTLR_EL1_M;
        expect_pa(&t, 0x5000, ARMVIRT_READ, 0x5000);
        assert_int_equal(t.walk.mecid, el == 1 ? VP : P0);
    }
    set_mec(ARMVIRT_SPACE_NONSECURE, 1, false);
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    expect_pa(&t, 0x5000, ARMVIRT_READ, 0x5000);
    assert_int_equal(t.walk.mecid, 0);
}

/* Stage 2 decides, for final addresses and for the tables of stage 1. */
static void mec_R_XMTZH_R_PDCWV_Realm_EL1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool amec = i & 1, table_amec = i & 2, stage2 = i & 4, update = i & 8;
        unsigned table = table_amec && stage2 ? VA : VP;

        set_mec(ARMVIRT_SPACE_REALM, 1, false);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        if (stage2)
            tables_enable_stage2(&t);
        tables_page(&t, 0, IPA | (update ? S1_RW & ~LEAF_AF : S1_RW) | AMEC);
        if (stage2) {
            tables_find(&t, S2_TABLE(1) + 8)->value[0] |= table_amec ? AMEC : 0;
            tables_find(&t, S2_TABLE(1) + 7 * 8)->value[0] |= amec ? AMEC : 0;
        }
        expect_pa(&t, 0, ARMVIRT_READ, IPA);
        assert_int_equal(t.walk.mecid, stage2 && amec ? VA : VP);
        for (unsigned r = 0; r < t.reads; r++)
            assert_int_equal(t.reqs[r].mecid,
                             t.reqs[r].what == ARMVIRT_MEM_STAGE1_DESC ? table : (unsigned)VP);
        assert_int_equal(t.writes, update);
    }
}

/* ---- FEAT_AIE ----------------------------------------------------------------------------- */

static void aie_R_BXFVK_index_bit_3_selects_MAIR2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned index = i & 15, aie = i >> 4 & 1, have = i >> 5;
        uint64_t mair[2];

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_AIE, have);
        t.vmsa.tcr2_el1 = aie ? ARMVIRT_TCR2_EL1_AIE : 0;
        mair[0] = t.vmsa.mair_el1 = UINT64_C(0xff44bbaa77330c04);
        mair[1] = t.vmsa.mair2_el1 = UINT64_C(0x4f5f6f7f00080cf4);
        tables_page(&t, 0, PAGE | S1_RW | LEAF_ATTR(index & 7) | (uint64_t)(index >> 3) << 59);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.mair,
                         mair[aie && have && index > 7] >> 8 * (index & 7) & 0xff);
    }
}

/* ---- LD64B and ST64B ---------------------------------------------------------------------- */

/* Each stage asks of the type that it gives by itself: stage 2's need not be the final one. */
static void ls64_C3_2_8_only_to_memory_that_is_not_cached(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        unsigned attr = i & 3, s2_nc = i >> 2 & 1, write = i >> 3 & 1, s2 = i >> 4;
        bool cached = attr == MAIR_WB || attr == MAIR_TAGGED;
        unsigned stage = cached ? 1 : s2 && !s2_nc ? 2 : 0;

        tables_reset(&t);
        if (s2) {
            tables_enable_stage2(&t);
            tables_s2_page(&t, IPA, IPA | (s2_nc ? (S2_PAGE & ~S2_WB) | LEAF_ATTR(5) : S2_PAGE));
        }
        tables_page(&t, 0, IPA | S1_RW | LEAF_ATTR(attr));
        expect_reason(&t, 0, write ? ARMVIRT_WRITE : ARMVIRT_READ, 1, ARMVIRT_ACCESS_LS64,
                      stage ? ARMVIRT_REASON_ATOMIC_CACHEABLE : ARMVIRT_REASON_NONE);
        if (stage) {
            assert_int_equal(t.walk.fault.type, ARMVIRT_FAULT_UNSUPPORTED_ATOMIC);
            assert_int_equal(t.walk.fault.stage, stage);
            assert_int_equal(t.walk.fault.level, 3);
            assert_int_equal(t.walk.fault.write, write);
            assert_int_equal(t.walk.fault.ipa, stage == 2 ? IPA : 0);
        }
    }
}

/* ---- Identification ----------------------------------------------------------------------- */

static void asid_R_SCBSR_R_PYWKY_which_ASID(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool a1 = i & 1, a2 = i & 2, as = i & 4, half = i & 8, wide = i & 16, asid2 = i & 32;
        unsigned from = a2 && asid2 ? half : a1;
        unsigned asid = from ? 0xbbcc : 0xaadd;

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_ASIDBITS, wide ? 2 : 0);
        set_field(&t.vmsa.id_aa64mmfr4_el1, ARMVIRT_ID_AA64MMFR4_EL1_ASID2, asid2);
        t.vmsa.tcr_el1 |= (a1 ? ARMVIRT_TCR_EL1_A1 : 0) | (as ? ARMVIRT_TCR_EL1_AS : 0);
        t.vmsa.tcr2_el1 = a2 ? ARMVIRT_TCR2_EL1_A2 : 0;
        t.vmsa.ttbr0_el1[0] |= UINT64_C(0xaadd) << 48;
        t.vmsa.ttbr1_el1[0] |= UINT64_C(0xbbcc) << 48;
        tables_page(&t, half ? UINT64_MAX : 0, PAGE | S1_RW);
        expect_pa(&t, half ? ~UINT64_C(0xfff) : 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.asid, wide && as ? asid : asid & 0xff);
        assert_int_equal(t.walk.vmid, 0);
    }
}

static void vmid_I_MDGYK_VS(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool vs = i & 1, wide = i & 2;

        tables_reset(&t);
        tables_enable_stage2(&t);
        set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_VMIDBITS, wide ? 2 : 0);
        t.vmsa.vttbr_el2[0] |= UINT64_C(0x1234) << 48;
        t.vmsa.vtcr_el2 |= vs ? ARMVIRT_VTCR_EL2_VS : 0;
        tables_page(&t, 0, PAGE | S1_RW);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.vmid, vs && wide ? 0x1234 : 0x34);
    }
}

/* ---- Byte order --------------------------------------------------------------------------- */

static uint64_t swap(uint64_t v)
{
    uint64_t out = 0;

    for (unsigned i = 0; i < 8; i++)
        out |= (v >> 8 * i & 0xff) << 8 * (7 - i);
    return out;
}

static void endian_R_FDKMS_EE_of_the_regime_and_of_EL2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool ee1 = i & 1, ee2 = i & 2, e0e = i & 4;

        tables_reset(&t);
        tables_enable_stage2(&t);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_HA;
        t.vmsa.sctlr_el1 |= (ee1 ? ARMVIRT_SCTLR_EL1_EE : 0) | (e0e ? ARMVIRT_SCTLR_EL1_E0E : 0);
        t.vmsa.sctlr_el2 |= ee2 ? ARMVIRT_SCTLR_EL2_EE : 0;
        tables_page(&t, 0, IPA | (S1_RW & ~LEAF_AF) | LEAF_AP(1));
        for (unsigned e = 0; e < t.entry_count; e++) {
            bool stage2 = t.entries[e].pa >= S2_TABLE(-2);

            t.entries[e].value[0] &= stage2 ? ~LEAF_AF : UINT64_MAX;
            if (stage2 ? ee2 : ee1)
                t.entries[e].value[0] = swap(t.entries[e].value[0]);
        }
        assert_int_equal(tables_run(&t, 0, ARMVIRT_WRITE, 0, 0), ARMVIRT_OK);
        assert_int_equal(t.walk.pa, IPA);
        assert_int_equal(t.writes, 3); /* the leaf, and the blocks of tables and of the output */
        assert_true((ee1 ? swap(tables_find(&t, S1_TABLE(3))->value[0])
                         : tables_find(&t, S1_TABLE(3))->value[0]) &
                    LEAF_AF);
    }
}

/* ---- Enables ------------------------------------------------------------------------------ */

static void enable_D24_TCR2En_of_EL3_and_EL2(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool scr = i & 1, hcrx = i & 2, hxen = i & 4, have = i & 8;

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_TCRX, have);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_TCR2EN, scr);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_HXEN, hxen);
        set_field(&t.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_TCR2EN, hcrx);
        t.vmsa.tcr2_el1 = t.vmsa.tcr2_el2 = ARMVIRT_TCR2_EL1_PIE;
        tables_page(&t, 0, PAGE | S1_RW);
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      scr && hcrx && hxen && have ? ARMVIRT_REASON_PIE_READ : ARMVIRT_REASON_NONE);
        tables_use_el(&t, 2, false);
        expect_reason(&t, 0, ARMVIRT_READ, 2, 0,
                      scr && have ? ARMVIRT_REASON_PIE_READ : ARMVIRT_REASON_NONE);
    }
}

/* Where an external abort of EL1, or of the Exception level of the regime, is vectored. */
static bool uses_serror_vector(unsigned el)
{
    const struct armvirt_abort_context context = {.el = (uint8_t)el};
    const struct armvirt_access access = {.kind = ARMVIRT_READ, .el = (uint8_t)el};
    const struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL};
    struct armvirt_abort abort;

    tables_use_el(&t, el, false);
    tables_regime(&t);
    armvirt_abort(&t.regime, &context, &access, &fault, &abort);
    assert_int_equal(abort.target_el, el);
    return abort.serror_vector;
}

static void enable_D24_SCTLR2En_and_EASE(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        bool ease = i & 1, scr = i & 2, hcrx = i & 4, hxen = i & 8, have = i & 16, df2 = i & 32;
        bool el3 = i & 64, el2 = i & 128;
        bool from_el3 = ease && have && df2 && (scr || !el3);

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_SCTLRX, have);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RAS, 2);
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_DF2, df2);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, el3);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, el2);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_EASE, ease);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_SCTLR2EN, scr);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_HXEN, hxen);
        set_field(&t.vmsa.hcrx_el2, ARMVIRT_HCRX_EL2_SCTLR2EN, hcrx);
        t.vmsa.sctlr2_el1 = ease ? ARMVIRT_SCTLR2_EL1_EASE : 0;
        t.vmsa.sctlr2_el2 = ease ? ARMVIRT_SCTLR2_EL2_EASE : 0;
        assert_int_equal(uses_serror_vector(1), from_el3 && (!el2 || (hcrx && (hxen || !el3))));
        if (el2)
            assert_int_equal(uses_serror_vector(2), from_el3);
        if (el3)
            assert_int_equal(uses_serror_vector(3), ease);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, the_D8_2_7_3_every_descriptor_must_be_protected);
    SUITE_ADD(&suite, the_D8_2_7_3_every_table_must_be_mostly_read_only);
    SUITE_ADD(&suite, the_D8_2_7_3_TLn_of_the_half_begins_it);
    SUITE_ADD(&suite, the_R_YXKRB_AssuredOnly_needs_its_enable);
    SUITE_ADD(&suite, the_J1_1_4_tables_in_AssuredOnly_pages);
    SUITE_ADD(&suite, the_R_QNQZJ_GCSH_stops_GCS_outside_AssuredOnly_pages);
    SUITE_ADD(&suite, the_D24_FNGNA_makes_unassured_translations_not_global);
    SUITE_ADD(&suite, mec_R_LZGSD_R_THGCP_Realm_EL2);
    SUITE_ADD(&suite, mec_R_XBDTH_A1_selects_the_MECID_of_tables);
    SUITE_ADD(&suite, mec_R_CCSND_EL3_to_Realm);
    SUITE_ADD(&suite, mec_R_FCSBF_R_YSNHS_stages_off);
    SUITE_ADD(&suite, mec_R_XMTZH_R_PDCWV_Realm_EL1);
    SUITE_ADD(&suite, aie_R_BXFVK_index_bit_3_selects_MAIR2);
    SUITE_ADD(&suite, ls64_C3_2_8_only_to_memory_that_is_not_cached);
    SUITE_ADD(&suite, asid_R_SCBSR_R_PYWKY_which_ASID);
    SUITE_ADD(&suite, vmid_I_MDGYK_VS);
    SUITE_ADD(&suite, endian_R_FDKMS_EE_of_the_regime_and_of_EL2);
    SUITE_ADD(&suite, enable_D24_TCR2En_of_EL3_and_EL2);
    SUITE_ADD(&suite, enable_D24_SCTLR2En_and_EASE);
    return suite_run(&suite, "rules: features");
}
