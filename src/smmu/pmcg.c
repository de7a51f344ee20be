/* SPDX-License-Identifier: MIT */
/* A performance monitor counter group (IHI0070 10). */
#include "base/mem_functions.h"

#include <armvirt/pmcg.h>
#include <armvirt/regs/smmu_pmcg.h>

enum { COUNTERS = 64, PAGE_1 = 0x10000, ARCHITECTED = 128 };

struct armvirt_pmcg {
    struct armvirt_pmcg_config config;
    uint64_t counter[COUNTERS], shadow[COUNTERS];
    uint32_t evtyper[COUNTERS], smr[COUNTERS];
    uint64_t enabled, interrupts, overflowed; /* a bit per counter */
    uint64_t irq_cfg0;
    uint32_t irq_cfg1, irq_cfg2, irq_ctrl, irq_status, scr, cr;
};

/* ---- What the group has ---------------------------------------------------------------------- */

static bool has(const struct armvirt_pmcg *pmcg, uint32_t feature)
{
    return (pmcg->config.cfgr & feature) != 0;
}

static unsigned size_of(const struct armvirt_pmcg *pmcg)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_SIZE, pmcg->config.cfgr);
}

static unsigned last_of(const struct armvirt_pmcg *pmcg)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_NCTR, pmcg->config.cfgr);
}

static uint64_t largest(const struct armvirt_pmcg *pmcg)
{
    return ARMVIRT_BITS(size_of(pmcg), 0);
}

static uint32_t sid_mask(const struct armvirt_pmcg *pmcg)
{
    return (uint32_t)((UINT64_C(1) << pmcg->config.sid_bits) - 1);
}

/* The counter whose filter counts. IHI0070 10.5.2.13 SID_FILTER_TYPE. */
static unsigned filter_of(const struct armvirt_pmcg *pmcg, unsigned n)
{
    return has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_SID_FILTER_TYPE) ? 0 : n;
}

static bool size_ok(unsigned size)
{
    return size == 31 || size == 35 || size == 39 || size == 43 || size == 47 || size == 63;
}

static bool config_ok(const struct armvirt_pmcg_config *config)
{
    uint32_t refused = ARMVIRT_SMMU_PMCG_CFGR_RES0 | ARMVIRT_SMMU_PMCG_CFGR_MPAM |
                       ARMVIRT_SMMU_PMCG_CFGR_FILTER_PARTID_PMG;
    bool msi = (config->cfgr & ARMVIRT_SMMU_PMCG_CFGR_MSI) != 0;

    return !(config->cfgr & refused) && config->sid_bits <= 32 &&
           size_ok((unsigned)ARMVIRT_GET(ARMVIRT_SMMU_PMCG_CFGR_SIZE, config->cfgr)) &&
           (!msi || (config->mem.ops != NULL && config->mem.ops->write != NULL));
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
    made->scr = ARMVIRT_SMMU_PMCG_SCR_NSRA;
    if (has(made, ARMVIRT_SMMU_PMCG_CFGR_MSI)) {
        made->scr |= ARMVIRT_SMMU_PMCG_SCR_NSMSI;
    }
    *pmcg = made;
    return ARMVIRT_OK;
}

/* ---- The interrupt --------------------------------------------------------------------------- */

/* IHI0070 10.6: where messages go. */
static uint8_t message_space(const struct armvirt_pmcg *pmcg)
{
    bool ns = (pmcg->scr & (ARMVIRT_SMMU_PMCG_SCR_NSMSI | ARMVIRT_SMMU_PMCG_SCR_NSRA)) != 0;

    return pmcg->config.secure && !ns ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE;
}

