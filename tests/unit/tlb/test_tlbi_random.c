/* SPDX-License-Identifier: MIT */
/*
 * What a TLBI must reach: on random machines, the entry of a page is gone after each instruction
 * that covers it, whatever ASID, VMID, granule and addresses the registers say. DDI0487 D8.17.5.
 */
#include "suite.h"

#include "../../random_machine.h"

#include <armvirt/tlb.h>

enum { MACHINES = 20000 };

enum operand { NOTHING, VA, ASID, RANGE };

/* An instruction as an Exception level executes it, and what it is for. */
struct row {
    const char *name;
    uint8_t regime, el, op1, crm, op2, operand;
    bool host; /* only with HCR_EL2.{E2H, TGE} = {1, 1}; else only without */
};

static const struct row rows[] = {
    {"VMALLE1", ARMVIRT_REGIME_EL10, 1, 0, 7, 0, NOTHING, false},
    {"VAE1", ARMVIRT_REGIME_EL10, 1, 0, 7, 1, VA, false},
    {"VAE1IS", ARMVIRT_REGIME_EL10, 1, 0, 3, 1, VA, false},
    {"VAE1OS", ARMVIRT_REGIME_EL10, 1, 0, 1, 1, VA, false},
    {"ASIDE1", ARMVIRT_REGIME_EL10, 1, 0, 7, 2, ASID, false},
    {"VAAE1", ARMVIRT_REGIME_EL10, 1, 0, 7, 3, VA, false},
    {"VAALE1", ARMVIRT_REGIME_EL10, 1, 0, 7, 7, VA, false},
    {"RVAE1", ARMVIRT_REGIME_EL10, 1, 0, 6, 1, RANGE, false},
    {"RVALE1OS", ARMVIRT_REGIME_EL10, 1, 0, 5, 5, RANGE, false},
    {"RVAAE1IS", ARMVIRT_REGIME_EL10, 1, 0, 2, 3, RANGE, false},
    {"VAE1 at EL2", ARMVIRT_REGIME_EL10, 2, 0, 7, 1, VA, false},
    {"ALLE1 at EL2", ARMVIRT_REGIME_EL10, 2, 4, 7, 4, NOTHING, false},
    {"VMALLS12E1 at EL2", ARMVIRT_REGIME_EL10, 2, 4, 7, 6, NOTHING, false},
    {"VMALLE1 of a host", ARMVIRT_REGIME_EL20, 2, 0, 7, 0, NOTHING, true},
    {"VAE1 of a host", ARMVIRT_REGIME_EL20, 2, 0, 7, 1, VA, true},
    {"ASIDE1 of a host", ARMVIRT_REGIME_EL20, 2, 0, 7, 2, ASID, true},
    {"VAE2 of a host", ARMVIRT_REGIME_EL20, 2, 4, 7, 1, VA, true},
    {"RVAE2 of a host", ARMVIRT_REGIME_EL20, 2, 4, 6, 1, RANGE, true},
    {"ALLE2 of a host", ARMVIRT_REGIME_EL20, 2, 4, 7, 0, NOTHING, true},
    {"VAE2", ARMVIRT_REGIME_EL2, 2, 4, 7, 1, VA, false},
    {"RVAE2", ARMVIRT_REGIME_EL2, 2, 4, 6, 1, RANGE, false},
    {"ALLE2", ARMVIRT_REGIME_EL2, 2, 4, 7, 0, NOTHING, false},
    {"VAE3", ARMVIRT_REGIME_EL3, 3, 6, 7, 1, VA, false},
    {"RVAE3", ARMVIRT_REGIME_EL3, 3, 6, 6, 1, RANGE, false},
    {"ALLE3", ARMVIRT_REGIME_EL3, 3, 6, 7, 0, NOTHING, false},
};

static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[ARMVIRT_TLB_SIZE(64)];
static struct random_machine machine;

struct fixture {
    struct armvirt_regime regime;
    struct armvirt_tlb_context context;
    struct armvirt_access access;
    struct armvirt_walk walk; /* the answer to the access */
    uint64_t state;           /* of random numbers */
};

