/* SPDX-License-Identifier: MIT */
/* PAR_EL1 and PAR: each field in each format. DDI0487 D24.2.142, G8.2.121. */
#include "pgtable/features.h"

#include <armvirt/at.h>

#include "suite.h"

#define ATTR(par)   ((par)[0] >> 56)
#define RME         ARMVIRT_BIT(FEAT_RME)
#define XS          ARMVIRT_BIT(FEAT_XS)
#define NSE_NS_MASK UINT64_C(0xa00)

static const struct armvirt_memattr write_back = {.mair = 0xff, .sh = ARMVIRT_SH_INNER, .xs = true};

/* ---- Attributes --------------------------------------------------------------------------- */

struct attr_row {
    const char *name;
    struct armvirt_memattr attr;
    uint8_t expected_attr, expected_sh;
};

static const struct attr_row attr_rows[] = {
    {"Write-Back as in MAIR, inner", {.mair = 0xff, .sh = 3, .xs = true}, 0xff, 3},
    {"Write-Back as in MAIR, outer", {.mair = 0xfe, .sh = 2, .xs = true}, 0xfe, 2},
    {"Write-Back as in MAIR, none", {.mair = 0x7f, .sh = 0, .xs = true}, 0x7f, 0},
    {"Device is Outer Shareable", {.mair = 0x00, .sh = 0, .xs = true}, 0x00, 2},
    {"Device without XS sets bit 0, nGnRnE", {.mair = 0x00, .sh = 2}, 0x01, 2},
    {"Device without XS sets bit 0, nGnRE", {.mair = 0x04, .sh = 2}, 0x05, 2},
    {"Device without XS sets bit 0, nGRE", {.mair = 0x08, .sh = 3}, 0x09, 2},
    {"Device without XS sets bit 0, GRE", {.mair = 0x0c, .sh = 2}, 0x0d, 2},
    {"Non-cacheable is Outer Shareable", {.mair = 0x44, .sh = 3, .xs = true}, 0x44, 2},
    {"Non-cacheable without XS is 0x40", {.mair = 0x44, .sh = 2}, 0x40, 2},
    {"Outer cacheable keeps its shareability", {.mair = 0xf4, .sh = 3, .xs = true}, 0xf4, 3},
    {"Write-Through RA without XS is 0xa0", {.mair = 0xaa, .sh = 0}, 0xa0, 0},
    {"Write-Through RA inner RWA without XS is 0xa0", {.mair = 0xab, .sh = 0}, 0xa0, 0},
    {"Write-Through RA with XS", {.mair = 0xaa, .sh = 0, .xs = true}, 0xaa, 0},
    {"Write-Through RWA has no encoding without XS", {.mair = 0xbb, .sh = 0}, 0xbb, 0},
    {"Write-Through over Write-Back has none either", {.mair = 0xae, .sh = 0}, 0xae, 0},
    {"Tagged", {.mair = 0xff, .sh = 3, .tag = ARMVIRT_ALLOCATION_TAGGED}, 0xf0, 3},
    {"Tagged NoTagAccess",
     {.mair = 0xff, .sh = 3, .tag = ARMVIRT_ALLOCATION_TAGGED, .no_tag_access = true},
     0xe0,
     3},
    {"Canonically tagged is not Tagged",
     {.mair = 0xff, .sh = 3, .tag = ARMVIRT_CANONICALLY_TAGGED, .xs = true},
     0xff,
     3},
};

static void encodes_attributes(void **state)
{
    const struct attr_row *row = *state;
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL2, .features = XS};
    struct armvirt_walk walk = {.pa = 0x123456789, .attr = row->attr};
    uint64_t par[2];

    armvirt_par(&regime, ARMVIRT_PAR_STAGE1, &walk, par);
    assert_int_equal(ATTR(par), row->expected_attr);
    assert_int_equal(par[0] >> 7 & 3, row->expected_sh);
    assert_int_equal(par[0] & ARMVIRT_BITS(55, 12), 0x123456000);
    assert_int_equal(par[0] & 1, 0);
    assert_int_equal(par[1], 0);
}

