/* SPDX-License-Identifier: MIT */
/*
 * The translation that nearly every access takes: tables that hold nothing special, a leaf with its
 * access flag set, rights that suffice. This file can only say yes, from the same tables and
 * functions as the complete walk; whatever is unusual, and every fault, it leaves to that walk
 * (translate.c). A logged walk never comes here, so that tests compare one with the other.
 */
#include "attr.h"
#include "decode.h"
#include "leaf.h"

#include "../base/compiler.h"

#define LEAF_BITS                                                                                  \
    (ARMVIRT_VMSA64_S1_LEAF_CONTIG | ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_TYPE |     \
     ARMVIRT_VMSA64_S1_LEAF_VALID)
#define BLOCK_OK (ARMVIRT_VMSA64_S1_LEAF_AF | ARMVIRT_VMSA64_S1_LEAF_VALID)
#define PAGE_OK  (BLOCK_OK | ARMVIRT_VMSA64_S1_LEAF_TYPE)

#define S2AP_READ ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_S2AP, ARMVIRT_VMSA64_S2_LEAF_S2AP_RO)

/* A walk of one stage, as far as it is. */
struct path {
    uint64_t next;      /* address of the descriptor to read */
    uint64_t desc;      /* the descriptor read last */
    uint64_t desc_pa;   /* where it was */
    uint64_t oa;        /* at a leaf: the output address */
    uint64_t hierarchy; /* OR of the table descriptors */
    unsigned lo;        /* log2 of what the descriptor maps */
    int level;
};

static ARMVIRT_ALWAYS_INLINE struct path start(const struct armvirt_stage *stage, uint64_t ia)
{
    return (struct path){
        .next = stage->base_pa | (ia & stage->ia_mask) >> stage->start_lo << 3,
        .lo = stage->start_lo,
        .level = stage->start_level,
    };
}

/* From a table descriptor to the address of the next one; false at a leaf or misfit. */
static ARMVIRT_ALWAYS_INLINE bool go_down(const struct armvirt_stage *stage, uint64_t ia,
                                          struct path *p)
{
    uint64_t table = p->desc & stage->table_mask;

    if ((p->desc & 3) != 3 || p->level == 3) {
        return false;
    }
    if (stage->high_mask != 0) {
        table = lookup_address(stage, p->desc);
    }
    if (lookup_beyond_output(stage, table)) {
        return false;
    }
    p->hierarchy |= p->desc;
    p->lo -= stage->stride_log2;
    p->level++;
    p->next = table | (ia >> (p->lo - 3) & stage->index_mask);
    return true;
}

/* Whether the descriptor is a leaf with its access flag set; its output address. */
static ARMVIRT_ALWAYS_INLINE bool finish(const struct armvirt_stage *stage, uint64_t ia,
                                         struct path *p)
{
    uint64_t within = (UINT64_C(1) << p->lo) - 1;

    p->oa = (lookup_address(stage, p->desc) & ~within) | (ia & within);
    if (lookup_beyond_output(stage, p->oa)) {
        return false;
    }
    if (p->level == 3) {
        return (p->desc & LEAF_BITS) == PAGE_OK;
    }
    return (p->desc & LEAF_BITS) == BLOCK_OK && p->level >= 0 &&
           (stage->block_levels >> p->level & 1);
}

/* Stage 2 from base to leaf. */
static ARMVIRT_ALWAYS_INLINE bool walk_stage2(const struct armvirt_stage *s2,
                                              const struct armvirt_mem *mem, uint64_t ipa,
                                              struct path *p)
{
    struct armvirt_mem_req req = s2->req;
    uint64_t desc;

    if ((ipa & ~s2->ia_mask) != 0) {
        return false;
    }
    *p = start(s2, ipa);
    do {
        req.pa = p->next;
        req.level = (int8_t)p->level;
        if (mem->ops->read(mem->ctx, &req, &desc) != ARMVIRT_BUS_OK) {
            return false;
        }
        p->desc = desc;
    } while (go_down(s2, ipa, p));
    p->desc_pa = p->next;
    return finish(s2, ipa, p);
}

/* Stage 2 of a table access: any readable page will do. Returns the reads made, 0 for none. */
static unsigned locate_table(const struct armvirt_stage *s2, const struct armvirt_mem *mem,
                             uint64_t ipa, uint64_t *pa)
{
    struct path p;

    if (!walk_stage2(s2, mem, ipa, &p) || !(p.desc & S2AP_READ)) {
        return 0;
    }
    *pa = p.oa;
    return (unsigned)(p.level - s2->start_level) + 1;
}

