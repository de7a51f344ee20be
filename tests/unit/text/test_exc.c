/* SPDX-License-Identifier: MIT */
/*
 * Words for exceptions. What armvirt-inspect prints of syndromes is in tests/inspect/cases/esr.txt.
 */
#include "../suite.h"

#include <armvirt/text_exc.h>

#include <stdbool.h>
#include <string.h>

static void every_enumerator_has_words(void **state)
{
    const char *rule;

    (void)state;
    for (unsigned i = 1; i < ARMVIRT_EXC_CAUSE_COUNT; i++) {
        assert_true(strlen(armvirt_exc_cause_text(i)) > 1);
    }
    assert_string_equal(armvirt_exc_cause_text(ARMVIRT_EXC_CAUSE_HCR_TSC), "HCR_EL2.TSC");
    assert_string_equal(armvirt_exc_cause_text(ARMVIRT_EXC_CAUSE_COUNT), "unknown");
    for (unsigned i = 0; i < ARMVIRT_EXC_SOURCES; i++) {
        assert_true(strlen(armvirt_exc_source_name(i)) > 1);
    }
    assert_string_equal(armvirt_exc_source_name(ARMVIRT_EXC_DSERROR), "delegated SError");
    assert_string_equal(armvirt_exc_source_name(ARMVIRT_EXC_SOURCES), "unknown");
    for (unsigned i = 0; i < ARMVIRT_EXC_RETURN_COUNT; i++) {
        assert_true(strlen(armvirt_exc_return_text(i, &rule)) > 1);
        assert_true(strlen(rule) > 4);
    }
    assert_string_equal(armvirt_exc_return_text(99, &rule), "unknown");
    assert_string_equal(rule, "");
    assert_string_equal(armvirt_exc_return_text(0, NULL), "legal");
    for (unsigned i = 0; i < ARMVIRT_ESR_CHECK_COUNT; i++) {
        assert_true(strlen(armvirt_esr_check_text(i)) > 1);
    }
    assert_string_equal(armvirt_esr_check_text(99), "unknown");
}

/* A class has words if a PE reports it. */
static void every_class_has_words(void **state)
{
    (void)state;
    for (unsigned ec = 0; ec < 70; ec++) {
        bool reported = false;

        for (unsigned el = 1; el <= 3; el++) {
            enum armvirt_esr_check check = armvirt_esr_check((uint64_t)(ec & 63) << 26, el);

            reported = reported || check != ARMVIRT_ESR_CHECK_EC;
        }
        assert_int_equal(reported && ec < 64, strcmp(armvirt_ec_text(ec), "reserved") != 0);
    }
}

static void fault_status_codes(void **state)
{
    static const struct {
        unsigned code;
        const char *text;
    } rows[] = {
        {0x07, "Translation fault, level 3"},
        {0x2b, "Translation fault, level -1"},
        {0x16, "synchronous External abort on the walk, level 2"},
        {0x21, "Alignment fault"},
        {0x28, "Granule Protection fault"},
        {0x3f, "reserved fault status code"},
    };
    struct armvirt_fsc fsc;
    char text[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        armvirt_fsc_decode(rows[i].code, &fsc);
        assert_int_equal(armvirt_text_fsc(&fsc, text, sizeof(text)), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    fsc.kind = 99;
    armvirt_text_fsc(&fsc, text, sizeof(text));
    assert_string_equal(text, "unknown");
}

/* Whatever ISS is: text that fits its length, and the same length without a buffer. */
static void any_syndrome(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (unsigned n = 0; n < 50000; n++) {
        char text[400], cut[8];
        size_t length;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        length = armvirt_text_iss(x, text, sizeof(text));
        assert_int_equal(length, strlen(text));
        assert_int_equal(armvirt_text_iss(x, NULL, 0), length);
        assert_int_equal(armvirt_text_iss(x, cut, sizeof(cut)), length);
        assert_memory_equal(cut, text, length < 7 ? length : 7);
    }
}

static void functions_by_identifier(void **state)
{
    static const struct {
        uint32_t id;
        const char *text;
    } rows[] = {
        {0x84000000, "PSCI_VERSION"},
        {0xc4000003, "PSCI_CPU_ON"},
        {0x84000015, "PSCI_SYSTEM_OFF2"},
        {0x84000016, "Standard Secure service 0x0016"},
        {0xc4000021, "SDEI_EVENT_REGISTER"},
        {0x84000053, "TRNG_RND"},
        {0x84000063, "FFA_VERSION"},
        {0xc4000073, "FFA_MEM_SHARE"},
        {0xc400008d, "FFA_MSG_SEND_DIRECT_REQ2"},
        {0x840000f2, "EM_CPU_ERRATUM_FEATURES"},
        {0xc400015c, "RMI_REC_ENTER"},
        {0xc4000156, "Standard Secure service 0x0156"},
        {0xc4000199, "RSI_HOST_CALL"},
        {0x80000001, "SMCCC_ARCH_FEATURES"},
        {0x80003fff, "SMCCC_ARCH_WORKAROUND_3"},
        {0x80008000, "SMCCC_ARCH_WORKAROUND_1"},
        {0x81000001, "CPU service 0x0001"},
        {0x82001234, "SiP service 0x1234"},
        {0x86000000, "Vendor Hypervisor service 0x0000"},
        {0x88000000, "reserved service 0x0000"},
        {0xb0000001, "Trusted Application service 0x0001"},
        {0xb2000001, "Trusted OS service 0x0001"},
        {0x12345678, "yielding call 0x12345678"},
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(armvirt_text_function(rows[i].id, text, sizeof(text)),
                         strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, every_enumerator_has_words);
    SUITE_ADD(&suite, every_class_has_words);
    SUITE_ADD(&suite, fault_status_codes);
    SUITE_ADD(&suite, any_syndrome);
    SUITE_ADD(&suite, functions_by_identifier);
    return suite_run(&suite, "text_exc");
}
