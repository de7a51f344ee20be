/* SPDX-License-Identifier: MIT */
/*
 * VMSAv9-128: start levels, skipped levels, sizes, fields of 128-bit descriptors, both stages.
 * DDI0487 D8.2.11, D8.3 (Table D8-49), D8.3.2, D8.7.1.
 */
#include "tables.h"

static struct tables t;

#define IPA  UINT64_C(0x1c0000000)
#define WIDE UINT64_C(0xab) << 48 /* address bits 55:48 */

/* Bits of the high word. */
#define SKL(n)    ((uint64_t)(n) << (109 - 64))
#define CONTIG_HI (UINT64_C(1) << (111 - 64))
#define DISCH_HI  (UINT64_C(1) << (112 - 64))
#define GP_HI     (UINT64_C(1) << (113 - 64))
#define PI_HI(n)  ((uint64_t)(n) << (115 - 64))
#define PO_HI(n)  ((uint64_t)(n) << (121 - 64))
#define NS_HI     (UINT64_C(1) << (127 - 64))
#define AMEC_HI   (UINT64_C(1) << (108 - 64))

static const uint8_t tg0[] = {[12] = 0, [14] = 2, [16] = 1};

/* EL1 with VMSAv9-128, 56-bit outputs; permission index 0 is RWX, others nothing. */
static void reset128(unsigned granule)
{
    tables_reset(&t);
    t.vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    t.vmsa.pir_el1 = 7;
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 7);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG0, tg0[granule]);
}

static unsigned stride_of(unsigned granule)
{
    return granule - 4;
}

/* ---- Start -------------------------------------------------------------------------------- */

/* Table D8-44. */
struct start_row {
    uint8_t granule, last, first;
    int8_t level;
};

static const struct start_row start_rows[] = {
    {12, 11, 8, -2}, {12, 19, 12, -1}, {12, 27, 20, 0}, {12, 35, 28, 1}, {12, 43, 36, 2},
    {12, 48, 44, 3}, {14, 9, 8, -1},   {14, 19, 10, 0}, {14, 29, 20, 1}, {14, 39, 30, 2},
    {14, 48, 40, 3}, {16, 11, 8, 0},   {16, 23, 12, 1}, {16, 35, 24, 2}, {16, 47, 36, 3},
};

static const struct start_row *start_row_of(unsigned granule, unsigned txsz, unsigned least)
{
    for (unsigned i = 0; i < COUNT_OF(start_rows); i++) {
        const struct start_row *r = &start_rows[i];

        if (r->granule == granule && txsz >= r->first && txsz <= r->last && txsz >= least)
            return r;
    }
    return NULL;
}

/* R_JXBPC, R_ZZDZK, R_CNZNY, R_YQVMK: log2 of the size of the first table. */
static unsigned first_log2(unsigned granule, unsigned txsz, int level)
{
    unsigned x = 64 - txsz - granule, y = (unsigned)(3 - level) * stride_of(granule);

    return x - y + 4;
}

static void try_start(unsigned granule, unsigned txsz, unsigned skl, unsigned least)
{
    const struct start_row *row = start_row_of(granule, txsz, least);
    int level = row ? row->level + (int)skl : 0;
    uint64_t base = S1_TABLE(0), entry;
    unsigned log2;

    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, txsz);
    set_field(&t.vmsa.tcr_el3, ARMVIRT_TCR_EL3_T0SZ, txsz);
    t.vmsa.ttbr0_el1[0] = t.vmsa.ttbr0_el3 = base | skl << 1 | 1;
    tables_forget(&t);
    if (row == NULL || level > 3) {
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                     row ? ARMVIRT_REASON_DESC_SKL : ARMVIRT_REASON_TXSZ);
        assert_int_equal(t.reads, 0);
        return;
    }
    log2 = first_log2(granule, txsz, level);
    base &= ~((UINT64_C(1) << (log2 < 5 ? 5 : log2)) - 1);
    entry = granule + (unsigned)(3 - level) * stride_of(granule);
    tables_put128(&t, base + 16, 0, 0);
    expect_fault(&t, UINT64_C(1) << entry, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, level,
                 ARMVIRT_REASON_DESC_INVALID);
    assert_int_equal(t.reads, 1);
    assert_int_equal(t.reqs[0].size, 16);
}

