/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32, Short-descriptor format: table bases, descriptors, domains, permissions, attributes,
 * priority of faults, stage 2. DDI0487 G5.4, G5.6, G5.7.2, G5.7.3, G5.11.
 */
#include "aarch32_machine.h"

#define TABLE0 UINT64_C(0x10000000) /* at TTBR0 */
#define TABLE1 UINT64_C(0x20000000) /* at TTBR1 */
#define LEVEL2 UINT64_C(0x30000400)

/* Attributes in the layout that each descriptor has. */
#define SECTION      ARMVIRT_SHORT_L1_SECTION_SECTION
#define SUPERSECTION (SECTION | ARMVIRT_SHORT_L1_SECTION_SUPER)
#define TABLE        UINT64_C(1)
#define LARGE        UINT64_C(1)
#define SMALL        ARMVIRT_SHORT_L2_SMALL_SMALL

/* AP = 0b011: read and write for all. */
#define SECTION_RW ARMVIRT_SHORT_L1_SECTION_AP_1_0
#define SMALL_RW   ARMVIRT_SHORT_L2_SMALL_AP_1_0

#define DOMAIN(n) ARMVIRT_PUT(ARMVIRT_SHORT_L1_TABLE_DOMAIN, n)

enum { NS = ARMVIRT_SPACE_NONSECURE, S = ARMVIRT_SPACE_SECURE };
enum { NO_ACCESS, CLIENT, RESERVED, MANAGER };

#define ALL_CLIENTS UINT32_C(0x55555555)

static void reset(struct machine *m)
{
    machine_reset(m);
    m->desc_bytes = 4;
    m->vmsa.ttbr0_el1[0] = TABLE0;
    m->vmsa.ttbr1_el1[0] = TABLE1;
    m->vmsa.dacr32_el2 = ALL_CLIENTS;
}

/* ---- Leaves, whatever their layout --------------------------------------------------------- */

enum kind { A_SECTION, A_SUPERSECTION, A_LARGE_PAGE, A_SMALL_PAGE, KINDS };

/* The fields of a leaf at its place; PXN, NS and the domain stand in level 1 in any case. */
struct leaf {
    enum kind kind;
    unsigned ap, tex, cb, domain;
    bool xn, pxn, ns, s, ng;
    uint32_t base;
};

static int level_of(enum kind kind)
{
    return kind == A_LARGE_PAGE || kind == A_SMALL_PAGE ? 2 : 1;
}

/* DDI0487 Figure G5-4: bit positions written out, not those of the generated header. */
static uint32_t section_word(const struct leaf *leaf)
{
    return leaf->base | (uint32_t)leaf->ns << 19 | (uint32_t)(leaf->kind == A_SUPERSECTION) << 18 |
           (uint32_t)leaf->ng << 17 | (uint32_t)leaf->s << 16 | (leaf->ap >> 2 & 1) << 15 |
           (leaf->ap & 3) << 10 | leaf->tex << 12 |
           (leaf->kind == A_SUPERSECTION ? 0 : leaf->domain << 5) | (uint32_t)leaf->xn << 4 |
           leaf->cb << 2 | 1u << 1 | (uint32_t)leaf->pxn;
}

static uint32_t table_word(const struct leaf *leaf)
{
    return (uint32_t)LEVEL2 | leaf->domain << 5 | (uint32_t)leaf->ns << 3 |
           (uint32_t)leaf->pxn << 2 | 1u;
}

/* DDI0487 Figure G5-5. */
static uint32_t page_word(const struct leaf *leaf)
{
    uint32_t common = leaf->base | (uint32_t)leaf->ng << 11 | (uint32_t)leaf->s << 10 |
                      (leaf->ap >> 2 & 1) << 9 | (leaf->ap & 3) << 4 | leaf->cb << 2;

    return leaf->kind == A_LARGE_PAGE ? common | (uint32_t)leaf->xn << 15 | leaf->tex << 12 | 1u
                                      : common | leaf->tex << 6 | 1u << 1 | (uint32_t)leaf->xn;
}

/* Map the address 0 by @leaf; returns the level 1 entry, the level 2 entry follows if any. */
static struct entry *map(struct machine *m, const struct leaf *leaf)
{
    struct entry *first = &m->entries[0];

    machine_clear_memory(m);
    if (level_of(leaf->kind) == 1) {
        machine_put(m, TABLE0, section_word(leaf));
    } else {
        machine_put(m, TABLE0, table_word(leaf));
        machine_put(m, LEVEL2, page_word(leaf));
    }
    return first;
}

static struct leaf full_access(unsigned kind)
{
    return (struct leaf){.kind = (enum kind)kind, .ap = 3};
}

/* ---- Table bases -------------------------------------------------------------------------- */

/* Table G5-1: for all N, all of VA[31:20], with each of PD0 and PD1. */
static void table_G5_1_base_of_all_addresses(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = SECTION | SECTION_RW;
    for (unsigned n = 0; n < 8; n++) {
        for (uint64_t mb = 0; mb < 4096; mb++) {
            uint64_t va = mb << 20 | 0x12345;
            uint64_t first_of_ttbr1 = UINT64_C(1) << (32 - n);
            bool upper = va >= first_of_ttbr1;
            uint64_t own = ARMVIRT_TTBCR_PD0, other = ARMVIRT_TTBCR_PD1;

            if (upper) {
                own = ARMVIRT_TTBCR_PD1;
                other = ARMVIRT_TTBCR_PD0;
            }
            m.vmsa.tcr_el1 = n | other;
            expect_pa(&m, va, 0x12345);
            assert_int_equal(m.reqs[0].pa, (upper ? TABLE1 : TABLE0) + mb * 4);
            m.vmsa.tcr_el1 = n | own;
            expect_fault(&m, va, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_EPD);
            assert_int_equal(m.reads, 0);
        }
    }
}