/* IHI0070 10.5.2.21: an address of zero means that there is no message. */
static void interrupt(struct armvirt_pmcg *pmcg)
{
    const struct armvirt_mem *mem = &pmcg->config.mem;
    struct armvirt_mem_req req = {
        .pa = pmcg->irq_cfg0,
        .size = 4,
        .space = message_space(pmcg),
        .what = ARMVIRT_MEM_SMMU_MSI,
    };
    uint64_t data = pmcg->irq_cfg1;

    if (pmcg->config.irq != NULL) {
        pmcg->config.irq(pmcg->config.ctx);
    }
    if (req.pa != 0 && mem->ops->write(mem->ctx, &req, &data) != ARMVIRT_BUS_OK) {
        pmcg->irq_status = ARMVIRT_SMMU_PMCG_IRQ_STATUS_IRQ_ABT;
    }
}

/* ---- Counting -------------------------------------------------------------------------------- */

static void capture(struct armvirt_pmcg *pmcg)
{
    if (has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_CAPTURE)) {
        memcpy(pmcg->shadow, pmcg->counter, sizeof(pmcg->shadow));
    }
}

/* IHI0070 10.4, without Realm state. */
static bool state_passes(const struct armvirt_pmcg *pmcg, bool secure_wanted, bool many,
                         uint8_t sec_sid)
{
    bool secure = sec_sid == ARMVIRT_SPACE_SECURE;
    bool observed = pmcg->config.secure && (pmcg->scr & ARMVIRT_SMMU_PMCG_SCR_SO) != 0;

    if (!secure && sec_sid != ARMVIRT_SPACE_NONSECURE) {
        return false;
    }
    if (many) {
        return !secure || observed;
    }
    return secure == (secure_wanted && observed);
}

static bool passes(const struct armvirt_pmcg *pmcg, unsigned n,
                   const struct armvirt_pmcg_occurrence *what)
{
    uint32_t evtyper = pmcg->evtyper[filter_of(pmcg, n)], smr = pmcg->smr[filter_of(pmcg, n)];
    uint32_t mask = sid_mask(pmcg), differs = (what->sid ^ smr) & mask;
    bool span = (evtyper & ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SID_SPAN) != 0;
    bool secure = (evtyper & ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SEC_SID) != 0;
    bool many = span && smr == mask;

    if (what->event == ARMVIRT_PMCG_CYCLE) {
        return true;
    }
    if (!state_passes(pmcg, secure, many, what->sec_sid)) {
        return false;
    }
    /* the ones at the end and the zero before them are not compared */
    return many || (differs & (span ? ~(smr ^ (smr + 1)) : UINT32_MAX)) == 0;
}

static bool counts(const struct armvirt_pmcg *pmcg, uint16_t event)
{
    return event >= ARCHITECTED || (pmcg->config.ceid[event / 64] >> event % 64 & 1) != 0;
}

/* True if the counter overflowed. */
static bool add(struct armvirt_pmcg *pmcg, unsigned n, uint32_t count)
{
    uint64_t before = pmcg->counter[n], max = largest(pmcg);

    pmcg->counter[n] = (before + count) & max;
    return count > max - before;
}

void armvirt_pmcg_count(struct armvirt_pmcg *pmcg, const struct armvirt_pmcg_occurrence *what)
{
    uint64_t overflowed = 0;
    bool captures = false;

    if (!pmcg->cr || !counts(pmcg, what->event)) {
        return;
    }
    for (unsigned n = 0; n <= last_of(pmcg); n++) {
        uint32_t evtyper = pmcg->evtyper[n];

        if ((pmcg->enabled >> n & 1) && what->event == (uint16_t)evtyper && passes(pmcg, n, what) &&
            add(pmcg, n, what->count)) {
            overflowed |= UINT64_C(1) << n;
            captures = captures || (evtyper & ARMVIRT_SMMU_PMCG_EVTYPERN_OVFCAP) != 0;
        }
    }
    pmcg->overflowed |= overflowed;
    if (captures) {
        capture(pmcg);
    }
    if ((overflowed & pmcg->interrupts) && pmcg->irq_ctrl) {
        interrupt(pmcg);
    }
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
};

