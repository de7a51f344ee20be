/* SPDX-License-Identifier: MIT */
/*
 * Events of a performance monitor counter group: which counters they pass to, by state, StreamID,
 * PARTID and PMG (IHI0070 10.4), and what an overflow does (10.2).
 */
#include "pmcg.h"

#define EVTYPER(name) ARMVIRT_SMMU_PMCG_EVTYPERN_##name

/* ---- The interrupt ------------------------------------------------------------------------- */

/* IHI0070 10.6: where messages go. */
static uint8_t message_space(const struct armvirt_pmcg *pmcg)
{
    bool ns = (pmcg->reg.scr & (ARMVIRT_SMMU_PMCG_SCR_NSMSI | ARMVIRT_SMMU_PMCG_SCR_NSRA)) != 0;

    return pmcg->config.secure && !ns ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE;
}

/* IHI0070 10.5.2.21: an address of zero means that there is no message. */
static void interrupt(struct armvirt_pmcg *pmcg)
{
    const struct armvirt_mem *mem = &pmcg->config.mem;
    struct armvirt_mem_req req = {
        .pa = pmcg->reg.irq_cfg0,
        .size = 4,
        .space = message_space(pmcg),
        .what = ARMVIRT_MEM_SMMU_MSI,
    };
    uint64_t data = pmcg->reg.irq_cfg1;

    if (pmcg->config.irq != NULL) {
        pmcg->config.irq(pmcg->config.ctx);
    }
    if (req.pa != 0 && mem->ops->write(mem->ctx, &req, &data) != ARMVIRT_BUS_OK) {
        pmcg->reg.irq_status = ARMVIRT_SMMU_PMCG_IRQ_STATUS_IRQ_ABT;
    }
}

/* ---- States -------------------------------------------------------------------------------- */

/* Whether events of a state may be told at all. IHI0070 10.6, 10.5.2.18. */
static bool observes(const struct armvirt_pmcg *pmcg, uint8_t space)
{
    switch (space) {
    case ARMVIRT_SPACE_NONSECURE:
        return true;
    case ARMVIRT_SPACE_SECURE:
        return pmcg->config.secure && (pmcg->reg.scr & ARMVIRT_SMMU_PMCG_SCR_SO) != 0;
    case ARMVIRT_SPACE_REALM:
        return (pmcg->reg.rootcr & ARMVIRT_SMMU_PMCG_ROOTCR_RLO) != 0;
    default:
        return (pmcg->reg.rootcr & ARMVIRT_SMMU_PMCG_ROOTCR_RTO) != 0;
    }
}

/* AllSIDManySECSID: the states that FILTER_REALM_SID and FILTER_SEC_SID add. IHI0070 10.4. */
static bool is_among_many(uint32_t evtyper, uint8_t space)
{
    bool realm = (evtyper & EVTYPER(FILTER_REALM_SID)) != 0;
    bool secure = (evtyper & EVTYPER(FILTER_SEC_SID)) != 0;

    switch (space) {
    case ARMVIRT_SPACE_NONSECURE:
        return true;
    case ARMVIRT_SPACE_SECURE:
        return secure || !realm;
    case ARMVIRT_SPACE_REALM:
        return realm;
    default:
        return realm && secure;
    }
}

/* The other modes: the one state whose StreamIDs are meant. IHI0070 10.4. */
static uint8_t the_one_state(const struct armvirt_pmcg *pmcg, uint32_t evtyper)
{
    bool realm = (evtyper & EVTYPER(FILTER_REALM_SID)) && observes(pmcg, ARMVIRT_SPACE_REALM);
    bool secure = (evtyper & EVTYPER(FILTER_SEC_SID)) && observes(pmcg, ARMVIRT_SPACE_SECURE);

    if (realm == secure) { /* both are reserved: as neither */
        return ARMVIRT_SPACE_NONSECURE;
    }
    return realm ? ARMVIRT_SPACE_REALM : ARMVIRT_SPACE_SECURE;
}

/* IHI0070 10.4.4. */
static bool tells_of_all(const struct armvirt_pmcg *pmcg)
{
    uint32_t enough = ARMVIRT_SMMU_PMCG_SCR_SO;

    if (pmcg->config.root) {
        if (!(pmcg->reg.rootcr & ARMVIRT_SMMU_PMCG_ROOTCR_NAO)) {
            return false;
        }
        enough |= ARMVIRT_SMMU_PMCG_SCR_NAO;
    }
    return !pmcg->config.secure || (pmcg->reg.scr & enough) != 0;
}

/* ---- Filters ------------------------------------------------------------------------------- */

/* By StreamID. IHI0070 10.4: the ones at the end and the zero before them are not compared. */
static bool stream_passes(const struct armvirt_pmcg *pmcg, uint32_t evtyper, uint32_t smr,
                          const struct armvirt_pmcg_occurrence *what)
{
    uint32_t mask = armvirt_pmcg_sid_mask(pmcg), differs = (what->sid ^ smr) & mask;
    bool span = (evtyper & EVTYPER(FILTER_SID_SPAN)) != 0;
    bool many = span && smr == mask, all = many || (span && smr == mask >> 1);

    if (many) {
        return is_among_many(evtyper, what->sec_sid) && observes(pmcg, what->sec_sid);
    }
    if (what->sec_sid != the_one_state(pmcg, evtyper)) {
        return false;
    }
    if (what->no_stream) { /* IHI0070 10.4.2 */
        return all;
    }
    return (differs & (span ? ~(smr ^ (smr + 1)) : UINT32_MAX)) == 0;
}

