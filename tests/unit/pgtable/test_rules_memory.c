/* SPDX-License-Identifier: MIT */
/*
 * Memory that answers each table access with an abort or with a request to retry, and software that
 * changes descriptors in between: DDI0487 D8.15.1.3, D8.5.2.1, D24.2.46.
 */
#include "tables.h"

static struct tables t;

#define IPA UINT64_C(0x1c0000000)
#define GPT UINT64_C(0xe0000000)

/* ---- Machines ----------------------------------------------------------------------------- */

enum {
    NESTED = 1,  /* stage 2, by pages */
    UPDATES = 2, /* no access flag is set and hardware sets it, of tables as well */
    GRANULES = 4 /* granule protection */
};

struct machine {
    const char *name;
    unsigned has;
    uint8_t kind;
};

static const struct machine machines[] = {
    {"rule_63_R_YLGBV_read", 0, ARMVIRT_READ},
    {"rule_63_R_YLGBV_fetch", 0, ARMVIRT_FETCH},
    {"rule_63_R_YLGBV_AT", 0, ARMVIRT_AT_WRITE},
    {"rule_63_R_YLGBV_nested_read", NESTED, ARMVIRT_READ},
    {"rule_63_R_YLGBV_nested_write", NESTED, ARMVIRT_WRITE},
    {"rule_63_R_YLGBV_nested_debugger", NESTED, ARMVIRT_DEBUGGER},
    {"rule_63_R_LXCKP_update_read", UPDATES, ARMVIRT_READ},
    {"rule_63_R_LXCKP_update_write", UPDATES, ARMVIRT_WRITE},
    {"rule_63_R_LXCKP_nested_update_fetch", NESTED | UPDATES, ARMVIRT_FETCH},
    {"rule_63_R_LXCKP_nested_update_write", NESTED | UPDATES, ARMVIRT_WRITE},
    {"rule_63_R_LXCKP_granules_update", NESTED | UPDATES | GRANULES, ARMVIRT_WRITE},
    {"rule_63_R_DFCHJ_granules", GRANULES, ARMVIRT_READ},
};

static void put_granules(void)
{
    t.vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC | ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, 2) |
                       ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PPS, 1);
    t.vmsa.gptbr_el3 = GPT >> 12;
    for (uint64_t gb = 0; gb < 8; gb++)
        tables_put(&t, GPT + gb * 8, 0xf1); /* a block of all spaces */
}

static void clear_access_flags(void)
{
    for (unsigned i = 0; i < t.entry_count; i++) {
        if (t.entries[i].pa < GPT)
            t.entries[i].value[0] &= ~LEAF_AF;
    }
}

static void build(const struct machine *m)
{
    tables_reset_security(&t, ARMVIRT_SPACE_NONSECURE);
    tables_page(&t, 0, IPA | S1_RW | LEAF_DBM | (m->has & UPDATES ? LEAF_BIT7 : 0));
    if (m->has & NESTED) {
        uint64_t leaf = IPA | S2_PAGE | LEAF_DBM;

        tables_enable_stage2(&t);
        tables_s2_walk_pages(&t);
        tables_s2_page(&t, IPA, m->has & UPDATES ? leaf & ~LEAF_BIT7 : leaf);
    }
    if (m->has & UPDATES) {
        t.vmsa.tcr_el1 |= ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD;
        t.vmsa.tcr2_el1 |= ARMVIRT_TCR2_EL1_HAFT;
        t.vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_HA | ARMVIRT_VTCR_EL2_HD | ARMVIRT_VTCR_EL2_HAFT;
        clear_access_flags();
    }
    if (m->has & GRANULES)
        put_granules();
}

/* ---- Access number hook_at gets the answer ------------------------------------------------- */

static enum armvirt_bus answer;
static struct armvirt_mem_req hit; /* what got it */
static bool hit_cas, hit_before_final;

/* The quick path leaves whatever it cannot answer to a complete walk, which begins anew. */
static enum armvirt_bus answer_one(struct tables *machine, const struct armvirt_mem_req *req,
                                   bool cas)
{
    unsigned n = machine->hook_count++;

    if (n != machine->hook_at && n != 2 * machine->hook_at + 1) {
        if (req->what == ARMVIRT_MEM_STAGE1_DESC && req->pa == S1_TABLE(3))
            hit_before_final = false;
        return ARMVIRT_BUS_OK;
    }
    hit = *req;
    hit_cas = cas;
    return answer;
}

