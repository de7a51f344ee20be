/* SPDX-License-Identifier: MIT */
/*
 * A TLB and a list beside it of all that it may still answer: every translation that was kept and
 * that no invalidation since then had to remove. Streams of bytes say what happens; a hit must be
 * in the list. What must be removed is written here from DDI0487 D8.17 and IHI0070 4.4, one record
 * at a time and without any of the library's short cuts.
 */
#ifndef ARMVIRT_TESTS_TLB_MODEL_H
#define ARMVIRT_TESTS_TLB_MODEL_H

#include <armvirt/tlb.h>

#include <stdlib.h>
#include <string.h>

enum { MODEL_OP_BYTES = 12, MODEL_RECORDS = 4096, MODEL_ENTRIES = 64 };

struct model_record {
    struct armvirt_tlb_tag tag;
    bool global;
    uint64_t base, block; /* first byte of the entry, and of the block that it is a piece of */
    unsigned size_log2, block_log2;
    uint64_t pa;
};

struct model {
    struct armvirt_tlb *tlb;
    struct model_record record[MODEL_RECORDS];
    unsigned count;
    uint64_t version; /* makes every answer of the tables another one */
    unsigned hits, misses;
};

/* ---- What must go ------------------------------------------------------------------------- */

static inline bool model_in_vmid(const struct model_record *r, const struct armvirt_tlb_inval *i)
{
    unsigned wild = i->vmid_wild < 16 ? i->vmid_wild : 16;

    return r->tag.vmid >> wild == i->vmid >> wild;
}

static inline bool model_in_range(const struct model_record *r, const struct armvirt_tlb_inval *i)
{
    uint64_t last = r->block + ((UINT64_C(1) << r->block_log2) - 1);

    return r->block <= i->last && i->first <= last;
}

static inline bool model_must_go(const struct model_record *r, const struct armvirt_tlb_inval *i)
{
    bool same = r->tag.security == i->security && r->tag.regime == i->regime;
    bool stage2 = r->tag.security == i->security && r->tag.regime == ARMVIRT_TLB_IPA;
    bool own = r->global || r->tag.asid[0] == i->asid;

    switch (i->scope) {
    case ARMVIRT_TLB_ALL:
        return true;
    case ARMVIRT_TLB_REGIME:
        return same || (stage2 && i->regime == ARMVIRT_TLB_EL10);
    case ARMVIRT_TLB_VMID:
        return same && model_in_vmid(r, i);
    case ARMVIRT_TLB_VMID_S12:
        return (same || (stage2 && i->regime == ARMVIRT_TLB_EL10)) && model_in_vmid(r, i);
    case ARMVIRT_TLB_ASID:
        return same && model_in_vmid(r, i) && !r->global && r->tag.asid[0] == i->asid;
    case ARMVIRT_TLB_VA:
        return same && model_in_vmid(r, i) && own && model_in_range(r, i);
    case ARMVIRT_TLB_VAA:
        return same && model_in_vmid(r, i) && model_in_range(r, i);
    case ARMVIRT_TLB_STAGE2:
        return model_in_vmid(r, i) &&
               ((stage2 && model_in_range(r, i)) || (r->tag.regime == ARMVIRT_TLB_EL10 && same));
    default:
        return false;
    }
}

static inline void model_invalidate(struct model *m, const struct armvirt_tlb_inval *inval)
{
    unsigned kept = 0;

    armvirt_tlb_invalidate(m->tlb, inval);
    for (unsigned n = 0; n < m->count; n++) {
        if (!model_must_go(&m->record[n], inval)) {
            m->record[kept++] = m->record[n];
        }
    }
    m->count = kept;
}

/* ---- What is asked ------------------------------------------------------------------------ */

