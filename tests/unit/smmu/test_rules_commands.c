/* SPDX-License-Identifier: MIT */
/* Commands: which are legal where, errors and repair, completion, what they invalidate (IHI0070 4,
 * 7.1). */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, S2 = 6, NESTED = 7 };
enum { MIN = ARMVIRT_SMMU_LINUX_MIN, QEMU = ARMVIRT_SMMU_QEMU, MAX = ARMVIRT_SMMU_MAX };

#define OP(n)    ARMVIRT_SMMU_CMD0_OP_##n
#define ERROR    ARMVIRT_SMMU_GERROR_CMDQ_ERR
#define VMID3    PUT(CMD0_TLBI, VMID, 3)
#define ASID7    PUT(CMD0_TLBI, ASID, 7)
#define SID_BITS ((uint64_t)SID << 32)

/* CMDQ_CONS.ERR if the error is active, else 0; then the error is acknowledged, the queue empty. */
static unsigned error_of(struct world *w)
{
    uint64_t active = (world_get(w, R_GERROR, 4) ^ world_get(w, R_GERRORN, 4)) & ERROR;
    uint64_t cons = world_get(w, R_CMDQ_CONS, 4);

    if (active == 0) {
        return 0;
    }
    world_put(w, R_CMDQ_PROD, 4, cons & 0xfffff);
    world_put(w, R_GERRORN, 4, world_get(w, R_GERROR, 4));
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_CMDQ_CONS_ERR, cons);
}

/* ---- Legality ------------------------------------------------------------------------------ */

/* Opcodes that are legal: on the least SMMU; on the largest, by queue. */
static const uint8_t min_ops[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10,
                                  0x11, 0x12, 0x13, 0x28, 0x2a, 0x30, 0x46};
static const uint8_t max_ops[3][40] = {
    [ARMVIRT_SPACE_NONSECURE] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11,
                                 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x28, 0x2a, 0x30,
                                 0x40, 0x41, 0x44, 0x45, 0x46, 0x70, 0x73},
    [ARMVIRT_SPACE_SECURE] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12, 0x13,
                              0x20, 0x21, 0x22, 0x23, 0x28, 0x2a, 0x30, 0x40, 0x41, 0x44, 0x45,
                              0x46, 0x50, 0x51, 0x52, 0x53, 0x58, 0x5a, 0x60, 0x70, 0x73},
    [ARMVIRT_SPACE_REALM] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12, 0x13, 0x20,
                             0x21, 0x22, 0x23, 0x28, 0x2a, 0x30, 0x40, 0x41, 0x46, 0x70, 0x73},
};

static bool listed(const uint8_t *ops, size_t count, unsigned op)
{
    for (size_t i = 0; i < count; i++) {
        if (ops[i] == op && op != 0) {
            return true;
        }
    }
    return false;
}

static void rule_4_1_3_each_opcode_on_each_queue(void **state)
{
    struct world *w = world_new(MIN, S1);

    (void)state;
    for (unsigned op = 0; op < 256; op++) {
        world_command(w, op, 0);
        assert_int_equal(error_of(w), listed(min_ops, sizeof(min_ops), op) ? 0 : 1);
    }
    world_drop(w);
    for (uint8_t space = 0; space < 3; space++) {
        w = world_new(MAX, S1);
        w->space = space;
        world_enable(w);
        for (unsigned op = 0; op < 256; op++) {
            world_command(w, op, 0);
            assert_int_equal(error_of(w), listed(max_ops[space], 40, op) ? 0 : 1);
        }
        world_drop(w);
    }
}

static void rule_4_1_6_ssec_is_for_the_secure_queue(void **state)
{
    static const uint8_t ops[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x44, 0x45};
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < sizeof(ops); i++) {
        w->space = ARMVIRT_SPACE_NONSECURE;
        world_command(w, ops[i] | ARMVIRT_SMMU_CMD0_SSEC, 0);
        assert_int_equal(error_of(w), 1);
    }
    w->space = ARMVIRT_SPACE_SECURE;
    world_enable(w);
    for (size_t i = 0; i < sizeof(ops); i++) {
        world_command(w, ops[i] | ARMVIRT_SMMU_CMD0_SSEC, 0);
        assert_int_equal(error_of(w), 0);
    }
    world_drop(w);
}

