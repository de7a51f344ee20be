/* SPDX-License-Identifier: MIT */
/*
 * A step of a walk taken apart: which table and entry, how its bits are read, where it points.
 * DDI0487 D8.3 (VMSAv8-64 and VMSAv9-128 descriptors), D9.6 (granule protection), G5.4, G5.5.
 */
#include "walk_step.h"
#include "words.h"
#include <armvirt/regs/conditions.h>
#include <armvirt/regs/descriptors.h>

static uint64_t bits_below(unsigned n)
{
    return n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;
}

static unsigned desc_log2(const struct armvirt_step *step)
{
    return step->format == ARMVIRT_FORMAT_VMSA128 ? 4
           : step->format == ARMVIRT_FORMAT_SHORT ? 2
                                                  : 3;
}

/* log2 of the input addresses that an entry at `level` covers in the tables of `stage`. */
static unsigned entry_log2(const struct armvirt_stage *stage, int level)
{
    return stage->granule_log2 + (unsigned)(3 - level) * stage->stride_log2;
}

/* The tables that the step is of. Stage 2 has one set for Secure intermediate addresses and one for
 * all others; a step tells them apart by the size of its entries. */
static const struct armvirt_stage *stage_of(const struct armvirt_regime *regime,
                                            const struct armvirt_step *step)
{
    if (step->stage == 1) {
        return &regime->s1[regime->two_ranges ? step->ia >> 55 & 1 : 0];
    }
    return &regime->s2[entry_log2(&regime->s2[0], step->level) == step->index_lo ? 0 : 1];
}

/* ---- how the bits are read ---- */

static unsigned skl(const struct armvirt_step *step)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S1_TABLE_SKL_HI, step->desc[1]);
}

/* Of a valid descriptor, whatever the walk made of it. */
static bool is_table(const struct armvirt_step *step)
{
    switch (step->format) {
    case ARMVIRT_FORMAT_VMSA128:
        return step->level + (int)skl(step) < 3;
    case ARMVIRT_FORMAT_SHORT:
        return step->level == 1 && (step->desc[0] & 3) == 1;
    default:
        return step->level < 3 && (step->desc[0] & ARMVIRT_VMSA64_S1_TABLE_TYPE) != 0;
    }
}

static bool is_valid(const struct armvirt_step *step)
{
    return step->format == ARMVIRT_FORMAT_SHORT
               ? (step->desc[0] & 3) != 0
               : (step->desc[0] & ARMVIRT_VMSA64_INVALID_VALID) != 0;
}

static const char *short_layout(const struct armvirt_step *step)
{
    if (step->level == 1 && is_table(step)) {
        return "SHORT_L1_TABLE";
    }
    if (step->level == 1) {
        return step->desc[0] & ARMVIRT_SHORT_L1_SECTION_SUPER ? "SHORT_L1_SUPERSECTION"
                                                              : "SHORT_L1_SECTION";
    }
    return step->desc[0] & ARMVIRT_SHORT_L2_SMALL_SMALL ? "SHORT_L2_SMALL" : "SHORT_L2_LARGE";
}

static const char *gpt_layout(const struct armvirt_step *step)
{
    uint64_t type = ARMVIRT_GET(ARMVIRT_GPT_TABLE_TYPE, step->desc[0]);

    if (step->level == 0) {
        return type == ARMVIRT_GPT_TABLE_TYPE_TABLE ? "GPT_TABLE" : "GPT_BLOCK";
    }
    return type == ARMVIRT_GPT_CONTIG_TYPE_CONTIG ? "GPT_CONTIG" : "GPT_GRANULES";
}

