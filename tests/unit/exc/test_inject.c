/* SPDX-License-Identifier: MIT */
/*
 * What is injected is what the PE would have taken of itself: the same exception made of an
 * instruction, of a pending line, of a step or of a fault, and entered. DDI0487 D1.4.2, D1.4.5,
 * D1.4.6, D2.11.
 */
#include "random_pe.h"

#include <armvirt/exc_guest.h>

#define ROUNDS 20000
#define VA     UINT64_C(0x123456789abc)
#define ISS    UINT64_C(0x1000211)

/* ---- The exception without the injection ----------------------------------------------------- */

static enum armvirt_status undefined_instruction(const struct armvirt_pe *pe,
                                                 struct armvirt_exception *exc)
{
    struct armvirt_pe ready = *pe; /* other states of PSTATE come before the instruction */
    struct armvirt_insn insn;

    ready.pstate &= ~(PS(IL) | PS(UINJ));
    armvirt_insn_decode(0, &insn); /* UDF #0 */
    return armvirt_exc_insn(&ready, &insn, exc);
}

static enum armvirt_status external_abort(const struct armvirt_pe *pe,
                                          const struct armvirt_injection *injection,
                                          struct armvirt_exception *exc)
{
    bool fetch = injection->kind == ARMVIRT_INJECT_FETCH_ABORT;
    unsigned el = armvirt_pe_el(pe);
    const struct armvirt_access access = {
        .va = fetch ? pe->pc : VA,
        .kind = fetch              ? ARMVIRT_FETCH
                : injection->write ? ARMVIRT_WRITE
                                   : ARMVIRT_READ,
    };
    const struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL,
                                        .write = !fetch && injection->write};
    const struct armvirt_abort_context context = {.el = (uint8_t)el,
                                                  .serror_masked = pe->pstate & PS(A)};
    struct armvirt_regime regime;
    struct armvirt_abort abort;

    (void)armvirt_regime_init(&regime, &pe->vmsa, el);
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    *exc = (struct armvirt_exception){
        .esr = abort.esr,
        .far = access.va,
        .pfar = abort.pfar,
        .elr = pe->pc,
        .target_el = abort.target_el,
        .serror_vector = abort.serror_vector,
        .far_valid = true,
        .pfar_valid = abort.pfar_valid,
    };
    return ARMVIRT_FAULT;
}

static enum armvirt_status interrupt(const struct armvirt_pe *pe, unsigned kind,
                                     struct armvirt_exception *exc)
{
    static const struct {
        uint32_t line;
        uint8_t source;
    } rows[] = {
        [ARMVIRT_INJECT_SERROR] = {ARMVIRT_LINE_SERROR, ARMVIRT_EXC_SERROR},
        [ARMVIRT_INJECT_IRQ] = {ARMVIRT_LINE_IRQ, ARMVIRT_EXC_IRQ},
        [ARMVIRT_INJECT_FIQ] = {ARMVIRT_LINE_FIQ, ARMVIRT_EXC_FIQ},
    };
    unsigned source = rows[kind].source;
    struct armvirt_exc_pending pending;

    armvirt_exc_pending(pe, rows[kind].line, &pending);
    if (!(pending.takeable >> source & 1)) {
        return ARMVIRT_OK;
    }
    armvirt_exc_interrupt(pe, (enum armvirt_exc_source)source, pending.target_el[source], ISS, exc);
    return ARMVIRT_FAULT;
}

static enum armvirt_status of_itself(const struct armvirt_pe *pe,
                                     const struct armvirt_injection *injection,
                                     struct armvirt_exception *exc)
{
    switch (injection->kind) {
    case ARMVIRT_INJECT_UNDEFINED:
        return undefined_instruction(pe, exc);
    case ARMVIRT_INJECT_DATA_ABORT:
    case ARMVIRT_INJECT_FETCH_ABORT:
        return external_abort(pe, injection, exc);
    case ARMVIRT_INJECT_STEP:
        return armvirt_exc_step(pe, true, false, exc);
    default:
        return interrupt(pe, injection->kind, exc);
    }
}

/* ---- Both ------------------------------------------------------------------------------------ */

/* A hypervisor injects steps that the guest's own state does not ask for. */
static bool is_comparable(const struct armvirt_injection *injection, enum armvirt_status status)
{
    return injection->kind != ARMVIRT_INJECT_STEP || status == ARMVIRT_FAULT;
}

