/* SPDX-License-Identifier: MIT */
/*
 * Granule protection tables at work: a whole table in memory, what a check reads and tells, and the
 * checks that a translation makes. DDI0487 D9.1, D9.6, D9.7.
 */
#include <armvirt/mem.h>
#include <armvirt/trace.h>

#include "gpc_machine.h"

#define KB UINT64_C(0x400)
#define MB UINT64_C(0x100000)

/* ---- A whole table ------------------------------------------------------------------------ */

/*
 * 2 GB: the first is one Block, the second has a level 1 table. A range is made of Contiguous
 * entries if it names a size (DDI0487 D9.6.4), else of granules; what none covers is No access.
 */
struct range {
    uint64_t start, end;
    unsigned contig;
    uint8_t gpi;
};

static const struct range ranges[] = {
    {1024 * MB, 1026 * MB, 1, GPI_RL},          /* 2 MB */
    {1026 * MB, 1030 * MB, 1, GPI_S},           /* two of 2 MB */
    {1030 * MB, 1030 * MB + 4 * KB, 0, GPI_RT}, /* one granule */
    {1030 * MB + 4 * KB, 1030 * MB + 60 * KB, 0, GPI_NS},
    {1030 * MB + 60 * KB, 1030 * MB + 68 * KB, 0, GPI_RL}, /* across two entries */
    {1056 * MB, 1088 * MB, 2, GPI_RT},                     /* 32 MB */
    {1088 * MB, 1089 * MB, 0, GPI_ANY},
    {1536 * MB, 2048 * MB, 3, GPI_NS}, /* 512 MB */
};

#define L0_PA UINT64_C(0x7f000000)
#define L1_PA UINT64_C(0x7f020000)

struct image {
    uint8_t l0[4096];
    uint8_t l1[128 * 1024]; /* 2^30 / 2^16 entries */
};

static struct image image;

static uint8_t gpi_of_ranges(uint64_t pa, unsigned *contig)
{
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        if (pa >= ranges[i].start && pa < ranges[i].end) {
            *contig = ranges[i].contig;
            return ranges[i].gpi;
        }
    }
    *contig = 0;
    return GPI_NONE;
}