static void d128_Table_D8_44_R_DBQZN_R_FYTMS_every_start_level(void **state)
{
    static const uint8_t least[3] = {16, 12, 9};

    (void)state;
    for (unsigned i = 0; i < 3 * 4; i++) {
        unsigned granule = 12 + 2 * (i % 3), lva = i / 3;

        reset128(granule);
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, lva < 3 ? lva : 2);
        if (lva == 3) { /* one range */
            tables_use_el(&t, 3, false);
            t.vmsa.tcr_el3 = ARMVIRT_TCR_EL3_D128 | ARMVIRT_PUT(ARMVIRT_TCR_EL3_PS, 7) |
                             ARMVIRT_PUT(ARMVIRT_TCR_EL3_TG0, tg0[granule]);
        }
        for (unsigned txsz = 0; txsz < 64; txsz++) {
            for (unsigned skl = 0; skl < 4; skl++)
                try_start(granule, txsz, skl, lva == 3 ? 8 : least[lva]);
        }
    }
}

static void d128_R_TBNJK_base_bits_55_48(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool el3 = i & 1, fits = i & 2;

        reset128(12);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, fits ? 7 : 6);
        t.vmsa.ttbr0_el1[1] = UINT64_C(0x80) << 16; /* 87:80 */
        if (el3) {
            tables_use_el(&t, 3, false);
            t.vmsa.tcr_el3 |= ARMVIRT_TCR_EL3_D128;
            set_field(&t.vmsa.tcr_el3, ARMVIRT_TCR_EL3_PS, fits ? 7 : 6);
            t.vmsa.ttbr0_el3 = UINT64_C(0x80) << 48 | S1_TABLE(0);
        }
        tables_put128(&t, UINT64_C(0x80) << 48 | S1_TABLE(0), 0, 0);
        expect_reason(&t, 0, ARMVIRT_READ, t.regime_el, 0,
                      fits ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_TTBR_ADDRESS);
        assert_int_equal(t.walk.fault.level, 0 - fits);
    }
}

/* ---- Descriptors -------------------------------------------------------------------------- */

/* Tables D8-45, D8-46, D8-49: what a valid descriptor is. */
enum what { INVALID, TABLE, LEAF };

static enum what what_is(unsigned granule, int level, unsigned skl)
{
    int sum = level + (int)skl;

    if (sum < 3)
        return skl == 3 && granule != 12 ? INVALID : TABLE;
    if (sum > 3)
        return INVALID;
    return level >= (granule == 12 ? 0 : 1) ? LEAF : INVALID;
}

static void try_descriptor(const struct shape *shape, int level, unsigned skl)
{
    unsigned lo = shape->granule_log2 + (unsigned)(3 - level) * stride_of(shape->granule_log2);
    unsigned n = (skl + 1) * stride_of(shape->granule_log2); /* bits of the next level */
    enum what what = what_is(shape->granule_log2, level, skl);
    uint64_t where;

    tables_forget(&t);
    where = tables_path(&t, shape, 1, 0, level, LEAF_VALID | LEAF_AF | (level == 3 ? 0 : WIDE));
    tables_find(&t, where)->value[1] = SKL(skl);
    if (what == INVALID) {
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, level,
                     ARMVIRT_REASON_DESC_SKL);
        return;
    }
    if (what == LEAF) {
        expect_pa(&t, 4, ARMVIRT_READ, (level == 3 ? 0 : WIDE) | 4);
        assert_int_equal(t.walk.s1.size_log2, lo);
        assert_int_equal(t.walk.s1.level, level);
        return;
    }
    /* the next table is aligned to its size, and indexed by all of it */
    tables_find(&t, where)->value[0] = (UINT64_C(1) << (n + 4)) | LEAF_VALID | 0x30;
    tables_put128(&t, (UINT64_C(1) << (n + 4)) + 16, 0, 0);
    expect_fault(&t, UINT64_C(1) << (lo - n), ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION,
                 level + 1 + (int)skl, ARMVIRT_REASON_DESC_INVALID);
}

static void d128_Tables_D8_45_46_49_R_CWNTJ_every_level_and_SKL(void **state)
{
    (void)state;
    for (unsigned granule = 12; granule <= 16; granule += 2) {
        static const int8_t starts[] = {[12] = -2, [14] = -1, [16] = 0};
        struct shape shape = {(uint8_t)granule, 4, 55, starts[granule]};

        reset128(granule);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 9);
        t.vmsa.ttbr0_el1[0] = S1_TABLE(shape.start);
        for (int level = shape.start; level <= 3; level++) {
            for (unsigned skl = 0; skl < 4; skl++)
                try_descriptor(&shape, level, skl);
        }
    }
}

