/* SPDX-License-Identifier: MIT */
/* The registers of a performance monitor counter group (IHI0070 10.5). */
#include "pmcg.h"

enum { PAGE_1 = 0x10000 };

static bool size_ok(unsigned size)
{
    return size == 31 || size == 35 || size == 39 || size == 43 || size == 47 || size == 63;
}

/* MPAMIDR and S_MPAMIDR only where something uses them; labels of messages need messages. */
static bool mpam_ok(const struct armvirt_pmcg_config *config)
{
    bool labels = (config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_MPAM) != 0;
    bool filters = (config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_FILTER_PARTID_PMG) != 0;
    uint32_t ns = labels || filters ? ~(uint32_t)ARMVIRT_SMMU_PMCG_MPAMIDR_RES0 : 0;
    uint32_t secure = labels || filters ? ~(uint32_t)ARMVIRT_SMMU_PMCG_S_MPAMIDR_RES0 : 0;

    return !(config->mpamidr & ~ns) && !(config->s_mpamidr & ~secure) &&
           (config->secure || config->s_mpamidr == 0) &&
           (!labels || (config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_MSI));
}

static bool config_ok(const struct armvirt_pmcg_config *config)
{
    bool msi = (config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_MSI) != 0;

    return !(config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_RES0) && config->sid_bits <= 32 &&
           size_ok((unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_SIZE, config->cfgr)) &&
           (!msi || (config->mem.ops != NULL && config->mem.ops->write != NULL)) && mpam_ok(config);
}

size_t armvirt_pmcg_size(void)
{
    return sizeof(struct armvirt_pmcg);
}

enum armvirt_status armvirt_pmcg_init(void *storage, size_t size_bytes,
                                      const struct armvirt_pmcg_config *config,
                                      struct armvirt_pmcg **pmcg)
{
    struct armvirt_pmcg *made = storage;

    if ((uintptr_t)storage % ARMVIRT_PMCG_ALIGN != 0 || !config_ok(config)) {
        return ARMVIRT_E_INVAL;
    }
    if (size_bytes < sizeof(*made)) {
        return ARMVIRT_E_NOSPACE;
    }
    memset(made, 0, sizeof(*made));
    made->config = *config;
    made->reg.scr = ARMVIRT_SMMU_PMCG_SCR_NSRA;
    if (armvirt_pmcg_has(made, ARMVIRT_SMMU_PMCG_CFGR_MSI)) {
        made->reg.scr |= ARMVIRT_SMMU_PMCG_SCR_NSMSI;
    }
    made->reg.rootcr = config->root ? ARMVIRT_SMMU_PMCG_ROOTCR_NAO : 0;
    *pmcg = made;
    return ARMVIRT_OK;
}

/* ---- Where registers are --------------------------------------------------------------------- */

enum reg {
    EVCNTR,
    EVTYPER,
    SVR,
    SMR,
    CNTENSET,
    CNTENCLR,
    INTENSET,
    INTENCLR,
    OVSCLR,
    OVSSET,
    CAPR,
    SCR,
    SCR_ALIAS,
    ROOTCR,
    GMPAM,
    MPAMIDR,
    S_MPAMIDR,
    CFGR,
    CR,
    IIDR,
    CEID0,
    CEID1,
    IRQ_CTRL,
    IRQ_CTRLACK,
    IRQ_CFG0,
    IRQ_CFG1,
    IRQ_CFG2,
    IRQ_STATUS,
    AIDR,
    NONE,
};

/* A register, and the bit from which on an access reaches it. */
struct place {
    enum reg reg;
    unsigned n, shift;
    bool wide;
};