/* TTBR0 holds bits 31:14-N of its table, TTBR1 always 31:14; the rest is attributes. */
static void G5_4_5_1_low_base_bits_do_not_count(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.fill = true;
    m.fill_value = SECTION | SECTION_RW;
    for (unsigned n = 0; n < 8; n++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            bool in_lower = bit >= 14 - n && bit < 32;
            bool in_upper = bit >= 14 && bit < 32;

            m.vmsa.tcr_el1 = n;
            m.vmsa.ttbr0_el1[0] = m.vmsa.ttbr1_el1[0] = UINT64_C(1) << bit;
            expect_pa(&m, 0, 0);
            assert_int_equal(m.reqs[0].pa, in_lower ? UINT64_C(1) << bit : 0);
            if (n != 0) {
                expect_pa(&m, 0xfff00000, 0);
                assert_int_equal(m.reqs[0].pa, 0x3ffc | (in_upper ? UINT64_C(1) << bit : 0));
            }
        }
    }
}

static void requests_are_4_bytes_at_levels_1_and_2(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.contextidr_el1 = 0xabcdef12;
    machine_put(&m, TABLE0 + 0x123 * 4, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 0x45 * 4, 0x87654000 | SMALL | SMALL_RW);
    expect_pa(&m, 0x12345678, 0x87654678);
    assert_int_equal(m.reads, 2);
    assert_int_equal(m.walk.reads, 2);
    assert_int_equal(m.reqs[0].level, 1);
    assert_int_equal(m.reqs[1].level, 2);
    assert_int_equal(m.reqs[1].pa, LEVEL2 + 0x45 * 4);
    assert_int_equal(m.reqs[1].space, NS);
    assert_int_equal(m.walk.asid, 0x12);
}

static void the_log_tells_each_step(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.tcr_el1 = 3; /* N */
    machine_put(&m, TABLE0 + 0x123 * 4, LEVEL2 | TABLE);
    machine_put(&m, LEVEL2 + 0x45 * 4, SMALL | SMALL_RW);
    expect_pa(&m, 0x12345678, 0x678);
    assert_int_equal(m.log.len, 2);
    assert_int_equal(m.steps[0].kind, ARMVIRT_STEP_TABLE);
    assert_int_equal(m.steps[0].level, 1);
    assert_int_equal(m.steps[0].index_hi, 28);
    assert_int_equal(m.steps[0].index_lo, 20);
    assert_int_equal(m.steps[0].format, ARMVIRT_FORMAT_SHORT);
    assert_int_equal(m.steps[1].kind, ARMVIRT_STEP_LEAF);
    assert_int_equal(m.steps[1].level, 2);
    assert_int_equal(m.steps[1].index_hi, 19);
    assert_int_equal(m.steps[1].index_lo, 12);
    assert_int_equal(m.steps[1].pa, LEVEL2 + 0x45 * 4);
    assert_int_equal(m.steps[1].ia, 0x12345678);
    machine_clear_memory(&m);
    machine_put(&m, TABLE0 + 0x123 * 4, 0xfffffffc);
    expect_fault(&m, 0x12345678, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_DESC_INVALID);
    assert_int_equal(m.steps[0].kind, ARMVIRT_STEP_INVALID);
    assert_int_equal(m.steps[0].reason, ARMVIRT_REASON_DESC_INVALID);
}

/* ---- Descriptors -------------------------------------------------------------------------- */

struct shape_row {
    const char *name;
    enum kind kind;
    uint32_t base;
    uint64_t pa; /* of 0x00fedcba, bits that the leaf does not give filled in */
    unsigned size_log2;
};

static const struct shape_row shape_rows[] = {
    {"G5.4.1.1: section of 1 MB", A_SECTION, 0xabc00000, 0xabcedcba, 20},
    {"G5.4.1.1: supersection of 16 MB", A_SUPERSECTION, 0xab000000, 0xabfedcba, 24},
    {"G5.4.1.2: large page of 64 KB", A_LARGE_PAGE, 0xabcd0000, 0xabcddcba, 16},
    {"G5.4.1.2: small page of 4 KB", A_SMALL_PAGE, 0xabcde000, 0xabcdecba, 12},
};

