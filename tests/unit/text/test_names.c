/* SPDX-License-Identifier: MIT */
/* Names of statuses, spaces, accesses and bus answers, and events as text. */
#include <armvirt/fault.h>
#include <armvirt/its.h>
#include <armvirt/names.h>
#include <armvirt/text_gic.h>

#include <string.h>

#include "suite.h"

/* Casts a name function to one that takes any number. */
#define NAMER(what)                                                                                \
    static const char *name_##what(int value)                                                      \
    {                                                                                              \
        return armvirt_##what##_name((enum armvirt_##what)value);                                  \
    }

NAMER(status)
NAMER(space)
NAMER(mem_what)
NAMER(bus)

struct name_case {
    const char *name; /* of the test and of the value */
    const char *(*namer)(int value);
    int value;
};

static const struct name_case name_cases[] = {
    {"OK", name_status, ARMVIRT_OK},
    {"FAULT", name_status, ARMVIRT_FAULT},
    {"END", name_status, ARMVIRT_END},
    {"E_INVAL", name_status, ARMVIRT_E_INVAL},
    {"E_UNSUPPORTED", name_status, ARMVIRT_E_UNSUPPORTED},
    {"E_AGAIN", name_status, ARMVIRT_E_AGAIN},
    {"E_NOSPACE", name_status, ARMVIRT_E_NOSPACE},
    {"E_FORMAT", name_status, ARMVIRT_E_FORMAT},
    {"E_BUSY", name_status, ARMVIRT_E_BUSY},
    {"unknown", name_status, -99},
    {"Non-secure", name_space, ARMVIRT_SPACE_NONSECURE},
    {"Secure", name_space, ARMVIRT_SPACE_SECURE},
    {"Realm", name_space, ARMVIRT_SPACE_REALM},
    {"Root", name_space, ARMVIRT_SPACE_ROOT},
    {"unknown", name_space, 4},
    {"stage 1 descriptor", name_mem_what, ARMVIRT_MEM_STAGE1_DESC},
    {"stage 2 descriptor", name_mem_what, ARMVIRT_MEM_STAGE2_DESC},
    {"granule protection table entry", name_mem_what, ARMVIRT_MEM_GPT_ENTRY},
    {"LPI configuration", name_mem_what, ARMVIRT_MEM_LPI_CONFIG},
    {"LPI pending table", name_mem_what, ARMVIRT_MEM_LPI_PENDING},
    {"vPE configuration table entry", name_mem_what, ARMVIRT_MEM_VPE_TABLE},
    {"ITS command", name_mem_what, ARMVIRT_MEM_ITS_COMMAND},
    {"ITS table entry", name_mem_what, ARMVIRT_MEM_ITS_ENTRY},
    {"stream table", name_mem_what, ARMVIRT_MEM_SMMU_STREAM},
    {"context descriptor", name_mem_what, ARMVIRT_MEM_SMMU_CONTEXT},
    {"virtual machine structure", name_mem_what, ARMVIRT_MEM_SMMU_VMS},
    {"SMMU command", name_mem_what, ARMVIRT_MEM_SMMU_COMMAND},
    {"SMMU event", name_mem_what, ARMVIRT_MEM_SMMU_EVENT},
    {"page request", name_mem_what, ARMVIRT_MEM_SMMU_PRI},
    {"SMMU interrupt message", name_mem_what, ARMVIRT_MEM_SMMU_MSI},
    {"device permission table entry", name_mem_what, ARMVIRT_MEM_SMMU_DPT},
    {"unknown", name_mem_what, 255},
    {"OK", name_bus, ARMVIRT_BUS_OK},
    {"ABORT", name_bus, ARMVIRT_BUS_ABORT},
    {"RETRY", name_bus, ARMVIRT_BUS_RETRY},
    {"RACE", name_bus, ARMVIRT_BUS_RACE},
    {"unknown", name_bus, 4},
};

static void test_name(void **state)
{
    const struct name_case *c = *state;

    assert_string_equal(c->namer(c->value), c->name);
}

struct event_case {
    const char *name;
    struct armvirt_event event;
    const char *text;
};