/* Arrays first. Those that RELOC_CTRS moves to page 1 are marked. IHI0070 10.5.1. */
static const struct {
    uint16_t at, bytes;
    uint8_t reg;
    bool array, wide, moves;
} map[] = {
    {0x000, 0x200, EVCNTR, true, true, true},     {0x400, 0x100, EVTYPER, true, false, false},
    {0x600, 0x200, SVR, true, true, true},        {0xa00, 0x100, SMR, true, false, false},
    {0xc00, 8, CNTENSET, false, true, false},     {0xc20, 8, CNTENCLR, false, true, false},
    {0xc40, 8, INTENSET, false, true, false},     {0xc60, 8, INTENCLR, false, true, false},
    {0xc80, 8, OVSCLR, false, true, true},        {0xcc0, 8, OVSSET, false, true, true},
    {0xd88, 4, CAPR, false, false, true},         {0xdf8, 4, SCR, false, false, false},
    {0xe00, 4, CFGR, false, false, false},        {0xe04, 4, CR, false, false, false},
    {0xe08, 4, IIDR, false, false, false},        {0xe20, 8, CEID0, false, true, false},
    {0xe28, 8, CEID1, false, true, false},        {0xe50, 4, IRQ_CTRL, false, false, false},
    {0xe54, 4, IRQ_CTRLACK, false, false, false}, {0xe58, 8, IRQ_CFG0, false, true, false},
    {0xe60, 4, IRQ_CFG1, false, false, false},    {0xe64, 4, IRQ_CFG2, false, false, false},
    {0xe68, 4, IRQ_STATUS, false, false, false},  {0xe70, 4, AIDR, false, false, false},
    {0xe40, 4, SCR_ALIAS, false, false, false},   {0xe48, 4, ROOTCR, false, false, false},
    {0xe6c, 4, GMPAM, false, false, false},       {0xe74, 4, MPAMIDR, false, false, false},
    {0xe78, 4, S_MPAMIDR, false, false, false},
};

static struct place place_of(const struct armvirt_pmcg *pmcg, size_t m, uint32_t at)
{
    bool narrow = map[m].array && armvirt_pmcg_size_of(pmcg) <= 31;
    bool wide = map[m].wide && !narrow;
    unsigned stride = wide ? 8 : 4;

    return (struct place){
        .reg = (enum reg)map[m].reg, .n = at / stride, .shift = at % stride * 8, .wide = wide};
}

static bool aligned(uint64_t at, uint8_t size)
{
    return (size == 4 || size == 8) && at % size == 0;
}

/* Registers that only some groups have; 0xe40 is another name of SCR. */
static enum reg present(const struct armvirt_pmcg *pmcg, enum reg reg)
{
    bool mpam = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MPAM);
    bool labels = mpam || armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_FILTER_PARTID_PMG);

    switch (reg) {
    case SCR:
        return pmcg->config.secure ? SCR : NONE;
    case SCR_ALIAS:
        return pmcg->config.secure && pmcg->config.root ? SCR : NONE;
    case ROOTCR:
        return pmcg->config.root ? ROOTCR : NONE;
    case GMPAM:
        return mpam ? GMPAM : NONE;
    case MPAMIDR:
        return labels ? MPAMIDR : NONE;
    case S_MPAMIDR:
        return labels && pmcg->config.secure ? S_MPAMIDR : NONE;
    default:
        return reg;
    }
}

static struct place find(const struct armvirt_pmcg *pmcg, const struct armvirt_pmcg_access *access)
{
    struct place place = {.reg = NONE};
    bool page_1 = access->offset >= PAGE_1,
         moved = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_RELOC_CTRS);
    uint64_t at = page_1 ? access->offset - PAGE_1 : access->offset;

    for (size_t m = 0; m < sizeof(map) / sizeof(map[0]); m++) {
        bool here = page_1 == (moved && map[m].moves);

        if (here && at >= map[m].at && at - map[m].at < map[m].bytes) {
            place = place_of(pmcg, m, (uint32_t)(at - map[m].at));
        }
    }
    if (!aligned(at, access->size) || place.n > armvirt_pmcg_last_of(pmcg) ||
        (access->size == 8 && !place.wide)) {
        place.reg = NONE;
    }
    place.reg = present(pmcg, place.reg);
    return place;
}

/* IHI0070 10.6, 10.5.2.12. */
static bool reaches(const struct armvirt_pmcg *pmcg, const struct place *place, uint8_t space)
{
    if (place->reg == SCR || place->reg == S_MPAMIDR) {
        return space == ARMVIRT_SPACE_SECURE || space == ARMVIRT_SPACE_ROOT;
    }
    return place->reg != NONE && (space != ARMVIRT_SPACE_NONSECURE || !pmcg->config.secure ||
                                  (pmcg->reg.scr & ARMVIRT_SMMU_PMCG_SCR_NSRA) != 0);
}

