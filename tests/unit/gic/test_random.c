/* SPDX-License-Identifier: MIT */
/*
 * Random operations on 8 PEs: what the GIC keeps up to date step by step equals what it makes from
 * the words of its interrupts alone.
 */
#include "../../gic_ops.h"
#include "suite.h"

#include "gic/cpu.h"
#include "gic/lpi_set.h"

#include <armvirt/mem.h>

#include <stdlib.h>
#include <string.h>

enum { STEPS = 10000, CHECK_EVERY = 17, CHECK_VERDICT_EVERY = 5 };

static uint64_t random_state;

static uint8_t random_byte(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(random_state >> 56);
}

static unsigned calls, aheads, behinds;

static void count_call(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    (void)ctx;
    (void)pe;
    (void)signals;
    assert_int_not_equal(changed, 0);
    calls++;
}

/* The priority of the first virtual LPI that is injected directly, from the set of all. */
static uint8_t first_vlpi(const struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_resident *r = &armvirt_pe(gic, n)->vpe;
    const uint8_t *index =
        armvirt_index(gic, armvirt_pe(gic, n), ARMVIRT_FROM_VLPI, ARMVIRT_CLASS_G1NS);
    const uint8_t *keys = armvirt_keys(gic, n, ARMVIRT_FROM_VLPI);
    bool passes = !(gic->config.gicr_typer & ARMVIRT_GICR_TYPER_RVPEID) ||
                  (r->vpendbaser & ARMVIRT_GICR_VPENDBASER_V41_VGRP1EN);
    uint8_t first = ARMVIRT_INDEX_NO_KEY;

    for (uint32_t leaf = 0; leaf < gic->count[ARMVIRT_FROM_VLPI]; leaf++) {
        if (armvirt_index_has(index, leaf) && keys[leaf] < first) {
            first = keys[leaf];
        }
    }
    return r->state == ARMVIRT_VPE_HERE && passes ? first : (uint8_t)ARMVIRT_INDEX_NO_KEY;
}

static void check_direct(const struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint8_t first = first_vlpi(gic, n);

    assert_true(pe->vcpu.direct[1] <= first);
    if (pe->vpe.vsgi_pending == 0) {
        assert_int_equal(pe->vcpu.direct[1], first);
        assert_int_equal(pe->vcpu.direct[0], ARMVIRT_INDEX_NO_KEY);
    }
}

static bool member(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint8_t class,
                   uint32_t leaf)
{
    return source == ARMVIRT_FROM_LPI
               ? armvirt_lpi_set_has(gic, n, leaf)
               : armvirt_index_has(armvirt_index(gic, armvirt_pe(gic, n), source, class), leaf);
}

/* Spare nodes are in use for the places of an LPI but one. */
static void check_spares(const struct armvirt_gic *gic)
{
    uint32_t lpis = gic->count[ARMVIRT_FROM_LPI], spares = armvirt_lpi_set_spares(lpis);

    for (uint32_t leaf = 0; leaf < lpis; leaf++) {
        uint32_t places = 0;

        for (uint32_t pe = 0; pe < 8; pe++) {
            places += armvirt_lpi_set_has(gic, pe, leaf);
        }
        assert_int_equal(armvirt_lpi_set_nowhere(gic, leaf), places == 0);
        spares -= places > 1 ? places - 1 : 0;
    }
    assert_int_equal(spares, gic->spares);
}

/* The smallest key of a set, from the bits of its members, without the one that is ahead. */
static uint8_t smallest(const struct armvirt_gic *gic, uint32_t n, uint8_t source, uint8_t class)
{
    const struct armvirt_hppi *hppi = &armvirt_pe(gic, n)->hppi;
    const uint8_t *keys = armvirt_keys(gic, n, source);
    bool ahead = hppi->ahead && hppi->source == source && hppi->class == class;
    uint8_t key = ARMVIRT_INDEX_NO_KEY;

    for (uint32_t leaf = 0; leaf < gic->count[source]; leaf++) {
        if (member(gic, n, source, class, leaf) && keys[leaf] < key &&
            !(ahead && leaf == hppi->leaf)) {
            key = keys[leaf];
        }
    }
    return key;
}

