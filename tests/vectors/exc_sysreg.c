/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded accesses to system registers: DDI0487 C5, D24, G8. See exc/README.md for where
 * the cases come from.
 */
#include "exc_machine.h"

#include <armvirt/insn.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/text_sysreg.h>

#define MARKER    UINT64_C(0xee00000000) /* what storage holds: 0xee0000 and its encoding */
#define VNCR_WORD UINT64_C(0x4e56000000000000)
#define READ_BIT  21

/* PSTATE at each Exception level, all exceptions masked. */
static const uint16_t masked[4] = {0x3c0, 0x3c5, 0x3c9, 0x3cd};

static struct armvirt_sysreg_access access_of(uint64_t op)
{
    return (struct armvirt_sysreg_access){
        .reg = op >> 5 & 0xffff, .write = !(op >> READ_BIT & 1), .rt = op & 31};
}

static enum judgement verdict_if(bool holds)
{
    return holds ? AGREES : DISAGREES;
}

/* The register that the machine wrote: `w`, NAME:value. */
static bool wrote_the_same(const struct records *r, const struct armvirt_sysreg_verdict *verdict)
{
    const char *text = case_text(r, "w");
    char name[32];
    size_t length = text == NULL ? 0 : strcspn(text, ":");

    if (length == 0 || length >= sizeof(name)) {
        return true;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    if (armvirt_sysreg_find(name) == verdict->reg) {
        return true; /* the first of those that PMSELR_EL0 selects from, too */
    }
    /* What an instruction or another interface leaves behind. */
    return strcmp(name, "PAR_EL1") == 0 || verdict->kind == ARMVIRT_SYSREG_VIRTUAL ||
           strcmp(name, "ICC_IGRPEN1_EL3") == 0;
}

/* The register that was read, if what it held tells. */
static bool read_the_same(const struct records *r, const struct armvirt_sysreg_verdict *verdict)
{
    uint64_t value;

    if (!case_number(r, "val", &value)) {
        return true;
    }
    if ((value & ~UINT64_C(0xfff)) == VNCR_WORD) {
        return verdict->kind == ARMVIRT_SYSREG_MEMORY && verdict->offset == (value & 0xfff);
    }
    if ((value & ~UINT64_C(0xffff)) == MARKER) {
        bool address = verdict->reg >> 14 == 2; /* of a breakpoint: two bits less */

        return (verdict->reg & (address ? ~3u : ~0u)) == (value & 0xffff & (address ? ~3u : ~0u));
    }
    return true;
}

static enum judgement judge_done(const struct records *r,
                                 const struct armvirt_sysreg_verdict *verdict)
{
    const char *memory = case_text(r, "m");

    if (verdict->kind == ARMVIRT_SYSREG_TRAP || verdict->kind == ARMVIRT_SYSREG_UNDEFINED) {
        return DISAGREES;
    }
    if (memory != NULL) {
        return verdict_if(verdict->kind == ARMVIRT_SYSREG_MEMORY &&
                          verdict->offset == strtoull(memory, NULL, 16));
    }
    return verdict_if(wrote_the_same(r, verdict) && read_the_same(r, verdict));
}

/* ---- Known faults of the machine: docs/conformance.md ---------------------------------------- */

/* R_ of the Accessing sections: HCR_EL2.NV comes before the traps to EL3. */
static bool nested_before_el3(const struct records *r, const struct armvirt_sysreg_access *a,
                              const struct armvirt_sysreg_verdict *v)
{
    (void)a;
    return case_is(r, "el", "1") && (v->kind == ARMVIRT_SYSREG_MEMORY ||
                                     (v->kind == ARMVIRT_SYSREG_TRAP && v->target_el == 2));
}

/* Fine-grained traps are about the names that end in _EL1, not about _EL12. */
static bool fine_grained_el12(const struct records *r, const struct armvirt_sysreg_access *a,
                              const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->kind == ARMVIRT_SYSREG_MEMORY && (a->reg >> 11 & 7) == 5;
}

/* HCR_EL2.NV traps what is permitted at EL2: not a write of a read-only register. */
static bool nested_write_of_read_only(const struct records *r,
                                      const struct armvirt_sysreg_access *a,
                                      const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->kind == ARMVIRT_SYSREG_UNDEFINED && a->write && (a->reg >> 11 & 7) == 4;
}

/* LOR registers are UNDEFINED in Secure state before they are trapped. */
static bool secure_lor(const struct records *r, const struct armvirt_sysreg_access *a,
                       const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->kind == ARMVIRT_SYSREG_UNDEFINED &&
           (a->reg >> 3) == ARMVIRT_SYSREG(3, 0, 10, 4, 0) >> 3;
}

/* GCSCR_EL1.PUSHMEn comes before HFGITR_EL2.nGCSPUSHM_EL1. */
static bool pushm(const struct records *r, const struct armvirt_sysreg_access *a,
                  const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->kind == ARMVIRT_SYSREG_TRAP && v->target_el == 1 &&
           a->reg == ARMVIRT_SYSREG(1, 3, 7, 7, 0);
}

/* In a host, EL0 cannot access DAIF. */
static bool host_daif(const struct records *r, const struct armvirt_sysreg_access *a,
                      const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->target_el == 2 && a->reg == ARMVIRT_SYSREG(3, 3, 4, 2, 1);
}

/* Timers of the Secure EL2 are those of Non-secure EL2: CNTHPS_ and CNTHVS_ are right. */
static bool secure_timers(const struct records *r, const struct armvirt_sysreg_access *a,
                          const struct armvirt_sysreg_verdict *v)
{
    uint32_t timer = v->reg & ~7u;

    (void)r;
    return v->kind == ARMVIRT_SYSREG_DONE && (a->reg >> 7 & 15) == 14 &&
           (timer == ARMVIRT_SYSREG(3, 4, 14, 5, 0) || timer == ARMVIRT_SYSREG(3, 4, 14, 4, 0));
}

/* At EL3, VSTCR_EL2 needs SCR_EL3.EEL2. */
static bool secure_el2_at_el3(const struct records *r, const struct armvirt_sysreg_access *a,
                              const struct armvirt_sysreg_verdict *v)
{
    return case_is(r, "el", "3") && v->kind == ARMVIRT_SYSREG_UNDEFINED &&
           a->reg == ARMVIRT_SYSREG(3, 4, 2, 6, 2);
}

/* DC CIGDPAE is there with FEAT_RME. */
static bool no_cigdpae(const struct records *r, const struct armvirt_sysreg_access *a,
                       const struct armvirt_sysreg_verdict *v)
{
    return case_is(r, "el", "3") && v->kind == ARMVIRT_SYSREG_DONE &&
           a->reg == ARMVIRT_SYSREG(1, 4, 7, 14, 7);
}

/* One access is seen to change two registers. */
static bool two_written(const struct records *r, const struct armvirt_sysreg_access *a,
                        const struct armvirt_sysreg_verdict *v)
{
    (void)r;
    return v->kind == ARMVIRT_SYSREG_DONE && a->write && a->reg == ARMVIRT_SYSREG(3, 6, 12, 12, 7);
}

/* What the machine answers instead. */
enum machine_answer {
    MACHINE_ACCESS, /* no exception */
    MACHINE_UNDEFINED,
    MACHINE_EL2, /* a trap of the access to EL2, EL3 */
    MACHINE_EL3,
    MACHINE_FP, /* what a floating-point instruction gets */
};

/* Records with the tag of a known fault: what the machine answers, and what the architecture does
 * instead. */
static const struct tagged_fault {
    char tag[12];
    uint8_t answer; /* enum machine_answer */
    uint8_t kinds;  /* mask of enum armvirt_sysreg_kind */
} tagged_faults[] = {
    /* registers of the implementation; UNDEFINED without them */
    {"impdef", MACHINE_ACCESS, 1u << ARMVIRT_SYSREG_UNDEFINED},
    /* TLBI of EL2 at EL3 without EL2 */
    {"tlbi-e2-el3", MACHINE_ACCESS, 1u << ARMVIRT_SYSREG_UNDEFINED},
    /* MDCR_EL2.HPMN keeps counters for EL2 */
    {"hpmn", MACHINE_ACCESS, 1u << ARMVIRT_SYSREG_TRAP},
    /* GCSPR_EL3 read back as it was */
    {"gcspr3", MACHINE_ACCESS, 1u << ARMVIRT_SYSREG_DONE},
    /* HCR_EL2.EnSCXT does not trap in a host; SCTLR_EL2.TSCXT traps only hosts */
    {"enscxt-host", MACHINE_EL2, 1u << ARMVIRT_SYSREG_DONE},
    {"tscxt-el2", MACHINE_EL2,
     1u << ARMVIRT_SYSREG_DONE | 1u << ARMVIRT_SYSREG_MEMORY | 1u << ARMVIRT_SYSREG_TRAP},
    /* ZCR_ELx: FPEN and TFP do not trap */
    {"zcr-fp", MACHINE_FP,
     1u << ARMVIRT_SYSREG_DONE | 1u << ARMVIRT_SYSREG_MEMORY | 1u << ARMVIRT_SYSREG_TRAP},
    /* registers of FEAT_RAS, and of debug, that the machine leaves out */
    {"ras0", MACHINE_UNDEFINED, 1u << ARMVIRT_SYSREG_DONE | 1u << ARMVIRT_SYSREG_TRAP},
    {"noreg", MACHINE_UNDEFINED, 1u << ARMVIRT_SYSREG_DONE},
};

/* ISS of the trap of MSR and MRS. */
static uint64_t iss_of(const struct armvirt_sysreg_access *access)
{
    uint64_t reg = access->reg;

    return ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP0, reg >> 14) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP1, reg >> 11) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRN, reg >> 7) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRM, reg >> 3) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP2, reg) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_RT, access->rt) |
           ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_DIRECTION, !access->write);
}