/* ---- Reads ----------------------------------------------------------------------------------- */

static uint64_t of_counters(const struct armvirt_pmcg *pmcg, const struct place *place)
{
    switch (place->reg) {
    case EVCNTR:
        return pmcg->counter[place->n].value;
    case EVTYPER:
        return pmcg->counter[place->n].evtyper;
    case SVR:
        return pmcg->counter[place->n].shadow;
    case SMR:
        return pmcg->counter[place->n].smr & armvirt_pmcg_smr_mask(pmcg, place->n);
    case CNTENSET:
    case CNTENCLR:
        return pmcg->reg.enabled;
    case INTENSET:
    case INTENCLR:
        return pmcg->reg.interrupts;
    case OVSCLR:
    case OVSSET:
        return pmcg->reg.overflowed;
    default:
        return 0;
    }
}

static uint64_t of_group(const struct armvirt_pmcg *pmcg, enum reg reg)
{
    const uint64_t values[NONE] = {
        [SCR] = pmcg->reg.scr | ARMVIRT_SMMU_PMCG_SCR_READS_AS_ONE,
        [ROOTCR] = pmcg->reg.rootcr | ARMVIRT_SMMU_PMCG_ROOTCR_ROOTCR_IMPL,
        [GMPAM] = pmcg->reg.gmpam,
        [MPAMIDR] = pmcg->config.mpamidr,
        [S_MPAMIDR] = pmcg->config.s_mpamidr,
        [CFGR] = pmcg->config.cfgr,
        [CR] = pmcg->reg.cr,
        [IIDR] = pmcg->config.iidr,
        [CEID0] = pmcg->config.ceid[0],
        [CEID1] = pmcg->config.ceid[1],
        [IRQ_CTRL] = pmcg->reg.irq_ctrl,
        [IRQ_CTRLACK] = pmcg->reg.irq_ctrl,
        [IRQ_CFG0] = pmcg->reg.irq_cfg0,
        [IRQ_CFG1] = pmcg->reg.irq_cfg1,
        [IRQ_CFG2] = pmcg->reg.irq_cfg2,
        [IRQ_STATUS] = pmcg->reg.irq_status,
        [AIDR] = pmcg->config.aidr,
    };

    return values[reg];
}

enum armvirt_status armvirt_pmcg_read(const struct armvirt_pmcg *pmcg,
                                      const struct armvirt_pmcg_access *access, uint64_t *value)
{
    struct place place = find(pmcg, access);

    *value = 0;
    if (!reaches(pmcg, &place, access->space)) {
        return ARMVIRT_FAULT;
    }
    *value = of_counters(pmcg, &place) | of_group(pmcg, place.reg);
    *value = *value >> place.shift & ARMVIRT_BITS(access->size * 8u - 1, 0);
    return ARMVIRT_OK;
}

/* ---- Writes ---------------------------------------------------------------------------------- */

/* IHI0070 10.5.2.2: the filter only where it is, OVFCAP only with captures. */
uint32_t armvirt_pmcg_evtyper_mask(const struct armvirt_pmcg *pmcg, unsigned n)
{
    const struct armvirt_pmcg_config *config = &pmcg->config;
    uint64_t mask = ARMVIRT_SMMU_PMCG_EVTYPERN_EVENT;

    if (armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_CAPTURE)) {
        mask |= ARMVIRT_SMMU_PMCG_EVTYPERN_OVFCAP;
    }
    if (armvirt_pmcg_filter_of(pmcg, n) != n) {
        return (uint32_t)mask;
    }
    mask |= ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SID_SPAN;
    mask |= config->secure ? ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SEC_SID : 0;
    mask |= config->root ? ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_REALM_SID : 0;
    if (armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_FILTER_PARTID_PMG)) {
        mask |= ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_PARTID | ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_PMG;
        mask |= config->root ? ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_MPAM_SP
                             : ARMVIRT_LSB(ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_MPAM_SP);
    }
    return (uint32_t)mask;
}

