/* SPDX-License-Identifier: MIT */
/*
 * TLBI and TLBIP instructions: from encoding and operand to an invalidation (DDI0487 D8.17.5,
 * C5.5). Hints (TTL, last level) and the nXS qualifier only narrow what must go, and are not looked
 * at.
 */
#include "machine.h"

#include "base/compiler.h"

#include "../pgtable/decode.h"

#define CRN_TLBI 8u
#define CRN_NXS  9u

/* Fields of operands. */
#define OPERAND_ASID     ARMVIRT_BITS(63, 48)
#define OPERAND_VA       ARMVIRT_BITS(43, 0) /* VA[55:12] */
#define OPERAND_IPA      ARMVIRT_BITS(39, 0) /* IPA[51:12] */
#define OPERAND_IPA_PAIR ARMVIRT_BITS(43, 0) /* IPA[55:12] */
#define RANGE_TG         ARMVIRT_BITS(47, 46)
#define RANGE_SCALE      ARMVIRT_BITS(45, 44)
#define RANGE_NUM        ARMVIRT_BITS(43, 39)
#define RANGE_BASE       ARMVIRT_BITS(36, 0)
#define RANGE_BASE_BITS  37u
#define AARCH32_VA       ARMVIRT_BITS(31, 12)
#define WIDE_BASE_LOG2   16u

enum {
    PLAIN = 0x100, /* CRm is one of 7, 3 (IS), 1 (OS) */
    RANGE = 0x200, /* CRm is one of 6, 2 (IS), 5 (OS) */
    IPA = 0x400,   /* CRm of the row */
};

/* Features that an instruction needs beyond those of its CRm. */
enum needs { BASE, NEEDS_EL2, NEEDS_EL3, NEEDS_RME };

struct row {
    uint8_t op1, op2;
    uint16_t group; /* PLAIN or RANGE, or IPA and a CRm */
    uint8_t scope;  /* enum armvirt_tlb_scope */
    uint8_t el;     /* whose regime */
    uint8_t needs;
    uint8_t domain; /* of IPA */
    bool is_range;
};

