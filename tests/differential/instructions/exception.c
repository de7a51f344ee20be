/* SPDX-License-Identifier: MIT */
/*
 * Instructions that trap, or not, over random controls: SVC to WFI, floating-point, MRS and MSR of
 * every register that armvirt knows, SYS, at EL0 to EL2 with translation off. DDI0487 D1.4, C5,
 * D24.
 */
#include "exception.h"

#include <armvirt/regs/vmsa.h>
#include <armvirt/sysreg.h>

#include <string.h>

#include "../../exc_step.h"

/* ---- What armvirt says --------------------------------------------------------------------- */

void exception_pe(const struct group *group, const struct diff_case *c, struct armvirt_pe *pe)
{
    unsigned n = 0;

    memset(pe, 0, sizeof(*pe));
    pe->vmsa = group->vmsa;
#define R(name, member, op1, crn, crm, op2) pe->member = group->trap[n++];
    DIFF_TRAP_REGISTERS(R)
#undef R
    n = 0;
#define R(name, member, op1, crn, crm, op2) pe->member = group->pe_id[n++];
    DIFF_PE_ID_REGISTERS(R)
#undef R
    pe->vbar_el[1] = c->code_va[0];
    pe->vbar_el[2] = c->code_va[1];
    pe->vbar_el[3] = ROM_VECTORS;
    pe->pc = CODE_PA + CODE_WORDS + (uint64_t)(c - group->cases) * WORD_SIZE;
    pe->pc += c->el == 0 ? STUB_SIZE : 0;
    pe->pstate = (uint64_t)c->daif << 6 | (c->el > 0 ? c->el * 4u + 1u : 0);
    if (c->interrupt >= INTERRUPT_VFIQ) {
        pe->vmsa.hcr_el2 |= UINT64_C(1) << (HCR_VF_SHIFT + c->interrupt - INTERRUPT_VFIQ);
    }
    if (c->el > 0) {
        pe->spsr_el[c->el] = c->spsr;
        pe->elr_el[c->el] = c->elr;
    }
}

static bool has_syndrome(const struct armvirt_exception *exc)
{
    return exc->source == ARMVIRT_EXC_SYNC || exc->source == ARMVIRT_EXC_SERROR ||
           exc->source == ARMVIRT_EXC_VSERROR;
}

/* IHI0069 4.6.2: how an interrupt of a group reaches a PE below EL3; the others are in HCR_EL2. */
uint32_t exception_lines(const struct group *group, const struct diff_case *c)
{
    bool secure = (group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_NS) == 0;

    if (c->interrupt == INTERRUPT_GROUP1S || c->interrupt == INTERRUPT_GROUP1NS) {
        return secure == (c->interrupt == INTERRUPT_GROUP1S) ? ARMVIRT_LINE_IRQ : ARMVIRT_LINE_FIQ;
    }
    return c->interrupt == INTERRUPT_GROUP0 ? ARMVIRT_LINE_FIQ : 0;
}

void answer_word(const struct group *group, const struct diff_case *c, struct answer *answer)
{
    struct armvirt_pe pe;
    struct armvirt_exception exc;
    uint64_t unknown;

    memset(answer, 0, sizeof(*answer));
    exception_pe(group, c, &pe);
    if (!exc_step(&pe, (uint32_t)c->va, exception_lines(group, c), &exc, &unknown)) {
        return;
    }
    armvirt_exc_enter(&pe, &exc);
    answer->is_exception = true;
    answer->outcome.target = exc.target_el;
    answer->outcome.vector = (uint32_t)((pe.pc - pe.vbar_el[exc.target_el]) >> 7);
    answer->outcome.esr = pe.esr_el[exc.target_el];
    answer->outcome.elr = pe.elr_el[exc.target_el];
    answer->outcome.spsr = pe.spsr_el[exc.target_el];
    answer->esr_mask = has_syndrome(&exc) ? UINT64_MAX : 0;
    /* What runs before changes NZCV; an ERET sets it. */
    answer->spsr_mask =
        (c->va == ERET_WORD ? UINT64_C(0xffffffff) : UINT64_C(0x3fffffff)) & ~unknown;
}

/* ---- Random controls ----------------------------------------------------------------------- */

/* Bits of HCR_EL2 that trap or route, apart from those that would stop the payload. */
#define HCR_TRAPS                                                                                  \
    (ARMVIRT_HCR_EL2_TWI | ARMVIRT_HCR_EL2_TWE | ARMVIRT_HCR_EL2_TID0 | ARMVIRT_HCR_EL2_TID1 |     \
     ARMVIRT_HCR_EL2_TID2 | ARMVIRT_HCR_EL2_TID3 | ARMVIRT_HCR_EL2_TSC | ARMVIRT_HCR_EL2_TIDCP |   \
     ARMVIRT_HCR_EL2_TACR | ARMVIRT_HCR_EL2_TSW | ARMVIRT_HCR_EL2_TPCP | ARMVIRT_HCR_EL2_TPU |     \
     ARMVIRT_HCR_EL2_TTLB | ARMVIRT_HCR_EL2_TVM | ARMVIRT_HCR_EL2_TDZ | ARMVIRT_HCR_EL2_HCD |      \
     ARMVIRT_HCR_EL2_TRVM | ARMVIRT_HCR_EL2_TLOR | ARMVIRT_HCR_EL2_APK | ARMVIRT_HCR_EL2_API |     \
     ARMVIRT_HCR_EL2_IMO | ARMVIRT_HCR_EL2_FMO | ARMVIRT_HCR_EL2_AMO)

