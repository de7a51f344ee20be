/* SPDX-License-Identifier: MIT */
/* From a configuration to storage, and the state after a reset (IHI0070 3.11, 6.3). */
#include "access.h"
#include "base/mem_functions.h"
#include "command.h"
#include "ecmdq.h"
#include "recent.h"
#include "regime.h"
#include "regs.h"
#include "stall.h"
#include "stream.h"

#define MAX_CACHE_LOG2 16u

static struct armvirt_tlb_config tlb_config(const struct armvirt_smmu_config *config)
{
    return (struct armvirt_tlb_config){.entries = config->tlb_entries};
}

/* L0GPTSZ: 30, 34, 36, 39 bits. IHI0070 6.3.115. */
static bool l0gptsz_is_good(uint32_t l0gptsz)
{
    return l0gptsz == 0 || l0gptsz == 4 || l0gptsz == 6 || l0gptsz == 9;
}

static bool config_is_good(const struct armvirt_smmu_config *config)
{
    struct armvirt_tlb_config tlb = tlb_config(config);

    return armvirt_smmu_id_check(&config->id) == ARMVIRT_SMMU_ID_OK &&
           l0gptsz_is_good(config->l0gptsz) && config->cache_log2 <= MAX_CACHE_LOG2 &&
           config->mem.ops != NULL && config->mem.ops->read != NULL &&
           config->mem.ops->write != NULL &&
           (config->tlb_entries == 0 || armvirt_tlb_size(&tlb) != 0) &&
           (config->mem.ops->cas != NULL ||
            !armvirt_smmu_has(&config->id, 0, ARMVIRT_SMMU_IDR0_HTTU));
}

/* Slots for stalled transactions; none where no interface lets any stall. */
static uint32_t stall_slots(const struct armvirt_smmu_id *id)
{
    uint32_t most = armvirt_smmu_field(id, 5, ARMVIRT_SMMU_IDR5_STALL_MAX);
    bool none = armvirt_smmu_stall_model(id, ARMVIRT_SPACE_NONSECURE, false) == 1;

    return none ? 0 : most == 0 ? 1 : most;
}

static size_t place(size_t *end, size_t count, size_t bytes)
{
    size_t at = (*end + ARMVIRT_SMMU_ALIGN - 1) & ~(size_t)(ARMVIRT_SMMU_ALIGN - 1);

    *end = at + count * bytes;
    return at;
}

/* Offsets of the parts; the same for every SMMU of this configuration. */
static void lay_out(struct armvirt_smmu_parts *parts, const struct armvirt_smmu_config *config)
{
    struct armvirt_tlb_config tlb = tlb_config(config);
    size_t slots = (size_t)1 << config->cache_log2;
    size_t end = sizeof(struct armvirt_smmu);

    parts->stalls = stall_slots(&config->id);
    parts->cache_at = place(&end, slots, sizeof(struct armvirt_smmu_cached));
    parts->era_at = place(&end, slots, sizeof(uint32_t));
    parts->recents = armvirt_smmu_recents(config);
    parts->recent_at = place(&end, parts->recents, sizeof(struct armvirt_smmu_recent));
    parts->stall_at = place(&end, parts->stalls, sizeof(struct armvirt_smmu_stall));
    parts->ecmdq_at =
        place(&end, armvirt_smmu_ecmdqs(&config->id), sizeof(struct armvirt_smmu_ecmdq));
    parts->tlb_at = place(&end, config->tlb_entries == 0 ? 0 : 1, armvirt_tlb_size(&tlb));
    parts->size = end;
}

size_t armvirt_smmu_size(const struct armvirt_smmu_config *config)
{
    struct armvirt_smmu_parts parts;

    if (!config_is_good(config)) {
        return 0;
    }
    lay_out(&parts, config);
    return parts.size;
}

/* ---- Reset --------------------------------------------------------------------------------- */

