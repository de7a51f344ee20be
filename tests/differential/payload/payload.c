/* SPDX-License-Identifier: MIT */
/*
 * The payload: runs on the bare machine at EL3 and shares nothing with armvirt. It says which
 * registers there are, then takes batches of cases from memory, executes each instruction at its
 * Exception level with the registers and tables of its group, and stores what became of it. Every
 * case begins with the memory of its group and with empty TLBs.
 */
#include "payload.h"

#include <stddef.h>

extern const char get_register[], set_register[], get_id_register[];
extern const uint64_t code_page[], code_page_end[];

#define SETTER_SIZE 8
#define NEVER_SET   (~UINT64_C(0)) /* no value of a register */

/* The compiler may call it. */
void *memset(void *to, int value, size_t size);

void *memset(void *to, int value, size_t size)
{
    unsigned char *out = to;

    while (size-- > 0) {
        *out++ = (unsigned char)value;
    }
    return to;
}

/* ---- Talking to the host: a number in memory that way, a character this way ---------------- */

static uint64_t semihosting(uint64_t operation, const void *argument)
{
    register uint64_t x0 __asm__("x0") = operation;
    register const void *x1 __asm__("x1") = argument;

    __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
    return x0;
}

static void say(char character)
{
    semihosting(3, &character);
}

/* Waits until more than @before batches were submitted. */
static void hear(const volatile struct control *control, uint64_t before)
{
    while (control->submitted == before) {
        __asm__ volatile("yield");
    }
    __asm__ volatile("dsb sy" ::: "memory");
}

/* ---- Registers ----------------------------------------------------------------------------- */

/* Executes `mrs x0, <register>; smc` at EL3: whether the register exists, and its value. */
static uint64_t probe(const char *stub, uint64_t *value)
{
    struct entry entry = {
        .pc = (uintptr_t)stub, .spsr = DAIF_MASKED | EL3H, .sctlr_el3 = READ("sctlr_el3")};

    enter(&entry);
    *value = entry.x0;
    if (EC(READ("esr_el3")) != EC_SMC) {
        *value = 0;
        return 0;
    }
    return 1;
}

static void describe(struct control *control)
{
    for (unsigned i = 0; i < ID_REGISTERS; i++) {
        probe(get_id_register + i * STUB_SIZE, &control->id[i]);
    }
    for (unsigned i = 0; i < PE_ID_REGISTERS; i++) {
        probe(get_id_register + (ID_REGISTERS + i) * STUB_SIZE, &control->pe_id[i]);
    }
    for (unsigned i = 0; i < ALL_REGISTERS; i++) {
        control->present[i] = probe(get_register + i * STUB_SIZE, &control->reset[i]);
    }
}

static void set(unsigned number, uint64_t value)
{
    register uint64_t x0 __asm__("x0") = value;
    const char *setter = set_register + number * SETTER_SIZE;

    __asm__ volatile("blr %1" : "+r"(x0) : "r"(setter) : "x30", "memory");
}

/* SCTLR_EL3 is in force only while a case runs at EL3. */
static void set_registers(const struct control *control, const uint64_t reg[], uint64_t now[])
{
    for (unsigned i = 0; i < ALL_REGISTERS; i++) {
        if (reg[i] != now[i] && control->present[i] && i != REG_SCTLR_EL3) {
            set(i, reg[i]);
            now[i] = reg[i];
        }
    }
    __asm__ volatile("isb");
}

static void forget_registers(uint64_t now[])
{
    for (unsigned i = 0; i < ALL_REGISTERS; i++) {
        now[i] = NEVER_SET;
    }
}

/* ---- Memory -------------------------------------------------------------------------------- */

static void forget_translations(void)
{
    __asm__ volatile("dsb sy\n\ttlbi alle1\n\ttlbi alle2\n\ttlbi alle3\n\tdsb sy\n\tisb" ::
                         : "memory");
}

static void write_words(const struct word *word, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        *AT(volatile uint64_t, word[i].pa) = word[i].value;
    }
}

static void clear_words(const struct word *word, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        *AT(volatile uint64_t, word[i].pa) = 0;
    }
}

