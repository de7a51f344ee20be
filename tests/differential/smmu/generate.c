/* SPDX-License-Identifier: MIT */
/* Random scripts for an SMMU: set up, then DMA, changes, commands, looks at queues and registers.
 */
#include "plan.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_structures.h>

/* ---- Operations ---------------------------------------------------------------------------- */

static const struct smmu_result *emit(struct plan *p, struct smmu_op op)
{
    static const struct smmu_result none;
    struct smmu_script *script = p->script;

    if (script->ops == SMMU_OPS) {
        return &none;
    }
    script->op[script->ops++] = op;
    smmu_model_do(p->model, script->ops - 1);
    return &script->want[0][script->ops - 1];
}

static void write32(struct plan *p, uint64_t offset, uint64_t value)
{
    emit(p, (struct smmu_op){.kind = SMMU_W32, .addr = offset, .value = (uint32_t)value});
}

static void write64(struct plan *p, uint64_t offset, uint64_t value)
{
    emit(p, (struct smmu_op){.kind = SMMU_W64, .addr = offset, .value = value});
}

static void read32(struct plan *p, uint64_t offset)
{
    emit(p, (struct smmu_op){.kind = SMMU_R32, .addr = offset});
}

static void mem64(struct plan *p, uint64_t pa, uint64_t value)
{
    emit(p, (struct smmu_op){.kind = SMMU_MEM64, .addr = pa, .value = value});
}

/* A word of a queue: part of the image if it was not used before. */
static void put_word(struct plan *p, uint64_t pa, uint64_t value)
{
    const struct armvirt_mem_req req = {.pa = pa, .what = ARMVIRT_MEM_SMMU_COMMAND};

    if (!smmu_model_invent(p->model, pa, value, &req) && smmu_model_peek(p->model, pa) != value) {
        mem64(p, pa, value);
    }
}

static void dma(struct plan *p, uint32_t sid, uint64_t iova)
{
    bool write = chance(p, 65);
    struct smmu_op op = {.kind = write ? SMMU_DMA_WRITE : SMMU_DMA_READ,
                         .queue = p->queue,
                         .sid = sid,
                         .addr = iova,
                         .value = write ? ++p->writes : 0};

    p->iova = iova;
    emit(p, op);
}

/* ---- Commands ------------------------------------------------------------------------------ */

static uint32_t some_sid(struct plan *p)
{
    return smmu_device_sid(p->script, below(p, SMMU_DEVICES));
}

#define TLBI_OPS 4 /* of the below */

static uint64_t tlbi_address(struct plan *p)
{
    uint64_t address = p->iova & ARMVIRT_SMMU_CMD1_TLBI_ADDRESS;

    if (ARMVIRT_GET(UINT32_C(1) << 10, id_of(p)->idr[3]) != 0 && chance(p, 40)) { /* RIL */
        address |=
            ARMVIRT_PUT(ARMVIRT_SMMU_CMD1_TLBI_TG, (p->granule_log2[p->iova >> 63] - 10) / 2) |
            bits(p, 30, ARMVIRT_PUT(ARMVIRT_SMMU_CMD1_TLBI_TTL, below(p, 4)));
    }
    return address | bits(p, 40, ARMVIRT_SMMU_CMD1_TLBI_LEAF);
}

static void tlbi(struct plan *p, uint64_t op, uint64_t cmd[2])
{
    cmd[0] = op | ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_TLBI_ASID, p->asid[below(p, ASIDS)]);
    cmd[1] = 0;
    if (op == ARMVIRT_SMMU_CMD0_OP_TLBI_NH_VA || op == ARMVIRT_SMMU_CMD0_OP_TLBI_NH_VAA) {
        cmd[1] = tlbi_address(p);
        if (ARMVIRT_GET(ARMVIRT_SMMU_CMD1_TLBI_TG, cmd[1]) != 0) {
            cmd[0] |= bits(p, 50, ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_TLBI_NUM, below(p, 32))) |
                      bits(p, 50, ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_TLBI_SCALE, below(p, 12)));
        }
    }
}

