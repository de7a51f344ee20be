/* SPDX-License-Identifier: MIT */
/*
 * Every type of event, with all 32 bytes of its record (IHI0070 7.3, one row each): what a stream
 * must meet for it. F_TLB_CONFLICT and F_CFG_CONFLICT have no cause here.
 */
#include "../../smmu_world.h"

#include <armvirt/smmu_ats.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE };
enum { R = 0, W = ARMVIRT_SMMU_WRITE, P = ARMVIRT_SMMU_PRIVILEGED, X = ARMVIRT_SMMU_INSTRUCTION };

#define SSV     UINT64_C(0x800)
#define SSID    1u
#define RNW     (UINT64_C(1) << 35)
#define IND     (UINT64_C(1) << 34)
#define PNU     (UINT64_C(1) << 33)
#define IN      (UINT64_C(2) << 40)
#define TT      (UINT64_C(1) << 40)
#define OF_S2   (UINT64_C(1) << 39)
#define TTRNW   (UINT64_C(1) << 44)
#define NOWHERE (VA + 0x40000000)

/* ---- What happens to the world before the transaction --------------------------------------- */

static void nothing(struct world *w)
{
    (void)w;
}

static void abort_ste(struct world *w)
{
    w->abort_at = STRTAB + 64 * SID;
}

static void clear_ste(struct world *w)
{
    world_poke(w, STRTAB + 64 * SID, 0);
}

static void substreams(struct world *w)
{
    uint64_t at = STRTAB + 64 * SID;

    world_poke(w, at, world_peek(w, at) | ARMVIRT_PUT(ARMVIRT_SMMU_STE0_S1CDMAX, 1));
}

static void abort_cd(struct world *w)
{
    substreams(w);
    w->abort_at = CDTAB + 64 * SSID;
}

static void clear_cd(struct world *w)
{
    world_poke(w, CDTAB, 0);
}

static void abort_table(struct world *w)
{
    w->abort_at = S1_TABLES;
}

static void abort_table2(struct world *w)
{
    w->abort_at = S2_TABLES;
}

static void large_output(struct world *w)
{
    world_map(w, S1_TABLES, VA, UINT64_C(1) << 48 | PAGES | DESC_PAGE | AP_EL0);
    world_poke(w, CDTAB, world_peek(w, CDTAB) & ~ARMVIRT_SMMU_CD0_IPS); /* 32 bits */
    world_map(w, S1_TABLES, VA, UINT64_C(1) << 40 | PAGES | DESC_PAGE | AP_EL0);
}

static void no_access_flag(struct world *w)
{
    world_map(w, S1_TABLES, VA, (PAGES | DESC_PAGE | AP_EL0) & ~UINT64_C(0x400));
}

static void read_only(struct world *w)
{
    world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0 | AP_RO);
}

static void hidden_ipa(struct world *w)
{
    world_map(w, S1_TABLES, VA, IPA | DESC_PAGE | AP_EL0);
    world_map(w, S2_TABLES, IPA, 0);
}

static void hidden_tables(struct world *w)
{
    world_map(w, S2_TABLES, S1_TABLES, 0);
}

static void hidden_cd(struct world *w)
{
    world_map(w, S2_TABLES, CDTAB, 0);
}

static void write_only_tables(struct world *w)
{
    world_map(w, S2_TABLES, S1_TABLES, S1_TABLES | (DESC_S2 & ~UINT64_C(0x40)));
}

static void abort_vms(struct world *w)
{
    uint64_t at = STRTAB + 64 * SID;

    world_poke(w, at + 8, world_peek(w, at + 8) | ARMVIRT_SMMU_STE1_S1MPAM);
    world_poke(w, at + 40, world_peek(w, at + 40) | MSI_PAGE);
    w->abort_at = MSI_PAGE;
}

/* ---- Records ------------------------------------------------------------------------------- */

