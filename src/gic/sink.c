/* SPDX-License-Identifier: MIT */
/* The GIC as a sink of LPIs: what an ITS does to the LPIs of redistributors (IHI0069 5.2). */
#include "machine.h"

static void set(void *ctx, uint32_t pe, uint32_t intid)
{
    armvirt_gic_lpi_set(ctx, pe, intid);
}

static void clear(void *ctx, uint32_t pe, uint32_t intid)
{
    armvirt_gic_lpi_clear(ctx, pe, intid);
}

static void inv(void *ctx, uint32_t pe, uint32_t intid)
{
    armvirt_gic_lpi_inv(ctx, pe, intid);
}

static void inv_all(void *ctx, uint32_t pe)
{
    armvirt_gic_lpi_inv_all(ctx, pe);
}

static void move(void *ctx, uint32_t from, uint32_t to, uint32_t intid)
{
    armvirt_gic_lpi_move(ctx, from, to, intid);
}

static enum armvirt_status move_all(void *ctx, uint32_t from, uint32_t to, uint32_t budget)
{
    return armvirt_gic_lpi_move_all(ctx, from, to, budget);
}

static enum armvirt_status sync(void *ctx, uint32_t pe)
{
    return armvirt_gic_lpi_sync(ctx, pe);
}

const struct armvirt_lpi_ops armvirt_gic_lpi_ops = {
    .set = set,
    .clear = clear,
    .inv = inv,
    .inv_all = inv_all,
    .move = move,
    .move_all = move_all,
    .sync = sync,
};
