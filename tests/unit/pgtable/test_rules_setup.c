/* SPDX-License-Identifier: MIT */
/*
 * Which tables an address goes to, their size, start level and base: DDI0487 D8.1.6 to D8.1.10,
 * D8.2.3 to D8.2.5, D8.2.8 to D8.2.10, D8.8, D8.9.
 */
#include "tables.h"

static struct tables t;

#define UPPER(va) ((va) | UINT64_C(0xffff000000000000))

/* Set the sizes of both halves. */
static void set_txsz(uint64_t txsz)
{
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T0SZ, txsz);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_T1SZ, txsz);
}

/* Set the granule of both halves, which encode it differently. */
static void set_granule(unsigned log2)
{
    static const uint8_t tg0[] = {[12] = 0, [14] = 2, [16] = 1};
    static const uint8_t tg1[] = {[12] = 2, [14] = 1, [16] = 3};

    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG0, tg0[log2]);
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TG1, tg1[log2]);
}

static void set_ds(bool ds)
{
    set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_DS, ds);
}

/* ---- Ranges ------------------------------------------------------------------------------- */

static void rule_01_R_DXLKR_bit_55_selects_the_base(void **state)
{
    (void)state;
    for (unsigned tbi = 0; tbi < 2; tbi++) {
        tables_reset(&t);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TBI0 | ARMVIRT_TCR_EL1_TBI1, tbi * 3);
        t.vmsa.ttbr1_el1[0] = S1_TABLE(2);
        tables_put(&t, S1_TABLE(0), 0);
        tables_put(&t, S1_TABLE(2), 0);
        tables_run(&t, 0, ARMVIRT_READ, 1, 0);
        assert_int_equal(t.reqs[0].pa, S1_TABLE(0));
        tables_run(&t, UPPER(0), ARMVIRT_READ, 1, 0);
        assert_int_equal(t.reqs[0].pa, S1_TABLE(2));
    }
    /* with tags the top bit says nothing: 55 alone does */
    tables_run(&t, UINT64_C(0x00ff000000000000), ARMVIRT_READ, 1, 0);
    assert_int_equal(t.reqs[0].pa, S1_TABLE(2));
    tables_run(&t, UINT64_C(0xff00000000000000), ARMVIRT_READ, 1, 0);
    assert_int_equal(t.reqs[0].pa, S1_TABLE(0));
}

static void rule_01_R_VZZSZ_one_range_has_no_upper_half(void **state)
{
    (void)state;
    for (unsigned el = 2; el <= 3; el++) {
        tables_reset(&t);
        tables_use_el(&t, el, false);
        expect_fault(&t, UPPER(0), ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                     ARMVIRT_REASON_VA_RANGE);
        expect_fault(&t, UINT64_C(1) << 55, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                     ARMVIRT_REASON_VA_RANGE);
        assert_int_equal(t.reads, 0);
    }
    tables_reset(&t);
    tables_use_el(&t, 2, true); /* EL2&0 has two */
    tables_put(&t, S1_TABLE(0), 0);
    expect_fault(&t, UPPER(0), ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                 ARMVIRT_REASON_DESC_INVALID);
}

struct canon {
    unsigned txsz, half, tbi, tbid, pauth;
};

/* Flip each bit above the input size: only ignored ones may differ from bit 55. */
static void try_each_bit(const struct canon *c)
{
    uint64_t va = c->half ? UINT64_MAX : 0;

    for (unsigned fetch = 0; fetch < 2; fetch++) {
        bool tagged = c->tbi && !(fetch && c->tbid && c->pauth);

        for (unsigned bit = 64 - c->txsz; bit < 64; bit++) {
            unsigned reason =
                bit >= 56 && tagged ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_VA_RANGE;

            if (bit == 55) {
                continue;
            }
            expect_fault(&t, va ^ UINT64_C(1) << bit, fetch ? ARMVIRT_FETCH : ARMVIRT_READ,
                         ARMVIRT_FAULT_TRANSLATION,
                         reason == ARMVIRT_REASON_VA_RANGE ? 0 : t.regime.s1[c->half].start_level,
                         reason);
        }
    }
}