/* Stage 1 from base to leaf, its descriptors behind @s2 unless that is NULL. */
static ARMVIRT_ALWAYS_INLINE bool walk_stage1(const struct armvirt_stage *s1,
                                              const struct armvirt_stage *s2,
                                              const struct armvirt_mem *mem, uint64_t va,
                                              struct path *p, unsigned *reads)
{
    struct armvirt_mem_req req = s1->req;
    unsigned s2_reads = 0;
    uint64_t desc;

    *p = start(s1, va);
    do {
        req.pa = p->next;
        req.level = (int8_t)p->level;
        if (s2 != NULL) {
            unsigned n = locate_table(s2, mem, p->next, &req.pa);

            if (n == 0) {
                return false;
            }
            s2_reads += n;
        }
        if (mem->ops->read(mem->ctx, &req, &desc) != ARMVIRT_BUS_OK) {
            return false;
        }
        p->desc = desc;
    } while (go_down(s1, va, p));
    p->desc_pa = req.pa;
    *reads = s2_reads + (unsigned)(p->level - s1->start_level) + 1;
    return finish(s1, va, p);
}

/* ---- One access --------------------------------------------------------------------------- */

/* The access, as far as it matters here. */
struct plain_access {
    const struct armvirt_regime *regime;
    uint64_t va;
    unsigned needs; /* mask of enum right */
    bool el0;
    bool pan;
};

/* A write to a page that is clean so far needs an update. */
static ARMVIRT_ALWAYS_INLINE bool needs_dirty(const struct plain_access *a,
                                              const struct armvirt_stage *stage, uint64_t desc,
                                              uint64_t clean)
{
    return (a->needs & RIGHT_W) && rights_dirty_managed(stage, desc) &&
           (desc & ARMVIRT_VMSA64_S2_LEAF_DIRTY) == clean;
}

/* The attributes that stage 1 puts out, caches being on. */
static ARMVIRT_ALWAYS_INLINE void report_attr(const struct armvirt_regime *regime,
                                              const struct armvirt_stage *stage, uint64_t desc,
                                              struct armvirt_memattr *attr)
{
    unsigned sh = (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_SH, desc);

    *attr = regime->attr[ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_ATTRINDX, desc)];
    if (attr->sh == ATTR_SH_OF_LEAF) {
        attr->sh = regime->sh[stage->ds ? stage->sh : sh];
    }
}

/* Member by member: clearing the struct first would cost as much as the rest. */
static ARMVIRT_ALWAYS_INLINE void report(struct armvirt_leaf *leaf, const struct path *p,
                                         uint8_t perm)
{
    leaf->desc[0] = p->desc;
    leaf->desc[1] = 0;
    leaf->desc_pa = p->desc_pa;
    leaf->base = p->oa & ~((UINT64_C(1) << p->lo) - 1);
    leaf->level = (int8_t)p->level;
    leaf->size_log2 = (uint8_t)p->lo;
    leaf->span_log2 = (uint8_t)p->lo;
    leaf->space = ARMVIRT_SPACE_NONSECURE;
    leaf->desc_space = ARMVIRT_SPACE_NONSECURE;
    leaf->perm = perm;
    leaf->valid = true;
    leaf->not_global = false;
    leaf->guarded = false;
    leaf->clean = false;
    leaf->domain = 0;
    leaf->accessed = true;
}

/* PSTATE.PAN takes away data accesses to pages that EL0 may use. DDI0487 R_XTSQH. */
static bool pan_bites(const struct plain_access *a, uint8_t rights)
{
    return !a->el0 && a->regime->two_ranges && !a->regime->nv1 &&
           (a->needs & (RIGHT_R | RIGHT_W)) != 0 &&
           armvirt_direct_rights(a->regime, rights, a->regime->security).el0_pan;
}

/* Stage 1 of the access; false if the complete walk has to decide. */
static ARMVIRT_ALWAYS_INLINE bool quick_stage1(const struct plain_access *a,
                                               const struct armvirt_mem *mem,
                                               const struct armvirt_stage *s2, struct path *p,
                                               unsigned *reads, struct armvirt_walk *out)
{
    const struct armvirt_regime *regime = a->regime;
    bool upper = (a->va & regime->upper_bit) != 0;
    const struct armvirt_stage *stage = upper ? &regime->s1[1] : &regime->s1[0];
    uint64_t alike = stage->va_mask[(a->needs & RIGHT_X) != 0];
    uint8_t rights;

    if (!stage->quick[a->el0] || (a->va & alike) != (upper ? alike : 0) ||
        !walk_stage1(stage, s2, mem, a->va, p, reads)) {
        return false;
    }
    rights = rights_s1_direct(regime, stage, p->desc, p->hierarchy & stage->hierarchy_mask);
    if ((a->needs & ~rights_of(rights, a->el0)) != 0 ||
        needs_dirty(a, stage, p->desc, ARMVIRT_VMSA64_S1_LEAF_NDIRTY) ||
        (a->pan && pan_bites(a, rights))) {
        return false;
    }
    report_attr(regime, stage, p->desc, &out->attr);
    report(&out->s1, p, rights);
    out->s1.not_global = (p->desc & stage->not_global_mask) != 0;
    out->s1.guarded = (p->desc & ARMVIRT_VMSA64_S1_LEAF_GP) != 0;
    if ((a->needs & RIGHT_X) && armvirt_attr_is_device(&out->attr)) {
        return false;
    }
    out->asid = stage->asid;
    out->perm = rights;
    out->size_log2 = (uint8_t)p->lo;
    return true;
}