/* What is behind the one that is ahead: of all that are open the first, as the indices have it. */
static void check_behind(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    struct armvirt_hppi first = {.key = ARMVIRT_INDEX_NO_KEY};
    uint32_t least = UINT32_MAX;

    for (uint8_t i = 0; i < ARMVIRT_SOURCES * ARMVIRT_CLASSES; i++) {
        uint8_t source = i / ARMVIRT_CLASSES, class = i % ARMVIRT_CLASSES;
        uint8_t key = (uint8_t)((pe->best[source] | pe->closed[source]) >> 8 * class);
        bool nmi = class < ARMVIRT_CLASS_G0;
        uint32_t intid;

        if (key == ARMVIRT_INDEX_NO_KEY || key > first.key) {
            continue;
        }
        intid = armvirt_irq_intid(gic, source, armvirt_pending_first(gic, pe, source, class));
        if (key < first.key || (nmi && !first.nmi) || (nmi == first.nmi && intid < least)) {
            first = (struct armvirt_hppi){.key = key, .source = source, .class = class, .nmi = nmi};
            least = intid;
        }
    }
    assert_int_equal(pe->behind.key, first.key);
    if (first.key != ARMVIRT_INDEX_NO_KEY) {
        assert_int_equal(pe->behind.source, first.source);
        assert_int_equal(pe->behind.class, first.class);
        behinds++;
    }
}

/* What is kept of the best of each class, and that what is ahead comes before all that is open. */
static void check_best(const struct armvirt_gic *gic, uint32_t n)
{
    const struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    for (uint8_t source = 0; source < ARMVIRT_SOURCES; source++) {
        uint8_t first = source == ARMVIRT_FROM_LPI ? ARMVIRT_CLASS_G1NS : 0;

        if (source == ARMVIRT_FROM_LPI && n != calls % 8) { /* a walk through all LPIs */
            continue;
        }
        for (uint8_t class = first; class < ARMVIRT_CLASSES; class ++) {
            uint8_t best = (uint8_t)(pe->best[source] >> 8 * class);

            assert_int_equal(best, smallest(gic, n, source, class));
            if (pe->hppi.ahead && !(pe->closed[source] >> 8 * class & 1)) {
                assert_true(pe->hppi.key < best);
            }
        }
    }
    if (pe->hppi.ahead) {
        assert_true(member(gic, n, pe->hppi.source, pe->hppi.class, pe->hppi.leaf));
        assert_int_equal(armvirt_keys(gic, n, pe->hppi.source)[pe->hppi.leaf], pe->hppi.key);
        aheads++;
        if (pe->behind_known) {
            check_behind(gic, pe);
        }
    }
}

/* A read without effects ends where the rules send it now, whatever was kept of earlier ones. */
static void check_verdict(struct armvirt_gic *gic, uint32_t pe)
{
    static const uint32_t encodings[] = {
        ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0),   /* ICC_PMR_EL1 */
        ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 3),  /* ICC_BPR0_EL1 */
        ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 3), /* ICC_BPR1_EL1 */
        ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 5), /* ICC_SRE_EL1 */
        ARMVIRT_GIC_SYSREG(3, 4, 12, 9, 5),  /* ICC_SRE_EL2 */
        ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 7), /* ICH_VMCR_EL2 */
        ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4), /* ICC_CTLR_EL3 */
    };
    enum armvirt_gic_outcome outcome;
    struct armvirt_gic_trap trap;
    uint64_t value;

    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        armvirt_gic_sysreg_trap(gic, pe, encodings[i], false, 0, &trap);
        armvirt_gic_sysreg_read(gic, pe, encodings[i], &value, &outcome);
        assert_int_equal(outcome, trap.outcome);
    }
}

