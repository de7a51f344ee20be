/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32, Long-descriptor format: ranges, levels, faults, permissions, attributes, stage 2, and
 * stage 1 while it is off. DDI0487 G5.2, G5.5, G5.6, G5.7.4, G5.11.
 */
#include "aarch32_machine.h"

#define TABLE0 UINT64_C(0x10000000) /* at TTBR0; aligned for every T0SZ */
#define TABLE1 UINT64_C(0x20000000) /* at TTBR1 */
#define LEVEL2 UINT64_C(0x30000000)
#define LEVEL3 UINT64_C(0x31000000)

#define VALID ARMVIRT_LPAE_S1_LEAF_VALID
#define TABLE (VALID | ARMVIRT_LPAE_S1_TABLE_TYPE)
#define BLOCK (VALID | ARMVIRT_LPAE_S1_LEAF_AF)
#define PAGE  (BLOCK | ARMVIRT_LPAE_S1_LEAF_TYPE)

#define USER ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_RW)

enum { NS = ARMVIRT_SPACE_NONSECURE, S = ARMVIRT_SPACE_SECURE };

static void set_sizes(struct machine *m, unsigned t0sz, unsigned t1sz)
{
    m->vmsa.tcr_el1 = (m->vmsa.tcr_el1 & ~(ARMVIRT_TTBCR_LPAE_T0SZ | ARMVIRT_TTBCR_LPAE_T1SZ)) |
                      ARMVIRT_TTBCR_EAE | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T0SZ, t0sz) |
                      ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T1SZ, t1sz);
}

/* AttrIndx 0 is Write-Back, 4 is Device-nGnRE; no tables yet. */
static void reset(struct machine *m)
{
    machine_reset(m);
    m->desc_bytes = 8;
    m->vmsa.mair_el1 = UINT64_C(0xff) | UINT64_C(0x04) << 32;
    m->vmsa.ttbr0_el1[0] = TABLE0;
    m->vmsa.ttbr1_el1[0] = TABLE1;
    set_sizes(m, 0, 0);
}

/* Address 0 goes through three levels to the page that @leaf describes. */
static struct entry *map_page(struct machine *m, uint64_t leaf)
{
    machine_put(m, TABLE0, LEVEL2 | TABLE);
    machine_put(m, LEVEL2, LEVEL3 | TABLE);
    return machine_put(m, LEVEL3, leaf);
}

/* ---- Ranges ------------------------------------------------------------------------------- */

struct range {
    bool used;
    uint64_t first, last;
};

/* Table G5-2: what TTBR0 and TTBR1 translate. */
static void ranges_of(unsigned m, unsigned n, struct range *lower, struct range *upper)
{
    const uint64_t top = UINT32_MAX;
    uint64_t below = (UINT64_C(1) << (32 - m)) - 1;                   /* 2^(32-M) - 1 */
    uint64_t above = (UINT64_C(1) << 32) - (UINT64_C(1) << (32 - n)); /* 2^32 - 2^(32-N) */

    *lower = (struct range){true, 0, m != 0 ? below : n != 0 ? above - 1 : top};
    *upper = (struct range){m != 0 || n != 0, n != 0 ? above : below + 1, top};
}

static bool contains(const struct range *range, uint64_t va)
{
    return range->used && va >= range->first && va <= range->last;
}

/* The address of the first descriptor: entries of 1 GB or 2 MB of the 2^(32-TxSZ) byte range. */
static void expect_first_read(struct machine *m, uint64_t va, uint64_t table, unsigned txsz)
{
    unsigned entry_log2 = txsz < 2 ? 30 : 21;
    uint64_t within = va & ((UINT64_C(1) << (32 - txsz)) - 1);

    assert_int_equal(machine_try(m, va, ARMVIRT_READ, 1), ARMVIRT_OK);
    assert_int_equal(m->reqs[0].pa, table + (within >> entry_log2) * 8);
    assert_int_equal(m->reqs[0].level, txsz < 2 ? 1 : 2);
    assert_int_equal(m->walk.s1.level, txsz < 2 ? 1 : 2);
    assert_int_equal(m->walk.s1.size_log2, entry_log2);
}

static void try_range(struct machine *m, unsigned t0sz, unsigned t1sz, uint64_t va)
{
    struct range lower, upper;

    ranges_of(t0sz, t1sz, &lower, &upper);
    if (contains(&lower, va)) {
        expect_first_read(m, va, TABLE0, t0sz);
    } else if (contains(&upper, va)) {
        expect_first_read(m, va, TABLE1, t1sz);
    } else {
        expect_fault(m, va, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_VA_RANGE);
        assert_int_equal(m->reads, 0);
    }
}

