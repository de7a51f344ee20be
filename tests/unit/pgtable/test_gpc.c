/* SPDX-License-Identifier: MIT */
/*
 * Entries of granule protection tables: every GPI, every reserved bit, every fault and their
 * priority. DDI0487 D9.1, D9.4, D9.6.
 */
#include "gpc_machine.h"

#define FAIL     ARMVIRT_GPCF_FAIL
#define WALK     ARMVIRT_GPCF_WALK
#define SIZE     ARMVIRT_GPCF_ADDRESS_SIZE
#define EXTERNAL ARMVIRT_GPCF_EXTERNAL

#define ALL_GPI_CONTROLS                                                                           \
    (ARMVIRT_GPCCR_EL3_NSO | ARMVIRT_GPCCR_EL3_SA | ARMVIRT_GPCCR_EL3_NSP |                        \
     ARMVIRT_GPCCR_EL3_NA6 | ARMVIRT_GPCCR_EL3_NA7)

/* ---- GPI encodings: R_GYQGW --------------------------------------------------------------- */

/* The table of D9.6.5 read once more: is `gpi` defined, and whom does it let in? */
static bool gpi_is_defined(const struct machine *m, enum version version, unsigned gpi)
{
    static const uint8_t control[16] = {[4] = 25, [5] = 26, [6] = 27, [7] = 28, [13] = 19};

    if (gpi == 8) {
        return m->vmsa.id_aa64pfr0_el1 >> 36 & 1; /* FEAT_SEL2 */
    }
    if (control[gpi] != 0) {
        return version >= (gpi == 13 ? GPC2 : GDI) && (m->vmsa.gpccr_el3 >> control[gpi] & 1);
    }
    return gpi == 0 || (gpi >= 9 && gpi <= 11) || gpi == 15;
}

static bool gpi_lets_in(unsigned gpi, unsigned space, unsigned security)
{
    switch (gpi) {
    case 0x8:
        return space == S;
    case 0x9:
        return space == NS;
    case 0xa:
        return space == RT;
    case 0xb:
        return space == RL;
    case 0xd:
        return space == NS && (security == NS || security == RT);
    default:
        return gpi == 0xf;
    }
}

static void expect_gpi(struct machine *m, enum version version, unsigned gpi, unsigned level)
{
    for (unsigned space = 0; space < SPACES; space++) {
        if (!gpi_is_defined(m, version, gpi)) {
            expect_fault(m, 0x3000, space, WALK, level, ARMVIRT_REASON_GPT_GPI);
        } else if (!gpi_lets_in(gpi, space, m->security)) {
            expect_fault(m, 0x3000, space, FAIL, level, ARMVIRT_REASON_GPI_MISMATCH);
        } else {
            expect_ok(m, 0x3000, space);
        }
    }
}

/* One GPI as Block, as Contiguous and as one of 16 Granules. */
static void expect_gpi_in_entries(struct machine *m, enum version version, unsigned gpi)
{
    m->entry_count = 0;
    machine_add(m, L0_BASE, block(gpi));
    expect_gpi(m, version, gpi, 0);

    m->entry_count = 0;
    machine_add(m, L0_BASE, table(L1_BASE));
    machine_add(m, L1_BASE + 8, 0);
    machine_add(m, L1_BASE, contiguous(1, gpi));
    expect_gpi(m, version, gpi, 1);

    m->entries[2].value = (uint64_t)gpi << 12;
    expect_gpi(m, version, gpi, 1);
}

static void expect_all_gpis(struct machine *m, enum version version)
{
    for (uint8_t security = 0; security < SPACES; security++) {
        if (security == S && !(m->vmsa.id_aa64pfr0_el1 & ARMVIRT_ID_AA64PFR0_EL1_SEL2)) {
            continue; /* no Secure state below EL3 */
        }
        m->security = security;
        for (unsigned gpi = 0; gpi < 16; gpi++) {
            expect_gpi_in_entries(m, version, gpi);
        }
    }
}