/* A machine with more of ASIDs and VMIDs than usual, and an access that is answered. */
static bool begin(struct fixture *f, uint64_t number)
{
    struct armvirt_walk_env env = {.mem = random_memory(&machine)};
    struct random_input input;
    uint64_t updates;

    f->state = number;
    random_input_make(&input, number);
    random_machine_begin(&machine, (const uint8_t *)&input, sizeof(input));
    machine.calm = true;
    machine.vmsa.id_aa64isar0_el1 |= ARMVIRT_PUT(ARMVIRT_ID_AA64ISAR0_EL1_TLB, 2);
    machine.vmsa.vttbr_el2[0] |= random_next(&f->state) & ARMVIRT_BITS(63, 48);
    machine.vmsa.tcr_el1 |= random_bit(&f->state, 50, ARMVIRT_TCR_EL1_A1 | ARMVIRT_TCR_EL1_AS);
    machine.vmsa.tcr_el2 |= random_bit(&f->state, 50, ARMVIRT_TCR_EL1_A1 | ARMVIRT_TCR_EL1_AS);
    machine.vmsa.vtcr_el2 |= random_bit(&f->state, 50, ARMVIRT_VTCR_EL2_VS);
    if (armvirt_regime_init(&f->regime, &machine.vmsa, input.el & 3) != ARMVIRT_OK ||
        f->regime.el1_aarch32 || !f->regime.s1_enabled) {
        return false;
    }
    armvirt_tlb_context_init(&f->context, &f->regime);
    f->access = (struct armvirt_access){.va = input.va, .kind = number & 3, .el = 1};
    (void)armvirt_translate(&f->regime, &env, &f->access, &f->walk); /* makes its updates */
    updates = machine.updates;
    return armvirt_translate(&f->regime, &env, &f->access, &f->walk) == ARMVIRT_OK &&
           machine.updates == updates;
}

/* The operand: any address of the leaf; a global page goes with any ASID. */
static uint64_t operand_of(struct fixture *f, const struct row *row, bool global)
{
    const struct armvirt_stage *half = &f->regime.s1[(f->access.va & f->regime.upper_bit) != 0];
    uint64_t within = (UINT64_C(1) << f->walk.s1.size_log2) - 1;
    uint64_t va = (f->access.va & ~within) | (random_next(&f->state) & within);
    uint64_t asid = (global ? random_next(&f->state) : f->walk.asid) << 48;
    bool coarse = half->ds || half->d128; /* the address is in units of 64 KB */

    switch (row->operand) {
    case VA:
        return (va >> 12 & ARMVIRT_BITS(43, 0)) | asid;
    case ASID:
        return asid;
    case RANGE:
        return (va >> (coarse ? 16 : half->granule_log2) & ARMVIRT_BITS(36, 0)) |
               ((uint64_t)(half->granule_log2 - 10u) / 2) << 46 | UINT64_C(31) << 39 | asid;
    default:
        return 0;
    }
}

static bool applies(const struct fixture *f, const struct row *row)
{
    bool host = (machine.vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H) != 0 &&
                (machine.vmsa.hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0;

    return row->regime == f->regime.id && (row->el != 2 || f->regime.el2_enabled) &&
           (row->el == 3 || row->host == host);
}

/* Whether the instruction was tried; then the entry is gone. */
static bool try_row(struct fixture *f, const struct row *row)
{
    const struct armvirt_tlb_config config = {.entries = 64};
    const bool fetch = f->access.kind == ARMVIRT_FETCH;
    const struct armvirt_tlb_entry *entry;
    struct armvirt_tlb_inval inval;
    struct armvirt_tlbi_insn insn = {.op1 = row->op1, .crn = 8, .crm = row->crm, .op2 = row->op2};
    struct armvirt_tlb *tlb;
    uint8_t domain;
    bool global;

    assert_int_equal(armvirt_tlb_init(storage, sizeof(storage), &config, &tlb), ARMVIRT_OK);
    entry = armvirt_tlb_fill(tlb, &f->context, &f->access, &f->walk);
    if (entry == NULL) {
        return false;
    }
    assert_non_null(armvirt_tlb_find(tlb, &f->context, f->access.va, fetch));
    global = (entry->flags & ARMVIRT_TLB_GLOBAL) != 0;
    insn.xt[0] = operand_of(f, row, global);
    assert_int_equal(armvirt_tlbi_decode(&machine.vmsa, row->el, &insn, &inval, &domain),
                     ARMVIRT_OK);
    armvirt_tlb_invalidate(tlb, &inval);
    if (row->operand != ASID || !global) {
        assert_null(armvirt_tlb_find(tlb, &f->context, f->access.va, fetch));
    }
    return true;
}

static void D8_17_5_an_entry_goes_with_all_that_cover_it(void **state)
{
    unsigned tried[COUNT_OF(rows)] = {0};

    (void)state;
    for (uint64_t number = 0; number < MACHINES; number++) {
        struct fixture f;

        if (!begin(&f, number)) {
            continue;
        }
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            tried[i] += applies(&f, &rows[i]) && try_row(&f, &rows[i]);
        }
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(tried[i] > 0); /* else it proves nothing */
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, D8_17_5_an_entry_goes_with_all_that_cover_it);
    return suite_run(&suite, "TLBI on random machines");
}
