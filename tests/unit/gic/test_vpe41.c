/* SPDX-License-Identifier: MIT */
/*
 * What GICv4.1 adds to vPEs (IHI0069 6.4, 12.11): the vPE configuration table, the default
 * doorbell, virtual SGIs, registers that invalidate.
 */
#include "vpe_bench.h"

static void vsgi(uint32_t vpe, uint8_t intid, uint8_t priority, bool group1, bool enable)
{
    struct armvirt_vsgi config = {intid, priority, group1, enable, false};

    armvirt_gic_lpi_ops.vsgi(v.bench.gic, &v.vpe[vpe], &config);
}

static void vsgi_clear(uint32_t vpe, uint8_t intid)
{
    struct armvirt_vsgi config = {intid, 0, false, false, true};

    armvirt_gic_lpi_ops.vsgi(v.bench.gic, &v.vpe[vpe], &config);
}

static void vsgi_set(uint32_t vpe, uint32_t intid)
{
    armvirt_gic_lpi_ops.vsgi_set(v.bench.gic, &v.vpe[vpe], intid);
}

static void a_vpe_is_found_by_its_number(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    vset(1, 5);
    come(1);
    assert_int_equal(gicr64_get(0, 0x20078), VALID | PENDINGLAST | VGRP0EN | VGRP1EN | 1);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    leave(1, 0);
    armvirt_gic_lpi_ops.vpe_unmap(v.bench.gic, &v.vpe[1]);
    vset(1, 5);
    come(1);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    leave(1, 0);
    assert_int_equal(gicr64_get(0, 0x20078), VGRP0EN | VGRP1EN | 1);
    bench_drop(&v.bench);
}

static bool comes(uint32_t vpeid)
{
    bool came;

    v.vpe[0].vpeid = vpeid;
    armvirt_gic_lpi_ops.vpe_map(v.bench.gic, &v.vpe[0], ARMVIRT_VPE_ALLOC);
    gicr64(0, 0x20078, VALID | VGRP1EN | vpeid);
    finish();
    armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[0], LPI + 5, NONE);
    came = guest_mrs(0, IAR1) == LPI + 5;
    guest_msr(0, EOIR1, LPI + 5);
    gicr64(0, 0x20078, 0);
    finish();
    return came;
}

static void the_vpe_table_has_one_level_or_two_and_pages_of_any_size(void **state)
{
    static const struct {
        uint64_t vpropbaser;
        uint32_t last; /* vPEID that is in the table; the next is not */
    } rows[] = {
        {VPE_TABLE, 127},                                                         /* 4 KB */
        {VPE_TABLE | 1, 255},                                                     /* 8 KB */
        {VPE_TABLE | ARMVIRT_PUT(ARMVIRT_GICR_VPROPBASER_V41_PAGE_SIZE, 1), 511}, /* 16 KB */
        {VPE_TABLE | ARMVIRT_GICR_VPROPBASER_V41_INDIRECT, 255},                  /* 2 L2 pages */
        {VPE_TABLE | ARMVIRT_GICR_VPROPBASER_V41_INDIRECT |
             ARMVIRT_PUT(ARMVIRT_GICR_VPROPBASER_V41_PAGE_SIZE, 1),
         1023},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make(true);
        v.memory[VCONFIG + 5] = 0xa1;
        if (rows[i].vpropbaser & ARMVIRT_GICR_VPROPBASER_V41_INDIRECT) {
            uint64_t page = i == 3 ? 0x1000 : 0x4000;
            uint64_t l1[2] = {VALID | VPE_L2, VALID | (VPE_L2 + page)};

            memcpy(v.memory + VPE_TABLE, l1, 16);
        }
        gicr64(0, 0x20070, VALID | rows[i].vpropbaser);
        assert_int_equal(gicr64_get(0, 0x20070), VALID | rows[i].vpropbaser | UINT64_C(3) << 59);
        assert_true(comes(0));
        assert_true(comes(rows[i].last));
        assert_false(comes(rows[i].last + 1));
        gicr64(0, 0x20070, rows[i].vpropbaser);
        assert_false(comes(0));
        bench_drop(&v.bench);
    }
}

