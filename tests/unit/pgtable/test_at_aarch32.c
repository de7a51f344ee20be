/* SPDX-License-Identifier: MIT */
/*
 * Address translation instructions where EL1 uses AArch32: ATS1C* at EL1 with both formats of PAR,
 * and the AArch64 forms that EL2 executes for such an EL1. DDI0487 D8.2.13, G5, G8.2.
 */
#include <armvirt/at.h>
#include <armvirt/mem.h>

#include "suite.h"

#define GB        UINT64_C(0x40000000)
#define HIGH_HALF (UINT64_C(0x5a) << 32)

/* The memory that holds the tables. Each first-level entry of a short table maps 1 MB. */
enum { TABLE = 0x0, STAGE2_TABLE = 0x4000, ARENA_BYTES = 0x5000 };

/* Sections by number; section n is for addresses n MB and up. */
enum {
    NORMAL = 0x01,
    SUPER = 0x23,
    NO_ACCESS = 0x30,
    USER = 0x31,
    TO_TABLE = 0x40,
    NOTHING = 0x50
};

#define VA(n)      ((uint64_t)(n) << 20 | 0x23456)
#define SECTION    (1u << 10 | 0xeu) /* read and write above EL0, Write-Back, domain 0 */
#define ALL_RIGHTS (3u << 10)
#define DOMAIN1    (1u << 5)

struct machine {
    struct armvirt_vmsa vmsa;
    uint8_t bytes[ARENA_BYTES];
    struct armvirt_mem_flat flat;
    struct armvirt_walk_env env;
};

static void put32(struct machine *m, unsigned table, unsigned entry, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        m->bytes[table + 4 * entry + i] = (uint8_t)(value >> 8 * i);
    }
}

static void machine_init(struct machine *m)
{
    *m = (struct machine){.flat = {.base_pa = GB, .size_bytes = ARENA_BYTES}};
    m->flat.bytes = m->bytes;
    m->env.mem = armvirt_mem_from_flat(&m->flat);
    m->vmsa.id_aa64mmfr0_el1 = 5;
    m->vmsa.id_aa64mmfr1_el1 = UINT64_C(3) << 20;
    m->vmsa.id_aa64pfr0_el1 = 0x0122; /* AArch32 at EL1, no EL3 */
    m->vmsa.sctlr_el1 = ARMVIRT_BIT(0) | ARMVIRT_BIT(2) | ARMVIRT_BIT(12);
    m->vmsa.ttbr0_el1[0] = GB + TABLE;
    m->vmsa.dacr32_el2 = 1; /* client of domain 0, no access to the others */
    put32(m, TABLE, NORMAL, 0x80000000u | SECTION);
    put32(m, TABLE, SUPER, 0x12d40000u | 0xcu << 5 | SECTION);
    put32(m, TABLE, NO_ACCESS, 0x80000000u | SECTION | DOMAIN1);
    put32(m, TABLE, USER, 0x80000000u | SECTION | ALL_RIGHTS);
    put32(m, TABLE, TO_TABLE, 0x90000000u | 1); /* where there is no memory */
}

/* The same addresses with long descriptors: one block of 1 GB. */
static void use_long_descriptors(struct machine *m)
{
    m->vmsa.tcr_el1 = ARMVIRT_BIT(31);
    m->vmsa.mair_el1 = 0xff;
    put32(m, TABLE, 0, 0x80000000u | 0x701);
    put32(m, TABLE, 1, 0x12);
}

static struct armvirt_at_result run(struct machine *m, unsigned op, unsigned el, uint64_t va)
{
    struct armvirt_at at = {.va = va, .op = (uint8_t)op, .el = (uint8_t)el, .pan = true};
    struct armvirt_at_result result;

    assert_int_equal(armvirt_at(&m->vmsa, &m->env, &at, &result), ARMVIRT_OK);
    return result;
}

static void expect_par(struct machine *m, unsigned op, unsigned el, uint64_t va, uint64_t par)
{
    struct armvirt_at_result result = run(m, op, el, va);

    assert_int_equal(result.outcome, ARMVIRT_AT_DONE);
    assert_int_equal(result.par[0], par);
    assert_int_equal(result.par[1], 0);
}

