/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes, all values of all fields: DDI0487 D8.6, D8.7.4 (XS), D8.2.12 (stages off),
 * D10.3 (tagging), D24.2.127 MAIR_EL1, B2.10.2.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)

/* A memory type in the words of the manual. */
enum cache { NC, WT, WB };

struct type {
    bool device;
    uint8_t kind;                     /* Device: 0 nGnRnE, 1 nGnRE, 2 nGRE, 3 GRE */
    uint8_t outer, inner;             /* enum cache */
    uint8_t outer_hints, inner_hints; /* transient in bit 2 (1: not), read, write */
    bool tagged, xs;
};

/* One half of a MAIR byte: 0b0100 is Non-cacheable; bit 2 is Write-Back, bit 3 non-transient. */
static void half_of(unsigned nibble, uint8_t *cache, uint8_t *hints)
{
    *cache = nibble == 4 ? NC : nibble & 4 ? WB : WT;
    *hints = *cache == NC ? 0 : (uint8_t)((nibble & 8) >> 1 | (nibble & 3));
}

static bool is_reserved(unsigned byte, bool xs)
{
    if (byte < 0x10)
        return (byte & 2) || ((byte & 1) && !xs);
    if (byte & 0xf || byte == 0xf0)
        return false;
    return !xs || (byte != 0x40 && byte != 0xa0);
}

/* D24.2.127; reserved values read as 0x44. */
static struct type type_of(unsigned byte, bool xs)
{
    struct type a = {.xs = true};

    if (is_reserved(byte, xs))
        byte = 0x44;
    if (byte < 0x10) {
        a.device = true;
        a.kind = (uint8_t)(byte >> 2);
        a.xs = !(byte & 1);
        return a;
    }
    a.tagged = byte == 0xf0;
    a.xs = byte != 0x40 && byte != 0xa0;
    byte = byte == 0x40 ? 0x44 : byte == 0xa0 ? 0xaa : byte == 0xf0 ? 0xff : byte;
    half_of(byte >> 4, &a.outer, &a.outer_hints);
    half_of(byte & 15, &a.inner, &a.inner_hints);
    if (a.outer == WB && a.inner == WB)
        a.xs = false; /* R_IZXKSJ and following */
    return a;
}

static unsigned nibble_of(unsigned cache, unsigned hints)
{
    return cache == NC ? 4 : (hints & 4) << 1 | (cache == WB ? 4 : 0) | (hints & 3);
}

static unsigned byte_of(const struct type *a)
{
    if (a->device)
        return (unsigned)a->kind << 2;
    return nibble_of(a->outer, a->outer_hints) << 4 | nibble_of(a->inner, a->inner_hints);
}

static struct type noncacheable(const struct type *from)
{
    return (struct type){.xs = from->xs};
}

static void expect_type(const struct type *a, unsigned sh)
{
    bool outer = a->device || (a->outer == NC && a->inner == NC);

    assert_int_equal(t.walk.attr.mair, byte_of(a));
    assert_int_equal(t.walk.attr.xs, a->xs);
    assert_int_equal(t.walk.attr.tag, a->tagged ? ARMVIRT_ALLOCATION_TAGGED : ARMVIRT_UNTAGGED);
    assert_int_equal(t.walk.attr.sh, outer ? (unsigned)ARMVIRT_SH_OUTER : sh);
}

/* ---- Stage 1 ------------------------------------------------------------------------------ */

static void rules_55_59_61_D24_2_127_every_MAIR_byte(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256 * 8; i++) {
        unsigned byte = i & 255, c = i >> 8 & 1, instr = i >> 9 & 1, xs = i >> 10;
        struct type data = type_of(byte, xs), fetch = data;

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64isar1_el1, ARMVIRT_ID_AA64ISAR1_EL1_XS, xs);
        t.vmsa.mair_el1 = (uint64_t)byte << 40;
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_C, c);
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_I, instr);
        tables_page(&t, 0, PAGE | S1_RW | LEAF_ATTR(5));
        if (!c && !data.device)
            data = noncacheable(&data);
        if (!instr || fetch.device)
            fetch = noncacheable(&fetch);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        expect_type(&data, ARMVIRT_SH_INNER);
        expect_pa(&t, 0, ARMVIRT_FETCH, PAGE);
        expect_type(&fetch, ARMVIRT_SH_INNER);
    }
}

