/* SPDX-License-Identifier: MIT */
/* Configurations of a GIC that are refused, and calls that are (IHI0069 4.8, 12.9, 12.11). */
#include "gic_bench.h"

#include <armvirt/mem.h>

/* A configuration that is good, but for one field. */
struct row {
    const char *name;
    void (*change)(struct armvirt_gic_config *config);
    bool good;
};

static struct armvirt_mem_flat flat;
static uint32_t affinity[BENCH_PES];

static void nothing(struct armvirt_gic_config *c)
{
    (void)c;
}

static void no_pes(struct armvirt_gic_config *c)
{
    c->pes = 0;
}

static void too_many_pes(struct armvirt_gic_config *c)
{
    c->pes = 65536;
}

static void no_affinities(struct armvirt_gic_config *c)
{
    c->affinity = NULL;
}

static void put(uint64_t *reg, uint64_t mask, uint64_t value)
{
    *reg = (*reg & ~mask) | ARMVIRT_PUT(mask, value);
}

static void three_priority_bits(struct armvirt_gic_config *c)
{
    put(&c->icc_ctlr, ARMVIRT_ICC_CTLR_EL3_PRIBITS, 2);
}

static void four_priority_bits(struct armvirt_gic_config *c)
{
    put(&c->icc_ctlr, ARMVIRT_ICC_CTLR_EL3_PRIBITS, 3);
}

static void four_priority_bits_with_two_states(struct armvirt_gic_config *c)
{
    c->gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_SECURITYEXTN;
    four_priority_bits(c);
}

static void three_preemption_bits(struct armvirt_gic_config *c)
{
    c->prebits = 3;
}

static void more_preemption_bits_than_priority_bits(struct armvirt_gic_config *c)
{
    c->prebits = 6;
}

static void eight_preemption_bits(struct armvirt_gic_config *c)
{
    put(&c->icc_ctlr, ARMVIRT_ICC_CTLR_EL3_PRIBITS, 7);
    c->prebits = 8;
}

static void four_preemption_bits(struct armvirt_gic_config *c)
{
    c->prebits = 4;
}

static void no_virtual_interface(struct armvirt_gic_config *c)
{
    c->ich_vtr = 0;
}

static void eight_virtual_preemption_bits(struct armvirt_gic_config *c)
{
    c->ich_vtr |= ARMVIRT_ICH_VTR_EL2_PREBITS | ARMVIRT_ICH_VTR_EL2_PRIBITS;
}

static void more_virtual_preemption_bits_than_priority_bits(struct armvirt_gic_config *c)
{
    put(&c->ich_vtr, ARMVIRT_ICH_VTR_EL2_PREBITS, 5);
}

static void seventeen_list_registers(struct armvirt_gic_config *c)
{
    put(&c->ich_vtr, ARMVIRT_ICH_VTR_EL2_LISTREGS, 16);
}

static void twenty_five_bits_of_intid(struct armvirt_gic_config *c)
{
    c->gicd_typer |= (uint32_t)ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 24);
}

static void lpis(struct armvirt_gic_config *c)
{
    c->gicd_typer |=
        (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15));
    c->gicr_typer |= ARMVIRT_GICR_TYPER_PLPIS;
}

static void lpis_without_memory(struct armvirt_gic_config *c)
{
    lpis(c);
    c->mem.ops = NULL;
}

static void lpis_of_the_distributor_alone(struct armvirt_gic_config *c)
{
    lpis_without_memory(c);
    c->gicr_typer &= ~ARMVIRT_GICR_TYPER_PLPIS;
}

static void too_few_bits_for_lpis(struct armvirt_gic_config *c)
{
    lpis_without_memory(c);
    c->gicd_typer &= ~(uint32_t)ARMVIRT_GICD_TYPER_IDBITS;
}

static void too_many_ppis(struct armvirt_gic_config *c)
{
    put(&c->gicr_typer, ARMVIRT_GICR_TYPER_PPINUM, 3);
}

static void maintenance_by_an_sgi(struct armvirt_gic_config *c)
{
    c->maintenance = 15;
}

