/* SPDX-License-Identifier: MIT */
/*
 * From StreamID to address: the order of checks of IHI0070 7.3.22, stream tables (5.1, 6.3.24,
 * 6.3.25), SubstreamIDs (5.2 S1DSS, 7.3.9), address sizes (3.4), formats and worlds.
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { QEMU = ARMVIRT_SMMU_QEMU, FVP = ARMVIRT_SMMU_FVP, MAX = ARMVIRT_SMMU_MAX };

#define SSV       ARMVIRT_SMMU_SSV
#define WRITE     ARMVIRT_SMMU_WRITE
#define PRIV      ARMVIRT_SMMU_PRIVILEGED
#define EVENT(n)  ARMVIRT_SMMU_EVT0_TYPE_##n
#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define STE_AT(n) (STRTAB + 64 * SID + 8 * (n))
#define CD_AT(n)  (CDTAB + 8 * (n))

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STE_AT(n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CD_AT(n), ARMVIRT_SMMU_CD##n##_##field, v)

/* A transaction aborts with an event, or without one if @event is 0. */
static void aborts(struct world *w, struct armvirt_smmu_result r, unsigned event, unsigned reason)
{
    assert_int_equal(r.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(r.reason, reason);
    assert_int_equal(world_event_type(w), event);
    assert_int_equal(r.event[0] & 0xff, event);
}

static void passes(struct world *w, struct armvirt_smmu_result r, uint64_t pa)
{
    assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(r.pa, pa);
    assert_int_equal(world_event_type(w), 0);
}

/* ---- SMMUEN is 0 --------------------------------------------------------------------------- */

static void rule_2_with_smmuen_0_gbpa_decides_and_nothing_is_recorded(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    passes(w, world_txn(w, 0x1234, 0, 0), 0x1234);
    passes(w, world_txn(w, 0x1234, SSV, 5), 0x1234); /* even with a SubstreamID */
    aborts(w, world_txn(w, UINT64_C(1) << 56, 0, 0), 0, REASON(DISABLED_OAS));
    world_put(w, R_GBPA, 4, ARMVIRT_SMMU_GBPA_ABORT); /* without Update: ignored */
    passes(w, world_txn(w, 0x1234, 0, 0), 0x1234);
    world_put(w, R_GBPA, 4, ARMVIRT_SMMU_GBPA_ABORT | ARMVIRT_SMMU_GBPA_UPDATE);
    assert_int_equal(world_get(w, R_GBPA, 4), ARMVIRT_SMMU_GBPA_ABORT);
    aborts(w, world_txn(w, 0x1234, 0, 0), 0, REASON(DISABLED_ABORT));
    world_drop(w);
}

/* ---- The stream table ---------------------------------------------------------------------- */

static void rule_4_a_streamid_beyond_the_table_is_recorded_if_recinvsid_is_set(void **state)
{
    struct world *w = world_new(QEMU, S1);
    struct armvirt_smmu_txn txn = {.sid = 256};
    struct armvirt_smmu_result r;

    (void)state;
    assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &r), ARMVIRT_OK);
    aborts(w, r, EVENT(C_BAD_STREAMID), REASON(STREAMID));
    world_put(w, R_CR0, 4, CR0_EVENTQEN);
    world_put(w, R_CR2, 4, 0);
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_SMMUEN);
    assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &r), ARMVIRT_OK);
    assert_int_equal(r.reason, REASON(STREAMID));
    assert_int_equal(world_event_type(w), 0);
    world_drop(w);
}

static void two_levels(struct world *w, unsigned log2size, unsigned split, uint64_t l1std)
{
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    world_put(w, R_STRTAB_BASE, 8, MSI_PAGE);
    world_put(w, R_STRTAB_CFG, 4, 0x10000u | split << 6 | log2size);
    world_poke(w, MSI_PAGE, l1std);
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN | CR0_SMMUEN);
}