static void rule_60_R_ZWYSH_shareability_of_stage_1(void **state)
{
    static const uint8_t sh[4] = {ARMVIRT_SH_NONE, 0xff, ARMVIRT_SH_OUTER, ARMVIRT_SH_INNER};
    static const uint8_t choice[4] = {ARMVIRT_SH_OUTER, ARMVIRT_SH_NONE, ARMVIRT_SH_OUTER,
                                      ARMVIRT_SH_INNER};

    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        unsigned field = i & 3, reserved = i >> 2 & 3, ds = i >> 4;

        tables_reset(&t);
        t.vmsa.reserved_sh = (uint8_t)reserved;
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_DS, ds);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 6);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_SH0, ds ? field : 3);
        tables_page(&t, 0, PAGE | LEAF_PAGE | LEAF_AF | (ds ? 0 : LEAF_SH(field)));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.sh, field == 1 ? choice[reserved] : sh[field]);
        tables_page(&t, 0, PAGE | LEAF_PAGE | LEAF_AF | LEAF_ATTR(MAIR_NC));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.sh, ARMVIRT_SH_OUTER); /* R_PYFVQ */
    }
}

static void rule_59_R_YSLYC_Tagged_while_caches_are_off_is_a_choice(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        tables_reset(&t);
        t.vmsa.options = i & 1 ? ARMVIRT_OPT_C0_TAGGED : 0;
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_C, i >> 1);
        tables_page(&t, 0, PAGE | S1_RW | LEAF_ATTR(MAIR_TAGGED));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.tag, i ? ARMVIRT_ALLOCATION_TAGGED : ARMVIRT_UNTAGGED);
    }
    set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_MTE, 1); /* 0xf0 is reserved */
    expect_pa(&t, 0, ARMVIRT_READ, PAGE);
    assert_int_equal(t.walk.attr.mair, 0x44);
    t.vmsa.reserved_mair = 0xbb;
    expect_pa(&t, 0, ARMVIRT_READ, PAGE);
    assert_int_equal(t.walk.attr.mair, 0xbb);
}

static void rule_59_D10_3_canonical_tags(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned mtx = i & 1, tagged = i >> 1 & 1, half = i >> 2 & 1, c = i >> 3;
        uint64_t va = half ? ~UINT64_C(0xfff) : 0;

        tables_reset(&t);
        t.vmsa.tcr_el1 |= mtx ? (half ? ARMVIRT_TCR_EL1_MTX1 : ARMVIRT_TCR_EL1_MTX0) : 0;
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_C, c);
        tables_page(&t, va, PAGE | S1_RW | (tagged ? LEAF_ATTR(MAIR_TAGGED) : 0));
        expect_pa(&t, va, ARMVIRT_WRITE, PAGE);
        assert_int_equal(t.walk.attr.tag, tagged && c      ? ARMVIRT_ALLOCATION_TAGGED
                                          : mtx && !tagged ? ARMVIRT_CANONICALLY_TAGGED
                                                           : ARMVIRT_UNTAGGED);
        expect_reason(&t, va, ARMVIRT_WRITE, 1, ARMVIRT_ACCESS_TAG,
                      mtx && !tagged ? ARMVIRT_REASON_TAG_CANONICAL : ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.fault.s1_tag_not_data, mtx && !tagged);
    }
}

/* ---- Both stages -------------------------------------------------------------------------- */

