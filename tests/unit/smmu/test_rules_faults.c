/* SPDX-License-Identifier: MIT */
/*
 * Faults: what A, R and S make of them, what their records say, the event queue, and transactions
 * that stall (IHI0070 3.12, 5.5, 7.2 to 7.5, 4.7).
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { QEMU = ARMVIRT_SMMU_QEMU, FVP = ARMVIRT_SMMU_FVP, MAX = ARMVIRT_SMMU_MAX };

#define WRITE     ARMVIRT_SMMU_WRITE
#define PRIV      ARMVIRT_SMMU_PRIVILEGED
#define INST      ARMVIRT_SMMU_INSTRUCTION
#define ATOMIC    ARMVIRT_SMMU_READ_WRITE
#define EVENT(n)  ARMVIRT_SMMU_EVT0_TYPE_##n
#define EVT1(n)   ARMVIRT_SMMU_EVT1_##n
#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define OP(n)     ARMVIRT_SMMU_CMD0_OP_##n
#define IN        PUT(EVT1, CLASS, 2)
#define TT        PUT(EVT1, CLASS, 1)
#define LEAF1     world_leaf_at(S1_TABLES, VA)
#define UNMAPPED  (VA + 0x10000)

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CDTAB + 8 * (n), ARMVIRT_SMMU_CD##n##_##field, v)

/* The type and word 1 of the only record. */
static void recorded(struct world *w, unsigned type, uint64_t word1)
{
    uint64_t event[4];

    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, type);
    assert_int_equal(event[1], word1);
    assert_false(world_event(w, event));
}

/* ---- A and R ------------------------------------------------------------------------------- */

static void rule_5_5_a_and_r_of_stage_1(void **state)
{
    struct world *w = world_new(FVP, S1);

    (void)state;
    for (unsigned ar = 0; ar < 4; ar++) {
        struct armvirt_smmu_result r;

        CD(0, A, ar & 1);
        CD(0, R, ar >> 1);
        world_forget(w);
        r = world_txn(w, UNMAPPED, 0, 0);
        assert_int_equal(r.outcome, ar & 1 ? ARMVIRT_SMMU_ABORT : ARMVIRT_SMMU_RAZ_WI);
        assert_int_equal(r.recorded, ar >> 1);
        assert_int_equal(world_event_type(w), ar >> 1 ? EVENT(F_TRANSLATION) : 0);
    }
    CD(0, A, 0); /* configuration errors and aborted walks always abort and record */
    CD(0, R, 0);
    world_forget(w);
    w->abort_at = LEAF1;
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
    recorded(w, EVENT(F_WALK_EABT), TT | EVT1(RNW));
    world_drop(w);
}

static void rule_5_5_stage_2_always_aborts(void **state)
{
    struct world *w = world_new(FVP, NESTED);

    (void)state;
    CD(0, A, 0);
    for (unsigned r = 0; r < 2; r++) {
        STE(2, S2R, r);
        world_poke(w, world_leaf_at(S2_TABLES, PAGES), 0);
        world_forget(w);
        assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(world_event_type(w), r ? EVENT(F_TRANSLATION) : 0);
    }
    world_drop(w);
}

/* ---- What records say ---------------------------------------------------------------------- */

static void rule_20_22_attributes_are_those_of_the_transaction(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    assert_int_equal(world_txn(w, UNMAPPED, PRIV | INST, 0).outcome, ARMVIRT_SMMU_ABORT);
    recorded(w, EVENT(F_TRANSLATION), IN | EVT1(RNW) | EVT1(IND) | EVT1(PNU));
    world_txn(w, UNMAPPED, WRITE | INST, 0); /* writes are data */
    recorded(w, EVENT(F_TRANSLATION), IN);
    STE(1, PRIVCFG, 3);
    STE(1, INSTCFG, 3);
    world_forget(w);
    world_txn(w, UNMAPPED, 0, 0);
    recorded(w, EVENT(F_TRANSLATION), IN | EVT1(RNW) | EVT1(IND) | EVT1(PNU));
    world_txn(w, UNMAPPED, WRITE, 0);
    recorded(w, EVENT(F_TRANSLATION), IN | EVT1(PNU));
    world_drop(w);
}