static void table_G5_2_ranges_and_holes(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = BLOCK;
    for (unsigned t0sz = 0; t0sz < 8; t0sz++) {
        for (unsigned t1sz = 0; t1sz < 8; t1sz++) {
            set_sizes(&m, t0sz, t1sz);
            for (unsigned bit = 20; bit < 32; bit++) { /* around all powers of two, both ways */
                uint64_t boundary = UINT64_C(1) << bit;
                uint64_t mirrored = (UINT64_C(1) << 32) - boundary;

                try_range(&m, t0sz, t1sz, boundary - 1);
                try_range(&m, t0sz, t1sz, boundary);
                try_range(&m, t0sz, t1sz, mirrored - 1);
                try_range(&m, t0sz, t1sz, mirrored);
            }
            try_range(&m, t0sz, t1sz, 0);
            try_range(&m, t0sz, t1sz, UINT32_MAX);
        }
    }
}

/* G5.5.7: BADDR begins at bit 5 - TxSZ or 14 - TxSZ; what stands below acts as zero. */
static void G5_5_7_low_base_bits_act_as_zero(void **state)
{
    static const uint8_t lowest[8] = {5, 4, 12, 11, 10, 9, 8, 7};
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = BLOCK;
    for (unsigned txsz = 0; txsz < 8; txsz++) {
        for (unsigned bit = 0; bit < 14; bit++) {
            uint64_t counts = bit >= lowest[txsz] ? UINT64_C(1) << bit : 0;

            set_sizes(&m, txsz, txsz);
            m.vmsa.ttbr0_el1[0] = TABLE0 | UINT64_C(1) << bit;
            m.vmsa.ttbr1_el1[0] = TABLE1 | UINT64_C(1) << bit;
            expect_first_read(&m, 0, TABLE0 | counts, txsz);
            if (txsz != 0) {
                expect_first_read(&m, UINT32_MAX, TABLE1 | counts, txsz);
            }
        }
    }
}

/* C5.4: of an address that an AT instruction gives, bits 63:32 are RES0. */
static void va_bits_above_31_are_ignored(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    map_page(&m, UINT64_C(0x8765432000) | PAGE);
    expect_pa(&m, UINT64_C(0xffffffff00000123), UINT64_C(0x8765432123));
    m.vmsa.sctlr_el1 = 0;
    expect_pa(&m, UINT64_C(0xffffffff00000123), 0x123);
}

static void G5_3_4_disabled_walks_fault_at_level_1(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned txsz = 1; txsz < 8; txsz++) {
        reset(&m);
        set_sizes(&m, txsz, txsz);
        m.fill = true;
        m.fill_value = BLOCK;
        m.vmsa.tcr_el1 |= ARMVIRT_TTBCR_LPAE_EPD0;
        expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_EPD);
        expect_first_read(&m, UINT32_MAX, TABLE1, txsz);
        m.vmsa.tcr_el1 ^= ARMVIRT_TTBCR_LPAE_EPD0 | ARMVIRT_TTBCR_LPAE_EPD1;
        expect_fault(&m, UINT32_MAX, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_EPD);
        expect_first_read(&m, 0, TABLE0, txsz);
    }
}

/* ---- Descriptors -------------------------------------------------------------------------- */

static void G5_5_2_blocks_and_pages(void **state)
{
    const uint64_t va = 0x7fedcba8;
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0 + 8, UINT64_C(0xedc0000000) | 0x3ffff000 | BLOCK); /* 1 GB */
    expect_pa(&m, va, UINT64_C(0xedffedcba8));
    assert_int_equal(m.walk.s1.base, UINT64_C(0xedc0000000));
    assert_int_equal(m.walk.size_log2, 30);

    machine_clear_memory(&m);
    machine_put(&m, TABLE0 + 8, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 511 * 8, UINT64_C(0xabcde00000) | 0x1ff000 | BLOCK); /* 2 MB */
    expect_pa(&m, va, UINT64_C(0xabcdedcba8));
    assert_int_equal(m.walk.s1.level, 2);
    assert_int_equal(m.walk.size_log2, 21);

    machine_clear_memory(&m);
    machine_put(&m, TABLE0 + 8, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 511 * 8, LEVEL3 | TABLE);
    machine_put(&m, LEVEL3 + 0xdc * 8, UINT64_C(0xfedcba9000) | PAGE); /* 4 KB */
    expect_pa(&m, va, UINT64_C(0xfedcba9ba8));
    assert_int_equal(m.walk.s1.level, 3);
    assert_int_equal(m.walk.size_log2, 12);
    assert_int_equal(m.walk.reads, 3);
    assert_int_equal(m.log.len, 3);
    assert_int_equal(m.steps[2].format, ARMVIRT_FORMAT_LPAE);
    assert_int_equal(m.steps[0].index_hi, 31);
    assert_int_equal(m.steps[0].index_lo, 30);
}

