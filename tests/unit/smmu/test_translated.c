/* SPDX-License-Identifier: MIT */
/* ATS translated transactions, and device permission tables (IHI0070 3.9.1.3, 3.24). */
#include "ats_world.h"

#define FLAGS  (ON | EVENTS_ON | COMMANDS_ON)
#define TARGET ((uint64_t)DATA + 0x1000)

static struct ats_world w;
static struct armvirt_smmu_result result;

static void send(uint64_t addr, uint16_t flags)
{
    struct armvirt_smmu_txn txn = {.addr = addr,
                                   .sid = SID,
                                   .ssid = SSID,
                                   .flags = (uint16_t)(ARMVIRT_SMMU_TRANSLATED | flags)};

    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
}

static void check_pass(uint64_t pa)
{
    uint64_t event[4];

    assert_int_equal(result.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(result.pa, pa);
    assert_int_equal(take_event(&w, event), 0);
}

static void check_abort(unsigned type)
{
    uint64_t event[4];

    assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(take_event(&w, event), type);
    assert_int_equal(result.recorded, type != 0);
}

/* ---- Without checks ---------------------------------------------------------------------------
 */

static void IHI0070_3_9_1_3_without_ATSCHK_addresses_pass(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS);
    poke(ste_at(0), 0);
    send(TARGET + 5, 0);
    check_pass(TARGET + 5);
    send(UINT64_C(1) << 60, 0);
    check_abort(0);
}

static void IHI0070_3_9_1_3_SMMUEN_0_forbids(void **state)
{
    (void)state;
    ats_begin(&w, EVENTS_ON);
    send(TARGET, 0);
    check_abort(7);
    assert_int_equal(result.event[0], UINT64_C(5) << 32 | 7);
    assert_int_equal(result.event[2], TARGET);
    send(TARGET, ARMVIRT_SMMU_PROBE);
    check_abort(0);
}

static void IHI0070_3_9_1_3_secure_streams_are_forbidden(void **state)
{
    struct armvirt_smmu_txn txn = {.addr = TARGET,
                                   .sid = SID,
                                   .flags = ARMVIRT_SMMU_TRANSLATED,
                                   .sec_sid = ARMVIRT_SPACE_SECURE};

    (void)state;
    ats_begin(&w, FLAGS);
    assert_int_equal(armvirt_smmu_translate(w.smmu, &txn, &result), ARMVIRT_OK);
    assert_int_equal(result.outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_TRANSLATED_FORBIDDEN);
}

/* ---- ATSCHK -----------------------------------------------------------------------------------
 */

struct checked {
    const char *name;
    uint64_t config, eats;
    uint8_t event; /* 0xff: it passes */
};

static const struct checked checkeds[] = {
    {"3.9.1.3: full ATS", 7, 1, 0xff},      {"3.9.1.3: EATS is 0b00", 7, 0, 7},
    {"3.9.1.3: Config bypasses", 4, 1, 7},  {"3.9.1.3: Config aborts", 0, 1, 0},
    {"3.9.1.3: stage 2 alone", 6, 1, 0xff},
};

static void IHI0070_3_9_1_3_checked(void **state)
{
    const struct checked *c = *state;

    ats_begin(&w, FLAGS | CHECKED);
    poke(ste_at(0), (peek(ste_at(0)) & ~STE_CONFIG(7)) | STE_CONFIG(c->config));
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(c->eats));
    send(TARGET, ARMVIRT_SMMU_WRITE);
    if (c->event == 0xff) {
        check_pass(TARGET);
    } else {
        check_abort(c->event);
    }
}

