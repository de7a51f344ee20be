/* SPDX-License-Identifier: MIT */
/* Whose entries they are, and which invalidations they survive. */
#include "world.h"

/* ---- Whose entries ------------------------------------------------------------------------ */

static void R_XXNPZ_asid_and_vmid_must_be_the_same(void **state)
{
    struct world w = begin();

    (void)state;
    fill(&w);
    set_asid(&w, 6);
    assert_null(ask(&w));
    set_asid(&w, 5);
    assert_non_null(ask(&w));
    w.regime.vmid = 8;
    assert_null(ask(&w));
    w.regime.vmid = 7;
    w.regime.security = ARMVIRT_SPACE_REALM;
    assert_null(ask(&w));
    w.regime.security = ARMVIRT_SPACE_NONSECURE;
    w.regime.id = ARMVIRT_REGIME_EL20;
    assert_null(ask(&w));
}

static void R_QGKGF_global_is_for_all_asids_of_a_vmid(void **state)
{
    struct world w = begin();

    (void)state;
    w.walk.s1.not_global = false;
    fill(&w);
    set_asid(&w, 6);
    assert_non_null(ask(&w));
    w.regime.vmid = 8;
    assert_null(ask(&w));
}

static void R_PYWKY_each_half_has_its_asid(void **state)
{
    struct world w = begin();

    (void)state;
    w.regime.s1[1].asid = 9;
    fill(&w);
    w.access.va |= UINT64_C(0xffff) << 48;
    fill(&w);
    set_asid(&w, 9);
    assert_non_null(ask(&w));
    w.access.va = VA;
    assert_null(ask(&w));
}

static void IHI0070_3_17_1_ASET_keeps_global_entries_apart(void **state)
{
    struct world w = begin();
    struct armvirt_tlb_tag tag = {.asid = {5, 5}, .vmid = 7};

    (void)state;
    w.walk.s1.not_global = false;
    fill(&w);
    armvirt_tlb_context_set_tag(&w.context, &tag);
    assert_non_null(armvirt_tlb_lookup(w.tlb, &w.context, &w.access));
    tag.alone = true;
    armvirt_tlb_context_set_tag(&w.context, &tag);
    assert_null(armvirt_tlb_lookup(w.tlb, &w.context, &w.access));
}

/* ---- What goes ---------------------------------------------------------------------------- */

#define EL10 ARMVIRT_TLB_EL10
#define NS   ARMVIRT_SPACE_NONSECURE

struct gone {
    const char *name;
    struct armvirt_tlb_inval inval;
    bool global, gone;
};

#define AT_PAGE PAGE, PAGE + 0xfff

