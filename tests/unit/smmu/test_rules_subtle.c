/* SPDX-License-Identifier: MIT */
/*
 * Rules that are easily missed, by section of IHI0070: alignment, reserved encodings, priorities of
 * faults, what tags a translation, what a command reaches.
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, S2 = 6, NESTED = 7 };
enum { QEMU = ARMVIRT_SMMU_QEMU, FVP = ARMVIRT_SMMU_FVP, MAX = ARMVIRT_SMMU_MAX };
enum { OTHER = 0x4000, CD2 = CDTAB + 0x1000 };

#define EVENT(n)  ARMVIRT_SMMU_EVT0_TYPE_##n
#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define OP(n)     ARMVIRT_SMMU_CMD0_OP_##n
#define WRITE     ARMVIRT_SMMU_WRITE
#define LEAF      (DESC_PAGE | AP_EL0)
#define NG        UINT64_C(0x800)
#define AF        UINT64_C(0x400)

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CDTAB + 8 * (n), ARMVIRT_SMMU_CD##n##_##field, v)

static bool passes(struct world *w, uint64_t addr, unsigned flags)
{
    return world_txn(w, addr, flags, 0).outcome == ARMVIRT_SMMU_PASS;
}

static unsigned event_of(struct world *w, uint64_t addr, unsigned flags)
{
    assert_false(passes(w, addr, flags));
    return world_event_type(w);
}

/* ---- Where tables are ---------------------------------------------------------------------- */

static void put_stream_table(struct world *w, uint64_t base, uint64_t cfg)
{
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_STRTAB_BASE, 8, base);
    world_put(w, R_STRTAB_CFG, 4, cfg);
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
}

static void IHI0070_6_3_24_the_base_is_aligned_to_the_written_size(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    put_stream_table(w, STRTAB + 0x2000, 8); /* 2^8 entries: 16 KB */
    assert_true(passes(w, VA, 0));
    put_stream_table(w, STRTAB + 0x2000, 7); /* 8 KB: somewhere else */
    assert_int_equal(event_of(w, VA, 0), EVENT(C_BAD_STE));
    world_drop(w);
    w = world_new(ARMVIRT_SMMU_LINUX_MIN, S1); /* SIDSIZE is 8: used, not for the alignment */
    put_stream_table(w, STRTAB + 0x8000, 10);
    assert_true(passes(w, VA, 0));
    world_drop(w);
}

static void IHI0070_6_3_24_two_levels_are_aligned_by_what_is_above_the_split(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t two_level = UINT64_C(1) << 16;

    (void)state;
    world_poke(w, MSI_PAGE, STRTAB | 7);                           /* Span: 2^6 entries */
    put_stream_table(w, MSI_PAGE + 0x80, two_level | 6 << 6 | 11); /* 2^5 descriptors: 256 bytes */
    assert_true(passes(w, VA, 0));
    put_stream_table(w, MSI_PAGE + 0x80, two_level | 6 << 6 | 10);
    assert_false(passes(w, VA, 0));
    world_drop(w);
}

static void IHI0070_6_3_25_reserved_split_is_6_and_reserved_fmt_is_linear(void **state)
{
    static const unsigned splits[] = {0, 1, 5, 7, 9, 11, 31};
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_poke(w, MSI_PAGE, 0);
    world_poke(w, MSI_PAGE + 8, STRTAB | 7);
    for (size_t n = 0; n < sizeof(splits) / sizeof(splits[0]); n++) {
        struct armvirt_smmu_txn txn = {.addr = VA, .sid = 64 + SID};
        struct armvirt_smmu_result result;

        put_stream_table(w, MSI_PAGE, UINT64_C(1) << 16 | splits[n] << 6 | 11);
        assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &result), ARMVIRT_OK);
        assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
    }
    for (uint64_t fmt = 2; fmt < 4; fmt++) {
        put_stream_table(w, STRTAB, fmt << 16 | 6 << 6 | 8);
        assert_true(passes(w, VA, 0));
    }
    world_drop(w);
}