/* Only FEAT_XS has the encodings that say so. */
static void encodes_no_xs_without_the_feature(void **state)
{
    static const uint8_t mair[] = {0x00, 0x04, 0x08, 0x0c, 0x44, 0xaa};
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL2};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mair); i++) {
        struct armvirt_walk walk = {.attr = {.mair = mair[i], .xs = false}};
        uint64_t par[2];

        armvirt_par(&regime, ARMVIRT_PAR_STAGE1, &walk, par);
        assert_int_equal(ATTR(par), mair[i]);
    }
}

/* ---- NSE and NS --------------------------------------------------------------------------- */

struct space_row {
    const char *name;
    uint64_t features;
    uint8_t id, security, form, space;
    uint32_t options;
    uint64_t expected; /* bits 11 and 9 */
};

#define NS_ARE(nse, ns) ((nse) ? 0x800u : 0u) | ((ns) ? 0x200u : 0u)

static const struct space_row space_rows[] = {
    {"EL3 with RME, Secure", RME, ARMVIRT_REGIME_EL3, 3, 0, ARMVIRT_SPACE_SECURE, 0, NS_ARE(0, 0)},
    {"EL3 with RME, Non-secure", RME, ARMVIRT_REGIME_EL3, 3, 0, ARMVIRT_SPACE_NONSECURE, 0,
     NS_ARE(0, 1)},
    {"EL3 with RME, Root", RME, ARMVIRT_REGIME_EL3, 3, 0, ARMVIRT_SPACE_ROOT, 0, NS_ARE(1, 0)},
    {"EL3 with RME, Realm", RME, ARMVIRT_REGIME_EL3, 3, 0, ARMVIRT_SPACE_REALM, 0, NS_ARE(1, 1)},
    {"EL3 without RME, Secure", 0, ARMVIRT_REGIME_EL3, 1, 0, ARMVIRT_SPACE_SECURE, 0, NS_ARE(1, 0)},
    {"EL3 without RME, Non-secure", 0, ARMVIRT_REGIME_EL3, 1, 0, ARMVIRT_SPACE_NONSECURE, 0,
     NS_ARE(1, 1)},
    {"Secure EL1, Secure", 0, ARMVIRT_REGIME_EL10, 1, 0, ARMVIRT_SPACE_SECURE, 0, NS_ARE(1, 0)},
    {"Secure EL1, Non-secure", 0, ARMVIRT_REGIME_EL10, 1, 0, ARMVIRT_SPACE_NONSECURE, 0,
     NS_ARE(1, 1)},
    {"Realm EL2, Realm", RME, ARMVIRT_REGIME_EL2, 2, 0, ARMVIRT_SPACE_REALM, 0, NS_ARE(1, 0)},
    {"Realm EL2, Non-secure", RME, ARMVIRT_REGIME_EL2, 2, 0, ARMVIRT_SPACE_NONSECURE, 0,
     NS_ARE(1, 1)},
    {"Realm EL1, both stages, Realm", RME, ARMVIRT_REGIME_EL10, 2, ARMVIRT_PAR_STAGE12,
     ARMVIRT_SPACE_REALM, 0, NS_ARE(1, 0)},
    {"Realm EL1, stage 1, is UNKNOWN: 1", RME, ARMVIRT_REGIME_EL10, 2, ARMVIRT_PAR_STAGE1,
     ARMVIRT_SPACE_REALM, 0, NS_ARE(1, 1)},
    {"Realm EL1, stage 1, is UNKNOWN: 0 by option", RME, ARMVIRT_REGIME_EL10, 2, ARMVIRT_PAR_STAGE1,
     ARMVIRT_SPACE_REALM, ARMVIRT_OPT_PAR_NS_ZERO, NS_ARE(1, 0)},
    {"Non-secure is UNKNOWN: 1", 0, ARMVIRT_REGIME_EL20, 0, 0, ARMVIRT_SPACE_NONSECURE, 0,
     NS_ARE(1, 1)},
    {"Non-secure is UNKNOWN: 0 by option", 0, ARMVIRT_REGIME_EL20, 0, 0, ARMVIRT_SPACE_NONSECURE,
     ARMVIRT_OPT_PAR_NS_ZERO, NS_ARE(1, 0)},
};

