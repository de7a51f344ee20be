/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded instructions that generate exceptions, with the state on entry: DDI0487
 * D1.4.2, D1.4.8, D1.4.9. See exc/README.md for where the cases come from.
 */
#include "exc_machine.h"

#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>

/* Where the instruction is. */
#define OP_ADDRESS UINT64_C(0x40200000)

/* PSTATE.NZCV and DIT are not kept by the recorded machine (Q_ENTRY_NZCV). */
#define PSTATE_LISTED UINT64_C(0xf1000000)

/* Words whose outcome the data decide: pointers are not signed, stacks and options not prepared. */
static bool data_fail(uint32_t word)
{
    static const uint32_t words[] = {
        0xd50323bf, 0xd65f0bff, 0xd69f0bff, 0xd69f0fff, 0xd71f094b, 0xd73f0d4b,
        0xdac1116a, 0xdac1196a, 0xdac137ea, 0xf82004a2, 0x194604e5, 0x198604e5,
        0x19c844e5, 0x19c884e5, 0xd50b7745, 0xd52b7766,
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (words[i] == word) {
            return true;
        }
    }
    return false;
}

/* The machine copies by option A, for which the prologue leaves C clear: other instructions than a
 * prologue that find C set were begun by somebody else. */
static void prepare_copy(const struct records *r, struct armvirt_insn *insn)
{
    bool set = (insn->word >> 22 & 3) == 3;
    uint32_t phase = set ? insn->word >> 14 & 3 : insn->word >> 22 & 3;

    insn->fails = phase != 0 && (case_get(r, "ps") & ARMVIRT_SPSR_EL1_C) != 0;
    insn->format_option = 3; /* wrong option, option A */
}

static void prepare(const struct records *r, struct armvirt_pe *pe, struct armvirt_insn *insn,
                    bool aarch32)
{
    uint32_t word = (uint32_t)case_get(r, "op");

    pe->pc = case_get(r, "elr") > OP_ADDRESS ? case_get(r, "elr") : OP_ADDRESS;
    pe->event = case_get(r, "ev") != 0;
    if (aarch32) {
        armvirt_insn_decode_a32(word, insn);
    } else {
        armvirt_insn_decode(word, insn);
    }
    insn->fails = data_fail(word);
    insn->ready = case_text(r, "pend") != NULL;
    if (insn->kind == ARMVIRT_INSN_MOPS) {
        prepare_copy(r, insn);
    }
}

/* The saved and the new state. The record tells SPSR only if it is not the PSTATE before. */
static bool state_is_right(const struct records *r, const struct armvirt_pe *pe,
                           const struct armvirt_exception *exc)
{
    unsigned el = exc->target_el;
    uint64_t spsr, pst, elr, btype = ARMVIRT_SPSR_EL1_BTYPE;

    if (!case_number(r, "spsr", &spsr)) {
        spsr = case_get(r, "ps");
    }
    case_number(r, "elr", &elr);
    if (elr < OP_ADDRESS) { /* relative to the instruction */
        elr += OP_ADDRESS;
    }
    /* The machine clears BTYPE on some traps, which the architecture allows (R_PMQBM). */
    if (((pe->spsr_el[el] ^ spsr) & ~(spsr & btype ? 0 : btype)) || pe->elr_el[el] != elr) {
        return false;
    }
    return !case_number(r, "pst", &pst) || ((pst ^ pe->pstate) & ~PSTATE_LISTED) == 0;
}

/* docs/conformance.md, "Recorded exceptions that differ": Q_MSRI_ESR, Q_HVC_SEC, Q_GCSSTTR;
 * Q_ZT0_SMTC: traps of ZT0 by SMCR_ELx.EZT0 have a code of their own. */
static bool insn_is_listed(const struct records *r, const struct armvirt_insn *insn,
                           const struct armvirt_exception *exc)
{
    if (insn->kind == ARMVIRT_INSN_SME_ZT0 && exc->cause == ARMVIRT_EXC_CAUSE_SMCR_EZT0 &&
        case_get(r, "esr") == (exc->esr & ~ARMVIRT_ISS_SME_SMTC)) {
        return true;
    }
    if (case_tagged(r, "msri-esr")) { /* op1 and op2 have changed places */
        return case_get(r, "esr") >> 26 == 0x18 && exc->esr >> 26 == 0x18;
    }
    if (case_tagged(r, "hvc-sec")) {
        return case_is(r, "r", "e2") && case_get(r, "esr") >> 26 == 0x16 && exc->esr >> 26 == 0;
    }
    return case_tagged(r, "gcssttr");
}

static enum judgement judge_insn(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_exception exc = {0};
    struct armvirt_insn insn;
    bool right;

    prepare(r, &pe, &insn, false);
    if (armvirt_exc_insn(&pe, &insn, &exc) == ARMVIRT_OK) {
        right = case_is(r, "r", "ok") || case_is(r, "r", "wait");
    } else {
        armvirt_exc_enter(&pe, &exc);
        right = case_entered(r, &pe, &exc) && state_is_right(r, &pe, &exc);
    }
    return right ? AGREES : insn_is_listed(r, &insn, &exc) ? LISTED : DISAGREES;
}

/* ---- AArch32 ------------------------------------------------------------------------------ */

/* Coprocessor and banked registers are not instructions of this kind. */
static bool is_register_access(uint32_t word)
{
    bool coprocessor = (word >> 28) != 0xf && (word & 0x0c000e00) == 0x0c000e00 &&
                       (word & 0x0f000000) != 0x0f000000;

    return coprocessor || (word & 0x0fb00eff) == 0x01000200; /* MRS (banked) */
}

/* R14 of the mode that was entered. */
static bool a32_link_is_right(const struct records *r, const struct armvirt_pe *pe)
{
    uint64_t lr = case_get(r, "lr") + OP_ADDRESS;
    unsigned mode = (unsigned)pe->pstate & 0x1f;

    return pe->lr[mode == 0x13   ? ARMVIRT_A32_SVC
                  : mode == 0x17 ? ARMVIRT_A32_ABT
                                 : ARMVIRT_A32_UND] == (uint32_t)lr;
}

static enum judgement judge_a32(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_exception exc = {0};
    struct armvirt_insn insn;
    bool right;

    prepare(r, &pe, &insn, true);
    if (is_register_access(insn.word)) {
        return SKIPPED;
    }
    if (armvirt_exc_insn(&pe, &insn, &exc) == ARMVIRT_OK) {
        bool returned = insn.kind == ARMVIRT_INSN_ERET;

        right = returned || case_is(r, "r", "ok") || case_is(r, "r", "wait");
    } else {
        armvirt_exc_enter(&pe, &exc);
        right = case_entered(r, &pe, &exc) &&
                (pe.pstate & ARMVIRT_SPSR_EL1_M_4 ? a32_link_is_right(r, &pe)
                                                  : state_is_right(r, &pe, &exc));
    }
    return right ? AGREES : DISAGREES;
}

int main(int argc, char **argv)
{
    struct account total = {{0}};
    char directory[PATH_BYTES];

    if (argc != 2) {
        fprintf(stderr, "usage: exc_insn DIRECTORY\n");
        return 2;
    }
    path_join(directory, argv[1], "exc");
    replay_cases(directory, "insn.txt", judge_insn, &total);
    replay_cases(directory, "a32.txt", judge_a32, &total);
    return account_verdict(&total);
}
