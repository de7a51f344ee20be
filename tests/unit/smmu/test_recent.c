/* SPDX-License-Identifier: MIT */
/*
 * What was answered recently is forgotten in time, and given to nobody else (IHI0070 3.21, 4.3,
 * 4.4). Every case asks three times first: the first answer fills configuration cache and TLB, the
 * second one comes from there and is kept, the third one is the kept one.
 */
#include "suite.h"

#include "../../smmu_world.h"

#include <armvirt/tlb.h>

#define OP(n)  ARMVIRT_SMMU_CMD0_OP_##n
#define STREAM ((uint64_t)SID << 32)

#define NOT_GLOBAL   UINT64_C(0x800)
#define NOT_EXECUTED (UINT64_C(1) << 53)
#define S_INIT       (0x8000 + 0x3c)

enum { S1 = 5, S2 = 6, NESTED = 7, ELSEWHERE = 0x3000 };

static struct armvirt_smmu_result ask(struct world *w, const struct armvirt_smmu_txn *txn)
{
    struct armvirt_smmu_result result;

    assert_int_equal(armvirt_smmu_translate(w->smmu, txn, &result), ARMVIRT_OK);
    return result;
}

static struct armvirt_smmu_result ask_thrice(struct world *w, const struct armvirt_smmu_txn *txn)
{
    unsigned reads;

    (void)ask(w, txn);
    reads = w->reads;
    (void)ask(w, txn);
    assert_int_equal(w->reads, reads);
    return ask(w, txn);
}

/* ---- Forgotten in time --------------------------------------------------------------------- */

/* What changes in memory. */
enum change { LEAF1, LEAF2, STE, CD };

static void make(struct world *w, enum change change, uint64_t addr)
{
    switch (change) {
    case LEAF1:
        world_map(w, S1_TABLES, addr, (PAGES + ELSEWHERE) | DESC_PAGE | AP_EL0);
        break;
    case LEAF2:
        world_map(w, S2_TABLES, addr, (PAGES + ELSEWHERE) | DESC_S2);
        break;
    case STE:
        world_poke(w, STRTAB + 64 * SID, 0);
        break;
    default:
        world_poke(w, CDTAB, 0);
        break;
    }
}

struct invalidation {
    unsigned config;
    enum change change;
    uint64_t cmd0, cmd1;
};

static const struct invalidation commands[] = {
    {S1, LEAF1, OP(TLBI_NH_ALL) | PUT(CMD0_TLBI, VMID, 3), 0},
    {S1, LEAF1, OP(TLBI_NH_ASID) | PUT(CMD0_TLBI, VMID, 3) | PUT(CMD0_TLBI, ASID, 7), 0},
    {S1, LEAF1, OP(TLBI_NH_VA) | PUT(CMD0_TLBI, VMID, 3) | PUT(CMD0_TLBI, ASID, 7), VA},
    {S1, LEAF1, OP(TLBI_NH_VAA) | PUT(CMD0_TLBI, VMID, 3), VA},
    {S1, LEAF1, OP(TLBI_NSNH_ALL), 0},
    {NESTED, LEAF1, OP(TLBI_S12_VMALL) | PUT(CMD0_TLBI, VMID, 3), 0},
    {S2, LEAF2, OP(TLBI_S12_VMALL) | PUT(CMD0_TLBI, VMID, 3), 0},
    {S2, LEAF2, OP(TLBI_S2_IPA) | PUT(CMD0_TLBI, VMID, 3), IPA},
    {S2, LEAF2, OP(TLBI_NSNH_ALL), 0},
    {S1, STE, OP(CFGI_STE) | STREAM, 1},
    {S2, STE, OP(CFGI_STE) | STREAM, 1},
    {NESTED, STE, OP(CFGI_STE_RANGE) | STREAM, 31},
    {S1, STE, OP(CFGI_STE_RANGE) | STREAM, 0},
    {S1, CD, OP(CFGI_CD) | STREAM, 1},
    {NESTED, CD, OP(CFGI_CD_ALL) | STREAM, 0},
};

/* The command behind a CMD_SYNC, so that a question may come when the queue has been told of it. */
static void submit(struct world *w, uint64_t cmd0, uint64_t cmd1)
{
    world_poke(w, CMDQ, OP(SYNC));
    world_poke(w, CMDQ + 8, 0);
    world_poke(w, CMDQ + 16, cmd0);
    world_poke(w, CMDQ + 24, cmd1);
    world_put(w, R_CMDQ_PROD, 4, 2);
    assert_int_equal(armvirt_smmu_run(w->smmu, 1), ARMVIRT_E_AGAIN);
}