static void some_command(struct plan *p, uint64_t cmd[2])
{
    static const uint8_t ops[] = {0x01, 0x02, 0x03, 0x03, 0x04, 0x04, 0x05, 0x05, 0x06, 0x10,
                                  0x11, 0x12, 0x12, 0x13, 0x30, 0x46, 0x46, 0x46, 0x46};
    uint64_t op = ops[below(p, sizeof(ops))];

    if (op >= 0x10 && op <= 0x13) {
        tlbi(p, op, cmd);
    } else if (op == ARMVIRT_SMMU_CMD0_OP_SYNC) {
        cmd[0] = op | ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_SYNC_CS, below(p, chance(p, 90) ? 3 : 4));
        cmd[1] = 0;
    } else {
        cmd[0] = op | (op == 0x30 ? 0 : ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_SID, some_sid(p)));
        cmd[1] = op == 0x04 ? (chance(p, 50) ? 31 : below(p, 32)) : op == 0x30 ? 0 : below(p, 2);
    }
    cmd[0] |= op >= 0x03 && op <= 0x06 ? bits(p, 4, ARMVIRT_SMMU_CMD0_SSEC) : 0;
    if (chance(p, 3)) {
        cmd[0] = (cmd[0] & ~UINT64_C(0xff)) | below(p, 256);
    }
    if (chance(p, 3)) {
        cmd[below(p, 2)] |= UINT64_C(1) << (8 + below(p, 56));
    }
}

static void queue_command(struct plan *p, const uint64_t cmd[2])
{
    uint64_t slot = QUEUES_PA + 16 * (uint64_t)(p->cmdq_prod & ((1u << p->cmdq_log2) - 1));

    put_word(p, slot, cmd[0]);
    put_word(p, slot + 8, cmd[1]);
    p->cmdq_prod = (p->cmdq_prod + 1) & ((2u << p->cmdq_log2) - 1);
}

static void command(struct plan *p, uint64_t cmd0, uint64_t cmd1)
{
    const uint64_t cmd[2] = {cmd0, cmd1};

    queue_command(p, cmd);
    write32(p, 0x98, p->cmdq_prod);
}

/* ---- Parts of scripts ---------------------------------------------------------------------- */

static void choose_plan(struct plan *p)
{
    static const uint8_t granules[] = {12, 12, 14, 16};
    static const uint8_t splits[] = {6, 8, 10};

    for (unsigned half = 0; half < 2; half++) {
        p->granule_log2[half] = granules[below(p, sizeof(granules))];
        p->tsz[half] = chance(p, 85) ? 16 + below(p, 17) : chance(p, 60) ? 16 : 16 + below(p, 24);
    }
    p->s2_granule_log2 = granules[below(p, sizeof(granules))];
    p->asid[0] = (uint16_t)below(p, 4);
    p->asid[1] = (uint16_t)any(p);
    p->script->bus = (uint8_t)(1 + below(p, 255));
    p->two_level = chance(p, 30);
    p->split = splits[below(p, 3)];
    p->log2size = chance(p, 90) ? 16 : below(p, 20);
    p->strtab = STREAMS_PA;
    p->cmdq_log2 = p->script->family == SMMU_COMMAND ? below(p, 6) : 6;
    p->eventq_log2 = p->script->family == SMMU_EVENTQ ? below(p, 4) : 5;
    p->queue = p->script->family == SMMU_EVENTQ;
}