static void IHI0070_3_9_1_3_errors_of_the_configuration(void **state)
{
    (void)state;
    for (unsigned record = 0; record < 2; record++) {
        ats_begin(&w, EVENTS_ON);
        write_reg(&w, CR2, 4, record ? 8 : 0); /* REC_CFG_ATS, without RECINVSID */
        write_reg(&w, CR0, 4, FLAGS | CHECKED);
        poke(ste_at(0), 0);
        send(TARGET, 0);
        check_abort(record ? 4 : 0);
        write_reg(&w, CR0, 4, EVENTS_ON);
        write_reg(&w, STRTAB_BASE_CFG, 4, 2);
        write_reg(&w, CR0, 4, FLAGS | CHECKED);
        send(TARGET, 0);
        check_abort(record ? 2 : 0);
    }
}

static void IHI0070_3_9_1_3_PASIDTT_checks_the_pasid(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS | CHECKED);
    send(TARGET, ARMVIRT_SMMU_SSV);
    check_pass(TARGET);
    poke(cd_at(SSID, 0), 0);
    send(TARGET, 0); /* no PASID: no descriptor */
    check_pass(TARGET);
    send(TARGET, ARMVIRT_SMMU_SSV);
    check_abort(0);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_CD_V);
    poke(ste_at(0), (peek(ste_at(0)) & ~UINT64_C(0xfffffffff000)) | UINT64_C(0x80000000));
    send(TARGET, ARMVIRT_SMMU_SSV); /* stage 2 refuses the read of the descriptor */
    check_abort(0x10);
}

/* S1DSS: terminate, bypass, substream 0. What has no PASID is terminated by the first. */
static void IHI0070_7_3_7_PASIDTT_checks_what_has_no_pasid(void **state)
{
    (void)state;
    for (unsigned record = 0; record < 2; record++) {
        for (unsigned s1dss = 0; s1dss < 3; s1dss++) {
            ats_begin(&w, EVENTS_ON);
            write_reg(&w, CR2, 4, record ? 8 : 0); /* REC_CFG_ATS */
            write_reg(&w, CR0, 4, FLAGS | CHECKED);
            poke(ste_at(1), STE_S1DSS((uint64_t)s1dss) | STE_EATS(1));
            send(TARGET, 0);
            if (s1dss == 0) {
                check_abort(record ? 6 : 0);
            } else {
                check_pass(TARGET);
            }
        }
    }
}

static void IHI0070_3_9_1_3_without_PASIDTT_the_pasid_is_not_looked_at(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS | CHECKED);
    w.config.id.idr[3] &= ~(uint32_t)ARMVIRT_SMMU_IDR3_PASIDTT;
    ats_make(&w);
    write_reg(&w, STRTAB_BASE, 8, STREAMS);
    write_reg(&w, STRTAB_BASE_CFG, 4, 4);
    write_reg(&w, CR0, 4, ON | CHECKED);
    poke(cd_at(SSID, 0), 0);
    send(TARGET, ARMVIRT_SMMU_SSV);
    check_pass(TARGET);
}

/* ---- Split stage ------------------------------------------------------------------------------
 */

static void IHI0070_13_6_3_split_stage_translates_the_ipa(void **state)
{
    (void)state;
    ats_begin(&w, FLAGS | CHECKED);
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(2));
    send(TARGET + IPA_BASE, ARMVIRT_SMMU_WRITE);
    check_pass(TARGET);
    send(TARGET, 0); /* no such IPA */
    check_abort(0x10);
    assert_true((result.event[1] >> 39 & 1) != 0);
    poke(S2_L1 + 8, UINT64_C(0x77d)); /* read-only */
    send(TARGET + IPA_BASE, 0);
    check_pass(TARGET);
    send(TARGET + IPA_BASE, ARMVIRT_SMMU_WRITE);
    check_abort(0x13);
    send(UINT64_C(1) << 60, 0);
    check_abort(0x11);
    assert_int_equal(result.event[1] >> 39 & 1, 0);
}

/* ---- Device permission tables ------------------------------------------------------------------
 */

