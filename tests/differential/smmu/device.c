/* SPDX-License-Identifier: MIT */
/*
 * Scripts on QEMU: the SMMU of the virt machine, and devices that make DMA. A device writes four
 * bytes by a message of its own (the address is in its MSI capability), and reads them into its
 * buffer, which is written to memory once the script is over and the SMMU is off.
 */
#include "smmu.h"

#include <string.h>

#define SMMU_PA    UINT64_C(0x09050000)
#define ECAM_PA    UINT64_C(0x4010000000)
#define BAR_PA(n)  (UINT64_C(0x10000000) + (uint64_t)(n)*0x100000)
#define MAILBOX_PA UINT64_C(0x40300000)

#define PORT_DEVFN (3u << 3)
#define EDU_RAISE  0x60
#define EDU_SOURCE 0x80
#define EDU_TARGET 0x88
#define EDU_COUNT  0x90
#define EDU_START  0x98
#define EDU_BUFFER 0x40000
#define MSI_CAP    0x40
#define IRQ_EVENTQ 74 /* of the interrupt controller; priq, sync and gerror follow */

const char *const smmu_options[] = {
    "-device", "edu,addr=2.0,multifunction=on,dma_mask=0xffffffffffffffff",
    "-device", "edu,addr=2.5,dma_mask=0xffffffffffffffff",
    "-device", "pcie-root-port,id=root,addr=3,chassis=1",
    "-device", "edu,bus=root,dma_mask=0xffffffffffffffff",
    NULL};

uint32_t smmu_device_sid(const struct smmu_script *script, unsigned device)
{
    return device == 0 ? 0x10 : device == 1 ? 0x15 : (uint32_t)script->bus << 8;
}

bool smmu_device_id(struct qtest *q, struct armvirt_smmu_id *id)
{
    memset(id, 0, sizeof(*id));
    qtest_clear(q);
    for (unsigned i = 0; i < 8; i++) {
        qtest_read(q, 4, SMMU_PA + 4 * i);
    }
    if (!qtest_flush(q)) {
        return false;
    }
    for (unsigned i = 0; i < 6; i++) {
        id->idr[i] = (uint32_t)q->answer[i];
    }
    id->iidr = (uint32_t)q->answer[6];
    id->aidr = (uint32_t)q->answer[7];
    return true;
}

enum { MOST_TRIES = 20000 };

/* ---- PCI ----------------------------------------------------------------------------------- */

static uint64_t config_of(const struct smmu_script *script, unsigned device)
{
    return ECAM_PA + ((uint64_t)smmu_device_sid(script, device) << 12);
}

static void set_up(struct qtest *q, const struct smmu_script *script)
{
    uint64_t port = ECAM_PA + ((uint64_t)PORT_DEVFN << 12);
    uint32_t window = (uint32_t)(BAR_PA(2) >> 16);

    qtest_write(q, 4, port + 0x18, (uint32_t)script->bus << 8 | (uint32_t)script->bus << 16);
    qtest_write(q, 4, port + 0x20, window | window << 16);
    qtest_write(q, 4, port + 4, 6);
    for (unsigned i = 0; i < SMMU_DEVICES; i++) {
        uint64_t config = config_of(script, i);

        qtest_write(q, 4, config + 0x10, BAR_PA(i));
        qtest_write(q, 4, config + 4, 6);
        qtest_write(q, 4, config + MSI_CAP, UINT32_C(0x00810005));
        qtest_write(q, 4, BAR_PA(i) + EDU_COUNT, 4);
    }
}

/* ---- Operations ---------------------------------------------------------------------------- */

struct run {
    struct qtest *q;
    struct smmu_script *script;
    unsigned command[SMMU_OPS]; /* the first that reads, of each operation */
    unsigned reads[SMMU_DEVICES];
    bool died;
};

static unsigned device_of(const struct smmu_script *script, uint32_t sid)
{
    return sid == smmu_device_sid(script, 0) ? 0 : sid == smmu_device_sid(script, 1) ? 1 : 2;
}

