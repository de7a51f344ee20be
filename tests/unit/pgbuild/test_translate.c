/* SPDX-License-Identifier: MIT */
/*
 * The round trip: registers are decoded, tables are built for what they say, and the translation of
 * the library finds what was mapped, and nothing where nothing was.
 * DDI0487 D8.1, D8.2; registers: D24.2.
 */
#include <armvirt/regs/vmsa.h>

#include <stdlib.h>
#include <string.h>

#include "check.h"

#define BASE  UINT64_C(0x40000000) /* of the world's memory */
#define CALLS 40

struct round_case {
    const char *shape;      /* of the world: what the registers must decode to */
    uint64_t tcr, tcr2;     /* TCR_EL1 and TCR2_EL1, or VTCR_EL2 */
    uint64_t sctlr;         /* SCTLR_EL1, M apart */
    uint64_t base_low_bits; /* VTTBR_EL2.SKL */
};

#define TCR(field, value)  ARMVIRT_PUT(ARMVIRT_TCR_EL1_##field, value)
#define VTCR(field, value) ARMVIRT_PUT(ARMVIRT_VTCR_EL2_##field, value)

/* The half that is not used is disabled. */
#define LOWER ARMVIRT_TCR_EL1_EPD1
#define UPPER (ARMVIRT_TCR_EL1_EPD0 | TCR(T0SZ, 16))

#define D128 (ARMVIRT_TCR2_EL1_D128 | ARMVIRT_TCR2_EL1_PIE)

static const struct round_case cases[] = {
    {"stage 1, 4 KB, 39 bits", LOWER | TCR(T0SZ, 25) | TCR(IPS, 2), 0, 0, 0},
    {"stage 1, 4 KB, 48 bits, upper half", UPPER | TCR(T1SZ, 16) | TCR(TG1, 2) | TCR(IPS, 5), 0, 0,
     0},
    {"stage 1, 4 KB, 52 bits (DS)", LOWER | TCR(T0SZ, 12) | TCR(DS, 1) | TCR(IPS, 6), 0, 0, 0},
    {"stage 1, 4 KB, big-endian", LOWER | TCR(T0SZ, 28) | TCR(IPS, 4), 0, ARMVIRT_SCTLR_EL1_EE, 0},
    {"stage 1, 4 KB, indirect permissions", LOWER | TCR(T0SZ, 25) | TCR(IPS, 5),
     ARMVIRT_TCR2_EL1_PIE, 0, 0},
    {"stage 1, 16 KB, 47 bits", LOWER | TCR(T0SZ, 17) | TCR(TG0, 2) | TCR(IPS, 5), 0, 0, 0},
    {"stage 1, 16 KB, 52 bits (DS)", LOWER | TCR(T0SZ, 12) | TCR(TG0, 2) | TCR(DS, 1) | TCR(IPS, 6),
     0, 0, 0},
    {"stage 1, 64 KB, 52 bits (LPA)", UPPER | TCR(T1SZ, 12) | TCR(TG1, 3) | TCR(IPS, 6), 0, 0, 0},
    {"stage 1, 4 KB, small tables", LOWER | TCR(T0SZ, 39) | TCR(IPS, 2), 0, 0, 0},
    {"stage 1, 4 KB, hardware flags", LOWER | TCR(T0SZ, 25) | TCR(IPS, 5) | TCR(HA, 1) | TCR(HD, 1),
     0, 0, 0},
    {"stage 1, 4 KB, VMSAv9-128", LOWER | TCR(T0SZ, 20) | TCR(IPS, 7), D128, 0, 0},
    {"stage 1, 16 KB, VMSAv9-128", LOWER | TCR(T0SZ, 10) | TCR(TG0, 2) | TCR(IPS, 7), D128, 0, 0},
    {"stage 1, 64 KB, VMSAv9-128, big-endian", LOWER | TCR(T0SZ, 24) | TCR(TG0, 1) | TCR(IPS, 6),
     D128, ARMVIRT_SCTLR_EL1_EE, 0},
    {"stage 1, 4 KB, VMSAv9-128, 55 bits", UPPER | TCR(T1SZ, 9) | TCR(TG1, 2) | TCR(IPS, 7), D128,
     0, 0},
    {"stage 2, 4 KB, 40 bits, two tables", VTCR(T0SZ, 24) | VTCR(SL0, 1) | VTCR(PS, 4), 0, 0, 0},
    {"stage 2, 4 KB, 43 bits, 16 tables", VTCR(T0SZ, 21) | VTCR(SL0, 1) | VTCR(PS, 4), 0, 0, 0},
    {"stage 2, 16 KB, 40 bits, 16 tables",
     VTCR(T0SZ, 24) | VTCR(TG0, 2) | VTCR(SL0, 1) | VTCR(PS, 5), 0, 0, 0},
    {"stage 2, 4 KB, 52 bits (DS)", VTCR(T0SZ, 12) | VTCR(SL0, 2) | VTCR(DS, 1) | VTCR(PS, 6), 0, 0,
     0},
    {"stage 2, 4 KB, VMSAv9-128, skip levels", VTCR(T0SZ, 16) | VTCR(D128, 1) | VTCR(PS, 7), 0, 0,
     2},
    {"stage 2, 4 KB, VMSAv9-128, skip in the first table",
     VTCR(T0SZ, 20) | VTCR(D128, 1) | VTCR(PS, 6), 0, 0, 2},
};