static void d128_R_RNCRQ_address_of_a_large_table_may_leave_the_output_size(void **state)
{
    static const struct shape shape = {12, 4, 48, -1};
    uint64_t where;

    (void)state;
    reset128(12);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 1); /* 36 bits */
    t.vmsa.ttbr0_el1[0] = S1_TABLE(-1);
    where = tables_path(&t, &shape, 1, 0, -1, UINT64_C(1) << 36 | LEAF_VALID);
    tables_find(&t, where)->value[1] = SKL(3);
    expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_ADDRESS_SIZE, -1, ARMVIRT_REASON_TABLE_ADDRESS);
    tables_find(&t, where)->value[0] = LEAF_VALID | UINT64_C(1) << 35; /* aligns to 64 GB: 0 */
    tables_put128(&t, 0, PAGE | LEAF_VALID | LEAF_AF, 0);
    expect_pa(&t, 0x123, ARMVIRT_READ, PAGE | 0x123);
}

static void d128_R_MRRPW_nT_counts_where_levels_are_skipped(void **state)
{
    static const struct shape shape = {12, 4, 48, -1};

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool option = i & 1, nt = i & 2, skips = i & 4, table = i & 8;
        int level = table ? 1 : skips ? 2 : 3;
        uint64_t where;

        reset128(12);
        t.vmsa.options = option ? ARMVIRT_OPT_NT_FAULTS : 0;
        t.vmsa.ttbr0_el1[0] = S1_TABLE(-1);
        where = tables_path(&t, &shape, 1, 0, level,
                            S1_TABLE(2) | LEAF_VALID | LEAF_AF | (nt ? 0x40 : 0));
        tables_find(&t, where)->value[1] = skips ? SKL(1) : 0;
        if (table) { /* level 1 to level 2 or 3; 1 MB tables lie at multiples of 1 MB */
            tables_put128(&t, S1_TABLE(2), PAGE | LEAF_VALID | LEAF_AF, skips ? 0 : SKL(1));
        }
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      option && nt && skips ? ARMVIRT_REASON_NT : ARMVIRT_REASON_NONE);
    }
}

/* ---- Fields of a leaf --------------------------------------------------------------------- */

/* A page at address 0 of 4 KB tables with 48-bit addresses. */
static struct tables_entry *page128(uint64_t low, uint64_t high)
{
    static const struct shape shape = {12, 4, 48, -1};
    uint64_t where;

    t.vmsa.ttbr0_el1[0] = S1_TABLE(-1);
    where = tables_path(&t, &shape, 1, 0, 3, low | LEAF_VALID | LEAF_AF);
    tables_find(&t, where)->value[1] = high;
    return tables_find(&t, where);
}

static void d128_Table_D8_58_permission_and_overlay_indices(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        reset128(12);
        t.vmsa.pir_el1 = UINT64_C(7) << 4 * i;
        page128(PAGE, PI_HI(i) | PO_HI(15 - i));
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_NONE);
        t.vmsa.pir_el1 = ~(UINT64_C(15) << 4 * i) & UINT64_C(0x7777777777777777);
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_PIE_WRITE);
        t.vmsa.pir_el1 = UINT64_C(0x7777777777777777);
        t.vmsa.tcr2_el1 |= ARMVIRT_TCR2_EL1_POE;
        t.vmsa.por_el1 = UINT64_C(7) << 4 * (15 - i);
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_NONE);
        t.vmsa.por_el1 = ~t.vmsa.por_el1 & UINT64_C(0x7777777777777777);
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_OVERLAY);
    }
}

static void d128_R_NWZCF_AIE_is_always_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        unsigned index = i & 15, have = i >> 4;
        uint64_t mair[2];

        reset128(12);
        set_field(&t.vmsa.id_aa64mmfr3_el1, ARMVIRT_ID_AA64MMFR3_EL1_AIE, have);
        mair[0] = t.vmsa.mair_el1 = UINT64_C(0xff44bbaa77330c04);
        mair[1] = t.vmsa.mair2_el1 = UINT64_C(0x4f5f6f7f00080cf4);
        page128(PAGE | (uint64_t)index << 2, 0);
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.walk.attr.mair, mair[have && index > 7] >> 8 * (index & 7) & 0xff);
    }
}

static void d128_Table_D8_58_other_fields(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        bool gp = i & 1, ng = i & 2, clean = i & 4;
        unsigned sh = i >> 3 & 3, hd = i >> 5;

        if (sh == 1)
            continue;
        reset128(12);
        t.vmsa.tcr_el1 |= hd ? ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD : 0;
        page128(PAGE | WIDE | LEAF_SH(sh) | (ng ? LEAF_NG : 0) | (clean ? LEAF_BIT7 : 0),
                (gp ? GP_HI : 0) | AMEC_HI);
        expect_pa(&t, 0x123, ARMVIRT_READ, PAGE | WIDE | 0x123);
        assert_int_equal(t.walk.s1.guarded, gp);
        assert_int_equal(t.walk.s1.not_global, ng);
        assert_int_equal(t.walk.attr.sh, sh);
        expect_reason(&t, 0, ARMVIRT_WRITE, 1, 0,
                      clean && !hd ? ARMVIRT_REASON_DIRTY : ARMVIRT_REASON_NONE);
        assert_int_equal(t.writes, clean && hd);
    }
}

