/* SPDX-License-Identifier: MIT */
/* Tables of LPIs in memory (IHI0069 5.1); they are Non-secure. */
#include "table.h"

static struct armvirt_mem_req request(enum armvirt_mem_what what, uint64_t pa)
{
    return (struct armvirt_mem_req){
        .pa = pa,
        .size = what == ARMVIRT_MEM_LPI_CONFIG ? 1 : 8,
        .space = ARMVIRT_SPACE_NONSECURE,
        .what = (uint8_t)what,
    };
}

enum armvirt_bus armvirt_table_read(const struct armvirt_gic *gic, enum armvirt_mem_what what,
                                    uint64_t pa, uint64_t *value)
{
    const struct armvirt_mem_req req = request(what, pa);

    return gic->config.mem.ops->read(gic->config.mem.ctx, &req, value);
}

enum armvirt_bus armvirt_table_write(const struct armvirt_gic *gic, enum armvirt_mem_what what,
                                     uint64_t pa, uint64_t value)
{
    const struct armvirt_mem *mem = &gic->config.mem;
    const struct armvirt_mem_req req = request(what, pa);

    return mem->ops->write != NULL ? mem->ops->write(mem->ctx, &req, &value) : ARMVIRT_BUS_ABORT;
}

uint8_t armvirt_table_config(const struct armvirt_gic *gic, uint64_t base, uint32_t leaf)
{
    uint64_t config = 0;
    enum armvirt_bus bus = armvirt_table_read(gic, ARMVIRT_MEM_LPI_CONFIG, base + leaf, &config);

    return bus == ARMVIRT_BUS_OK ? (uint8_t)config : 0;
}

uint32_t armvirt_table_lpis(uint64_t bits, uint32_t most)
{
    uint64_t intids = UINT64_C(1) << bits;
    uint64_t lpis = intids > ARMVIRT_INTID_LPI ? intids - ARMVIRT_INTID_LPI : 0;

    return lpis < most ? (uint32_t)lpis : most;
}
