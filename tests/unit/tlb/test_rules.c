/* SPDX-License-Identifier: MIT */
/* What a TLB keeps and what it answers, rule by rule. */
#include "world.h"

/* ---- Storage ------------------------------------------------------------------------------ */

static void storage_is_checked(void **state)
{
    struct armvirt_tlb_config config = {.entries = 8};
    struct armvirt_tlb *tlb = NULL;

    (void)state;
    for (uint32_t entries = 8; entries <= 1u << 24; entries *= 2) {
        config.entries = entries;
        assert_in_range(armvirt_tlb_size(&config), 64 * (size_t)entries, ARMVIRT_TLB_SIZE(entries));
    }
    config.entries = 1u << 25;
    assert_int_equal(armvirt_tlb_size(&config), 0);
    config.entries = 4;
    assert_int_equal(armvirt_tlb_size(&config), 0);
    config.entries = 24;
    assert_int_equal(armvirt_tlb_init(storage, sizeof(storage), &config, &tlb), ARMVIRT_E_INVAL);
    config.entries = 64;
    assert_int_equal(armvirt_tlb_init(storage + 8, sizeof(storage) - 8, &config, &tlb),
                     ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_tlb_init(storage, armvirt_tlb_size(&config) - 1, &config, &tlb),
                     ARMVIRT_E_NOSPACE);
    assert_null(tlb);
}

/* ---- What is answered --------------------------------------------------------------------- */

static void a_page_is_answered_as_it_was_walked(void **state)
{
    struct world w = begin();
    const struct armvirt_tlb_entry *entry;

    (void)state;
    assert_null(ask(&w));
    fill(&w)->user = 42;
    w.access.va = PAGE + 0xfff;
    entry = ask(&w);
    assert_non_null(entry);
    assert_int_equal(armvirt_tlb_pa(entry, w.access.va), (PA | 0xfff));
    assert_int_equal(entry->user, 42);
    assert_int_equal(entry->perm, RW);
    assert_int_equal(entry->s1_level, 5);
    assert_int_equal(entry->s2_level, 0xff);
    w.access.va = PAGE + 0x1000;
    assert_null(ask(&w));
    w.access.va = PAGE - 1;
    assert_null(ask(&w));
}

struct answer {
    const char *name;
    uint8_t kind, el, perm;
    uint16_t flags;
    bool clean, hit;
};

static const struct answer answers[] = {
    {"a read at EL1", ARMVIRT_READ, 1, ARMVIRT_PERM_PRIV_R, 0, false, true},
    {"a read at EL0 of a page of EL1", ARMVIRT_READ, 0, ARMVIRT_PERM_PRIV_R, 0, false, false},
    {"a read at EL0", ARMVIRT_READ, 0, ARMVIRT_PERM_EL0_R, 0, false, true},
    {"a write without permission", ARMVIRT_WRITE, 1, ARMVIRT_PERM_PRIV_R, 0, false, false},
    {"a write", ARMVIRT_WRITE, 1, ARMVIRT_PERM_PRIV_W, 0, false, true},
    {"D8.5.2: a write of a clean page walks", ARMVIRT_WRITE, 1, RW, 0, true, false},
    {"D8.5.2: an atomic on a clean page walks", ARMVIRT_READ_WRITE, 1, RW, 0, true, false},
    {"a read of a clean page", ARMVIRT_READ, 1, RW, 0, true, true},
    {"an atomic needs both", ARMVIRT_READ_WRITE, 1, ARMVIRT_PERM_PRIV_W, 0, false, false},
    {"an atomic", ARMVIRT_READ_WRITE, 0, RW, 0, false, true},
    {"a fetch", ARMVIRT_FETCH, 1, ARMVIRT_PERM_PRIV_X, 0, false, true},
    {"a fetch that may not", ARMVIRT_FETCH, 0, ARMVIRT_PERM_PRIV_X, 0, false, false},
    {"AT walks", ARMVIRT_AT_READ, 1, 0xff, 0, false, false},
    {"DC ZVA walks", ARMVIRT_DC_ZERO, 1, 0xff, 0, false, false},
    {"a tagged access walks", ARMVIRT_READ, 1, 0xff, ARMVIRT_ACCESS_TAG, false, false},
    {"PAN that has not been tried walks", ARMVIRT_READ, 1, 0xff, ARMVIRT_ACCESS_PAN, false, false},
    {"PAN does not concern EL0", ARMVIRT_READ, 0, 0xff, ARMVIRT_ACCESS_PAN, false, true},
    {"PAN does not concern fetches", ARMVIRT_FETCH, 1, 0xff, ARMVIRT_ACCESS_PAN, false, true},
    {"unaligned in Normal memory", ARMVIRT_READ, 1, 0xff, ARMVIRT_ACCESS_UNALIGNED, false, true},
};

