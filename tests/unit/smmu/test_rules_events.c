/* SPDX-License-Identifier: MIT */
/* Event records, field by field, and what the event queue makes of them (IHI0070 7.2 to 7.4). */
#include "../../smmu_world.h"

#include "smmu/event.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, QEMU = ARMVIRT_SMMU_QEMU, MAX = ARMVIRT_SMMU_MAX };
enum { NS = ARMVIRT_SPACE_NONSECURE, SECURE = ARMVIRT_SPACE_SECURE };

#define TYPE(n)   ARMVIRT_SMMU_EVT0_TYPE_##n
#define EVT1(n)   ARMVIRT_SMMU_EVT1_##n
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Which fields a record has ------------------------------------------------------------- */

enum { SSV = 1, SSID = 2, RNW = 4, PNU = 8, INPUT = 16, S2 = 32, IPA_AT = 64, FETCH = 128 };
enum { ALL = SSV | SSID | RNW | PNU | INPUT };

static const struct {
    uint8_t type, has;
} parts[] = {
    {TYPE(F_UUT), ALL},
    {TYPE(C_BAD_STREAMID), SSV | SSID},
    {TYPE(F_STE_FETCH), SSV | SSID | FETCH},
    {TYPE(C_BAD_STE), SSV | SSID},
    {TYPE(F_BAD_ATS_TREQ), SSV | SSID | INPUT},
    {TYPE(F_STREAM_DISABLED), 0},
    {TYPE(F_TRANSL_FORBIDDEN), RNW | INPUT},
    {TYPE(C_BAD_SUBSTREAMID), SSID},
    {TYPE(F_CD_FETCH), SSV | SSID | FETCH},
    {TYPE(C_BAD_CD), SSV | SSID},
    {TYPE(F_WALK_EABT), ALL | S2 | FETCH},
    {TYPE(F_TRANSLATION), ALL | S2 | IPA_AT},
    {TYPE(F_ADDR_SIZE), ALL | S2 | IPA_AT},
    {TYPE(F_ACCESS), ALL | S2 | IPA_AT},
    {TYPE(F_PERMISSION), ALL | S2 | IPA_AT},
    {TYPE(F_VMS_FETCH), SSV | SSID | FETCH},
};

static unsigned parts_seen(const uint64_t event[4])
{
    return (event[0] & ARMVIRT_SMMU_EVT0_SSV ? SSV : 0u) |
           (ARMVIRT_GET(ARMVIRT_SMMU_EVT0_SSID, event[0]) == 9 ? SSID : 0u) |
           (event[1] & EVT1(RNW) ? RNW : 0u) | (event[1] & EVT1(PNU) ? PNU : 0u) |
           (event[2] == 0x12345678 ? INPUT : 0u) | (event[1] & EVT1(S2) ? S2 : 0u) |
           (event[3] == 0x5000 ? IPA_AT : 0u) | (event[3] == 0xabc8 ? FETCH : 0u);
}

static void rule_7_3_each_type_has_its_fields(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < LENGTH(parts); i++) {
        const struct armvirt_smmu_txn txn = {
            .addr = 0x12345678, .sid = SID, .ssid = 9, .flags = ARMVIRT_SMMU_SSV};
        const struct armvirt_smmu_failure failure = {.event = parts[i].type,
                                                     .address = 0xabc8,
                                                     .class = 2,
                                                     .fault = {.stage = 2, .ipa = 0x5000}};
        struct armvirt_smmu_txn without = txn;
        uint64_t event[4];

        armvirt_smmu_event_make(w->smmu, &txn, &failure, true, false, event);
        assert_int_equal(event[0] & 0xff, parts[i].type);
        assert_int_equal(event[0] >> 32, SID);
        assert_int_equal(parts_seen(event), parts[i].has);
        without.flags = 0;
        armvirt_smmu_event_make(w->smmu, &without, &failure, true, false, event);
        assert_int_equal(parts_seen(event), parts[i].has & ~(unsigned)(SSV | SSID));
    }
    world_drop(w);
}

/* ---- What they say ------------------------------------------------------------------------- */

static uint64_t word1(const struct world *w, uint8_t sec_sid, unsigned flags,
                      const struct armvirt_smmu_failure *failure)
{
    const struct armvirt_smmu_txn txn = {.sid = SID, .flags = (uint16_t)flags, .sec_sid = sec_sid};
    uint64_t event[4];

    armvirt_smmu_event_make(w->smmu, &txn, failure, false, true, event);
    return event[1];
}

static void rule_7_3_6_what_a_translation_request_asked_for(void **state)
{
    static const struct {
        bool write, execute, privileged;
        uint64_t word;
    } rows[] = {
        {false, false, false, 0x80000001}, {true, false, false, 0xc0000001},
        {false, true, false, 0xa0000001},  {true, true, true, 0xf0000001},
        {false, false, true, 0x90000001},
    };
    const struct armvirt_smmu_failure failure = {.event = TYPE(F_BAD_ATS_TREQ)};
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct armvirt_smmu_txn txn = {.sid = SID,
                                             .flags = rows[i].write ? ARMVIRT_SMMU_WRITE : 0};
        uint64_t event[4];

        armvirt_smmu_event_make(w->smmu, &txn, &failure, rows[i].privileged, rows[i].execute,
                                event);
        assert_int_equal(event[1], rows[i].word);
    }
    world_drop(w);
}

