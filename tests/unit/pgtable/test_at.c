/* SPDX-License-Identifier: MIT */
/*
 * AT instructions: where they are UNDEFINED, which translation they ask for, and when an exception
 * is taken in place of an answer in PAR_EL1. DDI0487 D8.2.13, D8.15.2, C5.4.
 *
 * The tables map a gigabyte an entry at level 1; the entry's number says what it is for.
 */
#include <armvirt/at.h>
#include <armvirt/mem.h>

#include <string.h>

#include "suite.h"

#define GB     UINT64_C(0x40000000)
#define ROW(n) ((n)*GB + 0x123456)

/* Where the tables are: gigabyte 1 of physical memory, mapped flat by stage 2. */
enum { STAGE1_TABLE = 0x0, STAGE2_TABLE = 0x1000, GPT = 0x2000, ARENA_BYTES = 0x4000 };

/* What the stage 1 entries map. */
enum {
    PLAIN,      /* to gigabyte 2, read and write above EL0 */
    SELF,       /* to gigabyte 1 */
    USER,       /* to gigabyte 2, read and write at EL0 too */
    READ_ONLY,  /* to gigabyte 2 */
    NO_AF,      /* to gigabyte 2, access flag 0 */
    CLEAN,      /* to gigabyte 2, writable and clean */
    NO_MEMORY,  /* a table where there is no memory */
    TABLE_AT_2, /* a table in gigabyte 2 */
    TO_3,       /* to gigabyte 3 */
    NOTHING,
};

/* Stage 2 maps gigabyte 0 and 1 flat, 2 not at all, 3 read-only to gigabyte 5. */

#define LEAF(gb, attributes) ((uint64_t)(gb)*GB | 0x701 | (attributes))
#define AF                   ARMVIRT_BIT(10)
#define EL0_OK               ARMVIRT_BIT(6)
#define RO                   ARMVIRT_BIT(7)
#define DBM                  ARMVIRT_BIT(51)
#define S2_RW                UINT64_C(0xfc)
#define S2_RO                UINT64_C(0x7c)

#define MMU_ON   ARMVIRT_BIT(0) | ARMVIRT_BIT(2) | ARMVIRT_BIT(12)
#define HCR_VM   ARMVIRT_BIT(0)
#define HCR_DC   ARMVIRT_BIT(12)
#define HCR_TGE  ARMVIRT_BIT(27)
#define HCR_RW   ARMVIRT_BIT(31)
#define HCR_E2H  ARMVIRT_BIT(34)
#define HCR_GPF  ARMVIRT_BIT(48)
#define SCR_NS   ARMVIRT_BIT(0)
#define SCR_RW   ARMVIRT_BIT(10)
#define SCR_EEL2 ARMVIRT_BIT(18)
#define SCR_GPF  ARMVIRT_BIT(48)
#define SCR_NSE  ARMVIRT_BIT(62)

struct machine {
    struct armvirt_vmsa vmsa;
    uint8_t bytes[ARENA_BYTES];
    struct armvirt_mem_flat flat;
    struct armvirt_walk_env env;
};

static void put(struct machine *m, unsigned table, unsigned entry, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        m->bytes[table + 8 * entry + i] = (uint8_t)(value >> 8 * i);
    }
}

static uint64_t entry(const struct machine *m, unsigned table, unsigned number)
{
    uint64_t value = 0;

    for (unsigned i = 8; i-- > 0;) {
        value = value << 8 | m->bytes[table + 8 * number + i];
    }
    return value;
}

