/* SPDX-License-Identifier: MIT */
/* Performance monitor counter groups (IHI0070 10). */
#include "ats_world.h"

#include <armvirt/regs/smmu_pmcg.h>

enum {
    EVCNTR = 0x000,
    EVTYPER = 0x400,
    SVR = 0x600,
    SMR = 0xa00,
    CNTENSET = 0xc00,
    CNTENCLR = 0xc20,
    INTENSET = 0xc40,
    INTENCLR = 0xc60,
    OVSCLR = 0xc80,
    OVSSET = 0xcc0,
    CAPR = 0xd88,
    SCR = 0xdf8,
    CFGR = 0xe00,
    CR = 0xe04,
    IIDR = 0xe08,
    CEID0 = 0xe20,
    CEID1 = 0xe28,
    IRQ_CTRL_AT = 0xe50,
    IRQ_CTRLACK = 0xe54,
    IRQ_CFG0 = 0xe58,
    IRQ_CFG1 = 0xe60,
    IRQ_CFG2 = 0xe64,
    IRQ_STATUS = 0xe68,
    AIDR = 0xe70,
    PAGE_1 = 0x10000,
};

#define SPAN    ((uint64_t)ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SID_SPAN)
#define SECURE  ((uint64_t)ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SEC_SID)
#define OVFCAP  ((uint64_t)ARMVIRT_SMMU_PMCG_EVTYPERN_OVFCAP)
#define CAPTURE ((uint32_t)ARMVIRT_SMMU_PMCG_CFGR_CAPTURE)
#define MSI     ((uint32_t)ARMVIRT_SMMU_PMCG_CFGR_MSI)
#define RELOC   ((uint32_t)ARMVIRT_SMMU_PMCG_CFGR_RELOC_CTRS)
#define ONE_SID ((uint32_t)ARMVIRT_SMMU_PMCG_CFGR_SID_FILTER_TYPE)
#define SO      1u
#define NSRA    2u
#define NSMSI   4u
#define ALL     UINT64_C(0xffffffff)

/* CFGR of groups with counters of a size. */
#define GROUP(counters, bits) ((uint32_t)((counters)-1 + (((bits)-1) << 8)))

static struct armvirt_pmcg_config config;
static _Alignas(ARMVIRT_PMCG_ALIGN) uint8_t storage[4096];
static struct armvirt_pmcg *pmcg;
static struct armvirt_mem_flat flat;
static unsigned pulses;
static uint64_t seen_at_pulse; /* SVR0 */

static enum armvirt_status rd(uint64_t offset, uint8_t size, uint8_t space, uint64_t *value)
{
    const struct armvirt_pmcg_access access = {.offset = offset, .size = size, .space = space};

    return armvirt_pmcg_read(pmcg, &access, value);
}

static enum armvirt_status wr(uint64_t offset, uint8_t size, uint8_t space, uint64_t value)
{
    const struct armvirt_pmcg_access access = {.offset = offset, .size = size, .space = space};

    return armvirt_pmcg_write(pmcg, &access, value);
}

static uint64_t get(uint64_t offset, uint8_t size)
{
    uint64_t value;

    assert_int_equal(rd(offset, size, ARMVIRT_SPACE_NONSECURE, &value), ARMVIRT_OK);
    return value;
}

static void set(uint64_t offset, uint8_t size, uint64_t value)
{
    assert_int_equal(wr(offset, size, ARMVIRT_SPACE_NONSECURE, value), ARMVIRT_OK);
}

static void on_pulse(void *ctx)
{
    (void)ctx;
    pulses++;
    (void)rd(SVR, 8, ARMVIRT_SPACE_NONSECURE, &seen_at_pulse);
}

