/* SPDX-License-Identifier: MIT */
/* TLB maintenance that PEs broadcast, from the instruction on (IHI0070 3.17, DDI0487 D8.17). */
#include "../../smmu_world.h"

#include <armvirt/regs/vmsa.h>
#include <armvirt/tlb.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { S1 = 5, S2 = 6, NESTED = 7 };
enum { NS = ARMVIRT_SPACE_NONSECURE, SE = ARMVIRT_SPACE_SECURE };
enum { VMID = 3, ASID = 7, OTHER = 0x4000 };

/* The registers of a PE in the virtual machine of the stream SID. */
static struct armvirt_vmsa pe(uint16_t vmid)
{
    struct armvirt_vmsa vmsa = {0};

    vmsa.id_aa64pfr0_el1 = 0x1111;
    vmsa.id_aa64mmfr0_el1 = 0x20;
    vmsa.id_aa64mmfr1_el1 = 0x20;
    vmsa.id_aa64isar0_el1 = UINT64_C(2) << 56;
    vmsa.scr_el3 = ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_NS;
    vmsa.hcr_el2 = ARMVIRT_HCR_EL2_RW | ARMVIRT_HCR_EL2_VM;
    vmsa.vtcr_el2 = ARMVIRT_VTCR_EL2_VS;
    vmsa.vttbr_el2[0] = (uint64_t)vmid << 48;
    return vmsa;
}

/* What an instruction with CRm 3, IS, says. */
static struct armvirt_tlb_inval tlbi(const struct armvirt_vmsa *vmsa, unsigned op1, unsigned op2,
                                     uint64_t xt)
{
    const struct armvirt_tlbi_insn insn = {
        .op1 = (uint8_t)op1, .crn = 8, .crm = 3, .op2 = (uint8_t)op2, .xt = {xt}};
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    assert_int_equal(armvirt_tlbi_decode(vmsa, 3, &insn, &inval, &domain), ARMVIRT_OK);
    assert_int_equal(domain, ARMVIRT_TLBI_INNER);
    return inval;
}

/* A translation is cached, then the tables change. */
static struct world *cached(unsigned config)
{
    struct world *w = world_new(ARMVIRT_SMMU_MAX, config);

    assert_int_equal(world_txn(w, config == S2 ? IPA : VA, 0, 0).pa, PAGES);
    world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
    world_map(w, S2_TABLES, IPA, (PAGES + OTHER) | DESC_S2);
    return w;
}

/* Whether the SMMU has forgotten what it knew. */
static bool forgotten(struct world *w, unsigned config)
{
    return world_txn(w, config == S2 ? IPA : VA, 0, 0).pa == PAGES + OTHER;
}