static void G5_5_2_invalid_descriptors(void **state)
{
    struct machine m;

    (void)state;
    for (int level = 1; level <= 3; level++) {
        for (unsigned bits = 0; bits < 4; bits++) {
            bool reserved = level == 3 && bits == 1;
            uint64_t base = level == 1 ? TABLE0 : level == 2 ? LEVEL2 : LEVEL3;

            if ((bits & 1) && !reserved) {
                continue;
            }
            reset(&m);
            machine_put(&m, base, ARMVIRT_LPAE_S1_LEAF_AF | bits);
            machine_put(&m, TABLE0, LEVEL2 | TABLE);
            machine_put(&m, LEVEL2, LEVEL3 | TABLE);
            expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, level,
                         reserved ? ARMVIRT_REASON_DESC_RESERVED : ARMVIRT_REASON_DESC_INVALID);
            assert_int_equal(m.reads, level);
        }
    }
}

/* G5.11.1.3: bits 47:40 of the base and of any descriptor must be zero; 51:48 do not count. */
static void G5_11_1_3_addresses_beyond_40_bits(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned bit = 40; bit < 52; bit++) {
        uint64_t high = UINT64_C(1) << bit;
        bool faults = bit < 48;

        for (int level = 0; level <= 3; level++) {
            for (int leaf_level = 1; leaf_level <= 3; leaf_level++) {
                uint64_t page = leaf_level == 3 ? PAGE : BLOCK;

                if (level > leaf_level) {
                    continue;
                }
                reset(&m);
                m.vmsa.ttbr0_el1[0] |= level == 0 ? high : 0;
                machine_put(&m, TABLE0,
                            (leaf_level == 1 ? page : LEVEL2 | TABLE) | (level == 1 ? high : 0));
                machine_put(&m, LEVEL2,
                            (leaf_level == 2 ? page : LEVEL3 | TABLE) | (level == 2 ? high : 0));
                machine_put(&m, LEVEL3, page | (level == 3 ? high : 0));
                if (!faults) {
                    expect_pa(&m, 0, 0);
                    continue;
                }
                expect_fault(&m, 0, ARMVIRT_FAULT_ADDRESS_SIZE, level,
                             level == 0            ? ARMVIRT_REASON_TTBR_ADDRESS
                             : level == leaf_level ? ARMVIRT_REASON_OUTPUT_ADDRESS
                                                   : ARMVIRT_REASON_TABLE_ADDRESS);
            }
        }
    }
}

/* PAMax does not narrow the 40 bits. */
static void G5_5_7_output_has_40_bits_whatever_PAMax_is(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.id_aa64mmfr0_el1 = 0; /* 32 bits */
    map_page(&m, UINT64_C(0xff00000000) | PAGE);
    expect_pa(&m, 0, UINT64_C(0xff00000000));
}

static void G5_7_4_2_contiguous_bit(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    map_page(&m, 0);
    machine_put(&m, LEVEL3 + 8 * 5, UINT64_C(0x12345000) | ARMVIRT_LPAE_S1_LEAF_CONTIG | PAGE);
    machine_put(&m, LEVEL3 + 8 * 6, UINT64_C(0x1234f000) | ARMVIRT_LPAE_S1_LEAF_CONTIG | PAGE);
    expect_pa(&m, 0x5678, 0x12345678);
    assert_int_equal(m.walk.size_log2, 16);
    assert_int_equal(m.walk.s1.size_log2, 12);
    expect_pa(&m, 0x6678, 0x12346678); /* misaligned: the group's base, the input's bits */
}

/* G5.5.5.1: a contiguous range beyond the input size may fault. */
static void G5_5_5_1_contiguous_beyond_the_input_size(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0, ARMVIRT_LPAE_S1_LEAF_CONTIG | BLOCK);
    expect_pa(&m, 0, 0);
    m.vmsa.options = ARMVIRT_OPT_CONTIG_FAULT;
    expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_CONTIGUOUS);
}

/* G5.7.4.2.2: bits that mean something in VMSAv8-64 only: nT, DBM, GP, 58:55, 63:59. */
static void G5_7_4_2_2_ignored_bits(void **state)
{
    const uint64_t ignored = ARMVIRT_BITS(63, 55) | ARMVIRT_BITS(51, 50) | ARMVIRT_BIT(16) |
                             ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_RO);
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.options = ARMVIRT_OPT_NT_FAULTS;
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
    machine_put(&m, TABLE0, ignored | BLOCK);
    expect_pa(&m, 0, 0);
    assert_false(m.walk.s1.guarded);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_WRITE, 1), ARMVIRT_FAULT); /* DBM or no */
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_AP_WRITE);
}

static void G5_6_5_access_flag_is_not_managed_by_hardware(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
    machine_put(&m, TABLE0, VALID);
    expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, 1, ARMVIRT_REASON_ACCESS_FLAG);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_DEBUGGER, 1), ARMVIRT_OK);
    m.vmsa.options = ARMVIRT_OPT_CMO_IGNORES_AF;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_OK);
    machine_clear_memory(&m);
    map_page(&m, VALID | ARMVIRT_LPAE_S1_LEAF_TYPE);
    expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, 3, ARMVIRT_REASON_ACCESS_FLAG);
}