static const char *layout(const struct armvirt_step *step)
{
    static const char *const names[3][2][2] = {
        /* [format][stage - 1][is a table] */
        [ARMVIRT_FORMAT_VMSA64] = {{"VMSA64_S1_LEAF", "VMSA64_S1_TABLE"},
                                   {"VMSA64_S2_LEAF", "VMSA64_S2_TABLE"}},
        [ARMVIRT_FORMAT_VMSA128] = {{"VMSA128_S1_LEAF", "VMSA128_S1_TABLE"},
                                    {"VMSA128_S2_LEAF", "VMSA128_S2_TABLE"}},
        [ARMVIRT_FORMAT_LPAE] = {{"LPAE_S1_LEAF", "LPAE_S1_TABLE"},
                                 {"LPAE_S2_LEAF", "LPAE_S2_TABLE"}},
    };

    if (step->stage == 0) {
        return gpt_layout(step);
    }
    if (step->format == ARMVIRT_FORMAT_SHORT) {
        return is_valid(step) ? short_layout(step) : "";
    }
    if (!is_valid(step)) {
        return step->format == ARMVIRT_FORMAT_VMSA128 ? "VMSA128_INVALID" : "VMSA64_INVALID";
    }
    return names[step->format % 3][step->stage == 2][is_table(step)];
}

static uint64_t when_level(const struct armvirt_step *step)
{
    static const uint64_t levels[4] = {ARMVIRT_WHEN_LEVEL0, ARMVIRT_WHEN_LEVEL1,
                                       ARMVIRT_WHEN_LEVEL2, ARMVIRT_WHEN_LEVEL3};
    int level = step->level;

    if (step->format == ARMVIRT_FORMAT_VMSA128 && is_valid(step)) {
        level += (int)skl(step); /* what a leaf maps is of the level where it stands in for one */
    }
    return level >= 0 && level <= 3 ? levels[level] : 0;
}

static uint64_t when_granule(const struct armvirt_stage *stage)
{
    switch (stage->granule_log2) {
    case 12:
        return ARMVIRT_WHEN_G4K;
    case 14:
        return ARMVIRT_WHEN_G16K;
    default:
        return ARMVIRT_WHEN_G64K | (stage->high_mask != 0 ? ARMVIRT_WHEN_LPA : 0);
    }
}

static uint64_t when_regime(const struct armvirt_regime *regime)
{
    static const uint64_t spaces[4] = {
        [ARMVIRT_SPACE_NONSECURE] = 0,
        [ARMVIRT_SPACE_SECURE] = ARMVIRT_WHEN_SECURE,
        [ARMVIRT_SPACE_REALM] = ARMVIRT_WHEN_REALM,
        [ARMVIRT_SPACE_ROOT] = ARMVIRT_WHEN_ROOT,
    };
    uint64_t when = spaces[regime->security & 3];

    if (!regime->two_ranges) {
        when |= ARMVIRT_WHEN_SINGLE;
    }
    if (regime->nv1) {
        when |= ARMVIRT_WHEN_NV1;
    }
    return when;
}

/* One row a control of a set of tables that changes how bits are read. */
static uint64_t when_controls(const struct armvirt_stage *stage, unsigned number)
{
    const struct {
        bool on;
        uint64_t stage1, stage2;
    } controls[] = {
        {stage->ds, ARMVIRT_WHEN_DS, ARMVIRT_WHEN_DS},
        {stage->d128, ARMVIRT_WHEN_D128, ARMVIRT_WHEN_D128},
        {stage->haft, ARMVIRT_WHEN_HAFT, ARMVIRT_WHEN_HAFT},
        {stage->emec, ARMVIRT_WHEN_MEC, ARMVIRT_WHEN_MEC},
        {stage->pie, ARMVIRT_WHEN_PIE, ARMVIRT_WHEN_S2PIE},
        {stage->overlay_priv || stage->overlay_el0, ARMVIRT_WHEN_POE, ARMVIRT_WHEN_S2POE},
        {stage->aie, ARMVIRT_WHEN_AIE, 0},
        {stage->pnch, ARMVIRT_WHEN_PNCH, 0},
        {stage->assured_only, 0, ARMVIRT_WHEN_ASSUREDONLY},
        {stage->fwb, 0, ARMVIRT_WHEN_FWB},
    };
    uint64_t when = 0;

    for (unsigned i = 0; i < COUNT_OF(controls); i++) {
        if (controls[i].on) {
            when |= number == 1 ? controls[i].stage1 : controls[i].stage2;
        }
    }
    return when;
}

