/* SPDX-License-Identifier: MIT */
/* Size, layout and the empty TLB. Nothing of a reset is architected: DDI0487 D8.16.1. */
#include "machine.h"

#define MIN_ENTRIES (2u * TLB_WAYS)
#define MAX_ENTRIES (UINT32_C(1) << 24)

_Static_assert(sizeof(struct tlb_set) == 4 * ARMVIRT_TLB_ALIGN, "a set is four cache lines");
_Static_assert(sizeof(struct armvirt_tlb) <= 1792, "ARMVIRT_TLB_SIZE");

static bool config_is_good(const struct armvirt_tlb_config *config)
{
    return config->entries >= MIN_ENTRIES && config->entries <= MAX_ENTRIES &&
           armvirt_is_power_of_2(config->entries);
}

static uint8_t hash_shift(uint32_t count)
{
    return (uint8_t)(64 - ARMVIRT_CTZ64(count));
}

static size_t place(size_t *end, size_t bytes)
{
    size_t at = *end;

    *end = (at + bytes + ARMVIRT_TLB_ALIGN - 1) & ~(size_t)(ARMVIRT_TLB_ALIGN - 1);
    return at;
}

/* Where the parts lie in the storage, in bytes. */
struct places {
    size_t sets, vmids, asids, regions, end;
};

static struct places places_of(uint32_t entries)
{
    uint32_t slots = ARMVIRT_TLB_SLOTS(entries);
    struct places at = {.end = 0};

    place(&at.end, sizeof(struct armvirt_tlb));
    at.sets = place(&at.end, entries / TLB_WAYS * sizeof(struct tlb_set));
    at.vmids = place(&at.end, slots * sizeof(uint32_t));
    at.asids = place(&at.end, slots * sizeof(uint32_t));
    at.regions = place(&at.end, slots * sizeof(uint32_t));
    return at;
}

static void lay_out(struct armvirt_tlb *tlb, const struct armvirt_tlb_config *config)
{
    struct places places = places_of(config->entries);

    memset(tlb, 0, sizeof(*tlb));
    tlb->config = *config;
    tlb->slots = ARMVIRT_TLB_SLOTS(config->entries);
    tlb->set_shift = hash_shift(config->entries / TLB_WAYS);
    tlb->slot_shift = hash_shift(tlb->slots);
    tlb->sets_at = places.sets;
    tlb->vmids_at = places.vmids;
    tlb->asids_at = places.asids;
    tlb->regions_at = places.regions;
    tlb->size = places.end;
}

size_t armvirt_tlb_size(const struct armvirt_tlb_config *config)
{
    return config_is_good(config) ? places_of(config->entries).end : 0;
}

void armvirt_tlb_clear(struct armvirt_tlb *tlb)
{
    uintptr_t first = (uintptr_t)tlb + tlb->sets_at;

    memset((void *)first, 0, tlb->size - tlb->sets_at);
    memset(tlb->world, 0, sizeof(tlb->world));
    tlb->now = 1;
}

enum armvirt_status armvirt_tlb_init(void *storage, size_t size_bytes,
                                     const struct armvirt_tlb_config *config,
                                     struct armvirt_tlb **tlb)
{
    size_t size = armvirt_tlb_size(config);

    if (size == 0 || !armvirt_is_aligned((uintptr_t)storage, ARMVIRT_TLB_ALIGN)) {
        return ARMVIRT_E_INVAL;
    }
    if (size_bytes < size) {
        return ARMVIRT_E_NOSPACE;
    }
    *tlb = storage;
    lay_out(*tlb, config);
    armvirt_tlb_clear(*tlb);
    return ARMVIRT_OK;
}