static void G5_3_1_big_endian_tables(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EE;
    machine_put(&m, TABLE0, UINT64_C(0x0104004000000000)); /* 0x40000401, other end first */
    expect_pa(&m, 0x1234, 0x40001234);
    assert_int_equal(m.walk.s1.desc[0], 0x40000401);
}

static void external_aborts_name_the_level(void **state)
{
    static const uint64_t pa[4] = {0, TABLE0, LEVEL2, LEVEL3};
    struct machine m;

    (void)state;
    for (int level = 1; level <= 3; level++) {
        reset(&m);
        machine_put(&m, pa[level], 0)->bus = ARMVIRT_BUS_ABORT;
        map_page(&m, PAGE);
        expect_fault(&m, 0, ARMVIRT_FAULT_EXTERNAL_ON_WALK, level, ARMVIRT_REASON_EXTERNAL);
        assert_int_equal(m.walk.fault.pa, pa[level]);
        assert_int_equal(m.walk.fault.domain, 0);
    }
}

/* ---- Permissions -------------------------------------------------------------------------- */

/* AP and APTable in words. DDI0487 Tables G5-7 and G5-8. */
static struct permissions permissions_of(unsigned ap, unsigned aptable)
{
    static const struct permissions leaf[4] = {
        {.priv_read = true, .priv_write = true},
        {.priv_read = true, .priv_write = true, .el0_read = true, .el0_write = true},
        {.priv_read = true},
        {.priv_read = true, .el0_read = true},
    };
    struct permissions p = leaf[ap];

    if (aptable & 1) {
        p.el0_read = p.el0_write = false;
    }
    if (aptable & 2) {
        p.priv_write = p.el0_write = false;
    }
    return p;
}

static void try_all_accesses(struct machine *m, const struct permissions *p)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};

    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        expect_permission(m, p, 0, kinds[k], 0, false);
        expect_permission(m, p, 0, kinds[k], 1, false);
        expect_permission(m, p, 0, kinds[k], 1, true);
    }
}

/* AP, XN, PXN of the leaf, APTable, XNTable, PXNTable above it, WXN, UWXN: all of them. */
static void G5_6_permissions(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned leaf = 0; leaf < 16; leaf++) {
        for (unsigned table = 0; table < 16; table++) {
            machine_clear_memory(&m);
            machine_put(&m, TABLE0, LEVEL2 | TABLE | ARMVIRT_PUT(ARMVIRT_BITS(62, 59), table));
            machine_put(&m, LEVEL2,
                        BLOCK | ARMVIRT_PUT(ARMVIRT_BITS(54, 53), leaf >> 2) |
                            ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, leaf & 3));
            for (unsigned control = 0; control < 4; control++) {
                struct permissions p = permissions_of(leaf & 3, table >> 2);

                p.xn = (leaf & 8) || (table & 2);
                p.pxn = (leaf & 4) || (table & 1);
                p.wxn = control & 1;
                p.uwxn = control & 2;
                m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN);
                m.vmsa.sctlr_el1 |= p.wxn ? ARMVIRT_SCTLR_WXN : 0;
                m.vmsa.sctlr_el1 |= p.uwxn ? ARMVIRT_SCTLR_UWXN : 0;
                try_all_accesses(&m, &p);
            }
        }
    }
}

struct fetch_row {
    const char *name;
    uint64_t leaf;
    uint64_t sctlr;
    unsigned el;
    enum armvirt_reason reason;
};

static const struct fetch_row fetch_rows[] = {
    {"fetch: XN", ARMVIRT_LPAE_S1_LEAF_XN, 0, 1, ARMVIRT_REASON_XN},
    {"fetch: XN of a page writable at EL0", ARMVIRT_LPAE_S1_LEAF_XN | USER, 0, 1,
     ARMVIRT_REASON_XN},
    {"fetch: PXN", ARMVIRT_LPAE_S1_LEAF_PXN, 0, 1, ARMVIRT_REASON_XN},
    {"fetch: no read permission at EL0", 0, 0, 0, ARMVIRT_REASON_XN},
    {"fetch: WXN", 0, ARMVIRT_SCTLR_WXN, 1, ARMVIRT_REASON_WXN},
    {"fetch: UWXN", USER, ARMVIRT_SCTLR_UWXN, 1, ARMVIRT_REASON_WXN},
    {"fetch: XN comes before UWXN", ARMVIRT_LPAE_S1_LEAF_XN | USER, ARMVIRT_SCTLR_UWXN, 1,
     ARMVIRT_REASON_XN},
    {"fetch: UWXN is not for EL0", USER, ARMVIRT_SCTLR_UWXN, 0, ARMVIRT_REASON_NONE},
    {"fetch: writable at EL0 is executable at EL1", USER, 0, 1, ARMVIRT_REASON_NONE},
};

