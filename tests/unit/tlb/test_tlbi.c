/* SPDX-License-Identifier: MIT */
/*
 * TLBI instructions. The encodings are those of DDI0487 C5.5, one by one; what each does is read
 * from its name (D8.17.5 I_DMCXY), independently of the library's table.
 */
#include "suite.h"

#include <armvirt/regs/vmsa.h>
#include <armvirt/tlb.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct insn {
    const char *name;
    uint8_t op1, crm, op2;
    bool pair; /* there is a TLBIP */
};

static const struct insn insns[] = {
    {"ALLE1", 4, 7, 4, false},        {"ALLE1IS", 4, 3, 4, false},
    {"ALLE1OS", 4, 1, 4, false},      {"ALLE2", 4, 7, 0, false},
    {"ALLE2IS", 4, 3, 0, false},      {"ALLE2OS", 4, 1, 0, false},
    {"ALLE3", 6, 7, 0, false},        {"ALLE3IS", 6, 3, 0, false},
    {"ALLE3OS", 6, 1, 0, false},      {"ASIDE1", 0, 7, 2, false},
    {"ASIDE1IS", 0, 3, 2, false},     {"ASIDE1OS", 0, 1, 2, false},
    {"IPAS2E1", 4, 4, 1, true},       {"IPAS2E1IS", 4, 0, 1, true},
    {"IPAS2E1OS", 4, 4, 0, true},     {"IPAS2LE1", 4, 4, 5, true},
    {"IPAS2LE1IS", 4, 0, 5, true},    {"IPAS2LE1OS", 4, 4, 4, true},
    {"PAALL", 6, 7, 4, false},        {"PAALLOS", 6, 1, 4, false},
    {"RIPAS2E1", 4, 4, 2, true},      {"RIPAS2E1IS", 4, 0, 2, true},
    {"RIPAS2E1OS", 4, 4, 3, true},    {"RIPAS2LE1", 4, 4, 6, true},
    {"RIPAS2LE1IS", 4, 0, 6, true},   {"RIPAS2LE1OS", 4, 4, 7, true},
    {"RPALOS", 6, 4, 7, false},       {"RPAOS", 6, 4, 3, false},
    {"RVAAE1", 0, 6, 3, true},        {"RVAAE1IS", 0, 2, 3, true},
    {"RVAAE1OS", 0, 5, 3, true},      {"RVAALE1", 0, 6, 7, true},
    {"RVAALE1IS", 0, 2, 7, true},     {"RVAALE1OS", 0, 5, 7, true},
    {"RVAE1", 0, 6, 1, true},         {"RVAE1IS", 0, 2, 1, true},
    {"RVAE1OS", 0, 5, 1, true},       {"RVAE2", 4, 6, 1, true},
    {"RVAE2IS", 4, 2, 1, true},       {"RVAE2OS", 4, 5, 1, true},
    {"RVAE3", 6, 6, 1, true},         {"RVAE3IS", 6, 2, 1, true},
    {"RVAE3OS", 6, 5, 1, true},       {"RVALE1", 0, 6, 5, true},
    {"RVALE1IS", 0, 2, 5, true},      {"RVALE1OS", 0, 5, 5, true},
    {"RVALE2", 4, 6, 5, true},        {"RVALE2IS", 4, 2, 5, true},
    {"RVALE2OS", 4, 5, 5, true},      {"RVALE3", 6, 6, 5, true},
    {"RVALE3IS", 6, 2, 5, true},      {"RVALE3OS", 6, 5, 5, true},
    {"VAAE1", 0, 7, 3, true},         {"VAAE1IS", 0, 3, 3, true},
    {"VAAE1OS", 0, 1, 3, true},       {"VAALE1", 0, 7, 7, true},
    {"VAALE1IS", 0, 3, 7, true},      {"VAALE1OS", 0, 1, 7, true},
    {"VAE1", 0, 7, 1, true},          {"VAE1IS", 0, 3, 1, true},
    {"VAE1OS", 0, 1, 1, true},        {"VAE2", 4, 7, 1, true},
    {"VAE2IS", 4, 3, 1, true},        {"VAE2OS", 4, 1, 1, true},
    {"VAE3", 6, 7, 1, true},          {"VAE3IS", 6, 3, 1, true},
    {"VAE3OS", 6, 1, 1, true},        {"VALE1", 0, 7, 5, true},
    {"VALE1IS", 0, 3, 5, true},       {"VALE1OS", 0, 1, 5, true},
    {"VALE2", 4, 7, 5, true},         {"VALE2IS", 4, 3, 5, true},
    {"VALE2OS", 4, 1, 5, true},       {"VALE3", 6, 7, 5, true},
    {"VALE3IS", 6, 3, 5, true},       {"VALE3OS", 6, 1, 5, true},
    {"VMALLE1", 0, 7, 0, false},      {"VMALLE1IS", 0, 3, 0, false},
    {"VMALLE1OS", 0, 1, 0, false},    {"VMALLS12E1", 4, 7, 6, false},
    {"VMALLS12E1IS", 4, 3, 6, false}, {"VMALLS12E1OS", 4, 1, 6, false},
    {"VMALLWS2E1", 4, 6, 2, false},   {"VMALLWS2E1IS", 4, 2, 2, false},
    {"VMALLWS2E1OS", 4, 5, 2, false},
};