static void IHI0070_3_17_each_scope_reaches_what_it_names(void **state)
{
    static const struct {
        unsigned config, op1, op2;
        uint64_t xt;
        uint16_t vmid;
        bool goes;
    } tries[] = {
        {S1, 0, 0, 0, VMID, true},                                      /* VMALLE1IS */
        {S1, 0, 0, 0, VMID + 1, false},                                 /* of others */
        {S1, 0, 1, (uint64_t)ASID << 48 | VA >> 12, VMID, true},        /* VAE1IS */
        {S1, 0, 1, (uint64_t)ASID << 48 | VA >> 12, VMID + 1, false},   /* */
        {S1, 0, 1, (uint64_t)(ASID + 1) << 48 | VA >> 12, VMID, false}, /* another ASID ... */
        {S1, 0, 3, (uint64_t)(ASID + 1) << 48 | VA >> 12, VMID, true},  /* ... VAAE1IS: all */
        {S1, 0, 2, (uint64_t)ASID << 48, VMID, true},                   /* ASIDE1IS */
        {S1, 0, 2, (uint64_t)(ASID + 1) << 48, VMID, false},            /* */
        {S1, 4, 4, 0, VMID + 1, true},                                  /* ALLE1IS */
        {S1, 4, 0, 0, VMID, false},                                     /* ALLE2IS */
        {S1, 6, 0, 0, VMID, false},                                     /* ALLE3IS */
        {S2, 4, 6, 0, VMID, true},                                      /* VMALLS12E1IS */
        {S2, 4, 6, 0, VMID + 1, false},                                 /* */
        {NESTED, 4, 6, 0, VMID, true},                                  /* */
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, tries[n].config);
        struct armvirt_vmsa vmsa = pe(tries[n].vmid);
        struct armvirt_tlb_inval inval = tlbi(&vmsa, tries[n].op1, tries[n].op2, tries[n].xt);
        uint64_t address = tries[n].config == S2 ? IPA : VA;

        world_map(w, S1_TABLES, VA, IPA | DESC_PAGE | AP_EL0 | 1 << 11); /* nG */
        if (tries[n].config == S1) {
            world_map(w, S1_TABLES, VA, PAGES | DESC_PAGE | AP_EL0 | 1 << 11);
        }
        assert_int_equal(world_txn(w, address, 0, 0).pa, PAGES);
        world_map(w, S2_TABLES, IPA, (PAGES + OTHER) | DESC_S2);
        if (tries[n].config == S1) {
            world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0 | 1 << 11);
        }
        armvirt_smmu_broadcast(w->smmu, &inval);
        assert_int_equal(forgotten(w, tries[n].config), tries[n].goes);
        world_drop(w);
    }
}

static void IHI0070_3_17_stage_2_goes_by_ipa(void **state)
{
    struct world *w = cached(S2);
    struct armvirt_vmsa vmsa = pe(VMID);
    const struct armvirt_tlbi_insn insn = {
        .op1 = 4, .crn = 8, .crm = 0, .op2 = 1, .xt = {IPA >> 12}}; /* IPAS2E1IS */
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    (void)state;
    assert_int_equal(armvirt_tlbi_decode(&vmsa, 2, &insn, &inval, &domain), ARMVIRT_OK);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_true(forgotten(w, S2));
    world_drop(w);
}

static void IHI0070_3_17_4_aarch32_reaches_it_too(void **state)
{
    const struct armvirt_tlbi32_insn insn = {
        .crn = 8, .crm = 3, .opc2 = 1, .rt = (uint32_t)VA | ASID}; /* TLBIMVAIS */
    struct world *w = cached(S1);
    struct armvirt_vmsa vmsa = pe(VMID);
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    (void)state;
    vmsa.id_aa64pfr0_el1 = 0x1122;
    vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_RW;
    assert_int_equal(armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain), ARMVIRT_OK);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_true(forgotten(w, S1));
    world_drop(w);
}

static void IHI0070_6_3_12_ptm_shuts_it_out(void **state)
{
    struct armvirt_vmsa vmsa = pe(VMID);
    struct armvirt_tlb_inval inval = tlbi(&vmsa, 0, 0, 0);
    struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

    (void)state;
    world_put(w, R_CR0, 4, 0);
    world_put(w, R_CR2, 4, ARMVIRT_SMMU_CR2_PTM);
    world_put(w, R_CR0, 4, CR0_SMMUEN);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_false(forgotten(w, S1));
    world_drop(w);
}

static void IHI0070_3_17_without_btm_there_is_none(void **state)
{
    struct armvirt_vmsa vmsa = pe(VMID);
    struct armvirt_tlb_inval inval = tlbi(&vmsa, 0, 0, 0);
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_BTM;
    w = world_new_id(&id, 256, 0);
    world_stream(w, S1);
    world_enable(w);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_false(forgotten(w, S1));
    world_drop(w);
}