static void make(uint32_t cfgr)
{
    memset(ats_memory, 0, sizeof(ats_memory));
    flat = (struct armvirt_mem_flat){
        .bytes = ats_memory, .size_bytes = sizeof(ats_memory), .writable = true};
    config = (struct armvirt_pmcg_config){
        .cfgr = cfgr,
        .iidr = 0x12345,
        .aidr = 0x31,
        .sid_bits = 16,
        .ceid = {0xff, 1},
        .mem = armvirt_mem_from_flat(&flat),
        .irq = on_pulse,
    };
    pulses = 0;
    seen_at_pulse = 0;
    assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg), ARMVIRT_OK);
}

static void make_secure(uint32_t cfgr)
{
    make(cfgr);
    config.secure = true;
    assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg), ARMVIRT_OK);
}

/* Counter 0 on, with an event and a filter. */
static void watch(uint64_t evtyper, uint64_t smr)
{
    set(EVTYPER, 4, evtyper);
    set(SMR, 4, smr);
    set(CNTENSET, 8, 1);
    set(CR, 4, 1);
}

static void happens(unsigned event, uint32_t sid, uint8_t space, uint32_t count)
{
    const struct armvirt_pmcg_occurrence what = {
        .event = (uint16_t)event, .sec_sid = space, .sid = sid, .count = count};

    armvirt_pmcg_count(pmcg, &what);
}

/* How much counter 0 grows by an event of a stream. */
static uint64_t grows(uint32_t sid, uint8_t space)
{
    uint64_t before, after;

    assert_int_equal(rd(EVCNTR, 8, ARMVIRT_SPACE_SECURE, &before), ARMVIRT_OK);
    happens(1, sid, space, 1);
    assert_int_equal(rd(EVCNTR, 8, ARMVIRT_SPACE_SECURE, &after), ARMVIRT_OK);
    return after - before;
}

/* ---- Registers --------------------------------------------------------------------------------
 */

static void IHI0070_10_5_what_can_not_be_is_refused(void **state)
{
    const struct armvirt_pmcg_config good = {.cfgr = GROUP(4, 32), .sid_bits = 32};
    struct armvirt_pmcg_config bad[] = {good, good, good, good, good, good};

    (void)state;
    bad[0].cfgr = GROUP(4, 33);
    bad[1].cfgr |= (uint32_t)ARMVIRT_SMMU_PMCG_CFGR_MPAM;
    bad[2].mpamidr = 1;
    bad[3].cfgr |= 1u << 31;
    bad[4].sid_bits = 33;
    bad[5].cfgr |= MSI;
    for (size_t n = 0; n < 6; n++) {
        assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &bad[n], &pmcg),
                         ARMVIRT_E_INVAL);
    }
    assert_int_equal(armvirt_pmcg_init(storage + 1, sizeof(storage) - 1, &good, &pmcg),
                     ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_pmcg_init(storage, armvirt_pmcg_size() - 1, &good, &pmcg),
                     ARMVIRT_E_NOSPACE);
    for (unsigned bits = 36; bits <= 48; bits += 4) {
        bad[0].cfgr = GROUP(1, bits);
        assert_int_equal(armvirt_pmcg_init(storage, armvirt_pmcg_size(), &bad[0], &pmcg),
                         ARMVIRT_OK);
    }
}

static void IHI0070_10_5_1_identification_only_reads(void **state)
{
    const struct {
        uint32_t at;
        uint8_t size;
        uint64_t value;
    } ids[] = {{CFGR, 4, GROUP(6, 48)}, {IIDR, 4, 0x12345}, {CEID0, 8, 0xff},
               {CEID1, 8, 1},           {AIDR, 4, 0x31},    {IRQ_CTRLACK, 4, 0},
               {IRQ_STATUS, 4, 0},      {SVR, 8, 0},        {CAPR, 4, 0}};

    (void)state;
    make(GROUP(6, 48));
    for (size_t n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
        set(ids[n].at, ids[n].size, UINT64_MAX);
        assert_int_equal(get(ids[n].at, ids[n].size), ids[n].value);
    }
}

