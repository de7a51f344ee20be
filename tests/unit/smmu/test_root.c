/* SPDX-License-Identifier: MIT */
/*
 * What Root software sees of granule protection: the two fault registers, their interrupts, what
 * is reported and what is not (IHI0070 3.25, 6.3.110 to 6.3.121).
 */
#include "../../smmu_world.h"

#include <armvirt/smmu_ats.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { MAX = ARMVIRT_SMMU_MAX };
enum { GPT_L0 = 0x3f0000, GPT_L1 = 0x380000 };
enum { NO_ACCESS = 0, NS_ONLY = 9, ANY = 0xf };
enum { TRANSLATION = 1, GERROR = 2, TRANSACTION = 3 };

#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define EVENT(n)  ARMVIRT_SMMU_EVT0_TYPE_##n

#define CFG_4K UINT64_C(0x3500) /* PPS 32 bits, granules of 4 KB, inner shareable, write-back */
#define FAULT  1u

/* Memory up to 1 GB in granules, each for anybody; checks are on. */
static void protect(struct world *w)
{
    world_poke(w, GPT_L0, GPT_L1 | 3);
    for (unsigned n = 0; n < WORLD_BYTES >> 16; n++) {
        world_poke(w, GPT_L1 + 8 * n, UINT64_MAX);
    }
    world_root(w, R_ROOT_GPT_BASE, 8, GPT_L0);
    world_root(w, R_ROOT_GPT_CFG, 8, CFG_4K);
    world_root(w, R_ROOT_CR0, 4, 3);
}

/* Nobody may reach the granule of @pa. */
static void close_granule(struct world *w, uint64_t pa)
{
    uint64_t at = GPT_L1 + (pa >> 16) * 8;

    world_poke(w, at, world_peek(w, at) & ~(UINT64_C(0xf) << (pa >> 12 & 0xf) * 4));
    world_root(w, R_ROOT_CR0, 4, 1); /* forget what was read */
    world_root(w, R_ROOT_CR0, 4, 3);
}

/* FPAS is 0b01 for Non-secure. */
static uint64_t far(uint64_t pa, unsigned code, unsigned reason)
{
    return UINT64_C(1) << 62 | (pa & ~UINT64_C(0xfff)) | code << 4 | reason << 1 | FAULT;
}

static uint64_t gpf_far(struct world *w)
{
    return world_root_get(w, R_ROOT_GPF_FAR, 8);
}

static struct world *protected(unsigned config)
{
    struct world *w = world_new(MAX, config);

    protect(w);
    return w;
}

/* ---- Whose access -------------------------------------------------------------------------- */

static void IHI0070_6_3_116_each_access_of_a_translation_has_its_code(void **state)
{
    static const struct {
        uint64_t pa;
        unsigned config, code, origin;
    } tries[] = {
        {STRTAB + 64 * SID, S1, 0x03, TRANSLATION},
        {CDTAB, S1, 0x09, TRANSLATION},
        {CDTAB, NESTED, 0x09, TRANSLATION}, /* behind stage 2 */
        {S1_TABLES, S1, 0x0b, TRANSLATION},
        {S2_TABLES, NESTED, 0x0b, TRANSLATION}, /* on the way to the descriptor */
        {S1_TABLES + 0x1000, NESTED, 0x0b, TRANSLATION},
        {PAGES, S1, 0, TRANSACTION},
        {PAGES, S2, 0, TRANSACTION},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = protected(tries[n].config);
        uint64_t event[4];

        close_granule(w, tries[n].pa);
        assert_int_equal(world_txn(w, tries[n].config == S2 ? IPA : VA, 0, 0).outcome,
                         ARMVIRT_SMMU_ABORT);
        assert_int_equal(gpf_far(w), far(tries[n].pa, tries[n].code, tries[n].origin));
        assert_int_equal(world_root_get(w, R_ROOT_GPT_CFG_FAR, 8), 0);
        assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GPF_FAR], 1);
        assert_int_equal(world_event(w, event), tries[n].origin == TRANSLATION);
        if (tries[n].origin == TRANSLATION) {
            assert_int_equal(event[0] & 0xff, tries[n].code);
            assert_true((event[1] & ARMVIRT_SMMU_EVT1_GPCF) != 0);
        }
        world_drop(w);
    }
}

