/* SPDX-License-Identifier: MIT */
/* The imitation of the SMMU of QEMU 7.2: transactions, caches, stage 1 of one context, events. */
#include "imitation_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Events -------------------------------------------------------------------------------- */

static void record(struct smmu_imitation *m, struct smmu_result *result)
{
    unsigned log2 = queue_log2(m, EVENTQ);
    uint32_t mask = (UINT32_C(1) << log2) - 1;
    uint32_t prod = *reg(m, EVENTQ_PROD);
    uint32_t differ = prod ^ *reg(m, EVENTQ_CONS);
    uint64_t pa = (reg64(m, EVENTQ) & UINT64_C(0xfffffffffffe0)) + 32 * (uint64_t)(prod & mask);

    result->events = 0;
    if ((*reg(m, CR0) & 4) == 0) {
        return;
    }
    if ((differ & mask) == 0 && (differ >> log2 & 1) != 0) {
        m->before |= UINT64_C(1) << SMMU_DEVIATION_EVENTQ_FULL;
        gerror(m, 4);
        return;
    }
    for (unsigned i = 0; i < SMMU_EVENT_WORDS; i += 2) {
        smmu_model_poke(m->memory, pa + 4 * i, 8,
                        result->event[i] | (uint64_t)result->event[i + 1] << 32);
    }
    *reg(m, EVENTQ_PROD) = (prod & ~(mask << 1 | 1)) | ((prod + 1) & (mask << 1 | 1));
    if (((*reg(m, EVENTQ_PROD) ^ *reg(m, EVENTQ_CONS)) & (mask << 1 | 1)) != 0) {
        m->pulses += (*reg(m, IRQ_CTRL) & 4) != 0;
    }
    m->before |= UINT64_C(1) << SMMU_DEVIATION_EVENTQ_IRQ;
    result->events = 1;
}

/* ---- Stream table and context descriptors -------------------------------------------------- */

static bool read_eight(struct smmu_imitation *m, uint64_t pa, uint64_t words[8])
{
    if (!readable(m, pa) || !readable(m, pa + 56)) {
        return false;
    }
    for (unsigned i = 0; i < 8; i++) {
        words[i] = word(m, pa + 8 * i);
    }
    return true;
}

static bool fetch_fault(struct smmu_imitation *m, struct verdict *v, uint8_t type, uint64_t pa)
{
    v->type = type;
    v->fetch = pa;
    if (pa >> OAS != 0) {
        met(m, SMMU_DEVIATION_ADDRESS);
    }
    return false;
}

/* SMMU_STRTAB_BASE, for a table of 2^@log2 bytes. */
static uint64_t table_base(struct smmu_imitation *m, unsigned log2)
{
    uint64_t base =
        reg64(m, STRTAB) & UINT64_C(0xfffffffffffc0) & ~((UINT64_C(1) << (log2 - 1)) - 1);

    if ((base >> (log2 - 1) & 1) != 0) {
        met(m, SMMU_DEVIATION_STRTAB_ALIGN);
    }
    return base;
}

static bool find_ste(struct smmu_imitation *m, uint32_t sid, struct verdict *v, uint64_t *pa)
{
    unsigned log2 = *reg(m, STRTAB_CFG) & 63;
    unsigned split = m->split;
    uint64_t l1, desc, span;

    if (sid >= UINT32_C(1) << (log2 < 16 ? log2 : 16)) {
        v->type = 2;
        met(m, SMMU_DEVIATION_RECINVSID);
        return false;
    }
    if (!m->two_level) {
        *pa = table_base(m, log2 + 6) + 64 * (uint64_t)sid;
        return true;
    }
    if (split != 6 && split != 8 && split != 10) {
        met(m, SMMU_DEVIATION_SPLIT);
    }
    l1 = table_base(m, log2 > split + 3 ? log2 - split + 3 : 6) + 8 * (uint64_t)(sid >> split);
    if (!readable(m, l1)) {
        return fetch_fault(m, v, 3, l1);
    }
    desc = word(m, l1);
    span = desc & 31;
    if (span == 0) {
        v->type = 2;
        met(m, SMMU_DEVIATION_RECINVSID);
        return false;
    }
    if (span > split + 1 || (sid & ((1u << split) - 1)) >= UINT64_C(1) << (span - 1)) {
        met(m, SMMU_DEVIATION_SPAN);
    }
    if ((sid & ((1u << split) - 1)) > (UINT64_C(1) << span) - 1) {
        v->type = 4;
        return false;
    }
    if ((desc & ~UINT64_C(31) & ((UINT64_C(32) << span) - 1)) != 0) {
        met(m, SMMU_DEVIATION_STRTAB_ALIGN);
    }
    *pa = (desc & ~UINT64_C(31)) + 64 * (uint64_t)(sid & ((1u << split) - 1));
    return true;
}