static void rule_4_span_of_first_level_descriptors(void **state)
{
    static const struct {
        uint8_t span, good;
    } spans[] = {{0, 0}, {1, 0}, {3, 0}, {4, 1}, {7, 1}, {8, 0}, {12, 0}, {31, 0}};
    struct world *w = world_new(QEMU, BYPASS);

    (void)state;
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        two_levels(w, 8, 6, STRTAB | spans[i].span);
        if (spans[i].good) {
            passes(w, world_txn(w, 0x1000, 0, 0), 0x1000);
        } else {
            bool inside = spans[i].span >= 1 && spans[i].span <= 7;

            aborts(w, world_txn(w, 0x1000, 0, 0), EVENT(C_BAD_STREAMID),
                   inside ? REASON(STREAMID_SPAN) : REASON(STREAMID_L1));
        }
    }
    two_levels(w, 8, 7, STRTAB | 7); /* a reserved SPLIT acts as 6 */
    passes(w, world_txn(w, 0x1000, 0, 0), 0x1000);
    world_put(w, R_CR0, 4, CR0_EVENTQEN);
    world_put(w, R_STRTAB_BASE, 8, STRTAB);
    world_put(w, R_STRTAB_CFG, 4, 0x20000u | 8); /* a reserved FMT acts as linear */
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_SMMUEN);
    passes(w, world_txn(w, 0x1000, 0, 0), 0x1000);
    world_drop(w);
}

static void rule_5_aborted_fetches_of_entries_carry_their_address(void **state)
{
    struct world *w = world_new(QEMU, BYPASS);
    uint64_t event[4];

    (void)state;
    w->abort_at = STE_AT(3);
    assert_int_equal(world_txn(w, 0, 0, 0).reason, REASON(STE_FETCH));
    assert_true(world_event(w, event));
    assert_int_equal(event[0], EVENT(F_STE_FETCH) | (uint64_t)SID << 32);
    assert_int_equal(event[3], STE_AT(0));
    w->abort_at = UINT64_MAX; /* a failed fetch is not cached */
    passes(w, world_txn(w, 0x1000, 0, 0), 0x1000);
    two_levels(w, 8, 6, STRTAB | 7);
    w->abort_at = MSI_PAGE;
    assert_int_equal(world_txn(w, 0, 0, 0).reason, REASON(L1STD_FETCH));
    assert_true(world_event(w, event));
    assert_int_equal(event[3], MSI_PAGE);
    world_drop(w);
}

static void rule_7_a_disabled_stream_aborts_without_an_event(void **state)
{
    struct world *w = world_new(QEMU, 0);

    (void)state;
    for (unsigned config = 0; config < 4; config++) {
        STE(0, CONFIG, config);
        STE(2, S2TG, 3); /* the rest is ignored */
        world_forget(w);
        aborts(w, world_txn(w, 0, 0, 0), 0, REASON(STREAM_ABORT));
    }
    STE(0, V, 0);
    world_forget(w);
    aborts(w, world_txn(w, 0, 0, 0), EVENT(C_BAD_STE), REASON(STE_V));
    world_drop(w);
}

/* ---- SubstreamIDs -------------------------------------------------------------------------- */

static void rule_9_a_substreamid_where_none_is_allowed(void **state)
{
    struct world *w = world_new(FVP, BYPASS);
    uint64_t event[4];

    (void)state;
    aborts(w, world_txn(w, 0, SSV, 3), EVENT(C_BAD_SUBSTREAMID), REASON(SUBSTREAM_BYPASS));
    STE(0, CONFIG, S2);
    world_forget(w);
    aborts(w, world_txn(w, IPA, SSV, 0), EVENT(C_BAD_SUBSTREAMID), REASON(SUBSTREAM_BYPASS));
    STE(0, CONFIG, S1);
    world_forget(w);
    aborts(w, world_txn(w, VA, SSV, 0), EVENT(C_BAD_SUBSTREAMID), REASON(SUBSTREAM_DISABLED));
    STE(0, S1CDMAX, 2);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, SSV, 4).reason, REASON(SUBSTREAM_RANGE));
    assert_true(world_event(w, event)); /* rule 16 of section 3: no SSV */
    assert_int_equal(event[0], EVENT(C_BAD_SUBSTREAMID) | 4 << 12 | (uint64_t)SID << 32);
    world_drop(w);
}