static void IHI0070_6_3_116_queues_and_messages_have_their_codes(void **state)
{
    struct world *w = protected(S1);

    (void)state;
    close_granule(w, CMDQ);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_SYNC, 0);
    assert_int_equal(gpf_far(w), far(CMDQ, 0x00, GERROR));
    assert_int_equal(world_get(w, R_CMDQ_CONS, 4) >> 24, 2); /* CERROR_ABT */
    world_drop(w);

    w = protected(S1);
    close_granule(w, EVENTQ);
    (void)world_txn(w, VA + 0x100000, 0, 0);
    assert_int_equal(gpf_far(w), far(EVENTQ, 0x02, GERROR));
    assert_int_equal(world_get(w, R_GERROR, 4), ARMVIRT_SMMU_GERROR_EVENTQ_ABT_ERR);
    world_drop(w);

    w = protected(S1);
    close_granule(w, MSI_PAGE);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_SYNC | 1 << 12, MSI_PAGE);
    assert_int_equal(gpf_far(w), far(MSI_PAGE, 0x04, GERROR));
    assert_int_equal(world_get(w, R_GERROR, 4), ARMVIRT_SMMU_GERROR_MSI_CMDQ_ABT_ERR);
    world_drop(w);
}

static void IHI0070_6_3_116_messages_of_queues_and_errors_have_their_codes(void **state)
{
    struct world *w = protected(S1);

    (void)state;
    world_put(w, R_IRQ_CTRL, 4, 0);
    world_put(w, R_EVENTQ_CFG0, 8, MSI_PAGE);
    world_put(w, R_IRQ_CTRL, 4, 7);
    close_granule(w, MSI_PAGE);
    (void)world_txn(w, VA + 0x100000, 0, 0);
    assert_int_equal(gpf_far(w), far(MSI_PAGE, 0x05, GERROR));
    world_drop(w);

    w = protected(S1);
    world_put(w, R_IRQ_CTRL, 4, 0);
    world_put(w, R_GERROR_CFG0, 8, MSI_PAGE);
    world_put(w, R_IRQ_CTRL, 4, 7);
    close_granule(w, MSI_PAGE);
    world_command(w, 0xff, 0);
    assert_int_equal(gpf_far(w), far(MSI_PAGE, 0x07, GERROR));
    assert_true((world_get(w, R_GERROR, 4) & ARMVIRT_SMMU_GERROR_MSI_GERROR_ABT_ERR) != 0);
    world_drop(w);
}

/* With the queue and, after it, only the message out of reach. */
static void IHI0070_6_3_116_the_pri_queue_has_its_codes(void **state)
{
    const struct armvirt_smmu_page_request request = {
        .addr = VA, .sid = SID, .read = true, .last = true};
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        struct world *w = protected(S1);

        world_put(w, 0xc0, 8, PRIQ | 2);
        world_put(w, R_IRQ_CTRL, 4, 0);
        world_put(w, 0xd0, 8, MSI_PAGE);
        world_put(w, R_IRQ_CTRL, 4, 7);
        world_put(w, R_CR0, 4, 0xf);
        close_granule(w, n == 0 ? PRIQ : MSI_PAGE);
        assert_int_equal(armvirt_smmu_pri_request(w->smmu, &request, &outcome, &response),
                         ARMVIRT_OK);
        assert_int_equal(gpf_far(w), n == 0 ? far(PRIQ, 3, GERROR) : far(MSI_PAGE, 6, GERROR));
        world_drop(w);
    }
}

/* ---- Errors of the lookup ------------------------------------------------------------------ */