/* A context as an SMMU makes it: all 64 bits of the address count. */
static inline struct armvirt_tlb_context model_context(const struct armvirt_tlb_tag *tag)
{
    struct armvirt_tlb_context context = {.cacheable = 3, .upper_bit = UINT64_C(1) << 55};

    for (unsigned half = 0; half < 2; half++) {
        context.ia_mask[half] = (UINT64_C(1) << 48) - 1;
        context.va_mask[half][0] = context.va_mask[half][1] = ~context.ia_mask[half];
    }
    armvirt_tlb_context_set_tag(&context, tag);
    return context;
}

static inline bool model_may_answer(const struct model *m, const struct armvirt_tlb_tag *tag,
                                    uint64_t va, uint64_t pa)
{
    for (unsigned n = 0; n < m->count; n++) {
        const struct model_record *r = &m->record[n];
        bool tags = r->tag.security == tag->security && r->tag.regime == tag->regime &&
                    r->tag.alone == tag->alone && r->tag.vmid == tag->vmid &&
                    (r->global || r->tag.asid[0] == tag->asid[0]);

        if (tags && va - r->base < UINT64_C(1) << r->size_log2 && r->pa + (va - r->base) == pa) {
            return true;
        }
    }
    return false;
}

/* Blocks of 4 KB, 64 KB, 2 MB and 1 GB; what maps a place in memory changes with every walk. */
static const uint8_t model_sizes[4] = {12, 16, 21, 30};

static inline void model_fill(struct model *m, const struct armvirt_tlb_context *context,
                              const struct armvirt_tlb_tag *tag, uint64_t va, unsigned sizes,
                              bool global)
{
    struct armvirt_access access = {.va = va, .el = 1};
    unsigned s1 = model_sizes[sizes & 3], s2 = model_sizes[sizes >> 2 & 3];
    bool ipas = tag->regime == ARMVIRT_TLB_IPA, both = tag->regime == ARMVIRT_TLB_EL10;
    unsigned size = both && s2 < s1 ? s2 : s1;
    uint64_t pa = ++m->version << 30;
    struct armvirt_walk walk = {.pa = pa | (va & ((1u << 30) - 1)), .size_log2 = (uint8_t)size};
    struct model_record r = {.tag = *tag, .global = global && !ipas, .size_log2 = size};

    walk.ipa = walk.pa;
    walk.perm = 0xff;
    walk.attr.mair = 0xff;
    walk.s1 = (struct armvirt_leaf){
        .valid = !ipas, .accessed = true, .not_global = !global, .size_log2 = (uint8_t)s1};
    walk.s2 = (struct armvirt_leaf){
        .valid = both || ipas, .accessed = true, .size_log2 = (uint8_t)(ipas ? s1 : s2)};
    r.base = va & ~((UINT64_C(1) << size) - 1);
    r.block_log2 = s1;
    r.block = va & ~((UINT64_C(1) << s1) - 1);
    r.pa = walk.pa & ~((UINT64_C(1) << size) - 1);
    if (armvirt_tlb_fill(m->tlb, context, &access, &walk) == NULL) {
        abort();
    }
    if (m->count == MODEL_RECORDS) {
        model_invalidate(m, &(struct armvirt_tlb_inval){.scope = ARMVIRT_TLB_ALL});
    } else {
        m->record[m->count++] = r;
    }
}

/* ---- Streams ------------------------------------------------------------------------------ */

/* Few tags and few addresses, so that they meet; some are rarer than others. */
static inline struct armvirt_tlb_tag model_tag(const uint8_t op[MODEL_OP_BYTES])
{
    static const uint8_t regimes[8] = {ARMVIRT_TLB_EL10, ARMVIRT_TLB_EL10, ARMVIRT_TLB_EL10,
                                       ARMVIRT_TLB_EL10, ARMVIRT_TLB_IPA,  ARMVIRT_TLB_IPA,
                                       ARMVIRT_TLB_EL20, ARMVIRT_TLB_EL2};
    struct armvirt_tlb_tag tag = {.regime = regimes[op[1] & 7], .alone = (op[1] >> 3 & 7) == 7};
    bool asids = tag.regime <= ARMVIRT_TLB_EL20;
    bool vmids = tag.regime == ARMVIRT_TLB_EL10 || tag.regime == ARMVIRT_TLB_IPA;

    tag.security = op[1] >> 6 == 3 ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE;
    tag.asid[0] = tag.asid[1] = asids ? op[2] & 1 : 0;
    tag.vmid = vmids ? op[2] >> 2 & op[2] >> 5 & 7 : 0;
    return tag;
}