static void rule_35_a_granule_without_range_and_level_is_illegal(void **state)
{
    static const uint8_t ops[] = {0x12, 0x13, 0x22, 0x23, 0x2a};
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < sizeof(ops); i++) {
        world_command(w, ops[i], PUT(CMD1_TLBI, TG, 1));
        assert_int_equal(error_of(w), 1);
        world_command(w, ops[i], PUT(CMD1_TLBI, TG, 1) | PUT(CMD1_TLBI, TTL, 3));
        assert_int_equal(error_of(w), 0);
        world_command(w, ops[i] | PUT(CMD0_TLBI, NUM, 1), PUT(CMD1_TLBI, TG, 3));
        assert_int_equal(error_of(w), 0);
    }
    world_drop(w);
    w = world_new(QEMU, S1); /* rule 37: 16 KB has no level 1 without DS */
    world_command(w, 0x12, PUT(CMD1_TLBI, TG, 2) | PUT(CMD1_TLBI, TTL, 1));
    assert_int_equal(error_of(w), 1);
    world_drop(w);
}

static void rule_52_cs_3_is_illegal_and_responses_have_three_values(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_command(w, OP(SYNC) | PUT(CMD0_SYNC, CS, 3), 0);
    assert_int_equal(error_of(w), 1);
    world_command(w, OP(PRI_RESP), PUT(CMD1_PRI_RESP, RESP, 3));
    assert_int_equal(error_of(w), 1);
    world_drop(w);
}

/* ---- Errors -------------------------------------------------------------------------------- */

static void rule_50_cons_stays_on_the_bad_command_until_it_is_repaired(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_poke(w, CMDQ, OP(SYNC));
    world_poke(w, CMDQ + 16, 0xff);
    world_poke(w, CMDQ + 32, OP(SYNC) | PUT(CMD0_SYNC, CS, 2));
    world_put(w, R_CMDQ_PROD, 4, 3);
    world_run(w);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), PUT(CMDQ_CONS, ERR, 1) | 1);
    assert_int_equal(world_get(w, R_GERROR, 4), ERROR);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GERROR], 1);
    assert_int_equal(w->sevs, 0);
    world_run(w); /* nothing goes on while the error is active */
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4) & 0xfffff, 1);
    world_poke(w, CMDQ + 16, OP(SYNC) | PUT(CMD0_SYNC, CS, 1));
    world_put(w, R_GERRORN, 4, ERROR);
    world_run(w);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4) & 0xfffff, 3);
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_CMD_SYNC], 1);
    assert_int_equal(w->sevs, 1);
    world_drop(w);
}

static void rule_7_1_an_aborted_fetch_is_cerror_abt(void **state)
{
    struct world *w = world_new(QEMU, S1);

    (void)state;
    w->abort_at = CMDQ + 8;
    world_command(w, OP(SYNC), 0);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), PUT(CMDQ_CONS, ERR, 2));
    assert_int_equal(error_of(w), 2);
    w->abort_at = UINT64_MAX;
    w->retry_at = CMDQ;
    world_command(w, OP(SYNC), 0);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4) & 0xfffff, 0);
    assert_true(armvirt_smmu_pending(w->smmu));
    w->retry_at = UINT64_MAX;
    world_run(w);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4) & 0xfffff, 1);
    world_drop(w);
}

/* ---- Budget -------------------------------------------------------------------------------- */

static void commands_keep_to_the_budget_and_wake_a_full_queue(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (unsigned i = 0; i < 1u << CMDQ_LOG2; i++) {
        world_poke(w, CMDQ + 16 * i, OP(SYNC));
        world_poke(w, CMDQ + 16 * i + 8, 0);
    }
    world_put(w, R_CMDQ_PROD, 4, 1u << CMDQ_LOG2);
    assert_int_equal(armvirt_smmu_run(w->smmu, 5), ARMVIRT_E_AGAIN);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 5);
    assert_int_equal(w->sevs, 1); /* it was full */
    assert_int_equal(armvirt_smmu_run(w->smmu, 1000), ARMVIRT_OK);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 1u << CMDQ_LOG2);
    assert_int_equal(armvirt_smmu_run(w->smmu, 0), ARMVIRT_OK);
    world_put(w, R_CR0, 4, CR0_SMMUEN);
    world_put(w, R_CMDQ_PROD, 4, 0);
    assert_false(armvirt_smmu_pending(w->smmu)); /* CMDQEN is 0 */
    world_drop(w);
}

/* ---- CMD_SYNC ------------------------------------------------------------------------------ */

