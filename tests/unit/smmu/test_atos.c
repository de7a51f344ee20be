/* SPDX-License-Identifier: MIT */
/*
 * Address translation operations by their registers (IHI0070 9, 6.3.37 to 6.3.44): requests that
 * are invalid, what a PAR holds, what each interface asks, and requests that wait for memory.
 */
#include "suite.h"

#include "../../smmu_world.h"

enum { BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 };
enum { LINUX_MIN = ARMVIRT_SMMU_LINUX_MIN, MAX = ARMVIRT_SMMU_MAX };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE, ROOT = ARMVIRT_SPACE_ROOT };

/* ATOS_ADDR. */
enum { TYPE_S1 = 1 << 10, TYPE_S2 = 2 << 10, TYPE_S12 = 3 << 10 };
enum { PNU = 1 << 9, READ = 1 << 8, IND = 1 << 7, NS_IPA = 1 << 4 };

#define SSID_VALID  (UINT64_C(1) << 52)
#define SSEC        (UINT64_C(1) << 53)
#define EVENT(name) ARMVIRT_SMMU_EVT0_TYPE_##name

/* FAULTCODE that is no event, and REASON. IHI0070 9.1.4, 9.1.5. */
enum { INV_REQ = 0xff, INV_STAGE = 0xfe };
enum { AT_S1, AT_S2_CD, AT_S2_TT, AT_S2_IN };

#define FAULT(code, reason, ipa) (1 | (uint64_t)(reason) << 1 | (uint64_t)(code) << 4 | (ipa))
#define FAILS(name)              FAULT(EVENT(name), AT_S1, 0)
#define NSIPA                    UINT64_C(8)

/* Normal write-back, inner shareable. */
#define PASSES(pa) (UINT64_C(0xff) << 56 | 0x300 | (pa))
#define PAR_NS     UINT64_C(0x400)

/* Where the registers are. */
struct page {
    uint32_t at, sel;
    uint8_t space;
};

enum { GATOS, VATOS, S_GATOS, S_VATOS };

static const struct page pages[] = {
    [GATOS] = {0x100, 0, NS},
    [VATOS] = {0x20a00, 0x180, NS},
    [S_GATOS] = {0x8100, 0, SE},
    [S_VATOS] = {0x30a00, 0x8180, SE},
};

static void put(struct world *w, const struct page *page, uint32_t offset, uint8_t size,
                uint64_t value)
{
    struct armvirt_smmu_access access = {.offset = offset, .size = size, .space = page->space};

    assert_int_equal(armvirt_smmu_write(w->smmu, &access, value), ARMVIRT_OK);
}

static uint64_t get(struct world *w, const struct page *page, uint32_t offset, uint8_t size)
{
    struct armvirt_smmu_access access = {.offset = offset, .size = size, .space = page->space};
    uint64_t value;

    assert_int_equal(armvirt_smmu_read(w->smmu, &access, &value), ARMVIRT_OK);
    return value;
}

static void start(struct world *w, const struct page *page, uint64_t sid, uint64_t addr)
{
    put(w, page, page->at + 0x8, 8, sid);
    put(w, page, page->at + 0x10, 8, addr);
    put(w, page, page->at, 4, 1);
    assert_int_equal(get(w, page, page->at, 4), 1);
}

static uint64_t ask(struct world *w, const struct page *page, uint64_t sid, uint64_t addr)
{
    start(w, page, sid, addr);
    assert_true(armvirt_smmu_pending(w->smmu));
    world_run(w);
    assert_int_equal(get(w, page, page->at, 4), 0);
    assert_false(armvirt_smmu_pending(w->smmu));
    assert_int_equal(world_event_type(w), 0); /* faults of requests are not recorded: 9.1.4 */
    return get(w, page, page->at + 0x18, 8);
}

static void set_bits(struct world *w, uint64_t pa, uint64_t mask, uint64_t value)
{
    world_poke(w, pa, (world_peek(w, pa) & ~mask) | ARMVIRT_PUT(mask, value));
}

#define STE(n, field, v) set_bits(w, STRTAB + 64 * SID + 8 * (n), ARMVIRT_SMMU_STE##n##_##field, v)

/* MAX, with both interfaces enabled and all VATOS registers on the VMID of the stream. */
static struct world *begin(unsigned config)
{
    struct world *w = world_new(MAX, config);