/* ---- Entries and descriptors --------------------------------------------------------------- */

static void IHI0070_5_2_2_a_disabled_entry_may_hold_anything(void **state)
{
    (void)state;
    for (unsigned config = 0; config < 4; config++) {
        struct world *w = world_new(MAX, S1);

        for (unsigned n = 0; n < 8; n++) {
            world_poke(w, STRTAB + 64 * SID + 8 * n, UINT64_MAX);
        }
        STE(0, CONFIG, config);
        assert_int_equal(world_txn(w, VA, ARMVIRT_SMMU_SSV, 0xfffff).reason, REASON(STREAM_ABORT));
        assert_int_equal(world_event_type(w), 0);
        world_drop(w);
    }
}

/* S1DSS 0b10 keeps SubstreamID 0 for those without, and a command still names it. */
static void IHI0070_4_3_3_cfgi_cd_of_substream_0_with_s1dss(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    STE(0, S1CDMAX, 1);
    STE(1, S1DSS, ARMVIRT_SMMU_STE1_S1DSS_SSID0);
    assert_true(passes(w, VA, 0));
    CD(0, V, 0);
    world_command(w, OP(CFGI_CD) | ARMVIRT_SMMU_CMD0_SSV | (uint64_t)SID << 32, 1);
    assert_int_equal(event_of(w, VA, 0), EVENT(C_BAD_CD));
    world_drop(w);
}

/* The index of the descriptor is recorded, also of a transaction without SubstreamID. */
static void IHI0070_7_3_9_l2ptr_out_of_range(void **state)
{
    struct world *w = world_new(FVP, S1);
    uint64_t event[4];

    (void)state;
    STE(0, S1FMT, ARMVIRT_SMMU_STE0_S1FMT_4K_L2);
    STE(0, S1CDMAX, 7);
    STE(1, S1DSS, ARMVIRT_SMMU_STE1_S1DSS_SSID0);
    world_poke(w, CDTAB, UINT64_C(1) << 50 | 1);
    assert_int_equal(world_txn(w, VA, 0, 0x55).reason, REASON(SUBSTREAM_L2PTR));
    assert_true(world_event(w, event));
    assert_int_equal(event[0], (uint64_t)SID << 32 | EVENT(C_BAD_SUBSTREAMID));
    assert_int_equal(world_txn(w, VA, ARMVIRT_SMMU_SSV, 0x15).reason, REASON(SUBSTREAM_L2PTR));
    assert_true(world_event(w, event));
    assert_int_equal(event[0], (uint64_t)SID << 32 | 0x15 << 12 | EVENT(C_BAD_SUBSTREAMID));
    world_drop(w);
}

static void IHI0070_7_3_14_a_base_out_of_range_is_a_bad_structure(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    CD(0, IPS, 0);
    world_poke(w, CDTAB + 8, UINT64_C(1) << 40 | S1_TABLES);
    assert_int_equal(event_of(w, VA, 0), EVENT(C_BAD_CD));
    world_drop(w);
    w = world_new(MAX, S2);
    STE(2, S2PS, 0);
    STE(2, S2T0SZ, 32);
    world_poke(w, STRTAB + 64 * SID + 24, UINT64_C(1) << 40 | S2_TABLES);
    assert_int_equal(event_of(w, IPA, 0), EVENT(C_BAD_STE));
    world_drop(w);
}

/* A PE would make a translation fault of it. */
static void IHI0070_5_2_1_a_start_level_that_does_not_fit_is_a_bad_entry(void **state)
{
    struct world *w = world_new(MAX, S2);

    (void)state;
    STE(2, S2SL0, 2); /* level 0 for 39 bits */
    assert_int_equal(event_of(w, IPA, 0), EVENT(C_BAD_STE));
    world_drop(w);
}

