/* SPDX-License-Identifier: MIT */
/* Pictures of walks: well-formed, everything within the picture, the answer in it. */
#include <armvirt/mem.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text_walk.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* ---- a small machine: tables at 0x1000 to 0x4000, stage 2 from 0x8000 ---- */

#define TABLE 3u
#define PAGE  0x703u /* AF, Inner Shareable */
#define BLOCK 0x701u

struct machine {
    uint64_t memory[0xa000 / 8];
    struct armvirt_mem_flat flat;
    struct armvirt_vmsa vmsa;
    struct armvirt_regime regime;
    struct armvirt_step steps[64];
    struct armvirt_walk_log log;
    struct armvirt_access access;
    struct armvirt_walk walk;
    char text[64 * 1024];
    size_t length;
};

static void put(struct machine *m, uint64_t address, uint64_t desc)
{
    m->memory[address / 8] = desc; /* little-endian hosts; others see other numbers, same shapes */
}

static void build(struct machine *m, bool nested)
{
    memset(m, 0, sizeof(*m));
    put(m, 0x1000, 0x2000 | TABLE);
    put(m, 0x2000, 0x3000 | TABLE);
    put(m, 0x3000, 0x4000 | TABLE);
    put(m, 0x3008, 0x600000 | BLOCK);
    put(m, 0x4008, 0x5000 | PAGE);
    put(m, 0x8000, 0x0 | 0x7fd); /* stage 2, level 1: 1 GB, write-back */
    m->vmsa.id_aa64pfr0_el1 = 0x0111;
    m->vmsa.id_aa64mmfr0_el1 = 0x5;
    m->vmsa.sctlr_el1 = ARMVIRT_SCTLR_EL1_M;
    m->vmsa.tcr_el1 = 0x500100010; /* 48 bits, 4 KB, 48-bit addresses */
    m->vmsa.ttbr0_el1[0] = 0x1000;
    m->vmsa.mair_el1 = 0xff;
    m->vmsa.hcr_el2 = ARMVIRT_HCR_EL2_RW | (nested ? ARMVIRT_HCR_EL2_VM : 0);
    m->vmsa.vtcr_el2 = 0x80050059; /* 39 bits, from level 1, 4 KB */
    m->vmsa.vttbr_el2[0] = 0x8000;
    m->flat =
        (struct armvirt_mem_flat){.bytes = (uint8_t *)m->memory, .size_bytes = sizeof(m->memory)};
    assert_int_equal(armvirt_regime_init(&m->regime, &m->vmsa, 1), ARMVIRT_OK);
}

static void draw(struct machine *m, uint64_t va)
{
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&m->flat), .log = &m->log};

    m->log = (struct armvirt_walk_log){.step = m->steps, .cap = COUNT_OF(m->steps)};
    m->access = (struct armvirt_access){.va = va, .el = 1, .flags = ARMVIRT_ACCESS_NO_UPDATE};
    (void)armvirt_translate(&m->regime, &env, &m->access, &m->walk);
    m->length =
        armvirt_svg_walk(&m->regime, &m->access, &m->log, &m->walk, m->text, sizeof(m->text));
    assert_true(m->length < sizeof(m->text));
    assert_int_equal(strlen(m->text), m->length);
}

/* ---- what a picture must be ---- */

