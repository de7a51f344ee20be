/* SPDX-License-Identifier: MIT */
/* Partitions of the memory system: the PARTID and PMG of a transaction (IHI0070 17, 5.6). */
#include "stream.h"

#define STE(ste, n, field) ARMVIRT_GET(ARMVIRT_SMMU_STE##n##_##field, (ste)->word[n])

/* A label that is larger than the space allows is UNKNOWN: 0. */
static uint16_t limited(uint64_t label, uint64_t most)
{
    return label > most ? 0 : (uint16_t)label;
}

static uint16_t partid_of(const struct armvirt_smmu_id *id, uint8_t space, uint64_t partid)
{
    uint32_t most = armvirt_smmu_mpamidr(id, space);

    return limited(partid, ARMVIRT_GET(ARMVIRT_SMMU_MPAMIDR_PARTID_MAX, most));
}

static uint8_t pmg_of(const struct armvirt_smmu_id *id, uint8_t space, uint64_t pmg)
{
    uint32_t most = armvirt_smmu_mpamidr(id, space);

    return (uint8_t)limited(pmg, ARMVIRT_GET(ARMVIRT_SMMU_MPAMIDR_PMG_MAX, most));
}

void armvirt_smmu_mpam_of_stream(const struct armvirt_smmu *smmu,
                                 struct armvirt_smmu_context *context)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    const struct armvirt_ste *ste = &context->ste;

    context->mpam_space = armvirt_smmu_partid_space(id, ste->sec_sid, STE(ste, 5, MPAM_NS) != 0);
    context->partid = partid_of(id, context->mpam_space, STE(ste, 4, PARTID));
    context->pmg = pmg_of(id, context->mpam_space, STE(ste, 5, PMG));
}

/* A virtual PARTID goes through the map of the virtual machine. IHI0070 5.6. */
static enum armvirt_status map_partid(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn,
                                      const struct armvirt_smmu_context *context, uint64_t *partid,
                                      struct armvirt_smmu_failure *failure)
{
    unsigned index = *partid & 31;
    struct armvirt_smmu_words at = {
        .pa = (context->ste.word[5] & ARMVIRT_SMMU_STE5_VMSPTR) + 8 * (index / 4),
        .space = context->ste.sec_sid,
        .what = ARMVIRT_MEM_SMMU_VMS,
        .count = 1,
    };
    enum armvirt_smmu_bus bus;
    uint64_t word;

    armvirt_smmu_count(smmu, txn, ARMVIRT_PMCG_CONFIG_ACCESS, 1);
    bus = armvirt_smmu_fetch(smmu, &at, &word);
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        return armvirt_smmu_fetch_failed(failure, bus, &at, ARMVIRT_SMMU_REASON_VMS_FETCH,
                                         ARMVIRT_SMMU_EVENT(F_VMS_FETCH));
    }
    *partid = word >> 16 * (index % 4) & 0xffff;
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_smmu_mpam(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_txn *txn,
                                      struct armvirt_smmu_context *context,
                                      struct armvirt_smmu_failure *failure)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t partid = ARMVIRT_GET(ARMVIRT_SMMU_CD5_PARTID, context->cd.word[5]);
    uint64_t pmg = ARMVIRT_GET(ARMVIRT_SMMU_CD5_PMG, context->cd.word[5]);
    enum armvirt_status status = ARMVIRT_OK;

    armvirt_smmu_mpam_of_stream(smmu, context);
    if (!context->s1 || !STE(&context->ste, 1, S1MPAM)) {
        return ARMVIRT_OK;
    }
    if (context->s2 && armvirt_smmu_vms_enabled(id, &context->ste)) {
        status = map_partid(smmu, txn, context, &partid, failure);
    }
    if (status == ARMVIRT_OK) {
        context->partid = partid_of(id, context->mpam_space, partid);
        context->pmg = pmg_of(id, context->mpam_space, pmg);
    }
    return status;
}

/* SMMU_(S_)GBPMPAM. IHI0070 6.3.43. */
void armvirt_smmu_mpam_bypass(const struct armvirt_smmu *smmu, uint8_t sec_sid,
                              struct armvirt_smmu_result *result)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t gbp = smmu->reg[sec_sid][SMMU_GBPMPAM];
    bool ns = (gbp & ARMVIRT_SMMU_S_GBPMPAM_MPAM_NS) != 0;

    result->mpam_space = armvirt_smmu_partid_space(id, sec_sid, ns);
    result->partid =
        partid_of(id, result->mpam_space, ARMVIRT_GET(ARMVIRT_SMMU_GBPMPAM_GBP_PARTID, gbp));
    result->pmg = pmg_of(id, result->mpam_space, ARMVIRT_GET(ARMVIRT_SMMU_GBPMPAM_GBP_PMG, gbp));
}