static void rule_10_s1dss_decides_what_happens_without_a_substreamid(void **state)
{
    struct world *w = world_new(FVP, S1);
    uint64_t cd[8], event[4];

    (void)state;
    STE(0, S1CDMAX, 1);
    world_cd_words(cd);
    world_put_words(w, CDTAB + 64, cd);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(S1DSS_TERMINATE));
    assert_true(world_event(w, event)); /* rule 17: no SubstreamID */
    assert_int_equal(event[0], EVENT(F_STREAM_DISABLED) | (uint64_t)SID << 32);
    passes(w, world_txn(w, VA, SSV, 0), PAGES);
    passes(w, world_txn(w, VA, SSV, 1), PAGES);
    STE(1, S1DSS, 3); /* acts as 0 */
    world_forget(w);
    aborts(w, world_txn(w, VA, 0, 0), EVENT(F_STREAM_DISABLED), REASON(S1DSS_TERMINATE));
    STE(1, S1DSS, 1); /* rule 15: stage 1 is bypassed, no descriptor is read */
    CD(0, V, 0);
    world_forget(w);
    passes(w, world_txn(w, VA, 0, 0), VA);
    STE(1, S1DSS, 2); /* rule 14: descriptor 0 is for those without */
    CD(0, V, 1);
    world_forget(w);
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    assert_int_equal(world_txn(w, VA, SSV, 0).reason, REASON(S1DSS_SSID0));
    assert_true(world_event(w, event));
    assert_int_equal(event[0], EVENT(F_STREAM_DISABLED) | (uint64_t)SID << 32);
    passes(w, world_txn(w, VA, SSV, 1), PAGES);
    world_drop(w);
}

static void rule_12_two_level_tables_of_context_descriptors(void **state)
{
    struct world *w = world_new(FVP, S1);
    uint64_t cd[8];

    (void)state;
    world_cd_words(cd);
    for (unsigned fmt = 1; fmt <= 2; fmt++) {
        unsigned leaf = fmt == 1 ? 6 : 10;
        uint32_t ssid = (1u << leaf) + 3;

        STE(0, S1FMT, fmt);
        STE(0, S1CDMAX, leaf + 1);
        STE(0, S1CONTEXTPTR, MSI_PAGE >> 6);
        world_poke(w, MSI_PAGE + 8, 0x380000 | 1);
        world_put_words(w, 0x380000 + 64 * 3, cd);
        world_forget(w);
        passes(w, world_txn(w, VA, SSV, ssid), PAGES);
        aborts(w, world_txn(w, VA, SSV, 3), EVENT(C_BAD_SUBSTREAMID), REASON(SUBSTREAM_L1CD));
        world_poke(w, MSI_PAGE + 8, UINT64_C(1) << 48 | 1);
        world_forget(w);
        aborts(w, world_txn(w, VA, SSV, ssid), EVENT(C_BAD_SUBSTREAMID), REASON(SUBSTREAM_L2PTR));
        w->abort_at = MSI_PAGE + 8;
        aborts(w, world_txn(w, VA, SSV, ssid), EVENT(F_CD_FETCH), REASON(L1CD_FETCH));
        w->abort_at = UINT64_MAX;
    }
    world_drop(w);
}

/* ---- Context descriptors behind stage 2 ---------------------------------------------------- */