    w->space = SE;
    world_enable(w);
    w->space = NS;
    put(w, &pages[VATOS], pages[VATOS].sel, 4, 3);
    put(w, &pages[S_VATOS], pages[S_VATOS].sel, 4, 3);
    return w;
}

/* ---- Changes ------------------------------------------------------------------------------- */

static void no_execute(struct world *w)
{
    uint64_t leaf = PAGES | DESC_PAGE | AP_EL0 | UINT64_C(3) << 53; /* UXN, PXN */

    world_poke(w, world_leaf_at(S1_TABLES, VA), leaf);
}

static void privileged_only(struct world *w)
{
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE);
}

static void read_only(struct world *w)
{
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE | AP_EL0 | AP_RO);
}

static void non_secure_ipa(struct world *w)
{
    world_poke(w, world_leaf_at(S1_TABLES, VA), PAGES | DESC_PAGE | AP_EL0 | 0x20);
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), 0);
}

static void secure_ipa(struct world *w)
{
    world_poke(w, world_leaf_at(S2_TABLES, PAGES), 0);
}

static void non_secure_ipas_stay(struct world *w)
{
    STE(3, S2NSW, 1);
    STE(3, S2NSA, 1);
}

static void el2_stream(struct world *w)
{
    STE(1, STRW, 2);
}

static void bypassed(struct world *w)
{
    STE(0, CONFIG, BYPASS);
}

/* Stage 1 is skipped, and Secure instructions come from Secure memory alone. */
static void skipped_under_sif(struct world *w)
{
    STE(1, S1DSS, 1);
    STE(0, S1CDMAX, 1);
    w->space = SE;
    world_put(w, R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    world_put(w, R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN | ARMVIRT_SMMU_S_CR0_SIF);
    w->space = NS;
}

static void another_vmid(struct world *w)
{
    STE(2, S2VMID, 4);
}

static void events_of_bad_streams_off(struct world *w)
{
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_CR2, 4, 0);
    world_put(w, R_CR0, 4, CR0_SMMUEN);
}

/* Two levels, split at bit 6: one entry, with @span. */
static void two_levels(struct world *w, unsigned span)
{
    world_put(w, R_CR0, 4, 0);
    world_poke(w, 0x170000, STRTAB | span);
    world_put(w, R_STRTAB_BASE, 8, 0x170000);
    world_put(w, R_STRTAB_CFG, 4, 1 << 16 | 6 << 6 | 8);
    world_put(w, R_CR0, 4, CR0_SMMUEN);
}

static void span_0(struct world *w)
{
    two_levels(w, 0);
}

static void span_of_two(struct world *w)
{
    two_levels(w, 2);
}

static void span_of_all(struct world *w)
{
    two_levels(w, 7);
}

static void ste_aborts(struct world *w)
{
    w->abort_at = STRTAB + 64 * SID;
}

static void cd_aborts(struct world *w)
{
    w->abort_at = CDTAB;
}

static void stage1_table_aborts(struct world *w)
{
    w->abort_at = world_leaf_at(S1_TABLES, VA);
}

static void stage2_table_aborts(struct world *w)
{
    w->abort_at = world_leaf_at(S2_TABLES, IPA);
}

/* Granule protection: the first GB is of all, the second, where the page leads, of nobody. */
static void output_is_protected(struct world *w)
{
    static const struct page root = {0x280000, 0, ROOT};

    world_poke(w, world_leaf_at(S1_TABLES, VA), 0x40000000 | DESC_PAGE | AP_EL0);
    world_poke(w, 0x3f0000, 0xf << 4 | 1);
    world_poke(w, 0x3f0008, 0x0 << 4 | 1);
    put(w, &root, root.at + 0x28, 8, 0x3f0000);
    put(w, &root, root.at + 0x30, 8, 0x3500);
    put(w, &root, root.at + 0x20, 4, 3);
}

/* ---- Answers ------------------------------------------------------------------------------- */

struct row {
    const char *name;
    uint8_t config, page;
    void (*change)(struct world *w);
    uint64_t sid, addr; /* beside SID */
    uint64_t par;
};

