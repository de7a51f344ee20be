/* SPDX-License-Identifier: MIT */
/* Tables of what the subjects exception, interrupt and return covered. */
#include "exception.h"
#include "report.h"

#include <armvirt/regs/syndrome.h>

#define COUNT(n) ((unsigned long long)(n))

/* ---- Counting ------------------------------------------------------------------------------ */

enum { ACCESS_MRS, ACCESS_MSR, ACCESS_SYS, ACCESS_SYSL };

static const char *const access_names[REPORT_ACCESSES] = {"MRS", "MSR", "SYS", "SYSL"};

static uint64_t *word_row(struct report *report, uint32_t word)
{
    unsigned i = 0;
    bool is_sys = (word >> 19 & 3) == 1;
    bool reads = (word & SYS_READ) != 0;
    unsigned access = is_sys ? (reads ? ACCESS_SYSL : ACCESS_SYS) : reads ? ACCESS_MRS : ACCESS_MSR;

    while (i < EXCEPTION_WORDS && exception_words[i] != word) {
        i++;
    }
    return i < EXCEPTION_WORDS ? report->word[i] : report->access[access][word >> 16 & 7];
}

/* Modes of SPSR_ELx.M; what is none of them, and the other modes of AArch32, come last. */
static const uint8_t modes[REPORT_MODES - 2] = {0, 4, 5, 8, 9, 12, 13, 16};
static const char *const mode_names[REPORT_MODES] = {
    "EL0t", "EL1t", "EL1h", "EL2t", "EL2h", "EL3t", "EL3h", "User", "other AArch32", "no mode"};

enum { MODE_USER = 7, MODE_AARCH32, MODE_NONE };
enum { END_UNDEFINED, END_ILLEGAL, END_PC_ALIGNMENT };

static unsigned mode_of(uint64_t spsr)
{
    unsigned i = 0;

    while (i < REPORT_MODES - 2 && modes[i] != (spsr & 31)) {
        i++;
    }
    return i < REPORT_MODES - 2 ? i : (spsr & 16) != 0 ? MODE_AARCH32 : MODE_NONE;
}

static unsigned end_of(uint64_t esr)
{
    uint64_t ec = ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr);

    return ec == ARMVIRT_ESR_ELX_EC_ILLEGAL_STATE  ? END_ILLEGAL
           : ec == ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT ? END_PC_ALIGNMENT
                                                   : END_UNDEFINED;
}

void report_exception(struct report *report, const struct disagreement *d)
{
    const struct diff_case *c = d->c;

    if (report->subject == SUBJECT_INTERRUPT) {
        report->interrupt[c->interrupt][c->el][d->answer->outcome.target]++;
    } else if (report->subject == SUBJECT_RETURN && c->el > 0) {
        report->ret[mode_of(c->spsr)][c->el - 1][end_of(d->answer->outcome.esr)]++;
    } else {
        word_row(report, (uint32_t)c->va)[d->answer->outcome.target]++;
    }
}

/* ---- A row of tests/unit/exc/test_found.c -------------------------------------------------- */

static void print_member(const char *name, uint64_t value)
{
    if (value != 0) {
        printf("      .%s = UINT64_C(0x%llx),\n", name, COUNT(value));
    }
}

void print_exception_row(const struct disagreement *d)
{
    const struct outcome *o = &d->answer->outcome;
    struct armvirt_pe pe;

    exception_pe(d->group, d->c, &pe);
#define R(name, member, op1, crn, crm, op2) print_member("vmsa." #member, pe.vmsa.member);
    DIFF_ID_REGISTERS(R)
    DIFF_REGISTERS(R)
#undef R
#define R(name, member, op1, crn, crm, op2) print_member(#member, pe.member);
    DIFF_PE_ID_REGISTERS(R)
    DIFF_TRAP_REGISTERS(R)
#undef R
    print_member("spsr_el[1]", pe.spsr_el[1]);
    print_member("elr_el[1]", pe.elr_el[1]);
    print_member("spsr_el[2]", pe.spsr_el[2]);
    print_member("elr_el[2]", pe.elr_el[2]);
    printf("      .pstate = 0x%llx,\n      .pc = 0x%llx},\n", COUNT(pe.pstate), COUNT(pe.pc));
    printf("     UINT32_C(0x%llx), 0x%x, %u, UINT64_C(0x%llx), 0x%llx},\n", COUNT(d->c->va),
           exception_lines(d->group, d->c), o->target, COUNT(o->esr), COUNT(o->spsr));
}

