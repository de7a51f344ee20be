/* SPDX-License-Identifier: MIT */
/*
 * Scripts on armvirt: its registers, its DMA, and the memory around it, which grows while it is
 * read.
 */
#include "smmu.h"

#include <armvirt/regs/smmu.h>

#include <stdlib.h>
#include <string.h>

enum {
    WORDS_OF_RAM = QTEST_RAM_SIZE / 8,
    MOST_TOUCHED = 8192,
    SNAPSHOT = 65536,
    RUN = 64,
    CERROR_ABT = 2
};

struct smmu_model {
    struct armvirt_smmu *smmu[SMMU_VARIANTS];
    void *storage[SMMU_VARIANTS];
    struct armvirt_smmu_id id;
    struct armvirt_walk_log log;
    struct armvirt_step step[SMMU_STEPS];
    uint64_t *ram;
    uint8_t known[WORDS_OF_RAM / 8]; /* words that have a first value */
    uint32_t touched[MOST_TOUCHED];  /* words that are known or changed */
    unsigned touches;
    struct smmu_script *script;
    struct smmu_inventor *inventor;
    unsigned variant;
    unsigned pulses[4]; /* enum armvirt_smmu_irq */
    uint8_t snapshot[SNAPSHOT];
};

/* ---- Memory -------------------------------------------------------------------------------- */

static bool in_ram(uint64_t pa, unsigned size)
{
    return pa >= QTEST_RAM_PA && pa + size <= SMMU_RAM_END;
}

static bool in_data(uint64_t pa)
{
    return pa >= SMMU_DATA_PA && pa < SMMU_DATA_PA + SMMU_DATA_SIZE;
}

static bool is_known(const struct smmu_model *m, uint64_t pa)
{
    uint64_t word = (pa - QTEST_RAM_PA) / 8;

    return (m->known[word / 8] >> word % 8 & 1) != 0 || in_data(pa);
}

static void touch(struct smmu_model *m, uint64_t pa)
{
    if (m->touches < MOST_TOUCHED) {
        m->touched[m->touches++] = (uint32_t)((pa - QTEST_RAM_PA) / 8);
    }
}

static uint64_t *word_at(struct smmu_model *m, uint64_t pa)
{
    return &m->ram[(pa - QTEST_RAM_PA) / 8];
}

static void set_word(struct smmu_model *m, uint64_t pa, uint64_t value)
{
    uint64_t word = (pa - QTEST_RAM_PA) / 8;

    m->known[word / 8] |= (uint8_t)(1u << word % 8);
    touch(m, pa);
    *word_at(m, pa) = value;
}

uint64_t smmu_model_peek(const struct smmu_model *m, uint64_t pa)
{
    return in_ram(pa & ~UINT64_C(7), 8) ? m->ram[(pa - QTEST_RAM_PA) / 8] : 0;
}

bool smmu_model_invent(struct smmu_model *m, uint64_t pa, uint64_t value,
                       const struct armvirt_mem_req *req)
{
    struct smmu_script *script = m->script;

    pa &= ~UINT64_C(7);
    if (script->words == SMMU_WORDS || !in_ram(pa, 8) || is_known(m, pa)) {
        return false;
    }
    script->what[script->words] = req->what;
    script->level[script->words] = req->level;
    script->image[script->words++] = (struct word){pa, value};
    set_word(m, pa, value);
    return true;
}

/* armvirt fetches the command at @pa. */
static void note_command(struct smmu_model *m, uint64_t pa)
{
    struct smmu_script *script = m->script;

    if (script->commands < SMMU_COMMANDS) {
        script->command[script->commands++] = (struct smmu_command){
            .op = in_ram(pa, 8) ? (uint8_t)*word_at(m, pa) : 0, .end = SMMU_CONSUMED};
    }
}