/* R_BQHPD: entries are little-endian. */
static void store(uint8_t *bytes, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

static void make_image(void)
{
    store(image.l0, block(GPI_NS));
    store(image.l0 + 8, table(L1_PA));
    for (uint64_t index = 0; index < sizeof(image.l1) / 8; index++) {
        uint64_t pa = 1024 * MB + index * 64 * KB, entry = 0;
        unsigned contig;

        for (unsigned i = 0; i < 16; i++) {
            entry |= (uint64_t)gpi_of_ranges(pa + i * 4 * KB, &contig) << 4 * i;
        }
        gpi_of_ranges(pa, &contig);
        if (contig != 0) {
            entry = contiguous(contig, entry & 0xf);
        }
        store(image.l1 + index * 8, entry);
    }
}

static unsigned owner(unsigned space)
{
    static const unsigned gpi[SPACES] = {GPI_NS, GPI_S, GPI_RL, GPI_RT};

    return gpi[space];
}

static void r_qngfy_each_granule_of_a_table(void **state)
{
    const struct armvirt_mem_segment segments[] = {
        {L0_PA, sizeof(image.l0), image.l0, 1u << ARMVIRT_SPACE_ROOT, false},
        {L1_PA, sizeof(image.l1), image.l1, 1u << ARMVIRT_SPACE_ROOT, false},
    };
    struct armvirt_mem_sparse sparse;
    struct armvirt_walk_env env = {0};
    struct armvirt_regime regime;
    struct armvirt_fault fault;
    struct machine m;

    (void)state;
    make_image();
    machine_reset(&m, GDI);
    machine_put(&m, ARMVIRT_GPCCR_EL3_PPS, ARMVIRT_GPCCR_EL3_PPS_32);
    m.vmsa.gptbr_el3 = L0_PA >> 12;
    machine_regime(&m, &regime);
    assert_int_equal(armvirt_mem_sparse_init(&sparse, segments, 2), ARMVIRT_OK);
    env.mem = armvirt_mem_from_sparse(&sparse);
    for (uint64_t pa = 1020 * MB; pa < 2048 * MB; pa += pa < 1100 * MB ? 4 * KB : 1020 * KB) {
        unsigned contig, gpi = pa < 1024 * MB ? GPI_NS : gpi_of_ranges(pa, &contig);

        for (unsigned space = 0; space < SPACES; space++) {
            bool permitted = gpi == GPI_ANY || gpi == owner(space);

            assert_int_equal(armvirt_gpc_check(&regime, &env, pa, (uint8_t)space, &fault),
                             permitted ? ARMVIRT_OK : ARMVIRT_FAULT);
            if (!permitted) {
                assert_int_equal(fault.reason, ARMVIRT_REASON_GPI_MISMATCH);
            }
        }
    }
    assert_int_equal(armvirt_gpc_check(&regime, &env, 2048 * MB, NS, &fault), ARMVIRT_FAULT);
    assert_int_equal(fault.reason, ARMVIRT_REASON_GPT_TYPE); /* level 0 is 0 from there */
}

/* ---- Reads -------------------------------------------------------------------------------- */

static void r_ngqrv_two_reads_by_level(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    machine_add(&m, L0_BASE + 2 * 8, table(L1_BASE));
    machine_add(&m, L1_BASE + 3 * 8, 0x000000000000b000);
    expect_ok(&m, 0x80033fff, RL);
    assert_int_equal(m.reads, 2);
    assert_int_equal(m.reqs[0].pa, L0_BASE + 2 * 8);
    assert_int_equal(m.reqs[0].level, 0);
    assert_int_equal(m.reqs[1].pa, L1_BASE + 3 * 8);
    assert_int_equal(m.reqs[1].level, 1);
}

static void retry_of_any_read_ends_the_check(void **state)
{
    struct machine m;

    (void)state;
    for (unsigned waiting = 0; waiting < 3; waiting++) {
        machine_reset(&m, GDI);
        machine_add(&m, L0_BASE, table(L1_BASE));
        machine_add(&m, L1_BASE, ALL_NS);
        machine_add(&m, L1_BASE + 8, ALL_NS);
        expect_ok(&m, 0, NS);
        m.entries[waiting].bus = ARMVIRT_BUS_RETRY;
        assert_int_equal(machine_check(&m, 0, NS), ARMVIRT_E_AGAIN);
        m.entries[waiting].bus = ARMVIRT_BUS_OK;
        expect_ok(&m, 0, NS);
    }
}

/* ---- Observers ---------------------------------------------------------------------------- */

static void log_has_each_entry(void **state)
{
    struct armvirt_step step[4];
    struct armvirt_walk_log log = {.step = step, .cap = 4};
    struct machine m;

    (void)state;
    machine_reset(&m, GDI);
    m.log = &log;
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, 0xb);
    machine_add(&m, L1_BASE + 8, 0x9);
    expect_fault(&m, 0xabc, NS, ARMVIRT_GPCF_FAIL, 1, ARMVIRT_REASON_GPI_MISMATCH);
    assert_int_equal(log.len, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(step[i].kind, ARMVIRT_STEP_GPT);
        assert_int_equal(step[i].stage, 0);
        assert_int_equal(step[i].space, ARMVIRT_SPACE_ROOT);
        assert_int_equal(step[i].ia, 0xabc);
        assert_int_equal(step[i].level, i == 0 ? 0 : 1);
        assert_int_equal(step[i].index_hi, i == 0 ? 39 : 29);
        assert_int_equal(step[i].index_lo, i == 0 ? 30 : 16);
        assert_int_equal(step[i].reason, i == 2 ? ARMVIRT_REASON_GPI_MISMATCH : 0);
    }
    assert_int_equal(step[0].pa, L0_BASE);
    assert_int_equal(step[0].desc[0], table(L1_BASE));
    assert_int_equal(step[1].pa, L1_BASE + 8);
    assert_int_equal(step[1].desc[0], 0x9);
    assert_int_equal(step[2].pa, L1_BASE);
    assert_int_equal(step[2].desc[0], 0xb);
}

static void log_names_the_abort(void **state)
{
    struct armvirt_step step[2];
    struct armvirt_walk_log log = {.step = step, .cap = 2};
    struct machine m;

    (void)state;
    machine_reset(&m, RME);
    m.log = &log;
    machine_add(&m, L0_BASE, block(GPI_ANY))->bus = ARMVIRT_BUS_ABORT;
    expect_fault(&m, 0, NS, ARMVIRT_GPCF_EXTERNAL, 0, ARMVIRT_REASON_GPT_EXTERNAL);
    assert_int_equal(m.fault.desc, 0);
    assert_int_equal(log.len, 1);
    assert_int_equal(step[0].kind, ARMVIRT_STEP_ABORT);
    assert_int_equal(step[0].reason, ARMVIRT_REASON_GPT_EXTERNAL);
    assert_int_equal(step[0].pa, L0_BASE);
    assert_int_equal(step[0].desc[0], 0);
}