/* ---- where it points ---- */

static uint64_t short_output(const struct armvirt_step *step, uint8_t *size_log2)
{
    uint64_t desc = step->desc[0];
    bool super = step->level == 1 && (desc & ARMVIRT_SHORT_L1_SECTION_SUPER) != 0;

    if (is_table(step)) {
        *size_log2 = 20;
        return desc & ARMVIRT_SHORT_L1_TABLE_BASE;
    }
    if (super) {
        *size_log2 = 24;
        return (desc & ARMVIRT_SHORT_L1_SUPERSECTION_BASE_31_24) |
               ARMVIRT_GET(ARMVIRT_SHORT_L1_SUPERSECTION_BASE_35_32, desc) << 32 |
               ARMVIRT_GET(ARMVIRT_SHORT_L1_SUPERSECTION_BASE_39_36, desc) << 36;
    }
    *size_log2 = step->level == 1 ? 20 : desc & ARMVIRT_SHORT_L2_SMALL_SMALL ? 12 : 16;
    return desc & ~bits_below(*size_log2);
}

static uint64_t long_output(const struct armvirt_stage *stage, const struct armvirt_step *step,
                            uint8_t *size_log2)
{
    uint64_t desc = step->desc[0];
    uint64_t address = (desc & stage->table_mask) | (desc & stage->high_mask) << stage->high_shift;
    unsigned skipped = step->format == ARMVIRT_FORMAT_VMSA128 ? skl(step) : 0;
    unsigned covered = entry_log2(stage, step->level);

    if (!is_table(step)) {
        covered = entry_log2(stage, step->level + (int)skipped);
        address &= ~bits_below(covered);
    } else if (skipped > 0) {
        address &= ~bits_below(stage->stride_log2 * (skipped + 1) + stage->desc_log2);
    }
    *size_log2 = (uint8_t)covered;
    return address;
}

static bool points_somewhere(const struct armvirt_step *step)
{
    return step->stage != 0 && step->kind != ARMVIRT_STEP_INVALID &&
           step->kind != ARMVIRT_STEP_ABORT;
}

void armvirt_step_explain(const struct armvirt_regime *regime, const struct armvirt_step *step,
                          struct armvirt_step_info *info)
{
    const struct armvirt_stage *stage = stage_of(regime, step);

    *info = (struct armvirt_step_info){.layout = layout(step), .table_pa = step->pa};
    info->when = when_regime(regime) | when_level(step);
    if (step->stage == 0) {
        return;
    }
    info->when |= when_granule(stage) | when_controls(stage, step->stage);
    info->index = (step->ia & bits_below(step->index_hi + 1u)) >> step->index_lo;
    info->table_pa = step->pa - (info->index << desc_log2(step));
    if (!points_somewhere(step)) {
        return;
    }
    info->is_table = is_table(step);
    info->output = step->format == ARMVIRT_FORMAT_SHORT
                       ? short_output(step, &info->size_log2)
                       : long_output(stage, step, &info->size_log2);
}

const char *armvirt_step_noun(const struct armvirt_step *step, const struct armvirt_step_info *info)
{
    if (info->is_table) {
        return "Table";
    }
    if (step->format != ARMVIRT_FORMAT_SHORT) {
        return step->level == 3 ? "Page" : "Block";
    }
    if (step->level == 2) {
        return info->size_log2 == 16 ? "Large page" : "Small page";
    }
    return info->size_log2 == 24 ? "Supersection" : "Section";
}

void armvirt_put_size(struct writer *out, unsigned size_log2)
{
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};

    writer_put(out, "%u %s", 1u << size_log2 % 10, units[size_log2 / 10]);
}
