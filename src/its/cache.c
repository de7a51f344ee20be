/* SPDX-License-Identifier: MIT */
/* The translation cache (IHI0069 5.2.8). */
#include "cache.h"

/* Only physical interrupts: what a virtual one needs is more than a slot holds. */
void armvirt_its_cache_fill(const struct armvirt_its *its, const struct armvirt_its_route *route)
{
    if (its->cache_at != 0 && route->physical) {
        *armvirt_its_slot_of(its, route->device, route->event) =
            (struct armvirt_its_slot){.epoch = its->epoch + 1,
                                      .device = route->device,
                                      .event = route->event,
                                      .intid = route->intid,
                                      .pe = (uint16_t)route->pe,
                                      .icid = (uint16_t)route->icid};
    }
}

void armvirt_its_cache_drop_event(const struct armvirt_its *its, uint32_t device, uint32_t event)
{
    struct armvirt_its_slot *slot;

    if (its->cache_at != 0) {
        slot = armvirt_its_slot_of(its, device, event);
        if (slot->device == device && slot->event == event) {
            slot->epoch = 0;
        }
    }
}

void armvirt_its_cache_drop_device(struct armvirt_its *its, uint32_t device)
{
    if (its->cache_at != 0) {
        *armvirt_its_device_epoch(its, device) = ++its->epoch;
    }
}

void armvirt_its_cache_drop_collection(struct armvirt_its *its, uint32_t icid)
{
    if (its->cache_at != 0) {
        *armvirt_its_collection_epoch(its, icid) = ++its->epoch;
    }
}

void armvirt_its_cache_drop_all(struct armvirt_its *its)
{
    its->epoch_all = ++its->epoch;
}