static void answers_only_with_yes(void **state)
{
    const struct answer *a = *state;
    struct world w = begin();

    w.walk.perm = a->perm;
    w.walk.s1.clean = a->clean;
    assert_non_null(fill(&w));
    w.access.kind = a->kind;
    w.access.el = a->el;
    w.access.flags = a->flags;
    assert_true((ask(&w) != NULL) == a->hit);
}

static void PAN_that_has_passed_passes_again(void **state)
{
    struct world w = begin();

    (void)state;
    w.access.flags = ARMVIRT_ACCESS_PAN;
    fill(&w);
    assert_non_null(ask(&w));
    w.access.flags = 0;
    assert_non_null(ask(&w));
}

static void device_memory_and_unaligned_accesses_walk(void **state)
{
    struct world w = begin();

    (void)state;
    w.walk.attr.mair = 0x04;
    fill(&w);
    assert_non_null(ask(&w));
    w.access.flags = ARMVIRT_ACCESS_UNALIGNED;
    assert_null(ask(&w));
}

/* B2.10.2: the fault is of stage 1, though stage 2 may have made Normal memory of it (FWB). */
static void unaligned_accesses_walk_where_stage_2_hides_stage_1s_type(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s2_enabled = true;
    w.walk.s2 = w.walk.s1;
    fill(&w);
    assert_non_null(ask(&w));
    w.access.flags = ARMVIRT_ACCESS_UNALIGNED;
    assert_null(ask(&w));
    fill(&w); /* a walk that passed may pass again */
    assert_non_null(ask(&w));
}

static void attributes_of_device_memory_are_for_data_alone(void **state)
{
    struct world w = begin();

    (void)state;
    w.walk.attr.mair = 0x04;
    w.walk.perm = 0xff;
    fill(&w);
    w.access.kind = ARMVIRT_FETCH;
    assert_null(ask(&w));
    w.walk.attr.mair = 0x44; /* what the fetch made of it */
    fill(&w);
    assert_non_null(ask(&w));
    w.access.kind = ARMVIRT_READ;
    assert_null(ask(&w));
}

static void SCTLR_C_and_I_that_differ_keep_data_and_fetches_apart(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.fetch_cacheable = false;
    w.walk.perm = 0xff;
    fill(&w);
    w.access.kind = ARMVIRT_FETCH;
    assert_null(ask(&w));
    fill(&w);
    assert_non_null(ask(&w));
    w.access.kind = ARMVIRT_READ;
    assert_null(ask(&w));
}

/* ---- What registers say now --------------------------------------------------------------- */

static void E0PD_stops_EL0_at_once(void **state)
{
    struct world w = begin();

    (void)state;
    fill(&w);
    w.regime.s1[0].e0pd = true;
    assert_non_null(ask(&w));
    w.access.el = 0;
    assert_null(ask(&w));
    w.regime.s1[0].e0pd = false;
    w.regime.s1[1].e0pd = true;
    assert_non_null(ask(&w));
}

static void D8_4_3_overlays_are_never_cached(void **state)
{
    struct world w = begin();

    (void)state;
    fill(&w);
    w.regime.s1[0].overlay_el0 = true;
    assert_null(ask(&w));
    assert_null(fill(&w));
    w.regime.s1[0].overlay_el0 = false;
    w.regime.s2[0].overlay_priv = true;
    assert_non_null(ask(&w)); /* stage 2 is off */
    w.regime.s2_enabled = true;
    assert_null(ask(&w));
    w.regime.s2[0].overlay_priv = false;
    w.regime.s2[1].overlay_priv = true;
    assert_null(ask(&w));
}

static void G5_6_4_DACR_takes_effect_at_once(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s1[0].format = ARMVIRT_FORMAT_SHORT;
    w.regime.dacr = 1u << 6;
    w.walk.s1.domain = 3;
    fill(&w);
    assert_non_null(ask(&w));
    w.regime.dacr = 1u << 6 | 3u << 8;
    assert_non_null(ask(&w));
    w.regime.dacr = 0;
    assert_null(ask(&w));
}