static void r_gyqgw_every_gpi_space_state_version(void **state)
{
    struct machine m;

    (void)state;
    for (int version = RME; version <= GDI; version++) {
        for (uint64_t sel2 = 0; sel2 <= 1; sel2++) {
            machine_reset(&m, (enum version)version);
            m.vmsa.id_aa64pfr0_el1 &= ~ARMVIRT_ID_AA64PFR0_EL1_SEL2;
            m.vmsa.id_aa64pfr0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SEL2, sel2);
            expect_all_gpis(&m, (enum version)version);
            m.vmsa.gpccr_el3 |= ALL_GPI_CONTROLS;
            expect_all_gpis(&m, (enum version)version);
        }
    }
}

struct control_row {
    const char *name;
    uint64_t control;
    unsigned gpi;
};

static const struct control_row control_rows[] = {
    {"R_GYQGW SA alone defines GPI 0b0100", ARMVIRT_GPCCR_EL3_SA, 4},
    {"R_GYQGW NSP alone defines GPI 0b0101", ARMVIRT_GPCCR_EL3_NSP, 5},
    {"R_GYQGW NA6 alone defines GPI 0b0110", ARMVIRT_GPCCR_EL3_NA6, 6},
    {"R_GYQGW NA7 alone defines GPI 0b0111", ARMVIRT_GPCCR_EL3_NA7, 7},
    {"R_GYQGW NSO alone defines GPI 0b1101", ARMVIRT_GPCCR_EL3_NSO, 13},
};

static void control_defines_its_gpi_only(void **state)
{
    static const unsigned optional[] = {4, 5, 6, 7, 13};
    const struct control_row *row = *state;
    struct machine m;

    machine_reset(&m, GDI);
    m.vmsa.gpccr_el3 |= row->control;
    for (unsigned i = 0; i < COUNT_OF(optional); i++) {
        bool defined = optional[i] == row->gpi;

        m.entry_count = 0;
        machine_add(&m, L0_BASE, block(optional[i]));
        expect_fault(&m, 0, RL, defined ? FAIL : WALK, 0,
                     defined ? ARMVIRT_REASON_GPI_MISMATCH : ARMVIRT_REASON_GPT_GPI);
    }
}

/* ---- Validity of entries: R_XNKFZ --------------------------------------------------------- */

static void r_txfxh_level0_type(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    for (uint64_t type = 0; type < 16; type++) {
        if (type == 1 || type == 3) {
            continue;
        }
        m.entry_count = 0;
        machine_add(&m, L0_BASE, type | GPI_ANY << 4);
        expect_fault(&m, 0, NS, WALK, 0, ARMVIRT_REASON_GPT_TYPE);
        assert_int_equal(m.fault.desc_pa, L0_BASE);
        assert_int_equal(m.fault.desc, type | GPI_ANY << 4);
    }
}

static void r_phblq_block_bits_63_8_are_res0(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    machine_add(&m, L0_BASE, block(GPI_ANY));
    expect_ok(&m, 0, NS);
    for (unsigned bit = 8; bit < 64; bit++) {
        m.entries[0].value = block(GPI_ANY) | UINT64_C(1) << bit;
        expect_fault(&m, 0, NS, WALK, 0, ARMVIRT_REASON_GPT_RES0);
    }
}

static void r_mvvwz_contiguous_bits_63_10_are_res0(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, 0);
    for (unsigned bit = 10; bit < 64; bit++) {
        m.entries[1].value = contiguous(1, GPI_ANY) | UINT64_C(1) << bit;
        expect_fault(&m, 0, NS, WALK, 1, ARMVIRT_REASON_GPT_RES0);
    }
}

