/* SPDX-License-Identifier: MIT */
/*
 * Verdicts on accesses to system registers in words.
 */
#include "suite.h"

#include <armvirt/text_sysreg.h>

#include <string.h>

struct text_case {
    const char *name;
    struct armvirt_sysreg_verdict verdict;
    const char *text;
};

#define SCTLR_EL1 ARMVIRT_SYSREG(3, 0, 1, 0, 0)

static const struct text_case cases[] = {
    {"done", {.reg = SCTLR_EL1, .kind = ARMVIRT_SYSREG_DONE}, "reaches SCTLR_EL1"},
    {"bank", {.reg = ARMVIRT_SYSREG_NONE, .kind = ARMVIRT_SYSREG_DONE}, "reaches the bank in use"},
    {"without_a_name",
     {.reg = ARMVIRT_SYSREG(3, 0, 15, 2, 1), .kind = ARMVIRT_SYSREG_DONE},
     "reaches S3_0_C15_C2_1"},
    {"selected",
     {.reg = SCTLR_EL1, .kind = ARMVIRT_SYSREG_SELECTED},
     "reaches SCTLR_EL1, the one selected"},
    {"virtual", {.kind = ARMVIRT_SYSREG_VIRTUAL}, "reaches the virtual CPU interface"},
    {"memory",
     {.kind = ARMVIRT_SYSREG_MEMORY, .offset = 0x78},
     "is an access to memory at VNCR_EL2.BADDR + 0x078"},
    {"nop", {.kind = ARMVIRT_SYSREG_NOP}, "does nothing"},
    {"undefined", {.kind = ARMVIRT_SYSREG_UNDEFINED}, "is UNDEFINED"},
    {"trap",
     {.kind = ARMVIRT_SYSREG_TRAP, .target_el = 2, .ec = 0x18, .iss = 0x300400},
     "is trapped to EL2, EC 0x18, ISS 0x300400"},
    {"halt", {.kind = ARMVIRT_SYSREG_HALT}, "enters Debug state"},
};

static void verdict_in_words(void **state)
{
    const struct text_case *c = *state;
    char text[128], cut[8];

    assert_int_equal(armvirt_text_sysreg(&c->verdict, text, sizeof(text)), strlen(c->text));
    assert_string_equal(text, c->text);
    assert_int_equal(armvirt_text_sysreg(&c->verdict, NULL, 0), strlen(c->text));
    armvirt_text_sysreg(&c->verdict, cut, sizeof(cut));
    assert_int_equal(strlen(cut), sizeof(cut) - 1);
}

static void the_cause_is_said(void **state)
{
    struct armvirt_sysreg_verdict verdict = {.kind = ARMVIRT_SYSREG_UNDEFINED, .cause = 1};
    char with[128], without[128];

    (void)state;
    armvirt_text_sysreg(&verdict, without, sizeof(without));
    verdict.cause_holds = true;
    armvirt_text_sysreg(&verdict, with, sizeof(with));
    assert_non_null(strstr(without, ": not "));
    assert_non_null(strstr(with, armvirt_sysreg_cause_name(1)));
    assert_null(strstr(with, "not "));
    assert_string_equal(armvirt_sysreg_cause_name(0), "");
    assert_string_equal(armvirt_sysreg_cause_name(UINT16_MAX), "");
}

struct find_case {
    const char *name;
    uint32_t reg;
};

/* C5.1.4.8: S<op0>_<op1>_<Cn>_<Cm>_<op2> names any encoding. */
static const struct find_case find_cases[] = {
    {"SCTLR_EL1", SCTLR_EL1},
    {"sctlr_el1", SCTLR_EL1},
    {"tlbi vmalle1is", ARMVIRT_SYSREG(1, 0, 8, 3, 0)},
    {"DBGDTRTX_EL0", ARMVIRT_SYSREG(2, 3, 0, 5, 0)},
    {"RVBAR", ARMVIRT_CP(15, 0, 12, 0, 1)},
    {"CNTP_CTL", ARMVIRT_CP(15, 0, 14, 2, 1)},
    {"cnthv_cval", ARMVIRT_CP64(15, 3, 14)},
    {"S3_0_C15_C2_1", ARMVIRT_SYSREG(3, 0, 15, 2, 1)},
    {"s3_7_c15_c15_7", ARMVIRT_SYSREG(3, 7, 15, 15, 7)},
    {"S4_0_C15_C2_1", ARMVIRT_SYSREG_NONE},
    {"S3_8_C15_C2_1", ARMVIRT_SYSREG_NONE},
    {"S3_0_C16_C2_1", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_C99999999999_1", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_C2_8", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_C2_1x", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_C2_", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_C2_~", ARMVIRT_SYSREG_NONE},
    {"S3_0_C15_D2_1", ARMVIRT_SYSREG_NONE},
    {"SCTLR_EL", ARMVIRT_SYSREG_NONE},
    {"SCTLR_EL11", ARMVIRT_SYSREG_NONE},
    {"{SCTLR", ARMVIRT_SYSREG_NONE},
    {"", ARMVIRT_SYSREG_NONE},
};

static void a_name_is_found_in_any_case(void **state)
{
    const struct find_case *c = *state;

    assert_int_equal(armvirt_sysreg_find(c->name), c->reg);
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(armvirt_sysreg_kind_name(ARMVIRT_SYSREG_DONE), "done");
    assert_string_equal(armvirt_sysreg_kind_name(ARMVIRT_SYSREG_TRAP), "trap");
    assert_string_equal(armvirt_sysreg_kind_name(ARMVIRT_SYSREG_HALT), "halt");
    assert_string_equal(armvirt_sysreg_kind_name(ARMVIRT_SYSREG_HALT + 1), "unknown");
    assert_null(armvirt_sysreg_name(ARMVIRT_SYSREG_NONE));
    assert_null(armvirt_sysreg_name(0x18200));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, verdict_in_words, cases);
    SUITE_ADD_ROWS(&suite, a_name_is_found_in_any_case, find_cases);
    SUITE_ADD(&suite, the_cause_is_said);
    SUITE_ADD(&suite, kinds_have_names);
    return suite_run(&suite, "text.sysreg");
}