static void maintenance_by_an_spi(struct armvirt_gic_config *c)
{
    c->maintenance = 32;
}

static void maintenance_by_a_ppi(struct armvirt_gic_config *c)
{
    c->maintenance = 31;
}

static const struct row rows[] = {
    {"a good one", nothing, true},
    {"no PEs", no_pes, false},
    {"65536 PEs", too_many_pes, false},
    {"no affinities", no_affinities, false},
    {"3 priority bits", three_priority_bits, false},
    {"4 priority bits", four_priority_bits, true},
    {"4 priority bits with two Security states", four_priority_bits_with_two_states, false},
    {"3 preemption bits", three_preemption_bits, false},
    {"4 preemption bits", four_preemption_bits, true},
    {"6 preemption bits of 5", more_preemption_bits_than_priority_bits, false},
    {"8 preemption bits", eight_preemption_bits, false},
    {"no virtual interface", no_virtual_interface, true},
    {"8 virtual preemption bits", eight_virtual_preemption_bits, false},
    {"6 virtual preemption bits of 5", more_virtual_preemption_bits_than_priority_bits, false},
    {"17 list registers", seventeen_list_registers, false},
    {"25 bits of INTID", twenty_five_bits_of_intid, false},
    {"LPIs", lpis, true},
    {"LPIs without memory", lpis_without_memory, false},
    {"LPIs of the distributor alone", lpis_of_the_distributor_alone, true},
    {"too few bits for LPIs", too_few_bits_for_lpis, true},
    {"128 private interrupts", too_many_ppis, false},
    {"maintenance by an SGI", maintenance_by_an_sgi, false},
    {"maintenance by an SPI", maintenance_by_an_spi, false},
    {"maintenance by a PPI", maintenance_by_a_ppi, true},
};

static struct armvirt_gic_config good_config(void)
{
    struct armvirt_gic_config config = bench_config(false);

    config.mem = armvirt_mem_from_flat(&flat);
    config.ops = NULL;
    return config;
}

static void refused_or_not(void **state)
{
    const struct row *row = *state;
    struct armvirt_gic_config config = good_config();
    size_t size;

    row->change(&config);
    size = armvirt_gic_size(&config);
    assert_int_equal(size != 0, row->good);
    if (size == 0) {
        static _Alignas(ARMVIRT_GIC_ALIGN) uint8_t storage[64];
        struct armvirt_gic *gic = NULL;

        assert_int_equal(armvirt_gic_init(storage, sizeof(storage), &config, &gic),
                         ARMVIRT_E_INVAL);
        assert_null(gic);
    }
}

static void storage_must_be_aligned_and_large_enough(void **state)
{
    struct armvirt_gic_config config = good_config();
    struct armvirt_gic *gic = NULL;
    size_t size = armvirt_gic_size(&config);
    uint8_t *storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 31) / 16 * 16);

    (void)state;
    assert_int_equal(armvirt_gic_init(storage + 1, size, &config, &gic), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_init(storage, size - 1, &config, &gic), ARMVIRT_E_NOSPACE);
    assert_null(gic);
    assert_int_equal(armvirt_gic_init(storage, size, &config, &gic), ARMVIRT_OK);
    free(storage);
}

static void affinities_differ_and_fit_the_range_selector(void **state)
{
    struct armvirt_gic_config config = good_config();
    struct armvirt_gic *gic = NULL;
    void *storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (armvirt_gic_size(&config) + 15) / 16 * 16);
    size_t size = armvirt_gic_size(&config);

    (void)state;
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        affinity[pe] = pe;
    }
    config.affinity = affinity;
    affinity[5] = 4;
    assert_int_equal(armvirt_gic_init(storage, size, &config, &gic), ARMVIRT_E_INVAL);
    affinity[5] = 16;
    assert_int_equal(armvirt_gic_init(storage, size, &config, &gic), ARMVIRT_E_INVAL);
    config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_RSS;
    assert_int_equal(armvirt_gic_init(storage, size, &config, &gic), ARMVIRT_OK);
    free(storage);
}

