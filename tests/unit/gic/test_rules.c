/* SPDX-License-Identifier: MIT */
/* Rules of the physical GIC, each with its name (IHI0069 4, 12). */
#include "gic_bench.h"

enum { SGI3 = 3, PPI20 = 20, SPI40 = 40, SPI41 = 41 };

static void enable_spi(struct bench *b, uint32_t intid, uint8_t priority, bool edge)
{
    struct armvirt_gic_access byte = {.offset = 0x400 + intid, .size = 1, .secure = true};

    armvirt_gicd_write(b->gic, &byte, priority);
    gicd(b, 0xc00 + intid / 16 * 4, (edge ? 2u : 0u) << intid % 16 * 2);
    gicd(b, 0x100 + intid / 32 * 4, UINT64_C(1) << intid % 32);
}

static bool pending(struct bench *b, uint32_t intid)
{
    return gicd_get(b, 0x200 + intid / 32 * 4) >> intid % 32 & 1;
}

static bool active(struct bench *b, uint32_t intid)
{
    return gicd_get(b, 0x300 + intid / 32 * 4) >> intid % 32 & 1;
}

static void rule01_a_clear_does_not_lower_an_asserted_level_line(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, false);
    armvirt_gic_spi(b.gic, SPI40, true);
    gicd(&b, 0x284, 1u << 8);
    assert_true(pending(&b, SPI40));
    armvirt_gic_spi(b.gic, SPI40, false);
    assert_false(pending(&b, SPI40));
    bench_drop(&b);
}

static void rule02_acknowledge_clears_the_latch_of_level_and_edge(void **state)
{
    struct bench b;

    (void)state;
    for (unsigned edge = 0; edge < 2; edge++) {
        bench_open(&b);
        enable_spi(&b, SPI40, 0x80, edge);
        gicd(&b, 0x204, 1u << 8);
        assert_int_equal(mrs(&b, 0, IAR1), SPI40);
        assert_false(pending(&b, SPI40));
        assert_true(active(&b, SPI40));
        bench_drop(&b);
    }
}

static void rule03_edges_while_active_merge_into_one(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    armvirt_gic_spi(b.gic, SPI40, true);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    for (unsigned i = 0; i < 3; i++) {
        armvirt_gic_spi(b.gic, SPI40, false);
        armvirt_gic_spi(b.gic, SPI40, true);
    }
    assert_true(pending(&b, SPI40) && active(&b, SPI40));
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    bench_drop(&b);
}

static void rule04_a_dropped_level_line_withdraws_what_was_signalled(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, false);
    armvirt_gic_spi(b.gic, SPI40, true);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ);
    armvirt_gic_spi(b.gic, SPI40, false);
    assert_int_equal(b.signals[0], 0);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    assert_int_equal(b.calls, 2);
    bench_drop(&b);
}

static void rule05_active_and_pending_waits_for_deactivation_not_for_the_drop(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    msr(&b, 0, CTLR1, ARMVIRT_ICC_CTLR_EL1_EOIMODE);
    enable_spi(&b, SPI40, 0x80, false);
    armvirt_gic_spi(b.gic, SPI40, true);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    msr(&b, 0, DIR, SPI40);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    bench_drop(&b);
}

static void rule06_a_disabled_active_interrupt_can_be_ended(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    gicd(&b, 0x184, 1u << 8);
    msr(&b, 0, EOIR1, SPI40);
    assert_false(active(&b, SPI40));
    bench_drop(&b);
}

static void rule07_isactiver_gives_no_running_priority(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0x304, 1u << 8);
    assert_int_equal(mrs(&b, 0, RPR), 0xff);
    assert_int_equal(mrs(&b, 0, AP1R0), 0);
    bench_drop(&b);
}

static void rule08_any_pe_may_deactivate_an_spi(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    msr(&b, 0, CTLR1, ARMVIRT_ICC_CTLR_EL1_EOIMODE);
    msr(&b, 5, CTLR1, ARMVIRT_ICC_CTLR_EL1_EOIMODE);
    enable_spi(&b, SPI40, 0x80, true);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    msr(&b, 0, EOIR1, SPI40);
    msr(&b, 5, DIR, SPI40);
    assert_false(active(&b, SPI40));
    bench_drop(&b);
}

static void rule09_sgis_are_edge_triggered_for_ever(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicr(&b, 0, 0x10c00, 0);
    assert_int_equal(gicr_get(&b, 0, 0x10c00), 0xaaaaaaaa);
    gicr(&b, 0, 0x10c04, UINT32_MAX);
    assert_int_equal(gicr_get(&b, 0, 0x10c04), 0xaaaaaaaa);
    bench_drop(&b);
}