/* 39-bit addresses, 4 KB granule, 48 bits of output. */
static void set_registers(struct armvirt_vmsa *vmsa)
{
    vmsa->id_aa64mmfr0_el1 = 5;
    vmsa->id_aa64mmfr1_el1 = UINT64_C(0x00310102); /* HAFDBS 2, VH 1, LO, PAN 3 */
    vmsa->id_aa64pfr0_el1 = 0x1111;
    vmsa->id_aa64isar2_el1 = UINT64_C(1) << 60; /* ATS1A */
    vmsa->scr_el3 = SCR_NS | SCR_RW;
    vmsa->hcr_el2 = HCR_RW;
    vmsa->sctlr_el1 = vmsa->sctlr_el2 = vmsa->sctlr_el3 = MMU_ON;
    vmsa->tcr_el1 = UINT64_C(5) << 32 | ARMVIRT_BIT(23) | 25 << 16 | 25;
    vmsa->tcr_el2 = vmsa->tcr_el3 = 5 << 16 | 25;
    vmsa->ttbr0_el1[0] = vmsa->ttbr0_el2[0] = vmsa->ttbr0_el3 = GB + STAGE1_TABLE;
    vmsa->mair_el1 = vmsa->mair_el2 = vmsa->mair_el3 = 0xff;
    vmsa->vtcr_el2 = 5 << 16 | 1 << 6 | 25;
    vmsa->vttbr_el2[0] = GB + STAGE2_TABLE;
}

static void set_tables(struct machine *m)
{
    put(m, STAGE1_TABLE, PLAIN, LEAF(2, 0));
    put(m, STAGE1_TABLE, SELF, LEAF(1, 0));
    put(m, STAGE1_TABLE, USER, LEAF(2, EL0_OK));
    put(m, STAGE1_TABLE, READ_ONLY, LEAF(2, RO));
    put(m, STAGE1_TABLE, NO_AF, LEAF(2, 0) & ~AF);
    put(m, STAGE1_TABLE, CLEAN, LEAF(2, RO | DBM));
    put(m, STAGE1_TABLE, NO_MEMORY, 4 * GB | 3);
    put(m, STAGE1_TABLE, TABLE_AT_2, 2 * GB | 3);
    put(m, STAGE1_TABLE, TO_3, LEAF(3, EL0_OK));
    put(m, STAGE2_TABLE, 0, LEAF(0, S2_RW));
    put(m, STAGE2_TABLE, 1, LEAF(1, S2_RW));
    put(m, STAGE2_TABLE, 3, LEAF(5, S2_RO));
    put(m, STAGE2_TABLE, 4, LEAF(4, S2_RW));
}

static void machine_init(struct machine *m)
{
    *m = (struct machine){.flat = {.base_pa = GB, .size_bytes = ARENA_BYTES, .writable = true}};
    m->flat.bytes = m->bytes;
    m->env.mem = armvirt_mem_from_flat(&m->flat);
    set_registers(&m->vmsa);
    set_tables(m);
}

static struct armvirt_at_result run(struct machine *m, unsigned op, unsigned el, uint64_t va)
{
    struct armvirt_at at = {.va = va, .op = (uint8_t)op, .el = (uint8_t)el};
    struct armvirt_at_result result;

    assert_int_equal(armvirt_at(&m->vmsa, &m->env, &at, &result), ARMVIRT_OK);
    return result;
}

static void expect_pa(struct machine *m, unsigned op, unsigned el, uint64_t va, uint64_t pa)
{
    struct armvirt_at_result result = run(m, op, el, va);

    assert_int_equal(result.outcome, ARMVIRT_AT_DONE);
    assert_int_equal(result.par[0] & 1, 0);
    assert_int_equal(result.par[0] & ARMVIRT_BITS(47, 12), pa & ARMVIRT_BITS(47, 12));
}

/* PAR_EL1 of a fault: S and PTW in @flags. */
enum { STAGE1_FAULT = 0, STAGE2_FAULT = 0x200, TABLE_FAULT = 0x300 };

static void expect_fault(struct machine *m, unsigned op, unsigned el, uint64_t va, unsigned fst,
                         unsigned flags)
{
    struct armvirt_at_result result = run(m, op, el, va);

    assert_int_equal(result.outcome, ARMVIRT_AT_DONE);
    assert_int_equal(result.par[0], 0x801u | fst << 1 | flags);
}

static void expect_abort(struct machine *m, unsigned op, unsigned el, uint64_t va, unsigned target,
                         uint64_t esr)
{
    struct armvirt_at_result result = run(m, op, el, va);

    assert_int_equal(result.outcome, ARMVIRT_AT_ABORTED);
    assert_int_equal(result.abort.target_el, target);
    assert_int_equal(result.abort.esr, esr);
    assert_int_equal(result.abort.far, va);
}

/* ---- UNDEFINED ---------------------------------------------------------------------------- */

