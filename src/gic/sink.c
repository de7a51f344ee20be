/* SPDX-License-Identifier: MIT */
/* The GIC as a sink of LPIs: what an ITS does to the LPIs of redistributors (IHI0069 5.2, 6.4).
 */
#include "vpe.h"

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

/* ---- vPEs ---------------------------------------------------------------------------------- */

static void vset(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid, uint32_t doorbell)
{
    armvirt_vpe_set(ctx, vpe, vintid, doorbell);
    armvirt_settle(ctx);
}

static void vclear(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    armvirt_vpe_clear(ctx, vpe, vintid);
    armvirt_settle(ctx);
}

static void vinv(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    armvirt_vpe_inv(ctx, vpe, vintid);
    armvirt_settle(ctx);
}

static void vinv_all(void *ctx, const struct armvirt_vpe *vpe)
{
    armvirt_vpe_inv_all(ctx, vpe);
}

static void vmove(void *ctx, const struct armvirt_vpe *from, const struct armvirt_vpe *to,
                  uint32_t vintid, uint32_t doorbell)
{
    armvirt_vpe_move_lpi(ctx, from, to, vintid, doorbell);
    armvirt_settle(ctx);
}

static enum armvirt_status vsync(void *ctx, const struct armvirt_vpe *vpe)
{
    return armvirt_gic_lpi_sync(ctx, vpe->pe);
}

static void vpe_map(void *ctx, const struct armvirt_vpe *vpe, uint32_t flags)
{
    armvirt_vpe_map(ctx, vpe, flags);
}

static void vpe_unmap(void *ctx, const struct armvirt_vpe *vpe)
{
    armvirt_vpe_unmap(ctx, vpe);
}

static void vpe_move(void *ctx, const struct armvirt_vpe *vpe, uint32_t to, bool doorbell)
{
    armvirt_vpe_move(ctx, vpe, to, doorbell);
    armvirt_settle(ctx);
}

static void vsgi(void *ctx, const struct armvirt_vpe *vpe, const struct armvirt_vsgi *config)
{
    armvirt_vpe_vsgi(ctx, vpe, config);
    armvirt_settle(ctx);
}

static void vsgi_set(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid)
{
    armvirt_vpe_vsgi_set(ctx, vpe, vintid);
    armvirt_settle(ctx);
}

static void invdb(void *ctx, const struct armvirt_vpe *vpe)
{
    armvirt_gic_lpi_inv(ctx, vpe->pe, vpe->doorbell);
}

const struct armvirt_lpi_ops armvirt_gic_lpi_ops = {
    .set = set,
    .clear = clear,
    .inv = inv,
    .inv_all = inv_all,
    .move = move,
    .move_all = move_all,
    .sync = sync,
    .vset = vset,
    .vclear = vclear,
    .vinv = vinv,
    .vinv_all = vinv_all,
    .vmove = vmove,
    .vsync = vsync,
    .vpe_map = vpe_map,
    .vpe_unmap = vpe_unmap,
    .vpe_move = vpe_move,
    .vsgi = vsgi,
    .vsgi_set = vsgi_set,
    .invdb = invdb,
};