static unsigned stage_of(uint64_t pa)
{
    return pa >= GPT ? 0 : pa >= S2_TABLE(1) ? 2 : 1;
}

static int level_of(uint64_t pa)
{
    return (int)((pa & UINT64_C(0x3fffffff)) >> 24) - 2;
}

/* One run with the answer at access @n; false if the walk has no access @n. */
static bool answered(const struct machine *m, unsigned n, enum armvirt_status *status)
{
    build(m);
    t.hook = answer_one;
    t.hook_at = n;
    hit = (struct armvirt_mem_req){.pa = 0};
    hit_before_final = true;
    *status = tables_run(&t, 0x123, m->kind, 1, 0);
    return hit.pa != 0;
}

static void expect_update_or_read(const struct machine *m)
{
    const struct armvirt_fault *f = &t.walk.fault;

    assert_int_equal(f->type, ARMVIRT_FAULT_EXTERNAL_ON_WALK);
    assert_int_equal(f->reason, hit_cas ? ARMVIRT_REASON_EXTERNAL_UPDATE : ARMVIRT_REASON_EXTERNAL);
    assert_int_equal(f->stage, stage_of(hit.pa));
    assert_int_equal(f->level, level_of(hit.pa));
    assert_int_equal(f->pa, hit.pa);
    assert_int_equal(f->pa_space, hit.space);
    if (f->stage == 1)
        assert_false(f->s1ptw);
    else if (!(m->has & UPDATES)) /* else the table's page is walked again for its update */
        assert_int_equal(f->s1ptw, hit_before_final);
}

static void abort_at_every_access(const struct machine *m)
{
    enum armvirt_status status;
    unsigned n, updates = 0;

    answer = ARMVIRT_BUS_ABORT;
    for (n = 0; answered(m, n, &status); n++) {
        assert_int_equal(status, ARMVIRT_FAULT);
        updates += hit_cas;
        if (hit.pa < GPT) {
            expect_update_or_read(m);
        } else {
            assert_int_equal(t.walk.fault.gpcf, ARMVIRT_GPCF_EXTERNAL);
            assert_int_equal(t.walk.fault.reason, ARMVIRT_REASON_GPT_EXTERNAL);
        }
    }
    assert_int_equal(status, ARMVIRT_OK);
    assert_int_equal(t.walk.pa, IPA + 0x123);
    assert_true(n >= (m->has & NESTED ? 19 : 4));
    assert_true((m->has & UPDATES) == 0 || updates >= 4);
}

/* The memory that a walk without interference leaves, and its answer. */
static void finish(const struct machine *m, struct tables_entry *memory, struct armvirt_walk *walk)
{
    t.hook = NULL;
    assert_int_equal(tables_run(&t, 0x123, m->kind, 1, 0), ARMVIRT_OK);
    memcpy(memory, t.entries, sizeof(t.entries));
    *walk = t.walk;
}

static void retry_at_every_access(const struct machine *m)
{
    static struct tables_entry clean[TABLES_ENTRIES], memory[TABLES_ENTRIES];
    struct armvirt_walk first, again;
    enum armvirt_status status;
    unsigned n;

    answer = ARMVIRT_BUS_RETRY;
    build(m);
    finish(m, clean, &first);
    for (n = 0; answered(m, n, &status); n++) {
        assert_int_equal(status, ARMVIRT_E_AGAIN);
        finish(m, memory, &again);
        assert_memory_equal(memory, clean, sizeof(clean));
        assert_int_equal(again.pa, first.pa);
        assert_int_equal(again.ipa, first.ipa);
        assert_int_equal(again.perm, first.perm);
        assert_int_equal(again.attr.mair, first.attr.mair);
        assert_int_equal(again.s1.desc[0], first.s1.desc[0]);
        assert_int_equal(again.s2.desc[0], first.s2.desc[0]);
    }
    assert_int_equal(status, ARMVIRT_OK);
}

/* Each update of a walk loses once against a write of a bit that means nothing. */
static enum armvirt_bus touch(struct tables *machine, const struct armvirt_mem_req *req, bool cas)
{
    if (cas && machine->hook_count++ == machine->hook_at) {
        hit = *req;
        tables_find(machine, req->pa)->value[0] ^= UINT64_C(1) << 55; /* for software */
    }
    return ARMVIRT_BUS_OK;
}