/* IHI0070 10.5.2.4: a StreamID, as far as the group is wide, or PARTID and PMG. */
uint32_t armvirt_pmcg_smr_mask(const struct armvirt_pmcg *pmcg, unsigned n)
{
    if (armvirt_pmcg_filter_of(pmcg, n) != n) {
        return 0;
    }
    return armvirt_pmcg_by_label(pmcg->counter[n].evtyper) ? ~(uint32_t)ARMVIRT_SMMU_PMCG_SMRN_RES0
                                                           : armvirt_pmcg_sid_mask(pmcg);
}

/* A filter that changes its kind keeps what it holds, as far as either kind has it. */
uint32_t armvirt_pmcg_smr_stored(const struct armvirt_pmcg *pmcg, unsigned n)
{
    bool labels = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_FILTER_PARTID_PMG);

    if (armvirt_pmcg_filter_of(pmcg, n) != n) {
        return 0;
    }
    return armvirt_pmcg_sid_mask(pmcg) | (labels ? ~(uint32_t)ARMVIRT_SMMU_PMCG_SMRN_RES0 : 0);
}

uint32_t armvirt_pmcg_rootcr_mask(const struct armvirt_pmcg *pmcg)
{
    return pmcg->config.root
               ? (uint32_t)(ARMVIRT_SMMU_PMCG_ROOTCR_NAO | ARMVIRT_SMMU_PMCG_ROOTCR_RLO |
                            ARMVIRT_SMMU_PMCG_ROOTCR_RTO)
               : 0;
}

uint32_t armvirt_pmcg_scr_mask(const struct armvirt_pmcg *pmcg)
{
    bool ns = (pmcg->config.s_mpamidr & ARMVIRT_SMMU_PMCG_S_MPAMIDR_HAS_MPAM_NS) != 0;
    bool msi = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MSI);

    return (uint32_t)(ARMVIRT_SMMU_PMCG_SCR_NSRA | ARMVIRT_SMMU_PMCG_SCR_SO |
                      (msi ? ARMVIRT_SMMU_PMCG_SCR_NSMSI : 0) |
                      (ns && msi ? ARMVIRT_SMMU_PMCG_SCR_MSI_MPAM_NS : 0) |
                      (pmcg->config.root ? ARMVIRT_SMMU_PMCG_SCR_NAO : 0));
}

/* All bits up to the highest of @most. */
static uint32_t width(uint32_t most)
{
    uint32_t mask = most;

    for (unsigned n = 1; n < 32; n *= 2) {
        mask |= mask >> n;
    }
    return mask;
}

/* IHI0070 10.5.2.25: as wide as the larger of both spaces. */
uint32_t armvirt_pmcg_gmpam_mask(const struct armvirt_pmcg *pmcg)
{
    uint32_t either = pmcg->config.mpamidr | pmcg->config.s_mpamidr;
    uint32_t partid = width((uint32_t)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_MPAMIDR_PARTID_MAX, either));
    uint32_t pmg = width((uint32_t)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_MPAMIDR_PMG_MAX, either));

    return (uint32_t)(ARMVIRT_PUT(ARMVIRT_SMMU_PMCG_GMPAM_PO_PARTID, partid) |
                      ARMVIRT_PUT(ARMVIRT_SMMU_PMCG_GMPAM_PO_PMG, pmg));
}

static void write_counter(struct armvirt_pmcg *pmcg, const struct place *place, uint64_t value)
{
    switch (place->reg) {
    case EVCNTR:
        pmcg->counter[place->n].value = value & armvirt_pmcg_largest(pmcg);
        break;
    case EVTYPER:
        pmcg->counter[place->n].evtyper =
            (uint32_t)value & armvirt_pmcg_evtyper_mask(pmcg, place->n);
        break;
    case SMR:
        pmcg->counter[place->n].smr = (uint32_t)value & armvirt_pmcg_smr_mask(pmcg, place->n);
        break;
    case CAPR:
        if (value & ARMVIRT_SMMU_PMCG_CAPR_CAPTURE) {
            armvirt_pmcg_capture(pmcg);
        }
        break;
    default:
        break;
    }
}

