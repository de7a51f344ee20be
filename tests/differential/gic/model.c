/* SPDX-License-Identifier: MIT */
/* What armvirt says of scripts, through the public API alone. */
#include "map.h"
#include "script.h"

#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The machine --------------------------------------------------------------------------- */

static uint8_t *storage_of(size_t size)
{
    uint8_t *storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + ARMVIRT_GIC_ALIGN - 1) /
                                                            ARMVIRT_GIC_ALIGN * ARMVIRT_GIC_ALIGN);

    if (size == 0 || storage == NULL) {
        fprintf(stderr, "the interrupt controllers of the machine cannot be made\n");
        exit(2);
    }
    return storage;
}

/* Counts what the ITS does. */
static void hear(void *ctx, const struct armvirt_event *event)
{
    struct its_counts *counts = &((struct gic_model *)ctx)->counts;

    if (event->id == ARMVIRT_EV_ITS_COMMAND) {
        counts->opcode = event->arg[0] < ITS_OPCODES ? (uint8_t)event->arg[0] : 0;
        counts->command[counts->opcode][ARMVIRT_ITS_NONE]++;
    } else if (event->id == ARMVIRT_EV_ITS_ERROR) {
        counts->command[counts->opcode][ARMVIRT_ITS_NONE]--;
        counts->command[counts->opcode][event->arg[3]]++;
    } else {
        counts->message[event->arg[3]]++;
    }
}

static void configure(struct gic_model *m, const struct gic_facts *facts)
{
    struct armvirt_mem mem = armvirt_mem_from_flat(&m->memory);

    for (unsigned i = 0; i < SCRIPT_PES; i++) {
        m->affinity[i] = i;
    }
    m->config = (struct armvirt_gic_config){
        .gicd_typer = (uint32_t)facts->gicd_typer,
        .gicd_iidr = (uint32_t)facts->gicd_iidr,
        .gicr_iidr = (uint32_t)facts->gicr_iidr,
        .gicr_typer = facts->gicr_typer,
        .gicr_ctlr = (uint32_t)facts->gicr_ctlr,
        .pidr2 = (uint32_t)facts->pidr2,
        .icc_ctlr = facts->icc_ctlr,
        .ich_vtr = facts->ich_vtr,
        .maintenance = facts->maintenance,
        .options = ARMVIRT_GIC_OPT_SGI_SAME_GROUP | ARMVIRT_GIC_OPT_HPPI_ANY_GROUP,
        .pes = SCRIPT_PES,
        .affinity = m->affinity,
        .mem = mem,
    };
    m->its_config = (struct armvirt_its_config){
        .gits_typer = facts->gits_typer,
        .gits_iidr = (uint32_t)facts->gits_iidr,
        .pidr2 = (uint32_t)facts->pidr2,
        .lpi_bits = (uint8_t)(ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, facts->gicd_typer) + 1),
        .pes = SCRIPT_PES,
        .layout = &armvirt_its_layout_qemu,
        .options = ARMVIRT_ITS_OPT_INVALL_ALL,
        .mem = mem,
        .trace = &m->trace,
    };
    m->trace = (struct armvirt_trace){.event = hear,
                                      .ctx = m,
                                      .mask = UINT64_C(1) << ARMVIRT_EV_ITS_COMMAND |
                                              UINT64_C(1) << ARMVIRT_EV_ITS_ERROR |
                                              UINT64_C(1) << ARMVIRT_EV_ITS_MSI};
}

void gic_model_make(struct gic_model *m, const struct gic_facts *facts, bool its, bool ds)
{
    static struct diff_op base[BASE_OPS];
    struct diff_op_result result;
    unsigned count = script_base(its, ds, base);

    memset(m, 0, sizeof(*m));
    m->its_on = its;
    m->ds = ds;
    m->low = (uint8_t)(0xff >> (ARMVIRT_GET(ARMVIRT_ICC_CTLR_EL3_PRIBITS, facts->icc_ctlr) + 1));
    m->memory = (struct armvirt_mem_flat){calloc(1, SCRIPT_BYTES), SCRIPT_PA, SCRIPT_BYTES, true};
    configure(m, facts);
    m->size = armvirt_gic_size(&m->config);
    m->storage = storage_of(m->size);
    m->base = storage_of(m->size);
    if (armvirt_gic_init(m->storage, m->size, &m->config, &m->gic) != ARMVIRT_OK) {
        storage_of(0);
    }
    m->its_config.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, m->gic};
    m->its_size = armvirt_its_size(&m->its_config);
    m->its_storage = storage_of(m->its_size);
    m->its_base = storage_of(m->its_size);
    if (armvirt_its_init(m->its_storage, m->its_size, &m->its_config, &m->its) != ARMVIRT_OK) {
        storage_of(0);
    }
    for (unsigned i = 0; i < count; i++) {
        gic_model_do(m, &base[i], &result);
    }
    memcpy(m->base, m->storage, m->size);
    memcpy(m->its_base, m->its_storage, m->its_size);
}

