/* SPDX-License-Identifier: MIT */
/* Hits: which entry translates an address, and what it may answer (DDI0487 D8.16.3 R_XXNPZ). */
#include "machine.h"

#define PLAIN_FLAGS (ARMVIRT_ACCESS_PAN | ARMVIRT_ACCESS_UNALIGNED)

/* Whether none of the scopes of an entry has been invalidated since it was made. */
static ARMVIRT_NOINLINE bool outlived(const struct armvirt_tlb *tlb,
                                      const struct armvirt_tlb_context *context, unsigned half,
                                      uint64_t address, const struct tlb_tag *tag,
                                      const struct armvirt_tlb_entry *entry)
{
    uint64_t asid = tag->key & TLB_KEY_GLOBAL ? context->hash_global : context->hash_asid[half];
    uint32_t born = tag->born;

    return born > tlb->world[context->world].died &&
           born > *tlb_slot(tlb, tlb->vmids_at, context->hash_vmid) &&
           born > *tlb_slot(tlb, tlb->asids_at, asid) &&
           (entry->region_log2 == 0 ||
            born > *tlb_region(tlb, address, entry->region_log2, context->world,
                               (uint16_t)(tag->owner >> 16)));
}

/* An entry that is younger than all that happened to its world need not ask further. */
const struct armvirt_tlb_entry *armvirt_tlb_find(const struct armvirt_tlb *tlb,
                                                 const struct armvirt_tlb_context *context,
                                                 uint64_t va, bool fetch)
{
    const struct tlb_world *world = &tlb->world[context->world];
    uint64_t address;
    unsigned half;

    if (!tlb_address(context, va, fetch, &half, &address)) {
        return NULL;
    }
    for (uint64_t sizes = world->sizes; sizes != 0; sizes &= sizes - 1) {
        uint64_t key = tlb_key(address, ARMVIRT_CTZ64(sizes), context->world);
        const struct tlb_set *set = tlb_set(tlb, key, context->owner[half]);

        for (unsigned way = 0; way < TLB_WAYS; way++) {
            const struct tlb_tag *tag = &set->tag[way];
            const struct armvirt_tlb_entry *entry = &set->entry[way];

            if (tlb_is_for(tag, key, context->owner[half]) &&
                (tag->born > world->calm || outlived(tlb, context, half, address, tag, entry))) {
                return entry;
            }
        }
    }
    return NULL;
}

/* What a plain access asks for, by kind: rights of EL0 and of others, and flags that forbid it. */
static const struct {
    uint8_t rights[2], forbidden;
} needs[] = {
    [ARMVIRT_READ] = {{ARMVIRT_PERM_EL0_R, ARMVIRT_PERM_PRIV_R}, ARMVIRT_TLB_FETCH_ONLY},
    [ARMVIRT_WRITE] = {{ARMVIRT_PERM_EL0_W, ARMVIRT_PERM_PRIV_W},
                       ARMVIRT_TLB_FETCH_ONLY | ARMVIRT_TLB_CLEAN},
    [ARMVIRT_READ_WRITE] = {{ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_W,
                             ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W},
                            ARMVIRT_TLB_FETCH_ONLY | ARMVIRT_TLB_CLEAN},
    [ARMVIRT_FETCH] = {{ARMVIRT_PERM_EL0_X, ARMVIRT_PERM_PRIV_X}, ARMVIRT_TLB_DATA_ONLY},
};

/* Accesses that are not plain take the walk. */
static bool is_plain(const struct armvirt_access *access)
{
    return access->kind <= ARMVIRT_FETCH && !(access->flags & ~PLAIN_FLAGS);
}

/* What PSTATE.PAN and alignment add to permissions. */
static bool is_unhindered(const struct armvirt_tlb_entry *entry,
                          const struct armvirt_access *access)
{
    bool pan = tlb_is_under_pan(access);
    bool unaligned = (access->flags & ARMVIRT_ACCESS_UNALIGNED) != 0;

    return (!pan || (entry->flags & ARMVIRT_TLB_PAN_PASSED)) &&
           (!unaligned || (entry->flags & ARMVIRT_TLB_UNALIGNED));
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

static ARMVIRT_ALWAYS_INLINE bool permits(const struct armvirt_tlb_context *context,
                                          const struct armvirt_tlb_entry *entry,
                                          const struct armvirt_access *access)
{
    unsigned rights;

    if (!is_plain(access)) {
        return false;
    }
    rights = needs[access->kind].rights[access->el != 0];
    return (entry->perm & rights) == rights && !(entry->flags & needs[access->kind].forbidden) &&
           (access->flags == 0 || is_unhindered(entry, access)) &&
           (context->is_steady || is_unchanged(context, entry, access));
}

bool armvirt_tlb_permits(const struct armvirt_tlb_context *context,
                         const struct armvirt_tlb_entry *entry, const struct armvirt_access *access)
{
    return permits(context, entry, access);
}

const struct armvirt_tlb_entry *armvirt_tlb_lookup(const struct armvirt_tlb *tlb,
                                                   const struct armvirt_tlb_context *context,
                                                   const struct armvirt_access *access)
{
    const struct armvirt_tlb_entry *entry =
        armvirt_tlb_find(tlb, context, access->va, access->kind == ARMVIRT_FETCH);

    return entry != NULL && permits(context, entry, access) ? entry : NULL;
}
