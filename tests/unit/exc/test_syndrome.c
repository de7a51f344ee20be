/* SPDX-License-Identifier: MIT */
/*
 * Syndromes: round trips of all classes, which class is reported where, reserved bits and codes.
 * DDI0487 D24.2.45 to D24.2.47, J1.3.3 (EncodeLDFSC), J1.2.3 (EncodeSDFSC).
 */
#include "exc_bench.h"

/* The classes of the three register descriptions: numbers in ESR_EL1, ESR_EL2 and ESR_EL3. */
static const char *const classes_of[4] = {
    "",
    "00 01 03 04 05 06 07 0a 0c 0d 0e 11 14 15 18 19 1a 1c 1d 20 21 22 24 25 26 27 28 2c 2d 2f 30 "
    "31 32 33 34 35 38 3c 3d",
    "00 01 03 04 05 06 07 08 09 0a 0c 0d 0e 11 12 13 14 15 16 17 18 19 1a 1c 1d 20 21 22 24 25 26 "
    "27 28 2c 2d 2f 30 31 32 33 34 35 38 3a 3c 3d",
    "00 01 03 04 05 06 07 09 0a 0c 0d 0e 13 14 15 16 17 18 19 1c 1d 1e 1f 20 21 22 24 25 26 27 2c "
    "2d 2f 3c 3d",
};

static bool is_listed(unsigned ec, unsigned el)
{
    char number[3];

    number[0] = "0123456789abcdef"[ec >> 4];
    number[1] = "0123456789abcdef"[ec & 15];
    number[2] = '\0';
    return strstr(classes_of[el], number) != NULL;
}

/* A syndrome of the class with no more than it must have. */
static uint64_t least_iss(unsigned ec)
{
    bool debug = ec >= 0x30 && ec <= 0x35;

    return debug || ec == 0x3a ? 0x22 : 0;
}

static void D24_2_which_class_is_reported_where(void **state)
{
    (void)state;
    for (unsigned ec = 0; ec < 64; ec++) {
        bool anywhere = is_listed(ec, 1) || is_listed(ec, 2) || is_listed(ec, 3);

        for (unsigned el = 1; el <= 3; el++) {
            uint64_t esr = (uint64_t)ec << 26 | 1u << 25 | least_iss(ec);

            assert_int_equal(armvirt_esr_check(esr, el), is_listed(ec, el) ? ARMVIRT_ESR_CHECK_VALID
                                                         : anywhere        ? ARMVIRT_ESR_CHECK_EL
                                                                           : ARMVIRT_ESR_CHECK_EC);
        }
        assert_int_equal(armvirt_esr_check((uint64_t)ec << 26 | 1u << 25, 4),
                         anywhere ? ARMVIRT_ESR_CHECK_EL : ARMVIRT_ESR_CHECK_EC);
    }
}

/* R10: IL of every class, from short and from long instructions. */
static void R10_IL(void **state)
{
    static const uint8_t always[] = {0x00, 0x0e, 0x20, 0x21, 0x22, 0x26, 0x2f, 0x30,
                                     0x31, 0x32, 0x33, 0x34, 0x35, 0x3a, 0x3d};

    (void)state;
    for (unsigned n = 0; n < 64 * 4; n++) {
        unsigned ec = n & 63;
        bool is_long = n >> 6 & 1, isv = n >> 7;
        bool expected = is_long || ((ec == 0x24 || ec == 0x25) && !isv);
        struct armvirt_syndrome s = {.ec = (uint8_t)ec, .il = is_long};

        s.iss = isv ? 1u << 24 : 0;
        expected = expected || memchr(always, (int)ec, sizeof(always)) != NULL;
        assert_int_equal(armvirt_esr_encode(&s) >> 25 & 1, expected);
    }
}

static void encode_is_the_inverse_of_decode(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (unsigned n = 0; n < 100000; n++) {
        struct armvirt_syndrome s;
        uint64_t esr;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        esr = (x & ARMVIRT_BITS(55, 0)) | 1u << 25;
        armvirt_esr_decode(esr, &s);
        assert_int_equal(armvirt_esr_encode(&s), esr);
        assert_true(armvirt_esr_check(x, n & 3) < ARMVIRT_ESR_CHECK_COUNT);
    }
}

/* ---- What may stand in a class ------------------------------------------------------------- */