static void same_entry(const struct armvirt_pe *before, unsigned kind, bool write)
{
    const struct armvirt_injection injection = {
        .va = VA, .iss = ISS, .kind = (uint8_t)kind, .write = write};
    struct armvirt_pe injected = *before, entered = *before;
    struct armvirt_exception taken, exc;
    enum armvirt_status status = of_itself(before, &injection, &exc);

    if (!is_comparable(&injection, status)) {
        return;
    }
    assert_int_equal(armvirt_exc_inject(&injected, &injection, &taken),
                     status == ARMVIRT_FAULT ? ARMVIRT_OK : ARMVIRT_FAULT);
    if (status == ARMVIRT_FAULT) {
        armvirt_exc_enter(&entered, &exc);
        assert_int_equal(taken.target_el, exc.target_el);
        assert_in_range(taken.target_el, armvirt_pe_el(before) ? armvirt_pe_el(before) : 1, 3);
        assert_int_equal(injected.elr_el[taken.target_el], before->pc);
    }
    assert_memory_equal(&injected, &entered, sizeof(injected));
}

static void D1_4_2_injected_is_as_taken_by_random_PEs(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct armvirt_pe pe = random_pe(&seed);

        for (unsigned kind = 0; kind <= ARMVIRT_INJECT_STEP; kind++) {
            same_entry(&pe, kind, i & 1);
        }
    }
}

/* All of SCR_EL3.{EA, IRQ, FIQ}, HCR_EL2.{AMO, IMO, FMO, TGE, E2H, TEA}, PSTATE.{A, I, F}, and
 * Exception levels, SCTLR2_ELx.EASE in turn. */
static void D1_4_6_injected_is_as_taken_for_all_controls(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 1u << 14; n++) {
        struct armvirt_pe pe = make_pe();

        set_field(&pe.vmsa.scr_el3, ARMVIRT_BITS(3, 1), n & 7);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_BITS(5, 3), n >> 3 & 7);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TGE, n >> 6 & 1);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_E2H, n >> 7 & 1);
        set_field(&pe.vmsa.hcr_el2, ARMVIRT_HCR_EL2_TEA, n >> 8 & 1);
        pe.pstate = at_el(n >> 12 & 3) | (uint64_t)(n >> 9 & 7) << 6;
        pe.vmsa.sctlr2_el1 = pe.vmsa.sctlr2_el2 = n % 3 ? 0 : ARMVIRT_SCTLR2_EL1_EASE;
        for (unsigned kind = 0; kind <= ARMVIRT_INJECT_STEP; kind++) {
            same_entry(&pe, kind, n & 1);
        }
    }
}

/* A step that is pending: MDSCR_EL1.SS, KDE, PSTATE.{D, SS}, MDCR_EL2.TDE. It is at EL0 whatever
 * the others are (8 of them), at EL1 under TDE (4), and at the level of the handler with KDE and
 * not D (2). */
static void D2_11_an_injected_step_is_as_a_pending_one(void **state)
{
    unsigned pending = 0;

    (void)state;
    for (unsigned n = 0; n < 128; n++) {
        struct armvirt_pe pe = make_pe();
        struct armvirt_exception exc;

        pe.mdscr_el1 = (n & 1 ? ARMVIRT_MDSCR_EL1_SS : 0) | (n & 2 ? ARMVIRT_MDSCR_EL1_KDE : 0);
        pe.mdcr_el2 = n & 4 ? ARMVIRT_MDCR_EL2_TDE : 0;
        pe.pstate = at_el(n >> 5 & 3) | (n & 8 ? PS(D) : 0) | (n & 16 ? PS(SS) : 0);
        pending += armvirt_exc_step(&pe, true, false, &exc) == ARMVIRT_FAULT;
        same_entry(&pe, ARMVIRT_INJECT_STEP, false);
    }
    assert_int_equal(pending, 14);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D1_4_2_injected_is_as_taken_by_random_PEs);
    SUITE_ADD(&suite, D1_4_6_injected_is_as_taken_for_all_controls);
    SUITE_ADD(&suite, D2_11_an_injected_step_is_as_a_pending_one);
    return suite_run(&suite, "inject");
}
