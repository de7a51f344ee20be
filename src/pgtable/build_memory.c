/* SPDX-License-Identifier: MIT */
/*
 * Descriptors in memory, and the pages that hold them. Pages for new tables are taken before
 * anything changes, and removed tables are kept until the invalidation; both wait in lists that
 * run through the pages themselves.
 * DDI0487 D8.2.5.2 I_LBMWQ (single-copy atomic reads), R_FDKMS (endianness), D8.5.2.1 R_PQJJR.
 */
#include "build.h"

/* Where a descriptor is. */
static uint64_t address(const struct build_op *op, const struct build_table *table, uint64_t ia)
{
    uint64_t index =
        ia >> build_size_log2(op, table->level) & armvirt_bits_below(table->index_bits);

    return table->pa + (index << op->build->stage.desc_log2);
}

static struct armvirt_mem_req request(const struct build_op *op, uint64_t pa, int level)
{
    const struct armvirt_stage *stage = &op->build->stage;

    return (struct armvirt_mem_req){
        .pa = pa,
        .size = (uint8_t)(1u << stage->desc_log2),
        .space = stage->space,
        .what = op->build->stage_number == 1 ? ARMVIRT_MEM_STAGE1_DESC : ARMVIRT_MEM_STAGE2_DESC,
        .level = (int8_t)level,
        .mecid = stage->mecid_walk,
    };
}

/* DDI0487 D8.2.5.2 R_FDKMS: descriptors are big-endian where the controls of the regime say so. */
static struct desc in_memory_order(const struct build_op *op, struct desc desc)
{
    if (!op->build->stage.big_endian) {
        return desc;
    }
    if (op->build->stage.d128) {
        armvirt_bswap128(desc.word);
    } else {
        desc.word[0] = armvirt_bswap64(desc.word[0]);
    }
    return desc;
}

static enum armvirt_status answer(struct build_op *op, uint64_t pa, enum armvirt_bus bus)
{
    if (bus == ARMVIRT_BUS_OK) {
        return ARMVIRT_OK;
    }
    op->result->at_pa = pa;
    op->result->at_ia = armvirt_build_software_ia(op, op->ia);
    return bus == ARMVIRT_BUS_ABORT ? ARMVIRT_FAULT : ARMVIRT_E_AGAIN;
}

static enum armvirt_status read_at(struct build_op *op, uint64_t pa, int level, struct desc *desc)
{
    const struct armvirt_mem *mem = &op->build->mem;
    struct armvirt_mem_req req = request(op, pa, level);
    enum armvirt_bus bus;

    desc->word[1] = 0;
    bus = mem->ops->read(mem->ctx, &req, desc->word);
    *desc = in_memory_order(op, *desc);
    return answer(op, pa, bus);
}

static enum armvirt_status write_at(struct build_op *op, uint64_t pa, int level, struct desc desc)
{
    const struct armvirt_mem *mem = &op->build->mem;
    struct armvirt_mem_req req = request(op, pa, level);

    desc = in_memory_order(op, desc);
    return answer(op, pa, mem->ops->write(mem->ctx, &req, desc.word));
}

enum armvirt_status armvirt_build_read(struct build_op *op, const struct build_table *table,
                                       uint64_t ia, struct desc *desc)
{
    return read_at(op, address(op, table, ia), table->level, desc);
}

enum armvirt_status armvirt_build_write(struct build_op *op, const struct build_table *table,
                                        uint64_t ia, struct desc desc)
{
    return write_at(op, address(op, table, ia), table->level, desc);
}

enum armvirt_status armvirt_build_swap(struct build_op *op, const struct build_table *table,
                                       uint64_t ia, struct desc old, struct desc desc, bool *done)
{
    const struct armvirt_mem *mem = &op->build->mem;
    struct armvirt_mem_req req = request(op, address(op, table, ia), table->level);
    enum armvirt_bus bus;

    old = in_memory_order(op, old);
    desc = in_memory_order(op, desc);
    bus = op->build->stage.ha ? mem->ops->cas(mem->ctx, &req, old.word, desc.word)
                              : mem->ops->write(mem->ctx, &req, desc.word);
    *done = bus == ARMVIRT_BUS_OK;
    return bus == ARMVIRT_BUS_RACE ? ARMVIRT_OK : answer(op, req.pa, bus);
}

