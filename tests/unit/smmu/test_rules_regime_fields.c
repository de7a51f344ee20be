/* SPDX-License-Identifier: MIT */
/*
 * From fields of identification registers, entries and descriptors to those of a regime, row by row
 * (IHI0070 3.4, 5.2, 5.4, 6.3).
 */
#include "../../smmu_world.h"

#include <armvirt/regs/vmsa.h>

#include "smmu/regime.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define HIGH      (UINT64_C(0xa5) << 48)

/* ---- Identification ------------------------------------------------------------------------ */

static void rule_6_3_6_granules_are_those_of_idr5(void **state)
{
    enum { AA32 = 1, AA64 = 2, G4 = 1, G16 = 2, G64 = 4 };
    static const struct {
        uint8_t ttf, grans, ds, tgran4, tgran16, tgran64;
    } rows[] = {
        {AA64, G4, 0, 0, 0, 0xf},        {AA64, G64, 0, 0xf, 0, 0},
        {AA32 | AA64, G64, 0, 0, 0, 0}, /* VMSAv8-32 has 4 KB pages */
        {AA64, G16, 0, 0xf, 1, 0xf},     {AA64, G4 | G16, 1, 1, 2, 0xf},
        {AA64, G16 | G64, 1, 0xf, 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct armvirt_smmu_id id = {0};
        struct armvirt_vmsa vmsa;

        id.idr[0] = (uint32_t)PUT(IDR0, TTF, rows[i].ttf);
        id.idr[5] = (uint32_t)(PUT(IDR5, DS, rows[i].ds) | PUT(IDR5, GRAN4K, rows[i].grans & 1) |
                               PUT(IDR5, GRAN16K, rows[i].grans >> 1 & 1) |
                               PUT(IDR5, GRAN64K, rows[i].grans >> 2));
        armvirt_smmu_vmsa(&id, &vmsa);
        assert_int_equal(vmsa.id_aa64mmfr0_el1 & ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4,
                         ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, rows[i].tgran4));
        assert_int_equal(vmsa.id_aa64mmfr0_el1 & ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16,
                         ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, rows[i].tgran16));
        assert_int_equal(vmsa.id_aa64mmfr0_el1 & ARMVIRT_ID_AA64MMFR0_EL1_TGRAN64,
                         ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN64, rows[i].tgran64));
    }
}

static void rule_6_3_1_either_register_says_that_there_are_granule_checks(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct armvirt_smmu_id id = {0};
        struct armvirt_vmsa vmsa;

        id.idr[0] = (uint32_t)PUT(IDR0, RME_IMPL, i & 1);
        id.root_idr0 = i & 2 ? ARMVIRT_SMMU_ROOT_IDR0_ROOT_IMPL : 0;
        armvirt_smmu_vmsa(&id, &vmsa);
        assert_int_equal(ARMVIRT_GET(ARMVIRT_ID_AA64PFR0_EL1_RME, vmsa.id_aa64pfr0_el1), i != 0);
    }
}

/* ---- Contexts ------------------------------------------------------------------------------ */

struct fixture {
    struct armvirt_smmu_id id;
    struct armvirt_smmu_context context;
};

/* The usual stream on the largest SMMU, as the checks of entries and descriptors leave it. */
static struct fixture fixture(uint8_t world, uint8_t space, bool s1, bool s2)
{
    struct fixture f = {0};

    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &f.id);
    world_ste_words(f.context.ste.word, 4u + s1 + 2u * s2);
    world_cd_words(f.context.cd.word);
    f.context.ste.world = world;
    f.context.ste.sec_sid = space;
    f.context.s1 = s1;
    f.context.s2 = s2;
    return f;
}

static struct armvirt_regime regime_of(const struct fixture *f)
{
    struct armvirt_regime regime;
    struct armvirt_vmsa vmsa;

    armvirt_smmu_vmsa(&f->id, &vmsa);
    armvirt_smmu_regime(&f->id, &vmsa, 0, &f->context, &regime);
    return regime;
}

/* ---- Stage 1 ------------------------------------------------------------------------------- */