static void rule10_irouter_in_halves_keeps_both(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0x6100 + 8 * 8, 0x00000101);
    gicd(&b, 0x6100 + 8 * 8 + 4, 0x00000001);
    assert_int_equal(gicd_get(&b, 0x6100 + 8 * 8), 0x101);
    assert_int_equal(gicd_get(&b, 0x6100 + 8 * 8 + 4), 1);
    bench_drop(&b);
}

static void rule13_an_equal_priority_does_not_pass_the_mask(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    gicd(&b, 0x204, 1u << 8);
    msr(&b, 0, PMR, 0x80);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    msr(&b, 0, PMR, 0x88);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    bench_drop(&b);
}

static void rule14_unimplemented_priority_bits_are_zero(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    assert_int_equal(mrs(&b, 0, PMR), 0xf8);
    gicd(&b, 0x428, UINT32_MAX);
    assert_int_equal(gicd_get(&b, 0x428), 0xf8f8f8f8);
    enable_spi(&b, SPI40, 0xff, true);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    bench_drop(&b);
}

static void rule15_ties_go_to_the_lowest_intid(void **state)
{
    struct armvirt_gic_access wide = {.offset = 0x8000, .size = 8, .secure = true};
    struct bench b;

    (void)state;
    bench_open(&b);
    gicd(&b, 0x1200, 1);
    gicd(&b, 0x1600, 1);
    armvirt_gicd_write(b.gic, &wide, 0);
    gicr(&b, 0, 0x10104, 1);
    gicr(&b, 0, 0x10204, 1);
    enable_spi(&b, SPI41, 0, true);
    enable_spi(&b, SPI40, 0, true);
    gicd(&b, 0x204, 3u << 8);
    gicr(&b, 0, 0x10100, 1u << PPI20);
    gicr(&b, 0, 0x10200, 1u << PPI20);
    msr(&b, 0, CTLR1, 0);
    static const uint32_t order[] = {PPI20, SPI40, SPI41, 1056, 4096, 1023};

    for (size_t i = 0; i < COUNT_OF(order); i++) {
        assert_int_equal(mrs(&b, 0, IAR1), order[i]);
        msr(&b, 0, EOIR1, order[i]);
    }
    bench_drop(&b);
}

static void rule16_binary_points_have_a_least_value(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    msr(&b, 0, BPR0, 0);
    msr(&b, 0, BPR1, 0);
    assert_int_equal(mrs(&b, 0, BPR0), 2);
    assert_int_equal(mrs(&b, 0, BPR1), 3);
    bench_drop(&b);
}

static void rule18_cbpr_shows_bpr0_and_one(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    msr(&b, 0, CTLR1, ARMVIRT_ICC_CTLR_EL1_CBPR);
    msr(&b, 0, BPR0, 5);
    msr(&b, 0, BPR1, 4);
    assert_int_equal(mrs(&b, 0, BPR1), 6);
    msr(&b, 0, BPR0, 7);
    assert_int_equal(mrs(&b, 0, BPR1), 7);
    msr(&b, 0, CTLR1, 0);
    assert_int_equal(mrs(&b, 0, BPR1), 3);
    bench_drop(&b);
}

static void rule20_the_running_priority_drops_whatever_intid_is_written(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    enable_spi(&b, SPI41, 0x40, true);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    gicd(&b, 0x204, 2u << 8);
    assert_int_equal(mrs(&b, 0, IAR1), SPI41);
    assert_int_equal(mrs(&b, 0, RPR), 0x40);
    msr(&b, 0, EOIR1, SPI40);
    assert_int_equal(mrs(&b, 0, RPR), 0x80);
    msr(&b, 0, EOIR0, SPI41);
    assert_int_equal(mrs(&b, 0, RPR), 0x80);
    bench_drop(&b);
}

static void rule36_37_sgi_targets(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        gicr(&b, pe, 0x10100, 1u << SGI3);
    }
    msr(&b, 0, SGI1R, UINT64_C(1) << 48 | SGI3 << 24 | 2);
    assert_int_equal(mrs(&b, 7, IAR1), SGI3);
    msr(&b, 7, EOIR1, SGI3);
    msr(&b, 2, SGI1R, UINT64_C(1) << 40 | SGI3 << 24);
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        assert_int_equal(mrs(&b, pe, IAR1), pe == 2 ? 1023 : SGI3);
    }
    bench_drop(&b);
}

static void rule39_40_a_route_to_nobody_keeps_the_interrupt_until_it_changes(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    gicd(&b, 0x6140, 0x55);
    gicd(&b, 0x204, 1u << 8);
    for (uint32_t pe = 0; pe < BENCH_PES; pe++) {
        assert_int_equal(mrs(&b, pe, IAR1), 1023);
    }
    gicd(&b, 0x6140, 0x101);
    assert_int_equal(b.signals[5], ARMVIRT_GIC_IRQ);
    gicd(&b, 0x6140, 0x100);
    assert_int_equal(b.signals[5], 0);
    assert_int_equal(mrs(&b, 4, IAR1), SPI40);
    bench_drop(&b);
}

