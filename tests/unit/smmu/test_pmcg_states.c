/* SPDX-License-Identifier: MIT */
/*
 * Performance monitor counter groups: which states a counter tells of, filters by PARTID and PMG,
 * the registers for them, snapshots (IHI0070 10.4, 10.5.2.18, 10.5.2.25 to 10.5.2.28).
 */
#include "suite.h"

#include <armvirt/pmcg.h>
#include <armvirt/regs/smmu_pmcg.h>

#include "base/snapshot.h"

#include <string.h>

enum { EVTYPER = 0x400, SMR = 0xa00, CNTENSET = 0xc00, SCR = 0xdf8, CR = 0xe04, SCR_ALIAS = 0xe40 };
enum { ROOTCR = 0xe48, GMPAM = 0xe6c, MPAMIDR = 0xe74, S_MPAMIDR = 0xe78, SID_MASK = 0xffff };
enum { NS = ARMVIRT_SPACE_NONSECURE, SEC = ARMVIRT_SPACE_SECURE, REALM = ARMVIRT_SPACE_REALM };
enum { ROOT = ARMVIRT_SPACE_ROOT };

#define FIELD(name) ((uint32_t)ARMVIRT_SMMU_PMCG_EVTYPERN_##name)
#define CFGR(name)  ((uint32_t)ARMVIRT_SMMU_PMCG_CFGR_##name)
#define MPAM_SP(v)  ((uint32_t)ARMVIRT_PUT(ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_MPAM_SP, v))

/* Four counters of 32 bits. */
#define FOUR (3u | 31u << 8)

static _Alignas(ARMVIRT_PMCG_ALIGN) uint8_t storage[8192];
static struct armvirt_pmcg *pmcg;

static enum armvirt_bus ignore_write(void *ctx, const struct armvirt_mem_req *req,
                                     const uint64_t *val)
{
    (void)ctx;
    (void)req;
    (void)val;
    return ARMVIRT_BUS_OK;
}

static const struct armvirt_mem_ops messages = {.write = ignore_write};

static struct armvirt_pmcg_config group(uint32_t features, bool secure, bool root)
{
    bool labels = (features & (CFGR(FILTER_PARTID_PMG) | CFGR(MPAM))) != 0;

    return (struct armvirt_pmcg_config){
        .cfgr = FOUR | features,
        .sid_bits = 16,
        .secure = secure,
        .root = root,
        .ceid = {0xff, 0},
        .mem = {&messages, NULL},
        .mpamidr = labels ? 0x030034 : 0,
        .s_mpamidr = labels && secure ? 0x0200000f : 0,
    };
}

static void make(uint32_t features, bool secure, bool root)
{
    const struct armvirt_pmcg_config config = group(features, secure, root);

    assert_true(armvirt_pmcg_size() <= sizeof(storage));
    assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg), ARMVIRT_OK);
}

static enum armvirt_status wr(uint64_t offset, uint8_t space, uint64_t value)
{
    const struct armvirt_pmcg_access access = {.offset = offset, .size = 4, .space = space};

    return armvirt_pmcg_write(pmcg, &access, value);
}

static uint64_t get(uint64_t offset, uint8_t space)
{
    const struct armvirt_pmcg_access access = {.offset = offset, .size = 4, .space = space};
    uint64_t value;

    (void)armvirt_pmcg_read(pmcg, &access, &value);
    return value;
}

static void watch(uint32_t evtyper, uint32_t smr)
{
    assert_int_equal(wr(EVTYPER, ROOT, evtyper), ARMVIRT_OK);
    assert_int_equal(wr(SMR, ROOT, smr), ARMVIRT_OK);
    assert_int_equal(wr(CNTENSET, ROOT, 1), ARMVIRT_OK);
    assert_int_equal(wr(CR, ROOT, 1), ARMVIRT_OK);
}