static void shapes(void **state)
{
    const struct shape_row *row = *state;
    const uint64_t va = 0x00fedcba;
    struct leaf leaf = full_access(row->kind);
    struct machine m;

    reset(&m);
    leaf.base = row->base;
    leaf.ng = true;
    leaf.domain = 7;
    machine_put(&m, TABLE0 + 0xf * 4,
                level_of(row->kind) == 1 ? section_word(&leaf) : table_word(&leaf));
    machine_put(&m, LEVEL2 + 0xed * 4, page_word(&leaf));
    expect_pa(&m, va, row->pa);
    assert_true(m.walk.s1.valid);
    assert_int_equal(m.walk.s1.base, row->pa & ~((UINT64_C(1) << row->size_log2) - 1));
    assert_int_equal(m.walk.s1.size_log2, row->size_log2);
    assert_int_equal(m.walk.s1.span_log2, row->size_log2);
    assert_int_equal(m.walk.size_log2, row->size_log2);
    assert_int_equal(m.walk.s1.level, level_of(row->kind));
    assert_int_equal(m.walk.s1.domain, row->kind == A_SUPERSECTION ? 0 : 7);
    assert_int_equal(m.walk.s1.desc_pa, m.reqs[m.reads - 1].pa);
    assert_true(m.walk.s1.not_global);
    assert_false(m.walk.s1.guarded);
}

/* The two low bits, and bit 18 of a section, decide what a descriptor is. */
static void G5_4_1_descriptor_types(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned bits = 0; bits < 4; bits++) {
        machine_clear_memory(&m);
        machine_put(&m, TABLE0, ARMVIRT_BITS(31, 2) | bits); /* a supersection, if anything */
        machine_put(&m, 0xfffffc00, SMALL | SMALL_RW);       /* if that is a table */
        if (bits == 0) {
            expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 1, ARMVIRT_REASON_DESC_INVALID);
            assert_int_equal(m.walk.fault.domain, 0);
            continue;
        }
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_OK);
        assert_int_equal(m.walk.s1.size_log2, bits == 1 ? 12 : 24);
    }
    for (unsigned bits = 0; bits < 4; bits++) {
        machine_clear_memory(&m);
        machine_put(&m, TABLE0, LEVEL2 | DOMAIN(9) | TABLE);
        machine_put(&m, LEVEL2, ARMVIRT_BITS(31, 2) | bits);
        if (bits == 0) {
            expect_fault(&m, 0, ARMVIRT_FAULT_TRANSLATION, 2, ARMVIRT_REASON_DESC_INVALID);
            assert_int_equal(m.walk.fault.domain, 9);
            continue;
        }
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_OK);
        assert_int_equal(m.walk.s1.size_log2, bits == 1 ? 16 : 12);
    }
}

/* Bits 8:5 are PA[39:36], bits 23:20 PA[35:32]; bits 31:24 stand in place. */
static void G5_4_1_1_address_bits_of_a_supersection(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned bit = 0; bit < 32; bit++) {
        bool low = bit >= 5 && bit <= 8, middle = bit >= 20 && bit <= 23, high = bit >= 24;
        unsigned to = low ? bit - 5 + 36 : middle ? bit - 20 + 32 : bit;

        if (!low && !middle && !high) {
            continue;
        }
        machine_clear_memory(&m);
        machine_put(&m, TABLE0, SUPERSECTION | SECTION_RW | UINT64_C(1) << bit);
        expect_pa(&m, 0x00012345, UINT64_C(1) << to | 0x12345);
        assert_int_equal(m.walk.s1.base, UINT64_C(1) << to);
        assert_int_equal(m.walk.s1.domain, 0);
    }
}

static void G5_3_1_big_endian_tables(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_EE;
    machine_put(&m, TABLE0, 0x01040030); /* 0x30000401: table at LEVEL2 */
    machine_put(&m, LEVEL2, 0x32406587); /* 0x87654032 */
    expect_pa(&m, 0x123, 0x87654123);
    assert_int_equal(m.walk.s1.desc[0], 0x87654032);
    assert_int_equal(m.steps[0].desc[0], 0x30000401);
}

/* ---- Domains ------------------------------------------------------------------------------ */

/* What DACR = 0b10 acts as, for each value of the choice. */
static unsigned effective_domain(unsigned field, unsigned choice)
{
    if (field != RESERVED) {
        return field;
    }
    return choice == CLIENT || choice == MANAGER ? choice : NO_ACCESS;
}

/* All kinds of leaf in all domains with all values of DACR; the leaf gives EL0 no access. */
static void G5_6_4_all_domains(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned i = 0; i < KINDS * 16 * 4 * 4; i++) {
        unsigned choice = i & 3, field = i >> 2 & 3, domain = i >> 4 & 15;
        struct leaf leaf = {.kind = (enum kind)(i >> 8), .ap = 1, .domain = domain};
        unsigned used = leaf.kind == A_SUPERSECTION ? 0 : domain;
        unsigned effective = effective_domain(field, choice);
        enum armvirt_status status;

        reset(&m);
        map(&m, &leaf);
        m.vmsa.reserved_dacr = (uint8_t)choice;
        m.vmsa.dacr32_el2 = (ALL_CLIENTS & ~(UINT32_C(3) << 2 * used)) | field << 2 * used;
        status = machine_try(&m, 0, ARMVIRT_READ, 0);
        if (effective == MANAGER) {
            assert_int_equal(status, ARMVIRT_OK);
            assert_int_equal(m.walk.s1.domain, used);
            continue;
        }
        assert_int_equal(status, ARMVIRT_FAULT);
        assert_int_equal(m.walk.fault.type,
                         effective == CLIENT ? ARMVIRT_FAULT_PERMISSION : ARMVIRT_FAULT_DOMAIN);
        assert_int_equal(m.walk.fault.reason,
                         effective == CLIENT ? ARMVIRT_REASON_AP_READ : ARMVIRT_REASON_DOMAIN);
        assert_int_equal(m.walk.fault.level, level_of(leaf.kind));
        assert_int_equal(m.walk.fault.domain, used);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1) == ARMVIRT_OK, effective == CLIENT);
    }
}

