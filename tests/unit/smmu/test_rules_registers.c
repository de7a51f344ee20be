/* SPDX-License-Identifier: MIT */
/*
 * Registers: rows, access sizes, spaces, guards, updates (IHI0070 6), address translation
 * operations (9), granule protection (3.25), Secure and Realm interfaces (3.10), snapshots.
 */
#include "../../smmu_world.h"

#include "smmu/regs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { QEMU = ARMVIRT_SMMU_QEMU, FVP = ARMVIRT_SMMU_FVP, MAX = ARMVIRT_SMMU_MAX };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE, RE = ARMVIRT_SPACE_REALM };
enum { ROOT = ARMVIRT_SPACE_ROOT };

#define EVENT(n)  ARMVIRT_SMMU_EVT0_TYPE_##n
#define REASON(n) ARMVIRT_SMMU_REASON_##n
#define OP(n)     ARMVIRT_SMMU_CMD0_OP_##n

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)
#define CD(n, field, v)  set_bits(w, CDTAB + 8 * (n), ARMVIRT_SMMU_CD##n##_##field, v)

/* ---- Access -------------------------------------------------------------------------------- */

static void rows_of_registers_are_sorted_and_apart(void **state)
{
    (void)state;
    assert_int_equal(
        armvirt_bank_first_bad_row(armvirt_smmu_page_rows, armvirt_smmu_page_row_count),
        armvirt_smmu_page_row_count);
    assert_int_equal(
        armvirt_bank_first_bad_row(armvirt_smmu_root_rows, armvirt_smmu_root_row_count),
        armvirt_smmu_root_row_count);
}

static enum armvirt_status get(struct world *w, uint64_t offset, uint8_t size, uint8_t space)
{
    struct armvirt_smmu_access access = {.offset = offset, .size = size, .space = space};
    uint64_t value;

    return armvirt_smmu_read(w->smmu, &access, &value);
}

static void rule_6_2_sizes_alignment_and_holes(void **state)
{
    struct world *w = world_new(QEMU, S1);

    (void)state;
    assert_int_equal(get(w, 0x80, 8, NS), ARMVIRT_OK);
    assert_int_equal(get(w, 0x80, 4, NS), ARMVIRT_OK);
    assert_int_equal(get(w, 0x84, 4, NS), ARMVIRT_OK);
    assert_int_equal(get(w, 0x84, 8, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x20, 8, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x20, 2, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x21, 4, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x400, 4, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x20000, 4, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, UINT64_MAX - 3, 4, NS), ARMVIRT_FAULT);
    assert_int_equal(get(w, 0x8020, 4, SE), ARMVIRT_FAULT); /* no Secure interface */
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_STRTAB_BASE + 4, 4, 0xff);
    world_put(w, R_STRTAB_BASE, 4, 0x12345fff);
    assert_int_equal(world_get(w, R_STRTAB_BASE, 8), UINT64_C(0xff12345fc0));
    world_drop(w);
}

static void rule_6_2_secure_realm_and_root_registers_have_their_spaces(void **state)
{
    static const struct {
        uint32_t offset;
        uint8_t allowed; /* bit per space */
    } pages[] = {
        {0x20, 0xf},
        {0x10020, 0xf},
        {0x8020, 1 << SE | 1 << ROOT},
        {0x120020, 1 << RE | 1 << ROOT},
        {0x1300a8, 1 << RE | 1 << ROOT},
        {0x280020, 1 << ROOT},
        {0x20a00, 0xf},
        {0x30a00, 1 << SE | 1 << ROOT},
    };
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        for (uint8_t space = 0; space < 4; space++) {
            assert_int_equal(get(w, pages[i].offset, 4, space),
                             pages[i].allowed >> space & 1 ? ARMVIRT_OK : ARMVIRT_FAULT);
        }
    }
    assert_int_equal(get(w, 0x8014, 4, SE), ARMVIRT_FAULT); /* there is no S_IDR5 */
    world_drop(w);
}

/* ---- Guards and updates -------------------------------------------------------------------- */

