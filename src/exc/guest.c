/* SPDX-License-Identifier: MIT */
/*
 * Exceptions for hypervisors: injection, and exits of nested guests. DDI0487 D1.4.2, D1.4.5.2,
 * D1.4.6, D8.11 (nested virtualization).
 */
#include "base/compiler.h"
#include "sync.h"

#include <armvirt/exc_guest.h>
#include <armvirt/regs/syndrome.h>

#define EC(name) ARMVIRT_ESR_ELX_EC_##name

/* ---- Injection ---------------------------------------------------------------------------- */

static enum armvirt_status inject_line(struct armvirt_pe *pe, enum armvirt_exc_source source,
                                       uint32_t line, uint64_t iss, struct armvirt_exception *exc)
{
    struct armvirt_exc_pending pending;

    armvirt_exc_pending(pe, line, &pending);
    if (!((pending.takeable >> source) & 1)) {
        return ARMVIRT_FAULT;
    }
    armvirt_exc_interrupt(pe, source, pending.target_el[source], iss, exc);
    armvirt_exc_enter(pe, exc);
    return ARMVIRT_OK;
}

/* The abort of an access whose address has been translated. */
static ARMVIRT_NOINLINE void report(const struct armvirt_pe *pe,
                                    const struct armvirt_access *access,
                                    const struct armvirt_fault *fault,
                                    struct armvirt_exception *exc)
{
    struct armvirt_regime regime;

    (void)armvirt_regime_init(&regime, &pe->vmsa, armvirt_pe_el(pe));
    armvirt_exc_abort(pe, &regime, NULL, access, fault, exc);
}

static void external_abort(const struct armvirt_pe *pe, const struct armvirt_injection *injection,
                           struct armvirt_exception *exc)
{
    bool fetch = injection->kind == ARMVIRT_INJECT_FETCH_ABORT;
    struct armvirt_access access = {.va = fetch ? pe->pc : injection->va};
    struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL};

    access.kind = fetch ? ARMVIRT_FETCH : injection->write ? ARMVIRT_WRITE : ARMVIRT_READ;
    fault.write = !fetch && injection->write;
    report(pe, &access, &fault, exc);
}