static uint32_t enables(struct plan *p)
{
    uint32_t cr0 = ARMVIRT_SMMU_CR0_SMMUEN | ARMVIRT_SMMU_CR0_EVENTQEN | ARMVIRT_SMMU_CR0_CMDQEN;

    if (p->script->family == SMMU_DISABLED) {
        cr0 &= ~(uint32_t)bits(p, 70, ARMVIRT_SMMU_CR0_SMMUEN);
    }
    return cr0 & ~(uint32_t)bits(p, 2, ARMVIRT_SMMU_CR0_EVENTQEN) &
           ~(uint32_t)bits(p, 1, ARMVIRT_SMMU_CR0_CMDQEN);
}

static void enable(struct plan *p)
{
    unsigned split = chance(p, 95) ? p->split : below(p, 32);

    write32(p, 0x28, any(p) & 0xfff); /* CR1 */
    write32(p, 0x2c, bits(p, 80, ARMVIRT_SMMU_CR2_RECINVSID) | bits(p, 30, ARMVIRT_SMMU_CR2_PTM));
    write64(p, 0x80,
            p->strtab | bits(p, 3, smmu_some_address(p)) |
                bits(p, 30, ARMVIRT_SMMU_STRTAB_BASE_RA));
    write32(p, 0x88, p->log2size | split << 6 | (p->two_level ? 1u << 16 : 0));
    write64(p, 0xa0, EVENTS_PA | p->eventq_log2);
    write32(p, SMMU_EVENTQ_PROD, 0);
    write32(p, SMMU_EVENTQ_CONS, 0);
    write64(p, 0x90,
            QUEUES_PA | p->cmdq_log2 |
                bits(p, p->script->family == SMMU_COMMAND ? 8 : 0, smmu_some_address(p)));
    write32(p, 0x98, 0);
    write32(p, 0x9c, 0);
    write32(p, 0x50,
            bits(p, 80, ARMVIRT_SMMU_IRQ_CTRL_EVENTQ_IRQEN) |
                bits(p, 80, ARMVIRT_SMMU_IRQ_CTRL_GERROR_IRQEN));
    write32(p, 0x20, enables(p));
}

/* An address of which the tables make data of it, or a mutation. */
static uint64_t some_iova(struct plan *p)
{
    unsigned half = chance(p, p->upper);
    uint64_t mask = (UINT64_C(1) << (64 - p->tsz[half])) - 1;
    uint64_t low = SMMU_DATA_PA + (any(p) % SMMU_DATA_SIZE & ~UINT64_C(3));
    uint64_t iova = (any(p) & ~LOW30) | low;

    iova = half ? iova | ~mask : iova & mask;
    if (chance(p, p->upper / 4)) {
        iova ^= any(p) & UINT64_C(0xff) << 56; /* a tag */
    }
    return chance(p, 4) ? iova ^ UINT64_C(1) << (32 + below(p, p->upper > 2 ? 32 : 16)) : iova;
}

/* A new address, the last one, or a neighbour. */
static uint64_t next_iova(struct plan *p)
{
    unsigned percent = below(p, 100);

    if (p->iova == 0 || percent < 40) {
        return some_iova(p);
    }
    if (percent < 75) {
        return p->iova;
    }
    return (p->iova & ~UINT64_C(0xffc)) | (any(p) & 0xffc);
}

static void walk(struct plan *p)
{
    for (unsigned n = 4 + below(p, 9); n > 0; n--) {
        dma(p, some_sid(p), next_iova(p));
    }
}

/* Another value for a word of a structure or table. */
static void change_word(struct plan *p)
{
    struct smmu_script *script = p->script;
    unsigned number = below(p, script->words);
    const struct armvirt_mem_req req = {.pa = script->image[number].pa,
                                        .what = script->what[number],
                                        .level = script->level[number]};
    uint64_t pa = req.pa & ~UINT64_C(63);
    uint64_t word[8];

    if (req.what == ARMVIRT_MEM_STAGE1_DESC || req.what == ARMVIRT_MEM_STAGE2_DESC) {
        static const uint64_t flips[] = {1u << 10, 1u << 7, 1u << 6, 1, 1u << 11};

        mem64(p, req.pa,
              chance(p, 50) ? smmu_some_descriptor(p, &req, p->iova)
                            : smmu_model_peek(p->model, req.pa) ^ flips[below(p, 5)]);
        return;
    }
    if (req.what == ARMVIRT_MEM_SMMU_STREAM) {
        smmu_some_ste(p, word);
    } else if (req.what == ARMVIRT_MEM_SMMU_CONTEXT) {
        smmu_some_cd(p, word);
    } else {
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        if (word[i] != smmu_model_peek(p->model, pa + 8 * i)) {
            mem64(p, pa + 8 * i, word[i]);
        }
    }
}