static void rule_12_stage_2_of_a_context_descriptor_has_class_cd(void **state)
{
    struct world *w = world_new(FVP, NESTED);
    uint64_t leaf = world_leaf_at(S2_TABLES, CDTAB);
    uint64_t event[4];

    (void)state;
    world_map(w, S2_TABLES, PAGES, PAGES | DESC_S2);
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    world_poke(w, leaf, 0);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(CD_STAGE2));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_TRANSLATION));
    assert_int_equal(event[1], ARMVIRT_SMMU_EVT1_S2 | ARMVIRT_SMMU_EVT1_RNW);
    assert_int_equal(event[2], VA);
    assert_int_equal(event[3], CDTAB);
    world_poke(w, leaf, CDTAB | (DESC_S2 & ~UINT64_C(0x400))); /* AF is 0 */
    aborts(w, world_txn(w, VA, 0, 0), EVENT(F_ACCESS), REASON(CD_STAGE2));
    world_poke(w, leaf, CDTAB | (DESC_S2 & ~UINT64_C(0x40))); /* no read */
    aborts(w, world_txn(w, VA, 0, 0), EVENT(F_PERMISSION), REASON(CD_STAGE2));
    world_poke(w, leaf, CDTAB | (DESC_S2 & ~UINT64_C(0x3c))); /* Device */
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    STE(2, S2PTW, 1);
    world_forget(w);
    aborts(w, world_txn(w, VA, 0, 0), EVENT(F_PERMISSION), REASON(CD_S2PTW));
    STE(2, S2PTW, 0);
    w->abort_at = leaf;
    aborts(w, world_txn(w, VA, 0, 0), EVENT(F_WALK_EABT), REASON(CD_STAGE2));
    w->abort_at = CD_AT(2);
    world_poke(w, leaf, CDTAB | DESC_S2);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(CD_FETCH));
    assert_true(world_event(w, event)); /* rule 18: FetchAddr is in word 3 */
    assert_int_equal(event[0] & 0xff, EVENT(F_CD_FETCH));
    assert_int_equal(event[2], 0);
    assert_int_equal(event[3], CDTAB);
    w->abort_at = UINT64_MAX;
    STE(2, S2R, 0); /* not recorded */
    world_poke(w, leaf, 0);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(world_event_type(w), 0);
    world_drop(w);
}

static void rule_13_an_illegal_descriptor_aborts_before_any_table_is_read(void **state)
{
    struct world *w = world_new(FVP, S1);

    (void)state;
    CD(0, V, 0);
    w->abort_at = world_leaf_at(S1_TABLES, VA);
    aborts(w, world_txn(w, VA, 0, 0), EVENT(C_BAD_CD), REASON(CD_V));
    world_drop(w);
}

/* ---- Address sizes ------------------------------------------------------------------------- */

static void rule_11_bypassed_addresses_have_their_sizes_checked(void **state)
{
    struct world *w = world_new(QEMU, BYPASS);
    uint64_t event[4];

    (void)state;
    passes(w, world_txn(w, 0xfffffffffff, 0, 0), 0xfffffffffff);
    assert_int_equal(world_txn(w, UINT64_C(1) << 44, WRITE, 0).reason, REASON(BYPASS_SIZE));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_ADDR_SIZE));
    assert_int_equal(event[1], PUT(EVT1, CLASS, 2)); /* stage 1, IN, a write */
    STE(0, CONFIG, S2);
    world_forget(w);
    aborts(w, world_txn(w, UINT64_C(1) << 44, 0, 0), EVENT(F_ADDR_SIZE), REASON(S1_BYPASS_SIZE));
    /* rule 13 of section 3: within IAS, beyond S2T0SZ: stage 2 */
    assert_int_equal(world_txn(w, UINT64_C(1) << 43, 0, 0).reason, REASON(TRANSLATION));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_TRANSLATION));
    assert_true(event[1] & ARMVIRT_SMMU_EVT1_S2);
    assert_int_equal(event[3], UINT64_C(1) << 43);
    world_drop(w);
}