static void take_changes(const struct word *word, unsigned count, struct outcome *outcome)
{
    outcome->changes = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t now = *AT(volatile uint64_t, word[i].pa);

        if (now != word[i].value) {
            if (outcome->changes < CHANGED_WORDS) {
                outcome->changed[outcome->changes] = (struct word){word[i].pa, now};
            }
            outcome->changes++;
            *AT(volatile uint64_t, word[i].pa) = word[i].value;
        }
    }
}

/* ---- One case ------------------------------------------------------------------------------ */

static void take_syndrome(struct outcome *outcome, unsigned el)
{
    outcome->target = el;
    outcome->hpfar = READ("hpfar_el2");
    if (el == 1) {
        outcome->esr = READ("esr_el1");
        outcome->far = READ("far_el1");
        outcome->elr = READ("elr_el1");
        outcome->spsr = READ("spsr_el1");
    } else if (el == 2) {
        outcome->esr = READ("esr_el2");
        outcome->far = READ("far_el2");
        outcome->elr = READ("elr_el2");
        outcome->spsr = READ("spsr_el2");
    } else {
        outcome->esr = READ("esr_el3");
        outcome->far = READ("far_el3");
        outcome->elr = READ("elr_el3");
        outcome->spsr = READ("spsr_el3");
    }
}

/* Others leave ESR_ELx as it was. */
static int is_synchronous(uint64_t vector)
{
    return vector % 4 == 0;
}

/* EL3 is here again: did the case end, or end in the vectors of a lower level, or in its own? */
static void take_outcome(const struct entry *entry, struct outcome *outcome)
{
    uint64_t esr = READ("esr_el3");
    unsigned from = (unsigned)(READ("spsr_el3") >> 2 & 3);

    *outcome = (struct outcome){.vector = (uint32_t)entry->vector, .par = READ("par_el1")};
    outcome->x0 = entry->x0;
    if (!is_synchronous(entry->vector)) {
        take_syndrome(outcome, 3);
    } else if (EC(esr) != EC_SMC || (esr & 0xffff) > EXIT_CALL) {
        take_syndrome(outcome, 3);
    } else if ((esr & 0xffff) < 16) {
        take_syndrome(outcome, from);
        outcome->vector = (uint32_t)(esr & 0xffff);
        if (from == 2 && is_synchronous(outcome->vector) && EC(outcome->esr) == EC_SMC &&
            (outcome->esr & 0xffff) < 16) {
            outcome->vector = (uint32_t)(outcome->esr & 0xffff); /* HCR_EL2.TSC */
            take_syndrome(outcome, 1);
        }
        if (is_synchronous(outcome->vector) && (is_call(outcome->esr, EC_SMC, EXIT_CALL) ||
                                                is_call(outcome->esr, EC_SVC, EXIT_CALL))) {
            outcome->target = 0;
        }
    }
}

/* Writes the instruction words of a group, all at once: QEMU translates the page anew. */
static void place_words(const struct diff_case *cases, unsigned count)
{
    volatile uint32_t *to = AT(volatile uint32_t, CODE_PA + CODE_WORDS);

    for (unsigned i = 0; i < count && cases[i].insn == INSN_WORD; i++, to += WORD_SIZE / 4) {
        int returns = cases[i].va == ERET_WORD;

        to[0] = to[2] = (uint32_t)cases[i].va;
        to[1] = returns ? UNDEFINED_WORD : EXIT_SMC;
        to[3] = returns ? UNDEFINED_WORD : EXIT_SVC;
    }
    __asm__ volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
}

/* Where an ERET at the Exception level of the case goes. */
static void set_return(const struct diff_case *c)
{
    if (c->el == 1) {
        WRITE("spsr_el1", c->spsr);
        WRITE("elr_el1", c->elr);
    } else if (c->el == 2) {
        WRITE("spsr_el2", c->spsr);
        WRITE("elr_el2", c->elr);
    }
}