static void IHI0070_3_25_4_errors_of_the_lookup_have_a_register_of_their_own(void **state)
{
    static const struct {
        uint64_t cfg, base, l0, l1, error;
    } tries[] = {
        {CFG_4K | 3 << 14, GPT_L0, GPT_L1 | 3, UINT64_MAX, 0},           /* PGS is reserved */
        {0, GPT_L0, GPT_L1 | 3, UINT64_MAX, 0},                          /* SH, not cacheable */
        {CFG_4K | 7, GPT_L0, GPT_L1 | 3, UINT64_MAX, 0},                 /* PPS is reserved */
        {CFG_4K, UINT64_C(1) << 33, GPT_L1 | 3, UINT64_MAX, 1},          /* base beyond PPS */
        {CFG_4K, WORLD_BYTES, GPT_L1 | 3, UINT64_MAX, 2},                /* read aborts */
        {CFG_4K, GPT_L0, 2, UINT64_MAX, 3},                              /* no such entry */
        {CFG_4K, GPT_L0, GPT_L1 | 3, 5, 3},                              /* GPI 5 is reserved */
        {CFG_4K, GPT_L0, UINT64_C(1) << 40 | GPT_L1 | 3, UINT64_MAX, 4}, /* next table */
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = protected(S1);
        uint64_t pa = STRTAB + 64 * SID;

        world_root(w, R_ROOT_CR0, 4, 1);
        world_poke(w, GPT_L0, tries[n].l0);
        world_poke(w, GPT_L1 + 8 * (pa >> 16), tries[n].l1);
        world_root(w, R_ROOT_GPT_BASE, 8, tries[n].base);
        world_root(w, R_ROOT_GPT_CFG, 8, tries[n].cfg);
        world_root(w, R_ROOT_CR0, 4, 3);
        assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
        assert_int_equal(world_root_get(w, R_ROOT_GPT_CFG_FAR, 8),
                         far(pa, 3, TRANSLATION) | tries[n].error << 56);
        assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GPF_FAR], 0);
        assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GPT_CFG_FAR], 1);
        world_drop(w);
    }
}

/* ---- When it is reported ------------------------------------------------------------------- */

static void IHI0070_3_25_5_the_first_fault_stays_until_it_is_acknowledged(void **state)
{
    struct world *w = protected(S1);

    (void)state;
    close_granule(w, PAGES);
    (void)world_txn(w, VA, 0, 0);
    close_granule(w, CDTAB);
    (void)world_txn(w, VA, 0, 0);
    assert_int_equal(gpf_far(w), far(PAGES, 0, TRANSACTION));
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GPF_FAR], 1);
    world_root(w, R_ROOT_GPF_FAR, 8, UINT64_MAX); /* a write of 1 is ignored */
    assert_int_equal(gpf_far(w), far(PAGES, 0, TRANSACTION));
    world_root(w, R_ROOT_GPF_FAR, 8, UINT64_MAX & ~UINT64_C(1));
    assert_int_equal(gpf_far(w), 0);
    (void)world_txn(w, VA, 0, 0);
    assert_int_equal(gpf_far(w), far(CDTAB, 9, TRANSLATION));
    assert_int_equal(w->irqs[ARMVIRT_SMMU_IRQ_GPF_FAR], 2);
    world_drop(w);
}

static void IHI0070_3_25_1_2_what_is_speculative_is_not_reported(void **state)
{
    static const unsigned flags[] = {ARMVIRT_SMMU_SPECULATIVE, ARMVIRT_SMMU_PROBE};

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        struct world *w = protected(S1);

        close_granule(w, PAGES);
        assert_int_equal(world_txn(w, VA, flags[n], 0).reason, REASON(GPC_OUTPUT));
        close_granule(w, S1_TABLES);
        assert_int_equal(world_txn(w, VA, flags[n], 0).outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(gpf_far(w), 0);
        world_drop(w);
    }
}

