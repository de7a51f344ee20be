/* SPDX-License-Identifier: MIT */
/*
 * The machine of tables.h. DDI0487 D8.2, D8.3, D24.2.
 */
#include "tables.h"

const struct shape shape_4k_48 = {.granule_log2 = 12, .desc_log2 = 3, .ia_bits = 48, .start = 0};

/* ---- Memory ------------------------------------------------------------------------------- */

void tables_forget(struct tables *t)
{
    t->entry_count = 0;
}

struct tables_entry *tables_find(struct tables *t, uint64_t pa)
{
    for (unsigned i = 0; i < t->entry_count; i++) {
        if (t->entries[i].pa == pa) {
            return &t->entries[i];
        }
    }
    return NULL;
}

struct tables_entry *tables_put128(struct tables *t, uint64_t pa, uint64_t low, uint64_t high)
{
    struct tables_entry *entry = tables_find(t, pa);

    if (entry == NULL) {
        assert_true(t->entry_count < TABLES_ENTRIES);
        entry = &t->entries[t->entry_count++];
    }
    *entry = (struct tables_entry){.pa = pa, .value = {low, high}};
    return entry;
}

struct tables_entry *tables_put(struct tables *t, uint64_t pa, uint64_t low)
{
    return tables_put128(t, pa, low, 0);
}

static struct tables_entry *visible(struct tables *t, const struct armvirt_mem_req *req)
{
    for (unsigned i = 0; i < t->entry_count; i++) {
        struct tables_entry *e = &t->entries[i];

        if (e->pa == req->pa && (e->spaces == 0 || (e->spaces >> req->space & 1))) {
            return e;
        }
    }
    return NULL;
}

static enum armvirt_bus interfere(struct tables *t, const struct armvirt_mem_req *req, bool cas)
{
    return t->hook != NULL ? t->hook(t, req, cas) : ARMVIRT_BUS_OK;
}

static enum armvirt_bus tables_mem_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct tables *t = ctx;
    const struct tables_entry *e;
    enum armvirt_bus bus = interfere(t, req, false);

    assert_int_equal(req->pa % req->size, 0);
    if (t->reads < TABLES_READS) {
        t->reqs[t->reads] = *req;
    }
    t->reads++;
    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    e = visible(t, req);
    if (e == NULL) {
        return ARMVIRT_BUS_ABORT;
    }
    val[0] = e->value[0];
    if (req->size == 16) {
        val[1] = e->value[1];
    }
    return (enum armvirt_bus)e->bus;
}

static enum armvirt_bus tables_mem_cas(void *ctx, const struct armvirt_mem_req *req,
                                       const uint64_t *old, const uint64_t *val)
{
    struct tables *t = ctx;
    enum armvirt_bus bus = interfere(t, req, true);
    struct tables_entry *e = visible(t, req);
    bool wide = req->size == 16;

    if (bus != ARMVIRT_BUS_OK) {
        return bus;
    }
    if (e == NULL) {
        return ARMVIRT_BUS_ABORT;
    }
    if (e->value[0] != old[0] || (wide && e->value[1] != old[1])) {
        return ARMVIRT_BUS_RACE;
    }
    e->value[0] = val[0];
    e->value[1] = wide ? val[1] : e->value[1];
    t->writes++;
    return ARMVIRT_BUS_OK;
}

/* ---- Registers ---------------------------------------------------------------------------- */

/* ID registers: 56-bit addresses, all granules with 52 bits, every feature of translation. */
static void reset_ids(struct armvirt_vmsa *v)
{
    v->id_aa64pfr0_el1 = 0x1111 | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1) |
                         ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SVE, 1) |
                         ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RAS, 1);
    v->id_aa64pfr1_el1 =
        ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_MTE, 3) | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_GCS, 1) |
        ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_THE, 1) | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_BT, 1) |
        ARMVIRT_PUT(ARMVIRT_ID_AA64PFR1_EL1_MTEX, 1);
    v->id_aa64pfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64PFR2_EL1_MTEPERM, 1);
    v->id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 7) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_ASIDBITS, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 2);
    v->id_aa64mmfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 3) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_VMIDBITS, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_VH, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HPDS, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_PAN, 3) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_XNX, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HCX, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_CMOW, 1);
    v->id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_LSM, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_NV, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_ST, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_FWB, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_BBM, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_E0PD, 1);
    v->id_aa64mmfr3_el1 = UINT64_C(0x111111111); /* D128, MEC, AIE, S2POE ... TCRX */
    v->id_aa64mmfr4_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR4_EL1_ASID2, 1);
    v->id_aa64isar1_el1 =
        ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_APA, 1) | ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR1_EL1_XS, 1);
    v->id_aa64isar2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR2_EL1_ATS1A, 1);
}

