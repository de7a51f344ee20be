/* SPDX-License-Identifier: MIT */
/* A TLB and one regime for tests of single rules; walks are made by hand. */
#ifndef ARMVIRT_TESTS_TLB_WORLD_H
#define ARMVIRT_TESTS_TLB_WORLD_H

#include "suite.h"

#include <armvirt/tlb.h>

#include <stdbool.h>
#include <string.h>

enum { ENTRIES = 1024 };

#define VA   UINT64_C(0x0000123456789abc)
#define PAGE UINT64_C(0x0000123456789000)
#define PA   UINT64_C(0x0000007700009abc)
#define RW   (ARMVIRT_PERM_PRIV_R | ARMVIRT_PERM_PRIV_W | ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_EL0_W)

static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[ARMVIRT_TLB_SIZE(ENTRIES)];

struct world {
    struct armvirt_tlb *tlb;
    struct armvirt_regime regime;
    struct armvirt_tlb_context context;
    struct armvirt_access access;
    struct armvirt_walk walk;
};

/* EL1&0 with ASID 5, VMID 7, addresses of 48 bits without tags, and a page of 4 KB. */
static inline struct world begin(void)
{
    struct armvirt_tlb_config config = {.entries = ENTRIES};
    struct world w = {0};

    assert_int_equal(armvirt_tlb_init(storage, sizeof(storage), &config, &w.tlb), ARMVIRT_OK);
    w.regime.s1_enabled = w.regime.two_ranges = w.regime.el2_enabled = true;
    w.regime.data_cacheable = w.regime.fetch_cacheable = true;
    w.regime.vmid = 7;
    w.regime.upper_bit = UINT64_C(1) << 55;
    for (unsigned half = 0; half < 2; half++) {
        struct armvirt_stage *stage = &w.regime.s1[half];

        stage->ia_mask = (UINT64_C(1) << 48) - 1;
        stage->va_mask[0] = stage->va_mask[1] = ~stage->ia_mask;
        stage->asid = 5;
    }
    w.access = (struct armvirt_access){.va = VA, .el = 1};
    w.walk = (struct armvirt_walk){.pa = PA, .ipa = PA, .size_log2 = 12, .perm = RW};
    w.walk.attr.mair = 0xff;
    w.walk.s1 = (struct armvirt_leaf){.valid = true,
                                      .accessed = true,
                                      .not_global = true,
                                      .size_log2 = 12,
                                      .span_log2 = 12,
                                      .level = 3};
    return w;
}

static inline struct armvirt_tlb_entry *fill(struct world *w)
{
    armvirt_tlb_context_init(&w->context, &w->regime);
    return armvirt_tlb_fill(w->tlb, &w->context, &w->access, &w->walk);
}

static inline const struct armvirt_tlb_entry *ask(struct world *w)
{
    armvirt_tlb_context_init(&w->context, &w->regime);
    return armvirt_tlb_lookup(w->tlb, &w->context, &w->access);
}

static inline void set_asid(struct world *w, uint16_t asid)
{
    w->regime.s1[0].asid = w->regime.s1[1].asid = asid;
}

#endif