/* Table D8-96; a reserved half is Non-cacheable or what the option says. */
static struct type s2_type_of(unsigned memattr, unsigned reserved)
{
    static const uint8_t cache[4] = {0, NC, WT, WB};
    struct type a = {.xs = true};

    if (memattr == 4) { /* FEAT_MTE_PERM: Write-Back, NoTagAccess */
        a.outer = a.inner = WB;
        return a;
    }
    a.device = memattr < 4;
    a.kind = memattr & 3;
    a.outer = memattr >> 2 ? cache[memattr >> 2] : 0;
    a.inner = memattr & 3 ? cache[memattr & 3] : cache[reserved];
    return a;
}

static unsigned weaker(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void settle(struct type *a)
{
    bool is_wb = !a->device && a->outer == WB && a->inner == WB;

    a->tagged = a->tagged && is_wb && a->outer_hints == 7 && a->inner_hints == 7;
    a->xs = a->xs && !is_wb;
}

/* Tables D8-97, D8-98; hints are stage 1's. */
static struct type combine(struct type s1, const struct type *s2, bool fnxs)
{
    s1.xs = s1.xs && !fnxs;
    if (s1.device || s2->device) {
        s1.kind = (uint8_t)(s1.device && s2->device ? weaker(s1.kind, s2->kind)
                            : s1.device             ? s1.kind
                                                    : s2->kind);
        s1.device = true;
    } else {
        s1.outer = (uint8_t)weaker(s1.outer, s2->outer);
        s1.inner = (uint8_t)weaker(s1.inner, s2->inner);
    }
    settle(&s1);
    return s1;
}

/* Table D8-101 and D8-100. */
static struct type combine_fwb(struct type s1, unsigned memattr, bool fnxs, bool verbatim)
{
    uint8_t kind = memattr & 3;

    if (!(memattr & 4)) {
        s1.kind = (uint8_t)(s1.device && !verbatim ? weaker(s1.kind, kind) : kind);
        s1.device = true;
    } else if ((memattr & 3) == 2) {
        s1.outer_hints = s1.device || s1.outer == NC ? 7 : s1.outer_hints;
        s1.inner_hints = s1.device || s1.inner == NC ? 7 : s1.inner_hints;
        s1.outer = s1.inner = WB;
        s1.device = false;
    } else if ((memattr & 3) != 3 && !s1.device) {
        s1.outer = s1.inner = NC;
    }
    s1.xs = s1.xs && !fnxs;
    settle(&s1);
    return s1;
}

/* MAIR bytes of every class. */
static const uint8_t classes[] = {0x00, 0x04, 0x08, 0x0c, 0x01, 0x0d, 0x44, 0x40, 0x4f, 0xf4, 0xaa,
                                  0xa0, 0xbb, 0x33, 0x77, 0x5f, 0xee, 0xff, 0xf0, 0xa7, 0x2e};

struct both {
    unsigned byte, memattr, fwb, fnxs, fetch;
};

static void set_both(const struct both *b)
{
    tables_reset(&t);
    tables_enable_stage2(&t);
    t.vmsa.hcr_el2 |= b->fwb ? ARMVIRT_HCR_EL2_FWB : 0;
    for (uint64_t gb = 0; gb < 7 && b->fwb; gb++) /* bit 5 is RES0 */
        tables_find(&t, S2_TABLE(1) + gb * 8)->value[0] =
            gb << 30 | LEAF_BLOCK | LEAF_AF | S2_RW | LEAF_ATTR(6);
    t.vmsa.mair_el1 = b->byte;
    tables_page(&t, 0, IPA | LEAF_PAGE | LEAF_AF);
    tables_s2_page(&t, IPA,
                   PAGE | LEAF_PAGE | LEAF_AF | S2_RW | LEAF_ATTR(b->memattr) |
                       (b->fnxs ? LEAF_NG : 0));
}

static void rules_57_58_59_61_Tables_D8_97_98_101_every_pair_of_stages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(classes) * 128; i++) {
        struct both b = {classes[i / 128], i & 15, i >> 4 & 1, i >> 5 & 1, i >> 6 & 1};
        struct type s1 = type_of(b.byte, true), s2 = s2_type_of(b.memattr, 1), final;

        unsigned sh = b.fetch && s1.device ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE; /* a choice */

        set_both(&b);
        if (b.fetch && s1.device)
            s1 = noncacheable(&s1);
        if (b.fwb) {
            final = combine_fwb(s1, b.memattr, b.fnxs, false);
            if (b.fetch && final.device)
                final = noncacheable(&final);
        } else {
            if (b.fetch && s2.device)
                s2 = noncacheable(&s2);
            final = combine(s1, &s2, b.fnxs);
        }
        expect_pa(&t, 0, b.fetch ? ARMVIRT_FETCH : ARMVIRT_READ, PAGE);
        expect_type(&final, sh);
        assert_int_equal(t.walk.attr.no_tag_access,
                         s1.tagged && (b.fwb ? b.memattr >= 14 : b.memattr == 4));
    }
}