static void rule_53_a_message_may_overwrite_its_own_command(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_command(w, OP(SYNC) | PUT(CMD0_SYNC, CS, 1) | PUT(CMD0_SYNC, MSIDATA, 0x1234), CMDQ);
    assert_int_equal(world_peek(w, CMDQ) & UINT32_MAX, 0x1234);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 1);
    w->abort_at = MSI_PAGE;
    world_command(w, OP(SYNC) | PUT(CMD0_SYNC, CS, 1), MSI_PAGE);
    assert_int_equal(world_get(w, R_GERROR, 4), ARMVIRT_SMMU_GERROR_MSI_CMDQ_ABT_ERR);
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 2); /* consumed all the same */
    world_drop(w);
}

/* ---- ATS and PRI --------------------------------------------------------------------------- */

static void rule_4_5_1_atc_invalidations_go_out_and_may_time_out(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t cmd0 = OP(ATC_INV) | SID_BITS | ARMVIRT_SMMU_CMD0_SSV | PUT(CMD0, SSID, 9) |
                    ARMVIRT_SMMU_CMD0_GLOBAL;
    static uint8_t saved[32768];
    size_t len;

    (void)state;
    world_command(w, cmd0, 0x12345000 | 2);
    assert_int_equal(w->atc_invs, 1);
    assert_int_equal(w->atc_inv.address, 0x12344000); /* aligned to its size */
    assert_int_equal(w->atc_inv.size_log2, 14);
    assert_int_equal(w->atc_inv.sid, SID);
    assert_int_equal(w->atc_inv.ssid, 9);
    assert_true(w->atc_inv.ssv && w->atc_inv.global);
    world_command(w, OP(ATC_INV) | ARMVIRT_SMMU_CMD0_GLOBAL, 52);
    assert_int_equal(w->atc_inv.size_log2, 64);
    assert_false(w->atc_inv.global); /* ignored without SSV */
    world_command(w, OP(SYNC), 0);
    assert_int_equal(error_of(w), 0);
    w->atc_fails = true;
    world_command(w, cmd0, 0);
    assert_int_equal(error_of(w), 0);
    assert_int_equal(armvirt_smmu_save(w->smmu, saved, sizeof(saved), &len), ARMVIRT_OK);
    world_command(w, OP(SYNC), 0);
    assert_int_equal(error_of(w), 3);
    assert_int_equal(armvirt_smmu_load(w->smmu, saved, len), ARMVIRT_OK); /* before it was told */
    world_command(w, OP(SYNC), 0);
    assert_int_equal(error_of(w), 3);
    world_command(w, OP(SYNC), 0); /* told once */
    assert_int_equal(error_of(w), 0);
    world_put(w, R_CR0, 4, CR0_CMDQEN); /* rule 51: ignored, but not where it is illegal */
    world_command(w, cmd0, 0);
    assert_int_equal(w->atc_invs, 3);
    world_drop(w);
}

static void rule_4_5_2_page_responses(void **state)
{
    static const uint8_t codes[3] = {0xf, 1, 0};
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (unsigned resp = 0; resp < 3; resp++) {
        world_command(w, OP(PRI_RESP) | SID_BITS, PUT(CMD1_PRI_RESP, RESP, resp) | 0x1a5);
        assert_int_equal(w->responses, resp + 1);
        assert_int_equal(w->response.code, codes[resp]);
        assert_int_equal(w->response.prg_index, 0x1a5);
    }
    world_drop(w);
}

/* ---- Invalidation -------------------------------------------------------------------------- */

/* The page of VA moves; @stale until a command of the list below comes. */
static void remap(struct world *w, uint64_t to)
{
    world_poke(w, world_leaf_at(S1_TABLES, VA), to | DESC_PAGE | AP_EL0 | 0x800);
}

static void tlbi_commands_of_every_scope_drop_stage_1_entries(void **state)
{
    static const uint64_t cmds[][2] = {
        {OP(TLBI_NSNH_ALL), 0},
        {OP(TLBI_NH_ALL) | VMID3, 0},
        {OP(TLBI_NH_ASID) | VMID3 | ASID7, 0},
        {OP(TLBI_NH_VA) | VMID3 | ASID7, VA},
        {OP(TLBI_NH_VA) | VMID3 | ASID7, VA | 1}, /* Leaf */
        {OP(TLBI_NH_VAA) | VMID3, VA},
        {OP(TLBI_S12_VMALL) | VMID3, 0},
        {OP(TLBI_NH_VA) | VMID3 | ASID7 | PUT(CMD0_TLBI, NUM, 3),
         (VA - 0x2000) | PUT(CMD1_TLBI, TG, 1)},
        {OP(TLBI_NH_VA) | VMID3 | ASID7 | PUT(CMD0_TLBI, SCALE, 20), PUT(CMD1_TLBI, TG, 1)},
        {OP(TLBI_NH_VA) | VMID3 | ASID7 | PUT(CMD0_TLBI, SCALE, 39), PUT(CMD1_TLBI, TG, 3)},
    };
    struct world *w = world_new(MAX, S1);
    unsigned n = 0;

    (void)state;
    remap(w, PAGES);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    for (size_t i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++) {
        remap(w, PAGES + 0x1000 * ++n);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000 * (n - 1)); /* cached */
        world_command(w, cmds[i][0], cmds[i][1]);
        assert_int_equal(error_of(w), 0);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000 * n);
    }
    world_drop(w);
}

