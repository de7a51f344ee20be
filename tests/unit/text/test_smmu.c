/* SPDX-License-Identifier: MIT */
/* Events, structures, commands and global errors of an SMMU in words (IHI0070 4, 5, 7). */
#include "suite.h"

#include <armvirt/text_smmu.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SSV (1u << 11)

struct event_case {
    const char *name;
    uint64_t event[4];
    const char *line;
    const char *advice; /* a part of it */
};

#define WORD0(type, sid, low) ((uint64_t)(sid) << 32 | (low) | (type))
#define RNW                   (UINT64_C(1) << 35)
#define IND                   (UINT64_C(1) << 34)
#define PNU                   (UINT64_C(1) << 33)
#define STALL                 (UINT64_C(1) << 31)
#define S2                    (UINT64_C(1) << 39)
#define CD                    (UINT64_C(0) << 40)
#define TT                    (UINT64_C(1) << 40)
#define IN                    (UINT64_C(2) << 40)
#define TTRNW                 (UINT64_C(1) << 44)
#define DIRTY                 (UINT64_C(7) << 45)

static const struct event_case events[] = {
    {"7.3.2 F_UUT",
     {WORD0(1, 8, 0), RNW, 0x123, 0},
     "F_UUT (0x01): stream 0x8, unprivileged data read at 0x123",
     "does not support"},
    {"7.3.3 C_BAD_STREAMID",
     {WORD0(2, 0x12345, SSV | 5 << 12), 0, 0, 0},
     "C_BAD_STREAMID (0x02): stream 0x12345, substream 0x5",
     "LOG2SIZE"},
    {"7.3.4 F_STE_FETCH",
     {WORD0(3, 8, 0), 0, 0, 0x4000f8},
     "F_STE_FETCH (0x03): stream 0x8, fetch from 0x4000f8",
     "STRTAB_BASE"},
    {"7.3.5 C_BAD_STE", {WORD0(4, 8, 0), 0, 0, 0}, "C_BAD_STE (0x04): stream 0x8", "V is 0"},
    {"7.3.6 F_BAD_ATS_TREQ",
     {WORD0(5, 8, 0), UINT64_C(0xb0000001), 0x1000, 0},
     "F_BAD_ATS_TREQ (0x05): stream 0x8, privileged request to read, execute at 0x1000",
     "EATS"},
    {"7.3.6 F_BAD_ATS_TREQ to write",
     {WORD0(5, 8, 0), UINT64_C(0xc0000001), 0x1000, 0},
     "F_BAD_ATS_TREQ (0x05): stream 0x8, unprivileged request to read, write at 0x1000",
     "EATS"},
    {"7.3.7 F_STREAM_DISABLED has no SubstreamID",
     {WORD0(6, 8, SSV | 5 << 12), 0, 0, 0},
     "F_STREAM_DISABLED (0x06): stream 0x8",
     "S1DSS"},
    {"7.3.8 F_TRANSL_FORBIDDEN",
     {WORD0(7, 8, 0), 0, 0x1000, 0},
     "F_TRANSL_FORBIDDEN (0x07): stream 0x8, unprivileged data write at 0x1000",
     "EATS"},
    {"7.3.9 C_BAD_SUBSTREAMID has no SSV",
     {WORD0(8, 8, 5 << 12), 0, 0, 0},
     "C_BAD_SUBSTREAMID (0x08): stream 0x8, substream 0x5",
     "S1CDMax"},
    {"7.3.10 F_CD_FETCH",
     {WORD0(9, 8, 0), 0, 0, 0x1040},
     "F_CD_FETCH (0x09): stream 0x8, fetch from 0x1040",
     "S1ContextPtr"},
    {"7.3.11 C_BAD_CD",
     {WORD0(0xa, 8, SSV), 0, 0, 0},
     "C_BAD_CD (0x0a): stream 0x8, substream 0x0",
     "CMD_CFGI_CD"},
    {"7.3.12 F_WALK_EABT",
     {WORD0(0xb, 8, 0), TT | RNW, 0x1000, 0x2008},
     "F_WALK_EABT (0x0b): stream 0x8, unprivileged data read at 0x1000, stage 1, for a stage 1 "
     "table, fetch "
     "from 0x2008",
     "stage 1 table"},
    {"7.3.12 F_WALK_EABT of stage 2",
     {WORD0(0xb, 8, 0), IN | S2 | RNW, 0x1000, 0x2008},
     "F_WALK_EABT (0x0b): stream 0x8, unprivileged data read at 0x1000, stage 2, fetch from 0x2008",
     "S2TTB"},
    {"7.3.13 F_TRANSLATION",
     {WORD0(0x10, 8, 0), IN, 0xdead000, 0},
     "F_TRANSLATION (0x10): stream 0x8, unprivileged data write at 0xdead000, stage 1",
     "unmapped"},
    {"7.3.13 F_TRANSLATION, stalled",
     {WORD0(0x10, 8, SSV | 1 << 12), IN | STALL | 0x12, 0xdead000, 0},
     "F_TRANSLATION (0x10): stream 0x8, substream 0x1, unprivileged data write at 0xdead000, stage "
     "1; stalled with "
     "STAG 0x12",
     "unmapped"},
    {"7.3.13 F_TRANSLATION of stage 2",
     {WORD0(0x10, 8, 0), IN | S2, 0x1000, 0x80001000},
     "F_TRANSLATION (0x10): stream 0x8, unprivileged data write at 0x1000, stage 2 at IPA "
     "0x80001000",
     "doorbell"},
    {"7.3.13 F_TRANSLATION for a table",
     {WORD0(0x10, 8, 0), TT | S2, 0x1000, 0x80001000},
     "F_TRANSLATION (0x10): stream 0x8, unprivileged data write at 0x1000, stage 2, for a stage 1 "
     "table at IPA "
     "0x80001000",
     "stage 1 table of the guest"},
    {"7.3.13 F_TRANSLATION for a CD",
     {WORD0(0x10, 8, 0), CD | S2, 0x1000, 0x80001000},
     "F_TRANSLATION (0x10): stream 0x8, unprivileged data write at 0x1000, stage 2, for a context "
     "descriptor at "
     "IPA 0x80001000",
     "S1ContextPtr"},
    {"7.3.14 F_ADDR_SIZE",
     {WORD0(0x11, 8, 0), IN, 1, 0},
     "F_ADDR_SIZE (0x11): stream 0x8, unprivileged data write at 0x1, stage 1",
     "IPS"},
    {"7.3.14 F_ADDR_SIZE of stage 2",
     {WORD0(0x11, 8, 0), IN | S2, 1, 0x1000},
     "F_ADDR_SIZE (0x11): stream 0x8, unprivileged data write at 0x1, stage 2 at IPA 0x1000",
     "S2PS"},
    {"7.3.15 F_ACCESS",
     {WORD0(0x12, 8, 0), IN, 1, 0},
     "F_ACCESS (0x12): stream 0x8, unprivileged data write at 0x1, stage 1",
     "CD.HA"},
    {"7.3.15 F_ACCESS of stage 2",
     {WORD0(0x12, 8, 0), IN | S2, 1, 0},
     "F_ACCESS (0x12): stream 0x8, unprivileged data write at 0x1, stage 2 at IPA 0x0",
     "S2HA"},
    {"7.3.16 F_PERMISSION of a write",
     {WORD0(0x13, 8, 0), IN, 1, 0},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data write at 0x1, stage 1",
     "not writable"},
    {"7.3.16 F_PERMISSION of a read",
     {WORD0(0x13, 8, 0), IN | RNW, 1, 0},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data read at 0x1, stage 1",
     "PRIVCFG"},
    {"7.3.16 F_PERMISSION of a privileged read",
     {WORD0(0x13, 8, 0), IN | RNW | PNU, 1, 0},
     "F_PERMISSION (0x13): stream 0x8, privileged data read at 0x1, stage 1",
     "PAN"},
    {"7.3.16 F_PERMISSION of a fetch",
     {WORD0(0x13, 8, 0), IN | RNW | IND, 1, 0},
     "F_PERMISSION (0x13): stream 0x8, unprivileged instruction read at 0x1, stage 1",
     "INSTCFG"},
    {"7.3.16 F_PERMISSION of stage 2",
     {WORD0(0x13, 8, 0), IN | S2 | DIRTY, 1, 0x1000},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data write at 0x1, stage 2 at IPA 0x1000, by "
     "the dirty state, by an "
     "overlay, by AssuredOnly",
     "S2AP"},
    {"7.3.16 TTRnW: a table that cannot be read",
     {WORD0(0x13, 8, 0), TT | S2 | TTRNW, 1, 0x1000},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data write at 0x1, stage 2, for a stage 1 "
     "table at IPA 0x1000",
     "read a stage 1 table"},
    {"7.3.16 TTRnW: a table that cannot be written",
     {WORD0(0x13, 8, 0), TT | S2, 1, 0x1000},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data write at 0x1, stage 2, for a stage 1 "
     "table at IPA 0x1000",
     "set a flag"},
    {"7.3.16 F_PERMISSION for a CD",
     {WORD0(0x13, 8, 0), CD | S2, 1, 0x1000},
     "F_PERMISSION (0x13): stream 0x8, unprivileged data write at 0x1, stage 2, for a context "
     "descriptor at IPA 0x1000",
     "context descriptor"},
    {"7.3.17 F_TLB_CONFLICT",
     {WORD0(0x20, 8, 0), IN, 1, 0},
     "F_TLB_CONFLICT (0x20): stream 0x8, unprivileged data write at 0x1, stage 1",
     "break-before-make"},
    {"7.3.18 F_CFG_CONFLICT",
     {WORD0(0x21, 8, 0), 0, 0, 0},
     "F_CFG_CONFLICT (0x21): stream 0x8",
     "CONT"},
    {"7.3.19 E_PAGE_REQUEST",
     {WORD0(0x24, 8, 0), UINT64_C(3) << 44 | UINT64_C(1) << 38 | UINT64_C(1) << 35, 0x1000, 0},
     "E_PAGE_REQUEST (0x24): stream 0x8, 3 pages from 0x1000, for pW uR",
     "hint"},
    {"7.3.19 E_PAGE_REQUEST for everything",
     {WORD0(0x24, 8, 0), UINT64_C(0xff0ee) << 32, 0, 0},
     "E_PAGE_REQUEST (0x24): stream 0x8, 255 pages from 0x0, for pR pW pX uR uW uX",
     "hint"},
    {"3.25.3 GPCF",
     {WORD0(3, 8, 0), 1 << 16, 0, 0x1000},
     "F_STE_FETCH (0x03): stream 0x8, fetch from 0x1000, which granule protection refuses",
     "GPF_FAR"},
    {"7.3.20 F_VMS_FETCH",
     {WORD0(0x25, 8, 0), 0, 0, 0x1000},
     "F_VMS_FETCH (0x25): stream 0x8, fetch from 0x1000",
     "VMSPtr"},
    {"IMPLEMENTATION DEFINED",
     {WORD0(0xe0, 8, 0), 0, 0, 0},
     "unknown (0xe0): stream 0x8",
     "IMPLEMENTATION DEFINED"},
    {"reserved, above those",
     {WORD0(0xf0, 8, 0), 0, 0, 0},
     "unknown (0xf0): stream 0x8",
     "A reserved event type"},
    {"reserved", {WORD0(0, 0, 0), 0, 0, 0}, "unknown (0x00): stream 0x0", "reserved"},
};