static void ats1c_write_the_32_bit_format(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(NORMAL), 0x8002367c);
    expect_par(&m, ARMVIRT_ATS1CPW, 1, VA(NORMAL), 0x8002367c);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(SUPER), 0x12cd067e);
    expect_par(&m, ARMVIRT_ATS1CUW, 1, VA(USER), 0x8002367c);
    expect_par(&m, ARMVIRT_ATS1CUR, 1, VA(NORMAL), 0x1b);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(NO_ACCESS), 0x13);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(NOTHING), 0x0b);
}

static void only_P_forms_heed_pan(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(USER), 0x8002367c);
    expect_par(&m, ARMVIRT_ATS1CPRP, 1, VA(USER), 0x1b);
    expect_par(&m, ARMVIRT_ATS1CPWP, 1, VA(USER), 0x1b);
    expect_par(&m, ARMVIRT_ATS1CPWP, 1, VA(NORMAL), 0x8002367c);
}

static void ats1c_write_the_64_bit_format_with_long_descriptors(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    use_long_descriptors(&m);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, VA(NORMAL), 0xff00001280123b80);
    expect_par(&m, ARMVIRT_ATS1CUR, 1, VA(NORMAL), 0x81b);
}

static void I_GSXHM_address_bits_above_31_are_ignored(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_par(&m, ARMVIRT_ATS1CPR, 1, HIGH_HALF | VA(NORMAL), 0x8002367c);
    assert_int_equal(run(&m, ARMVIRT_AT_S1E1R, 2, HIGH_HALF | VA(NORMAL)).par[0] & 1, 0);
}

/* EL2 uses AArch64 and finds the format of AArch64 in PAR_EL1. */
static void el2_gets_its_own_format(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_par(&m, ARMVIRT_AT_S1E1R, 2, VA(NORMAL), 0xee00000080023a00);
    expect_par(&m, ARMVIRT_AT_S12E1R, 2, VA(NO_ACCESS), 0x87b);
    expect_par(&m, ARMVIRT_AT_S1E0R, 2, VA(NORMAL), 0x81b);
}

static void each_state_has_its_own_instructions(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    for (unsigned op = 0; op < ARMVIRT_AT_OPS; op++) {
        bool aarch32 = op >= ARMVIRT_ATS1CPR;

        assert_int_equal(run(&m, op, 1, VA(NORMAL)).outcome == ARMVIRT_AT_UNDEFINED, !aarch32);
        if (aarch32) {
            assert_int_equal(run(&m, op, 0, VA(NORMAL)).outcome, ARMVIRT_AT_UNDEFINED);
            assert_int_equal(run(&m, op, 2, VA(NORMAL)).outcome, ARMVIRT_AT_UNDEFINED);
        }
    }
}

static void an_external_abort_is_taken_to_abort_mode(void **state)
{
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    result = run(&m, ARMVIRT_ATS1CPR, 1, VA(TO_TABLE));
    assert_int_equal(result.outcome, ARMVIRT_AT_ABORTED);
    assert_true(result.abort.aarch32);
    assert_int_equal(result.abort.esr, 0x280e); /* CM, WnR, FS = walk level 2 */
    assert_int_equal(result.abort.far, VA(TO_TABLE));
}

static void a_stage_2_fault_of_a_table_is_taken_to_el2(void **state)
{
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 = 1; /* VM */
    m.vmsa.vtcr_el2 = 5 << 16 | 1 << 6 | 25;
    m.vmsa.vttbr_el2[0] = GB + STAGE2_TABLE; /* maps nothing */
    result = run(&m, ARMVIRT_ATS1CPR, 1, VA(NORMAL));
    assert_int_equal(result.outcome, ARMVIRT_AT_ABORTED);
    assert_false(result.abort.aarch32);
    assert_int_equal(result.abort.target_el, 2);
    assert_int_equal(result.abort.esr, 0x920001c5);
    assert_int_equal(result.abort.hpfar, (GB + TABLE) >> 8);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, ats1c_write_the_32_bit_format);
    SUITE_ADD(&suite, only_P_forms_heed_pan);
    SUITE_ADD(&suite, ats1c_write_the_64_bit_format_with_long_descriptors);
    SUITE_ADD(&suite, I_GSXHM_address_bits_above_31_are_ignored);
    SUITE_ADD(&suite, el2_gets_its_own_format);
    SUITE_ADD(&suite, each_state_has_its_own_instructions);
    SUITE_ADD(&suite, an_external_abort_is_taken_to_abort_mode);
    SUITE_ADD(&suite, a_stage_2_fault_of_a_table_is_taken_to_el2);
    return suite_run(&suite, "AT instructions of AArch32");
}
