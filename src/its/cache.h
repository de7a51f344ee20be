/* SPDX-License-Identifier: MIT */
/*
 * The translation cache: what an event led to when it was last translated (IHI0069 5.2.8). A slot
 * counts only if it was filled after whatever could have changed it: of its device, of its
 * collection, of everything. So each command makes invalid what it touches by noting the time, and
 * a look-up compares three times; neither depends on how much is cached. Devices share times by
 * their low bits, and collections, which costs a needless miss and nothing else.
 */
#ifndef ARMVIRT_SRC_ITS_CACHE_H
#define ARMVIRT_SRC_ITS_CACHE_H

#include "machine.h"

#define ARMVIRT_ITS_COLLECTION_EPOCHS 256u

struct armvirt_its_slot {
    uint64_t epoch; /* when it was filled; 0: empty */
    uint32_t device, event;
    uint32_t intid;
    uint16_t pe, icid;
};

/* Neighbouring devices have neighbouring slots; their events are spread by the golden ratio, so
 * that D devices with E events each are apart as long as D * E is well below the number of slots.
 */
static inline struct armvirt_its_slot *armvirt_its_slot_of(const struct armvirt_its *its,
                                                           uint32_t device, uint32_t event)
{
    uint32_t spread = UINT32_C(0x9e3779b1) >> (32 - its->config.cache_log2) | 1;
    uint32_t index = (device + event * spread) & ((UINT32_C(1) << its->config.cache_log2) - 1);

    return (struct armvirt_its_slot *)(void *)((uintptr_t)its + its->cache_at) + index;
}

static inline uint64_t *armvirt_its_device_epoch(const struct armvirt_its *its, uint32_t device)
{
    return (uint64_t *)(void *)((uintptr_t)its + its->epochs_at) +
           (device & ((UINT32_C(1) << its->config.cache_log2) - 1));
}

static inline uint64_t *armvirt_its_collection_epoch(const struct armvirt_its *its, uint32_t icid)
{
    return (uint64_t *)(void *)((uintptr_t)its + its->epochs_at) +
           (UINT32_C(1) << its->config.cache_log2) + icid % ARMVIRT_ITS_COLLECTION_EPOCHS;
}

/* The slot of an event if it is there and counts, else NULL. */
static inline const struct armvirt_its_slot *armvirt_its_cached(const struct armvirt_its *its,
                                                                uint32_t device, uint32_t event)
{
    const struct armvirt_its_slot *slot;

    if (its->cache_at == 0) {
        return NULL;
    }
    slot = armvirt_its_slot_of(its, device, event);
    return slot->device == device && slot->event == event && slot->epoch > its->epoch_all &&
                   slot->epoch > *armvirt_its_device_epoch(its, device) &&
                   slot->epoch > *armvirt_its_collection_epoch(its, slot->icid)
               ? slot
               : NULL;
}

void armvirt_its_cache_fill(const struct armvirt_its *its, const struct armvirt_its_route *route);
void armvirt_its_cache_drop_event(const struct armvirt_its *its, uint32_t device, uint32_t event);
void armvirt_its_cache_drop_device(struct armvirt_its *its, uint32_t device);
void armvirt_its_cache_drop_collection(struct armvirt_its *its, uint32_t icid);
void armvirt_its_cache_drop_all(struct armvirt_its *its);

#endif