static void IHI0070_3_25_1_transactions_without_translation_are_checked(void **state)
{
    static const struct {
        unsigned cr0, flags;
    } tries[] = {{0, 0}, {CR0_SMMUEN | CR0_EVENTQEN, 0}, {CR0_SMMUEN, ARMVIRT_SMMU_TRANSLATED}};

    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct world *w = protected(BYPASS);

        world_put(w, R_CR0, 4, tries[n].cr0);
        close_granule(w, PAGES);
        assert_int_equal(world_txn(w, PAGES, tries[n].flags, 0).reason, REASON(GPC_OUTPUT));
        assert_int_equal(gpf_far(w), far(PAGES, 0, TRANSACTION));
        assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 0);
        world_drop(w);
    }
}

static void IHI0070_9_1_4_requests_of_software_are_reported(void **state)
{
    struct world *w = protected(S1);

    (void)state;
    close_granule(w, S1_TABLES);
    world_put(w, 0x108, 8, SID);
    world_put(w, 0x110, 8, VA | 1 << 10 | 1 << 6); /* stage 1, HTTUI */
    world_put(w, 0x100, 4, 1);
    world_run(w);
    assert_int_equal(world_get(w, 0x118, 8) >> 4 & 0xff, EVENT(F_WALK_EABT));
    assert_int_equal(gpf_far(w), far(S1_TABLES, 0x0b, TRANSLATION));
    world_root(w, R_ROOT_GPF_FAR, 8, 0);
    close_granule(w, STRTAB);
    world_put(w, 0x100, 4, 1);
    world_run(w);
    assert_int_equal(gpf_far(w), far(STRTAB, 3, TRANSLATION));
    world_drop(w);
}

static void IHI0070_3_25_2_translation_requests_are_reported(void **state)
{
    const struct armvirt_smmu_ats_request request = {.addr = VA, .sid = SID};
    struct armvirt_smmu_ats_completion done;
    struct world *w = protected(S1);

    (void)state;
    world_poke(w, STRTAB + 64 * SID + 8,
               world_peek(w, STRTAB + 64 * SID + 8) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, 1));
    close_granule(w, PAGES);
    assert_int_equal(armvirt_smmu_ats_translate(w->smmu, &request, &done), ARMVIRT_OK);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_CA);
    assert_int_equal(gpf_far(w), far(PAGES, 0, TRANSACTION));
    world_drop(w);
}

/* ---- Controls ------------------------------------------------------------------------------ */

static void IHI0070_6_3_112_without_accessen_nothing_is_reached(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    world_root(w, R_ROOT_CR0, 4, 0);
    assert_int_equal(world_root_get(w, 0x24, 4), 0); /* CR0ACK */
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
    assert_int_equal(gpf_far(w), far(STRTAB, 3, TRANSLATION));
    world_put(w, R_CR0, 4, 0);
    assert_int_equal(world_txn(w, PAGES, 0, 0).reason, REASON(GPC_OUTPUT));
    world_root(w, R_ROOT_CR0, 4, 1);
    assert_int_equal(world_txn(w, PAGES, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
}

/* The second base takes effect in one step, while checks are on. */
static void IHI0070_6_3_121_the_base_is_changed_through_the_second_one(void **state)
{
    struct world *w = protected(S1);

    (void)state;
    world_poke(w, 0x3f8000, NO_ACCESS << 4 | 1);
    world_root(w, R_ROOT_GPT_BASE, 8, 0x3f8000); /* read-only by now */
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    world_root(w, 0x60, 8, 0x3f8000);
    world_root(w, 0x68, 4, 0);
    assert_int_equal(world_root_get(w, R_ROOT_GPT_BASE, 8), GPT_L0);
    world_root(w, 0x68, 4, 1);
    assert_int_equal(world_root_get(w, 0x68, 4), 0);
    assert_int_equal(world_root_get(w, R_ROOT_GPT_BASE, 8), 0x3f8000);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
    world_drop(w);
}

/* What is cached of a page was checked when it was; the invalidation makes it checked again. */
static void IHI0070_6_3_119_invalidation_by_pa_reaches_what_is_cached(void **state)
{
    static const uint64_t kinds[] = {1, PAGES, PAGES | 2}; /* ALL, a granule, its last level */

    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct world *w = protected(S1);

        assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
        world_poke(w, GPT_L1 + 8 * (PAGES >> 16), 0);
        world_root(w, 0x50, 8, kinds[n]);
        world_root(w, 0x58, 4, 1);
        assert_int_equal(world_root_get(w, 0x58, 4), 0);
        assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(GPC_OUTPUT));
        world_drop(w);
    }
}