static void rule41_one_of_n_goes_to_one_and_moves_on_when_the_gate_closes(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    gicd(&b, 0x6140, UINT32_C(1) << 31);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ);
    assert_int_equal(b.signals[1], 0);
    msr(&b, 0, IGRPEN1, 0);
    assert_int_equal(b.signals[0], 0);
    assert_int_equal(b.signals[1], ARMVIRT_GIC_IRQ);
    gicr(&b, 1, 0, ARMVIRT_GICR_CTLR_DPG1NS);
    assert_int_equal(b.signals[1], 0);
    assert_int_equal(mrs(&b, 2, IAR1), SPI40);
    bench_drop(&b);
}

static void rule42_a_sleeping_pe_is_asked_to_wake_and_given_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, true);
    gicr(&b, 0, 0x14, ARMVIRT_GICR_WAKER_PROCESSORSLEEP);
    assert_int_equal(gicr_get(&b, 0, 0x14), 6);
    gicd(&b, 0x204, 1u << 8);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_WAKE);
    assert_int_equal(mrs(&b, 0, IAR1), 1023);
    gicr(&b, 0, 0x14, 0);
    assert_int_equal(b.signals[0], ARMVIRT_GIC_IRQ);
    bench_drop(&b);
}

static void message_spis_are_edges_or_levels(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    enable_spi(&b, SPI40, 0x80, false);
    gicd(&b, 0x40, SPI40);
    assert_int_equal(mrs(&b, 0, IAR1), SPI40);
    assert_true(pending(&b, SPI40));
    gicd(&b, 0x48, SPI40);
    assert_false(pending(&b, SPI40));
    enable_spi(&b, SPI41, 0x80, true);
    gicd(&b, 0x40, SPI41);
    gicd(&b, 0x48, SPI41);
    assert_false(pending(&b, SPI41));
    bench_drop(&b);
}

/* Rule 13 and 17 for all binary points, masks, priorities and running priorities. */
static void all_preemption_decisions(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b);
    for (unsigned bpr = 3; bpr <= 7; bpr++) {
        msr(&b, 0, BPR1, bpr);
        for (unsigned running = 0; running <= 32; running++) {
            msr(&b, 0, AP1R0, running == 32 ? 0 : UINT64_C(1) << running);
            for (unsigned priority = 0; priority < 32; priority++) {
                enable_spi(&b, SPI40, (uint8_t)(priority << 3), true);
                gicd(&b, 0x204, 1u << 8);
                for (unsigned pmr = 0; pmr < 32; pmr++) {
                    unsigned group_priority = priority << 3 >> bpr;
                    bool preempts = running == 32 || group_priority < running << 3 >> bpr;

                    msr(&b, 0, PMR, pmr << 3);
                    assert_int_equal(b.signals[0] == ARMVIRT_GIC_IRQ, priority < pmr && preempts);
                }
            }
        }
    }
    bench_drop(&b);
}

static void the_static_size_is_never_too_small(void **state)
{
    struct armvirt_gic_config config = bench_config(true);

    (void)state;
    for (uint32_t lines = 0; lines < 32; lines++) {
        uint32_t spis = (lines == 31 ? 988 : 32 * lines) + 32;

        config.gicd_typer = (config.gicd_typer & ~31u) | lines;
        for (config.pes = 1; config.pes <= BENCH_PES; config.pes++) {
            assert_true(armvirt_gic_size(&config) != 0);
            assert_true(armvirt_gic_size(&config) <= ARMVIRT_GIC_SIZE(config.pes, 96, spis));
        }
    }
}

static void icc_ctlr_pmhe_hints_who_does_not_want_an_interrupt_that_is_1_of_n(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    struct bench b;

    (void)state;
    config.icc_ctlr |= ARMVIRT_ICC_CTLR_EL3_PMHE;
    bench_make(&b, &config);
    gicd(&b, 0, 3);
    gicd(&b, 0x84, UINT32_MAX);
    for (uint32_t pe = 0; pe < 2; pe++) {
        gicr(&b, pe, 0x14, 0);
        msr(&b, pe, IGRPEN1, 1);
        msr(&b, pe, CTLR1, ARMVIRT_ICC_CTLR_EL1_PMHE);
        assert_true(mrs(&b, pe, CTLR1) & ARMVIRT_ICC_CTLR_EL1_PMHE);
    }
    msr(&b, 1, PMR, 0xff);
    gicd(&b, 0x6140, UINT32_C(1) << 31);
    gicd(&b, 0x104, 0x100);
    gicd(&b, 0x204, 0x100);
    assert_int_equal(b.signals[0], 0); /* PE 0 masks it */
    assert_int_equal(mrs(&b, 1, IAR1), 40);
    msr(&b, 1, EOIR1, 40);
    msr(&b, 1, PMR, 0);
    gicd(&b, 0x204, 0x100); /* nobody wants it: the lowest PE has it */
    assert_int_equal(mrs(&b, 0, HPPIR1), 40);
    bench_drop(&b);
}

