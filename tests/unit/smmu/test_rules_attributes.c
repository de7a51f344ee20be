/* SPDX-License-Identifier: MIT */
/*
 * Attributes that go out: overrides of stream table entries and of GBPA, combination with
 * translation, MPAM; and what regimes the fields of descriptors make (IHI0070 5.2, 5.4, 13, 17).
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7, MAX = ARMVIRT_SMMU_MAX };
enum { READ = 0, WRITE = ARMVIRT_SMMU_WRITE, PRIV = ARMVIRT_SMMU_PRIVILEGED };
enum { INST = ARMVIRT_SMMU_INSTRUCTION };
enum { NSH = ARMVIRT_SH_NONE, OSH = ARMVIRT_SH_OUTER, ISH = ARMVIRT_SH_INNER };
enum { WB = 0xff, WT = 0xbb, NC = 0x44, NGNRNE = 0x00, NGNRE = 0x04, GRE = 0x0c };

#define EVENT(n) ARMVIRT_SMMU_EVT0_TYPE_##n

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CDTAB + 8 * (n), ARMVIRT_SMMU_CD##n##_##field, v)

/* A transaction with attributes, after all has been invalidated. */
static struct armvirt_smmu_result with(struct world *w, uint64_t addr, unsigned flags,
                                       unsigned mair, unsigned sh)
{
    struct armvirt_smmu_txn txn = {
        .addr = addr,
        .sid = SID,
        .flags = (uint16_t)(flags | ARMVIRT_SMMU_ATTR),
        .attr = {.mair = (uint8_t)mair, .sh = (uint8_t)sh},
    };
    struct armvirt_smmu_result r;

    world_forget(w);
    assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &r), ARMVIRT_OK);
    return r;
}

static void goes_out(struct armvirt_smmu_result r, unsigned mair, unsigned sh)
{
    assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(r.attr.mair, mair);
    assert_int_equal(r.attr.sh, sh);
}

/* Without the feature of version 3.4 that fixes PRIV and INST. */
static struct world *older(unsigned config)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &id);
    id.idr[1] |= ARMVIRT_SMMU_IDR1_ATTR_TYPES_OVR | ARMVIRT_SMMU_IDR1_ATTR_PERMS_OVR;
    w = world_new_id(&id, 64, 0);
    world_stream(w, config);
    world_enable(w);
    return w;
}

/* ---- Overrides ----------------------------------------------------------------------------- */

static void rule_5_2_without_overrides_attributes_go_through(void **state)
{
    struct world *w = world_new(MAX, BYPASS);

    (void)state;
    goes_out(with(w, PAGES, READ, WB, NSH), WB, NSH);
    goes_out(with(w, PAGES, READ, WB, ISH), WB, ISH);
    goes_out(with(w, PAGES, READ, WT, OSH), WT, OSH);
    goes_out(with(w, PAGES, READ, NC, ISH), NC, OSH); /* R_PYFVQ: Outer Shareable */
    goes_out(with(w, PAGES, READ, GRE, NSH), GRE, OSH);
    goes_out(world_txn(w, PAGES, READ, 0), WB, NSH); /* none came: Normal memory */
    world_drop(w);
}

static void rule_5_2_memattr_replaces_the_type(void **state)
{
    static const struct {
        uint8_t memattr, in, out;
    } cases[] = {
        {0xf, NC, WB},     {0xf, GRE, WB},    {0xa, WB, WT},     {0x5, WB, NC},
        {0x0, WB, NGNRNE}, {0x1, WB, NGNRE},  {0x3, NC, GRE},    {0x4, WB, NGNRNE},
        {0xc, WB, NGNRNE}, {0xf, 0xdd, 0xdd}, {0xf, 0x99, 0xdd}, {0xd, WB, 0xf4},
    };
    struct world *w = world_new(MAX, BYPASS);

    (void)state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        STE(1, MTCFG, 1);
        STE(1, MEMATTR, cases[n].memattr);
        assert_int_equal(with(w, PAGES, READ, cases[n].in, ISH).attr.mair, cases[n].out);
        STE(1, MTCFG, 0);
        assert_int_equal(with(w, PAGES, READ, cases[n].in, ISH).attr.mair, cases[n].in);
    }
    world_drop(w);
}

