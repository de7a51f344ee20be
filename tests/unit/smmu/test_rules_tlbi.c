/* SPDX-License-Identifier: MIT */
/*
 * Commands: features that make them legal, one by one, what a range of invalidation covers, and
 * machines whose owner does not listen (IHI0070 4.1 to 4.7).
 */
#include "../../smmu_world.h"

#include "smmu/command.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, MAX = ARMVIRT_SMMU_MAX };
enum { NS = ARMVIRT_SPACE_NONSECURE, SECURE = ARMVIRT_SPACE_SECURE, REALM = ARMVIRT_SPACE_REALM };

#define OP(n)      ARMVIRT_SMMU_CMD0_OP_##n
#define LENGTH(a)  (sizeof(a) / sizeof((a)[0]))
#define VMID3      PUT(CMD0_TLBI, VMID, 3)
#define ASID7      PUT(CMD0_TLBI, ASID, 7)
#define NUM(n)     PUT(CMD0_TLBI, NUM, n)
#define SCALE(n)   PUT(CMD0_TLBI, SCALE, n)
#define TG(n)      PUT(CMD1_TLBI, TG, n)
#define NOT_GLOBAL UINT64_C(0x800)
#define TTL(n)     PUT(CMD1_TLBI, TTL, n)

/* ---- Which are legal ----------------------------------------------------------------------- */

/* Whether an opcode is legal on the queue of an SMMU with these registers. */
static bool features_allow(const struct armvirt_smmu_id *id, uint8_t space, uint8_t op)
{
    struct world *w = world_new(MAX, S1);
    const uint64_t cmd[2] = {op, 0};
    bool legal;

    w->smmu->config.id = *id;
    w->smmu->command_features[space] = (uint16_t)armvirt_smmu_command_features(id, space);
    legal = armvirt_smmu_execute(w->smmu, space, cmd) != ARMVIRT_SMMU_CERROR_ILL;
    world_drop(w);
    return legal;
}

/* What the largest SMMU lacks, queue, opcode, and whether it is still legal. */
static const struct {
    uint32_t idr0, idr3, s_idr3, r_idr0, r_idr3;
    uint8_t space, op;
    bool legal;
} lacking[] = {
    {.space = NS, .op = 0x40, .legal = true},
    {.idr0 = ARMVIRT_SMMU_IDR0_ATS, .space = NS, .op = 0x40},
    {.idr0 = ARMVIRT_SMMU_IDR0_ATS, .space = SECURE, .op = 0x40},
    {.idr0 = ARMVIRT_SMMU_IDR0_ATS, .space = REALM, .op = 0x40, .legal = true},
    {.r_idr0 = ARMVIRT_SMMU_R_IDR0_ATS, .space = REALM, .op = 0x40},
    {.r_idr0 = ARMVIRT_SMMU_R_IDR0_ATS, .space = NS, .op = 0x40, .legal = true},
    {.space = SECURE, .op = 0x40, .legal = true},
    {.s_idr3 = ARMVIRT_SMMU_S_IDR3_SAMS, .space = SECURE, .op = 0x40},
    {.s_idr3 = ARMVIRT_SMMU_S_IDR3_SAMS, .space = NS, .op = 0x40, .legal = true},
    {.s_idr3 = ARMVIRT_SMMU_S_IDR3_SAMS, .space = SECURE, .op = 0x41},
    {.s_idr3 = ARMVIRT_SMMU_S_IDR3_SAMS, .space = SECURE, .op = 0x70},
    {.idr0 = ARMVIRT_SMMU_IDR0_PRI, .space = NS, .op = 0x41},
    {.r_idr0 = ARMVIRT_SMMU_R_IDR0_PRI, .space = REALM, .op = 0x41},
    {.idr3 = ARMVIRT_SMMU_IDR3_DPT, .space = NS, .op = 0x70},
    {.r_idr3 = ARMVIRT_SMMU_R_IDR3_DPT, .space = REALM, .op = 0x70},
    {.r_idr3 = ARMVIRT_SMMU_R_IDR3_DPT, .space = NS, .op = 0x70, .legal = true},
    {.idr3 = ARMVIRT_SMMU_IDR3_MPAM, .space = NS, .op = 0x07},
    {.idr0 = ARMVIRT_SMMU_IDR0_HYP, .space = NS, .op = 0x20},
    {.idr0 = ARMVIRT_SMMU_IDR0_HYP, .space = REALM, .op = 0x20, .legal = true},
    {.idr0 = ARMVIRT_SMMU_IDR0_S1P, .space = NS, .op = 0x10},
    {.idr0 = ARMVIRT_SMMU_IDR0_S2P, .space = NS, .op = 0x28},
    {.space = SECURE, .op = 0x18}, /* no EL3 with RME */
    {.idr0 = ARMVIRT_SMMU_IDR0_RME_IMPL, .space = SECURE, .op = 0x18, .legal = true},
    {.idr0 = ARMVIRT_SMMU_IDR0_RME_IMPL, .space = NS, .op = 0x18},
};