static enum armvirt_bus model_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct smmu_model *m = ctx;

    if (m->variant == 0 && req->what == ARMVIRT_MEM_SMMU_COMMAND && req->pa % 16 == 0) {
        note_command(m, req->pa);
    }
    m->script->strays = m->script->strays || !smmu_may_reach(req->pa);
    if (!in_ram(req->pa, req->size) || req->size > 8) {
        return ARMVIRT_BUS_ABORT;
    }
    if (m->inventor != NULL && !is_known(m, req->pa)) {
        m->inventor->word(m->inventor, req);
    }
    *val = *word_at(m, req->pa) >> 8 * (req->pa % 8);
    if (req->size < 8) {
        *val &= (UINT64_C(1) << 8 * req->size) - 1;
    }
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus model_write(void *ctx, const struct armvirt_mem_req *req,
                                    const uint64_t *val)
{
    struct smmu_model *m = ctx;
    uint64_t mask = req->size < 8 ? (UINT64_C(1) << 8 * req->size) - 1 : UINT64_MAX;
    unsigned shift = 8 * (req->pa % 8);

    m->script->strays = m->script->strays || !smmu_may_reach(req->pa);
    if (!in_ram(req->pa, req->size) || req->size > 8) {
        return ARMVIRT_BUS_ABORT;
    }
    touch(m, req->pa);
    *word_at(m, req->pa) = (*word_at(m, req->pa) & ~(mask << shift)) | (*val & mask) << shift;
    return ARMVIRT_BUS_OK;
}

void smmu_model_poke(struct smmu_model *m, uint64_t pa, unsigned size, uint64_t value)
{
    const struct armvirt_mem_req req = {.pa = pa, .size = (uint8_t)size};

    (void)model_write(m, &req, &value);
}

static void model_irq(void *ctx, unsigned irq, uint8_t sec_sid)
{
    (void)sec_sid;
    ((struct smmu_model *)ctx)->pulses[irq]++;
}

static const struct armvirt_mem_ops mem_ops = {.read = model_read, .write = model_write};
static const struct armvirt_smmu_ops smmu_ops = {.irq = model_irq};

/* ---- Life ---------------------------------------------------------------------------------- */

static bool make_variant(struct smmu_model *m, unsigned variant)
{
    static const uint8_t cache_log2[SMMU_VARIANTS] = {0, 6, 6, 0};
    static const uint16_t tlb_entries[SMMU_VARIANTS] = {0, 0, 256, 256};
    struct armvirt_smmu_config config = {
        .id = m->id,
        .cache_log2 = cache_log2[variant],
        .tlb_entries = tlb_entries[variant],
        .mem = {&mem_ops, m},
        .log = &m->log,
        .ops = &smmu_ops,
        .ctx = m,
    };
    size_t size = armvirt_smmu_size(&config);

    m->storage[variant] =
        size == 0 ? NULL : aligned_alloc(ARMVIRT_SMMU_ALIGN, (size + 63) & ~(size_t)63);
    return m->storage[variant] != NULL &&
           armvirt_smmu_init(m->storage[variant], size, &config, &m->smmu[variant]) == ARMVIRT_OK;
}

struct smmu_model *smmu_model_new(const struct armvirt_smmu_id *id)
{
    struct smmu_model *m = calloc(1, sizeof(*m));

    if (m == NULL || (m->ram = calloc(WORDS_OF_RAM, 8)) == NULL) {
        return NULL;
    }
    m->id = *id;
    m->log = (struct armvirt_walk_log){.step = m->step, .cap = SMMU_STEPS};
    for (uint64_t pa = SMMU_DATA_PA; pa < SMMU_DATA_PA + SMMU_DATA_SIZE; pa += 8) {
        *word_at(m, pa) = smmu_data_word(pa) | (uint64_t)smmu_data_word(pa + 4) << 32;
    }
    for (unsigned i = 0; i < SMMU_VARIANTS; i++) {
        if (!make_variant(m, i)) {
            return NULL;
        }
    }
    return m;
}

void smmu_model_drop(struct smmu_model *m)
{
    for (unsigned i = 0; i < SMMU_VARIANTS; i++) {
        free(m->storage[i]);
    }
    free(m->ram);
    free(m);
}