/* Whether counter 0 takes it. */
static bool takes(const struct armvirt_pmcg_occurrence *what)
{
    uint64_t before = get(0, ROOT);

    armvirt_pmcg_count(pmcg, what);
    return get(0, ROOT) != before;
}

/* ---- States ---------------------------------------------------------------------------------- */

/* The modes of IHI0070 10.4, by SMR; the StreamID of the event is 5. */
enum mode { EXACT, PARTIAL, ONE_STATE, MANY, MODES };

struct question {
    bool secure, root, so, rlo, rto, filter_sec, filter_realm, no_stream;
    enum mode mode;
    uint8_t space;
};

/* The tables of 10.4, written from the text once more. */
static bool many_expected(const struct question *q, bool so, bool rlo, bool rto)
{
    if (!q->filter_realm || !q->root) {
        return q->space == NS || (q->space == SEC && so);
    }
    if (!q->filter_sec || !q->secure) {
        return q->space == NS || (q->space == REALM && rlo);
    }
    return q->space == NS || (q->space == SEC && so) || (q->space == REALM && rlo) ||
           (q->space == ROOT && rto);
}

static bool expected(const struct question *q)
{
    bool so = q->secure && q->so, rlo = q->root && q->rlo, rto = q->root && q->rto;
    unsigned wanted = (unsigned)(q->filter_realm && rlo) << 1 | (q->filter_sec && so);
    static const uint8_t table[4] = {NS, SEC, REALM, NS};

    if (q->mode == MANY) {
        return many_expected(q, so, rlo, rto);
    }
    return q->space == table[wanted] && !(q->no_stream && q->mode != ONE_STATE);
}

static void ask(const struct question *q)
{
    static const uint32_t smr[MODES] = {5, 3, SID_MASK >> 1, SID_MASK};
    const struct armvirt_pmcg_occurrence what = {
        .event = 1, .sec_sid = q->space, .sid = 5, .count = 1, .no_stream = q->no_stream};

    make(0, q->secure, q->root);
    if (q->secure) {
        assert_int_equal(wr(SCR, SEC, (q->so ? 1u : 0) | 2), ARMVIRT_OK);
    }
    if (q->root) {
        assert_int_equal(wr(ROOTCR, ROOT, (q->rto ? 1u : 0) | (q->rlo ? 2u : 0)), ARMVIRT_OK);
    }
    watch(1 | (q->filter_sec ? FIELD(FILTER_SEC_SID) : 0) |
              (q->filter_realm ? FIELD(FILTER_REALM_SID) : 0) |
              (q->mode == EXACT ? 0 : FIELD(FILTER_SID_SPAN)),
          smr[q->mode]);
    assert_int_equal(takes(&what), expected(q));
}

static void IHI0070_10_4_every_state_mode_and_control(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++) {
        for (unsigned mode = 0; mode < MODES; mode++) {
            for (uint8_t space = 0; space < 4; space++) {
                const struct question q = {bits & 1,        bits & 2,  bits & 4,  bits & 8,
                                           bits & 16,       bits & 32, bits & 64, bits & 128,
                                           (enum mode)mode, space};

                ask(&q);
            }
        }
    }
}

static void IHI0070_10_4_4_events_of_no_single_state(void **state)
{
    const struct armvirt_pmcg_occurrence what = {
        .event = 1, .sec_sid = SEC, .count = 1, .no_single_state = true};

    (void)state;
    for (unsigned bits = 0; bits < 32; bits++) {
        bool secure = bits & 1, root = bits & 2, so = bits & 4, nao = bits & 8, rnao = bits & 16;
        bool want = root ? rnao && (!secure || so || nao) : !secure || so;

        make(0, secure, root);
        (void)wr(SCR, SEC, (so ? 1u : 0) | 2 | (nao ? 16u : 0));
        (void)wr(ROOTCR, ROOT, rnao ? 8 : 0);
        watch(1, 77);
        assert_int_equal(takes(&what), want);
    }
}

