/* SPDX-License-Identifier: MIT */
/* What QEMU's interrupt controllers do otherwise than IHI0069. */
#include "imitation.h"
#include "map.h"

#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

#include <string.h>

#define D(name, does, rule, first, last) {#name, does, rule, first, last},
static const struct deviation deviations[] = {GIC_DEVIATIONS(D)};
#undef D

const struct deviation *gic_deviation(unsigned number)
{
    return number < GIC_DEVIATION_COUNT ? &deviations[number] : NULL;
}

static bool applies(const struct gic_imitation *im, enum gic_deviation deviation)
{
    return deviation_applies(&deviations[deviation], im->version);
}

/* This answer is by @deviation, if it is otherwise at all. */
static void meet(struct gic_imitation *im, enum gic_deviation deviation)
{
    im->met |= UINT32_C(1) << deviation;
}

/* What follows may be by @deviation. */
static void change(struct gic_imitation *im, enum gic_deviation deviation)
{
    im->before |= UINT32_C(1) << deviation;
}

/* ---- Bits that are kept -------------------------------------------------------------------- */

static uint8_t *kept_at(struct gic_imitation *im, uint64_t place)
{
    for (unsigned i = 0; i < im->keeps; i++) {
        if (im->kept[i].place == place) {
            return &im->kept[i].bits;
        }
    }
    return NULL;
}

static void keep_byte(struct gic_imitation *im, uint64_t place, uint8_t bits)
{
    uint8_t *at = kept_at(im, place);

    if (at != NULL) {
        *at = bits;
    } else if (bits != 0 && im->keeps < KEPT_BYTES) {
        im->kept[im->keeps++] = (struct kept){place, bits};
    }
}

static void keep(struct gic_imitation *im, uint64_t place, unsigned bytes, uint64_t bits)
{
    for (unsigned i = 0; i < bytes; i++) {
        keep_byte(im, place + i, (uint8_t)(bits >> 8 * i));
    }
}

static uint64_t kept(struct gic_imitation *im, uint64_t place, unsigned bytes)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < bytes; i++) {
        const uint8_t *at = kept_at(im, place + i);

        bits |= at == NULL ? 0 : (uint64_t)*at << 8 * i;
    }
    return bits;
}

/* ---- Frames -------------------------------------------------------------------------------- */

/* Registers whose bits @mask, of each group of @bytes, are kept. */
struct keeper {
    uint32_t first, last; /* offsets of its first and last byte */
    uint64_t mask;
    uint8_t bytes;
    uint8_t deviation;
    bool secure; /* Secure accesses alone, with two Security states: others see less of it */
};

#define ALL_BUT(mask) (~UINT64_C(mask))

static const struct keeper distributor_keepers[] = {
    {0x0400, 0x051f, 0x07, 1, GIC_DEVIATION_PRIO8, true},
    {0x6100, 0x68ff, ALL_BUT(0xff00ffffff), 8, GIC_DEVIATION_IROUTER, true},
};

static const struct keeper redistributor_keepers[] = {
    {0x10400, 0x1041f, 0x07, 1, GIC_DEVIATION_PRIO8, true},
    {GICR_PROPBASER, GICR_PROPBASER + 7, ARMVIRT_GICR_PROPBASER_RES0, 8, GIC_DEVIATION_RES0, false},
    {GICR_PENDBASER, GICR_PENDBASER + 7, ARMVIRT_GICR_PENDBASER_RES0, 8, GIC_DEVIATION_RES0, false},
    {GICR_PENDBASER, GICR_PENDBASER + 7, ARMVIRT_GICR_PENDBASER_PTZ, 8, GIC_DEVIATION_PTZ, false},
};

/* GITS_CBASER while the ITS is off. */
static const struct keeper its_keepers[] = {
    {GITS_CBASER, GITS_CBASER + 7, ARMVIRT_GITS_CBASER_RES0, 8, GIC_DEVIATION_ITS_RES0, false},
    {GITS_CWRITER, GITS_CWRITER + 7, ARMVIRT_GITS_CWRITER_RES0, 8, GIC_DEVIATION_ITS_RES0, false},
};

#define COUNT(table) ((unsigned)(sizeof(table) / sizeof((table)[0])))

/* The mask, as bits of what an access of @bytes at @offset moves. */
static uint64_t mask_of(const struct keeper *k, uint32_t offset, unsigned bytes)
{
    uint64_t mask = 0;

    for (unsigned i = 0; i < bytes; i++) {
        unsigned byte = (offset + i - k->first) % k->bytes;

        mask |= (k->mask >> 8 * byte & 0xff) << 8 * i;
    }
    return mask;
}