/* A manager may do all, even where XN, WXN, PAN, SIF and AP say no. */
static void G5_6_4_a_manager_has_all_rights(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};
    struct machine m;

    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .xn = true, .pxn = true, .ns = true};

        reset(&m);
        machine_secure(&m);
        map(&m, &leaf);
        m.vmsa.dacr32_el2 = MANAGER;
        m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
        m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN;
        m.vmsa.options = ARMVIRT_OPT_FETCH_DEVICE_FAULT;
        for (unsigned i = 0; i < 2 * COUNT_OF(kinds); i++) {
            const struct armvirt_access access = {
                .kind = kinds[i / 2], .el = i & 1, .flags = ARMVIRT_ACCESS_PAN};

            assert_int_equal(machine_access(&m, &access), ARMVIRT_OK);
            assert_int_equal(m.walk.perm, 0x77);
        }
    }
}

struct exempt_row {
    const char *name;
    unsigned kind;
    enum armvirt_fault_type no_access, client; /* of a leaf that permits nothing */
};

static const struct exempt_row exempt_rows[] = {
    {"domain: read", ARMVIRT_READ, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: fetch", ARMVIRT_FETCH, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: AT", ARMVIRT_AT_WRITE, ARMVIRT_FAULT_DOMAIN, ARMVIRT_FAULT_PERMISSION},
    {"domain: AT S1E1A checks no permission", ARMVIRT_AT_ANY, ARMVIRT_FAULT_DOMAIN,
     ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC IVAC", ARMVIRT_DC_INVALIDATE, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC CIVAC", ARMVIRT_DC_CLEAN_INVALIDATE, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: DC CVAC", ARMVIRT_DC_CLEAN, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"G5.11.1.5: IC IVAU", ARMVIRT_IC, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
    {"domain: a debugger", ARMVIRT_DEBUGGER, ARMVIRT_FAULT_NONE, ARMVIRT_FAULT_NONE},
};

static void exempt(void **state)
{
    const struct exempt_row *row = *state;
    struct machine m;

    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .xn = true};

        reset(&m);
        map(&m, &leaf);
        m.vmsa.dacr32_el2 = NO_ACCESS;
        machine_try(&m, 0, row->kind, 1);
        assert_int_equal(m.walk.fault.type, row->no_access);
        m.vmsa.dacr32_el2 = CLIENT;
        machine_try(&m, 0, row->kind, 1);
        assert_int_equal(m.walk.fault.type, row->client);
        assert_int_equal(m.walk.perm, 0);
    }
}

/* ---- Permissions -------------------------------------------------------------------------- */

/* AP in words. DDI0487 Table G5-9, and Table G5-7 with SCTLR.AFE; 0b100 is reserved: nothing. */
static struct permissions permissions_of(unsigned ap, bool afe)
{
    static const struct permissions full[8] = {
        [1] = {.priv_read = true, .priv_write = true},
        [2] = {.priv_read = true, .priv_write = true, .el0_read = true},
        [3] = {.priv_read = true, .priv_write = true, .el0_read = true, .el0_write = true},
        [5] = {.priv_read = true},
        [6] = {.priv_read = true, .el0_read = true},
        [7] = {.priv_read = true, .el0_read = true},
    };
    bool read_only = ap & 4, el0 = ap & 2;

    if (!afe) {
        return full[ap];
    }
    return (struct permissions){.priv_read = true,
                                .priv_write = !read_only,
                                .el0_read = el0,
                                .el0_write = el0 && !read_only};
}

/* All of AP, AFE, XN, PXN, WXN, UWXN on each kind of leaf, for all accesses. */
static void G5_6_permissions(void **state)
{
    static const uint8_t kinds[] = {ARMVIRT_READ, ARMVIRT_WRITE, ARMVIRT_READ_WRITE, ARMVIRT_FETCH};
    struct machine m;

    (void)state;
    reset(&m);
    for (unsigned i = 0; i < KINDS * 256; i++) {
        struct leaf leaf = {.kind = (enum kind)(i >> 8), .ap = i & 7};
        bool afe = i & 8;
        struct permissions p = permissions_of(leaf.ap, afe);

        if (afe && !(leaf.ap & 1)) {
            continue; /* an Access flag fault */
        }
        leaf.xn = p.xn = i & 16;
        leaf.pxn = p.pxn = i & 32;
        p.wxn = i & 64;
        p.uwxn = i & 128;
        m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_AFE | ARMVIRT_SCTLR_WXN | ARMVIRT_SCTLR_UWXN);
        m.vmsa.sctlr_el1 |= (afe ? ARMVIRT_SCTLR_AFE : 0) | (p.wxn ? ARMVIRT_SCTLR_WXN : 0) |
                            (p.uwxn ? ARMVIRT_SCTLR_UWXN : 0);
        map(&m, &leaf);
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            expect_permission(&m, &p, 0, kinds[k], 0, false);
            expect_permission(&m, &p, 0, kinds[k], 1, false);
            expect_permission(&m, &p, 0, kinds[k], 1, true);
        }
    }
}

