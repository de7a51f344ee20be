/* SPDX-License-Identifier: MIT */
/* ATS, PRI and enhanced queues under granule protection and in Realm state (IHI0070 3.9.1, 3.25.2).
 */
#include "ats_world.h"

#define FLAGS  (ON | EVENTS_ON | COMMANDS_ON)
#define TARGET ((uint64_t)DATA + 0x1000)
#define GPT    0xb0000u
#define FAR_GB UINT64_C(0x40000000)

static struct ats_world w;
static struct armvirt_smmu_ats_completion done;
static struct armvirt_smmu_result result;

/* Level 0 blocks of 1 GB: all may reach the first, nobody the second; 4 GB are protected. */
static void protect(void)
{
    poke(GPT, 0xf1);
    poke(GPT + 8, 0x01);
    poke(GPT + 16, 0xf1);
    poke(GPT + 24, 0xf1);
    write_root(&w, 0x28, 8, GPT);
    write_root(&w, 0x30, 8, 2 << 12); /* Outer Shareable, as Non-cacheable must be */
    write_root(&w, 0x20, 4, 3);
}

static void send(uint64_t addr, uint8_t sec_sid, uint16_t flags)
{
    struct armvirt_smmu_txn txn = {.addr = addr,
                                   .sid = SID,
                                   .sec_sid = sec_sid,
                                   .flags = (uint16_t)(ARMVIRT_SMMU_TRANSLATED | flags)};

    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
}

/* ---- Granule protection -----------------------------------------------------------------------
 */

static void IHI0070_3_25_2_a_page_that_may_not_be_reached_is_CA(void **state)
{
    struct armvirt_smmu_ats_request request = {
        .addr = VA(1), .sid = SID, .ssid = SSID, .ssv = true};

    (void)state;
    ats_begin(&w, FLAGS);
    protect();
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_OK);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_SUCCESS);
    assert_true(done.read);
    poke(S2_L1 + 16, FAR_GB | 0x7fd); /* IPA 0x80000000 */
    poke(S1_L3 + 8, UINT64_C(0x80000000) | LEAF_USER_RW);
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_OK);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_CA);
    assert_int_equal(done.reason, ARMVIRT_SMMU_REASON_GPC_OUTPUT);
}

static void IHI0070_3_25_2_without_stages_too(void **state)
{
    struct armvirt_smmu_ats_request request = {.addr = FAR_GB, .sid = SID};

    (void)state;
    ats_begin(&w, FLAGS);
    protect();
    poke(ste_at(0), UINT64_C(4) << 59 | CDS | STE_CONFIG(5) | 1);
    poke(ste_at(1), STE_S1DSS(1) | STE_EATS(1));
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_OK);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_CA);
    request.addr = TARGET;
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_OK);
    assert_true(done.read && done.write);
    w.retry_in = 1;
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_E_AGAIN);
}

static void IHI0070_3_9_1_3_translated_addresses_are_checked(void **state)
{
    uint64_t event[4];

    (void)state;
    for (unsigned checked = 0; checked < 2; checked++) {
        ats_begin(&w, FLAGS | (checked ? CHECKED : 0));
        protect();
        send(TARGET, ARMVIRT_SPACE_NONSECURE, 0);
        assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
        send(FAR_GB, ARMVIRT_SPACE_NONSECURE, 0);
        assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_GPC_OUTPUT);
        assert_int_equal(take_event(&w, event), 0);
    }
}

/* The table of device permissions itself may not be reached. */
static void IHI0070_3_24_4_granule_protection_of_the_dpt(void **state)
{
    const struct {
        uint64_t base, entry;
        unsigned level;
    } tries[] = {{FAR_GB, 0, 0}, {DPT_L0, FAR_GB | 3, 1}};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(tries); n++) {
        ats_begin(&w, FLAGS | CHECKED);
        protect();
        poke(ste_at(1), STE_S1DSS(2) | STE_EATS(3));
        poke(DPT_L0, tries[n].entry);
        write_reg(&w, DPT_BASE, 8, tries[n].base);
        write_reg(&w, DPT_BASE_CFG, 4, 2 | 1 << 14);
        write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
        send(TARGET, ARMVIRT_SPACE_NONSECURE, 0);
        assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_DPT_DENIED);
        assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), TARGET | 2 << 4 | tries[n].level << 1 | 1);
    }
}