static void R_VZZSZ_bits_above_the_input_size_must_be_alike(void **state)
{
    struct world w = begin();

    (void)state;
    fill(&w);
    for (unsigned bit = 48; bit < 64; bit++) {
        w.access.va = VA | UINT64_C(1) << bit;
        assert_null(ask(&w));
        assert_null(fill(&w));
    }
}

static void D8_9_tags_are_not_part_of_the_address(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s1[0].va_mask[0] &= ~ARMVIRT_BITS(63, 56); /* TBI, and TBID for fetches */
    fill(&w);
    w.access.va = VA | UINT64_C(0xa5) << 56;
    assert_non_null(ask(&w));
    w.access.kind = ARMVIRT_FETCH;
    assert_null(armvirt_tlb_find(w.tlb, &w.context, w.access.va, true));
    assert_non_null(armvirt_tlb_find(w.tlb, &w.context, VA, true));
}

static void the_halves_are_apart(void **state)
{
    struct world w = begin();

    (void)state;
    fill(&w);
    w.access.va = VA | UINT64_C(0xffff) << 48;
    assert_null(ask(&w));
    w.walk.pa += 0x1000;
    fill(&w);
    assert_int_equal(armvirt_tlb_pa(ask(&w), w.access.va), PA + 0x1000);
    w.access.va = VA;
    assert_int_equal(armvirt_tlb_pa(ask(&w), w.access.va), PA);
}

static void aarch32_addresses_have_32_bits(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.el1_aarch32 = true;
    w.access.va = UINT64_C(0xfffff123);
    fill(&w);
    w.access.va |= UINT64_C(0x5) << 32;
    assert_non_null(ask(&w));
}

/* ---- What is kept ------------------------------------------------------------------------- */

struct refused {
    const char *name;
    uint8_t kind, s1_accessed, s2_valid, s2_accessed, size_log2;
    uint16_t flags;
};

static const struct refused refuseds[] = {
    {"R_XCLRD: the access flag is 0", ARMVIRT_READ, 0, 0, 0, 12, 0},
    {"R_XCLRD: the access flag of stage 2 is 0", ARMVIRT_READ, 1, 1, 0, 12, 0},
    {"answers to AT", ARMVIRT_AT_READ, 1, 0, 0, 12, 0},
    {"answers to a debugger", ARMVIRT_DEBUGGER, 1, 0, 0, 12, 0},
    {"accesses that make no updates", ARMVIRT_READ, 1, 0, 0, 12, ARMVIRT_ACCESS_NO_UPDATE},
    {"less than 4 KB", ARMVIRT_READ, 1, 0, 0, 10, 0},
};

static void is_not_kept(void **state)
{
    const struct refused *r = *state;
    struct world w = begin();

    w.access.kind = r->kind;
    w.access.flags = r->flags;
    w.walk.s1.accessed = r->s1_accessed;
    w.walk.s2.valid = r->s2_valid;
    w.walk.s2.accessed = r->s2_accessed;
    w.walk.s2.size_log2 = 12;
    w.walk.size_log2 = r->size_log2;
    assert_null(fill(&w));
    assert_null(ask(&w));
}

static void block_sizes_of_all_granules(void **state)
{
    static const uint8_t sizes[] = {12, 14, 16, 20, 21, 25, 28, 29, 30, 36, 39, 42, 47};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(sizes); n++) {
        struct world w = begin();
        uint64_t bytes = UINT64_C(1) << sizes[n], base = VA & ~(bytes - 1);

        w.walk.size_log2 = w.walk.s1.size_log2 = sizes[n];
        w.walk.pa = UINT64_C(0xff000000000000) | VA;
        fill(&w);
        w.access.va = base;
        assert_int_equal(armvirt_tlb_pa(ask(&w), base), UINT64_C(0xff000000000000) | base);
        w.access.va = base + bytes - 1;
        assert_non_null(ask(&w));
        w.access.va = base + bytes;
        assert_null(ask(&w));
    }
}

static void granule_protection_is_checked_for_each_granule(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.gpc.enabled = true;
    w.regime.gpc.granule_log2 = 14;
    w.walk.size_log2 = w.walk.s1.size_log2 = 21;
    assert_int_equal(fill(&w)->size_log2, 14);
    assert_int_equal(ask(&w)->region_log2, 21);
}

