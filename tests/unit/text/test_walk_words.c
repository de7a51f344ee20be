/* SPDX-License-Identifier: MIT */
/* Faults, memory attributes and permissions in words. */
#include <armvirt/text_walk.h>

#include <string.h>

#include "suite.h"

#define ATTR(mair_, sh_)                                                                           \
    {                                                                                              \
        .mair = (mair_), .sh = ARMVIRT_SH_##sh_, .xs = true                                        \
    }

struct attr_case {
    const char *name; /* of the test and in words */
    const char *brief;
    struct armvirt_memattr attr;
};

static const struct attr_case attr_cases[] = {
    {"Device-nGnRnE", "Device-nGnRnE", ATTR(0x00, OUTER)},
    {"Device-nGnRE", "Device-nGnRE", ATTR(0x04, OUTER)},
    {"Device-nGRE", "Device-nGRE", ATTR(0x08, OUTER)},
    {"Device-GRE", "Device-GRE", ATTR(0x0c, OUTER)},
    {"Normal, Inner/Outer Non-cacheable, Outer Shareable", "Normal-NC OSH", ATTR(0x44, OUTER)},
    {"Normal, Inner/Outer Write-Back RWA, Inner Shareable", "Normal-WB ISH", ATTR(0xff, INNER)},
    {"Normal, Inner/Outer Write-Back RA, Non-shareable", "Normal-WB NSH", ATTR(0xee, NONE)},
    {"Normal, Inner/Outer Write-Through WA, Inner Shareable", "Normal-WT ISH", ATTR(0x99, INNER)},
    {"Normal, Inner/Outer Write-Back, Inner Shareable", "Normal-WB ISH", ATTR(0xcc, INNER)},
    {"Normal, Inner/Outer Write-Through transient RA, Inner Shareable", "Normal-WT ISH",
     ATTR(0x22, INNER)},
    {"Normal, Inner/Outer Write-Back transient RWA, Inner Shareable", "Normal-WB ISH",
     ATTR(0x77, INNER)},
    {"Normal, Inner Write-Back RWA, Outer Non-cacheable, Inner Shareable", "Normal-WB/NC ISH",
     ATTR(0x4f, INNER)},
    {"Normal, Inner/Outer Write-Back RWA, Inner Shareable, Tagged",
     "Normal-WB ISH Tagged",
     {.mair = 0xff, .sh = ARMVIRT_SH_INNER, .tag = ARMVIRT_ALLOCATION_TAGGED}},
    {"Normal, Inner/Outer Write-Back RWA, Inner Shareable, Canonically Tagged, NoTagAccess",
     "Normal-WB ISH Tagged",
     {.mair = 0xff,
      .sh = ARMVIRT_SH_INNER,
      .tag = ARMVIRT_CANONICALLY_TAGGED,
      .no_tag_access = true}},
};