static const struct row rows[] = {
    /* The kind of access. */
    {"6.3.39 IND: an instruction read", S1, GATOS, no_execute, 0, VA | TYPE_S1 | READ | IND,
     FAILS(F_PERMISSION)},
    {"6.3.39 IND: a write is of data", S1, GATOS, no_execute, 0, VA | TYPE_S1 | IND, PASSES(PAGES)},
    {"6.3.39 IND: 0 is data", S1, GATOS, no_execute, 0, VA | TYPE_S1 | READ, PASSES(PAGES)},
    {"6.3.39 PnU: unprivileged", S1, GATOS, privileged_only, 0, VA | TYPE_S1 | READ,
     FAILS(F_PERMISSION)},
    {"6.3.39 PnU: privileged", S1, GATOS, privileged_only, 0, VA | TYPE_S1 | READ | PNU,
     PASSES(PAGES)},
    {"6.3.39 RnW: a write", S1, GATOS, read_only, 0, VA | TYPE_S1, FAILS(F_PERMISSION)},
    {"6.3.39 RnW: a read", S1, GATOS, read_only, 0, VA | TYPE_S1 | READ, PASSES(PAGES)},
    /* Invalid requests. */
    {"9.1.5 INV_REQ: TYPE 0", S1, GATOS, NULL, 0, VA | READ, FAULT(INV_REQ, 0, 0)},
    {"9.1.5 INV_REQ: stage 2 of a substream", NESTED, GATOS, NULL, SSID_VALID, IPA | TYPE_S2 | READ,
     FAULT(INV_REQ, 0, 0)},
    {"9.1.5 INV_REQ: VATOS of stage 2", NESTED, VATOS, NULL, 0, IPA | TYPE_S2 | READ,
     FAULT(INV_REQ, 0, 0)},
    {"9.1.5 INV_REQ: Secure VATOS of both", NESTED, S_VATOS, NULL, 0, VA | TYPE_S12 | READ,
     FAULT(INV_REQ, 0, 0)},
    /* Streams. */
    {"9.1.5 C_BAD_STREAMID: not recorded", S1, GATOS, events_of_bad_streams_off, 0x1000,
     VA | TYPE_S1, FAILS(C_BAD_STREAMID)},
    {"9.1.5 C_BAD_STREAMID: span 0", S1, GATOS, span_0, 0, VA | TYPE_S1, FAILS(C_BAD_STREAMID)},
    {"9.1.5 C_BAD_STREAMID: beyond the span", S1, GATOS, span_of_two, 0, VA | TYPE_S1,
     FAILS(C_BAD_STREAMID)},
    {"9.1.5 two levels", S1, GATOS, span_of_all, 0, VA | TYPE_S1, PASSES(PAGES)},
    {"9.1.5 C_BAD_SUBSTREAMID", S1, GATOS, NULL, SSID_VALID, VA | TYPE_S1,
     FAILS(C_BAD_SUBSTREAMID)},
    {"9.1.5 INV_STAGE: stage 1 of stage 2", S2, GATOS, NULL, 0, VA | TYPE_S1,
     FAULT(INV_STAGE, 0, 0)},
    {"9.1.5 INV_STAGE: bypass", BYPASS, GATOS, NULL, 0, VA | TYPE_S1, FAULT(INV_STAGE, 0, 0)},
    {"9.1.6 VATOS: stage 1 has the VMID", S1, VATOS, NULL, 0, VA | TYPE_S1, PASSES(PAGES)},
    {"9.1.6 VATOS: bypass has none", S1, VATOS, bypassed, 0, VA | TYPE_S1, FAILS(C_BAD_STE)},
    {"9.1.6 VATOS: EL2 has none", S1, VATOS, el2_stream, 0, VA | TYPE_S1, FAILS(C_BAD_STE)},
    {"9.1.6 GATOS sees EL2", S1, GATOS, el2_stream, 0, VA | TYPE_S1, PASSES(PAGES)},
    {"9.1.6 VATOS: another VMID", S1, VATOS, another_vmid, 0, VA | TYPE_S1, FAILS(C_BAD_STE)},
    /* Fetches. */
    {"9.1.5 F_STE_FETCH", S1, GATOS, ste_aborts, 0, VA | TYPE_S1, FAILS(F_STE_FETCH)},
    {"9.1.5 F_CD_FETCH", S1, GATOS, cd_aborts, 0, VA | TYPE_S1, FAILS(F_CD_FETCH)},
    {"9.1.5 F_WALK_EABT at stage 1", S1, GATOS, stage1_table_aborts, 0, VA | TYPE_S1,
     FAILS(F_WALK_EABT)},
    {"9.1.4 F_WALK_EABT at stage 2 has no address", S2, GATOS, stage2_table_aborts, 0,
     IPA | TYPE_S2, FAULT(EVENT(F_WALK_EABT), AT_S2_IN, 0)},
    {"9.1.4 the output is not checked", S1, GATOS, output_is_protected, 0, VA | TYPE_S1,
     PASSES(0x40000000)},
    /* The Secure interface. */
    {"6.3.38 SSEC: 0 is a Non-secure stream", S1, S_GATOS, NULL, 0, VA | TYPE_S1,
     PASSES(PAGES | PAR_NS)},
    {"6.3.38 SSEC: 1 is a Secure stream", S1, S_GATOS, NULL, SSEC, VA | TYPE_S1, PASSES(PAGES)},
    {"6.3.39 NS: 0 is a Secure IPA", S2, S_GATOS, non_secure_ipas_stay, SSEC, IPA | TYPE_S2,
     PASSES(PAGES)},
    {"6.3.39 NS: 1 is a Non-secure IPA", S2, S_GATOS, non_secure_ipas_stay, SSEC,
     IPA | TYPE_S2 | NS_IPA, PASSES(PAGES | PAR_NS)},
    {"9.1.3 SIF: stage 1 is skipped, Non-secure", S1, S_GATOS, skipped_under_sif, SSEC,
     VA | TYPE_S1 | READ | IND | NS_IPA, FAILS(F_PERMISSION)},
    {"9.1.3 SIF: stage 1 is skipped, Secure", S1, S_GATOS, skipped_under_sif, SSEC,
     VA | TYPE_S1 | READ | IND, UINT64_C(0xff) << 56 | VA},
    {"9.1.3 SIF: stage 1 is skipped, data", S1, S_GATOS, skipped_under_sif, SSEC,
     VA | TYPE_S1 | READ | NS_IPA, UINT64_C(0xff) << 56 | VA | PAR_NS},
    {"9.1.6 Secure VATOS is of Secure streams", NESTED, S_VATOS, NULL, 0, VA | TYPE_S1,
     PASSES(PAGES)},
    {"9.1.6 Secure VATOS: another VMID", NESTED, S_VATOS, another_vmid, 0, VA | TYPE_S1,
     FAILS(C_BAD_STE)},
    {"9.1.4 NSIPA: a Non-secure IPA", NESTED, S_GATOS, non_secure_ipa, SSEC, VA | TYPE_S12,
     FAULT(EVENT(F_TRANSLATION), AT_S2_IN, PAGES | NSIPA)},
    {"9.1.4 NSIPA: a Secure IPA", NESTED, S_GATOS, secure_ipa, SSEC, VA | TYPE_S12,
     FAULT(EVENT(F_TRANSLATION), AT_S2_IN, PAGES)},
};

