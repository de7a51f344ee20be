/* SPDX-License-Identifier: MIT */
/*
 * What the mapping iterator costs: reads of memory for given tables, budgets, and tables that
 * never end.
 */
#include "iterate_machine.h"

static struct machine m;

#define MB ARMVIRT_BIT(20)
#define GB ARMVIRT_BIT(30)

/* ---- Reads -------------------------------------------------------------------------------- */

static void empty_48_bit_space_costs_one_table(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_EPD1;
    begin(&m, 1);
    expect_end(&m);
    assert_int_equal(m.it.reads, 512);
}

static void both_halves_cost_a_table_each(void **state)
{
    (void)state;
    machine_init(&m);
    begin(&m, 1);
    expect_end(&m);
    assert_int_equal(m.it.reads, 1024);
}

static void a_narrow_range_costs_its_own_descriptors(void **state)
{
    (void)state;
    machine_init(&m);
    m.query.first = 3 * 512 * GB;
    m.query.last = 5 * 512 * GB - 1;
    begin(&m, 1);
    expect_end(&m);
    assert_int_equal(m.it.reads, 2);
}

/* The first table lies in one 4 KB page: one walk of stage 2, of two levels. */
static void empty_nested_space_walks_stage2_once(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_EPD1;
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    put_entry(&m, 9, 0, BLOCK | S2_NORMAL);
    begin(&m, 1);
    expect_end(&m);
    assert_int_equal(m.it.reads, 2 + 512);
}

/* 512 pages under one block of stage 2: tables at four levels, and stage 2 for the first page. */
static void dense_nested_table_costs_one_read_a_page(void **state)
{
    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.query.last = 2 * MB - 1;
    put_entry(&m, 8, 0, TABLE(9) | LINK);
    put_entry(&m, 9, 0, BLOCK | S2_NORMAL);
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 0, TABLE(3) | LINK);
    put_entry(&m, 3, 0, TABLE(4) | LINK);
    for (unsigned i = 0; i < 512; i++) {
        put_entry(&m, 4, i, (uint64_t)i << 12 | PAGE);
    }
    begin(&m, 1);
    for (unsigned i = 0; i < 512; i++) {
        expect_leaf(&m, (uint64_t)i << 12, 4096, (uint64_t)i << 12);
    }
    expect_end(&m);
    assert_int_equal(m.it.reads, 4 * 2 + 3 + 512 + 2);
}

/* ---- Budgets ------------------------------------------------------------------------------ */

static void budget_pauses_an_empty_search(void **state)
{
    unsigned calls = 0;

    (void)state;
    machine_init(&m);
    m.query.budget = 100;
    begin(&m, 1);
    do {
        uint64_t reads = m.it.reads;
        enum armvirt_status status = armvirt_map_next(&m.it, &m.m);

        calls++;
        assert_in_range(m.it.reads - reads, 0, 100);
        if (status == ARMVIRT_END) {
            break;
        }
        assert_int_equal(status, ARMVIRT_E_AGAIN);
    } while (calls < 100);
    assert_int_equal(m.it.reads, 1024);
    assert_int_equal(calls, 11);
}

static void position_shows_progress(void **state)
{
    (void)state;
    machine_init(&m);
    m.query.budget = 8;
    begin(&m, 1);
    assert_int_equal(armvirt_map_next(&m.it, &m.m), ARMVIRT_E_AGAIN);
    assert_int_equal(m.it.position, 8 * 512 * GB);
}

/* ---- Tables that never end ---------------------------------------------------------------- */

/* Each entry of the one table leads to itself: 512^4 pages, of which a budget takes what it wants.
 */
static void self_map_of_every_entry_is_stopped_by_the_budget(void **state)
{
    uint64_t next = 0;

    (void)state;
    machine_init(&m);
    m.query.budget = 1;
    for (unsigned i = 0; i < 512; i++) {
        put_entry(&m, 0, i, TABLE(0) | PAGE);
    }
    begin(&m, 1);
    for (unsigned calls = 0; calls < 5000; calls++) {
        uint64_t reads = m.it.reads;
        enum armvirt_status status = armvirt_map_next(&m.it, &m.m);

        assert_in_range(m.it.reads - reads, 0, 1);
        if (status == ARMVIRT_E_AGAIN) {
            continue;
        }
        assert_int_equal(status, ARMVIRT_OK);
        assert_int_equal(m.m.ia, next);
        assert_int_equal(m.m.walk.pa, TABLE(0));
        next += 4096;
    }
    assert_true(next > 2400 * UINT64_C(4096));
}

/* The address with these indices in tables of 4 KB. */
#define AT(l0, l1, l2, l3)                                                                         \
    (UINT64_C(l0) << 39 | UINT64_C(l1) << 30 | UINT64_C(l2) << 21 | UINT64_C(l3) << 12)

/* An entry that leads back to the first table makes a window on the tables, no trap. */
static void recursive_entry_shows_the_tables_as_pages(void **state)
{
    (void)state;
    machine_init(&m);
    m.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_EPD1;
    put_entry(&m, 0, 0, TABLE(2) | LINK);
    put_entry(&m, 2, 7, GB | BLOCK);
    put_entry(&m, 0, 511, TABLE(0) | PAGE);
    begin(&m, 1);
    expect_leaf(&m, 7 * GB, GB, GB);
    expect_leaf(&m, AT(511, 0, 7, 0), 2 * MB, GB); /* the block, one level below */
    expect_broken(&m, AT(511, 511, 0, 7), 4096, ARMVIRT_REASON_DESC_RESERVED); /* and as a page */
    expect_leaf(&m, AT(511, 511, 511, 0), 4096, TABLE(2));
    expect_leaf(&m, AT(511, 511, 511, 511), 4096, TABLE(0));
    expect_end(&m);
}

/* The same through stage 2: its tables are their own leaves too. */
static void self_map_of_stage2_ends(void **state)
{
    unsigned elements = 0;

    (void)state;
    machine_init(&m);
    machine_add_stage2(&m);
    m.query.what = ARMVIRT_MAP_STAGE2;
    put_entry(&m, 8, 1, TABLE(8) | PAGE | S2_NORMAL);
    begin(&m, 1);
    while (armvirt_map_next(&m.it, &m.m) == ARMVIRT_OK) {
        assert_int_equal(m.m.ia, UINT64_C(1) << 30 | UINT64_C(1) << 21 | UINT64_C(1) << 12);
        elements++;
    }
    assert_int_equal(elements, 1);
    assert_int_equal(m.it.reads, 1024 + 512 + 512);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, empty_48_bit_space_costs_one_table);
    SUITE_ADD(&suite, both_halves_cost_a_table_each);
    SUITE_ADD(&suite, a_narrow_range_costs_its_own_descriptors);
    SUITE_ADD(&suite, empty_nested_space_walks_stage2_once);
    SUITE_ADD(&suite, dense_nested_table_costs_one_read_a_page);
    SUITE_ADD(&suite, budget_pauses_an_empty_search);
    SUITE_ADD(&suite, position_shows_progress);
    SUITE_ADD(&suite, self_map_of_every_entry_is_stopped_by_the_budget);
    SUITE_ADD(&suite, recursive_entry_shows_the_tables_as_pages);
    SUITE_ADD(&suite, self_map_of_stage2_ends);
    return suite_run(&suite, "cost of the mapping iterator");
}