void gic_model_drop(struct gic_model *m)
{
    free(m->storage);
    free(m->base);
    free(m->its_storage);
    free(m->its_base);
    free(m->memory.bytes);
}

/* Machines hold no pointers into themselves. */
void gic_model_begin(struct gic_model *m)
{
    memcpy(m->storage, m->base, m->size);
    memcpy(m->its_storage, m->its_base, m->its_size);
    memset(m->memory.bytes, 0, SCRIPT_BYTES);
    memset(&m->counts, 0, sizeof(m->counts));
    memset(m->ignored, 0, sizeof(m->ignored));
}

/* ---- Accesses to memory -------------------------------------------------------------------- */

unsigned op_size(const struct diff_op *op)
{
    return 1u << ((op->kind - OP_READ8) % 4u);
}

bool op_writes(const struct diff_op *op)
{
    return op->kind >= OP_WRITE8 && op->kind <= OP_WRITE64;
}

static uint64_t cut(uint64_t value, unsigned bytes)
{
    return bytes == 8 ? value : value & ~(UINT64_MAX << 8 * bytes);
}

/* The machine aborts accesses to the ITS of widths that no register of the frame has. */
static bool its_aborts(uint32_t offset, unsigned size)
{
    return offset < 0x10000 ? size < 4 : size == 1 || size == 8;
}

/* False: an external abort. */
static bool do_its(struct gic_model *m, const struct diff_op *op, uint64_t *value)
{
    struct armvirt_its_access its = {.offset = (uint32_t)(op->pa - GITS_PA),
                                     .size = (uint8_t)op_size(op)};
    enum armvirt_status status = op_writes(op) ? armvirt_its_write(m->its, &its, *value)
                                               : armvirt_its_read(m->its, &its, value);

    return status != ARMVIRT_FAULT || !its_aborts(its.offset, its.size);
}

static void do_gic(struct gic_model *m, const struct diff_op *op, uint64_t *value)
{
    struct armvirt_gic_access a = {.size = (uint8_t)op_size(op),
                                   .secure = (op->context & OP_NS) == 0};
    bool distributor = op->pa < GITS_PA;
    uint64_t offset = op->pa - (distributor ? GICD_PA : GICR_PA);
    uint32_t pe = (uint32_t)(offset / GICR_BYTES);

    a.offset = (uint32_t)(distributor ? offset : offset % GICR_BYTES);
    if (distributor) {
        op_writes(op) ? armvirt_gicd_write(m->gic, &a, *value)
                      : armvirt_gicd_read(m->gic, &a, value);
    } else {
        op_writes(op) ? armvirt_gicr_write(m->gic, pe, &a, *value)
                      : armvirt_gicr_read(m->gic, pe, &a, value);
    }
}

static void do_ram(struct gic_model *m, const struct diff_op *op, uint64_t *value)
{
    uint8_t *at = m->memory.bytes + (op->pa - SCRIPT_PA);

    for (unsigned i = 0; i < op_size(op); i++) {
        if (op_writes(op)) {
            at[i] = (uint8_t)(*value >> 8 * i);
        } else {
            *value |= (uint64_t)at[i] << 8 * i;
        }
    }
}

static void do_access(struct gic_model *m, const struct diff_op *op, struct diff_op_result *result)
{
    uint64_t value = op_writes(op) ? cut(op->value, op_size(op)) : 0;

    if (op->pa >= SCRIPT_PA) {
        do_ram(m, op, &value);
    } else if (op->pa < GITS_PA || op->pa >= GICR_PA) {
        do_gic(m, op, &value);
    } else if (!do_its(m, op, &value)) {
        result->end = END_EXCEPTION;
        result->target = op->el;
        result->vector = 4;
        return;
    }
    result->value = op_writes(op) ? op->pa : cut(value, op_size(op));
}

/* ---- System registers ---------------------------------------------------------------------- */