struct reason_row {
    const char *name;
    struct leaf leaf;
    uint64_t sctlr;
    unsigned kind, el;
    unsigned flags;
    enum armvirt_reason reason;
};

static const struct reason_row reason_rows[] = {
    {"why: no read", {.ap = 0}, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_AP_READ},
    {"why: no write", {.ap = 5}, 0, ARMVIRT_WRITE, 1, 0, ARMVIRT_REASON_AP_WRITE},
    {"why: reserved AP", {.ap = 4}, 0, ARMVIRT_READ, 1, 0, ARMVIRT_REASON_AP_READ},
    {"why: PAN", {.ap = 2}, 0, ARMVIRT_READ, 1, ARMVIRT_ACCESS_PAN, ARMVIRT_REASON_PAN},
    {"why: XN", {.ap = 3, .xn = true}, 0, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_XN},
    {"why: XN comes before UWXN",
     {.ap = 3, .xn = true},
     ARMVIRT_SCTLR_UWXN,
     ARMVIRT_FETCH,
     1,
     0,
     ARMVIRT_REASON_XN},
    {"why: PXN", {.ap = 3, .pxn = true}, 0, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_XN},
    {"why: fetch without read permission", {.ap = 1}, 0, ARMVIRT_FETCH, 0, 0, ARMVIRT_REASON_XN},
    {"why: WXN", {.ap = 1}, ARMVIRT_SCTLR_WXN, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_WXN},
    {"why: UWXN", {.ap = 3}, ARMVIRT_SCTLR_UWXN, ARMVIRT_FETCH, 1, 0, ARMVIRT_REASON_WXN},
};

static void reasons(void **state)
{
    const struct reason_row *row = *state;
    const struct armvirt_access access = {
        .kind = (uint8_t)row->kind, .el = (uint8_t)row->el, .flags = (uint16_t)row->flags};
    struct machine m;

    reset(&m);
    m.vmsa.sctlr_el1 |= row->sctlr;
    map(&m, &row->leaf);
    assert_int_equal(machine_access(&m, &access), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, ARMVIRT_FAULT_PERMISSION);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

/* ---- Access flag -------------------------------------------------------------------------- */

static void G5_6_5_access_flag(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct leaf leaf = {.kind = (enum kind)kind, .ap = 2, .domain = 5};

        reset(&m);
        map(&m, &leaf);
        expect_pa(&m, 0, 0);
        m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_AFE;
        expect_fault(&m, 0, ARMVIRT_FAULT_ACCESS_FLAG, level_of(leaf.kind),
                     ARMVIRT_REASON_ACCESS_FLAG);
        assert_int_equal(m.walk.fault.domain, leaf.kind == A_SUPERSECTION ? 0 : 5);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DEBUGGER, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_FAULT);
        m.vmsa.options = ARMVIRT_OPT_CMO_IGNORES_AF;
        assert_int_equal(machine_try(&m, 0, ARMVIRT_DC_CLEAN, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_IC, 1), ARMVIRT_OK);
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    }
}

/* ---- Priority of faults ------------------------------------------------------------------- */

enum wrong {
    LEVEL1_ABORT = 1u << 0,
    LEVEL1_INVALID = 1u << 1,
    LEVEL2_ABORT = 1u << 2,
    LEVEL2_INVALID = 1u << 3,
    AF = 1u << 4,        /* SCTLR.AFE = 1, AP[0] = 0 */
    DEVICE = 1u << 5,    /* unaligned access to Device memory */
    NO_DOMAIN = 1u << 6, /* no access to the domain */
    RIGHTS = 1u << 7,    /* a write to read-only memory */
    MANAGED = 1u << 8,   /* the domain is a manager's */
};

struct priority_row {
    const char *name;
    unsigned wrong;
    enum armvirt_fault_type type;
    int level;
};

static const struct priority_row priority_rows[] = {
    {"G5.11.6: nothing wrong", 0, ARMVIRT_FAULT_NONE, 0},
    {"G5.11.6: permission", RIGHTS, ARMVIRT_FAULT_PERMISSION, 2},
    {"G5.11.6: domain before permission", NO_DOMAIN | RIGHTS, ARMVIRT_FAULT_DOMAIN, 2},
    {"G5.11.6: alignment before domain", DEVICE | NO_DOMAIN | RIGHTS, ARMVIRT_FAULT_ALIGNMENT, 2},
    {"G5.11.6: access flag before alignment", AF | DEVICE | NO_DOMAIN | RIGHTS,
     ARMVIRT_FAULT_ACCESS_FLAG, 2},
    {"G5.11.6: access flag before domain", AF | NO_DOMAIN, ARMVIRT_FAULT_ACCESS_FLAG, 2},
    {"G5.11.6: invalid page before access flag", LEVEL2_INVALID | AF | DEVICE | NO_DOMAIN | RIGHTS,
     ARMVIRT_FAULT_TRANSLATION, 2},
    {"G5.11.6: invalid page before domain", LEVEL2_INVALID | NO_DOMAIN, ARMVIRT_FAULT_TRANSLATION,
     2},
    {"G5.11.6: level 2 abort before domain", LEVEL2_ABORT | NO_DOMAIN,
     ARMVIRT_FAULT_EXTERNAL_ON_WALK, 2},
    {"G5.11.6: level 1 before level 2", LEVEL1_INVALID | LEVEL2_ABORT | NO_DOMAIN,
     ARMVIRT_FAULT_TRANSLATION, 1},
    {"G5.11.6: level 1 abort first", LEVEL1_ABORT | LEVEL2_ABORT | NO_DOMAIN,
     ARMVIRT_FAULT_EXTERNAL_ON_WALK, 1},
    {"G5.6.4: a manager has no permission fault", MANAGED | RIGHTS, ARMVIRT_FAULT_NONE, 0},
    {"G5.6.4: a manager has access flag faults", MANAGED | AF, ARMVIRT_FAULT_ACCESS_FLAG, 2},
    {"G5.6.4: a manager has alignment faults", MANAGED | DEVICE, ARMVIRT_FAULT_ALIGNMENT, 2},
};