static void gicd_ctlr_nassgireq_takes_the_active_state_of_sgis(void **state)
{
    struct armvirt_gic_config config = bench_config(false);
    uint32_t nassgi = (uint32_t)ARMVIRT_GICD_CTLR_DS_NASSGIREQ;
    struct bench b;

    (void)state;
    bench_make(&b, &config);
    gicd(&b, 0, nassgi);
    assert_int_equal(gicd_get(&b, 0) & nassgi, 0);
    bench_drop(&b);
    config.gicd_typer2 = (uint32_t)ARMVIRT_GICD_TYPER2_NASSGICAP;
    bench_make(&b, &config);
    gicd(&b, 0, nassgi);
    gicd(&b, 0, 3); /* groups are not enabled yet: it can be cleared */
    assert_int_equal(gicd_get(&b, 0) & nassgi, 0);
    gicd(&b, 0, nassgi);
    assert_int_equal(gicd_get(&b, 0) & nassgi, 0);
    gicd(&b, 0, nassgi | 3);
    assert_int_equal(gicd_get(&b, 0) & nassgi, nassgi);
    gicd(&b, 0, 3);
    assert_int_equal(gicd_get(&b, 0) & nassgi, nassgi);
    gicr(&b, 0, 0x14, 0);
    gicr(&b, 0, 0x10080, UINT32_MAX);
    gicr(&b, 0, 0x10100, UINT32_MAX);
    msr(&b, 0, PMR, 0xff);
    msr(&b, 0, IGRPEN1, 1);
    msr(&b, 0, SGI1R, UINT64_C(5) << 24 | 1);
    assert_int_equal(mrs(&b, 0, IAR1), 5);
    assert_int_equal(gicr_get(&b, 0, 0x10300), 0);
    msr(&b, 0, SGI1R, UINT64_C(5) << 24 | 1);
    msr(&b, 0, EOIR1, 5);
    assert_int_equal(mrs(&b, 0, IAR1), 5);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, rule01_a_clear_does_not_lower_an_asserted_level_line);
    SUITE_ADD(&suite, rule02_acknowledge_clears_the_latch_of_level_and_edge);
    SUITE_ADD(&suite, rule03_edges_while_active_merge_into_one);
    SUITE_ADD(&suite, rule04_a_dropped_level_line_withdraws_what_was_signalled);
    SUITE_ADD(&suite, rule05_active_and_pending_waits_for_deactivation_not_for_the_drop);
    SUITE_ADD(&suite, rule06_a_disabled_active_interrupt_can_be_ended);
    SUITE_ADD(&suite, rule07_isactiver_gives_no_running_priority);
    SUITE_ADD(&suite, rule08_any_pe_may_deactivate_an_spi);
    SUITE_ADD(&suite, rule09_sgis_are_edge_triggered_for_ever);
    SUITE_ADD(&suite, rule10_irouter_in_halves_keeps_both);
    SUITE_ADD(&suite, rule13_an_equal_priority_does_not_pass_the_mask);
    SUITE_ADD(&suite, rule14_unimplemented_priority_bits_are_zero);
    SUITE_ADD(&suite, rule15_ties_go_to_the_lowest_intid);
    SUITE_ADD(&suite, rule16_binary_points_have_a_least_value);
    SUITE_ADD(&suite, rule18_cbpr_shows_bpr0_and_one);
    SUITE_ADD(&suite, rule20_the_running_priority_drops_whatever_intid_is_written);
    SUITE_ADD(&suite, rule36_37_sgi_targets);
    SUITE_ADD(&suite, rule39_40_a_route_to_nobody_keeps_the_interrupt_until_it_changes);
    SUITE_ADD(&suite, rule41_one_of_n_goes_to_one_and_moves_on_when_the_gate_closes);
    SUITE_ADD(&suite, icc_ctlr_pmhe_hints_who_does_not_want_an_interrupt_that_is_1_of_n);
    SUITE_ADD(&suite, gicd_ctlr_nassgireq_takes_the_active_state_of_sgis);
    SUITE_ADD(&suite, rule42_a_sleeping_pe_is_asked_to_wake_and_given_nothing);
    SUITE_ADD(&suite, message_spis_are_edges_or_levels);
    SUITE_ADD(&suite, all_preemption_decisions);
    SUITE_ADD(&suite, the_static_size_is_never_too_small);
    return suite_run(&suite, "gic.rules");
}