/* Level 1 entries for pairs of 64 KB; that of DATA, whose upper half GRANTED lies in. */
#define DATA_PAIR    (DPT_L1 + 8 * (DATA >> 17))
#define GRANTED      ((uint64_t)DATA + 0x11000)
#define UPPER        UINT64_C(2)
#define LOWER        UINT64_C(1)
#define W1           (UINT64_C(1) << 36)
#define W0           (UINT64_C(1) << 4)
#define AC1(n)       ((uint64_t)(n) << 34)
#define AC0(n)       ((uint64_t)(n) << 2)
#define VMID1(n)     ((uint64_t)(n) << 48)
#define VMID0(n)     ((uint64_t)(n) << 16)
#define CONTIG(n)    ((uint64_t)(n) << 8)
#define VMATCH(n)    ((uint64_t)(n) << 62)
#define ALLOWED_DATA (UPPER | W1 | VMID1(VMID))

static void begin_dpt(void)
{
    ats_begin(&w, FLAGS | CHECKED);
    write_reg(&w, DPT_BASE, 8, DPT_L0);
    write_reg(&w, DPT_BASE_CFG, 4, 2 | 1 << 14); /* 40 bits, entries of 1 GB, granules of 64 KB */
    write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
    poke(ste_at(1), STE_S1DSS(2) | STE_EATS(3));
    poke(DPT_L0, DPT_L1 | 3);
    poke(DATA_PAIR, ALLOWED_DATA);
}

static void IHI0070_3_24_1_the_vmid_of_the_stream_may(void **state)
{
    (void)state;
    begin_dpt();
    send(GRANTED + 8, ARMVIRT_SMMU_WRITE);
    check_pass(GRANTED + 8);
    send(GRANTED - 0x10000, 0); /* the lower granule: no access */
    check_abort(7);
    assert_int_equal(result.reason, ARMVIRT_SMMU_REASON_DPT_DENIED);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), 0);
}

struct dpt_case {
    const char *name;
    uint64_t l0, l1, vmatch; /* 0: DPT_L1 | 3 */
    bool write, permitted;
    uint8_t code_level; /* DPT_CFG_FAR: FAULTCODE << 1 | LEVEL, and 0x80 if there is one */
};

#define BLOCK UINT64_C(1)