static void rule_5_4_outputs_of_vmsav8_64_end_at_52_bits(void **state)
{
    static const struct {
        uint8_t ips, ds;
        bool d128;
        uint8_t bits;
    } rows[] = {{5, 0, false, 48}, {6, 1, false, 52}, {7, 1, false, 52}, {7, 0, true, 56}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture f = fixture(ARMVIRT_SMMU_EL1, ARMVIRT_SPACE_NONSECURE, true, false);
        struct armvirt_cd *cd = &f.context.cd;

        cd->word[0] = (cd->word[0] & ~ARMVIRT_SMMU_CD0_IPS) | PUT(CD0, IPS, rows[i].ips);
        cd->word[2] |= PUT(CD2, DS, rows[i].ds);
        cd->d128 = rows[i].d128;
        assert_int_equal(regime_of(&f).s1[0].oa_bits, rows[i].bits);
    }
}

/* EL2 without E2H has no such tables: C_BAD_CD. */
static void rule_5_4_disch_is_of_vmsav9_128_tables(void **state)
{
    static const uint8_t worlds[] = {ARMVIRT_SMMU_EL1, ARMVIRT_SMMU_EL2_E2H, ARMVIRT_SMMU_EL3};

    (void)state;
    for (unsigned i = 0; i < 8 * LENGTH(worlds); i++) {
        uint8_t world = worlds[i / 8];
        bool d128 = i & 1, dis0 = i & 2, dis1 = i & 4;
        struct fixture f = fixture(
            world, world == ARMVIRT_SMMU_EL3 ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE, true,
            false);
        struct armvirt_regime regime;

        f.context.cd.d128 = d128;
        f.context.cd.word[1] |= HIGH | PUT(CD1, DISCH0, dis0);
        f.context.cd.word[2] |= PUT(CD2, DISCH1, dis1);
        regime = regime_of(&f);
        assert_int_equal(regime.s1[0].d128, d128);
        assert_int_equal(regime.s1[0].dis_contiguous, d128 && dis0);
        assert_int_equal(regime.s1[0].base_pa, S1_TABLES | (d128 ? HIGH : 0));
        if (regime.two_ranges) {
            assert_int_equal(regime.s1[1].dis_contiguous, d128 && dis1);
        }
    }
}

static void rule_3_26_1_indirect_permissions_of_stage_1(void **state)
{
    static const struct {
        bool s1pie, pie, aa32, d128, indirect;
    } rows[] = {
        {false, false, false, false, false}, {true, false, false, false, false},
        {false, true, false, false, false},  {true, true, false, false, true},
        {true, true, true, false, false},    {false, false, false, true, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture f = fixture(ARMVIRT_SMMU_EL1, ARMVIRT_SPACE_NONSECURE, true, false);

        f.id.idr[0] |= (uint32_t)PUT(IDR0, TTF, 3);
        f.context.ste.word[1] |= PUT(STE1, S1PIE, rows[i].s1pie);
        f.context.cd.word[2] |= PUT(CD2, PIE, rows[i].pie);
        f.context.cd.aa32 = rows[i].aa32;
        f.context.cd.d128 = rows[i].d128;
        assert_int_equal(regime_of(&f).s1[0].pie, rows[i].indirect);
    }
}

static void rule_5_4_bases_of_64k_tables_are_wide_with_52_bit_outputs(void **state)
{
    (void)state;
    for (unsigned ips = 5; ips < 7; ips++) {
        struct fixture f = fixture(ARMVIRT_SMMU_EL1, ARMVIRT_SPACE_NONSECURE, true, false);
        struct armvirt_cd *cd = &f.context.cd;

        cd->word[0] = (cd->word[0] & ~(ARMVIRT_SMMU_CD0_IPS | ARMVIRT_SMMU_CD0_TG0)) |
                      PUT(CD0, IPS, ips) | PUT(CD0, TG0, 1);
        cd->word[1] = UINT64_C(5) << 48 | S1_TABLES;
        assert_int_equal(regime_of(&f).s1[0].base_pa,
                         ips == 6 ? UINT64_C(5) << 48 | S1_TABLES : S1_TABLES);
    }
}

static void rule_5_4_nscfg_is_of_secure_streams(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool secure = i & 1, ns0 = i & 2, ns1 = i & 4;
        uint8_t own = secure ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE;
        struct fixture f = fixture(ARMVIRT_SMMU_EL1, own, true, false);
        struct armvirt_regime regime;

        f.context.cd.word[0] &= ~ARMVIRT_SMMU_CD0_EPD1;
        f.context.cd.word[1] |= PUT(CD1, NSCFG0, ns0);
        f.context.cd.word[2] |= PUT(CD2, NSCFG1, ns1);
        regime = regime_of(&f);
        assert_int_equal(regime.s1[0].space, ns0 ? ARMVIRT_SPACE_NONSECURE : own);
        assert_int_equal(regime.s1[1].space, ns1 ? ARMVIRT_SPACE_NONSECURE : own);
        assert_int_equal(regime.s1[0].req.space, regime.s1[0].space);
        assert_int_equal(regime.s1[1].req.space, regime.s1[1].space);
    }
}