const struct armvirt_smmu_id *smmu_model_id(const struct smmu_model *m)
{
    return &m->id;
}

void smmu_model_begin(struct smmu_model *m, struct smmu_script *script, unsigned variant,
                      struct smmu_inventor *inventor)
{
    m->script = script;
    m->inventor = inventor;
    m->variant = variant;
    memset(m->pulses, 0, sizeof(m->pulses));
    if (variant == 0) {
        script->commands = 0;
        script->strays = false;
    }
    for (unsigned i = 0; i < script->words; i++) {
        set_word(m, script->image[i].pa, script->image[i].value);
    }
    armvirt_smmu_reset(m->smmu[variant]);
}

void smmu_model_end(struct smmu_model *m)
{
    for (unsigned i = 0; i < m->touches; i++) {
        uint64_t pa = QTEST_RAM_PA + 8 * (uint64_t)m->touched[i];

        m->known[m->touched[i] / 8] = 0;
        *word_at(m, pa) =
            in_data(pa) ? smmu_data_word(pa) | (uint64_t)smmu_data_word(pa + 4) << 32 : 0;
    }
    m->touches = 0;
}

/* ---- Operations ---------------------------------------------------------------------------- */

static uint64_t get(struct smmu_model *m, uint64_t offset, unsigned size)
{
    struct armvirt_smmu_access access = {.offset = offset, .size = (uint8_t)size};
    uint64_t value;

    (void)armvirt_smmu_read(m->smmu[m->variant], &access, &value);
    return value;
}

/* The last of the commands that were fetched after the first @commands failed, if the queue
 * stopped. */
static void note_error(struct smmu_model *m, unsigned commands)
{
    bool active = ((get(m, 0x60, 4) ^ get(m, 0x64, 4)) & 1) != 0;
    unsigned code = (unsigned)(get(m, 0x9c, 4) >> 24 & 0x7f);

    if (m->variant == 0 && active && m->script->commands > commands) {
        m->script->command[m->script->commands - 1].end =
            code == CERROR_ABT ? SMMU_ABORTED : SMMU_ILLEGAL;
    }
}

static void put(struct smmu_model *m, uint64_t offset, unsigned size, uint64_t value)
{
    struct armvirt_smmu_access access = {.offset = offset, .size = (uint8_t)size};
    unsigned commands = m->script->commands;

    (void)armvirt_smmu_write(m->smmu[m->variant], &access, value);
    while (armvirt_smmu_run(m->smmu[m->variant], RUN) == ARMVIRT_E_AGAIN) {
    }
    note_error(m, commands);
}

/* Forgets what is cached: a load of what was saved leaves caches empty. */
static void forget(struct smmu_model *m)
{
    size_t len;

    if (armvirt_smmu_save(m->smmu[m->variant], m->snapshot, sizeof(m->snapshot), &len) ==
        ARMVIRT_OK) {
        (void)armvirt_smmu_load(m->smmu[m->variant], m->snapshot, len);
    }
}

static void explain(struct smmu_model *m, const struct armvirt_smmu_txn *txn,
                    const struct armvirt_smmu_result *result, struct smmu_why *why)
{
    struct armvirt_smmu_context context;

    why->result = *result;
    why->steps = (unsigned)(m->log.len < SMMU_STEPS ? m->log.len : SMMU_STEPS);
    memcpy(why->step, m->step, sizeof(why->step));
    memset(&context, 0, sizeof(context));
    (void)armvirt_smmu_stream(m->smmu[m->variant], txn, &context, &why->stream_reason);
    memcpy(why->ste, context.ste.word, sizeof(why->ste));
    memcpy(why->cd, context.cd.word, sizeof(why->cd));
}

static void move_data(struct smmu_model *m, const struct smmu_op *op, uint64_t pa,
                      struct smmu_result *result)
{
    struct armvirt_mem_req req = {.pa = pa, .size = 4};
    uint64_t value = op->value;

    m->script->strays = m->script->strays || !smmu_may_reach(pa);
    if (!in_ram(pa, 4)) {
        return;
    }
    result->pa = pa;
    if (op->kind == SMMU_DMA_WRITE) {
        model_write(m, &req, &value);
    } else {
        model_read(m, &req, &result->value);
    }
}