void tables_reset(struct tables *t)
{
    struct armvirt_vmsa *v = &t->vmsa;

    memset(t, 0, sizeof(*t));
    reset_ids(v);
    v->scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_HXEN |
                 ARMVIRT_SCR_EL3_TCR2EN | ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_PIEN |
                 ARMVIRT_SCR_EL3_EEL2;
    v->hcr_el2 = ARMVIRT_HCR_EL2_RW;
    v->hcrx_el2 = ARMVIRT_HCRX_EL2_TCR2EN | ARMVIRT_HCRX_EL2_SCTLR2EN;
    v->sctlr_el1 =
        ARMVIRT_SCTLR_EL1_M | ARMVIRT_SCTLR_EL1_C | ARMVIRT_SCTLR_EL1_I | ARMVIRT_SCTLR_EL1_NTLSMD;
    v->tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 16) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_T1SZ, 16) |
                 ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG1, 2) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 5) |
                 ARMVIRT_PUT(ARMVIRT_TCR_EL1_SH0, 3) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_SH1, 3);
    v->mair_el1 = UINT64_C(0x0cf00044ff);
    v->ttbr0_el1[0] = S1_TABLE(0);
    v->ttbr1_el1[0] = S1_TABLE(0);
    t->regime_el = 1;
    t->log = (struct armvirt_walk_log){.step = t->steps, .cap = TABLES_STEPS};
}

void tables_use_el(struct tables *t, unsigned el, bool e2h)
{
    struct armvirt_vmsa *v = &t->vmsa;

    t->regime_el = el;
    v->hcr_el2 = (v->hcr_el2 & ~ARMVIRT_HCR_EL2_E2H) | (e2h ? ARMVIRT_HCR_EL2_E2H : 0);
    v->sctlr_el2 = v->sctlr_el3 = v->sctlr_el1;
    v->mair_el2 = v->mair_el3 = v->mair_el1;
    memcpy(v->ttbr0_el2, v->ttbr0_el1, sizeof(v->ttbr0_el2));
    memcpy(v->ttbr1_el2, v->ttbr1_el1, sizeof(v->ttbr1_el2));
    v->ttbr0_el3 = v->ttbr0_el1[0];
    v->tcr_el2 = e2h ? v->tcr_el1
                     : ARMVIRT_PUT(ARMVIRT_TCR_EL2_T0SZ, 16) | ARMVIRT_PUT(ARMVIRT_TCR_EL2_PS, 5) |
                           ARMVIRT_PUT(ARMVIRT_TCR_EL2_SH0, 3);
    v->tcr_el3 = ARMVIRT_PUT(ARMVIRT_TCR_EL3_T0SZ, 16) | ARMVIRT_PUT(ARMVIRT_TCR_EL3_PS, 5) |
                 ARMVIRT_PUT(ARMVIRT_TCR_EL3_SH0, 3);
}

void tables_reset_security(struct tables *t, enum armvirt_space security)
{
    tables_reset(t);
    set_field(&t->vmsa.id_aa64pfr0_el1, ARMVIRT_ID_AA64PFR0_EL1_RME, 1);
    t->vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_NSE);
    if (security == ARMVIRT_SPACE_NONSECURE || security == ARMVIRT_SPACE_REALM) {
        t->vmsa.scr_el3 |= ARMVIRT_SCR_EL3_NS;
    }
    if (security == ARMVIRT_SPACE_REALM) {
        t->vmsa.scr_el3 |= ARMVIRT_SCR_EL3_NSE;
    }
    if (security == ARMVIRT_SPACE_ROOT) {
        tables_use_el(t, 3, false);
    }
}

#define GIGABYTES 8 /* that stage 2 maps */

void tables_enable_stage2(struct tables *t)
{
    struct armvirt_vmsa *v = &t->vmsa;
    uint64_t tcr = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 24) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, 1);

    v->hcr_el2 |= ARMVIRT_HCR_EL2_VM;
    v->vtcr_el2 = tcr | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 5) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SH0, 3);
    v->vttbr_el2[0] = S2_TABLE(1);
    v->vstcr_el2 = tcr;
    v->vsttbr_el2 = S2_TABLE(1);
    for (uint64_t gb = 0; gb < GIGABYTES; gb++) {
        tables_put(t, S2_TABLE(1) + gb * 8, gb << 30 | (S2_PAGE & ~UINT64_C(2)));
    }
}

