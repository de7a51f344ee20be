/* SPDX-License-Identifier: MIT */
/* Steps of walks taken apart: layout, table and entry, where they point, in every format. */
#include <armvirt/regs/conditions.h>
#include <armvirt/text.h>
#include <armvirt/text_walk.h>

#include <stdio.h>
#include <string.h>

#include "suite.h"

/* ---- regimes with the few members that decoding a step looks at ---- */

static const struct armvirt_regime vmsa64_4k = {
    .id = ARMVIRT_REGIME_EL10,
    .two_ranges = true,
    .s1 = {{.granule_log2 = 12, .stride_log2 = 9, .desc_log2 = 3, .table_mask = 0xfffffffff000},
           {.granule_log2 = 16,
            .stride_log2 = 13,
            .desc_log2 = 3,
            .table_mask = 0xffffffff0000,
            .high_mask = 0xf000,
            .high_shift = 36}},
    .s2 = {{.granule_log2 = 12,
            .stride_log2 = 9,
            .desc_log2 = 3,
            .table_mask = 0xfffffffff000,
            .fwb = true},
           {.granule_log2 = 14, .stride_log2 = 11, .desc_log2 = 3, .table_mask = 0xffffffffc000}},
};

static const struct armvirt_regime vmsa64_ds_el3 = {
    .id = ARMVIRT_REGIME_EL3,
    .security = ARMVIRT_SPACE_ROOT,
    .s1 = {{.granule_log2 = 12,
            .stride_log2 = 9,
            .desc_log2 = 3,
            .table_mask = 0x3fffffffff000,
            .high_mask = 0x300,
            .high_shift = 42,
            .ds = true,
            .pie = true,
            .aie = true}},
};

static const struct armvirt_regime vmsa128 = {
    .id = ARMVIRT_REGIME_EL20,
    .two_ranges = true,
    .s1 = {{.format = ARMVIRT_FORMAT_VMSA128,
            .granule_log2 = 12,
            .stride_log2 = 8,
            .desc_log2 = 4,
            .table_mask = 0xfffffffffff000,
            .d128 = true,
            .pie = true}},
};

static const struct armvirt_regime lpae = {
    .id = ARMVIRT_REGIME_EL10,
    .s1 = {{.format = ARMVIRT_FORMAT_LPAE,
            .granule_log2 = 12,
            .stride_log2 = 9,
            .desc_log2 = 3,
            .table_mask = 0xfffffff000}},
};

static const struct armvirt_regime short_format = {
    .id = ARMVIRT_REGIME_EL10,
    .s1 = {{.format = ARMVIRT_FORMAT_SHORT, .granule_log2 = 12}},
};

/* ---- steps ---- */

#define VMSA64(stage_, level_, hi, lo, kind_, ia_, desc_)                                          \
    {                                                                                              \
        .pa = 0x80000ff8, .ia = (ia_), .desc = {(desc_)}, .level = (level_), .stage = (stage_),    \
        .kind = ARMVIRT_STEP_##kind_, .index_hi = (hi), .index_lo = (lo)                           \
    }
/* VMSAv9-128 with granules of 4 KB: level 1 indexes by bits 35:28. */
#define VMSA128(kind_, low, high)                                                                  \
    {                                                                                              \
        .pa = 0x80000ff0, .ia = 0xff0000000, .desc = {(low), (high)}, .level = 1, .stage = 1,      \
        .kind = ARMVIRT_STEP_##kind_, .format = ARMVIRT_FORMAT_VMSA128, .index_hi = 35,            \
        .index_lo = 28                                                                             \
    }
#define SHORT(level_, hi, lo, kind_, ia_, desc_)                                                   \
    {                                                                                              \
        .pa = 0x80000004, .ia = (ia_), .desc = {(desc_)}, .level = (level_), .stage = 1,           \
        .kind = ARMVIRT_STEP_##kind_, .index_hi = (hi), .index_lo = (lo),                          \
        .format = ARMVIRT_FORMAT_SHORT                                                             \
    }

struct step_case {
    const char *name;
    const struct armvirt_regime *regime;
    struct armvirt_step step;
    const char *layout;
    uint64_t index, output;
    unsigned size_log2;
    uint64_t when; /* conditions that must hold */
    const char *decision;
};

#define G4K(level) (ARMVIRT_WHEN_G4K | ARMVIRT_WHEN_LEVEL##level)