static bool accepts_ste(const uint64_t ste[8], struct config *config)
{
    unsigned kind = (unsigned)field(ste[0], 1, 3);

    if ((ste[0] & 1) == 0) {
        return false;
    }
    config->aborted = (kind & 4) == 0;
    config->bypassed = kind == 4;
    if (config->aborted || config->bypassed) {
        return true;
    }
    return (kind & 2) == 0 && field(ste[0], 59, 5) == 0 && (ste[1] >> 27 & 1) == 0;
}

static bool decode_ste(struct smmu_imitation *m, const uint64_t words[8], struct config *config,
                       struct armvirt_ste *ste)
{
    const struct armvirt_smmu_view view = {.sec_sid = ARMVIRT_SPACE_NONSECURE};
    bool accepted = accepts_ste(words, config);
    bool legal = armvirt_ste_decode(&m->id, &view, words, ste) == ARMVIRT_OK;

    if (legal != accepted) {
        met(m, SMMU_DEVIATION_STE_FIELDS);
    }
    return accepted;
}

static bool decode_half(const uint64_t cd[8], unsigned i, unsigned oas, struct half *half)
{
    static const uint8_t granule0[] = {12, 16, 14, 0};
    static const uint8_t granule1[] = {0, 14, 12, 16};

    half->disabled = (cd[0] >> (i == 0 ? 14 : 30) & 1) != 0;
    if (half->disabled) {
        return true;
    }
    half->tsz = (unsigned)field(cd[0], i == 0 ? 0 : 16, 6);
    half->granule_log2 = (i == 0 ? granule0 : granule1)[field(cd[0], i == 0 ? 6 : 22, 2)];
    half->ttb = cd[1 + i] & UINT64_C(0x7fffffffffff0);
    half->had = (cd[1 + i] >> 1 & 1) != 0;
    return half->tsz >= 16 && half->tsz <= 39 && half->granule_log2 != 0 &&
           (cd[0] >> 15 & 1) == 0 && half->ttb >> oas == 0;
}

static bool accepts_cd(const uint64_t cd[8], struct config *config)
{
    static const uint8_t oas[] = {32, 36, 40, 42, 44, 44, 44, 44};

    if ((cd[0] >> 31 & 1) == 0 || (cd[0] >> 41 & 1) == 0 || (cd[0] >> 46 & 1) == 0 ||
        (cd[0] >> 44 & 1) != 0 || field(cd[0], 42, 2) != 0) {
        return false;
    }
    config->oas = oas[field(cd[0], 32, 3)];
    config->asid = (uint16_t)(cd[0] >> 48);
    config->record = (cd[0] >> 45 & 1) != 0;
    return decode_half(cd, 0, config->oas, &config->half[0]) &&
           decode_half(cd, 1, config->oas, &config->half[1]);
}

static bool decode_cd(struct smmu_imitation *m, const struct armvirt_ste *ste,
                      const uint64_t words[8], struct config *config)
{
    struct armvirt_cd cd;
    bool accepted = accepts_cd(words, config);

    if ((armvirt_cd_decode(&m->id, &(struct armvirt_smmu_view){.sec_sid = ARMVIRT_SPACE_NONSECURE},
                           ste, words, &cd) == ARMVIRT_OK) != accepted) {
        met(m, SMMU_DEVIATION_CD_FIELDS);
    }
    return accepted;
}

static bool decode(struct smmu_imitation *m, uint32_t sid, struct config *config, struct verdict *v)
{
    uint64_t words[8], pa;
    struct armvirt_ste ste;

    if (!find_ste(m, sid, v, &pa)) {
        return false;
    }
    if (!read_eight(m, pa, words)) {
        return fetch_fault(m, v, 3, pa);
    }
    if (!decode_ste(m, words, config, &ste)) {
        v->type = 4;
        return false;
    }
    if (config->aborted || config->bypassed) {
        return true;
    }
    pa = words[0] & UINT64_C(0xffffffffffc0);
    if (!read_eight(m, pa, words)) {
        met(m, SMMU_DEVIATION_CDFETCH);
        return fetch_fault(m, v, 9, pa);
    }
    v->type = 10;
    if (!decode_cd(m, &ste, words, config)) {
        return false;
    }
    v->type = 0;
    return true;
}

