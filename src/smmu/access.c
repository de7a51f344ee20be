/* SPDX-License-Identifier: MIT */
/* Accesses to memory that the SMMU makes by itself (IHI0070 3.4.3, 3.25.3). */
#include "access.h"

#include "base/mem_functions.h"

static uint64_t beyond_oas(const struct armvirt_smmu *smmu, uint64_t pa)
{
    return pa & ~smmu->output_mask;
}

static enum armvirt_smmu_bus bus_of(enum armvirt_bus bus)
{
    return bus == ARMVIRT_BUS_OK      ? ARMVIRT_SMMU_BUS_OK
           : bus == ARMVIRT_BUS_RETRY ? ARMVIRT_SMMU_BUS_RETRY
                                      : ARMVIRT_SMMU_BUS_ABORT;
}

enum armvirt_status armvirt_smmu_gpc(const struct armvirt_smmu *smmu, uint64_t pa, uint8_t space,
                                     struct armvirt_fault *fault)
{
    const struct armvirt_walk_env env = {.mem = smmu->config.mem};

    if (smmu->access_off) { /* IHI0070 6.3.112: above GPCEN */
        *fault = (struct armvirt_fault){
            .type = ARMVIRT_FAULT_GPC_ON_OUTPUT,
            .reason = ARMVIRT_REASON_GPC_SPACE_OFF,
            .gpcf = ARMVIRT_GPCF_FAIL,
            .pa = pa,
            .pa_space = space,
        };
        return ARMVIRT_FAULT;
    }
    return smmu->root.gpc.enabled ? armvirt_gpc_check(&smmu->root, &env, pa, space, fault)
                                  : ARMVIRT_OK;
}

/* Out of range addresses abort, and so does what granule protection refuses. */
static enum armvirt_smmu_bus check(const struct armvirt_smmu *smmu, struct armvirt_smmu_words *at)
{
    struct armvirt_fault fault;

    if (beyond_oas(smmu, at->pa)) {
        return ARMVIRT_SMMU_BUS_ABORT;
    }
    switch (armvirt_smmu_gpc(smmu, at->pa, at->space, &fault)) {
    case ARMVIRT_OK:
        return ARMVIRT_SMMU_BUS_OK;
    case ARMVIRT_E_AGAIN:
        return ARMVIRT_SMMU_BUS_RETRY;
    default:
        at->refusal = fault.reason;
        return ARMVIRT_SMMU_BUS_GPC;
    }
}

/* The first of the words. */
static void make_request(const struct armvirt_smmu_words *at, struct armvirt_mem_req *req)
{
    memset(req, 0, sizeof(*req));
    req->pa = at->pa;
    req->size = 8;
    req->space = at->space;
    req->what = at->what;
    req->mecid = at->mecid;
}

enum armvirt_smmu_bus armvirt_smmu_fetch(const struct armvirt_smmu *smmu,
                                         struct armvirt_smmu_words *at, uint64_t *word)
{
    const struct armvirt_mem *mem = &smmu->config.mem;
    struct armvirt_mem_req req;
    enum armvirt_smmu_bus bus = check(smmu, at);

    make_request(at, &req);
    for (unsigned n = 0; n < at->count && bus == ARMVIRT_SMMU_BUS_OK; n++, req.pa += 8) {
        bus = bus_of(mem->ops->read(mem->ctx, &req, &word[n]));
    }
    return bus;
}

enum armvirt_smmu_bus armvirt_smmu_store(const struct armvirt_smmu *smmu,
                                         struct armvirt_smmu_words *at, const uint64_t *word)
{
    const struct armvirt_mem *mem = &smmu->config.mem;
    struct armvirt_mem_req req;
    enum armvirt_smmu_bus bus = check(smmu, at);

    make_request(at, &req);
    for (unsigned n = 0; n < at->count && bus == ARMVIRT_SMMU_BUS_OK; n++, req.pa += 8) {
        bus = bus_of(mem->ops->write(mem->ctx, &req, &word[n]));
    }
    return bus;
}

enum armvirt_smmu_bus armvirt_smmu_message(const struct armvirt_smmu *smmu,
                                           struct armvirt_smmu_words *at, uint32_t data)
{
    const struct armvirt_mem *mem = &smmu->config.mem;
    struct armvirt_mem_req req;
    enum armvirt_smmu_bus bus;
    uint64_t value = data;

    at->pa &= smmu->output_mask;
    bus = check(smmu, at);
    make_request(at, &req);
    req.size = 4;
    req.what = ARMVIRT_MEM_SMMU_MSI;
    return bus == ARMVIRT_SMMU_BUS_OK ? bus_of(mem->ops->write(mem->ctx, &req, &value)) : bus;
}