static void a_table_of_64_kb_pages_is_as_long_as_vil_and_vid_say(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    gicr64(0, 0x20070, VALID | VPE_TABLE | UINT64_C(2) << 53);
    assert_true(comes(2047));
    assert_false(comes(2048));
    v.bench.config.gicd_typer2 = (uint32_t)(ARMVIRT_GICD_TYPER2_VIL | 8);
    assert_int_equal(armvirt_gic_init(v.bench.storage, armvirt_gic_size(&v.bench.config),
                                      &v.bench.config, &v.bench.gic),
                     ARMVIRT_OK);
    make_pe(0);
    gicr64(0, 0x20070, VALID | VPE_TABLE | UINT64_C(2) << 53);
    assert_true(comes(511));
    assert_false(comes(512));
    bench_drop(&v.bench);
}

static void the_default_doorbell_rings_once_for_what_is_enabled(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = v.memory[VCONFIG + 6] = 0xa1;
    come(0);
    leave(0, DOORBELL);
    vset(0, 7);
    assert_int_equal(rung(0), NONE);
    vset(0, 5);
    assert_int_equal(rung(0), LPI);
    vset(0, 6);
    assert_int_equal(rung(0), NONE);
    come(0);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 6);
    bench_drop(&v.bench);
}

static void no_doorbell_rings_that_was_not_asked_for(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    leave(0, 0);
    vset(0, 5);
    assert_int_equal(rung(0), NONE);
    come(0);
    leave(0, DOORBELL); /* something pends: PendingLast tells */
    assert_int_equal(gicr64_get(0, 0x20078), PENDINGLAST | DOORBELL | VGRP0EN | VGRP1EN);
    vset(0, 6);
    assert_int_equal(rung(0), NONE);
    come(0);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    leave(0, DOORBELL | PENDINGLAST); /* software will be back */
    assert_int_equal(gicr64_get(0, 0x20078), PENDINGLAST | DOORBELL | VGRP0EN | VGRP1EN);
    vset(0, 5);
    assert_int_equal(rung(0), NONE);
    come(0);
    guest_msr(0, EOIR1, LPI + 5);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    bench_drop(&v.bench);
}

static void inv_of_what_pends_rings_the_default_doorbell(void **state)
{
    (void)state;
    make(true);
    come(0);
    leave(0, DOORBELL);
    vset(0, 5);
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[0], LPI + 5);
    assert_int_equal(rung(0), NONE);
    v.memory[VCONFIG + 5] = v.memory[VCONFIG + 6] = 0xa1;
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[0], LPI + 6);
    assert_int_equal(rung(0), NONE);
    armvirt_gic_lpi_ops.vinv(v.bench.gic, &v.vpe[0], LPI + 5);
    assert_int_equal(rung(0), LPI);
    bench_drop(&v.bench);
}

static void vmovp_moves_the_default_doorbell_and_invdb_reads_its_configuration(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    leave(0, DOORBELL);
    vset(0, 5);
    armvirt_gic_lpi_ops.vpe_move(v.bench.gic, &v.vpe[0], 1, true);
    v.vpe[0].pe = 1;
    assert_int_equal(rung(0), NONE);
    assert_int_equal(rung(1), LPI);
    come(0);
    assert_int_equal(guest_mrs(1, IAR1), LPI + 5);
    leave(0, DOORBELL);
    v.memory[CONFIG] = 0xa0;
    vset(0, 5);
    assert_int_equal(rung(1), NONE);
    armvirt_gic_lpi_ops.vpe_move(v.bench.gic, &v.vpe[0], 0, false);
    v.memory[CONFIG] = 0xa1;
    assert_int_equal(rung(1), NONE);
    armvirt_gic_lpi_ops.invdb(v.bench.gic, &v.vpe[0]);
    assert_int_equal(rung(1), LPI);
    bench_drop(&v.bench);
}