static void fetch_reasons(void **state)
{
    const struct fetch_row *row = *state;
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 |= row->sctlr;
    machine_put(&m, TABLE0, row->leaf | BLOCK);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, row->el),
                     row->reason == ARMVIRT_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

/* FEAT_AA32HPD: TTBCR2.HPDn counts only with TTBCR.T2E, and each for its own tables. */
static void G5_5_3_1_hierarchical_permissions_disabled(void **state)
{
    const uint64_t denies = ARMVIRT_PUT(ARMVIRT_LPAE_S1_TABLE_APTABLE, 1);
    struct machine m;

    (void)state;
    reset(&m);
    set_sizes(&m, 1, 1);
    machine_put(&m, TABLE0, LEVEL2 | TABLE | denies);
    machine_put(&m, TABLE1 + 8, LEVEL2 | TABLE | denies);
    machine_put(&m, LEVEL2, BLOCK | USER);
    machine_put(&m, LEVEL2 + 511 * 8, BLOCK | USER);
    for (unsigned bits = 0; bits < 8; bits++) {
        bool hpd0 = bits & 1, hpd1 = bits & 2, t2e = bits & 4;

        m.vmsa.tcr_el1 &= UINT32_MAX & ~ARMVIRT_TTBCR_LPAE_T2E;
        m.vmsa.tcr_el1 |= (t2e ? ARMVIRT_TTBCR_LPAE_T2E : 0) |
                          (hpd0 ? ARMVIRT_TTBCR2_HPD0 << 32 : 0) |
                          (hpd1 ? ARMVIRT_TTBCR2_HPD1 << 32 : 0);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 0),
                         t2e && hpd0 ? ARMVIRT_OK : ARMVIRT_FAULT);
        assert_int_equal(machine_try(&m, UINT32_MAX, ARMVIRT_READ, 0),
                         t2e && hpd1 ? ARMVIRT_OK : ARMVIRT_FAULT);
    }
    m.vmsa.id_aa64mmfr1_el1 &= ~ARMVIRT_ID_AA64MMFR1_EL1_HPDS;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 0), ARMVIRT_FAULT);
}

/* G5.11.1.1: no Permission fault at stage 1. */
static void cache_maintenance_is_not_checked(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_DC_INVALIDATE, ARMVIRT_DC_CLEAN,
                                    ARMVIRT_DC_CLEAN_INVALIDATE, ARMVIRT_IC};
    struct machine m;

    (void)state;
    reset(&m);
    machine_put(&m, TABLE0,
                BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_PRIV_RO));
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        assert_int_equal(machine_try(&m, 0, kinds[k], 0), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, kinds[k], 1), ARMVIRT_OK);
    }
}

/* ---- Secure state ------------------------------------------------------------------------- */

static void G5_5_4_NS_of_a_leaf(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        reset(&m);
        machine_put(&m, TABLE0, BLOCK | (ns ? ARMVIRT_LPAE_S1_LEAF_NS : 0));
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, NS); /* ignored in Non-secure state */
        machine_secure(&m);
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, ns ? NS : S);
        assert_int_equal(m.walk.s1.space, ns ? NS : S);
        assert_int_equal(m.reqs[0].space, S);
    }
}

/* A table in Non-secure memory: all below it is Non-secure and non-global. */
static void G5_5_4_1_NSTable(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_secure(&m);
    machine_put(&m, TABLE0, LEVEL2 | TABLE | ARMVIRT_LPAE_S1_TABLE_NSTABLE)->spaces = 1 << S;
    machine_put(&m, LEVEL2, LEVEL3 | TABLE)->spaces = 1 << NS;
    machine_put(&m, LEVEL3, PAGE)->spaces = 1 << NS;
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.pa_space, NS);
    assert_true(m.walk.s1.not_global);
    m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_SIF);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.perm, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W);
}

/* ---- Attributes --------------------------------------------------------------------------- */

/* What one MAIR byte means in AArch32 state; reserved ones act as Non-cacheable. G8.2.111. */
static struct armvirt_memattr attr_of(uint8_t byte, uint8_t sh)
{
    bool is_device = (byte & 0xf0) == 0;
    bool is_reserved = is_device ? (byte & 3) != 0 : (byte & 0x0f) == 0;
    struct armvirt_memattr attr = {.mair = is_reserved ? 0x44 : byte, .sh = sh};
    unsigned outer = attr.mair >> 4, inner = attr.mair & 0xf;
    bool outer_wb = (outer & 4) && outer != 4, inner_wb = (inner & 4) && inner != 4;

    attr.xs = !(outer_wb && inner_wb);
    if (attr.mair == 0x44 || (attr.mair & 0xf0) == 0) {
        attr.sh = ARMVIRT_SH_OUTER;
    }
    return attr;
}