static void rule_54_guarded_registers_ignore_writes(void **state)
{
    static const struct {
        uint16_t offset;
        uint8_t size;
    } held[] = {{R_STRTAB_BASE, 8}, {R_STRTAB_CFG, 4},  {R_CR2, 4},         {R_CMDQ_BASE, 8},
                {R_CMDQ_CONS, 4},   {R_EVENTQ_BASE, 8}, {R_EVENTQ_PROD, 4}, {0x28, 4}};
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
        uint64_t before = world_get(w, held[i].offset, held[i].size);

        world_put(w, held[i].offset, held[i].size, ~before & 0xfe0);
        assert_int_equal(world_get(w, held[i].offset, held[i].size), before);
    }
    world_put(w, R_CR0, 4, 0);
    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
        uint64_t before = world_get(w, held[i].offset, held[i].size);

        world_put(w, held[i].offset, held[i].size, before ^ 0x4a);
        assert_int_not_equal(world_get(w, held[i].offset, held[i].size), before);
    }
    world_drop(w);
}

static void rule_56_cr0ack_follows_without_reserved_bits(void **state)
{
    struct world *w = world_new(QEMU, S1);

    (void)state;
    world_put(w, R_CR0, 4, UINT32_MAX);
    assert_int_equal(world_get(w, R_CR0, 4), CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
    assert_int_equal(world_get(w, R_CR0 + 4, 4), CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
    world_put(w, R_IRQ_CTRL, 4, UINT32_MAX);
    assert_int_equal(world_get(w, R_IRQ_CTRL + 4, 4), 5);
    world_drop(w);
    w = world_new(MAX, S1);
    world_put(w, R_CR0, 4, UINT32_MAX);
    assert_int_equal(world_get(w, R_CR0, 4), 0x5df);
    world_put(w, R_CR0, 4, 2); /* PRIQEN without SMMUEN is acknowledged */
    assert_int_equal(world_get(w, R_CR0 + 4, 4), 2);
    world_drop(w);
}

static void queue_sizes_are_capped_for_use_and_read_back_as_written(void **state)
{
    struct world *w = world_new(QEMU, S1); /* EVENTQS is 19 */

    (void)state;
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_EVENTQ_BASE, 8, EVENTQ | 31);
    assert_int_equal(world_get(w, R_EVENTQ_BASE, 8), EVENTQ | 31);
    world_put(w, R_EVENTQ_BASE, 8, EVENTQ); /* one entry: the wrap flag is bit 0 */
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN);
    assert_true(world_txn(w, VA + 0x10000, 0, 0).recorded);
    assert_int_equal(world_get(w, R_EVENTQ_PROD, 4), 1);
    assert_false(world_txn(w, VA + 0x10000, 0, 0).recorded);
    world_drop(w);
}

static void rule_6_3_62_inv_all_invalidates_everything(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    world_poke(w, world_leaf_at(S1_TABLES, VA), (PAGES + 0x1000) | DESC_PAGE | AP_EL0);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    w->space = SE;
    world_put(w, 0x3c, 4, 1);
    assert_int_equal(world_get(w, 0x3c, 4), 0);
    w->space = NS;
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES + 0x1000);
    world_drop(w);
}

static void rule_6_3_1_nsstalld_shows_in_idr0(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    assert_int_equal(world_get(w, 0, 4) >> 24 & 3, 0);
    w->space = SE;
    world_put(w, R_CR0, 4, ARMVIRT_SMMU_S_CR0_NSSTALLD);
    w->space = NS;
    assert_int_equal(world_get(w, 0, 4) >> 24 & 3, 1);
    CD(0, S, 1);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(CD_S_NO_STALL));
    world_drop(w);
}

/* ---- ATOS ---------------------------------------------------------------------------------- */

enum { TYPE_S1 = 1, TYPE_S2 = 2, TYPE_S12 = 3, READ = 1 << 8, PNU = 1 << 9 };

/* Ask GATOS, or VATOS in its page; the PAR. */
static uint64_t ask(struct world *w, uint64_t base, uint64_t sid, uint64_t addr)
{
    world_put(w, base + 0x8, 8, sid);
    world_put(w, base + 0x10, 8, addr);
    world_put(w, base, 4, 1);
    assert_int_equal(world_get(w, base, 4), 1);
    world_put(w, base + 0x10, 8, 0); /* guarded by RUN */
    world_run(w);
    assert_int_equal(world_get(w, base, 4), 0);
    return world_get(w, base + 0x18, 8);
}

#define GATOS 0x100
#define VATOS 0x20a00

static uint64_t gatos(struct world *w, unsigned type, uint64_t addr)
{
    return ask(w, GATOS, SID, addr | type << 10 | READ);
}