static void IHI0070_5_2_strw_is_not_looked_at_with_stage_2(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    world_map(w, S1_TABLES, VA, IPA | LEAF);
    for (unsigned strw = 0; strw < 4; strw++) {
        STE(1, STRW, strw);
        world_forget(w);
        assert_true(passes(w, VA, 0));
    }
    STE(0, CONFIG, S1);
    STE(1, STRW, 3);
    world_forget(w);
    assert_int_equal(event_of(w, VA, 0), EVENT(C_BAD_STE));
    world_drop(w);
}

/* Reserved sizes act as the largest, and nothing is larger than what is implemented. */
static void IHI0070_5_4_ips_is_capped(void **state)
{
    (void)state;
    for (unsigned ips = 4; ips < 8; ips++) {
        struct world *w = world_new(QEMU, S1); /* 44 bits */

        CD(0, IPS, ips);
        assert_true(passes(w, VA, 0));
        world_poke(w, CDTAB + 8, UINT64_C(1) << 44 | S1_TABLES);
        world_forget(w);
        assert_int_equal(event_of(w, VA, 0), EVENT(C_BAD_CD));
        world_drop(w);
        w = world_new(QEMU, S2);
        STE(2, S2PS, ips);
        assert_true(passes(w, IPA, 0));
        world_drop(w);
    }
}

/* ---- Priorities of faults ------------------------------------------------------------------ */

static void IHI0070_7_3_22_address_size_comes_before_access_and_permission(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    CD(0, IPS, 0);
    world_map(w, S1_TABLES, VA, UINT64_C(1) << 40 | ((PAGES | LEAF | AP_RO) & ~AF));
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_ADDR_SIZE));
    world_map(w, S1_TABLES, VA, (PAGES | LEAF | AP_RO) & ~AF);
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_ACCESS));
    world_map(w, S1_TABLES, VA, PAGES | LEAF | AP_RO);
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_PERMISSION));
    world_poke(w, S1_TABLES + (VA >> 30) * 8, UINT64_C(1) << 40 | DESC_TABLE); /* the next table */
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_ADDR_SIZE));
    world_drop(w);
}

/* APTable takes rights away from the leaf, and is no fault by itself. */
static void IHI0070_7_3_22_hierarchical_permissions_fault_at_the_leaf(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t at = S1_TABLES + (VA >> 30) * 8;

    (void)state;
    world_map(w, S1_TABLES, VA, 0);
    world_poke(w, at, world_peek(w, at) | UINT64_C(2) << 61); /* read-only */
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_TRANSLATION));
    world_map(w, S1_TABLES, VA, PAGES | LEAF);
    world_poke(w, at, world_peek(w, at) | UINT64_C(2) << 61);
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_PERMISSION));
    assert_true(passes(w, VA, 0));
    world_drop(w);
}

static void IHI0070_7_3_13_blocks_where_there_are_none_are_translation_faults(void **state)
{
    struct world *w = world_new(QEMU, S1);

    (void)state;
    CD(0, T0SZ, 16); /* begins at level 0 */
    world_poke(w, S1_TABLES, PAGES | (LEAF & ~UINT64_C(2)));
    assert_int_equal(event_of(w, VA, 0), EVENT(F_TRANSLATION));
    world_drop(w);
}

/* The dirty state is not for what APTable makes read-only. */
static void IHI0070_3_13_dirty_state_is_not_for_read_only_tables(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t clean = PAGES | LEAF | AP_RO | UINT64_C(1) << 51;
    uint64_t at = S1_TABLES + (VA >> 30) * 8;

    (void)state;
    CD(0, HA, 1);
    CD(0, HD, 1);
    world_map(w, S1_TABLES, VA, clean);
    world_poke(w, at, world_peek(w, at) | UINT64_C(2) << 61);
    assert_int_equal(event_of(w, VA, WRITE), EVENT(F_PERMISSION));
    assert_int_equal(world_peek(w, world_leaf_at(S1_TABLES, VA)), clean);
    world_poke(w, at, world_peek(w, at) & ~(UINT64_C(2) << 61));
    assert_true(passes(w, VA, WRITE));
    assert_int_equal(world_peek(w, world_leaf_at(S1_TABLES, VA)), clean & ~AP_RO);
    world_drop(w);
}