/* Table D8-105: log2 of the entries of a run, by granule and level. */
static void d128_Table_D8_105_contiguous_runs(void **state)
{
    static const uint8_t log2[3][4] = {{0, 2, 4, 4}, {0, 2, 4, 6}, {0, 0, 6, 4}};
    static const int8_t starts[] = {[12] = -2, [14] = -1, [16] = 0};

    (void)state;
    for (unsigned i = 0; i < 3 * 4 * 3; i++) {
        unsigned granule = 12 + 2 * (i % 3), disable = i / 12;
        int level = (int)(i / 3 & 3);
        struct shape shape = {(uint8_t)granule, 4, 55, starts[granule]};
        unsigned lo = granule + (unsigned)(3 - level) * stride_of(granule);
        unsigned run = log2[(granule - 12) / 2][level];
        bool first = level == shape.start;
        bool off = (disable == 1 && !first) || (disable == 2 && first);
        unsigned span = lo + (off ? 0 : run);
        uint64_t va = (UINT64_C(1) << (lo + run)) - 0x100, within = (UINT64_C(1) << span) - 1;
        uint64_t where;

        if (level < (granule == 12 ? 0 : 1))
            continue;
        reset128(granule);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, 9);
        t.vmsa.ttbr0_el1[0] = S1_TABLE(shape.start);
        t.vmsa.tcr2_el1 |= disable == 2 ? ARMVIRT_TCR2_EL1_DISCH0 : 0;
        where = tables_path(&t, &shape, 1, va, level, LEAF_VALID | LEAF_AF | UINT64_C(1) << 54);
        tables_find(&t, where)->value[1] = CONTIG_HI | SKL(3 - level);
        if (disable == 1 && !first) /* R_BBRTL */
            tables_find(&t, tables_index(&shape, level - 1, S1_TABLE(level - 1), va))->value[1] =
                DISCH_HI;
        expect_pa(&t, va, ARMVIRT_READ, UINT64_C(1) << 54 | (va & within));
        assert_int_equal(t.walk.s1.span_log2, span);
    }
}

static void d128_spaces_of_tables_and_outputs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool nstable = i & 1, ns = i & 2;
        static const struct shape shape = {12, 4, 48, -1};

        reset128(12);
        t.vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2);
        page128(PAGE, ns ? NS_HI : 0);
        tables_find(&t, tables_index(&shape, 0, S1_TABLE(0), 0))->value[1] = nstable ? NS_HI : 0;
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_int_equal(t.reqs[2].space, nstable ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
        assert_int_equal(t.walk.pa_space,
                         nstable || ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE);
    }
}

/* ---- Updates and byte order --------------------------------------------------------------- */

static uint64_t swap(uint64_t v)
{
    uint64_t out = 0;

    for (unsigned i = 0; i < 8; i++)
        out |= (v >> 8 * i & 0xff) << 8 * (7 - i);
    return out;
}

/* A big-endian descriptor of 16 bytes has its high word first. */
static void d128_R_FDKMS_big_endian_descriptors_and_updates(void **state)
{
    (void)state;
    for (unsigned ee = 0; ee < 2; ee++) {
        struct tables_entry *leaf;

        reset128(12);
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA;
        set_field(&t.vmsa.sctlr_el1, ARMVIRT_SCTLR_EL1_EE, ee);
        leaf = page128(PAGE, GP_HI);
        leaf->value[0] &= ~LEAF_AF;
        for (unsigned i = 0; i < t.entry_count && ee; i++) {
            uint64_t low = t.entries[i].value[0];

            t.entries[i].value[0] = swap(t.entries[i].value[1]);
            t.entries[i].value[1] = swap(low);
        }
        expect_pa(&t, 0, ARMVIRT_READ, PAGE);
        assert_true(t.walk.s1.guarded);
        assert_int_equal(t.writes, 1);
        assert_int_equal(ee ? swap(leaf->value[1]) : leaf->value[0], PAGE | LEAF_VALID | LEAF_AF);
        assert_int_equal(ee ? swap(leaf->value[0]) : leaf->value[1], GP_HI);
    }
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

/* VMSAv9-128 at stage 2: 4 KB, 40 bits from level 1, a page for IPA. */
static struct tables_entry *stage2_128(uint64_t low, uint64_t high)
{
    static const struct shape shape = {12, 4, 40, 0};
    uint64_t where;

    tables_reset(&t);
    tables_enable_stage2(&t);
    tables_forget(&t);
    t.vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_D128;
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_PS, 7);
    set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_SL0, 3); /* RES0: means nothing */
    t.vmsa.s2pir_el2 = 0xf;
    t.vmsa.vttbr_el2[0] = S2_TABLE(0);
    where = tables_path(&t, &shape, 2, IPA, 3, low | LEAF_VALID | LEAF_AF | S2_WB);
    tables_find(&t, where)->value[1] = high;
    return tables_find(&t, where);
}

