/* SPDX-License-Identifier: MIT */
/* ATS translation requests: completions of all kinds (IHI0070 3.9.1.2, 13.6.3 to 13.7.1). */
#include "ats_world.h"

#define FLAGS (ON | EVENTS_ON | COMMANDS_ON)

static struct ats_world w;
static struct armvirt_smmu_ats_completion done;

static void begin(void)
{
    ats_begin(&w, FLAGS);
}

static struct armvirt_smmu_ats_request request_for(uint64_t addr)
{
    return (struct armvirt_smmu_ats_request){.addr = addr, .sid = SID, .ssid = SSID, .ssv = true};
}

static void ask(const struct armvirt_smmu_ats_request *request)
{
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, request, &done), ARMVIRT_OK);
}

static void ask_for(uint64_t addr)
{
    struct armvirt_smmu_ats_request request = request_for(addr);

    ask(&request);
}

static void check_rights(bool read, bool write, bool execute)
{
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_SUCCESS);
    assert_int_equal(done.read, read);
    assert_int_equal(done.write, write);
    assert_int_equal(done.execute, execute);
}

static void check_event(unsigned type)
{
    uint64_t event[4];

    assert_int_equal(take_event(&w, event), type);
    assert_int_equal(done.recorded, type != 0);
    if (type != 0) {
        assert_memory_equal(event, done.event, sizeof(event));
    }
}

/* ---- Success --------------------------------------------------------------------------------- */

static void IHI0070_3_9_1_a_page_of_both_stages(void **state)
{
    (void)state;
    begin();
    ask_for(VA(1) + 0x123);
    check_rights(true, true, false);
    assert_int_equal(done.address, DATA + 0x1000);
    assert_int_equal(done.size_log2, 12);
    assert_int_equal(done.space, ARMVIRT_SPACE_NONSECURE);
    check_event(0);
}

struct rights {
    const char *name;
    uint64_t leaf;
    bool no_write, execute, privileged;
    bool r, w, x;
};

/* The examples of 13.7, and what they leave out. AP 0: EL1 RW, 1: all RW, 2: EL1 RO, 3: all RO. */
static const struct rights rights[] = {
    {"13.7: NW, user RO", LEAF(3), true, false, false, true, false, false},
    {"13.7: user RW", LEAF(1) | LEAF_UXN, false, false, false, true, true, false},
    {"13.7: user RO, write asked for", LEAF(3), false, false, false, true, false, false},
    {"13.7: Priv, privileged RW", LEAF(0), false, false, true, true, true, false},
    {"13.7: not Priv, privileged RW", LEAF(0), false, false, false, false, false, false},
    {"13.7: NW, Exe, user RW, XN", LEAF(1) | LEAF_UXN, true, true, false, true, false, false},
    {"13.7: Exe, user RW", LEAF(1), false, true, false, true, true, true},
    {"13.7: Exe, execute only", LEAF(0), false, true, false, false, false, false},
    {"13.7: Exe not asked for", LEAF(1), false, false, false, true, true, false},
    {"13.7: NW never grants a write", LEAF(1), true, false, false, true, false, false},
    {"13.7: Exe of a privileged page that users may write", LEAF(1), false, true, true, true, true,
     false},
};

static void IHI0070_13_7_rights(void **state)
{
    const struct rights *r = *state;
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    begin();
    map_page(1, r->leaf);
    request.no_write = r->no_write;
    request.execute = r->execute;
    request.privileged = r->privileged;
    ask(&request);
    check_rights(r->r, r->w, r->x);
    assert_int_equal(done.privileged, r->privileged);
    assert_int_equal(done.address, r->r || r->w ? DATA + 0x1000 : 0);
    check_event(0);
}

static void IHI0070_13_7_without_a_pasid_neither_Exe_nor_Priv(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    (void)state;
    begin();
    map_page(1, LEAF(0));
    request.ssv = false;
    request.execute = request.privileged = true;
    ask(&request);
    check_rights(false, false, false);
    assert_false(done.privileged);
}

static void IHI0070_13_7_1_INSTCFG_makes_reads_of_fetches(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    (void)state;
    begin();
    poke(ste_at(1), peek(ste_at(1)) | UINT64_C(3) << 50);
    map_page(1, LEAF(0)); /* execute only for users */
    request.execute = true;
    ask(&request);
    check_rights(true, false, true);
}

static void IHI0070_13_7_1_INSTCFG_data_makes_fetches_of_reads(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    (void)state;
    begin();
    poke(ste_at(1), peek(ste_at(1)) | UINT64_C(2) << 50);
    map_page(1, LEAF(1) | LEAF_UXN);
    request.execute = true;
    ask(&request);
    check_rights(true, true, true);
}

