/* SPDX-License-Identifier: MIT */
/*
 * Invalidation (DDI0487 D8.17 R_RTVTYQ, R_GNJPZ; IHI0070 4.4). A scope dies by one store; pages
 * that stand in the TLB as a whole are removed from their sets.
 */
#include "machine.h"

enum {
    RANGE_SETS = 64, /* a range of more sets than this goes as a whole */
    MAX_WILD = 4,
};

/* Time goes on; the scopes that are invalidated died just before. */
static uint32_t tick(struct armvirt_tlb *tlb)
{
    if (tlb->now == UINT32_MAX) {
        armvirt_tlb_clear(tlb);
    }
    return tlb->now++;
}

/* One VMID of one world, as part of an invalidation. */
struct part {
    struct armvirt_tlb *tlb;
    const struct armvirt_tlb_inval *inval;
    uint64_t first, last;
    uint32_t died;
    uint16_t vmid;
    uint8_t world;
};

/* ---- Scopes ------------------------------------------------------------------------------- */

static void kill_world(struct armvirt_tlb *tlb, uint8_t world, uint32_t died)
{
    tlb->world[world] = (struct tlb_world){.died = died, .calm = died};
}

/* A scope in the world dies: `*slot` says when. */
static void kill_scope(const struct part *p, uint32_t *slot)
{
    *slot = p->died;
    p->tlb->world[p->world].calm = p->died;
}

static void kill_vmid(const struct part *p)
{
    kill_scope(p, tlb_slot(p->tlb, p->tlb->vmids_at, tlb_hash_vmid(p->world, p->vmid)));
}

static void kill_asid(const struct part *p)
{
    uint64_t hash = tlb_hash_asid(p->world, p->vmid, p->inval->asid);

    kill_scope(p, tlb_slot(p->tlb, p->tlb->asids_at, hash));
}

static void kill_global(const struct part *p)
{
    kill_scope(p, tlb_slot(p->tlb, p->tlb->asids_at, tlb_hash_global(p->world, p->vmid)));
}

/* ---- Addresses ---------------------------------------------------------------------------- */

/* How many pieces of each of @sizes the range touches, counted as far as it matters. */
static uint64_t pieces(const struct part *p, uint64_t sizes)
{
    uint64_t sum = 0;

    for (; sizes != 0 && sum <= RANGE_SETS; sizes &= sizes - 1) {
        unsigned log2 = ARMVIRT_CTZ64(sizes);

        sum += (p->last >> log2) - (p->first >> log2) + 1;
    }
    return sum;
}

/* DDI0487 D8.17.5: by ASID and address, what is global goes too. */
static bool is_named(const struct part *p, const struct tlb_tag *tag)
{
    bool any_asid = p->inval->scope != ARMVIRT_TLB_VA || (tag->key & TLB_KEY_GLOBAL);

    return tag->owner >> 16 == p->vmid && (any_asid || (tag->owner & 0xffff) == p->inval->asid);
}

static void kill_page(const struct part *p, uint64_t address, unsigned log2)
{
    uint64_t key = tlb_key(address, log2, p->world);
    struct tlb_set *set = tlb_set(p->tlb, key, tlb_owner(p->vmid, 0));

    for (struct tlb_tag *tag = set->tag; tag < set->tag + TLB_WAYS; tag++) {
        if ((tag->key & ~TLB_KEY_GLOBAL) == key && is_named(p, tag)) {
            tag->key = 0;
        }
    }
}

static void kill_pages(const struct part *p)
{
    const struct tlb_world *world = &p->tlb->world[p->world];

    for (uint64_t sizes = world->sizes; sizes != 0; sizes &= sizes - 1) {
        unsigned log2 = ARMVIRT_CTZ64(sizes);
        uint64_t address = p->first;

        for (uint64_t left = (p->last >> log2) - (p->first >> log2) + 1; left != 0; left--) {
            kill_page(p, address, log2);
            address += UINT64_C(1) << log2;
        }
    }
    for (uint64_t sizes = world->regions; sizes != 0; sizes &= sizes - 1) {
        unsigned log2 = ARMVIRT_CTZ64(sizes);

        for (uint64_t n = 0; n <= (p->last >> log2) - (p->first >> log2); n++) {
            kill_scope(p, tlb_region(p->tlb, p->first + (n << log2), log2, p->world, p->vmid));
        }
    }
}