static void rule_4_1_3_each_feature_has_its_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(lacking); i++) {
        struct armvirt_smmu_id id;

        (void)armvirt_smmu_preset_id(MAX, &id);
        id.idr[0] &= ~lacking[i].idr0;
        id.idr[3] &= ~lacking[i].idr3;
        id.s_idr[3] |= lacking[i].s_idr3; /* SAMS takes away when it is set */
        id.r_idr[0] &= ~lacking[i].r_idr0;
        id.r_idr[3] &= ~lacking[i].r_idr3;
        assert_int_equal(features_allow(&id, lacking[i].space, lacking[i].op), lacking[i].legal);
    }
}

/* ---- What a range covers ------------------------------------------------------------------- */

/* The page of VA is cached, moves, and a command may drop it. */
static const struct {
    uint64_t cmd0, cmd1;
    bool drops;
} ranges[] = {
    {OP(TLBI_NH_VA) | VMID3 | ASID7, VA, true},
    {OP(TLBI_NH_VA) | VMID3 | ASID7, VA + 0x1000, false},
    {OP(TLBI_NH_VA) | VMID3 | ASID7, VA - 0x1000, false},
    {OP(TLBI_NH_VA) | VMID3, VA, false}, /* another ASID */
    {OP(TLBI_NH_VA) | ASID7, VA, false}, /* another VMID */
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(2), (VA - 0x2000) | TG(1), true},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(1), (VA - 0x2000) | TG(1), false},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(2), VA - 0x2000, false}, /* NUM counts with TG only */
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | SCALE(1), (VA - 0x1000) | TG(1), true},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | SCALE(1), (VA - 0x2000) | TG(1), false},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(31) | SCALE(39), TG(1), true},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(31) | SCALE(63), TG(3), true},
    {OP(TLBI_NH_VA) | VMID3 | ASID7 | NUM(1), UINT64_C(0xfffffffffffff000) | TG(1), false},
    {OP(TLBI_NH_VA) | VMID3 | ASID7, VA | UINT64_C(0xa5) << 56, true}, /* tag */
};

static void rule_4_4_1_1_ranges_cover_their_pages(void **state)
{
    const uint64_t leaf = world_leaf_at(S1_TABLES, VA);

    (void)state;
    for (size_t i = 0; i < LENGTH(ranges); i++) {
        struct world *w = world_new(MAX, S1);

        world_poke(w, leaf, PAGES | DESC_PAGE | AP_EL0 | NOT_GLOBAL);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
        world_poke(w, leaf, (PAGES + 0x3000) | DESC_PAGE | AP_EL0 | NOT_GLOBAL);
        world_command(w, ranges[i].cmd0, ranges[i].cmd1);
        assert_int_equal(world_get(w, R_GERROR, 4), 0);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + (ranges[i].drops ? 0x3000u : 0u));
        world_drop(w);
    }
}

static void rule_4_4_1_1_hints_that_are_illegal(void **state)
{
    static const struct {
        uint64_t cmd0, cmd1;
        bool ds, ril, legal;
    } rows[] = {
        {0, TG(1), true, true, false},
        {0, TG(1), true, false, true}, /* without RIL the fields are reserved */
        {NUM(1), TG(1), true, true, true},
        {SCALE(1), TG(1), true, true, true},
        {0, TG(1) | TTL(1), false, true, true},
        {0, TG(2) | TTL(1), true, true, true},
        {0, TG(2) | TTL(1), false, true, false},
        {0, TG(2) | TTL(2), false, true, true},
        {0, TTL(1), false, true, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const uint64_t cmd[2] = {OP(TLBI_NH_VA) | rows[i].cmd0, rows[i].cmd1};
        struct world *w = world_new(MAX, S1);

        w->smmu->config.id.idr[5] &= rows[i].ds ? UINT32_MAX : (uint32_t)~ARMVIRT_SMMU_IDR5_DS;
        w->smmu->config.id.idr[3] &= rows[i].ril ? UINT32_MAX : (uint32_t)~ARMVIRT_SMMU_IDR3_RIL;
        assert_int_equal(armvirt_smmu_tlbi(w->smmu, NS, cmd), rows[i].legal);
        world_drop(w);
    }
}

static void rule_4_4_without_a_tlb_commands_are_legal_all_the_same(void **state)
{
    static const uint64_t good[2] = {OP(TLBI_NH_VA), VA}, bad[2] = {OP(TLBI_NH_VA), TG(1)};
    static const uint64_t other[2] = {OP(SYNC), 0};
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(MAX, &id);
    w = world_new_id(&id, 0, 0);
    assert_true(armvirt_smmu_tlbi(w->smmu, NS, good));
    assert_false(armvirt_smmu_tlbi(w->smmu, NS, bad));
    assert_false(armvirt_smmu_tlbi(w->smmu, NS, other)); /* no TLBI at all */
    world_drop(w);
}

/* ---- Nobody listens ------------------------------------------------------------------------ */

static void rule_4_7_3_commands_complete_without_their_listener(void **state)
{
    static const struct armvirt_smmu_ops silent = {.irq = NULL};
    static const struct armvirt_smmu_ops *const ops[] = {NULL, &silent};
    static const uint64_t cmds[][2] = {
        {OP(SYNC) | PUT(CMD0_SYNC, CS, 1), MSI_PAGE},
        {OP(SYNC) | PUT(CMD0_SYNC, CS, 2), 0},
        {OP(ATC_INV), 0},
        {OP(PRI_RESP), 0},
    };

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(cmds); i++) {
        struct world *w = world_new(MAX, S1);

        w->smmu->config.ops = ops[i & 1];
        world_poke(w, MSI_PAGE, UINT64_MAX);
        world_command(w, cmds[i / 2][0], cmds[i / 2][1]);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4), 1);
        assert_int_equal(world_get(w, R_GERROR, 4), 0);
        assert_int_equal(world_peek(w, MSI_PAGE) & UINT32_MAX, i < 2 ? 0 : UINT32_MAX);
        assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_CMD_SYNC] + w->sevs + w->atc_invs + w->responses,
                         0);
        world_drop(w);
    }
}