/* Tags are closed in order, and "&" only begins one of the escapes that we use. */
static void assert_well_formed(const char *text)
{
    const char *open[16];
    size_t depth = 0;

    for (const char *at = text; *at != '\0'; at++) {
        const char *end;

        if (*at == '&') {
            assert_true(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
                        strncmp(at, "&gt;", 4) == 0);
        }
        if (*at != '<') {
            continue;
        }
        end = strchr(at, '>');
        assert_non_null(end);
        if (at[1] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_memory_equal(open[depth], at + 2, (size_t)(end - at - 2));
        } else if (end[-1] != '/') {
            assert_true(depth < COUNT_OF(open));
            open[depth++] = at + 1;
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

/* The value of an attribute of the element at `element`, or -1. */
static int attribute(const char *element, const char *name)
{
    const char *end = strchr(element, '>');
    char key[16];
    const char *at;

    (void)snprintf(key, sizeof(key), " %s=\"", name);
    at = strstr(element, key);
    return at != NULL && at < end ? atoi(at + strlen(key)) : -1;
}

static void assert_inside(const char *text)
{
    const char *svg = strstr(text, "<svg");
    int width = attribute(svg, "width"), height = attribute(svg, "height");

    for (const char *rect = strstr(text, "<rect"); rect; rect = strstr(rect + 1, "<rect")) {
        assert_in_range(attribute(rect, "x"), 0, width);
        assert_in_range(attribute(rect, "x") + attribute(rect, "width"), 1, width);
        assert_in_range(attribute(rect, "y"), 0, height);
        assert_in_range(attribute(rect, "y") + attribute(rect, "height"), 1, height);
    }
    for (const char *line = strstr(text, "<text"); line; line = strstr(line + 1, "<text")) {
        assert_in_range(attribute(line, "x"), 1, width - 1);
        assert_in_range(attribute(line, "y"), 1, height - 1);
    }
}

/* Tables, cards, insets and the answer keep apart. */
static void assert_no_overlap(const char *text)
{
    static const char *const classes[] = {"\"table\"", "\"card\"", "\"inset\"", "\"ok\"",
                                          "\"fault\""};
    int boxes[32][4];
    size_t count = 0;

    for (const char *rect = strstr(text, "<rect"); rect; rect = strstr(rect + 1, "<rect")) {
        for (size_t i = 0; i < COUNT_OF(classes); i++) {
            const char *found = strstr(rect, classes[i]);

            if (found == NULL || found > strchr(rect, '>')) {
                continue;
            }
            assert_true(count < COUNT_OF(boxes));
            boxes[count][0] = attribute(rect, "x");
            boxes[count][1] = attribute(rect, "y");
            boxes[count][2] = boxes[count][0] + attribute(rect, "width");
            boxes[count][3] = boxes[count][1] + attribute(rect, "height");
            count++;
        }
    }
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_true(boxes[i][2] <= boxes[j][0] || boxes[j][2] <= boxes[i][0] ||
                        boxes[i][3] <= boxes[j][1] || boxes[j][3] <= boxes[i][1]);
        }
    }
}

static void assert_good(const struct machine *m)
{
    assert_well_formed(m->text);
    assert_inside(m->text);
    assert_no_overlap(m->text);
}

static bool shows(const struct machine *m, const char *what)
{
    return strstr(m->text, what) != NULL;
}

/* ---- the pictures ---- */

static void test_four_levels(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x1234);
    assert_good(&m);
    assert_true(shows(&m, "Translation of 0x1234"));
    assert_true(shows(&m, "EL1&amp;0"));
    assert_true(shows(&m, "TTBR0_EL1"));
    assert_true(shows(&m, "Level 0 table") && shows(&m, "Level 3 table"));
    assert_true(shows(&m, "Page descriptor"));
    assert_true(shows(&m, ">VALID[0]<"));
    assert_true(shows(&m, ">0x5234<"));
    assert_false(shows(&m, "\"inset\""));
}

static void test_block_at_level_2(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x312345);
    assert_good(&m);
    assert_true(shows(&m, "Block descriptor"));
    assert_true(shows(&m, "bits 20:0"));
    assert_true(shows(&m, ">0x712345<"));
    assert_false(shows(&m, "Level 3 table"));
}

static void test_fault_in_a_table(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x0);
    assert_good(&m);
    assert_true(shows(&m, "Translation fault, level 3, stage 1"));
    assert_true(shows(&m, armvirt_reason_text(ARMVIRT_REASON_DESC_INVALID)));
    assert_true(shows(&m, "Invalid descriptor"));
    assert_true(shows(&m, "not translated"));
}

