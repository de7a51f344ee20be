/* SPDX-License-Identifier: MIT */
/* Tables of what was covered; disagreements as rows of a table test. */
#include "report.h"

#include <armvirt/regs/vmsa.h>

#define HEX(v) ((unsigned long long)(v))

/* ---- Counting ------------------------------------------------------------------------------ */

static unsigned stage_of(const struct armvirt_fault *fault)
{
    return fault->stage != 2 ? 0 : fault->s1ptw ? 2 : 1;
}

void report_agreement(struct report *report, const struct disagreement *d)
{
    const struct armvirt_fault *fault = &d->answer->fault;
    unsigned regime = d->answer->regime.id;

    if (d->c->insn == INSN_WORD) {
        report_exception(report, d);
        return;
    }
    report->insn[d->c->insn][d->answer->undefined ? 0 : d->answer->outcome.target]++;
    if (d->answer->undefined) {
        return;
    }
    count_sizes(report, d);
    report->updates[regime] += d->answer->outcome.changes;
    if (fault->type == ARMVIRT_FAULT_NONE) {
        report->success[regime]++;
    } else {
        report->cell[regime][stage_of(fault)][fault->type][fault->level + 1]++;
    }
}

/* ---- Disagreements ------------------------------------------------------------------------- */

static void print_registers(const struct disagreement *d)
{
#define R(name, member, op1, crn, crm, op2)                                                        \
    if (d->group->vmsa.member != 0) {                                                              \
        printf("      ." #member " = UINT64_C(0x%llx),\n", HEX(d->group->vmsa.member));            \
    }
    DIFF_ID_REGISTERS(R)
    DIFF_REGISTERS(R)
#undef R
    printf("      .options = 0x%x},\n", d->group->vmsa.options);
}

static void print_words(const struct memory *memory)
{
    bool any = false;

    printf("     {");
    for (unsigned i = 0; i < memory->count; i++) {
        if (memory->word[i].value != 0) {
            printf("{UINT64_C(0x%llx), UINT64_C(0x%llx)}, ", HEX(memory->word[i].pa),
                   HEX(memory->word[i].value));
            any = true;
        }
    }
    printf(any ? "},\n" : "{0, 0}},\n");
}

static void print_outcome(const char *who, const struct outcome *o)
{
    printf("    %-8s", who);
    if (o->target >= OUTCOME_HUNG) {
        printf(o->target == OUTCOME_HUNG ? " hangs" : " ended");
    } else if (o->target == 0) {
        printf(" PAR_EL1 %016llx x0 %016llx", HEX(o->par), HEX(o->x0));
    } else {
        printf(" to EL%u, vector %u, ESR %016llx FAR %016llx HPFAR %016llx ELR %llx SPSR %llx",
               o->target, o->vector, HEX(o->esr), HEX(o->far), HEX(o->hpfar), HEX(o->elr),
               HEX(o->spsr));
    }
    for (unsigned i = 0; i < o->changes && i < CHANGED_WORDS; i++) {
        printf(" [%llx]=%016llx", HEX(o->changed[i].pa), HEX(o->changed[i].value));
    }
    printf("\n");
}

static void print_result(const struct answer *answer, bool is_at)
{
    const struct outcome *o = &answer->outcome;
    uint64_t value = o->target != 0 ? o->esr : is_at ? o->par : answer->walk.pa;

    printf("     %u, UINT64_C(0x%llx)},\n", o->target, HEX(value));
}

/* enum armvirt_access_kind, of those that there are. */
static const char *kind_name(unsigned kind)
{
    static const char *const names[] = {[ARMVIRT_READ] = "READ",
                                        [ARMVIRT_WRITE] = "WRITE",
                                        [ARMVIRT_READ_WRITE] = "READ_WRITE",
                                        [ARMVIRT_FETCH] = "FETCH",
                                        [ARMVIRT_DC_ZERO] = "DC_ZERO"};

    return names[kind];
}

static void print_access(const struct armvirt_access *access)
{
    printf("     {.va = UINT64_C(0x%llx), .kind = ARMVIRT_%s, .el = %u, .flags = 0x%x, .isv = "
           "0x%x},\n",
           HEX(access->va), kind_name(access->kind), access->el, access->flags, access->isv);
}

static void print_outcomes(const struct disagreement *d)
{
    print_outcome("armvirt", &d->answer->outcome);
    print_outcome("machine", d->outcome);
}

void report_disagreement(const struct disagreement *d)
{
    const struct armvirt_fault *fault = &d->answer->fault;
    bool is_access = d->c->insn >= INSN_FIRST_ACCESS && d->c->insn < INSNS;

    printf("    {\"RULE: behaviour\",\n     {\n");
    if (d->c->insn == INSN_WORD) {
        print_exception_row(d);
        print_outcomes(d);
        return;
    }
    print_registers(d);
    print_words(&d->group->memory);
    if (is_access) {
        print_access(&d->answer->access);
    } else {
        printf("     ARMVIRT_%s, UINT64_C(0x%llx), %u, %u,\n", insn_names[d->c->insn],
               HEX(d->c->va), d->c->el, d->c->pan);
    }
    print_result(d->answer, !is_access);
    print_outcomes(d);
    printf("    %s: reason %s, stage %u level %d%s%s, descriptor %016llx at %llx\n\n",
           insn_names[d->c->insn], reason_names[fault->reason], fault->stage, fault->level,
           fault->s1ptw ? ", of a stage 1 table" : "", d->answer->undefined ? ", UNDEFINED" : "",
           HEX(fault->desc), HEX(fault->desc_pa));
}

/* ---- Tables -------------------------------------------------------------------------------- */

static const char *const regime_names[] = {"EL1&0", "EL2&0", "EL2", "EL3"};
static const char *const stage_names[] = {"stage 1", "stage 2", "stage 2 of tables"};
static const char *const type_names[] = {[ARMVIRT_FAULT_TRANSLATION] = "Translation",
                                         [ARMVIRT_FAULT_ADDRESS_SIZE] = "Address size",
                                         [ARMVIRT_FAULT_ACCESS_FLAG] = "Access flag",
                                         [ARMVIRT_FAULT_PERMISSION] = "Permission",
                                         [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = "External on walk"};

/* FEAT_LPA2 for tables of 4 KB: level -1, and leaves at level 0. */
static bool has_lpa2(const struct report *report)
{
    return ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, report->ids.id_aa64mmfr0_el1) ==
           ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4_52_BIT;
}

/*
 * Can this QEMU fill a cell, and in agreement with the rules? QEMU before 8.0 gets stage 2 at level
 * -1 wrong, and the level of faults on stage 1 tables. Where the payload needs the only table base,
 * that one does not abort.
 */
static bool can_fill(const struct report *report, unsigned regime, unsigned stage, unsigned type,
                     int level)
{
    bool leaf = type == ARMVIRT_FAULT_ACCESS_FLAG || type == ARMVIRT_FAULT_PERMISSION;
    bool one_base = regime == ARMVIRT_REGIME_EL3 ||
                    (regime == ARMVIRT_REGIME_EL2 && report->subject == SUBJECT_ACCESS);

    if (level == -1) {
        return has_lpa2(report) && !leaf && stage == 0 && !one_base;
    }
    if (level == 0 && type == ARMVIRT_FAULT_EXTERNAL_ON_WALK && one_base) {
        return false;
    }
    if (level == 0 && leaf) {
        return has_lpa2(report) && stage == 0;
    }
    if (stage == 2 && report->version < 800) {
        return level > 1;
    }
    return level > 0 || stage == 0 || type == ARMVIRT_FAULT_TRANSLATION;
}

static unsigned print_row(const struct report *report, const unsigned at[3])
{
    const uint64_t *cell = report->cell[at[0]][at[1]][at[2]];
    unsigned empty = 0;

    printf("  %-6s %-18s %-17s", regime_names[at[0]], stage_names[at[1]], type_names[at[2]]);
    for (int level = -1; level <= 3; level++) {
        if (cell[level + 1] > 0) {
            printf(" %9llu", HEX(cell[level + 1]));
        } else if (can_fill(report, at[0], at[1], at[2], level)) {
            printf(" %9s", "EMPTY");
            empty++;
        } else {
            printf(" %9s", "-");
        }
    }
    printf("\n");
    return empty;
}

static unsigned print_faults(const struct report *report)
{
    unsigned empty = 0;
    unsigned at[3];

    printf("  %-43s %9d %9d %9d %9d %9d\n", "faults by regime, stage, type and level", -1, 0, 1, 2,
           3);
    for (at[0] = 0; at[0] < REPORT_REGIMES; at[0]++) {
        unsigned stages = at[0] == ARMVIRT_REGIME_EL10 ? REPORT_STAGES : 1;

        for (at[1] = 0; at[1] < stages; at[1]++) {
            for (at[2] = 1; at[2] < sizeof(type_names) / sizeof(type_names[0]); at[2]++) {
                if (type_names[at[2]] != NULL) {
                    empty += print_row(report, at);
                }
            }
        }
    }
    return empty;
}

void print_target_head(const char *name)
{
    printf("  %-43s %9s %9s %9s %9s\n", name, "none", "to EL1", "to EL2", "to EL3");
}

unsigned print_targets(const char *name, const uint64_t n[4])
{
    printf("  %-43s %9llu %9llu %9llu %9llu\n", name, HEX(n[0]), HEX(n[1]), HEX(n[2]), HEX(n[3]));
    return n[0] + n[1] + n[2] + n[3] == 0;
}

static unsigned print_instructions(const struct report *report)
{
    bool at = report->subject == SUBJECT_AT;
    unsigned end = at ? INSN_FIRST_ACCESS : INSNS;
    unsigned empty = 0;

    print_target_head("instructions by exception");
    for (unsigned i = at ? 0 : INSN_FIRST_ACCESS; i < end; i++) {
        const uint64_t *n = report->insn[i];
        bool made = i != INSN_AT_S1E1A && i != INSN_AT_S1E2A && i != INSN_AT_S1E3A;

        if (made) {
            print_targets(insn_names[i], n);
            empty += n[0] == 0;
            empty += at ? 0u : (unsigned)((n[1] == 0) + (n[2] == 0) + (n[3] == 0));
        }
    }
    return empty;
}

unsigned report_print(const struct report *report)
{
    unsigned empty;

    if (report->subject >= SUBJECT_EXCEPTION) {
        return report_print_exceptions(report);
    }
    printf("  %-43s %9s %9s\n", "translations by regime", "success", "updates");
    for (unsigned i = 0; i < REPORT_REGIMES; i++) {
        printf("  %-43s %9llu %9llu\n", regime_names[i], HEX(report->success[i]),
               HEX(report->updates[i]));
    }
    empty = print_faults(report) + print_sizes(report);
    return empty + print_instructions(report);
}
