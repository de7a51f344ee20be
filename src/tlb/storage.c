/* SPDX-License-Identifier: MIT */
/* Size, layout and the empty TLB. Nothing of a reset is architected: DDI0487 D8.16.1. */
#include "machine.h"

#define MIN_ENTRIES (2u * TLB_WAYS)
#define MAX_ENTRIES (UINT32_C(1) << 24)

_Static_assert(sizeof(struct tlb_set) == 4 * ARMVIRT_TLB_ALIGN, "a set is four cache lines");
_Static_assert(sizeof(struct armvirt_tlb) <= 1536, "ARMVIRT_TLB_SIZE");

static bool config_is_good(const struct armvirt_tlb_config *config)
{
    return config->entries >= MIN_ENTRIES && config->entries <= MAX_ENTRIES &&
           armvirt_is_power_of_2(config->entries);
}

static uint32_t sets(const struct armvirt_tlb *tlb)
{
    return tlb->config.entries / TLB_WAYS;
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

static void lay_out(struct armvirt_tlb *tlb, const struct armvirt_tlb_config *config)
{
    size_t end = 0;

    *tlb = (struct armvirt_tlb){.config = *config};
    tlb->slots = ARMVIRT_TLB_SLOTS(config->entries);
    tlb->set_shift = hash_shift(sets(tlb));
    tlb->slot_shift = hash_shift(tlb->slots);
    place(&end, sizeof(*tlb));
    tlb->sets_at = place(&end, sets(tlb) * sizeof(struct tlb_set));
    tlb->vmids_at = place(&end, tlb->slots * sizeof(uint32_t));
    tlb->asids_at = place(&end, tlb->slots * sizeof(uint32_t));
    tlb->regions_at = place(&end, tlb->slots * sizeof(uint32_t));
    tlb->size = end;
}

size_t armvirt_tlb_size(const struct armvirt_tlb_config *config)
{
    struct armvirt_tlb tlb;

    if (!config_is_good(config)) {
        return 0;
    }
    lay_out(&tlb, config);
    return tlb.size;
}

void armvirt_tlb_clear(struct armvirt_tlb *tlb)
{
    uintptr_t first = (uintptr_t)tlb + tlb->sets_at;

    memset((void *)first, 0, tlb->size - tlb->sets_at);
    memset(tlb->died, 0, sizeof(tlb->died));
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
