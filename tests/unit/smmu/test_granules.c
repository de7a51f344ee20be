/* SPDX-License-Identifier: MIT */
/*
 * Every granule and every size of input addresses through entry and descriptor: the first and the
 * last page, output addresses of 48 and of 52 bits, for both stages (IHI0070 3.4, 5.2, 5.4; DDI0487
 * D8.2). Tables and descriptors are built from the manual's formulas here, without the library.
 */
#include "suite.h"

#include "../../smmu_world.h"

enum { S1 = 5, S2 = 6, TABLES = 0x180000, TABLE_STEP = 0x10000, LEVELS = 5 };

struct granule {
    const char *name;
    uint8_t log2, tg; /* TG0 and S2TG */
    bool wide;        /* output addresses of 52 bits */
};

static const struct granule granules[] = {
    {"4 KB", 12, 0, false},          {"16 KB", 14, 2, false},
    {"64 KB", 16, 1, false},         {"4 KB, 52 bits", 12, 0, true},
    {"16 KB, 52 bits", 14, 2, true}, {"64 KB, 52 bits", 16, 1, true},
};

/* With 4 and 16 KB, 52 bits are a matter of DS. */
static bool ds(const struct granule *g)
{
    return g->wide && g->log2 != 16;
}

/* DDI0487 D8.2.3: how many levels the input address takes; the last level is 3. */
static unsigned levels_of(const struct granule *g, unsigned ia_bits)
{
    unsigned stride = g->log2 - 3u;

    return (ia_bits - g->log2 + stride - 1) / stride;
}

/* Where a descriptor holds the bits of an address above 47. */
static uint64_t address_field(const struct granule *g, uint64_t address)
{
    uint64_t low = address & ARMVIRT_BITS(47, 0);

    if (!g->wide) {
        return low;
    }
    return g->log2 == 16 ? low | (address >> 48 & 0xf) << 12
                         : (address & ARMVIRT_BITS(49, 0)) | (address >> 50 & 3) << 8;
}

static uint64_t output(const struct granule *g)
{
    uint64_t page = UINT64_C(0x5a5a5) << 16;

    return g->wide ? page | UINT64_C(0xb) << 48 : page;
}

/* One path to one page. */
static void build(struct world *w, const struct granule *g, unsigned ia_bits, uint64_t ia,
                  uint64_t leaf)
{
    unsigned count = levels_of(g, ia_bits), stride = g->log2 - 3u;

    memset(w->bytes + TABLES, 0, LEVELS * TABLE_STEP);
    for (unsigned n = 0; n < count; n++) {
        unsigned lo = g->log2 + stride * (count - 1 - n);
        unsigned hi = n == 0 ? ia_bits : lo + stride;
        uint64_t index = ia >> lo & ((UINT64_C(1) << (hi - lo)) - 1);
        uint64_t next = TABLES + TABLE_STEP * (uint64_t)(n + 1);
        uint64_t desc = n + 1 < count ? next | DESC_TABLE : address_field(g, output(g)) | leaf;

        world_poke(w, TABLES + TABLE_STEP * (uint64_t)n + 8 * index, desc);
    }
}