static void event_in_words(void **state)
{
    const struct event_case *c = *state;
    char text[256], cut[8];
    size_t len = armvirt_text_smmu_event(c->event, text, sizeof(text));

    assert_string_equal(text, c->line);
    assert_int_equal(len, strlen(c->line));
    assert_int_equal(armvirt_text_smmu_event(c->event, NULL, 0), len);
    assert_int_equal(armvirt_text_smmu_event(c->event, cut, sizeof(cut)), len);
    assert_memory_equal(cut, c->line, sizeof(cut) - 1);
    assert_non_null(strstr(armvirt_smmu_event_advice(c->event), c->advice));
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(armvirt_smmu_reason_name(ARMVIRT_SMMU_REASON_STE_V), "STE_V");
    assert_string_equal(armvirt_smmu_reason_text(ARMVIRT_SMMU_REASON_CD_V), "CD.V is 0");
    assert_string_equal(armvirt_smmu_reason_rule(ARMVIRT_SMMU_REASON_CD_V), "5.4.2");
    assert_string_equal(armvirt_smmu_reason_name(ARMVIRT_SMMU_REASON_COUNT), "unknown");
    assert_string_equal(armvirt_smmu_id_rule_text(ARMVIRT_SMMU_ID_TTENDIAN), "reserved TTENDIAN");
    assert_string_equal(armvirt_smmu_id_rule_text(ARMVIRT_SMMU_ID_RULE_COUNT), "unknown");
    assert_string_equal(armvirt_smmu_event_name(0x10), "F_TRANSLATION");
    assert_string_equal(armvirt_smmu_event_name(0x110), "unknown");
    assert_string_equal(armvirt_smmu_command_name(0x46), "CMD_SYNC");
    assert_string_equal(armvirt_smmu_command_name(0x47), "unknown");
}