static void IHI0070_13_7_1_PRIVCFG_decides_whose_rights(void **state)
{
    (void)state;
    begin();
    poke(ste_at(1), peek(ste_at(1)) | UINT64_C(3) << 48);
    map_page(1, LEAF(0));
    ask_for(VA(1));
    check_rights(true, true, false);
    assert_false(done.privileged);
}

static void IHI0070_3_13_7_flags_are_set_for_what_was_asked(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));
    uint64_t clean = (LEAF(3) | LEAF_DBM) & ~LEAF_AF;

    (void)state;
    begin();
    poke(cd_at(SSID, 0), peek(cd_at(SSID, 0)) | UINT64_C(3) << 42); /* HA, HD */
    map_page(1, clean);
    request.no_write = true;
    ask(&request);
    check_rights(true, false, false);
    assert_int_equal(peek(S1_L3 + 8) & (LEAF_AF | 0x80), LEAF_AF | 0x80);
    request.no_write = false;
    ask(&request);
    check_rights(true, true, false);
    assert_int_equal(peek(S1_L3 + 8) & 0x80, 0);
}

static void IHI0070_3_9_1_the_size_is_that_of_the_smaller_stage(void **state)
{
    (void)state;
    begin();
    poke(S1_L2, UINT64_C(0x40000000) | LEAF_USER_RW | 1);
    poke(S1_L2, (UINT64_C(0x40000000) | LEAF_USER_RW) & ~UINT64_C(2));
    ask_for(UINT64_C(0x12345));
    check_rights(true, true, false);
    assert_int_equal(done.size_log2, 21);
    assert_int_equal(done.address, 0);
}

/* ---- No access ------------------------------------------------------------------------------- */

static void IHI0070_3_9_1_2_faults_are_success_without_rights(void **state)
{
    static const uint64_t leaves[] = {0, (UINT64_C(0x701)), LEAF(1) & ~LEAF_AF,
                                      LEAF(1) | UINT64_C(0xff) << 40};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(leaves); n++) {
        begin();
        poke(S1_L3 + 8, leaves[n]);
        ask_for(VA(1));
        check_rights(false, false, false);
        assert_int_equal(done.reason, ARMVIRT_SMMU_REASON_TRANSLATION);
        assert_int_equal(done.fault.stage, 1);
        assert_int_equal(done.size_log2, 12);
        check_event(0);
    }
}

static void IHI0070_3_9_1_2_stage_2_faults_of_page_table_and_descriptor(void **state)
{
    (void)state;
    begin();
    poke(S1_L3 + 8, UINT64_C(0x80000000) | LEAF_USER_RW);
    ask_for(VA(1));
    check_rights(false, false, false);
    assert_int_equal(done.fault.stage, 2);
    poke(S1_L2, UINT64_C(0x80000000) | 3);
    ask_for(VA(1));
    check_rights(false, false, false);
    begin();
    poke(ste_at(0), (peek(ste_at(0)) & ~UINT64_C(0xfffffffff000)) | UINT64_C(0x80000000));
    ask_for(VA(1));
    check_rights(false, false, false);
    check_event(0);
}

/* ---- Unsupported ----------------------------------------------------------------------------- */

struct refusal {
    const char *name;
    uint64_t config, eats;
    uint32_t cr0;
    uint8_t status, event;
};

static const struct refusal refusals[] = {
    {"3.9.1.2: SMMUEN is 0", 7, 1, EVENTS_ON, ARMVIRT_SMMU_ATS_UR, 5},
    {"3.9.1.2: EATS is 0b00", 7, 0, FLAGS, ARMVIRT_SMMU_ATS_UR, 5},
    {"3.9.1.2: EATS is 0b10 without ATSCHK", 7, 2, FLAGS, ARMVIRT_SMMU_ATS_UR, 5},
    {"3.9.1.2: Config bypasses", 4, 1, FLAGS, ARMVIRT_SMMU_ATS_UR, 5},
    {"3.9.1.2: Config aborts", 0, 1, FLAGS, ARMVIRT_SMMU_ATS_UR, 0},
};

static void IHI0070_3_9_1_2_unsupported(void **state)
{
    const struct refusal *r = *state;

    ats_begin(&w, r->cr0);
    poke(ste_at(0), (peek(ste_at(0)) & ~STE_CONFIG(7)) | STE_CONFIG(r->config));
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(r->eats));
    ask_for(VA(1));
    assert_int_equal(done.status, r->status);
    assert_false(done.read || done.write);
    check_event(r->event);
    if (r->event != 0) {
        assert_int_equal(done.event[0], UINT64_C(5) << 32 | SSID << 12 | 1 << 11 | 5);
        assert_int_equal(done.event[2], VA(1));
    }
}

