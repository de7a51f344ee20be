/* SPDX-License-Identifier: MIT */
/*
 * Inside of a TLB (DDI0487 D8.16, D8.17; IHI0070 3.17, 4.4).
 *
 * Sets of four entries, found by a hash of VMID and page; an entry is as large as the page, block
 * or run that it is for, and a lookup tries each size that its world has.
 *
 * Time is counted in invalidations. An entry knows when it was made; each scope of invalidation (a
 * world, a VMID, an ASID, a block that is cached in pieces) knows when it was invalidated last. An
 * entry lives as long as it is younger than all of its scopes, so that invalidating a scope is one
 * store. Scopes are hashed to slots: two that share one die together. Single pages are removed from
 * their sets.
 *
 * storage.c  size and layout        context.c  from a regime to a context
 * lookup.c   hits                   fill.c     new entries
 * invalidate.c                      tlbi.c     instructions
 */
#ifndef ARMVIRT_SRC_TLB_MACHINE_H
#define ARMVIRT_SRC_TLB_MACHINE_H

#include <armvirt/tlb.h>

#include "../base/bits.h"
#include "../base/compiler.h"
#include "../base/mem_functions.h"

enum {
    TLB_WAYS = 4,
    TLB_WORLDS = 64,
    TLB_SMALLEST_LOG2 = 12,
    TLB_LARGEST_LOG2 = 63,
};

/* A world: regime in bits 2:0, Security state in 4:3, `alone` in 5. */
#define TLB_WORLD_ALONE 32u

/*
 * The first address of the page, a one below its lowest address bit (which tells its size), the
 * world in bits 6:1 and whether it is global in bit 0. Never 0.
 */
#define TLB_KEY_GLOBAL     UINT64_C(1)
#define TLB_KEY_WORLD_LOG2 1
#define TLB_OWNER_VMID     UINT32_C(0xffff0000)

struct tlb_tag {
    uint64_t key;   /* 0: no entry */
    uint32_t owner; /* VMID in 31:16, ASID (0 if global) in 15:0 */
    uint32_t born;
};

struct tlb_set {
    struct tlb_tag tag[TLB_WAYS];
    struct armvirt_tlb_entry entry[TLB_WAYS];
};

/* What must be known of a world to look into it. Bit n of a mask: 2^n bytes are in use. */
struct tlb_world {
    uint64_t sizes;
    uint64_t regions;
    uint32_t died; /* when the world was invalidated last */
    uint32_t calm; /* no scope of it has been invalidated since then */
};

struct armvirt_tlb {
    struct armvirt_tlb_config config;
    uint32_t now;       /* 1 at first; an entry born now is younger than any scope */
    uint32_t turn;      /* which way of a full set is replaced */
    uint8_t set_shift;  /* 64 - log2 of the number of sets */
    uint8_t slot_shift; /* the same of slots */
    uint32_t slots;
    size_t size, sets_at, vmids_at, asids_at, regions_at;
    struct tlb_world world[TLB_WORLDS];
};

/* ---- Names -------------------------------------------------------------------------------- */

static inline uint8_t tlb_world_of(uint8_t regime, uint8_t security, bool alone)
{
    return (uint8_t)((regime & 7u) | (security & 3u) << 3 | (alone ? TLB_WORLD_ALONE : 0));
}

static inline uint64_t tlb_key(uint64_t address, unsigned size_log2, uint8_t world)
{
    return (address & ~armvirt_bits_below(size_log2)) | UINT64_C(1) << (size_log2 - 1) |
           (uint64_t)world << TLB_KEY_WORLD_LOG2;
}

static inline uint32_t tlb_owner(uint16_t vmid, uint16_t asid)
{
    return (uint32_t)vmid << 16 | asid;
}

/* Spreads neighbours evenly over the high bits of a product. */
#define TLB_GOLDEN UINT64_C(0x9e3779b97f4a7c15)

/* Spreads the low bits of @value over the high ones, which select slots. */
static inline uint64_t tlb_hash(uint64_t value)
{
    value *= TLB_GOLDEN;
    return (value ^ value >> 32) * UINT64_C(0xd6e8feb86659fd93);
}

static inline uint64_t tlb_hash_vmid(uint8_t world, uint16_t vmid)
{
    return tlb_hash((uint64_t)world << 16 | vmid);
}

static inline uint64_t tlb_hash_asid(uint8_t world, uint16_t vmid, uint16_t asid)
{
    return tlb_hash((uint64_t)world << 32 | tlb_owner(vmid, asid));
}

/* What is global has a slot of its own. */
static inline uint64_t tlb_hash_global(uint8_t world, uint16_t vmid)
{
    return tlb_hash(UINT64_C(1) << 40 | (uint64_t)world << 32 | tlb_owner(vmid, 0));
}

/* ---- Places ------------------------------------------------------------------------------- */

static inline struct tlb_set *tlb_set(const struct armvirt_tlb *tlb, uint64_t key, uint32_t owner)
{
    uint64_t hash = (key ^ (uint64_t)(owner >> 16) << 40) * TLB_GOLDEN >> tlb->set_shift;

    return (struct tlb_set *)((uintptr_t)tlb + tlb->sets_at) + hash;
}

/* Whether a tag is of the page @key, of @owner or of all ASIDs of its VMID. */
static inline bool tlb_is_for(const struct tlb_tag *tag, uint64_t key, uint32_t owner)
{
    uint64_t differs = tag->key ^ key; /* of an entry that is global: in that bit alone */

    return differs <= TLB_KEY_GLOBAL &&
           tag->owner == (differs == 0 ? owner : owner & TLB_OWNER_VMID);
}

static inline uint32_t *tlb_slot(const struct armvirt_tlb *tlb, size_t table_at, uint64_t hash)
{
    return (uint32_t *)((uintptr_t)tlb + table_at) + (hash >> tlb->slot_shift);
}

static inline uint32_t *tlb_region(const struct armvirt_tlb *tlb, uint64_t address,
                                   unsigned region_log2, uint8_t world, uint16_t vmid)
{
    uint64_t key = tlb_key(address, region_log2, world);

    return tlb_slot(tlb, tlb->regions_at, tlb_hash(key ^ (uint64_t)vmid << 40));
}

/* Back to an empty TLB, with the configuration that it has. */
void armvirt_tlb_clear(struct armvirt_tlb *tlb);

/* The address as it stands in keys; false if no lookup can be made with it. */
static inline bool tlb_address(const struct armvirt_tlb_context *context, uint64_t va, bool fetch,
                               unsigned *half, uint64_t *address)
{
    unsigned upper = (va & context->upper_bit) != 0;
    uint64_t alike = context->va_mask[upper][fetch];
    uint64_t translated = va & context->ia_mask[upper];

    *half = upper;
    *address = armvirt_sign_extend(upper ? translated | ~context->ia_mask[1] : translated, 56);
    return (va & alike) == (upper ? alike : 0) && (context->cacheable >> upper & 1);
}

/* A plain access that PSTATE.PAN may stop. */
static inline bool tlb_is_under_pan(const struct armvirt_access *access)
{
    return (access->flags & ARMVIRT_ACCESS_PAN) && access->el != 0 && access->kind != ARMVIRT_FETCH;
}

#endif
