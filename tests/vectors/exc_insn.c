/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded instructions that generate exceptions, with the state on entry: DDI0487
 * D1.4.2, D1.4.8, D1.4.9. See exc/README.md for where the cases come from.
 */
#include "exc_machine.h"

#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/vmsa.h>

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

/* SPSR as the machine saves it: it clears BTYPE on traps of WFE and WFI, as R_PMQBM allows. */
static uint64_t machine_spsr(const struct armvirt_insn *insn, const struct armvirt_exception *exc,
                             uint64_t spsr)
{
    bool trap = ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, exc->esr) == ARMVIRT_ESR_ELX_EC_WFX;
    bool timed = insn->kind == ARMVIRT_INSN_WFIT || insn->kind == ARMVIRT_INSN_WFET;

    return trap && !timed ? spsr & ~ARMVIRT_SPSR_EL1_BTYPE : spsr;
}

/* The saved and the new state. The record tells SPSR only if it is not the PSTATE before. */
static bool state_is_right(const struct records *r, const struct armvirt_pe *pe,
                           const struct armvirt_insn *insn, const struct armvirt_exception *exc)
{
    unsigned el = exc->target_el;
    uint64_t spsr, pst, elr;

    if (!case_number(r, "spsr", &spsr)) {
        spsr = case_get(r, "ps");
    }
    case_number(r, "elr", &elr);
    if (elr < OP_ADDRESS) { /* relative to the instruction */
        elr += OP_ADDRESS;
    }
    if (machine_spsr(insn, exc, pe->spsr_el[el]) != spsr || pe->elr_el[el] != elr) {
        return false;
    }
    return !case_number(r, "pst", &pst) || ((pst ^ pe->pstate) & ~PSTATE_LISTED) == 0;
}

/* MSR (immediate), flag instructions, returns, branches and memory copies write PSTATE, and that is
 * not the library's. */
static bool writes_pstate(const struct armvirt_insn *insn)
{
    switch (insn->kind) {
    case ARMVIRT_INSN_ORDINARY:
    case ARMVIRT_INSN_ERET:
    case ARMVIRT_INSN_ERETAA:
    case ARMVIRT_INSN_ERETAB:
    case ARMVIRT_INSN_PRIVILEGED:
    case ARMVIRT_INSN_PSTATE:
    case ARMVIRT_INSN_DAIF:
    case ARMVIRT_INSN_ALLINT:
    case ARMVIRT_INSN_MOPS:
        return true;
    default: /* BLRAA and alike set BTYPE */
        return insn->kind >= ARMVIRT_INSN_PAC_IA && insn->kind <= ARMVIRT_INSN_PAC_DB;
    }
}

/* The instruction completed, or waits for an event; and PSTATE after it. */
static bool completed_right(const struct records *r, struct armvirt_pe pe,
                            const struct armvirt_insn *insn)
{
    bool waits = insn->kind >= ARMVIRT_INSN_WFI && insn->kind <= ARMVIRT_INSN_WFET;
    uint64_t ps;

    if (!case_is(r, "r", "ok")) {
        return waits && case_is(r, "r", "wait");
    }
    if (!case_number(r, "ps2", &ps)) {
        ps = case_get(r, "ps");
    }
    armvirt_exc_completed(&pe);
    return writes_pstate(insn) || ps == pe.pstate;
}

/* The answer of the record is this one, register by register. */
static bool answers(const struct records *r, struct armvirt_pe pe, const struct armvirt_insn *insn,
                    enum armvirt_status status, const struct armvirt_exception *exc)
{
    if (status == ARMVIRT_OK) {
        return completed_right(r, pe, insn);
    }
    armvirt_exc_enter(&pe, exc);
    return case_entered(r, &pe, exc) && state_is_right(r, &pe, insn, exc);
}

/* ---- Known faults of the machine: docs/conformance.md ---------------------------------------- */

/* Q_ZT0_SMTC: traps of ZT0 by SMCR_ELx.EZT0 have no code of their own. Q_MSRI_ESR: op1 and op2 of
 * MSR (immediate) have changed places. */
static uint64_t machine_esr(const struct records *r, const struct armvirt_insn *insn,
                            const struct armvirt_exception *exc)
{
    uint64_t esr = exc->esr, op1 = ARMVIRT_ISS_MSR_MRS_OP1, op2 = ARMVIRT_ISS_MSR_MRS_OP2;

    if (insn->kind == ARMVIRT_INSN_SME_ZT0 && exc->cause == ARMVIRT_EXC_CAUSE_SMCR_EZT0) {
        return esr & ~ARMVIRT_ISS_SME_SMTC;
    }
    if (case_tagged(r, "msri-esr") && insn->kind == ARMVIRT_INSN_DAIF) {
        return (esr & ~(op1 | op2)) | ARMVIRT_PUT(op1, ARMVIRT_GET(op2, esr)) |
               ARMVIRT_PUT(op2, ARMVIRT_GET(op1, esr));
    }
    return esr;
}

/* The same with the machine's faults. Q_HVC_SEC: EL2 is there in Secure state, and HCR_EL2 is 0. */
static bool answers_as_recorded(const struct records *r, struct armvirt_pe pe,
                                const struct armvirt_insn *insn)
{
    struct armvirt_exception exc = {0};
    enum armvirt_status status;

    if (case_tagged(r, "hvc-sec") && insn->kind == ARMVIRT_INSN_HVC) {
        pe.vmsa.scr_el3 |= ARMVIRT_SCR_EL3_EEL2;
        pe.vmsa.hcr_el2 = 0;
    }
    status = armvirt_exc_insn(&pe, insn, &exc);
    if (status == ARMVIRT_FAULT) {
        exc.esr = machine_esr(r, insn, &exc);
    }
    return answers(r, pe, insn, status, &exc);
}

static enum judgement judge_insn(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_exception exc = {0};
    struct armvirt_insn insn;

    prepare(r, &pe, &insn, false);
    if (answers(r, pe, &insn, armvirt_exc_insn(&pe, &insn, &exc), &exc)) {
        return AGREES;
    }
    return answers_as_recorded(r, pe, &insn) ? LISTED : DISAGREES;
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

/* As `answers`; what goes to AArch32 state leaves its trace in R14. */
static bool a32_answers(const struct records *r, struct armvirt_pe pe,
                        const struct armvirt_insn *insn, const struct armvirt_exception *exc)
{
    armvirt_exc_enter(&pe, exc);
    return case_entered(r, &pe, exc) &&
           (pe.pstate & ARMVIRT_SPSR_EL1_M_4 ? a32_link_is_right(r, &pe)
                                             : state_is_right(r, &pe, insn, exc));
}

/* ERET of A32 finds an UNDEFINED instruction where it goes. */
static bool returned_right(const struct records *r, const struct armvirt_insn *insn)
{
    return insn->kind == ARMVIRT_INSN_ERET && case_is(r, "r", "a32:1") && case_get(r, "v") == 4;
}

static enum judgement judge_a32(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_exception exc = {0};
    struct armvirt_insn insn;

    prepare(r, &pe, &insn, true);
    if (is_register_access(insn.word)) {
        return SKIPPED;
    }
    if (armvirt_exc_insn(&pe, &insn, &exc) == ARMVIRT_OK) {
        return completed_right(r, pe, &insn) || returned_right(r, &insn) ? AGREES : DISAGREES;
    }
    return a32_answers(r, pe, &insn, &exc) ? AGREES : DISAGREES;
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