/* ID registers: 56-bit addresses, all granules with 52 bits, all formats. */
static void set_ids(struct armvirt_vmsa *v)
{
    v->id_aa64pfr0_el1 = 0x1111;
    v->id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 7) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 2);
    v->id_aa64mmfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 3) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_VH, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HCX, 1);
    v->id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_ST, 1);
    v->id_aa64mmfr3_el1 = UINT64_C(0x111111111);
    v->scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HXEN |
                 ARMVIRT_SCR_EL3_TCR2EN | ARMVIRT_SCR_EL3_PIEN;
    v->hcrx_el2 = ARMVIRT_HCRX_EL2_TCR2EN;
}

static void decode(struct armvirt_regime *regime, const struct round_case *row,
                   const struct shape *shape)
{
    struct armvirt_vmsa v;

    memset(&v, 0, sizeof(v));
    set_ids(&v);
    v.hcr_el2 = ARMVIRT_HCR_EL2_RW;
    if (shape->stage_number == 2) {
        v.hcr_el2 |= ARMVIRT_HCR_EL2_VM;
        v.vtcr_el2 = row->tcr;
        v.vttbr_el2[0] = BASE | row->base_low_bits;
    } else {
        v.sctlr_el1 = row->sctlr | ARMVIRT_SCTLR_EL1_M;
        v.tcr_el1 = row->tcr;
        v.tcr2_el1 = row->tcr2;
        v.ttbr0_el1[0] = v.ttbr1_el1[0] = BASE;
    }
    assert_int_equal(armvirt_regime_init(regime, &v, 1), ARMVIRT_OK);
}

/* What registers say and what the world believes. */
static void check_stage(const struct armvirt_stage *stage, const struct world *w)
{
    assert_int_equal(stage->init_reason, ARMVIRT_REASON_NONE);
    assert_int_equal(stage->format, w->stage.format);
    assert_int_equal(stage->base_pa, w->stage.base_pa);
    assert_int_equal(stage->granule_log2, w->stage.granule_log2);
    assert_int_equal(stage->ia_bits, w->stage.ia_bits);
    assert_int_equal(stage->oa_bits, w->stage.oa_bits);
    assert_int_equal(stage->start_level, w->stage.start_level);
    assert_int_equal(stage->block_levels, w->stage.block_levels);
    assert_int_equal(stage->table_mask, w->stage.table_mask);
    assert_int_equal(stage->high_mask, w->stage.high_mask);
    assert_int_equal(stage->ha, w->stage.ha);
    assert_int_equal(stage->big_endian, w->stage.big_endian);
}

static void expect(struct world *w, const struct armvirt_regime *regime, uint64_t offset,
                   const struct extent *e)
{
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&w->flat)};
    struct armvirt_access access = {.va = world_ia(w, offset), .kind = ARMVIRT_DEBUGGER, .el = 1};
    struct armvirt_walk walk;
    enum armvirt_status status =
        w->shape.stage_number == 1
            ? armvirt_translate(regime, &env, &access, &walk)
            : armvirt_translate_ipa(regime, &env, &access, ARMVIRT_SPACE_NONSECURE, &walk);

    if (e != NULL) {
        assert_int_equal(status, ARMVIRT_OK);
        assert_int_equal(walk.pa, e->oa + (offset - e->ia));
    } else {
        assert_int_equal(status, ARMVIRT_FAULT);
        assert_int_equal(walk.fault.type, ARMVIRT_FAULT_TRANSLATION);
    }
}

/* The ends of all ranges, and the addresses just outside. */
static void check_translations(struct world *w, const struct armvirt_regime *regime)
{
    uint64_t reached = 0;

    for (unsigned i = 0; i < w->extent_count; i++) {
        const struct extent *e = &w->model[i];

        if (e->ia != reached) {
            expect(w, regime, reached, NULL);
            expect(w, regime, e->ia - 1, NULL);
        }
        expect(w, regime, e->ia, e);
        expect(w, regime, e->ia + e->bytes / 2, e);
        expect(w, regime, e->ia + e->bytes - 1, e);
        reached = e->ia + e->bytes;
    }
    if (reached != UINT64_C(1) << w->shape.ia_bits) {
        expect(w, regime, reached, NULL);
    }
}

static void test_round_trip(void **state)
{
    const struct round_case *row = *state;
    const struct shape *shape = shapes;
    struct world *w = malloc(sizeof(*w));
    struct chooser c = {.state = UINT64_C(0x123456789abcdef)};
    struct armvirt_regime regime;

    assert_non_null(w);
    while (strcmp(shape->name, row->shape) != 0) {
        shape++;
    }
    world_begin(w, shape, true, 0);
    decode(&regime, row, shape);
    check_stage(shape->stage_number == 2 ? &regime.s2[0] : &regime.s1[shape->upper], w);
    for (unsigned i = 0; i < CALLS; i++) {
        world_random_call(w, &c);
        check_translations(w, &regime);
    }
    free(w);
}

int main(void)
{
    static struct suite suite;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        suite_add(&suite, cases[i].shape, test_round_trip, &cases[i]);
    }
    return suite_run(&suite, "pgbuild.translate");
}