/* Each deviation has places of its own. */
static uint64_t place_of(const struct keeper *k, uint64_t pa)
{
    return pa | (uint64_t)k->deviation << 48;
}

static void access_keeper(struct gic_imitation *im, const struct keeper *k,
                          const struct diff_op *op, uint32_t offset, struct diff_op_result *result)
{
    unsigned bytes = op_size(op);
    uint64_t mask = mask_of(k, offset, bytes);
    uint64_t bits;

    if (offset < k->first || offset + bytes - 1 > k->last || bytes < (k->bytes == 8 ? 4 : 1) ||
        bytes == 2 || (k->secure && !im->model.ds && (op->context & OP_NS))) {
        return;
    }
    if (op_writes(op)) {
        keep(im, place_of(k, op->pa), bytes, op->value & mask);
        return;
    }
    bits = kept(im, place_of(k, op->pa), bytes);
    if (bits & ~result->value) {
        meet(im, k->deviation);
        result->value |= bits;
    }
}

static bool its_is_on(struct gic_imitation *im)
{
    return (gic_model_its(&im->model, GITS_CTLR, 4) & ARMVIRT_GITS_CTLR_ENABLED) != 0;
}

static void keep_of_its(struct gic_imitation *im, const struct diff_op *op,
                        struct diff_op_result *result)
{
    bool off = !op_writes(op) || !its_is_on(im);

    for (unsigned i = off ? 0 : 1; i < COUNT(its_keepers); i++) {
        access_keeper(im, &its_keepers[i], op, (uint32_t)(op->pa - GITS_PA), result);
    }
}

static void keep_of_frame(struct gic_imitation *im, const struct diff_op *op,
                          struct diff_op_result *result)
{
    if (op->pa < GITS_PA) {
        for (unsigned i = 0; i < COUNT(distributor_keepers); i++) {
            access_keeper(im, &distributor_keepers[i], op, (uint32_t)(op->pa - GICD_PA), result);
        }
    } else if (op->pa < GICR_PA) {
        keep_of_its(im, op, result);
    } else if (op->pa < SCRIPT_PA) {
        for (unsigned i = 0; i < COUNT(redistributor_keepers); i++) {
            access_keeper(im, &redistributor_keepers[i], op,
                          (uint32_t)((op->pa - GICR_PA) % GICR_BYTES), result);
        }
    }
}

/* Nobody sleeps; the register remembers. */
static void do_waker(struct gic_imitation *im, const struct diff_op *op, unsigned pe,
                     struct diff_op_result *result)
{
    if (op_writes(op)) {
        im->asleep[pe] = (op->value & ARMVIRT_GICR_WAKER_PROCESSORSLEEP) != 0;
        if (im->asleep[pe]) {
            change(im, GIC_DEVIATION_WAKER);
        }
        result->value = op->pa;
    } else {
        result->value = im->asleep[pe]
                            ? ARMVIRT_GICR_WAKER_PROCESSORSLEEP | ARMVIRT_GICR_WAKER_CHILDRENASLEEP
                            : 0;
    }
    if (!im->model.ds && (op->context & OP_NS)) {
        (op_writes(op) ? change : meet)(im, GIC_DEVIATION_WAKER_NS);
    }
}

/* Until it is written as it was. */
static void do_creadr(struct gic_imitation *im, const struct diff_op *op,
                      struct diff_op_result *result)
{
    struct diff_op read = *op;

    read.kind = OP_READ64;
    gic_model_do(&im->model, &read, result);
    if (op_writes(op) && im->model.ds) {
        im->stalled = false;
        im->creadr = op->value & ~ARMVIRT_GITS_CREADR_STALLED;
        im->creadr_written = im->creadr != result->value;
        result->value = op->pa;
    } else if (op_writes(op)) {
        result->value = op->pa;
    } else if (im->creadr_written) {
        meet(im, GIC_DEVIATION_CREADR);
        result->value = im->creadr;
    } else if (im->stalled) {
        meet(im, GIC_DEVIATION_STALL);
        result->value |= ARMVIRT_GITS_CREADR_STALLED;
    }
}