#define ASID    UINT64_C(0x1234)
#define ADDRESS UINT64_C(0x0000123456789000)

/* Everything is implemented; SCR_EL3 says Non-secure; the VMID is 0x4567. */
static struct armvirt_vmsa everything(void)
{
    struct armvirt_vmsa vmsa = {0};

    vmsa.id_aa64pfr0_el1 = UINT64_C(0x1111) | UINT64_C(1) << 52 | UINT64_C(1) << 36;
    vmsa.id_aa64isar0_el1 = UINT64_C(2) << 56;
    vmsa.id_aa64isar1_el1 = UINT64_C(1) << 56;
    vmsa.id_aa64mmfr0_el1 = UINT64_C(2) << 4;
    vmsa.id_aa64mmfr1_el1 = UINT64_C(2) << 4 | UINT64_C(1) << 8;
    vmsa.id_aa64mmfr3_el1 = UINT64_C(1) << 32;
    vmsa.scr_el3 = ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_RW;
    vmsa.hcr_el2 = ARMVIRT_HCR_EL2_RW;
    vmsa.vtcr_el2 = ARMVIRT_VTCR_EL2_VS;
    vmsa.vttbr_el2[0] = UINT64_C(0x4567) << 48;
    return vmsa;
}

static struct armvirt_tlbi_insn encode(const struct insn *i)
{
    return (struct armvirt_tlbi_insn){.op1 = i->op1, .crn = 8, .crm = i->crm, .op2 = i->op2};
}

/* ---- The name ----------------------------------------------------------------------------- */

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

static bool ends(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && strcmp(name + n - m, suffix) == 0;
}

static unsigned named_domain(const char *name)
{
    return ends(name, "OS")   ? ARMVIRT_TLBI_OUTER
           : ends(name, "IS") ? ARMVIRT_TLBI_INNER
                              : ARMVIRT_TLBI_LOCAL;
}

static unsigned named_scope(const char *name)
{
    static const struct {
        const char *part;
        uint8_t scope;
    } parts[] = {
        {"PA", ARMVIRT_TLB_ALL},
        {"VMALLS12", ARMVIRT_TLB_VMID_S12},
        {"VMALLWS2", ARMVIRT_TLB_VMID_S12},
        {"VMALL", ARMVIRT_TLB_VMID},
        {"ALL", ARMVIRT_TLB_REGIME},
        {"ASID", ARMVIRT_TLB_ASID},
        {"VAA", ARMVIRT_TLB_VAA},
        {"VA", ARMVIRT_TLB_VA},
    };

    if (has(name, "IPA")) {
        return ARMVIRT_TLB_STAGE2;
    }
    for (size_t n = 0; n < COUNT_OF(parts); n++) {
        if (has(name, parts[n].part)) {
            return parts[n].scope;
        }
    }
    return ARMVIRT_TLB_NOTHING;
}

static bool is_named_range(const char *name)
{
    return name[0] == 'R' && !has(name, "RPA");
}