/* The space of PARTIDs that a filter means. IHI0070 10.5.2.2 FILTER_MPAM_SP. */
static uint8_t label_space(const struct armvirt_pmcg *pmcg, uint32_t evtyper)
{
    static const uint8_t spaces[4] = {ARMVIRT_SPACE_SECURE, ARMVIRT_SPACE_NONSECURE,
                                      ARMVIRT_SPACE_SECURE, ARMVIRT_SPACE_REALM};
    uint8_t space = spaces[ARMVIRT_GET(EVTYPER(FILTER_MPAM_SP), evtyper)];

    return observes(pmcg, space) ? space : (uint8_t)ARMVIRT_SPACE_NONSECURE;
}

/* By PARTID and PMG. IHI0070 10.4.3: what is larger than the group knows matches nothing. */
static bool label_passes(const struct armvirt_pmcg *pmcg, uint32_t evtyper, uint32_t smr,
                         const struct armvirt_pmcg_occurrence *what)
{
    uint8_t space = label_space(pmcg, evtyper);
    uint32_t most = space == ARMVIRT_SPACE_SECURE ? pmcg->config.s_mpamidr : pmcg->config.mpamidr;
    uint64_t partid = ARMVIRT_GET(ARMVIRT_SMMU_PMCG_SMRN_PARTID, smr);
    uint64_t pmg = ARMVIRT_GET(ARMVIRT_SMMU_PMCG_SMRN_PMG, smr);

    if (!observes(pmcg, what->sec_sid) || !what->labelled || what->mpam_space != space) {
        return false;
    }
    if ((evtyper & EVTYPER(FILTER_PARTID)) &&
        (partid != what->partid ||
         partid > ARMVIRT_GET(ARMVIRT_SMMU_PMCG_MPAMIDR_PARTID_MAX, most))) {
        return false;
    }
    return !(evtyper & EVTYPER(FILTER_PMG)) ||
           (pmg == what->pmg && pmg <= ARMVIRT_GET(ARMVIRT_SMMU_PMCG_MPAMIDR_PMG_MAX, most));
}

/* Events that no filter by PARTID and PMG applies to: a choice. IHI0070 10.4.3. */
static bool has_no_label(uint16_t event)
{
    return event == ARMVIRT_PMCG_CONFIG_MISS || event == ARMVIRT_PMCG_CONFIG_ACCESS ||
           event >= ARMVIRT_PMCG_ARCHITECTED;
}

static bool passes(const struct armvirt_pmcg *pmcg, unsigned n,
                   const struct armvirt_pmcg_occurrence *what)
{
    unsigned filter = armvirt_pmcg_filter_of(pmcg, n);
    uint32_t evtyper = pmcg->counter[filter].evtyper;
    uint32_t smr = pmcg->counter[filter].smr & armvirt_pmcg_smr_mask(pmcg, filter);

    if (what->event == ARMVIRT_PMCG_CYCLE) {
        return true;
    }
    if (what->no_single_state) {
        return tells_of_all(pmcg);
    }
    if (!armvirt_pmcg_by_label(evtyper)) {
        return stream_passes(pmcg, evtyper, smr, what);
    }
    return has_no_label(what->event) ? observes(pmcg, what->sec_sid)
                                     : label_passes(pmcg, evtyper, smr, what);
}

static bool counts(const struct armvirt_pmcg *pmcg, uint16_t event)
{
    return event >= ARMVIRT_PMCG_ARCHITECTED ||
           (pmcg->config.ceid[event / 64] >> event % 64 & 1) != 0;
}

/* ---- Counting ------------------------------------------------------------------------------ */

void armvirt_pmcg_capture(struct armvirt_pmcg *pmcg)
{
    if (!armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_CAPTURE)) {
        return;
    }
    for (unsigned n = 0; n < ARMVIRT_PMCG_COUNTERS; n++) {
        pmcg->counter[n].shadow = pmcg->counter[n].value;
    }
}

/* True if the counter overflowed. */
static bool add(struct armvirt_pmcg *pmcg, unsigned n, uint32_t count)
{
    uint64_t before = pmcg->counter[n].value, max = armvirt_pmcg_largest(pmcg);

    pmcg->counter[n].value = (before + count) & max;
    return count > max - before;
}

void armvirt_pmcg_count(struct armvirt_pmcg *pmcg, const struct armvirt_pmcg_occurrence *what)
{
    uint64_t overflowed = 0;
    bool captures = false;

    if (!pmcg->reg.cr || !counts(pmcg, what->event)) {
        return;
    }
    for (unsigned n = 0; n <= armvirt_pmcg_last_of(pmcg); n++) {
        uint32_t evtyper = pmcg->counter[n].evtyper;

        if ((pmcg->reg.enabled >> n & 1) && what->event == (uint16_t)evtyper &&
            passes(pmcg, n, what) && add(pmcg, n, what->count)) {
            overflowed |= UINT64_C(1) << n;
            captures = captures || (evtyper & EVTYPER(OVFCAP)) != 0;
        }
    }
    pmcg->reg.overflowed |= overflowed;
    if (captures) {
        armvirt_pmcg_capture(pmcg);
    }
    if ((overflowed & pmcg->reg.interrupts) && pmcg->reg.irq_ctrl) {
        interrupt(pmcg);
    }
}
