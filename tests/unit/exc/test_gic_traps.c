/* SPDX-License-Identifier: MIT */
/*
 * Two judges of accesses to the system registers of the GIC (DDI0487 D24.12): the GIC, by its own
 * controls, and the accesses of <armvirt/sysreg.h>, by the Accessing sections. For all controls
 * that both know they must say the same.
 */
#include "../gic/gic_bench.h"
#include "sysreg_bench.h"

#include <armvirt/sysreg.h>

#define ICH_HCR ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 0)

/* One setting of the controls. */
struct controls {
    uint8_t el;
    bool secure;
    uint64_t scr, hcr, ich_hcr;
};

static struct bench b;
static unsigned traps[4];

static void make(uint64_t ich_vtr)
{
    struct armvirt_gic_config config = bench_config(true);

    config.ich_vtr = ich_vtr;
    bench_make(&b, &config);
}

static struct armvirt_pe pe_of(const struct controls *c)
{
    struct armvirt_pe pe = open_pe();

    pe.ich_vtr_el2 = b.config.ich_vtr;
    pe.vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_FIQ | ARMVIRT_SCR_EL3_IRQ);
    pe.vmsa.scr_el3 |= c->scr | (c->secure ? ARMVIRT_SCR_EL3_EEL2 : ARMVIRT_SCR_EL3_NS);
    pe.vmsa.hcr_el2 |= c->hcr;
    pe.ich_hcr_el2 = c->ich_hcr;
    pe.pstate = (uint64_t)c->el << 2 | (c->el != 0);
    return pe;
}

static void set_controls(const struct controls *c, const struct armvirt_pe *pe)
{
    struct armvirt_gic_context context = {.el = 3, .scr_el3 = pe->vmsa.scr_el3 | 1};

    assert_int_equal(armvirt_gic_set_context(b.gic, 0, &context), ARMVIRT_OK);
    msr(&b, 0, ICH_HCR, c->ich_hcr);
    context = (struct armvirt_gic_context){
        .el = c->el, .scr_el3 = pe->vmsa.scr_el3, .hcr_el2 = pe->vmsa.hcr_el2};
    assert_int_equal(armvirt_gic_set_context(b.gic, 0, &context), ARMVIRT_OK);
}

static uint64_t esr_of(const struct armvirt_sysreg_verdict *verdict)
{
    return (uint64_t)verdict->ec << 26 | UINT64_C(1) << 25 | verdict->iss;
}

static void compare(const struct armvirt_sysreg_view *view, uint32_t encoding, bool write)
{
    struct armvirt_sysreg_access access = {.reg = encoding, .write = write, .rt = 7};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_gic_trap trap;

    if (armvirt_gic_sysreg_trap(b.gic, 0, encoding, write, 7, &trap) == ARMVIRT_E_UNSUPPORTED) {
        return;
    }
    armvirt_sysreg_access(view, &access, &verdict);
    switch (trap.outcome) {
    case ARMVIRT_GIC_DONE:
        if (verdict.kind != ARMVIRT_SYSREG_DONE && verdict.kind != ARMVIRT_SYSREG_VIRTUAL) {
            fail_msg("%s at EL%u: %u", armvirt_sysreg_name(encoding), view->el, verdict.kind);
        }
        break;
    case ARMVIRT_GIC_UNDEFINED:
        if (verdict.kind != ARMVIRT_SYSREG_UNDEFINED) {
            fail_msg("%s at EL%u %s: not UNDEFINED but %u", armvirt_sysreg_name(encoding), view->el,
                     write ? "w" : "r", verdict.kind);
        }
        break;
    default:
        assert_int_equal(verdict.kind, ARMVIRT_SYSREG_TRAP);
        assert_int_equal(verdict.target_el, trap.outcome == ARMVIRT_GIC_TRAP_EL2 ? 2 : 3);
        assert_true(trap.esr == esr_of(&verdict));
        traps[verdict.target_el]++;
    }
}

/* ICC_PMR_EL1, and all of CRn 12 that the GIC may know. */
static void compare_all(const struct controls *c)
{
    static const uint8_t op1[] = {0, 4, 6};
    struct armvirt_pe pe = pe_of(c);
    struct armvirt_sysreg_view view;

    set_controls(c, &pe);
    armvirt_sysreg_view_init(&view, &pe);
    for (unsigned write = 0; write < 2; write++) {
        compare(&view, PMR, write);
        for (uint32_t n = 0; n < 3 * 64; n++) {
            compare(&view, ARMVIRT_GIC_SYSREG(3, op1[n / 64], 12, 8 + n / 8 % 8, n % 8), write);
        }
    }
}

static uint64_t ich_hcr_of(uint32_t n)
{
    return (n & 1 ? ARMVIRT_ICH_HCR_EL2_TALL0 : 0) | (n & 2 ? ARMVIRT_ICH_HCR_EL2_TALL1 : 0) |
           (n & 4 ? ARMVIRT_ICH_HCR_EL2_TC : 0) | (n & 8 ? ARMVIRT_ICH_HCR_EL2_TDIR : 0);
}