static uint64_t fault(unsigned code, unsigned reason, uint64_t ipa)
{
    return 1 | reason << 1 | code << 4 | ipa;
}

static void rule_9_gatos_translates_one_stage_or_both(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    assert_int_equal(gatos(w, TYPE_S12, VA), UINT64_C(0xff) << 56 | (PAGES + 0x5000) | 0x300);
    assert_int_equal(gatos(w, TYPE_S1, VA), UINT64_C(0xff) << 56 | PAGES | 0x300);
    assert_int_equal(gatos(w, TYPE_S2, IPA), UINT64_C(0xff) << 56 | PAGES | 0x300);
    assert_int_equal(world_event_type(w), 0);
    world_drop(w);
}

static void rule_9_1_4_size_is_told_by_the_lowest_bit(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state; /* a 2 MB block */
    world_poke(w, S1_TABLES + 0x1000 + (VA >> 21 & 0x1ff) * 8,
               0x200000 | (DESC_PAGE & ~2u) | AP_EL0);
    assert_int_equal(gatos(w, TYPE_S1, VA) & UINT64_C(0xfffffffffff800),
                     0x200000 | 0x100000 | 0x800);
    world_drop(w);
}

static void rule_9_1_4_faults_say_where(void **state)
{
    struct world *w = world_new(MAX, NESTED);
    uint64_t table = S1_TABLES + 0x1000;

    (void)state;
    assert_int_equal(gatos(w, 0, VA), fault(0xff, 0, 0));
    assert_int_equal(ask(w, GATOS, UINT64_C(1) << 52, IPA | TYPE_S2 << 10), fault(0xff, 0, 0));
    assert_int_equal(ask(w, GATOS, 0xffff, VA | TYPE_S1 << 10), fault(EVENT(C_BAD_STREAMID), 0, 0));
    assert_int_equal(gatos(w, TYPE_S12, VA + 0x10000), fault(EVENT(F_TRANSLATION), 0, 0));
    assert_int_equal(gatos(w, TYPE_S2, VA), fault(EVENT(F_TRANSLATION), 3, 0));
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), 0);
    assert_int_equal(gatos(w, TYPE_S12, VA), fault(EVENT(F_TRANSLATION), 3, PAGES));
    world_poke(w, world_leaf_at(S2_TABLES, table), 0);
    assert_int_equal(gatos(w, TYPE_S12, VA), fault(EVENT(F_TRANSLATION), 2, table));
    assert_int_equal(gatos(w, TYPE_S1, VA), fault(EVENT(F_WALK_EABT), 0, 0)); /* synthetic */
    world_poke(w, world_leaf_at(S2_TABLES, CDTAB), 0);
    assert_int_equal(gatos(w, TYPE_S12, VA), fault(EVENT(F_TRANSLATION), 1, CDTAB));
    assert_int_equal(gatos(w, TYPE_S1, VA), fault(EVENT(F_CD_FETCH), 0, 0));
    STE(0, V, 0);
    assert_int_equal(gatos(w, TYPE_S1, VA), fault(EVENT(C_BAD_STE), 0, 0));
    assert_int_equal(world_event_type(w), 0); /* rule 62: never recorded */
    world_drop(w);
}

static void rule_9_1_3_stages_that_do_not_translate_are_inv_stage(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    assert_int_equal(gatos(w, TYPE_S2, IPA), fault(0xfe, 0, 0));
    assert_int_equal(gatos(w, TYPE_S12, VA), fault(0xfe, 0, 0));
    STE(0, CONFIG, 0);
    assert_int_equal(gatos(w, TYPE_S1, VA), fault(0xfe, 0, 0));
    STE(0, CONFIG, S1);
    STE(0, S1CDMAX, 1);
    STE(1, S1DSS, 1); /* stage 1 bypassed: the address itself */
    assert_int_equal(gatos(w, TYPE_S1, VA) & UINT64_C(0xfffffffff000), VA);
    assert_int_equal(gatos(w, TYPE_S1, UINT64_C(1) << 60), fault(EVENT(F_ADDR_SIZE), 0, 0));
    world_put(w, R_CR0, 4, CR0_CMDQEN);
    world_put(w, GATOS, 4, 1); /* without SMMUEN: ignored */
    assert_int_equal(world_get(w, GATOS, 4), 0);
    world_drop(w);
}