static const struct step_case step_cases[] = {
    {"R_RWMFF 4K level 0 table", &vmsa64_4k,
     VMSA64(1, 0, 47, 39, TABLE, 0xffffffffffff, 0x80000001234003), "VMSA64_S1_TABLE", 0x1ff,
     0x1234000, 39, G4K(0), "Table: next table at 0x1234000 (D8.3 R_RWMFF)"},
    {"R_RWMFF 4K level 2 block", &vmsa64_4k,
     VMSA64(1, 2, 29, 21, LEAF, 0x3fe00000, 0xe0000046200fc1), "VMSA64_S1_LEAF", 0x1ff, 0x46200000,
     21, G4K(2), "Block of 2 MB at 0x46200000 (D8.3 R_RWMFF)"},
    {"R_RWMFF 4K level 3 page", &vmsa64_4k, VMSA64(1, 3, 20, 12, LEAF, 0x1ff000, 0xe0000046200fc3),
     "VMSA64_S1_LEAF", 0x1ff, 0x46200000, 12, G4K(3), "Page of 4 KB at 0x46200000 (D8.3 R_RWMFF)"},
    {"LPA: bits 51:48 of a 64K page lie in bits 15:12", &vmsa64_4k,
     VMSA64(1, 3, 28, 16, LEAF, 0xffffffffe1ff0000, 0x1234fff0a003), "VMSA64_S1_LEAF", 0x1ff,
     0xa1234fff00000, 16, ARMVIRT_WHEN_G64K | ARMVIRT_WHEN_LPA | ARMVIRT_WHEN_LEVEL3, NULL},
    {"R_KHVQT invalid",
     &vmsa64_4k,
     {.pa = 0x80000ff8,
      .ia = 0x1ff000,
      .level = 3,
      .stage = 1,
      .kind = ARMVIRT_STEP_INVALID,
      .index_hi = 20,
      .index_lo = 12,
      .reason = ARMVIRT_REASON_DESC_INVALID},
     "VMSA64_INVALID",
     0x1ff,
     0,
     0,
     G4K(3),
     NULL},
    {"stage 2 block with forced write-back", &vmsa64_4k,
     VMSA64(2, 2, 29, 21, LEAF, 0x3fe00000, 0x4be007d9), "VMSA64_S2_LEAF", 0x1ff, 0x4be00000, 21,
     G4K(2) | ARMVIRT_WHEN_FWB, NULL},
    {"stage 2 of Secure addresses has its own granule", &vmsa64_4k,
     VMSA64(2, 3, 24, 14, TABLE, 0x7fc000, 0x10004003), "VMSA64_S2_LEAF", 0x1ff, 0x10004000, 14,
     ARMVIRT_WHEN_G16K | ARMVIRT_WHEN_LEVEL3, NULL},
    {"LPA2: bits 51:50 of a 4K page lie in bits 9:8", &vmsa64_ds_el3,
     VMSA64(1, 3, 20, 12, LEAF, 0x1ff000, 0x3000000001703), "VMSA64_S1_LEAF", 0x1ff,
     0xf000000001000, 12,
     G4K(3) | ARMVIRT_WHEN_DS | ARMVIRT_WHEN_PIE | ARMVIRT_WHEN_AIE | ARMVIRT_WHEN_ROOT |
         ARMVIRT_WHEN_SINGLE,
     "Page of 4 KB at 0xf000000001000 (D8.3 R_RWMFF)"},
    {"R_BPTPZ D128 table", &vmsa128, VMSA128(TABLE, 0x12345001, 0), "VMSA128_S1_TABLE", 0xff,
     0x12345000, 28, G4K(1) | ARMVIRT_WHEN_D128, "Table: next table at 0x12345000 (D8.3 R_BPTPZ)"},
    {"R_BPTPZ D128 block: level 1 skips two levels", &vmsa128,
     VMSA128(LEAF, 0x12345001, UINT64_C(2) << 45), "VMSA128_S1_LEAF", 0xff, 0x12345000, 12,
     G4K(3) | ARMVIRT_WHEN_D128, NULL},
    {"R_BPTPZ D128 table: SKL of 1 leaves a table of two levels, aligned to its size", &vmsa128,
     VMSA128(TABLE, 0x12345001, UINT64_C(1) << 45), "VMSA128_S1_TABLE", 0xff, 0x12300000, 28,
     G4K(2) | ARMVIRT_WHEN_D128, "Table: next table at 0x12300000 (D8.3 R_BPTPZ)"},
    {"R_BPTPZ D128 invalid", &vmsa128, VMSA128(INVALID, 0, 0), "VMSA128_INVALID", 0xff, 0, 0,
     G4K(1) | ARMVIRT_WHEN_D128, NULL},
    {"G5.5.1 table of the Long-descriptor format",
     &lpae,
     {.pa = 0x80000ff8,
      .ia = 0x3fe00000,
      .desc = {0x1234003},
      .level = 2,
      .stage = 1,
      .format = ARMVIRT_FORMAT_LPAE,
      .index_hi = 29,
      .index_lo = 21},
     "LPAE_S1_TABLE",
     0x1ff,
     0x1234000,
     21,
     0,
     "Table: next table at 0x1234000 (G5.5.1)"},
    {"G5.4.1 table", &short_format, SHORT(1, 31, 20, TABLE, 0x100000, 0x12345401), "SHORT_L1_TABLE",
     1, 0x12345400, 20, 0, "Table: next table at 0x12345400 (G5.4.1)"},
    {"G5.4.1 section", &short_format, SHORT(1, 31, 20, LEAF, 0x100000, 0x12300002),
     "SHORT_L1_SECTION", 1, 0x12300000, 20, 0, "Section of 1 MB at 0x12300000 (G5.4.1)"},
    {"G5.4.1 supersection above 4 GB", &short_format,
     SHORT(1, 31, 20, LEAF, 0x100000, 0x120400a2 | 5 << 20), "SHORT_L1_SUPERSECTION", 1,
     0x5512000000, 24, 0, "Supersection of 16 MB at 0x5512000000 (G5.4.1)"},
    {"G5.4.2 small page", &short_format, SHORT(2, 19, 12, LEAF, 0x1000, 0x12345002),
     "SHORT_L2_SMALL", 1, 0x12345000, 12, 0, "Small page of 4 KB at 0x12345000 (G5.4.1)"},
    {"G5.4.2 large page", &short_format, SHORT(2, 19, 12, LEAF, 0x1000, 0x12340001),
     "SHORT_L2_LARGE", 1, 0x12340000, 16, 0, "Large page of 64 KB at 0x12340000 (G5.4.1)"},
    {"G5.4.1 invalid", &short_format, SHORT(1, 31, 20, INVALID, 0x100000, 0), "", 1, 0, 0, 0, NULL},
};

