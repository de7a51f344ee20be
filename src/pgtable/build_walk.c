/* SPDX-License-Identifier: MIT */
/*
 * The way through existing tables: a place that keeps the tables above it in an array, so that
 * nothing recurses, and a loop that shows each entry of a range to a visitor.
 * DDI0487 D8.2.5, D8.2.11 (walks), D8.2.6.2 (NSTable).
 */
#include "build.h"

void armvirt_build_start(struct build_op *op, uint64_t ia, uint64_t end)
{
    const struct armvirt_stage *stage = &op->build->stage;

    op->ia = ia;
    op->end = end;
    op->depth = 0;
    op->table[0] = (struct build_table){
        .pa = stage->base_pa,
        .end = end,
        .index_bits = (uint8_t)(stage->ia_bits - lookup_size_log2(stage, stage->start_level)),
        .level = stage->start_level,
        .dis_contiguous = stage->dis_contiguous,
    };
}

void armvirt_build_push(struct build_op *op, uint64_t pa, int level, unsigned skl)
{
    unsigned index_bits = (skl + 1) * op->build->stage.stride_log2;
    uint64_t end = (op->ia | armvirt_bits_below(build_size_log2(op, level) + index_bits)) + 1;

    op->table[++op->depth] = (struct build_table){
        .pa = pa,
        .end = end < op->end ? end : op->end,
        .index_bits = (uint8_t)index_bits,
        .level = (int8_t)level,
        .dis_contiguous = op->build->dis_contiguous,
    };
}

enum armvirt_status armvirt_build_entry(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    struct build_entry *entry = &op->entry;
    enum armvirt_status status = armvirt_build_read(op, table, op->ia, &entry->desc);

    entry->type = build_type(op->build, table->level, entry->desc);
    entry->ia = armvirt_align_down(op->ia, build_bytes(op));
    return status;
}

/* NSTable moves all tables below to Non-secure memory: left out. */
static bool nstable(const struct armvirt_pgbuild *build, struct desc desc)
{
    if (build->stage_number != 1 || build->stage.space != ARMVIRT_SPACE_SECURE) {
        return false;
    }
    return build->stage.d128 ? (desc.word[1] & ARMVIRT_VMSA128_S1_TABLE_NSTABLE_HI) != 0
                             : (desc.word[0] & ARMVIRT_VMSA64_S1_TABLE_NSTABLE) != 0;
}

/* Whether a table is one of those above: a walk through it would go round. */
static bool contains_itself(const struct build_op *op, uint64_t pa)
{
    for (unsigned i = 0; i <= op->depth; i++) {
        if (op->table[i].pa == pa) {
            return true;
        }
    }
    return false;
}

enum armvirt_status armvirt_build_enter(struct build_op *op)
{
    const struct armvirt_stage *stage = &op->build->stage;
    struct desc desc = op->entry.desc;
    int level = build_table(op)->level;
    struct lookup l = {.stage = stage,
                       .level = (int8_t)level,
                       .index_lo = (uint8_t)build_size_log2(op, level),
                       .desc = {desc.word[0], desc.word[1]}};

    lookup_descend(&l);
    if (nstable(op->build, desc) || contains_itself(op, l.table)) {
        op->result->at_ia = armvirt_build_software_ia(op, op->entry.ia);
        return ARMVIRT_E_UNSUPPORTED;
    }
    armvirt_build_push(op, l.table, l.level, (unsigned)(l.level - level - 1));
    build_table(op)->dis_contiguous = armvirt_build_dis_contiguous(stage, desc.word);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_build_walk(struct build_op *op, build_visit *visit, build_visit *leave)
{
    enum armvirt_status status = ARMVIRT_OK;
    unsigned bottom = op->depth;

    while (status == ARMVIRT_OK) {
        if (op->ia < build_table(op)->end) {
            status = armvirt_build_entry(op);
            if (status == ARMVIRT_OK) {
                status = visit(op);
            }
        } else if (op->depth == bottom) {
            break;
        } else {
            if (leave != NULL) {
                status = leave(op);
            }
            op->depth--;
        }
    }
    return status;
}