static void IHI0070_4_after_each_command_memory_counts(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(commands) / sizeof(commands[0]); n++) {
        const struct invalidation *row = &commands[n];
        struct world *w = world_new(ARMVIRT_SMMU_MAX, row->config);
        struct armvirt_smmu_txn txn = {.addr = row->config == S2 ? IPA : VA, .sid = SID};
        struct armvirt_smmu_result after;

        world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0 | NOT_GLOBAL);
        world_map(w, S2_TABLES, PAGES + ELSEWHERE, (PAGES + ELSEWHERE) | DESC_S2);
        submit(w, row->cmd0, row->cmd1);
        assert_int_equal(ask_thrice(w, &txn).outcome, ARMVIRT_SMMU_PASS);
        make(w, row->change, txn.addr);
        world_run(w);
        assert_int_equal(world_get(w, R_GERROR, 4), 0);
        after = ask(w, &txn);
        if (row->change == LEAF1 || row->change == LEAF2) {
            assert_int_equal(after.outcome, ARMVIRT_SMMU_PASS);
            assert_int_equal(after.pa, PAGES + ELSEWHERE);
        } else {
            assert_int_equal(after.outcome, ARMVIRT_SMMU_ABORT);
        }
        world_drop(w);
    }
}

static void IHI0070_3_17_after_a_broadcast_memory_counts(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    const struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID};
    const struct armvirt_tlb_inval inval = {.scope = ARMVIRT_TLB_VMID, .vmid = 3};

    (void)state;
    (void)ask_thrice(w, &txn);
    make(w, LEAF1, VA);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_int_equal(ask(w, &txn).pa, PAGES + ELSEWHERE);
    world_drop(w);
}

/* Without a command both answers would be right; this model keeps what it has. */
static void IHI0070_3_21_until_then_the_old_answer_stands(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    const struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID};
    unsigned reads;

    (void)state;
    (void)ask_thrice(w, &txn);
    make(w, LEAF1, VA);
    make(w, STE, VA);
    reads = w->reads;
    assert_int_equal(ask(w, &txn).pa, PAGES);
    assert_int_equal(w->reads, reads);
    world_drop(w);
}

struct write {
    uint64_t offset, value;
    uint8_t size, space;
    uint8_t outcome;
};

static const struct write writes[] = {
    {R_CR0, CR0_EVENTQEN | CR0_CMDQEN, 4, 0, ARMVIRT_SMMU_PASS}, /* it bypasses: see below */
    {S_INIT, 1, 4, ARMVIRT_SPACE_SECURE, ARMVIRT_SMMU_ABORT},
    {(ROOT_PAGE << 16) + 0x58, 1, 4, ARMVIRT_SPACE_ROOT, ARMVIRT_SMMU_ABORT}, /* TLBI_CTRL.RUN */
};

static void IHI0070_6_3_after_each_write_registers_and_memory_count(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(writes) / sizeof(writes[0]); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        const struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID};
        const struct armvirt_smmu_access access = {
            .offset = writes[n].offset, .size = writes[n].size, .space = writes[n].space};
        struct armvirt_smmu_result result;

        assert_int_equal(ask_thrice(w, &txn).pa, PAGES);
        make(w, STE, VA);
        assert_int_equal(armvirt_smmu_write(w->smmu, &access, writes[n].value), ARMVIRT_OK);
        result = ask(w, &txn);
        assert_int_equal(result.outcome, writes[n].outcome);
        if (result.outcome == ARMVIRT_SMMU_PASS) {
            assert_int_equal(result.pa, VA);
        }
        world_drop(w);
    }
}

static void IHI0070_3_11_a_reset_and_a_snapshot_forget(void **state)
{
    (void)state;
    for (unsigned loads = 0; loads < 2; loads++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        const struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID};
        static uint8_t buf[40000];
        size_t len;

        assert_int_equal(armvirt_smmu_save(w->smmu, buf, sizeof(buf), &len), ARMVIRT_OK);
        assert_int_equal(ask_thrice(w, &txn).pa, PAGES);
        make(w, LEAF1, VA);
        if (loads) {
            assert_int_equal(armvirt_smmu_load(w->smmu, buf, len), ARMVIRT_OK);
        } else {
            armvirt_smmu_reset(w->smmu);
            world_root(w, R_ROOT_CR0, 4, 1); /* ACCESSEN */
            world_enable(w);
        }
        assert_int_equal(ask(w, &txn).pa, PAGES + ELSEWHERE);
        world_drop(w);
    }
}