static void the_gic_and_the_sysreg_accesses_agree_on_every_trap(void **state)
{
    (void)state;
    make(UINT64_C(0x90b80003) | ARMVIRT_ICH_VTR_EL2_TDS);
    for (uint32_t n = 0; n < 256 * 6; n++) {
        uint32_t bits = n % 256;
        struct controls c = {
            .el = (uint8_t)(n / 256 % 3 + 1),
            .secure = n / 768 != 0,
            .scr = (bits & 1 ? ARMVIRT_SCR_EL3_FIQ : 0) | (bits & 2 ? ARMVIRT_SCR_EL3_IRQ : 0),
            .hcr = (bits & 4 ? ARMVIRT_HCR_EL2_FMO : 0) | (bits & 8 ? ARMVIRT_HCR_EL2_IMO : 0),
            .ich_hcr = ich_hcr_of(bits >> 4),
        };

        compare_all(&c);
    }
    assert_true(traps[2] > 0 && traps[3] > 0);
    bench_drop(&b);
}

/* ---- What only the accesses of <armvirt/sysreg.h> know (docs/porting.md) ------------------------
 */

static void at_el1(struct armvirt_pe *pe, uint64_t hcr)
{
    struct controls c = {.el = 1, .hcr = hcr};

    *pe = pe_of(&c);
    set_controls(&c, pe);
}

static struct armvirt_sysreg_verdict verdict_of(const struct armvirt_pe *pe, uint32_t encoding,
                                                bool write)
{
    struct armvirt_sysreg_access access = {.reg = encoding, .write = write};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_view view;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    return verdict;
}

static uint8_t gic_outcome(uint32_t encoding, bool write)
{
    struct armvirt_gic_trap trap;

    assert_int_equal(armvirt_gic_sysreg_trap(b.gic, 0, encoding, write, 0, &trap), ARMVIRT_OK);
    return trap.outcome;
}

/* DDI0487 D24.2 (HFGRTR_EL2, HFGWTR_EL2): ICC_IGRPENn_EL1, which come before the redirection to
 * ICV_IGRPENn_EL1. */
static void fine_grained_traps_of_igrpen_are_those_of_the_sysreg_accesses(void **state)
{
    static const uint32_t encodings[] = {IGRPEN0, IGRPEN1};

    (void)state;
    make(UINT64_C(0x90b80003));
    for (unsigned i = 0; i < 16; i++) {
        uint32_t encoding = encodings[i & 1];
        bool write = (i & 2) != 0, trapped = (i & 4) != 0;
        uint64_t hcr = i & 8 ? ARMVIRT_HCR_EL2_FMO | ARMVIRT_HCR_EL2_IMO : 0;
        struct armvirt_sysreg_verdict verdict;
        struct armvirt_pe pe;

        at_el1(&pe, hcr);
        pe.hfgrtr_el2 |= trapped && !write ? ARMVIRT_HFGRTR_EL2_ICC_IGRPENN_EL1 : 0;
        pe.hfgwtr_el2 |= trapped && write ? ARMVIRT_HFGWTR_EL2_ICC_IGRPENN_EL1 : 0;
        verdict = verdict_of(&pe, encoding, write);
        assert_int_equal(verdict.kind, trapped    ? ARMVIRT_SYSREG_TRAP
                                       : hcr != 0 ? ARMVIRT_SYSREG_VIRTUAL
                                                  : ARMVIRT_SYSREG_DONE);
        assert_int_equal(verdict.target_el, trapped ? 2 : 0);
        assert_int_equal(gic_outcome(encoding, write), ARMVIRT_GIC_DONE);
    }
    bench_drop(&b);
}

/* DDI0487 D8.11: with FEAT_NV2 the ICH_* registers that a guest hypervisor writes are memory, and
 * those that say what is (ICH_VTR_EL2, ICH_MISR_EL2) trap. The GIC alone knows neither. */
static void nested_virtualization_of_ICH_is_that_of_the_sysreg_accesses(void **state)
{
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_pe pe;

    (void)state;
    make(UINT64_C(0x90b80003));
    at_el1(&pe, ARMVIRT_HCR_EL2_NV | ARMVIRT_HCR_EL2_NV2);
    verdict = verdict_of(&pe, ICH_HCR, true);
    assert_int_equal(verdict.kind, ARMVIRT_SYSREG_MEMORY);
    assert_int_equal(verdict.offset, 0x4c0);
    verdict = verdict_of(&pe, ARMVIRT_GIC_SYSREG(3, 4, 12, 12, 0), false);
    assert_int_equal(verdict.kind, ARMVIRT_SYSREG_MEMORY);
    assert_int_equal(verdict.offset, 0x400);
    verdict = verdict_of(&pe, ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 1), false);
    assert_int_equal(verdict.kind, ARMVIRT_SYSREG_TRAP);
    assert_int_equal(verdict.target_el, 2);
    assert_int_equal(gic_outcome(ICH_HCR, true), ARMVIRT_GIC_UNDEFINED);
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, the_gic_and_the_sysreg_accesses_agree_on_every_trap);
    SUITE_ADD(&suite, fine_grained_traps_of_igrpen_are_those_of_the_sysreg_accesses);
    SUITE_ADD(&suite, nested_virtualization_of_ICH_is_that_of_the_sysreg_accesses);
    return suite_run(&suite, "exc.gic_traps");
}