static void rule_58_R_GSDKZ_stage_2_Device_may_replace_stage_1s(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        struct both b = {.byte = (i & 3) << 2, .memattr = i >> 2, .fwb = 1};
        struct type final = combine_fwb(type_of(b.byte, true), b.memattr, false, true);

        set_both(&b);
        t.vmsa.options = ARMVIRT_OPT_FWB_DEVICE_S2;
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        expect_type(&final, 0);
    }
}

static void rule_57_Table_D8_96_reserved_halves_are_a_choice(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        struct both b = {.byte = 0xff, .memattr = i & 1 ? 12 : i & 2 ? 8 : 4};
        unsigned choice = i >> 2, reserved = choice > 1 ? choice : 1;
        struct type s2 = s2_type_of(b.memattr == 4 ? 7 : b.memattr, reserved), final;

        if (b.memattr == 4) { /* without FEAT_MTE_PERM: outer NC, inner reserved */
            static const uint8_t cache[4] = {0, NC, WT, WB};
            s2.inner = cache[reserved];
        }
        set_both(&b);
        set_field(&t.vmsa.id_aa64pfr2_el1, ARMVIRT_ID_AA64PFR2_EL1_MTEPERM, 0);
        t.vmsa.reserved_s2attr = (uint8_t)choice;
        final = combine(type_of(0xff, true), &s2, false);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        expect_type(&final, ARMVIRT_SH_NONE);
    }
}

/* Table D8-103, and both sources of SH: 4 x 4, with DS from TCR and VTCR. */
static void rule_60_Table_D8_103_every_pair_of_shareabilities(void **state)
{
    static const uint8_t rank[4] = {0, 2, 2, 1}; /* 01 acts as Outer */
    static const uint8_t by_rank[3] = {ARMVIRT_SH_NONE, ARMVIRT_SH_INNER, ARMVIRT_SH_OUTER};

    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned s1 = i & 3, s2 = i >> 2 & 3, fwb = i >> 4 & 1, ds = i >> 5;
        struct both b = {.byte = 0xff, .memattr = fwb ? 7 : 15, .fwb = fwb};

        set_both(&b);
        if (ds) {
            t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_DS;
            set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SH0, s2);
            set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_PS, 6);
            for (uint64_t gb = 0; gb < 7; gb++)
                tables_find(&t, S2_TABLE(1) + gb * 8)->value[0] &= ~LEAF_SH(3);
        }
        tables_page(&t, 0, IPA | LEAF_PAGE | LEAF_AF | LEAF_SH(s1));
        tables_find(&t, tables_s2_page(&t, IPA, 0))->value[0] =
            PAGE | LEAF_PAGE | LEAF_AF | S2_RW | LEAF_ATTR(b.memattr) | (ds ? 0 : LEAF_SH(s2));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.sh, by_rank[rank[s1] > rank[s2] ? rank[s1] : rank[s2]]);
    }
}