static void rule_13_1_1_atomics_are_writes_unless_only_read_is_missing(void **state)
{
    struct world *w = world_new(FVP, NESTED);

    (void)state;
    world_txn(w, UNMAPPED, ATOMIC, 0);
    recorded(w, EVENT(F_TRANSLATION), IN);
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), PAGES | (DESC_S2 & ~UINT64_C(0x40)));
    world_forget(w); /* write-only at stage 2 */
    world_txn(w, VA, ATOMIC, 0);
    recorded(w, EVENT(F_PERMISSION), IN | EVT1(S2) | EVT1(RNW));
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), PAGES | (DESC_S2 & ~UINT64_C(0x80)));
    world_forget(w); /* read-only */
    world_txn(w, VA, ATOMIC, 0);
    recorded(w, EVENT(F_PERMISSION), IN | EVT1(S2));
    world_drop(w);
}

static void rule_21_input_addresses_keep_their_tag(void **state)
{
    struct world *w = world_new(QEMU, S1);
    uint64_t event[4], tagged = UNMAPPED | UINT64_C(0xa5) << 56;

    (void)state;
    CD(0, TBI0, 1);
    world_txn(w, tagged, 0, 0);
    assert_true(world_event(w, event));
    assert_int_equal(event[2], tagged);
    assert_int_equal(world_txn(w, VA | UINT64_C(0xa5) << 56, 0, 0).pa, PAGES);
    world_drop(w);
}

static void rule_19_table_accesses_of_stage_1_have_class_tt(void **state)
{
    struct world *w = world_new(FVP, NESTED);
    uint64_t table = S1_TABLES + 0x1000, leaf = world_leaf_at(S2_TABLES, table), event[4];

    (void)state;
    world_poke(w, leaf, 0);
    world_txn(w, VA, WRITE, 0);
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, EVENT(F_TRANSLATION));
    assert_int_equal(event[1], TT | EVT1(S2));
    assert_int_equal(event[3], table);
    world_poke(w, leaf, table | (DESC_S2 & ~UINT64_C(0x40)));
    world_txn(w, VA, WRITE, 0); /* the walk reads: TTRnW */
    recorded(w, EVENT(F_PERMISSION), TT | EVT1(S2) | EVT1(TTRNW));
    w->abort_at = leaf;
    world_txn(w, VA, WRITE, 0);
    recorded(w, EVENT(F_WALK_EABT), TT | EVT1(S2));
    world_drop(w);
}

static void rule_15_updates_need_stage_2_write_permission(void **state)
{
    struct world *w = world_new(FVP, NESTED);
    uint64_t tables = S1_TABLES + 0x2000;

    (void)state;
    CD(0, HA, 1);
    world_poke(w, LEAF1, PAGES | AP_EL0 | (DESC_PAGE & ~UINT64_C(0x400)));
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_true(world_peek(w, LEAF1) & 0x400); /* the access flag was set */
    world_poke(w, LEAF1, PAGES | AP_EL0 | (DESC_PAGE & ~UINT64_C(0x400)));
    tables = LEAF1 & ~UINT64_C(0xfff);
    world_poke(w, world_leaf_at(S2_TABLES, tables), tables | (DESC_S2 & ~UINT64_C(0x80)));
    world_forget(w);
    world_txn(w, VA, 0, 0);
    recorded(w, EVENT(F_PERMISSION), TT | EVT1(S2) | EVT1(RNW)); /* TTRnW is 0 */
    world_drop(w);
}