/* The lowest Exception level that may execute each instruction; 4: none of AArch64. */
static const uint8_t lowest_el[ARMVIRT_AT_OPS] = {
    [ARMVIRT_AT_S1E0R] = 1,  [ARMVIRT_AT_S1E0W] = 1,  [ARMVIRT_AT_S1E1R] = 1,
    [ARMVIRT_AT_S1E1W] = 1,  [ARMVIRT_AT_S1E1RP] = 1, [ARMVIRT_AT_S1E1WP] = 1,
    [ARMVIRT_AT_S1E1A] = 1,  [ARMVIRT_AT_S1E2R] = 2,  [ARMVIRT_AT_S1E2W] = 2,
    [ARMVIRT_AT_S1E2A] = 2,  [ARMVIRT_AT_S1E3R] = 3,  [ARMVIRT_AT_S1E3W] = 3,
    [ARMVIRT_AT_S1E3A] = 3,  [ARMVIRT_AT_S12E0R] = 2, [ARMVIRT_AT_S12E0W] = 2,
    [ARMVIRT_AT_S12E1R] = 2, [ARMVIRT_AT_S12E1W] = 2, [ARMVIRT_ATS1CPR] = 4,
    [ARMVIRT_ATS1CPW] = 4,   [ARMVIRT_ATS1CPRP] = 4,  [ARMVIRT_ATS1CPWP] = 4,
    [ARMVIRT_ATS1CUR] = 4,   [ARMVIRT_ATS1CUW] = 4,
};

/* Bit per instruction that is UNDEFINED at @el. */
static uint32_t undefined_at(struct machine *m, unsigned el)
{
    uint32_t mask = 0;

    for (unsigned op = 0; op < ARMVIRT_AT_OPS; op++) {
        mask |= (uint32_t)(run(m, op, el, ROW(PLAIN)).outcome == ARMVIRT_AT_UNDEFINED) << op;
    }
    return mask;
}

static uint32_t above(unsigned el)
{
    uint32_t mask = 0;

    for (unsigned op = 0; op < ARMVIRT_AT_OPS; op++) {
        mask |= (uint32_t)(lowest_el[op] > el) << op;
    }
    return mask;
}

#define S1E2_FORMS (1u << ARMVIRT_AT_S1E2R | 1u << ARMVIRT_AT_S1E2W | 1u << ARMVIRT_AT_S1E2A)
#define A_FORMS    (1u << ARMVIRT_AT_S1E1A | 1u << ARMVIRT_AT_S1E2A | 1u << ARMVIRT_AT_S1E3A)
#define P_FORMS    (1u << ARMVIRT_AT_S1E1RP | 1u << ARMVIRT_AT_S1E1WP)

static void I_XLYWF_undefined_below_the_level_that_controls_the_translation(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    for (unsigned el = 0; el <= 3; el++) {
        assert_int_equal(undefined_at(&m, el), above(el));
    }
}

static void R_RFKTKP_s1e2_undefined_at_el3_without_el2(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.scr_el3 = SCR_RW; /* Secure, no Secure EL2 */
    assert_int_equal(undefined_at(&m, 3), above(3) | S1E2_FORMS);
    m.vmsa.id_aa64pfr0_el1 |= UINT64_C(1) << 36; /* FEAT_SEL2, not enabled */
    assert_int_equal(undefined_at(&m, 3), above(3) | S1E2_FORMS);
    m.vmsa.scr_el3 |= SCR_EEL2;
    assert_int_equal(undefined_at(&m, 3), above(3));
}

static void R_RNYXTL_undefined_at_el3_for_a_reserved_security_state(void **state)
{
    uint32_t el3 = 1u << ARMVIRT_AT_S1E3R | 1u << ARMVIRT_AT_S1E3W | 1u << ARMVIRT_AT_S1E3A;
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.id_aa64pfr0_el1 |= UINT64_C(1) << 52 | UINT64_C(1) << 36; /* FEAT_RME, FEAT_SEL2 */
    m.vmsa.scr_el3 = SCR_RW | SCR_NSE;
    assert_int_equal(undefined_at(&m, 3), ((1u << ARMVIRT_AT_OPS) - 1) & ~el3);
    m.vmsa.scr_el3 |= SCR_NS;
    assert_int_equal(undefined_at(&m, 3), above(3));
}