/* ---- Tables -------------------------------------------------------------------------------- */

static int start_level(const struct half *half)
{
    return 4 - (int)((64 - half->tsz - 4) / (half->granule_log2 - 3));
}

static unsigned level_shift(const struct half *half, int level)
{
    return half->granule_log2 + (unsigned)(3 - level) * (half->granule_log2 - 3);
}

static bool inside(const struct half *half, uint64_t iova)
{
    return half->tsz != 0 && iova >> (64 - half->tsz) == 0;
}

static const struct half *select_half(struct smmu_imitation *m, const struct config *config,
                                      uint64_t iova)
{
    if (inside(&config->half[0], iova)) {
        return &config->half[0];
    }
    if (inside(&config->half[1], iova)) {
        met(m, SMMU_DEVIATION_TTB_RANGE);
        return &config->half[1];
    }
    return config->half[0].tsz == 0   ? &config->half[0]
           : config->half[1].tsz == 0 ? &config->half[1]
                                      : NULL;
}

static void note_leaf(struct smmu_imitation *m, const struct config *config,
                      const struct half *half, uint64_t desc, int level)
{
    bool block = level == 2 || (level == 1 && half->granule_log2 == 12);

    if (level < 3 && !block) {
        met(m, SMMU_DEVIATION_BLOCK);
    }
    if ((desc >> 52 & 1) != 0) {
        met(m, SMMU_DEVIATION_CONTIGUOUS);
    }
    if ((desc >> 10 & 1) == 0) {
        met(m, SMMU_DEVIATION_AF);
    }
    if ((desc >> 6 & 1) == 0) {
        met(m, SMMU_DEVIATION_AP);
    }
    if ((desc & UINT64_C(0xfffffffff000)) >> config->oas != 0) {
        met(m, SMMU_DEVIATION_OUTPUT_SIZE);
    }
}

/* The leaf of @iova; or an event. */
static bool walk(struct smmu_imitation *m, const struct config *config, const struct half *half,
                 uint64_t iova, bool write, struct entry *entry, struct verdict *v)
{
    int level = start_level(half);
    unsigned top = 64 - half->tsz - (half->granule_log2 - 3) * (unsigned)(4 - level);
    uint64_t base = half->ttb & UINT64_C(0xffffffffffff) & ~((UINT64_C(1) << top) - 1);

    if ((base & ((UINT64_C(8) << top) - 1)) != 0) {
        met(m, SMMU_DEVIATION_TTB_ALIGN);
    }
    for (; level <= 3; level++) {
        unsigned shift = level_shift(half, level);
        uint64_t pa = base + 8 * (iova >> shift & ((UINT64_C(1) << (half->granule_log2 - 3)) - 1));
        uint64_t desc;

        if (!readable(m, pa)) {
            v->described = true;
            return fetch_fault(m, v, 11, pa);
        }
        desc = word(m, pa);
        v->type = 16;
        if ((desc & 1) == 0 || (level == 3 && (desc & 2) == 0)) {
            return false;
        }
        v->type = 19;
        if (level == 3 || (desc & 2) == 0) {
            note_leaf(m, config, half, desc, level);
            if (write && (desc >> 7 & 1) != 0) {
                return false;
            }
            entry->level = level;
            entry->mask = (UINT64_C(1) << shift) - 1;
            entry->pa = desc & UINT64_C(0xffffffffffff) & ~entry->mask;
            entry->writable = (desc >> 7 & 1) == 0;
            v->type = 0;
            return true;
        }
        if ((desc >> 61 & 3) != 0 && !half->had) {
            met(m, SMMU_DEVIATION_APTABLE);
            if (write && (desc >> 62 & 1) != 0) {
                return false;
            }
        }
        base = desc & UINT64_C(0xffffffffffff) & ~((UINT64_C(1) << half->granule_log2) - 1);
        if (base >> config->oas != 0) {
            met(m, SMMU_DEVIATION_OUTPUT_SIZE);
        }
    }
    v->type = 16;
    return false;
}