static void rule_9_1_6_vatos_sees_the_streams_of_its_vmid(void **state)
{
    struct world *w = world_new(MAX, NESTED);

    (void)state;
    assert_int_equal(ask(w, VATOS, SID, VA | TYPE_S1 << 10 | READ), fault(EVENT(C_BAD_STE), 0, 0));
    world_put(w, 0x180, 4, 3);
    assert_int_equal(ask(w, VATOS, SID, VA | TYPE_S1 << 10 | READ) & 0xfffffffff000, PAGES);
    assert_int_equal(ask(w, VATOS, SID, VA | TYPE_S12 << 10 | READ), fault(0xff, 0, 0));
    STE(0, CONFIG, 0);
    assert_int_equal(ask(w, VATOS, SID, VA | TYPE_S1 << 10 | READ), fault(EVENT(C_BAD_STE), 0, 0));
    world_drop(w);
}

static void rule_62_httui_writes_no_descriptor(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t leaf = PAGES | AP_EL0 | (DESC_PAGE & ~UINT64_C(0x400));

    (void)state;
    CD(0, HA, 1);
    world_poke(w, world_leaf_at(S1_TABLES, VA), leaf);
    assert_int_equal(gatos(w, TYPE_S1, VA | 0x40) & 1, 0);
    assert_int_equal(world_peek(w, world_leaf_at(S1_TABLES, VA)), leaf);
    assert_int_equal(gatos(w, TYPE_S1, VA) & 1, 0);
    assert_int_equal(world_peek(w, world_leaf_at(S1_TABLES, VA)), leaf | 0x400);
    world_drop(w);
}

static void secure_atos_asks_for_either_world(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t par;

    (void)state;
    w->space = SE;
    world_enable(w);
    par = ask(w, GATOS, SID, VA | TYPE_S1 << 10 | READ); /* a Non-secure stream */
    assert_int_equal(par, UINT64_C(0xff) << 56 | PAGES | 0x300 | 0x400);
    par = ask(w, GATOS, SID | UINT64_C(1) << 53, VA | TYPE_S1 << 10 | READ);
    assert_int_equal(par, UINT64_C(0xff) << 56 | PAGES | 0x300); /* Secure output */
    w->space = NS;
    world_put(w, R_CR0, 4, 0);
    w->space = SE;
    assert_int_equal(ask(w, GATOS, SID, VA | TYPE_S1 << 10), fault(0xfd, 0, 0));
    world_drop(w);
}

/* ---- Secure and Realm ---------------------------------------------------------------------- */