/* Reading a descriptor is an access, never a write. */
static void IHI0070_3_13_a_descriptor_behind_stage_2_is_accessed(void **state)
{
    uint64_t clean = (CDTAB | DESC_S2 | UINT64_C(1) << 51) & ~(AF | UINT64_C(0x80)); /* S2AP R */
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    STE(2, S2HA, 1);
    STE(2, S2HD, 1);
    world_map(w, S1_TABLES, VA, IPA | LEAF);
    world_map(w, S2_TABLES, CDTAB, clean);
    assert_true(passes(w, VA, WRITE));
    assert_int_equal(world_peek(w, world_leaf_at(S2_TABLES, CDTAB)), clean | AF);
    world_drop(w);
}

/* Realm descriptors are not read from Non-secure memory. */
static void IHI0070_7_3_16_a_realm_descriptor_in_non_secure_memory(void **state)
{
    struct world *w = world_new(MAX, NESTED);
    uint64_t event[4];

    (void)state;
    w->space = ARMVIRT_SPACE_REALM;
    world_enable(w);
    world_map(w, S1_TABLES, VA, IPA | LEAF);
    assert_true(passes(w, VA, 0));
    world_map(w, S2_TABLES, CDTAB, CDTAB | DESC_S2 | UINT64_C(1) << 55); /* NS */
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(CD_REALM));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_PERMISSION));
    assert_int_equal(event[1] & (ARMVIRT_SMMU_EVT1_S2 | ARMVIRT_SMMU_EVT1_CLASS),
                     ARMVIRT_SMMU_EVT1_S2); /* CLASS is CD */
    assert_int_equal(event[3], CDTAB);
    world_drop(w);
}

/* A retry for which memory has no time is tried again. */
static void IHI0070_4_7_1_a_retry_waits_for_memory(void **state)
{
    struct world *w = world_new(FVP, S1);
    unsigned stag;

    (void)state;
    CD(0, S, 1);
    stag = world_txn(w, VA + 0x1000, 0, 0).stag;
    world_map(w, S1_TABLES, VA + 0x1000, PAGES | LEAF);
    w->retry_at = S1_TABLES;
    world_command(w, OP(RESUME) | ARMVIRT_SMMU_CMD0_RESUME_AC | (uint64_t)SID << 32, stag);
    assert_int_equal(w->resumed, 0);
    assert_true(armvirt_smmu_pending(w->smmu));
    w->retry_at = UINT64_MAX;
    world_run(w);
    assert_int_equal(w->resumed, 1);
    assert_int_equal(w->last.pa, PAGES);
    assert_false(armvirt_smmu_pending(w->smmu));
    world_drop(w);
}

/* ---- What tags a translation --------------------------------------------------------------- */

/* A second stream, SID + 1, with a descriptor of its own. */
static void second_stream(struct world *w, unsigned asid, bool aset)
{
    uint64_t word[8];

    world_ste_words(word, S1);
    word[0] = (word[0] & ~ARMVIRT_SMMU_STE0_S1CONTEXTPTR) | CD2;
    world_put_words(w, STRTAB + 64 * (SID + 1), word);
    world_cd_words(word);
    word[0] &= ~ARMVIRT_SMMU_CD0_ASID;
    word[0] |= ARMVIRT_PUT(ARMVIRT_SMMU_CD0_ASID, asid) | ARMVIRT_PUT(ARMVIRT_SMMU_CD0_ASET, aset);
    world_put_words(w, CD2, word);
}

static uint64_t second_pa(struct world *w)
{
    const struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID + 1};
    struct armvirt_smmu_result result;

    assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
    return result.pa;
}

