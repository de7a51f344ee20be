/* SPDX-License-Identifier: MIT */
/* Partitions of the memory system, and messages of the Realm interface (IHI0070 17, 5.6, 6.3.42).
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE, RE = ARMVIRT_SPACE_REALM };
enum { R_GMPAM = 0x138, R_GBPMPAM = 0x13c, VMS = 0x168000 };

#define UPDATE     UINT64_C(0x80000000)
#define MPAM_NS    UINT64_C(0x01000000)
#define HAS_NS     ARMVIRT_SMMU_S_MPAMIDR_HAS_MPAM_NS
#define STE_AT(n)  (STRTAB + 64 * SID + 8 * (n))
#define S1MPAM     ARMVIRT_SMMU_STE1_S1MPAM
#define STE_NS     ARMVIRT_SMMU_STE5_MPAM_NS
#define CD5(p, m)  (ARMVIRT_PUT(ARMVIRT_SMMU_CD5_PARTID, p) | ARMVIRT_PUT(ARMVIRT_SMMU_CD5_PMG, m))
#define CERROR_ILL UINT64_C(1)

static void add(struct world *w, uint64_t pa, uint64_t bits)
{
    world_poke(w, pa, world_peek(w, pa) | bits);
}

static struct world *with_ids(uint32_t mpamidr, uint32_t s_mpamidr, uint32_t r_mpamidr,
                              unsigned config)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    id.mpamidr = mpamidr;
    id.s_mpamidr = s_mpamidr;
    id.r_mpamidr = r_mpamidr;
    w = world_new_id(&id, 0, 0);
    world_stream(w, config);
    return w;
}

static void check(const struct armvirt_smmu_result *r, unsigned partid, unsigned pmg,
                  unsigned space)
{
    assert_int_equal(r->outcome, ARMVIRT_SMMU_PASS);
    assert_int_equal(r->partid, partid);
    assert_int_equal(r->pmg, pmg);
    assert_int_equal(r->mpam_space, space);
}

/* ---- Registers ----------------------------------------------------------------------------- */

static void IHI0070_6_3_42_without_update_a_write_is_ignored(void **state)
{
    static const uint64_t offsets[] = {R_GMPAM, R_GBPMPAM};
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        world_put(w, offsets[n], 4, 0x20003);
        assert_int_equal(world_get(w, offsets[n], 4), 0);
        world_put(w, offsets[n], 4, UPDATE | 0x20003);
        assert_int_equal(world_get(w, offsets[n], 4), 0x20003); /* and is done */
        world_put(w, offsets[n], 4, UPDATE | MPAM_NS);          /* Secure and Realm only */
        assert_int_equal(world_get(w, offsets[n], 4), 0);
    }
    world_drop(w);
}

static void IHI0070_6_3_88_mpam_ns_is_there_with_has_mpam_ns(void **state)
{
    static const uint8_t spaces[] = {SE, RE};

    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        uint32_t has = n & 1 ? (uint32_t)HAS_NS : 0;
        struct world *w = with_ids(0xff, 0xff | has, 0xff | has, S1);

        w->space = spaces[n >> 1];
        world_put(w, R_GMPAM, 4, UPDATE | MPAM_NS | 3);
        assert_int_equal(world_get(w, R_GMPAM, 4), has != 0 ? MPAM_NS | 3 : 3);
        world_drop(w);
    }
}

/* ---- Transactions -------------------------------------------------------------------------- */

static void IHI0070_6_3_43_what_bypasses_has_the_global_label(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, BYPASS);
    struct armvirt_smmu_result r;

    (void)state;
    add(w, STE_AT(4), ARMVIRT_PUT(ARMVIRT_SMMU_STE4_PARTID, 9));
    add(w, STE_AT(5), ARMVIRT_PUT(ARMVIRT_SMMU_STE5_PMG, 1));
    world_put(w, R_GBPMPAM, 4, UPDATE | 0x40005);
    r = world_txn(w, PAGES, 0, 0);
    check(&r, 9, 1, NS);
    r = world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED, 0); /* ATSCHK is 0 */
    check(&r, 5, 4, NS);
    world_put(w, R_CR0, 4, 0);
    r = world_txn(w, PAGES, 0, 0);
    check(&r, 5, 4, NS);
    world_drop(w);
}