static void answer(void **state)
{
    const struct row *row = *state;
    struct world *w = begin(row->config);

    if (row->change != NULL) {
        row->change(w);
    }
    assert_int_equal(ask(w, &pages[row->page], SID | row->sid, row->addr), row->par);
    world_drop(w);
}

/* ---- Stages that are not there ------------------------------------------------------------- */

static void rule_9_1_5_stages_that_the_smmu_lacks_are_inv_req(void **state)
{
    static const struct {
        uint32_t lacks;
        uint8_t config;
        uint64_t par[3]; /* of TYPE 1 to 3 */
    } lacking[] = {
        {ARMVIRT_SMMU_IDR0_S2P, S1, {PASSES(PAGES), FAULT(INV_REQ, 0, 0), FAULT(INV_REQ, 0, 0)}},
        {ARMVIRT_SMMU_IDR0_S1P, S2, {FAULT(INV_REQ, 0, 0), PASSES(PAGES), FAULT(INV_REQ, 0, 0)}},
    };

    (void)state;
    for (size_t n = 0; n < COUNT_OF(lacking); n++) {
        struct armvirt_smmu_id id;
        struct world *w;

        assert_int_equal(armvirt_smmu_preset_id(LINUX_MIN, &id), ARMVIRT_OK);
        id.idr[0] = (id.idr[0] | (uint32_t)ARMVIRT_SMMU_IDR0_ATOS) & ~lacking[n].lacks;
        w = world_new_id(&id, 0, 0);
        world_stream(w, lacking[n].config);
        world_enable(w);
        for (unsigned type = 1; type <= 3; type++) {
            uint64_t addr = lacking[n].config == S1 ? VA : IPA;

            assert_int_equal(ask(w, &pages[GATOS], SID, addr | type << 10 | READ),
                             lacking[n].par[type - 1]);
        }
        world_drop(w);
    }
}