static void test_attr(void **state)
{
    const struct attr_case *c = *state;
    char text[128];

    assert_int_equal(armvirt_text_memattr(&c->attr, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
    assert_int_equal(armvirt_text_memattr_short(&c->attr, text, sizeof(text)), strlen(c->brief));
    assert_string_equal(text, c->brief);
}

/* Every MAIR byte and shareability, also those that no MAIR gives, is some text that fits. */
static void test_attr_of_any_byte(void **state)
{
    (void)state;
    for (unsigned mair = 0; mair < 256; mair++) {
        for (unsigned sh = 0; sh < 4; sh++) {
            struct armvirt_memattr attr = {.mair = (uint8_t)mair, .sh = (uint8_t)sh};
            char text[128];

            assert_in_range(armvirt_text_memattr(&attr, text, sizeof(text)), 1, sizeof(text) - 1);
            assert_in_range(armvirt_text_memattr_short(&attr, text, sizeof(text)), 1, 31);
        }
    }
}

struct perm_case {
    const char *name;
    unsigned regime, perm;
};

static const struct perm_case perm_cases[] = {
    {"EL0 r-x, EL1 rw-", ARMVIRT_REGIME_EL10,
     ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_X | ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W},
    {"EL0 ---, EL2 r-x", ARMVIRT_REGIME_EL20, ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_X},
    {"EL2 rwx", ARMVIRT_REGIME_EL2,
     ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W | ARMVIRT_PERM_PRIV_X},
    {"EL3 ---", ARMVIRT_REGIME_EL3, ARMVIRT_PERM_EL0_R},
    {"EL0 r--g, EL1 r--", ARMVIRT_REGIME_EL10,
     ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_GCS | ARMVIRT_PERM_PRIV_R},
};

static void test_perm(void **state)
{
    const struct perm_case *c = *state;
    char text[32];

    assert_int_equal(armvirt_text_perm(c->regime, c->perm, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
}

struct fault_case {
    const char *name;
    struct armvirt_fault fault;
};

static const struct fault_case fault_cases[] = {
    {"Translation fault, level 3, stage 1",
     {.type = ARMVIRT_FAULT_TRANSLATION, .level = 3, .stage = 1}},
    {"Address size fault, level -1, stage 1",
     {.type = ARMVIRT_FAULT_ADDRESS_SIZE, .level = -1, .stage = 1}},
    {"Permission fault, level 2, stage 2, on a stage 1 table access",
     {.type = ARMVIRT_FAULT_PERMISSION, .level = 2, .stage = 2, .s1ptw = true}},
    {"Alignment fault, stage 1", {.type = ARMVIRT_FAULT_ALIGNMENT, .stage = 1}},
    {"Granule Protection Fault", {.type = ARMVIRT_FAULT_GPC_ON_OUTPUT}},
    {"Granule Protection Fault on a table walk, level 1, stage 1",
     {.type = ARMVIRT_FAULT_GPC_ON_WALK, .level = 1, .stage = 1}},
    {"Unsupported atomic access fault, stage 2",
     {.type = ARMVIRT_FAULT_UNSUPPORTED_ATOMIC, .stage = 2}},
};

static void test_fault(void **state)
{
    const struct fault_case *c = *state;
    char text[128];

    assert_int_equal(armvirt_text_fault(&c->fault, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
}

static void test_text_is_cut_as_snprintf_cuts(void **state)
{
    const struct armvirt_fault *fault = &fault_cases[0].fault;
    size_t length = strlen(fault_cases[0].name);
    char text[64];

    (void)state;
    assert_int_equal(armvirt_text_fault(fault, NULL, 0), length);
    for (size_t cap = 1; cap <= length + 1; cap++) {
        memset(text, '#', sizeof(text));
        assert_int_equal(armvirt_text_fault(fault, text, cap), length);
        assert_int_equal(strlen(text), cap - 1);
        assert_memory_equal(text, fault_cases[0].name, cap - 1);
        assert_int_equal(text[cap], '#');
    }
}

static void test_every_reason_has_a_name_a_clause_and_a_rule(void **state)
{
    (void)state;
    assert_string_equal(armvirt_reason_name(ARMVIRT_REASON_DESC_INVALID), "DESC_INVALID");
    assert_string_equal(armvirt_reason_rule(ARMVIRT_REASON_NONE), "");
    for (unsigned reason = 1; reason < ARMVIRT_REASON_COUNT; reason++) {
        assert_true(armvirt_reason_name(reason)[0] != '\0');
        assert_true(armvirt_reason_text(reason)[0] != '\0');
        assert_true(armvirt_reason_rule(reason)[0] >= 'A' && armvirt_reason_rule(reason)[0] <= 'Z');
    }
    assert_string_equal(armvirt_reason_name(ARMVIRT_REASON_COUNT), "unknown");
    assert_string_equal(armvirt_reason_text(ARMVIRT_REASON_COUNT), "unknown");
    assert_string_equal(armvirt_reason_rule(ARMVIRT_REASON_COUNT), "unknown");
}

/* A function that names enumerators, and how many there are. */
struct namer_case {
    const char *name;
    const char *(*namer)(unsigned value);
    unsigned count;
};

static const struct namer_case namer_cases[] = {
    {"fault types", armvirt_fault_type_name, ARMVIRT_FAULT_UNSUPPORTED_ATOMIC + 1},
    {"regimes", armvirt_regime_name, ARMVIRT_REGIME_EL3 + 1},
    {"formats", armvirt_format_name, ARMVIRT_FORMAT_SHORT + 1},
    {"access kinds", armvirt_access_kind_name, ARMVIRT_ACCESS_KINDS},
    {"step kinds", armvirt_step_kind_name, ARMVIRT_STEP_GPT + 1},
};

static void test_all_have_names_of_their_own(void **state)
{
    const struct namer_case *c = *state;

    for (unsigned i = 0; i < c->count; i++) {
        assert_string_not_equal(c->namer(i), "unknown");
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(c->namer(i), c->namer(j));
        }
    }
    assert_string_equal(c->namer(c->count), "unknown");
    assert_string_equal(c->namer(UINT32_MAX), "unknown");
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_attr, attr_cases);
    SUITE_ADD(&suite, test_attr_of_any_byte);
    SUITE_ADD_ROWS(&suite, test_perm, perm_cases);
    SUITE_ADD_ROWS(&suite, test_fault, fault_cases);
    SUITE_ADD(&suite, test_text_is_cut_as_snprintf_cuts);
    SUITE_ADD(&suite, test_every_reason_has_a_name_a_clause_and_a_rule);
    SUITE_ADD_ROWS(&suite, test_all_have_names_of_their_own, namer_cases);
    return suite_run(&suite, "text.walk_words");
}
