/* SPDX-License-Identifier: MIT */
/* The PRI queue: records, overflow, automatic responses, commands (IHI0070 8, 4.5). */
#include "ats_world.h"

static struct ats_world w;

static struct armvirt_smmu_page_request page(unsigned group, bool ssv, bool last)
{
    return (struct armvirt_smmu_page_request){.addr = UINT64_C(0x123456789abc),
                                              .sid = SID,
                                              .ssid = SSID,
                                              .prg_index = (uint16_t)group,
                                              .ssv = ssv,
                                              .read = true,
                                              .last = last};
}

static uint8_t request(const struct armvirt_smmu_page_request *r)
{
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    assert_int_equal(armvirt_smmu_pri_request(w.smmu, r, &outcome, &response), ARMVIRT_OK);
    if (outcome == ARMVIRT_SMMU_PRI_ANSWERED) {
        assert_memory_equal(&response, &w.response, sizeof(response));
    }
    return outcome;
}

static uint8_t ask(bool ssv, bool last)
{
    struct armvirt_smmu_page_request r = page(9, ssv, last);

    return request(&r);
}

static void check_response(unsigned code, bool pasid)
{
    assert_int_equal(w.responses, 1);
    assert_int_equal(w.response.code, code);
    assert_int_equal(w.response.ssv, pasid);
    assert_int_equal(w.response.ssid, pasid ? SSID : 0);
    assert_int_equal(w.response.sid, SID);
    assert_int_equal(w.response.prg_index, 9);
}

/* ---- Records --------------------------------------------------------------------------------- */

static void begin(void)
{
    ats_begin(&w, ON | EVENTS_ON | COMMANDS_ON);
    write_reg(&w, CR0, 4, ON | EVENTS_ON | COMMANDS_ON | PRI_ON);
}

static void IHI0070_8_a_record_has_all_fields(void **state)
{
    struct armvirt_smmu_page_request r = page(0x1a5, true, true);

    (void)state;
    begin();
    r.write = r.execute = r.privileged = true;
    assert_int_equal(request(&r), ARMVIRT_SMMU_PRI_QUEUED);
    assert_int_equal(peek(PAGES), UINT64_C(0xfc00000300000005));
    assert_int_equal(peek(PAGES + 8), UINT64_C(0x1234567891a5));
    assert_int_equal(read_reg(&w, PRIQ_PROD, 4), 1);
    assert_int_equal(w.responses, 0);
}

static void IHI0070_8_without_a_pasid_X_and_Priv_are_0(void **state)
{
    struct armvirt_smmu_page_request r = page(1, false, false);

    (void)state;
    begin();
    r.execute = r.privileged = true;
    request(&r);
    assert_int_equal(peek(PAGES), UINT64_C(0x1000000000000005));
}

static void IHI0070_8_a_stop_marker_is_recorded(void **state)
{
    struct armvirt_smmu_page_request r = page(0, true, true);

    (void)state;
    begin();
    r.read = false;
    assert_int_equal(request(&r), ARMVIRT_SMMU_PRI_QUEUED);
    assert_int_equal(peek(PAGES), UINT64_C(0xc000000300000005));
}

static void IHI0070_3_18_2_the_first_record_interrupts(void **state)
{
    (void)state;
    begin();
    ask(false, true);
    ask(false, true);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_PRIQ], 1);
    write_reg(&w, PRIQ_CONS, 4, 2);
    ask(false, false);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_PRIQ], 2);
}

static void IHI0070_6_3_36_LO_interrupts_at_the_last_of_a_group(void **state)
{
    (void)state;
    ats_begin(&w, ON | EVENTS_ON);
    write_reg(&w, IRQ_CTRL, 4, 0);
    write_reg(&w, PRIQ_IRQ_CFG2, 4, UINT64_C(1) << 31);
    write_reg(&w, IRQ_CTRL, 4, 7);
    write_reg(&w, CR0, 4, ON | PRI_ON);
    ask(false, false);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_PRIQ], 0);
    ask(false, true);
    ask(false, true);
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_PRIQ], 2);
    ask(false, false);
    ask(false, true); /* discarded by the overflow: it interrupts too */
    assert_int_equal(w.interrupts[ARMVIRT_SMMU_IRQ_PRIQ], 3);
}