static const struct row rows[] = {
    {0, 0, PLAIN, ARMVIRT_TLB_VMID, 1, BASE, 0, false},        /* VMALLE1 */
    {0, 1, PLAIN, ARMVIRT_TLB_VA, 1, BASE, 0, false},          /* VAE1 */
    {0, 2, PLAIN, ARMVIRT_TLB_ASID, 1, BASE, 0, false},        /* ASIDE1 */
    {0, 3, PLAIN, ARMVIRT_TLB_VAA, 1, BASE, 0, false},         /* VAAE1 */
    {0, 5, PLAIN, ARMVIRT_TLB_VA, 1, BASE, 0, false},          /* VALE1 */
    {0, 7, PLAIN, ARMVIRT_TLB_VAA, 1, BASE, 0, false},         /* VAALE1 */
    {0, 1, RANGE, ARMVIRT_TLB_VA, 1, BASE, 0, true},           /* RVAE1 */
    {0, 3, RANGE, ARMVIRT_TLB_VAA, 1, BASE, 0, true},          /* RVAAE1 */
    {0, 5, RANGE, ARMVIRT_TLB_VA, 1, BASE, 0, true},           /* RVALE1 */
    {0, 7, RANGE, ARMVIRT_TLB_VAA, 1, BASE, 0, true},          /* RVAALE1 */
    {4, 0, PLAIN, ARMVIRT_TLB_REGIME, 2, NEEDS_EL2, 0, false}, /* ALLE2 */
    {4, 1, PLAIN, ARMVIRT_TLB_VA, 2, NEEDS_EL2, 0, false},     /* VAE2 */
    {4, 4, PLAIN, ARMVIRT_TLB_REGIME, 1, BASE, 0, false},      /* ALLE1 */
    {4, 5, PLAIN, ARMVIRT_TLB_VA, 2, NEEDS_EL2, 0, false},     /* VALE2 */
    {4, 6, PLAIN, ARMVIRT_TLB_VMID_S12, 1, BASE, 0, false},    /* VMALLS12E1 */
    {4, 1, RANGE, ARMVIRT_TLB_VA, 2, NEEDS_EL2, 0, true},      /* RVAE2 */
    {4, 2, RANGE, ARMVIRT_TLB_VMID_S12, 1, BASE, 0, false},    /* VMALLWS2E1 */
    {4, 5, RANGE, ARMVIRT_TLB_VA, 2, NEEDS_EL2, 0, true},      /* RVALE2 */
    {6, 0, PLAIN, ARMVIRT_TLB_REGIME, 3, NEEDS_EL3, 0, false}, /* ALLE3 */
    {6, 1, PLAIN, ARMVIRT_TLB_VA, 3, NEEDS_EL3, 0, false},     /* VAE3 */
    {6, 4, PLAIN, ARMVIRT_TLB_ALL, 3, NEEDS_RME, 0, false},    /* PAALL */
    {6, 5, PLAIN, ARMVIRT_TLB_VA, 3, NEEDS_EL3, 0, false},     /* VALE3 */
    {6, 1, RANGE, ARMVIRT_TLB_VA, 3, NEEDS_EL3, 0, true},      /* RVAE3 */
    {6, 5, RANGE, ARMVIRT_TLB_VA, 3, NEEDS_EL3, 0, true},      /* RVALE3 */
    /* By IPA: the shareability stands in op2 too. */
    {4, 1, IPA | 0, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_INNER, false}, /* IPAS2E1IS */
    {4, 2, IPA | 0, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_INNER, true},  /* RIPAS2E1IS */
    {4, 5, IPA | 0, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_INNER, false}, /* IPAS2LE1IS */
    {4, 6, IPA | 0, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_INNER, true},  /* RIPAS2LE1IS */
    {4, 0, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_OUTER, false}, /* IPAS2E1OS */
    {4, 1, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_LOCAL, false}, /* IPAS2E1 */
    {4, 2, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_LOCAL, true},  /* RIPAS2E1 */
    {4, 3, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_OUTER, true},  /* RIPAS2E1OS */
    {4, 4, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_OUTER, false}, /* IPAS2LE1OS */
    {4, 5, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_LOCAL, false}, /* IPAS2LE1 */
    {4, 6, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_LOCAL, true},  /* RIPAS2LE1 */
    {4, 7, IPA | 4, ARMVIRT_TLB_STAGE2, 1, BASE, ARMVIRT_TLBI_OUTER, true},  /* RIPAS2LE1OS */
    /* By physical address, of granule protection: all goes. DDI0487 D9.8. */
    {6, 3, IPA | 4, ARMVIRT_TLB_ALL, 3, NEEDS_RME, ARMVIRT_TLBI_OUTER, false}, /* RPAOS */
    {6, 7, IPA | 4, ARMVIRT_TLB_ALL, 3, NEEDS_RME, ARMVIRT_TLBI_OUTER, false}, /* RPALOS */
};

/* What CRm says: the group, and the domain of PLAIN and RANGE. */
static const struct {
    uint16_t group;
    uint8_t domain;
} by_crm[8] = {
    [0] = {IPA | 0, 0},
    [1] = {PLAIN, ARMVIRT_TLBI_OUTER},
    [2] = {RANGE, ARMVIRT_TLBI_INNER},
    [3] = {PLAIN, ARMVIRT_TLBI_INNER},
    [4] = {IPA | 4, 0},
    [5] = {RANGE, ARMVIRT_TLBI_OUTER},
    [6] = {RANGE, ARMVIRT_TLBI_LOCAL},
    [7] = {PLAIN, ARMVIRT_TLBI_LOCAL},
};

static const struct row *find(const struct armvirt_tlbi_insn *insn)
{
    for (size_t i = 0; insn->crm < 8 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].op1 == insn->op1 && rows[i].op2 == insn->op2 &&
            rows[i].group == by_crm[insn->crm].group) {
            return &rows[i];
        }
    }
    return NULL;
}

/* ---- Is there such an instruction? -------------------------------------------------------- */

static bool needs_are_met(const struct row *row, uint64_t features)
{
    static const uint64_t needs[] = {
        [BASE] = 0,
        [NEEDS_EL2] = UINT64_C(1) << FEAT_EL2,
        [NEEDS_EL3] = UINT64_C(1) << FEAT_EL3,
        [NEEDS_RME] = UINT64_C(1) << FEAT_RME,
    };

    return armvirt_all_ones(features, needs[row->needs]);
}

/* TLBIP exists for what takes an address, but for those of granule protection. */
static bool pair_is_good(const struct row *row, uint64_t features)
{
    bool by_address = row->scope == ARMVIRT_TLB_VA || row->scope == ARMVIRT_TLB_VAA ||
                      row->scope == ARMVIRT_TLB_STAGE2;

    return by_address && armvirt_have(features, FEAT_D128);
}