static const struct event_case event_cases[] = {
    {"a descriptor: stage and level decimal, others hexadecimal",
     {ARMVIRT_EV_PT_DESC, 0, 0, {1, 3, 0x40081000, 0x40082003}},
     "#0 PT_DESC stage=1 level=3 pa=0x40081000 desc=0x40082003"},
    {"a level is signed",
     {ARMVIRT_EV_PT_DESC, 0, 0, {1, UINT64_MAX, 0, UINT64_MAX}},
     "#0 PT_DESC stage=1 level=-1 pa=0x0 desc=0xffffffffffffffff"},
    {"the source comes first",
     {ARMVIRT_EV_PT_UPDATE, 65535, 0, {2, 2, 0x1000, 0x401}},
     "#65535 PT_UPDATE stage=2 level=2 pa=0x1000 new=0x401"},
    {"success is no reason",
     {ARMVIRT_EV_PT_RESULT, 1, 0, {0x400000, 0x80000000, 2, ARMVIRT_REASON_NONE}},
     "#1 PT_RESULT va=0x400000 pa=0x80000000 level=2 reason=NONE"},
    {"a reason has a name",
     {ARMVIRT_EV_PT_RESULT, 0, 0, {0x400000, 0, 3, ARMVIRT_REASON_AP_WRITE}},
     "#0 PT_RESULT va=0x400000 pa=0x0 level=3 reason=AP_WRITE"},
    {"a reason without a name is a number",
     {ARMVIRT_EV_PT_RESULT, 0, 0, {0, 0, 0, 0xfffff}},
     "#0 PT_RESULT va=0x0 pa=0x0 level=0 reason=0xfffff"},
    {"a granule protection table entry",
     {ARMVIRT_EV_GPT_ENTRY, 0, 0, {1, 0x2000, 0x9999999999999999, 0x80001000}},
     "#0 GPT_ENTRY level=1 pa=0x2000 entry=0x9999999999999999 checked_pa=0x80001000"},
    {"a PE and an INTID are decimal",
     {ARMVIRT_EV_GIC_ACK, 3, 0, {12, 8195, 0xa0, 1}},
     "#3 GIC_ACK pe=12 intid=8195 priority=0xa0 virtual=0x1"},
    {"a reason of an ITS has a name",
     {ARMVIRT_EV_ITS_MSI, 0, 0, {0x10, 1, 0, ARMVIRT_ITS_EVENT_UNMAPPED}},
     "#0 ITS_MSI device=0x10 event=0x1 intid=0 its_reason=EVENT_UNMAPPED"},
    {"a reason of an ITS without a name is a number",
     {ARMVIRT_EV_ITS_MSI, 0, 0, {0x10, 1, 8192, 0xff}},
     "#0 ITS_MSI device=0x10 event=0x1 intid=8192 its_reason=0xff"},
    {"an unknown event is a number and four words",
     {999, 2, 0, {0, 1, 2, UINT64_MAX}},
     "#2 EVENT_999 arg0=0x0 arg1=0x1 arg2=0x2 arg3=0xffffffffffffffff"},
};

static void test_event(void **state)
{
    const struct event_case *c = *state;
    char text[160];

    assert_int_equal(armvirt_text_event(&c->event, text, sizeof(text)), strlen(c->text));
    assert_string_equal(text, c->text);
}

static void a_line_is_cut_to_fit_and_its_whole_length_returned(void **state)
{
    const struct event_case *c = &event_cases[0];
    const size_t len = strlen(c->text);
    char text[160];

    (void)state;
    assert_int_equal(armvirt_text_event(&c->event, NULL, 0), len);
    for (size_t cap = 1; cap <= len + 1; cap++) {
        memset(text, '!', sizeof(text));
        assert_int_equal(armvirt_text_event(&c->event, text, cap), len);
        assert_int_equal(strlen(text), cap - 1);
        assert_memory_equal(text, c->text, cap - 1);
        assert_int_equal(text[cap], '!');
    }
}

static void every_reason_of_a_gic_has_words(void **state)
{
    (void)state;
    for (unsigned reason = 0; reason < ARMVIRT_GIC_REASON_COUNT; reason++) {
        assert_string_not_equal(armvirt_gic_reason_name(reason), "unknown");
        assert_true(strlen(armvirt_gic_reason_text(reason)) > 10);
        assert_true(strlen(armvirt_gic_reason_rule(reason)) >= 3);
    }
    assert_string_equal(armvirt_gic_reason_name(ARMVIRT_GIC_REASON_COUNT), "unknown");
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_name, name_cases);
    SUITE_ADD_ROWS(&suite, test_event, event_cases);
    SUITE_ADD(&suite, every_reason_of_a_gic_has_words);
    SUITE_ADD(&suite, a_line_is_cut_to_fit_and_its_whole_length_returned);
    return suite_run(&suite, "names and events");
}