static void G5_7_4_all_attributes(void **state)
{
    static const uint8_t sh_of[4] = {ARMVIRT_SH_NONE, ARMVIRT_SH_OUTER /* reserved */,
                                     ARMVIRT_SH_OUTER, ARMVIRT_SH_INNER};
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.id_aa64pfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_MTE, 2);
    m.vmsa.id_aa64isar1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_XS, 1);
    for (unsigned index = 0; index < 8; index++) {
        for (unsigned sh = 0; sh < 4; sh++) {
            machine_clear_memory(&m);
            machine_put(&m, TABLE0,
                        BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, index) |
                            ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_SH, sh));
            for (unsigned byte = 0; byte < 256; byte++) {
                struct armvirt_memattr expected = attr_of((uint8_t)byte, sh_of[sh]);

                m.vmsa.mair_el1 = (uint64_t)byte << 8 * index;
                expect_pa(&m, 0, 0);
                assert_int_equal(m.walk.attr.mair, expected.mair);
                assert_int_equal(m.walk.attr.sh, expected.sh);
                assert_int_equal(m.walk.attr.xs, expected.xs);
                assert_int_equal(m.walk.attr.tag, ARMVIRT_UNTAGGED);
            }
        }
    }
}

struct cache_row {
    const char *name;
    uint64_t off; /* SCTLR bits to clear */
    unsigned index;
    unsigned kind;
    uint8_t mair;
};

static const struct cache_row cache_rows[] = {
    {"caches on: data", 0, 0, ARMVIRT_READ, 0xff},
    {"caches on: fetch", 0, 0, ARMVIRT_FETCH, 0xff},
    {"SCTLR.C = 0: data is Non-cacheable", ARMVIRT_SCTLR_C, 0, ARMVIRT_READ, 0x44},
    {"SCTLR.C = 0: fetches are not concerned", ARMVIRT_SCTLR_C, 0, ARMVIRT_FETCH, 0xff},
    {"SCTLR.I = 0: fetches are Non-cacheable", ARMVIRT_SCTLR_I, 0, ARMVIRT_FETCH, 0x44},
    {"SCTLR.I = 0: data is not concerned", ARMVIRT_SCTLR_I, 0, ARMVIRT_READ, 0xff},
    {"Device data", ARMVIRT_SCTLR_C, 4, ARMVIRT_READ, 0x04},
    {"Device fetches as Non-cacheable", 0, 4, ARMVIRT_FETCH, 0x44},
};

static void cacheability(void **state)
{
    const struct cache_row *row = *state;
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 &= ~row->off;
    machine_put(&m, TABLE0, BLOCK | ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, row->index));
    assert_int_equal(machine_try(&m, 0, row->kind, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, row->mair);
}

static void G5_5_5_ASID_of_the_base_that_A1_selects(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.ttbr0_el1[0] |= ARMVIRT_PUT(ARMVIRT_TTBR0_LPAE_ASID, 0x12) | ARMVIRT_BITS(63, 56);
    m.vmsa.ttbr1_el1[0] |= ARMVIRT_PUT(ARMVIRT_TTBR1_LPAE_ASID, 0x34) | ARMVIRT_BITS(63, 56);
    machine_put(&m, TABLE0, BLOCK | ARMVIRT_LPAE_S1_LEAF_NG);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.asid, 0x12);
    assert_true(m.walk.s1.not_global);
    m.vmsa.tcr_el1 |= ARMVIRT_TTBCR_LPAE_A1;
    machine_clear_memory(&m);
    machine_put(&m, TABLE0, BLOCK);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.asid, 0x34);
    assert_false(m.walk.s1.not_global);
}

/* ---- Priority of faults ------------------------------------------------------------------- */

enum wrong {
    BASE = 1u << 0,   /* TTBR0 beyond 40 bits */
    EPD = 1u << 1,    /* walks disabled */
    OUTPUT = 1u << 2, /* leaf beyond 40 bits */
    AF = 1u << 3,     /* access flag 0 */
    DEVICE = 1u << 4, /* unaligned access to Device memory */
    RIGHTS = 1u << 5, /* no permission */
};

struct priority_row {
    const char *name;
    unsigned wrong;
    enum armvirt_fault_type type;
    int level;
};

static const struct priority_row priority_rows[] = {
    {"G5.11.6: nothing wrong", 0, ARMVIRT_FAULT_NONE, 0},
    {"G5.11.6: permission", RIGHTS, ARMVIRT_FAULT_PERMISSION, 1},
    {"G5.11.6: alignment before permission", DEVICE | RIGHTS, ARMVIRT_FAULT_ALIGNMENT, 1},
    {"G5.11.6: access flag before alignment", AF | DEVICE | RIGHTS, ARMVIRT_FAULT_ACCESS_FLAG, 1},
    {"G5.11.6: address size before access flag", OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_ADDRESS_SIZE, 1},
    {"G5.11.6: base before descriptors", BASE | OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_ADDRESS_SIZE, 0},
    {"G5.11.6: disabled base before its address", EPD | BASE | OUTPUT | AF | DEVICE | RIGHTS,
     ARMVIRT_FAULT_TRANSLATION, 1},
};

