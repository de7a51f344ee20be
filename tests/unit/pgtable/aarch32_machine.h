/* SPDX-License-Identifier: MIT */
/*
 * A machine whose EL1 is in AArch32 state, with memory that holds a handful of descriptors. Reads
 * of any other address abort, so an answer also proves which table entries were read. Each access
 * is translated twice, as software would and with a log: both must agree.
 */
#ifndef ARMVIRT_TESTS_AARCH32_MACHINE_H
#define ARMVIRT_TESTS_AARCH32_MACHINE_H

#include <armvirt/pgtable.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#include "suite.h"

enum { ENTRIES = 64, READS = 64, STEPS = 64 };

struct entry {
    uint64_t pa;
    uint64_t value;
    uint8_t spaces; /* bit per enum armvirt_space that sees it; 0 means all */
    enum armvirt_bus bus;
};

struct machine {
    struct armvirt_vmsa vmsa;
    struct entry entries[ENTRIES];
    unsigned entry_count;
    bool fill; /* every other address reads as `fill_value` */
    uint64_t fill_value;
    unsigned desc_bytes;                /* expected size of stage 1 descriptors */
    struct armvirt_mem_req reqs[READS]; /* stage 1 descriptors that the logged walk read */
    unsigned reads;
    struct armvirt_step steps[STEPS];
    struct armvirt_walk_log log;
    struct armvirt_regime regime;
    struct armvirt_walk walk;
};

static inline enum armvirt_bus machine_read(void *ctx, const struct armvirt_mem_req *req,
                                            uint64_t *val)
{
    struct machine *m = ctx;

    if (req->what == ARMVIRT_MEM_STAGE1_DESC) {
        assert_int_equal(req->size, m->desc_bytes);
        m->reqs[m->reads % READS] = *req;
        m->reads++;
    }
    for (unsigned i = 0; i < m->entry_count; i++) {
        const struct entry *e = &m->entries[i];

        if (e->pa == req->pa && (e->spaces == 0 || (e->spaces >> req->space & 1))) {
            *val = e->value;
            return e->bus;
        }
    }
    *val = m->fill_value;
    return m->fill ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT;
}

/* VMSAv8-32 never updates descriptors, whatever FEAT_HAFDBS says. DDI0487 G5.6.5. */
static inline enum armvirt_bus machine_cas(void *ctx, const struct armvirt_mem_req *req,
                                           const uint64_t *old, const uint64_t *val)
{
    (void)ctx, (void)req, (void)old, (void)val;
    fail_msg("a descriptor was written");
    return ARMVIRT_BUS_ABORT;
}

static inline struct entry *machine_put(struct machine *m, uint64_t pa, uint64_t value)
{
    struct entry *entry = &m->entries[m->entry_count];

    assert_true(m->entry_count < ENTRIES);
    m->entry_count++;
    *entry = (struct entry){.pa = pa, .value = value};
    return entry;
}

static inline void machine_clear_memory(struct machine *m)
{
    m->entry_count = 0;
}

/* All features, 48-bit addresses; Non-secure EL1 in AArch32 state, stage 1 and caches on. */
static inline void machine_reset(struct machine *m)
{
    struct armvirt_vmsa *v = &m->vmsa;

    memset(m, 0, sizeof(*m));
    v->id_aa64pfr0_el1 = 0x1122 | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1);
    v->id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 5);
    v->id_aa64mmfr1_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HAFDBS, 2) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_HPDS, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR1_EL1_PAN, 3);
    v->id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_LSM, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_NV, 1) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_BBM, 1);
    v->scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW;
    v->sctlr_el1 = ARMVIRT_SCTLR_M | ARMVIRT_SCTLR_C | ARMVIRT_SCTLR_I | ARMVIRT_SCTLR_NTLSMD;
}

/* Secure EL1: EL3 in AArch64 state, no Secure EL2. */
static inline void machine_secure(struct machine *m)
{
    m->vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW);
}

/* ---- Stage 2: 4 GB of IPAs, by a table of blocks of 1 GB ----------------------------------- */