static void IHI0070_10_5_1_strides_follow_the_size(void **state)
{
    uint64_t value;

    (void)state;
    make(GROUP(6, 32));
    set(EVCNTR + 4 * 5, 4, UINT64_MAX);
    assert_int_equal(get(EVCNTR + 4 * 5, 4), ALL);
    assert_int_equal(rd(EVCNTR + 4 * 6, 4, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(EVCNTR, 8, 0, &value), ARMVIRT_FAULT);
    make(GROUP(6, 48));
    set(EVCNTR + 8 * 5, 8, UINT64_MAX);
    assert_int_equal(get(EVCNTR + 8 * 5, 8), UINT64_C(0xffffffffffff));
    assert_int_equal(get(EVCNTR + 8 * 5 + 4, 4), 0xffff);
    set(EVCNTR + 8 * 5 + 4, 4, 0x1234);
    assert_int_equal(get(EVCNTR + 8 * 5, 8), UINT64_C(0x1234ffffffff));
    assert_int_equal(rd(EVCNTR + 8 * 6, 8, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(EVTYPER, 8, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(EVTYPER + 2, 4, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(EVTYPER, 2, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(wr(EVTYPER + 4 * 6, 4, 0, 0), ARMVIRT_FAULT);
    assert_int_equal(wr(0xe48, 4, 0, 1), ARMVIRT_FAULT);
    assert_int_equal(rd(UINT64_MAX - 7, 8, 0, &value), ARMVIRT_FAULT);
}

static void IHI0070_10_5_1_page_1_takes_what_moves(void **state)
{
    static const uint32_t moved[] = {EVCNTR, SVR, OVSCLR, OVSSET, CAPR};
    uint64_t value;

    (void)state;
    make(GROUP(6, 48));
    for (size_t n = 0; n < 5; n++) {
        assert_int_equal(rd(moved[n], 4, 0, &value), ARMVIRT_OK);
        assert_int_equal(rd(PAGE_1 + moved[n], 4, 0, &value), ARMVIRT_FAULT);
    }
    make(GROUP(6, 48) | RELOC);
    for (size_t n = 0; n < 5; n++) {
        assert_int_equal(rd(moved[n], 4, 0, &value), ARMVIRT_FAULT);
        assert_int_equal(rd(PAGE_1 + moved[n], 4, 0, &value), ARMVIRT_OK);
    }
    assert_int_equal(rd(PAGE_1 + EVTYPER, 4, 0, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(EVTYPER, 4, 0, &value), ARMVIRT_OK);
}

static void IHI0070_10_5_2_5_bitmaps_set_and_clear(void **state)
{
    static const uint32_t pairs[][2] = {
        {CNTENSET, CNTENCLR}, {INTENSET, INTENCLR}, {OVSSET, OVSCLR}};

    (void)state;
    make(GROUP(64, 64));
    for (size_t n = 0; n < 3; n++) {
        set(pairs[n][0], 8, UINT64_C(0x8000000000000003));
        set(pairs[n][0] + 4, 4, 1);
        assert_int_equal(get(pairs[n][1], 8), UINT64_C(0x8000000100000003));
        set(pairs[n][1], 4, 1);
        assert_int_equal(get(pairs[n][0], 8), UINT64_C(0x8000000100000002));
        set(pairs[n][1], 8, UINT64_MAX);
        assert_int_equal(get(pairs[n][0], 8), 0);
    }
    make(GROUP(6, 64));
    set(CNTENSET, 8, UINT64_MAX);
    assert_int_equal(get(CNTENSET, 8), 0x3f);
}

static void IHI0070_10_5_2_2_fields_are_where_features_are(void **state)
{
    (void)state;
    make(GROUP(2, 32));
    set(EVTYPER + 4, 4, ALL);
    assert_int_equal(get(EVTYPER + 4, 4), SPAN | 0xffff);
    set(SMR + 4, 4, ALL);
    assert_int_equal(get(SMR + 4, 4), 0xffff);
    make_secure(GROUP(2, 32) | CAPTURE | ONE_SID);
    set(EVTYPER, 4, ALL);
    set(EVTYPER + 4, 4, ALL);
    assert_int_equal(get(EVTYPER, 4), OVFCAP | SECURE | SPAN | 0xffff);
    assert_int_equal(get(EVTYPER + 4, 4), OVFCAP | 0xffff);
    set(SMR + 4, 4, ALL);
    assert_int_equal(get(SMR + 4, 4), 0);
}

static void IHI0070_10_6_secure_software_decides_who_reaches_registers(void **state)
{
    uint64_t value;

    (void)state;
    make(GROUP(2, 32) | MSI);
    assert_int_equal(rd(SCR, 4, ARMVIRT_SPACE_SECURE, &value), ARMVIRT_FAULT);
    make_secure(GROUP(2, 32));
    assert_int_equal(rd(SCR, 4, ARMVIRT_SPACE_SECURE, &value), ARMVIRT_OK);
    assert_int_equal(value, UINT64_C(0x80000000) | NSRA);
    make_secure(GROUP(2, 32) | MSI);
    assert_int_equal(rd(SCR, 4, ARMVIRT_SPACE_ROOT, &value), ARMVIRT_OK);
    assert_int_equal(value, UINT64_C(0x80000000) | NSRA | NSMSI);
    assert_int_equal(rd(SCR, 4, ARMVIRT_SPACE_NONSECURE, &value), ARMVIRT_FAULT);
    assert_int_equal(rd(SCR, 4, ARMVIRT_SPACE_REALM, &value), ARMVIRT_FAULT);
    assert_int_equal(wr(SCR, 4, ARMVIRT_SPACE_SECURE, SO), ARMVIRT_OK);
    assert_int_equal(rd(CFGR, 4, ARMVIRT_SPACE_NONSECURE, &value), ARMVIRT_FAULT);
    assert_int_equal(value, 0);
    assert_int_equal(wr(CR, 4, ARMVIRT_SPACE_NONSECURE, 1), ARMVIRT_FAULT);
    assert_int_equal(rd(CR, 4, ARMVIRT_SPACE_SECURE, &value), ARMVIRT_OK);
    assert_int_equal(value, 0);
}

/* ---- Counting ---------------------------------------------------------------------------------
 */

static void IHI0070_10_5_2_1_counters_that_are_on_count_their_event(void **state)
{
    (void)state;
    make(GROUP(3, 48));
    for (unsigned n = 0; n < 3; n++) {
        set(EVTYPER + 4 * n, 4, SPAN | (n == 2 ? 4 : 1));
        set(SMR + 4 * n, 4, ALL);
    }
    set(CNTENSET, 8, 5);
    happens(1, 7, 0, 1);
    assert_int_equal(get(EVCNTR, 8), 0); /* CR.E is 0 */
    set(CR, 4, 1);
    happens(1, 7, 0, 3);
    happens(4, 7, 0, 10);
    assert_int_equal(get(EVCNTR, 8), 3);
    assert_int_equal(get(EVCNTR + 8, 8), 0);
    assert_int_equal(get(EVCNTR + 16, 8), 10);
    set(CNTENCLR, 8, 1);
    happens(1, 7, 0, 3);
    assert_int_equal(get(EVCNTR, 8), 3);
}

static void IHI0070_10_5_2_17_events_that_are_not_there_do_not_count(void **state)
{
    (void)state;
    make(GROUP(1, 48));
    watch(SPAN | 8, ALL); /* not in CEID0 */
    happens(8, 7, 0, 1);
    assert_int_equal(get(EVCNTR, 8), 0);
    set(EVTYPER, 4, SPAN | 64); /* in CEID1 */
    happens(64, 7, 0, 1);
    assert_int_equal(get(EVCNTR, 8), 1);
    set(EVTYPER, 4, SPAN | 0x8000); /* of an implementation */
    happens(0x8000, 7, 0, 1);
    assert_int_equal(get(EVCNTR, 8), 2);
    set(EVTYPER, 4, 0); /* clock cycles have no stream */
    set(SMR, 4, 1);
    happens(0, 7, 0, 100);
    assert_int_equal(get(EVCNTR, 8), 102);
}

static void IHI0070_10_4_streams_are_matched_exactly_or_by_span(void **state)
{
    (void)state;
    make(GROUP(1, 48));
    watch(1, 0xbf7);
    assert_int_equal(grows(0xbf7, 0), 1);
    assert_int_equal(grows(0xbf6, 0), 0);
    assert_int_equal(grows(0x10bf7, 0), 1); /* above the bits of the group */
    watch(SPAN | 1, 0xbf7);                 /* ...0111 matches ...xxxx */
    assert_int_equal(grows(0xbf0, 0), 1);
    assert_int_equal(grows(0xbff, 0), 1);
    assert_int_equal(grows(0xbe7, 0), 0);
    watch(SPAN | 1, 0xbf6); /* ...0110 matches ...011x */
    assert_int_equal(grows(0xbf7, 0), 1);
    assert_int_equal(grows(0xbf4, 0), 0);
    watch(SPAN | 1, 0x7fff); /* all of one state */
    assert_int_equal(grows(0x8000, 0), 1);
    watch(SPAN | 1, ALL);
    assert_int_equal(grows(0x1234, 0), 1);
    assert_int_equal(grows(0x1234, ARMVIRT_SPACE_SECURE), 0);
    assert_int_equal(grows(0x1234, ARMVIRT_SPACE_REALM), 0);
}

static void IHI0070_10_4_states_are_told_apart(void **state)
{
    (void)state;
    make_secure(GROUP(1, 48));
    watch(SPAN | SECURE | 1, 0x7fff);
    assert_int_equal(grows(1, ARMVIRT_SPACE_SECURE), 0); /* not observed */
    assert_int_equal(grows(1, ARMVIRT_SPACE_NONSECURE), 1);
    assert_int_equal(wr(SCR, 4, ARMVIRT_SPACE_SECURE, NSRA | SO), ARMVIRT_OK);
    assert_int_equal(grows(1, ARMVIRT_SPACE_SECURE), 1);
    assert_int_equal(grows(1, ARMVIRT_SPACE_NONSECURE), 0);
    assert_int_equal(grows(1, ARMVIRT_SPACE_REALM), 0);
    watch(SPAN | 1, 0x7fff);
    assert_int_equal(grows(1, ARMVIRT_SPACE_SECURE), 0);
    assert_int_equal(grows(1, ARMVIRT_SPACE_NONSECURE), 1);
    watch(SPAN | 1, ALL); /* both */
    assert_int_equal(grows(1, ARMVIRT_SPACE_SECURE), 1);
    assert_int_equal(grows(1, ARMVIRT_SPACE_NONSECURE), 1);
    assert_int_equal(grows(1, ARMVIRT_SPACE_REALM), 0);
}

static void IHI0070_10_5_2_13_one_filter_may_serve_all_counters(void **state)
{
    (void)state;
    make(GROUP(2, 48) | ONE_SID);
    watch(1, 5);
    set(EVTYPER + 4, 4, 1);
    set(CNTENSET, 8, 3);
    happens(1, 5, 0, 1);
    happens(1, 6, 0, 1);
    happens(1, 0, 0, 1);
    assert_int_equal(get(EVCNTR, 8), 1);
    assert_int_equal(get(EVCNTR + 8, 8), 1);
}

/* ---- Overflow ---------------------------------------------------------------------------------
 */

static void IHI0070_10_2_1_overflow_marks_captures_and_interrupts(void **state)
{
    (void)state;
    make(GROUP(2, 48) | CAPTURE);
    watch(OVFCAP | SPAN | 1, ALL);
    set(EVCNTR, 8, UINT64_C(0xfffffffffffe));
    set(INTENSET, 8, 1);
    set(IRQ_CTRL_AT, 4, ALL);
    assert_int_equal(get(IRQ_CTRLACK, 4), 1);
    happens(1, 5, 0, 1);
    assert_int_equal(get(OVSSET, 8), 0);
    assert_int_equal(pulses, 0);
    happens(1, 5, 0, 3);
    assert_int_equal(get(OVSSET, 8), 1);
    assert_int_equal(get(EVCNTR, 8), 2);
    assert_int_equal(get(SVR, 8), 2);
    assert_int_equal(pulses, 1);
    assert_int_equal(seen_at_pulse, 2); /* captured before */
    set(EVCNTR, 8, UINT64_MAX);         /* again, although the mark is still there */
    happens(1, 5, 0, 1);
    assert_int_equal(pulses, 2);
    set(INTENCLR, 8, 1);
    set(EVCNTR, 8, UINT64_MAX);
    happens(1, 5, 0, 1);
    assert_int_equal(pulses, 2);
    set(INTENSET, 8, 1);
    set(IRQ_CTRL_AT, 4, 0);
    set(EVCNTR, 8, UINT64_MAX);
    happens(1, 5, 0, 1);
    assert_int_equal(pulses, 2);
}

static void IHI0070_10_2_1_software_captures(void **state)
{
    (void)state;
    make(GROUP(2, 48) | CAPTURE);
    watch(SPAN | 1, ALL);
    happens(1, 5, 0, 9);
    set(CAPR, 4, 0);
    assert_int_equal(get(SVR, 8), 0);
    set(CAPR, 4, 1);
    assert_int_equal(get(SVR, 8), 9);
    assert_int_equal(get(CAPR, 4), 0);
    make(GROUP(2, 48));
    set(EVCNTR, 8, 9);
    set(CAPR, 4, 1);
    assert_int_equal(get(SVR, 8), 0); /* no captures */
}

static void overflow(void)
{
    assert_int_equal(wr(EVCNTR, 8, ARMVIRT_SPACE_SECURE, UINT64_MAX), ARMVIRT_OK);
    happens(1, 5, 0, 1);
}

static void IHI0070_10_5_2_21_the_interrupt_is_a_message(void **state)
{
    (void)state;
    make(GROUP(2, 48) | MSI);
    watch(SPAN | 1, ALL);
    set(INTENSET, 8, 1);
    set(IRQ_CTRL_AT, 4, 1);
    overflow(); /* address zero: no message */
    assert_int_equal(get(IRQ_STATUS, 4), 0);
    set(IRQ_CFG0, 8, 0x1000); /* guarded */
    assert_int_equal(get(IRQ_CFG0, 8), 0);
    set(IRQ_CTRL_AT, 4, 0);
    set(IRQ_CFG0, 8, UINT64_MAX);
    assert_int_equal(get(IRQ_CFG0, 8), UINT64_C(0x00fffffffffffffc));
    set(IRQ_CFG0, 8, 0x1003);
    set(IRQ_CFG1, 4, 0xabcd);
    set(IRQ_CFG2, 4, ALL);
    assert_int_equal(get(IRQ_CFG1, 4), 0xabcd);
    assert_int_equal(get(IRQ_CFG2, 4), 0x3f);
    set(IRQ_CTRL_AT, 4, 1);
    overflow();
    assert_int_equal(peek(0x1000), 0xabcd);
    assert_int_equal(get(IRQ_STATUS, 4), 0);
    assert_int_equal(pulses, 2);
}

static void IHI0070_10_5_2_24_a_message_that_fails_is_told(void **state)
{
    (void)state;
    make(GROUP(2, 48) | MSI);
    watch(SPAN | 1, ALL);
    set(INTENSET, 8, 1);
    set(IRQ_CFG0, 8, UINT64_C(0x8000000000));
    set(IRQ_CTRL_AT, 4, 1);
    overflow();
    assert_int_equal(get(IRQ_STATUS, 4), 1);
    set(IRQ_CTRL_AT, 4, 1);
    assert_int_equal(get(IRQ_STATUS, 4), 1);
    set(IRQ_CTRL_AT, 4, 0);
    assert_int_equal(get(IRQ_STATUS, 4), 1);
    set(IRQ_CTRL_AT, 4, 1);
    assert_int_equal(get(IRQ_STATUS, 4), 0);
    make(GROUP(2, 48));
    set(IRQ_CFG0, 8, 0x1000);
    assert_int_equal(get(IRQ_CFG0, 8), 0); /* no messages */
}

static uint8_t message_space;

static enum armvirt_bus take_message(void *ctx, const struct armvirt_mem_req *req,
                                     const uint64_t *val)
{
    (void)ctx;
    (void)val;
    message_space = req->space;
    return ARMVIRT_BUS_OK;
}

static void IHI0070_10_6_messages_go_where_secure_software_says(void **state)
{
    static const struct armvirt_mem_ops ops = {.write = take_message};
    static const struct {
        unsigned scr;
        uint8_t space;
    } cases[] = {{0, ARMVIRT_SPACE_SECURE},
                 {NSRA, ARMVIRT_SPACE_NONSECURE},
                 {NSMSI, ARMVIRT_SPACE_NONSECURE}};

    (void)state;
    make_secure(GROUP(2, 48) | MSI);
    config.mem.ops = &ops;
    for (size_t n = 0; n < 3; n++) {
        assert_int_equal(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg), ARMVIRT_OK);
        watch(SPAN | 1, ALL);
        set(INTENSET, 8, 1);
        set(IRQ_CFG0, 8, 0x1000);
        set(IRQ_CTRL_AT, 4, 1);
        assert_int_equal(wr(SCR, 4, ARMVIRT_SPACE_SECURE, cases[n].scr), ARMVIRT_OK);
        message_space = 0xff;
        overflow();
        assert_int_equal(message_space, cases[n].space);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, IHI0070_10_5_what_can_not_be_is_refused);
    SUITE_ADD(&suite, IHI0070_10_5_1_identification_only_reads);
    SUITE_ADD(&suite, IHI0070_10_5_1_strides_follow_the_size);
    SUITE_ADD(&suite, IHI0070_10_5_1_page_1_takes_what_moves);
    SUITE_ADD(&suite, IHI0070_10_5_2_5_bitmaps_set_and_clear);
    SUITE_ADD(&suite, IHI0070_10_5_2_2_fields_are_where_features_are);
    SUITE_ADD(&suite, IHI0070_10_6_secure_software_decides_who_reaches_registers);
    SUITE_ADD(&suite, IHI0070_10_5_2_1_counters_that_are_on_count_their_event);
    SUITE_ADD(&suite, IHI0070_10_5_2_17_events_that_are_not_there_do_not_count);
    SUITE_ADD(&suite, IHI0070_10_4_streams_are_matched_exactly_or_by_span);
    SUITE_ADD(&suite, IHI0070_10_4_states_are_told_apart);
    SUITE_ADD(&suite, IHI0070_10_5_2_13_one_filter_may_serve_all_counters);
    SUITE_ADD(&suite, IHI0070_10_2_1_overflow_marks_captures_and_interrupts);
    SUITE_ADD(&suite, IHI0070_10_2_1_software_captures);
    SUITE_ADD(&suite, IHI0070_10_5_2_21_the_interrupt_is_a_message);
    SUITE_ADD(&suite, IHI0070_10_5_2_24_a_message_that_fails_is_told);
    SUITE_ADD(&suite, IHI0070_10_6_messages_go_where_secure_software_says);
    return suite_run(&suite, "performance monitor counter groups");
}
