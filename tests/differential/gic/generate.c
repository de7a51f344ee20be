/* SPDX-License-Identifier: MIT */
/*
 * Random scripts: what software does with interrupts, in random order and with random operands.
 * armvirt and the imitation execute each operation as it is made, so an interrupt that was
 * acknowledged can be ended, and no operation is left that the architecture calls UNPREDICTABLE.
 */
#include "generate.h"
#include "map.h"

/* ---- Operations ---------------------------------------------------------------------------- */

/* Returns what the machine will read; all ones if it takes an exception. */
static uint64_t emit(struct script_generator *g, struct diff_op op)
{
    struct script *script = g->script;
    const struct diff_op_result *last;

    if (script->ops < SCRIPT_OPS) {
        script->op[script->ops] = op;
        gic_pair_do(g->pair, script, script->ops++);
    }
    last = &script->predicted[script->ops - 1];
    return last->end == END_DONE ? last->value : UINT64_MAX;
}

uint64_t emit_mmio(struct script_generator *g, unsigned kind, uint64_t pa, uint64_t value, bool ns)
{
    return emit(g, (struct diff_op){.kind = (uint8_t)kind,
                                    .pe = (uint8_t)some_pe(g),
                                    .el = ns ? 2 : 3,
                                    .context = ns ? OP_NS : 0,
                                    .pa = pa,
                                    .value = value});
}

static struct diff_op sysreg(unsigned kind, unsigned pe, struct context c, unsigned reg)
{
    return (struct diff_op){.kind = (uint8_t)kind,
                            .pe = (uint8_t)pe,
                            .el = c.el,
                            .context = c.bits,
                            .reg = (uint8_t)reg};
}

uint64_t emit_mrs(struct script_generator *g, unsigned pe, struct context c, unsigned reg)
{
    return emit(g, sysreg(OP_MRS, pe, c, reg));
}

void emit_msr(struct script_generator *g, unsigned pe, struct context c, unsigned reg,
              uint64_t value)
{
    struct diff_op op = sysreg(OP_MSR, pe, c, reg);

    op.value = value;
    emit(g, op);
}

void emit_wire(struct script_generator *g, unsigned pe, unsigned intid, bool level)
{
    emit(g,
         (struct diff_op){
             .kind = OP_WIRE, .pe = (uint8_t)pe, .el = 3, .reg = (uint8_t)intid, .value = level});
}

/* ---- Choices ------------------------------------------------------------------------------- */

bool chance(struct script_generator *g, unsigned percent)
{
    return random_chance(&g->random, percent);
}

unsigned below(struct script_generator *g, unsigned bound)
{
    return random_below(&g->random, bound);
}

uint64_t some_bits(struct script_generator *g, uint64_t mask)
{
    return random_next(&g->random) & mask;
}

unsigned some_pe(struct script_generator *g)
{
    return below(g, g->pes);
}

struct context some_context(struct script_generator *g)
{
    static const struct context contexts[] = {{3, 0},     {3, 0},     {3, OP_NS}, {2, OP_NS},
                                              {2, OP_NS}, {1, OP_NS}, {1, 0}};

    return contexts[below(g, sizeof(contexts) / sizeof(contexts[0]))];
}

struct context routed_context(struct script_generator *g)
{
    struct context c = some_context(g);

    c.bits |= (uint8_t)(random_next(&g->random) &
                        some_bits(g, OP_SCR_IRQ | OP_SCR_FIQ | OP_HCR_FMO | OP_HCR_IMO));
    return c;
}

/* ---- Traps --------------------------------------------------------------------------------- */

/* Routing bits, ICH_HCR_EL2.TALL0, TALL1, TC and TDIR. */
static void step_traps(struct script_generator *g)
{
    if (chance(g, 10)) {
        emit_msr(g, some_pe(g), AT_EL2, GIC_ICH_HCR_EL2,
                 random_next(&g->random) & some_bits(g, 0x5c01));
    } else if (chance(g, 20)) {
        unsigned intid = some_intid(g);

        emit_mmio(g, OP_WRITE32, word_of(g, intid, GIC_ISPENDR), UINT64_C(1) << intid % 32,
                  chance(g, 25));
    } else {
        access_sysreg(g, routed_context(g));
    }
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static void generate_gic(struct script_generator *g)
{
    static void (*const steps[])(struct script_generator *) = {step_physical, step_registers,
                                                               step_virtual, step_traps};
    unsigned mood = below(g, 5) % 4;
    unsigned most = 20 + below(g, 60);

    if (mood == 2) {
        setup_virtual(g);
    } else if (mood != 1 || chance(g, 20)) {
        emit_enable(g);
        setup_physical(g);
    }
    while (g->script->ops < most) {
        if (g->script->tempt < FIRST_ITS_DEVIATION && chance(g, 5)) {
            step_tempt(g, g->script->tempt);
        } else {
            steps[mood](g);
        }
    }
}

/* The fewer take part, the more becomes of what they do. */
static void choose(struct script_generator *g)
{
    static const uint8_t pes[] = {1, 1, 1, 2, 2, 3, SCRIPT_PES};

    g->pes = pes[below(g, sizeof(pes))];
    for (unsigned i = 0; i < FAVOURITES; i++) {
        g->intid[i] = (uint16_t)any_intid(g);
        if (chance(g, 15)) {
            g->intid[i] = wires[below(g, WIRES)];
        }
        g->event[i] = (uint8_t)(below(g, DEVICES) * EVENTS + below(g, 8));
    }
}

void generate_script(struct gic_pair *pair, unsigned subject, uint64_t seed, uint64_t number,
                     struct script *script)
{
    struct script_generator g = {
        .random = {seed * UINT64_C(0x100000001b3) + number}, .pair = pair, .script = script};

    random_next(&g.random);
    g.random.state ^= random_next(&g.random) + subject;
    script->ops = 0;
    script->number = number;
    script->ds = pair->model.ds;
    script->tempt = (uint8_t)(subject == SUBJECT_ITS
                                  ? FIRST_ITS_DEVIATION + random_below(&g.random, ITS_DEVIATIONS)
                                  : random_below(&g.random, 2 * FIRST_ITS_DEVIATION));
    choose(&g);
    gic_pair_begin(pair);
    if (subject == SUBJECT_ITS) {
        generate_its(&g);
    } else {
        generate_gic(&g);
    }
}