/* The same tables do: a level 1 of four entries. */
static void rule_9_1_3_stage_1_of_vmsav8_32_is_asked_for_alone(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    assert_int_equal(armvirt_smmu_preset_id(LINUX_MIN, &id), ARMVIRT_OK);
    id.idr[0] |= (uint32_t)(ARMVIRT_SMMU_IDR0_ATOS | ARMVIRT_SMMU_IDR0_TTF);
    w = world_new_id(&id, 0, 0);
    world_stream(w, NESTED);
    set_bits(w, CDTAB, ARMVIRT_SMMU_CD0_AA64, 0);
    set_bits(w, CDTAB, ARMVIRT_SMMU_CD0_T0SZ, 0);
    set_bits(w, CDTAB, ARMVIRT_SMMU_CD0_T1SZ, 0);
    world_enable(w);
    assert_int_equal(ask(w, &pages[GATOS], SID, VA | TYPE_S12 | READ), PASSES(PAGES + 0x5000));
    assert_int_equal(ask(w, &pages[GATOS], SID, VA | TYPE_S1 | READ), PASSES(PAGES));
    assert_int_equal(ask(w, &pages[GATOS], SID, VA | UINT64_C(1) << 32 | TYPE_S1 | READ),
                     FAILS(F_TRANSLATION));
    world_drop(w);
}

/* ---- Waiting ------------------------------------------------------------------------------- */

static void rule_6_3_37_each_interface_is_told_to_be_pending(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT_OF(pages); n++) {
        struct world *w = begin(NESTED);

        assert_int_equal(armvirt_smmu_run(w->smmu, 0), ARMVIRT_OK);
        start(w, &pages[n], SID | (n == S_GATOS ? SSEC : 0), VA | TYPE_S1);
        assert_int_equal(armvirt_smmu_run(w->smmu, 0), ARMVIRT_E_AGAIN);
        assert_int_equal(armvirt_smmu_run(w->smmu, 1), ARMVIRT_OK);
        assert_int_equal(get(w, &pages[n], pages[n].at + 0x18, 8), PASSES(PAGES));
        world_drop(w);
    }
}

/* A request whose memory asks to retry runs on, and is answered as though it had not. */
static void rule_6_3_37_requests_wait_for_memory(void **state)
{
    const uint64_t at[] = {STRTAB + 64 * SID, CDTAB, world_leaf_at(S1_TABLES, VA)};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(at); n++) {
        struct world *w = begin(S1);
        const struct page *page = &pages[GATOS];

        w->retry_at = at[n];
        start(w, page, SID, VA | TYPE_S1);
        for (unsigned again = 0; again < 2; again++) {
            assert_int_equal(armvirt_smmu_run(w->smmu, 8), ARMVIRT_E_AGAIN);
            assert_int_equal(get(w, page, page->at, 4), 1);
            assert_int_equal(get(w, page, page->at + 0x18, 8), 0);
        }
        w->retry_at = UINT64_MAX;
        assert_int_equal(armvirt_smmu_run(w->smmu, 8), ARMVIRT_OK);
        assert_int_equal(get(w, page, page->at, 4), 0);
        assert_int_equal(get(w, page, page->at + 0x18, 8), PASSES(PAGES));
        world_drop(w);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, answer, rows);
    SUITE_ADD(&suite, rule_9_1_5_stages_that_the_smmu_lacks_are_inv_req);
    SUITE_ADD(&suite, rule_9_1_3_stage_1_of_vmsav8_32_is_asked_for_alone);
    SUITE_ADD(&suite, rule_6_3_37_each_interface_is_told_to_be_pending);
    SUITE_ADD(&suite, rule_6_3_37_requests_wait_for_memory);
    return suite_run(&suite, "address translation operations");
}
