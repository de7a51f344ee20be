/* SPDX-License-Identifier: MIT */
/* What an SMMU gives performance monitors to count (IHI0070 10.3). */
#include "ats_world.h"

static struct ats_world w;

static void IHI0070_10_3_an_smmu_tells_what_it_does(void **state)
{
    struct armvirt_smmu_txn txn = {.addr = VA(1), .sid = SID};
    struct armvirt_smmu_result result;

    (void)state;
    ats_begin(&w, ON | EVENTS_ON);
    txn.flags = ARMVIRT_SMMU_PROBE;
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(w.counted[1], 0);
    assert_int_equal(w.counted[4], 0);
    ats_begin(&w, ON | EVENTS_ON);
    txn.flags = 0;
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(w.counted[1], 1);
    assert_int_equal(w.counted[2], 1);
    assert_int_equal(w.counted[3], 1);
    assert_true(w.counted[4] >= 3);
    assert_true(w.counted[5] >= 1);
    assert_int_equal(w.counted[6] + w.counted[7], 0);
    memset(w.counted, 0, sizeof(w.counted));
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(w.counted[1], 1);
    assert_int_equal(w.counted[3] + w.counted[5], 0); /* the configuration was cached */
}

static void IHI0070_10_3_requests_and_translated_transactions_are_told(void **state)
{
    const struct armvirt_smmu_ats_request request = {.addr = VA(1), .sid = SID};
    const struct armvirt_smmu_txn txn = {
        .addr = DATA, .sid = SID, .flags = ARMVIRT_SMMU_TRANSLATED};
    struct armvirt_smmu_ats_completion completion;
    struct armvirt_smmu_result result;

    (void)state;
    ats_begin(&w, ON | EVENTS_ON);
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &completion), ARMVIRT_OK);
    assert_int_equal(completion.status, ARMVIRT_SMMU_ATS_SUCCESS);
    assert_int_equal(w.counted[1], 1);
    assert_int_equal(w.counted[2], 1);
    assert_true(w.counted[4] >= 3);
    assert_int_equal(w.counted[6], 1);
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(w.counted[1], 2);
    assert_int_equal(w.counted[7], 1);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_10_3_an_smmu_tells_what_it_does);
    SUITE_ADD(&suite, IHI0070_10_3_requests_and_translated_transactions_are_told);
    return suite_run(&suite, "events for performance monitors");
}