/* ---- PARTID and PMG -------------------------------------------------------------------------- */

static struct armvirt_pmcg_occurrence labelled(uint8_t sec_sid, uint8_t space, uint16_t partid,
                                               uint8_t pmg)
{
    return (struct armvirt_pmcg_occurrence){.event = 1,
                                            .sec_sid = sec_sid,
                                            .sid = 99,
                                            .count = 1,
                                            .partid = partid,
                                            .pmg = pmg,
                                            .mpam_space = space,
                                            .labelled = true};
}

struct label_case {
    uint32_t evtyper, smr;
    uint8_t sec_sid, space;
    uint16_t partid;
    uint8_t pmg;
    bool want;
};

#define BY_PARTID FIELD(FILTER_PARTID)
#define BY_PMG    FIELD(FILTER_PMG)

/* With SO and RLO; MPAMIDR allows PARTID 0x34 and PMG 3, S_MPAMIDR PARTID 15 and PMG 0. */
static const struct label_case label_cases[] = {
    {BY_PARTID | MPAM_SP(1), 0x12, NS, NS, 0x12, 9, true},
    {BY_PARTID | MPAM_SP(1), 0x12, NS, NS, 0x13, 9, false},
    {BY_PARTID | MPAM_SP(1), 0x12, NS, SEC, 0x12, 9, false},
    {BY_PARTID | MPAM_SP(1), 0x12, SEC, NS, 0x12, 9, true},
    {BY_PARTID | MPAM_SP(1), 0x35, NS, NS, 0x35, 9, false}, /* beyond PARTID_MAX */
    {BY_PARTID | MPAM_SP(1), 0x34, NS, NS, 0x34, 9, true},
    {BY_PMG | MPAM_SP(1), 0x030000, NS, NS, 7, 3, true},
    {BY_PMG | MPAM_SP(1), 0x030000, NS, NS, 7, 2, false},
    {BY_PMG | MPAM_SP(1), 0x040000, NS, NS, 7, 4, false}, /* beyond PMG_MAX */
    {BY_PARTID | BY_PMG | MPAM_SP(1), 0x020012, NS, NS, 0x12, 2, true},
    {BY_PARTID | BY_PMG | MPAM_SP(1), 0x020012, NS, NS, 0x12, 1, false},
    {BY_PARTID | BY_PMG | MPAM_SP(1), 0x020012, NS, NS, 0x11, 2, false},
    {BY_PARTID | MPAM_SP(0), 0x0f, SEC, SEC, 0x0f, 0, true},
    {BY_PARTID | MPAM_SP(0), 0x10, SEC, SEC, 0x10, 0, false},
    {BY_PARTID | MPAM_SP(2), 0x0f, SEC, SEC, 0x0f, 0, true}, /* reserved: as 0 */
    {BY_PARTID | MPAM_SP(3), 0x12, REALM, REALM, 0x12, 0, true},
    {BY_PARTID | MPAM_SP(3), 0x12, NS, NS, 0x12, 0, false},
    {BY_PARTID | MPAM_SP(3) | FIELD(FILTER_SID_SPAN), 0x12, REALM, REALM, 0x12, 0, true},
};

static void IHI0070_10_4_3_labels_are_matched_in_their_space(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(label_cases) / sizeof(label_cases[0]); n++) {
        const struct label_case *c = &label_cases[n];
        const struct armvirt_pmcg_occurrence what =
            labelled(c->sec_sid, c->space, c->partid, c->pmg);

        make(CFGR(FILTER_PARTID_PMG), true, true);
        (void)wr(SCR, SEC, 1 | 2);
        (void)wr(ROOTCR, ROOT, 2);
        watch(1 | c->evtyper, c->smr);
        assert_int_equal(takes(&what), c->want);
    }
}