/* ---- Pages --------------------------------------------------------------------------------- */

static unsigned page_log2(const struct build_op *op, unsigned skl)
{
    return (skl + 1) * op->build->stage.stride_log2 + op->build->stage.desc_log2;
}

static void give_back(struct build_op *op, uint64_t pa, unsigned skl)
{
    op->build->ops->table_free(op->build->ctx, page_log2(op, skl), pa);
}

/* A link is a page address; its low bits say that there is a page, and how large it is. */
#define LINK_SKL  ARMVIRT_BITS(2, 1)
#define LINK_PAGE ARMVIRT_BIT(3)
#define LINK_LOW  (LINK_SKL | LINK_PAGE)

static enum armvirt_status push(struct build_op *op, uint64_t *list, uint64_t pa, unsigned skl)
{
    enum armvirt_status status = write_at(op, pa, 0, (struct desc){{*list, 0}});

    if (status == ARMVIRT_OK) {
        *list = pa | ARMVIRT_PUT(LINK_SKL, skl) | LINK_PAGE;
        op->held++;
    }
    return status;
}

/* Take the first page of a list that is not empty. */
static enum armvirt_status pop(struct build_op *op, uint64_t *list, uint64_t *pa)
{
    struct desc link;
    enum armvirt_status status;

    *pa = *list & ~LINK_LOW;
    status = read_at(op, *pa, 0, &link);
    *list = status == ARMVIRT_OK ? link.word[0] : 0; /* else the rest is lost with the memory */
    op->held--;
    return status;
}

enum armvirt_status armvirt_build_free(struct build_op *op, uint64_t *list)
{
    enum armvirt_status status = ARMVIRT_OK;

    while (*list != 0 && op->held != 0) { /* even if memory does not hold what was written */
        unsigned skl = (unsigned)ARMVIRT_GET(LINK_SKL, *list);
        uint64_t pa;

        status = pop(op, list, &pa);
        give_back(op, pa, skl);
    }
    return status;
}

static unsigned skl_of(const struct build_op *op, const struct build_table *table)
{
    return table->index_bits / op->build->stage.stride_log2 - 1u;
}

static enum armvirt_status reserve(struct build_op *op, uint64_t pa, unsigned skl)
{
    enum armvirt_status status = push(op, &op->reserve[skl], pa, skl);

    if (status != ARMVIRT_OK) {
        give_back(op, pa, skl);
    }
    return status;
}

enum armvirt_status armvirt_build_untake(struct build_op *op, const struct build_table *table)
{
    return reserve(op, table->pa, skl_of(op, table));
}

enum armvirt_status armvirt_build_bury(struct build_op *op, const struct build_table *table)
{
    enum armvirt_status status = push(op, &op->dead, table->pa, skl_of(op, table));

    if (status != ARMVIRT_OK) {
        armvirt_build_flush(op);
        give_back(op, table->pa, skl_of(op, table));
    }
    return status;
}

static enum armvirt_status reserve_page(struct build_op *op, unsigned skl)
{
    unsigned size_log2 = page_log2(op, skl);
    uint64_t pa;

    if (!op->build->ops->table_alloc(op->build->ctx, size_log2, &pa)) {
        return ARMVIRT_E_NOSPACE;
    }
    if (!armvirt_is_aligned(pa, UINT64_C(1) << size_log2) ||
        lookup_beyond_output(&op->build->stage, pa)) {
        give_back(op, pa, skl);
        return ARMVIRT_E_INVAL;
    }
    return reserve(op, pa, skl);
}

enum armvirt_status armvirt_build_reserve(struct build_op *op)
{
    const uint64_t *need = op->result->tables_needed;
    enum armvirt_status status = ARMVIRT_OK;

    for (unsigned skl = 0; skl < BUILD_SKLS; skl++) {
        for (uint64_t n = need[skl]; status == ARMVIRT_OK && n != 0; n--) {
            status = reserve_page(op, skl);
        }
    }
    return status;
}

enum armvirt_status armvirt_build_take(struct build_op *op, uint64_t *pa)
{
    unsigned skl = build_skl(op, build_table(op)->level);
    enum armvirt_status status = pop(op, &op->reserve[skl], pa);

    if (status != ARMVIRT_OK) {
        give_back(op, *pa, skl);
    }
    return status;
}