/* The StreamID is no tag; a global entry is for each ASID of its ASET. IHI0070 3.3.3, 3.17.1. */
static void IHI0070_3_17_1_who_may_hit_whose_entry(void **state)
{
    static const struct {
        unsigned asid;
        bool ng, aset, hits;
    } tries[] = {
        {7, true, false, true},  /* the same ASID: one address space */
        {8, true, false, false}, /* another one */
        {8, false, false, true}, /* global */
        {8, false, true, false}, /* global in the other set */
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = world_new(MAX, S1);

        second_stream(w, tries[n].asid, tries[n].aset);
        world_map(w, S1_TABLES, VA, PAGES | LEAF | (tries[n].ng ? NG : 0));
        assert_true(passes(w, VA, 0));
        world_map(w, S1_TABLES, VA, (PAGES + OTHER) | LEAF | (tries[n].ng ? NG : 0));
        assert_int_equal(second_pa(w), tries[n].hits ? PAGES : PAGES + OTHER);
        world_drop(w);
    }
}

/* By address a global entry goes whatever the ASID; ASET does not matter. IHI0070 4.4.2, 3.17. */
static void IHI0070_4_4_2_commands_reach_globals_by_address(void **state)
{
    static const struct {
        bool ng, aset;
        uint64_t op, asid;
        bool goes;
    } tries[] = {
        {false, false, OP(TLBI_NH_VA), 8, true}, {true, false, OP(TLBI_NH_VA), 8, false},
        {true, false, OP(TLBI_NH_VA), 7, true},  {true, true, OP(TLBI_NH_VA), 7, true},
        {true, true, OP(TLBI_NH_ASID), 7, true}, {false, true, OP(TLBI_NH_VAA), 0, true},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = world_new(MAX, S1);
        uint64_t leaf = LEAF | (tries[n].ng ? NG : 0);

        CD(0, ASET, tries[n].aset);
        world_map(w, S1_TABLES, VA, PAGES | leaf);
        assert_true(passes(w, VA, 0));
        world_map(w, S1_TABLES, VA, (PAGES + OTHER) | leaf);
        world_command(w, tries[n].op | UINT64_C(3) << 32 | tries[n].asid << 48, VA);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, tries[n].goes ? PAGES + OTHER : PAGES);
        world_drop(w);
    }
}

/* A range at the top of the upper half ends there. */
static void IHI0070_4_4_1_1_ranges_do_not_wrap(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t range = UINT64_C(3) << 12; /* NUM 3: four pages of 4 KB */

    (void)state;
    world_map(w, S1_TABLES, 0, PAGES | LEAF | NG);
    assert_int_equal(world_txn(w, 0, 0, 0).pa, PAGES);
    world_map(w, S1_TABLES, 0, (PAGES + OTHER) | LEAF | NG);
    world_command(w, OP(TLBI_NH_VA) | UINT64_C(3) << 32 | UINT64_C(7) << 48 | range,
                  UINT64_C(0xfffffffffffff000) | ARMVIRT_PUT(ARMVIRT_SMMU_CMD1_TLBI_TG, 1));
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 1);
    assert_int_equal(world_txn(w, 0, 0, 0).pa, PAGES);
    world_drop(w);
}

/* ---- What is kept, what is told ------------------------------------------------------------ */

static void IHI0070_3_21_3_failed_fetches_are_not_cached(void **state)
{
    static const uint64_t places[] = {STRTAB + 64 * SID, CDTAB, S1_TABLES};

    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct world *w = world_new(MAX, S1);

        w->abort_at = places[n];
        assert_false(passes(w, VA, 0));
        w->abort_at = UINT64_MAX;
        assert_true(passes(w, VA, 0));
        world_drop(w);
    }
}

static void IHI0070_7_4_a_full_queue_is_no_global_error(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (unsigned n = 0; n < (1u << EVENTQ_LOG2) + 1; n++) {
        (void)world_txn(w, VA + 0x40000000, 0, 0);
    }
    assert_int_equal(world_get(w, R_GERROR, 4), 0);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4) >> 31, 1); /* OVFLG */
    world_drop(w);
}