/* ---- Given to nobody else ------------------------------------------------------------------ */

/* Who was answered, and who asks like it but must get another answer. */
static const struct {
    struct armvirt_smmu_txn first, other;
} alike[] = {
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID + 1}},
    {{.addr = VA, .sid = SID}, {.addr = VA + 0x1000, .sid = SID}},
    {{.addr = VA, .sid = SID}, {.addr = VA + (UINT64_C(1) << 52), .sid = SID}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .flags = ARMVIRT_SMMU_WRITE}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .flags = ARMVIRT_SMMU_READ_WRITE}},
    {{.addr = VA, .sid = SID},
     {.addr = VA, .sid = SID, .flags = ARMVIRT_SMMU_INSTRUCTION | ARMVIRT_SMMU_PRIVILEGED}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .flags = ARMVIRT_SMMU_SSV}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .ssid = 1, .flags = ARMVIRT_SMMU_SSV}},
    {{.addr = VA, .sid = SID},
     {.addr = VA, .sid = SID, .ssid = UINT32_MAX, .flags = ARMVIRT_SMMU_SSV}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .sec_sid = ARMVIRT_SPACE_SECURE}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .sec_sid = ARMVIRT_SPACE_REALM}},
    {{.addr = VA, .sid = SID}, {.addr = VA, .sid = SID, .flags = ARMVIRT_SMMU_TRANSLATED}},
};

/* A page that EL0 may read, and EL1 may not execute. */
static void IHI0070_3_3_an_answer_is_for_its_stream_page_and_kind_of_access(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(alike) / sizeof(alike[0]); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        struct armvirt_smmu_result result;

        world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0 | AP_RO | NOT_EXECUTED);
        assert_int_equal(ask_thrice(w, &alike[n].first).pa, PAGES);
        result = ask(w, &alike[n].other);
        assert_true(result.outcome != ARMVIRT_SMMU_PASS || result.pa != PAGES);
        world_drop(w);
    }
}

/* Attributes that come with the transaction, and those that do not. */
static void IHI0070_13_2_an_answer_is_not_for_other_attributes(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    struct armvirt_smmu_txn txn = {.addr = VA, .sid = SID};
    struct armvirt_smmu_result plain, hinted;

    (void)state;
    plain = ask_thrice(w, &txn);
    txn.flags = ARMVIRT_SMMU_ATTR;
    txn.attr = (struct armvirt_smmu_attr){.mair = 0xdd, .sh = ARMVIRT_SH_NONE};
    hinted = ask_thrice(w, &txn);
    assert_int_equal(plain.attr.mair, 0xff);
    assert_int_equal(hinted.attr.mair, 0xdd);
    world_drop(w);
}

/* All of the answer, and the offset in the page. */
static void IHI0070_3_3_the_third_answer_is_the_first(void **state)
{
    static const uint8_t configs[] = {S1, S2, NESTED};

    (void)state;
    for (size_t n = 0; n < sizeof(configs); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, configs[n]);
        struct armvirt_smmu_txn txn = {.addr = configs[n] == S2 ? IPA : VA, .sid = SID};
        struct armvirt_smmu_result first, third;

        txn.addr += 0x123;
        assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &first), ARMVIRT_OK);
        assert_int_equal(first.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(first.pa & 0xfff, 0x123);
        (void)ask_thrice(w, &txn);
        assert_int_equal(armvirt_smmu_translate(w->smmu, &txn, &third), ARMVIRT_OK);
        assert_memory_equal(&third, &first, sizeof(first));
        txn.addr ^= 0x456;
        assert_int_equal(ask(w, &txn).pa, first.pa ^ 0x456);
        world_drop(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_4_after_each_command_memory_counts),
        cmocka_unit_test(IHI0070_3_17_after_a_broadcast_memory_counts),
        cmocka_unit_test(IHI0070_3_21_until_then_the_old_answer_stands),
        cmocka_unit_test(IHI0070_6_3_after_each_write_registers_and_memory_count),
        cmocka_unit_test(IHI0070_3_11_a_reset_and_a_snapshot_forget),
        cmocka_unit_test(IHI0070_3_3_an_answer_is_for_its_stream_page_and_kind_of_access),
        cmocka_unit_test(IHI0070_13_2_an_answer_is_not_for_other_attributes),
        cmocka_unit_test(IHI0070_3_3_the_third_answer_is_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
