/* SPDX-License-Identifier: MIT */
/*
 * A machine with two megabytes of memory for translation tables, which counts how often each
 * descriptor is read. Table n is at TABLE(n); everything beyond aborts.
 */
#ifndef ARMVIRT_TESTS_ITERATE_MACHINE_H
#define ARMVIRT_TESTS_ITERATE_MACHINE_H

#include <armvirt/pgiter.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#include "suite.h"

#define MEMORY_BYTES UINT64_C(0x200000)
#define TABLE(n)     ((uint64_t)(n) << 16)

/* Descriptors: a page or table, a block, with the access flag. */
#define AF    ARMVIRT_VMSA64_S1_LEAF_AF
#define PAGE  (AF | 3)
#define BLOCK (AF | 1)
#define LINK  UINT64_C(3)

/* TCR of the whole 48-bit space in 4 KB granules. */
#define TCR_48                                                                                     \
    (ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 16) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_T1SZ, 16) |               \
     ARMVIRT_PUT(ARMVIRT_TCR_EL1_TG1, 2) | ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, 5))

struct machine {
    struct armvirt_vmsa vmsa;
    struct armvirt_regime regime;
    struct armvirt_walk_env env;
    struct armvirt_map_query query;
    struct armvirt_map_iter it;
    struct armvirt_mapping m; /* the element found last */
    uint64_t memory[MEMORY_BYTES / 8];
    uint8_t times[MEMORY_BYTES / 8]; /* that the word was read */
    uint64_t dead_page;              /* aborts; none if 0 */
};

static inline enum armvirt_bus machine_read(void *ctx, const struct armvirt_mem_req *req,
                                            uint64_t *val)
{
    struct machine *m = ctx;

    if (req->pa >= MEMORY_BYTES || (m->dead_page != 0 && req->pa >> 12 == m->dead_page >> 12)) {
        return ARMVIRT_BUS_ABORT;
    }
    m->times[req->pa / 8]++;
    val[0] = m->memory[req->pa / 8];
    if (req->size == 4) {
        val[0] = req->pa & 4 ? val[0] >> 32 : val[0] & UINT32_MAX;
    }
    if (req->size == 16) {
        val[1] = m->memory[req->pa / 8 + 1];
    }
    return ARMVIRT_BUS_OK;
}

/* A machine that has everything, at EL1 with stage 1 alone, tables at TABLE(0) and TABLE(1). */
static inline void machine_init(struct machine *m)
{
    static const struct armvirt_mem_ops ops = {.read = machine_read};

    memset(m, 0, sizeof(*m));
    m->env.mem = (struct armvirt_mem){.ops = &ops, .ctx = m};
    m->query.last = UINT64_MAX;
    m->vmsa.id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 6) |
                               ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, 1) |
                               ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 2);
    m->vmsa.id_aa64mmfr1_el1 = UINT64_C(0x1111111111312122);
    m->vmsa.id_aa64mmfr2_el1 = UINT64_C(0x1221111111211111);
    m->vmsa.id_aa64mmfr3_el1 = UINT64_C(0x1111111111111111);
    m->vmsa.id_aa64pfr0_el1 = UINT64_C(0x2222) | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1);
    m->vmsa.scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_TCR2EN |
                      ARMVIRT_SCR_EL3_PIEN | ARMVIRT_SCR_EL3_HXEN;
    m->vmsa.hcr_el2 = ARMVIRT_HCR_EL2_RW;
    m->vmsa.hcrx_el2 = ARMVIRT_HCRX_EL2_TCR2EN;
    m->vmsa.sctlr_el1 = ARMVIRT_SCTLR_EL1_M | ARMVIRT_SCTLR_EL1_C | ARMVIRT_SCTLR_EL1_I;
    m->vmsa.sctlr_el2 = m->vmsa.sctlr_el1;
    m->vmsa.tcr_el1 = TCR_48;
    m->vmsa.ttbr0_el1[0] = TABLE(0);
    m->vmsa.ttbr1_el1[0] = TABLE(1);
    m->vmsa.mair_el1 = 0xff;
}

/* Stage 2 of 40 bits in 4 KB granules from level 1, tables at TABLE(8): its first two, each of 4
 * KB, are concatenated. */
static inline void machine_add_stage2(struct machine *m)
{
    m->vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_VM;
    m->vmsa.vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 24) |
                       ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, 1) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 5);
    m->vmsa.vttbr_el2[0] = TABLE(8);
}

static inline void put(struct machine *m, uint64_t pa, uint64_t value)
{
    m->memory[pa / 8] = value;
}

/* Entry @index of table @n in 8-byte descriptors. */
static inline void put_entry(struct machine *m, unsigned n, unsigned index, uint64_t value)
{
    put(m, TABLE(n) + 8 * index, value);
}

/* Stage 2 leaf attributes: Normal Write-Back, read and write. */
#define S2_NORMAL                                                                                  \
    (ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_MEMATTR, 15) | ARMVIRT_PUT(ARMVIRT_VMSA64_S2_LEAF_S2AP, 3))

static inline void begin(struct machine *m, unsigned el)
{
    assert_int_equal(armvirt_regime_init(&m->regime, &m->vmsa, el), ARMVIRT_OK);
    assert_int_equal(armvirt_map_begin(&m->it, &m->regime, &m->env, &m->query), ARMVIRT_OK);
}

/* The next element is a leaf with this extent and output. */
static inline void expect_leaf(struct machine *m, uint64_t ia, uint64_t size, uint64_t pa)
{
    assert_int_equal(armvirt_map_next(&m->it, &m->m), ARMVIRT_OK);
    assert_int_equal(m->m.kind, ARMVIRT_MAPPING_LEAF);
    assert_int_equal(m->m.ia, ia);
    assert_int_equal(m->m.size_bytes, size);
    assert_int_equal(m->m.walk.pa, pa);
}

static inline void expect_broken(struct machine *m, uint64_t ia, uint64_t size, unsigned reason)
{
    assert_int_equal(armvirt_map_next(&m->it, &m->m), ARMVIRT_OK);
    assert_int_equal(m->m.kind, ARMVIRT_MAPPING_BROKEN);
    assert_int_equal(m->m.ia, ia);
    assert_int_equal(m->m.size_bytes, size);
    assert_int_equal(m->m.walk.fault.reason, reason);
}

static inline void expect_end(struct machine *m)
{
    assert_int_equal(armvirt_map_next(&m->it, &m->m), ARMVIRT_END);
    assert_int_equal(armvirt_map_next(&m->it, &m->m), ARMVIRT_END);
    assert_int_equal(m->it.position, m->query.last);
}

/* No descriptor was read twice. */
static inline void expect_single_reads(const struct machine *m)
{
    for (size_t i = 0; i < MEMORY_BYTES / 8; i++) {
        assert_in_range(m->times[i], 0, 1);
    }
}

#endif