static void write_bitmap(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t bits)
{
    uint64_t here = bits & ARMVIRT_BITS(armvirt_pmcg_last_of(pmcg), 0);

    switch (reg) {
    case CNTENSET:
        pmcg->reg.enabled |= here;
        break;
    case CNTENCLR:
        pmcg->reg.enabled &= ~here;
        break;
    case INTENSET:
        pmcg->reg.interrupts |= here;
        break;
    case INTENCLR:
        pmcg->reg.interrupts &= ~here;
        break;
    case OVSSET:
        pmcg->reg.overflowed |= here;
        break;
    case OVSCLR:
        pmcg->reg.overflowed &= ~here;
        break;
    default:
        break;
    }
}

/* IHI0070 10.5.2.24: the error of the last message goes when messages start. */
static void write_irq_ctrl(struct armvirt_pmcg *pmcg, uint64_t value)
{
    uint32_t on = (uint32_t)(value & ARMVIRT_SMMU_PMCG_IRQ_CTRL_IRQEN);

    if (on && !pmcg->reg.irq_ctrl) {
        pmcg->reg.irq_status = 0;
    }
    pmcg->reg.irq_ctrl = on;
}

/* Guarded by IRQEN. IHI0070 10.5.2.21. */
static void write_message(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t value)
{
    if (pmcg->reg.irq_ctrl || !armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MSI)) {
        return;
    }
    if (reg == IRQ_CFG0) {
        pmcg->reg.irq_cfg0 = value & ARMVIRT_SMMU_PMCG_IRQ_CFG0_ADDR;
    } else if (reg == IRQ_CFG1) {
        pmcg->reg.irq_cfg1 = (uint32_t)value;
    } else {
        pmcg->reg.irq_cfg2 =
            (uint32_t)value & (ARMVIRT_SMMU_PMCG_IRQ_CFG2_SH | ARMVIRT_SMMU_PMCG_IRQ_CFG2_MEMATTR);
    }
}

/* A change takes effect at once: Update reads as 0. Without it the write is ignored. */
static void write_gmpam(struct armvirt_pmcg *pmcg, uint64_t value)
{
    if (value & ARMVIRT_SMMU_PMCG_GMPAM_UPDATE) {
        pmcg->reg.gmpam = (uint32_t)value & armvirt_pmcg_gmpam_mask(pmcg);
    }
}

static void write_group(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t value)
{
    switch (reg) {
    case SCR:
        pmcg->reg.scr = (uint32_t)value & armvirt_pmcg_scr_mask(pmcg);
        break;
    case ROOTCR:
        pmcg->reg.rootcr = (uint32_t)value & armvirt_pmcg_rootcr_mask(pmcg);
        break;
    case GMPAM:
        write_gmpam(pmcg, value);
        break;
    case CR:
        pmcg->reg.cr = (uint32_t)(value & ARMVIRT_SMMU_PMCG_CR_E);
        break;
    case IRQ_CTRL:
        write_irq_ctrl(pmcg, value);
        break;
    case IRQ_CFG0:
    case IRQ_CFG1:
    case IRQ_CFG2:
        write_message(pmcg, reg, value);
        break;
    default:
        break;
    }
}

enum armvirt_status armvirt_pmcg_write(struct armvirt_pmcg *pmcg,
                                       const struct armvirt_pmcg_access *access, uint64_t value)
{
    struct place place = find(pmcg, access);
    uint64_t mask, bits, merged;

    if (!reaches(pmcg, &place, access->space)) {
        return ARMVIRT_FAULT;
    }
    if (place.reg == ROOTCR && access->space != ARMVIRT_SPACE_ROOT) { /* only read */
        return ARMVIRT_OK;
    }
    mask = ARMVIRT_BITS(access->size * 8u - 1, 0) << place.shift;
    bits = value << place.shift & mask;
    merged = ((of_counters(pmcg, &place) | of_group(pmcg, place.reg)) & ~mask) | bits;
    write_counter(pmcg, &place, merged);
    write_bitmap(pmcg, place.reg, bits);
    write_group(pmcg, place.reg, merged);
    return ARMVIRT_OK;
}
