/* SPDX-License-Identifier: MIT */
/* New entries: what of an answer may be kept (DDI0487 D8.16 R_XCLRD, R_SQBCS), and where. */
#include "machine.h"

#include <armvirt/regs/descriptors.h>

#define NORMAL_NC   0x44u
#define PLAIN_FLAGS (ARMVIRT_ACCESS_PAN | ARMVIRT_ACCESS_UNALIGNED)

/* A walk that set no access flag although there is one is an answer for this time only. */
static bool leaf_is_good(const struct armvirt_leaf *leaf)
{
    return !leaf->valid || leaf->accessed;
}

static bool may_be_kept(const struct armvirt_access *access, const struct armvirt_walk *walk)
{
    return access->kind <= ARMVIRT_FETCH && !(access->flags & ~PLAIN_FLAGS) &&
           leaf_is_good(&walk->s1) && leaf_is_good(&walk->s2) &&
           walk->size_log2 >= TLB_SMALLEST_LOG2;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/*
 * What the descriptor read maps for sure; with spans, what those beside it must map alike. Large
 * pages and supersections of Short-descriptors are 16 equal descriptors (DDI0487 G5.4.2).
 */
static unsigned leaf_log2(const struct armvirt_leaf *leaf, bool spans, bool is_short)
{
    bool repeated = is_short && (leaf->size_log2 == 16 || leaf->size_log2 == 24);

    if (!leaf->valid) {
        return TLB_LARGEST_LOG2;
    }
    if (spans) {
        return leaf->span_log2;
    }
    return repeated ? leaf->size_log2 - 4u : leaf->size_log2;
}

static unsigned entry_log2(const struct armvirt_tlb *tlb, const struct armvirt_tlb_context *context,
                           const struct armvirt_walk *walk)
{
    bool spans = (tlb->config.options & ARMVIRT_TLB_OPT_SPANS) && context->spans_are_flat;
    unsigned s1 = leaf_log2(&walk->s1, spans, context->format == ARMVIRT_FORMAT_SHORT);
    unsigned s2 = leaf_log2(&walk->s2, spans, false);
    unsigned checked = context->gpc_log2 != 0 ? context->gpc_log2 : TLB_LARGEST_LOG2;

    return smaller(smaller(s1, s2), smaller(checked, walk->size_log2));
}

/* DDI0487 D8.17 R_RTVTYQ: all pieces of a block go together. */
static unsigned region_log2(const struct armvirt_walk *walk, unsigned size)
{
    const struct armvirt_leaf *leaf = walk->s1.valid ? &walk->s1 : &walk->s2;

    return leaf->valid && leaf->size_log2 > size ? leaf->size_log2 : 0;
}

/* Attributes of Device memory differ for fetches; a fetch made them Normal Non-cacheable. */
static unsigned kind_flags(const struct armvirt_tlb_context *context,
                           const struct armvirt_access *access, const struct armvirt_walk *walk)
{
    if (access->kind == ARMVIRT_FETCH) {
        bool device = walk->attr.mair == NORMAL_NC || (walk->attr.mair & 0xf0) == 0;

        return context->kinds_differ || device ? ARMVIRT_TLB_FETCH_ONLY : 0;
    }
    return context->kinds_differ || (walk->attr.mair & 0xf0) == 0 ? ARMVIRT_TLB_DATA_ONLY : 0;
}

/*
 * Whether a write might have to make the leaf dirty. Without permission indirection DBM says so and
 * the bit of write permission is @clean; whether hardware manages it is left to the walk.
 */
static bool may_become_dirty(const struct armvirt_leaf *leaf, uint64_t clean)
{
    bool dbm = (leaf->desc[0] & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0;

    return leaf->valid &&
           (leaf->clean || (dbm && (leaf->desc[0] & ARMVIRT_VMSA64_S1_LEAF_NDIRTY) == clean));
}

static bool is_global(const struct armvirt_walk *walk)
{
    return walk->s1.valid && !walk->s1.not_global;
}

static unsigned leaf_flags(const struct armvirt_walk *walk)
{
    bool clean = may_become_dirty(&walk->s1, ARMVIRT_VMSA64_S1_LEAF_NDIRTY) ||
                 may_become_dirty(&walk->s2, 0);
    bool guarded = walk->s1.valid && walk->s1.guarded;

    return (clean ? ARMVIRT_TLB_CLEAN : 0u) | (is_global(walk) ? ARMVIRT_TLB_GLOBAL : 0u) |
           (guarded ? ARMVIRT_TLB_GUARDED : 0u);
}

/* Whether PAN bites depends on more than the rights that are left: what has passed may pass again.
 */
static unsigned pan_flags(const struct armvirt_access *access)
{
    return tlb_is_under_pan(access) ? ARMVIRT_TLB_PAN_PASSED : 0;
}

/* Unaligned accesses fault where stage 1 says Device, whatever stage 2 makes of it (B2.10.2). */
static unsigned alignment_flags(const struct armvirt_access *access,
                                const struct armvirt_walk *walk)
{
    bool passed = (access->flags & ARMVIRT_ACCESS_UNALIGNED) != 0;
    bool device = (walk->attr.mair & 0xf0) == 0;

    return passed || (!device && !walk->s2.valid) ? ARMVIRT_TLB_UNALIGNED : 0;
}

static uint8_t level_of(const struct armvirt_leaf *leaf)
{
    return leaf->valid ? (uint8_t)(leaf->level + 2) : 0xff;
}

/* The entry of @size that the answer makes. */
static void make(struct armvirt_tlb_entry *entry, unsigned size,
                 const struct armvirt_tlb_context *context, const struct armvirt_access *access,
                 const struct armvirt_walk *walk)
{
    uint64_t within = armvirt_bits_below(size);

    *entry = (struct armvirt_tlb_entry){
        .pa = walk->pa & ~within,
        .ipa = walk->ipa & ~within,
        .attr = walk->attr,
        .size_log2 = (uint8_t)size,
        .region_log2 = (uint8_t)region_log2(walk, size),
        .perm = walk->perm,
        .flags = (uint8_t)(leaf_flags(walk) | kind_flags(context, access, walk) |
                           pan_flags(access) | alignment_flags(access, walk)),
        .pa_space = walk->pa_space,
        .ipa_space = walk->ipa_space,
        .s1_level = level_of(&walk->s1),
        .s2_level = level_of(&walk->s2),
        .mecid = walk->mecid,
        .domain = walk->s1.domain,
        .domain_access = (uint8_t)(context->dacr >> 2 * (walk->s1.domain & 15u) & 3),
    };
}

/* The way of the set that a new entry takes: its own, else a free one, else one in turn. */
static unsigned choose(struct armvirt_tlb *tlb, const struct tlb_set *set, uint64_t key,
                       uint32_t owner)
{
    unsigned free = TLB_WAYS;

    for (unsigned way = 0; way < TLB_WAYS; way++) {
        if (tlb_is_for(&set->tag[way], key, owner)) {
            return way;
        }
        if (free == TLB_WAYS && set->tag[way].key == 0) { /* the first: lookups begin there */
            free = way;
        }
    }
    return free < TLB_WAYS ? free : tlb->turn++ % TLB_WAYS;
}

/* A size is in use. Stored only if that is new: the next lookup would have to wait for it. */
static void note(uint64_t *sizes, unsigned log2)
{
    if (!(*sizes >> log2 & 1)) {
        *sizes |= UINT64_C(1) << log2;
    }
}

struct armvirt_tlb_entry *armvirt_tlb_fill(struct armvirt_tlb *tlb,
                                           const struct armvirt_tlb_context *context,
                                           const struct armvirt_access *access,
                                           const struct armvirt_walk *walk)
{
    struct tlb_world *world = &tlb->world[context->world];
    struct armvirt_tlb_entry *entry;
    struct tlb_set *set;
    uint64_t address, key;
    uint32_t owner;
    unsigned half, size, way;

    if (!tlb_address(context, access->va, access->kind == ARMVIRT_FETCH, &half, &address) ||
        !may_be_kept(access, walk)) {
        return NULL;
    }
    size = entry_log2(tlb, context, walk);
    key = tlb_key(address, size, context->world);
    owner = context->owner[half];
    set = tlb_set(tlb, key, owner);
    way = choose(tlb, set, key, owner);
    if (is_global(walk)) {
        key |= TLB_KEY_GLOBAL;
        owner &= TLB_OWNER_VMID;
    }
    entry = &set->entry[way];
    set->tag[way].key = key;
    set->tag[way].owner = owner;
    set->tag[way].born = tlb->now;
    make(entry, size, context, access, walk);
    note(&world->sizes, size);
    if (entry->region_log2 != 0) {
        note(&world->regions, entry->region_log2);
    }
    return entry;
}
