/* SPDX-License-Identifier: MIT */
/* What scripts covered. Every cell that this QEMU can fill is to be filled. */
#include "map.h"
#include "registers.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONTEXTS = 6, ACCESSES = 5, MOST_ROWS = 40 };
enum { DONE, UNDEFINED, TRAP_EL2, TRAP_EL3, IRQ_EL2, IRQ_EL3, FIQ_EL2, FIQ_EL3, ENDS };
enum { SGI, PPI, SPI, LPI, SECURE, NON_SECURE, NONE, KINDS };
enum { ACKNOWLEDGES = 8 };

struct script_cover {
    uint64_t sysreg[GIC_REGISTERS][CONTEXTS][2]; /* of reads, of writes */
    uint64_t end[ENDS][2];
    uint64_t frame[FRAMES][MOST_ROWS][ACCESSES];
    uint64_t intid[ACKNOWLEDGES][KINDS];
    uint64_t command[ITS_OPCODES][ITS_REASONS];
    uint64_t message[ITS_REASONS];
};

struct script_cover *cover_new(void)
{
    return calloc(1, sizeof(struct script_cover));
}

/* ---- Counting ------------------------------------------------------------------------------ */

static unsigned end_of(const struct diff_op_result *r)
{
    if (r->end == END_DONE) {
        return DONE;
    }
    if (r->vector % 4 != 0) {
        return (r->vector % 4 == 1 ? 0u + IRQ_EL2 : 0u + FIQ_EL2) + (r->target == 3);
    }
    return r->value >> 26 == 0 ? UNDEFINED : r->target == 2 ? TRAP_EL2 : TRAP_EL3;
}

/* In the order of the heads below. */
static unsigned context_of(const struct diff_op *op)
{
    bool ns = (op->context & OP_NS) != 0;

    if (op->el != 1) {
        return op->el == 2 ? 2 : ns;
    }
    return !ns ? 4 : op->context & (OP_HCR_FMO | OP_HCR_IMO) ? 5 : 3;
}

static unsigned kind_of(uint64_t intid)
{
    static const uint16_t first[] = {16, 32, 1020, 1021, 1022};
    static const uint8_t kind[] = {SGI, PPI, SPI, SECURE, NON_SECURE};

    for (unsigned i = 0; i < sizeof(kind); i++) {
        if (intid < first[i]) {
            return kind[i];
        }
    }
    return intid < FIRST_LPI ? NONE : LPI;
}

static const uint8_t acknowledges[ACKNOWLEDGES / 2] = {GIC_ICC_IAR0_EL1, GIC_ICC_IAR1_EL1,
                                                       GIC_ICC_HPPIR0_EL1, GIC_ICC_HPPIR1_EL1};

static void count_intid(struct script_cover *cover, const struct diff_op *op, uint64_t intid)
{
    bool group1 = op->reg == GIC_ICC_IAR1_EL1 || op->reg == GIC_ICC_HPPIR1_EL1;
    bool guest =
        op->el == 1 && (op->context & OP_NS) && (op->context & (group1 ? OP_HCR_IMO : OP_HCR_FMO));

    for (unsigned i = 0; i < ACKNOWLEDGES / 2; i++) {
        if (op->reg == acknowledges[i]) {
            cover->intid[2 * i + guest][kind_of(intid)]++;
        }
    }
}

/* Read or written by Secure or Non-secure software, or with another width. */
static void count_access(struct script_cover *cover, const struct diff_op *op)
{
    static const uint32_t first[FRAMES] = {GICD_PA, GICR_PA, GITS_PA};
    unsigned frame = op->pa < GITS_PA ? FRAME_GICD : op->pa < GICR_PA ? FRAME_GITS : FRAME_GICR;
    uint64_t offset = (op->pa - first[frame]) % GICR_BYTES;
    unsigned kind = op_writes(op) ? op->kind - 4u : op->kind;

    for (unsigned i = 0; i < frame_registers[frame].rows; i++) {
        const struct frame_register *r = &frame_registers[frame].row[i];
        unsigned access = op_writes(op) * 2u + (op->context & OP_NS);

        if (offset >= r->offset && offset < r->offset + (uint64_t)r->count * r->step) {
            cover->frame[frame][i][kind == r->kind ? access : ACCESSES - 1]++;
        }
    }
}