static void encodes_space(void **state)
{
    const struct space_row *row = *state;
    struct armvirt_regime regime = {.id = row->id,
                                    .security = row->security,
                                    .features = row->features,
                                    .options = row->options};
    struct armvirt_walk walk = {.pa_space = row->space, .attr = write_back};
    uint64_t par[2];

    armvirt_par(&regime, (enum armvirt_par_form)row->form, &walk, par);
    assert_int_equal(par[0] & NSE_NS_MASK, row->expected);
}

/* ---- Faults ------------------------------------------------------------------------------- */

struct fault_row {
    const char *name;
    struct armvirt_fault fault;
    uint64_t expected;
};

#define FST(code)  (UINT64_C(0x801) | (uint64_t)(code) << 1)
#define ON_STAGE1  .stage = 1
#define PAR_BIT(n) ARMVIRT_BIT(n)

static const struct fault_row fault_rows[] = {
    {"Translation level 0", {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1}, FST(0x04)},
    {"Translation level 3", {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1, .level = 3}, FST(0x07)},
    {"Translation level -1",
     {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1, .level = -1},
     FST(0x2b)},
    {"Translation level -2",
     {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1, .level = -2},
     FST(0x2a)},
    {"Address size level 2",
     {.type = ARMVIRT_FAULT_ADDRESS_SIZE, ON_STAGE1, .level = 2},
     FST(0x02)},
    {"Address size level -1",
     {.type = ARMVIRT_FAULT_ADDRESS_SIZE, ON_STAGE1, .level = -1},
     FST(0x29)},
    {"Address size level -2",
     {.type = ARMVIRT_FAULT_ADDRESS_SIZE, ON_STAGE1, .level = -2},
     FST(0x2c)},
    {"Access flag level 1", {.type = ARMVIRT_FAULT_ACCESS_FLAG, ON_STAGE1, .level = 1}, FST(0x09)},
    {"Permission level 3", {.type = ARMVIRT_FAULT_PERMISSION, ON_STAGE1, .level = 3}, FST(0x0f)},
    {"Granule protection level 0", {.type = ARMVIRT_FAULT_GPC_ON_WALK, ON_STAGE1}, FST(0x24)},
    {"Granule protection level -1",
     {.type = ARMVIRT_FAULT_GPC_ON_WALK, ON_STAGE1, .level = -1},
     FST(0x23)},
    {"Granule protection level -2",
     {.type = ARMVIRT_FAULT_GPC_ON_WALK, ON_STAGE1, .level = -2},
     FST(0x22)},
    {"Section Domain", {.type = ARMVIRT_FAULT_DOMAIN, ON_STAGE1, .level = 1}, FST(0x3d)},
    {"Page Domain", {.type = ARMVIRT_FAULT_DOMAIN, ON_STAGE1, .level = 2}, FST(0x3e)},
    {"Stage 2 sets S",
     {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 2, .level = 3},
     FST(0x07) | PAR_BIT(9)},
    {"Stage 2 on a stage 1 table sets S and PTW",
     {.type = ARMVIRT_FAULT_ACCESS_FLAG, .stage = 2, .level = 2, .s1ptw = true},
     FST(0x0a) | PAR_BIT(9) | PAR_BIT(8)},
    {"DirtyBit",
     {.type = ARMVIRT_FAULT_PERMISSION, ON_STAGE1, .level = 3, .dirty_bit = true},
     FST(0x0f) | PAR_BIT(15)},
    {"Overlay",
     {.type = ARMVIRT_FAULT_PERMISSION, ON_STAGE1, .level = 3, .overlay = true},
     FST(0x0f) | PAR_BIT(14)},
    {"TopLevel",
     {.type = ARMVIRT_FAULT_PERMISSION, .stage = 2, .level = 3, .top_level = true},
     FST(0x0f) | PAR_BIT(9) | PAR_BIT(13)},
    {"AssuredOnly",
     {.type = ARMVIRT_FAULT_PERMISSION, .stage = 2, .level = 3, .assured_only = true},
     FST(0x0f) | PAR_BIT(9) | PAR_BIT(12)},
    {"A type that does not exist is harmless", {.type = 200, ON_STAGE1}, FST(0)},
};

