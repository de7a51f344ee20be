/* SPDX-License-Identifier: MIT */
/*
 * All mappings of VMSAv8-32 Short-descriptor tables: each descriptor once, and each as the walk of
 * an access answers. A large page or supersection is 16 descriptors. DDI0487 G5.4.1.3.
 */
#include <armvirt/pgiter.h>

#include "short_tables.h"

static const struct armvirt_mem_ops memory_ops = {.read = machine_read, .cas = machine_cas};

struct element {
    uint64_t ia, size_bytes, pa;
    unsigned domain, copies;
};

/* What build() maps below the split of the address space, and above it. */
static const struct element elements[] = {
    {0x00300000, 1 << 20, 0x87600000, 9, 1},
    {0x00510000, 1 << 12, 0x12340000, 5, 16},
    {0x00521000, 1 << 12, 0x56789000, 5, 1},
    {0x005ff000, 1 << 12, 0xabcde000, 5, 1},
    {0x01000000, 1 << 20, UINT64_C(0x2143000000), 0, 16},
    {0xfff00000, 1 << 20, 0xfed00000, 3, 1},
};

/* A section, a table of a large and two small pages, a supersection; by TTBR1 a section. */
static void build(struct machine *m)
{
    const struct leaf section = {.ap = 3, .domain = 9, .base = 0x87600000, .tex = 1, .cb = 3};
    const struct leaf large = {.kind = A_LARGE_PAGE, .ap = 1, .domain = 5, .base = 0x12340000};
    const struct leaf small = {.kind = A_SMALL_PAGE, .ap = 2, .domain = 5, .base = 0x56789000};
    const struct leaf last_small = {.kind = A_SMALL_PAGE, .ap = 5, .base = 0xabcde000, .xn = true};
    const struct leaf super = {.kind = A_SUPERSECTION, .ap = 7, .base = 0x43000000};
    const struct leaf upper = {.ap = 3, .domain = 3, .base = 0xfed00000, .s = true, .cb = 2};

    reset(m);
    m->fill = true; /* by invalid descriptors */
    m->vmsa.tcr_el1 = 1;
    machine_put(m, TABLE0 + 4 * 3, section_word(&section));
    machine_put(m, TABLE0 + 4 * 5, table_word(&large));
    machine_put(m, LEVEL2 + 4 * 0x21, page_word(&small));
    machine_put(m, LEVEL2 + 4 * 0xff, page_word(&last_small));
    machine_put(m, TABLE1 + 4 * 0xfff, section_word(&upper));
    for (unsigned copy = 0; copy < 16; copy++) {
        machine_put(m, LEVEL2 + 4 * (0x10 + copy), page_word(&large));
        machine_put(m, TABLE0 + 4 * (0x10 + copy),
                    section_word(&super) | 0x00100040); /* PA[37,32] */
    }
}

static void expect_element(struct machine *m, const struct armvirt_mapping *mapping,
                           const struct element *expected, unsigned copy)
{
    uint64_t offset = copy * expected->size_bytes;

    assert_int_equal(mapping->kind, ARMVIRT_MAPPING_LEAF);
    assert_int_equal(mapping->ia, expected->ia + offset);
    assert_int_equal(mapping->size_bytes, expected->size_bytes);
    assert_int_equal(mapping->walk.pa, expected->pa + offset);
    assert_int_equal(mapping->walk.s1.domain, expected->domain);
    assert_int_equal(machine_try(m, mapping->ia, ARMVIRT_DEBUGGER, 1), ARMVIRT_OK);
    assert_int_equal(mapping->walk.pa, m->walk.pa);
    assert_int_equal(mapping->walk.perm, m->walk.perm);
    assert_int_equal(mapping->walk.s1.desc[0], m->walk.s1.desc[0]);
    assert_int_equal(mapping->walk.s1.desc_pa, m->walk.s1.desc_pa);
    assert_int_equal(mapping->walk.s1.level, m->walk.s1.level);
    assert_memory_equal(&mapping->walk.attr, &m->walk.attr, sizeof(m->walk.attr));
}

static void each_descriptor_once_and_as_an_access_finds_it(void **state)
{
    const struct armvirt_map_query query = {.last = UINT64_MAX};
    struct armvirt_regime regime;
    struct armvirt_mapping mapping;
    struct armvirt_map_iter it;
    struct machine m;
    const struct armvirt_walk_env env = {.mem = {&memory_ops, &m}};

    (void)state;
    build(&m);
    assert_int_equal(armvirt_regime_init(&regime, &m.vmsa, 1), ARMVIRT_OK);
    assert_int_equal(armvirt_map_begin(&it, &regime, &env, &query), ARMVIRT_OK);
    for (size_t i = 0; i < COUNT_OF(elements); i++) {
        for (unsigned copy = 0; copy < elements[i].copies; copy++) {
            assert_int_equal(armvirt_map_next(&it, &mapping), ARMVIRT_OK);
            expect_element(&m, &mapping, &elements[i], copy);
        }
    }
    assert_int_equal(armvirt_map_next(&it, &mapping), ARMVIRT_END);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, each_descriptor_once_and_as_an_access_finds_it);
    return suite_run(&suite, "short_map");
}