/* Page of domain 3; TEX:C:B 00010 is Write-Through, 00001 Device-nGnRE. */
static void priority(void **state)
{
    const struct priority_row *row = *state;
    const struct armvirt_access access = {
        .kind = ARMVIRT_WRITE, .el = 1, .flags = ARMVIRT_ACCESS_UNALIGNED};
    const unsigned wrong = row->wrong;
    struct leaf leaf = {.kind = A_SMALL_PAGE, .domain = 3, .cb = wrong & DEVICE ? 1 : 2};
    struct machine m;
    struct entry *entries;

    reset(&m);
    leaf.ap = (wrong & RIGHTS ? 4u : 0u) | (wrong & AF ? 0u : 1u);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_AFE;
    m.vmsa.dacr32_el2 = (wrong & NO_DOMAIN ? NO_ACCESS : wrong & MANAGED ? MANAGER : CLIENT) << 6;
    entries = map(&m, &leaf);
    entries[0].value = wrong & LEVEL1_INVALID ? 0 : entries[0].value;
    entries[0].bus = wrong & LEVEL1_ABORT ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
    entries[1].value = wrong & LEVEL2_INVALID ? 0 : entries[1].value;
    entries[1].bus = wrong & LEVEL2_ABORT ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
    assert_int_equal(machine_access(&m, &access),
                     row->type == ARMVIRT_FAULT_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, row->type);
    assert_int_equal(m.walk.fault.level, row->level);
    assert_int_equal(m.walk.fault.domain, row->level == 2 ? 3 : 0); /* Table G5-30 */
    assert_int_equal(m.walk.fault.write, row->type != ARMVIRT_FAULT_NONE);
}

static void memory_may_ask_to_retry(void **state)
{
    struct leaf leaf = full_access(A_SMALL_PAGE);
    struct machine m;

    (void)state;
    for (unsigned level = 1; level <= 2; level++) {
        reset(&m);
        map(&m, &leaf)[level - 1].bus = ARMVIRT_BUS_RETRY;
        assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_E_AGAIN);
        assert_int_equal(m.reads, level);
    }
}

/* ---- Secure state ------------------------------------------------------------------------- */

/* NS of level 1 rules the output, but the level 2 table stays Secure. G5.4.3. */
static void G5_4_3_NS(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned i = 0; i < KINDS * 2; i++) {
        struct leaf leaf = full_access(i >> 1);

        reset(&m);
        leaf.ns = i & 1;
        map(&m, &leaf);
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, NS); /* ignored in Non-secure state */
        machine_secure(&m);
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.pa_space, leaf.ns ? NS : S);
        assert_int_equal(m.walk.s1.space, leaf.ns ? NS : S);
        assert_int_equal(m.reqs[m.reads - 1].space, S);
        assert_int_equal(m.walk.perm, 0x77);
        m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_SIF;
        assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1),
                         leaf.ns ? ARMVIRT_FAULT : ARMVIRT_OK);
        assert_int_equal(m.walk.fault.reason, leaf.ns ? ARMVIRT_REASON_SIF : ARMVIRT_REASON_NONE);
        expect_pa(&m, 0, 0);
        assert_int_equal(m.walk.perm, leaf.ns ? 0x33 : 0x77);
    }
}

/* ---- Attributes --------------------------------------------------------------------------- */

static void expect_attr(struct machine *m, const struct leaf *leaf, uint8_t mair, uint8_t sh)
{
    bool write_back = (mair >> 6 & 3) == 3 && (mair >> 2 & 3) == 3;

    map(m, leaf);
    expect_pa(m, 0, 0);
    assert_int_equal(m->walk.attr.mair, mair);
    assert_int_equal(m->walk.attr.sh, sh);
    assert_int_equal(m->walk.attr.xs, !write_back);
    assert_int_equal(m->walk.attr.tag, ARMVIRT_UNTAGGED);
}

/* Table G5-12. Memory that is Device or Non-cacheable is Outer Shareable, others by S. */
enum { BY_S = 0xff };

