/* SPDX-License-Identifier: MIT */
/*
 * The payload, scripts: each PE executes its operations when it is its turn, and gives it to the PE
 * of the next one. All wait at EL3 with interrupts masked, so only what a script does is taken.
 */
#include "payload.h"

#include <stddef.h>

#define SCR_RES1 UINT64_C(0x30)
#define SCR_HCE  UINT64_C(0x100)
#define SCR_RW   UINT64_C(0x400)
#define HCR_RW   (UINT64_C(1) << 31)

#define PRIORITIES 128
#define IDLE       0xff /* ICC_RPR_EL1 */

/* ---- One operation ------------------------------------------------------------------------- */

static void fill(const struct diff_op *op)
{
    for (uint64_t i = 0; i < op->value; i += 8) {
        *AT(volatile uint64_t, op->pa + i) = 0;
    }
}

static void wire(const struct diff_op *op)
{
    switch (op->reg) {
#define W(intid, control)                                                                          \
    case intid:                                                                                    \
        WRITE(control, op->value);                                                                 \
        break;
        SCRIPT_WIRES(W)
#undef W
    default:
        break;
    }
    __asm__ volatile("isb");
}

/* Priorities drop one by one: Non-secure ones cannot be written to everywhere. */
static void drop(void)
{
    for (unsigned i = 0; i < PRIORITIES && READ("icc_rpr_el1") != IDLE; i++) {
        WRITE("icc_eoir0_el1", UINT64_C(0));
        WRITE("icc_eoir1_el1", UINT64_C(0));
    }
}

static uint64_t stub_of(const struct diff_op *op)
{
    unsigned accesses = OP_MRS - OP_READ8;
    unsigned stub = op->kind < OP_MRS ? (unsigned)op->kind - OP_READ8
                                      : accesses + 2u * op->reg + (op->kind == OP_MSR);

    return CODE_PA + CODE_SCRIPTS + stub * STUB_SIZE;
}

static uint64_t esr_of(unsigned el)
{
    return el == 1 ? READ("esr_el1") : el == 2 ? READ("esr_el2") : READ("esr_el3");
}

static void take_result(const struct entry *entry, struct diff_op_result *result)
{
    uint64_t esr = READ("esr_el3");
    unsigned from = (unsigned)(READ("spsr_el3") >> 2 & 3);
    int synchronous = entry->vector % 4 == 0;

    *result = (struct diff_op_result){.value = entry->x0};
    if (synchronous && is_call(esr, EC_SMC, EXIT_CALL)) {
        return;
    }
    result->end = END_EXCEPTION;
    result->target = 3;
    result->vector = (uint8_t)entry->vector;
    if (synchronous && EC(esr) == EC_SMC) { /* the vectors of a lower level */
        result->target = (uint8_t)from;
        result->vector = (uint8_t)(esr & 15);
    }
    result->value = result->vector % 4 == 0 ? esr_of(result->target) : 0;
}

static void run_op(const struct diff_op *op, struct diff_op_result *result)
{
    struct entry entry = {.spsr = DAIF_MASKED | (op->el * 4u + 1u), .sctlr_el3 = READ("sctlr_el3")};
    uint64_t context = op->context;
    uint64_t scr = SCR_RES1 | SCR_HCE | SCR_RW | (context & (OP_NS | OP_SCR_IRQ | OP_SCR_FIQ));

    entry.pc = stub_of(op);
    entry.x0 = op->pa;
    entry.x3 = op->value;
    if (scr != READ("scr_el3")) { /* QEMU forgets what it translated */
        WRITE("scr_el3", scr);
    }
    WRITE("hcr_el2", HCR_RW | (context & (OP_HCR_FMO | OP_HCR_IMO)));
    __asm__ volatile("dsb sy\n\tisb" ::: "memory");
    enter(&entry);
    take_result(&entry, result);
}

/* ---- Turns --------------------------------------------------------------------------------- */

/* Plain stores, of which there are many before each script, need no way to a level and back. */
static int store(const struct diff_op *op)
{
    if (op->el != 3 || (op->kind != OP_WRITE32 && op->kind != OP_WRITE64)) {
        return 0;
    }
    if (op->kind == OP_WRITE32) {
        *AT(volatile uint32_t, op->pa) = (uint32_t)op->value;
    } else {
        *AT(volatile uint64_t, op->pa) = op->value;
    }
    return 1;
}

/* Operations up to one of another PE, whose turn it is then; 0's after the last. */
static void run_ops(volatile struct control *control, uint64_t pe)
{
    const struct diff_op *op = AT(const struct diff_op, control->op);
    struct diff_op_result *result = AT(struct diff_op_result, control->result);

    for (; control->left > 0 && op->pe == pe; control->left--, op++) {
        struct diff_op_result dropped;
        struct diff_op_result *to = control->quiet > 0 ? &dropped : result++;

        if (control->quiet > 0) {
            control->quiet--;
            if (store(op)) {
                continue;
            }
        }
        *to = (struct diff_op_result){0};
        if (op->kind == OP_FILL) {
            fill(op);
        } else if (op->kind == OP_WIRE) {
            wire(op);
        } else if (op->kind == OP_DROP) {
            drop();
        } else {
            run_op(op, to);
        }
    }
    control->op = (uintptr_t)op;
    control->result = (uintptr_t)result;
    __asm__ volatile("dsb sy" ::: "memory");
    control->turn = control->left > 0 ? op->pe : 0;
}

static void wait_for_turn(volatile struct control *control, uint64_t pe)
{
    while (control->turn != pe) {
        __asm__ volatile("wfe");
    }
    __asm__ volatile("dsb sy" ::: "memory");
}

static void set_vectors(void)
{
    WRITE("vbar_el1", (uint64_t)CODE_PA);
    WRITE("vbar_el2", (uint64_t)CODE_PA);
    WRITE("sctlr_el1", SAFE_SCTLR);
    WRITE("sctlr_el2", SAFE_SCTLR);
    WRITE("icc_sre_el3", UINT64_C(0xf));
    __asm__ volatile("isb");
}

void payload_other(uint64_t pe)
{
    volatile struct control *control = AT(struct control, CONTROL_PA);

    set_vectors();
    for (;;) {
        wait_for_turn(control, pe);
        run_ops(control, pe);
    }
}

/* ---- Batches ------------------------------------------------------------------------------- */

void run_scripts(struct control *plain, const uint64_t *input, struct diff_op_result *result)
{
    volatile struct control *control = plain;
    const struct diff_script *script = (const struct diff_script *)(input + 1);

    set_vectors();
    control->started = 0;
    control->result = (uintptr_t)result;
    for (uint64_t scripts = *input; scripts > 0; scripts--) {
        control->started = control->started + 1;
        control->op = (uintptr_t)(script + 1);
        control->left = script->ops;
        control->quiet = script->quiet;
        while (control->left > 0) {
            run_ops(control, 0);
            wait_for_turn(control, 0);
        }
        script = (const struct diff_script *)(uintptr_t)control->op;
    }
}