/* Normal Write-Back at stage 2 leaves untagged stage 1 attributes but for SH. */
static ARMVIRT_ALWAYS_INLINE bool combines_to_stage1(const struct armvirt_stage *s2, uint64_t desc,
                                                     const struct armvirt_memattr *s1)
{
    uint64_t memattr = desc & (ARMVIRT_VMSA64_S2_LEAF_MEMATTR | ARMVIRT_VMSA64_S2_LEAF_FNXS);

    return memattr == ARMVIRT_VMSA64_S2_LEAF_MEMATTR && s2->keeps_s1_attr &&
           s1->tag == ARMVIRT_UNTAGGED && ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_SH, desc) == s1->sh;
}

/* Device and Non-cacheable memory, whose SH matters if stage 2 makes it Write-Back. R_NSCNC. */
static ARMVIRT_ALWAYS_INLINE bool has_own_sh(const struct armvirt_memattr *s1)
{
    return armvirt_attr_is_device(s1) || s1->mair == ATTR_NC;
}

static ARMVIRT_ALWAYS_INLINE bool quick_stage2(const struct plain_access *a,
                                               const struct armvirt_mem *mem,
                                               const struct armvirt_stage *s2, struct path *p,
                                               struct armvirt_walk *out)
{
    const struct armvirt_regime *regime = a->regime;
    uint8_t rights;

    if (!walk_stage2(s2, mem, out->ipa, p)) {
        return false;
    }
    rights = rights_s2_direct(regime, s2, p->desc);
    if ((a->needs & ~rights_of(rights, a->el0)) != 0 || needs_dirty(a, s2, p->desc, 0)) {
        return false;
    }
    report(&out->s2, p, rights);
    if (!combines_to_stage1(s2, p->desc, &out->attr)) {
        struct armvirt_memattr s1 = out->attr;

        if (s2->fwb && has_own_sh(&s1)) {
            return false;
        }
        out->attr = armvirt_combine_attr(regime, s2, &s1, armvirt_s2_attr(regime, s2, p->desc, &s1),
                                         (a->needs & RIGHT_X) != 0);
    }
    out->perm &= rights;
    out->size_log2 = p->lo < out->size_log2 ? (uint8_t)p->lo : out->size_log2;
    return true;
}

static ARMVIRT_ALWAYS_INLINE bool quick_walk(const struct plain_access *a,
                                             const struct armvirt_mem *mem,
                                             const struct armvirt_stage *s2,
                                             struct armvirt_walk *out)
{
    unsigned reads;
    struct path p;

    if (!quick_stage1(a, mem, s2, &p, &reads, out)) {
        return false;
    }
    out->ipa = p.oa;
    out->vmid = 0;
    out->s2.valid = false;
    if (s2 != NULL) {
        if (!quick_stage2(a, mem, s2, &p, out)) {
            return false;
        }
        out->vmid = a->regime->vmid;
        reads += (unsigned)(p.level - s2->start_level) + 1;
    }
    out->pa = p.oa;
    out->pa_space = out->ipa_space = ARMVIRT_SPACE_NONSECURE;
    out->mecid = 0;
    out->reads = (uint16_t)reads;
    out->fault.type = ARMVIRT_FAULT_NONE;
    out->fault.reason = ARMVIRT_REASON_NONE;
    return true;
}

static ARMVIRT_NOINLINE bool quick_nested(const struct plain_access *a,
                                          const struct armvirt_mem *mem, struct armvirt_walk *out)
{
    const struct armvirt_stage *s2 = &a->regime->s2[0];

    return s2->quick[0] && quick_walk(a, mem, s2, out);
}

/* What the kinds of access that come here need. */
static const uint8_t plain_needs[] = {
    [ARMVIRT_READ] = RIGHT_R,
    [ARMVIRT_WRITE] = RIGHT_W,
    [ARMVIRT_READ_WRITE] = RIGHT_R | RIGHT_W,
    [ARMVIRT_FETCH] = RIGHT_X,
};