static unsigned named_el(const char *name)
{
    return has(name, "E3") || has(name, "PA") ? (has(name, "IPA") ? 1 : 3)
           : has(name, "E2")                  ? 2
                                              : 1;
}

/* ---- What it does ------------------------------------------------------------------------- */

static void check_address(const struct insn *i, const struct armvirt_tlb_inval *inval)
{
    uint64_t bytes = is_named_range(i->name) ? UINT64_C(3) << (5 + 1 + 12) : 0x1000;

    assert_int_equal(inval->first, ADDRESS);
    assert_int_equal(inval->last, ADDRESS + bytes - 1);
}

/* ADDRESS as an operand, with NUM 2, SCALE 1, TG 4 KB. */
static void set_operand(struct armvirt_tlbi_insn *insn, bool range, bool asid)
{
    uint64_t id = asid ? ASID << 48 : 0;
    uint64_t size = range ? UINT64_C(1) << 46 | UINT64_C(1) << 44 | UINT64_C(2) << 39 : 0;

    insn->xt[0] = id | size | (insn->pair ? 0 : ADDRESS >> 12);
    insn->xt[1] = insn->pair ? ADDRESS >> 12 : 0;
}

static void decode(const struct insn *i, bool pair)
{
    static const uint8_t regimes[] = {0, ARMVIRT_TLB_EL10, ARMVIRT_TLB_EL2, ARMVIRT_TLB_EL3};
    struct armvirt_vmsa vmsa = everything();
    struct armvirt_tlbi_insn insn = encode(i);
    unsigned scope = named_scope(i->name), el = named_el(i->name);
    bool by_address = scope >= ARMVIRT_TLB_VA;
    struct armvirt_tlb_inval inval;
    uint8_t domain = 9;

    insn.pair = pair;
    set_operand(&insn, is_named_range(i->name), el == 1 && scope != ARMVIRT_TLB_STAGE2);
    assert_int_equal(armvirt_tlbi_decode(&vmsa, 3, &insn, &inval, &domain), ARMVIRT_OK);
    assert_int_equal(domain, named_domain(i->name));
    assert_int_equal(inval.scope, scope);
    if (scope == ARMVIRT_TLB_ALL) {
        return;
    }
    assert_int_equal(inval.regime, regimes[el]);
    assert_int_equal(inval.security, el == 3 ? ARMVIRT_SPACE_ROOT : ARMVIRT_SPACE_NONSECURE);
    assert_int_equal(inval.vmid, el == 1 ? 0x4567 : 0);
    if (by_address) {
        check_address(i, &inval);
    }
    if (el == 1 && (by_address || scope == ARMVIRT_TLB_ASID)) {
        assert_int_equal(inval.asid, scope == ARMVIRT_TLB_STAGE2 ? 0 : ASID);
    }
}

static void C5_5_instruction(void **state)
{
    const struct insn *i = *state;

    decode(i, false);
    if (i->pair) {
        decode(i, true);
    }
}

static void C5_5_no_other_encoding_is_an_instruction(void **state)
{
    struct armvirt_vmsa vmsa = everything();
    unsigned found = 0, pairs = 0, nxs = 0;

    (void)state;
    for (unsigned n = 0; n < 8 * 16 * 16 * 8 * 2; n++) {
        struct armvirt_tlbi_insn insn = {.op1 = n & 7,
                                         .crn = n >> 3 & 15,
                                         .crm = n >> 7 & 15,
                                         .op2 = n >> 11 & 7,
                                         .pair = n >> 14 & 1};
        struct armvirt_tlb_inval inval;
        uint8_t domain;
        bool ok = armvirt_tlbi_decode(&vmsa, 3, &insn, &inval, &domain) == ARMVIRT_OK;

        found += ok && !insn.pair && insn.crn == 8;
        pairs += ok && insn.pair && insn.crn == 8;
        nxs += ok && insn.crn == 9;
        assert_true(!ok || insn.crn == 8 || insn.crn == 9);
    }
    assert_int_equal(found, COUNT_OF(insns));
    assert_int_equal(pairs, 60);
    assert_int_equal(nxs, 60 + COUNT_OF(insns) - 4); /* PAALL, PAALLOS, RPAOS, RPALOS have none */
}