/* The record says what the machine is known to answer. */
static bool machine_answers(const struct records *r, struct armvirt_pe pe,
                            const struct armvirt_sysreg_access *access, enum machine_answer answer)
{
    const struct armvirt_insn fp = {.kind = ARMVIRT_INSN_FP};
    struct armvirt_exception exc;

    switch (answer) {
    case MACHINE_ACCESS:
        return case_is(r, "r", "ok");
    case MACHINE_UNDEFINED:
        armvirt_exc_raise(&pe, ARMVIRT_ESR_ELX_EC_UNKNOWN, 0, &exc);
        break;
    case MACHINE_FP:
        if (armvirt_exc_insn(&pe, &fp, &exc) == ARMVIRT_OK) {
            return false;
        }
        break;
    default:
        armvirt_exc_trap(&pe, answer == MACHINE_EL2 ? 2 : 3, ARMVIRT_ESR_ELX_EC_SYSREG,
                         iss_of(access), &exc);
        break;
    }
    armvirt_exc_enter(&pe, &exc);
    return case_entered(r, &pe, &exc);
}

static bool is_tagged_fault(const struct records *r, const struct armvirt_pe *pe,
                            const struct armvirt_sysreg_access *access,
                            const struct armvirt_sysreg_verdict *verdict)
{
    for (size_t i = 0; i < sizeof(tagged_faults) / sizeof(tagged_faults[0]); i++) {
        if (case_tagged(r, tagged_faults[i].tag)) {
            return (tagged_faults[i].kinds >> verdict->kind & 1) &&
                   machine_answers(r, *pe, access, tagged_faults[i].answer);
        }
    }
    return false;
}