/* IAS is 40 bits where VMSAv8-32 is implemented, even if OAS is less; outputs are cut. */
static void rule_3_4_ias_may_exceed_oas(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    armvirt_smmu_preset_id(FVP, &id);
    id.idr[5] = (id.idr[5] & ~7u) | 1; /* 36 bits */
    w = world_new_id(&id, 0, 0);
    world_stream(w, S2);
    STE(2, S2AA64, 0);
    STE(2, S2T0SZ, 8); /* -8: 40 bits */
    world_map(w, S2_TABLES, UINT64_C(0x9900000000) & 0x7fffffffff, PAGES | DESC_S2);
    world_enable(w);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, PAGES);
    world_poke(w, world_leaf_at(S2_TABLES, IPA), UINT64_C(0x5000200000) | DESC_S2);
    world_forget(w);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, 0x200000); /* cut to 36 bits */
    assert_int_equal(world_txn(w, UINT64_C(1) << 40, 0, 0).reason, REASON(S1_BYPASS_SIZE));
    world_stream(w, S1); /* S1DSS skips the only stage: cut too, where a bypass stream faults */
    STE(0, S1CDMAX, 1);
    STE(1, S1DSS, ARMVIRT_SMMU_STE1_S1DSS_BYPASS);
    world_forget(w);
    assert_int_equal(world_txn(w, UINT64_C(0x5000200000), 0, 0).pa, 0x200000);
    assert_int_equal(world_txn(w, UINT64_C(1) << 40, 0, 0).reason, REASON(BYPASS_SIZE));
    STE(0, CONFIG, 4);
    world_forget(w);
    assert_int_equal(world_txn(w, UINT64_C(0x5000200000), 0, 0).reason, REASON(BYPASS_SIZE));
    world_drop(w);
}

/* ---- VMSAv8-32 ----------------------------------------------------------------------------- */

static void rule_3_4_1_vmsav8_32_addresses_have_32_bits(void **state)
{
    struct world *w = world_new(FVP, S1);
    uint64_t event[4];

    (void)state;
    CD(0, AA64, 0);
    CD(0, T0SZ, 0);
    CD(0, T1SZ, 0);
    world_forget(w);
    passes(w, world_txn(w, VA, PRIV, 0), PAGES);
    assert_int_equal(world_txn(w, VA | UINT64_C(1) << 32, 0, 0).reason, REASON(TRANSLATION));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_TRANSLATION));
    assert_int_equal(event[1], PUT(EVT1, CLASS, 2) | ARMVIRT_SMMU_EVT1_RNW);
    STE(1, STRW, 2); /* EL2: Hyp mode */
    world_forget(w);
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    world_drop(w);
}

/* ---- StreamWorlds -------------------------------------------------------------------------- */

static void rule_28_el2_has_one_half_no_asid_and_no_unprivileged_accesses(void **state)
{
    struct world *w = world_new(FVP, S1);

    (void)state;
    STE(1, STRW, 2);
    CD(0, EPD0, 1); /* ignored */
    CD(0, PAN, 1);
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE | 0x440); /* AP[1] is 1 */
    world_forget(w);
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    passes(w, world_txn(w, VA, PRIV, 0), PAGES); /* PAN does not exist */
    assert_int_equal(world_txn(w, VA | UINT64_C(0xffffff8000000000), 0, 0).reason,
                     REASON(TRANSLATION));
    world_drop(w);
}

static void rule_4_4_el2_e2h_has_two_halves_and_privileges(void **state)
{
    struct world *w = world_new(FVP, S1);

    (void)state;
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    world_put(w, R_CR2, 4, 3);
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN | CR0_SMMUEN);
    STE(1, STRW, 2);
    CD(0, EPD1, 0);
    CD(2, TTB1, S1_TABLES >> 4);
    world_forget(w);
    passes(w, world_txn(w, VA | UINT64_C(0xffffff8000000000), 0, 0), PAGES);
    CD(0, PAN, 1);
    world_forget(w);
    aborts(w, world_txn(w, VA, PRIV, 0), EVENT(F_PERMISSION), REASON(TRANSLATION)); /* EL0 page */
    passes(w, world_txn(w, VA, 0, 0), PAGES);
    world_drop(w);
}