static const struct {
    uint8_t mair, sh;
} table_G5_12[32] = {
    {0x00, ARMVIRT_SH_OUTER}, /* 000 00 Device-nGnRnE */
    {0x04, ARMVIRT_SH_OUTER}, /* 000 01 Device-nGnRE */
    {0xaa, BY_S},             /* 000 10 Write-Through, no write-allocate */
    {0xee, BY_S},             /* 000 11 Write-Back, no write-allocate */
    {0x44, ARMVIRT_SH_OUTER}, /* 001 00 Non-cacheable */
    {0x00, ARMVIRT_SH_OUTER}, /* 001 01 reserved */
    {0x00, ARMVIRT_SH_OUTER}, /* 001 10 IMPLEMENTATION DEFINED */
    {0xff, BY_S},             /* 001 11 Write-Back, write-allocate */
    {0x04, ARMVIRT_SH_OUTER}, /* 010 00 Device-nGnRE */
    {0x00, ARMVIRT_SH_OUTER}, /* 010 01 to 011 11 reserved */
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x44, ARMVIRT_SH_OUTER}, /* 1oo ii: outer, inner of NC, WB WA, WT, WB */
    {0x4f, BY_S},
    {0x4a, BY_S},
    {0x4e, BY_S},
    {0xf4, BY_S},
    {0xff, BY_S},
    {0xfa, BY_S},
    {0xfe, BY_S},
    {0xa4, BY_S},
    {0xaf, BY_S},
    {0xaa, BY_S},
    {0xae, BY_S},
    {0xe4, BY_S},
    {0xef, BY_S},
    {0xea, BY_S},
    {0xee, BY_S},
};

static void table_G5_12_TEX_C_B(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.mair_el1 = UINT64_C(0x5555555555555555); /* PRRR and NMRR have no effect */
    for (unsigned i = 0; i < KINDS * 64; i++) {
        unsigned texcb = i & 31;
        struct leaf leaf = full_access(i >> 6);
        uint8_t by_s = i & 32 ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE;

        leaf.tex = texcb >> 2;
        leaf.cb = texcb & 3;
        leaf.s = i & 32;
        expect_attr(&m, &leaf, table_G5_12[texcb].mair,
                    table_G5_12[texcb].sh == BY_S ? by_s : table_G5_12[texcb].sh);
    }
}

struct remap {
    unsigned region, type, inner, outer;
    bool nos, ns0, ns1, s;
};

/* One combination of the fields that concern a region, with the fields of all others inverted. */
static uint64_t prrr_nmrr(const struct remap *r)
{
    uint32_t at = 2 * r->region;
    uint32_t prrr = r->type << at | (uint32_t)r->nos << (24 + r->region) | (uint32_t)r->ns1 << 19 |
                    (uint32_t)r->ns0 << 18;
    uint32_t nmrr = r->inner << at | r->outer << (16 + at);
    uint32_t other_types = 0xffff & ~(UINT32_C(3) << at);
    uint32_t other_regions = 0xff000000 & ~(UINT32_C(1) << (24 + r->region));
    uint32_t other_cacheability = ~(UINT32_C(3) << at | UINT32_C(3) << (16 + at));

    prrr |= (r->type == 2 ? 0 : 0xaaaa & other_types) | (r->nos ? 0 : other_regions);
    nmrr |= r->inner == 0 ? 0x55555555 & other_cacheability : 0;
    return (uint64_t)nmrr << 32 | prrr;
}

/* DDI0487 Tables G5-13 to G5-15. */
static uint8_t remapped_mair(const struct remap *r)
{
    static const char nibble[] = "\x4\xf\xa\xe";

    if (r->type == 2) {
        return (uint8_t)(nibble[r->outer] << 4 | nibble[r->inner]);
    }
    return r->type == 1 ? 0x04 : 0x00;
}

static uint8_t remapped_sh(const struct remap *r)
{
    bool cacheable = r->type == 2 && (r->inner != 0 || r->outer != 0);

    if (!cacheable) {
        return ARMVIRT_SH_OUTER;
    }
    if (!(r->s ? r->ns1 : r->ns0)) {
        return ARMVIRT_SH_NONE;
    }
    return r->nos ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER;
}

/* Region by region all values of TR, IR, OR, NOS, NS0, NS1, with both of S: 8 x 1024. */
static void G5_7_3_all_remaps(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_TRE;
    for (unsigned i = 0; i < 8 * 1024; i++) {
        const struct remap r = {
            .region = i >> 10,
            .type = i & 3,
            .inner = i >> 2 & 3,
            .outer = i >> 4 & 3,
            .nos = i >> 6 & 1,
            .ns0 = i >> 7 & 1,
            .ns1 = i >> 8 & 1,
            .s = i >> 9 & 1,
        };
        struct leaf leaf = full_access(i % KINDS);

        leaf.tex = r.region >> 2 | (i & 3) << 1; /* TEX[2:1] are software's */
        leaf.cb = r.region & 3;
        leaf.s = r.s;
        m.vmsa.mair_el1 = prrr_nmrr(&r);
        expect_attr(&m, &leaf, remapped_mair(&r), remapped_sh(&r));
    }
}

/* SCTLR.C and I, and fetches from Device memory. */
static void cacheability_controls(void **state)
{
    struct leaf write_back = {.ap = 3, .tex = 1, .cb = 3}, device = {.ap = 3};
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_C | ARMVIRT_SCTLR_I);
    map(&m, &write_back);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.attr.mair, 0x44);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, 0x44);
    map(&m, &device);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.attr.mair, 0x00);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, 0x44);
    m.vmsa.options = ARMVIRT_OPT_FETCH_DEVICE_FAULT;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_DEVICE_FETCH);
}

