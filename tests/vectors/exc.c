/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded interrupts and exception returns: DDI0487 D1.4.4, D1.4.6. See exc/README.md
 * for where the cases come from.
 */
#include "exc_machine.h"

#include <armvirt/regs/syndrome.h>

/* ---- Interrupts --------------------------------------------------------------------------- */

static uint32_t lines_of(const struct records *r)
{
    if (case_is(r, "pend", "i")) {
        return ARMVIRT_LINE_IRQ;
    }
    if (case_is(r, "pend", "f")) {
        return ARMVIRT_LINE_FIQ;
    }
    return case_is(r, "pend", "nmi") ? ARMVIRT_LINE_IRQ | ARMVIRT_LINE_IRQ_NMI : 0;
}

/* The sources that the record names: `cand`, "irq,vserr". */
static unsigned candidates(const char *names)
{
    static const char *const name[ARMVIRT_EXC_SOURCES] = {
        [ARMVIRT_EXC_IRQ] = "irq",   [ARMVIRT_EXC_FIQ] = "fiq",       [ARMVIRT_EXC_VIRQ] = "virq",
        [ARMVIRT_EXC_VFIQ] = "vfiq", [ARMVIRT_EXC_VSERROR] = "vserr",
    };
    unsigned set = 0;

    for (const char *n = names; n != NULL; n = strchr(n, ',') ? strchr(n, ',') + 1 : NULL) {
        size_t length = strcspn(n, ",");

        for (unsigned s = 0; s < ARMVIRT_EXC_SOURCES; s++) {
            if (name[s] != NULL && strlen(name[s]) == length && strncmp(n, name[s], length) == 0) {
                set |= 1u << s;
            }
        }
    }
    return set;
}

/* Any takeable source may be the one that the machine chose. */
static enum judgement judge_async(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe start = case_pe(r, base);
    struct armvirt_exc_pending pending;
    const char *cand = case_text(r, "cand");

    armvirt_exc_pending(&start, lines_of(r), &pending);
    if (case_is(r, "r", "none")) {
        return pending.takeable == 0 ? AGREES : DISAGREES;
    }
    if (cand != NULL && pending.takeable != candidates(cand)) {
        return DISAGREES;
    }
    for (unsigned s = 0; s < ARMVIRT_EXC_SOURCES; s++) {
        if (((pending.takeable >> s) & 1) && (cand != NULL || s == pending.first)) {
            struct armvirt_pe pe = start;
            struct armvirt_exception exc;

            armvirt_exc_interrupt(&pe, (enum armvirt_exc_source)s, pending.target_el[s], 0, &exc);
            armvirt_exc_enter(&pe, &exc);
            if (case_entered(r, &pe, &exc)) {
                return AGREES;
            }
        }
    }
    return DISAGREES;
}

/* ---- Returns ------------------------------------------------------------------------------ */

/* No translation table is read, for no stage of translation is on. */
static enum armvirt_bus no_table(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    (void)req;
    val[0] = 0;
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus no_update(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                                  const uint64_t *val)
{
    (void)ctx;
    (void)req;
    return old[0] == val[0] ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT;
}

/* Nothing answers there. */
static bool is_unassigned(uint64_t pa)
{
    return (pa >= 0x0c000000 && pa < 0x0e000000) || pa > UINT32_MAX;
}

/* The fetch of the instruction at the PC. */
static bool fetch_faults(const struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    static const struct armvirt_mem_ops ops = {.read = no_table, .cas = no_update};
    struct armvirt_walk_env env = {.mem = {&ops, NULL}};
    struct armvirt_access access = {.va = pe->pc, .kind = ARMVIRT_FETCH};
    struct armvirt_regime regime;
    struct armvirt_walk walk;

    access.el = (uint8_t)armvirt_pe_el(pe);
    if (armvirt_regime_init(&regime, &pe->vmsa, access.el) != ARMVIRT_OK) {
        return false;
    }
    if (armvirt_translate(&regime, &env, &access, &walk) == ARMVIRT_OK) {
        if (!is_unassigned(walk.pa)) {
            return false;
        }
        walk.fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_EXTERNAL};
    }
    armvirt_exc_abort(pe, &regime, NULL, &access, &walk.fault, exc);
    return true;
}

