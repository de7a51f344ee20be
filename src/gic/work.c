/* SPDX-License-Identifier: MIT */
/* Long work of redistributors: the PEs that have a job are a list, and steps do a block each. */
#include "work.h"

void armvirt_work_begin(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

    if (!pe->queued) {
        pe->queued = true;
        pe->next_job = gic->jobs;
        gic->jobs = n + 1;
    }
}

/* Do one block for the first PE of the list, which may give work to others; false if memory asked
 * to retry. */
static bool work(struct armvirt_gic *gic)
{
    uint32_t n = gic->jobs - 1;
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    bool done;

    gic->jobs = pe->next_job;
    pe->next_job = 0;
    pe->queued = false;
    done = pe->job != ARMVIRT_IDLE ? armvirt_lpi_work(gic, n) : armvirt_resident_work(gic, n);
    if (pe->job != ARMVIRT_IDLE || pe->vpe.job != ARMVIRT_IDLE) {
        armvirt_work_begin(gic, n);
    }
    return done;
}

enum armvirt_status armvirt_gic_step(struct armvirt_gic *gic, uint32_t budget)
{
    while (gic->jobs != 0 && budget != 0 && work(gic)) {
        budget--;
    }
    armvirt_settle(gic);
    return gic->jobs == 0 ? ARMVIRT_OK : ARMVIRT_E_AGAIN;
}

enum armvirt_status armvirt_gic_lpi_sync(const struct armvirt_gic *gic, uint32_t pe)
{
    return pe < gic->config.pes && armvirt_pe(gic, pe)->queued ? ARMVIRT_E_AGAIN : ARMVIRT_OK;
}