/* CRn: nXS needs FEAT_XS; granule protection has no such form. */
static bool crn_is_good(const struct armvirt_tlbi_insn *insn, const struct row *row,
                        uint64_t features)
{
    bool nxs = armvirt_have(features, FEAT_XS) && row->needs != NEEDS_RME;

    return insn->crn == CRN_TLBI || (insn->crn == CRN_NXS && nxs);
}

/* The OS forms and ranges came with FEAT_TLBIOS and FEAT_TLBIRANGE; there is no PAALLIS. */
static bool domain_is_good(const struct armvirt_vmsa *vmsa, const struct row *row, uint8_t domain)
{
    uint64_t tlb = ARMVIRT_GET(ARMVIRT_ID_AA64ISAR0_EL1_TLB, vmsa->id_aa64isar0_el1);

    if (row->needs == NEEDS_RME) {
        return domain != ARMVIRT_TLBI_INNER;
    }
    return (domain != ARMVIRT_TLBI_OUTER || tlb >= ARMVIRT_ID_AA64ISAR0_EL1_TLB_TLBIOS) &&
           (!row->is_range || tlb >= ARMVIRT_ID_AA64ISAR0_EL1_TLB_TLBIRANGE);
}

/* What is named after EL2 or EL3 is UNDEFINED below. DDI0487 D8.17.5 I_YKBMJ, I_DJQYS. */
static bool el_is_good(const struct row *row, unsigned el)
{
    return el >= (row->op1 == 6 ? 3u : row->op1 == 4 ? 2u : 1u);
}

static bool exists(const struct armvirt_vmsa *vmsa, const struct armvirt_tlbi_insn *insn,
                   const struct row *row, uint8_t domain, uint64_t features)
{
    return crn_is_good(insn, row, features) && domain_is_good(vmsa, row, domain) &&
           (!insn->pair || pair_is_good(row, features)) && needs_are_met(row, features);
}

/* ---- Operands ----------------------------------------------------------------------------- */

/* One address. DDI0487 D8.17.5.1 R_JGGKN, R_FGPTT. */
static void take_address(struct armvirt_tlb_inval *inval, const struct armvirt_regime *regime,
                         const struct armvirt_tlbi_insn *insn)
{
    uint64_t operand = insn->xt[insn->pair ? 1 : 0];

    if (inval->scope == ARMVIRT_TLB_STAGE2) {
        inval->first = (operand & (insn->pair ? OPERAND_IPA_PAIR : OPERAND_IPA)) << 12;
    } else {
        inval->first = armvirt_sign_extend((operand & OPERAND_VA) << 12, 56);
        inval->first &= regime->el1_aarch32 ? AARCH32_VA : UINT64_MAX;
    }
    inval->last = inval->first + 0xfff;
}

/* TCR_ELx.DS, or VTCR_EL2.DS, where the granule has it. */
static bool ds(const struct armvirt_vmsa *vmsa, const struct armvirt_regime *regime, unsigned stage,
               unsigned granule_log2)
{
    static const uint64_t mask[] = {
        [ARMVIRT_REGIME_EL10] = ARMVIRT_TCR_EL1_DS,
        [ARMVIRT_REGIME_EL20] = ARMVIRT_TCR_EL2_E2H_DS,
        [ARMVIRT_REGIME_EL2] = ARMVIRT_TCR_EL2_DS,
        [ARMVIRT_REGIME_EL3] = ARMVIRT_TCR_EL3_DS,
    };
    uint64_t tcr = regime->id == ARMVIRT_REGIME_EL10  ? vmsa->tcr_el1
                   : regime->id == ARMVIRT_REGIME_EL3 ? vmsa->tcr_el3
                                                      : vmsa->tcr_el2;
    bool set = stage == 2 ? armvirt_is_set(vmsa->vtcr_el2, ARMVIRT_VTCR_EL2_DS)
                          : armvirt_is_set(tcr, mask[regime->id]);

    return set && armvirt_ds_implemented(vmsa, stage, granule_log2);
}

/* Whether the tables might be those of VMSAv9-128, whose ranges begin at 64 KB. */
static bool may_be_d128(const struct armvirt_vmsa *vmsa, const struct armvirt_regime *regime)
{
    return armvirt_have(regime->features, FEAT_D128) &&
           (armvirt_is_set(vmsa->tcr2_el1 | vmsa->tcr2_el2, ARMVIRT_TCR2_EL1_D128) ||
            armvirt_is_set(vmsa->vtcr_el2 | vmsa->tcr_el3, ARMVIRT_VTCR_EL2_D128));
}