static void IHI0070_3_9_1_2_secure_and_absent_streams(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    (void)state;
    begin();
    request.sec_sid = ARMVIRT_SPACE_SECURE;
    ask(&request);
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_UR);
    request.sec_sid = ARMVIRT_SPACE_ROOT;
    assert_int_equal(armvirt_smmu_ats_translate(w.smmu, &request, &done), ARMVIRT_E_INVAL);
}

/* ---- Aborts ---------------------------------------------------------------------------------- */

struct broken {
    const char *name;
    uint64_t pa, value; /* a word that is changed */
    uint32_t sid, ssid;
    uint8_t event;
};

static const struct broken brokens[] = {
    {"3.9.1.2: C_BAD_STREAMID", 0, 0, 99, SSID, 2},
    {"3.9.1.2: C_BAD_STE", STREAMS + SID * 64, 0, SID, SSID, 4},
    {"3.9.1.2: C_BAD_SUBSTREAMID", 0, 0, SID, 16, 8},
    {"3.9.1.2: F_STREAM_DISABLED", 0, 0, SID, 0, 6},
    {"3.9.1.2: C_BAD_CD", CDS + SSID * 64, 0, SID, SSID, 10},
    {"3.9.1.2: F_CD_FETCH", STREAMS + SID * 64, UINT64_C(0x200000005000000f), SID, SSID, 9},
    {"3.9.1.2: F_WALK_EABT", S1_L1, UINT64_C(0x50000003), SID, SSID, 11},
};

static void IHI0070_3_9_1_2_completer_abort(void **state)
{
    const struct broken *b = *state;
    struct armvirt_smmu_ats_request request = request_for(VA(1));

    for (unsigned record = 0; record < 2; record++) {
        begin();
        write_reg(&w, CR0, 4, EVENTS_ON);
        write_reg(&w, CR2, 4, record ? 0xa : 2);
        write_reg(&w, CR0, 4, FLAGS);
        if (b->pa != 0) {
            poke(b->pa, b->value);
        }
        request.sid = b->sid;
        request.ssid = b->ssid;
        ask(&request);
        assert_int_equal(done.status, ARMVIRT_SMMU_ATS_CA);
        assert_false(done.read || done.write);
        check_event(record ? b->event : 0);
    }
}

/* Level 1 entries that lead nowhere, too near and into the void. */
static void IHI0070_3_9_1_2_two_levels_of_streams(void **state)
{
    static const struct {
        uint64_t entry;
        uint8_t event;
    } tries[] = {{0, 2}, {STREAMS | 2, 2}, {UINT64_C(0x50000000) | 7, 3}};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(tries); n++) {
        begin();
        write_reg(&w, CR0, 4, EVENTS_ON);
        write_reg(&w, CR2, 4, 0xa);
        write_reg(&w, STRTAB_BASE_CFG, 4, 1 << 16 | 6 << 6 | 8);
        write_reg(&w, CR0, 4, FLAGS);
        poke(STREAMS, tries[n].entry);
        ask_for(VA(1));
        assert_int_equal(done.status, ARMVIRT_SMMU_ATS_CA);
        check_event(tries[n].event);
    }
}

static void IHI0070_3_9_1_2_a_full_queue_loses_the_record(void **state)
{
    (void)state;
    ats_begin(&w, ON);
    poke(ste_at(1), STE_S1DSS(2));
    ask_for(VA(1));
    assert_int_equal(done.status, ARMVIRT_SMMU_ATS_UR);
    assert_false(done.recorded);
    assert_int_equal(done.event[0] & 0xff, 5);
}

/* Whatever read it is that has to wait, asking again gives the answer. */
static void a_memory_that_asks_to_retry(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(VA(1));
    unsigned again = 0;

    (void)state;
    for (unsigned n = 1; n < 100; n++) {
        begin();
        w.retry_in = n;
        if (armvirt_smmu_ats_translate(w.smmu, &request, &done) == ARMVIRT_E_AGAIN) {
            again++;
            ask(&request);
        }
        check_rights(true, true, false);
        check_event(0);
    }
    assert_in_range(again, 10, 90);
}

/* ---- Split stage, no stage ------------------------------------------------------------------- */

static void IHI0070_13_6_3_split_stage_gives_the_ipa(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS | CHECKED);
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(2));
    ask_for(VA(1));
    check_rights(true, true, false);
    assert_int_equal(done.address, DATA + IPA_BASE + 0x1000);
}

static void IHI0070_13_6_3_split_stage_has_the_rights_of_both(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS | CHECKED);
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(2));
    poke(S2_L1 + 8, UINT64_C(0x77d)); /* read-only */
    ask_for(VA(1));
    check_rights(true, false, false);
}