static bool listed(const struct records *r, const struct armvirt_pe *pe,
                   const struct armvirt_sysreg_access *access,
                   const struct armvirt_sysreg_verdict *verdict)
{
    static const struct {
        bool (*applies)(const struct records *, const struct armvirt_sysreg_access *,
                        const struct armvirt_sysreg_verdict *);
        enum machine_answer answer;
    } faults[] = {
        {nested_before_el3, MACHINE_EL3},
        {fine_grained_el12, MACHINE_EL2},
        {nested_write_of_read_only, MACHINE_EL2},
        {secure_lor, MACHINE_EL2},
        {pushm, MACHINE_EL2},
        {host_daif, MACHINE_ACCESS},
        {secure_timers, MACHINE_ACCESS},
        {secure_el2_at_el3, MACHINE_ACCESS},
        {no_cigdpae, MACHINE_UNDEFINED},
        {two_written, MACHINE_ACCESS},
    };

    if (is_tagged_fault(r, pe, access, verdict)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (faults[i].applies(r, access, verdict) &&
            machine_answers(r, *pe, access, faults[i].answer)) {
            return true;
        }
    }
    return false;
}

static enum judgement judge_exception(const struct records *r, struct armvirt_pe *pe,
                                      const struct armvirt_sysreg_verdict *verdict)
{
    struct armvirt_exception exc;

    if (verdict->kind != ARMVIRT_SYSREG_TRAP && verdict->kind != ARMVIRT_SYSREG_UNDEFINED) {
        return DISAGREES;
    }
    armvirt_sysreg_exception(pe, verdict, &exc);
    armvirt_exc_enter(pe, &exc);
    return verdict_if(case_entered(r, pe, &exc));
}