static struct place place_of(const struct armvirt_pmcg *pmcg, size_t m, uint32_t at)
{
    bool narrow = map[m].array && size_of(pmcg) <= 31;
    bool wide = map[m].wide && !narrow;
    unsigned stride = wide ? 8 : 4;

    return (struct place){
        .reg = (enum reg)map[m].reg, .n = at / stride, .shift = at % stride * 8, .wide = wide};
}

static bool aligned(uint64_t at, uint8_t size)
{
    return (size == 4 || size == 8) && at % size == 0;
}

static struct place find(const struct armvirt_pmcg *pmcg, const struct armvirt_pmcg_access *access)
{
    struct place place = {.reg = NONE};
    bool page_1 = access->offset >= PAGE_1, moved = has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_RELOC_CTRS);
    uint64_t at = page_1 ? access->offset - PAGE_1 : access->offset;

    for (size_t m = 0; m < sizeof(map) / sizeof(map[0]); m++) {
        bool here = page_1 == (moved && map[m].moves);

        if (here && at >= map[m].at && at - map[m].at < map[m].bytes) {
            place = place_of(pmcg, m, (uint32_t)(at - map[m].at));
        }
    }
    if (!aligned(at, access->size) || place.n > last_of(pmcg) ||
        (access->size == 8 && !place.wide)) {
        place.reg = NONE;
    }
    return place;
}

/* IHI0070 10.6, 10.5.2.12. */
static bool reaches(const struct armvirt_pmcg *pmcg, const struct place *place, uint8_t space)
{
    if (place->reg == SCR) {
        return pmcg->config.secure &&
               (space == ARMVIRT_SPACE_SECURE || space == ARMVIRT_SPACE_ROOT);
    }
    return place->reg != NONE && (space != ARMVIRT_SPACE_NONSECURE || !pmcg->config.secure ||
                                  (pmcg->scr & ARMVIRT_SMMU_PMCG_SCR_NSRA) != 0);
}

/* ---- Reads ----------------------------------------------------------------------------------- */

static uint64_t of_counters(const struct armvirt_pmcg *pmcg, const struct place *place)
{
    switch (place->reg) {
    case EVCNTR:
        return pmcg->counter[place->n];
    case EVTYPER:
        return pmcg->evtyper[place->n];
    case SVR:
        return pmcg->shadow[place->n];
    case SMR:
        return pmcg->smr[place->n];
    case CNTENSET:
    case CNTENCLR:
        return pmcg->enabled;
    case INTENSET:
    case INTENCLR:
        return pmcg->interrupts;
    case OVSCLR:
    case OVSSET:
        return pmcg->overflowed;
    default:
        return 0;
    }
}