static void rule_5_2_shcfg_replaces_shareability(void **state)
{
    static const uint8_t expected[4] = {NSH, ISH, OSH, ISH}; /* 1: as it comes */
    struct world *w = world_new(MAX, BYPASS);

    (void)state;
    for (unsigned shcfg = 0; shcfg < 4; shcfg++) {
        STE(1, SHCFG, shcfg);
        goes_out(with(w, PAGES, READ, WB, ISH), WB, expected[shcfg]);
        goes_out(with(w, PAGES, READ, NC, ISH), NC, OSH);
    }
    world_drop(w);
}

static void rule_5_2_alloccfg_replaces_hints(void **state)
{
    static const struct {
        uint8_t alloccfg, in, out;
    } cases[] = {
        {0x0, WB, WB},   {0x7, WB, WB},   {0x8, WB, 0xcc}, {0xc, WB, 0xee}, {0xa, WB, 0xdd},
        {0xe, 0xcc, WB}, {0xf, WB, 0x77}, {0xe, NC, NC},   {0xe, GRE, GRE}, {0xe, 0x88, WT},
    };
    struct world *w = world_new(MAX, BYPASS);

    (void)state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        STE(1, ALLOCCFG, cases[n].alloccfg);
        assert_int_equal(with(w, PAGES, READ, cases[n].in, ISH).attr.mair, cases[n].out);
    }
    world_drop(w);
}

