/* SPDX-License-Identifier: MIT */
/* Long-descriptor tables on the machine of aarch32_machine.h. */
#ifndef ARMVIRT_TESTS_LPAE_TABLES_H
#define ARMVIRT_TESTS_LPAE_TABLES_H

#include "aarch32_machine.h"

#define TABLE0 UINT64_C(0x10000000) /* at TTBR0; aligned for every T0SZ */
#define TABLE1 UINT64_C(0x20000000) /* at TTBR1 */
#define LEVEL2 UINT64_C(0x30000000)
#define LEVEL3 UINT64_C(0x31000000)

#define VALID ARMVIRT_LPAE_S1_LEAF_VALID
#define TABLE (VALID | ARMVIRT_LPAE_S1_TABLE_TYPE)
#define BLOCK (VALID | ARMVIRT_LPAE_S1_LEAF_AF)
#define PAGE  (BLOCK | ARMVIRT_LPAE_S1_LEAF_TYPE)

#define USER ARMVIRT_PUT(ARMVIRT_LPAE_S1_LEAF_AP, ARMVIRT_LPAE_S1_LEAF_AP_RW)

enum { NS = ARMVIRT_SPACE_NONSECURE, S = ARMVIRT_SPACE_SECURE };

static inline void set_sizes(struct machine *m, unsigned t0sz, unsigned t1sz)
{
    m->vmsa.tcr_el1 = (m->vmsa.tcr_el1 & ~(ARMVIRT_TTBCR_LPAE_T0SZ | ARMVIRT_TTBCR_LPAE_T1SZ)) |
                      ARMVIRT_TTBCR_EAE | ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T0SZ, t0sz) |
                      ARMVIRT_PUT(ARMVIRT_TTBCR_LPAE_T1SZ, t1sz);
}

/* AttrIndx 0 is Write-Back, 4 is Device-nGnRE; no tables yet. */
static inline void reset(struct machine *m)
{
    machine_reset(m);
    m->desc_bytes = 8;
    m->vmsa.mair_el1 = UINT64_C(0xff) | UINT64_C(0x04) << 32;
    m->vmsa.ttbr0_el1[0] = TABLE0;
    m->vmsa.ttbr1_el1[0] = TABLE1;
    set_sizes(m, 0, 0);
}

/* Address 0 goes through three levels to the page that @leaf describes. */
static inline struct entry *map_page(struct machine *m, uint64_t leaf)
{
    machine_put(m, TABLE0, LEVEL2 | TABLE);
    machine_put(m, LEVEL2, LEVEL3 | TABLE);
    return machine_put(m, LEVEL3, leaf);
}

#endif