/* ---- Not open -------------------------------------------------------------------------------- */

static void IHI0070_8_2_without_PRIQEN_all_requests_fail(void **state)
{
    static const unsigned cr0[] = {ON, PRI_ON, 0};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(cr0); n++) {
        ats_begin(&w, 0);
        write_reg(&w, CR0, 4, cr0[n]);
        assert_int_equal(ask(true, false), ARMVIRT_SMMU_PRI_ANSWERED);
        check_response(0xf, false);
        assert_int_equal(peek(PAGES), 0);
    }
}

static void IHI0070_8_2_stop_markers_are_never_answered(void **state)
{
    struct armvirt_smmu_page_request stop = page(0, true, true);

    (void)state;
    ats_begin(&w, ON);
    stop.read = false;
    assert_int_equal(request(&stop), ARMVIRT_SMMU_PRI_DISCARDED);
    stop.ssv = false; /* LWR 0b100 without a PASID is a request */
    assert_int_equal(request(&stop), ARMVIRT_SMMU_PRI_ANSWERED);
}

static void IHI0070_8_2_a_write_that_aborts_fails_and_closes_the_queue(void **state)
{
    (void)state;
    ats_begin(&w, ON | EVENTS_ON);
    write_reg(&w, PRIQ_BASE, 8, MEMORY | 2);
    write_reg(&w, CR0, 4, ON | PRI_ON);
    assert_int_equal(ask(true, false), ARMVIRT_SMMU_PRI_ANSWERED);
    check_response(0xf, false);
    assert_int_equal(read_reg(&w, GERROR, 4), 8);
    assert_int_equal(read_reg(&w, PRIQ_PROD, 4), 0);
    assert_int_equal(ask(true, false), ARMVIRT_SMMU_PRI_ANSWERED);
    assert_int_equal(w.responses, 2);
    write_reg(&w, GERRORN, 4, 8);
    assert_int_equal(read_reg(&w, GERROR, 4), 8);
    ask(true, false);
    assert_int_equal(read_reg(&w, GERROR, 4), 0);
}

static void IHI0070_8_2_secure_and_absent_interfaces(void **state)
{
    struct armvirt_smmu_page_request r = page(9, true, true);
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    (void)state;
    begin();
    r.sec_sid = ARMVIRT_SPACE_ROOT;
    assert_int_equal(armvirt_smmu_pri_request(w.smmu, &r, &outcome, &response), ARMVIRT_E_INVAL);
    r.sec_sid = ARMVIRT_SPACE_SECURE;
    assert_int_equal(request(&r), ARMVIRT_SMMU_PRI_ANSWERED);
    check_response(0xf, false);
}

/* ---- Overflow -------------------------------------------------------------------------------- */

/* Four requests fill the queue. */
static void fill(void)
{
    begin();
    for (unsigned n = 0; n < 4; n++) {
        assert_int_equal(ask(false, false), ARMVIRT_SMMU_PRI_QUEUED);
    }
}

static bool overflowed(void)
{
    return ((read_reg(&w, PRIQ_PROD, 4) ^ read_reg(&w, PRIQ_CONS, 4)) >> 31 & 1) != 0;
}

static void IHI0070_8_1_the_last_of_a_group_is_answered_with_success(void **state)
{
    (void)state;
    fill();
    assert_false(overflowed());
    assert_int_equal(ask(false, false), ARMVIRT_SMMU_PRI_DISCARDED);
    assert_true(overflowed());
    assert_int_equal(w.responses, 0);
    assert_int_equal(ask(false, true), ARMVIRT_SMMU_PRI_ANSWERED);
    check_response(0, false);
    assert_true(overflowed());
}