static void kill_range(const struct part *p)
{
    const struct tlb_world *world = &p->tlb->world[p->world];

    if (pieces(p, world->sizes) + pieces(p, world->regions) <= RANGE_SETS) {
        kill_pages(p);
    } else if (p->inval->scope == ARMVIRT_TLB_VA) {
        kill_asid(p);
        kill_global(p);
    } else {
        kill_vmid(p);
    }
}

/* ---- One world ---------------------------------------------------------------------------- */

static void kill_part(const struct part *p)
{
    switch (p->inval->scope) {
    case ARMVIRT_TLB_VMID:
    case ARMVIRT_TLB_VMID_S12:
        kill_vmid(p);
        break;
    case ARMVIRT_TLB_ASID:
        kill_asid(p);
        break;
    default:
        kill_range(p);
        break;
    }
}

static void kill_in_world(struct part *p)
{
    unsigned wild = p->inval->vmid_wild;
    uint16_t mask = (uint16_t)(armvirt_bits_below(wild <= MAX_WILD ? wild : 0));

    if (p->tlb->world[p->world].sizes == 0) { /* nothing is in it */
        return;
    }
    if (wild > MAX_WILD || p->inval->scope == ARMVIRT_TLB_REGIME) {
        kill_world(p->tlb, p->world, p->died);
        return;
    }
    for (unsigned n = 0; n <= mask; n++) {
        p->vmid = (uint16_t)((p->inval->vmid & ~mask) | n);
        kill_part(p);
    }
}

/* Both worlds of a regime: those that are `alone`, and the others. */
static void kill_in_regime(struct part *p, unsigned regime)
{
    for (unsigned alone = 0; alone < 2; alone++) {
        p->world = tlb_world_of((uint8_t)regime, p->inval->security, alone != 0);
        kill_in_world(p);
    }
}

/* Entries that combine both stages have no IPA to be found by: those of the VMID go. */
static void kill_combined(struct part *p)
{
    struct armvirt_tlb_inval all = *p->inval;

    all.scope = ARMVIRT_TLB_VMID;
    p->inval = &all;
    kill_in_regime(p, ARMVIRT_TLB_EL10);
}

void armvirt_tlb_invalidate(struct armvirt_tlb *tlb, const struct armvirt_tlb_inval *inval)
{
    struct part p = {
        .tlb = tlb,
        .inval = inval,
        .first = armvirt_sign_extend(inval->first, 56),
        .last = armvirt_sign_extend(inval->last, 56),
    };
    bool both = inval->scope == ARMVIRT_TLB_VMID_S12 || inval->scope == ARMVIRT_TLB_REGIME;

    if (inval->scope == ARMVIRT_TLB_NOTHING) {
        return;
    }
    p.died = tick(tlb);
    p.last = p.last < p.first ? UINT64_MAX : p.last;
    if (inval->scope == ARMVIRT_TLB_ALL) {
        for (unsigned world = 0; world < TLB_WORLDS; world++) {
            kill_world(tlb, (uint8_t)world, p.died);
        }
        return;
    }
    if (inval->scope == ARMVIRT_TLB_STAGE2) {
        kill_in_regime(&p, ARMVIRT_TLB_IPA);
        kill_combined(&p);
        return;
    }
    kill_in_regime(&p, inval->regime);
    if (both && (inval->regime & 7u) == ARMVIRT_TLB_EL10) {
        kill_in_regime(&p, ARMVIRT_TLB_IPA);
    }
}