static void test_fault_before_any_table(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x0012345678901234);
    assert_good(&m);
    assert_true(shows(&m, "no table was read"));
    assert_true(shows(&m, "Translation fault, level 0, stage 1"));
}

static void test_table_that_can_not_be_read(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    put(&m, 0x2000, 0x40000000 | TABLE);
    draw(&m, 0x0);
    assert_good(&m);
    assert_true(shows(&m, "not readable"));
    assert_true(shows(&m, "No descriptor"));
}

static void test_nested(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, true);
    draw(&m, 0x1234);
    assert_good(&m);
    assert_true(shows(&m, "Stage 2 of the table address"));
    assert_true(shows(&m, "Stage 2 of the answer"));
    assert_true(shows(&m, "Intermediate physical address"));
    assert_true(shows(&m, ">0x5234<"));
}

static void test_nested_fault_of_the_answer(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, true);
    put(&m, 0x4010, 0x40005000 | PAGE); /* where stage 2 maps nothing */
    draw(&m, 0x2234);
    assert_good(&m);
    assert_true(shows(&m, "Translation fault, level 1, stage 2"));
    assert_true(shows(&m, "Stage 2 of the answer"));
    assert_true(shows(&m, ">fault<"));
    assert_true(shows(&m, ">0x40005234<"));
}

static void test_stage_2_alone(void **state)
{
    static struct machine m;
    struct armvirt_walk_env env = {.log = &m.log};

    (void)state;
    build(&m, true);
    env.mem = armvirt_mem_from_flat(&m.flat);
    m.log = (struct armvirt_walk_log){.step = m.steps, .cap = COUNT_OF(m.steps)};
    m.access = (struct armvirt_access){.va = 0x5678, .el = 1};
    assert_int_equal(
        armvirt_translate_ipa(&m.regime, &env, &m.access, ARMVIRT_SPACE_NONSECURE, &m.walk),
        ARMVIRT_OK);
    (void)armvirt_svg_walk(&m.regime, &m.access, &m.log, &m.walk, m.text, sizeof(m.text));
    assert_good(&m);
    assert_true(shows(&m, "Stage 2 translation of 0x5678"));
    assert_true(shows(&m, "VTTBR_EL2"));
    assert_true(shows(&m, "must be zero"));
}

static void test_mmu_off(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    m.vmsa.sctlr_el1 = 0;
    assert_int_equal(armvirt_regime_init(&m.regime, &m.vmsa, 1), ARMVIRT_OK);
    draw(&m, 0x5678);
    assert_good(&m);
    assert_true(shows(&m, "no table was read"));
    assert_true(shows(&m, "Physical address"));
}

/* A log that was too small for the walk: what is there is drawn. */
static void test_short_log(void **state)
{
    static struct machine m;
    struct armvirt_walk_env env = {.log = &m.log};

    (void)state;
    build(&m, false);
    env.mem = armvirt_mem_from_flat(&m.flat);
    m.log = (struct armvirt_walk_log){.step = m.steps, .cap = 2};
    m.access = (struct armvirt_access){.va = 0x1234, .el = 1};
    (void)armvirt_translate(&m.regime, &env, &m.access, &m.walk);
    assert_int_equal(m.log.len, 4);
    (void)armvirt_svg_walk(&m.regime, &m.access, &m.log, &m.walk, m.text, sizeof(m.text));
    assert_good(&m);
    assert_true(shows(&m, "Level 1 table"));
    assert_false(shows(&m, "Level 2 table"));
}

/* ---- walks that no machine here makes: steps by hand ---- */

static void draw_steps(struct machine *m, size_t count)
{
    m->log = (struct armvirt_walk_log){.step = m->steps, .cap = COUNT_OF(m->steps), .len = count};
    m->length =
        armvirt_svg_walk(&m->regime, &m->access, &m->log, &m->walk, m->text, sizeof(m->text));
    assert_true(m->length < sizeof(m->text));
    assert_good(m);
}

