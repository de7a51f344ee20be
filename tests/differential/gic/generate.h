/* SPDX-License-Identifier: MIT */
/* How scripts are made. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GIC_GENERATE_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GIC_GENERATE_H

#include "imitation.h"
#include "random.h"
#include "script.h"

enum { FAVOURITES = 4 };

struct script_generator {
    struct random random;
    struct gic_pair *pair;
    struct script *script;
    uint8_t pes;                /* PEs that take part */
    uint16_t intid[FAVOURITES]; /* interrupts that most of it is about */
    uint8_t event[FAVOURITES];  /* events, by the number of their LPIs */
    uint32_t written;           /* offset in the queue, of the next command */
};

/* What a PE is while it executes an operation: Exception level, bits of diff_op.context. */
struct context {
    uint8_t el, bits;
};

/* Script @number of a run with @seed. */
void generate_script(struct gic_pair *pair, unsigned subject, uint64_t seed, uint64_t number,
                     struct script *script);

/* ---- Operations (generate.c) --------------------------------------------------------------- */

/* They return what is read. */
uint64_t emit_mmio(struct script_generator *g, unsigned kind, uint64_t pa, uint64_t value, bool ns);
uint64_t emit_mrs(struct script_generator *g, unsigned pe, struct context c, unsigned reg);
void emit_msr(struct script_generator *g, unsigned pe, struct context c, unsigned reg,
              uint64_t value);

void emit_wire(struct script_generator *g, unsigned pe, unsigned intid, bool level);

bool chance(struct script_generator *g, unsigned percent);
unsigned below(struct script_generator *g, unsigned bound);
uint64_t some_bits(struct script_generator *g, uint64_t mask);
unsigned some_pe(struct script_generator *g);
/* EL3 in both states, EL2, Non-secure and Secure EL1; mostly the first. */
struct context some_context(struct script_generator *g);
/* The same with random routing in SCR_EL3 and HCR_EL2. */
struct context routed_context(struct script_generator *g);

#define AT_EL3   ((struct context){3, 0})
#define AT_EL2   ((struct context){2, OP_NS})
#define AS_GUEST ((struct context){1, OP_NS | OP_HCR_FMO | OP_HCR_IMO})

/* ---- Physical interrupts (physical.c) ------------------------------------------------------ */

/* The register of @array that has the bit of an interrupt, at any PE; its byte of priority. */
uint64_t word_of(struct script_generator *g, unsigned intid, unsigned array);
uint64_t byte_of(struct script_generator *g, unsigned intid);
/* Bits of priority that are implemented; Non-secure software has one less. */
uint8_t priority_bits(const struct script_generator *g, bool ns);
unsigned some_intid(struct script_generator *g);
unsigned any_intid(struct script_generator *g);

/* Enables everything at the distributor and the CPU interfaces. */
void emit_enable(struct script_generator *g);
/* Takes interrupts at @pe, and mostly ends them. */
void emit_take(struct script_generator *g, unsigned pe);
bool is_interrupt(uint64_t intid);

void setup_physical(struct script_generator *g);
void step_physical(struct script_generator *g);

/* ---- All registers (registers.c) ----------------------------------------------------------- */

void step_registers(struct script_generator *g);
void step_its_registers(struct script_generator *g);
/* Any system register, at @c. */
void access_sysreg(struct script_generator *g, struct context c);
/* What may be written to a system register at any time. */
uint64_t some_value(struct script_generator *g, unsigned reg);

/* ---- Virtual interrupts (virtual.c) -------------------------------------------------------- */

void setup_virtual(struct script_generator *g);
void step_virtual(struct script_generator *g);

/* ---- Deviations (tempt.c) ------------------------------------------------------------------ */

/* Walks into deviation @number, and leaves no interrupt that the imitation would not know of. */
void step_tempt(struct script_generator *g, enum gic_deviation number);

/* ---- The ITS (its.c) ----------------------------------------------------------------------- */

void generate_its(struct script_generator *g);
/* Of step_tempt(). */
void tempt_discard(struct script_generator *g);
void tempt_mapd(struct script_generator *g);
void tempt_stall(struct script_generator *g);

#endif