static void priority(void **state)
{
    const struct priority_row *row = *state;
    const struct armvirt_access access = {
        .kind = ARMVIRT_WRITE, .el = 1, .flags = ARMVIRT_ACCESS_UNALIGNED};
    uint64_t leaf = VALID;
    struct machine m;

    reset(&m);
    m.vmsa.ttbr0_el1[0] |= row->wrong & BASE ? ARMVIRT_BIT(40) : 0;
    m.vmsa.tcr_el1 |= row->wrong & EPD ? ARMVIRT_TTBCR_LPAE_EPD0 : 0;
    leaf |= row->wrong & OUTPUT ? ARMVIRT_BIT(40) : 0;
    leaf |= row->wrong & AF ? 0 : ARMVIRT_LPAE_S1_LEAF_AF;
    leaf |= ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_ATTRINDX, row->wrong & DEVICE ? 4 : 0);
    leaf |= ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP,
                        row->wrong & RIGHTS ? ARMVIRT_LPAE_S1_LEAF_AP_PRIV_RO : 0);
    machine_put(&m, TABLE0, leaf);
    assert_int_equal(machine_access(&m, &access),
                     row->type == ARMVIRT_FAULT_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, row->type);
    assert_int_equal(m.walk.fault.level, row->level);
    assert_int_equal(m.walk.fault.write, row->type != ARMVIRT_FAULT_NONE);
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

static void tables_lie_behind_stage_2(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, LEVEL2 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL2, LEVEL3 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL3, UINT64_C(0x87654000) | PAGE);
    expect_pa(&m, 0x321, S2_OFFSET + 0x87654321);
    assert_int_equal(m.walk.ipa, 0x87654321);
    assert_int_equal(m.walk.vmid, 9);
    assert_int_equal(m.reqs[2].pa, S2_OFFSET + LEVEL3);
    assert_int_equal(m.walk.reads, 7);
    assert_int_equal(m.walk.attr.mair, 0xff);
}

static void a_stage_2_fault_of_a_table_has_the_stage_2_level(void **state)
{
    struct machine m;
    struct entry *stage2;

    (void)state;
    reset(&m);
    stage2 = machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, UINT64_C(0x40000000) | TABLE);
    stage2[1].value = 0; /* the level 2 table of stage 1 */
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, ARMVIRT_FAULT_TRANSLATION);
    assert_int_equal(m.walk.fault.stage, 2);
    assert_int_equal(m.walk.fault.level, 1);
    assert_true(m.walk.fault.s1ptw);
    assert_int_equal(m.walk.fault.ipa, 0x40000000);
    assert_int_equal(m.walk.fault.domain, 0);
}

static void an_output_beyond_the_stage_2_input_size(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, UINT64_C(0x1c0000000) | BLOCK);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_IPA_RANGE);
    assert_int_equal(m.walk.fault.stage, 2);
    assert_false(m.walk.fault.s1ptw);
}

/* ---- Stage 1 off -------------------------------------------------------------------------- */

struct off_row {
    const char *name;
    uint64_t sctlr; /* M is off */
    uint64_t hcr;
    uint64_t tcr;
    unsigned kind;
    uint8_t mair, sh;
};

static const struct off_row off_rows[] = {
    {"G5.2.1: data is Device-nGnRnE", ARMVIRT_SCTLR_C, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_READ, 0x00,
     ARMVIRT_SH_OUTER},
    {"G5.2.1: fetch with I = 0", 0, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_FETCH, 0x44, ARMVIRT_SH_OUTER},
    {"G5.2.1: fetch with I = 1", ARMVIRT_SCTLR_I, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_FETCH, 0xaa,
     ARMVIRT_SH_OUTER},
    {"G5.2.1: TRE has no effect, Short-descriptor format", ARMVIRT_SCTLR_I | ARMVIRT_SCTLR_TRE, 0,
     0, ARMVIRT_FETCH, 0xaa, ARMVIRT_SH_OUTER},
    {"G5.2.1: data, Short-descriptor format", 0, 0, 0, ARMVIRT_WRITE, 0x00, ARMVIRT_SH_OUTER},
    {"HCR_EL2.TGE turns stage 1 off", ARMVIRT_SCTLR_M, ARMVIRT_HCR_EL2_TGE, ARMVIRT_TTBCR_EAE,
     ARMVIRT_READ, 0x00, ARMVIRT_SH_OUTER},
};