/* The places to which a DMA may have gone, as armvirt and the imitation say; returns how many. */
static unsigned places(const struct smmu_script *script, unsigned op, uint64_t place[SMMU_PLACES])
{
    unsigned count = 0;

    for (unsigned v = 0; v < SMMU_PLACES; v++) {
        uint64_t pa = v < SMMU_VARIANTS ? script->want[v][op].pa : script->predicted[op].pa;
        bool is_new = pa != 0;

        for (unsigned i = 0; i < count; i++) {
            is_new = is_new && place[i] != pa;
        }
        if (is_new) {
            place[count++] = pa;
        }
    }
    return count;
}

static void write_dma(struct run *r, const struct smmu_op *op)
{
    unsigned device = device_of(r->script, op->sid);
    uint64_t msi = config_of(r->script, device) + MSI_CAP;

    qtest_write(r->q, 4, msi + 4, (uint32_t)op->addr);
    qtest_write(r->q, 4, msi + 8, op->addr >> 32);
    qtest_write(r->q, 4, msi + 12, op->value);
    qtest_write(r->q, 4, BAR_PA(device) + EDU_RAISE, 1);
}

/* Starts DMA between the buffer and memory, and waits for the timer of the device. */
static void move(struct run *r, unsigned device, uint64_t how)
{
    uint64_t state = 1;

    qtest_write(r->q, 8, BAR_PA(device) + EDU_START, how);
    for (unsigned tries = 0; tries < MOST_TRIES && (state & 1) != 0 && !r->died; tries++) {
        r->died = !qtest_get(r->q, 8, BAR_PA(device) + EDU_START, &state);
    }
}

static void read_dma(struct run *r, const struct smmu_op *op)
{
    unsigned device = device_of(r->script, op->sid);

    qtest_write(r->q, 8, BAR_PA(device) + EDU_SOURCE, op->addr);
    qtest_write(r->q, 8, BAR_PA(device) + EDU_TARGET, EDU_BUFFER + 4 * (uint64_t)r->reads[device]);
    move(r, device, 1);
    r->reads[device]++;
}

static void do_dma(struct run *r, unsigned number)
{
    const struct smmu_op *op = &r->script->op[number];
    uint64_t place[SMMU_PLACES];
    unsigned count = op->kind == SMMU_DMA_WRITE ? places(r->script, number, place) : 0;

    if (op->kind == SMMU_DMA_WRITE) {
        write_dma(r, op);
    } else {
        read_dma(r, op);
    }
    r->command[number] = qtest_read(r->q, 4, SMMU_PA + SMMU_EVENTQ_PROD);
    for (unsigned i = 0; i < count; i++) {
        qtest_read(r->q, 4, place[i]);
    }
}

static void do_op(struct run *r, unsigned number)
{
    const struct smmu_op *op = &r->script->op[number];

    r->command[number] = r->q->commands;
    switch (op->kind) {
    case SMMU_MEM64:
        qtest_write(r->q, 8, op->addr, op->value);
        break;
    case SMMU_W32:
    case SMMU_W64:
        qtest_write(r->q, op->kind == SMMU_W32 ? 4 : 8, SMMU_PA + op->addr, op->value);
        break;
    case SMMU_R32:
        qtest_read(r->q, 4, SMMU_PA + op->addr);
        break;
    case SMMU_CONS:
        qtest_read(r->q, 4, SMMU_PA + 0x60);
        qtest_read(r->q, 4, SMMU_PA + 0x64);
        qtest_read(r->q, 4, SMMU_PA + 0x9c);
        break;
    case SMMU_IRQ:
        break;
    case SMMU_PEEK:
        for (unsigned i = 0; i < SMMU_EVENT_WORDS; i++) {
            qtest_read(r->q, 4, op->addr + 4 * i);
        }
        break;
    default:
        do_dma(r, number);
        break;
    }
}

