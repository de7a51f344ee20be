/* SPDX-License-Identifier: MIT */
/* Scripts in the words of tests/vectors/gic. */
#include "map.h"
#include "script.h"

#include <armvirt/regs/gic.h>

#include <stdio.h>

#define HEX(v) ((unsigned long long)(v))

const char *const gic_register_names[GIC_REGISTERS] = {
#define R(name, op1, crn, crm, op2) #name,
    DIFF_GIC_REGISTERS(R)
#undef R
};

static const char *el_name(const struct diff_op *op)
{
    static const char *const names[4][2] = {
        {"", ""}, {"el1s", "el1"}, {"el2", "el2"}, {"el3", "el3n"}};

    return names[op->el][op->context & OP_NS];
}

static void print_result(const char *arrow, const struct diff_op_result *r, bool reads)
{
    if (r->end == END_DONE) {
        reads ? printf(" %s 0x%llx", arrow, HEX(r->value)) : printf(" %s ok", arrow);
    } else if (r->vector % 4 != 0) {
        printf(" %s p%s:el%u", arrow, r->vector % 4 == 1 ? "irq" : "fiq", r->target);
    } else if (r->value == 0 || r->value >> 26 == 0x24 || r->value >> 26 == 0x25) {
        printf(" %s abort", arrow);
    } else {
        printf(" %s trap:el%u:0x%llx", arrow, r->target, HEX(r->value));
    }
}

static void print_place(const struct diff_op *op)
{
    if (op->pa < GITS_PA) {
        printf("GICD 0x%llx", HEX(op->pa - GICD_PA));
    } else if (op->pa < GICR_PA) {
        printf("GITS 0x%llx", HEX(op->pa - GITS_PA));
    } else {
        printf("GICR%llu 0x%llx", HEX((op->pa - GICR_PA) / GICR_BYTES),
               HEX((op->pa - GICR_PA) % GICR_BYTES));
    }
}

static void print_access(const struct diff_op *op)
{
    unsigned bits = 8u << ((op->kind - OP_READ8) % 4u);
    bool write = op->kind >= OP_WRITE8;

    if (op->pa >= SCRIPT_PA) {
        printf("mem%s%u 0x%llx", write ? "" : "r", bits, HEX(op->pa));
    } else if (op->pa == GITS_PA + GITS_TRANSLATER && write) {
        printf("msi 0x0");
    } else {
        printf("%c%u ", write ? 'w' : 'r', bits);
        print_place(op);
    }
    if (write) {
        printf(" 0x%llx", HEX(op->value));
    }
    if (op->pa < SCRIPT_PA && !(op->pa == GITS_PA + GITS_TRANSLATER && write)) {
        printf(" %s", op->context & OP_NS ? "ns" : "s");
    }
}

static void print_op(const struct diff_op *op)
{
    if (op->kind == OP_WIRE) {
        printf("ppiline cpu%u %u %llu", op->pe, op->reg, HEX(op->value));
    } else if (op->kind < OP_MRS) {
        print_access(op);
    } else if (op->reg == GIC_ISR_EL1) {
        printf("isr cpu%u %s", op->pe, el_name(op));
    } else {
        printf("%s cpu%u %s %s", op->kind == OP_MRS ? "mrs" : "msr", op->pe, el_name(op),
               gic_register_names[op->reg]);
        if (op->kind == OP_MSR) {
            printf(" 0x%llx", HEX(op->value));
        }
    }
}

/* Routing bits are state in these words. */
static void print_routing(const struct diff_op *op, uint8_t now[SCRIPT_PES])
{
    uint8_t routing = op->context & (uint8_t)~OP_NS;
    uint8_t change = routing ^ now[op->pe];

    if (op->kind < OP_MRS) {
        return;
    }
    if (change & (OP_SCR_IRQ | OP_SCR_FIQ)) {
        printf("scr cpu%u 0x%x\n", op->pe, routing & (OP_SCR_IRQ | OP_SCR_FIQ));
    }
    if (change & (OP_HCR_IMO | OP_HCR_FMO)) {
        printf("hcr cpu%u 0x%x\n", op->pe, routing & (OP_HCR_IMO | OP_HCR_FMO));
    }
    now[op->pe] = routing;
}

/* What a file of such scripts begins with, and what is done before a script. */
static void print_head(const struct gic_model *m, const struct script *script)
{
    static struct diff_op base[BASE_OPS];
    unsigned priority_bits =
        (unsigned)ARMVIRT_GET(ARMVIRT_ICC_CTLR_EL3_PRIBITS, m->config.icc_ctlr) + 1;

    printf("cfg cpus %d gic 3 security 1 pribits %u nmi 0\naff 0x0 0x1 0x2 0x3\n", SCRIPT_PES,
           priority_bits);
    printf("mem 0x%x 0x%x\n", SCRIPT_PA, SCRIPT_BYTES);
    printf("begin %llu seed 0 variant live class live clean 1 alt 0 tags -\n", HEX(script->number));
    if (script->ds) {
        printf("w32 GICD 0x0 0x40 s\n");
    }
    for (unsigned pe = 0; pe < SCRIPT_PES; pe++) {
        printf("w32 GICR%u 0x14 0x0 s\n", pe);
    }
    for (unsigned i = script_base(false, script->ds, base);
         m->its_on && i < script_base(true, script->ds, base); i++) {
        print_op(&base[i]);
        printf("\n");
    }
}

void print_script(const struct gic_model *m, const struct script *script,
                  const struct diff_op_result *machine)
{
    uint8_t routing[SCRIPT_PES] = {0};

    print_head(m, script);
    for (unsigned i = 0; i < script->ops; i++) {
        const struct diff_op *op = &script->op[i];
        bool reads = op->kind == OP_MRS || (op->kind >= OP_READ8 && op->kind <= OP_READ64);
        bool differs = !same_result(&script->answer[i], &machine[i]);

        print_routing(op, routing);
        print_op(op);
        if (reads || differs || script->answer[i].end != END_DONE) {
            print_result("->", differs ? &machine[i] : &script->answer[i], reads);
        }
        if (differs) {
            print_result("alt", &script->answer[i], reads);
        }
        printf("\n");
    }
    printf("end\n");
}