static enum judgement judge_access(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe start = case_pe(r, base), pe;
    struct armvirt_sysreg_access access = access_of(case_get(r, "op"));
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;
    enum judgement judgement;

    start.pstate = masked[case_get(r, "el") & 3];
    pe = start;
    armvirt_sysreg_view_init(&view, &pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    judgement = case_is(r, "r", "ok") ? judge_done(r, &verdict) : judge_exception(r, &pe, &verdict);
    return judgement == DISAGREES && listed(r, &start, &access, &verdict) ? LISTED : judgement;
}

/* ---- AArch32 state -------------------------------------------------------------------------- */

/* MCR and MRC, MCRR and MRRC of coprocessors 14 and 15. */
static bool is_pair(uint64_t op)
{
    return (op & 0x0fe00000) == 0x0c400000;
}

static bool is_coprocessor(uint64_t op)
{
    return (op & 0x0e00) == 0x0e00 && op >> 28 != 15 &&
           (is_pair(op) || (op & 0x0f000010) == 0x0e000010);
}

static struct armvirt_sysreg_access a32_access_of(uint64_t op)
{
    unsigned cond = op >> 28 & 15, coproc = op >> 8 & 15, crm = op & 15;
    struct armvirt_sysreg_access access = {.write = !(op >> 20 & 1), .rt = op >> 12 & 15};

    access.cond = (uint8_t)(cond + 1);
    if (is_pair(op)) {
        access.reg = ARMVIRT_CP64(coproc, op >> 4 & 15, crm);
        access.rt2 = op >> 16 & 15;
    } else {
        access.reg = ARMVIRT_CP(coproc, op >> 21 & 7, op >> 16 & 15, crm, op >> 5 & 7);
    }
    return access;
}

/* What the recorded machine answers, register by register, where the architecture answers
 * otherwise: docs/conformance.md. */
enum a32_answer {
    A32_OK,     /* accessed, or trapped by MDCR_EL2 or MDCR_EL3 as debug registers are; UNDEFINED
                   by DDI0487, which has no such register */
    A32_NO_TDE, /* accessed; DDI0487 D24.3.17: MDCR_EL2.TDE is 1 while HCR_EL2.TGE is, a trap */
    A32_UNDEF,  /* an exception of class 0; D24.3.17, G8.3.15: DBGDSCRint can be read, or a trap */
};

static const struct a32_fault {
    uint32_t reg;
    uint8_t answer;
} a32_faults[] = {
    /* registers of implementations: CPUACTLR, CPUECTLR, CPUMERRSR, L2MERRSR, CBAR, L2CTLR */
    {ARMVIRT_CP64(15, 0, 15), A32_OK},
    {ARMVIRT_CP64(15, 1, 15), A32_OK},
    {ARMVIRT_CP64(15, 2, 15), A32_OK},
    {ARMVIRT_CP64(15, 3, 15), A32_OK},
    {ARMVIRT_CP(15, 1, 15, 0, 0), A32_OK},
    {ARMVIRT_CP(15, 1, 15, 3, 0), A32_OK},
    {ARMVIRT_CP(15, 1, 9, 0, 2), A32_OK},
    {ARMVIRT_CP(15, 1, 9, 0, 3), A32_OK},
    /* registers of older architectures */
    {ARMVIRT_CP(15, 0, 6, 0, 1), A32_OK},
    {ARMVIRT_CP(15, 0, 7, 13, 1), A32_OK},
    {ARMVIRT_CP(14, 0, 7, 0, 0), A32_OK},
    {ARMVIRT_CP(14, 0, 7, 0, 1), A32_OK},
    {ARMVIRT_CP(14, 0, 7, 0, 2), A32_OK},
    /* DBGDRAR, DBGDSAR and DBGDSCRint at EL0 */
    {ARMVIRT_CP64(14, 0, 1), A32_NO_TDE},
    {ARMVIRT_CP64(14, 0, 2), A32_NO_TDE},
    {ARMVIRT_CP(14, 0, 0, 1, 0), A32_UNDEF},
};

static bool a32_answers(const struct records *r, const struct armvirt_sysreg_verdict *verdict,
                        unsigned answer)
{
    bool accessed = case_is(r, "r", "ok");

    switch (answer) {
    case A32_OK:
        return verdict->kind == ARMVIRT_SYSREG_UNDEFINED &&
               (accessed || case_get(r, "esr") >> 26 == 0x05);
    case A32_NO_TDE:
        return verdict->kind == ARMVIRT_SYSREG_TRAP && verdict->target_el == 2 && accessed;
    default:
        return !accessed && case_get(r, "esr") >> 26 == 0;
    }
}

static bool a32_listed(const struct records *r, uint32_t reg,
                       const struct armvirt_sysreg_verdict *verdict)
{
    for (size_t i = 0; i < sizeof(a32_faults) / sizeof(a32_faults[0]); i++) {
        if (a32_faults[i].reg == reg) {
            return a32_answers(r, verdict, a32_faults[i].answer);
        }
    }
    return false;
}

static enum judgement judge_a32(const struct records *r, const struct armvirt_pe *base)
{
    uint64_t op = case_get(r, "op");
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_sysreg_access access = a32_access_of(op);
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_verdict verdict;
    bool done;

    if (!is_coprocessor(op)) {
        return SKIPPED;
    }
    armvirt_sysreg_view_init(&view, &pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    done = verdict.kind != ARMVIRT_SYSREG_TRAP && verdict.kind != ARMVIRT_SYSREG_UNDEFINED;
    if (verdict_if(done) == AGREES && case_is(r, "r", "ok")) {
        return AGREES;
    }
    if (!case_is(r, "r", "ok") && judge_exception(r, &pe, &verdict) == AGREES) {
        return AGREES;
    }
    return a32_listed(r, access.reg, &verdict) ? LISTED : DISAGREES;
}

int main(int argc, char **argv)
{
    struct account total = {{0}};
    char directory[PATH_BYTES];

    if (argc != 2) {
        fprintf(stderr, "usage: exc_sysreg DIRECTORY\n");
        return 2;
    }
    path_join(directory, argv[1], "exc");
    replay_cases(directory, "sysreg.txt", judge_access, &total);
    replay_cases(directory, "a32.txt", judge_a32, &total);
    return account_verdict(&total);
}