/* Illegal is illegal, also where a legal command would be ignored. */
static void IHI0070_4_5_1_atc_inv_without_ats_is_illegal_without_smmuen_too(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        struct world *w = world_new(n == 0 ? QEMU : MAX, S1);

        world_put(w, R_CR0, 4, CR0_CMDQEN);
        world_command(w, OP(ATC_INV), 0);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4) >> 24, n == 0 ? 1 : 0);
        assert_int_equal(w->atc_invs, 0);
        world_drop(w);
    }
}

/* A STAG names one transaction until a command has ended the stall. */
static void IHI0070_3_12_2_stags_are_not_used_twice(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;
    unsigned first, second;

    (void)state;
    (void)armvirt_smmu_preset_id(FVP, &id);
    id.idr[5] = (id.idr[5] & 0xffff) | 2u << 16; /* two stalls */
    w = world_new_id(&id, 0, 0);
    world_stream(w, S1);
    world_enable(w);
    CD(0, S, 1);
    first = world_txn(w, VA + 0x40000000, 0, 0).stag;
    second = world_txn(w, VA + 0x40000000, 0, 0).stag;
    assert_int_not_equal(first, second);
    assert_int_equal(world_txn(w, VA + 0x40000000, 0, 0).outcome, 0xff); /* the device waits */
    world_command(w, OP(RESUME) | (uint64_t)SID << 32, first);           /* terminate */
    assert_int_equal(w->resumed, 1);
    assert_int_equal(world_txn(w, VA + 0x40000000, 0, 0).stag, first);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_6_3_24_the_base_is_aligned_to_the_written_size),
        cmocka_unit_test(IHI0070_6_3_24_two_levels_are_aligned_by_what_is_above_the_split),
        cmocka_unit_test(IHI0070_6_3_25_reserved_split_is_6_and_reserved_fmt_is_linear),
        cmocka_unit_test(IHI0070_5_2_2_a_disabled_entry_may_hold_anything),
        cmocka_unit_test(IHI0070_4_3_3_cfgi_cd_of_substream_0_with_s1dss),
        cmocka_unit_test(IHI0070_7_3_9_l2ptr_out_of_range),
        cmocka_unit_test(IHI0070_7_3_14_a_base_out_of_range_is_a_bad_structure),
        cmocka_unit_test(IHI0070_5_2_1_a_start_level_that_does_not_fit_is_a_bad_entry),
        cmocka_unit_test(IHI0070_5_2_strw_is_not_looked_at_with_stage_2),
        cmocka_unit_test(IHI0070_5_4_ips_is_capped),
        cmocka_unit_test(IHI0070_7_3_22_address_size_comes_before_access_and_permission),
        cmocka_unit_test(IHI0070_7_3_22_hierarchical_permissions_fault_at_the_leaf),
        cmocka_unit_test(IHI0070_7_3_13_blocks_where_there_are_none_are_translation_faults),
        cmocka_unit_test(IHI0070_3_13_dirty_state_is_not_for_read_only_tables),
        cmocka_unit_test(IHI0070_3_13_a_descriptor_behind_stage_2_is_accessed),
        cmocka_unit_test(IHI0070_7_3_16_a_realm_descriptor_in_non_secure_memory),
        cmocka_unit_test(IHI0070_4_7_1_a_retry_waits_for_memory),
        cmocka_unit_test(IHI0070_3_17_1_who_may_hit_whose_entry),
        cmocka_unit_test(IHI0070_4_4_2_commands_reach_globals_by_address),
        cmocka_unit_test(IHI0070_4_4_1_1_ranges_do_not_wrap),
        cmocka_unit_test(IHI0070_3_21_3_failed_fetches_are_not_cached),
        cmocka_unit_test(IHI0070_7_4_a_full_queue_is_no_global_error),
        cmocka_unit_test(IHI0070_4_5_1_atc_inv_without_ats_is_illegal_without_smmuen_too),
        cmocka_unit_test(IHI0070_3_12_2_stags_are_not_used_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