static void rule_3_13_dirty_state_and_its_absence(void **state)
{
    struct world *w = world_new(FVP, S1);
    uint64_t clean = PAGES | DESC_PAGE | AP_EL0 | AP_RO | UINT64_C(1) << 51;

    (void)state;
    world_poke(w, LEAF1, clean);
    world_txn(w, VA, WRITE, 0);
    recorded(w, EVENT(F_PERMISSION), IN);
    CD(0, HA, 1);
    CD(0, HD, 1);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(world_peek(w, LEAF1), clean);
    assert_int_equal(world_txn(w, VA, WRITE | ARMVIRT_SMMU_PROBE, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(world_peek(w, LEAF1), clean);
    assert_int_equal(world_txn(w, VA, WRITE, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(world_peek(w, LEAF1), clean & ~AP_RO);
    world_drop(w);
}

static void affd_takes_access_flag_faults_away(void **state)
{
    struct world *w = world_new(QEMU, NESTED);

    (void)state;
    world_poke(w, LEAF1, PAGES | AP_EL0 | (DESC_PAGE & ~UINT64_C(0x400)));
    world_txn(w, VA, 0, 0);
    recorded(w, EVENT(F_ACCESS), IN | EVT1(RNW));
    CD(0, AFFD, 1);
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), PAGES | (DESC_S2 & ~UINT64_C(0x400)));
    world_forget(w);
    world_txn(w, VA, 0, 0);
    recorded(w, EVENT(F_ACCESS), IN | EVT1(S2) | EVT1(RNW));
    STE(2, S2AFFD, 1);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
}

/* ---- Quiet transactions -------------------------------------------------------------------- */

static void speculative_accesses_and_probes_leave_no_trace(void **state)
{
    static const uint16_t flags[] = {ARMVIRT_SMMU_SPECULATIVE, ARMVIRT_SMMU_PROBE};
    struct world *w = world_new(FVP, S1);

    (void)state;
    CD(0, S, 1);
    for (unsigned i = 0; i < 2; i++) {
        struct armvirt_smmu_result r = world_txn(w, UNMAPPED, flags[i], 0);

        assert_int_equal(r.outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(r.event[0] & 0xff, EVENT(F_TRANSLATION));
        assert_false(r.recorded);
        assert_int_equal(world_event_type(w), 0);
    }
    world_drop(w);
}

/* Whatever the stream, enabled or not, recently answered or not. */
static void rule_3_14_speculative_writes_are_terminated_without_an_event(void **state)
{
    static const uint16_t kinds[] = {ARMVIRT_SMMU_WRITE, ARMVIRT_SMMU_READ_WRITE,
                                     ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE,
                                     ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_TRANSLATED};
    struct world *w = world_new(FVP, S1);

    (void)state;
    for (unsigned enabled = 0; enabled < 2; enabled++) {
        world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN | (enabled ? CR0_SMMUEN : 0));
        for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            unsigned flags = kinds[i] | ARMVIRT_SMMU_SPECULATIVE;
            struct armvirt_smmu_result r;

            (void)world_txn(w, VA, kinds[i], 0);
            world_put(w, R_EVENTQ_CONS, 4, world_get(w, R_EVENTQ_PROD, 4));
            r = world_txn(w, VA, flags, 0);
            assert_int_equal(r.outcome, ARMVIRT_SMMU_ABORT);
            assert_int_equal(r.reason, ARMVIRT_SMMU_REASON_SPECULATIVE_WRITE);
            assert_int_equal(world_event_type(w), 0);
        }
    }
    assert_int_equal(world_txn(w, VA, ARMVIRT_SMMU_SPECULATIVE, 0).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
}

/* ---- The event queue ----------------------------------------------------------------------- */

static void rule_45_overflow_toggles_once_until_it_is_acknowledged(void **state)
{
    struct world *w = world_new(QEMU, S1);
    uint64_t prod, flag = ARMVIRT_SMMU_EVENTQ_PROD_OVFLG;

    (void)state;
    for (unsigned i = 0; i < 1u << EVENTQ_LOG2; i++) {
        assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    }
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_EVENTQ], 1); /* rule 48: on non-empty only */
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 1u << EVENTQ_LOG2);
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded);
    prod = world_get(w, R_EVENTQ_PROD, 4);
    assert_int_equal(prod, flag | 1u << EVENTQ_LOG2);
    assert_int_equal(world_get(w, R_GERROR, 4), 0); /* rule 46 */
    world_put(w, R_EVENTQ_CONS, 4, 1);              /* one taken, overflow not acknowledged */
    assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4) & flag, flag);
    world_put(w, R_EVENTQ_CONS, 4, flag | 1);
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4) & flag, 0);
    world_drop(w);
}