static ARMVIRT_ALWAYS_INLINE bool quick(const struct armvirt_regime *regime,
                                        const struct armvirt_walk_env *env,
                                        const struct armvirt_access *access,
                                        struct armvirt_walk *walk)
{
    unsigned unusual = ~(unsigned)(ARMVIRT_ACCESS_PAN | ARMVIRT_ACCESS_NO_UPDATE);
    struct plain_access a = {
        .regime = regime,
        .va = access->va,
        .el0 = access->el == 0 && regime->two_ranges,
        .pan = (access->flags & ARMVIRT_ACCESS_PAN) != 0,
    };

    if (access->kind > ARMVIRT_FETCH || access->el > 3 || (access->flags & unusual) != 0 ||
        env->log != NULL || env->trace != NULL || env->mem.ops->cas == NULL) {
        return false;
    }
    a.needs = plain_needs[access->kind];
    return regime->s2_enabled ? quick_nested(&a, &env->mem, walk)
                              : quick_walk(&a, &env->mem, NULL, walk);
}

enum armvirt_status armvirt_translate(const struct armvirt_regime *regime,
                                      const struct armvirt_walk_env *env,
                                      const struct armvirt_access *access,
                                      struct armvirt_walk *walk)
{
    return quick(regime, env, access, walk) ? ARMVIRT_OK
                                            : armvirt_translate_complete(regime, env, access, walk);
}

/* ---- What is eligible --------------------------------------------------------------------- */

/* Controls that give tables a meaning which this file does not know. */
static bool has_special_tables(const struct armvirt_stage *stage)
{
    return stage->haft || stage->pnch || stage->big_endian || stage->emec || stage->epd ||
           stage->mtx || stage->ptw || stage->tl0 || stage->tl1;
}

/* The same for leaves. */
static bool has_special_leaves(const struct armvirt_stage *stage)
{
    return stage->pie || stage->aie || stage->overlay_priv || stage->overlay_el0 ||
           stage->force_not_global || stage->assured_only || stage->gcsh;
}

/* Whether a block may be larger than the output size, and so map but a part of what it covers. */
static bool has_cut_blocks(const struct armvirt_stage *stage)
{
    unsigned level = stage->block_levels & 1 ? 0 : stage->block_levels & 2 ? 1 : 2;

    return lookup_size_log2(stage, (int)level) > stage->oa_bits;
}

static bool is_quick(const struct armvirt_stage *stage)
{
    return stage->init_reason == ARMVIRT_REASON_NONE && stage->ia_bits != 0 &&
           stage->format == ARMVIRT_FORMAT_VMSA64 && !has_special_tables(stage) &&
           !has_special_leaves(stage) && !has_cut_blocks(stage) &&
           stage->space == ARMVIRT_SPACE_NONSECURE && !lookup_beyond_output(stage, stage->base_pa);
}

static void init_half(struct armvirt_stage *half, bool two_ranges)
{
    uint64_t below = ~half->ia_mask;

    half->va_mask[0] = armvirt_bits_below(half->addr_top + 1u) & below;
    half->va_mask[1] = armvirt_bits_below(half->addr_top_fetch + 1u) & below;
    half->not_global_mask = two_ranges ? ARMVIRT_VMSA64_S1_LEAF_NG : 0;
}

static void init_stage(struct armvirt_stage *stage, unsigned what, bool eligible)
{
    stage->req = (struct armvirt_mem_req){
        .size = (uint8_t)(1u << stage->desc_log2),
        .space = stage->space,
        .what = (uint8_t)what,
        .mecid = stage->mecid_walk,
    };
    stage->quick[0] = eligible && is_quick(stage);
    stage->quick[1] = stage->quick[0] && !stage->e0pd;
}

void armvirt_quick_init(struct armvirt_regime *regime)
{
    bool eligible = regime->s1_enabled && !regime->wxn && regime->options == 0 &&
                    regime->data_cacheable && regime->fetch_cacheable && !regime->gpc.enabled &&
                    regime->security == ARMVIRT_SPACE_NONSECURE;

    for (unsigned i = 0; i < 2; i++) {
        init_stage(&regime->s1[i], ARMVIRT_MEM_STAGE1_DESC, eligible);
        init_stage(&regime->s2[i], ARMVIRT_MEM_STAGE2_DESC, eligible);
        init_half(&regime->s1[i], regime->two_ranges);
        regime->s2[i].keeps_s1_attr =
            !regime->s2[i].fwb && !regime->s2[i].ds && !regime->s2_data_nc && !regime->s2_fetch_nc;
    }
    regime->upper_bit = regime->two_ranges ? ARMVIRT_BIT(55) : 0;
}