static uint64_t of_group(const struct armvirt_pmcg *pmcg, enum reg reg)
{
    const uint64_t values[NONE] = {
        [SCR] = pmcg->scr | ARMVIRT_SMMU_PMCG_SCR_READS_AS_ONE,
        [CFGR] = pmcg->config.cfgr,
        [CR] = pmcg->cr,
        [IIDR] = pmcg->config.iidr,
        [CEID0] = pmcg->config.ceid[0],
        [CEID1] = pmcg->config.ceid[1],
        [IRQ_CTRL] = pmcg->irq_ctrl,
        [IRQ_CTRLACK] = pmcg->irq_ctrl,
        [IRQ_CFG0] = pmcg->irq_cfg0,
        [IRQ_CFG1] = pmcg->irq_cfg1,
        [IRQ_CFG2] = pmcg->irq_cfg2,
        [IRQ_STATUS] = pmcg->irq_status,
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
static uint32_t evtyper_mask(const struct armvirt_pmcg *pmcg, unsigned n)
{
    uint64_t mask = ARMVIRT_SMMU_PMCG_EVTYPERN_EVENT;

    if (has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_CAPTURE)) {
        mask |= ARMVIRT_SMMU_PMCG_EVTYPERN_OVFCAP;
    }
    if (filter_of(pmcg, n) == n) {
        mask |= ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SID_SPAN;
        mask |= pmcg->config.secure ? ARMVIRT_SMMU_PMCG_EVTYPERN_FILTER_SEC_SID : 0;
    }
    return (uint32_t)mask;
}

static void write_counter(struct armvirt_pmcg *pmcg, const struct place *place, uint64_t value)
{
    switch (place->reg) {
    case EVCNTR:
        pmcg->counter[place->n] = value & largest(pmcg);
        break;
    case EVTYPER:
        pmcg->evtyper[place->n] = (uint32_t)value & evtyper_mask(pmcg, place->n);
        break;
    case SMR:
        if (filter_of(pmcg, place->n) == place->n) {
            pmcg->smr[place->n] = (uint32_t)value & sid_mask(pmcg);
        }
        break;
    case CAPR:
        if (value & ARMVIRT_SMMU_PMCG_CAPR_CAPTURE) {
            capture(pmcg);
        }
        break;
    default:
        break;
    }
}

static void write_bitmap(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t bits)
{
    uint64_t here = bits & ARMVIRT_BITS(last_of(pmcg), 0);

    switch (reg) {
    case CNTENSET:
        pmcg->enabled |= here;
        break;
    case CNTENCLR:
        pmcg->enabled &= ~here;
        break;
    case INTENSET:
        pmcg->interrupts |= here;
        break;
    case INTENCLR:
        pmcg->interrupts &= ~here;
        break;
    case OVSSET:
        pmcg->overflowed |= here;
        break;
    case OVSCLR:
        pmcg->overflowed &= ~here;
        break;
    default:
        break;
    }
}

/* IHI0070 10.5.2.24: the error of the last message goes when messages start. */
static void write_irq_ctrl(struct armvirt_pmcg *pmcg, uint64_t value)
{
    uint32_t on = (uint32_t)(value & ARMVIRT_SMMU_PMCG_IRQ_CTRL_IRQEN);

    if (on && !pmcg->irq_ctrl) {
        pmcg->irq_status = 0;
    }
    pmcg->irq_ctrl = on;
}

/* Guarded by IRQEN. IHI0070 10.5.2.21. */
static void write_message(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t value)
{
    if (pmcg->irq_ctrl || !has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MSI)) {
        return;
    }
    if (reg == IRQ_CFG0) {
        pmcg->irq_cfg0 = value & ARMVIRT_SMMU_PMCG_IRQ_CFG0_ADDR;
    } else if (reg == IRQ_CFG1) {
        pmcg->irq_cfg1 = (uint32_t)value;
    } else {
        pmcg->irq_cfg2 =
            (uint32_t)value & (ARMVIRT_SMMU_PMCG_IRQ_CFG2_SH | ARMVIRT_SMMU_PMCG_IRQ_CFG2_MEMATTR);
    }
}

static void write_group(struct armvirt_pmcg *pmcg, enum reg reg, uint64_t value)
{
    uint64_t scr = ARMVIRT_SMMU_PMCG_SCR_NSRA | ARMVIRT_SMMU_PMCG_SCR_SO;

    switch (reg) {
    case SCR:
        scr |= has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MSI) ? ARMVIRT_SMMU_PMCG_SCR_NSMSI : 0;
        pmcg->scr = (uint32_t)(value & scr);
        break;
    case CR:
        pmcg->cr = (uint32_t)(value & ARMVIRT_SMMU_PMCG_CR_E);
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
    mask = ARMVIRT_BITS(access->size * 8u - 1, 0) << place.shift;
    bits = value << place.shift & mask;
    merged = ((of_counters(pmcg, &place) | of_group(pmcg, place.reg)) & ~mask) | bits;
    write_counter(pmcg, &place, merged);
    write_bitmap(pmcg, place.reg, bits);
    write_group(pmcg, place.reg, merged);
    return ARMVIRT_OK;
}