static void IHI0070_10_5_2_2_spaces_that_are_not_observed_are_the_nonsecure_one(void **state)
{
    const struct armvirt_pmcg_occurrence ns = labelled(NS, NS, 5, 0),
                                         secure = labelled(SEC, SEC, 5, 0),
                                         realm = labelled(REALM, REALM, 5, 0);

    (void)state;
    for (unsigned space = 0; space < 4; space++) {
        make(CFGR(FILTER_PARTID_PMG), true, true);
        watch(1 | BY_PARTID | MPAM_SP(space), 5);
        assert_true(takes(&ns));
        assert_false(takes(&secure));
        assert_false(takes(&realm));
    }
}

static void IHI0070_10_4_3_events_without_labels(void **state)
{
    struct armvirt_pmcg_occurrence what = labelled(NS, NS, 7, 0);

    (void)state;
    make(CFGR(FILTER_PARTID_PMG), false, false);
    watch(1 | BY_PARTID | MPAM_SP(1), 7);
    what.labelled = false; /* terminated before */
    assert_false(takes(&what));
    for (uint16_t event = 0; event < 8; event++) {
        bool filtered = event != 0 && event != 3 && event != 5;

        watch(event | BY_PARTID | MPAM_SP(1), 6);
        what = labelled(NS, NS, 7, 0);
        what.event = event;
        assert_int_equal(takes(&what), !filtered);
    }
}