static void r_bfcgf_contig_0_is_reserved(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, contiguous(0, GPI_ANY));
    expect_fault(&m, 0, NS, WALK, 1, ARMVIRT_REASON_GPT_CONTIG);
    for (unsigned size = 1; size <= 3; size++) {
        m.entries[1].value = contiguous(size, GPI_ANY);
        expect_ok(&m, 0, NS);
        expect_ok(&m, 0xf000, NS);
        m.entries[1].value = contiguous(size, GPI_RL);
        expect_fault(&m, 0, NS, FAIL, 1, ARMVIRT_REASON_GPI_MISMATCH);
        expect_fault(&m, 0xf000, NS, FAIL, 1, ARMVIRT_REASON_GPI_MISMATCH);
        expect_ok(&m, 0xf000, RL);
    }
}

/* A reserved GPI of any granule makes the whole entry invalid. */
static void r_xnkfz_all_16_granules_have_to_be_valid(void **state)
{
    static const unsigned reserved[] = {1, 2, 3, 4, 5, 6, 7, 12, 13, 14};
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, 0);
    for (unsigned at = 0; at < 16; at++) {
        for (unsigned i = 0; i < COUNT_OF(reserved); i++) {
            uint64_t bad = (uint64_t)reserved[i] << 4 * at;
            uint64_t pa = (at + 1) % 16 * UINT64_C(0x1000);

            if (at == 0 && reserved[i] == 1) {
                continue; /* a Contiguous descriptor */
            }
            m.entries[1].value = (0x9999999999999999 & ~(UINT64_C(0xf) << 4 * at)) | bad;
            expect_fault(&m, pa, NS, WALK, 1, ARMVIRT_REASON_GPT_GPI);
            assert_int_equal(m.fault.desc_pa, L1_BASE);
            assert_int_equal(m.fault.desc, m.entries[1].value);
        }
    }
}

/* ---- Pairs of level 1 entries: R_PGHWX ---------------------------------------------------- */

struct pair_row {
    const char *name;
    uint64_t even, odd;
    enum armvirt_reason even_reason, odd_reason; /* of Non-secure accesses that they decide */
    enum armvirt_reason even_alone;              /* the same without FEAT_RME_GDI */
};

static const struct pair_row pair_rows[] = {
    {"R_PGHWX both entries valid", ALL_NS, ALL_NS, ARMVIRT_REASON_NONE, ARMVIRT_REASON_NONE,
     ARMVIRT_REASON_NONE},
    {"R_PGHWX the upper entry spoils the lower", ALL_NS, 1, ARMVIRT_REASON_GPT_PAIR,
     ARMVIRT_REASON_GPT_CONTIG, ARMVIRT_REASON_NONE},
    {"R_PGHWX the lower entry spoils the upper", 0xc, ALL_NS, ARMVIRT_REASON_GPT_GPI,
     ARMVIRT_REASON_GPT_PAIR, ARMVIRT_REASON_GPT_GPI},
    {"R_PGHWX both entries invalid", 0x4101, 0x111c, ARMVIRT_REASON_GPT_RES0,
     ARMVIRT_REASON_GPT_GPI, ARMVIRT_REASON_GPT_RES0},
    {"R_PGHWX an invalid pair goes before a mismatch", 0, 0x20, ARMVIRT_REASON_GPT_PAIR,
     ARMVIRT_REASON_GPT_GPI, ARMVIRT_REASON_GPI_MISMATCH},
    {"R_PGHWX each entry decides by its own GPI", ALL_NS, 0, ARMVIRT_REASON_NONE,
     ARMVIRT_REASON_GPI_MISMATCH, ARMVIRT_REASON_NONE},
};

static void expect_decision(struct machine *m, uint64_t pa, enum armvirt_reason reason)
{
    if (reason == ARMVIRT_REASON_NONE) {
        expect_ok(m, pa, NS);
    } else {
        expect_fault(m, pa, NS, reason == ARMVIRT_REASON_GPI_MISMATCH ? FAIL : WALK, 1, reason);
    }
}