static void write_structures(struct world *w, const struct granule *g, unsigned config,
                             unsigned ia_bits, unsigned ps)
{
    uint64_t ste[8], cd[8];
    unsigned count = levels_of(g, ia_bits);

    world_ste_words(ste, config);
    world_cd_words(cd);
    ste[2] = PUT(STE2, S2VMID, 3) | PUT(STE2, S2T0SZ, 64 - ia_bits) | PUT(STE2, S2TG, g->tg) |
             PUT(STE2, S2PS, ps) | PUT(STE2, S2AA64, 1) | PUT(STE2, S2R, 1);
    if (g->log2 == 12) { /* SL0: levels 2, 1, 0, 3; SL2 makes it -1 */
        static const uint8_t sl0[6] = {0, 3, 0, 1, 2, 0};

        ste[2] |= PUT(STE2, S2SL0, sl0[count]);
        ste[3] = count == 5 ? ARMVIRT_SMMU_STE3_S2SL0_2 : 0;
    } else { /* levels 3, 2, 1, 0 */
        ste[2] |= PUT(STE2, S2SL0, count - 1);
        ste[3] = 0;
    }
    ste[3] |= TABLES | PUT(STE3, S2DS, ds(g));
    cd[0] &= ~(ARMVIRT_SMMU_CD0_TG0 | ARMVIRT_SMMU_CD0_T0SZ | ARMVIRT_SMMU_CD0_IPS);
    cd[0] |= PUT(CD0, TG0, g->tg) | PUT(CD0, T0SZ, 64 - ia_bits) | PUT(CD0, IPS, ps);
    cd[1] = TABLES;
    cd[2] |= PUT(CD2, DS, ds(g));
    world_put_words(w, STRTAB + 64 * SID, ste);
    world_put_words(w, CDTAB, cd);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_CFGI_STE_RANGE, 31);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
}

static void ask(struct world *w, const struct granule *g, unsigned config, unsigned ia_bits)
{
    uint64_t last = (UINT64_C(1) << ia_bits) - (UINT64_C(1) << g->log2);
    uint64_t leaf = config == S1 ? 0x403 | AP_EL0 : 0x4ff;

    for (unsigned n = 0; n < 2; n++) {
        uint64_t ia = n == 0 ? 0 : last;
        struct armvirt_smmu_result r;

        write_structures(w, g, config, ia_bits, g->wide ? 6 : 5);
        build(w, g, ia_bits, ia, leaf);
        r = world_txn(w, ia + 0xabc, 0, 0);
        assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(r.pa, output(g) + 0xabc);
        assert_int_equal(r.size_log2, g->log2);
        /* nothing is beyond the last page */
        r = world_txn(w, UINT64_C(1) << ia_bits, 0, 0);
        assert_int_equal(r.outcome, ARMVIRT_SMMU_ABORT);
    }
}

/* IHI0070 5.4 T0SZ: 39 to 16; to 12 with DS or, of 64 KB, with VAX. */
static void walk_all_sizes(void **state)
{
    const struct granule *g = *state;
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    unsigned most = g->wide ? 52 : 48;

    for (unsigned bits = 25; bits <= most; bits++) {
        ask(w, g, S1, bits);
    }
    world_drop(w);
}

/* Of stage 2 those sizes whose first table is one table, and no larger than the output. */
static void walk_all_sizes_of_stage_2(void **state)
{
    const struct granule *g = *state;
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    unsigned most = g->wide ? 52 : 48;

    for (unsigned bits = 25; bits <= most; bits++) {
        bool starts_at_0_needs_ds = g->log2 == 14 && levels_of(g, bits) == 4 && !ds(g);

        if (!starts_at_0_needs_ds) {
            ask(w, g, S2, bits);
        }
    }
    world_drop(w);
}

