/* SPDX-License-Identifier: MIT */
/*
 * Regimes that the fields of descriptors and entries make, beyond the usual ones: larger addresses,
 * indirect permissions, EL3 (IHI0070 3.4, 5.2, 5.4).
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, S2 = 6, NESTED = 7, MAX = ARMVIRT_SMMU_MAX };
enum { WRITE = ARMVIRT_SMMU_WRITE, PRIV = ARMVIRT_SMMU_PRIVILEGED };

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CDTAB + 8 * (n), ARMVIRT_SMMU_CD##n##_##field, v)

static struct armvirt_smmu_context context_of(const struct world *w)
{
    const struct armvirt_smmu_txn txn = {.sid = SID, .sec_sid = w->space};
    struct armvirt_smmu_context context;
    uint8_t reason;

    (void)armvirt_smmu_stream(w->smmu, &txn, &context, &reason);
    assert_int_equal(reason, ARMVIRT_SMMU_REASON_NONE);
    return context;
}

static void rule_5_4_ds_widens_addresses_of_small_granules(void **state)
{
    struct world *w = world_new(MAX, S1);
    struct armvirt_smmu_result r;

    (void)state;
    CD(0, IPS, 6);
    CD(2, DS, 1);
    world_forget(w);
    r = world_txn(w, VA, 0, 0); /* bits 9:8 of the leaf are bits 51:50 of the address */
    assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(r.pa, PAGES | UINT64_C(3) << 50);
    assert_int_equal(r.attr.sh, ARMVIRT_SH_INNER); /* of CD.SH0 */
    world_poke(w, CDTAB + 8, UINT64_C(0x5) << 48 | S1_TABLES);
    assert_int_equal(context_of(w).regime.s1[0].base_pa, UINT64_C(0x5) << 48 | S1_TABLES);
    world_drop(w);
}

static void rule_5_2_s2ds_widens_addresses_of_stage_2(void **state)
{
    struct world *w = world_new(MAX, S2);

    (void)state;
    STE(2, S2PS, 6);
    STE(3, S2DS, 1);
    world_forget(w);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa, PAGES | UINT64_C(3) << 50);
    world_drop(w);
}

static void rule_3_4_d128_tables_have_wide_bases(void **state)
{
    struct world *w = world_new(MAX, S1);
    struct armvirt_smmu_context context;

    (void)state;
    STE(1, S1PIE, 1);
    CD(0, AA64, 0); /* without VMSAv8-32 and with IDR5.D128 */
    CD(0, IPS, 7);
    world_poke(w, CDTAB + 8, UINT64_C(0xa5) << 48 | S1_TABLES);
    context = context_of(w);
    assert_true(context.cd.d128);
    assert_true(context.regime.s1[0].d128);
    assert_int_equal(context.regime.s1[0].base_pa, UINT64_C(0xa5) << 48 | S1_TABLES);
    world_drop(w);
}

static void rule_5_4_pie_takes_permissions_from_indices(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    STE(1, S1PIE, 1);
    CD(2, PIE, 1);
    world_poke(w, CDTAB + 48, UINT64_C(1) << 3); /* unprivileged, index 1: read */
    world_poke(w, CDTAB + 56, UINT64_C(5) << 3); /* privileged, index 1: read and write */
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(world_txn(w, VA, WRITE, 0).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(world_txn(w, VA, WRITE | PRIV, 0).outcome, ARMVIRT_SMMU_PASS);
    CD(2, PIE, 0);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, WRITE, 0).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
}

static void rule_5_4_reserved_attributes_are_read_as_legal_ones(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    world_poke(w, CDTAB + 24, 0xf0);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).attr.mair >> 4, 0xf);
    world_poke(w, CDTAB + 24, 0x05);
    world_forget(w);
    assert_int_equal(world_txn(w, VA, 0, 0).attr.mair, 0x04);
    world_drop(w);
}

static void rule_5_2_streamworld_el3(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &id);
    id.s_idr[1] = ARMVIRT_SMMU_S_IDR1_SECURE_IMPL | 16;
    w = world_new_id(&id, 64, 0);
    w->space = ARMVIRT_SPACE_SECURE;
    world_stream(w, S1);
    STE(1, STRW, 1);
    world_enable(w);
    assert_int_equal(context_of(w).ste.world, ARMVIRT_SMMU_EL3);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    assert_int_equal(world_txn(w, VA, WRITE, 0).outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(world_txn(w, VA | UINT64_C(1) << 40, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
    world_poke(w, world_leaf_at(S1_TABLES, VA), (PAGES + 0x3000) | DESC_PAGE | AP_EL0);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    world_command(w, ARMVIRT_SMMU_CMD0_OP_TLBI_EL3_VA | ARMVIRT_SMMU_CMD0_SSEC, VA);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x3000);
    assert_int_equal(world_get(w, R_GERROR, 4), 0);
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_5_4_ds_widens_addresses_of_small_granules),
        cmocka_unit_test(rule_5_2_s2ds_widens_addresses_of_stage_2),
        cmocka_unit_test(rule_3_4_d128_tables_have_wide_bases),
        cmocka_unit_test(rule_5_4_pie_takes_permissions_from_indices),
        cmocka_unit_test(rule_5_4_reserved_attributes_are_read_as_legal_ones),
        cmocka_unit_test(rule_5_2_streamworld_el3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