void cover_count(struct script_cover *cover, const struct diff_op *op,
                 const struct diff_op_result *result)
{
    if (op->kind >= OP_MRS) {
        cover->sysreg[op->reg][context_of(op)][op->kind == OP_MSR]++;
        cover->end[end_of(result)][op->kind == OP_MSR]++;
        if (op->kind == OP_MRS && result->end == END_DONE) {
            count_intid(cover, op, result->value);
        }
    } else if (op->pa < SCRIPT_PA) {
        count_access(cover, op);
    }
}

void cover_count_its(struct script_cover *cover, const struct its_counts *counts)
{
    for (unsigned i = 0; i < ITS_REASONS; i++) {
        for (unsigned opcode = 0; opcode < ITS_OPCODES; opcode++) {
            cover->command[opcode][i] += counts->command[opcode][i];
        }
        cover->message[i] += counts->message[i];
    }
}

/* ---- Tables -------------------------------------------------------------------------------- */

static unsigned print_cell(uint64_t count, bool can)
{
    if (count > 0) {
        printf(" %8llu", (unsigned long long)count);
    } else {
        printf(" %8s", can ? "EMPTY" : "-");
    }
    return can && count == 0;
}

static unsigned print_row(const char *name, const uint64_t *cells, unsigned count, uint32_t can)
{
    unsigned empty = 0;

    printf("  %-24s", name);
    for (unsigned i = 0; i < count; i++) {
        empty += print_cell(cells[i], can >> i & 1);
    }
    printf("\n");
    return empty;
}

static unsigned print_sysregs(const struct script_cover *cover)
{
    unsigned empty = 0;

    printf("  %-24s %8s %8s %8s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "reads and writes at",
           "EL3", "w", "EL3 NS", "w", "EL2", "w", "EL1", "w", "Secure 1", "w", "guest", "w");
    for (unsigned i = 0; i < GIC_REGISTERS; i++) {
        empty += print_row(gic_register_names[i], cover->sysreg[i][0], 2 * CONTEXTS, UINT32_MAX);
    }
    return empty;
}

static unsigned print_ends(const struct script_cover *cover)
{
    static const char *const names[ENDS] = {"done",        "UNDEFINED",  "trap to EL2",
                                            "trap to EL3", "IRQ to EL2", "IRQ to EL3",
                                            "FIQ to EL2",  "FIQ to EL3"};
    unsigned empty = 0;

    printf("  %-24s %8s %8s\n", "how they end", "r", "w");
    for (unsigned i = 0; i < ENDS; i++) {
        empty += print_row(names[i], cover->end[i], 2, UINT32_MAX);
    }
    return empty;
}

static unsigned print_frame(const struct script_cover *cover, unsigned frame)
{
    const struct frame_registers *registers = &frame_registers[frame];
    unsigned empty = 0;

    printf("  %-24s %8s %8s %8s %8s %8s\n", "accesses", "S r", "NS r", "S w", "NS w", "width");
    for (unsigned i = 0; i < registers->rows; i++) {
        empty += print_row(registers->row[i].name, cover->frame[frame][i], ACCESSES, UINT32_MAX);
    }
    return empty;
}

#define K(kind)   (1u << (kind))
#define PHYSICAL1 (K(SGI) | K(PPI) | K(SPI) | K(NONE))
#define PHYSICAL0 (PHYSICAL1 | K(SECURE) | K(NON_SECURE))
#define VIRTUAL   (PHYSICAL1 | K(LPI))

static unsigned print_intids(const struct script_cover *cover, bool its)
{
    static const struct {
        const char *name;
        uint32_t can[2]; /* of the subject gic, of the ITS */
    } rows[ACKNOWLEDGES] = {
        {"ICC_IAR0_EL1", {PHYSICAL0, K(NON_SECURE) | K(NONE)}},   {"ICV_IAR0_EL1", {VIRTUAL, 0}},
        {"ICC_IAR1_EL1", {PHYSICAL1, K(LPI) | K(NONE)}},          {"ICV_IAR1_EL1", {VIRTUAL, 0}},
        {"ICC_HPPIR0_EL1", {PHYSICAL0, K(NON_SECURE) | K(NONE)}}, {"ICV_HPPIR0_EL1", {VIRTUAL, 0}},
        {"ICC_HPPIR1_EL1", {PHYSICAL1, K(LPI) | K(NONE)}},        {"ICV_HPPIR1_EL1", {VIRTUAL, 0}},
    };
    unsigned empty = 0;

    printf("  %-24s %8s %8s %8s %8s %8s %8s %8s\n", "INTIDs", "SGI", "PPI", "SPI", "LPI", "1020",
           "1021", "1023");
    for (unsigned i = 0; i < ACKNOWLEDGES; i++) {
        empty += print_row(rows[i].name, cover->intid[i], KINDS, rows[i].can[its]);
    }
    return empty;
}

