/* SPDX-License-Identifier: MIT */
/* Aborts taken to AArch32: DFSR and IFSR in both formats. DDI0487 G8.2.47, G8.2.103, J1.2.2. */
#include <armvirt/abort.h>

#include "suite.h"

struct aarch32_row {
    const char *name;
    uint8_t format, kind;
    struct armvirt_abort_context context;
    struct armvirt_fault fault;
    uint64_t fsr;
};

#define SHORT ARMVIRT_FORMAT_SHORT
#define LPAE  ARMVIRT_FORMAT_LPAE

static const struct aarch32_row aarch32_rows[] = {
    {"Short: Translation level 1", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 1, .level = 1}, .fsr = 0x005},
    {"Short: Translation level 2, domain", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 1, .level = 2, .domain = 0xa},
     .fsr = 0x0a7},
    {"Short: Permission of a store", SHORT, ARMVIRT_WRITE,
     .fault = {.type = ARMVIRT_FAULT_PERMISSION, .stage = 1, .level = 2, .write = true},
     .fsr = 0x80f},
    {"Short: Domain level 1", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_DOMAIN, .stage = 1, .level = 1, .domain = 3}, .fsr = 0x039},
    {"Short: Domain level 2", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_DOMAIN, .stage = 1, .level = 2, .domain = 3}, .fsr = 0x03b},
    {"Short: Access flag level 1", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_ACCESS_FLAG, .stage = 1, .level = 1}, .fsr = 0x003},
    {"Short: Access flag level 2", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_ACCESS_FLAG, .stage = 1, .level = 2}, .fsr = 0x006},
    {"Short: Alignment", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_ALIGNMENT, .stage = 1}, .fsr = 0x001},
    {"Short: external abort on a walk, ExT",
     SHORT,
     ARMVIRT_READ,
     {.ea = true},
     .fault = {.type = ARMVIRT_FAULT_EXTERNAL_ON_WALK, .stage = 1, .level = 2},
     .fsr = 0x100e},
    {"Short: cache maintenance", SHORT, ARMVIRT_DC_CLEAN,
     .fault = {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 1, .level = 1}, .fsr = 0x2805},
    {"Short: fetch, IFSR has no domain and no WnR", SHORT, ARMVIRT_FETCH,
     .fault = {.type = ARMVIRT_FAULT_PERMISSION, .stage = 1, .level = 1, .domain = 3},
     .fsr = 0x00d},
    {"Short: FS[4] stands in bit 10", SHORT, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_UNSUPPORTED_ATOMIC, .stage = 1}, .fsr = 0x405},
    {"Long: Translation level 3", LPAE, ARMVIRT_READ,
     .fault = {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 1, .level = 3}, .fsr = 0x207},
    {"Long: no domain", LPAE, ARMVIRT_WRITE,
     .fault =
         {.type = ARMVIRT_FAULT_PERMISSION, .stage = 1, .level = 2, .write = true, .domain = 3},
     .fsr = 0xa0e},
    {"Long: fetch", LPAE, ARMVIRT_FETCH,
     .fault = {.type = ARMVIRT_FAULT_ADDRESS_SIZE, .stage = 1, .level = 1}, .fsr = 0x201},
    {"Long: FnV",
     LPAE,
     ARMVIRT_READ,
     {.far_not_valid = true},
     .fault = {.type = ARMVIRT_FAULT_EXTERNAL},
     .fsr = 0x10210},
};

static void reports_to_aarch32(void **state)
{
    const struct aarch32_row *row = *state;
    struct armvirt_regime regime = {.el1_aarch32 = true, .s1 = {{.format = row->format}}};
    struct armvirt_access access = {.va = 0x89abcdef, .kind = row->kind};
    struct armvirt_abort abort;

    armvirt_abort(&regime, &row->context, &access, &row->fault, &abort);
    assert_true(abort.aarch32);
    assert_int_equal(abort.target_el, 1);
    assert_int_equal(abort.esr, row->fsr);
    assert_int_equal(abort.far, row->context.far_not_valid ? 0 : 0x89abcdef);
}

static void a_stage_2_fault_of_aarch32_is_reported_to_aarch64(void **state)
{
    struct armvirt_regime regime = {
        .el1_aarch32 = true, .el2_enabled = true, .s1 = {{.format = ARMVIRT_FORMAT_SHORT}}};
    struct armvirt_abort_context context = {.el = 1};
    struct armvirt_access access = {.va = 0x89abcdef};
    struct armvirt_fault fault = {
        .type = ARMVIRT_FAULT_TRANSLATION, .stage = 2, .level = 3, .ipa = 0x1234567000};
    struct armvirt_abort abort;

    (void)state;
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    assert_false(abort.aarch32);
    assert_int_equal(abort.target_el, 2);
    assert_int_equal(abort.esr, 0x92000007);
    assert_int_equal(abort.hpfar, 0x12345670);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, reports_to_aarch32, aarch32_rows);
    SUITE_ADD(&suite, a_stage_2_fault_of_aarch32_is_reported_to_aarch64);
    return suite_run(&suite, "aborts to AArch32");
}