/* ---- Whatever read it is that has to wait ------------------------------------------------------
 */

static unsigned retries(uint64_t addr, uint64_t eats, uint16_t flags)
{
    unsigned again = 0;

    for (unsigned n = 1; n < 60; n++) {
        struct armvirt_smmu_txn txn = {.addr = addr,
                                       .sid = SID,
                                       .ssid = SSID,
                                       .flags = (uint16_t)(ARMVIRT_SMMU_TRANSLATED | flags)};

        ats_begin(&w, FLAGS | CHECKED);
        protect();
        write_reg(&w, DPT_BASE, 8, DPT_L0);
        write_reg(&w, DPT_BASE_CFG, 4, 2 | 1 << 14);
        write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
        poke(DPT_L0, UINT64_C(1) | 1 << 4 | VMID << 16);
        poke(ste_at(1), STE_S1DSS(2) | STE_EATS(eats));
        w.retry_in = n;
        if (armvirt_smmu_translate(w.smmu, &txn, &result) == ARMVIRT_E_AGAIN) {
            again++;
            assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
        }
        assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(result.pa, TARGET);
    }
    return again;
}

static void translated_transactions_wait_for_memory(void **state)
{
    (void)state;
    assert_in_range(retries(TARGET, 1, 0), 8, 40);
    assert_in_range(retries(TARGET + IPA_BASE, 2, 0), 8, 40);
    assert_in_range(retries(TARGET, 3, 0), 8, 40);
    assert_in_range(retries(TARGET, 1, ARMVIRT_SMMU_SSV), 8, 59);
}

/* With granule protection on every walk is a complete one. */
static void translation_requests_wait_for_memory(void **state)
{
    struct armvirt_smmu_ats_request request = {
        .addr = VA(1), .sid = SID, .ssid = SSID, .ssv = true};
    unsigned again = 0;

    (void)state;
    for (unsigned n = 1; n < 120; n++) {
        ats_begin(&w, FLAGS);
        protect();
        w.retry_in = n;
        if (armvirt_smmu_ats_translate(w.smmu, &request, &done) == ARMVIRT_E_AGAIN) {
            again++;
            assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_OK);
        }
        assert_true(done.read && done.write);
    }
    assert_in_range(again, 40, 118);
}

/* ---- Realm state -------------------------------------------------------------------------------
 */

static void begin_realm(unsigned cr0)
{
    ats_begin(&w, FLAGS);
    w.config.id.r_idr[0] |= ARMVIRT_SMMU_R_IDR0_ECMDQ;
    w.config.id.r_idr[6] = 0;
    ats_make(&w);
    write_realm(&w, STRTAB_BASE, 8, STREAMS);
    write_realm(&w, STRTAB_BASE_CFG, 4, 4);
    write_realm(&w, PRIQ_BASE, 8, PAGES | 2);
    write_realm(&w, CR0, 4, cr0);
}

static void IHI0070_3_9_1_3_realm_streams_are_always_checked(void **state)
{
    (void)state;
    begin_realm(ON | CHECKED);
    send(TARGET, ARMVIRT_SPACE_REALM, 0);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(result.pa_space, ARMVIRT_SPACE_REALM);
    send(TARGET, ARMVIRT_SPACE_REALM, ARMVIRT_SMMU_NS);
    assert_int_equal(result.pa_space, ARMVIRT_SPACE_NONSECURE);
    poke(ste_at(1), STE_S1DSS(2));
    send(TARGET, ARMVIRT_SPACE_REALM, 0);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_TRANSLATED_FORBIDDEN);
}

static void IHI0070_3_9_1_3_no_realm_instructions_from_outside(void **state)
{
    struct armvirt_smmu_txn txn = {.addr = TARGET,
                                   .sid = SID,
                                   .ssid = SSID,
                                   .sec_sid = ARMVIRT_SPACE_REALM,
                                   .flags = ARMVIRT_SMMU_TRANSLATED | ARMVIRT_SMMU_NS |
                                            ARMVIRT_SMMU_SSV | ARMVIRT_SMMU_INSTRUCTION};

    (void)state;
    begin_realm(ON | CHECKED);
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_TRANSLATED_FORBIDDEN);
    txn.flags = (uint16_t)(txn.flags & ~ARMVIRT_SMMU_NS);
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
}