/* VMSAv8-32 LPAE, IDR0.TTF[0]: three levels of 4 KB, 32 bits of input and 40 of output. */
static void IHI0070_3_4_1_lpae_tables(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_FVP, S1);
    uint64_t cd[8];

    (void)state;
    world_cd_words(cd);
    cd[0] &= ~(ARMVIRT_SMMU_CD0_AA64 | ARMVIRT_SMMU_CD0_T0SZ | ARMVIRT_SMMU_CD0_T1SZ);
    cd[1] = TABLES;
    world_put_words(w, CDTAB, cd);
    world_forget(w);
    for (uint64_t va = 0; va < UINT64_C(1) << 32; va += 0x10101000) {
        memset(w->bytes + TABLES, 0, LEVELS * TABLE_STEP);
        world_poke(w, TABLES + (va >> 30) * 8, (TABLES + TABLE_STEP) | DESC_TABLE);
        world_poke(w, TABLES + TABLE_STEP + (va >> 21 & 0x1ff) * 8,
                   (TABLES + 2 * TABLE_STEP) | DESC_TABLE);
        world_poke(w, TABLES + 2 * TABLE_STEP + (va >> 12 & 0x1ff) * 8,
                   UINT64_C(0xab12345000) | DESC_PAGE | AP_EL0);
        world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
        assert_int_equal(world_txn(w, va + 8, 0, 0).pa, UINT64_C(0xab12345008));
    }
    assert_int_equal(world_txn(w, UINT64_C(1) << 32, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
    world_drop(w);
}

/* VMSAv9-128, IDR5.D128: descriptors of 16 bytes, 8 bits of address a level. Permissions are those
 * of index 0 in the context descriptor: readable and writable. DDI0487 D8.3.2. */
static void build_wide(struct world *w, unsigned ia_bits, uint64_t ia, uint64_t page)
{
    enum { VALID = 1, AF = 1 << 10, SH = 3 << 8 };
    unsigned count = (ia_bits - 12 + 7) / 8;

    memset(w->bytes + TABLES, 0, LEVELS * TABLE_STEP);
    for (unsigned n = 0; n < count; n++) {
        unsigned lo = 12 + 8 * (count - 1 - n), hi = n == 0 ? ia_bits : lo + 8;
        uint64_t index = ia >> lo & ((UINT64_C(1) << (hi - lo)) - 1);
        uint64_t table = TABLES + TABLE_STEP * (uint64_t)n;

        world_poke(w, table + 16 * index,
                   n + 1 < count ? (table + TABLE_STEP) | VALID : page | AF | SH | VALID);
    }
}

static void wide_structures(struct world *w, unsigned ia_bits)
{
    enum { READ_WRITE = 5 };
    uint64_t ste[8], cd[8];

    world_ste_words(ste, S1);
    ste[1] |= PUT(STE1, S1PIE, 1);
    world_cd_words(cd);
    cd[0] &= ~(ARMVIRT_SMMU_CD0_AA64 | ARMVIRT_SMMU_CD0_T0SZ | ARMVIRT_SMMU_CD0_IPS);
    cd[0] |= PUT(CD0, T0SZ, 64 - ia_bits) | PUT(CD0, IPS, 6);
    cd[1] = TABLES;
    cd[6] = cd[7] = READ_WRITE;
    world_put_words(w, STRTAB + 64 * SID, ste);
    world_put_words(w, CDTAB, cd);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_CFGI_STE_RANGE, 31);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
}

static void IHI0070_5_4_D128_tables_of_every_size(void **state)
{
    const uint64_t page = UINT64_C(0xb) << 48 | UINT64_C(0x5a5a5) << 12;
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

    (void)state;
    for (unsigned bits = 25; bits <= 52; bits++) {
        for (unsigned n = 0; n < 2; n++) {
            uint64_t ia = n == 0 ? 0 : (UINT64_C(1) << bits) - 0x1000;
            struct armvirt_smmu_result r;

            wide_structures(w, bits);
            build_wide(w, bits, ia, page);
            r = world_txn(w, ia + 0xabc, 0, 0);
            assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
            assert_int_equal(r.pa, page + 0xabc);
            assert_int_equal(world_txn(w, ia, 0, ARMVIRT_SMMU_WRITE).pa, page);
            assert_int_equal(world_txn(w, ia ^ 0x1000, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
            assert_int_equal(world_txn(w, UINT64_C(1) << bits, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
        }
    }
    world_drop(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, walk_all_sizes, granules);
    SUITE_ADD_ROWS(&suite, walk_all_sizes_of_stage_2, granules);
    SUITE_ADD(&suite, IHI0070_3_4_1_lpae_tables);
    SUITE_ADD(&suite, IHI0070_5_4_D128_tables_of_every_size);
    return suite_run(&suite, "granules and sizes of addresses");
}