static void IHI0070_17_3_translated_transactions_have_the_label_of_their_entry(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    struct armvirt_smmu_result r;

    (void)state;
    add(w, STE_AT(1), ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, 1) | S1MPAM);
    add(w, STE_AT(4), ARMVIRT_PUT(ARMVIRT_SMMU_STE4_PARTID, 9));
    world_poke(w, CDTAB + 40, CD5(6, 2));
    world_put(w, R_CR0, 4, CR0_SMMUEN | ARMVIRT_SMMU_CR0_ATSCHK);
    r = world_txn(w, PAGES, ARMVIRT_SMMU_TRANSLATED, 0);
    check(&r, 9, 0, NS); /* no PASID: no descriptor */
    r = world_txn(w, VA, 0, 0);
    check(&r, 6, 2, NS);
    world_drop(w);
}

static void IHI0070_5_2_labels_beyond_the_maximum_are_zero(void **state)
{
    static const struct {
        uint32_t mpamidr;
        unsigned partid, pmg;
    } tries[] = {{0x3ff | 3 << 16, 0x3ff, 3}, {0x3fe | 2 << 16, 0, 0}, {0, 0, 0}};

    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct world *w = with_ids(tries[n].mpamidr, 0, 0, S1);
        struct armvirt_smmu_result r;

        world_enable(w);
        add(w, STE_AT(4), ARMVIRT_PUT(ARMVIRT_SMMU_STE4_PARTID, 0x3ff));
        add(w, STE_AT(5), ARMVIRT_PUT(ARMVIRT_SMMU_STE5_PMG, 3));
        r = world_txn(w, VA, 0, 0);
        check(&r, tries[n].partid, tries[n].pmg, NS);
        world_drop(w);
    }
}

/* S1DSS bypasses stage 1: the descriptor is not there to say. */
static void IHI0070_17_2_without_stage_1_the_entry_counts(void **state)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
    struct armvirt_smmu_result r;

    (void)state;
    add(w, STE_AT(0), ARMVIRT_PUT(ARMVIRT_SMMU_STE0_S1CDMAX, 1));
    add(w, STE_AT(1), ARMVIRT_PUT(ARMVIRT_SMMU_STE1_S1DSS, 1) | S1MPAM);
    add(w, STE_AT(4), ARMVIRT_PUT(ARMVIRT_SMMU_STE4_PARTID, 9));
    world_poke(w, CDTAB + 40, CD5(6, 2));
    world_poke(w, CDTAB + 64 + 40, CD5(7, 3));
    r = world_txn(w, PAGES, 0, 0);
    check(&r, 9, 0, NS);
    world_drop(w);
}

static void IHI0070_17_7_mpam_ns_of_an_entry_chooses_the_space(void **state)
{
    static const struct {
        uint8_t sec_sid;
        uint32_t has;
        bool ns;
        uint8_t space;
    } tries[] = {
        {NS, (uint32_t)HAS_NS, true, NS}, {SE, 0, true, SE}, {SE, (uint32_t)HAS_NS, false, SE},
        {SE, (uint32_t)HAS_NS, true, NS}, {RE, 0, true, RE}, {RE, (uint32_t)HAS_NS, true, NS},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = with_ids(0x1ff, 0xff | tries[n].has, 0xff | tries[n].has, S1);
        struct armvirt_smmu_result r;

        w->space = tries[n].sec_sid;
        world_enable(w);
        add(w, STE_AT(4), ARMVIRT_PUT(ARMVIRT_SMMU_STE4_PARTID, 0x1ff));
        add(w, STE_AT(5), tries[n].ns ? STE_NS : 0);
        r = world_txn(w, VA, 0, 0);
        check(&r, tries[n].space == NS ? 0x1ff : 0, 0, tries[n].space); /* the limit is its, too */
        world_drop(w);
    }
}

/* ---- Virtual machine structures ------------------------------------------------------------ */

static void IHI0070_5_6_1_the_map_is_used_where_there_are_partids(void **state)
{
    static const struct {
        uint32_t mpamidr;
        unsigned partid;
    } tries[] = {{0xff, 0x44}, {1 << 16, 0}}; /* PMGs alone */

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        struct world *w = with_ids(tries[n].mpamidr, 0, 0, NESTED);
        struct armvirt_smmu_result r;

        world_enable(w);
        world_map(w, S1_TABLES, VA, IPA | DESC_PAGE | AP_EL0);
        add(w, STE_AT(1), S1MPAM);
        add(w, STE_AT(5), n == 0 ? VMS : ARMVIRT_BITS(55, 12) & ARMVIRT_SMMU_STE5_VMSPTR);
        world_poke(w, CDTAB + 40, CD5(32 + 1, 0)); /* 5 bits index the map */
        world_poke(w, VMS, UINT64_C(0x44) << 16);
        r = world_txn(w, VA, 0, 0);
        check(&r, tries[n].partid, 0, NS);
        world_drop(w);
    }
}