/* ---- Instructions -------------------------------------------------------------------------- */

/* armvirt knows SYS with these op1, and SYSL of GICv5 and GCS alone. */
static bool has_accesses(unsigned access, unsigned op1)
{
    return access == ACCESS_SYSL
               ? op1 == 0 || op1 == 3
               : access != ACCESS_SYS || op1 == 0 || op1 == 3 || op1 == 4 || op1 == 6;
}

static unsigned print_accesses(const struct report *report)
{
    unsigned empty = 0;
    char name[24];

    for (unsigned access = 0; access < REPORT_ACCESSES; access++) {
        for (unsigned op1 = 0; op1 < 8; op1++) {
            if (has_accesses(access, op1)) {
                snprintf(name, sizeof(name), "%s, op1 %u", access_names[access], op1);
                empty += print_targets(name, report->access[access][op1]);
            }
        }
    }
    return empty;
}

static unsigned print_words(const struct report *report)
{
    static const char *const names[EXCEPTION_WORDS] = {
        "SVC", "HVC",         "SMC",       "BRK",         "UDF",   "WFE",
        "WFI", "MSR DAIFClr", "FADD (FP)", "FADD (SIMD)", "PACIA", "PACDB"};
    unsigned empty = 0;

    print_target_head("instructions by exception");
    for (unsigned i = 0; i < EXCEPTION_WORDS; i++) {
        bool never = exception_words[i] == WFE && report->version <= 1000;

        empty += print_targets(names[i], report->word[i]) && !never;
    }
    return empty + print_accesses(report);
}

/* ---- Interrupts ---------------------------------------------------------------------------- */

/* Virtual ones go to EL1; none is taken to a lower Exception level. Any can be masked. */
static bool can_go(unsigned interrupt, unsigned el, unsigned target)
{
    bool is_virtual = interrupt >= INTERRUPT_VFIQ;

    return target == 0 || (target >= el && (!is_virtual || target == 1));
}

static unsigned print_interrupts(const struct report *report)
{
    static const char *const names[INTERRUPTS] = {"",
#define X(name, text) text,
                                                  DIFF_INTERRUPTS(X)
#undef X
    };
    unsigned empty = 0;
    char name[40];

    print_target_head("interrupts by exception");
    for (unsigned i = 1; i < INTERRUPTS; i++) {
        for (unsigned el = 0; el <= 2; el++) {
            snprintf(name, sizeof(name), "%s, at EL%u", names[i], el);
            print_targets(name, report->interrupt[i][el]);
            for (unsigned target = 0; target <= 3; target++) {
                empty += can_go(i, el, target) && report->interrupt[i][el][target] == 0;
            }
        }
    }
    return empty;
}

/* ---- Returns ------------------------------------------------------------------------------- */

/* A legal return goes to the same level or a lower one; AArch32 state aligns its PC. */
static bool can_end(unsigned mode, unsigned from, unsigned end)
{
    if (end == END_UNDEFINED) {
        return mode == MODE_USER || (mode < MODE_USER && (unsigned)modes[mode] >> 2 <= from);
    }
    return end == END_ILLEGAL || mode != MODE_USER;
}

static unsigned print_returns(const struct report *report)
{
    unsigned empty = 0;

    printf("  %-18s %9s %9s %9s %9s %9s %9s\n", "ERET, mode of SPSR", "EL1: done", "illegal",
           "alignment", "EL2: done", "illegal", "alignment");
    for (unsigned mode = 0; mode < REPORT_MODES; mode++) {
        printf("  %-18s", mode_names[mode]);
        for (unsigned i = 0; i < 2 * REPORT_ENDS; i++) {
            unsigned from = i / REPORT_ENDS, end = i % REPORT_ENDS;
            uint64_t n = report->ret[mode][from][end];

            printf(" %9llu", COUNT(n));
            empty += n == 0 && can_end(mode, from + 1, end);
        }
        printf("\n");
    }
    return empty;
}

unsigned report_print_exceptions(const struct report *report)
{
    return report->subject == SUBJECT_INTERRUPT ? print_interrupts(report)
           : report->subject == SUBJECT_RETURN  ? print_returns(report)
                                                : print_words(report);
}