static void forms_need_their_features(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.id_aa64isar2_el1 = 0;
    assert_int_equal(undefined_at(&m, 3), above(3) | A_FORMS);
    m.vmsa.id_aa64mmfr1_el1 = 0x00110102; /* FEAT_PAN without FEAT_PAN2 */
    assert_int_equal(undefined_at(&m, 3), above(3) | A_FORMS | P_FORMS);
}

/* ---- Which translation -------------------------------------------------------------------- */

static void stage_1_forms_stop_at_the_intermediate_address(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_VM;
    expect_pa(&m, ARMVIRT_AT_S1E1R, 1, ROW(TO_3), ROW(3));
    expect_pa(&m, ARMVIRT_AT_S1E1R, 3, ROW(TO_3), ROW(3));
    expect_pa(&m, ARMVIRT_AT_S12E1R, 2, ROW(TO_3), ROW(5));
    expect_pa(&m, ARMVIRT_AT_S12E0R, 3, ROW(TO_3), ROW(5));
    expect_fault(&m, ARMVIRT_AT_S12E1W, 2, ROW(TO_3), 0x0d, STAGE2_FAULT);
    expect_fault(&m, ARMVIRT_AT_S12E1R, 2, ROW(PLAIN), 0x05, STAGE2_FAULT);
    expect_pa(&m, ARMVIRT_AT_S1E1R, 2, ROW(PLAIN), ROW(2));
}

static void R_RRKBPZ_s12_without_stage_2_is_s1(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_pa(&m, ARMVIRT_AT_S12E1R, 2, ROW(TO_3), ROW(3)); /* {DC, VM} = {0, 0} */
    m.vmsa.hcr_el2 |= HCR_VM;
    m.vmsa.scr_el3 = SCR_RW; /* Secure, EL2 disabled */
    expect_pa(&m, ARMVIRT_AT_S12E1R, 3, ROW(TO_3), ROW(3));
    m.vmsa.scr_el3 |= SCR_NS;
    m.vmsa.id_aa64pfr0_el1 = 0x1011; /* no EL2 */
    expect_pa(&m, ARMVIRT_AT_S12E1R, 3, ROW(TO_3), ROW(3));
}

/* HCR_EL2.DC turns stage 1 off and stage 2 on. */
static void R_PXNSR_hcr_dc_affects_forms_of_el1_and_el0(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_DC;
    expect_pa(&m, ARMVIRT_AT_S1E1R, 2, ROW(3), ROW(3));
    expect_pa(&m, ARMVIRT_AT_S12E1R, 2, ROW(3), ROW(5));
}

/* C5.4: with {E2H, TGE} = {1, 1} forms of EL1 and EL0 use the EL2&0 regime, S12 ones too. */
static void forms_of_el1_are_those_of_el2_for_a_host(void **state)
{
    static const uint8_t ops[] = {ARMVIRT_AT_S1E1R, ARMVIRT_AT_S12E1R, ARMVIRT_AT_S1E0R,
                                  ARMVIRT_AT_S12E0R};
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_E2H | HCR_TGE | HCR_VM;
    m.vmsa.tcr_el2 = m.vmsa.tcr_el1;
    m.vmsa.ttbr0_el1[0] = 0;
    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        expect_pa(&m, ops[i], 2, ROW(TO_3), ROW(3));
        expect_pa(&m, ops[i], 3, ROW(TO_3), ROW(3));
    }
    expect_pa(&m, ARMVIRT_AT_S1E1R, 2, ROW(PLAIN), ROW(2));
    expect_fault(&m, ARMVIRT_AT_S1E0R, 2, ROW(PLAIN), 0x0d, STAGE1_FAULT);
}

static void permissions_are_those_of_the_named_level(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_pa(&m, ARMVIRT_AT_S1E1W, 1, ROW(PLAIN), ROW(2));
    expect_fault(&m, ARMVIRT_AT_S1E0R, 1, ROW(PLAIN), 0x0d, STAGE1_FAULT);
    expect_pa(&m, ARMVIRT_AT_S1E0W, 1, ROW(USER), ROW(2));
    expect_fault(&m, ARMVIRT_AT_S1E1W, 1, ROW(READ_ONLY), 0x0d, STAGE1_FAULT);
    expect_fault(&m, ARMVIRT_AT_S1E3W, 3, ROW(READ_ONLY), 0x0d, STAGE1_FAULT);
    expect_pa(&m, ARMVIRT_AT_S1E2R, 2, ROW(READ_ONLY), ROW(2));
    expect_fault(&m, ARMVIRT_AT_S1E1R, 1, ROW(NOTHING), 0x05, STAGE1_FAULT);
}

