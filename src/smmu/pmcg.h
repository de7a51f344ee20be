/* SPDX-License-Identifier: MIT */
/*
 * Inside of a performance monitor counter group (IHI0070 10).
 *
 * pmcg.c  registers      pmcg_count.c  events, filters, the interrupt      pmcg_snapshot.c
 */
#ifndef ARMVIRT_SRC_SMMU_PMCG_H
#define ARMVIRT_SRC_SMMU_PMCG_H

#include "base/mem_functions.h"

#include <armvirt/pmcg.h>
#include <armvirt/regs/smmu_pmcg.h>

enum { ARMVIRT_PMCG_COUNTERS = 64, ARMVIRT_PMCG_ARCHITECTED = 128 };

/* The registers of the group as a whole. */
struct armvirt_pmcg_regs {
    uint64_t enabled, interrupts, overflowed; /* a bit per counter */
    uint64_t irq_cfg0;
    uint32_t irq_cfg1, irq_cfg2, irq_ctrl, irq_status, scr, rootcr, cr, gmpam;
};

/* A counter, with the event and the filter that are its own. */
struct armvirt_pmcg_counter {
    uint64_t value, shadow;
    uint32_t evtyper, smr;
};

struct armvirt_pmcg {
    struct armvirt_pmcg_config config;
    struct armvirt_pmcg_regs reg;
    struct armvirt_pmcg_counter counter[ARMVIRT_PMCG_COUNTERS];
};

/* ---- What the group has -------------------------------------------------------------------- */

static inline bool armvirt_pmcg_has(const struct armvirt_pmcg *pmcg, uint32_t feature)
{
    return (pmcg->config.cfgr & feature) != 0;
}

static inline unsigned armvirt_pmcg_size_of(const struct armvirt_pmcg *pmcg)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_SIZE, pmcg->config.cfgr);
}

static inline unsigned armvirt_pmcg_last_of(const struct armvirt_pmcg *pmcg)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_NCTR, pmcg->config.cfgr);
}

static inline uint64_t armvirt_pmcg_largest(const struct armvirt_pmcg *pmcg)
{
    return ARMVIRT_BITS(armvirt_pmcg_size_of(pmcg), 0);
}

static inline uint32_t armvirt_pmcg_sid_mask(const struct armvirt_pmcg *pmcg)
{
    return (uint32_t)((UINT64_C(1) << pmcg->config.sid_bits) - 1);
}

/* The counter whose filter counts. IHI0070 10.5.2.13 SID_FILTER_TYPE. */
static inline unsigned armvirt_pmcg_filter_of(const struct armvirt_pmcg *pmcg, unsigned n)
{
    return armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_SID_FILTER_TYPE) ? 0 : n;
}

/* Whether a filter is one by PARTID or PMG, and not by StreamID. IHI0070 10.5.2.2. */
static inline bool armvirt_pmcg_by_label(uint32_t evtyper)
{
    return (evtyper & (ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_PARTID |
                       ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_PMG)) != 0;
}

/* ---- pmcg_count.c -------------------------------------------------------------------------- */

/* All counters to their shadows, if the group can. */
void armvirt_pmcg_capture(struct armvirt_pmcg *pmcg);

/* ---- pmcg.c: what registers can hold ------------------------------------------------------- */

uint32_t armvirt_pmcg_evtyper_mask(const struct armvirt_pmcg *pmcg, unsigned n);
uint32_t armvirt_pmcg_smr_mask(const struct armvirt_pmcg *pmcg, unsigned n);
uint32_t armvirt_pmcg_smr_stored(const struct armvirt_pmcg *pmcg, unsigned n); /* in any mode */
uint32_t armvirt_pmcg_rootcr_mask(const struct armvirt_pmcg *pmcg);
uint32_t armvirt_pmcg_scr_mask(const struct armvirt_pmcg *pmcg);
uint32_t armvirt_pmcg_gmpam_mask(const struct armvirt_pmcg *pmcg);

#endif
