/* SPDX-License-Identifier: MIT */
/*
 * Attributes of leaves by name, and where each format keeps them. One row for each run of bits:
 * the same rows say which bits of a descriptor are attributes at all, and which of them can only
 * be changed by break-before-make.
 * DDI0487 D8.3.1.2 (Tables D8-52, D8-53), D8.3.2.2 (Tables D8-58, D8-59), D8.17.1 R_WHZWS.
 */
#include "build.h"

/* Formats and controls that give bits their meaning. */
enum condition {
    S1 = 1u << 0,
    S2 = 1u << 1,
    V64 = 1u << 2,
    V128 = 1u << 3,
    PIE = 1u << 4,
    OVERLAY = 1u << 5,
    AIE = 1u << 6,
    DS = 1u << 7,
    PNCH = 1u << 8,
    ASSURED = 1u << 9,
    MEC = 1u << 10,
};

struct row {
    uint64_t mask;   /* where in the word */
    uint16_t need;   /* conditions that must hold */
    uint16_t forbid; /* conditions that must not */
    uint8_t member;  /* offset in struct armvirt_leaf_attrs */
    uint8_t shift;   /* lowest bit of the value that the run holds */
    uint8_t word;    /* 0 or 1 */
    bool remake;     /* a change needs break-before-make */
};

#define AT(name) offsetof(struct armvirt_leaf_attrs, name)

static const struct row rows[] = {
    /* Memory type and shareability */
    {ARMVIRT_VMSA64_S1_LEAF_ATTRINDX, S1, 0, AT(attr_index), 0, 0, true},
    {ARMVIRT_VMSA64_S1_LEAF_ATTRINDX_3, S1 | V64 | AIE, 0, AT(attr_index), 3, 0, true},
    {ARMVIRT_VMSA128_S1_LEAF_ATTRINDX_3, S1 | V128 | AIE, 0, AT(attr_index), 3, 0, true},
    {ARMVIRT_VMSA64_S2_LEAF_MEMATTR, S2, 0, AT(mem_attr), 0, 0, true},
    {ARMVIRT_VMSA64_S1_LEAF_SH, 0, DS, AT(sh), 0, 0, true},
    {ARMVIRT_VMSA64_S2_LEAF_FNXS, S2, 0, AT(fnxs), 0, 0, false},
    /* Output address space and encryption context: a part of the output address */
    {ARMVIRT_VMSA64_S1_LEAF_NS, S1 | V64, 0, AT(ns), 0, 0, true},
    {ARMVIRT_VMSA64_S2_LEAF_NS, S2 | V64, 0, AT(ns), 0, 0, true},
    {ARMVIRT_VMSA128_S1_LEAF_NS_HI, V128, 0, AT(ns), 0, 1, true},
    {ARMVIRT_VMSA64_S1_LEAF_NSE, S1, 0, AT(nse), 0, 0, true},
    {ARMVIRT_VMSA64_S1_LEAF_AMEC, V64 | MEC, 0, AT(amec), 0, 0, true},
    /* A new global entry may overlap with cached non-global ones */
    {ARMVIRT_VMSA64_S1_LEAF_NG, S1, 0, AT(ng), 0, 0, true},
    /* Flags */
    {ARMVIRT_VMSA64_S1_LEAF_AF, 0, 0, AT(af), 0, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_DBM, V64, PIE, AT(dbm), 0, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_NDIRTY, S1 | PIE, 0, AT(ndirty), 0, 0, false},
    {ARMVIRT_VMSA64_S2_LEAF_DIRTY, S2 | PIE, 0, AT(dirty), 0, 0, false},
    /* Direct permissions */
    {ARMVIRT_VMSA64_S1_LEAF_AP, V64, PIE, AT(ap), 0, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_UXN, S1 | V64, PIE, AT(uxn), 0, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_PXN, S1 | V64, PIE, AT(pxn), 0, 0, false},
    {ARMVIRT_VMSA64_S2_LEAF_XN, S2 | V64, PIE, AT(xn), 0, 0, false},
    /* Indirect permissions */
    {ARMVIRT_VMSA64_S1_LEAF_PIINDEX_0, V64 | PIE, 0, AT(pi_index), 0, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_PIINDEX_1, V64 | PIE, 0, AT(pi_index), 1, 0, false},
    {ARMVIRT_VMSA64_S1_LEAF_PIINDEX_3_2, V64 | PIE, 0, AT(pi_index), 2, 0, false},
    {ARMVIRT_VMSA128_S1_LEAF_PIINDEX_HI, V128, 0, AT(pi_index), 0, 1, false},
    /* Overlays, or bits for hardware */
    {ARMVIRT_VMSA64_S1_LEAF_POINDEX, S1 | V64 | OVERLAY, 0, AT(po_index), 0, 0, false},
    {ARMVIRT_VMSA64_S2_LEAF_POINDEX, S2 | V64 | OVERLAY, 0, AT(po_index), 0, 0, false},
    {ARMVIRT_VMSA128_S1_LEAF_POINDEX_HI, V128 | OVERLAY, 0, AT(po_index), 0, 1, false},
    {ARMVIRT_VMSA64_S1_LEAF_PBHA, V64, OVERLAY | AIE, AT(pbha), 0, 0, false},
    /* Guarded pages and assured translation */
    {ARMVIRT_VMSA64_S1_LEAF_GP, S1 | V64, 0, AT(gp), 0, 0, false},
    {ARMVIRT_VMSA128_S1_LEAF_GP_HI, S1 | V128, 0, AT(gp), 0, 1, false},
    {ARMVIRT_VMSA64_S1_LEAF_PROTECTED, S1 | V64 | PNCH, 0, AT(protected_), 0, 0, false},
    {ARMVIRT_VMSA128_S1_LEAF_PROTECTED_HI, S1 | V128, 0, AT(protected_), 0, 1, false},
    {ARMVIRT_VMSA64_S2_LEAF_ASSUREDONLY, S2 | V64 | ASSURED, 0, AT(assured_only), 0, 0, false},
    {ARMVIRT_VMSA128_S2_LEAF_ASSUREDONLY_HI, S2 | V128, 0, AT(assured_only), 0, 1, false},
    /* Software */
    {ARMVIRT_VMSA64_S1_LEAF_SW, S1 | V64, 0, AT(sw), 0, 0, false},
    {ARMVIRT_BITS(57, 56), S2 | V64, 0, AT(sw), 0, 0, false},
    {ARMVIRT_BIT(58), S2 | V64, ASSURED, AT(sw), 2, 0, false},
    {ARMVIRT_VMSA128_S1_LEAF_SW_HI, V128, 0, AT(sw), 0, 1, false},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static unsigned when(bool holds, enum condition condition)
{
    return holds ? condition : 0u;
}

static unsigned conditions(const struct armvirt_pgbuild *build)
{
    const struct armvirt_stage *stage = &build->stage;

    return when(build->stage_number == 1, S1) | when(build->stage_number == 2, S2) |
           when(!stage->d128, V64) | when(stage->d128, V128) |
           when(stage->pie || stage->d128, PIE) |
           when(stage->overlay_priv || stage->overlay_el0, OVERLAY) | when(stage->aie, AIE) |
           when(stage->ds && !stage->d128, DS) | when(stage->pnch, PNCH) |
           when(stage->assured_only, ASSURED) | when(stage->emec, MEC);
}

static bool applies(const struct row *row, unsigned set)
{
    return (row->need & ~set) == 0 && (row->forbid & set) == 0;
}

static uint16_t *member(struct armvirt_leaf_attrs *attrs, const struct row *row)
{
    return (uint16_t *)(void *)((char *)attrs + row->member);
}

/* The bits of the value that the run of the row holds. */
static uint16_t value_mask(const struct row *row)
{
    return (uint16_t)(ARMVIRT_GET(row->mask, UINT64_MAX) << row->shift);
}

enum armvirt_status armvirt_leaf_attrs_encode(const struct armvirt_pgbuild *build,
                                              const struct armvirt_leaf_attrs *attrs,
                                              uint64_t bits[2])
{
    unsigned set = conditions(build);
    struct armvirt_leaf_attrs rest = *attrs;
    struct desc desc = {{0, 0}};
    uint16_t left = 0;

    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        uint16_t *value = member(&rest, row);

        if (applies(row, set)) {
            desc.word[row->word] |= ARMVIRT_PUT(row->mask, *value >> row->shift);
            *value = (uint16_t)(*value & ~value_mask(row));
        }
    }
    for (size_t i = 0; i < ROWS; i++) { /* what no row has taken does not exist here */
        left |= *member(&rest, &rows[i]);
    }
    if (left != 0) {
        return ARMVIRT_E_INVAL;
    }
    bits[0] = desc.word[0];
    bits[1] = desc.word[1];
    return ARMVIRT_OK;
}