/* Security states are apart, each with a PTM of its own; of Root there is none. */
static void IHI0070_3_17_2_secure_is_apart(void **state)
{
    static const struct {
        uint8_t security;
        bool ptm, goes;
    } tries[] = {{SE, false, true},
                 {SE, true, false},
                 {NS, false, false},
                 {ARMVIRT_SPACE_ROOT, false, false},
                 {0xff, false, false}};

    (void)state;
    for (size_t n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);
        const struct armvirt_tlb_inval inval = {
            .scope = ARMVIRT_TLB_REGIME, .regime = ARMVIRT_TLB_EL10, .security = tries[n].security};

        w->space = SE;
        world_enable(w);
        world_put(w, R_CR0, 4, 0);
        world_put(w, R_CR2, 4, tries[n].ptm ? ARMVIRT_SMMU_CR2_PTM : 0);
        world_put(w, R_CR0, 4, CR0_SMMUEN);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
        world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
        armvirt_smmu_broadcast(w->smmu, &inval);
        assert_int_equal(forgotten(w, S1), tries[n].goes);
        world_drop(w);
    }
}

static void IHI0070_3_17_6_vmid_wildcards_count(void **state)
{
    struct armvirt_vmsa vmsa = pe(VMID - 1);
    struct armvirt_tlb_inval inval = tlbi(&vmsa, 0, 0, 0);

    (void)state;
    for (unsigned vmw = 0; vmw < 2; vmw++) {
        struct world *w = world_new(ARMVIRT_SMMU_MAX, S1);

        world_put(w, R_CR0, 4, CR0_SMMUEN | vmw << 6);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
        world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
        armvirt_smmu_broadcast(w->smmu, &inval);
        assert_int_equal(forgotten(w, S1), vmw == 1);
        world_drop(w);
    }
}

/* By PA: BGPTM alone decides, and what was checked is checked again. */
static void IHI0070_3_17_7_by_pa_needs_bgptm(void **state)
{
    const struct armvirt_tlb_inval inval = {.scope = ARMVIRT_TLB_ALL};
    struct armvirt_smmu_id id;

    (void)state;
    for (unsigned n = 0; n < 2; n++) {
        struct world *w;

        (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
        id.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_BTM;
        id.root_idr0 &= n == 0 ? UINT32_MAX : ~(uint32_t)ARMVIRT_SMMU_ROOT_IDR0_BGPTM;
        w = world_new_id(&id, 256, 0);
        world_stream(w, S1);
        world_enable(w);
        assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
        world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
        armvirt_smmu_broadcast(w->smmu, &inval);
        assert_int_equal(forgotten(w, S1), n == 0);
        world_drop(w);
    }
}

static void without_a_tlb_nothing_is_stale(void **state)
{
    struct armvirt_vmsa vmsa = pe(VMID);
    struct armvirt_tlb_inval inval = tlbi(&vmsa, 0, 0, 0);
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    (void)armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    w = world_new_id(&id, 0, 0);
    world_stream(w, S1);
    world_enable(w);
    assert_int_equal(world_txn(w, VA, 0, 0).pa, PAGES);
    world_map(w, S1_TABLES, VA, (PAGES + OTHER) | DESC_PAGE | AP_EL0);
    armvirt_smmu_broadcast(w->smmu, &inval);
    assert_true(forgotten(w, S1));
    world_drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(IHI0070_3_17_each_scope_reaches_what_it_names),
        cmocka_unit_test(IHI0070_3_17_stage_2_goes_by_ipa),
        cmocka_unit_test(IHI0070_3_17_4_aarch32_reaches_it_too),
        cmocka_unit_test(IHI0070_6_3_12_ptm_shuts_it_out),
        cmocka_unit_test(IHI0070_3_17_without_btm_there_is_none),
        cmocka_unit_test(IHI0070_3_17_2_secure_is_apart),
        cmocka_unit_test(IHI0070_3_17_6_vmid_wildcards_count),
        cmocka_unit_test(IHI0070_3_17_7_by_pa_needs_bgptm),
        cmocka_unit_test(without_a_tlb_nothing_is_stale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