/* ---- Structures --------------------------------------------------------------------------- */

static void entries_and_descriptors(void **state)
{
    static const uint64_t ste[8] = {0x8000000040000ffd & ~UINT64_C(0xff0), 0, 0, 0, 0, 0, 0, 0};
    static const uint64_t cd[8] = {UINT64_C(0x5) << 48 | UINT64_C(1) << 31, UINT64_C(1) << 1};
    static const uint64_t nothing[8] = {0};
    char text[512] = "old";

    (void)state;
    armvirt_text_smmu_ste(ste, text, sizeof(text));
    assert_non_null(strstr(text, "STE0: S1CDMax[63:59]=0x10"));
    assert_non_null(strstr(text, "Config[3:1]=0x6 (S2)"));
    assert_null(strstr(text, "STE1"));
    armvirt_text_smmu_cd(cd, false, text, sizeof(text));
    assert_non_null(strstr(text, "CD0: ASID[63:48]=0x5"));
    assert_non_null(strstr(text, "HAD0[1]=0x1"));
    armvirt_text_smmu_cd(cd, true, text, sizeof(text));
    assert_non_null(strstr(text, "DisCH0[1]=0x1"));
    assert_int_equal(armvirt_text_smmu_ste(nothing, text, sizeof(text)), 0);
    assert_string_equal(text, "");
    assert_true(armvirt_text_smmu_cd(cd, true, NULL, 0) > 40);
}