static void run_case(const struct diff_case *c, unsigned number, const uint64_t reg[],
                     struct outcome *outcome)
{
    struct entry entry = {.spsr = DAIF_MASKED, .sctlr_el3 = SAFE_SCTLR, .x0 = c->va};

    entry.x3 = STORED_VALUE;
    entry.spsr |= c->pan ? PSTATE_PAN : 0;
    entry.spsr |= c->el > 0 ? c->el * 4u + 1u : 0;
    if (c->insn == INSN_WORD) {
        entry.pc = CODE_PA + CODE_WORDS + number * WORD_SIZE + (c->el == 0 ? STUB_SIZE : 0);
        entry.spsr = (entry.spsr & ~DAIF_MASKED) | (uint64_t)c->daif << 6;
        entry.x0 = 0;
        set_return(c);
        WRITE("vbar_el1", c->code_va[0]);
        WRITE("vbar_el2", c->code_va[1]);
    } else if (c->el == 3) {
        entry.pc = ROM_STUBS + c->insn * STUB_SIZE;
        entry.sctlr_el3 = reg[REG_SCTLR_EL3];
    } else {
        entry.pc = c->code_va[c->el == 2] + CODE_STUBS;
        entry.pc += (c->insn + (c->el == 0 ? INSNS : 0)) * STUB_SIZE;
        WRITE("vbar_el1", c->code_va[0]);
        WRITE("vbar_el2", c->code_va[1]);
    }
    WRITE("par_el1", UINT64_C(0));
    forget_translations();
    raise_interrupt(c->interrupt, reg[REG_HCR_EL2]);
    enter(&entry);
    withdraw_interrupt(c->interrupt, reg[REG_HCR_EL2]);
    take_outcome(&entry, outcome);
}

/* MSR, or SYS: may have written to what the next case needs. */
static int is_write(const struct diff_case *c)
{
    return c->insn == INSN_WORD && (c->va & 0xffe00000) == 0xd5000000;
}

/* ---- Batches ------------------------------------------------------------------------------- */

static const void *run_group(const struct diff_group *group, struct control *control,
                             uint64_t now[], struct outcome **outcome)
{
    const struct word *words = (const struct word *)(group + 1);
    const struct diff_case *cases = (const struct diff_case *)(words + group->words);

    write_words(words, group->words);
    set_registers(control, group->reg, now);
    place_words(cases, group->cases);
    for (unsigned i = 0; i < group->cases; i++) {
        ((volatile struct control *)control)->started++;
        run_case(&cases[i], i, group->reg, *outcome);
        take_changes(words, group->words, *outcome);
        (*outcome)++;
        if (is_write(&cases[i])) {
            forget_registers(now);
            set_registers(control, group->reg, now);
        }
    }
    clear_words(words, group->words);
    return cases + group->cases;
}

static void run_batch(struct control *control, const uint64_t *input, struct outcome *outcome,
                      uint64_t now[])
{
    const void *next = input + 1;

    control->started = 0;
    for (uint64_t groups = *input; groups > 0; groups--) {
        next = run_group(next, control, now, &outcome);
    }
}

static void copy_code(void)
{
    volatile uint64_t *to = AT(volatile uint64_t, CODE_PA);

    for (const uint64_t *from = code_page; from < code_page_end; from++) {
        *to++ = *from;
    }
    __asm__ volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb");
}

void payload_main(void)
{
    struct control *control = AT(struct control, CONTROL_PA);
    uint64_t now[ALL_REGISTERS];

    control->submitted = 0;
    copy_code();
    describe(control);
    forget_registers(now);
    say('R');
    for (uint64_t batches = 0;; batches++) {
        unsigned batch = batches % BATCHES;

        hear(control, batches);
        if (control->scripts) {
            run_scripts(control, AT(uint64_t, INPUT_PA + batch * BATCH_SIZE),
                        AT(struct diff_op_result, OUTPUT_PA + batch * BATCH_SIZE));
        } else {
            run_batch(control, AT(uint64_t, INPUT_PA + batch * BATCH_SIZE),
                      AT(struct outcome, OUTPUT_PA + batch * BATCH_SIZE), now);
        }
        say((char)('0' + batch));
    }
}