static void entries_are_valid_in_pairs(void **state)
{
    const struct pair_row *row = *state;
    struct machine m;

    machine_reset(&m, GDI);
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE + 0x20, row->even);
    machine_add(&m, L1_BASE + 0x28, row->odd);
    expect_decision(&m, 0x40000, row->even_reason);
    assert_int_equal(m.reads, 3);
    expect_decision(&m, 0x50000, row->odd_reason);
    assert_int_equal(m.reads, 3);

    machine_set_version(&m, GPC3);
    expect_decision(&m, 0x40000, row->even_alone);
    assert_int_equal(m.reads, 2);
}

static void r_pghwx_abort_of_either_entry(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned aborting = 1; aborting <= 2; aborting++) {
        machine_reset(&m, GDI);
        machine_add(&m, L0_BASE, table(L1_BASE));
        machine_add(&m, L1_BASE, 0xc); /* both invalid: lower priority than the abort */
        machine_add(&m, L1_BASE + 8, 0xc);
        m.entries[aborting].bus = ARMVIRT_BUS_ABORT;
        for (uint64_t pa = 0; pa <= 0x10000; pa += 0x10000) {
            expect_fault(&m, pa, NS, EXTERNAL, 1, ARMVIRT_REASON_GPT_EXTERNAL);
            assert_int_equal(m.fault.desc_pa, m.entries[aborting].pa);
        }
    }
}

/* ---- Priority: R_GMGRR, Table D9-2 --------------------------------------------------------- */

/* What can be wrong, in the order of Table D9-2; the bypass window stands between 3 and 4. */
enum wrong {
    WRONG_REGISTERS,
    WRONG_SPACE_OFF,
    WRONG_ABOVE_PPS,
    WRONG_BASE,
    WRONG_L0_ABORT,
    WRONG_L0_INVALID,
    WRONG_L1_ADDRESS,
    WRONG_L0_GPI,
    WRONG_L1_ABORT,
    WRONG_L1_INVALID,
    WRONG_L1_GPI,
    WRONGS
};

static const struct {
    enum armvirt_gpcf gpcf;
    unsigned level;
    enum armvirt_reason reason;
} by_priority[WRONGS] = {
    {WALK, 0, ARMVIRT_REASON_GPC_REGISTERS},     {FAIL, 0, ARMVIRT_REASON_GPC_SPACE_OFF},
    {FAIL, 0, ARMVIRT_REASON_GPC_PA_RANGE},      {SIZE, 0, ARMVIRT_REASON_GPC_BASE_RANGE},
    {EXTERNAL, 0, ARMVIRT_REASON_GPT_EXTERNAL},  {WALK, 0, ARMVIRT_REASON_GPT_RES0},
    {SIZE, 0, ARMVIRT_REASON_GPT_TABLE_ADDRESS}, {FAIL, 0, ARMVIRT_REASON_GPI_MISMATCH},
    {EXTERNAL, 1, ARMVIRT_REASON_GPT_EXTERNAL},  {WALK, 1, ARMVIRT_REASON_GPT_GPI},
    {FAIL, 1, ARMVIRT_REASON_GPI_MISMATCH},
};

static bool has(unsigned set, enum wrong wrong)
{
    return set >> wrong & 1;
}

/* A Block has no level 1. */
static bool is_possible(unsigned set)
{
    return !has(set, WRONG_L0_GPI) || !(has(set, WRONG_L1_ADDRESS) || has(set, WRONG_L1_ABORT) ||
                                        has(set, WRONG_L1_INVALID) || has(set, WRONG_L1_GPI));
}

