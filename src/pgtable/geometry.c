/* SPDX-License-Identifier: MIT */
/*
 * The shape of a table tree: granule, input and output sizes, start level, base address.
 * DDI0487 D8.1.6 to D8.1.10, D8.2.2, D8.2.3, D8.2.5, D8.2.8 to D8.2.11.
 */
#include "decode.h"

#include <armvirt/regs/descriptors.h>

unsigned armvirt_max_txsz(const struct armvirt_regime *regime, unsigned granule_log2)
{
    if (!armvirt_have(regime->features, FEAT_TTST)) {
        return 39;
    }
    return granule_log2 == 16 ? 47 : 48;
}

bool armvirt_set_txsz(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                      unsigned txsz, unsigned min, unsigned max, bool low_must_fault)
{
    if (txsz < min) {
        if (low_must_fault || !(regime->options & ARMVIRT_OPT_TXSZ_LOW_CLAMP)) {
            return false;
        }
        txsz = min;
    } else if (txsz > max) {
        if (!(regime->options & ARMVIRT_OPT_TXSZ_HIGH_CLAMP)) {
            return false;
        }
        txsz = max;
    }
    stage->ia_bits = (uint8_t)(64 - txsz);
    return true;
}

static uint8_t smallest_granule(const struct armvirt_vmsa *vmsa, unsigned stage)
{
    for (unsigned log2 = 12; log2 < 16; log2 += 2) {
        if (armvirt_granule_support(vmsa, stage, log2) != GRANULE_ABSENT) {
            return (uint8_t)log2;
        }
    }
    return 16;
}

/* DDI0487 D24.2 TCR_EL1.TG0, TG1: reserved and unimplemented values act as another granule. */
uint8_t armvirt_granule(const struct armvirt_vmsa *vmsa, unsigned stage, enum tg_encoding encoding,
                        uint64_t encoded)
{
    static const uint8_t log2[2][4] = {
        [TG0_ENCODING] = {12, 16, 14, 0},
        [TG1_ENCODING] = {0, 14, 12, 16},
    };
    uint8_t granule = log2[encoding][encoded & 3];

    if (granule != 0 && armvirt_granule_support(vmsa, stage, granule) != GRANULE_ABSENT) {
        return granule;
    }
    switch (vmsa->reserved_granule) {
    case 12:
    case 14:
    case 16:
        return vmsa->reserved_granule;
    default:
        return smallest_granule(vmsa, stage);
    }
}

bool armvirt_ds_implemented(const struct armvirt_vmsa *vmsa, unsigned stage, unsigned granule_log2)
{
    return granule_log2 != 16 &&
           armvirt_granule_support(vmsa, stage, granule_log2) == GRANULE_52BIT;
}

/* DDI0487 D8.1.7 R_CLPQT: the smallest of the encoded size, PAMax, and what the descriptors can
 * hold. */
uint8_t armvirt_output_bits(const struct armvirt_regime *regime, const struct armvirt_stage *stage,
                            unsigned ps)
{
    static const uint8_t encoded[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    unsigned bits = encoded[ps & 7];
    unsigned limit = 48;

    if (stage->d128) {
        limit = 56;
    } else if (armvirt_have(regime->features, FEAT_LPA) &&
               (stage->granule_log2 == 16 || armvirt_have(regime->features, FEAT_LPA2))) {
        limit = 52;
    }
    limit = limit < regime->pa_bits ? limit : regime->pa_bits;
    return (uint8_t)(bits < limit ? bits : limit);
}

/* DDI0487 D8.2.8 to D8.2.10, Table D8-46: block levels; 64 KB at level 1 needs 52-bit PAs. */
static uint8_t block_levels(const struct armvirt_stage *stage, const struct armvirt_regime *regime)
{
    bool large = stage->ds || stage->d128;

    switch (stage->granule_log2) {
    case 12:
        return large ? 0x7 : 0x6;
    case 14:
        return large ? 0x6 : 0x4;
    default:
        return stage->d128 || regime->pa_bits >= 52 ? 0x6 : 0x4;
    }
}

/* Bits of a VMSAv8-64 table descriptor that restrict all below it. */
static const uint64_t hierarchical = ARMVIRT_VMSA64_S1_TABLE_APTABLE |
                                     ARMVIRT_VMSA64_S1_TABLE_UXNTABLE |
                                     ARMVIRT_VMSA64_S1_TABLE_PXNTABLE;

void armvirt_stage_geometry(struct armvirt_stage *stage, const struct armvirt_regime *regime)
{
    stage->alike_log2 = stage->ia_bits < stage->oa_bits ? stage->ia_bits : stage->oa_bits;
    stage->desc_log2 = stage->d128 ? 4 : 3;
    stage->stride_log2 = (uint8_t)(stage->granule_log2 - stage->desc_log2);
    stage->block_levels = block_levels(stage, regime);
    stage->ia_mask = ARMVIRT_BITS(stage->ia_bits - 1, 0);
    stage->index_mask = ARMVIRT_BITS(stage->stride_log2 - 1, 0) << stage->desc_log2;
    stage->start_lo =
        (uint8_t)(stage->granule_log2 + (3 - stage->start_level) * stage->stride_log2);
    stage->hierarchy_mask = stage->hpd ? 0 : hierarchical;
    stage->table_mask = ARMVIRT_BITS(stage->d128 ? 55 : stage->ds ? 49 : 47, stage->granule_log2);
    if (stage->d128) {
        return;
    }
    if (stage->granule_log2 == 16 && armvirt_have(regime->features, FEAT_LPA)) {
        stage->high_mask = ARMVIRT_VMSA64_S1_LEAF_OA_51_48;
        stage->high_shift = 48 - 12;
    } else if (stage->ds) {
        stage->high_mask = ARMVIRT_VMSA64_S1_LEAF_OA_51_50;
        stage->high_shift = 50 - 8;
    }
}

/* log2 of the size in bytes of the first table, concatenated ones included. */
static unsigned first_table_log2(const struct armvirt_stage *stage)
{
    int resolved_below = (3 - stage->start_level) * stage->stride_log2 + stage->granule_log2;

    return (unsigned)(stage->ia_bits - resolved_below + stage->desc_log2);
}

/* DDI0487 D8.2.3, D8.2.5.2: base address and its alignment; low bits act as zero. */
void armvirt_stage_base(struct armvirt_stage *stage, const struct armvirt_regime *regime,
                        const uint64_t ttbr[2], unsigned ps)
{
    unsigned align = first_table_log2(stage);
    uint64_t base = ttbr[0] & ARMVIRT_BITS(47, 1);

    if (stage->d128) {
        align = align < 5 ? 5 : align;
        base |= ARMVIRT_GET(ARMVIRT_TTBR0_EL1_D128_BADDR_55_48_HI, ttbr[1]) << 48;
    } else if (stage->ds ||
               (stage->granule_log2 == 16 && ps == 6 && armvirt_have(regime->features, FEAT_LPA))) {
        align = align < 6 ? 6 : align;
        base |= (ttbr[0] >> 2 & 0xf) << 48;
    }
    stage->base_pa = base & ~((UINT64_C(1) << align) - 1);
}
