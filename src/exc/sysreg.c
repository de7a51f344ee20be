/* SPDX-License-Identifier: MIT */
/*
 * Accesses to system registers: finding the row of an encoding, and the first of its rules that
 * holds. DDI0487 C5, D24, G8; J1.1.3 (AArch64.SystemAccessTrapSyndrome), J1.2.2.
 */
#include "sysreg.h"
#include "base/bits.h"
#include "pstate.h"

#include <armvirt/regs/debug.h>
#include <armvirt/sysreg.h>

/* ---- Rows ---------------------------------------------------------------------------------- */

#define NO_ROW UINT32_MAX

/* Rows that stand for many encodings: spec/access/reserved.access. */
#define SPECIAL(n)         (0x18200u | (n))
#define IMPLEMENTATION_ROW SPECIAL(0)
#define RESERVED_ID_ROW    SPECIAL(1)
#define FEATURE_ID_ROW     SPECIAL(2)
#define CP15_ID_ROW        SPECIAL(3)
#define CP15_ROW           SPECIAL(16) /* and CRn: 16 of them */
#define TIDCP_ROW          SPECIAL(32)

static unsigned count_bits(uint32_t word)
{
    word -= word >> 1 & 0x55555555u;
    word = (word & 0x33333333u) + (word >> 2 & 0x33333333u);
    return ((word + (word >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

_Static_assert(SPECIAL(63) >> 5 < SYSREG_TOP, "the table goes up to the special rows");

/* @reg is not beyond the special rows. */
static uint32_t find_row(uint32_t reg)
{
    const struct armvirt_sysreg_block *block;
    unsigned number = armvirt_sysreg_top[reg >> 5];
    uint32_t bit = 1u << (reg & 31);

    if (!number) {
        return NO_ROW;
    }
    block = &armvirt_sysreg_blocks[number - 1];
    return block->present & bit ? block->row + count_bits(block->present & (bit - 1)) : NO_ROW;
}

bool armvirt_sysreg_known(uint32_t reg)
{
    return reg < SPECIAL(0) && find_row(reg) != NO_ROW;
}

#define FIELD(reg, hi, lo) ((reg) >> (lo) & ((2u << ((hi) - (lo))) - 1))

/* C5.1.2.1, C5.10: encodings without a register. R27, R28. */
static uint32_t reserved_a64(uint32_t reg)
{
    unsigned op0 = FIELD(reg, 15, 14), op1 = FIELD(reg, 13, 11), crn = FIELD(reg, 10, 7);
    unsigned crm = FIELD(reg, 6, 3);

    if ((op0 & 1) && (crn == 11 || crn == 15)) {
        return IMPLEMENTATION_ROW;
    }
    if (op0 == 3 && crn == 0 && crm < 8 && (op1 == 0 || op1 == 1 || op1 == 3)) {
        return op1 == 0 && crm ? RESERVED_ID_ROW : FEATURE_ID_ROW;
    }
    return 0;
}

/* G8.2 HCR.TIDCP: CRn 9 with CRm 0 to 2 and 5 to 8, CRn 10 with 0, 1, 4 and 8, CRn 11 with 0 to 8
 * and 15; MRRC and MCRR are exempt. R26, R27 */
static uint32_t reserved_a32(uint32_t reg)
{
    static const uint16_t crm_of[3] = {0x01e7, 0x0113, 0x81ff};
    bool pair = reg >> 15 & 1;
    unsigned crn = pair ? FIELD(reg, 3, 0) : FIELD(reg, 10, 7), crm = FIELD(reg, 6, 3);

    if (!(reg >> (pair ? 8 : 14) & 1)) {
        return 0;
    }
    if (!pair && crn >= 9 && crn <= 11 && (crm_of[crn - 9] >> crm & 1)) {
        return TIDCP_ROW + crn;
    }
    return !pair && crn == 0 && crm >= 3 && FIELD(reg, 13, 11) == 0 ? CP15_ID_ROW : CP15_ROW + crn;
}

static uint32_t row_of(const struct armvirt_sysreg_access *access)
{
    uint32_t row = access->reg < SPECIAL(0) ? find_row(access->reg) : NO_ROW;
    uint32_t reserved = access->reg >> 16 ? reserved_a32(access->reg) : reserved_a64(access->reg);

    if (row != NO_ROW || !reserved || access->wide) {
        return row;
    }
    return find_row(reserved);
}

/* The program of a 128-bit access, or -1. */
static int wide_program(uint32_t reg, bool write)
{
    unsigned low = 0, high = SYSREG_WIDES;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (armvirt_sysreg_wides[middle].key < reg) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == SYSREG_WIDES || armvirt_sysreg_wides[low].key != reg) {
        return -1;
    }
    return armvirt_sysreg_wides[low].program[write];
}

/* ---- Rules --------------------------------------------------------------------------------- */

/* The outcome of the first rule that holds; @cause is its last condition, or 0. */
static unsigned first_rule(const uint64_t *truth, unsigned place, unsigned index, unsigned *cause)
{
    bool holds = true;

    *cause = 0;
    for (;;) {
        unsigned word = armvirt_sysreg_words[place++];

        if (word & SYSREG_WORD_OUTCOME) {
            if (word >= SYSREG_WORD_JUMP) {
                place = word & SYSREG_WORD_PLACE;
                continue;
            }
            if (holds) {
                return word;
            }
            holds = true;
            *cause = 0;
        } else if (holds) {
            unsigned n = (word & SYSREG_WORD_NUMBER) + (word & SYSREG_WORD_INDEXED ? index : 0);

            holds = (truth[n / 64] >> (n % 64) & 1) == !(word & SYSREG_WORD_NOT);
            *cause = (n + 1) | (word & SYSREG_WORD_NOT);
        }
    }
}

/* ---- Syndromes ----------------------------------------------------------------------------- */

/* CV and COND: from AArch64 state, as if always. */
static uint32_t condition(unsigned cond)
{
    return 1u << 24 | (cond ? cond - 1 : 14u) << 20;
}

static uint32_t a32_iss(const struct armvirt_sysreg_view *view,
                        const struct armvirt_sysreg_access *access, unsigned target)
{
    bool as_a64 = !view->target_a32[target];
    uint32_t reg = access->reg;
    uint32_t rt = as_a64 ? armvirt_a64_view(view->mode, access->rt & 15u) : access->rt & 15u;
    uint32_t rt2 = as_a64 ? armvirt_a64_view(view->mode, access->rt2 & 15u) : access->rt2 & 15u;
    uint32_t iss = condition(access->cond & 15u) | rt << 5 | !access->write;

    if (reg >> 15 & 1) {
        return iss | FIELD(reg, 7, 4) << 16 | rt2 << 10 | FIELD(reg, 3, 0) << 1;
    }
    return iss | FIELD(reg, 2, 0) << 17 | FIELD(reg, 13, 11) << 14 | FIELD(reg, 10, 7) << 10 |
           FIELD(reg, 6, 3) << 1;
}

/* LDC and STC, of coprocessor 14: what addresses memory is reported. */
static uint32_t transfer_iss(const struct armvirt_sysreg_view *view,
                             const struct armvirt_sysreg_access *access, unsigned target)
{
    uint32_t word = access->transfer, rn = word >> 16 & 15;
    uint32_t base = view->target_a32[target] ? rn : armvirt_a64_view(view->mode, rn);

    return condition(access->cond & 15u) | (word & 0xff) << 12 | (rn == 15 ? 0 : base << 5) |
           (word >> 23 & 1) << 4 | (rn == 15 ? 1u << 3 : 0) | (word >> 24 & 1) << 2 |
           (word >> 21 & 1) << 1 | (word >> 20 & 1);
}

static uint32_t a64_iss(const struct armvirt_sysreg_access *access)
{
    uint32_t reg = access->reg, rt = access->rt & 31u;

    return FIELD(reg, 15, 14) << 20 | FIELD(reg, 2, 0) << 17 | FIELD(reg, 13, 11) << 14 |
           FIELD(reg, 10, 7) << 10 | (access->wide ? rt >> 1 << 6 : rt << 5) |
           FIELD(reg, 6, 3) << 1 | !access->write;
}

enum {
    EC_CP15 = 0x03,
    EC_CP15_PAIR = 0x04,
    EC_CP14 = 0x05,
    EC_CP14_TRANSFER = 0x06,
    EC_FP = 0x07,
    EC_CP14_PAIR = 0x0c,
    EC_SYSREG_WIDE = 0x14,
    EC_SYSREG = 0x18,
    EC_GCS = 0x2d,
};

/* ISS of EC_GCS: ExType 1, J1.1.3 EXLOCKException */
#define GCS_EXLOCK (1u << 20)

static unsigned default_ec(const struct armvirt_sysreg_access *access)
{
    if (!(access->reg >> 16)) {
        return access->wide ? EC_SYSREG_WIDE : EC_SYSREG;
    }
    if (access->reg >> 15 & 1) {
        return access->reg >> 8 & 1 ? EC_CP15_PAIR : EC_CP14_PAIR;
    }
    if (access->reg >> 14 & 1) {
        return EC_CP15;
    }
    return access->transfer ? EC_CP14_TRANSFER : EC_CP14;
}

static uint32_t iss_of(const struct armvirt_sysreg_view *view,
                       const struct armvirt_sysreg_access *access, unsigned ec, unsigned target)
{
    switch (ec) {
    case EC_SYSREG:
    case EC_SYSREG_WIDE:
        return a64_iss(access);
    case EC_CP15:
    case EC_CP15_PAIR:
    case EC_CP14:
    case EC_CP14_PAIR:
        return a32_iss(view, access, target);
    case EC_CP14_TRANSFER:
        return transfer_iss(view, access, target);
    case EC_FP:
        return condition(access->cond & 15u);
    case EC_GCS:
        return GCS_EXLOCK;
    default:
        return 0;
    }
}

/* ---- Verdicts ------------------------------------------------------------------------------ */

static void trap(const struct armvirt_sysreg_view *view, const struct armvirt_sysreg_access *access,
                 unsigned target, unsigned ec, struct armvirt_sysreg_verdict *verdict)
{
    verdict->kind = ARMVIRT_SYSREG_TRAP;
    verdict->target_el = (uint8_t)target;
    verdict->ec = (uint8_t)(ec == SYSREG_DEFAULT_EC ? default_ec(access) : ec);
    verdict->iss = iss_of(view, access, verdict->ec, target);
}

/* J1.3.3 UnimplementedIDRegister: FEAT_IDST reports the access. R28 */
static void missing_id(const struct armvirt_sysreg_view *view,
                       const struct armvirt_sysreg_access *access,
                       struct armvirt_sysreg_verdict *verdict)
{
    unsigned target = view->el ? view->el : view->below_is_el2 ? 2 : 1;

    if (access->write || !armvirt_sysreg_holds(view, SYSREG_FEAT_IDST)) {
        verdict->kind = ARMVIRT_SYSREG_UNDEFINED;
    } else {
        trap(view, access, target, EC_SYSREG, verdict);
    }
}

static void conclude(const struct armvirt_sysreg_view *view,
                     const struct armvirt_sysreg_access *access, unsigned word,
                     struct armvirt_sysreg_verdict *verdict)
{
    static const uint8_t kinds[] = {
        [OUTCOME_UNDEF] = ARMVIRT_SYSREG_UNDEFINED,   [OUTCOME_SELF] = ARMVIRT_SYSREG_DONE,
        [OUTCOME_NOP] = ARMVIRT_SYSREG_NOP,           [OUTCOME_VIRTUAL] = ARMVIRT_SYSREG_VIRTUAL,
        [OUTCOME_MEMORY] = ARMVIRT_SYSREG_MEMORY,     [OUTCOME_OTHER] = ARMVIRT_SYSREG_DONE,
        [OUTCOME_SELECTED] = ARMVIRT_SYSREG_SELECTED, [OUTCOME_HALT] = ARMVIRT_SYSREG_HALT,
    };
    unsigned outcome = word >> 9 & 15, argument = word & SYSREG_WORD_ARGUMENT;

    if (outcome == OUTCOME_EL3 && view->el3_shut) { /* J1.3.3 EL3SDDUndef */
        verdict->kind = ARMVIRT_SYSREG_UNDEFINED;
    } else if (outcome >= OUTCOME_EL1) {
        trap(view, access, outcome - OUTCOME_EL1 + 1, argument, verdict);
    } else if (outcome == OUTCOME_EXLOCK) {
        trap(view, access, view->el, EC_GCS, verdict);
    } else if (outcome == OUTCOME_ID_REGISTER) {
        missing_id(view, access, verdict);
    } else {
        verdict->kind = kinds[outcome];
        if (outcome == OUTCOME_OTHER || outcome == OUTCOME_SELECTED) {
            verdict->reg = armvirt_sysreg_targets[argument];
        }
        if (outcome == OUTCOME_MEMORY) {
            verdict->offset = (uint16_t)(argument * 8);
        }
    }
}

/* An encoding belongs to the Execution state that has it. */
static bool wrong_state(const struct armvirt_sysreg_view *view,
                        const struct armvirt_sysreg_access *access)
{
    return view->aarch32 != (access->reg >> 16 != 0) || (access->wide && access->reg >> 16);
}

void armvirt_sysreg_access(const struct armvirt_sysreg_view *view,
                           const struct armvirt_sysreg_access *access,
                           struct armvirt_sysreg_verdict *verdict)
{
    uint32_t row = row_of(access);
    unsigned cause, word;
    int program;

    *verdict =
        (struct armvirt_sysreg_verdict){.kind = ARMVIRT_SYSREG_UNDEFINED, .reg = access->reg};
    if (row == NO_ROW || wrong_state(view, access)) {
        return;
    }
    program = access->wide ? wide_program(access->reg, access->write)
                           : armvirt_sysreg_rows[row].program[access->write];
    if (program < 0) {
        return;
    }
    word = first_rule(view->truth, armvirt_sysreg_programs[program][view->el & 3u],
                      armvirt_sysreg_rows[row].index, &cause);
    verdict->cause = (uint16_t)(cause & ~SYSREG_WORD_NOT);
    verdict->cause_holds = cause && !(cause & SYSREG_WORD_NOT);
    conclude(view, access, word, verdict);
}

void armvirt_sysreg_cause(uint16_t cause, struct armvirt_sysreg_control *control)
{
    const struct armvirt_sysreg_field *field;

    *control = (struct armvirt_sysreg_control){0};
    if (cause <= SYSREG_FACTS || cause > SYSREG_LITERALS) {
        return;
    }
    field = &armvirt_sysreg_fields[cause - 1u - SYSREG_FACTS];
    control->reg = armvirt_sysreg_control_rows[field->control].encoding;
    control->lsb = field->lsb;
    control->mask = field->mask;
    control->value = field->want;
    control->at_least = field->at_least;
}

void armvirt_sysreg_exception(const struct armvirt_pe *pe,
                              const struct armvirt_sysreg_verdict *verdict,
                              struct armvirt_exception *exc)
{
    if (verdict->kind == ARMVIRT_SYSREG_TRAP) {
        armvirt_exc_trap(pe, verdict->target_el, verdict->ec, verdict->iss, exc);
        return;
    }
    armvirt_exc_raise(pe, 0, 0, exc);
    if (verdict->kind == ARMVIRT_SYSREG_HALT) {
        exc->halt = ARMVIRT_EDSCR_STATUS_SOFTWARE_ACCESS;
    }
}
