/* SPDX-License-Identifier: MIT */
/*
 * VMSAv8-32, Short-descriptor format: table bases, descriptors, priority of faults, Secure state,
 * stage 2. DDI0487 G5.4, G5.11.
 */
#include "short_tables.h"

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
    m.vmsa.dacr32_el2 = ARMVIRT_PUT(ARMVIRT_DACR_D3, wrong & NO_DOMAIN ? NO_ACCESS
                                                     : wrong & MANAGED ? MANAGER
                                                                       : CLIENT);
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

static void G5_4_3_NS_counts_in_Secure_state_only(void **state)
{
    struct leaf leaf = {.kind = A_SMALL_PAGE, .ap = 3, .ns = true};
    struct machine m;

    (void)state;
    reset(&m);
    map(&m, &leaf);
    m.vmsa.id_aa64pfr0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
    m.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_NSE;
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.pa_space, ARMVIRT_SPACE_REALM);
}

/* ---- Stage 2 and granule protection -------------------------------------------------------- */

static void tables_lie_behind_stage_2(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    machine_stage2(&m);
    machine_put(&m, S2_OFFSET + TABLE0, LEVEL2 | TABLE);
    machine_put(&m, S2_OFFSET + LEVEL2, 0x876540cc | SMALL | SMALL_RW);
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
    SUITE_ADD_ROWS(&suite, priority, priority_rows);
    SUITE_ADD(&suite, memory_may_ask_to_retry);
    SUITE_ADD(&suite, G5_4_3_NS);
    SUITE_ADD(&suite, G5_4_3_NS_counts_in_Secure_state_only);
    SUITE_ADD(&suite, tables_lie_behind_stage_2);
    SUITE_ADD_ROWS(&suite, stage2_faults, s2_rows);
    SUITE_ADD(&suite, a_supersection_beyond_the_stage_2_input_size);
    SUITE_ADD(&suite, tables_are_under_granule_protection);
    return suite_run(&suite, "short");
}