static inline uint64_t model_address(const uint8_t op[MODEL_OP_BYTES], bool ipas)
{
    uint64_t page = op[4] & 7, block = op[5] & 3, giga = op[6] & 1;
    uint64_t va = giga << 30 | block << 21 | page << (12 + (op[5] >> 6)) | op[3];

    return (op[6] & 2) && !ipas ? va | UINT64_C(0xffff) << 48 : va;
}

static inline void model_inval_op(struct model *m, const uint8_t op[MODEL_OP_BYTES])
{
    struct armvirt_tlb_tag tag = model_tag(op);
    struct armvirt_tlb_inval inval = {
        .scope = op[7] % 9,
        .regime = tag.regime,
        .security = tag.security,
        .vmid = tag.vmid,
        .asid = tag.asid[0],
        .vmid_wild = op[8] & 0x80 ? op[8] & 7 : 0,
    };
    uint64_t bytes = (UINT64_C(1) + op[9]) << (12 + (op[10] & 15));

    if (inval.scope == ARMVIRT_TLB_STAGE2 || tag.regime == ARMVIRT_TLB_IPA) {
        inval.regime = ARMVIRT_TLB_EL10;
    }
    if (inval.scope == ARMVIRT_TLB_ALL && op[10] != 0) {
        inval.scope = ARMVIRT_TLB_VA; /* not too often */
    }
    inval.first = model_address(op, inval.scope == ARMVIRT_TLB_STAGE2) & ~UINT64_C(0xfff);
    inval.last = op[8] & 0x40 ? inval.first + bytes - 1 : inval.first + 0xfff;
    inval.last = inval.last < inval.first ? UINT64_MAX : inval.last;
    model_invalidate(m, &inval);
}

static inline void model_access_op(struct model *m, const uint8_t op[MODEL_OP_BYTES])
{
    struct armvirt_tlb_tag tag = model_tag(op);
    struct armvirt_tlb_context context = model_context(&tag);
    uint64_t va = model_address(op, tag.regime == ARMVIRT_TLB_IPA);
    struct armvirt_access access = {.va = va, .kind = op[8] & 3, .el = op[9] & 1};
    const struct armvirt_tlb_entry *entry = armvirt_tlb_lookup(m->tlb, &context, &access);

    if (entry == NULL) {
        m->misses++;
        model_fill(m, &context, &tag, va, op[7], (op[10] & 3) == 0);
        return;
    }
    m->hits++;
    if (!model_may_answer(m, &tag, va, armvirt_tlb_pa(entry, va))) {
        abort();
    }
}

static inline void model_op(struct model *m, const uint8_t op[MODEL_OP_BYTES])
{
    if (op[0] < 0x10) {
        model_inval_op(m, op);
    } else {
        model_access_op(m, op);
    }
}

/* A new TLB in @storage of ARMVIRT_TLB_SIZE(MODEL_ENTRIES) bytes, and an empty list. */
static inline void model_begin(struct model *m, void *storage, uint32_t options)
{
    struct armvirt_tlb_config config = {.entries = MODEL_ENTRIES, .options = options};

    m->count = m->hits = m->misses = 0;
    m->version = 0;
    if (armvirt_tlb_init(storage, ARMVIRT_TLB_SIZE(MODEL_ENTRIES), &config, &m->tlb) !=
        ARMVIRT_OK) {
        abort();
    }
}

#endif
