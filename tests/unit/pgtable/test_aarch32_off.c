/* SPDX-License-Identifier: MIT */
/* VMSAv8-32 while stage 1 is off: attributes, flat addresses, alignment. DDI0487 G5.2. */
#include "aarch32_machine.h"

struct off_row {
    const char *name;
    uint64_t sctlr; /* M is off */
    uint64_t hcr;
    uint64_t tcr;
    unsigned kind;
    uint8_t mair, sh;
};

static const struct off_row off_rows[] = {
    {"G5.2.1: data is Device-nGnRnE", ARMVIRT_SCTLR_C, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_READ, 0x00,
     ARMVIRT_SH_OUTER},
    {"G5.2.1: fetch with I = 0", 0, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_FETCH, 0x44, ARMVIRT_SH_OUTER},
    {"G5.2.1: fetch with I = 1", ARMVIRT_SCTLR_I, 0, ARMVIRT_TTBCR_EAE, ARMVIRT_FETCH, 0xaa,
     ARMVIRT_SH_OUTER},
    {"G5.2.1: TRE has no effect, Short-descriptor format", ARMVIRT_SCTLR_I | ARMVIRT_SCTLR_TRE, 0,
     0, ARMVIRT_FETCH, 0xaa, ARMVIRT_SH_OUTER},
    {"G5.2.1: data, Short-descriptor format", 0, 0, 0, ARMVIRT_WRITE, 0x00, ARMVIRT_SH_OUTER},
    {"HCR_EL2.TGE turns stage 1 off", ARMVIRT_SCTLR_M, ARMVIRT_HCR_EL2_TGE, ARMVIRT_TTBCR_EAE,
     ARMVIRT_READ, 0x00, ARMVIRT_SH_OUTER},
};

static void stage1_off(void **state)
{
    const struct off_row *row = *state;
    struct machine m;

    machine_reset(&m);
    m.vmsa.sctlr_el1 = row->sctlr;
    m.vmsa.hcr_el2 = row->hcr;
    m.vmsa.tcr_el1 = row->tcr;
    m.vmsa.id_aa64mmfr0_el1 = 0; /* PAMax 32: the whole range is an address */
    assert_int_equal(machine_try(&m, 0xfedcba98, row->kind, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.pa, 0xfedcba98);
    assert_int_equal(m.walk.attr.mair, row->mair);
    assert_int_equal(m.walk.attr.sh, row->sh);
    assert_true(m.walk.attr.xs);
    assert_int_equal(m.walk.reads, 0);
    assert_false(m.walk.s1.valid);
}

/* G5.2.1.1: Write-Back, and stage 2 is on. */
static void G5_2_1_1_HCR_DC(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m);
    machine_stage2(&m);
    m.vmsa.hcr_el2 = ARMVIRT_HCR_EL2_DC;
    expect_pa(&m, 0xc0001234, S2_OFFSET + 0xc0001234);
    assert_int_equal(m.walk.attr.mair, 0xff);
    assert_int_equal(m.walk.attr.sh, ARMVIRT_SH_INNER); /* of stage 2 */
    assert_false(m.walk.attr.xs);
}

struct alignment_row {
    const char *name;
    uint64_t lsm; /* ID_AA64MMFR2_EL1.LSM */
    uint64_t sctlr;
    unsigned flags;
    enum armvirt_reason reason;
};

static const struct alignment_row alignment_rows[] = {
    {"stage 1 off: aligned", 1, ARMVIRT_SCTLR_NTLSMD, 0, ARMVIRT_REASON_NONE},
    {"stage 1 off: unaligned", 1, ARMVIRT_SCTLR_NTLSMD, ARMVIRT_ACCESS_UNALIGNED,
     ARMVIRT_REASON_DEVICE_UNALIGNED},
    {"stage 1 off: multiple, nTLSMD = 1", 1, ARMVIRT_SCTLR_NTLSMD, ARMVIRT_ACCESS_MULTIPLE,
     ARMVIRT_REASON_NONE},
    {"stage 1 off: multiple, nTLSMD = 0", 1, 0, ARMVIRT_ACCESS_MULTIPLE,
     ARMVIRT_REASON_DEVICE_MULTIPLE},
    {"stage 1 off: multiple, no FEAT_LSMAOC", 0, 0, ARMVIRT_ACCESS_MULTIPLE, ARMVIRT_REASON_NONE},
};

static void stage1_off_alignment(void **state)
{
    const struct alignment_row *row = *state;
    const struct armvirt_access access = {
        .kind = ARMVIRT_READ, .el = 1, .flags = (uint16_t)row->flags};
    struct machine m;

    machine_reset(&m);
    m.vmsa.id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_LSM, row->lsm);
    m.vmsa.sctlr_el1 = row->sctlr;
    assert_int_equal(machine_access(&m, &access),
                     row->reason == ARMVIRT_REASON_NONE ? ARMVIRT_OK : ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, row->reason);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD_ROWS(&suite, stage1_off, off_rows);
    SUITE_ADD(&suite, G5_2_1_1_HCR_DC);
    SUITE_ADD_ROWS(&suite, stage1_off_alignment, alignment_rows);
    return suite_run(&suite, "aarch32_off");
}
