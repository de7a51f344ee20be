/* SPDX-License-Identifier: MIT */
/*
 * Whatever random PEs report is a syndrome that the manual allows: the class at that Exception
 * level, no reserved bit, code or value; and it is the same after decoding and encoding. DDI0487
 * D24.2.45 to D24.2.47.
 */
#include "random_pe.h"

#include <armvirt/abort.h>
#include <armvirt/sysreg.h>

#define ROUNDS 20000

static void is_valid(const struct armvirt_exception *exc)
{
    struct armvirt_syndrome syndrome;

    assert_int_equal(armvirt_esr_check(exc->esr, exc->target_el), ARMVIRT_ESR_CHECK_VALID);
    armvirt_esr_decode(exc->esr, &syndrome);
    assert_int_equal(armvirt_esr_encode(&syndrome), exc->esr);
}

/* Controls of instructions and registers too. */
static struct armvirt_pe random_machine(uint64_t *seed)
{
    struct armvirt_pe pe = random_pe(seed);

    for (uint64_t *control = &pe.mdcr_el2; control < &pe.fgwte3_el3; control++) {
        *control = random_register(seed);
    }
    for (unsigned el = 0; el < 4; el++) {
        pe.gcscr_el[el] = random_register(seed);
        pe.smcr_el[el] = random_register(seed);
    }
    pe.svcr = next(seed) & 3;
    return pe;
}

/* Words of the groups that generate exceptions. */
static uint32_t random_word(uint64_t *seed)
{
    static const uint8_t groups[] = {0xd4, 0xd5, 0xd6, 0xd9, 0xc0, 0x04, 0x1e,
                                     0xda, 0xf8, 0x19, 0x80, 0xd7, 0x1d, 0x00};
    uint32_t word = (uint32_t)next(seed);

    switch (next(seed) % 4) {
    case 0:
        return word;
    case 1: /* hints, MSR (immediate) */
        return UINT32_C(0xd5030000) | (word & 0x7ffff);
    default:
        return (word & 0xffffff) | (uint32_t)groups[next(seed) % sizeof(groups)] << 24;
    }
}

static void D24_2_syndromes_of_instructions(void **state)
{
    uint64_t seed = 77;
    unsigned reported = 0;

    (void)state;
    for (unsigned i = 0; i < 8 * ROUNDS; i++) {
        struct armvirt_pe pe = random_machine(&seed);
        struct armvirt_exception exc;
        struct armvirt_insn insn;

        armvirt_insn_decode(random_word(&seed), &insn);
        insn.fails = next(&seed) & 1;
        insn.format_option = next(&seed) & 3;
        if (armvirt_exc_insn(&pe, &insn, &exc) == ARMVIRT_FAULT) {
            reported++;
            is_valid(&exc);
        }
    }
    assert_in_range(reported, ROUNDS, 8 * ROUNDS);
}

static void D24_2_syndromes_of_register_accesses(void **state)
{
    uint64_t seed = 78;

    (void)state;
    for (unsigned i = 0; i < 8 * ROUNDS; i++) {
        struct armvirt_pe pe = random_machine(&seed);
        struct armvirt_sysreg_access access = {.reg = next(&seed) & 0xffff,
                                               .write = next(&seed) & 1,
                                               .wide = next(&seed) % 8 == 0,
                                               .rt = next(&seed) & 31};
        struct armvirt_sysreg_view view;
        struct armvirt_sysreg_verdict verdict;
        struct armvirt_exception exc;

        access.reg |= i & 1 ? 0xc000 : 0;
        armvirt_sysreg_view_init(&view, &pe);
        armvirt_sysreg_access(&view, &access, &verdict);
        if (verdict.kind == ARMVIRT_SYSREG_TRAP || verdict.kind == ARMVIRT_SYSREG_UNDEFINED) {
            armvirt_sysreg_exception(&pe, &verdict, &exc);
            is_valid(&exc);
        }
    }
}

/* Faults of every kind but those of AArch32 tables, of every kind of access. */
static struct armvirt_fault random_fault(uint64_t *seed, unsigned el)
{
    struct armvirt_fault fault = {
        .type = (uint8_t)(1 + next(seed) % ARMVIRT_FAULT_EXTERNAL),
        .stage = (uint8_t)(el < 2 ? 1 + next(seed) % 2 : 1),
        .level = (int8_t)(next(seed) % 5 - 1),
        .write = next(seed) & 1,
    };

    fault.s1ptw = fault.stage == 2 && next(seed) % 2;
    fault.type = fault.type == ARMVIRT_FAULT_DOMAIN ? ARMVIRT_FAULT_ALIGNMENT : fault.type;
    if (fault.type == ARMVIRT_FAULT_ACCESS_FLAG || fault.type == ARMVIRT_FAULT_PERMISSION) {
        fault.level = fault.level < 0 ? 0 : fault.level;
    }
    return fault;
}

static void D24_2_syndromes_of_aborts(void **state)
{
    uint64_t seed = 79;

    (void)state;
    for (unsigned i = 0; i < 8 * ROUNDS; i++) {
        struct armvirt_pe pe = random_machine(&seed);
        unsigned el = armvirt_pe_el(&pe);
        struct armvirt_access access = {.va = next(&seed), .el = (uint8_t)el};
        struct armvirt_fault fault = random_fault(&seed, el);
        struct armvirt_regime regime;
        struct armvirt_exception exc;

        access.kind = (uint8_t)(next(&seed) % (ARMVIRT_IC + 1u));
        access.isv = i & 1 ? (uint32_t)(1u << 24 | (next(&seed) & 0xffc000)) : 0;
        if (armvirt_regime_init(&regime, &pe.vmsa, el) == ARMVIRT_OK) {
            armvirt_exc_abort(&pe, &regime, NULL, &access, &fault, &exc);
            is_valid(&exc);
        }
    }
}

/* What is valid, for each class all single bits and pairs of bits of ISS and ISS2, and all values
 * of the lowest ten bits, is the same after decoding and encoding; IL too, where the class has it.
 */
static void D24_2_valid_syndromes_come_back(void **state)
{
    unsigned valid = 0;

    (void)state;
    for (unsigned n = 0; n < 64 * 2 * (1024 + 56 * 56); n++) {
        unsigned ec = n & 63, il = n >> 6 & 1, k = n >> 7;
        uint64_t bits =
            k < 1024 ? k : UINT64_C(1) << (k - 1024) % 56 | UINT64_C(1) << (k - 1024) / 56;
        uint64_t esr = (bits & ~ARMVIRT_BITS(31, 25)) | (uint64_t)ec << 26 | (uint64_t)il << 25;

        for (unsigned el = 1; el < 4; el++) {
            const struct armvirt_exception exc = {.esr = esr, .target_el = (uint8_t)el};

            if (armvirt_esr_check(esr, el) == ARMVIRT_ESR_CHECK_VALID) {
                is_valid(&exc);
                valid++;
            }
        }
    }
    assert_in_range(valid, 10000, UINT32_MAX);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D24_2_syndromes_of_instructions);
    SUITE_ADD(&suite, D24_2_syndromes_of_register_accesses);
    SUITE_ADD(&suite, D24_2_syndromes_of_aborts);
    SUITE_ADD(&suite, D24_2_valid_syndromes_come_back);
    return suite_run(&suite, "reported");
}