/* ---- Features and Exception levels -------------------------------------------------------- */

struct absent {
    const char *name;
    const char *insn;
    size_t reg; /* offset in struct armvirt_vmsa of what is cleared */
    uint64_t clear;
    uint8_t crn, el;
    bool pair;
};

#define REG(name) offsetof(struct armvirt_vmsa, name)

static const struct absent absents[] = {
    {"FEAT_TLBIOS: VAE1OS", "VAE1OS", REG(id_aa64isar0_el1), UINT64_MAX, 8, 3, false},
    {"FEAT_TLBIOS: IPAS2E1OS", "IPAS2E1OS", REG(id_aa64isar0_el1), UINT64_MAX, 8, 3, false},
    {"FEAT_TLBIRANGE: RVAE1", "RVAE1", REG(id_aa64isar0_el1), UINT64_C(2) << 56, 8, 3, false},
    {"FEAT_XS: VAE1NXS", "VAE1", REG(id_aa64isar1_el1), UINT64_MAX, 9, 3, false},
    {"FEAT_D128: TLBIP VAE1", "VAE1", REG(id_aa64mmfr3_el1), UINT64_MAX, 8, 3, true},
    {"TLBIP VMALLE1 is none", "VMALLE1", REG(id_aa64isar1_el1), 0, 8, 3, true},
    {"FEAT_RME: PAALL", "PAALL", REG(id_aa64pfr0_el1), UINT64_C(15) << 52, 8, 3, false},
    {"EL2: ALLE2", "ALLE2", REG(id_aa64pfr0_el1), UINT64_C(15) << 8, 8, 3, false},
    {"EL3: ALLE3", "ALLE3", REG(id_aa64pfr0_el1), UINT64_C(15) << 12, 8, 3, false},
    {"I_YKBMJ: ALLE3 at EL2", "ALLE3", REG(id_aa64isar1_el1), 0, 8, 2, false},
    {"I_YKBMJ: VAE2 at EL1", "VAE2", REG(id_aa64isar1_el1), 0, 8, 1, false},
    {"I_DJQYS: IPAS2E1 at EL1", "IPAS2E1", REG(id_aa64isar1_el1), 0, 8, 1, false},
    {"I_DJQYS: ALLE1 at EL1", "ALLE1", REG(id_aa64isar1_el1), 0, 8, 1, false},
};

static const struct insn *by_name(const char *name)
{
    for (size_t n = 0; n < COUNT_OF(insns); n++) {
        if (strcmp(insns[n].name, name) == 0) {
            return &insns[n];
        }
    }
    fail_msg("no %s", name);
    return NULL;
}

static void absent_instruction(void **state)
{
    const struct absent *a = *state;
    struct armvirt_vmsa vmsa = everything();
    struct armvirt_tlbi_insn insn = encode(by_name(a->insn));
    uint64_t *reg = (uint64_t *)(void *)((char *)&vmsa + a->reg);
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    *reg &= ~a->clear;
    insn.crn = a->crn;
    insn.pair = a->pair;
    assert_int_equal(armvirt_tlbi_decode(&vmsa, a->el, &insn, &inval, &domain),
                     ARMVIRT_E_UNSUPPORTED);
}

static void an_exception_level_that_is_none(void **state)
{
    struct armvirt_vmsa vmsa = everything();
    struct armvirt_tlbi_insn insn = encode(by_name("VAE1"));
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    (void)state;
    assert_int_equal(armvirt_tlbi_decode(&vmsa, 0, &insn, &inval, &domain), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_tlbi_decode(&vmsa, 4, &insn, &inval, &domain), ARMVIRT_E_INVAL);
}

/* ---- Operands and registers --------------------------------------------------------------- */

static struct armvirt_tlb_inval decoded(const struct armvirt_vmsa *vmsa, const char *name,
                                        uint64_t xt)
{
    struct armvirt_tlbi_insn insn = encode(by_name(name));
    struct armvirt_tlb_inval inval;
    uint8_t domain;

    insn.xt[0] = xt;
    assert_int_equal(armvirt_tlbi_decode(vmsa, 3, &insn, &inval, &domain), ARMVIRT_OK);
    return inval;
}