/* Nested translation, stage 1 in IPA space; the seed's DMA by StreamID and SubstreamID. */
static void nested_translation_goes_through_both_stages(void **state)
{
    struct world *w = world_new(MAX, NESTED);
    struct armvirt_smmu_context *context = malloc(sizeof(*context));
    struct armvirt_smmu_txn txn = {.sid = SID};
    uint8_t reason;

    (void)state;
    passes(w, world_txn(w, VA + 8, WRITE, 0), PAGES + 0x5008); /* stage 2 moves PAGES */
    assert_int_equal(armvirt_smmu_stream(w->smmu, &txn, context, &reason), ARMVIRT_OK);
    assert_true(context->s1 && context->s2);
    assert_int_equal(context->cd.asid, 7);
    assert_int_equal(context->ste.vmid, 3);
    txn.sec_sid = ARMVIRT_SPACE_ROOT;
    assert_int_equal(armvirt_smmu_stream(w->smmu, &txn, context, &reason), ARMVIRT_E_INVAL);
    txn.sec_sid = 0;
    STE(0, V, 0);
    assert_int_equal(armvirt_smmu_stream(w->smmu, &txn, context, &reason), ARMVIRT_FAULT);
    assert_int_equal(reason, REASON(STE_V));
    free(context);
    world_drop(w);
}

static void memory_that_asks_to_retry_changes_nothing(void **state)
{
    struct world *w = world_new(MAX, NESTED);
    const uint64_t words[] = {STE_AT(0), CD_AT(0), world_leaf_at(S1_TABLES, VA),
                              world_leaf_at(S2_TABLES, CDTAB)};

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        w->retry_at = UINT64_MAX;
        world_forget(w);
        w->retry_at = words[i];
        assert_int_equal(world_txn(w, VA, 0, 0).outcome, 0xff);
        assert_int_equal(world_event_type(w), 0);
    }
    w->retry_at = UINT64_MAX;
    passes(w, world_txn(w, VA, 0, 0), PAGES + 0x5000);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_2_with_smmuen_0_gbpa_decides_and_nothing_is_recorded),
        cmocka_unit_test(rule_4_a_streamid_beyond_the_table_is_recorded_if_recinvsid_is_set),
        cmocka_unit_test(rule_4_span_of_first_level_descriptors),
        cmocka_unit_test(rule_5_aborted_fetches_of_entries_carry_their_address),
        cmocka_unit_test(rule_7_a_disabled_stream_aborts_without_an_event),
        cmocka_unit_test(rule_9_a_substreamid_where_none_is_allowed),
        cmocka_unit_test(rule_10_s1dss_decides_what_happens_without_a_substreamid),
        cmocka_unit_test(rule_12_two_level_tables_of_context_descriptors),
        cmocka_unit_test(rule_12_stage_2_of_a_context_descriptor_has_class_cd),
        cmocka_unit_test(rule_13_an_illegal_descriptor_aborts_before_any_table_is_read),
        cmocka_unit_test(rule_11_bypassed_addresses_have_their_sizes_checked),
        cmocka_unit_test(rule_3_4_ias_may_exceed_oas),
        cmocka_unit_test(rule_3_4_1_vmsav8_32_addresses_have_32_bits),
        cmocka_unit_test(rule_28_el2_has_one_half_no_asid_and_no_unprivileged_accesses),
        cmocka_unit_test(rule_4_4_el2_e2h_has_two_halves_and_privileges),
        cmocka_unit_test(nested_translation_goes_through_both_stages),
        cmocka_unit_test(memory_that_asks_to_retry_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
