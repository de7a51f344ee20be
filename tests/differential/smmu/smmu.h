/* SPDX-License-Identifier: MIT */
/*
 * Cases of the SMMU: scripts of memory, register accesses and DMA in the words of
 * tests/vectors/smmu, what armvirt says of them, and what a QEMU did.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_SMMU_H
#define ARMVIRT_TESTS_DIFFERENTIAL_SMMU_H

#include "payload/protocol.h"
#include "qtest.h"
#include "random.h"

#include <armvirt/smmu.h>

#define SMMU_EVENTQ_PROD 0x100a8
#define SMMU_EVENTQ_CONS 0x100ac

/* Where things are: data that DMA reaches, each word of which says where it is; the structures. */
#define SMMU_DATA_PA   UINT64_C(0x40200000)
#define SMMU_DATA_SIZE UINT64_C(0x10000)
#define SMMU_ARENA_PA  UINT64_C(0x40400000)
#define SMMU_RAM_END   (QTEST_RAM_PA + QTEST_RAM_SIZE)

enum {
    SMMU_WORDS = 1024,
    SMMU_OPS = 160,
    SMMU_EVENT_WORDS = 8,
    SMMU_VARIANTS = 4, /* of armvirt, by what its caches keep */
    SMMU_PLACES = SMMU_VARIANTS + 1,
    SMMU_DEVICES = 3,
};

/* ---- Scripts ------------------------------------------------------------------------------- */

enum smmu_op_kind {
    SMMU_MEM64,
    SMMU_W32,
    SMMU_W64,
    SMMU_R32,
    SMMU_CONS,
    SMMU_IRQ,
    SMMU_PEEK,
    SMMU_DMA_READ,
    SMMU_DMA_WRITE,
    SMMU_OP_KINDS
};

struct smmu_op {
    uint8_t kind; /* enum smmu_op_kind */
    bool queue;   /* DMA: the event queue is looked at by other operations (`dmaq`) */
    uint32_t sid;
    uint64_t addr; /* of memory, a register, or the device's address */
    uint64_t value;
};

/* What an operation gave. */
struct smmu_result {
    uint64_t value; /* of a register; interrupts; the word that DMA read; 0 if nothing was read */
    uint64_t pa;    /* where DMA went, if that was in memory; else 0 */
    uint32_t event[SMMU_EVENT_WORDS]; /* the last record that a DMA left; the words of a peek */
    uint8_t events;                   /* how many */
    bool pass;                        /* of armvirt: DMA goes on */
    uint8_t granule_log2;             /* of armvirt: of the last table that was walked, or 0 ... */
    int8_t level;                     /* ... and its level */
};

/* How armvirt ended a command. */
enum smmu_command_end { SMMU_CONSUMED, SMMU_ILLEGAL, SMMU_ABORTED, SMMU_COMMAND_ENDS };

struct smmu_command {
    uint8_t op;
    uint8_t end; /* enum smmu_command_end */
};

enum { SMMU_STEPS = 16 };

/* What armvirt looked at in an answer to DMA. */
struct smmu_why {
    struct armvirt_smmu_result result;
    uint64_t ste[8], cd[8];
    uint8_t stream_reason; /* enum armvirt_smmu_reason of the configuration */
    struct armvirt_step step[SMMU_STEPS];
    unsigned steps;
};

enum { SMMU_COMMANDS = 256 };

enum smmu_family {
    SMMU_WALK,
    SMMU_CACHE,
    SMMU_COMMAND,
    SMMU_EVENTQ,
    SMMU_REGISTER,
    SMMU_DISABLED,
    SMMU_FAMILIES
};