/* ---- Stage 2 and granule protection -------------------------------------------------------- */

static void tables_lie_behind_stage_2(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, LEVEL2 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL2, 0x87654000 | SMALL | SMALL_RW | 3 << 6 | 3 << 2);
    expect_pa(&m, 0x321, S2_OFFSET + 0x87654321);
    assert_int_equal(m.walk.ipa, 0x87654321);
    assert_int_equal(m.walk.vmid, 9);
    assert_int_equal(m.walk.reads, 5);
    assert_int_equal(m.walk.s1.desc_pa, S2_OFFSET + LEVEL2);
    assert_int_equal(m.walk.size_log2, 12);
}

struct s2_row {
    const char *name;
    bool level2;
    uint64_t s2_desc;
    uint64_t hcr;
    enum armvirt_fault_type type;
};

static const struct s2_row s2_rows[] = {
    {"stage 2 fault of the level 1 table", false, 0, 0, ARMVIRT_FAULT_TRANSLATION},
    {"stage 2 fault of the level 2 table", true, 0, 0, ARMVIRT_FAULT_TRANSLATION},
    {"stage 2 access flag of a table", true, S2_BLOCK & ~ARMVIRT_VMSA64_S2_LEAF_AF, 0,
     ARMVIRT_FAULT_ACCESS_FLAG},
    {"stage 2 gives a table no read", true, S2_BLOCK & ~ARMVIRT_VMSA64_S2_LEAF_S2AP, 0,
     ARMVIRT_FAULT_PERMISSION},
    {"HCR_EL2.PTW: a table in Device memory", true, S2_BLOCK & ~ARMVIRT_VMSA64_S2_LEAF_MEMATTR,
     ARMVIRT_HCR_EL2_PTW, ARMVIRT_FAULT_PERMISSION},
};

/* The tables of both levels lie in IPA GB 0; the domain allows nothing, which comes later. */
static void stage2_faults(void **state)
{
    const struct s2_row *row = *state;
    struct machine m;
    struct entry *stage2;

    reset(&m);
    m.vmsa.dacr32_el2 = 0;
    stage2 = machine_stage2(&m);
    m.vmsa.hcr_el2 |= row->hcr;
    machine_put(&m, S2_OFFSET + TABLE0, 0x40000000 | DOMAIN(6) | TABLE);
    stage2[row->level2].value = row->s2_desc;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.type, row->type);
    assert_int_equal(m.walk.fault.stage, 2);
    assert_int_equal(m.walk.fault.level, 1); /* of stage 2 */
    assert_true(m.walk.fault.s1ptw);
    assert_int_equal(m.walk.fault.ipa, row->level2 ? 0x40000000 : TABLE0);
    assert_int_equal(m.walk.fault.domain, 0);
}

static void a_supersection_beyond_the_stage_2_input_size(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, SUPERSECTION | SECTION_RW | UINT64_C(1) << 20);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_IPA_RANGE);
    assert_int_equal(m.walk.fault.ipa, UINT64_C(1) << 32);
    assert_false(m.walk.fault.s1ptw);
}

static void tables_are_under_granule_protection(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.id_aa64pfr0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
    m.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PGS, 3); /* reserved */
    expect_fault(&m, 0, ARMVIRT_FAULT_GPC_ON_WALK, 1, ARMVIRT_REASON_GPC_REGISTERS);
    assert_int_equal(m.walk.fault.pa, TABLE0);
    assert_int_equal(m.reads, 0);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, table_G5_1_base_of_all_addresses);
    SUITE_ADD(&suite, G5_4_5_1_low_base_bits_do_not_count);
    SUITE_ADD(&suite, requests_are_4_bytes_at_levels_1_and_2);
    SUITE_ADD(&suite, the_log_tells_each_step);
    SUITE_ADD_ROWS(&suite, shapes, shape_rows);
    SUITE_ADD(&suite, G5_4_1_descriptor_types);
    SUITE_ADD(&suite, G5_4_1_1_address_bits_of_a_supersection);
    SUITE_ADD(&suite, G5_3_1_big_endian_tables);
    SUITE_ADD(&suite, G5_6_4_all_domains);
    SUITE_ADD(&suite, G5_6_4_a_manager_has_all_rights);
    SUITE_ADD_ROWS(&suite, exempt, exempt_rows);
    SUITE_ADD(&suite, G5_6_permissions);
    SUITE_ADD_ROWS(&suite, reasons, reason_rows);
    SUITE_ADD(&suite, G5_6_5_access_flag);
    SUITE_ADD_ROWS(&suite, priority, priority_rows);
    SUITE_ADD(&suite, memory_may_ask_to_retry);
    SUITE_ADD(&suite, G5_4_3_NS);
    SUITE_ADD(&suite, table_G5_12_TEX_C_B);
    SUITE_ADD(&suite, G5_7_3_all_remaps);
    SUITE_ADD(&suite, cacheability_controls);
    SUITE_ADD(&suite, tables_lie_behind_stage_2);
    SUITE_ADD_ROWS(&suite, stage2_faults, s2_rows);
    SUITE_ADD(&suite, a_supersection_beyond_the_stage_2_input_size);
    SUITE_ADD(&suite, tables_are_under_granule_protection);
    return suite_run(&suite, "short");
}