static void stage1_off(void **state)
{
    const struct off_row *row = *state;
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 = row->sctlr;
    m.vmsa.hcr_el2 = row->hcr;
    m.vmsa.tcr_el1 = row->tcr;
    m.vmsa.id_aa64mmfr0_el1 = 0; /* PAMax 32: the whole range is an address */
    assert_int_equal(machine_try(&m, 0xfedcba98, row->kind, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.pa, 0xfedcba98);
    assert_int_equal(m.walk.attr.mair, row->mair);
    assert_int_equal(m.walk.attr.sh, row->sh);
    assert_true(m.walk.attr.xs);
    assert_int_equal(m.walk.reads, 0);
    assert_false(m.walk.s1.valid);
}

/* G5.2.1.1: Write-Back, and stage 2 is on. */
static void G5_2_1_1_HCR_DC(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    m.vmsa.hcr_el2 = ARMVIRT_HCR_EL2_DC;
    expect_pa(&m, 0xc0001234, S2_OFFSET + 0xc0001234);
    assert_int_equal(m.walk.attr.mair, 0xff);
    assert_int_equal(m.walk.attr.sh, ARMVIRT_SH_INNER); /* of stage 2 */
    assert_false(m.walk.attr.xs);
}

struct alignment_row {
    const char *name;
    uint64_t lsm; /* ID_AA64MMFR2_EL1.LSM */
    uint64_t sctlr;
    unsigned flags;
    enum armvirt_reason reason;
};

static const struct alignment_row alignment_rows[] = {
    {"stage 1 off: aligned", 1, ARMVIRT_SCTLR_NTLSMD, 0, ARMVIRT_REASON_NONE},
    {"stage 1 off: unaligned", 1, ARMVIRT_SCTLR_NTLSMD, ARMVIRT_ACCESS_UNALIGNED,
     ARMVIRT_REASON_DEVICE_UNALIGNED},
    {"stage 1 off: multiple, nTLSMD = 1", 1, ARMVIRT_SCTLR_NTLSMD, ARMVIRT_ACCESS_MULTIPLE,
     ARMVIRT_REASON_NONE},
    {"stage 1 off: multiple, nTLSMD = 0", 1, 0, ARMVIRT_ACCESS_MULTIPLE,
     ARMVIRT_REASON_DEVICE_MULTIPLE},
    {"stage 1 off: multiple, no FEAT_LSMAOC", 0, 0, ARMVIRT_ACCESS_MULTIPLE, ARMVIRT_REASON_NONE},
};

static void stage1_off_alignment(void **state)
{
    const struct alignment_row *row = *state;
    const struct armvirt_access access = {
        .kind = ARMVIRT_READ, .el = 1, .flags = (uint16_t)row->flags};
    struct machine m;

    reset(&m);
    m.vmsa.id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_LSM, row->lsm);
    m.vmsa.sctlr_el1 = row->sctlr;
    assert_int_equal(machine_access(&m, &access),
                     row->reason == ARMVIRT_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, table_G5_2_ranges_and_holes);
    SUITE_ADD(&suite, G5_5_7_low_base_bits_act_as_zero);
    SUITE_ADD(&suite, va_bits_above_31_are_ignored);
    SUITE_ADD(&suite, G5_3_4_disabled_walks_fault_at_level_1);
    SUITE_ADD(&suite, G5_5_2_blocks_and_pages);
    SUITE_ADD(&suite, G5_5_2_invalid_descriptors);
    SUITE_ADD(&suite, G5_11_1_3_addresses_beyond_40_bits);
    SUITE_ADD(&suite, G5_5_7_output_has_40_bits_whatever_PAMax_is);
    SUITE_ADD(&suite, G5_7_4_2_contiguous_bit);
    SUITE_ADD(&suite, G5_5_5_1_contiguous_beyond_the_input_size);
    SUITE_ADD(&suite, G5_7_4_2_2_ignored_bits);
    SUITE_ADD(&suite, G5_6_5_access_flag_is_not_managed_by_hardware);
    SUITE_ADD(&suite, G5_3_1_big_endian_tables);
    SUITE_ADD(&suite, external_aborts_name_the_level);
    SUITE_ADD(&suite, G5_6_permissions);
    SUITE_ADD_ROWS(&suite, fetch_reasons, fetch_rows);
    SUITE_ADD(&suite, G5_5_3_1_hierarchical_permissions_disabled);
    SUITE_ADD(&suite, cache_maintenance_is_not_checked);
    SUITE_ADD(&suite, G5_5_4_NS_of_a_leaf);
    SUITE_ADD(&suite, G5_5_4_1_NSTable);
    SUITE_ADD(&suite, G5_7_4_all_attributes);
    SUITE_ADD_ROWS(&suite, cacheability, cache_rows);
    SUITE_ADD(&suite, G5_5_5_ASID_of_the_base_that_A1_selects);
    SUITE_ADD_ROWS(&suite, priority, priority_rows);
    SUITE_ADD(&suite, tables_lie_behind_stage_2);
    SUITE_ADD(&suite, a_stage_2_fault_of_a_table_has_the_stage_2_level);
    SUITE_ADD(&suite, an_output_beyond_the_stage_2_input_size);
    SUITE_ADD_ROWS(&suite, stage1_off, off_rows);
    SUITE_ADD(&suite, G5_2_1_1_HCR_DC);
    SUITE_ADD_ROWS(&suite, stage1_off_alignment, alignment_rows);
    return suite_run(&suite, "lpae");
}
