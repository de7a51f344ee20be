/* SPDX-License-Identifier: MIT */
/*
 * The flat reference memory: one array at one physical address. Its read is the yardstick of the
 * benchmarks, so the common access is a bounds check and one load.
 */
#include <armvirt/mem.h>

#include "mem_value.h"

static bool flat_holds(const struct armvirt_mem_flat *flat, const struct armvirt_mem_req *req)
{
    uint64_t offset = req->pa - flat->base_pa; /* wraps to beyond the size if below the base */

    return offset < flat->size_bytes && flat->size_bytes - offset >= req->size;
}

static uint8_t *flat_at(const struct armvirt_mem_flat *flat, const struct armvirt_mem_req *req)
{
    return flat->bytes + (req->pa - flat->base_pa);
}

static enum armvirt_bus flat_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    const struct armvirt_mem_flat *flat = ctx;

    if (!flat_holds(flat, req)) {
        return ARMVIRT_BUS_ABORT;
    }
    if (req->size == 8) { /* nearly every descriptor; here, so that clang needs no call */
        *val = armvirt_load_le64(flat_at(flat, req));
    } else {
        armvirt_value_load(flat_at(flat, req), req->size, val);
    }
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus flat_write(void *ctx, const struct armvirt_mem_req *req,
                                   const uint64_t *val)
{
    const struct armvirt_mem_flat *flat = ctx;

    if (!flat->writable || !flat_holds(flat, req)) {
        return ARMVIRT_BUS_ABORT;
    }
    armvirt_value_store(flat_at(flat, req), req->size, val);
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus flat_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                                 const uint64_t *val)
{
    const struct armvirt_mem_flat *flat = ctx;
    uint64_t held[2] = {0, 0};

    if (!flat->writable || !flat_holds(flat, req)) {
        return ARMVIRT_BUS_ABORT;
    }
    armvirt_value_load(flat_at(flat, req), req->size, held);
    if (!armvirt_value_equal(held, old, req->size)) {
        return ARMVIRT_BUS_RACE;
    }
    armvirt_value_store(flat_at(flat, req), req->size, val);
    return ARMVIRT_BUS_OK;
}

const struct armvirt_mem_ops armvirt_mem_flat_ops = {flat_read, flat_write, flat_cas};

struct armvirt_mem armvirt_mem_from_flat(struct armvirt_mem_flat *flat)
{
    return (struct armvirt_mem){&armvirt_mem_flat_ops, flat};
}