static const struct dpt_case dpts[] = {
    {"3.24.1: no VMID match of AC 0b01, VMATCH 0b10", 0, UPPER | AC1(1) | VMID1(0x78), VMATCH(2),
     false, true, 0},
    {"3.24.3.1.2: level 0 block with AC 0b11", BLOCK | AC0(3), 0, 0, true, false, 0x82},
    {"3.24.1: read-only, read", 0, UPPER | VMID1(VMID), 0, false, true, 0},
    {"3.24.1: read-only, write", 0, UPPER | VMID1(VMID), 0, true, false, 0},
    {"3.24.1: another VMID", 0, UPPER | W1 | VMID1(0x78), 0, false, false, 0},
    {"3.24.1: another VMID, AC 0b01, VMATCH 0b00", 0, UPPER | AC1(1) | VMID1(0x78), 0, false, false,
     0},
    {"3.24.1: another VMID, AC 0b01, VMATCH 0b01", 0, UPPER | AC1(1) | VMID1(0x78), VMATCH(1),
     false, true, 0},
    {"3.24.1: another VMID, AC 0b00, VMATCH 0b01", 0, UPPER | VMID1(0x78), VMATCH(1), false, false,
     0},
    {"3.24.1: another VMID, AC 0b00, VMATCH 0b10", 0, UPPER | VMID1(0x78), VMATCH(2), false, true,
     0},
    {"3.24.1: AC 0b10, any VMID", 0, UPPER | AC1(2), 0, false, true, 0},
    {"3.24.3.1: AC 0b10 with a VMID is invalid", 0, UPPER | AC1(2) | VMID1(1), 0, false, false,
     0x83},
    {"3.24.3.1: AC 0b11 is reserved", 0, UPPER | AC1(3), 0, false, false, 0x83},
    {"3.24.3.1.4: fields of the half without access are RES0", 0, ALLOWED_DATA | W0, 0, false,
     false, 0x83},
    {"3.24.3.1.4: nothing with A 0b00", 0, CONTIG(1), 0, false, false, 0x83},
    {"3.24.3.1.4: both halves", 0, 3 | W0 | VMID0(1) | W1 | VMID1(VMID), 0, true, true, 0},
    {"3.24.3.1.4: contiguous by the lower half", 0, 3 | W0 | VMID0(VMID) | CONTIG(2), 0, true, true,
     0},
    {"3.24.3.1.4: contiguous with an upper half", 0, 3 | W0 | VMID0(VMID) | CONTIG(2) | W1, 0,
     false, false, 0x83},
    {"3.24.3.1.4: Contig above L0DPTSZ is reserved", 0, 3 | VMID0(VMID) | CONTIG(6), 0, false,
     false, 0x83},
    {"3.24.3.1.4: Contig of one granule is reserved", 0, 3 | VMID0(VMID) | CONTIG(1), 0, false,
     false, 0x83},
    {"3.24.3.1.4: Contig is reserved from 8 on", 0, 3 | VMID0(VMID) | CONTIG(8), 0, false, false,
     0x83},
    {"3.24.3.1.1: level 0 no access", UINT64_MAX, 0, 0, false, false, 0},
    {"3.24.3.1.2: level 0 block", BLOCK | W0 | VMID0(VMID), 0, 0, true, true, 0},
    {"3.24.3.1.2: level 0 block with more", BLOCK | W0 | VMID0(VMID) | 0x100, 0, 0, true, false,
     0x82},
    {"3.24.3.1: level 0 type 0b10", 2, 0, 0, false, false, 0x82},
    {"3.24.3.1.3: level 1 beyond OAS", UINT64_C(0xff) << 56 | 3, 0, 0, false, false, 0x82},
    {"3.24.4: external abort of level 1", UINT64_C(0x50000003), 0, 0, false, false, 0x87},
};

static void IHI0070_3_24_dpt(void **state)
{
    const struct dpt_case *c = *state;
    uint64_t far, l0 = c->l0 == UINT64_MAX ? 0 : c->l0 == 0 ? DPT_L1 | 3 : c->l0;

    begin_dpt();
    poke(DPT_L0, l0);
    poke(DATA_PAIR, c->l1);
    poke(ste_at(2), peek(ste_at(2)) | c->vmatch);
    send(GRANTED, c->write ? ARMVIRT_SMMU_WRITE : 0);
    if (c->permitted) {
        check_pass(GRANTED);
    } else {
        check_abort(7);
    }
    far = read_reg(&w, DPT_CFG_FAR, 8);
    assert_int_equal(far & 1, c->code_level >> 7);
    assert_int_equal(far >> 4 & 15, c->code_level >> 1 & 15);
    assert_int_equal(far >> 1 & 1, c->code_level & 1);
    assert_int_equal(far & ~UINT64_C(0xfff), far ? GRANTED : 0);
    assert_int_equal(read_reg(&w, GERROR, 4), far & 1 ? 1 << 10 : 0);
}

static void IHI0070_3_24_4_the_registers_are_wrong(void **state)
{
    static const uint32_t bad[] = {7 | 1 << 14, 2 | 3 << 14, 2 | 1 << 14 | 1 << 20,
                                   1 << 14 | 6 << 20};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(bad); n++) {
        begin_dpt();
        write_reg(&w, CR0, 4, EVENTS_ON);
        write_reg(&w, DPT_BASE_CFG, 4, bad[n]);
        write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
        send(GRANTED, 0);
        check_abort(7);
        assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8) & 0xf3, 0x11);
    }
}

