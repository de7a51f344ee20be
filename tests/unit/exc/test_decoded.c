/* SPDX-License-Identifier: MIT */
/*
 * Random PEs: what armvirt_pe_decode() makes of the ID registers changes no answer, and what is
 * entered is returned from. DDI0487 D1.4.2, D1.4.4, A2.2.
 */
#include "random_pe.h"

#include <armvirt/exc_guest.h>
#include <armvirt/sysreg.h>

#define ROUNDS 20000

static void without_decoded(struct armvirt_pe *pe)
{
    pe->decoded = (struct armvirt_pe_decoded){.features = {0, 0}};
}

/* Enter and return; the same at every step with @decoded and without. */
static void same_round_trip(struct armvirt_pe *plain, struct armvirt_pe *decoded, unsigned ec)
{
    struct armvirt_exception a, b;
    struct armvirt_exc_return one = {0}, two = {0};

    armvirt_exc_raise(plain, ec, 0, &a);
    armvirt_exc_raise(decoded, ec, 0, &b);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(armvirt_exc_enter(plain, &a), armvirt_exc_enter(decoded, &b));
    assert_int_equal(armvirt_exc_return(plain, &one), armvirt_exc_return(decoded, &two));
    assert_memory_equal(&one, &two, sizeof one);
    without_decoded(decoded);
    assert_memory_equal(plain, decoded, sizeof *plain);
}

/* A2.2: features are what ID registers say, looked at once or each time. */
static void A2_2_decoding_changes_nothing(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct armvirt_pe plain = random_pe(&seed), decoded = plain;

        armvirt_pe_decode(&decoded);
        same_round_trip(&plain, &decoded, i % 2 ? EC(UNKNOWN) : EC(SVC64));
    }
}

/* D24.2: a control that changes afterwards counts as it is now. */
static void D24_2_controls_may_change_after_decoding(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct armvirt_pe plain = random_pe(&seed), decoded = plain;

        armvirt_pe_decode(&decoded);
        plain.vmsa.scr_el3 = decoded.vmsa.scr_el3 = random_register(&seed);
        plain.vmsa.hcr_el2 = decoded.vmsa.hcr_el2 = random_register(&seed);
        plain.vmsa.hcrx_el2 = decoded.vmsa.hcrx_el2 = random_register(&seed);
        plain.top_aarch32 = decoded.top_aarch32 = i % 8 == 0;
        same_round_trip(&plain, &decoded, EC(UNKNOWN));
    }
}

static void A2_2_pending_and_views_too(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct armvirt_pe plain = random_pe(&seed), decoded = plain;
        struct armvirt_exc_pending a, b;
        struct armvirt_sysreg_view v, w;
        uint32_t lines = (uint32_t)next(&seed) & 0x73fu;

        armvirt_pe_decode(&decoded);
        armvirt_exc_pending(&plain, lines, &a);
        armvirt_exc_pending(&decoded, lines, &b);
        assert_memory_equal(&a, &b, sizeof a);
        assert_int_equal(armvirt_exc_isr(&plain, lines), armvirt_exc_isr(&decoded, lines));
        armvirt_sysreg_view_init(&v, &plain);
        armvirt_sysreg_view_init(&w, &decoded);
        assert_memory_equal(v.truth, w.truth, sizeof v.truth);
    }
}

/* Whether an entry to the level it came from or one above can be returned from to where it was. */
static bool can_come_back(const struct armvirt_pe *before, const struct armvirt_exc_return *result)
{
    return result->reason == ARMVIRT_EXC_RETURN_LEGAL &&
           !(before->pstate & (ARMVIRT_SPSR_EL1_IL | ARMVIRT_SPSR_EL1_SS));
}

/* R_WTXBY, R_BWCFK: the handler's return restores what the entry saved: Exception level, flags,
 * masks and the address. */
static void R_BWCFK_return_restores_what_entry_saved(void **state)
{
    const uint64_t kept = ARMVIRT_SPSR_EL1_N | ARMVIRT_SPSR_EL1_Z | ARMVIRT_SPSR_EL1_C |
                          ARMVIRT_SPSR_EL1_V | ARMVIRT_SPSR_EL1_D | ARMVIRT_SPSR_EL1_A |
                          ARMVIRT_SPSR_EL1_I | ARMVIRT_SPSR_EL1_F | ARMVIRT_BITS(3, 0);
    uint64_t seed = 3;
    unsigned legal = 0;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct armvirt_pe pe = random_pe(&seed), before;
        struct armvirt_exception exc;
        struct armvirt_exc_return result;

        pe.vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_NV;
        before = pe;
        armvirt_exc_raise(&pe, EC(UNKNOWN), 0, &exc);
        armvirt_exc_enter(&pe, &exc);
        assert_int_equal(armvirt_pe_el(&pe), exc.target_el);
        assert_int_equal(pe.elr_el[exc.target_el], before.pc);
        armvirt_exc_return(&pe, &result);
        if (can_come_back(&before, &result)) {
            legal++;
            assert_int_equal(pe.pc, before.pc);
            assert_int_equal(pe.pstate & kept, before.pstate & kept);
        }
    }
    assert_true(legal > ROUNDS / 20);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, A2_2_decoding_changes_nothing);
    SUITE_ADD(&suite, D24_2_controls_may_change_after_decoding);
    SUITE_ADD(&suite, A2_2_pending_and_views_too);
    SUITE_ADD(&suite, R_BWCFK_return_restores_what_entry_saved);
    return suite_run(&suite, "decoded");
}
