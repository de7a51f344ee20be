/* SPDX-License-Identifier: MIT */
/*
 * The configuration of a table builder, and the first table.
 * DDI0487 D8.2.2, D8.2.5.1 (first table), D8.3 (formats), D8.2.11.2 R_ZRZLX (table sizes and SKL).
 */
#include "build.h"

static bool stage_valid(const struct armvirt_stage *stage)
{
    return stage->init_reason == ARMVIRT_REASON_NONE && stage->granule_log2 >= 12 &&
           stage->granule_log2 <= 16 && stage->start_level >= -2 && stage->start_level <= 3 &&
           stage->ia_bits <= 56 && stage->ia_bits > lookup_size_log2(stage, stage->start_level);
}

static bool operations_valid(const struct armvirt_pgbuild_config *config)
{
    const struct armvirt_mem_ops *mem = config->mem.ops;
    const struct armvirt_pgbuild_ops *ops = config->ops;

    return mem != NULL && mem->read != NULL && mem->write != NULL &&
           (mem->cas != NULL || !config->stage->ha) && ops != NULL && ops->table_alloc != NULL &&
           ops->table_free != NULL;
}

/* DDI0487 Table D8-45: SKL 3 only with 4 KB; and no table below level 3. */
static bool skl_valid(const struct armvirt_pgbuild_config *config)
{
    unsigned max = !config->stage->d128 ? 0 : config->stage->granule_log2 == 12 ? 3 : 2;

    for (unsigned i = 0; i < sizeof(config->skl); i++) {
        if (config->skl[i] > max || i + config->skl[i] > 4) {
            return false;
        }
    }
    return true;
}

/* Bits of a table descriptor that the caller may choose: neither address nor type. */
static bool table_attrs_valid(const struct armvirt_pgbuild *build)
{
    const struct armvirt_stage *stage = &build->stage;
    uint64_t low = stage->table_mask | stage->high_mask | ARMVIRT_BITS(1, 0);
    uint64_t high = UINT64_MAX;

    if (stage->d128) {
        low |= ARMVIRT_VMSA128_S1_TABLE_NT;
        high = ARMVIRT_VMSA128_S1_TABLE_SKL_HI | ARMVIRT_VMSA128_S1_TABLE_NSTABLE_HI;
    } else {
        low |= ARMVIRT_VMSA64_S1_TABLE_NSTABLE;
    }
    return (build->table_attrs[0] & low) == 0 && (build->table_attrs[1] & high) == 0;
}

enum armvirt_status armvirt_pgbuild_init(struct armvirt_pgbuild *build,
                                         const struct armvirt_pgbuild_config *config)
{
    const struct armvirt_stage *stage = config->stage;
    struct armvirt_pgbuild b;

    if (stage->format != ARMVIRT_FORMAT_VMSA64 && stage->format != ARMVIRT_FORMAT_VMSA128) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    if (!stage_valid(stage) || !operations_valid(config) || !skl_valid(config) ||
        config->stage_number < 1 || config->stage_number > 2 || config->bbm_level > 2) {
        return ARMVIRT_E_INVAL;
    }
    b = (struct armvirt_pgbuild){
        .stage = *stage,
        .mem = config->mem,
        .ops = config->ops,
        .ctx = config->ctx,
        .table_attrs = {config->table_attrs[0], config->table_attrs[1]},
        .stage_number = config->stage_number,
        .bbm_level = config->bbm_level,
        .upper = config->upper,
        .dis_contiguous = armvirt_build_dis_contiguous(stage, config->table_attrs),
    };
    for (unsigned i = 0; i < sizeof(b.skl); i++) {
        b.skl[i] = config->skl[i];
    }
    armvirt_build_masks(&b);
    if (!table_attrs_valid(&b)) {
        return ARMVIRT_E_INVAL;
    }
    *build = b;
    return ARMVIRT_OK;
}

unsigned armvirt_pgbuild_first_table_log2(const struct armvirt_pgbuild *build)
{
    const struct armvirt_stage *stage = &build->stage;

    return stage->ia_bits - lookup_size_log2(stage, stage->start_level) + stage->desc_log2;
}

enum armvirt_status armvirt_pgbuild_format(const struct armvirt_pgbuild *build,
                                           struct armvirt_pgbuild_result *result)
{
    enum armvirt_status status = ARMVIRT_OK;
    struct build_op op;

    armvirt_build_begin_all(&op, build, result);
    armvirt_build_start(&op, op.lo, op.hi);
    for (uint64_t ia = op.lo; status == ARMVIRT_OK && ia < op.hi;
         ia += build_size(&op, build->stage.start_level)) {
        status = armvirt_build_write(&op, build_table(&op), ia, (struct desc){{0, 0}});
    }
    return status;
}