/* Fewer LPIs, and virtual LPIs, by GICD_TYPER.num_LPIs, ICH_VTR_EL2.IDbits and nV4. */
static void what_is_less_takes_less(void **state)
{
    struct armvirt_gic_config config = good_config();
    size_t none = armvirt_gic_size(&config), all, fewer;

    (void)state;
    lpis(&config);
    all = armvirt_gic_size(&config);
    config.gicd_typer |= (uint32_t)ARMVIRT_PUT(ARMVIRT_GICD_TYPER_NUM_LPIS, 9);
    fewer = armvirt_gic_size(&config);
    assert_true(none < fewer && fewer < all);
    config.gicd_typer |= (uint32_t)ARMVIRT_GICD_TYPER_NUM_LPIS; /* no more than there are INTIDs */
    assert_int_equal(armvirt_gic_size(&config), all);
    config.gicr_typer |= ARMVIRT_GICR_TYPER_VLPIS;
    config.ich_vtr |= ARMVIRT_ICH_VTR_EL2_NV4;
    assert_int_equal(armvirt_gic_size(&config), all);
    config.ich_vtr &= ~ARMVIRT_ICH_VTR_EL2_NV4;
    assert_true(armvirt_gic_size(&config) > all);
    put(&config.ich_vtr, ARMVIRT_ICH_VTR_EL2_IDBITS, 0);
    assert_true(armvirt_gic_size(&config) > all);
    config.ich_vtr = 0;
    assert_int_equal(armvirt_gic_size(&config), all);
}

static void calls_for_what_is_not_there_are_refused(void **state)
{
    struct armvirt_gic_context context = {.el = 1};
    struct armvirt_gic_access access = {.offset = 0x14, .size = 4};
    enum armvirt_gic_outcome outcome;
    struct bench b;
    uint64_t value;

    (void)state;
    bench_open(&b);
    assert_int_equal(armvirt_gicr_read(b.gic, BENCH_PES, &access, &value), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gicr_write(b.gic, BENCH_PES, &access, 0), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_set_context(b.gic, BENCH_PES, &context), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_sysreg_read(b.gic, BENCH_PES, PMR, &value, &outcome),
                     ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_sysreg_write(b.gic, BENCH_PES, PMR, 0, &outcome), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_signals(b.gic, BENCH_PES), 0);
    assert_int_equal(armvirt_gic_spi(b.gic, 31, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_spi(b.gic, 96, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_spi(b.gic, 1019, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_spi(b.gic, 4096 + 32, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_ppi(b.gic, BENCH_PES, 20, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_ppi(b.gic, 0, 15, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_ppi(b.gic, 0, 40, true), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_gic_ppi(b.gic, 0, 1056 + 64, true), ARMVIRT_E_INVAL);
    bench_drop(&b);
}

/* IHI0069 12.1.1: the component identification is fixed, PIDR2 is the configuration's. */
static void frames_identify_themselves(void **state)
{
    static const uint8_t ids[12] = {0x44, 0, 0, 0, 0x92, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1};
    struct armvirt_gic_config config = bench_config(true);
    struct bench b;

    (void)state;
    config.pidr2 = 0x3b;
    bench_make(&b, &config);
    for (uint32_t i = 0; i < 12; i++) {
        assert_int_equal(gicd_get(&b, 0xffd0 + 4 * i), ids[i]);
        assert_int_equal(gicr_get(&b, 0, 0xffd0 + 4 * i), ids[i] + (i == 4));
    }
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, refused_or_not, rows);
    SUITE_ADD(&suite, storage_must_be_aligned_and_large_enough);
    SUITE_ADD(&suite, affinities_differ_and_fit_the_range_selector);
    SUITE_ADD(&suite, what_is_less_takes_less);
    SUITE_ADD(&suite, calls_for_what_is_not_there_are_refused);
    SUITE_ADD(&suite, frames_identify_themselves);
    return suite_run(&suite, "gic.config");
}