/* What the devices have read. */
static void empty_buffers(struct run *r)
{
    qtest_write(r->q, 4, SMMU_PA + 0x20, 0);
    qtest_write(r->q, 4, SMMU_PA + 0x44, UINT32_C(0x80000000));
    for (unsigned i = 0; i < SMMU_DEVICES; i++) {
        if (r->reads[i] > 0) {
            qtest_write(r->q, 8, BAR_PA(i) + EDU_SOURCE, EDU_BUFFER);
            qtest_write(r->q, 8, BAR_PA(i) + EDU_TARGET, MAILBOX_PA + 4096 * (uint64_t)i);
            qtest_write(r->q, 8, BAR_PA(i) + EDU_COUNT, 4 * (uint64_t)r->reads[i]);
            move(r, i, 3);
        }
    }
    r->died = r->died || !qtest_flush(r->q);
}

/* ---- Outcomes ------------------------------------------------------------------------------ */

static uint32_t ram_word(const struct qtest *q, uint64_t pa)
{
    uint32_t value = 0;

    memcpy(&value, q->ram + (pa - QTEST_RAM_PA), 4);
    return value;
}

/* Where in the data a value was written that is in none of the expected places. */
static uint64_t find_value(const struct qtest *q, uint32_t value)
{
    for (uint64_t pa = SMMU_DATA_PA; pa < SMMU_DATA_PA + SMMU_DATA_SIZE; pa += 4) {
        if (ram_word(q, pa) == value) {
            return pa;
        }
    }
    return 0;
}

static void take_write(const struct run *r, unsigned number, struct smmu_result *got)
{
    uint64_t place[SMMU_PLACES];
    unsigned count = places(r->script, number, place);
    uint32_t value = (uint32_t)r->script->op[number].value;

    for (unsigned i = 0; i < count; i++) {
        if (r->q->answer[r->command[number] + 1 + i] == value) {
            got->pa = place[i];
        }
    }
    got->pa = got->pa == 0 ? find_value(r->q, value) : got->pa;
}

/* Event queue of the script, from its register writes before @number. */
static uint64_t eventq_base(const struct smmu_script *script, unsigned number)
{
    while (number-- > 0) {
        if (script->op[number].kind == SMMU_W64 && script->op[number].addr == 0xa0) {
            return script->op[number].value;
        }
    }
    return 0;
}

/* The records between two values of EVENTQ_PROD. */
static void take_events(const struct run *r, unsigned number, uint64_t before,
                        struct smmu_result *got)
{
    uint64_t base = eventq_base(r->script, number);
    uint64_t mask = (UINT64_C(1) << (base & 31)) - 1;
    uint64_t prod = r->q->answer[r->command[number]];
    uint64_t pa = (base & UINT64_C(0xfffffffffffe0)) + 32 * ((prod - 1) & mask);

    got->events = (uint8_t)((prod - before) & (mask << 1 | 1));
    for (unsigned i = 0; i < SMMU_EVENT_WORDS && got->events > 0; i++) {
        got->event[i] =
            pa >= SMMU_ARENA_PA && pa + 32 <= SMMU_RAM_END ? ram_word(r->q, pa + 4 * i) : 0;
    }
}

/* Interrupts of the operations from @first to before @last. */
static uint64_t take_pulses(const struct run *r, unsigned first, unsigned last)
{
    static const uint64_t one[] = {1, 0, 1 << 8, 1 << 16};
    uint64_t pulses = 0;

    for (unsigned i = 0; i < r->q->pulses; i++) {
        const struct qtest_pulse *pulse = &r->q->pulse[i];

        if (pulse->before >= first && pulse->before < last && pulse->number >= IRQ_EVENTQ &&
            pulse->number < IRQ_EVENTQ + 4) {
            pulses += one[pulse->number - IRQ_EVENTQ];
        }
    }
    return pulses;
}