/* VMSAv9-128 in the upper half: descriptors of two words, level -1 has a colour of its own. */
static void test_descriptors_of_16_bytes(void **state)
{
    static struct machine m;

    (void)state;
    m.regime = (struct armvirt_regime){.id = ARMVIRT_REGIME_EL20, .two_ranges = true};
    m.regime.s1[1] = (struct armvirt_stage){.format = ARMVIRT_FORMAT_VMSA128,
                                            .granule_log2 = 12,
                                            .stride_log2 = 8,
                                            .desc_log2 = 4,
                                            .ia_bits = 52,
                                            .d128 = true,
                                            .table_mask = 0xfffffffffff000};
    m.access = (struct armvirt_access){.va = 0xfff1234567890123, .el = 2};
    m.steps[0] = (struct armvirt_step){.pa = 0x80000120,
                                       .ia = m.access.va,
                                       .desc = {0x90000001, 0x8000000000000000},
                                       .level = -1,
                                       .stage = 1,
                                       .format = ARMVIRT_FORMAT_VMSA128,
                                       .index_hi = 51,
                                       .index_lo = 44};
    m.walk = (struct armvirt_walk){.pa = 0x123, .size_log2 = 39};
    draw_steps(&m, 1);
    assert_true(shows(&m, "TTBR1_EL2"));
    assert_true(shows(&m, "Level -1 table"));
    assert_true(shows(&m, "class=\"l4\""));
    assert_true(shows(&m, ">0x8000000000000000<") && shows(&m, ">0000000090000001<"));
    assert_true(shows(&m, "bit 55 is 1: upper half"));
    assert_true(shows(&m, "in one piece of 512 GB"));
}

/* A regime with one range has one base register, whatever bit 55 says. */
static void test_single_range(void **state)
{
    static struct machine m;

    (void)state;
    m.regime = (struct armvirt_regime){.id = ARMVIRT_REGIME_EL3};
    m.regime.s1[0] =
        (struct armvirt_stage){.granule_log2 = 12, .stride_log2 = 9, .desc_log2 = 3, .ia_bits = 48};
    m.access = (struct armvirt_access){.va = 0x80000000000000, .el = 3};
    m.steps[0] = (struct armvirt_step){.pa = 0x80000000,
                                       .level = 0,
                                       .stage = 1,
                                       .kind = ARMVIRT_STEP_INVALID,
                                       .reason = ARMVIRT_REASON_DESC_INVALID,
                                       .index_hi = 47,
                                       .index_lo = 39};
    m.walk = (struct armvirt_walk){.fault = {.type = ARMVIRT_FAULT_TRANSLATION,
                                             .reason = ARMVIRT_REASON_DESC_INVALID,
                                             .stage = 1}};
    draw_steps(&m, 1);
    assert_true(shows(&m, "TTBR0_EL3"));
    assert_true(shows(&m, "must be zero"));
}

/* A table of two entries is indexed by one bit. */
static void test_secure_stage_2(void **state)
{
    static struct machine m;

    (void)state;
    m.regime = (struct armvirt_regime){.security = ARMVIRT_SPACE_SECURE, .two_ranges = true};
    m.regime.s2[0] =
        (struct armvirt_stage){.granule_log2 = 12, .stride_log2 = 9, .desc_log2 = 3, .ia_bits = 40};
    m.access = (struct armvirt_access){.va = 0x8000000000};
    m.steps[0] = (struct armvirt_step){.pa = 0x80000008,
                                       .ia = m.access.va,
                                       .desc = {0x7fd},
                                       .stage = 2,
                                       .kind = ARMVIRT_STEP_LEAF,
                                       .index_hi = 39,
                                       .index_lo = 39};
    draw_steps(&m, 1);
    assert_true(shows(&m, "VSTTBR_EL2"));
    assert_true(shows(&m, ">bit 39<"));
}

