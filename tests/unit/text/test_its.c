/* SPDX-License-Identifier: MIT */
/* Commands, errors, entries and ways of an ITS in words (IHI0069 5.2, 5.3). */
#include "suite.h"

#include <armvirt/regs/its.h>
#include <armvirt/text_its.h>

#include <string.h>

#define DEV(n)   ((uint64_t)(n) << 32)
#define VPE(n)   ((uint64_t)(n) << 32)
#define RD(n)    ((uint64_t)(n) << 16)
#define INTID(n) ((uint64_t)(n) << 32)
#define VALID    (UINT64_C(1) << 63)

struct command_case {
    const char *name; /* of the test and the line */
    uint64_t word[4];
};

static const struct command_case command_cases[] = {
    {"MOVI device=0x10 event=0x2 collection=3", {0x01 | DEV(0x10), 2, 3, 0}},
    {"INT device=0x10 event=0x2", {0x03 | DEV(0x10), 2, 0, 0}},
    {"SYNC rdbase=7", {0x05, 0, RD(7), 0}},
    {"MAPD device=0x8 size=4 itt=0x12300 valid=1", {0x08 | DEV(8), 4, VALID | 0x12300, 0}},
    {"MAPC collection=2 rdbase=1 valid=0", {0x09, 0, RD(1) | 2, 0}},
    {"MAPTI device=0x10 event=0x1 intid=8198 collection=5",
     {0x0a | DEV(0x10), INTID(8198) | 1, 5, 0}},
    {"MOVALL rdbase=1 rdbase2=2", {0x0e, 0, RD(1), RD(2)}},
    {"VMOVI device=0x1 event=0x2 vpe=5 doorbell_valid=1 doorbell=9000",
     {0x21 | DEV(1), VPE(5) | 2, INTID(9000) | 1, 0}},
    {"VSGI vpe=5 sgi=13 priority=0xa0 group=1 enable=1 clear=0",
     {0x23 | UINT64_C(0xd00a00500), VPE(5), 0, 0}},
    {"VMAPP vpe=5 rdbase=1 vpt=0x110000 vpt_size=15 valid=1",
     {0x29, VPE(5), VALID | RD(1), 0x110000 | 15}},
    {"VMAPTI device=0x1 event=0x4 vpe=5 vintid=8200 doorbell=9000",
     {0x2a | DEV(1), VPE(5) | 4, INTID(9000) | 8200, 0}},
    {"command 0xee 0xee 0x1 0x2 0x3", {0xee, 1, 2, 3}},
};

static void test_command(void **state)
{
    const struct command_case *c = *state;
    char text[160];

    assert_int_equal(armvirt_text_its_command(c->word, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
    assert_int_equal(armvirt_text_its_command(c->word, NULL, 0), strlen(c->name));
}

struct error_case {
    const char *name; /* of the test and the error */
    uint32_t code;
};

static const struct error_case error_cases[] = {
    {"MAPD_DEVICE_OOR", 0x010801},
    {"MAPD_ITTSIZE_OOR", 0x010802},
    {"MAPC_PROCNUM_OOR", 0x010902},
    {"MOVALL_PROCNUM_OOR", 0x010e01},
    {"CLEAR_UNMAPPED_INTERRUPT", 0x010507}, /* the number of CLEAR among errors is not its opcode */
    {"VMAPTI_VIRTUALID_OOR", 0x012a13},
    {"VMOVI_CMDVCPU_INVALID", 0x012117},
    {"VSYNC_VCPU_INVALID", 0x012514},
    {"0x0108ff", 0x0108ff},
    {"0x010818", 0x010818},
    {"0x01080a", 0x01080a},
    {"0x01ee01", 0x01ee01},
    {"0x020801", 0x020801},
    {"0x000000", 0},
};

static void test_error(void **state)
{
    const struct error_case *c = *state;
    char text[64];

    assert_int_equal(armvirt_text_its_error(c->code, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
}

struct entry_case {
    const char *name; /* of the test and the line */
    struct armvirt_its_entry entry;
};

static const struct entry_case entry_cases[] = {
    {"collection entry in the ITS", {.kind = ARMVIRT_ITS_STEP_COLLECTION}},
    {"device table, level 1 at 0x1000: 0x8000000000020000",
     {.pa = 0x1000, .word = {VALID | 0x20000}, .kind = ARMVIRT_ITS_STEP_DEVICE_L1, .bytes = 8}},
    {"event entry at 0x50020: 0x2008 0x3ff",
     {.pa = 0x50020, .word = {0x2008, 0x3ff}, .kind = ARMVIRT_ITS_STEP_EVENT, .bytes = 12}},
    {"vPE entry at 0x60000: 0x1 0x2",
     {.pa = 0x60000, .word = {1, 2}, .kind = ARMVIRT_ITS_STEP_VPE, .bytes = 16}},
};

static void test_entry(void **state)
{
    const struct entry_case *c = *state;
    char text[128];

    assert_int_equal(armvirt_text_its_entry(&c->entry, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
}

struct route_case {
    const char *name; /* of the test and the line */
    struct armvirt_its_route route;
};

static const struct route_case route_cases[] = {
    {"device 0x10 event 1: LPI 8198, collection 3, PE 2",
     {.device = 0x10, .event = 1, .physical = true, .intid = 8198, .icid = 3, .pe = 2}},
    {"device 0x1 event 3: dropped, no MAPTI or MAPI maps the event",
     {.device = 1, .event = 3, .reason = ARMVIRT_ITS_EVENT_UNMAPPED}},
    {"device 0x1 event 4: virtual LPI 8200, vPE 5 on PE 1, doorbell 9000",
     {.device = 1, .event = 4, .intid = 8200, .doorbell = 9000, .vpe = {.vpeid = 5, .pe = 1}}},
    {"device 0x1 event 5: virtual LPI 8201, vPE 5 on PE 1",
     {.device = 1,
      .event = 5,
      .intid = 8201,
      .doorbell = ARMVIRT_LPI_NO_DOORBELL,
      .vpe = {.vpeid = 5, .pe = 1}}},
};

static void test_route(void **state)
{
    const struct route_case *c = *state;
    char text[128];

    assert_int_equal(armvirt_text_its_route(&c->route, text, sizeof(text)), strlen(c->name));
    assert_string_equal(text, c->name);
}

static void names_of_any_number(void **state)
{
    (void)state;
    for (unsigned reason = 0; reason < ARMVIRT_ITS_REASON_COUNT; reason++) {
        assert_string_not_equal(armvirt_its_reason_name(reason), "unknown");
        assert_true(strlen(armvirt_its_reason_text(reason)) > 10);
    }
    assert_string_equal(armvirt_its_reason_name(ARMVIRT_ITS_PE_RANGE), "PE_RANGE");
    assert_string_equal(armvirt_its_reason_name(ARMVIRT_ITS_REASON_COUNT), "unknown");
    assert_string_equal(armvirt_its_reason_text(ARMVIRT_ITS_REASON_COUNT), "unknown");
    assert_string_equal(armvirt_its_command_name(ARMVIRT_ITS_INVDB), "INVDB");
    assert_string_equal(armvirt_its_command_name(0), "unknown");
    assert_string_equal(armvirt_its_step_kind_name(99), "unknown");
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_command, command_cases);
    SUITE_ADD_ROWS(&suite, test_error, error_cases);
    SUITE_ADD_ROWS(&suite, test_entry, entry_cases);
    SUITE_ADD_ROWS(&suite, test_route, route_cases);
    SUITE_ADD(&suite, names_of_any_number);
    return suite_run(&suite, "text.its");
}