/* The tables for a Realm access to 0x5000 with everything wrong that is in `set`. */
static void make_wrong_tables(struct machine *m, unsigned set)
{
    uint64_t base = has(set, WRONG_BASE) ? UINT64_C(1) << 40 : L0_BASE;
    uint64_t next = has(set, WRONG_L1_ADDRESS) ? UINT64_C(1) << 40 : L1_BASE;
    uint64_t level0 = has(set, WRONG_L0_GPI) ? block(GPI_NS) : table(next);
    uint64_t level1 = has(set, WRONG_L1_GPI) ? 0x0000000000900000 : 0x0000000000b00000;
    struct gpt_entry *entry;

    m->vmsa.gptbr_el3 = base >> 12;
    entry = machine_add(m, base, has(set, WRONG_L0_INVALID) ? level0 | UINT64_C(1) << 60 : level0);
    entry->bus = has(set, WRONG_L0_ABORT) ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
    entry = machine_add(m, next, has(set, WRONG_L1_INVALID) ? level1 | 0xc : level1);
    entry->bus = has(set, WRONG_L1_ABORT) ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
    machine_add(m, next + 8, 0);
}

static void make_wrong(struct machine *m, enum version version, unsigned set)
{
    machine_reset(m, version);
    if (has(set, WRONG_REGISTERS)) {
        machine_put(m, ARMVIRT_GPCCR_EL3_SH, 1);
    }
    if (has(set, WRONG_SPACE_OFF)) {
        m->vmsa.gpccr_el3 |= ARMVIRT_GPCCR_EL3_RLPAD;
    }
    make_wrong_tables(m, set);
}

static void expect_first_wrong(struct machine *m, unsigned set, unsigned bypassed)
{
    uint64_t pa = has(set, WRONG_ABOVE_PPS) ? UINT64_C(0x10000005000) : 0x5000;
    unsigned effective = set & ~bypassed;
    unsigned first = 0;

    if (effective == 0) {
        expect_ok(m, pa, RL);
        return;
    }
    while (!has(effective, (enum wrong)first)) {
        first++;
    }
    expect_fault(m, pa, RL, by_priority[first].gpcf, by_priority[first].level,
                 by_priority[first].reason);
}

/* Every set of things that can be wrong together: the first in the table is reported. */
static void r_gmgrr_priority_of_every_combination(void **state)
{
    struct machine m;

    (void)state;
    for (int version = GPC2; version <= GDI; version++) {
        for (unsigned set = 0; set < 1u << WRONGS; set++) {
            if (!is_possible(set)) {
                continue;
            }
            make_wrong(&m, (enum version)version, set);
            expect_first_wrong(&m, set, 0);
        }
    }
}

/* A bypass window hides what comes after priority 3, and nothing before. */
static void i_xnhtx_window_after_priority_3(void **state)
{
    unsigned hidden = ~0u << WRONG_BASE;
    struct machine m;

    (void)state;
    for (unsigned set = 0; set < 1u << WRONGS; set++) {
        if (!is_possible(set)) {
            continue;
        }
        make_wrong(&m, GPC3, set);
        m.vmsa.gpccr_el3 |= ARMVIRT_GPCCR_EL3_GPCBW; /* 1 GB at 0, each 1 TB */
        expect_first_wrong(&m, set, hidden);
        assert_int_equal(m.reads, 0);
    }
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, r_gyqgw_every_gpi_space_state_version);
    SUITE_ADD_ROWS(&suite, control_defines_its_gpi_only, control_rows);
    SUITE_ADD(&suite, r_txfxh_level0_type);
    SUITE_ADD(&suite, r_phblq_block_bits_63_8_are_res0);
    SUITE_ADD(&suite, r_mvvwz_contiguous_bits_63_10_are_res0);
    SUITE_ADD(&suite, r_bfcgf_contig_0_is_reserved);
    SUITE_ADD(&suite, r_xnkfz_all_16_granules_have_to_be_valid);
    SUITE_ADD_ROWS(&suite, entries_are_valid_in_pairs, pair_rows);
    SUITE_ADD(&suite, r_pghwx_abort_of_either_entry);
    SUITE_ADD(&suite, r_gmgrr_priority_of_every_combination);
    SUITE_ADD(&suite, i_xnhtx_window_after_priority_3);
    return suite_run(&suite, "gpc");
}