#define SCTLR_TRAPS                                                                                \
    (ARMVIRT_SCTLR_EL1_NTWE | ARMVIRT_SCTLR_EL1_NTWI | ARMVIRT_SCTLR_EL1_UMA |                     \
     ARMVIRT_SCTLR_EL1_UCT | ARMVIRT_SCTLR_EL1_UCI | ARMVIRT_SCTLR_EL1_DZE)

static void random_controls(struct random *r, const struct processor *processor,
                            struct group *group)
{
    struct armvirt_vmsa *v = &group->vmsa;
    uint64_t *t = group->trap;

    random_registers(r, processor, ARMVIRT_REGIME_EL10, v);
    v->hcr_el2 = ARMVIRT_HCR_EL2_RW | (random_next(r) & random_next(r) & HCR_TRAPS) |
                 random_bits(r, 30, ARMVIRT_HCR_EL2_E2H) | random_bits(r, 20, ARMVIRT_HCR_EL2_TGE);
    v->scr_el3 |=
        random_next(r) & (ARMVIRT_SCR_EL3_TWI | ARMVIRT_SCR_EL3_TWE | ARMVIRT_SCR_EL3_TLOR |
                          ARMVIRT_SCR_EL3_API | ARMVIRT_SCR_EL3_APK | ARMVIRT_SCR_EL3_ST);
    v->scr_el3 &= ~random_bits(r, 20, ARMVIRT_SCR_EL3_HCE);
    v->sctlr_el1 = 0x30c50830 | (random_next(r) & SCTLR_TRAPS);
    v->sctlr_el2 = 0x30c50830 | (random_next(r) & SCTLR_TRAPS);
    v->sctlr_el3 = 0x30c50830;
    memset(t, 0, sizeof(group->trap));
    t[TRAP_CPTR_EL3] = random_bits(r, 30, UINT64_C(0x80000400));
    t[TRAP_CPTR_EL2] = (v->hcr_el2 & ARMVIRT_HCR_EL2_E2H) != 0
                           ? random_next(r) & UINT64_C(0x80300000)
                           : UINT64_C(0x33ff) & ~random_bits(r, 70, 0x2000);
    t[TRAP_CPTR_EL2] |= random_bits(r, 30, UINT64_C(0x80000400));
    t[TRAP_CPACR_EL1] = random_next(r) & UINT64_C(0x00300000);
    t[TRAP_HSTR_EL2] = 0;
    t[TRAP_MDCR_EL2] = random_next(r) & random_next(r) & UINT64_C(0xe60);
    t[TRAP_MDCR_EL3] = random_next(r) & random_next(r) & UINT64_C(0x640);
    t[TRAP_CNTHCTL_EL2] = random_next(r) & 3;
    t[TRAP_CNTKCTL_EL1] = random_next(r) & UINT64_C(0x303);
    t[TRAP_PMUSERENR_EL0] = random_next(r) & 15;
    for (unsigned i = 0; i < TRAP_REGISTERS; i++) {
        t[i] = processor->trap_present[i] ? t[i] : 0;
    }
}