static void invalidate(struct plan *p, uint32_t sid)
{
    uint64_t cmd[2];

    if (chance(p, 40)) { /* all there is */
        command(p, ARMVIRT_SMMU_CMD0_OP_CFGI_STE_RANGE, 31);
        command(p, ARMVIRT_SMMU_CMD0_OP_TLBI_NSNH_ALL, 0);
        return;
    }
    if (chance(p, 50)) {
        command(p,
                (chance(p, 50) ? ARMVIRT_SMMU_CMD0_OP_CFGI_STE : ARMVIRT_SMMU_CMD0_OP_CFGI_CD) |
                    ARMVIRT_PUT(ARMVIRT_SMMU_CMD0_SID, sid),
                below(p, 2));
    }
    if (chance(p, 70)) {
        tlbi(p, ARMVIRT_SMMU_CMD0_OP_TLBI_NH_ALL + below(p, TLBI_OPS), cmd);
        command(p, cmd[0], cmd[1]);
    }
    if (chance(p, 30)) {
        command(p, ARMVIRT_SMMU_CMD0_OP_SYNC, 0);
    }
}

static void cache(struct plan *p)
{
    uint32_t sid = some_sid(p);
    uint64_t iova[3] = {some_iova(p), some_iova(p), some_iova(p)};

    for (unsigned round = 3 + below(p, 4); round > 0; round--) {
        for (unsigned n = 1 + below(p, 3); n > 0; n--) {
            dma(p, chance(p, 80) ? sid : some_sid(p), iova[below(p, 3)]);
        }
        if (p->script->words > 0) {
            change_word(p);
        }
        invalidate(p, sid);
        dma(p, sid, p->iova);
    }
}

static void look(struct plan *p)
{
    emit(p, (struct smmu_op){.kind = SMMU_CONS});
    read32(p, 0x60);
    emit(p, (struct smmu_op){.kind = SMMU_IRQ});
}

static void commands(struct plan *p)
{
    for (unsigned round = 3 + below(p, 5); round > 0; round--) {
        unsigned room = (1u << p->cmdq_log2);

        for (unsigned n = 1 + below(p, room > 4 ? 4 : room); n > 0; n--) {
            uint64_t cmd[2];

            some_command(p, cmd);
            queue_command(p, cmd);
        }
        write32(p, 0x98, p->cmdq_prod);
        look(p);
        if ((p->script->want[0][p->script->ops - 2].value & 1) != 0 && chance(p, 70)) {
            write32(p, 0x64, p->script->want[0][p->script->ops - 2].value);
            look(p);
        }
        if (chance(p, 10)) {
            write32(p, 0x20, chance(p, 50) ? 5 : 13);
        }
    }
}

static void events(struct plan *p)
{
    uint32_t cons = 0;

    for (unsigned round = 2 + below(p, 4); round > 0; round--) {
        for (unsigned n = 1 + below(p, 5); n > 0; n--) {
            dma(p, some_sid(p), next_iova(p));
        }
        read32(p, SMMU_EVENTQ_PROD);
        cons = (uint32_t)p->script->want[0][p->script->ops - 1].value;
        read32(p, SMMU_EVENTQ_CONS);
        read32(p, 0x60);
        emit(p, (struct smmu_op){.kind = SMMU_IRQ});
        if (chance(p, 60)) {
            write32(p, SMMU_EVENTQ_CONS, cons);
        }
        if (chance(p, 30)) {
            write32(p, 0x64, chance(p, 80) ? 4 : 0);
        }
    }
    for (unsigned i = 0; i < 1u << p->eventq_log2; i++) {
        emit(p, (struct smmu_op){.kind = SMMU_PEEK, .addr = EVENTS_PA + 32 * (uint64_t)i});
    }
}

