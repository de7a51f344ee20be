/* SPDX-License-Identifier: MIT */
/* Hits: which entry translates an address, and what it may answer (DDI0487 D8.16.3 R_XXNPZ). */
#include "machine.h"

#define PLAIN_FLAGS (ARMVIRT_ACCESS_PAN | ARMVIRT_ACCESS_UNALIGNED)

static bool is_for(const struct tlb_tag *tag, uint64_t key, uint32_t owner)
{
    return (tag->key == key && tag->owner == owner) ||
           (tag->key == (key | TLB_KEY_GLOBAL) && tag->owner == (owner & UINT32_C(0xffff0000)));
}

const struct armvirt_tlb_entry *armvirt_tlb_find(const struct armvirt_tlb *tlb,
                                                 const struct armvirt_tlb_context *context,
                                                 uint64_t va, bool fetch)
{
    uint64_t sizes = tlb->world[context->world].sizes, address;
    unsigned half;

    if (!tlb_address(context, va, fetch, &half, &address)) {
        return NULL;
    }
    for (; sizes != 0; sizes &= sizes - 1) {
        uint64_t key = tlb_key(address, ARMVIRT_CTZ64(sizes), context->world);
        const struct tlb_set *set = tlb_set(tlb, key, context->owner[half]);

        for (unsigned way = 0; way < TLB_WAYS; way++) {
            if (is_for(&set->tag[way], key, context->owner[half]) &&
                tlb_is_alive(tlb, context, half, address, &set->tag[way], &set->entry[way])) {
                return &set->entry[way];
            }
        }
    }
    return NULL;
}

/* The rights that a plain access needs, EL0's and others'; 0 for accesses that are not plain. */
static unsigned rights_of(const struct armvirt_access *access)
{
    static const uint8_t needs[2][4] = {
        [0] = {[ARMVIRT_READ] = ARMVIRT_PERM_PRIV_R,
               [ARMVIRT_WRITE] = ARMVIRT_PERM_PRIV_W,
               [ARMVIRT_READ_WRITE] = ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W,
               [ARMVIRT_FETCH] = ARMVIRT_PERM_PRIV_X},
        [1] = {[ARMVIRT_READ] = ARMVIRT_PERM_EL0_R,
               [ARMVIRT_WRITE] = ARMVIRT_PERM_EL0_W,
               [ARMVIRT_READ_WRITE] = ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_W,
               [ARMVIRT_FETCH] = ARMVIRT_PERM_EL0_X},
    };

    return access->kind <= ARMVIRT_FETCH ? needs[access->el == 0][access->kind] : 0;
}

/* What PSTATE.PAN, alignment and dirty state add to permissions. */
static bool is_unhindered(const struct armvirt_tlb_entry *entry,
                          const struct armvirt_access *access)
{
    bool writes = access->kind == ARMVIRT_WRITE || access->kind == ARMVIRT_READ_WRITE;
    bool unaligned = (access->flags & ARMVIRT_ACCESS_UNALIGNED) != 0;

    if (tlb_is_under_pan(access) && !(entry->flags & ARMVIRT_TLB_PAN_PASSED)) {
        return false;
    }
    if (unaligned && !(entry->flags & ARMVIRT_TLB_UNALIGNED)) {
        return false;
    }
    return !writes || !(entry->flags & ARMVIRT_TLB_CLEAN);
}

/* What registers that no TLB may hold say now. DDI0487 G5.6.4 (DACR), D8.4.4 (E0PD). */
static bool is_unchanged(const struct armvirt_tlb_context *context,
                         const struct armvirt_tlb_entry *entry, const struct armvirt_access *access)
{
    unsigned half = (access->va & context->upper_bit) != 0;

    if (access->el == 0 && (context->no_el0 >> half & 1)) {
        return false;
    }
    return context->format != ARMVIRT_FORMAT_SHORT ||
           (context->dacr >> 2 * entry->domain & 3) == entry->domain_access;
}

bool armvirt_tlb_permits(const struct armvirt_tlb_context *context,
                         const struct armvirt_tlb_entry *entry, const struct armvirt_access *access)
{
    unsigned rights = rights_of(access);
    unsigned not_for =
        access->kind == ARMVIRT_FETCH ? ARMVIRT_TLB_DATA_ONLY : ARMVIRT_TLB_FETCH_ONLY;

    return rights != 0 && (entry->perm & rights) == rights && !(access->flags & ~PLAIN_FLAGS) &&
           !(entry->flags & not_for) && is_unhindered(entry, access) &&
           is_unchanged(context, entry, access);
}

const struct armvirt_tlb_entry *armvirt_tlb_lookup(const struct armvirt_tlb *tlb,
                                                   const struct armvirt_tlb_context *context,
                                                   const struct armvirt_access *access)
{
    const struct armvirt_tlb_entry *entry =
        armvirt_tlb_find(tlb, context, access->va, access->kind == ARMVIRT_FETCH);

    return entry != NULL && armvirt_tlb_permits(context, entry, access) ? entry : NULL;
}