/* Commands may run now: those that QEMU runs too. */
static void go_on(struct gic_imitation *im, const struct diff_op *op)
{
    bool stalled = (gic_model_its(&im->model, GITS_CREADR, 8) & ARMVIRT_GITS_CREADR_STALLED) != 0;

    if (im->model.ignored[IGNORED_DISCARD]) {
        change(im, GIC_DEVIATION_DISCARD);
    }
    if (im->model.ignored[IGNORED_MAPD]) {
        change(im, GIC_DEVIATION_MAPD);
    }
    if (stalled && op->pa == GITS_PA + GITS_CTLR && its_is_on(im)) {
        struct diff_op retry = *op;
        struct diff_op_result result;

        retry.kind = OP_WRITE64;
        retry.pa = GITS_PA + GITS_CWRITER;
        retry.value = gic_model_its(&im->model, GITS_CWRITER, 8) | ARMVIRT_GITS_CWRITER_RETRY;
        gic_model_do(&im->model, &retry, &result);
        change(im, GIC_DEVIATION_STALL);
    }
    im->stalled = op->pa == GITS_PA + GITS_CBASER ? false : im->stalled || stalled;
}

/* Registers that are the imitation's own. */
static bool do_own(struct gic_imitation *im, const struct diff_op *op,
                   struct diff_op_result *result)
{
    uint64_t offset = op->pa - GICR_PA;

    if (op->pa == GITS_PA + GITS_CREADR && op_size(op) == 8) {
        do_creadr(im, op, result);
        return true;
    }
    if (op->pa < GICR_PA || op->pa >= SCRIPT_PA || offset % GICR_BYTES != GICR_WAKER ||
        op_size(op) != 4) {
        return false;
    }
    do_waker(im, op, (unsigned)(offset / GICR_BYTES), result);
    return true;
}

/* It has an ITLinesNumber of its own, and registers that armvirt's GIC does not have. */
static void correct_lines(struct gic_imitation *im, const struct diff_op *op,
                          struct diff_op_result *result)
{
    if (op->pa < GITS_PA && applies(im, GIC_DEVIATION_ITLINES)) {
        result->value -= op->pa == GICD_PA + GICD_TYPER && op->kind == OP_READ32;
        meet(im, GIC_DEVIATION_ITLINES);
    }
}

static bool is_inmir(uint64_t pa)
{
    uint64_t gicr = (pa - GICR_PA) % GICR_BYTES;

    return pa < GITS_PA ? pa >= GICD_PA + GIC_INMIR && pa < GICD_PA + GIC_INMIR_END
                        : pa >= GICR_PA && gicr == GICR_SGI + GIC_INMIR;
}

/* A Non-secure write of INMIR: as if a Secure one of 0 came before it. */
static void clear_inmir(struct gic_imitation *im, const struct diff_op *op)
{
    struct diff_op clear = *op;
    struct diff_op_result result;

    if (!is_inmir(op->pa) || !op_writes(op) || !(op->context & OP_NS) ||
        !applies(im, GIC_DEVIATION_INMIR)) {
        return;
    }
    clear.el = 3;
    clear.context &= (uint8_t)~OP_NS;
    clear.value = 0;
    gic_model_do(&im->model, &clear, &result);
    change(im, GIC_DEVIATION_INMIR);
}

static void do_frame(struct gic_imitation *im, const struct diff_op *op,
                     struct diff_op_result *result)
{
    if (do_own(im, op, result)) {
        return;
    }
    clear_inmir(im, op);
    gic_model_do(&im->model, op, result);
    keep_of_frame(im, op, result);
    correct_lines(im, op, result);
    if (op->pa >= GITS_PA && op->pa < GICR_PA && op_writes(op)) {
        go_on(im, op);
    }
}

/* ---- System registers ---------------------------------------------------------------------- */

/* A register of @pe, as EL3 reads it; @context: OP_NS or 0. */
static uint64_t look(struct gic_imitation *im, unsigned pe, unsigned context, unsigned reg)
{
    struct diff_op op = {.kind = OP_MRS,
                         .reg = (uint8_t)reg,
                         .pe = (uint8_t)pe,
                         .el = 3,
                         .context = (uint8_t)context};
    struct diff_op_result result;

    gic_model_do(&im->model, &op, &result);
    return result.value;
}

static void put(struct gic_imitation *im, unsigned pe, unsigned context, unsigned reg,
                uint64_t value)
{
    struct diff_op op = {.kind = OP_MSR,
                         .reg = (uint8_t)reg,
                         .pe = (uint8_t)pe,
                         .el = 3,
                         .context = (uint8_t)context,
                         .value = value};
    struct diff_op_result result;

    gic_model_do(&im->model, &op, &result);
}

/* Does the access reach the virtual interface, by the bit of HCR_EL2? */
static bool is_virtual(const struct diff_op *op, unsigned bit)
{
    return op->el == 1 && (op->context & OP_NS) && (op->context & bit);
}

static void write_ap1r(struct gic_imitation *im, const struct diff_op *op,
                       struct diff_op_result *result)
{
    struct diff_op read = *op;