static struct entry *lookup(struct smmu_imitation *m, const struct config *config,
                            const struct half *half, uint64_t iova)
{
    for (int level = start_level(half); level <= 3; level++) {
        for (unsigned i = 0; i < SLOTS; i++) {
            struct entry *e = &m->tlb[i];

            if (e->valid && e->asid == config->asid && e->granule_log2 == half->granule_log2 &&
                e->level == level && (iova & ~e->mask) == e->iova) {
                return e;
            }
        }
    }
    return NULL;
}

static void insert(struct smmu_imitation *m, const struct entry *entry)
{
    struct entry *slot = NULL;

    for (unsigned i = 0; i < SLOTS; i++) {
        struct entry *e = &m->tlb[i];

        if (e->valid && e->asid == entry->asid && e->granule_log2 == entry->granule_log2 &&
            e->level == entry->level && e->iova == entry->iova) {
            slot = e;
        }
    }
    slot = slot == NULL ? &m->tlb[m->next++ % SLOTS] : slot;
    *slot = *entry;
}

/* ---- Transactions -------------------------------------------------------------------------- */

static unsigned device_of(const struct smmu_script *script, uint32_t sid)
{
    return sid == smmu_device_sid(script, 0) ? 0 : sid == smmu_device_sid(script, 1) ? 1 : 2;
}

static void translate_stage1(struct smmu_imitation *m, const struct config *config, uint64_t iova,
                             bool write, struct verdict *v)
{
    const struct half *half = select_half(m, config, iova);
    struct entry fresh = {.valid = true, .asid = config->asid};
    struct entry *e;

    v->described = true;
    v->type = 16;
    if (half == NULL || half->disabled) {
        return;
    }
    e = lookup(m, config, half, iova);
    if (e != NULL) {
        m->met |= e->deviations;
        met(m, SMMU_DEVIATION_CACHED);
        v->type = write && !e->writable ? 19 : 0;
    } else if (walk(m, config, half, iova, write, &fresh, v)) {
        fresh.iova = iova & ~fresh.mask;
        fresh.granule_log2 = half->granule_log2;
        fresh.deviations = m->met;
        insert(m, &fresh);
        e = &fresh;
    }
    if (v->type == 0) {
        v->pass = true;
        v->pa = e->pa | (iova & e->mask);
    }
}

static void translate(struct smmu_imitation *m, const struct smmu_op *op, struct verdict *v)
{
    struct config *cached = &m->config[device_of(m->script, op->sid)];
    struct config config = {.valid = true};

    if (op->addr >> ADDRESS_BITS != 0) {
        met(m, SMMU_DEVIATION_FAR);
        return;
    }
    v->pa = op->addr;
    v->pass = (*reg(m, CR0) & 1) == 0;
    if (v->pass) {
        met(m, op->addr >> OAS != 0 ? SMMU_DEVIATION_OAS : SMMU_DEVIATION_GBPA);
        return;
    }
    if (!cached->valid) {
        if (!decode(m, op->sid, &config, v)) {
            return;
        }
        config.deviations = m->met;
        *cached = config;
    } else {
        m->met |= cached->deviations;
        met(m, SMMU_DEVIATION_CACHED);
    }
    if (cached->bypassed) {
        v->pass = true;
        if (op->addr >> OAS != 0) {
            met(m, SMMU_DEVIATION_OAS);
        }
    } else if (!cached->aborted) {
        translate_stage1(m, cached, op->addr, op->kind == SMMU_DMA_WRITE, v);
        if (v->type >= 16 && !cached->record) {
            v->type = 0;
        }
    }
}

static void make_event(struct smmu_imitation *m, const struct smmu_op *op, const struct verdict *v,
                       struct smmu_result *result)
{
    uint64_t input = v->described ? op->addr : v->type == 9 ? v->fetch : 0;
    uint64_t fetch = v->type == 3 || v->type == 11 ? v->fetch : 0;

    result->event[0] = v->type;
    result->event[1] = op->sid;
    if (v->described) {
        result->event[3] = (op->kind == SMMU_DMA_READ ? 8u : 0) | (v->type == 11 ? 0x100u : 0);
        if (v->type != 11) {
            met(m, SMMU_DEVIATION_CLASS);
        }
    }
    result->event[4] = (uint32_t)input;
    result->event[5] = (uint32_t)(input >> 32);
    result->event[6] = (uint32_t)fetch;
    result->event[7] = (uint32_t)(fetch >> 32);
    record(m, result);
}