static void log_counts_past_its_end(void **state)
{
    struct armvirt_step step[2] = {{0}, {.pa = 0x5a5a}};
    struct armvirt_walk_log log = {.step = step, .cap = 1};
    struct machine m;

    (void)state;
    machine_reset(&m, RME);
    m.log = &log;
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, ALL_NS);
    expect_ok(&m, 0, NS);
    assert_int_equal(log.len, 2);
    assert_int_equal(step[0].pa, L0_BASE);
    assert_int_equal(step[1].pa, 0x5a5a);
}

struct events {
    unsigned count;
    struct armvirt_event last;
};

static void keep_event(void *ctx, const struct armvirt_event *event)
{
    struct events *events = ctx;

    events->count++;
    events->last = *event;
}

static void trace_has_each_entry(void **state)
{
    struct events events = {0};
    struct armvirt_trace trace = {.event = keep_event, .ctx = &events, .source = 7};
    struct machine m;

    (void)state;
    machine_reset(&m, RME);
    m.trace = &trace;
    machine_add(&m, L0_BASE, table(L1_BASE));
    machine_add(&m, L1_BASE, ALL_NS);
    expect_ok(&m, 0x2468, NS);
    assert_int_equal(events.count, 0); /* masked */
    trace.mask = ARMVIRT_BIT(ARMVIRT_EV_GPT_ENTRY);
    expect_ok(&m, 0x2468, NS);
    assert_int_equal(events.count, 2);
    assert_int_equal(events.last.id, ARMVIRT_EV_GPT_ENTRY);
    assert_int_equal(events.last.arg[0], 1);
    assert_int_equal(events.last.arg[1], L1_BASE);
    assert_int_equal(events.last.arg[2], ALL_NS);
    assert_int_equal(events.last.arg[3], 0x2468);
}

/* ---- Translations ------------------------------------------------------------------------- */

/*
 * EL1 of the Non-secure state: one level 1 table at 2 GB maps each GB of 39 bits with a Block to
 * itself. Level 0 of the granule protection table has an entry for each GB.
 */
#define GB    UINT64_C(0x40000000)
#define S1_PA (2 * GB)

struct world {
    struct machine m;
    uint8_t gpt[4096], s1[4096];
    struct armvirt_mem_segment segments[2];
    struct armvirt_mem_sparse sparse;
    struct armvirt_walk walk;
};

static void world_set_gpi(struct world *w, unsigned gb, unsigned gpi)
{
    store(w->gpt + 8 * gb, block(gpi));
}

static void world_map(struct world *w, unsigned gb, bool af)
{
    store(w->s1 + 8 * gb, gb * GB | (af ? UINT64_C(1) << 10 : 0) | 1);
}

static void world_reset(struct world *w)
{
    memset(w, 0, sizeof(*w));
    machine_reset(&w->m, RME);
    w->m.security = NS;
    w->m.vmsa.gptbr_el3 = L0_PA >> 12;
    machine_put(&w->m, ARMVIRT_GPCCR_EL3_PPS, ARMVIRT_GPCCR_EL3_PPS_36);
    w->m.vmsa.id_aa64mmfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 1);
    w->m.vmsa.sctlr_el1 = ARMVIRT_SCTLR_EL1_M;
    w->m.vmsa.tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 25) | ARMVIRT_TCR_EL1_EPD1 |
                        ARMVIRT_TCR_EL1_HA | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 5);
    w->m.vmsa.ttbr0_el1[0] = S1_PA;
    w->segments[0] = (struct armvirt_mem_segment){L0_PA, sizeof(w->gpt), w->gpt, 1u << RT, false};
    w->segments[1] = (struct armvirt_mem_segment){S1_PA, sizeof(w->s1), w->s1, 1u << NS, true};
    for (unsigned gb = 0; gb < 4; gb++) {
        world_set_gpi(w, gb, GPI_NS);
        world_map(w, gb, true);
    }
}

static enum armvirt_status world_translate(struct world *w, uint64_t va, uint8_t kind)
{
    const struct armvirt_access access = {.va = va, .kind = kind, .el = 1};
    struct armvirt_walk_env env = {0};
    struct armvirt_regime regime;

    machine_regime(&w->m, &regime);
    assert_int_equal(armvirt_mem_sparse_init(&w->sparse, w->segments, 2), ARMVIRT_OK);
    env.mem = armvirt_mem_from_sparse(&w->sparse);
    return armvirt_translate(&regime, &env, &access, &w->walk);
}