static void rule_60_R_NSCNC_what_stage_1_gives_for_Device_is_a_choice(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct both b = {.byte = 0x44, .memattr = 6, .fwb = 1};

        set_both(&b);
        t.vmsa.options = i ? ARMVIRT_OPT_S1_EFFECTIVE_SH : 0;
        expect_pa(&t, 0, ARMVIRT_READ, PAGE); /* both stages say Non-shareable, Write-Back */
        assert_int_equal(t.walk.attr.sh, i ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE);
    }
}

static void rule_56_D24_2_62_CD_and_ID_force_Noncacheable(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        unsigned fetch = i & 1, fwb = i >> 1 & 1, cd = i >> 2 & 1, id = i >> 3 & 1, dev = i >> 4;
        struct both b = {.byte = dev ? 0x04 : 0xff, .memattr = fwb ? 7 : 15, .fwb = fwb};
        bool nc = fetch ? id || dev : cd && !dev;

        set_both(&b);
        t.vmsa.hcr_el2 |= (cd ? ARMVIRT_HCR_EL2_CD : 0) | (id ? ARMVIRT_HCR_EL2_ID : 0);
        expect_pa(&t, 0, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.mair, nc ? 0x44 : dev ? 0x04 : 0xff);
    }
}

static void rule_59_R_XSYYN_NoTagAccess_stops_tag_accesses(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned fwb = i & 1, tagged = i >> 1 & 1, forbidden = i >> 2 & 1, cd = i >> 3 & 1;
        unsigned flags = i >> 4 == 0   ? 0
                         : i >> 4 == 1 ? ARMVIRT_ACCESS_TAG_CHECKED
                                       : ARMVIRT_ACCESS_TAG;
        unsigned kind = i >> 4 == 3 ? ARMVIRT_WRITE : ARMVIRT_READ;
        struct both b = {.byte = tagged ? 0xf0 : 0xff, .fwb = fwb};
        bool faults = tagged && forbidden && flags && !cd;

        b.memattr = fwb ? (forbidden ? 15 : 7) : (forbidden ? 4 : 15);
        set_both(&b);
        t.vmsa.hcr_el2 |= cd ? ARMVIRT_HCR_EL2_CD : 0;
        expect_reason(&t, 0, kind, 1, flags,
                      faults ? ARMVIRT_REASON_S2_TAG_ACCESS : ARMVIRT_REASON_NONE);
        assert_int_equal(t.walk.fault.tag_access, faults);
        assert_int_equal(t.walk.fault.write, faults && kind == ARMVIRT_WRITE);
    }
}

/* ---- Stage 1 off -------------------------------------------------------------------------- */

static void rule_62_R_VCDSW_addresses_beyond_PAMax_without_stage_1(void **state)
{
    static const uint8_t bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};

    (void)state;
    for (unsigned i = 0; i < 8 * 8; i++) {
        unsigned range = i & 7, tbi = i >> 3 & 1, mtx = i >> 4 & 1, fetch = i >> 5;

        tables_reset(&t);
        t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
        set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, range);
        t.vmsa.tcr_el1 |= (tbi ? ARMVIRT_TCR_EL1_TBI0 : 0) | (mtx ? ARMVIRT_TCR_EL1_MTX0 : 0);
        for (unsigned bit = 31; bit < 64; bit++) {
            bool tag = (tbi && bit >= 56) || (mtx && !fetch && bit >= 56 && bit < 60);
            bool fits = bit < bits[range] || tag;

            if (bit == 55)
                continue; /* the upper range, whose tags are of their own */
            if (fits)
                expect_pa(&t, UINT64_C(1) << bit, fetch ? ARMVIRT_FETCH : ARMVIRT_READ,
                          bit < 56 ? UINT64_C(1) << bit : 0);
            else
                expect_fault(&t, UINT64_C(1) << bit, fetch ? ARMVIRT_FETCH : ARMVIRT_READ,
                             ARMVIRT_FAULT_ADDRESS_SIZE, 0, ARMVIRT_REASON_MMU_OFF_RANGE);
        }
    }
}