struct check_case {
    const char *name;
    uint64_t esr;
    unsigned el, expected;
};

#define ESR(ec, iss) ((uint64_t)(ec) << 26 | 1u << 25 | (iss))
#define ISS2(bit)    (UINT64_C(1) << (32 + (bit)))
#define CHECK(name)  ARMVIRT_ESR_CHECK_##name

static const struct check_case checks[] = {
    {"D24_2_bits_above_ISS2", ARMVIRT_BIT(56) | ESR(0x15, 0), 1, CHECK(RES0)},
    {"D24_2_unknown_has_no_ISS", ESR(0, 1), 1, CHECK(RES0)},
    {"D24_2_unknown_has_no_ISS2", ESR(0, ISS2(0)), 1, CHECK(RES0)},
    {"D24_2_unknown_has_IL", 0, 1, CHECK(IL)},
    {"D24_2_svc64_is_long", UINT64_C(0x15) << 26, 1, CHECK(IL)},
    {"D24_2_svc32_may_be_short", UINT64_C(0x11) << 26, 1, CHECK(VALID)},
    {"D24_2_bkpt_may_be_short", UINT64_C(0x38) << 26, 2, CHECK(VALID)},
    {"D24_2_abort_with_ISV_may_be_short", UINT64_C(0x24) << 26 | 1u << 24 | 5, 2, CHECK(VALID)},
    {"D24_2_abort_without_ISV_has_IL", UINT64_C(0x24) << 26 | 5, 2, CHECK(IL)},
    {"D24_2_svc_imm16", ESR(0x15, 0xffff), 1, CHECK(VALID)},
    {"D24_2_svc_above_imm16", ESR(0x15, 0x10000), 1, CHECK(RES0)},
    {"D24_2_other_ISS_4", ESR(0x0a, 4), 1, CHECK(VALID)},
    {"D24_2_other_ISS_5", ESR(0x0a, 5), 1, CHECK(VALUE)},
    {"D24_2_sme_SMTC_4", ESR(0x1d, 4), 1, CHECK(VALID)},
    {"D24_2_sme_SMTC_5", ESR(0x1d, 5), 1, CHECK(VALUE)},
    {"D24_2_gcs_ExType_2", ESR(0x2d, 2u << 20), 1, CHECK(VALID)},
    {"D24_2_gcs_ExType_3", ESR(0x2d, 3u << 20), 1, CHECK(VALUE)},
    {"D24_2_abort_level_minus_2", ESR(0x24, 0x2a), 1, CHECK(VALID)},
    {"D24_2_abort_reserved_code", ESR(0x24, 0x3f), 1, CHECK(FSC)},
    {"D24_2_abort_reserved_code_19", ESR(0x25, 0x19), 1, CHECK(FSC)},
    {"D24_2_abort_domain_is_of_PAR", ESR(0x24, 0x3d), 1, CHECK(FSC)},
    {"D24_2_fetch_reserved_code", ESR(0x20, 0x2e), 1, CHECK(FSC)},
    {"D24_2_fetch_has_no_WnR", ESR(0x20, 0x44), 1, CHECK(RES0)},
    {"D24_2_abort_syndrome_without_ISV", ESR(0x24, 1u << 22 | 5), 2, CHECK(RES0)},
    {"D24_2_abort_syndrome_with_ISV", ESR(0x24, 1u << 24 | 3u << 22 | 5u << 16 | 5), 2,
     CHECK(VALID)},
    {"D24_2_external_abort_with_ISV", ESR(0x24, 1u << 24 | 0x10), 2, CHECK(ISV)},
    {"D24_2_abort_ISS2_of_permission", ESR(0x24, ISS2(5) | ISS2(6) | 0x0f), 2, CHECK(VALID)},
    {"D24_2_abort_ISS2_reserved", ESR(0x24, ISS2(12) | 0x0f), 2, CHECK(RES0)},
    {"D24_2_gpc_fail_level_1", ESR(0x1e, 0x0du << 14 | 0x28), 3, CHECK(VALID)},
    {"D24_2_gpc_reserved_GPCSC", ESR(0x1e, 0x02u << 14 | 0x28), 3, CHECK(VALUE)},
    {"D24_2_serror_AET", ESR(0x2f, 6u << 10 | 0x11), 1, CHECK(VALID)},
    {"D24_2_serror_reserved_AET", ESR(0x2f, 4u << 10 | 0x11), 1, CHECK(VALUE)},
    {"D24_2_serror_reserved_DFSC", ESR(0x2f, 0x10), 1, CHECK(VALUE)},
    {"D24_2_serror_IMPDEF", ESR(0x2f, 1u << 24 | 0xffffff), 1, CHECK(VALID)},
    {"D24_2_serror_IMPDEF_ISS2", ESR(0x2f, 1u << 24 | ISS2(3)), 1, CHECK(RES0)},
    {"D24_2_step_without_debug_code", ESR(0x32, 0), 1, CHECK(VALUE)},
    {"D24_2_profiling_TRBE", ESR(0x3d, 2u << 1), 1, CHECK(VALID)},
    {"D24_2_profiling_reserved", ESR(0x3d, 3u << 1), 1, CHECK(VALUE)},
    {"D24_2_impdef_to_EL3", ESR(0x1f, 0x1ffffff), 3, CHECK(VALID)},
};