static const struct encoding {
    uint8_t op1, crn, crm, op2;
} encodings[GIC_REGISTERS] = {
#define R(name, op1, crn, crm, op2) {op1, crn, crm, op2},
    DIFF_GIC_REGISTERS(R)
#undef R
};

static struct armvirt_gic_context context_of(const struct diff_op *op)
{
    return (struct armvirt_gic_context){.el = op->el,
                                        .scr_el3 = op->context & (OP_NS | OP_SCR_IRQ | OP_SCR_FIQ),
                                        .hcr_el2 = op->context & (OP_HCR_FMO | OP_HCR_IMO)};
}

/* ISR_EL1 as read at @c. */
static uint64_t isr_el1(uint32_t signals, const struct armvirt_gic_context *c)
{
    bool el1 = c->el == 1 && (c->scr_el3 & 1);
    uint32_t irq = el1 && (c->hcr_el2 & OP_HCR_IMO) ? ARMVIRT_GIC_VIRQ : ARMVIRT_GIC_IRQ;
    uint32_t fiq = el1 && (c->hcr_el2 & OP_HCR_FMO) ? ARMVIRT_GIC_VFIQ : ARMVIRT_GIC_FIQ;

    return (signals & irq ? 0x80u : 0u) | (signals & fiq ? 0x40u : 0u);
}

static void except(struct diff_op_result *result, const struct diff_op *op, unsigned target,
                   unsigned kind, uint64_t esr)
{
    result->end = END_EXCEPTION;
    result->target = (uint8_t)target;
    result->vector = (uint8_t)((target > op->el ? 8u : 4u) + kind);
    result->value = esr;
}

/* Is an interrupt taken to a higher level, before the next instruction is executed? */
static bool is_interrupted(uint32_t signals, const struct diff_op *op,
                           struct diff_op_result *result)
{
    bool fiq = (signals & ARMVIRT_GIC_FIQ) != 0;
    bool ns = (op->context & OP_NS) != 0;

    if (!(signals & (ARMVIRT_GIC_IRQ | ARMVIRT_GIC_FIQ)) || op->el == 3) {
        return false;
    }
    if (op->context & (fiq ? OP_SCR_FIQ : OP_SCR_IRQ)) {
        except(result, op, 3, fiq ? 2 : 1, 0);
        return true;
    }
    if (op->el == 1 && ns && (op->context & (fiq ? OP_HCR_FMO : OP_HCR_IMO))) {
        except(result, op, 2, fiq ? 2 : 1, 0);
        return true;
    }
    return false;
}

/* What an MSR lets through comes at once. */
void gic_model_interrupt(struct gic_model *m, const struct diff_op *op,
                         struct diff_op_result *result)
{
    struct armvirt_gic_context context = context_of(op);

    armvirt_gic_set_context(m->gic, op->pe, &context);
    is_interrupted(armvirt_gic_signals(m->gic, op->pe), op, result);
}

static uint64_t trap_esr(const struct encoding *e, bool write)
{
    return UINT64_C(0x62000000) | 3u << 20 | (uint32_t)e->op2 << 17 | (uint32_t)e->op1 << 14 |
           (uint32_t)e->crn << 10 | (write ? 3u << 5 : 0u) | (uint32_t)e->crm << 1 | !write;
}

static void do_sysreg(struct gic_model *m, const struct diff_op *op, struct diff_op_result *result)
{
    const struct encoding *e = &encodings[op->reg];
    struct armvirt_gic_context context = context_of(op);
    enum armvirt_gic_outcome outcome = ARMVIRT_GIC_DONE;
    uint32_t reg = ARMVIRT_GIC_SYSREG(3, e->op1, e->crn, e->crm, e->op2);
    bool write = op->kind == OP_MSR;

    armvirt_gic_set_context(m->gic, op->pe, &context);
    if (is_interrupted(armvirt_gic_signals(m->gic, op->pe), op, result)) {
        return;
    }
    if (op->reg == GIC_ISR_EL1 && write) {
        outcome = ARMVIRT_GIC_UNDEFINED;
    } else if (op->reg == GIC_ISR_EL1) {
        result->value = isr_el1(armvirt_gic_signals(m->gic, op->pe), &context);
    } else if (write) {
        armvirt_gic_sysreg_write(m->gic, op->pe, reg, op->value, &outcome);
        result->value = op->pa;
    } else {
        armvirt_gic_sysreg_read(m->gic, op->pe, reg, &result->value, &outcome);
    }
    if (outcome == ARMVIRT_GIC_UNDEFINED) {
        except(result, op, op->el, 0, UINT64_C(0x2000000));
    } else if (outcome != ARMVIRT_GIC_DONE) {
        except(result, op, outcome == ARMVIRT_GIC_TRAP_EL2 ? 2 : 3, 0, trap_esr(e, write));
    } else if (write) {
        gic_model_interrupt(m, op, result);
    }
}