uint8_t some_exception_level(struct random *random, const struct group *group)
{
    const struct armvirt_vmsa *v = &group->vmsa;
    bool el2 = (v->scr_el3 & (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2)) != 0;
    bool tge = el2 && (v->hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0;
    uint8_t el;

    do {
        el = (uint8_t)random_below(random, 3);
    } while ((el == 1 && tge) || (el == 2 && !el2));
    return el;
}

struct diff_case word_case(unsigned el, uint32_t word)
{
    return (struct diff_case){.insn = INSN_WORD,
                              .el = (uint8_t)el,
                              .va = word,
                              .code_va = {CODE_PA, CODE_PA},
                              .daif = 15};
}

/* ---- Random instructions ------------------------------------------------------------------- */

/* Registers of error records and event counters: how many there are is not in an ID register. */
static bool is_numbered(uint32_t reg)
{
    uint32_t op1_crn_crm = reg >> 3 & 0x7ff;

    return (op1_crn_crm & ~UINT32_C(7)) == 0x050 || (op1_crn_crm & ~UINT32_C(7)) == 0x3e8 ||
           reg == ARMVIRT_SYSREG(3, 3, 9, 13, 1) || reg == ARMVIRT_SYSREG(3, 3, 9, 13, 2);
}

/* Registers with rules of their own, which are to be met often. */
static const uint32_t special[] = {
    ARMVIRT_SYSREG(3, 3, 13, 0, 7), /* SCXTNUM_EL0 */
    ARMVIRT_SYSREG(3, 3, 4, 2, 1),  /* DAIF */
    ARMVIRT_SYSREG(3, 3, 9, 12, 0), /* PMCR_EL0 */
    ARMVIRT_SYSREG(3, 3, 9, 12, 5), /* PMSELR_EL0 */
    ARMVIRT_SYSREG(3, 3, 14, 0, 0), /* CNTFRQ_EL0 */
    ARMVIRT_SYSREG(3, 3, 14, 0, 1), /* CNTPCT_EL0 */
    ARMVIRT_SYSREG(3, 3, 14, 0, 2), /* CNTVCT_EL0 */
    ARMVIRT_SYSREG(3, 3, 14, 2, 1), /* CNTP_CTL_EL0 */
    ARMVIRT_SYSREG(3, 7, 14, 2, 1), /* CNTPS_CTL_EL1 */
    ARMVIRT_SYSREG(3, 4, 1, 1, 1),  /* MDCR_EL2 */
    ARMVIRT_SYSREG(3, 0, 1, 0, 2),  /* CPACR_EL1 */
    ARMVIRT_SYSREG(3, 5, 1, 0, 2),  /* CPACR_EL12 */
    ARMVIRT_SYSREG(3, 4, 14, 4, 1), /* CNTHVS_CTL_EL2 */
};

/* What the payload could not go on after, or what another subject has. */
static bool is_excluded(uint32_t reg)
{
    bool zeroes = (reg & ~UINT32_C(0x7)) == ARMVIRT_SYSREG(1, 3, 7, 4, 0); /* DC ZVA, GVA, GZVA */

    return zeroes || is_numbered(reg);
}

/* System registers, those of debug, or SYS. */
static uint32_t some_op0(struct random *r)
{
    unsigned percent = random_below(r, 100);

    return percent < 80   ? ARMVIRT_SYSREG(3, 0, 0, 0, 0)
           : percent < 90 ? ARMVIRT_SYSREG(2, 0, 0, 0, 0)
                          : ARMVIRT_SYSREG(1, 0, 0, 0, 0);
}

/* X0 is 0: what is written is harmless, and the payload writes its registers anew. */
static uint32_t some_access(struct random *r)
{
    uint32_t reg = special[random_below(r, sizeof(special) / sizeof(special[0]))];
    uint32_t read = (uint32_t)random_bits(r, 60, SYS_READ);

    if (random_chance(r, 80)) {
        do {
            reg = some_op0(r) | random_below(r, 1 << 14);
        } while (!armvirt_sysreg_known(reg) || is_excluded(reg));
    }
    return SYS | read | reg << 5;
}

const uint32_t exception_words[EXCEPTION_WORDS] = {
    0xd4004681,                                  /* svc #0x234 */
    HVC,        0xd4004683,                      /* smc #0x234 */
    0xd4204680,                                  /* brk #0x234 */
    0x00000234,                                  /* udf */
    WFE,        WFI,        DAIFCLR, 0x1e602800, /* fadd d0, d0, d0 */
    0x4e20d400,                                  /* fadd v0.4s, v0.4s, v0.4s */
    0xdac10000,                                  /* pacia x0, x0 */
    0xdac10c00,                                  /* pacdb x0, x0 */
};

static uint32_t some_word(struct random *r)
{
    return random_chance(r, 70) ? some_access(r)
                                : exception_words[random_below(r, EXCEPTION_WORDS)];
}

/* WFE and WFI that are not trapped may wait for ever. */
static bool waits(const struct diff_case *c)
{
    return c->va == WFE || c->va == WFI;
}

static void exception_case(struct random *random, struct group *group, struct diff_case *c)
{
    *c = word_case(some_exception_level(random, group), some_word(random));
}

void generate_words(const struct processor *processor, unsigned subject, uint64_t seed,
                    uint64_t number, struct group *group, struct answer answers[GROUP_CASES])
{
    static void (*const make_case[])(struct random *, struct group *, struct diff_case *) = {
        [SUBJECT_EXCEPTION] = exception_case,
        [SUBJECT_INTERRUPT] = interrupt_case,
        [SUBJECT_RETURN] = return_case,
    };
    struct random random = {seed * UINT64_C(0x100000001b3) + number};

    random_next(&random);
    memcpy(group->pe_id, processor->pe_id, sizeof(group->pe_id));
    random_controls(&random, processor, group);
    if (subject == SUBJECT_INTERRUPT) {
        random_routing(&random, &group->vmsa);
    }
    memory_clear(&group->memory);
    for (group->count = 0; group->count < GROUP_CASES;) {
        struct diff_case *c = &group->cases[group->count];
        struct answer *answer = &answers[group->count];

        make_case[subject](&random, group, c);
        answer_word(group, c, answer);
        group->count += answer->is_exception || !waits(c);
    }
}