static void test_step(void **state)
{
    const struct step_case *c = *state;
    struct armvirt_step_info info;
    char text[256];

    armvirt_step_explain(c->regime, &c->step, &info);
    assert_string_equal(info.layout, c->layout);
    assert_true(info.layout[0] == '\0' || armvirt_layout_find(info.layout) != NULL);
    assert_int_equal(info.index, c->index);
    assert_int_equal(info.table_pa, 0x80000000);
    assert_int_equal(info.size_log2, c->size_log2);
    assert_int_equal(info.output, c->output);
    assert_int_equal(info.when & c->when, c->when);
    if (c->decision != NULL) {
        (void)armvirt_text_decision(c->regime, &c->step, text, sizeof(text));
        assert_string_equal(text, c->decision);
    }
}

/* ---- the conditions under which bits are read ---- */

struct condition_case {
    const char *name;
    struct armvirt_regime regime;
    struct armvirt_step step;
    uint64_t when; /* all that hold */
};

/* Regimes with two ranges, tables of one granule, and one control. */
#define S1_4K(...)                                                                                 \
    {                                                                                              \
        .two_ranges = true, .s1 = { {.granule_log2 = 12, .stride_log2 = 9, __VA_ARGS__} }          \
    }
#define S2_4K(...)                                                                                 \
    {                                                                                              \
        .two_ranges = true, .s2 = { {.granule_log2 = 12, .stride_log2 = 9, __VA_ARGS__} }          \
    }
#define PAGE_STEP(stage) VMSA64(stage, 3, 20, 12, LEAF, 0x1ff000, 3)