struct command_case {
    uint64_t word[2];
    const char *begin, *part;
};

static void commands(void **state)
{
    static const struct command_case cases[] = {
        {{0x46, 0}, "CMD_SYNC (0x46):", ""},
        {{0x46 | 1 << 12, 0}, "CMD_SYNC (0x46): CS[13:12]=0x1 (IRQ)", ""},
        {{UINT64_C(8) << 32 | 3, 1}, "CMD_CFGI_STE (0x03): SID[63:32]=0x8", "Leaf[0]=0x1"},
        {{4, 31}, "CMD_CFGI_STE_RANGE (0x04):", "Range[4:0]=0x1f"},
        {{UINT64_C(5) << 48 | 0x12, 0x1000},
         "CMD_TLBI_NH_VA (0x12): ASID[63:48]=0x5",
         "Address[63:12]=0x1"},
        {{0x40, 0x1000 | 52}, "CMD_ATC_INV (0x40):", "Size[5:0]=0x34"},
        {{0x41, 2 << 12}, "CMD_PRI_RESP (0x41):", "Resp[13:12]=0x2 (SUCCESS)"},
        {{0x44 | 1 << 12, 7}, "CMD_RESUME (0x44):", "STAG[15:0]=0x7"},
        {{6, 5}, "CMD_CFGI_CD_ALL (0x06):", "word1=0x5"},
        {{0xff, 0}, "unknown (0xff):", ""},
    };
    char text[512];

    (void)state;
    for (size_t n = 0; n < COUNT_OF(cases); n++) {
        size_t len = armvirt_text_smmu_command(cases[n].word, text, sizeof(text));

        assert_int_equal(len, strlen(text));
        assert_memory_equal(text, cases[n].begin, strlen(cases[n].begin));
        assert_non_null(strstr(text, cases[n].part));
    }
}

static void global_errors(void **state)
{
    char text[2048];

    (void)state;
    assert_int_equal(armvirt_text_smmu_gerror(5, 5, 0, text, sizeof(text)), 0);
    assert_string_equal(text, "");
    armvirt_text_smmu_gerror(1, 0, 1u << 24 | 5, text, sizeof(text));
    assert_memory_equal(text, "CMDQ_ERR:", 9);
    assert_non_null(strstr(text, "CERROR_ILL"));
    armvirt_text_smmu_gerror(1, 0, 0x7fu << 24, text, sizeof(text));
    assert_non_null(strstr(text, "reserved error code"));
    armvirt_text_smmu_gerror(0, 4, 0, text, sizeof(text));
    assert_memory_equal(text, "EVENTQ_ABT_ERR:", 15);
    armvirt_text_smmu_gerror(0x7ff, 0, 0, text, sizeof(text));
    assert_non_null(strstr(text, "DPT_ERR"));
    assert_non_null(strstr(text, "SFM_ERR"));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, event_in_words, events);
    SUITE_ADD(&suite, names);
    SUITE_ADD(&suite, entries_and_descriptors);
    SUITE_ADD(&suite, commands);
    SUITE_ADD(&suite, global_errors);
    return suite_run(&suite, "an SMMU in words");
}