static void IHI0070_10_5_2_4_the_filter_register_has_two_layouts(void **state)
{
    (void)state;
    make(CFGR(FILTER_PARTID_PMG), false, false);
    watch(1 | BY_PMG, UINT32_MAX);
    assert_int_equal(get(SMR, NS), 0xffffff);
    watch(1, UINT32_MAX);
    assert_int_equal(get(SMR, NS), SID_MASK);
    assert_int_equal(wr(EVTYPER, NS, UINT32_MAX), ARMVIRT_OK); /* bit 18 alone selects the space */
    assert_int_equal(get(EVTYPER, NS), 0x2007ffff);
    make(CFGR(FILTER_PARTID_PMG) | CFGR(SID_FILTER_TYPE), true, true);
    assert_int_equal(wr(EVTYPER + 4, NS, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(get(EVTYPER + 4, NS), 0xffff);
    assert_int_equal(wr(EVTYPER, NS, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(get(EVTYPER, NS), 0x700fffff);
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void IHI0070_10_5_2_18_root_software_owns_ROOTCR(void **state)
{
    (void)state;
    make(0, true, false);
    assert_int_equal(wr(ROOTCR, ROOT, 1), ARMVIRT_FAULT);
    assert_int_equal(wr(SCR_ALIAS, ROOT, 1), ARMVIRT_FAULT);
    make(0, true, true);
    assert_int_equal(get(ROOTCR, NS), UINT64_C(0x80000008));
    assert_int_equal(wr(ROOTCR, NS, 3), ARMVIRT_OK);
    assert_int_equal(wr(ROOTCR, SEC, 3), ARMVIRT_OK);
    assert_int_equal(wr(ROOTCR, REALM, 3), ARMVIRT_OK);
    assert_int_equal(get(ROOTCR, NS), UINT64_C(0x80000008));
    assert_int_equal(wr(ROOTCR, ROOT, UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(get(ROOTCR, NS), UINT64_C(0x8000000b));
    assert_int_equal(wr(SCR_ALIAS, SEC, 0x13), ARMVIRT_OK);
    assert_int_equal(get(SCR, ROOT), UINT64_C(0x80000013));
    assert_int_equal(get(SCR_ALIAS, SEC), UINT64_C(0x80000013));
    assert_int_equal(get(SCR_ALIAS, NS), 0);
}

static void IHI0070_10_5_2_25_labels_of_messages(void **state)
{
    const uint64_t update = ARMVIRT_SMMU_PMCG_GMPAM_UPDATE;

    (void)state;
    make(0, true, false);
    assert_int_equal(wr(GMPAM, NS, update | 1), ARMVIRT_FAULT);
    assert_int_equal(get(MPAMIDR, NS), 0);
    make(CFGR(MPAM) | CFGR(MSI), true, false);
    assert_int_equal(get(MPAMIDR, NS), 0x030034);
    assert_int_equal(get(S_MPAMIDR, NS), 0);
    assert_int_equal(get(S_MPAMIDR, SEC), 0x0200000f);
    assert_int_equal(wr(GMPAM, NS, 0x010002), ARMVIRT_OK); /* without Update */
    assert_int_equal(get(GMPAM, NS), 0);
    assert_int_equal(wr(GMPAM, NS, update | UINT32_MAX), ARMVIRT_OK);
    assert_int_equal(get(GMPAM, NS), 0x03003f);
    assert_int_equal(wr(SCR, SEC, UINT32_MAX), ARMVIRT_OK); /* HAS_MPAM_NS, no NAO */
    assert_int_equal(get(SCR, SEC), UINT64_C(0x8000000f));
}

/* ---- Snapshots ------------------------------------------------------------------------------- */

static const struct armvirt_pmcg_access pages[] = {
    {EVTYPER, 4, ROOT}, {SMR, 4, ROOT},   {0xc00, 8, ROOT},  {0xc40, 8, ROOT}, {0xc80, 8, ROOT},
    {SCR, 4, ROOT},     {CR, 4, ROOT},    {ROOTCR, 4, ROOT}, {0xe50, 4, ROOT}, {0xe58, 8, ROOT},
    {0xe60, 4, ROOT},   {0xe64, 4, ROOT}, {GMPAM, 4, ROOT},  {0, 4, ROOT},     {0x600, 4, ROOT},
};

enum { REGISTERS = sizeof(pages) / sizeof(pages[0]) };

static void read_all(uint64_t value[REGISTERS])
{
    for (size_t n = 0; n < REGISTERS; n++) {
        assert_int_equal(armvirt_pmcg_read(pmcg, &pages[n], &value[n]), ARMVIRT_OK);
    }
}

static void make_full(void)
{
    make(CFGR(FILTER_PARTID_PMG) | CFGR(MPAM) | CFGR(MSI) | CFGR(CAPTURE), true, true);
}

static size_t save_some(uint8_t *buf, size_t cap, uint64_t value[REGISTERS])
{
    const struct armvirt_pmcg_occurrence what = labelled(NS, NS, 9, 1);
    size_t len;

    make_full();
    (void)wr(GMPAM, ROOT, ARMVIRT_SMMU_PMCG_GMPAM_UPDATE | 7);
    (void)wr(0xe60, ROOT, 0x1234);
    (void)wr(0xe58, ROOT, 0x4000);
    (void)wr(0xc40, ROOT, 3);
    (void)wr(0xcc0, ROOT, 2);
    (void)wr(0xe50, ROOT, 1);
    (void)wr(SCR, ROOT, 3);
    (void)wr(ROOTCR, ROOT, 3);
    watch(1 | BY_PARTID | MPAM_SP(1), 9);
    assert_true(takes(&what));
    (void)wr(0xd88, ROOT, 1);
    assert_true(takes(&what));
    read_all(value);
    assert_int_equal(armvirt_pmcg_save(pmcg, NULL, 0, &len), ARMVIRT_E_NOSPACE);
    assert_true(len <= cap);
    assert_int_equal(armvirt_pmcg_save(pmcg, buf, cap, &len), ARMVIRT_OK);
    return len;
}

static void a_group_goes_on_from_its_snapshot(void **state)
{
    static uint8_t buf[4096], again[4096];
    uint64_t before[REGISTERS], after[REGISTERS];
    size_t len = save_some(buf, sizeof(buf), before), len2;
    const struct armvirt_pmcg_occurrence what = labelled(NS, NS, 9, 1);

    (void)state;
    make_full();
    assert_int_equal(armvirt_pmcg_load(pmcg, buf, len), ARMVIRT_OK);
    read_all(after);
    assert_memory_equal(after, before, sizeof(after));
    assert_int_equal(armvirt_pmcg_save(pmcg, again, sizeof(again), &len2), ARMVIRT_OK);
    assert_int_equal(len2, len);
    assert_memory_equal(again, buf, len);
    assert_true(takes(&what));
}

/* Another group, or any byte another one: refused, and nothing has changed. */
static void a_snapshot_that_is_not_of_the_group_is_refused(void **state)
{
    static uint8_t buf[4096];
    uint64_t before[REGISTERS], after[REGISTERS];
    size_t len = save_some(buf, sizeof(buf), before);

    (void)state;
    make(0, true, true);
    assert_int_equal(armvirt_pmcg_load(pmcg, buf, len), ARMVIRT_E_FORMAT);
    make_full();
    read_all(before);
    for (size_t n = 0; n < len; n++) {
        buf[n] ^= 0xff;
        assert_int_equal(armvirt_pmcg_load(pmcg, buf, len), ARMVIRT_E_FORMAT);
        buf[n] ^= 0xff;
        assert_int_equal(armvirt_pmcg_load(pmcg, buf, n), ARMVIRT_E_FORMAT);
    }
    read_all(after);
    assert_memory_equal(after, before, sizeof(after));
}

static void set_word(uint8_t *at, uint32_t value)
{
    for (unsigned n = 0; n < 4; n++) {
        at[n] = (uint8_t)(value >> 8 * n);
    }
}

/* Sections and values that a group of one counter without any feature can not hold. */
static void a_snapshot_with_bits_that_the_group_lacks_is_refused(void **state)
{
    enum { REGS_AT = 16 + 12 + 44 + 12, REGS_BYTES = 64, COUNTER_AT = REGS_AT + REGS_BYTES + 12 };
    const struct armvirt_pmcg_config config = {.cfgr = 31 << 8, .sid_bits = 8, .ceid = {0xff, 0}};
    static uint8_t buf[512], broken[512];
    size_t len;

    (void)state;
    assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg), ARMVIRT_OK);
    assert_int_equal(armvirt_pmcg_save(pmcg, buf, sizeof(buf), &len), ARMVIRT_OK);
    for (size_t at = REGS_AT; at < COUNTER_AT + 24; at += 4) {
        bool is_data = at < REGS_AT + REGS_BYTES || at >= COUNTER_AT;
        bool is_counter = at == COUNTER_AT; /* its low half may hold anything */

        memcpy(broken, buf, len);
        set_word(broken + at, UINT32_MAX);
        set_word(broken + len - 4, armvirt_crc32(broken, len - 4));
        assert_int_equal(armvirt_pmcg_load(pmcg, broken, len),
                         is_data && is_counter ? ARMVIRT_OK : ARMVIRT_E_FORMAT);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_10_4_every_state_mode_and_control);
    SUITE_ADD(&suite, IHI0070_10_4_4_events_of_no_single_state);
    SUITE_ADD(&suite, IHI0070_10_4_3_labels_are_matched_in_their_space);
    SUITE_ADD(&suite, IHI0070_10_5_2_2_spaces_that_are_not_observed_are_the_nonsecure_one);
    SUITE_ADD(&suite, IHI0070_10_4_3_events_without_labels);
    SUITE_ADD(&suite, IHI0070_10_5_2_4_the_filter_register_has_two_layouts);
    SUITE_ADD(&suite, IHI0070_10_5_2_18_root_software_owns_ROOTCR);
    SUITE_ADD(&suite, IHI0070_10_5_2_25_labels_of_messages);
    SUITE_ADD(&suite, a_group_goes_on_from_its_snapshot);
    SUITE_ADD(&suite, a_snapshot_that_is_not_of_the_group_is_refused);
    SUITE_ADD(&suite, a_snapshot_with_bits_that_the_group_lacks_is_refused);
    return suite_run(&suite, "states and labels of performance monitors");
}