static void rule_02_R_VZZSZ_R_LVTFP_bits_above_the_size_are_alike(void **state)
{
    static const uint8_t sizes[] = {16, 25, 34, 39, 48};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(sizes) * 16; i++) {
        struct canon c = {sizes[i / 16], i & 1, i >> 1 & 1, i >> 2 & 1, i >> 3 & 1};

        tables_reset(&t);
        set_txsz(c.txsz);
        set_field(&t.vmsa.id_aa64isar1_el1, ARMVIRT_ID_AA64ISAR1_EL1_APA, c.pauth);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TBI0 | ARMVIRT_TCR_EL1_TBI1, c.tbi * 3);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TBID0 | ARMVIRT_TCR_EL1_TBID1, c.tbid * 3);
        tables_regime(&t);
        for (unsigned log2 = 0; log2 < 2; log2++) { /* first and last entry of the first table */
            struct shape shape = {12, 3, (uint8_t)(64 - c.txsz), t.regime.s1[0].start_level};

            tables_put(&t, tables_index(&shape, shape.start, S1_TABLE(0), log2 ? UINT64_MAX : 0),
                       0);
        }
        try_each_bit(&c);
    }
}

static void rule_03_R_NPYMC_logical_tags_count_as_the_sign(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16 * 32; i++) {
        unsigned tag = i & 15, half = i >> 4 & 1, fetch = i >> 5 & 1, mtx = i >> 6 & 1;
        unsigned tbi = i >> 7 & 1, have = i >> 8 & 1;
        uint64_t va = (half ? UPPER(0) : 0);
        bool ignored = tbi || (mtx && have && !fetch);
        bool canonical = tag == (half ? 15u : 0u);

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64pfr1_el1, ARMVIRT_ID_AA64PFR1_EL1_MTEX, have);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_TBI0 | ARMVIRT_TCR_EL1_TBI1, tbi * 3);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_MTX0 | ARMVIRT_TCR_EL1_MTX1, mtx * 3);
        tables_put(&t, S1_TABLE(0), 0);
        set_field(&va, ARMVIRT_BITS(59, 56), tag);
        expect_reason(&t, va, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, 1, 0,
                      ignored || canonical ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_VA_RANGE);
        /* bits 63:60 stay part of the address unless the whole byte is a tag */
        expect_reason(&t, va ^ UINT64_C(1) << 60, fetch ? ARMVIRT_FETCH : ARMVIRT_READ, 1, 0,
                      tbi ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_VA_RANGE);
    }
}

/* Each row leaves out what the one before failed by. */
static void rule_04_R_XCHFJ_order_of_faults_before_the_walk(void **state)
{
    static const uint8_t reasons[] = {ARMVIRT_REASON_TXSZ, ARMVIRT_REASON_VA_RANGE,
                                      ARMVIRT_REASON_E0PD, ARMVIRT_REASON_NFD,
                                      ARMVIRT_REASON_EPD,  ARMVIRT_REASON_TTBR_ADDRESS};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(reasons); i++) {
        tables_reset(&t);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 0);
        t.vmsa.ttbr0_el1[0] = UINT64_C(1) << 40;
        set_txsz(i > 0 ? 16 : 63);
        t.vmsa.tcr_el1 |= i > 2 ? 0 : ARMVIRT_TCR_EL1_E0PD0;
        t.vmsa.tcr_el1 |= i > 3 ? 0 : ARMVIRT_TCR_EL1_NFD0;
        t.vmsa.tcr_el1 |= i > 4 ? 0 : ARMVIRT_TCR_EL1_EPD0;
        expect_reason(&t, i > 1 ? 0 : UINT64_C(1) << 50, ARMVIRT_READ, 0, ARMVIRT_ACCESS_NFD,
                      reasons[i]);
        assert_int_equal(t.walk.fault.level, 0);
        assert_int_equal(t.walk.fault.stage, 1);
        assert_int_equal(t.reads, 0);
    }
}

struct gate {
    const char *name;
    uint64_t lower, upper; /* bits of TCR_EL1 */
    unsigned flags, reason;
    bool el0_only;
};