static void do_dma(struct smmu_imitation *m, const struct smmu_op *op, struct smmu_result *result)
{
    struct verdict v = {0};

    translate(m, op, &v);
    if (v.pass && v.pa >= QTEST_RAM_PA && v.pa + 4 <= SMMU_RAM_END) {
        result->pa = v.pa;
        result->value = smmu_model_peek(m->memory, v.pa) >> 8 * (v.pa % 8) & UINT32_MAX;
        if (op->kind == SMMU_DMA_WRITE) {
            smmu_model_poke(m->memory, v.pa, 4, op->value);
        }
    }
    m->script->strays = m->script->strays || (v.pass && !smmu_may_reach(v.pa));
    result->pass = v.pass;
    if (!v.pass && v.type != 0) {
        make_event(m, op, &v, result);
    }
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static void do_op(struct smmu_imitation *m, const struct smmu_op *op, struct smmu_result *result)
{
    switch (op->kind) {
    case SMMU_MEM64:
        smmu_model_poke(m->memory, op->addr, 8, op->value);
        break;
    case SMMU_W32:
        smmu_imitation_write(m, (unsigned)op->addr, (uint32_t)op->value);
        break;
    case SMMU_W64:
        smmu_imitation_write(m, (unsigned)op->addr, (uint32_t)op->value);
        smmu_imitation_write(m, (unsigned)op->addr + 4, (uint32_t)(op->value >> 32));
        break;
    case SMMU_R32:
        result->value = smmu_imitation_read(m, (unsigned)op->addr);
        break;
    case SMMU_CONS:
        result->value = *reg(m, CMDQ_CONS) &
                        (((*reg(m, GERROR) ^ *reg(m, GERRORN)) & 1) != 0 ? UINT32_MAX : 0xfffff);
        break;
    case SMMU_IRQ:
        result->value = m->pulses;
        m->pulses = 0;
        break;
    case SMMU_PEEK:
        for (unsigned i = 0; i < SMMU_EVENT_WORDS; i++) {
            result->event[i] = (uint32_t)(word(m, op->addr + 4 * i) >> 32 * (i % 2));
        }
        break;
    default:
        do_dma(m, op, result);
        break;
    }
}

/* Does its answer depend on this operation alone? What is read may be the end of what went before.
 */
static bool is_local(const struct smmu_op *op, const struct smmu_result *want,
                     const struct smmu_result *predicted)
{
    return op->kind == SMMU_DMA_WRITE ||
           (op->kind == SMMU_DMA_READ && (want->pa == 0 || want->pa != predicted->pa));
}

struct smmu_imitation *smmu_imitation_new(const struct armvirt_smmu_id *id)
{
    struct smmu_imitation *m = calloc(1, sizeof(*m));

    if (m != NULL) {
        m->id = *id;
    }
    return m;
}

void smmu_imitation_drop(struct smmu_imitation *m)
{
    free(m);
}

#define D(name, does, rule) {#name, does, rule, SMMU_IMITATED_VERSION, SMMU_IMITATED_VERSION},
static const struct deviation deviations[] = {SMMU_DEVIATIONS(D)};
#undef D

const struct deviation *smmu_deviation(unsigned number)
{
    return number < SMMU_DEVIATION_COUNT ? &deviations[number] : NULL;
}

void smmu_imitation_run(struct smmu_imitation *m, struct smmu_model *memory,
                        struct smmu_script *script)
{
    m->memory = memory;
    m->script = script;
    m->two_level = false;
    m->split = 0;
    m->next = 0;
    m->pulses = 0;
    m->met = 0;
    m->before = 0;
    memset(m->reg, 0, sizeof(m->reg));
    m->reg[0x1c / 4] = m->id.aidr;
    memset(m->config, 0, sizeof(m->config));
    memset(m->tlb, 0, sizeof(m->tlb));
    memset(script->predicted, 0, sizeof(script->predicted));
    smmu_model_begin(memory, script, 1, NULL); /* not the first, which takes notes */
    for (unsigned i = 0; i < script->ops; i++) {
        const struct smmu_op *op = &script->op[i];

        m->met = 0;
        do_op(m, op, &script->predicted[i]);
        m->before |= m->met;
        script->met[i] =
            is_local(op, &script->want[0][i], &script->predicted[i]) ? m->met : m->before;
    }
    smmu_model_end(memory);
}