static void expect_world_fault(struct world *w, uint8_t kind, enum armvirt_fault_type type,
                               uint64_t pa)
{
    assert_int_equal(world_translate(w, GB + 0x123, kind), ARMVIRT_FAULT);
    assert_int_equal(w->walk.fault.type, type);
    assert_int_equal(w->walk.fault.gpcf, ARMVIRT_GPCF_FAIL);
    assert_int_equal(w->walk.fault.gpc_level, 0);
    assert_int_equal(w->walk.fault.reason, ARMVIRT_REASON_GPI_MISMATCH);
    assert_int_equal(w->walk.fault.pa, pa);
    assert_int_equal(w->walk.fault.pa_space, NS);
}

static void r_grgxy_output_of_a_translation(void **state)
{
    struct world w;

    (void)state;
    world_reset(&w);
    assert_int_equal(world_translate(&w, GB + 0x123, ARMVIRT_READ), ARMVIRT_OK);
    assert_int_equal(w.walk.reads, 3); /* granule, descriptor, granule */
    world_set_gpi(&w, 1, GPI_RL);
    expect_world_fault(&w, ARMVIRT_READ, ARMVIRT_FAULT_GPC_ON_OUTPUT, GB + 0x123);
    assert_int_equal(w.walk.fault.stage, 0);
    assert_false(w.walk.fault.write);
    expect_world_fault(&w, ARMVIRT_WRITE, ARMVIRT_FAULT_GPC_ON_OUTPUT, GB + 0x123);
    assert_true(w.walk.fault.write);
    assert_int_equal(world_translate(&w, GB, ARMVIRT_AT_READ), ARMVIRT_OK); /* does not access */
}

static void r_grgxy_output_with_translation_off(void **state)
{
    struct world w;

    (void)state;
    world_reset(&w);
    w.m.vmsa.sctlr_el1 = 0;
    assert_int_equal(world_translate(&w, GB, ARMVIRT_FETCH), ARMVIRT_OK);
    assert_int_equal(w.walk.reads, 1);
    world_set_gpi(&w, 1, GPI_RT);
    expect_world_fault(&w, ARMVIRT_FETCH, ARMVIRT_FAULT_GPC_ON_OUTPUT, GB + 0x123);
}

static void r_xswyp_dc_is_a_choice(void **state)
{
    struct world w;

    (void)state;
    world_reset(&w);
    world_set_gpi(&w, 1, GPI_RL);
    expect_world_fault(&w, ARMVIRT_DC_CLEAN, ARMVIRT_FAULT_GPC_ON_OUTPUT, GB + 0x123);
    w.m.vmsa.options = ARMVIRT_OPT_GPC_SKIPS_DC;
    assert_int_equal(world_translate(&w, GB, ARMVIRT_DC_CLEAN), ARMVIRT_OK);
}

static void r_grgxy_descriptor_fetch(void **state)
{
    struct world w;

    (void)state;
    world_reset(&w);
    world_set_gpi(&w, 2, GPI_S);
    expect_world_fault(&w, ARMVIRT_READ, ARMVIRT_FAULT_GPC_ON_WALK, S1_PA + 8);
    assert_int_equal(w.walk.fault.stage, 1);
    assert_int_equal(w.walk.fault.level, 1);
    assert_false(w.walk.fault.gpc_s2walk);
    assert_int_equal(w.walk.reads, 1);
    /* AT walks as well */
    expect_world_fault(&w, ARMVIRT_AT_READ, ARMVIRT_FAULT_GPC_ON_WALK, S1_PA + 8);
}

static void r_grgxy_descriptor_update(void **state)
{
    struct world w;

    (void)state;
    world_reset(&w);
    world_map(&w, 1, false);
    assert_int_equal(world_translate(&w, GB, ARMVIRT_READ), ARMVIRT_OK);
    assert_int_equal(w.s1[9] >> 2 & 1, 1); /* the access flag */
    assert_int_equal(w.walk.reads, 4);     /* and a granule for the update */
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, r_qngfy_each_granule_of_a_table);
    SUITE_ADD(&suite, r_ngqrv_two_reads_by_level);
    SUITE_ADD(&suite, retry_of_any_read_ends_the_check);
    SUITE_ADD(&suite, log_has_each_entry);
    SUITE_ADD(&suite, log_names_the_abort);
    SUITE_ADD(&suite, log_counts_past_its_end);
    SUITE_ADD(&suite, trace_has_each_entry);
    SUITE_ADD(&suite, r_grgxy_output_of_a_translation);
    SUITE_ADD(&suite, r_grgxy_output_with_translation_off);
    SUITE_ADD(&suite, r_xswyp_dc_is_a_choice);
    SUITE_ADD(&suite, r_grgxy_descriptor_fetch);
    SUITE_ADD(&suite, r_grgxy_descriptor_update);
    return suite_run(&suite, "gpc tables");
}