static void A_forms_check_no_permission(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_pa(&m, ARMVIRT_AT_S1E1A, 1, ROW(READ_ONLY), ROW(2));
    expect_fault(&m, ARMVIRT_AT_S1E1A, 1, ROW(NOTHING), 0x05, STAGE1_FAULT);
}

/* I_KKHBS: PSTATE.PAN counts for the P forms alone. */
static void I_KKHBS_only_P_forms_heed_pan(void **state)
{
    struct armvirt_at at = {.va = ROW(USER), .el = 1, .pan = true};
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    for (uint8_t op = ARMVIRT_AT_S1E1R; op <= ARMVIRT_AT_S1E1WP; op++) {
        at.op = op;
        assert_int_equal(armvirt_at(&m.vmsa, &m.env, &at, &result), ARMVIRT_OK);
        assert_int_equal(result.par[0] & 1, op >= ARMVIRT_AT_S1E1RP);
        expect_pa(&m, op, 1, ROW(USER), ROW(2)); /* PSTATE.PAN is 0 */
    }
}

/* ---- Hardware updates --------------------------------------------------------------------- */

static void R_XQSMX_at_sets_the_access_flag_by_option_only(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_fault(&m, ARMVIRT_AT_S1E1R, 1, ROW(NO_AF), 0x09, STAGE1_FAULT);
    m.vmsa.tcr_el1 |= ARMVIRT_BIT(39); /* HA */
    expect_pa(&m, ARMVIRT_AT_S1E1R, 1, ROW(NO_AF), ROW(2));
    assert_int_equal(entry(&m, STAGE1_TABLE, NO_AF) & AF, 0);
    m.vmsa.options = ARMVIRT_OPT_AT_SETS_AF;
    expect_pa(&m, ARMVIRT_AT_S1E1R, 1, ROW(NO_AF), ROW(2));
    assert_int_equal(entry(&m, STAGE1_TABLE, NO_AF) & AF, AF);
}

/* The table accesses of AT are ordinary ones for stage 2. */
static void at_sets_the_access_flag_of_the_page_of_a_table(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_VM;
    m.vmsa.vtcr_el2 |= ARMVIRT_BIT(21); /* HA */
    put(&m, STAGE2_TABLE, 1, LEAF(1, S2_RW) & ~AF);
    put(&m, STAGE2_TABLE, 3, LEAF(5, S2_RO) & ~AF);
    expect_pa(&m, ARMVIRT_AT_S12E1R, 2, ROW(TO_3), ROW(5));
    assert_int_equal(entry(&m, STAGE2_TABLE, 1) & AF, AF);
    assert_int_equal(entry(&m, STAGE2_TABLE, 3) & AF, 0);
}

static void R_ZYGHJ_at_reads_clean_as_writable_and_leaves_it_clean(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_fault(&m, ARMVIRT_AT_S1E1W, 1, ROW(CLEAN), 0x0d, STAGE1_FAULT);
    m.vmsa.tcr_el1 |= ARMVIRT_BIT(39) | ARMVIRT_BIT(40); /* HA, HD */
    expect_pa(&m, ARMVIRT_AT_S1E1W, 1, ROW(CLEAN), ROW(2));
    assert_int_equal(entry(&m, STAGE1_TABLE, CLEAN), LEAF(2, RO | DBM));
}

/* ---- Exceptions --------------------------------------------------------------------------- */

/* ESR_ELx of a Data Abort by AT: CM and WnR, then S1PTW and the fault status code. */
#define ESR_AT(ec, iss) ((uint64_t)(ec) << 26 | UINT64_C(0x2000140) | (iss))
#define FROM_BELOW      0x24
#define FROM_SAME       0x25
#define GPC_CLASS       0x1e