static void d128_Table_D8_59_stage_2_fields(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        stage2_128(PAGE | WIDE, PI_HI(i) | PO_HI(i ^ 5));
        t.vmsa.s2pir_el2 = UINT64_C(15) << 4 * i;
        expect_pa(&t, IPA | 0x123, ARMVIRT_READ, PAGE | WIDE | 0x123);
        assert_int_equal(t.walk.s2.level, 3);
        expect_reason(&t, IPA, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_DIRTY); /* bit 7 is 0 */
        t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_S2POE;
        t.vmsa.s2por_el1 = UINT64_C(8) << 4 * (i ^ 5); /* read only */
        expect_reason(&t, IPA, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_NONE);
        expect_reason(&t, IPA, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_OVERLAY);
        t.vmsa.s2pir_el2 = 0;
        expect_reason(&t, IPA, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_S2AP_READ);
    }
}

static void d128_R_FYTMS_stage_2_SKL_and_start(void **state)
{
    (void)state;
    for (unsigned skl = 0; skl < 4; skl++) {
        stage2_128(PAGE, 0);
        t.vmsa.vttbr_el2[0] = skl << 1;
        tables_put128(&t, 0, 0, 0);
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, (int)skl,
                     ARMVIRT_REASON_DESC_INVALID);
        set_field(&t.vmsa.vtcr_el2, ARMVIRT_VTCR_EL2_T0SZ, 44); /* from level 3 */
        expect_reason(&t, 0, ARMVIRT_READ, 1, 0,
                      skl ? ARMVIRT_REASON_DESC_SKL : ARMVIRT_REASON_DESC_INVALID);
    }
    stage2_128(PAGE, 0);
    t.vmsa.vttbr_el2[1] = UINT64_C(0x55) << 16;
    tables_put128(&t, UINT64_C(0x55) << 48 | S2_TABLE(0), 0, 0);
    expect_reason(&t, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_DESC_INVALID);
}

static void d128_Table_D8_59_stage_2_NS_and_contiguous(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool realm = i & 1, ns = i & 2;

        stage2_128(UINT64_C(0x17000) | LEAF_BIT7, (ns ? NS_HI : 0) | CONTIG_HI);
        if (realm) {
            set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
            t.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_NSE;
        }
        expect_pa(&t, IPA | 0x123, ARMVIRT_WRITE, 0x10123); /* IA bits 15:12 */
        assert_int_equal(t.walk.s2.span_log2, 16);
        assert_int_equal(t.walk.pa_space,
                         realm && !ns ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_NONSECURE);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, d128_Table_D8_44_R_DBQZN_R_FYTMS_every_start_level);
    SUITE_ADD(&suite, d128_R_TBNJK_base_bits_55_48);
    SUITE_ADD(&suite, d128_Tables_D8_45_46_49_R_CWNTJ_every_level_and_SKL);
    SUITE_ADD(&suite, d128_R_RNCRQ_address_of_a_large_table_may_leave_the_output_size);
    SUITE_ADD(&suite, d128_R_MRRPW_nT_counts_where_levels_are_skipped);
    SUITE_ADD(&suite, d128_Table_D8_58_permission_and_overlay_indices);
    SUITE_ADD(&suite, d128_R_NWZCF_AIE_is_always_on);
    SUITE_ADD(&suite, d128_Table_D8_58_other_fields);
    SUITE_ADD(&suite, d128_Table_D8_105_contiguous_runs);
    SUITE_ADD(&suite, d128_spaces_of_tables_and_outputs);
    SUITE_ADD(&suite, d128_R_FDKMS_big_endian_descriptors_and_updates);
    SUITE_ADD(&suite, d128_Table_D8_59_stage_2_fields);
    SUITE_ADD(&suite, d128_R_FYTMS_stage_2_SKL_and_start);
    SUITE_ADD(&suite, d128_Table_D8_59_stage_2_NS_and_contiguous);
    return suite_run(&suite, "rules: VMSAv9-128");
}
