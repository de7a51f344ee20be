/* SPDX-License-Identifier: MIT */
/*
 * XT: Realm transactions that name the address space they must go to (IHI0070 3.9.4.3). The tables
 * lead to Realm or, by NS, to Non-secure memory.
 */
#include "../../smmu_world.h"

#include <armvirt/smmu_ats.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6 };
enum { NS = ARMVIRT_SPACE_NONSECURE, RE = ARMVIRT_SPACE_REALM };
enum { XT = ARMVIRT_SMMU_XT, TO_NS = ARMVIRT_SMMU_NS };

#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define STE_AT(n) (STRTAB + 64 * SID + 8 * (n))
#define S1_NS     UINT64_C(0x20)      /* NS of a stage 1 page */
#define S2_NS     (UINT64_C(1) << 55) /* NS of a Realm stage 2 page */

static struct world *realm(unsigned config, unsigned nscfg, bool ns, bool has_xt)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    id.r_idr[3] &= has_xt ? UINT32_MAX : ~(uint32_t)ARMVIRT_SMMU_R_IDR3_XT;
    w = world_new_id(&id, 64, 0);
    world_stream(w, config);
    world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0 | (ns ? S1_NS : 0));
    world_map(w, S2_TABLES, IPA, PAGES | DESC_S2 | (ns ? S2_NS : 0));
    world_poke(w, STE_AT(1),
               world_peek(w, STE_AT(1)) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_NSCFG, nscfg));
    if (config == S1) { /* stage 1 of EL1 stays in Realm memory, that of EL2 does not */
        world_poke(w, STE_AT(1),
                   world_peek(w, STE_AT(1)) |
                       ARMVIRT_PUT(ARMVIRT_SMMU_STE1_STRW, ARMVIRT_SMMU_STE1_STRW_EL2));
    }
    w->space = RE;
    world_enable(w);
    return w;
}

static void IHI0070_3_9_4_3_the_output_must_be_where_xt_says(void **state)
{
    static const struct {
        unsigned nscfg, flags;
        bool ns, has_xt, passes;
    } tries[] = {
        {1, XT, false, true, true},        {1, XT, true, true, false},
        {1, XT | TO_NS, true, true, true}, {1, XT | TO_NS, false, true, false},
        {1, 0, true, true, true},   /* XT is 0: either */
        {0, XT, true, true, true},  /* NSCFG does not ask for it */
        {1, XT, true, false, true}, /* not implemented */
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = realm(S1, tries[n].nscfg, tries[n].ns, tries[n].has_xt);
        struct armvirt_smmu_result r;
        uint64_t event[4];

        (void)world_txn(w, VA, 0, 0); /* what is cached does not help */
        r = world_txn(w, VA, tries[n].flags, 0);
        assert_int_equal(r.outcome == ARMVIRT_SMMU_PASS, tries[n].passes);
        if (tries[n].passes) {
            assert_int_equal(r.pa_space, tries[n].ns ? NS : RE);
        } else {
            assert_int_equal(r.reason, REASON(XT_SPACE));
            assert_true(world_event(w, event));
            assert_int_equal(event[0] & 0xff, ARMVIRT_SMMU_EVT0_TYPE_F_PERMISSION);
            assert_int_equal(event[1] & ARMVIRT_SMMU_EVT1_S2, 0);
        }
        world_drop(w);
    }
}

/* The fault is that of the last stage. */
static void IHI0070_3_9_4_3_of_stage_2_it_is_a_fault_of_stage_2(void **state)
{
    struct world *w = realm(S2, 1, true, true);
    uint64_t event[4];

    (void)state;
    assert_int_equal(world_txn(w, IPA, XT, 0).reason, REASON(XT_SPACE));
    assert_true(world_event(w, event));
    assert_int_equal(event[0] & 0xff, ARMVIRT_SMMU_EVT0_TYPE_F_PERMISSION);
    assert_true((event[1] & ARMVIRT_SMMU_EVT1_S2) != 0);
    assert_int_equal(event[3], IPA);
    world_drop(w);
}

/* It comes before granule protection, and reports nothing to Root software. */
static void IHI0070_3_9_4_3_it_comes_before_granule_protection(void **state)
{
    struct world *w = realm(S1, 1, true, true);

    (void)state;
    world_poke(w, 0x3f0000, 0x380003);
    for (unsigned n = 0; n < WORLD_BYTES >> 16; n++) {
        world_poke(w, 0x380000 + 8 * n, n == PAGES >> 16 ? 0 : UINT64_MAX);
    }
    world_root(w, R_ROOT_GPT_BASE, 8, 0x3f0000);
    world_root(w, R_ROOT_GPT_CFG, 8, 0x3500);
    world_root(w, R_ROOT_CR0, 4, 3);
    assert_int_equal(world_txn(w, VA, XT, 0).reason, REASON(XT_SPACE));
    assert_int_equal(world_root_get(w, R_ROOT_GPF_FAR, 8), 0);
    assert_int_equal(world_txn(w, VA, XT | TO_NS, 0).reason, REASON(GPC_OUTPUT));
    assert_int_equal(world_root_get(w, R_ROOT_GPF_FAR, 8) & 1, 1);
    world_drop(w);
}