static const struct gate gates[] = {
    {"rule_04_I_RFRSQ_E0PD_stops_EL0_in_its_half", ARMVIRT_TCR_EL1_E0PD0, ARMVIRT_TCR_EL1_E0PD1, 0,
     ARMVIRT_REASON_E0PD, true},
    {"rule_04_NFD_stops_non_fault_accesses_of_EL0", ARMVIRT_TCR_EL1_NFD0, ARMVIRT_TCR_EL1_NFD1,
     ARMVIRT_ACCESS_NFD, ARMVIRT_REASON_NFD, true},
    {"rule_04_I_ZFSYQ_EPD_stops_walks_of_its_half", ARMVIRT_TCR_EL1_EPD0, ARMVIRT_TCR_EL1_EPD1, 0,
     ARMVIRT_REASON_EPD, false},
};

static void gate_of_a_half(void **state)
{
    const struct gate *g = *state;

    for (unsigned i = 0; i < 8; i++) {
        unsigned set = i & 1, half = i >> 1 & 1, el = i >> 2 & 1;
        bool stops = set == half && !(g->el0_only && el != 0);

        tables_reset(&t);
        t.vmsa.tcr_el1 |= set ? g->upper : g->lower;
        tables_put(&t, S1_TABLE(0), 0);
        expect_reason(&t, half ? UPPER(0) : 0, ARMVIRT_READ, el, g->flags,
                      stops ? g->reason : (unsigned)ARMVIRT_REASON_DESC_INVALID);
        if (g->flags != 0) {
            expect_reason(&t, half ? UPPER(0) : 0, ARMVIRT_READ, el, 0,
                          ARMVIRT_REASON_DESC_INVALID);
        }
    }
}

static void rule_04_features_absent_leave_E0PD_and_NFD_without_effect(void **state)
{
    (void)state;
    tables_reset(&t);
    t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_E0PD0 | ARMVIRT_TCR_EL1_NFD0;
    set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_E0PD, 0);
    set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_SVE, 0);
    tables_put(&t, S1_TABLE(0), 0);
    expect_reason(&t, 0, ARMVIRT_READ, 0, ARMVIRT_ACCESS_NFD, ARMVIRT_REASON_DESC_INVALID);
}

/* ---- Granule and size --------------------------------------------------------------------- */

/* Which granules the ID registers announce at stage 1: bit 0 is 4 KB, 1 is 16 KB, 2 is 64 KB. */
static void set_granules(unsigned present)
{
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, present & 1 ? 1 : 0xf);
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, present & 2 ? 2 : 0);
    set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_TGRAN64, present & 4 ? 0 : 0xf);
}

/* The granule that an encoding selects: bit of @present, or what takes its place. */
static unsigned granule_of(unsigned half, unsigned encoded, unsigned present, unsigned chosen)
{
    static const uint8_t bit[2][4] = {{0, 2, 1, 9}, {9, 1, 0, 2}}; /* Table D24: TG0, TG1 */
    static const uint8_t log2[3] = {12, 14, 16};
    unsigned smallest = present & 1 ? 12 : present & 2 ? 14 : 16;

    if (bit[half][encoded] < 3 && present >> bit[half][encoded] & 1) {
        return log2[bit[half][encoded]];
    }
    return chosen != 0 ? chosen : smallest;
}

static void rule_05_D24_2_194_granules_have_two_encodings(void **state)
{
    static const uint16_t offset[] = {[12] = 511 * 8, [14] = 7 * 8, [16] = 1023 * 8};
    static const uint8_t choices[] = {0, 12, 14, 16};

    (void)state;
    for (unsigned i = 0; i < 2 * 4 * 8 * 4; i++) {
        unsigned half = i & 1, encoded = i >> 1 & 3, present = i >> 3 & 7;
        unsigned chosen = choices[i >> 6], granule;

        if (present == 0) {
            continue;
        }
        tables_reset(&t);
        set_granules(present);
        set_txsz(25);
        t.vmsa.reserved_granule = (uint8_t)chosen;
        set_field(&t.vmsa.tcr_el1, half ? ARMVIRT_TCR_EL1_TG1 : ARMVIRT_TCR_EL1_TG0, encoded);
        granule = granule_of(half, encoded, present, chosen);
        tables_put(&t, S1_TABLE(0) + offset[granule], 0);
        expect_fault(&t, half ? UINT64_MAX : (UINT64_C(1) << 39) - 1, ARMVIRT_READ,
                     ARMVIRT_FAULT_TRANSLATION, granule == 16 ? 2 : 1, ARMVIRT_REASON_DESC_INVALID);
    }
}