    read.kind = OP_MRS;
    gic_model_do(&im->model, &read, result);
    if (result->end != END_DONE) {
        gic_model_do(&im->model, op, result);
        return;
    }
    change(im, GIC_DEVIATION_AP1R_NS);
    result->value = op->pa;
}

static bool is_active_in_list(struct gic_imitation *im, unsigned pe, uint64_t intid)
{
    for (unsigned i = 0; i < SCRIPT_LRS; i++) {
        uint64_t lr = look(im, pe, OP_NS, GIC_ICH_LR0_EL2 + i);

        if ((lr >> 63) != 0 && (lr & UINT32_MAX) == intid) {
            return true;
        }
    }
    return false;
}

/* An EOIR that drops a priority and finds no list register. */
static void write_virtual_eoir(struct gic_imitation *im, const struct diff_op *op,
                               struct diff_op_result *result)
{
    bool split = (look(im, op->pe, OP_NS, GIC_ICH_VMCR_EL2) & ARMVIRT_ICH_VMCR_EL2_VEOIM) != 0;
    bool drops = (look(im, op->pe, OP_NS, GIC_ICH_AP0R0_EL2) |
                  look(im, op->pe, OP_NS, GIC_ICH_AP1R0_EL2)) != 0;
    bool found = is_active_in_list(im, op->pe, op->value & 0xffffff);

    gic_model_do(&im->model, op, result);
    if (result->end == END_DONE && split && drops && !found && (op->value & 0xffffff) < 1020) {
        put(im, op->pe, OP_NS, GIC_ICH_HCR_EL2,
            look(im, op->pe, OP_NS, GIC_ICH_HCR_EL2) + ARMVIRT_LSB(ARMVIRT_ICH_HCR_EL2_EOICOUNT));
        change(im, GIC_DEVIATION_EOICOUNT);
    }
}

static void write_sysreg(struct gic_imitation *im, const struct diff_op *op,
                         struct diff_op_result *result)
{
    unsigned reg = op->reg;

    if ((reg == GIC_ICC_AP1R0_EL1 || reg == GIC_ICC_AP1R1_EL1) && (op->context & OP_NS) &&
        !is_virtual(op, OP_HCR_IMO) && applies(im, GIC_DEVIATION_AP1R_NS)) {
        write_ap1r(im, op, result);
    } else if ((reg == GIC_ICC_EOIR0_EL1 && is_virtual(op, OP_HCR_FMO)) ||
               (reg == GIC_ICC_EOIR1_EL1 && is_virtual(op, OP_HCR_IMO))) {
        write_virtual_eoir(im, op, result);
    } else {
        gic_model_do(&im->model, op, result);
    }
}

/* Bits of a register that are kept, or 0. */
static uint64_t kept_mask(const struct diff_op *op, uint64_t value, enum gic_deviation *deviation)
{
    if (op->reg == GIC_ICH_VMCR_EL2) {
        *deviation = GIC_DEVIATION_VPMR;
        return 0x07000000;
    }
    *deviation = GIC_DEVIATION_LR;
    if (op->reg < GIC_ICH_LR0_EL2 || op->reg > GIC_ICH_LR3_EL2) {
        return 0;
    }
    return value & ARMVIRT_ICH_LRN_EL2_HW ? UINT64_C(0x0f00e00000000000)
                                          : UINT64_C(0x0f00fdff00000000);
}

static void keep_of_sysreg(struct gic_imitation *im, const struct diff_op *op,
                           struct diff_op_result *result)
{
    uint64_t place = UINT64_C(1) << 56 | (uint64_t)op->pe << 16 | 8u * op->reg;
    enum gic_deviation deviation;
    uint64_t mask = kept_mask(op, op->kind == OP_MSR ? op->value : result->value, &deviation);
    uint64_t bits;

    if (mask == 0 || result->end != END_DONE) {
        return;
    }
    if (op->kind == OP_MSR) {
        keep(im, place, 8, op->value & mask);
        return;
    }
    bits = kept(im, place, 8);
    if (bits & ~result->value) {
        meet(im, deviation);
        result->value |= bits;
    }
}

static uint64_t misr(struct gic_imitation *im, unsigned pe, uint64_t value)
{
    uint64_t hcr = look(im, pe, OP_NS, GIC_ICH_HCR_EL2);
    uint64_t vmcr = look(im, pe, OP_NS, GIC_ICH_VMCR_EL2);

    value &= ~ARMVIRT_ICH_MISR_EL2_VGRP0D;
    return (hcr & ARMVIRT_ICH_HCR_EL2_VGRP0DIE) && !(vmcr & ARMVIRT_ICH_VMCR_EL2_VENG1)
               ? value | ARMVIRT_ICH_MISR_EL2_VGRP0D
               : value;
}