static void IHI0070_8_1_an_overflow_inhibits_until_it_is_acknowledged(void **state)
{
    (void)state;
    fill();
    ask(false, false);
    write_reg(&w, PRIQ_CONS, 4, 4);
    assert_int_equal(ask(false, false), ARMVIRT_SMMU_PRI_DISCARDED);
    write_reg(&w, PRIQ_CONS, 4, 4 | UINT64_C(1) << 31);
    assert_int_equal(ask(false, false), ARMVIRT_SMMU_PRI_QUEUED);
    assert_int_equal(read_reg(&w, PRIQ_PROD, 4), 5 | UINT64_C(1) << 31);
}

static void IHI0070_8_1_stop_markers_are_lost_in_an_overflow(void **state)
{
    struct armvirt_smmu_page_request stop = page(0, true, true);

    (void)state;
    fill();
    stop.read = false;
    assert_int_equal(request(&stop), ARMVIRT_SMMU_PRI_DISCARDED);
    assert_true(overflowed());
}

/* A full queue and IDR3.PPS as given; the answer to a Last request with a PASID. */
static void overflow_with_pasid(bool pps, uint64_t word0, uint64_t word1)
{
    fill();
    poke(ste_at(0), word0);
    poke(ste_at(1), word1);
    w.config.id.idr[3] &= ~(uint32_t)ARMVIRT_SMMU_IDR3_PPS;
    w.config.id.idr[3] |= pps ? (uint32_t)ARMVIRT_SMMU_IDR3_PPS : 0;
    ats_make(&w);
    write_reg(&w, STRTAB_BASE, 8, STREAMS);
    write_reg(&w, STRTAB_BASE_CFG, 4, 4);
    write_reg(&w, EVENTQ_BASE, 8, EVENTS | 3);
    write_reg(&w, PRIQ_BASE, 8, PAGES | 2);
    write_reg(&w, PRIQ_PROD, 4, 4);
    write_reg(&w, CR2, 4, 0xa); /* RECINVSID, REC_CFG_ATS */
    write_reg(&w, CR0, 4, ON | PRI_ON | EVENTS_ON);
    assert_int_equal(ask(true, true), ARMVIRT_SMMU_PRI_ANSWERED);
}

static void IHI0070_8_1_PPS_answers_with_the_pasid(void **state)
{
    (void)state;
    overflow_with_pasid(true, 0, 0);
    check_response(0, true);
}

static void IHI0070_8_1_PPAR_decides_without_PPS(void **state)
{
    uint64_t word0, event[4];

    (void)state;
    begin();
    word0 = peek(ste_at(0));
    overflow_with_pasid(false, word0, STE_S1DSS(2) | STE_EATS(1) | STE_PPAR);
    check_response(0, true);
    overflow_with_pasid(false, word0, STE_S1DSS(2) | STE_EATS(1));
    check_response(0, false);
    overflow_with_pasid(false, 0, 0); /* V is 0 */
    check_response(0xf, false);
    assert_int_equal(take_event(&w, event), 4); /* C_BAD_STE, as REC_CFG_ATS asks for */
}

static void requests_wait_for_memory(void **state)
{
    const struct armvirt_smmu_page_request r = page(9, true, true);
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    (void)state;
    begin();
    w.retry_in = 1;
    assert_int_equal(armvirt_smmu_pri_request(w.smmu, &r, &outcome, &response), ARMVIRT_E_AGAIN);
    assert_int_equal(read_reg(&w, PRIQ_PROD, 4), 0);
    assert_int_equal(request(&r), ARMVIRT_SMMU_PRI_QUEUED);
    for (unsigned n = 0; n < 3; n++) {
        ask(false, false);
    }
    w.retry_in = 1;
    assert_int_equal(armvirt_smmu_pri_request(w.smmu, &r, &outcome, &response), ARMVIRT_E_AGAIN);
    assert_false(overflowed());
    assert_int_equal(request(&r), ARMVIRT_SMMU_PRI_ANSWERED);
    assert_true(overflowed());
}