static void rule_62_R_WFZPW_R_PPDBS_attributes_without_stage_1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        unsigned dc = i & 1, dct = i >> 1 & 1, instr = i >> 2 & 1, fetch = i >> 3 & 1;
        unsigned mtx = i >> 4 & 1, mte = i >> 5;
        unsigned tag = dc && dct && mte        ? ARMVIRT_ALLOCATION_TAGGED
                       : mtx && (dc || !fetch) ? ARMVIRT_CANONICALLY_TAGGED
                                               : ARMVIRT_UNTAGGED;

        tables_reset(&t);
        tables_enable_stage2(&t); /* as Write-Back, Inner Shareable blocks */
        t.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_VM;
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_MTE, mte ? 3 : 1);
        t.vmsa.sctlr_el1 = instr ? ARMVIRT_SCTLR_EL1_I : 0;
        t.vmsa.hcr_el2 |= (dc ? ARMVIRT_HCR_EL2_DC : 0) | (dct ? ARMVIRT_HCR_EL2_DCT : 0);
        t.vmsa.tcr_el1 |= mtx ? ARMVIRT_TCR_EL1_MTX0 : 0;
        expect_pa(&t, 0x5000, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, 0x5000);
        assert_int_equal(t.walk.attr.mair, dc ? 0xff : !fetch ? 0 : instr ? 0xaa : 0x44);
        assert_int_equal(t.walk.attr.sh, dc ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER);
        assert_int_equal(t.walk.attr.xs, !dc);
        assert_int_equal(t.walk.attr.tag, mte ? tag : dc ? ARMVIRT_UNTAGGED : tag);
        assert_int_equal(t.walk.perm, 0xff); /* R_VBBBJ */
    }
}

static void rule_62_D8_2_12_1_alignment_still_counts(void **state)
{
    (void)state;
    tables_reset(&t);
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    expect_reason(&t, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_UNALIGNED,
                  ARMVIRT_REASON_DEVICE_UNALIGNED);
    assert_int_equal(t.walk.fault.level, 0);
    expect_reason(&t, 0, ARMVIRT_GCS_READ, 0, 0, ARMVIRT_REASON_NONE);
    expect_reason(&t, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_NONE); /* R_TBYDZ */
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rules_55_59_61_D24_2_127_every_MAIR_byte);
    SUITE_ADD(&suite, rule_60_R_ZWYSH_shareability_of_stage_1);
    SUITE_ADD(&suite, rule_59_R_YSLYC_Tagged_while_caches_are_off_is_a_choice);
    SUITE_ADD(&suite, rule_59_D10_3_canonical_tags);
    SUITE_ADD(&suite, rules_57_58_59_61_Tables_D8_97_98_101_every_pair_of_stages);
    SUITE_ADD(&suite, rule_58_R_GSDKZ_stage_2_Device_may_replace_stage_1s);
    SUITE_ADD(&suite, rule_57_Table_D8_96_reserved_halves_are_a_choice);
    SUITE_ADD(&suite, rule_60_Table_D8_103_every_pair_of_shareabilities);
    SUITE_ADD(&suite, rule_60_R_NSCNC_what_stage_1_gives_for_Device_is_a_choice);
    SUITE_ADD(&suite, rule_56_D24_2_62_CD_and_ID_force_Noncacheable);
    SUITE_ADD(&suite, rule_59_R_XSYYN_NoTagAccess_stops_tag_accesses);
    SUITE_ADD(&suite, rule_62_R_VCDSW_addresses_beyond_PAMax_without_stage_1);
    SUITE_ADD(&suite, rule_62_R_WFZPW_R_PPDBS_attributes_without_stage_1);
    SUITE_ADD(&suite, rule_62_D8_2_12_1_alignment_still_counts);
    return suite_run(&suite, "rules: attributes");
}
