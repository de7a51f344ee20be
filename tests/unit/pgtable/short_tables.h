/* SPDX-License-Identifier: MIT */
/*
 * Short-descriptor tables on the machine of aarch32_machine.h: leaves of every kind, described by
 * their fields, at the address 0.
 */
#ifndef ARMVIRT_TESTS_SHORT_TABLES_H
#define ARMVIRT_TESTS_SHORT_TABLES_H

#include "aarch32_machine.h"

#define TABLE0 UINT64_C(0x10000000) /* at TTBR0 */
#define TABLE1 UINT64_C(0x20000000) /* at TTBR1 */
#define LEVEL2 UINT64_C(0x30000400)

/* Attributes in the layout that each descriptor has. */
#define SECTION      ARMVIRT_SHORT_L1_SECTION_SECTION
#define SUPERSECTION (SECTION | ARMVIRT_SHORT_L1_SECTION_SUPER)
#define TABLE        UINT64_C(1)
#define SMALL        ARMVIRT_SHORT_L2_SMALL_SMALL

/* AP = 0b011: read and write for all. */
#define SECTION_RW ARMVIRT_SHORT_L1_SECTION_AP_1_0
#define SMALL_RW   ARMVIRT_SHORT_L2_SMALL_AP_1_0

#define DOMAIN(n) ARMVIRT_PUT(ARMVIRT_SHORT_L1_TABLE_DOMAIN, n)

enum { NS = ARMVIRT_SPACE_NONSECURE, S = ARMVIRT_SPACE_SECURE };
enum { NO_ACCESS, CLIENT, RESERVED, MANAGER };

#define ALL_CLIENTS UINT32_C(0x55555555)

static inline void reset(struct machine *m)
{
    machine_reset(m);
    m->desc_bytes = 4;
    m->vmsa.ttbr0_el1[0] = TABLE0;
    m->vmsa.ttbr1_el1[0] = TABLE1;
    m->vmsa.dacr32_el2 = ALL_CLIENTS;
}

/* ---- Leaves, whatever their layout --------------------------------------------------------- */

enum kind { A_SECTION, A_SUPERSECTION, A_LARGE_PAGE, A_SMALL_PAGE, KINDS };

/* The fields of a leaf at its place; PXN, NS and the domain stand in level 1 in any case. */
struct leaf {
    enum kind kind;
    unsigned ap, tex, cb, domain;
    bool xn, pxn, ns, s, ng;
    uint32_t base;
};

static inline int level_of(enum kind kind)
{
    return kind == A_LARGE_PAGE || kind == A_SMALL_PAGE ? 2 : 1;
}

/* DDI0487 Figure G5-4: bit positions written out, not those of the generated header. */
static inline uint32_t section_word(const struct leaf *leaf)
{
    return leaf->base | (uint32_t)leaf->ns << 19 | (uint32_t)(leaf->kind == A_SUPERSECTION) << 18 |
           (uint32_t)leaf->ng << 17 | (uint32_t)leaf->s << 16 | (leaf->ap >> 2 & 1) << 15 |
           (leaf->ap & 3) << 10 | leaf->tex << 12 |
           (leaf->kind == A_SUPERSECTION ? 0 : leaf->domain << 5) | (uint32_t)leaf->xn << 4 |
           leaf->cb << 2 | 1u << 1 | (uint32_t)leaf->pxn;
}

static inline uint32_t table_word(const struct leaf *leaf)
{
    return (uint32_t)LEVEL2 | leaf->domain << 5 | (uint32_t)leaf->ns << 3 |
           (uint32_t)leaf->pxn << 2 | 1u;
}

/* DDI0487 Figure G5-5. */
static inline uint32_t page_word(const struct leaf *leaf)
{
    uint32_t common = leaf->base | (uint32_t)leaf->ng << 11 | (uint32_t)leaf->s << 10 |
                      (leaf->ap >> 2 & 1) << 9 | (leaf->ap & 3) << 4 | leaf->cb << 2;

    return leaf->kind == A_LARGE_PAGE ? common | (uint32_t)leaf->xn << 15 | leaf->tex << 12 | 1u
                                      : common | leaf->tex << 6 | 1u << 1 | (uint32_t)leaf->xn;
}

/* Map the address 0 by @leaf; returns the level 1 entry, the level 2 entry follows if any. */
static inline struct entry *map(struct machine *m, const struct leaf *leaf)
{
    struct entry *first = &m->entries[0];

    machine_clear_memory(m);
    if (level_of(leaf->kind) == 1) {
        machine_put(m, TABLE0, section_word(leaf));
    } else {
        machine_put(m, TABLE0, table_word(leaf));
        machine_put(m, LEVEL2, page_word(leaf));
    }
    return first;
}

static inline struct leaf full_access(unsigned kind)
{
    return (struct leaf){.kind = (enum kind)kind, .ap = 3};
}

#endif