static void R_QBSVM_an_external_abort_is_taken(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    expect_abort(&m, ARMVIRT_AT_S1E1R, 1, ROW(NO_MEMORY), 1, ESR_AT(FROM_SAME, 0x16));
    expect_abort(&m, ARMVIRT_AT_S1E1R, 2, ROW(NO_MEMORY), 2, ESR_AT(FROM_SAME, 0x16));
    expect_abort(&m, ARMVIRT_AT_S1E3W, 3, ROW(NO_MEMORY), 3, ESR_AT(FROM_SAME, 0x16));
    m.vmsa.scr_el3 |= ARMVIRT_BIT(3); /* EA */
    expect_abort(&m, ARMVIRT_AT_S1E1R, 1, ROW(NO_MEMORY), 3, ESR_AT(FROM_BELOW, 0x16));
}

static void R_VMRFQ_a_stage_2_fault_of_a_table_is_taken_from_el1(void **state)
{
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_VM;
    expect_abort(&m, ARMVIRT_AT_S1E1R, 1, ROW(TABLE_AT_2), 2, ESR_AT(FROM_BELOW, 0x85));
    result = run(&m, ARMVIRT_AT_S1E1R, 1, ROW(TABLE_AT_2));
    assert_true(result.abort.hpfar_valid);
    assert_int_equal(result.abort.hpfar, 2 * GB >> 8);
}

/* From EL2 and EL3 it is an answer like others. */
static void a_stage_2_fault_of_a_table_is_reported_at_el2(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    m.vmsa.hcr_el2 |= HCR_VM;
    expect_fault(&m, ARMVIRT_AT_S1E1R, 2, ROW(TABLE_AT_2), 0x05, TABLE_FAULT);
    expect_fault(&m, ARMVIRT_AT_S12E1R, 3, ROW(TABLE_AT_2), 0x05, TABLE_FAULT);
}

/* One level 0 entry for each 1 GB: gigabyte 1 is @gpi, all others are Non-secure. */
static void set_granule_protection(struct machine *m, uint64_t gpi)
{
    m->vmsa.id_aa64pfr0_el1 |= UINT64_C(1) << 52 | UINT64_C(1) << 36; /* FEAT_RME, FEAT_SEL2 */
    m->vmsa.gpccr_el3 = ARMVIRT_BIT(16) | 2 << 12 | 1; /* GPC, Outer Shareable, PPS 64 GB */
    m->vmsa.gptbr_el3 = (GB + GPT) >> 12;
    for (unsigned i = 0; i < 64; i++) {
        put(m, GPT, i, (i == 1 ? gpi : 9) << 4 | 1);
    }
}

static void I_MXTJT_the_output_is_not_checked(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    set_granule_protection(&m, 9);
    put(&m, GPT, 2, 0xa << 4 | 1); /* gigabyte 2 is Root */
    expect_pa(&m, ARMVIRT_AT_S1E1R, 1, ROW(PLAIN), ROW(2));
}

static void R_ZTRDD_granule_protection_faults_of_tables(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    set_granule_protection(&m, 0xb); /* the tables are in Realm memory */
    expect_fault(&m, ARMVIRT_AT_S1E1R, 1, ROW(PLAIN), 0x25, STAGE1_FAULT);
    m.vmsa.hcr_el2 |= HCR_GPF;
    expect_abort(&m, ARMVIRT_AT_S1E1R, 1, ROW(PLAIN), 2, ESR_AT(FROM_BELOW, 0x25));
    m.vmsa.ttbr0_el1[0] = ARMVIRT_BITS(47, 32); /* HCR_EL2.GPF leaves other faults alone */
    m.vmsa.tcr_el1 &= ~ARMVIRT_BITS(34, 32);
    expect_fault(&m, ARMVIRT_AT_S1E1R, 1, ROW(PLAIN), 0x00, STAGE1_FAULT);
    m.vmsa.ttbr0_el1[0] = GB + STAGE1_TABLE;
    expect_fault(&m, ARMVIRT_AT_S1E1R, 2, ROW(PLAIN), 0x25, STAGE1_FAULT);
    m.vmsa.scr_el3 |= SCR_GPF;
    expect_abort(&m, ARMVIRT_AT_S1E1R, 2, ROW(PLAIN), 3, ESR_AT(GPC_CLASS, 0x0c << 14 | 0x25));
    expect_fault(&m, ARMVIRT_AT_S1E1R, 3, ROW(PLAIN), 0x25, STAGE1_FAULT);
}