void armvirt_leaf_attrs_decode(const struct armvirt_pgbuild *build, const uint64_t bits[2],
                               struct armvirt_leaf_attrs *attrs)
{
    unsigned set = conditions(build);

    *attrs = (struct armvirt_leaf_attrs){0};
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        uint64_t value = ARMVIRT_GET(row->mask, bits[row->word]) << row->shift;

        if (applies(row, set) && row->member != AT(nse)) {
            *member(attrs, row) |= (uint16_t)value;
        }
    }
}

/* The Contiguous bit; PnCH turns that of VMSAv8-64 stage 1 into Protected. */
static void contiguous_mask(struct armvirt_pgbuild *build)
{
    build->contiguous[0] = build->contiguous[1] = 0;
    if (build->stage.d128) {
        build->contiguous[1] = ARMVIRT_VMSA128_S1_LEAF_CONTIG_HI;
    } else if (!build->stage.pnch) {
        build->contiguous[0] = ARMVIRT_VMSA64_S1_LEAF_CONTIG;
    }
}

void armvirt_build_masks(struct armvirt_pgbuild *build)
{
    const struct armvirt_stage *stage = &build->stage;
    unsigned set = conditions(build);

    contiguous_mask(build);
    build->nt = stage->d128 ? ARMVIRT_VMSA128_S1_LEAF_NT : ARMVIRT_VMSA64_S1_LEAF_NT;
    build->fixed[0] = stage->table_mask | stage->high_mask | build->nt | build->contiguous[0] |
                      ARMVIRT_VMSA64_S1_LEAF_TYPE | ARMVIRT_VMSA64_S1_LEAF_VALID;
    build->fixed[1] = build->contiguous[1];
    if (stage->d128) {
        build->fixed[1] |= ARMVIRT_VMSA128_S1_LEAF_SKL_HI;
    }
    for (unsigned word = 0; word < 2; word++) {
        build->attr_mask[word] = build->remake[word] = 0;
    }
    for (size_t i = 0; i < ROWS; i++) {
        if (applies(&rows[i], set)) {
            build->attr_mask[rows[i].word] |= rows[i].mask;
            build->remake[rows[i].word] |= rows[i].remake ? rows[i].mask : 0;
        }
    }
}
