/* SPDX-License-Identifier: MIT */
/* Where a stage 2 walk begins. DDI0487 D8.1.10, D8.2.8, Tables D8-19, D8-29, D8-38. */
#include "start_level.h"

enum { SL_RESERVED = 4 };

/* A start level, and the PAMax from which on it exists. */
struct start {
    int8_t level;
    uint8_t pa_bits;
};

/* J1.1.4 S2InvalidSL: {SL2, SL0} to the start level. */
static int encoded_start_level(const struct armvirt_s2_shape *shape, unsigned sl0, unsigned sl2)
{
    static const struct start reserved = {SL_RESERVED, 0};
    static const struct start starts[4][4] = {
        {{2, 0}, {1, 0}, {0, 44}, {3, 0}}, /* 4 KB */
        {{3, 0}, {2, 0}, {1, 42}, {0, 52}},
        {{3, 0}, {2, 0}, {1, 44}, {SL_RESERVED, 0}},
        {{-1, 52}, {SL_RESERVED, 0}, {SL_RESERVED, 0}, {SL_RESERVED, 0}}, /* 4 KB, SL2 = 1 */
    };
    const struct start *start = &starts[sl2 ? 3 : (shape->granule_log2 - 12) / 2][sl0];
    bool needs_ttst = shape->granule_log2 == 12 && start->level == 3;
    bool needs_ds = shape->granule_log2 == 14 && start->level == 0;

    if ((needs_ttst && !shape->ttst) || (needs_ds && !shape->ds) ||
        shape->pa_bits < start->pa_bits) {
        start = &reserved;
    }
    return start->level;
}

/* DDI0487 D8.2.2, D8.2.8.2 R_KTKWK: between one entry of the first table and 16 concatenated
 * tables. */
static bool consistent(const struct armvirt_s2_shape *shape, int level)
{
    int stride = shape->granule_log2 - 3;
    int least = (3 - level) * stride + shape->granule_log2 + 1;

    return shape->ia_bits >= least && shape->ia_bits <= least + stride - 1 + 4;
}

uint8_t armvirt_s2_start_level(const struct armvirt_s2_shape *shape, unsigned sl2, unsigned sl0,
                               int8_t *level)
{
    int found = encoded_start_level(shape, sl0, sl2);

    if (found == SL_RESERVED) {
        return ARMVIRT_REASON_S2_START_RESERVED;
    }
    *level = (int8_t)found;
    return consistent(shape, found) ? ARMVIRT_REASON_NONE : ARMVIRT_REASON_S2_START_INCONSISTENT;
}

uint8_t armvirt_s2_start_level128(const struct armvirt_s2_shape *shape, unsigned skl, int8_t *level)
{
    int found =
        3 - (shape->ia_bits - 1 - shape->granule_log2) / (shape->granule_log2 - 4) + (int)skl;

    *level = (int8_t)found;
    return found > 3 ? ARMVIRT_REASON_DESC_SKL : ARMVIRT_REASON_NONE;
}