static const struct condition_case condition_cases[] = {
    {"nothing but granule and level", S1_4K(.desc_log2 = 3), PAGE_STEP(1), G4K(3)},
    {"64 KB without FEAT_LPA",
     {.two_ranges = true, .s1 = {{.granule_log2 = 16, .stride_log2 = 13}}},
     VMSA64(1, 3, 28, 16, LEAF, 0x1ff0000, 3),
     ARMVIRT_WHEN_G64K | ARMVIRT_WHEN_LEVEL3},
    {"level -1 has no condition of its own", S1_4K(.ds = true),
     VMSA64(1, -1, 51, 48, TABLE, 0x1ff000, 3), ARMVIRT_WHEN_G4K | ARMVIRT_WHEN_DS},
    {"HAFT, AMEC", S1_4K(.haft = true, .emec = true), PAGE_STEP(1),
     G4K(3) | ARMVIRT_WHEN_HAFT | ARMVIRT_WHEN_MEC},
    {"overlays of EL0 alone", S1_4K(.overlay_el0 = true), PAGE_STEP(1), G4K(3) | ARMVIRT_WHEN_POE},
    {"overlays of privileged accesses alone", S1_4K(.overlay_priv = true), PAGE_STEP(1),
     G4K(3) | ARMVIRT_WHEN_POE},
    {"protected attributes", S1_4K(.pnch = true), PAGE_STEP(1), G4K(3) | ARMVIRT_WHEN_PNCH},
    {"AIE and PnCH are of stage 1 alone", S2_4K(.aie = true, .pnch = true), PAGE_STEP(2), G4K(3)},
    {"stage 2 has its own PIE and POE", S2_4K(.pie = true, .overlay_priv = true), PAGE_STEP(2),
     G4K(3) | ARMVIRT_WHEN_S2PIE | ARMVIRT_WHEN_S2POE},
    {"AssuredOnly is of stage 2 alone", S2_4K(.assured_only = true), PAGE_STEP(2),
     G4K(3) | ARMVIRT_WHEN_ASSUREDONLY},
    {"NV1",
     {.two_ranges = true, .nv1 = true, .s1 = {{.granule_log2 = 12, .stride_log2 = 9}}},
     PAGE_STEP(1),
     G4K(3) | ARMVIRT_WHEN_NV1},
    {"Secure state, 16 KB",
     {.two_ranges = true,
      .security = ARMVIRT_SPACE_SECURE,
      .s1 = {{.granule_log2 = 14, .stride_log2 = 11}}},
     VMSA64(1, 3, 24, 14, LEAF, 0x1ffc000, 3),
     ARMVIRT_WHEN_G16K | ARMVIRT_WHEN_LEVEL3 | ARMVIRT_WHEN_SECURE},
    {"Realm state and a single range",
     {.security = ARMVIRT_SPACE_REALM, .s1 = {{.granule_log2 = 12, .stride_log2 = 9}}},
     PAGE_STEP(1),
     G4K(3) | ARMVIRT_WHEN_REALM | ARMVIRT_WHEN_SINGLE},
};

static void test_conditions(void **state)
{
    const struct condition_case *c = *state;
    struct armvirt_step_info info;

    armvirt_step_explain(&c->regime, &c->step, &info);
    assert_int_equal(info.when, c->when);
}