static void R_JGGKN_bits_above_55_are_as_bit_55(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    assert_int_equal(decoded(&vmsa, "VAE1", UINT64_C(0x80000000001)).first,
                     UINT64_C(0xff80000000001000));
    assert_int_equal(decoded(&vmsa, "VAE1", UINT64_C(0x70000000001)).first,
                     UINT64_C(0x0070000000001000));
}

static void R_FGPTT_aarch32_has_32_bits(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.id_aa64pfr0_el1 |= UINT64_C(0x0020);
    vmsa.hcr_el2 = 0;
    assert_int_equal(decoded(&vmsa, "VAE1", UINT64_C(0xfffffff1234)).first, UINT64_C(0xf1234000));
}

static void I_NHTBK_asids_of_8_bits(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.id_aa64mmfr0_el1 = 0;
    assert_int_equal(decoded(&vmsa, "ASIDE1", UINT64_C(0x1234) << 48).asid, 0x34);
}

static void I_MDGYK_vmids_of_8_bits(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.vtcr_el2 = 0;
    assert_int_equal(decoded(&vmsa, "VMALLE1", 0).vmid, 0x67);
}

static void E2H_TGE_e1_instructions_are_for_el2_and_0(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.hcr_el2 |= ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE;
    assert_int_equal(decoded(&vmsa, "VAE1", 0).regime, ARMVIRT_TLB_EL20);
    assert_int_equal(decoded(&vmsa, "VAE1", 0).vmid, 0);
    assert_int_equal(decoded(&vmsa, "VAE2", ASID << 48).asid, ASID);
    assert_int_equal(decoded(&vmsa, "VMALLS12E1", 0).regime, ARMVIRT_TLB_EL10);
    assert_int_equal(decoded(&vmsa, "VMALLS12E1", 0).vmid, 0x4567);
    assert_int_equal(decoded(&vmsa, "IPAS2E1", 0).vmid, 0x4567);
}

static void el2_off_has_no_vmid(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.scr_el3 = ARMVIRT_SCR_EL3_RW; /* Secure, EEL2 0 */
    assert_int_equal(decoded(&vmsa, "VMALLE1", 0).vmid, 0);
    assert_int_equal(decoded(&vmsa, "VMALLE1", 0).security, ARMVIRT_SPACE_SECURE);
    vmsa.scr_el3 = ARMVIRT_SCR_EL3_RW | ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_NSE;
    assert_int_equal(decoded(&vmsa, "VMALLE1", 0).security, ARMVIRT_SPACE_REALM);
}

#define RANGE(tg, scale, num, base)                                                                \
    ((uint64_t)(tg) << 46 | (uint64_t)(scale) << 44 | (uint64_t)(num) << 39 | (base))

static void check_range(const struct armvirt_vmsa *vmsa, const char *name, uint64_t xt,
                        uint64_t first, uint64_t last)
{
    struct armvirt_tlb_inval inval = decoded(vmsa, name, xt);

    assert_int_equal(inval.first, first);
    assert_int_equal(inval.last, last);
}

static void R_QKRKL_every_num_and_scale(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    for (unsigned tg = 1; tg < 4; tg++) {
        for (unsigned scale = 0; scale < 4; scale++) {
            for (unsigned num = 0; num < 32; num++) {
                uint64_t granule = UINT64_C(1) << (10 + 2 * tg), bytes = granule * 2 * (num + 1);

                for (unsigned n = 0; n < 5 * scale; n++) {
                    bytes *= 2;
                }
                check_range(&vmsa, "RVAE1", RANGE(tg, scale, num, 5), 5 * granule,
                            5 * granule + bytes - 1);
            }
        }
    }
}

static void D8_122_tg_0_is_reserved(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    assert_int_equal(decoded(&vmsa, "RVAE1", RANGE(0, 3, 31, 5)).scope, ARMVIRT_TLB_NOTHING);
}