static void rule_4_7_3_an_event_needs_idr0_sev(void **state)
{
    (void)state;
    for (unsigned sev = 0; sev < 2; sev++) {
        static const uint64_t cmd[2] = {OP(SYNC) | PUT(CMD0_SYNC, CS, 2), 0};
        struct world *w = world_new(MAX, S1);

        w->smmu->config.id.idr[0] &= sev ? UINT32_MAX : (uint32_t)~ARMVIRT_SMMU_IDR0_SEV;
        assert_int_equal(armvirt_smmu_execute(w->smmu, NS, cmd), ARMVIRT_SMMU_CERROR_NONE);
        assert_int_equal(w->sevs, sev);
        world_drop(w);
    }
}

static void rule_4_5_responses_of_a_disabled_smmu_go_nowhere(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_put(w, R_CR0, 4, CR0_CMDQEN);
    world_command(w, OP(PRI_RESP), 0);
    assert_int_equal(w->responses, 0);
    assert_int_equal(world_get(w, R_GERROR, 4), 0);
    world_put(w, R_CR0, 4, CR0_CMDQEN | CR0_SMMUEN);
    world_command(w, OP(PRI_RESP), 0);
    assert_int_equal(w->responses, 1);
    world_drop(w);
}

/* The outcome of a stalled read that a command ends without AC and AB. */
static void rule_4_7_1_term_model_leaves_only_aborts(void **state)
{
    (void)state;
    for (unsigned model = 0; model < 2; model++) {
        struct world *w = world_new(MAX, S1);
        const uint64_t resume = OP(RESUME) | (uint64_t)SID << 32;
        struct armvirt_smmu_result r;
        uint64_t foreign[2] = {resume | ARMVIRT_SMMU_CMD0_SSEC, 0};

        world_poke(w, CDTAB, world_peek(w, CDTAB) | PUT(CD0, S, 1));
        w->smmu->config.id.idr[0] |= (uint32_t)PUT(IDR0, TERM_MODEL, model);
        r = world_txn(w, VA + 0x10000, 0, 0);
        assert_int_equal(r.outcome, ARMVIRT_SMMU_STALLED);
        foreign[1] = r.stag;
        assert_int_equal(armvirt_smmu_execute(w->smmu, SECURE, foreign), ARMVIRT_SMMU_CERROR_NONE);
        world_run(w);
        assert_int_equal(w->resumed, 0); /* not a Secure stream */
        world_command(w, resume, r.stag);
        assert_int_equal(w->resumed, 1);
        assert_int_equal(w->last.outcome, model ? ARMVIRT_SMMU_ABORT : ARMVIRT_SMMU_RAZ_WI);
        world_drop(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_4_1_3_each_feature_has_its_commands),
        cmocka_unit_test(rule_4_4_1_1_ranges_cover_their_pages),
        cmocka_unit_test(rule_4_4_1_1_hints_that_are_illegal),
        cmocka_unit_test(rule_4_4_without_a_tlb_commands_are_legal_all_the_same),
        cmocka_unit_test(rule_4_7_3_commands_complete_without_their_listener),
        cmocka_unit_test(rule_4_7_3_an_event_needs_idr0_sev),
        cmocka_unit_test(rule_4_7_1_term_model_leaves_only_aborts),
        cmocka_unit_test(rule_4_5_responses_of_a_disabled_smmu_go_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