static void IHI0070_13_6_4_S1DSS_skips_stage_1(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(UINT64_C(0x40001234));

    (void)state;
    begin();
    request.ssv = false;
    poke(ste_at(1), STE_S1DSS(1) | STE_EATS(1));
    ask(&request);
    check_rights(true, true, false);
    assert_int_equal(done.address, 0);
    assert_int_equal(done.size_log2, 30);
}

static void IHI0070_13_6_4_S1DSS_skips_all_stages(void **state)
{
    struct armvirt_smmu_ats_request request = request_for(UINT64_C(0x40001234));

    (void)state;
    begin();
    request.ssv = false;
    poke(ste_at(0), UINT64_C(4) << 59 | CDS | STE_CONFIG(5) | 1);
    poke(ste_at(1), STE_S1DSS(1) | STE_EATS(1));
    ask(&request);
    check_rights(true, true, false);
    assert_int_equal(done.address, UINT64_C(0x40001000));
    request.addr = UINT64_C(1) << 60;
    ask(&request);
    check_rights(false, false, false);
    assert_int_equal(done.reason, ARMVIRT_SMMU_REASON_BYPASS_SIZE);
}

/* ---- Invalidation -----------------------------------------------------------------------------
 */

static void IHI0070_4_5_1_CMD_ATC_INV_goes_out(void **state)
{
    (void)state;
    begin();
    command(&w, UINT64_C(5) << 32 | SSID << 12 | 1 << 11 | 0x40, VA(0x10) | 2);
    assert_int_equal(w.invs, 1);
    assert_int_equal(w.inv.sid, SID);
    assert_int_equal(w.inv.ssid, SSID);
    assert_true(w.inv.ssv);
    assert_int_equal(w.inv.address, VA(0x10));
    assert_int_equal(w.inv.size_log2, 14);
}

static void IHI0070_3_9_1_4_a_timeout_stops_the_next_sync(void **state)
{
    (void)state;
    begin();
    w.times_out = true;
    command(&w, UINT64_C(5) << 32 | 0x40, 52);
    assert_int_equal(read_reg(&w, GERROR, 4), 0);
    command(&w, 0x46, 0);
    assert_int_equal(read_reg(&w, GERROR, 4), 1);
    assert_int_equal(read_reg(&w, 0x9c, 4) >> 24 & 0x7f, 3); /* CERROR_ATC_INV_SYNC */
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_3_9_1_a_page_of_both_stages);
    SUITE_ADD_ROWS(&suite, IHI0070_13_7_rights, rights);
    SUITE_ADD(&suite, IHI0070_13_7_without_a_pasid_neither_Exe_nor_Priv);
    SUITE_ADD(&suite, IHI0070_13_7_1_INSTCFG_makes_reads_of_fetches);
    SUITE_ADD(&suite, IHI0070_13_7_1_INSTCFG_data_makes_fetches_of_reads);
    SUITE_ADD(&suite, IHI0070_13_7_1_PRIVCFG_decides_whose_rights);
    SUITE_ADD(&suite, IHI0070_3_13_7_flags_are_set_for_what_was_asked);
    SUITE_ADD(&suite, IHI0070_3_9_1_the_size_is_that_of_the_smaller_stage);
    SUITE_ADD(&suite, IHI0070_3_9_1_2_faults_are_success_without_rights);
    SUITE_ADD(&suite, IHI0070_3_9_1_2_stage_2_faults_of_page_table_and_descriptor);
    SUITE_ADD_ROWS(&suite, IHI0070_3_9_1_2_unsupported, refusals);
    SUITE_ADD(&suite, IHI0070_3_9_1_2_secure_and_absent_streams);
    SUITE_ADD_ROWS(&suite, IHI0070_3_9_1_2_completer_abort, brokens);
    SUITE_ADD(&suite, IHI0070_3_9_1_2_two_levels_of_streams);
    SUITE_ADD(&suite, IHI0070_3_9_1_2_a_full_queue_loses_the_record);
    SUITE_ADD(&suite, a_memory_that_asks_to_retry);
    SUITE_ADD(&suite, IHI0070_13_6_3_split_stage_gives_the_ipa);
    SUITE_ADD(&suite, IHI0070_13_6_3_split_stage_has_the_rights_of_both);
    SUITE_ADD(&suite, IHI0070_13_6_4_S1DSS_skips_stage_1);
    SUITE_ADD(&suite, IHI0070_13_6_4_S1DSS_skips_all_stages);
    SUITE_ADD(&suite, IHI0070_4_5_1_CMD_ATC_INV_goes_out);
    SUITE_ADD(&suite, IHI0070_3_9_1_4_a_timeout_stops_the_next_sync);
    return suite_run(&suite, "translation requests");
}