static void rule_47_an_aborted_write_closes_the_queue(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t error = ARMVIRT_SMMU_GERROR_EVENTQ_ABT_ERR;

    (void)state;
    w->abort_at = EVENTQ + 8;
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 0);
    assert_int_equal(world_get(w, R_GERROR, 4), error);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GERROR], 1);
    w->abort_at = UINT64_MAX;
    assert_false(world_txn(w, UNMAPPED, 0, 0).recorded); /* and does not overflow */
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 0);
    world_put(w, R_GERRORN, 4, error);
    assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    world_drop(w);
}

static void rule_7_3_1_similar_events_merge_where_mev_allows_it(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    armvirt_smmu_preset_id(QEMU, &id);
    w = world_new_id(&id, 0, ARMVIRT_SMMU_OPT_MERGE);
    world_stream(w, S1);
    world_enable(w);
    assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 2);
    STE(1, MEV, 1);
    world_forget(w);
    assert_true(world_txn(w, UNMAPPED, 0, 0).recorded);
    assert_true(world_txn(w, UNMAPPED + 8, 0, 0).recorded); /* the same page */
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 3);
    assert_true(world_txn(w, UNMAPPED + 0x1000, 0, 0).recorded);
    assert_true(world_txn(w, UNMAPPED, WRITE, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 5);
    world_put(w, R_EVENTQ_CONS, 4, 5); /* taken: the next is new */
    assert_true(world_txn(w, UNMAPPED, WRITE, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 6);
    world_drop(w);
}

static void rule_49_messages_and_their_failures(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t error = ARMVIRT_SMMU_GERROR_MSI_EVENTQ_ABT_ERR;

    (void)state;
    world_put(w, R_EVENTQ_CFG0, 8, MSI_PAGE); /* guarded by its enable */
    assert_int_equal(world_get(w, R_EVENTQ_CFG0, 8), 0);
    world_put(w, R_IRQ_CTRL, 4, 0);
    world_put(w, R_EVENTQ_CFG0, 8, MSI_PAGE + 4);
    world_put(w, R_EVENTQ_CFG1, 4, 0xcafe);
    world_put(w, R_GERROR_CFG0, 8, MSI_PAGE + 16);
    world_put(w, R_IRQ_CTRL, 4, 7);
    world_txn(w, UNMAPPED, 0, 0);
    assert_int_equal(world_peek(w, MSI_PAGE), UINT64_C(0xcafe) << 32); /* 4 bytes */
    assert_int_equal(world_event_type(w), EVENT(F_TRANSLATION));
    w->abort_at = MSI_PAGE;
    world_txn(w, UNMAPPED, 0, 0);
    assert_int_equal(world_get(w, R_GERROR, 4), error);
    world_event_type(w);
    world_txn(w, UNMAPPED, 0, 0); /* active already: not again */
    assert_int_equal(world_get(w, R_GERROR, 4), error);
    world_put(w, R_GERRORN, 4, error);
    w->irqs[ARMVIRT_SMMU_IRQ_GERROR] = 0;
    world_event_type(w);
    world_put(w, R_IRQ_CTRL, 4, 0);
    world_put(w, R_GERROR_CFG0, 8, MSI_PAGE + 0); /* the message of the error itself aborts */
    world_put(w, R_IRQ_CTRL, 4, 7);
    world_txn(w, UNMAPPED, 0, 0);
    assert_int_equal(world_get(w, R_GERROR, 4), ARMVIRT_SMMU_GERROR_MSI_GERROR_ABT_ERR);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GERROR], 1); /* one wired pulse, no second */
    world_drop(w);
}

/* ---- Stalls -------------------------------------------------------------------------------- */

static void resume(struct world *w, uint64_t sid, uint64_t stag, bool retry, bool abort)
{
    world_command(
        w, OP(RESUME) | sid << 32 | PUT(CMD0_RESUME, AC, retry) | PUT(CMD0_RESUME, AB, abort),
        stag);
}