static void virtual_sgis_have_groups_and_priorities_and_no_active_state(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    come(0);
    vsgi(0, 3, 0x98, true, true);
    vsgi(0, 9, 0x90, false, true);
    vsgi(0, 10, 0x10, true, false);
    vsgi_set(0, 3);
    vsgi_set(0, 10);
    vset(0, 5);
    assert_int_equal(v.bench.signals[0], ARMVIRT_GIC_VIRQ);
    assert_int_equal(guest_mrs(0, HPPIR1), 3);
    vsgi_set(0, 9); /* of the same priority: Group 0 comes first */
    assert_int_equal(guest_mrs(0, HPPIR0), 9);
    assert_int_equal(guest_mrs(0, HPPIR1), NONE);
    vsgi_clear(0, 9);
    assert_int_equal(guest_mrs(0, IAR1), 3);
    assert_int_equal(guest_mrs(0, RPR), 0x90);
    vsgi_set(0, 3); /* no active state: it may be pending again */
    guest_msr(0, EOIR1, 3);
    assert_int_equal(mrs(&v.bench, 0, ICH_HCR) >> 27, 1); /* and its end is counted */
    assert_int_equal(guest_mrs(0, IAR1), 3);
    msr(&v.bench, 0, ICH_HCR, ARMVIRT_ICH_HCR_EL2_VSGIEOICOUNT | 1);
    guest_msr(0, EOIR1, 3);
    assert_int_equal(mrs(&v.bench, 0, ICH_HCR), ARMVIRT_ICH_HCR_EL2_VSGIEOICOUNT | 1);
    vsgi_set(0, 9);
    assert_int_equal(v.bench.signals[0], ARMVIRT_GIC_VFIQ);
    assert_int_equal(guest_mrs(0, IAR0), 9);
    guest_msr(0, EOIR0, 9);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    bench_drop(&v.bench);
}

static void virtual_sgis_are_kept_while_the_vpe_is_away(void **state)
{
    (void)state;
    make(true);
    vsgi(0, 3, 0x90, true, true);
    vsgi(0, 12, 0x80, true, true);
    vsgi_set(0, 3);
    vsgi_set(0, 1);
    gicr(&v.bench, 0, 0x20080, 0);
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0xa);
    come(0);
    vsgi_set(0, 12);
    gicr(&v.bench, 0, 0x20080, 0);
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0x100a);
    vsgi_clear(0, 1);
    leave(0, 0);
    vsgi_clear(0, 3);
    gicr(&v.bench, 0, 0x20080, 0);
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0x1000);
    gicr(&v.bench, 0, 0x20080, 1);
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0);
    gicr(&v.bench, 0, 0x20080, 77); /* not mapped */
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0);
    come(0);
    assert_int_equal(guest_mrs(0, IAR1), 12);
    leave(0, 0);
    armvirt_gic_lpi_ops.vpe_map(v.bench.gic, &v.vpe[0], ARMVIRT_VPE_ALLOC);
    vsgi_set(0, 12);
    come(0);
    guest_msr(0, EOIR1, 12);
    assert_int_equal(guest_mrs(0, IAR1), NONE); /* not configured any more */
    vsgi(0, 16, 0, true, true);
    vsgi_set(0, 16);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    bench_drop(&v.bench);
}

static void virtual_sgis_ring_the_default_doorbell_of_their_group(void **state)
{
    (void)state;
    make(true);
    vsgi(0, 3, 0x90, false, true);
    vsgi(0, 4, 0x90, true, true);
    gicr64(0, 0x20078, VALID | VGRP1EN);
    finish();
    gicr64(0, 0x20078, VGRP1EN | DOORBELL);
    finish();
    vsgi_set(0, 3);
    vsgi_set(0, 5);
    assert_int_equal(rung(0), NONE);
    vsgi_set(0, 4);
    assert_int_equal(rung(0), LPI);
    vsgi_clear(0, 4);
    come(0);
    vsgi_clear(0, 3);
    leave(0, DOORBELL);
    vsgi(0, 5, 0x90, true, true); /* pends, and is enabled now */
    assert_int_equal(rung(0), LPI);
    bench_drop(&v.bench);
}

