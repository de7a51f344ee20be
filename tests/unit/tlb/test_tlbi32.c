/* SPDX-License-Identifier: MIT */
/*
 * TLB maintenance instructions of AArch32. Encodings are those of DDI0487 G8.2 one by one; what
 * each does is written out beside it, independently of the library's table.
 */
#include "suite.h"

#include <armvirt/tlb.h>

#include <stdbool.h>

enum { ASID = 0x5a, VMID = 0x67 };
#define MVA UINT32_C(0xc1234000)

struct insn {
    uint8_t crm, opc2, scope;
    uint8_t domain;
};

#define INSN(crm, opc2, scope, domain)                                                             \
    {                                                                                              \
        crm, opc2, ARMVIRT_TLB_##scope, ARMVIRT_TLBI_##domain                                      \
    }

static const struct insn insns[] = {
    INSN(3, 0, VMID, INNER), /* TLBIALLIS */
    INSN(3, 1, VA, INNER),   /* TLBIMVAIS */
    INSN(3, 2, ASID, INNER), /* TLBIASIDIS */
    INSN(3, 3, VAA, INNER),  /* TLBIMVAAIS */
    INSN(3, 5, VA, INNER),   /* TLBIMVALIS */
    INSN(3, 7, VAA, INNER),  /* TLBIMVAALIS */
    INSN(5, 0, VMID, LOCAL), /* ITLBIALL */
    INSN(5, 1, VA, LOCAL),   /* ITLBIMVA */
    INSN(5, 2, ASID, LOCAL), /* ITLBIASID */
    INSN(6, 0, VMID, LOCAL), /* DTLBIALL */
    INSN(6, 1, VA, LOCAL),   /* DTLBIMVA */
    INSN(6, 2, ASID, LOCAL), /* DTLBIASID */
    INSN(7, 0, VMID, LOCAL), /* TLBIALL */
    INSN(7, 1, VA, LOCAL),   /* TLBIMVA */
    INSN(7, 2, ASID, LOCAL), /* TLBIASID */
    INSN(7, 3, VAA, LOCAL),  /* TLBIMVAA */
    INSN(7, 5, VA, LOCAL),   /* TLBIMVAL */
    INSN(7, 7, VAA, LOCAL),  /* TLBIMVAAL */
};

/* EL1 in AArch32 below an EL2 in AArch64; Non-secure. */
static struct armvirt_vmsa aarch32(void)
{
    return (struct armvirt_vmsa){
        .id_aa64pfr0_el1 = 0x1122, /* EL3, EL2: AArch64; EL1, EL0: both */
        .id_aa64mmfr0_el1 = 0x20,  /* ASIDs of 16 bits */
        .scr_el3 = 1 << 10 | 1,
        .vttbr_el2 = {(uint64_t)VMID << 48},
    };
}

static const struct insn *named(unsigned crm, unsigned opc2)
{
    for (size_t n = 0; n < COUNT_OF(insns); n++) {
        if (insns[n].crm == crm && insns[n].opc2 == opc2) {
            return &insns[n];
        }
    }
    return NULL;
}

static void check(const struct insn *i, const struct armvirt_tlb_inval *inval, uint8_t domain)
{
    assert_int_equal(domain, i->domain);
    assert_int_equal(inval->scope, i->scope);
    assert_int_equal(inval->regime, ARMVIRT_TLB_EL10);
    assert_int_equal(inval->security, ARMVIRT_SPACE_NONSECURE);
    assert_int_equal(inval->vmid, VMID);
    if (i->scope == ARMVIRT_TLB_VA || i->scope == ARMVIRT_TLB_VAA) {
        assert_int_equal(inval->first, MVA);
        assert_int_equal(inval->last, MVA + 0xfff);
    }
    if (i->scope == ARMVIRT_TLB_VA || i->scope == ARMVIRT_TLB_ASID) {
        assert_int_equal(inval->asid, ASID);
    }
}

static void G8_2_every_encoding(void **state)
{
    const struct armvirt_vmsa vmsa = aarch32();
    unsigned found = 0;

    (void)state;
    for (unsigned code = 0; code < 1u << 14; code++) {
        struct armvirt_tlbi32_insn insn = {
            .opc1 = code & 7,
            .crn = code >> 3 & 15,
            .crm = code >> 7 & 15,
            .opc2 = code >> 11 & 7,
            .rt = MVA | 0xf00 | ASID, /* bits 11:8 are RES0 */
        };
        const struct insn *i = insn.opc1 == 0 && insn.crn == 8 ? named(insn.crm, insn.opc2) : NULL;
        struct armvirt_tlb_inval inval;
        uint8_t domain = 9;
        enum armvirt_status status = armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain);

        assert_int_equal(status, i != NULL ? ARMVIRT_OK : ARMVIRT_E_UNSUPPORTED);
        if (i != NULL) {
            found++;
            check(i, &inval, domain);
        }
    }
    assert_int_equal(found, COUNT_OF(insns));
}

static void fields_out_of_range_are_no_instruction(void **state)
{
    const struct armvirt_vmsa vmsa = aarch32();
    struct armvirt_tlbi32_insn insn = {.crn = 8, .crm = 7, .opc2 = 8};
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    (void)state;
    assert_int_equal(armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain), ARMVIRT_E_UNSUPPORTED);
    insn = (struct armvirt_tlbi32_insn){.crn = 8, .crm = 0xff};
    assert_int_equal(armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain), ARMVIRT_E_UNSUPPORTED);
}

/* HCR_EL2.RW, and an EL1 that has no AArch32. */
static void el1_in_aarch64_has_none(void **state)
{
    const struct armvirt_tlbi32_insn insn = {.crn = 8, .crm = 7};
    struct armvirt_vmsa vmsa = aarch32();
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    (void)state;
    vmsa.hcr_el2 = UINT64_C(1) << 31;
    assert_int_equal(armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain), ARMVIRT_E_UNSUPPORTED);
    vmsa = aarch32();
    vmsa.id_aa64pfr0_el1 = 0x1112;
    assert_int_equal(armvirt_tlbi32_decode(&vmsa, &insn, &inval, &domain), ARMVIRT_E_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(G8_2_every_encoding),
        cmocka_unit_test(fields_out_of_range_are_no_instruction),
        cmocka_unit_test(el1_in_aarch64_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