static void rule_13_1_1_direction_of_atomics(void **state)
{
    static const struct {
        uint8_t type;
        bool s1ptw, write, read;
    } rows[] = {
        {ARMVIRT_FAULT_PERMISSION, false, false, true},
        {ARMVIRT_FAULT_PERMISSION, false, true, false},
        {ARMVIRT_FAULT_PERMISSION, true, false, false},
        {ARMVIRT_FAULT_TRANSLATION, false, false, false},
    };
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct armvirt_smmu_failure failure = {
            .event = TYPE(F_PERMISSION),
            .class = 2,
            .fault = {.type = rows[i].type, .s1ptw = rows[i].s1ptw, .write = rows[i].write}};
        uint64_t word = word1(w, NS, ARMVIRT_SMMU_READ_WRITE, &failure);

        assert_int_equal((word & EVT1(RNW)) != 0, rows[i].read);
        assert_int_equal((word & EVT1(IND)) != 0, rows[i].read); /* writes are data */
    }
    world_drop(w);
}

static void rule_7_3_13_nsipa_is_for_secure_streams(void **state)
{
    static const struct {
        uint8_t stage, sec_sid, space;
        bool nsipa;
    } rows[] = {
        {2, SECURE, NS, true},
        {2, SECURE, SECURE, false},
        {2, NS, NS, false},
        {1, SECURE, NS, false},
    };
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct armvirt_smmu_failure failure = {
            .event = TYPE(F_TRANSLATION),
            .class = 2,
            .fault = {.stage = rows[i].stage, .ipa_space = rows[i].space}};
        uint64_t word = word1(w, rows[i].sec_sid, 0, &failure);

        assert_int_equal((word & EVT1(NSIPA)) != 0, rows[i].nsipa);
        assert_int_equal((word & EVT1(S2)) != 0, rows[i].stage == 2);
    }
    world_drop(w);
}

#define PERMISSION_BITS (EVT1(TTRNW) | EVT1(OVERLAY) | EVT1(ASSUREDONLY) | EVT1(DIRTYBIT))

static void rule_7_3_16_reasons_of_permission_faults(void **state)
{
    static const struct {
        uint32_t idr3;
        struct armvirt_fault fault;
        uint64_t bits;
        uint8_t class;
    } rows[] = {
        {0, {.stage = 2}, EVT1(TTRNW), 1},
        {0, {.stage = 2, .table_write = true}, 0, 1},
        {0, {.stage = 2}, 0, 2},
        {0, {.stage = 2, .overlay = true, .assured_only = true, .dirty_bit = true}, 0, 2},
        {ARMVIRT_SMMU_IDR3_S2PO, {.stage = 2, .overlay = true}, EVT1(OVERLAY), 2},
        {ARMVIRT_SMMU_IDR3_S2PO, {.stage = 1, .overlay = true}, 0, 2},
        {ARMVIRT_SMMU_IDR3_S2PO, {.stage = 2}, 0, 2},
        {ARMVIRT_SMMU_IDR3_S2PI, {.stage = 2, .assured_only = true}, EVT1(ASSUREDONLY), 2},
        {ARMVIRT_SMMU_IDR3_S2PI, {.stage = 1, .assured_only = true}, 0, 2},
        {ARMVIRT_SMMU_IDR3_S2PI, {.stage = 2}, 0, 2},
        {ARMVIRT_SMMU_IDR3_S2PI, {.stage = 2, .dirty_bit = true}, EVT1(DIRTYBIT), 2},
        {ARMVIRT_SMMU_IDR3_S1PI, {.stage = 1, .dirty_bit = true}, EVT1(DIRTYBIT), 2},
        {ARMVIRT_SMMU_IDR3_S1PI, {.stage = 1}, 0, 2},
    };
    const uint32_t features =
        ARMVIRT_SMMU_IDR3_S1PI | ARMVIRT_SMMU_IDR3_S2PI | ARMVIRT_SMMU_IDR3_S2PO;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct armvirt_smmu_failure failure = {
            .event = TYPE(F_PERMISSION), .class = rows[i].class, .fault = rows[i].fault};
        struct armvirt_smmu_id id;
        struct world *w = world_new(MAX, S1);

        id = w->config.id;
        id.idr[3] = (id.idr[3] & ~features) | rows[i].idr3;
        w->smmu->config.id = id; /* records only look at it */
        assert_int_equal(word1(w, NS, 0, &failure) & PERMISSION_BITS, rows[i].bits);
        world_drop(w);
    }
}

/* ---- The queue ----------------------------------------------------------------------------- */