/* 32-bit tables: an invalid descriptor has no layout, and its card no fields. */
static void test_short_descriptor(void **state)
{
    static struct machine m;

    (void)state;
    m.regime = (struct armvirt_regime){.id = ARMVIRT_REGIME_EL10};
    m.regime.s1[0] =
        (struct armvirt_stage){.format = ARMVIRT_FORMAT_SHORT, .granule_log2 = 12, .ia_bits = 32};
    m.access = (struct armvirt_access){.va = 0x100000, .el = 1};
    m.steps[0] = (struct armvirt_step){.pa = 0x80000004,
                                       .ia = 0x100000,
                                       .level = 1,
                                       .stage = 1,
                                       .kind = ARMVIRT_STEP_INVALID,
                                       .format = ARMVIRT_FORMAT_SHORT,
                                       .reason = ARMVIRT_REASON_DESC_INVALID,
                                       .index_hi = 31,
                                       .index_lo = 20};
    m.walk = (struct armvirt_walk){.fault = {.type = ARMVIRT_FAULT_TRANSLATION,
                                             .reason = ARMVIRT_REASON_DESC_INVALID,
                                             .stage = 1,
                                             .level = 1}};
    draw_steps(&m, 1);
    assert_true(shows(&m, "Invalid descriptor"));
    assert_false(shows(&m, ">VALID[0]<"));
}

/* What hardware wrote is no table of its own; granule checks are none either. */
static void test_updates_and_granule_checks_are_not_drawn(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x1234);
    m.steps[4] = m.steps[3];
    m.steps[4].kind = ARMVIRT_STEP_UPDATE;
    m.steps[5] = (struct armvirt_step){.kind = ARMVIRT_STEP_GPT, .stage = 0};
    draw_steps(&m, 6);
    assert_false(shows(&m, "Hardware wrote"));
    assert_false(shows(&m, "\"inset\""));
}

/* More tables than any walk has: those that fit are drawn. */
static void test_too_many_tables(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, false);
    draw(&m, 0x1234);
    for (size_t i = 4; i < 12; i++) {
        m.steps[i] = m.steps[3];
    }
    draw_steps(&m, 12);
    assert_true(shows(&m, "Level 3 table"));
}

static void test_length_without_a_buffer(void **state)
{
    static struct machine m;

    (void)state;
    build(&m, true);
    draw(&m, 0x1234);
    assert_int_equal(armvirt_svg_walk(&m.regime, &m.access, &m.log, &m.walk, NULL, 0), m.length);
    assert_int_equal(armvirt_svg_walk(&m.regime, &m.access, &m.log, &m.walk, m.text, 100),
                     m.length);
    assert_int_equal(strlen(m.text), 99);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_four_levels);
    SUITE_ADD(&suite, test_block_at_level_2);
    SUITE_ADD(&suite, test_fault_in_a_table);
    SUITE_ADD(&suite, test_fault_before_any_table);
    SUITE_ADD(&suite, test_table_that_can_not_be_read);
    SUITE_ADD(&suite, test_nested);
    SUITE_ADD(&suite, test_nested_fault_of_the_answer);
    SUITE_ADD(&suite, test_stage_2_alone);
    SUITE_ADD(&suite, test_mmu_off);
    SUITE_ADD(&suite, test_short_log);
    SUITE_ADD(&suite, test_descriptors_of_16_bytes);
    SUITE_ADD(&suite, test_single_range);
    SUITE_ADD(&suite, test_secure_stage_2);
    SUITE_ADD(&suite, test_short_descriptor);
    SUITE_ADD(&suite, test_updates_and_granule_checks_are_not_drawn);
    SUITE_ADD(&suite, test_too_many_tables);
    SUITE_ADD(&suite, test_length_without_a_buffer);
    return suite_run(&suite, "text.walk_svg");
}