/* The condition of the first instruction of an IT block, by PSTATE.NZCV. */
static bool condition_holds(unsigned cond, uint64_t pstate)
{
    bool n = pstate >> 31 & 1, z = pstate >> 30 & 1, c = pstate >> 29 & 1, v = pstate >> 28 & 1;
    const bool even[8] = {z, c, n, v, c && !z, n == v, n == v && !z, true};

    return even[cond >> 1] != ((cond & 1) && cond != 15);
}

/* UDF in an IT block does nothing, in this machine, if its condition fails. */
static void skip_failing(struct armvirt_pe *pe)
{
    for (;;) {
        unsigned it = (unsigned)(pe->pstate >> 10 & 0x3f) << 2 | (pe->pstate >> 25 & 3);

        if (!(pe->pstate & ARMVIRT_SPSR_EL1_M_4) || !(pe->pstate & ARMVIRT_SPSR_EL1_A32_T) ||
            (pe->pstate & ARMVIRT_SPSR_EL1_IL) || it == 0 || condition_holds(it >> 4, pe->pstate)) {
            return;
        }
        pe->pc += 2;
        it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
        pe->pstate &= ~(uint64_t)(0x3f << 10 | 3 << 25);
        pe->pstate |= (uint64_t)(it >> 2) << 10 | (uint64_t)(it & 3) << 25;
    }
}

/* What the first instruction after the return comes to: a fault of its address, or UNDEFINED.
 * @fetch_first: where the PC is not aligned, the fault of its address comes first. */
static void first_instruction(const struct armvirt_pe *pe, bool fetch_first,
                              struct armvirt_exception *exc)
{
    bool misaligned = !(pe->pstate & ARMVIRT_SPSR_EL1_M_4) && (pe->pc & 3);

    if (misaligned && !(fetch_first && fetch_faults(pe, exc))) {
        armvirt_exc_raise(pe, ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT, 0, exc);
    } else if (!misaligned && !fetch_faults(pe, exc)) {
        armvirt_exc_raise(pe,
                          pe->pstate & ARMVIRT_SPSR_EL1_IL ? ARMVIRT_ESR_ELX_EC_ILLEGAL_STATE
                                                           : ARMVIRT_ESR_ELX_EC_UNKNOWN,
                          0, exc);
    }
}

/* PSTATE in the layout in which the record has it: that of an AArch32 SPSR if the next exception
 * went to AArch32 state. The machine does not keep EXLOCK. */
static uint64_t recorded_layout(const struct records *r, uint64_t pstate)
{
    const char *where = case_text(r, "r");
    uint64_t dit = ARMVIRT_SPSR_EL1_DIT, a32_dit = ARMVIRT_SPSR_EL1_SS;

    pstate &= ~ARMVIRT_SPSR_EL1_EXLOCK;
    if (where != NULL && strncmp(where, "a32", 3) == 0) {
        return (pstate & ~(dit | a32_dit)) | (pstate & dit ? a32_dit : 0);
    }
    return pstate;
}

/* The PC and PSTATE that were recorded are those that the next exception saved. Whether the machine
 * found the return legal, the record knows from what EXLOCK ought to be. */
static bool returned_right(const struct records *r, const struct armvirt_pe *pe,
                           const struct armvirt_exc_return *ret, bool recorded)
{
    uint64_t np = case_get(r, "np"), nx = case_get(r, "nx"), pc;
    uint64_t differ = (np ^ recorded_layout(r, pe->pstate)) & ~nx;
    bool legal = ret->reason == ARMVIRT_EXC_RETURN_LEGAL;

    if (legal != (case_get(r, "legal") == 1) && !(recorded && case_tagged(r, "exlock"))) {
        return false;
    }
    return differ == 0 && (!case_number(r, "pc", &pc) || ((pc ^ pe->pc) & ~ret->unknown_pc) == 0);
}