#define R(reason) (UINT32_C(1) << ARMVIRT_ITS_##reason)
#define OF_EVENT                                                                                   \
    (R(NONE) | R(DEVICE_RANGE) | R(DEVICE_UNMAPPED) | R(EVENT_RANGE) | R(EVENT_UNMAPPED))
#define MAPS                                                                                       \
    (R(NONE) | R(DEVICE_RANGE) | R(DEVICE_UNMAPPED) | R(EVENT_RANGE) | R(INTID_RANGE) |            \
     R(COLLECTION_RANGE))

/* A line for each end that it may have. */
static unsigned print_reasons(const char *name, const uint64_t counts[ITS_REASONS], uint32_t can)
{
    static const char *const reasons[ITS_REASONS] = {
#define ARMVIRT_ITS_REASON_NAME(name, kind, words) words,
        ARMVIRT_ITS_REASONS(ARMVIRT_ITS_REASON_NAME)
#undef ARMVIRT_ITS_REASON_NAME
    };
    unsigned empty = 0;

    for (unsigned i = 0; i < ITS_REASONS; i++) {
        if (counts[i] > 0 || (can >> i & 1)) {
            printf("  %-8s", name);
            empty += print_cell(counts[i], true);
            printf("  %s\n", i == ARMVIRT_ITS_NONE ? "done" : reasons[i]);
        }
    }
    return empty;
}

static unsigned print_commands(const struct script_cover *cover)
{
    static const struct {
        const char *name;
        uint32_t can;
        uint8_t opcode;
    } rows[] = {
        {"MAPD", R(NONE) | R(DEVICE_RANGE) | R(ITT_SIZE), ARMVIRT_ITS_MAPD},
        {"MAPC", R(NONE) | R(PE_RANGE) | R(COLLECTION_RANGE), ARMVIRT_ITS_MAPC},
        {"MAPTI", MAPS, ARMVIRT_ITS_MAPTI},
        {"MAPI", MAPS, ARMVIRT_ITS_MAPI},
        {"MOVI", OF_EVENT | R(COLLECTION_UNMAPPED), ARMVIRT_ITS_MOVI},
        {"DISCARD", OF_EVENT, ARMVIRT_ITS_DISCARD},
        {"INT", OF_EVENT | R(COLLECTION_UNMAPPED), ARMVIRT_ITS_INT},
        {"CLEAR", OF_EVENT | R(COLLECTION_UNMAPPED), ARMVIRT_ITS_CLEAR},
        {"INV", OF_EVENT | R(COLLECTION_UNMAPPED), ARMVIRT_ITS_INV},
        {"INVALL", R(NONE), ARMVIRT_ITS_INVALL},
        {"MOVALL", R(NONE) | R(PE_RANGE), ARMVIRT_ITS_MOVALL},
        {"SYNC", R(NONE), ARMVIRT_ITS_SYNC},
        {"others", R(OPCODE), 0},
    };
    unsigned empty = 0;

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        empty += print_reasons(rows[i].name, cover->command[rows[i].opcode], rows[i].can);
    }
    return empty +
           print_reasons("MSI", cover->message, OF_EVENT | R(COLLECTION_UNMAPPED) | R(DISABLED));
}

unsigned cover_print(const struct script_cover *cover, bool its)
{
    if (its) {
        return print_commands(cover) + print_frame(cover, FRAME_GITS) + print_intids(cover, true);
    }
    return print_sysregs(cover) + print_ends(cover) + print_frame(cover, FRAME_GICD) +
           print_frame(cover, FRAME_GICR) + print_intids(cover, false);
}