static void vgrpen_gates_what_is_presented_and_what_pendinglast_counts(void **state)
{
    (void)state;
    make(true);
    v.memory[VCONFIG + 5] = 0xa1;
    vsgi(0, 3, 0x90, false, true);
    vset(0, 5);
    vsgi_set(0, 3);
    gicr64(0, 0x20078, VALID | VGRP0EN);
    finish();
    assert_int_equal(guest_mrs(0, IAR0), 3);
    guest_msr(0, EOIR0, 3);
    assert_int_equal(guest_mrs(0, IAR1), NONE);
    gicr64(0, 0x20078, VGRP0EN);
    finish();
    assert_int_equal(gicr64_get(0, 0x20078), VGRP0EN);
    come(0);
    assert_int_equal(guest_mrs(0, IAR1), LPI + 5);
    bench_drop(&v.bench);
}

static void invlpir_and_invallr_with_v_are_of_a_vpe(void **state)
{
    uint64_t of_vpe0 = ARMVIRT_GICR_INVLPIR_V;

    (void)state;
    make(true);
    come(0);
    vset(0, 5);
    vset(0, 6);
    v.memory[VCONFIG + 5] = 0xa1;
    v.memory[VCONFIG + 6] = 0x91;
    gicr64(0, 0xa0, LPI + 5);
    gicr64(0, 0xa0, of_vpe0 | ARMVIRT_PUT(ARMVIRT_GICR_INVLPIR_VPEID, 1) | (LPI + 5));
    gicr64(0, 0xa0, of_vpe0 | ARMVIRT_PUT(ARMVIRT_GICR_INVLPIR_VPEID, 9) | (LPI + 5));
    assert_int_equal(guest_mrs(0, HPPIR1), NONE);
    gicr64(0, 0xa0, of_vpe0 | (LPI + 5));
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 5);
    gicr64(0, 0xb0, of_vpe0);
    assert_int_equal(gicr_get(&v.bench, 0, 0xc0), 1);
    finish();
    assert_int_equal(gicr_get(&v.bench, 0, 0xc0), 0);
    assert_int_equal(guest_mrs(0, HPPIR1), LPI + 6);
    bench_drop(&v.bench);
}

static void operations_of_gicv41_do_nothing_to_gicv40(void **state)
{
    (void)state;
    make(false);
    vsgi(0, 3, 0x90, true, true);
    vsgi_set(0, 3);
    armvirt_gic_lpi_ops.vpe_unmap(v.bench.gic, &v.vpe[0]);
    armvirt_gic_lpi_ops.vpe_move(v.bench.gic, &v.vpe[0], 1, true);
    gicr(&v.bench, 0, 0x20080, 0);
    assert_int_equal(gicr_get(&v.bench, 0, 0x20088), 0);
    msr(&v.bench, 0, ICH_HCR, ARMVIRT_ICH_HCR_EL2_VSGIEOICOUNT | 1);
    assert_int_equal(mrs(&v.bench, 0, ICH_HCR), 1);
    for (unsigned i = 0; i < 0x40000; i++) {
        assert_int_equal(v.memory[VPT + i], 0);
    }
    bench_drop(&v.bench);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, a_vpe_is_found_by_its_number);
    SUITE_ADD(&suite, the_vpe_table_has_one_level_or_two_and_pages_of_any_size);
    SUITE_ADD(&suite, a_table_of_64_kb_pages_is_as_long_as_vil_and_vid_say);
    SUITE_ADD(&suite, the_default_doorbell_rings_once_for_what_is_enabled);
    SUITE_ADD(&suite, no_doorbell_rings_that_was_not_asked_for);
    SUITE_ADD(&suite, inv_of_what_pends_rings_the_default_doorbell);
    SUITE_ADD(&suite, vmovp_moves_the_default_doorbell_and_invdb_reads_its_configuration);
    SUITE_ADD(&suite, virtual_sgis_have_groups_and_priorities_and_no_active_state);
    SUITE_ADD(&suite, virtual_sgis_are_kept_while_the_vpe_is_away);
    SUITE_ADD(&suite, virtual_sgis_ring_the_default_doorbell_of_their_group);
    SUITE_ADD(&suite, vgrpen_gates_what_is_presented_and_what_pendinglast_counts);
    SUITE_ADD(&suite, invlpir_and_invallr_with_v_are_of_a_vpe);
    SUITE_ADD(&suite, operations_of_gicv41_do_nothing_to_gicv40);
    return suite_run(&suite, "gic.vpe41");
}