static void registers(struct plan *p)
{
    static const uint32_t offsets[] = {0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c,    0x20,
                                       0x24, 0x28, 0x2c, 0x44, 0x50, 0x54, 0x60, 0x64,    0x68,
                                       0x6c, 0x70, 0x74, 0x80, 0x84, 0x88, 0x90, 0x94,    0x98,
                                       0x9c, 0xa0, 0xa4, 0xb0, 0xb4, 0xb8, 0xbc, 0x100a8, 0x100ac};
    unsigned count = sizeof(offsets) / sizeof(offsets[0]);

    for (unsigned i = 8; i < count; i++) { /* a reset leaves most UNKNOWN */
        if (offsets[i] != 0x44 && offsets[i] != 0x54 && offsets[i] != 0x24 && offsets[i] != 0x60) {
            write32(p, offsets[i], 0);
        }
    }
    for (unsigned n = 10 + below(p, 40); n > 0; n--) {
        uint32_t offset = offsets[below(p, count)];
        uint64_t value = chance(p, 60) ? any(p) & any(p) & UINT64_C(0x0000ffffffffffff) : any(p);

        if (chance(p, 60)) {
            bool wide = chance(p, 50) && offset % 8 == 0 &&
                        (offset == 0x68 || offset == 0x80 || offset == 0x90 || offset == 0xa0 ||
                         offset == 0xb0);

            if (offset == 0x44 && chance(p, 70)) {
                value |= UINT64_C(0x80000000);
            }
            if (wide) {
                write64(p, offset, value);
                read32(p, offset + 4);
            } else {
                write32(p, offset, value);
            }
        }
        read32(p, offset);
    }
}

static void disabled(struct plan *p)
{
    if (chance(p, 60)) {
        write32(p, 0x44,
                (any(p) & 0xffffff) | UINT64_C(0x80000000) | bits(p, 30, ARMVIRT_SMMU_GBPA_ABORT));
        read32(p, 0x44);
    }
    walk(p);
    if (chance(p, 50)) {
        write32(p, 0x20, 0xc);
        walk(p);
        write32(p, 0x20, 0xd);
        walk(p);
    }
}

static const uint8_t weights[SMMU_FAMILIES] = {45, 25, 12, 8, 4, 6};

static void (*const bodies[SMMU_FAMILIES])(struct plan *p) = {walk,   cache,     commands,
                                                              events, registers, disabled};

void smmu_generate(struct smmu_model *model, unsigned version, uint64_t seed, uint64_t number,
                   struct smmu_script *script)
{
    struct plan p = {.inventor = {smmu_invent},
                     .model = model,
                     .script = script,
                     .random = {seed * UINT64_C(0x100000001b3) + number}};
    unsigned percent;

    any(&p);
    percent = below(&p, 100);
    for (script->family = 0; percent >= weights[script->family]; script->family++) {
        percent -= weights[script->family];
    }
    script->words = 0;
    script->ops = 0;
    script->explain = false;
    choose_plan(&p);
    p.upper = version < 800 ? 2 : 33;
    smmu_model_begin(model, script, 0, &p.inventor);
    if (script->family != SMMU_REGISTER) {
        enable(&p);
    }
    bodies[script->family](&p);
    read32(&p, 0x60);
    smmu_model_end(model);
    for (unsigned i = 1; i < SMMU_VARIANTS; i++) {
        smmu_model_run(model, script, i);
    }
}