static enum armvirt_status inject_sync(struct armvirt_pe *pe,
                                       const struct armvirt_injection *injection,
                                       struct armvirt_exception *exc)
{
    switch (injection->kind) {
    case ARMVIRT_INJECT_UNDEFINED:
        armvirt_exc_raise(pe, EC(UNKNOWN), 0, exc);
        break;
    case ARMVIRT_INJECT_STEP:
        armvirt_exc_raise(pe, EC(STEP_LOWER),
                          ARMVIRT_ISS_SOFTWARE_STEP_IFSC_DEBUG | ARMVIRT_ISS_SOFTWARE_STEP_ISV,
                          exc);
        break;
    case ARMVIRT_INJECT_DATA_ABORT:
    case ARMVIRT_INJECT_FETCH_ABORT:
        external_abort(pe, injection, exc);
        break;
    default:
        return ARMVIRT_E_INVAL;
    }
    armvirt_exc_enter(pe, exc);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_exc_inject(struct armvirt_pe *pe,
                                       const struct armvirt_injection *injection,
                                       struct armvirt_exception *exc)
{
    switch (injection->kind) {
    case ARMVIRT_INJECT_SERROR:
        return inject_line(pe, ARMVIRT_EXC_SERROR, ARMVIRT_LINE_SERROR, injection->iss, exc);
    case ARMVIRT_INJECT_IRQ:
        return inject_line(pe, ARMVIRT_EXC_IRQ, ARMVIRT_LINE_IRQ, 0, exc);
    case ARMVIRT_INJECT_FIQ:
        return inject_line(pe, ARMVIRT_EXC_FIQ, ARMVIRT_LINE_FIQ, 0, exc);
    default:
        return inject_sync(pe, injection, exc);
    }
}

/* ---- Nested guests ------------------------------------------------------------------------ */

/* A class that stands for one kind of instruction: a word of it, to which the immediate is added.
 */
struct class_word {
    uint8_t ec, kind;
    bool immediate;
    uint32_t word;
};

static const struct class_word class_words[] = {
    {EC(SVC64), ARMVIRT_INSN_SVC, true, 0xd4000001},
    {EC(HVC64), ARMVIRT_INSN_HVC, true, 0xd4000002},
    {EC(SMC64), ARMVIRT_INSN_SMC, true, 0xd4000003},
    {EC(BRK64), ARMVIRT_INSN_BRK, true, 0xd4200000},
    {EC(FP), ARMVIRT_INSN_FP, false, 0x1e604000},
    {EC(SVE), ARMVIRT_INSN_SVE, false, 0x04200000},
    {EC(PAC), ARMVIRT_INSN_PAC_IA, false, 0xd503233f},
};

static void from_wfx(uint64_t esr, struct armvirt_insn *insn)
{
    static const uint8_t kinds[4] = {ARMVIRT_INSN_WFI, ARMVIRT_INSN_WFE, ARMVIRT_INSN_WFIT,
                                     ARMVIRT_INSN_WFET};

    insn->kind = kinds[ARMVIRT_GET(ARMVIRT_ISS_WFX_TI, esr)];
    insn->word = (uint32_t)ARMVIRT_GET(ARMVIRT_ISS_WFX_RN, esr);
}

static void from_eret(uint64_t esr, struct armvirt_insn *insn)
{
    insn->kind = !(esr & ARMVIRT_ISS_ERET_ERET) ? ARMVIRT_INSN_ERET
                 : esr & ARMVIRT_ISS_ERET_ERETA ? ARMVIRT_INSN_ERETAB
                                                : ARMVIRT_INSN_ERETAA;
}

static bool from_other(uint64_t esr, struct armvirt_insn *insn)
{
    static const uint8_t kinds[3] = {ARMVIRT_INSN_ST64BV, ARMVIRT_INSN_ST64BV0, ARMVIRT_INSN_LD64B};
    uint64_t iss = ARMVIRT_GET(ARMVIRT_ISS_OTHER_INSTRUCTION_ISS, esr);

    insn->kind = iss < 3 ? kinds[iss] : ARMVIRT_INSN_ORDINARY;
    return iss < 3;
}

static bool from_sme(uint64_t esr, struct armvirt_insn *insn)
{
    static const uint8_t kinds[5] = {ARMVIRT_INSN_SME_ACCESS, ARMVIRT_INSN_SVE_NORMAL,
                                     ARMVIRT_INSN_SME_SM_ZA, ARMVIRT_INSN_SME_ZA,
                                     ARMVIRT_INSN_SME_ZT0};
    uint64_t smtc = ARMVIRT_GET(ARMVIRT_ISS_SME_SMTC, esr);

    insn->kind = smtc < 5 ? kinds[smtc] : ARMVIRT_INSN_ORDINARY;
    return smtc < 5;
}

static bool from_class(unsigned ec, uint64_t esr, struct armvirt_insn *insn)
{
    for (unsigned i = 0; i < sizeof(class_words) / sizeof(class_words[0]); i++) {
        if (class_words[i].ec == ec) {
            uint64_t imm =
                class_words[i].immediate ? ARMVIRT_GET(ARMVIRT_ISS_HVC_SVC_IMM16, esr) : 0;

            insn->kind = class_words[i].kind;
            insn->word = class_words[i].word | (uint32_t)imm << 5;
            return true;
        }
    }
    return false;
}

bool armvirt_insn_from_esr(uint64_t esr, struct armvirt_insn *insn)
{
    unsigned ec = (unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr);

    *insn = (struct armvirt_insn){0};
    switch (ec) {
    case EC(WFX):
        from_wfx(esr, insn);
        return true;
    case EC(ERET):
        from_eret(esr, insn);
        return true;
    case EC(OTHER):
        return from_other(esr, insn);
    case EC(SME):
        return from_sme(esr, insn);
    default:
        return from_class(ec, esr, insn);
    }
}

enum armvirt_status armvirt_exc_nested(const struct armvirt_pe *pe, uint64_t esr,
                                       struct armvirt_exception *exc)
{
    struct armvirt_insn insn;

    if (!armvirt_insn_from_esr(esr, &insn)) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    return armvirt_exc_insn(pe, &insn, exc);
}