struct smmu_script {
    uint8_t family;
    uint8_t bus; /* the number of the second bus: its device is stream `bus` << 8 */
    struct word image[SMMU_WORDS];
    uint8_t what[SMMU_WORDS]; /* enum armvirt_mem_what of each */
    int8_t level[SMMU_WORDS];
    unsigned words;
    struct smmu_op op[SMMU_OPS];
    unsigned ops;
    struct smmu_result want[SMMU_VARIANTS][SMMU_OPS];
    struct smmu_command command[SMMU_COMMANDS]; /* that armvirt fetched */
    unsigned commands;
    bool explain; /* write `why` */
    struct smmu_why why[SMMU_VARIANTS][SMMU_OPS];
    struct smmu_result predicted[SMMU_OPS]; /* what a QEMU that breaks rules gives */
    uint64_t met[SMMU_OPS];                 /* by which deviations */
    struct smmu_result got[SMMU_OPS];
    bool died;   /* QEMU did */
    bool strays; /* armvirt, or the imitation, reaches a device: not for QEMU */
};

/* The value that each word of the data has before a case. */
static inline uint32_t smmu_data_word(uint64_t pa)
{
    return UINT32_C(0x80000000) | (uint32_t)(pa - QTEST_RAM_PA) >> 2;
}

/* May a script reach @pa: its own memory, or nothing at all, no device and no memory of others? */
static inline bool smmu_may_reach(uint64_t pa)
{
    bool data = pa >= SMMU_DATA_PA && pa < SMMU_DATA_PA + SMMU_DATA_SIZE;
    bool below_devices = pa >= SMMU_ARENA_PA && pa >> 38 == 0;

    return data || below_devices || pa >> 40 != 0;
}

/* ---- armvirt ------------------------------------------------------------------------------- */

/* Where words come from that are read for the first time. */
struct smmu_inventor {
    void (*word)(struct smmu_inventor *inventor, const struct armvirt_mem_req *req);
};

struct smmu_model;

struct smmu_model *smmu_model_new(const struct armvirt_smmu_id *id);
void smmu_model_drop(struct smmu_model *model);
const struct armvirt_smmu_id *smmu_model_id(const struct smmu_model *model);

/* Starts @script from its image, from reset. @variant: what is kept; 0: nothing. */
void smmu_model_begin(struct smmu_model *model, struct smmu_script *script, unsigned variant,
                      struct smmu_inventor *inventor);
/* Does the operation number @op; its result is in script->want[variant]. */
void smmu_model_do(struct smmu_model *model, unsigned op);
/* Memory becomes as it was. */
void smmu_model_end(struct smmu_model *model);
uint64_t smmu_model_peek(const struct smmu_model *model, uint64_t pa);
void smmu_model_poke(struct smmu_model *model, uint64_t pa, unsigned size, uint64_t value);
/* Gives a word that is not known yet its first value. False if there is no more room. */
bool smmu_model_invent(struct smmu_model *model, uint64_t pa, uint64_t value,
                       const struct armvirt_mem_req *req);
/* All of it: the other variants. */
void smmu_model_run(struct smmu_model *model, struct smmu_script *script, unsigned variant);

/* ---- QEMU ---------------------------------------------------------------------------------- */

extern const char *const smmu_options[];

/* Reads the identification registers. */
bool smmu_device_id(struct qtest *q, struct armvirt_smmu_id *id);
/* Runs @script; script->got and script->died. */
void smmu_device_run(struct qtest *q, struct smmu_script *script);
uint32_t smmu_device_sid(const struct smmu_script *script, unsigned device);

/* ---- Cases --------------------------------------------------------------------------------- */

/* Script @number of the run with @seed, for QEMU @version. */
void smmu_generate(struct smmu_model *model, unsigned version, uint64_t seed, uint64_t number,
                   struct smmu_script *script);

/* Is what @op gave the same? */
bool smmu_same_result(const struct smmu_op *op, const struct smmu_result *want,
                      const struct smmu_result *got);
/* Does what QEMU did in @op agree with an answer of armvirt? */
bool smmu_agrees(const struct smmu_script *script, unsigned op);
/* The first operation of @script on which they disagree, or `ops`. */
unsigned smmu_first_disagreement(const struct smmu_script *script);

#endif
