/* SPDX-License-Identifier: MIT */
/*
 * A machine with FEAT_RME whose granule protection tables are a handful of entries. Reads of any
 * other address abort, so a verdict also proves where the tables were indexed.
 */
#ifndef ARMVIRT_TESTS_GPC_MACHINE_H
#define ARMVIRT_TESTS_GPC_MACHINE_H

#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#include "suite.h"

enum { NS = ARMVIRT_SPACE_NONSECURE, S = ARMVIRT_SPACE_SECURE, RL = ARMVIRT_SPACE_REALM };
enum { RT = ARMVIRT_SPACE_ROOT, SPACES = 4 };

enum { GPI_NONE = 0, GPI_S = 8, GPI_NS = 9, GPI_RT = 10, GPI_RL = 11, GPI_NSO = 13, GPI_ANY = 15 };

enum version { RME = 1, GPC2 = 2, GPC3 = 3, GDI = 4 }; /* GDI: GPC3 and FEAT_RME_GDI */

/* Where the tables are, with the geometry that machine_reset() makes: 40 bits, 1 GB, 4 KB. */
#define L0_BASE UINT64_C(0x80000000)
#define L1_BASE UINT64_C(0x90000000)

/* Granules that are all Non-secure. */
#define ALL_NS UINT64_C(0x9999999999999999)

struct gpt_entry {
    uint64_t pa;
    uint64_t value;
    enum armvirt_bus bus;
};

struct machine {
    struct armvirt_vmsa vmsa;
    uint8_t security;
    struct gpt_entry entries[4];
    unsigned entry_count;
    struct armvirt_mem_req reqs[4]; /* what was read */
    unsigned reads;
    struct armvirt_walk_log *log;
    const struct armvirt_trace *trace;
    struct armvirt_fault fault;
};

static inline enum armvirt_bus gpt_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct machine *m = ctx;

    assert_true(m->reads < COUNT_OF(m->reqs));
    m->reqs[m->reads++] = *req;
    assert_int_equal(req->size, 8);
    assert_int_equal(req->space, ARMVIRT_SPACE_ROOT); /* R_THJVJ */
    assert_int_equal(req->what, ARMVIRT_MEM_GPT_ENTRY);
    assert_int_equal(req->mecid, 0);
    for (unsigned i = 0; i < m->entry_count; i++) {
        if (m->entries[i].pa == req->pa) {
            *val = m->entries[i].value;
            return m->entries[i].bus;
        }
    }
    return ARMVIRT_BUS_ABORT;
}

static inline void machine_set_version(struct machine *m, enum version version)
{
    m->vmsa.id_aa64pfr0_el1 &= ~ARMVIRT_ID_AA64PFR0_EL1_RME;
    m->vmsa.id_aa64pfr0_el1 |=
        ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RME, version == GDI ? GPC3 : version);
    m->vmsa.id_aa64mmfr4_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR4_EL1_RMEGDI, version == GDI);
}

/* Everything implemented; checks on, for 40 bits in regions of 1 GB and granules of 4 KB. */
static inline void machine_reset(struct machine *m, enum version version)
{
    memset(m, 0, sizeof(*m));
    m->vmsa.id_aa64pfr0_el1 = 0x1111 | ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_SEL2, 1);
    m->vmsa.id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 7) |
                               ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 1);
    machine_set_version(m, version);
    m->vmsa.gpccr_el3 = ARMVIRT_GPCCR_EL3_GPC |
                        ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_SH, ARMVIRT_SH_INNER) |
                        ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_ORGN, ARMVIRT_GPCCR_EL3_ORGN_WBWA) |
                        ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_IRGN, ARMVIRT_GPCCR_EL3_IRGN_WBWA) |
                        ARMVIRT_PUT(ARMVIRT_GPCCR_EL3_PPS, ARMVIRT_GPCCR_EL3_PPS_40);
    m->vmsa.gptbr_el3 = L0_BASE >> 12;
    m->security = ARMVIRT_SPACE_ROOT;
}

static inline void machine_put(struct machine *m, uint64_t field, uint64_t value)
{
    m->vmsa.gpccr_el3 = (m->vmsa.gpccr_el3 & ~field) | ARMVIRT_PUT(field, value);
}

static inline struct gpt_entry *machine_add(struct machine *m, uint64_t pa, uint64_t value)
{
    struct gpt_entry *entry = &m->entries[m->entry_count];

    assert_true(m->entry_count < COUNT_OF(m->entries));
    m->entry_count++;
    *entry = (struct gpt_entry){.pa = pa, .value = value};
    return entry;
}

static inline uint64_t block(uint64_t gpi)
{
    return ARMVIRT_GPT_BLOCK_TYPE_BLOCK | ARMVIRT_PUT(ARMVIRT_GPT_BLOCK_GPI, gpi);
}

static inline uint64_t contiguous(uint64_t size, uint64_t gpi)
{
    return ARMVIRT_GPT_CONTIG_TYPE_CONTIG | ARMVIRT_PUT(ARMVIRT_GPT_CONTIG_CONTIG, size) |
           ARMVIRT_PUT(ARMVIRT_GPT_CONTIG_GPI, gpi);
}

static inline uint64_t table(uint64_t pa)
{
    return ARMVIRT_GPT_TABLE_TYPE_TABLE | pa;
}

/* Decode the registers as software of `m->security` sees them. */
static inline void machine_regime(const struct machine *m, struct armvirt_regime *regime)
{
    struct armvirt_vmsa vmsa = m->vmsa;

    vmsa.scr_el3 = (m->security == NS || m->security == RL ? ARMVIRT_SCR_EL3_NS : 0) |
                   (m->security == RL ? ARMVIRT_SCR_EL3_NSE : 0);
    assert_int_equal(armvirt_regime_init(regime, &vmsa, m->security == RT ? 3 : 1), ARMVIRT_OK);
    assert_int_equal(regime->security, m->security);
}

static inline enum armvirt_status machine_check(struct machine *m, uint64_t pa, unsigned space)
{
    static const struct armvirt_mem_ops ops = {.read = gpt_read};
    const struct armvirt_walk_env env = {.mem = {&ops, m}, .log = m->log, .trace = m->trace};
    struct armvirt_regime regime;

    machine_regime(m, &regime);
    m->reads = 0;
    memset(&m->fault, 0xee, sizeof(m->fault)); /* the answer depends on nothing that was there */
    return armvirt_gpc_check(&regime, &env, pa, (uint8_t)space, &m->fault);
}

static inline void expect_ok(struct machine *m, uint64_t pa, unsigned space)
{
    assert_int_equal(machine_check(m, pa, space), ARMVIRT_OK);
}

static inline void expect_fault(struct machine *m, uint64_t pa, unsigned space,
                                enum armvirt_gpcf gpcf, unsigned level, enum armvirt_reason reason)
{
    assert_int_equal(machine_check(m, pa, space), ARMVIRT_FAULT);
    assert_int_equal(m->fault.reason, reason);
    assert_int_equal(m->fault.gpcf, gpcf);
    assert_int_equal(m->fault.gpc_level, level);
    assert_int_equal(m->fault.type, ARMVIRT_FAULT_GPC_ON_OUTPUT);
    assert_int_equal(m->fault.pa, pa);
    assert_int_equal(m->fault.pa_space, space);
    assert_int_equal(m->fault.stage, 0);
}

#endif