static struct world *merging(uint32_t options)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(QEMU, &id);
    w = world_new_id(&id, 0, options);
    world_stream(w, S1);
    world_enable(w);
    return w;
}

/* Records in the queue after @first and then @second. */
static uint64_t records_of(uint32_t options, const uint64_t first[4], const uint64_t second[4],
                           bool may_merge)
{
    struct world *w = merging(options);
    uint64_t prod;

    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, first, true), ARMVIRT_SMMU_RECORDED);
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, second, may_merge), ARMVIRT_SMMU_RECORDED);
    prod = world_get(w, R_EVENTQ_PROD, 4);
    world_drop(w);
    return prod;
}

static void rule_7_3_1_only_alike_records_merge(void **state)
{
    static const uint64_t fault[4] = {TYPE(F_TRANSLATION), EVT1(RNW), VA, 0x5000};
    static const uint64_t bad[4] = {TYPE(F_UUT), EVT1(RNW), VA, 0};
    static const uint64_t stall[4] = {TYPE(F_TRANSLATION), EVT1(STALL), VA, 0};
    static const struct {
        const uint64_t *first;
        uint64_t change[4];
        bool may_merge;
        uint8_t records;
    } rows[] = {
        {fault, {0}, true, 1},
        {fault, {0}, false, 2},
        {fault, {UINT64_C(1) << 32}, true, 2}, /* another stream */
        {fault, {0, EVT1(RNW)}, true, 2},      /* a write */
        {fault, {0, 0, 0xff8}, true, 1},       /* the same page */
        {fault, {0, 0, 0x1000}, true, 2},      /* another one */
        {fault, {0, 0, 0, 0x1000}, true, 2},   /* another IPA */
        {bad, {0}, true, 1},
        {bad, {0, 0, 8}, true, 2}, /* no translation: the whole address counts */
        {stall, {0}, true, 2},     /* each stall has its record */
        {fault, {0, EVT1(STALL) | EVT1(RNW)}, true, 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint64_t second[4];

        for (unsigned n = 0; n < 4; n++) {
            second[n] = rows[i].first[n] ^ rows[i].change[n];
        }
        assert_int_equal(
            records_of(ARMVIRT_SMMU_OPT_MERGE, rows[i].first, second, rows[i].may_merge),
            rows[i].records);
        assert_int_equal(records_of(0, rows[i].first, second, rows[i].may_merge), 2);
    }
}

static void rule_7_4_a_full_queue_overflows_but_not_for_stalls(void **state)
{
    static const uint64_t plain[4] = {TYPE(F_TRANSLATION)};
    static const uint64_t stall[4] = {TYPE(F_TRANSLATION), EVT1(STALL)};
    struct world *w = merging(0);
    const uint64_t full = 1u << EVENTQ_LOG2;

    (void)state;
    for (unsigned i = 0; i < full; i++) {
        assert_true(armvirt_smmu_event_writable(w->smmu, NS));
        assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, plain, false), ARMVIRT_SMMU_RECORDED);
    }
    assert_false(armvirt_smmu_event_writable(w->smmu, NS));
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, stall, false), ARMVIRT_SMMU_LOST);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), full);
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, plain, false), ARMVIRT_SMMU_LOST);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), full | ARMVIRT_SMMU_EVENTQ_PROD_OVFLG);
    world_drop(w);
}

static void rule_7_2_a_disabled_queue_takes_nothing_and_interrupts_are_enabled_apart(void **state)
{
    static const uint64_t event[4] = {TYPE(F_TRANSLATION)};
    struct world *w = merging(0);

    (void)state;
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_CMDQEN);
    assert_false(armvirt_smmu_event_writable(w->smmu, NS));
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, event, false), ARMVIRT_SMMU_LOST);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 0);
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_CMDQEN | CR0_EVENTQEN);
    world_put(w, R_IRQ_CTRL, 4, 0);
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, event, false), ARMVIRT_SMMU_RECORDED);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_EVENTQ], 0);
    assert_int_equal(world_event_type(w), TYPE(F_TRANSLATION));
    world_put(w, R_IRQ_CTRL, 4, 7);
    assert_int_equal(armvirt_smmu_event_put(w->smmu, NS, event, false), ARMVIRT_SMMU_RECORDED);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_EVENTQ], 1);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_7_3_each_type_has_its_fields),
        cmocka_unit_test(rule_7_3_6_what_a_translation_request_asked_for),
        cmocka_unit_test(rule_13_1_1_direction_of_atomics),
        cmocka_unit_test(rule_7_3_13_nsipa_is_for_secure_streams),
        cmocka_unit_test(rule_7_3_16_reasons_of_permission_faults),
        cmocka_unit_test(rule_7_3_1_only_alike_records_merge),
        cmocka_unit_test(rule_7_4_a_full_queue_overflows_but_not_for_stalls),
        cmocka_unit_test(rule_7_2_a_disabled_queue_takes_nothing_and_interrupts_are_enabled_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