#define S2_TABLE  UINT64_C(0xe00000000)
#define S2_OFFSET UINT64_C(0x4000000000) /* PA = IPA + S2_OFFSET */

#define S2_BLOCK                                                                                   \
    (ARMVIRT_VMSA64_S2_LEAF_VALID | ARMVIRT_VMSA64_S2_LEAF_AF |                                    \
     ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_S2AP, 3) |                                                 \
     ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_MEMATTR, 0xf) |                                            \
     ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_SH, ARMVIRT_SH_INNER))

/* Turn stage 2 on; returns the entry for the first GB, the others follow. */
static inline struct entry *machine_stage2(struct machine *m)
{
    struct entry *first = &m->entries[m->entry_count];

    m->vmsa.hcr_el2 = ARMVIRT_HCR_EL2_VM;
    m->vmsa.vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 32) |
                       ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, 1) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 5);
    m->vmsa.vttbr_el2[0] = S2_TABLE | ARMVIRT_PUT(ARMVIRT_VTTBR_EL2_VMID, 9);
    for (uint64_t gb = 0; gb < 4; gb++) {
        machine_put(m, S2_TABLE + 8 * gb, S2_BLOCK | (S2_OFFSET + (gb << 30)));
    }
    return first;
}

/* ---- Accesses ----------------------------------------------------------------------------- */

static inline void assert_same_answer(const struct armvirt_walk *a, const struct armvirt_walk *b)
{
    assert_int_equal(a->pa, b->pa);
    assert_int_equal(a->ipa, b->ipa);
    assert_int_equal(a->pa_space, b->pa_space);
    assert_int_equal(a->size_log2, b->size_log2);
    assert_int_equal(a->perm, b->perm);
    assert_int_equal(a->asid, b->asid);
    assert_int_equal(a->reads, b->reads);
    assert_memory_equal(&a->attr, &b->attr, sizeof(a->attr));
    assert_int_equal(a->s1.desc_pa, b->s1.desc_pa);
    assert_int_equal(a->s1.desc[0], b->s1.desc[0]);
    assert_int_equal(a->s1.base, b->s1.base);
    assert_int_equal(a->s1.level, b->s1.level);
    assert_int_equal(a->s1.span_log2, b->s1.span_log2);
    assert_int_equal(a->s1.perm, b->s1.perm);
    assert_int_equal(a->s1.not_global, b->s1.not_global);
    assert_int_equal(a->s1.guarded, b->s1.guarded);
    assert_int_equal(a->s1.domain, b->s1.domain);
    assert_int_equal(a->fault.type, b->fault.type);
    assert_int_equal(a->fault.reason, b->fault.reason);
    assert_int_equal(a->fault.stage, b->fault.stage);
    assert_int_equal(a->fault.level, b->fault.level);
    assert_int_equal(a->fault.domain, b->fault.domain);
    assert_int_equal(a->fault.write, b->fault.write);
}

static inline enum armvirt_status machine_access(struct machine *m,
                                                 const struct armvirt_access *access)
{
    static const struct armvirt_mem_ops ops = {.read = machine_read, .cas = machine_cas};
    struct armvirt_walk_env env = {.mem = {&ops, m}};
    struct armvirt_walk first;
    enum armvirt_status status;

    assert_int_equal(armvirt_regime_init(&m->regime, &m->vmsa, access->el), ARMVIRT_OK);
    assert_true(m->regime.el1_aarch32);
    memset(&first, 0xee, sizeof(first)); /* the answer depends on nothing that was there */
    memset(&m->walk, 0xee, sizeof(m->walk));
    m->reads = 0;
    status = armvirt_translate(&m->regime, &env, access, &first);
    m->reads = 0;
    m->log = (struct armvirt_walk_log){.step = m->steps, .cap = STEPS};
    env.log = &m->log;
    assert_int_equal(armvirt_translate(&m->regime, &env, access, &m->walk), status);
    assert_same_answer(&first, &m->walk);
    return status;
}

static inline enum armvirt_status machine_try(struct machine *m, uint64_t va, unsigned kind,
                                              unsigned el)
{
    const struct armvirt_access access = {.va = va, .kind = (uint8_t)kind, .el = (uint8_t)el};

    return machine_access(m, &access);
}