/* ---- Operations ---------------------------------------------------------------------------- */

uint64_t gic_model_its(struct gic_model *m, uint32_t offset, unsigned bytes)
{
    const struct armvirt_its_access access = {.offset = offset, .size = (uint8_t)bytes};
    uint64_t value;

    armvirt_its_read(m->its, &access, &value);
    return value;
}

/* The command that comes next; NULL if none is in the queue. */
static uint8_t *next_command(struct gic_model *m)
{
    uint64_t pa = gic_model_its(m, GITS_CBASER, 8) & ARMVIRT_GITS_CBASER_PHYSICAL_ADDRESS;
    uint64_t offset = gic_model_its(m, GITS_CREADR, 8) & ARMVIRT_GITS_CREADR_OFFSET;

    return pa == SCRIPT_PA + MEM_QUEUE && offset < QUEUE_BYTES
               ? m->memory.bytes + (pa + offset - SCRIPT_PA)
               : NULL;
}

static enum ignored ignored_by_qemu(struct gic_model *m, const uint8_t *command)
{
    struct armvirt_its_route route;
    uint64_t word[3];
    uint64_t bits = ARMVIRT_GET(ARMVIRT_GITS_TYPER_ID_BITS, m->its_config.gits_typer);

    memcpy(word, command, sizeof(word));
    if (*command == ARMVIRT_ITS_MAPD) {
        return !(word[2] & BASER_VALID) && (word[1] & 0x1f) > bits ? IGNORED_MAPD : IGNORED_NONE;
    }
    if (*command != ARMVIRT_ITS_DISCARD) {
        return IGNORED_NONE;
    }
    armvirt_its_translate(m->its, (uint32_t)(word[0] >> 32), (uint32_t)word[1], &route);
    return route.reason == ARMVIRT_ITS_COLLECTION_UNMAPPED ||
                   route.reason == ARMVIRT_ITS_COLLECTION_RANGE
               ? IGNORED_DISCARD
               : IGNORED_NONE;
}

/* One command; for the imitation, some count as none. */
static enum armvirt_status step_its(struct gic_model *m)
{
    uint8_t *command = m->ignores ? next_command(m) : NULL;
    enum ignored ignored = command != NULL ? ignored_by_qemu(m, command) : IGNORED_NONE;
    uint64_t before = gic_model_its(m, GITS_CREADR, 8);
    enum armvirt_status status;
    uint8_t opcode;

    if (ignored == IGNORED_NONE) {
        return armvirt_its_step(m->its, 1);
    }
    opcode = *command;
    *command = 0;
    status = armvirt_its_step(m->its, 1);
    *command = opcode;
    m->ignored[ignored] = m->ignored[ignored] || gic_model_its(m, GITS_CREADR, 8) != before;
    return status;
}

static void work(struct gic_model *m)
{
    enum armvirt_status gic, its;

    do {
        its = step_its(m);
        gic = armvirt_gic_step(m->gic, 100);
    } while (gic == ARMVIRT_E_AGAIN || its == ARMVIRT_E_AGAIN);
}

void gic_model_do(struct gic_model *m, const struct diff_op *op, struct diff_op_result *result)
{
    *result = (struct diff_op_result){0};
    if (op->kind == OP_FILL) {
        memset(m->memory.bytes + (op->pa - SCRIPT_PA), 0, op->value);
    } else if (op->kind == OP_WIRE) {
        armvirt_gic_ppi(m->gic, op->pe, op->reg, op->value != 0);
    } else if (op->kind >= OP_MRS) {
        do_sysreg(m, op, result);
    } else if (op->kind != OP_DROP) {
        do_access(m, op, result);
    }
    work(m);
}

/* Of an abort the syndrome is the memory system's; of a write, nothing was read. */
bool same_result(const struct diff_op_result *a, const struct diff_op_result *b)
{
    bool aborted = a->end == END_EXCEPTION && a->value == 0 && a->vector % 4 == 0;

    return a->end == b->end && a->target == b->target && a->vector == b->vector &&
           (a->value == b->value || aborted);
}