/* Tables D8-18, D8-28, D8-37: initial lookup level of stage 1. */
struct start_row {
    uint8_t granule_log2, first, last;
    int8_t level;
    char needs; /* 'd' DS, 'v' FEAT_LVA, 't' FEAT_TTST, or nothing */
};

static const struct start_row start_rows[] = {
    {12, 12, 15, -1, 'd'}, {12, 16, 24, 0, 0},   {12, 25, 33, 1, 0},   {12, 34, 39, 2, 0},
    {12, 40, 42, 2, 't'},  {12, 43, 48, 3, 't'}, {14, 12, 15, 0, 'd'}, {14, 16, 16, 0, 0},
    {14, 17, 27, 1, 0},    {14, 28, 38, 2, 0},   {14, 39, 39, 3, 0},   {14, 40, 48, 3, 't'},
    {16, 12, 15, 1, 'v'},  {16, 16, 21, 1, 0},   {16, 22, 34, 2, 0},   {16, 35, 39, 3, 0},
    {16, 40, 47, 3, 't'},
};

struct size_case {
    unsigned granule, ds, lva, ttst;
};

static const struct start_row *start_row_of(const struct size_case *c, unsigned txsz)
{
    for (unsigned i = 0; i < COUNT_OF(start_rows); i++) {
        const struct start_row *r = &start_rows[i];

        if (r->granule_log2 == c->granule && txsz >= r->first && txsz <= r->last &&
            (r->needs != 'd' || c->ds) && (r->needs != 'v' || c->lva) &&
            (r->needs != 't' || c->ttst)) {
            return r;
        }
    }
    return NULL;
}

static void try_size(const struct size_case *c, unsigned txsz, unsigned half)
{
    const struct start_row *row = start_row_of(c, txsz);
    uint64_t va = half ? UINT64_MAX : UINT64_MAX >> 1 >> (txsz < 9 ? 8 : txsz - 1);

    set_txsz(txsz);
    if (row == NULL) {
        expect_fault(&t, va, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0, ARMVIRT_REASON_TXSZ);
        assert_int_equal(t.reads, 0);
        return;
    }
    tables_forget(&t);
    tables_put(
        &t,
        tables_index(&(struct shape){(uint8_t)c->granule, 3, (uint8_t)(64 - txsz), row->level},
                     row->level, S1_TABLE(0), va),
        0);
    expect_fault(&t, va, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, row->level,
                 ARMVIRT_REASON_DESC_INVALID);
    assert_int_equal(t.reads, 1);
}

static void rule_06_Tables_D8_18_28_37_start_level_of_every_size(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 24; i++) {
        struct size_case c = {12 + 2 * (i % 3), i / 3 & 1, i / 6 & 1, i / 12 & 1};

        tables_reset(&t);
        set_granule(c.granule);
        set_ds(c.ds);
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, c.lva);
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_ST, c.ttst);
        for (unsigned txsz = 0; txsz < 64; txsz++) {
            try_size(&c, txsz, 0);
            try_size(&c, txsz, 1);
        }
    }
}

static void rule_06_R_YXNYW_sizes_out_of_range_may_be_clamped(void **state)
{
    (void)state;
    for (unsigned lva = 0; lva < 2; lva++) {
        tables_reset(&t);
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, lva);
        t.vmsa.options = ARMVIRT_OPT_TXSZ_LOW_CLAMP | ARMVIRT_OPT_TXSZ_HIGH_CLAMP;
        set_txsz(63); /* acts as 48, which starts at level 3 */
        tables_put(&t, S1_TABLE(0) + 15 * 8, PAGE | S1_RW);
        expect_pa(&t, 0xf123, ARMVIRT_READ, PAGE | 0x123);
        set_txsz(1); /* acts as 16, but must fault with FEAT_LVA */
        tables_put(&t, S1_TABLE(0), 0);
        expect_fault(&t, 0, ARMVIRT_READ, ARMVIRT_FAULT_TRANSLATION, 0,
                     lva ? ARMVIRT_REASON_TXSZ : ARMVIRT_REASON_DESC_INVALID);
    }
}

/* ---- DS ----------------------------------------------------------------------------------- */

struct ds_row {
    const char *name;
    unsigned el;
    bool e2h;
    uint64_t bit;
};