/* The table that the last step of the walk looked at. */
static void note_table(const struct smmu_model *m, struct smmu_result *result)
{
    const struct armvirt_step *step = m->step;

    if (m->log.len == 0 || m->log.len > SMMU_STEPS) {
        return;
    }
    step += m->log.len - 1;
    result->level = step->level;
    for (unsigned g = 12; g <= 16; g += 2) {
        if (g + (unsigned)(3 - step->level) * (g - 3) == step->index_lo) {
            result->granule_log2 = (uint8_t)g;
        }
    }
}

static void do_dma(struct smmu_model *m, unsigned number, struct smmu_result *result)
{
    const struct smmu_op *op = &m->script->op[number];
    struct armvirt_smmu_txn txn = {
        .addr = op->addr,
        .sid = op->sid,
        .flags = op->kind == SMMU_DMA_WRITE ? ARMVIRT_SMMU_WRITE : 0,
    };
    struct armvirt_smmu_result r;

    if (m->variant == 0) {
        forget(m);
    }
    m->log.len = 0;
    if (armvirt_smmu_translate(m->smmu[m->variant], &txn, &r) != ARMVIRT_OK) {
        return;
    }
    result->pass = r.outcome == ARMVIRT_SMMU_PASS;
    if (result->pass) {
        move_data(m, op, r.pa, result);
    }
    for (unsigned i = 0; i < SMMU_EVENT_WORDS && r.recorded; i++) {
        result->event[i] = (uint32_t)(r.event[i / 2] >> 32 * (i % 2));
    }
    result->events = r.recorded;
    note_table(m, result);
    if (m->script->explain) {
        explain(m, &txn, &r, &m->script->why[m->variant][number]);
    }
}

/* CMDQ_CONS; the error code counts while the error is active. */
static uint64_t cons(struct smmu_model *m)
{
    uint64_t active = (get(m, 0x60, 4) ^ get(m, 0x64, 4)) & 1;

    return get(m, 0x9c, 4) & (active != 0 ? UINT64_MAX : 0xfffff);
}

void smmu_model_do(struct smmu_model *m, unsigned number)
{
    const struct smmu_op *op = &m->script->op[number];
    struct smmu_result *result = &m->script->want[m->variant][number];
    struct armvirt_mem_req req = {.pa = op->addr, .size = 8};

    memset(result, 0, sizeof(*result));
    switch (op->kind) {
    case SMMU_MEM64:
        set_word(m, op->addr, op->value);
        break;
    case SMMU_W32:
    case SMMU_W64:
        put(m, op->addr, op->kind == SMMU_W32 ? 4 : 8, op->value);
        break;
    case SMMU_R32:
        result->value = get(m, op->addr, 4);
        break;
    case SMMU_CONS:
        result->value = cons(m);
        break;
    case SMMU_IRQ:
        result->value = m->pulses[ARMVIRT_SMMU_IRQ_EVENTQ] |
                        m->pulses[ARMVIRT_SMMU_IRQ_CMD_SYNC] << 8 |
                        m->pulses[ARMVIRT_SMMU_IRQ_GERROR] << 16;
        memset(m->pulses, 0, sizeof(m->pulses));
        break;
    case SMMU_PEEK:
        for (unsigned i = 0; i < SMMU_EVENT_WORDS; i += 2, req.pa += 8) {
            uint64_t value = smmu_model_peek(m, req.pa);

            result->event[i] = (uint32_t)value;
            result->event[i + 1] = (uint32_t)(value >> 32);
        }
        break;
    default:
        do_dma(m, number, result);
        break;
    }
}

void smmu_model_run(struct smmu_model *m, struct smmu_script *script, unsigned variant)
{
    smmu_model_begin(m, script, variant, NULL);
    for (unsigned i = 0; i < script->ops; i++) {
        smmu_model_do(m, i);
    }
    smmu_model_end(m);
}