static void without_SubstreamIDs_and_without_operations(void **state)
{
    static const struct armvirt_smmu_ops none = {0};
    struct armvirt_smmu_page_request r = page(9, true, true);
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        begin();
        w.config.id.idr[1] &= ~(uint32_t)ARMVIRT_SMMU_IDR1_SSIDSIZE;
        w.config.id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_CD2L;
        w.config.ops = n == 0 ? NULL : &none;
        ats_make(&w);
        assert_int_equal(armvirt_smmu_pri_request(w.smmu, &r, &outcome, &response), ARMVIRT_OK);
        assert_int_equal(outcome, ARMVIRT_SMMU_PRI_ANSWERED);
        assert_int_equal(response.code, 0xf);
        write_reg(&w, PRIQ_BASE, 8, PAGES | 2);
        write_reg(&w, CR0, 4, ON | PRI_ON);
        assert_int_equal(armvirt_smmu_pri_request(w.smmu, &r, &outcome, &response), ARMVIRT_OK);
        assert_int_equal(peek(PAGES), UINT64_C(0x5000000000000005)); /* no PASID */
    }
}

static void IHI0070_8_1_a_stream_that_aborts_still_has_PPAR(void **state)
{
    (void)state;
    overflow_with_pasid(false, 1, STE_PPAR);
    check_response(0, true);
}

/* ---- Commands -------------------------------------------------------------------------------- */

static void IHI0070_4_5_2_CMD_PRI_RESP_sends_the_response(void **state)
{
    static const struct {
        unsigned resp, code;
    } codes[] = {{0, 0xf}, {1, 1}, {2, 0}};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(codes); n++) {
        begin();
        command(&w, UINT64_C(5) << 32 | SSID << 12 | 1 << 11 | 0x41, codes[n].resp << 12 | 9);
        check_response(codes[n].code, true);
    }
    begin();
    command(&w, UINT64_C(5) << 32 | 0x41, 3 << 12 | 9);
    assert_int_equal(w.responses, 0);
    assert_int_equal(read_reg(&w, GERROR, 4), 1);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_8_a_record_has_all_fields);
    SUITE_ADD(&suite, IHI0070_8_without_a_pasid_X_and_Priv_are_0);
    SUITE_ADD(&suite, IHI0070_8_a_stop_marker_is_recorded);
    SUITE_ADD(&suite, IHI0070_3_18_2_the_first_record_interrupts);
    SUITE_ADD(&suite, IHI0070_6_3_36_LO_interrupts_at_the_last_of_a_group);
    SUITE_ADD(&suite, IHI0070_8_2_without_PRIQEN_all_requests_fail);
    SUITE_ADD(&suite, IHI0070_8_2_stop_markers_are_never_answered);
    SUITE_ADD(&suite, IHI0070_8_2_a_write_that_aborts_fails_and_closes_the_queue);
    SUITE_ADD(&suite, IHI0070_8_2_secure_and_absent_interfaces);
    SUITE_ADD(&suite, IHI0070_8_1_the_last_of_a_group_is_answered_with_success);
    SUITE_ADD(&suite, IHI0070_8_1_an_overflow_inhibits_until_it_is_acknowledged);
    SUITE_ADD(&suite, IHI0070_8_1_stop_markers_are_lost_in_an_overflow);
    SUITE_ADD(&suite, IHI0070_8_1_PPS_answers_with_the_pasid);
    SUITE_ADD(&suite, IHI0070_8_1_PPAR_decides_without_PPS);
    SUITE_ADD(&suite, requests_wait_for_memory);
    SUITE_ADD(&suite, without_SubstreamIDs_and_without_operations);
    SUITE_ADD(&suite, IHI0070_8_1_a_stream_that_aborts_still_has_PPAR);
    SUITE_ADD(&suite, IHI0070_4_5_2_CMD_PRI_RESP_sends_the_response);
    return suite_run(&suite, "page requests");
}