/* The identification registers of every interface. IHI0070 6.3. */
static void reset_ids(struct armvirt_smmu *smmu)
{
    static const uint8_t numbered[7] = {SMMU_IDR0, SMMU_IDR1, SMMU_IDR2, SMMU_IDR3,
                                        SMMU_IDR4, SMMU_IDR5, SMMU_IDR6};
    const struct armvirt_smmu_id *id = &smmu->config.id;

    for (unsigned n = 0; n < 7; n++) {
        smmu->reg[ARMVIRT_SPACE_NONSECURE][numbered[n]] = id->idr[n];
        smmu->reg[ARMVIRT_SPACE_SECURE][numbered[n]] = id->s_idr[n];
        smmu->reg[ARMVIRT_SPACE_REALM][numbered[n]] = id->r_idr[n];
    }
    smmu->reg[ARMVIRT_SPACE_NONSECURE][SMMU_IIDR] = id->iidr;
    smmu->reg[ARMVIRT_SPACE_NONSECURE][SMMU_AIDR] = id->aidr;
    smmu->reg[ARMVIRT_SPACE_REALM][SMMU_AIDR] = id->aidr;
    smmu->reg[ARMVIRT_SPACE_NONSECURE][SMMU_MPAMIDR] = id->mpamidr;
    smmu->reg[ARMVIRT_SPACE_SECURE][SMMU_MPAMIDR] = id->s_mpamidr;
    smmu->reg[ARMVIRT_SPACE_REALM][SMMU_MPAMIDR] = id->r_mpamidr;
    smmu->reg[ARMVIRT_SPACE_REALM][SMMU_MECIDR] = id->r_mecidr;
    smmu->reg[ARMVIRT_SPACE_ROOT][SMMU_ROOT_IDR0] = id->root_idr0;
    smmu->reg[ARMVIRT_SPACE_ROOT][SMMU_ROOT_IIDR] = id->root_iidr;
}

/* What bypasses uses the incoming shareability; Realm transactions never bypass. */
static void reset_bypass(struct armvirt_smmu *smmu)
{
    uint64_t gbpa = ARMVIRT_PUT(ARMVIRT_SMMU_GBPA_SHCFG, ARMVIRT_SMMU_STE1_SHCFG_INCOMING);

    if (smmu->config.options & ARMVIRT_SMMU_OPT_RESET_ABORT) {
        gbpa |= ARMVIRT_SMMU_GBPA_ABORT;
    }
    smmu->reg[ARMVIRT_SPACE_NONSECURE][SMMU_GBPA] = gbpa;
    smmu->reg[ARMVIRT_SPACE_SECURE][SMMU_GBPA] = gbpa;
    smmu->reg[ARMVIRT_SPACE_REALM][SMMU_GBPA] = ARMVIRT_SMMU_GBPA_ABORT;
}

void armvirt_smmu_reset(struct armvirt_smmu *smmu)
{
    memset(smmu->reg, 0, sizeof(smmu->reg));
    memset(smmu->merged, 0, sizeof(smmu->merged));
    memset(smmu->atc_timeout, 0, sizeof(smmu->atc_timeout));
    reset_ids(smmu);
    reset_bypass(smmu);
    armvirt_smmu_root_changed(smmu); /* with all invalidation */
    armvirt_smmu_stall_reset(smmu);
    armvirt_smmu_ecmdq_reset(smmu);
}

enum armvirt_status armvirt_smmu_init(void *storage, size_t size_bytes,
                                      const struct armvirt_smmu_config *config,
                                      struct armvirt_smmu **smmu)
{
    struct armvirt_smmu *made = storage;
    struct armvirt_tlb_config tlb = tlb_config(config);
    struct armvirt_tlb *made_tlb;
    size_t size = armvirt_smmu_size(config);

    if (size == 0 || (uintptr_t)storage % ARMVIRT_SMMU_ALIGN != 0) {
        return ARMVIRT_E_INVAL;
    }
    if (size_bytes < size) {
        return ARMVIRT_E_NOSPACE;
    }
    memset(storage, 0, size);
    made->config = *config;
    made->output_mask = ARMVIRT_BITS(armvirt_smmu_oas(&config->id) - 1, 0);
    lay_out(&made->parts, config);
    for (uint8_t n = 0; n < ARMVIRT_SMMU_INTERFACES; n++) {
        made->command_features[n] = (uint16_t)armvirt_smmu_command_features(&config->id, n);
    }
    if (config->tlb_entries != 0) {
        enum armvirt_status status = armvirt_tlb_init((uint8_t *)storage + made->parts.tlb_at,
                                                      armvirt_tlb_size(&tlb), &tlb, &made_tlb);

        if (status != ARMVIRT_OK) {
            return status;
        }
    }
    armvirt_smmu_reset(made);
    *smmu = made;
    return ARMVIRT_OK;
}