static void IHI0070_6_3_118_without_rgptm_there_is_no_invalidation_by_pa(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(MAX, &id);
    id.root_idr0 &= ~(uint32_t)ARMVIRT_SMMU_ROOT_IDR0_RGPTM;
    w = world_new_id(&id, 0, 0);
    world_root(w, 0x50, 8, UINT64_MAX);
    assert_int_equal(world_root_get(w, 0x50, 8), 0);
    world_drop(w);
}

/* The size of level 0 entries is the implementation's. */
static void IHI0070_6_3_115_l0gptsz_is_read_only(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (unsigned size = 0; size < 17; size++) {
        bool exists = size == 0 || size == 4 || size == 6 || size == 9;

        w->config.l0gptsz = size;
        assert_int_equal(armvirt_smmu_size(&w->config) != 0, exists);
        if (exists) {
            assert_int_equal(
                armvirt_smmu_init(w->storage, armvirt_smmu_size(&w->config), &w->config, &w->smmu),
                ARMVIRT_OK);
            world_root(w, R_ROOT_GPT_CFG, 8, CFG_4K | 5 << 20);
            assert_int_equal(world_root_get(w, R_ROOT_GPT_CFG, 8), CFG_4K | size << 20);
        }
    }
    world_drop(w);
}

/* GPCF is of SMMUs with RME for devices; without it a fault is an external abort, plainly. */
static void IHI0070_3_25_3_gpcf_needs_rme_impl(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;
    uint64_t event[4];

    (void)state;
    (void)armvirt_smmu_preset_id(MAX, &id);
    id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_RME_IMPL;
    id.root_idr0 = ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL | ARMVIRT_SMMU_ROOT_IDR0_RGPTM;
    memset(id.r_idr, 0, sizeof(id.r_idr));
    w = world_new_id(&id, 0, 0);
    world_stream(w, S1);
    world_enable(w);
    protect(w);
    close_granule(w, STRTAB);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
    assert_true(world_event(w, event));
    assert_int_equal(event[1], 0);
    assert_int_equal(gpf_far(w), far(STRTAB, 3, TRANSLATION));
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_6_3_116_each_access_of_a_translation_has_its_code),
        cmocka_unit_test(IHI0070_6_3_116_queues_and_messages_have_their_codes),
        cmocka_unit_test(IHI0070_6_3_116_messages_of_queues_and_errors_have_their_codes),
        cmocka_unit_test(IHI0070_6_3_116_the_pri_queue_has_its_codes),
        cmocka_unit_test(IHI0070_3_25_4_errors_of_the_lookup_have_a_register_of_their_own),
        cmocka_unit_test(IHI0070_3_25_5_the_first_fault_stays_until_it_is_acknowledged),
        cmocka_unit_test(IHI0070_3_25_1_2_what_is_speculative_is_not_reported),
        cmocka_unit_test(IHI0070_3_25_1_transactions_without_translation_are_checked),
        cmocka_unit_test(IHI0070_9_1_4_requests_of_software_are_reported),
        cmocka_unit_test(IHI0070_3_25_2_translation_requests_are_reported),
        cmocka_unit_test(IHI0070_6_3_112_without_accessen_nothing_is_reached),
        cmocka_unit_test(IHI0070_6_3_121_the_base_is_changed_through_the_second_one),
        cmocka_unit_test(IHI0070_6_3_119_invalidation_by_pa_reaches_what_is_cached),
        cmocka_unit_test(IHI0070_6_3_118_without_rgptm_there_is_no_invalidation_by_pa),
        cmocka_unit_test(IHI0070_6_3_115_l0gptsz_is_read_only),
        cmocka_unit_test(IHI0070_3_25_3_gpcf_needs_rme_impl),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