/* ---- Descriptors -------------------------------------------------------------------------- */

static unsigned entry_log2(const struct shape *shape, int level)
{
    unsigned stride = shape->granule_log2 - shape->desc_log2;

    return shape->granule_log2 + (unsigned)(3 - level) * stride;
}

uint64_t tables_index(const struct shape *shape, int level, uint64_t table, uint64_t ia)
{
    unsigned low = entry_log2(shape, level);
    unsigned high = level == shape->start ? shape->ia_bits
                                          : low + shape->granule_log2 - (unsigned)shape->desc_log2;

    return table + ((ia & ((UINT64_C(1) << high) - 1)) >> low << shape->desc_log2);
}

uint64_t tables_path(struct tables *t, const struct shape *shape, unsigned stage, uint64_t ia,
                     int level, uint64_t leaf)
{
    int l;

    for (l = shape->start; l < level; l++) {
        uint64_t table = stage == 1 ? S1_TABLE(l) : S2_TABLE(l);
        uint64_t next = stage == 1 ? S1_TABLE(l + 1) : S2_TABLE(l + 1);

        tables_put(t, tables_index(shape, l, table, ia), next | LEAF_TABLE);
    }
    tables_put(t, tables_index(shape, l, stage == 1 ? S1_TABLE(l) : S2_TABLE(l), ia), leaf);
    return tables_index(shape, l, stage == 1 ? S1_TABLE(l) : S2_TABLE(l), ia);
}

uint64_t tables_page(struct tables *t, uint64_t va, uint64_t leaf)
{
    return tables_path(t, &shape_4k_48, 1, va, 3, leaf);
}

uint64_t tables_s2_page(struct tables *t, uint64_t ipa, uint64_t leaf)
{
    uint64_t level2 = S2_TABLE(2) + (ipa >> 30) * 0x1000;
    uint64_t level3 = S2_TABLE(3) + (ipa >> 21) * 0x1000;
    uint64_t where = level3 + (ipa >> 12 & 0x1ff) * 8;

    tables_put(t, S2_TABLE(1) + (ipa >> 30) * 8, level2 | LEAF_TABLE);
    tables_put(t, level2 + (ipa >> 21 & 0x1ff) * 8, level3 | LEAF_TABLE);
    tables_put(t, where, leaf);
    return where;
}

void tables_s2_walk_pages(struct tables *t)
{
    for (int level = -2; level <= 3; level++)
        tables_s2_page(t, S1_TABLE(level), S1_TABLE(level) | S2_PAGE);
}

/* ---- Accesses ----------------------------------------------------------------------------- */

void tables_regime(struct tables *t)
{
    assert_int_equal(armvirt_regime_init(&t->regime, &t->vmsa, t->regime_el), ARMVIRT_OK);
}

static void same_leaf(const struct armvirt_leaf *a, const struct armvirt_leaf *b)
{
    assert_int_equal(a->valid, b->valid);
    if (!a->valid) {
        return;
    }
    assert_int_equal(a->desc[0], b->desc[0]);
    assert_int_equal(a->desc[1], b->desc[1]);
    assert_int_equal(a->desc_pa, b->desc_pa);
    assert_int_equal(a->base, b->base);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->size_log2, b->size_log2);
    assert_int_equal(a->span_log2, b->span_log2);
    assert_int_equal(a->space, b->space);
    assert_int_equal(a->desc_space, b->desc_space);
    assert_int_equal(a->perm, b->perm);
    assert_int_equal(a->not_global, b->not_global);
    assert_int_equal(a->guarded, b->guarded);
    assert_int_equal(a->clean, b->clean);
}

static void same_fault(const struct armvirt_fault *a, const struct armvirt_fault *b)
{
    assert_int_equal(a->type, b->type);
    if (a->type == ARMVIRT_FAULT_NONE) {
        return;
    }
    assert_memory_equal(a, b, offsetof(struct armvirt_fault, pa_space) + 1); /* no padding */
    assert_int_equal(a->ipa, b->ipa);
    assert_int_equal(a->pa, b->pa);
    assert_int_equal(a->desc_pa, b->desc_pa);
    assert_int_equal(a->desc, b->desc);
}