static void race_at_every_update(const struct machine *m)
{
    unsigned n;

    for (n = 0;; n++) {
        build(m);
        t.hook = touch;
        t.hook_at = n;
        hit.pa = 0;
        assert_int_equal(tables_run(&t, 0x123, m->kind, 1, 0), ARMVIRT_OK);
        assert_int_equal(t.walk.pa, IPA + 0x123);
        if (hit.pa == 0)
            break;
        for (unsigned i = 0; i < t.entry_count; i++) {
            if (t.entries[i].pa == hit.pa)
                assert_true(t.entries[i].value[0] >> 55 & 1);
        }
    }
    assert_int_equal(n > 0, (m->has & UPDATES) != 0);
}

static void every_access(void **state)
{
    abort_at_every_access(*state);
    retry_at_every_access(*state);
    race_at_every_update(*state);
}

/* ---- What the caller does wrong ------------------------------------------------------------ */

static enum armvirt_bus read_nothing(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    (void)req;
    val[0] = 0;
    return ARMVIRT_BUS_OK;
}

static void api_arguments_out_of_range(void **state)
{
    static const struct armvirt_mem_ops read_only = {.read = read_nothing};
    const struct armvirt_walk_env env = {.mem = {&read_only, NULL}};
    struct armvirt_access access = {.kind = ARMVIRT_ACCESS_KINDS, .el = 1};
    struct armvirt_walk walk, zero = {.pa = 0};
    struct armvirt_regime regime;

    (void)state;
    tables_reset(&t);
    set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 0);
    tables_regime(&t);
    memset(&walk, 0xa5, sizeof(walk));
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_E_INVAL);
    assert_memory_equal(&walk, &zero, sizeof(walk));
    access = (struct armvirt_access){.kind = ARMVIRT_READ, .el = 4};
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_E_INVAL);
    access.el = 1;
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_FAULT);
    assert_int_equal(armvirt_translate_ipa(&t.regime, &env, &access, 0, &walk), ARMVIRT_E_INVAL);
    set_field(&t.vmsa.id_aa64mmfr1_el1, ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 1);
    tables_regime(&t); /* now compare-and-swap may be needed */
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_E_INVAL);
    access.flags = ARMVIRT_ACCESS_NO_UPDATE;
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_FAULT);
    access = (struct armvirt_access){.kind = ARMVIRT_DEBUGGER, .el = 1};
    assert_int_equal(armvirt_translate(&t.regime, &env, &access, &walk), ARMVIRT_FAULT);
    tables_enable_stage2(&t);
    tables_regime(&t);
    assert_int_equal(armvirt_translate_ipa(&t.regime, &env, &access, ARMVIRT_SPACE_ROOT + 1, &walk),
                     ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_regime_init(&regime, &t.vmsa, 4), ARMVIRT_E_INVAL);
}

static void api_regimes_that_do_not_exist(void **state)
{
    struct armvirt_regime regime;

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool el3 = i & 1, el2 = i & 2, secure = i & 4, eel2 = i & 8;
        bool el2_usable = el2 && (!el3 || !secure || eel2);

        tables_reset(&t);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL3, el3);
        set_field(&t.vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_EL2, el2);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_NS, !secure);
        set_field(&t.vmsa.scr_el3, ARMVIRT_SCR_EL3_EEL2, eel2);
        assert_int_equal(armvirt_regime_init(&regime, &t.vmsa, 0), ARMVIRT_OK);
        assert_int_equal(armvirt_regime_init(&regime, &t.vmsa, 1), ARMVIRT_OK);
        assert_int_equal(armvirt_regime_init(&regime, &t.vmsa, 2),
                         el2_usable ? ARMVIRT_OK : ARMVIRT_E_INVAL);
        assert_int_equal(armvirt_regime_init(&regime, &t.vmsa, 3),
                         el3 ? ARMVIRT_OK : ARMVIRT_E_INVAL);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, every_access, machines);
    SUITE_ADD(&suite, api_arguments_out_of_range);
    SUITE_ADD(&suite, api_regimes_that_do_not_exist);
    return suite_run(&suite, "rules: memory");
}