static void a_broken_granule_protection_table_is_a_gpc_exception(void **state)
{
    struct machine m;

    (void)state;
    machine_init(&m);
    set_granule_protection(&m, 9);
    put(&m, GPT, 1, 0);
    expect_abort(&m, ARMVIRT_AT_S1E1R, 1, ROW(PLAIN), 3, ESR_AT(GPC_CLASS, 0x04 << 14 | 0x25));
    expect_abort(&m, ARMVIRT_AT_S1E3R, 3, ROW(PLAIN), 3, ESR_AT(GPC_CLASS, 0x04 << 14 | 0x25));
}

/* ---- The call itself ---------------------------------------------------------------------- */

static enum armvirt_bus retry(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    (void)req;
    (void)val;
    return ARMVIRT_BUS_RETRY;
}

static void memory_may_ask_to_retry(void **state)
{
    struct armvirt_mem_ops ops = {.read = retry, .cas = armvirt_mem_flat_ops.cas};
    struct armvirt_at at = {.va = ROW(PLAIN), .op = ARMVIRT_AT_S1E1R, .el = 1};
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    m.env.mem.ops = &ops;
    assert_int_equal(armvirt_at(&m.vmsa, &m.env, &at, &result), ARMVIRT_E_AGAIN);
}

static void arguments_out_of_range_are_refused(void **state)
{
    struct armvirt_at at = {.op = ARMVIRT_AT_OPS, .el = 1};
    struct armvirt_at_result result;
    struct machine m;

    (void)state;
    machine_init(&m);
    assert_int_equal(armvirt_at(&m.vmsa, &m.env, &at, &result), ARMVIRT_E_INVAL);
    at = (struct armvirt_at){.op = ARMVIRT_AT_S1E1R, .el = 4};
    assert_int_equal(armvirt_at(&m.vmsa, &m.env, &at, &result), ARMVIRT_E_INVAL);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, I_XLYWF_undefined_below_the_level_that_controls_the_translation);
    SUITE_ADD(&suite, R_RFKTKP_s1e2_undefined_at_el3_without_el2);
    SUITE_ADD(&suite, R_RNYXTL_undefined_at_el3_for_a_reserved_security_state);
    SUITE_ADD(&suite, forms_need_their_features);
    SUITE_ADD(&suite, stage_1_forms_stop_at_the_intermediate_address);
    SUITE_ADD(&suite, R_RRKBPZ_s12_without_stage_2_is_s1);
    SUITE_ADD(&suite, R_PXNSR_hcr_dc_affects_forms_of_el1_and_el0);
    SUITE_ADD(&suite, forms_of_el1_are_those_of_el2_for_a_host);
    SUITE_ADD(&suite, permissions_are_those_of_the_named_level);
    SUITE_ADD(&suite, A_forms_check_no_permission);
    SUITE_ADD(&suite, I_KKHBS_only_P_forms_heed_pan);
    SUITE_ADD(&suite, R_XQSMX_at_sets_the_access_flag_by_option_only);
    SUITE_ADD(&suite, at_sets_the_access_flag_of_the_page_of_a_table);
    SUITE_ADD(&suite, R_ZYGHJ_at_reads_clean_as_writable_and_leaves_it_clean);
    SUITE_ADD(&suite, R_QBSVM_an_external_abort_is_taken);
    SUITE_ADD(&suite, R_VMRFQ_a_stage_2_fault_of_a_table_is_taken_from_el1);
    SUITE_ADD(&suite, a_stage_2_fault_of_a_table_is_reported_at_el2);
    SUITE_ADD(&suite, I_MXTJT_the_output_is_not_checked);
    SUITE_ADD(&suite, R_ZTRDD_granule_protection_faults_of_tables);
    SUITE_ADD(&suite, a_broken_granule_protection_table_is_a_gpc_exception);
    SUITE_ADD(&suite, memory_may_ask_to_retry);
    SUITE_ADD(&suite, arguments_out_of_range_are_refused);
    return suite_run(&suite, "AT instructions");
}