static void same_walk(const struct armvirt_walk *a, const struct armvirt_walk *b)
{
    same_fault(&a->fault, &b->fault);
    assert_int_equal(a->reads, b->reads);
    if (a->fault.type != ARMVIRT_FAULT_NONE) {
        return;
    }
    assert_int_equal(a->pa, b->pa);
    assert_int_equal(a->ipa, b->ipa);
    assert_int_equal(a->pa_space, b->pa_space);
    assert_int_equal(a->ipa_space, b->ipa_space);
    assert_int_equal(a->size_log2, b->size_log2);
    assert_int_equal(a->perm, b->perm);
    assert_int_equal(a->asid, b->asid);
    assert_int_equal(a->vmid, b->vmid);
    assert_int_equal(a->mecid, b->mecid);
    assert_int_equal(a->attr.mair, b->attr.mair);
    assert_int_equal(a->attr.sh, b->attr.sh);
    assert_int_equal(a->attr.tag, b->attr.tag);
    assert_int_equal(a->attr.xs, b->attr.xs);
    assert_int_equal(a->attr.no_tag_access, b->attr.no_tag_access);
    same_leaf(&a->s1, &b->s1);
    same_leaf(&a->s2, &b->s2);
}

static const struct armvirt_mem_ops memory = {.read = tables_mem_read, .cas = tables_mem_cas};

static enum armvirt_status run_once(struct tables *t, const struct armvirt_access *access, bool log,
                                    struct armvirt_walk *walk)
{
    const struct armvirt_walk_env env = {.mem = {&memory, t}, .log = log ? &t->log : NULL};

    t->reads = 0;
    t->writes = 0;
    t->hook_count = 0;
    t->log.len = 0;
    memset(walk, 0xa5, sizeof(*walk)); /* the answer depends on nothing that was there */
    return armvirt_translate(&t->regime, &env, access, walk);
}

enum armvirt_status tables_run(struct tables *t, uint64_t va, unsigned kind, unsigned el,
                               unsigned flags)
{
    const struct armvirt_access access = {
        .va = va, .kind = (uint8_t)kind, .el = (uint8_t)el, .flags = (uint16_t)flags};
    struct tables_entry before[TABLES_ENTRIES], after[TABLES_ENTRIES];
    enum armvirt_status plain, logged;
    struct armvirt_walk walk;

    tables_regime(t);
    memcpy(before, t->entries, sizeof(before));
    plain = run_once(t, &access, false, &walk);
    memcpy(after, t->entries, sizeof(after));
    memcpy(t->entries, before, sizeof(before));
    logged = run_once(t, &access, true, &t->walk);
    assert_int_equal(plain, logged);
    assert_memory_equal(after, t->entries, sizeof(after));
    if (plain >= 0) {
        same_walk(&walk, &t->walk);
    }
    return logged;
}

void tables_at(struct tables *t, unsigned op, uint64_t va, unsigned el, bool pan,
               struct armvirt_at_result *result)
{
    const struct armvirt_walk_env env = {.mem = {&memory, t}};
    const struct armvirt_at at = {.va = va, .op = (uint8_t)op, .el = (uint8_t)el, .pan = pan};

    t->reads = 0;
    t->writes = 0;
    assert_int_equal(armvirt_at(&t->vmsa, &env, &at, result), ARMVIRT_OK);
}

enum armvirt_status tables_gpc(struct tables *t, uint64_t pa, unsigned space,
                               struct armvirt_fault *fault)
{
    const struct armvirt_walk_env env = {.mem = {&memory, t}};

    tables_regime(t);
    t->reads = 0;
    return armvirt_gpc_check(&t->regime, &env, pa, (uint8_t)space, fault);
}

void expect_pa(struct tables *t, uint64_t va, unsigned kind, uint64_t pa)
{
    enum armvirt_status status = tables_run(t, va, kind, t->regime_el, 0);

    if (status == ARMVIRT_FAULT) {
        assert_int_equal(t->walk.fault.reason, ARMVIRT_REASON_NONE);
    }
    assert_int_equal(status, ARMVIRT_OK);
    assert_int_equal(t->walk.pa, pa);
}

void expect_fault(struct tables *t, uint64_t va, unsigned kind, unsigned type, int level,
                  unsigned reason)
{
    assert_int_equal(tables_run(t, va, kind, t->regime_el, 0), ARMVIRT_FAULT);
    assert_int_equal(t->walk.fault.reason, reason);
    assert_int_equal(t->walk.fault.type, type);
    assert_int_equal(t->walk.fault.level, level);
}

void expect_reason(struct tables *t, uint64_t va, unsigned kind, unsigned el, unsigned flags,
                   unsigned reason)
{
    enum armvirt_status status = tables_run(t, va, kind, el, flags);

    assert_int_equal(status == ARMVIRT_OK ? ARMVIRT_REASON_NONE : t->walk.fault.reason, reason);
    assert_int_equal(status, reason == ARMVIRT_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
}