static void rule_34_s2_ipa_drops_stage_2_only_entries(void **state)
{
    struct world *w = world_new(MAX, S2);

    (void)state;
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, PAGES);
    world_poke(w, world_leaf_at(S2_TABLES, IPA), (PAGES + 0x1000) | DESC_S2);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, PAGES);
    world_command(w, OP(TLBI_S2_IPA) | VMID3, IPA);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, PAGES + 0x1000);
    world_drop(w);
}

static void rule_39_cfgi_drops_configurations_and_tlbi_does_not(void **state)
{
    static const uint64_t cmds[][2] = {
        {OP(CFGI_STE) | SID_BITS, 1},
        {OP(CFGI_STE_RANGE) | SID_BITS, 3},
        {OP(CFGI_CD) | SID_BITS, 1},
        {OP(CFGI_CD_ALL) | SID_BITS, 0},
    };
    struct world *w = world_new(MAX, S1);
    uint64_t cd0 = world_peek(w, CDTAB);

    (void)state;
    for (size_t i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++) {
        assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
        world_poke(w, CDTAB, cd0 & ~ARMVIRT_SMMU_CD0_V);
        world_command(w, OP(TLBI_NSNH_ALL), 0);
        assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
        world_command(w, cmds[i][0], cmds[i][1]);
        assert_int_equal(world_txn(w, VA, 0, 0).reason, ARMVIRT_SMMU_REASON_CD_V);
        world_poke(w, CDTAB, cd0);
    }
    world_drop(w);
}

/* CR0.VMW: the low bits of the VMID do not count. */
static void rule_3_17_6_vmid_wildcards(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_CMDQEN | CR0_EVENTQEN | 2u << 6);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    remap(w, PAGES + 0x1000);
    world_command(w, OP(TLBI_NH_ALL) | PUT(CMD0_TLBI, VMID, 1), 0); /* 3 and 1 differ in bit 1 */
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000);
    world_drop(w);
}

static void el2_entries_go_with_and_without_e2h(void **state)
{
    static const uint64_t cmds[][2] = {
        {OP(TLBI_EL2_ALL), 0}, {OP(TLBI_EL2_VA), VA}, {OP(TLBI_EL2_VAA), VA}};
    struct world *w = world_new(MAX, S1);
    uint64_t at = STRTAB + 64 * SID + 8;

    (void)state;
    world_poke(w, at, world_peek(w, at) | PUT(STE1, STRW, 2));
    world_forget(w);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000 * i);
        remap(w, PAGES + 0x1000 * (i + 1));
        world_command(w, cmds[i][0], cmds[i][1]);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000 * (i + 1));
    }
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_4_1_3_each_opcode_on_each_queue),
        cmocka_unit_test(rule_4_1_6_ssec_is_for_the_secure_queue),
        cmocka_unit_test(rule_35_a_granule_without_range_and_level_is_illegal),
        cmocka_unit_test(rule_52_cs_3_is_illegal_and_responses_have_three_values),
        cmocka_unit_test(rule_50_cons_stays_on_the_bad_command_until_it_is_repaired),
        cmocka_unit_test(rule_7_1_an_aborted_fetch_is_cerror_abt),
        cmocka_unit_test(commands_keep_to_the_budget_and_wake_a_full_queue),
        cmocka_unit_test(rule_53_a_message_may_overwrite_its_own_command),
        cmocka_unit_test(rule_4_5_1_atc_invalidations_go_out_and_may_time_out),
        cmocka_unit_test(rule_4_5_2_page_responses),
        cmocka_unit_test(tlbi_commands_of_every_scope_drop_stage_1_entries),
        cmocka_unit_test(rule_34_s2_ipa_drops_stage_2_only_entries),
        cmocka_unit_test(rule_39_cfgi_drops_configurations_and_tlbi_does_not),
        cmocka_unit_test(rule_3_17_6_vmid_wildcards),
        cmocka_unit_test(el2_entries_go_with_and_without_e2h),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