static inline void expect_pa(struct machine *m, uint64_t va, uint64_t pa)
{
    assert_int_equal(machine_try(m, va, ARMVIRT_READ, 1), ARMVIRT_OK);
    assert_int_equal(m->walk.pa, pa);
}

/* The fault of a stage 1 read at EL1. */
static inline void expect_fault(struct machine *m, uint64_t va, enum armvirt_fault_type type,
                                int level, enum armvirt_reason reason)
{
    assert_int_equal(machine_try(m, va, ARMVIRT_READ, 1), ARMVIRT_FAULT);
    assert_int_equal(m->walk.fault.type, type);
    assert_int_equal(m->walk.fault.level, level);
    assert_int_equal(m->walk.fault.reason, reason);
    assert_int_equal(m->walk.fault.stage, 1);
    assert_false(m->walk.fault.s1ptw);
}

/* ---- What the rules of VMSAv8-32 say about permissions ------------------------------------- */

/* One leaf and the controls over it, as the manual names them. */
struct permissions {
    bool el0_read, el0_write, priv_read, priv_write;
    bool xn, pxn, wxn, uwxn;
};

/* DDI0487 G5.6.3: execution needs read permission and nothing that says never. */
static inline bool is_executable(const struct permissions *p, unsigned el)
{
    if (el == 0) {
        return p->el0_read && !p->xn && !(p->wxn && p->el0_write);
    }
    return p->priv_read && !p->xn && !p->pxn && !(p->wxn && p->priv_write) &&
           !(p->uwxn && p->el0_write);
}

/* DDI0487 G5.6.1 to G5.6.3: whether an access at @el is permitted, with PSTATE.PAN as given. */
static inline bool is_permitted(const struct permissions *p, unsigned kind, unsigned el, bool pan)
{
    bool pan_applies = pan && el != 0 && (p->el0_read || p->el0_write);
    bool read = !pan_applies && (el == 0 ? p->el0_read : p->priv_read);
    bool write = !pan_applies && (el == 0 ? p->el0_write : p->priv_write);

    switch (kind) {
    case ARMVIRT_FETCH:
        return is_executable(p, el);
    case ARMVIRT_WRITE:
        return write;
    case ARMVIRT_READ_WRITE:
        return read && write;
    default:
        return read;
    }
}

/* The same as a mask of enum armvirt_perm. */
static inline unsigned all_permitted(const struct permissions *p)
{
    static const struct {
        unsigned perm, kind, el;
    } rights[] = {
        {ARMVIRT_PERM_EL0_R, ARMVIRT_READ, 0},   {ARMVIRT_PERM_EL0_W, ARMVIRT_WRITE, 0},
        {ARMVIRT_PERM_EL0_X, ARMVIRT_FETCH, 0},  {ARMVIRT_PERM_PRIV_R, ARMVIRT_READ, 1},
        {ARMVIRT_PERM_PRIV_W, ARMVIRT_WRITE, 1}, {ARMVIRT_PERM_PRIV_X, ARMVIRT_FETCH, 1},
    };
    unsigned mask = 0;

    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        mask |= is_permitted(p, rights[i].kind, rights[i].el, false) ? rights[i].perm : 0;
    }
    return mask;
}

/* Expect what @p says of an access to @va. */
static inline void expect_permission(struct machine *m, const struct permissions *p, uint64_t va,
                                     unsigned kind, unsigned el, bool pan)
{
    const struct armvirt_access access = {
        .va = va,
        .kind = (uint8_t)kind,
        .el = (uint8_t)el,
        .flags = pan ? ARMVIRT_ACCESS_PAN : 0,
    };
    enum armvirt_status status = machine_access(m, &access);

    if (is_permitted(p, kind, el, pan)) {
        assert_int_equal(status, ARMVIRT_OK);
        assert_int_equal(m->walk.perm, all_permitted(p));
    } else {
        assert_int_equal(status, ARMVIRT_FAULT);
        assert_int_equal(m->walk.fault.type, ARMVIRT_FAULT_PERMISSION);
    }
}

#endif