/* 4.3.5: illegal where the Security state that SSec names has no such structures. */
static void IHI0070_4_3_5_cfgi_vms_pidm_needs_a_vms(void **state)
{
    static const struct {
        uint32_t mpamidr, s_mpamidr;
        uint8_t space;
        bool ssec, legal;
    } tries[] = {
        {0xff, 0, NS, false, true},
        {1 << 16, 0, NS, false, false},
        {0xff, 0, SE, false, true},
        {0xff, 0, SE, true, false},
        {0xff, (uint32_t)HAS_NS, SE, true, true}, /* in the Non-secure space */
        {0, 0xff, SE, true, true},
        {0, 0xff, SE, false, false},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = with_ids(tries[n].mpamidr, tries[n].s_mpamidr, 0, S1);
        uint64_t ssec = tries[n].ssec ? ARMVIRT_SMMU_CMD0_SSEC : 0;

        w->space = tries[n].space;
        world_enable(w);
        world_command(w, ARMVIRT_SMMU_CMD0_OP_CFGI_VMS_PIDM | ssec, 0);
        assert_int_equal(world_get(w, R_CMDQ_CONS, 4) >> 24, tries[n].legal ? 0 : CERROR_ILL);
        world_drop(w);
    }
}

/* ---- Messages of the Realm interface ------------------------------------------------------- */

/* Any space may reach any granule but one of 64 KB. */
static void close_only(struct world *w, uint64_t pa)
{
    world_poke(w, 0x3f0000, 0x380003);
    for (unsigned n = 0; n < WORLD_BYTES >> 16; n++) {
        world_poke(w, 0x380000 + 8 * n, n == pa >> 16 ? 0 : UINT64_MAX);
    }
    world_root(w, R_ROOT_GPT_BASE, 8, 0x3f0000);
    world_root(w, R_ROOT_GPT_CFG, 8, 0x3500);
    world_root(w, R_ROOT_CR0, 4, 3);
}

/* FPAS of the fault that a message meets tells where it went. */
static void IHI0070_6_3_139_realm_messages_go_where_ns_says(void **state)
{
    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        uint64_t cfg0 = MSI_PAGE | (uint64_t)ns << 63;

        w->space = RE;
        world_put(w, R_GERROR_CFG0, 8, cfg0);
        assert_int_equal(world_get(w, R_GERROR_CFG0, 8), cfg0);
        world_enable(w);
        close_only(w, MSI_PAGE);
        world_command(w, 0xff, 0); /* illegal */
        assert_int_equal(world_root_get(w, R_ROOT_GPF_FAR, 8) >> 62, ns ? 1 : 3);
        world_drop(w);
    }
}

/* The Non-secure and the Secure interface have no such bit. */
static void IHI0070_6_3_20_others_have_no_ns(void **state)
{
    static const uint8_t spaces[] = {NS, SE};

    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

        world_put(w, R_IRQ_CTRL, 4, 0);
        w->space = spaces[n];
        world_put(w, R_GERROR_CFG0, 8, UINT64_MAX);
        assert_int_equal(world_get(w, R_GERROR_CFG0, 8), ARMVIRT_BITS(55, 2));
        world_drop(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_6_3_42_without_update_a_write_is_ignored),
        cmocka_unit_test(IHI0070_6_3_88_mpam_ns_is_there_with_has_mpam_ns),
        cmocka_unit_test(IHI0070_6_3_43_what_bypasses_has_the_global_label),
        cmocka_unit_test(IHI0070_17_3_translated_transactions_have_the_label_of_their_entry),
        cmocka_unit_test(IHI0070_5_2_labels_beyond_the_maximum_are_zero),
        cmocka_unit_test(IHI0070_17_2_without_stage_1_the_entry_counts),
        cmocka_unit_test(IHI0070_17_7_mpam_ns_of_an_entry_chooses_the_space),
        cmocka_unit_test(IHI0070_5_6_1_the_map_is_used_where_there_are_partids),
        cmocka_unit_test(IHI0070_4_3_5_cfgi_vms_pidm_needs_a_vms),
        cmocka_unit_test(IHI0070_6_3_139_realm_messages_go_where_ns_says),
        cmocka_unit_test(IHI0070_6_3_20_others_have_no_ns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