static uint64_t take_cons(const uint64_t answer[3])
{
    return ((answer[0] ^ answer[1]) & 1) != 0 ? answer[2] : answer[2] & 0xfffff;
}

static void take_results(struct run *r)
{
    struct smmu_script *script = r->script;
    unsigned reads[SMMU_DEVICES] = {0};
    uint64_t prod = 0;
    unsigned irq = 0;

    for (unsigned i = 0; i < script->ops; i++) {
        const struct smmu_op *op = &script->op[i];
        struct smmu_result *got = &script->got[i];
        const uint64_t *answer = &r->q->answer[r->command[i]];
        unsigned device = device_of(script, op->sid);

        if (op->kind == SMMU_R32) {
            got->value = answer[0];
        } else if (op->kind == SMMU_CONS) {
            got->value = take_cons(answer);
        } else if (op->kind == SMMU_IRQ) {
            got->value = take_pulses(r, irq, r->command[i]);
            irq = r->command[i];
        } else if (op->kind == SMMU_PEEK) {
            for (unsigned j = 0; j < SMMU_EVENT_WORDS; j++) {
                got->event[j] = (uint32_t)answer[j];
            }
        } else if (op->kind == SMMU_W32 && op->addr == SMMU_EVENTQ_PROD) {
            prod = op->value;
        } else if (op->kind == SMMU_DMA_WRITE || op->kind == SMMU_DMA_READ) {
            take_events(r, i, prod, got);
            prod = answer[0];
            if (op->kind == SMMU_DMA_WRITE) {
                take_write(r, i, got);
            } else {
                got->value =
                    ram_word(r->q, MAILBOX_PA + 4096 * (uint64_t)device + 4 * reads[device]++);
            }
        }
    }
}

/* ---- A script ------------------------------------------------------------------------------ */

static void fill_data(struct qtest *q)
{
    uint32_t *data = (uint32_t *)(void *)(q->ram + (SMMU_DATA_PA - QTEST_RAM_PA));

    for (uint64_t i = 0; i < SMMU_DATA_SIZE / 4; i++) {
        data[i] = smmu_data_word(SMMU_DATA_PA + 4 * i);
    }
}

static void clear_word(struct qtest *q, uint64_t pa)
{
    if (pa >= SMMU_ARENA_PA && pa + 32 <= SMMU_RAM_END) {
        memset(q->ram + (pa - QTEST_RAM_PA), 0, 8);
    }
}

/* Memory of the script is zero again. */
static void clear_memory(struct qtest *q, const struct smmu_script *script)
{
    uint64_t eventq = eventq_base(script, script->ops) & UINT64_C(0xfffffffffffe0);

    for (unsigned i = 0; i < script->words; i++) {
        clear_word(q, script->image[i].pa);
    }
    for (unsigned i = 0; i < script->ops; i++) {
        if (script->op[i].kind == SMMU_MEM64) {
            clear_word(q, script->op[i].addr);
        }
        for (unsigned v = 0; v < SMMU_VARIANTS; v++) {
            clear_word(q, script->want[v][i].pa & ~UINT64_C(7));
        }
        clear_word(q, script->predicted[i].pa & ~UINT64_C(7));
    }
    for (unsigned i = 0; i < 1024; i += 8) {
        clear_word(q, eventq + i);
    }
}

void smmu_device_run(struct qtest *q, struct smmu_script *script)
{
    struct run r = {.q = q, .script = script};

    memset(script->got, 0, sizeof(script->got));
    fill_data(q);
    r.died = !qtest_reset(q);
    for (unsigned i = 0; i < script->words; i++) {
        memcpy(q->ram + (script->image[i].pa - QTEST_RAM_PA), &script->image[i].value, 8);
    }
    qtest_clear(q);
    set_up(q, script);
    for (unsigned i = 0; i < script->ops && !r.died; i++) {
        do_op(&r, i);
    }
    empty_buffers(&r);
    script->died = r.died;
    if (!r.died) {
        take_results(&r);
    }
    clear_memory(q, script);
}