/* DDI0487 D8.17.5.2, I_TYBWT (BaseADDR), R_QKRKL (its end), R_NPXY (no wrap). */
static void take_range(struct armvirt_tlb_inval *inval, const struct armvirt_vmsa *vmsa,
                       const struct armvirt_regime *regime, const struct armvirt_tlbi_insn *insn)
{
    uint64_t operand = insn->xt[0], base = operand & RANGE_BASE;
    unsigned tg = (unsigned)ARMVIRT_GET(RANGE_TG, operand), granule_log2 = 10 + 2 * tg;
    unsigned scale = (unsigned)ARMVIRT_GET(RANGE_SCALE, operand);
    uint64_t pages = (ARMVIRT_GET(RANGE_NUM, operand) + 1) << (5 * scale + 1);
    unsigned stage = inval->scope == ARMVIRT_TLB_STAGE2 ? 2 : 1, base_log2 = granule_log2;

    if (tg == 0) {
        inval->scope = ARMVIRT_TLB_NOTHING; /* reserved: no granule has entries to lose */
        return;
    }
    if (insn->pair) {
        base = insn->xt[1] & OPERAND_VA;
        base_log2 = 12;
    } else if (stage == 1 && regime->two_ranges) {
        base = armvirt_sign_extend(base, RANGE_BASE_BITS);
    }
    if (!insn->pair && ds(vmsa, regime, stage, granule_log2)) {
        base_log2 = WIDE_BASE_LOG2;
    }
    inval->first = base << base_log2;
    inval->first = stage == 1 ? armvirt_sign_extend(inval->first, 56) : inval->first;
    inval->last = inval->first + (pages << granule_log2) - 1;
    if (inval->last < inval->first) {
        inval->last = UINT64_MAX;
    }
}

static void take_operand(struct armvirt_tlb_inval *inval, const struct armvirt_vmsa *vmsa,
                         const struct armvirt_regime *regime, const struct row *row,
                         const struct armvirt_tlbi_insn *insn)
{
    if (regime->two_ranges && row->scope != ARMVIRT_TLB_STAGE2) {
        uint64_t asid = ARMVIRT_GET(OPERAND_ASID, insn->xt[0]);

        inval->asid = (uint16_t)(armvirt_have(regime->features, FEAT_ASID16) ? asid : asid & 0xff);
    }
    if (row->is_range && !insn->pair && may_be_d128(vmsa, regime)) {
        inval->scope = ARMVIRT_TLB_REGIME; /* rather all than to guess where it begins */
    } else if (row->is_range) {
        take_range(inval, vmsa, regime, insn);
    } else if (pair_is_good(row, UINT64_MAX)) {
        take_address(inval, regime, insn);
    }
}

/* ---- An instruction ----------------------------------------------------------------------- */

/* E1 names EL2&0 when HCR_EL2.{E2H, TGE} = {1, 1}, which is the regime of EL0. */
static unsigned el_of_regime(const struct row *row)
{
    bool always_el10 = row->op1 == 4;

    return row->el == 1 && !always_el10 ? 0 : row->el;
}

/* What it invalidates: a regime, and of it what the operand says. */
static ARMVIRT_NOINLINE void take_instruction(const struct armvirt_vmsa *vmsa,
                                              const struct row *row,
                                              const struct armvirt_tlbi_insn *insn,
                                              struct armvirt_tlb_inval *inval)
{
    struct armvirt_regime regime = {.features = armvirt_features(vmsa)};

    armvirt_regime_world(&regime, vmsa, el_of_regime(row));
    *inval = (struct armvirt_tlb_inval){
        .scope = row->scope,
        .regime = regime.id,
        .security = regime.security,
    };
    if (regime.id == ARMVIRT_REGIME_EL10 && regime.el2_enabled) {
        inval->vmid = armvirt_vmid(&regime, vmsa);
    }
    take_operand(inval, vmsa, &regime, row, insn);
}

enum armvirt_status armvirt_tlbi_decode(const struct armvirt_vmsa *vmsa, unsigned el,
                                        const struct armvirt_tlbi_insn *insn,
                                        struct armvirt_tlb_inval *inval, uint8_t *domain)
{
    const struct row *row = find(insn);

    if (el < 1 || el > 3) {
        return ARMVIRT_E_INVAL;
    }
    if (row == NULL) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    *domain = row->group & IPA ? row->domain : by_crm[insn->crm].domain;
    if (!el_is_good(row, el) || !exists(vmsa, insn, row, *domain, armvirt_features(vmsa))) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    take_instruction(vmsa, row, insn, inval);
    return ARMVIRT_OK;
}