static void IHI0070_3_9_4_3_a_translation_request_gets_no_rights(void **state)
{
    struct armvirt_smmu_ats_request request = {.addr = VA, .sid = SID, .sec_sid = RE, .xt = true};
    struct world *w = realm(S1, 1, true, true);
    struct armvirt_smmu_ats_completion done;

    (void)state;
    world_poke(w, STE_AT(1), world_peek(w, STE_AT(1)) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, 1));
    assert_int_equal(armvirt_smmu_ats_translate(w->smmu, &request, &done), ARMVIRT_OK);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_SUCCESS);
    assert_false(done.read || done.write);
    request.ns = true;
    assert_int_equal(armvirt_smmu_ats_translate(w->smmu, &request, &done), ARMVIRT_OK);
    assert_true(done.read && done.write);
    assert_int_equal(done.space, NS); /* TE is 0 */
    world_drop(w);
}

static void IHI0070_3_9_4_3_translated_transactions_must_have_it(void **state)
{
    struct world *w = realm(S1, 1, true, true);

    (void)state;
    world_poke(w, STE_AT(1), world_peek(w, STE_AT(1)) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, 1));
    assert_int_equal(world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED, 0).reason,
                     REASON(TRANSLATED_FORBIDDEN));
    assert_int_equal(world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED | XT, 0).pa_space, RE);
    assert_int_equal(world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED | XT | TO_NS, 0).pa_space, NS);
    world_drop(w);
}

/* AC of the device permission table says the space: 0 Realm, 2 Non-secure, without VMID. */
static void IHI0070_3_9_4_3_the_device_permission_table_must_agree(void **state)
{
    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        struct world *w = realm(S2, 1, true, true);
        uint64_t cr0 =
            CR0_SMMUEN | CR0_EVENTQEN | ARMVIRT_SMMU_CR0_ATSCHK | ARMVIRT_SMMU_CR0_DPT_WALK_EN;
        unsigned agrees = ns ? TO_NS : 0;

        world_poke(w, STE_AT(1), world_peek(w, STE_AT(1)) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, 3));
        world_poke(w, MSI_PAGE, ns ? 1 | 2 << 2 : 1 | 3 << 16);
        world_put(w, 0x200, 8, MSI_PAGE);
        world_put(w, 0x208, 4, 2 | 1 << 14);
        world_put(w, R_CR0, 4, cr0);
        assert_int_equal(world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED | XT | agrees, 0).outcome,
                         ARMVIRT_SMMU_PASS);
        assert_int_equal(
            world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED | XT | (TO_NS ^ agrees), 0).reason,
            REASON(DPT_DENIED));
        world_drop(w);
    }
}

/* Other Security states have no such bit. */
static void IHI0070_3_9_4_3_it_is_of_realm_streams(void **state)
{
    static const uint8_t spaces[] = {NS, ARMVIRT_SPACE_SECURE};

    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

        w->space = spaces[n];
        world_enable(w);
        world_poke(w, STE_AT(1),
                   world_peek(w, STE_AT(1)) | ARMVIRT_PUT(ARMVIRT_SMMU_STE1_NSCFG, 1));
        assert_int_equal(world_txn(w, VA, XT | TO_NS, 0).pa_space, spaces[n]);
        world_drop(w);
    }
}

/* Without stages NSCFG leaves the space as it came. */
static void IHI0070_3_9_4_3_what_bypasses_goes_where_it_says(void **state)
{
    struct world *w = realm(BYPASS, 1, true, true);

    (void)state;
    assert_int_equal(world_txn(w, PAGES, XT, 0).pa_space, RE);
    assert_int_equal(world_txn(w, PAGES, XT | TO_NS, 0).pa_space, NS);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_3_9_4_3_the_output_must_be_where_xt_says),
        cmocka_unit_test(IHI0070_3_9_4_3_of_stage_2_it_is_a_fault_of_stage_2),
        cmocka_unit_test(IHI0070_3_9_4_3_it_comes_before_granule_protection),
        cmocka_unit_test(IHI0070_3_9_4_3_a_translation_request_gets_no_rights),
        cmocka_unit_test(IHI0070_3_9_4_3_translated_transactions_must_have_it),
        cmocka_unit_test(IHI0070_3_9_4_3_the_device_permission_table_must_agree),
        cmocka_unit_test(IHI0070_3_9_4_3_it_is_of_realm_streams),
        cmocka_unit_test(IHI0070_3_9_4_3_what_bypasses_goes_where_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