static struct world *stalling(unsigned preset)
{
    struct world *w = world_new(preset, S1);

    CD(0, S, 1);
    CD(0, R, 0); /* a stall is recorded all the same */
    return w;
}

static void rule_3_12_2_a_stalled_transaction_waits_for_its_command(void **state)
{
    struct world *w = stalling(MAX);
    struct armvirt_smmu_result r = world_txn(w, UNMAPPED, WRITE, 0);
    struct armvirt_smmu_result second;

    (void)state;
    assert_int_equal(r.outcome, ARMVIRT_SMMU_STALLED);
    recorded(w, EVENT(F_TRANSLATION), IN | EVT1(STALL) | r.stag);
    second = world_txn(w, UNMAPPED, WRITE, 0);
    assert_int_not_equal(second.stag, r.stag);
    world_event_type(w);
    resume(w, SID + 1, r.stag, true, false); /* rule 42: not of this stream */
    resume(w, SID, 0xffff, true, false);
    assert_int_equal(w->resumed, 0);
    world_map(w, S1_TABLES, UNMAPPED, (PAGES + 0x2000) | DESC_PAGE | AP_EL0);
    assert_int_equal(w->resumed, 0); /* rule 41: only on a command */
    resume(w, SID, r.stag, true, false);
    assert_int_equal(w->resumed, 1);
    assert_int_equal(w->last.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(w->last.pa, PAGES + 0x2000);
    assert_int_equal(w->cookie, UNMAPPED);
    resume(w, SID, r.stag, true, false); /* it is over */
    assert_int_equal(w->resumed, 1);
    resume(w, SID, second.stag, false, true);
    assert_int_equal(w->resumed, 2);
    assert_int_equal(w->last.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(w->last.reason, REASON(STALL_TERMINATED));
    world_drop(w);
}

static void rule_4_7_1_terminated_transactions_abort_or_are_raz_wi(void **state)
{
    struct world *w = stalling(MAX);
    uint16_t stag = world_txn(w, UNMAPPED, 0, 0).stag;

    (void)state;
    resume(w, SID, stag, false, false);
    assert_int_equal(w->last.outcome, ARMVIRT_SMMU_RAZ_WI);
    world_drop(w);
}

static void a_retry_may_stall_again(void **state)
{
    struct world *w = stalling(MAX);
    uint16_t stag = world_txn(w, UNMAPPED, 0, 0).stag;

    (void)state;
    assert_int_equal(world_event_type(w), EVENT(F_TRANSLATION));
    resume(w, SID, stag, true, false);
    assert_int_equal(w->resumed, 0);
    assert_int_equal(world_event_type(w), EVENT(F_TRANSLATION)); /* a new record */
    world_drop(w);
}

static void rule_44_records_of_stalls_wait_for_room_and_are_never_lost(void **state)
{
    struct world *w = stalling(MAX);
    uint64_t event[4];
    unsigned seen = 0;

    (void)state;
    for (unsigned i = 0; i < (1u << EVENTQ_LOG2) + 4; i++) {
        assert_int_equal(world_txn(w, UNMAPPED + 0x1000 * i, 0, 0).outcome, ARMVIRT_SMMU_STALLED);
    }
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 1u << EVENTQ_LOG2); /* no overflow */
    assert_false(armvirt_smmu_pending(w->smmu));
    while (world_event(w, event)) {
        assert_true(event[1] & EVT1(STALL));
        assert_int_equal(event[2], UNMAPPED + 0x1000 * seen);
        seen++;
        world_run(w);
    }
    assert_int_equal(seen, (1u << EVENTQ_LOG2) + 4);
    world_drop(w);
}

static void rule_4_7_2_stall_term_ends_all_of_a_stream(void **state)
{
    struct world *w = stalling(MAX);

    (void)state;
    for (unsigned i = 0; i < (1u << EVENTQ_LOG2) + 2; i++) { /* the last two have no record yet */
        world_txn(w, UNMAPPED, 0, 0);
    }
    world_command(w, OP(STALL_TERM) | UINT64_C(9) << 32, 0);
    assert_int_equal(w->resumed, 0);
    world_command(w, OP(STALL_TERM) | (uint64_t)SID << 32, 0);
    assert_int_equal(w->resumed, (1u << EVENTQ_LOG2) + 2);
    assert_int_equal(w->last.outcome, ARMVIRT_SMMU_ABORT);
    world_drop(w);
}

static void rule_57_smmuen_0_ends_all_stalls(void **state)
{
    struct world *w = stalling(MAX);

    (void)state;
    world_txn(w, UNMAPPED, 0, 0);
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    world_run(w);
    assert_int_equal(w->resumed, 1);
    assert_int_equal(w->last.outcome, ARMVIRT_SMMU_ABORT);
    world_drop(w);
}

static void rule_5_5_stage_2_stalls_by_s2s(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    STE(2, S2S, 1);
    STE(2, S2R, 0);
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), 0);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_STALLED);
    recorded(w, EVENT(F_TRANSLATION), IN | EVT1(S2) | EVT1(RNW) | EVT1(STALL));
    world_poke(w, world_leaf_at(S2_TABLES, CDTAB), 0); /* CLASS CD stalls too */
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_STALLED);
    assert_int_equal(world_txn(w, VA, ARMVIRT_SMMU_NO_STALL, 0).outcome, ARMVIRT_SMMU_ABORT);
    world_drop(w);
}