static void contiguous_runs_are_one_entry_with_the_option(void **state)
{
    struct armvirt_tlb_config config = {.entries = ENTRIES, .options = ARMVIRT_TLB_OPT_SPANS};
    struct world w = begin();

    (void)state;
    w.walk.size_log2 = w.walk.s1.span_log2 = 16;
    assert_int_equal(fill(&w)->size_log2, 12);
    armvirt_tlb_init(storage, sizeof(storage), &config, &w.tlb);
    assert_int_equal(fill(&w)->size_log2, 16);
    w.regime.options = ARMVIRT_OPT_CONTIG_OA_VERBATIM;
    assert_int_equal(fill(&w)->size_log2, 12);
}

static void G5_4_2_repeated_descriptors_are_kept_one_by_one(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s1[0].format = ARMVIRT_FORMAT_SHORT;
    w.walk.size_log2 = w.walk.s1.size_log2 = w.walk.s1.span_log2 = 24;
    assert_int_equal(fill(&w)->size_log2, 20);
    w.walk.size_log2 = w.walk.s1.size_log2 = w.walk.s1.span_log2 = 16;
    assert_int_equal(fill(&w)->size_log2, 12);
    w.walk.size_log2 = w.walk.s1.size_log2 = w.walk.s1.span_log2 = 20;
    assert_int_equal(fill(&w)->size_log2, 20);
}

static void without_stages_nothing_is_kept(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s1_enabled = false;
    w.walk.s1.valid = false;
    assert_null(fill(&w));
    w.regime.s2_enabled = true;
    w.walk.s2 = w.walk.s1;
    w.walk.s2.valid = true;
    assert_non_null(fill(&w));
    w.access.va |= UINT64_C(1) << 56;
    assert_null(fill(&w));
}

static void a_full_set_loses_one_entry_at_a_time(void **state)
{
    struct world w = begin();
    unsigned there = 0;

    (void)state;
    for (unsigned n = 0; n < 4 * ENTRIES; n++) {
        w.access.va = VA + ((uint64_t)n << 12);
        fill(&w);
        assert_non_null(ask(&w));
    }
    for (unsigned n = 0; n < 4 * ENTRIES; n++) {
        w.access.va = VA + ((uint64_t)n << 12);
        there += ask(&w) != NULL;
    }
    assert_in_range(there, ENTRIES * 9 / 10, ENTRIES);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, storage_is_checked);
    SUITE_ADD(&suite, a_page_is_answered_as_it_was_walked);
    SUITE_ADD_ROWS(&suite, answers_only_with_yes, answers);
    SUITE_ADD(&suite, PAN_that_has_passed_passes_again);
    SUITE_ADD(&suite, device_memory_and_unaligned_accesses_walk);
    SUITE_ADD(&suite, unaligned_accesses_walk_where_stage_2_hides_stage_1s_type);
    SUITE_ADD(&suite, attributes_of_device_memory_are_for_data_alone);
    SUITE_ADD(&suite, SCTLR_C_and_I_that_differ_keep_data_and_fetches_apart);
    SUITE_ADD(&suite, E0PD_stops_EL0_at_once);
    SUITE_ADD(&suite, D8_4_3_overlays_are_never_cached);
    SUITE_ADD(&suite, G5_6_4_DACR_takes_effect_at_once);
    SUITE_ADD(&suite, R_VZZSZ_bits_above_the_input_size_must_be_alike);
    SUITE_ADD(&suite, D8_9_tags_are_not_part_of_the_address);
    SUITE_ADD(&suite, the_halves_are_apart);
    SUITE_ADD(&suite, aarch32_addresses_have_32_bits);
    SUITE_ADD_ROWS(&suite, is_not_kept, refuseds);
    SUITE_ADD(&suite, block_sizes_of_all_granules);
    SUITE_ADD(&suite, granule_protection_is_checked_for_each_granule);
    SUITE_ADD(&suite, contiguous_runs_are_one_entry_with_the_option);
    SUITE_ADD(&suite, G5_4_2_repeated_descriptors_are_kept_one_by_one);
    SUITE_ADD(&suite, without_stages_nothing_is_kept);
    SUITE_ADD(&suite, a_full_set_loses_one_entry_at_a_time);
    return suite_run(&suite, "a TLB");
}