/* IHI0070 3.24.1: AC says which space a granule is in. */
static void IHI0070_3_24_1_the_dpt_of_realm_state_gives_the_space(void **state)
{
    (void)state;
    for (unsigned ac = 0; ac < 3; ac++) {
        begin_realm(ON | CHECKED);
        write_realm(&w, DPT_BASE, 8, DPT_L0);
        write_realm(&w, DPT_BASE_CFG, 4, 2 | 1 << 14);
        write_realm(&w, CR0, 4, ON | CHECKED | DPT_ON);
        poke(ste_at(1), STE_S1DSS(2) | STE_EATS(3));
        poke(DPT_L0, UINT64_C(1) | ac << 2 | (ac < 2 ? VMID << 16 : 0));
        send(TARGET, ARMVIRT_SPACE_REALM, 0);
        assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(result.pa_space, ac == 0 ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_NONSECURE);
    }
}

static void IHI0070_8_realm_has_a_queue_of_its_own(void **state)
{
    const struct armvirt_smmu_page_request request = {
        .addr = VA(7), .sid = SID, .sec_sid = ARMVIRT_SPACE_REALM, .read = true, .last = true};
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    (void)state;
    begin_realm(ON | PRI_ON);
    assert_int_equal(armvirt_smmu_pri_request(w.smmu, &request, &outcome, &response), ARMVIRT_OK);
    assert_int_equal(outcome, ARMVIRT_SMMU_PRI_QUEUED);
    assert_int_equal(peek(PAGES + 8), VA(7));
    assert_int_equal(read_reg(&w, PRIQ_PROD, 4), 0); /* of the Non-secure interface */
}

static void IHI0070_6_1_realm_control_pages_are_for_realm_and_root(void **state)
{
    uint64_t page = 2 + ARMVIRT_GET(ARMVIRT_SMMU_ROOT_IDR0_BA_REALM, w.config.id.root_idr0);
    struct armvirt_smmu_access access = {.offset = page << 16 | 0x4000, .size = 8};
    uint64_t value, first;

    (void)state;
    begin_realm(ON);
    assert_int_equal(armvirt_smmu_read(w.smmu, &access, &value), ARMVIRT_FAULT);
    access.space = ARMVIRT_SPACE_ROOT;
    assert_int_equal(armvirt_smmu_read(w.smmu, &access, &first), ARMVIRT_OK);
    access.space = ARMVIRT_SPACE_REALM;
    assert_int_equal(armvirt_smmu_read(w.smmu, &access, &value), ARMVIRT_OK);
    assert_int_equal(value, first);
    assert_int_equal(value, (256 + 2) << 16 | 3); /* after the two Non-secure ones */
    access.offset = value & ~UINT64_C(0xffff);
    poke(COMMANDS, 0x46 | 1 << 12);
    assert_int_equal(armvirt_smmu_write(w.smmu, &access, COMMANDS | 2), ARMVIRT_OK);
    access = (struct armvirt_smmu_access){
        .offset = access.offset + 8, .size = 4, .space = ARMVIRT_SPACE_REALM};
    assert_int_equal(armvirt_smmu_write(w.smmu, &access, UINT64_C(1) << 31 | 1), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_run(w.smmu, 4), ARMVIRT_OK);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_CMD_SYNC], 1);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_3_25_2_a_page_that_may_not_be_reached_is_CA);
    SUITE_ADD(&suite, IHI0070_3_25_2_without_stages_too);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_translated_addresses_are_checked);
    SUITE_ADD(&suite, IHI0070_3_24_4_granule_protection_of_the_dpt);
    SUITE_ADD(&suite, translated_transactions_wait_for_memory);
    SUITE_ADD(&suite, translation_requests_wait_for_memory);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_realm_streams_are_always_checked);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_no_realm_instructions_from_outside);
    SUITE_ADD(&suite, IHI0070_3_24_1_the_dpt_of_realm_state_gives_the_space);
    SUITE_ADD(&suite, IHI0070_8_realm_has_a_queue_of_its_own);
    SUITE_ADD(&suite, IHI0070_6_1_realm_control_pages_are_for_realm_and_root);
    return suite_run(&suite, "endpoints and realms");
}
