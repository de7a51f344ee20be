/* SPDX-License-Identifier: MIT */
/*
 * A machine for tests of translation rules: registers, a handful of descriptors at any address, and
 * accesses that are translated twice, as software would and with a log. Both must agree in every
 * member and leave the same memory behind. Reads of any other address abort, so an answer also
 * proves which descriptors were read.
 */
#ifndef ARMVIRT_TESTS_TABLES_H
#define ARMVIRT_TESTS_TABLES_H

#include <armvirt/at.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#include "suite.h"

enum { TABLES_ENTRIES = 64, TABLES_READS = 96, TABLES_STEPS = 96 };

/* Where tables_path() puts the table of a level, and where the tests put pages. */
#define S1_TABLE(level) (UINT64_C(0x40000000) + (uint64_t)((level) + 2) * 0x1000000)
#define S2_TABLE(level) (UINT64_C(0x80000000) + (uint64_t)((level) + 2) * 0x1000000)
#define PAGE            UINT64_C(0x12340000)

/* Bits of a 64-bit leaf, by the names of DDI0487 D8.3.1.2. */
#define LEAF_VALID   UINT64_C(1)
#define LEAF_PAGE    UINT64_C(3)
#define LEAF_TABLE   UINT64_C(3)
#define LEAF_BLOCK   UINT64_C(1)
#define LEAF_AF      (UINT64_C(1) << 10)
#define LEAF_NG      (UINT64_C(1) << 11)
#define LEAF_DBM     (UINT64_C(1) << 51)
#define LEAF_CONTIG  (UINT64_C(1) << 52)
#define LEAF_PXN     (UINT64_C(1) << 53)
#define LEAF_UXN     (UINT64_C(1) << 54)
#define LEAF_BIT7    (UINT64_C(1) << 7) /* AP[2], nDirty; S2AP[1], Dirty */
#define LEAF_NT      (UINT64_C(1) << 16)
#define LEAF_NS      (UINT64_C(1) << 5)
#define LEAF_AP(ap)  ((uint64_t)(ap) << 6)
#define LEAF_SH(sh)  ((uint64_t)(sh) << 8)
#define LEAF_ATTR(n) ((uint64_t)(n) << 2)
#define S2_RW        (UINT64_C(3) << 6)
#define S2_WB        (UINT64_C(0xf) << 2)
#define S2_DEVICE    UINT64_C(0)
#define S1_RW        (LEAF_PAGE | LEAF_AF | LEAF_SH(3))
#define S2_PAGE      (LEAF_PAGE | LEAF_AF | LEAF_SH(3) | S2_RW | S2_WB)

/* The indices of MAIR_EL1 and MAIR_EL2 that tables_reset() sets. */
enum { MAIR_WB = 0, MAIR_NC = 1, MAIR_NGNRNE = 2, MAIR_TAGGED = 3, MAIR_GRE = 4 };

struct tables_entry {
    uint64_t pa;
    uint64_t value[2];
    uint32_t spaces; /* bit per enum armvirt_space that sees it; 0 means all */
    uint32_t bus;    /* enum armvirt_bus; no padding: entries are compared as memory */
};

/* What may interfere with an access: called before each read and each compare-and-swap. */
struct tables;
typedef enum armvirt_bus tables_hook(struct tables *t, const struct armvirt_mem_req *req, bool cas);

struct tables {
    struct armvirt_vmsa vmsa;
    unsigned regime_el; /* Exception level that the regime is built for */
    struct tables_entry entries[TABLES_ENTRIES];
    unsigned entry_count;
    tables_hook *hook;
    unsigned hook_count, hook_at; /* for the hook's own use; the count restarts with each access */
    struct armvirt_mem_req reqs[TABLES_READS]; /* reads of the access, in order */
    unsigned reads;
    unsigned writes; /* compare-and-swaps that succeeded */
    struct armvirt_step steps[TABLES_STEPS];
    struct armvirt_walk_log log;
    struct armvirt_regime regime;
    struct armvirt_walk walk;
};

/* The shape of a table tree, as a test says it. */
struct shape {
    uint8_t granule_log2;
    uint8_t desc_log2; /* 3, or 4 for VMSAv9-128 */
    uint8_t ia_bits;
    int8_t start;
};

/* 4 KB, 48 bits: what tables_reset() sets up. */
extern const struct shape shape_4k_48;

/* Everything implemented but FEAT_RME; Non-secure EL1, 4 KB, 48 bits, stage 2 off. */
void tables_reset(struct tables *t);

/* The same with FEAT_RME; software in @security, which Root makes EL3. */
void tables_reset_security(struct tables *t, enum armvirt_space security);

/* Use @el, with HCR_EL2.E2H as given. EL2 and EL3 get the same stage 1 as EL1. */
void tables_use_el(struct tables *t, unsigned el, bool e2h);

/* Turn stage 2 on: 4 KB, 40 bits from level 1, all of it mapped flat by blocks of 1 GB. */
void tables_enable_stage2(struct tables *t);

void tables_forget(struct tables *t); /* no descriptors */
struct tables_entry *tables_put(struct tables *t, uint64_t pa, uint64_t low);
struct tables_entry *tables_put128(struct tables *t, uint64_t pa, uint64_t low, uint64_t high);
struct tables_entry *tables_find(struct tables *t, uint64_t pa);

/* The entry that @ia selects in the table at @table. */
uint64_t tables_index(const struct shape *shape, int level, uint64_t table, uint64_t ia);

/* Descriptors at stage 1 (or 2) from the start level to @leaf; returns where the leaf is. */
uint64_t tables_path(struct tables *t, const struct shape *shape, unsigned stage, uint64_t ia,
                     int level, uint64_t leaf);

/* A page (or block) of stage 1 with the default shape; returns where the leaf is. */
uint64_t tables_page(struct tables *t, uint64_t va, uint64_t leaf);

/* A stage 2 page in the place of the block that tables_enable_stage2() has around @ipa. */
uint64_t tables_s2_page(struct tables *t, uint64_t ipa, uint64_t leaf);

/* The same for the first page of each stage 1 table, mapped flat. */
void tables_s2_walk_pages(struct tables *t);

/* Decode the registers. tables_run() does it anyway. */
void tables_regime(struct tables *t);

/* One access, without and with a log. */
enum armvirt_status tables_run(struct tables *t, uint64_t va, unsigned kind, unsigned el,
                               unsigned flags);

/* An AT instruction at @el, with PSTATE.PAN as given. */
void tables_at(struct tables *t, unsigned op, uint64_t va, unsigned el, bool pan,
               struct armvirt_at_result *result);

/* A granule protection check of the regime. */
enum armvirt_status tables_gpc(struct tables *t, uint64_t pa, unsigned space,
                               struct armvirt_fault *fault);

/* An access of EL1 (of the regime's Exception level), and what must come out. */
void expect_pa(struct tables *t, uint64_t va, unsigned kind, uint64_t pa);
void expect_fault(struct tables *t, uint64_t va, unsigned kind, unsigned type, int level,
                  unsigned reason);

/* Rows that name an access say so with this: status of the access, fault checked if any. */
void expect_reason(struct tables *t, uint64_t va, unsigned kind, unsigned el, unsigned flags,
                   unsigned reason);

/* Set field @field of register @reg. */
static inline void set_field(uint64_t *reg, uint64_t field, uint64_t value)
{
    *reg = (*reg & ~field) | ARMVIRT_PUT(field, value);
}

#endif