static void rule_5_2_privcfg_and_instcfg_replace_permissions_checked(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE); /* EL1 alone */
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(with(w, VA, PRIV, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    STE(1, PRIVCFG, ARMVIRT_SMMU_STE1_PRIVCFG_PRIVILEGED);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    STE(1, PRIVCFG, ARMVIRT_SMMU_STE1_PRIVCFG_UNPRIVILEGED);
    assert_int_equal(with(w, VA, PRIV, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    STE(1, PRIVCFG, ARMVIRT_SMMU_STE1_PRIVCFG_PRIVILEGED);
    /* not to be executed by EL1 */
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE | UINT64_C(1) << 53);
    assert_int_equal(with(w, VA, INST, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    STE(1, INSTCFG, ARMVIRT_SMMU_STE1_INSTCFG_DATA);
    assert_int_equal(with(w, VA, INST, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    STE(1, INSTCFG, ARMVIRT_SMMU_STE1_INSTCFG_INSTRUCTION);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(with(w, VA, WRITE, WB, ISH).outcome, ARMVIRT_SMMU_PASS); /* data: 13.1.2 */
    world_drop(w);
}

static void rule_13_1_2_outputs_of_priv_and_inst(void **state)
{
    struct world *old = older(BYPASS), *now = world_new(MAX, BYPASS);
    struct armvirt_smmu_result r = with(old, PAGES, PRIV | INST, WB, ISH);

    (void)state;
    assert_true(r.privileged && r.instruction);
    r = with(old, PAGES, WRITE | INST, WB, ISH);
    assert_false(r.privileged || r.instruction);
    r = with(now, PAGES, INST, WB, ISH); /* version 3.4: always privileged data */
    assert_true(r.privileged && !r.instruction);
    world_drop(old);
    world_drop(now);
}

static void rule_6_3_14_gbpa_overrides_what_bypasses_a_disabled_smmu(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    world_put(w, R_GBPA, 4,
              ARMVIRT_SMMU_GBPA_UPDATE | ARMVIRT_SMMU_GBPA_MTCFG |
                  ARMVIRT_PUT(ARMVIRT_SMMU_GBPA_MEMATTR, 0xf) |
                  ARMVIRT_PUT(ARMVIRT_SMMU_GBPA_SHCFG, ISH));
    goes_out(with(w, PAGES, READ, GRE, NSH), WB, ISH);
    world_drop(w);
}

static void rule_6_3_2_overrides_need_their_feature(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_FVP, BYPASS);

    (void)state;
    STE(1, MTCFG, 1);
    STE(1, MEMATTR, 0xf);
    STE(1, SHCFG, ISH);
    STE(1, ALLOCCFG, 0xe);
    if (!(w->config.id.idr[1] & ARMVIRT_SMMU_IDR1_ATTR_TYPES_OVR)) {
        goes_out(with(w, PAGES, READ, GRE, NSH), GRE, OSH);
    }
    world_drop(w);
}

/* ---- Combination --------------------------------------------------------------------------- */

static void rule_13_4_stage_1_decides_the_type_hints_come_through(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    goes_out(with(w, VA, READ, NC, OSH), WB, ISH); /* CD.MAIR and the descriptor */
    goes_out(with(w, VA, READ, 0xdd, OSH), 0xdd, ISH);
    goes_out(with(w, VA, READ, 0xcc, OSH), 0xcc, ISH);
    CD(3, MAIR, 0x04);
    goes_out(with(w, VA, READ, WB, NSH), NGNRE, OSH);
    CD(3, MAIR, 0x44);
    goes_out(with(w, VA, READ, WB, NSH), NC, OSH);
    world_drop(w);
}

static void rule_13_5_what_comes_meets_stage_2(void **state)
{
    static const struct {
        uint8_t memattr, in, out;
    } cases[] = {
        {0xf, WB, WB}, {0xf, NC, NC},    {0xf, GRE, GRE},     {0x5, WB, NC},
        {0xa, WB, WT}, {0x1, WB, NGNRE}, {0x3, NGNRE, NGNRE}, {0xf, WT, WT},
    };
    struct world *w = world_new(MAX, S2);

    (void)state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        world_poke(w, world_leaf_at(S2_TABLES, IPA),
                   PAGES | (DESC_S2 & ~UINT64_C(0x3c)) | (uint64_t)cases[n].memattr << 2);
        assert_int_equal(with(w, IPA, READ, cases[n].in, ISH).attr.mair, cases[n].out);
        /* a hit says the same as the walk */
        assert_int_equal(world_txn(w, IPA, READ, 0).outcome, ARMVIRT_SMMU_PASS);
    }
    world_drop(w);
}

static void rule_13_5_both_stages_and_the_transaction(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    assert_int_equal(with(w, VA, READ, WB, ISH).attr.mair, WB);
    world_poke(w, world_leaf_at(S2_TABLES, PAGES),
               PAGES | (DESC_S2 & ~UINT64_C(0x3c)) | UINT64_C(5) << 2);
    assert_int_equal(with(w, VA, READ, WB, ISH).attr.mair, NC);
    CD(3, MAIR, 0x04);
    assert_int_equal(with(w, VA, READ, WB, ISH).attr.mair, NGNRE);
    world_drop(w);
}

static void rule_5_2_s2fwb_lets_stage_2_decide(void **state)
{
    static const struct {
        uint8_t memattr, in, out;
    } cases[] = {
        {6, NC, WB}, {6, GRE, WB},  {5, WB, NC},    {7, WB, WB},
        {7, NC, NC}, {7, GRE, GRE}, {1, WB, NGNRE},
    };
    struct world *w = world_new(MAX, S2);

    (void)state;
    STE(1, S2FWB, 1);
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        world_poke(w, world_leaf_at(S2_TABLES, IPA),
                   PAGES | (DESC_S2 & ~UINT64_C(0x3c)) | (uint64_t)cases[n].memattr << 2);
        assert_int_equal(with(w, IPA, READ, cases[n].in, ISH).attr.mair, cases[n].out);
    }
    world_drop(w);
}

/* ---- MPAM ---------------------------------------------------------------------------------- */

static void rule_17_2_partid_of_entry_or_descriptor(void **state)
{
    struct world *w = world_new(MAX, S1);
    struct armvirt_smmu_result r;

    (void)state;
    STE(4, PARTID, 0x11);
    STE(5, PMG, 2);
    CD(5, PARTID, 0x22);
    CD(5, PMG, 3);
    r = with(w, VA, READ, WB, ISH);
    assert_int_equal(r.partid, 0x11);
    assert_int_equal(r.pmg, 2);
    STE(1, S1MPAM, 1);
    r = with(w, VA, READ, WB, ISH);
    assert_int_equal(r.partid, 0x22);
    assert_int_equal(r.pmg, 3);
    world_drop(w);
}

static void rule_5_6_virtual_partids_are_mapped(void **state)
{
    struct world *w = world_new(MAX, NESTED);
    struct armvirt_smmu_result r;

    (void)state;
    STE(1, S1MPAM, 1);
    CD(5, PARTID, 5);
    set_bits(w, STRTAB + 64 * SID + 40, ARMVIRT_SMMU_STE5_VMSPTR, 0);
    world_poke(w, STRTAB + 64 * SID + 40, world_peek(w, STRTAB + 64 * SID + 40) | MSI_PAGE);
    world_poke(w, MSI_PAGE + 8, UINT64_C(0x0077000000330000) | 0x44); /* entries 4 to 7 */
    r = with(w, VA, READ, WB, ISH);
    assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(r.partid, 0x33);
    w->abort_at = MSI_PAGE + 8;
    r = with(w, VA, READ, WB, ISH);
    assert_int_equal(r.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(world_event_type(w), EVENT(F_VMS_FETCH));
    world_drop(w);
}

/* ---- Regimes ------------------------------------------------------------------------------- */

static uint64_t swapped(uint64_t value)
{
    uint64_t result = 0;

    for (unsigned n = 0; n < 8; n++) {
        result = result << 8 | (value >> 8 * n & 0xff);
    }
    return result;
}

static void swap_tables(struct world *w, uint64_t root)
{
    for (uint64_t pa = root; pa < root + 0xa000; pa += 8) {
        world_poke(w, pa, swapped(world_peek(w, pa)));
    }
}

static void rule_5_4_endi_reads_big_endian_tables(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    assert_int_equal(with(w, VA, READ, WB, ISH).pa, PAGES + 0x5000);
    swap_tables(w, S1_TABLES);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    CD(0, ENDI, 1);
    assert_int_equal(with(w, VA, READ, WB, ISH).pa, PAGES + 0x5000);
    swap_tables(w, S2_TABLES);
    STE(2, S2ENDI, 1);
    assert_int_equal(with(w, VA, READ, WB, ISH).pa, PAGES + 0x5000);
    world_drop(w);
}

static void rule_5_4_the_upper_half_is_its_own(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t upper = UINT64_C(0xffffff8000000000) | VA;

    (void)state;
    assert_int_equal(with(w, upper, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT); /* EPD1 */
    CD(0, EPD1, 0);
    world_poke(w, CDTAB + 16, S2_TABLES); /* TTB1 */
    world_map(w, S2_TABLES, VA, (PAGES + 0x7000) | DESC_PAGE | AP_EL0);
    assert_int_equal(with(w, upper, READ, WB, ISH).pa, PAGES + 0x7000);
    assert_int_equal(with(w, VA, READ, WB, ISH).pa, PAGES);
    assert_int_equal(with(w, upper ^ UINT64_C(1) << 60, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    CD(0, TBI1, 1);
    assert_int_equal(with(w, upper ^ UINT64_C(1) << 60, READ, WB, ISH).pa, PAGES + 0x7000);
    assert_int_equal(with(w, VA | UINT64_C(1) << 60, READ, WB, ISH).outcome,
                     ARMVIRT_SMMU_ABORT); /* TBI0 is another */
    world_drop(w);
}

static void rule_5_4_wxn_pan_and_hierarchy(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE);
    assert_int_equal(with(w, VA, PRIV | INST, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    CD(0, WXN, 1); /* writable is not executable */
    assert_int_equal(with(w, VA, PRIV | INST, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(with(w, VA, PRIV, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    CD(0, WXN, 0);
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE | AP_EL0);
    CD(0, PAN, 1); /* what EL0 may read, EL1 may not */
    assert_int_equal(with(w, VA, PRIV, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    CD(0, PAN, 0);
    /* APTable[0] of the first level takes EL0's rights, unless CD.HAD0 says no hierarchy */
    world_poke(w, S1_TABLES, world_peek(w, S1_TABLES) | UINT64_C(1) << 61);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_ABORT);
    CD(1, HAD0, 1);
    assert_int_equal(with(w, VA, READ, WB, ISH).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_5_2_without_overrides_attributes_go_through),
        cmocka_unit_test(rule_5_2_memattr_replaces_the_type),
        cmocka_unit_test(rule_5_2_shcfg_replaces_shareability),
        cmocka_unit_test(rule_5_2_alloccfg_replaces_hints),
        cmocka_unit_test(rule_5_2_privcfg_and_instcfg_replace_permissions_checked),
        cmocka_unit_test(rule_13_1_2_outputs_of_priv_and_inst),
        cmocka_unit_test(rule_6_3_14_gbpa_overrides_what_bypasses_a_disabled_smmu),
        cmocka_unit_test(rule_6_3_2_overrides_need_their_feature),
        cmocka_unit_test(rule_13_4_stage_1_decides_the_type_hints_come_through),
        cmocka_unit_test(rule_13_5_what_comes_meets_stage_2),
        cmocka_unit_test(rule_13_5_both_stages_and_the_transaction),
        cmocka_unit_test(rule_5_2_s2fwb_lets_stage_2_decide),
        cmocka_unit_test(rule_17_2_partid_of_entry_or_descriptor),
        cmocka_unit_test(rule_5_6_virtual_partids_are_mapped),
        cmocka_unit_test(rule_5_4_endi_reads_big_endian_tables),
        cmocka_unit_test(rule_5_4_the_upper_half_is_its_own),
        cmocka_unit_test(rule_5_4_wxn_pan_and_hierarchy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