static const struct gone gones[] = {
    {"nothing", {AT_PAGE, 7, 5, ARMVIRT_TLB_NOTHING, EL10, NS, 0}, false, false},
    {"ALL", {0, 0, 0, 0, ARMVIRT_TLB_ALL, 0, 0, 0}, false, true},
    {"ALLE1", {0, 0, 0, 0, ARMVIRT_TLB_REGIME, EL10, NS, 0}, false, true},
    {"ALLE1 of Realm state", {0, 0, 0, 0, ARMVIRT_TLB_REGIME, EL10, 2, 0}, false, false},
    {"ALLE2", {0, 0, 0, 0, ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL2, NS, 0}, false, false},
    {"VMALLE1", {0, 0, 7, 0, ARMVIRT_TLB_VMID, EL10, NS, 0}, true, true},
    {"VMALLE1 of another", {0, 0, 8, 0, ARMVIRT_TLB_VMID, EL10, NS, 0}, true, false},
    {"VMALLS12E1", {0, 0, 7, 0, ARMVIRT_TLB_VMID_S12, EL10, NS, 0}, true, true},
    {"ASIDE1", {0, 0, 7, 5, ARMVIRT_TLB_ASID, EL10, NS, 0}, false, true},
    {"ASIDE1 of another", {0, 0, 7, 6, ARMVIRT_TLB_ASID, EL10, NS, 0}, false, false},
    {"ASIDE1 leaves global entries", {0, 0, 7, 5, ARMVIRT_TLB_ASID, EL10, NS, 0}, true, false},
    {"VAE1", {AT_PAGE, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, false, true},
    {"VAE1 of another ASID", {AT_PAGE, 7, 6, ARMVIRT_TLB_VA, EL10, NS, 0}, false, false},
    {"4.4.2.4: VAE1 of another ASID, global",
     {AT_PAGE, 7, 6, ARMVIRT_TLB_VA, EL10, NS, 0},
     true,
     true},
    {"VAE1 of another VMID", {AT_PAGE, 8, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, true, false},
    {"VAE1 beside", {PAGE + 0x1000, PAGE + 0x1fff, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, true, false},
    {"VAAE1", {AT_PAGE, 7, 0, ARMVIRT_TLB_VAA, EL10, NS, 0}, false, true},
    {"RVAE1", {PAGE - 0x8000, PAGE + 0x1000, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, false, true},
    {"RVAE1 up to it", {PAGE - 0x8000, PAGE - 1, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, false, false},
    {"RVAE1, large", {0, UINT64_C(1) << 47, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, false, true},
    {"RVAE1, large, global", {0, UINT64_C(1) << 47, 7, 6, ARMVIRT_TLB_VA, EL10, NS, 0}, true, true},
    {"RVAE1, large, of another",
     {0, UINT64_C(1) << 47, 7, 6, ARMVIRT_TLB_VA, EL10, NS, 0},
     false,
     false},
    {"RVAAE1, large", {0, UINT64_C(1) << 47, 7, 0, ARMVIRT_TLB_VAA, EL10, NS, 0}, false, true},
    {"RVAE1 that wraps", {PAGE, 0, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0}, false, true},
    {"IPAS2E1 of the VMID", {0, 0xfff, 7, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, true, true},
    {"IPAS2E1 of another VMID", {0, 0xfff, 8, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, true, false},
    {"6.3.9.1 VMW: two VMIDs", {0, 0, 6, 0, ARMVIRT_TLB_VMID, EL10, NS, 1}, true, true},
    {"VMW: sixteen VMIDs", {AT_PAGE, 15, 5, ARMVIRT_TLB_VA, EL10, NS, 4}, false, true},
    {"VMW: sixteen others", {AT_PAGE, 16, 5, ARMVIRT_TLB_VA, EL10, NS, 4}, false, false},
    {"VMW: more than there are", {AT_PAGE, 16, 5, ARMVIRT_TLB_VA, EL10, NS, 16}, false, true},
};

static void goes_or_stays(void **state)
{
    const struct gone *g = *state;
    struct world w = begin();

    w.walk.s1.not_global = !g->global;
    fill(&w);
    armvirt_tlb_invalidate(w.tlb, &g->inval);
    assert_true((ask(&w) == NULL) == g->gone);
    fill(&w);
    assert_non_null(ask(&w)); /* what comes after the invalidation lives */
}

/* A block of stage 1 over pages of stage 2: all pieces go with any address of the block. */
static void R_RTVTYQ_all_pieces_of_a_block_go_together(void **state)
{
    struct world w = begin();
    struct armvirt_tlb_inval inval = {
        PAGE & ~UINT64_C(0x1fffff), 0, 7, 5, ARMVIRT_TLB_VA, EL10, NS, 0};

    (void)state;
    inval.last = inval.first + 0xfff;
    w.walk.s1.size_log2 = 21;
    w.walk.s2 = (struct armvirt_leaf){.valid = true, .accessed = true, .size_log2 = 12};
    assert_int_equal(fill(&w)->region_log2, 21);
    assert_non_null(ask(&w));
    armvirt_tlb_invalidate(w.tlb, &inval);
    assert_null(ask(&w));
}

/* IPAs of a VMID: by address, all of stage 2, and not by what is for stage 1 alone. */
static void stage_2_alone(void **state)
{
    static const struct {
        struct armvirt_tlb_inval inval;
        bool gone;
    } tries[] = {
        {{AT_PAGE, 7, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, true},
        {{PAGE + 0x1000, PAGE + 0x1fff, 7, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, false},
        {{0, UINT64_C(1) << 47, 7, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, true},
        {{AT_PAGE, 8, 0, ARMVIRT_TLB_STAGE2, EL10, NS, 0}, false},
        {{0, 0, 7, 0, ARMVIRT_TLB_VMID, EL10, NS, 0}, false},
        {{0, 0, 7, 0, ARMVIRT_TLB_VMID_S12, EL10, NS, 0}, true},
        {{0, 0, 0, 0, ARMVIRT_TLB_REGIME, EL10, NS, 0}, true},
        {{0, 0, 0, 0, ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL2, NS, 0}, false},
        {{AT_PAGE, 7, 0, ARMVIRT_TLB_VAA, EL10, NS, 0}, false},
    };

    (void)state;
    for (size_t n = 0; n < COUNT_OF(tries); n++) {
        struct world w = begin();

        w.regime.s1_enabled = false;
        w.regime.s2_enabled = true;
        w.walk.s1.valid = false;
        w.walk.s2 = (struct armvirt_leaf){.valid = true, .accessed = true, .size_log2 = 12};
        assert_non_null(fill(&w));
        armvirt_tlb_invalidate(w.tlb, &tries[n].inval);
        assert_true((ask(&w) == NULL) == tries[n].gone);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, R_XXNPZ_asid_and_vmid_must_be_the_same);
    SUITE_ADD(&suite, R_QGKGF_global_is_for_all_asids_of_a_vmid);
    SUITE_ADD(&suite, R_PYWKY_each_half_has_its_asid);
    SUITE_ADD(&suite, IHI0070_3_17_1_ASET_keeps_global_entries_apart);
    SUITE_ADD_ROWS(&suite, goes_or_stays, gones);
    SUITE_ADD(&suite, R_RTVTYQ_all_pieces_of_a_block_go_together);
    SUITE_ADD(&suite, stage_2_alone);
    return suite_run(&suite, "scopes of a TLB");
}