/* All sizes of level 0 entries and of granules. */
static void IHI0070_6_3_47_sizes(void **state)
{
    static const uint32_t cfg[] = {3 | 4 << 20, 3 | 6 << 20, 3 | 9 << 20, 3 | 1 << 14, 3 | 2 << 14};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(cfg); n++) {
        begin_dpt();
        write_reg(&w, CR0, 4, EVENTS_ON);
        write_reg(&w, DPT_BASE_CFG, 4, cfg[n]);
        write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
        poke(DPT_L0, BLOCK | W0 | VMID0(VMID));
        send(GRANTED, ARMVIRT_SMMU_READ_WRITE);
        check_pass(GRANTED);
    }
}

static void IHI0070_3_24_3_1_without_VMID16_high_bits_are_RES0(void **state)
{
    (void)state;
    begin_dpt();
    w.config.id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_VMID16;
    ats_make(&w);
    write_reg(&w, STRTAB_BASE, 8, STREAMS);
    write_reg(&w, STRTAB_BASE_CFG, 4, 4);
    write_reg(&w, EVENTQ_BASE, 8, EVENTS | 3);
    write_reg(&w, DPT_BASE, 8, DPT_L0);
    write_reg(&w, DPT_BASE_CFG, 4, 2 | 1 << 14);
    write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
    send(GRANTED, 0);
    check_pass(GRANTED);
    poke(DATA_PAIR, UPPER | VMID1(0x177));
    send(GRANTED, 0);
    check_abort(7);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8) & 0xf3, 0x13);
}

static void IHI0070_3_24_4_the_table_is_disabled(void **state)
{
    (void)state;
    begin_dpt();
    write_reg(&w, CR0, 4, FLAGS | CHECKED);
    send(GRANTED, ARMVIRT_SMMU_PROBE);
    check_abort(0);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), 0);
    send(GRANTED, 0);
    check_abort(7);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), GRANTED | 1);
    write_reg(&w, CR0, 4, FLAGS | CHECKED | DPT_ON);
    poke(DPT_L0, 2);
    send(GRANTED, 0);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), GRANTED | 1); /* the first stays */
    write_reg(&w, DPT_CFG_FAR, 8, 0);
    write_reg(&w, GERRORN, 4, 1 << 10);
    send(GRANTED, 0);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), GRANTED | 0x11);
}

static void IHI0070_3_24_1_beyond_DPTPS_is_no_access(void **state)
{
    (void)state;
    begin_dpt();
    send(UINT64_C(1) << 40, 0);
    check_abort(7);
    assert_int_equal(read_reg(&w, DPT_CFG_FAR, 8), 0);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_3_9_1_3_without_ATSCHK_addresses_pass);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_SMMUEN_0_forbids);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_secure_streams_are_forbidden);
    SUITE_ADD_ROWS(&suite, IHI0070_3_9_1_3_checked, checkeds);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_errors_of_the_configuration);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_PASIDTT_checks_the_pasid);
    SUITE_ADD(&suite, IHI0070_7_3_7_PASIDTT_checks_what_has_no_pasid);
    SUITE_ADD(&suite, IHI0070_3_9_1_3_without_PASIDTT_the_pasid_is_not_looked_at);
    SUITE_ADD(&suite, IHI0070_13_6_3_split_stage_translates_the_ipa);
    SUITE_ADD(&suite, IHI0070_3_24_1_the_vmid_of_the_stream_may);
    SUITE_ADD_ROWS(&suite, IHI0070_3_24_dpt, dpts);
    SUITE_ADD(&suite, IHI0070_3_24_4_the_registers_are_wrong);
    SUITE_ADD(&suite, IHI0070_6_3_47_sizes);
    SUITE_ADD(&suite, IHI0070_3_24_3_1_without_VMID16_high_bits_are_RES0);
    SUITE_ADD(&suite, IHI0070_3_24_4_the_table_is_disabled);
    SUITE_ADD(&suite, IHI0070_3_24_1_beyond_DPTPS_is_no_access);
    return suite_run(&suite, "translated transactions");
}