static void from_scratch_is_the_same(struct armvirt_gic *gic)
{
    struct armvirt_hppi before[8];
    uint64_t closed[8][ARMVIRT_SOURCES];
    uint32_t intid[8] = {0};
    bool wakes[8];
    unsigned calls_before = calls;

    for (uint32_t pe = 0; pe < 8; pe++) {
        before[pe] = armvirt_pe(gic, pe)->hppi;
        wakes[pe] = armvirt_pe(gic, pe)->wakes;
        memcpy(closed[pe], armvirt_pe(gic, pe)->closed, sizeof(closed[pe]));
        check_best(gic, pe);
        if (before[pe].key != ARMVIRT_INDEX_NO_KEY) {
            intid[pe] = armvirt_hppi_intid(gic, armvirt_pe(gic, pe), &before[pe]);
        }
    }
    for (uint32_t pe = 0; pe < 8; pe++) {
        struct armvirt_cpu cpu = armvirt_pe(gic, pe)->cpu;

        memset(cpu.mask, 0, sizeof(cpu.mask));
        armvirt_cpu_refresh(gic, &cpu);
        assert_memory_equal(cpu.mask, armvirt_pe(gic, pe)->cpu.mask, sizeof(cpu.mask));
        assert_int_equal(cpu.running, armvirt_pe(gic, pe)->cpu.running);
        assert_int_equal(cpu.running_group, armvirt_pe(gic, pe)->cpu.running_group);
        if (pe == calls % 8) { /* one PE is enough for a walk through all of its virtual LPIs */
            check_direct(gic, pe);
        }
    }
    if (gic->lpi_trees && calls % 64 == 0) { /* a walk through all LPIs */
        check_spares(gic);
    }
    armvirt_irq_rebuild(gic);
    armvirt_mark_all(gic);
    armvirt_settle(gic);
    assert_int_equal(calls, calls_before);
    for (uint32_t pe = 0; pe < 8; pe++) {
        const struct armvirt_hppi *after = &armvirt_pe(gic, pe)->hppi;

        assert_int_equal(before[pe].key, after->key);
        if (after->key != ARMVIRT_INDEX_NO_KEY) {
            assert_int_equal(intid[pe], armvirt_hppi_intid(gic, armvirt_pe(gic, pe), after));
            assert_int_equal(before[pe].group, after->group);
            assert_int_equal(before[pe].source, after->source);
            assert_int_equal(before[pe].class, after->class);
            assert_int_equal(before[pe].nmi, after->nmi);
        }
        assert_int_equal(wakes[pe], armvirt_pe(gic, pe)->wakes);
        assert_memory_equal(closed[pe], armvirt_pe(gic, pe)->closed, sizeof(closed[pe]));
    }
    check_best(gic, calls % 8);
}

static void run(unsigned shape, uint64_t seed)
{
    static const struct armvirt_gic_ops ops = {count_call};
    static uint8_t bytes[GIC_OP_MEMORY];
    struct armvirt_mem_flat flat = {bytes, 0, sizeof(bytes), true};
    struct armvirt_gic_config config = gic_op_config(shape);
    struct armvirt_gic *gic;
    size_t size;
    void *storage;

    random_state = seed;
    config.ops = &ops;
    config.mem = armvirt_mem_from_flat(&flat);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = random_byte() | 1;
    }
    size = armvirt_gic_size(&config);
    storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 15) / 16 * 16);
    assert_int_equal(armvirt_gic_init(storage, size, &config, &gic), ARMVIRT_OK);
    if (seed >= 100) {
        gic_op_open(gic);
    }
    for (unsigned step = 0; step < STEPS; step++) {
        uint8_t op[GIC_OP_BYTES];

        for (unsigned i = 0; i < GIC_OP_BYTES; i++) {
            op[i] = random_byte();
        }
        gic_op(gic, op);
        if (step % CHECK_VERDICT_EVERY == 0) {
            check_verdict(gic, step % 8);
        }
        if (step % CHECK_EVERY == 0) {
            from_scratch_is_the_same(gic);
        }
    }
    free(storage);
}

static void what_is_kept_equals_what_is_made_anew(void **state)
{
    (void)state;
    calls = 0;
    for (unsigned shape = 0; shape < 16; shape++) {
        run(shape, 1 + shape);
        run(shape, 100 + shape);
    }
    run(16, 116); /* LPIs in trees */
    run(31, 131);
    assert_true(calls > 1000);
    assert_true(aheads > 100);
    assert_true(behinds > 20);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, what_is_kept_equals_what_is_made_anew);
    return suite_run(&suite, "gic.random");
}