static const struct {
    void (*prepare)(struct world *w);
    unsigned config, flags;
    uint64_t addr;
    uint64_t event[4]; /* without the StreamID */
} rows[] = {
    /* 7.3.2 F_UUT */
    {nothing, S1, ARMVIRT_SMMU_UNSUPPORTED | P | X, VA, {1, RNW | IND | PNU, VA}},
    {nothing, S1, ARMVIRT_SMMU_UNSUPPORTED | W | X, VA, {1, 0, VA}},
    /* 7.3.4 F_STE_FETCH */
    {abort_ste, S1, ARMVIRT_SMMU_SSV, VA, {3 | SSV | SSID << 12, 0, 0, STRTAB + 64 * SID}},
    /* 7.3.5 C_BAD_STE */
    {clear_ste, S1, R, VA, {4}},
    /* 7.3.7 F_STREAM_DISABLED */
    {substreams, S1, R, VA, {6}},
    /* 7.3.8 F_TRANSL_FORBIDDEN, while ATSCHK is 1 */
    {nothing, S1, ARMVIRT_SMMU_TRANSLATED | R, VA, {7, RNW, VA}},
    {nothing, S1, ARMVIRT_SMMU_TRANSLATED | W, VA, {7, 0, VA}},
    /* 7.3.9 C_BAD_SUBSTREAMID has no SSV */
    {nothing, S1, ARMVIRT_SMMU_SSV, VA, {8 | SSID << 12}},
    {nothing, S2, ARMVIRT_SMMU_SSV, IPA, {8 | SSID << 12}},
    /* 7.3.10 F_CD_FETCH */
    {abort_cd, S1, ARMVIRT_SMMU_SSV, VA, {9 | SSV | SSID << 12, 0, 0, CDTAB + 64 * SSID}},
    /* 7.3.11 C_BAD_CD */
    {clear_cd, S1, R, VA, {0xa}},
    /* 7.3.12 F_WALK_EABT */
    {abort_table, S1, W, VA, {0xb, TT, VA, S1_TABLES}},
    {abort_table2, S2, R, IPA, {0xb, IN | OF_S2 | RNW, IPA, S2_TABLES}},
    /* 7.3.13 F_TRANSLATION */
    {nothing, S1, R | P | X, NOWHERE, {0x10, IN | RNW | IND | PNU, NOWHERE}},
    {nothing, S1, W, NOWHERE | 0xabc, {0x10, IN, NOWHERE | 0xabc}},
    {hidden_ipa, NESTED, W, VA | 8, {0x10, IN | OF_S2, VA | 8, IPA}},
    {hidden_tables, NESTED, R, VA, {0x10, TT | OF_S2 | RNW, VA, S1_TABLES}},
    {hidden_cd, NESTED, R, VA, {0x10, OF_S2 | RNW, VA, CDTAB}},
    /* 7.3.14 F_ADDR_SIZE */
    {large_output, S1, R, VA, {0x11, IN | RNW, VA}},
    /* 7.3.15 F_ACCESS */
    {no_access_flag, S1, R, VA, {0x12, IN | RNW, VA}},
    /* 7.3.16 F_PERMISSION */
    {read_only, S1, W, VA, {0x13, IN, VA}},
    {write_only_tables, NESTED, W, VA, {0x13, TT | OF_S2 | TTRNW, VA, S1_TABLES}},
    /* 7.3.20 F_VMS_FETCH */
    {abort_vms, NESTED, R, VA, {0x25, 0, 0, MSI_PAGE}},
};

static void IHI0070_7_3_each_type_has_its_fields(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, rows[n].config);
        uint64_t event[4];

        world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | ARMVIRT_SMMU_CR0_ATSCHK);
        rows[n].prepare(w);
        assert_int_equal(world_txn(w, rows[n].addr, rows[n].flags, SSID).outcome,
                         ARMVIRT_SMMU_ABORT);
        assert_true(world_event(w, event));
        assert_int_equal(event[0], rows[n].event[0] | (uint64_t)SID << 32);
        for (unsigned i = 1; i < 4; i++) {
            assert_int_equal(event[i], rows[n].event[i]);
        }
        assert_false(world_event(w, event));
        world_drop(w);
    }
}

static void IHI0070_7_3_3_c_bad_streamid(void **state)
{
    const struct armvirt_smmu_txn txn = {.sid = 0x1234, .ssid = 7, .flags = ARMVIRT_SMMU_SSV};
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    struct armvirt_smmu_result result;
    uint64_t event[4];

    (void)state;
    assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &result), ARMVIRT_OK);
    assert_true(world_event(w, event));
    assert_int_equal(event[0], UINT64_C(0x1234) << 32 | 7 << 12 | SSV | 2);
    assert_int_equal(event[1] | event[2] | event[3], 0);
    world_drop(w);
}

/* R is always asked for; W is not NW; Span is one translation. */
#define ASKS(rwxp) (UINT64_C(rwxp) << 28 | 1)

static void IHI0070_7_3_6_f_bad_ats_treq(void **state)
{
    static const struct {
        bool ssv, no_write, execute, privileged;
        uint64_t event[2];
    } tries[] = {
        {false, false, true, true, {5, ASKS(12)}}, /* without a PASID neither counts */
        {false, true, false, false, {5, ASKS(8)}},
        {true, true, true, true, {5 | SSV | SSID << 12, ASKS(11)}},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        const struct armvirt_smmu_ats_request request = {.addr = VA,
                                                         .sid = SID,
                                                         .ssid = SSID,
                                                         .ssv = tries[n].ssv,
                                                         .no_write = tries[n].no_write,
                                                         .execute = tries[n].execute,
                                                         .privileged = tries[n].privileged};
        struct armvirt_smmu_ats_completion done;
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        uint64_t event[4];

        assert_int_equal(armvirt_smmu_ats_translate(w->smmu, &request, &done), ARMVIRT_OK);
        assert_int_equal(done.status, ARMVIRT_SMMU_ATS_UR);
        assert_true(world_event(w, event));
        assert_int_equal(event[0], tries[n].event[0] | (uint64_t)SID << 32);
        assert_int_equal(event[1], tries[n].event[1]);
        assert_int_equal(event[2], VA);
        world_drop(w);
    }
}