static void without_a_free_slot_the_device_waits(void **state)
{
    struct world *w = stalling(FVP); /* IDR5.STALL_MAX is 1 */
    struct armvirt_smmu_result r = world_txn(w, UNMAPPED, 0, 0);

    (void)state;
    assert_int_equal(r.outcome, ARMVIRT_SMMU_STALLED);
    assert_int_equal(world_txn(w, UNMAPPED, 0, 0).outcome, 0xff); /* ARMVIRT_E_AGAIN */
    assert_int_equal(world_event_type(w), EVENT(F_TRANSLATION));
    assert_int_equal(world_event_type(w), 0);
    resume(w, SID, r.stag, false, true);
    assert_int_equal(world_txn(w, UNMAPPED, 0, 0).outcome, ARMVIRT_SMMU_STALLED);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_5_5_a_and_r_of_stage_1),
        cmocka_unit_test(rule_5_5_stage_2_always_aborts),
        cmocka_unit_test(rule_20_22_attributes_are_those_of_the_transaction),
        cmocka_unit_test(rule_13_1_1_atomics_are_writes_unless_only_read_is_missing),
        cmocka_unit_test(rule_21_input_addresses_keep_their_tag),
        cmocka_unit_test(rule_19_table_accesses_of_stage_1_have_class_tt),
        cmocka_unit_test(rule_15_updates_need_stage_2_write_permission),
        cmocka_unit_test(rule_3_13_dirty_state_and_its_absence),
        cmocka_unit_test(affd_takes_access_flag_faults_away),
        cmocka_unit_test(speculative_accesses_and_probes_leave_no_trace),
        cmocka_unit_test(rule_3_14_speculative_writes_are_terminated_without_an_event),
        cmocka_unit_test(rule_45_overflow_toggles_once_until_it_is_acknowledged),
        cmocka_unit_test(rule_47_an_aborted_write_closes_the_queue),
        cmocka_unit_test(rule_7_3_1_similar_events_merge_where_mev_allows_it),
        cmocka_unit_test(rule_49_messages_and_their_failures),
        cmocka_unit_test(rule_3_12_2_a_stalled_transaction_waits_for_its_command),
        cmocka_unit_test(rule_4_7_1_terminated_transactions_abort_or_are_raz_wi),
        cmocka_unit_test(a_retry_may_stall_again),
        cmocka_unit_test(rule_44_records_of_stalls_wait_for_room_and_are_never_lost),
        cmocka_unit_test(rule_4_7_2_stall_term_ends_all_of_a_stream),
        cmocka_unit_test(rule_57_smmuen_0_ends_all_stalls),
        cmocka_unit_test(rule_5_5_stage_2_stalls_by_s2s),
        cmocka_unit_test(without_a_free_slot_the_device_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