/* Granule protection entries are steps of stage 0. */
static void test_granule_protection_entries(void **state)
{
    static const struct {
        int8_t level;
        uint64_t desc;
        const char *layout;
    } rows[] = {
        {0, 0x80000003, "GPT_TABLE"},
        {0, 0xb1, "GPT_BLOCK"},
        {1, 0x1b1, "GPT_CONTIG"},
        {1, 0xbbbbbbbbbbbbbbbb, "GPT_GRANULES"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct armvirt_step step = {
            .kind = ARMVIRT_STEP_GPT, .level = rows[i].level, .desc = {rows[i].desc}};
        struct armvirt_step_info info;
        char text[2048];

        armvirt_step_explain(&vmsa64_4k, &step, &info);
        assert_string_equal(info.layout, rows[i].layout);
        assert_int_equal(info.size_log2, 0);
        assert_true(armvirt_text_step(&vmsa64_4k, &step, text, sizeof(text)) < sizeof(text));
        assert_non_null(strstr(text, "granule protection level"));
        assert_non_null(strstr(text, "(D9.6)"));
    }
}

static void test_text_of_a_step(void **state)
{
    static const char *const expected =
        "stage 1 level 2: bits 29:21 = 0x1ff of table 0x80000000, entry at 0x80000ff8 "
        "(Non-secure)\n"
        "    0x00e0000046200fc1  VMSA64_S1_LEAF\n"
        "    SW[58:55]=0x1  UXN[54]=0x1  PXN[53]=0x1  CONTIG[52]=0x0  DBM[51]=0x0  GP[50]=0x0\n"
        "    OA[47:21]=0x231  nT[16]=0x0  nG[11]=0x1  AF[10]=0x1  SH[9:8]=0x3 (INNER)\n"
        "    AP[7:6]=0x3 (RO)  AttrIndx[4:2]=0x0  TYPE[1]=0x0 (BLOCK)  VALID[0]=0x1\n"
        "    Block of 2 MB at 0x46200000 (D8.3 R_RWMFF)\n";
    char text[1024];

    (void)state;
    assert_int_equal(armvirt_text_step(&vmsa64_4k, &step_cases[1].step, text, sizeof(text)),
                     strlen(expected));
    assert_string_equal(text, expected);
    assert_int_equal(armvirt_text_step(&vmsa64_4k, &step_cases[1].step, NULL, 0), strlen(expected));
    assert_int_equal(armvirt_text_step(&vmsa64_4k, &step_cases[1].step, text, 20),
                     strlen(expected));
    assert_int_equal(strlen(text), 19);
}

static void test_text_of_a_stage_2_step_has_the_ipa(void **state)
{
    const struct armvirt_step step = VMSA64(2, 2, 29, 21, LEAF, 0x3fe00ff8, 0x4be007d9);
    char text[1024];

    (void)state;
    (void)armvirt_text_step(&vmsa64_4k, &step, text, sizeof(text));
    *strchr(text, '\n') = '\0';
    assert_string_equal(text, "stage 2 level 2: IPA 0x3fe00ff8, bits 29:21 = 0x1ff of table "
                              "0x80000000, entry at 0x80000ff8 (Non-secure)");
}

static void test_text_of_a_descriptor_of_16_bytes(void **state)
{
    const struct armvirt_step step = VMSA128(TABLE, 0x12345001, 0x8000000000000000);
    char text[1024];

    (void)state;
    (void)armvirt_text_step(&vmsa128, &step, text, sizeof(text));
    assert_non_null(strstr(text, "    0x80000000000000000000000012345001  VMSA128_S1_TABLE\n"));
}

static void test_text_of_descriptors_of_4_bytes(void **state)
{
    const struct armvirt_step section = SHORT(1, 31, 20, LEAF, 0x100000, 0x12300002);
    const struct armvirt_step invalid = SHORT(1, 31, 20, INVALID, 0x100000, 0);
    char text[1024];

    (void)state;
    (void)armvirt_text_step(&short_format, &section, text, sizeof(text));
    assert_non_null(strstr(text, "    0x12300002  SHORT_L1_SECTION\n"));
    (void)armvirt_text_step(&short_format, &invalid, text, sizeof(text));
    assert_non_null(strstr(text, "    0x00000000\n")); /* no layout, no fields */
}

/* Nothing was read, so nothing is shown of it. */
static void test_text_of_an_abort(void **state)
{
    const struct armvirt_step step = {.pa = 0x80000ff8,
                                      .ia = 0x1ff000,
                                      .level = 3,
                                      .stage = 1,
                                      .kind = ARMVIRT_STEP_ABORT,
                                      .index_hi = 20,
                                      .index_lo = 12,
                                      .reason = ARMVIRT_REASON_EXTERNAL};
    char text[512], expected[512];

    (void)state;
    (void)armvirt_text_step(&vmsa64_4k, &step, text, sizeof(text));
    (void)snprintf(expected, sizeof(expected),
                   "stage 1 level 3: bits 20:12 = 0x1ff of table 0x80000000, entry at 0x80000ff8 "
                   "(Non-secure)\n    EXTERNAL: %s (%s)\n",
                   armvirt_reason_text(ARMVIRT_REASON_EXTERNAL),
                   armvirt_reason_rule(ARMVIRT_REASON_EXTERNAL));
    assert_string_equal(text, expected);
}

static void test_decision_names_the_reason(void **state)
{
    struct armvirt_step step = step_cases[4].step;
    char text[256], expected[256];

    (void)state;
    (void)armvirt_text_decision(&vmsa64_4k, &step, text, sizeof(text));
    (void)snprintf(expected, sizeof(expected), "DESC_INVALID: %s (%s)",
                   armvirt_reason_text(ARMVIRT_REASON_DESC_INVALID),
                   armvirt_reason_rule(ARMVIRT_REASON_DESC_INVALID));
    assert_string_equal(text, expected);
}

static void test_update_says_that_hardware_wrote(void **state)
{
    struct armvirt_step step = step_cases[2].step;
    char text[256];

    (void)state;
    step.kind = ARMVIRT_STEP_UPDATE;
    (void)armvirt_text_decision(&vmsa64_4k, &step, text, sizeof(text));
    assert_string_equal(text, "Hardware wrote this: access flag or dirty state (D8.5)");
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_step, step_cases);
    SUITE_ADD_ROWS(&suite, test_conditions, condition_cases);
    SUITE_ADD(&suite, test_granule_protection_entries);
    SUITE_ADD(&suite, test_text_of_a_step);
    SUITE_ADD(&suite, test_text_of_a_stage_2_step_has_the_ipa);
    SUITE_ADD(&suite, test_text_of_a_descriptor_of_16_bytes);
    SUITE_ADD(&suite, test_text_of_descriptors_of_4_bytes);
    SUITE_ADD(&suite, test_text_of_an_abort);
    SUITE_ADD(&suite, test_decision_names_the_reason);
    SUITE_ADD(&suite, test_update_says_that_hardware_wrote);
    return suite_run(&suite, "text.walk_step");
}