/* Recorded also while the SMMU does not translate, and never from a probe or of what is translated
 * (3.9.1.3). */
static void IHI0070_7_3_2_f_uut_needs_no_smmuen(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    struct armvirt_smmu_result result;

    (void)state;
    world_put(w, R_CR0, 4, CR0_EVENTQEN);
    result = world_txn(w, VA, ARMVIRT_SMMU_UNSUPPORTED | ARMVIRT_SMMU_PROBE, 0);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_UNSUPPORTED);
    assert_int_equal(world_event_type(w), 0);
    result = world_txn(w, VA, ARMVIRT_SMMU_UNSUPPORTED | ARMVIRT_SMMU_TRANSLATED, 0);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
    assert_false(result.recorded);
    assert_int_equal(world_event_type(w), 0);
    result = world_txn(w, VA, ARMVIRT_SMMU_UNSUPPORTED, 0);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
    assert_true(result.recorded);
    assert_int_equal(world_event_type(w), 1);
    world_drop(w);
}

static void IHI0070_7_3_19_e_page_request(void **state)
{
    struct armvirt_smmu_page_hint hint = {.addr = VA | 0xabc,
                                          .sid = SID,
                                          .ssid = SSID,
                                          .ssv = true,
                                          .pages = 0x81,
                                          .perm = ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_EL0_W};
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    uint64_t event[4];
    bool recorded;

    (void)state;
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_OK);
    assert_true(recorded);
    assert_true(world_event(w, event));
    assert_int_equal(event[0], (uint64_t)SID << 32 | SSID << 12 | SSV | 0x24);
    assert_int_equal(event[1], UINT64_C(0x81) << 44 | UINT64_C(1) << 39 | UINT64_C(1) << 34);
    assert_int_equal(event[2], VA);
    assert_int_equal(event[3], 0);
    hint.perm = 0xff;
    hint.ssv = false;
    hint.pages = 0xff;
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_OK);
    assert_true(world_event(w, event));
    assert_int_equal(event[0], (uint64_t)SID << 32 | 0x24);
    assert_int_equal(event[1], UINT64_C(0xff0ee) << 32);
    world_drop(w);
}

static void IHI0070_7_3_19_hints_are_dropped_where_they_cannot_go(void **state)
{
    struct armvirt_smmu_page_hint hint = {.addr = VA, .sid = SID, .pages = 1};
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    bool recorded = true;

    (void)state;
    world_put(w, R_CR0, 4, CR0_EVENTQEN); /* no translation */
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_OK);
    assert_false(recorded);
    world_put(w, R_CR0, 4, CR0_SMMUEN); /* no queue */
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_OK);
    assert_false(recorded);
    assert_int_equal(world_event_type(w), 0);
    hint.sec_sid = ARMVIRT_SPACE_ROOT;
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_E_INVAL);
    world_drop(w);
    w = world_new(ARMVIRT_SMMU_QEMU, S1);
    hint.sec_sid = SE;
    assert_int_equal(armvirt_smmu_page_hint(w->smmu, &hint, &recorded), ARMVIRT_E_INVAL);
    world_drop(w);
}

/* The page counts, not the byte; RnW does. IHI0070 7.3.1, 7.3.8, 7.3.13. */
static void IHI0070_7_3_1_merged_events_differ_within_the_page(void **state)
{
    static const struct {
        unsigned flags;
        bool merges;
    } tries[] = {{ARMVIRT_SMMU_TRANSLATED, true}, {0, true}, {ARMVIRT_SMMU_UNSUPPORTED, false}};
    struct armvirt_smmu_id id;

    (void)state;
    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    for (size_t n = 0; n < 3; n++) {
        struct world *w = world_new_id(&id, 0, ARMVIRT_SMMU_OPT_MERGE);
        uint64_t mev = STRTAB + 64 * SID + 8;

        world_stream(w, S1);
        world_enable(w);
        world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | ARMVIRT_SMMU_CR0_ATSCHK);
        world_poke(w, mev, world_peek(w, mev) | ARMVIRT_SMMU_STE1_MEV);
        (void)world_txn(w, NOWHERE, tries[n].flags, 0);
        (void)world_txn(w, NOWHERE | 0x10, tries[n].flags, 0);
        assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), tries[n].merges ? 1 : 2);
        (void)world_txn(w, NOWHERE | 0x10, tries[n].flags | W, 0);
        assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), tries[n].merges ? 2 : 3);
        world_drop(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_7_3_each_type_has_its_fields),
        cmocka_unit_test(IHI0070_7_3_3_c_bad_streamid),
        cmocka_unit_test(IHI0070_7_3_6_f_bad_ats_treq),
        cmocka_unit_test(IHI0070_7_3_2_f_uut_needs_no_smmuen),
        cmocka_unit_test(IHI0070_7_3_19_e_page_request),
        cmocka_unit_test(IHI0070_7_3_19_hints_are_dropped_where_they_cannot_go),
        cmocka_unit_test(IHI0070_7_3_1_merged_events_differ_within_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