static void R_NPXY_no_wrap_at_the_top(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    check_range(&vmsa, "RVAE1", RANGE(1, 3, 31, UINT64_C(0x1fffffffff)),
                UINT64_C(0xfffffffffffff000), UINT64_MAX);
}

static void I_TYBWT_ds_moves_the_base(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.id_aa64mmfr0_el1 |= UINT64_C(1) << 28 | UINT64_C(3) << 40 | UINT64_C(2) << 20;
    check_range(&vmsa, "RVAE1", RANGE(1, 0, 0, 5), 0x5000, 0x6fff);
    vmsa.tcr_el1 = ARMVIRT_TCR_EL1_DS;
    check_range(&vmsa, "RVAE1", RANGE(1, 0, 0, 5), 0x50000, 0x51fff);
    check_range(&vmsa, "RVAE1", RANGE(2, 0, 0, 5), 0x50000, 0x57fff);
    check_range(&vmsa, "RVAE2", RANGE(1, 0, 0, 5), 0x5000, 0x6fff);
    vmsa.tcr_el2 = ARMVIRT_TCR_EL2_DS;
    check_range(&vmsa, "RVAE2", RANGE(1, 0, 0, 5), 0x50000, 0x51fff);
    vmsa.tcr_el3 = ARMVIRT_TCR_EL3_DS;
    check_range(&vmsa, "RVAE3", RANGE(1, 0, 0, 5), 0x50000, 0x51fff);
    check_range(&vmsa, "RIPAS2E1", RANGE(1, 0, 0, 5), 0x5000, 0x6fff);
    vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_DS;
    check_range(&vmsa, "RIPAS2E1", RANGE(1, 0, 0, 5), 0x50000, 0x51fff);
}

static void I_LHQBV_64_bit_ranges_with_d128_go_as_the_regime(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    vmsa.tcr2_el1 = ARMVIRT_TCR2_EL1_D128;
    assert_int_equal(decoded(&vmsa, "RVAE1", RANGE(1, 0, 0, 5)).scope, ARMVIRT_TLB_REGIME);
    assert_int_equal(decoded(&vmsa, "VAE1", 5).scope, ARMVIRT_TLB_VA);
    vmsa.tcr2_el1 = 0;
    vmsa.vtcr_el2 |= ARMVIRT_VTCR_EL2_D128;
    assert_int_equal(decoded(&vmsa, "RIPAS2E1", RANGE(1, 0, 0, 5)).scope, ARMVIRT_TLB_REGIME);
}

static void single_range_regimes_have_no_sign(void **state)
{
    struct armvirt_vmsa vmsa = everything();

    (void)state;
    check_range(&vmsa, "RVAE2", RANGE(1, 0, 0, UINT64_C(0x1000000000)), UINT64_C(0x1000000000000),
                UINT64_C(0x1000000001fff));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, C5_5_instruction, insns);
    SUITE_ADD(&suite, C5_5_no_other_encoding_is_an_instruction);
    SUITE_ADD_ROWS(&suite, absent_instruction, absents);
    SUITE_ADD(&suite, an_exception_level_that_is_none);
    SUITE_ADD(&suite, R_JGGKN_bits_above_55_are_as_bit_55);
    SUITE_ADD(&suite, R_FGPTT_aarch32_has_32_bits);
    SUITE_ADD(&suite, I_NHTBK_asids_of_8_bits);
    SUITE_ADD(&suite, I_MDGYK_vmids_of_8_bits);
    SUITE_ADD(&suite, E2H_TGE_e1_instructions_are_for_el2_and_0);
    SUITE_ADD(&suite, el2_off_has_no_vmid);
    SUITE_ADD(&suite, R_QKRKL_every_num_and_scale);
    SUITE_ADD(&suite, D8_122_tg_0_is_reserved);
    SUITE_ADD(&suite, R_NPXY_no_wrap_at_the_top);
    SUITE_ADD(&suite, I_TYBWT_ds_moves_the_base);
    SUITE_ADD(&suite, I_LHQBV_64_bit_ranges_with_d128_go_as_the_regime);
    SUITE_ADD(&suite, single_range_regimes_have_no_sign);
    return suite_run(&suite, "TLBI instructions");
}