static void read_sysreg(struct gic_imitation *im, const struct diff_op *op,
                        struct diff_op_result *result)
{
    uint64_t value;

    gic_model_do(&im->model, op, result);
    value = result->value;
    if (result->end != END_DONE) {
        return;
    }
    if (op->reg == GIC_ICH_MISR_EL2) {
        result->value = misr(im, op->pe, value);
        if (result->value != value) {
            meet(im, GIC_DEVIATION_VGRP0D);
        }
    } else if (op->reg == GIC_ICC_CTLR_EL3) {
        value &= ~(ARMVIRT_ICC_CTLR_EL3_CBPR_EL1S | ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S);
        value |= value & ARMVIRT_ICC_CTLR_EL3_CBPR_EL1NS ? ARMVIRT_ICC_CTLR_EL3_CBPR_EL1S : 0;
        value |= value & ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS ? ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S : 0;
        if (result->value != value) {
            meet(im, GIC_DEVIATION_CTLR_EL3);
        }
        result->value = value;
    }
}

/* The wire of the maintenance interrupt. */
static void drive_maintenance(struct gic_imitation *im, unsigned pe)
{
    uint64_t hcr = look(im, pe, OP_NS, GIC_ICH_HCR_EL2);
    uint64_t right = look(im, pe, OP_NS, GIC_ICH_MISR_EL2);
    uint64_t value = misr(im, pe, right);
    bool enabled = (hcr & ARMVIRT_ICH_HCR_EL2_EN) != 0;

    if (enabled && (value != 0) != (right != 0)) {
        change(im, GIC_DEVIATION_VGRP0D);
    }
    armvirt_gic_ppi(im->model.gic, pe, MAINTENANCE, enabled && value != 0);
}

/* ---- Operations ---------------------------------------------------------------------------- */

/* Returns the deviations that may have led to the result. */
static uint32_t imitate(struct gic_imitation *im, const struct diff_op *op,
                        struct diff_op_result *result)
{
    *result = (struct diff_op_result){0};
    im->met = 0;
    if (op->kind < OP_READ8) {
        gic_model_do(&im->model, op, result);
    } else if (op->kind < OP_MRS) {
        do_frame(im, op, result);
    } else {
        if (op->kind == OP_MSR) {
            write_sysreg(im, op, result);
        } else {
            read_sysreg(im, op, result);
        }
        keep_of_sysreg(im, op, result);
        drive_maintenance(im, op->pe);
        if (op->kind == OP_MSR && result->end == END_DONE) {
            gic_model_interrupt(&im->model, op, result);
        }
    }
    return im->met != 0 ? im->met : im->before;
}

static void make(struct gic_imitation *im, const struct gic_facts *facts, unsigned version,
                 bool its, bool ds)
{
    struct gic_facts own = *facts;

    im->version = version;
    own.gicd_typer += applies(im, GIC_DEVIATION_ITLINES);
    own.maintenance = 0;
    gic_model_make(&im->model, &own, its, ds);
    im->model.ignores = true;
}

void gic_pair_make(struct gic_pair *pair, const struct gic_facts *facts, unsigned version, bool its,
                   bool ds)
{
    gic_model_make(&pair->model, facts, its, ds);
    make(&pair->imitation, facts, version, its, ds);
}

void gic_pair_drop(struct gic_pair *pair)
{
    gic_model_drop(&pair->model);
    gic_model_drop(&pair->imitation.model);
}

void gic_pair_begin(struct gic_pair *pair)
{
    struct gic_imitation *im = &pair->imitation;

    gic_model_begin(&pair->model);
    gic_model_begin(&im->model);
    im->keeps = 0;
    im->before = 0;
    im->creadr_written = false;
    im->stalled = false;
    memset(im->asleep, 0, sizeof(im->asleep));
}

void gic_pair_do(struct gic_pair *pair, struct script *script, unsigned at)
{
    const struct diff_op *op = &script->op[at];

    gic_model_do(&pair->model, op, &script->answer[at]);
    script->counts = pair->model.counts;
    script->met[at] = imitate(&pair->imitation, op, &script->predicted[at]);
}

void gic_pair_answer(struct gic_pair *pair, struct script *script)
{
    gic_pair_begin(pair);
    for (unsigned i = 0; i < script->ops; i++) {
        gic_pair_do(pair, script, i);
    }
}