static void check_one(void **state)
{
    const struct check_case *c = *state;

    assert_int_equal(armvirt_esr_check(c->esr, c->el), c->expected);
}

/* ---- Fault status codes -------------------------------------------------------------------- */

/* Every allocated code comes back; a reserved one is none. */
static void EncodeLDFSC_EncodeSDFSC_all_codes(void **state)
{
    unsigned long_codes = 0, short_codes = 0;
    struct armvirt_fsc fsc;

    (void)state;
    for (unsigned code = 0; code < 64; code++) {
        if (armvirt_fsc_decode(code, &fsc)) {
            long_codes++;
            assert_int_equal(armvirt_fsc_encode(&fsc), code);
            assert_in_range(fsc.level + 2, 0, 5);
        } else {
            assert_int_equal(fsc.kind, ARMVIRT_FSC_NONE);
            assert_int_equal(armvirt_fsc_encode(&fsc), -1);
        }
    }
    for (unsigned code = 0; code < 32; code++) {
        if (armvirt_fsc_decode_short(code, &fsc)) {
            short_codes++;
            assert_int_equal(armvirt_fsc_encode_short(&fsc), code);
        } else {
            assert_int_equal(armvirt_fsc_encode_short(&fsc), -1);
        }
    }
    assert_int_equal(long_codes, 16 + 9 + 5 + 12 + 4 + 2); /* with the Domain faults of PAR_EL1 */
    assert_int_equal(short_codes, 22);
}

static void EncodeLDFSC_some_codes(void **state)
{
    static const struct {
        struct armvirt_fsc fsc;
        int long_code, short_code;
    } rows[] = {
        {{ARMVIRT_FSC_TRANSLATION, 2, false, true}, 0x06, 0x07},
        {{ARMVIRT_FSC_TRANSLATION, -1, false, true}, 0x2b, -1},
        {{ARMVIRT_FSC_PERMISSION, 3, false, true}, 0x0f, -1},
        {{ARMVIRT_FSC_EXTERNAL, 1, true, true}, 0x15, 0x0c},
        {{ARMVIRT_FSC_EXTERNAL, 0, false, false}, 0x10, 0x08},
        {{ARMVIRT_FSC_GRANULE, 0, false, false}, 0x28, -1},
        {{ARMVIRT_FSC_GRANULE, -2, true, true}, 0x22, -1},
        {{ARMVIRT_FSC_ALIGNMENT, 3, false, false}, 0x21, 0x01},
        {{ARMVIRT_FSC_DEBUG, 0, false, false}, -1, 0x02},
        {{ARMVIRT_FSC_ACCESS_FLAG, -1, false, true}, -1, -1},
        {{ARMVIRT_FSC_ASYNC_EXTERNAL, 0, false, false}, -1, 0x16},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(armvirt_fsc_encode(&rows[i].fsc), rows[i].long_code);
        assert_int_equal(armvirt_fsc_encode_short(&rows[i].fsc), rows[i].short_code);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D24_2_which_class_is_reported_where);
    SUITE_ADD(&suite, R10_IL);
    SUITE_ADD(&suite, encode_is_the_inverse_of_decode);
    SUITE_ADD_ROWS(&suite, check_one, checks);
    SUITE_ADD(&suite, EncodeLDFSC_EncodeSDFSC_all_codes);
    SUITE_ADD(&suite, EncodeLDFSC_some_codes);
    return suite_run(&suite, "syndrome");
}