static void encodes_fault(void **state)
{
    const struct fault_row *row = *state;
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL10};
    struct armvirt_walk walk = {.pa = 0x1000, .attr = write_back, .fault = row->fault};
    uint64_t par[2];

    armvirt_par(&regime, ARMVIRT_PAR_STAGE12, &walk, par);
    assert_int_equal(par[0], row->expected);
    assert_int_equal(par[1], 0);
}

/* ---- The 128-bit format ------------------------------------------------------------------- */

static void d128_moves_the_address_up_by_64_bits(void **state)
{
    struct armvirt_regime regime = {
        .id = ARMVIRT_REGIME_EL10, .par_d128_s1 = true, .par_d128_s12 = false};
    struct armvirt_walk walk = {.pa = 0xab123456789abc, .attr = write_back};
    uint64_t par[2];

    (void)state;
    armvirt_par(&regime, ARMVIRT_PAR_STAGE1, &walk, par);
    assert_int_equal(par[1], 0xab123456789001);
    assert_int_equal(par[0], 0xff00000000000b80);
    armvirt_par(&regime, ARMVIRT_PAR_STAGE12, &walk, par);
    assert_int_equal(par[1], 0);
    assert_int_equal(par[0], 0xff0b123456789b80);
}

static void d128_stands_in_a_fault_too(void **state)
{
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL10, .par_d128_s12 = true};
    struct armvirt_walk walk = {.fault = {.type = ARMVIRT_FAULT_TRANSLATION, .stage = 1}};
    uint64_t par[2];

    (void)state;
    armvirt_par(&regime, ARMVIRT_PAR_STAGE12, &walk, par);
    assert_int_equal(par[0], FST(0x04));
    assert_int_equal(par[1], 1);
}

/* ---- AArch32 ------------------------------------------------------------------------------ */

struct short_row {
    const char *name;
    struct armvirt_walk walk;
    uint64_t expected;
};

#define SECURE_PA .pa_space = ARMVIRT_SPACE_SECURE
#define WALK(address, mair_byte, sh_bits)                                                          \
    {                                                                                              \
        .pa = (address), SECURE_PA, .attr = {.mair = (mair_byte), .sh = (sh_bits), .xs = true }    \
    }