static void rule_5_2_mecid_is_of_realm_streams_with_mec(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct fixture f = fixture(
            ARMVIRT_SMMU_EL1, i & 1 ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_NONSECURE, true, false);

        f.id.r_idr[3] = i & 2 ? ARMVIRT_SMMU_R_IDR3_MEC : 0;
        f.context.ste.mecid = 0xa;
        assert_int_equal(regime_of(&f).s1[0].mecid[0], i == 3 ? 0xa : 0);
        assert_int_equal(regime_of(&f).s1[0].mecid_walk, i == 3 ? 0xa : 0);
    }
}

/* ---- Stage 2 ------------------------------------------------------------------------------- */

static void rule_5_2_flags_that_vmsav8_32_does_not_have(void **state)
{
    (void)state;
    for (unsigned aa32 = 0; aa32 < 2; aa32++) {
        for (unsigned set = 0; set < 2; set++) {
            struct fixture f = fixture(ARMVIRT_SMMU_EL1, ARMVIRT_SPACE_NONSECURE, false, true);
            struct armvirt_ste *ste = &f.context.ste;
            const struct armvirt_stage *s2;
            struct armvirt_regime regime;
            bool there = set && !aa32;

            f.id.idr[0] |= (uint32_t)PUT(IDR0, TTF, 3);
            ste->aa32_s2 = aa32;
            ste->word[2] |= PUT(STE2, S2HA, set) | PUT(STE2, S2HD, set) | PUT(STE2, S2HAFT, set) |
                            PUT(STE2, S2PIE, set) | PUT(STE2, S2POE, set);
            ste->word[2] = aa32 ? ste->word[2] & ~ARMVIRT_SMMU_STE2_S2T0SZ : ste->word[2];
            ste->word[3] |= PUT(STE3, S2DS, set);
            regime = regime_of(&f);
            s2 = &regime.s2[0];
            assert_int_equal(s2->ha, there);
            assert_int_equal(s2->hd, there);
            assert_int_equal(s2->haft, there);
            assert_int_equal(s2->pie, there);
            assert_int_equal(s2->ds, there);
            assert_int_equal(s2->base_pa, S2_TABLES);
        }
    }
}

static void rule_5_2_secure_bases_of_vmsav9_128_are_wide(void **state)
{
    (void)state;
    for (unsigned d128 = 0; d128 < 2; d128++) {
        struct fixture f = fixture(ARMVIRT_SMMU_EL1, ARMVIRT_SPACE_SECURE, false, true);
        struct armvirt_regime regime;

        f.context.ste.d128_s2 = d128;
        f.context.ste.word[3] |= HIGH;
        f.context.ste.word[6] |= HIGH + (UINT64_C(1) << 48);
        regime = regime_of(&f);
        assert_int_equal(regime.s2[0].base_pa, S2_TABLES | (d128 ? HIGH : 0));
        assert_int_equal(regime.s2[1].base_pa, S2_TABLES | (d128 ? HIGH + (UINT64_C(1) << 48) : 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_6_3_6_granules_are_those_of_idr5),
        cmocka_unit_test(rule_6_3_1_either_register_says_that_there_are_granule_checks),
        cmocka_unit_test(rule_5_4_outputs_of_vmsav8_64_end_at_52_bits),
        cmocka_unit_test(rule_5_4_disch_is_of_vmsav9_128_tables),
        cmocka_unit_test(rule_3_26_1_indirect_permissions_of_stage_1),
        cmocka_unit_test(rule_5_4_bases_of_64k_tables_are_wide_with_52_bit_outputs),
        cmocka_unit_test(rule_5_4_nscfg_is_of_secure_streams),
        cmocka_unit_test(rule_5_2_mecid_is_of_realm_streams_with_mec),
        cmocka_unit_test(rule_5_2_flags_that_vmsav8_32_does_not_have),
        cmocka_unit_test(rule_5_2_secure_bases_of_vmsav9_128_are_wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
