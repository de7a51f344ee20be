/* SPDX-License-Identifier: MIT */
/* Scripts as the host sees them: what armvirt says, how they are printed and counted. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GIC_SCRIPT_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GIC_SCRIPT_H

#include "payload/protocol.h"
#include "payload/script.h"
#include "session.h"

#include <armvirt/gic.h>
#include <armvirt/its.h>
#include <armvirt/mem.h>

enum {
    SCRIPT_OPS = 240, /* that are compared */
    BASE_OPS = 400,   /* that come before them */
    SCRIPT_LRS = 4,   /* list registers */
};

/* The interrupt controllers of the machine, by their identification registers. */
struct gic_facts {
    uint64_t gicd_typer, gicd_iidr, gicr_iidr, gicr_typer, gicr_ctlr, pidr2;
    uint64_t icc_ctlr, ich_vtr;
    uint64_t gits_typer, gits_iidr;
    uint8_t maintenance; /* the PPI that the GIC drives, or 0 */
};

enum { ITS_OPCODES = 32, ITS_REASONS = ARMVIRT_ITS_REASON_COUNT };

/* What became of commands, by opcode, and of messages. */
struct its_counts {
    uint8_t command[ITS_OPCODES][ITS_REASONS];
    uint8_t message[ITS_REASONS];
    uint8_t opcode; /* of the present command */
};

struct script {
    struct diff_op op[SCRIPT_OPS];
    struct diff_op_result answer[SCRIPT_OPS];    /* armvirt's */
    struct diff_op_result predicted[SCRIPT_OPS]; /* the imitation's */
    uint32_t met[SCRIPT_OPS];                    /* deviations that may have led there: a mask */
    unsigned ops;
    struct its_counts counts;
    uint8_t tempt; /* enum gic_deviation, to be met */
    bool ds;
    uint64_t number;
};

unsigned op_size(const struct diff_op *op);
bool op_writes(const struct diff_op *op);
bool same_result(const struct diff_op_result *a, const struct diff_op_result *b);

/* ---- What armvirt says (model.c) ----------------------------------------------------------- */

/* Commands that QEMU does not do. */
enum ignored {
    IGNORED_NONE,
    IGNORED_DISCARD, /* of an event whose collection is not mapped */
    IGNORED_MAPD,    /* that unmaps, with a size that is not possible */
    IGNORED_KINDS,
};

/* A GIC, an ITS and their memory. */
struct gic_model {
    struct armvirt_gic_config config;
    struct armvirt_its_config its_config;
    uint32_t affinity[SCRIPT_PES];
    uint8_t *storage, *its_storage;
    uint8_t *base, *its_base; /* both as they are when a script begins */
    size_t size, its_size;
    struct armvirt_gic *gic;
    struct armvirt_its *its;
    struct armvirt_mem_flat memory;
    struct armvirt_trace trace;
    struct its_counts counts;
    uint8_t low;                 /* bits of priority that are not implemented */
    bool its_on;                 /* when a script begins */
    bool ds;                     /* GICD_CTLR.DS is 1 */
    bool ignores;                /* for the imitation: some commands are not done, ... */
    bool ignored[IGNORED_KINDS]; /* ... and were met */
};

/* @its, @ds: what is done before every script. */
void gic_model_make(struct gic_model *m, const struct gic_facts *facts, bool its, bool ds);
void gic_model_drop(struct gic_model *m);
void gic_model_begin(struct gic_model *m);
void gic_model_do(struct gic_model *m, const struct diff_op *op, struct diff_op_result *result);
/* A register of the ITS. */
uint64_t gic_model_its(struct gic_model *m, uint32_t offset, unsigned bytes);
/* The interrupt that is taken when an MSR is done, if any. */
void gic_model_interrupt(struct gic_model *m, const struct diff_op *op,
                         struct diff_op_result *result);

/* The operations before every script (base.c), of the subject its or of the other; returns how
 * many. */
unsigned script_base(bool its, bool ds, struct diff_op op[BASE_OPS]);

/* ---- How they are shown (text.c) ----------------------------------------------------------- */

/* As a file of tests/vectors/gic: the machine's answers, and armvirt's where they differ. */
void print_script(const struct gic_model *m, const struct script *script,
                  const struct diff_op_result *machine);

extern const char *const gic_register_names[GIC_REGISTERS];

/* ---- What was covered (cover.c) ------------------------------------------------------------ */

struct script_cover;
struct script_cover *cover_new(void);
void cover_count(struct script_cover *cover, const struct diff_op *op,
                 const struct diff_op_result *result);
void cover_count_its(struct script_cover *cover, const struct its_counts *counts);
/* Prints the tables of a subject; returns how many cells are empty. */
unsigned cover_print(const struct script_cover *cover, bool its);

#endif