static const struct short_row short_rows[] = {
    {"Write-Back, Write-Allocate, inner", WALK(0x12345678, 0xff, 3), 0x123454d4},
    {"Write-Back, no Write-Allocate, outer", WALK(0x12345678, 0xee, 2), 0x123450fc},
    {"Write-Through, Non-shareable", WALK(0x12345678, 0xaa, 0), 0x12345468},
    {"Write-Through over Write-Back", WALK(0x12345678, 0xfa, 3), 0x123454e4},
    {"Non-cacheable is Outer Shareable", WALK(0x12345678, 0x44, 0), 0x12345080},
    {"nGnRnE", WALK(0x12345678, 0x00, 0), 0x12345090},
    {"nGnRE", WALK(0x12345678, 0x04, 0), 0x123450b0},
    {"NS of a Secure regime",
     {.pa = 0x1000, .attr = {.mair = 0xff, .xs = true}, .pa_space = ARMVIRT_SPACE_NONSECURE},
     0x1654},
    {"A supersection shows PA 39:32 in 23:16",
     {.pa = 0xcd12345678,
      SECURE_PA,
      .attr = {.mair = 0xff, .sh = 3, .xs = true},
      .s1 = {.valid = true, .size_log2 = 24}},
     0x12cd04d6},
    {"Translation level 1",
     {.fault = {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1, .level = 1}},
     0x0b},
    {"Translation level 2",
     {.fault = {.type = ARMVIRT_FAULT_TRANSLATION, ON_STAGE1, .level = 2}},
     0x0f},
    {"Access flag level 2",
     {.fault = {.type = ARMVIRT_FAULT_ACCESS_FLAG, ON_STAGE1, .level = 2}},
     0x0d},
    {"Domain level 1", {.fault = {.type = ARMVIRT_FAULT_DOMAIN, ON_STAGE1, .level = 1}}, 0x13},
    {"Permission level 2",
     {.fault = {.type = ARMVIRT_FAULT_PERMISSION, ON_STAGE1, .level = 2}},
     0x1f},
    {"A type that does not exist is harmless", {.fault = {.type = 200, ON_STAGE1}}, 0x01},
    {"A type without a code is harmless",
     {.fault = {.type = ARMVIRT_FAULT_GPC_ON_OUTPUT, ON_STAGE1, .level = 2}},
     0x01},
};

static void encodes_short_format(void **state)
{
    const struct short_row *row = *state;
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL10,
                                    .security = ARMVIRT_SPACE_SECURE,
                                    .s1 = {{.format = ARMVIRT_FORMAT_SHORT}},
                                    .el1_aarch32 = true};
    uint64_t par[2];

    armvirt_par(&regime, ARMVIRT_PAR_AARCH32, &row->walk, par);
    assert_int_equal(par[0], row->expected);
    assert_int_equal(par[1], 0);
}

static void ttbcr_eae_selects_the_64_bit_format(void **state)
{
    struct armvirt_regime regime = {.id = ARMVIRT_REGIME_EL10,
                                    .security = ARMVIRT_SPACE_SECURE,
                                    .s1 = {{.format = ARMVIRT_FORMAT_LPAE}},
                                    .el1_aarch32 = true,
                                    .par_d128_s1 = true};
    struct armvirt_walk walk = {.pa = 0xcd12345678, SECURE_PA, .attr = write_back};
    uint64_t par[2];

    (void)state;
    armvirt_par(&regime, ARMVIRT_PAR_AARCH32, &walk, par);
    assert_int_equal(par[0], 0xff0000cd12345980);
    assert_int_equal(par[1], 0);
}

static void aarch64_reports_short_descriptors_in_its_own_format(void **state)
{
    struct armvirt_regime regime = {
        .id = ARMVIRT_REGIME_EL10, .s1 = {{.format = ARMVIRT_FORMAT_SHORT}}, .el1_aarch32 = true};
    struct armvirt_walk walk = {
        .fault = {.type = ARMVIRT_FAULT_DOMAIN, ON_STAGE1, .level = 2, .domain = 5}};
    uint64_t par[2];

    (void)state;
    armvirt_par(&regime, ARMVIRT_PAR_STAGE1, &walk, par);
    assert_int_equal(par[0], FST(0x3e));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, encodes_attributes, attr_rows);
    SUITE_ADD_ROWS(&suite, encodes_space, space_rows);
    SUITE_ADD_ROWS(&suite, encodes_fault, fault_rows);
    SUITE_ADD_ROWS(&suite, encodes_short_format, short_rows);
    SUITE_ADD(&suite, encodes_no_xs_without_the_feature);
    SUITE_ADD(&suite, d128_moves_the_address_up_by_64_bits);
    SUITE_ADD(&suite, d128_stands_in_a_fault_too);
    SUITE_ADD(&suite, ttbcr_eae_selects_the_64_bit_format);
    SUITE_ADD(&suite, aarch64_reports_short_descriptors_in_its_own_format);
    return suite_run(&suite, "PAR_EL1");
}