static void rule_3_10_each_interface_has_its_own_streams(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    for (uint8_t space = 0; space < 3; space++) {
        struct armvirt_smmu_result r;

        w->space = space;
        world_put(w, R_CR0, 4, 0);
        world_enable(w);
        r = world_txn(w, VA, 0, 0);
        assert_int_equal(r.outcome, ARMVIRT_SMMU_PASS);
        assert_int_equal(r.pa_space, space);
        assert_int_equal(world_txn(w, VA + 0x10000, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
        assert_int_equal(world_event_type(w), EVENT(F_TRANSLATION));
    }
    w->space = ROOT;
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, 0xff);
    world_drop(w);
}

static void rule_3_10_2_secure_ipas_have_tables_of_their_own(void **state)
{
    struct world *w = world_new(MAX, S2);

    (void)state;
    w->space = SE;
    world_enable(w);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa_space, SE);
    STE(6, S2SA, 1);
    world_command(w, OP(CFGI_STE_RANGE) | ARMVIRT_SMMU_CMD0_SSEC, 31);
    world_command(w, OP(TLBI_SNH_ALL), 0);
    assert_int_equal(world_txn(w, IPA, 0, 0).pa_space, NS);
    world_poke(w, STRTAB + 64 * SID + 48, S2_TABLES + 0x8000); /* S_S2TTB elsewhere */
    world_command(w, OP(CFGI_STE_RANGE) | ARMVIRT_SMMU_CMD0_SSEC, 31);
    world_command(w, OP(TLBI_SNH_ALL), 0);
    assert_int_equal(world_txn(w, IPA, 0, 0).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(world_txn(w, IPA, ARMVIRT_SMMU_NS, 0).pa, PAGES); /* a Non-secure IPA */
    world_drop(w);
}

static void rule_5_4_nscfg_begins_secure_walks_in_non_secure_memory(void **state)
{
    struct world *w = world_new(MAX, S1);

    (void)state;
    w->space = SE;
    world_enable(w);
    CD(1, NSCFG0, 1);
    assert_int_equal(world_txn(w, VA, 0, 0).pa_space, NS);
    world_drop(w);
}

static void rule_6_3_57_sif_stops_secure_fetches_from_non_secure_memory(void **state)
{
    struct world *w = world_new(MAX, BYPASS);
    unsigned fetch = ARMVIRT_SMMU_INSTRUCTION | ARMVIRT_SMMU_NS;

    (void)state;
    w->space = SE;
    world_enable(w);
    assert_int_equal(world_txn(w, 0x1000, fetch, 0).outcome, ARMVIRT_SMMU_PASS);
    world_put(w, R_CR0, 4, world_get(w, R_CR0, 4) | ARMVIRT_SMMU_S_CR0_SIF);
    assert_int_equal(world_txn(w, 0x1000, fetch, 0).reason, REASON(SIF));
    assert_int_equal(world_event_type(w), EVENT(F_PERMISSION));
    assert_int_equal(world_txn(w, 0x1000, ARMVIRT_SMMU_NS, 0).outcome, ARMVIRT_SMMU_PASS);
    STE(0, CONFIG, S1);
    CD(1, NSCFG0, 1);
    world_command(w, OP(CFGI_STE_RANGE) | ARMVIRT_SMMU_CMD0_SSEC, 31);
    assert_int_equal(world_txn(w, VA, fetch, 0).outcome, ARMVIRT_SMMU_ABORT);
    assert_int_equal(world_event_type(w), EVENT(F_PERMISSION));
    STE(0, CONFIG, S2);
    world_command(w, OP(CFGI_STE_RANGE) | ARMVIRT_SMMU_CMD0_SSEC, 31);
    assert_int_equal(world_txn(w, IPA, fetch, 0).reason, REASON(SIF));
    world_put(w, R_CR0, 4, ARMVIRT_SMMU_S_CR0_SIF);
    assert_int_equal(world_txn(w, 0x1000, fetch, 0).reason, REASON(SIF));
    world_drop(w);
}

/* ---- Granule protection -------------------------------------------------------------------- */

/* One level 0 entry that blocks all of memory as a GPI, for 4 KB granules. */
static void protect(struct world *w, unsigned gpi)
{
    w->space = ROOT;
    world_poke(w, 0x3f0000, (uint64_t)gpi << 4 | 1);
    {
        struct armvirt_smmu_access access = {.offset = 0x280028, .size = 8, .space = ROOT};

        (void)armvirt_smmu_write(w->smmu, &access, 0x3f0000);
        access.offset = 0x280030; /* PPS 32 bits, granule 4 KB, inner shareable, write-back */
        (void)armvirt_smmu_write(w->smmu, &access, 0x3500);
        access.offset = 0x280020;
        access.size = 4;
        (void)armvirt_smmu_write(w->smmu, &access, 3);
    }
    w->space = NS;
}

static void rule_3_25_granule_protection_stops_the_smmu_and_its_clients(void **state)
{
    struct world *w = world_new(MAX, S1);
    uint64_t event[4];

    (void)state;
    protect(w, 0xf); /* any access */
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    world_drop(w);
    w = world_new(MAX, S1);
    protect(w, 0x9); /* Non-secure */
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    w->space = SE;
    world_enable(w);
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
    world_put(w, R_CR0, 4, 0);
    assert_int_equal(world_txn(w, 0x1000, 0, 0).reason, REASON(GPC_OUTPUT)); /* bypass */
    world_drop(w);
    w = world_new(MAX, S1);
    assert_int_equal(world_txn(w, VA, 0, 0).outcome, ARMVIRT_SMMU_PASS);
    protect(w, 0x0); /* no access */
    assert_int_equal(world_txn(w, VA, 0, 0).reason, REASON(STE_FETCH));
    assert_false(world_event(w, event)); /* the event queue is protected too */
    assert_int_equal(world_get(w, R_GERROR, 4), ARMVIRT_SMMU_GERROR_EVENTQ_ABT_ERR);
    world_drop(w);
}

/* ---- Snapshots ----------------------------------------------------------------------------- */

static void snapshots_hold_registers_and_stalled_transactions(void **state)
{
    struct world *a = world_new(MAX, S1), *b = world_new(MAX, S1), *w = a;
    uint8_t bytes[20000], again[20000];
    size_t len = 0, len2 = 0;
    uint16_t stag;

    (void)state;
    CD(0, S, 1);
    for (unsigned i = 0; i < 20; i++) { /* some wait for room in the queue */
        stag = world_txn(a, VA + 0x10000, 0, 0).stag;
    }
    world_put(a, GATOS + 8, 8, 77);
    assert_int_equal(armvirt_smmu_save(a->smmu, NULL, 0, &len), ARMVIRT_E_NOSPACE);
    assert_true(len <= sizeof(bytes));
    assert_int_equal(armvirt_smmu_save(a->smmu, bytes, len, &len), ARMVIRT_OK);
    memcpy(b->bytes, a->bytes, sizeof(a->bytes));
    assert_int_equal(armvirt_smmu_load(b->smmu, bytes, len), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_save(b->smmu, again, sizeof(again), &len2), ARMVIRT_OK);
    assert_int_equal(len, len2);
    assert_memory_equal(bytes, again, len);
    world_put(b, R_EVENTQ_CONS, 4, world_get(b, R_EVENTQ_PROD, 4));
    world_run(b); /* the rest is recorded */
    world_command(b, OP(STALL_TERM) | (uint64_t)SID << 32, 0);
    assert_int_equal(b->resumed, 20);
    (void)stag;
    world_drop(a);
    world_drop(b);
}

static void damaged_snapshots_change_nothing(void **state)
{
    struct world *w = world_new(MAX, S1), *other = world_new(FVP, S1);
    uint8_t bytes[20000], good[20000], now[20000];
    size_t len, len2;
    unsigned loaded = 0;

    (void)state;
    CD(0, S, 1);
    world_txn(w, VA + 0x10000, 0, 0);
    assert_int_equal(armvirt_smmu_save(w->smmu, good, sizeof(good), &len), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_load(other->smmu, good, len), ARMVIRT_E_FORMAT);
    for (size_t i = 0; i < len; i++) {
        memcpy(bytes, good, len);
        bytes[i] ^= 0x41;
        loaded += armvirt_smmu_load(w->smmu, bytes, len) == ARMVIRT_OK;
        assert_int_equal(armvirt_smmu_load(w->smmu, good, i), ARMVIRT_E_FORMAT);
    }
    assert_int_equal(loaded, 0); /* the CRC knows */
    assert_int_equal(armvirt_smmu_save(w->smmu, now, sizeof(now), &len2), ARMVIRT_OK);
    assert_memory_equal(good, now, len);
    world_drop(w);
    world_drop(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_registers_are_sorted_and_apart),
        cmocka_unit_test(rule_6_2_sizes_alignment_and_holes),
        cmocka_unit_test(rule_6_2_secure_realm_and_root_registers_have_their_spaces),
        cmocka_unit_test(rule_54_guarded_registers_ignore_writes),
        cmocka_unit_test(rule_56_cr0ack_follows_without_reserved_bits),
        cmocka_unit_test(queue_sizes_are_capped_for_use_and_read_back_as_written),
        cmocka_unit_test(rule_6_3_62_inv_all_invalidates_everything),
        cmocka_unit_test(rule_6_3_1_nsstalld_shows_in_idr0),
        cmocka_unit_test(rule_9_gatos_translates_one_stage_or_both),
        cmocka_unit_test(rule_9_1_4_size_is_told_by_the_lowest_bit),
        cmocka_unit_test(rule_9_1_4_faults_say_where),
        cmocka_unit_test(rule_9_1_3_stages_that_do_not_translate_are_inv_stage),
        cmocka_unit_test(rule_9_1_6_vatos_sees_the_streams_of_its_vmid),
        cmocka_unit_test(rule_62_httui_writes_no_descriptor),
        cmocka_unit_test(secure_atos_asks_for_either_world),
        cmocka_unit_test(rule_3_10_each_interface_has_its_own_streams),
        cmocka_unit_test(rule_3_10_2_secure_ipas_have_tables_of_their_own),
        cmocka_unit_test(rule_5_4_nscfg_begins_secure_walks_in_non_secure_memory),
        cmocka_unit_test(rule_6_3_57_sif_stops_secure_fetches_from_non_secure_memory),
        cmocka_unit_test(rule_3_25_granule_protection_stops_the_smmu_and_its_clients),
        cmocka_unit_test(snapshots_hold_registers_and_stalled_transactions),
        cmocka_unit_test(damaged_snapshots_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