/* Q_FSC_3F: the machine has a reserved code for a fault of AArch32 EL0 that goes to EL2. */
static void spoil_code(const struct armvirt_pe *pe, struct armvirt_exception *exc)
{
    bool fetch =
        ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, exc->esr) == ARMVIRT_ESR_ELX_EC_INSTRUCTION_ABORT_LOWER;

    if (fetch && (pe->pstate & ARMVIRT_SPSR_EL1_M_4) && exc->target_el == 2) {
        exc->esr |= ARMVIRT_ISS_INSTRUCTION_ABORT_IFSC;
    }
}

/* What came after the return of the record is this. */
static bool goes_on(const struct records *r, struct armvirt_pe pe, bool recorded, bool fetch_first)
{
    struct armvirt_exception exc;

    first_instruction(&pe, fetch_first, &exc);
    if (recorded) {
        spoil_code(&pe, &exc);
    }
    armvirt_exc_enter(&pe, &exc);
    return case_entered(r, &pe, &exc);
}

/* The return of the record, and what came after it, are these. */
static bool returns(const struct records *r, struct armvirt_pe pe,
                    const struct armvirt_exc_return *ret, bool recorded)
{
    struct armvirt_exception exc;

    if (!fetch_faults(&pe, &exc)) {
        skip_failing(&pe);
    }
    if (!returned_right(r, &pe, ret, recorded)) {
        return false;
    }
    if (ret->unknown_pc != 0) { /* nobody knows which instruction is next */
        return true;
    }
    return goes_on(r, pe, recorded, false) || (recorded && goes_on(r, pe, recorded, true));
}

/* The same with the machine's faults: docs/conformance.md, "Recorded exceptions that differ".
 * Q_FETCH_FIRST is among them only at times. */
static bool returns_as_recorded(const struct records *r, struct armvirt_pe pe)
{
    struct armvirt_exc_return ret;
    unsigned el = armvirt_pe_el(&pe);
    uint64_t pan = pe.pstate & ARMVIRT_SPSR_EL1_PAN, elr = pe.elr_el[el];

    pe.pstate &= ~ARMVIRT_SPSR_EL1_EXLOCK; /* Q_EXLOCK */
    if (armvirt_exc_return(&pe, &ret) == ARMVIRT_FAULT) {
        pe.pstate = (pe.pstate & ~ARMVIRT_SPSR_EL1_PAN) | pan; /* Q_ILL_PAN */
        pe.pc = elr;                                           /* Q_ILL_TBI */
    }
    return returns(r, pe, &ret, true);
}

static enum judgement judge_return(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe start = case_pe(r, base), pe;
    struct armvirt_exc_return ret;
    unsigned el = armvirt_pe_el(&start);

    start.elr_el[el] = case_get(r, "elr");
    start.spsr_el[el] = case_get(r, "spsr");
    pe = start;
    armvirt_exc_return(&pe, &ret);
    if (returns(r, pe, &ret, false)) {
        return AGREES;
    }
    return returns_as_recorded(r, start) ? LISTED : DISAGREES;
}

int main(int argc, char **argv)
{
    struct account total = {{0}};
    char directory[PATH_BYTES];

    if (argc != 2) {
        fprintf(stderr, "usage: exc DIRECTORY\n");
        return 2;
    }
    path_join(directory, argv[1], "exc");
    replay_cases(directory, "async.txt", judge_async, &total);
    replay_cases(directory, "eret.txt", judge_return, &total);
    replay_cases(directory, "eret_rme.txt", judge_return, &total);
    account_close(&total, "total", &total);
    return account_verdict(&total);
}