static const struct ds_row ds_rows[] = {
    {"rule_07_R_FMKVP_DS_of_EL1_is_TCR_59", 1, false, UINT64_C(1) << 59},
    {"rule_07_R_FMKVP_DS_of_EL2_0_is_TCR_59", 2, true, UINT64_C(1) << 59},
    {"rule_07_R_FMKVP_DS_of_EL2_is_TCR_32", 2, false, UINT64_C(1) << 32},
    {"rule_07_R_FMKVP_DS_of_EL3_is_TCR_32", 3, false, UINT64_C(1) << 32},
};

static void set_tcr(uint64_t value)
{
    t.vmsa.tcr_el1 = t.vmsa.tcr_el2 = t.vmsa.tcr_el3 = value;
}

/* TCR values that mean the same but for the place of IPS: 52 bits, TxSZ 13, a granule by TG0. */
static void ds_of_a_regime(void **state)
{
    const struct ds_row *row = *state;

    for (unsigned i = 0; i < 12; i++) {
        unsigned granule = i % 3, set = i / 3 & 1, lpa2 = i / 6;
        bool two = row->el == 1 || row->e2h;
        bool ds = set && lpa2 && granule != 2;

        tables_reset(&t);
        tables_use_el(&t, row->el, row->e2h);
        set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, lpa2);
        set_field(&t.vmsa.id_aa64mmfr0_el1, ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 1 + lpa2);
        set_field(&t.vmsa.id_aa64mmfr2_el1, ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 0);
        set_tcr(13 | (uint64_t)(granule == 1 ? 2 : granule == 2) << 14 |
                UINT64_C(6) << (two ? 32 : 16) | UINT64_C(10) << 30 | 13 << 16 |
                (set ? row->bit : 0));
        if (!two) {
            set_tcr((t.vmsa.tcr_el2 & ~(UINT64_C(3) << 30 | 0x3f0000)) | 6 << 16);
        }
        tables_put(&t, S1_TABLE(0), 0);
        expect_reason(&t, 0, ARMVIRT_READ, row->el, 0,
                      ds ? ARMVIRT_REASON_DESC_INVALID : ARMVIRT_REASON_TXSZ);
    }
}

static void rule_07_I_HRNGF_DS_takes_SH_from_TCR_but_not_for_64K(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        unsigned granule = 12 + 2 * (i % 3), set = i / 3;
        const struct shape shape = {(uint8_t)granule, 3, 36, granule == 12 ? 1 : 2};
        bool ds = set && granule != 16;

        tables_reset(&t);
        set_granule(granule);
        set_txsz(28);
        set_ds(set);
        t.vmsa.ttbr0_el1[0] = S1_TABLE(shape.start);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_SH0, ARMVIRT_SH_INNER);
        set_field(&t.vmsa.tcr_el1, ARMVIRT_TCR_EL1_IPS, 6);
        tables_path(&t, &shape, 1, 0, 3, PAGE | LEAF_PAGE | LEAF_AF | LEAF_SH(2));
        expect_pa(&t, 0, ARMVIRT_READ, PAGE | (ds ? UINT64_C(2) << 50 : 0));
        assert_int_equal(t.walk.attr.sh, ds ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule_01_R_DXLKR_bit_55_selects_the_base);
    SUITE_ADD(&suite, rule_01_R_VZZSZ_one_range_has_no_upper_half);
    SUITE_ADD(&suite, rule_02_R_VZZSZ_R_LVTFP_bits_above_the_size_are_alike);
    SUITE_ADD(&suite, rule_03_R_NPYMC_logical_tags_count_as_the_sign);
    SUITE_ADD(&suite, rule_04_R_XCHFJ_order_of_faults_before_the_walk);
    SUITE_ADD_ROWS(&suite, gate_of_a_half, gates);
    SUITE_ADD(&suite, rule_04_features_absent_leave_E0PD_and_NFD_without_effect);
    SUITE_ADD(&suite, rule_05_D24_2_194_granules_have_two_encodings);
    SUITE_ADD(&suite, rule_06_Tables_D8_18_28_37_start_level_of_every_size);
    SUITE_ADD(&suite, rule_06_R_YXNYW_sizes_out_of_range_may_be_clamped);
    SUITE_ADD_ROWS(&suite, ds_of_a_regime, ds_rows);
    SUITE_ADD(&suite, rule_07_I_HRNGF_DS_takes_SH_from_TCR_but_not_for_64K);
    return suite_run(&suite, "rules: setup");
}
